/* arrow: batches of other programs, in every layout, and what is wrong with some. */
#include "tests/support/memory.h"
#include "tests/unit/api/support.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char batch_text[] =
    "module t \"Tests\"\n"
    "import std.gdpr\n"
    "zone \"Europe/Berlin\"\n"
    "purpose p \"why\"\n"
    "entity customer \"Customer\" { event terminated \"\" }\n"
    "category audit \"Audit\" of customer {\n"
    "  fields { made : timestamp @created  name : string  size : int  born : date\n"
    "           note : string }\n"
    "  purpose p  basis std.gdpr.contract  stored in db as primary\n"
    "  retain 1 year from made\n"
    "  retain at most 10 years from born\n"
    "  on customer.terminated delete within 30 days\n"
    "  flag when name == \"odd\"\n"
    "}\n"
    "category strict \"Strict\" { fields strict { seen : timestamp }\n"
    "  purpose p  basis std.gdpr.contract  stored in db as primary\n"
    "  retain 10 days from seen }\n";

/* --- arrays of a host, made by hand */

enum { COLUMNS_MAX = 8, ROWS = 4 };

typedef struct host_batch {
    struct ArrowSchema schema;
    struct ArrowArray array;
    struct ArrowSchema schemas[COLUMNS_MAX];
    struct ArrowArray arrays[COLUMNS_MAX];
    struct ArrowSchema *schema_children[COLUMNS_MAX];
    struct ArrowArray *array_children[COLUMNS_MAX];
    const void *buffers[COLUMNS_MAX][4];
    struct ArrowSchema word_schema;
    struct ArrowArray words;
    const void *word_buffers[3];
    const void *no_buffers[1];
} host_batch;

static void start(host_batch *h, int64_t length)
{
    memset(h, 0, sizeof(*h));
    h->schema = (struct ArrowSchema){.format = "+s", .children = h->schema_children};
    h->array = (struct ArrowArray){.length = length,
                                   .n_buffers = 1,
                                   .buffers = h->no_buffers,
                                   .children = h->array_children};
}

/* Adds a column over two or three buffers; null_count is -1: not yet counted. */
static struct ArrowArray *add(host_batch *h, const char *name, const char *format,
                              const void *validity, const void *values,
                              const void *data)
{
    int64_t i = h->schema.n_children++;
    h->array.n_children = h->schema.n_children;
    h->schemas[i] = (struct ArrowSchema){.format = format, .name = name};
    h->buffers[i][0] = validity;
    h->buffers[i][1] = values;
    h->buffers[i][2] = data;
    h->arrays[i] = (struct ArrowArray){.length = h->array.offset + h->array.length,
                                       .null_count = -1,
                                       .n_buffers = data == NULL ? 2 : 3,
                                       .buffers = h->buffers[i]};
    h->schema_children[i] = &h->schemas[i];
    h->array_children[i] = &h->arrays[i];
    return &h->arrays[i];
}

/* Makes a column one of indices into two words. */
static void add_words(host_batch *h, int64_t i, const int32_t *offsets,
                      const char *words, const void *validity)
{
    h->word_schema = (struct ArrowSchema){.format = "u"};
    h->word_buffers[0] = validity;
    h->word_buffers[1] = offsets;
    h->word_buffers[2] = words;
    h->words = (struct ArrowArray){
        .length = 2, .null_count = -1, .n_buffers = 3, .buffers = h->word_buffers};
    h->schemas[i].dictionary = &h->word_schema;
    h->arrays[i].dictionary = &h->words;
}

/* 2026-11-23T00:00:00Z is now: an old one, a new one, null, an old one. */
static const int64_t made_s[ROWS] = {1700000000, 1795000000, 5, 1690000000};
static const uint8_t made_valid[] = {0x0b};
static const int64_t customers[ROWS] = {1, 1, 1, 7};
static const int32_t name_offsets[ROWS + 1] = {0, 1, 4, 5, 5};
static const char name_text[] = "aoddb";
static const int64_t sizes[ROWS] = {0, 0, 0, 0};
static const int32_t born[ROWS] = {20000, 20000, 20000, 20000};

static void start_audit(host_batch *h, int64_t length)
{
    start(h, length);
    add(h, "name", "u", NULL, name_offsets, name_text);
    add(h, "made", "tss:UTC", made_valid, made_s, NULL);
    add(h, "customer", "l", NULL, customers, NULL);
    add(h, "born", "tdD", NULL, born, NULL);
    add(h, "other", "+r", NULL, sizes, NULL); /* no clause reads it */
}

