#include "interp/store/http.h"
#include "tests/unit/store/support.h"

static tn_arena arena;
static tn_http_address address;

static int set_up(void **state)
{
    (void)state;
    tn_arena_init(&arena, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tn_arena_free(&arena);
    return 0;
}

static void read_address(const char *text)
{
    tn_buf why;
    tn_buf_init(&why, NULL);
    assert_int_equal(tn_http_address_read(tn_str_from(text), &arena, &address, &why),
                     TN_OK);
    tn_buf_free(&why);
}

/* It is refused with this sentence, and no secret of it. */
static void assert_refused(const char *text, const char *expected)
{
    tn_buf why;
    tn_buf_init(&why, NULL);
    assert_int_equal(tn_http_address_read(tn_str_from(text), &arena, &address, &why),
                     TN_USAGE);
    tn_buf_put_char(&why, 0);
    assert_non_null(strstr(why.data, expected));
    assert_null(strstr(why.data, "secret"));
    tn_buf_free(&why);
}

static void assert_word(tn_str text, const char *expected)
{
    assert_true(tn_str_equal(text, tn_str_from(expected)));
    if (text.len > 0) /* the library that uses it wants a NUL */
        assert_int_equal(text.data[text.len], 0);
}

static void test_http_address__nodes_lose_their_last_slash_and_their_user(void **state)
{
    (void)state;
    read_address("  https://a:9200/\n\thttp://me:pass:w@rd@b ");
    assert_int_equal(address.node_count, 2);
    assert_true(tn_str_equal(address.nodes[0], TN_STR("https://a:9200")));
    assert_true(tn_str_equal(address.nodes[1], TN_STR("http://b")));
    assert_word(address.user, "me");
    assert_word(address.password, "pass:w@rd");
    assert_int_equal(address.timeout_ms, TN_HTTP_TIMEOUT_MS);
}

static void test_http_address__settings_are_words(void **state)
{
    (void)state;
    read_address(
        "https://a api_key=a=b== ca=/c.pem cert=x key=y timeout=7 patience=90");
    assert_word(address.api_key, "a=b==");
    assert_word(address.ca, "/c.pem");
    assert_word(address.cert, "x");
    assert_word(address.key, "y");
    assert_int_equal(address.timeout_ms, 7000);
    assert_int_equal(address.patience_ms, 90000);
}

static void test_http_address__what_is_wrong_is_told_without_secrets(void **state)
{
    (void)state;
    assert_refused("", "it names no node");
    assert_refused("secret", "it is neither a node");
    assert_refused("https://", "a node has no name");
    assert_refused("https://u:secret@", "a node has no name");
    assert_refused("https://a?secret", "and nothing after it");
    assert_refused("https://a colour=secret", "it has no setting \"colour\"");
    assert_refused("https://a timeout=secret", "are whole seconds");
    assert_refused("https://a timeout=", "from 1 to 86400");
    assert_refused("https://a patience=86401", "from 1 to 86400");
    assert_refused("https://a timeout=99999999999999999999", "are whole seconds");
    assert_refused("https://a cert=secret", "go together");
    assert_refused("https://a api_key=secret user=u", "one of them is right");
    assert_refused("https://a @/there/is/no/such/file", "No such file");
}

static void test_http_address__a_segment_of_a_path_is_encoded(void **state)
{
    (void)state;
    tn_buf path;
    tn_buf_init(&path, NULL);
    tn_http_put_segment(&path, TN_STR("a-B_1.~/?\xc3\xa4 %"));
    assert_true(tn_str_equal(tn_buf_view(&path), TN_STR("a-B_1.~%2F%3F%C3%A4%20%25")));
    tn_buf_free(&path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_http_address__nodes_lose_their_last_slash_and_their_user),
        TEST(test_http_address__settings_are_words),
        TEST(test_http_address__what_is_wrong_is_told_without_secrets),
        TEST(test_http_address__a_segment_of_a_path_is_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
