/* say_module: what a module says besides its clauses, and all of it together. */
#include "interp/tools/say.h"

static void put_sentence(tn_buf *out, const tn_model *model,
                         const tn_category *category, uint32_t i)
{
    tn_buf_put_text(out, "  ");
    tn_say_clause(out, model, category, i);
    tn_buf_put_char(out, '\n');
    tn_say_dates(out, model, category,
                 &model->clauses.rows[category->clauses.first + i]);
}

static void put_purposes(tn_buf *out, const tn_model *model,
                         const tn_category *category)
{
    tn_range range = category->purposes;
    if (range.count == 0)
        return;
    tn_buf_put_text(out,
                    range.count == 1 ? "  Its purpose is " : "  Its purposes are ");
    for (uint32_t i = 0; i < range.count; i++) {
        const tn_purpose *purpose =
            &model->purposes.rows[model->purpose_refs.rows[range.first + i]];
        if (i > 0)
            tn_buf_put_text(out, i + 1 == range.count ? " and " : ", ");
        tn_buf_put_format(
            out, "\"" TN_STR_FMT "\"",
            TN_STR_ARG(purpose->text.len > 0 ? purpose->text : purpose->name));
    }
    tn_buf_put_text(out, ".\n");
}

static void put_bases(tn_buf *out, const tn_model *model, const tn_category *category)
{
    tn_range range = category->bases;
    if (range.count == 0 && category->basis_specified_in != TN_NONE) {
        tn_str name = model->modules.rows[category->basis_specified_in].name;
        tn_buf_put_format(out, "  Its legal basis is what " TN_STR_FMT " specifies.\n",
                          TN_STR_ARG(name));
    }
    if (range.count == 0)
        return;
    tn_buf_put_text(out, range.count == 1 ? "  Its legal basis is "
                                          : "  Its legal bases are ");
    for (uint32_t i = 0; i < range.count; i++) {
        const tn_basis *basis =
            &model->bases.rows[model->basis_refs.rows[range.first + i]];
        if (i > 0)
            tn_buf_put_text(out, i + 1 == range.count ? " and " : ", ");
        tn_buf_put_format(out, "\"" TN_STR_FMT "\"",
                          TN_STR_ARG(basis->text.len > 0 ? basis->text : basis->name));
    }
    tn_buf_put_text(out, ".\n");
}

static void put_placement(tn_buf *out, const tn_model_placement *row)
{
    static const char *const words[TN_ROLE_ALL + 1] = {
        [TN_ROLE_PRIMARY] = "The primary copy is",
        [TN_ROLE_BACKUP] = "A backup is",
        [TN_ROLE_TEMPORARY] = "A temporary copy is",
        [TN_ROLE_PRIMARY | TN_ROLE_BACKUP] = "The primary copy and a backup are",
        [TN_ROLE_PRIMARY | TN_ROLE_TEMPORARY] =
            "The primary copy and a temporary one are",
        [TN_ROLE_BACKUP | TN_ROLE_TEMPORARY] = "A backup and a temporary copy are",
        [TN_ROLE_ALL] = "The primary copy, a backup and a temporary copy are"};
    const char *who = words[row->roles & TN_ROLE_ALL];
    tn_buf_put_format(out, "  %s stored in " TN_STR_FMT ".\n",
                      who == NULL ? "It is" : who, TN_STR_ARG(row->store));
}

/* What a parent says of it, and the module itself does not. */
static void put_inherited(tn_buf *out, const tn_model *model,
                          const tn_category *category)
{
    static const char *const words[TN_ASPECT_COUNT] = {
        NULL,         NULL,          "fields are", "purpose is", "legal basis is",
        "places are", "retention is"};
    for (uint32_t i = 0; i < TN_ASPECT_COUNT; i++) {
        uint32_t from = category->origin[i];
        if (words[i] != NULL && from != TN_NONE && from != category->module)
            tn_buf_put_format(out, "  Its %s inherited from " TN_STR_FMT ".\n",
                              words[i], TN_STR_ARG(model->modules.rows[from].name));
    }
}

static void put_category(tn_buf *out, const tn_model *model,
                         const tn_category *category)
{
    tn_buf_put_char(out, '\n');
    tn_buf_put(out, category->name);
    if (category->title.len > 0)
        tn_buf_put_format(out, ": " TN_STR_FMT, TN_STR_ARG(category->title));
    tn_buf_put_char(out, '\n');
    put_purposes(out, model, category);
    put_bases(out, model, category);
    for (uint32_t i = 0; i < category->placements.count; i++)
        put_placement(out, &model->placements.rows[category->placements.first + i]);
    put_inherited(out, model, category);
    for (uint32_t i = 0; i < category->clauses.count; i++)
        put_sentence(out, model, category, i);
}

static void put_section(tn_buf *out, const tn_model *model, const tn_section *section)
{
    if (section->text.data == NULL)
        tn_buf_put_format(
            out, "  Of " TN_STR_FMT ", what " TN_STR_FMT " specifies applies.\n",
            TN_STR_ARG(section->name),
            TN_STR_ARG(model->modules.rows[section->specified_in].name));
    else
        tn_buf_put_format(out, "  " TN_STR_FMT ": \"" TN_STR_FMT "\"\n",
                          TN_STR_ARG(section->name), TN_STR_ARG(section->text));
}

void tn_say_module(tn_buf *out, const tn_model *model, uint32_t number)
{
    const tn_module *module = &model->modules.rows[number];
    tn_buf_put(out, module->name);
    if (module->title.len > 0)
        tn_buf_put_format(out, ": " TN_STR_FMT, TN_STR_ARG(module->title));
    tn_buf_put_char(out, '\n');
    for (uint32_t i = 0; i < module->sections.count; i++)
        put_section(out, model, &model->sections.rows[module->sections.first + i]);
    for (uint32_t i = 0; i < model->categories.count; i++)
        if (model->categories.rows[i].module == number)
            put_category(out, model, &model->categories.rows[i]);
}
