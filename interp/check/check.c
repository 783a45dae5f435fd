#include "interp/check/check.h"

#include "interp/check/cases.h"
#include "interp/check/category.h"
#include "interp/check/declare.h"
#include "interp/check/deploy.h"
#include "interp/check/load.h"
#include "interp/check/merge.h"
#include "interp/check/modules.h"
#include "interp/check/settle.h"
#include "interp/check/zone_rows.h"

/* What is read: paths, or texts that are there already. */
typedef struct texts {
    const uint32_t *files; /* NULL: the input's paths */
    size_t count;
} texts;

static tn_status load(tn_checker *ck, const texts *given)
{
    if (given->files == NULL)
        return tn_load_paths(ck, ck->input);
    return tn_load_sources(ck, ck->input, given->files, given->count);
}

/* One pass over all modules, each after what it names. */
static tn_status each_module(tn_checker *ck, tn_status (*pass)(tn_checker *, uint32_t))
{
    for (uint32_t i = 0; i < ck->model->modules.count; i++)
        TN_TRY(pass(ck, i));
    return TN_OK;
}

static tn_status run(tn_checker *ck, const texts *given)
{
    TN_TRY(tn_zone_rows_start(ck));
    TN_TRY(load(ck, given));
    TN_TRY(tn_modules_order(ck));
    TN_TRY(each_module(ck, tn_declare_module));
    TN_TRY(each_module(ck, tn_merge_module));
    TN_TRY(each_module(ck, tn_categories_make));
    TN_TRY(each_module(ck, tn_cases_make));
    TN_TRY(tn_deploy(ck));
    TN_TRY(tn_cel_builder_status(ck->model->code));
    return ck->scratch.failed ? TN_NOMEM : TN_OK;
}

static tn_status check(tn_checker *ck, const texts *given, tn_model **out)
{
    size_t first = ck->diags->count;
    TN_TRY(run(ck, given));
    TN_TRY(tn_settle(ck->diags, first));
    *out = ck->model;
    return tn_diags_status(ck->diags);
}

static tn_status check_into(const tn_check_input *input, const texts *given,
                            const tn_check_into *into, tn_model **out)
{
    *out = NULL;
    tn_model *model = tn_arena_take(into->arena, sizeof(*model));
    if (model == NULL)
        return TN_NOMEM;
    model->arena = into->arena;
    model->sources = into->sources;
    model->code = into->code;
    tn_checker ck;
    tn_checker_start(&ck, input, into, model);
    tn_status status = check(&ck, given, out);
    tn_checker_end(&ck);
    return status;
}

tn_status tn_check(const tn_check_input *input, const tn_check_into *into,
                   tn_model **out)
{
    const texts given = {NULL, 0};
    return check_into(input, &given, into, out);
}

tn_status tn_check_sources(const tn_check_input *input, const uint32_t *files,
                           size_t file_count, const tn_check_into *into, tn_model **out)
{
    const uint32_t none = 0;
    const texts given = {files == NULL ? &none : files, files == NULL ? 0 : file_count};
    return check_into(input, &given, into, out);
}
