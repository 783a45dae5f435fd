#include "interp/store/search_count.h"
#include "interp/store/search_steps.h"

#include <string.h>

/* Is it to be told how many there are? */
static bool is_counted(const tn_push_case *one)
{
    return !one->is_residue && !one->is_left_out;
}

static bool is_plain_keep(const tn_push_case *one)
{
    return one->decision == TN_KEEP && one->reason != TN_REASON_HOLD;
}

static const tn_push_case *case_of(const tn_search_count *c, uint32_t step)
{
    return &c->table->cases[c->steps[step].number];
}

static const tn_search_field *clock_field(const tn_search_count *c, uint32_t clock)
{
    uint32_t column = c->table->clocks[clock].column.number;
    return &c->query.object->fields[c->query.fields[column]];
}

bool tn_search_can_count(const tn_search_count *c)
{
    if (!c->table->is_exact || c->undeclared_count > TN_SEARCH_UNDECLARED_MAX ||
        !tn_search_is_renderable(c->table))
        return false;
    for (uint32_t i = 0; i < c->table->clock_count; i++) {
        uint32_t column = c->table->clocks[i].column.number;
        if (!tn_search_reads_indexed(&c->query, column) || clock_field(c, i)->is_mixed)
            return false;
    }
    return tn_search_can_step(&c->query, c->table);
}

/* --- planning */

typedef struct planning {
    tn_search_asking asking;
    tn_search_count *count;
    const tn_search_known *known;
    bool failed;
} planning;

static const tn_search_clause *certain(planning *p, const tn_pred *pred, bool truth)
{
    const tn_search_clause *clause = tn_search_simplify(
        p->asking.arena, tn_search_certain(&p->asking, pred, truth), p->known);
    p->failed |= clause == NULL;
    return clause == NULL ? tn_search_constant(false) : clause;
}

static void assume(planning *p, const tn_search_clause *clause)
{
    p->failed |= !tn_search_assume(p->asking.arena, clause, &p->known);
}

static void require(planning *p, const tn_search_clause *clause)
{
    p->count->found =
        tn_search_join(p->asking.arena, TN_ASK_AND, p->count->found, clause);
    p->failed |= p->count->found == NULL;
    if (p->count->found == NULL)
        p->count->found = tn_search_constant(false);
    assume(p, clause);
}

/* A document that does not say what was left out of the index is as it is indexed. */
static void require_sound(planning *p)
{
    static const tn_search_clause sound = {.op = TN_ASK_SOUND};
    const tn_search_object *object = p->count->query.object;
    bool may_ignore = false;
    for (uint32_t i = 0; i < object->field_count; i++)
        may_ignore |= object->fields[i].may_ignore;
    p->count->found = tn_search_constant(true);
    if (may_ignore)
        require(p, &sound);
}

/* What is asked of those that are in the case. */
static void plan_sums(planning *p, tn_search_step *step)
{
    const tn_push_table *table = p->count->table;
    const tn_push_case *one = &table->cases[step->number];
    const tn_search_known *outside = p->known;
    const tn_search_clause *no = tn_search_constant(false);
    bool is_sum = is_counted(one);
    assume(p, step->when);
    step->overdue = is_sum ? certain(p, table->overdue, true) : no;
    step->redacts =
        is_sum && is_plain_keep(one) ? certain(p, table->redacts, true) : no;
    for (uint32_t i = 0; i < table->clock_count; i++)
        step->clocks[i] = is_sum && one->reason == TN_REASON_RETAINED
                              ? certain(p, table->clocks[i].when, true)
                              : no;
    p->known = outside;
}

static void note_columns(const planning *p)
{
    for (uint32_t i = 0; i < p->count->column_count; i++)
        p->count->is_there[i] = tn_search_is_there(i, p->known);
}

tn_status tn_search_plan_count(tn_search_count *c, tn_arena *arena)
{
    planning p = {.asking = {&c->query, arena}, .count = c};
    c->step_count = 0;
    c->is_there = tn_arena_take_array(arena, c->column_count, sizeof(bool));
    if (c->is_there == NULL)
        return TN_NOMEM;
    require_sound(&p);
    for (uint32_t i = 0; i < c->table->case_count && !p.failed; i++) {
        const tn_push_case *one = &c->table->cases[i];
        tn_search_step *step = &c->steps[c->step_count];
        if (one->when->op == TN_PRED_FALSE)
            continue;
        if (c->step_count == 0 && one->is_residue) {
            require(&p, certain(&p, one->when, false));
            continue;
        }
        if (c->step_count++ == 0)
            note_columns(&p);
        *step = (tn_search_step){.number = i};
        step->when = certain(&p, one->when, true);
        step->rest = certain(&p, one->when, false);
        plan_sums(&p, step);
        assume(&p, step->rest);
        if (step->rest->op == TN_ASK_NONE)
            break;
    }
    return p.failed ? TN_NOMEM : TN_OK;
}

