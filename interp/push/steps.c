/* steps: the ends of steps ahead, turned back into cutoffs of each clock's column. */
#include "interp/push/build.h"

/* Due before `end` is due at the last instant before it, or earlier. */
static const tn_pred *before(const tn_push_build *b, const tn_push_clock *clock,
                             tn_instant end)
{
    tn_instant last, at;
    int32_t day;
    if (!tn_instant_subtract(end, 0, 1, &last))
        return tn_pred_constant(TN_PRED_FALSE);
    if (clock->column.how.type == TN_FIELD_DATE)
        return tn_cutoff_date(&clock->due, last, &day)
                   ? tn_pred_up_to_day(b->arena, &clock->column, day)
                   : tn_pred_constant(TN_PRED_FALSE);
    return tn_cutoff(&clock->due, last, &at)
               ? tn_pred_up_to(b->arena, &clock->column, at)
               : tn_pred_constant(TN_PRED_FALSE);
}

tn_status push_add_steps(const tn_push_build *b, tn_push_table *out)
{
    const tn_push_input *input = b->input;
    out->step_count = input->step_count;
    for (uint32_t i = 0; i < out->clock_count && input->step_count > 0; i++) {
        const tn_pred **list =
            tn_arena_take_array(b->arena, input->step_count, sizeof(*list));
        if (list == NULL)
            return TN_NOMEM;
        for (uint32_t k = 0; k < input->step_count; k++) {
            list[k] = before(b, &out->clocks[i], input->step_ends[k]);
            if (list[k] == NULL)
                return TN_NOMEM;
        }
        out->clocks[i].before = list;
    }
    return TN_OK;
}
