/* sqlite_erase: the tables of operations. Reading is what the reading store does. */
#include "interp/store/sqlite_erase.h"
#include "interp/store/sqlite.h"

static void writing_close(tn_store *store)
{
    tn_sqlite_ops.close(store);
}

static tn_status writing_list(tn_store *store, tn_arena *arena, const tn_str **names,
                              uint32_t *count, tn_buf *why)
{
    return tn_sqlite_ops.list(store, arena, names, count, why);
}

static tn_status writing_describe(tn_store *store, tn_str object, tn_arena *arena,
                                  tn_store_object *out, tn_buf *why)
{
    return tn_sqlite_ops.describe(store, object, arena, out, why);
}

static tn_status writing_scan(tn_store *store, const tn_scan_request *request,
                              tn_scan **out, tn_buf *why)
{
    return tn_sqlite_ops.scan(store, request, out, why);
}

static tn_status writing_next(tn_scan *scan, tn_store_rows *out, tn_buf *why)
{
    return tn_sqlite_ops.next(scan, out, why);
}

static tn_status writing_key(tn_scan *scan, const tn_store_row *row, tn_value *out)
{
    return tn_sqlite_ops.key(scan, row, out);
}

static tn_str writing_undeclared_name(const tn_scan *scan, uint32_t number)
{
    return tn_sqlite_ops.undeclared_name(scan, number);
}

static void writing_scan_close(tn_scan *scan)
{
    tn_sqlite_ops.scan_close(scan);
}

const tn_store_ops tn_sqlite_writing_ops = {
    .version = TN_STORE_OPS_VERSION,
    .capabilities =
        TN_STORE_COLUMNS | TN_STORE_CASELESS | TN_STORE_INT_BOOL | TN_STORE_KEYED,
    .kind = "sqlite",
    .help = "an SQLite database",
    .open = tn_sqlite_writing_open,
    .close = writing_close,
    .list = writing_list,
    .describe = writing_describe,
    .scan = writing_scan,
    .next = writing_next,
    .key = writing_key,
    .undeclared_name = writing_undeclared_name,
    .scan_close = writing_scan_close,
    .erase = &tn_sqlite_erase,
};

const tn_erase_ops tn_sqlite_erase = {
    .version = TN_ERASE_OPS_VERSION,
    .writing = &tn_sqlite_writing_ops,
    .examine = tn_sqlite_examine,
    .mark = tn_sqlite_mark,
    .prepare = tn_sqlite_prepare_marks,
    .markers = tn_sqlite_markers,
    .erase = tn_sqlite_erase_chunk,
    .settle = tn_sqlite_settle,
    .current = tn_sqlite_current,
};
