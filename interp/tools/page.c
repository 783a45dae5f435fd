#include "interp/tools/page.h"

static void put(tn_page *page, const char *text)
{
    tn_buf_put_text(page->out, text);
}

static bool is_html(const tn_page *page)
{
    return page->format == TN_PAGE_HTML;
}

/* --- text */

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (unsigned char)c >= 0x80;
}

static void put_html_char(tn_page *page, char c)
{
    switch (c) {
    case '&': put(page, "&amp;"); return;
    case '<': put(page, "&lt;"); return;
    case '>': put(page, "&gt;"); return;
    case '"': put(page, "&quot;"); return;
    case '\'': put(page, "&#39;"); return;
    default: tn_buf_put_char(page->out, c); return;
    }
}

/* An underscore between letters is itself; all else that CommonMark or its tables read
 * as markup has a backslash. */
static bool is_markup(tn_str text, size_t at)
{
    static const char always[] = "\\`*[]<>|~&#";
    char c = text.data[at];
    for (size_t i = 0; always[i] != '\0'; i++)
        if (c == always[i])
            return true;
    if (c == '_')
        return at == 0 || at + 1 == text.len || !is_word(text.data[at - 1]) ||
               !is_word(text.data[at + 1]);
    if (at > 0)
        return (c == '.' || c == ')') && at < 10 && text.data[0] >= '0' &&
               text.data[0] <= '9' && text.data[at - 1] >= '0' &&
               text.data[at - 1] <= '9' && at + 1 < text.len &&
               is_blank(text.data[at + 1]);
    return c == '-' || c == '+' || c == '=';
}

/* How many bytes of an address stand at the front: to a blank, a quote or a bracket,
 * without what closes a sentence. */
static size_t address_length(tn_str text)
{
    if (!tn_str_starts(text, TN_STR("https://")) &&
        !tn_str_starts(text, TN_STR("http://")))
        return 0;
    size_t len = 0;
    while (len < text.len && !is_blank(text.data[len]) && text.data[len] != '"' &&
           text.data[len] != '<' && text.data[len] != '>' && text.data[len] != ')' &&
           text.data[len] != '`' && text.data[len] != '|' && text.data[len] != '\\')
        len++;
    while (len > 0 && (text.data[len - 1] == '.' || text.data[len - 1] == ',' ||
                       text.data[len - 1] == ';' || text.data[len - 1] == ':'))
        len--;
    return len;
}

static void put_escaped(tn_page *page, tn_str text)
{
    for (size_t i = 0; i < text.len; i++)
        put_html_char(page, text.data[i]);
}

static void put_link(tn_page *page, tn_str address)
{
    if (!is_html(page)) {
        put(page, "<");
        tn_buf_put(page->out, address);
        put(page, ">");
        return;
    }
    put(page, "<a href=\"");
    put_escaped(page, address);
    put(page, "\">");
    put_escaped(page, address);
    put(page, "</a>");
}

/* Runs of blanks, line ends among them, are one blank; none at either end. */
static void put_text(tn_page *page, tn_str text)
{
    while (text.len > 0 && is_blank(text.data[0]))
        text = tn_str_slice(text, 1, SIZE_MAX);
    while (text.len > 0 && is_blank(text.data[text.len - 1]))
        text.len--;
    for (size_t i = 0; i < text.len;) {
        size_t link = address_length(tn_str_slice(text, i, SIZE_MAX));
        if (link > 0) {
            put_link(page, tn_str_slice(text, i, link));
            i += link;
        } else if (is_blank(text.data[i])) {
            put(page, " ");
            while (i < text.len && is_blank(text.data[i]))
                i++;
        } else {
            if (is_html(page)) {
                put_html_char(page, text.data[i]);
            } else {
                put(page, is_markup(text, i) ? "\\" : "");
                tn_buf_put_char(page->out, text.data[i]);
            }
            i++;
        }
    }
}

static void put_between(tn_page *page, const char *before, tn_str text,
                        const char *after)
{
    put(page, before);
    put_text(page, text);
    put(page, after);
}

/* An identifier of HTML has no blanks. */
static void put_id(tn_page *page, tn_str id)
{
    for (size_t i = 0; i < id.len; i++)
        put_html_char(page, is_blank(id.data[i]) ? '_' : id.data[i]);
}

/* --- the page */

static const char style[] =
    ":root{color-scheme:light dark}\n"
    "body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;"
    "max-width:64rem;margin:0 auto;padding:1rem}\n"
    "a{color:#003e7e;overflow-wrap:anywhere}\n"
    "h1,h2,h3,h4{line-height:1.25;margin:2rem 0 .5rem}\n"
    "h1{margin-top:0}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "caption{text-align:left;font-weight:600;padding:.5rem 0}\n"
    "th,td{border:1px solid #767676;padding:.3rem .6rem;text-align:left;"
    "vertical-align:top}\n"
    "thead th{background:#ececec}\n"
    "tbody th{font-weight:600}\n"
    ".wide{overflow-x:auto}\n"
    ".note{color:#4a4a4a;font-size:.925em}\n"
    "li .note{display:block}\n"
    "@media (prefers-color-scheme:dark){body{color:#ececec;background:#121212}"
    "a{color:#9cc4ff}thead th{background:#2b2b2b}.note{color:#c4c4c4}}\n"
    "@media (max-width:45rem){h1{font-size:1.6rem}h2{font-size:1.35rem}"
    "table{font-size:.9rem}th,td{padding:.2rem .4rem}}\n"
    "@media print{body{color:#000;background:#fff;max-width:none;padding:0;"
    "font-size:10pt}a{color:inherit}thead th{background:none}.note{color:#333}"
    "nav{display:none}.wide{overflow:visible}table{font-size:9pt}"
    "h1,h2,h3,h4,caption,thead{break-after:avoid}tr,li{break-inside:avoid}}\n";

