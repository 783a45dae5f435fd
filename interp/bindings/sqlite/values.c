#include "interp/bindings/sqlite/values.h"

SQLITE_EXTENSION_INIT3

static tenure_value value_of_integer(sqlite3_int64 number, tenure_type type)
{
    if (type == TENURE_TYPE_BOOL && (number == 0 || number == 1))
        return tenure_bool(number == 1);
    return tenure_int(number);
}

static tenure_value value_of_bytes(tenure_kind kind, const void *bytes, int len)
{
    tenure_value value = tenure_null();
    value.kind = bytes == NULL && len > 0 ? TENURE_UNREADABLE : kind;
    value.as.text = (tn_str){bytes, bytes == NULL ? 0 : (size_t)len};
    return value;
}

tenure_value value_of_argument(sqlite3_value *value, tenure_type type)
{
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return value_of_integer(sqlite3_value_int64(value), type);
    case SQLITE_FLOAT: return tenure_double(sqlite3_value_double(value));
    case SQLITE_TEXT: {
        const void *text = sqlite3_value_text(value);
        return value_of_bytes(TENURE_TEXT, text, sqlite3_value_bytes(value));
    }
    case SQLITE_BLOB: {
        const void *blob = sqlite3_value_blob(value);
        return value_of_bytes(TENURE_BYTES, blob, sqlite3_value_bytes(value));
    }
    default: return tenure_null();
    }
}

tenure_value value_of_column(sqlite3_stmt *statement, int column, tenure_type type)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return value_of_integer(sqlite3_column_int64(statement, column), type);
    case SQLITE_FLOAT: return tenure_double(sqlite3_column_double(statement, column));
    case SQLITE_TEXT: {
        const void *text = sqlite3_column_text(statement, column);
        return value_of_bytes(TENURE_TEXT, text,
                              sqlite3_column_bytes(statement, column));
    }
    case SQLITE_BLOB: {
        const void *blob = sqlite3_column_blob(statement, column);
        return value_of_bytes(TENURE_BYTES, blob,
                              sqlite3_column_bytes(statement, column));
    }
    default: return tenure_null();
    }
}

void result_instant(sqlite3_context *context, bool is_there, tn_instant instant)
{
    char text[TENURE_INSTANT_TEXT_MAX];
    if (!is_there) {
        sqlite3_result_null(context);
        return;
    }
    size_t len = tenure_instant_format(instant, text);
    sqlite3_result_text(context, text, (int)len, SQLITE_TRANSIENT);
}

void result_clause(sqlite3_context *context, const tenure_policy *policy,
                   uint32_t clause)
{
    tenure_clause row;
    if (clause == TENURE_NONE || tenure_policy_clause(policy, clause, &row) != TN_OK) {
        sqlite3_result_null(context);
        return;
    }
    char *text = sqlite3_mprintf("%.*s:%u:%u", (int)row.file.len, row.file.data,
                                 row.line, row.column);
    if (text == NULL)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text(context, text, -1, sqlite3_free);
}
