/* columns_hand: the rule of tests/bench/columns.c, written by hand: what the batch
 * engine is measured against. It knows this rule and these columns, and looks at
 * nothing else. */
#ifndef TN_BENCH_COLUMNS_HAND_H
#define TN_BENCH_COLUMNS_HAND_H

#include <stdint.h>
#include <string.h>

enum { HAND_KEEP, HAND_DELETE, HAND_FLAG, HAND_SLOTS = 1 << 11, HAND_ID = 16 };

typedef struct hand_tenant {
    int64_t due_up_to; /* terminated long enough ago: what is not younger is due */
    uint8_t held;
} hand_tenant;

/* microseconds: 1971, a year before now, a day after now */
static const int64_t hand_earliest = INT64_C(31536000) * 1000000;
static const int64_t hand_cutoff = INT64_C(1763856000) * 1000000;
static const int64_t hand_latest = INT64_C(1795478400) * 1000000;

/* Without a branch: which records are due nobody can foretell. */
static inline uint8_t hand_verdict(int64_t time, int valid, const hand_tenant *tenant)
{
    unsigned bad = !valid | (time < hand_earliest) | (time > hand_latest);
    unsigned due = (time <= hand_cutoff) | (time <= tenant->due_up_to);
    return (uint8_t)((bad * HAND_FLAG | (due & ~bad & 1U)) & (tenant->held - 1U));
}

static void hand_decide(const int64_t *times, const uint8_t *valid,
                        const int32_t *tenants, const hand_tenant *facts, int64_t count,
                        uint8_t *verdicts)
{
    for (int64_t i = 0; i < count; i++)
        verdicts[i] =
            hand_verdict(times[i], valid[i >> 3] >> (i & 7) & 1, &facts[tenants[i]]);
}

typedef struct hand_table {
    char ids[HAND_SLOTS][HAND_ID]; /* padded with 0; a free one is empty */
    uint16_t tenants[HAND_SLOTS];
} hand_table;

static inline uint32_t hand_slot(const hand_table *table, const char *id, size_t len)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)id[i]) * 1099511628211u;
    for (uint64_t at = hash ^ hash >> 32;; at++) {
        const char *own = table->ids[at & (HAND_SLOTS - 1)];
        if (own[0] == 0 || (memcmp(own, id, len) == 0 && own[len] == 0))
            return (uint32_t)(at & (HAND_SLOTS - 1));
    }
}

static void hand_fill(hand_table *table, const char *ids, size_t len, int count)
{
    for (int i = 0; i < count; i++) {
        const char *id = ids + (size_t)i * len;
        uint32_t slot = hand_slot(table, id, len);
        memcpy(table->ids[slot], id, len);
        table->tenants[slot] = (uint16_t)i;
    }
}

static void hand_join(const hand_table *table, const int64_t *times,
                      const uint8_t *valid, const int32_t *offsets, const char *ids,
                      const hand_tenant *facts, int64_t count, uint8_t *verdicts)
{
    for (int64_t i = 0; i < count; i++) {
        size_t len = (size_t)(offsets[i + 1] - offsets[i]);
        uint32_t slot = len < HAND_ID ? hand_slot(table, ids + offsets[i], len) : 0;
        if (len >= HAND_ID || table->ids[slot][0] == 0)
            verdicts[i] = HAND_FLAG;
        else
            verdicts[i] = hand_verdict(times[i], valid[i >> 3] >> (i & 7) & 1,
                                       &facts[table->tenants[slot]]);
    }
}

static void hand_flag(const int32_t *result_offsets, const char *results,
                      const int32_t *user_offsets, const char *users, int64_t count,
                      uint8_t *verdicts)
{
    for (int64_t i = 0; i < count; i++) {
        int flagged = result_offsets[i + 1] - result_offsets[i] == 7 &&
                      memcmp(results + result_offsets[i], "failure", 7) == 0 &&
                      user_offsets[i + 1] - user_offsets[i] >= 4 &&
                      memcmp(users + user_offsets[i], "svc-", 4) == 0;
        verdicts[i] = flagged ? HAND_FLAG : HAND_KEEP;
    }
}

#endif
