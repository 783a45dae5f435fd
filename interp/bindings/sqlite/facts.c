/* facts: from a table of the database to those of an entity. */
#include "interp/bindings/sqlite/functions.h"
#include "interp/bindings/sqlite/values.h"

#include <string.h>

SQLITE_EXTENSION_INIT3

/* Columns of the table, by what they are; -1: there is none. */
typedef struct columns {
    int key;
    int hold, hold_from, hold_until;
    int *facts; /* one for each fact of the entity */
    uint32_t fact_count;
} columns;

/* What is being loaded. */
typedef struct loading {
    const tenure_policy *policy;
    uint32_t entity;
    const char *table;
    const char *key;
    sqlite3_stmt *statement;
    columns columns;
    tenure_value *values;
    tenure_facts *facts;
    sqlite3_int64 row_count;
} loading;

static int find_column(sqlite3_stmt *statement, tn_str name)
{
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        const char *column = sqlite3_column_name(statement, i);
        if (column != NULL && strlen(column) == name.len &&
            sqlite3_strnicmp(column, name.data, (int)name.len) == 0)
            return i;
    }
    return -1;
}

static int find_text(sqlite3_stmt *statement, const char *name)
{
    return find_column(statement, (tn_str){name, strlen(name)});
}

static int find_columns(loading *l, char **why)
{
    columns *c = &l->columns;
    c->key = find_text(l->statement, l->key);
    c->hold = find_text(l->statement, "hold");
    c->hold_from = find_text(l->statement, "hold_from");
    c->hold_until = find_text(l->statement, "hold_until");
    if (c->key < 0) {
        *why = sqlite3_mprintf("%s has no column %s", l->table, l->key);
        return SQLITE_ERROR;
    }
    for (uint32_t i = 0; i < c->fact_count; i++) {
        tenure_field fact;
        if (tenure_policy_fact(l->policy, l->entity, i, &fact) != TN_OK)
            return SQLITE_INTERNAL;
        c->facts[i] = find_column(l->statement, fact.name);
        if (c->facts[i] >= 0 || !fact.is_needed)
            continue;
        *why = sqlite3_mprintf("%s has no column %.*s, which the policy reads; where "
                               "nothing has happened, it is NULL",
                               l->table, (int)fact.name.len, fact.name.data);
        return SQLITE_ERROR;
    }
    return SQLITE_OK;
}

static tenure_value column_or_null(const loading *l, int column, tenure_type type)
{
    return column < 0 ? tenure_null() : value_of_column(l->statement, column, type);
}

static int add_row(loading *l)
{
    const columns *c = &l->columns;
    tenure_value key = value_of_column(l->statement, c->key, TENURE_TYPE_DYN);
    tenure_hold hold = {
        column_or_null(l, c->hold, TENURE_TYPE_BOOL),
        column_or_null(l, c->hold_from, TENURE_TYPE_TIMESTAMP),
        column_or_null(l, c->hold_until, TENURE_TYPE_TIMESTAMP),
    };
    for (uint32_t i = 0; i < c->fact_count; i++) {
        tenure_field fact;
        if (tenure_policy_fact(l->policy, l->entity, i, &fact) != TN_OK)
            return SQLITE_INTERNAL;
        l->values[i] = column_or_null(l, c->facts[i], fact.type);
    }
    tn_status status = tenure_facts_add(l->facts, &key, l->values, &hold);
    l->row_count += status == TN_OK;
    if (status == TN_USAGE) /* a key that can be none is of no record */
        return SQLITE_OK;
    return status == TN_OK ? SQLITE_OK : SQLITE_NOMEM;
}

static int add_rows(loading *l, sqlite3 *db, char **why)
{
    int code;
    while ((code = sqlite3_step(l->statement)) == SQLITE_ROW) {
        code = add_row(l);
        if (code != SQLITE_OK)
            return code;
    }
    if (code == SQLITE_DONE)
        return SQLITE_OK;
    *why = sqlite3_mprintf("%s", sqlite3_errmsg(db));
    return code;
}

static int load(loading *l, sqlite3 *db, char **why)
{
    l->columns.fact_count = tenure_policy_fact_count(l->policy, l->entity);
    l->columns.facts = sqlite3_malloc64((l->columns.fact_count + 1) * sizeof(int));
    l->values = sqlite3_malloc64((l->columns.fact_count + 1) * sizeof(tenure_value));
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", l->table);
    if (l->columns.facts == NULL || l->values == NULL || sql == NULL) {
        sqlite3_free(sql);
        return SQLITE_NOMEM;
    }
    int code = sqlite3_prepare_v2(db, sql, -1, &l->statement, NULL);
    sqlite3_free(sql);
    if (code != SQLITE_OK) {
        *why = sqlite3_mprintf("%s", sqlite3_errmsg(db));
        return code;
    }
    code = find_columns(l, why);
    if (code == SQLITE_OK && tenure_facts_new(l->policy, l->entity, &l->facts) != TN_OK)
        code = SQLITE_NOMEM;
    return code == SQLITE_OK ? add_rows(l, db, why) : code;
}

static void unload(loading *l)
{
    sqlite3_finalize(l->statement);
    sqlite3_free(l->columns.facts);
    sqlite3_free(l->values);
}

static int set_facts(sql_session *s, sqlite3_value **values, sqlite3_int64 *row_count,
                     char **why)
{
    policy_entry *entry;
    int code =
        session_policy(s, (const char *)sqlite3_value_text(values[0]), &entry, why);
    if (code != SQLITE_OK)
        return code;
    const char *entity = (const char *)sqlite3_value_text(values[1]);
    loading l = {.policy = entry->policy};
    l.entity =
        tenure_policy_find_entity(entry->policy, (tn_str){entity, strlen(entity)});
    if (l.entity == TENURE_NONE) {
        *why = sqlite3_mprintf("no entity %s in %s", entity, entry->path);
        return SQLITE_ERROR;
    }
    if (sqlite3_value_type(values[2]) == SQLITE_NULL)
        return session_set_facts(entry, l.entity, NULL);
    l.table = (const char *)sqlite3_value_text(values[2]);
    l.key = (const char *)sqlite3_value_text(values[3]);
    code = load(&l, session_db(s), why);
    unload(&l);
    *row_count = l.row_count;
    if (code == SQLITE_OK)
        return session_set_facts(entry, l.entity, l.facts);
    tenure_facts_free(l.facts);
    return code;
}

void sql_facts(sqlite3_context *context, int count, sqlite3_value **values)
{
    char *why = NULL;
    sqlite3_int64 row_count = 0;
    bool is_none = sqlite3_value_type(values[2]) == SQLITE_NULL;
    for (int i = 0; i < count; i++)
        if (sqlite3_value_type(values[i]) != SQLITE_TEXT && !(i == 2 && is_none)) {
            sqlite3_result_error(context, "policy, entity, table and key are texts",
                                 -1);
            return;
        }
    if ((count == 3) != is_none) {
        sqlite3_result_error(context,
                             "expected policy, entity, table, key; or policy, entity, "
                             "NULL: nothing has happened",
                             -1);
        return;
    }
    int code = set_facts(sqlite3_user_data(context), values, &row_count, &why);
    if (code == SQLITE_OK)
        sqlite3_result_int64(context, row_count);
    else if (code == SQLITE_NOMEM || why == NULL)
        sqlite3_result_error_code(context, code);
    else
        sqlite3_result_error(context, why, -1);
    sqlite3_free(why);
}
