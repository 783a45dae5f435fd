/* search_bulk: bulks of guarded deletions, and what became of them. */
#include "interp/store/search_erase.h"

#include <string.h>

enum { TOKEN_PARTS = 6 };

void tn_search_batch_init(tn_search_batch *batch, const tn_allocator *memory)
{
    *batch = (tn_search_batch){.count = 0};
    tn_arena_init(&batch->arena, memory);
    tn_buf_init(&batch->refusal, memory);
}

void tn_search_batch_free(tn_search_batch *batch)
{
    tn_arena_free(&batch->arena);
    tn_buf_free(&batch->refusal);
}

void tn_search_batch_reset(tn_search_batch *batch)
{
    tn_arena_reset(&batch->arena);
    tn_buf_reset(&batch->refusal);
    batch->items = NULL;
    batch->count = batch->capacity = 0;
}

/* Many documents in a row are of one index: its name is kept once. */
static tn_str keep(tn_search_batch *batch, tn_str text, const tn_str *last)
{
    if (text.data == NULL || (last != NULL && tn_str_equal(*last, text)))
        return text.data == NULL ? text : *last;
    return tn_arena_copy(&batch->arena, text);
}

tn_status tn_search_batch_add(tn_search_batch *batch, const tn_search_token *token)
{
    const tn_search_token *last =
        batch->count == 0 ? NULL : &batch->items[batch->count - 1].token;
    if (batch->count == batch->capacity) {
        uint32_t capacity = batch->capacity == 0 ? 256 : 2 * batch->capacity;
        tn_search_item *grown =
            tn_arena_take_array(&batch->arena, capacity, sizeof(*grown));
        if (grown == NULL)
            return TN_NOMEM;
        if (batch->count > 0)
            memcpy(grown, batch->items, batch->count * sizeof(*grown));
        batch->items = grown;
        batch->capacity = capacity;
    }
    tn_search_item item = {.token = *token, .fate = TN_SEARCH_PENDING};
    item.token.index = keep(batch, token->index, last == NULL ? NULL : &last->index);
    item.token.uuid = keep(batch, token->uuid, last == NULL ? NULL : &last->uuid);
    item.token.id = keep(batch, token->id, NULL);
    item.token.routing = keep(batch, token->routing, NULL);
    if (item.token.index.data == NULL || item.token.uuid.data == NULL ||
        item.token.id.data == NULL ||
        (token->routing.data != NULL && item.token.routing.data == NULL))
        return TN_NOMEM;
    batch->items[batch->count++] = item;
    return TN_OK;
}

uint32_t tn_search_batch_count(const tn_search_batch *batch, tn_search_fate fate)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < batch->count; i++)
        count += batch->items[i].fate == fate;
    return count;
}

/* --- intents */

static void put_optional(tn_buf *out, tn_str text)
{
    if (text.data == NULL)
        tn_buf_put_text(out, "null");
    else
        tn_buf_put_json(out, text);
}

void tn_search_batch_put(const tn_search_batch *batch, tn_buf *out)
{
    tn_buf_put_text(out, batch->is_index ? "index\n" : "indices\n");
    for (uint32_t i = 0; i < batch->count; i++) {
        const tn_search_token *token = &batch->items[i].token;
        tn_buf_put_char(out, '[');
        tn_buf_put_json(out, token->index);
        tn_buf_put_char(out, ',');
        tn_buf_put_json(out, token->uuid);
        tn_buf_put_char(out, ',');
        tn_buf_put_json(out, token->id);
        tn_buf_put_char(out, ',');
        put_optional(out, token->routing);
        tn_buf_put_format(out, ",%lld,%lld]\n", (long long)token->seq_no,
                          (long long)token->primary_term);
    }
}

