/* A double is an integer times a power of two, so its decimal expansion is finite; both
 * directions work on up to 800 exact digits, shifted by powers of two (the "simple
 * decimal conversion" of Go's strconv and Rust's core; 767 digits decide any double).
 * Short numbers take a fast path in which one rounding is exact. */
#include "interp/base/real.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    DIGITS_MAX = 800,
    SHIFT_MAX = 60, /* a digit shifted by it, plus carry, fits 64 bits */
    MANTISSA_BITS = 52,
    BIAS = -1023,
    EXPONENT_FULL = 2047,
    GENERAL_PRECISION = 6 /* of %g: an exponent from here on, and below -4 */
};

/* 0.d0 d1 d2 ... times ten to the power of `point` */
typedef struct decimal {
    int count;
    int point;
    bool truncated; /* nonzero digits beyond the last were dropped */
    unsigned char digits[DIGITS_MAX];
} decimal;

static void trim(decimal *a)
{
    while (a->count > 0 && a->digits[a->count - 1] == 0)
        a->count--;
    if (a->count == 0)
        a->point = 0;
}

static void shift_left(decimal *a, unsigned by)
{
    unsigned char out[DIGITS_MAX + 20];
    int at = (int)sizeof(out);
    uint64_t carry = 0;
    for (int i = a->count - 1; i >= 0; i--) {
        carry += (uint64_t)a->digits[i] << by;
        out[--at] = (unsigned char)(carry % 10);
        carry /= 10;
    }
    for (; carry > 0; carry /= 10) {
        out[--at] = (unsigned char)(carry % 10);
        a->point++;
    }
    int count = (int)sizeof(out) - at;
    for (int i = DIGITS_MAX; i < count; i++)
        a->truncated |= out[at + i] != 0;
    a->count = count < DIGITS_MAX ? count : DIGITS_MAX;
    memcpy(a->digits, out + at, (size_t)a->count);
    trim(a);
}

static void shift_right(decimal *a, unsigned by)
{
    int read = 0;
    uint64_t rest = 0;
    for (; rest >> by == 0 && read < a->count; read++)
        rest = rest * 10 + a->digits[read];
    if (rest == 0) {
        a->count = 0;
        return;
    }
    for (; rest >> by == 0; read++)
        rest *= 10;
    a->point -= read - 1;
    const uint64_t mask = ((uint64_t)1 << by) - 1;
    int write = 0;
    while (read < a->count || rest > 0) {
        unsigned char digit = (unsigned char)(rest >> by);
        rest = (rest & mask) * 10 + (read < a->count ? a->digits[read] : 0);
        read++;
        if (write < DIGITS_MAX)
            a->digits[write++] = digit;
        else
            a->truncated |= digit != 0;
    }
    a->count = write;
    trim(a);
}

static void shift(decimal *a, int by)
{
    if (a->count == 0)
        return;
    for (; by > SHIFT_MAX && a->count > 0; by -= SHIFT_MAX)
        shift_left(a, SHIFT_MAX);
    for (; by < -SHIFT_MAX && a->count > 0; by += SHIFT_MAX)
        shift_right(a, SHIFT_MAX);
    if (by > 0)
        shift_left(a, (unsigned)by);
    else if (by < 0)
        shift_right(a, (unsigned)-by);
}

static void assign(decimal *a, uint64_t number)
{
    unsigned char digits[20];
    int at = (int)sizeof(digits);
    for (; number > 0; number /= 10)
        digits[--at] = (unsigned char)(number % 10);
    a->count = (int)sizeof(digits) - at;
    a->point = a->count;
    a->truncated = false;
    memcpy(a->digits, digits + at, (size_t)a->count);
    trim(a);
}

/* Would rounding to `count` digits go up? Halves go to even. */
static bool rounds_up(const decimal *a, int count)
{
    if (count < 0 || count >= a->count)
        return false;
    if (a->digits[count] == 5 && count + 1 == a->count)
        return a->truncated || (count > 0 && a->digits[count - 1] % 2 != 0);
    return a->digits[count] >= 5;
}

static void round_down(decimal *a, int count)
{
    if (count < 0 || count >= a->count)
        return;
    a->count = count;
    trim(a);
}

