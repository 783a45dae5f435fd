#include "interp/eval/verdict_json.h"
#include "interp/eval/doubt_text.h"
#include "interp/store/key.h"

/* --- texts that repeat */

static tn_str keep(tn_verdict_json *json, tn_buf *buf)
{
    tn_str kept =
        buf->failed ? (tn_str){NULL, 0} : tn_arena_copy(&json->arena, tn_buf_view(buf));
    tn_buf_reset(buf);
    return kept;
}

static tn_status keep_name(tn_verdict_json *json, tn_buf *buf, tn_str name, tn_str *out)
{
    tn_buf_put_json(buf, name);
    *out = keep(json, buf);
    return out->data == NULL ? TN_NOMEM : TN_OK;
}

static tn_status keep_place(tn_verdict_json *json, tn_buf *buf, uint32_t place,
                            tn_str *out)
{
    tn_eval_put_place(buf, json->image, place);
    tn_str plain = keep(json, buf);
    return plain.data == NULL ? TN_NOMEM : keep_name(json, buf, plain, out);
}

static tn_status keep_all(tn_verdict_json *json, tn_buf *buf)
{
    const tn_image *image = json->image;
    const tn_img_category *row = &image->categories[json->category];
    json->clauses =
        tn_arena_take_array(&json->arena, row->clauses.count, sizeof(*json->clauses));
    json->fields =
        tn_arena_take_array(&json->arena, row->fields.count, sizeof(*json->fields));
    if (json->clauses == NULL || json->fields == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < row->clauses.count; i++)
        TN_TRY(keep_place(json, buf, image->clauses[row->clauses.first + i].place,
                          &json->clauses[i]));
    for (uint32_t i = 0; i < row->fields.count; i++)
        TN_TRY(keep_name(json, buf,
                         tn_image_str(image, image->fields[row->fields.first + i].name),
                         &json->fields[i]));
    return keep_name(json, buf, tn_image_str(image, row->name), &json->category_name);
}

tn_status tn_verdict_json_init(tn_verdict_json *json, const tn_image *image,
                               uint32_t category, const tn_allocator *memory)
{
    tn_buf buf;
    *json = (tn_verdict_json){.image = image, .category = category};
    tn_arena_init(&json->arena, memory);
    tn_buf_init(&buf, memory);
    tn_status status = keep_all(json, &buf);
    tn_buf_free(&buf);
    if (status != TN_OK)
        tn_verdict_json_free(json);
    return status;
}

void tn_verdict_json_free(tn_verdict_json *json)
{
    tn_arena_free(&json->arena);
}

/* --- the object */

static void put_instant(tn_buf *buf, bool is_there, tn_instant t)
{
    if (!is_there) {
        tn_buf_put(buf, TN_STR("null"));
        return;
    }
    char *room = tn_buf_reserve(buf, TN_INSTANT_TEXT_MAX + 2);
    if (room == NULL)
        return;
    *room = '"';
    size_t len = tn_instant_format(t, room + 1);
    room[len + 1] = '"';
    buf->len += len + 2;
}

static void put_bool(tn_buf *buf, bool value)
{
    tn_buf_put(buf, value ? TN_STR("true") : TN_STR("false"));
}

static void put_clause(const tn_verdict_json *json, tn_buf *buf, uint32_t clause)
{
    uint32_t first = json->image->categories[json->category].clauses.first;
    tn_buf_put(buf, clause == TN_NONE ? TN_STR("null") : json->clauses[clause - first]);
}

static void put_redact(const tn_verdict_json *json, tn_buf *buf, const tn_verdict *v)
{
    tn_buf_put_char(buf, '[');
    for (uint32_t i = 0; i < v->redact_count; i++) {
        if (i > 0)
            tn_buf_put_char(buf, ',');
        tn_buf_put(buf, json->fields[v->redact[i]]);
    }
    tn_buf_put_char(buf, ']');
}

/* Appends what `put` would write as a JSON string. */
static void put_message(tn_buf *buf, const tn_judged *judged, const tn_doubt *doubt)
{
    tn_buf text;
    tn_buf_init(&text, buf->memory);
    tn_doubt_put_message(&text, judged, doubt);
    tn_buf_put_json(buf, tn_buf_view(&text));
    buf->failed |= text.failed;
    tn_buf_free(&text);
}

static void put_subject(const tn_verdict_json *json, tn_buf *buf, const tn_doubt *doubt)
{
    if (doubt->slot != TN_NONE) {
        tn_buf_put(buf, TN_STR(",\"field\":\""));
        tn_doubt_put_slot(buf, json->image, json->category, doubt->slot);
        tn_buf_put_char(buf, '"');
    } else if (doubt->entity != TN_NONE) {
        tn_buf_put(buf, TN_STR(",\"entity\":"));
        tn_buf_put_json(buf,
                        tn_doubt_entity(json->image, json->category, doubt->entity));
    }
}

static void put_detail(const tn_verdict_json *json, tn_buf *buf,
                       const tn_judged *judged)
{
    tn_buf_put_char(buf, '[');
    for (uint32_t i = 0; i < judged->verdict->doubt_count; i++) {
        const tn_doubt *doubt = &judged->verdict->doubts[i];
        tn_buf_put(buf, i > 0 ? TN_STR(",{\"reason\":\"") : TN_STR("{\"reason\":\""));
        tn_buf_put_text(buf, tn_reason_text(doubt->reason));
        tn_buf_put(buf, TN_STR("\",\"clause\":"));
        put_clause(json, buf, doubt->clause);
        put_subject(json, buf, doubt);
        tn_buf_put(buf, TN_STR(",\"message\":"));
        put_message(buf, judged, doubt);
        tn_buf_put_char(buf, '}');
    }
    tn_buf_put_char(buf, ']');
}

void tn_verdict_json_put(const tn_verdict_json *json, tn_buf *buf,
                         const tn_judged *judged)
{
    const tn_verdict *v = judged->verdict;
    tn_value key;
    if (tn_judged_key(judged, &key) != TN_OK) {
        buf->failed = true;
        return;
    }
    tn_buf_put(buf, TN_STR("{\"record\":"));
    tn_key_put_json(buf, &key);
    tn_buf_put(buf, TN_STR(",\"category\":"));
    tn_buf_put(buf, json->category_name);
    tn_buf_put(buf, TN_STR(",\"verdict\":\""));
    tn_buf_put_text(buf, tn_decision_text(v->decision));
    tn_buf_put(buf, TN_STR("\",\"reason\":\""));
    tn_buf_put_text(buf, tn_reason_text(v->reason));
    tn_buf_put(buf, TN_STR("\",\"clause\":"));
    put_clause(json, buf, v->clause);
    tn_buf_put(buf, TN_STR(",\"due\":"));
    put_instant(buf, v->has_due, v->due);
    tn_buf_put(buf, TN_STR(",\"deadline\":"));
    put_instant(buf, v->has_deadline, v->deadline);
    tn_buf_put(buf, TN_STR(",\"overdue\":"));
    put_bool(buf, v->overdue);
    tn_buf_put(buf, TN_STR(",\"conflict\":"));
    put_bool(buf, v->conflict);
    tn_buf_put(buf, TN_STR(",\"next_change\":"));
    put_instant(buf, v->has_next_change, v->next_change);
    tn_buf_put(buf, TN_STR(",\"redact\":"));
    put_redact(json, buf, v);
    tn_buf_put(buf, TN_STR(",\"detail\":"));
    put_detail(json, buf, judged);
    tn_buf_put_char(buf, '}');
}
