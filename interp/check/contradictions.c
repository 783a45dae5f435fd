#include "interp/check/findings.h"

#include "interp/calendar/instant.h"
#include "interp/calendar/reckon.h"
#include "interp/check/clause_text.h"
#include "interp/check/terms.h"

/* More than anyone writes; what is compared pair by pair must not be what a hostile
 * text makes long. */
enum { PAIRED_MAX = 128 };

/* A clause with what it counts from, in canonical words. */
typedef struct sourced {
    const tn_clause *clause;
    tn_str source;
} sourced;

typedef struct pairing {
    tn_reasoning *r;
    tn_making *m;
    sourced duties[PAIRED_MAX];
    uint32_t duty_count;
    sourced limits[PAIRED_MAX];
    uint32_t limit_count;
    const tn_clause *form; /* the only retain form, if it has no condition */
    tn_str form_source;
} pairing;

/* --- clauses that say the same */

static tn_status take_text(tn_making *m, tn_buf *buf, tn_str *out)
{
    TN_TRY(tn_buf_status(buf));
    *out = tn_arena_copy(m->ck->arena, tn_buf_view(buf));
    return out->data == NULL ? TN_NOMEM : TN_OK;
}

static void report_same(const tn_making *m, const tn_clause *clause,
                        const tn_clause *before)
{
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_REPEATED, clause->at,
                                "this clause says what another one says");
    tn_diag_help(m->ck->diags, diag, "leave one of them out");
    tn_diag_other(m->ck->diags, diag, before->at, "the other one is here");
}

/* What several clauses of one kind, from one thing and without conditions, come to. */
static const char *which_counts(tn_clause_kind kind)
{
    if (kind == TN_CLAUSE_DUTY_PERIOD)
        return "two duties count from the same anchor: only the longest counts";
    if (kind == TN_CLAUSE_LIMIT)
        return "two limits count from the same anchor: only the shortest counts";
    if (kind == TN_CLAUSE_ON)
        return "two clauses delete on the same event: only the first due counts";
    return NULL;
}

static void report_rival(const tn_making *m, const tn_clause *clause,
                         const tn_clause *before)
{
    const char *what = which_counts(clause->kind);
    if (what == NULL || clause->module != before->module || clause->guard != TN_NONE ||
        before->guard != TN_NONE)
        return;
    tn_diag *diag =
        tn_diag_add(m->ck->diags, TN_FIND_CONTRADICTION, clause->at, "%s", what);
    tn_diag_help(m->ck->diags, diag,
                 "leave the other one out, or give each a condition");
    tn_diag_other(m->ck->diags, diag, before->at, "the other one is here");
}

static tn_status note(tn_making *m, tn_map *seen, tn_buf *words, uint32_t number,
                      uint32_t *before)
{
    tn_str text;
    TN_TRY(take_text(m, words, &text));
    *before = tn_map_find(seen, text);
    return *before == TN_NONE ? tn_map_put(seen, text, number) : TN_OK;
}

static tn_status compare_one(tn_making *m, tn_map *seen, tn_buf *words, uint32_t number)
{
    const tn_clause *rows = m->ck->model->clauses.rows;
    const tn_clause *clause = &rows[number];
    uint32_t same, rival;
    tn_buf_reset(words);
    tn_clause_put_whole(m, clause, words);
    TN_TRY(note(m, seen, words, number, &same));
    if (same != TN_NONE)
        report_same(m, clause, &rows[same]);
    if (which_counts(clause->kind) == NULL || clause->guard != TN_NONE)
        return TN_OK;
    tn_buf_reset(words);
    tn_buf_put_format(words, "rival %d ", (int)clause->kind);
    tn_clause_put_source(m, clause, words);
    TN_TRY(note(m, seen, words, number, &rival));
    if (rival != TN_NONE && same == TN_NONE)
        report_rival(m, clause, &rows[rival]);
    return TN_OK;
}

static tn_status find_same(tn_making *m, tn_buf *words)
{
    tn_map seen;
    tn_map_init(&seen, m->ck->arena->memory);
    tn_status status = TN_OK;
    for (uint32_t i = 0; i < m->row.clauses.count && status == TN_OK; i++)
        status = compare_one(m, &seen, words, m->row.clauses.first + i);
    tn_map_free(&seen);
    return status;
}

/* --- duties, limits and the retention itself */

static bool same_clock(const tn_making *m, const tn_clause *a, const tn_clause *b)
{
    const tn_module *one = &m->ck->model->modules.rows[a->module];
    const tn_module *other = &m->ck->model->modules.rows[b->module];
    return one->zone == other->zone && one->whole_days == other->whole_days;
}

