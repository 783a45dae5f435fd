/* batch: columns in, verdicts out, a block of records after the other. */
#include "interp/decide/batcher.h"

#include <string.h>

/* --- making one */

static tn_status prepare_fields(tn_batch *b)
{
    const tn_img_category *category = b->decider->category;
    b->needed = tn_arena_take_array(&b->arena, category->fields.count, sizeof(bool));
    b->decodings =
        tn_arena_take_array(&b->arena, category->fields.count, sizeof(*b->decodings));
    if (b->needed == NULL || b->decodings == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < category->fields.count; i++)
        b->decodings[i].type =
            (tn_field_type)b->run->image->fields[category->fields.first + i].type;
    return TN_OK;
}

/* The stride of an input with `count` classes. */
static uint32_t take_stride(tn_batch *b, uint64_t *size, uint64_t count)
{
    uint32_t stride = (uint32_t)*size;
    *size *= count;
    b->is_coded &= *size <= UINT32_MAX;
    return b->is_coded ? stride : 0;
}

/* Numbers all combinations. */
static void number_inputs(tn_batch *b, uint64_t *size)
{
    *size = 1;
    for (uint32_t p = 0; b->is_coded && p < b->point_count; p++) {
        batch_point *point = &b->points[p];
        uint32_t count =
            point->is_date ? point->breaks.day_count : point->breaks.at_count;
        /* null, unreadable, one more class than breaks, and beyond all instants */
        point->stride = take_stride(b, size, count + 4);
    }
    for (uint32_t r = 0; b->is_coded && r < b->relation_count; r++)
        b->relations[r].stride = take_stride(b, size, 2);
    for (uint32_t of = 0; b->is_coded && of < b->entity_count; of++)
        b->entities[of].stride = take_stride(b, size, b->entities[of].class_count);
    for (uint32_t g = 0; b->is_coded && g < b->guard_count; g++)
        if (b->guards[g].of == TN_NONE)
            b->guards[g].stride = take_stride(b, size, 3);
    b->flags_stride = b->is_coded ? take_stride(b, size, 4) : 0;
}

static tn_status prepare_memo(tn_batch *b)
{
    uint64_t size;
    number_inputs(b, &size);
    if (!b->is_coded)
        return TN_OK;
    b->memo_count = size <= TN_MEMO_MAX ? (uint32_t)size : TN_MEMO_MAX;
    if (size > TN_MEMO_MAX)
        TN_TRY(tn_batch_prepare_numbers(b));
    b->memo = tn_arena_take_array(&b->arena, b->memo_count, sizeof(*b->memo));
    b->decisions = tn_arena_take_array(&b->arena, b->memo_count, 1);
    b->wide = tn_arena_take_array(&b->arena, TN_BLOCK, sizeof(*b->wide));
    b->classes = tn_arena_take_array(&b->arena, TN_BLOCK, sizeof(*b->classes));
    b->codes = tn_arena_take_array(&b->arena, TN_BLOCK, sizeof(*b->codes));
    b->others = tn_arena_take_array(&b->arena, TN_BLOCK + 1, sizeof(*b->others));
    b->dues = tn_arena_take_array(&b->arena, b->memo_count, sizeof(*b->dues));
    b->rest = tn_arena_take_array(&b->arena, TN_BLOCK, sizeof(*b->rest));
    if (b->memo == NULL || b->decisions == NULL || b->dues == NULL || b->wide == NULL ||
        b->rest == NULL || b->classes == NULL || b->codes == NULL || b->others == NULL)
        return TN_NOMEM;
    for (uint32_t of = 0; of < b->entity_count; of++)
        for (uint32_t row = 0; row < b->entities[of].row_count + 2; row++)
            b->entities[of].codes[row] *= b->entities[of].stride;
    return TN_OK;
}

/* The verdict changes when fields that are not null are to be redacted. */
static void need_redacted(tn_batch *b)
{
    for (uint32_t i = 0; i < b->decider->clause_count; i++) {
        tn_img_range range = b->decider->plans[i].row->redact;
        for (uint32_t k = 0; k < range.count; k++)
            b->needed[b->run->image->redacts[range.first + k].slot] = true;
    }
}

