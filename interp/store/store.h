/* store: what an adapter for a store implements, and how everyone else reaches one.
 *
 * A store holds objects (tables, indices, topics, files) of rows. It is opened, asked
 * what an object looks like, and scanned; nothing here can change it. What a store can
 * do is data, not a name to be asked for: outside this room no code knows which it is.
 *
 * The order of calls: open; describe; scan, next until no row comes, scan_close; close.
 * Several scans may be open at once. What was read from one store between open and
 * close is one state of it, where the store can give that (TN_STORE_SNAPSHOT).
 *
 * Owns: a store until close, a scan until scan_close. Fails: NOT_FOUND (no such
 * object), STORE, NOMEM, LIMIT, USAGE; each call that can fail tells why in a sentence
 * without a full stop, appended to `why`, that names the object where that helps.
 * Threads: a store and its scans belong to one thread at a time, and not always to the
 * one that opened it; but scans of parts (`split`) may each be read and closed by a
 * thread of its own. */
#ifndef TN_STORE_STORE_H
#define TN_STORE_STORE_H

#include "interp/base/buf.h"
#include "interp/push/table.h"
#include "interp/record/value.h"

typedef struct tn_store_ops tn_store_ops;
typedef struct tn_erase_ops tn_erase_ops; /* erase.h */

/* What every adapter's own store and scan start with. */
typedef struct tn_store {
    const tn_store_ops *ops;
} tn_store;
typedef struct tn_scan {
    const tn_store_ops *ops;
} tn_scan;

/* What a store can do, and what its values look like. */
enum {
    TN_STORE_COLUMNS = 1,   /* its columns are known before a row is read */
    TN_STORE_CASELESS = 2,  /* names of objects and columns ignore ASCII case */
    TN_STORE_TEXT = 4,      /* every value is text (TN_FORM_TEXT) */
    TN_STORE_INT_BOOL = 8,  /* true and false are 1 and 0 (TN_FORM_INT_BOOL) */
    TN_STORE_KEYED = 16,    /* rows have keys that stay; else their numbers alone */
    TN_STORE_FILE = 32,     /* a file; "-" is the standard input; for eval alone */
    TN_STORE_SNAPSHOT = 64, /* all that is read is of one moment */
    /* Rows lie in partitions and go from the front of one alone: what stays keeps all
     * behind it. A key is the list of partition and offset, both integers. */
    TN_STORE_PREFIX = 128,
    TN_STORE_STEPS = 256, /* where it counts, it counts a table's steps as well */
    TN_STORE_COUNTS = 512 /* it counts far cheaper than it hands rows over */
};

/* Asked while a store is waited for, at least each second: true: what can be given up
 * is, and the call fails with STOPPED, without a sentence. */
typedef struct tn_store_stop {
    bool (*is_asked)(void *user);
    void *user;
} tn_store_stop;

typedef struct tn_store_config {
    tn_str location; /* a path, "-", or an address; as the deployment has it */
    const tn_allocator *memory;
    const void *user; /* what only this kind of store understands; else NULL */
} tn_store_config;

typedef struct tn_store_column {
    tn_str name;
    bool is_key; /* part of the row's own key */
} tn_store_column;

/* What an object looks like; in the caller's arena. */
typedef struct tn_store_object {
    const char *noun; /* "table", "view", "file"; static */
    const tn_store_column *columns;
    uint32_t column_count; /* 0 without TN_STORE_COLUMNS */
} tn_store_object;

/* A column that the binding speaks of. */
typedef struct tn_scan_column {
    tn_str name;
    bool is_wanted; /* its values are read; else only its name is known */
    bool is_single; /* a list is unreadable there: what a store has of it as one value
                     * in an index of its own may be given instead of the original */
} tn_scan_column;

/* A part of an object, between records. */
typedef struct tn_store_part {
    uint64_t from;  /* byte; in a table a key, as its store numbers them */
    uint64_t until; /* the same; UINT64_MAX: whatever comes */
    uint64_t lines; /* lines before it, or TN_LINES_UNKNOWN: its rows are numbered from
                     * 1, and `lines` counts what is before it */
} tn_store_part;

#define TN_LINES_UNKNOWN UINT64_MAX

