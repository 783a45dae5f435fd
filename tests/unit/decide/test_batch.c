/* batch: the same verdicts as record by record, for policies, facts and columns at
 * random. */
#include "interp/decide/batch.h"
#include "interp/record/decode.h"
#include "tests/support/memory.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS_MAX = 2600, FIELDS_MAX = 10, KEYS = 12, TEXT_MAX = 6000, POLICIES = 300 };

static uint64_t seed;

static uint32_t below(uint32_t limit)
{
    seed += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = seed;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ z >> 31) % limit);
}

#define ONE_OF(...)                                                                    \
    ((const char *const[]){                                                            \
        __VA_ARGS__}[below((uint32_t)TN_COUNT(((const char *const[]){__VA_ARGS__})))])

/* --- policies */

static const char *period(void)
{
    return ONE_OF("1 year", "7 days", "30 days", "1 month", "36 hours", "1 second",
                  "2 years 3 days", "8000 years", "13 months", "1 day");
}

static const char *anchor(void)
{
    return ONE_OF("made", "made", "made", "seen", "dated", "end of month of made",
                  "end of day of seen", "end of year of dated", "closed",
                  "latest of (made, seen)", "earliest of (made, seen)",
                  "latest of (dated, closed)", "earliest of (seen, dated)",
                  "customer.terminated", "latest of (made, customer.requested)");
}

static const char *event(void)
{
    return ONE_OF("customer.terminated", "customer.requested", "closed");
}

static const char *guard(void)
{
    return ONE_OF("size > 3", "marked", "!marked && size <= 2", "name == \"alpha\"",
                  "name.startsWith(\"svc-\")", "name.endsWith(\"a\") || marked",
                  "name in [\"alpha\", \"beta\"]", "size + 1 > 4",
                  "size * 2 == 8 || marked", "customer.tier > 1",
                  "customer.tier == 2 && size > 1", "customer.terminated != null",
                  "has(record.name)", "name.contains(\"b\")", "name.size() > 4",
                  "size(name) == 4 && !marked", "size % 2 == 0", "10 / size > 2",
                  "seen > timestamp(\"2026-01-01T00:00:00Z\")", "name < \"b\"",
                  "raw == b\"x\"", "share > 0.5", "share <= 1.0 && size != 2",
                  "seen == null", "size == null || size < 2", "name.matches(\"a.*a\")",
                  "dated < timestamp(\"2026-02-01T00:00:00Z\")",
                  "size - 2 < 3 && size >= -1", "size in [1, 2, 5]", "marked == true",
                  "-size < -3", "(size > 1 ? name : \"x\") == \"x\"", "made < seen");
}

static void put(char *text, const char *format, const char *a, const char *b,
                const char *c)
{
    size_t len = strlen(text);
    snprintf(text + len, TEXT_MAX - len, format, a, b, c);
}

static void put_guard(char *text, uint32_t one_in)
{
    if (below(one_in) == 0)
        put(text, below(3) == 0 ? " unless (%s)" : " when (%s)", guard(), "", "");
}

static void put_clause(char *text)
{
    switch (below(9)) {
    case 0:
    case 1:
        put(text, " on %s delete after %s within 9000 days", event(), "3 days", "");
        break;
    case 2: put(text, " retain at least %s from %s", period(), anchor(), ""); break;
    case 3: put(text, " retain at least until %s", event(), "", ""); break;
    case 4: put(text, " retain at most %s from %s", period(), anchor(), ""); break;
    case 5: put(text, " flag when (%s)", guard(), "", ""); return;
    case 6: put(text, " hold when (%s)", guard(), "", ""); return;
    case 7: put(text, " redact ip after %s from %s", period(), anchor(), ""); break;
    case 8: put(text, " on %s delete within 30 days", event(), "", ""); break;
    }
    put_guard(text, 3);
}

