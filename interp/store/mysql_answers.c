#include "interp/store/mysql_answers.h"

uint32_t tn_mysql_word_count(const tn_mysql_leaves *leaves)
{
    uint32_t count = leaves->count == 0 ? 1 : leaves->count;
    return (count + TN_MYSQL_LEAVES_IN_WORD - 1) / TN_MYSQL_LEAVES_IN_WORD;
}

static bool is_same_text(tn_str a, tn_str b)
{
    return tn_str_equal(a, b);
}

static bool is_same_value(const tn_value *a, const tn_value *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TN_KIND_TIMESTAMP:
        return tn_instant_compare(a->as.instant, b->as.instant) == 0;
    case TN_KIND_DATE: return a->as.day == b->as.day;
    case TN_KIND_INT: return a->as.integer == b->as.integer;
    case TN_KIND_UINT: return a->as.unsigned_integer == b->as.unsigned_integer;
    case TN_KIND_STRING:
    case TN_KIND_BYTES: return is_same_text(a->as.text, b->as.text);
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_BOOL:
    case TN_KIND_DOUBLE:
    case TN_KIND_DURATION:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    return false;
}

static bool is_same_keys(const tn_pred_keys *a, const tn_pred_keys *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->count != b->count || a->has_null != b->has_null ||
        (a->up_to == NULL) != (b->up_to == NULL))
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!is_same_text(a->list[i], b->list[i]) ||
            (a->up_to != NULL && !is_same_value(&a->up_to[i], &b->up_to[i])))
            return false;
    return true;
}

/* A column's decoding differs only where it is another column, or of another use. */
static bool is_same_leaf(const tn_pred *a, const tn_pred *b)
{
    return a->op == b->op && a->column.number == b->column.number &&
           a->column.how.type == b->column.how.type &&
           a->column.how.encoding == b->column.how.encoding &&
           a->bounded.number == b->bounded.number &&
           is_same_value(a->value, b->value) && is_same_keys(a->keys, b->keys);
}

static uint32_t find_leaf(const tn_mysql_leaves *leaves, const tn_pred *leaf)
{
    for (uint32_t i = 0; i < leaves->count; i++)
        if (is_same_leaf(leaves->list[i], leaf))
            return i;
    return TN_NONE;
}

static void add_leaf(tn_mysql_leaves *leaves, const tn_pred *leaf)
{
    if (find_leaf(leaves, leaf) != TN_NONE)
        return;
    leaves->overflows |= leaves->count == TN_MYSQL_LEAVES_MAX;
    if (!leaves->overflows)
        leaves->list[leaves->count++] = leaf;
}

/* The question for the state of the column that a leaf compares. */
static tn_pred state_of(const tn_pred *leaf)
{
    return (tn_pred){.op = TN_PRED_NULL, .column = leaf->column};
}

static bool has_state(const tn_pred *leaf)
{
    return leaf->op > TN_PRED_NULL && leaf->op != TN_PRED_KEYED;
}

void tn_mysql_collect(tn_mysql_leaves *leaves, const tn_pred *pred)
{
    for (uint32_t i = 0; i < pred->part_count; i++)
        tn_mysql_collect(leaves, pred->parts[i]);
    if (pred->op < TN_PRED_NULL)
        return;
    add_leaf(leaves, pred);
    tn_pred state = state_of(pred);
    if (!has_state(pred) || leaves->overflows || find_leaf(leaves, &state) != TN_NONE)
        return;
    leaves->states[leaves->state_count] = state;
    add_leaf(leaves, &leaves->states[leaves->state_count++]);
}

static tn_pred_truth digit_of(const tn_mysql_leaves *leaves, const tn_pred *leaf,
                              const tn_mysql_answers *answers)
{
    uint32_t number = find_leaf(leaves, leaf);
    if (TN_NEVER(number == TN_NONE))
        return TN_PRED_SAYS_UNSURE;
    uint32_t bit = 2 * (number % TN_MYSQL_LEAVES_IN_WORD);
    int64_t digit = answers->words[number / TN_MYSQL_LEAVES_IN_WORD] >> bit & 3;
    return digit == 0   ? TN_PRED_SAYS_NO
           : digit == 1 ? TN_PRED_SAYS_YES
                        : TN_PRED_SAYS_UNSURE;
}

/* What was compared counts only where the value is readable. */
static tn_pred_truth answer_leaf(const tn_mysql_leaves *leaves, const tn_pred *leaf,
                                 const tn_mysql_answers *answers)
{
    tn_pred state = state_of(leaf);
    tn_pred_truth is_null =
        has_state(leaf) ? digit_of(leaves, &state, answers) : TN_PRED_SAYS_NO;
    if (is_null == TN_PRED_SAYS_UNSURE)
        return is_null;
    if (is_null == TN_PRED_SAYS_YES)
        return leaf->op == TN_PRED_EQUAL || leaf->op == TN_PRED_IN
                   ? TN_PRED_SAYS_NO
                   : TN_PRED_SAYS_UNSURE;
    return digit_of(leaves, leaf, answers);
}

tn_pred_truth tn_mysql_answer(const tn_mysql_leaves *leaves, const tn_pred *pred,
                              const tn_mysql_answers *answers)
{
    if (pred->op >= TN_PRED_NULL)
        return answer_leaf(leaves, pred, answers);
    if (pred->op == TN_PRED_UNSURE)
        return TN_PRED_SAYS_UNSURE;
    if (pred->op <= TN_PRED_TRUE)
        return pred->op == TN_PRED_TRUE ? TN_PRED_SAYS_YES : TN_PRED_SAYS_NO;
    if (pred->op == TN_PRED_NOT) {
        tn_pred_truth part = tn_mysql_answer(leaves, pred->parts[0], answers);
        if (part == TN_PRED_SAYS_UNSURE)
            return part;
        return part == TN_PRED_SAYS_NO ? TN_PRED_SAYS_YES : TN_PRED_SAYS_NO;
    }
    bool is_and = pred->op == TN_PRED_AND;
    tn_pred_truth sum = is_and ? TN_PRED_SAYS_YES : TN_PRED_SAYS_NO;
    for (uint32_t i = 0; i < pred->part_count; i++) {
        tn_pred_truth part = tn_mysql_answer(leaves, pred->parts[i], answers);
        if (part == (is_and ? TN_PRED_SAYS_NO : TN_PRED_SAYS_YES))
            return part;
        if (part == TN_PRED_SAYS_UNSURE)
            sum = part;
    }
    return sum;
}

uint64_t tn_mysql_key_count(const tn_pred *pred)
{
    uint64_t count = pred->op == TN_PRED_KEYED ? pred->keys->count : 0;
    for (uint32_t i = 0; i < pred->part_count; i++)
        count += tn_mysql_key_count(pred->parts[i]);
    return count;
}

bool tn_mysql_is_renderable(const tn_push_table *table)
{
    uint64_t count =
        tn_mysql_key_count(table->overdue) + tn_mysql_key_count(table->redacts);
    for (uint32_t i = 0; i < table->case_count; i++)
        count += tn_mysql_key_count(table->cases[i].when);
    return count <= TN_MYSQL_RENDER_KEYS_MAX;
}