/* --- the library */

typedef struct library {
    tenure_policy *policy;
    tenure_facts *facts;
    tenure_run *run;
    tenure_batch *batch;
} library;

static void report(void *user, const tenure_report *r)
{
    (void)user;
    if (r->status != TN_OK)
        print_message("%u:%u: %.*s\n", r->line, r->column, (int)r->message.len,
                      r->message.data);
}

static tn_status open_library(library *l, const char *category,
                              const tenure_columns *columns, const tn_allocator *memory)
{
    tenure_config config = TENURE_CONFIG_INIT;
    config.allocator = memory;
    config.report = report;
    tenure_text texts[] = {{str("t.tenure"), str(batch_text)}};
    tenure_value key = tenure_int(1), value = tenure_null();
    memset(l, 0, sizeof(*l));
    tn_status status = tenure_policy_compile(&config, texts, 1, &l->policy);
    if (status == TN_OK)
        status = tenure_facts_new(l->policy, 0, &l->facts);
    if (status == TN_OK)
        status = tenure_facts_add(l->facts, &key, &value, NULL);
    if (status == TN_OK)
        status = tenure_run_new(l->policy, now, &l->run);
    if (status == TN_OK)
        status = tenure_run_set_facts(l->run, 0, l->facts);
    if (status != TN_OK)
        return status;
    uint32_t number = tenure_policy_find_category(l->policy, str(category));
    return tenure_batch_new(l->run, number, TENURE_NONE, columns, &l->batch);
}

static void close_library(library *l)
{
    tenure_batch_free(l->batch);
    tenure_run_free(l->run);
    tenure_facts_free(l->facts);
    tenure_policy_free(l->policy);
}

/* Column `i` of the result at a row, where it is a dictionary of texts. */
static const char *word(const struct ArrowArray *out, int64_t i, int64_t row)
{
    static char text[64];
    const struct ArrowArray *column = out->children[i];
    const uint8_t *validity = column->buffers[0];
    if (validity != NULL && (validity[row / 8] >> row % 8 & 1) == 0)
        return "null";
    int32_t index = i == 2 ? ((const int32_t *)column->buffers[1])[row]
                           : ((const int8_t *)column->buffers[1])[row];
    const int32_t *offsets = column->dictionary->buffers[1];
    assert_in_range(index, 0, column->dictionary->length - 1);
    snprintf(text, sizeof(text), "%.*s", offsets[index + 1] - offsets[index],
             (const char *)column->dictionary->buffers[2] + offsets[index]);
    return text;
}

/* "delete expired, keep retained" */
static const char *words_of(const struct ArrowArray *out)
{
    static char text[256];
    text[0] = '\0';
    for (int64_t row = 0; row < out->length; row++)
        for (int64_t i = 0; i < 2; i++) {
            size_t len = strlen(text);
            snprintf(text + len, sizeof(text) - len, "%s%s",
                     i == 1    ? " "
                     : row > 0 ? ", "
                               : "",
                     word(out, i, row));
        }
    return text;
}

static void assert_decided(const host_batch *h, const tenure_columns *columns,
                           const char *words)
{
    library l;
    struct ArrowSchema schema;
    struct ArrowArray out;
    assert_int_equal(open_library(&l, "audit", columns, NULL), TN_OK);
    tn_status status =
        tenure_batch_decide(l.batch, &h->schema, &h->array, &schema, &out);
    if (status != TN_OK)
        fail_msg("%s: %s", tn_status_text(status), tenure_batch_error(l.batch));
    close_library(&l); /* results stay */
    assert_string_equal(words_of(&out), words);
    schema.release(&schema);
    out.release(&out);
    assert_null(schema.release);
    assert_null(out.release);
}

static void assert_refused(const host_batch *h, tn_status status, const char *why)
{
    library l;
    struct ArrowSchema schema;
    struct ArrowArray out;
    assert_int_equal(open_library(&l, "audit", NULL, NULL), TN_OK);
    assert_int_equal(tenure_batch_decide(l.batch, &h->schema, &h->array, &schema, &out),
                     status);
    assert_string_equal(tenure_batch_error(l.batch), why);
    close_library(&l);
}

#define ALL_FOUR                                                                       \
    "delete expired, flag flagged, flag unknown_anchor, flag unknown_entity"

