/* Files: what each declaration and clause becomes, docs, places, words as names. */
#include "tests/support/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interp/syntax/words.h"

static void read_text(test_tree *tree, const char *text)
{
    test_tree_file(tree, tn_str_from(text), NULL);
    if (tree->status != TN_OK)
        fail_msg("%s", test_tree_report(tree));
    assert_non_null(tree->file);
}

static void same(tn_str text, const char *expected)
{
    if (!tn_str_equal(text, tn_str_from(expected)))
        fail_msg("`%.*s` is not `%s`", (int)text.len, text.data, expected);
}

static void check_slice(const test_tree *tree, tn_span at, const char *expected)
{
    same(tn_source_slice(&tree->sources, at), expected);
}

/* The only clause of a category. */
static const tn_item *read_clause(test_tree *tree, const char *clause)
{
    char text[1024];
    snprintf(text, sizeof(text), "module m\ncategory c { %s }\n", clause);
    read_text(tree, text);
    const tn_item *item = tree->file->decls->items;
    assert_non_null(item);
    assert_null(item->next);
    check_slice(tree, item->at, clause);
    return item;
}

/* --- files */

static void test_parse__module_head(void **state)
{
    (void)state;
    test_tree tree;
    read_text(&tree, "/// Doc,\n///  two lines.\nmodule a.b.`c-d` \"Title\"\n");
    assert_false(tree.file->is_deployment);
    same(tree.file->name->text, "a.b.c-d");
    same(tree.file->name->last.text, "c-d");
    assert_true(tree.file->name->last.quoted);
    assert_int_equal(tree.file->name->part_count, 3);
    same(tree.file->title.text, "Title");
    same(tree.file->doc, "Doc,\n two lines.");
    assert_null(tree.file->decls);
    test_tree_free(&tree);
}

static void test_parse__deployment_head(void **state)
{
    (void)state;
    test_tree tree;
    read_text(&tree, "deployment a.b of m, n.o");
    assert_true(tree.file->is_deployment);
    same(tree.file->of->text, "m");
    same(tree.file->of->next->text, "n.o");
    assert_null(tree.file->of->next->next);
    test_tree_free(&tree);
}

static void test_parse__declarations_about_the_module(void **state)
{
    (void)state;
    test_tree tree;
    read_text(&tree, "module m extends a.b digest \"d\" subject to c import d, e.f\n"
                     "updated \"u\" zone \"z\" external \"x\" count whole days grace 2 "
                     "weeks + 1 hour\n"
                     "declare n \"t\" declare o as specified in p.q");
    const tn_decl *decl = tree.file->decls;
    assert_int_equal(decl->kind, TN_DECL_EXTENDS);
    same(decl->paths->text, "a.b");
    same(decl->digest.text, "d");
    check_slice(&tree, decl->word_at, "extends");
    decl = decl->next;
    assert_int_equal(decl->kind, TN_DECL_SUBJECT);
    same(decl->paths->text, "c");
    assert_null(decl->digest.text.data);
    check_slice(&tree, decl->word_at, "subject to");
    check_slice(&tree, decl->at, "subject to c");
    decl = decl->next;
    assert_int_equal(decl->kind, TN_DECL_IMPORT);
    same(decl->paths->next->text, "e.f");
    decl = decl->next;
    assert_int_equal(decl->kind, TN_DECL_UPDATED);
    same(decl->text.text, "u");
    assert_int_equal(decl->next->kind, TN_DECL_ZONE);
    assert_int_equal(decl->next->next->kind, TN_DECL_EXTERNAL);
    decl = decl->next->next->next;
    assert_int_equal(decl->kind, TN_DECL_COUNT);
    assert_int_equal(decl->unit, TN_UNIT_DAY);
    decl = decl->next;
    assert_int_equal(decl->kind, TN_DECL_GRACE);
    assert_int_equal(decl->period->count, 2);
    assert_int_equal(decl->period->unit, TN_UNIT_WEEK);
    assert_int_equal(decl->period->next->unit, TN_UNIT_HOUR);
    decl = decl->next;
    assert_int_equal(decl->kind, TN_DECL_DECLARE);
    same(decl->text.text, "t");
    assert_null(decl->reference);
    same(decl->next->reference->text, "p.q");
    assert_null(decl->next->next);
    test_tree_free(&tree);
}

