#include "interp/check/model_json.h"

#include "interp/base/digest.h"
#include "interp/check/json_value.h"
#include "interp/check/merge.h"
#include "interp/check/types.h"

#include <string.h>

/* --- small parts */

typedef struct writer {
    const tn_model *model;
    tn_buf *out;
} writer;

static void open_row(writer *w)
{
    tn_json_next(w->out);
    tn_buf_put_char(w->out, '{');
}

static void close_row(writer *w)
{
    tn_buf_put_char(w->out, '}');
}

static void open_list(writer *w, const char *name)
{
    tn_json_key(w->out, name);
    tn_buf_put_char(w->out, '[');
}

static void close_list(writer *w)
{
    tn_buf_put_char(w->out, ']');
}

static void put_item(writer *w, tn_str text)
{
    tn_json_next(w->out);
    tn_buf_put_json(w->out, text);
}

static void put_null(writer *w, const char *name)
{
    tn_json_text(w->out, name, (tn_str){NULL, 0});
}

static void put_place(writer *w, const char *name, tn_span at)
{
    if (at.file == TN_NONE) {
        put_null(w, name);
        return;
    }
    const tn_source *source = &w->model->sources->list[at.file];
    tn_position position = tn_source_position(source, at.start);
    tn_buf text;
    tn_buf_init(&text, w->model->arena->memory);
    tn_buf_put(&text, source->name);
    tn_buf_put_format(&text, ":%u:%u", position.line, position.column);
    tn_json_text(w->out, name, tn_buf_view(&text));
    w->out->failed |= text.failed;
    tn_buf_free(&text);
}

static tn_str module_name(const writer *w, uint32_t module)
{
    if (module == TN_NONE)
        return (tn_str){NULL, 0};
    return w->model->modules.rows[module].name;
}

/* "list(string)"; date and event are timestamps only to conditions. */
static void put_type(writer *w, tn_field_type type, const tn_type *cel_type)
{
    tn_json_key(w->out, "type");
    tn_buf_put_char(w->out, '"');
    if (type == TN_FIELD_LIST || type == TN_FIELD_MAP)
        tn_type_put(w->out, cel_type);
    else
        tn_buf_put_text(w->out, tn_field_type_word(type));
    tn_buf_put_char(w->out, '"');
}

static void put_expr(writer *w, const char *name, const tn_expr *expr)
{
    tn_str text = {NULL, 0};
    if (expr != NULL)
        text = tn_source_slice(w->model->sources, expr->at);
    tn_json_text(w->out, name, text);
}

/* --- modules */

static void put_modules_named(writer *w, const char *name, tn_range range)
{
    open_list(w, name);
    for (uint32_t i = 0; i < range.count; i++)
        put_item(w, module_name(w, w->model->references.rows[range.first + i]));
    close_list(w);
}

/* Marks the module and its parents: these have lower numbers. */
static void mark_parents(const tn_model *model, uint32_t module, char *marks)
{
    marks[module] = 1;
    for (uint32_t i = module + 1; i > 0; i--) {
        tn_range parents = model->modules.rows[i - 1].parents;
        for (uint32_t j = 0; marks[i - 1] != 0 && j < parents.count; j++)
            marks[model->references.rows[parents.first + j]] = 1;
    }
}

/* Tables of the module itself, its parents, and what it imports. */
static void put_tables_seen(writer *w, uint32_t module)
{
    const tn_model *model = w->model;
    tn_range imports = model->modules.rows[module].imports;
    tn_buf marks;
    tn_buf_init(&marks, model->arena->memory);
    tn_buf_put_repeated(&marks, '\0', model->modules.count);
    w->out->failed |= marks.failed;
    tn_json_key(w->out, "tables");
    tn_buf_put_char(w->out, '{');
    if (!marks.failed) {
        mark_parents(model, module, marks.data);
        for (uint32_t i = 0; i < imports.count; i++)
            marks.data[model->references.rows[imports.first + i]] = 1;
    }
    for (uint32_t i = 0; !marks.failed && i < model->tables.count; i++) {
        const tn_model_table *table = &model->tables.rows[i];
        if (marks.data[table->module] == 0)
            continue;
        put_item(w, tn_str_last_name(table->name));
        tn_buf_put_char(w->out, ':');
        tn_buf_put_json(w->out, table->name);
    }
    tn_buf_put_char(w->out, '}');
    tn_buf_free(&marks);
}

