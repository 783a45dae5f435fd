/* vector_ops: what operators do with the values of a block. Loops over numbers always
 * go over a whole block, whose length is known, so that compilers vectorise them. */
#include "interp/base/utf8.h"
#include "interp/cel/compare.h"
#include "interp/cel/vectors.h"

#include <string.h>

#define EACH for (uint32_t i = 0; i < TN_CEL_BLOCK; i++)

/* --- comparisons */

/* Unknown where either is no value. */
#define COMPARE(a, b, op)                                                              \
    EACH out[i] = (uint8_t)((x[i] | y[i]) != 0 ? VEC_UNKNOWN : ((a)[i] op(b)[i]) * 2); \
    return true

/* Values of one kind. Nulls are equal to each other and to nothing else. */
#define EQUATE(a, b, yes)                                                              \
    EACH                                                                               \
    {                                                                                  \
        bool same = x[i] == y[i] && (x[i] == VEC_NULL || (a)[i] == (b)[i]);            \
        uint8_t said = same == (yes) ? VEC_TRUE : VEC_FALSE;                           \
        out[i] = x[i] == VEC_ERROR || y[i] == VEC_ERROR ? VEC_UNKNOWN : said;          \
    }                                                                                  \
    return true

#define COMPARE_ALL(a, b)                                                              \
    switch (order) {                                                                   \
    case VEC_EQ: EQUATE(a, b, true);                                                   \
    case VEC_NE: EQUATE(a, b, false);                                                  \
    case VEC_LT: COMPARE(a, b, <);                                                     \
    case VEC_LE: COMPARE(a, b, <=);                                                    \
    case VEC_GT: COMPARE(a, b, >);                                                     \
    case VEC_GE: COMPARE(a, b, >=);                                                    \
    }                                                                                  \
    return false

static bool compare_ints(vec_order order, const vec *va, const vec *vb,
                         uint8_t *restrict out)
{
    const int64_t *restrict a = va->ints, *restrict b = vb->ints;
    const uint8_t *restrict x = va->state, *restrict y = vb->state;
    COMPARE_ALL(a, b);
}

static bool compare_reals(vec_order order, const vec *va, const vec *vb,
                          uint8_t *restrict out)
{
    const double *restrict a = va->reals, *restrict b = vb->reals;
    const uint8_t *restrict x = va->state, *restrict y = vb->state;
    COMPARE_ALL(a, b);
}

bool tn_vec_compare(vec_order order, const vec *a, const vec *b, uint8_t *out)
{
    if (a->kind != b->kind || (a->kind == VEC_COUNTS && a->tick != b->tick))
        return false;
    if (a->kind == VEC_INTS || a->kind == VEC_COUNTS || a->kind == VEC_BOOLS)
        return compare_ints(order, a, b, out);
    return a->kind == VEC_REALS && compare_reals(order, a, b, out);
}

/* --- a constant */

static const uint8_t no_nulls[TN_CEL_BLOCK]; /* VEC_VALUE */

static bool compare_int(vec_order order, const vec *a, int64_t b, uint8_t *out)
{
    int64_t same[TN_CEL_BLOCK];
    EACH same[i] = b;
    vec constant = {.state = no_nulls, .ints = same};
    return compare_ints(order, a, &constant, out);
}

static bool compare_real(vec_order order, const vec *a, double b, uint8_t *out)
{
    double same[TN_CEL_BLOCK];
    EACH same[i] = b;
    vec constant = {.state = no_nulls, .reals = same};
    return compare_reals(order, a, &constant, out);
}

/* count <= c exactly if its instant <= t; so t itself is among the counts if one less
 * than it has another c. */
static bool compare_count(vec_order order, const vec *a, tn_instant t, uint8_t *out)
{
    int64_t last, before;
    tn_instant earlier;
    if (!tn_instant_subtract(t, 0, 1, &earlier) ||
        !tn_instant_to_count(t, a->tick, &last) ||
        !tn_instant_to_count(earlier, a->tick, &before))
        return false;
    switch (order) {
    case VEC_EQ:
    case VEC_NE: return last != before && compare_int(order, a, last, out);
    case VEC_LT: return compare_int(VEC_LE, a, before, out);
    case VEC_LE: return compare_int(VEC_LE, a, last, out);
    case VEC_GT: return compare_int(VEC_GT, a, last, out);
    case VEC_GE: return compare_int(VEC_GT, a, before, out);
    }
    return false;
}

