#include "interp/store/search_erase.h"
#include "interp/cel/map_value.h"

#include <string.h>
#include <time.h>

enum {
    SENDS_MAX = 4,      /* of one bulk, while the node has too much to do */
    PROBES_MAX = 4,     /* each as patient as a request is */
    RESTARTS_MAX = 5,   /* of a sweep that comes to nothing in between */
    PAUSE_MS = 250,     /* before the second; doubled */
    CLOCK_SECONDS = 300 /* the cluster's clock and ours may be so far apart */
};

/* What one run does to one object. */
typedef struct tn_search_sweep {
    tn_arena arena; /* the request's copies */
    tn_search_object object;
    tn_scan_request request;
    tn_scan *scan;
    tn_search_batch batch;
    tn_buf intent;
    tn_buf refusal; /* what the next call fails with */
    uint32_t restarts;
    bool is_running; /* some pages of it are still to come */
} tn_search_sweep;

static void pause_ms(uint32_t ms)
{
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

/* --- examining */

typedef struct exam {
    tn_arena *arena;
    tn_erase_exam *out;
    tn_str *list;
} exam;

static tn_status hinder(exam *e, const tn_search_index *index, const char *what)
{
    tn_buf text;
    tn_buf_init(&text, e->arena->memory);
    tn_buf_put_format(&text, "index \"" TN_STR_FMT "\" %s", TN_STR_ARG(index->name),
                      what);
    e->list[e->out->obstacle_count] = tn_arena_copy(e->arena, tn_buf_view(&text));
    tn_buf_free(&text);
    return e->list[e->out->obstacle_count++].data == NULL ? TN_NOMEM : TN_OK;
}

static tn_status find_obstacle(exam *e, const tn_search_index *index, bool redacts)
{
    if (redacts)
        return hinder(e, index,
                      "holds documents, which are deleted whole: fields can't "
                      "be redacted there");
    if (index->is_closed)
        return hinder(e, index, "is closed: open it, or drop it by hand");
    if (tn_str_equal(index->block, TN_STR("read_only_allow_delete")))
        return hinder(e, index,
                      "has the block read_only_allow_delete, as a node sets it "
                      "whose disk is almost full: documents can't be deleted. "
                      "Free some space and lift the block");
    if (tn_str_equal(index->block, TN_STR("read_only")) ||
        tn_str_equal(index->block, TN_STR("write")))
        return hinder(e, index,
                      "is blocked for writing (index.blocks): lift the block "
                      "to delete from it");
    return TN_OK;
}

/* What decides which rows are due: a mapping that is another makes it another object.
 * What indices are behind an alias or a data stream may change from day to day. */
static tn_digest shape_of(const tn_search *s, const tn_search_object *object,
                          const tn_erase_target *target)
{
    tn_digest_state state;
    tn_digest_start(&state);
    tn_digest_add(&state, s->cluster_uuid);
    tn_digest_add(&state, tn_str_from(object->noun));
    tn_digest_add(&state, object->name);
    for (uint32_t i = 0; i < target->column_count; i++) {
        uint32_t at = tn_search_find_field(object, target->columns[i].name);
        if (at == TN_NONE)
            continue;
        const tn_search_field *field = &object->fields[at];
        char source = (char)('0' + (int)field->source);
        tn_digest_add(&state, field->name);
        tn_digest_add(&state, TN_STR("\n"));
        tn_digest_add(&state, field->path);
        tn_digest_add(&state, TN_STR("\n"));
        tn_digest_add(&state, field->type);
        tn_digest_add(&state, (tn_str){&source, 1});
    }
    return tn_digest_end(&state);
}

static tn_status search_examine(tn_store *base, const tn_erase_target *target,
                                tn_arena *arena, tn_erase_exam *out, tn_buf *why)
{
    tn_search *s = (tn_search *)base;
    tn_search_object object;
    *out = (tn_erase_exam){.obstacle_count = 0};
    TN_TRY(tn_search_look(s, target->object, arena, &object, why));
    exam e = {arena, out,
              tn_arena_take_array(arena, object.index_count, sizeof(tn_str))};
    if (e.list == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < object.index_count; i++)
        TN_TRY(find_obstacle(&e, &object.indices[i], target->redacts));
    out->obstacles = e.list;
    out->shape = shape_of(s, &object, target);
    return TN_OK;
}

/* --- which store it is */

static tn_status search_mark(tn_store *base, tn_store_mark *out, tn_buf *why)
{
    const tn_search *s = (const tn_search *)base;
    char text[TN_DIGEST_TEXT_BYTES];
    (void)why;
    tn_digest digest = tn_digest_of(s->cluster_uuid);
    tn_digest_format(&digest, text);
    *out = (tn_store_mark){.exists = true};
    memcpy(out->id, text, sizeof(out->id));
    return TN_OK;
}

static tn_status check_clocks(const tn_value *nodes, int64_t now_s, tn_buf *why)
{
    for (uint32_t i = 0; nodes->kind == TN_KIND_MAP && i < nodes->as.map->count; i++) {
        int64_t ms =
            tn_doc_int(tn_doc_member(&nodes->as.map->pairs[i].value, "timestamp"), 0);
        int64_t apart = ms / 1000 - now_s;
        if (apart <= CLOCK_SECONDS && apart >= -CLOCK_SECONDS)
            continue;
        tn_buf_put_format(
            why,
            "a node's clock and the one here are %lld s apart: one of them "
            "is wrong, and what is due can't be told; set it right",
            (long long)(apart < 0 ? -apart : apart));
        return TN_REFUSED;
    }
    return TN_OK;
}

/* A clock that is off, here or there, must not make a store empty. */
static tn_status search_prepare(tn_store *base, const tn_erase_permit *permit,
                                tn_str ledger, tn_buf *why)
{
    tn_search *s = (tn_search *)base;
    tn_search_reply reply;
    tn_buf path;
    (void)permit;
    (void)ledger;
    tn_buf_init(&path, s->memory);
    tn_buf_put_text(&path, "/_nodes/stats/process?filter_path=nodes.*.timestamp");
    tn_status status = tn_search_get(s, &path, NULL, &reply, why);
    tn_buf_free(&path);
    TN_TRY(status);
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_REALTIME, &now);
    return check_clocks(tn_doc_member(&reply.root, "nodes"), (int64_t)now.tv_sec, why);
}