typedef struct tn_scan_request {
    tn_str object;
    const tn_scan_column *columns;
    uint32_t column_count;
    bool wants_undeclared; /* tell of values in columns that are not among these */
    /* Rows whose key is written otherwise need not be given (see key.h); data NULL: all
     * are asked for. A hint: rows with other keys may come all the same. */
    tn_str only_key;
    /* Rows that belong to a case which is no residue need not be given, if the scan
     * counts them (counted). A hint, too; NULL: none. */
    const tn_push_table *push;
    const tn_store_part *part; /* its rows alone; NULL: all; from `split` */
    bool wants_hidden; /* tell of rows that are hidden; may take a reading of its own */
} tn_scan_request;

/* What a scan counted instead of giving it, case by case of the request's table. */
typedef struct tn_scan_count {
    uint64_t row_count;
    uint64_t overdue_count;
    uint64_t redact_count;
} tn_scan_count;

typedef struct tn_scan_counts {
    tn_scan_count cases[TN_PUSH_CASES_MAX];
    /* The least value of each clock's column among rows kept as `retained`; null: none.
     * As it is read for that column; a TIMESTAMP or DATE. */
    tn_value least[TN_PUSH_CLOCKS_MAX];
    const uint64_t *undeclared; /* values by number of the undeclared column */
    uint32_t undeclared_count;
    /* With TN_STORE_STEPS, one more than the table has steps: rows kept as `retained`
     * that fall due in each step, and after the last. NULL: no steps were asked for. */
    const uint64_t *steps;
} tn_scan_counts;

typedef struct tn_store_row {
    uint64_t number; /* the line it starts on, or how many rows came up to it */
    /* NULL, or why it is not a record at all: static, completes "it is not readable:
     * …". Its values are then all null. */
    const char *problem;
    const tn_value *values; /* one for each column of the request, raw (decode.h) */
    /* Undeclared columns in which it has a value: numbers for undeclared_name. */
    const uint32_t *undeclared;
    uint32_t undeclared_count;
    /* With wants_hidden: a later row with its key, or a mark that there is none any
     * more, stands in its place. It can still be read, until the store takes it away by
     * itself. */
    bool is_hidden;
    /* The record as the file has it, without its line feed. data NULL: it comes from no
     * file, or is too long to be held. */
    tn_str raw;
} tn_store_row;

/* What a store deletes by itself once it is so old; by when it was written, whatever
 * its own fields say. */
typedef struct tn_store_expiry {
    bool expires;
    bool is_vague;    /* after how long can't be told: after_ms means nothing */
    int64_t after_ms; /* at the earliest */
    tn_str setting;   /* as the store has it: "retention.ms = 604800000" */
} tn_store_expiry;

/* As many rows as the store can give at once without copying: at least one, none at the
 * end. All is borrowed until the next call on the scan. */
typedef struct tn_store_rows {
    const tn_store_row *list;
    uint32_t count;
    bool may_wait; /* nothing more is at hand: `next` may wait for a writer */
} tn_store_rows;

/* Names beyond this many are counted as one, "…": a record stream may invent them. */
enum { TN_SCAN_UNDECLARED_MAX = 1024 };

/* What is done with an object. */
typedef struct tn_store_grant {
    tn_str object;
    bool deletes;
    const tn_str *redacted; /* columns that are nulled or replaced */
    uint32_t redacted_count;
} tn_store_grant;

/* How an object is to be cut. */
typedef struct tn_store_cut {
    uint32_t wanted;
    uint64_t least_bytes;
    tn_arena *arena;
    const tn_scan_request *request; /* that the parts will be read by */
    /* Lines before a part may be unknown, which spares reading all of it. */
    bool needs_no_lines;
    /* And where records end may be guessed: where that is wrong, the scan of the part
     * that does not end with a record fails with INVALID, and no part behind it, though
     * it may be read, is one. */
    bool may_guess;
} tn_store_cut;

typedef struct tn_store_parts {
    const tn_store_part *list;
    uint32_t count;
} tn_store_parts;

enum { TN_STORE_OPS_VERSION = 7 };

/* Grows at its end alone; `version` says how far it reaches. What reads: version 1;
 * `erase`: version 2; `remark`: version 3; `expiry`, `declared`, `counted`
 * and `put_grants`: version 4; `split`: version 5; `heading` and `lines`: version 6;
 * `heed`: version 7. */
struct tn_store_ops {
    uint32_t version;
    uint32_t capabilities; /* TN_STORE_ */
    const char *kind;      /* as a deployment names it: "sqlite" */
    const char *help;      /* one line for `tenure stores` */

