/* mysql_erase: a chunk: one transaction in which rows are decided and go. */
#include "interp/store/mysql_erase.h"
#include "interp/store/mysql.h"

#include <string.h>
#include <time.h>

enum { TRIES = 20, TRY_MS = 500 };

typedef struct eraser {
    tn_mysql_store *store;
    tn_mysql_db *db;
    const tn_erase_target *target;
    const tn_erase_chunk *chunk;
    tn_erase_result *out;
    tn_arena arena; /* of the chunk */
    const tn_mysql_referred *referred;
    tn_mysql_table table;
    tn_mysql_row row;
    tn_mysql_doomed doomed;
    bool has_lower;
    tn_value lower[TN_MYSQL_KEY_MAX]; /* after it */
    tn_value last[TN_MYSQL_KEY_MAX];  /* of the rows looked at */
    uint64_t taken_count;
    bool is_swept; /* what is known to go went; what is read is the rest of the range */
    tn_mysql_sweep sweep;
    uint64_t range_count; /* rows of it, about */
    bool is_committing;
} eraser;

/* --- statements */

static void put_rows(const eraser *e, tn_mysql_sql *sql)
{
    tn_buf_put_text(&sql->text, "SELECT ");
    tn_mysql_row_put_columns(&e->row, &sql->text);
    tn_buf_put_char(&sql->text, ',');
    if (e->referred->count == 0 || e->target->redacts)
        tn_buf_put_char(&sql->text, '0');
    else
        tn_mysql_put_is_referred_to(e->referred, e->table.name, &sql->text);
    tn_buf_put_text(&sql->text, " FROM ");
    tn_mysql_put_name(&sql->text, e->table.name);
    tn_buf_put_text(&sql->text, " FORCE INDEX (PRIMARY)");
    if (e->is_swept) {
        tn_mysql_sweep_put_rest(&e->sweep, sql);
    } else if (e->has_lower) {
        tn_buf_put_text(&sql->text, " WHERE ");
        tn_mysql_put_bound(&e->table, ">", &sql->text);
    }
    tn_buf_put_text(&sql->text, " ORDER BY ");
    tn_mysql_put_key(&e->table, &sql->text);
    tn_buf_put_text(&sql->text, e->is_swept ? " FOR UPDATE" : " LIMIT ? FOR UPDATE");
}

static tn_status prepare_rows(eraser *e, tn_mysql_statement *s)
{
    tn_mysql_sql sql;
    uint32_t at = 0;
    tn_mysql_sql_init(&sql, &e->arena, e->db->memory);
    sql.is_kept = true;
    put_rows(e, &sql);
    tn_status status = tn_mysql_sql_prepare(&sql, e->db, s, e->chunk->why);
    tn_mysql_sql_free(&sql);
    TN_TRY(status);
    if (e->is_swept) {
        tn_mysql_sweep_bind(&e->sweep, &sql, s);
        return TN_OK;
    }
    if (e->has_lower)
        at = tn_mysql_bind_bound(&e->table, s, 0, e->lower);
    tn_mysql_bind_int(s, at, e->chunk->row_limit);
    return TN_OK;
}

/* --- rows */

static tn_status redact_row(eraser *e, const tn_erase_choice *choice)
{
    tn_mysql_redaction redaction = {.table = &e->table,
                                    .target = e->target,
                                    .key = e->row.key_parts,
                                    .changes = choice->changes,
                                    .change_count = choice->change_count};
    return tn_mysql_redact(e->db, &redaction, &e->out->erased_count, e->chunk->why);
}

static tn_status take_row(eraser *e, const tn_value *key, const tn_erase_choice *choice)
{
    e->taken_count++;
    TN_TRY(e->chunk->take(e->chunk->user, key));
    if (e->target->redacts)
        return redact_row(e, choice);
    return tn_mysql_doom(&e->doomed, e->row.row.number, e->row.key_parts);
}

