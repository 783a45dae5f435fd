/* Whole lines are taken from the input in pieces of about a quarter of a megabyte, each
 * indexed at once; then one line after the other is read by its tokens. Where a piece
 * has a fault that the index finds, every line of it is indexed alone, so that the
 * fault is its line's alone. */
#include "interp/store/jsonl.h"
#include "interp/store/file_store.h"
#include "interp/store/json_line.h"

#include <string.h>

typedef struct jsonl_scan {
    tn_scan base;
    const tn_allocator *memory;
    tn_input in;
    tn_json_row object; /* of a line */
    tn_json_line alike; /* reads most lines */

    const char *piece; /* whole lines, in the input's buffer */
    size_t piece_len;
    size_t at; /* of the next line in the piece */
    bool is_indexed;
    size_t next_escape; /* the first backslash not before the line */
    bool skips_line;    /* the rest of a line that was too long */
    bool has_long_line; /* such a line, not yet reported */
    const uint32_t *token;
    uint64_t line;
} jsonl_scan;

/* --- pieces */

/* The number of bytes up to and with the last line end. */
static size_t whole_lines(const char *data, size_t len)
{
    while (len > 0 && data[len - 1] != '\n')
        len--;
    return len;
}

static void take_piece(jsonl_scan *s, size_t len)
{
    s->piece = s->in.data + s->in.at;
    s->piece_len = len;
    s->at = 0;
    s->in.at += len;
    tn_json_fault fault = tn_json_index_run(s->object.index, s->piece, len);
    s->is_indexed = fault == TN_JSON_FINE;
    s->token = tn_json_index_tokens(s->object.index);
    s->next_escape = tn_json_line_escape(s->piece, len, 0);
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

/* Reads the line from `start` to `end` of the piece into the row. */
static tn_status read_line(jsonl_scan *s, size_t start, size_t end)
{
    s->object.row.number = s->line;
    s->object.row.raw = (tn_str){s->piece + start, end - start};
    if (!s->is_indexed)
        return tn_json_row_read_text(&s->object, s->piece + start, end - start);
    if (s->next_escape < start)
        s->next_escape = tn_json_line_escape(s->piece, s->piece_len, start);
    tn_json_reader r = {.text = s->piece,
                        .token = s->token,
                        .limit = (uint32_t)end,
                        .has_escapes = s->next_escape < end,
                        .arena = &s->object.arena};
    TN_TRY(tn_json_row_read(&s->object, &r));
    s->token = r.token;
    return TN_OK;
}

/* Reads the next line into the row, if that is easy; else nothing is changed. */
static bool read_alike(jsonl_scan *s)
{
    tn_json_place place = {s->piece, s->piece_len, s->token, s->next_escape, 0};
    if (!s->is_indexed || s->at >= s->piece_len || *s->token != s->at ||
        s->piece[s->at] != '{' || !tn_json_line_read(&s->alike, &place))
        return false;
    s->token = place.token;
    s->next_escape = place.next_escape;
    s->object.row.raw = (tn_str){s->piece + s->at, place.end - s->at};
    s->at = place.end + 1;
    s->object.row.number = ++s->line;
    return true;
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
    *out = (tn_store_rows){&s->object.row, 1, false};
    tn_json_row_reset(&s->object);
    if (read_alike(s)) {
        out->may_wait = s->at >= s->piece_len;
        return TN_OK;
    }
    while (!next_line(s, &start, &end)) {
        TN_TRY(next_piece(s, why));
        if (s->has_long_line) {
            s->has_long_line = false;
            s->object.row.number = ++s->line;
            s->object.row.raw = (tn_str){NULL, 0};
            tn_json_row_set_problem(&s->object, tn_json_fault_text(TN_JSON_TOO_LONG));
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
    tn_json_line_free(&s->alike);
    tn_json_row_free(&s->object);
    tn_resize(memory, s, sizeof(*s), 0);
}

static tn_status prepare(jsonl_scan *s, const tn_scan_request *request,
                         tn_file_store *store, tn_buf *why)
{
    TN_TRY(tn_json_row_init(&s->object, request, s->memory));
    tn_json_line_init(&s->alike, &s->object);
    TN_TRY(tn_file_store_take(store, request->object, &s->in, why));
    const tn_store_part *part = request->part;
    if (part != NULL) {
        s->line = part->lines == TN_LINES_UNKNOWN ? 0 : part->lines;
        tn_json_index_hurry(s->object.index); /* a file that is cut is large */
        TN_TRY(tn_input_restrict(&s->in, part->from, part->until, why));
        if (part->from > 0)
            return TN_OK;
    }
    return tn_input_skip_mark(&s->in, why);
}

static tn_status jsonl_scan_open(tn_store *base, const tn_scan_request *request,
                                 tn_scan **out, tn_buf *why)
{
    tn_file_store *store = (tn_file_store *)base;
    jsonl_scan *s = tn_resize(store->memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    *s =
        (jsonl_scan){.base = {base->ops}, .memory = store->memory, .in = TN_INPUT_NONE};
    tn_status status = prepare(s, request, store, why);
    if (status != TN_OK) {
        jsonl_scan_close(&s->base);
        return status;
    }
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
    return tn_json_row_undeclared_name(&((const jsonl_scan *)base)->object, number);
}

static tn_status jsonl_split(tn_store *base, tn_str object, const tn_store_cut *cut,
                             tn_store_parts *out, tn_buf *why)
{
    (void)why;
    return tn_file_store_split((tn_file_store *)base, object, cut, false, out);
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
    .split = jsonl_split,
    .lines = tn_file_store_lines,
};
