#include "interp/store/csv.h"
#include "interp/base/utf8.h"
#include "interp/store/csv_split.h"
#include "interp/store/file_store.h"

#include <string.h>

/* What is known of the file that is kept open. */
typedef struct csv_store {
    tn_file_store files;
    tn_csv_record record;
    bool has_header;
    const tn_str *names;
    uint32_t name_count;
    uint64_t header_lines;
    tn_str header; /* as it is written, without its line feed */
} csv_store;

/* What becomes of a cell. */
typedef struct csv_cell {
    uint32_t cell;
    uint32_t number;
} csv_cell;

typedef struct csv_scan {
    tn_scan base;
    const tn_allocator *memory;
    const tn_scan_request *request;
    tn_input in;
    tn_csv_record record;
    tn_arena arena;     /* of one row: undoubled quotes */
    uint64_t next_line; /* the number of the line that comes next */
    bool ends_guessed;  /* that a record ends with its part may be wrong */
    csv_cell *targets;  /* the wanted cells, and their columns */
    uint32_t target_count;
    csv_cell *rest; /* the undeclared cells, and their numbers */
    uint32_t rest_count;
    tn_str *names; /* the undeclared ones */
    uint32_t cell_count;
    tn_value *values;
    uint32_t *undeclared;
    tn_store_row row;
} csv_scan;

/* Cuts the next record, reading on as needed; len 0 at the end of the input. INVALID: a
 * record goes on behind it, since that was guessed. */
static tn_status cut(tn_input *in, tn_csv_record *record, bool ends_guessed,
                     tn_buf *why)
{
    for (;;) {
        tn_str text = {in->data + in->at, in->end - in->at};
        record->len = 0;
        if (text.len == 0 && in->is_at_end)
            return TN_OK;
        if (text.len > 0 && tn_csv_split(record, text, in->is_at_end && !ends_guessed))
            return record->failed ? TN_NOMEM : TN_OK;
        if (in->is_at_end)
            return TN_INVALID;
        if (tn_input_is_too_long(in)) {
            tn_buf_put_text(why,
                            "a record of more than 256 MiB: is a quote left open?");
            return TN_LIMIT;
        }
        TN_TRY(tn_input_fill(in, why));
    }
}

static bool is_blank(const tn_csv_record *record, const char *text)
{
    return record->count == 1 && record->cells[0].text.len == 0 && text[0] != '"';
}

/* --- the header */

static tn_status copy_names(csv_store *store, tn_buf *why)
{
    uint32_t count = store->record.count;
    tn_arena *arena = &store->files.arena;
    tn_str *names = tn_arena_take_array(arena, count, sizeof(*names));
    if (names == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        tn_str text = tn_csv_text(&store->record.cells[i], arena);
        names[i] = text.data == NULL ? text : tn_arena_copy(arena, text);
        if (names[i].data == NULL)
            return TN_NOMEM;
        for (uint32_t j = 0; j < i; j++)
            if (tn_str_equal(names[i], names[j])) {
                tn_buf_put_format(why,
                                  "its header names column \"" TN_STR_FMT "\" twice",
                                  TN_STR_ARG(names[i]));
                return TN_STORE;
            }
    }
    store->names = names;
    store->name_count = count;
    return TN_OK;
}

/* The record that `text` starts with, without its line feed. */
static tn_str raw_record(const tn_csv_record *record, const char *text)
{
    size_t len = record->len;
    return (tn_str){text, len - (len > 0 && text[len - 1] == '\n')};
}

/* Reads the header of the file of `object`, unless that is done. */
static tn_status peek(csv_store *store, tn_str object, tn_buf *why)
{
    tn_input *in;
    bool is_kept = store->files.kept.fd >= 0 && store->has_header &&
                   tn_str_equal(store->files.kept_object, object);
    if (is_kept)
        return TN_OK;
    store->has_header = false;
    TN_TRY(tn_file_store_peek(&store->files, object, &in, why));
    TN_TRY(tn_input_skip_mark(in, why));
    TN_TRY(cut(in, &store->record, false, why));
    if (store->record.len == 0 || store->record.is_malformed) {
        tn_buf_put_text(why, store->record.len == 0
                                 ? "it is empty: its first line should name the columns"
                                 : "its first line, which should name the columns, is "
                                   "not valid CSV");
        return TN_STORE;
    }
    TN_TRY(copy_names(store, why));
    store->header = tn_arena_copy(&store->files.arena,
                                  raw_record(&store->record, in->data + in->at));
    if (store->header.data == NULL)
        return TN_NOMEM;
    in->at += store->record.len;
    store->header_lines = store->record.lines;
    store->has_header = true;
    return TN_OK;
}

