#include "interp/store/jsonl.h"
#include "tests/support/memory.h"
#include "tests/unit/store/support.h"

#include <fcntl.h>

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

/* Columns a and b of a file with this content. */
static void assert_rows(const char *content, const char *expected)
{
    const char *path = path_in(folder, "t.jsonl");
    write_file(path, content, strlen(content));
    assert_scan(&tn_jsonl_ops, path, "t", COLUMNS("a", "b"), expected);
}

static void test_jsonl__reads_an_object_a_line(void **state)
{
    (void)state;
    assert_rows("{\"a\":1,\"b\":\"x\"}\n{\"b\":true,\"a\":null}\n",
                "1: 1 \"x\"\n2: null true\n");
}

static void test_jsonl__lines_end_with_lf_crlf_or_the_file(void **state)
{
    (void)state;
    assert_rows("{\"a\":1}\r\n\r\n  \t\n{\"a\":2}\n\n{\"a\":3}",
                "1: 1 null\n4: 2 null\n6: 3 null\n");
    assert_rows("", "");
    assert_rows("\n\n", "");
    assert_rows("{\"a\":1}\r", "1: 1 null\n");
}

static void test_jsonl__a_byte_order_mark_is_skipped_at_the_start_alone(void **state)
{
    (void)state;
    assert_rows("\xEF\xBB\xBF{\"a\":1}\n", "1: 1 null\n");
    assert_rows("\xEF\xBB\xBF", "");
    assert_rows("{\"a\":1}\n\xEF\xBB\xBF{\"a\":2}\n", "1: 1 null\n2: not valid JSON\n");
}

static void test_jsonl__a_bad_line_is_a_row_with_a_problem(void **state)
{
    (void)state;
    assert_rows("{\"a\":1}\nnonsense\n{\"a\":2}\n",
                "1: 1 null\n2: not valid JSON\n3: 2 null\n");
    assert_rows("[1]\n7\n\"x\"\nnull\n",
                "1: not a JSON object\n2: not a JSON object\n3: not a JSON object\n"
                "4: not a JSON object\n");
    assert_rows("{\"a\":1\n}\n", "1: not valid JSON\n2: not valid JSON\n");
    assert_rows("{\"a\":1} {\"a\":2}\n{\"a\":3},\n",
                "1: not valid JSON\n2: not valid JSON\n");
    assert_rows("{\"a\":\"\xFF\"}\n{\"a\":2}\n", "1: invalid UTF-8\n2: 2 null\n");
    assert_rows("{\"a\":\"x\n{\"a\":2}\n", "1: not valid JSON\n2: 2 null\n");
    assert_rows("{\"a\":\"\x01\"}\n{\"a\":2}\n", "1: not valid JSON\n2: 2 null\n");
}

static void test_jsonl__what_nobody_wants_must_be_json_too(void **state)
{
    (void)state;
    const char *const bad[] = {"tru",
                               "01",
                               "1.",
                               "-",
                               ".5",
                               "+1",
                               "1e",
                               "nul",
                               "NaN",
                               "'x'",
                               "[1,]",
                               "[1 2]",
                               "{\"x\"}",
                               "{\"x\":}",
                               "{x:1}",
                               "[",
                               "{",
                               "[}",
                               "{\"x\":1,}",
                               "\"\\q\"",
                               "\"\\u12\"",
                               "1\"x\"",
                               "\"x\"1",
                               "1 2",
                               "\"\\ud800\"",
                               "\"\\udc00\\ud800\"",
                               "",
                               ",",
                               "[[1],{\"y\":[tru]}]"};
    for (size_t i = 0; i < TN_COUNT(bad); i++) {
        char line[128];
        snprintf(line, sizeof(line), "{\"a\":1,\"z\":%s}\n{\"a\":2}\n", bad[i]);
        assert_rows(line, "1: not valid JSON\n2: 2 null\n");
    }
    const char *const good[] = {"true",
                                "false",
                                "0",
                                "-0",
                                "1.5e-3",
                                "1E+2",
                                "[]",
                                "{}",
                                "[1,[2]]",
                                "{\"x\":[{}]}",
                                "\"\\u00e9\"",
                                "\"\"",
                                "\"\\ud83d\\ude00\"",
                                " 1 ",
                                "[ 1 , 2 ]",
                                "\"\\\\\""};
    for (size_t i = 0; i < TN_COUNT(good); i++) {
        char line[128];
        snprintf(line, sizeof(line), "{\"a\":1,\"z\":%s}\n", good[i]);
        assert_rows(line, "1: 1 null +z\n");
    }
}

