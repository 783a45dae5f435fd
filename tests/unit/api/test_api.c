/* api: what a host sees through tenure.h alone. */
#include "tests/unit/api/support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the last findings */

typedef struct heard {
    unsigned count;
    char last[512];
    uint32_t line, column;
} heard;

static void hear(void *user, const tenure_report *report)
{
    heard *h = user;
    h->count++;
    h->line = report->line;
    h->column = report->column;
    snprintf(h->last, sizeof(h->last), "%.*s %.*s", (int)report->code.len,
             report->code.data, (int)report->message.len, report->message.data);
}

static tenure_policy *compile(void)
{
    tenure_text texts[] = {{str("t.tenure"), str(policy_text)}};
    heard h = {0};
    tenure_config config = TENURE_CONFIG_INIT;
    config.report = hear;
    config.user = &h;
    tenure_policy *policy;
    if (tenure_policy_compile(&config, texts, 1, &policy) != TN_OK)
        fail_msg("%s", h.last);
    return policy;
}

static tenure_decider *decider_of(const tenure_run *run, const char *category,
                                  uint32_t placement)
{
    tenure_decider *decider;
    uint32_t number =
        tenure_policy_find_category(tenure_run_policy(run), str(category));
    assert_int_equal(tenure_decider_new(run, number, placement, &decider), TN_OK);
    return decider;
}

/* "keep retained": what is decided of the record at hand. */
static const char *decide(tenure_decider *decider)
{
    static char out[64];
    tn_verdict v;
    assert_int_equal(tenure_decide(decider, 0, &v), TN_OK);
    snprintf(out, sizeof(out), "%s %s", tn_decision_text(v.decision),
             tn_reason_text(v.reason));
    return out;
}

/* --- policies */

static void test_api__version_is_the_headers(void **state)
{
    (void)state;
    assert_string_equal(tenure_version(), TENURE_VERSION);
}

static void test_api__findings_are_reported_with_their_place(void **state)
{
    (void)state;
    heard h = {0};
    tenure_config config = TENURE_CONFIG_INIT;
    config.report = hear;
    config.user = &h;
    tenure_text texts[] = {
        {str("t.tenure"), str("module t \"T\"\nimport nowhere.x\n")}};
    tenure_policy *policy;
    assert_int_equal(tenure_policy_compile(&config, texts, 1, &policy), TN_INVALID);
    assert_true(h.count > 0);
    assert_string_equal(h.last, "unknown-module there is no module `nowhere.x`");
    assert_int_equal(h.line, 2);
    assert_int_equal(h.column, 8);
}

static void test_api__a_config_of_another_version_is_refused(void **state)
{
    (void)state;
    tenure_config config = TENURE_CONFIG_INIT;
    config.version = 99;
    tenure_text texts[] = {{str("t.tenure"), str(policy_text)}};
    tenure_policy *policy;
    assert_int_equal(tenure_policy_compile(&config, texts, 1, &policy), TN_USAGE);
    assert_int_equal(tenure_policy_load(&config, str(""), &policy), TN_USAGE);
    assert_int_equal(tenure_policy_load_file(NULL, "x", 8, &policy), TN_USAGE);
}

static tn_status import(void *user, tn_str module, tn_str *found)
{
    char *asked = user;
    snprintf(asked, 32, "%.*s", (int)module.len, module.data);
    if (strcmp(asked, "acme.base") == 0) {
        *found = str("module acme.base \"Base\"\npurpose p \"why\"\n");
        return TN_OK;
    }
    return strcmp(asked, "acme.broken") == 0 ? TN_IO : TN_NOT_FOUND;
}

static void test_api__modules_come_from_the_host(void **state)
{
    (void)state;
    char asked[32];
    tenure_config config = TENURE_CONFIG_INIT;
    config.import = import;
    config.user = asked;
    tenure_text texts[] = {
        {str("t.tenure"), str("module t \"T\"\nimport acme.base\nimport std.gdpr\n"
                              "category c \"C\" { fields { a : timestamp }\n"
                              "  purpose acme.base.p  basis std.gdpr.contract\n"
                              "  stored in db as primary  retain 1 day from a }\n")}};
    tenure_policy *policy;
    assert_int_equal(tenure_policy_compile(&config, texts, 1, &policy), TN_OK);
    assert_string_equal(asked, "std.gdpr");
    tenure_policy_free(policy);
    texts[0].text = str("module t \"T\"\nimport acme.broken\n");
    assert_int_equal(tenure_policy_compile(&config, texts, 1, &policy), TN_IO);
    texts[0].text = str("module t \"T\"\nimport acme.nothing\n");
    assert_int_equal(tenure_policy_compile(&config, texts, 1, &policy), TN_INVALID);
}