static void test_parse__vocabulary(void **state)
{
    (void)state;
    test_tree tree;
    read_text(&tree,
              "module m purpose p \"P\" basis b \"B\" under std.gdpr.consent\n"
              "table t \"T\" by key { \"DE\": 16 default 1 + 2 }\n"
              "condition c on e require e.a > 1\n"
              "entity e \"E\" { event x \"X\" @plausible(\"1900\", ahead \"9 days\")\n"
              "  attribute a : map<string, list<int>> }");
    const tn_decl *decl = tree.file->decls;
    same(decl->name.text, "p");
    decl = decl->next;
    same(decl->reference->text, "std.gdpr.consent");
    decl = decl->next;
    same(decl->by.text, "key");
    same(decl->rows->key.text, "DE");
    assert_null(decl->rows->next->key.text.data);
    assert_int_equal(decl->rows->next->value->kind, TN_EXPR_BINARY);
    decl = decl->next;
    same(decl->paths->text, "e");
    assert_null(decl->text.text.data);
    assert_non_null(decl->require);
    const tn_entity_item *item = decl->next->entity_items;
    assert_true(item->is_event);
    same(item->label.text, "X");
    assert_null(item->marks->args->word.text.data);
    same(item->marks->args->next->word.text, "ahead");
    same(item->marks->args->next->value.text, "9 days");
    item = item->next;
    assert_int_equal(item->type->depth, 3);
    same(item->type->params->next->params->name.text, "int");
    test_tree_free(&tree);
}

static void test_parse__tests(void **state)
{
    (void)state;
    test_tree tree;
    read_text(
        &tree,
        "module m test \"t\" { at \"now\" record a.b = {} customer = {'x': null}\n"
        "expect delete because expired expect keep because hold expect flag }");
    const tn_test_item *item = tree.file->decls->test_items;
    same(item->instant.text, "now");
    item = item->next;
    assert_int_equal(item->kind, TN_TEST_RECORD);
    same(item->path->text, "a.b");
    item = item->next;
    assert_int_equal(item->kind, TN_TEST_FACT);
    same(item->path->text, "customer");
    item = item->next;
    same(item->verdict.text, "delete");
    same(item->reason.text, "expired");
    item = item->next;
    same(item->verdict.text, "keep");
    same(item->reason.text, "hold");
    item = item->next;
    same(item->verdict.text, "flag");
    assert_null(item->reason.text.data);
    test_tree_free(&tree);
}