static tn_status read_token(tn_search_batch *batch, const tn_value *line)
{
    const tn_value *parts = NULL;
    if (tn_doc_items(line, &parts) != TOKEN_PARTS)
        return TN_INVALID;
    tn_search_token token = {tn_doc_text(&parts[0]),    tn_doc_text(&parts[1]),
                             tn_doc_text(&parts[2]),    tn_doc_text(&parts[3]),
                             tn_doc_int(&parts[4], -1), tn_doc_int(&parts[5], -1)};
    if (token.index.data == NULL || token.uuid.data == NULL || token.id.data == NULL ||
        token.seq_no < 0 || token.primary_term < 0)
        return TN_INVALID;
    return tn_search_batch_add(batch, &token);
}

static tn_status read_line(tn_search_batch *batch, tn_search *search, tn_str line)
{
    tn_value value;
    tn_buf padded;
    tn_buf_init(&padded, search->memory);
    tn_buf_put(&padded, line);
    tn_buf_put_repeated(&padded, 0, TN_JSON_PADDING);
    tn_arena_reset(&search->reply);
    tn_status status = tn_buf_status(&padded);
    if (status == TN_OK)
        status = tn_json_doc_read(search->index, (tn_str){padded.data, line.len},
                                  &search->reply, &value);
    if (status == TN_OK)
        status = read_token(batch, &value);
    tn_buf_free(&padded);
    return status;
}

tn_status tn_search_batch_read(tn_search_batch *batch, tn_search *search, tn_str intent)
{
    size_t end = tn_str_find(intent, TN_STR("\n"));
    tn_str head = tn_str_slice(intent, 0, end);
    batch->is_index = tn_str_equal(head, TN_STR("index"));
    if (end == SIZE_MAX || (!batch->is_index && !tn_str_equal(head, TN_STR("indices"))))
        return TN_INVALID;
    for (size_t at = end + 1; at < intent.len;) {
        const char *start = intent.data + at;
        const char *stop = memchr(start, '\n', intent.len - at);
        if (stop == NULL)
            return TN_INVALID;
        TN_TRY(read_line(batch, search, (tn_str){start, (size_t)(stop - start)}));
        at += (size_t)(stop - start) + 1;
    }
    return TN_OK;
}

/* --- sending */

static void put_deletion(tn_buf *body, const tn_search_token *token)
{
    tn_buf_put_text(body, "{\"delete\":{\"_index\":");
    tn_buf_put_json(body, token->index);
    tn_buf_put_text(body, ",\"_id\":");
    tn_buf_put_json(body, token->id);
    if (token->routing.data != NULL) {
        tn_buf_put_text(body, ",\"routing\":");
        tn_buf_put_json(body, token->routing);
    }
    tn_buf_put_format(body, ",\"if_seq_no\":%lld,\"if_primary_term\":%lld}}\n",
                      (long long)token->seq_no, (long long)token->primary_term);
}

static void note_refusal(tn_search_batch *batch, const tn_value *error)
{
    if (batch->refusal.len == 0)
        tn_search_put_error(error, &batch->refusal);
}

static tn_search_fate fate_of(tn_search_batch *batch, const tn_value *answer)
{
    int64_t status = tn_doc_int(tn_doc_member(answer, "status"), 0);
    const tn_value *error = tn_doc_member(answer, "error");
    tn_str type = tn_doc_text(tn_doc_member(error, "type"));
    if (status == 200)
        return TN_SEARCH_GONE;
    if (status == 404)
        return TN_SEARCH_ABSENT;
    if (status == 409) /* changed; or deleted, perhaps by this program's own bulk */
        return TN_SEARCH_UNKNOWN;
    if (status == 429 && !tn_str_equal(type, TN_STR("cluster_block_exception")))
        return TN_SEARCH_PENDING;
    if (status >= 500 || status == 0)
        return TN_SEARCH_UNKNOWN;
    note_refusal(batch, error);
    return TN_SEARCH_REFUSED;
}

