/* names: the members of a stream's objects, told apart without hashing them.
 *
 * Numbers below `declared_count` are the columns of the request; those from it on are
 * names that nobody declared, kept as they turn up. Objects of a stream mostly have
 * the same members in the same order, so the number that stood at a position last time
 * is tried first, and the map only where that fails.
 *
 * Owns: the table, and copies of undeclared names. Fails: NOMEM (by TN_NONE).
 * Threads: one at a time. */
#ifndef TN_STORE_NAMES_H
#define TN_STORE_NAMES_H

#include "interp/base/map.h"
#include "interp/store/store.h"

#include <string.h>

enum { TN_NAMES_GUESSES = 64 };

typedef struct tn_names {
    tn_arena arena;
    tn_str *names; /* all numbers' */
    uint32_t count;
    uint32_t capacity;
    uint32_t declared_count;
    tn_map by_name;
    uint32_t guesses[TN_NAMES_GUESSES]; /* number seen last at each position */
} tn_names;

TN_MUST_USE tn_status tn_names_init(tn_names *names, const tn_scan_request *request,
                                    const tn_allocator *memory);
void tn_names_free(tn_names *names);

/* The number of `name`, which is added unless known; TN_NONE when there is no memory.
 */
uint32_t tn_names_number(tn_names *names, tn_str name);

/* Short texts compared without a call. */
static inline bool tn_names_equal(tn_str a, tn_str b)
{
    uint64_t x, y;
    if (a.len != b.len)
        return false;
    if (a.len < sizeof(x) || a.len > 2 * sizeof(x))
        return memcmp(a.data, b.data, a.len) == 0;
    memcpy(&x, a.data, sizeof(x));
    memcpy(&y, b.data, sizeof(y));
    if (x != y)
        return false;
    memcpy(&x, a.data + a.len - sizeof(x), sizeof(x));
    memcpy(&y, b.data + b.len - sizeof(y), sizeof(y));
    return x == y;
}

/* The same for the member at `position` of an object. */
static inline uint32_t tn_names_at(tn_names *names, uint32_t position, tn_str name)
{
    if (position >= TN_NAMES_GUESSES)
        return tn_names_number(names, name);
    uint32_t guess = names->guesses[position];
    if (guess < names->count && tn_names_equal(names->names[guess], name))
        return guess;
    return names->guesses[position] = tn_names_number(names, name);
}

#endif
