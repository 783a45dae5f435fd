/* printer: lines, columns and comments, while ast_print.c and its parts print a tree.
 *
 * Elements (declarations, clauses, fields, ...) stand on lines of their own. Comments
 * wait in the order of the text and are put out where their place comes: before an
 * element on lines of their own, behind it when they stood on its line or inside it.
 *
 * Owns: nothing. Fails: by the buffer. Threads: one at a time. */
#ifndef TN_SYNTAX_PRINTER_H
#define TN_SYNTAX_PRINTER_H

#include "interp/base/buf.h"
#include "interp/syntax/ast.h"
#include "interp/syntax/source.h"

/* Policies are prose for half: lines are a little longer than those of programs. */
enum { TN_PRINT_COLUMNS = 100, TN_PRINT_INDENT = 4 };

typedef struct tn_printer {
    tn_buf *out;
    const tn_sources *sources;
    tn_str text; /* the source */
    const tn_file *file;
    size_t next_comment; /* the first that is not printed yet */
    uint32_t last_end;   /* where the element printed last ends in the source */
    size_t indent;       /* of the block, in columns */
    size_t line_start;   /* where the current line begins in `out` */
    bool flat;           /* one line, only to see whether it fits */
    bool forced;         /* ... and a comment inside says that it must not */
    bool block_starts;   /* no blank line here: nothing stands in the block yet */
} tn_printer;

/* --- text */

void tn_print(tn_printer *p, const char *text);
void tn_print_str(tn_printer *p, tn_str text);
/* A literal or name as it is written in the source. */
void tn_print_slice(tn_printer *p, tn_span at);
void tn_print_blanks(tn_printer *p, size_t count);

size_t tn_print_column(const tn_printer *p);
/* In an attempt that no longer fits, there is no need to go on. */
bool tn_print_is_over(const tn_printer *p);

/* A part that is printed on one line if it fits there, else broken. A comment before
 * `last_break`, where the last line of the broken form would begin, breaks it too.
 * `print` is called once or twice. */
typedef void tn_print_part(tn_printer *p, const void *node, bool broken);
void tn_print_fitting(tn_printer *p, tn_print_part *print, const void *node,
                      uint32_t last_break);

/* Does a comment wait that stands before `offset`? */
bool tn_print_has_comment(const tn_printer *p, uint32_t offset);

/* Goes on in the next line, `more` columns further in than the block, with what stands
 * at `offset`; comments before that stay at the end of this line. Where one line is
 * tried, it is only a blank. */
void tn_print_break(tn_printer *p, size_t more, uint32_t offset);

/* --- elements */

/* Begins the line of the element that stands at `start`: comments before it, a blank
 * line where there was one, or where `set_off` asks for it. */
void tn_print_begin(tn_printer *p, uint32_t start, bool set_off);
/* Ends it: comments on its line or inside it. */
void tn_print_end(tn_printer *p, uint32_t end);

/* The comments behind the last element. */
void tn_print_rest(tn_printer *p);

/* "{", and what is inside one step further in. `first` is where the first element
 * stands; `end` is the end of the block, where it has none. */
void tn_print_open(tn_printer *p, uint32_t first, uint32_t end);
/* "}" of the block that ends at `end`. */
void tn_print_close(tn_printer *p, uint32_t end);

/* Is there an empty line somewhere between offset `from`, where an element ends, and
 * `start`, where the next one begins? */
bool tn_print_is_set_off(const tn_printer *p, uint32_t from, uint32_t start);

/* Columns of `text` on one line. */
size_t tn_print_width(tn_str text);

#endif
