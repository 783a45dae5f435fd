/* call: what an operator or a function of conditions works with.
 *
 * A function takes its arguments by value, none of them an error, each of a kind its
 * row in builtins.def allows, and gives a value; an evaluation error is a value too, of
 * kind UNREADABLE, which packs code, node and kinds, so that the common errors (null
 * in a comparison) allocate nothing.
 *
 * Owns: nothing; results lie in the arena. Fails: out of memory and out of budget set
 * `stopped`, which nothing absorbs. Threads: one at a time. */
#ifndef TN_CEL_CALL_H
#define TN_CEL_CALL_H

#include "interp/base/arena.h"
#include "interp/cel/map_value.h"
#include "interp/cel/zones.h"
#include "interp/record/value.h"

typedef enum tn_cel_error {
#define TN_CEL_ERROR(id, text) TN_CEL_ERR_##id,
#include "interp/cel/errors.def"
#undef TN_CEL_ERROR
    TN_CEL_ERROR_COUNT
} tn_cel_error;

typedef struct tn_cel_call {
    tn_arena *arena;
    uint64_t steps_left;
    uint32_t node; /* the one at work, for messages */
    uint32_t argc;
    bool stopped; /* budget or memory is out: the evaluation ends */
    bool no_memory;
    const tn_cel_zones *zones; /* may be NULL */
    const tn_zone *zone;       /* of a ZONED node; else NULL */
} tn_cel_call;

typedef tn_value tn_cel_fn(tn_cel_call *call, const tn_value *args);

/* Steps for `count` bytes looked at or made: one for eight. */
static inline uint64_t tn_cel_byte_steps(uint64_t count)
{
    return count / 8;
}

/* Takes steps from the budget; false, and `stopped`, when it is exceeded. */
static inline bool tn_cel_charge(tn_cel_call *call, uint64_t steps)
{
    if (call->steps_left < steps) {
        call->steps_left = 0;
        call->stopped = true;
        return false;
    }
    call->steps_left -= steps;
    return true;
}

/* `count` zeroed objects of the arena, charged by their bytes; NULL when memory or the
 * budget is out: return tn_cel_stop then. */
void *tn_cel_take(tn_cel_call *call, size_t count, size_t size);

/* The value to return after a charge or a take that failed. */
tn_value tn_cel_stop(tn_cel_call *call);

/* An error. `detail` is what it is about, static or in the arena; may be NULL. */
tn_value tn_cel_fail(tn_cel_call *call, tn_cel_error error, const char *detail);
/* An error about a text, of which the first bytes are shown. */
tn_value tn_cel_fail_text(tn_cel_call *call, tn_cel_error error, tn_str about);
/* An error about a value, shown as CEL would write it. */
tn_value tn_cel_fail_value(tn_cel_call *call, tn_cel_error error,
                           const tn_value *about);
/* "no such overload", with the kinds of the first three arguments. */
tn_value tn_cel_fail_overload(tn_cel_call *call, const tn_value *args, uint32_t argc);

tn_cel_error tn_cel_error_code(const tn_value *error);
uint32_t tn_cel_error_node(const tn_value *error);
const char *tn_cel_error_detail(const tn_value *error); /* may be NULL */
/* The kind of argument `index`, 0..2; TN_KIND_COUNT where there is none. */
tn_kind tn_cel_error_kind(const tn_value *error, unsigned index);
/* The text of errors.def. */
const char *tn_cel_error_text(tn_cel_error error);

static inline bool tn_value_is_error(const tn_value *value)
{
    return value->kind == TN_KIND_UNREADABLE;
}

static inline tn_value tn_value_null(void)
{
    return (tn_value){.kind = TN_KIND_NULL};
}
static inline tn_value tn_value_bool(bool x)
{
    return (tn_value){.kind = TN_KIND_BOOL, .as.boolean = x};
}
static inline tn_value tn_value_int(int64_t x)
{
    return (tn_value){.kind = TN_KIND_INT, .as.integer = x};
}
static inline tn_value tn_value_uint(uint64_t x)
{
    return (tn_value){.kind = TN_KIND_UINT, .as.unsigned_integer = x};
}
static inline tn_value tn_value_double(double x)
{
    return (tn_value){.kind = TN_KIND_DOUBLE, .as.real = x};
}
static inline tn_value tn_value_string(tn_str x)
{
    return (tn_value){.kind = TN_KIND_STRING, .as.text = x};
}
static inline tn_value tn_value_bytes(tn_str x)
{
    return (tn_value){.kind = TN_KIND_BYTES, .as.text = x};
}
static inline tn_value tn_value_instant(tn_instant x)
{
    return (tn_value){.kind = TN_KIND_TIMESTAMP, .as.instant = x};
}
static inline tn_value tn_value_duration(int64_t nanos)
{
    return (tn_value){.kind = TN_KIND_DURATION, .as.duration_nanos = nanos};
}
static inline tn_value tn_value_type(const tn_type *x)
{
    return (tn_value){.kind = TN_KIND_TYPE, .as.type = x};
}

/* A list of `count` values, which must stay. */
tn_value tn_cel_list(tn_cel_call *call, const tn_value *items, uint32_t count);
/* A map of pairs; an error where a key is repeated or cannot be one. */
tn_value tn_cel_map(tn_cel_call *call, const tn_map_pair *pairs, uint32_t count);
/* An optional that holds `value` (copied). */
tn_value tn_cel_optional(tn_cel_call *call, const tn_value *value);
/* A string of `text`, copied into the arena. */
tn_value tn_cel_text(tn_cel_call *call, tn_str text);

#endif
