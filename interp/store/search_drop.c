/* search_drop: indices that go whole.
 *
 * Behind an alias or a data stream an index goes whole where every document of it is
 * chosen: it is read; blocked for writing; found to be as it was read, by the greatest
 * _seq_no of each shard; and dropped, within the lease of the facts that decided. One
 * by its own name, which the deployment speaks of, stays, and so does the one that is
 * written to; where that is told, another is begun in its stead first (_rollover), if
 * all in it is chosen. One that is too large to be decided on within a lease is swept
 * instead. */
#include "interp/cel/map_value.h"
#include "interp/store/search_erase.h"

#include <string.h>

enum { DOCUMENTS_MAX = 1000000 };

/* --- asking about an index */

static void put_path(tn_buf *path, tn_str index, const char *rest)
{
    tn_buf_put_char(path, '/');
    tn_http_put_segment(path, index);
    tn_buf_put_text(path, rest);
}

/* The greatest _seq_no among the copies of a shard. */
static int64_t greatest(const tn_value *shard)
{
    const tn_value *copies = NULL;
    uint32_t count = tn_doc_items(shard, &copies);
    int64_t most = -1;
    for (uint32_t i = 0; i < count; i++) {
        int64_t seq_no = tn_doc_int(tn_doc_path(&copies[i], "seq_no.max_seq_no"), -1);
        most = seq_no > most ? seq_no : most;
    }
    return most;
}

/* All shards' greatest _seq_no, added up: it grows with every write. */
static tn_status sum_writes(tn_search *s, tn_str index, int64_t *out, tn_buf *why)
{
    tn_search_reply reply;
    tn_buf path;
    tn_buf_init(&path, s->memory);
    put_path(&path, index, "/_stats/docs?level=shards&filter_path=indices.*.shards");
    tn_status status = tn_search_get(s, &path, NULL, &reply, why);
    tn_buf_free(&path);
    TN_TRY(status);
    const tn_value *about = tn_doc_find(tn_doc_member(&reply.root, "indices"), index);
    const tn_value *shards = tn_doc_member(about, "shards");
    *out = 0;
    if (shards->kind != TN_KIND_MAP || shards->as.map->count == 0) {
        tn_buf_put_text(why, "it does not say how far its shards are written");
        return TN_STORE;
    }
    for (uint32_t i = 0; i < shards->as.map->count; i++)
        *out += greatest(&shards->as.map->pairs[i].value);
    return TN_OK;
}

static tn_status set_block(tn_search *s, tn_str index, bool is_set, tn_buf *why)
{
    tn_search_reply reply;
    tn_buf path;
    tn_buf_init(&path, s->memory);
    put_path(&path, index, "/_settings");
    tn_http_request request = {.method = "PUT",
                               .path = tn_buf_view(&path),
                               .body = is_set ? TN_STR("{\"index.blocks.write\":true}")
                                              : TN_STR("{\"index.blocks.write\":null}"),
                               .is_repeatable = true,
                               .is_stopless = !is_set};
    tn_status status = tn_buf_status(&path);
    if (status == TN_OK)
        status = tn_search_call(s, &request, &reply, why);
    tn_buf_free(&path);
    TN_TRY(status);
    return reply.status >= 300 ? tn_search_refuse(&reply, why) : TN_OK;
}

/* --- one index */

static void set_fates(tn_search_batch *batch, tn_search_fate fate)
{
    for (uint32_t i = 0; i < batch->count; i++)
        batch->items[i].fate = fate;
}

/* What was remembered of them is forgotten, from the last to the first. */
static tn_status spare_all(tn_search_chunk *c)
{
    tn_search_batch *batch = &c->sweep->batch;
    for (uint32_t i = 0; i < batch->count / 2; i++) {
        tn_search_item item = batch->items[i];
        batch->items[i] = batch->items[batch->count - 1 - i];
        batch->items[batch->count - 1 - i] = item;
    }
    set_fates(batch, TN_SEARCH_PENDING);
    return tn_search_tell_all(c);
}

/* Are all documents chosen? Stops at the first that is not. */
static tn_status decide_all(tn_search_chunk *c, tn_scan *scan, bool *out)
{
    uint32_t seen = 0;
    *out = false;
    TN_TRY(c->chunk->begun(c->chunk->user, 0));
    for (;;) {
        tn_store_rows rows;
        TN_TRY(scan->ops->next(scan, &rows, c->chunk->why));
        if (rows.count == 0)
            break;
        TN_TRY(tn_search_decide_row(c, scan, rows.list));
        if (c->sweep->batch.count != ++seen)
            return TN_OK;
    }
    c->out->looked_at_count += seen;
    *out = seen > 0;
    return TN_OK;
}

