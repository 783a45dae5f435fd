#include "interp/check/anchors.h"

#include "interp/check/types.h"

static const tn_scope *scope_of(const tn_making *m, uint32_t module)
{
    return &m->ck->scopes.rows[module];
}

/* --- slots of instants */

/* A slot by name; TN_NONE after a diagnostic, or where an error elsewhere explains it.
 */
static uint32_t find_slot(tn_making *m, uint32_t module, const tn_path *path)
{
    const tn_scope *scope = scope_of(m, module);
    tn_slot_answer answer = tn_slots_find(&m->slots, scope, path->text);
    if (answer.found == TN_SLOT_FOUND)
        return answer.slot;
    if (!tn_slots_may_be_lost(&m->slots, scope, path->text))
        tn_slots_report(&m->slots, &answer, path->text, m->ck->diags, path->at);
    return TN_NONE;
}

static bool is_untyped(const tn_making *m, uint32_t slot)
{
    return slot < m->row.fields.count && m->untyped[slot];
}

/* What a slot is, in words; where it is declared in *at. */
static const char *describe(const tn_making *m, uint32_t slot, tn_span *at)
{
    const tn_model_field *field;
    const tn_fact *fact;
    tn_slots_view(&m->slots, slot, &field, &fact);
    *at = field != NULL ? field->at : fact->at;
    if (field != NULL)
        return tn_field_type_word(field->type);
    return fact->is_event ? "event" : "attribute";
}

static void report_no_instant(tn_making *m, uint32_t slot, const tn_path *path)
{
    tn_span declared;
    const char *what = describe(m, slot, &declared);
    bool is_fact = slot >= m->row.fields.count;
    tn_diag *diag =
        tn_diag_add(m->ck->diags, TN_FIND_NO_INSTANT, path->at,
                    "no period can count from `" TN_STR_FMT "`, which is %s %s",
                    TN_STR_ARG(path->text), is_fact ? "an" : "of type", what);
    if (is_fact)
        tn_diag_help(m->ck->diags, diag,
                     "what happens to an entity is an event: declare `event " TN_STR_FMT
                     "`",
                     TN_STR_ARG(path->last.text));
    else
        tn_diag_help(m->ck->diags, diag,
                     "count from a field of type timestamp, date or event, or from an "
                     "event of an entity");
    tn_diag_other(m->ck->diags, diag, declared, "it is declared here");
}

static uint32_t find_instant(tn_making *m, uint32_t module, const tn_path *path)
{
    uint32_t slot = find_slot(m, module, path);
    if (slot == TN_NONE || is_untyped(m, slot))
        return TN_NONE;
    const tn_model_field *field;
    const tn_fact *fact;
    tn_slots_view(&m->slots, slot, &field, &fact);
    bool fits = field != NULL ? tn_field_type_is_instant(field->type) : fact->is_event;
    if (fits)
        return slot;
    report_no_instant(m, slot, path);
    return TN_NONE;
}

static void report_no_event(tn_making *m, uint32_t slot, const tn_path *path)
{
    tn_span declared;
    const char *what = describe(m, slot, &declared);
    bool is_fact = slot >= m->row.fields.count;
    tn_diag *diag =
        tn_diag_add(m->ck->diags, TN_FIND_NO_EVENT, path->at,
                    "`" TN_STR_FMT "` is no event: it is %s %s", TN_STR_ARG(path->text),
                    is_fact ? "an" : "of type", what);
    if (is_fact)
        tn_diag_help(m->ck->diags, diag, "declare `event " TN_STR_FMT "`",
                     TN_STR_ARG(path->last.text));
    else
        tn_diag_help(m->ck->diags, diag,
                     "an event may not have happened yet: declare `" TN_STR_FMT
                     " : event`, or count a period from it",
                     TN_STR_ARG(path->last.text));
    tn_diag_other(m->ck->diags, diag, declared, "it is declared here");
}

uint32_t tn_anchors_event(tn_making *m, uint32_t module, const tn_path *path)
{
    uint32_t slot = find_slot(m, module, path);
    if (slot == TN_NONE || is_untyped(m, slot))
        return TN_NONE;
    const tn_model_field *field;
    const tn_fact *fact;
    tn_slots_view(&m->slots, slot, &field, &fact);
    bool fits = field != NULL ? field->type == TN_FIELD_EVENT : fact->is_event;
    if (!fits) {
        report_no_event(m, slot, path);
        return TN_NONE;
    }
    if (m->readings[slot].what == NULL)
        m->readings[slot] = (tn_reading){"an `on` or `until`", path->at};
    return slot;
}

/* --- rounding */

static void report_unit(tn_making *m, const tn_anchor *anchor, const char *message)
{
    tn_diag *diag =
        tn_diag_add(m->ck->diags, TN_FIND_MISPLACED, anchor->unit_at, "%s", message);
    tn_diag_help(
        m->ck->diags, diag,
        "an anchor is rounded to the end of its day, week, sunday week, month, "
        "quarter or year");
}