static tn_status csv_describe(tn_store *base, tn_str object, tn_arena *arena,
                              tn_store_object *out, tn_buf *why)
{
    csv_store *store = (csv_store *)base;
    TN_TRY(peek(store, object, why));
    tn_store_column *columns =
        tn_arena_take_array(arena, store->name_count, sizeof(*columns));
    if (columns == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < store->name_count; i++) {
        columns[i].name = tn_arena_copy(arena, store->names[i]);
        if (columns[i].name.data == NULL)
            return TN_NOMEM;
    }
    *out = (tn_store_object){"file", columns, store->name_count};
    return TN_OK;
}

/* --- rows */

static void set_problem(csv_scan *s, const char *problem)
{
    for (uint32_t i = 0; i < s->request->column_count; i++)
        s->values[i].kind = TN_KIND_NULL;
    s->row.problem = problem;
    s->row.undeclared_count = 0;
}

/* Puts the cells into the row; NOMEM. */
static tn_status take_cells(csv_scan *s)
{
    s->row.problem = NULL;
    s->row.undeclared_count = 0;
    for (uint32_t i = 0; i < s->rest_count; i++)
        if (s->record.cells[s->rest[i].cell].text.len > 0)
            s->undeclared[s->row.undeclared_count++] = s->rest[i].number;
    for (uint32_t i = 0; i < s->target_count; i++) {
        const tn_csv_cell *cell = &s->record.cells[s->targets[i].cell];
        tn_value *value = &s->values[s->targets[i].number];
        value->kind = cell->text.len > 0 ? TN_KIND_STRING : TN_KIND_NULL;
        value->as.text = tn_csv_text(cell, &s->arena);
        if (value->as.text.data == NULL)
            return TN_NOMEM;
    }
    return TN_OK;
}

static tn_status csv_next(tn_scan *base, tn_store_rows *out, tn_buf *why)
{
    csv_scan *s = (csv_scan *)base;
    const char *text;
    *out = (tn_store_rows){&s->row, 1, false};
    if (s->arena.block != NULL)
        tn_arena_reset(&s->arena);
    do {
        TN_TRY(cut(&s->in, &s->record, s->ends_guessed, why));
        if (s->record.len == 0) {
            out->count = 0;
            return TN_OK;
        }
        text = s->in.data + s->in.at;
        s->in.at += s->record.len;
        s->row.number = s->next_line;
        s->next_line += s->record.lines;
    } while (is_blank(&s->record, text));
    out->may_wait = s->in.at == s->in.end;
    s->row.raw = raw_record(&s->record, text);
    if (s->record.is_malformed)
        set_problem(s, "not valid CSV");
    else if (!s->record.is_ascii && !tn_utf8_is_valid((tn_str){text, s->record.len}))
        set_problem(s, "invalid UTF-8");
    else if (s->record.count != s->cell_count)
        set_problem(s, "it has more or fewer cells than the header");
    else
        return take_cells(s);
    return TN_OK;
}

/* --- scans */

static void give_back(csv_scan *s, void *block, size_t size)
{
    if (block != NULL)
        tn_resize(s->memory, block, size, 0);
}

static void csv_scan_close(tn_scan *base)
{
    csv_scan *s = (csv_scan *)base;
    if (s == NULL)
        return;
    size_t cells = (size_t)s->cell_count + 1;
    tn_input_close(&s->in);
    tn_csv_free(&s->record);
    tn_arena_free(&s->arena);
    give_back(s, s->targets, cells * sizeof(*s->targets));
    give_back(s, s->rest, cells * sizeof(*s->rest));
    give_back(s, s->names, cells * sizeof(*s->names));
    give_back(s, s->undeclared, cells * sizeof(*s->undeclared));
    give_back(s, s->values,
              ((size_t)s->request->column_count + 1) * sizeof(*s->values));
    tn_resize(s->memory, s, sizeof(*s), 0);
}

static uint32_t find_requested(const tn_scan_request *request, tn_str name)
{
    for (uint32_t i = 0; i < request->column_count; i++)
        if (tn_str_equal(request->columns[i].name, name))
            return i;
    return TN_NONE;
}

/* What becomes of each cell. The names are the store's, which outlives the scan. */
static void map_cells(csv_scan *s, const csv_store *store)
{
    for (uint32_t i = 0; i < s->cell_count; i++) {
        uint32_t column = find_requested(s->request, store->names[i]);
        if (column != TN_NONE && s->request->columns[column].is_wanted)
            s->targets[s->target_count++] = (csv_cell){i, column};
        if (column == TN_NONE && s->request->wants_undeclared) {
            s->names[s->rest_count] = store->names[i];
            s->rest[s->rest_count] = (csv_cell){i, s->rest_count};
            s->rest_count++;
        }
    }
}

