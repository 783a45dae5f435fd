/* stdlib_text: the standard library's modules, as text (made by stdlib/embed.sh).
 * Owns: nothing; const tables. Fails: by NULL. Threads: free. */
#ifndef TN_SYNTAX_STDLIB_TEXT_H
#define TN_SYNTAX_STDLIB_TEXT_H

#include "interp/base/str.h"

typedef struct tn_stdlib_module {
    tn_str name; /* std.gdpr */
    tn_str path; /* std/gdpr.tenure: what messages call it */
    tn_str text;
} tn_stdlib_module;

/* All of them, in alphabetical order. */
const tn_stdlib_module *tn_stdlib_modules(size_t *count);

/* NULL where there is none of that name. */
const tn_stdlib_module *tn_stdlib_find(tn_str name);

#endif
