/* Reports: lines, marks, windows, colors, JSON. */
#include "interp/syntax/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct fixture {
    tn_sources sources;
    tn_diags diags;
    tn_buf out;
    uint32_t file;
} fixture;

static void open_text(fixture *f, const char *text)
{
    tn_sources_init(&f->sources, NULL);
    tn_diags_init(&f->diags, NULL);
    tn_buf_init(&f->out, NULL);
    assert_int_equal(tn_sources_add(&f->sources, TN_STR("dir/a.tenure"),
                                    tn_str_from(text), &f->diags, &f->file),
                     TN_OK);
}

static void close_text(fixture *f)
{
    tn_buf_free(&f->out);
    tn_diags_free(&f->diags);
    tn_sources_free(&f->sources);
}

static tn_diag *add(fixture *f, uint32_t start, uint32_t end, const char *message)
{
    return tn_diag_add(&f->diags, TN_FIND_SYNTAX, (tn_span){f->file, start, end}, "%s",
                       message);
}

static void check(fixture *f, const char *expected)
{
    tn_buf_put_char(&f->out, '\0');
    assert_string_equal(f->out.data, expected);
    close_text(f);
}

static void report(fixture *f)
{
    for (size_t i = 0; i < f->diags.count; i++)
        tn_report_diag(&f->out, &f->sources, &f->diags.list[i], false);
}

static void test_report__place_line_mark_help_second_place(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, "one\ntwo three\nfour\n");
    tn_diag *diag = add(&f, 8, 13, "three is wrong");
    tn_diag_help(&f.diags, diag, "write 3");
    tn_diag_other(&f.diags, diag, (tn_span){f.file, 0, 3}, "one is here");
    report(&f);
    check(&f, "dir/a.tenure:2:5: error[syntax]: three is wrong\n"
              "     |\n"
              "   2 | two three\n"
              "     |     ^^^^^\n"
              "     = help: write 3\n"
              "dir/a.tenure:1:1: note: one is here\n"
              "     |\n"
              "   1 | one\n"
              "     | ^^^\n");
}

static void test_report__marks_stand_below_tabs_and_wide_text(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, "\ta\t\xE6\x96\x87\xE5\xAD\x97 x e\xCC\x81z\n");
    add(&f, 3, 9, "wide");
    add(&f, 10, 11, "behind wide");
    add(&f, 15, 16, "behind an accent");
    report(&f);
    check(&f, "dir/a.tenure:1:4: error[syntax]: wide\n"
              "     |\n"
              "   1 |     a   \xE6\x96\x87\xE5\xAD\x97 x e\xCC\x81z\n"
              "     |         ^^^^\n"
              "dir/a.tenure:1:7: error[syntax]: behind wide\n"
              "     |\n"
              "   1 |     a   \xE6\x96\x87\xE5\xAD\x97 x e\xCC\x81z\n"
              "     |              ^\n"
              "dir/a.tenure:1:11: error[syntax]: behind an accent\n"
              "     |\n"
              "   1 |     a   \xE6\x96\x87\xE5\xAD\x97 x e\xCC\x81z\n"
              "     |                 ^\n");
}

static void test_report__spans_of_several_lines_and_of_none(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, "one\ntwo\nthree\n");
    add(&f, 1, 10, "long");
    add(&f, 3, 3, "empty, at the end of its line");
    add(&f, 14, 14, "at the end of the text");
    report(&f);
    check(&f, "dir/a.tenure:1:2: error[syntax]: long\n"
              "     |\n"
              "   1 | one\n"
              "     |  ^^ (to line 3)\n"
              "dir/a.tenure:1:4: error[syntax]: empty, at the end of its line\n"
              "     |\n"
              "   1 | one\n"
              "     |    ^\n"
              "dir/a.tenure:4:1: error[syntax]: at the end of the text\n"
              "     |\n"
              "   4 |\n"
              "     | ^\n");
}

static void test_report__long_lines_are_shown_in_part(void **state)
{
    (void)state;
    char text[1001];
    memset(text, 'x', 1000);
    text[1000] = '\0';
    fixture f;
    open_text(&f, text);
    add(&f, 500, 503, "in the middle");
    add(&f, 0, 1000, "all of it");
    report(&f);
    tn_str out = tn_buf_view(&f.out);
    size_t longest = 0, start = 0;
    for (size_t i = 0; i < out.len; i++) {
        if (out.data[i] != '\n')
            continue;
        if (i - start > longest)
            longest = i - start;
        start = i + 1;
    }
    assert_true(longest < 120);
    assert_true(tn_str_find(out, TN_STR(":1:501: ")) != SIZE_MAX);
    assert_true(tn_str_find(out, TN_STR("   1 | ...xxx")) != SIZE_MAX);
    assert_true(tn_str_find(out, TN_STR("xxx...\n")) != SIZE_MAX);
    close_text(&f);
}