static void test_parse__deployments(void **state)
{
    (void)state;
    test_tree tree;
    read_text(&tree, "deployment d of m\n"
                     "store db = sqlite \"x.db\" store s = elasticsearch env URL\n"
                     "entity e from db table \"t\" key id { closed = c as local "
                     "\"Asia/Tokyo\" absent -1\n"
                     "  hold = h != null from = `from` as unix_ms }\n"
                     "bind m.c { mysql as primary and backup to db table \"t\" where "
                     "(k != 1) { a = b }\n"
                     "  kafka as temporary to s topic \"q\"\n"
                     "  mysql as backup unmanaged \"snapshots\" expires 28 days\n"
                     "  mysql as primary to db table \"t\" {} }");
    const tn_decl *decl = tree.file->decls;
    same(decl->store_kind.text, "sqlite");
    same(decl->text.text, "x.db");
    decl = decl->next;
    same(decl->env.text, "URL");
    assert_null(decl->text.text.data);
    decl = decl->next;
    assert_int_equal(decl->kind, TN_DECL_FACTS);
    same(decl->store_kind.text, "db");
    same(decl->noun.text, "table");
    same(decl->object.text, "t");
    same(decl->key.text, "id");
    same(decl->maps->encoding.text, "local");
    same(decl->maps->zone.text, "Asia/Tokyo");
    assert_int_equal(decl->maps->absent->as.integer, -1);
    same(decl->maps->next->name.text, "hold");
    same(decl->maps->next->next->name.text, "from");
    same(decl->maps->next->next->encoding.text, "unix_ms");
    const tn_target *target = decl->next->targets;
    same(target->placement->text, "mysql");
    same(target->roles->next->name.text, "backup");
    same(target->store.text, "db");
    assert_non_null(target->where);
    assert_true(target->has_maps);
    same(target->maps->name.text, "a");
    target = target->next;
    assert_false(target->has_maps);
    same(target->noun.text, "topic");
    target = target->next;
    assert_true(target->unmanaged);
    same(target->object.text, "snapshots");
    assert_int_equal(target->expires->count, 28);
    target = target->next;
    assert_true(target->has_maps);
    assert_null(target->maps);
    assert_null(target->next);
    test_tree_free(&tree);
}

/* --- categories */

static void test_parse__category_head(void **state)
{
    (void)state;
    test_tree tree;
    read_text(&tree,
              "module m category c \"T\" of a, b.d optional @personal @special { }\n"
              "every category { retain indefinitely }");
    const tn_decl *decl = tree.file->decls;
    same(decl->name.text, "c");
    same(decl->text.text, "T");
    same(decl->of->entity->text, "a");
    assert_false(decl->of->optional);
    assert_true(decl->of->next->optional);
    same(decl->marks->next->name.text, "special");
    assert_null(decl->items);
    decl = decl->next;
    assert_int_equal(decl->kind, TN_DECL_EVERY);
    assert_int_equal(decl->items->kind, TN_ITEM_RETAIN_INDEFINITELY);
    test_tree_free(&tree);
}

static void test_parse__fields(void **state)
{
    (void)state;
    test_tree tree;
    const tn_item *item = read_clause(
        &tree,
        "fields strict { a : timestamp @created \"A\" e : event `x y` : list<int> }");
    assert_true(item->strict);
    same(item->fields->name.text, "a");
    same(item->fields->marks->name.text, "created");
    same(item->fields->label.text, "A");
    check_slice(&tree, item->fields->at, "a : timestamp @created \"A\"");
    same(item->fields->next->type->name.text, "event");
    same(item->fields->next->next->name.text, "x y");
    assert_true(item->fields->next->next->name.quoted);
    test_tree_free(&tree);
}

static void test_parse__every_word_names_a_field(void **state)
{
    (void)state;
    tn_buf text;
    tn_buf_init(&text, NULL);
    tn_buf_put_text(&text, "module m\ncategory c {\n    fields {\n");
    size_t count = 0;
    for (const tn_word *word; (word = tn_word_at(count)) != NULL; count++)
        tn_buf_put_format(&text, "        %s : string\n", word->text.data);
    tn_buf_put_text(&text, "    }\n    flag when a");
    for (size_t i = 0; i < count; i++)
        tn_buf_put_format(&text, "\n        || record.%s == %s.%s",
                          tn_word_at(i)->text.data, "x", tn_word_at(i)->text.data);
    tn_buf_put_text(&text,
                    "\n    retain 7 days from record.from\n    redact record.to, "
                    "`from` after 1 day from record.at\n}\n");
    test_tree tree;
    test_tree_file(&tree, tn_buf_view(&text), NULL);
    if (tree.status != TN_OK)
        fail_msg("%s", test_tree_report(&tree));
    size_t fields = 0;
    for (const tn_field *field = tree.file->decls->items->fields; field != NULL;
         field = field->next)
        same(field->name.text, tn_word_at(fields++)->text.data);
    assert_int_equal(fields, count);
    assert_true(count > 80);
    test_tree_free(&tree);
    tn_buf_free(&text);
}

