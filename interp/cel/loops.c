#include "interp/cel/loops.h"
#include "interp/cel/access.h"

static void set_locals(tn_cel_machine *m, const tn_cel_loop *l)
{
    tn_value *first = &m->locals[l->local];
    if (l->items != NULL) {
        first[0] = l->two ? tn_value_int(l->index) : l->items[l->index];
        if (l->two)
            first[1] = l->items[l->index];
        return;
    }
    first[0] = l->pairs[l->index].key;
    if (l->two)
        first[1] = l->pairs[l->index].value;
}

/* Sets a loop up over the value `over`; an error if it can't be iterated. */
static bool start_loop(tn_cel_machine *m, tn_cel_loop *l, const tn_cel_node *node,
                       const tn_value *over, uint32_t at)
{
    static const tn_value none;
    *l = (tn_cel_loop){.body = at + 1,
                       .end = at + 1 + node->arg,
                       .mode = (tn_cel_loop_mode)(node->aux & 7),
                       .two = (node->aux & TN_CEL_LOOP_TWO) != 0,
                       .local = node->aux >> 4};
    l->result = tn_value_bool(l->mode == TN_CEL_LOOP_ALL);
    if (over->kind == TN_KIND_LIST) {
        l->items = over->as.list->count == 0 ? &none : over->as.list->items;
        l->count = over->as.list->count;
        return true;
    }
    if (over->kind == TN_KIND_MAP) {
        l->pairs = over->as.map->pairs;
        l->count = over->as.map->count;
        return true;
    }
    l->result = tn_value_is_error(over)
                    ? *over
                    : tn_cel_fail_value(&m->call, TN_CEL_ERR_NOT_ITERABLE, over);
    return false;
}

/* Room for `more` values at the end of what a loop makes; NULL: stopped. */
static tn_value *make_room(tn_cel_machine *m, tn_cel_loop *l, uint32_t more)
{
    if (l->made_count + more > l->made_capacity) {
        uint32_t capacity = l->made_capacity * 2 + more + 4;
        tn_value *made = tn_cel_take(&m->call, capacity, sizeof(*made));
        if (made == NULL)
            return NULL;
        for (uint32_t i = 0; i < l->made_count; i++)
            made[i] = l->made[i];
        l->made = made;
        l->made_capacity = capacity;
    }
    l->made_count += more;
    return &l->made[l->made_count - more];
}

/* The key under which a transformed value goes into a map. */
static tn_value current_key(const tn_cel_loop *l)
{
    return l->items != NULL ? tn_value_int(l->index) : l->pairs[l->index].key;
}

static tn_value current_item(const tn_cel_loop *l)
{
    return l->items != NULL ? l->items[l->index] : l->pairs[l->index].key;
}

static void add_entries(tn_cel_machine *m, tn_cel_loop *l, const tn_value *value)
{
    if (value->kind != TN_KIND_MAP) {
        l->result = tn_cel_fail_overload(&m->call, value, 1);
        return;
    }
    for (uint32_t i = 0; i < value->as.map->count; i++) {
        tn_value *room = make_room(m, l, 2);
        if (room == NULL)
            return;
        room[0] = value->as.map->pairs[i].key;
        room[1] = value->as.map->pairs[i].value;
    }
}

