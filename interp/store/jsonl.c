/* Whole lines are taken from the input in pieces of about a quarter of a megabyte, each
 * indexed at once; then one line after the other is read by its tokens. Where a piece
 * has a fault that the index finds, every line of it is indexed alone, so that the
 * fault is its line's alone. */
#include "interp/store/jsonl.h"
#include "interp/store/file_store.h"
#include "interp/store/json_index.h"
#include "interp/store/json_read.h"
#include "interp/store/names.h"

#include <string.h>

static const char not_json[] = "not valid JSON";
static const char repeated[] = "it names a declared field twice";

typedef struct jsonl_scan {
    tn_scan base;
    const tn_allocator *memory;
    const tn_scan_request *request;
    tn_input in;
    tn_json_index *index;
    tn_names names;
    uint64_t *seen_at; /* for each number the last line that had it */
    uint32_t seen_capacity;
    tn_arena arena; /* of one row */

    const char *piece; /* whole lines, in the input's buffer */
    size_t piece_len;
    size_t at; /* of the next line in the piece */
    bool is_indexed;
    size_t next_escape; /* the first backslash not before the line */
    bool skips_line;    /* the rest of a line that was too long */
    bool has_long_line; /* such a line, not yet reported */
    const uint32_t *token;
    uint64_t line;

    tn_value *values;
    uint32_t *undeclared;
    uint32_t undeclared_capacity;
    tn_store_row row;
} jsonl_scan;

/* --- pieces */

/* The number of bytes up to and with the last line end. */
static size_t whole_lines(const char *data, size_t len)
{
    while (len > 0 && data[len - 1] != '\n')
        len--;
    return len;
}

/* Finds the first backslash at or after byte `from` of the piece. */
static void find_escape(jsonl_scan *s, size_t from)
{
    const char *found = NULL;
    if (s->piece_len > from)
        found = memchr(s->piece + from, '\\', s->piece_len - from);
    s->next_escape = found == NULL ? SIZE_MAX : (size_t)(found - s->piece);
}

static void take_piece(jsonl_scan *s, size_t len)
{
    s->piece = s->in.data + s->in.at;
    s->piece_len = len;
    s->at = 0;
    s->in.at += len;
    tn_json_fault fault = tn_json_index_run(s->index, s->piece, len);
    s->is_indexed = fault == TN_JSON_FINE;
    s->token = tn_json_index_tokens(s->index);
    find_escape(s, 0);
}

/* Drops what is there of a line that is too long; true once its end was found. */
static bool drop_line(jsonl_scan *s)
{
    const char *start = s->in.data + s->in.at;
    const char *end = memchr(start, '\n', s->in.end - s->in.at);
    s->in.at = end == NULL ? s->in.end : (size_t)(end + 1 - s->in.data);
    return end != NULL;
}

/* The next piece; an empty one at the end of the input, and for a line that is too
 * long. */
static tn_status next_piece(jsonl_scan *s, tn_buf *why)
{
    size_t looked_at = 0; /* no line ends in so many bytes */
    for (;;) {
        if (s->skips_line && drop_line(s))
            s->skips_line = false;
        const char *start = s->in.data + s->in.at;
        size_t waiting = s->in.end - s->in.at;
        size_t len = whole_lines(start + looked_at, waiting - looked_at);
        if (len > 0 || s->in.is_at_end) {
            take_piece(s, len > 0 ? looked_at + len : waiting);
            return TN_OK;
        }
        if (tn_input_is_too_long(&s->in)) {
            s->skips_line = true;
            s->has_long_line = true;
            s->in.at = s->in.end;
            take_piece(s, 0);
            return TN_OK;
        }
        looked_at = waiting;
        TN_TRY(tn_input_fill(&s->in, why));
    }
}

/* --- one row */

