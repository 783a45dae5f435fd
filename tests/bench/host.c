/* host MODE: what tenure.h costs a host program.
 *
 *     load     an image of BENCH_CATEGORIES (10000) loaded: digest and verification
 *     record   the audit rule for one record at a time, by tenure.h and by hand: a
 * tenant's key looked up, an instant compared, the verdict with reason and clause text
 * the same of a record whose instant is RFC 3339
 *
 * Prints one JSON object: for each pair of runs what both took, in nanoseconds of user
 * CPU a record (of load: gigabytes a second). Both must give the same verdicts.
 * `record` and `text` fail if tenure.h allocates.
 *
 *     BENCH_ROWS, BENCH_PAIRS   as in run.py */
#include "interp/include/tenure.h"
#include "tests/bench/audit_rule.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { TENANTS = 500, ID_BYTES = 16, TIME_BYTES = 20 };

static size_t allocations;

static void *resize(void *user, void *block, size_t old_size, size_t new_size)
{
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    allocations++;
    return realloc(block, new_size);
}

static const tn_allocator counting = {resize, NULL};

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "host: %s\n", what);
    exit(1);
}

static double user_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static long number_of(const char *name, long otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : atol(text);
}

static tn_str str(const char *text)
{
    return (tn_str){text, strlen(text)};
}

static tenure_policy *compile(char *text)
{
    tenure_config config = TENURE_CONFIG_INIT;
    tenure_policy *policy;
    tenure_text source = {str("bench.tenure"), str(text)};
    config.allocator = &counting;
    must(tenure_policy_compile(&config, &source, 1, &policy) == TN_OK, "compiles");
    return policy;
}

/* --- load */

static char *many_categories(long count)
{
    enum { EACH = 700 };
    size_t room = (size_t)count * EACH + 1024, len;
    char *text = malloc(room);
    must(text != NULL, "memory");
    len = (size_t)snprintf(text, room,
                           "module bench \"Bench\"\nimport std.gdpr\n"
                           "purpose p \"why\"\n"
                           "entity customer { event terminated \"\" }\n");
    for (long i = 0; i < count; i++)
        len += (size_t)snprintf(
            text + len, room - len,
            "category log_%ld \"Log number %ld\" of customer {\n"
            "  fields { made_%ld : timestamp @created  kind : string  size : int\n"
            "           name : string @key }\n"
            "  purpose p  basis std.gdpr.contract\n"
            "  stored in db as primary, queue as temporary for at most %ld days\n"
            "  retain %ld days from made_%ld when kind == \"kind %ld\" && record.size "
            "> "
            "%ld\n"
            "  retain 1 year from made_%ld\n"
            "  on customer.terminated delete within 30 days\n}\n",
            i, i, i, i % 300 + 1, i % 900 + 1, i, i, i, i);
    return text;
}

static void bench_load(long pairs)
{
    long count = number_of("BENCH_CATEGORIES", 10000);
    char *text = many_categories(count);
    tenure_policy *policy = compile(text), *loaded;
    tn_str image = tenure_policy_image(policy);
    tenure_config config = TENURE_CONFIG_INIT;
    config.flags = TENURE_NO_SOURCES;
    printf("{\"name\": \"load\", \"categories\": %ld, \"bytes\": %zu, \"gb_per_s\": [",
           count, image.len);
    for (long i = 0; i < pairs; i++) {
        enum { ROUNDS = 5 };
        double start = user_seconds();
        for (int j = 0; j < ROUNDS; j++) {
            must(tenure_policy_load(&config, image, &loaded) == TN_OK, "loads");
            tenure_policy_free(loaded);
        }
        printf("%s%.3f", i > 0 ? ", " : "",
               (double)image.len * ROUNDS / 1e9 / (user_seconds() - start));
    }
    printf("]}\n");
    tenure_policy_free(policy);
    free(text);
}

/* --- records */

typedef struct record {
    char tenant[ID_BYTES];
    char time[TIME_BYTES + 1];
    int64_t at;
} record;

typedef struct world {
    record *records;
    long count;
    rule *rule;
    tenure_policy *policy;
    tenure_facts *facts;
    tenure_run *run;
    tenure_decider *decider;
    uint64_t counts[3];
} world;

static char audit_text[] = "module bench \"Bench\"\n"
                           "import std.gdpr\n"
                           "purpose p \"why\"\n"
                           "entity customer { event terminated \"\" }\n"
                           "category audit_log \"Audit log\" of customer {\n"
                           "  fields { audit_time : timestamp @created }\n"
                           "  purpose p  basis std.gdpr.contract\n"
                           "  stored in db as primary\n"
                           "  retain 1 year from audit_time\n"
                           "  on customer.terminated delete within 30 days\n"
                           "}\n";

static void add_tenant(world *w, long i, uint64_t *seed)
{
    char id[ID_BYTES];
    int len = snprintf(id, sizeof(id), "tenant-%06ld", i);
    uint64_t dice = next_random(seed) % 10;
    rule_tenant *slot = rule_slot(w->rule, id, (size_t)len);
    memcpy(slot->id, id, (size_t)len);
    slot->is_known = 1;
    slot->is_held = dice == 0;
    slot->is_terminated = dice == 1;
    slot->terminated = rule_now - 40 * 86400;
    tenure_value key = tenure_str((tn_str){id, (size_t)len});
    tenure_value terminated =
        dice == 1 ? tenure_at((tn_instant){slot->terminated, 0}) : tenure_null();
    tenure_hold hold = {tenure_bool(dice == 0), tenure_null(), tenure_null()};
    must(tenure_facts_add(w->facts, &key, &terminated, &hold) == TN_OK, "facts");
}

