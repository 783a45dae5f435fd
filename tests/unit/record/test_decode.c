#include "interp/record/decode.h"

#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static tn_value text(const char *s)
{
    return (tn_value){TN_KIND_STRING, {.text = tn_str_from(s)}};
}

static tn_value number(int64_t n)
{
    return (tn_value){TN_KIND_INT, {.integer = n}};
}

static tn_value uint_number(uint64_t n)
{
    return (tn_value){TN_KIND_UINT, {.unsigned_integer = n}};
}

static tn_value real(double x)
{
    return (tn_value){TN_KIND_DOUBLE, {.real = x}};
}

static tn_value bytes(const char *s)
{
    return (tn_value){TN_KIND_BYTES, {.text = tn_str_from(s)}};
}

static tn_value boolean(bool b)
{
    return (tn_value){TN_KIND_BOOL, {.boolean = b}};
}

static const tn_value null = {TN_KIND_NULL, {0}};

static tn_decoding as(tn_field_type type, tn_encoding encoding)
{
    return (tn_decoding){.type = type, .encoding = encoding};
}

static tn_value decoded(tn_decoding how, tn_value raw)
{
    tn_value out = raw;
    tn_decode(&how, &out, &out); /* in place */
    tn_value other;
    tn_decode(&how, &raw, &other);
    assert_int_equal(out.kind, other.kind);
    return out;
}

static void assert_unreadable(tn_decoding how, tn_value raw)
{
    assert_int_equal(decoded(how, raw).kind, TN_KIND_UNREADABLE);
}

static void assert_instant(tn_decoding how, tn_value raw, int64_t seconds,
                           uint32_t nanos)
{
    tn_value out = decoded(how, raw);
    assert_int_equal(out.kind, TN_KIND_TIMESTAMP);
    assert_int_equal(out.as.instant.seconds, seconds);
    assert_int_equal(out.as.instant.nanos, nanos);
}

static void test_decode__null_is_null_for_every_type(void **state)
{
    (void)state;
    for (int type = 0; type < TN_FIELD_TYPE_COUNT; type++)
        assert_int_equal(decoded(as((tn_field_type)type, TN_ENCODING_NONE), null).kind,
                         TN_KIND_NULL);
}

static void test_decode__a_timestamp_is_text_with_its_zone(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        tn_decoding how = as(i == 0 ? TN_FIELD_TIMESTAMP : TN_FIELD_EVENT, 0);
        assert_instant(how, text("1970-01-01T00:00:00Z"), 0, 0);
        assert_instant(how, text("1970-01-01T08:00:00.5+08:00"), 0, 500000000);
        assert_unreadable(how, text("yesterday"));
        assert_unreadable(how, text(""));
        assert_unreadable(how, text("2026-11-23"));
        assert_unreadable(how, text("2026-11-23T00:00:00"));
        assert_unreadable(how, text("2026-11-23 00:00:00Z"));
        assert_unreadable(how, text("2026-11-23t00:00:00z"));
        assert_unreadable(how, text(" 2026-11-23T00:00:00Z"));
        assert_unreadable(how, text("2026-02-29T00:00:00Z"));
        assert_unreadable(how, text("2026-11-23T24:00:00Z"));
        assert_unreadable(how, number(0));
        assert_unreadable(how, number(1700000000));
        assert_unreadable(how, real(1700000000.0));
        assert_unreadable(how, boolean(true));
        assert_unreadable(how, bytes("2026-11-23T00:00:00Z"));
    }
}

static void test_decode__a_number_is_a_timestamp_in_the_stated_unit(void **state)
{
    (void)state;
    assert_instant(as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_S), number(-1), -1, 0);
    assert_instant(as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_MS), number(-1), -1,
                   999000000);
    assert_instant(as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_US), number(1500001), 1,
                   500001000);
    assert_instant(as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_NS), number(INT64_MAX),
                   9223372036, 854775807);
    assert_unreadable(as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_S), number(INT64_MAX));
    assert_unreadable(as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_S),
                      uint_number(UINT64_MAX));
    assert_unreadable(as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_S), real(1.0));
    assert_unreadable(as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_MS),
                      text("1700000000000"));
    assert_unreadable(as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_MS),
                      text("2026-11-23T00:00:00Z"));
}

static void test_decode__local_text_has_no_zone(void **state)
{
    (void)state;
    tn_decoding how = as(TN_FIELD_TIMESTAMP, TN_ENCODING_LOCAL);
    how.zone = tn_zone_fixed(TN_STR("+08:00"), 8 * 3600);
    assert_instant(how, text("1970-01-01T08:00:00"), 0, 0);
    assert_instant(how, text("1970-01-01T00:00:00.25"), -8 * 3600, 250000000);
    assert_unreadable(how, text("1970-01-01T08:00:00Z"));
    assert_unreadable(how, text("1970-01-01T08:00:00+08:00"));
    assert_unreadable(how, text("1970-01-01"));
    assert_unreadable(how, number(0));
}

