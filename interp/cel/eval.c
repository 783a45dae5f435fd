/* eval: the machine. A stack of values, macro variables, and one record for each loop
 * that runs; the code has been verified, so that nothing here is checked again. */
#include "interp/cel/eval.h"
#include "interp/cel/access.h"
#include "interp/cel/apply.h"
#include "interp/cel/compare.h"
#include "interp/cel/functions.h"
#include "interp/cel/loops.h"
#include "interp/cel/text.h"

tn_status tn_cel_machine_new(const tn_cel_program *program, tn_arena *scratch,
                             uint64_t budget, tn_cel_machine **out)
{
    tn_cel_machine *m = tn_resize(program->memory, NULL, 0, sizeof(*m));
    if (m == NULL)
        return TN_NOMEM;
    *m = (tn_cel_machine){.program = program, .budget = budget};
    m->call.arena = scratch;
    m->call.zones = program->has_zones ? &program->zones : NULL;
    tn_arena_init(&m->arena, program->memory);
    m->stack = tn_arena_take_array(&m->arena, program->max_stack + 1, sizeof(tn_value));
    m->locals =
        tn_arena_take_array(&m->arena, program->max_locals + 1, sizeof(tn_value));
    m->loops =
        tn_arena_take_array(&m->arena, program->max_loops + 1, sizeof(*m->loops));
    if (m->stack == NULL || m->locals == NULL || m->loops == NULL) {
        tn_cel_machine_free(m);
        return TN_NOMEM;
    }
    *out = m;
    return TN_OK;
}

void tn_cel_machine_free(tn_cel_machine *m)
{
    if (m == NULL)
        return;
    tn_arena_free(&m->arena);
    tn_resize(m->program->memory, m, sizeof(*m), 0);
}

uint64_t tn_cel_steps(const tn_cel_machine *m)
{
    return m->budget - m->call.steps_left;
}

/* --- single nodes */

static tn_value load_slot(tn_cel_call *call, const tn_value *slot)
{
    if (slot->kind == TN_KIND_UNREADABLE)
        return tn_cel_fail(call, TN_CEL_ERR_UNREADABLE, NULL);
    return tn_value_seen(slot);
}

static tn_value has_slot(tn_cel_call *call, const tn_value *slot)
{
    if (slot->kind == TN_KIND_UNREADABLE)
        return tn_cel_fail(call, TN_CEL_ERR_UNREADABLE, NULL);
    return tn_value_bool(slot->kind != TN_KIND_NULL);
}

tn_value tn_cel_decide(tn_cel_call *call, const tn_value *args, bool deciding)
{
    for (int i = 0; i < 2; i++)
        if (args[i].kind == TN_KIND_BOOL && args[i].as.boolean == deciding)
            return args[i];
    for (int i = 0; i < 2; i++)
        if (tn_value_is_error(&args[i]))
            return args[i];
    if (args[0].kind != TN_KIND_BOOL || args[1].kind != TN_KIND_BOOL)
        return tn_cel_fail_overload(call, args, 2);
    return tn_value_bool(!deciding);
}

static tn_value match(tn_cel_machine *m, const tn_cel_node *node, const tn_value *text)
{
    if (tn_value_is_error(text))
        return *text;
    if (text->kind != TN_KIND_STRING)
        return tn_cel_fail_overload(&m->call, text, 1);
    return tn_cel_match(&m->call, m->program->patterns[node->arg], text->as.text);
}

static tn_value zoned(tn_cel_machine *m, const tn_cel_node *node, const tn_value *time)
{
    if (tn_value_is_error(time))
        return *time;
    m->call.zone = m->program->found[node->arg];
    m->call.argc = 1;
    tn_value result = tn_cel_function_code(node->aux)(&m->call, time);
    m->call.zone = NULL;
    return result;
}

