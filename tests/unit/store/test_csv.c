#include "interp/store/csv.h"
#include "interp/store/csv_split.h"
#include "tests/support/memory.h"
#include "tests/unit/store/support.h"

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

static void assert_rows(const char *content, const char *expected)
{
    const char *path = path_in(folder, "t.csv");
    write_file(path, content, strlen(content));
    assert_scan(&tn_csv_ops, path, "t", COLUMNS("a", "b"), expected);
}

static void test_csv__the_header_names_the_columns(void **state)
{
    (void)state;
    assert_rows("b,a\n1,2\n3,4\n", "2: \"2\" \"1\"\n3: \"4\" \"3\"\n");
    assert_rows("\"b\",a\r\n1,2\r\n", "2: \"2\" \"1\"\n");
    assert_rows("b,a", "");
    assert_rows("b\n1\n", "2: null \"1\"\n");
    assert_rows("\xEF\xBB\xBF"
                "a,b\n1,2\n",
                "2: \"1\" \"2\"\n");
    assert_rows("\xEF\xBB\xBF\"a\",b\n1,2\n", "2: \"1\" \"2\"\n");
}

static void test_csv__a_header_is_needed(void **state)
{
    (void)state;
    assert_rows("", "! it is empty: its first line should name the columns\n");
    assert_rows("a,b,a\n", "! its header names column \"a\" twice\n");
    assert_rows("\"a\"b,c\n1,2\n",
                "! its first line, which should name the columns, is not valid CSV\n");
    assert_rows("\"a\n",
                "! its first line, which should name the columns, is not valid CSV\n");
}

static void test_csv__an_empty_cell_is_null(void **state)
{
    (void)state;
    assert_rows("a,b\n,\n\"\",x\n , \n",
                "2: null null\n3: null \"x\"\n4: \" \" \" \"\n");
}

static void test_csv__quotes_hold_commas_lines_and_quotes(void **state)
{
    (void)state;
    assert_rows("a,b\n\"1,2\",\"x\"\"y\"\n\"l1\nl2\r\nl3\",\"\"\"\"\nend,\"z\"",
                "2: \"1,2\" \"x\\\"y\"\n3: \"l1\\nl2\\r\\nl3\" \"\\\"\"\n"
                "6: \"end\" \"z\"\n");
}

static void test_csv__blank_lines_are_none(void **state)
{
    (void)state;
    assert_rows("a,b\n\n1,2\r\n\r\n\n3,4\n\n", "3: \"1\" \"2\"\n6: \"3\" \"4\"\n");
}

static void test_csv__a_bad_record_is_a_row_with_a_problem(void **state)
{
    (void)state;
    assert_rows("a,b\n1\n1,2,3\n1,2\n",
                "2: it has more or fewer cells than the header\n"
                "3: it has more or fewer cells than the header\n4: \"1\" \"2\"\n");
    assert_rows("a,b\nx\"y,2\n\"x\"y,2\n1,2\n",
                "2: not valid CSV\n3: not valid CSV\n4: \"1\" \"2\"\n");
    assert_rows("a,b\n1,2\n\"x,2\n3,4\n", "2: \"1\" \"2\"\n3: not valid CSV\n");
    assert_rows("a,b\n\xFF,2\n1,2\n", "2: invalid UTF-8\n3: \"1\" \"2\"\n");
    assert_rows("a,b,c\n1,2,\xFF\n", "2: invalid UTF-8\n");
    assert_rows("a,b\n\"1\"\r2,3\n4,5\n", "2: not valid CSV\n3: \"4\" \"5\"\n");
}

static void test_csv__undeclared_columns_count_where_they_hold_something(void **state)
{
    (void)state;
    assert_rows("a,x,b,y\n1,,2,3\n4,5,6,\n", "2: \"1\" \"2\" +y\n3: \"4\" \"6\" +x\n");
}

