/* check: from trees to a checked model, passes in order:
 *
 *   load      the files named, and the modules they extend, are subject to or import
 *   declare   every name of every module
 *   merge     categories along `extends` and `subject to`
 *   resolve   fields, anchors, periods, guards of each category
 *   deploy    stores, facts and bindings against the policy
 *   findings  what is well-formed but wrong: LANGUAGE.md, chapter 16
 *
 * Owns: nothing; the model and the trees lie in the caller's arena. Fails: INVALID with
 * every error found in `diags`; NOMEM. Threads: free, with arena, sources and diags of
 * one's own. */
#ifndef TN_CHECK_CHECK_H
#define TN_CHECK_CHECK_H

#include "interp/check/model.h"

/* Sets *text to the text of a module and returns TN_OK, or returns TN_NOT_FOUND. The
 * text is copied when it returns. Any other status ends the check. */
typedef tn_status tn_check_import(void *user, tn_str module, tn_str *text);

typedef struct tn_check_input {
    /* Files or directories (whose *.tenure files are taken, sorted by name, not below
     * it). A module `a.b.c` that nothing named provides is looked for as a/b/c.tenure
     * below each root: the folder of each file given, less what its own module name
     * accounts for, then `roots`; `std.x` is embedded. */
    const tn_str *paths;
    size_t path_count;
    const tn_str *roots;
    size_t root_count;
    tn_str zone_directory; /* empty: the system's, /usr/share/zoneinfo */
    /* Asked for a module that no file given or below the roots holds; NULL: nobody is.
     */
    tn_check_import *import;
    void *import_user;
} tn_check_input;

/* What a check reads into and writes to: each initialised by the caller, and borrowed.
 */
typedef struct tn_check_into {
    tn_sources *sources;  /* the texts */
    tn_arena *arena;      /* trees and model */
    tn_cel_builder *code; /* all conditions */
    tn_diags *diags;
} tn_check_into;

/* Reads and checks everything. On INVALID the model is given too, as far as it could be
 * made, or NULL. */
TN_MUST_USE tn_status tn_check(const tn_check_input *input, const tn_check_into *into,
                               tn_model **out);

/* The same for texts in memory: already added to the sources, numbers in `files`. No
 * file is looked for but below the input's roots. */
TN_MUST_USE tn_status tn_check_sources(const tn_check_input *input,
                                       const uint32_t *files, size_t file_count,
                                       const tn_check_into *into, tn_model **out);

#endif