static void test_jsonl__numbers_are_exact_or_doubles(void **state)
{
    (void)state;
    assert_rows("{\"a\":9223372036854775807,\"b\":-9223372036854775808}",
                "1: 9223372036854775807 -9223372036854775808\n");
    assert_rows("{\"a\":18446744073709551615,\"b\":18446744073709551616}",
                "1: 18446744073709551615 1.8446744073709552e+19\n");
    assert_rows("{\"a\":1.0,\"b\":1e3}", "1: 1 1000\n");
    assert_rows("{\"a\":1e999,\"b\":-0}", "1: ? 0\n");
}

static void test_jsonl__a_declared_field_twice_is_a_problem(void **state)
{
    (void)state;
    assert_rows("{\"a\":1,\"a\":1}\n{\"a\":2}\n",
                "1: it names a declared field twice\n2: 2 null\n");
    assert_rows("{\"a\":1,\"\\u0061\":1}\n", "1: it names a declared field twice\n");
    assert_rows("{\"a\":1,\"a\":1,\"z\":tru}\n", "1: not valid JSON\n");
    assert_rows("{\"z\":1,\"z\":1}\n", "1: null null +z\n");
    assert_scan(&tn_jsonl_ops, path_in(folder, "t.jsonl"), "t", COLUMNS("a", "*z"),
                "1: it names a declared field twice\n");
}

static void test_jsonl__escapes_are_undone_in_names_and_values(void **state)
{
    (void)state;
    assert_rows("{\"\\u0061\":\"x\\n\\u00e9\\ud83d\\ude00\\/\\\\\",\"b\":\"\\\"\"}\n",
                "1: \"x\\n\xC3\xA9\xF0\x9F\x98\x80/\\\\\" \"\\\"\"\n");
}

static void test_jsonl__undeclared_names_are_told_with_their_rows(void **state)
{
    (void)state;
    assert_rows(
        "{\"x.y\":1,\"a\":1}\n{\"a\":1,\"B\":null}\n{\"x.y\":{},\"z\":[],\"a\":1}\n",
        "1: 1 null +x.y\n2: 1 null +B\n3: 1 null +x.y +z\n");
}

static void test_jsonl__invented_names_are_bounded(void **state)
{
    (void)state;
    const char *path = path_in(folder, "t.jsonl");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (int i = 0; i < 3000; i++)
        fprintf(file, "{\"a\":1,\"name%d\":1,\"nom%d\":2}\n", i, i);
    fclose(file);
    tn_buf out;
    tn_buf_init(&out, NULL);
    tn_store_config config = {tn_str_from(path), NULL, NULL};
    assert_int_equal(try_scan(&tn_jsonl_ops, &config, "t", COLUMNS("a"), &out), TN_OK);
    tn_str all = tn_buf_view(&out);
    assert_true(tn_str_find(all, TN_STR("512: 1 +name511 +nom511\n")) != SIZE_MAX);
    assert_true(tn_str_find(all, TN_STR("513: 1 +\xE2\x80\xA6\n")) != SIZE_MAX);
    assert_true(tn_str_ends(all, TN_STR("3000: 1 +\xE2\x80\xA6\n")));
    tn_buf_free(&out);
}

static void test_jsonl__nested_values_are_lists_and_maps(void **state)
{
    (void)state;
    assert_rows("{\"a\":[1,\"x\",[true,null]],\"b\":{\"k\":1}}\n",
                "1: [1,\"x\",[true,null]] {...}\n");
    assert_rows("{\"a\":{\"k\":1,\"k\":2},\"b\":[]}\n", "1: ? []\n");
    tn_buf line;
    tn_buf_init(&line, NULL);
    for (int depth = 99; depth <= 101; depth++) {
        tn_buf_reset(&line);
        tn_buf_put_text(&line, "{\"z\":");
        tn_buf_put_repeated(&line, '[', (size_t)depth);
        tn_buf_put_repeated(&line, ']', (size_t)depth);
        tn_buf_put_text(&line, "}\n");
        tn_buf_put_char(&line, '\0');
        assert_rows(line.data,
                    depth <= 100 ? "1: null null +z\n" : "1: nested too deeply\n");
    }
    tn_buf_free(&line);
}

