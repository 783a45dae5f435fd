/* marks: @created, @key, @personal, @special("type") and @plausible("date", ahead "90
 * days").
 *
 * Owns: nothing. Fails: cannot; what has no meaning is reported. Threads: one check,
 * one thread. */
#ifndef TN_CHECK_MARKS_H
#define TN_CHECK_MARKS_H

#include "interp/check/checker.h"

/* What is marked. */
typedef enum tn_marked {
    TN_MARKED_CATEGORY,
    TN_MARKED_FIELD,
    TN_MARKED_EVENT,
    TN_MARKED_ATTRIBUTE
} tn_marked;

typedef struct tn_marks {
    bool created;
    bool key;
    bool personal; /* @special too */
    bool special;
    tn_text data_type; /* of @personal or @special; text.data NULL: none */
    tn_plausible plausible;
} tn_marks;

/* `type` is that of a field; EVENT for events; TN_FIELD_TYPE_COUNT where nothing should
 * be said of it. */
tn_marks tn_marks_read(tn_diags *diags, const tn_mark *marks, tn_marked what,
                       tn_field_type type);

#endif
