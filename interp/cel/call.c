#include "interp/cel/call.h"
#include "interp/cel/text.h"

#include <string.h>

/* What as.error packs:
 *   bits 0..7 code, 8..12 13..17 18..22 kinds of arguments, 32..63 node */
enum { KIND_BITS = 5, KIND_MASK = 31, KINDS_AT = 8, NODE_AT = 32, SHOWN_BYTES = 120 };

static const char *const error_texts[] = {
#define TN_CEL_ERROR(id, text) text,
#include "interp/cel/errors.def"
#undef TN_CEL_ERROR
};

const char *tn_cel_error_text(tn_cel_error error)
{
    return error_texts[error];
}

static tn_value make_error(const tn_cel_call *call, tn_cel_error error,
                           const char *detail, uint64_t kinds)
{
    uint64_t packed =
        (uint64_t)error | kinds << KINDS_AT | (uint64_t)call->node << NODE_AT;
    return (tn_value){.kind = TN_KIND_UNREADABLE, .as.error = {detail, packed}};
}

static uint64_t no_kinds(void)
{
    uint64_t none = TN_KIND_COUNT;
    return none | none << KIND_BITS | none << 2 * KIND_BITS;
}

tn_value tn_cel_fail(tn_cel_call *call, tn_cel_error error, const char *detail)
{
    return make_error(call, error, detail, no_kinds());
}

tn_value tn_cel_stop(tn_cel_call *call)
{
    call->stopped = true;
    return make_error(call, TN_CEL_ERR_BUDGET, NULL, no_kinds());
}

tn_value tn_cel_fail_value(tn_cel_call *call, tn_cel_error error, const tn_value *about)
{
    tn_buf buf;
    tn_buf_init(&buf, call->arena->memory);
    tn_cel_value_put(&buf, about, SHOWN_BYTES);
    tn_str detail = {NULL, 0};
    if (!buf.failed)
        detail = tn_arena_copy(call->arena, tn_buf_view(&buf));
    tn_buf_free(&buf);
    return tn_cel_fail(call, error, detail.data);
}

tn_value tn_cel_fail_text(tn_cel_call *call, tn_cel_error error, tn_str about)
{
    tn_value value = tn_value_string(about);
    return tn_cel_fail_value(call, error, &value);
}

tn_value tn_cel_fail_overload(tn_cel_call *call, const tn_value *args, uint32_t argc)
{
    uint64_t kinds = 0;
    for (uint32_t i = 0; i < 3; i++) {
        uint64_t kind = i < argc ? args[i].kind : TN_KIND_COUNT;
        kinds |= kind << i * KIND_BITS;
    }
    return make_error(call, TN_CEL_ERR_NO_OVERLOAD, NULL, kinds);
}

tn_cel_error tn_cel_error_code(const tn_value *error)
{
    assert(tn_value_is_error(error));
    return (tn_cel_error)(error->as.error.packed & 0xFF);
}

uint32_t tn_cel_error_node(const tn_value *error)
{
    return (uint32_t)(error->as.error.packed >> NODE_AT);
}

const char *tn_cel_error_detail(const tn_value *error)
{
    return error->as.error.detail;
}

tn_kind tn_cel_error_kind(const tn_value *error, unsigned index)
{
    return (tn_kind)(error->as.error.packed >> (KINDS_AT + index * KIND_BITS) &
                     KIND_MASK);
}

void *tn_cel_take(tn_cel_call *call, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total) ||
        !tn_cel_charge(call, tn_cel_byte_steps(total)))
        return NULL;
    void *piece = tn_arena_take(call->arena, total);
    if (piece == NULL) {
        call->stopped = true;
        call->no_memory = true;
    }
    return piece;
}

tn_value tn_cel_list(tn_cel_call *call, const tn_value *items, uint32_t count)
{
    tn_list_value *list = tn_cel_take(call, 1, sizeof(*list));
    if (list == NULL)
        return tn_cel_stop(call);
    *list = (tn_list_value){items, count};
    return (tn_value){.kind = TN_KIND_LIST, .as.list = list};
}

static tn_value map_error(tn_cel_call *call, tn_status status, const tn_value *key)
{
    if (status == TN_INVALID)
        return tn_cel_fail_value(call, TN_CEL_ERR_REPEATED_KEY, key);
    return tn_cel_fail_value(call, TN_CEL_ERR_KEY_TYPE, key);
}

/* Each key is hashed, or compared with a few. */
static bool charge_keys(tn_cel_call *call, const tn_map_pair *pairs, uint32_t count)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        if (pairs[i].key.kind == TN_KIND_STRING)
            bytes += pairs[i].key.as.text.len;
    return tn_cel_charge(call, count + tn_cel_byte_steps(bytes));
}

tn_value tn_cel_map(tn_cel_call *call, const tn_map_pair *pairs, uint32_t count)
{
    tn_map_value *map = tn_cel_take(call, 1, sizeof(*map));
    if (map == NULL || !charge_keys(call, pairs, count))
        return tn_cel_stop(call);
    uint32_t bad = 0;
    tn_status status = tn_map_value_build(call->arena, pairs, count, map, &bad);
    if (status == TN_NOMEM) {
        call->no_memory = true;
        return tn_cel_stop(call);
    }
    if (status != TN_OK)
        return map_error(call, status, &pairs[bad].key);
    return (tn_value){.kind = TN_KIND_MAP, .as.map = map};
}

tn_value tn_cel_optional(tn_cel_call *call, const tn_value *value)
{
    tn_value *held = tn_cel_take(call, 1, sizeof(*held));
    if (held == NULL)
        return tn_cel_stop(call);
    *held = *value;
    return (tn_value){.kind = TN_KIND_OPTIONAL, .as.optional = held};
}

tn_value tn_cel_text(tn_cel_call *call, tn_str text)
{
    char *copy = tn_cel_take(call, text.len + 1, 1);
    if (copy == NULL)
        return tn_cel_stop(call);
    if (text.len > 0)
        memcpy(copy, text.data, text.len);
    return tn_value_string((tn_str){copy, text.len});
}
