/* verify: the only way from bytes to an image.
 *
 * Passes, each linear in the file: the frame (header, digest, sections); every column
 * of every row by its type (layout.def); what a column's type cannot say, table by
 * table; the code (interp/cel/verify.h), and that each expression reads only slots its
 * owner has. */
#include "interp/cel/verify.h"
#include "interp/base/text_map.h"
#include "interp/cel/eval.h"
#include "interp/cel/shape.h"
#include "interp/image/image.h"

#include <string.h>

enum { MAGIC_BYTES = 8 };

typedef struct verifier {
    tn_image *image;
    tn_text_map texts;
    uint32_t row_counts[TN_TABLE_COUNT];
    const char *rows[TN_TABLE_COUNT];
    const char *why; /* NULL as long as nothing is wrong */
} verifier;

static bool refuse(verifier *v, const char *why)
{
    if (v->why == NULL)
        v->why = why;
    return false;
}

/* --- the frame */

static bool read_header(verifier *v, tn_str bytes)
{
    const tn_image_header *header = v->image->header;
    if (!tn_image_is_named(bytes))
        return refuse(v, "it does not start as a compiled policy does");
    if (header->section_count != TN_SECTION_COUNT || header->reserved != 0)
        return refuse(v, "its header is damaged");
    if (header->cost_budget == 0 || header->cost_budget > TN_CEL_BUDGET)
        return refuse(v, "its budget is none that a condition may have");
    if (header->length != bytes.len)
        return refuse(v, "it is cut off, or something follows it");
    tn_digest digest = tn_image_digest(bytes);
    if (!tn_digest_equal(&digest, &header->digest))
        return refuse(
            v, "its digest does not fit its content: it is damaged or was altered");
    return true;
}

static bool read_table(verifier *v, tn_table table, tn_str content)
{
    uint32_t row_bytes = tn_tables[table].row_bytes;
    if (content.len % row_bytes != 0 || content.len / row_bytes >= TN_NONE)
        return refuse(v, "a table is not a whole number of rows");
    v->rows[table] = content.data;
    v->row_counts[table] = (uint32_t)(content.len / row_bytes);
    return true;
}

/* The sections stand one after the other, padded with zeros to 8 bytes. */
static bool read_sections(verifier *v, tn_str bytes, tn_str contents[TN_SECTION_COUNT])
{
    const tn_image_section *sections = (const void *)(v->image->header + 1);
    uint64_t at = sizeof(tn_image_header) + TN_SECTION_COUNT * sizeof(*sections);
    for (size_t i = 0; i < TN_SECTION_COUNT; i++) {
        if (sections[i].offset != at || sections[i].size_bytes > bytes.len - at)
            return refuse(v, "its sections are not in order");
        contents[i] = tn_str_slice(bytes, at, sections[i].size_bytes);
        at += sections[i].size_bytes;
        for (; at % 8 != 0; at++)
            if (at >= bytes.len || bytes.data[at] != 0)
                return refuse(v, "the padding between its sections is not 0");
    }
    if (at != bytes.len)
        return refuse(v, "bytes follow its last section");
    if (contents[TN_SECTION_STRINGS].len >= TN_NONE)
        return refuse(v, "its string pool is too large");
    return true;
}

