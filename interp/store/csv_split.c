#include "interp/store/csv_split.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#else
#define EACH_BYTE UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)
#endif

enum { BLOCK = TN_CSV_PADDING };

typedef struct splitter {
    tn_csv_record *record;
    const char *at;
    const char *end;
    bool has_quotes;
    bool is_last;
    const char *block; /* BLOCK bytes, at or before `at`, */
    uint64_t specials; /* and what is in them */
} splitter;

void tn_csv_free(tn_csv_record *record)
{
    tn_resize(record->memory, record->cells, record->capacity * sizeof(tn_csv_cell), 0);
    *record = (tn_csv_record){.memory = record->memory};
}

/* The commas, line ends and quotes of BLOCK bytes, a bit each from the lowest on. Sets
 * *is_high where a byte is no ASCII. */
#ifdef __SSE2__
static inline uint64_t find_specials(const char *at, bool *is_high)
{
    const __m128i comma = _mm_set1_epi8(',');
    const __m128i line_end = _mm_set1_epi8('\n');
    const __m128i quote = _mm_set1_epi8('"');
    __m128i all = _mm_setzero_si128();
    uint64_t specials = 0;
    for (int i = 0; i < BLOCK; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + i));
        __m128i found = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, comma), _mm_cmpeq_epi8(bytes, line_end)),
            _mm_cmpeq_epi8(bytes, quote));
        specials |= (uint64_t)(uint32_t)_mm_movemask_epi8(found) << i;
        all = _mm_or_si128(all, bytes);
    }
    *is_high |= _mm_movemask_epi8(all) != 0;
    return specials;
}
#else
/* The high bit of each byte of `word` that is `byte`. */
static uint64_t equal_bytes(uint64_t word, char byte)
{
    word ^= EACH_BYTE * (unsigned char)byte;
    return ~(((word & ~HIGH_BITS) + ~HIGH_BITS) | word | ~HIGH_BITS);
}

static uint64_t find_specials(const char *at, bool *is_high)
{
    uint64_t specials = 0;
    for (int i = 0; i < BLOCK; i += 8) {
        uint64_t word;
        memcpy(&word, at + i, sizeof(word));
        *is_high |= (word & HIGH_BITS) != 0;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        uint64_t found =
            equal_bytes(word, ',') | equal_bytes(word, '\n') | equal_bytes(word, '"');
        /* the eight high bits side by side */
        specials |= ((found >> 7) * UINT64_C(0x0102040810204080)) >> 56 << i;
    }
    return specials;
}
#endif

/* The first comma, line end or quote from `at` on, or the end. */
static const char *find_special(splitter *s, const char *at)
{
    for (;;) {
        size_t into = (size_t)(at - s->block);
        uint64_t rest = into < BLOCK ? s->specials >> into : 0;
        if (rest != 0) {
            at += __builtin_ctzll(rest);
            return at < s->end ? at : s->end;
        }
        if (into < BLOCK)
            at = s->block + BLOCK;
        if (at >= s->end)
            return s->end;
        s->block = at;
        bool is_high = false;
        s->specials = find_specials(at, &is_high);
    }
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
    const char *stop = find_special(s, start);
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

/* Ends the record at a line end. */
static void end_plain(tn_csv_record *r, const char *start, const char *line_end)
{
    tn_csv_cell *last = &r->cells[r->count - 1];
    if (last->text.len > 0 && line_end[-1] == '\r')
        last->text.len--;
    r->len = (size_t)(line_end + 1 - start);
    r->lines = 1;
}

/* Most records have no quotes, end in the text, and have no more cells than others;
 * false: this one is not known to. */
static bool split_plain(tn_csv_record *r, tn_str text)
{
    const char *end = text.data + text.len;
    const char *start = text.data;
    tn_csv_cell *cell = r->cells;
    const tn_csv_cell *limit = r->cells + r->capacity;
    bool is_high = false;
    for (const char *block = start; block < end; block += BLOCK) {
        uint64_t specials = find_specials(block, &is_high);
        for (; specials != 0; specials &= specials - 1) {
            const char *at = block + __builtin_ctzll(specials);
            if (at >= end || cell == limit || *at == '"')
                return false;
            *cell++ = (tn_csv_cell){{start, (size_t)(at - start)}, false};
            start = at + 1;
            if (*at != '\n')
                continue;
            r->count = (uint32_t)(cell - r->cells);
            r->is_ascii = !is_high;
            end_plain(r, text.data, at);
            return true;
        }
    }
    return false;
}

bool tn_csv_split(tn_csv_record *record, tn_str text, bool is_last)
{
    bool is_high = false;
    record->is_malformed = false;
    if (split_plain(record, text))
        return true;
    splitter s = {.record = record,
                  .at = text.data,
                  .end = text.data + text.len,
                  .is_last = is_last,
                  .block = text.data,
                  .specials = find_specials(text.data, &is_high)};
    record->count = 0;
    record->is_ascii = false;
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
