/* The record of processing activities: GDPR Art. 30(1), letter by letter, as far as a
 * policy says it; what it does not say is shown as missing. */
#include "interp/tools/doc.h"
#include "interp/tools/doc_write.h"

/* What a letter asks for, by the words that sections are called by. */
typedef struct asked {
    const char *what;
    const char *words[6];
} asked;

static const asked of_module[] = {
    {"(a) Controller, representative, data protection officer",
     {"controller", "representative", "officer", "operator", NULL}},
    {"(d) Recipients", {"recipient", "processor", "shar", "third_part", NULL}},
    {"(e) Transfers to third countries", {"transfer", "region", NULL}},
    {"(g) Security measures", {"security", "measures", "secrecy", "access", NULL}},
};

static bool answers(const asked *question, tn_str section)
{
    for (size_t i = 0; question->words[i] != NULL; i++)
        if (tn_str_find(section, tn_str_from(question->words[i])) != SIZE_MAX)
            return true;
    return false;
}

static void put_answer(tn_doc_writer *w, const tn_section *section)
{
    if (w->text.len > 0)
        tn_buf_put_char(&w->text, ' ');
    tn_doc_words(&w->text, section->name);
    if (section->text.data == NULL) {
        tn_buf_put_text(&w->text, ": as specified in ");
        tn_doc_module(&w->text, w->model, section->specified_in);
        tn_buf_put_char(&w->text, '.');
    } else {
        tn_buf_put_text(&w->text, ": ");
        tn_buf_put(&w->text, section->text);
    }
}

static void put_or_missing(tn_doc_writer *w)
{
    if (w->text.len == 0)
        tn_buf_put_text(&w->text, "The policy does not say.");
    tn_page_cell(&w->page, tn_doc_phrase(w));
}

static void put_module_letters(tn_doc_writer *w, const tn_module *module)
{
    static const char *const heads[] = {"Art. 30(1)", "What the policy says"};
    tn_page_table_begin(&w->page, TN_STR("Of all categories"), heads, TN_COUNT(heads));
    for (size_t i = 0; i < TN_COUNT(of_module); i++) {
        tn_page_cell(&w->page, tn_str_from(of_module[i].what));
        for (uint32_t k = 0; k < module->sections.count; k++) {
            const tn_section *section =
                &w->model->sections.rows[module->sections.first + k];
            if (answers(&of_module[i], section->name))
                put_answer(w, section);
        }
        put_or_missing(w);
    }
    tn_page_table_end(&w->page);
}

static void put_letter(tn_doc_writer *w, const tn_category *category, const char *what,
                       tn_aspect aspect)
{
    tn_page_cell(&w->page, tn_str_from(what));
    tn_doc_aspect(&w->text, w->model, category, aspect);
    put_or_missing(w);
}

static void put_category(tn_doc_writer *w, const tn_category *category)
{
    static const char *const heads[] = {"Art. 30(1)", "What the policy says"};
    tn_str title = tn_doc_title(category->title, category->name);
    tn_page_heading(&w->page, w->level + 1, title, category->name);
    tn_buf_put_text(&w->text, "Record of ");
    tn_buf_put(&w->text, title);
    tn_page_table_begin(&w->page, tn_doc_phrase(w), heads, TN_COUNT(heads));
    put_letter(w, category, "(b) Purposes", TN_ASPECT_PURPOSE);
    put_letter(w, category, "(c) Data subjects", TN_ASPECT_OF);
    tn_page_cell(&w->page, TN_STR("(c) Personal data"));
    tn_doc_fields(&w->text, w->model, category);
    if (category->special)
        tn_buf_put_text(&w->text, ". Special categories are among it (Art. 9)");
    put_or_missing(w);
    tn_page_cell(&w->page, TN_STR("(f) Time limits for erasure"));
    tn_doc_retention(&w->text, w->model, category);
    put_or_missing(w);
    put_letter(w, category, "Legal basis", TN_ASPECT_BASIS);
    put_letter(w, category, "Stored in", TN_ASPECT_STORED);
    tn_page_table_end(&w->page);
}

static void put_module(tn_doc_writer *w, uint32_t number)
{
    const tn_module *module = &w->model->modules.rows[number];
    bool any = false;
    for (uint32_t i = 0; i < w->model->categories.count; i++) {
        const tn_category *category = &w->model->categories.rows[i];
        if (category->module != number || !category->personal)
            continue;
        if (!any) {
            tn_page_heading(&w->page, w->level,
                            tn_doc_title(module->title, module->name), module->name);
            put_module_letters(w, module);
        }
        any = true;
        put_category(w, category);
    }
}

tn_status tn_doc_put_article_30(tn_buf *out, const tn_doc *doc)
{
    tn_doc_writer w;
    tn_doc_writer_begin(&w, out, doc);
    w.level = 2;
    tn_page_begin(&w.page, TN_STR("Record of processing activities"));
    tn_page_paragraph(&w.page, TN_STR("GDPR Art. 30(1), by category of personal data. "
                                      "Legal basis and stores are given as well; the "
                                      "article does not ask for them."));
    for (uint32_t i = 0; i < doc->module_count; i++)
        put_module(&w, doc->modules[i]);
    tn_page_end(&w.page);
    return tn_doc_writer_end(&w);
}
