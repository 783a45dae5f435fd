#include "interp/check/clauses.h"

#include "interp/check/anchors.h"
#include "interp/check/guards.h"
#include "interp/check/redact.h"

/* --- kinds */

static tn_clause_kind kind_of(tn_item_kind kind)
{
    switch (kind) {
    case TN_ITEM_RETAIN_PERIOD: return TN_CLAUSE_RETAIN_PERIOD;
    case TN_ITEM_RETAIN_UNTIL: return TN_CLAUSE_RETAIN_UNTIL;
    case TN_ITEM_RETAIN_INDEFINITELY: return TN_CLAUSE_RETAIN_INDEFINITELY;
    case TN_ITEM_DUTY_PERIOD: return TN_CLAUSE_DUTY_PERIOD;
    case TN_ITEM_DUTY_UNTIL: return TN_CLAUSE_DUTY_UNTIL;
    case TN_ITEM_LIMIT: return TN_CLAUSE_LIMIT;
    case TN_ITEM_ON: return TN_CLAUSE_ON;
    case TN_ITEM_REDACT: return TN_CLAUSE_REDACT;
    case TN_ITEM_FLAG: return TN_CLAUSE_FLAG;
    case TN_ITEM_HOLD: return TN_CLAUSE_HOLD;
    case TN_ITEM_FIELDS:
    case TN_ITEM_PURPOSE:
    case TN_ITEM_BASIS:
    case TN_ITEM_STORED:
    case TN_ITEM_OVERRIDES: break;
    }
    assert(false);
    return TN_CLAUSE_KIND_COUNT;
}

/* Which clauses have a time to carry them out in: `within W`, else the grace. */
static bool has_window(tn_clause_kind kind)
{
    return kind == TN_CLAUSE_RETAIN_PERIOD || kind == TN_CLAUSE_RETAIN_UNTIL ||
           kind == TN_CLAUSE_ON;
}

/* --- guards */

static void note_reads(tn_making *m, const tn_expr *guard)
{
    for (uint32_t i = 0; i < m->slots.count; i++) {
        if (m->is_read[i] && m->readings[i].what == NULL)
            m->readings[i] = (tn_reading){"a condition", guard->at};
        m->is_read[i] = false;
    }
}

static void report_constant(tn_making *m, const tn_parts *parts, const tn_value *value)
{
    if (value->kind != TN_KIND_BOOL)
        return;
    bool takes_part = value->as.boolean != parts->negated;
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_CONSTANT_CONDITION,
                                parts->guard->at, "this condition is always %s",
                                value->as.boolean ? "true" : "false");
    tn_diag_help(m->ck->diags, diag,
                 takes_part ? "leave it out: the clause always takes part"
                            : "the clause never takes part: leave it out");
}

static tn_status read_guard(tn_making *m, const tn_layered *layered, tn_clause *clause,
                            bool *failed)
{
    const tn_block *block = &m->ck->blocks.rows[layered->block];
    const tn_parts *parts = &block->parts[layered->part];
    if (parts->guard == NULL)
        return TN_OK;
    const tn_guard_place place = {&m->slots, block->module, m->is_read};
    tn_cel_compiled compiled;
    TN_TRY(
        tn_guards_compile(&place, parts->guard, tn_type_of(TN_TYPE_BOOL), &compiled));
    note_reads(m, parts->guard);
    clause->guard = compiled.expr;
    clause->negated = parts->negated;
    *failed |= compiled.expr == TN_NONE;
    if (compiled.constant != NULL)
        report_constant(m, parts, compiled.constant);
    return TN_OK;
}

/* --- clauses */

static tn_status read_anchors(tn_making *m, const tn_item *item, tn_clause *clause,
                              bool *failed)
{
    if (item->anchor != NULL) {
        TN_TRY(tn_anchors_add(m, clause->module, item->anchor, &clause->anchor));
        *failed |= clause->anchor == TN_NONE;
    }
    if (item->event != NULL) {
        clause->event_slot = tn_anchors_event(m, clause->module, item->event);
        *failed |= clause->event_slot == TN_NONE;
    }
    return TN_OK;
}

static void name_category(tn_making *m, const tn_block *block)
{
    bool own = block->module == m->draft->module ||
               (m->draft->origin[TN_ASPECT_FIELDS] != TN_NONE &&
                &m->ck->blocks.rows[m->draft->origin[TN_ASPECT_FIELDS]] == block);
    m->slots.whose = own ? "this category" : m->foreign;
    m->slots.whose_at = own ? TN_NOWHERE : m->row.at;
}

static tn_status add_clause(tn_making *m, const tn_layered *layered)
{
    const tn_block *block = &m->ck->blocks.rows[layered->block];
    const tn_parts *parts = &block->parts[layered->part];
    const tn_item *item = parts->item;
    tn_clause clause = {.kind = kind_of(item->kind),
                        .module = block->module,
                        .anchor = TN_NONE,
                        .event_slot = TN_NONE,
                        .period = parts->period,
                        .guard = TN_NONE,
                        .why = parts->why,
                        .redact_fields = {m->ck->model->redact_slots.count, 0},
                        .redact_to = TN_NONE,
                        .placement = TN_NONE,
                        .form = TN_NONE,
                        .at = item->at,
                        .item = item};
    if (item->event != NULL)
        clause.period = parts->delay;
    if (has_window(clause.kind)) {
        clause.window = parts->window;
        clause.window_stated = parts->window_stated;
    }
    bool failed = parts->broken;
    name_category(m, block);
    TN_TRY(read_anchors(m, item, &clause, &failed));
    TN_TRY(read_guard(m, layered, &clause, &failed));
    if (item->kind == TN_ITEM_REDACT)
        TN_TRY(tn_redact_read(m, item, &clause, &failed));
    m->broken_retention |= failed && tn_item_is_retention(item->kind);
    return failed ? TN_OK : tn_model_add_clause(m->ck->model, &clause, NULL);
}

