/* image_use: all that a host can do with an image, for images that nobody vouches for.
 *
 * Loads the bytes; where they are let in, reads the model, and decides and explains a
 * record without values and one with, and a batch, in every category and placement.
 * What passes must be harmless: the sanitizers watch, memory is counted.
 *
 * Owns: nothing. Threads: one. */
#ifndef TN_TESTS_SUPPORT_IMAGE_USE_H
#define TN_TESTS_SUPPORT_IMAGE_USE_H

#include "interp/include/tenure.h"

typedef struct image_use {
    tn_status status;  /* of loading */
    char why[256];     /* what was reported; empty: nothing */
    size_t peak_bytes; /* of memory at once, batches included */
    size_t load_bytes; /* the same of loading alone */
    size_t left_bytes; /* not given back: 0, or something is wrong */
    bool failed;       /* a call failed that can't, or a limit was passed */
} image_use;

/* What loading may take for each byte of the image; and using it beside, for each byte,
 * and for the blocks of a batch and its table of combinations, whose size is bounded.
 */
enum { TEST_LOAD_PER_BYTE = 4, TEST_USE_PER_BYTE = 40, TEST_USE_BASE = 16 << 20 };

/* Uses at most `most` categories. */
image_use test_use_image(tn_str bytes, uint32_t most);

#endif
