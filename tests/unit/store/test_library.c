#include "interp/store/library.h"
#include "tests/unit/store/support.h"

#include <math.h>

#define FUNCTIONS(X) X(fabs) X(fmod)
typedef struct math_functions {
    FUNCTIONS(TN_LIBRARY_MEMBER)
} math_functions;
#define SYMBOL(f) {#f, offsetof(math_functions, f)},
static const tn_library_symbol symbols[] = {FUNCTIONS(SYMBOL)};
static const tn_library_symbol unknown[] = {{"fabs_of_next_year", 0}};

static tn_library math_library(void)
{
    return (tn_library){"libm.so.6", "libc6", "reckon", symbols, TN_COUNT(symbols)};
}

/* `library` is refused, for this reason. */
static void assert_refused(const tn_library *library, const char *expected)
{
    math_functions f;
    tn_buf why;
    tn_buf_init(&why, NULL);
    assert_int_equal(tn_library_load(library, &f, &why), TN_STORE);
    tn_buf_put_char(&why, 0);
    assert_non_null(strstr(why.data, expected));
    tn_buf_free(&why);
}

static void test_library__its_functions_can_be_called(void **state)
{
    (void)state;
    tn_library library = math_library();
    math_functions f;
    tn_buf why;
    tn_buf_init(&why, NULL);
    assert_int_equal(tn_library_load(&library, &f, &why), TN_OK);
    assert_true(f.fabs(-2.0) == 2.0 && f.fmod(7.0, 4.0) == 3.0);
    tn_buf_free(&why);
}

static void test_library__one_that_is_not_there_says_what_to_install(void **state)
{
    (void)state;
    tn_library library = math_library();
    library.file = "libofnoone.so.1";
    assert_refused(&library, "libofnoone.so.1 is needed to reckon; install the package "
                             "libc6");
}

static void test_library__one_without_a_function_is_too_old(void **state)
{
    (void)state;
    tn_library library = math_library();
    library.symbols = unknown;
    library.symbol_count = 1;
    assert_refused(&library, "libm.so.6 has no fabs_of_next_year: it is too old");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_library__its_functions_can_be_called),
        cmocka_unit_test(test_library__one_that_is_not_there_says_what_to_install),
        cmocka_unit_test(test_library__one_without_a_function_is_too_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
