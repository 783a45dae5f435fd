/* decide: section 4 of the language, case by case. */
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const char vocabulary[] = "module t \"Tests\"\n"
                                 "import std.gdpr\n"
                                 "purpose p \"why\"\n"
                                 "entity customer {\n"
                                 "  event terminated \"\"\n"
                                 "  event requested \"\"\n"
                                 "  attribute tier : int \"\"\n"
                                 "}\n";

/* A category `c` of a customer, with the fields that most cases use. */
static void compile(test_policy *policy, const char *clauses)
{
    char text[4096];
    snprintf(text, sizeof(text),
             "%scategory c \"C\" of customer {\n"
             "  fields { made : timestamp @created  seen : timestamp  closed : event\n"
             "           dated : date  name : string  ip : string  size : int\n"
             "           marked : bool }\n"
             "  purpose p  basis std.gdpr.contract  stored in db as primary\n"
             "  %s\n}\n",
             vocabulary, clauses);
    test_policy_compile(policy, text);
}

typedef struct verdict_case {
    const char *now;
    const char *record;
    const char *facts;
    const char *verdict;
} verdict_case;

static void run_cases(const char *clauses, const verdict_case *cases, size_t count)
{
    test_policy policy;
    compile(&policy, clauses);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(
            test_decide(&policy, "c", cases[i].now, cases[i].record, cases[i].facts),
            cases[i].verdict);
    test_policy_free(&policy);
}

#define RUN(clauses, ...)                                                              \
    run_cases(clauses, (const verdict_case[]){__VA_ARGS__},                            \
              TN_COUNT(((const verdict_case[]){__VA_ARGS__})))

#define NOW "2026-11-23T00:00:00Z"

static void test_decide__a_period_ends_at_its_due_instant(void **state)
{
    (void)state;
    RUN("retain 7 days from made",
        {NOW, "made=2026-11-16T00:00:00Z", "tier=1",
         "delete expired due 2026-11-23T00:00:00Z deadline 2026-11-23T00:00:00Z"},
        {NOW, "made=2026-11-16T00:00:01Z", "tier=1",
         "keep retained due 2026-11-23T00:00:01Z deadline 2026-11-23T00:00:01Z next "
         "2026-11-23T00:00:01Z"},
        {"2026-11-23T00:00:00.000000001Z", "made=2026-11-16T00:00:00Z", "tier=1",
         "delete expired due 2026-11-23T00:00:00Z deadline 2026-11-23T00:00:00Z "
         "overdue"});
}

static void test_decide__what_is_missing_or_wild_flags(void **state)
{
    (void)state;
    RUN("retain 7 days from made",
        {NOW, "made=null", "tier=1", "flag unknown_anchor [unknown_anchor]"},
        {NOW, "made=?", "tier=1", "flag unknown_anchor [unknown_anchor]"},
        {NOW, "made=1970-12-31T23:59:59Z", "tier=1",
         "flag implausible_anchor due 1971-01-07T23:59:59Z deadline "
         "1971-01-07T23:59:59Z "
         "overdue conflict [implausible_anchor]"},
        {NOW, "made=2027-01-01T00:00:00Z", "tier=1",
         "flag future_anchor due 2027-01-08T00:00:00Z deadline 2027-01-08T00:00:00Z "
         "next "
         "2026-12-31T00:00:00Z [future_anchor]"},
        {NOW, "made=2026-11-24T00:00:00Z", "tier=1",
         "keep retained due 2026-12-01T00:00:00Z deadline 2026-12-01T00:00:00Z next "
         "2026-12-01T00:00:00Z"},
        {NOW, "made=9999-12-31T00:00:00Z", "tier=1",
         "flag unknown_anchor [unknown_anchor "
         "future_anchor]"});
}

static void test_decide__an_event_moves_what_existed(void **state)
{
    (void)state;
    RUN("retain 1 year from made  on customer.terminated delete within 30 days",
        {NOW, "made=2026-06-01T00:00:00Z", "terminated=null",
         "keep retained due 2027-06-01T00:00:00Z deadline 2027-06-01T00:00:00Z next "
         "2027-06-01T00:00:00Z"},
        {NOW, "made=2026-06-01T00:00:00Z", "none",
         "keep retained due 2027-06-01T00:00:00Z deadline 2027-06-01T00:00:00Z next "
         "2027-06-01T00:00:00Z"},
        {NOW, "made=2026-06-01T00:00:00Z", "terminated=2026-11-01T12:00:00Z",
         "delete event due 2026-11-01T12:00:00Z deadline 2026-12-01T12:00:00Z"},
        {NOW, "made=2026-11-10T00:00:00Z", "terminated=2026-11-01T12:00:00Z",
         "keep retained due 2027-11-10T00:00:00Z deadline 2027-11-10T00:00:00Z next "
         "2027-11-10T00:00:00Z"},
        {NOW, "made=2026-11-01T12:00:00Z", "terminated=2026-11-01T12:00:00Z",
         "delete event due 2026-11-01T12:00:00Z deadline 2026-12-01T12:00:00Z"},
        {NOW, "made=2026-06-01T00:00:00Z", "terminated=?",
         "flag unknown_anchor [unknown_anchor]"},
        {NOW, "made=2026-06-01T00:00:00Z", NULL,
         "flag unknown_entity [unknown_entity]"});
}

