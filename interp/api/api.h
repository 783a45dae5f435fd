/* api: what the files of this room share. Not for other rooms: they use tenure.h, or
 * the stages themselves.
 *
 * Owns: as tenure.h says. */
#ifndef TN_API_API_H
#define TN_API_API_H

#include "interp/base/buf.h"
#include "interp/calendar/instant.h"
#include "interp/decide/decide.h"
#include "interp/image/image.h"

struct tenure_policy {
    const tn_allocator *memory;
    tn_image image;
    void *mapped; /* own: the file; NULL: the image has its copy */
    size_t mapped_bytes;
    void *read; /* own: the file, read */
    size_t read_bytes;
    char digest[TN_DIGEST_TEXT_BYTES];
    bool *needed; /* own: does a clause read it? one for each field, then each fact */
};

struct tenure_facts {
    const tenure_policy *policy;
    uint32_t entity;
    tn_facts *facts;
    tn_value *values; /* of the row being added */
    tn_arena nested;  /* its lists and maps */
};

struct tenure_run {
    const tenure_policy *policy;
    tn_run *run;
};

/* A field that a clause reads, and how. */
typedef struct tenure_reading {
    uint32_t field; /* of the category, from 0 */
    tn_field_type type;
    tn_str shape;
} tenure_reading;

struct tenure_decider {
    const tenure_run *run;
    uint32_t category;
    uint32_t placement; /* row of the image; TN_NONE: none */
    tn_decider *decider;
    tenure_value *fields;
    tenure_value *keys;
    tenure_reading *readings;
    uint32_t reading_count;
    uint32_t key_count;
    unsigned record_flags; /* of the last tenure_decide */
    tn_arena arena;        /* the arrays */
    tn_arena nested;       /* lists and maps of the record at hand */
    tn_buf text;           /* of the last tenure_explain */
};

/* What hosts give most often, without a call: an instant in range, a key. False: it is
 * something else. */
static inline bool tn_api_value_is_plain(const tenure_reading *how,
                                         const tenure_value *in, tn_value *out)
{
    if (in->kind != TENURE_INSTANT || !tn_instant_is_valid(in->as.instant) ||
        (how->type != TN_FIELD_TIMESTAMP && how->type != TN_FIELD_EVENT))
        return false;
    /* in parts, as the host has just written them */
    out->kind = TN_KIND_TIMESTAMP;
    out->as.instant.seconds = in->as.instant.seconds;
    out->as.instant.nanos = in->as.instant.nanos;
    return true;
}

static inline bool tn_api_key_is_plain(const tenure_value *in, tn_value *out)
{
    if (in->kind == TENURE_INT) {
        out->kind = TN_KIND_INT;
        out->as.integer = in->as.integer;
        return true;
    }
    out->kind = TN_KIND_STRING;
    out->as.text = in->as.text;
    return in->kind == TENURE_TEXT && in->as.text.data != NULL;
}

/* The public value as one of the declared type; lists and maps are built in `nested`.
 * NOMEM alone fails. */
TN_MUST_USE tn_status tn_api_value(tn_arena *nested, const tenure_reading *how,
                                   const tenure_value *in, tn_value *out);
/* The same of an entity's key. */
void tn_api_key(const tenure_value *in, tn_value *out);

/* The row of a category's placement number `placement`; TN_NONE as it is. */
static inline uint32_t tn_api_placement_row(const tn_image *image, uint32_t category,
                                            uint32_t placement)
{
    return placement == TN_NONE
               ? TN_NONE
               : image->categories[category].placements.first + placement;
}

#endif
