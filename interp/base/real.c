/* From text. Short numbers take a fast path in which one rounding is exact. */
#include "interp/base/real.h"
#include "interp/base/decimal.h"

#include <float.h>
#include <math.h>
#include <string.h>

static double make_double(uint64_t mantissa, int exponent)
{
    uint64_t bits = mantissa & (((uint64_t)1 << TN_REAL_MANTISSA_BITS) - 1);
    bits |= (uint64_t)(exponent - TN_REAL_BIAS) << TN_REAL_MANTISSA_BITS;
    double x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

static uint64_t rounded_integer(const tn_decimal *a)
{
    uint64_t n = 0;
    for (int i = 0; i < a->point; i++)
        n = n * 10 + (i < a->count ? a->digits[i] : 0);
    return n + tn_decimal_rounds_up(a, a->point);
}

/* Brings `a` into [1/2, 1) by powers of two, which it returns. */
static int normalize(tn_decimal *a)
{
    static const int powers[] = {1, 3, 6, 9, 13, 16, 19, 23, 26};
    int exponent = 0;
    while (a->point > 0) {
        int by = a->point >= (int)TN_COUNT(powers) ? 27 : powers[a->point];
        tn_decimal_shift(a, -by);
        exponent += by;
    }
    while (a->point < 0 || (a->point == 0 && a->digits[0] < 5)) {
        int by = -a->point >= (int)TN_COUNT(powers) ? 27 : powers[-a->point];
        tn_decimal_shift(a, by);
        exponent -= by;
    }
    return exponent;
}

static double decimal_to_double(tn_decimal *a, bool *overflow)
{
    if (a->count == 0 || a->point < -330)
        return 0;
    *overflow = a->point > 310;
    if (*overflow)
        return HUGE_VAL;
    int exponent = normalize(a) - 1;
    if (exponent < TN_REAL_BIAS + 1) {
        tn_decimal_shift(a, exponent - (TN_REAL_BIAS + 1));
        exponent = TN_REAL_BIAS + 1;
    }
    tn_decimal_shift(a, TN_REAL_MANTISSA_BITS + 1);
    uint64_t mantissa = rounded_integer(a);
    if (mantissa == (uint64_t)2 << TN_REAL_MANTISSA_BITS) {
        mantissa >>= 1;
        exponent++;
    }
    *overflow = exponent - TN_REAL_BIAS >= TN_REAL_EXPONENT_FULL;
    if (*overflow)
        return HUGE_VAL;
    if ((mantissa & (uint64_t)1 << TN_REAL_MANTISSA_BITS) == 0)
        exponent = TN_REAL_BIAS;
    return make_double(mantissa, exponent);
}

/* The few digits and powers of ten that a double holds exactly: one rounding. */
static bool convert_short(const tn_decimal *a, double *out)
{
#if FLT_EVAL_METHOD == 0
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    int power = a->point - a->count;
    int size = power < 0 ? -power : power;
    if (a->count > 15 || size >= (int)TN_COUNT(tens))
        return false;
    uint64_t n = 0;
    for (int i = 0; i < a->count; i++)
        n = n * 10 + a->digits[i];
    *out = power < 0 ? (double)n / tens[size] : (double)n * tens[size];
    return true;
#else
    (void)a;
    (void)out;
    return false;
#endif
}

/* Far beyond what any exponent brings back, and no sum with one overflows. */
enum { POINT_MAX = 1000 * 1000 * 1000 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits with at most one point; the number of bytes read, 0 where there is no digit.
 */
static size_t read_digits(tn_str text, tn_decimal *a)
{
    size_t i = 0;
    bool has_digit = false, has_point = false;
    for (; i < text.len; i++) {
        char c = text.data[i];
        if (c == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (!is_digit(c))
            break;
        has_digit = true;
        if (a->count == 0 && c == '0') {
            /* a zero before the first digit that counts */
            if (a->point > -POINT_MAX)
                a->point -= has_point;
            continue;
        }
        if (a->point < POINT_MAX)
            a->point += !has_point;
        if (a->count < TN_DECIMAL_DIGITS)
            a->digits[a->count++] = (unsigned char)(c - '0');
        else
            a->truncated |= c != '0';
    }
    return has_digit ? i : 0;
}

/* e [+-] digits; false where it is not that. */
static bool read_exponent(tn_str text, tn_decimal *a)
{
    if (text.len == 0)
        return true;
    if (text.data[0] != 'e' && text.data[0] != 'E')
        return false;
    bool negative = text.len > 1 && text.data[1] == '-';
    size_t i = text.len > 1 && (negative || text.data[1] == '+') ? 2 : 1;
    if (i == text.len)
        return false;
    int exponent = 0;
    for (; i < text.len; i++) {
        if (!is_digit(text.data[i]))
            return false;
        if (exponent < 1000000)
            exponent = exponent * 10 + (text.data[i] - '0');
    }
    a->point += negative ? -exponent : exponent;
    return true;
}

bool tn_real_parse(tn_str text, double *out, bool *overflow)
{
    *overflow = false;
    if (tn_str_equal_but_for_case(text, TN_STR("nan"))) {
        *out = (double)NAN;
        return true;
    }
    bool negative = text.len > 0 && text.data[0] == '-';
    if (text.len > 0 && (negative || text.data[0] == '+'))
        text = tn_str_slice(text, 1, SIZE_MAX);
    if (tn_str_equal_but_for_case(text, TN_STR("inf")) ||
        tn_str_equal_but_for_case(text, TN_STR("infinity"))) {
        *out = negative ? -HUGE_VAL : HUGE_VAL;
        return true;
    }
    tn_decimal a = {.count = 0};
    size_t read = read_digits(text, &a);
    if (read == 0 || !read_exponent(tn_str_slice(text, read, SIZE_MAX), &a))
        return false;
    tn_decimal_trim(&a);
    if (!convert_short(&a, out))
        *out = decimal_to_double(&a, overflow);
    if (negative)
        *out = -*out;
    return true;
}
