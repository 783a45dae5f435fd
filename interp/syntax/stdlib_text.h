/* stdlib_text: the standard library's modules, as text (made by stdlib/embed.sh).
 * Owns: nothing; const tables. Fails: cannot. Threads: free. */
#ifndef TN_SYNTAX_STDLIB_TEXT_H
#define TN_SYNTAX_STDLIB_TEXT_H

#include "interp/base/str.h"

/* A row of the generated table. */
typedef struct tn_stdlib_text {
    tn_str name; /* "std/gdpr.tenure" */
    const unsigned char *bytes;
    size_t size_bytes;
} tn_stdlib_text;

size_t tn_stdlib_count(void);

/* `index` is below the count. */
tn_str tn_stdlib_name(size_t index);
tn_str tn_stdlib_text_at(size_t index);

#endif
