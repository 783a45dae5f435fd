#include "interp/eval/origin.h"
#include "interp/cel/shape.h"
#include "interp/eval/needs.h"

static void want_column(void *to, uint32_t column)
{
    tn_origin *origin = to;
    if (column < origin->column_count)
        origin->columns[column].is_wanted = true;
}

static void unsingle_column(void *to, uint32_t column)
{
    tn_origin *origin = to;
    if (column < origin->column_count)
        origin->columns[column].is_single = false;
}

/* Columns that only values of one piece are made of, and no condition sees. */
static void find_singles(tn_origin *origin, const tn_cel_code *code)
{
    for (uint32_t i = 0; i < origin->column_count; i++)
        origin->columns[i].is_single = true;
    for (uint32_t i = 0; i < origin->map_count; i++) {
        const tn_origin_map *map = &origin->maps[i];
        tn_field_type type = map->how.type;
        bool is_open = type == TN_FIELD_LIST || type == TN_FIELD_MAP ||
                       (type == TN_FIELD_DYN && map->target != TN_MAP_KEY &&
                        map->target != TN_MAP_ENTITY_KEY);
        if (map->column == TN_NONE)
            tn_needs_of_expr(code, map->expr, unsingle_column, origin);
        else if (is_open)
            unsingle_column(origin, map->column);
    }
    tn_needs_of_expr(code, origin->where, unsingle_column, origin);
}

void tn_origin_want(tn_origin *origin, const tn_cel_code *code)
{
    find_singles(origin, code);
    for (uint32_t i = 0; i < origin->column_count; i++)
        origin->columns[i].is_wanted = false;
    for (uint32_t i = 0; i < origin->map_count; i++) {
        const tn_origin_map *map = &origin->maps[i];
        if (!map->is_needed)
            continue;
        if (map->column != TN_NONE)
            want_column(origin, map->column);
        else
            tn_needs_of_expr(code, map->expr, want_column, origin);
    }
    tn_needs_of_expr(code, origin->where, want_column, origin);
}

void tn_origin_put_name(tn_buf *buf, const tn_origin *origin)
{
    if (origin->noun.len == 0) {
        tn_buf_put(buf, origin->store_name);
        return;
    }
    tn_buf_put_format(buf, "store " TN_STR_FMT ", " TN_STR_FMT " \"" TN_STR_FMT "\"",
                      TN_STR_ARG(origin->store_name), TN_STR_ARG(origin->noun),
                      TN_STR_ARG(origin->object));
}

/* --- readers */

typedef struct column_marks {
    bool *read;
    uint32_t count;
} column_marks;

static void mark_column(void *to, uint32_t column)
{
    column_marks *marks = to;
    if (column < marks->count)
        marks->read[column] = true;
}

static bool has_exprs(const tn_origin *origin)
{
    bool found = origin->where != TN_NONE;
    for (uint32_t i = 0; i < origin->map_count; i++)
        found |= origin->maps[i].is_needed && origin->maps[i].column == TN_NONE;
    return found;
}

/* Finds the columns that conditions read. */
static tn_status list_slot_columns(tn_origin_reader *reader, const tn_cel_code *code)
{
    const tn_origin *origin = reader->origin;
    column_marks marks = {
        tn_arena_take_array(&reader->arena, origin->column_count, sizeof(bool)),
        origin->column_count};
    reader->slots =
        tn_arena_take_array(&reader->arena, origin->column_count, sizeof(tn_value));
    reader->slot_columns =
        tn_arena_take_array(&reader->arena, origin->column_count, sizeof(uint32_t));
    if (marks.read == NULL || reader->slots == NULL || reader->slot_columns == NULL)
        return TN_NOMEM;
    tn_needs_of_expr(code, origin->where, mark_column, &marks);
    for (uint32_t i = 0; i < origin->map_count; i++)
        if (origin->maps[i].is_needed && origin->maps[i].column == TN_NONE)
            tn_needs_of_expr(code, origin->maps[i].expr, mark_column, &marks);
    for (uint32_t i = 0; i < origin->column_count; i++)
        if (marks.read[i])
            reader->slot_columns[reader->slot_column_count++] = i;
    return TN_OK;
}

