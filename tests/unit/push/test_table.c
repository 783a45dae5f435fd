/* Tables: for every record the case that its predicates give is what the decider says,
 * and the step in which it falls due is that of the due time that the decider gives. */
#include "interp/push/simplify.h"
#include "interp/push/table.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FIELDS = 4, RECORDS = 4000, STEPS = 5 };

static const char head[] =
    "module t \"T\"\n"
    "entity e \"E\" { event gone \"G\" attribute tier : string \"T\" }\n"
    "purpose p \"P\"\nbasis b \"B\"\n"
    "category c \"C\" of e optional @personal {\n"
    "    fields { made : timestamp @created \"M\" since : date \"S\" kind : string "
    "\"K\"\n"
    "             size : int \"N\" }\n"
    "    purpose p\n    basis b\n    stored in db as primary\n";

static const char *const clauses[] = {
    "retain 1 year from made\n on e.gone delete within 30 days\n",
    "retain 30 days from since when kind == \"a\" && size > 1\n retain indefinitely\n"
    "retain at most 2 years from made unless e.tier == \"gold\"\n",
    "retain until e.gone then delete after 10 days within 20 days\n"
    "hold when size in [1, 5] || e.tier == \"gold\"\n flag when "
    "kind.startsWith(\"q\")\n",
    "retain 3 months from end of month of made then delete within 5 days\n"
    "redact size after 20 days from since when has(record.kind)\n",
};

static const char *const times[] = {
    "2026-11-22T00:00:00Z",           "2025-11-23T00:00:00Z",
    "2025-11-23T00:00:00.000000001Z", "2024-01-01T05:00:00Z",
    "2026-11-25T00:00:00Z",           "1970-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",           NULL};
static const char *const dates[] = {"2026-10-24", "2026-11-23", "2025-01-01", "soon",
                                    NULL};
static const char *const kinds[] = {"a", "A", "quartz", "", "\xff", NULL};

static tn_value text_value(const char *text)
{
    if (text == NULL)
        return (tn_value){.kind = TN_KIND_NULL};
    return (tn_value){TN_KIND_STRING, {.text = tn_str_from(text)}};
}

static unsigned random_state = 7;

static unsigned next_random(unsigned below)
{
    random_state = random_state * 1103515245u + 12345u;
    return (random_state >> 16) % below;
}

static void make_row(tn_value *raw)
{
    raw[0] = text_value(times[next_random(TN_COUNT(times))]);
    raw[1] = text_value(dates[next_random(TN_COUNT(dates))]);
    raw[2] = text_value(kinds[next_random(TN_COUNT(kinds))]);
    raw[3] = (tn_value){TN_KIND_INT, {.integer = next_random(7)}};
    raw[4] = (tn_value){TN_KIND_INT, {.integer = next_random(7)}};
    if (next_random(9) == 0)
        raw[3 + next_random(2)].kind = TN_KIND_NULL;
}

static tn_facts *make_facts(const tn_image *image)
{
    static const char *const gone[] = {NULL, "2026-11-01T00:00:00Z",
                                       "2026-11-20T00:00:00Z", "1970-01-01T00:00:00Z",
                                       NULL};
    tn_facts *facts;
    assert_int_equal(tn_facts_new(image, 0, NULL, &facts), TN_OK);
    for (int i = 0; i < 6; i++) { /* the last twice: no fact at all */
        tn_value key = {TN_KIND_INT, {.integer = i < 5 ? i : 4}};
        tn_value values[2] = {{.kind = TN_KIND_NULL},
                              text_value(i % 2 ? "gold" : "tin")};
        tn_value hold = {TN_KIND_BOOL, {.boolean = i == 0}};
        if (i < 5 && gone[i] != NULL)
            values[0] =
                (tn_value){TN_KIND_TIMESTAMP, {.instant = test_instant(gone[i])}};
        tn_hold_facts holds = {&hold, NULL, NULL};
        assert_int_equal(tn_facts_add(facts, &key, values, &holds), TN_OK);
    }
    return facts;
}

static void fill_subjects(tn_push_subject *fields, tn_push_subject *key)
{
    static const tn_field_type types[FIELDS] = {TN_FIELD_TIMESTAMP, TN_FIELD_DATE,
                                                TN_FIELD_STRING, TN_FIELD_INT};
    for (uint32_t i = 0; i < FIELDS; i++)
        fields[i] = (tn_push_subject){TN_PUSH_COLUMN, {i, {.type = types[i]}}};
    *key = (tn_push_subject){TN_PUSH_COLUMN, {FIELDS, {.type = TN_FIELD_DYN}}};
}

/* The first case that is certain; NULL: a residue. */
static const tn_push_case *find_case(const tn_push_table *table, const tn_value *raw)
{
    for (uint32_t i = 0; i < table->case_count; i++) {
        tn_pred_truth truth = tn_pred_test(table->cases[i].when, raw);
        if (truth == TN_PRED_SAYS_UNSURE)
            return NULL;
        if (truth == TN_PRED_SAYS_YES)
            return table->cases[i].is_residue ? NULL : &table->cases[i];
    }
    return NULL;
}

/* Ends of steps: with an edge at a due time, just after one, and beyond all. */
static const char *const ends[STEPS] = {
    "2026-11-25T00:00:00Z", "2026-12-01T00:00:00Z", "2027-11-22T00:00:00Z",
    "2027-11-22T00:00:00.000000001Z", "2040-01-01T00:00:00Z"};

