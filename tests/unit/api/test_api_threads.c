/* api: eight threads over one policy and one run; `make tsan` watches them. */
#include "tests/support/batch_use.h"
#include "tests/unit/api/support.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { THREADS = 8, RECORDS = 2000 };

typedef struct worker {
    const tenure_policy *policy;
    const tenure_run *run;
    unsigned counts[3];
    char said[2048];
    tn_status status;
} worker;

static tn_status decide_records(worker *w, tenure_decider *d)
{
    static const tn_str tags_text[] = {{"plain", 5}, {"odd", 3}};
    tenure_value *fields = tenure_decider_fields(d);
    for (int i = 0; i < RECORDS; i++) {
        tenure_value tag = tenure_str(tags_text[i % 7 == 0]);
        tn_verdict v;
        fields[MADE] = tenure_at((tn_instant){now.seconds - i * 86400, 0});
        fields[TAGS] = (tenure_value){TENURE_LIST, {.items = {&tag, 1}}};
        fields[ATTRS].kind = TENURE_MAP;
        tenure_decider_keys(d)[0] = tenure_int(i % 10);
        tn_status status = tenure_decide(d, TENURE_WANT_ALL, &v);
        if (status != TN_OK)
            return status;
        w->counts[v.decision]++;
    }
    return TN_OK;
}

static tn_status work(worker *w)
{
    tenure_decider *d;
    tn_status status = tenure_decider_new(w->run, 0, TENURE_NONE, &d);
    if (status != TN_OK)
        return status;
    status = decide_records(w, d);
    tn_str said;
    tenure_decider_fields(d)[TAGS].kind = TENURE_LIST;
    tenure_decider_fields(d)[TAGS].as.items.count = 0;
    if (status == TN_OK)
        status = tenure_explain(d, str("x"), TENURE_FORMAT_JSON, &said);
    if (status == TN_OK)
        snprintf(w->said, sizeof(w->said), "%.*s", (int)said.len, said.data);
    tenure_decider_free(d);
    if (status == TN_OK)
        status = test_use_batch(w->run, 0, TENURE_NONE);
    if (status == TN_OK)
        status = tenure_policy_model(w->policy, &said);
    if (status == TN_OK)
        tenure_text_free(w->policy, said);
    return status;
}

static void *start(void *user)
{
    worker *w = user;
    w->status = work(w);
    return NULL;
}

/* Some facts, so that they are shared too. */
static tenure_facts *make_facts(const tenure_policy *policy)
{
    tenure_facts *facts;
    assert_int_equal(tenure_facts_new(policy, 0, &facts), TN_OK);
    for (int i = 0; i < 9; i++) {
        tenure_value key = tenure_int(i);
        tenure_value values[] = {
            i % 3 == 0 ? text("2026-09-01T00:00:00Z") : tenure_null(), tenure_int(i)};
        assert_int_equal(tenure_facts_add(facts, &key, values, NULL), TN_OK);
    }
    return facts;
}

static void test_api__eight_threads_share_policy_and_run(void **state)
{
    (void)state;
    tenure_text texts[] = {{str("t.tenure"), str(policy_text)}};
    tenure_policy *policy;
    tenure_run *run;
    assert_int_equal(tenure_policy_compile(NULL, texts, 1, &policy), TN_OK);
    tenure_facts *facts = make_facts(policy);
    assert_int_equal(tenure_run_new(policy, now, &run), TN_OK);
    assert_int_equal(tenure_run_set_facts(run, 0, facts), TN_OK);
    static worker workers[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){.policy = policy, .run = run};
        assert_int_equal(pthread_create(&threads[i], NULL, start, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(workers[i].status, TN_OK);
        assert_memory_equal(workers[i].counts, workers[0].counts,
                            sizeof(workers[0].counts));
        assert_string_equal(workers[i].said, workers[0].said);
    }
    assert_true(workers[0].counts[TN_KEEP] > 0 && workers[0].counts[TN_DELETE] > 0 &&
                workers[0].counts[TN_FLAG] > 0);
    tenure_run_free(run);
    tenure_facts_free(facts);
    tenure_policy_free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_api__eight_threads_share_policy_and_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
