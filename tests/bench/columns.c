/* columns MODE: the audit rule over columns in memory, by tenure and by hand.
 *
 *     codes       tenants as codes of a dictionary    the hand: a loop that writes
 * bytes arrow       the same, three columns of verdicts in the Arrow C data interface
 *     texts       tenants as texts, looked up         the hand: a hash join
 *     condition   a CEL condition over texts          the hand: memcmp
 *     dump FOLDER writes the columns, for other programs
 *
 * Prints one JSON object: records, the counts, and for each pair of runs what both
 * took, in nanoseconds of user CPU a record. Both must give the same verdict for each
 * record.
 *
 *     BENCH_ROWS, BENCH_PAIRS   as in run.py */
#include "interp/calendar/instant.h"
#include "interp/decide/batch.h"
#include "interp/include/tenure.h"
#include "tests/bench/columns_hand.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <cmocka.h>

enum { TENANTS = 500, ID_BYTES = 10, ROUNDS = 10 };

/* 2026-11-23T00:00:00Z */
static const int64_t now_s = 1795392000;

static const char policy_text[] =
    "module bench \"Bench\"\n"
    "import std.gdpr\n"
    "purpose p \"why\"\n"
    "entity customer { event terminated \"\" }\n"
    "category audit_log \"Audit log\" of customer {\n"
    "  fields { audit_time : timestamp @created  user_name : string  result : string "
    "}\n"
    "  purpose p  basis std.gdpr.contract  stored in db as primary\n"
    "  retain 1 year from audit_time\n"
    "  on customer.terminated delete after 30 days within 30 days\n"
    "}\n"
    "category sign_in \"Sign-ins\" {\n"
    "  fields { audit_time : timestamp @created  user_name : string  result : string "
    "}\n"
    "  purpose p  basis std.gdpr.contract  stored in db as primary\n"
    "  retain indefinitely\n"
    "  flag when result == \"failure\" && user_name.startsWith(\"svc-\")\n"
    "}\n";

/* --- data */

typedef struct columns {
    int64_t count;
    int64_t *times; /* microseconds */
    uint8_t *valid;
    int32_t *tenants;
    int32_t *id_offsets;
    char *ids;
    int32_t *user_offsets;
    char *users;
    int32_t *result_offsets;
    char *results;
    char words[TENANTS * ID_BYTES + 1]; /* the dictionary */
    int32_t word_offsets[TENANTS + 1];
    hand_tenant facts[TENANTS];
    tn_facts *loaded;
} columns;

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void *take(int64_t count, size_t size)
{
    void *room = calloc((size_t)count + 16, size);
    if (room == NULL)
        exit(1);
    return room;
}

/* Tenants 20 to 59 are terminated, 50 to 69 held. */
static void make_tenants(columns *c, const tn_image *image, uint64_t *state)
{
    if (tn_facts_new(image, 0, NULL, &c->loaded) != TN_OK)
        exit(1);
    for (int i = 0; i < TENANTS; i++) {
        char *id = c->words + i * ID_BYTES;
        snprintf(id, ID_BYTES + 1, "tnt-%06d", i);
        c->word_offsets[i + 1] = (i + 1) * ID_BYTES;
        int64_t ended = now_s - 86400 - (int64_t)(next_random(state) % (90 * 86400));
        bool is_ended = i >= 20 && i < 60, is_held = i >= 50 && i < 70;
        tn_value key = {TN_KIND_STRING, {.text = {id, ID_BYTES}}};
        tn_value event = {.kind = TN_KIND_NULL};
        tn_value hold = {TN_KIND_BOOL, {.boolean = is_held}};
        tn_hold_facts holds = {&hold, NULL, NULL};
        if (is_ended)
            event = (tn_value){TN_KIND_TIMESTAMP, {.instant = {ended, 0}}};
        if (tn_facts_add(c->loaded, &key, &event, &holds) != TN_OK)
            exit(1);
        c->facts[i].held = is_held;
        c->facts[i].due_up_to =
            is_ended && ended + 30 * 86400 <= now_s ? ended * 1000000 : INT64_MIN;
    }
}

