#include "interp/check/blocks.h"

#include "interp/calendar/instant.h"
#include "interp/check/header.h"
#include "interp/check/marks.h"
#include "interp/check/terms.h"

bool tn_item_is_form(tn_item_kind kind)
{
    return kind == TN_ITEM_RETAIN_PERIOD || kind == TN_ITEM_RETAIN_UNTIL ||
           kind == TN_ITEM_RETAIN_INDEFINITELY;
}

bool tn_item_is_retention(tn_item_kind kind)
{
    return tn_item_is_form(kind) || kind == TN_ITEM_DUTY_PERIOD ||
           kind == TN_ITEM_DUTY_UNTIL || kind == TN_ITEM_LIMIT || kind == TN_ITEM_ON;
}

bool tn_item_is_clause(tn_item_kind kind)
{
    return tn_item_is_retention(kind) || kind == TN_ITEM_REDACT ||
           kind == TN_ITEM_FLAG || kind == TN_ITEM_HOLD;
}

static void report(tn_checker *ck, tn_finding finding, tn_span at, const char *message,
                   const char *help)
{
    tn_diag *diag = tn_diag_add(ck->diags, finding, at, "%s", message);
    tn_diag_help(ck->diags, diag, "%s", help);
}

/* --- tails: one guard, one reason */

static void read_guard(tn_checker *ck, const tn_tail *tail, const tn_tail **first,
                       tn_parts *parts)
{
    if (*first == NULL) {
        *first = tail;
        parts->guard = tail->guard;
        parts->negated = tail->kind == TN_TAIL_UNLESS;
        return;
    }
    parts->broken = true;
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_REPEATED, tail->at,
                                "a clause has one condition");
    tn_diag_help(ck->diags, diag,
                 "join them: `when A && B`, and `unless C` is `when !(C)`");
    tn_diag_other(ck->diags, diag, (*first)->at, "this one comes first");
}

static void read_tails(tn_checker *ck, const tn_item *item, tn_parts *parts)
{
    const tn_tail *guard = NULL;
    const tn_tail *because = NULL;
    for (const tn_tail *tail = item->tail; tail != NULL; tail = tail->next) {
        if (tail->kind != TN_TAIL_BECAUSE) {
            read_guard(ck, tail, &guard, parts);
        } else if (because != NULL) {
            tn_report_repeated(ck->diags, tail->at, because->at, "`because`");
        } else {
            because = tail;
            parts->why = tail->why.text;
        }
    }
    if (guard == NULL && (item->kind == TN_ITEM_FLAG || item->kind == TN_ITEM_HOLD)) {
        parts->broken = true;
        report(ck, TN_FIND_MISPLACED, item->at,
               item->kind == TN_ITEM_FLAG ? "this flags every record"
                                          : "this holds every record",
               item->kind == TN_ITEM_FLAG ? "say which: `flag when CONDITION`"
                                          : "say which: `hold when CONDITION`");
    }
}

/* --- periods */

/* Reads the clauses of one block. */
typedef struct reading {
    tn_checker *ck;
    uint32_t module;
} reading;

static void sum(const reading *r, const tn_term *terms, tn_period *out, tn_parts *parts)
{
    if (!tn_terms_sum(r->ck, &r->ck->scopes.rows[r->module], terms, out))
        parts->broken = true;
}

/* The clause's own period. Where that has a name and the clause states no reason, the
 * reason is what the period is called. */
static void sum_period(const reading *r, const tn_item *item, tn_parts *parts)
{
    sum(r, item->period, &parts->period, parts);
    for (const tn_term *term = item->period; term != NULL; term = term->next)
        if (term->named != NULL && parts->why.len == 0 && !parts->broken)
            parts->why =
                tn_terms_named(r->ck, &r->ck->scopes.rows[r->module], term)->text;
}

/* "1 month", and where it matters "counted from 2024-02-01". */
static void report_within(tn_checker *ck, const tn_timing *timing, tn_longer longer,
                          int32_t from)
{
    char date[TN_DATE_TEXT_MAX];
    tn_date_format(from, date);
    tn_diag *diag =
        tn_diag_add(ck->diags, TN_FIND_WITHIN_BEFORE_AFTER, tn_terms_at(timing->within),
                    "the time to delete is over before the data is due%s%s",
                    longer == TN_LONGER_SOMETIMES ? ", counted from " : "",
                    longer == TN_LONGER_SOMETIMES ? date : "");
    tn_diag_help(
        ck->diags, diag,
        "both count from the event: make `within` at least as long as `after`");
    tn_diag_other(ck->diags, diag, tn_terms_at(timing->after), "it is due after this");
}

static void read_timing(const reading *r, const tn_timing *timing, tn_parts *parts)
{
    tn_checker *ck = r->ck;
    if (timing->after != NULL)
        sum(r, timing->after, &parts->delay, parts);
    if (timing->within != NULL) {
        sum(r, timing->within, &parts->window, parts);
        parts->window_stated = true;
    }
    if (timing->after != NULL && timing->immediately) {
        parts->broken = true;
        report(ck, TN_FIND_MISPLACED, timing->at,
               "`immediately` and `after` contradict each other",
               "leave one of them out");
    }
    if (timing->after == NULL || timing->within == NULL || parts->broken)
        return;
    int32_t from;
    tn_longer longer = tn_period_longer(parts->delay, parts->window, &from);
    if (longer != TN_LONGER_NEVER)
        report_within(ck, timing, longer, from);
}