static bool grow(const tn_allocator *memory, void **block, uint32_t *capacity,
                 uint32_t needed, size_t size)
{
    if (needed <= *capacity)
        return true;
    uint32_t wanted = needed < 32 ? 32 : 2 * needed;
    void *grown = tn_resize(memory, *block, *capacity * size, wanted * size);
    if (grown == NULL)
        return false;
    memset((char *)grown + *capacity * size, 0, (wanted - *capacity) * size);
    *block = grown;
    *capacity = wanted;
    return true;
}

static bool fail(tn_json_reader *r, const char *problem)
{
    r->problem = problem;
    return false;
}

/* Notes an undeclared name of this line, once; false when there is no memory. */
static bool note_undeclared(jsonl_scan *s, uint32_t number)
{
    if (!grow(s->memory, (void **)&s->seen_at, &s->seen_capacity, number + 1,
              sizeof(*s->seen_at)))
        return false;
    if (s->seen_at[number] == s->line || !s->request->wants_undeclared)
        return true;
    s->seen_at[number] = s->line;
    uint32_t count = s->row.undeclared_count;
    if (!grow(s->memory, (void **)&s->undeclared, &s->undeclared_capacity, count + 1,
              sizeof(*s->undeclared)))
        return false;
    s->undeclared[count] = number - s->names.declared_count;
    s->row.undeclared = s->undeclared;
    s->row.undeclared_count++;
    return true;
}

/* The name that comes next, and its colon. */
static inline bool read_name(tn_json_reader *r, tn_str *name)
{
    uint32_t start = *r->token;
    uint32_t colon = r->token[1];
    if (r->has_escapes) {
        if (!tn_json_read_string(r, name))
            return false;
        return tn_json_take(r, ':') || fail(r, not_json);
    }
    if (colon >= r->limit || r->text[start] != '"' || r->text[colon] != ':')
        return fail(r, not_json);
    *name = (tn_str){r->text + start + 1, tn_json_token_end(r) - start - 2};
    r->token += 2;
    return true;
}

/* Skips the value that comes next: mostly a string, of which nothing more has to be
 * looked at when there is no escape in it. */
static inline bool skip_value(tn_json_reader *r)
{
    if (!r->has_escapes && tn_json_take(r, '"'))
        return true;
    return tn_json_read_value(r, NULL);
}

static bool read_members(jsonl_scan *s, tn_json_reader *r, bool *is_repeated)
{
    const tn_scan_column *columns = s->request->columns;
    uint32_t declared = s->names.declared_count;
    tn_str name;
    for (uint32_t position = 0;; position++) {
        if (!read_name(r, &name))
            return false;
        uint32_t number = tn_names_at(&s->names, position, name);
        bool is_wanted = false;
        if (number < declared) {
            /* and go on where it is repeated: what follows may not even be JSON */
            *is_repeated |= s->seen_at[number] == s->line;
            s->seen_at[number] = s->line;
            is_wanted = columns[number].is_wanted;
        } else if (number == TN_NONE || !note_undeclared(s, number)) {
            return fail(r, NULL);
        }
        if (is_wanted ? !tn_json_read_value(r, &s->values[number]) : !skip_value(r))
            return false;
        if (!tn_json_take(r, ','))
            return true;
    }
}

static bool read_braced(jsonl_scan *s, tn_json_reader *r)
{
    bool is_repeated = false;
    if (!tn_json_take(r, '}')) {
        if (!read_members(s, r, &is_repeated))
            return false;
        if (!tn_json_take(r, '}'))
            return fail(r, not_json);
    }
    if (!tn_json_is_at_end(r))
        return fail(r, not_json);
    return is_repeated ? fail(r, repeated) : true;
}

/* Reads the object of a line; false with a problem, or without one: out of memory. */
static bool read_object(jsonl_scan *s, tn_json_reader *r)
{
    if (tn_json_take(r, '{'))
        return read_braced(s, r);
    if (!tn_json_read_value(r, NULL))
        return false;
    return fail(r, tn_json_is_at_end(r) ? "not a JSON object" : not_json);
}

