/* regex: RE2's regular expressions (linear time; no backtracking, no look-around),
 * behind a C interface. The one C++ file of this room is regex.cc.
 *
 * Owns: a pattern until tn_regex_free. Fails: NULL for a pattern that is invalid,
 * larger than TN_CEL_MAX_PATTERN_BYTES or needs more memory than TN_REGEX_MAX_BYTES.
 * Threads: a pattern is shared freely. */
#ifndef TN_CEL_REGEX_H
#define TN_CEL_REGEX_H

#include "interp/include/tenure.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* For one compiled pattern and its automaton's states. */
enum { TN_REGEX_MAX_BYTES = 1 << 20 };

/* For all patterns of one program: compiling them takes a second and some tens of
 * megabytes, whoever wrote them. */
enum { TN_REGEX_MAX_STATES = 1 << 20 };

typedef struct tn_regex tn_regex;

tn_regex *tn_regex_new(tn_str pattern);
void tn_regex_free(tn_regex *regex);

typedef enum tn_regex_result {
    TN_REGEX_NO,
    TN_REGEX_YES,
    TN_REGEX_NO_MEMORY
} tn_regex_result;

/* Does the pattern match anywhere in `text`? */
tn_regex_result tn_regex_match(const tn_regex *regex, tn_str text);

/* How many states a pattern's text shows, the same for every RE2. */
uint64_t tn_regex_weight(tn_str pattern);

/* What compiling a pattern costs in steps, and what matching against a text does: an
 * automaton takes eight bytes a step, but falls back to following all states where it
 * has too many, so that they count. */
static inline uint64_t tn_regex_compile_steps(uint64_t weight)
{
    return 2000 + weight * 64;
}

static inline uint64_t tn_regex_match_steps(uint64_t weight, uint64_t text_bytes)
{
    return text_bytes / 8 * (1 + weight / 64);
}

/* The latter for a compiled pattern. */
uint64_t tn_regex_steps(const tn_regex *regex, size_t text_bytes);

#ifdef __cplusplus
}
#endif

#endif
