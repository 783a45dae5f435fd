/* compile compile FILE ROUNDS: tenure's side of tests/bench/compile.py: a policy from
 * its text until it can decide. Then each category decides the same record once, an
 * instant 400 days old of a customer to whom nothing has happened: counts those that
 * delete it. Prints the count, and the user CPU of compiling in nanoseconds. */
#include "interp/include/tenure.h"
#include "tests/bench/cel_rows.h"

static void need(tn_status status)
{
    if (status != TN_OK)
        bench_fail("it does not compile, or does not decide");
}

static tn_str str(const char *text)
{
    return (tn_str){text, strlen(text)};
}

static tenure_policy *compile(const char *text)
{
    tenure_policy *policy;
    tenure_text source = {str("bench.tenure"), str(text)};
    need(tenure_policy_compile(NULL, &source, 1, &policy));
    return policy;
}

static bool is_due(const tenure_run *run, uint32_t category)
{
    static const tn_instant made = {1795392000 - 400 * 86400, 0};
    tenure_decider *decider;
    tn_verdict verdict;
    need(tenure_decider_new(run, category, TENURE_NONE, &decider));
    *tenure_decider_fields(decider) = tenure_at(made);
    *tenure_decider_keys(decider) = tenure_int(1);
    need(tenure_decide(decider, 0, &verdict));
    tenure_decider_free(decider);
    return verdict.decision == TN_DELETE;
}

static uint64_t count_due(const tenure_policy *policy)
{
    tenure_facts *facts;
    tenure_run *run;
    tenure_value key = tenure_int(1), nothing = tenure_null();
    tenure_hold hold = {tenure_bool(false), nothing, nothing};
    uint64_t count = 0;
    need(tenure_run_new(policy, (tn_instant){1795392000, 0}, &run));
    need(tenure_facts_new(policy, 0, &facts));
    need(tenure_facts_add(facts, &key, &nothing, &hold));
    need(tenure_run_set_facts(run, 0, facts));
    for (uint32_t i = 0; i < tenure_policy_category_count(policy); i++)
        count += is_due(run, i);
    tenure_run_free(run);
    tenure_facts_free(facts);
    return count;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        bench_fail("compile compile FILE ROUNDS");
    bench_text text = bench_read(argv[2]);
    uint64_t count = 0, took = 0;
    for (uint64_t round = strtoull(argv[3], NULL, 10); round > 0; round--) {
        uint64_t start = bench_now();
        tenure_policy *policy = compile(text.data);
        took += bench_now() - start;
        count += count_due(policy);
        tenure_policy_free(policy);
    }
    bench_print(count, took);
    return 0;
}
