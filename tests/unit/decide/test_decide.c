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

/* --- what is asked for lightly against all of it */

/* One decider for many records: the least due of those given lightly is the least of
 * all, and each record is overdue and in conflict in both or neither. */
typedef struct least {
    bool exists;
    tn_instant at;
} least;

static void offer_least(least *to, const tn_verdict *v)
{
    if (!v->has_due || v->decision != TN_KEEP || v->reason == TN_REASON_HOLD ||
        (to->exists && tn_instant_compare(to->at, v->due) <= 0))
        return;
    *to = (least){true, v->due};
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* An instant of six years about NOW: often NOW itself moved by years, days and a
 * nanosecond, so that cutoffs are met exactly. */
static tn_instant random_instant(uint32_t *seed)
{
    tn_instant t = test_instant(NOW);
    t.seconds -= (int64_t)(next_random(seed) % 2200) * TN_SECONDS_PER_DAY;
    if (next_random(seed) % 2 == 0)
        t.seconds += next_random(seed) % 500000000;
    if (next_random(seed) % 3 == 0)
        t.nanos = next_random(seed) % 2 == 0 ? 1 : 999999999;
    return t;
}

static void set_random(tn_value *fields, uint32_t *seed)
{
    static const uint32_t points[] = {0, 1, 2}; /* made, seen, closed */
    for (uint32_t i = 0; i < TN_COUNT(points); i++) {
        tn_value *value = &fields[points[i]];
        value->kind = next_random(seed) % 9 == 0 ? TN_KIND_NULL : TN_KIND_TIMESTAMP;
        value->as.instant = random_instant(seed);
    }
    fields[3].kind = TN_KIND_DATE;
    fields[3].as.day = (int32_t)(random_instant(seed).seconds / TN_SECONDS_PER_DAY);
    fields[7] = (tn_value){TN_KIND_BOOL, {.boolean = next_random(seed) % 2 == 0}};
}

typedef struct light_sums {
    uint32_t overdue, conflicts, kept; /* so that the test is seen to test something */
} light_sums;

static void compare_light(const tn_run *run, light_sums *sums)
{
    tn_decider *decider;
    least light_least = {false, {0, 0}}, all_least = {false, {0, 0}};
    uint32_t seed = 7;
    assert_int_equal(tn_decider_new(run, 0, TN_NONE, &decider), TN_OK);
    for (uint32_t i = 0; i < 4000; i++) {
        tn_verdict light, all;
        set_random(tn_decider_fields(decider), &seed);
        assert_int_equal(
            tn_decide(decider, 0, TN_WANT_OVERDUE | TN_WANT_LEAST_DUE, &light), TN_OK);
        assert_int_equal(tn_decide(decider, 0, TN_WANT_ALL, &all), TN_OK);
        assert_int_equal(light.reason, all.reason);
        assert_int_equal(light.clause, all.clause);
        assert_int_equal(light.overdue, all.overdue);
        assert_int_equal(light.conflict, all.conflict);
        offer_least(&light_least, &light);
        offer_least(&all_least, &all);
        assert_int_equal(light_least.exists, all_least.exists);
        assert_int_equal(tn_instant_compare(light_least.at, all_least.at), 0);
        sums->overdue += all.overdue;
        sums->conflicts += all.conflict;
        sums->kept += all.decision == TN_KEEP;
    }
    tn_decider_free(decider);
}

static void test_decide__light_wants_say_the_same(void **state)
{
    (void)state;
    static const char *const policies[] = {
        "retain 2 years from made",
        "retain 2 years from dated  then delete within 30 days",
        "retain 1 month from made  then delete within 1 month",
        "retain 3 years from end of year of made  then delete within 2 weeks",
        "retain 1 year from latest of (seen, closed)",
        "retain 6 months from earliest of (seen, dated)  then delete within 36 hours",
        "retain until closed then delete after 5 days within 30 days",
        "retain 3 years from made  on closed delete within 30 days",
        "retain 3 years from made  on closed delete after 1 year within 13 months",
        "retain 1 year from made then delete within 30 days  retain at least 18 months "
        "from seen",
        "retain at most 2 years from seen  retain 4 years from dated",
        "retain 1 day from made when marked  retain 3 years from dated",
        "retain 1 year from made  retain at least 2 years from seen "
        "retain at most 3 years from dated",
        "retain 2 years from made  retain at least until closed "
        "retain at most 3 years from seen",
    };
    light_sums sums = {0, 0, 0};
    for (uint32_t i = 0; i < TN_COUNT(policies); i++) {
        test_policy policy;
        tn_run *run;
        compile(&policy, policies[i]);
        assert_int_equal(tn_run_new(&policy.image, test_instant(NOW), NULL, &run),
                         TN_OK);
        tn_run_set_facts(run, 0, NULL);
        compare_light(run, &sums);
        tn_run_free(run);
        test_policy_free(&policy);
    }
    assert_true(sums.overdue > 1000 && sums.conflicts > 1000 && sums.kept > 1000);
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
        cmocka_unit_test(test_decide__light_wants_say_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