static void test_parse__every_word_names_what_is_declared(void **state)
{
    (void)state;
    const tn_word *word;
    for (size_t i = 0; (word = tn_word_at(i)) != NULL; i++) {
        char text[512];
        const char *w = word->text.data;
        snprintf(text, sizeof(text),
                 "module a.%s purpose %s \"x\" category %s {} entity %s {}\n"
                 "store %s = x \"y\" entity e from db %s \"t\" key %s { %s = 1 }\n",
                 w, w, w, w, w, w, w,
                 strcmp(w, "as") == 0 || strcmp(w, "absent") == 0 ? "x" : w);
        test_tree tree;
        read_text(&tree, text);
        test_tree_free(&tree);
    }
}

static void test_parse__purpose_basis_stored(void **state)
{
    (void)state;
    test_tree tree;
    const tn_item *item = read_clause(&tree, "purpose a, b.c");
    same(item->paths->next->text, "b.c");
    test_tree_free(&tree);
    item = read_clause(&tree, "basis std.gdpr.contract");
    same(item->paths->text, "std.gdpr.contract");
    test_tree_free(&tree);
    item = read_clause(&tree, "basis as specified in m.n");
    assert_null(item->paths);
    same(item->specified_in->text, "m.n");
    test_tree_free(&tree);
    item =
        read_clause(&tree, "stored in a.b as primary and backup, c as temporary for at "
                           "most 7 days");
    check_slice(&tree, item->word_at, "stored in");
    same(item->placements->roles->next->name.text, "backup");
    assert_null(item->placements->at_most);
    assert_int_equal(item->placements->next->at_most->count, 7);
    test_tree_free(&tree);
    item = read_clause(&tree, "overrides retention because \"w\"");
    same(item->tail->why.text, "w");
    test_tree_free(&tree);
}

static void test_parse__retain_for_a_period(void **state)
{
    (void)state;
    test_tree tree;
    const tn_item *item = read_clause(
        &tree,
        "retain 1 year + 2 months from end of sunday week of latest of (a, earliest "
        "of (b, c.d)) then delete after 1 day within 2 days when x because \"y\" "
        "unless z");
    assert_int_equal(item->kind, TN_ITEM_RETAIN_PERIOD);
    check_slice(&tree, item->word_at, "retain");
    assert_int_equal(item->period->unit, TN_UNIT_YEAR);
    assert_int_equal(item->period->next->count, 2);
    check_slice(&tree, item->period->next->at, "2 months");
    assert_true(item->anchor->has_end_of);
    assert_true(item->anchor->sunday);
    assert_int_equal(item->anchor->unit, TN_UNIT_WEEK);
    check_slice(&tree, item->anchor->unit_at, "week");
    const tn_point *point = item->anchor->point;
    assert_int_equal(point->kind, TN_POINT_LATEST);
    same(point->members->path->text, "a");
    assert_int_equal(point->members->next->kind, TN_POINT_EARLIEST);
    same(point->members->next->members->next->path->text, "c.d");
    assert_true(item->timing.stated);
    assert_int_equal(item->timing.after->count, 1);
    assert_int_equal(item->timing.within->count, 2);
    check_slice(&tree, item->timing.at, "delete after 1 day within 2 days");
    assert_int_equal(item->tail->kind, TN_TAIL_WHEN);
    same(item->tail->next->why.text, "y");
    assert_int_equal(item->tail->next->next->kind, TN_TAIL_UNLESS);
    test_tree_free(&tree);
}

