#include "interp/store/mysql_count.h"
#include "interp/calendar/instant.h"

#include <string.h>

/* The numbers of cases in the statement: from 1 on; 0 is a residue, -1 is left out. */

tn_status tn_mysql_count_init(tn_mysql_counting *c, tn_mysql_db *db,
                              const tn_mysql_row *row, const tn_push_table *push)
{
    *c = (tn_mysql_counting){.db = db, .table = row->table, .row = row, .push = push};
    tn_arena_init(&c->arena, db->memory);
    tn_arena_init(&c->range_arena, db->memory);
    tn_arena_init(&c->next_arena, db->memory);
    c->undeclared = tn_arena_take_array(&c->arena, row->rest_count, sizeof(uint64_t));
    if (c->undeclared == NULL)
        return TN_NOMEM;
    c->counts.undeclared = c->undeclared;
    c->counts.undeclared_count = row->rest_count;
    for (uint32_t i = 0; i < push->clock_count; i++)
        c->counts.least[i].kind = TN_KIND_NULL;
    return TN_OK;
}

void tn_mysql_count_free(tn_mysql_counting *c)
{
    tn_arena_free(&c->arena);
    tn_arena_free(&c->range_arena);
    tn_arena_free(&c->next_arena);
}

/* --- the range */

static tn_status keep_key(tn_mysql_counting *c, const tn_mysql_statement *s,
                          uint32_t first, tn_arena *arena, tn_value *out)
{
    for (uint32_t i = 0; i < c->table->key_count; i++) {
        tn_mysql_read_key(s, first + i, &out[i]);
        if (out[i].kind != TN_KIND_STRING && out[i].kind != TN_KIND_BYTES)
            continue;
        out[i].as.text = tn_arena_copy(arena, out[i].as.text);
        if (out[i].as.text.data == NULL)
            return TN_NOMEM;
    }
    return TN_OK;
}

/* The key that ends the range; none: it goes to the end. */
static tn_status find_upper(tn_mysql_counting *c, tn_value *upper, bool *has_upper,
                            tn_buf *why)
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
        status = tn_mysql_fetch(&s, has_upper, why);
    if (status == TN_OK && *has_upper)
        status = keep_key(c, &s, 0, &c->next_arena, upper);
    tn_mysql_statement_close(&s);
    return status;
}

/* --- the statement */

/* Whatever is not certainly false goes no further down. */
static void put_case(tn_mysql_counting *c, const tn_mysql_renderer *r)
{
    tn_buf *text = &r->sql->text;
    uint32_t depth = 0;
    for (uint32_t i = 0; i < c->push->case_count; i++) {
        const tn_push_case *one = &c->push->cases[i];
        int number = one->is_left_out ? -1 : one->is_residue ? 0 : (int)i + 1;
        if (one->when->op == TN_PRED_FALSE)
            continue;
        if (one->when->op == TN_PRED_TRUE) {
            tn_buf_put_int(text, number);
            break;
        }
        tn_buf_put_text(text, "CASE IFNULL(");
        tn_mysql_render(r, one->when);
        tn_buf_put_format(text, ",2) WHEN 1 THEN %d WHEN 2 THEN 0 ELSE ", number);
        depth++;
    }
    for (; depth > 0; depth--)
        tn_buf_put_text(text, " END");
    tn_buf_put_text(text, " AS tenure_case");
}

static void put_clock(const tn_push_clock *clock, uint32_t i,
                      const tn_mysql_renderer *r)
{
    tn_buf *text = &r->sql->text;
    uint32_t column =
        tn_mysql_find_column(r->table, r->columns[clock->column.number].name);
    bool is_text = r->table->columns[column].type == TN_MYSQL_TEXT;
    tn_buf_put_text(text, ",IF(");
    tn_mysql_render(r, clock->when);
    tn_buf_put_text(text, is_text ? ",CAST(" : ",");
    tn_mysql_put_name(text, r->table->columns[column].name);
    tn_buf_put_text(text, is_text ? " AS BINARY)" : "");
    tn_buf_put_format(text, ",NULL) AS tenure_a%u", i);
}

