#include "tests/support/policy.h"
#include "interp/compile/compile.h"
#include "interp/syntax/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

tn_status test_policy_try(test_policy *policy, const char *text,
                          const tn_allocator *memory)
{
    *policy = (test_policy){.model = NULL};
    tn_sources_init(&policy->sources, memory);
    tn_arena_init(&policy->arena, memory);
    tn_diags_init(&policy->diags, memory);
    tn_strings_init(&policy->strings, memory);
    tn_cel_builder_init(&policy->code, &policy->strings, memory);
    tn_buf_init(&policy->bytes, memory);
    uint32_t file;
    TN_TRY(tn_sources_add(&policy->sources, TN_STR("test.tenure"), tn_str_from(text),
                          &policy->diags, &file));
    tn_check_input input = {.path_count = 0};
    const tn_check_into into = {&policy->sources, &policy->arena, &policy->code,
                                &policy->diags};
    TN_TRY(tn_check_sources(&input, &file, 1, &into, &policy->model));
    tn_compile_options options = {.with_sources = true};
    TN_TRY(tn_compile(policy->model, &options, memory, &policy->bytes));
    const char *why;
    tn_status status =
        tn_image_verify(tn_buf_view(&policy->bytes), memory, &policy->image, &why);
    policy->has_image = status == TN_OK;
    if (status == TN_BAD_IMAGE)
        fail_msg("a compiled policy was refused: %s", why);
    return status;
}

void test_policy_compile(test_policy *policy, const char *text)
{
    tn_status status = test_policy_try(policy, text, NULL);
    if (status == TN_OK)
        return;
    for (size_t i = 0; i < policy->diags.count; i++)
        tn_report_diag(&policy->bytes, &policy->sources, &policy->diags.list[i], false);
    fail_msg("%s\n%.*s", tn_status_text(status), (int)policy->bytes.len,
             policy->bytes.data);
}

void test_policy_free(test_policy *policy)
{
    if (policy->has_image)
        tn_image_close(&policy->image);
    tn_buf_free(&policy->bytes);
    tn_cel_builder_free(&policy->code);
    tn_strings_free(&policy->strings);
    tn_diags_free(&policy->diags);
    tn_arena_free(&policy->arena);
    tn_sources_free(&policy->sources);
}

tn_instant test_instant(const char *text)
{
    tn_instant t;
    if (!tn_instant_parse(tn_str_from(text), &t))
        fail_msg("%s is no instant", text);
    return t;
}

/* --- values from text */

static tn_value read_value(tn_field_type type, const char *text)
{
    if (strcmp(text, "null") == 0)
        return (tn_value){.kind = TN_KIND_NULL};
    tn_value value = {.kind = TN_KIND_UNREADABLE};
    if (strcmp(text, "?") == 0)
        return value;
    switch (type) {
    case TN_FIELD_BOOL:
        return (tn_value){TN_KIND_BOOL, {.boolean = strcmp(text, "true") == 0}};
    case TN_FIELD_INT: return (tn_value){TN_KIND_INT, {.integer = atoll(text)}};
    case TN_FIELD_STRING:
        return (tn_value){TN_KIND_STRING, {.text = tn_str_from(text)}};
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_EVENT:
        return (tn_value){TN_KIND_TIMESTAMP, {.instant = test_instant(text)}};
    case TN_FIELD_DATE: {
        int32_t day;
        if (!tn_date_parse(tn_str_from(text), &day))
            fail_msg("%s is no date", text);
        return (tn_value){TN_KIND_DATE, {.day = day}};
    }
    case TN_FIELD_UINT:
    case TN_FIELD_DOUBLE:
    case TN_FIELD_BYTES:
    case TN_FIELD_DURATION:
    case TN_FIELD_LIST:
    case TN_FIELD_MAP:
    case TN_FIELD_DYN:
    case TN_FIELD_TYPE_COUNT: break;
    }
    fail_msg("no such value in these tests: %s", text);
    return value;
}

