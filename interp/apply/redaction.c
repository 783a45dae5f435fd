#include "interp/apply/redaction.h"
#include "interp/calendar/instant.h"

#include <string.h>

/* --- clauses */

typedef void visit_field(void *to, uint32_t field, const tn_img_clause *clause);

static void each_field(const tn_image *image, uint32_t category, visit_field *visit,
                       void *to)
{
    tn_img_range clauses = image->categories[category].clauses;
    for (uint32_t i = 0; i < clauses.count; i++) {
        const tn_img_clause *clause = &image->clauses[clauses.first + i];
        if (clause->kind != TN_CLAUSE_REDACT)
            continue;
        for (uint32_t j = 0; j < clause->redact.count; j++)
            visit(to, image->redacts[clause->redact.first + j].slot, clause);
    }
}

bool tn_redaction_is_asked(const tn_image *image, uint32_t category)
{
    tn_img_range clauses = image->categories[category].clauses;
    for (uint32_t i = 0; i < clauses.count; i++)
        if (image->clauses[clauses.first + i].kind == TN_CLAUSE_REDACT)
            return true;
    return false;
}

/* The map of a field; NULL: none. */
static const tn_origin_map *map_of(const tn_bound *bound, uint32_t field)
{
    for (uint32_t i = 0; i < bound->origin.map_count; i++) {
        const tn_origin_map *map = &bound->origin.maps[i];
        if (map->target == TN_MAP_FIELD && map->index == field)
            return map;
    }
    return NULL;
}

typedef struct column_list {
    const tn_bound *bound;
    tn_erase_column *columns;
    uint32_t *field_columns; /* NULL: not asked for */
    uint32_t count;
} column_list;

static void list_column(void *to, uint32_t field, const tn_img_clause *clause)
{
    column_list *list = to;
    const tn_origin_map *map = map_of(list->bound, field);
    if (map == NULL || map->column == TN_NONE)
        return;
    tn_str name = list->bound->origin.columns[map->column].name;
    uint32_t at = 0;
    while (at < list->count && !tn_str_equal(list->columns[at].name, name))
        at++;
    if (at == list->count)
        list->columns[list->count++] = (tn_erase_column){name, false};
    list->columns[at].becomes_null |= clause->redact_to == TN_NONE;
    if (list->field_columns != NULL)
        list->field_columns[field] = at;
}

tn_status tn_redaction_columns(const tn_image *image, const tn_bound *bound,
                               tn_arena *arena, const tn_erase_column **out,
                               uint32_t *count)
{
    uint32_t fields = image->categories[bound->category].fields.count;
    column_list list = {
        bound, tn_arena_take_array(arena, fields, sizeof(tn_erase_column)), NULL, 0};
    if (list.columns == NULL)
        return TN_NOMEM;
    each_field(image, bound->category, list_column, &list);
    *out = list.columns;
    *count = list.count;
    return TN_OK;
}

typedef struct obstacle {
    const tn_bound *bound;
    uint32_t field; /* TN_NONE: none */
} obstacle;

static void find_obstacle(void *to, uint32_t field, const tn_img_clause *clause)
{
    obstacle *o = to;
    const tn_origin_map *map = map_of(o->bound, field);
    (void)clause;
    if (o->field == TN_NONE && (map == NULL || map->column == TN_NONE))
        o->field = field;
}

tn_status tn_redaction_obstacle(const tn_image *image, const tn_bound *bound,
                                tn_arena *arena, tn_str *out)
{
    obstacle o = {bound, TN_NONE};
    tn_buf text;
    *out = (tn_str){"", 0};
    each_field(image, bound->category, find_obstacle, &o);
    if (o.field == TN_NONE)
        return TN_OK;
    tn_img_range fields = image->categories[bound->category].fields;
    tn_buf_init(&text, arena->memory);
    tn_buf_put_format(
        &text, "field " TN_STR_FMT " is not a column of its own and can't be redacted",
        TN_STR_ARG(tn_image_str(image, image->fields[fields.first + o.field].name)));
    *out = tn_arena_copy(arena, tn_buf_view(&text));
    bool failed = text.failed || out->data == NULL;
    tn_buf_free(&text);
    return failed ? TN_NOMEM : TN_OK;
}

