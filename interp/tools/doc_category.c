#include "interp/tools/doc_write.h"

#include "interp/check/types.h"
#include "interp/tools/say.h"

/* --- remarks: what the policy's author wrote beside a part of it */

static bool is_part(const tn_item *item, tn_aspect aspect)
{
    switch (aspect) {
    case TN_ASPECT_FIELDS: return item->kind == TN_ITEM_FIELDS;
    case TN_ASPECT_PURPOSE: return item->kind == TN_ITEM_PURPOSE;
    case TN_ASPECT_BASIS: return item->kind == TN_ITEM_BASIS;
    case TN_ASPECT_STORED: return item->kind == TN_ITEM_STORED;
    case TN_ASPECT_TITLE:
    case TN_ASPECT_OF:
    case TN_ASPECT_RETENTION:
    case TN_ASPECT_COUNT: return false;
    }
    return false;
}

/* Of an inherited part the parent has the remark. */
static void put_remark(tn_doc_writer *w, const tn_category *category, tn_aspect aspect)
{
    const tn_item *item = category->decl == NULL ? NULL : category->decl->items;
    for (; item != NULL; item = item->next)
        if (is_part(item, aspect))
            tn_page_note(&w->page, item->doc);
}

static void put_origin(tn_doc_writer *w, const tn_category *category, tn_aspect aspect)
{
    uint32_t from = category->origin[aspect];
    if (from == TN_NONE || from == category->module)
        return;
    tn_buf_put_text(&w->text, "Inherited from ");
    tn_doc_module(&w->text, w->model, from);
    tn_buf_put_char(&w->text, '.');
    tn_page_note(&w->page, tn_doc_phrase(w));
}

static void put_heading(tn_doc_writer *w, const char *text)
{
    tn_page_heading(&w->page, w->level + 2, tn_str_from(text), TN_STR(""));
}

/* --- what */

static void put_marks(tn_doc_writer *w, const tn_model_field *field)
{
    static const char *const words[] = {"when the record was made", "identifies it",
                                        "personal data", "special category"};
    const bool has[] = {field->is_created, field->is_key,
                        field->personal && !field->special, field->special};
    for (size_t i = 0; i < TN_COUNT(words); i++) {
        if (!has[i])
            continue;
        tn_buf_put_text(&w->text, w->text.len > 0 ? ", " : "");
        tn_buf_put_text(&w->text, words[i]);
    }
    if (field->data_type.len == 0)
        return;
    tn_buf_put_text(&w->text, ": ");
    tn_doc_words(&w->text, field->data_type);
    tn_buf_put_format(&w->text, ", " TN_STR_FMT, TN_STR_ARG(field->data_type_at));
}

static void put_fields(tn_doc_writer *w, const tn_category *category)
{
    static const char *const heads[] = {"Field", "What it is", "Type", "Marks"};
    tn_buf_put_text(&w->text, "Fields of ");
    tn_buf_put(&w->text, tn_doc_title(category->title, category->name));
    tn_buf_put_text(&w->text, category->strict ? ": these and no others" : "");
    tn_page_table_begin(&w->page, tn_doc_phrase(w), heads, TN_COUNT(heads));
    for (uint32_t i = 0; i < category->fields.count; i++) {
        const tn_model_field *field =
            &w->model->fields.rows[category->fields.first + i];
        tn_page_cell(&w->page, field->name);
        tn_page_cell(&w->page, field->label);
        tn_page_cell(&w->page, tn_str_from(tn_field_type_word(field->type)));
        put_marks(w, field);
        tn_page_cell(&w->page, tn_doc_phrase(w));
    }
    tn_page_table_end(&w->page);
}

static void put_what(tn_doc_writer *w, const tn_category *category)
{
    put_heading(w, "What is held");
    tn_buf_put_text(&w->text, category->special ? "Special categories of personal data"
                              : category->personal ? "Personal data"
                                                   : "No personal data");
    if (category->of.count > 0) {
        tn_buf_put_text(&w->text, ". Of: ");
        tn_doc_owners(&w->text, w->model, category);
    }
    tn_buf_put_char(&w->text, '.');
    tn_page_paragraph(&w->page, tn_doc_phrase(w));
    put_origin(w, category, TN_ASPECT_FIELDS);
    put_remark(w, category, TN_ASPECT_FIELDS);
    if (category->fields.count > 0)
        put_fields(w, category);
}

/* --- why, and where */

static void put_why(tn_doc_writer *w, const tn_category *category)
{
    put_heading(w, "Why");
    tn_page_list_begin(&w->page);
    for (uint32_t i = 0; i < category->purposes.count; i++) {
        uint32_t row = w->model->purpose_refs.rows[category->purposes.first + i];
        const tn_purpose *purpose = &w->model->purposes.rows[row];
        tn_page_list_item(&w->page, tn_doc_title(purpose->text, purpose->name),
                          TN_STR(""));
    }
    if (category->purposes.count == 0)
        tn_page_list_item(&w->page, TN_STR("The policy names no purpose."), TN_STR(""));
    tn_page_list_end(&w->page);
    put_origin(w, category, TN_ASPECT_PURPOSE);
    put_remark(w, category, TN_ASPECT_PURPOSE);
}

static void put_basis(tn_doc_writer *w, const tn_category *category)
{
    put_heading(w, "Legal basis");
    tn_doc_bases(&w->text, w->model, category);
    if (w->text.len == 0)
        tn_buf_put_text(&w->text, "The policy names no legal basis");
    tn_buf_put_char(&w->text, '.');
    tn_page_paragraph(&w->page, tn_doc_phrase(w));
    put_origin(w, category, TN_ASPECT_BASIS);
    put_remark(w, category, TN_ASPECT_BASIS);
}

