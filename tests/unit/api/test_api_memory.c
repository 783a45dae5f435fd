/* api: a host whose memory runs out at any allocation; one that counts them. */
#include "tests/support/memory.h"
#include "tests/unit/api/support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Whatever of it was made is given back, in whatever state it failed. */
typedef struct host {
    tenure_policy *policy;
    tenure_policy *loaded;
    tenure_facts *facts;
    tenure_run *run;
    tenure_decider *decider;
} host;

#define TRY(call)                                                                      \
    do {                                                                               \
        tn_status try_status = (call);                                                 \
        if (try_status != TN_OK)                                                       \
            return try_status;                                                         \
    } while (0)

static tn_status use(host *h, const tn_allocator *memory)
{
    tenure_config config = TENURE_CONFIG_INIT;
    config.allocator = memory;
    tenure_text texts[] = {{str("t.tenure"), str(policy_text)}};
    tenure_value key = tenure_int(1), values[2] = {tenure_null(), tenure_int(3)};
    static tenure_value tags[1]; /* the decider refers to it after this call */
    tags[0] = text("odd");
    tn_verdict verdict;
    tn_str said;
    TRY(tenure_policy_compile(&config, texts, 1, &h->policy));
    TRY(tenure_policy_load(&config, tenure_policy_image(h->policy), &h->loaded));
    TRY(tenure_policy_model(h->loaded, &said));
    tenure_text_free(h->loaded, said);
    TRY(tenure_facts_new(h->loaded, 0, &h->facts));
    TRY(tenure_facts_add(h->facts, &key, values, NULL));
    TRY(tenure_run_new(h->loaded, now, &h->run));
    TRY(tenure_run_set_facts(h->run, 0, h->facts));
    TRY(tenure_decider_new(h->run, 0, 0, &h->decider));
    tenure_value *fields = tenure_decider_fields(h->decider);
    tenure_decider_keys(h->decider)[0] = key;
    fields[MADE] = text("2026-09-01T00:00:00Z");
    fields[TAGS] = (tenure_value){TENURE_LIST, {.items = {tags, 1}}};
    fields[ATTRS].kind = TENURE_MAP;
    TRY(tenure_decide(h->decider, TENURE_WANT_ALL, &verdict));
    assert_int_equal(verdict.reason, TN_REASON_FLAGGED);
    TRY(tenure_explain(h->decider, str("1"), TENURE_FORMAT_TEXT, &said));
    return tenure_explain(h->decider, str("1"), TENURE_FORMAT_JSON, &said);
}

static void leave(host *h)
{
    tenure_decider_free(h->decider);
    tenure_run_free(h->run);
    tenure_facts_free(h->facts);
    tenure_policy_free(h->loaded);
    tenure_policy_free(h->policy);
}

static void test_api__running_out_of_memory_is_a_status(void **state)
{
    (void)state;
    tn_status status = TN_NOMEM;
    for (size_t n = 1; status == TN_NOMEM; n++) {
        tn_test_memory memory;
        host h = {NULL, NULL, NULL, NULL, NULL};
        tn_test_memory_init(&memory, n);
        status = use(&h, &memory.allocator);
        leave(&h);
        assert_int_equal(memory.live_count, 0);
        assert_int_equal(memory.live_bytes, 0);
        assert_true(status == TN_NOMEM || memory.count < n);
    }
    assert_int_equal(status, TN_OK);
}

/* The promise of tenure_decide: once warm, nothing is allocated. */
static void test_api__deciding_allocates_nothing(void **state)
{
    (void)state;
    tn_test_memory memory;
    host h = {NULL, NULL, NULL, NULL, NULL};
    tn_verdict verdict;
    tn_test_memory_init(&memory, 0);
    assert_int_equal(use(&h, &memory.allocator), TN_OK);
    size_t before = memory.count;
    for (int i = 0; i < 1000; i++) {
        tenure_decider_fields(h.decider)[MADE] =
            tenure_at((tn_instant){now.seconds - i * 86400, 0});
        assert_int_equal(tenure_decide(h.decider, TENURE_WANT_ALL, &verdict), TN_OK);
    }
#ifndef TN_ARENA_DEBUG /* there, each take is an allocation */
    assert_int_equal(memory.count, before);
#else
    (void)before;
#endif
    leave(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_api__running_out_of_memory_is_a_status),
        cmocka_unit_test(test_api__deciding_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
