#include "tests/unit/calendar/database.h"

#include <stdlib.h>
#include <time.h>

static void test_zone_load__checks_a_name_before_any_file(void **state)
{
    (void)state;
    const char *const good[] = {"UTC",
                                "Europe/Berlin",
                                "Etc/GMT+5",
                                "US/Central",
                                "America/Argentina/ComodRivadavia",
                                "NZ-CHAT",
                                "EST5EDT"};
    const char *const bad[] = {
        "",
        "/etc/passwd",
        "../passwd",
        "Europe/../Berlin",
        "Europe//Berlin",
        "Europe/",
        "/",
        ".",
        "..",
        "./UTC",
        "Europe/.",
        "Europe/Berlin\n",
        "Europe/Ber lin",
        "zone.tab",
        "+VERSION",
        "-UTC",
        "Etc/-UTC",
        "localtime",
        "posix/localtime",
        "posixrules",
        "Europe\\B",
        "Europe/Z\xC3\xBC",
        "1Europe/Berlin",
        "Europe/B%2e",
        ":UTC",
    };
    for (size_t i = 0; i < TN_COUNT(good); i++)
        assert_true(tn_zone_name_is_valid(tn_str_from(good[i])));
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    for (size_t i = 0; i < TN_COUNT(bad); i++) {
        tn_zone_data data;
        const char *why = NULL;
        assert_false(tn_zone_name_is_valid(tn_str_from(bad[i])));
        assert_int_equal(tn_zone_load(NULL, tn_str_from(bad[i]), &arena, &data, &why),
                         TN_INVALID);
        assert_string_equal(why, "is not the name of a time zone");
    }
    char name[66];
    memset(name, 'a', sizeof(name));
    assert_true(tn_zone_name_is_valid((tn_str){name, 64}));
    assert_false(tn_zone_name_is_valid((tn_str){name, 65}));
    assert_false(tn_zone_name_is_valid((tn_str){"UTC\0", 4}));
    tn_arena_free(&arena);
}

static void assert_refused(const char *name, tn_status status, const char *text)
{
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_zone_data data;
    const char *why = NULL;
    assert_int_equal(tn_zone_load(NULL, tn_str_from(name), &arena, &data, &why),
                     status);
    assert_string_equal(why, text);
    tn_arena_free(&arena);
}

static void test_zone_load__is_never_utc_in_silence(void **state)
{
    (void)state;
    assert_refused("Europe/Atlantis", TN_NOT_FOUND, "is not in the time zone database");
    assert_refused("Europe", TN_NOT_FOUND, "is not in the time zone database");
    assert_refused("UTC/Berlin", TN_NOT_FOUND, "is not in the time zone database");
    assert_refused("leapseconds", TN_INVALID,
                   "has a file that is not in the format TZif");
    assert_refused("Factory", TN_UNSUPPORTED,
                   "stands for a local time that is not known");
}

static void test_zone_load__knows_local_mean_times(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_zone york = load_zone(&arena, "America/New_York");
    assert_int_equal(tn_zone_offset_at(&york, at("1800-01-01T00:00:00Z").seconds),
                     -17762);
    tn_zone utc = load_zone(&arena, "UTC");
    assert_int_equal(utc.count, 0);
    tn_zone shanghai = load_zone(&arena, "Asia/Shanghai");
    assert_int_equal(shanghai.cycle, 0);
    assert_int_equal(tn_zone_offset_at(&shanghai, TN_SECONDS_MAX), 8 * 3600);
    tn_zone berlin = load_zone(&arena, "Europe/Berlin");
    assert_int_equal(berlin.cycle, 800);
    assert_int_equal(tn_zone_offset_at(&berlin, at("9999-07-01T00:00:00Z").seconds),
                     7200);
    assert_int_equal(tn_zone_offset_at(&berlin, at("9999-12-01T00:00:00Z").seconds),
                     3600);
    tn_arena_free(&arena);
}

/* The system's own reader of the same files. It writes years in an int and knows the
 * whole range. */
static int64_t system_local(int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm;
    assert_non_null(localtime_r(&t, &tm));
    return tn_day_from_date(tm.tm_year + INT64_C(1900), (unsigned)tm.tm_mon + 1,
                            (unsigned)tm.tm_mday) *
               TN_SECONDS_PER_DAY +
           tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
}

static void compare_with_system(const tn_zone *zone, uint64_t *random)
{
    int64_t years_2200 = at("2200-01-01T00:00:00Z").seconds;
    for (int i = 0; i < 60; i++) {
        int64_t t = i % 2 == 0 ? random_between(random, TN_SECONDS_MIN, TN_SECONDS_MAX)
                               : random_between(random, -years_2200, years_2200);
        if (i % 3 == 0 && zone->count > 0)
            t = zone->at[random_between(random, 0, zone->count - 1)] - i % 2;
        if (t + tn_zone_offset_at(zone, t) != system_local(t))
            fail_msg("%s at %lld", zone->name.data, (long long)t);
    }
}

static void test_zone_load__reads_every_zone_like_the_system(void **state)
{
    (void)state;
    static zone_names names;
    uint64_t random = 8536;
    print_message("# seed 8536\n");
    read_names(&names, true);
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    for (size_t i = 0; i < names.count; i++) {
        char variable[NAME_SIZE + 1];
        snprintf(variable, sizeof(variable), ":%s", names.list[i]);
        assert_int_equal(setenv("TZ", variable, 1), 0);
        tzset();
        tn_zone zone = load_zone(&arena, names.list[i]);
        compare_with_system(&zone, &random);
        tn_arena_reset(&arena);
    }
    assert_int_equal(unsetenv("TZ"), 0);
    tn_arena_free(&arena);
}

static void test_zone_load__tells_the_version(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_str version;
    assert_int_equal(tn_zone_version(NULL, &arena, &version), TN_OK);
    /* "2025b": a year, a letter. */
    assert_true(version.len >= 5 && version.data[0] == '2');
    assert_int_equal(tn_zone_version("/nowhere", &arena, &version), TN_NOT_FOUND);
    tn_arena_free(&arena);
}

/* An allocator that fails after `left` calls. */
static void *fail_later(void *user, void *block, size_t old_size, size_t new_size)
{
    int *left = user;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return (*left)-- > 0 ? realloc(block, new_size) : NULL;
}

static void test_zone_load__out_of_memory_is_a_status(void **state)
{
    (void)state;
    tn_status status = TN_NOMEM;
    for (int calls = 0; status != TN_OK; calls++) {
        assert_true(calls < 100);
        int left = calls;
        tn_allocator memory = {fail_later, &left};
        tn_arena arena;
        tn_arena_init(&arena, &memory);
        tn_zone_data data;
        tn_str version;
        const char *why = NULL;
        status = tn_zone_load(NULL, TN_STR("Europe/Berlin"), &arena, &data, &why);
        if (status != TN_OK)
            assert_string_equal(why, "cannot be loaded: out of memory");
        else
            status = tn_zone_version(NULL, &arena, &version);
        assert_true(status == TN_OK || status == TN_NOMEM);
        tn_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zone_load__checks_a_name_before_any_file),
        cmocka_unit_test(test_zone_load__is_never_utc_in_silence),
        cmocka_unit_test(test_zone_load__knows_local_mean_times),
        cmocka_unit_test(test_zone_load__reads_every_zone_like_the_system),
        cmocka_unit_test(test_zone_load__tells_the_version),
        cmocka_unit_test(test_zone_load__out_of_memory_is_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
