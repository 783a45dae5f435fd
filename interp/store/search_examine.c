/* search_examine: what hinders deleting, which cluster it is, and how far what was
 * deleted is gone. */
#include "interp/cel/map_value.h"
#include "interp/cel/value_copy.h"
#include "interp/store/search_erase.h"

#include <string.h>
#include <time.h>

/* The cluster's clock and ours may be so far apart. */
enum { CLOCK_SECONDS = 300 };

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

tn_status tn_search_examine(tn_store *base, const tn_erase_target *target,
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

tn_status tn_search_mark(tn_store *base, tn_store_mark *out, tn_buf *why)
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
tn_status tn_search_prepare(tn_store *base, const tn_erase_permit *permit,
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

/* --- at the end */

/* Sends `method` to "/OBJECT" and `rest`; an object that is not there is fine: it was
 * dropped, and that stays. */
static tn_status tell_index(tn_search *s, const tn_http_request *how, tn_str object,
                            tn_buf *why)
{
    tn_search_reply reply;
    tn_buf path;
    tn_http_request request = *how;
    tn_buf_init(&path, s->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, object);
    tn_buf_put(&path, how->path);
    request.path = tn_buf_view(&path);
    request.is_repeatable = request.is_long = true;
    tn_status status = tn_buf_status(&path);
    if (status == TN_OK)
        status = tn_search_call(s, &request, &reply, why);
    tn_buf_free(&path);
    TN_TRY(status);
    if (reply.status == 404)
        return TN_OK;
    return reply.status >= 300 ? tn_search_refuse(&reply, why) : TN_OK;
}

static tn_status post(tn_search *s, tn_str object, const char *rest, tn_buf *why)
{
    tn_http_request how = {
        .method = "POST", .path = tn_str_from(rest), .body = TN_STR("")};
    return tell_index(s, &how, object, why);
}

/* Writes of an index whose translog is synced now and then alone are made to stay. */
tn_status tn_search_harden(tn_store *base, const tn_erase_permit *permit, tn_buf *why)
{
    tn_search *s = (tn_search *)base;
    (void)permit;
    for (uint32_t i = 0; s->sweep != NULL && i < s->sweep->object_count; i++)
        TN_TRY(post(s, s->sweep->objects[i], "/_flush", why));
    return TN_OK;
}

tn_status tn_search_settle(tn_store *base, const tn_erase_permit *permit, tn_str run,
                           bool *is_purged, tn_buf *why)
{
    (void)base;
    (void)permit;
    (void)run;
    (void)why;
    *is_purged = false; /* until segments are merged */
    return TN_OK;
}

enum { EXPUNGE_BYTES_MAX = 16 << 20 }; /* a line for each of many indices */

#define EXPUNGE "index.merge.policy.expunge_deletes_allowed"

static tn_status set_expunge(tn_search *s, tn_str object, tn_str value, tn_buf *why)
{
    tn_buf body;
    tn_buf_init(&body, s->memory);
    tn_buf_put_text(&body, "{\"" EXPUNGE "\":");
    tn_buf_put(&body, value);
    tn_buf_put_char(&body, '}');
    tn_http_request how = {.method = "PUT",
                           .path = TN_STR("/_settings"),
                           .body = tn_buf_view(&body),
                           .is_stopless = true};
    tn_status status = tn_buf_status(&body);
    if (status == TN_OK)
        status = tell_index(s, &how, object, why);
    tn_buf_free(&body);
    return status;
}

/* What indices have set by themselves, by name; in the arena. */
static tn_status read_expunge(tn_search *s, tn_str object, tn_arena *arena,
                              tn_value *out, tn_buf *why)
{
    tn_search_reply reply;
    tn_buf path;
    tn_buf_init(&path, s->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, object);
    tn_buf_put_text(&path, "/_settings/" EXPUNGE "?flat_settings=true");
    tn_status status = tn_search_get(s, &path, NULL, &reply, why);
    tn_buf_free(&path);
    *out = (tn_value){TN_KIND_NULL, {0}};
    if (status == TN_OK)
        return tn_value_copy(arena, &reply.root, EXPUNGE_BYTES_MAX, out);
    return status == TN_NOT_FOUND ? TN_OK : status;
}

/* Puts back what was set before; the rest of them had nothing. */
static tn_status reset_expunge(tn_search *s, tn_str object, const tn_value *before,
                               tn_buf *why)
{
    TN_TRY(set_expunge(s, object, TN_STR("null"), why));
    for (uint32_t i = 0; before->kind == TN_KIND_MAP && i < before->as.map->count;
         i++) {
        const tn_map_pair *pair = &before->as.map->pairs[i];
        const tn_value *settings = tn_doc_member(&pair->value, "settings");
        tn_str value = tn_doc_text(tn_doc_member(settings, EXPUNGE));
        tn_buf quoted;
        if (value.data == NULL)
            continue;
        tn_buf_init(&quoted, s->memory);
        tn_buf_put_json(&quoted, value);
        tn_status status = tn_buf_status(&quoted);
        if (status == TN_OK)
            status = set_expunge(s, pair->key.as.text, tn_buf_view(&quoted), why);
        tn_buf_free(&quoted);
        TN_TRY(status);
    }
    return TN_OK;
}

/* By itself a merge of deletes leaves segments alone that have few of them: for this
 * one that is set to 0, and afterwards to what it was. */
static tn_status merge_deletes(tn_search *s, tn_str object, tn_buf *why)
{
    tn_arena arena;
    tn_value before;
    tn_arena_init(&arena, s->memory);
    tn_status status = read_expunge(s, object, &arena, &before, why);
    if (status == TN_OK)
        status = set_expunge(s, object, TN_STR("0"), why);
    if (status == TN_OK) {
        status = post(s, object, "/_forcemerge?only_expunge_deletes=true", why);
        size_t said = why->len;
        tn_status back = reset_expunge(s, object, &before, why);
        if (status != TN_OK)
            why->len = said; /* why it failed is told, not this */
        status = status != TN_OK ? status : back;
    }
    tn_arena_free(&arena);
    return status;
}

/* Is no deleted document left in a segment, of a replica neither? */
static tn_status is_merged(tn_search *s, tn_str object, bool *out, tn_buf *why)
{
    tn_search_reply reply;
    tn_buf path;
    tn_buf_init(&path, s->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, object);
    tn_buf_put_text(&path, "/_stats/docs");
    tn_status status = tn_search_get(s, &path, NULL, &reply, why);
    tn_buf_free(&path);
    *out = status == TN_NOT_FOUND;
    if (status == TN_NOT_FOUND)
        return TN_OK;
    TN_TRY(status);
    *out = tn_doc_int(tn_doc_path(&reply.root, "_all.total.docs.deleted"), -1) == 0;
    return TN_OK;
}

/* Soft deletes go only once every copy of a shard is known to have them; so a first
 * merge may leave some that a later one takes. */
tn_status tn_search_purge(tn_store *base, const tn_erase_permit *permit,
                          bool *is_purged, tn_buf *why)
{
    tn_search *s = (tn_search *)base;
    (void)permit;
    *is_purged = true;
    for (uint32_t i = 0; s->sweep != NULL && i < s->sweep->object_count; i++) {
        tn_str object = s->sweep->objects[i];
        bool is_done;
        TN_TRY(post(s, object, "/_flush?force=true", why));
        TN_TRY(merge_deletes(s, object, why));
        TN_TRY(post(s, object, "/_refresh", why));
        TN_TRY(is_merged(s, object, &is_done, why));
        *is_purged = *is_purged && is_done;
    }
    return TN_OK;
}