/* A duty is to keep the record, and another copy of it may well do; but it is kept in
 * this one as well. */
static void report_copy(const tn_making *m, const tn_clause *duty,
                        const tn_clause *limit)
{
    tn_str store = m->ck->model->placements.rows[limit->placement].store;
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_DUTY_MAY_OUTLAST_LIMIT, limit->at,
                                "a duty keeps the copy in `" TN_STR_FMT
                                "` beyond the limit of that copy",
                                TN_STR_ARG(store));
    tn_diag_help(
        m->ck->diags, diag,
        "a duty beats a limit, in every copy: make the limit as long, if that is "
        "meant");
    tn_diag_other(m->ck->diags, diag, duty->at, "the duty is here");
}

/* `proven`: the date has been reckoned by the clocks of both. */
static void report_duty(const tn_making *m, const tn_clause *duty,
                        const tn_clause *limit, int32_t from, bool proven)
{
    char date[TN_DATE_TEXT_MAX];
    tn_date_format(from, date);
    bool certain = duty->guard == TN_NONE && limit->guard == TN_NONE &&
                   (proven || same_clock(m, duty, limit));
    tn_diag *diag = tn_diag_add(
        m->ck->diags,
        certain ? TN_FIND_DUTY_OUTLASTS_LIMIT : TN_FIND_DUTY_MAY_OUTLAST_LIMIT,
        duty->at, "this duty %s the limit: counted from %s it ends later",
        certain ? "outlasts" : "may outlast", date);
    tn_diag_help(m->ck->diags, diag,
                 "a duty beats a limit: make the duty shorter or the limit longer");
    tn_diag_other(m->ck->diags, diag, limit->at, "the limit is here");
}

/* The field or event that both count from, each in its own way, such as from the end of
 * its year; TN_NONE: they do not, or count alike. */
static uint32_t find_common_slot(const tn_model *model, const tn_clause *a,
                                 const tn_clause *b)
{
    if (a->anchor == TN_NONE || b->anchor == TN_NONE)
        return TN_NONE;
    const tn_model_anchor *one = &model->anchors.rows[a->anchor];
    const tn_model_anchor *other = &model->anchors.rows[b->anchor];
    uint32_t slot = model->anchor_slots.rows[one->members.first];
    bool common = one->op == TN_ANCHOR_ONE && other->op == TN_ANCHOR_ONE &&
                  one->rounding != other->rounding &&
                  slot == model->anchor_slots.rows[other->members.first];
    return common ? slot : TN_NONE;
}

static bool is_date(const tn_making *m, uint32_t number)
{
    const tn_model *model = m->ck->model;
    const tn_slot *slot = &model->slots.rows[m->row.slots.first + number];
    return slot->kind == TN_SLOT_FIELD
               ? model->fields.rows[slot->index].type == TN_FIELD_DATE
               : model->facts.rows[slot->index].field_type == TN_FIELD_DATE;
}

static bool ends_at(const tn_making *m, const tn_clause *clause, int32_t day, bool date,
                    tn_instant *out)
{
    const tn_model *model = m->ck->model;
    const tn_module *module = &model->modules.rows[clause->module];
    tn_reckoning how = {&model->zones.rows[module->zone], module->whole_days,
                        model->anchors.rows[clause->anchor].rounding, clause->period};
    return date ? tn_reckon_date(&how, day, out)
                : tn_reckon(&how, (tn_instant){day * TN_SECONDS_PER_DAY, 0}, out);
}

/* A day from which the duty ends later than the limit; false: none of four years. */
static bool find_outlasting_day(const tn_making *m, const tn_clause *duty,
                                const tn_clause *limit, int32_t *day)
{
    enum { FIRST_DAY = 19723 /* 2024-01-01 */, DAYS = 4 * 366 };
    uint32_t slot = find_common_slot(m->ck->model, duty, limit);
    tn_instant duty_end, limit_end;
    if (slot == TN_NONE)
        return false;
    for (*day = FIRST_DAY; *day < FIRST_DAY + DAYS; (*day)++)
        if (ends_at(m, duty, *day, is_date(m, slot), &duty_end) &&
            ends_at(m, limit, *day, is_date(m, slot), &limit_end) &&
            tn_instant_compare(duty_end, limit_end) > 0)
            return true;
    return false;
}

