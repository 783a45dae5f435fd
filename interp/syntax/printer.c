#include "interp/syntax/printer.h"
#include "interp/base/utf8.h"

#include <string.h>

/* --- text */

void tn_print_str(tn_printer *p, tn_str text)
{
    tn_buf_put(p->out, text);
    for (size_t i = text.len; i > 0 && !p->out->failed; i--) {
        if (text.data[i - 1] == '\n') {
            p->line_start = p->out->len - (text.len - i);
            break;
        }
    }
}

void tn_print(tn_printer *p, const char *text)
{
    tn_buf_put_text(p->out, text);
}

void tn_print_slice(tn_printer *p, tn_span at)
{
    tn_print_str(p, tn_source_slice(p->sources, at));
}

void tn_print_blanks(tn_printer *p, size_t count)
{
    tn_buf_put_repeated(p->out, ' ', count);
}

size_t tn_print_width(tn_str text)
{
    return tn_utf8_count(text);
}

size_t tn_print_column(const tn_printer *p)
{
    if (p->out->failed)
        return 0;
    return tn_print_width(tn_str_slice(tn_buf_view(p->out), p->line_start, SIZE_MAX));
}

bool tn_print_is_over(const tn_printer *p)
{
    return p->flat && !p->out->failed &&
           p->out->len - p->line_start > TN_PRINT_COLUMNS &&
           tn_print_column(p) > TN_PRINT_COLUMNS;
}

bool tn_print_has_comment(const tn_printer *p, uint32_t offset)
{
    return p->next_comment < p->file->comment_count &&
           p->file->comments[p->next_comment].at.start < offset;
}

void tn_print_fitting(tn_printer *p, tn_print_part *print, const void *node,
                      uint32_t last_break)
{
    bool forced = tn_print_has_comment(p, last_break);
    if (p->flat) {
        p->forced |= forced;
        if (!p->forced && !tn_print_is_over(p))
            print(p, node, false);
        return;
    }
    if (!forced) {
        size_t len = p->out->len, line_start = p->line_start;
        p->flat = true;
        p->forced = false;
        print(p, node, false);
        bool fits = !p->forced && p->line_start == line_start && !tn_print_is_over(p);
        p->flat = false;
        if (fits || p->out->failed)
            return;
        p->out->len = len;
        p->line_start = line_start;
    }
    print(p, node, true);
}

/* --- comments */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\n';
}

/* The line feeds in the blanks before `offset`. */
static size_t feeds_before(const tn_printer *p, uint32_t offset)
{
    size_t feeds = 0;
    while (offset > 0 && is_blank(p->text.data[offset - 1]))
        feeds += p->text.data[--offset] == '\n';
    return feeds;
}

static bool blank_line_before(const tn_printer *p, uint32_t offset)
{
    return feeds_before(p, offset) > 1;
}

static void new_line(tn_printer *p)
{
    tn_buf_put_char(p->out, '\n');
    p->line_start = p->out->len;
}

static void put_comment(tn_printer *p, const tn_comment *comment, bool as_plain)
{
    tn_str text = tn_source_slice(p->sources, comment->at);
    if (as_plain && comment->is_doc) {
        tn_print(p, "//");
        text = tn_str_slice(text, 3, SIZE_MAX);
    }
    tn_print_str(p, text);
}

/* Nothing that a person nests goes further in than this. */
enum { DEEPEST_COLUMN = 60 };

static void put_indent(tn_printer *p, size_t more)
{
    size_t columns = p->indent + more;
    tn_print_blanks(p, columns < DEEPEST_COLUMN ? columns : DEEPEST_COLUMN);
}

/* Puts the comments before `offset` at the end of the line, and below it the ones that
 * find no room there, `more` columns further in than the block. */
static void trail(tn_printer *p, uint32_t offset, size_t more)
{
    bool first = true;
    while (tn_print_has_comment(p, offset)) {
        const tn_comment *comment = &p->file->comments[p->next_comment++];
        if (first) {
            tn_print(p, "  ");
        } else {
            new_line(p);
            put_indent(p, more);
        }
        put_comment(p, comment, !first);
        first = false;
    }
}

void tn_print_break(tn_printer *p, size_t more, uint32_t offset)
{
    if (p->flat) {
        tn_print(p, " ");
        return;
    }
    trail(p, offset, more);
    new_line(p);
    put_indent(p, more);
}

static void own_line(tn_printer *p, const tn_comment *comment, bool as_plain)
{
    if (!p->block_starts && blank_line_before(p, comment->at.start))
        new_line(p);
    tn_print_blanks(p, p->indent);
    put_comment(p, comment, as_plain);
    new_line(p);
    p->block_starts = false;
}

