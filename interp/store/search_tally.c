/* search_tally: what a search that counts came to. */
#include "interp/calendar/instant.h"
#include "interp/cel/map_value.h"
#include "interp/store/search_count.h"
#include "interp/store/search_steps.h"

#include <stdio.h>

/* What stands at one step, and how many documents. */
typedef struct level {
    const tn_value *bucket;
    int64_t count;
} level;

static const tn_value *find(const tn_value *bucket, const char *name, uint32_t number)
{
    char text[24];
    int len = snprintf(text, sizeof(text), "%s%u", name, number);
    return tn_doc_find(bucket, (tn_str){text, (size_t)len});
}

static level below(const level *at, const char *name, uint32_t number)
{
    const tn_value *bucket = find(at->bucket, name, number);
    return (level){bucket, tn_doc_int(tn_doc_member(bucket, "doc_count"), -1)};
}

/* Those of the level that the clause is about; count below 0: it was not told. */
static level part_of(const level *at, const char *name, uint32_t number,
                     const tn_search_clause *clause)
{
    if (clause->op == TN_ASK_ALL)
        return *at;
    if (clause->op == TN_ASK_NONE)
        return (level){at->bucket, 0};
    return below(at, name, number);
}

/* Has every document at most one value? */
static bool has_singles(const tn_search_count *c, const level *found)
{
    for (uint32_t i = 0; i < c->column_count; i++) {
        if (!tn_search_reads_indexed(&c->query, i))
            continue;
        const tn_value *values = tn_doc_member(find(found->bucket, "v", i), "value");
        int64_t documents = c->is_there[i] ? found->count : below(found, "d", i).count;
        if (tn_doc_int(values, -1) != documents)
            return false;
    }
    return true;
}

/* --- least values */

static bool read_least(const tn_value *told, tn_instant *out)
{
    const tn_value *hits = NULL;
    const tn_value *value = tn_doc_member(told, "value");
    if (value->kind == TN_KIND_DOUBLE && value->as.real > -1e17 &&
        value->as.real < 1e17)
        return tn_instant_from_count((int64_t)value->as.real, TN_TICK_MILLIS, out);
    if (value->kind == TN_KIND_INT)
        return tn_instant_from_count(value->as.integer, TN_TICK_MILLIS, out);
    if (tn_doc_items(tn_doc_path(told, "hits.hits"), &hits) != 1)
        return false;
    const tn_value *fields = tn_doc_member(&hits[0], "fields"), *items = NULL;
    return fields->kind == TN_KIND_MAP && fields->as.map->count == 1 &&
           tn_doc_items(&fields->as.map->pairs[0].value, &items) == 1 &&
           items[0].kind == TN_KIND_STRING && tn_instant_parse(items[0].as.text, out);
}

static void offer_least(const tn_value *told, const tn_push_clock *clock,
                        tn_value *least)
{
    tn_instant t;
    if (!read_least(told, &t))
        return;
    if (clock->column.how.type == TN_FIELD_DATE) {
        int64_t into = t.seconds % TN_SECONDS_PER_DAY;
        int64_t day = (t.seconds - (into + TN_SECONDS_PER_DAY) % TN_SECONDS_PER_DAY) /
                      TN_SECONDS_PER_DAY;
        if (least->kind == TN_KIND_NULL || day < least->as.day)
            *least = (tn_value){TN_KIND_DATE, {.day = (int32_t)day}};
        return;
    }
    if (least->kind == TN_KIND_NULL || tn_instant_compare(t, least->as.instant) < 0)
        *least = (tn_value){TN_KIND_TIMESTAMP, {.instant = t}};
}

static void read_clock(const tn_search_count *c, uint32_t step, uint32_t clock,
                       const level *in, tn_value *least)
{
    const tn_search_clause *when = c->steps[step].clocks[clock];
    char name[8] = "k?x";
    name[1] = (char)('a' + clock);
    if (when->op == TN_ASK_NONE)
        return;
    const tn_value *told = find(in->bucket, name, step);
    offer_least(when->op == TN_ASK_ALL ? told : tn_doc_member(told, "m"),
                &c->table->clocks[clock], least);
}

/* --- cases */

static void add_undeclared(const tn_search_count *c, const level *at, uint64_t *out)
{
    for (uint32_t i = 0; i < c->undeclared_count; i++) {
        int64_t count = below(at, "u", i).count;
        out[i] += count < 0 ? 0 : (uint64_t)count;
    }
}

static bool read_sums(const tn_search_count *c, uint32_t step, const level *in,
                      tn_scan_counts *out)
{
    tn_scan_count *sums = &out->cases[c->steps[step].number];
    level overdue = part_of(in, "o", step, c->steps[step].overdue);
    level redacts = part_of(in, "r", step, c->steps[step].redacts);
    if (overdue.count < 0 || redacts.count < 0)
        return false;
    sums->row_count = (uint64_t)in->count;
    sums->overdue_count = (uint64_t)overdue.count;
    sums->redact_count = (uint64_t)redacts.count;
    for (uint32_t i = 0; i < c->table->clock_count; i++)
        read_clock(c, step, i, in, &out->least[i]);
    return c->table->cases[c->steps[step].number].reason != TN_REASON_RETAINED ||
           c->steps[step].when->op == TN_ASK_NONE ||
           tn_search_read_steps(c->table, in->bucket, (uint64_t)in->count, c->ahead);
}

/* Adds up the steps; below 0: they are not told. */
static int64_t read_steps(const tn_search_count *c, level at,
                          const tn_search_tally *tally, tn_scan_counts *out)
{
    int64_t sum = 0;
    uint32_t first_told = c->table->cases[c->steps[0].number].is_left_out ? 1 : 0;
    for (uint32_t i = 0; i < c->step_count; i++) {
        const tn_push_case *one = &c->table->cases[c->steps[i].number];
        level in = part_of(&at, "c", i, c->steps[i].when);
        bool is_counted = !one->is_residue && !one->is_left_out;
        if (in.count < 0 || (is_counted && !read_sums(c, i, &in, out)))
            return -1;
        if (!tally->with_rows && i == first_told)
            add_undeclared(c, &at, tally->undeclared);
        if (tally->with_rows && is_counted && in.count > 0)
            add_undeclared(c, &in, tally->undeclared);
        sum += one->is_residue ? 0 : in.count;
        if (c->steps[i].rest->op == TN_ASK_NONE || i + 1 == c->step_count)
            break;
        at = part_of(&at, "n", i, c->steps[i].rest);
        if (at.count < 0)
            return -1;
    }
    return sum;
}

bool tn_search_read_count(const tn_search_count *c, const tn_value *aggregations,
                          tn_search_tally *tally, tn_scan_counts *out)
{
    level top = {aggregations, (int64_t)tally->hit_count};
    level all = below(&top, "all", 0);
    level found = tally->with_rows ? below(&top, "found", 0) : top;
    *out = (tn_scan_counts){.undeclared = tally->undeclared,
                            .undeclared_count = c->undeclared_count,
                            .steps = c->ahead};
    for (uint32_t i = 0; i < c->table->clock_count; i++)
        out->least[i].kind = TN_KIND_NULL;
    for (uint32_t i = 0; i < c->undeclared_count; i++)
        tally->undeclared[i] = 0;
    if (all.count < 0 || found.count < 0)
        return false;
    int64_t sum = read_steps(c, found, tally, out);
    if (sum < 0 || sum > all.count)
        return false;
    tally->left_count = (uint64_t)(all.count - sum);
    return (!tally->with_rows || tally->left_count == tally->hit_count) &&
           has_singles(c, &found);
}