static void test_decode__a_date_is_a_day(void **state)
{
    (void)state;
    tn_decoding how = as(TN_FIELD_DATE, TN_ENCODING_NONE);
    tn_value out = decoded(how, text("1970-01-02"));
    assert_int_equal(out.kind, TN_KIND_DATE);
    assert_int_equal(out.as.day, 1);
    assert_unreadable(how, text("1970-1-2"));
    assert_unreadable(how, text("1970-01-02T00:00:00Z"));
    assert_unreadable(how, text("19700102"));
    assert_unreadable(how, number(1));
}

static void test_decode__bool_is_true_and_false(void **state)
{
    (void)state;
    tn_decoding how = as(TN_FIELD_BOOL, TN_ENCODING_NONE);
    assert_true(decoded(how, boolean(true)).as.boolean);
    assert_false(decoded(how, boolean(false)).as.boolean);
    assert_unreadable(how, number(1));
    assert_unreadable(how, text("true"));
    how.forms = TN_FORM_INT_BOOL;
    assert_int_equal(decoded(how, number(1)).kind, TN_KIND_BOOL);
    assert_true(decoded(how, number(1)).as.boolean);
    assert_false(decoded(how, number(0)).as.boolean);
    assert_unreadable(how, number(2));
    assert_unreadable(how, number(-1));
    assert_unreadable(how, real(1.0));
    assert_unreadable(how, text("true"));
    how.forms = TN_FORM_TEXT;
    assert_true(decoded(how, text("true")).as.boolean);
    assert_int_equal(decoded(how, text("false")).kind, TN_KIND_BOOL);
    assert_unreadable(how, text("True"));
    assert_unreadable(how, text("1"));
    assert_unreadable(how, text("yes"));
}

static void test_decode__integers_come_from_integers_alone(void **state)
{
    (void)state;
    tn_decoding how = as(TN_FIELD_INT, TN_ENCODING_NONE);
    assert_int_equal(decoded(how, number(INT64_MIN)).as.integer, INT64_MIN);
    assert_int_equal(decoded(how, uint_number(5)).as.integer, 5);
    assert_unreadable(how, uint_number((uint64_t)INT64_MAX + 1));
    assert_unreadable(how, real(1.0));
    assert_unreadable(how, text("1"));
    assert_unreadable(how, boolean(true));
    how.type = TN_FIELD_UINT;
    assert_int_equal(decoded(how, number(7)).kind, TN_KIND_UINT);
    assert_int_equal(decoded(how, number(7)).as.unsigned_integer, 7);
    assert_true(decoded(how, uint_number(UINT64_MAX)).as.unsigned_integer ==
                UINT64_MAX);
    assert_unreadable(how, number(-1));
    assert_unreadable(how, real(1.0));
}

static void test_decode__a_double_comes_from_any_number(void **state)
{
    (void)state;
    tn_decoding how = as(TN_FIELD_DOUBLE, TN_ENCODING_NONE);
    assert_true(decoded(how, real(0.5)).as.real == 0.5);
    assert_true(decoded(how, number(-3)).as.real == -3.0);
    assert_true(decoded(how, uint_number(UINT64_MAX)).as.real ==
                18446744073709551616.0);
    assert_unreadable(how, text("0.5"));
}

static void test_decode__a_string_is_valid_utf8(void **state)
{
    (void)state;
    tn_decoding how = as(TN_FIELD_STRING, TN_ENCODING_NONE);
    assert_int_equal(decoded(how, text("gr\xC3\xBC\xC3\x9F")).kind, TN_KIND_STRING);
    assert_int_equal(decoded(how, text("")).kind, TN_KIND_STRING);
    assert_unreadable(how, text("\xFF"));
    assert_unreadable(how, text("\xED\xA0\x80"));
    assert_unreadable(how, number(1));
    assert_unreadable(how, bytes("abc"));
    how.type = TN_FIELD_DYN;
    assert_unreadable(how, text("\xFF"));
    assert_int_equal(decoded(how, number(1)).kind, TN_KIND_INT);
    assert_int_equal(decoded(how, bytes("\xFF")).kind, TN_KIND_BYTES);
}

static void test_decode__bytes_lists_maps_and_durations_are_themselves(void **state)
{
    (void)state;
    tn_list_value list = {NULL, 0};
    tn_value items = {TN_KIND_LIST, {.list = &list}};
    tn_value map = {TN_KIND_MAP, {.map = NULL}};
    tn_value duration = {TN_KIND_DURATION, {.duration_nanos = 1}};
    assert_int_equal(decoded(as(TN_FIELD_BYTES, 0), bytes("\xFF")).kind, TN_KIND_BYTES);
    assert_unreadable(as(TN_FIELD_BYTES, 0), text("abc"));
    assert_int_equal(decoded(as(TN_FIELD_LIST, 0), items).kind, TN_KIND_LIST);
    assert_unreadable(as(TN_FIELD_LIST, 0), map);
    assert_int_equal(decoded(as(TN_FIELD_MAP, 0), map).kind, TN_KIND_MAP);
    assert_unreadable(as(TN_FIELD_MAP, 0), items);
    assert_int_equal(decoded(as(TN_FIELD_DURATION, 0), duration).kind,
                     TN_KIND_DURATION);
    assert_unreadable(as(TN_FIELD_DURATION, 0), text("1h"));
    assert_unreadable(as(TN_FIELD_DURATION, 0), number(1));
}

