#include "interp/cel/type.h"

static const tn_type types[TN_TYPE_COUNT] = {
    [TN_TYPE_DYN] = {.kind = TN_TYPE_DYN},
    [TN_TYPE_NULL] = {.kind = TN_TYPE_NULL},
    [TN_TYPE_BOOL] = {.kind = TN_TYPE_BOOL},
    [TN_TYPE_INT] = {.kind = TN_TYPE_INT},
    [TN_TYPE_UINT] = {.kind = TN_TYPE_UINT},
    [TN_TYPE_DOUBLE] = {.kind = TN_TYPE_DOUBLE},
    [TN_TYPE_STRING] = {.kind = TN_TYPE_STRING},
    [TN_TYPE_BYTES] = {.kind = TN_TYPE_BYTES},
    [TN_TYPE_TIMESTAMP] = {.kind = TN_TYPE_TIMESTAMP},
    [TN_TYPE_DURATION] = {.kind = TN_TYPE_DURATION},
    [TN_TYPE_LIST] = {.kind = TN_TYPE_LIST, .params = {&types[TN_TYPE_DYN], NULL}},
    [TN_TYPE_MAP] = {.kind = TN_TYPE_MAP,
                     .params = {&types[TN_TYPE_DYN], &types[TN_TYPE_DYN]}},
    [TN_TYPE_TYPE] = {.kind = TN_TYPE_TYPE},
    [TN_TYPE_OPTIONAL] = {.kind = TN_TYPE_OPTIONAL,
                          .params = {&types[TN_TYPE_DYN], NULL}},
    [TN_TYPE_PARAM] = {.kind = TN_TYPE_PARAM},
};

/* `value` is the kind of the type's values; `written` what a policy may call it too. */
static const struct {
    tn_str name;
    const char *written;
    tn_kind value;
} rows[TN_TYPE_COUNT] = {
    [TN_TYPE_DYN] = {{"dyn", 3}, NULL, TN_KIND_COUNT},
    [TN_TYPE_NULL] = {{"null_type", 9}, NULL, TN_KIND_NULL},
    [TN_TYPE_BOOL] = {{"bool", 4}, NULL, TN_KIND_BOOL},
    [TN_TYPE_INT] = {{"int", 3}, NULL, TN_KIND_INT},
    [TN_TYPE_UINT] = {{"uint", 4}, NULL, TN_KIND_UINT},
    [TN_TYPE_DOUBLE] = {{"double", 6}, NULL, TN_KIND_DOUBLE},
    [TN_TYPE_STRING] = {{"string", 6}, NULL, TN_KIND_STRING},
    [TN_TYPE_BYTES] = {{"bytes", 5}, NULL, TN_KIND_BYTES},
    [TN_TYPE_TIMESTAMP] = {{"google.protobuf.Timestamp", 25},
                           "timestamp",
                           TN_KIND_TIMESTAMP},
    [TN_TYPE_DURATION] = {{"google.protobuf.Duration", 24},
                          "duration",
                          TN_KIND_DURATION},
    [TN_TYPE_LIST] = {{"list", 4}, NULL, TN_KIND_LIST},
    [TN_TYPE_MAP] = {{"map", 3}, NULL, TN_KIND_MAP},
    [TN_TYPE_TYPE] = {{"type", 4}, NULL, TN_KIND_TYPE},
    [TN_TYPE_OPTIONAL] = {{"optional_type", 13}, "optional", TN_KIND_OPTIONAL},
    [TN_TYPE_PARAM] = {{"A", 1}, NULL, TN_KIND_COUNT},
};

const tn_type *tn_type_of(tn_type_kind kind)
{
    assert(kind < TN_TYPE_COUNT);
    return &types[kind];
}