static void make_policy(char *text)
{
    snprintf(text, TEXT_MAX,
             "module t \"Tests\"\nimport std.gdpr\npurpose p \"why\"\n");
    put(text, "%s %s\n",
        ONE_OF("", "", "zone \"Asia/Shanghai\"", "zone \"Europe/Paris\""),
        ONE_OF("", "", "count whole days"), "");
    put(text,
        "entity customer { event terminated \"\" event requested \"\" attribute tier : "
        "int \"\" }\ncategory c \"C\" of customer%s { fields %s { made : timestamp %s ",
        ONE_OF("", " optional"), ONE_OF("", "", "strict"),
        ONE_OF("@created", "@created", ""));
    put(text,
        "%s seen : timestamp closed : event dated : date name : string ip : string "
        "size : int marked : bool raw : bytes share : double }",
        "", "", "");
    put(text, "purpose p basis std.gdpr.contract stored in db as primary\n%s%s%s", "",
        "", "");
    if (below(4) == 0) { /* what most policies say */
        put(text, " retain %s from %s on %s delete after 3 days within 9000 days\n}\n",
            period(), ONE_OF("made", "seen", "dated"), event());
        return;
    }
    for (uint32_t forms = below(3); forms > 0; forms--)
        put(text, " retain %s from %s when (%s)", period(), anchor(), guard());
    if (below(5) == 0)
        put(text, " retain until %s then delete after %s within 9000 days", event(),
            "5 days", "");
    else if (below(8) == 0)
        put(text, " retain indefinitely", "", "", "");
    else
        put(text, " retain %s from %s", period(), anchor(), "");
    for (uint32_t more = below(12) == 0 ? 14 : below(5); more > 0; more--)
        put_clause(text);
    put(text, "\n}\n", "", "", "");
}

/* --- columns, in every layout */

typedef struct column {
    tn_array array;
    tn_array dictionary;
    uint8_t validity[ROWS_MAX / 8 + 8];
    uint8_t dictionary_validity[8];
    uint64_t numbers[ROWS_MAX + 16];
    int64_t offsets[ROWS_MAX + 16];
    char bytes[ROWS_MAX * 40];
    uint64_t entries[64];
    int64_t entry_offsets[64];
    char entry_bytes[1024];
} column;

static const int64_t now_s = 1795392000; /* 2026-11-23T00:00:00Z */

static int64_t random_second(void)
{
    static const int64_t ages[] = {
        0,      86400,    7 * 86400,  30 * 86400, 31536000,  34128000, 129600, 63331200,
        -86400, -2592000, 1795392000, 1763856000, 3 * 86400, 31622400, 28800,  86399};
    int64_t base = now_s - ages[below((uint32_t)TN_COUNT(ages))];
    uint32_t which = below(10);
    if (which == 0)
        return now_s - (int64_t)below(100000000);
    if (which == 1)
        return below(2) == 0 ? INT64_C(253402300799) : INT64_C(-62135596800);
    return base + (int64_t)below(5) - 2;
}

static const int64_t per_second[] = {1, 1000, 1000000, 1000000000};

static int64_t random_count(tn_tick tick)
{
    int64_t count;
    if (below(40) == 0)
        return below(2) == 0 ? INT64_MIN + (int64_t)below(3)
                             : INT64_MAX - (int64_t)below(3);
    if (__builtin_mul_overflow(random_second(), per_second[tick], &count))
        return below(2) == 0 ? INT64_MAX : INT64_MIN;
    int64_t off = (int64_t)below(5) - 2;
    return __builtin_add_overflow(count, off, &count) ? 0 : count;
}

static void make_validity(column *c, int64_t total, uint32_t one_in)
{
    for (int64_t i = 0; i < total; i++) {
        uint8_t bit = (uint8_t)(1U << (i & 7));
        if (below(one_in) != 0)
            c->validity[i >> 3] |= bit;
        else
            c->validity[i >> 3] &= (uint8_t)~bit;
    }
    c->array.validity = c->validity;
}

static void put_number(void *values, uint32_t width, int64_t at, uint64_t number)
{
    memcpy((char *)values + at * width, &number, width);
}