/* --- sweeping */

static void stop_sweep(tn_search_sweep *sweep)
{
    if (sweep->scan != NULL)
        sweep->scan->ops->scan_close(sweep->scan);
    sweep->scan = NULL;
    sweep->is_running = false;
}

static void free_sweep(tn_search *s)
{
    tn_search_sweep *sweep = s->sweep;
    if (sweep == NULL)
        return;
    stop_sweep(sweep);
    tn_search_batch_free(&sweep->batch);
    tn_buf_free(&sweep->intent);
    tn_buf_free(&sweep->refusal);
    tn_arena_free(&sweep->arena);
    tn_resize(s->memory, sweep, sizeof(*sweep), 0);
    s->sweep = NULL;
}

void tn_search_writing_close(tn_store *base)
{
    if (base != NULL)
        free_sweep((tn_search *)base);
    tn_search_close(base);
}

static tn_status make_sweep(tn_search *s)
{
    if (s->sweep != NULL)
        return TN_OK;
    tn_search_sweep *sweep = tn_resize(s->memory, NULL, 0, sizeof(*sweep));
    if (sweep == NULL)
        return TN_NOMEM;
    *sweep = (tn_search_sweep){.scan = NULL};
    tn_arena_init(&sweep->arena, s->memory);
    tn_search_batch_init(&sweep->batch, s->memory);
    tn_buf_init(&sweep->intent, s->memory);
    tn_buf_init(&sweep->refusal, s->memory);
    s->sweep = sweep;
    return TN_OK;
}