static tn_value look_up(tn_cel_machine *m, const tn_cel_node *node, const tn_value *key)
{
    const tn_cel_table *table = &m->program->code.tables[node->arg];
    const tn_value *constants = m->program->constants;
    if (tn_value_is_error(key))
        return *key;
    const tn_value *otherwise =
        table->otherwise == TN_NONE ? NULL : &constants[table->otherwise];
    return tn_cel_look_up(&m->call, &constants[table->map], otherwise, key);
}

static tn_value slot_against_constant(tn_cel_machine *m, const tn_cel_node *node,
                                      const tn_value *slots)
{
    tn_value args[2] = {load_slot(&m->call, &slots[node->aux]),
                        m->program->constants[node->arg]};
    m->call.argc = 2;
    return tn_cel_apply_strict(&m->call, (tn_cel_op)node->op, 0, args);
}

/* `name` of the value on the stack. */
static tn_value select_name(tn_cel_machine *m, const tn_cel_node *node,
                            const tn_value *of)
{
    tn_value args[2] = {*of, m->program->constants[node->arg]};
    m->call.argc = 2;
    return tn_cel_apply_strict(&m->call, (tn_cel_op)node->op, 0, args);
}

/* --- nodes that choose */

/* COND: on to the branch that the condition chooses; an error is the result. */
static void choose_branch(tn_cel_machine *m, tn_cel_state *s, const tn_cel_node *node)
{
    const tn_value *value = &m->stack[--s->depth];
    if (tn_cel_is_bool(value, true)) {
        s->at++;
    } else if (tn_cel_is_bool(value, false)) {
        s->at += 1 + node->arg;
    } else {
        const tn_cel_node *other = node + node->arg; /* ELSE */
        m->stack[s->depth++] = tn_value_is_error(value)
                                   ? *value
                                   : tn_cel_fail_overload(&m->call, value, 1);
        s->at += 1 + node->arg + other->arg;
    }
}

/* The nodes that look into an optional: OPTIONAL_BIND goes on where it holds a value,
 * OR_ELSE and OR_OPTIONAL where it holds none; else what is on the stack is the result.
 */
static void open_optional(tn_cel_machine *m, tn_cel_state *s, const tn_cel_node *node)
{
    tn_value *value = &m->stack[s->depth - 1];
    if (value->kind != TN_KIND_OPTIONAL) {
        if (!tn_value_is_error(value))
            *value = tn_cel_fail_overload(&m->call, value, 1);
        s->at += 1 + node->arg;
        return;
    }
    const tn_value *held = value->as.optional;
    bool goes_on = (held != NULL) == (node->op == TN_CEL_OPTIONAL_BIND);
    if (!goes_on && node->op == TN_CEL_OR_ELSE)
        *value = *held;
    s->at += goes_on ? 1 : 1 + node->arg;
    if (goes_on) {
        s->depth--;
        if (held != NULL)
            m->locals[node->aux] = *held;
    }
}

static tn_value close_optional(tn_cel_machine *m, const tn_cel_node *node,
                               const tn_value *value)
{
    if (tn_value_is_error(value))
        return *value;
    if (node->op == TN_CEL_OPTIONAL_OF)
        return tn_cel_optional(&m->call, value);
    return value->kind == TN_KIND_OPTIONAL ? *value
                                           : tn_cel_fail_overload(&m->call, value, 1);
}

/* A strict node: its arguments are on top of the stack, its result takes their place.
 */
static void apply_strict(tn_cel_machine *m, tn_cel_state *s, const tn_cel_node *node)
{
    const tn_cel_op_row *row = &tn_cel_ops[node->op];
    uint32_t argc = row->pops < 0 ? node->arg : (uint32_t)row->pops;
    tn_value *args = &m->stack[s->depth - argc];
    m->call.argc = argc;
    *args = tn_cel_apply_strict(&m->call, (tn_cel_op)node->op, node->aux, args);
    s->depth += 1 - argc;
    s->at++;
}

/* Nodes that push one value, or put one in the place of the value on top. */
static void push(tn_cel_machine *m, tn_cel_state *s, tn_value value)
{
    m->stack[s->depth++] = value;
    s->at++;
}

