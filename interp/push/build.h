/* build: what the files that make a table share. Not for other rooms: they use table.h.
 *
 * A NULL predicate is one that there was no memory for; all pass it on.
 *
 * Owns: see table.h. */
#ifndef TN_PUSH_BUILD_H
#define TN_PUSH_BUILD_H

#include "interp/cel/program.h"
#include "interp/push/table.h"

typedef struct tn_push_build {
    const tn_push_input *input;
    const tn_image *image;
    const tn_img_category *category;
    const tn_cel_program *program;
    tn_arena *arena;
} tn_push_build;

/* Shorthands. */
static inline const tn_pred *push_and(tn_push_build *b, const tn_pred *x,
                                      const tn_pred *y)
{
    return tn_pred_and(b->arena, x, y);
}
static inline const tn_pred *push_or(tn_push_build *b, const tn_pred *x,
                                     const tn_pred *y)
{
    return tn_pred_or(b->arena, x, y);
}
static inline const tn_pred *push_not(tn_push_build *b, const tn_pred *x)
{
    return tn_pred_not(b->arena, x);
}
/* TRUE where `x` is certain, whichever; else UNSURE. */
static inline const tn_pred *push_sure(tn_push_build *b, const tn_pred *x)
{
    return push_or(b, x, push_not(b, x));
}

/* --- guard.c: conditions */

/* A simple condition over the category's slots, or, with `columns`, over those; another
 * one is UNSURE. */
const tn_pred *push_guard(tn_push_build *b, uint32_t expr,
                          const tn_push_subject *columns);

/* --- facts.c: what is known of entities, as sets of keys */

/* Are the facts known of all the record's entities, and nothing about them in doubt? */
const tn_pred *push_entities_known(tn_push_build *b);
const tn_pred *push_held_by_entity(tn_push_build *b);

/* Which of the category's entities slot `slot` belongs to, and which fact; false: it is
 * a field. */
bool push_fact_of_slot(const tn_push_build *b, uint32_t slot, uint32_t *of,
                       uint32_t *fact);

/* What a fact has to be, for those who choose keys by it; a bound, of kind TIMESTAMP or
 * DATE, may come with it. */
typedef bool push_choose(void *user, const tn_value *fact, tn_value *up_to);

/* The records whose entity `of` has a fact that is chosen; `bounded` NULL: bounds are
 * not used. Of a key that is null where the entity is optional, or where nothing is
 * known to have happened, the fact is null. */
const tn_pred *push_keys(tn_push_build *b, uint32_t slot, push_choose *choose,
                         void *user, const tn_pred_column *bounded);

/* --- steps.c: when what is kept falls due */

/* Gives each clock of the table its cutoffs. NOMEM. */
TN_MUST_USE tn_status push_add_steps(const tn_push_build *b, tn_push_table *out);

#endif
