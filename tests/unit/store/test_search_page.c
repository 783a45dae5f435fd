#include "interp/store/search_page.h"
#include "tests/unit/store/support.h"

#define HEAD "{\"_scroll_id\":\"s\",\"timed_out\":false,\"_shards\":{\"failed\":0},"
#define TOTAL "\"total\":{\"value\":2,\"relation\":\"eq\"}"
#define HIT "{\"_index\":\"i\",\"_id\":\"1\",\"_source\":{\"a\":[1,{}]}}"

static tn_search_page page;

static int set_up(void **state)
{
    (void)state;
    assert_int_equal(tn_search_page_init(&page, NULL), TN_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tn_search_page_free(&page);
    return 0;
}

static tn_status read_page(const char *text, tn_buf *why)
{
    tn_buf_init(why, NULL);
    tn_status status = tn_search_page_read(&page, tn_str_from(text), why);
    tn_buf_put_char(why, 0);
    return status;
}

static void assert_read(const char *text)
{
    tn_buf why;
    assert_int_equal(read_page(text, &why), TN_OK);
    tn_buf_free(&why);
}

static void assert_refused(const char *text, const char *expected)
{
    tn_buf why;
    assert_int_equal(read_page(text, &why), TN_STORE);
    assert_non_null(strstr(why.data, expected));
    assert_false(tn_search_page_has_more(&page));
    tn_buf_free(&why);
}

static void test_search_page__its_hits_come_one_after_the_other(void **state)
{
    (void)state;
    tn_search_hit hit;
    tn_buf why;
    tn_buf_init(&why, NULL);
    assert_read(
        HEAD "\"hits\":{\"hits\":[" HIT ",{\"_routing\":\"r\",\"_id\":\"\\u0032\","
             "\"_index\":\"j\",\"_seq_no\":7,\"_primary_term\":3,\"sort\":[0]}]," TOTAL
             "}}");
    assert_int_equal(page.total, 2);
    assert_int_equal(tn_search_page_next(&page, &hit, &why), TN_OK);
    assert_true(tn_str_equal(hit.id, TN_STR("1")) && hit.source != NULL);
    assert_int_equal(page.text.data[hit.source_end - 1], '}');
    assert_true(hit.routing.data == NULL && hit.seq_no < 0);
    assert_true(tn_search_page_has_more(&page));
    assert_int_equal(tn_search_page_next(&page, &hit, &why), TN_OK);
    assert_true(tn_str_equal(hit.id, TN_STR("2")));
    assert_true(tn_str_equal(hit.routing, TN_STR("r")));
    assert_true(hit.seq_no == 7 && hit.primary_term == 3 && hit.source == NULL);
    assert_false(tn_search_page_has_more(&page));
    tn_buf_free(&why);
}

static void test_search_page__an_inexact_total_is_none(void **state)
{
    (void)state;
    assert_read(
        HEAD
        "\"hits\":{\"total\":{\"value\":10000,\"relation\":\"gte\"},\"hits\":[]}}");
    assert_int_equal(page.total, -1);
    assert_false(tn_search_page_has_more(&page));
}

static void test_search_page__what_is_no_whole_page_is_refused(void **state)
{
    (void)state;
    assert_refused("", "not JSON");
    assert_refused("[]", "not JSON");
    assert_refused("{}", "something else");
    assert_refused(HEAD "\"hits\":{\"hits\":[" HIT "]", "not JSON");
    assert_refused(HEAD "\"hits\":{\"hits\":[" HIT "]}}{}", "not JSON");
    assert_refused("{\"hits\":{\"hits\":[" HIT "]}}", "whether all shards answered");
    assert_refused(
        "{\"timed_out\":true,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[" HIT "]}}",
        "timed out");
    assert_refused("{\"_shards\":{\"failed\":2,\"failures\":[{\"reason\":{\"reason\":"
                   "\"gone\"}}]},\"hits\":{\"hits\":[" HIT "]}}",
                   "2 of its shards did not answer: gone");
}

static void test_search_page__a_hit_without_its_name_is_a_failure(void **state)
{
    (void)state;
    tn_search_hit hit;
    tn_buf why;
    tn_buf_init(&why, NULL);
    assert_read(HEAD "\"hits\":{\"hits\":[{\"_id\":\"1\"}]}}");
    assert_int_equal(tn_search_page_next(&page, &hit, &why), TN_STORE);
    assert_read(HEAD "\"hits\":{\"hits\":[7]}}");
    assert_int_equal(tn_search_page_next(&page, &hit, &why), TN_STORE);
    tn_buf_free(&why);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_search_page__its_hits_come_one_after_the_other),
        TEST(test_search_page__an_inexact_total_is_none),
        TEST(test_search_page__what_is_no_whole_page_is_refused),
        TEST(test_search_page__a_hit_without_its_name_is_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