static uint32_t find_step(const tn_push_table *table, const tn_value *raw)
{
    uint32_t step = STEPS;
    for (uint32_t i = 0; i < table->clock_count; i++) {
        const tn_push_clock *clock = &table->clocks[i];
        if (tn_pred_test(clock->when, raw) != TN_PRED_SAYS_YES)
            continue;
        for (uint32_t k = 0; k < step; k++)
            if (tn_pred_test(clock->before[k], raw) == TN_PRED_SAYS_YES)
                step = k;
    }
    return step;
}

static void check_step(const tn_push_table *table, const tn_value *raw, tn_instant due)
{
    uint32_t step = 0;
    while (step < STEPS && tn_instant_compare(due, test_instant(ends[step])) >= 0)
        step++;
    assert_int_equal(find_step(table, raw), step);
}

/* What goes is told alike with less; what does not go is not told to go. */
static void check_simple(const tn_pred *goes, const tn_pred *simple,
                         const tn_value *raw, const tn_verdict *verdict)
{
    tn_pred_truth truth = tn_pred_test(simple, raw);
    assert_int_equal(truth == TN_PRED_SAYS_YES,
                     tn_pred_test(goes, raw) == TN_PRED_SAYS_YES);
    if (truth == TN_PRED_SAYS_NO)
        assert_int_not_equal(verdict->decision, TN_DELETE);
}

static bool check_row(tn_decider *decider, const tn_push_table *table,
                      const tn_push_subject *fields, const tn_pred *simple)
{
    tn_value raw[FIELDS + 1];
    tn_verdict verdict;
    make_row(raw);
    for (uint32_t i = 0; i < FIELDS; i++)
        tn_decode(&fields[i].column.how, &raw[i], &tn_decider_fields(decider)[i]);
    tn_decider_keys(decider)[0] = raw[FIELDS];
    assert_int_equal(tn_decide(decider, 0, TN_WANT_TIMES | TN_WANT_REDACT, &verdict),
                     TN_OK);
    const tn_push_case *found = find_case(table, raw);
    tn_pred_truth goes = tn_pred_test(table->goes, raw);
    if (goes != TN_PRED_SAYS_UNSURE)
        assert_int_equal(goes == TN_PRED_SAYS_YES, verdict.decision == TN_DELETE);
    check_simple(table->goes, simple, raw, &verdict);
    if (found == NULL)
        return false;
    assert_int_equal(goes == TN_PRED_SAYS_YES, found->decision == TN_DELETE);
    assert_int_equal(found->decision, verdict.decision);
    assert_int_equal(found->reason, verdict.reason);
    assert_int_equal(tn_pred_test(table->overdue, raw) == TN_PRED_SAYS_YES,
                     verdict.overdue);
    if (verdict.decision == TN_KEEP && verdict.reason != TN_REASON_HOLD)
        assert_int_equal(tn_pred_test(table->redacts, raw) == TN_PRED_SAYS_YES,
                         verdict.redact_count > 0);
    if (verdict.reason == TN_REASON_RETAINED)
        check_step(table, raw, verdict.due);
    return true;
}

static void check_policy(const char *text)
{
    test_policy policy;
    tn_run *run;
    tn_arena arena;
    tn_push_subject fields[FIELDS], key;
    tn_push_table table;
    tn_instant step_ends[STEPS];
    uint32_t counted = 0;
    for (uint32_t i = 0; i < STEPS; i++)
        step_ends[i] = test_instant(ends[i]);
    test_policy_compile(&policy, text);
    assert_int_equal(
        tn_run_new(&policy.image, test_instant("2026-11-23T00:00:00Z"), NULL, &run),
        TN_OK);
    tn_facts *facts = make_facts(&policy.image);
    tn_run_set_facts(run, 0, facts);
    fill_subjects(fields, &key);
    tn_push_input input = {.run = run,
                           .placement = TN_NONE,
                           .fields = fields,
                           .keys = &key,
                           .where = TN_NONE,
                           .step_ends = step_ends,
                           .step_count = STEPS};
    assert_int_equal(tn_decider_new(run, 0, TN_NONE, &input.decider), TN_OK);
    tn_arena_init(&arena, NULL);
    assert_int_equal(tn_push_table_make(&input, &arena, &table), TN_OK);
    assert_true(table.is_exact);
    const tn_pred *simple = tn_pred_simplify(&arena, table.goes);
    for (int i = 0; i < RECORDS; i++)
        counted += check_row(input.decider, &table, fields, simple);
    assert_true(counted > RECORDS / 10); /* else nothing was shown */
    tn_arena_free(&arena);
    tn_decider_free(input.decider);
    tn_facts_free(facts);
    tn_run_free(run);
    test_policy_free(&policy);
}

static void test_table__says_what_the_decider_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < TN_COUNT(clauses); i++) {
        tn_buf text;
        tn_buf_init(&text, NULL);
        tn_buf_put_text(&text, head);
        tn_buf_put_text(&text, clauses[i]);
        tn_buf_put_text(&text, "}\n");
        tn_buf_put_char(&text, 0);
        check_policy(text.data);
        tn_buf_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table__says_what_the_decider_says),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
