/* logic_slot: what is known of one value, put together.
 *
 * A value is null, unreadable, or one of its type. Each atom and what it comes to
 * leaves some of these; of the values of the type it leaves an interval, a set, or all
 * but a set. */
#include "interp/cel/compare.h"
#include "interp/check/logic_part.h"

typedef struct slot_space {
    const tn_fact_known *known;
    uint32_t count;
    uint32_t slot;
    tn_field_type type;
    bool null, unreadable, values; /* what is left */
    const tn_value *low, *high;    /* NULL: open */
    bool low_open, high_open;      /* the bound itself is out */
} slot_space;

static tn_order order_of(const tn_value *a, const tn_value *b)
{
    tn_cel_call call = {.steps_left = UINT64_MAX};
    return tn_value_order(&call, a, b);
}

static bool equal(const tn_value *a, const tn_value *b)
{
    tn_cel_call call = {.steps_left = UINT64_MAX};
    return tn_value_equal(&call, a, b);
}

static bool is_in(const tn_value *list, const tn_value *value)
{
    for (uint32_t i = 0; i < list->as.list->count; i++)
        if (equal(&list->as.list->items[i], value))
            return true;
    return false;
}

static bool has_null(const tn_value *list)
{
    for (uint32_t i = 0; i < list->as.list->count; i++)
        if (list->as.list->items[i].kind == TN_KIND_NULL)
            return true;
    return false;
}

/* --- null, unreadable, or a value */

static void narrow(slot_space *s, bool null, bool unreadable, bool values)
{
    s->null &= null;
    s->unreadable &= unreadable;
    s->values &= values;
}

/* Equality is total: null differs from every constant but null. */
static void narrow_equality(slot_space *s, bool with_null, tn_telling is)
{
    if (is == TN_TELLS_NOTHING)
        narrow(s, false, true, false);
    else
        narrow(s, with_null == (is == TN_TELLS_TRUE), false, true);
}

static void narrow_kinds(slot_space *s, const tn_fact_known *known)
{
    const tn_part *part = known->part;
    switch (part->atom) {
    case TN_ATOM_EQUAL:
        narrow_equality(s, part->value.kind == TN_KIND_NULL, known->is);
        if (part->value.kind == TN_KIND_NULL && known->is == TN_TELLS_TRUE)
            s->values = false;
        return;
    case TN_ATOM_IN: narrow_equality(s, has_null(&part->value), known->is); return;
    case TN_ATOM_HAS:
        narrow(s, known->is == TN_TELLS_FALSE, known->is == TN_TELLS_NOTHING,
               known->is == TN_TELLS_TRUE);
        return;
    case TN_ATOM_LESS:
    case TN_ATOM_LESS_EQUAL:
    case TN_ATOM_GREATER:
    case TN_ATOM_GREATER_EQUAL:
    case TN_ATOM_TRUTH:
    case TN_ATOM_STARTS:
    case TN_ATOM_ENDS:
    case TN_ATOM_CONTAINS: {
        bool told = known->is != TN_TELLS_NOTHING;
        narrow(s, !told, !told, told);
        return;
    }
    }
}

/* --- one value */

static bool has_part(const tn_part *part, tn_str text)
{
    tn_str sought = part->value.as.text;
    if (part->atom == TN_ATOM_STARTS)
        return tn_str_starts(text, sought);
    if (part->atom == TN_ATOM_ENDS)
        return tn_str_ends(text, sought);
    return tn_str_find(text, sought) != SIZE_MAX;
}

static tn_telling tell(bool is)
{
    return is ? TN_TELLS_TRUE : TN_TELLS_FALSE;
}

static tn_telling tell_order(tn_atom atom, tn_order order)
{
    if (order == TN_ORDER_INVALID)
        return TN_TELLS_NOTHING;
    return tell((atom == TN_ATOM_LESS && order == TN_ORDER_LESS) ||
                (atom == TN_ATOM_GREATER && order == TN_ORDER_GREATER) ||
                (atom == TN_ATOM_LESS_EQUAL &&
                 (order == TN_ORDER_LESS || order == TN_ORDER_EQUAL)) ||
                (atom == TN_ATOM_GREATER_EQUAL &&
                 (order == TN_ORDER_GREATER || order == TN_ORDER_EQUAL)));
}

