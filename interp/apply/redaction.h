/* redaction: which columns a category's `redact` clauses change, and into what.
 *
 * Owns: a redactor its machine, until close; lists lie in the caller's arena. Fails:
 * NOMEM; INVALID (a replacement can't be computed, or not written as the column is).
 * Threads: one at a time. */
#ifndef TN_APPLY_REDACTION_H
#define TN_APPLY_REDACTION_H

#include "interp/apply/row_judge.h"
#include "interp/store/erase.h"

/* Has the category a `redact` clause? */
bool tn_redaction_is_asked(const tn_image *image, uint32_t category);

/* The columns that may change, each once, in the order of fields. */
TN_MUST_USE tn_status tn_redaction_columns(const tn_image *image, const tn_bound *bound,
                                           tn_arena *arena, const tn_erase_column **out,
                                           uint32_t *count);

/* A sentence where a field is no column of its own; else empty. */
TN_MUST_USE tn_status tn_redaction_obstacle(const tn_image *image,
                                            const tn_bound *bound, tn_arena *arena,
                                            tn_str *out);

typedef struct tn_redactor {
    const tn_eval *eval;
    const tn_bound *bound;
    tn_row_judge *judge;
    const tn_erase_column *columns;
    uint32_t column_count;
    uint32_t *field_columns; /* for each field: its number in columns; TN_NONE */
    tn_arena arena;          /* arrays */
    tn_arena scratch;        /* of the machine */
    tn_cel_machine *machine;
    tn_erase_change *changes; /* of the last row */
} tn_redactor;

TN_MUST_USE tn_status tn_redactor_open(tn_redactor *redactor, tn_row_judge *judge,
                                       const tn_eval *eval, const tn_bound *bound);
void tn_redactor_close(tn_redactor *redactor);

/* What is to be changed in a row that was just decided on (with TN_WANT_REDACT):
 * what is to go at both instants and is not gone yet. */
TN_MUST_USE tn_status tn_redactor_choose(tn_redactor *redactor, const tn_store_row *row,
                                         const tn_row_verdict *verdict,
                                         tn_erase_choice *out);

#endif
