/* rivals: tests that cannot all pass, since they give one record at one instant with
 * the same facts and expect different verdicts of it.
 *
 * Values are compared as they are written, whatever the order of their names: what is
 * written in two ways is not compared.
 *
 * Owns: its map, until tn_rivals_free. Fails: NOMEM. Threads: one check, one thread. */
#ifndef TN_CHECK_RIVALS_H
#define TN_CHECK_RIVALS_H

#include "interp/check/checker.h"

typedef struct tn_rivals {
    tn_checker *ck;
    tn_map seen; /* a test in canonical words: its row in the model */
    tn_buf words;
} tn_rivals;

void tn_rivals_init(tn_rivals *rivals, tn_checker *ck);
void tn_rivals_free(tn_rivals *rivals);

/* The test in the model's last row, as it is declared. */
TN_MUST_USE tn_status tn_rivals_add(tn_rivals *rivals, const tn_decl *decl);

#endif
