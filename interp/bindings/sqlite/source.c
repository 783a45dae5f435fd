#include "interp/bindings/sqlite/source.h"
#include "interp/bindings/sqlite/values.h"

#include <string.h>

SQLITE_EXTENSION_INIT3

/* A column of the statement, after the first, which names the record. */
typedef struct mapped {
    bool is_key;
    uint32_t index; /* of the category's fields or entities; TENURE_NONE: undeclared */
    tenure_type type;
} mapped;

struct sql_source {
    sql_session *session;
    sql_seat *seat;
    const source_request *request; /* while it is opened */
    sqlite3_stmt *statement;
    mapped *columns;
    int column_count;
    char *record_column; /* own; NULL: the rowid */
    unsigned wants;
    tn_verdict verdict;
};

static tn_str view(const char *text)
{
    return (tn_str){text, strlen(text)};
}

static bool is_equal(tn_str a, tn_str b)
{
    return a.len == b.len &&
           (a.len == 0 || sqlite3_strnicmp(a.data, b.data, (int)a.len) == 0);
}

/* --- binds */

/* The next word NAME=COLUMN from *at on; false: there is none. Without a '=' the column
 * is empty. */
static bool next_bind(const char **at, tn_str *name, tn_str *column)
{
    const char *start = *at + strspn(*at, " \t\n,");
    size_t len = strcspn(start, " \t\n,");
    const char *equals = memchr(start, '=', len);
    if (len == 0)
        return false;
    size_t name_len = equals == NULL ? len : (size_t)(equals - start);
    *name = (tn_str){start, name_len};
    *column =
        equals == NULL ? (tn_str){"", 0} : (tn_str){equals + 1, len - name_len - 1};
    *at = start + len;
    return true;
}

/* What `binds` says of a name; data NULL: nothing. */
static tn_str find_bind(const char *binds, tn_str name)
{
    tn_str bound, column;
    const char *at = binds == NULL ? "" : binds;
    while (next_bind(&at, &bound, &column))
        if (is_equal(bound, name))
            return column;
    return (tn_str){NULL, 0};
}

/* The last name of the category's entity number `of`. */
static tn_str entity_name(const tenure_policy *policy, uint32_t category, uint32_t of)
{
    tn_str name =
        tenure_policy_entity_name(policy, tenure_policy_of(policy, category, of));
    for (size_t i = name.len; i > 0; i--)
        if (name.data[i - 1] == '.')
            return (tn_str){name.data + i, name.len - i};
    return name;
}

static bool is_bindable(const sql_source *source, tn_str name)
{
    const tenure_policy *policy = source->seat->policy->policy;
    uint32_t category = source->seat->category;
    if (is_equal(name, view("@record")) || is_equal(name, view("@placement")) ||
        tenure_policy_find_field(policy, category, name) != TENURE_NONE)
        return true;
    for (uint32_t i = 0; i < tenure_policy_of_count(policy, category); i++)
        if (is_equal(name, entity_name(policy, category, i)))
            return true;
    return false;
}

static int check_binds(sql_source *source, char **why)
{
    tn_str name, column;
    const char *at = source->request->binds == NULL ? "" : source->request->binds;
    while (next_bind(&at, &name, &column)) {
        if (column.len > 0 && is_bindable(source, name))
            continue;
        *why = sqlite3_mprintf("'%.*s' is no FIELD=COLUMN, ENTITY=COLUMN, "
                               "@record=COLUMN or @placement=STORE of %s",
                               (int)name.len, name.data, source->request->category);
        return SQLITE_ERROR;
    }
    return SQLITE_OK;
}

/* --- columns */

/* The column that a field or key is read from. */
static tn_str column_of(const sql_source *source, tn_str name)
{
    tn_str bound = find_bind(source->request->binds, name);
    return bound.data == NULL ? name : bound;
}

/* What a column of the table is. */
static mapped map_column(const sql_source *source, tn_str column)
{
    const tenure_policy *policy = source->seat->policy->policy;
    uint32_t category = source->seat->category;
    tenure_field field;
    for (uint32_t i = 0; i < tenure_policy_of_count(policy, category); i++)
        if (is_equal(column_of(source, entity_name(policy, category, i)), column))
            return (mapped){true, i, TENURE_TYPE_DYN};
    for (uint32_t i = 0; tenure_policy_field(policy, category, i, &field) == TN_OK; i++)
        if (is_equal(column_of(source, field.name), column))
            return (mapped){false, i, field.type};
    return (mapped){false, TENURE_NONE, TENURE_TYPE_DYN};
}

