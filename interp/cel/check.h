/* check: an expression, checked, its macros expanded, folded, made into code.
 *
 * Gradual: types come from declarations and literals, dyn where nothing is known.
 * Checking may refuse an expression; it never changes what one results in.
 *
 * Owns: nothing; the code goes into the builder, types into its arena. Fails: INVALID
 * with diagnostics; NOMEM; LIMIT (depth, size) with a diagnostic. Threads: a builder
 * each. */
#ifndef TN_CEL_CHECK_H
#define TN_CEL_CHECK_H

#include "interp/cel/code.h"
#include "interp/cel/env.h"
#include "interp/syntax/ast.h"

typedef struct tn_cel_compiled {
    uint32_t expr;            /* its number in the builder */
    const tn_type *type;      /* borrowed: static or in the builder's arena */
    const tn_value *constant; /* what it always results in; NULL: it depends */
    const tn_value *failure;  /* the error it always ends in; NULL: none is known */
    tn_span failure_at;       /* what of it does */
    uint32_t cost;            /* worst case in steps; UINT32_MAX: more than that */
} tn_cel_compiled;

TN_MUST_USE tn_status tn_cel_compile(const tn_cel_env *env, const tn_expr *expr,
                                     tn_cel_builder *builder, tn_diags *diags,
                                     tn_cel_compiled *out);

#endif
