/* vector: conditions over columns, a block of records at a time.
 *
 * What compares, computes with ints and doubles, asks about texts, and combines that by
 * !, && and || is evaluated node by node for all records of a block: truths of three
 * values, in which an error, or what is no bool, is unknown. That is what the evaluator
 * comes to (guard.h). All else is left to it, record by record: an expression of other
 * nodes, a column of another layout, a text so long that the budget could end.
 *
 * Owns: a vector its room, until tn_cel_vector_free; borrows the program. Fails: NOMEM,
 * UNSUPPORTED. Threads: one at a time. */
#ifndef TN_CEL_VECTOR_H
#define TN_CEL_VECTOR_H

#include "interp/cel/eval.h"
#include "interp/record/array.h"

enum { TN_CEL_BLOCK = 1024 };

typedef struct tn_cel_vector tn_cel_vector;

/* The value of a slot of the block's record `i`, of its declared type, null or
 * unreadable. */
typedef void tn_cel_slot_value(void *user, uint32_t slot, uint32_t i, tn_value *out);

typedef struct tn_cel_block {
    const tn_array *const *arrays; /* of the slots below array_count, proven; NULL: all
                                      are null */
    uint32_t array_count;
    tn_cel_slot_value *value; /* of any slot, where no array can be read as it lies */
    void *user;
    int64_t start;  /* the first record of the block in the arrays */
    uint32_t count; /* at most TN_CEL_BLOCK */
} tn_cel_block;

/* For expression `expr`, whose slots are declared to be of `kinds`: BOOL, INT, DOUBLE,
 * STRING, TIMESTAMP, or anything else. UNSUPPORTED where its nodes are not among those
 * above. */
TN_MUST_USE tn_status tn_cel_vector_new(const tn_cel_program *program, uint32_t expr,
                                        const tn_kind *kinds, uint64_t budget,
                                        tn_cel_vector **out);
void tn_cel_vector_free(tn_cel_vector *vector);

/* Before blocks of other arrays: what was kept of the last ones is forgotten. */
void tn_cel_vector_forget(tn_cel_vector *vector);

/* Sets truth[i] to the tn_cel_truth of each record of the block, and may write up to
 * TN_CEL_BLOCK of them. False: it can't be told here. */
TN_MUST_USE bool tn_cel_vector_test(tn_cel_vector *vector, const tn_cel_block *block,
                                    uint8_t *truth);

#endif
