/* batch_guards: what each condition comes to, as classes. */
#include "interp/decide/batcher.h"

/* What a condition reads. */
typedef struct guard_reads {
    bool field;
    bool several; /* facts of more than one entity */
    uint32_t of;
} guard_reads;

static void read_slot(tn_batch *b, uint32_t slot, guard_reads *reads)
{
    const tn_img_category *category = b->decider->category;
    if (slot < category->fields.count) {
        b->needed[slot] = true;
        reads->field = true;
        return;
    }
    uint32_t of = tn_batch_entity_of(b, slot);
    reads->several |= reads->of != TN_NONE && reads->of != of;
    reads->of = of;
}

static guard_reads find_reads(tn_batch *b, uint32_t number)
{
    const tn_cel_code *code = &b->run->image->code;
    const tn_cel_expr *expr = &code->exprs[number];
    guard_reads reads = {.of = TN_NONE};
    for (uint32_t i = 0; i < expr->node_count; i++) {
        const tn_cel_node *node = &code->nodes[expr->first_node + i];
        if (tn_cel_ops[node->op].operand == TN_CEL_ARG_SLOT)
            read_slot(b, node->arg, &reads);
        else if (tn_cel_ops[node->op].operand == TN_CEL_ARG_SLOT_CONST)
            read_slot(b, node->aux, &reads);
    }
    return reads;
}

static void add_guard(tn_batch *b, uint32_t expr)
{
    for (uint32_t g = 0; g < b->guard_count; g++)
        if (b->guards[g].expr == expr)
            return;
    guard_reads reads = find_reads(b, expr);
    bool facts_alone = !reads.field && !reads.several;
    b->guards[b->guard_count++] =
        (batch_guard){.expr = expr, .of = facts_alone ? reads.of : TN_NONE};
}

tn_status tn_batch_find_guards(tn_batch *b)
{
    const tn_decider *d = b->decider;
    b->guards = tn_arena_take_array(&b->arena, d->clause_count, sizeof(*b->guards));
    if (b->guards == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < d->clause_count; i++)
        if (d->plans[i].row->guard != TN_NONE && tn_batch_is_here(b, i))
            add_guard(b, d->plans[i].row->guard);
    return TN_OK;
}

static tn_status test_alone(tn_batch *b, const batch_guard *guard)
{
    for (uint32_t i = 0; i < b->count; i++) {
        tn_cel_truth truth;
        tn_batch_fill(b, i);
        for (uint32_t of = 0; of < b->entity_count; of++)
            tn_batch_fill_facts(b, of, tn_batch_row(&b->entities[of], i));
        TN_TRY(
            tn_cel_test(b->decider->machine, guard->expr, b->decider->slots, &truth));
        if (b->decider->scratch.block != NULL)
            tn_arena_reset(&b->decider->scratch);
        b->classes[i] = (uint8_t)truth;
    }
    b->work.guards += b->count;
    return TN_OK;
}

tn_status tn_batch_read_guards(tn_batch *b)
{
    for (uint32_t g = 0; g < b->guard_count; g++) {
        const batch_guard *guard = &b->guards[g];
        if (guard->of != TN_NONE)
            continue;
        TN_TRY(test_alone(b, guard));
        b->kernels->add_codes(b->classes, guard->stride, b->codes);
    }
    return TN_OK;
}
