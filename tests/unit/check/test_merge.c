/* merge: what a category is made of, along `extends` and `subject to`. */
#include "tests/support/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char parties[] = "module parties\n"
                              "entity customer { event gone \"\"  event asked \"\" }\n";

static const char base[] =
    "module base\n"
    "import parties, std.gdpr\n"
    "zone \"UTC\"\n"
    "grace 5 days\n"
    "purpose p \"P\"\n"
    "category invoice \"Invoices\" of customer @personal {\n"
    "  fields { made : date @created  paid : event  note : string }\n"
    "  purpose p\n"
    "  basis std.gdpr.contract\n"
    "  stored in db as primary\n"
    "  retain 9 years from made\n"
    "  on customer.gone delete\n"
    "  flag when note == \"\"\n"
    "}\n"
    "category letter \"Letters\" { fields { made : date } purpose p\n"
    "  basis std.gdpr.contract retain 1 year from made }\n";

static void check(test_model *m, const char *child)
{
    const char *const texts[] = {parties, base, child, NULL};
    test_model_check(m, texts);
}

static void test_merge__what_only_the_parent_has_is_inherited_whole(void **state)
{
    (void)state;
    test_model m;
    check(&m, "module m\nextends base\n");
    assert_string_equal(test_model_clauses(&m, "m.invoice"),
                        "retain_period(base 9 years from made) "
                        "on(base 0 days from customer.gone) flag(base 0 days)");
    assert_string_equal(test_model_origins(&m, "m.letter"),
                        "title=base of= fields=base purpose=base basis=base stored= "
                        "retention=base");
    assert_true(test_model_category(&m, "m.invoice")->personal);
    assert_int_equal(m.model->overrides.count, 0);
    test_model_free(&m);
}

static void test_merge__an_aspect_that_is_stated_replaces_the_parents(void **state)
{
    (void)state;
    test_model m;
    check(&m, "module m\nextends base\nimport std.gdpr, parties\n"
              "category invoice {\n"
              "  basis std.gdpr.legal_obligation\n"
              "  retain at least 8 years from made\n"
              "  retain 10 years from made\n"
              "  on customer.gone delete\n"
              "}\n");
    assert_string_equal(
        test_model_origins(&m, "m.invoice"),
        "title=base of=base fields=base purpose=base basis=m stored=base "
        "retention=m");
    assert_string_equal(test_model_clauses(&m, "m.invoice"),
                        "duty_period(m 8 years from made) "
                        "retain_period(m 10 years from made) "
                        "on(m 0 days from customer.gone) flag(base 0 days)");
    assert_int_equal(m.model->overrides.count, 2);
    assert_int_equal(m.model->overrides.rows[0].aspect, TN_ASPECT_BASIS);
    assert_int_equal(m.model->overrides.rows[1].aspect, TN_ASPECT_RETENTION);
    test_model_free(&m);
}

static void test_merge__flags_holds_and_redactions_add_up(void **state)
{
    (void)state;
    test_model m;
    check(&m, "module m\nextends base\n"
              "category invoice {\n"
              "  hold when paid == null\n"
              "}\n"
              "category letter { flag when made == null }\n");
    assert_string_equal(test_model_clauses(&m, "m.invoice"),
                        "hold(m 0 days) retain_period(base 9 years from made) "
                        "on(base 0 days from customer.gone) flag(base 0 days)");
    assert_string_equal(test_model_clauses(&m, "m.letter"),
                        "flag(m 0 days) retain_period(base 1 year from made)");
    test_model_free(&m);
}

static void test_merge__a_chain_takes_each_aspect_from_the_nearest(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        parties, base,
        "module m\nextends base\n"
        "category invoice \"Of m\" { fields { made : date @created  paid : event\n"
        "  note : string  more : int } }\n",
        "module n\nextends m\n"
        "category invoice { overrides retention because \"law\" retain 2 years from "
        "made "
        "}\n",
        NULL};
    test_model_check(&m, texts);
    assert_string_equal(test_model_origins(&m, "n.invoice"),
                        "title=m of=base fields=m purpose=base basis=base stored=base "
                        "retention=n");
    assert_string_equal(test_model_clauses(&m, "n.invoice"),
                        "retain_period(n 2 years from made) flag(base 0 days)");
    assert_int_equal(m.model->overrides.count, 3);
    assert_true(tn_str_equal(m.model->overrides.rows[2].why, TN_STR("law")));
    test_model_free(&m);
}

static void test_merge__an_inherited_clause_keeps_the_grace_of_its_module(void **state)
{
    (void)state;
    test_model m;
    check(&m, "module m\nextends base\ngrace 9 days\n");
    const tn_category *invoice = test_model_category(&m, "m.invoice");
    const tn_clause *form = &m.model->clauses.rows[invoice->clauses.first];
    assert_int_equal(form->window.days, 5);
    assert_false(form->window_stated);
    test_model_free(&m);
}

/* --- standards */

static const char law[] = "module law\n"
                          "import parties\n"
                          "every category { hold when made == null }\n"
                          "category invoice {\n"
                          "  retain 1 day from made\n"
                          "  retain at least 8 years from made\n"
                          "  on customer.asked delete\n"
                          "}\n";

