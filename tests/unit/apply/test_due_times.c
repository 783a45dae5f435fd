/* due_times: by comparisons the same comes out as with the times of every record. */
#include "interp/apply/due_times.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { RECORDS = 3000, MADE = 0, SEEN = 1, DATED = 2 };

static const char fields[] =
    "  fields { made : timestamp @created  seen : timestamp  dated : date }\n"
    "  purpose p  basis std.gdpr.contract  stored in db as primary\n";

typedef struct sums {
    uint64_t taken;
    uint64_t asked; /* of these, for the time */
    tn_due_times times;
} sums;

/* Instants some five years around now, every tenth of them right at a midnight. */
static tn_value random_instant(uint64_t *seed, tn_instant now)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    int64_t seconds = now.seconds - 4 * 366 * TN_SECONDS_PER_DAY +
                      (int64_t)(*seed >> 20) % (5 * 366 * TN_SECONDS_PER_DAY);
    if ((*seed >> 60) == 3)
        seconds -= seconds % TN_SECONDS_PER_DAY;
    uint32_t nanos = (*seed >> 58) % 4 == 0 ? 999999999 : 0;
    return (tn_value){TN_KIND_TIMESTAMP, {.instant = {seconds, nanos}}};
}

static void fill(tn_decider *decider, uint64_t *seed, tn_instant now)
{
    tn_value *values = tn_decider_fields(decider);
    values[MADE] = random_instant(seed, now);
    values[SEEN] = random_instant(seed, now);
    tn_value day = random_instant(seed, now);
    values[DATED] = (tn_value){
        TN_KIND_DATE, {.day = (int32_t)(day.as.instant.seconds / TN_SECONDS_PER_DAY)}};
}

static void take(sums *s, tn_decider *decider, unsigned wants)
{
    tn_verdict verdict;
    bool is_taken;
    assert_int_equal(tn_decide(decider, 0, wants, &verdict), TN_OK);
    assert_int_equal(tn_due_times_take(&s->times, decider, &verdict, &is_taken), TN_OK);
    s->taken++;
    if (is_taken)
        return;
    s->asked++;
    assert_int_equal(tn_decide(decider, 0, TN_WANT_TIMES, &verdict), TN_OK);
    assert_int_equal(tn_due_times_take(&s->times, decider, &verdict, &is_taken), TN_OK);
}

/* *asked: how many of the records needed the calendar. */
static void compare(const char *head, const char *clauses, const char *at,
                    uint64_t *asked)
{
    char text[2048];
    test_policy policy;
    tn_arena arena;
    sums light = {0}, full = {0};
    tn_run *run;
    tn_decider *decider;
    tn_instant now = test_instant(at);
    uint64_t seed = 11;
    snprintf(text, sizeof(text),
             "module t \"Tests\"\nimport std.gdpr\n%s\npurpose p \"why\"\n"
             "category c \"C\" {\n%s%s\n}\n",
             head, fields, clauses);
    test_policy_compile(&policy, text);
    tn_arena_init(&arena, NULL);
    assert_int_equal(tn_run_new(&policy.image, now, NULL, &run), TN_OK);
    assert_int_equal(tn_decider_new(run, 0, TN_NONE, &decider), TN_OK);
    assert_int_equal(tn_due_times_init(&light.times, &policy.image, 0, now, &arena),
                     TN_OK);
    assert_int_equal(tn_due_times_init(&full.times, &policy.image, 0, now, &arena),
                     TN_OK);
    for (int i = 0; i < RECORDS; i++) {
        fill(decider, &seed, now);
        take(&light, decider, TN_WANT_OVERDUE);
        take(&full, decider, TN_WANT_TIMES);
    }
    assert_true(full.times.has_due);
    assert_int_equal(tn_instant_compare(light.times.oldest, full.times.oldest), 0);
    assert_int_equal(tn_instant_compare(light.times.newest, full.times.newest), 0);
    assert_memory_equal(light.times.days, full.times.days,
                        TN_DUE_DAYS * sizeof(uint64_t));
    uint64_t sum = 0;
    for (int i = 0; i < TN_DUE_DAYS; i++)
        sum += full.times.days[i];
    assert_true(sum > 0);
    *asked = light.asked;
    tn_decider_free(decider);
    tn_run_free(run);
    tn_arena_free(&arena);
    test_policy_free(&policy);
}

#define NOW "2026-11-23T13:30:00.5Z"

static void test_due_times__of_one_clause_by_comparison_alone(void **state)
{
    static const char *const clauses[] = {
        "retain 1 year from made",
        "retain 1 month from seen then delete within 30 days",
        "retain 100 days from dated",
        "retain 36 hours from made",
        "retain 2 years from end of month of made",
        "retain 13 months from end of year of dated",
    };
    static const char *const heads[] = {"zone \"UTC\"", "zone \"Europe/Berlin\"",
                                        "zone \"America/Sao_Paulo\""};
    (void)state;
    for (size_t i = 0; i < TN_COUNT(clauses); i++)
        for (size_t j = 0; j < TN_COUNT(heads); j++) {
            uint64_t asked;
            compare(heads[j], clauses[i], NOW, &asked);
            assert_int_equal(asked, 0);
        }
}

static void test_due_times__of_several_clauses_by_their_times(void **state)
{
    static const char *const clauses[] = {
        "retain 1 year from made\n  retain at most 2 years from seen",
        "retain 1 year from made\n  retain at least 18 months from dated because \"x\"",
        "retain 3 years from made\n  retain at most 2 years from dated",
        "retain 1 year from latest of (made, seen)",
        "retain 1 year from earliest of (made, dated)",
    };
    (void)state;
    for (size_t i = 0; i < TN_COUNT(clauses); i++) {
        uint64_t asked;
        compare("zone \"Europe/Berlin\"\ncount whole days", clauses[i], NOW, &asked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due_times__of_one_clause_by_comparison_alone),
        cmocka_unit_test(test_due_times__of_several_clauses_by_their_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
