/* decide_table: tenure_decide(policy, category, source, at [, binds]), a row for each
 * record of the source. */
#include "interp/bindings/sqlite/functions.h"
#include "interp/bindings/sqlite/source.h"
#include "interp/bindings/sqlite/values.h"

SQLITE_EXTENSION_INIT3

enum {
    RECORD,
    VERDICT,
    REASON,
    CLAUSE,
    DUE,
    DEADLINE,
    OVERDUE,
    CONFLICT,
    NEXT_CHANGE,
    POLICY, /* from here on hidden: the arguments */
    CATEGORY,
    SOURCE,
    AT,
    BINDS,
    COLUMN_COUNT,
    FIRST_ARGUMENT = POLICY,
    REQUIRED = 4 /* arguments */
};

/* Bits of a plan. */
enum {
    PLAN_BINDS = 1,
    PLAN_RECORD = 2,
    PLAN_TIMES = 4,
    PLAN_NEXT_CHANGE = 8,
    PLAN_MISSING = 16
};

typedef struct table {
    sqlite3_vtab base;
    sql_session *session;
} table;

typedef struct cursor {
    sqlite3_vtab_cursor base;
    sql_source *source;
    bool at_end;
    sqlite3_int64 row;
} cursor;

static int vtab_connect(sqlite3 *db, void *user, int argc, const char *const *argv,
                        sqlite3_vtab **out, char **error)
{
    (void)argc;
    (void)argv;
    (void)error;
    int code = sqlite3_declare_vtab(
        db, "CREATE TABLE x(record, verdict TEXT, reason TEXT, clause TEXT, due TEXT, "
            "deadline TEXT, overdue INTEGER, conflict INTEGER, next_change TEXT, "
            "policy HIDDEN, category HIDDEN, source HIDDEN, at HIDDEN, binds HIDDEN)");
    if (code != SQLITE_OK)
        return code;
    table *made = sqlite3_malloc64(sizeof(*made));
    if (made == NULL)
        return SQLITE_NOMEM;
    *made = (table){.session = user};
    *out = &made->base;
    sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    return SQLITE_OK;
}

static int vtab_disconnect(sqlite3_vtab *base)
{
    sqlite3_free(base);
    return SQLITE_OK;
}

/* --- plans */

static void use(sqlite3_index_info *info, int constraint, int *position)
{
    info->aConstraintUsage[constraint].argvIndex = ++*position;
    info->aConstraintUsage[constraint].omit =
        info->aConstraint[constraint].iColumn != RECORD;
}

/* The constraint column = value that can be used; -1: none. */
static int find_constraint(const sqlite3_index_info *info, int column, bool *unusable)
{
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn != column ||
            info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (info->aConstraint[i].usable)
            return i;
        *unusable = true;
    }
    return -1;
}

/* Arguments that are missing are an error of whoever wrote the statement, which only
 * vtab_filter can say: SQLite also asks for plans of parts of it. */
static int plan_nothing(sqlite3_index_info *info)
{
    info->idxNum = PLAN_MISSING;
    info->estimatedCost = 1e99;
    return SQLITE_OK;
}

static int vtab_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    (void)base;
    int found[REQUIRED], position = 0;
    bool unusable = false;
    for (int i = 0; i < REQUIRED; i++) {
        found[i] = find_constraint(info, FIRST_ARGUMENT + i, &unusable);
        if (found[i] < 0)
            return unusable ? SQLITE_CONSTRAINT : plan_nothing(info);
    }
    for (int i = 0; i < REQUIRED; i++)
        use(info, found[i], &position);
    int binds = find_constraint(info, BINDS, &unusable);
    if (binds < 0 && unusable)
        return SQLITE_CONSTRAINT;
    int record = find_constraint(info, RECORD, &unusable);
    if (binds >= 0)
        use(info, binds, &position);
    if (record >= 0)
        use(info, record, &position);
    sqlite3_uint64 times = 1u << DUE | 1u << DEADLINE | 1u << OVERDUE | 1u << CONFLICT;
    info->idxNum = (binds >= 0 ? PLAN_BINDS : 0) | (record >= 0 ? PLAN_RECORD : 0) |
                   ((info->colUsed & times) != 0 ? PLAN_TIMES : 0) |
                   ((info->colUsed & 1u << NEXT_CHANGE) != 0 ? PLAN_NEXT_CHANGE : 0);
    info->estimatedRows = record >= 0 ? 1 : 1000000;
    info->estimatedCost = record >= 0 ? 20.0 : 1e7;
    return SQLITE_OK;
}

