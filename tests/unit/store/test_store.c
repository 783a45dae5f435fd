/* What every kind of store does alike, on the same four rows; what only one does has
 * tests of its own. */
#include "interp/store/csv.h"
#include "interp/store/jsonl.h"
#include "interp/store/memory.h"
#include "interp/store/sqlite.h"
#include "tests/unit/store/support.h"

#include <sqlite3.h>

static const char *folder;
static char database[512], lines[512], cells[512];

static const char *const columns[] = {"id", "at", "note"};
#define INT(n)                                                                         \
    {                                                                                  \
        TN_KIND_INT,                                                                   \
        {                                                                              \
            .integer = (n)                                                             \
        }                                                                              \
    }
#define TEXT(s)                                                                        \
    {                                                                                  \
        TN_KIND_STRING,                                                                \
        {                                                                              \
            .text = TN_STR_INIT(s)                                                     \
        }                                                                              \
    }
#define TN_STR_INIT(s)                                                                 \
    {                                                                                  \
        (s), sizeof(s) - 1                                                             \
    }
#define NOTHING                                                                        \
    {                                                                                  \
        TN_KIND_NULL,                                                                  \
        {                                                                              \
            0                                                                          \
        }                                                                              \
    }
static const tn_value rows[] = {TEXT("p"), TEXT("2026-01-01"), TEXT("one"), TEXT("q"),
                                NOTHING,   TEXT("t\"wo"),      TEXT("r"),   TEXT("x"),
                                NOTHING,   TEXT("s"),          NOTHING,     NOTHING};
static const tn_memory_table table = {"t", columns, 3, rows, 4, TN_NONE};
static tn_memory_store content = {&table, 1, 3, 0};

static int set_up(void **state)
{
    (void)state;
    static const char json[] = "{\"id\":\"p\",\"at\":\"2026-01-01\",\"note\":\"one\"}\n"
                               "{\"id\":\"q\",\"note\":\"t\\\"wo\"}\n"
                               "{\"id\":\"r\",\"at\":\"x\"}\n{\"id\":\"s\"}\n";
    static const char csv[] =
        "id,at,note\np,2026-01-01,one\nq,,\"t\"\"wo\"\nr,x,\ns,,\n";
    folder = new_folder();
    snprintf(lines, sizeof(lines), "%s/t.jsonl", folder);
    snprintf(cells, sizeof(cells), "%s/t.csv", folder);
    snprintf(database, sizeof(database), "%s/t.db", folder);
    write_file(lines, json, sizeof(json) - 1);
    write_file(cells, csv, sizeof(csv) - 1);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
    int code =
        sqlite3_exec(db,
                     "CREATE TABLE t(id TEXT, at TEXT, note TEXT); INSERT INTO t "
                     "VALUES ('p', '2026-01-01', 'one'), ('q', NULL, 't\"wo'), "
                     "('r', 'x', NULL), ('s', NULL, NULL)",
                     NULL, NULL, NULL);
    assert_int_equal(code, SQLITE_OK);
    return sqlite3_close(db);
}

static int tear_down(void **state)
{
    (void)state;
    remove_folder(folder);
    return 0;
}

typedef struct kind {
    const tn_store_ops *ops;
    tn_store_config config;
} kind;

static kind kind_at(size_t i)
{
    const kind kinds[] = {{&tn_memory_ops, {TN_STR(""), NULL, &content}},
                          {&tn_sqlite_ops, {tn_str_from(database), NULL, NULL}},
                          {&tn_jsonl_ops, {tn_str_from(lines), NULL, NULL}},
                          {&tn_csv_ops, {tn_str_from(cells), NULL, NULL}}};
    return kinds[i];
}
enum { KIND_COUNT = 4 };

/* The rows without their keys, which are numbers of different things. */
static void assert_alike(const char *const *asked, const char *expected)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        kind k = kind_at(i);
        tn_buf out, bare;
        tn_buf_init(&out, NULL);
        tn_buf_init(&bare, NULL);
        assert_int_equal(try_scan(k.ops, &k.config, "t", asked, &out), TN_OK);
        for (size_t at = 0; at < out.len;) {
            tn_str rest = {out.data + at, out.len - at};
            size_t colon = tn_str_find(rest, TN_STR(":")) + 1;
            size_t end = tn_str_find(rest, TN_STR("\n")) + 1;
            tn_buf_put(&bare, tn_str_slice(rest, colon, end - colon));
            at += end;
        }
        assert_text(&bare, expected);
        tn_buf_free(&out);
        tn_buf_free(&bare);
    }
}