/* Sets an array and its count of the code from a section. */
#define TAKE_CODE(array, count, SECTION)                                               \
    do {                                                                               \
        tn_str content_ = contents[TN_SECTION_CODE_##SECTION];                         \
        if (content_.len % sizeof(*code->array) != 0 ||                                \
            content_.len / sizeof(*code->array) >= TN_NONE)                            \
            return refuse(v, "its code is not a whole number of rows");                \
        code->array = (const void *)content_.data;                                     \
        count = (uint32_t)(content_.len / sizeof(*code->array));                       \
    } while (0)

static bool read_code(verifier *v, const tn_str contents[TN_SECTION_COUNT])
{
    tn_cel_code *code = &v->image->code;
    uint32_t place_count;
    TAKE_CODE(nodes, code->node_count, NODES);
    TAKE_CODE(places, place_count, PLACES);
    TAKE_CODE(consts, code->const_count, CONSTS);
    TAKE_CODE(tables, code->table_count, TABLES);
    TAKE_CODE(exprs, code->expr_count, EXPRS);
    code->strings = contents[TN_SECTION_STRINGS].data;
    code->strings_len = (uint32_t)contents[TN_SECTION_STRINGS].len;
    if (place_count == 0)
        code->places = NULL;
    else if (place_count != code->node_count)
        return refuse(v, "its code has places for only some nodes");
    return true;
}

static void set_view(verifier *v)
{
    tn_image *image = v->image;
#define TN_TABLE(ID, row, plural)                                                      \
    image->plural = (const void *)v->rows[TN_TABLE_##ID];                              \
    image->row##_count = v->row_counts[TN_TABLE_##ID];
#define TN_COLUMN(row, TYPE, name, to)
#define TN_TABLE_END(row)
#include "interp/image/layout.def"
#undef TN_TABLE
#undef TN_COLUMN
#undef TN_TABLE_END
}

static bool read_frame(verifier *v, tn_str bytes)
{
    tn_str contents[TN_SECTION_COUNT];
    if (!read_header(v, bytes) || !read_sections(v, bytes, contents) ||
        !read_code(v, contents))
        return false;
    for (unsigned i = 0; i < TN_TABLE_COUNT; i++)
        if (!read_table(v, (tn_table)i, contents[TN_SECTION_FIRST_TABLE + i]))
            return false;
    v->image->strings = contents[TN_SECTION_STRINGS].data;
    set_view(v);
    return true;
}

/* --- columns by their types */

static uint32_t load_u32(const char *cell)
{
    uint32_t number;
    memcpy(&number, cell, sizeof(number));
    return number;
}

static bool check_instant(const char *cell)
{
    tn_img_instant t;
    memcpy(&t, cell, sizeof(t));
    return t.zero == 0 && tn_instant_is_valid((tn_instant){t.seconds, t.nanos});
}

static bool check_period(const char *cell)
{
    tn_period period;
    memcpy(&period, cell, sizeof(period));
    return tn_period_is_valid(period);
}

/* One cell; `next` is where the column's ranges have come to. */
static bool check_cell(const verifier *v, const tn_column_info *column,
                       const char *cell, uint32_t *next)
{
    uint32_t number = load_u32(cell);
    switch (column->type) {
    case TN_COLUMN_STR: return tn_text_map_holds(&v->texts, number, load_u32(cell + 4));
    case TN_COLUMN_REF: return number < v->row_counts[column->to];
    case TN_COLUMN_OPT: return number == TN_NONE || number < v->row_counts[column->to];
    case TN_COLUMN_EXPR: return number == TN_NONE || number < v->image->code.expr_count;
    case TN_COLUMN_ENUM: return number < column->to;
    case TN_COLUMN_BITS: return (number & ~column->to) == 0;
    case TN_COLUMN_ZERO: return number == 0;
    case TN_COLUMN_INSTANT: return check_instant(cell);
    case TN_COLUMN_PERIOD: return check_period(cell);
    case TN_COLUMN_RANGE: {
        uint32_t count = load_u32(cell + 4);
        bool fits = number == *next && count <= v->row_counts[column->to] - *next;
        *next += fits ? count : 0;
        return fits;
    }
    case TN_COLUMN_U32:
    case TN_COLUMN_I32:
    case TN_COLUMN_I64:
    case TN_COLUMN_DIGEST: return true;
    }
    return false;
}

static bool check_column(verifier *v, tn_table table, const tn_column_info *column)
{
    const char *cell = v->rows[table] + column->offset;
    uint32_t next = 0;
    for (uint32_t i = 0; i < v->row_counts[table]; i++) {
        if (!check_cell(v, column, cell, &next))
            return refuse(v, "a column holds what it can't hold");
        cell += tn_tables[table].row_bytes;
    }
    if (column->type == TN_COLUMN_RANGE && next != v->row_counts[column->to])
        return refuse(v, "rows belong to nothing");
    return true;
}

static bool check_columns(verifier *v)
{
    for (unsigned i = 0; i < TN_TABLE_COUNT; i++)
        for (uint32_t j = 0; j < tn_tables[i].column_count; j++)
            if (!check_column(v, (tn_table)i, &tn_tables[i].columns[j]))
                return false;
    tn_img_str version = v->image->header->tzdata_version;
    return tn_text_map_holds(&v->texts, version.offset, version.len) ||
           refuse(v, "its header is damaged");
}

/* --- what columns can't say */

static bool check_zones(verifier *v)
{
    const tn_image *image = v->image;
    if (image->zone_count == 0 || image->zones[0].at.count != 0 ||
        image->zones[0].first_offset != 0)
        return refuse(v, "its first zone is not UTC");
    for (uint32_t i = 0; i < image->zone_count; i++) {
        tn_zone zone = tn_image_zone(image, i);
        if (image->zones[i].at.count != image->zones[i].offset.count ||
            !tn_zone_is_valid(&zone))
            return refuse(v, "a time zone is damaged");
    }
    return true;
}

/* A list or map says what it holds, nothing else does. */
static bool is_shape_of(tn_str shape, uint32_t type)
{
    if (type != TN_FIELD_LIST && type != TN_FIELD_MAP)
        return shape.len == 0;
    return tn_shape_is_valid(shape) &&
           shape.data[0] == (type == TN_FIELD_LIST ? 'l' : 'm');
}

static bool check_shapes(verifier *v)
{
    const tn_image *image = v->image;
    for (uint32_t i = 0; i < image->field_count; i++)
        if (!is_shape_of(tn_image_str(image, image->fields[i].shape),
                         image->fields[i].type))
            return refuse(v, "a field's type is damaged");
    for (uint32_t i = 0; i < image->fact_count; i++)
        if (!is_shape_of(tn_image_str(image, image->facts[i].shape),
                         image->facts[i].type))
            return refuse(v, "a fact's type is damaged");
    return true;
}

static bool in_range(tn_img_range range, uint32_t row)
{
    return row >= range.first && row - range.first < range.count;
}

static bool check_slot(const tn_image *image, const tn_img_category *category,
                       uint32_t number)
{
    const tn_img_slot *slot = &image->slots[category->slots.first + number];
    if (slot->kind == TN_SLOT_FIELD)
        return number < category->fields.count && slot->fact == TN_NONE &&
               slot->field == category->fields.first + number;
    if (number < category->fields.count || slot->of >= category->of.count)
        return false;
    const tn_img_of *of = &image->ofs[category->of.first + slot->of];
    return slot->field == TN_NONE && slot->fact != TN_NONE &&
           in_range(image->entities[of->entity].facts, slot->fact);
}

static tn_field_type slot_type(const tn_image *image, const tn_img_category *category,
                               uint32_t number)
{
    const tn_img_slot *slot = &image->slots[category->slots.first + number];
    return (tn_field_type)(slot->kind == TN_SLOT_FIELD ? image->fields[slot->field].type
                                                       : image->facts[slot->fact].type);
}

/* Slots whose values are points in time. */
static bool is_time(const tn_image *image, const tn_img_category *category,
                    uint32_t number)
{
    if (number >= category->slots.count)
        return false;
    tn_field_type type = slot_type(image, category, number);
    return type == TN_FIELD_TIMESTAMP || type == TN_FIELD_DATE ||
           type == TN_FIELD_EVENT;
}

static bool check_anchor(const tn_image *image, const tn_img_category *category,
                         const tn_img_clause *clause)
{
    if (clause->anchor == TN_NONE)
        return false;
    const tn_img_anchor *anchor = &image->anchors[clause->anchor];
    if (anchor->members.count == 0 ||
        (anchor->op == TN_ANCHOR_ONE && anchor->members.count != 1))
        return false;
    for (uint32_t i = 0; i < anchor->members.count; i++) {
        uint32_t slot = image->anchor_slots[anchor->members.first + i].slot;
        if (!is_time(image, category, slot))
            return false;
    }
    return true;
}

/* Does each clause have what its kind needs, and nothing else? */
static bool check_clause_shape(const tn_image *image, const tn_img_category *category,
                               const tn_img_clause *clause)
{
    bool from_anchor = false, from_event = false;
    switch ((tn_clause_kind)clause->kind) {
    case TN_CLAUSE_RETAIN_PERIOD:
    case TN_CLAUSE_DUTY_PERIOD:
    case TN_CLAUSE_LIMIT:
    case TN_CLAUSE_PLACEMENT_LIMIT:
    case TN_CLAUSE_REDACT: from_anchor = true; break;
    case TN_CLAUSE_RETAIN_UNTIL:
    case TN_CLAUSE_DUTY_UNTIL:
    case TN_CLAUSE_ON: from_event = true; break;
    case TN_CLAUSE_RETAIN_INDEFINITELY:
    case TN_CLAUSE_FLAG:
    case TN_CLAUSE_HOLD:
    case TN_CLAUSE_KIND_COUNT: break;
    }
    if (from_anchor ? !check_anchor(image, category, clause)
                    : clause->anchor != TN_NONE)
        return false;
    if (from_event ? !is_time(image, category, clause->event_slot)
                   : clause->event_slot != TN_NONE)
        return false;
    bool is_limit = clause->kind == TN_CLAUSE_PLACEMENT_LIMIT;
    bool has_placement = clause->placement != TN_NONE &&
                         in_range(category->placements, clause->placement);
    bool has_form = clause->form != TN_NONE;
    return is_limit == has_placement && (is_limit || clause->placement == TN_NONE) &&
           (!has_form || (is_limit && in_range(category->clauses, clause->form)));
}

static bool check_clause(verifier *v, const tn_img_category *category,
                         const tn_img_clause *clause)
{
    if (!check_clause_shape(v->image, category, clause))
        return refuse(v, "a clause does not have what its kind needs");
    for (uint32_t i = 0; i < clause->redact.count; i++)
        if (v->image->redacts[clause->redact.first + i].slot >= category->fields.count)
            return refuse(v, "a clause redacts what is no field");
    return true;
}

/* Does an expression read only slots that there are? */
static bool check_expr(verifier *v, uint32_t expr, uint32_t slot_count)
{
    return expr == TN_NONE || v->image->code.exprs[expr].slot_count <= slot_count ||
           refuse(v, "a condition reads what is not there");
}

static bool check_category_code(verifier *v, const tn_img_category *category)
{
    const tn_image *image = v->image;
    uint32_t count = category->slots.count;
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        const tn_img_clause *clause = &image->clauses[category->clauses.first + i];
        if (!check_expr(v, clause->guard, count) ||
            !check_expr(v, clause->redact_to, count))
            return false;
    }
    return true;
}

static bool check_category(verifier *v, const tn_img_category *category)
{
    const tn_image *image = v->image;
    uint64_t fact_count = 0;
    for (uint32_t i = 0; i < category->of.count; i++)
        fact_count +=
            image->entities[image->ofs[category->of.first + i].entity].facts.count;
    if (category->slots.count != category->fields.count + fact_count)
        return refuse(v, "a category has not the slots of its fields and facts");
    for (uint32_t i = 0; i < category->slots.count; i++)
        if (!check_slot(image, category, i))
            return refuse(v, "a slot is not what it must be");
    if (category->created_slot != TN_NONE &&
        (category->created_slot >= category->fields.count ||
         !is_time(image, category, category->created_slot)))
        return refuse(v, "a category's @created is no time of its own");
    for (uint32_t i = 0; i < category->clauses.count; i++)
        if (!check_clause(v, category, &image->clauses[category->clauses.first + i]))
            return false;
    return check_category_code(v, category);
}

/* Conditions stand in the order of their entities. */
static bool check_conditions(verifier *v)
{
    const tn_image *image = v->image;
    for (uint32_t i = 0; i < image->condition_count; i++) {
        const tn_img_condition *condition = &image->conditions[i];
        if (i > 0 && condition->entity < image->conditions[i - 1].entity)
            return refuse(v, "its conditions are not in order");
        if (!check_expr(v, condition->require,
                        image->entities[condition->entity].facts.count))
            return false;
    }
    return true;
}

/* --- deployments */

/* How many of each target of a mapping there are where it stands. */
typedef struct targets {
    uint32_t counts[TN_MAP_TARGET_COUNT];
} targets;

static bool check_source(verifier *v, uint32_t number, const targets *owner)
{
    const tn_img_data_source *source = &v->image->data_sources[number];
    uint32_t count = source->columns.count;
    if (!check_expr(v, source->where, count))
        return false;
    for (uint32_t i = 0; i < source->maps.count; i++) {
        const tn_img_column_map *map = &v->image->column_maps[source->maps.first + i];
        bool is_bare = map->column != TN_NONE;
        if (map->index >= owner->counts[map->target] ||
            (is_bare ? map->column >= count : map->value == TN_NONE))
            return refuse(v, "a mapping is to or from what is not there");
        if (!check_expr(v, map->value, count))
            return false;
    }
    return true;
}

/* Each data source belongs to one fact source or binding: to the fact sources first,
 * then to the bindings, in order. */
static bool check_deployment(verifier *v)
{
    const tn_image *image = v->image;
    uint32_t next = 0;
    for (uint32_t i = 0; i < image->fact_source_count; i++) {
        const tn_img_fact_source *row = &image->fact_sources[i];
        targets owner = {{[TN_MAP_FACT] = image->entities[row->entity].facts.count,
                          [TN_MAP_HOLD] = 1,
                          [TN_MAP_HOLD_FROM] = 1,
                          [TN_MAP_HOLD_UNTIL] = 1,
                          [TN_MAP_ENTITY_KEY] = 1}};
        if (row->source != next || !check_source(v, next++, &owner))
            return refuse(v, "a source of facts is not in order");
    }
    for (uint32_t i = 0; i < image->binding_count; i++) {
        const tn_img_binding *row = &image->bindings[i];
        const tn_img_category *category = &image->categories[row->category];
        targets owner = {{[TN_MAP_FIELD] = category->fields.count,
                          [TN_MAP_KEY] = category->of.count}};
        if (!in_range(category->placements, row->placement))
            return refuse(v, "a binding is of a placement its category has not");
        if (row->source == TN_NONE)
            continue;
        if (row->source != next || !check_source(v, next++, &owner))
            return refuse(v, "a binding is not in order");
    }
    return (next == image->data_source_count && image->deployment_count <= 1) ||
           refuse(v, "a data source belongs to nothing");
}

/* An entity's facts are counted once for each category of it: bounded by the slots,
 * which are parted among the categories. */
static bool check_meaning(verifier *v)
{
    const tn_image *image = v->image;
    bool good = check_zones(v) && check_shapes(v);
    for (uint32_t i = 0; good && i < image->category_count; i++)
        good = check_category(v, &image->categories[i]);
    return good && check_conditions(v) && check_deployment(v);
}

static tn_status check_code(verifier *v)
{
    tn_cel_fault fault = {NULL, 0};
    tn_status status = tn_cel_verify(&v->image->code, v->image->memory, &fault);
    if (status == TN_BAD_IMAGE)
        refuse(v, fault.what);
    return status;
}

static tn_status check_all(verifier *v, tn_str bytes)
{
    if (!read_frame(v, bytes))
        return TN_BAD_IMAGE;
    tn_str strings = {v->image->strings, v->image->code.strings_len};
    TN_TRY(tn_text_map_init(&v->texts, strings, v->image->memory));
    bool good = check_columns(v);
    tn_text_map_free(&v->texts);
    if (!good)
        return TN_BAD_IMAGE;
    TN_TRY(check_code(v));
    return check_meaning(v) ? TN_OK : TN_BAD_IMAGE;
}

/* Formats are compared before anything else is read: of another one nothing is known
 * but the first twelve bytes. */
static const char *describe_format(uint32_t format)
{
    return format > TN_IMAGE_FORMAT
               ? "it was compiled by a newer version of tenure: use that version, or "
                 "compile the policy again with this one"
               : "it was compiled by an older version of tenure: compile the policy "
                 "again";
}

tn_status tn_image_view(tn_str bytes, const tn_allocator *memory, tn_image *out,
                        const char **why)
{
    uint32_t format;
    *out = (tn_image){.memory = memory, .bytes = bytes.data, .size_bytes = bytes.len};
    if (tn_image_is_named(bytes) && bytes.len >= MAGIC_BYTES + sizeof(format)) {
        memcpy(&format, bytes.data + MAGIC_BYTES, sizeof(format));
        *why = describe_format(format);
        if (format != TN_IMAGE_FORMAT)
            return TN_OTHER_VERSION;
    }
    *why = "it is too short for a compiled policy";
    if (bytes.len <
        sizeof(tn_image_header) + TN_SECTION_COUNT * sizeof(tn_image_section))
        return TN_BAD_IMAGE;
    out->header = out->bytes;
    verifier v = {.image = out};
    tn_status status = check_all(&v, bytes);
    *why = status == TN_BAD_IMAGE ? v.why : tn_status_text(status);
    return status;
}

tn_status tn_image_verify(tn_str bytes, const tn_allocator *memory, tn_image *out,
                          const char **why)
{
    *out = (tn_image){.memory = memory};
    *why = tn_status_text(TN_NOMEM);
    size_t size_bytes = bytes.len == 0 ? 1 : bytes.len;
    void *copy = tn_resize(memory, NULL, 0, size_bytes);
    if (copy == NULL)
        return TN_NOMEM;
    if (bytes.len > 0)
        memcpy(copy, bytes.data, bytes.len);
    tn_status status = tn_image_view((tn_str){copy, bytes.len}, memory, out, why);
    if (status == TN_OK)
        out->copy = copy;
    else
        tn_resize(memory, copy, size_bytes, 0);
    return status;
}
