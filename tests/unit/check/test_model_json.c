/* model_json: the model as other programs read it. */
#include "interp/check/model_json.h"
#include "tests/support/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* The JSON of a policy, from `"from":` on, as far as `expected` goes. */
static void expect_json(const char *const *texts, const char *from,
                        const char *expected)
{
    test_model m;
    tn_buf json;
    tn_buf_init(&json, NULL);
    test_model_check(&m, texts);
    assert_int_equal(tn_model_json(m.model, &json), TN_OK);
    tn_buf_put_char(&json, '\0');
    const char *at = strstr(json.data, from);
    assert_non_null(at);
    size_t len = strlen(expected);
    if (strncmp(at, expected, len) != 0)
        fail_msg("\n%.*s\nis not\n%s", (int)len, at, expected);
    tn_buf_free(&json);
    test_model_free(&m);
}

static const char parties[] =
    "module parties\n"
    "entity customer \"C\" { event gone \"\" @plausible(\"1990-01-01\")\n"
    "  attribute born : date \"\" }\n"
    "table age by country { \"DE\": 16  \"F\\\"R\": null  default -1 }\n";

static void test_model_json__entities_and_tables(void **state)
{
    (void)state;
    const char *const texts[] = {parties, NULL};
    expect_json(texts, "\"entities\":",
                "\"entities\":[{\"name\":\"parties.customer\",\"title\":\"C\","
                "\"module\":\"parties\",\"facts\":["
                "{\"name\":\"gone\",\"event\":true,\"type\":\"event\","
                "\"earliest\":\"1990-01-01T00:00:00Z\"},"
                "{\"name\":\"born\",\"event\":false,\"type\":\"date\","
                "\"earliest\":\"1971-01-01T00:00:00Z\"}]}],"
                "\"tables\":[{\"name\":\"parties.age\",\"by\":\"country\","
                "\"rows\":[[\"DE\",16],[\"F\\\"R\",null]],\"default\":-1}]");
}

static void test_model_json__modules_and_the_tables_they_see(void **state)
{
    (void)state;
    const char *const texts[] = {
        "module a\ntable t by k { default 1 }\n",
        "module m \"M\"\nextends a\nimport parties\ngrace 2 weeks + 1 hour\n", parties,
        NULL};
    expect_json(
        texts, "{\"name\":\"m\"",
        "{\"name\":\"m\",\"title\":\"M\",\"external\":null,\"zone\":\"UTC\","
        "\"whole_days\":false,\"grace\":{\"months\":0,\"days\":14,\"seconds\":3600},"
        "\"extends\":[\"a\"],\"subject_to\":[],\"imports\":[\"parties\"],"
        "\"digest\":\"");
    expect_json(texts, "\"tables\":{\"t\":\"a.t\",",
                "\"tables\":{\"t\":\"a.t\",\"age\":\"parties.age\"}");
}

static void test_model_json__clauses(void **state)
{
    (void)state;
    const char *const texts[] = {
        parties,
        "module m\nimport parties, std.gdpr\npurpose p \"P\"\n"
        "category c \"C\" of customer {\n"
        "  fields { t : timestamp @created  n : string }\n"
        "  purpose p  basis std.gdpr.contract\n"
        "  retain 1 year from end of month of latest of (t, customer.gone)\n"
        "    unless (n == \"x\") because \"so\"\n"
        "  retain indefinitely\n"
        "  on customer.gone delete after 1 day within 2 days\n"
        "}\n",
        NULL};
    expect_json(
        texts, "\"clauses\":",
        "\"clauses\":[{\"kind\":\"retain_period\",\"module\":\"m\",\"at\":\"2.tenure:7:"
        "3\","
        "\"anchor\":{\"rounding\":\"month\",\"op\":\"latest\",\"members\":["
        "{\"field\":\"t\"},{\"event\":\"parties.customer.gone\"}]},\"event\":null,"
        "\"period\":{\"months\":12,\"days\":0,\"seconds\":0},"
        "\"window\":{\"months\":0,\"days\":0,\"seconds\":0},\"window_stated\":false,"
        "\"guard\":{\"text\":\"(n == \\\"x\\\")\",\"negated\":true},\"why\":\"so\","
        "\"redact\":[],\"redact_to\":null,\"placement\":null,\"form\":null},"
        "{\"kind\":\"retain_indefinitely\",");
    expect_json(
        texts, "{\"kind\":\"on\"",
        "{\"kind\":\"on\",\"module\":\"m\",\"at\":\"2.tenure:10:3\",\"anchor\":null,"
        "\"event\":{\"event\":\"parties.customer.gone\"},"
        "\"period\":{\"months\":0,\"days\":1,\"seconds\":0},"
        "\"window\":{\"months\":0,\"days\":2,\"seconds\":0},\"window_stated\":true,"
        "\"guard\":null,\"why\":null,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model_json__entities_and_tables),
        cmocka_unit_test(test_model_json__modules_and_the_tables_they_see),
        cmocka_unit_test(test_model_json__clauses),
    };
    return cmocka_run_group_tests_name("check/model_json", tests, NULL, NULL);
}
