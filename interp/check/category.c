#include "interp/check/category.h"

#include "interp/check/clauses.h"
#include "interp/check/data_types.h"
#include "interp/check/findings.h"
#include "interp/check/losses.h"
#include "interp/check/marks.h"
#include "interp/check/names.h"
#include "interp/check/placements.h"
#include "interp/check/types.h"

/* The block that speaks for an aspect; NULL: none does. */
static const tn_block *origin(const tn_making *m, tn_aspect aspect)
{
    uint32_t block = m->draft->origin[aspect];
    return block == TN_NONE ? NULL : &m->ck->blocks.rows[block];
}

static const tn_scope *scope_of(const tn_making *m, const tn_block *block)
{
    return &m->ck->scopes.rows[block->module];
}

/* --- title, marks */

static void make_head(tn_making *m)
{
    const tn_block *nearest = &m->ck->blocks.rows[m->draft->layers.rows[0]];
    const tn_block *title = origin(m, TN_ASPECT_TITLE);
    m->row.name = m->draft->name;
    m->row.module = m->draft->module;
    m->row.decl = nearest->decl;
    m->row.at = nearest->decl->name.at;
    if (title != NULL)
        m->row.title = title->decl->text.text;
    for (uint32_t i = 0; i < m->draft->layers.count; i++) {
        const tn_block *layer = &m->ck->blocks.rows[m->draft->layers.rows[i]];
        if (m->row.doc.len == 0)
            m->row.doc = layer->decl->doc;
        m->row.personal |= layer->personal;
        m->row.special |= layer->special;
    }
    for (int i = 0; i < TN_ASPECT_COUNT; i++) {
        const tn_block *block = origin(m, (tn_aspect)i);
        m->row.origin[i] = block == NULL ? TN_NONE : block->module;
    }
}

/* --- fields */

static bool is_taken(tn_making *m, const tn_field *field)
{
    uint32_t same = tn_map_find(&m->slots.fields, field->name.text);
    if (same == TN_NONE)
        return false;
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_DUPLICATE_NAME, field->name.at,
                                "the field `" TN_STR_FMT "` is declared twice",
                                TN_STR_ARG(field->name.text));
    tn_diag_help(m->ck->diags, diag, "give one of them another name");
    tn_diag_other(m->ck->diags, diag,
                  m->ck->model->fields.rows[m->slots.first_field + same].at,
                  "it is declared here as well");
    return true;
}

static void note_created(tn_making *m, const tn_field *field, uint32_t slot)
{
    if (m->row.created_slot == TN_NONE) {
        m->row.created_slot = slot;
        return;
    }
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_REPEATED, field->name.at,
                                "a record is created once: two fields are @created");
    tn_diag_help(m->ck->diags, diag,
                 "mark the one that tells when the record was made");
    tn_diag_other(
        m->ck->diags, diag,
        m->ck->model->fields.rows[m->slots.first_field + m->row.created_slot].at,
        "the first is this one");
}

static tn_status add_field(tn_making *m, uint32_t module, const tn_field *field)
{
    if (is_taken(m, field))
        return TN_OK;
    uint32_t slot = m->slots.count;
    tn_model_field row = {.name = field->name.text,
                          .label = field->label.text,
                          .module = module,
                          .at = field->name.at};
    TN_TRY(tn_types_read(m->ck, field->type, &row.type, &row.cel_type));
    tn_marks marks =
        tn_marks_read(m->ck->diags, field->marks, TN_MARKED_FIELD, row.type);
    m->untyped[slot] = row.type == TN_FIELD_TYPE_COUNT;
    if (m->untyped[slot])
        row.type = TN_FIELD_DYN;
    row.is_created = marks.created && m->row.created_slot == TN_NONE;
    row.is_key = marks.key;
    row.personal = marks.personal;
    row.special = marks.special;
    row.plausible = marks.plausible;
    if (marks.data_type.text.data != NULL)
        tn_data_type_read(m->ck, &m->ck->scopes.rows[module], &marks.data_type, &row);
    m->row.personal |= marks.personal;
    m->row.special |= marks.special;
    TN_TRY(tn_model_add_field(m->ck->model, &row, NULL));
    TN_TRY(tn_slots_add_field(&m->slots, row.name));
    if (marks.created)
        note_created(m, field, slot);
    const tn_slot model_slot = {TN_SLOT_FIELD, TN_NONE, m->ck->model->fields.count - 1};
    return tn_model_add_slot(m->ck->model, &model_slot, NULL);
}

