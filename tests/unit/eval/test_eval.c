#include "interp/eval/pipe.h"
#include "interp/eval/summary.h"
#include "interp/eval/verdict_json.h"
#include "interp/store/memory.h"
#include "tests/support/memory.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char policy_text[] =
    "module m \"M\"\n"
    "purpose p \"P\"\n"
    "basis b \"B\"\n"
    "entity owner \"Owner\" { event gone \"Gone\" attribute kind : string \"Kind\" }\n"
    "category note \"Note\" of owner {\n"
    "    fields { made : timestamp @created  seen : timestamp  size : int\n"
    "             title : string  body : string }\n"
    "    purpose p\n"
    "    basis b\n"
    "    stored in files as primary\n"
    "    retain 1 day from made\n"
    "    on owner.gone delete within 2 days\n"
    "    redact body after 1 hour from seen\n"
    "}\n";

#define TEXT(s)                                                                        \
    {                                                                                  \
        TN_KIND_STRING,                                                                \
        {                                                                              \
            .text = {(s), sizeof(s) - 1 }                                              \
        }                                                                              \
    }
#define INT(n)                                                                         \
    {                                                                                  \
        TN_KIND_INT,                                                                   \
        {                                                                              \
            .integer = (n)                                                             \
        }                                                                              \
    }
#define NOTHING                                                                        \
    {                                                                                  \
        TN_KIND_NULL,                                                                  \
        {                                                                              \
            0                                                                          \
        }                                                                              \
    }
#define TRUE_VALUE                                                                     \
    {                                                                                  \
        TN_KIND_BOOL,                                                                  \
        {                                                                              \
            true                                                                       \
        }                                                                              \
    }

static const char *const owner_columns[] = {"id", "gone", "kind", "hold", "held"};
static const tn_value owners[] = {
    INT(1),    NOTHING,
    TEXT("a"), NOTHING,
    NOTHING, /* nothing */
    INT(2),    TEXT("2026-11-20T00:00:00Z"),
    NOTHING,   NOTHING,
    NOTHING, /* gone */
    INT(3),    NOTHING,
    NOTHING,   TRUE_VALUE,
    INT(1), /* held */
    INT(4),    TEXT("soon"),
    NOTHING,   NOTHING,
    NOTHING, /* odd */
    TEXT("5"), NOTHING,
    NOTHING,   NOTHING,
    NOTHING, /* twice */
    INT(5),    NOTHING,
    NOTHING,   NOTHING,
    NOTHING, /* twice */
    NOTHING,   NOTHING,
    NOTHING,   NOTHING,
    NOTHING, /* no key */
};

static const char *const note_columns[] = {"id",   "owner", "made",
                                           "seen", "body",  "extra"};
static const tn_value notes[] = {
    TEXT("n1"), INT(1), TEXT("2026-11-22T12:00:00Z"), TEXT("2026-11-22T12:00:00Z"),
    TEXT("b"), NOTHING, /* kept, to be redacted */
    TEXT("n2"), INT(1), TEXT("2026-11-20T00:00:00Z"), TEXT("2026-11-22T12:00:00Z"),
    TEXT("b"), INT(1), /* expired */
    TEXT("n3"), TEXT("2"), TEXT("2026-11-19T23:00:00Z"), TEXT("2026-11-22T12:00:00Z"),
    NOTHING, INT(1),
    /* event */
    TEXT("n4"), INT(3), NOTHING, NOTHING, NOTHING, NOTHING, /* held */
    TEXT("n5"), INT(4), TEXT("2026-11-22T12:00:00Z"), TEXT("2026-11-22T12:00:00Z"),
    NOTHING, NOTHING, /* unknown event */
    TEXT("n6"), INT(5), TEXT("2026-11-22T12:00:00Z"), NOTHING, NOTHING, NOTHING,
    /* two owners */
    TEXT("n7"), NOTHING, TEXT("2026-11-22T12:00:00Z"), NOTHING, NOTHING, NOTHING,
    /* nobody's */
    TEXT("n8"), INT(1), INT(0), TEXT("2026-11-22T12:00:00Z"), NOTHING, NOTHING,
    /* no time */
};

static const tn_memory_table tables[] = {
    {"owners", owner_columns, 5, owners, 7, TN_NONE},
    {"notes", note_columns, 6, notes, 8, 0},
};

static const tn_store_ops *const kinds[] = {&tn_memory_ops, NULL};

/* One session from policy to verdicts; everything goes into `out`. */
typedef struct session {
    const tn_image *image;
    const tn_memory_store *content;
    const tn_allocator *memory;
    tn_buf *out;
    bool as_records;
    const char *fact_table;
} session;

typedef struct line_printer {
    tn_verdict_json json;
    tn_buf *out;
} line_printer;