/* What an atom comes to for a value of the slot. */
static tn_telling tell_value(const tn_part *part, const tn_value *value)
{
    switch (part->atom) {
    case TN_ATOM_EQUAL: return tell(equal(value, &part->value));
    case TN_ATOM_IN: return tell(is_in(&part->value, value));
    case TN_ATOM_HAS: return TN_TELLS_TRUE;
    case TN_ATOM_TRUTH:
        return value->kind == TN_KIND_BOOL ? tell(value->as.boolean) : TN_TELLS_NOTHING;
    case TN_ATOM_LESS:
    case TN_ATOM_LESS_EQUAL:
    case TN_ATOM_GREATER:
    case TN_ATOM_GREATER_EQUAL:
        return tell_order(part->atom, order_of(value, &part->value));
    case TN_ATOM_STARTS:
    case TN_ATOM_ENDS:
    case TN_ATOM_CONTAINS:
        return value->kind == TN_KIND_STRING ? tell(has_part(part, value->as.text))
                                             : TN_TELLS_NOTHING;
    }
    return TN_TELLS_NOTHING;
}

static bool agrees(const slot_space *s, const tn_value *value)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->known[i].part->kind == TN_PART_ATOM &&
            s->known[i].part->slot == s->slot &&
            tell_value(s->known[i].part, value) != s->known[i].is)
            return false;
    return true;
}

/* --- all values */

static const tn_part *atom_of(const slot_space *s, uint32_t i)
{
    const tn_part *part = s->known[i].part;
    return part->kind == TN_PART_ATOM && part->slot == s->slot ? part : NULL;
}

/* A set that holds every value left; NULL: none is known. */
static const tn_part *find_set(const slot_space *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const tn_part *part = atom_of(s, i);
        if (part != NULL && s->known[i].is == TN_TELLS_TRUE &&
            (part->atom == TN_ATOM_EQUAL || part->atom == TN_ATOM_IN))
            return part;
    }
    return NULL;
}

/* Could a constant be a value of the type? Numbers are of one type for equality, so
 * another kind of number that is equal stands for the type's own. */
static bool is_of_type(tn_field_type type, const tn_value *value)
{
    switch (type) {
    case TN_FIELD_BOOL: return value->kind == TN_KIND_BOOL;
    case TN_FIELD_INT:
    case TN_FIELD_UINT:
    case TN_FIELD_DOUBLE: return tn_value_is_number(value);
    case TN_FIELD_STRING: return value->kind == TN_KIND_STRING;
    case TN_FIELD_BYTES: return value->kind == TN_KIND_BYTES;
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_DATE:
    case TN_FIELD_EVENT: return value->kind == TN_KIND_TIMESTAMP;
    case TN_FIELD_DURATION: return value->kind == TN_KIND_DURATION;
    case TN_FIELD_LIST:
    case TN_FIELD_MAP:
    case TN_FIELD_DYN:
    case TN_FIELD_TYPE_COUNT: return true;
    }
    return true;
}

static bool is_one_of(const slot_space *s, const tn_part *set)
{
    if (set->atom == TN_ATOM_EQUAL)
        return is_of_type(s->type, &set->value) && agrees(s, &set->value);
    for (uint32_t i = 0; i < set->value.as.list->count; i++) {
        const tn_value *item = &set->value.as.list->items[i];
        if (item->kind != TN_KIND_NULL && is_of_type(s->type, item) && agrees(s, item))
            return true;
    }
    return false;
}

static void set_low(slot_space *s, const tn_value *value, bool open)
{
    tn_order order = s->low == NULL ? TN_ORDER_GREATER : order_of(value, s->low);
    if (order == TN_ORDER_GREATER || (order == TN_ORDER_EQUAL && open)) {
        s->low = value;
        s->low_open = open;
    }
}

static void set_high(slot_space *s, const tn_value *value, bool open)
{
    tn_order order = s->high == NULL ? TN_ORDER_LESS : order_of(value, s->high);
    if (order == TN_ORDER_LESS || (order == TN_ORDER_EQUAL && open)) {
        s->high = value;
        s->high_open = open;
    }
}

/* `x < c` is false for NaN too, so of doubles falsehood says nothing. */
static void bound(slot_space *s, const tn_part *part, tn_telling is)
{
    bool true_ = is == TN_TELLS_TRUE;
    if (!true_ && s->type == TN_FIELD_DOUBLE)
        return;
    switch (part->atom) {
    case TN_ATOM_LESS:
        true_ ? set_high(s, &part->value, true) : set_low(s, &part->value, false);
        return;
    case TN_ATOM_LESS_EQUAL:
        true_ ? set_high(s, &part->value, false) : set_low(s, &part->value, true);
        return;
    case TN_ATOM_GREATER:
        true_ ? set_low(s, &part->value, true) : set_high(s, &part->value, false);
        return;
    case TN_ATOM_GREATER_EQUAL:
        true_ ? set_low(s, &part->value, false) : set_high(s, &part->value, true);
        return;
    case TN_ATOM_EQUAL:
    case TN_ATOM_IN:
    case TN_ATOM_HAS:
    case TN_ATOM_TRUTH:
    case TN_ATOM_STARTS:
    case TN_ATOM_ENDS:
    case TN_ATOM_CONTAINS: return;
    }
}

