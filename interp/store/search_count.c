#include "interp/store/search_count.h"
#include "interp/calendar/instant.h"
#include "interp/store/search_steps.h"

#define SOUND "{\"bool\":{\"must_not\":{\"exists\":{\"field\":\"_ignored\"}}"

/* Is it to be told how many there are? */
static bool is_counted(const tn_push_case *one)
{
    return !one->is_residue && !one->is_left_out;
}

static bool is_plain_keep(const tn_push_case *one)
{
    return one->decision == TN_KEEP && one->reason != TN_REASON_HOLD;
}

/* Milliseconds are what a least value is told in. */
static bool has_nanos(const tn_search_count *c, const tn_push_clock *clock)
{
    uint32_t at = c->query.fields[clock->column.number];
    return at == TN_NONE || c->query.object->fields[at].is_nanos ||
           !tn_search_reads_indexed(&c->query, clock->column.number);
}

bool tn_search_can_count(const tn_search_count *c)
{
    if (!c->table->is_exact || c->undeclared_count > TN_SEARCH_UNDECLARED_MAX ||
        !tn_search_is_renderable(c->table))
        return false;
    for (uint32_t i = 0; i < c->table->clock_count; i++)
        if (has_nanos(c, &c->table->clocks[i]))
            return false;
    return tn_search_can_step(&c->query, c->table);
}

/* --- asking */

static void put_field(const tn_search_count *c, uint32_t column, tn_buf *body)
{
    tn_buf_put_json(body, c->query.columns[column].name);
}

/* How many values a field has, and in how many documents. */
static void put_checks(const tn_search_count *c, tn_buf *body)
{
    for (uint32_t i = 0; i < c->column_count; i++) {
        if (!tn_search_reads_indexed(&c->query, i))
            continue;
        tn_buf_put_format(body, ",\"v%u\":{\"value_count\":{\"field\":", i);
        put_field(c, i, body);
        tn_buf_put_format(body, "}},\"d%u\":{\"filter\":{\"exists\":{\"field\":", i);
        put_field(c, i, body);
        tn_buf_put_text(body, "}}}");
    }
}

static void put_filter(const tn_search_count *c, const char *name, const tn_pred *pred,
                       tn_buf *body)
{
    tn_buf_put_format(body, ",\"%s\":{\"filter\":", name);
    tn_search_put_query(&c->query, pred, true, body);
}

/* What is counted in one case besides its documents. */
static void put_sums(const tn_search_count *c, const tn_push_case *one, tn_buf *body)
{
    char name[16] = "k?";
    tn_buf_put_text(body, ",\"aggs\":{\"x\":{\"filter\":{\"match_all\":{}}}");
    put_filter(c, "o", c->table->overdue, body);
    tn_buf_put_char(body, '}');
    if (is_plain_keep(one)) {
        put_filter(c, "r", c->table->redacts, body);
        tn_buf_put_char(body, '}');
    }
    for (uint32_t i = 0; one->reason == TN_REASON_RETAINED && i < c->table->clock_count;
         i++) {
        name[1] = (char)('a' + i);
        put_filter(c, name, c->table->clocks[i].when, body);
        tn_buf_put_text(body, ",\"aggs\":{\"m\":{\"min\":{\"field\":");
        put_field(c, c->table->clocks[i].column.number, body);
        tn_buf_put_text(body, "}}}}");
    }
    if (one->reason == TN_REASON_RETAINED)
        tn_search_put_steps(&c->query, c->table, body);
    for (uint32_t i = 0; i < c->undeclared_count; i++) {
        tn_buf_put_format(body, ",\"u%u\":{\"filter\":{\"exists\":{\"field\":", i);
        tn_buf_put_json(body, c->undeclared[i]);
        tn_buf_put_text(body, "}}}");
    }
    tn_buf_put_char(body, '}');
}

/* The cases one in the other: "c" is the first that is left, "n" all that is certain
 * not to be in it. */
