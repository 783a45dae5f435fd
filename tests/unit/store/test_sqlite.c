#include "interp/store/sqlite.h"
#include "tests/support/memory.h"
#include "tests/unit/store/support.h"

#include <dirent.h>
#include <sqlite3.h>

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

static sqlite3 *connect(const char *path)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

static void run(sqlite3 *db, const char *sql)
{
    char *error = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
}

static const char *new_database(const char *name, const char *sql)
{
    const char *path = path_in(folder, name);
    remove(path);
    sqlite3 *db = connect(path);
    run(db, sql);
    sqlite3_close(db);
    return path;
}

static void assert_rows(const char *sql, const char *const *columns,
                        const char *expected)
{
    assert_scan(&tn_sqlite_ops, new_database("t.db", sql), "t", columns, expected);
}

static void test_sqlite__values_are_as_stored_not_as_declared(void **state)
{
    (void)state;
    assert_rows(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a BLOB);"
        "INSERT INTO t VALUES (1, 5), (2, 0.5), (3, 'x'), (4, x'00ff'), (5, NULL),"
        "(6, ''), (7, 9223372036854775807), (8, x'')",
        COLUMNS("a"),
        "1: 5\n2: 0.5\n3: \"x\"\n4: x'00ff'\n5: null\n6: \"\"\n"
        "7: 9223372036854775807\n8: x''\n");
}

static void test_sqlite__a_key_is_the_primary_key_or_the_rowid(void **state)
{
    (void)state;
    assert_rows("CREATE TABLE t(id TEXT PRIMARY KEY, a); INSERT INTO t VALUES ('x', 1)",
                COLUMNS("a"), "\"x\": 1\n");
    assert_rows("CREATE TABLE t(a); INSERT INTO t(rowid, a) VALUES (7, 1)",
                COLUMNS("a"), "7: 1\n");
    assert_rows("CREATE TABLE t(rowid TEXT, a); INSERT INTO t(_rowid_, rowid, a) "
                "VALUES (7, 'no', 1)",
                COLUMNS("a", "rowid"), "7: 1 \"no\"\n");
    assert_rows(
        "CREATE TABLE t(rowid, oid, _rowid_, a); INSERT INTO t VALUES (1, 2, 3, 4)",
        COLUMNS("a", "*rowid", "*oid", "*_rowid_"), "1: 4 null null null\n");
    assert_rows(
        "CREATE TABLE t(x TEXT, y INTEGER, a, PRIMARY KEY (y, x)) WITHOUT ROWID;"
        "INSERT INTO t VALUES ('p', 2, 1), ('q', 1, 2)",
        COLUMNS("a"), "[1,\"q\"]: 2\n[2,\"p\"]: 1\n");
}

static void test_sqlite__views_are_numbered(void **state)
{
    (void)state;
    assert_rows(
        "CREATE TABLE u(id INTEGER PRIMARY KEY, a); INSERT INTO u VALUES (5, 1), "
        "(9, 2); CREATE VIEW t AS SELECT a, a * 2 AS b FROM u",
        COLUMNS("a", "b"), "1: 1 2\n2: 2 4\n");
}

static void test_sqlite__names_ignore_case_and_are_quoted(void **state)
{
    (void)state;
    assert_scan(&tn_sqlite_ops,
                new_database("t.db",
                             "CREATE TABLE \"odd \"\"name\"(\"select\", UserID);"
                             "INSERT INTO \"odd \"\"name\" VALUES (1, 2)"),
                "ODD \"NAME", COLUMNS("select", "userID"), "1: 1 2\n");
}

static void test_sqlite__generated_columns_are_columns(void **state)
{
    (void)state;
    assert_rows(
        "CREATE TABLE t(a, b AS (a + 1), c AS (a + 2) STORED); INSERT INTO t(a) "
        "VALUES (1)",
        COLUMNS("a", "b", "c"), "1: 1 2 3\n");
}

static void
test_sqlite__undeclared_columns_count_where_they_hold_something(void **state)
{
    (void)state;
    assert_rows("CREATE TABLE t(id INTEGER PRIMARY KEY, a, x, y); INSERT INTO t VALUES "
                "(1, 1, NULL, 2), (2, 1, '', NULL)",
                COLUMNS("a"), "1: 1 +y\n2: 1 +x\n");
}

static void test_sqlite__a_missing_table_or_column_is_told(void **state)
{
    (void)state;
    const char *path = new_database("t.db", "CREATE TABLE t(a)");
    assert_scan(&tn_sqlite_ops, path, "u", COLUMNS("a"), "! it has no table \"u\"\n");
    assert_scan(&tn_sqlite_ops, path, "t", COLUMNS("b"),
                "! table \"t\" has no column \"b\"\n");
}