static void replace(tn_cel_machine *m, tn_cel_state *s, tn_value value)
{
    m->stack[s->depth - 1] = value;
    s->at++;
}

/* The dispatch loop. */
static void run_nodes(tn_cel_machine *m, const tn_cel_expr *expr, const tn_value *slots)
{
    const tn_cel_node *nodes = m->program->code.nodes + expr->first_node;
    tn_cel_state s = {0, 0, 0};
    while (s.at < expr->node_count && !m->call.stopped) {
        const tn_cel_node *node = &nodes[s.at];
        tn_value *top = s.depth == 0 ? NULL : &m->stack[s.depth - 1];
        m->call.node = s.at;
        if (!tn_cel_charge(&m->call, tn_cel_ops[node->op].cost))
            return;
        switch ((tn_cel_op)node->op) {
        case TN_CEL_CONST: push(m, &s, m->program->constants[node->arg]); break;
        case TN_CEL_SLOT: push(m, &s, load_slot(&m->call, &slots[node->arg])); break;
        case TN_CEL_LOCAL: push(m, &s, m->locals[node->arg]); break;
        case TN_CEL_FAIL:
            push(m, &s,
                 tn_cel_fail_text(&m->call, (tn_cel_error)node->aux,
                                  m->program->constants[node->arg].as.text));
            break;
        case TN_CEL_HAS_SLOT: push(m, &s, has_slot(&m->call, &slots[node->arg])); break;
        case TN_CEL_SELECT:
        case TN_CEL_SELECT_OPTIONAL:
        case TN_CEL_HAS: replace(m, &s, select_name(m, node, top)); break;
        case TN_CEL_LOOK_UP: replace(m, &s, look_up(m, node, top)); break;
        case TN_CEL_MATCH: replace(m, &s, match(m, node, top)); break;
        case TN_CEL_ZONED: replace(m, &s, zoned(m, node, top)); break;
        case TN_CEL_AND_TEST:
            s.at += tn_cel_is_bool(top, false) ? 1 + node->arg : 1;
            break;
        case TN_CEL_OR_TEST:
            s.at += tn_cel_is_bool(top, true) ? 1 + node->arg : 1;
            break;
        case TN_CEL_AND:
        case TN_CEL_OR:
            s.depth--;
            replace(m, &s, tn_cel_decide(&m->call, top - 1, node->op == TN_CEL_OR));
            break;
        case TN_CEL_COND: choose_branch(m, &s, node); break;
        case TN_CEL_ELSE: s.at += 1 + node->arg; break;
        case TN_CEL_BIND:
            m->locals[node->arg] = *top;
            s.depth--;
            s.at++;
            break;
        case TN_CEL_OPTIONAL_BIND:
        case TN_CEL_OR_ELSE:
        case TN_CEL_OR_OPTIONAL: open_optional(m, &s, node); break;
        case TN_CEL_OPTIONAL_OF:
        case TN_CEL_OPTIONAL_FLAT: replace(m, &s, close_optional(m, node, top)); break;
        case TN_CEL_LOOP: tn_loops_enter(m, &s, node); break;
        case TN_CEL_PASS: tn_loops_pass(m, &s); break;
        case TN_CEL_NEXT: tn_loops_next(m, &s); break;
        case TN_CEL_SLOT_EQUAL:
        case TN_CEL_SLOT_NOT_EQUAL:
        case TN_CEL_SLOT_LESS:
        case TN_CEL_SLOT_LESS_EQUAL:
        case TN_CEL_SLOT_GREATER:
        case TN_CEL_SLOT_GREATER_EQUAL:
        case TN_CEL_SLOT_IN:
        case TN_CEL_SLOT_STARTS_WITH:
        case TN_CEL_SLOT_ENDS_WITH:
        case TN_CEL_SLOT_CONTAINS:
            push(m, &s, slot_against_constant(m, node, slots));
            break;
        case TN_CEL_NOT:
        case TN_CEL_NEGATE:
        case TN_CEL_EQUAL:
        case TN_CEL_NOT_EQUAL:
        case TN_CEL_LESS:
        case TN_CEL_LESS_EQUAL:
        case TN_CEL_GREATER:
        case TN_CEL_GREATER_EQUAL:
        case TN_CEL_IN:
        case TN_CEL_ADD:
        case TN_CEL_SUBTRACT:
        case TN_CEL_MULTIPLY:
        case TN_CEL_DIVIDE:
        case TN_CEL_MODULO:
        case TN_CEL_INDEX:
        case TN_CEL_INDEX_OPTIONAL:
        case TN_CEL_LIST:
        case TN_CEL_LIST_OPTIONAL:
        case TN_CEL_MAP:
        case TN_CEL_MAP_OPTIONAL:
        case TN_CEL_CALL: apply_strict(m, &s, node); break;
        case TN_CEL_OP_COUNT: return;
        }
    }
}

