/* ledger_file: what the files of a ledger share: ledger.c opens and writes it,
 * ledger_read.c reads it. Not for others: they use ledger.h.
 *
 * Owns: see ledger.h. */
#ifndef TN_APPLY_LEDGER_FILE_H
#define TN_APPLY_LEDGER_FILE_H

#include "interp/apply/ledger.h"

/* The columns of an entry, in order. */
enum { COL_SEQ, COL_AT, COL_KIND, COL_RUN, COL_PLACE, COL_CHUNK, COL_BODY, COL_HASH };

struct tn_ledger {
    tn_arena arena; /* paths */
    tn_db db;
    int lock; /* -1: only read */
    tn_head head;
    tn_head committed; /* what rollback goes back to */
    char id[TN_LEDGER_ID_TEXT];
    sqlite3_stmt *insert;
    sqlite3_stmt *insert_leaves;
};

/* Finds the last entry. INVALID: its hash is damaged. */
TN_MUST_USE tn_status tn_ledger_read_head(tn_ledger *ledger);

#endif
