/* support: short forms for the calendar's tests, and their random numbers.
 * Owns: nothing. Fails: by failing the test. Threads: one. */
#ifndef TN_TEST_CALENDAR_SUPPORT_H
#define TN_TEST_CALENDAR_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "interp/calendar/reckon.h"

#define NANOS_MAX (TN_NANOS_PER_SECOND - 1)

/* The instant of a text that must be one. */
static inline tn_instant at(const char *text)
{
    tn_instant t;
    if (!tn_instant_parse(tn_str_from(text), &t))
        fail_msg("not an instant: %s", text);
    return t;
}

static inline int32_t day_at(const char *text)
{
    int32_t day;
    if (!tn_date_parse(tn_str_from(text), &day))
        fail_msg("not a date: %s", text);
    return day;
}

static inline void assert_instant(tn_instant t, const char *text)
{
    char found[TN_INSTANT_TEXT_MAX];
    tn_instant_format(t, found);
    assert_string_equal(found, text);
}

/* xorshift64, after Marsaglia, "Xorshift RNGs"; the seed is not 0. */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* low..high, both included. */
static inline int64_t random_between(uint64_t *state, int64_t low, int64_t high)
{
    return low + (int64_t)(next_random(state) % (uint64_t)(high - low + 1));
}

#endif
