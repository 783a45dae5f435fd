#include "tests/unit/store/support.h"

#include "interp/store/mysql_expiry.h"
#include "interp/store/search_expiry.h"

static int64_t age(const char *text)
{
    int64_t ms = -1;
    return tn_search_parse_age(tn_str_from(text), &ms) ? ms : -1;
}

static void test_age__is_read_in_every_unit(void **state)
{
    (void)state;
    assert_int_equal(age("30d"), INT64_C(30) * 86400000);
    assert_int_equal(age("12h"), 12 * 3600000);
    assert_int_equal(age("5m"), 300000);
    assert_int_equal(age("7s"), 7000);
    assert_int_equal(age("9ms"), 9);
    assert_int_equal(age("9micros"), 0);
    assert_int_equal(age("0"), 0);
    assert_int_equal(age("9223372036854775ms"), INT64_C(9223372036854775));
}

static void test_age__is_none_of_other_texts(void **state)
{
    static const char *const bad[] = {"",
                                      "-1",
                                      "d",
                                      "30",
                                      "30D",
                                      "3 d",
                                      "9999999999999999d",
                                      "30dd",
                                      "99999999999999999999ms"};
    (void)state;
    for (size_t i = 0; i < TN_COUNT(bad); i++)
        assert_int_equal(age(bad[i]), -1);
}

static bool deletes(const char *statement, const char *table)
{
    return tn_mysql_deletes_from(tn_str_from(statement), tn_str_from(table));
}

static void test_event__deletes_from_the_table_that_it_names(void **state)
{
    (void)state;
    assert_true(
        deletes("DELETE FROM entry WHERE t < NOW() - INTERVAL 30 DAY", "entry"));
    assert_true(deletes("delete from `shop`.`Entry`", "entry"));
    assert_true(deletes("ALTER TABLE entry DROP PARTITION p2024", "entry"));
    assert_true(deletes("TRUNCATE entry", "entry"));
}

static void test_event__leaves_other_tables_alone(void **state)
{
    (void)state;
    assert_false(deletes("DELETE FROM entry_old", "entry"));
    assert_false(deletes("INSERT INTO entry VALUES (1)", "entry"));
    assert_false(deletes("INSERT INTO deleted SELECT * FROM entry", "entry"));
    assert_false(deletes("", "entry"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_age__is_read_in_every_unit),
        cmocka_unit_test(test_age__is_none_of_other_texts),
        cmocka_unit_test(test_event__deletes_from_the_table_that_it_names),
        cmocka_unit_test(test_event__leaves_other_tables_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
