/* zone_rule: the rule for the future at the end of a zone file.
 *
 * A POSIX TZ string, std offset [dst [offset],start[/time],end[/time]], with the larger
 * times of RFC 8536, section 3.3.1. Daylight saving without dates is refused, since
 * POSIX leaves to the system when it is then. Used when a policy is compiled;
 * evaluation knows transitions alone.
 *
 * Owns: nothing. Fails: by false. Threads: free. */
#ifndef TN_CALENDAR_ZONE_RULE_H
#define TN_CALENDAR_ZONE_RULE_H

#include "interp/base/str.h"

typedef enum tn_zone_day {
    TN_ZONE_DAY_JULIAN,  /* Jn: 1..365, February 29 never counted */
    TN_ZONE_DAY_OF_YEAR, /* n: 0..365, February 29 counted */
    TN_ZONE_DAY_OF_WEEK  /* Mm.w.d: weekday d (0 Sunday) of week w (5: last) of month m
                          */
} tn_zone_day;

/* When in a year the clocks change. */
typedef struct tn_zone_date {
    tn_zone_day kind;
    int32_t day; /* n, or d */
    int32_t week;
    int32_t month;
    int32_t time; /* seconds after that day's 00:00 on the clocks until then */
} tn_zone_date;

typedef struct tn_zone_rule {
    bool is_unknown;   /* the standard time is "-00": no local time is known */
    bool has_daylight; /* else the three below are not set */
    int32_t standard;  /* seconds east of UTC */
    int32_t daylight;
    tn_zone_date start; /* of daylight saving */
    tn_zone_date end;
} tn_zone_rule;

typedef struct tn_zone_change {
    int64_t at;
    int32_t offset; /* from there on */
} tn_zone_change;

TN_MUST_USE bool tn_zone_rule_parse(tn_str text, tn_zone_rule *rule);

/* When daylight saving starts and ends in a year of UTC, give or take; in this order,
 * whatever the order in time. Only for a rule that has it. */
tn_zone_change tn_zone_rule_start(const tn_zone_rule *rule, int64_t year);
tn_zone_change tn_zone_rule_end(const tn_zone_rule *rule, int64_t year);

#endif
