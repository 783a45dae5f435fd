#include "interp/decide/facts.h"
#include "interp/calendar/instant.h"
#include "interp/cel/value_copy.h"
#include "interp/decide/key_index.h"

typedef struct row {
    tn_str key;
    const tn_value *values;
    tn_hold hold;
    uint32_t next; /* the next row with the same key */
} row;

struct tn_facts {
    tn_arena arena; /* keys and values */
    uint32_t value_count;
    row *rows;
    uint32_t row_count;
    uint32_t row_capacity;
    uint64_t keyless_count;
    tn_key_index by_key; /* the first row with a key */
};

/* Before 1971 an instant is implausible: most often a zero that was no date. */
static const tn_instant earliest_plausible = {365 * TN_SECONDS_PER_DAY, 0};

tn_status tn_facts_new(const tn_image *image, uint32_t entity,
                       const tn_allocator *memory, tn_facts **out)
{
    tn_facts *facts = tn_resize(memory, NULL, 0, sizeof(*facts));
    if (facts == NULL)
        return TN_NOMEM;
    *facts = (tn_facts){.value_count = image->entities[entity].facts.count};
    tn_arena_init(&facts->arena, memory);
    tn_key_index_init(&facts->by_key, memory);
    *out = facts;
    return TN_OK;
}

void tn_facts_free(tn_facts *facts)
{
    if (facts == NULL)
        return;
    const tn_allocator *memory = facts->arena.memory;
    tn_key_index_free(&facts->by_key);
    tn_arena_free(&facts->arena);
    tn_resize(memory, facts->rows, facts->row_capacity * sizeof(row), 0);
    tn_resize(memory, facts, sizeof(*facts), 0);
}

enum { KEY_TEXT_MAX = 21 }; /* "-9223372036854775808" */

/* The key as bytes: an integer in its decimal form, in `room`; data NULL: not a key. */
static tn_str key_text(const tn_value *key, char room[KEY_TEXT_MAX])
{
    if (key->kind == TN_KIND_STRING || key->kind == TN_KIND_BYTES)
        return (tn_str){key->as.text.data == NULL ? "" : key->as.text.data,
                        key->as.text.len};
    bool negative = key->kind == TN_KIND_INT && key->as.integer < 0;
    uint64_t number;
    if (key->kind == TN_KIND_INT)
        number = negative ? 0 - (uint64_t)key->as.integer : (uint64_t)key->as.integer;
    else if (key->kind == TN_KIND_UINT)
        number = key->as.unsigned_integer;
    else
        return (tn_str){NULL, 0};
    size_t at = KEY_TEXT_MAX;
    do {
        room[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    if (negative)
        room[--at] = '-';
    return (tn_str){room + at, KEY_TEXT_MAX - at};
}

/* --- holds */

static bool is_null(const tn_value *value)
{
    return value == NULL || value->kind == TN_KIND_NULL;
}

/* A bound of a hold that is there: false where it can't be told. */
static bool read_bound(const tn_value *value, tn_instant *out)
{
    if (value->kind != TN_KIND_TIMESTAMP)
        return false;
    *out = value->as.instant;
    return tn_instant_compare(*out, earliest_plausible) >= 0;
}

static tn_hold read_hold(const tn_hold_facts *facts)
{
    tn_hold hold = {.ends = !is_null(facts->hold_until)};
    const tn_value *flag = facts->hold;
    if (!is_null(flag)) {
        hold.always = flag->kind == TN_KIND_BOOL && flag->as.boolean;
        hold.unreadable = flag->kind != TN_KIND_BOOL;
    }
    if (is_null(facts->hold_from))
        return hold;
    if (read_bound(facts->hold_from, &hold.from) &&
        (!hold.ends || read_bound(facts->hold_until, &hold.until)))
        hold.between = true;
    else
        hold.unreadable = true;
    return hold;
}

bool tn_hold_is_in_force(const tn_hold *hold, tn_instant t)
{
    return hold->always || (hold->between && tn_instant_compare(hold->from, t) <= 0 &&
                            (!hold->ends || tn_instant_compare(t, hold->until) < 0));
}

/* --- rows */

static tn_status grow_rows(tn_facts *facts)
{
    if (facts->row_count < facts->row_capacity)
        return TN_OK;
    if (facts->row_capacity > UINT32_MAX / 4)
        return TN_LIMIT;
    uint32_t capacity = facts->row_capacity == 0 ? 64 : facts->row_capacity * 2;
    row *rows = tn_resize(facts->arena.memory, facts->rows,
                          facts->row_capacity * sizeof(row), capacity * sizeof(row));
    if (rows == NULL)
        return TN_NOMEM;
    facts->rows = rows;
    facts->row_capacity = capacity;
    return TN_OK;
}

/* Finds the row's key, or makes it known; a second row is chained behind the first. */
static tn_status index_row(tn_facts *facts, uint32_t number)
{
    tn_str key = facts->rows[number].key;
    uint32_t first = tn_key_index_find_text(&facts->by_key, key);
    if (first == TN_NONE)
        return tn_key_index_add(&facts->by_key, key, number);
    facts->rows[number].next = facts->rows[first].next;
    facts->rows[first].next = number;
    return TN_OK;
}

tn_status tn_facts_add(tn_facts *facts, const tn_value *key, const tn_value *values,
                       const tn_hold_facts *holds)
{
    char room[KEY_TEXT_MAX];
    tn_str text = key_text(key, room);
    if (text.data == NULL) {
        facts->keyless_count++;
        return TN_OK;
    }
    TN_TRY(grow_rows(facts));
    tn_str copy = tn_arena_copy(&facts->arena, text);
    tn_value *kept =
        tn_arena_take_array(&facts->arena, facts->value_count, sizeof(tn_value));
    if (copy.data == NULL || kept == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < facts->value_count; i++)
        TN_TRY(tn_value_copy(&facts->arena, &values[i], SIZE_MAX, &kept[i]));
    facts->rows[facts->row_count] =
        (row){.key = copy, .values = kept, .hold = read_hold(holds), .next = TN_NONE};
    TN_TRY(index_row(facts, facts->row_count));
    facts->row_count++;
    return TN_OK;
}

uint32_t tn_facts_find(const tn_facts *facts, const tn_value *key)
{
    char room[KEY_TEXT_MAX];
    if (key->kind == TN_KIND_INT)
        return tn_key_index_find_int(&facts->by_key, key->as.integer);
    tn_str text = key_text(key, room);
    return text.data == NULL ? TN_NONE : tn_key_index_find_text(&facts->by_key, text);
}

uint32_t tn_facts_count(const tn_facts *facts)
{
    return facts->row_count;
}

const tn_value *tn_facts_values(const tn_facts *facts, uint32_t number)
{
    return facts->rows[number].values;
}

tn_str tn_facts_key(const tn_facts *facts, uint32_t number)
{
    return facts->rows[number].key;
}

const tn_hold *tn_facts_hold(const tn_facts *facts, uint32_t number)
{
    return &facts->rows[number].hold;
}

uint32_t tn_facts_next(const tn_facts *facts, uint32_t number)
{
    return facts->rows[number].next;
}

uint64_t tn_facts_keyless_count(const tn_facts *facts)
{
    return facts->keyless_count;
}
