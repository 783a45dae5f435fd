/* simplify: a condition without what its own other parts already say.
 *
 * In an AND nothing but FALSE comes of a part that is not TRUE, so each part may count
 * on the others: what is written as a leaf, or as the NOT of one, is taken for granted
 * in them. Where such a leaf is UNSURE, the whole still is UNSURE or FALSE. */
#include "interp/push/simplify.h"

enum { KNOWN_MAX = 64 };

/* A leaf or tree that is TRUE, or FALSE. */
typedef struct known_tree {
    const tn_pred *tree;
    bool is_true;
} known_tree;

typedef struct simplifier {
    tn_arena *arena;
    known_tree known[KNOWN_MAX];
    uint32_t count;
} simplifier;

/* --- what leaves say of each other */

static bool is_same_column(const tn_pred_column *a, const tn_pred_column *b)
{
    return a->number == b->number && a->how.type == b->how.type &&
           a->how.encoding == b->how.encoding && a->how.absent == b->how.absent;
}

/* Is a's bound at most b's? Both of one column. */
static bool is_lower(const tn_value *a, const tn_value *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == TN_KIND_TIMESTAMP)
        return tn_instant_compare(a->as.instant, b->as.instant) <= 0;
    if (a->kind == TN_KIND_DATE)
        return a->as.day <= b->as.day;
    return a->kind == TN_KIND_INT && a->as.integer <= b->as.integer;
}

static bool is_same_keys(const tn_pred_keys *a, const tn_pred_keys *b)
{
    if (a->count != b->count || a->has_null != b->has_null || a->up_to != NULL ||
        b->up_to != NULL)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!tn_str_equal(a->list[i], b->list[i]))
            return false;
    return true;
}

static bool is_same_leaf(const tn_pred *a, const tn_pred *b)
{
    if (a == b)
        return true;
    if (a->op != b->op || !is_same_column(&a->column, &b->column))
        return false;
    if (a->op == TN_PRED_KEYED)
        return is_same_keys(a->keys, b->keys);
    if (a->op == TN_PRED_LESS_EQUAL)
        return is_lower(a->value, b->value) && is_lower(b->value, a->value);
    return a->op == TN_PRED_NULL || a->op == TN_PRED_IS_TRUE ||
           (a->value == b->value && a->value != NULL);
}

/* Is one key set within the other? Both are sorted. */
static bool is_within(const tn_pred *a, const tn_pred *b)
{
    uint32_t at = 0;
    if (!is_same_column(&a->column, &b->column) || b->keys->up_to != NULL ||
        (a->keys->has_null && !b->keys->has_null))
        return false;
    for (uint32_t i = 0; i < a->keys->count; i++, at++) {
        while (at < b->keys->count &&
               tn_str_compare(b->keys->list[at], a->keys->list[i]) < 0)
            at++;
        if (at == b->keys->count || !tn_str_equal(b->keys->list[at], a->keys->list[i]))
            return false;
    }
    return true;
}

static bool is_same_tree(const tn_pred *a, const tn_pred *b)
{
    if (a == b || a->op != b->op || a->part_count != b->part_count)
        return a == b;
    if (a->op >= TN_PRED_NULL)
        return is_same_leaf(a, b);
    for (uint32_t i = 0; i < a->part_count; i++)
        if (!is_same_tree(a->parts[i], b->parts[i]))
            return false;
    return true;
}

/* What `leaf` is, given that `known` is what it is; UNSURE: that says nothing. */
static tn_pred_op implied(const known_tree *known, const tn_pred *leaf)
{
    const tn_pred *k = known->tree;
    bool are_bounds = k->op == TN_PRED_LESS_EQUAL && leaf->op == TN_PRED_LESS_EQUAL &&
                      is_same_column(&k->column, &leaf->column);
    if (is_same_tree(k, leaf))
        return known->is_true ? TN_PRED_TRUE : TN_PRED_FALSE;
    if (are_bounds && known->is_true && is_lower(k->value, leaf->value))
        return TN_PRED_TRUE;
    if (are_bounds && !known->is_true && is_lower(leaf->value, k->value))
        return TN_PRED_FALSE;
    if (k->op == TN_PRED_KEYED && leaf->op == TN_PRED_KEYED && known->is_true &&
        is_within(k, leaf))
        return TN_PRED_TRUE;
    return TN_PRED_UNSURE;
}

/* --- trees */

static const tn_pred *simplify(simplifier *s, const tn_pred *pred);

/* NULL: what is known says nothing of it. */
static const tn_pred *find_implied(const simplifier *s, const tn_pred *pred)
{
    for (uint32_t i = 0; i < s->count; i++) {
        tn_pred_op op = implied(&s->known[i], pred);
        if (op != TN_PRED_UNSURE)
            return tn_pred_constant(op);
    }
    return NULL;
}

static void learn(simplifier *s, const tn_pred *part)
{
    bool is_not = part->op == TN_PRED_NOT;
    const tn_pred *tree = is_not ? part->parts[0] : part;
    if (tree->op > TN_PRED_UNSURE && s->count < KNOWN_MAX)
        s->known[s->count++] = (known_tree){tree, !is_not};
}

/* Each part, given those before it as they have become and those after it as they are.
 */
static const tn_pred *simplify_and(simplifier *s, const tn_pred *pred)
{
    const tn_pred *sum = tn_pred_constant(TN_PRED_TRUE);
    uint32_t outside = s->count;
    for (uint32_t i = 0; sum != NULL && i < pred->part_count; i++) {
        uint32_t before = s->count;
        for (uint32_t k = i + 1; k < pred->part_count; k++)
            learn(s, pred->parts[k]);
        const tn_pred *part = simplify(s, pred->parts[i]);
        s->count = before;
        if (part != NULL && find_implied(s, part) != NULL)
            part = find_implied(s, part);
        if (part != NULL)
            learn(s, part);
        sum = tn_pred_and(s->arena, sum, part);
    }
    s->count = outside;
    return sum;
}

static const tn_pred *simplify(simplifier *s, const tn_pred *pred)
{
    if (pred->op <= TN_PRED_UNSURE)
        return pred;
    const tn_pred *known = find_implied(s, pred);
    if (known != NULL || pred->op >= TN_PRED_NULL)
        return known != NULL ? known : pred;
    if (pred->op == TN_PRED_NOT)
        return tn_pred_not(s->arena, simplify(s, pred->parts[0]));
    if (pred->op == TN_PRED_AND)
        return simplify_and(s, pred);
    const tn_pred *sum = tn_pred_constant(TN_PRED_FALSE);
    for (uint32_t i = 0; sum != NULL && i < pred->part_count; i++)
        sum = tn_pred_or(s->arena, sum, simplify(s, pred->parts[i]));
    return sum;
}

const tn_pred *tn_pred_simplify(tn_arena *arena, const tn_pred *pred)
{
    simplifier s = {.arena = arena};
    return pred == NULL ? NULL : simplify(&s, pred);
}
