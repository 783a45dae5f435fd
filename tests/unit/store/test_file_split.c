/* file_split: the parts of a file, read one by one, are the file. */
#include "interp/store/csv.h"
#include "interp/store/jsonl.h"
#include "tests/unit/store/support.h"

enum { LONGEST = 60, ROUNDS = 3000 };

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

static tn_store *open_file(const tn_store_ops *ops, const char *path)
{
    tn_store_config config = {.location = tn_str_from(path)};
    tn_store *store = NULL;
    tn_buf why;
    tn_buf_init(&why, NULL);
    assert_int_equal(ops->open(&config, &store, &why), TN_OK);
    tn_buf_free(&why);
    return store;
}

/* The rows of all parts of a store, one after the other; their number. With `is_quick`
 * lines are numbered afterwards. */
static uint32_t put_parts(tn_store *store, uint32_t wanted, bool is_quick, tn_buf *out)
{
    tn_scan_column columns[] = {{.name = TN_STR("a"), .is_wanted = true},
                                {.name = TN_STR("b"), .is_wanted = true}};
    tn_scan_request request = {.object = TN_STR("t"),
                               .columns = columns,
                               .column_count = 2,
                               .wants_undeclared = true};
    tn_arena arena;
    tn_store_parts parts;
    tn_buf why;
    tn_buf_init(&why, NULL);
    tn_arena_init(&arena, NULL);
    tn_store_cut cut = {.wanted = wanted,
                        .least_bytes = 1,
                        .arena = &arena,
                        .needs_no_lines = is_quick,
                        .may_guess = is_quick};
    assert_int_equal(store->ops->split(store, request.object, &cut, &parts, &why),
                     TN_OK);
    assert_true(parts.count >= 1 && parts.count <= wanted);
    for (uint32_t i = 0; i < parts.count; i++) {
        tn_store_part part = parts.list[i];
        if (part.lines == TN_LINES_UNKNOWN)
            assert_int_equal(store->ops->lines(store, request.object, &parts.list[i],
                                               &part.lines, &why),
                             TN_OK);
        request.part = &part;
        assert_int_equal(put_scan(out, store, &request, &why), TN_OK);
    }
    tn_arena_free(&arena);
    tn_buf_free(&why);
    return parts.count;
}

/* Whether it was cut at all. */
static bool assert_parts_are_the_file(const tn_store_ops *ops, const char *text,
                                      size_t len, uint32_t wanted)
{
    const char *path = path_in(folder, "t");
    tn_buf whole;
    tn_buf parts;
    tn_buf quick;
    tn_buf_init(&whole, NULL);
    tn_buf_init(&parts, NULL);
    tn_buf_init(&quick, NULL);
    write_file(path, text, len);
    tn_store *store = open_file(ops, path);
    assert_int_equal(put_parts(store, 1, false, &whole), 1);
    uint32_t count = put_parts(store, wanted, false, &parts);
    put_parts(store, wanted, true, &quick);
    tn_buf_put_char(&whole, 0);
    tn_buf_put_char(&parts, 0);
    tn_buf_put_char(&quick, 0);
    assert_string_equal(parts.data, whole.data);
    assert_string_equal(quick.data, whole.data);
    ops->close(store);
    tn_buf_free(&whole);
    tn_buf_free(&parts);
    tn_buf_free(&quick);
    return count > 1;
}

static size_t put_random(char *text, size_t len, const char *alphabet)
{
    size_t start = len;
    size_t count = (size_t)rand() % LONGEST;
    while (len < start + count)
        text[len++] = alphabet[(size_t)rand() % strlen(alphabet)];
    return len;
}

static void assert_random(const tn_store_ops *ops, const char *head,
                          const char *alphabet)
{
    char text[2 * LONGEST];
    int cut = 0;
    srand(11);
    for (int round = 0; round < ROUNDS; round++) {
        size_t len = strlen(head);
        memcpy(text, head, len);
        len = put_random(text, len, alphabet);
        cut += assert_parts_are_the_file(ops, text, len, 2 + (uint32_t)rand() % 5);
    }
    assert_true(cut > ROUNDS / 4);
}

static void test_file_split__parts_of_csv_are_the_file(void **state)
{
    (void)state;
    assert_random(&tn_csv_ops, "a,b\n", ",\"\"\n\n\rx");
    assert_random(&tn_csv_ops, "a,b\n", ",\n\n\rx");
    assert_random(&tn_csv_ops, "\xEF\xBB\xBF\"a\",\"b\"\r\n", ",\"\"\n\n\rx");
}

static void test_file_split__parts_of_json_lines_are_the_file(void **state)
{
    (void)state;
    assert_random(&tn_jsonl_ops, "\xEF\xBB\xBF", "{}\"\n\n\r \\x");
    assert_random(&tn_jsonl_ops, "{\"a\":1,\"c\":\"\\\"\"}\n{\"b\":2}\r\n",
                  "{}\"\n\r \\");
}

static void test_file_split__a_line_end_in_quotes_is_no_place_to_cut(void **state)
{
    static const char text[] = "a,b\n\"1\n2\n3\n4\n5\",6\n\"7\n\"\"\n8\",9\n";
    (void)state;
    assert_true(assert_parts_are_the_file(&tn_csv_ops, text, sizeof(text) - 1, 20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_split__parts_of_csv_are_the_file),
        cmocka_unit_test(test_file_split__parts_of_json_lines_are_the_file),
        cmocka_unit_test(test_file_split__a_line_end_in_quotes_is_no_place_to_cut),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
