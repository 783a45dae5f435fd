#include "interp/store/search_steps.h"

/* Due before the end of step `step` by any clock. */
static void put_before(const tn_search_query *query, const tn_push_table *table,
                       uint32_t step, tn_buf *body)
{
    tn_buf_put_text(body, "{\"bool\":{\"should\":[");
    for (uint32_t i = 0; i < table->clock_count; i++) {
        tn_buf_put_text(body, i > 0 ? ",{\"bool\":{\"filter\":["
                                    : "{\"bool\":{\"filter\":[");
        tn_search_put_query(query, table->clocks[i].before[step], true, body);
        tn_buf_put_char(body, ',');
        tn_search_put_query(query, table->clocks[i].when, true, body);
        tn_buf_put_text(body, "]}}");
    }
    tn_buf_put_text(body, "],\"minimum_should_match\":1}}");
}

void tn_search_put_steps(const tn_search_query *query, const tn_push_table *table,
                         tn_buf *body)
{
    if (table->step_count == 0 || table->clock_count == 0)
        return;
    tn_buf_put_text(body, ",\"s\":{\"filters\":{\"filters\":[");
    for (uint32_t i = 0; i < table->step_count; i++) {
        tn_buf_put_text(body, i > 0 ? "," : "");
        put_before(query, table, i, body);
    }
    tn_buf_put_text(body, "]}}");
}

bool tn_search_read_steps(const tn_push_table *table, const tn_value *bucket,
                          uint64_t *steps)
{
    const tn_value *items;
    int64_t all = tn_doc_int(tn_doc_member(bucket, "doc_count"), 0), before = 0;
    if (table->step_count == 0)
        return true;
    uint32_t count = tn_doc_items(tn_doc_path(bucket, "s.buckets"), &items);
    if (table->clock_count > 0 && count != table->step_count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        int64_t so_far = tn_doc_int(tn_doc_member(&items[i], "doc_count"), -1);
        if (so_far < before || so_far > all)
            return false;
        steps[i] = (uint64_t)(so_far - before);
        before = so_far;
    }
    steps[table->step_count] = (uint64_t)(all - before);
    return true;
}
