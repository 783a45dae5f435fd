/* category: a draft resolved into a row of the model, aspect by aspect.
 *
 * Owns: nothing. Fails: NOMEM; what is wrong is reported, and the row is as whole as it
 * could be made. Threads: one check, one thread. */
#ifndef TN_CHECK_CATEGORY_H
#define TN_CHECK_CATEGORY_H

#include "interp/check/merge.h"
#include "interp/check/slots.h"

/* Who reads a slot, so that it must not be redacted. */
typedef struct tn_reading {
    const char *what; /* "an anchor"; NULL: nobody does */
    tn_span at;
} tn_reading;

/* A category in the making. */
typedef struct tn_making {
    tn_checker *ck;
    const tn_draft *draft;
    const char *foreign; /* how a clause of another module calls the category */
    tn_category row;
    tn_slots slots;
    bool *untyped;        /* per field: its type is not known, and that has been said */
    tn_reading *readings; /* per slot */
    bool *is_read;        /* per slot, by the guard at hand */
    bool *is_redacted;    /* per slot, by the clause at hand */
    bool broken_retention; /* an error in a retention clause has been reported */
} tn_making;

/* Decides every draft of a module, but for those of a standard that only bound others.
 */
TN_MUST_USE tn_status tn_categories_make(tn_checker *ck, uint32_t module);

#endif