/* Lines around the size of the buffer and far above it, with what surrounds them. */
static void test_jsonl__lines_may_be_long(void **state)
{
    (void)state;
    const size_t lengths[] = {(256 << 10) - 9, 256 << 10, (256 << 10) + 1, 3 << 20};
    const char *path = path_in(folder, "t.jsonl");
    for (size_t i = 0; i < TN_COUNT(lengths); i++) {
        tn_buf content;
        tn_buf_init(&content, NULL);
        tn_buf_put_text(&content, "{\"b\":1}\n{\"z\":\"");
        tn_buf_put_repeated(&content, 'x', lengths[i]);
        tn_buf_put_text(&content, "\",\"a\":2}\n{\"a\":3}\n");
        assert_false(content.failed);
        write_file(path, content.data, content.len);
        tn_buf_free(&content);
        assert_scan(&tn_jsonl_ops, path, "t", COLUMNS("a", "b"),
                    "1: null 1\n2: 2 null +z\n3: 3 null\n");
    }
}

/* Every place at which a read can end: a pipe that gives a byte at a time would be too
 * slow, so the file is a little longer than the buffer, shifted byte by byte. */
static void test_jsonl__pieces_may_end_anywhere(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    const char *path = path_in(folder, "t.jsonl");
    for (size_t shift = 0; shift < 24; shift++) {
        tn_buf content;
        tn_buf_init(&content, NULL);
        tn_buf_put_repeated(&content, ' ', shift);
        for (int i = 0; i < ROWS; i++)
            tn_buf_put_format(&content, "{\"a\":%d,\"b\":\"y\"}\n", i);
        write_file(path, content.data, content.len);
        tn_buf_reset(&content);
        tn_store_config config = {tn_str_from(path), NULL, NULL};
        assert_int_equal(
            try_scan(&tn_jsonl_ops, &config, "t", COLUMNS("a", "b"), &content), TN_OK);
        tn_buf expected;
        tn_buf_init(&expected, NULL);
        for (int i = 0; i < ROWS; i++)
            tn_buf_put_format(&expected, "%d: %d \"y\"\n", i + 1, i);
        assert_true(tn_str_equal(tn_buf_view(&content), tn_buf_view(&expected)));
        tn_buf_free(&expected);
        tn_buf_free(&content);
    }
}

static void test_jsonl__an_object_of_many_members(void **state)
{
    (void)state;
    tn_buf content;
    tn_buf_init(&content, NULL);
    for (int line = 0; line < 2; line++) {
        tn_buf_put_text(&content, "{");
        for (int i = 0; i < 200; i++)
            tn_buf_put_format(&content, "\"n%d\":%d,", i, i);
        tn_buf_put_text(&content, "\"a\":1}\n");
    }
    const char *path = path_in(folder, "t.jsonl");
    write_file(path, content.data, content.len);
    tn_buf_reset(&content);
    tn_store_config config = {tn_str_from(path), NULL, NULL};
    assert_int_equal(try_scan(&tn_jsonl_ops, &config, "t", COLUMNS("a"), &content),
                     TN_OK);
    tn_str all = tn_buf_view(&content);
    assert_true(tn_str_starts(all, TN_STR("1: 1 +n0 +n1")));
    assert_true(tn_str_find(all, TN_STR("\n2: 1 +n0 +n1")) != SIZE_MAX);
    assert_true(tn_str_ends(all, TN_STR(" +n199\n")));
    tn_buf_free(&content);
}