static void make_world(world *w, long count)
{
    uint64_t seed = 1;
    tn_instant now = {rule_now, 0};
    *w = (world){.count = count};
    w->records = calloc((size_t)count, sizeof(record));
    w->rule = calloc(1, sizeof(rule));
    must(w->records != NULL && w->rule != NULL, "memory");
    w->policy = compile(audit_text);
    must(tenure_facts_new(w->policy, 0, &w->facts) == TN_OK, "facts");
    for (long i = 0; i < TENANTS; i++)
        add_tenant(w, i, &seed);
    for (long i = 0; i < count; i++) {
        record *r = &w->records[i];
        char text[TENURE_INSTANT_TEXT_MAX];
        snprintf(r->tenant, sizeof(r->tenant), "tenant-%06ld",
                 (long)(next_random(&seed) % (TENANTS + 2)));
        r->at = rule_now - (int64_t)(next_random(&seed) % (800 * 86400));
        tenure_instant_format((tn_instant){r->at, 0}, text);
        memcpy(r->time, text, TIME_BYTES + 1);
    }
    must(tenure_run_new(w->policy, now, &w->run) == TN_OK, "a run");
    must(tenure_run_set_facts(w->run, 0, w->facts) == TN_OK, "facts");
    must(tenure_decider_new(w->run, 0, TENURE_NONE, &w->decider) == TN_OK, "decider");
}

static void free_world(world *w)
{
    tenure_decider_free(w->decider);
    tenure_run_free(w->run);
    tenure_facts_free(w->facts);
    tenure_policy_free(w->policy);
    free(w->records);
    free(w->rule);
}

/* As a host does it: the fields of one record, then its verdict. */
static void decide_all(world *w, bool as_text)
{
    tenure_value *time = tenure_decider_fields(w->decider);
    tenure_value *key = tenure_decider_keys(w->decider);
    uint64_t clauses = 0;
    memset(w->counts, 0, sizeof(w->counts));
    for (long i = 0; i < w->count; i++) {
        const record *r = &w->records[i];
        tn_verdict verdict;
        *key = tenure_str(str(r->tenant));
        *time = as_text ? tenure_str((tn_str){r->time, TIME_BYTES})
                        : tenure_at((tn_instant){r->at, 0});
        must(tenure_decide(w->decider, 0, &verdict) == TN_OK, "decides");
        w->counts[verdict.decision]++;
        clauses += verdict.clause;
    }
    must(clauses > 0, "clauses are told");
}

/* The rule by hand of an instant that is read: as in audit_rule.h. */
static int hand_decide(rule *r, const char *tenant, size_t len, int64_t at)
{
    const rule_tenant *t = rule_slot(r, tenant, len);
    if (t->is_known && t->is_held)
        return TN_KEEP;
    if (!t->is_known || t->is_doubted || at < rule_earliest || at > rule_latest)
        return TN_FLAG;
    if (at <= rule_cutoff)
        return TN_DELETE;
    return t->is_terminated && t->terminated <= rule_now && at <= t->terminated
               ? TN_DELETE
               : TN_KEEP;
}

static void decide_by_hand(world *w, bool as_text, uint64_t counts[3])
{
    memset(counts, 0, 3 * sizeof(counts[0]));
    for (long i = 0; i < w->count; i++) {
        const record *r = &w->records[i];
        int64_t at = r->at;
        if (as_text && !rule_time(r->time, TIME_BYTES, &at))
            counts[TN_FLAG]++;
        else
            counts[hand_decide(w->rule, r->tenant, strlen(r->tenant), at)]++;
    }
}

static void bench_record(const char *name, bool as_text, long pairs)
{
    world w;
    uint64_t counts[3];
    make_world(&w, number_of("BENCH_ROWS", 300000));
    decide_all(&w, as_text); /* warm */
    printf("{\"name\": \"%s\", \"records\": %ld, \"ns\": [", name, w.count);
    for (long i = 0; i < pairs; i++) {
        double start = user_seconds();
        size_t before = allocations;
        decide_all(&w, as_text);
        must(allocations == before, "it allocates");
        double between = user_seconds();
        decide_by_hand(&w, as_text, counts);
        double end = user_seconds();
        for (int j = 0; j < 3; j++)
            must(counts[j] == w.counts[j] && counts[j] > 0, "the verdicts differ");
        printf("%s[%.2f, %.2f]", i > 0 ? ", " : "",
               (between - start) * 1e9 / (double)w.count,
               (end - between) * 1e9 / (double)w.count);
    }
    printf("]}\n");
    free_world(&w);
}

int main(int argc, char **argv)
{
    long pairs = number_of("BENCH_PAIRS", 7);
    if (argc == 2 && strcmp(argv[1], "load") == 0)
        bench_load(pairs);
    else if (argc == 2 && strcmp(argv[1], "record") == 0)
        bench_record("record", false, pairs);
    else if (argc == 2 && strcmp(argv[1], "text") == 0)
        bench_record("text", true, pairs);
    else
        return 2;
    return 0;
}