/* --- asking */

static void put_comma(tn_buf *body)
{
    if (body->len > 0 && body->data[body->len - 1] != '{')
        tn_buf_put_char(body, ',');
}

static void put_field(const tn_search_count *c, uint32_t column, tn_buf *body)
{
    tn_buf_put_json(body, c->query.columns[column].name);
}

/* `"NAME":{"filter":CLAUSE`, left open. */
static void put_filter(const tn_search_count *c, const char *name, uint32_t step,
                       const tn_search_clause *clause, tn_buf *body)
{
    put_comma(body);
    tn_buf_put_format(body, "\"%s%u\":{\"filter\":", name, step);
    tn_search_put_clause(&c->query, clause, body);
}

static bool is_open(const tn_search_clause *clause)
{
    return clause->op != TN_ASK_ALL && clause->op != TN_ASK_NONE;
}

/* How many values a field has, and in how many documents. */
static void put_checks(const tn_search_count *c, tn_buf *body)
{
    for (uint32_t i = 0; i < c->column_count; i++) {
        tn_search_clause exists = {.op = TN_ASK_EXISTS, .column = i};
        if (!tn_search_reads_indexed(&c->query, i))
            continue;
        put_comma(body);
        tn_buf_put_format(body, "\"v%u\":{\"value_count\":{\"field\":", i);
        put_field(c, i, body);
        tn_buf_put_text(body, "}}");
        if (c->is_there[i])
            continue;
        put_filter(c, "d", i, &exists, body);
        tn_buf_put_char(body, '}');
    }
}

/* Fields whose values are counted besides. */
static void put_undeclared(const tn_search_count *c, tn_buf *body)
{
    for (uint32_t i = 0; i < c->undeclared_count; i++) {
        put_comma(body);
        tn_buf_put_format(body, "\"u%u\":{\"filter\":{\"exists\":{\"field\":", i);
        tn_buf_put_json(body, c->undeclared[i]);
        tn_buf_put_text(body, "}}}");
    }
}

/* The least value of a clock's column: of milliseconds as a number, of nanoseconds as
 * the document has it that comes first. */
static void put_least(const tn_search_count *c, uint32_t clock, tn_buf *body)
{
    uint32_t column = c->table->clocks[clock].column.number;
    if (!clock_field(c, clock)->is_nanos) {
        tn_buf_put_text(body, "{\"min\":{\"field\":");
        put_field(c, column, body);
        tn_buf_put_text(body, "}}");
        return;
    }
    tn_buf_put_text(body, "{\"top_hits\":{\"size\":1,\"_source\":false,\"sort\":[{");
    put_field(c, column, body);
    tn_buf_put_text(body, ":{\"order\":\"asc\",\"unmapped_type\":\"date_nanos\"}}],"
                          "\"docvalue_fields\":[{\"field\":");
    put_field(c, column, body);
    tn_buf_put_text(body, ",\"format\":\"strict_date_optional_time_nanos\"}]}}");
}

static void put_clock(const tn_search_count *c, uint32_t step, uint32_t clock,
                      tn_buf *body)
{
    const tn_search_clause *when = c->steps[step].clocks[clock];
    char name[8] = "k?x";
    name[1] = (char)('a' + clock);
    if (when->op == TN_ASK_NONE)
        return;
    if (when->op == TN_ASK_ALL) {
        put_comma(body);
        tn_buf_put_format(body, "\"%s%u\":", name, step);
        put_least(c, clock, body);
        return;
    }
    put_filter(c, name, step, when, body);
    tn_buf_put_text(body, ",\"aggs\":{\"m\":");
    put_least(c, clock, body);
    tn_buf_put_text(body, "}}");
}

/* What is counted in one case besides its documents. */
static void put_sums(const tn_search_count *c, uint32_t number, bool with_rows,
                     tn_buf *body)
{
    const tn_search_step *step = &c->steps[number];
    if (is_open(step->overdue)) {
        put_filter(c, "o", number, step->overdue, body);
        tn_buf_put_char(body, '}');
    }
    if (is_open(step->redacts)) {
        put_filter(c, "r", number, step->redacts, body);
        tn_buf_put_char(body, '}');
    }
    for (uint32_t i = 0; i < c->table->clock_count; i++)
        put_clock(c, number, i, body);
    if (is_counted(case_of(c, number)) &&
        case_of(c, number)->reason == TN_REASON_RETAINED)
        tn_search_put_steps(&c->query, c->table, body);
    if (with_rows && is_counted(case_of(c, number)))
        put_undeclared(c, body);
}