static void put_where(tn_doc_writer *w, const tn_category *category)
{
    if (category->placements.count == 0)
        return;
    put_heading(w, "Where");
    tn_page_list_begin(&w->page);
    for (uint32_t i = 0; i < category->placements.count; i++) {
        tn_doc_placement(&w->text,
                         &w->model->placements.rows[category->placements.first + i]);
        tn_page_list_item(&w->page, tn_doc_phrase(w), TN_STR(""));
    }
    tn_page_list_end(&w->page);
    put_origin(w, category, TN_ASPECT_STORED);
    put_remark(w, category, TN_ASPECT_STORED);
    tn_doc_bindings(w, category);
}

/* --- how long */

static void put_how_long(tn_doc_writer *w, const tn_category *category)
{
    put_heading(w, "How long");
    tn_page_list_begin(&w->page);
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        const tn_clause *clause = &w->model->clauses.rows[category->clauses.first + i];
        tn_say_clause(&w->text, w->model, category, i);
        if (clause->module != category->module) {
            tn_buf_put_text(&w->text, " So says ");
            tn_doc_module(&w->text, w->model, clause->module);
            tn_buf_put_char(&w->text, '.');
        }
        tn_page_list_item(&w->page, tn_doc_phrase(w),
                          clause->item == NULL ? TN_STR("") : clause->item->doc);
    }
    tn_page_list_end(&w->page);
}

/* --- overrides */

static const char *aspect_phrase(tn_aspect aspect)
{
    static const char *const phrases[TN_ASPECT_COUNT] = {
        "The title",       "Whom it is of",      "What is held",       "The purpose",
        "The legal basis", "Where it is stored", "How long it is kept"};
    return phrases[aspect];
}

/* The category of the same name in the module whose part is replaced; NULL. */
static const tn_category *find_replaced(const tn_model *model, const tn_override *row)
{
    tn_str name = tn_str_last_name(model->categories.rows[row->category].name);
    for (uint32_t i = 0; i < model->categories.count; i++)
        if (model->categories.rows[i].module == row->over_module &&
            tn_str_equal(tn_str_last_name(model->categories.rows[i].name), name))
            return &model->categories.rows[i];
    return NULL;
}

static void put_override(tn_doc_writer *w, const tn_override *row)
{
    const tn_category *replaced = find_replaced(w->model, row);
    tn_buf *text = &w->text;
    tn_buf_put_text(text, aspect_phrase(row->aspect));
    tn_buf_put_text(text, ": this replaces what ");
    tn_doc_module(text, w->model, row->over_module);
    tn_buf_put_text(text, " says at ");
    tn_doc_place(w, row->over_at);
    if (replaced != NULL) {
        tn_buf_put_text(text, ": ");
        tn_doc_aspect(text, w->model, replaced, row->aspect);
    } else {
        tn_buf_put_char(text, '.');
    }
    if (row->why.len > 0) {
        tn_buf_put_text(text, " Because: ");
        tn_buf_put(text, row->why);
    }
    tn_page_list_item(&w->page, tn_doc_phrase(w), TN_STR(""));
}

static void put_overrides(tn_doc_writer *w, const tn_category *category)
{
    uint32_t number = (uint32_t)(category - w->model->categories.rows);
    bool any = false;
    for (uint32_t i = 0; i < w->model->overrides.count; i++) {
        if (w->model->overrides.rows[i].category != number)
            continue;
        if (!any) {
            put_heading(w, "What this replaces");
            tn_page_list_begin(&w->page);
        }
        any = true;
        put_override(w, &w->model->overrides.rows[i]);
    }
    if (any)
        tn_page_list_end(&w->page);
}

/* --- the whole */

void tn_doc_category(tn_doc_writer *w, const tn_category *category)
{
    tn_page_heading(&w->page, w->level + 1,
                    tn_doc_title(category->title, category->name), category->name);
    if (category->decl != NULL)
        tn_page_note(&w->page, category->decl->doc);
    put_what(w, category);
    put_why(w, category);
    put_basis(w, category);
    put_where(w, category);
    put_how_long(w, category);
    put_overrides(w, category);
}

void tn_doc_overview(tn_doc_writer *w, uint32_t module)
{
    static const char *const heads[] = {"Category",    "What",  "Why",
                                        "Legal basis", "Where", "How long"};
    static const tn_aspect aspects[] = {TN_ASPECT_FIELDS, TN_ASPECT_PURPOSE,
                                        TN_ASPECT_BASIS, TN_ASPECT_STORED};
    bool any = false;
    for (uint32_t i = 0; i < w->model->categories.count; i++) {
        const tn_category *category = &w->model->categories.rows[i];
        if (category->module != module)
            continue;
        if (!any) {
            tn_page_heading(&w->page, w->level + 1, TN_STR("At a glance"), TN_STR(""));
            tn_page_table_begin(&w->page, TN_STR("What is held, and for how long"),
                                heads, TN_COUNT(heads));
        }
        any = true;
        tn_page_cell(&w->page, tn_doc_title(category->title, category->name));
        for (size_t k = 0; k < TN_COUNT(aspects); k++) {
            tn_doc_aspect(&w->text, w->model, category, aspects[k]);
            tn_page_cell(&w->page, tn_doc_phrase(w));
        }
        tn_doc_retention(&w->text, w->model, category);
        tn_page_cell(&w->page, tn_doc_phrase(w));
    }
    if (any)
        tn_page_table_end(&w->page);
}
