/* Addresses of MySQL databases. */
#include "interp/store/mysql_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static tn_arena arena;
static tn_buf why;

static int set_up(void **state)
{
    (void)state;
    tn_arena_init(&arena, NULL);
    tn_buf_init(&why, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tn_arena_free(&arena);
    tn_buf_free(&why);
    return 0;
}

static tn_mysql_url parse(const char *text)
{
    tn_mysql_url url;
    assert_int_equal(tn_mysql_url_parse(tn_str_from(text), &arena, &url, &why), TN_OK);
    return url;
}

static void refuse(const char *text, const char *part)
{
    tn_mysql_url url;
    tn_buf_reset(&why);
    assert_int_equal(tn_mysql_url_parse(tn_str_from(text), &arena, &url, &why),
                     TN_USAGE);
    assert_true(tn_str_find(tn_buf_view(&why), tn_str_from(part)) != SIZE_MAX);
}

static void test_url__all_of_it(void **state)
{
    (void)state;
    tn_mysql_url url =
        parse("mysql://us%40er:p%3Aw@[::1]:3307/data?timeout=7&ssl-ca=/ca.pem"
              "&ssl-cert=c&ssl-key=k&count=server");
    assert_string_equal(url.user, "us@er");
    assert_string_equal(url.password, "p:w");
    assert_string_equal(url.host, "::1");
    assert_int_equal(url.port, 3307);
    assert_string_equal(url.database, "data");
    assert_string_equal(url.ca, "/ca.pem");
    assert_int_equal(url.tls, TN_MYSQL_TLS_VERIFIED);
    assert_int_equal(url.answer_seconds, 7);
    assert_true(url.counts);
    url = parse("mysql://h/d?replica=[::2]:3308");
    assert_string_equal(url.replica_host, "::2");
    assert_int_equal(url.replica_port, 3308);
    assert_string_equal(url.host, "h");
    assert_int_equal(url.port, 0);
    assert_null(parse("mysql://h/d").replica_host);
}

static void test_url__elsewhere_is_encrypted_and_counts(void **state)
{
    (void)state;
    tn_mysql_url far = parse("mysql://db.example.org/x"),
                 near = parse("mysql://127.0.0.1/x");
    assert_int_equal(far.tls, TN_MYSQL_TLS_REQUIRED);
    assert_true(far.counts);
    assert_int_equal(near.tls, TN_MYSQL_TLS_OFF);
    assert_false(near.counts);
    assert_int_equal(parse("mysql://db.example.org/x?tls=off").tls, TN_MYSQL_TLS_OFF);
    assert_null(near.user);
    assert_null(near.password);
}

static void test_url__what_is_wrong_is_said_without_secrets(void **state)
{
    (void)state;
    refuse("http://h/d", "does not start with mysql://");
    refuse("mysql://u:secret@h", "names no database");
    refuse("mysql://u:secret@h/d?x=1", "option that there is not");
    assert_true(tn_str_find(tn_buf_view(&why), TN_STR("secret")) == SIZE_MAX);
    refuse("mysql://h/d%4", "two hexadecimal digits");
    refuse("mysql://h/d%00", "two hexadecimal digits");
    refuse("mysql://h:70000/d", "a port that is none");
    refuse("mysql://h/d?tls=maybe", "neither off nor required");
    refuse("mysql://h/d?tls=off&ssl-ca=x", "both ssl-ca= and tls=");
    refuse("mysql://h/d?ssl-cert=x", "go together");
    refuse("mysql://h/d?count=all", "neither server nor here");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_url__all_of_it),
        cmocka_unit_test(test_url__elsewhere_is_encrypted_and_counts),
        cmocka_unit_test(test_url__what_is_wrong_is_said_without_secrets),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