static void make_row(columns *c, int64_t i, uint64_t *state)
{
    uint64_t random = next_random(state);
    c->times[i] = (now_s - 1 - (int64_t)(random % (480 * 86400))) * 1000000;
    if (random >> 40 % 100 != 0 && next_random(state) % 100 != 0)
        c->valid[i / 8] = (uint8_t)(c->valid[i / 8] | 1 << i % 8);
    c->tenants[i] = (int32_t)(next_random(state) % TENANTS);
    memcpy(c->ids + i * ID_BYTES, c->words + c->tenants[i] * ID_BYTES, ID_BYTES);
    c->id_offsets[i + 1] = (int32_t)(i + 1) * ID_BYTES;
    bool is_service = next_random(state) % 10 == 0;
    int32_t at = c->user_offsets[i];
    c->user_offsets[i + 1] =
        at + sprintf(c->users + at, "%s-%u", is_service ? "svc" : "user name",
                     (unsigned)(next_random(state) % 3000));
    at = c->result_offsets[i];
    c->result_offsets[i + 1] =
        at + sprintf(c->results + at, "%s",
                     next_random(state) % 30 == 0 ? "failure" : "success");
}

static void make_columns(columns *c, const tn_image *image, int64_t count)
{
    uint64_t state = 20261123;
    c->count = count;
    c->times = take(count, sizeof(int64_t));
    c->valid = take(count / 8 + 1, 1);
    c->tenants = take(count, sizeof(int32_t));
    c->id_offsets = take(count + 1, sizeof(int32_t));
    c->ids = take(count, ID_BYTES);
    c->user_offsets = take(count + 1, sizeof(int32_t));
    c->users = take(count, 16);
    c->result_offsets = take(count + 1, sizeof(int32_t));
    c->results = take(count, 8);
    make_tenants(c, image, &state);
    for (int64_t i = 0; i < count; i++)
        make_row(c, i, &state);
}

static void write_file(const char *folder, const char *name, const void *bytes,
                       size_t size)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        exit(1);
}

static void dump(const columns *c, const char *folder)
{
    size_t n = (size_t)c->count;
    uint8_t held[TENANTS];
    int64_t due[TENANTS];
    for (int i = 0; i < TENANTS; i++) {
        held[i] = c->facts[i].held;
        due[i] = c->facts[i].due_up_to;
    }
    write_file(folder, "times", c->times, n * 8);
    write_file(folder, "valid", c->valid, n / 8 + 1);
    write_file(folder, "tenants", c->tenants, n * 4);
    write_file(folder, "held", held, sizeof(held));
    write_file(folder, "due", due, sizeof(due));
    write_file(folder, "user_offsets", c->user_offsets, (n + 1) * 4);
    write_file(folder, "users", c->users, (size_t)c->user_offsets[n]);
    write_file(folder, "result_offsets", c->result_offsets, (n + 1) * 4);
    write_file(folder, "results", c->results, (size_t)c->result_offsets[n]);
}

/* --- tenure */

typedef struct bench {
    columns columns;
    test_policy policy;
    tn_run *run;
    tn_batch *batch;
    tn_array times, words, tenants, texts, users, results;
    const tn_array *fields[3];
    const tn_array *keys[1];
    uint8_t *ours;
    uint8_t *hands;
    hand_table table;
} bench;

static tn_array text_array(int64_t count, const int32_t *offsets, const char *text)
{
    return (tn_array){.kind = TN_ARRAY_TEXT,
                      .width = 4,
                      .length = count,
                      .values = offsets,
                      .data = text};
}

static void open_bench(bench *b, int64_t count)
{
    columns *c = &b->columns;
    test_policy_compile(&b->policy, policy_text);
    make_columns(c, &b->policy.image, count);
    if (tn_run_new(&b->policy.image, (tn_instant){now_s, 0}, NULL, &b->run) != TN_OK)
        exit(1);
    tn_run_set_facts(b->run, 0, c->loaded);
    b->times = (tn_array){.kind = TN_ARRAY_TIMESTAMP,
                          .width = 8,
                          .tick = TN_TICK_MICROS,
                          .length = count,
                          .values = c->times,
                          .validity = c->valid};
    b->words = text_array(TENANTS, c->word_offsets, c->words);
    b->tenants = (tn_array){.kind = TN_ARRAY_DICTIONARY,
                            .width = 4,
                            .is_signed = true,
                            .length = count,
                            .values = c->tenants,
                            .dictionary = &b->words};
    b->texts = text_array(count, c->id_offsets, c->ids);
    b->users = text_array(count, c->user_offsets, c->users);
    b->results = text_array(count, c->result_offsets, c->results);
    b->fields[0] = &b->times;
    b->fields[1] = &b->users;
    b->fields[2] = &b->results;
    b->ours = take(count, 1);
    b->hands = take(count, 1);
    hand_fill(&b->table, c->words, ID_BYTES, TENANTS);
}