static size_t random_text(tn_field_type type, char out[48])
{
    tn_instant t = {random_second(), below(3) == 0 ? below(1000000000) : 0};
    if (type == TN_FIELD_TIMESTAMP || type == TN_FIELD_EVENT)
        return below(12) == 0 ? (size_t)sprintf(out, "soon")
                              : tn_instant_format(t, out);
    if (type == TN_FIELD_DATE)
        return tn_date_format((int32_t)(t.seconds / 86400), out);
    static const char *const words[] = {"alpha",
                                        "beta",
                                        "svc-alpha",
                                        "",
                                        "gamma",
                                        "svc-b",
                                        "a",
                                        "abba",
                                        "\xff\xfe",
                                        "b\xc3\xa4r",
                                        "svc-a-rather-long-name-a"};
    return (size_t)sprintf(out, "%s", words[below((uint32_t)TN_COUNT(words))]);
}

/* Texts with offsets or as views. */
static void fill_texts(tn_array *a, tn_field_type type, uint64_t *numbers,
                       int64_t *offsets, char *bytes, const void **buffers,
                       int64_t *buffer_bytes)
{
    int64_t total = a->offset + a->length, end = 0;
    (void)numbers;
    for (int64_t i = 0; i < total; i++) {
        char text[48];
        int32_t len = (int32_t)random_text(type, text);
        memcpy(bytes + end, text, (size_t)len);
        if (a->width == TN_ARRAY_VIEWS) {
            int32_t view[4] = {len, 0, 0, (int32_t)end};
            memcpy(&view[1], text, len < 4 ? (size_t)len : 4);
            if (len <= 12)
                memcpy(&view[1], text, (size_t)len);
            memcpy((char *)offsets + i * 16, view, 16);
        } else {
            put_number(offsets, a->width, i, (uint64_t)end);
        }
        end += len;
    }
    if (a->width != TN_ARRAY_VIEWS)
        put_number(offsets, a->width, total, (uint64_t)end);
    buffers[0] = bytes;
    *buffer_bytes = end;
    a->values = offsets;
    a->data = bytes;
    a->buffers = buffers;
    a->buffer_bytes = buffer_bytes;
    a->buffer_count = 1;
}

/* Views need 16 bytes each, which the offsets' room is too small for. */
typedef struct text_room {
    uint64_t views[2 * ROWS_MAX + 32];
    const void *buffers[1];
    int64_t buffer_bytes;
    const void *entry_buffers[1];
    int64_t entry_buffer_bytes;
    uint64_t entry_views[64];
} text_room;

static void make_texts(column *c, text_room *room, tn_field_type type)
{
    static const uint32_t widths[] = {4, 8, TN_ARRAY_VIEWS};
    c->array.kind = type == TN_FIELD_BYTES ? TN_ARRAY_BYTES : TN_ARRAY_TEXT;
    c->array.width = widths[below(3)];
    fill_texts(&c->array, type, NULL, (int64_t *)room->views, c->bytes, room->buffers,
               &room->buffer_bytes);
    if (below(3) != 0)
        return;
    /* the same words as a dictionary */
    c->dictionary = c->array;
    c->dictionary.offset = 0;
    c->dictionary.length = 9;
    c->dictionary.validity = NULL;
    fill_texts(&c->dictionary, type, NULL, (int64_t *)room->entry_views, c->entry_bytes,
               room->entry_buffers, &room->entry_buffer_bytes);
    if (below(2) == 0) {
        c->dictionary_validity[0] = (uint8_t)below(256);
        c->dictionary_validity[1] = 1;
        c->dictionary.validity = c->dictionary_validity;
    }
    c->array.kind = TN_ARRAY_DICTIONARY;
    c->array.width = 1U << below(4);
    c->array.is_signed = below(2) == 0;
    c->array.dictionary = &c->dictionary;
    c->array.values = c->numbers;
    for (int64_t i = 0; i < c->array.offset + c->array.length; i++)
        put_number(c->numbers, c->array.width, i, below(9));
}

static tn_zone paris;

