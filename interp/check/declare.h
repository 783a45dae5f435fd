/* declare: the vocabulary of each module: sections, purposes, legal bases, entities
 * with their facts, tables, conditions.
 *
 * In two passes over each module, so that a module's own names may be used before they
 * are declared: first the names, then what they refer to.
 *
 * Owns: nothing. Fails: NOMEM; what is wrong is reported. Threads: one check, one
 * thread. */
#ifndef TN_CHECK_DECLARE_H
#define TN_CHECK_DECLARE_H

#include "interp/check/checker.h"

/* Modules must come in the model's order. */
TN_MUST_USE tn_status tn_declare_module(tn_checker *ck, uint32_t module);

#endif
