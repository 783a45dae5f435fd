/* pipe: binds files that a command names, where there is no deployment.
 *
 * Columns are meant by their names: a record's fields; an entity's events, attributes,
 * `hold`, `hold_from` and `hold_until`. Nothing has an encoding: instants are text with
 * their zone.
 *
 * Owns, fails, threads: as eval.h says. */
#ifndef TN_EVAL_PIPE_H
#define TN_EVAL_PIPE_H

#include "interp/eval/eval.h"

/* A file: its path or "-", and its kind ("jsonl", "csv"). */
typedef struct tn_pipe_file {
    tn_str path;
    tn_str kind;
} tn_pipe_file;

/* "csv" where the path ends so, else "jsonl". */
tn_str tn_pipe_kind(tn_str path);

/* Says in so many words that no event of the entity has happened and nothing is held.
 */
void tn_eval_bind_no_facts(tn_eval *eval, uint32_t entity);

/* The facts of an entity, whose members are known by column `key`. Of a store whose
 * columns are known, the events and attributes that `category` reads must be there. */
TN_MUST_USE tn_status tn_eval_bind_facts(tn_eval *eval, uint32_t entity, tn_str key,
                                         const tn_pipe_file *file, uint32_t category);

/* The records of a category; keys[i] is the column with the key of its entity number i,
 * data NULL: none. */
TN_MUST_USE tn_status tn_eval_bind_records(tn_eval *eval, uint32_t category,
                                           const tn_str *keys,
                                           const tn_pipe_file *file);

#endif