static tn_status make_fields(tn_making *m)
{
    const tn_block *block = origin(m, TN_ASPECT_FIELDS);
    m->row.fields.first = m->ck->model->fields.count;
    m->row.slots.first = m->ck->model->slots.count;
    uint32_t count = 0;
    if (block != NULL)
        for (const tn_field *f = block->fields->fields; f != NULL; f = f->next)
            count++;
    m->untyped = tn_arena_take_array(m->ck->arena, count, sizeof(bool));
    if (m->untyped == NULL)
        return TN_NOMEM;
    if (block != NULL) {
        m->row.strict = block->fields->strict;
        m->slots.broken |= scope_of(m, block)->file_broken;
        for (const tn_field *f = block->fields->fields; f != NULL; f = f->next)
            TN_TRY(add_field(m, block->module, f));
    }
    m->row.fields.count = m->ck->model->fields.count - m->row.fields.first;
    return TN_OK;
}

/* --- of */

static bool is_of_already(tn_making *m, uint32_t entity, const tn_path *path)
{
    for (uint32_t i = 0; i < m->slots.entities.count; i++) {
        if (m->slots.entities.rows[i].entity != entity)
            continue;
        tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_REPEATED, path->at,
                                    "this category is of `" TN_STR_FMT "` twice",
                                    TN_STR_ARG(path->text));
        tn_diag_help(m->ck->diags, diag, "leave one of them out");
        return true;
    }
    return false;
}

/* A field and an entity of one name could not be told apart. */
static void check_namesake(tn_making *m, const tn_entity *entity, const tn_path *path)
{
    uint32_t slot = tn_map_find(&m->slots.fields, tn_str_last_name(entity->name));
    if (slot == TN_NONE)
        return;
    const tn_model_field *field =
        &m->ck->model->fields.rows[m->slots.first_field + slot];
    tn_diag *diag = tn_diag_add(
        m->ck->diags, TN_FIND_DUPLICATE_NAME, field->at,
        "a field has the name of the entity that this category is of: `" TN_STR_FMT "`",
        TN_STR_ARG(field->name));
    tn_diag_help(m->ck->diags, diag,
                 "give the field another name, such as `" TN_STR_FMT "_id`",
                 TN_STR_ARG(field->name));
    tn_diag_other(m->ck->diags, diag, path->at, "the entity is named here");
}

static tn_status add_entity(tn_making *m, const tn_of *of, uint32_t entity)
{
    const tn_entity *row = &m->ck->model->entities.rows[entity];
    const tn_category_entity category_entity = {entity, of->optional};
    uint32_t number = m->slots.entities.count;
    TN_TRY(tn_slots_add_entity(&m->slots, entity));
    for (uint32_t i = 0; i < row->facts.count; i++) {
        const tn_slot slot = {TN_SLOT_FACT, number, row->facts.first + i};
        TN_TRY(tn_model_add_slot(m->ck->model, &slot, NULL));
    }
    return tn_model_add_category_entity(m->ck->model, &category_entity, NULL);
}

static tn_status make_of(tn_making *m)
{
    const tn_block *block = origin(m, TN_ASPECT_OF);
    m->row.of.first = m->ck->model->category_entities.count;
    const tn_of *of = block == NULL ? NULL : block->decl->of;
    for (; of != NULL; of = of->next) {
        uint32_t entity = tn_names_resolve(m->ck, scope_of(m, block), TN_SYMBOL_ENTITY,
                                           of->entity->text, of->entity->at);
        if (entity == TN_NONE) {
            m->slots.incomplete = true;
            continue;
        }
        if (is_of_already(m, entity, of->entity))
            continue;
        if (tn_checker_too_many(m->ck, m->slots.entities.count, of->entity->at,
                                "entities of one category"))
            break;
        check_namesake(m, &m->ck->model->entities.rows[entity], of->entity);
        TN_TRY(add_entity(m, of, entity));
    }
    m->row.of.count = m->ck->model->category_entities.count - m->row.of.first;
    m->row.slots.count = m->ck->model->slots.count - m->row.slots.first;
    return TN_OK;
}

/* --- purposes and basis */

/* Names of one kind, each once: those of purposes or of legal bases. */
typedef struct name_list {
    tn_symbol_kind kind;
    tn_status (*add)(tn_model *model, const uint32_t *row, uint32_t *number);
    tn_map seen;
} name_list;