static tn_status print_line(void *user, const tn_judged *judged)
{
    line_printer *p = user;
    tn_verdict_json_put(&p->json, p->out, judged);
    tn_buf_put_char(p->out, '\n');
    return tn_buf_status(p->out);
}

static tn_status print_records(const session *s, tn_eval *eval)
{
    line_printer p = {.out = s->out};
    tn_judge_options options = {.wants = TN_WANT_ALL};
    TN_TRY(
        tn_verdict_json_init(&p.json, s->image, eval->bounds[0].category, s->memory));
    tn_status status = tn_eval_judge(eval, 0, &options, print_line, &p);
    tn_verdict_json_free(&p.json);
    return status;
}

static tn_status print_counts(const session *s, tn_eval *eval)
{
    tn_tally tally;
    tn_judge_options options = {.wants =
                                    tn_tally_wants(s->image, eval->bounds[0].category)};
    tn_tally_init(&tally, &eval->bounds[0], s->memory);
    tn_status status = tn_eval_judge(eval, 0, &options, tn_tally_add, &tally);
    if (status == TN_OK) {
        tn_tally_end(&tally);
        tn_summary summary = {eval, &tally, NULL, 0};
        tn_summary_put_text(s->out, &summary, false);
        tn_summary_put_json(s->out, &summary);
        status = tn_buf_status(s->out);
    }
    tn_tally_free(&tally);
    return status;
}

static tn_status bind(const session *s, tn_eval *eval)
{
    tn_pipe_file facts = {tn_str_from(s->fact_table), TN_STR("memory")};
    tn_pipe_file records = {TN_STR("notes"), TN_STR("memory")};
    tn_str key = TN_STR("owner");
    uint32_t category = tn_image_find_category(s->image, TN_STR("note"));
    uint32_t owner = tn_image_find_entity(s->image, TN_STR("owner"));
    TN_TRY(tn_eval_bind_facts(eval, owner, TN_STR("id"), &facts, category));
    TN_TRY(tn_eval_bind_records(eval, category, &key, &records));
    return tn_eval_load(eval);
}

static tn_status run_session(const session *s)
{
    tn_eval *eval;
    tn_eval_config config = {.image = s->image,
                             .now = test_instant("2026-11-23T00:00:00Z"),
                             .kinds = kinds,
                             .memory = s->memory,
                             .store_user = s->content};
    TN_TRY(tn_eval_new(&config, &eval));
    tn_status status = bind(s, eval);
    if (status == TN_OK)
        status = s->as_records ? print_records(s, eval) : print_counts(s, eval);
    tn_buf_put(s->out, tn_buf_view(&eval->warnings));
    tn_buf_put(s->out, tn_buf_view(&eval->problems));
    tn_eval_free(eval);
    return status;
}

static char *run_text(uint32_t batch_rows, bool as_records, uint32_t fail_after,
                      tn_status *status)
{
    test_policy policy;
    tn_buf out;
    tn_memory_store content = {tables, 2, batch_rows, fail_after};
    tn_buf_init(&out, NULL);
    test_policy_compile(&policy, policy_text);
    session s = {&policy.image, &content, NULL, &out, as_records, "owners"};
    *status = run_session(&s);
    test_policy_free(&policy);
    char *text = calloc(1, out.len + 1);
    assert_non_null(text);
    if (out.len > 0)
        memcpy(text, out.data, out.len);
    tn_buf_free(&out);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s\nis not in\n%s", part, text);
}

static void test_eval__each_record_has_its_verdict(void **state)
{
    (void)state;
    tn_status status;
    char *text = run_text(1, true, 0, &status);
    assert_int_equal(status, TN_OK);
    const char *const parts[] = {
        "{\"record\":\"n1\",\"category\":\"m.note\",\"verdict\":\"keep\",\"reason\":"
        "\"retained\",\"clause\":\"test.tenure:11:5\",\"due\":\"2026-11-23T12:00:00Z\","
        "\"deadline\":\"2026-11-23T12:00:00Z\",\"overdue\":false,\"conflict\":false,"
        "\"next_change\":\"2026-11-23T12:00:00Z\",\"redact\":[\"body\"],\"detail\":[]}"
        "\n",
        "\"n2\",\"category\":\"m.note\",\"verdict\":\"delete\",\"reason\":\"expired\"",
        "\"n3\",\"category\":\"m.note\",\"verdict\":\"delete\",\"reason\":\"event\"",
        "\"n4\",\"category\":\"m.note\",\"verdict\":\"keep\",\"reason\":\"hold\"",
        "\"n5\",\"category\":\"m.note\",\"verdict\":\"flag\",\"reason\":\"unknown_"
        "anchor\"",
        "\"field\":\"owner.gone\",\"message\":\"owner.gone is not a timestamp with its "
        "zone, like 2026-11-23T00:00:00Z\"}]}\n",
        "\"message\":\"there are several of owner with the key 5\"}",
        "\"message\":\"it names no owner\"}",
        "\"n8\",\"category\":\"m.note\",\"verdict\":\"flag\",\"reason\":\"unknown_"
        "anchor\"",
        "warning: owners: \"held\" is no event, attribute or hold of m.owner and is "
        "left "
        "out; did you mean \"hold\"?\n",
    };
    for (size_t i = 0; i < TN_COUNT(parts); i++)
        assert_has(text, parts[i]);
    free(text);
}