static void compare_duty(const pairing *p, const sourced *duty, const sourced *limit)
{
    int32_t from;
    const tn_making *m = p->m;
    bool alike = tn_str_equal(duty->source, limit->source);
    bool longer = alike ? tn_period_longer(duty->clause->period, limit->clause->period,
                                           &from) != TN_LONGER_NEVER
                        : find_outlasting_day(m, duty->clause, limit->clause, &from);
    if (!longer || !tn_reasoning_may_meet(p->r, duty->clause, limit->clause))
        return;
    if (limit->clause->placement != TN_NONE)
        report_copy(m, duty->clause, limit->clause);
    else
        report_duty(m, duty->clause, limit->clause, from, !alike);
}

static void compare_form(const pairing *p, const sourced *other, bool is_duty)
{
    int32_t from;
    const tn_clause *form = p->form;
    if (form == NULL || form->kind != TN_CLAUSE_RETAIN_PERIOD ||
        other->clause->guard != TN_NONE || other->clause->placement != TN_NONE ||
        !tn_str_equal(p->form_source, other->source))
        return;
    tn_longer longer =
        is_duty ? tn_period_longer(other->clause->period, form->period, &from)
                : tn_period_longer(form->period, other->clause->period, &from);
    if (longer == TN_LONGER_NEVER)
        return;
    tn_diag *diag = tn_diag_add(
        p->m->ck->diags, TN_FIND_CONTRADICTION, form->at, "%s",
        is_duty ? "this retention ends before the duty to keep the data does"
                : "this retention ends after the limit on keeping the data");
    tn_diag_help(p->m->ck->diags, diag, "%s",
                 is_duty
                     ? "the duty decides: make the retention as long, if that is meant"
                     : "the limit decides: make the retention as short, if that is "
                       "meant");
    tn_diag_other(p->m->ck->diags, diag, other->clause->at,
                  is_duty ? "the duty is here" : "the limit is here");
}

static void compare_for_ever(const pairing *p, const sourced *limit)
{
    if (p->form == NULL || p->form->kind != TN_CLAUSE_RETAIN_INDEFINITELY ||
        limit->clause->guard != TN_NONE || limit->clause->placement != TN_NONE)
        return;
    tn_diag *diag = tn_diag_add(p->m->ck->diags, TN_FIND_CONTRADICTION, p->form->at,
                                "this is retained indefinitely, and has a limit");
    tn_diag_help(p->m->ck->diags, diag,
                 "the limit decides: write `retain P from A`, if that is meant");
    tn_diag_other(p->m->ck->diags, diag, limit->clause->at, "the limit is here");
}

static tn_status collect(pairing *p, tn_buf *words)
{
    tn_making *m = p->m;
    uint32_t forms = 0;
    for (uint32_t i = 0; i < m->row.clauses.count; i++) {
        const tn_clause *clause = &m->ck->model->clauses.rows[m->row.clauses.first + i];
        tn_str source;
        tn_buf_reset(words);
        tn_clause_put_source(m, clause, words);
        TN_TRY(take_text(m, words, &source));
        bool limits = clause->kind == TN_CLAUSE_LIMIT ||
                      clause->kind == TN_CLAUSE_PLACEMENT_LIMIT;
        if (clause->kind == TN_CLAUSE_DUTY_PERIOD && p->duty_count < PAIRED_MAX)
            p->duties[p->duty_count++] = (sourced){clause, source};
        else if (limits && p->limit_count < PAIRED_MAX)
            p->limits[p->limit_count++] = (sourced){clause, source};
        else if (clause->item != NULL && tn_item_is_form(clause->item->kind)) {
            p->form = forms++ == 0 && clause->guard == TN_NONE ? clause : NULL;
            p->form_source = source;
        }
    }
    return TN_OK;
}

static tn_status find_pairs(tn_reasoning *r, tn_buf *words)
{
    pairing p = {.r = r, .m = r->m};
    TN_TRY(collect(&p, words));
    for (uint32_t i = 0; i < p.duty_count; i++) {
        compare_form(&p, &p.duties[i], true);
        for (uint32_t j = 0; j < p.limit_count; j++)
            compare_duty(&p, &p.duties[i], &p.limits[j]);
    }
    for (uint32_t j = 0; j < p.limit_count; j++) {
        compare_form(&p, &p.limits[j], false);
        compare_for_ever(&p, &p.limits[j]);
    }
    return TN_OK;
}

tn_status tn_contradictions_find(tn_reasoning *r)
{
    tn_making *m = r->m;
    if (m->row.clauses.count < 2)
        return TN_OK;
    tn_buf words;
    tn_buf_init(&words, m->ck->arena->memory);
    tn_status status = find_same(m, &words);
    if (status == TN_OK)
        status = find_pairs(r, &words);
    tn_buf_free(&words);
    return status;
}
