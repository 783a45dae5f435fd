/* json_line: a row from a line of JSON that is written as lines before it were.
 *
 * Most members of a stream are a name that was seen before, written as it was then, and
 * a string. Their bytes from the comma to the value are compared with those of the
 * member that came after the same one last time; then nothing of them has to be
 * looked at any more: the same bytes are the same tokens. The line's end needs no
 * search, since nothing that is passed can hold one.
 *
 * What can't be told so is left to json_row: it reads the same line again, and says
 * what is wrong with it, if anything is.
 *
 * Owns: its forms, until tn_json_line_free; borrows the row. Fails: never; it gives
 * up. Threads: one each. */
#ifndef TN_STORE_JSON_LINE_H
#define TN_STORE_JSON_LINE_H

#include "interp/store/json_row.h"

enum { TN_JSON_FORM_WORDS = 4 };

/* How a member is written, and what becomes of its value. */
typedef struct tn_json_form {
    uint64_t
        words[TN_JSON_FORM_WORDS]; /* from behind the comma or brace to the value */
    uint64_t masks[TN_JSON_FORM_WORDS];
    uint32_t len;    /* bytes; 0: it has none */
    uint32_t next;   /* the form of the member that came behind it last time; 0: none */
    uint64_t seen;   /* the line it was met in last */
    tn_value *value; /* in the row; NULL: it is not wanted */
    bool is_undeclared;
} tn_json_form;

typedef struct tn_json_line {
    tn_json_row *row;
    tn_json_form
        *forms; /* of number n at n + 1; the first one's `next` begins a line */
    uint32_t form_capacity;
    uint32_t wanted_count;
    uint64_t count; /* of lines */
} tn_json_line;

/* Where the line is. */
typedef struct tn_json_place {
    const char *text;
    size_t len;            /* of all lines */
    const uint32_t *token; /* the brace that the line starts with; then what follows */
    size_t next_escape;    /* the first backslash not before the line, or SIZE_MAX */
    size_t end;            /* set: of the line, without its line feed */
} tn_json_place;

/* The row must be initialised and stay where it is. */
void tn_json_line_init(tn_json_line *line, tn_json_row *row);
void tn_json_line_free(tn_json_line *line);

/* True: the row holds the line, which has no problem, and `place` is behind it. False:
 * it is to be read by tn_json_row_read; `place` is unchanged. */
bool tn_json_line_read(tn_json_line *line, tn_json_place *place);

/* The first backslash at or after byte `from`, or SIZE_MAX. */
size_t tn_json_line_escape(const char *text, size_t len, size_t from);

#endif