static tn_status read_index(tn_search_chunk *c, tn_str index, bool *is_chosen)
{
    tn_store *store = &c->search->base;
    tn_scan_request request = c->sweep->request;
    tn_scan *scan;
    request.object = index;
    TN_TRY(store->ops->scan(store, &request, &scan, c->chunk->why));
    tn_search_list_keys(scan);
    *is_chosen = false;
    tn_status status = TN_OK;
    if (tn_search_total(scan) <= DOCUMENTS_MAX)
        status = decide_all(c, scan, is_chosen);
    scan->ops->scan_close(scan);
    return status;
}

/* Asks for the drop, once, and finds out what came of it. */
static tn_status drop(tn_search_chunk *c, tn_str index, tn_search_fate *fate)
{
    tn_search_reply reply;
    tn_buf path;
    size_t said = c->chunk->why->len;
    bool is_there = true;
    tn_buf_init(&path, c->search->memory);
    put_path(&path, index, "");
    tn_http_request request = {.method = "DELETE",
                               .path = tn_buf_view(&path),
                               .is_once = true,
                               .is_stopless = true};
    tn_status status = tn_buf_status(&path);
    if (status == TN_OK)
        status = tn_search_call(c->search, &request, &reply, c->chunk->why);
    tn_buf_free(&path);
    if (status == TN_NOMEM)
        return status;
    *fate = TN_SEARCH_GONE;
    if (status == TN_OK && reply.status == 200 &&
        tn_doc_is_true(tn_doc_member(&reply.root, "acknowledged")))
        return TN_OK;
    c->chunk->why->len = said;
    status = tn_search_has_index(c->search, &c->sweep->batch.items[0].token, &is_there,
                                 c->chunk->why);
    if (status == TN_STOPPED) { /* what came of it is looked for when it goes on */
        tn_buf_put_text(c->chunk->why, "it did not say whether an index was dropped");
        return TN_STORE;
    }
    TN_TRY(status);
    *fate = is_there ? TN_SEARCH_PENDING : TN_SEARCH_ABSENT;
    return TN_OK;
}

/* It is blocked. Drops it if nobody wrote to it since it was read. */
static tn_status drop_blocked(tn_search_chunk *c, tn_str index, int64_t writes)
{
    int64_t now = 0;
    tn_search_fate fate = TN_SEARCH_PENDING;
    TN_TRY(sum_writes(c->search, index, &now, c->chunk->why));
    tn_status status = now == writes ? tn_search_intend(c) : TN_STOPPED;
    if (status == TN_OK)
        status = drop(c, index, &fate);
    if (status != TN_OK && status != TN_STOPPED)
        return status;
    if (fate == TN_SEARCH_PENDING) {
        TN_TRY(set_block(c->search, index, false, c->chunk->why));
        return spare_all(c);
    }
    set_fates(&c->sweep->batch, fate);
    return tn_search_tell_all(c);
}

static tn_status try_index(tn_search_chunk *c, tn_str index)
{
    bool is_chosen;
    int64_t writes;
    tn_search_batch_reset(&c->sweep->batch);
    c->sweep->batch.is_index = false;
    TN_TRY(sum_writes(c->search, index, &writes, c->chunk->why));
    TN_TRY(read_index(c, index, &is_chosen));
    if (!is_chosen)
        return spare_all(c);
    TN_TRY(set_block(c->search, index, true, c->chunk->why));
    tn_status status = drop_blocked(c, index, writes);
    if (status == TN_LIMIT || status == TN_STORE || status == TN_STOPPED) {
        size_t said = c->chunk->why->len; /* why it failed is told, not this */
        tn_status lifted = set_block(c->search, index, false, c->chunk->why);
        c->chunk->why->len = said;
        (void)lifted;
    }
    return status;
}

/* --- the one that is written to */

/* Begins another. Its documents were decided on for nothing but to know that it pays.
 */
static tn_status roll_over(tn_search_chunk *c, bool *is_done)
{
    tn_search_reply reply;
    tn_buf path;
    tn_buf_init(&path, c->search->memory);
    put_path(&path, c->target->object, "/_rollover");
    tn_http_request request = {.method = "POST",
                               .path = tn_buf_view(&path),
                               .body = TN_STR("{}"),
                               .is_once = true,
                               .is_stopless = true};
    tn_status status = tn_buf_status(&path);
    if (status == TN_OK)
        status = tn_search_call(c->search, &request, &reply, c->chunk->why);
    tn_buf_free(&path);
    TN_TRY(status);
    *is_done =
        reply.status < 300 && tn_doc_is_true(tn_doc_member(&reply.root, "rolled_over"));
    if (reply.status < 300)
        return TN_OK;
    tn_buf_put_text(c->chunk->why,
                    "the index that is written to can't be rolled over: ");
    status = tn_search_refuse(&reply, c->chunk->why);
    return status == TN_NOT_FOUND ? TN_STORE : status;
}