static tn_status prepare(csv_scan *s, csv_store *store, tn_buf *why)
{
    TN_TRY(peek(store, s->request->object, why));
    s->cell_count = store->name_count;
    s->next_line = 1 + store->header_lines;
    size_t cells = (size_t)s->cell_count + 1;
    size_t columns = (size_t)s->request->column_count + 1;
    s->targets = tn_resize(s->memory, NULL, 0, cells * sizeof(*s->targets));
    s->rest = tn_resize(s->memory, NULL, 0, cells * sizeof(*s->rest));
    s->names = tn_resize(s->memory, NULL, 0, cells * sizeof(*s->names));
    s->undeclared = tn_resize(s->memory, NULL, 0, cells * sizeof(*s->undeclared));
    s->values = tn_resize(s->memory, NULL, 0, columns * sizeof(*s->values));
    if (s->targets == NULL || s->rest == NULL || s->names == NULL ||
        s->undeclared == NULL || s->values == NULL)
        return TN_NOMEM;
    set_problem(s, NULL); /* all values null */
    map_cells(s, store);
    TN_TRY(tn_file_store_take(&store->files, s->request->object, &s->in, why));
    const tn_store_part *part = s->request->part;
    if (part == NULL)
        return TN_OK;
    bool is_numbered = part->lines != TN_LINES_UNKNOWN;
    if (part->from > 0)
        s->next_line = 1 + (is_numbered ? part->lines : 0);
    s->ends_guessed = !is_numbered && part->until != UINT64_MAX;
    return tn_input_restrict(&s->in, part->from, part->until, why);
}

static tn_status csv_scan_open(tn_store *base, const tn_scan_request *request,
                               tn_scan **out, tn_buf *why)
{
    csv_store *store = (csv_store *)base;
    const tn_allocator *memory = store->files.memory;
    csv_scan *s = tn_resize(memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    *s = (csv_scan){.base = {base->ops},
                    .memory = memory,
                    .request = request,
                    .in = TN_INPUT_NONE,
                    .record = {.memory = memory}};
    tn_arena_init(&s->arena, memory);
    tn_status status = prepare(s, store, why);
    if (status != TN_OK) {
        csv_scan_close(&s->base);
        return status;
    }
    s->row.values = s->values;
    s->row.undeclared = s->undeclared;
    *out = &s->base;
    return TN_OK;
}

static tn_str csv_undeclared_name(const tn_scan *base, uint32_t number)
{
    return ((const csv_scan *)base)->names[number];
}

/* --- the store */

static tn_status csv_open(const tn_store_config *config, tn_store **out, tn_buf *why)
{
    csv_store *store = tn_resize(config->memory, NULL, 0, sizeof(*store));
    if (store == NULL)
        return TN_NOMEM;
    *store = (csv_store){.record = {.memory = config->memory}};
    tn_status status =
        tn_file_store_init(&store->files, &tn_csv_ops, ".csv", config, why);
    if (status != TN_OK) {
        tn_resize(config->memory, store, sizeof(*store), 0);
        return status;
    }
    *out = &store->files.base;
    return TN_OK;
}

static void csv_close(tn_store *base)
{
    csv_store *store = (csv_store *)base;
    if (store == NULL)
        return;
    const tn_allocator *memory = store->files.memory;
    tn_csv_free(&store->record);
    tn_file_store_free(&store->files);
    tn_resize(memory, store, sizeof(*store), 0);
}

static tn_status csv_heading(tn_store *base, tn_str object, tn_arena *arena,
                             tn_str *out, tn_buf *why)
{
    csv_store *store = (csv_store *)base;
    TN_TRY(peek(store, object, why));
    *out = tn_arena_copy(arena, store->header);
    return out->data == NULL ? TN_NOMEM : TN_OK;
}

static tn_status csv_split(tn_store *base, tn_str object, const tn_store_cut *cut,
                           tn_store_parts *out, tn_buf *why)
{
    (void)why;
    return tn_file_store_split((tn_file_store *)base, object, cut, true, out);
}

const tn_store_ops tn_csv_ops = {
    .version = TN_STORE_OPS_VERSION,
    .capabilities = TN_STORE_FILE | TN_STORE_COLUMNS | TN_STORE_TEXT,
    .kind = "csv",
    .help = "a file or pipe of CSV with a header, read only",
    .open = csv_open,
    .close = csv_close,
    .list = tn_file_store_list,
    .describe = csv_describe,
    .scan = csv_scan_open,
    .next = csv_next,
    .undeclared_name = csv_undeclared_name,
    .scan_close = csv_scan_close,
    .split = csv_split,
    .heading = csv_heading,
    .lines = tn_file_store_lines,
};