static void make_times(column *c, text_room *room, tn_field_type type)
{
    c->array.kind = TN_ARRAY_TIMESTAMP;
    c->array.width = 8;
    c->array.tick = (tn_tick)below(4);
    switch (below(8)) {
    case 0: make_texts(c, room, type); return;
    case 1:
        c->array.is_civil = true;
        c->array.zone = below(2) == 0 ? NULL : &paris;
        break;
    default: break;
    }
    c->array.values = c->numbers;
    for (int64_t i = 0; i < c->array.offset + c->array.length; i++)
        c->numbers[i] = (uint64_t)random_count(c->array.tick);
}

static void make_dates(column *c, text_room *room, tn_field_type type)
{
    if (below(5) == 0) {
        make_texts(c, room, type);
        return;
    }
    c->array.kind = TN_ARRAY_DATE;
    c->array.width = below(3) == 0 ? 8 : 4;
    c->array.values = c->numbers;
    for (int64_t i = 0; i < c->array.offset + c->array.length; i++) {
        int64_t day = random_second() / 86400;
        if (below(50) == 0)
            day = INT32_MAX;
        put_number(
            c->numbers, c->array.width, i,
            (uint64_t)(c->array.width == 4 ? day : day * 86400000 + (below(9) == 0)));
    }
}

static void make_numbers(column *c, tn_field_type type)
{
    c->array.kind = type == TN_FIELD_DOUBLE && below(3) != 0 ? TN_ARRAY_REAL
                    : below(3) == 0                          ? TN_ARRAY_UINT
                                                             : TN_ARRAY_INT;
    c->array.width = c->array.kind == TN_ARRAY_REAL ? 4U << below(2) : 1U << below(4);
    c->array.values = c->numbers;
    for (int64_t i = 0; i < c->array.offset + c->array.length; i++) {
        double real = (double)below(9) / 4;
        float single = (float)real;
        uint64_t number = (uint64_t)((int64_t)below(9) - 2);
        if (below(60) == 0)
            number = UINT64_C(0x8000000000000000) - below(2);
        if (c->array.kind == TN_ARRAY_REAL && c->array.width == 8)
            memcpy(&number, &real, 8);
        else if (c->array.kind == TN_ARRAY_REAL)
            memcpy(&number, &single, 4);
        put_number(c->numbers, c->array.width, i, number);
    }
}

static const tn_array *make_column(column *c, text_room *room, tn_field_type type,
                                   int64_t length)
{
    memset(&c->array, 0, sizeof(c->array));
    c->array.length = length;
    c->array.offset = below(2) == 0 ? 0 : below(11);
    if (below(30) == 0)
        return NULL;
    if (type == TN_FIELD_TIMESTAMP || type == TN_FIELD_EVENT) {
        make_times(c, room, type);
    } else if (type == TN_FIELD_DATE) {
        make_dates(c, room, type);
    } else if (type == TN_FIELD_STRING || type == TN_FIELD_BYTES) {
        make_texts(c, room, type);
    } else if (type == TN_FIELD_BOOL) {
        c->array.kind = TN_ARRAY_BOOL;
        c->array.values = c->numbers;
        for (uint32_t i = 0; i < TN_COUNT(c->numbers); i++)
            c->numbers[i] = (uint64_t)below(UINT32_MAX) << 32 | below(UINT32_MAX);
    } else {
        make_numbers(c, type);
    }
    if (below(40) == 0)
        c->array.kind = TN_ARRAY_NULLS;
    if (below(3) != 0)
        make_validity(c, c->array.offset + length, below(4) == 0 ? 2 : 30);
    return &c->array;
}