static void test_report__nothing_plays_tricks_on_the_terminal(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, "a\033[31mb\xE2\x80\xAE"
                  "c\xFF\n");
    add(&f, 0, 1, "with \033 and \r in it");
    report(&f);
    check(&f,
          "dir/a.tenure:1:1: error[syntax]: with \xEF\xBF\xBD and \xEF\xBF\xBD in it\n"
          "     |\n"
          "   1 | a\xEF\xBF\xBD[31mb\xEF\xBF\xBD"
          "c\xEF\xBF\xBD\n"
          "     | ^\n");
}

static void test_report__nowhere_has_no_line(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, "");
    tn_diag_add(&f.diags, TN_FIND_FILE, TN_NOWHERE, "cannot read x");
    report(&f);
    check(&f, "tenure: error[file]: cannot read x\n");
}

static void test_report__summary_counts(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, "x");
    tn_report_summary(&f.out, &f.diags);
    assert_int_equal(f.out.len, 0);
    add(&f, 0, 1, "a");
    tn_report_summary(&f.out, &f.diags);
    add(&f, 0, 1, "b")->severity = TN_WARNING;
    f.diags.error_count = 1;
    tn_report_summary(&f.out, &f.diags);
    add(&f, 0, 1, "c");
    tn_report_summary(&f.out, &f.diags);
    f.diags.dropped_count = 3;
    tn_report_summary(&f.out, &f.diags);
    check(&f, "1 error\n1 error, 1 warning\n2 errors, 1 warning\n"
              "2 errors, 1 warning; 3 more are not shown\n");
}

static void test_report__color_marks_severity(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, "x");
    add(&f, 0, 1, "a");
    tn_report_diag(&f.out, &f.sources, &f.diags.list[0], true);
    assert_true(tn_str_find(tn_buf_view(&f.out),
                            TN_STR("\033[1;31merror[syntax]\033[0m")) != SIZE_MAX);
    close_text(&f);
}

static void test_report__json(void **state)
{
    (void)state;
    fixture f;
    open_text(&f, "one\n\xC3\xBC two\n");
    tn_report_json(&f.out, &f.sources, &f.diags);
    tn_diag *diag = add(&f, 4, 10, "say \"x\"");
    tn_diag_help(&f.diags, diag, "h");
    tn_diag_other(&f.diags, diag, (tn_span){f.file, 0, 3}, "o");
    tn_diag_add(&f.diags, TN_FIND_FILE, TN_NOWHERE, "n");
    tn_report_json(&f.out, &f.sources, &f.diags);
    check(&f,
          "[]\n[\n"
          "{\"code\":\"syntax\",\"severity\":\"error\",\"file\":\"dir/"
          "a.tenure\",\"line\":2,"
          "\"column\":1,\"endLine\":2,\"endColumn\":6,\"message\":\"say \\\"x\\\"\","
          "\"help\":\"h\",\"related\":[{\"file\":\"dir/"
          "a.tenure\",\"line\":1,\"column\":1,"
          "\"endLine\":1,\"endColumn\":4,\"message\":\"o\"}]},\n"
          "{\"code\":\"file\",\"severity\":\"error\",\"file\":null,\"line\":0,"
          "\"column\":0,"
          "\"endLine\":0,\"endColumn\":0,\"message\":\"n\",\"help\":null,\"related\":[]"
          "}\n"
          "]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report__place_line_mark_help_second_place),
        cmocka_unit_test(test_report__marks_stand_below_tabs_and_wide_text),
        cmocka_unit_test(test_report__spans_of_several_lines_and_of_none),
        cmocka_unit_test(test_report__long_lines_are_shown_in_part),
        cmocka_unit_test(test_report__nothing_plays_tricks_on_the_terminal),
        cmocka_unit_test(test_report__nowhere_has_no_line),
        cmocka_unit_test(test_report__summary_counts),
        cmocka_unit_test(test_report__color_marks_severity),
        cmocka_unit_test(test_report__json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