static void test_decide__until_waits_for_its_event(void **state)
{
    (void)state;
    RUN("retain until customer.requested then delete after 5 days within 30 days",
        {NOW, "made=2026-01-01T00:00:00Z", "tier=1", "keep awaiting_event"},
        {NOW, "made=2026-01-01T00:00:00Z", "requested=2026-11-20T00:00:00Z",
         "keep retained due 2026-11-25T00:00:00Z deadline 2026-12-20T00:00:00Z next "
         "2026-11-25T00:00:00Z"},
        {NOW, "made=2026-01-01T00:00:00Z", "requested=2026-10-01T00:00:00Z",
         "delete event due 2026-10-06T00:00:00Z deadline 2026-10-31T00:00:00Z overdue"},
        {NOW, "made=null", "requested=2026-10-01T00:00:00Z",
         "flag unknown_anchor [unknown_anchor]"},
        {NOW, "made=null", "tier=1", "keep awaiting_event"});
}

static void test_decide__a_hold_beats_everything(void **state)
{
    (void)state;
    RUN("retain 1 year from made  hold when marked",
        {NOW, "made=2020-01-01T00:00:00Z", "hold=true",
         "keep hold due 2021-01-01T00:00:00Z deadline 2021-01-01T00:00:00Z overdue "
         "conflict [unknown_guard]"},
        {NOW, "made=2020-01-01T00:00:00Z; marked=true", "tier=1",
         "keep hold due 2021-01-01T00:00:00Z deadline 2021-01-01T00:00:00Z overdue "
         "conflict"},
        {NOW, "made=2020-01-01T00:00:00Z; marked=false",
         "hold_from=2026-01-01T00:00:00Z; hold_until=2026-12-01T00:00:00Z",
         "keep hold due 2021-01-01T00:00:00Z deadline 2021-01-01T00:00:00Z overdue "
         "conflict next 2026-12-01T00:00:00Z"});
}

static void test_decide__doubt_about_a_hold_flags(void **state)
{
    (void)state;
    RUN("retain 1 year from made",
        {NOW, "made=2020-01-01T00:00:00Z", "hold=?",
         "flag unknown_guard due 2021-01-01T00:00:00Z deadline 2021-01-01T00:00:00Z "
         "overdue conflict [unknown_guard]"},
        {NOW, "made=2020-01-01T00:00:00Z", "hold_from=1970-01-01T00:00:00Z",
         "flag unknown_guard due 2021-01-01T00:00:00Z deadline 2021-01-01T00:00:00Z "
         "overdue conflict [unknown_guard]"},
        {NOW, "made=2020-01-01T00:00:00Z", "hold=true; hold_from=?",
         "keep hold due 2021-01-01T00:00:00Z deadline 2021-01-01T00:00:00Z overdue "
         "conflict [unknown_guard]"},
        {NOW, "made=2020-01-01T00:00:00Z", "hold_until=2026-01-01T00:00:00Z",
         "delete expired due 2021-01-01T00:00:00Z deadline 2021-01-01T00:00:00Z "
         "overdue"});
}

static void test_decide__a_duty_beats_a_limit(void **state)
{
    (void)state;
    RUN("retain 1 month from made  retain at least 2 years from made",
        {NOW, "made=2026-01-01T00:00:00Z", "tier=1",
         "keep duty due 2028-01-01T00:00:00Z deadline 2028-01-01T00:00:00Z next "
         "2028-01-01T00:00:00Z"},
        {NOW, "made=2024-01-01T00:00:00Z", "tier=1",
         "delete expired due 2026-01-01T00:00:00Z deadline 2026-01-01T00:00:00Z "
         "overdue"});
    RUN("retain 10 years from made  retain at most 1 year from seen"
        "  retain at least until customer.requested",
        {NOW, "made=2026-01-01T00:00:00Z; seen=2025-01-01T00:00:00Z", "tier=1",
         "keep duty conflict"},
        {NOW, "made=2026-01-01T00:00:00Z; seen=2025-01-01T00:00:00Z",
         "requested=2026-02-01T00:00:00Z",
         "delete limit due 2026-02-01T00:00:00Z deadline 2026-02-01T00:00:00Z overdue "
         "conflict"});
}

static void test_decide__the_first_form_whose_guard_holds_takes_part(void **state)
{
    (void)state;
    RUN("retain 1 day from made when size > 100\n"
        "retain 2 days from made unless marked\n"
        "retain indefinitely",
        {NOW, "made=2026-11-22T00:00:00Z; size=101; marked=true", "tier=1",
         "delete expired due 2026-11-23T00:00:00Z deadline 2026-11-23T00:00:00Z"},
        {NOW, "made=2026-11-22T00:00:00Z; size=1; marked=false", "tier=1",
         "keep retained due 2026-11-24T00:00:00Z deadline 2026-11-24T00:00:00Z next "
         "2026-11-24T00:00:00Z"},
        {NOW, "made=2026-11-22T00:00:00Z; size=1; marked=true", "tier=1",
         "keep indefinite"},
        {NOW, "made=2026-11-22T00:00:00Z; size=null; marked=true", "tier=1",
         "flag unknown_guard [unknown_guard]"});
}