static void test_csv__records_may_end_anywhere_in_the_buffer(void **state)
{
    (void)state;
    enum { ROWS = 15000 };
    const char *path = path_in(folder, "t.csv");
    for (int shift = 0; shift < 30; shift++) {
        tn_buf content;
        tn_buf_init(&content, NULL);
        tn_buf_put_text(&content, "a,");
        tn_buf_put_repeated(&content, 'c', (size_t)shift + 1);
        tn_buf_put_text(&content, ",b\r\n");
        for (int i = 0; i < ROWS; i++)
            tn_buf_put_format(&content, "%d,,\"x\"\"\r\ny\"\r\n", i);
        write_file(path, content.data, content.len);
        tn_buf_reset(&content);
        tn_store_config config = {tn_str_from(path), NULL, NULL};
        assert_int_equal(
            try_scan(&tn_csv_ops, &config, "t", COLUMNS("a", "b"), &content), TN_OK);
        tn_buf expected;
        tn_buf_init(&expected, NULL);
        for (int i = 0; i < ROWS; i++)
            tn_buf_put_format(&expected, "%d: \"%d\" \"x\\\"\\r\\ny\"\n", 2 * i + 2, i);
        assert_true(tn_str_equal(tn_buf_view(&content), tn_buf_view(&expected)));
        tn_buf_free(&expected);
        tn_buf_free(&content);
    }
}

static void test_csv__a_cell_may_be_longer_than_the_buffer(void **state)
{
    (void)state;
    const char *path = path_in(folder, "t.csv");
    tn_buf content;
    tn_buf_init(&content, NULL);
    tn_buf_put_text(&content, "a,z,b\n1,");
    tn_buf_put_repeated(&content, 'x', 1 << 20);
    tn_buf_put_text(&content, ",2\n3,\"");
    tn_buf_put_repeated(&content, '\n', 1 << 20);
    tn_buf_put_text(&content, "\",4\n5,,6\n");
    write_file(path, content.data, content.len);
    tn_buf_free(&content);
    assert_scan(&tn_csv_ops, path, "t", COLUMNS("a", "b"),
                "2: \"1\" \"2\" +z\n3: \"3\" \"4\" +z\n1048580: \"5\" \"6\"\n");
}

/* A splitter that looks at one byte after the other. */
static uint32_t slow_cell_count(const char *s)
{
    uint32_t count = 1;
    for (; *s != 0 && *s != '\n'; s++)
        count += *s == ',';
    return count;
}

/* Commas, and what lies around them, in 16 bytes behind so many others. */
static void assert_commas(tn_csv_record *record, size_t before, unsigned bits)
{
    char text[256] = {0};
    memset(text, 'x', before);
    for (unsigned i = 0; i < 16; i++) /* '+', '-', '/', '1', '3' lie around ',' */
        text[before + i] = (bits >> i & 1) != 0 ? ',' : (char)('+' + i % 5 * 2);
    text[before + 16] = '\n';
    assert_true(tn_csv_split(record, (tn_str){text, before + 17}, false));
    assert_int_equal(record->len, before + 17);
    assert_int_equal(record->count, slow_cell_count(text));
}

static void test_csv__finds_commas_at_every_place_of_a_block(void **state)
{
    (void)state;
    tn_csv_record record = {.memory = NULL};
    for (unsigned bits = 0; bits < 1u << 16; bits++) {
        assert_commas(&record, 0, bits);
        assert_commas(&record, TN_CSV_PADDING - 8, bits);
    }
    tn_csv_free(&record);
}

static void test_csv__survives_every_failing_allocation(void **state)
{
    (void)state;
    const char content[] = "\"a\"\"\",b,c\n1,\"x\"\"y\",3\n4,5,6\n";
    const char *path = path_in(folder, "t.csv");
    write_file(path, content, sizeof(content) - 1);
    for (size_t n = 1;; n++) {
        tn_test_memory memory;
        tn_buf out;
        tn_test_memory_init(&memory, n);
        tn_buf_init(&out, NULL);
        tn_store_config config = {tn_str_from(path), &memory.allocator, NULL};
        tn_status status = try_scan(&tn_csv_ops, &config, "t", COLUMNS("b"), &out);
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
        cmocka_unit_test(test_csv__the_header_names_the_columns),
        cmocka_unit_test(test_csv__a_header_is_needed),
        cmocka_unit_test(test_csv__an_empty_cell_is_null),
        cmocka_unit_test(test_csv__quotes_hold_commas_lines_and_quotes),
        cmocka_unit_test(test_csv__blank_lines_are_none),
        cmocka_unit_test(test_csv__a_bad_record_is_a_row_with_a_problem),
        cmocka_unit_test(test_csv__undeclared_columns_count_where_they_hold_something),
        cmocka_unit_test(test_csv__records_may_end_anywhere_in_the_buffer),
        cmocka_unit_test(test_csv__a_cell_may_be_longer_than_the_buffer),
        cmocka_unit_test(test_csv__finds_commas_at_every_place_of_a_block),
        cmocka_unit_test(test_csv__survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
