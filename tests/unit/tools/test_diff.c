#include "interp/tools/diff.h"
#include "tests/support/memory.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A policy whose one category holds `clauses`. */
static void compile(test_policy *policy, const char *clauses)
{
    char text[4096];
    snprintf(text, sizeof(text),
             "module m \"M\"\n"
             "entity owner \"O\" { event gone \"G\" event left \"L\" }\n"
             "category note \"N\" of owner {\n"
             "    fields { made : timestamp @created  seen : timestamp  kind : string\n"
             "             size : int  body : string }\n"
             "    stored in db as primary, queue as temporary for at most 7 days\n"
             "%s\n}\n",
             clauses);
    test_policy_compile(policy, text);
}

/* "same", "unfound", or the ways and what: "shorter due, longer deadline". */
static const char *found(const char *old_clauses, const char *new_clauses)
{
    static char text[512];
    test_policy policies[TN_PAIR_SIDES];
    tn_arena arena;
    tn_diff diff;
    compile(&policies[TN_PAIR_OLD], old_clauses);
    compile(&policies[TN_PAIR_NEW], new_clauses);
    tn_arena_init(&arena, NULL);
    assert_int_equal(
        tn_diff_find(&policies[0].image, &policies[1].image, &arena, &diff), TN_OK);
    const tn_diff_category *c = &diff.categories[0];
    snprintf(text, sizeof(text), "%s",
             c->state == TN_DIFF_CHANGED ? "" : tn_diff_state_text(c->state));
    for (uint32_t i = 0; i < c->change_count && i < 2; i++) {
        strcat(text, i > 0 ? ", " : "");
        strcat(strcat(text, tn_diff_way_text(c->changes[i].way)), " ");
        strcat(text, tn_diff_what_text(c->changes[i].what));
    }
    tn_arena_free(&arena);
    test_policy_free(&policies[TN_PAIR_OLD]);
    test_policy_free(&policies[TN_PAIR_NEW]);
    return text;
}

static void test_diff__other_words_for_the_same_are_the_same(void **state)
{
    (void)state;
    assert_string_equal(found("retain 1 year from made", "retain 12 months from made"),
                        "same");
    assert_string_equal(
        found("retain 1 year from made\n on owner.gone delete\n on owner.left delete",
              "on owner.left delete\n retain 1 year from made\n on owner.gone delete"),
        "same");
    assert_string_equal(
        found("retain 1 year from made when kind == \"a\"\n retain indefinitely",
              "retain 1 year from made unless !(kind == \"a\")\n retain indefinitely"),
        "same");
    assert_string_equal(found("retain 1 year from latest of (made, seen)",
                              "retain 1 year from latest of (seen, made)"),
                        "same");
}

static void test_diff__directions(void **state)
{
    (void)state;
    assert_string_equal(found("retain 1 year from made", "retain 365 days from made"),
                        "shorter due");
    assert_string_equal(found("retain 1 year from made", "retain indefinitely"),
                        "longer due, other flag");
    assert_string_equal(found("retain 1 year from made then delete within 3 days",
                              "retain 1 year from made then delete within 5 days"),
                        "longer deadline");
    assert_string_equal(
        found("retain 1 year from made\n redact body after 2 days from made",
              "retain 1 year from made\n redact body after 1 day from made"),
        "shorter redaction");
    assert_string_equal(found("retain 1 year from made",
                              "retain 1 year from made\n flag when has(record.size)"),
                        "longer flag");
    assert_string_equal(found("retain 1 year from made",
                              "retain 1 year from made\n hold when has(record.size)"),
                        "longer due, other flag");
    assert_string_equal(
        found("retain 2 days from made\n retain at least 9 days from made",
              "retain 2 days from made\n retain at least 8 days from made"),
        "shorter due");
}

static void test_diff__conditions_of_several_fields_are_met(void **state)
{
    (void)state;
    assert_string_equal(
        found("retain 1 year from made",
              "retain 2 years from made when kind == \"a\" && size == 41\n"
              "retain 1 year from made"),
        "longer due");
}

static void test_diff__no_memory_is_a_status_and_leaves_nothing(void **state)
{
    (void)state;
    test_policy policies[TN_PAIR_SIDES];
    tn_status status = TN_NOMEM;
    compile(&policies[0], "retain 1 year from made when kind == \"a\"\n"
                          "retain 2 years from made\n on owner.gone delete");
    compile(&policies[1],
            "retain 1 year from made\n on owner.gone delete within 2 days");
    for (size_t n = 1; status != TN_OK; n = n < 40 ? n + 1 : n * 4 / 3) {
        tn_test_memory memory;
        tn_arena arena;
        tn_diff diff;
        tn_test_memory_init(&memory, n);
        tn_arena_init(&arena, &memory.allocator);
        status = tn_diff_find(&policies[0].image, &policies[1].image, &arena, &diff);
        tn_arena_free(&arena);
        assert_int_equal(memory.live_count, 0);
        if (status != TN_OK)
            assert_int_equal(status, TN_NOMEM);
    }
    test_policy_free(&policies[0]);
    test_policy_free(&policies[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diff__other_words_for_the_same_are_the_same),
        cmocka_unit_test(test_diff__directions),
        cmocka_unit_test(test_diff__conditions_of_several_fields_are_met),
        cmocka_unit_test(test_diff__no_memory_is_a_status_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
