/* mysql_examine: what a table is, and what hinders erasing from it.
 *
 * What a user may not see must not be taken for what is not there: triggers are shown
 * only to who has the TRIGGER privilege, and foreign keys of tables that the user knows
 * nothing of only by InnoDB's own tables, which take PROCESS. A connection that is to
 * write is refused without them; one that plans says only what it sees. */
#include "interp/store/mysql_erase.h"

#include <string.h>

enum { OBSTACLES_MAX = 64, REFERENCES_MAX = 1024 };

typedef struct exam {
    tn_mysql_store *store;
    tn_mysql_db *db;
    const tn_erase_target *target;
    tn_arena *arena;
    tn_erase_exam *out;
    tn_buf *why;
    tn_mysql_table table;
    tn_str *obstacles;
    tn_erase_child *children;
    const tn_mysql_referred *referred;
} exam;

/* --- obstacles */

static tn_status hinder(exam *e, const char *before, tn_str name, const char *after)
{
    tn_buf text;
    if (e->out->obstacle_count == OBSTACLES_MAX)
        return TN_OK;
    tn_buf_init(&text, e->arena->memory);
    tn_buf_put_text(&text, "table \"");
    tn_buf_put(&text, e->table.name);
    tn_buf_put_format(&text, "\" %s" TN_STR_FMT "%s", before, TN_STR_ARG(name), after);
    tn_str copy = tn_arena_copy(e->arena, tn_buf_view(&text));
    bool failed = text.failed || copy.data == NULL;
    tn_buf_free(&text);
    e->obstacles[e->out->obstacle_count] = copy;
    e->out->obstacle_count += !failed;
    return failed ? TN_NOMEM : TN_OK;
}

static tn_status hinder_plainly(exam *e, const char *text)
{
    return hinder(e, text, TN_STR(""), "");
}

static tn_status examine_kind(exam *e)
{
    if (e->table.is_view)
        return hinder_plainly(e, "is a view, not a table");
    if (!tn_str_equal(e->table.engine, TN_STR("InnoDB")))
        return hinder(e, "is of the engine ", e->table.engine,
                      ", whose deletes can't be undone; ALTER TABLE ... ENGINE=InnoDB");
    return e->table.obstacle == NULL ? TN_OK : hinder_plainly(e, e->table.obstacle);
}

/* --- columns of a redaction */

static const tn_erase_column *find_redacted(const exam *e, tn_str name)
{
    for (uint32_t i = 0; i < e->target->redacted_count; i++)
        if (tn_str_equal_but_for_case(e->target->redacted[i].name, name))
            return &e->target->redacted[i];
    return NULL;
}

static bool is_key(const tn_mysql_table *table, uint32_t column)
{
    for (uint32_t i = 0; i < table->key_count; i++)
        if (table->key[i] == column)
            return true;
    return false;
}

static tn_status examine_columns(exam *e)
{
    for (uint32_t i = 0; i < e->table.column_count; i++) {
        const tn_mysql_column *column = &e->table.columns[i];
        const tn_erase_column *redacted = find_redacted(e, column->name);
        if (redacted == NULL)
            continue;
        if (redacted->becomes_null && !column->is_nullable)
            TN_TRY(hinder(e, "has column \"", column->name,
                          "\" NOT NULL: it can be replaced, not nulled"));
        if (is_key(&e->table, i))
            TN_TRY(hinder(e, "has column \"", column->name, "\" in its primary key"));
        if (column->is_generated)
            TN_TRY(hinder(e, "computes column \"", column->name, "\""));
    }
    for (uint32_t i = 0; i < e->referred->count; i++)
        if (find_redacted(e, e->referred->list[i].to) != NULL)
            TN_TRY(hinder(e, "has column \"", e->referred->list[i].to,
                          "\" that a foreign key refers to"));
    return TN_OK;
}

/* --- triggers */