static void test_api__files_and_folders_are_compiled(void **state)
{
    (void)state;
    const char *paths[] = {"policies/ipaas"};
    tenure_policy *policy;
    assert_int_equal(tenure_policy_compile_files(NULL, paths, 1, &policy), TN_OK);
    assert_int_not_equal(tenure_policy_find_category(policy, str("audit_log")),
                         TENURE_NONE);
    tenure_policy_free(policy);
    paths[0] = "policies/nothing";
    assert_int_equal(tenure_policy_compile_files(NULL, paths, 1, &policy), TN_INVALID);
}

static void write_file(const char *path, tn_str bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static void test_api__an_image_is_loaded_from_memory_file_and_map(void **state)
{
    (void)state;
    char path[] = "/tmp/tenure-XXXXXX";
    tenure_policy *made = compile(), *loaded;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    write_file(path, tenure_policy_image(made));
    for (unsigned way = 0; way < 3; way++) {
        if (way == 0)
            assert_int_equal(
                tenure_policy_load(NULL, tenure_policy_image(made), &loaded), TN_OK);
        else
            assert_int_equal(tenure_policy_load_file(NULL, path, way - 1, &loaded),
                             TN_OK);
        assert_int_equal(tenure_policy_digest(loaded).len, 64);
        assert_memory_equal(tenure_policy_digest(loaded).data,
                            tenure_policy_digest(made).data, 64);
        tenure_policy_free(loaded);
    }
    tenure_policy_free(made);
    heard h = {0};
    tenure_config config = TENURE_CONFIG_INIT;
    config.report = hear;
    config.user = &h;
    write_file(path, str("no image at all"));
    assert_int_equal(tenure_policy_load_file(&config, path, TENURE_VOUCHED, &loaded),
                     TN_BAD_IMAGE);
    assert_string_equal(h.last, "image it is too short for a compiled policy");
    write_file(path, str(""));
    assert_int_equal(tenure_policy_load_file(&config, path, 0, &loaded), TN_IO);
    unlink(path);
    assert_int_equal(tenure_policy_load_file(&config, path, 0, &loaded), TN_IO);
    assert_string_equal(h.last, "image it can't be opened");
    assert_int_equal(tenure_policy_load_file(&config, "/tmp", 0, &loaded), TN_IO);
}

static void test_api__images_of_other_formats_say_which_is_older(void **state)
{
    (void)state;
    heard h = {0};
    tenure_config config = TENURE_CONFIG_INIT;
    config.report = hear;
    config.user = &h;
    tenure_policy *made = compile(), *loaded;
    tn_str image = tenure_policy_image(made);
    char *copy = malloc(image.len);
    assert_non_null(copy);
    memcpy(copy, image.data, image.len);
    copy[8]++;
    tn_str changed = {copy, image.len};
    assert_int_equal(tenure_policy_load(&config, changed, &loaded), TN_OTHER_VERSION);
    assert_string_equal(h.last,
                        "image it was compiled by a newer version of tenure: use "
                        "that version, or compile the policy again with this one");
    copy[8] = 1;
    assert_int_equal(tenure_policy_load(&config, changed, &loaded), TN_OTHER_VERSION);
    assert_string_equal(h.last, "image it was compiled by an older version of tenure: "
                                "compile the policy again");
    /* another format may have another header: twelve bytes are enough to say so */
    assert_int_equal(tenure_policy_load(&config, (tn_str){copy, 12}, &loaded),
                     TN_OTHER_VERSION);
    copy[8] = image.data[8];
    assert_int_equal(tenure_policy_load(&config, (tn_str){copy, 12}, &loaded),
                     TN_BAD_IMAGE);
    free(copy);
    tenure_policy_free(made);
}

/* --- what is in it */

static void test_api__things_are_found_by_name_and_number(void **state)
{
    (void)state;
    tenure_policy *p = compile();
    uint32_t c = tenure_policy_find_category(p, str("t.audit"));
    assert_int_equal(c, tenure_policy_find_category(p, str("audit")));
    assert_int_equal(tenure_policy_category_count(p), 2);
    assert_int_equal(tenure_policy_field_count(p, c), 7);
    assert_int_equal(tenure_policy_find_field(p, c, str("tags")), TAGS);
    tenure_field field;
    assert_int_equal(tenure_policy_field(p, c, ID, &field), TN_OK);
    assert_true(field.is_key && !field.is_needed && field.type == TENURE_TYPE_STRING);
    assert_int_equal(tenure_policy_field(p, c, MADE, &field), TN_OK);
    assert_true(field.is_needed && field.type == TENURE_TYPE_TIMESTAMP);
    uint32_t e = tenure_policy_find_entity(p, str("customer"));
    assert_int_equal(tenure_policy_of_count(p, c), 1);
    assert_int_equal(tenure_policy_of(p, c, 0), e);
    assert_int_equal(tenure_policy_fact_count(p, e), 2);
    assert_int_equal(tenure_policy_fact(p, e, 0, &field), TN_OK);
    assert_true(field.is_needed && field.type == TENURE_TYPE_EVENT);
    assert_int_equal(tenure_policy_fact(p, e, 1, &field), TN_OK);
    assert_true(!field.is_needed && field.type == TENURE_TYPE_INT);
    assert_int_equal(tenure_policy_find_fact(p, e, str("tier")), 1);
    assert_int_equal(tenure_policy_placement_count(p, c), 2);
    assert_int_equal(tenure_policy_find_placement(p, c, str("queue")), 1);
    tenure_policy_free(p);
}

static void test_api__numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    tenure_policy *p = compile();
    tenure_field field;
    tenure_clause clause;
    tenure_facts *facts;
    tenure_run *run;
    tenure_decider *decider;
    tn_instant never = {INT64_MAX, 0};
    assert_int_equal(tenure_policy_find_category(p, str("nothing")), TENURE_NONE);
    assert_int_equal(tenure_policy_category_name(p, 9).len, 0);
    assert_int_equal(tenure_policy_field_count(p, 9), 0);
    assert_int_equal(tenure_policy_field(p, 9, 0, &field), TN_USAGE);
    assert_int_equal(tenure_policy_of(p, 0, 9), TENURE_NONE);
    assert_int_equal(tenure_policy_placement_name(p, 0, 9).len, 0);
    assert_int_equal(tenure_policy_entity_name(p, 9).len, 0);
    assert_int_equal(tenure_policy_fact(p, 9, 0, &field), TN_USAGE);
    assert_int_equal(tenure_policy_clause(p, 99, &clause), TN_USAGE);
    assert_int_equal(tenure_facts_new(p, 9, &facts), TN_USAGE);
    assert_int_equal(tenure_run_new(p, never, &run), TN_USAGE);
    assert_int_equal(tenure_run_new(p, now, &run), TN_OK);
    assert_int_equal(tenure_run_set_facts(run, 9, NULL), TN_USAGE);
    assert_int_equal(tenure_decider_new(run, 9, TENURE_NONE, &decider), TN_USAGE);
    assert_int_equal(tenure_decider_new(run, 0, 9, &decider), TN_USAGE);
    tenure_run_free(run);
    tenure_policy_free(p);
}