static void round_up(decimal *a, int count)
{
    if (count < 0 || count >= a->count)
        return;
    for (int i = count - 1; i >= 0; i--) {
        if (a->digits[i] < 9) {
            a->digits[i]++;
            a->count = i + 1;
            return;
        }
    }
    a->digits[0] = 1;
    a->count = 1;
    a->point++;
}

static void round_to(decimal *a, int count)
{
    if (rounds_up(a, count))
        round_up(a, count);
    else
        round_down(a, count);
}

/* --- from text */

static double make_double(uint64_t mantissa, int exponent)
{
    uint64_t bits = mantissa & (((uint64_t)1 << MANTISSA_BITS) - 1);
    bits |= (uint64_t)(exponent - BIAS) << MANTISSA_BITS;
    double x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

static uint64_t rounded_integer(const decimal *a)
{
    uint64_t n = 0;
    for (int i = 0; i < a->point; i++)
        n = n * 10 + (i < a->count ? a->digits[i] : 0);
    return n + rounds_up(a, a->point);
}

/* Brings `a` into [1/2, 1) by powers of two, which it returns. */
static int normalize(decimal *a)
{
    static const int powers[] = {1, 3, 6, 9, 13, 16, 19, 23, 26};
    int exponent = 0;
    while (a->point > 0) {
        int by = a->point >= (int)TN_COUNT(powers) ? 27 : powers[a->point];
        shift(a, -by);
        exponent += by;
    }
    while (a->point < 0 || (a->point == 0 && a->digits[0] < 5)) {
        int by = -a->point >= (int)TN_COUNT(powers) ? 27 : powers[-a->point];
        shift(a, by);
        exponent -= by;
    }
    return exponent;
}

static double decimal_to_double(decimal *a, bool *overflow)
{
    if (a->count == 0 || a->point < -330)
        return 0;
    *overflow = a->point > 310;
    if (*overflow)
        return HUGE_VAL;
    int exponent = normalize(a) - 1;
    if (exponent < BIAS + 1) {
        shift(a, exponent - (BIAS + 1));
        exponent = BIAS + 1;
    }
    shift(a, MANTISSA_BITS + 1);
    uint64_t mantissa = rounded_integer(a);
    if (mantissa == (uint64_t)2 << MANTISSA_BITS) {
        mantissa >>= 1;
        exponent++;
    }
    *overflow = exponent - BIAS >= EXPONENT_FULL;
    if (*overflow)
        return HUGE_VAL;
    if ((mantissa & (uint64_t)1 << MANTISSA_BITS) == 0)
        exponent = BIAS;
    return make_double(mantissa, exponent);
}

/* The few digits and powers of ten that a double holds exactly: one rounding. */
static bool convert_short(const decimal *a, double *out)
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

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits with at most one point; the number of bytes read, 0 where there is no digit.
 */
static size_t read_digits(tn_str text, decimal *a)
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
            a->point -= has_point; /* a zero before the first digit that counts */
            continue;
        }
        if (a->point < INT16_MAX * 1000)
            a->point += !has_point;
        if (a->count < DIGITS_MAX)
            a->digits[a->count++] = (unsigned char)(c - '0');
        else
            a->truncated |= c != '0';
    }
    return has_digit ? i : 0;
}

/* e [+-] digits; false where it is not that. */
static bool read_exponent(tn_str text, decimal *a)
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

static bool equals_word(tn_str text, const char *word)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        if (c != word[i]) /* also at the end of the word */
            return false;
    }
    return word[text.len] == '\0';
}

bool tn_real_parse(tn_str text, double *out, bool *overflow)
{
    *overflow = false;
    if (equals_word(text, "nan")) {
        *out = (double)NAN;
        return true;
    }
    bool negative = text.len > 0 && text.data[0] == '-';
    if (text.len > 0 && (negative || text.data[0] == '+'))
        text = tn_str_slice(text, 1, SIZE_MAX);
    if (equals_word(text, "inf") || equals_word(text, "infinity")) {
        *out = negative ? -HUGE_VAL : HUGE_VAL;
        return true;
    }
    decimal a = {.count = 0};
    size_t read = read_digits(text, &a);
    if (read == 0 || !read_exponent(tn_str_slice(text, read, SIZE_MAX), &a))
        return false;
    trim(&a);
    if (!convert_short(&a, out))
        *out = decimal_to_double(&a, overflow);
    if (negative)
        *out = -*out;
    return true;
}