static void test_decide__redactions_are_due_under_a_keep_alone(void **state)
{
    (void)state;
    RUN("retain 1 year from made  redact ip, name after 30 days from made"
        "  redact name after 60 days from made",
        {NOW, "made=2026-11-01T00:00:00Z; ip=1; name=n", "tier=1",
         "keep retained due 2027-11-01T00:00:00Z deadline 2027-11-01T00:00:00Z next "
         "2026-12-01T00:00:00Z"},
        {NOW, "made=2026-09-01T00:00:00Z; ip=1; name=n", "tier=1",
         "keep retained due 2027-09-01T00:00:00Z deadline 2027-09-01T00:00:00Z next "
         "2027-09-01T00:00:00Z redact ip,name"},
        {NOW, "made=2026-09-01T00:00:00Z; ip=null; name=n", "hold=true",
         "keep hold due 2027-09-01T00:00:00Z deadline 2027-09-01T00:00:00Z"},
        {NOW, "made=2020-09-01T00:00:00Z; ip=1", "tier=1",
         "delete expired due 2021-09-01T00:00:00Z deadline 2021-09-01T00:00:00Z "
         "overdue"});
}

static void test_decide__latest_waits_and_earliest_ignores(void **state)
{
    (void)state;
    RUN("retain 1 day from latest of (seen, closed)",
        {NOW, "seen=2026-01-01T00:00:00Z; closed=null", "tier=1",
         "keep awaiting_event"},
        {NOW, "seen=2026-11-21T00:00:00Z; closed=2026-11-20T00:00:00Z", "tier=1",
         "delete expired due 2026-11-22T00:00:00Z deadline 2026-11-22T00:00:00Z "
         "overdue"},
        {NOW, "seen=null; closed=null", "tier=1",
         "flag unknown_anchor [unknown_anchor]"});
    RUN("retain 1 day from earliest of (seen, closed)",
        {NOW, "seen=2026-11-21T00:00:00Z; closed=null", "tier=1",
         "delete expired due 2026-11-22T00:00:00Z deadline 2026-11-22T00:00:00Z "
         "overdue"},
        {NOW, "seen=2026-11-21T00:00:00Z; closed=2026-11-20T00:00:00Z", "tier=1",
         "delete expired due 2026-11-21T00:00:00Z deadline 2026-11-21T00:00:00Z "
         "overdue"});
}

static void test_decide__a_date_stands_for_its_whole_day(void **state)
{
    (void)state;
    RUN("retain 1 month from dated",
        {"2026-02-28T23:59:59.999999999Z", "dated=2026-01-30", "tier=1",
         "keep retained due 2026-03-01T00:00:00Z deadline 2026-03-01T00:00:00Z next "
         "2026-03-01T00:00:00Z"},
        {"2026-03-01T00:00:00Z", "dated=2026-01-28", "tier=1",
         "delete expired due 2026-03-01T00:00:00Z deadline 2026-03-01T00:00:00Z"});
}

static void test_decide__flags_and_guards_in_doubt(void **state)
{
    (void)state;
    RUN("retain 1 day from made  flag when name == \"x\"  flag when customer.tier > 3",
        {NOW, "made=2026-11-01T00:00:00Z; name=x", "tier=1",
         "flag flagged due 2026-11-02T00:00:00Z deadline 2026-11-02T00:00:00Z overdue "
         "conflict [flagged]"},
        {NOW, "made=2026-11-01T00:00:00Z; name=x", "tier=null",
         "flag unknown_guard due 2026-11-02T00:00:00Z deadline 2026-11-02T00:00:00Z "
         "overdue conflict [unknown_guard flagged]"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decide__a_period_ends_at_its_due_instant),
        cmocka_unit_test(test_decide__what_is_missing_or_wild_flags),
        cmocka_unit_test(test_decide__an_event_moves_what_existed),
        cmocka_unit_test(test_decide__until_waits_for_its_event),
        cmocka_unit_test(test_decide__a_hold_beats_everything),
        cmocka_unit_test(test_decide__doubt_about_a_hold_flags),
        cmocka_unit_test(test_decide__a_duty_beats_a_limit),
        cmocka_unit_test(test_decide__the_first_form_whose_guard_holds_takes_part),
        cmocka_unit_test(test_decide__redactions_are_due_under_a_keep_alone),
        cmocka_unit_test(test_decide__latest_waits_and_earliest_ignores),
        cmocka_unit_test(test_decide__a_date_stands_for_its_whole_day),
        cmocka_unit_test(test_decide__flags_and_guards_in_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
