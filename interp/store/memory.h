/* memory: a store of tables in the caller's memory, for tests of what reads stores.
 *
 * The config's `user` is a tn_memory_store; its rows come in batches of batch_rows.
 * After `fail_after` rows a scan fails, for tests of what comes of that.
 *
 * Owns, fails, threads: as store.h says; borrows the tables until close. */
#ifndef TN_STORE_MEMORY_H
#define TN_STORE_MEMORY_H

#include "interp/store/store.h"

typedef struct tn_memory_table {
    const char *name;
    const char *const *columns;
    uint32_t column_count;
    const tn_value *cells; /* row by row */
    uint32_t row_count;
    uint32_t key_column; /* TN_NONE: rows are numbered from 1 */
} tn_memory_table;

typedef struct tn_memory_store {
    const tn_memory_table *tables;
    uint32_t table_count;
    uint32_t batch_rows; /* 0: one */
    uint32_t fail_after; /* 0: never */
} tn_memory_store;

extern const tn_store_ops tn_memory_ops;

#endif
