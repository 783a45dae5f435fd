/* run_facts: facts while a run lasts, and holds that came in the meantime. */
#include "interp/apply/run.h"

#include <string.h>

static void drop_facts(tn_eval *eval)
{
    for (uint32_t i = 0; i < eval->image->entity_count; i++) {
        tn_facts_free(eval->entities[i].facts);
        eval->entities[i].facts = NULL;
        eval->entities[i].unreadable_count = 0;
    }
}

tn_status run_load_facts(apply_run *run)
{
    for (uint32_t i = 0; i < run->plan->place_count; i++)
        if (run->places[i].judge != NULL)
            tn_row_judge_drop_facts(run->places[i].judge);
    drop_facts(run->eval);
    run->facts_are_loaded = false;
    run->facts_store = NULL;
    tn_status status = tn_eval_load(run->eval);
    run->facts_are_loaded = status == TN_OK;
    if (status == TN_STORE)
        tn_buf_put(run->why, tn_buf_view(&run->eval->problems));
    return status;
}

static tn_status tell_late_hold(void *user, tn_str key)
{
    run_place *place = user;
    tn_apply_place *report = place->report;
    report->late_hold_count++;
    if (report->late_hold_count > 1)
        return TN_OK;
    size_t len = key.len < sizeof(report->first_late_hold) - 1
                     ? key.len
                     : sizeof(report->first_late_hold) - 1;
    memcpy(report->first_late_hold, key.data, len);
    return TN_OK;
}

tn_status run_check_late_holds(apply_run *run, run_place *place)
{
    tn_late_holds_look look = {.eval = run->eval,
                               .category =
                                   run->eval->bounds[place->place->bound].category,
                               .now = run->host->now(run->host->user),
                               .visit = tell_late_hold,
                               .user = place};
    return place->has_facts_here ? TN_OK
                                 : tn_late_holds_check(&place->late_holds, &look);
}

/* Who was held while the last chunk was done? Asked at once: a hold that is set later
 * came after the record, not too late for it. */
tn_status run_look_for_holds(apply_run *run, run_place *place)
{
    if (place->has_facts_here || place->late_holds.marked_count == 0)
        return TN_OK;
    TN_TRY(run_load_facts(run));
    return run_check_late_holds(run, place);
}
