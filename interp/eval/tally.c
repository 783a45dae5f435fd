#include "interp/eval/tally.h"
#include "interp/store/key.h"

#include <stdlib.h>
#include <string.h>

void tn_tally_init(tn_tally *tally, const tn_bound *bound, const tn_allocator *memory)
{
    *tally = (tn_tally){.bound = bound};
    tn_arena_init(&tally->arena, memory);
}

void tn_tally_free(tn_tally *tally)
{
    tn_arena_free(&tally->arena);
}

unsigned tn_tally_wants(const tn_image *image, uint32_t category)
{
    unsigned wants = TN_WANT_OVERDUE | TN_WANT_LEAST_DUE | TN_WANT_DETAIL;
    tn_img_range clauses = image->categories[category].clauses;
    for (uint32_t i = 0; i < clauses.count; i++)
        if (image->clauses[clauses.first + i].kind == TN_CLAUSE_REDACT)
            wants |= TN_WANT_REDACT;
    return wants;
}

static tn_status grow(tn_tally *tally, void **list, uint32_t needed, uint32_t *capacity,
                      size_t size)
{
    if (needed <= *capacity)
        return TN_OK;
    uint32_t wanted = needed < 8 ? 8 : 2 * needed;
    void *grown = tn_arena_take_array(&tally->arena, wanted, size);
    if (grown == NULL)
        return TN_NOMEM;
    if (*capacity > 0)
        memcpy(grown, *list, *capacity * size);
    *list = grown;
    *capacity = wanted;
    return TN_OK;
}

/* --- doubts */

static bool is_same(const tn_doubt *a, const tn_doubt *b)
{
    return a->reason == b->reason && a->slot == b->slot && a->entity == b->entity &&
           (a->slot != TN_NONE || a->clause == b->clause);
}

static tn_status name_record(tn_tally *tally, const tn_judged *judged, tn_str *out)
{
    tn_buf text;
    tn_value key;
    TN_TRY(tn_judged_key(judged, &key));
    tn_buf_init(&text, tally->arena.memory);
    tn_key_put(&text, &key);
    *out = text.failed ? (tn_str){NULL, 0}
                       : tn_arena_copy(&tally->arena, tn_buf_view(&text));
    tn_buf_free(&text);
    return out->data == NULL ? TN_NOMEM : TN_OK;
}

static tn_status count_doubt(tn_tally *tally, const tn_judged *judged)
{
    if (judged->verdict->doubt_count == 0)
        return TN_OK;
    const tn_doubt *doubt = &judged->verdict->doubts[0];
    for (uint32_t i = 0; i < tally->doubt_count; i++)
        if (is_same(&tally->doubts[i].doubt, doubt)) {
            tally->doubts[i].count++;
            return TN_OK;
        }
    TN_TRY(grow(tally, (void **)&tally->doubts, tally->doubt_count + 1,
                &tally->doubt_capacity, sizeof(*tally->doubts)));
    tn_tally_doubt *added = &tally->doubts[tally->doubt_count];
    *added = (tn_tally_doubt){.doubt = *doubt, .count = 1};
    if (tn_judged_is_numbered(judged))
        added->first_line = judged->row->number;
    TN_TRY(name_record(tally, judged, &added->first_record));
    tally->doubt_count++;
    return TN_OK;
}

/* --- undeclared fields */

static tn_status count_column(tn_tally *tally, const tn_judged *judged, uint32_t number,
                              uint64_t count)
{
    TN_TRY(grow(tally, (void **)&tally->columns, number + 1, &tally->column_capacity,
                sizeof(*tally->columns)));
    if (number >= tally->column_count)
        tally->column_count = number + 1;
    tn_tally_column *column = &tally->columns[number];
    column->count += count;
    if (column->name.data != NULL)
        return TN_OK;
    column->name = tn_arena_copy(
        &tally->arena, judged->scan->ops->undeclared_name(judged->scan, number));
    return column->name.data == NULL ? TN_NOMEM : TN_OK;
}

static tn_status count_columns(tn_tally *tally, const tn_judged *judged)
{
    for (uint32_t i = 0; i < judged->row->undeclared_count; i++)
        TN_TRY(count_column(tally, judged, judged->row->undeclared[i], 1));
    return TN_OK;
}