static void test_arrow__columns_by_their_names(void **state)
{
    (void)state;
    host_batch h;
    start_audit(&h, ROWS);
    assert_decided(&h, NULL, ALL_FOUR);
    start_audit(&h, 0);
    assert_decided(&h, NULL, "");
}

static void test_arrow__slices_of_batch_and_column(void **state)
{
    (void)state;
    static const uint8_t shifted_valid[] = {0x16}; /* made_valid << 1 */
    static const int64_t shifted[] = {9, 1700000000, 1795000000, 5, 1690000000};
    host_batch h;
    start_audit(&h, ROWS);
    h.array.offset = 1;
    h.array.length = 2;
    assert_decided(&h, NULL, "flag flagged, flag unknown_anchor");
    h.buffers[1][0] = shifted_valid;
    h.buffers[1][1] = shifted;
    h.arrays[1].offset = 1;
    assert_decided(&h, NULL, "flag flagged, flag unknown_anchor");
    h.array.length = 4;
    assert_refused(&h, TN_INVALID, "column \"made\" has fewer rows than the batch");
}

static void test_arrow__nulls_may_be_uncounted_or_none(void **state)
{
    (void)state;
    host_batch h;
    start_audit(&h, ROWS);
    h.arrays[1].null_count = 0; /* then the bits are not looked at */
    assert_decided(
        &h, NULL,
        "delete expired, flag flagged, flag implausible_anchor, flag unknown_entity");
    h.arrays[1].null_count = -1;
    h.buffers[1][0] = NULL;
    assert_decided(
        &h, NULL,
        "delete expired, flag flagged, flag implausible_anchor, flag unknown_entity");
}

static void test_arrow__texts_of_each_layout(void **state)
{
    (void)state;
    static const int64_t large[] = {0, 1, 4, 5, 5};
    static const int32_t views[ROWS][4] = {
        {1, 'a'}, {3, 'o' | 'd' << 8 | 'd' << 16}, {1, 'b'}, {0}};
    static const int64_t no_sizes[1] = {0};
    host_batch h;
    start_audit(&h, ROWS);
    h.schemas[0].format = "U";
    h.buffers[0][1] = large;
    assert_decided(&h, NULL, ALL_FOUR);
    h.schemas[0].format = "vu";
    h.buffers[0][1] = views;
    h.buffers[0][2] = no_sizes;
    assert_decided(&h, NULL, ALL_FOUR);
    h.schemas[0].format = "z"; /* bytes are no text */
    h.buffers[0][1] = name_offsets;
    h.buffers[0][2] = name_text;
    assert_decided(&h, NULL,
                   "flag unknown_guard, flag unknown_guard, flag unknown_anchor, flag "
                   "unknown_entity");
    h.arrays[0].n_buffers = 2;
    assert_refused(&h, TN_INVALID, "column \"name\" has too few buffers");
}

static void test_arrow__dictionaries(void **state)
{
    (void)state;
    static const int8_t indices[ROWS] = {0, 1, 0, 0}, outside[ROWS] = {0, 1, 2, 0};
    static const int32_t offsets[] = {0, 3, 6};
    static const uint8_t first_null[] = {2}, row_null[] = {0x0b};
    host_batch h;
    start_audit(&h, ROWS);
    h.schemas[0].format = "c";
    h.buffers[0][1] = indices;
    add_words(&h, 0, offsets, "evnodd", first_null);
    assert_decided(&h, NULL, ALL_FOUR);
    h.buffers[0][1] = outside;
    assert_refused(&h, TN_INVALID,
                   "column \"name\" has an index outside its dictionary");
    h.buffers[0][0] = row_null; /* that index is null, and not looked at */
    assert_decided(&h, NULL, ALL_FOUR);
    h.arrays[0].dictionary = NULL;
    assert_refused(&h, TN_INVALID,
                   "column \"name\" has no dictionary, as its type says it has");
}

static void test_arrow__keys_in_a_dictionary(void **state)
{
    (void)state;
    static const int32_t indices[ROWS] = {0, 0, 0, 1};
    static const int32_t offsets[] = {0, 1, 2};
    host_batch h;
    start_audit(&h, ROWS);
    h.schemas[2].format = "i";
    h.buffers[2][1] = indices;
    add_words(&h, 2, offsets, "17", NULL);
    assert_decided(&h, NULL, ALL_FOUR);
}

