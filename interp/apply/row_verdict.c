/* row_verdict: one row, decided. */
#include "interp/apply/row_view.h"

/* --- one row */

static const tn_verdict unplaced = {
    .decision = TN_FLAG, .reason = TN_REASON_UNKNOWN_GUARD, .clause = TN_NONE};

static void show_row(row_view *v, const tn_store_row *row)
{
    v->row = row;
    if (v->is_as_given)
        return;
    for (uint32_t i = 0; i < v->origin.column_count; i++)
        v->values[i] = row->values[v->columns[i]];
    v->room = *row;
    v->room.values = v->values;
    v->row = &v->room;
}

/* Is the row one of the category's at all? */
static tn_status look_at_where(row_view *v, bool *is_meant, bool *in_doubt)
{
    const tn_store_row *meant;
    tn_buf why;
    tn_buf_init(&why, v->reader.arena.memory);
    v->store.row = v->row;
    TN_TRY(tn_origin_next(&v->reader, &meant, in_doubt, &why));
    v->store.row = NULL;
    *is_meant = meant != NULL;
    return TN_OK;
}

static tn_status fill_first(row_view *v)
{
    for (uint32_t i = 0; i < v->map_count; i++) {
        const view_map *m = &v->maps[i];
        if (m->plain == TN_PLAIN_NOTHING ||
            !tn_plain_read(m->plain, &v->row->values[m->map->column], m->first))
            TN_TRY(tn_origin_value(&v->reader, v->row, m->map, m->first));
    }
    return TN_OK;
}

/* The same values, once they are decoded. */
static void fill_second(const row_view *v)
{
    for (uint32_t i = 0; i < v->map_count; i++)
        *v->maps[i].second = *v->maps[i].first;
}

static unsigned flags_of(const tn_store_row *row)
{
    unsigned flags = row->problem != NULL ? TN_RECORD_UNREADABLE : 0;
    return flags | (row->undeclared_count > 0 ? TN_RECORD_UNDECLARED : 0);
}

/* Of many records each is decided by what is known of the like of it. */
static tn_status hasten(const tn_row_judge *judge, const tn_run *run, row_view *v,
                        view_decider *d)
{
    if (d->count++ < judge->worth)
        return TN_OK;
    TN_TRY(tn_batch_new(run, v->bound->category, v->bound->placement, 0, &d->batch));
    d->decider = tn_batch_decider(d->batch);
    tn_row_view_aim(v);
    return TN_OK;
}

static tn_status decide(const view_decider *d, unsigned flags, unsigned wants,
                        tn_verdict *out)
{
    if (d->batch != NULL)
        return tn_batch_decide_one(d->batch, flags, wants, out);
    return tn_decide(d->decider, flags, wants, out);
}

static tn_status decide_second(tn_row_judge *judge, row_view *v, unsigned flags,
                               unsigned wants)
{
    if (v->second.batch == NULL)
        TN_TRY(hasten(judge, judge->moment, v, &v->second));
    if (v->row->problem == NULL)
        fill_second(v);
    if (v->first.batch != NULL && v->second.batch != NULL)
        return tn_batch_decide_again(v->second.batch, v->first.batch, flags, wants,
                                     &v->second_verdict);
    return decide(&v->second, flags, wants, &v->second_verdict);
}

/* At the plan's instant; and, where that is not keep or redactions are wanted, at the
 * moment. */