typedef struct pair {
    const char *name;
    const char *value;
} pair;

/* Parts "a=1; b=2" in place. */
static size_t read_pairs(char *text, pair *pairs, size_t most)
{
    size_t count = 0;
    for (char *at = text; *at != '\0';) {
        at += strspn(at, "; ");
        size_t len = strcspn(at, ";");
        char *equals = memchr(at, '=', len);
        if (equals == NULL || count == most)
            break;
        bool last = at[len] == '\0';
        at[len] = '\0';
        *equals = '\0';
        pairs[count++] = (pair){at, equals + 1};
        at += len + !last;
    }
    return count;
}

static const char *find_pair(const pair *pairs, size_t count, tn_str name)
{
    for (size_t i = 0; i < count; i++)
        if (tn_str_equal(tn_str_from(pairs[i].name), name))
            return pairs[i].value;
    return NULL;
}

enum { PAIRS_MAX = 32, TEXT_MAX = 1024 };

static void set_record(const tn_image *image, const tn_img_category *category,
                       char *record, tn_value *fields)
{
    pair pairs[PAIRS_MAX];
    size_t count = read_pairs(record, pairs, PAIRS_MAX);
    for (uint32_t i = 0; i < category->fields.count; i++) {
        const tn_img_field *field = &image->fields[category->fields.first + i];
        const char *text = find_pair(pairs, count, tn_image_str(image, field->name));
        fields[i] =
            read_value((tn_field_type)field->type, text == NULL ? "null" : text);
    }
}

static const tn_value *hold_value(const pair *pairs, size_t count, const char *name,
                                  tn_field_type type, tn_value *room)
{
    const char *text = find_pair(pairs, count, tn_str_from(name));
    if (text == NULL)
        return NULL;
    *room = read_value(type, text);
    return room;
}

static void add_facts(tn_facts *facts, const tn_image *image, uint32_t entity,
                      char *text)
{
    pair pairs[PAIRS_MAX];
    tn_value values[PAIRS_MAX], holds[3];
    size_t count = read_pairs(text, pairs, PAIRS_MAX);
    tn_img_range range = image->entities[entity].facts;
    assert_true(range.count <= PAIRS_MAX);
    for (uint32_t i = 0; i < range.count; i++) {
        const tn_img_fact *fact = &image->facts[range.first + i];
        const char *value = find_pair(pairs, count, tn_image_str(image, fact->name));
        values[i] =
            read_value((tn_field_type)fact->type, value == NULL ? "null" : value);
    }
    tn_hold_facts hold = {
        hold_value(pairs, count, "hold", TN_FIELD_BOOL, &holds[0]),
        hold_value(pairs, count, "hold_from", TN_FIELD_TIMESTAMP, &holds[1]),
        hold_value(pairs, count, "hold_until", TN_FIELD_TIMESTAMP, &holds[2])};
    tn_value key = {TN_KIND_INT, {.integer = 1}};
    assert_int_equal(tn_facts_add(facts, &key, values, &hold), TN_OK);
}

/* --- verdicts as text */

static void put_instant(tn_buf *buf, const char *word, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_instant_format(t, text);
    tn_buf_put_format(buf, " %s %s", word, text);
}

static void put_verdict(tn_buf *buf, const tn_image *image,
                        const tn_img_category *category, const tn_verdict *v)
{
    tn_buf_put_format(buf, "%s %s", tn_decision_text(v->decision),
                      tn_reason_text(v->reason));
    if (v->has_due)
        put_instant(buf, "due", v->due);
    if (v->has_deadline)
        put_instant(buf, "deadline", v->deadline);
    tn_buf_put_text(buf, v->overdue ? " overdue" : "");
    tn_buf_put_text(buf, v->conflict ? " conflict" : "");
    if (v->has_next_change)
        put_instant(buf, "next", v->next_change);
    for (uint32_t i = 0; i < v->redact_count; i++) {
        tn_str name = tn_image_str(
            image, image->fields[category->fields.first + v->redact[i]].name);
        tn_buf_put_text(buf, i == 0 ? " redact " : ",");
        tn_buf_put(buf, name);
    }
    for (uint32_t i = 0; i < v->doubt_count; i++)
        tn_buf_put_format(buf, "%s%s%s", i == 0 ? " [" : " ",
                          tn_reason_text(v->doubts[i].reason),
                          i + 1 == v->doubt_count ? "]" : "");
}

