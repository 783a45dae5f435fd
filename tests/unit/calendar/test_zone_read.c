#include "tests/unit/calendar/database.h"

#include <stdlib.h>

/* A TZif file in the making: what its two blocks hold, and the footer. */
typedef struct recipe {
    char version;
    size_t count;
    int64_t ats[4];
    int32_t offsets[4]; /* of types 0..count; transition i leads to type i + 1 */
    uint32_t leap_count;
    const char *footer;
} recipe;

typedef struct file {
    size_t len;
    unsigned char bytes[4096];
} file;

static void put(file *f, uint64_t number, size_t size)
{
    while (size-- > 0)
        f->bytes[f->len++] = (unsigned char)(number >> (8 * size));
}

static void put_block(file *f, const recipe *r, size_t time_size)
{
    put(f, 0x545A6966, 4); /* "TZif" */
    put(f, (unsigned char)r->version, 1);
    f->len += 15;
    put(f, 0, 4);
    put(f, 0, 4);
    put(f, r->leap_count, 4);
    put(f, r->count, 4);
    put(f, r->count + 1, 4);
    put(f, 4, 4);
    for (size_t i = 0; i < r->count; i++)
        put(f, (uint64_t)r->ats[i], time_size);
    for (size_t i = 0; i < r->count; i++)
        put(f, i + 1, 1);
    for (size_t i = 0; i <= r->count; i++) {
        put(f, (uint32_t)r->offsets[i], 4);
        put(f, 0, 2);
    }
    put(f, 0x41414100, 4); /* "AAA" */
    f->len += r->leap_count * (time_size + 4);
}

static file bake(const recipe *r)
{
    file f = {0};
    put_block(&f, r, 4);
    if (r->version == '\0')
        return f;
    put_block(&f, r, 8);
    put(&f, '\n', 1);
    memcpy(f.bytes + f.len, r->footer, strlen(r->footer));
    f.len += strlen(r->footer);
    put(&f, '\n', 1);
    return f;
}

static tn_str bytes_of(const file *f)
{
    return (tn_str){(const char *)f->bytes, f->len};
}

static tn_status read_recipe(const recipe *r, tn_arena *arena, tn_zone *zone)
{
    file f = bake(r);
    tn_zone_data data;
    const char *why = NULL;
    tn_status status = tn_zone_read(bytes_of(&f), arena, &data, &why);
    *zone = tn_zone_view(&data);
    if (status == TN_OK)
        assert_true(tn_zone_is_valid(zone));
    else
        assert_non_null(why);
    return status;
}

static void test_zone_read__all_versions(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    recipe r = {
        .count = 2, .ats = {0, 1000}, .offsets = {-75, 3600, 7200}, .footer = "AAA-2"};
    const char versions[] = {'\0', '2', '3', '4'};
    tn_zone zone;
    for (size_t i = 0; i < TN_COUNT(versions); i++) {
        r.version = versions[i];
        assert_int_equal(read_recipe(&r, &arena, &zone), TN_OK);
        assert_int_equal(zone.count, 2);
        assert_int_equal(zone.cycle, 0);
        assert_int_equal(tn_zone_offset_at(&zone, -1), -75);
        assert_int_equal(tn_zone_offset_at(&zone, 999), 3600);
        assert_int_equal(tn_zone_offset_at(&zone, 1000), 7200);
    }
    r.version = '1';
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_UNSUPPORTED);
    r.version = '5';
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_UNSUPPORTED);
    tn_arena_free(&arena);
}

static void test_zone_read__leaves_out_what_no_clock_shows(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_zone zone;
    /* A change of name; one long before the range. */
    recipe r = {.version = '2',
                .count = 3,
                .ats = {-(INT64_C(1) << 59), 0, 1000},
                .offsets = {1, 60, 60, 3600},
                .footer = "AAA-1"};
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_OK);
    assert_int_equal(zone.count, 1);
    assert_int_equal(zone.first_offset, 60);
    assert_int_equal(zone.at[0], 1000);
    tn_arena_free(&arena);
}

static void test_zone_read__the_future_must_be_known_and_agree(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_zone zone;
    recipe r = {.version = '2', .count = 1, .ats = {1000}, .offsets = {0, 3600}};
    r.footer = "";
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_UNSUPPORTED);
    r.footer = "AAA-2";
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_INVALID);
    r.footer = "AAA-1";
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_OK);
    /* 1970-01-01 is winter there. */
    r.footer = "AAA-1BBB,M3.5.0,M10.5.0/3";
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_OK);
    r.footer = "AAA0BBB,M3.5.0,M10.5.0/3";
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_INVALID);
    /* Version 1 has no rule: fine, unless it is cut off where it needs one. */
    r.version = '\0';
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_OK);
    r.ats[0] = 2140045200; /* 2037-10-25 */
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_UNSUPPORTED);
    r.version = '2';
    r.footer = "AAA-1";
    r.leap_count = 1;
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_UNSUPPORTED);
    tn_arena_free(&arena);
}

