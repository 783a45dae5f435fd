/* audit_rule: the rule of ipaas.privacy.audit_log, written by hand: what tenure eval is
 * measured against. It knows this one policy, these columns and this instant, looks at
 * nothing else, and checks no more than it must to give the same counts. */
#ifndef TN_BENCH_AUDIT_RULE_H
#define TN_BENCH_AUDIT_RULE_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { RULE_TENANTS = 1 << 12, RULE_ID = 16 };

typedef struct rule_tenant {
    char id[RULE_ID]; /* padded with 0 */
    uint8_t is_known;
    uint8_t is_held;
    uint8_t is_terminated;
    uint8_t is_doubted; /* the termination can't be told */
    int64_t terminated;
} rule_tenant;

typedef struct rule {
    rule_tenant tenants[RULE_TENANTS];
    uint64_t keep, held, delete_count, flag;
} rule;

/* 2026-11-23T00:00:00Z, a year before it, 1971, and a day after it */
static const int64_t rule_now = 1795392000;
static const int64_t rule_cutoff = 1763856000;
static const int64_t rule_earliest = 31536000;
static const int64_t rule_latest = 1795392000 + 86400;

static inline rule_tenant *rule_slot(rule *r, const char *id, size_t len)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)id[i]) * 1099511628211u;
    for (uint64_t at = hash;; at++) {
        rule_tenant *slot = &r->tenants[(at ^ at >> 32) & (RULE_TENANTS - 1)];
        if (!slot->is_known || (memcmp(slot->id, id, len) == 0 && slot->id[len] == 0))
            return slot;
    }
}

static inline int rule_digits(const char *s, int count, int *out)
{
    int n = 0, bad = 0;
    for (int i = 0; i < count; i++) {
        int digit = s[i] - '0';
        bad |= digit < 0 || digit > 9;
        n = n * 10 + digit;
    }
    *out = n;
    return bad;
}

/* YYYY-MM-DDThh:mm:ssZ; 0 where it is not that. */
static inline int rule_time(const char *s, size_t len, int64_t *out)
{
    int y, m, d, h, min, sec, bad = 0;
    if (len != 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' ||
        s[16] != ':' || s[19] != 'Z')
        return 0;
    bad |=
        rule_digits(s, 4, &y) | rule_digits(s + 5, 2, &m) | rule_digits(s + 8, 2, &d);
    bad |= rule_digits(s + 11, 2, &h) | rule_digits(s + 14, 2, &min) |
           rule_digits(s + 17, 2, &sec);
    if (bad || m < 1 || m > 12 || d < 1 || d > 31 || h > 23 || min > 59 || sec > 59)
        return 0;
    y -= m <= 2;
    int64_t era = y / 400;
    int64_t of_era = y - era * 400;
    int64_t day = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    day += of_era * 365 + of_era / 4 - of_era / 100 + era * 146097 - 719468;
    *out = day * 86400 + h * 3600 + min * 60 + sec;
    return 1;
}

static inline void rule_decide(rule *r, const char *tenant, size_t tenant_len,
                               const char *time, size_t time_len)
{
    int64_t t;
    const rule_tenant *facts =
        tenant_len < RULE_ID ? rule_slot(r, tenant, tenant_len) : NULL;
    if (facts == NULL || !facts->is_known) {
        r->flag++;
    } else if (facts->is_held) {
        r->keep++;
        r->held++;
    } else if (!rule_time(time, time_len, &t) || t < rule_earliest || t > rule_latest ||
               facts->is_doubted) {
        r->flag++;
    } else if (t <= rule_cutoff || (facts->is_terminated && t <= facts->terminated &&
                                    facts->terminated <= rule_now)) {
        r->delete_count++;
    } else {
        r->keep++;
    }
}

static inline void rule_add_tenant(rule *r, const char *id, size_t len,
                                   const char *terminated, size_t terminated_len,
                                   int is_held)
{
    rule_tenant *slot = rule_slot(r, id, len);
    memcpy(slot->id, id, len);
    slot->is_known = 1;
    slot->is_held = (uint8_t)is_held;
    slot->is_terminated = terminated != NULL;
    if (terminated != NULL &&
        (!rule_time(terminated, terminated_len, &slot->terminated) ||
         slot->terminated < rule_earliest))
        slot->is_doubted = 1;
}

static inline void rule_print(const rule *r)
{
    printf("{\"keep\":%llu,\"held\":%llu,\"delete\":%llu,\"flag\":%llu}\n",
           (unsigned long long)r->keep, (unsigned long long)r->held,
           (unsigned long long)r->delete_count, (unsigned long long)r->flag);
}

#endif