/* What is asked for lightly must say the same as all of it, of the same record. */
static void check_light_wants(tn_decider *decider)
{
    tn_verdict light, all;
    assert_int_equal(tn_decide(decider, 0, TN_WANT_OVERDUE | TN_WANT_LEAST_DUE, &light),
                     TN_OK);
    assert_int_equal(tn_decide(decider, 0, TN_WANT_ALL, &all), TN_OK);
    bool is_kept = all.decision == TN_KEEP && all.reason != TN_REASON_HOLD;
    assert_int_equal(light.decision, all.decision);
    assert_int_equal(light.reason, all.reason);
    assert_int_equal(light.clause, all.clause);
    assert_int_equal(light.overdue, all.overdue);
    assert_int_equal(light.conflict, all.conflict);
    assert_int_equal(light.has_due, all.has_due && is_kept);
    if (light.has_due)
        assert_int_equal(tn_instant_compare(light.due, all.due), 0);
}

const char *test_decide(const test_policy *policy, const char *category,
                        const char *now, const char *record, const char *facts)
{
    static char out[TEXT_MAX];
    char record_text[TEXT_MAX], facts_text[TEXT_MAX];
    const tn_image *image = &policy->image;
    uint32_t number = tn_image_find_category(image, tn_str_from(category));
    assert_int_not_equal(number, TN_NONE);
    const tn_img_category *row = &image->categories[number];
    tn_run *run;
    assert_int_equal(tn_run_new(image, test_instant(now), NULL, &run), TN_OK);
    tn_facts *loaded = NULL;
    if (row->of.count > 0 && facts != NULL && strcmp(facts, "none") == 0) {
        tn_run_set_facts(run, image->ofs[row->of.first].entity, NULL);
    } else if (row->of.count > 0 && facts != NULL) {
        uint32_t entity = image->ofs[row->of.first].entity;
        assert_int_equal(tn_facts_new(image, entity, NULL, &loaded), TN_OK);
        snprintf(facts_text, sizeof(facts_text), "%s", facts);
        add_facts(loaded, image, entity, facts_text);
        tn_run_set_facts(run, entity, loaded);
    }
    tn_decider *decider;
    assert_int_equal(tn_decider_new(run, number, TN_NONE, &decider), TN_OK);
    snprintf(record_text, sizeof(record_text), "%s", record);
    set_record(image, row, record_text, tn_decider_fields(decider));
    if (row->of.count > 0)
        tn_decider_keys(decider)[0] = (tn_value){TN_KIND_STRING, {.text = TN_STR("1")}};
    tn_verdict brief, verdict;
    check_light_wants(decider);
    assert_int_equal(tn_decide(decider, 0, 0, &brief), TN_OK);
    assert_int_equal(tn_decide(decider, 0, TN_WANT_ALL, &verdict), TN_OK);
    assert_int_equal(brief.decision, verdict.decision);
    assert_int_equal(brief.reason, verdict.reason);
    assert_int_equal(brief.clause, verdict.clause);
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    put_verdict(&buf, image, row, &verdict);
    snprintf(out, sizeof(out), "%.*s", (int)buf.len, buf.data);
    tn_buf_free(&buf);
    tn_decider_free(decider);
    tn_facts_free(loaded);
    tn_run_free(run);
    return out;
}
