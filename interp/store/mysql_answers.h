/* mysql_answers: what a server is asked of a row to tell its case, and what the answers
 * come to.
 *
 * The server answers each leaf of the predicates once; what trees of leaves make of the
 * answers is worked out here, answer by answer and not row by row.
 *
 * Owns: nothing; borrows the predicates. Fails: no. Threads: free. */
#ifndef TN_STORE_MYSQL_ANSWERS_H
#define TN_STORE_MYSQL_ANSWERS_H

#include "interp/push/table.h"

/* More keys than this in all are not worth sending. */
enum { TN_MYSQL_RENDER_KEYS_MAX = 20000 };
uint64_t tn_mysql_key_count(const tn_pred *pred);
bool tn_mysql_is_renderable(const tn_push_table *table);

enum {
    TN_MYSQL_LEAVES_IN_WORD = 30, /* two bits each, in a BIGINT */
    TN_MYSQL_WORDS_MAX = 4,
    TN_MYSQL_LEAVES_MAX = TN_MYSQL_LEAVES_IN_WORD * TN_MYSQL_WORDS_MAX
};

/* What is asked of a row, each thing once however often predicates speak of it. */
typedef struct tn_mysql_leaves {
    const tn_pred *list[TN_MYSQL_LEAVES_MAX];
    uint32_t count;
    bool overflows;
    /* Of each column that is compared: is it null, readable, or neither? Asked once, so
     * that a comparison is a comparison alone. */
    tn_pred states[TN_MYSQL_LEAVES_MAX];
    uint32_t state_count;
} tn_mysql_leaves;

/* Adds those of `pred` that are not there yet. */
void tn_mysql_collect(tn_mysql_leaves *leaves, const tn_pred *pred);

/* The answers to all leaves: two bits each, 0, 1 or 2 for unsure. */
typedef struct tn_mysql_answers {
    int64_t words[TN_MYSQL_WORDS_MAX];
} tn_mysql_answers;

uint32_t tn_mysql_word_count(const tn_mysql_leaves *leaves);
/* What a tree comes to under these answers. */
tn_pred_truth tn_mysql_answer(const tn_mysql_leaves *leaves, const tn_pred *pred,
                              const tn_mysql_answers *answers);

#endif