static bool has_column(const sql_source *source, bool is_key, uint32_t index)
{
    for (int i = 0; i < source->column_count; i++)
        if (source->columns[i].is_key == is_key && source->columns[i].index == index)
            return true;
    return false;
}

/* Columns that the policy reads must be there. */
static int find_missing(const sql_source *source, char **why)
{
    const tenure_policy *policy = source->seat->policy->policy;
    uint32_t category = source->seat->category;
    tenure_field field;
    for (uint32_t i = 0; tenure_policy_field(policy, category, i, &field) == TN_OK; i++)
        if (field.is_needed && !has_column(source, false, i)) {
            tn_str column = column_of(source, field.name);
            *why =
                sqlite3_mprintf("%s has no column %.*s, which the policy reads",
                                source->request->table, (int)column.len, column.data);
            return SQLITE_ERROR;
        }
    for (uint32_t i = 0; i < tenure_policy_of_count(policy, category); i++)
        if (!has_column(source, true, i) &&
            !tenure_policy_of_is_optional(policy, category, i)) {
            tn_str name = entity_name(policy, category, i);
            *why = sqlite3_mprintf("which column of %s is the key of its %.*s? say "
                                   "%.*s=COLUMN",
                                   source->request->table, (int)name.len, name.data,
                                   (int)name.len, name.data);
            return SQLITE_ERROR;
        }
    return SQLITE_OK;
}

/* Reads the table's columns: adds them to the list of what is selected, and finds its
 * primary key where that is one column. */
