/* plain: what most values of a record are, which need no decoding but what is said
 * here: an instant as text in a column without an encoding, and a key as it is. The
 * rest, and what is not so plain after all, is tn_origin_value's.
 *
 * Owns, fails: nothing. Threads: free. */
#ifndef TN_EVAL_PLAIN_H
#define TN_EVAL_PLAIN_H

#include "interp/calendar/instant.h"
#include "interp/eval/origin.h"

typedef enum tn_plainness {
    TN_PLAIN_NOTHING, /* tn_origin_value says */
    TN_PLAIN_TIME,    /* a text that is an instant */
    TN_PLAIN_KEY      /* a text or an integer, as it is */
} tn_plainness;

static inline tn_plainness tn_plain_of(const tn_origin_map *map)
{
    bool is_time =
        map->how.type == TN_FIELD_TIMESTAMP || map->how.type == TN_FIELD_EVENT;
    if (map->column == TN_NONE || map->how.absent != TN_ABSENT_NONE)
        return TN_PLAIN_NOTHING;
    if (map->target == TN_MAP_KEY)
        return TN_PLAIN_KEY;
    return is_time && map->how.encoding == TN_ENCODING_NONE ? TN_PLAIN_TIME
                                                            : TN_PLAIN_NOTHING;
}

/* False: it is not as plain as most. */
static inline bool tn_plain_read(tn_plainness plain, const tn_value *raw, tn_value *out)
{
    if (plain == TN_PLAIN_TIME && raw->kind == TN_KIND_STRING) {
        out->kind = TN_KIND_TIMESTAMP;
        return tn_instant_parse(raw->as.text, &out->as.instant);
    }
    if (plain != TN_PLAIN_KEY ||
        (raw->kind != TN_KIND_STRING && raw->kind != TN_KIND_INT))
        return false;
    *out = *raw;
    return true;
}

#endif
