#include "interp/apply/upstream.h"

#include <string.h>

/* --- which store feeds which */

static uint32_t store_of(const tn_eval *eval, uint32_t bound)
{
    const tn_image *image = eval->image;
    const tn_img_binding *binding = &image->bindings[eval->bounds[bound].binding];
    return image->data_sources[binding->source].store;
}

/* Marks what the marked stores feed; *grew: there was any that was not marked. */
static void spread(const tn_image *image, bool *is_fed, bool *grew)
{
    *grew = false;
    for (uint32_t i = 0; i < image->feed_count; i++) {
        const tn_img_feed *feed = &image->feeds[i];
        if (!is_fed[feed->from] || is_fed[feed->to])
            continue;
        is_fed[feed->to] = true;
        *grew = true;
    }
}

tn_status tn_upstream_feeds(const tn_eval *eval, uint32_t from, uint32_t to, bool *out)
{
    const tn_image *image = eval->image;
    bool grew = true;
    *out = false;
    if (image->feed_count == 0 || from == to || !eval->bounds[from].is_managed ||
        !eval->bounds[to].is_managed ||
        eval->bounds[from].category != eval->bounds[to].category)
        return TN_OK;
    uint32_t first = store_of(eval, from), last = store_of(eval, to);
    if (first == last)
        return TN_OK;
    bool *is_fed = tn_resize(eval->memory, NULL, 0, image->store_count);
    if (is_fed == NULL)
        return TN_NOMEM;
    memset(is_fed, 0, image->store_count);
    is_fed[first] = true;
    while (grew)
        spread(image, is_fed, &grew);
    *out = is_fed[last];
    tn_resize(eval->memory, is_fed, image->store_count, 0);
    return TN_OK;
}

/* --- what came back */

/* The leaves that are looked for, by their first bytes, which are as good as random. */
typedef struct leaf_set {
    const tn_leaf *leaves;
    uint32_t count;
    uint32_t *index; /* open addressing: 1 + number */
    uint32_t size;
    bool *is_met;
    uint64_t met_count;
} leaf_set;

static uint32_t slot_of(const leaf_set *set, const tn_leaf *leaf)
{
    uint32_t hash;
    memcpy(&hash, leaf->bytes, sizeof(hash));
    return hash & (set->size - 1);
}

static void fill(leaf_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        uint32_t at = slot_of(set, &set->leaves[i]);
        while (set->index[at] != 0)
            at = (at + 1) & (set->size - 1);
        set->index[at] = i + 1;
    }
}

static void meet(leaf_set *set, const tn_leaf *leaf)
{
    for (uint32_t at = slot_of(set, leaf); set->index[at] != 0;
         at = (at + 1) & (set->size - 1)) {
        uint32_t number = set->index[at] - 1;
        if (memcmp(&set->leaves[number], leaf, sizeof(*leaf)) != 0)
            continue;
        set->met_count += !set->is_met[number];
        set->is_met[number] = true;
    }
}

static tn_status meet_outcome(leaf_set *set, tn_ledger *ledger, int64_t seq,
                              tn_arena *arena)
{
    const tn_leaf *leaves;
    size_t count;
    tn_arena_reset(arena);
    TN_TRY(tn_ledger_leaves(ledger, seq, arena, &leaves, &count));
    for (size_t i = 0; i < count; i++)
        meet(set, &leaves[i]);
    return TN_OK;
}

static tn_status meet_all(leaf_set *set, tn_ledger *ledger, tn_str place,
                          tn_arena *arena)
{
    tn_db *db = tn_ledger_db(ledger);
    sqlite3_stmt *query = NULL;
    bool row = true;
    TN_TRY(tn_db_prepare(
        db, "SELECT seq FROM entry WHERE kind = 'outcome' AND place = ?1", &query));
    tn_db_bind_text(query, 1, place);
    tn_status status = TN_OK;
    while (status == TN_OK && row) {
        status = tn_db_step(db, query, &row);
        if (status == TN_OK && row)
            status = meet_outcome(set, ledger, sqlite3_column_int64(query, 0), arena);
    }
    sqlite3_finalize(query);
    return status;
}

tn_status tn_upstream_count_returned(tn_ledger *ledger, tn_str place,
                                     const tn_leaf *leaves, uint32_t count,
                                     uint64_t *out)
{
    leaf_set set = {.leaves = leaves, .count = count, .size = 64};
    tn_arena room, arena;
    while (set.size < 2 * (uint64_t)count)
        set.size *= 2;
    tn_arena_init(&room, tn_ledger_db(ledger)->why->memory);
    tn_arena_init(&arena, tn_ledger_db(ledger)->why->memory);
    set.index = tn_arena_take_array(&room, set.size, sizeof(*set.index));
    set.is_met = tn_arena_take_array(&room, count, sizeof(*set.is_met));
    tn_status status = TN_NOMEM;
    if (set.index != NULL && set.is_met != NULL) {
        fill(&set);
        status = meet_all(&set, ledger, place, &arena);
    }
    *out = set.met_count;
    tn_arena_free(&room);
    tn_arena_free(&arena);
    return status;
}
