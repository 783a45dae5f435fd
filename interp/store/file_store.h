/* file_store: what the stores that are files have in common: where the file is.
 *
 * A location is a file, then the only object, whatever it is called; or a folder, then
 * object "x" is the file x.jsonl (x.csv) in it; or "-", the standard input. A pipe can
 * be read once, so what describe opens is kept for the scan.
 *
 * Owns: the store and what it keeps open, until free. Fails: NOT_FOUND, STORE, NOMEM,
 * USAGE. Threads: one at a time. */
#ifndef TN_STORE_FILE_STORE_H
#define TN_STORE_FILE_STORE_H

#include "interp/store/input.h"
#include "interp/store/store.h"

typedef struct tn_file_store {
    tn_store base;
    const tn_allocator *memory;
    tn_arena arena; /* paths */
    tn_str location;
    const char *extension; /* ".jsonl" */
    bool is_folder;
    bool was_read; /* the standard input: it can be read once */
    tn_input kept; /* opened, not yet scanned */
    tn_str kept_object;
} tn_file_store;

/* Into the caller's storage; nothing is kept when it fails. */
TN_MUST_USE tn_status tn_file_store_init(tn_file_store *store, const tn_store_ops *ops,
                                         const char *extension,
                                         const tn_store_config *config, tn_buf *why);
void tn_file_store_free(tn_file_store *store);

/* `list` of tn_store_ops. */
TN_MUST_USE tn_status tn_file_store_list(tn_store *store, tn_arena *arena,
                                         const tn_str **names, uint32_t *count,
                                         tn_buf *why);

/* `split` of tn_store_ops; with `has_quotes`, line ends in CSV's quotes end nothing. */
TN_MUST_USE tn_status tn_file_store_split(tn_file_store *store, tn_str object,
                                          const tn_store_cut *cut, bool has_quotes,
                                          tn_store_parts *out);

/* `lines` of tn_store_ops. */
TN_MUST_USE tn_status tn_file_store_lines(tn_store *store, tn_str object,
                                          const tn_store_part *part, uint64_t *out,
                                          tn_buf *why);

/* Opens the file of `object`, or finds it opened; it stays the store's. */
TN_MUST_USE tn_status tn_file_store_peek(tn_file_store *store, tn_str object,
                                         tn_input **out, tn_buf *why);
/* The same, handed over. own: tn_input_close. */
TN_MUST_USE tn_status tn_file_store_take(tn_file_store *store, tn_str object,
                                         tn_input *out, tn_buf *why);

/* The path of an object; data NULL when there is no memory. */
tn_str tn_file_store_path(tn_file_store *store, tn_str object);

#endif
