/* args: what the functions of this directory share: their arguments' kinds, and texts
 * made piece by piece.
 * Owns: nothing. Fails: as call.h. Threads: as the call. */
#ifndef TN_STDLIB_ARGS_H
#define TN_STDLIB_ARGS_H

#include "interp/base/buf.h"
#include "interp/cel/call.h"
#include "interp/cel/functions.h"

/* The kind of a letter of builtins.def. */
static inline tn_kind tn_arg_kind(char letter)
{
    switch (letter) {
    case 'b': return TN_KIND_BOOL;
    case 'i': return TN_KIND_INT;
    case 'u': return TN_KIND_UINT;
    case 'd': return TN_KIND_DOUBLE;
    case 's': return TN_KIND_STRING;
    case 'y': return TN_KIND_BYTES;
    case 't': return TN_KIND_TIMESTAMP;
    case 'r': return TN_KIND_DURATION;
    case 'L': return TN_KIND_LIST;
    case 'M': return TN_KIND_MAP;
    case 'O': return TN_KIND_OPTIONAL;
    default: return TN_KIND_COUNT;
    }
}

/* Are the arguments exactly of these kinds, one letter each? */
static inline bool tn_args_are(const tn_cel_call *call, const tn_value *args,
                               const char *letters)
{
    uint32_t i = 0;
    for (; i < call->argc && letters[i] != '\0'; i++)
        if (args[i].kind != tn_arg_kind(letters[i]))
            return false;
    return i == call->argc && letters[i] == '\0';
}

static inline tn_value tn_args_refuse(tn_cel_call *call, const tn_value *args)
{
    return tn_cel_fail_overload(call, args, call->argc);
}

/* Ends `buf`: its content as a string of the arena. */
static inline tn_value tn_text_end(tn_cel_call *call, tn_buf *buf)
{
    tn_value text;
    if (buf->failed) {
        call->no_memory = true;
        text = tn_cel_stop(call);
    } else {
        text = tn_cel_text(call, tn_buf_view(buf));
    }
    tn_buf_free(buf);
    return text;
}

#endif
