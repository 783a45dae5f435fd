#include "interp/check/rivals.h"

/* Maps with more names than anyone writes are not compared. */
enum { NAMES_MAX = 64 };

void tn_rivals_init(tn_rivals *rivals, tn_checker *ck)
{
    *rivals = (tn_rivals){.ck = ck};
    tn_map_init(&rivals->seen, ck->arena->memory);
    tn_buf_init(&rivals->words, ck->arena->memory);
}

void tn_rivals_free(tn_rivals *rivals)
{
    tn_map_free(&rivals->seen);
    tn_buf_free(&rivals->words);
}

/* --- in canonical words */

static void put_unspaced(tn_buf *out, tn_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            tn_buf_put_char(out, c);
    }
}

/* Entries by their keys; false: they are not all plain texts, or too many. */
static bool sort_entries(const tn_expr *map, const tn_expr **sorted, uint32_t *count)
{
    *count = 0;
    for (const tn_expr *entry = map->args; entry != NULL; entry = entry->next) {
        if (*count == NAMES_MAX || entry->first == NULL ||
            entry->first->kind != TN_EXPR_STRING)
            return false;
        uint32_t at = (*count)++;
        for (; at > 0 && tn_str_compare(entry->first->as.text,
                                        sorted[at - 1]->first->as.text) < 0;
             at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = entry;
    }
    return true;
}

static bool put_value(tn_rivals *r, const tn_expr *value)
{
    const tn_expr *sorted[NAMES_MAX];
    uint32_t count;
    if (value == NULL || value->kind == TN_EXPR_NULL) {
        tn_buf_put_text(&r->words, "null");
        return true;
    }
    if (value->kind != TN_EXPR_MAP || !sort_entries(value, sorted, &count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        tn_buf_put_json(&r->words, sorted[i]->first->as.text);
        tn_buf_put_char(&r->words, ':');
        put_unspaced(&r->words, tn_source_slice(r->ck->sources, sorted[i]->second->at));
        tn_buf_put_char(&r->words, ',');
    }
    return true;
}

static const tn_expr *find_value(const tn_decl *decl, tn_test_item_kind kind,
                                 tn_span at)
{
    for (const tn_test_item *item = decl->test_items; item != NULL; item = item->next)
        if (item->kind == kind &&
            (kind == TN_TEST_RECORD ||
             (item->at.start <= at.start && at.end <= item->at.end)))
            return item->value;
    return NULL;
}

/* Entities in the order of the model, whatever the order of the test. */
static bool put_facts(tn_rivals *r, const tn_test *test, const tn_decl *decl)
{
    const tn_model *model = r->ck->model;
    tn_range of = model->categories.rows[test->category].of;
    for (uint32_t i = 0; i < of.count; i++) {
        uint32_t entity = model->category_entities.rows[of.first + i].entity;
        tn_buf_put_format(&r->words, ";%u=", entity);
        for (uint32_t k = 0; k < test->facts.count; k++) {
            const tn_test_fact *fact = &model->test_facts.rows[test->facts.first + k];
            if (fact->entity == entity &&
                !put_value(r, find_value(decl, TN_TEST_FACT, fact->at)))
                return false;
        }
    }
    return true;
}

/* --- what differs */

static bool is_expected_otherwise(const tn_test *a, const tn_test *b)
{
    return !tn_str_equal(a->verdict, b->verdict) ||
           (a->reason.data != NULL && b->reason.data != NULL &&
            !tn_str_equal(a->reason, b->reason));
}

tn_status tn_rivals_add(tn_rivals *r, const tn_decl *decl)
{
    tn_model *model = r->ck->model;
    uint32_t number = model->tests.count - 1;
    const tn_test *test = &model->tests.rows[number];
    tn_buf_reset(&r->words);
    tn_buf_put_format(&r->words, "%u %lld.%u ", test->category,
                      (long long)test->at_instant.seconds, test->at_instant.nanos);
    if (!put_value(r, find_value(decl, TN_TEST_RECORD, TN_NOWHERE)) ||
        !put_facts(r, test, decl))
        return TN_OK;
    TN_TRY(tn_buf_status(&r->words));
    tn_str words = tn_arena_copy(r->ck->arena, tn_buf_view(&r->words));
    if (words.data == NULL)
        return TN_NOMEM;
    uint32_t before = tn_map_find(&r->seen, words);
    if (before == TN_NONE)
        return tn_map_put(&r->seen, words, number);
    const tn_test *other = &model->tests.rows[before];
    if (!is_expected_otherwise(test, other))
        return TN_OK;
    tn_diag *diag =
        tn_diag_add(r->ck->diags, TN_FIND_CONTRADICTORY_TESTS, test->expect_at,
                    "another test expects something else of the same record");
    tn_diag_help(r->ck->diags, diag, "one of them cannot pass: correct it");
    tn_diag_other(r->ck->diags, diag, other->expect_at, "it is expected here");
    return TN_OK;
}