/* The target may go before the sweep does: what the scan borrows is copied. */
static tn_status copy_request(tn_search_sweep *sweep, const tn_erase_target *target)
{
    tn_scan_column *columns =
        tn_arena_take_array(&sweep->arena, target->column_count, sizeof(*columns));
    if (columns == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < target->column_count; i++) {
        columns[i] = target->columns[i];
        columns[i].name = tn_arena_copy(&sweep->arena, columns[i].name);
        if (columns[i].name.data == NULL)
            return TN_NOMEM;
    }
    sweep->request =
        (tn_scan_request){.object = tn_arena_copy(&sweep->arena, target->object),
                          .columns = columns,
                          .column_count = target->column_count,
                          .wants_undeclared = target->wants_undeclared};
    return sweep->request.object.data == NULL ? TN_NOMEM : TN_OK;
}

static tn_status start_sweep(tn_search *s, const tn_erase_target *target, tn_buf *why)
{
    tn_search_sweep *sweep = s->sweep;
    stop_sweep(sweep);
    tn_arena_reset(&sweep->arena);
    TN_TRY(copy_request(sweep, target));
    TN_TRY(tn_search_look(s, target->object, &sweep->arena, &sweep->object, why));
    TN_TRY(s->base.ops->scan(&s->base, &sweep->request, &sweep->scan, why));
    sweep->is_running = true;
    return TN_OK;
}

/* Gets rows at hand. A sweep that lost its way, since a node was started anew, starts
 * anew too: what it had done is done. */
static tn_status fill(tn_search *s, const tn_erase_target *target, bool *is_end,
                      tn_buf *why)
{
    tn_search_sweep *sweep = s->sweep;
    for (;;) {
        size_t said = why->len;
        bool is_other =
            sweep->is_running && !tn_str_equal(sweep->request.object, target->object);
        tn_status status = TN_OK;
        if (!sweep->is_running || is_other)
            status = start_sweep(s, target, why);
        if (status == TN_OK)
            status = tn_search_fill(sweep->scan, is_end, why);
        if ((status != TN_STORE && status != TN_NOT_FOUND) || !sweep->is_running ||
            sweep->restarts == RESTARTS_MAX)
            return status == TN_NOT_FOUND ? TN_STORE : status;
        why->len = said;
        sweep->restarts++;
        stop_sweep(sweep);
    }
}

/* --- a chunk */

typedef struct chunk_state {
    tn_search *search;
    tn_search_sweep *sweep;
    const tn_erase_permit *permit;
    const tn_erase_chunk *chunk;
    tn_erase_result *out;
} chunk_state;

static tn_status decide_row(chunk_state *c, const tn_store_row *row)
{
    tn_scan *scan = c->sweep->scan;
    tn_erase_choice choice;
    tn_search_token token;
    tn_value key;
    TN_TRY(scan->ops->key(scan, row, &key));
    TN_TRY(c->chunk->decide(c->chunk->user, row, &key, &choice));
    if (!choice.is_chosen)
        return TN_OK;
    TN_TRY(tn_search_token_of(scan, &token, c->chunk->why));
    return tn_search_batch_add(&c->sweep->batch, &token);
}

static tn_status decide_rows(chunk_state *c)
{
    tn_scan *scan = c->sweep->scan;
    tn_store_rows rows = {.may_wait = false};
    tn_search_batch_reset(&c->sweep->batch);
    c->sweep->batch.is_index = c->sweep->object.is_index;
    while (!rows.may_wait && c->out->looked_at_count < c->chunk->row_limit) {
        TN_TRY(scan->ops->next(scan, &rows, c->chunk->why));
        if (rows.count == 0)
            return TN_OK;
        c->out->looked_at_count++;
        TN_TRY(decide_row(c, rows.list));
    }
    return TN_OK;
}

