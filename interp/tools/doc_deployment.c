/* Where the copies of a category really are, for a document that is printed with a
 * deployment; and which of them outlive what a clause allows. */
#include "interp/tools/doc_write.h"

#include "interp/calendar/period.h"
#include "interp/check/placements.h"
#include "interp/tools/say.h"

static void put_period(tn_doc_writer *w, tn_period period)
{
    char text[TN_PERIOD_TEXT_MAX];
    tn_buf_put(&w->text, (tn_str){text, tn_period_format(period, text)});
}

/* "mysql (primary and backup) is table "meta" of the sqlite store db." */
static void put_binding(tn_doc_writer *w, const tn_binding *binding)
{
    const tn_model *model = w->model;
    tn_buf *text = &w->text;
    tn_buf_put(text, model->placements.rows[binding->placement].store);
    tn_buf_put_text(text, " (");
    tn_roles_put(text, binding->roles);
    tn_buf_put_text(text, ") is ");
    if (binding->source == TN_NONE) {
        tn_buf_put(text, binding->unmanaged);
        tn_buf_put_text(text, ", which no program reaches: a copy lives on there for ");
        put_period(w, binding->expires);
        tn_buf_put_text(text, " after a record is deleted.");
        return;
    }
    const tn_data_source *source = &model->data_sources.rows[binding->source];
    tn_buf_put(text, source->noun);
    tn_buf_put_text(text, " \"");
    tn_buf_put(text, source->object);
    tn_buf_put_char(text, '"');
    if (source->store == TN_NONE)
        return;
    const tn_store_decl *store = &model->stores.rows[source->store];
    tn_buf_put_format(text, " of the " TN_STR_FMT " store " TN_STR_FMT ".",
                      TN_STR_ARG(store->kind), TN_STR_ARG(store->name));
}

/* Is it over for the record at a deadline, and how long after it is due? */
static bool has_deadline(tn_clause_kind kind)
{
    return kind == TN_CLAUSE_RETAIN_PERIOD || kind == TN_CLAUSE_RETAIN_UNTIL ||
           kind == TN_CLAUSE_ON || kind == TN_CLAUSE_LIMIT;
}

/* Does a copy that lives on so long outlast the time there is to delete? From an event
 * that time counts with the delay. */
static bool outlasts(const tn_clause *clause, tn_period expires)
{
    tn_period whole = expires;
    if (clause->kind == TN_CLAUSE_RETAIN_UNTIL || clause->kind == TN_CLAUSE_ON) {
        whole.months += clause->period.months;
        whole.days += clause->period.days;
        whole.seconds += clause->period.seconds;
    }
    return has_deadline(clause->kind) && !tn_period_is_within(whole, clause->window);
}

static void put_outlasted(tn_doc_writer *w, const tn_category *category,
                          const tn_binding *binding)
{
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        const tn_clause *clause = &w->model->clauses.rows[category->clauses.first + i];
        if (!outlasts(clause, binding->expires))
            continue;
        tn_buf_put_text(&w->text, "That is longer than the ");
        put_period(w, clause->window);
        tn_buf_put_text(&w->text, " there are to delete: ");
        tn_say_clause(&w->text, w->model, category, i);
        tn_page_list_item(&w->page, tn_doc_phrase(w), TN_STR(""));
    }
}

void tn_doc_bindings(tn_doc_writer *w, const tn_category *category)
{
    const tn_model *model = w->model;
    uint32_t number = (uint32_t)(category - model->categories.rows);
    bool any = false;
    for (uint32_t i = 0; i < model->bindings.count; i++) {
        const tn_binding *binding = &model->bindings.rows[i];
        if (binding->category != number)
            continue;
        if (!any) {
            tn_buf_put_text(&w->text, "In deployment ");
            tn_buf_put(&w->text, model->deployment.name);
            tn_buf_put_char(&w->text, ':');
            tn_page_paragraph(&w->page, tn_doc_phrase(w));
            tn_page_list_begin(&w->page);
        }
        any = true;
        put_binding(w, binding);
        tn_page_list_item(&w->page, tn_doc_phrase(w), TN_STR(""));
        if (binding->source == TN_NONE)
            put_outlasted(w, category, binding);
    }
    if (any)
        tn_page_list_end(&w->page);
}