static void test_api__the_model_is_the_same_once_loaded(void **state)
{
    (void)state;
    tenure_policy *made = compile(), *loaded;
    assert_int_equal(tenure_policy_load(NULL, tenure_policy_image(made), &loaded),
                     TN_OK);
    tn_str a, b;
    assert_int_equal(tenure_policy_model(made, &a), TN_OK);
    assert_int_equal(tenure_policy_model(loaded, &b), TN_OK);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    static const char start[] = "{\"format\":1,\"digest\":\"";
    assert_memory_equal(a.data, start, sizeof(start) - 1);
    assert_non_null(strstr(a.data, "\"name\":\"t.audit\""));
    tenure_text_free(made, a);
    tenure_text_free(loaded, b);
    tenure_policy_free(made);
    tenure_policy_free(loaded);
}

/* --- deciding */

static void test_api__a_record_is_decided_by_slots(void **state)
{
    (void)state;
    tenure_policy *policy = compile();
    tenure_run *run;
    tn_verdict v;
    tn_instant made;
    assert_int_equal(tenure_run_new(policy, now, &run), TN_OK);
    assert_int_equal(tenure_run_set_facts(run, 0, NULL), TN_OK);
    tenure_decider *d = decider_of(run, "audit", TENURE_NONE);
    assert_int_equal(tenure_instant_parse(str("2025-11-23T00:00:00Z"), &made), TN_OK);
    tenure_decider_keys(d)[0] = tenure_int(7);
    tenure_decider_fields(d)[MADE] = tenure_at(made);
    tenure_decider_fields(d)[NAME] = text("Ann");
    tenure_decider_fields(d)[ATTRS].kind = TENURE_MAP;
    tenure_decider_fields(d)[TAGS].kind = TENURE_LIST;
    assert_int_equal(tenure_decide(d, TENURE_WANT_ALL, &v), TN_OK);
    assert_int_equal(v.decision, TN_DELETE);
    assert_int_equal(v.reason, TN_REASON_EXPIRED);
    assert_true(v.has_due && v.due.seconds == now.seconds && !v.has_next_change);
    tenure_clause clause;
    assert_int_equal(tenure_policy_clause(policy, v.clause, &clause), TN_OK);
    assert_string_equal(clause.kind.data, "retain_period");
    assert_int_equal(clause.line, 11);
    assert_int_equal(clause.text.len, strlen("retain 1 year from made"));
    made.seconds += 1;
    tenure_decider_fields(d)[MADE] = tenure_at(made);
    assert_int_equal(tenure_decide(d, TENURE_WANT_ALL, &v), TN_OK);
    assert_int_equal(v.reason, TN_REASON_RETAINED);
    assert_true(v.has_next_change && v.next_change.seconds == now.seconds + 1);
    assert_int_equal(v.redact_count, 1);
    assert_int_equal(v.redact[0], NAME);
    assert_int_equal(tenure_decide(d, 1 << 20, &v), TN_USAGE);
    assert_int_equal(tenure_decide(d, TENURE_RECORD_UNREADABLE, &v), TN_OK);
    assert_int_equal(v.reason, TN_REASON_UNREADABLE);
    tenure_decider_free(d);
    tenure_run_free(run);
    tenure_policy_free(policy);
}

