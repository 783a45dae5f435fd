/* diff_same: two categories that say the same, whatever order, names of modules or
 * words they say it in. What this cannot prove, samples are to try. */
#include "interp/check/logic.h"
#include "interp/tools/diff.h"

#include <string.h>

/* More clauses than anyone writes: they are compared each with each. */
enum { CLAUSES_MAX = 512 };

typedef struct prover {
    const tn_image *a;
    const tn_image *b;
    const tn_img_category *of_a;
    const tn_img_category *of_b;
    tn_arena *arena; /* of what follows */
    tn_arena scratch;
    tn_logic logic;
    tn_logic_source
        source_a; /* slots of both are named alike where they are the same */
    tn_logic_source source_b;
} prover;

/* --- what is read */

static tn_str entity_name(const tn_image *image, const tn_img_category *c, uint32_t of)
{
    return tn_image_str(image,
                        image->entities[image->ofs[c->of.first + of].entity].name);
}

static bool same_text(const prover *p, tn_img_str a, tn_img_str b)
{
    return tn_str_equal(tn_image_str(p->a, a), tn_image_str(p->b, b));
}

static bool same_instant(tn_img_instant a, tn_img_instant b)
{
    return a.seconds == b.seconds && a.nanos == b.nanos;
}

static bool same_field(const prover *p, const tn_img_field *a, const tn_img_field *b)
{
    return same_text(p, a->name, b->name) && same_text(p, a->shape, b->shape) &&
           a->type == b->type && same_instant(a->earliest, b->earliest) &&
           a->ahead_seconds == b->ahead_seconds;
}

static bool same_fact(const prover *p, const tn_img_fact *a, const tn_img_fact *b)
{
    return same_text(p, a->name, b->name) && same_text(p, a->shape, b->shape) &&
           a->type == b->type && a->is_event == b->is_event &&
           same_instant(a->earliest, b->earliest);
}

static bool same_slot(const prover *p, uint32_t a, uint32_t b)
{
    if (a == TN_NONE || b == TN_NONE)
        return a == b;
    const tn_img_slot *one = &p->a->slots[p->of_a->slots.first + a];
    const tn_img_slot *other = &p->b->slots[p->of_b->slots.first + b];
    if (one->kind != other->kind)
        return false;
    if (one->kind == TN_SLOT_FIELD)
        return same_field(p, &p->a->fields[one->field], &p->b->fields[other->field]);
    return tn_str_equal(entity_name(p->a, p->of_a, one->of),
                        entity_name(p->b, p->of_b, other->of)) &&
           same_fact(p, &p->a->facts[one->fact], &p->b->facts[other->fact]);
}

/* --- conditions */

static bool same_const(const prover *p, uint32_t a, uint32_t b)
{
    const tn_cel_const *one = &p->a->code.consts[a];
    const tn_cel_const *other = &p->b->code.consts[b];
    if (one->kind != other->kind || one->count != other->count)
        return false;
    uint32_t held = 0;
    switch (one->kind) {
    case TN_KIND_STRING:
    case TN_KIND_BYTES:
    case TN_CEL_CONST_REGEX:
    case TN_CEL_CONST_ZONE:
        return memcmp(p->a->code.strings + one->bits, p->b->code.strings + other->bits,
                      one->count) == 0;
    case TN_KIND_LIST:
    case TN_KIND_OPTIONAL: held = one->count; break;
    case TN_KIND_MAP: held = 2 * one->count; break;
    default: return one->bits == other->bits;
    }
    for (uint32_t i = 0; i < held; i++)
        if (!same_const(p, (uint32_t)one->bits + i, (uint32_t)other->bits + i))
            return false;
    return true;
}

static bool same_table(const prover *p, uint32_t a, uint32_t b)
{
    const tn_cel_table *one = &p->a->code.tables[a];
    const tn_cel_table *other = &p->b->code.tables[b];
    if ((one->otherwise == TN_NONE) != (other->otherwise == TN_NONE))
        return false;
    return same_const(p, one->map, other->map) &&
           (one->otherwise == TN_NONE ||
            same_const(p, one->otherwise, other->otherwise));
}