static tn_status prepare(tn_origin_reader *reader, const tn_reader_options *options,
                         tn_buf *why)
{
    const tn_origin *origin = reader->origin;
    if (has_exprs(origin)) {
        TN_TRY(list_slot_columns(reader, options->code));
        TN_TRY(tn_cel_machine_new(options->program, &reader->scratch, TN_CEL_BUDGET,
                                  &reader->machine));
    }
    return origin->store->ops->scan(origin->store, &reader->request, &reader->scan,
                                    why);
}

tn_status tn_origin_open(tn_origin_reader *reader, const tn_origin *origin,
                         const tn_reader_options *options, tn_buf *why)
{
    *reader =
        (tn_origin_reader){.origin = origin,
                           .request = {.object = origin->object,
                                       .columns = origin->columns,
                                       .column_count = origin->column_count,
                                       .wants_undeclared = options->wants_undeclared,
                                       .only_key = options->only_key,
                                       .push = options->push,
                                       .part = options->part,
                                       .wants_hidden = options->wants_hidden}};
    tn_arena_init(&reader->arena, options->memory);
    tn_arena_init(&reader->scratch, options->memory);
    tn_status status = prepare(reader, options, why);
    if (status != TN_OK)
        tn_origin_close(reader);
    return status;
}

void tn_origin_close(tn_origin_reader *reader)
{
    if (reader->scan != NULL)
        reader->scan->ops->scan_close(reader->scan);
    if (reader->machine != NULL)
        tn_cel_machine_free(reader->machine);
    tn_arena_free(&reader->scratch);
    tn_arena_free(&reader->arena);
    *reader = (tn_origin_reader){.origin = reader->origin};
}

/* A list or map that is not of its shape, or of which a part is unreadable, is. */
static void refuse_parts(tn_str shape, tn_value *value)
{
    bool has_parts = value->kind == TN_KIND_LIST || value->kind == TN_KIND_MAP;
    if (has_parts && !tn_shape_fits(shape, value))
        *value = (tn_value){.kind = TN_KIND_UNREADABLE};
}

/* Makes the row's columns what conditions see: texts valid, or unreadable. */
static void fill_slots(tn_origin_reader *reader, const tn_store_row *row)
{
    static const tn_decoding as_is = {.type = TN_FIELD_DYN};
    if (reader->scratch.block != NULL)
        tn_arena_reset(&reader->scratch);
    for (uint32_t i = 0; i < reader->slot_column_count; i++) {
        uint32_t column = reader->slot_columns[i];
        tn_decode(&as_is, &row->values[column], &reader->slots[column]);
        refuse_parts(TN_STR(""), &reader->slots[column]);
    }
}

static tn_status is_meant(tn_origin_reader *reader, const tn_store_row *row,
                          tn_cel_truth *truth)
{
    *truth = TN_CEL_TRUE;
    if (reader->machine == NULL || row->problem != NULL)
        return TN_OK;
    fill_slots(reader, row);
    if (reader->origin->where == TN_NONE)
        return TN_OK;
    return tn_cel_test(reader->machine, reader->origin->where, reader->slots, truth);
}

tn_status tn_origin_next(tn_origin_reader *reader, const tn_store_row **row,
                         bool *in_doubt, tn_buf *why)
{
    for (;;) {
        if (reader->at == reader->rows.count) {
            reader->at = 0;
            TN_TRY(reader->scan->ops->next(reader->scan, &reader->rows, why));
            *row = NULL;
            if (reader->rows.count == 0)
                return TN_OK;
        }
        tn_cel_truth truth;
        *row = &reader->rows.list[reader->at++];
        TN_TRY(is_meant(reader, *row, &truth));
        *in_doubt = truth == TN_CEL_UNKNOWN;
        if (truth != TN_CEL_FALSE)
            return TN_OK;
    }
}

tn_status tn_origin_value(tn_origin_reader *reader, const tn_store_row *row,
                          const tn_origin_map *map, tn_value *out)
{
    const tn_value *raw = out;
    if (map->column != TN_NONE)
        raw = &row->values[map->column];
    else
        TN_TRY(tn_cel_eval(reader->machine, map->expr, reader->slots, out));
    if (map->target == TN_MAP_KEY || map->target == TN_MAP_ENTITY_KEY)
        tn_decode_key(&map->how, raw, out);
    else
        tn_decode(&map->how, raw, out);
    refuse_parts(map->shape, out);
    return TN_OK;
}