static void put_module(writer *w, uint32_t number)
{
    const tn_module *row = &w->model->modules.rows[number];
    tn_digest digest;
    char hex[TN_DIGEST_TEXT_BYTES];
    memcpy(digest.bytes, row->digest, sizeof(digest.bytes));
    tn_digest_format(&digest, hex);
    open_row(w);
    tn_json_text(w->out, "name", row->name);
    tn_json_text(w->out, "title", row->title);
    tn_json_text(w->out, "external", row->external);
    tn_json_text(w->out, "zone", w->model->zones.rows[row->zone].name);
    tn_json_bool(w->out, "whole_days", row->whole_days);
    tn_json_period(w->out, "grace", row->grace);
    put_modules_named(w, "extends", row->parents);
    put_modules_named(w, "subject_to", row->standards);
    put_modules_named(w, "imports", row->imports);
    tn_json_text(w->out, "digest", (tn_str){hex, sizeof(hex)});
    put_tables_seen(w, number);
    close_row(w);
}

/* --- entities, tables, conditions */

static void put_entity(writer *w, const tn_entity *row)
{
    open_row(w);
    tn_json_text(w->out, "name", row->name);
    tn_json_text(w->out, "title", row->title);
    tn_json_text(w->out, "module", module_name(w, row->module));
    open_list(w, "facts");
    for (uint32_t i = 0; i < row->facts.count; i++) {
        const tn_fact *fact = &w->model->facts.rows[row->facts.first + i];
        open_row(w);
        tn_json_text(w->out, "name", fact->name);
        tn_json_bool(w->out, "event", fact->is_event);
        put_type(w, fact->field_type, fact->type);
        tn_json_instant(w->out, "earliest", fact->plausible.earliest);
        close_row(w);
    }
    close_list(w);
    close_row(w);
}

static void put_table(writer *w, const tn_model_table *row)
{
    open_row(w);
    tn_json_text(w->out, "name", row->name);
    tn_json_text(w->out, "by", row->by);
    tn_json_key(w->out, "rows");
    /* A map's pairs are what rows are: [key, value] each. */
    const tn_value *map = row->map;
    tn_buf_put_char(w->out, '[');
    if (map != NULL)
        tn_json_pairs(w->out, map->as.map);
    tn_buf_put_char(w->out, ']');
    tn_json_key(w->out, "default");
    if (row->otherwise == NULL)
        tn_buf_put_text(w->out, "null");
    else
        tn_json_value(w->out, row->otherwise);
    close_row(w);
}

static void put_condition(writer *w, const tn_condition *row)
{
    open_row(w);
    tn_json_text(w->out, "name", row->name);
    tn_json_text(w->out, "title", row->title);
    tn_json_text(w->out, "module", module_name(w, row->module));
    if (row->entity == TN_NONE)
        put_null(w, "entity");
    else
        tn_json_text(w->out, "entity", w->model->entities.rows[row->entity].name);
    put_expr(w, "require", row->decl->require);
    put_place(w, "at", row->at);
    close_row(w);
}

/* --- clauses */

static const char *const kind_words[TN_CLAUSE_KIND_COUNT] = TN_CLAUSE_KIND_WORDS;

static const char *const rounding_words[TN_ROUNDING_COUNT] = TN_ROUNDING_WORDS;

static const char *const op_words[TN_ANCHOR_OP_COUNT] = TN_ANCHOR_OP_WORDS;

static void put_slot(writer *w, const tn_category *category, uint32_t number)
{
    const tn_model *model = w->model;
    const tn_slot *slot = &model->slots.rows[category->slots.first + number];
    tn_json_next(w->out);
    tn_buf_put_char(w->out, '{');
    if (slot->kind == TN_SLOT_FIELD) {
        tn_json_text(w->out, "field", model->fields.rows[slot->index].name);
    } else {
        uint32_t entity =
            model->category_entities.rows[category->of.first + slot->of].entity;
        tn_buf name;
        tn_buf_init(&name, model->arena->memory);
        tn_buf_put(&name, model->entities.rows[entity].name);
        tn_buf_put_char(&name, '.');
        tn_buf_put(&name, model->facts.rows[slot->index].name);
        tn_json_text(w->out, "event", tn_buf_view(&name));
        w->out->failed |= name.failed;
        tn_buf_free(&name);
    }
    tn_buf_put_char(w->out, '}');
}

