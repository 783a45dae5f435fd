/* search_clause: what a server is asked of documents, as a tree of two values, and made
 * small: what is known of the documents at hand need not be asked again.
 *
 *   op        documents that
 *   NONE ALL  none; all
 *   AND OR    all parts; one of them
 *   RANGE     have a value of the column from `first` to `last`, in the index's own
 *             ticks (milliseconds, nanoseconds) or, of a whole number, itself
 *   EXISTS    have a value of the column
 *   MISSING   have none
 *   LEAF      are certainly so, or with `truth` false certainly not so, as the
 *             predicate's leaf says
 *   SOUND     have no field that was ignored when they were indexed
 *
 * Simplifying never changes which documents of those at hand are meant.
 *
 * Owns: nodes lie in the caller's arena. Fails: NOMEM, as a NULL node; each function
 * takes NULL nodes and passes them on. Threads: a tree is read freely. */
#ifndef TN_STORE_SEARCH_CLAUSE_H
#define TN_STORE_SEARCH_CLAUSE_H

#include "interp/push/predicate.h"

typedef enum tn_ask {
    TN_ASK_NONE,
    TN_ASK_ALL,
    TN_ASK_AND,
    TN_ASK_OR,
    TN_ASK_RANGE,
    TN_ASK_EXISTS,
    TN_ASK_MISSING,
    TN_ASK_LEAF,
    TN_ASK_SOUND
} tn_ask;

typedef struct tn_search_clause tn_search_clause;
struct tn_search_clause {
    tn_ask op;
    const tn_search_clause *const *parts; /* AND, OR */
    uint32_t part_count;
    uint32_t column; /* of the request */
    int64_t first;
    int64_t last;
    const tn_pred *leaf;
    bool truth;
    bool has_value; /* LEAF: those documents have a value of the column */
};

/* What is known of documents: clauses that all hold. NULL: nothing. */
typedef struct tn_search_known tn_search_known;
struct tn_search_known {
    const tn_search_clause *clause;
    const tn_search_known *next;
};

const tn_search_clause *tn_search_constant(bool all);

/* AND, or OR, of two. */
const tn_search_clause *tn_search_join(tn_arena *arena, tn_ask op,
                                       const tn_search_clause *a,
                                       const tn_search_clause *b);

/* The same documents of those of which `known` holds. */
const tn_search_clause *tn_search_simplify(tn_arena *arena,
                                           const tn_search_clause *clause,
                                           const tn_search_known *known);

/* `known`, and that the clause holds. False: NOMEM. */
TN_MUST_USE bool tn_search_assume(tn_arena *arena, const tn_search_clause *clause,
                                  const tn_search_known **known);

/* Is there a value of the column in all of them? */
bool tn_search_is_there(uint32_t column, const tn_search_known *known);

#endif