static tn_status decide_row(eraser *e, const tn_mysql_statement *s)
{
    tn_erase_choice choice = {.is_chosen = false};
    tn_value key;
    tn_mysql_row_read(&e->row, s);
    tn_mysql_row_key(&e->row, &key);
    e->out->looked_at_count++;
    TN_TRY(e->chunk->decide(e->chunk->user, &e->row.row, &key, &choice));
    if (!choice.is_chosen)
        return TN_OK;
    if (tn_mysql_read_int(s, s->column_count - 1) != 0)
        return e->chunk->spare(e->chunk->user, &key);
    return take_row(e, &key, &choice);
}

/* The key of the last row that was looked at. */
static tn_status keep_last(eraser *e)
{
    return tn_mysql_keep_key(&e->table, e->row.key_parts, &e->arena, e->last);
}

/* The rows lie here, so statements may run in between. */
static tn_status decide_rows(eraser *e, tn_mysql_statement *s)
{
    TN_TRY(tn_mysql_execute(s, e->chunk->why));
    for (;;) {
        bool row;
        TN_TRY(tn_mysql_fetch(s, &row, e->chunk->why));
        if (!row)
            break;
        TN_TRY(decide_row(e, s));
    }
    if (e->is_swept)
        return TN_OK;
    e->out->is_end = e->out->looked_at_count < e->chunk->row_limit;
    return keep_last(e);
}

static tn_status mismatch(eraser *e)
{
    tn_buf_put_format(
        e->chunk->why,
        "%llu rows were to go, but the server says that %llu did; nothing "
        "was changed",
        (unsigned long long)e->taken_count, (unsigned long long)e->out->erased_count);
    return TN_STORE;
}

/* Nobody else can have changed the range, which is locked, gaps and all; but a foreign
 * key of the table to itself may take rows along. */
static bool refers_to_itself(const eraser *e)
{
    for (uint32_t i = 0; i < e->referred->count; i++)
        if (tn_str_equal_but_for_case(e->referred->list[i].table, e->table.name))
            return true;
    return false;
}

/* Are all rows of the range there that were not taken? */
static tn_status check_rest(eraser *e)
{
    tn_mysql_statement s = {.db = NULL};
    bool row = false;
    uint64_t count = 0, rest = e->out->looked_at_count - e->taken_count;
    tn_buf sql;
    tn_buf_init(&sql, e->db->memory);
    tn_buf_put_text(&sql, "SELECT count(*) FROM ");
    tn_mysql_put_name(&sql, e->table.name);
    tn_buf_put_text(&sql, " WHERE ");
    tn_mysql_put_bound(&e->table, "<=", &sql);
    if (e->has_lower) {
        tn_buf_put_text(&sql, " AND ");
        tn_mysql_put_bound(&e->table, ">", &sql);
    }
    tn_buf_put_text(&sql, " LOCK IN SHARE MODE");
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_mysql_prepare(&s, e->db, tn_buf_view(&sql), 0, e->chunk->why);
    tn_buf_free(&sql);
    TN_TRY(status);
    uint32_t at = tn_mysql_bind_bound(&e->table, &s, 0, e->last);
    if (e->has_lower)
        tn_mysql_bind_bound(&e->table, &s, at, e->lower);
    status = tn_mysql_execute(&s, e->chunk->why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, &row, e->chunk->why);
    if (status == TN_OK && row)
        count = (uint64_t)tn_mysql_read_int(&s, 0);
    tn_mysql_statement_close(&s);
    TN_TRY(status);
    if (count == rest)
        return TN_OK;
    tn_buf_put_text(e->chunk->why,
                    "rows would go that are not due: a foreign key of the "
                    "table to itself takes them along; nothing was changed");
    return TN_STORE;
}

/* --- what is known to go */