static tn_status decide_view(tn_row_judge *judge, row_view *v, const tn_store_row *row,
                             unsigned wants, tn_row_verdict *out)
{
    bool in_doubt = false, both = (wants & TN_WANT_REDACT) != 0;
    unsigned flags = flags_of(row);
    *out = (tn_row_verdict){.is_meant = true};
    show_row(v, row);
    if (!v->is_plain)
        TN_TRY(look_at_where(v, &out->is_meant, &in_doubt));
    if (!out->is_meant)
        return TN_OK;
    out->first = &v->first_verdict;
    if (in_doubt) {
        v->first_verdict = unplaced;
        return TN_OK;
    }
    if (v->first.batch == NULL)
        TN_TRY(hasten(judge, judge->eval->run, v, &v->first));
    if (row->problem == NULL)
        TN_TRY(fill_first(v));
    TN_TRY(decide(&v->first, flags, wants, &v->first_verdict));
    if (v->second.decider == NULL || (v->first_verdict.decision == TN_KEEP && !both))
        return TN_OK;
    TN_TRY(decide_second(judge, v, flags, wants));
    out->second = &v->second_verdict;
    out->is_erased = v->first_verdict.decision == TN_DELETE &&
                     v->second_verdict.decision == TN_DELETE;
    return TN_OK;
}

tn_status tn_row_judge_is_claimed(tn_row_judge *judge, const tn_store_row *row,
                                  bool *out)
{
    *out = false;
    for (uint32_t i = 1; !*out && i < judge->view_count; i++) {
        tn_row_verdict other;
        TN_TRY(decide_view(judge, &judge->views[i], row, 0, &other));
        *out = other.is_meant && !other.is_erased;
    }
    return TN_OK;
}

static bool is_redacted(const tn_verdict *verdict, uint32_t field)
{
    for (uint32_t i = 0; i < verdict->redact_count; i++)
        if (verdict->redact[i] == field)
            return true;
    return false;
}

/* Is the column a field of the view's that it redacts at both instants, and nothing
 * else to it? */
static bool redacts_column(const row_view *v, const tn_row_verdict *verdict,
                           uint32_t column)
{
    bool found = false;
    if (verdict->second == NULL)
        return false;
    for (uint32_t i = 0; i < v->origin.map_count; i++) {
        const tn_origin_map *map = &v->origin.maps[i];
        if (map->column != column)
            continue;
        if (map->target != TN_MAP_FIELD || !is_redacted(verdict->first, map->index) ||
            !is_redacted(verdict->second, map->index))
            return false;
        found = true;
    }
    return found;
}

static tn_status view_wants_column(tn_row_judge *judge, row_view *v,
                                   const tn_store_row *row, uint32_t column, bool *out)
{
    tn_row_verdict verdict;
    TN_TRY(decide_view(judge, v, row, TN_WANT_REDACT, &verdict));
    *out =
        verdict.is_meant && !verdict.is_erased && !redacts_column(v, &verdict, column);
    return TN_OK;
}

tn_status tn_row_judge_wants_column(tn_row_judge *judge, const tn_store_row *row,
                                    tn_str column, bool *out)
{
    const tn_store_ops *ops = judge->views[0].bound->origin.store->ops;
    tn_store_column wanted = {column, false};
    tn_store_object object = {.columns = &wanted, .column_count = 1};
    *out = false;
    for (uint32_t i = 1; i < judge->view_count; i++) {
        const tn_origin *origin = &judge->views[i].origin;
        for (uint32_t j = 0; !*out && j < origin->column_count; j++)
            if (tn_store_find_column(ops, &object, origin->columns[j].name) == 0)
                TN_TRY(view_wants_column(judge, &judge->views[i], row, j, out));
    }
    return TN_OK;
}

tn_status tn_row_judge_decide(tn_row_judge *judge, const tn_store_row *row,
                              unsigned wants, tn_row_verdict *out)
{
    TN_TRY(decide_view(judge, &judge->views[0], row, wants, out));
    if (!out->is_erased)
        return TN_OK;
    if (judge->view_count > 1)
        TN_TRY(tn_row_judge_is_claimed(judge, row, &out->is_claimed));
    out->is_erased = !out->is_claimed;
    return TN_OK;
}

tn_decider *tn_row_judge_decider(tn_row_judge *judge, bool at_moment)
{
    return at_moment ? judge->views[0].second.decider : judge->views[0].first.decider;
}

const tn_value *tn_row_judge_values(const tn_row_judge *judge)
{
    return judge->views[0].row->values;
}
