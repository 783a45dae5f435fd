/* Any text as a condition over slots derived from it: nothing may crash or hang, what
 * compiles must verify and load, and where a type check lets a text pass, the value is
 * what it is without one. */
#include "interp/cel/call.h"
#include "interp/cel/disasm.h"
#include "interp/cel/map_value.h"
#include "tests/support/condition.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_STEPS = 20000, LIST_MAX = 8 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What the slots hold: built from the input's bytes, the same twice. */
typedef struct world {
    test_name names[9];
    tn_value items[LIST_MAX];
    tn_list_value list;
    tn_map_pair pairs[1];
    tn_map_value map;
    tn_arena arena;
} world;

static const tn_type int_type = {.kind = TN_TYPE_INT};
static const tn_type text_type = {.kind = TN_TYPE_STRING};
static const tn_type ints_type = {.kind = TN_TYPE_LIST, .params = {&int_type, NULL}};
static const tn_type map_type = {.kind = TN_TYPE_MAP,
                                 .params = {&text_type, &int_type}};

static uint64_t mix(const uint8_t *data, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 29;
}

static int64_t small_or_wild(uint64_t hash)
{
    return (hash & 7) == 0 ? (int64_t)hash : (int64_t)(hash >> 8 & 15) - 4;
}

static tn_value integer(uint64_t hash)
{
    return (tn_value){TN_KIND_INT, {.integer = small_or_wild(hash)}};
}

static tn_value maybe(uint64_t hash, tn_value value)
{
    if ((hash & 15) == 0)
        return (tn_value){.kind = TN_KIND_NULL};
    if ((hash & 15) == 1)
        return (tn_value){.kind = TN_KIND_UNREADABLE};
    return value;
}

static void make_world(world *w, const uint8_t *data, size_t size)
{
    uint64_t h = mix(data, size);
    uint32_t repeated;
    tn_arena_init(&w->arena, NULL);
    for (uint32_t i = 0; i < LIST_MAX; i++)
        w->items[i] = integer(h >> i);
    w->list = (tn_list_value){w->items, (uint32_t)(h % (LIST_MAX + 1))};
    tn_value key = {TN_KIND_STRING, {.text = TN_STR("a")}};
    w->pairs[0] = (tn_map_pair){key, integer(h >> 3)};
    require(tn_map_value_build(&w->arena, w->pairs, 1, &w->map, &repeated) == TN_OK);
    tn_str texts[] = {TN_STR(""), TN_STR("a"), TN_STR("a\xF0\x9F\x98\x80\xC3\xA9"),
                      TN_STR("2024-02-29T00:00:00Z")};
    tn_value text = {TN_KIND_STRING, {.text = texts[h >> 5 & 3]}};
    tn_value real = {TN_KIND_DOUBLE, {.real = (double)small_or_wild(h >> 7)}};
    tn_value raw = {TN_KIND_BYTES, {.text = {(const char *)data, size & 7}}};
    tn_value day = {TN_KIND_DATE, {.day = (int32_t)(h >> 11 & 0xFFFF)}};
    tn_value yes = {TN_KIND_BOOL, {.boolean = (h >> 13 & 1) != 0}};
    tn_value any[] = {text, real, yes, integer(h >> 17)};
    tn_value list = {TN_KIND_LIST, {.list = &w->list}};
    tn_value map = {TN_KIND_MAP, {.map = &w->map}};
    const test_name names[] = {
        {"i", &int_type, maybe(h >> 20, integer(h >> 19)), NULL, NULL},
        {"s", &text_type, maybe(h >> 24, text), NULL, NULL},
        {"d", tn_type_of(TN_TYPE_DOUBLE), maybe(h >> 28, real), NULL, NULL},
        {"b", tn_type_of(TN_TYPE_BOOL), maybe(h >> 32, yes), NULL, NULL},
        {"y", tn_type_of(TN_TYPE_BYTES), maybe(h >> 36, raw), NULL, NULL},
        {"r.t", tn_type_of(TN_TYPE_TIMESTAMP), maybe(h >> 40, day), NULL, NULL},
        {"l", &ints_type, list, NULL, NULL},
        {"m", &map_type, map, NULL, NULL},
        {"x", tn_type_of(TN_TYPE_DYN), maybe(h >> 44, any[h >> 48 & 3]), NULL, NULL},
    };
    for (size_t i = 0; i < TN_COUNT(names); i++)
        w->names[i] = names[i];
}

static tn_status run(test_condition *c, const world *w, tn_str text, bool unchecked)
{
    *c = (test_condition){.names = w->names,
                          .name_count = TN_COUNT(w->names),
                          .unchecked = unchecked,
                          .static_zones = true,
                          .budget = FUZZ_STEPS};
    tn_status status = test_condition_compile(c, text);
    require(status == TN_OK || c->diags.error_count > 0);
    if (status != TN_OK)
        return status;
    status = test_condition_run(c);
    require(status == TN_OK);
    require(c->compiled.constant == NULL || c->value.kind != TN_KIND_UNREADABLE ||
            c->value.kind == c->compiled.constant->kind);
    tn_cel_code code = tn_cel_builder_view(&c->code);
    tn_cel_disasm(&code, c->compiled.expr, &c->text);
    test_condition_words(c, status);
    return status;
}

static bool is_budget(const tn_value *value)
{
    return tn_value_is_error(value) && tn_cel_error_code(value) == TN_CEL_ERR_BUDGET;
}

/* NaN is equal to nothing, so texts are compared. */
static void compare(test_condition *checked, test_condition *unchecked)
{
    const tn_value *a = &checked->value, *b = &unchecked->value;
    if (is_budget(a) || is_budget(b))
        return;
    require(a->kind == b->kind);
    if (!tn_value_is_error(a))
        require(
            tn_str_equal(tn_buf_view(&checked->text), tn_buf_view(&unchecked->text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    tn_str text = {(const char *)data, size};
    world w;
    test_condition checked, unchecked;
    make_world(&w, data, size);
    tn_status first = run(&checked, &w, text, false);
    tn_status second = run(&unchecked, &w, text, true);
    if (first == TN_OK)
        require(second == TN_OK);
    if (first == TN_OK)
        compare(&checked, &unchecked);
    test_condition_free(&checked);
    test_condition_free(&unchecked);
    tn_arena_free(&w.arena);
    return 0;
}