static void put_cases(const tn_search_count *c, tn_buf *body)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < c->table->case_count; i++) {
        const tn_push_case *one = &c->table->cases[i];
        if (one->when->op == TN_PRED_FALSE)
            continue;
        tn_buf_put_text(body, ",\"aggs\":{\"c\":{\"filter\":");
        tn_search_put_query(&c->query, one->when, true, body);
        if (is_counted(one))
            put_sums(c, one, body);
        tn_buf_put_char(body, '}');
        depth++;
        if (one->when->op == TN_PRED_TRUE)
            break;
        tn_buf_put_text(body, ",\"n\":{\"filter\":");
        tn_search_put_query(&c->query, one->when, false, body);
        depth++;
    }
    tn_buf_put_repeated(body, '}', depth);
}

/* What is certain of a case, as a member of `should` and the end of a query. */
static void put_certain(const tn_search_count *c, tn_buf *body)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < c->table->case_count; i++) {
        const tn_push_case *one = &c->table->cases[i];
        if (one->when->op == TN_PRED_FALSE)
            continue;
        if (one->is_residue)
            tn_buf_put_text(body, "{\"match_none\":{}}");
        else
            tn_search_put_query(&c->query, one->when, true, body);
        if (one->when->op == TN_PRED_TRUE)
            break;
        tn_buf_put_text(body, ",{\"bool\":{\"filter\":");
        tn_search_put_query(&c->query, one->when, false, body);
        tn_buf_put_text(body, ",\"minimum_should_match\":1,\"should\":[");
        depth++;
    }
    if (body->len > 0 && body->data[body->len - 1] == '[')
        tn_buf_put_text(body, "{\"match_none\":{}}");
    for (; depth > 0; depth--)
        tn_buf_put_text(body, "]}}");
}

void tn_search_put_count(const tn_search_count *c, tn_buf *body)
{
    tn_buf_put_text(body, ",\"aggs\":{\"all\":{\"filter\":{\"match_all\":{}}}");
    put_checks(c, body);
    tn_buf_put_text(body, ",\"sound\":{\"filter\":" SOUND "}}");
    put_cases(c, body);
    tn_buf_put_text(body, "}},\"post_filter\":{\"bool\":{\"must_not\":[" SOUND
                          ",\"minimum_should_match\":1,\"should\":[");
    put_certain(c, body);
    tn_buf_put_text(body, "]}}]}}");
}

/* --- reading */

static int64_t count_of(const tn_value *bucket, const char *name)
{
    return tn_doc_int(tn_doc_member(tn_doc_member(bucket, name), "doc_count"), -1);
}

/* Has every document at most one value? */
static bool has_singles(const tn_search_count *c, const tn_value *aggregations)
{
    tn_buf text;
    bool good = true;
    tn_buf_init(&text, NULL);
    for (uint32_t i = 0; good && i < c->column_count; i++) {
        if (!tn_search_reads_indexed(&c->query, i))
            continue;
        tn_buf_reset(&text);
        tn_buf_put_format(&text, "v%u", i);
        const tn_value *values =
            tn_doc_member(tn_doc_find(aggregations, tn_buf_view(&text)), "value");
        tn_buf_reset(&text);
        tn_buf_put_format(&text, "d%u", i);
        const tn_value *documents =
            tn_doc_member(tn_doc_find(aggregations, tn_buf_view(&text)), "doc_count");
        good = tn_doc_int(values, -1) == tn_doc_int(documents, -2);
    }
    tn_buf_free(&text);
    return good;
}