static bool same_node(const prover *p, const tn_cel_node *a, const tn_cel_node *b)
{
    if (a->op != b->op)
        return false;
    switch (tn_cel_ops[a->op].operand) {
    case TN_CEL_ARG_SLOT: return same_slot(p, a->arg, b->arg);
    case TN_CEL_ARG_SLOT_CONST:
        return same_slot(p, a->aux, b->aux) && same_const(p, a->arg, b->arg);
    case TN_CEL_ARG_CONST:
    case TN_CEL_ARG_NAME:
    case TN_CEL_ARG_REGEX:
    case TN_CEL_ARG_ZONE:
    case TN_CEL_ARG_ERROR: return a->aux == b->aux && same_const(p, a->arg, b->arg);
    case TN_CEL_ARG_TABLE: return same_table(p, a->arg, b->arg);
    case TN_CEL_ARG_NONE:
    case TN_CEL_ARG_LOCAL:
    case TN_CEL_ARG_COUNT:
    case TN_CEL_ARG_PAIRS:
    case TN_CEL_ARG_CALL:
    case TN_CEL_ARG_SKIP:
    case TN_CEL_ARG_BRANCH:
    case TN_CEL_ARG_LOOP: return a->aux == b->aux && a->arg == b->arg;
    }
    return false;
}

/* Node by node. */
static bool same_nodes(const prover *p, uint32_t a, uint32_t b, bool negated)
{
    if (a == TN_NONE || b == TN_NONE)
        return a == b && !negated;
    const tn_cel_expr *one = &p->a->code.exprs[a];
    const tn_cel_expr *other = &p->b->code.exprs[b];
    const tn_cel_node *nodes = p->a->code.nodes + one->first_node;
    const tn_cel_node *others = p->b->code.nodes + other->first_node;
    uint32_t count = one->node_count, other_count = other->node_count;
    for (; count > 1 && nodes[count - 1].op == TN_CEL_NOT; count--)
        negated = !negated;
    for (; other_count > 1 && others[other_count - 1].op == TN_CEL_NOT; other_count--)
        negated = !negated;
    if (count != other_count || negated)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!same_node(p, &nodes[i], &others[i]))
            return false;
    return true;
}

/* Else by what it comes to, whatever the record. */
static bool same_code(prover *p, uint32_t a, uint32_t b, bool negated)
{
    if (same_nodes(p, a, b, negated))
        return true;
    tn_claim one = {&p->source_a, a, false, TN_TELLS_TRUE};
    tn_claim other = {&p->source_b, b, negated, TN_TELLS_TRUE};
    return a != TN_NONE && b != TN_NONE && tn_logic_is_same(&p->logic, &one, &other);
}

/* --- clauses */

static bool same_zone(const prover *p, uint32_t a, uint32_t b)
{
    tn_zone one = tn_image_zone(p->a, a), other = tn_image_zone(p->b, b);
    return one.count == other.count && one.cycle == other.cycle &&
           one.first_offset == other.first_offset &&
           (one.count == 0 ||
            (memcmp(one.at, other.at, one.count * sizeof(*one.at)) == 0 &&
             memcmp(one.offset, other.offset, one.count * sizeof(*one.offset)) == 0));
}

static bool same_period(tn_period a, tn_period b)
{
    return a.months == b.months && a.days == b.days && a.seconds == b.seconds;
}

static bool has_member(const prover *p, const tn_img_range *of, uint32_t slot)
{
    for (uint32_t i = 0; i < of->count; i++)
        if (same_slot(p, slot, p->b->anchor_slots[of->first + i].slot))
            return true;
    return false;
}

static bool same_anchor(const prover *p, uint32_t a, uint32_t b)
{
    if (a == TN_NONE || b == TN_NONE)
        return a == b;
    const tn_img_anchor *one = &p->a->anchors[a], *other = &p->b->anchors[b];
    if (one->rounding != other->rounding || one->op != other->op ||
        one->members.count != other->members.count)
        return false;
    for (uint32_t i = 0; i < one->members.count; i++)
        if (!has_member(p, &other->members,
                        p->a->anchor_slots[one->members.first + i].slot))
            return false;
    return true;
}

static bool same_redactions(prover *p, const tn_img_clause *a, const tn_img_clause *b)
{
    if (a->redact.count != b->redact.count)
        return false;
    for (uint32_t i = 0; i < a->redact.count; i++)
        if (!same_slot(p, p->a->redacts[a->redact.first + i].slot,
                       p->b->redacts[b->redact.first + i].slot))
            return false;
    return same_nodes(p, a->redact_to, b->redact_to, false);
}