static tn_status ask(tn_mysql_db *db, const char *sql, tn_str table,
                     tn_mysql_statement *s, tn_buf *why)
{
    bool row;
    TN_TRY(tn_mysql_prepare_kept(s, db, tn_str_from(sql), why));
    tn_mysql_bind_text(s, 0, table);
    TN_TRY(tn_mysql_execute(s, why));
    return tn_mysql_fetch(s, &row, why);
}

static const char trigger_sql[] =
    "SELECT trigger_name, event_manipulation FROM information_schema.triggers WHERE"
    " event_object_schema = DATABASE() AND event_object_table = ? AND"
    " event_manipulation = ?";

static tn_status examine_triggers(exam *e)
{
    tn_mysql_statement s;
    bool row = false;
    TN_TRY(tn_mysql_prepare_kept(&s, e->db, TN_STR(trigger_sql), e->why));
    tn_mysql_bind_text(&s, 0, e->table.name);
    tn_mysql_bind_text(&s, 1, e->target->redacts ? TN_STR("UPDATE") : TN_STR("DELETE"));
    tn_status status = tn_mysql_execute(&s, e->why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, &row, e->why);
    if (status == TN_OK && row)
        status = hinder(e, "has triggers (\"", tn_mysql_read_text(&s, 0),
                        "\") that would run and change other data");
    tn_mysql_statement_close(&s);
    return status;
}

static const char hidden_references[] =
    "may be referred to by tables that this user can't see: it needs the privilege "
    "PROCESS (tenure grants DEPLOYMENT)";

static tn_status examine_sight(exam *e)
{
    if (!e->db->writes)
        return TN_OK;
    if (!e->referred->sees_references)
        TN_TRY(hinder_plainly(e, hidden_references));
    if (e->referred->sees_triggers)
        return TN_OK;
    return hinder_plainly(e, "may have triggers that this user can't see: it needs "
                             "the privilege TRIGGER (tenure grants DEPLOYMENT)");
}

/* --- foreign keys */

static const char reference_sql[] =
    "SELECT k.table_schema, k.table_name, k.constraint_name, k.column_name,"
    " k.referenced_column_name, r.delete_rule FROM"
    " information_schema.key_column_usage k JOIN"
    " information_schema.referential_constraints r ON r.constraint_schema ="
    " k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name ="
    " k.table_name WHERE k.referenced_table_schema = DATABASE() AND"
    " k.referenced_table_name = ? ORDER BY k.table_schema, k.table_name,"
    " k.constraint_name, k.ordinal_position";

static bool take_reference(const tn_mysql_statement *s, tn_arena *arena,
                           tn_mysql_reference *out)
{
    tn_str *const to[] = {&out->schema, &out->table, &out->constraint,
                          &out->from,   &out->to,    &out->rule};
    for (uint32_t i = 0; i < TN_COUNT(to); i++) {
        *to[i] = tn_arena_copy(arena, tn_mysql_read_text(s, i));
        if (to[i]->data == NULL)
            return false;
    }
    return true;
}

static tn_status take_references(tn_mysql_statement *s, tn_arena *arena,
                                 tn_mysql_reference *list, uint32_t *count, tn_buf *why)
{
    bool row;
    for (;;) {
        TN_TRY(tn_mysql_fetch(s, &row, why));
        if (!row)
            return TN_OK;
        if (*count == REFERENCES_MAX)
            return TN_LIMIT;
        if (!take_reference(s, arena, &list[*count]))
            return TN_NOMEM;
        ++*count;
    }
}