static void put_anchor(writer *w, const tn_category *category, uint32_t number)
{
    if (number == TN_NONE) {
        put_null(w, "anchor");
        return;
    }
    const tn_model_anchor *anchor = &w->model->anchors.rows[number];
    tn_json_key(w->out, "anchor");
    tn_buf_put_char(w->out, '{');
    tn_json_text(w->out, "rounding", tn_str_from(rounding_words[anchor->rounding]));
    tn_json_text(w->out, "op", tn_str_from(op_words[anchor->op]));
    open_list(w, "members");
    for (uint32_t i = 0; i < anchor->members.count; i++)
        put_slot(w, category, w->model->anchor_slots.rows[anchor->members.first + i]);
    close_list(w);
    tn_buf_put_char(w->out, '}');
}

static void put_guard(writer *w, const tn_clause *clause)
{
    const tn_tail *tail = clause->item == NULL ? NULL : clause->item->tail;
    while (tail != NULL && tail->kind == TN_TAIL_BECAUSE)
        tail = tail->next;
    if (tail == NULL) {
        put_null(w, "guard");
        return;
    }
    tn_json_key(w->out, "guard");
    tn_buf_put_char(w->out, '{');
    put_expr(w, "text", tail->guard);
    tn_json_bool(w->out, "negated", clause->negated);
    tn_buf_put_char(w->out, '}');
}

static void put_index(writer *w, const char *name, uint32_t number, uint32_t first)
{
    if (number == TN_NONE) {
        put_null(w, name);
        return;
    }
    tn_json_key(w->out, name);
    tn_buf_put_uint(w->out, number - first);
}

static void put_clause(writer *w, const tn_category *category, const tn_clause *row)
{
    open_row(w);
    tn_json_text(w->out, "kind", tn_str_from(kind_words[row->kind]));
    tn_json_text(w->out, "module", module_name(w, row->module));
    put_place(w, "at", row->at);
    put_anchor(w, category, row->anchor);
    if (row->event_slot == TN_NONE) {
        put_null(w, "event");
    } else {
        tn_json_key(w->out, "event");
        put_slot(w, category, row->event_slot);
    }
    tn_json_period(w->out, "period", row->period);
    tn_json_period(w->out, "window", row->window);
    tn_json_bool(w->out, "window_stated", row->window_stated);
    put_guard(w, row);
    tn_json_text(w->out, "why", row->why);
    open_list(w, "redact");
    for (uint32_t i = 0; i < row->redact_fields.count; i++) {
        uint32_t slot = w->model->redact_slots.rows[row->redact_fields.first + i];
        put_item(w, w->model->fields.rows[category->fields.first + slot].name);
    }
    close_list(w);
    put_expr(w, "redact_to", row->item == NULL ? NULL : row->item->to);
    put_index(w, "placement", row->placement, category->placements.first);
    put_index(w, "form", row->form, category->clauses.first);
    close_row(w);
}

/* --- categories */

static void put_field(writer *w, const tn_model_field *row)
{
    open_row(w);
    tn_json_text(w->out, "name", row->name);
    put_type(w, row->type, row->cel_type);
    tn_json_bool(w->out, "created", row->is_created);
    tn_json_bool(w->out, "key", row->is_key);
    tn_json_bool(w->out, "personal", row->personal);
    tn_json_bool(w->out, "special", row->special);
    tn_json_text(w->out, "data_type", row->data_type_at);
    tn_json_instant(w->out, "earliest", row->plausible.earliest);
    tn_json_key(w->out, "ahead_seconds");
    tn_buf_put_int(w->out, row->plausible.ahead_seconds);
    close_row(w);
}

static void put_placement(writer *w, const tn_model_placement *row)
{
    static const char *const words[] = {"primary", "backup", "temporary"};
    open_row(w);
    tn_json_text(w->out, "store", row->store);
    open_list(w, "roles");
    for (uint32_t i = 0; i < TN_COUNT(words); i++)
        if ((row->roles & 1u << i) != 0)
            put_item(w, tn_str_from(words[i]));
    close_list(w);
    if (tn_period_is_zero(row->at_most))
        put_null(w, "at_most");
    else
        tn_json_period(w->out, "at_most", row->at_most);
    put_place(w, "at", row->at);
    close_row(w);
}