static inline bool is_same_text(tn_str a, tn_str b)
{
    return a.len == b.len && tn_same_bytes(a.data, b.data, a.len);
}

static uint8_t truth_of(bool x)
{
    return x ? VEC_TRUE : VEC_FALSE;
}

/* Is -1, 0 or 1 an order that was asked for? */
static bool is_order(vec_order order, int sign)
{
    switch (order) {
    case VEC_EQ: return sign == 0;
    case VEC_NE: return sign != 0;
    case VEC_LT: return sign < 0;
    case VEC_LE: return sign <= 0;
    case VEC_GT: return sign > 0;
    case VEC_GE: return sign >= 0;
    }
    return false;
}

static bool compare_text(vec_order order, const vec *a, tn_str b, uint32_t count,
                         uint8_t *out)
{
    bool equates = order == VEC_EQ || order == VEC_NE;
    for (uint32_t i = 0; i < count; i++) {
        if (a->state[i] == VEC_VALUE && equates)
            out[i] = truth_of(is_same_text(a->texts[i], b) == (order == VEC_EQ));
        else if (a->state[i] == VEC_VALUE)
            out[i] = truth_of(is_order(order, tn_str_compare(a->texts[i], b)));
        else if (a->state[i] == VEC_NULL && equates)
            out[i] = truth_of(order == VEC_NE);
        else
            out[i] = VEC_UNKNOWN;
    }
    return true;
}

bool tn_vec_compare_constant(vec_order order, const vec *a, const tn_value *b,
                             uint32_t count, uint8_t *out)
{
    if (a->kind == VEC_INTS && b->kind == TN_KIND_INT)
        return compare_int(order, a, b->as.integer, out);
    if (a->kind == VEC_BOOLS && b->kind == TN_KIND_BOOL)
        return compare_int(order, a, b->as.boolean, out);
    if (a->kind == VEC_REALS && b->kind == TN_KIND_DOUBLE)
        return compare_real(order, a, b->as.real, out);
    if (a->kind == VEC_TEXTS && b->kind == TN_KIND_STRING)
        return compare_text(order, a, b->as.text, count, out);
    return a->kind == VEC_COUNTS && b->kind == TN_KIND_TIMESTAMP &&
           compare_count(order, a, b->as.instant, out);
}

bool tn_vec_is_null(const vec *a, bool wanted, uint8_t *restrict out)
{
    if (a->kind == VEC_TRUTHS)
        return false;
    const uint8_t *restrict x = a->state;
    EACH
    {
        uint8_t said = (x[i] == VEC_NULL) == wanted ? VEC_TRUE : VEC_FALSE;
        out[i] = x[i] == VEC_ERROR ? VEC_UNKNOWN : said;
    }
    return true;
}

bool tn_vec_has(const vec *a, uint8_t *out)
{
    return tn_vec_is_null(a, false, out);
}

bool tn_vec_is_in(const vec *a, const tn_list_value *list, uint32_t count, uint8_t *out)
{
    uint8_t one[TN_CEL_BLOCK];
    EACH out[i] = VEC_FALSE;
    for (uint32_t k = 0; k < list->count; k++) {
        if (!tn_vec_compare_constant(VEC_EQ, a, &list->items[k], count, one))
            return false;
        EACH out[i] = out[i] > one[i] ? out[i] : one[i];
    }
    EACH out[i] = a->state[i] == VEC_ERROR ? VEC_UNKNOWN : out[i];
    return true;
}

/* A bool as the logic sees it: what is none is unknown. */
bool tn_vec_truths(const vec *a, uint8_t *restrict out)
{
    if (a->kind != VEC_BOOLS)
        return false;
    EACH out[i] = (uint8_t)(a->state[i] != VEC_VALUE ? VEC_UNKNOWN : a->ints[i] * 2);
    return true;
}

/* --- texts */

static inline bool has_part(vec_part part, tn_str text, tn_str sought)
{
    if (text.len < sought.len)
        return false;
    if (part == VEC_CONTAINS)
        return tn_str_find(text, sought) != SIZE_MAX;
    size_t from = part == VEC_ENDS ? text.len - sought.len : 0;
    return tn_same_bytes(text.data + from, sought.data, sought.len);
}