static tn_status list_one(tn_making *m, const tn_path *path, uint32_t row,
                          name_list *list)
{
    const tn_model *model = m->ck->model;
    tn_str name = list->kind == TN_SYMBOL_BASIS ? model->bases.rows[row].name
                                                : model->purposes.rows[row].name;
    if (tn_map_find(&list->seen, name) != TN_NONE) {
        tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_REPEATED, path->at,
                                    "%s `" TN_STR_FMT "` is named twice",
                                    tn_symbol_word(list->kind), TN_STR_ARG(path->text));
        tn_diag_help(m->ck->diags, diag, "leave one of them out");
        return TN_OK;
    }
    TN_TRY(tn_map_put(&list->seen, name, row));
    return list->add(m->ck->model, &row, NULL);
}

static tn_status list_names(tn_making *m, const tn_block *block, const tn_path *paths,
                            name_list *list)
{
    tn_status status = TN_OK;
    tn_map_init(&list->seen, m->ck->arena->memory);
    for (const tn_path *path = paths; path != NULL && status == TN_OK;
         path = path->next) {
        uint32_t row = tn_names_resolve(m->ck, scope_of(m, block), list->kind,
                                        path->text, path->at);
        if (row != TN_NONE)
            status = list_one(m, path, row, list);
    }
    tn_map_free(&list->seen);
    return status;
}

static tn_status make_purposes(tn_making *m)
{
    const tn_block *block = origin(m, TN_ASPECT_PURPOSE);
    tn_model *model = m->ck->model;
    name_list purposes = {.kind = TN_SYMBOL_PURPOSE, .add = tn_model_add_purpose_ref};
    m->row.purposes.first = model->purpose_refs.count;
    if (block != NULL)
        TN_TRY(list_names(m, block, block->purpose->paths, &purposes));
    m->row.purposes.count = model->purpose_refs.count - m->row.purposes.first;
    return TN_OK;
}

/* The bases that another module gives a category of this name; none after a diagnostic,
 * where they are neither known nor elsewhere. */
static tn_range deferred_bases(tn_making *m, const tn_path *path, uint32_t module)
{
    tn_checker *ck = m->ck;
    const tn_module *row = &ck->model->modules.rows[module];
    uint32_t symbol = tn_names_at(ck, TN_SYMBOL_CATEGORY, row->name, m->draft->simple);
    if (symbol != TN_NONE) {
        uint32_t category = ck->drafts.rows[ck->symbols.rows[symbol].row].category;
        if (category != TN_NONE)
            return ck->model->categories.rows[category].bases;
    }
    if (tn_scope_is_external(ck, module) || ck->scopes.rows[module].incomplete)
        return (tn_range){0, 0};
    tn_diag *diag =
        tn_diag_add(ck->diags, TN_FIND_DEFERRAL_TO_NOTHING, path->at,
                    "`" TN_STR_FMT "` gives category `" TN_STR_FMT "` no legal basis",
                    TN_STR_ARG(path->text), TN_STR_ARG(m->draft->simple));
    tn_diag_help(ck->diags, diag,
                 "name the basis here, or mark that module `external` if its text is "
                 "elsewhere");
    tn_diag_other(ck->diags, diag, row->at, "the module is declared here");
    return (tn_range){0, 0};
}

static tn_status make_bases(tn_making *m)
{
    const tn_block *block = origin(m, TN_ASPECT_BASIS);
    tn_model *model = m->ck->model;
    name_list bases = {.kind = TN_SYMBOL_BASIS, .add = tn_model_add_basis_ref};
    m->row.bases = (tn_range){model->basis_refs.count, 0};
    m->row.basis_specified_in = TN_NONE;
    if (block == NULL)
        return TN_OK;
    TN_TRY(list_names(m, block, block->basis->paths, &bases));
    m->row.bases.count = model->basis_refs.count - m->row.bases.first;
    const tn_path *path = block->basis->specified_in;
    if (path == NULL)
        return TN_OK;
    m->row.basis_specified_in = tn_names_module(m->ck, scope_of(m, block), path);
    if (m->row.basis_specified_in != TN_NONE)
        m->row.bases = deferred_bases(m, path, m->row.basis_specified_in);
    return TN_OK;
}

/* --- the whole */

