/* sqlite_row: a row in the middle of the deleting statement. */
#include "interp/store/sqlite_chunk.h"

#include <string.h>

/* --- values */

/* False when there is no memory for it. */
static inline bool read_value(sqlite3_value *from, tn_value *out)
{
    switch (sqlite3_value_type(from)) {
    case SQLITE_INTEGER:
        out->kind = TN_KIND_INT;
        out->as.integer = sqlite3_value_int64(from);
        return true;
    case SQLITE_FLOAT:
        out->kind = TN_KIND_DOUBLE;
        out->as.real = sqlite3_value_double(from);
        return true;
    case SQLITE_TEXT:
        out->kind = TN_KIND_STRING;
        out->as.text.data = (const char *)sqlite3_value_text(from);
        out->as.text.len = (size_t)sqlite3_value_bytes(from);
        return out->as.text.data != NULL;
    case SQLITE_BLOB:
        out->kind = TN_KIND_BYTES;
        out->as.text.data = sqlite3_value_blob(from);
        out->as.text.len = (size_t)sqlite3_value_bytes(from);
        return out->as.text.data != NULL || out->as.text.len == 0;
    default: out->kind = TN_KIND_NULL; return true;
    }
}

int tn_sqlite_bind(sqlite3_stmt *statement, int number, const tn_value *value)
{
    switch (value->kind) {
    case TN_KIND_INT: return sqlite3_bind_int64(statement, number, value->as.integer);
    case TN_KIND_BOOL: return sqlite3_bind_int(statement, number, value->as.boolean);
    case TN_KIND_DOUBLE: return sqlite3_bind_double(statement, number, value->as.real);
    case TN_KIND_STRING:
        return sqlite3_bind_text64(statement, number, value->as.text.data,
                                   value->as.text.len, SQLITE_STATIC, SQLITE_UTF8);
    case TN_KIND_BYTES:
        return sqlite3_bind_blob64(statement, number,
                                   value->as.text.len == 0 ? "" : value->as.text.data,
                                   value->as.text.len, SQLITE_STATIC);
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_UINT:
    case TN_KIND_TIMESTAMP:
    case TN_KIND_DATE:
    case TN_KIND_DURATION:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    return sqlite3_bind_null(statement, number);
}

/* A copy in the chunk's arena; false when there is no memory. */
static bool copy_value(tn_sqlite_eraser *e, const tn_value *value, tn_value *out)
{
    *out = *value;
    if (value->kind != TN_KIND_STRING && value->kind != TN_KIND_BYTES)
        return true;
    out->as.text = tn_arena_copy(&e->arena, value->as.text);
    return out->as.text.data != NULL;
}

bool tn_sqlite_keep(tn_sqlite_eraser *e, sqlite3_value *from, tn_value *out)
{
    tn_value value;
    return read_value(from, &value) && copy_value(e, &value, out);
}

/* --- a row */

static tn_status read_key(tn_sqlite_eraser *e, sqlite3_value **arguments)
{
    if (e->key_count == 1)
        return read_value(arguments[0], &e->record_key) ? TN_OK : TN_NOMEM;
    for (uint32_t i = 0; i < e->key_count; i++)
        if (!read_value(arguments[i], &e->key_parts[i]))
            return TN_NOMEM;
    e->key_list = (tn_list_value){e->key_parts, e->key_count};
    e->record_key = (tn_value){TN_KIND_LIST, {.list = &e->key_list}};
    return TN_OK;
}

static tn_status fill_row(tn_sqlite_eraser *e, sqlite3_value **arguments)
{
    uint32_t at = 0;
    e->row.number++;
    for (uint32_t i = 0; i < e->wanted_count; i++)
        if (!read_value(arguments[at++], &e->values[e->wanted[i]]))
            return TN_NOMEM;
    e->row.undeclared_count = 0;
    for (uint32_t i = 0; i < e->rest_count; i++)
        if (sqlite3_value_type(arguments[at++]) != SQLITE_NULL)
            e->undeclared[e->row.undeclared_count++] = i;
    return TN_OK;
}

/* Remembers the row for its redaction. */
static tn_status keep_pending(tn_sqlite_eraser *e, sqlite3_value **walk,
                              const tn_erase_choice *choice)
{
    if (e->pending_count == e->pending_capacity) {
        uint32_t capacity = e->pending_capacity == 0 ? 64 : 2 * e->pending_capacity;
        tn_sqlite_pending *grown =
            tn_arena_take_array(&e->arena, capacity, sizeof(*grown));
        if (grown == NULL)
            return TN_NOMEM;
        if (e->pending_count > 0)
            memcpy(grown, e->pendings, e->pending_count * sizeof(*grown));
        e->pendings = grown;
        e->pending_capacity = capacity;
    }
    tn_sqlite_pending *p = &e->pendings[e->pending_count];
    p->change_count = choice->change_count;
    p->changes =
        tn_arena_take_array(&e->arena, choice->change_count, sizeof(*p->changes));
    bool good = p->changes != NULL;
    for (uint32_t i = 0; good && i < choice->change_count; i++) {
        p->changes[i].column = choice->changes[i].column;
        good = copy_value(e, &choice->changes[i].value, &p->changes[i].value);
    }
    for (uint32_t i = 0; good && i < e->walk_count; i++)
        good = tn_sqlite_keep(e, walk[i], &p->walk[i]);
    e->pending_count += good;
    return good ? TN_OK : TN_NOMEM;
}

static tn_status take_row(tn_sqlite_eraser *e, const tn_value *key)
{
    e->taken_count++;
    return e->chunk->take(e->chunk->user, key);
}

/* The arguments: the record's key; the columns that decide; the key walked by, where it
 * is redacted. */
static tn_status decide_row(tn_sqlite_eraser *e, sqlite3_value **arguments,
                            bool *is_due)
{
    tn_erase_choice choice = {.is_chosen = false};
    sqlite3_value **columns = arguments + e->key_count;
    const tn_value *key = &e->record_key;
    TN_TRY(fill_row(e, columns));
    TN_TRY(read_key(e, arguments));
    e->out->looked_at_count++;
    TN_TRY(e->chunk->decide(e->chunk->user, &e->row, key, &choice));
    *is_due = choice.is_chosen;
    if (!choice.is_chosen)
        return TN_OK;
    if (e->target->redacts) {
        TN_TRY(keep_pending(e, columns + e->wanted_count + e->rest_count, &choice));
        return take_row(e, key);
    }
    return e->exam.child_count > 0 ? TN_OK : take_row(e, key);
}

void tn_sqlite_due(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    tn_sqlite_eraser *e = sqlite3_user_data(context);
    bool is_due = false;
    (void)count;
    e->status = decide_row(e, arguments, &is_due);
    if (e->status == TN_OK)
        sqlite3_result_int(context, is_due);
    else
        sqlite3_result_error(context, "stopped", -1);
}

/* tenure_take(free, key...): the row just decided on goes if nothing refers to it. */
void tn_sqlite_take(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    tn_sqlite_eraser *e = sqlite3_user_data(context);
    bool is_free = sqlite3_value_int(arguments[0]) != 0;
    (void)count;
    const tn_value *key = &e->record_key;
    e->status = read_key(e, arguments + 1);
    if (e->status == TN_OK)
        e->status = is_free ? take_row(e, key) : e->chunk->spare(e->chunk->user, key);
    if (e->status == TN_OK)
        sqlite3_result_int(context, is_free);
    else
        sqlite3_result_error(context, "stopped", -1);
}
