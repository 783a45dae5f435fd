/* disasm: an image as text, table by table, from the same description that verifies it.
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM. Threads: free. */
#ifndef TN_IMAGE_DISASM_H
#define TN_IMAGE_DISASM_H

#include "interp/image/image.h"

TN_MUST_USE tn_status tn_image_disasm(const tn_image *image, tn_buf *out);

#endif
