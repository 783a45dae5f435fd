/* tables: constant look-ups, `table N by KEY { "DE": 16 default 13 }`.
 *
 * Owns: nothing; values lie in the arena of the code's builder. Fails: NOMEM; what is
 * wrong is reported, and the table then has no map. Threads: one check, one thread. */
#ifndef TN_CHECK_TABLES_H
#define TN_CHECK_TABLES_H

#include "interp/check/checker.h"

TN_MUST_USE tn_status tn_tables_declare(tn_checker *ck, uint32_t module,
                                        const tn_decl *decl);

#endif
