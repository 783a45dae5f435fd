/* front: what the files of the compilation share. check.c asks for each expression the
 * file that knows its kind (literals, operators, select, calls, macros); these use
 * names and overloads, and make nodes by ir and fold; cost and emit come last.
 *
 * A function that gives NULL has failed for want of memory or because of a limit, and
 * said which in `status`. What is wrong in the text becomes a diagnostic and a FAIL
 * node, so that one run finds everything.
 *
 * Owns: the arena of the nodes. Threads: one at a time. */
#ifndef TN_CEL_FRONT_H
#define TN_CEL_FRONT_H

#include "interp/cel/call.h"
#include "interp/cel/env.h"
#include "interp/cel/functions.h"
#include "interp/cel/ir.h"
#include "interp/syntax/ast.h"

/* Variables of macros, innermost first. */
typedef struct tn_scope {
    const struct tn_scope *outer;
    tn_str name;
    uint32_t local;
    const tn_type *type;
} tn_scope;

typedef struct tn_front {
    const tn_cel_env *env;
    tn_cel_builder *builder; /* its arena keeps types and constants */
    tn_diags *diags;
    tn_arena arena; /* nodes */
    const tn_scope *scope;
    uint32_t local_count; /* in use now */
    uint32_t depth;       /* of nested expressions now */
    tn_status status;     /* OK, NOMEM or LIMIT */
} tn_front;

static inline const tn_type *tn_front_dyn(void)
{
    return tn_type_of(TN_TYPE_DYN);
}

/* --- check.c: an expression of any kind */
tn_ir *tn_front_expr(tn_front *f, const tn_expr *expr);

/* --- ir.c: nodes; NULL without memory */
tn_ir *tn_ir_new(tn_front *f, tn_ir_kind kind, tn_span at, uint32_t argc);
tn_ir *tn_ir_const(tn_front *f, tn_span at, tn_value value, const tn_type *type);
/* A node that fails with `error` about `about` when it is reached. */
tn_ir *tn_ir_fail(tn_front *f, tn_span at, tn_cel_error error, tn_str about);
bool tn_ir_is_const(const tn_ir *node, tn_kind kind);
/* The node, of this type, folded; NULL where the type is, for want of memory. */
tn_ir *tn_front_finish(tn_front *f, tn_ir *node, const tn_type *type);
/* Reports unless unchecked. The FAIL node to go on with. */
tn_ir *tn_front_complain(tn_front *f, tn_finding finding, tn_span at,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Reports that a limit is exceeded, and ends the compilation: NULL. */
tn_ir *tn_front_limit(tn_front *f, tn_span at, const char *what);
/* Takes a text of a type into the diags' arena, for messages: "list(string)". */
const char *tn_front_type_text(tn_front *f, const tn_type *type);

/* --- fold.c */
/* Strict nodes, AND, OR and COND, folded where they can be. */
tn_ir *tn_ir_finish(tn_front *f, tn_ir *node);
/* The node whose failure `root` ends in, whatever the record says; NULL: none is known.
 */
const tn_ir *tn_ir_failing(const tn_ir *root);
/* Keeps the error that folding the node came to; false without memory. */
bool tn_ir_set_failure(tn_front *f, tn_ir *node, const tn_value *error);

/* --- literals.c */
tn_ir *tn_literals_scalar(tn_front *f, const tn_expr *expr, tn_value value);
tn_ir *tn_literals_text(tn_front *f, const tn_expr *expr, tn_kind kind,
                        tn_type_kind type);
tn_ir *tn_literals_list(tn_front *f, const tn_expr *expr);
tn_ir *tn_literals_map(tn_front *f, const tn_expr *expr);

/* --- operators.c */
tn_ir *tn_operators_unary(tn_front *f, const tn_expr *expr, tn_cel_op op);
tn_ir *tn_operators_binary(tn_front *f, const tn_expr *expr);
tn_ir *tn_operators_conditional(tn_front *f, const tn_expr *expr);
/* `op` on one operand, or two. */
tn_ir *tn_operators_strict(tn_front *f, tn_span at, tn_cel_op op, tn_ir *first,
                           tn_ir *second);
/* A strict node whose arguments are there: its type by the overloads of its row. */
tn_ir *tn_operators_check(tn_front *f, tn_ir *node, const char *name,
                          const char *overloads);

/* --- select.c */
tn_ir *tn_select_name(tn_front *f, const tn_expr *expr);
tn_ir *tn_select_field(tn_front *f, const tn_expr *expr);
tn_ir *tn_select_index(tn_front *f, const tn_expr *expr);
/* has(select). */
tn_ir *tn_select_has(tn_front *f, const tn_expr *select);

/* --- calls.c */
tn_ir *tn_calls_node(tn_front *f, const tn_expr *call);

/* --- names.c */
/* What a chain of names stands for, as far as it is declared; what is left over is
 * selected from it. NULL with *none set: the chain starts with no declared name, or is
 * none. */
tn_ir *tn_cel_names_resolve(tn_front *f, const tn_expr *expr, bool *none);
/* has(chain): HAS_SLOT where the whole chain is a slot; NULL with *none otherwise. */
tn_ir *tn_cel_names_has(tn_front *f, const tn_expr *expr, bool *none);
/* The table that an expression names, TN_NONE if it names none; *decl is then set. */
bool tn_cel_names_table(tn_front *f, const tn_expr *expr, tn_cel_decl *decl);
/* "a.b.c" of a chain of names, data NULL where it is none. */
tn_str tn_cel_names_text(tn_front *f, const tn_expr *expr);
const tn_scope *tn_cel_names_local(const tn_front *f, const tn_expr *expr);
/* The function called `name`, with container rules for global ones; TN_NONE. */
uint32_t tn_cel_names_function(tn_front *f, tn_str name, bool is_member, bool rooted);
/* Reports an undeclared name, with the nearest declared one. */
tn_ir *tn_cel_names_complain(tn_front *f, const tn_expr *expr);
tn_ir *tn_cel_names_complain_function(tn_front *f, tn_span at, tn_str name);

/* --- macros.c */
/* The expansion of a call that is a macro; NULL with *none set otherwise. */
tn_ir *tn_macros_expand(tn_front *f, const tn_expr *call, bool *none);

/* --- overloads.c */
/* The type of `overloads` (as in builtins.def) applied to `args`; NULL where none fits.
 */
const tn_type *tn_overloads_result(tn_front *f, const char *overloads,
                                   tn_ir *const *args, uint32_t argc);
/* Reports that no overload of `name` fits, with those that exist. */
tn_ir *tn_overloads_complain(tn_front *f, tn_span at, const char *name,
                             const char *overloads, const tn_ir *node);
/* The overloads of an operator; NULL where it has none. */
const char *tn_overloads_of(tn_cel_op op, const char **name);

/* --- cost.c: see cost.h */
uint64_t tn_ir_cost(const tn_ir *root);

/* --- emit.c */
TN_MUST_USE tn_status tn_front_emit(tn_front *f, const tn_ir *root, uint32_t *expr);

#endif
