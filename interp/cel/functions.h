/* functions: the table of builtins.def, for checker, verifier and evaluator.
 *
 * Owns: nothing; static. Threads: free. */
#ifndef TN_CEL_FUNCTIONS_H
#define TN_CEL_FUNCTIONS_H

#include "interp/cel/call.h"

typedef enum tn_cel_function {
#define TN_BUILTIN(id, name, style, fn, overloads, help) TN_CEL_FN_##id,
#include "stdlib/builtins.def"
#undef TN_BUILTIN
    TN_CEL_FUNCTION_COUNT
} tn_cel_function;

typedef struct tn_cel_function_row {
    const char *name;
    bool is_member;
    tn_cel_fn *fn;
    const char *overloads;
    const char *help;
    uint32_t min_args; /* receiver included; by the overloads */
    uint32_t max_args; /* UINT32_MAX: any number */
} tn_cel_function_row;

/* Its C function alone, for the evaluator. */
tn_cel_fn *tn_cel_function_code(uint32_t function);

/* The row of function number `function`, below TN_CEL_FUNCTION_COUNT. */
tn_cel_function_row tn_cel_function_get(uint32_t function);

/* Is this its name and style? Quicker than its whole row. */
bool tn_cel_function_is(uint32_t function, tn_str name, bool is_member);

#define TN_BUILTIN(id, name, style, fn, overloads, help) tn_cel_fn fn;
#include "stdlib/builtins.def"
#undef TN_BUILTIN

#endif
