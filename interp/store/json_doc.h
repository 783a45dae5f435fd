/* json_doc: one JSON text as a value, and what is asked of it.
 *
 * For answers of servers that are small enough to be read whole. What is not there is
 * null, so that a path of members needs no check after each step.
 *
 * Owns: nothing; values lie in the arena and view the text. Fails: INVALID (no JSON),
 * NOMEM. Threads: the index's. */
#ifndef TN_STORE_JSON_DOC_H
#define TN_STORE_JSON_DOC_H

#include "interp/store/json_index.h"
#include "interp/store/json_read.h"

/* TN_JSON_PADDING bytes after the text must be readable. */
TN_MUST_USE tn_status tn_json_doc_read(tn_json_index *index, tn_str text,
                                       tn_arena *arena, tn_value *out);

/* The member of an object; null where there is none. Borrows. */
const tn_value *tn_doc_member(const tn_value *object, const char *name);
const tn_value *tn_doc_find(const tn_value *object, tn_str name);
/* "a.b.c": one member after the other. */
const tn_value *tn_doc_path(const tn_value *object, const char *path);
/* The text; data NULL where it is none. */
tn_str tn_doc_text(const tn_value *value);
/* The integer; `otherwise` where it is none. */
int64_t tn_doc_int(const tn_value *value, int64_t otherwise);
/* Is it true, or the text "true"? */
bool tn_doc_is_true(const tn_value *value);
/* The items of an array; 0 where it is none. */
uint32_t tn_doc_items(const tn_value *value, const tn_value **items);

#endif
