#include "interp/store/search_steps.h"
#include "interp/calendar/instant.h"

#include <string.h>

static bool has_steps(const tn_push_table *table)
{
    return table->step_count > 0 && table->clock_count > 0;
}

/* Steps before this one are over before the clock lets anything fall due. */
static uint32_t first_step(const tn_push_table *table, const tn_push_clock *clock)
{
    uint32_t i = 0;
    while (i < table->step_count && clock->before[i]->op == TN_PRED_FALSE)
        i++;
    return i;
}

static bool has_ranges(const tn_search_query *query, const tn_push_table *table)
{
    tn_instant end;
    for (uint32_t i = 0; i < table->clock_count; i++) {
        const tn_push_clock *clock = &table->clocks[i];
        for (uint32_t k = first_step(table, clock); k < table->step_count; k++)
            if (clock->before[k]->op != TN_PRED_LESS_EQUAL ||
                !tn_search_next_value(query, clock->before[k], &end))
                return false;
    }
    return true;
}

bool tn_search_can_step(const tn_search_query *query, const tn_push_table *table)
{
    if (!has_steps(table))
        return true;
    return table->is_one_clock ? has_ranges(query, table)
                               : table->step_count <= TN_SEARCH_FILTERS_MAX;
}

static void put_pred(const tn_search_query *query, const tn_pred *pred, tn_buf *body)
{
    tn_arena arena;
    tn_arena_init(&arena, body->memory);
    tn_search_asking asking = {query, &arena};
    const tn_search_clause *clause = tn_search_certain(&asking, pred, true);
    if (clause == NULL)
        body->failed = true;
    else
        tn_search_put_clause(query, clause, body);
    tn_arena_free(&arena);
}

static void put_comma(tn_buf *body)
{
    if (body->len > 0 && body->data[body->len - 1] != '{')
        tn_buf_put_char(body, ',');
}

/* --- ranges */

/* From the end of the step before, if there is one, up to the end of its own. */
static void put_range(const tn_search_query *query, const tn_push_clock *clock,
                      uint32_t first, uint32_t step, tn_buf *body)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_instant end;
    tn_buf_put_text(body, step > first ? ",{" : "{");
    for (uint32_t k = step > first ? step - 1 : step; k <= step; k++) {
        if (!tn_search_next_value(query, clock->before[k], &end))
            continue;
        tn_instant_format(end, text);
        tn_buf_put_format(body, k < step ? "\"from\":\"%s\"," : "\"to\":\"%s\"}", text);
    }
}

static void put_ranges(const tn_search_query *query, const tn_push_table *table,
                       uint32_t number, tn_buf *body)
{
    const tn_push_clock *clock = &table->clocks[number];
    uint32_t first = first_step(table, clock);
    if (first == table->step_count)
        return;
    put_comma(body);
    tn_buf_put_format(body, "\"s%u\":{\"filter\":", number);
    put_pred(query, clock->when, body);
    tn_buf_put_text(body, ",\"aggs\":{\"r\":{\"date_range\":{\"field\":");
    tn_buf_put_json(body, query->columns[clock->column.number].name);
    tn_buf_put_text(body,
                    ",\"format\":\"strict_date_optional_time_nanos\",\"ranges\":[");
    for (uint32_t k = first; k < table->step_count; k++)
        put_range(query, clock, first, k, body);
    tn_buf_put_text(body, "]}}}}");
}

/* --- filters */

/* Due before the end of the step by any clock. */
static void put_filter(const tn_search_query *query, const tn_push_table *table,
                       uint32_t step, tn_buf *body)
{
    tn_buf_put_text(body, "{\"bool\":{\"should\":[");
    for (uint32_t i = 0; i < table->clock_count; i++) {
        tn_buf_put_text(body,
                        i > 0 ? ",{\"bool\":{\"filter\":[" : "{\"bool\":{\"filter\":[");
        put_pred(query, table->clocks[i].before[step], body);
        tn_buf_put_char(body, ',');
        put_pred(query, table->clocks[i].when, body);
        tn_buf_put_text(body, "]}}");
    }
    tn_buf_put_text(body, "],\"minimum_should_match\":1}}");
}

static void put_filters(const tn_search_query *query, const tn_push_table *table,
                        tn_buf *body)
{
    put_comma(body);
    tn_buf_put_text(body, "\"s\":{\"filters\":{\"filters\":[");
    for (uint32_t i = 0; i < table->step_count; i++) {
        tn_buf_put_text(body, i > 0 ? "," : "");
        put_filter(query, table, i, body);
    }
    tn_buf_put_text(body, "]}}");
}

void tn_search_put_steps(const tn_search_query *query, const tn_push_table *table,
                         tn_buf *body)
{
    if (!has_steps(table))
        return;
    if (!table->is_one_clock) {
        put_filters(query, table, body);
        return;
    }
    for (uint32_t i = 0; i < table->clock_count; i++)
        put_ranges(query, table, i, body);
}

/* --- what comes back */

static bool read_ranges(const tn_push_table *table, uint32_t number,
                        const tn_value *bucket, uint64_t *steps)
{
    char name[16] = "s";
    size_t len = 1;
    const tn_value *items;
    uint32_t first = first_step(table, &table->clocks[number]);
    if (first == table->step_count)
        return true;
    if (number >= 10)
        name[len++] = (char)('0' + number / 10);
    name[len] = (char)('0' + number % 10);
    const tn_value *ranges = tn_doc_path(tn_doc_member(bucket, name), "r.buckets");
    if (tn_doc_items(ranges, &items) != table->step_count - first)
        return false;
    for (uint32_t k = first; k < table->step_count; k++) {
        int64_t count = tn_doc_int(tn_doc_member(&items[k - first], "doc_count"), -1);
        if (count < 0)
            return false;
        steps[k] += (uint64_t)count;
    }
    return true;
}

static bool read_filters(const tn_push_table *table, const tn_value *bucket,
                         uint64_t *steps)
{
    const tn_value *items;
    int64_t before = 0;
    if (tn_doc_items(tn_doc_path(bucket, "s.buckets"), &items) != table->step_count)
        return false;
    for (uint32_t i = 0; i < table->step_count; i++) {
        int64_t so_far = tn_doc_int(tn_doc_member(&items[i], "doc_count"), -1);
        if (so_far < before)
            return false;
        steps[i] = (uint64_t)(so_far - before);
        before = so_far;
    }
    return true;
}

bool tn_search_read_steps(const tn_push_table *table, const tn_value *bucket,
                          uint64_t all, uint64_t *steps)
{
    uint64_t sum = 0;
    bool good = true;
    if (table->step_count == 0)
        return true;
    memset(steps, 0, (table->step_count + (size_t)1) * sizeof(*steps));
    if (has_steps(table) && !table->is_one_clock)
        good = read_filters(table, bucket, steps);
    for (uint32_t i = 0; table->is_one_clock && good && i < table->clock_count; i++)
        good = read_ranges(table, i, bucket, steps);
    for (uint32_t i = 0; i < table->step_count; i++)
        sum += steps[i];
    steps[table->step_count] = all - sum;
    return good && sum <= all;
}
