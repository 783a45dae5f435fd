#include "interp/store/mysql_count.h"
#include "interp/calendar/instant.h"
#include "interp/store/mysql_steps.h"

#include <string.h>

enum { TIME_TEXT_MAX = 32 };

/* A group of rows with the same answers. */
typedef struct group {
    tn_mysql_answers answers;
    uint32_t number; /* of its case; TN_NONE: a residue */
    uint64_t row_count;
    tn_value least[TN_PUSH_CLOCKS_MAX];
    const uint64_t *undeclared;
    uint32_t steps[TN_PUSH_CLOCKS_MAX]; /* in which each clock falls due */
} group;

static void collect(tn_mysql_counting *c)
{
    for (uint32_t i = 0; i < c->push->case_count; i++)
        tn_mysql_collect(&c->leaves, c->push->cases[i].when);
    tn_mysql_collect(&c->leaves, c->push->overdue);
    tn_mysql_collect(&c->leaves, c->push->redacts);
    for (uint32_t i = 0; i < c->push->clock_count; i++)
        tn_mysql_collect(&c->leaves, c->push->clocks[i].when);
    c->is_useless = c->leaves.overflows || !tn_mysql_can_step(c->push);
}

tn_status tn_mysql_count_init(tn_mysql_counting *c, tn_mysql_db *db,
                              const tn_mysql_row *row, const tn_push_table *push)
{
    *c = (tn_mysql_counting){.db = db, .table = row->table, .row = row, .push = push};
    tn_arena_init(&c->arena, db->memory);
    tn_arena_init(&c->range_arena, db->memory);
    c->undeclared = tn_arena_take_array(&c->arena, row->rest_count, sizeof(uint64_t));
    if (c->undeclared == NULL)
        return TN_NOMEM;
    c->counts.undeclared = c->undeclared;
    c->counts.undeclared_count = row->rest_count;
    if (push->step_count > 0) {
        c->steps = tn_arena_take_array(&c->arena, push->step_count + UINT32_C(1),
                                       sizeof(uint64_t));
        if (c->steps == NULL)
            return TN_NOMEM;
        c->counts.steps = c->steps;
    }
    for (uint32_t i = 0; i < push->clock_count; i++)
        c->counts.least[i].kind = TN_KIND_NULL;
    collect(c);
    return TN_OK;
}

void tn_mysql_count_free(tn_mysql_counting *c)
{
    tn_arena_free(&c->arena);
    tn_arena_free(&c->range_arena);
}

/* --- the range */

static tn_status keep_key(tn_mysql_counting *c, const tn_mysql_statement *s,
                          tn_value *out)
{
    for (uint32_t i = 0; i < c->table->key_count; i++) {
        tn_mysql_read_key(s, i, &out[i]);
        if (out[i].kind != TN_KIND_STRING && out[i].kind != TN_KIND_BYTES)
            continue;
        out[i].as.text = tn_arena_copy(&c->arena, out[i].as.text);
        if (out[i].as.text.data == NULL)
            return TN_NOMEM;
    }
    return TN_OK;
}

/* The key that ends the range after `lower`; none: it goes to the end. */
static tn_status find_upper(tn_mysql_counting *c, tn_buf *why)
{
    tn_buf sql;
    tn_mysql_statement s = {.db = NULL};
    tn_buf_init(&sql, c->db->memory);
    tn_buf_put_text(&sql, "SELECT ");
    tn_mysql_put_key(c->table, &sql);
    tn_buf_put_text(&sql, " FROM ");
    tn_mysql_put_name(&sql, c->table->name);
    tn_buf_put_text(&sql, " FORCE INDEX (PRIMARY)");
    if (c->has_lower) {
        tn_buf_put_text(&sql, " WHERE ");
        tn_mysql_put_bound(c->table, ">", &sql);
    }
    tn_buf_put_text(&sql, " ORDER BY ");
    tn_mysql_put_key(c->table, &sql);
    tn_buf_put_format(&sql, " LIMIT 1 OFFSET %d", TN_MYSQL_COUNT_ROWS - 1);
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_mysql_prepare(&s, c->db, tn_buf_view(&sql), 0, why);
    tn_buf_free(&sql);
    TN_TRY(status);
    if (c->has_lower)
        tn_mysql_bind_bound(c->table, &s, 0, c->lower);
    status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, &c->has_upper, why);
    if (status == TN_OK && c->has_upper)
        status = keep_key(c, &s, c->upper);
    tn_mysql_statement_close(&s);
    return status;
}