bool tn_vec_has_part(vec_part part, const vec *a, tn_str sought, uint32_t count,
                     uint8_t *out)
{
    if (a->kind != VEC_TEXTS)
        return false;
    for (uint32_t i = 0; i < count; i++)
        out[i] = a->state[i] != VEC_VALUE
                     ? VEC_UNKNOWN
                     : truth_of(has_part(part, a->texts[i], sought));
    return true;
}

/* --- arithmetic: what overflows, and a division by zero, is an error */

static vec result(vec_kind kind, const vec_room *room)
{
    return (vec){
        .kind = kind, .state = room->state, .ints = room->ints, .reals = room->reals};
}

static bool divide(int64_t a, int64_t b, bool modulo, int64_t *out)
{
    *out = 0;
    if (b == 0 || (a == INT64_MIN && b == -1))
        return true;
    *out = modulo ? a % b : a / b;
    return false;
}

static bool compute_int(vec_math math, int64_t a, int64_t b, int64_t *out)
{
    switch (math) {
    case VEC_ADD: return __builtin_add_overflow(a, b, out);
    case VEC_SUB: return __builtin_sub_overflow(a, b, out);
    case VEC_MUL: return __builtin_mul_overflow(a, b, out);
    case VEC_DIV: return divide(a, b, false, out);
    case VEC_MOD: return divide(a, b, true, out);
    }
    return true;
}

/* `out` may be one of the operands. */
static bool compute_reals(vec_math math, const vec *va, const vec *vb, double *out)
{
    const double *a = va->reals, *b = vb->reals;
    switch (math) {
    case VEC_ADD: EACH out[i] = a[i] + b[i]; return true;
    case VEC_SUB: EACH out[i] = a[i] - b[i]; return true;
    case VEC_MUL: EACH out[i] = a[i] * b[i]; return true;
    case VEC_DIV: EACH out[i] = a[i] / b[i]; return true;
    case VEC_MOD: return false;
    }
    return false;
}

bool tn_vec_compute(vec_math math, const vec *a, const vec *b, vec_room *room, vec *out)
{
    if (a->kind != b->kind || (a->kind != VEC_INTS && a->kind != VEC_REALS))
        return false;
    vec made = result(a->kind, room);
    if (a->kind == VEC_REALS && !compute_reals(math, a, b, room->reals))
        return false;
    EACH
    {
        bool is_value = a->state[i] == VEC_VALUE && b->state[i] == VEC_VALUE;
        bool fails = false;
        if (a->kind == VEC_INTS)
            fails = compute_int(math, a->ints[i], b->ints[i], &room->ints[i]);
        room->state[i] = is_value && !fails ? VEC_VALUE : VEC_ERROR;
    }
    *out = made;
    return true;
}

bool tn_vec_negate(const vec *a, vec_room *room, vec *out)
{
    if (a->kind != VEC_INTS && a->kind != VEC_REALS)
        return false;
    vec made = result(a->kind, room);
    EACH
    {
        bool fails = false;
        if (a->kind == VEC_INTS)
            fails = __builtin_sub_overflow((int64_t)0, a->ints[i], &room->ints[i]);
        else
            room->reals[i] = -a->reals[i];
        room->state[i] = a->state[i] == VEC_VALUE && !fails ? VEC_VALUE : VEC_ERROR;
    }
    *out = made;
    return true;
}

bool tn_vec_size(const vec *a, uint32_t count, vec_room *room, vec *out)
{
    if (a->kind != VEC_TEXTS)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        bool is_value = a->state[i] == VEC_VALUE;
        room->ints[i] = is_value ? (int64_t)tn_utf8_count(a->texts[i]) : 0;
        room->state[i] = is_value ? VEC_VALUE : VEC_ERROR;
    }
    *out = result(VEC_INTS, room);
    return true;
}

bool tn_vec_constant(const tn_value *value, vec_room *room, vec *out)
{
    memset(room->state, VEC_VALUE, TN_CEL_BLOCK);
    if (value->kind == TN_KIND_INT) {
        EACH room->ints[i] = value->as.integer;
        *out = result(VEC_INTS, room);
    } else if (value->kind == TN_KIND_DOUBLE) {
        EACH room->reals[i] = value->as.real;
        *out = result(VEC_REALS, room);
    } else if (value->kind == TN_KIND_BOOL) {
        EACH room->ints[i] = value->as.boolean;
        *out = result(VEC_BOOLS, room);
    } else {
        return false;
    }
    return true;
}
