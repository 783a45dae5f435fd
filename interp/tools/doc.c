#include "interp/tools/doc.h"

#include "interp/tools/doc_write.h"

#include "interp/calendar/period.h"
#include "interp/tools/say.h"

void tn_doc_writer_begin(tn_doc_writer *w, tn_buf *out, const tn_doc *doc)
{
    *w = (tn_doc_writer){.doc = doc,
                         .model = doc->model,
                         .page = {.out = out, .format = doc->format},
                         .level = doc->module_count > 1 ? 2 : 1};
    tn_buf_init(&w->text, out->memory);
}

tn_status tn_doc_writer_end(tn_doc_writer *w)
{
    w->page.out->failed |= w->text.failed;
    tn_buf_free(&w->text);
    return tn_buf_status(w->page.out);
}

tn_str tn_doc_phrase(tn_doc_writer *w)
{
    tn_str phrase = tn_buf_view(&w->text);
    w->text.len = 0;
    return phrase;
}

void tn_doc_place(tn_doc_writer *w, tn_span at)
{
    const tn_source *source = &w->model->sources->list[at.file];
    tn_position position = tn_source_position(source, at.start);
    tn_buf_put(&w->text, source->name);
    tn_buf_put_format(&w->text, ":%u:%u", position.line, position.column);
}

/* --- what a module says of itself */

static void put_relations(tn_doc_writer *w, tn_range references, const char *before,
                          const char *after)
{
    for (uint32_t i = 0; i < references.count; i++) {
        tn_buf_put_text(&w->text, before);
        tn_doc_module(&w->text, w->model,
                      w->model->references.rows[references.first + i]);
        tn_buf_put_text(&w->text, after);
        tn_page_paragraph(&w->page, tn_doc_phrase(w));
    }
}

static void put_clocks(tn_doc_writer *w, const tn_module *module)
{
    if (module->zone != 0 || module->whole_days) {
        tn_buf_put_text(&w->text, "Periods are counted by the clocks of ");
        tn_buf_put(&w->text, w->model->zones.rows[module->zone].name);
        tn_buf_put_text(&w->text, module->whole_days ? ", in whole days." : ".");
        tn_page_paragraph(&w->page, tn_doc_phrase(w));
    }
    if (tn_period_is_zero(module->grace))
        return;
    char grace[TN_PERIOD_TEXT_MAX];
    tn_period_format(module->grace, grace);
    tn_buf_put_format(&w->text,
                      "Where nothing else is said, what is due is deleted within %s.",
                      grace);
    tn_page_paragraph(&w->page, tn_doc_phrase(w));
}

static void put_head(tn_doc_writer *w, const tn_module *module)
{
    if (w->doc->module_count > 1)
        tn_page_heading(&w->page, w->level, tn_doc_title(module->title, module->name),
                        module->name);
    tn_buf_put_text(&w->text, "Module ");
    tn_buf_put(&w->text, module->name);
    if (module->updated.len > 0) {
        tn_buf_put_text(&w->text, ", updated ");
        tn_buf_put(&w->text, module->updated);
    }
    tn_buf_put_char(&w->text, '.');
    tn_page_paragraph(&w->page, tn_doc_phrase(w));
    if (module->external.len > 0) {
        tn_buf_put_text(&w->text, "Its text is elsewhere: ");
        tn_buf_put(&w->text, module->external);
        tn_page_paragraph(&w->page, tn_doc_phrase(w));
    }
    put_relations(w, module->parents, "It is part of ",
                  ". Where the two disagree, this document prevails.");
    put_relations(w, module->standards, "It is subject to ",
                  ". Where the two disagree, that one prevails.");
    put_clocks(w, module);
    tn_page_note(&w->page, module->doc);
}

/* --- its declarations, in the order written */

static const tn_section *find_section(const tn_model *model, uint32_t module,
                                      tn_str name)
{
    tn_range sections = model->modules.rows[module].sections;
    for (uint32_t i = 0; i < sections.count; i++)
        if (tn_str_equal(model->sections.rows[sections.first + i].name, name))
            return &model->sections.rows[sections.first + i];
    return NULL;
}

static void put_section(tn_doc_writer *w, const tn_section *section, tn_str doc)
{
    tn_doc_words(&w->text, section->name);
    tn_page_heading(&w->page, w->level + 1, tn_doc_phrase(w), TN_STR(""));
    if (section->text.data == NULL) {
        tn_buf_put_text(&w->text, "As specified in ");
        tn_doc_module(&w->text, w->model, section->specified_in);
        const tn_section *there =
            find_section(w->model, section->specified_in, section->name);
        bool is_known = there != NULL && there->text.data != NULL;
        tn_buf_put_text(&w->text, is_known ? ": " : ".");
        if (is_known)
            tn_buf_put(&w->text, there->text);
        tn_page_paragraph(&w->page, tn_doc_phrase(w));
    } else {
        tn_page_paragraph(&w->page, section->text);
    }
    tn_page_note(&w->page, doc);
}