/* Keys as integers, as texts and as a dictionary of texts. */
static const tn_array *make_keys(column *c, int64_t length)
{
    memset(&c->array, 0, sizeof(c->array));
    c->array.length = length;
    c->array.offset = below(7);
    int64_t total = c->array.offset + length, end = 0;
    uint32_t form = below(3);
    c->array.kind = TN_ARRAY_INT;
    c->array.width = 4;
    for (int64_t i = 0; i < total; i++)
        put_number(c->numbers, 4, i, below(KEYS + 2));
    c->array.values = c->numbers;
    tn_array *texts = form == 2 ? &c->dictionary : &c->array;
    if (form != 0) {
        int64_t count = form == 2 ? KEYS + 2 : total;
        for (int64_t i = 0; i < count; i++) {
            uint32_t key = form == 2 ? (uint32_t)i : below(KEYS + 2);
            put_number(c->offsets, 8, i, (uint64_t)end);
            end += sprintf(c->bytes + end, "%u", key);
        }
        put_number(c->offsets, 8, count, (uint64_t)end);
        if (form == 2)
            *texts = (tn_array){.length = count};
        texts->kind = TN_ARRAY_TEXT;
        texts->width = 8;
        texts->values = c->offsets;
        texts->data = c->bytes;
    }
    if (form == 2) {
        c->array.kind = TN_ARRAY_DICTIONARY;
        c->array.is_signed = true;
        c->array.dictionary = texts;
    }
    if (below(2) == 0)
        make_validity(c, total, 20);
    return &c->array;
}

/* --- facts */

static tn_value random_event(void)
{
    uint32_t which = below(8);
    if (which == 0)
        return (tn_value){.kind = TN_KIND_UNREADABLE};
    if (which < 4)
        return (tn_value){.kind = TN_KIND_NULL};
    return (tn_value){TN_KIND_TIMESTAMP,
                      {.instant = {random_second(), below(2) == 0 ? below(3) : 0}}};
}

static tn_facts *make_facts(const tn_image *image)
{
    tn_facts *facts;
    assert_int_equal(tn_facts_new(image, 0, NULL, &facts), TN_OK);
    for (int64_t i = 0; i < KEYS; i++) {
        tn_value key = {TN_KIND_INT, {.integer = below(20) == 0 ? 1 : i}};
        tn_value values[3] = {
            random_event(), random_event(), {TN_KIND_INT, {.integer = below(4)}}};
        tn_value hold = {TN_KIND_BOOL, {.boolean = below(6) == 0}};
        tn_value from = random_event(), until = random_event();
        tn_hold_facts holds = {NULL, NULL, NULL};
        if (below(2) == 0)
            holds.hold = &hold;
        if (below(10) == 0)
            hold.kind = TN_KIND_UNREADABLE;
        if (below(4) == 0)
            holds = (tn_hold_facts){NULL, &from, &until};
        assert_int_equal(tn_facts_add(facts, &key, values, &holds), TN_OK);
    }
    return facts;
}

/* --- both ways */

/* What all batches did: that each way of deciding has been gone. */
static tn_batch_work all_work;

/* The least due time that was told, of records that are kept. */
typedef struct least {
    bool exists;
    tn_instant due;
} least;

/* How often something was compared at all. */
static uint64_t due_clauses, agains, changes;

typedef struct scene {
    test_policy policy;
    tn_run *run;
    tn_facts *facts;
    tn_batch *batch;
    tn_decider *decider;
    uint32_t field_count;
    column columns[FIELDS_MAX + 1];
    text_room rooms[FIELDS_MAX];
    const tn_array *fields[FIELDS_MAX];
    const tn_array *keys[1];
    uint8_t flags[ROWS_MAX];
    uint8_t decision[ROWS_MAX], reason[ROWS_MAX], overdue[ROWS_MAX], conflict[ROWS_MAX];
    uint32_t clause[ROWS_MAX];
    int64_t due[ROWS_MAX], deadline[ROWS_MAX], next_change[ROWS_MAX];
    char text[TEXT_MAX];
    least told, real;
    tn_run *later; /* the same at another instant */
    tn_batch *first, *second;
    tn_decider *second_decider;
} scene;

