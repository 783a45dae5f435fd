/* The worst case of an expression, by what its parts can cost and how large their
 * values can be. Sums and products stop at the largest number. */
#include "interp/cel/cost.h"
#include "interp/cel/front.h"
#include "interp/cel/regex.h"

/* What a value weighs beside its text: more than what copying or comparing it costs. */
enum { VALUE_BYTES = 32 };

/* Of a node: the steps it takes with all below it, and the largest value it gives: all
 * bytes in it, and the items of a list or entries of a map. */
typedef struct estimate {
    uint64_t steps;
    uint64_t bytes;
    uint64_t items;
} estimate;

/* Macro variables in scope. */
typedef struct binding {
    const struct binding *outer;
    uint32_t local;
    estimate value;
} binding;

static uint64_t add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t multiply(uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* --- the size of values */

static uint64_t weigh(const tn_value *value)
{
    uint64_t bytes = VALUE_BYTES;
    if (value->kind == TN_KIND_STRING || value->kind == TN_KIND_BYTES)
        return bytes + value->as.text.len;
    if (value->kind == TN_KIND_OPTIONAL && value->as.optional != NULL)
        return add(bytes, weigh(value->as.optional));
    if (value->kind == TN_KIND_LIST)
        for (uint32_t i = 0; i < value->as.list->count; i++)
            bytes = add(bytes, weigh(&value->as.list->items[i]));
    if (value->kind == TN_KIND_MAP)
        for (uint32_t i = 0; i < value->as.map->count; i++) {
            const tn_map_pair *pair = &value->as.map->pairs[i];
            bytes = add(bytes, add(weigh(&pair->key), weigh(&pair->value)));
        }
    return bytes;
}

static estimate of_value(const tn_value *value)
{
    estimate e = {1, weigh(value), 0};
    if (value->kind == TN_KIND_LIST)
        e.items = value->as.list->count;
    else if (value->kind == TN_KIND_MAP)
        e.items = value->as.map->count;
    else if (value->kind == TN_KIND_OPTIONAL && value->as.optional != NULL)
        e.items = of_value(value->as.optional).items;
    return e;
}

static bool holds_bytes(const tn_type *type)
{
    switch (type->kind) {
    case TN_TYPE_DYN:
    case TN_TYPE_STRING:
    case TN_TYPE_BYTES:
    case TN_TYPE_LIST:
    case TN_TYPE_MAP:
    case TN_TYPE_OPTIONAL:
    case TN_TYPE_PARAM:
    case TN_TYPE_COUNT: return true;
    case TN_TYPE_NULL:
    case TN_TYPE_BOOL:
    case TN_TYPE_INT:
    case TN_TYPE_UINT:
    case TN_TYPE_DOUBLE:
    case TN_TYPE_TIMESTAMP:
    case TN_TYPE_DURATION:
    case TN_TYPE_TYPE: return false;
    }
    return true;
}

static bool holds_items(const tn_type *type)
{
    return holds_bytes(type) && type->kind != TN_TYPE_STRING &&
           type->kind != TN_TYPE_BYTES;
}

/* A value of a record, or of a table. */
static estimate assumed(const tn_type *type)
{
    uint64_t bytes =
        holds_bytes(type) ? VALUE_BYTES + TN_CEL_ASSUMED_BYTES : VALUE_BYTES;
    return (estimate){1, bytes, holds_items(type) ? TN_CEL_ASSUMED_ITEMS : 0};
}

/* Something that is inside a value, or a part of it. */
static estimate part_of(const estimate *whole)
{
    return (estimate){0, whole->bytes, whole->bytes / VALUE_BYTES};
}

/* No larger than its type allows. */
static estimate clamp(estimate e, const tn_type *type)
{
    if (!holds_bytes(type))
        e.bytes = VALUE_BYTES;
    if (!holds_items(type))
        e.items = 0;
    return e;
}

static uint64_t text_bytes(const estimate *e)
{
    return e->bytes - VALUE_BYTES;
}

/* --- functions; `all` is the sum of the arguments */

/* Looking for a text in another: false starts compare up to all of it. */
static uint64_t search_steps(const estimate *text, const estimate *sought)
{
    return multiply(text_bytes(text), text_bytes(sought) / 8);
}

static estimate replace(const estimate *args, uint64_t all)
{
    uint64_t places = add(text_bytes(&args[0]), 1);
    estimate e = {0, multiply(places, args[2].bytes), 0};
    e.steps = add(multiply(search_steps(&args[0], &args[1]), 2), add(all, e.bytes) / 8);
    return e;
}

static estimate split(const estimate *args, uint64_t all)
{
    uint64_t count = add(text_bytes(&args[0]), 1);
    estimate e = {0, add(all, multiply(count, VALUE_BYTES)), count};
    e.steps = add(multiply(search_steps(&args[0], &args[1]), 2),
                  add(all / 8, add(multiply(count, 3), 2)));
    return e;
}

static estimate join(const estimate *args, uint32_t argc, uint64_t all)
{
    uint64_t between = argc > 1 ? text_bytes(&args[1]) : 0;
    estimate e = {0, add(all, multiply(args[0].items, between)), 0};
    e.steps = add(args[0].items, e.bytes / 8);
    return e;
}

/* Every value is used once: as text it has up to some hundred bytes, and a double costs
 * more than a step; bytes can become three times as many. */
static estimate format(const estimate *args, uint64_t all)
{
    const uint64_t value_steps = 80, value_text = 512;
    uint64_t values = args[1].bytes / VALUE_BYTES;
    estimate e = {0, add(multiply(all, 3), multiply(values, value_text)), 0};
    e.steps = add(add(text_bytes(&args[0]), add(e.bytes / 8, all / 2)),
                  multiply(values, value_steps));
    return e;
}

static estimate matches(const estimate *args)
{
    const uint64_t most_repeats = 1000;
    uint64_t weight = multiply(text_bytes(&args[1]), most_repeats);
    uint64_t compile =
        weight > UINT32_MAX ? UINT32_MAX : tn_regex_compile_steps(weight);
    uint64_t match = multiply(text_bytes(&args[0]) / 8, add(1, weight / 64));
    return (estimate){add(compile, match), VALUE_BYTES, 0};
}

/* All others look at each byte and item a few times, and make as much again. */
static estimate plain_call(uint64_t all, uint64_t items)
{
    return (estimate){add(80, add(all / 2, items)), add(multiply(all, 2), 64), 0};
}

static estimate call_function(uint32_t function, const estimate *args, uint32_t argc,
                              uint64_t all)
{
    estimate e = plain_call(all, argc > 0 ? args[0].items : 0);
    if (function == TN_CEL_FN_REPLACE && argc >= 3)
        return replace(args, all);
    if (function == TN_CEL_FN_SPLIT && argc >= 2)
        return split(args, all);
    if (function == TN_CEL_FN_JOIN && argc >= 1)
        return join(args, argc, all);
    if (function == TN_CEL_FN_FORMAT && argc == 2)
        return format(args, all);
    if ((function == TN_CEL_FN_MATCHES || function == TN_CEL_FN_MATCHES_IN) &&
        argc == 2)
        return matches(args);
    if ((function == TN_CEL_FN_CONTAINS || function == TN_CEL_FN_INDEX_OF ||
         function == TN_CEL_FN_LAST_INDEX_OF) &&
        argc >= 2)
        e.steps = add(e.steps, search_steps(&args[0], &args[1]));
    if (function == TN_CEL_FN_STARTS_WITH || function == TN_CEL_FN_ENDS_WITH)
        e.steps = argc == 2 ? args[1].bytes / 8 : e.steps;
    /* what holds or is its argument, or a part of it */
    e.items = argc > 0 ? args[0].bytes / VALUE_BYTES : 0;
    return e;
}

/* --- strict nodes */

static bool compares(tn_cel_op op)
{
    return op >= TN_CEL_EQUAL && op <= TN_CEL_GREATER_EQUAL;
}

static bool accesses(tn_cel_op op)
{
    return op >= TN_CEL_INDEX && op <= TN_CEL_HAS;
}

/* All but calls; `args` are two at most, or any number for literals. */
static estimate operate(const tn_ir *node, const estimate *args, uint64_t all)
{
    const uint64_t count = node->argc;
    const tn_cel_op op = node->op;
    uint64_t name = node->value.kind == TN_KIND_STRING ? node->value.as.text.len : 0;
    estimate e = {0, VALUE_BYTES, 0};
    if (compares(op)) {
        e.steps = add(1, least(args[0].bytes, args[1].bytes) / 8);
    } else if (op == TN_CEL_IN) {
        e.steps = add(2, add(args[1].items, all / 8));
    } else if (op == TN_CEL_ADD) {
        e = (estimate){add(2, all / 8), all, add(args[0].items, args[1].items)};
    } else if (accesses(op)) {
        e = part_of(&args[0]);
        e.steps = add(4, add(name, args[1].bytes) / 8);
    } else if (op == TN_CEL_LIST || op == TN_CEL_LIST_OPTIONAL) {
        e = (estimate){2 + 3 * count, add(all, VALUE_BYTES), count};
    } else if (op == TN_CEL_MAP || op == TN_CEL_MAP_OPTIONAL) {
        e = (estimate){add(4 + 4 * count, all / 8), add(all, VALUE_BYTES), count / 2};
    }
    return e;
}

static estimate visit(const tn_ir *node, const binding *scope);

/* The arguments of a strict node: what a call's function is told of are its first four,
 * which is as many as any but the literals and math.greatest has. */
static estimate visit_strict(const tn_ir *node, const binding *scope)
{
    enum { TOLD = 4 };
    estimate args[TOLD] = {{0, VALUE_BYTES, 0},
                           {0, VALUE_BYTES, 0},
                           {0, VALUE_BYTES, 0},
                           {0, VALUE_BYTES, 0}};
    uint64_t steps = tn_cel_ops[node->op].cost, all = 0;
    for (uint32_t i = 0; i < node->argc; i++) {
        estimate arg = visit(node->args[i], scope);
        steps = add(steps, arg.steps);
        all = add(all, arg.bytes);
        if (i < TOLD)
            args[i] = arg;
    }
    uint32_t told = node->argc < TOLD ? node->argc : TOLD;
    estimate e = node->op == TN_CEL_CALL ? call_function(node->number, args, told, all)
                                         : operate(node, args, all);
    e.steps = add(add(e.steps, steps), node->op == TN_CEL_CALL ? node->argc : 0);
    return clamp(e, node->type);
}

/* --- structure */

static estimate visit_cond(const tn_ir *node, const binding *scope)
{
    estimate test = visit(node->args[0], scope);
    estimate a = visit(node->args[1], scope), b = visit(node->args[2], scope);
    return (estimate){add(add(test.steps, 2), most(a.steps, b.steps)),
                      most(a.bytes, b.bytes), most(a.items, b.items)};
}

/* BIND, OPTIONAL: the second argument with the first as a variable. */
static estimate visit_bound(const tn_ir *node, const binding *scope)
{
    estimate value = visit(node->args[0], scope);
    const binding inner = {scope, node->number, value};
    estimate body = visit(node->args[1], &inner);
    uint64_t wrap = node->kind == TN_IR_OPTIONAL ? 5 : 1;
    uint64_t bytes = add(body.bytes, VALUE_BYTES);
    return (estimate){add(add(value.steps, body.steps), wrap), bytes, body.items};
}

/* Two operands, one of which is the result. */
static estimate visit_two(const tn_ir *node, const binding *scope)
{
    estimate a = visit(node->args[0], scope), b = visit(node->args[1], scope);
    return (estimate){add(add(a.steps, b.steps), 3), most(a.bytes, b.bytes),
                      most(a.items, b.items)};
}

/* What a loop makes of its rounds: steps beside the rounds', and its value. */
static estimate loop_result(tn_cel_loop_mode mode, const estimate *range,
                            const estimate *body)
{
    uint64_t rounds = range->items, entries = rounds;
    estimate e = {0, multiply(rounds, body->bytes), rounds};
    switch (mode) {
    case TN_CEL_LOOP_ALL:
    case TN_CEL_LOOP_EXISTS:
    case TN_CEL_LOOP_EXISTS_ONE:
    case TN_CEL_LOOP_MODE_COUNT: return (estimate){0, VALUE_BYTES, 0};
    case TN_CEL_LOOP_MAP:
    case TN_CEL_LOOP_FILTER:
        e.bytes = add(mode == TN_CEL_LOOP_MAP ? e.bytes : range->bytes, VALUE_BYTES);
        e.steps = add(32, multiply(rounds, 12));
        return e;
    case TN_CEL_LOOP_TRANSFORM:
        e.bytes = add(e.bytes, multiply(rounds, VALUE_BYTES));
        e.bytes = add(e.bytes, range->bytes);
        break;
    case TN_CEL_LOOP_ENTRIES:
        entries = multiply(rounds, body->items);
        e.bytes = add(e.bytes, VALUE_BYTES);
        break;
    }
    e.items = entries;
    e.steps = add(add(40, multiply(entries, 32)), e.bytes / 8);
    return e;
}

static estimate visit_loop(const tn_ir *node, const binding *scope)
{
    estimate range = visit(node->args[0], scope);
    const binding first = {scope, node->number, part_of(&range)};
    const binding second = {&first, node->number + 1, part_of(&range)};
    const binding *inner = (node->mode & TN_CEL_LOOP_TWO) != 0 ? &second : &first;
    estimate body = visit(node->args[1], inner);
    uint64_t round = add(body.steps, tn_cel_ops[TN_CEL_NEXT].cost);
    if (node->argc == 3)
        round = add(add(round, 1), visit(node->args[2], inner).steps);
    estimate e = loop_result((tn_cel_loop_mode)(node->mode & 7), &range, &body);
    e.steps = add(e.steps, add(add(range.steps, 2), multiply(range.items, round)));
    return e;
}

static estimate visit_local(const tn_ir *node, const binding *scope)
{
    while (scope != NULL && scope->local != node->number)
        scope = scope->outer;
    estimate e = scope == NULL ? assumed(node->type) : scope->value;
    e.steps = 1;
    return clamp(e, node->type);
}

static estimate visit_match(const tn_ir *node, const binding *scope)
{
    estimate text = visit(node->args[0], scope);
    uint64_t weight = tn_regex_weight(node->value.as.text);
    uint64_t steps = multiply(text.bytes / 8, 1 + weight / 64);
    return (estimate){add(add(text.steps, tn_cel_ops[TN_CEL_MATCH].cost), steps),
                      VALUE_BYTES, 0};
}

/* LOOK_UP, ZONED: one argument, a value of the node's type. */
static estimate visit_one(const tn_ir *node, const binding *scope)
{
    estimate arg = visit(node->args[0], scope);
    estimate e = assumed(node->type);
    e.steps = add(arg.steps, add(8, arg.bytes / 8));
    return e;
}

static estimate visit(const tn_ir *node, const binding *scope)
{
    switch (node->kind) {
    case TN_IR_CONST: return of_value(&node->value);
    case TN_IR_SLOT:
    case TN_IR_HAS_SLOT:
    case TN_IR_FAIL: return assumed(node->type);
    case TN_IR_LOCAL: return visit_local(node, scope);
    case TN_IR_STRICT: return visit_strict(node, scope);
    case TN_IR_MATCH: return visit_match(node, scope);
    case TN_IR_LOOK_UP:
    case TN_IR_ZONED: return visit_one(node, scope);
    case TN_IR_COND: return visit_cond(node, scope);
    case TN_IR_BIND:
    case TN_IR_OPTIONAL: return visit_bound(node, scope);
    case TN_IR_AND:
    case TN_IR_OR:
    case TN_IR_OR_ELSE:
    case TN_IR_OR_OPTIONAL: return visit_two(node, scope);
    case TN_IR_LOOP: return visit_loop(node, scope);
    }
    return (estimate){0, VALUE_BYTES, 0};
}

uint64_t tn_ir_cost(const tn_ir *root)
{
    return visit(root, NULL).steps;
}