/* Opens what stands in an aggregation; closes it, or takes it back if it is empty. */
static size_t open_below(tn_buf *body)
{
    size_t start = body->len;
    tn_buf_put_text(body, ",\"aggs\":{");
    return start;
}

static void close_below(size_t start, tn_buf *body)
{
    if (!body->failed && body->data[body->len - 1] == '{')
        body->len = start;
    else
        tn_buf_put_char(body, '}');
}

/* Where all documents at hand are in a case, it has no bucket of its own. */
static void put_step(const tn_search_count *c, uint32_t number, bool with_rows,
                     tn_buf *body)
{
    const tn_search_step *step = &c->steps[number];
    if (step->when->op == TN_ASK_ALL) {
        put_sums(c, number, with_rows, body);
    } else if (step->when->op != TN_ASK_NONE) {
        put_filter(c, "c", number, step->when, body);
        size_t below = open_below(body);
        put_sums(c, number, with_rows, body);
        close_below(below, body);
        tn_buf_put_char(body, '}');
    }
}

/* Are undeclared fields counted beside the step, for all that come from there on? */
static bool counts_fields_at(const tn_search_count *c, uint32_t step, bool with_rows)
{
    uint32_t first = case_of(c, 0)->is_left_out ? 1 : 0;
    return !with_rows && step == first;
}

/* The steps one in the other. */
static void put_steps(const tn_search_count *c, bool with_rows, tn_buf *body)
{
    size_t below[TN_PUSH_CASES_MAX];
    uint32_t depth = 0;
    for (uint32_t i = 0; i < c->step_count; i++) {
        if (counts_fields_at(c, i, with_rows))
            put_undeclared(c, body);
        put_step(c, i, with_rows, body);
        if (!is_open(c->steps[i].rest) || i + 1 == c->step_count)
            continue;
        put_filter(c, "n", i, c->steps[i].rest, body);
        below[depth++] = open_below(body);
    }
    while (depth > 0) {
        close_below(below[--depth], body);
        tn_buf_put_char(body, '}');
    }
}

/* Documents that belong to a case which is told (counted or left out), or, with
 * `keeps`, to one that stays; as the last member of an array. */
static void put_certain(const tn_search_count *c, bool keeps, tn_buf *body)
{
    uint32_t depth = 0;
    tn_buf_put_text(body, "{\"bool\":{\"filter\":");
    tn_search_put_clause(&c->query, c->found, body);
    tn_buf_put_text(body, ",\"minimum_should_match\":1,\"should\":[");
    for (uint32_t i = 0; i < c->step_count; i++) {
        const tn_push_case *one = case_of(c, i);
        bool is_told = !one->is_residue &&
                       (!keeps || one->is_left_out || one->decision == TN_KEEP);
        tn_search_put_clause(
            &c->query, is_told ? c->steps[i].when : tn_search_constant(false), body);
        if (c->steps[i].rest->op == TN_ASK_NONE || i + 1 == c->step_count)
            break;
        tn_buf_put_text(body, ",{\"bool\":{\"filter\":");
        tn_search_put_clause(&c->query, c->steps[i].rest, body);
        tn_buf_put_text(body, ",\"minimum_should_match\":1,\"should\":[");
        depth++;
    }
    for (; depth > 0; depth--)
        tn_buf_put_text(body, "]}}");
    tn_buf_put_text(body, "]}}");
}

void tn_search_put_count(const tn_search_count *c, bool with_rows, tn_buf *body)
{
    if (!with_rows) {
        tn_buf_put_text(body, ",\"query\":{\"bool\":{\"filter\":");
        tn_search_put_clause(&c->query, c->found, body);
        tn_buf_put_text(body, "}},\"aggs\":{\"all0\":{\"global\":{}}");
        put_checks(c, body);
        put_steps(c, with_rows, body);
        tn_buf_put_char(body, '}');
        return;
    }
    tn_buf_put_text(body, ",\"aggs\":{\"all0\":{\"filter\":{\"match_all\":{}}},"
                          "\"found0\":{\"filter\":");
    tn_search_put_clause(&c->query, c->found, body);
    size_t below = open_below(body);
    put_checks(c, body);
    put_steps(c, with_rows, body);
    close_below(below, body);
    tn_buf_put_text(body, "}},\"post_filter\":{\"bool\":{\"must_not\":[");
    put_certain(c, false, body);
    tn_buf_put_text(body, "]}}");
}

void tn_search_put_due(const tn_search_count *c, tn_buf *body)
{
    tn_buf_put_text(body, ",\"query\":{\"bool\":{\"must_not\":[");
    put_certain(c, true, body);
    tn_buf_put_text(body, "]}}");
}
