#include "interp/compile/compile.h"
#include "interp/cel/eval.h"
#include "interp/cel/shape.h"
#include "interp/image/write.h"

#include <stdlib.h>

typedef struct compiler {
    const tn_model *model;
    const tn_compile_options *options;
    tn_image_writer writer;
} compiler;

/* Adds a row to a table and gives its number. */
#define ADD(c, ID, row, ...)                                                           \
    tn_image_add(&(c)->writer, TN_TABLE_##ID, &(tn_img_##row){__VA_ARGS__})
#define STR(c, s) tn_image_intern(&(c)->writer, (s))

/* What comes next in a table: where a run of rows starts. */
static uint32_t next_row(const compiler *c, tn_table table)
{
    return tn_image_row_count(&c->writer, table);
}

static tn_img_range range_from(const compiler *c, tn_table table, uint32_t first)
{
    return (tn_img_range){first, next_row(c, table) - first};
}

static tn_img_instant instant(tn_instant t)
{
    return (tn_img_instant){t.seconds, t.nanos, 0};
}

static uint32_t add_place(compiler *c, tn_span at)
{
    if (TN_NEVER(at.file >= c->model->sources->count))
        at = (tn_span){0, 0, 0};
    const tn_source *source = &c->model->sources->list[at.file];
    tn_position position = tn_source_position(source, at.start);
    return ADD(c, PLACE, place, .source = at.file, .line = position.line,
               .column = position.column, .start = at.start, .end = at.end);
}

/* --- vocabulary */

static void add_sources(compiler *c)
{
    for (uint32_t i = 0; i < c->model->sources->count; i++) {
        const tn_source *source = &c->model->sources->list[i];
        tn_str text = c->options->with_sources ? source->text : TN_STR("");
        ADD(c, SOURCE, source, .name = STR(c, source->name), .text = STR(c, text),
            .digest = tn_digest_of(source->text));
    }
}

static void add_zone(compiler *c, const tn_zone *zone)
{
    uint32_t at = next_row(c, TN_TABLE_ZONE_AT);
    uint32_t offset = next_row(c, TN_TABLE_ZONE_OFFSET);
    for (uint32_t i = 0; i < zone->count; i++) {
        ADD(c, ZONE_AT, zone_at, .seconds = zone->at[i]);
        ADD(c, ZONE_OFFSET, zone_offset, .seconds = zone->offset[i]);
    }
    ADD(c, ZONE, zone, .name = STR(c, zone->name), .at = {at, zone->count},
        .offset = {offset, zone->count}, .cycle = zone->cycle,
        .first_offset = zone->first_offset);
}

static void add_modules(compiler *c)
{
    for (uint32_t i = 0; i < c->model->modules.count; i++) {
        const tn_module *module = &c->model->modules.rows[i];
        tn_digest digest;
        for (size_t k = 0; k < sizeof(digest.bytes); k++)
            digest.bytes[k] = module->digest[k];
        ADD(c, MODULE, module, .name = STR(c, module->name),
            .title = STR(c, module->title), .zone = module->zone,
            .whole_days = module->whole_days, .digest = digest);
    }
}

/* What a list or map holds; of other types nothing has to be said. */
static tn_img_str shape_of(compiler *c, tn_field_type type, const tn_type *cel_type)
{
    if (type != TN_FIELD_LIST && type != TN_FIELD_MAP)
        return STR(c, TN_STR(""));
    tn_buf buf;
    tn_buf_init(&buf, c->model->arena->memory);
    tn_shape_put(&buf, cel_type);
    tn_img_str kept = STR(c, tn_buf_view(&buf));
    c->writer.tables[TN_TABLE_FIELD].failed |=
        buf.failed; /* remembered until written */
    tn_buf_free(&buf);
    return kept;
}

static void add_entity(compiler *c, const tn_entity *entity)
{
    uint32_t first = next_row(c, TN_TABLE_FACT);
    for (uint32_t i = 0; i < entity->facts.count; i++) {
        const tn_fact *fact = &c->model->facts.rows[entity->facts.first + i];
        ADD(c, FACT, fact, .name = STR(c, fact->name),
            .shape = shape_of(c, fact->field_type, fact->type),
            .type = fact->field_type, .is_event = fact->is_event,
            .earliest = instant(fact->plausible.earliest));
    }
    ADD(c, ENTITY, entity, .name = STR(c, entity->name), .title = STR(c, entity->title),
        .facts = range_from(c, TN_TABLE_FACT, first));
}

static int compare_conditions(const void *a, const void *b)
{
    const tn_condition *first = *(const tn_condition *const *)a;
    const tn_condition *second = *(const tn_condition *const *)b;
    if (first->entity != second->entity)
        return first->entity < second->entity ? -1 : 1;
    return (first > second) - (first < second); /* both lie in the model's array */
}

/* In the order of their entities, as the verifier wants them. */
static tn_status add_conditions(compiler *c)
{
    uint32_t count = c->model->conditions.count;
    const tn_condition **sorted =
        tn_arena_take_array(c->model->arena, count, sizeof(tn_condition *));
    if (sorted == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = &c->model->conditions.rows[i];
    qsort(sorted, count, sizeof(*sorted), compare_conditions);
    for (uint32_t i = 0; i < count; i++)
        ADD(c, CONDITION, condition, .name = STR(c, sorted[i]->name),
            .title = STR(c, sorted[i]->title), .entity = sorted[i]->entity,
            .require = sorted[i]->require, .place = add_place(c, sorted[i]->at));
    return TN_OK;
}

/* --- categories */

static void add_fields(compiler *c, const tn_category *category)
{
    for (uint32_t i = 0; i < category->fields.count; i++) {
        const tn_model_field *field =
            &c->model->fields.rows[category->fields.first + i];
        ADD(c, FIELD, field, .name = STR(c, field->name),
            .shape = shape_of(c, field->type, field->cel_type), .type = field->type,
            .is_key = field->is_key, .earliest = instant(field->plausible.earliest),
            .ahead_seconds = field->plausible.ahead_seconds);
    }
}

static void add_ofs(compiler *c, const tn_category *category)
{
    for (uint32_t i = 0; i < category->of.count; i++) {
        const tn_category_entity *of =
            &c->model->category_entities.rows[category->of.first + i];
        ADD(c, OF, of, .entity = of->entity, .optional = of->optional);
    }
}

static void add_slots(compiler *c, const tn_category *category, uint32_t first_field)
{
    for (uint32_t i = 0; i < category->slots.count; i++) {
        const tn_slot *slot = &c->model->slots.rows[category->slots.first + i];
        bool is_field = slot->kind == TN_SLOT_FIELD;
        ADD(c, SLOT, slot, .kind = slot->kind, .of = is_field ? 0 : slot->of,
            .field = is_field ? first_field + i : TN_NONE,
            .fact = is_field ? TN_NONE : slot->index);
    }
}

static void add_placements(compiler *c, const tn_category *category)
{
    for (uint32_t i = 0; i < category->placements.count; i++) {
        const tn_model_placement *row =
            &c->model->placements.rows[category->placements.first + i];
        ADD(c, PLACEMENT, placement, .store = STR(c, row->store), .roles = row->roles,
            .place = add_place(c, row->at));
    }
}

static uint32_t add_anchor(compiler *c, uint32_t number)
{
    if (number == TN_NONE)
        return TN_NONE;
    const tn_model_anchor *anchor = &c->model->anchors.rows[number];
    uint32_t first = next_row(c, TN_TABLE_ANCHOR_SLOT);
    for (uint32_t i = 0; i < anchor->members.count; i++)
        ADD(c, ANCHOR_SLOT, anchor_slot,
            .slot = c->model->anchor_slots.rows[anchor->members.first + i]);
    return ADD(c, ANCHOR, anchor, .rounding = anchor->rounding, .op = anchor->op,
               .members = range_from(c, TN_TABLE_ANCHOR_SLOT, first));
}

static tn_img_range add_redactions(compiler *c, const tn_clause *clause)
{
    uint32_t first = next_row(c, TN_TABLE_REDACT);
    for (uint32_t i = 0; i < clause->redact_fields.count; i++)
        ADD(c, REDACT, redact,
            .slot = c->model->redact_slots.rows[clause->redact_fields.first + i]);
    return range_from(c, TN_TABLE_REDACT, first);
}

/* The number in the image of row `row` of a run that starts at `from` in the model and
 * at `to` in the image. */
static uint32_t moved(uint32_t row, uint32_t from, uint32_t to)
{
    return row == TN_NONE ? TN_NONE : row - from + to;
}

static void add_clauses(compiler *c, const tn_category *category,
                        uint32_t first_placement)
{
    uint32_t first = next_row(c, TN_TABLE_CLAUSE);
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        const tn_clause *clause = &c->model->clauses.rows[category->clauses.first + i];
        ADD(c, CLAUSE, clause, .kind = clause->kind, .module = clause->module,
            .anchor = add_anchor(c, clause->anchor), .event_slot = clause->event_slot,
            .period = clause->period, .window = clause->window, .guard = clause->guard,
            .negated = clause->negated, .redact = add_redactions(c, clause),
            .redact_to = clause->redact_to,
            .placement =
                moved(clause->placement, category->placements.first, first_placement),
            .form = moved(clause->form, category->clauses.first, first),
            .place = add_place(c, clause->at), .why = STR(c, clause->why));
    }
}

static void add_category(compiler *c, const tn_category *category)
{
    uint32_t of = next_row(c, TN_TABLE_OF);
    uint32_t fields = next_row(c, TN_TABLE_FIELD);
    uint32_t slots = next_row(c, TN_TABLE_SLOT);
    uint32_t placements = next_row(c, TN_TABLE_PLACEMENT);
    uint32_t clauses = next_row(c, TN_TABLE_CLAUSE);
    add_ofs(c, category);
    add_fields(c, category);
    add_slots(c, category, fields);
    add_placements(c, category);
    add_clauses(c, category, placements);
    ADD(c, CATEGORY, category, .name = STR(c, category->name),
        .title = STR(c, category->title), .module = category->module,
        .strict = category->strict, .personal = category->personal,
        .created_slot = category->created_slot, .of = range_from(c, TN_TABLE_OF, of),
        .fields = range_from(c, TN_TABLE_FIELD, fields),
        .slots = range_from(c, TN_TABLE_SLOT, slots),
        .placements = range_from(c, TN_TABLE_PLACEMENT, placements),
        .clauses = range_from(c, TN_TABLE_CLAUSE, clauses),
        .place = add_place(c, category->at));
}

static void add_overrides(compiler *c)
{
    for (uint32_t i = 0; i < c->model->overrides.count; i++) {
        const tn_override *row = &c->model->overrides.rows[i];
        ADD(c, OVERRIDE, override, .category = row->category, .aspect = row->aspect,
            .module = row->module, .over_module = row->over_module,
            .place = add_place(c, row->at), .over_place = add_place(c, row->over_at),
            .why = STR(c, row->why));
    }
}

/* --- deployments */

static void add_stores(compiler *c)
{
    for (uint32_t i = 0; i < c->model->stores.count; i++) {
        const tn_store_decl *store = &c->model->stores.rows[i];
        ADD(c, STORE, store, .name = STR(c, store->name), .kind = STR(c, store->kind),
            .location = STR(c, store->location), .env = STR(c, store->env),
            .write_env = STR(c, store->write_env), .place = add_place(c, store->at));
    }
}

static void add_feeds(compiler *c)
{
    for (uint32_t i = 0; i < c->model->feeds.count; i++) {
        const tn_feed *feed = &c->model->feeds.rows[i];
        ADD(c, FEED, feed, .from = feed->from, .to = feed->to,
            .place = add_place(c, feed->at));
    }
}

static void add_map(compiler *c, const tn_column_map *map)
{
    tn_absent_kind absent = !map->has_absent     ? TN_ABSENT_NONE
                            : map->absent_is_int ? TN_ABSENT_INT
                                                 : TN_ABSENT_TEXT;
    ADD(c, COLUMN_MAP, column_map, .target = map->target, .index = map->index,
        .column = map->column, .value = map->value, .encoding = map->encoding,
        .zone = map->zone, .absent = absent, .place = add_place(c, map->at),
        .absent_int = absent == TN_ABSENT_INT ? map->absent_int : 0,
        .absent_text =
            STR(c, absent == TN_ABSENT_TEXT ? map->absent_text : TN_STR("")));
}

static uint32_t add_data_source(compiler *c, uint32_t number)
{
    const tn_data_source *source = &c->model->data_sources.rows[number];
    uint32_t columns = next_row(c, TN_TABLE_COLUMN);
    uint32_t maps = next_row(c, TN_TABLE_COLUMN_MAP);
    for (uint32_t i = 0; i < source->columns.count; i++)
        ADD(c, COLUMN, column,
            .name = STR(c, c->model->columns.rows[source->columns.first + i]));
    for (uint32_t i = 0; i < source->maps.count; i++)
        add_map(c, &c->model->column_maps.rows[source->maps.first + i]);
    return ADD(c, DATA_SOURCE, data_source, .store = source->store,
               .where = source->where, .noun = STR(c, source->noun),
               .object = STR(c, source->object),
               .columns = range_from(c, TN_TABLE_COLUMN, columns),
               .maps = range_from(c, TN_TABLE_COLUMN_MAP, maps),
               .place = add_place(c, source->at));
}

static void add_binding(compiler *c, const tn_binding *binding)
{
    const tn_category *category = &c->model->categories.rows[binding->category];
    const tn_img_category *rows =
        (const void *)c->writer.tables[TN_TABLE_CATEGORY].data;
    if (rows == NULL) /* out of memory, which the buffer remembers */
        return;
    uint32_t placement = moved(binding->placement, category->placements.first,
                               rows[binding->category].placements.first);
    uint32_t source =
        binding->source == TN_NONE ? TN_NONE : add_data_source(c, binding->source);
    ADD(c, BINDING, binding, .category = binding->category, .placement = placement,
        .roles = binding->roles, .source = source,
        .unmanaged = STR(c, binding->unmanaged), .expires = binding->expires,
        .place = add_place(c, binding->at));
}

static void add_deployment(compiler *c)
{
    const tn_model *model = c->model;
    if (!model->deployment.present)
        return;
    ADD(c, DEPLOYMENT, deployment, .name = STR(c, model->deployment.name));
    add_stores(c);
    add_feeds(c);
    for (uint32_t i = 0; i < model->fact_sources.count; i++) {
        const tn_fact_source *row = &model->fact_sources.rows[i];
        ADD(c, FACT_SOURCE, fact_source, .entity = row->entity,
            .source = add_data_source(c, row->source));
    }
    for (uint32_t i = 0; i < model->bindings.count; i++)
        add_binding(c, &model->bindings.rows[i]);
}

/* --- all of it */

static tn_status add_all(compiler *c)
{
    const tn_model *model = c->model;
    add_sources(c);
    for (uint32_t i = 0; i < model->zones.count; i++)
        add_zone(c, &model->zones.rows[i]);
    add_modules(c);
    for (uint32_t i = 0; i < model->entities.count; i++)
        add_entity(c, &model->entities.rows[i]);
    TN_TRY(add_conditions(c));
    for (uint32_t i = 0; i < model->categories.count; i++)
        add_category(c, &model->categories.rows[i]);
    add_overrides(c);
    add_deployment(c);
    return TN_OK;
}

tn_status tn_compile(const tn_model *model, const tn_compile_options *options,
                     const tn_allocator *memory, tn_buf *out)
{
    compiler c = {.model = model, .options = options};
    tn_image_writer_init(&c.writer, model->code->strings, model->code, memory);
    c.writer.tzdata_version = model->tzdata_version;
    c.writer.cost_budget = TN_CEL_BUDGET;
    tn_status status = add_all(&c);
    if (status == TN_OK)
        status = tn_image_write(&c.writer, out);
    tn_image_writer_free(&c.writer);
    return status;
}
