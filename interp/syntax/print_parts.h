/* print_parts: the pieces that ast_print.c puts together.
 * Owns: nothing. Fails: by the buffer. Threads: one at a time. */
#ifndef TN_SYNTAX_PRINT_PARTS_H
#define TN_SYNTAX_PRINT_PARTS_H

#include "interp/syntax/printer.h"

/* --- print_expr.c */

/* An expression, broken where it doesn't fit on the line; its broken lines stand `more`
 * columns, and a step, further in than the block. */
void tn_print_expr(tn_printer *p, const tn_expr *expr, size_t more);

/* --- print_clause.c */

void tn_print_name(tn_printer *p, tn_name name);
void tn_print_path(tn_printer *p, const tn_path *path);
/* Names with commas, broken where they don't fit. */
void tn_print_paths(tn_printer *p, const tn_path *paths);
void tn_print_period(tn_printer *p, const tn_term *terms);
void tn_print_type(tn_printer *p, const tn_type_name *type);
void tn_print_marks(tn_printer *p, const tn_mark *marks);
void tn_print_roles(tn_printer *p, const tn_role *roles);

/* All that stands in the braces of a category, with them; they end at `end`. */
void tn_print_clauses(tn_printer *p, const tn_item *items, uint32_t end);

/* --- print_list.c: lists of elements, some of which stand in columns */

enum { TN_PRINT_CELLS = 4 };

/* The columns of a run: neighbours of one kind without an empty line between. */
typedef struct tn_print_columns {
    size_t count; /* of cells; 0: no columns */
    size_t widths[TN_PRINT_CELLS];
    size_t last_width; /* the widest last cell */
} tn_print_columns;

/* What there is to know about a list's elements. */
typedef struct tn_print_kind {
    const void *(*next)(const void *node);
    tn_span (*at)(const void *node);
    /* Which elements stand in columns with each other, and how many cells they have;
     * NULL or 0: none. */
    int (*run)(const void *node, size_t *cell_count);
    /* Prints one cell, which may be empty. */
    void (*cell)(tn_printer *p, const void *node, size_t cell);
    /* Prints an element that stands in no columns; NULL: all do. */
    void (*print)(tn_printer *p, const void *node);
    /* Do empty lines set it off? NULL: none. */
    bool (*is_block)(const void *node);
    /* Are the last cells of this run put on lines of their own when one does not fit?
     * NULL: no. */
    bool (*breaks)(const void *node);
} tn_print_kind;

void tn_print_list(tn_printer *p, const tn_print_kind *kind, const void *first);

/* "{", the list, and "}", which ends at `end`. */
void tn_print_block(tn_printer *p, const tn_print_kind *kind, const void *first,
                    uint32_t end);

/* --- print_item.c: the elements of a declaration's block */

extern const tn_print_kind tn_print_entity_items_kind;
extern const tn_print_kind tn_print_rows_kind;     /* of a table */
extern const tn_print_kind tn_print_mappings_kind; /* of columns */
extern const tn_print_kind tn_print_targets_kind;  /* of a binding */
extern const tn_print_kind tn_print_test_items_kind;

/* A title or text behind a name, where there is one. */
void tn_print_text(tn_printer *p, tn_text text);

#endif