static void test_store__columns_come_as_asked(void **state)
{
    (void)state;
    assert_alike(COLUMNS("note", "at", "id"),
                 " \"one\" \"2026-01-01\" \"p\"\n \"t\\\"wo\" null \"q\"\n"
                 " null \"x\" \"r\"\n null null \"s\"\n");
}

static void test_store__what_is_not_wanted_is_null_and_not_undeclared(void **state)
{
    (void)state;
    assert_alike(COLUMNS("*note", "at", "*id"),
                 " null \"2026-01-01\" null\n null null null\n null \"x\" null\n"
                 " null null null\n");
}

static void
test_store__undeclared_columns_are_told_where_they_hold_something(void **state)
{
    (void)state;
    assert_alike(COLUMNS("at", "*id"), " \"2026-01-01\" null +note\n null null +note\n"
                                       " \"x\" null\n null null\n");
}

static void test_store__is_found_by_its_kind(void **state)
{
    (void)state;
    assert_ptr_equal(tn_store_find(tn_store_kinds, TN_STR("sqlite")), &tn_sqlite_ops);
    assert_ptr_equal(tn_store_find(tn_store_kinds, TN_STR("jsonl")), &tn_jsonl_ops);
    assert_ptr_equal(tn_store_find(tn_store_kinds, TN_STR("csv")), &tn_csv_ops);
    assert_null(tn_store_find(tn_store_kinds, TN_STR("memory")));
    for (const tn_store_ops *const *ops = tn_store_kinds; *ops != NULL; ops++)
        assert_true((*ops)->version >= 1 && (*ops)->help != NULL);
}

static void test_store__a_scan_that_fails_says_why(void **state)
{
    (void)state;
    tn_memory_store failing = {&table, 1, 2, 3};
    tn_store_config config = {TN_STR(""), NULL, &failing};
    tn_buf out;
    tn_buf_init(&out, NULL);
    assert_int_equal(try_scan(&tn_memory_ops, &config, "t", COLUMNS("*id"), &out),
                     TN_STORE);
    assert_true(
        tn_str_ends(tn_buf_view(&out), TN_STR("! it fails when it is told to\n")));
    tn_buf_free(&out);
}

static void test_store__keys_are_written_as_people_write_them(void **state)
{
    (void)state;
    tn_value parts[] = {TEXT("a\"b"), INT(-7)};
    tn_list_value list = {parts, 2};
    const struct {
        tn_value key;
        const char *text;
        const char *json;
    } cases[] = {
        {INT(42), "42", "42"},
        {TEXT("a\"b"), "a\"b", "\"a\\\"b\""},
        {{TN_KIND_BYTES, {.text = {"\x00\xFF", 2}}}, "x'00ff'", "\"x'00ff'\""},
        {{TN_KIND_LIST, {.list = &list}}, "[\"a\\\"b\",-7]", "[\"a\\\"b\",-7]"},
        {{TN_KIND_DOUBLE, {.real = 1.5}}, "1.5", "1.5"},
        {NOTHING, "null", "null"},
    };
    for (size_t i = 0; i < TN_COUNT(cases); i++) {
        tn_buf buf;
        tn_buf_init(&buf, NULL);
        tn_key_put(&buf, &cases[i].key);
        assert_text(&buf, cases[i].text);
        tn_buf_reset(&buf);
        tn_key_put_json(&buf, &cases[i].key);
        assert_text(&buf, cases[i].json);
        tn_buf_free(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_store__columns_come_as_asked),
        cmocka_unit_test(test_store__what_is_not_wanted_is_null_and_not_undeclared),
        cmocka_unit_test(
            test_store__undeclared_columns_are_told_where_they_hold_something),
        cmocka_unit_test(test_store__is_found_by_its_kind),
        cmocka_unit_test(test_store__a_scan_that_fails_says_why),
        cmocka_unit_test(test_store__keys_are_written_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
