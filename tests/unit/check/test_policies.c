/* The policies of the project: what the check says of them, and what they come to. */
#include "tests/support/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_policies__ipaas(void **state)
{
    (void)state;
    test_model m = {.model = NULL};
    tn_sources_init(&m.sources, NULL);
    tn_arena_init(&m.arena, NULL);
    tn_diags_init(&m.diags, NULL);
    tn_strings_init(&m.strings, NULL);
    tn_cel_builder_init(&m.code, &m.strings, NULL);
    const tn_str path = TN_STR("policies/ipaas");
    const tn_check_input input = {.paths = &path, .path_count = 1};
    const tn_check_into into = {&m.sources, &m.arena, &m.code, &m.diags};
    assert_int_equal(tn_check(&input, &into, &m.model), TN_OK);
    /* The document names no primary of the one, and no limit of the other. */
    assert_string_equal(test_model_findings(&m),
                        "backup-without-primary temporary-without-limit");
    assert_int_equal(m.model->categories.count, 3);
    assert_string_equal(test_model_clauses(&m, "ipaas.dpsa.operational_metadata"),
                        "retain_until(ipaas.dpsa 0 days from "
                        "customer.deletion_requested)");
    assert_string_equal(test_model_clauses(&m, "ipaas.privacy.running_log"),
                        "retain_period(ipaas.privacy 7 days from run_time)");
    assert_string_equal(test_model_clauses(&m, "ipaas.privacy.audit_log"),
                        "retain_period(ipaas.privacy 1 year from audit_time) "
                        "on(ipaas.privacy 0 days from customer.terminated)");
    assert_true(m.model->deployment.present);
    assert_int_equal(m.model->bindings.count, 4);
    assert_int_equal(m.model->fact_sources.count, 2);
    assert_true(m.model->tests.count > 50);
    test_model_free(&m);
}

static void test_policies__standard_library(void **state)
{
    (void)state;
    test_model m;
    const char *const texts[] = {
        "module m\nimport std.gdpr, std.dpv, std.consent, std.periods\n", NULL};
    test_model_check(&m, texts);
    assert_string_equal(test_model_findings(&m), "");
    assert_int_equal(m.model->bases.count, 16);
    assert_int_equal(m.model->tables.count, 3);
    assert_int_equal(m.model->periods.count, 34);
    assert_true(m.model->modules.rows[0].from_std);
    test_model_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policies__ipaas),
        cmocka_unit_test(test_policies__standard_library),
    };
    return cmocka_run_group_tests_name("check/policies", tests, NULL, NULL);
}