static void test_api__a_placements_own_limit_takes_part(void **state)
{
    (void)state;
    tenure_policy *policy = compile();
    tenure_run *run;
    assert_int_equal(tenure_run_new(policy, now, &run), TN_OK);
    assert_int_equal(tenure_run_set_facts(run, 0, NULL), TN_OK);
    tenure_decider *d = decider_of(run, "audit", 1);
    tenure_decider_keys(d)[0] = text("7");
    tenure_decider_fields(d)[MADE] = text("2026-11-01T00:00:00+01:00");
    tenure_decider_fields(d)[TAGS].kind = TENURE_LIST;
    tenure_decider_fields(d)[ATTRS].kind = TENURE_MAP;
    assert_string_equal(decide(d), "delete limit");
    tenure_decider_free(d);
    tenure_run_free(run);
    tenure_policy_free(policy);
}

/* What is not of its type is never repaired. */
static void test_api__wrong_types_are_doubt(void **state)
{
    (void)state;
    tenure_policy *policy = compile();
    tenure_run *run;
    assert_int_equal(tenure_run_new(policy, now, &run), TN_OK);
    tenure_decider *d = decider_of(run, "plain", TENURE_NONE);
    tenure_value *seen = &tenure_decider_fields(d)[0];
    tenure_value day = {.kind = TENURE_DATE, .as = {.day = 1}};
    tenure_value far = {.kind = TENURE_INSTANT, .as = {.instant = {INT64_MAX, 0}}};
    tenure_value nanos = {.kind = TENURE_INSTANT, .as = {.instant = {0, 2000000000}}};
    tenure_value odd = {.kind = (tenure_kind)77};
    tenure_value hollow = {.kind = TENURE_TEXT, .as = {.text = {NULL, 20}}};
    tenure_value values[] = {tenure_null(),
                             tenure_int(1700000000),
                             tenure_bool(true),
                             text("2026-11-01"),
                             text("2026-11-01T00:00:00"),
                             tenure_double(1.7e9),
                             day,
                             far,
                             nanos,
                             odd,
                             hollow};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        *seen = values[i];
        assert_string_equal(decide(d), "flag unknown_anchor");
    }
    *seen = text("2026-11-20T00:00:00Z");
    assert_string_equal(decide(d), "keep retained");
    tenure_decider_free(d);
    tenure_run_free(run);
    tenure_policy_free(policy);
}

