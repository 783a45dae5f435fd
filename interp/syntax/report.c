#include "interp/syntax/report.h"
#include "interp/base/utf8.h"

/* A source line of more columns is shown in part, so much of it before the mark. */
enum { LINE_COLUMNS = 100, BEFORE_MARK_COLUMNS = 40, TAB_COLUMNS = 4 };

typedef struct style {
    const char *severity;
    const char *strong;
    const char *mark;
    const char *gutter;
    const char *plain;
} style;

static style style_of(tn_severity severity, bool color)
{
    if (!color)
        return (style){"", "", "", "", ""};
    const char *severity_color = severity == TN_ERROR     ? "\033[1;31m"
                                 : severity == TN_WARNING ? "\033[1;33m"
                                                          : "\033[1;36m";
    return (style){severity_color, "\033[1m", severity_color, "\033[34m", "\033[0m"};
}

static const char *severity_text(tn_severity severity)
{
    switch (severity) {
    case TN_ERROR: return "error";
    case TN_WARNING: return "warning";
    case TN_NOTE: return "note";
    }
    return "note";
}

/* --- columns */

static bool is_between(uint32_t code, const uint32_t (*ranges)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return true;
    return false;
}

/* The columns that a character takes on a terminal: 0 for marks that join the one
 * before, 2 for the wide ones of East Asia and for pictures (Unicode, UAX 11, roughly).
 */