static tn_status find_rule(eraser *e)
{
    const tn_erase_chunk *chunk = e->chunk;
    bool is_known = false;
    if (e->target->redacts || e->referred->count > 0 || chunk->rule == NULL)
        return TN_OK;
    e->sweep = (tn_mysql_sweep){.db = e->db,
                                .chunk = chunk,
                                .table = &e->table,
                                .columns = e->target->columns,
                                .arena = &e->arena,
                                .lower = e->has_lower ? e->lower : NULL};
    TN_TRY(chunk->rule(chunk->user, &e->sweep.rule, &is_known));
    e->is_swept = is_known && tn_mysql_can_sweep(&e->sweep.rule);
    e->doomed.has_gaps = e->is_swept;
    return TN_OK;
}

static tn_status sweep_rows(eraser *e)
{
    uint64_t count = 0;
    TN_TRY(tn_mysql_sweep_end(&e->sweep, &e->range_count));
    e->out->is_end = e->sweep.upper == NULL;
    if (!e->out->is_end)
        memcpy(e->last, e->sweep.upper, e->table.key_count * sizeof(*e->last));
    TN_TRY(tn_mysql_sweep_rows(&e->sweep, &count));
    e->taken_count += count;
    e->out->erased_count += count;
    return TN_OK;
}

/* Those that are not known to go. */
static tn_status erase_decided(eraser *e)
{
    tn_mysql_statement s;
    TN_TRY(prepare_rows(e, &s));
    tn_status status = decide_rows(e, &s);
    tn_mysql_statement_close(&s);
    TN_TRY(status);
    return tn_mysql_delete(e->db, &e->doomed, &e->out->erased_count, e->chunk->why);
}

static tn_status erase_rows(eraser *e)
{
    bool has_rest = true;
    TN_TRY(find_rule(e));
    if (e->is_swept) {
        TN_TRY(sweep_rows(e));
        TN_TRY(tn_mysql_sweep_has_rest(&e->sweep, &has_rest));
    }
    if (has_rest)
        TN_TRY(erase_decided(e));
    if (e->out->erased_count != e->taken_count)
        return mismatch(e);
    if (e->is_swept)
        e->out->looked_at_count = e->range_count;
    return refers_to_itself(e) && e->taken_count > 0 ? check_rest(e) : TN_OK;
}

/* --- what a chunk is of */

static tn_status prepare(eraser *e)
{
    const tn_erase_chunk *chunk = e->chunk;
    tn_scan_request request = {.object = e->target->object,
                               .columns = e->target->columns,
                               .column_count = e->target->column_count,
                               .wants_undeclared = e->target->wants_undeclared};
    tn_mysql_exam found = {.arena = &e->arena, .why = chunk->why};
    TN_TRY(tn_mysql_examine_table(e->store, e->target, &found));
    e->table = found.table;
    if (found.exam.obstacle_count > 0) {
        tn_buf_put(chunk->why, found.exam.obstacles[0]);
        return TN_STORE;
    }
    if (!tn_digest_equal(&found.exam.shape, chunk->shape)) {
        tn_buf_put_text(chunk->why, "the table was altered since it was examined");
        return TN_STORE;
    }
    TN_TRY(tn_mysql_references(e->store, e->table.name, &e->referred, chunk->why));
    e->doomed = (tn_mysql_doomed){.arena = &e->arena, .table = &e->table};
    return tn_mysql_row_init(&e->row, &e->table, &request, &e->arena, chunk->why);
}

/* --- the transaction */

/* The same version as of the chunk before, where the facts are as they were. */
static tn_status look_at_facts(eraser *e)
{
    tn_mysql_print print, *last = &e->store->print;
    TN_TRY(tn_mysql_watch(e->store, e->target, &e->arena, &print, e->chunk->why));
    bool is_same = print.is_known && last->is_known &&
                   tn_digest_equal(&print.digest, &last->digest);
    *last = print;
    if (!is_same)
        e->store->version++;
    return TN_OK;
}