static void test_arrow__clocks_without_a_zone(void **state)
{
    (void)state;
    static const int64_t civil[ROWS] = {1763856000, 1763856000 + 3600,
                                        1763856000 + 3601, 1763856000};
    host_batch h;
    tenure_columns columns = TENURE_COLUMNS_INIT;
    start_audit(&h, ROWS);
    h.schemas[1].format = "tss:";
    h.buffers[1][0] = NULL;
    h.buffers[1][1] = civil;
    assert_decided(&h, NULL,
                   "flag unknown_anchor, flag unknown_anchor, flag unknown_anchor, "
                   "flag unknown_entity");
    columns.zone = str("Europe/Berlin"); /* as the policy reckons: an hour ahead */
    assert_decided(&h, &columns,
                   "delete expired, flag flagged, keep retained, flag unknown_entity");
    columns.zone = str("-01:00");
    assert_decided(&h, &columns,
                   "keep retained, flag flagged, keep retained, flag unknown_entity");
    columns.zone = str("Mars/Olympus");
    library l;
    assert_int_equal(open_library(&l, "audit", &columns, NULL), TN_NOT_FOUND);
    close_library(&l);
}

static void test_arrow__integers_with_their_unit(void **state)
{
    (void)state;
    host_batch h;
    tenure_columns columns = TENURE_COLUMNS_INIT;
    tenure_column fields[5] = {{str("made"), TENURE_UNIX_S, {NULL, 0}}};
    start_audit(&h, ROWS);
    h.schemas[1].format = "l";
    assert_decided(&h, NULL,
                   "flag unknown_anchor, flag unknown_anchor, flag unknown_anchor, "
                   "flag unknown_entity");
    columns.fields = fields;
    assert_decided(&h, &columns, ALL_FOUR);
    fields[0].name = str("name");
    library l;
    struct ArrowArray out;
    assert_int_equal(open_library(&l, "audit", &columns, NULL), TN_OK);
    assert_int_equal(tenure_batch_decide(l.batch, &h.schema, &h.array, NULL, &out),
                     TN_INVALID);
    assert_string_equal(
        tenure_batch_error(l.batch),
        "column \"name\" has a unit stated, but is no int32 and no int64");
    close_library(&l);
}

static void test_arrow__what_is_wrong_is_told(void **state)
{
    (void)state;
    host_batch h;
    start_audit(&h, ROWS);
    h.schemas[1].format = "+r";
    assert_refused(
        &h, TN_UNSUPPORTED,
        "column \"made\" is run-end encoded, which is not read: decode it first");
    h.schemas[1].format = "d:10,2";
    assert_refused(&h, TN_UNSUPPORTED, "column \"made\" has a type that is not read");
    h.schemas[1].format = "tss:UTC";
    h.schemas[4].name = "made";
    assert_refused(&h, TN_INVALID, "column \"made\" is there more than once");
    h.schemas[1].name = h.schemas[4].name = "maid";
    assert_refused(&h, TN_INVALID, "column \"made\" is missing");
    h.schema.format = "u";
    assert_refused(&h, TN_INVALID, "the batch is no struct of columns");
    start_audit(&h, ROWS);
    h.array.n_children--;
    assert_refused(&h, TN_INVALID, "the batch is not what its schema says");
    start_audit(&h, ROWS);
    h.no_buffers[0] = made_valid;
    h.array.null_count = -1;
    assert_refused(&h, TN_INVALID, "the batch has rows that are null as a whole");
}

static void test_arrow__all_columns_of_verdicts(void **state)
{
    (void)state;
    host_batch h;
    library l;
    struct ArrowSchema schema;
    struct ArrowArray out;
    static const int64_t made_ns[ROWS] = {1763856000000000001, 1763856000000000000,
                                          1763856000000000000, 0};
    tenure_columns columns = TENURE_COLUMNS_INIT;
    columns.out = TENURE_OUT_ALL;
    start_audit(&h, ROWS);
    h.schemas[1].format = "tsn:UTC";
    h.buffers[1][0] = NULL;
    h.buffers[1][1] = made_ns;
    assert_int_equal(open_library(&l, "audit", &columns, NULL), TN_OK);
    assert_int_equal(tenure_batch_decide(l.batch, &h.schema, &h.array, &schema, &out),
                     TN_OK);
    assert_int_equal(schema.n_children, 8);
    assert_string_equal(schema.children[3]->name, "due");
    assert_string_equal(schema.children[3]->format, "tsu:UTC");
    assert_string_equal(schema.children[2]->dictionary->format, "u");
    assert_string_equal(word(&out, 2, 0), "t.tenure:10:3");
    assert_string_equal(word(&out, 2, 3), "null");
    assert_int_equal(out.children[2]->null_count, 1);
    const int64_t *due = out.children[3]->buffers[1];
    assert_int_equal(due[0], 1795392000000001); /* a nanosecond more is rounded up */
    assert_int_equal(due[2], 1795392000000000);
    assert_int_equal(out.children[3]->null_count, 1);
    assert_int_equal(((const uint8_t *)out.children[3]->buffers[0])[0], 0x07);
    assert_int_equal(((const uint8_t *)out.children[6]->buffers[1])[0], 0);
    schema.release(&schema);
    out.release(&out);
    close_library(&l);
}

