#include "interp/apply/plan_push.h"

static bool may_count(const tn_store_ops *ops)
{
    unsigned wanted = TN_STORE_COUNTS | TN_STORE_STEPS;
    return ops->version >= 4 && ops->counted != NULL &&
           (ops->capabilities & wanted) == wanted;
}

/* Number i: when i + 1 days of 24 hours are over. False: there is no such instant. */
static bool make_ends(tn_instant now, tn_instant *ends)
{
    for (int64_t i = 0; i < TN_DUE_DAYS; i++)
        if (!tn_instant_add(now, (i + 1) * TN_SECONDS_PER_DAY, 0, &ends[i]))
            return false;
    return true;
}

tn_status tn_plan_push_make(const tn_eval *eval, uint32_t bound, tn_arena *arena,
                            const tn_push_table **out)
{
    *out = NULL;
    if (!may_count(eval->bounds[bound].origin.store->ops))
        return TN_OK;
    tn_push_table *table = tn_arena_take(arena, sizeof(*table));
    tn_instant *ends = tn_arena_take_array(arena, TN_DUE_DAYS, sizeof(*ends));
    if (table == NULL || ends == NULL)
        return TN_NOMEM;
    if (!make_ends(tn_run_now(eval->run), ends))
        return TN_OK;
    tn_eval_ask ask = {.eval = eval,
                       .run = eval->run,
                       .bound = bound,
                       .arena = arena,
                       .step_ends = ends,
                       .step_count = TN_DUE_DAYS};
    TN_TRY(tn_eval_push(&ask, table));
    for (uint32_t i = 0; i < table->case_count; i++)
        if (table->cases[i].decision == TN_DELETE)
            table->cases[i].is_residue = true;
    *out = table->is_exact ? table : NULL;
    return TN_OK;
}

void tn_plan_push_add(const tn_push_table *table, const tn_scan_counts *counts,
                      tn_plan_place *place, uint64_t *days)
{
    for (uint32_t i = 0; i < table->case_count; i++) {
        const tn_push_case *one = &table->cases[i];
        if (one->is_residue || one->is_left_out)
            continue;
        place->record_count += counts->cases[i].row_count;
        place->reasons[one->reason] += counts->cases[i].row_count;
        place->overdue_count += counts->cases[i].overdue_count;
    }
    for (uint32_t i = 0; counts->steps != NULL && i < TN_DUE_DAYS; i++)
        days[i] += counts->steps[i];
}