static bool same_clause(prover *p, const tn_img_clause *a, const tn_img_clause *b);

static bool same_place(prover *p, const tn_img_clause *a, const tn_img_clause *b)
{
    if (a->placement == TN_NONE || b->placement == TN_NONE)
        return a->placement == b->placement;
    if (!same_text(p, p->a->placements[a->placement].store,
                   p->b->placements[b->placement].store))
        return false;
    if (a->form == TN_NONE || b->form == TN_NONE)
        return a->form == b->form;
    return same_clause(p, &p->a->clauses[a->form], &p->b->clauses[b->form]);
}

static bool same_clause(prover *p, const tn_img_clause *a, const tn_img_clause *b)
{
    const tn_img_module *one = &p->a->modules[a->module];
    const tn_img_module *other = &p->b->modules[b->module];
    return a->kind == b->kind && same_period(a->period, b->period) &&
           same_period(a->window, b->window) && one->whole_days == other->whole_days &&
           same_slot(p, a->event_slot, b->event_slot) &&
           same_anchor(p, a->anchor, b->anchor) && same_redactions(p, a, b) &&
           same_code(p, a->guard, b->guard, a->negated != b->negated) &&
           same_zone(p, one->zone, other->zone) && same_place(p, a, b);
}

static bool is_form(const tn_img_clause *row)
{
    return row->kind == TN_CLAUSE_RETAIN_PERIOD ||
           row->kind == TN_CLAUSE_RETAIN_UNTIL ||
           row->kind == TN_CLAUSE_RETAIN_INDEFINITELY;
}

/* The next retain form from *i on; NULL: none. */
static const tn_img_clause *next_form(const tn_image *image, const tn_img_category *c,
                                      uint32_t *i)
{
    for (; *i < c->clauses.count; (*i)++)
        if (is_form(&image->clauses[c->clauses.first + *i]))
            return &image->clauses[c->clauses.first + (*i)++];
    return NULL;
}

/* Retain forms are tried in order. */
static bool same_forms(prover *p)
{
    uint32_t i = 0, k = 0;
    for (;;) {
        const tn_img_clause *a = next_form(p->a, p->of_a, &i);
        const tn_img_clause *b = next_form(p->b, p->of_b, &k);
        if (a == NULL || b == NULL)
            return a == b;
        if (!same_clause(p, a, b))
            return false;
    }
}

/* Is all that `p->a` says also said by `p->b`, in any order? */
static bool is_contained(prover *p)
{
    for (uint32_t i = 0; i < p->of_a->clauses.count; i++) {
        const tn_img_clause *a = &p->a->clauses[p->of_a->clauses.first + i];
        bool found = is_form(a);
        for (uint32_t k = 0; k < p->of_b->clauses.count && !found; k++)
            found = same_clause(p, a, &p->b->clauses[p->of_b->clauses.first + k]);
        if (!found)
            return false;
    }
    return true;
}

/* --- categories */

static bool has_entities(const prover *p)
{
    for (uint32_t i = 0; i < p->of_a->of.count; i++) {
        bool found = false;
        for (uint32_t k = 0; k < p->of_b->of.count && !found; k++)
            found = tn_str_equal(entity_name(p->a, p->of_a, i),
                                 entity_name(p->b, p->of_b, k)) &&
                    p->a->ofs[p->of_a->of.first + i].optional ==
                        p->b->ofs[p->of_b->of.first + k].optional;
        if (!found)
            return false;
    }
    return p->of_a->of.count == p->of_b->of.count;
}

/* Only where undeclared fields flag does it matter which are declared. */
static bool same_strictness(const prover *p)
{
    if (p->of_a->strict != p->of_b->strict)
        return false;
    if (p->of_a->strict == 0)
        return true;
    if (p->of_a->fields.count != p->of_b->fields.count)
        return false;
    for (uint32_t i = 0; i < p->of_a->fields.count; i++) {
        bool found = false;
        for (uint32_t k = 0; k < p->of_b->fields.count && !found; k++)
            found = same_text(p, p->a->fields[p->of_a->fields.first + i].name,
                              p->b->fields[p->of_b->fields.first + k].name);
        if (!found)
            return false;
    }
    return true;
}