static const tn_type *make(tn_arena *arena, tn_type_kind kind, const tn_type *first,
                           const tn_type *second)
{
    if (first == NULL || (kind == TN_TYPE_MAP && second == NULL))
        return NULL;
    if (tn_type_equal(types[kind].params[0], first) &&
        (second == NULL || tn_type_equal(types[kind].params[1], second)))
        return &types[kind];
    tn_type *type = tn_arena_take(arena, sizeof(*type));
    if (type != NULL)
        *type = (tn_type){.kind = kind, .params = {first, second}};
    return type;
}

const tn_type *tn_type_list(tn_arena *arena, const tn_type *item)
{
    return make(arena, TN_TYPE_LIST, item, NULL);
}

const tn_type *tn_type_map(tn_arena *arena, const tn_type *key, const tn_type *value)
{
    return make(arena, TN_TYPE_MAP, key, value);
}

const tn_type *tn_type_optional(tn_arena *arena, const tn_type *item)
{
    return make(arena, TN_TYPE_OPTIONAL, item, NULL);
}

const tn_type *tn_type_find(tn_str name)
{
    for (int kind = 0; kind < TN_TYPE_PARAM; kind++)
        if (tn_str_equal(name, rows[kind].name) ||
            tn_str_equal(name, tn_str_from(rows[kind].written)))
            return name.len == 0 ? NULL : &types[kind];
    if (tn_str_equal(name, TN_STR("date")) || tn_str_equal(name, TN_STR("event")))
        return &types[TN_TYPE_TIMESTAMP];
    return NULL;
}

tn_str tn_type_name_of(tn_type_kind kind)
{
    return rows[kind].name;
}

tn_type_kind tn_type_of_value(tn_kind kind)
{
    if (kind == TN_KIND_DATE)
        return TN_TYPE_TIMESTAMP;
    for (int type = 0; type < TN_TYPE_COUNT; type++)
        if (rows[type].value == kind)
            return (tn_type_kind)type;
    return TN_TYPE_DYN;
}

tn_kind tn_type_value_kind(const tn_type *type)
{
    return rows[type->kind].value;
}

bool tn_type_equal(const tn_type *a, const tn_type *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->kind != b->kind || a->number != b->number)
        return false;
    return tn_type_equal(a->params[0], b->params[0]) &&
           tn_type_equal(a->params[1], b->params[1]);
}

void tn_type_put(tn_buf *buf, const tn_type *type)
{
    if (type->kind == TN_TYPE_PARAM) {
        tn_buf_put_char(buf, (char)('A' + type->number));
        return;
    }
    const char *written = rows[type->kind].written;
    tn_buf_put(buf, written != NULL ? tn_str_from(written) : rows[type->kind].name);
    if (type->params[0] == NULL)
        return;
    tn_buf_put_char(buf, '(');
    tn_type_put(buf, type->params[0]);
    if (type->params[1] != NULL) {
        tn_buf_put_text(buf, ", ");
        tn_type_put(buf, type->params[1]);
    }
    tn_buf_put_char(buf, ')');
}

bool tn_type_accepts(const tn_type *want, const tn_type *got)
{
    if (want->kind == TN_TYPE_DYN || got->kind == TN_TYPE_DYN ||
        want->kind == TN_TYPE_NULL || got->kind == TN_TYPE_NULL)
        return true;
    if (want->kind != got->kind)
        return false;
    for (int i = 0; i < 2; i++)
        if (want->params[i] != NULL &&
            !tn_type_accepts(want->params[i], got->params[i]))
            return false;
    return true;
}

const tn_type *tn_type_join(tn_arena *arena, const tn_type *a, const tn_type *b)
{
    if (tn_type_equal(a, b) || b->kind == TN_TYPE_NULL)
        return a;
    if (a->kind == TN_TYPE_NULL)
        return b;
    if (a->kind != b->kind || a->params[0] == NULL)
        return &types[TN_TYPE_DYN];
    const tn_type *first = tn_type_join(arena, a->params[0], b->params[0]);
    const tn_type *second = NULL;
    if (a->params[1] != NULL)
        second = tn_type_join(arena, a->params[1], b->params[1]);
    return make(arena, a->kind, first, second);
}
