/* shadows: conditions that cannot be true or false, and clauses behind which another
 * one always decides. Only what is proven is said. */
#include "interp/check/clause_text.h"
#include "interp/check/findings.h"
#include "interp/check/terms.h"

/* What is compared pair by pair must not be what a hostile text makes long. */
enum { PAIRED_MAX = 128 };

/* --- reasoning about the clauses of a category */

tn_status tn_reasoning_init(tn_reasoning *r, tn_making *m)
{
    const tn_model *model = m->ck->model;
    uint32_t count = m->row.slots.count;
    *r = (tn_reasoning){.m = m, .code = tn_cel_builder_view(model->code)};
    tn_arena_init(&r->scratch, m->ck->arena->memory);
    tn_field_type *types = tn_arena_take_array(m->ck->arena, count, sizeof(*types));
    if (types == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const tn_slot *slot = &model->slots.rows[m->row.slots.first + i];
        types[i] = slot->kind == TN_SLOT_FIELD
                       ? model->fields.rows[slot->index].type
                       : model->facts.rows[slot->index].field_type;
    }
    r->source = (tn_logic_source){&r->code, types, NULL, count};
    return TN_OK;
}

void tn_reasoning_free(tn_reasoning *r)
{
    tn_arena_free(&r->scratch);
}

static tn_claim claim_of(const tn_reasoning *r, const tn_clause *clause, tn_telling is)
{
    return (tn_claim){&r->source, clause->guard, clause->negated, is};
}

/* The steps of all categories together are bounded. */
static tn_logic start(tn_reasoning *r)
{
    return (tn_logic){&r->scratch, r->m->ck->logic_left};
}

static void end(tn_reasoning *r, const tn_logic *logic)
{
    r->m->ck->logic_left = logic->steps_left;
}

static bool may_be(tn_reasoning *r, const tn_claim *claims, uint32_t count)
{
    tn_logic logic = start(r);
    bool may = tn_logic_may_be(&logic, claims, count);
    end(r, &logic);
    return may;
}

bool tn_reasoning_may_meet(tn_reasoning *r, const tn_clause *a, const tn_clause *b)
{
    tn_claim claims[2] = {claim_of(r, a, TN_TELLS_TRUE), claim_of(r, b, TN_TELLS_TRUE)};
    return (a->guard == TN_NONE && b->guard == TN_NONE) || may_be(r, claims, 2);
}

bool tn_reasoning_implies(tn_reasoning *r, const tn_clause *a, const tn_clause *b)
{
    tn_claim first = claim_of(r, a, TN_TELLS_TRUE),
             second = claim_of(r, b, TN_TELLS_TRUE);
    if (b->guard == TN_NONE)
        return true;
    tn_logic logic = start(r);
    bool implies = tn_logic_implies(&logic, &first, &second);
    end(r, &logic);
    return implies;
}

/* --- conditions */

static const tn_expr *guard_of(const tn_clause *clause)
{
    const tn_tail *tail = clause->item == NULL ? NULL : clause->item->tail;
    for (; tail != NULL; tail = tail->next)
        if (tail->kind != TN_TAIL_BECAUSE)
            return tail->guard;
    return NULL;
}

/* What has been computed is a constant already, and that has been said. */
static bool is_folded(const tn_reasoning *r, uint32_t expr)
{
    return r->code.exprs[expr].node_count == 1 &&
           r->code.nodes[r->code.exprs[expr].first_node].op == TN_CEL_CONST;
}

/* True: the clause never takes part, and that has been said. */
static bool find_constant(tn_reasoning *r, const tn_clause *clause)
{
    const tn_expr *guard = guard_of(clause);
    if (clause->guard == TN_NONE || guard == NULL)
        return false;
    tn_claim claim = {&r->source, clause->guard, false, TN_TELLS_TRUE};
    bool may_hold = may_be(r, &claim, 1);
    claim.is = TN_TELLS_FALSE;
    bool may_fail = may_be(r, &claim, 1);
    bool takes_part = may_hold != clause->negated;
    if (may_hold == may_fail)
        return false;
    if (is_folded(r, clause->guard))
        return !takes_part;
    tn_diag *diag = tn_diag_add(r->m->ck->diags, TN_FIND_CONSTANT_CONDITION, guard->at,
                                may_hold ? "this condition is true of every record"
                                         : "this condition is not true of any record");
    tn_diag_help(r->m->ck->diags, diag, "%s",
                 takes_part
                     ? "its parts cover all there is: leave it out, or correct it"
                     : "its parts exclude each other: the clause never takes part");
    return !takes_part;
}

/* --- clauses that never decide */