/* One row for each row of the range: its case, and what is summed up. */
static void put_rows(tn_mysql_counting *c, const tn_mysql_renderer *r)
{
    tn_buf *text = &r->sql->text;
    tn_buf_put_text(text, "SELECT ");
    put_case(c, r);
    tn_buf_put_char(text, ',');
    tn_mysql_render(r, c->push->overdue);
    tn_buf_put_text(text, " AS tenure_o,");
    tn_mysql_render(r, c->push->redacts);
    tn_buf_put_text(text, " AS tenure_r");
    for (uint32_t i = 0; i < c->push->clock_count; i++)
        put_clock(&c->push->clocks[i], i, r);
    for (uint32_t i = 0; i < c->row->rest_count; i++) {
        tn_buf_put_char(text, ',');
        tn_mysql_put_name(text, c->table->columns[c->row->rest[i]].name);
        tn_buf_put_format(text, " IS NOT NULL AS tenure_u%u", i);
    }
    for (uint32_t i = 0; i < c->table->key_count; i++) {
        tn_buf_put_char(text, ',');
        tn_mysql_put_name(text, c->table->columns[c->table->key[i]].name);
        tn_buf_put_format(text, " AS tenure_k%u", i);
    }
    tn_buf_put_text(text, " FROM ");
    tn_mysql_put_name(text, c->table->name);
    tn_buf_put_text(text, " FORCE INDEX (PRIMARY)");
}

static void put_sums(tn_mysql_counting *c, tn_buf *text)
{
    tn_buf_put_text(text, "SELECT tenure_case,count(*),sum(tenure_o),sum(tenure_r)");
    for (uint32_t i = 0; i < c->push->clock_count; i++)
        tn_buf_put_format(text, ",min(tenure_a%u)", i);
    for (uint32_t i = 0; i < c->row->rest_count; i++)
        tn_buf_put_format(text, ",sum(tenure_u%u)", i);
    for (uint32_t i = 0; i < c->table->key_count; i++)
        tn_buf_put_format(text, ",IF(tenure_case=0,tenure_k%u,NULL) AS tenure_g%u", i,
                          i);
    tn_buf_put_text(text, " FROM (");
}

static tn_status prepare(tn_mysql_counting *c, const tn_value *upper,
                         tn_mysql_statement *s, tn_buf *why)
{
    tn_mysql_sql sql;
    tn_mysql_renderer r = {&sql, c->table, c->row->columns};
    tn_arena_reset(&c->range_arena);
    tn_mysql_sql_init(&sql, &c->range_arena, c->db->memory);
    put_sums(c, &sql.text);
    put_rows(c, &r);
    uint32_t bound_count = 0;
    if (c->has_lower) {
        tn_buf_put_text(&sql.text, " WHERE ");
        bound_count += tn_mysql_put_bound(c->table, ">", &sql.text);
    }
    if (upper != NULL) {
        tn_buf_put_text(&sql.text, c->has_lower ? " AND " : " WHERE ");
        bound_count += tn_mysql_put_bound(c->table, "<=", &sql.text);
    }
    tn_buf_put_text(&sql.text, ") tenure_d WHERE tenure_case>=0 GROUP BY tenure_case");
    for (uint32_t i = 0; i < c->table->key_count; i++)
        tn_buf_put_format(&sql.text, ",tenure_g%u", i);
    tn_status status = tn_mysql_sql_prepare(&sql, c->db, s, why);
    tn_mysql_sql_free(&sql);
    TN_TRY(status);
    assert(s->parameter_count == sql.count + bound_count);
    uint32_t at = sql.count;
    if (c->has_lower)
        at = tn_mysql_bind_bound(c->table, s, at, c->lower);
    if (upper != NULL)
        tn_mysql_bind_bound(c->table, s, at, upper);
    return TN_OK;
}

/* --- what comes back */

