#include "interp/check/clause_text.h"

static void put_number(tn_buf *buf, char tag, uint32_t number)
{
    tn_buf_put_char(buf, tag);
    tn_buf_put_uint(buf, number);
}

static void put_period(tn_buf *buf, char tag, tn_period period)
{
    char text[TN_PERIOD_TEXT_MAX];
    size_t len = tn_period_format(period, text);
    tn_buf_put_char(buf, tag);
    tn_buf_put(buf, (tn_str){text, len});
}

/* Slots in ascending order, whatever the order written: their number is small, and none
 * is there twice. */
static void put_slots(tn_buf *buf, const uint32_t *rows, tn_range range)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < range.count; i++) {
        uint32_t least = TN_NONE;
        for (uint32_t j = range.first; j < range.first + range.count; j++)
            if (rows[j] >= next && rows[j] < least)
                least = rows[j];
        put_number(buf, 's', least);
        next = least + 1;
    }
}

void tn_clause_put_source(const tn_making *m, const tn_clause *clause, tn_buf *buf)
{
    const tn_model *model = m->ck->model;
    if (clause->event_slot != TN_NONE)
        put_number(buf, 'e', clause->event_slot);
    if (clause->anchor == TN_NONE)
        return;
    const tn_model_anchor *anchor = &model->anchors.rows[clause->anchor];
    put_number(buf, 'r', (uint32_t)anchor->rounding);
    put_number(buf, 'o', (uint32_t)anchor->op);
    put_slots(buf, model->anchor_slots.rows, anchor->members);
}

static void put_redacted(tn_buf *buf, const tn_model *model, tn_range range)
{
    for (uint32_t i = 0; i < range.count; i++)
        put_number(buf, 's', model->redact_slots.rows[range.first + i]);
}

static void put_expr(const tn_making *m, tn_buf *buf, char tag, const tn_expr *expr)
{
    tn_buf_put_char(buf, tag);
    if (expr != NULL)
        tn_buf_put(buf, tn_source_slice(m->ck->sources, expr->at));
}

static const tn_expr *guard_of(const tn_item *item)
{
    for (const tn_tail *tail = item->tail; tail != NULL; tail = tail->next)
        if (tail->kind != TN_TAIL_BECAUSE)
            return tail->guard;
    return NULL;
}

void tn_clause_put_whole(const tn_making *m, const tn_clause *clause, tn_buf *buf)
{
    put_number(buf, 'k', (uint32_t)clause->kind);
    put_number(buf, 'm', clause->module);
    tn_clause_put_source(m, clause, buf);
    put_period(buf, 'p', clause->period);
    put_period(buf, 'w', clause->window);
    put_number(buf, 'n', clause->negated);
    put_number(buf, 'l', clause->placement);
    put_redacted(buf, m->ck->model, clause->redact_fields);
    if (clause->item != NULL) {
        put_expr(m, buf, 't', clause->item->to);
        put_expr(m, buf, 'g', guard_of(clause->item));
    }
}
