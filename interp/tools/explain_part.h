/* explain_part: what the files of an explanation share; not for others.
 * Owns: nothing; appends to the explainer's buffer. */
#ifndef TN_TOOLS_EXPLAIN_PART_H
#define TN_TOOLS_EXPLAIN_PART_H

#include "interp/calendar/instant.h"
#include "interp/calendar/period.h"
#include "interp/tools/explain.h"

typedef struct explainer {
    const tn_explained *of;
    const tn_image *image;
    const tn_img_category *category;
    const tn_clause_result *results; /* one a clause of the category */
    tn_buf *buf;
} explainer;

/* What stands left of everything: the heading of a part, or nothing. */
enum { INDENT = 17 };

static inline void put_heading(explainer *e, const char *heading)
{
    size_t len = tn_str_from(heading).len;
    tn_buf_put_text(e->buf, heading);
    tn_buf_put_repeated(e->buf, ' ', len < INDENT ? INDENT - len : 1);
}

static inline void put_instant(explainer *e, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_buf_put(e->buf, (tn_str){text, tn_instant_format(t, text)});
}

static inline void put_period(explainer *e, tn_period period)
{
    char text[TN_PERIOD_TEXT_MAX];
    tn_buf_put(e->buf, (tn_str){text, tn_period_format(period, text)});
}

static inline void put_slot(explainer *e, uint32_t slot)
{
    tn_explain_slot(e->buf, e->image, e->of->category, slot);
}

static inline const tn_img_clause *clause_row(const explainer *e, uint32_t i)
{
    return &e->image->clauses[e->category->clauses.first + i];
}

/* Clause `i` of the category as it is written, and where (explain_clause.c). */
void tn_explain_clause(explainer *e, uint32_t i);
/* What it came to: its arithmetic, or why it decides nothing. */
void tn_explain_state(explainer *e, uint32_t i);

#endif
