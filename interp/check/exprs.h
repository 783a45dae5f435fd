/* exprs: expressions of a policy made into code, in what they may speak of there.
 *
 * Owns: nothing; code goes into the model's builder. Fails: NOMEM; LIMIT (more code
 * than fits); what is wrong in an expression is reported. Threads: one check, one
 * thread. */
#ifndef TN_CHECK_EXPRS_H
#define TN_CHECK_EXPRS_H

#include "interp/cel/check.h"
#include "interp/check/checker.h"

enum { TN_MISTAKES_MAX = 8 };

/* Who looks up the names of an expression, and what became of that. Owns `held` until
 * tn_reader_free. */
typedef struct tn_reader {
    tn_checker *ck;
    bool (*find)(struct tn_reader *reader, tn_str dotted, tn_cel_decl *out);
    void (*each)(struct tn_reader *reader, tn_cel_name_fn *visit, void *to);
    void *host;    /* what `find` looks at */
    tn_diags held; /* about names: these are looked up without a place, which is found
                      once the expression has been read */
    tn_str mistakes[TN_MISTAKES_MAX]; /* the name that each of them is about */
    bool silenced; /* a name was let pass that an error elsewhere explains */
} tn_reader;

void tn_reader_init(tn_reader *reader, tn_checker *ck, void *host);
void tn_reader_free(tn_reader *reader);

/* For `find`: the name is a mistake, and is taken for something unknown. True if it
 * has not been said yet: exactly one diagnostic, nowhere, is then to be added to
 * `held`. */
bool tn_reader_mistake(tn_reader *reader, tn_str name, tn_cel_decl *out);

/* For `find`: nothing should be said about the name. Always true. */
bool tn_reader_silence(tn_reader *reader, tn_cel_decl *out);

/* Compiles an expression that must be of type `want` (NULL: any). The result's `expr`
 * is TN_NONE after a diagnostic. */
TN_MUST_USE tn_status tn_exprs_compile(tn_reader *reader, const tn_expr *expr,
                                       const tn_type *want, tn_cel_compiled *out);

/* The value of an expression that speaks of nothing and is always the same, in the
 * builder's arena; NULL after a diagnostic. Leaves no code behind. */
TN_MUST_USE tn_status tn_exprs_constant(tn_checker *ck, const tn_expr *expr,
                                        const tn_value **value, const tn_type **type);

/* Does it stand in the place of what could not be read? */
bool tn_expr_is_broken(const tn_expr *expr);

#endif