/* Writes down, with the caller, what is about to be sent, or is to be sent again. */
static tn_status intend(chunk_state *c)
{
    tn_buf_reset(&c->sweep->intent);
    tn_search_batch_put(&c->sweep->batch, &c->sweep->intent);
    TN_TRY(tn_buf_status(&c->sweep->intent));
    return c->chunk->intend(c->chunk->user, tn_buf_view(&c->sweep->intent),
                            c->sweep->batch.count);
}

/* Looks until it is known what became of every document. */
static tn_status find_out(chunk_state *c)
{
    tn_search_batch *batch = &c->sweep->batch;
    uint32_t wait_ms = PAUSE_MS;
    for (uint32_t probe = 1;; probe++) {
        size_t said = c->chunk->why->len;
        if (tn_search_batch_count(batch, TN_SEARCH_UNKNOWN) == 0)
            return TN_OK;
        tn_status status = tn_search_batch_probe(batch, c->search, c->chunk->why);
        if (status == TN_OK)
            return TN_OK;
        if (status == TN_NOMEM || probe == PROBES_MAX)
            return status == TN_NOMEM ? status : TN_STORE;
        c->chunk->why->len = said;
        pause_ms(wait_ms);
        wait_ms *= 2;
    }
}

static bool has_done_anything(const tn_search_batch *batch)
{
    return tn_search_batch_count(batch, TN_SEARCH_PENDING) != batch->count;
}

/* Sends until nothing is pending, or the lease is over. STOPPED: nothing was done, and
 * it may be tried later. */
static tn_status send_all(chunk_state *c)
{
    tn_search_batch *batch = &c->sweep->batch;
    uint32_t wait_ms = PAUSE_MS;
    for (uint32_t send = 1;; send++) {
        size_t said = c->chunk->why->len;
        tn_status status =
            tn_search_batch_send(batch, c->search, c->permit, c->chunk->why);
        if (status == TN_NOMEM)
            return status;
        c->chunk->why->len = said; /* it is known, or is found out */
        TN_TRY(find_out(c));
        if (tn_search_batch_count(batch, TN_SEARCH_PENDING) == 0)
            return TN_OK;
        if (send == SENDS_MAX)
            return has_done_anything(batch) ? TN_OK : TN_STOPPED;
        pause_ms(wait_ms);
        wait_ms *= 2;
        status = intend(c);
        if (status != TN_OK)
            return status == TN_STOPPED && has_done_anything(batch) ? TN_OK : status;
    }
}

/* Tells the caller what became of a document. */
static tn_status tell(chunk_state *c, const tn_search_item *item)
{
    tn_value parts[2] = {{TN_KIND_STRING, {.text = item->token.index}},
                         {TN_KIND_STRING, {.text = item->token.id}}};
    tn_list_value list = {parts, 2};
    tn_value key = parts[1];
    if (!c->sweep->batch.is_index)
        key = (tn_value){TN_KIND_LIST, {.list = &list}};
    switch (item->fate) {
    case TN_SEARCH_GONE:
        c->out->erased_count++;
        return c->chunk->take(c->chunk->user, &key);
    case TN_SEARCH_ABSENT: return c->chunk->lose(c->chunk->user, &key);
    case TN_SEARCH_CHANGED:
    case TN_SEARCH_REFUSED:
    case TN_SEARCH_PENDING: return c->chunk->spare(c->chunk->user, &key);
    case TN_SEARCH_UNKNOWN: break;
    }
    return TN_STORE;
}

static tn_status tell_all(chunk_state *c)
{
    tn_search_batch *batch = &c->sweep->batch;
    for (uint32_t i = 0; i < batch->count; i++)
        TN_TRY(tell(c, &batch->items[i]));
    tn_buf_put(&c->sweep->refusal, tn_buf_view(&batch->refusal));
    if (c->out->erased_count > 0)
        c->sweep->restarts = 0;
    return tn_buf_status(&c->sweep->refusal);
}

static tn_status fail_refused(tn_search_sweep *sweep, tn_buf *why)
{
    tn_buf_put_text(why, "it refused to delete: ");
    tn_buf_put(why, tn_buf_view(&sweep->refusal));
    tn_buf_reset(&sweep->refusal);
    return TN_STORE;
}