static void test_arrow__strict_fields(void **state)
{
    (void)state;
    static const int64_t seen[2] = {1795000000, 1795000000};
    static const uint8_t second[] = {2};
    host_batch h;
    library l;
    struct ArrowArray out;
    start(&h, 2);
    add(&h, "seen", "tss:UTC", NULL, seen, NULL);
    add(&h, "more", "+l", second, seen, NULL);
    assert_int_equal(open_library(&l, "strict", NULL, NULL), TN_OK);
    assert_int_equal(tenure_batch_decide(l.batch, &h.schema, &h.array, NULL, &out),
                     TN_OK);
    assert_string_equal(words_of(&out), "keep retained, flag undeclared_field");
    out.release(&out);
    close_library(&l);
}

/* --- who releases what, and when */

static void *release(void *array)
{
    struct ArrowArray *out = array;
    out->release(out);
    return NULL;
}

static void test_arrow__children_are_moved_and_released_elsewhere(void **state)
{
    (void)state;
    tn_test_memory memory;
    host_batch h;
    library l;
    struct ArrowArray out, moved, words;
    pthread_t threads[2];
    start_audit(&h, ROWS);
    tn_test_memory_init(&memory, 0);
    assert_int_equal(open_library(&l, "audit", NULL, &memory.allocator), TN_OK);
    assert_int_equal(tenure_batch_decide(l.batch, &h.schema, &h.array, NULL, &out),
                     TN_OK);
    moved = *out.children[1];
    out.children[1]->release = NULL;
    words = *moved.dictionary;
    moved.dictionary->release = NULL;
    close_library(&l);
    out.release(&out);
    assert_memory_equal((const char *)words.buffers[2], "holdduty", 8);
    assert_int_equal(((const int8_t *)moved.buffers[1])[0], TN_REASON_EXPIRED);
    pthread_create(&threads[0], NULL, release, &moved);
    pthread_join(threads[0], NULL);
    assert_memory_equal((const char *)words.buffers[2], "holdduty", 8);
    assert_true(memory.live_count > 0);
    pthread_create(&threads[1], NULL, release, &words);
    pthread_join(threads[1], NULL);
    assert_int_equal(memory.live_count, 0);
}

static void test_arrow__without_memory(void **state)
{
    (void)state;
    host_batch h;
    tenure_columns columns = TENURE_COLUMNS_INIT;
    columns.out = TENURE_OUT_ALL;
    start_audit(&h, ROWS);
    for (size_t n = 1;; n++) {
        tn_test_memory memory;
        library l;
        struct ArrowSchema schema = {.release = NULL};
        struct ArrowArray out = {.release = NULL};
        tn_test_memory_init(&memory, n);
        tn_status status = open_library(&l, "audit", &columns, &memory.allocator);
        if (status == TN_OK)
            status = tenure_batch_decide(l.batch, &h.schema, &h.array, &schema, &out);
        if (status == TN_OK) {
            schema.release(&schema);
            out.release(&out);
        } else {
            assert_null(out.release);
            assert_null(schema.release);
        }
        close_library(&l);
        assert_int_equal(memory.live_count, 0);
        if (status == TN_OK)
            break;
        assert_int_equal(status, TN_NOMEM);
    }
}

/* --- streams */

typedef struct host_stream {
    host_batch batch;
    int batches; /* then it ends, or fails */
    bool fails;
    int open; /* arrays and schemas that are out, and the stream */
} host_stream;

static void close_schema(struct ArrowSchema *schema)
{
    ((host_stream *)schema->private_data)->open--;
    schema->release = NULL;
}

