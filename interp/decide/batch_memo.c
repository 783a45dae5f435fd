/* batch_memo: what each combination of cases comes to, found when it is first met. */
#include "interp/decide/batcher.h"

#include <string.h>

/* --- races: which of two clauses is due first */

/* The clauses that contend for giving the reason: all that are AT and move the due
 * time, or, where the record is to be deleted, those that are due. More than two: how
 * many, and the first two. */
typedef struct contenders {
    uint32_t count;
    uint32_t clauses[2];
} contenders;

static bool is_contender(const tn_decider *d, uint32_t i, tn_decision decision)
{
    tn_clause_kind kind = (tn_clause_kind)d->plans[i].row->kind;
    return d->clauses[i].state == TN_STATE_AT && kind != TN_CLAUSE_REDACT &&
           kind != TN_CLAUSE_FLAG && kind != TN_CLAUSE_HOLD &&
           kind != TN_CLAUSE_DUTY_PERIOD && kind != TN_CLAUSE_DUTY_UNTIL &&
           (decision != TN_DELETE || d->clauses[i].is_due);
}

static contenders find_contenders(const tn_decider *d, tn_decision decision)
{
    contenders found = {.count = 0};
    for (uint32_t i = 0; i < d->clause_count; i++) {
        if (!is_contender(d, i, decision))
            continue;
        if (found.count < 2)
            found.clauses[found.count] = i;
        found.count++;
    }
    return found;
}

static batch_point *find_point(const tn_batch *b, uint32_t slot)
{
    for (uint32_t p = 0; p < b->point_count; p++)
        if (b->points[p].slot == slot)
            return &b->points[p];
    return NULL;
}

static uint32_t only_slot(const clause_plan *plan)
{
    if (plan->row->anchor == TN_NONE)
        return plan->row->event_slot;
    return plan->op == TN_ANCHOR_ONE ? plan->members[0].slot : TN_NONE;
}

/* What the verdict is if clause `i` is due first. */
static tn_memo_entry outcome_of(const tn_batch *b, uint32_t i, const tn_verdict *v)
{
    tn_clause_kind kind = (tn_clause_kind)b->decider->plans[i].row->kind;
    tn_memo_entry entry = {.decision = (uint8_t)v->decision,
                           .reason = (uint8_t)v->reason,
                           .state = MEMO_KNOWN,
                           .late = (uint8_t)(v->overdue | v->conflict << 1),
                           .clause = b->decider->category->clauses.first + i};
    if (v->decision != TN_DELETE)
        return entry;
    if (kind == TN_CLAUSE_RETAIN_PERIOD)
        entry.reason = TN_REASON_EXPIRED;
    else if (kind == TN_CLAUSE_LIMIT || kind == TN_CLAUSE_PLACEMENT_LIMIT)
        entry.reason = TN_REASON_LIMIT;
    else
        entry.reason = TN_REASON_EVENT;
    return entry;
}

static bool is_same_race(const batch_race *a, const batch_race *b)
{
    return a->first == b->first && a->second == b->second &&
           memcmp(a->outcomes, b->outcomes, sizeof(a->outcomes)) == 0;
}

static tn_status grow_races(tn_batch *b)
{
    if (b->race_count < b->race_capacity)
        return TN_OK;
    uint32_t capacity = b->race_capacity == 0 ? 8 : b->race_capacity * 2;
    batch_race *races =
        tn_resize(b->run->memory, b->races, b->race_capacity * sizeof(*races),
                  capacity * sizeof(*races));
    if (races == NULL)
        return TN_NOMEM;
    b->races = races;
    b->race_capacity = capacity;
    return TN_OK;
}

static tn_status prepare_race(const tn_batch *b, batch_race *race)
{
    size_t rows = (size_t)b->entities[race->of].row_count + 2;
    race->counts = tn_resize(b->run->memory, NULL, 0, rows * sizeof(int64_t));
    race->known = tn_resize(b->run->memory, NULL, 0, rows);
    if (race->counts == NULL || race->known == NULL) {
        tn_resize(b->run->memory, race->counts, rows * sizeof(int64_t), 0);
        tn_resize(b->run->memory, race->known, rows, 0);
        return TN_NOMEM;
    }
    memset(race->known, 0, rows);
    return TN_OK;
}