static tn_status carry_out(chunk_state *c)
{
    TN_TRY(c->chunk->begun(c->chunk->user, 0));
    TN_TRY(decide_rows(c));
    if (c->sweep->batch.count == 0)
        return TN_OK;
    TN_TRY(intend(c));
    TN_TRY(send_all(c));
    return tell_all(c);
}

static tn_status search_erase(tn_store *base, const tn_erase_permit *permit,
                              const tn_erase_target *target,
                              const tn_erase_chunk *chunk, tn_erase_result *out)
{
    tn_search *s = (tn_search *)base;
    *out = (tn_erase_result){.is_end = false};
    TN_TRY(make_sweep(s));
    chunk_state c = {s, s->sweep, permit, chunk, out};
    if (s->sweep->refusal.len > 0)
        return fail_refused(s->sweep, chunk->why);
    TN_TRY(fill(s, target, &out->is_end, chunk->why));
    if (out->is_end) {
        stop_sweep(s->sweep);
        return TN_OK;
    }
    tn_search_place start = tn_search_tell(s->sweep->scan);
    tn_status status = carry_out(&c);
    if (status == TN_STOPPED)
        tn_search_go_back(s->sweep->scan, &start);
    else if (status != TN_OK)
        stop_sweep(s->sweep);
    return status;
}

/* --- after a crash */

static tn_status search_recall(tn_store *base, const tn_erase_target *target,
                               const tn_erase_recall *recall, tn_buf *why)
{
    tn_search *s = (tn_search *)base;
    tn_erase_result result = {.is_end = false};
    (void)target;
    TN_TRY(make_sweep(s));
    tn_erase_chunk chunk = {.why = why, .user = recall->user, .lose = recall->lose};
    chunk_state c = {s, s->sweep, NULL, &chunk, &result};
    tn_search_batch *batch = &s->sweep->batch;
    tn_search_batch_reset(batch);
    tn_status status = tn_search_batch_read(batch, s, recall->intent);
    if (status == TN_INVALID) {
        tn_buf_put_text(why, "what an earlier run wrote down is damaged");
        return TN_STORE;
    }
    TN_TRY(status);
    for (uint32_t i = 0; i < batch->count; i++)
        batch->items[i].fate = TN_SEARCH_UNKNOWN;
    TN_TRY(find_out(&c));
    for (uint32_t i = 0; i < batch->count; i++)
        if (batch->items[i].fate == TN_SEARCH_ABSENT)
            TN_TRY(tell(&c, &batch->items[i]));
    return TN_OK;
}

/* --- at the end */

/* Writes of an index whose translog is synced now and then alone are made to stay. */
static tn_status search_harden(tn_store *base, const tn_erase_permit *permit,
                               tn_buf *why)
{
    tn_search *s = (tn_search *)base;
    tn_search_reply reply;
    tn_buf path, body;
    (void)permit;
    if (s->sweep == NULL || s->sweep->request.object.data == NULL)
        return TN_OK;
    tn_buf_init(&path, s->memory);
    tn_buf_init(&body, s->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, s->sweep->request.object);
    tn_buf_put_text(&path, "/_flush");
    tn_status status = tn_search_get(s, &path, &body, &reply, why);
    tn_buf_free(&path);
    tn_buf_free(&body);
    return status;
}

static tn_status search_settle(tn_store *base, const tn_erase_permit *permit,
                               tn_str run, bool *is_purged, tn_buf *why)
{
    (void)base;
    (void)permit;
    (void)run;
    (void)why;
    *is_purged = false; /* until segments are merged */
    return TN_OK;
}

const tn_erase_ops tn_search_erase = {
    .version = TN_ERASE_OPS_VERSION,
    .writing = &tn_search_writing_ops,
    .examine = search_examine,
    .mark = search_mark,
    .prepare = search_prepare,
    .erase = search_erase,
    .settle = search_settle,
    .recall = search_recall,
    .harden = search_harden,
};