/* --- rows */

static tn_status open_redactor(tn_redactor *r)
{
    const tn_image *image = r->eval->image;
    uint32_t fields = image->categories[r->bound->category].fields.count;
    tn_erase_column *columns = tn_arena_take_array(&r->arena, fields, sizeof(*columns));
    r->field_columns = tn_arena_take_array(&r->arena, fields, sizeof(uint32_t));
    r->changes = tn_arena_take_array(&r->arena, fields, sizeof(*r->changes));
    if (columns == NULL || r->field_columns == NULL || r->changes == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < fields; i++)
        r->field_columns[i] = TN_NONE;
    column_list list = {r->bound, columns, r->field_columns, 0};
    each_field(image, r->bound->category, list_column, &list);
    r->columns = columns;
    r->column_count = list.count;
    return tn_cel_machine_new(tn_run_program(r->eval->run), &r->scratch, TN_CEL_BUDGET,
                              &r->machine);
}

tn_status tn_redactor_open(tn_redactor *redactor, tn_row_judge *judge,
                           const tn_eval *eval, const tn_bound *bound)
{
    *redactor = (tn_redactor){.eval = eval, .bound = bound, .judge = judge};
    tn_arena_init(&redactor->arena, eval->memory);
    tn_arena_init(&redactor->scratch, eval->memory);
    tn_status status = open_redactor(redactor);
    if (status != TN_OK)
        tn_redactor_close(redactor);
    return status;
}

void tn_redactor_close(tn_redactor *redactor)
{
    if (redactor->machine != NULL)
        tn_cel_machine_free(redactor->machine);
    redactor->machine = NULL;
    tn_arena_free(&redactor->scratch);
    tn_arena_free(&redactor->arena);
}

/* The clause that redacts the field now: the first as written. */
static const tn_img_clause *clause_of(const tn_redactor *r, uint32_t field)
{
    const tn_image *image = r->eval->image;
    tn_img_range clauses = image->categories[r->bound->category].clauses;
    const tn_clause_result *results =
        tn_decider_clauses(tn_row_judge_decider(r->judge, false));
    for (uint32_t i = 0; i < clauses.count; i++) {
        const tn_img_clause *clause = &image->clauses[clauses.first + i];
        if (clause->kind != TN_CLAUSE_REDACT || results[i].state != TN_STATE_AT ||
            !results[i].is_due)
            continue;
        for (uint32_t j = 0; j < clause->redact.count; j++)
            if (image->redacts[clause->redact.first + j].slot == field)
                return clause;
    }
    return NULL;
}

static bool tick_of(tn_encoding encoding, tn_tick *out)
{
    switch (encoding) {
    case TN_ENCODING_UNIX_S: *out = TN_TICK_SECONDS; return true;
    case TN_ENCODING_UNIX_MS: *out = TN_TICK_MILLIS; return true;
    case TN_ENCODING_UNIX_US: *out = TN_TICK_MICROS; return true;
    case TN_ENCODING_UNIX_NS: *out = TN_TICK_NANOS; return true;
    case TN_ENCODING_NONE:
    case TN_ENCODING_LOCAL:
    case TN_ENCODING_COUNT: break;
    }
    return false;
}

/* An instant as the column writes instants; INVALID where it writes local time. */
static tn_status encode_instant(tn_redactor *r, const tn_origin_map *map,
                                tn_value *value)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_tick tick;
    int64_t count;
    if (tick_of(map->how.encoding, &tick)) {
        if (!tn_instant_to_count(value->as.instant, tick, &count))
            return TN_INVALID;
        *value = (tn_value){TN_KIND_INT, {.integer = count}};
        return TN_OK;
    }
    if (map->how.encoding != TN_ENCODING_NONE)
        return TN_INVALID;
    tn_str written = {text, tn_instant_format(value->as.instant, text)};
    *value = (tn_value){TN_KIND_STRING, {.text = tn_arena_copy(&r->scratch, written)}};
    return value->as.text.data == NULL ? TN_NOMEM : TN_OK;
}