static void decide(bench *b)
{
    tn_batch_input input = {b->columns.count, b->fields, b->keys, NULL};
    tn_batch_output output = {.decision = b->ours};
    if (tn_batch_decide(b->batch, &input, &output, NULL, NULL) != TN_OK)
        exit(1);
}

static uint8_t *reasons;
static uint32_t *clauses;

static void decide_three(bench *b)
{
    tn_batch_input input = {b->columns.count, b->fields, b->keys, NULL};
    tn_batch_output output = {
        .decision = b->ours, .reason = reasons, .clause = clauses};
    if (tn_batch_decide(b->batch, &input, &output, NULL, NULL) != TN_OK)
        exit(1);
}

static void hand_codes(bench *b)
{
    const columns *c = &b->columns;
    hand_decide(c->times, c->valid, c->tenants, c->facts, c->count, b->hands);
}

static void hand_texts(bench *b)
{
    const columns *c = &b->columns;
    hand_join(&b->table, c->times, c->valid, c->id_offsets, c->ids, c->facts, c->count,
              b->hands);
}

static void hand_condition(bench *b)
{
    const columns *c = &b->columns;
    hand_flag(c->result_offsets, c->results, c->user_offsets, c->users, c->count,
              b->hands);
}

/* --- the same through the public interface */

typedef struct host {
    tenure_policy *policy;
    tenure_facts *facts;
    tenure_run *run;
    tenure_batch *batch;
    struct ArrowSchema schema, columns[2], words;
    struct ArrowArray array, arrays[2], dictionary;
    struct ArrowSchema *schema_children[2];
    struct ArrowArray *array_children[2];
    const void *buffers[4][3];
} host;

static host the_host;

static void must(tn_status status)
{
    if (status != TN_OK)
        exit(1);
}

static void open_policy(host *h, const columns *c)
{
    tenure_text text = {{"bench.tenure", 12}, {policy_text, sizeof(policy_text) - 1}};
    must(tenure_policy_compile(NULL, &text, 1, &h->policy));
    must(tenure_facts_new(h->policy, 0, &h->facts));
    for (uint32_t i = 0; i < TENANTS; i++) {
        tenure_value key = tenure_str((tn_str){c->words + i * ID_BYTES, ID_BYTES});
        tenure_hold hold = {tenure_bool(c->facts[i].held), tenure_null(),
                            tenure_null()};
        const tn_value *event = tn_facts_values(c->loaded, i);
        tenure_value value =
            event->kind == TN_KIND_NULL ? tenure_null() : tenure_at(event->as.instant);
        must(tenure_facts_add(h->facts, &key, &value, &hold));
    }
    must(tenure_run_new(h->policy, (tn_instant){now_s, 0}, &h->run));
    must(tenure_run_set_facts(h->run, 0, h->facts));
    must(tenure_batch_new(h->run, 0, TENURE_NONE, NULL, &h->batch));
}

static void set_array(host *h, int i, struct ArrowArray *array, int64_t length,
                      const void *validity, const void *values, const void *data)
{
    h->buffers[i][0] = validity;
    h->buffers[i][1] = values;
    h->buffers[i][2] = data;
    *array = (struct ArrowArray){.length = length,
                                 .null_count = validity == NULL ? 0 : -1,
                                 .n_buffers = data == NULL ? 2 : 3,
                                 .buffers = h->buffers[i]};
}