static void clear_values(jsonl_scan *s)
{
    for (uint32_t i = 0; i < s->request->column_count; i++)
        s->values[i].kind = TN_KIND_NULL;
}

static void clear_unseen(jsonl_scan *s)
{
    for (uint32_t i = 0; i < s->request->column_count; i++)
        if (s->seen_at[i] != s->line)
            s->values[i].kind = TN_KIND_NULL;
}

static const char *fault_text(tn_json_fault fault)
{
    switch (fault) {
    case TN_JSON_BAD_UTF8: return "invalid UTF-8";
    case TN_JSON_TOO_LONG: return "a line too long to be a record";
    case TN_JSON_BAD_STRING:
    case TN_JSON_FINE:
    case TN_JSON_NO_MEMORY: break;
    }
    return not_json;
}

static void set_problem(jsonl_scan *s, const char *problem)
{
    clear_values(s);
    s->row.problem = problem;
    s->row.undeclared_count = 0;
}

/* Reads the line from `start` to `end` of the piece into the row. */
static tn_status read_line(jsonl_scan *s, size_t start, size_t end)
{
    tn_json_reader r = {.text = s->piece,
                        .token = s->token,
                        .limit = (uint32_t)end,
                        .arena = &s->arena};
    s->row.number = s->line;
    s->row.problem = NULL;
    s->row.undeclared_count = 0;
    if (!s->is_indexed) {
        tn_json_fault fault =
            tn_json_index_run(s->index, s->piece + start, end - start);
        if (fault == TN_JSON_NO_MEMORY)
            return TN_NOMEM;
        r.text = s->piece + start;
        r.limit = (uint32_t)(end - start);
        r.token = tn_json_index_tokens(s->index);
        if (fault != TN_JSON_FINE) {
            set_problem(s, fault_text(fault));
            return TN_OK;
        }
    }
    if (s->next_escape < start)
        find_escape(s, start);
    r.has_escapes = s->next_escape < end;
    bool good = read_object(s, &r);
    if (!good && r.problem == NULL)
        return TN_NOMEM;
    if (good)
        clear_unseen(s);
    else
        set_problem(s, r.problem);
    s->token = r.token;
    return TN_OK;
}

static bool is_blank(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    return true;
}

/* Sets *start and *end to the next line of the piece that is not blank; false when it
 * has no more. */
static bool next_line(jsonl_scan *s, size_t *start, size_t *end)
{
    while (s->at < s->piece_len) {
        const char *line = s->piece + s->at;
        const char *stop = memchr(line, '\n', s->piece_len - s->at);
        *start = s->at;
        *end = stop == NULL ? s->piece_len : (size_t)(stop - s->piece);
        s->at = *end + 1;
        s->line++;
        if (*line == '{' || !is_blank(line, *end - *start))
            return true;
    }
    return false;
}

static tn_status jsonl_next(tn_scan *base, tn_store_rows *out, tn_buf *why)
{
    jsonl_scan *s = (jsonl_scan *)base;
    size_t start;
    size_t end;
    *out = (tn_store_rows){&s->row, 1, false};
    if (s->arena.block != NULL)
        tn_arena_reset(&s->arena);
    while (!next_line(s, &start, &end)) {
        TN_TRY(next_piece(s, why));
        if (s->has_long_line) {
            s->has_long_line = false;
            s->row.number = ++s->line;
            set_problem(s, fault_text(TN_JSON_TOO_LONG));
            return TN_OK;
        }
        if (s->piece_len == 0) {
            out->count = 0;
            return TN_OK;
        }
    }
    if (s->is_indexed)
        while (*s->token < start)
            s->token++;
    out->may_wait = s->at >= s->piece_len;
    return read_line(s, start, end);
}

/* --- the store */