static void test_api__lists_and_maps_are_read(void **state)
{
    (void)state;
    tenure_policy *policy = compile();
    tenure_run *run;
    assert_int_equal(tenure_run_new(policy, now, &run), TN_OK);
    assert_int_equal(tenure_run_set_facts(run, 0, NULL), TN_OK);
    tenure_decider *d = decider_of(run, "audit", TENURE_NONE);
    tenure_value *fields = tenure_decider_fields(d);
    tenure_value tags[] = {text("plain"), text("odd")};
    tenure_value attrs[] = {text("level"), tenure_int(4), text("level"), tenure_int(5)};
    tenure_decider_keys(d)[0] = tenure_int(7);
    fields[MADE] = text("2026-11-01T00:00:00Z");
    fields[TAGS] = (tenure_value){TENURE_LIST, {.items = {tags, 1}}};
    fields[ATTRS] = (tenure_value){TENURE_MAP, {.items = {attrs, 0}}};
    assert_string_equal(decide(d), "keep retained");
    fields[TAGS].as.items.count = 2;
    assert_string_equal(decide(d), "flag flagged");
    fields[ATTRS].as.items.count = 1;
    assert_string_equal(decide(d), "keep hold");
    fields[ATTRS].as.items.count = 2; /* a key twice: no map */
    assert_string_equal(decide(d), "flag unknown_guard");
    fields[ATTRS].as.items.count = 0;
    tags[0] = tenure_int(5); /* no list of strings */
    assert_string_equal(decide(d), "flag unknown_guard");
    tags[0] = fields[TAGS]; /* a circle ends at a depth */
    assert_string_equal(decide(d), "flag unknown_guard");
    tenure_decider_free(d);
    tenure_run_free(run);
    tenure_policy_free(policy);
}

static void add(tenure_facts *facts, tenure_value key, const char *terminated,
                const tenure_hold *hold)
{
    tenure_value values[2] = {terminated == NULL ? tenure_null() : text(terminated),
                              tenure_int(1)};
    assert_int_equal(tenure_facts_add(facts, &key, values, hold), TN_OK);
}

static void test_api__facts_and_holds_decide(void **state)
{
    (void)state;
    tenure_policy *policy = compile();
    tenure_run *run;
    tenure_facts *facts;
    assert_int_equal(tenure_facts_new(policy, 0, &facts), TN_OK);
    tenure_hold held = {tenure_bool(true), tenure_null(), tenure_null()};
    tenure_hold past = {tenure_null(), text("2026-01-01T00:00:00Z"),
                        text("2026-02-01T00:00:00Z")};
    tenure_hold broken = {tenure_null(), text("January"), tenure_null()};
    add(facts, tenure_int(1), "2026-09-21T12:15:43Z", NULL);
    add(facts, text("2"), NULL, &held);
    add(facts, tenure_int(3), NULL, &past);
    add(facts, tenure_int(4), NULL, &broken);
    add(facts, tenure_int(5), NULL, NULL);
    add(facts, text("5"), NULL, NULL);
    tenure_value none = tenure_null();
    assert_int_equal(tenure_facts_add(facts, &none, &none, NULL), TN_USAGE);
    assert_int_equal(tenure_run_new(policy, now, &run), TN_OK);
    tenure_decider *d = decider_of(run, "audit", TENURE_NONE);
    tenure_decider_fields(d)[MADE] = text("2026-09-01T00:00:00Z");
    tenure_decider_fields(d)[TAGS].kind = TENURE_LIST;
    tenure_decider_fields(d)[ATTRS].kind = TENURE_MAP;
    tenure_decider_keys(d)[0] = tenure_int(1);
    assert_string_equal(decide(d), "flag unknown_entity");
    assert_int_equal(tenure_run_set_facts(run, 0, facts), TN_OK);
    assert_string_equal(decide(d), "delete event");
    static const char *const verdicts[] = {"keep hold", "keep retained",
                                           "flag unknown_guard", "flag unknown_entity",
                                           "flag unknown_entity"};
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
        tenure_decider_keys(d)[0] = tenure_int((int64_t)i + 2);
        assert_string_equal(decide(d), verdicts[i]);
    }
    tenure_decider_free(d);
    tenure_run_free(run);
    tenure_facts_free(facts);
    tenure_policy_free(policy);
}