static void test_zone_read__a_rule_alone_is_a_zone(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_zone zone;
    recipe r = {
        .version = '2', .offsets = {-18000}, .footer = "EST5EDT,M3.2.0,M11.1.0"};
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_OK);
    assert_int_equal(zone.cycle, 800);
    assert_int_equal(tn_zone_offset_at(&zone, at("0001-07-01T00:00:00Z").seconds),
                     -14400);
    assert_int_equal(tn_zone_offset_at(&zone, at("2026-03-08T06:59:59Z").seconds),
                     -18000);
    assert_int_equal(tn_zone_offset_at(&zone, at("2026-03-08T07:00:00Z").seconds),
                     -14400);
    /* Daylight saving all the year, in both ways RFC 8536 and practice write it. */
    r.version = '3';
    r.count = 1;
    r.ats[0] = 1000;
    r.offsets[1] = -14400;
    r.footer = "EST5EDT,0/0,J365/25";
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_OK);
    assert_int_equal(zone.count, 1);
    assert_int_equal(zone.cycle, 0);
    assert_int_equal(tn_zone_offset_at(&zone, TN_SECONDS_MAX), -14400);
    r.footer = "XXX3EDT4,0/0,J365/23";
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_OK);
    assert_int_equal(zone.count, 1);
    r.count = 0;
    assert_int_equal(read_recipe(&r, &arena, &zone), TN_OK);
    assert_int_equal(zone.count, 0);
    assert_int_equal(tn_zone_offset_at(&zone, 0), -14400);
    /* An end that comes after the next start is over at once, but in the last year too
     * it must be: nothing may hang over from where the rule is no longer written out.
     */
    assert_int_equal(zone.cycle, 0);
    tn_arena_free(&arena);
}

static void assert_damaged(file f, tn_arena *arena, size_t place)
{
    tn_zone_data data;
    const char *why = NULL;
    if (tn_zone_read(bytes_of(&f), arena, &data, &why) != TN_INVALID || why == NULL)
        fail_msg("taken for whole with byte %zu changed", place);
}

static void test_zone_read__one_wrong_byte_each(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    recipe r = {.version = '2',
                .count = 2,
                .ats = {1000, 1001},
                .offsets = {0, 3600, 7200},
                .footer = "AAA-2"};
    const file good = bake(&r);
    /* The second block: header 44, then times 16, indexes 2, types 18, chars 4. */
    size_t header = 44 + 8 + 2 + 18 + 4;
    size_t body = header + 44;
    const struct {
        size_t at;
        unsigned char byte;
    } rows[] = {
        {0, 't'},
        {header, 't'},
        {header + 4, '3'},
        {header + 23, 1},
        {header + 27, 7},
        {header + 32, 255},
        {header + 39, 0},
        {header + 39, 4},
        {header + 43, 0},
        {body + 8, 0x7F},
        {body + 15, 0},
        {body + 16, 3},
        {body + 18, 0x7F},
        {body + 18 + 4, 2},
        {body + 18 + 5, 4},
        {body + 39, 'A'},
        {good.len - 1, ' '},
        {body + 40, ' '},
        {good.len - 2, 'x'},
    };
    for (size_t i = 0; i < TN_COUNT(rows); i++) {
        file bad = good;
        bad.bytes[rows[i].at] = rows[i].byte;
        assert_damaged(bad, &arena, rows[i].at);
    }
    file longer = good;
    put(&longer, '\n', 1);
    assert_damaged(longer, &arena, longer.len);
    tn_arena_free(&arena);
}

static file read_system_file(const char *name)
{
    file f = {0};
    char path[256];
    snprintf(path, sizeof(path), TN_ZONE_DIRECTORY "/%s", name);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    f.len = fread(f.bytes, 1, sizeof(f.bytes), stream);
    fclose(stream);
    assert_true(f.len > 44 && f.len < sizeof(f.bytes));
    return f;
}

/* Each in a block of its own, so that a sanitizer sees a read past its end. */
static tn_status read_copy(const unsigned char *bytes, size_t len)
{
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    char *copy = malloc(len + 1);
    assert_non_null(copy);
    memcpy(copy + 1, bytes, len);
    tn_zone_data data;
    const char *why = NULL;
    tn_status status = tn_zone_read((tn_str){copy + 1, len}, &arena, &data, &why);
    tn_zone view = tn_zone_view(&data);
    if (status == TN_OK)
        assert_true(tn_zone_is_valid(&view));
    else
        assert_non_null(why);
    free(copy);
    tn_arena_free(&arena);
    return status;
}

static void test_zone_read__cut_off_anywhere_is_damaged(void **state)
{
    (void)state;
    const char *const names[] = {"Europe/Berlin", "Asia/Shanghai", "America/Sao_Paulo"};
    for (size_t i = 0; i < TN_COUNT(names); i++) {
        file f = read_system_file(names[i]);
        assert_int_equal(read_copy(f.bytes, f.len), TN_OK);
        for (size_t len = 0; len < f.len; len++)
            assert_int_equal(read_copy(f.bytes, len), TN_INVALID);
    }
}

static void test_zone_read__any_bit_may_flip(void **state)
{
    (void)state;
    const char *const names[] = {"Asia/Shanghai", "Australia/Lord_Howe"};
    for (size_t i = 0; i < TN_COUNT(names); i++) {
        file f = read_system_file(names[i]);
        for (size_t bit = 0; bit < f.len * 8; bit++) {
            f.bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
            tn_status status = read_copy(f.bytes, f.len);
            assert_true(status == TN_OK || status == TN_INVALID ||
                        status == TN_UNSUPPORTED);
            f.bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zone_read__all_versions),
        cmocka_unit_test(test_zone_read__leaves_out_what_no_clock_shows),
        cmocka_unit_test(test_zone_read__the_future_must_be_known_and_agree),
        cmocka_unit_test(test_zone_read__a_rule_alone_is_a_zone),
        cmocka_unit_test(test_zone_read__one_wrong_byte_each),
        cmocka_unit_test(test_zone_read__cut_off_anywhere_is_damaged),
        cmocka_unit_test(test_zone_read__any_bit_may_flip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
