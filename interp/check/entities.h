/* entities: whoever's acts move retention, with their events and attributes.
 *
 * Owns: nothing. Fails: NOMEM; what is wrong is reported. Threads: one check, one
 * thread. */
#ifndef TN_CHECK_ENTITIES_H
#define TN_CHECK_ENTITIES_H

#include "interp/check/checker.h"

TN_MUST_USE tn_status tn_entities_declare(tn_checker *ck, uint32_t module,
                                          const tn_decl *decl);

/* hold, hold_from, hold_until: what facts carry beside events and attributes. */
typedef enum tn_hold_word {
    TN_WORD_HOLD,
    TN_WORD_HOLD_FROM,
    TN_WORD_HOLD_UNTIL,
    TN_WORD_NO_HOLD
} tn_hold_word;

tn_hold_word tn_hold_word_find(tn_str name);

#endif