static tn_status number_race(tn_batch *b, batch_race *race, uint32_t *out)
{
    for (*out = 0; *out < b->race_count; (*out)++)
        if (is_same_race(&b->races[*out], race))
            return TN_OK;
    TN_TRY(grow_races(b));
    TN_TRY(prepare_race(b, race));
    b->races[b->race_count++] = *race;
    return TN_OK;
}

/* With a duty and a limit, `conflict` needs their times. */
static bool may_clash(const tn_decider *d)
{
    bool duty = false, limit = false;
    for (uint32_t i = 0; i < d->clause_count; i++) {
        tn_clause_kind kind = (tn_clause_kind)d->plans[i].row->kind;
        duty |= kind == TN_CLAUSE_DUTY_PERIOD || kind == TN_CLAUSE_DUTY_UNTIL;
        limit |= kind == TN_CLAUSE_LIMIT || kind == TN_CLAUSE_PLACEMENT_LIMIT;
    }
    return duty && limit;
}

/* Makes a race of two clauses, one anchored in the record, one in an entity; else the
 * entry stays ALONE. */
static tn_status try_race(tn_batch *b, const tn_verdict *v, tn_memo_entry *entry)
{
    contenders found = find_contenders(b->decider, v->decision);
    if (found.count != 2 || v->reason == TN_REASON_DUTY ||
        (b->wants != 0 && may_clash(b->decider)))
        return TN_OK;
    const tn_img_category *category = b->decider->category;
    batch_race race = {.first = found.clauses[0], .second = found.clauses[1]};
    uint32_t slots[2] = {only_slot(&b->decider->plans[race.first]),
                         only_slot(&b->decider->plans[race.second])};
    if (slots[0] == TN_NONE || slots[1] == TN_NONE)
        return TN_OK;
    race.record_is_second = slots[0] >= category->fields.count;
    uint32_t own = slots[race.record_is_second], fact = slots[!race.record_is_second];
    if (own >= category->fields.count || fact < category->fields.count)
        return TN_OK;
    race.point = find_point(b, own);
    race.of = tn_batch_entity_of(b, fact);
    race.outcomes[0] = outcome_of(b, race.first, v);
    race.outcomes[1] = outcome_of(b, race.second, v);
    TN_TRY(number_race(b, &race, &entry->clause));
    entry->state = MEMO_RACE;
    return TN_OK;
}

static bool reckon(const clause_plan *plan, const tn_value *anchor, tn_instant *out)
{
    if (anchor->kind == TN_KIND_DATE)
        return tn_reckon_date(&plan->due, anchor->as.day, out);
    return anchor->kind == TN_KIND_TIMESTAMP &&
           tn_reckon(&plan->due, anchor->as.instant, out);
}

/* The last of the record's anchors that makes its clause due first: not after the
 * entity's where it is written first, else before it. False: the column's unit has no
 * such number. */
static bool find_last(const tn_batch *b, const batch_race *race, uint32_t row,
                      int64_t *out)
{
    uint32_t own = race->record_is_second ? race->second : race->first;
    const clause_plan *theirs =
        &b->decider->plans[race->record_is_second ? race->first : race->second];
    tn_value anchor = tn_batch_fact(b, race->of, row, only_slot(theirs));
    tn_instant due, last;
    int32_t day;
    *out = INT64_MIN;
    if (!reckon(theirs, &anchor, &due))
        return false;
    if (race->record_is_second && !tn_instant_subtract(due, 0, 1, &due))
        return false;
    const tn_reckoning *how = &b->decider->plans[own].due;
    if (race->point->is_date) {
        if (tn_cutoff_date(how, due, &day))
            *out = day;
        return true;
    }
    return !tn_cutoff(how, due, &last) ||
           tn_instant_to_count(last, race->point->tick, out);
}

/* Whose reason it is; NULL: the record alone can tell. */
static const tn_memo_entry *decide_race(tn_batch *b, uint32_t number, uint32_t i)
{
    enum { UNKNOWN, COUNTED, UNCOUNTED };
    batch_race *race = &b->races[number];
    if (race->point->mode != POINT_COUNTS)
        return NULL;
    uint32_t row = tn_batch_row(&b->entities[race->of], i);
    if (race->known[row] == UNKNOWN)
        race->known[row] =
            find_last(b, race, row, &race->counts[row]) ? COUNTED : UNCOUNTED;
    if (race->known[row] == UNCOUNTED)
        return NULL;
    bool own_is_first = race->point->values[i] <= race->counts[row];
    b->work.compared++;
    return &race->outcomes[own_is_first == race->record_is_second];
}