static bool read_rounding(tn_making *m, const tn_anchor *anchor, tn_rounding *rounding)
{
    *rounding = TN_ROUND_NONE;
    if (!anchor->has_end_of)
        return true;
    if (anchor->sunday && anchor->unit != TN_UNIT_WEEK) {
        report_unit(m, anchor, "only weeks start on a Sunday");
        return false;
    }
    switch (anchor->unit) {
    case TN_UNIT_DAY: *rounding = TN_ROUND_DAY; return true;
    case TN_UNIT_WEEK:
        *rounding = anchor->sunday ? TN_ROUND_SUNDAY_WEEK : TN_ROUND_WEEK;
        return true;
    case TN_UNIT_MONTH: *rounding = TN_ROUND_MONTH; return true;
    case TN_UNIT_QUARTER: *rounding = TN_ROUND_QUARTER; return true;
    case TN_UNIT_YEAR: *rounding = TN_ROUND_YEAR; return true;
    case TN_UNIT_SECOND:
    case TN_UNIT_MINUTE:
    case TN_UNIT_HOUR:
        report_unit(m, anchor, "an anchor is not rounded to less than a day");
        return false;
    }
    return false;
}

/* --- points */

/* One anchor on the way: its members are the newest of the model's anchor slots. */
typedef struct draft {
    tn_making *m;
    uint32_t module;
    tn_anchor_op op;
    uint32_t first;
    bool failed;
    bool full; /* too many members: that has been said */
} draft;

static tn_status add_member(draft *d, const tn_point *point)
{
    const tn_model *model = d->m->ck->model;
    uint32_t slot = find_instant(d->m, d->module, point->path);
    if (slot == TN_NONE) {
        d->failed = true;
        return TN_OK;
    }
    if (d->m->readings[slot].what == NULL)
        d->m->readings[slot] = (tn_reading){"an anchor", point->at};
    if (tn_checker_too_many(d->m->ck, model->anchor_slots.count - d->first, point->at,
                            "members of an anchor")) {
        d->failed = true;
        d->full = true;
        return TN_OK;
    }
    for (uint32_t i = d->first; i < model->anchor_slots.count; i++) {
        if (model->anchor_slots.rows[i] != slot)
            continue;
        tn_diag *diag = tn_diag_add(d->m->ck->diags, TN_FIND_REPEATED, point->at,
                                    "`" TN_STR_FMT "` is named twice",
                                    TN_STR_ARG(point->path->text));
        tn_diag_help(d->m->ck->diags, diag, "leave one of them out");
        return TN_OK;
    }
    return tn_model_add_anchor_slot(d->m->ck->model, &slot, NULL);
}

static void report_mixed(draft *d, const tn_point *point)
{
    d->failed = true;
    tn_diag *diag =
        tn_diag_add(d->m->ck->diags, TN_FIND_MISPLACED, point->at,
                    "`latest of` and `earliest of` cannot stand in each other");
    tn_diag_help(d->m->ck->diags, diag, "write two clauses, one for each");
}

/* Nested points of one kind are flattened; the parser bounds how deep they are. */
static tn_status add_point(draft *d, const tn_point *point)
{
    if (point->kind == TN_POINT_PATH)
        return add_member(d, point);
    tn_anchor_op op =
        point->kind == TN_POINT_LATEST ? TN_ANCHOR_LATEST : TN_ANCHOR_EARLIEST;
    if (d->op != TN_ANCHOR_ONE && d->op != op) {
        report_mixed(d, point);
        return TN_OK;
    }
    d->op = op;
    for (const tn_point *member = point->members; member != NULL && !d->full;
         member = member->next)
        TN_TRY(add_point(d, member));
    return TN_OK;
}

static void check_single(draft *d, const tn_anchor *anchor, uint32_t count)
{
    if (d->failed || d->op == TN_ANCHOR_ONE || count != 1)
        return;
    tn_diag *diag = tn_diag_add(d->m->ck->diags, TN_FIND_MISPLACED, anchor->point->at,
                                "`%s of` has no choice here",
                                d->op == TN_ANCHOR_LATEST ? "latest" : "earliest");
    tn_diag_help(d->m->ck->diags, diag, "name what else there is, or leave it out");
}

tn_status tn_anchors_add(tn_making *m, uint32_t module, const tn_anchor *anchor,
                         uint32_t *row)
{
    tn_model *model = m->ck->model;
    draft d = {.m = m,
               .module = module,
               .op = TN_ANCHOR_ONE,
               .first = model->anchor_slots.count};
    *row = TN_NONE;
    tn_model_anchor made = {.at = anchor->at};
    d.failed = !read_rounding(m, anchor, &made.rounding);
    TN_TRY(add_point(&d, anchor->point));
    made.op = d.op;
    made.members = (tn_range){d.first, model->anchor_slots.count - d.first};
    check_single(&d, anchor, made.members.count);
    if (!d.failed)
        return tn_model_add_anchor(model, &made, row);
    model->anchor_slots.count = d.first;
    return TN_OK;
}

tn_status tn_anchors_add_slot(tn_making *m, uint32_t slot, tn_span at, uint32_t *row)
{
    tn_model *model = m->ck->model;
    const tn_model_anchor made = {.rounding = TN_ROUND_NONE,
                                  .op = TN_ANCHOR_ONE,
                                  .members = {model->anchor_slots.count, 1},
                                  .at = at};
    TN_TRY(tn_model_add_anchor_slot(model, &slot, NULL));
    return tn_model_add_anchor(model, &made, row);
}