static tn_status find_references(tn_mysql_store *store, tn_mysql_referred *out,
                                 tn_buf *why)
{
    tn_mysql_statement s;
    tn_mysql_reference *list =
        tn_arena_take_array(&store->arena, REFERENCES_MAX, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    out->list = list;
    TN_TRY(tn_mysql_prepare(&s, &store->db, TN_STR(reference_sql), 0, why));
    tn_mysql_bind_text(&s, 0, out->table);
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = take_references(&s, &store->arena, list, &out->count, why);
    tn_mysql_statement_close(&s);
    return status;
}

tn_status tn_mysql_references(tn_mysql_store *store, tn_str table,
                              const tn_mysql_referred **out, tn_buf *why)
{
    for (tn_mysql_referred *at = store->referred; at != NULL; at = at->next)
        if (tn_str_equal(at->table, table)) {
            *out = at;
            return TN_OK;
        }
    tn_mysql_referred *made = tn_arena_take(&store->arena, sizeof(*made));
    if (made == NULL)
        return TN_NOMEM;
    made->table = tn_arena_copy(&store->arena, table);
    if (made->table.data == NULL)
        return TN_NOMEM;
    TN_TRY(find_references(store, made, why));
    TN_TRY(tn_mysql_find_sight(&store->db, made, why));
    made->next = store->referred;
    store->referred = made;
    *out = made;
    return TN_OK;
}

/* One foreign key: tenure_c.`c` = `t`.`p` AND ...; the number of the next. */
static uint32_t put_reference(const tn_mysql_referred *referred, tn_str table,
                              uint32_t i, tn_buf *sql)
{
    tn_str constraint = referred->list[i].constraint;
    tn_buf_put_char(sql, '(');
    for (bool is_first = true;
         i < referred->count && tn_str_equal(referred->list[i].constraint, constraint);
         i++, is_first = false) {
        tn_buf_put_text(sql, is_first ? "tenure_c." : " AND tenure_c.");
        tn_mysql_put_name(sql, referred->list[i].from);
        tn_buf_put_char(sql, '=');
        tn_mysql_put_name(sql, table);
        tn_buf_put_char(sql, '.');
        tn_mysql_put_name(sql, referred->list[i].to);
    }
    tn_buf_put_char(sql, ')');
    return i;
}

/* OR of: does a row of a child refer to the row? The child's rows are locked, so that
 * it stays so. */
void tn_mysql_put_is_referred_to(const tn_mysql_referred *referred, tn_str table,
                                 tn_buf *sql)
{
    for (uint32_t i = 0; i < referred->count;) {
        tn_buf_put_text(sql,
                        i > 0 ? " OR EXISTS(SELECT 1 FROM " : "EXISTS(SELECT 1 FROM ");
        tn_mysql_put_name(sql, referred->list[i].schema);
        tn_buf_put_char(sql, '.');
        tn_mysql_put_name(sql, referred->list[i].table);
        tn_buf_put_text(sql, " AS tenure_c WHERE ");
        i = put_reference(referred, table, i, sql);
        tn_buf_put_text(sql, " LOCK IN SHARE MODE)");
    }
}

static tn_str child_name(exam *e, const tn_mysql_reference *r, tn_str schema)
{
    tn_buf text;
    if (tn_str_equal(r->schema, schema))
        return r->table;
    tn_buf_init(&text, e->arena->memory);
    tn_buf_put(&text, r->schema);
    tn_buf_put_char(&text, '.');
    tn_buf_put(&text, r->table);
    tn_str copy = tn_arena_copy(e->arena, tn_buf_view(&text));
    tn_buf_free(&text);
    return copy;
}

static tn_status list_children(exam *e)
{
    tn_str schema = tn_str_from(e->db->url->database);
    for (uint32_t i = 0; i < e->referred->count; i++) {
        const tn_mysql_reference *r = &e->referred->list[i];
        bool is_same = i > 0 && tn_str_equal(r->table, r[-1].table) &&
                       tn_str_equal(r->schema, r[-1].schema);
        bool follows = !tn_str_equal(r->rule, TN_STR("NO ACTION")) &&
                       !tn_str_equal(r->rule, TN_STR("RESTRICT"));
        if (!is_same)
            e->children[e->out->child_count++] =
                (tn_erase_child){child_name(e, r, schema), false};
        tn_erase_child *child = &e->children[e->out->child_count - 1];
        child->follows |= follows;
        if (child->object.data == NULL)
            return TN_NOMEM;
    }
    return TN_OK;
}

/* As many as InnoDB itself knows? */
static tn_status count_references(exam *e)
{
    static const char maria[] = "SELECT count(*) FROM"
                                " information_schema.innodb_sys_foreign WHERE ref_name"
                                " = concat(DATABASE(), '/', ?)";
    static const char mysql[] = "SELECT count(*) FROM information_schema.innodb_foreign"
                                " WHERE ref_name = concat(DATABASE(), '/', ?)";
    tn_mysql_statement s = {.db = NULL};
    int64_t seen = 0;
    if (!e->db->writes || !e->referred->sees_references)
        return TN_OK;
    tn_status status =
        ask(e->db, e->db->is_mariadb ? maria : mysql, e->table.name, &s, e->why);
    int64_t count = status == TN_OK ? tn_mysql_read_int(&s, 0) : 0;
    tn_mysql_statement_close(&s);
    TN_TRY(status);
    for (uint32_t i = 0; i < e->referred->count; i++)
        seen += i == 0 || !tn_str_equal(e->referred->list[i].constraint,
                                        e->referred->list[i - 1].constraint);
    if (count <= seen)
        return TN_OK;
    return hinder_plainly(e, "is referred to by tables that this user can't see: it "
                             "needs the privilege SELECT on them");
}

/* --- all of it */

static void put_shape(exam *e)
{
    static const char end = 0;
    tn_digest_state shape;
    tn_digest_start(&shape);
    tn_digest_add(&shape, e->table.engine);
    for (uint32_t i = 0; i < e->table.column_count; i++) {
        const tn_mysql_column *c = &e->table.columns[i];
        const tn_str parts[] = {c->name, c->full_type, c->charset, c->collation};
        for (uint32_t k = 0; k < TN_COUNT(parts); k++) {
            tn_digest_add(&shape, parts[k]);
            tn_digest_add(&shape, (tn_str){&end, 1});
        }
        tn_digest_add(&shape, c->is_nullable ? TN_STR("n") : TN_STR("-"));
    }
    for (uint32_t i = 0; i < e->table.key_count; i++)
        tn_digest_add(&shape, e->table.columns[e->table.key[i]].name);
    e->out->shape = tn_digest_end(&shape);
}

static tn_status run_exam(exam *e)
{
    TN_TRY(tn_mysql_table_find(e->db, e->target->object, e->arena, &e->table, e->why));
    put_shape(e);
    TN_TRY(examine_kind(e));
    if (e->out->obstacle_count > 0)
        return TN_OK;
    TN_TRY(tn_mysql_references(e->store, e->table.name, &e->referred, e->why));
    TN_TRY(list_children(e));
    TN_TRY(examine_columns(e));
    TN_TRY(examine_triggers(e));
    TN_TRY(examine_sight(e));
    return count_references(e);
}

tn_status tn_mysql_examine_table(tn_mysql_store *store, const tn_erase_target *target,
                                 tn_mysql_exam *out)
{
    exam e = {.store = store,
              .db = &store->db,
              .target = target,
              .arena = out->arena,
              .out = &out->exam,
              .why = out->why};
    out->exam = (tn_erase_exam){.obstacles = NULL};
    e.obstacles = tn_arena_take_array(out->arena, OBSTACLES_MAX, sizeof(*e.obstacles));
    e.children = tn_arena_take_array(out->arena, REFERENCES_MAX, sizeof(*e.children));
    if (e.obstacles == NULL || e.children == NULL)
        return TN_NOMEM;
    TN_TRY(run_exam(&e));
    out->exam.obstacles = e.obstacles;
    out->exam.children = e.children;
    out->table = e.table;
    return TN_OK;
}

tn_status tn_mysql_examine(tn_store *store, const tn_erase_target *target,
                           tn_arena *arena, tn_erase_exam *out, tn_buf *why)
{
    tn_mysql_exam found = {.arena = arena, .why = why};
    TN_TRY(tn_mysql_examine_table(tn_mysql_store_of(store), target, &found));
    *out = found.exam;
    return TN_OK;
}