static tn_status encode(tn_redactor *r, const tn_origin_map *map, tn_value *value)
{
    switch (value->kind) {
    case TN_KIND_NULL:
    case TN_KIND_BOOL:
    case TN_KIND_INT:
    case TN_KIND_DOUBLE:
    case TN_KIND_STRING:
    case TN_KIND_BYTES: return TN_OK;
    case TN_KIND_UINT:
        if (value->as.unsigned_integer > INT64_MAX)
            return TN_INVALID;
        value->kind = TN_KIND_INT;
        value->as.integer = (int64_t)value->as.unsigned_integer;
        return TN_OK;
    case TN_KIND_TIMESTAMP: return encode_instant(r, map, value);
    case TN_KIND_UNREADABLE:
    case TN_KIND_DATE:
    case TN_KIND_DURATION:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    return TN_INVALID;
}

/* The new value of a field, as the store is to keep it. */
static tn_status new_value(tn_redactor *r, uint32_t field, tn_value *out)
{
    const tn_img_clause *clause = clause_of(r, field);
    *out = (tn_value){TN_KIND_NULL, {0}};
    if (clause == NULL || clause->redact_to == TN_NONE)
        return TN_OK;
    tn_decider *decider = tn_row_judge_decider(r->judge, false);
    TN_TRY(tn_cel_eval(r->machine, clause->redact_to, tn_decider_slots(decider), out));
    return encode(r, map_of(r->bound, field), out);
}

static bool is_equal(const tn_value *a, const tn_value *b)
{
    if (a->kind == TN_KIND_BOOL && b->kind == TN_KIND_INT)
        return b->as.integer == a->as.boolean;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TN_KIND_NULL: return true;
    case TN_KIND_INT: return a->as.integer == b->as.integer;
    case TN_KIND_STRING:
    case TN_KIND_BYTES: return tn_str_equal(a->as.text, b->as.text);
    case TN_KIND_DOUBLE: return memcmp(&a->as.real, &b->as.real, sizeof(double)) == 0;
    case TN_KIND_UNREADABLE:
    case TN_KIND_BOOL:
    case TN_KIND_UINT:
    case TN_KIND_TIMESTAMP:
    case TN_KIND_DATE:
    case TN_KIND_DURATION:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    return false;
}

static bool is_redacted_by(const tn_verdict *verdict, uint32_t field)
{
    for (uint32_t i = 0; i < verdict->redact_count; i++)
        if (verdict->redact[i] == field)
            return true;
    return false;
}

tn_status tn_redactor_choose(tn_redactor *redactor, const tn_store_row *row,
                             const tn_row_verdict *verdict, tn_erase_choice *out)
{
    const tn_value *values = tn_row_judge_values(redactor->judge);
    *out = (tn_erase_choice){.changes = redactor->changes};
    if (!verdict->is_meant || verdict->second == NULL)
        return TN_OK;
    if (redactor->scratch.block != NULL)
        tn_arena_reset(&redactor->scratch);
    for (uint32_t i = 0; i < verdict->first->redact_count; i++) {
        uint32_t field = verdict->first->redact[i];
        uint32_t column = redactor->field_columns[field];
        tn_erase_change *change = &redactor->changes[out->change_count];
        if (column == TN_NONE || !is_redacted_by(verdict->second, field))
            continue;
        TN_TRY(new_value(redactor, field, &change->value));
        const tn_origin_map *map = map_of(redactor->bound, field);
        bool is_wanted = is_equal(&change->value, &values[map->column]);
        if (!is_wanted)
            TN_TRY(tn_row_judge_wants_column(
                redactor->judge, row, redactor->columns[column].name, &is_wanted));
        change->column = column;
        out->change_count += !is_wanted;
    }
    out->is_chosen = out->change_count > 0;
    return TN_OK;
}