/* --- cursors */

static int vtab_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    (void)base;
    cursor *made = sqlite3_malloc64(sizeof(*made));
    if (made == NULL)
        return SQLITE_NOMEM;
    *made = (cursor){.at_end = true};
    *out = &made->base;
    return SQLITE_OK;
}

static int vtab_close(sqlite3_vtab_cursor *base)
{
    cursor *c = (cursor *)base;
    source_close(c->source);
    sqlite3_free(c);
    return SQLITE_OK;
}

static int fail(cursor *c, int code, char *why)
{
    sqlite3_free(c->base.pVtab->zErrMsg);
    c->base.pVtab->zErrMsg = why;
    return code;
}

static int vtab_next(sqlite3_vtab_cursor *base)
{
    cursor *c = (cursor *)base;
    char *why = NULL;
    bool more;
    c->row++;
    int code = source_next(c->source, &more, &why);
    c->at_end = !more;
    return code == SQLITE_OK ? SQLITE_OK : fail(c, code, why);
}

static int vtab_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int argc,
                       sqlite3_value **argv)
{
    (void)name;
    cursor *c = (cursor *)base;
    char *why = NULL;
    source_close(c->source);
    c->source = NULL;
    c->row = 0;
    c->at_end = true;
    if ((plan & PLAN_MISSING) != 0)
        return fail(c, SQLITE_ERROR,
                    sqlite3_mprintf("tenure_decide takes policy, category, source, "
                                    "instant [, binds]"));
    const char *texts[REQUIRED + 1] = {NULL, NULL, NULL, NULL, NULL};
    int given = REQUIRED + ((plan & PLAN_BINDS) != 0 ? 1 : 0);
    for (int i = 0; i < given && i < argc; i++)
        texts[i] = (const char *)sqlite3_value_text(argv[i]);
    for (int i = 0; i < REQUIRED; i++)
        if (texts[i] == NULL)
            return SQLITE_OK; /* a NULL argument: no rows, as SQL has it */
    source_request request = {texts[0], texts[1],
                              texts[2], texts[3],
                              texts[4], (plan & PLAN_RECORD) != 0 ? argv[given] : NULL,
                              0};
    request.wants = ((plan & PLAN_TIMES) != 0 ? TENURE_WANT_TIMES : 0u) |
                    ((plan & PLAN_NEXT_CHANGE) != 0 ? TENURE_WANT_NEXT_CHANGE : 0u);
    int code = source_open(((table *)base->pVtab)->session, &request, &c->source, &why);
    return code == SQLITE_OK ? vtab_next(base) : fail(c, code, why);
}

static int vtab_at_end(sqlite3_vtab_cursor *base)
{
    return ((cursor *)base)->at_end;
}

static int vtab_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = ((cursor *)base)->row;
    return SQLITE_OK;
}

static int vtab_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int number)
{
    const sql_source *from = ((cursor *)base)->source;
    const tn_verdict *v = source_verdict(from);
    switch (number) {
    case RECORD: source_result_record(from, context); break;
    case VERDICT:
        sqlite3_result_text(context, tn_decision_text(v->decision), -1, SQLITE_STATIC);
        break;
    case REASON:
        sqlite3_result_text(context, tn_reason_text(v->reason), -1, SQLITE_STATIC);
        break;
    case CLAUSE: result_clause(context, source_policy(from), v->clause); break;
    case DUE: result_instant(context, v->has_due, v->due); break;
    case DEADLINE: result_instant(context, v->has_deadline, v->deadline); break;
    case OVERDUE: sqlite3_result_int(context, v->overdue); break;
    case CONFLICT: sqlite3_result_int(context, v->conflict); break;
    case NEXT_CHANGE:
        result_instant(context, v->has_next_change, v->next_change);
        break;
    default: sqlite3_result_null(context); break;
    }
    return SQLITE_OK;
}

/* Without xCreate: it is there in every database, and can't be made again. */
static const sqlite3_module module = {
    .iVersion = 0,
    .xConnect = vtab_connect,
    .xBestIndex = vtab_best_index,
    .xDisconnect = vtab_disconnect,
    .xOpen = vtab_open,
    .xClose = vtab_close,
    .xFilter = vtab_filter,
    .xNext = vtab_next,
    .xEof = vtab_at_end,
    .xColumn = vtab_column,
    .xRowid = vtab_rowid,
};

int decide_table_register(sqlite3 *db, sql_session *s)
{
    session_hold(s);
    return sqlite3_create_module_v2(db, "tenure_decide", &module, s, session_drop);
}
