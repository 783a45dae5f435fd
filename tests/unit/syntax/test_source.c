/* Sources: lines, positions, what is read from disk. */
#include "interp/syntax/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct fixture {
    tn_sources sources;
    tn_diags diags;
    uint32_t number;
} fixture;

static const tn_source *open_text(fixture *f, tn_str text)
{
    tn_sources_init(&f->sources, NULL);
    tn_diags_init(&f->diags, NULL);
    assert_int_equal(
        tn_sources_add(&f->sources, TN_STR("a"), text, &f->diags, &f->number), TN_OK);
    return &f->sources.list[f->number];
}

static void close_text(fixture *f)
{
    tn_diags_free(&f->diags);
    tn_sources_free(&f->sources);
}

static void check_position(const tn_source *source, uint32_t offset, uint32_t line,
                           uint32_t column)
{
    tn_position at = tn_source_position(source, offset);
    assert_int_equal(at.line, line);
    assert_int_equal(at.column, column);
}

static void check_line(const tn_source *source, uint32_t line, const char *text)
{
    tn_str got = tn_source_line(source, line);
    assert_int_equal(got.len, strlen(text));
    assert_memory_equal(got.data, text, got.len);
}

static void test_source__lines_end_with_lf_or_crlf(void **state)
{
    (void)state;
    fixture f;
    const tn_source *source = open_text(&f, TN_STR("one\r\ntwo\n\nlast"));
    assert_int_equal(source->line_count, 4);
    check_line(source, 1, "one");
    check_line(source, 2, "two");
    check_line(source, 3, "");
    check_line(source, 4, "last");
    check_line(source, 0, "");
    check_line(source, 5, "");
    close_text(&f);
}

static void test_source__columns_count_characters(void **state)
{
    (void)state;
    fixture f;
    const tn_source *source = open_text(&f, TN_STR("\xC3\xBC\t\xE6\x96\x87x\ny"));
    check_position(source, 0, 1, 1);
    check_position(source, 2, 1, 2);
    check_position(source, 3, 1, 3);
    check_position(source, 6, 1, 4);
    check_position(source, 7, 1, 5); /* the line feed itself */
    check_position(source, 8, 2, 1);
    check_position(source, 9, 2, 2); /* the end */
    check_position(source, 999, 2, 2);
    close_text(&f);
}

static void test_source__byte_order_mark_is_no_column(void **state)
{
    (void)state;
    fixture f;
    const tn_source *source = open_text(&f, TN_STR("\xEF\xBB\xBFmodule m\nx"));
    check_position(source, 3, 1, 1);
    check_position(source, 10, 1, 8);
    check_position(source, 12, 2, 1);
    check_line(source, 1, "module m");
    close_text(&f);
}

static void test_source__empty_text_has_one_line(void **state)
{
    (void)state;
    fixture f;
    const tn_source *source = open_text(&f, TN_STR(""));
    assert_int_equal(source->line_count, 1);
    check_position(source, 0, 1, 1);
    check_line(source, 1, "");
    close_text(&f);
}

static void test_source__slice_is_the_bytes_of_a_span(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, TN_STR("abcdef"));
    tn_str slice = tn_source_slice(&f.sources, (tn_span){f.number, 2, 4});
    assert_int_equal(slice.len, 2);
    assert_memory_equal(slice.data, "cd", 2);
    assert_int_equal(tn_source_slice(&f.sources, TN_NOWHERE).len, 0);
    close_text(&f);
}

static void test_source__text_is_copied(void **state)
{
    (void)state;
    fixture f;
    char text[] = "abc";
    const tn_source *source = open_text(&f, (tn_str){text, 3});
    text[0] = 'x';
    check_line(source, 1, "abc");
    close_text(&f);
}

static void test_source__too_large_a_text_is_refused(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, TN_STR(""));
    size_t size = (size_t)TN_SOURCE_MAX_BYTES + 1;
    char *text = calloc(1, size);
    uint32_t number;
    assert_int_equal(tn_sources_add(&f.sources, TN_STR("big"), (tn_str){text, size},
                                    &f.diags, &number),
                     TN_LIMIT);
    assert_int_equal(f.diags.list[0].finding, TN_FIND_TOO_LARGE);
    assert_int_equal(tn_sources_add(&f.sources, TN_STR("big"), (tn_str){text, size - 1},
                                    &f.diags, &number),
                     TN_OK);
    free(text);
    close_text(&f);
}

static void test_source__missing_file_is_reported(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, TN_STR(""));
    uint32_t number;
    assert_int_equal(
        tn_sources_read(&f.sources, TN_STR("/no/such/file"), &f.diags, &number), TN_IO);
    assert_int_equal(tn_sources_read(&f.sources, TN_STR("tests"), &f.diags, &number),
                     TN_IO);
    assert_int_equal(
        tn_sources_read(&f.sources, TN_STR("Make\0file"), &f.diags, &number), TN_IO);
    assert_int_equal(f.diags.count, 3);
    tn_str message = f.diags.list[0].message;
    assert_true(tn_str_starts(message, TN_STR("cannot read /no/such/file: ")));
    close_text(&f);
}

static void test_source__file_is_read_whole(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, TN_STR(""));
    uint32_t number;
    assert_int_equal(
        tn_sources_read(&f.sources, TN_STR("stdlib/gdpr.tenure"), &f.diags, &number),
        TN_OK);
    const tn_source *source = &f.sources.list[number];
    assert_true(source->line_count > 20);
    assert_true(tn_str_ends(source->text, TN_STR("\n")));
    close_text(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source__lines_end_with_lf_or_crlf),
        cmocka_unit_test(test_source__columns_count_characters),
        cmocka_unit_test(test_source__byte_order_mark_is_no_column),
        cmocka_unit_test(test_source__empty_text_has_one_line),
        cmocka_unit_test(test_source__slice_is_the_bytes_of_a_span),
        cmocka_unit_test(test_source__text_is_copied),
        cmocka_unit_test(test_source__too_large_a_text_is_refused),
        cmocka_unit_test(test_source__missing_file_is_reported),
        cmocka_unit_test(test_source__file_is_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