static void test_api__explains_for_people_and_programs(void **state)
{
    (void)state;
    tenure_policy *policy = compile();
    tenure_run *run;
    tn_str said;
    assert_int_equal(tenure_run_new(policy, now, &run), TN_OK);
    tenure_decider *d = decider_of(run, "plain", TENURE_NONE);
    tenure_decider_fields(d)[0] = text("2026-11-01T00:00:00Z");
    assert_int_equal(tenure_explain(d, str("r\"1"), TENURE_FORMAT_TEXT, &said), TN_OK);
    static const char first[] = "t.plain r\"1: delete (expired)";
    assert_memory_equal(said.data, first, sizeof(first) - 1);
    char copy[4096];
    assert_int_equal(tenure_explain(d, str("r\"1"), TENURE_FORMAT_JSON, &said), TN_OK);
    snprintf(copy, sizeof(copy), "%.*s", (int)said.len, said.data);
    assert_memory_equal(copy + 11, tenure_policy_digest(policy).data, 64);
    assert_non_null(strstr(copy, "\",\"record\":\"r\\\"1\",\"category\":\"t.plain\","
                                 "\"placement\":null,\"at\":\"2026-11-23T00:00:00Z\","
                                 "\"verdict\":\"delete\",\"reason\":\"expired\","
                                 "\"clause\":\"t.tenure:20:3\","
                                 "\"due\":\"2026-11-11T00:00:00Z\""));
    tenure_decider_fields(d)[0] = tenure_null();
    assert_int_equal(tenure_explain(d, str("2"), TENURE_FORMAT_JSON, &said), TN_OK);
    snprintf(copy, sizeof(copy), "%.*s", (int)said.len, said.data);
    assert_non_null(strstr(copy, "\"detail\":[{\"reason\":\"unknown_anchor\","
                                 "\"clause\":\"t.tenure:20:3\",\"field\":\"seen\"}]"));
    assert_int_equal(tenure_explain(d, str("2"), (tenure_format)9, &said), TN_USAGE);
    tenure_decider_free(d);
    tenure_run_free(run);
    tenure_policy_free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_api__version_is_the_headers),
        cmocka_unit_test(test_api__findings_are_reported_with_their_place),
        cmocka_unit_test(test_api__a_config_of_another_version_is_refused),
        cmocka_unit_test(test_api__modules_come_from_the_host),
        cmocka_unit_test(test_api__files_and_folders_are_compiled),
        cmocka_unit_test(test_api__an_image_is_loaded_from_memory_file_and_map),
        cmocka_unit_test(test_api__images_of_other_formats_say_which_is_older),
        cmocka_unit_test(test_api__things_are_found_by_name_and_number),
        cmocka_unit_test(test_api__numbers_out_of_range_are_refused),
        cmocka_unit_test(test_api__the_model_is_the_same_once_loaded),
        cmocka_unit_test(test_api__a_record_is_decided_by_slots),
        cmocka_unit_test(test_api__a_placements_own_limit_takes_part),
        cmocka_unit_test(test_api__wrong_types_are_doubt),
        cmocka_unit_test(test_api__lists_and_maps_are_read),
        cmocka_unit_test(test_api__facts_and_holds_decide),
        cmocka_unit_test(test_api__explains_for_people_and_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
