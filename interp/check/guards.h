/* guards: conditions over the slots of a category, or of an entity.
 *
 * They speak of fields and facts (slots.h) and of tables, by the name that the module
 * sees or the full one. `now` is refused: time enters through the clauses alone.
 *
 * Owns: nothing. Fails: NOMEM; what is wrong is reported. Threads: one check, one
 * thread. */
#ifndef TN_CHECK_GUARDS_H
#define TN_CHECK_GUARDS_H

#include "interp/check/slots.h"

typedef struct tn_guard_place {
    const tn_slots *slots;
    uint32_t module; /* whose names are seen */
    bool *is_read;   /* per slot: set where the expression reads it; NULL: not asked */
} tn_guard_place;

/* `want` NULL: any type. The result's `expr` is TN_NONE after a diagnostic. */
TN_MUST_USE tn_status tn_guards_compile(const tn_guard_place *place,
                                        const tn_expr *expr, const tn_type *want,
                                        tn_cel_compiled *out);

#endif
