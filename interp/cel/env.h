/* env: what an expression may speak of, as its host declares it.
 *
 * Names are dotted texts to this room: `record.f`, `customer.terminated`,
 * `std.consent.age`. They are resolved as cel-spec says (langdef "Name Resolution"):
 * for a.b.c in container p.q the longest prefix that is declared wins, and of equally
 * long ones p.q.a.b.c before p.a.b.c before a.b.c; what is left over is field
 * selection. A leading dot starts at the root. Macro variables hide everything.
 *
 * Owns: nothing; the host's tables outlive the call. Threads: as the host says. */
#ifndef TN_CEL_ENV_H
#define TN_CEL_ENV_H

#include "interp/cel/type.h"
#include "interp/cel/zones.h"

typedef enum tn_cel_decl_kind {
    TN_CEL_DECL_SLOT,    /* `number` is the slot; null when absent */
    TN_CEL_DECL_TABLE,   /* `number` is a table of the builder; type is its map's */
    TN_CEL_DECL_CONSTANT /* `value`, which outlives the compilation */
} tn_cel_decl_kind;

typedef struct tn_cel_decl {
    tn_cel_decl_kind kind;
    const tn_type *type; /* borrowed until the compilation's end */
    uint32_t number;
    tn_value value;
    /* TABLE: its map, and its default or NULL */
    const tn_value *map;
    const tn_value *otherwise;
} tn_cel_decl;

typedef void tn_cel_name_fn(void *to, tn_str name);

typedef struct tn_cel_env {
    tn_str container; /* "a.b" or empty */
    void *user;
    /* Is `dotted` declared? It is valid only during the call. NULL: nothing is. */
    bool (*find)(void *user, tn_str dotted, tn_cel_decl *out);
    /* Calls visit(to, name) for each name, for "did you mean". May be NULL. */
    void (*each)(void *user, tn_cel_name_fn *visit, void *to);
    tn_cel_zones zones; /* find NULL: only UTC and fixed offsets */

    bool unchecked; /* no type check: what does not fit is an evaluation error */
    /* Time zones computed at run time are let pass, and so are zones and patterns that
     * are not valid: an evaluation error where they are met. */
    bool dynamic_zones;
    const tn_type *want; /* what the expression must be; NULL: anything */
} tn_cel_env;

#endif
