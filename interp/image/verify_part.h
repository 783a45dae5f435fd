/* verify_part: what the two halves of the verifier share: verify.c, which takes bytes
 * apart into rows of known types, and verify_rows.c, which looks at what the rows say.
 *
 * Threads: one at a time. */
#ifndef TN_IMAGE_VERIFY_PART_H
#define TN_IMAGE_VERIFY_PART_H

#include "interp/base/text_map.h"
#include "interp/image/image.h"

typedef struct tn_verifier {
    tn_image *image;
    tn_text_map texts;
    uint32_t row_counts[TN_TABLE_COUNT];
    const char *rows[TN_TABLE_COUNT];
    const char *why; /* NULL as long as nothing is wrong */
} tn_verifier;

/* Notes what is wrong, if it is the first; always false. */
static inline bool tn_verify_refuse(tn_verifier *v, const char *why)
{
    if (v->why == NULL)
        v->why = why;
    return false;
}

/* Do rows whose columns have been checked go together? */
bool tn_verify_rows(tn_verifier *v);

#endif
