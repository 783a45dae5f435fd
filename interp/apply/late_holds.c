#include "interp/apply/late_holds.h"
#include "interp/store/key.h"

#include <string.h>

struct tn_taken_record {
    tn_str key; /* as people write it */
    const tn_value *entity_keys;
    uint32_t of_count;
};

void tn_late_holds_init(tn_late_holds *holds, const tn_allocator *memory)
{
    *holds = (tn_late_holds){.count = 0};
    tn_arena_init(&holds->arena, memory);
}

void tn_late_holds_free(tn_late_holds *holds)
{
    tn_arena_free(&holds->arena);
}

static tn_status grow(tn_late_holds *holds)
{
    uint32_t capacity = holds->capacity == 0 ? 256 : 2 * holds->capacity;
    tn_taken_record *grown =
        tn_arena_take_array(&holds->arena, capacity, sizeof(*grown));
    if (grown == NULL)
        return TN_NOMEM;
    if (holds->count > 0)
        memcpy(grown, holds->list, holds->count * sizeof(*grown));
    holds->list = grown;
    holds->capacity = capacity;
    return TN_OK;
}

static tn_status copy_keys(tn_late_holds *holds, const tn_value *keys, uint32_t count,
                           const tn_value **out)
{
    tn_value *copies = tn_arena_take_array(&holds->arena, count, sizeof(*copies));
    if (copies == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        copies[i] = keys[i];
        if (keys[i].kind != TN_KIND_STRING && keys[i].kind != TN_KIND_BYTES)
            continue;
        copies[i].as.text = tn_arena_copy(&holds->arena, keys[i].as.text);
        if (copies[i].as.text.data == NULL)
            return TN_NOMEM;
    }
    *out = copies;
    return TN_OK;
}

tn_status tn_late_holds_take(tn_late_holds *holds, const tn_value *key,
                             const tn_value *entity_keys, uint32_t of_count)
{
    tn_buf text;
    if (holds->count == holds->capacity)
        TN_TRY(grow(holds));
    tn_taken_record *record = &holds->list[holds->count];
    record->of_count = of_count;
    TN_TRY(copy_keys(holds, entity_keys, of_count, &record->entity_keys));
    tn_buf_init(&text, holds->arena.memory);
    tn_key_put(&text, key);
    record->key = tn_arena_copy(&holds->arena, tn_buf_view(&text));
    bool failed = text.failed || record->key.data == NULL;
    tn_buf_free(&text);
    holds->count += !failed;
    return failed ? TN_NOMEM : TN_OK;
}

tn_status tn_late_holds_drop(tn_late_holds *holds, const tn_value *key)
{
    tn_buf text;
    tn_buf_init(&text, NULL);
    tn_key_put(&text, key);
    uint32_t at = holds->count;
    while (at > holds->marked_count &&
           !tn_str_equal(holds->list[at - 1].key, tn_buf_view(&text)))
        at--;
    tn_status status = tn_buf_status(&text);
    tn_buf_free(&text);
    assert(status != TN_OK || at > holds->marked_count);
    if (status == TN_OK && at > holds->marked_count)
        holds->list[at - 1] = holds->list[--holds->count];
    return status;
}

void tn_late_holds_go_back(tn_late_holds *holds)
{
    holds->count = holds->marked_count;
}

void tn_late_holds_mark(tn_late_holds *holds)
{
    holds->marked_count = holds->count;
}

static bool is_held(const tn_facts *facts, const tn_value *key, tn_instant now)
{
    uint32_t row = facts == NULL ? TN_NONE : tn_facts_find(facts, key);
    for (; row != TN_NONE; row = tn_facts_next(facts, row))
        if (tn_hold_is_in_force(tn_facts_hold(facts, row), now))
            return true;
    return false;
}

tn_status tn_late_holds_check(tn_late_holds *holds, const tn_late_holds_look *look)
{
    const tn_image *image = look->eval->image;
    uint32_t first = image->categories[look->category].of.first;
    tn_status status = TN_OK;
    for (uint32_t i = 0; status == TN_OK && i < holds->marked_count; i++) {
        const tn_taken_record *record = &holds->list[i];
        bool held = false;
        for (uint32_t of = 0; of < record->of_count; of++) {
            uint32_t entity = image->ofs[first + of].entity;
            held |= is_held(look->eval->entities[entity].facts,
                            &record->entity_keys[of], look->now);
        }
        if (held)
            status = look->visit(look->user, record->key);
    }
    tn_arena_reset(&holds->arena);
    holds->list = NULL;
    holds->count = holds->marked_count = holds->capacity = 0;
    return status;
}
