/* batch_numbers: combinations in the order they are met, where there could be more of
 * them than a table has room for. Few of those that could be are. */
#include "interp/decide/batcher.h"

/* Twice as many slots as numbers, so that most are found at once. */
enum { SLOTS = 2 * TN_MEMO_MAX };

tn_status tn_batch_prepare_numbers(tn_batch *b)
{
    b->numbers = tn_arena_take_array(&b->arena, SLOTS, sizeof(*b->numbers));
    b->number_count = 1; /* 0 is MEMO_OVERFULL, and a free slot */
    return b->numbers == NULL ? TN_NOMEM : TN_OK;
}

uint32_t tn_batch_number(tn_batch *b, uint32_t code)
{
    uint32_t at = (uint32_t)((code * UINT64_C(0x9E3779B97F4A7C15)) >> 32) % SLOTS;
    for (;; at = (at + 1) % SLOTS) {
        batch_number *slot = &b->numbers[at];
        if (slot->number != MEMO_OVERFULL && slot->code == code)
            return slot->number;
        if (slot->number != MEMO_OVERFULL)
            continue;
        if (b->number_count == TN_MEMO_MAX)
            return MEMO_OVERFULL;
        *slot = (batch_number){code, b->number_count++};
        return slot->number;
    }
}

void tn_batch_number_codes(tn_batch *b)
{
    for (uint32_t i = 0; i < b->count; i++)
        b->codes[i] = tn_batch_number(b, b->codes[i]);
}
