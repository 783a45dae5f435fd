#include "interp/eval/needs.h"

void tn_needs_of_expr(const tn_cel_code *code, uint32_t expr, tn_needs_visit *visit,
                      void *to)
{
    if (expr == TN_NONE)
        return;
    const tn_cel_expr *row = &code->exprs[expr];
    for (uint32_t i = 0; i < row->node_count; i++) {
        const tn_cel_node *node = &code->nodes[row->first_node + i];
        tn_cel_operand operand = tn_cel_ops[node->op].operand;
        if (operand == TN_CEL_ARG_SLOT)
            visit(to, node->arg);
        else if (operand == TN_CEL_ARG_SLOT_CONST)
            visit(to, node->aux);
    }
}

static void each_slot_of_clause(const tn_image *image, const tn_img_clause *clause,
                                tn_needs_visit *visit, void *to)
{
    if (clause->anchor != TN_NONE) {
        tn_img_range members = image->anchors[clause->anchor].members;
        for (uint32_t i = 0; i < members.count; i++)
            visit(to, image->anchor_slots[members.first + i].slot);
    }
    if (clause->event_slot != TN_NONE)
        visit(to, clause->event_slot);
    for (uint32_t i = 0; i < clause->redact.count; i++)
        visit(to, image->redacts[clause->redact.first + i].slot);
    tn_needs_of_expr(&image->code, clause->guard, visit, to);
}

static void each_slot(const tn_image *image, uint32_t category, tn_needs_visit *visit,
                      void *to)
{
    const tn_img_category *row = &image->categories[category];
    if (row->created_slot != TN_NONE)
        visit(to, row->created_slot);
    for (uint32_t i = 0; i < row->clauses.count; i++)
        each_slot_of_clause(image, &image->clauses[row->clauses.first + i], visit, to);
}

typedef struct marks {
    bool *needed;
    uint32_t count;
} marks;

static void mark(void *to, uint32_t slot)
{
    marks *m = to;
    if (slot < m->count)
        m->needed[slot] = true;
}

static void mark_first(const tn_image *image, uint32_t category, bool *needed,
                       uint32_t count)
{
    marks m = {needed, count};
    for (uint32_t i = 0; i < count; i++)
        needed[i] = false;
    each_slot(image, category, mark, &m);
}

void tn_needs_fields(const tn_image *image, uint32_t category, bool *needed)
{
    mark_first(image, category, needed, image->categories[category].fields.count);
}

void tn_needs_slots(const tn_image *image, uint32_t category, bool *needed)
{
    mark_first(image, category, needed, image->categories[category].slots.count);
}

typedef struct search {
    uint32_t slot;
    bool found;
} search;

static void compare(void *to, uint32_t slot)
{
    search *s = to;
    s->found |= s->slot == slot;
}

bool tn_needs_fact(const tn_image *image, uint32_t category, uint32_t of, uint32_t fact)
{
    const tn_img_category *row = &image->categories[category];
    search s = {row->fields.count + fact, false};
    for (uint32_t i = 0; i < of; i++)
        s.slot += image->entities[image->ofs[row->of.first + i].entity].facts.count;
    each_slot(image, category, compare, &s);
    return s.found;
}
