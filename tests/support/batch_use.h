/* batch_use: a batch of a few rows for any category of any image, decided.
 *
 * Owns: nothing. Threads: one. */
#ifndef TN_TESTS_SUPPORT_BATCH_USE_H
#define TN_TESTS_SUPPORT_BATCH_USE_H

#include "interp/include/tenure.h"

/* Decides rows without values and with, all columns of verdicts wanted. A batch may be
 * refused, in words, since an image may name fields as it likes; all else that fails is
 * returned. */
tn_status test_use_batch(const tenure_run *run, uint32_t category, uint32_t placement);

#endif
