#include "interp/base/text_map.h"
#include "interp/base/utf8.h"

#include <string.h>

static void set_bit(uint64_t *bits, size_t at)
{
    bits[at / 64] |= UINT64_C(1) << at % 64;
}

static bool get_bit(const uint64_t *bits, size_t at)
{
    return (bits[at / 64] >> at % 64 & 1) != 0;
}

/* Are the next eight bytes a code point each? */
static bool is_ascii(tn_str pool, size_t at)
{
    uint64_t eight;
    if (pool.len - at < sizeof(eight))
        return false;
    memcpy(&eight, pool.data + at, sizeof(eight));
    return (eight & 0x8080808080808080u) == 0;
}

/* One array holds all three, so that there is one thing to free. */
static size_t size_bytes(size_t word_count)
{
    return word_count * (2 * sizeof(uint64_t) + sizeof(uint32_t));
}

tn_status tn_text_map_init(tn_text_map *map, tn_str pool, const tn_allocator *memory)
{
    *map = (tn_text_map){.memory = memory, .len = pool.len};
    map->word_count = pool.len / 64 + 1; /* the end is a place too */
    map->starts = tn_resize(memory, NULL, 0, size_bytes(map->word_count));
    if (map->starts == NULL)
        return TN_NOMEM;
    map->strays = map->starts + map->word_count;
    map->strays_before = (uint32_t *)(map->strays + map->word_count);
    for (size_t i = 0; i < 2 * map->word_count; i++)
        map->starts[i] = 0;

    for (size_t i = 0; i < pool.len;) {
        if (i % 8 == 0 && is_ascii(pool, i)) {
            map->starts[i / 64] |= UINT64_C(0xFF) << i % 64;
            i += 8;
            continue;
        }
        size_t len = tn_utf8_length(tn_str_slice(pool, i, SIZE_MAX));
        set_bit(map->starts, i);
        if (len == 0)
            set_bit(map->strays, i);
        i += len == 0 ? 1 : len;
    }
    set_bit(map->starts, pool.len);

    uint32_t before = 0;
    for (size_t i = 0; i < map->word_count; i++) {
        map->strays_before[i] = before;
        if (map->strays[i] != 0)
            before += (uint32_t)__builtin_popcountll(map->strays[i]);
    }
    map->has_strays = before > 0;
    return TN_OK;
}

void tn_text_map_free(tn_text_map *map)
{
    tn_resize(map->memory, map->starts, size_bytes(map->word_count), 0);
    *map = (tn_text_map){.memory = map->memory};
}

/* How many stray bytes there are before `at`. */
static uint32_t count_strays(const tn_text_map *map, size_t at)
{
    uint64_t below = (UINT64_C(1) << at % 64) - 1;
    return map->strays_before[at / 64] +
           (uint32_t)__builtin_popcountll(map->strays[at / 64] & below);
}

bool tn_text_map_holds(const tn_text_map *map, uint32_t offset, uint32_t len)
{
    size_t end = (size_t)offset + len;
    return end <= map->len && get_bit(map->starts, offset) &&
           get_bit(map->starts, end) &&
           (!map->has_strays || count_strays(map, offset) == count_strays(map, end));
}