/* Takes the value of one round of the body; false: the loop is decided. */
static bool take_round(tn_cel_machine *m, tn_cel_loop *l, const tn_value *value)
{
    tn_value both[2] = {l->result, *value};
    tn_value *room;
    switch (l->mode) {
    case TN_CEL_LOOP_ALL:
        l->result = tn_cel_decide(&m->call, both, false);
        return !tn_cel_is_bool(&l->result, false);
    case TN_CEL_LOOP_EXISTS:
        l->result = tn_cel_decide(&m->call, both, true);
        return !tn_cel_is_bool(&l->result, true);
    case TN_CEL_LOOP_EXISTS_ONE:
    case TN_CEL_LOOP_FILTER:
        if (value->kind != TN_KIND_BOOL) {
            l->result = tn_value_is_error(value)
                            ? *value
                            : tn_cel_fail_overload(&m->call, value, 1);
            return false;
        }
        l->true_count += value->as.boolean;
        if (l->mode == TN_CEL_LOOP_FILTER && value->as.boolean &&
            (room = make_room(m, l, 1)) != NULL)
            *room = current_item(l);
        return true;
    case TN_CEL_LOOP_MAP:
    case TN_CEL_LOOP_TRANSFORM:
    case TN_CEL_LOOP_ENTRIES: break;
    case TN_CEL_LOOP_MODE_COUNT: return false;
    }
    if (tn_value_is_error(value)) {
        l->result = *value;
        return false;
    }
    if (l->mode == TN_CEL_LOOP_ENTRIES) {
        add_entries(m, l, value);
        return !tn_value_is_error(&l->result);
    }
    bool keyed = l->mode == TN_CEL_LOOP_TRANSFORM;
    room = make_room(m, l, keyed ? 2 : 1);
    if (room == NULL)
        return false;
    if (keyed)
        room[0] = current_key(l);
    room[keyed] = *value;
    return true;
}

static tn_value finish_loop(tn_cel_machine *m, const tn_cel_loop *l)
{
    if (tn_value_is_error(&l->result))
        return l->result;
    switch (l->mode) {
    case TN_CEL_LOOP_ALL:
    case TN_CEL_LOOP_EXISTS: return l->result;
    case TN_CEL_LOOP_EXISTS_ONE: return tn_value_bool(l->true_count == 1);
    case TN_CEL_LOOP_MAP:
    case TN_CEL_LOOP_FILTER: return tn_cel_list(&m->call, l->made, l->made_count);
    case TN_CEL_LOOP_TRANSFORM:
    case TN_CEL_LOOP_ENTRIES:
        return tn_cel_map_of(&m->call, l->made, l->made_count / 2, false);
    case TN_CEL_LOOP_MODE_COUNT: break;
    }
    return l->result;
}

/* The innermost loop goes on with its next element, or ends with its result pushed. */
static void next_round(tn_cel_machine *m, tn_cel_state *s, bool goes_on)
{
    tn_cel_loop *l = &m->loops[s->loops - 1];
    l->index++;
    if (goes_on && l->index < l->count) {
        set_locals(m, l);
        s->at = l->body;
        return;
    }
    m->stack[s->depth++] = finish_loop(m, l);
    s->loops--;
    s->at = l->end;
}

void tn_loops_enter(tn_cel_machine *m, tn_cel_state *s, const tn_cel_node *node)
{
    tn_cel_loop *l = &m->loops[s->loops];
    const tn_value over = m->stack[--s->depth];
    bool good = start_loop(m, l, node, &over, s->at);
    if (!good || l->count == 0) {
        m->stack[s->depth++] = finish_loop(m, l);
        s->at = l->end;
        return;
    }
    s->loops++;
    set_locals(m, l);
    s->at = l->body;
}

void tn_loops_pass(tn_cel_machine *m, tn_cel_state *s)
{
    tn_cel_loop *l = &m->loops[s->loops - 1];
    const tn_value *value = &m->stack[--s->depth];
    if (tn_cel_is_bool(value, true)) {
        s->at++;
        return;
    }
    if (value->kind != TN_KIND_BOOL)
        l->result = tn_value_is_error(value) ? *value
                                             : tn_cel_fail_overload(&m->call, value, 1);
    next_round(m, s, value->kind == TN_KIND_BOOL);
}

void tn_loops_next(tn_cel_machine *m, tn_cel_state *s)
{
    tn_value value = m->stack[--s->depth];
    next_round(m, s, take_round(m, &m->loops[s->loops - 1], &value));
}