static void put_condition(tn_doc_writer *w, const tn_condition *condition)
{
    const tn_entity *entity = &w->model->entities.rows[condition->entity];
    const tn_expr *require = condition->decl->require;
    tn_page_heading(&w->page, w->level + 1,
                    tn_doc_title(condition->title, condition->name), TN_STR(""));
    tn_buf_put_text(&w->text, "A condition on each ");
    tn_buf_put(&w->text, tn_str_last_name(entity->name));
    tn_buf_put_text(&w->text, " (");
    tn_buf_put(&w->text, tn_doc_title(entity->title, entity->name));
    tn_buf_put_text(&w->text, ")");
    if (require == NULL) {
        tn_buf_put_text(&w->text, ", which no program can check.");
    } else {
        tn_buf_put_text(&w->text, ": ");
        tn_buf_put(&w->text, tn_source_slice(w->model->sources, require->at));
        tn_buf_put_text(&w->text, ". It is checked where the facts are known, and "
                                  "changes no period.");
    }
    tn_page_paragraph(&w->page, tn_doc_phrase(w));
    tn_page_note(&w->page, condition->decl->doc);
}

static void put_entity(tn_doc_writer *w, const tn_decl *decl)
{
    tn_page_heading(&w->page, w->level + 1,
                    tn_doc_title(decl->text.text, decl->name.text), TN_STR(""));
    tn_page_note(&w->page, decl->doc);
    tn_page_list_begin(&w->page);
    for (const tn_entity_item *item = decl->entity_items; item != NULL;
         item = item->next) {
        tn_buf_put_text(&w->text, item->is_event ? "Event " : "Known of it: ");
        tn_buf_put(&w->text, item->name.text);
        if (item->label.text.len > 0) {
            tn_buf_put_text(&w->text, ": ");
            tn_buf_put(&w->text, item->label.text);
        }
        tn_page_list_item(&w->page, tn_doc_phrase(w), item->doc);
    }
    tn_page_list_end(&w->page);
}

static void put_table(tn_doc_writer *w, const tn_decl *decl)
{
    static const char *const heads[] = {"Key", "Value"};
    tn_page_heading(&w->page, w->level + 1,
                    tn_doc_title(decl->text.text, decl->name.text), TN_STR(""));
    tn_page_note(&w->page, decl->doc);
    tn_buf_put_text(&w->text, "By ");
    tn_doc_words(&w->text, decl->by.text);
    tn_page_table_begin(&w->page, tn_doc_phrase(w), heads, TN_COUNT(heads));
    for (const tn_row *row = decl->rows; row != NULL; row = row->next) {
        tn_page_cell(&w->page,
                     row->key.text.data == NULL ? TN_STR("all others") : row->key.text);
        tn_page_cell(&w->page, tn_source_slice(w->model->sources, row->value->at));
    }
    tn_page_table_end(&w->page);
}

static void put_every(tn_doc_writer *w, const tn_decl *decl)
{
    tn_page_heading(&w->page, w->level + 1,
                    TN_STR("Of every category that is subject to this"), TN_STR(""));
    tn_page_note(&w->page, decl->doc);
    tn_page_list_begin(&w->page);
    for (const tn_item *item = decl->items; item != NULL; item = item->next)
        tn_page_list_item(&w->page, tn_source_slice(w->model->sources, item->at),
                          item->doc);
    tn_page_list_end(&w->page);
}

static const tn_category *find_category(const tn_model *model, uint32_t module,
                                        const tn_decl *decl)
{
    for (uint32_t i = 0; i < model->categories.count; i++)
        if (model->categories.rows[i].module == module &&
            model->categories.rows[i].decl == decl)
            return &model->categories.rows[i];
    return NULL;
}

static const tn_condition *find_condition(const tn_model *model, const tn_decl *decl)
{
    for (uint32_t i = 0; i < model->conditions.count; i++)
        if (model->conditions.rows[i].decl == decl)
            return &model->conditions.rows[i];
    return NULL;
}

static void put_found(tn_doc_writer *w, uint32_t number, const tn_decl *decl)
{
    if (decl->kind == TN_DECL_DECLARE) {
        const tn_section *section = find_section(w->model, number, decl->name.text);
        if (section != NULL)
            put_section(w, section, decl->doc);
    } else if (decl->kind == TN_DECL_CONDITION) {
        const tn_condition *condition = find_condition(w->model, decl);
        if (condition != NULL)
            put_condition(w, condition);
    } else {
        const tn_category *category = find_category(w->model, number, decl);
        if (category != NULL)
            tn_doc_category(w, category);
    }
}