tn_status tn_search_batch_answered(tn_search_batch *batch, const tn_value *root,
                                   tn_buf *why)
{
    const tn_value *answers = NULL;
    uint32_t count = tn_doc_items(tn_doc_member(root, "items"), &answers);
    uint32_t at = 0;
    bool is_cut = false;
    for (uint32_t i = 0; i < batch->count && !is_cut; i++) {
        tn_search_item *item = &batch->items[i];
        if (item->fate != TN_SEARCH_UNKNOWN)
            continue;
        const tn_value *answer =
            at < count ? tn_doc_member(&answers[at++], "delete") : root;
        tn_str id = tn_doc_text(tn_doc_member(answer, "_id"));
        is_cut = !tn_str_equal(id, item->token.id);
        if (!is_cut)
            item->fate = fate_of(batch, answer);
    }
    if (at == count && !is_cut)
        return TN_OK;
    tn_buf_put_text(why, "it did not say what became of every document");
    return TN_STORE;
}

static void set_all(tn_search_batch *batch, tn_search_fate from, tn_search_fate to)
{
    for (uint32_t i = 0; i < batch->count; i++)
        if (batch->items[i].fate == from)
            batch->items[i].fate = to;
}

static tn_status send_body(tn_search_batch *batch, tn_search *search, tn_buf *body,
                           tn_buf *why)
{
    tn_search_reply reply;
    tn_http_request request = {.method = "POST",
                               .path = TN_STR("/_bulk?filter_path=items.*._id,items.*."
                                              "status,items.*.error"),
                               .body = tn_buf_view(body),
                               .is_once = true};
    tn_status status = tn_search_call(search, &request, &reply, why);
    if (status == TN_OK && reply.status == 200)
        return tn_search_batch_answered(batch, &reply.root, why);
    bool is_unknown = reply.is_unknown || reply.status >= 500;
    if (!is_unknown) /* it never came to a document */
        set_all(batch, TN_SEARCH_UNKNOWN, TN_SEARCH_PENDING);
    if (status != TN_OK)
        return status;
    status = tn_search_refuse(&reply, why);
    if (reply.status != 429 && !is_unknown) {
        note_refusal(batch, tn_doc_member(&reply.root, "error"));
        set_all(batch, TN_SEARCH_PENDING, TN_SEARCH_REFUSED);
    }
    return status;
}

tn_status tn_search_batch_send(tn_search_batch *batch, tn_search *search,
                               const tn_erase_permit *permit, tn_buf *why)
{
    tn_buf body;
    assert(permit != NULL);
    (void)permit;
    tn_buf_init(&body, search->memory);
    for (uint32_t i = 0; i < batch->count; i++)
        if (batch->items[i].fate == TN_SEARCH_PENDING)
            put_deletion(&body, &batch->items[i].token);
    tn_status status = tn_buf_status(&body);
    if (status == TN_OK) {
        set_all(batch, TN_SEARCH_PENDING, TN_SEARCH_UNKNOWN);
        status = send_body(batch, search, &body, why);
    }
    tn_buf_free(&body);
    return status;
}

/* --- looking what became of it */

tn_status tn_search_has_index(tn_search *search, const tn_search_token *token,
                              bool *is_there, tn_buf *why)
{
    tn_search_reply reply;
    tn_buf path;
    tn_buf_init(&path, search->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, token->index);
    tn_buf_put_text(&path, "/_settings?filter_path=*.settings.index.uuid");
    tn_http_request request = {
        .method = "GET", .path = tn_buf_view(&path), .is_repeatable = true};
    tn_status status = tn_buf_status(&path);
    if (status == TN_OK)
        status = tn_search_call(search, &request, &reply, why);
    tn_buf_free(&path);
    TN_TRY(status);
    *is_there = false;
    if (reply.status == 404)
        return TN_OK;
    if (reply.status >= 300)
        return tn_search_refuse(&reply, why);
    const tn_value *about = tn_doc_find(&reply.root, token->index);
    tn_str uuid = tn_doc_text(tn_doc_path(about, "settings.index.uuid"));
    *is_there = tn_str_equal(uuid, token->uuid);
    return TN_OK;
}

