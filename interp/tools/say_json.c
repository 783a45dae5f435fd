/* say_json: the sentences for programs. */
#include "interp/tools/say.h"

static void put_place(tn_buf *out, const tn_model *model, tn_span at)
{
    tn_buf place;
    const tn_source *source = &model->sources->list[at.file];
    tn_position position = tn_source_position(source, at.start);
    tn_buf_init(&place, out->memory);
    tn_buf_put(&place, source->name);
    tn_buf_put_format(&place, ":%u:%u", position.line, position.column);
    tn_buf_put_json(out, tn_buf_view(&place));
    out->failed |= place.failed;
    tn_buf_free(&place);
}

/* A line as a text without its indentation and its end; null where there is none. */
static void put_line(tn_buf *out, const tn_buf *line)
{
    tn_str text = tn_buf_view(line);
    size_t start = 0;
    while (start < text.len && text.data[start] == ' ')
        start++;
    text = tn_str_slice(text, start, SIZE_MAX);
    if (text.len > 0 && text.data[text.len - 1] == '\n')
        text.len--;
    if (text.len == 0)
        tn_buf_put_text(out, "null");
    else
        tn_buf_put_json(out, text);
    out->failed |= line->failed;
}

static void put_clause(tn_buf *out, const tn_model *model, const tn_category *category,
                       uint32_t i)
{
    const tn_clause *clause = &model->clauses.rows[category->clauses.first + i];
    tn_buf line;
    tn_buf_init(&line, out->memory);
    tn_buf_put_text(out, "{\"category\":");
    tn_buf_put_json(out, category->name);
    tn_buf_put_text(out, ",\"clause\":");
    put_place(out, model, clause->at);
    tn_buf_put_text(out, ",\"sentence\":");
    tn_say_clause(&line, model, category, i);
    put_line(out, &line);
    tn_buf_reset(&line);
    tn_buf_put_text(out, ",\"example\":");
    tn_say_dates(&line, model, category, clause);
    put_line(out, &line);
    tn_buf_put_char(out, '}');
    tn_buf_free(&line);
}

void tn_say_module_json(tn_buf *out, const tn_model *model, uint32_t number)
{
    for (uint32_t i = 0; i < model->categories.count; i++) {
        const tn_category *category = &model->categories.rows[i];
        for (uint32_t k = 0; category->module == number && k < category->clauses.count;
             k++) {
            tn_buf_put_text(out, out->len > 0 ? ",\n" : "[\n");
            put_clause(out, model, category, k);
        }
    }
}