static void test_parse__other_forms_of_retain(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        tn_item_kind kind;
        const char *words;
    } rows[] = {
        {"retain until a.b", TN_ITEM_RETAIN_UNTIL, "retain until"},
        {"retain until a then delete immediately", TN_ITEM_RETAIN_UNTIL,
         "retain until"},
        {"retain indefinitely", TN_ITEM_RETAIN_INDEFINITELY, "retain indefinitely"},
        {"retain at least 1 day from a", TN_ITEM_DUTY_PERIOD, "retain at least"},
        {"retain at least until a", TN_ITEM_DUTY_UNTIL, "retain at least until"},
        {"retain at most 1 day from a", TN_ITEM_LIMIT, "retain at most"},
        {"on a delete", TN_ITEM_ON, "on"},
        {"on a.b delete within 1 day", TN_ITEM_ON, "on"},
        {"redact a, b to \"x\" after 1 day from c", TN_ITEM_REDACT, "redact"},
        {"flag when a", TN_ITEM_FLAG, "flag"},
        {"hold unless a", TN_ITEM_HOLD, "hold"},
    };
    for (size_t i = 0; i < TN_COUNT(rows); i++) {
        test_tree tree;
        const tn_item *item = read_clause(&tree, rows[i].text);
        assert_int_equal(item->kind, rows[i].kind);
        check_slice(&tree, item->word_at, rows[i].words);
        if (rows[i].kind == TN_ITEM_ON)
            assert_true(item->timing.stated);
        test_tree_free(&tree);
    }
}

static void test_parse__large_periods_are_marked(void **state)
{
    (void)state;
    test_tree tree;
    const tn_item *item = read_clause(
        &tree, "retain 18446744073709551616 days + 9223372036854775808 days from a");
    assert_false(item->period->count_fits);
    assert_true(item->period->next->count_fits);
    assert_true(item->period->next->count == 9223372036854775808u);
    test_tree_free(&tree);
}

/* --- comments, places, encodings */

static void test_parse__doc_comments_stand_right_before(void **state)
{
    (void)state;
    test_tree tree;
    read_text(&tree, "module m /// not p's\n/// one\n///two \n\npurpose p \"P\"\n"
                     "/// lost\n// because of this\npurpose q \"Q\"\n"
                     "//// four slashes\npurpose r \"R\"\n"
                     "/// of c\r\ncategory c {\n  /// of fields\n  fields {\n"
                     "    a : int /// trails\n    /// of b\n    b : int }\n}");
    const tn_decl *decl = tree.file->decls;
    same(decl->doc, "one\ntwo");
    same(decl->next->doc, "");
    decl = decl->next->next;
    same(decl->doc, "");
    decl = decl->next;
    same(decl->doc, "of c");
    same(decl->items->doc, "of fields");
    same(decl->items->fields->doc, "");
    same(decl->items->fields->next->doc, "of b");
    assert_int_equal(tree.file->comment_count, 10);
    assert_true(tree.file->comments[0].trailing);
    assert_true(tree.file->comments[0].is_doc);
    assert_false(tree.file->comments[1].trailing);
    assert_false(tree.file->comments[5].is_doc);
    test_tree_free(&tree);
}

static void test_parse__spans_count_bytes_of_the_text(void **state)
{
    (void)state;
    test_tree tree;
    read_text(&tree,
              "\xEF\xBB\xBFmodule m\r\npurpose p \"\xC3\xBC\"\r\n// \xE6\x96\x87\r\n"
              "purpose q \"Q\"");
    check_slice(&tree, tree.file->decls->at, "purpose p \"\xC3\xBC\"");
    check_slice(&tree, tree.file->decls->text.at, "\"\xC3\xBC\"");
    check_slice(&tree, tree.file->decls->next->name.at, "q");
    check_slice(&tree, tree.file->comments[0].at, "// \xE6\x96\x87");
    test_tree_free(&tree);
}

