/* load: the files given, and the modules that they name, read and parsed once each.
 *
 * A module `a.b.c` that nothing given provides is looked for as a/b/c.tenure below each
 * root: the folder of each file given, less what its own name accounts for, then the
 * input's roots; `std.x` is embedded in the program. After this pass every file is
 * parsed and every reference found or reported.
 *
 * Owns: nothing; trees lie in the arena, texts in the sources. Fails: NOMEM; what
 * cannot be read is reported. Threads: one check, one thread. */
#ifndef TN_CHECK_LOAD_H
#define TN_CHECK_LOAD_H

#include "interp/check/checker.h"

/* Files and folders by path. */
TN_MUST_USE tn_status tn_load_paths(tn_checker *ck, const tn_check_input *input);

/* Texts already among the sources. */
TN_MUST_USE tn_status tn_load_sources(tn_checker *ck, const tn_check_input *input,
                                      const uint32_t *files, size_t file_count);

#endif
