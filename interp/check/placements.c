#include "interp/check/placements.h"

#include "interp/base/nearest.h"
#include "interp/check/header.h"
#include "interp/check/terms.h"

static const char *const role_words[] = {"primary", "backup", "temporary"};

uint32_t tn_roles_read(tn_diags *diags, const tn_role *roles)
{
    uint32_t bits = 0;
    for (const tn_role *role = roles; role != NULL; role = role->next) {
        tn_nearest nearest;
        uint32_t number = tn_nearest_word(role_words, TN_COUNT(role_words),
                                          role->name.text, &nearest);
        if (number == TN_NONE) {
            tn_diag *diag = tn_diag_add(diags, TN_FIND_UNKNOWN_NAME, role->name.at,
                                        "there is no role `" TN_STR_FMT "`",
                                        TN_STR_ARG(role->name.text));
            tn_nearest_help(&nearest, diags, diag,
                            "a copy is primary, backup or temporary");
        } else if ((bits & 1u << number) != 0) {
            const tn_role *before = roles;
            while (!tn_str_equal(before->name.text, role->name.text))
                before = before->next;
            tn_report_repeated(diags, role->name.at, before->name.at, "this role");
        } else {
            bits |= 1u << number;
        }
    }
    return bits;
}

void tn_roles_put(tn_buf *buf, uint32_t roles)
{
    bool first = true;
    for (uint32_t i = 0; i < TN_COUNT(role_words); i++) {
        if ((roles & 1u << i) == 0)
            continue;
        if (!first)
            tn_buf_put_text(buf, " and ");
        tn_buf_put_text(buf, role_words[i]);
        first = false;
    }
}

/* One copy in one store cannot be named twice, or a binding could mean either. */
static void check_overlap(tn_checker *ck, const tn_model_placement *row, uint32_t first)
{
    for (uint32_t i = first; i < ck->model->placements.count; i++) {
        const tn_model_placement *before = &ck->model->placements.rows[i];
        if (!tn_str_equal(before->store, row->store) ||
            (before->roles & row->roles) == 0)
            continue;
        tn_buf roles;
        tn_buf_init(&roles, ck->arena->memory);
        tn_roles_put(&roles, before->roles & row->roles);
        tn_diag *diag =
            tn_diag_add(ck->diags, TN_FIND_REPEATED, row->at,
                        "`" TN_STR_FMT "` as " TN_STR_FMT " is stated twice",
                        TN_STR_ARG(row->store), TN_STR_ARG(tn_buf_view(&roles)));
        ck->diags->failed |= roles.failed;
        tn_buf_free(&roles);
        tn_diag_help(ck->diags, diag, "leave one of them out");
        tn_diag_other(ck->diags, diag, before->at, "it is stated here already");
        return;
    }
}

tn_status tn_placements_add(tn_checker *ck, uint32_t module, const tn_item *stored,
                            tn_range *range)
{
    uint32_t first = ck->model->placements.count;
    for (const tn_placement *placement = stored->placements; placement != NULL;
         placement = placement->next) {
        tn_model_placement row = {.store = placement->store->text,
                                  .roles = tn_roles_read(ck->diags, placement->roles),
                                  .module = module,
                                  .at = placement->at};
        if (placement->at_most != NULL &&
            !tn_terms_sum(ck, &ck->scopes.rows[module], placement->at_most,
                          &row.at_most))
            row.at_most = (tn_period){0, 0, 0};
        if (tn_checker_too_many(ck, ck->model->placements.count - first, row.at,
                                "placements of one category"))
            break;
        check_overlap(ck, &row, first);
        TN_TRY(tn_model_add_placement(ck->model, &row, NULL));
    }
    *range = (tn_range){first, ck->model->placements.count - first};
    return TN_OK;
}