void tn_batch_forget_races(tn_batch *b, const batch_point *point)
{
    for (uint32_t r = 0; r < b->race_count; r++)
        if (b->races[r].point == point)
            memset(b->races[r].known, 0,
                   (size_t)b->entities[b->races[r].of].row_count + 2);
}

void tn_batch_free_memo(tn_batch *b)
{
    for (uint32_t r = 0; r < b->race_count; r++) {
        size_t rows = (size_t)b->entities[b->races[r].of].row_count + 2;
        tn_resize(b->run->memory, b->races[r].counts, rows * sizeof(int64_t), 0);
        tn_resize(b->run->memory, b->races[r].known, rows, 0);
    }
    tn_resize(b->run->memory, b->races, b->race_capacity * sizeof(*b->races), 0);
}

/* --- entries */

/* One less than 0, which stands for a combination that was not met. */
enum { UNMET = UINT8_MAX };

static uint8_t late_of(const tn_verdict *v)
{
    return (uint8_t)(v->overdue | v->conflict << 1 | (v->doubt_count > 0) << 2);
}

/* What needed the calendar does not hold for all records of the combination. */
tn_status tn_batch_learn(tn_batch *b, uint32_t code, unsigned flags)
{
    tn_memo_entry *entry = &b->memo[code];
    tn_verdict v;
    TN_TRY(tn_decide(b->decider, flags, b->wants, &v));
    bool late_is_timed = b->decider->was_timed;
    TN_TRY(tn_decide(b->decider, flags, 0, &v));
    bool reason_is_timed = b->decider->was_timed;
    *entry = (tn_memo_entry){.decision = (uint8_t)v.decision,
                             .reason = (uint8_t)v.reason,
                             .state = MEMO_KNOWN,
                             .clause = v.clause};
    b->decisions[code] = (uint8_t)(v.decision + 1);
    b->dues[code] = DUE_NONE;
    if (v.decision != TN_FLAG && v.reason != TN_REASON_HOLD)
        b->dues[code] = tn_decider_due_clause(b->decider, DUE_NONE, DUE_SEVERAL);
    b->work.learned++;
    if (b->wants != 0)
        TN_TRY(tn_decide(b->decider, flags, b->wants, &v));
    entry->late = late_of(&v);
    if (!late_is_timed && !reason_is_timed)
        return TN_OK;
    entry->state = MEMO_ALONE;
    return late_is_timed && !reason_is_timed ? TN_OK : try_race(b, &v, entry);
}

static tn_status learn(tn_batch *b, uint32_t i)
{
    tn_batch_fill(b, i);
    return tn_batch_learn(b, b->codes[i],
                          b->input->flags == NULL ? 0 : b->input->flags[b->start + i]);
}

/* A decision is never in doubt: only why, and whether it is late. */
bool tn_batch_asks_decision_alone(const tn_batch_output *output)
{
    return output->decision != NULL && output->reason == NULL &&
           output->clause == NULL && output->overdue == NULL &&
           output->conflict == NULL;
}

/* Records whose combination does not say all. */
static tn_status answer_other(tn_batch *b, uint32_t i, const tn_batch_output *output)
{
    tn_memo_entry *entry = &b->memo[b->codes[i]];
    if (b->numbers != NULL && b->codes[i] == MEMO_OVERFULL)
        return tn_batch_decide_alone(b, i, output);
    if (entry->state == MEMO_UNKNOWN)
        TN_TRY(learn(b, i));
    const tn_memo_entry *known = NULL;
    if (entry->state == MEMO_KNOWN || tn_batch_asks_decision_alone(output))
        known = entry;
    else if (entry->state == MEMO_RACE)
        known = decide_race(b, entry->clause, i);
    if (known == NULL)
        return tn_batch_decide_alone(b, i, output);
    tn_batch_put(output, b->start + i, *known);
    return TN_OK;
}

