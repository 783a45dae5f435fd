#include "tests/unit/calendar/support.h"

#include "interp/calendar/zone_rule.h"

static tn_zone_rule rule_of(const char *text)
{
    tn_zone_rule rule;
    if (!tn_zone_rule_parse(tn_str_from(text), &rule))
        fail_msg("not a rule: %s", text);
    return rule;
}

static void test_zone_rule__reads_offsets_west(void **state)
{
    (void)state;
    assert_int_equal(rule_of("EST5").standard, -5 * 3600);
    assert_int_equal(rule_of("<+0545>-5:45").standard, 5 * 3600 + 45 * 60);
    assert_int_equal(rule_of("LMT+0:1:15").standard, -75);
    assert_false(rule_of("EST5").has_daylight);
    assert_true(rule_of("<-00>0").is_unknown);
    assert_false(rule_of("<-03>3").is_unknown);
    tn_zone_rule rule = rule_of("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
    assert_true(rule.has_daylight);
    assert_int_equal(rule.standard, 37800);
    assert_int_equal(rule.daylight, 39600);
    /* An hour ahead unless it is said. */
    assert_int_equal(rule_of("EST5EDT,M3.2.0,M11.1.0").daylight, -4 * 3600);
}

static void assert_change(tn_zone_change change, const char *text, int32_t offset)
{
    assert_instant((tn_instant){change.at, 0}, text);
    assert_int_equal(change.offset, offset);
}

static void test_zone_rule__finds_the_days(void **state)
{
    (void)state;
    tn_zone_rule rule = rule_of("CET-1CEST,M3.5.0,M10.5.0/3");
    assert_change(tn_zone_rule_start(&rule, 2026), "2026-03-29T01:00:00Z", 7200);
    assert_change(tn_zone_rule_end(&rule, 2026), "2026-10-25T01:00:00Z", 3600);
    rule = rule_of("EST5EDT,M3.2.0,M11.1.0");
    assert_change(tn_zone_rule_start(&rule, 2026), "2026-03-08T07:00:00Z", -14400);
    assert_change(tn_zone_rule_end(&rule, 2026), "2026-11-01T06:00:00Z", -18000);
    /* Times before the day, and beyond it. */
    rule = rule_of("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
    assert_change(tn_zone_rule_start(&rule, 2026), "2026-03-29T01:00:00Z", -3600);
    rule = rule_of("EET-2EEST,M3.4.4/50,M10.4.4/50");
    assert_change(tn_zone_rule_start(&rule, 2026), "2026-03-28T00:00:00Z", 10800);
    /* Days of the year, with February 29 and without it. */
    rule = rule_of("AAA0BBB,J60/0,59/0");
    assert_change(tn_zone_rule_start(&rule, 2024), "2024-03-01T00:00:00Z", 3600);
    assert_change(tn_zone_rule_end(&rule, 2024), "2024-02-28T23:00:00Z", 0);
    assert_change(tn_zone_rule_start(&rule, 2025), "2025-03-01T00:00:00Z", 3600);
    assert_change(tn_zone_rule_end(&rule, 2025), "2025-02-28T23:00:00Z", 0);
    /* Ireland's winter time is the one that is saved. */
    rule = rule_of("IST-1GMT0,M10.5.0,M3.5.0/1");
    assert_change(tn_zone_rule_start(&rule, 2026), "2026-10-25T01:00:00Z", 0);
    assert_change(tn_zone_rule_end(&rule, 2026), "2026-03-29T01:00:00Z", 3600);
}

static void test_zone_rule__refuses_all_else(void **state)
{
    (void)state;
    const char *const texts[] = {
        "",
        "E5",
        "EST",
        "5",
        "EST5EDT",
        "EST5EDT,M3.2.0",
        "EST5EDT,M3.2.0,M11.1.0,",
        "EST5EDT,M3.2.0,M11.1.0 ",
        "EST5EDT,M0.2.0,M11.1.0",
        "EST5EDT,M13.2.0,M11.1.0",
        "EST5EDT,M3.0.0,M11.1.0",
        "EST5EDT,M3.6.0,M11.1.0",
        "EST5EDT,M3.2.7,M11.1.0",
        "EST5EDT,M3.2,M11.1.0",
        "EST5EDT,J0,J365",
        "EST5EDT,J1,J366",
        "EST5EDT,0,366",
        "EST5EDT,M3.2.0/168,M11.1.0",
        "EST5EDT,M3.2.0/-168,M11.1.0",
        "EST5EDT,M3.2.0/2:60,M11.1.0",
        "EST5EDT,M3.2.0/,M11.1.0",
        "EST25",
        "EST5:60",
        "EST5:0:60",
        "EST5:",
        "<EST5",
        "<ES>5",
        "<E ST>5",
        "E-T5",
        "EST5<EDT,M3.2.0,M11.1.0",
        "EST99999999999999999999",
        "\nEST5",
    };
    tn_zone_rule rule;
    for (size_t i = 0; i < TN_COUNT(texts); i++) {
        if (tn_zone_rule_parse(tn_str_from(texts[i]), &rule))
            fail_msg("taken for a rule: '%s'", texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zone_rule__reads_offsets_west),
        cmocka_unit_test(test_zone_rule__finds_the_days),
        cmocka_unit_test(test_zone_rule__refuses_all_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
