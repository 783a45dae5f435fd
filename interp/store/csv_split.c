#include "interp/store/csv_split.h"

#include <string.h>

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)

typedef struct splitter {
    tn_csv_record *record;
    const char *at;
    const char *end;
    bool has_quotes;
    bool is_last;
} splitter;

void tn_csv_free(tn_csv_record *record)
{
    tn_resize(record->memory, record->cells, record->capacity * sizeof(tn_csv_cell), 0);
    *record = (tn_csv_record){.memory = record->memory};
}

/* A word whose lowest set bit is in the first byte of `word` that is zero; 0: none. */
static uint64_t zero_bytes(uint64_t word)
{
    return (word - EACH_BYTE) & ~word & HIGH_BITS;
}

/* The first comma, line end or quote from `at` on, or `end`. Eight bytes a step. */
static const char *find_special(const char *at, const char *end)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (; at < end; at += 8) {
        uint64_t word;
        memcpy(&word, at, sizeof(word));
        uint64_t found = zero_bytes(word ^ (EACH_BYTE * ',')) |
                         zero_bytes(word ^ (EACH_BYTE * '\n')) |
                         zero_bytes(word ^ (EACH_BYTE * '"'));
        if (found != 0) {
            at += __builtin_ctzll(found) / 8;
            return at < end ? at : end;
        }
    }
    return end;
#else
    while (at < end && *at != ',' && *at != '\n' && *at != '"')
        at++;
    return at;
#endif
}

static void push(tn_csv_record *r, const char *start, const char *end, bool is_doubled)
{
    if (r->count == r->capacity) {
        uint32_t capacity = r->capacity == 0 ? 32 : 2 * r->capacity;
        tn_csv_cell *grown =
            tn_resize(r->memory, r->cells, r->capacity * sizeof(*r->cells),
                      capacity * sizeof(*r->cells));
        if (grown == NULL) {
            r->failed = true;
            return;
        }
        r->cells = grown;
        r->capacity = capacity;
    }
    tn_str text = {start, (size_t)(end - start)};
    r->cells[r->count++] = (tn_csv_cell){text, is_doubled};
}

/* Moves to the line's end; false when it is not there yet. */
static bool skip_line(splitter *s)
{
    const char *stop = memchr(s->at, '\n', (size_t)(s->end - s->at));
    s->at = stop == NULL ? s->end : stop;
    s->record->is_malformed = true;
    return stop != NULL || s->is_last;
}

/* A cell without quotes; stops at what ends it. */
static bool plain_cell(splitter *s)
{
    const char *start = s->at;
    const char *stop = find_special(start, s->end);
    if (stop == s->end && !s->is_last)
        return false;
    s->at = stop;
    if (stop < s->end && *stop == '"')
        return skip_line(s);
    bool is_line_end = stop == s->end || *stop == '\n';
    if (is_line_end && stop > start && stop[-1] == '\r')
        stop--;
    push(s->record, start, stop, false);
    return true;
}

/* A cell in quotes, at the opening one. */
static bool quoted_cell(splitter *s)
{
    const char *start = s->at + 1;
    const char *at = start;
    bool is_doubled = false;
    s->has_quotes = true;
    for (;;) {
        at = at < s->end ? memchr(at, '"', (size_t)(s->end - at)) : NULL;
        if (at == NULL && s->is_last) { /* left open */
            s->at = s->end;
            s->record->is_malformed = true;
            return true;
        }
        if (at == NULL || (at + 1 == s->end && !s->is_last))
            return false;
        if (at + 1 == s->end || at[1] != '"')
            break;
        is_doubled = true;
        at += 2;
    }
    push(s->record, start, at, is_doubled);
    s->at = at + 1;
    if (s->at < s->end && *s->at == '\r' && s->at + 1 == s->end && !s->is_last)
        return false;
    if (s->at < s->end && *s->at == '\r' && (s->at + 1 == s->end || s->at[1] == '\n'))
        s->at++;
    if (s->at < s->end && *s->at != ',' && *s->at != '\n')
        return skip_line(s);
    return s->at < s->end || s->is_last;
}

static uint64_t count_lines(const char *at, const char *end)
{
    uint64_t count = 0;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    return count;
}

bool tn_csv_split(tn_csv_record *record, tn_str text, bool is_last)
{
    splitter s = {record, text.data, text.data + text.len, false, is_last};
    record->count = 0;
    record->is_malformed = false;
    for (;;) {
        bool is_quoted = s.at < s.end && *s.at == '"';
        if (!(is_quoted ? quoted_cell(&s) : plain_cell(&s)))
            return false;
        if (s.at == s.end || *s.at == '\n')
            break;
        s.at++; /* the comma */
    }
    if (s.at < s.end)
        s.at++;
    record->len = (size_t)(s.at - text.data);
    record->lines = s.has_quotes ? count_lines(text.data, s.at) : 1;
    return true;
}

tn_str tn_csv_text(const tn_csv_cell *cell, tn_arena *arena)
{
    if (!cell->is_doubled)
        return cell->text;
    char *text = tn_arena_take(arena, cell->text.len);
    size_t len = 0;
    if (text == NULL)
        return (tn_str){NULL, 0};
    for (size_t i = 0; i < cell->text.len; i++) {
        text[len++] = cell->text.data[i];
        if (cell->text.data[i] == '"')
            i++;
    }
    return (tn_str){text, len};
}