/* The comments from next_comment up to `start`, of which those from `attached` on are
 * the doc comment of what stands there. Other /// that would come to stand right before
 * it, from `stray` on, lose a slash. */
typedef struct leading {
    size_t end;
    size_t attached;
    size_t stray;
} leading;

static bool only_blanks(const tn_printer *p, uint32_t from, uint32_t to)
{
    while (from < to && is_blank(p->text.data[from]))
        from++;
    return from >= to;
}

static leading leading_comments(const tn_printer *p, uint32_t start)
{
    const tn_comment *comments = p->file->comments;
    leading found = {.end = p->next_comment};
    while (found.end < p->file->comment_count && comments[found.end].at.start < start)
        found.end++;
    found.attached = found.end;
    uint32_t before = start;
    while (found.attached > p->next_comment) {
        const tn_comment *comment = &comments[found.attached - 1];
        if (!comment->is_doc || comment->trailing ||
            !only_blanks(p, comment->at.end, before))
            break;
        before = comment->at.start;
        found.attached--;
    }
    found.stray = found.attached;
    while (found.stray > p->next_comment && comments[found.stray - 1].is_doc)
        found.stray--;
    return found;
}

/* The first comment that begins at `offset` or behind it. */
static size_t find_comment(const tn_printer *p, uint32_t offset)
{
    size_t low = 0, high = p->file->comment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->file->comments[middle].at.start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool tn_print_is_set_off(const tn_printer *p, uint32_t from, uint32_t start)
{
    size_t i = find_comment(p, from);
    if (i < p->next_comment)
        i = p->next_comment;
    for (; i < p->file->comment_count && p->file->comments[i].at.start < start; i++)
        if (blank_line_before(p, p->file->comments[i].at.start))
            return true;
    return blank_line_before(p, start);
}

/* --- elements */

void tn_print_begin(tn_printer *p, uint32_t start, bool set_off)
{
    leading comments = leading_comments(p, start);
    if (set_off && !p->block_starts && !tn_print_is_set_off(p, p->last_end, start))
        new_line(p);
    while (p->next_comment < comments.end) {
        size_t i = p->next_comment++;
        own_line(p, &p->file->comments[i],
                 i >= comments.stray && i < comments.attached);
    }
    if (!p->block_starts && blank_line_before(p, start))
        new_line(p);
    p->block_starts = false;
    tn_print_blanks(p, p->indent);
}

/* Where the line ends on which `offset` is. */
static uint32_t line_end(const tn_printer *p, uint32_t offset)
{
    const char *feed = memchr(p->text.data + offset, '\n', p->text.len - offset);
    return feed == NULL ? (uint32_t)p->text.len : (uint32_t)(feed - p->text.data);
}

void tn_print_end(tn_printer *p, uint32_t end)
{
    uint32_t limit = end;
    if (tn_print_has_comment(p, UINT32_MAX)) {
        const tn_comment *comment = &p->file->comments[p->next_comment];
        /* one on this line goes with it, if nothing else stands between */
        if (comment->at.start >= end && comment->at.start < line_end(p, end) &&
            only_blanks(p, end, comment->at.start))
            limit = comment->at.start + 1;
    }
    trail(p, limit, 0);
    new_line(p);
    p->last_end = end;
}

void tn_print_rest(tn_printer *p)
{
    while (tn_print_has_comment(p, UINT32_MAX))
        own_line(p, &p->file->comments[p->next_comment++], false);
}

void tn_print_open(tn_printer *p, uint32_t first, uint32_t end)
{
    tn_print(p, "{");
    uint32_t limit = first == TN_NONE ? end : first;
    bool has_comment =
        tn_print_has_comment(p, limit) && p->file->comments[p->next_comment].trailing;
    if (has_comment) {
        tn_print(p, "  ");
        put_comment(p, &p->file->comments[p->next_comment++], false);
    }
    p->indent += TN_PRINT_INDENT;
    p->block_starts = true;
    if (has_comment || first != TN_NONE || tn_print_has_comment(p, end))
        new_line(p);
}

void tn_print_close(tn_printer *p, uint32_t end)
{
    while (tn_print_has_comment(p, end))
        own_line(p, &p->file->comments[p->next_comment++], false);
    p->indent -= TN_PRINT_INDENT;
    p->block_starts = false;
    if (p->line_start == p->out->len)
        tn_print_blanks(p, p->indent);
    tn_print(p, "}");
}