static void test_sqlite__what_is_no_database_is_told(void **state)
{
    (void)state;
    char junk[5000];
    memset(junk, 'x', sizeof(junk));
    const char *path = path_in(folder, "junk.db");
    write_file(path, junk, sizeof(junk));
    assert_scan(&tn_sqlite_ops, path, "t", COLUMNS("a"),
                "! it is not an SQLite database\n");
    write_file(path, junk, 10);
    assert_scan(&tn_sqlite_ops, path, "t", COLUMNS("a"),
                "! it is not an SQLite database\n");
    write_file(path, junk, 0);
    assert_scan(&tn_sqlite_ops, path, "t", COLUMNS("a"),
                "! it is empty, which is not a database yet\n");
    assert_scan(&tn_sqlite_ops, path_in(folder, "none.db"), "t", COLUMNS("a"),
                "! there is no such file\n");
    assert_scan(&tn_sqlite_ops, folder, "t", COLUMNS("a"), "! it is not a file\n");
    assert_scan(&tn_sqlite_ops, ":memory:", "t", COLUMNS("a"),
                "! there is no such file\n");
    assert_scan(&tn_sqlite_ops, "", "t", COLUMNS("a"), "! there is no such file\n");
}

static void test_sqlite__odd_paths_are_paths(void **state)
{
    (void)state;
    const char *const names[] = {"a?mode=rwc.db", "b#c.db", "d%41.db", "e f.db",
                                 "g\xC3\xBC.db"};
    for (size_t i = 0; i < TN_COUNT(names); i++)
        assert_scan(
            &tn_sqlite_ops,
            new_database(names[i], "CREATE TABLE t(a); INSERT INTO t VALUES (1)"), "t",
            COLUMNS("a"), "1: 1\n");
}

static void test_sqlite__a_corrupt_database_is_told(void **state)
{
    (void)state;
    const char *path = new_database(
        "t.db",
        "CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
        "1 FROM n WHERE i < 1000) INSERT INTO t SELECT 'some text ' || i FROM n");
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, 4096 * 3, SEEK_SET);
    for (int i = 0; i < 4096; i++)
        fputc(0xEE, file);
    fclose(file);
    tn_buf out;
    tn_buf_init(&out, NULL);
    tn_store_config config = {tn_str_from(path), NULL, NULL};
    assert_int_equal(try_scan(&tn_sqlite_ops, &config, "t", COLUMNS("a"), &out),
                     TN_STORE);
    assert_true(tn_str_find(tn_buf_view(&out), TN_STR("! it is corrupt (")) !=
                SIZE_MAX);
    tn_buf_free(&out);
}

static void test_sqlite__a_locked_database_is_told(void **state)
{
    (void)state;
    const char *path = new_database("t.db", "CREATE TABLE t(a)");
    sqlite3 *db = connect(path);
    run(db, "BEGIN EXCLUSIVE");
    assert_scan(&tn_sqlite_ops, path, "t", COLUMNS("a"),
                "! it is locked: another program is writing to it, and went on for 2 "
                "seconds\n");
    run(db, "ROLLBACK");
    sqlite3_close(db);
}

