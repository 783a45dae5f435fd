/* batch_kernels: the loops of a batch, each over a block of records.
 *
 * Blocks have one size, known when this is compiled, and arrays do not overlap, so that
 * compilers vectorise at -O2. Where the machine has more than the least that a compiler
 * may count on, `tn_batch_kernels_best` gives loops that were compiled for it.
 *
 * Owns: nothing. Fails: cannot. Threads: free. */
#ifndef TN_DECIDE_BATCH_KERNELS_H
#define TN_DECIDE_BATCH_KERNELS_H

#include "interp/base/str.h"

enum { TN_BLOCK = 1024, TN_BREAKS_MAX = 240 };

/* What a combination of cases comes to. */
typedef struct tn_memo_entry {
    uint8_t decision;
    uint8_t reason;
    uint8_t state; /* a memo_state of batcher.h */
    uint8_t late;  /* 1: overdue; 2: conflict; 4: there are doubts */
    uint32_t clause;
} tn_memo_entry;

typedef struct tn_batch_kernels {
    const char *name;
    /* classes[i] = first + how many of `breaks` are below values[i]. */
    void (*classify)(const int64_t *values, const int64_t *breaks, uint32_t count,
                     uint32_t first, uint64_t *classes);
    /* codes[i] += classes[i] * stride. */
    void (*add_wide)(const uint64_t *classes, uint32_t stride, uint32_t *codes);
    void (*add_codes)(const uint8_t *classes, uint32_t stride, uint32_t *codes);
    /* codes[i] += stride where a[i] > b[i]. */
    void (*add_later)(const int64_t *a, const int64_t *b, uint32_t stride,
                      uint32_t *codes);
} tn_batch_kernels;

const tn_batch_kernels *tn_batch_kernels_plain(void);
const tn_batch_kernels *tn_batch_kernels_best(void);

#endif
