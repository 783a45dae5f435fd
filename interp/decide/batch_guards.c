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

/* What the values of a slot are, as far as blocks of them are understood. */
static tn_kind kind_of_slot(const tn_batch *b, uint32_t slot)
{
    const tn_image *image = b->run->image;
    const tn_img_slot *row = &image->slots[b->decider->category->slots.first + slot];
    uint32_t type = row->kind == TN_SLOT_FIELD ? image->fields[row->field].type
                                               : image->facts[row->fact].type;
    switch ((tn_field_type)type) {
    case TN_FIELD_BOOL: return TN_KIND_BOOL;
    case TN_FIELD_INT: return TN_KIND_INT;
    case TN_FIELD_DOUBLE: return TN_KIND_DOUBLE;
    case TN_FIELD_STRING: return TN_KIND_STRING;
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_EVENT: return TN_KIND_TIMESTAMP;
    case TN_FIELD_UINT:
    case TN_FIELD_BYTES:
    case TN_FIELD_DATE:
    case TN_FIELD_DURATION:
    case TN_FIELD_LIST:
    case TN_FIELD_MAP:
    case TN_FIELD_DYN:
    case TN_FIELD_TYPE_COUNT: break;
    }
    return TN_KIND_COUNT;
}

static tn_status make_vectors(tn_batch *b)
{
    uint32_t count = b->decider->category->slots.count;
    tn_kind *kinds = tn_arena_take_array(&b->arena, count, sizeof(*kinds));
    if (kinds == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        kinds[i] = kind_of_slot(b, i);
    for (uint32_t g = 0; g < b->guard_count; g++) {
        batch_guard *guard = &b->guards[g];
        if (guard->of != TN_NONE)
            continue;
        tn_status status =
            tn_cel_vector_new(b->run->program, guard->expr, kinds,
                              b->run->image->header->cost_budget, &guard->vector);
        if (status != TN_OK && status != TN_UNSUPPORTED)
            return status;
    }
    return TN_OK;
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
    return make_vectors(b);
}

void tn_batch_free_guards(tn_batch *b)
{
    for (uint32_t g = 0; b->guards != NULL && g < b->guard_count; g++)
        tn_cel_vector_free(b->guards[g].vector);
}

void tn_batch_bind_guards(tn_batch *b)
{
    for (uint32_t g = 0; g < b->guard_count; g++)
        if (b->guards[g].vector != NULL)
            tn_cel_vector_forget(b->guards[g].vector);
}

/* --- blocks */

static void give_value(void *user, uint32_t slot, uint32_t i, tn_value *out)
{
    const tn_batch *b = user;
    if (slot >= b->decider->category->fields.count) {
        uint32_t of = tn_batch_entity_of(b, slot);
        *out = tn_batch_fact(b, of, tn_batch_row(&b->entities[of], i), slot);
        return;
    }
    out->kind = TN_KIND_NULL;
    if (b->input->fields[slot] != NULL)
        tn_array_get(b->input->fields[slot], b->start + i, out);
    tn_decode(&b->decodings[slot], out, out);
}

_Static_assert((int)TN_BLOCK == (int)TN_CEL_BLOCK, "blocks of one size");

static bool test_together(tn_batch *b, const batch_guard *guard)
{
    tn_cel_block block = {.arrays = b->input->fields,
                          .array_count = b->decider->category->fields.count,
                          .value = give_value,
                          .user = b,
                          .start = b->start,
                          .count = b->count};
    return guard->vector != NULL &&
           tn_cel_vector_test(guard->vector, &block, b->classes);
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
        if (!test_together(b, guard))
            TN_TRY(test_alone(b, guard));
        b->kernels->add_codes(b->classes, guard->stride, b->codes);
    }
    return TN_OK;
}
