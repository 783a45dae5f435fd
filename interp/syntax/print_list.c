#include "interp/syntax/print_parts.h"

/* --- cells */

/* Prints a cell, to see how wide it is, and takes it back. */
static size_t cell_width(tn_printer *p, const tn_print_kind *kind, const void *node,
                         size_t cell)
{
    size_t len = p->out->len, line_start = p->line_start;
    bool flat = p->flat, forced = p->forced;
    p->flat = true;
    p->line_start = len;
    kind->cell(p, node, cell);
    size_t width = tn_print_column(p);
    p->flat = flat;
    p->forced = forced;
    p->line_start = line_start;
    if (!p->out->failed)
        p->out->len = len;
    return width;
}

static void measure(tn_printer *p, const tn_print_kind *kind, const void *node,
                    tn_print_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        size_t width = cell_width(p, kind, node, i);
        bool is_last = i + 1 == columns->count;
        size_t *widest = is_last ? &columns->last_width : &columns->widths[i];
        if (width > *widest)
            *widest = width;
    }
}

static bool fits(const tn_printer *p, const tn_print_columns *columns)
{
    size_t width = p->indent + columns->last_width;
    for (size_t i = 0; i + 1 < columns->count; i++)
        width += columns->widths[i] == 0 ? 0 : columns->widths[i] + 1;
    return width <= TN_PRINT_COLUMNS;
}

/* Prints the cells, each padded to its column when something follows. */
static void print_row(tn_printer *p, const tn_print_kind *kind, const void *node,
                      const tn_print_columns *columns)
{
    size_t owed = 0; /* blanks, once there is something to follow them */
    for (size_t i = 0; i < columns->count; i++) {
        size_t len = p->out->len, before = owed;
        tn_print_blanks(p, owed);
        size_t start = p->out->len;
        kind->cell(p, node, i);
        if (p->out->failed)
            return;
        size_t column_width = columns->widths[i];
        if (p->out->len == start) { /* empty: the column is left blank */
            p->out->len = len;
            owed = before + (column_width == 0 ? 0 : column_width + 1);
            continue;
        }
        tn_str cell = tn_str_slice(tn_buf_view(p->out), start, SIZE_MAX);
        size_t width =
            p->line_start > start ? tn_print_column(p) : tn_print_width(cell);
        owed = (column_width > width ? column_width - width : 0) + 1;
    }
}

/* The first cells on one line, the last one on the next. */
static void print_broken_row(tn_printer *p, const tn_print_kind *kind, const void *node,
                             const tn_print_columns *columns)
{
    for (size_t i = 0; i + 1 < columns->count; i++) {
        if (i > 0)
            tn_print(p, " ");
        kind->cell(p, node, i);
    }
    tn_print_break(p, TN_PRINT_INDENT, kind->at(node).start);
    kind->cell(p, node, columns->count - 1);
}

/* --- runs */

/* The columns of the run that begins with `first`; what comes behind it in *end. */
static tn_print_columns measure_run(tn_printer *p, const tn_print_kind *kind,
                                    const void *first, const void **end)
{
    tn_print_columns columns = {.count = 0};
    int run = kind->run == NULL ? 0 : kind->run(first, &columns.count);
    const void *node = first;
    if (run == 0) {
        columns.count = 0;
        *end = kind->next(first);
        return columns;
    }
    for (;;) {
        measure(p, kind, node, &columns);
        const void *next = kind->next(node);
        size_t count;
        *end = next;
        if (next == NULL || kind->run(next, &count) != run ||
            tn_print_is_set_off(p, kind->at(node).end, kind->at(next).start))
            return columns;
        node = next;
    }
}

static void print_element(tn_printer *p, const tn_print_kind *kind, const void *node,
                          const tn_print_columns *columns)
{
    if (columns->count == 0)
        kind->print(p, node);
    else if (kind->breaks != NULL && kind->breaks(node) && !fits(p, columns))
        print_broken_row(p, kind, node, columns);
    else
        print_row(p, kind, node, columns);
}

void tn_print_list(tn_printer *p, const tn_print_kind *kind, const void *first)
{
    bool was_block = false;
    for (const void *node = first; node != NULL;) {
        const void *end;
        tn_print_columns columns = measure_run(p, kind, node, &end);
        for (; node != end; node = kind->next(node)) {
            bool is_block = kind->is_block != NULL && kind->is_block(node);
            tn_print_begin(p, kind->at(node).start, is_block || was_block);
            print_element(p, kind, node, &columns);
            tn_print_end(p, kind->at(node).end);
            was_block = is_block;
        }
    }
}

void tn_print_block(tn_printer *p, const tn_print_kind *kind, const void *first,
                    uint32_t end)
{
    tn_print_open(p, first == NULL ? TN_NONE : kind->at(first).start, end);
    tn_print_list(p, kind, first);
    tn_print_close(p, end);
}
