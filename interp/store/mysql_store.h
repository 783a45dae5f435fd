/* mysql_store: a MySQL store as the files of its adapter share it. Not for others.
 *
 * Owns: see store.h. */
#ifndef TN_STORE_MYSQL_STORE_H
#define TN_STORE_MYSQL_STORE_H

#include "interp/store/erase.h"
#include "interp/store/mysql_table.h"

/* What the tables of facts held. */
typedef struct tn_mysql_print {
    bool is_known;
    tn_digest digest;
} tn_mysql_print;

typedef struct tn_mysql_store {
    tn_store base;
    const tn_allocator *memory;
    tn_arena arena; /* the address */
    tn_mysql_url url;
    tn_mysql_db db;
    tn_mysql_url replica_url;
    tn_mysql_db replica; /* connected to when its lag is first asked for */
    uint32_t scan_count; /* open ones */
    /* In the transaction of a chunk: what is read then is locked. */
    bool in_chunk;
    int64_t version; /* of what decides: another one where it may have changed */
    tn_mysql_print print;
    /* What refers to the tables that were examined for writing, each once: asking takes
     * the servers long, and InnoDB's own count tells whether there is more by now. */
    struct tn_mysql_referred *referred;
    tn_buf remark;
} tn_mysql_store;

TN_MUST_USE tn_status tn_mysql_store_open(const tn_store_config *config,
                                          const tn_store_ops *ops, bool writes,
                                          tn_store **out, tn_buf *why);
static inline tn_mysql_store *tn_mysql_store_of(tn_store *store)
{
    return (tn_mysql_store *)store;
}

/* mysql_scan.c: as store.h says */
TN_MUST_USE tn_status tn_mysql_scan_open(tn_store *store,
                                         const tn_scan_request *request, tn_scan **out,
                                         tn_buf *why);
TN_MUST_USE tn_status tn_mysql_scan_next(tn_scan *scan, tn_store_rows *out,
                                         tn_buf *why);
TN_MUST_USE tn_status tn_mysql_scan_key(tn_scan *scan, const tn_store_row *row,
                                        tn_value *out);
tn_str tn_mysql_undeclared_name(const tn_scan *scan, uint32_t number);
bool tn_mysql_counted(const tn_scan *scan, tn_scan_counts *out);
void tn_mysql_scan_close(tn_scan *scan);

/* mysql_grants.c */
void tn_mysql_put_grants(tn_str location, const tn_store_grant *list, uint32_t count,
                         bool writes, tn_buf *out);

extern const tn_erase_ops tn_mysql_erase;
extern const tn_store_ops tn_mysql_writing_ops;

/* --- a row as a scan gives it, for a statement that selects: the wanted columns of the
 * request, IS NOT NULL of the undeclared ones, the key's parts */

typedef struct tn_mysql_row {
    const tn_scan_column *columns; /* of the request */
    const tn_mysql_table *table;
    const uint32_t *wanted; /* columns of the request */
    uint32_t wanted_count;
    const uint32_t *rest; /* columns of the table */
    uint32_t rest_count;
    tn_value *values;
    uint32_t *undeclared;
    tn_value key_parts[TN_MYSQL_KEY_MAX]; /* of the last row that was read */
    tn_list_value key_list;
    tn_store_row row;
} tn_mysql_row;

/* NOT_FOUND: a wanted column is not there. */
TN_MUST_USE tn_status tn_mysql_row_init(tn_mysql_row *row, const tn_mysql_table *table,
                                        const tn_scan_request *request, tn_arena *arena,
                                        tn_buf *why);
void tn_mysql_row_put_columns(const tn_mysql_row *row, tn_buf *sql);
void tn_mysql_row_read(tn_mysql_row *row, const tn_mysql_statement *statement);
/* The row's key, of a table that has one; borrowed until the next row is read. */
void tn_mysql_row_key(tn_mysql_row *row, tn_value *out);

/* The parts of a key, their texts copied into the arena; of a statement's row, whose
 * first columns they are. */
TN_MUST_USE tn_status tn_mysql_keep_key(const tn_mysql_table *table,
                                        const tn_value *key, tn_arena *arena,
                                        tn_value *out);
TN_MUST_USE tn_status tn_mysql_read_whole_key(const tn_mysql_table *table,
                                              const tn_mysql_statement *statement,
                                              tn_arena *arena, tn_value *out);

#endif