static void test_parse__bad_bytes_are_reported_with_the_rest(void **state)
{
    (void)state;
    test_tree tree;
    test_tree_file(&tree,
                   TN_STR("module m\n// \xFF\xFE\npurpose p \"a\0b\"\nretian \xC3(\n"),
                   NULL);
    assert_int_equal(tree.status, TN_INVALID);
    assert_string_equal(
        test_tree_report(&tree),
        "test.tenure:2:4: error[encoding]: this is not UTF-8\n"
        "     |\n"
        "   2 | // \xEF\xBF\xBD\xEF\xBF\xBD\n"
        "     |    ^\n"
        "test.tenure:3:13: error[encoding]: there is a NUL byte here\n"
        "     |\n"
        "   3 | purpose p \"a\xEF\xBF\xBD"
        "b\"\n"
        "     |             ^\n"
        "test.tenure:4:8: error[encoding]: this is not UTF-8\n"
        "     |\n"
        "   4 | retian \xEF\xBF\xBD(\n"
        "     |        ^\n"
        "test.tenure:4:1: error[syntax]: expected a declaration, found `retian`\n"
        "     |\n"
        "   4 | retian \xEF\xBF\xBD(\n"
        "     | ^^^^^^\n"
        "4 errors\n");
    test_tree_free(&tree);
}

static void test_parse__every_error_of_a_file_is_found(void **state)
{
    (void)state;
    test_tree tree;
    test_tree_file(&tree,
                   TN_STR("module m\n"
                          "purpose p\n"
                          "category a b {\n"
                          "    fields {\n"
                          "        x int\n"
                          "        y : string, z : int\n"
                          "    }\n"
                          "    retain 7 from x\n"
                          "    retain 7 days from x when x = 1\n"
                          "    purpse q\n"
                          "    flag when (a\n"
                          "    retain indefinitely\n"
                          "test \"t\" {\n"
                          "    at now\n"
                          "    expect because x\n"
                          "}\n"),
                   NULL);
    assert_int_equal(tree.status, TN_INVALID);
    uint32_t lines[32];
    size_t count = tree.diags.count;
    assert_true(count <= 32);
    for (size_t i = 0; i < count; i++)
        lines[i] =
            tn_source_position(&tree.sources.list[0], tree.diags.list[i].at.start).line;
    static const uint32_t expected[] = {2, 3, 5, 6, 8, 9, 10, 12, 13, 14, 15};
    if (count != TN_COUNT(expected))
        fail_msg("%s", test_tree_report(&tree));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(lines[i], expected[i]);
    test_tree_free(&tree);
}

static void test_parse__words_are_in_order_and_found(void **state)
{
    (void)state;
    const tn_word *word;
    for (size_t i = 0; (word = tn_word_at(i)) != NULL; i++) {
        assert_ptr_equal(tn_word_find(word->text), word);
        if (i > 0)
            assert_true(tn_str_compare(tn_word_at(i - 1)->text, word->text) < 0);
    }
    assert_null(tn_word_find(TN_STR("")));
    assert_null(tn_word_find(TN_STR("retains")));
    assert_null(tn_word_find(TN_STR("zzz")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__module_head),
        cmocka_unit_test(test_parse__deployment_head),
        cmocka_unit_test(test_parse__declarations_about_the_module),
        cmocka_unit_test(test_parse__vocabulary),
        cmocka_unit_test(test_parse__tests),
        cmocka_unit_test(test_parse__deployments),
        cmocka_unit_test(test_parse__category_head),
        cmocka_unit_test(test_parse__fields),
        cmocka_unit_test(test_parse__every_word_names_a_field),
        cmocka_unit_test(test_parse__every_word_names_what_is_declared),
        cmocka_unit_test(test_parse__purpose_basis_stored),
        cmocka_unit_test(test_parse__retain_for_a_period),
        cmocka_unit_test(test_parse__other_forms_of_retain),
        cmocka_unit_test(test_parse__large_periods_are_marked),
        cmocka_unit_test(test_parse__doc_comments_stand_right_before),
        cmocka_unit_test(test_parse__spans_count_bytes_of_the_text),
        cmocka_unit_test(test_parse__bad_bytes_are_reported_with_the_rest),
        cmocka_unit_test(test_parse__every_error_of_a_file_is_found),
        cmocka_unit_test(test_parse__words_are_in_order_and_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
