/* names: what a name means, and what was probably meant. */
#include "interp/base/nearest.h"
#include "tests/support/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *findings(test_model *m, const char *const *texts)
{
    (void)!test_model_try(m, texts, NULL);
    return test_model_findings(m);
}

#define CATEGORY(purpose)                                                              \
    "category c \"C\" { fields { t : date } purpose " purpose                          \
    " basis std.gdpr.contract retain 1 year from t }\n"

static void test_names__module_parents_imports(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        "module a\npurpose of_a \"\"\n", "module b\nextends a\npurpose of_b \"\"\n",
        "module lib\npurpose of_lib \"\"\n",
        "module m\nextends b\nimport lib, std.gdpr\npurpose of_m \"\"\n" CATEGORY(
            "of_m, of_b, of_a, of_lib"),
        NULL};
    assert_string_equal(findings(&m, texts), "");
    const tn_category *c = test_model_category(&m, "m.c");
    assert_int_equal(c->purposes.count, 4);
    test_model_free(&m);
}

static void test_names__what_an_import_imports_is_not_seen(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        "module lib\npurpose of_lib \"\"\n", "module mid\nimport lib\n",
        "module m\nimport mid, std.gdpr\n" CATEGORY("of_lib"), NULL};
    assert_string_equal(findings(&m, texts), "unknown-name");
    test_model_free(&m);
}

static void test_names__a_full_name_needs_its_module_named(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {"module lib\npurpose of_lib \"\"\n",
                                 "module m\nimport std.gdpr\n" CATEGORY("lib.of_lib"),
                                 NULL};
    assert_string_equal(findings(&m, texts), "unknown-name");
    test_model_free(&m);
}

static void test_names__two_imports_that_offer_one_must_be_told_apart(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        "module a\npurpose p \"\"\n", "module b\npurpose p \"\"\n",
        "module m\nimport a, b, std.gdpr\n" CATEGORY("a.p, b.p"), NULL};
    assert_string_equal(findings(&m, texts), "");
    test_model_free(&m);
    const char *const simple[] = {
        texts[0], texts[1], "module m\nimport a, b, std.gdpr\n" CATEGORY("p"), NULL};
    assert_string_equal(findings(&m, simple), "ambiguous-name");
    test_model_free(&m);
}

static void test_names__kinds_do_not_get_in_each_others_way(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        "module m\nimport std.gdpr\n"
        "purpose order \"\"\nentity order { event gone \"\" }\n"
        "category order \"O\" of order { fields { t : date @created } purpose order\n"
        "  basis std.gdpr.contract retain until order.gone }\n",
        NULL};
    assert_string_equal(findings(&m, texts), "");
    test_model_free(&m);
}

static void test_names__a_field_may_begin_like_what_has_a_dot_behind_it(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        "module m\nimport std.gdpr\npurpose p \"\"\nentity order \"O\" { event gone }\n"
        "category c \"C\" of order { fields { recorded : timestamp @created\n"
        "  orders : event  s : string } purpose p basis std.gdpr.contract\n"
        "  retain 1 year from recorded when recorded != null\n"
        "  retain until order.gone  on orders delete }\n",
        NULL};
    assert_string_equal(findings(&m, texts), "");
    test_model_free(&m);
}

static void test_names__whoever_names_it_may_stand_before_it(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        "module m\n"
        "condition k \"\" on user require user.age >= age[user.country]\n"
        "basis b \"\" under c\nbasis c \"\"\n"
        "entity user { attribute age : int \"\"  attribute country : string \"\" }\n"
        "table age by country { default 16 }\n",
        NULL};
    assert_string_equal(findings(&m, texts), "");
    test_model_free(&m);
}

/* --- nearest */

static const char *nearest(const char *sought, const char *const *words, uint32_t count)
{
    tn_nearest found;
    uint32_t number = tn_nearest_word(words, count, tn_str_from(sought), &found);
    if (number != TN_NONE)
        return words[number];
    return found.best.data;
}

static void test_nearest__slips_of_a_finger(void **state)
{
    (void)state;
    const char *const words[] = {"primary", "backup", "temporary", "int"};
    assert_string_equal(nearest("primry", words, 4), "primary");
    assert_string_equal(nearest("bakcup", words, 4), "backup");
    assert_string_equal(nearest("BACKUP", words, 4), "backup");
    assert_string_equal(nearest("tempoary", words, 4), "temporary");
    assert_null(nearest("secondary", words, 4));
    assert_null(nearest("i", words, 4));
    assert_null(nearest("", words, 4));
}

static void test_nearest__case_is_the_smallest_slip(void **state)
{
    (void)state;
    const char *const words[] = {"provide", "Provided"};
    assert_string_equal(nearest("provided", words, 2), "Provided");
    tn_nearest found = tn_nearest_to(TN_STR("Name"));
    tn_nearest_try(&found, TN_STR("game"));
    tn_nearest_try(&found, TN_STR("name"));
    assert_int_equal(found.distance, 0);
    assert_int_equal(tn_str_compare(found.best, TN_STR("name")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names__module_parents_imports),
        cmocka_unit_test(test_names__what_an_import_imports_is_not_seen),
        cmocka_unit_test(test_names__a_full_name_needs_its_module_named),
        cmocka_unit_test(test_names__two_imports_that_offer_one_must_be_told_apart),
        cmocka_unit_test(test_names__kinds_do_not_get_in_each_others_way),
        cmocka_unit_test(test_names__a_field_may_begin_like_what_has_a_dot_behind_it),
        cmocka_unit_test(test_names__whoever_names_it_may_stand_before_it),
        cmocka_unit_test(test_nearest__slips_of_a_finger),
        cmocka_unit_test(test_nearest__case_is_the_smallest_slip),
    };
    return cmocka_run_group_tests_name("check/names", tests, NULL, NULL);
}
