/* names: what is declared, by full name, and what a name means in a scope.
 *
 * A simple name is looked for in the module, in its parents and in what it imports; one
 * that more than one of them offers must be qualified. A dotted name is a full one, of
 * a module that the scope names.
 *
 * Owns: nothing; all is the checker's. Fails: NOMEM. Threads: one check, one thread. */
#ifndef TN_CHECK_NAMES_H
#define TN_CHECK_NAMES_H

#include "interp/base/nearest.h"
#include "interp/cel/env.h"
#include "interp/check/checker.h"

/* "purpose", "legal basis", ... as messages have it. Static. */
const char *tn_symbol_word(tn_symbol_kind kind);

/* Declares `simple` in `module`: *out, whose row is for the caller to set before it is
 * entered. A name that the module has already, or that a parent of it has (but for
 * categories and sections, in which a module prevails), is reported, and out->full.data
 * is NULL. */
TN_MUST_USE tn_status tn_names_declare(tn_checker *ck, tn_symbol_kind kind,
                                       uint32_t module, const tn_name *simple,
                                       tn_symbol *out);
/* Enters a symbol that is known to be new. */
TN_MUST_USE tn_status tn_names_enter(tn_checker *ck, const tn_symbol *symbol);

typedef enum tn_found {
    TN_FOUND_ONE,
    TN_FOUND_NONE,
    TN_FOUND_TWO,   /* two modules in scope offer it */
    TN_FOUND_UNSEEN /* a full name of a module that the scope does not name */
} tn_found;

/* A name looked up in a scope. */
typedef struct tn_lookup {
    const tn_scope *scope;
    tn_symbol_kind kind;
    tn_str dotted;
    tn_found how;
    uint32_t found[2]; /* numbers of symbols */
} tn_lookup;

/* Says nothing. */
tn_lookup tn_names_find(tn_checker *ck, const tn_scope *scope, tn_symbol_kind kind,
                        tn_str dotted);

/* The symbol of a full name "module.simple"; TN_NONE. */
uint32_t tn_names_at(tn_checker *ck, tn_symbol_kind kind, tn_str module, tn_str simple);

/* The same, reported: the row of what is meant, or TN_NONE with a diagnostic (or
 * without, where the scope is incomplete). */
uint32_t tn_names_resolve(tn_checker *ck, const tn_scope *scope, tn_symbol_kind kind,
                          tn_str dotted, tn_span at);

/* A name that means nothing here: may it be declared in what could not be read? Of a
 * text with errors all that stands in it is known, if not what it is: so not if the
 * name stands nowhere but where it is used. `broken`: a text that it could come from
 * has errors, beside the scope's own. */
bool tn_names_may_be_lost(const tn_checker *ck, const tn_scope *scope, bool broken,
                          tn_str dotted);

/* Adds to `diags`, nowhere, what is wrong with a name that is found TWO or UNSEEN. */
tn_diag *tn_names_report(tn_checker *ck, const tn_lookup *lookup, tn_diags *diags);

/* Offers every name of a kind that the scope sees. */
void tn_names_each(const tn_checker *ck, const tn_scope *scope, tn_symbol_kind kind,
                   tn_cel_name_fn *visit, void *to);

/* Which module a reference of the scope by name means: of the model; TN_NONE after a
 * diagnostic. */
uint32_t tn_names_module(tn_checker *ck, const tn_scope *scope, const tn_path *path);

#endif