static tn_status make_slot_arrays(tn_making *m)
{
    m->readings = tn_arena_take_array(m->ck->arena, m->slots.count, sizeof(tn_reading));
    m->is_read = tn_arena_take_array(m->ck->arena, m->slots.count, sizeof(bool));
    m->is_redacted = tn_arena_take_array(m->ck->arena, m->slots.count, sizeof(bool));
    if (m->readings == NULL || m->is_read == NULL || m->is_redacted == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < m->row.fields.count; i++) {
        const tn_model_field *field =
            &m->ck->model->fields.rows[m->row.fields.first + i];
        if (field->is_created)
            m->readings[i] = (tn_reading){"@created", field->at};
        else if (field->is_key)
            m->readings[i] = (tn_reading){"@key", field->at};
    }
    return TN_OK;
}

/* How a clause from elsewhere calls the category: by the module that says its fields.
 */
static tn_status make_foreign_name(tn_making *m)
{
    const tn_block *fields = origin(m, TN_ASPECT_FIELDS);
    uint32_t module = fields == NULL ? m->draft->module : fields->module;
    tn_str name = m->ck->model->modules.rows[module].name;
    tn_buf text;
    tn_buf_init(&text, m->ck->arena->memory);
    tn_buf_put_format(&text, "category `" TN_STR_FMT "." TN_STR_FMT "`",
                      TN_STR_ARG(name), TN_STR_ARG(m->draft->simple));
    tn_str copy = tn_arena_copy(m->ck->arena, tn_buf_view(&text));
    tn_status status = tn_buf_status(&text);
    tn_buf_free(&text);
    m->foreign = copy.data;
    return copy.data == NULL ? TN_NOMEM : status;
}

static tn_status make_aspects(tn_making *m)
{
    make_head(m);
    TN_TRY(make_foreign_name(m));
    TN_TRY(make_fields(m));
    TN_TRY(make_of(m));
    TN_TRY(make_purposes(m));
    TN_TRY(make_bases(m));
    m->row.placements = (tn_range){m->ck->model->placements.count, 0};
    const tn_block *stored = origin(m, TN_ASPECT_STORED);
    if (stored != NULL)
        TN_TRY(tn_placements_add(m->ck, stored->module, stored->stored,
                                 &m->row.placements));
    TN_TRY(make_slot_arrays(m));
    return tn_clauses_make(m);
}

/* The facts that the clauses read: a deployment has to provide them. */
static tn_status note_uses(const tn_making *m, uint32_t category)
{
    for (uint32_t i = m->row.fields.count; i < m->slots.count; i++) {
        if (m->readings[i].what == NULL)
            continue;
        const tn_use use = {m->ck->model->slots.rows[m->row.slots.first + i].index,
                            category, m->draft->module, m->readings[i].at};
        TN_TRY(tn_checker_add_use(m->ck, &use, NULL));
    }
    return TN_OK;
}

static tn_status finish(tn_making *m, uint32_t draft_number)
{
    uint32_t number;
    TN_TRY(tn_model_add_category(m->ck->model, &m->row, &number));
    m->ck->drafts.rows[draft_number].category = number;
    TN_TRY(note_uses(m, number));
    TN_TRY(tn_losses_find(m, number));
    return tn_findings_find(m);
}

static tn_status make(tn_checker *ck, uint32_t draft_number)
{
    const tn_draft *draft = &ck->drafts.rows[draft_number];
    tn_making m = {.ck = ck, .draft = draft};
    m.row.created_slot = TN_NONE;
    tn_slots_init(&m.slots, ck, "this category");
    m.slots.broken = ck->scopes.rows[draft->module].file_broken;
    tn_status status = make_aspects(&m);
    if (status == TN_OK)
        status = finish(&m, draft_number);
    tn_slots_free(&m.slots);
    return status;
}

/* A category of a standard that says nothing of how long it is retained itself, but
 * bounds its namesakes. */
static bool only_bounds(const tn_checker *ck, const tn_draft *draft)
{
    uint32_t retention = draft->origin[TN_ASPECT_RETENTION];
    bool has_form = retention != TN_NONE && ck->blocks.rows[retention].has_form;
    return ck->scopes.rows[draft->module].is_standard && !has_form;
}

tn_status tn_categories_make(tn_checker *ck, uint32_t module)
{
    tn_range drafts = ck->scopes.rows[module].drafts;
    for (uint32_t i = 0; i < drafts.count; i++)
        if (!only_bounds(ck, &ck->drafts.rows[drafts.first + i]))
            TN_TRY(make(ck, drafts.first + i));
    return TN_OK;
}
