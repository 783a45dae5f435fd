/* To text. */
#include "interp/base/decimal.h"
#include "interp/base/real.h"

#include <math.h>
#include <string.h>

enum { GENERAL_PRECISION = 6 }; /* of %g: an exponent from here on, and below -4 */

typedef struct parts {
    bool negative;
    int exponent; /* of two: value = mantissa * 2^(exponent - TN_REAL_MANTISSA_BITS) */
    uint64_t mantissa;
} parts;

static parts take_apart(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    int exponent = (int)(bits >> TN_REAL_MANTISSA_BITS & TN_REAL_EXPONENT_FULL);
    uint64_t mantissa = bits & (((uint64_t)1 << TN_REAL_MANTISSA_BITS) - 1);
    if (exponent == 0)
        exponent++;
    else
        mantissa |= (uint64_t)1 << TN_REAL_MANTISSA_BITS;
    return (parts){bits >> 63 != 0, exponent + TN_REAL_BIAS, mantissa};
}

static int digit_at(const tn_decimal *a, int i)
{
    return i >= 0 && i < a->count ? a->digits[i] : 0;
}

/* What the digits up to one place allow, in the search for the shortest. */
typedef struct choice {
    bool inclusive; /* the bounds themselves read back the same */
    bool down;
    bool up;
    unsigned upper_gap; /* 0: as in upper so far; 1: one less; 2: more */
} choice;

static void look_at_digit(const tn_decimal *lower, const tn_decimal *d,
                          const tn_decimal *upper, int at, choice *c)
{
    int low_at = at - upper->point + lower->point;
    int low = digit_at(lower, low_at);
    int mid = digit_at(d, at - upper->point + d->point);
    int high = digit_at(upper, at);
    if (c->upper_gap == 0 && mid + 1 < high)
        c->upper_gap = 2;
    else if (c->upper_gap == 0 && mid != high)
        c->upper_gap = 1;
    else if (c->upper_gap == 1 && (mid != 9 || high != 0))
        c->upper_gap = 2;
    c->down = low != mid || (c->inclusive && low_at + 1 == lower->count);
    c->up =
        c->upper_gap > 0 && (c->inclusive || c->upper_gap > 1 || at + 1 < upper->count);
}

/* Rounds the exact digits of a double to the fewest that lie nearer to it than to its
 * neighbours (strconv's roundShortest). */
static void round_shortest(tn_decimal *d, const parts *p)
{
    const int least = TN_REAL_BIAS + 1;
    if (p->mantissa == 0)
        return;
    if (p->exponent > least &&
        332 * (d->point - d->count) >= 100 * (p->exponent - TN_REAL_MANTISSA_BITS))
        return;
    tn_decimal upper, lower;
    tn_decimal_assign(&upper, p->mantissa * 2 + 1);
    tn_decimal_shift(&upper, p->exponent - TN_REAL_MANTISSA_BITS - 1);
    /* below a power of two the doubles lie twice as close */
    bool even_gap =
        p->mantissa > (uint64_t)1 << TN_REAL_MANTISSA_BITS || p->exponent == least;
    uint64_t low = even_gap ? p->mantissa - 1 : p->mantissa * 2 - 1;
    tn_decimal_assign(&lower, low * 2 + 1);
    tn_decimal_shift(&lower, (even_gap ? p->exponent : p->exponent - 1) -
                                 TN_REAL_MANTISSA_BITS - 1);

    choice c = {.inclusive = p->mantissa % 2 == 0};
    for (int at = 0; at - upper.point + d->point < d->count; at++) {
        look_at_digit(&lower, d, &upper, at, &c);
        int count = at - upper.point + d->point + 1;
        if (c.down && c.up)
            tn_decimal_round_to(d, count);
        else if (c.down)
            tn_decimal_round_down(d, count);
        else if (c.up)
            tn_decimal_round_up(d, count);
        if (c.down || c.up)
            return;
    }
}

static bool put_special(tn_buf *buf, double x)
{
    if (isnan(x))
        tn_buf_put_text(buf, "NaN");
    else if (isinf(x))
        tn_buf_put_text(buf, x < 0 ? "-Infinity" : "Infinity");
    return !isfinite(x);
}

static void put_digits(tn_buf *buf, const tn_decimal *d, int from, int to)
{
    for (int i = from; i < to; i++)
        tn_buf_put_char(buf, (char)('0' + digit_at(d, i)));
}

static void put_plain_digits(tn_buf *buf, const tn_decimal *d, int precision)
{
    put_digits(buf, d, d->point > 0 ? 0 : -1, d->point > 0 ? d->point : 0);
    if (precision > 0)
        tn_buf_put_char(buf, '.');
    put_digits(buf, d, d->point, d->point + precision);
}

static void put_exponent_digits(tn_buf *buf, const tn_decimal *d, int precision)
{
    put_digits(buf, d, 0, 1);
    if (precision > 0)
        tn_buf_put_char(buf, '.');
    put_digits(buf, d, 1, 1 + precision);
    int exponent = d->count == 0 ? 0 : d->point - 1;
    tn_buf_put_text(buf, exponent < 0 ? "e-" : "e+");
    exponent = exponent < 0 ? -exponent : exponent;
    if (exponent < 10)
        tn_buf_put_char(buf, '0');
    tn_buf_put_int(buf, exponent);
}

/* The exact digits of |x|, finite, after its sign was put. */
static void start(tn_buf *buf, double x, tn_decimal *d, parts *p)
{
    *p = take_apart(x);
    if (p->negative)
        tn_buf_put_char(buf, '-');
    tn_decimal_assign(d, p->mantissa);
    tn_decimal_shift(d, p->exponent - TN_REAL_MANTISSA_BITS);
}

void tn_real_put(tn_buf *buf, double x)
{
    tn_decimal d;
    parts p;
    if (put_special(buf, x))
        return;
    start(buf, x, &d, &p);
    round_shortest(&d, &p);
    int exponent = d.point - 1;
    if (d.count > 0 && (exponent < -4 || exponent >= GENERAL_PRECISION))
        put_exponent_digits(buf, &d, d.count - 1);
    else
        put_plain_digits(buf, &d, d.count > d.point ? d.count - d.point : 0);
}

void tn_real_put_plain(tn_buf *buf, double x)
{
    tn_decimal d;
    parts p;
    if (put_special(buf, x))
        return;
    start(buf, x, &d, &p);
    round_shortest(&d, &p);
    put_plain_digits(buf, &d, d.count > d.point ? d.count - d.point : 0);
}

void tn_real_put_fixed(tn_buf *buf, double x, unsigned precision)
{
    tn_decimal d;
    parts p;
    if (put_special(buf, x))
        return;
    start(buf, x, &d, &p);
    int count = d.point + (int)precision;
    tn_decimal_round_to(&d, count < 0 ? 0 : count);
    put_plain_digits(buf, &d, (int)precision);
}

void tn_real_put_scientific(tn_buf *buf, double x, unsigned precision)
{
    tn_decimal d;
    parts p;
    if (put_special(buf, x))
        return;
    start(buf, x, &d, &p);
    tn_decimal_round_to(&d, (int)precision + 1);
    put_exponent_digits(buf, &d, (int)precision);
}
