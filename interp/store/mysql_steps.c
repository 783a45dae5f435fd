#include "interp/store/mysql_steps.h"

uint32_t tn_mysql_step_columns(const tn_push_table *table)
{
    return table->step_count > 0 ? table->clock_count : 0;
}

bool tn_mysql_can_step(const tn_push_table *table)
{
    uint64_t groups = 1;
    for (uint32_t i = 0; i < tn_mysql_step_columns(table); i++) {
        groups *= table->step_count + UINT64_C(1);
        if (groups > TN_MYSQL_STEP_GROUPS_MAX)
            return false;
    }
    return true;
}

/* The number of a step from `low` to `high`, the last being where no other is. */
static void put_step(const tn_mysql_renderer *r, const tn_push_clock *clock,
                     uint32_t low, uint32_t high)
{
    tn_buf *text = &r->sql->text;
    uint32_t middle = low + (high - low) / 2;
    if (low == high) {
        tn_buf_put_int(text, low);
        return;
    }
    tn_buf_put_text(text, "CASE WHEN ");
    tn_mysql_render_leaf(r, clock->before[middle]);
    tn_buf_put_text(text, " THEN ");
    put_step(r, clock, low, middle);
    tn_buf_put_text(text, " ELSE ");
    put_step(r, clock, middle + 1, high);
    tn_buf_put_text(text, " END");
}

void tn_mysql_put_steps(const tn_mysql_renderer *r, const tn_push_table *table)
{
    for (uint32_t i = 0; i < tn_mysql_step_columns(table); i++) {
        tn_buf_put_char(&r->sql->text, ',');
        put_step(r, &table->clocks[i], 0, table->step_count);
        tn_buf_put_format(&r->sql->text, " AS tenure_s%u", i);
    }
}

void tn_mysql_put_step_groups(tn_buf *text, const tn_push_table *table)
{
    for (uint32_t i = 0; i < tn_mysql_step_columns(table); i++)
        tn_buf_put_format(text, ",tenure_s%u", i);
}