static void test_sqlite__all_that_is_read_is_of_one_moment(void **state)
{
    (void)state;
    const char *path = new_database(
        "t.db", "PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    sqlite3 *db = connect(path);
    run(db, "INSERT INTO t VALUES (2)");
    tn_store *store = NULL;
    tn_buf text;
    tn_buf_init(&text, NULL);
    tn_store_config config = {tn_str_from(path), NULL, NULL};
    tn_scan_column column = {.name = TN_STR("a"), .is_wanted = true};
    tn_scan_request request = {
        .object = TN_STR("t"), .columns = &column, .column_count = 1};
    assert_int_equal(tn_sqlite_ops.open(&config, &store, &text), TN_OK);
    run(db, "INSERT INTO t VALUES (3)");
    assert_int_equal(put_scan(&text, store, &request, &text), TN_OK);
    assert_text(&text, "1: 1\n2: 2\n");
    tn_sqlite_ops.close(store);
    sqlite3_close(db);
    tn_buf_free(&text);
}

/* Names, sizes and times of all files of the folder. */
static void put_folder(tn_buf *out)
{
    struct dirent **list;
    int count = scandir(folder, &list, NULL, alphasort);
    assert_true(count >= 0);
    for (int i = 0; i < count; i++) {
        struct stat about;
        assert_int_equal(stat(path_in(folder, list[i]->d_name), &about), 0);
        if (strcmp(list[i]->d_name, "..") != 0)
            tn_buf_put_format(out, "%s %ld %ld.%ld\n", list[i]->d_name,
                              (long)about.st_size, (long)about.st_mtim.tv_sec,
                              (long)about.st_mtim.tv_nsec);
        free(list[i]);
    }
    free(list);
}

static void assert_untouched(const char *sql)
{
    char path[512];
    tn_buf before, after;
    snprintf(path, sizeof(path), "%s", new_database("t.db", sql));
    tn_buf_init(&before, NULL);
    tn_buf_init(&after, NULL);
    put_folder(&before);
    assert_scan(&tn_sqlite_ops, path, "t", COLUMNS("a"), "1: 1\n");
    put_folder(&after);
    assert_true(tn_str_equal(tn_buf_view(&before), tn_buf_view(&after)));
    tn_buf_free(&before);
    tn_buf_free(&after);
}

static void test_sqlite__nothing_is_written_not_even_beside_it(void **state)
{
    (void)state;
    assert_untouched("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    assert_untouched(
        "PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    assert_untouched(
        "PRAGMA journal_mode=PERSIST; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
}

static void test_sqlite__a_change_under_a_database_at_rest_is_told(void **state)
{
    (void)state;
    const char *path = new_database(
        "t.db", "PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    tn_store *store = NULL;
    tn_buf text;
    tn_buf_init(&text, NULL);
    tn_store_config config = {tn_str_from(path), NULL, NULL};
    tn_scan_column column = {.name = TN_STR("a"), .is_wanted = true};
    tn_scan_request request = {
        .object = TN_STR("t"), .columns = &column, .column_count = 1};
    assert_int_equal(tn_sqlite_ops.open(&config, &store, &text), TN_OK);
    sqlite3 *db = connect(path);
    run(db, "INSERT INTO t VALUES (2)");
    tn_buf rows;
    tn_buf_init(&rows, NULL);
    assert_int_equal(put_scan(&rows, store, &request, &text), TN_STORE);
    assert_text(&text, "it was changed while it was read; try again");
    tn_buf_free(&rows);
    tn_sqlite_ops.close(store);
    sqlite3_close(db);
    tn_buf_free(&text);
}

/* What a crash leaves: a copy of the files of an open transaction. */
static void test_sqlite__an_unfinished_transaction_is_told(void **state)
{
    (void)state;
    char command[1200];
    const char *path =
        new_database("t.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    sqlite3 *db = connect(path);
    run(db,
        "PRAGMA cache_size=1; BEGIN IMMEDIATE; WITH RECURSIVE n(i) AS (SELECT 1 UNION "
        "ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i FROM n");
    snprintf(command, sizeof(command),
             "cd '%s' && cp t.db crash.db && cp t.db-journal crash.db-journal", folder);
    assert_int_equal(system(command), 0);
    sqlite3_close(db);
    tn_buf out;
    tn_buf_init(&out, NULL);
    tn_store_config config = {tn_str_from(path_in(folder, "crash.db")), NULL, NULL};
    assert_int_equal(try_scan(&tn_sqlite_ops, &config, "t", COLUMNS("a"), &out),
                     TN_STORE);
    assert_true(tn_str_find(tn_buf_view(&out), TN_STR("unfinished transaction")) !=
                SIZE_MAX);
    tn_buf_free(&out);
}

static void assert_only(const char *path, const char *key, const char *expected)
{
    tn_store *store = NULL;
    tn_buf text;
    tn_buf_init(&text, NULL);
    tn_store_config config = {tn_str_from(path), NULL, NULL};
    tn_scan_column column = {.name = TN_STR("a"), .is_wanted = true};
    tn_scan_request request = {.object = TN_STR("t"),
                               .columns = &column,
                               .column_count = 1,
                               .only_key = tn_str_from(key)};
    assert_int_equal(tn_sqlite_ops.open(&config, &store, &text), TN_OK);
    assert_int_equal(put_scan(&text, store, &request, &text), TN_OK);
    assert_text(&text, expected);
    tn_sqlite_ops.close(store);
    tn_buf_free(&text);
}

static void test_sqlite__one_key_can_be_asked_for(void **state)
{
    (void)state;
    const char *path =
        new_database("t.db", "CREATE TABLE t(id INTEGER PRIMARY KEY, a); "
                             "INSERT INTO t VALUES (1, 2), (3, 4)");
    assert_only(path, "3", "3: 4\n");
    assert_only(path, "5", "");
    path = new_database("t.db", "CREATE TABLE t(id PRIMARY KEY, a); INSERT INTO t "
                                "VALUES ('1', 2), ('x', 4), (1, 6)");
    assert_only(path, "1", "1: 6\n\"1\": 2\n");
    assert_only(path, "x", "\"1\": 2\n\"x\": 4\n1: 6\n"); /* might be bytes: all come */
    assert_only(path, "y", "");
}

static void test_sqlite__utf16_and_text_with_nul(void **state)
{
    (void)state;
    assert_rows("PRAGMA encoding='UTF-16'; CREATE TABLE t(a); INSERT INTO t VALUES "
                "('gr\xC3\xBC\xC3\x9F')",
                COLUMNS("a"), "1: \"gr\xC3\xBC\xC3\x9F\"\n");
    assert_rows("CREATE TABLE t(a); INSERT INTO t VALUES (CAST(x'610062' AS TEXT))",
                COLUMNS("a"), "1: \"a\\u0000b\"\n");
}

static void test_sqlite__lists_and_describes(void **state)
{
    (void)state;
    const char *path =
        new_database("t.db", "CREATE TABLE b(x, id INTEGER PRIMARY KEY AUTOINCREMENT); "
                             "CREATE VIEW a AS SELECT 1 AS one");
    tn_store *store = NULL;
    tn_arena arena;
    tn_buf why;
    const tn_str *names;
    uint32_t count;
    tn_store_object about;
    tn_arena_init(&arena, NULL);
    tn_buf_init(&why, NULL);
    tn_store_config config = {tn_str_from(path), NULL, NULL};
    assert_int_equal(tn_sqlite_ops.open(&config, &store, &why), TN_OK);
    assert_int_equal(tn_sqlite_ops.list(store, &arena, &names, &count, &why), TN_OK);
    assert_int_equal(count, 2);
    assert_string_equal(names[0].data, "a");
    assert_string_equal(names[1].data, "b");
    assert_int_equal(tn_sqlite_ops.describe(store, TN_STR("B"), &arena, &about, &why),
                     TN_OK);
    assert_string_equal(about.noun, "table");
    assert_int_equal(about.column_count, 2);
    assert_int_equal(tn_store_find_column(&tn_sqlite_ops, &about, TN_STR("ID")), 1);
    assert_int_equal(tn_store_find_column(&tn_sqlite_ops, &about, TN_STR("no")),
                     TN_NONE);
    assert_true(about.columns[1].is_key);
    assert_false(about.columns[0].is_key);
    assert_int_equal(tn_sqlite_ops.describe(store, TN_STR("a"), &arena, &about, &why),
                     TN_OK);
    assert_string_equal(about.noun, "view");
    tn_sqlite_ops.close(store);
    tn_arena_free(&arena);
    tn_buf_free(&why);
}

static void test_sqlite__survives_every_failing_allocation(void **state)
{
    (void)state;
    const char *path =
        new_database("t.db", "CREATE TABLE t(x, y, a, PRIMARY KEY (x, y)); "
                             "INSERT INTO t VALUES (1, 'k', 'v')");
    for (size_t n = 1;; n++) {
        tn_test_memory memory;
        tn_buf out;
        tn_test_memory_init(&memory, n);
        tn_buf_init(&out, NULL);
        tn_store_config config = {tn_str_from(path), &memory.allocator, NULL};
        tn_status status = try_scan(&tn_sqlite_ops, &config, "t", COLUMNS("a"), &out);
        assert_int_equal(memory.live_count, 0);
        assert_int_equal(memory.live_bytes, 0);
        tn_buf_free(&out);
        if (status == TN_OK)
            break;
        assert_int_equal(status, TN_NOMEM);
        assert_true(n < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sqlite__values_are_as_stored_not_as_declared),
        cmocka_unit_test(test_sqlite__a_key_is_the_primary_key_or_the_rowid),
        cmocka_unit_test(test_sqlite__views_are_numbered),
        cmocka_unit_test(test_sqlite__names_ignore_case_and_are_quoted),
        cmocka_unit_test(test_sqlite__generated_columns_are_columns),
        cmocka_unit_test(
            test_sqlite__undeclared_columns_count_where_they_hold_something),
        cmocka_unit_test(test_sqlite__a_missing_table_or_column_is_told),
        cmocka_unit_test(test_sqlite__what_is_no_database_is_told),
        cmocka_unit_test(test_sqlite__odd_paths_are_paths),
        cmocka_unit_test(test_sqlite__a_corrupt_database_is_told),
        cmocka_unit_test(test_sqlite__a_locked_database_is_told),
        cmocka_unit_test(test_sqlite__all_that_is_read_is_of_one_moment),
        cmocka_unit_test(test_sqlite__nothing_is_written_not_even_beside_it),
        cmocka_unit_test(test_sqlite__a_change_under_a_database_at_rest_is_told),
        cmocka_unit_test(test_sqlite__an_unfinished_transaction_is_told),
        cmocka_unit_test(test_sqlite__one_key_can_be_asked_for),
        cmocka_unit_test(test_sqlite__utf16_and_text_with_nul),
        cmocka_unit_test(test_sqlite__lists_and_describes),
        cmocka_unit_test(test_sqlite__survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