static int read_columns(sql_source *source, sqlite3_stmt *info, sqlite3_str *list)
{
    int code, key_parts = 0;
    char *key = NULL;
    while ((code = sqlite3_step(info)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(info, 0);
        mapped *grown = sqlite3_realloc64(
            source->columns, (size_t)(source->column_count + 1) * sizeof(*grown));
        if (name == NULL || grown == NULL) {
            sqlite3_free(key);
            return SQLITE_NOMEM;
        }
        source->columns = grown;
        mapped column = map_column(source, view(name));
        bool is_part = sqlite3_column_int(info, 1) > 0;
        key_parts += is_part;
        if (is_part && key == NULL)
            key = sqlite3_mprintf("%s", name);
        bool is_record = source->record_column != NULL &&
                         is_equal(view(source->record_column), view(name));
        if (column.index == TENURE_NONE && (is_part || is_record))
            continue; /* it is no undeclared field either */
        source->columns[source->column_count++] = column;
        sqlite3_str_appendf(list, ", \"%w\"", name);
    }
    if (source->record_column == NULL && key_parts == 1)
        source->record_column = key;
    else
        sqlite3_free(key);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int describe(sql_source *source, sqlite3_str *list, char **why)
{
    sqlite3_stmt *info = NULL;
    sqlite3 *db = session_db(source->session);
    tn_str record = find_bind(source->request->binds, view("@record"));
    if (record.data != NULL)
        source->record_column = sqlite3_mprintf("%.*s", (int)record.len, record.data);
    int code = sqlite3_prepare_v2(db, "SELECT name, pk FROM pragma_table_xinfo(?1)", -1,
                                  &info, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(info, 1, source->request->table, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = read_columns(source, info, list);
    if (code != SQLITE_OK)
        *why = sqlite3_mprintf("%s", sqlite3_errmsg(db));
    sqlite3_finalize(info);
    if (code != SQLITE_OK || source->column_count > 0)
        return code == SQLITE_OK ? find_missing(source, why) : code;
    *why = sqlite3_mprintf("no such table: %s", source->request->table);
    return SQLITE_ERROR;
}

/* --- the statement */

static char *make_sql(const sql_source *source, const char *list, bool with_rowid)
{
    sqlite3_str *sql = sqlite3_str_new(session_db(source->session));
    char *record = source->record_column != NULL
                       ? sqlite3_mprintf("\"%w\"", source->record_column)
                       : sqlite3_mprintf(with_rowid ? "rowid" : "NULL");
    sqlite3_str_appendf(sql, "SELECT %s%s FROM \"%w\"", record, list,
                        source->request->table);
    if (source->request->record != NULL)
        sqlite3_str_appendf(sql, " WHERE %s = ?1", record);
    sqlite3_free(record);
    return sqlite3_str_finish(sql);
}

/* A view or a table WITHOUT ROWID has no rowid. */
static int prepare(sql_source *source, const char *list, char **why)
{
    sqlite3 *db = session_db(source->session);
    int code = SQLITE_ERROR;
    for (int with_rowid = 1; with_rowid >= 0 && code != SQLITE_OK; with_rowid--) {
        char *sql = make_sql(source, list, with_rowid == 1);
        if (sql == NULL)
            return SQLITE_NOMEM;
        code = sqlite3_prepare_v2(db, sql, -1, &source->statement, NULL);
        sqlite3_free(sql);
    }
    if (code == SQLITE_OK && source->request->record != NULL)
        code = sqlite3_bind_value(source->statement, 1, source->request->record);
    if (code != SQLITE_OK)
        *why = sqlite3_mprintf("%s", sqlite3_errmsg(db));
    return code;
}

static int open_seat(sql_source *source, char **why)
{
    tn_str placement = find_bind(source->request->binds, view("@placement"));
    char *store = placement.data == NULL
                      ? NULL
                      : sqlite3_mprintf("%.*s", (int)placement.len, placement.data);
    seat_request request = {source->request->policy, source->request->category, store,
                            source->request->at};
    int code = seat_open(source->session, &request, &source->seat, why);
    sqlite3_free(store);
    return code == SQLITE_OK ? check_binds(source, why) : code;
}

static int open_source(sql_source *source, char **why)
{
    int code = open_seat(source, why);
    if (code != SQLITE_OK)
        return code;
    sqlite3_str *list = sqlite3_str_new(session_db(source->session));
    code = describe(source, list, why);
    char *text = sqlite3_str_finish(list);
    if (code == SQLITE_OK)
        code = prepare(source, text == NULL ? "" : text, why);
    sqlite3_free(text);
    return code;
}

int source_open(sql_session *s, const source_request *request, sql_source **out,
                char **why)
{
    sql_source *made = sqlite3_malloc64(sizeof(*made));
    if (made == NULL)
        return SQLITE_NOMEM;
    *made = (sql_source){.session = s, .request = request, .wants = request->wants};
    int code = open_source(made, why);
    made->request = NULL;
    if (code == SQLITE_OK)
        *out = made;
    else
        source_close(made);
    return code;
}

void source_close(sql_source *source)
{
    if (source == NULL)
        return;
    sqlite3_finalize(source->statement);
    seat_close(source->seat);
    sqlite3_free(source->columns);
    sqlite3_free(source->record_column);
    sqlite3_free(source);
}

/* --- rows */

static unsigned read_row(sql_source *source)
{
    tenure_value *fields = tenure_decider_fields(source->seat->decider);
    tenure_value *keys = tenure_decider_keys(source->seat->decider);
    unsigned flags = 0;
    for (int i = 0; i < source->column_count; i++) {
        const mapped *column = &source->columns[i];
        if (column->index == TENURE_NONE)
            flags |= sqlite3_column_type(source->statement, i + 1) != SQLITE_NULL
                         ? TENURE_RECORD_UNDECLARED
                         : 0u;
        else if (column->is_key)
            keys[column->index] =
                value_of_column(source->statement, i + 1, column->type);
        else
            fields[column->index] =
                value_of_column(source->statement, i + 1, column->type);
    }
    return flags;
}

int source_next(sql_source *source, bool *more, char **why)
{
    int code = sqlite3_step(source->statement);
    *more = code == SQLITE_ROW;
    if (code == SQLITE_DONE)
        return SQLITE_OK;
    if (code != SQLITE_ROW) {
        *why = sqlite3_mprintf("%s", sqlite3_errmsg(session_db(source->session)));
        return code;
    }
    unsigned flags = read_row(source) | source->wants;
    tn_status status = tenure_decide(source->seat->decider, flags, &source->verdict);
    if (status == TN_OK)
        return SQLITE_OK;
    *why = sqlite3_mprintf("%s", tn_status_text(status));
    return SQLITE_ERROR;
}

const tn_verdict *source_verdict(const sql_source *source)
{
    return &source->verdict;
}

const tenure_policy *source_policy(const sql_source *source)
{
    return source->seat->policy->policy;
}

void source_result_record(const sql_source *source, sqlite3_context *context)
{
    sqlite3_result_value(context, sqlite3_column_value(source->statement, 0));
}