/* --- the statement */

static const tn_mysql_column *clock_column(const tn_mysql_counting *c, uint32_t i)
{
    tn_str name = c->row->columns[c->push->clocks[i].column.number].name;
    return &c->table->columns[tn_mysql_find_column(c->table, name)];
}

/* The least of it; of a text that holds times the least bytes are the least time. */
static void put_least(const tn_mysql_column *column, tn_buf *text)
{
    bool is_text = column->type == TN_MYSQL_TEXT;
    tn_buf_put_text(text, is_text ? ",min(CAST(" : ",min(");
    tn_mysql_put_name(text, column->name);
    tn_buf_put_text(text, is_text ? " AS BINARY))" : ")");
}

static tn_status prepare(tn_mysql_counting *c, tn_mysql_statement *s, tn_buf *why)
{
    tn_mysql_sql sql;
    tn_mysql_renderer r = {&sql, c->table, c->row->columns};
    uint32_t word_count = tn_mysql_word_count(&c->leaves);
    if (c->range_arena.block != NULL)
        tn_arena_reset(&c->range_arena);
    tn_mysql_sql_init(&sql, &c->range_arena, c->db->memory);
    tn_buf_put_text(&sql.text, "SELECT count(*)");
    for (uint32_t i = 0; i < word_count; i++) {
        tn_buf_put_char(&sql.text, ',');
        tn_mysql_render_word(&r, &c->leaves, i);
        tn_buf_put_format(&sql.text, "%s AS tenure_w%u",
                          c->leaves.count == 0 ? "0" : "", i);
    }
    for (uint32_t i = 0; i < c->push->clock_count; i++)
        put_least(clock_column(c, i), &sql.text);
    for (uint32_t i = 0; i < c->row->rest_count; i++) {
        tn_buf_put_text(&sql.text, ",count(");
        tn_mysql_put_name(&sql.text, c->table->columns[c->row->rest[i]].name);
        tn_buf_put_char(&sql.text, ')');
    }
    tn_mysql_put_steps(&r, c->push);
    tn_buf_put_text(&sql.text, " FROM ");
    tn_mysql_put_name(&sql.text, c->table->name);
    tn_buf_put_text(&sql.text, " FORCE INDEX (PRIMARY)");
    if (c->has_lower) {
        tn_buf_put_text(&sql.text, " WHERE ");
        tn_mysql_put_bound(c->table, ">", &sql.text);
    }
    if (c->has_upper) {
        tn_buf_put_text(&sql.text, c->has_lower ? " AND " : " WHERE ");
        tn_mysql_put_bound(c->table, "<=", &sql.text);
    }
    for (uint32_t i = 0; i < word_count; i++)
        tn_buf_put_format(&sql.text, "%s tenure_w%u", i > 0 ? "," : " GROUP BY", i);
    tn_mysql_put_step_groups(&sql.text, c->push);
    tn_status status = tn_mysql_sql_prepare(&sql, c->db, s, why);
    tn_mysql_sql_free(&sql);
    TN_TRY(status);
    uint32_t at = sql.count;
    if (c->has_lower)
        at = tn_mysql_bind_bound(c->table, s, at, c->lower);
    if (c->has_upper)
        tn_mysql_bind_bound(c->table, s, at, c->upper);
    return TN_OK;
}