static void report(const tn_reasoning *r, const tn_clause *clause, const char *what,
                   const tn_clause *instead)
{
    tn_diag *diag =
        tn_diag_add(r->m->ck->diags, TN_FIND_SHADOWED, clause->at, "%s", what);
    tn_diag_help(r->m->ck->diags, diag, "%s",
                 clause->kind == TN_CLAUSE_PLACEMENT_LIMIT
                     ? "make it shorter: that is what the limit of a copy is for"
                     : "leave it out, or correct one of the two");
    tn_diag_other(r->m->ck->diags, diag, instead->at, "this one decides instead");
}

static bool is_form(tn_clause_kind kind)
{
    return kind == TN_CLAUSE_RETAIN_PERIOD || kind == TN_CLAUSE_RETAIN_UNTIL ||
           kind == TN_CLAUSE_RETAIN_INDEFINITELY;
}

/* A form takes part where all before it are false and it is true. The last one, which
 * has no condition, has to stand there. */
static void find_shadowed_form(tn_reasoning *r, const tn_clause **forms, uint32_t i)
{
    tn_claim claims[PAIRED_MAX + 1];
    tn_claim both[2] = {claim_of(r, forms[i], TN_TELLS_TRUE)};
    if (i == 0 || forms[i]->guard == TN_NONE)
        return;
    claims[0] = both[0];
    for (uint32_t k = 0; k < i; k++)
        if (forms[k]->guard == TN_NONE)
            return; /* behind it nothing is reached, and that has been said */
    for (uint32_t k = 0; k < i; k++)
        claims[k + 1] = claim_of(r, forms[k], TN_TELLS_FALSE);
    if (may_be(r, claims, i + 1))
        return;
    for (uint32_t k = 0; k < i; k++) {
        both[1] = claims[k + 1];
        if (!may_be(r, both, 2)) {
            report(r, forms[i], "this retention never takes part: one before it does",
                   forms[k]);
            return;
        }
    }
    report(r, forms[i],
           "this retention never takes part: those before it leave nothing",
           forms[i - 1]);
}

/* A clause with what it counts from, in canonical words. */
typedef struct sourced {
    const tn_clause *clause;
    tn_str source;
    tn_str whole;
} sourced;

static bool is_same_clock(const tn_reasoning *r, const tn_clause *a, const tn_clause *b)
{
    const tn_module *one = &r->m->ck->model->modules.rows[a->module];
    const tn_module *other = &r->m->ck->model->modules.rows[b->module];
    return one->zone == other->zone && one->whole_days == other->whole_days;
}

/* Does `a`, counted from the same point, never end after `b`? */
static bool is_within(tn_period a, tn_period b)
{
    int32_t from;
    return tn_period_longer(a, b, &from) == TN_LONGER_NEVER;
}

/* What each of a kind comes to where another of it always takes part as well. */
static const char *shadowed_words(const tn_clause *clause, const tn_clause *by)
{
    bool same_limit =
        by->kind == TN_CLAUSE_LIMIT &&
        (clause->kind == TN_CLAUSE_LIMIT || clause->kind == TN_CLAUSE_PLACEMENT_LIMIT);
    if (same_limit && is_within(by->period, clause->period))
        return "this limit never decides: another one is never longer";
    if (clause->kind == TN_CLAUSE_DUTY_PERIOD && by->kind == TN_CLAUSE_DUTY_PERIOD &&
        is_within(clause->period, by->period))
        return "this duty never decides: another one is never shorter";
    if (clause->kind == TN_CLAUSE_ON && by->kind == TN_CLAUSE_ON &&
        is_within(by->period, clause->period) && is_within(by->window, clause->window))
        return "this never decides: another clause deletes on the same event, no later";
    return NULL;
}

/* Of what others wrote only what the module itself writes is its business. */
static bool is_own(const tn_reasoning *r, const tn_clause *clause, const tn_clause *by)
{
    return clause->module == r->m->row.module || clause->module == by->module;
}

static bool is_identical(const tn_clause *a, const tn_clause *b)
{
    return a->kind == b->kind && is_within(a->period, b->period) &&
           is_within(b->period, a->period) && is_within(a->window, b->window) &&
           is_within(b->window, a->window);
}

/* Two without conditions of one module have been compared: that is a contradiction; and
 * one that repeats another is an error. Of two that come to the same, the later never
 * decides. */
static void find_shadowed(tn_reasoning *r, const sourced *rows, uint32_t i, uint32_t k)
{
    const tn_clause *clause = rows[i].clause, *by = rows[k].clause;
    const char *what = i == k ? NULL : shadowed_words(clause, by);
    bool bare = clause->guard == TN_NONE && by->guard == TN_NONE;
    if (what == NULL || !tn_str_equal(rows[i].source, rows[k].source) ||
        !is_same_clock(r, clause, by) || !is_own(r, clause, by) ||
        (bare && clause->module == by->module && clause->kind == by->kind) ||
        tn_str_equal(rows[i].whole, rows[k].whole) ||
        (is_identical(clause, by) && i < k) || !tn_reasoning_implies(r, clause, by))
        return;
    report(r, clause, what, by);
}