static tn_status prepare(tn_batch *b, uint32_t category, uint32_t placement)
{
    TN_TRY(tn_decider_new(b->run, category, placement, &b->decider));
    b->is_coded = true;
    b->kernels = tn_batch_kernels_best();
    TN_TRY(prepare_fields(b));
    if (b->tells_change)
        need_redacted(b);
    TN_TRY(tn_batch_find_points(b));
    TN_TRY(tn_batch_find_guards(b));
    TN_TRY(tn_batch_find_entities(b));
    return prepare_memo(b);
}

tn_status tn_batch_new(const tn_run *run, uint32_t category, uint32_t placement,
                       unsigned wants, tn_batch **out)
{
    tn_batch *b = tn_resize(run->memory, NULL, 0, sizeof(*b));
    if (b == NULL)
        return TN_NOMEM;
    *b = (tn_batch){.run = run,
                    .wants = wants & TN_WANT_OVERDUE,
                    .tells_change = (wants & TN_WANT_NEXT_CHANGE) != 0};
    tn_arena_init(&b->arena, run->memory);
    tn_status status = prepare(b, category, placement);
    if (status != TN_OK) {
        tn_batch_free(b);
        return status;
    }
    *out = b;
    return TN_OK;
}

void tn_batch_free(tn_batch *b)
{
    if (b == NULL)
        return;
    tn_batch_free_memo(b);
    tn_batch_free_entities(b);
    tn_batch_free_guards(b);
    tn_decider_free(b->decider);
    tn_arena_free(&b->arena);
    tn_resize(b->run->memory, b, sizeof(*b), 0);
}

void tn_batch_needs(const tn_batch *b, bool *needed)
{
    memcpy(needed, b->needed, b->decider->category->fields.count * sizeof(*needed));
}

tn_batch_work tn_batch_work_done(const tn_batch *b)
{
    return b->work;
}

/* --- one record */

void tn_batch_fill(tn_batch *b, uint32_t i)
{
    const tn_img_category *category = b->decider->category;
    tn_value *fields = tn_decider_fields(b->decider);
    tn_value *keys = tn_decider_keys(b->decider);
    for (uint32_t f = 0; f < category->fields.count; f++) {
        const tn_array *array = b->needed[f] ? b->input->fields[f] : NULL;
        fields[f].kind = TN_KIND_NULL;
        if (array == NULL)
            continue;
        tn_array_get(array, b->start + i, &fields[f]);
        tn_decode(&b->decodings[f], &fields[f], &fields[f]);
    }
    for (uint32_t of = 0; of < b->entity_count; of++) {
        keys[of].kind = TN_KIND_NULL;
        if (b->input->keys[of] != NULL)
            tn_array_get(b->input->keys[of], b->start + i, &keys[of]);
    }
}

void tn_batch_put(const tn_batch_output *output, int64_t at, tn_memo_entry entry)
{
    if (output->decision != NULL)
        output->decision[at] = entry.decision;
    if (output->reason != NULL)
        output->reason[at] = entry.reason;
    if (output->clause != NULL)
        output->clause[at] = entry.clause;
    if (output->overdue != NULL)
        output->overdue[at] = entry.late & 1;
    if (output->conflict != NULL)
        output->conflict[at] = entry.late >> 1 & 1;
}

/* Microseconds, rounded up: nothing is told to be due before it is. */
static int64_t round_up(bool exists, tn_instant t)
{
    if (!exists)
        return TN_BATCH_NEVER;
    return t.seconds * 1000000 + (t.nanos + 999) / 1000;
}

static bool wants_times(const tn_batch_output *output)
{
    return output->due != NULL || output->deadline != NULL ||
           output->next_change != NULL;
}

static unsigned wants_of(const tn_batch *b, const tn_batch_output *output)
{
    unsigned wants = b->wants;
    if (output->due != NULL || output->deadline != NULL)
        wants |= TN_WANT_TIMES;
    if (output->overdue != NULL || output->conflict != NULL)
        wants |= TN_WANT_OVERDUE;
    return output->next_change == NULL ? wants : wants | TN_WANT_NEXT_CHANGE;
}