static void fill_decider(const scene *s, tn_decider *decider, int64_t row)
{
    const tn_img_category *category = &s->policy.image.categories[0];
    tn_value *fields = tn_decider_fields(decider);
    for (uint32_t f = 0; f < s->field_count; f++) {
        tn_decoding how = {
            .type =
                (tn_field_type)s->policy.image.fields[category->fields.first + f].type};
        fields[f] = (tn_value){.kind = TN_KIND_NULL};
        if (s->fields[f] != NULL)
            tn_array_get(s->fields[f], row, &fields[f]);
        tn_decode(&how, &fields[f], &fields[f]);
    }
    tn_array_get(s->keys[0], row, tn_decider_keys(decider));
}

static void show(const scene *s, int64_t row, const tn_verdict *v)
{
    print_message(
        "seed of the policy and columns: see above\n%s\nrow %lld: batch %u %s "
        "clause %u, alone %u %s clause %u\n",
        s->text, (long long)row, s->decision[row],
        tn_reason_text((tn_reason)s->reason[row]), s->clause[row], v->decision,
        tn_reason_text(v->reason), v->clause);
    const tn_value *slots = tn_decider_slots(s->decider);
    for (uint32_t i = 0; i < s->field_count + 3; i++)
        print_message("  slot %u kind %d %lld.%09u\n", i, (int)slots[i].kind,
                      (long long)slots[i].as.integer,
                      slots[i].kind == TN_KIND_TIMESTAMP ? slots[i].as.instant.nanos
                                                         : 0);
}

static int64_t micros(bool exists, tn_instant t)
{
    return exists ? t.seconds * 1000000 + (t.nanos + 999) / 1000 : TN_BATCH_NEVER;
}

static void compare_rows(scene *s, int64_t length, bool has_flags, bool has_times)
{
    for (int64_t row = 0; row < length; row++) {
        tn_verdict v;
        fill_decider(s, s->decider, row);
        assert_int_equal(tn_decide(s->decider, has_flags ? s->flags[row] : 0,
                                   TN_WANT_TIMES | TN_WANT_NEXT_CHANGE, &v),
                         TN_OK);
        if (s->decision[row] != v.decision || s->reason[row] != v.reason ||
            s->clause[row] != v.clause ||
            (has_times &&
             s->next_change[row] != micros(v.has_next_change, v.next_change)))
            show(s, row, &v);
        assert_int_equal(s->decision[row], v.decision);
        assert_int_equal(s->reason[row], v.reason);
        assert_int_equal(s->clause[row], v.clause);
        assert_int_equal(s->overdue[row], v.overdue);
        assert_int_equal(s->conflict[row], v.conflict);
        if (!has_times)
            continue;
        assert_int_equal(s->due[row], micros(v.has_due, v.due));
        assert_int_equal(s->deadline[row], micros(v.has_deadline, v.deadline));
        assert_int_equal(s->next_change[row], micros(v.has_next_change, v.next_change));
    }
}

static void offer(least *l, tn_instant due)
{
    if (!l->exists || tn_instant_compare(due, l->due) < 0)
        *l = (least){true, due};
}

/* By what a record is due, where its combination says it. */
static void compare_due_clause(const scene *s, const tn_verdict *all)
{
    const tn_value *anchor = NULL;
    tn_clause_plan plan;
    tn_instant due;
    uint32_t clause = tn_batch_due_clause(s->batch, &anchor);
    bool counts = all->decision == TN_DELETE || all->reason == TN_REASON_RETAINED ||
                  all->reason == TN_REASON_DUTY;
    if (clause == TN_NONE || clause == TN_BATCH_DUE_UNKNOWN || !counts)
        return;
    tn_decider_clause_plan(s->decider, clause, &plan);
    assert_true(all->has_due);
    assert_true(anchor->kind == TN_KIND_DATE
                    ? tn_reckon_date(plan.due, anchor->as.day, &due)
                    : tn_reckon(plan.due, anchor->as.instant, &due));
    assert_int_equal(tn_instant_compare(due, all->due), 0);
    due_clauses++;
}