static void test_decode__text_cells_are_read_strictly(void **state)
{
    (void)state;
    tn_decoding how = as(TN_FIELD_INT, TN_ENCODING_NONE);
    how.forms = TN_FORM_TEXT;
    assert_int_equal(decoded(how, text("-9223372036854775808")).as.integer, INT64_MIN);
    assert_int_equal(decoded(how, text("007")).as.integer, 7);
    const char *const bad_ints[] = {
        "9223372036854775808", "+1", "1.0", "1e3", " 1", "1 ", "-", "", "0x1", "1,000"};
    for (size_t i = 0; i < TN_COUNT(bad_ints); i++)
        assert_unreadable(how, text(bad_ints[i]));
    how.type = TN_FIELD_UINT;
    assert_true(decoded(how, text("18446744073709551615")).as.unsigned_integer ==
                UINT64_MAX);
    assert_unreadable(how, text("18446744073709551616"));
    assert_unreadable(how, text("-1"));
    how.type = TN_FIELD_DOUBLE;
    assert_true(decoded(how, text("-1.5e2")).as.real == -150.0);
    assert_true(decoded(how, text("3")).as.real == 3.0);
    const char *const bad_reals[] = {"1,5",   "NaN", "Infinity", "inf",  "+1",
                                     "1e999", "",    ".5",       "0x1p3"};
    for (size_t i = 0; i < TN_COUNT(bad_reals); i++)
        assert_unreadable(how, text(bad_reals[i]));
    how = as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_MS);
    how.forms = TN_FORM_TEXT;
    assert_instant(how, text("1500"), 1, 500000000);
    assert_unreadable(how, text("1500.0"));
}

static void test_decode__a_sentinel_is_null(void **state)
{
    (void)state;
    tn_decoding how = as(TN_FIELD_TIMESTAMP, TN_ENCODING_NONE);
    how.absent = TN_ABSENT_TEXT;
    how.absent_text = TN_STR("9999-12-31");
    assert_int_equal(decoded(how, text("9999-12-31")).kind, TN_KIND_NULL);
    assert_unreadable(how, text("9999-12-30"));
    assert_unreadable(how, number(0));
    how = as(TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_S);
    how.absent = TN_ABSENT_INT;
    how.absent_int = 0;
    assert_int_equal(decoded(how, number(0)).kind, TN_KIND_NULL);
    assert_int_equal(decoded(how, number(1)).kind, TN_KIND_TIMESTAMP);
    assert_unreadable(how, real(0.0));
    assert_unreadable(how, text("0"));
    how.forms = TN_FORM_TEXT;
    assert_int_equal(decoded(how, text("0")).kind, TN_KIND_NULL);
}

static void test_decode__what_a_condition_could_not_tell_is_unreadable(void **state)
{
    (void)state;
    tn_value error = {TN_KIND_UNREADABLE, {0}};
    for (int type = 0; type < TN_FIELD_TYPE_COUNT; type++)
        assert_unreadable(as((tn_field_type)type, TN_ENCODING_NONE), error);
}

static void test_decode__keys_are_integers_texts_and_bytes(void **state)
{
    (void)state;
    tn_value out;
    tn_decoding how = {.absent = TN_ABSENT_INT, .absent_int = -1};
    tn_value good[] = {null, number(1), uint_number(1), text("a"), bytes("a")};
    for (size_t i = 0; i < TN_COUNT(good); i++) {
        tn_decode_key(&how, &good[i], &out);
        assert_int_equal(out.kind, good[i].kind);
    }
    tn_value bad[] = {real(1.0), boolean(true)};
    for (size_t i = 0; i < TN_COUNT(bad); i++) {
        tn_decode_key(&how, &bad[i], &out);
        assert_int_equal(out.kind, TN_KIND_UNREADABLE);
    }
    tn_value sentinel = number(-1);
    tn_decode_key(&how, &sentinel, &out);
    assert_int_equal(out.kind, TN_KIND_NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode__null_is_null_for_every_type),
        cmocka_unit_test(test_decode__a_timestamp_is_text_with_its_zone),
        cmocka_unit_test(test_decode__a_number_is_a_timestamp_in_the_stated_unit),
        cmocka_unit_test(test_decode__local_text_has_no_zone),
        cmocka_unit_test(test_decode__a_date_is_a_day),
        cmocka_unit_test(test_decode__bool_is_true_and_false),
        cmocka_unit_test(test_decode__integers_come_from_integers_alone),
        cmocka_unit_test(test_decode__a_double_comes_from_any_number),
        cmocka_unit_test(test_decode__a_string_is_valid_utf8),
        cmocka_unit_test(test_decode__bytes_lists_maps_and_durations_are_themselves),
        cmocka_unit_test(test_decode__text_cells_are_read_strictly),
        cmocka_unit_test(test_decode__a_sentinel_is_null),
        cmocka_unit_test(test_decode__what_a_condition_could_not_tell_is_unreadable),
        cmocka_unit_test(test_decode__keys_are_integers_texts_and_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