void tn_mysql_count_put_filter(const tn_mysql_counting *c, tn_mysql_sql *sql)
{
    tn_mysql_renderer r = {sql, c->table, c->row->columns};
    uint32_t word_count = tn_mysql_word_count(&c->leaves);
    tn_buf_put_char(&sql->text, '(');
    for (uint32_t i = 0; i < word_count; i++) {
        tn_buf_put_text(&sql->text, i > 0 ? "," : "");
        tn_mysql_render_word(&r, &c->leaves, i);
        tn_buf_put_text(&sql->text, c->leaves.count == 0 ? "0" : "");
    }
    tn_buf_put_text(&sql->text, ") IN (");
    for (uint32_t k = 0; k < c->residue_count; k++) {
        tn_buf_put_text(&sql->text, k > 0 ? ",(" : "(");
        for (uint32_t i = 0; i < word_count; i++)
            tn_buf_put_format(&sql->text, "%s%lld", i > 0 ? "," : "",
                              (long long)c->residues[k].words[i]);
        tn_buf_put_char(&sql->text, ')');
    }
    tn_buf_put_char(&sql->text, ')');
}

/* --- what comes back */

/* The servers may give the least of times as a text of theirs, with a blank. */
static tn_str with_t(tn_str time, char text[TIME_TEXT_MAX])
{
    if (time.len < 11 || time.len > TIME_TEXT_MAX || time.data[10] != ' ')
        return time;
    memcpy(text, time.data, time.len);
    text[10] = 'T';
    return (tn_str){text, time.len};
}

/* The least value of a clock's column, read as its values are. */
static tn_value read_least(const tn_mysql_counting *c, const tn_mysql_statement *s,
                           uint32_t i)
{
    char text[TIME_TEXT_MAX];
    tn_value raw, value;
    tn_civil civil;
    tn_mysql_read(s, 1 + tn_mysql_word_count(&c->leaves) + i, &raw);
    if (raw.kind == TN_KIND_BYTES)
        raw.kind = TN_KIND_STRING;
    if (raw.kind == TN_KIND_STRING)
        raw.as.text = with_t(raw.as.text, text);
    /* of a TIMESTAMP, whichever type the server gives to its least */
    if (clock_column(c, i)->type == TN_MYSQL_TIMESTAMP && raw.kind == TN_KIND_STRING &&
        tn_local_parse(raw.as.text, &civil))
        raw = (tn_value){TN_KIND_TIMESTAMP,
                         {.instant = {tn_civil_to_seconds(&civil), civil.nanos}}};
    tn_decode(&c->push->clocks[i].column.how, &raw, &value);
    return value;
}

/* The first case that is certain, after those that are certainly not. */
static uint32_t find_case(const tn_mysql_counting *c, const tn_mysql_answers *answers)
{
    for (uint32_t i = 0; i < c->push->case_count; i++) {
        tn_pred_truth truth =
            tn_mysql_answer(&c->leaves, c->push->cases[i].when, answers);
        if (truth == TN_PRED_SAYS_UNSURE)
            return TN_NONE;
        if (truth == TN_PRED_SAYS_YES)
            return c->push->cases[i].is_residue ? TN_NONE : i;
    }
    return TN_NONE;
}

static bool is_true(const tn_mysql_counting *c, const tn_pred *pred, const group *g)
{
    return tn_mysql_answer(&c->leaves, pred, &g->answers) == TN_PRED_SAYS_YES;
}

static tn_status read_group(tn_mysql_counting *c, const tn_mysql_statement *s,
                            group *out)
{
    uint32_t word_count = tn_mysql_word_count(&c->leaves);
    uint64_t *undeclared =
        tn_arena_take_array(&c->range_arena, c->row->rest_count, sizeof(*undeclared));
    *out = (group){.row_count = (uint64_t)tn_mysql_read_int(s, 0),
                   .undeclared = undeclared};
    if (undeclared == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < word_count; i++)
        out->answers.words[i] = tn_mysql_read_int(s, 1 + i);
    for (uint32_t i = 0; i < c->push->clock_count; i++)
        out->least[i] = read_least(c, s, i);
    for (uint32_t i = 0; i < c->row->rest_count; i++)
        undeclared[i] =
            (uint64_t)tn_mysql_read_int(s, 1 + word_count + c->push->clock_count + i);
    uint32_t at = 1 + word_count + c->push->clock_count + c->row->rest_count;
    for (uint32_t i = 0; i < tn_mysql_step_columns(c->push); i++)
        out->steps[i] = (uint32_t)tn_mysql_read_int(s, at + i);
    out->number = find_case(c, &out->answers);
    return TN_OK;
}