void tn_page_begin(tn_page *page, tn_str title)
{
    page->columns = page->cells = 0;
    if (!is_html(page)) {
        put_between(page, "# ", title, "\n");
        return;
    }
    put(page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    put_between(page, "<title>", title, "</title>\n<style>\n");
    put(page, style);
    put_between(page, "</style>\n</head>\n<body>\n<main>\n<h1>", title, "</h1>\n");
}

void tn_page_end(tn_page *page)
{
    if (is_html(page))
        put(page, "</main>\n</body>\n</html>\n");
}

void tn_page_contents_begin(tn_page *page)
{
    if (is_html(page))
        put(page, "<nav aria-label=\"Contents\">\n<ul>\n");
}

void tn_page_contents_item(tn_page *page, tn_str text, tn_str id)
{
    if (!is_html(page))
        return;
    put(page, "<li><a href=\"#");
    put_id(page, id);
    put_between(page, "\">", text, "</a></li>\n");
}

void tn_page_contents_end(tn_page *page)
{
    if (is_html(page))
        put(page, "</ul>\n</nav>\n");
}

/* --- blocks */

void tn_page_heading(tn_page *page, unsigned level, tn_str text, tn_str id)
{
    if (!is_html(page)) {
        put(page, "\n");
        tn_buf_put_repeated(page->out, '#', level);
        put_between(page, " ", text, "\n");
        return;
    }
    tn_buf_put_format(page->out, "<h%u", level);
    if (id.len > 0) {
        put(page, " id=\"");
        put_id(page, id);
        put(page, "\"");
    }
    put_between(page, ">", text, "");
    tn_buf_put_format(page->out, "</h%u>\n", level);
}

void tn_page_paragraph(tn_page *page, tn_str text)
{
    if (is_html(page))
        put_between(page, "<p>", text, "</p>\n");
    else
        put_between(page, "\n", text, "\n");
}

void tn_page_note(tn_page *page, tn_str text)
{
    if (text.len == 0)
        return;
    if (is_html(page))
        put_between(page, "<p class=\"note\">", text, "</p>\n");
    else
        put_between(page, "\n> ", text, "\n");
}

void tn_page_list_begin(tn_page *page)
{
    put(page, is_html(page) ? "<ul>\n" : "\n");
}

void tn_page_list_item(tn_page *page, tn_str text, tn_str note)
{
    put_between(page, is_html(page) ? "<li>" : "- ", text, "");
    if (note.len > 0 && is_html(page))
        put_between(page, " <span class=\"note\">", note, "</span>");
    else if (note.len > 0)
        put_between(page, "\n\n  > ", note, "");
    put(page, is_html(page) ? "</li>\n" : "\n");
}

void tn_page_list_end(tn_page *page)
{
    if (is_html(page))
        put(page, "</ul>\n");
}

/* --- tables */

void tn_page_table_begin(tn_page *page, tn_str caption, const char *const *heads,
                         uint32_t columns)
{
    page->columns = columns;
    page->cells = 0;
    if (is_html(page)) {
        put_between(page,
                    "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"",
                    caption, "\">\n");
        put_between(page, "<table>\n<caption>", caption, "</caption>\n<thead>\n<tr>");
        for (uint32_t i = 0; i < columns; i++)
            put_between(page, "<th scope=\"col\">", tn_str_from(heads[i]), "</th>");
        put(page, "</tr>\n</thead>\n<tbody>\n");
        return;
    }
    put_between(page, "\n", caption, "\n\n|");
    for (uint32_t i = 0; i < columns; i++)
        put_between(page, " ", tn_str_from(heads[i]), " |");
    put(page, "\n|");
    for (uint32_t i = 0; i < columns; i++)
        put(page, " --- |");
    put(page, "\n");
}

void tn_page_cell(tn_page *page, tn_str text)
{
    bool first = page->cells == 0;
    page->cells = page->cells + 1 == page->columns ? 0 : page->cells + 1;
    bool last = page->cells == 0;
    if (!is_html(page)) {
        put_between(page, first ? "| " : " ", text, last ? " |\n" : " |");
        return;
    }
    put_between(page, first ? "<tr><th scope=\"row\">" : "<td>", text,
                first ? "</th>" : "</td>");
    if (last)
        put(page, "</tr>\n");
}

void tn_page_table_end(tn_page *page)
{
    if (is_html(page))
        put(page, "</tbody>\n</table>\n</div>\n");
}