static size_t columns_of(uint32_t code)
{
    static const uint32_t joined[][2] = {{0x300, 0x36F},
                                         {0x200B, 0x200F},
                                         {0x20D0, 0x20FF},
                                         {0xFE00, 0xFE0F},
                                         {0xFE20, 0xFE2F}};
    static const uint32_t wide[][2] = {
        {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},  {0xAC00, 0xD7A3},
        {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6},
        {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
    if (code < 0x300)
        return 1;
    if (is_between(code, joined, TN_COUNT(joined)))
        return 0;
    return is_between(code, wide, TN_COUNT(wide)) ? 2 : 1;
}

/* The next character of `text`, its bytes in *len. What is no UTF-8 or would move a
 * terminal's cursor is U+FFFD. */
static uint32_t next_character(tn_str text, size_t *len)
{
    uint32_t code = tn_utf8_decode(text, len);
    if (*len == 0) {
        *len = 1;
        return 0xFFFD;
    }
    bool is_control = (code < 0x20 && code != '\t') || (code >= 0x7F && code < 0xA0) ||
                      (code >= 0x202A && code <= 0x202E) ||
                      (code >= 0x2066 && code <= 0x2069);
    return is_control ? 0xFFFD : code;
}

/* Appends one character that stands in column `column`; the columns it takes. */
static size_t put_character(tn_buf *out, uint32_t code, size_t column)
{
    if (code == '\t') {
        size_t columns = TAB_COLUMNS - column % TAB_COLUMNS;
        tn_buf_put_repeated(out, ' ', columns);
        return columns;
    }
    char bytes[4];
    tn_buf_put(out, (tn_str){bytes, tn_utf8_encode(code, bytes)});
    return columns_of(code);
}

/* Text of people's making, without what would play tricks on a terminal. */
static void put_text(tn_buf *out, tn_str text)
{
    for (size_t i = 0, len; i < text.len; i += len)
        put_character(out, next_character(tn_str_slice(text, i, SIZE_MAX), &len), 0);
}

/* --- the source line */

/* A line, or the part of it that is shown, with the bytes that are marked. */
typedef struct excerpt {
    tn_str text;
    size_t mark_start;
    size_t mark_end;
    bool cut_left;
    bool cut_right;
} excerpt;

static size_t text_columns(tn_str text, size_t limit)
{
    size_t columns = 0;
    for (size_t i = 0, len; i < text.len && columns <= limit; i += len) {
        uint32_t code = next_character(tn_str_slice(text, i, SIZE_MAX), &len);
        columns += code == '\t' ? TAB_COLUMNS : columns_of(code);
    }
    return columns;
}

/* Cuts off what is far from the mark. */
static void shorten(excerpt *e)
{
    if (text_columns(e->text, LINE_COLUMNS) <= LINE_COLUMNS)
        return;
    size_t start = e->mark_start, columns = 0;
    while (start > 0 && columns < BEFORE_MARK_COLUMNS) {
        start--;
        columns += ((unsigned char)e->text.data[start] & 0xC0) != 0x80;
    }
    while (start < e->mark_start && ((unsigned char)e->text.data[start] & 0xC0) == 0x80)
        start++;
    e->text = tn_str_slice(e->text, start, SIZE_MAX);
    e->cut_left = start > 0;
    e->mark_start -= start;
    e->mark_end -= start;
    size_t end = 0;
    columns = 0;
    for (size_t len; end < e->text.len; end += len) {
        uint32_t code = next_character(tn_str_slice(e->text, end, SIZE_MAX), &len);
        columns += code == '\t' ? TAB_COLUMNS : columns_of(code);
        if (columns > LINE_COLUMNS)
            break;
    }
    e->cut_right = end < e->text.len;
    e->text.len = end;
    if (e->mark_end > end)
        e->mark_end = end;
}

static excerpt excerpt_of(const tn_source *source, tn_span at, uint32_t line)
{
    excerpt e = {.text = tn_source_line(source, line)};
    size_t start = (size_t)(e.text.data - source->text.data);
    e.mark_start = at.start > start ? at.start - start : 0;
    e.mark_end = at.end > start ? at.end - start : 0;
    if (e.mark_start > e.text.len)
        e.mark_start = e.text.len;
    if (e.mark_end > e.text.len)
        e.mark_end = e.text.len;
    shorten(&e);
    return e;
}

/* The line's text; in which column the mark starts and how wide it is. */
static void put_excerpt(tn_buf *out, const excerpt *e, size_t *start, size_t *width)
{
    size_t column = 0;
    *start = SIZE_MAX;
    *width = 0;
    if (e->cut_left) {
        tn_buf_put_text(out, "...");
        column = 3;
    }
    for (size_t i = 0, len; i < e->text.len; i += len) {
        uint32_t code = next_character(tn_str_slice(e->text, i, SIZE_MAX), &len);
        if (*start == SIZE_MAX && i >= e->mark_start)
            *start = column;
        size_t columns = put_character(out, code, column);
        if (i >= e->mark_start && i < e->mark_end)
            *width += columns;
        column += columns;
    }
    if (*start == SIZE_MAX)
        *start = column;
    if (*width == 0)
        *width = 1;
    tn_buf_put_text(out, e->cut_right ? "...\n" : "\n");
}

static size_t digits_of(uint32_t number)
{
    size_t digits = 1;
    for (; number > 9; number /= 10)
        digits++;
    return digits;
}

static void put_gutter(tn_buf *out, const style *s, uint32_t line, size_t width)
{
    tn_buf_put_text(out, s->gutter);
    if (line > 0)
        tn_buf_put_format(out, " %*lu |", (int)width, (unsigned long)line);
    else
        tn_buf_put_format(out, " %*s |", (int)width, "");
    tn_buf_put_text(out, s->plain);
}

static void put_source(tn_buf *out, const tn_source *source, tn_span at, const style *s)
{
    tn_position from = tn_source_position(source, at.start);
    tn_position to = tn_source_position(source, at.end);
    size_t width = digits_of(from.line) < 3 ? 3 : digits_of(from.line);
    excerpt e = excerpt_of(source, at, from.line);
    size_t mark_start, mark_width;
    put_gutter(out, s, 0, width);
    tn_buf_put_char(out, '\n');
    put_gutter(out, s, from.line, width);
    tn_buf_put_text(out, e.text.len == 0 ? "" : " ");
    put_excerpt(out, &e, &mark_start, &mark_width);
    put_gutter(out, s, 0, width);
    tn_buf_put_repeated(out, ' ', mark_start + 1);
    tn_buf_put_text(out, s->mark);
    tn_buf_put_repeated(out, '^', mark_width);
    tn_buf_put_text(out, s->plain);
    if (to.line > from.line)
        tn_buf_put_format(out, " (to line %lu)", (unsigned long)to.line);
    tn_buf_put_char(out, '\n');
}

/* --- one diagnostic */

static const tn_source *source_at(const tn_sources *sources, tn_span at)
{
    return at.file < sources->count ? &sources->list[at.file] : NULL;
}

static void put_place(tn_buf *out, const tn_source *source, tn_span at, const style *s)
{
    tn_buf_put_text(out, s->strong);
    if (source == NULL) {
        tn_buf_put_text(out, "tenure: ");
    } else {
        tn_position from = tn_source_position(source, at.start);
        put_text(out, source->name);
        tn_buf_put_format(out, ":%lu:%lu: ", (unsigned long)from.line,
                          (unsigned long)from.column);
    }
    tn_buf_put_text(out, s->plain);
}

static void put_other(tn_buf *out, const tn_sources *sources, const tn_diag *diag,
                      bool color)
{
    const tn_source *source = source_at(sources, diag->other);
    style s = style_of(TN_NOTE, color);
    put_place(out, source, diag->other, &s);
    tn_buf_put_format(out, "%snote%s: ", s.severity, s.plain);
    put_text(out, diag->other_message);
    tn_buf_put_char(out, '\n');
    if (source != NULL)
        put_source(out, source, diag->other, &s);
}

void tn_report_diag(tn_buf *out, const tn_sources *sources, const tn_diag *diag,
                    bool color)
{
    const tn_source *source = source_at(sources, diag->at);
    style s = style_of(diag->severity, color);
    put_place(out, source, diag->at, &s);
    tn_buf_put_format(out, "%s%s[%s]%s: ", s.severity, severity_text(diag->severity),
                      tn_finding_code(diag->finding), s.plain);
    tn_buf_put_text(out, s.strong);
    put_text(out, diag->message);
    tn_buf_put_text(out, s.plain);
    tn_buf_put_char(out, '\n');
    if (source != NULL)
        put_source(out, source, diag->at, &s);
    if (diag->help.len > 0) {
        tn_buf_put_format(out, "     %s=%s help: ", s.gutter, s.plain);
        put_text(out, diag->help);
        tn_buf_put_char(out, '\n');
    }
    if (diag->other_message.len > 0)
        put_other(out, sources, diag, color);
}

void tn_report_summary(tn_buf *out, const tn_diags *diags)
{
    size_t warnings = 0;
    for (size_t i = 0; i < diags->count; i++)
        warnings += diags->list[i].severity == TN_WARNING;
    if (diags->error_count > 0)
        tn_buf_put_format(out, "%zu error%s", diags->error_count,
                          diags->error_count == 1 ? "" : "s");
    if (warnings > 0)
        tn_buf_put_format(out, "%s%zu warning%s", diags->error_count > 0 ? ", " : "",
                          warnings, warnings == 1 ? "" : "s");
    if (diags->dropped_count > 0)
        tn_buf_put_format(out, "; %zu more are not shown", diags->dropped_count);
    if (diags->error_count + warnings > 0)
        tn_buf_put_char(out, '\n');
}

/* --- JSON */

static void put_key(tn_buf *out, const char *key)
{
    tn_buf_put_format(out, ",\"%s\":", key);
}

/* The members that say where. */
static void put_json_place(tn_buf *out, const tn_sources *sources, tn_span at)
{
    const tn_source *source = source_at(sources, at);
    tn_position from = {0, 0}, to = {0, 0};
    if (source != NULL) {
        from = tn_source_position(source, at.start);
        to = tn_source_position(source, at.end);
    }
    tn_buf_put_text(out, "\"file\":");
    if (source == NULL)
        tn_buf_put_text(out, "null");
    else
        tn_buf_put_json(out, source->name);
    put_key(out, "line");
    tn_buf_put_uint(out, from.line);
    put_key(out, "column");
    tn_buf_put_uint(out, from.column);
    put_key(out, "endLine");
    tn_buf_put_uint(out, to.line);
    put_key(out, "endColumn");
    tn_buf_put_uint(out, to.column);
}

void tn_report_diag_json(tn_buf *out, const tn_sources *sources, const tn_diag *diag)
{
    tn_buf_put_format(out, "{\"code\":\"%s\",\"severity\":\"%s\",",
                      tn_finding_code(diag->finding), severity_text(diag->severity));
    put_json_place(out, sources, diag->at);
    put_key(out, "message");
    tn_buf_put_json(out, diag->message);
    put_key(out, "help");
    if (diag->help.len > 0)
        tn_buf_put_json(out, diag->help);
    else
        tn_buf_put_text(out, "null");
    put_key(out, "related");
    tn_buf_put_char(out, '[');
    if (diag->other_message.len > 0) {
        tn_buf_put_char(out, '{');
        put_json_place(out, sources, diag->other);
        put_key(out, "message");
        tn_buf_put_json(out, diag->other_message);
        tn_buf_put_char(out, '}');
    }
    tn_buf_put_text(out, "]}");
}

void tn_report_json(tn_buf *out, const tn_sources *sources, const tn_diags *diags)
{
    tn_buf_put_char(out, '[');
    for (size_t i = 0; i < diags->count; i++) {
        tn_buf_put_text(out, i == 0 ? "\n" : ",\n");
        tn_report_diag_json(out, sources, &diags->list[i]);
    }
    tn_buf_put_text(out, diags->count == 0 ? "]\n" : "\n]\n");
}