static void offer_least(tn_value *least, const tn_value *value)
{
    bool is_less = least->kind == TN_KIND_NULL;
    if (value->kind == TN_KIND_DATE && !is_less)
        is_less = value->as.day < least->as.day;
    else if (value->kind == TN_KIND_TIMESTAMP && !is_less)
        is_less = tn_instant_compare(value->as.instant, least->as.instant) < 0;
    if (is_less && (value->kind == TN_KIND_DATE || value->kind == TN_KIND_TIMESTAMP))
        *least = *value;
}

/* Due by the first of the clocks that take part. */
static void add_step(tn_mysql_counting *c, const group *g)
{
    uint32_t step = c->push->step_count;
    for (uint32_t i = 0; i < c->push->clock_count; i++)
        if (g->steps[i] < step && is_true(c, c->push->clocks[i].when, g))
            step = g->steps[i];
    c->steps[step] += g->row_count;
}

static void add_group(tn_mysql_counting *c, const group *g)
{
    const tn_push_case *one = &c->push->cases[g->number];
    tn_scan_count *count = &c->counts.cases[g->number];
    bool is_plain_keep = one->decision == TN_KEEP && one->reason != TN_REASON_HOLD;
    if (one->is_left_out)
        return;
    count->row_count += g->row_count;
    count->overdue_count += is_true(c, c->push->overdue, g) ? g->row_count : 0;
    if (is_plain_keep && is_true(c, c->push->redacts, g))
        count->redact_count += g->row_count;
    for (uint32_t i = 0; one->reason == TN_REASON_RETAINED && i < c->push->clock_count;
         i++)
        if (is_true(c, c->push->clocks[i].when, g))
            offer_least(&c->counts.least[i], &g->least[i]);
    if (one->reason == TN_REASON_RETAINED && c->steps != NULL)
        add_step(c, g);
    for (uint32_t i = 0; i < c->row->rest_count; i++)
        c->undeclared[i] += g->undeclared[i];
}

/* All groups are looked at before any is counted. */
static tn_status read_groups(tn_mysql_counting *c, tn_mysql_statement *s, tn_buf *why)
{
    uint64_t count = tn_mysql_row_count(s), residues = 0, all = 0;
    group *groups = tn_arena_take_array(&c->range_arena, count, sizeof(*groups));
    if (groups == NULL)
        return TN_NOMEM;
    c->residue_count = 0;
    for (uint64_t i = 0; i < count; i++) {
        bool row;
        TN_TRY(tn_mysql_fetch(s, &row, why));
        TN_TRY(read_group(c, s, &groups[i]));
        all += groups[i].row_count;
        if (groups[i].number != TN_NONE)
            continue;
        residues += groups[i].row_count;
        if (c->residue_count < TN_MYSQL_RESIDUES_MAX)
            c->residues[c->residue_count] = groups[i].answers;
        c->residue_count++;
    }
    c->is_useless = residues > all / 2 || c->residue_count > TN_MYSQL_RESIDUES_MAX;
    if (c->is_useless)
        return TN_OK;
    for (uint64_t i = 0; i < count; i++)
        if (groups[i].number != TN_NONE)
            add_group(c, &groups[i]);
    return TN_OK;
}

tn_status tn_mysql_count_next(tn_mysql_counting *c, tn_buf *why)
{
    tn_mysql_statement s = {.db = NULL};
    if (c->is_started) {
        memcpy(c->lower, c->next, sizeof(c->lower));
        c->has_lower = true;
    }
    TN_TRY(find_upper(c, why));
    tn_status status = prepare(c, &s, why);
    if (status == TN_OK)
        status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = read_groups(c, &s, why);
    tn_mysql_statement_close(&s);
    TN_TRY(status);
    c->is_started = true;
    memcpy(c->next, c->upper, sizeof(c->next));
    return TN_OK;
}
