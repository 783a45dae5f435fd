/* init: a first policy, and a deployment of it, for stores that are there already.
 *
 * Written is what can be seen: objects as categories, columns as fields with types, how
 * values are encoded, what periods could count from. What is probably personal data is
 * marked, and each such mark is called a guess. What nobody can see (purpose, basis,
 * how long) is left open, so that `tenure check` lists it. Names from the store are
 * data: none of them can become a word of the policy.
 *
 * Owns: nothing; appends to the caller's buffers. Fails: NOMEM, remembered by them.
 * Threads: free. */
#ifndef TN_TOOLS_INIT_H
#define TN_TOOLS_INIT_H

#include "interp/tools/survey.h"

typedef struct tn_init {
    tn_str module; /* its name, a plain one */
    tn_str kind;   /* of the store, as a deployment names it */
    tn_str where;  /* its location; with `is_env` the variable that has it */
    bool is_env;
    const tn_survey *surveys; /* one for each category */
    uint32_t count;
} tn_init;

/* Can `text` be a name of the language without quotes? */
bool tn_init_is_plain(tn_str text);

/* Has it columns, and none that a field could be called after? */
bool tn_init_is_unusable(const tn_survey *survey);

void tn_init_module(tn_buf *out, const tn_init *init);
void tn_init_deployment(tn_buf *out, const tn_init *init);

#endif
