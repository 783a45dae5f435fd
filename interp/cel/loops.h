/* loops: the machine of eval.h from within, and its loops: one element after the other,
 * what a loop makes of them folded or collected.
 *
 * Owns: see eval.h; what a loop makes lies in the scratch arena. Fails: by `stopped` of
 * the call. Threads: one machine, one thread. */
#ifndef TN_CEL_LOOPS_H
#define TN_CEL_LOOPS_H

#include "interp/cel/call.h"
#include "interp/cel/program.h"

/* A loop that runs. `result` is folded from the body's values; what builds a list or
 * map collects its items in the scratch arena. */
typedef struct tn_cel_loop {
    const tn_value *items; /* of a list; NULL: of a map */
    const tn_map_pair *pairs;
    uint32_t count;
    uint32_t index;
    uint32_t body; /* the node after LOOP */
    uint32_t end;  /* the node after NEXT */
    tn_cel_loop_mode mode;
    bool two;
    uint32_t local;
    tn_value result;     /* ALL, EXISTS: decided so far; else an error that ends it */
    uint32_t true_count; /* EXISTS_ONE */
    tn_value *made;      /* MAP, FILTER, TRANSFORM: items or keys and values */
    uint32_t made_count;
    uint32_t made_capacity;
} tn_cel_loop;

struct tn_cel_machine {
    const tn_cel_program *program;
    tn_cel_call call;
    uint64_t budget;
    tn_value *stack;
    tn_value *locals;
    tn_cel_loop *loops;
    tn_arena arena; /* the three arrays */
};

/* Its registers while it runs. */
typedef struct tn_cel_state {
    uint32_t at;    /* the node */
    uint32_t depth; /* of the stack */
    uint32_t loops; /* that run */
} tn_cel_state;

/* LOOP: starts over what is on top of the stack. */
void tn_loops_enter(tn_cel_machine *m, tn_cel_state *s, const tn_cel_node *node);
/* PASS: a predicate that is false passes an element over, an error ends the loop. */
void tn_loops_pass(tn_cel_machine *m, tn_cel_state *s);
/* NEXT: takes the body's value, and goes on or ends. */
void tn_loops_next(tn_cel_machine *m, tn_cel_state *s);

/* && where `deciding` is false, || where it is true: a deciding operand on either side
 * wins over an error on the other. */
tn_value tn_cel_decide(tn_cel_call *call, const tn_value *args, bool deciding);

static inline bool tn_cel_is_bool(const tn_value *v, bool wanted)
{
    return v->kind == TN_KIND_BOOL && v->as.boolean == wanted;
}

#endif
