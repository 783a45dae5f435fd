/* facts: what is known of entities, as sets of keys. Every row is looked at here, by
 * the very values that the decider would see. */
#include "interp/push/build.h"

#include <stdlib.h>
#include <string.h>

typedef struct member {
    tn_str key;
    tn_value up_to;
} member;

static int compare_members(const void *a, const void *b)
{
    const member *x = a, *y = b;
    return tn_str_compare(x->key, y->key);
}

/* Does key set membership of a row count: is it its key's only one? */
static bool is_alone(const tn_facts *facts, uint32_t row)
{
    tn_value key = {TN_KIND_STRING, {.text = tn_facts_key(facts, row)}};
    return tn_facts_find(facts, &key) == row && tn_facts_next(facts, row) == TN_NONE;
}

static tn_pred_keys *sorted_keys(tn_push_build *b, member *members, uint32_t count,
                                 bool has_bounds)
{
    tn_pred_keys *keys = tn_arena_take(b->arena, sizeof(*keys));
    tn_str *list = tn_arena_take_array(b->arena, count, sizeof(*list));
    tn_value *up_to =
        tn_arena_take_array(b->arena, has_bounds ? count : 0, sizeof(*up_to));
    if (keys == NULL || list == NULL || up_to == NULL)
        return NULL;
    qsort(members, count, sizeof(*members), compare_members);
    for (uint32_t i = 0; i < count; i++) {
        list[i] = members[i].key;
        if (has_bounds)
            up_to[i] = members[i].up_to;
    }
    *keys = (tn_pred_keys){list, has_bounds ? up_to : NULL, count, false};
    return keys;
}

static const tn_facts *facts_of(const tn_push_build *b, uint32_t of, bool *is_set)
{
    const tn_facts *facts;
    uint32_t entity = b->image->ofs[b->category->of.first + of].entity;
    *is_set = tn_run_facts(b->input->run, entity, &facts);
    return facts;
}

/* --- slots */

bool push_fact_of_slot(const tn_push_build *b, uint32_t slot, uint32_t *of,
                       uint32_t *fact)
{
    const tn_img_slot *row = &b->image->slots[b->category->slots.first + slot];
    if (row->kind != TN_SLOT_FACT)
        return false;
    uint32_t entity = b->image->ofs[b->category->of.first + row->of].entity;
    *of = row->of;
    *fact = row->fact - b->image->entities[entity].facts.first;
    return true;
}

/* --- keys */

typedef struct key_search {
    const tn_facts *facts;
    uint32_t fact;
    push_choose *choose;
    void *user;
} key_search;

static tn_pred_keys *find_keys(tn_push_build *b, const key_search *search,
                               bool has_bounds)
{
    uint32_t count = 0, row_count = tn_facts_count(search->facts);
    member *members = tn_arena_take_array(b->arena, row_count, sizeof(*members));
    if (members == NULL)
        return NULL;
    for (uint32_t i = 0; i < row_count; i++) {
        member *m = &members[count];
        m->key = tn_facts_key(search->facts, i);
        count +=
            is_alone(search->facts, i) &&
            search->choose(search->user,
                           &tn_facts_values(search->facts, i)[search->fact], &m->up_to);
    }
    return sorted_keys(b, members, count, has_bounds);
}

/* For a record without a member: the fact is null. */
static bool is_null_chosen(push_choose *choose, void *user)
{
    static const tn_value null = {.kind = TN_KIND_NULL};
    tn_value up_to;
    return choose(user, &null, &up_to);
}

static const tn_pred *keyed(tn_push_build *b, uint32_t of, const tn_pred_keys *keys,
                            const tn_pred_column *bounded)
{
    const tn_push_subject *key = &b->input->keys[of];
    if (keys == NULL)
        return NULL;
    if (keys->count == 0 && !keys->has_null)
        return tn_pred_constant(TN_PRED_FALSE);
    if (key->from == TN_PUSH_ABSENT)
        return tn_pred_constant(keys->has_null ? TN_PRED_TRUE : TN_PRED_FALSE);
    if (key->from == TN_PUSH_COMPUTED)
        return tn_pred_constant(TN_PRED_UNSURE);
    return tn_pred_keyed(b->arena, &key->column, keys, bounded);
}

const tn_pred *push_keys(tn_push_build *b, uint32_t slot, push_choose *choose,
                         void *user, const tn_pred_column *bounded)
{
    uint32_t of = 0, fact = 0;
    bool is_set;
    if (TN_NEVER(!push_fact_of_slot(b, slot, &of, &fact)))
        return tn_pred_constant(TN_PRED_UNSURE);
    const tn_facts *facts = facts_of(b, of, &is_set);
    if (!is_set)
        return tn_pred_constant(TN_PRED_UNSURE);
    if (facts == NULL)
        return tn_pred_constant(is_null_chosen(choose, user) ? TN_PRED_TRUE
                                                             : TN_PRED_FALSE);
    key_search search = {facts, fact, choose, user};
    tn_pred_keys *keys = find_keys(b, &search, bounded != NULL);
    if (keys != NULL && b->image->ofs[b->category->of.first + of].optional != 0)
        keys->has_null = is_null_chosen(choose, user);
    return keyed(b, of, keys, bounded);
}

/* --- rows and holds */

typedef bool choose_row(const tn_facts *facts, uint32_t row, tn_instant now);

static bool is_clear(const tn_facts *facts, uint32_t row, tn_instant now)
{
    (void)now;
    return !tn_facts_hold(facts, row)->unreadable;
}

static bool holds(const tn_facts *facts, uint32_t row, tn_instant now)
{
    return tn_hold_is_in_force(tn_facts_hold(facts, row), now);
}

static const tn_pred *rows(tn_push_build *b, uint32_t of, choose_row *choose,
                           bool has_null)
{
    bool is_set;
    const tn_facts *facts = facts_of(b, of, &is_set);
    if (!is_set)
        return tn_pred_constant(TN_PRED_UNSURE);
    if (facts == NULL)
        return tn_pred_constant(has_null ? TN_PRED_TRUE : TN_PRED_FALSE);
    uint32_t count = 0, row_count = tn_facts_count(facts);
    member *members = tn_arena_take_array(b->arena, row_count, sizeof(*members));
    if (members == NULL)
        return NULL;
    for (uint32_t i = 0; i < row_count; i++)
        if (is_alone(facts, i) && choose(facts, i, tn_run_now(b->input->run)))
            members[count++].key = tn_facts_key(facts, i);
    tn_pred_keys *keys = sorted_keys(b, members, count, false);
    if (keys != NULL && b->image->ofs[b->category->of.first + of].optional != 0)
        keys->has_null = has_null;
    return keyed(b, of, keys, NULL);
}

const tn_pred *push_entities_known(tn_push_build *b)
{
    const tn_pred *all = tn_pred_constant(TN_PRED_TRUE);
    for (uint32_t of = 0; of < b->category->of.count; of++)
        all = push_and(b, all, rows(b, of, is_clear, true));
    return all;
}

const tn_pred *push_held_by_entity(tn_push_build *b)
{
    const tn_pred *any = tn_pred_constant(TN_PRED_FALSE);
    for (uint32_t of = 0; of < b->category->of.count; of++)
        any = push_or(b, any, rows(b, of, holds, false));
    return any;
}
