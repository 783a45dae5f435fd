#include "interp/eval/conditions.h"

bool tn_condition_is_checked(const tn_eval *eval, uint32_t number)
{
    const tn_img_condition *row = &eval->image->conditions[number];
    return row->require != TN_NONE && eval->entities[row->entity].facts != NULL;
}

static tn_status check_rows(const tn_eval *eval, tn_cel_machine *machine,
                            tn_arena *scratch, tn_condition_tally *out)
{
    const tn_img_condition *row = &eval->image->conditions[out->condition];
    const tn_facts *facts = eval->entities[row->entity].facts;
    for (uint32_t i = 0; i < tn_facts_count(facts); i++) {
        tn_cel_truth truth;
        tn_arena_reset(scratch);
        TN_TRY(tn_cel_test(machine, row->require, tn_facts_values(facts, i), &truth));
        out->met_count += truth == TN_CEL_TRUE;
        out->unmet_count += truth == TN_CEL_FALSE;
        out->unknown_count += truth == TN_CEL_UNKNOWN;
        if (truth == TN_CEL_FALSE && out->first_unmet.data == NULL)
            out->first_unmet = tn_facts_key(facts, i);
    }
    return TN_OK;
}

tn_status tn_condition_check(const tn_eval *eval, uint32_t number,
                             tn_condition_tally *out)
{
    tn_arena scratch;
    tn_cel_machine *machine;
    *out = (tn_condition_tally){.condition = number};
    tn_arena_init(&scratch, eval->memory);
    tn_status status = tn_cel_machine_new(tn_run_program(eval->run), &scratch,
                                          TN_CEL_BUDGET, &machine);
    if (status == TN_OK) {
        status = check_rows(eval, machine, &scratch, out);
        tn_cel_machine_free(machine);
    }
    tn_arena_free(&scratch);
    return status;
}