static void put_late(const tn_batch *b, const tn_batch_output *output)
{
    for (uint32_t i = 0; i < b->count; i++) {
        uint8_t late = b->memo[b->codes[i]].late;
        if (output->overdue != NULL)
            output->overdue[b->start + i] = late & 1;
        if (output->conflict != NULL)
            output->conflict[b->start + i] = late >> 1 & 1;
    }
}

/* The answers that the combinations say, and which records they don't say all of. */
static uint32_t put_known(const tn_batch *b, const tn_batch_output *output)
{
    const tn_memo_entry *memo = b->memo;
    const uint32_t *restrict codes = b->codes;
    uint16_t *restrict others = b->others;
    uint8_t *restrict decisions =
        output->decision == NULL ? b->classes : output->decision + b->start;
    uint8_t *restrict reasons =
        output->reason == NULL ? b->classes : output->reason + b->start;
    uint32_t *restrict clauses =
        output->clause == NULL ? b->rest : output->clause + b->start;
    uint32_t count = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        const tn_memo_entry entry = memo[codes[i]];
        others[count] = (uint16_t)i;
        count += entry.state != MEMO_KNOWN;
        decisions[i] = entry.decision;
        reasons[i] = entry.reason;
        clauses[i] = entry.clause;
    }
    if (output->overdue != NULL || output->conflict != NULL)
        put_late(b, output);
    return count;
}

/* Decisions of combinations that were not met before. */
static tn_status answer_unknown(tn_batch *b, const tn_batch_output *output)
{
    uint8_t *out = output->decision + b->start, *at = out;
    while ((at = memchr(at, UNMET, b->count - (size_t)(at - out))) != NULL)
        TN_TRY(answer_other(b, (uint32_t)(at - out), output));
    return TN_OK;
}

/* Decisions alone, for which a combination says enough. */
static tn_status answer_decisions(tn_batch *b, const tn_batch_output *output)
{
    const uint8_t *restrict known = b->decisions;
    const uint32_t *restrict codes = b->codes;
    uint8_t *restrict out = output->decision + b->start;
    for (uint32_t i = 0; i < b->count; i++)
        out[i] = (uint8_t)(known[codes[i]] - 1);
    return answer_unknown(b, output);
}

bool tn_batch_is_common(const tn_batch *b)
{
    bool guards = false;
    for (uint32_t g = 0; g < b->guard_count; g++)
        guards |= b->guards[g].of == TN_NONE;
    return b->point_count == 1 && b->entity_count == 1 && b->relation_count == 1 &&
           b->relations[0].of == 0 && b->points[0].mode == POINT_COUNTS &&
           b->created == &b->points[0] && b->numbers == NULL && !guards &&
           b->input->flags == NULL;
}

tn_status tn_batch_answer_common(tn_batch *b, const tn_batch_output *output)
{
    const batch_entity *e = &b->entities[0];
    tn_batch_classify(b, &b->points[0]);
    tn_batch_read_keys(b);
    const uint32_t *restrict of_key = e->is_dictionary ? e->key_codes : e->codes;
    const int32_t *restrict keys = e->block_keys;
    const int64_t *restrict values = b->points[0].values;
    const int64_t *restrict counts = b->relations[0].counts;
    const uint64_t *restrict classes = b->wide;
    const uint8_t *restrict known = b->decisions;
    uint32_t *restrict codes = b->codes;
    uint8_t *restrict out = output->decision + b->start;
    uint32_t stride = b->relations[0].stride, count = b->count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t key = (uint32_t)keys[i];
        uint32_t is_after = values[i] > counts[key];
        /* no branch: nobody can foretell it */
        uint32_t code = (uint32_t)classes[i] + of_key[key] + (stride & (0 - is_after));
        codes[i] = code;
        out[i] = (uint8_t)(known[code] - 1);
    }
    return answer_unknown(b, output);
}

tn_status tn_batch_answer(tn_batch *b, const tn_batch_output *output)
{
    if (tn_batch_asks_decision_alone(output))
        return answer_decisions(b, output);
    uint32_t others = put_known(b, output);
    for (uint32_t k = 0; k < others; k++)
        TN_TRY(answer_other(b, b->others[k], output));
    return TN_OK;
}