/* --- all of it */

static void offer_instant(tn_tally *tally, tn_instant due)
{
    if (tally->has_next_due && tn_instant_compare(due, tally->next_due) >= 0)
        return;
    tally->has_next_due = true;
    tally->next_due = due;
}

static void offer_due(tn_tally *tally, const tn_verdict *v)
{
    if (v->has_due && v->reason != TN_REASON_HOLD && v->decision == TN_KEEP)
        offer_instant(tally, v->due);
}

tn_status tn_tally_add(void *to, const tn_judged *judged)
{
    tn_tally *tally = to;
    const tn_verdict *v = judged->verdict;
    tally->record_count++;
    tally->reasons[v->reason]++;
    tally->overdue_count += v->overdue;
    tally->conflict_count += v->conflict;
    tally->redact_count += v->redact_count > 0;
    offer_due(tally, v);
    if (judged->row->undeclared_count > 0)
        TN_TRY(count_columns(tally, judged));
    return v->decision == TN_FLAG ? count_doubt(tally, judged) : TN_OK;
}

/* --- what a store counted */

static void add_case(tn_tally *tally, const tn_push_case *one,
                     const tn_scan_count *count)
{
    tally->reasons[one->reason] += count->row_count;
    tally->record_count += count->row_count;
    tally->overdue_count += count->overdue_count;
    if (one->decision != TN_DELETE)
        tally->conflict_count += count->overdue_count;
    tally->redact_count += count->redact_count;
}

static void offer_least(tn_tally *tally, const tn_push_clock *clock,
                        const tn_value *least)
{
    tn_instant due;
    if (least->kind == TN_KIND_DATE && tn_reckon_date(&clock->due, least->as.day, &due))
        offer_instant(tally, due);
    if (least->kind == TN_KIND_TIMESTAMP &&
        tn_reckon(&clock->due, least->as.instant, &due))
        offer_instant(tally, due);
}

tn_status tn_tally_add_counts(tn_tally *tally, const tn_push_table *table,
                              const tn_judged *judged, const tn_scan_counts *counts)
{
    for (uint32_t i = 0; i < table->case_count; i++)
        if (!table->cases[i].is_residue && !table->cases[i].is_left_out)
            add_case(tally, &table->cases[i], &counts->cases[i]);
    for (uint32_t i = 0; i < table->clock_count; i++)
        offer_least(tally, &table->clocks[i], &counts->least[i]);
    for (uint32_t i = 0; i < counts->undeclared_count; i++)
        if (counts->undeclared[i] > 0)
            TN_TRY(count_column(tally, judged, i, counts->undeclared[i]));
    return TN_OK;
}

/* --- the parts of a place */

static tn_status merge_doubt(tn_tally *tally, const tn_tally_doubt *doubt,
                             const tn_store_part *of)
{
    for (uint32_t i = 0; i < tally->doubt_count; i++)
        if (is_same(&tally->doubts[i].doubt, &doubt->doubt)) {
            tally->doubts[i].count += doubt->count;
            return TN_OK;
        }
    TN_TRY(grow(tally, (void **)&tally->doubts, tally->doubt_count + 1,
                &tally->doubt_capacity, sizeof(*tally->doubts)));
    tn_tally_doubt *added = &tally->doubts[tally->doubt_count];
    *added = *doubt;
    added->part = of->lines == TN_LINES_UNKNOWN && of->from > 0 ? of : NULL;
    added->first_record = tn_arena_copy(&tally->arena, doubt->first_record);
    if (added->first_record.data == NULL)
        return TN_NOMEM;
    tally->doubt_count++;
    return TN_OK;
}

/* Each part numbers columns as it meets them, so they are told by name. */
static tn_status merge_column(tn_tally *tally, const tn_tally_column *column)
{
    for (uint32_t i = 0; i < tally->column_count; i++)
        if (tn_str_equal(tally->columns[i].name, column->name)) {
            tally->columns[i].count += column->count;
            return TN_OK;
        }
    TN_TRY(grow(tally, (void **)&tally->columns, tally->column_count + 1,
                &tally->column_capacity, sizeof(*tally->columns)));
    tn_tally_column *added = &tally->columns[tally->column_count];
    *added =
        (tn_tally_column){tn_arena_copy(&tally->arena, column->name), column->count};
    if (added->name.data == NULL)
        return TN_NOMEM;
    tally->column_count++;
    return TN_OK;
}