static void close_array(struct ArrowArray *array)
{
    ((host_stream *)array->private_data)->open--;
    array->release = NULL;
}

static int give_schema(struct ArrowArrayStream *in, struct ArrowSchema *out)
{
    host_stream *s = in->private_data;
    *out = s->batch.schema;
    out->private_data = s;
    out->release = close_schema;
    s->open++;
    return 0;
}

static int give_next(struct ArrowArrayStream *in, struct ArrowArray *out)
{
    host_stream *s = in->private_data;
    out->release = NULL;
    if (s->batches == 0)
        return s->fails ? 5 : 0;
    s->batches--;
    *out = s->batch.array;
    out->private_data = s;
    out->release = close_array;
    s->open++;
    return 0;
}

static const char *give_error(struct ArrowArrayStream *in)
{
    (void)in;
    return "the line is dead";
}

static void close_stream(struct ArrowArrayStream *in)
{
    ((host_stream *)in->private_data)->open--;
    in->release = NULL;
}

static void open_stream(host_stream *s, struct ArrowArrayStream *in, int batches)
{
    memset(s, 0, sizeof(*s));
    start_audit(&s->batch, ROWS);
    s->batches = batches;
    s->open = 1;
    *in =
        (struct ArrowArrayStream){give_schema, give_next, give_error, close_stream, s};
}

static void test_arrow__a_stream_of_batches(void **state)
{
    (void)state;
    host_stream s;
    struct ArrowArrayStream in, out;
    struct ArrowSchema schema;
    struct ArrowArray array;
    library l;
    assert_int_equal(open_library(&l, "audit", NULL, NULL), TN_OK);
    open_stream(&s, &in, 2);
    assert_int_equal(tenure_batch_stream(l.batch, &in, &out), TN_OK);
    assert_null(in.release);
    assert_int_equal(out.get_schema(&out, &schema), 0);
    assert_int_equal(schema.n_children, 3);
    schema.release(&schema);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(out.get_next(&out, &array), 0);
        assert_string_equal(words_of(&array), ALL_FOUR);
        array.release(&array);
    }
    assert_int_equal(out.get_next(&out, &array), 0);
    assert_null(array.release);
    out.release(&out);
    assert_int_equal(s.open, 0);
    close_library(&l);
}

static void test_arrow__a_stream_that_fails(void **state)
{
    (void)state;
    host_stream s;
    struct ArrowArrayStream in, out;
    struct ArrowArray array = {.release = NULL};
    library l;
    assert_int_equal(open_library(&l, "audit", NULL, NULL), TN_OK);
    open_stream(&s, &in, 0);
    s.fails = true;
    assert_int_equal(tenure_batch_stream(l.batch, &in, &out), TN_OK);
    assert_int_equal(out.get_next(&out, &array), 5);
    assert_string_equal(out.get_last_error(&out), "the line is dead");
    out.release(&out);
    assert_int_equal(s.open, 0);
    open_stream(&s, &in, 1);
    s.batch.schemas[1].format = "+r";
    assert_int_equal(tenure_batch_stream(l.batch, &in, &out), TN_OK);
    assert_int_not_equal(out.get_next(&out, &array), 0);
    assert_string_equal(
        out.get_last_error(&out),
        "column \"made\" is run-end encoded, which is not read: decode it first");
    assert_null(array.release);
    out.release(&out);
    assert_int_equal(s.open, 0);
    close_library(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrow__columns_by_their_names),
        cmocka_unit_test(test_arrow__slices_of_batch_and_column),
        cmocka_unit_test(test_arrow__nulls_may_be_uncounted_or_none),
        cmocka_unit_test(test_arrow__texts_of_each_layout),
        cmocka_unit_test(test_arrow__dictionaries),
        cmocka_unit_test(test_arrow__keys_in_a_dictionary),
        cmocka_unit_test(test_arrow__clocks_without_a_zone),
        cmocka_unit_test(test_arrow__integers_with_their_unit),
        cmocka_unit_test(test_arrow__what_is_wrong_is_told),
        cmocka_unit_test(test_arrow__all_columns_of_verdicts),
        cmocka_unit_test(test_arrow__strict_fields),
        cmocka_unit_test(test_arrow__children_are_moved_and_released_elsewhere),
        cmocka_unit_test(test_arrow__without_memory),
        cmocka_unit_test(test_arrow__a_stream_of_batches),
        cmocka_unit_test(test_arrow__a_stream_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
