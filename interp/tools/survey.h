/* survey: what the columns of a store's objects hold, by a sample of their rows.
 *
 * Works by the ops of store.h alone, so on any kind of store. A reading is a type with
 * an encoding; a column allows it while every value of the sample that is not null can
 * be read so (decode.h): what init writes is known to be readable there.
 *
 * Owns: nothing; all lies in the caller's arena. Fails: as the store does, with a
 * sentence. Threads: one at a time. */
#ifndef TN_TOOLS_SURVEY_H
#define TN_TOOLS_SURVEY_H

#include "interp/base/arena.h"
#include "interp/image/terms.h"
#include "interp/store/store.h"

/* Rows looked at, of each object: enough to see what is usual, few enough to wait for.
 */
enum { TN_SURVEY_ROWS = 2000 };

typedef enum tn_reading_kind {
    TN_READ_TIMESTAMP, /* with its zone */
    TN_READ_DATE,
    TN_READ_LOCAL, /* date and time without a zone, also as SQL writes it */
    TN_READ_UNIX_S,
    TN_READ_UNIX_MS,
    TN_READ_UNIX_US,
    TN_READ_UNIX_NS,
    TN_READ_BOOL,
    TN_READ_INT,
    TN_READ_DOUBLE,
    TN_READ_STRING,
    TN_READ_BYTES,
    TN_READ_LIST,
    TN_READ_MAP,
    TN_READ_COUNT
} tn_reading_kind;

typedef struct tn_surveyed {
    tn_str name;
    tn_str declared;    /* its type, as the store has it; may be empty */
    bool is_key;        /* alone the row's key */
    uint32_t seen;      /* rows with a value */
    uint32_t nulls;     /* rows without */
    uint32_t zeros;     /* of `seen`: the number 0 */
    uint32_t allowed;   /* bits 1 << TN_READ_; all where nothing was seen */
    uint32_t addresses; /* of `seen`: texts that look like an e-mail address */
    uint32_t hosts;     /* of `seen`: texts that look like a network address */
} tn_surveyed;

typedef struct tn_survey {
    tn_str object;
    const char *noun; /* as a deployment writes it: "table" */
    tn_surveyed *columns;
    uint32_t column_count;
    uint32_t rows; /* looked at */
} tn_survey;

/* The field type and encoding of a reading; the zone of LOCAL is for the reader to say.
 */
tn_field_type tn_reading_type(tn_reading_kind reading);
tn_encoding tn_reading_encoding(tn_reading_kind reading);

TN_MUST_USE tn_status tn_survey_object(tn_store *store, tn_str object, tn_arena *arena,
                                       tn_survey *out, tn_buf *why);

#endif