/* `retain P from A then delete within W`: a period has no delay. */
static void read_period_timing(const reading *r, const tn_timing *timing,
                               tn_parts *parts)
{
    if (timing->after != NULL || timing->immediately) {
        parts->broken = true;
        report(r->ck, TN_FIND_MISPLACED, timing->at,
               timing->after != NULL ? "`after` has no meaning behind a period"
                                     : "`immediately` has no meaning behind a period",
               timing->after != NULL
                   ? "make the period longer: the data is due at its end"
                   : "leave it out: the data is due at the period's end");
        return;
    }
    read_timing(r, timing, parts);
}

/* --- items */

static void read_clause(const reading *r, const tn_item *item, tn_parts *parts)
{
    read_tails(r->ck, item, parts);
    switch (item->kind) {
    case TN_ITEM_RETAIN_PERIOD:
        sum_period(r, item, parts);
        read_period_timing(r, &item->timing, parts);
        break;
    case TN_ITEM_RETAIN_UNTIL:
    case TN_ITEM_ON: read_timing(r, &item->timing, parts); break;
    case TN_ITEM_DUTY_PERIOD:
    case TN_ITEM_LIMIT:
    case TN_ITEM_REDACT: sum_period(r, item, parts); break;
    case TN_ITEM_RETAIN_INDEFINITELY:
    case TN_ITEM_DUTY_UNTIL:
    case TN_ITEM_FLAG:
    case TN_ITEM_HOLD:
    case TN_ITEM_FIELDS:
    case TN_ITEM_PURPOSE:
    case TN_ITEM_BASIS:
    case TN_ITEM_STORED:
    case TN_ITEM_OVERRIDES: break;
    }
}

/* In `every category` stand clauses that can be added to any. */
static void check_every(tn_checker *ck, const tn_item *item, tn_parts *parts)
{
    if (tn_item_is_form(item->kind)) {
        parts->broken = true;
        report(ck, TN_FIND_MISPLACED, item->word_at,
               "a standard does not say how long each category is retained",
               "set bounds: `retain at least`, `retain at most`, `on ... delete`");
    } else if (!tn_item_is_clause(item->kind)) {
        parts->broken = true;
        report(ck, TN_FIND_MISPLACED, item->word_at,
               "this cannot be said of every category",
               "a standard adds duties, limits, `on`, `redact`, `flag` and `hold`");
    }
}

/* Where a block notes an item that may stand in it once; NULL for all else. */
static const tn_item **once(tn_block *block, tn_item_kind kind, const char **word)
{
    switch (kind) {
    case TN_ITEM_FIELDS: *word = "`fields`"; return &block->fields;
    case TN_ITEM_PURPOSE: *word = "`purpose`"; return &block->purpose;
    case TN_ITEM_BASIS: *word = "`basis`"; return &block->basis;
    case TN_ITEM_STORED: *word = "`stored in`"; return &block->stored;
    case TN_ITEM_OVERRIDES: *word = "`overrides retention`"; return &block->overrides;
    case TN_ITEM_RETAIN_PERIOD:
    case TN_ITEM_RETAIN_UNTIL:
    case TN_ITEM_RETAIN_INDEFINITELY:
    case TN_ITEM_DUTY_PERIOD:
    case TN_ITEM_DUTY_UNTIL:
    case TN_ITEM_LIMIT:
    case TN_ITEM_ON:
    case TN_ITEM_REDACT:
    case TN_ITEM_FLAG:
    case TN_ITEM_HOLD: return NULL;
    }
    return NULL;
}

static void note_item(tn_checker *ck, tn_block *block, const tn_item *item)
{
    const char *word = "";
    const tn_item **first = once(block, item->kind, &word);
    if (first != NULL && *first != NULL)
        tn_report_repeated(ck->diags, item->word_at, (*first)->word_at, word);
    else if (first != NULL)
        *first = item;
    block->has_form |= tn_item_is_form(item->kind);
    if (block->retention == NULL && tn_item_is_retention(item->kind))
        block->retention = item;
}

tn_status tn_blocks_read(tn_checker *ck, uint32_t module, const tn_decl *decl,
                         uint32_t *number)
{
    tn_block block = {.module = module, .decl = decl};
    const reading r = {ck, module};
    for (const tn_item *item = decl->items; item != NULL; item = item->next)
        block.part_count++;
    block.parts = tn_arena_take_array(ck->arena, block.part_count, sizeof(tn_parts));
    if (block.parts == NULL)
        return TN_NOMEM;
    tn_parts *parts = block.parts;
    for (const tn_item *item = decl->items; item != NULL; item = item->next, parts++) {
        parts->item = item;
        parts->window = ck->model->modules.rows[module].grace;
        if (decl->kind == TN_DECL_EVERY)
            check_every(ck, item, parts);
        note_item(ck, &block, item);
        read_clause(&r, item, parts);
    }
    tn_marks marks =
        tn_marks_read(ck->diags, decl->marks, TN_MARKED_CATEGORY, TN_FIELD_TYPE_COUNT);
    block.personal = marks.personal;
    block.special = marks.special;
    return tn_checker_add_block(ck, &block, number);
}