static void test_merge__a_standard_adds_all_but_retain_forms(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        parties, law,
        "module m\nsubject to law\nimport parties, std.gdpr\npurpose p \"P\"\n"
        "category invoice \"I\" of customer { fields { made : date @created } purpose "
        "p\n"
        "  basis std.gdpr.contract retain 9 years from made }\n"
        "category other \"O\" { fields { made : date } purpose p\n"
        "  basis std.gdpr.contract retain 9 years from made }\n",
        NULL};
    assert_int_equal(test_model_try(&m, texts, NULL), TN_INVALID);
    /* The standard's own category has a retention, and so must be whole. */
    assert_string_equal(test_model_clauses(&m, "m.invoice"),
                        "retain_period(m 9 years from made) "
                        "duty_period(law 8 years from made) "
                        "on(law 0 days from customer.asked) hold(law 0 days)");
    assert_string_equal(test_model_clauses(&m, "m.other"),
                        "retain_period(m 9 years from made) hold(law 0 days)");
    test_model_free(&m);
}

static void test_merge__a_parents_standard_survives_what_the_child_states(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        parties, "module law\nevery category { retain at least 8 years from made }\n",
        "module base\nsubject to law\nimport std.gdpr\npurpose p \"P\"\n"
        "category invoice \"I\" { fields { made : date @created } purpose p\n"
        "  basis std.gdpr.contract retain 9 years from made }\n",
        "module m\nextends base\ncategory invoice { retain 8 years from made }\n",
        NULL};
    test_model_check(&m, texts);
    assert_string_equal(test_model_clauses(&m, "m.invoice"),
                        "retain_period(m 8 years from made) "
                        "duty_period(law 8 years from made)");
    test_model_free(&m);
}

static void test_merge__a_standard_that_comes_by_two_ways_counts_once(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        "module law\nevery category { retain at least 8 years from made }\n",
        "module more\nsubject to law\nevery category { flag when made == null }\n",
        "module m\nsubject to more\nsubject to law\nimport std.gdpr\npurpose p \"P\"\n"
        "category c \"C\" { fields { made : date @created } purpose p\n"
        "  basis std.gdpr.contract retain 9 years from made }\n",
        NULL};
    test_model_check(&m, texts);
    assert_string_equal(test_model_clauses(&m, "m.c"),
                        "retain_period(m 9 years from made) flag(more 0 days) "
                        "duty_period(law 8 years from made)");
    test_model_free(&m);
}

static void
test_merge__a_category_of_a_standard_that_only_bounds_is_not_decided(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        "module law\ncategory c { retain at least 8 years from made }\n",
        "module m\nsubject to law\n", NULL};
    test_model_check(&m, texts);
    assert_int_equal(m.model->categories.count, 0);
    test_model_free(&m);
}

/* --- limits of placements */

static void test_merge__a_placements_limit_counts_from_created(void **state)
{
    (void)state;
    test_model m;
    check(&m,
          "module m\nimport std.gdpr\npurpose p \"P\"\n"
          "category c \"C\" { fields { made : date @created  seen : date } purpose p\n"
          "  basis std.gdpr.contract\n"
          "  retain 9 years from seen\n"
          "  stored in queue as temporary for at most 7 days, db as primary }\n");
    assert_string_equal(test_model_clauses(&m, "m.c"),
                        "retain_period(m 9 years from seen) "
                        "placement_limit(m 7 days from made)");
    test_model_free(&m);
}

static void test_merge__or_from_the_anchor_of_each_retain_form(void **state)
{
    (void)state;
    test_model m;
    check(&m, "module m\nimport std.gdpr\npurpose p \"P\"\n"
              "category c \"C\" { fields { made : date  seen : date } purpose p\n"
              "  basis std.gdpr.contract\n"
              "  stored in queue as temporary for at most 7 days, db as primary\n"
              "  retain 9 years from seen when made == null\n"
              "  retain 8 years from made }\n");
    assert_string_equal(test_model_clauses(&m, "m.c"),
                        "placement_limit(m 7 days from seen) "
                        "placement_limit(m 7 days from made) "
                        "retain_period(m 9 years from seen) "
                        "retain_period(m 8 years from made)");
    const tn_category *c = test_model_category(&m, "m.c");
    const tn_clause *clauses = m.model->clauses.rows + c->clauses.first;
    assert_int_equal(clauses[0].form, c->clauses.first + 2);
    assert_int_equal(clauses[1].form, c->clauses.first + 3);
    test_model_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merge__what_only_the_parent_has_is_inherited_whole),
        cmocka_unit_test(test_merge__an_aspect_that_is_stated_replaces_the_parents),
        cmocka_unit_test(test_merge__flags_holds_and_redactions_add_up),
        cmocka_unit_test(test_merge__a_chain_takes_each_aspect_from_the_nearest),
        cmocka_unit_test(test_merge__an_inherited_clause_keeps_the_grace_of_its_module),
        cmocka_unit_test(test_merge__a_standard_adds_all_but_retain_forms),
        cmocka_unit_test(test_merge__a_parents_standard_survives_what_the_child_states),
        cmocka_unit_test(test_merge__a_standard_that_comes_by_two_ways_counts_once),
        cmocka_unit_test(
            test_merge__a_category_of_a_standard_that_only_bounds_is_not_decided),
        cmocka_unit_test(test_merge__a_placements_limit_counts_from_created),
        cmocka_unit_test(test_merge__or_from_the_anchor_of_each_retain_form),
    };
    return cmocka_run_group_tests_name("check/merge", tests, NULL, NULL);
}
