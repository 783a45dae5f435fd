#include "interp/tools/sarif.h"
#include "interp/tools/finding_help.h"

static const char *level_of(tn_severity severity)
{
    switch (severity) {
    case TN_ERROR: return "error";
    case TN_WARNING: return "warning";
    case TN_NOTE: return "note";
    }
    return "none";
}

/* --- rules */

/* For each finding the number of its rule; TN_NONE: it is not found. */
typedef struct rules {
    uint32_t number[TN_FINDING_COUNT];
    uint32_t count;
} rules;

static void put_text(tn_buf *out, const char *name, tn_str text)
{
    tn_buf_put_format(out, "\"%s\":{\"text\":", name);
    tn_buf_put_json(out, text);
    tn_buf_put_char(out, '}');
}

static void put_rule(tn_buf *out, const tn_diag *diag)
{
    const char *code = tn_finding_code(diag->finding);
    tn_str meaning = tn_finding_meaning(code);
    tn_buf_put_format(out, "{\"id\":\"%s\",", code);
    put_text(out, "shortDescription", tn_str_from(tn_finding_title(diag->finding)));
    if (meaning.len > 0) {
        tn_buf_put_char(out, ',');
        put_text(out, "fullDescription", meaning);
        tn_buf_put_text(out, ",\"help\":{\"text\":");
        tn_buf_put_json(out, meaning);
        tn_buf_put_text(out, ",\"markdown\":");
        tn_buf_put_json(out, tn_finding_section(code));
        tn_buf_put_char(out, '}');
    }
    tn_buf_put_format(out, ",\"defaultConfiguration\":{\"level\":\"%s\"}}",
                      level_of(diag->severity));
}

static void put_rules(tn_buf *out, const tn_diags *diags, rules *r)
{
    for (uint32_t i = 0; i < TN_FINDING_COUNT; i++)
        r->number[i] = TN_NONE;
    for (size_t i = 0; i < diags->count; i++) {
        uint32_t *number = &r->number[diags->list[i].finding];
        if (*number != TN_NONE)
            continue;
        tn_buf_put_text(out, r->count > 0 ? "," : "");
        put_rule(out, &diags->list[i]);
        *number = r->count++;
    }
}

/* --- results */

/* RFC 3986: what a path may hold, and else %XX. */
static void put_uri(tn_buf *out, tn_str path)
{
    static const char hex[] = "0123456789ABCDEF";
    bool is_absolute = path.len > 0 && path.data[0] == '/';
    tn_buf_put_text(out, is_absolute ? "\"file://" : "\"");
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '/' || c == '-' || c == '.' ||
                     c == '_' || c == '~';
        if (plain) {
            tn_buf_put_char(out, (char)c);
            continue;
        }
        tn_buf_put_char(out, '%');
        tn_buf_put_char(out, hex[c >> 4]);
        tn_buf_put_char(out, hex[c & 15]);
    }
    tn_buf_put_char(out, '"');
}

static void put_location(tn_buf *out, const tn_sources *sources, tn_span at)
{
    const tn_source *source = &sources->list[at.file];
    tn_position start = tn_source_position(source, at.start);
    tn_position end = tn_source_position(source, at.end);
    tn_buf_put_text(out, "\"physicalLocation\":{\"artifactLocation\":{\"uri\":");
    put_uri(out, source->name);
    tn_buf_put_format(
        out,
        "},\"region\":{\"startLine\":%u,\"startColumn\":%u,\"endLine\":%u,"
        "\"endColumn\":%u}}",
        start.line, start.column, end.line, end.column);
}

static bool is_somewhere(const tn_sources *sources, tn_span at)
{
    return at.file != TN_NONE && at.file < sources->count;
}

static void put_message(tn_buf *out, const tn_diag *diag)
{
    tn_buf text;
    tn_buf_init(&text, out->memory);
    tn_buf_put(&text, diag->message);
    if (diag->help.len > 0) {
        tn_buf_put_text(&text, ". Help: ");
        tn_buf_put(&text, diag->help);
    }
    put_text(out, "message", tn_buf_view(&text));
    out->failed |= text.failed;
    tn_buf_free(&text);
}

static void put_result(tn_buf *out, const tn_sources *sources, const tn_diag *diag,
                       const rules *r)
{
    tn_buf_put_format(out, "{\"ruleId\":\"%s\",\"ruleIndex\":%u,\"level\":\"%s\",",
                      tn_finding_code(diag->finding), r->number[diag->finding],
                      level_of(diag->severity));
    put_message(out, diag);
    tn_buf_put_text(out, ",\"locations\":[");
    if (is_somewhere(sources, diag->at)) {
        tn_buf_put_char(out, '{');
        put_location(out, sources, diag->at);
        tn_buf_put_char(out, '}');
    }
    tn_buf_put_char(out, ']');
    if (is_somewhere(sources, diag->other)) {
        tn_buf_put_text(out, ",\"relatedLocations\":[{\"id\":1,");
        put_location(out, sources, diag->other);
        tn_buf_put_char(out, ',');
        put_text(out, "message", diag->other_message);
        tn_buf_put_text(out, "}]");
    }
    tn_buf_put_char(out, '}');
}

void tn_sarif_put(tn_buf *out, const tn_sources *sources, const tn_diags *diags)
{
    rules r = {.count = 0};
    tn_buf_put_text(
        out,
        "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
        "schemas/sarif-schema-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":"
        "{\"driver\":{\"name\":\"tenure\",\"version\":\"" TENURE_VERSION
        "\",\"rules\":[");
    put_rules(out, diags, &r);
    tn_buf_put_text(out, "]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[");
    for (size_t i = 0; i < diags->count; i++) {
        tn_buf_put_text(out, i > 0 ? ",\n" : "\n");
        put_result(out, sources, &diags->list[i], &r);
    }
    tn_buf_put_text(out, "\n]}]}\n");
}