static tn_status do_chunk(eraser *e)
{
    const tn_erase_chunk *chunk = e->chunk;
    tn_erase_seal seal = {NULL, NULL, 0};
    tn_mysql_begun begun = {.key = e->lower};
    TN_TRY(tn_mysql_marker_begin(e->db, chunk, e->target->object));
    TN_TRY(prepare(e));
    TN_TRY(tn_mysql_marker_state(e->db, chunk, &e->arena, &begun));
    e->out->watermark = begun.watermark;
    e->has_lower = begun.has_key;
    e->store->in_chunk = true;
    TN_TRY(look_at_facts(e));
    TN_TRY(chunk->begun(chunk->user, e->store->version));
    TN_TRY(erase_rows(e));
    TN_TRY(chunk->seal(chunk->user, e->out->erased_count, &seal));
    tn_mysql_seal kept = {&seal, e->out, e->out->is_end ? NULL : e->last,
                          e->table.key_count, e->target->redacts};
    TN_TRY(tn_mysql_marker_end(e->db, chunk, &kept));
    e->is_committing = true;
    return tn_mysql_run(e->db, "COMMIT", chunk->why);
}

static void nap(void)
{
    struct timespec t = {0, TRY_MS * 1000000L};
    nanosleep(&t, NULL);
}

/* The answer to COMMIT never came. The marker is there if it was done; asking for it
 * with a lock waits for a session that is still at it. */
static tn_status find_out(eraser *e)
{
    bool is_there = false;
    tn_status status = TN_STORE;
    size_t len = e->chunk->why->len;
    for (int i = 0; i < TRIES && (status == TN_STORE || status == TN_STOPPED); i++) {
        e->chunk->why->len = len;
        status = e->db->is_lost ? tn_mysql_db_reconnect(e->db, e->chunk->why) : TN_OK;
        if (status == TN_OK)
            status = tn_mysql_marker_is_there(e->db, e->chunk, &is_there);
        if (status != TN_OK)
            nap();
    }
    if (status != TN_OK) {
        tn_buf_put_text(e->chunk->why,
                        "; whether the last chunk was done is not known: "
                        "apply the plan again to find out and go on");
        return status == TN_STOPPED ? TN_STORE : status;
    }
    return is_there ? TN_OK : TN_STOPPED;
}

static tn_status run_transaction(eraser *e)
{
    size_t len = e->chunk->why->len;
    tn_status status = TN_OK;
    if (e->db->is_lost)
        status = tn_mysql_db_reconnect(e->db, e->chunk->why);
    if (status == TN_OK)
        status = do_chunk(e);
    e->store->in_chunk = false;
    if (status == TN_STORE && e->db->is_lost && e->is_committing)
        status = find_out(e);
    else if (status != TN_OK && !e->db->is_lost)
        tn_mysql_try(e->db, "ROLLBACK");
    if (status != TN_STORE || !e->db->is_lost || e->is_committing)
        return status;
    e->chunk->why->len = len; /* the server rolls back, and the chunk is done again */
    return TN_STOPPED;
}

tn_status tn_mysql_erase_chunk(tn_store *store, const tn_erase_permit *permit,
                               const tn_erase_target *target,
                               const tn_erase_chunk *chunk, tn_erase_result *out)
{
    tn_mysql_store *mysql = tn_mysql_store_of(store);
    eraser e = {
        .store = mysql, .db = &mysql->db, .target = target, .chunk = chunk, .out = out};
    assert(permit != NULL && chunk->row_limit > 0);
    (void)permit;
    *out = (tn_erase_result){.looked_at_count = 0};
    tn_arena_init(&e.arena, chunk->why->memory);
    tn_status status = run_transaction(&e);
    tn_arena_free(&e.arena);
    return status;
}

const tn_erase_ops tn_mysql_erase = {
    .version = TN_ERASE_OPS_VERSION,
    .writing = &tn_mysql_writing_ops,
    .examine = tn_mysql_examine,
    .mark = tn_mysql_mark,
    .prepare = tn_mysql_prepare_marks,
    .markers = tn_mysql_markers,
    .erase = tn_mysql_erase_chunk,
    .settle = tn_mysql_settle,
    .keeps_history = true,
    .lag = tn_mysql_lag,
};