/* Two instants one after the other, as whoever deletes asks. */
static void compare_again(scene *s, int64_t length, bool has_flags)
{
    for (int64_t row = 0; row < length; row++) {
        tn_verdict one, again, real;
        unsigned flags = has_flags ? s->flags[row] : 0;
        fill_decider(s, tn_batch_decider(s->first), row);
        fill_decider(s, s->second_decider, row);
        assert_int_equal(tn_batch_decide_one(s->first, flags, 0, &one), TN_OK);
        bool is_known = tn_batch_decide_again(s->second, 0, &again);
        agains += is_known;
        if (!is_known) {
            fill_decider(s, tn_batch_decider(s->second), row);
            assert_int_equal(tn_batch_decide_one(s->second, flags, 0, &again), TN_OK);
        }
        assert_int_equal(tn_decide(s->second_decider, flags, 0, &real), TN_OK);
        assert_int_equal(again.decision, real.decision);
        assert_int_equal(again.reason, real.reason);
        assert_int_equal(again.clause, real.clause);
        changes += one.decision != real.decision;
    }
}

static void open_later(scene *s)
{
    static const int64_t most_s[] = {1, 3600, 86400 * 40, 86400 * 4000};
    int64_t later_s = now_s + below((uint32_t)most_s[below(TN_COUNT(most_s))]);
    assert_int_equal(tn_run_at(s->run, (tn_instant){later_s, below(2)}, &s->later),
                     TN_OK);
    assert_int_equal(tn_batch_new(s->run, 0, TN_NONE, 0, &s->first), TN_OK);
    assert_int_equal(tn_batch_new(s->later, 0, TN_NONE, 0, &s->second), TN_OK);
    assert_int_equal(tn_decider_new(s->later, 0, TN_NONE, &s->second_decider), TN_OK);
    tn_batch_liken(s->second, s->first);
}

static void close_later(scene *s)
{
    tn_decider_free(s->second_decider);
    tn_batch_free(s->second);
    tn_batch_free(s->first);
    tn_run_free(s->later);
}

/* Rows as whoever counts them has them. */
static void compare_one_by_one(scene *s, int64_t length, bool has_flags)
{
    least told = {.exists = false}, real = {.exists = false};
    for (int64_t row = 0; row < length; row++) {
        tn_verdict one, all;
        unsigned flags = has_flags ? s->flags[row] : 0;
        fill_decider(s, s->decider, row);
        fill_decider(s, tn_batch_decider(s->batch), row);
        assert_int_equal(tn_decide(s->decider, flags, TN_WANT_ALL, &all), TN_OK);
        assert_int_equal(
            tn_batch_decide_one(s->batch, flags,
                                TN_WANT_OVERDUE | TN_WANT_LEAST_DUE | TN_WANT_DETAIL,
                                &one),
            TN_OK);
        assert_int_equal(one.decision, all.decision);
        assert_int_equal(one.reason, all.reason);
        assert_int_equal(one.clause, all.clause);
        assert_int_equal(one.overdue, all.overdue);
        assert_int_equal(one.conflict, all.conflict);
        assert_int_equal(one.doubt_count, all.doubt_count);
        compare_due_clause(s, &all);
        for (uint32_t i = 0; i < one.doubt_count; i++)
            assert_memory_equal(&one.doubts[i], &all.doubts[i], sizeof(tn_doubt));
        if (one.has_due) {
            assert_true(all.has_due);
            assert_int_equal(tn_instant_compare(one.due, all.due), 0);
            offer(&told, one.due);
        }
        if (all.has_due && all.decision == TN_KEEP && all.reason != TN_REASON_HOLD)
            offer(&real, all.due);
    }
    if (s->told.exists)
        offer(&told, s->told.due); /* by the same decider, before */
    if (s->real.exists)
        offer(&real, s->real.due);
    s->told = told;
    s->real = real;
    assert_int_equal(told.exists, real.exists);
    if (told.exists)
        assert_int_equal(tn_instant_compare(told.due, real.due), 0);
}