/* --- to text */

typedef struct parts {
    bool negative;
    int exponent; /* of two: value = mantissa * 2^(exponent - MANTISSA_BITS) */
    uint64_t mantissa;
} parts;

static parts take_apart(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    int exponent = (int)(bits >> MANTISSA_BITS & EXPONENT_FULL);
    uint64_t mantissa = bits & (((uint64_t)1 << MANTISSA_BITS) - 1);
    if (exponent == 0)
        exponent++;
    else
        mantissa |= (uint64_t)1 << MANTISSA_BITS;
    return (parts){bits >> 63 != 0, exponent + BIAS, mantissa};
}

static int digit_at(const decimal *a, int i)
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

static void look_at_digit(const decimal *lower, const decimal *d, const decimal *upper,
                          int at, choice *c)
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
static void round_shortest(decimal *d, const parts *p)
{
    const int least = BIAS + 1;
    if (p->mantissa == 0)
        return;
    if (p->exponent > least &&
        332 * (d->point - d->count) >= 100 * (p->exponent - MANTISSA_BITS))
        return;
    decimal upper, lower;
    assign(&upper, p->mantissa * 2 + 1);
    shift(&upper, p->exponent - MANTISSA_BITS - 1);
    /* below a power of two the doubles lie twice as close */
    bool even_gap = p->mantissa > (uint64_t)1 << MANTISSA_BITS || p->exponent == least;
    uint64_t low = even_gap ? p->mantissa - 1 : p->mantissa * 2 - 1;
    assign(&lower, low * 2 + 1);
    shift(&lower, (even_gap ? p->exponent : p->exponent - 1) - MANTISSA_BITS - 1);

    choice c = {.inclusive = p->mantissa % 2 == 0};
    for (int at = 0; at - upper.point + d->point < d->count; at++) {
        look_at_digit(&lower, d, &upper, at, &c);
        int count = at - upper.point + d->point + 1;
        if (c.down && c.up)
            round_to(d, count);
        else if (c.down)
            round_down(d, count);
        else if (c.up)
            round_up(d, count);
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

static void put_digits(tn_buf *buf, const decimal *d, int from, int to)
{
    for (int i = from; i < to; i++)
        tn_buf_put_char(buf, (char)('0' + digit_at(d, i)));
}

static void put_plain_digits(tn_buf *buf, const decimal *d, int precision)
{
    put_digits(buf, d, d->point > 0 ? 0 : -1, d->point > 0 ? d->point : 0);
    if (precision > 0)
        tn_buf_put_char(buf, '.');
    put_digits(buf, d, d->point, d->point + precision);
}

static void put_exponent_digits(tn_buf *buf, const decimal *d, int precision)
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
static void start(tn_buf *buf, double x, decimal *d, parts *p)
{
    *p = take_apart(x);
    if (p->negative)
        tn_buf_put_char(buf, '-');
    assign(d, p->mantissa);
    shift(d, p->exponent - MANTISSA_BITS);
}

void tn_real_put(tn_buf *buf, double x)
{
    decimal d;
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
    decimal d;
    parts p;
    if (put_special(buf, x))
        return;
    start(buf, x, &d, &p);
    round_shortest(&d, &p);
    put_plain_digits(buf, &d, d.count > d.point ? d.count - d.point : 0);
}

void tn_real_put_fixed(tn_buf *buf, double x, unsigned precision)
{
    decimal d;
    parts p;
    if (put_special(buf, x))
        return;
    start(buf, x, &d, &p);
    int count = d.point + (int)precision;
    round_to(&d, count < 0 ? 0 : count);
    put_plain_digits(buf, &d, (int)precision);
}

void tn_real_put_scientific(tn_buf *buf, double x, unsigned precision)
{
    decimal d;
    parts p;
    if (put_special(buf, x))
        return;
    start(buf, x, &d, &p);
    round_to(&d, (int)precision + 1);
    put_exponent_digits(buf, &d, (int)precision);
}
