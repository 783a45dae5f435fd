#include "interp/base/decimal.h"

#include <string.h>

enum { SHIFT_MAX = 60 }; /* a digit shifted by it, plus carry, fits 64 bits */

void tn_decimal_trim(tn_decimal *a)
{
    while (a->count > 0 && a->digits[a->count - 1] == 0)
        a->count--;
    if (a->count == 0)
        a->point = 0;
}

static void shift_left(tn_decimal *a, unsigned by)
{
    unsigned char out[TN_DECIMAL_DIGITS + 20];
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
    for (int i = TN_DECIMAL_DIGITS; i < count; i++)
        a->truncated |= out[at + i] != 0;
    a->count = count < TN_DECIMAL_DIGITS ? count : TN_DECIMAL_DIGITS;
    memcpy(a->digits, out + at, (size_t)a->count);
    tn_decimal_trim(a);
}

static void shift_right(tn_decimal *a, unsigned by)
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
        if (write < TN_DECIMAL_DIGITS)
            a->digits[write++] = digit;
        else
            a->truncated |= digit != 0;
    }
    a->count = write;
    tn_decimal_trim(a);
}

void tn_decimal_shift(tn_decimal *a, int by)
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

void tn_decimal_assign(tn_decimal *a, uint64_t number)
{
    unsigned char digits[20];
    int at = (int)sizeof(digits);
    for (; number > 0; number /= 10)
        digits[--at] = (unsigned char)(number % 10);
    a->count = (int)sizeof(digits) - at;
    a->point = a->count;
    a->truncated = false;
    memcpy(a->digits, digits + at, (size_t)a->count);
    tn_decimal_trim(a);
}

bool tn_decimal_rounds_up(const tn_decimal *a, int count)
{
    if (count < 0 || count >= a->count)
        return false;
    if (a->digits[count] == 5 && count + 1 == a->count)
        return a->truncated || (count > 0 && a->digits[count - 1] % 2 != 0);
    return a->digits[count] >= 5;
}

void tn_decimal_round_down(tn_decimal *a, int count)
{
    if (count < 0 || count >= a->count)
        return;
    a->count = count;
    tn_decimal_trim(a);
}

void tn_decimal_round_up(tn_decimal *a, int count)
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

void tn_decimal_round_to(tn_decimal *a, int count)
{
    if (tn_decimal_rounds_up(a, count))
        tn_decimal_round_up(a, count);
    else
        tn_decimal_round_down(a, count);
}