/* Types of a category's slots, in the prover's arena; NULL: no memory. */
static tn_field_type *types_of(const prover *p, const tn_image *image,
                               const tn_img_category *c)
{
    tn_field_type *types =
        tn_arena_take_array(p->arena, c->slots.count, sizeof(*types));
    for (uint32_t i = 0; types != NULL && i < c->slots.count; i++) {
        const tn_img_slot *slot = &image->slots[c->slots.first + i];
        types[i] = (tn_field_type)(slot->kind == TN_SLOT_FIELD
                                       ? image->fields[slot->field].type
                                       : image->facts[slot->fact].type);
    }
    return types;
}

/* Gives the slots of `b` the names of those of `a` that are the same. */
static uint32_t *name_slots(const prover *p)
{
    uint32_t count = p->of_b->slots.count;
    uint32_t *names = tn_arena_take_array(p->arena, count, sizeof(*names));
    for (uint32_t k = 0; names != NULL && k < count; k++) {
        names[k] = p->of_a->slots.count + k;
        for (uint32_t i = 0; i < p->of_a->slots.count; i++)
            if (same_slot(p, i, k))
                names[k] = i;
    }
    return names;
}

/* False: no memory. */
static bool make_sources(prover *p)
{
    p->logic = (tn_logic){&p->scratch, TN_LOGIC_STEPS};
    p->source_a = (tn_logic_source){&p->a->code, types_of(p, p->a, p->of_a), NULL,
                                    p->of_a->slots.count};
    p->source_b = (tn_logic_source){&p->b->code, types_of(p, p->b, p->of_b),
                                    name_slots(p), p->of_b->slots.count};
    return p->source_a.types != NULL && p->source_b.types != NULL &&
           p->source_b.names != NULL;
}

static bool is_same_way(prover *p)
{
    return make_sources(p) && has_entities(p) && same_strictness(p) &&
           same_slot(p, p->of_a->created_slot, p->of_b->created_slot) &&
           same_forms(p) && is_contained(p);
}

/* What `side` says against the other. own: its scratch. */
static prover prover_of(const tn_pair_of *of, uint32_t side, tn_arena *arena)
{
    const tn_image *a = of->image[side], *b = of->image[1 - side];
    prover p = {.a = a,
                .b = b,
                .of_a = &a->categories[of->category[side]],
                .of_b = &b->categories[of->category[1 - side]],
                .arena = arena};
    tn_arena_init(&p.scratch, arena->memory);
    return p;
}

bool tn_diff_is_same(const tn_pair_of *of, tn_arena *arena)
{
    prover there = prover_of(of, TN_PAIR_OLD, arena);
    prover back = prover_of(of, TN_PAIR_NEW, arena);
    bool same = there.of_a->clauses.count <= CLAUSES_MAX &&
                there.of_b->clauses.count <= CLAUSES_MAX && is_same_way(&there) &&
                is_same_way(&back);
    tn_arena_free(&there.scratch);
    tn_arena_free(&back.scratch);
    return same;
}

/* --- which clauses are other ones */

static bool has_like(prover *p, const tn_img_clause *a)
{
    for (uint32_t k = 0; k < p->of_b->clauses.count; k++)
        if (same_clause(p, a, &p->b->clauses[p->of_b->clauses.first + k]))
            return true;
    return false;
}

static tn_status mark_unmatched(prover *p, bool **out, bool *any)
{
    uint32_t count = p->of_a->clauses.count;
    *out = tn_arena_take_array(p->arena, count, sizeof(**out));
    if (*out == NULL || !make_sources(p))
        return TN_NOMEM;
    for (uint32_t i = 0; i < count && p->of_b->clauses.count <= CLAUSES_MAX; i++) {
        (*out)[i] = !has_like(p, &p->a->clauses[p->of_a->clauses.first + i]);
        *any |= (*out)[i];
    }
    return TN_OK;
}

tn_status tn_diff_unmatched(const tn_pair_of *of, tn_arena *arena,
                            bool *out[TN_PAIR_SIDES])
{
    bool any = false;
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        prover p = prover_of(of, side, arena);
        tn_status status = mark_unmatched(&p, &out[side], &any);
        tn_arena_free(&p.scratch);
        TN_TRY(status);
    }
    for (uint32_t side = 0; side < TN_PAIR_SIDES && !any; side++)
        memset(out[side], true,
               of->image[side]->categories[of->category[side]].clauses.count);
    return TN_OK;
}