static void open_host(host *h, const columns *c)
{
    open_policy(h, c);
    h->columns[0] = (struct ArrowSchema){.format = "tsu:UTC", .name = "audit_time"};
    h->columns[1] = (struct ArrowSchema){
        .format = "i", .name = "customer", .dictionary = &h->words};
    h->words = (struct ArrowSchema){.format = "u"};
    set_array(h, 0, &h->arrays[0], c->count, c->valid, c->times, NULL);
    set_array(h, 1, &h->arrays[1], c->count, NULL, c->tenants, NULL);
    set_array(h, 2, &h->dictionary, TENANTS, NULL, c->word_offsets, c->words);
    h->arrays[1].dictionary = &h->dictionary;
    for (int i = 0; i < 2; i++) {
        h->schema_children[i] = &h->columns[i];
        h->array_children[i] = &h->arrays[i];
    }
    h->schema = (struct ArrowSchema){
        .format = "+s", .n_children = 2, .children = h->schema_children};
    set_array(h, 3, &h->array, c->count, NULL, NULL, NULL);
    h->array.n_buffers = 1;
    h->array.n_children = 2;
    h->array.children = h->array_children;
}

static void decide_arrow(bench *b)
{
    struct ArrowArray out;
    must(tenure_batch_decide(the_host.batch, &the_host.schema, &the_host.array, NULL,
                             &out));
    if (b->ours[0] == UINT8_MAX) /* asked for: what is to be compared */
        memcpy(b->ours, out.children[0]->buffers[1], (size_t)b->columns.count);
    out.release(&out);
}

/* --- what both take */

static double user_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

typedef void task(bench *b);

static double measure(bench *b, task *run)
{
    double start = user_seconds();
    for (int i = 0; i < ROUNDS; i++)
        run(b);
    return (user_seconds() - start) * 1e9 / (double)(ROUNDS * b->columns.count);
}

static void compare(const bench *b)
{
    for (int64_t i = 0; i < b->columns.count; i++)
        if (b->ours[i] != b->hands[i]) {
            fprintf(stderr, "columns: record %lld: %u against %u by hand\n",
                    (long long)i, b->ours[i], b->hands[i]);
            exit(1);
        }
}

static void run_pairs(bench *b, task *ours, task *hands, int pairs)
{
    int64_t counts[3] = {0, 0, 0};
    b->ours[0] = UINT8_MAX;
    ours(b);
    hands(b);
    compare(b);
    for (int64_t i = 0; i < b->columns.count; i++)
        counts[b->ours[i]]++;
    printf("{\"records\":%lld,\"keep\":%lld,\"delete\":%lld,\"flag\":%lld,\"pairs\":[",
           (long long)b->columns.count, (long long)counts[0], (long long)counts[1],
           (long long)counts[2]);
    for (int i = 0; i < pairs; i++) {
        double ours_ns = measure(b, ours);
        printf("%s[%.3f,%.3f]", i > 0 ? "," : "", ours_ns, measure(b, hands));
    }
    tn_batch_work work = tn_batch_work_done(b->batch);
    printf("],\"alone\":%llu,\"compared\":%llu}\n", (unsigned long long)work.alone,
           (unsigned long long)work.compared);
}

static int64_t number_of(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : atoll(text);
}

int main(int argc, char **argv)
{
    bench *b = take(1, sizeof(*b));
    const char *mode = argc < 2 ? "" : argv[1];
    bool is_condition = strcmp(mode, "condition") == 0;
    int pairs = (int)number_of("BENCH_PAIRS", 7);
    open_bench(b, number_of("BENCH_ROWS", 1000000));
    if (strcmp(mode, "dump") == 0 && argc > 2) {
        dump(&b->columns, argv[2]);
        return 0;
    }
    reasons = take(b->columns.count, 1);
    clauses = take(b->columns.count, 4);
    must(tn_batch_new(b->run, is_condition ? 1 : 0, TN_NONE, 0, &b->batch));
    b->keys[0] = strcmp(mode, "texts") == 0 ? &b->texts : &b->tenants;
    if (strcmp(mode, "arrow") == 0)
        open_host(&the_host, &b->columns);
    task *ours = strcmp(mode, "three") == 0   ? decide_three
                 : strcmp(mode, "arrow") == 0 ? decide_arrow
                                              : decide;
    task *hands = is_condition                 ? hand_condition
                  : strcmp(mode, "texts") == 0 ? hand_texts
                                               : hand_codes;
    run_pairs(b, ours, hands, pairs);
    return 0;
}
