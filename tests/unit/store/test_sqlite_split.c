/* The parts of a table, each by a connection of its own, are the table. */
#include "interp/store/sqlite.h"
#include "tests/unit/store/support.h"

#include <sqlite3.h>

enum { PARTS = 5 };

#define MANY                                                                           \
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "        \
    "100000) "

static const tn_scan_column columns[] = {{{"a", 1}, true, false}};
static const tn_scan_request whole = {
    .object = {"t", 1}, .columns = columns, .column_count = 1};

static const char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = new_folder();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    remove_folder(folder);
    return 0;
}

static void run(sqlite3 *db, const char *sql)
{
    char *error = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
}

static const char *new_database(const char *sql)
{
    sqlite3 *db = NULL;
    const char *path = path_in(folder, "t.db");
    remove(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    run(db, sql);
    sqlite3_close(db);
    return path;
}

static tn_store *open_database(const char *path)
{
    tn_store_config config = {.location = tn_str_from(path)};
    tn_store *store = NULL;
    tn_buf why;
    tn_buf_init(&why, NULL);
    assert_int_equal(tn_sqlite_ops.open(&config, &store, &why), TN_OK);
    tn_buf_free(&why);
    return store;
}

/* All rows, part by part; how many parts. `between` is run before the second one. */
static uint32_t put_parts(tn_store *store, sqlite3 *writer, const char *between,
                          tn_buf *out)
{
    tn_store_parts parts;
    tn_arena arena;
    tn_buf why;
    tn_arena_init(&arena, NULL);
    tn_buf_init(&why, NULL);
    tn_store_cut cut = {
        .wanted = PARTS, .least_bytes = 1, .arena = &arena, .request = &whole};
    assert_int_equal(tn_sqlite_ops.split(store, whole.object, &cut, &parts, &why),
                     TN_OK);
    for (uint32_t i = 0; i < parts.count; i++) {
        tn_scan_request request = whole;
        request.part = parts.count > 1 ? &parts.list[i] : NULL;
        if (i == 1 && between != NULL)
            assert_int_equal(sqlite3_exec(writer, between, NULL, NULL, NULL),
                             SQLITE_BUSY);
        assert_int_equal(put_scan(out, store, &request, &why), TN_OK);
    }
    tn_buf_free(&why);
    tn_arena_free(&arena);
    return parts.count;
}

static void assert_whole(tn_store *store, tn_buf *parts)
{
    tn_buf all, why;
    tn_buf_init(&all, NULL);
    tn_buf_init(&why, NULL);
    assert_int_equal(put_scan(&all, store, &whole, &why), TN_OK);
    assert_int_equal(all.len, parts->len);
    if (all.len > 0)
        assert_memory_equal(all.data, parts->data, all.len);
    tn_buf_free(&why);
    tn_buf_free(&all);
}

/* In how many parts the table is read. */
static uint32_t parts_of(const char *sql)
{
    tn_buf parts;
    tn_buf_init(&parts, NULL);
    tn_store *store = open_database(new_database(sql));
    uint32_t count = put_parts(store, NULL, NULL, &parts);
    assert_whole(store, &parts);
    tn_sqlite_ops.close(store);
    tn_buf_free(&parts);
    return count;
}

static void test_sqlite_split__parts_are_the_table(void **state)
{
    (void)state;
    assert_int_equal(parts_of("CREATE TABLE t(id INTEGER PRIMARY KEY, a);" MANY
                              "INSERT INTO t SELECT i, 'x' || i FROM n"),
                     4);
    assert_int_equal(parts_of("CREATE TABLE t(k TEXT PRIMARY KEY, a);" MANY
                              "INSERT INTO t(rowid, k, a) SELECT 3 * i - 150000, i, i "
                              "FROM n WHERE i % 7"),
                     PARTS);
    assert_int_equal(parts_of("CREATE TABLE t(rowid, a); INSERT INTO t(oid, a) VALUES "
                              "(-9223372036854775808, 1), (0, 2), (-1, 3), "
                              "(9223372036854775807, 4)"),
                     PARTS);
}

static void test_sqlite_split__what_has_no_order_of_rowids_is_not_cut(void **state)
{
    (void)state;
    assert_int_equal(parts_of("CREATE TABLE t(a)"), 1);
    assert_int_equal(parts_of("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)"), 1);
    assert_int_equal(
        parts_of("CREATE TABLE t(k INTEGER PRIMARY KEY, a) WITHOUT ROWID;" MANY
                 "INSERT INTO t SELECT i, i FROM n"),
        1);
    assert_int_equal(parts_of("CREATE TABLE s(a);" MANY "INSERT INTO s SELECT i FROM n;"
                              "CREATE VIEW t AS SELECT a FROM s"),
                     1);
    assert_int_equal(parts_of("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);"
                              "CREATE INDEX i ON t(a);" MANY
                              "INSERT INTO t SELECT i, -i, zeroblob(50) FROM n"),
                     1);
}

static void test_sqlite_split__a_part_is_of_the_moment_of_the_store(void **state)
{
    static const char *const modes[] = {"DELETE", "TRUNCATE", "PERSIST"};
    (void)state;
    for (size_t i = 0; i < TN_COUNT(modes); i++) {
        sqlite3 *writer = NULL;
        tn_buf parts, mode;
        tn_buf_init(&parts, NULL);
        tn_buf_init(&mode, NULL);
        tn_buf_put_format(&mode, "PRAGMA journal_mode=%s", modes[i]);
        tn_buf_put_char(&mode, '\0');
        const char *path =
            new_database("CREATE TABLE t(id INTEGER PRIMARY KEY, a);" MANY
                         "INSERT INTO t SELECT i, i FROM n");
        assert_int_equal(sqlite3_open(path, &writer), SQLITE_OK);
        run(writer, mode.data);
        tn_store *store = open_database(path);
        assert_int_equal(put_parts(store, writer, "UPDATE t SET a = 0", &parts), 4);
        assert_whole(store, &parts);
        tn_sqlite_ops.close(store);
        run(writer, "UPDATE t SET a = 0"); /* nothing was left locked */
        sqlite3_close(writer);
        tn_buf_free(&mode);
        tn_buf_free(&parts);
    }
}

static void test_sqlite_split__a_log_in_use_is_not_cut_one_at_rest_is(void **state)
{
    sqlite3 *writer = NULL;
    tn_buf parts;
    const char *path = new_database(
        "PRAGMA journal_mode=WAL; CREATE TABLE t(id INTEGER PRIMARY KEY, a);" MANY
        "INSERT INTO t SELECT i, i FROM n");
    (void)state;
    tn_buf_init(&parts, NULL);
    tn_store *store = open_database(path);
    assert_int_equal(put_parts(store, NULL, NULL, &parts), 4);
    assert_whole(store, &parts);
    tn_sqlite_ops.close(store);
    tn_buf_reset(&parts);
    assert_int_equal(sqlite3_open(path, &writer), SQLITE_OK);
    run(writer, "UPDATE t SET a = 0 WHERE id < 10");
    store = open_database(path);
    assert_int_equal(put_parts(store, NULL, NULL, &parts), 1);
    assert_whole(store, &parts);
    tn_sqlite_ops.close(store);
    sqlite3_close(writer);
    tn_buf_free(&parts);
}

static void test_sqlite_split__a_change_at_rest_fails_the_next_part(void **state)
{
    static const tn_store_part first = {0, (UINT64_C(1) << 63) + 9, 0};
    sqlite3 *writer = NULL;
    tn_scan_request request = whole;
    tn_buf out;
    tn_buf why;
    const char *path = new_database(
        "PRAGMA journal_mode=WAL; CREATE TABLE t(id INTEGER PRIMARY KEY, a);" MANY
        "INSERT INTO t SELECT i, i FROM n");
    (void)state;
    tn_buf_init(&out, NULL);
    tn_buf_init(&why, NULL);
    request.part = &first;
    tn_store *store = open_database(path);
    assert_int_equal(put_scan(&out, store, &request, &why), TN_OK);
    assert_int_equal(sqlite3_open(path, &writer), SQLITE_OK);
    run(writer, "UPDATE t SET a = 0");
    assert_int_equal(put_scan(&out, store, &request, &why), TN_STORE);
    assert_text(&why, "it was changed while it was read; try again");
    sqlite3_close(writer);
    assert_int_equal(put_scan(&out, store, &request, &why), TN_STORE);
    tn_sqlite_ops.close(store);
    tn_buf_free(&why);
    tn_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sqlite_split__parts_are_the_table),
        cmocka_unit_test(test_sqlite_split__what_has_no_order_of_rowids_is_not_cut),
        cmocka_unit_test(test_sqlite_split__a_part_is_of_the_moment_of_the_store),
        cmocka_unit_test(test_sqlite_split__a_log_in_use_is_not_cut_one_at_rest_is),
        cmocka_unit_test(test_sqlite_split__a_change_at_rest_fails_the_next_part),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
