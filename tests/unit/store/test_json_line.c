/* Lines that are read as those before them were, against each line read alone. */
#include "interp/store/json_row.h"
#include "interp/store/jsonl.h"
#include "tests/unit/store/support.h"

enum { ROUNDS = 4000, LINES_MAX = 14 };

static const tn_scan_column columns[] = {
    {{"a", 1}, true, false},
    {{"b", 1}, true, false},
    {{"unwanted", 8}, false, false},
    {{"a name of more than thirty-two bytes", 36}, true, false},
};
static const tn_scan_request request = {.object = {"t", 1},
                                        .columns = columns,
                                        .column_count = TN_COUNT(columns),
                                        .wants_undeclared = true};

/* Mostly what is fine; seldom something that some part of a line must not have. */
static const char *const names[] = {
    "\"a\":",
    "\"a\":",
    "\"b\":",
    "\"b\":",
    "\"b\" : ",
    "\"unwanted\":",
    "\"other\":",
    "\"more\":",
    "\"\":",
    "\"a name of more than thirty-two bytes\":",
    "\"\\u0061\":",
    "\"b\"",
    "\"b\":,",
    "b:",
    "\"seventeen-bytes\":",
};
static const char *const values[] = {
    "\"x\"", "\"x\"",        "\"\"",       "\"some text of more bytes\"",
    "1",     "null",         "\"a\\\"b\"", "\"\\ud83d\\ude00\"",
    "[1,2]", "{\"c\":1}",    "\"\\q\"",    "\"x\" ",
    "tru",   "\"x\"y",       "\"\\\\\"",   "-0.5e3",
    "[",     "\"\xC3\xA9\"",
};
static const char *const ends[] = {"}\n",    "}\n", "}\n",  "}\r\n", "}  \n", "}\n\n",
                                   "} {}\n", "\n",  "}}\n", ",}\n",  "},\n"};
static const char *const starts[] = {"{",  "{",   "{", "{", "{",
                                     " {", "{\t", "",  "[", "{,"};

#define ANY(list) list[(size_t)rand() % TN_COUNT(list)]
/* the first `count`, but for one in `odds` */
#define MOSTLY(list, count, odds)                                                      \
    list[(size_t)rand() % (rand() % (odds) == 0 ? TN_COUNT(list) : (size_t)(count))]

static void put_line(tn_buf *out, int odds)
{
    int count = rand() % 5;
    tn_buf_put_text(out, MOSTLY(starts, 5, odds));
    for (int i = 0; i < count; i++) {
        tn_buf_put_text(out, i == 0 ? "" : rand() % odds == 0 ? " ,\t" : ",");
        tn_buf_put_text(out, rand() % odds == 0 ? ANY(names) : names[(2 * i) % 9]);
        tn_buf_put_text(out, MOSTLY(values, 4, odds));
    }
    tn_buf_put_text(out, MOSTLY(ends, 3, odds));
}

static bool is_blank(tn_str line)
{
    for (size_t i = 0; i < line.len; i++)
        if (strchr(" \t\r", line.data[i]) == NULL)
            return false;
    return true;
}

static void put_alone(tn_buf *out, tn_json_row *row, tn_str line)
{
    char text[1024] = {0};
    assert_true(line.len + TN_JSON_PADDING <= sizeof(text));
    memcpy(text, line.data, line.len);
    tn_json_row_reset(row);
    assert_int_equal(tn_json_row_read_text(row, text, line.len), TN_OK);
    tn_buf_put_format(out, "%u:", (unsigned)row->row.number);
    if (row->row.problem != NULL)
        tn_buf_put_format(out, " %s", row->row.problem);
    for (uint32_t i = 0; row->row.problem == NULL && i < TN_COUNT(columns); i++) {
        tn_buf_put_char(out, ' ');
        put_value(out, &row->values[i]);
    }
    for (uint32_t i = 0; i < row->row.undeclared_count; i++) {
        tn_buf_put_text(out, " +");
        tn_buf_put(out, tn_json_row_undeclared_name(row, row->row.undeclared[i]));
    }
    tn_buf_put_char(out, '\n');
}

static void put_each_alone(tn_buf *out, tn_str text)
{
    tn_json_row row;
    assert_int_equal(tn_json_row_init(&row, &request, NULL), TN_OK);
    for (size_t at = 0; at < text.len;) {
        const char *stop = memchr(text.data + at, '\n', text.len - at);
        size_t end = stop == NULL ? text.len : (size_t)(stop - text.data);
        tn_str line = {text.data + at, end - at};
        row.row.number++;
        if (!is_blank(line))
            put_alone(out, &row, line);
        at = end + 1;
    }
    tn_json_row_free(&row);
}

static void put_all(tn_buf *out, const char *path, tn_str text)
{
    tn_store_config config = {tn_str_from(path), NULL, NULL};
    tn_store *store = NULL;
    tn_buf why;
    tn_buf_init(&why, NULL);
    write_file(path, text.data, text.len);
    assert_int_equal(tn_jsonl_ops.open(&config, &store, &why), TN_OK);
    assert_int_equal(put_scan(out, store, &request, &why), TN_OK);
    tn_jsonl_ops.close(store);
    tn_buf_free(&why);
}

static void test_json_line__reads_what_each_line_alone_says(void **state)
{
    const char *folder = new_folder();
    const char *path = path_in(folder, "t.jsonl");
    tn_buf text, all, alone;
    (void)state;
    tn_buf_init(&text, NULL);
    tn_buf_init(&all, NULL);
    tn_buf_init(&alone, NULL);
    srand(11);
    for (int round = 0; round < ROUNDS; round++) {
        tn_buf_reset(&text);
        tn_buf_reset(&all);
        tn_buf_reset(&alone);
        int count = 1 + rand() % LINES_MAX;
        int odds = round % 2 == 0 ? 6 : 30;
        for (int i = 0; i < count; i++)
            put_line(&text, odds);
        text.len -= (size_t)rand() % 8 == 0; /* the last line feed */
        put_all(&all, path, tn_buf_view(&text));
        put_each_alone(&alone, tn_buf_view(&text));
        tn_buf_put_char(&alone, '\0');
        assert_text(&all, alone.data);
    }
    tn_buf_free(&alone);
    tn_buf_free(&all);
    tn_buf_free(&text);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_line__reads_what_each_line_alone_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
