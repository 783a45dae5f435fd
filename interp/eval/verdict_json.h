/* verdict_json: a verdict as one JSON object, as chapter 13 of LANGUAGE.md has
 * it:
 *
 *   record category verdict reason clause due deadline overdue conflict next_change
 *   redact detail
 *
 * Instants are RFC 3339 in UTC without trailing zeros, null where there is none; clause
 * is "file:line:column" or null; redact lists field names; detail lists the doubts,
 * each
 * {"reason", "clause", "field" or "entity", "message"}.
 *
 * Owns: the texts that repeat, until tn_verdict_json_free. Fails: NOMEM.
 * Threads: one at a time. */
#ifndef TN_EVAL_VERDICT_JSON_H
#define TN_EVAL_VERDICT_JSON_H

#include "interp/eval/judge.h"

typedef struct tn_verdict_json {
    const tn_image *image;
    tn_arena arena;
    uint32_t category;
    tn_str category_name; /* as JSON */
    tn_str *clauses;      /* "file:line:column" as JSON, one for each of the category */
    tn_str *fields;       /* names as JSON */
} tn_verdict_json;

TN_MUST_USE tn_status tn_verdict_json_init(tn_verdict_json *json, const tn_image *image,
                                           uint32_t category,
                                           const tn_allocator *memory);
void tn_verdict_json_free(tn_verdict_json *json);

/* Appends the object, without a line end. The verdict must have been asked for whole
 * (TN_WANT_ALL), the category be the one given. */
void tn_verdict_json_put(const tn_verdict_json *json, tn_buf *buf,
                         const tn_judged *judged);

#endif