    tn_status (*open)(const tn_store_config *config, tn_store **out, tn_buf *why);
    void (*close)(tn_store *store);

    /* Names of the objects it holds, in order; for messages and for drift. */
    tn_status (*list)(tn_store *store, tn_arena *arena, const tn_str **names,
                      uint32_t *count, tn_buf *why);
    tn_status (*describe)(tn_store *store, tn_str object, tn_arena *arena,
                          tn_store_object *out, tn_buf *why);

    /* `request` is borrowed until scan_close. */
    tn_status (*scan)(tn_store *store, const tn_scan_request *request, tn_scan **out,
                      tn_buf *why);
    tn_status (*next)(tn_scan *scan, tn_store_rows *out, tn_buf *why);
    /* What identifies a row of the last `next`, with TN_STORE_KEYED: an integer, text,
     * bytes or double, a list of those where several columns do it together. Asked for
     * few rows, so it need not be ready. Borrowed as the row is. NOMEM. */
    tn_status (*key)(tn_scan *scan, const tn_store_row *row, tn_value *out);
    /* Borrowed until scan_close. */
    tn_str (*undeclared_name)(const tn_scan *scan, uint32_t number);
    void (*scan_close)(tn_scan *scan);

    /* What deletes; NULL: this kind of store is only read. */
    const tn_erase_ops *erase;

    /* What whoever reads a verdict should know of the reading so far: a connection that
     * was lost and made again; empty: nothing. Borrowed. NULL: it never has any. */
    tn_str (*remark)(tn_store *store);

    /* What it deletes of the object by itself. `setting` lies in the arena. NULL: such
     * a store never does. */
    tn_status (*expiry)(tn_store *store, tn_str object, tn_arena *arena,
                        tn_store_expiry *out, tn_buf *why);

    /* The types of an object's columns as they are declared, in the order of
     * `describe`, empty where one has none; NULL: this kind of store declares none. */
    tn_status (*declared)(tn_store *store, tn_str object, tn_arena *arena,
                          const tn_str **types, tn_buf *why);

    /* The least that a user of the store needs, as statements that give it: to read
     * these objects, and, with `writes`, to erase from them. NULL: it has no users. */
    void (*put_grants)(tn_str location, const tn_store_grant *list, uint32_t count,
                       bool writes, tn_buf *out);

    /* After the last row: what was counted instead; false: all rows were given. NULL:
     * it never counts. */
    bool (*counted)(const tn_scan *scan, tn_scan_counts *out);

    /* Cuts an object into about `wanted` parts, each of about `least_bytes` or more; in
     * the arena, in order. One part: it is not to be cut (a pipe, a small file). NULL:
     * no object of this kind ever is. */
    tn_status (*split)(tn_store *store, tn_str object, const tn_store_cut *cut,
                       tn_store_parts *out, tn_buf *why);

    /* What the file starts with that is no record and belongs to every part of it, as
     * the line that names the columns; as tn_store_row's `raw`, in the arena. To be
     * asked for before a scan. NULL: there is no such thing. */
    tn_status (*heading)(tn_store *store, tn_str object, tn_arena *arena, tn_str *out,
                         tn_buf *why);

    /* How many lines of a file lie before a part of it. */
    tn_status (*lines)(tn_store *store, tn_str object, const tn_store_part *part,
                       uint64_t *out, tn_buf *why);

    /* From now on `stop` is asked while the store is waited for; borrowed until close.
     * NULL: it is never waited for long. */
    void (*heed)(tn_store *store, const tn_store_stop *stop);
};

/* Every kind of store that this program has, in order; NULL-terminated. */
extern const tn_store_ops *const tn_store_kinds[];

/* What identifies a row: its key, or its number where the store has no keys. */
TN_MUST_USE tn_status tn_store_key(tn_scan *scan, const tn_store_row *row,
                                   tn_value *out);

/* The ops named `kind` in a NULL-terminated list; NULL where there are none. */
const tn_store_ops *tn_store_find(const tn_store_ops *const *kinds, tn_str kind);

/* The number of the column named `name` under the store's rule for case; TN_NONE. */
uint32_t tn_store_find_column(const tn_store_ops *ops, const tn_store_object *object,
                              tn_str name);

/* The TN_FORM_ bits (decode.h) that the capabilities amount to. */
unsigned tn_store_forms(const tn_store_ops *ops);

#endif
