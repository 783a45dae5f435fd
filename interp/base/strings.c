#include "interp/base/strings.h"

#include <string.h>

void tn_strings_init(tn_strings *strings, const tn_allocator *memory)
{
    *strings = (tn_strings){.slots = NULL};
    tn_buf_init(&strings->bytes, memory);
}

void tn_strings_free(tn_strings *strings)
{
    const tn_allocator *memory = strings->bytes.memory;
    tn_resize(memory, strings->slots, strings->slot_count * sizeof(uint32_t), 0);
    tn_resize(memory, strings->rows, strings->row_capacity * sizeof(uint64_t), 0);
    tn_buf_free(&strings->bytes);
    tn_strings_init(strings, memory);
}

static tn_str row_text(const tn_strings *strings, uint32_t row)
{
    uint64_t at = strings->rows[row];
    return tn_str_slice(tn_buf_view(&strings->bytes), (uint32_t)(at >> 32),
                        (uint32_t)at);
}

/* The slot that holds `text`, or the free one where it belongs. */
static uint32_t *find_slot(const tn_strings *strings, tn_str text)
{
    uint32_t mask = strings->slot_count - 1;
    for (uint32_t i = (uint32_t)(tn_str_hash_seeded(text, strings->slots) & mask);;
         i = (i + 1) & mask) {
        uint32_t *slot = &strings->slots[i];
        if (*slot == 0 || tn_str_equal(row_text(strings, *slot - 1), text))
            return slot;
    }
}

static bool grow_rows(tn_strings *strings)
{
    uint32_t capacity = strings->row_capacity == 0 ? 32 : strings->row_capacity * 2;
    uint64_t *rows =
        tn_resize(strings->bytes.memory, strings->rows,
                  strings->row_capacity * sizeof(*rows), capacity * sizeof(*rows));
    if (rows == NULL)
        return false;
    strings->rows = rows;
    strings->row_capacity = capacity;
    return true;
}

/* Twice the rows, so that at most half of the slots are taken. */
static bool grow_slots(tn_strings *strings)
{
    const tn_allocator *memory = strings->bytes.memory;
    uint32_t count = strings->row_capacity * 2;
    uint32_t *slots = tn_resize(memory, NULL, 0, count * sizeof(*slots));
    if (slots == NULL)
        return false;
    memset(slots, 0, count * sizeof(*slots));
    tn_resize(memory, strings->slots, strings->slot_count * sizeof(*slots), 0);
    strings->slots = slots;
    strings->slot_count = count;
    for (uint32_t row = 0; row < strings->row_count; row++)
        *find_slot(strings, row_text(strings, row)) = row + 1;
    return true;
}

static bool make_room(tn_strings *strings)
{
    if (strings->row_count == strings->row_capacity && !grow_rows(strings))
        return false;
    return strings->slot_count == strings->row_capacity * 2 || grow_slots(strings);
}

uint32_t tn_strings_intern(tn_strings *strings, tn_str text)
{
    if (text.len == 0 || strings->bytes.failed)
        return 0;
    size_t end;
    if (__builtin_add_overflow(strings->bytes.len, text.len, &end) ||
        end > UINT32_MAX || !make_room(strings)) {
        strings->bytes.failed = true;
        return 0;
    }
    uint32_t *slot = find_slot(strings, text);
    if (*slot == 0) {
        uint64_t offset = strings->bytes.len;
        tn_buf_put(&strings->bytes, text);
        if (strings->bytes.failed)
            return 0;
        strings->rows[strings->row_count++] = offset << 32 | text.len;
        *slot = strings->row_count;
    }
    return (uint32_t)(strings->rows[*slot - 1] >> 32);
}

tn_str tn_strings_view(const tn_strings *strings)
{
    return tn_buf_view(&strings->bytes);
}