/* The least anchor, read as the column's values are. */
static void read_least(tn_mysql_counting *c, const tn_mysql_statement *s, uint32_t i)
{
    tn_value raw, value;
    tn_civil civil;
    const tn_pred_column *column = &c->push->clocks[i].column;
    tn_value *least = &c->counts.least[i];
    uint32_t number =
        tn_mysql_find_column(c->table, c->row->columns[column->number].name);
    tn_mysql_read(s, 4 + i, &raw);
    if (raw.kind == TN_KIND_BYTES)
        raw.kind = TN_KIND_STRING;
    /* of a TIMESTAMP, whichever type the server gives to its least */
    if (c->table->columns[number].type == TN_MYSQL_TIMESTAMP &&
        raw.kind == TN_KIND_STRING && tn_local_parse(raw.as.text, &civil))
        raw = (tn_value){TN_KIND_TIMESTAMP,
                         {.instant = {tn_civil_to_seconds(&civil), civil.nanos}}};
    tn_decode(&column->how, &raw, &value);
    if (value.kind == TN_KIND_DATE) {
        if (least->kind == TN_KIND_NULL || value.as.day < least->as.day)
            *least = value;
    } else if (value.kind == TN_KIND_TIMESTAMP) {
        if (least->kind == TN_KIND_NULL ||
            tn_instant_compare(value.as.instant, least->as.instant) < 0)
            *least = value;
    }
}

static void add_case(tn_mysql_counting *c, const tn_mysql_statement *s, int64_t number)
{
    tn_scan_count *count = &c->counts.cases[number - 1];
    const tn_push_case *one = &c->push->cases[number - 1];
    bool is_plain_keep = one->decision == TN_KEEP && one->reason != TN_REASON_HOLD;
    count->row_count += (uint64_t)tn_mysql_read_int(s, 1);
    count->overdue_count += (uint64_t)tn_mysql_read_int(s, 2);
    if (is_plain_keep)
        count->redact_count += (uint64_t)tn_mysql_read_int(s, 3);
    for (uint32_t i = 0; one->reason == TN_REASON_RETAINED && i < c->push->clock_count;
         i++)
        read_least(c, s, i);
    for (uint32_t i = 0; i < c->row->rest_count; i++)
        c->undeclared[i] +=
            (uint64_t)tn_mysql_read_int(s, 4 + c->push->clock_count + i);
}

static tn_status add_residue(tn_mysql_counting *c, const tn_mysql_statement *s)
{
    uint32_t width = c->table->key_count;
    tn_value *key = &c->keys[(size_t)c->residue_count * width];
    c->residue_count++;
    return keep_key(c, s, 4 + c->push->clock_count + c->row->rest_count,
                    &c->range_arena, key);
}

static tn_status read_groups(tn_mysql_counting *c, tn_mysql_statement *s, tn_buf *why)
{
    uint64_t counted = 0;
    for (;;) {
        bool row;
        TN_TRY(tn_mysql_fetch(s, &row, why));
        if (!row)
            break;
        int64_t number = tn_mysql_read_int(s, 0);
        if (number == 0 || tn_mysql_is_null(s, 0)) {
            TN_TRY(add_residue(c, s));
        } else if (number <= c->push->case_count) {
            add_case(c, s, number);
            counted += (uint64_t)tn_mysql_read_int(s, 1);
        }
    }
    c->is_useless = c->residue_count > counted;
    return TN_OK;
}

tn_status tn_mysql_count_next(tn_mysql_counting *c, tn_buf *why)
{
    tn_mysql_statement s = {.db = NULL};
    tn_value upper[TN_MYSQL_KEY_MAX];
    bool has_upper = false;
    size_t width = c->table->key_count;
    TN_TRY(find_upper(c, upper, &has_upper, why));
    tn_status status = prepare(c, has_upper ? upper : NULL, &s, why);
    c->residue_count = 0;
    if (status == TN_OK)
        status = tn_mysql_execute(&s, why);
    if (status == TN_OK) {
        c->keys = tn_arena_take_array(&c->range_arena, tn_mysql_row_count(&s) * width,
                                      sizeof(*c->keys));
        status = c->keys == NULL ? TN_NOMEM : read_groups(c, &s, why);
    }
    tn_mysql_statement_close(&s);
    TN_TRY(status);
    c->has_lower = has_upper;
    c->is_at_end = !has_upper;
    memcpy(c->lower, upper, sizeof(upper));
    return TN_OK;
}