tn_status tn_tally_merge(tn_tally *tally, const tn_tally *part, const tn_store_part *of)
{
    for (int i = 0; i < TN_REASON_COUNT; i++)
        tally->reasons[i] += part->reasons[i];
    tally->record_count += part->record_count;
    tally->overdue_count += part->overdue_count;
    tally->conflict_count += part->conflict_count;
    tally->redact_count += part->redact_count;
    tally->resolved_keep_count += part->resolved_keep_count;
    tally->resolved_delete_count += part->resolved_delete_count;
    if (part->has_next_due)
        offer_instant(tally, part->next_due);
    for (uint32_t i = 0; i < part->doubt_count; i++)
        TN_TRY(merge_doubt(tally, &part->doubts[i], of));
    for (uint32_t i = 0; i < part->column_count; i++)
        if (part->columns[i].count > 0)
            TN_TRY(merge_column(tally, &part->columns[i]));
    return TN_OK;
}

/* The doubt's first record by its line in the whole file. */
static tn_status number_doubt(tn_tally *tally, tn_tally_doubt *doubt, tn_buf *why)
{
    uint64_t lines;
    tn_buf text;
    const tn_origin *origin = &tally->bound->origin;
    TN_TRY(origin->store->ops->lines(origin->store, origin->object, doubt->part, &lines,
                                     why));
    tn_buf_init(&text, tally->arena.memory);
    tn_buf_put_format(&text, "%llu", (unsigned long long)(lines + doubt->first_line));
    doubt->part = NULL;
    doubt->first_record = text.failed
                              ? (tn_str){NULL, 0}
                              : tn_arena_copy(&tally->arena, tn_buf_view(&text));
    tn_buf_free(&text);
    return doubt->first_record.data == NULL ? TN_NOMEM : TN_OK;
}

tn_status tn_tally_number(tn_tally *tally, tn_buf *why)
{
    for (uint32_t i = 0; i < tally->doubt_count; i++)
        if (tally->doubts[i].part != NULL && tally->doubts[i].first_line > 0)
            TN_TRY(number_doubt(tally, &tally->doubts[i], why));
    return TN_OK;
}

static int by_count(uint64_t a, uint64_t b)
{
    return (a < b) - (a > b);
}

static int compare_doubts(const void *a, const void *b)
{
    const tn_tally_doubt *x = a, *y = b;
    int order = by_count(x->count, y->count);
    if (order == 0)
        order = (int)x->doubt.reason - (int)y->doubt.reason;
    if (order == 0)
        order = (x->doubt.slot > y->doubt.slot) - (x->doubt.slot < y->doubt.slot);
    if (order == 0)
        order =
            (x->doubt.clause > y->doubt.clause) - (x->doubt.clause < y->doubt.clause);
    return order;
}

static int compare_columns(const void *a, const void *b)
{
    const tn_tally_column *x = a, *y = b;
    int order = by_count(x->count, y->count);
    return order != 0 ? order : tn_str_compare(x->name, y->name);
}

void tn_tally_end(tn_tally *tally)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < tally->column_count; i++)
        if (tally->columns[i].count > 0)
            tally->columns[kept++] = tally->columns[i];
    tally->column_count = kept;
    if (kept > 1)
        qsort(tally->columns, kept, sizeof(*tally->columns), compare_columns);
    if (tally->doubt_count > 1)
        qsort(tally->doubts, tally->doubt_count, sizeof(*tally->doubts),
              compare_doubts);
}

uint64_t tn_tally_of(const tn_tally *tally, tn_decision decision)
{
    uint64_t sum = 0;
    for (int i = 0; i < TN_REASON_COUNT; i++)
        if (tn_reason_decision((tn_reason)i) == decision)
            sum += tally->reasons[i];
    return sum;
}