static void test_jsonl__a_folder_holds_a_file_for_each_object(void **state)
{
    (void)state;
    write_file(path_in(folder, "x.jsonl"), "{\"a\":1}", 7);
    assert_scan(&tn_jsonl_ops, folder, "x", COLUMNS("a"), "1: 1\n");
    char expected[600];
    snprintf(expected, sizeof(expected),
             "! cannot open %s/y.jsonl: No such file or directory\n", folder);
    assert_scan(&tn_jsonl_ops, folder, "y", COLUMNS("a"), expected);
    assert_scan(&tn_jsonl_ops, folder, "../x", COLUMNS("a"),
                "! \"../x\" is not the name of a file\n");
    snprintf(expected, sizeof(expected),
             "! cannot open %s/n: No such file or directory\n", folder);
    assert_scan(&tn_jsonl_ops, path_in(folder, "n"), "n", COLUMNS("a"), expected);
}

static void test_jsonl__a_pipe_is_read_once(void **state)
{
    (void)state;
    int ends[2];
    int saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "{\"a\":1}\n{\"a\":2}", 15), 15);
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    tn_store *store = NULL;
    tn_buf text;
    tn_buf_init(&text, NULL);
    tn_store_config config = {TN_STR("-"), NULL, NULL};
    tn_scan_column column = {.name = TN_STR("a"), .is_wanted = true};
    tn_scan_request request = {
        .object = TN_STR("records"), .columns = &column, .column_count = 1};
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_store_object about;
    assert_int_equal(tn_jsonl_ops.open(&config, &store, &text), TN_OK);
    assert_int_equal(
        tn_jsonl_ops.describe(store, request.object, &arena, &about, &text), TN_OK);
    assert_int_equal(put_scan(&text, store, &request, &text), TN_OK);
    assert_text(&text, "1: 1\n2: 2\n");
    tn_buf_reset(&text);
    assert_int_equal(put_scan(&text, store, &request, &text), TN_USAGE);
    assert_text(&text, "the standard input can be read only once");
    tn_jsonl_ops.close(store);
    tn_arena_free(&arena);
    tn_buf_free(&text);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void test_jsonl__survives_every_failing_allocation(void **state)
{
    (void)state;
    const char content[] =
        "{\"\\u0061\":[1,{\"k\":\"\\n\"}],\"b\":\"x\",\"z\":1,\"y\":2}\n"
        "{\"a\":2,\"y\":3}\nx\n";
    const char *path = path_in(folder, "t.jsonl");
    write_file(path, content, sizeof(content) - 1);
    for (size_t n = 1;; n++) {
        tn_test_memory memory;
        tn_buf out;
        tn_test_memory_init(&memory, n);
        tn_buf_init(&out, NULL);
        tn_store_config config = {tn_str_from(path), &memory.allocator, NULL};
        tn_status status =
            try_scan(&tn_jsonl_ops, &config, "t", COLUMNS("a", "b", "c"), &out);
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
        cmocka_unit_test(test_jsonl__reads_an_object_a_line),
        cmocka_unit_test(test_jsonl__lines_end_with_lf_crlf_or_the_file),
        cmocka_unit_test(test_jsonl__a_byte_order_mark_is_skipped_at_the_start_alone),
        cmocka_unit_test(test_jsonl__a_bad_line_is_a_row_with_a_problem),
        cmocka_unit_test(test_jsonl__what_nobody_wants_must_be_json_too),
        cmocka_unit_test(test_jsonl__numbers_are_exact_or_doubles),
        cmocka_unit_test(test_jsonl__a_declared_field_twice_is_a_problem),
        cmocka_unit_test(test_jsonl__escapes_are_undone_in_names_and_values),
        cmocka_unit_test(test_jsonl__undeclared_names_are_told_with_their_rows),
        cmocka_unit_test(test_jsonl__invented_names_are_bounded),
        cmocka_unit_test(test_jsonl__nested_values_are_lists_and_maps),
        cmocka_unit_test(test_jsonl__lines_may_be_long),
        cmocka_unit_test(test_jsonl__pieces_may_end_anywhere),
        cmocka_unit_test(test_jsonl__an_object_of_many_members),
        cmocka_unit_test(test_jsonl__a_folder_holds_a_file_for_each_object),
        cmocka_unit_test(test_jsonl__a_pipe_is_read_once),
        cmocka_unit_test(test_jsonl__survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