static void test_eval__batches_make_no_difference(void **state)
{
    (void)state;
    for (int as_records = 0; as_records < 2; as_records++) {
        tn_status status;
        char *expected = run_text(1, as_records, 0, &status);
        for (uint32_t rows = 2; rows < 12; rows += 3) {
            char *text = run_text(rows, as_records, 0, &status);
            assert_string_equal(text, expected);
            free(text);
        }
        free(expected);
    }
}

static void test_eval__verdicts_are_counted(void **state)
{
    (void)state;
    tn_status status;
    char *text = run_text(3, false, 0, &status);
    assert_int_equal(status, TN_OK);
    assert_has(text, "  notes             8     2     (1)       2        2     4  "
                     "2026-11-23\n");
    assert_has(text, "\"records\":8,\"keep\":2,\"held\":1,\"delete\":2,\"overdue\":2,"
                     "\"conflict\":0,\"redact\":1,\"flag\":4,\"next_due\":"
                     "\"2026-11-23T12:00:00Z\"");
    assert_has(text, "\"undeclared\":[{\"field\":\"extra\",\"records\":2}]");
    assert_has(text, "6  m.owner; keys with several rows: 1; rows without a key: 1\n");
    free(text);
}

static void test_eval__a_store_that_fails_ends_it_with_a_sentence(void **state)
{
    (void)state;
    tn_status status;
    char *text = run_text(2, true, 7, &status);
    assert_int_equal(status, TN_STORE);
    assert_has(text, "error: notes: it fails when it is told to\n");
    free(text);
}

static void test_eval__what_is_missing_is_told_before_anything_is_read(void **state)
{
    (void)state;
    test_policy policy;
    tn_buf out;
    tn_memory_store content = {tables, 2, 1, 1}; /* fails when it is read on */
    tn_buf_init(&out, NULL);
    test_policy_compile(&policy, policy_text);
    session s = {&policy.image, &content, NULL, &out, true, "owner"};
    assert_int_equal(run_session(&s), TN_STORE);
    tn_buf_put_char(&out, '\0');
    assert_string_equal(out.data, "error: owner: it has no table \"owner\"\n"
                                  "  help: did you mean \"owners\"?\n");
    test_policy_free(&policy);
    tn_buf_free(&out);
}

static void walk_failures(bool as_records)
{
    test_policy policy;
    tn_memory_store content = {tables, 2, 3, 0};
    test_policy_compile(&policy, policy_text);
    for (size_t n = 1;; n++) {
        tn_test_memory memory;
        tn_buf out;
        tn_test_memory_init(&memory, n);
        tn_buf_init(&out, &memory.allocator);
        session s = {&policy.image, &content,   &memory.allocator,
                     &out,          as_records, "owners"};
        tn_status status = run_session(&s);
        if (status == TN_OK)
            status = tn_buf_status(&out);
        tn_buf_free(&out);
        assert_int_equal(memory.live_count, 0);
        assert_int_equal(memory.live_bytes, 0);
        if (status == TN_OK)
            break;
        assert_int_equal(status, TN_NOMEM);
        assert_true(n < 2000);
    }
    test_policy_free(&policy);
}

static void test_eval__survives_every_failing_allocation(void **state)
{
    (void)state;
    walk_failures(true);
    walk_failures(false);
}

static void test_eval__the_nearest_name_is_near(void **state)
{
    (void)state;
    const tn_str names[] = {TN_STR("audit"), TN_STR("run_log"), TN_STR("meta")};
    assert_string_equal(tn_eval_nearest(TN_STR("runlog"), names, 3).data, "run_log");
    assert_string_equal(tn_eval_nearest(TN_STR("audits"), names, 3).data, "audit");
    assert_null(tn_eval_nearest(TN_STR("customers"), names, 3).data);
    assert_null(tn_eval_nearest(TN_STR("x"), names, 3).data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_eval__each_record_has_its_verdict),
        cmocka_unit_test(test_eval__batches_make_no_difference),
        cmocka_unit_test(test_eval__verdicts_are_counted),
        cmocka_unit_test(test_eval__a_store_that_fails_ends_it_with_a_sentence),
        cmocka_unit_test(test_eval__what_is_missing_is_told_before_anything_is_read),
        cmocka_unit_test(test_eval__survives_every_failing_allocation),
        cmocka_unit_test(test_eval__the_nearest_name_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