/* Whole numbers between close bounds are tried one by one. False: there are too many,
 * or none are whole; then *may stays. */
static bool try_integers(const slot_space *s, bool *may)
{
    enum { CLOSE = 64 };
    if (s->low == NULL || s->high == NULL || s->low->kind != TN_KIND_INT ||
        s->high->kind != TN_KIND_INT ||
        (s->type != TN_FIELD_INT && s->type != TN_FIELD_UINT))
        return false;
    int64_t low = s->low->as.integer, high = s->high->as.integer;
    if (low > high || (uint64_t)high - (uint64_t)low > CLOSE)
        return false;
    *may = false;
    for (int64_t i = low;; i++) {
        tn_value value = {.kind = TN_KIND_INT, .as = {.integer = i}};
        bool fits = s->type == TN_FIELD_INT || i >= 0;
        *may = fits && agrees(s, &value);
        if (*may || i == high)
            return true;
    }
}

/* Two atoms of text that no text meets at once. */
static bool is_text_conflict(const tn_fact_known *a, const tn_fact_known *b)
{
    if (a->part->atom != b->part->atom || a->is != TN_TELLS_TRUE)
        return false;
    tn_str one = a->part->value.as.text, other = b->part->value.as.text;
    bool starts = a->part->atom == TN_ATOM_STARTS, ends = a->part->atom == TN_ATOM_ENDS;
    if (b->is == TN_TELLS_FALSE) /* what starts with "ab" starts with "a" */
        return starts ? tn_str_starts(one, other)
               : ends ? tn_str_ends(one, other)
                      : a->part->atom == TN_ATOM_CONTAINS &&
                            tn_str_find(one, other) != SIZE_MAX;
    if (starts)
        return !tn_str_starts(one, other) && !tn_str_starts(other, one);
    return ends && !tn_str_ends(one, other) && !tn_str_ends(other, one);
}

static bool has_text_conflict(const slot_space *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        for (uint32_t k = 0; k < s->count; k++)
            if (i != k && atom_of(s, i) != NULL && atom_of(s, k) != NULL &&
                is_text_conflict(&s->known[i], &s->known[k]))
                return true;
    return false;
}

static bool is_between(slot_space *s)
{
    static const tn_value zero = {.kind = TN_KIND_INT};
    bool may = true;
    if (s->type == TN_FIELD_UINT)
        set_low(s, &zero, false);
    for (uint32_t i = 0; i < s->count; i++)
        if (atom_of(s, i) != NULL)
            bound(s, s->known[i].part, s->known[i].is);
    if (try_integers(s, &may))
        return may;
    if (s->low == NULL || s->high == NULL)
        return true;
    tn_order order = order_of(s->low, s->high);
    if (order == TN_ORDER_GREATER)
        return false;
    if (order != TN_ORDER_EQUAL)
        return true;
    return !s->low_open && !s->high_open && agrees(s, s->low);
}

static bool is_bool(const slot_space *s)
{
    const tn_value yes = {.kind = TN_KIND_BOOL, .as = {.boolean = true}};
    const tn_value no = {.kind = TN_KIND_BOOL};
    return agrees(s, &yes) || agrees(s, &no);
}

static bool has_value(slot_space *s)
{
    const tn_part *set = find_set(s);
    if (set != NULL)
        return is_one_of(s, set);
    if (s->type == TN_FIELD_BOOL)
        return is_bool(s);
    return is_between(s) && !has_text_conflict(s);
}

bool tn_logic_slot_may_be(const tn_fact_known *known, uint32_t count, uint32_t slot)
{
    slot_space s = {.known = known,
                    .count = count,
                    .slot = slot,
                    .null = true,
                    .unreadable = true,
                    .values = true};
    for (uint32_t i = 0; i < count; i++) {
        const tn_part *part = atom_of(&s, i);
        if (part == NULL)
            continue;
        s.type = part->type;
        narrow_kinds(&s, &known[i]);
    }
    return s.null || s.unreadable || (s.values && has_value(&s));
}