static void put_vocabulary(writer *w, const tn_category *row)
{
    const tn_model *model = w->model;
    open_list(w, "of");
    for (uint32_t i = 0; i < row->of.count; i++) {
        const tn_category_entity *of =
            &model->category_entities.rows[row->of.first + i];
        open_row(w);
        tn_json_text(w->out, "entity", model->entities.rows[of->entity].name);
        tn_json_bool(w->out, "optional", of->optional);
        close_row(w);
    }
    close_list(w);
    open_list(w, "purposes");
    for (uint32_t i = 0; i < row->purposes.count; i++) {
        uint32_t purpose = model->purpose_refs.rows[row->purposes.first + i];
        put_item(w, model->purposes.rows[purpose].name);
    }
    close_list(w);
    open_list(w, "bases");
    for (uint32_t i = 0; i < row->bases.count; i++) {
        uint32_t basis = model->basis_refs.rows[row->bases.first + i];
        put_item(w, model->bases.rows[basis].name);
    }
    close_list(w);
    tn_json_text(w->out, "basis_specified_in", module_name(w, row->basis_specified_in));
}

static void put_category(writer *w, const tn_category *row)
{
    const tn_model *model = w->model;
    open_row(w);
    tn_json_text(w->out, "name", row->name);
    tn_json_text(w->out, "title", row->title);
    tn_json_text(w->out, "module", module_name(w, row->module));
    put_place(w, "at", row->at);
    tn_json_bool(w->out, "personal", row->personal);
    tn_json_bool(w->out, "special", row->special);
    tn_json_bool(w->out, "strict", row->strict);
    put_vocabulary(w, row);
    if (row->created_slot == TN_NONE)
        put_null(w, "created");
    else
        tn_json_text(w->out, "created",
                     model->fields.rows[row->fields.first + row->created_slot].name);
    open_list(w, "fields");
    for (uint32_t i = 0; i < row->fields.count; i++)
        put_field(w, &model->fields.rows[row->fields.first + i]);
    close_list(w);
    open_list(w, "placements");
    for (uint32_t i = 0; i < row->placements.count; i++)
        put_placement(w, &model->placements.rows[row->placements.first + i]);
    close_list(w);
    open_list(w, "clauses");
    for (uint32_t i = 0; i < row->clauses.count; i++)
        put_clause(w, row, &model->clauses.rows[row->clauses.first + i]);
    close_list(w);
    close_row(w);
}

static void put_override(writer *w, const tn_override *row)
{
    static const char *const words[TN_ASPECT_COUNT] = TN_ASPECT_WORDS;
    open_row(w);
    tn_json_text(w->out, "category", w->model->categories.rows[row->category].name);
    tn_json_text(w->out, "aspect", tn_str_from(words[row->aspect]));
    tn_json_text(w->out, "module", module_name(w, row->module));
    tn_json_text(w->out, "over", module_name(w, row->over_module));
    put_place(w, "at", row->at);
    put_place(w, "over_at", row->over_at);
    tn_json_text(w->out, "why", row->why);
    close_row(w);
}

/* --- the whole */

static void put_lists(writer *w)
{
    const tn_model *model = w->model;
    open_list(w, "modules");
    for (uint32_t i = 0; i < model->modules.count; i++)
        put_module(w, i);
    close_list(w);
    open_list(w, "entities");
    for (uint32_t i = 0; i < model->entities.count; i++)
        put_entity(w, &model->entities.rows[i]);
    close_list(w);
    open_list(w, "tables");
    for (uint32_t i = 0; i < model->tables.count; i++)
        put_table(w, &model->tables.rows[i]);
    close_list(w);
    open_list(w, "conditions");
    for (uint32_t i = 0; i < model->conditions.count; i++)
        put_condition(w, &model->conditions.rows[i]);
    close_list(w);
    open_list(w, "categories");
    for (uint32_t i = 0; i < model->categories.count; i++)
        put_category(w, &model->categories.rows[i]);
    close_list(w);
    open_list(w, "overrides");
    for (uint32_t i = 0; i < model->overrides.count; i++)
        put_override(w, &model->overrides.rows[i]);
    close_list(w);
}

tn_status tn_model_json(const tn_model *model, tn_buf *out)
{
    writer w = {model, out};
    tn_buf_put_text(out, "{\"format\":1");
    if (model->tzdata_version.len == 0)
        put_null(&w, "tzdata");
    else
        tn_json_text(out, "tzdata", model->tzdata_version);
    put_lists(&w);
    tn_buf_put_text(out, "}\n");
    return tn_buf_status(out);
}

tn_status tn_model_json_overrides(const tn_model *model, tn_buf *out)
{
    writer w = {model, out};
    tn_buf_put_char(out, '[');
    for (uint32_t i = 0; i < model->overrides.count; i++)
        put_override(&w, &model->overrides.rows[i]);
    tn_buf_put_text(out, "]\n");
    return tn_buf_status(out);
}