tn_status tn_batch_decide_alone(tn_batch *b, uint32_t i, const tn_batch_output *output)
{
    tn_verdict v;
    int64_t at = b->start + i;
    uint8_t flags = b->input->flags == NULL ? 0 : b->input->flags[at];
    tn_batch_fill(b, i);
    TN_TRY(tn_decide(b->decider, flags, wants_of(b, output), &v));
    b->work.alone++;
    tn_batch_put(output, at,
                 (tn_memo_entry){.decision = (uint8_t)v.decision,
                                 .reason = (uint8_t)v.reason,
                                 .late = (uint8_t)(v.overdue | v.conflict << 1),
                                 .clause = v.clause});
    if (output->due != NULL)
        output->due[at] = round_up(v.has_due, v.due);
    if (output->deadline != NULL)
        output->deadline[at] = round_up(v.has_deadline, v.deadline);
    if (output->next_change != NULL)
        output->next_change[at] = round_up(v.has_next_change, v.next_change);
    return TN_OK;
}

/* --- columns */

static tn_status refuse(const char **why, uint32_t *column, const char *text,
                        uint32_t number)
{
    if (why != NULL)
        *why = text;
    if (column != NULL)
        *column = number;
    return TN_INVALID;
}

static tn_status check_column(const tn_batch_input *input, const tn_array *array,
                              const char **why)
{
    if (array == NULL)
        return TN_OK;
    if (array->length != input->length)
        return TN_USAGE;
    return tn_array_check(array, why) ? TN_OK : TN_INVALID;
}

static tn_status check_input(const tn_batch *b, const tn_batch_input *input,
                             const char **why, uint32_t *column)
{
    uint32_t field_count = b->decider->category->fields.count;
    if (input->length < 0)
        return TN_USAGE;
    for (uint32_t i = 0; i < field_count + b->entity_count; i++) {
        const char *text = "";
        bool is_field = i < field_count;
        if (is_field && !b->needed[i])
            continue;
        tn_status status = check_column(
            input, is_field ? input->fields[i] : input->keys[i - field_count], &text);
        if (status == TN_INVALID)
            return refuse(why, column, text, i);
        if (status != TN_OK)
            return status;
    }
    return TN_OK;
}

static tn_status bind(tn_batch *b, const tn_batch_input *input)
{
    b->input = input;
    for (uint32_t p = 0; p < b->point_count; p++) {
        batch_point *point = &b->points[p];
        tn_tick before = point->tick;
        tn_batch_bind_point(point, input->fields[point->slot]);
        if (point->tick != before)
            tn_batch_forget_races(b, point);
    }
    for (uint32_t of = 0; of < b->entity_count; of++)
        TN_TRY(tn_batch_bind_keys(b, of, input->keys[of]));
    tn_batch_bind_guards(b);
    return tn_batch_bind_relations(b);
}

/* --- blocks */

static void read_flags(tn_batch *b)
{
    if (b->input->flags == NULL)
        return;
    for (uint32_t i = 0; i < b->count; i++)
        b->codes[i] += (b->input->flags[b->start + i] & 3U) * b->flags_stride;
}

static tn_status decide_block(tn_batch *b, const tn_batch_output *output)
{
    memset(b->codes, 0, TN_BLOCK * sizeof(*b->codes));
    tn_batch_read_points(b);
    tn_batch_read_keys(b);
    tn_batch_read_relations(b);
    TN_TRY(tn_batch_read_guards(b));
    read_flags(b);
    if (b->numbers != NULL)
        tn_batch_number_codes(b);
    return tn_batch_answer(b, output);
}

static tn_status decide_all_alone(tn_batch *b, const tn_batch_output *output)
{
    for (uint32_t i = 0; i < b->count; i++)
        TN_TRY(tn_batch_decide_alone(b, i, output));
    return TN_OK;
}

tn_status tn_batch_decide(tn_batch *b, const tn_batch_input *input,
                          const tn_batch_output *output, const char **why,
                          uint32_t *column)
{
    bool late = output->overdue != NULL || output->conflict != NULL;
    bool alone = !b->is_coded || wants_times(output) || (late && b->wants == 0);
    if (output->next_change != NULL && !b->tells_change)
        return TN_USAGE;
    TN_TRY(check_input(b, input, why, column));
    b->input = input;
    if (!alone)
        TN_TRY(bind(b, input));
    bool common =
        !alone && tn_batch_asks_decision_alone(output) && tn_batch_is_common(b);
    for (b->start = 0; b->start < input->length; b->start += TN_BLOCK) {
        int64_t left = input->length - b->start;
        b->count = left < TN_BLOCK ? (uint32_t)left : TN_BLOCK;
        TN_TRY(alone    ? decide_all_alone(b, output)
               : common ? tn_batch_answer_common(b, output)
                        : decide_block(b, output));
        b->work.records += b->count;
    }
    return TN_OK;
}
