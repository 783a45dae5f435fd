#include "interp/eval/source.h"
#include "interp/eval/needs.h"

static void want_column(void *to, uint32_t column)
{
    tn_source *source = to;
    if (column < source->column_count)
        source->columns[column].is_wanted = true;
}

void tn_source_want(tn_source *source, const tn_cel_code *code)
{
    for (uint32_t i = 0; i < source->column_count; i++)
        source->columns[i].is_wanted = false;
    for (uint32_t i = 0; i < source->map_count; i++) {
        const tn_source_map *map = &source->maps[i];
        if (!map->is_needed)
            continue;
        if (map->column != TN_NONE)
            want_column(source, map->column);
        else
            tn_needs_of_expr(code, map->expr, want_column, source);
    }
    tn_needs_of_expr(code, source->where, want_column, source);
}

void tn_source_put_name(tn_buf *buf, const tn_source *source)
{
    if (source->noun.len == 0) {
        tn_buf_put(buf, source->store_name);
        return;
    }
    tn_buf_put_format(buf, "store " TN_STR_FMT ", " TN_STR_FMT " \"" TN_STR_FMT "\"",
                      TN_STR_ARG(source->store_name), TN_STR_ARG(source->noun),
                      TN_STR_ARG(source->object));
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

static bool has_exprs(const tn_source *source)
{
    bool found = source->where != TN_NONE;
    for (uint32_t i = 0; i < source->map_count; i++)
        found |= source->maps[i].is_needed && source->maps[i].column == TN_NONE;
    return found;
}

/* Finds the columns that conditions read. */
static tn_status list_slot_columns(tn_source_reader *reader, const tn_cel_code *code)
{
    const tn_source *source = reader->source;
    column_marks marks = {
        tn_arena_take_array(&reader->arena, source->column_count, sizeof(bool)),
        source->column_count};
    reader->slots =
        tn_arena_take_array(&reader->arena, source->column_count, sizeof(tn_value));
    reader->slot_columns =
        tn_arena_take_array(&reader->arena, source->column_count, sizeof(uint32_t));
    if (marks.read == NULL || reader->slots == NULL || reader->slot_columns == NULL)
        return TN_NOMEM;
    tn_needs_of_expr(code, source->where, mark_column, &marks);
    for (uint32_t i = 0; i < source->map_count; i++)
        if (source->maps[i].is_needed && source->maps[i].column == TN_NONE)
            tn_needs_of_expr(code, source->maps[i].expr, mark_column, &marks);
    for (uint32_t i = 0; i < source->column_count; i++)
        if (marks.read[i])
            reader->slot_columns[reader->slot_column_count++] = i;
    return TN_OK;
}

static tn_status prepare(tn_source_reader *reader, const tn_reader_options *options,
                         tn_buf *why)
{
    const tn_source *source = reader->source;
    if (has_exprs(source)) {
        TN_TRY(list_slot_columns(reader, options->code));
        TN_TRY(tn_cel_machine_new(options->program, &reader->scratch, TN_CEL_BUDGET,
                                  &reader->machine));
    }
    return source->store->ops->scan(source->store, &reader->request, &reader->scan,
                                    why);
}

tn_status tn_source_open(tn_source_reader *reader, const tn_source *source,
                         const tn_reader_options *options, tn_buf *why)
{
    *reader =
        (tn_source_reader){.source = source,
                           .request = {.object = source->object,
                                       .columns = source->columns,
                                       .column_count = source->column_count,
                                       .wants_undeclared = options->wants_undeclared,
                                       .only_key = options->only_key}};
    tn_arena_init(&reader->arena, options->memory);
    tn_arena_init(&reader->scratch, options->memory);
    tn_status status = prepare(reader, options, why);
    if (status != TN_OK)
        tn_source_close(reader);
    return status;
}

void tn_source_close(tn_source_reader *reader)
{
    if (reader->scan != NULL)
        reader->scan->ops->scan_close(reader->scan);
    if (reader->machine != NULL)
        tn_cel_machine_free(reader->machine);
    tn_arena_free(&reader->scratch);
    tn_arena_free(&reader->arena);
    *reader = (tn_source_reader){.source = reader->source};
}

/* Makes the row's columns what conditions see: texts valid, or unreadable. */
static void fill_slots(tn_source_reader *reader, const tn_row *row)
{
    static const tn_decoding as_is = {.type = TN_FIELD_DYN};
    if (reader->scratch.block != NULL)
        tn_arena_reset(&reader->scratch);
    for (uint32_t i = 0; i < reader->slot_column_count; i++) {
        uint32_t column = reader->slot_columns[i];
        tn_decode(&as_is, &row->values[column], &reader->slots[column]);
    }
}

static tn_status is_meant(tn_source_reader *reader, const tn_row *row,
                          tn_cel_truth *truth)
{
    *truth = TN_CEL_TRUE;
    if (reader->machine == NULL || row->problem != NULL)
        return TN_OK;
    fill_slots(reader, row);
    if (reader->source->where == TN_NONE)
        return TN_OK;
    return tn_cel_test(reader->machine, reader->source->where, reader->slots, truth);
}

tn_status tn_source_next(tn_source_reader *reader, const tn_row **row, bool *in_doubt,
                         tn_buf *why)
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

tn_status tn_source_value(tn_source_reader *reader, const tn_row *row,
                          const tn_source_map *map, tn_value *out)
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
    return TN_OK;
}
