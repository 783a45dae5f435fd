#include "interp/apply/targets.h"

tn_status tn_targets_init(tn_targets *targets, const uint64_t *list, uint32_t count,
                          const tn_allocator *memory)
{
    *targets = (tn_targets){
        .list = list, .count = count, .left = count, .mark = 1, .memory = memory};
    if (count == 0)
        return TN_OK;
    targets->is_taken = tn_resize(memory, NULL, 0, count * sizeof(uint32_t));
    if (targets->is_taken == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        targets->is_taken[i] = 0;
    return TN_OK;
}

void tn_targets_free(tn_targets *targets)
{
    tn_resize(targets->memory, targets->is_taken, targets->count * sizeof(uint32_t), 0);
    tn_resize(targets->memory, targets->index,
              (size_t)targets->index_size * sizeof(uint32_t), 0);
    *targets = (tn_targets){.list = NULL};
}

/* Pseudonyms are as good as random: their low bits are the hash. */
static tn_status make_index(tn_targets *targets)
{
    uint32_t size = 64;
    while (size < 2 * (uint64_t)targets->count)
        size *= 2;
    targets->index =
        tn_resize(targets->memory, NULL, 0, (size_t)size * sizeof(uint32_t));
    if (targets->index == NULL)
        return TN_NOMEM;
    targets->index_size = size;
    for (uint32_t i = 0; i < size; i++)
        targets->index[i] = 0;
    for (uint32_t i = 0; i < targets->count; i++) {
        uint32_t at = (uint32_t)targets->list[i] & (size - 1);
        while (targets->index[at] != 0)
            at = (at + 1) & (size - 1);
        targets->index[at] = i + 1;
    }
    return TN_OK;
}

static void take(tn_targets *targets, uint32_t number)
{
    targets->is_taken[number] = targets->mark;
    targets->left--;
    targets->next = number + 1;
}

tn_status tn_targets_take(tn_targets *targets, uint64_t target, bool *was_there)
{
    *was_there = targets->next < targets->count &&
                 targets->list[targets->next] == target &&
                 targets->is_taken[targets->next] == 0;
    if (*was_there)
        take(targets, targets->next);
    if (*was_there || targets->left == 0)
        return TN_OK;
    if (targets->index == NULL)
        TN_TRY(make_index(targets));
    uint32_t mask = targets->index_size - 1;
    for (uint32_t at = (uint32_t)target & mask; targets->index[at] != 0;
         at = (at + 1) & mask) {
        uint32_t number = targets->index[at] - 1;
        if (targets->list[number] != target || targets->is_taken[number] != 0)
            continue;
        take(targets, number);
        *was_there = true;
        break;
    }
    return TN_OK;
}

void tn_targets_mark(tn_targets *targets)
{
    targets->mark++;
    targets->next_at_mark = targets->next;
}

void tn_targets_go_back(tn_targets *targets)
{
    for (uint32_t i = 0; i < targets->count; i++)
        if (targets->is_taken[i] == targets->mark) {
            targets->is_taken[i] = 0;
            targets->left++;
        }
    targets->next = targets->next_at_mark;
}