static void put_decl(tn_doc_writer *w, uint32_t module, const tn_decl *decl)
{
    switch (decl->kind) {
    case TN_DECL_DECLARE:
    case TN_DECL_CONDITION:
    case TN_DECL_CATEGORY: put_found(w, module, decl); return;
    case TN_DECL_ENTITY: put_entity(w, decl); return;
    case TN_DECL_TABLE: put_table(w, decl); return;
    case TN_DECL_EVERY: put_every(w, decl); return;
    case TN_DECL_EXTENDS:
    case TN_DECL_SUBJECT:
    case TN_DECL_IMPORT:
    case TN_DECL_UPDATED:
    case TN_DECL_ZONE:
    case TN_DECL_EXTERNAL:
    case TN_DECL_COUNT:
    case TN_DECL_GRACE:
    case TN_DECL_PURPOSE:
    case TN_DECL_BASIS:
    case TN_DECL_PERIOD:
    case TN_DECL_TEST:
    case TN_DECL_STORE:
    case TN_DECL_FACTS:
    case TN_DECL_BIND: return;
    }
}

/* --- its words: what purposes, legal bases and periods of its own are called */

/* "Purpose run: ..."; nothing for what is no word. */
static const char *word_of(const tn_decl *decl)
{
    if (decl->kind == TN_DECL_PURPOSE)
        return "Purpose ";
    if (decl->kind == TN_DECL_BASIS)
        return "Legal basis ";
    return decl->kind == TN_DECL_PERIOD ? "Period " : NULL;
}

static void put_word(tn_doc_writer *w, const tn_decl *decl)
{
    tn_buf_put_text(&w->text, word_of(decl));
    tn_buf_put(&w->text, decl->name.text);
    tn_buf_put_text(&w->text, ": ");
    tn_buf_put(&w->text, decl->text.text);
    if (decl->kind == TN_DECL_BASIS && decl->reference != NULL) {
        tn_buf_put_text(&w->text, " (a case of ");
        tn_buf_put(&w->text, decl->reference->text);
        tn_buf_put_char(&w->text, ')');
    }
    for (const tn_term *term = decl->period; term != NULL; term = term->next) {
        tn_buf_put_text(&w->text, term != decl->period      ? " + "
                                  : decl->text.text.len > 0 ? ", "
                                                            : "");
        tn_buf_put(&w->text, tn_source_slice(w->model->sources, term->at));
    }
    tn_page_list_item(&w->page, tn_doc_phrase(w), decl->doc);
}

static void put_words(tn_doc_writer *w, const tn_module *module)
{
    bool any = false;
    for (const tn_decl *decl = module->file->decls; decl != NULL; decl = decl->next) {
        if (word_of(decl) == NULL)
            continue;
        if (!any) {
            tn_page_heading(&w->page, w->level + 1,
                            TN_STR("Purposes, legal bases and periods"), TN_STR(""));
            tn_page_list_begin(&w->page);
        }
        any = true;
        put_word(w, decl);
    }
    if (any)
        tn_page_list_end(&w->page);
}

/* --- the module */

static bool is_own(const tn_module *module, const tn_decl *wanted)
{
    for (const tn_decl *decl = module->file->decls; decl != NULL; decl = decl->next)
        if (decl == wanted)
            return true;
    return false;
}

static void put_module(tn_doc_writer *w, uint32_t number)
{
    const tn_module *module = &w->model->modules.rows[number];
    put_head(w, module);
    tn_doc_overview(w, number);
    for (const tn_decl *decl = module->file->decls; decl != NULL; decl = decl->next)
        put_decl(w, number, decl);
    for (uint32_t i = 0; i < w->model->categories.count; i++) {
        const tn_category *category = &w->model->categories.rows[i];
        if (category->module == number && !is_own(module, category->decl))
            tn_doc_category(w, category);
    }
    put_words(w, module);
}

/* --- the whole */

static void put_contents(tn_doc_writer *w)
{
    tn_page_contents_begin(&w->page);
    for (uint32_t i = 0; i < w->doc->module_count; i++) {
        uint32_t number = w->doc->modules[i];
        const tn_module *module = &w->model->modules.rows[number];
        if (w->doc->module_count > 1)
            tn_page_contents_item(&w->page, tn_doc_title(module->title, module->name),
                                  module->name);
        for (uint32_t k = 0; k < w->model->categories.count; k++) {
            const tn_category *category = &w->model->categories.rows[k];
            if (category->module == number)
                tn_page_contents_item(&w->page,
                                      tn_doc_title(category->title, category->name),
                                      category->name);
        }
    }
    tn_page_contents_end(&w->page);
}

tn_status tn_doc_put(tn_buf *out, const tn_doc *doc)
{
    tn_doc_writer w;
    tn_doc_writer_begin(&w, out, doc);
    const tn_module *first = &doc->model->modules.rows[doc->modules[0]];
    tn_page_begin(&w.page, doc->module_count > 1
                               ? TN_STR("Data retention policies")
                               : tn_doc_title(first->title, first->name));
    put_contents(&w);
    for (uint32_t i = 0; i < doc->module_count; i++)
        put_module(&w, doc->modules[i]);
    tn_page_end(&w.page);
    return tn_doc_writer_end(&w);
}
