/* guess: what a column probably is, by its name, its declared type and a sample of its
 * values. For a first draft that a person reads: a guess is never more than that, and
 * is written down as one.
 *
 * Owns: nothing; texts are static. Fails: cannot. Threads: free. */
#ifndef TN_TOOLS_GUESS_H
#define TN_TOOLS_GUESS_H

#include "interp/tools/survey.h"

typedef enum tn_sensitivity {
    TN_NOT_PERSONAL,
    TN_PERSONAL,
    TN_SPECIAL /* GDPR Art. 9 */
} tn_sensitivity;

typedef struct tn_guess {
    tn_field_type type;
    tn_encoding encoding;
    bool absent_zero; /* 0 stands for null among its numbers */
    bool is_instant;  /* a period can count from it */
    uint32_t created; /* how well its name says when the record was made; 0: not */
    tn_sensitivity sensitivity;
    const char *looks_like; /* why it is sensitive, "an e-mail address"; NULL */
    const char *data_type;  /* the type of std.dpv for that; NULL */
} tn_guess;

tn_guess tn_guess_column(const tn_surveyed *column);

#endif