static void decide_columns(scene *s)
{
    const tn_img_category *category = &s->policy.image.categories[0];
    int64_t length = below(4) == 0 ? below(3) : 900 + below(ROWS_MAX - 900 - 16);
    for (uint32_t f = 0; f < s->field_count; f++)
        s->fields[f] = make_column(
            &s->columns[f], &s->rooms[f],
            (tn_field_type)s->policy.image.fields[category->fields.first + f].type,
            length);
    s->keys[0] = make_keys(&s->columns[FIELDS_MAX], length);
    bool has_flags = below(3) == 0, has_times = below(6) == 0;
    for (int64_t i = 0; i < length; i++)
        s->flags[i] = (uint8_t)(below(9) == 0 ? below(4) : 0);
    tn_batch_input input = {length, s->fields, s->keys, has_flags ? s->flags : NULL};
    tn_batch_output output = {.decision = s->decision,
                              .reason = s->reason,
                              .clause = s->clause,
                              .overdue = s->overdue,
                              .conflict = s->conflict};
    if (has_times) {
        output.due = s->due;
        output.deadline = s->deadline;
        output.next_change = s->next_change;
    }
    const char *why = "";
    uint32_t at = 0;
    tn_status status = tn_batch_decide(s->batch, &input, &output, &why, &at);
    if (status != TN_OK)
        fail_msg("%s: column %u %s", tn_status_text(status), at, why);
    compare_rows(s, length, has_flags, has_times);
    /* decisions alone, for which less is looked at */
    static uint8_t decision[ROWS_MAX];
    output = (tn_batch_output){.decision = decision};
    assert_int_equal(tn_batch_decide(s->batch, &input, &output, NULL, NULL), TN_OK);
    assert_memory_equal(decision, s->decision, (size_t)length);
    compare_one_by_one(s, length < 600 ? length : 600, has_flags);
    compare_again(s, length < 600 ? length : 600, has_flags);
}

static void decide_policy(scene *s)
{
    uint32_t facts = below(8);
    assert_int_equal(
        tn_run_new(&s->policy.image, (tn_instant){now_s, below(2)}, NULL, &s->run),
        TN_OK);
    s->facts = NULL;
    if (facts == 0)
        tn_run_set_facts(s->run, 0, NULL);
    else if (facts > 1)
        tn_run_set_facts(s->run, 0, s->facts = make_facts(&s->policy.image));
    assert_int_equal(tn_batch_new(s->run, 0, TN_NONE,
                                  TN_WANT_OVERDUE | TN_WANT_NEXT_CHANGE, &s->batch),
                     TN_OK);
    assert_int_equal(tn_decider_new(s->run, 0, TN_NONE, &s->decider), TN_OK);
    s->field_count = s->policy.image.categories[0].fields.count;
    s->told.exists = s->real.exists = false;
    open_later(s);
    for (int i = 0; i < 3; i++)
        decide_columns(s);
    tn_batch_work work = tn_batch_work_done(s->batch);
    all_work.records += work.records;
    all_work.learned += work.learned;
    all_work.compared += work.compared;
    all_work.alone += work.alone;
    all_work.guards += work.guards;
    close_later(s);
    tn_decider_free(s->decider);
    tn_batch_free(s->batch);
    tn_facts_free(s->facts);
    tn_run_free(s->run);
}

static void test_batch__decides_as_record_by_record(void **state)
{
    (void)state;
    scene *s = calloc(1, sizeof(*s));
    uint32_t compiled = 0;
    paris = tn_zone_fixed(TN_STR("+01:00"), 3600);
    for (uint64_t i = 0; i < POLICIES; i++) {
        seed = i * 1000003 + 7;
        make_policy(s->text);
        if (test_policy_try(&s->policy, s->text, NULL) == TN_OK) {
            compiled++;
            decide_policy(s);
        }
        test_policy_free(&s->policy);
    }
    free(s);
    assert_true(compiled > POLICIES / 3);
    assert_true(all_work.learned > 1000);
    assert_true(all_work.compared > 1000);
    assert_true(all_work.alone > 1000);
    assert_true(all_work.alone < all_work.records / 2);
    assert_true(all_work.guards < all_work.records / 4);
    assert_true(due_clauses > 1000);
    assert_true(agains > 1000);
    assert_true(changes > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batch__decides_as_record_by_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