static void offer_least(const tn_value *bucket, const tn_push_clock *clock,
                        tn_value *least)
{
    enum { SECOND = 1000, MILLI = 1000000 };
    const tn_value *told = tn_doc_path(bucket, "m.value");
    int64_t ms;
    tn_instant t;
    if (told->kind == TN_KIND_DOUBLE && told->as.real > -1e17 && told->as.real < 1e17)
        ms = (int64_t)told->as.real;
    else if (told->kind == TN_KIND_INT)
        ms = told->as.integer;
    else
        return;
    if (!tn_instant_from_count(ms, TN_TICK_MILLIS, &t))
        return;
    if (clock->column.how.type == TN_FIELD_DATE) {
        int64_t day =
            (t.seconds - (t.seconds % TN_SECONDS_PER_DAY + TN_SECONDS_PER_DAY) %
                             TN_SECONDS_PER_DAY) /
            TN_SECONDS_PER_DAY;
        if (least->kind == TN_KIND_NULL || day < least->as.day)
            *least = (tn_value){TN_KIND_DATE, {.day = (int32_t)day}};
        return;
    }
    if (least->kind == TN_KIND_NULL || tn_instant_compare(t, least->as.instant) < 0)
        *least = (tn_value){TN_KIND_TIMESTAMP, {.instant = t}};
}

/* One case's bucket. */
static void read_sums(const tn_search_count *c, uint32_t number, const tn_value *bucket,
                      tn_scan_counts *out, uint64_t *undeclared)
{
    const tn_push_case *one = &c->table->cases[number];
    tn_scan_count *sums = &out->cases[number];
    char name[16] = "k?";
    int64_t overdue = count_of(bucket, "o"), redacts = count_of(bucket, "r");
    sums->row_count = (uint64_t)tn_doc_int(tn_doc_member(bucket, "doc_count"), 0);
    sums->overdue_count = overdue < 0 ? 0 : (uint64_t)overdue;
    sums->redact_count = redacts < 0 ? 0 : (uint64_t)redacts;
    for (uint32_t i = 0; one->reason == TN_REASON_RETAINED && i < c->table->clock_count;
         i++) {
        name[1] = (char)('a' + i);
        offer_least(tn_doc_member(bucket, name), &c->table->clocks[i], &out->least[i]);
    }
    for (uint32_t i = 0; i < c->undeclared_count; i++) {
        char field[16] = "u";
        uint32_t at = 1;
        for (uint32_t unit = i >= 10 ? 10 : 1; unit > 0; unit /= 10)
            field[at++] = (char)('0' + i / unit % 10);
        int64_t count = count_of(bucket, field);
        undeclared[i] += count < 0 ? 0 : (uint64_t)count;
    }
}

bool tn_search_read_count(const tn_search_count *c, const tn_value *aggregations,
                          uint64_t residue_count, tn_scan_counts *out,
                          uint64_t *undeclared)
{
    const tn_value *level = tn_doc_member(aggregations, "sound");
    uint64_t sum = residue_count;
    *out = (tn_scan_counts){.undeclared = undeclared,
                            .undeclared_count = c->undeclared_count,
                            .steps = c->steps};
    for (uint32_t i = 0; i < c->table->clock_count; i++)
        out->least[i].kind = TN_KIND_NULL;
    for (uint32_t i = 0; i < c->table->case_count; i++) {
        const tn_push_case *one = &c->table->cases[i];
        if (one->when->op == TN_PRED_FALSE)
            continue;
        const tn_value *bucket = tn_doc_member(level, "c");
        int64_t count = tn_doc_int(tn_doc_member(bucket, "doc_count"), -1);
        if (count < 0)
            return false;
        if (!one->is_residue)
            sum += (uint64_t)count;
        if (is_counted(one))
            read_sums(c, i, bucket, out, undeclared);
        if (one->reason == TN_REASON_RETAINED && is_counted(one) &&
            !tn_search_read_steps(c->table, bucket, c->steps))
            return false;
        if (one->when->op == TN_PRED_TRUE)
            break;
        level = tn_doc_member(level, "n");
    }
    return sum == (uint64_t)count_of(aggregations, "all") &&
           has_singles(c, aggregations);
}
