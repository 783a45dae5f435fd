#include "interp/store/search_erase.h"

#include <string.h>
#include <time.h>

enum {
    SENDS_MAX = 4,    /* of one bulk, while the node has too much to do */
    PROBES_MAX = 4,   /* each as patient as a request is */
    RESTARTS_MAX = 5, /* of a sweep that comes to nothing in between */
    PAUSE_MS = 250    /* before the second; doubled */
};

static void pause_ms(uint32_t ms)
{
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
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
tn_status tn_search_copy_request(tn_search_sweep *sweep, const tn_erase_target *target)
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

tn_status tn_search_note_object(tn_search *s, tn_str name)
{
    tn_search_sweep *sweep = s->sweep;
    for (uint32_t i = 0; i < sweep->object_count; i++)
        if (tn_str_equal(sweep->objects[i], name))
            return TN_OK;
    tn_str *grown =
        tn_arena_take_array(&s->arena, sweep->object_count + 1, sizeof(*grown));
    if (grown == NULL)
        return TN_NOMEM;
    if (sweep->object_count > 0)
        memcpy(grown, sweep->objects, sweep->object_count * sizeof(*grown));
    grown[sweep->object_count] = tn_arena_copy(&s->arena, name);
    if (grown[sweep->object_count].data == NULL)
        return TN_NOMEM;
    sweep->objects = grown;
    sweep->object_count++;
    return TN_OK;
}

/* What is certainly kept, by the facts that were just read, is not read. */
static tn_status start_sweep(tn_search_chunk *c)
{
    tn_search *s = c->search;
    tn_search_sweep *sweep = c->sweep;
    tn_buf *why = c->chunk->why;
    TN_TRY(tn_search_note_object(s, c->target->object));
    stop_sweep(sweep);
    tn_arena_reset(&sweep->arena);
    TN_TRY(tn_search_copy_request(sweep, c->target));
    TN_TRY(tn_search_look(s, c->target->object, &sweep->arena, &sweep->object, why));
    if (c->chunk->certain != NULL)
        TN_TRY(c->chunk->certain(c->chunk->user, &sweep->request.push));
    TN_TRY(s->base.ops->scan(&s->base, &sweep->request, &sweep->scan, why));
    sweep->request.push = NULL;
    sweep->is_running = true;
    return TN_OK;
}

/* Gets rows at hand. A sweep that lost its way, since a node was started anew, starts
 * anew too: what it had done is done. */
static tn_status fill(tn_search_chunk *c, bool *is_end)
{
    tn_search_sweep *sweep = c->sweep;
    tn_buf *why = c->chunk->why;
    for (;;) {
        size_t said = why->len;
        bool is_other = sweep->is_running &&
                        !tn_str_equal(sweep->request.object, c->target->object);
        tn_status status = TN_OK;
        if (!sweep->is_running || is_other)
            status = start_sweep(c);
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

tn_status tn_search_decide_row(tn_search_chunk *c, tn_scan *scan,
                               const tn_store_row *row)
{
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

static tn_status decide_rows(tn_search_chunk *c)
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
        TN_TRY(tn_search_decide_row(c, scan, rows.list));
    }
    return TN_OK;
}

tn_status tn_search_intend(tn_search_chunk *c)
{
    tn_buf_reset(&c->sweep->intent);
    tn_search_batch_put(&c->sweep->batch, &c->sweep->intent);
    TN_TRY(tn_buf_status(&c->sweep->intent));
    return c->chunk->intend(c->chunk->user, tn_buf_view(&c->sweep->intent),
                            c->sweep->batch.count);
}

/* Looks until it is known what became of every document. */
static tn_status find_out(tn_search_chunk *c)
{
    tn_search_batch *batch = &c->sweep->batch;
    uint32_t wait_ms = PAUSE_MS;
    for (uint32_t probe = 1;; probe++) {
        size_t said = c->chunk->why->len;
        if (tn_search_batch_count(batch, TN_SEARCH_UNKNOWN) == 0)
            return TN_OK;
        tn_status status = tn_search_batch_probe(batch, c->search, c->chunk->why);
        if (status == TN_OK || status == TN_NOMEM || status == TN_STOPPED)
            return status;
        if (probe == PROBES_MAX)
            return TN_STORE;
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
static tn_status send_all(tn_search_chunk *c)
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
        if (send == SENDS_MAX || status == TN_STOPPED)
            return has_done_anything(batch) ? TN_OK : TN_STOPPED;
        pause_ms(wait_ms);
        wait_ms *= 2;
        status = tn_search_intend(c);
        if (status != TN_OK)
            return status == TN_STOPPED && has_done_anything(batch) ? TN_OK : status;
    }
}

/* Tells the caller what became of a document. */
static tn_status tell(tn_search_chunk *c, const tn_search_item *item)
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

tn_status tn_search_tell_all(tn_search_chunk *c)
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

static tn_status carry_out(tn_search_chunk *c)
{
    TN_TRY(decide_rows(c));
    if (c->sweep->batch.count == 0)
        return TN_OK;
    TN_TRY(tn_search_intend(c));
    TN_TRY(send_all(c));
    return tn_search_tell_all(c);
}

static tn_status search_erase(tn_store *base, const tn_erase_permit *permit,
                              const tn_erase_target *target,
                              const tn_erase_chunk *chunk, tn_erase_result *out)
{
    tn_search *s = (tn_search *)base;
    *out = (tn_erase_result){.is_end = false};
    TN_TRY(make_sweep(s));
    tn_search_chunk c = {s, s->sweep, permit, chunk, target, out};
    if (s->sweep->refusal.len > 0)
        return fail_refused(s->sweep, chunk->why);
    if (target->may_drop && !s->sweep->is_running) {
        bool is_looked_through;
        TN_TRY(tn_search_drop_next(&c, &is_looked_through));
        if (!is_looked_through)
            return TN_OK;
    }
    TN_TRY(chunk->begun(chunk->user, 0));
    TN_TRY(fill(&c, &out->is_end));
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
    TN_TRY(make_sweep(s));
    tn_erase_chunk chunk = {.why = why, .user = recall->user, .lose = recall->lose};
    tn_search_chunk c = {s, s->sweep, NULL, &chunk, target, &result};
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

const tn_erase_ops tn_search_erase = {
    .version = TN_ERASE_OPS_VERSION,
    .writing = &tn_search_writing_ops,
    .examine = tn_search_examine,
    .mark = tn_search_mark,
    .prepare = tn_search_prepare,
    .erase = search_erase,
    .settle = tn_search_settle,
    .recall = search_recall,
    .harden = tn_search_harden,
    .purge = tn_search_purge,
    .holders = tn_search_holders,
};
