#include "interp/tools/finding_help.h"

tn_str tn_finding_section(const char *code)
{
    tn_str text = tn_str_from(tn_findings_text), name = tn_str_from(code);
    for (;;) {
        size_t at = tn_str_find(text, TN_STR("\n## "));
        if (at == SIZE_MAX)
            return TN_STR("");
        text = tn_str_slice(text, at + 4, SIZE_MAX);
        if (tn_str_starts(text, name) && text.len > name.len + 2 &&
            text.data[name.len] == '\n')
            break;
    }
    text = tn_str_slice(text, name.len + 2, SIZE_MAX);
    size_t end = tn_str_find(text, TN_STR("\n## "));
    return tn_str_slice(text, 0, end == SIZE_MAX ? text.len : end);
}

static tn_str trimmed(tn_str text)
{
    while (text.len > 0 && text.data[text.len - 1] == '\n')
        text.len--;
    return text;
}

tn_str tn_finding_meaning(const char *code)
{
    tn_str text = tn_finding_section(code);
    size_t end = tn_str_find(text, TN_STR("\nWrong:\n"));
    return trimmed(tn_str_slice(text, 0, end == SIZE_MAX ? text.len : end));
}

/* The lines of a section; fences go, what is between them is indented. */
static void put_section(tn_buf *out, tn_str text)
{
    bool in_example = false, after_fence = false;
    while (text.len > 0) {
        size_t len = tn_str_find(text, TN_STR("\n"));
        tn_str line = tn_str_slice(text, 0, len == SIZE_MAX ? text.len : len);
        text = tn_str_slice(text, len == SIZE_MAX ? text.len : len + 1, SIZE_MAX);
        if (tn_str_starts(line, TN_STR("```"))) {
            in_example = !in_example;
            after_fence = in_example;
            continue;
        }
        if (in_example || line.len > 0 || !after_fence) {
            tn_buf_put_text(out, in_example && line.len > 0 ? "    " : "");
            tn_buf_put(out, line);
            tn_buf_put_char(out, '\n');
        }
        after_fence = false;
    }
}

void tn_finding_help_put(tn_buf *out, tn_finding finding)
{
    const char *code = tn_finding_code(finding);
    tn_buf_put_format(out, "%s: %s\n", code, tn_finding_title(finding));
    tn_str section = trimmed(tn_finding_section(code));
    if (section.len == 0)
        return;
    tn_buf_put_char(out, '\n');
    put_section(out, section);
}