static tn_status try_written(tn_search_chunk *c, tn_str index)
{
    bool is_chosen, is_rolled = false;
    tn_search_batch_reset(&c->sweep->batch);
    c->sweep->batch.is_index = false;
    TN_TRY(read_index(c, index, &is_chosen));
    TN_TRY(spare_all(c));
    if (is_chosen)
        TN_TRY(roll_over(c, &is_rolled));
    return is_rolled ? try_index(c, index) : TN_OK;
}

/* --- all of them */

static tn_status look_through(tn_search_chunk *c)
{
    tn_search_sweep *sweep = c->sweep;
    tn_arena_reset(&sweep->arena);
    sweep->next_index = 0;
    TN_TRY(tn_search_note_object(c->search, c->target->object));
    TN_TRY(tn_search_copy_request(sweep, c->target));
    TN_TRY(tn_search_look(c->search, c->target->object, &sweep->arena, &sweep->object,
                          c->chunk->why));
    sweep->dropping = tn_arena_copy(&c->search->arena, c->target->object);
    return sweep->dropping.data == NULL ? TN_NOMEM : TN_OK;
}

tn_status tn_search_drop_next(tn_search_chunk *c, bool *is_end)
{
    tn_search_sweep *sweep = c->sweep;
    *is_end = false;
    if (!tn_str_equal(sweep->dropping, c->target->object))
        TN_TRY(look_through(c));
    const tn_search_object *object = &sweep->object;
    while (sweep->next_index < object->index_count) {
        const tn_search_index *index = &object->indices[sweep->next_index++];
        if (object->is_index || object->is_filtered)
            continue;
        if (!index->is_written)
            return try_index(c, index->name);
        if (c->target->may_roll)
            return try_written(c, index->name);
    }
    *is_end = true;
    return TN_OK;
}

/* --- for a plan */

/* How many documents each index has; 0 where it is not told. */
static void read_counts(const tn_value *root, tn_erase_holder *list, uint32_t count)
{
    const tn_value *buckets = NULL;
    uint32_t bucket_count =
        tn_doc_items(tn_doc_path(root, "aggregations.index.buckets"), &buckets);
    for (uint32_t i = 0; i < bucket_count; i++)
        for (uint32_t j = 0; j < count; j++)
            if (tn_str_equal(tn_doc_text(tn_doc_member(&buckets[i], "key")),
                             list[j].name))
                list[j].row_count =
                    (uint64_t)tn_doc_int(tn_doc_member(&buckets[i], "doc_count"), 0);
}

static tn_status count_holders(tn_search *s, tn_str name, tn_erase_holder *list,
                               uint32_t count, tn_buf *why)
{
    tn_search_reply reply;
    tn_buf path, body;
    tn_buf_init(&path, s->memory);
    tn_buf_init(&body, s->memory);
    put_path(&path, name, "/_search?allow_partial_search_results=false");
    tn_buf_put_text(&body, "{\"size\":0,\"aggs\":{\"index\":{\"terms\":{\"field\":"
                           "\"_index\",\"size\":10000}}}}");
    tn_status status = tn_search_get(s, &path, &body, &reply, why);
    tn_buf_free(&path);
    tn_buf_free(&body);
    TN_TRY(status);
    read_counts(&reply.root, list, count);
    return TN_OK;
}

tn_status tn_search_holders(tn_store *base, tn_str name, tn_arena *arena,
                            tn_erase_holders *out, tn_buf *why)
{
    tn_search *s = (tn_search *)base;
    tn_search_object object;
    *out = (tn_erase_holders){.noun = "index"};
    TN_TRY(tn_search_look(s, name, arena, &object, why));
    if (object.is_index || object.is_filtered)
        return TN_OK;
    tn_erase_holder *list =
        tn_arena_take_array(arena, object.index_count, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < object.index_count; i++)
        list[i] =
            (tn_erase_holder){object.indices[i].name, 0, object.indices[i].is_written};
    TN_TRY(count_holders(s, name, list, object.index_count, why));
    out->list = list;
    out->count = object.index_count;
    return TN_OK;
}