/* Code may read a variable that it has not set, and must not meet what the last
 * evaluation left there: that may be gone with the scratch arena. */
static void forget_locals(tn_cel_machine *m, const tn_cel_expr *expr)
{
    for (uint32_t i = 0; i < expr->local_count; i++)
        m->locals[i] = tn_value_null();
}

tn_status tn_cel_eval(tn_cel_machine *m, uint32_t expr, const tn_value *slots,
                      tn_value *out)
{
    m->call.steps_left = m->budget;
    m->call.stopped = false;
    m->call.no_memory = false;
    forget_locals(m, &m->program->code.exprs[expr]);
    run_nodes(m, &m->program->code.exprs[expr], slots);
    if (m->call.no_memory)
        return TN_NOMEM;
    *out =
        m->call.stopped ? tn_cel_fail(&m->call, TN_CEL_ERR_BUDGET, NULL) : m->stack[0];
    return TN_OK;
}

tn_status tn_cel_test(tn_cel_machine *m, uint32_t expr, const tn_value *slots,
                      tn_cel_truth *out)
{
    tn_value value;
    const tn_cel_guard *guard = &m->program->guards[expr];
    if (guard->steps != 0 && guard->steps <= m->budget) {
        m->call.steps_left = m->budget - guard->steps;
        *out = tn_cel_guard_test(guard, slots, m->budget);
        if (*out != TN_CEL_UNKNOWN)
            return TN_OK;
    }
    TN_TRY(tn_cel_eval(m, expr, slots, &value));
    if (value.kind != TN_KIND_BOOL)
        *out = TN_CEL_UNKNOWN;
    else
        *out = value.as.boolean ? TN_CEL_TRUE : TN_CEL_FALSE;
    return TN_OK;
}

/* --- errors */

void tn_cel_error_put(const tn_value *error, tn_buf *buf)
{
    tn_cel_error code = tn_cel_error_code(error);
    tn_buf_put_text(buf, tn_cel_error_text(code));
    const char *detail = tn_cel_error_detail(error);
    if (detail != NULL) {
        tn_buf_put_text(buf, ": ");
        tn_buf_put_text(buf, detail);
    }
    for (unsigned i = 0; i < 3; i++) {
        tn_kind kind = tn_cel_error_kind(error, i);
        if (kind == TN_KIND_COUNT)
            break;
        tn_buf_put_text(buf, i == 0 ? " for " : ", ");
        tn_buf_put(buf, tn_kind_name(kind));
    }
}

tn_span tn_cel_error_place(const tn_cel_machine *m, uint32_t number,
                           const tn_value *error)
{
    const tn_cel_code *code = &m->program->code;
    const tn_cel_expr *expr = &code->exprs[number];
    uint32_t node = tn_cel_error_node(error);
    if (code->places == NULL || expr->file == TN_NONE || node >= expr->node_count)
        return TN_NOWHERE;
    const tn_cel_place *place = &code->places[expr->first_node + node];
    return (tn_span){expr->file, place->start, place->end};
}
