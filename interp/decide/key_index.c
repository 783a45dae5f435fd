#include "interp/decide/key_index.h"
#include "interp/record/decode.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Longer keys than that are in the table by hash and address, and compared where they
 * lie. No text is as long as what stands for an integer. */
enum { SHORT_MAX = 16 };
#define INTEGER UINT32_MAX
#define LEN_MAX (INTEGER - 1)

/* A key as it lies in the table. */
typedef struct packed {
    uint64_t low, high;
    uint32_t len;
} packed;

static uint64_t load_word(const char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof(word));
    return word;
}

/* 8 to 16 bytes are two words, overlapping where there are fewer than 16. */
static inline packed pack_text(const tn_key_index *index, tn_str key)
{
    packed p = {0, 0, (uint32_t)key.len};
    if (key.len > SHORT_MAX) {
        p.low = tn_str_hash_seeded(key, index->seed);
        return p;
    }
    if (key.len >= sizeof(uint64_t)) {
        p.low = load_word(key.data);
        p.high = load_word(key.data + key.len - sizeof(uint64_t));
        return p;
    }
    for (size_t i = 0; i < key.len; i++)
        p.low = p.low << 8 | (unsigned char)key.data[i];
    return p;
}

static packed pack_int(int64_t key)
{
    return (packed){(uint64_t)key, 0, INTEGER};
}

static uint64_t mix(uint64_t hash)
{
    hash *= 0xff51afd7ed558ccdu;
    return hash ^ hash >> 32;
}

static size_t start_of(const tn_key_index *index, const packed *p)
{
    uint64_t hash = mix(mix((p->low ^ (uintptr_t)index->seed) + p->len) ^ p->high);
    return (size_t)mix(hash) & (index->capacity - 1);
}

static bool is_long(uint32_t len)
{
    return len > SHORT_MAX && len != INTEGER;
}

/* The bytes of a long key, by their address. */
static const char *bytes_of(const tn_key_slot *slot)
{
    return (const char *)(uintptr_t)slot->high;
}

static bool is_same(const tn_key_slot *slot, const packed *p, const char *bytes)
{
    if (slot->low != p->low || slot->len != p->len)
        return false;
    return is_long(p->len) ? memcmp(bytes_of(slot), bytes, p->len) == 0
                           : slot->high == p->high;
}

/* The slot of a key, or the free one where it would stand. */
static inline tn_key_slot *seek(const tn_key_index *index, const packed *p,
                                const char *bytes)
{
    size_t at = start_of(index, p);
    while (index->slots[at].row != TN_NONE && !is_same(&index->slots[at], p, bytes))
        at = (at + 1) & (index->capacity - 1);
    return &index->slots[at];
}

void tn_key_index_init(tn_key_index *index, const tn_allocator *memory)
{
    *index = (tn_key_index){.memory = memory, .seed = index};
}

void tn_key_index_free(tn_key_index *index)
{
    tn_resize(index->memory, index->slots, index->capacity * sizeof(tn_key_slot), 0);
    tn_resize(index->memory, index->direct, index->capacity * sizeof(uint32_t), 0);
    *index = (tn_key_index){.memory = index->memory, .seed = index->seed};
}

uint32_t tn_key_index_find_text(const tn_key_index *index, tn_str key)
{
    packed p = pack_text(index, key);
    if (index->count == 0 || key.len > LEN_MAX)
        return TN_NONE;
    return seek(index, &p, key.data)->row;
}

uint32_t tn_key_index_find_int(const tn_key_index *index, int64_t key)
{
    packed p = pack_int(key);
    if (key >= 0 && (uint64_t)key < index->capacity)
        return index->direct[key];
    return index->count == 0 ? TN_NONE : seek(index, &p, NULL)->row;
}

/* --- adding */

/* Whatever is in the table is not there twice, so its slot is the first free one. */
static void put(tn_key_index *index, const tn_key_slot *slot)
{
    packed p = {slot->low, is_long(slot->len) ? 0 : slot->high, slot->len};
    size_t at = start_of(index, &p);
    while (index->slots[at].row != TN_NONE)
        at = (at + 1) & (index->capacity - 1);
    index->slots[at] = *slot;
    index->count++;
    if (slot->len == INTEGER && slot->low < index->capacity)
        index->direct[slot->low] = slot->row;
}

/* At most half full: most keys are found at once. */
static tn_status reserve(tn_key_index *index, size_t more)
{
    if ((index->count + more) * 2 <= index->capacity)
        return TN_OK;
    tn_key_index bigger = {.memory = index->memory,
                           .capacity = index->capacity == 0 ? 16 : index->capacity * 2};
    bigger.slots =
        tn_resize(index->memory, NULL, 0, bigger.capacity * sizeof(*bigger.slots));
    bigger.direct =
        tn_resize(index->memory, NULL, 0, bigger.capacity * sizeof(*bigger.direct));
    if (bigger.slots == NULL || bigger.direct == NULL) {
        tn_key_index_free(&bigger);
        return TN_NOMEM;
    }
    for (size_t i = 0; i < bigger.capacity; i++) {
        bigger.slots[i] = (tn_key_slot){.row = TN_NONE};
        bigger.direct[i] = TN_NONE;
    }
    for (size_t i = 0; i < index->capacity; i++)
        if (index->slots[i].row != TN_NONE)
            put(&bigger, &index->slots[i]);
    tn_key_index_free(index);
    *index = bigger;
    return TN_OK;
}

/* Is it what the integer is written as, and not "007"? */
static bool is_decimal(tn_str key, int64_t *number)
{
    char text[24];
    if (!tn_int_parse(key, number))
        return false;
    int len = snprintf(text, sizeof(text), "%" PRId64, *number);
    return tn_str_equal(key, (tn_str){text, (size_t)len});
}

tn_status tn_key_index_add(tn_key_index *index, tn_str key, uint32_t row)
{
    int64_t number;
    if (key.len > LEN_MAX)
        return TN_LIMIT;
    TN_TRY(reserve(index, 2));
    packed p = pack_text(index, key);
    uint64_t high = is_long(p.len) ? (uint64_t)(uintptr_t)key.data : p.high;
    put(index, &(tn_key_slot){p.low, high, p.len, row});
    if (is_decimal(key, &number))
        put(index, &(tn_key_slot){(uint64_t)number, 0, INTEGER, row});
    return TN_OK;
}