static void jsonl_scan_close(tn_scan *base)
{
    jsonl_scan *s = (jsonl_scan *)base;
    if (s == NULL)
        return;
    const tn_allocator *memory = s->memory;
    tn_input_close(&s->in);
    tn_json_index_free(s->index);
    tn_names_free(&s->names);
    tn_arena_free(&s->arena);
    tn_resize(memory, s->seen_at, s->seen_capacity * sizeof(*s->seen_at), 0);
    tn_resize(memory, s->undeclared, s->undeclared_capacity * sizeof(*s->undeclared),
              0);
    if (s->values != NULL)
        tn_resize(memory, s->values,
                  (s->request->column_count + 1) * sizeof(*s->values), 0);
    tn_resize(memory, s, sizeof(*s), 0);
}

static tn_status prepare(jsonl_scan *s, tn_file_store *store, tn_buf *why)
{
    uint32_t count = s->request->column_count;
    s->index = tn_json_index_new();
    s->values = tn_resize(s->memory, NULL, 0, (count + 1) * sizeof(*s->values));
    if (s->index == NULL || s->values == NULL ||
        !grow(s->memory, (void **)&s->seen_at, &s->seen_capacity, count + 1,
              sizeof(*s->seen_at)) ||
        !grow(s->memory, (void **)&s->undeclared, &s->undeclared_capacity, 1,
              sizeof(*s->undeclared)))
        return TN_NOMEM;
    clear_values(s);
    TN_TRY(tn_names_init(&s->names, s->request, s->memory));
    TN_TRY(tn_file_store_take(store, s->request->object, &s->in, why));
    return tn_input_skip_mark(&s->in, why);
}

static tn_status jsonl_scan_open(tn_store *base, const tn_scan_request *request,
                                 tn_scan **out, tn_buf *why)
{
    tn_file_store *store = (tn_file_store *)base;
    jsonl_scan *s = tn_resize(store->memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    *s = (jsonl_scan){.base = {base->ops},
                      .memory = store->memory,
                      .request = request,
                      .in = TN_INPUT_NONE};
    tn_arena_init(&s->arena, store->memory);
    tn_status status = prepare(s, store, why);
    if (status != TN_OK) {
        jsonl_scan_close(&s->base);
        return status;
    }
    s->row.values = s->values;
    *out = &s->base;
    return TN_OK;
}

static tn_status jsonl_open(const tn_store_config *config, tn_store **out, tn_buf *why)
{
    tn_file_store *store = tn_resize(config->memory, NULL, 0, sizeof(*store));
    if (store == NULL)
        return TN_NOMEM;
    tn_status status = tn_file_store_init(store, &tn_jsonl_ops, ".jsonl", config, why);
    if (status != TN_OK) {
        tn_resize(config->memory, store, sizeof(*store), 0);
        return status;
    }
    *out = &store->base;
    return TN_OK;
}

static void jsonl_close(tn_store *base)
{
    tn_file_store *store = (tn_file_store *)base;
    if (store == NULL)
        return;
    const tn_allocator *memory = store->memory;
    tn_file_store_free(store);
    tn_resize(memory, store, sizeof(*store), 0);
}

static tn_status jsonl_describe(tn_store *base, tn_str object, tn_arena *arena,
                                tn_store_object *out, tn_buf *why)
{
    tn_input *in;
    (void)arena;
    *out = (tn_store_object){.noun = "file"};
    return tn_file_store_peek((tn_file_store *)base, object, &in, why);
}

static tn_str jsonl_undeclared_name(const tn_scan *base, uint32_t number)
{
    const jsonl_scan *s = (const jsonl_scan *)base;
    return s->names.names[s->names.declared_count + number];
}

const tn_store_ops tn_jsonl_ops = {
    .version = TN_STORE_OPS_VERSION,
    .capabilities = TN_STORE_FILE,
    .kind = "jsonl",
    .help = "a file or pipe of JSON Lines, read only",
    .open = jsonl_open,
    .close = jsonl_close,
    .list = tn_file_store_list,
    .describe = jsonl_describe,
    .scan = jsonl_scan_open,
    .next = jsonl_next,
    .undeclared_name = jsonl_undeclared_name,
    .scan_close = jsonl_scan_close,
};
