#include "interp/tools/doc_text.h"

#include "interp/check/placements.h"
#include "interp/tools/say.h"

/* What parts the elements of a list on one line. */
static void put_glue(tn_buf *out, uint32_t i, const char *glue)
{
    if (i > 0)
        tn_buf_put_text(out, glue);
}

tn_str tn_doc_title(tn_str title, tn_str name)
{
    return title.len > 0 ? title : tn_str_last_name(name);
}

void tn_doc_module(tn_buf *out, const tn_model *model, uint32_t number)
{
    const tn_module *module = &model->modules.rows[number];
    if (module->title.len > 0) {
        tn_buf_put(out, module->title);
        tn_buf_put_text(out, " (");
    }
    tn_buf_put(out, module->name);
    tn_buf_put_text(out, module->title.len > 0 ? ")" : "");
    if (module->external.len == 0)
        return;
    tn_buf_put_text(out, ", ");
    tn_buf_put(out, module->external);
}

void tn_doc_words(tn_buf *out, tn_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        bool capital = i == 0 && c >= 'a' && c <= 'z';
        tn_buf_put_char(out, capital ? (char)(c - 'a' + 'A') : c == '_' ? ' ' : c);
    }
}

/* --- fields and owners */

void tn_doc_field(tn_buf *out, const tn_model_field *field)
{
    if (field->label.len > 0)
        tn_buf_put(out, field->label);
    else
        tn_doc_words(out, field->name);
    if (!field->personal)
        return;
    tn_buf_put_text(out, field->special ? " (special category" : " (personal");
    if (field->data_type.len > 0) {
        tn_buf_put_text(out, ": ");
        tn_doc_words(out, field->data_type);
    }
    tn_buf_put_char(out, ')');
}

void tn_doc_fields(tn_buf *out, const tn_model *model, const tn_category *category)
{
    for (uint32_t i = 0; i < category->fields.count; i++) {
        put_glue(out, i, ", ");
        tn_doc_field(out, &model->fields.rows[category->fields.first + i]);
    }
}

void tn_doc_owners(tn_buf *out, const tn_model *model, const tn_category *category)
{
    for (uint32_t i = 0; i < category->of.count; i++) {
        const tn_category_entity *of =
            &model->category_entities.rows[category->of.first + i];
        const tn_entity *entity = &model->entities.rows[of->entity];
        put_glue(out, i, ", ");
        tn_buf_put(out, tn_doc_title(entity->title, entity->name));
        tn_buf_put_text(out, of->optional ? " (where there is one)" : "");
    }
}

/* --- purposes and legal bases */

void tn_doc_purposes(tn_buf *out, const tn_model *model, const tn_category *category)
{
    for (uint32_t i = 0; i < category->purposes.count; i++) {
        uint32_t row = model->purpose_refs.rows[category->purposes.first + i];
        const tn_purpose *purpose = &model->purposes.rows[row];
        put_glue(out, i, "; ");
        tn_buf_put(out, tn_doc_title(purpose->text, purpose->name));
    }
}

void tn_doc_bases(tn_buf *out, const tn_model *model, const tn_category *category)
{
    for (uint32_t i = 0; i < category->bases.count; i++) {
        uint32_t row = model->basis_refs.rows[category->bases.first + i];
        const tn_basis *basis = &model->bases.rows[row];
        put_glue(out, i, "; ");
        tn_buf_put(out, tn_doc_title(basis->text, basis->name));
    }
    if (category->basis_specified_in == TN_NONE)
        return;
    tn_buf_put_text(out, category->bases.count > 0 ? ", as specified in "
                                                   : "As specified in ");
    tn_doc_module(out, model, category->basis_specified_in);
}

/* --- where, and how long */

void tn_doc_placement(tn_buf *out, const tn_model_placement *placement)
{
    tn_buf_put(out, placement->store);
    tn_buf_put_text(out, " (");
    tn_roles_put(out, placement->roles);
    tn_buf_put_char(out, ')');
}

void tn_doc_placements(tn_buf *out, const tn_model *model, const tn_category *category)
{
    for (uint32_t i = 0; i < category->placements.count; i++) {
        put_glue(out, i, ", ");
        tn_doc_placement(out, &model->placements.rows[category->placements.first + i]);
    }
}

void tn_doc_retention(tn_buf *out, const tn_model *model, const tn_category *category)
{
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        put_glue(out, i, " ");
        tn_say_clause(out, model, category, i);
    }
}

/* Flags, holds and redactions add up: they are of no aspect. */
static bool is_retention(tn_clause_kind kind)
{
    return kind != TN_CLAUSE_REDACT && kind != TN_CLAUSE_FLAG &&
           kind != TN_CLAUSE_HOLD && kind != TN_CLAUSE_PLACEMENT_LIMIT;
}

static void put_own_retention(tn_buf *out, const tn_model *model,
                              const tn_category *category)
{
    uint32_t from = category->origin[TN_ASPECT_RETENTION];
    uint32_t said = 0;
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        const tn_clause *clause = &model->clauses.rows[category->clauses.first + i];
        if (!is_retention(clause->kind) || clause->module != from)
            continue;
        put_glue(out, said++, " ");
        tn_say_clause(out, model, category, i);
    }
}

void tn_doc_aspect(tn_buf *out, const tn_model *model, const tn_category *category,
                   tn_aspect aspect)
{
    switch (aspect) {
    case TN_ASPECT_TITLE: tn_buf_put(out, category->title); return;
    case TN_ASPECT_OF: tn_doc_owners(out, model, category); return;
    case TN_ASPECT_FIELDS: tn_doc_fields(out, model, category); return;
    case TN_ASPECT_PURPOSE: tn_doc_purposes(out, model, category); return;
    case TN_ASPECT_BASIS: tn_doc_bases(out, model, category); return;
    case TN_ASPECT_STORED: tn_doc_placements(out, model, category); return;
    case TN_ASPECT_RETENTION: put_own_retention(out, model, category); return;
    case TN_ASPECT_COUNT: return;
    }
}