static void find_unseen_flag(tn_reasoning *r, const tn_clause *flag,
                             const tn_clause *hold)
{
    if (flag->kind == TN_CLAUSE_FLAG && hold->kind == TN_CLAUSE_HOLD &&
        is_own(r, flag, hold) && tn_reasoning_implies(r, flag, hold))
        report(r, flag, "this never flags: what it looks for is held", hold);
}

/* Nothing is left to be redacted where the record has gone by then. A duty may keep it.
 */
static void find_late_redaction(tn_reasoning *r, const sourced *redact,
                                const sourced *by, uint32_t form_count)
{
    bool ends = by->clause->kind == TN_CLAUSE_LIMIT ||
                (by->clause->kind == TN_CLAUSE_RETAIN_PERIOD && form_count == 1);
    if (redact->clause->kind != TN_CLAUSE_REDACT || !ends ||
        by->clause->guard != TN_NONE || !tn_str_equal(redact->source, by->source) ||
        !is_same_clock(r, redact->clause, by->clause) ||
        !is_own(r, redact->clause, by->clause) ||
        !is_within(by->clause->period, redact->clause->period))
        return;
    report(r, redact->clause, "this redacts nothing: the record has gone by then",
           by->clause);
}

/* A limit of the whole category may be there to be safe; that of one copy is there to
 * be shorter. */
static void find_idle_copy(tn_reasoning *r, const sourced *copy, const sourced *by,
                           uint32_t form_count)
{
    int32_t from;
    if (copy->clause->kind != TN_CLAUSE_PLACEMENT_LIMIT ||
        by->clause->kind != TN_CLAUSE_RETAIN_PERIOD || form_count != 1 ||
        by->clause->guard != TN_NONE || !tn_str_equal(copy->source, by->source) ||
        !is_same_clock(r, copy->clause, by->clause) ||
        !is_own(r, copy->clause, by->clause) ||
        tn_period_longer(copy->clause->period, by->clause->period, &from) !=
            TN_LONGER_ALWAYS)
        return;
    report(r, copy->clause,
           "this limit of a copy never decides: the record is due before", by->clause);
}

/* --- all clauses */

static tn_status take(tn_reasoning *r, tn_buf *words, tn_str *out)
{
    TN_TRY(tn_buf_status(words));
    *out = tn_arena_copy(r->m->ck->arena, tn_buf_view(words));
    tn_buf_reset(words);
    return out->data == NULL ? TN_NOMEM : TN_OK;
}

static tn_status read_words(tn_reasoning *r, const tn_clause *clause, tn_buf *words,
                            sourced *out)
{
    out->clause = clause;
    tn_clause_put_source(r->m, clause, words);
    TN_TRY(take(r, words, &out->source));
    tn_clause_put_whole(r->m, clause, words);
    return take(r, words, &out->whole);
}

static void compare(tn_reasoning *r, const sourced *rows, uint32_t count,
                    uint32_t form_count)
{
    bool duties = false;
    for (uint32_t i = 0; i < count; i++)
        duties |= rows[i].clause->kind == TN_CLAUSE_DUTY_PERIOD ||
                  rows[i].clause->kind == TN_CLAUSE_DUTY_UNTIL;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < count; k++) {
            find_shadowed(r, rows, i, k);
            find_unseen_flag(r, rows[i].clause, rows[k].clause);
            find_idle_copy(r, &rows[i], &rows[k], form_count);
            if (!duties)
                find_late_redaction(r, &rows[i], &rows[k], form_count);
        }
}

static tn_status collect(tn_reasoning *r, tn_buf *words)
{
    sourced rows[PAIRED_MAX];
    const tn_clause *forms[PAIRED_MAX];
    uint32_t count = 0, form_count = 0;
    for (uint32_t i = 0; i < r->m->row.clauses.count && i < PAIRED_MAX; i++) {
        const tn_clause *clause =
            &r->m->ck->model->clauses.rows[r->m->row.clauses.first + i];
        bool never = find_constant(r, clause);
        if (is_form(clause->kind)) {
            forms[form_count] = clause;
            if (!never)
                find_shadowed_form(r, forms, form_count);
            form_count++;
        }
        if (!never)
            TN_TRY(read_words(r, clause, words, &rows[count++]));
    }
    compare(r, rows, count, form_count);
    return TN_OK;
}

tn_status tn_shadows_find(tn_reasoning *r)
{
    tn_buf words;
    tn_buf_init(&words, r->m->ck->arena->memory);
    tn_status status = collect(r, &words);
    tn_buf_free(&words);
    return status;
}