/* --- limits of placements */

static tn_clause limit_of(tn_making *m, uint32_t placement)
{
    const tn_model_placement *row = &m->ck->model->placements.rows[placement];
    return (tn_clause){.kind = TN_CLAUSE_PLACEMENT_LIMIT,
                       .module = row->module,
                       .anchor = TN_NONE,
                       .event_slot = TN_NONE,
                       .period = row->at_most,
                       .guard = TN_NONE,
                       .redact_fields = {m->ck->model->redact_slots.count, 0},
                       .redact_to = TN_NONE,
                       .placement = placement,
                       .form = TN_NONE,
                       .at = row->at};
}

static tn_status add_limit_from(tn_making *m, uint32_t placement, const tn_parts *form)
{
    tn_clause clause = limit_of(m, placement);
    TN_TRY(tn_anchors_add(
        m, m->ck->blocks.rows[m->draft->origin[TN_ASPECT_RETENTION]].module,
        form->item->anchor, &clause.anchor));
    /* Which clause the form is, is known once all are there: its item tells. */
    clause.item = form->item;
    return clause.anchor == TN_NONE ? TN_OK
                                    : tn_model_add_clause(m->ck->model, &clause, NULL);
}

static void report_limit_of_nothing(tn_making *m, uint32_t placement,
                                    const tn_item *form)
{
    const tn_model_placement *row = &m->ck->model->placements.rows[placement];
    tn_diag *diag =
        tn_diag_add(m->ck->diags, TN_FIND_LIMIT_FROM_NOTHING, row->at,
                    "the limit of `" TN_STR_FMT "` has nothing to count from",
                    TN_STR_ARG(row->store));
    tn_diag_help(m->ck->diags, diag,
                 "mark the field that tells when the record was made with @created");
    if (form != NULL)
        tn_diag_other(m->ck->diags, diag, form->word_at,
                      "this retention counts from no anchor either");
}

/* Without @created the limit counts from the anchor of the retain form that takes
 * part: one clause for each. */
static tn_status add_limits_by_form(tn_making *m, uint32_t placement)
{
    uint32_t retention = m->draft->origin[TN_ASPECT_RETENTION];
    if (retention == TN_NONE)
        return TN_OK; /* no retention: that is reported */
    const tn_block *block = &m->ck->blocks.rows[retention];
    for (uint32_t i = 0; i < block->part_count; i++) {
        const tn_parts *parts = &block->parts[i];
        if (parts->item->kind == TN_ITEM_RETAIN_PERIOD) {
            TN_TRY(add_limit_from(m, placement, parts));
        } else if (tn_item_is_form(parts->item->kind)) {
            report_limit_of_nothing(m, placement, parts->item);
            return TN_OK;
        }
    }
    return TN_OK;
}

static tn_status add_limits(tn_making *m)
{
    for (uint32_t i = 0; i < m->row.placements.count; i++) {
        uint32_t placement = m->row.placements.first + i;
        if (tn_period_is_zero(m->ck->model->placements.rows[placement].at_most))
            continue;
        if (m->row.created_slot == TN_NONE) {
            TN_TRY(add_limits_by_form(m, placement));
            continue;
        }
        tn_clause clause = limit_of(m, placement);
        TN_TRY(tn_anchors_add_slot(m, m->row.created_slot, clause.at, &clause.anchor));
        TN_TRY(tn_model_add_clause(m->ck->model, &clause, NULL));
    }
    return TN_OK;
}

/* A limit that counts from a form's anchor takes part with that form: its clause is
 * found by the item they share. */
static void link_forms(tn_making *m)
{
    tn_clause *rows = m->ck->model->clauses.rows;
    uint32_t first = m->row.clauses.first;
    uint32_t end = m->ck->model->clauses.count;
    for (uint32_t i = first; i < end; i++) {
        if (rows[i].kind != TN_CLAUSE_PLACEMENT_LIMIT || rows[i].item == NULL)
            continue;
        for (uint32_t j = first; j < end; j++)
            if (rows[j].kind == TN_CLAUSE_RETAIN_PERIOD && rows[j].item == rows[i].item)
                rows[i].form = j;
        rows[i].item = NULL;
    }
}

tn_status tn_clauses_make(tn_making *m)
{
    tn_layered_list list = {NULL, 0, 0};
    TN_TRY(tn_merge_list(m->ck, m->draft, &list));
    m->row.clauses.first = m->ck->model->clauses.count;
    for (uint32_t i = 0; i < list.count; i++) {
        const tn_block *block = &m->ck->blocks.rows[list.rows[i].block];
        if (block->parts[list.rows[i].part].item->kind == TN_ITEM_STORED)
            TN_TRY(add_limits(m));
        else
            TN_TRY(add_clause(m, &list.rows[i]));
    }
    link_forms(m);
    m->row.clauses.count = m->ck->model->clauses.count - m->row.clauses.first;
    m->slots.whose = "this category";
    m->slots.whose_at = TN_NOWHERE;
    tn_redact_check(m);
    return TN_OK;
}
