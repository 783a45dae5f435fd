/* json_read: JSON values from the tokens of json_index.
 *
 * All of RFC 8259's grammar is checked, in what is skipped too, so that whether a text
 * is a record does not depend on which of its fields somebody wants. Integers are read
 * exactly (int64, else uint64), other numbers as doubles; a number too large for a
 * double, and an object that has a name twice, are unreadable values.
 *
 * Owns: nothing; texts without escapes view the text, all else lies in the arena.
 * Fails: by false, with `problem` (NULL: out of memory). Threads: one at a time. */
#ifndef TN_STORE_JSON_READ_H
#define TN_STORE_JSON_READ_H

#include "interp/base/arena.h"
#include "interp/record/value.h"

/* Deeper is refused: no record is, and the stack is finite. */
enum { TN_JSON_DEPTH_MAX = 100 };

typedef struct tn_json_reader {
    const char *text;
    const uint32_t *token; /* the next one */
    uint32_t limit;        /* where the text ends, for this reader */
    bool has_escapes;      /* there may be a backslash in it */
    tn_arena *arena;
    const char *problem; /* static, completes "it is ..." */
} tn_json_reader;

static inline bool tn_json_is_at_end(const tn_json_reader *reader)
{
    return *reader->token >= reader->limit;
}

/* Is the next token this byte? */
static inline bool tn_json_is_at(const tn_json_reader *reader, char c)
{
    return !tn_json_is_at_end(reader) && reader->text[*reader->token] == c;
}

/* Takes the next token where it is this byte. */
static inline bool tn_json_take(tn_json_reader *reader, char c)
{
    bool is_there = tn_json_is_at(reader, c);
    reader->token += is_there;
    return is_there;
}

/* Where the next token ends, trailing white space left out. It must not be the end. */
static inline uint32_t tn_json_token_end(const tn_json_reader *reader)
{
    uint32_t end = reader->token[1] < reader->limit ? reader->token[1] : reader->limit;
    while (end > *reader->token &&
           (reader->text[end - 1] == ' ' || reader->text[end - 1] == '\n' ||
            reader->text[end - 1] == '\t' || reader->text[end - 1] == '\r'))
        end--;
    return end;
}

/* The string that comes next; false where none does. `out` NULL: only checked. */
TN_MUST_USE bool tn_json_read_string(tn_json_reader *reader, tn_str *out);

/* The value that comes next. `out` NULL: only checked. */
TN_MUST_USE bool tn_json_read_value(tn_json_reader *reader, tn_value *out);

#endif
