/* ir: an expression between the tree and the code: names resolved, macros expanded,
 * types known, constants folded.
 *
 * Owns: nodes lie in the arena of the compilation. Threads: one at a time. */
#ifndef TN_CEL_IR_H
#define TN_CEL_IR_H

#include "interp/base/diag.h"
#include "interp/cel/code.h"

typedef enum tn_ir_kind {
    TN_IR_CONST,
    TN_IR_SLOT,     /* number */
    TN_IR_HAS_SLOT, /* number */
    TN_IR_LOCAL,    /* number */
    TN_IR_FAIL,     /* number: tn_cel_error; value: the text */
    TN_IR_STRICT,   /* op on args; number: the function of a CALL; value: a name */
    TN_IR_LOOK_UP,  /* table `number` at args[0] */
    TN_IR_MATCH,    /* pattern `value` on args[0] */
    TN_IR_ZONED,    /* function `number` in zone `value` on args[0] */
    TN_IR_AND,
    TN_IR_OR,
    TN_IR_COND,     /* args: condition, then, else */
    TN_IR_BIND,     /* local `number` = args[0] in args[1] */
    TN_IR_OPTIONAL, /* optMap, optFlatMap: local `number`, args: optional, body; op is
                       the end, OPTIONAL_OF or OPTIONAL_FLAT */
    TN_IR_OR_ELSE,  /* args[0].orValue(args[1]) */
    TN_IR_OR_OPTIONAL, /* args[0].or(args[1]) */
    TN_IR_LOOP         /* args: range, body, [filter]; number: local; mode */
} tn_ir_kind;

typedef struct tn_ir {
    tn_ir_kind kind;
    tn_cel_op op;
    const tn_type *type;
    tn_span at;
    uint32_t number;
    uint32_t mode; /* tn_cel_loop_mode, with TN_CEL_LOOP_TWO */
    tn_value value;
    const tn_value *failure; /* STRICT, LOOK_UP: the error that this came to when it was
                                folded; NULL: none */
    struct tn_ir **args;
    uint32_t argc;
} tn_ir;

#endif
