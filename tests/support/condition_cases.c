#include "tests/support/condition_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const tn_type int_type = {.kind = TN_TYPE_INT};
static const tn_type bytes_type = {.kind = TN_TYPE_BYTES};
static const tn_type text_type = {.kind = TN_TYPE_STRING};
static const tn_type time_type = {.kind = TN_TYPE_TIMESTAMP};
static const tn_type dyn_type = {.kind = TN_TYPE_DYN};
static const tn_type ints_type = {.kind = TN_TYPE_LIST, .params = {&int_type, NULL}};

static const tn_value one_two[] = {{TN_KIND_INT, {.integer = 1}},
                                   {TN_KIND_INT, {.integer = 2}}};
static const tn_list_value one_two_list = {one_two, TN_COUNT(one_two)};

static const test_name names[] = {
    {"r.none", &int_type, {.kind = TN_KIND_NULL}, NULL, NULL},
    {"r.bad", &int_type, {.kind = TN_KIND_UNREADABLE}, NULL, NULL},
    {"r.day", &time_type, {TN_KIND_DATE, {.day = 20000}}, NULL, NULL},
    {"r.any", &dyn_type, {TN_KIND_STRING, {.text = {"old", 3}}}, NULL, NULL},
    {"r.text", &text_type, {TN_KIND_STRING, {.text = {"old", 3}}}, NULL, NULL},
    {"r.seven", &int_type, {TN_KIND_INT, {.integer = 7}}, NULL, NULL},
    {"r.raw", &bytes_type, {TN_KIND_BYTES, {.text = {"a\xff", 2}}}, NULL, NULL},
    {"r.list", &ints_type, {TN_KIND_LIST, {.list = &one_two_list}}, NULL, NULL},
};

const test_condition test_condition_named = {.names = names,
                                             .name_count = TN_COUNT(names)};

void test_condition_cases(const test_condition *options, const test_case *cases,
                          size_t count)
{
    unsigned failed = 0;
    for (size_t i = 0; i < count; i++) {
        test_condition c = *options;
        tn_status status = test_condition_compile(&c, tn_str_from(cases[i].text));
        if (status == TN_OK)
            status = test_condition_run(&c);
        const char *words = test_condition_words(&c, status);
        if (strcmp(words, cases[i].words) != 0) {
            print_message("# %s\n#   gives %s\n#   not   %s\n", cases[i].text, words,
                          cases[i].words);
            failed++;
        }
        test_condition_free(&c);
    }
    assert_int_equal(failed, 0);
}
