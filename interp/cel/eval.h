/* eval: verified code, made ready once and run for each record.
 *
 * A program is code with its constants as values, its patterns compiled and its zones
 * found. A machine runs it: one a thread, its stack allocated once. A condition that
 * builds no text, list or map allocates nothing; what others build lies in `scratch`,
 * which the caller resets between records.
 *
 * Work is counted in steps, the same on every host (cost.h); above the budget an
 * evaluation ends with an error, never with a hang.
 *
 * Owns: program and machine, until unload and close. Fails: NOMEM; LIMIT (a pattern too
 * costly to compile); NOT_FOUND (a zone). An *evaluation error* is no failure but an
 * outcome: a value of kind UNREADABLE. Threads: a program is shared, a machine not. */
#ifndef TN_CEL_EVAL_H
#define TN_CEL_EVAL_H

#include "interp/base/diag.h"
#include "interp/cel/code.h"
#include "interp/cel/zones.h"

/* A million steps: milliseconds, and at most some tens of megabytes. */
enum { TN_CEL_BUDGET = 1000000 };

typedef struct tn_cel_program tn_cel_program;

/* `code` must be verified and, like the zones, outlive the program. `zones` may be
 * NULL: only UTC and fixed offsets. */
TN_MUST_USE tn_status tn_cel_load(const tn_cel_code *code, const tn_cel_zones *zones,
                                  const tn_allocator *memory, tn_cel_program **out);
void tn_cel_unload(tn_cel_program *program);

/* The constant `number` as a value, for those who walk the code themselves. */
const tn_value *tn_cel_constant(const tn_cel_program *program, uint32_t number);

typedef struct tn_cel_machine tn_cel_machine;

/* Borrows program and scratch. `budget` is in steps for each evaluation. */
TN_MUST_USE tn_status tn_cel_machine_new(const tn_cel_program *program,
                                         tn_arena *scratch, uint64_t budget,
                                         tn_cel_machine **out);
void tn_cel_machine_free(tn_cel_machine *machine);

/* Evaluates expression `expr` with the record's slots, at least its slot_count. TN_OK
 * with the value; kind UNREADABLE is an evaluation error, told by tn_cel_error_put.
 * What *out refers to lives until scratch is reset. */
TN_MUST_USE tn_status tn_cel_eval(tn_cel_machine *machine, uint32_t expr,
                                  const tn_value *slots, tn_value *out);

typedef enum tn_cel_truth {
    TN_CEL_FALSE,
    TN_CEL_TRUE,
    TN_CEL_UNKNOWN /* an evaluation error, or not a bool */
} tn_cel_truth;

/* The same for a guard. */
TN_MUST_USE tn_status tn_cel_test(tn_cel_machine *machine, uint32_t expr,
                                  const tn_value *slots, tn_cel_truth *out);

/* Steps the last evaluation took. */
uint64_t tn_cel_steps(const tn_cel_machine *machine);

/* The message of an error value, in English, without a full stop. */
void tn_cel_error_put(const tn_value *error, tn_buf *buf);
/* Where in the source of expression `expr` it arose; TN_NOWHERE if the code has no
 * places. */
tn_span tn_cel_error_place(const tn_cel_machine *machine, uint32_t expr,
                           const tn_value *error);

#endif