/* What is unknown in indices that are no longer there, is gone with them. */
static tn_status drop_indices(tn_search_batch *batch, tn_search *search, tn_buf *why)
{
    const tn_search_token *last = NULL;
    bool is_there = false;
    for (uint32_t i = 0; i < batch->count; i++) {
        tn_search_item *item = &batch->items[i];
        if (item->fate != TN_SEARCH_UNKNOWN)
            continue;
        if (last == NULL || !tn_str_equal(last->index, item->token.index) ||
            !tn_str_equal(last->uuid, item->token.uuid))
            TN_TRY(tn_search_has_index(search, &item->token, &is_there, why));
        last = &item->token;
        if (!is_there)
            item->fate = TN_SEARCH_ABSENT;
    }
    return TN_OK;
}

static void put_question(tn_buf *body, const tn_search_token *token, bool is_first)
{
    tn_buf_put_text(body, is_first ? "{\"_index\":" : ",{\"_index\":");
    tn_buf_put_json(body, token->index);
    tn_buf_put_text(body, ",\"_id\":");
    tn_buf_put_json(body, token->id);
    if (token->routing.data != NULL) {
        tn_buf_put_text(body, ",\"routing\":");
        tn_buf_put_json(body, token->routing);
    }
    tn_buf_put_text(body, ",\"_source\":false}");
}

/* UNKNOWN where the answer does not tell. */
static tn_search_fate fate_now(const tn_search_token *token, const tn_value *answer)
{
    const tn_value *found = tn_doc_member(answer, "found");
    if (found->kind != TN_KIND_BOOL ||
        !tn_str_equal(tn_doc_text(tn_doc_member(answer, "_id")), token->id))
        return TN_SEARCH_UNKNOWN;
    if (!found->as.boolean)
        return TN_SEARCH_ABSENT;
    bool is_same =
        tn_doc_int(tn_doc_member(answer, "_seq_no"), -1) == token->seq_no &&
        tn_doc_int(tn_doc_member(answer, "_primary_term"), -1) == token->primary_term;
    return is_same ? TN_SEARCH_PENDING : TN_SEARCH_CHANGED;
}

tn_status tn_search_batch_probed(tn_search_batch *batch, const tn_value *root,
                                 tn_buf *why)
{
    const tn_value *answers = NULL;
    uint32_t count = tn_doc_items(tn_doc_member(root, "docs"), &answers);
    uint32_t at = 0;
    for (uint32_t i = 0; i < batch->count && at < count; i++) {
        tn_search_item *item = &batch->items[i];
        if (item->fate != TN_SEARCH_UNKNOWN)
            continue;
        const tn_value *answer = &answers[at++];
        item->fate = fate_now(&item->token, answer);
        if (item->fate != TN_SEARCH_UNKNOWN)
            continue;
        tn_buf_put_text(why, "it can't be told what became of a document: ");
        tn_search_put_error(tn_doc_member(answer, "error"), why);
        return TN_STORE;
    }
    if (tn_search_batch_count(batch, TN_SEARCH_UNKNOWN) == 0)
        return TN_OK;
    tn_buf_put_text(why, "it did not say of every document whether it is there");
    return TN_STORE;
}

tn_status tn_search_batch_probe(tn_search_batch *batch, tn_search *search, tn_buf *why)
{
    tn_search_reply reply;
    tn_buf body;
    bool is_first = true;
    TN_TRY(drop_indices(batch, search, why));
    tn_buf_init(&body, search->memory);
    tn_buf_put_text(&body, "{\"docs\":[");
    for (uint32_t i = 0; i < batch->count; i++) {
        if (batch->items[i].fate != TN_SEARCH_UNKNOWN)
            continue;
        put_question(&body, &batch->items[i].token, is_first);
        is_first = false;
    }
    tn_buf_put_text(&body, "]}");
    tn_http_request request = {.method = "POST",
                               .path = TN_STR("/_mget"),
                               .body = tn_buf_view(&body),
                               .is_repeatable = true};
    tn_status status = tn_buf_status(&body);
    if (status == TN_OK && !is_first)
        status = tn_search_call(search, &request, &reply, why);
    tn_buf_free(&body);
    if (status != TN_OK || is_first)
        return status;
    if (reply.status >= 300)
        return tn_search_refuse(&reply, why);
    return tn_search_batch_probed(batch, &reply.root, why);
}
