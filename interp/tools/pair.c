#include "interp/tools/pair.h"
#include "interp/calendar/instant.h"
#include "interp/cel/shape.h"
#include "interp/eval/horizon.h"
#include "interp/record/decode.h"

/* 9000-01-01T00:00:00Z. */
static const tn_instant far_ahead = {INT64_C(221845392000), 0};

static const tn_value the_key = {.kind = TN_KIND_INT, .as = {.integer = 1}};

/* --- what decides in either policy */

static void use_expr(const tn_image *image, uint32_t number, bool *used)
{
    if (number == TN_NONE)
        return;
    const tn_cel_expr *expr = &image->code.exprs[number];
    for (uint32_t i = 0; i < expr->node_count; i++) {
        const tn_cel_node *node = &image->code.nodes[expr->first_node + i];
        tn_cel_operand operand = tn_cel_ops[node->op].operand;
        if (operand == TN_CEL_ARG_SLOT)
            used[node->arg] = true;
        else if (operand == TN_CEL_ARG_SLOT_CONST)
            used[node->aux] = true;
    }
}

static void use_clause(const tn_image *image, const tn_img_clause *row, bool *used)
{
    if (row->anchor != TN_NONE) {
        tn_img_range members = image->anchors[row->anchor].members;
        for (uint32_t i = 0; i < members.count; i++)
            used[image->anchor_slots[members.first + i].slot] = true;
    }
    if (row->event_slot != TN_NONE)
        used[row->event_slot] = true;
    for (uint32_t i = 0; i < row->redact.count; i++)
        used[image->redacts[row->redact.first + i].slot] = true;
    use_expr(image, row->guard, used);
}

/* For each slot of the category: does a clause read it? NULL: no memory. */
static bool *find_used(const tn_pair *pair, uint32_t side)
{
    const tn_pair_side *s = &pair->sides[side];
    bool *used =
        tn_arena_take_array(pair->arena, s->category->slots.count, sizeof(*used));
    if (used == NULL)
        return NULL;
    for (uint32_t i = 0; i < s->category->clauses.count; i++)
        use_clause(s->image, &s->image->clauses[s->category->clauses.first + i], used);
    if (s->category->created_slot != TN_NONE)
        used[s->category->created_slot] = true;
    return used;
}

static tn_pair_slot *find_slot(const tn_pair *pair, tn_str entity, tn_str name)
{
    for (uint32_t i = 0; i < pair->slot_count; i++)
        if (tn_str_equal(pair->slots[i].entity, entity) &&
            tn_str_equal(pair->slots[i].name, name))
            return &pair->slots[i];
    return NULL;
}

static void add_slot(tn_pair *pair, uint32_t side, uint32_t number)
{
    const tn_pair_side *s = &pair->sides[side];
    const tn_image *image = s->image;
    const tn_img_slot *row = &image->slots[s->category->slots.first + number];
    bool is_field = row->kind == TN_SLOT_FIELD;
    tn_pair_slot slot = {.slot = {TN_NONE, TN_NONE}, .entity = TN_STR("")};
    tn_img_instant earliest;
    int64_t ahead = 0; /* an event may be known in advance */
    if (is_field) {
        const tn_img_field *field = &image->fields[row->field];
        slot.name = tn_image_str(image, field->name);
        slot.type = (tn_field_type)field->type;
        slot.shape = tn_image_str(image, field->shape);
        earliest = field->earliest;
        ahead = field->ahead_seconds;
    } else {
        const tn_img_fact *fact = &image->facts[row->fact];
        uint32_t entity = image->ofs[s->category->of.first + row->of].entity;
        slot.entity = tn_image_str(image, image->entities[entity].name);
        slot.name = tn_image_str(image, fact->name);
        slot.type = (tn_field_type)fact->type;
        slot.shape = tn_image_str(image, fact->shape);
        slot.is_event = fact->is_event != 0;
        earliest = fact->earliest;
    }
    slot.is_event |= slot.type == TN_FIELD_EVENT;
    tn_pair_slot *known = find_slot(pair, slot.entity, slot.name);
    if (known == NULL) {
        known = &pair->slots[pair->slot_count++];
        *known = slot;
    }
    known->slot[side] = number;
    known->ahead[side] = ahead;
    known->earliest[side] = (tn_instant){earliest.seconds, earliest.nanos};
}

/* What either policy reads is given to both; what neither does stays null. */
static tn_status find_slots(tn_pair *pair)
{
    bool *used[TN_PAIR_SIDES];
    uint32_t count = 0;
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        used[side] = find_used(pair, side);
        if (used[side] == NULL)
            return TN_NOMEM;
        count += pair->sides[side].category->slots.count;
    }
    pair->slots = tn_arena_take_array(pair->arena, count, sizeof(*pair->slots));
    if (pair->slots == NULL)
        return TN_NOMEM;
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
        for (uint32_t i = 0; i < pair->sides[side].category->slots.count; i++)
            add_slot(pair, side, i);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < pair->slot_count; i++) {
        const tn_pair_slot *slot = &pair->slots[i];
        bool reads = false;
        for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
            reads |= slot->slot[side] != TN_NONE && used[side][slot->slot[side]];
        if (reads)
            pair->slots[kept++] = *slot;
    }
    pair->slot_count = kept;
    return TN_OK;
}

static tn_status find_entities(tn_pair *pair)
{
    uint32_t count = 0;
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
        count += pair->sides[side].category->of.count;
    pair->entities = tn_arena_take_array(pair->arena, count, sizeof(*pair->entities));
    if (pair->entities == NULL)
        return TN_NOMEM;
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        const tn_pair_side *s = &pair->sides[side];
        for (uint32_t of = 0; of < s->category->of.count; of++) {
            uint32_t row = s->image->ofs[s->category->of.first + of].entity;
            tn_str name = tn_image_str(s->image, s->image->entities[row].name);
            uint32_t i = 0;
            while (i < pair->entity_count &&
                   !tn_str_equal(pair->entities[i].name, name))
                i++;
            if (i == pair->entity_count)
                pair->entities[pair->entity_count++] =
                    (tn_pair_entity){name, {TN_NONE, TN_NONE}, TN_PAIR_ROW};
            pair->entities[i].of[side] = of;
        }
    }
    return TN_OK;
}

static tn_status open_side(tn_pair *pair, const tn_pair_of *of, uint32_t side)
{
    tn_pair_side *s = &pair->sides[side];
    s->facts =
        tn_arena_take_array(pair->arena, s->category->of.count, sizeof(*s->facts));
    if (s->facts == NULL)
        return TN_NOMEM;
    tn_instant at = of->at == NULL ? far_ahead : *of->at;
    TN_TRY(tn_run_new(s->image, at, pair->arena->memory, &s->run));
    return tn_decider_new(s->run, s->number, of->placement[side], &s->decider);
}

tn_status tn_pair_open(const tn_pair_of *of, tn_arena *arena, tn_pair *out)
{
    *out = (tn_pair){.arena = arena};
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
        out->sides[side] =
            (tn_pair_side){.image = of->image[side],
                           .category = &of->image[side]->categories[of->category[side]],
                           .number = of->category[side]};
    tn_status status = find_slots(out);
    if (status == TN_OK)
        status = find_entities(out);
    for (uint32_t side = 0; side < TN_PAIR_SIDES && status == TN_OK; side++)
        status = open_side(out, of, side);
    if (status != TN_OK)
        tn_pair_close(out);
    return status;
}

void tn_pair_close(tn_pair *pair)
{
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        tn_pair_side *s = &pair->sides[side];
        tn_decider_free(s->decider);
        tn_run_free(s->run);
        for (uint32_t of = 0; s->facts != NULL && of < s->category->of.count; of++)
            tn_facts_free(s->facts[of]);
        s->decider = NULL;
        s->run = NULL;
        s->facts = NULL;
    }
}

/* --- deciding */

/* As side `s` declares slot `number`: what is of another type is unreadable. */
static void decode(const tn_pair_side *s, uint32_t number, const tn_value *raw,
                   tn_value *out)
{
    const tn_img_slot *row = &s->image->slots[s->category->slots.first + number];
    bool is_field = row->kind == TN_SLOT_FIELD;
    tn_img_str shape = is_field ? s->image->fields[row->field].shape
                                : s->image->facts[row->fact].shape;
    tn_decoding how = {.type =
                           (tn_field_type)(is_field ? s->image->fields[row->field].type
                                                    : s->image->facts[row->fact].type)};
    *out = (tn_value){.kind = TN_KIND_NULL};
    if (raw->kind == TN_KIND_NULL)
        return;
    tn_decode(&how, raw, out);
    if (shape.len > 0 && out->kind != TN_KIND_NULL &&
        !tn_shape_fits(tn_image_str(s->image, shape), out))
        *out = (tn_value){.kind = TN_KIND_UNREADABLE};
}

/* The row of facts of entity `entity`, whose values begin at slot `first`. */
static tn_status add_row(const tn_pair *pair, uint32_t side, uint32_t of,
                         tn_facts *facts)
{
    enum { FACTS_MAX = 256 };
    const tn_pair_side *s = &pair->sides[side];
    uint32_t row = s->image->ofs[s->category->of.first + of].entity;
    uint32_t count = s->image->entities[row].facts.count;
    tn_value values[FACTS_MAX];
    tn_value hold = {.kind = TN_KIND_BOOL};
    uint32_t first = s->category->fields.count;
    if (count > FACTS_MAX)
        return TN_LIMIT;
    for (uint32_t i = 0; i < of; i++)
        first += s->image->entities[s->image->ofs[s->category->of.first + i].entity]
                     .facts.count;
    for (uint32_t i = 0; i < count; i++)
        values[i] = (tn_value){.kind = TN_KIND_NULL};
    for (uint32_t i = 0; i < pair->slot_count; i++) {
        uint32_t slot = pair->slots[i].slot[side];
        if (slot != TN_NONE && slot >= first && slot < first + count)
            decode(s, slot, &pair->slots[i].value, &values[slot - first]);
    }
    for (uint32_t i = 0; i < pair->entity_count; i++)
        hold.as.boolean |=
            pair->entities[i].of[side] == of && pair->entities[i].row == TN_PAIR_HELD;
    return tn_facts_add(facts, &the_key, values, &(tn_hold_facts){&hold, NULL, NULL});
}

static tn_status set_entity(tn_pair *pair, uint32_t side, const tn_pair_entity *entity)
{
    tn_pair_side *s = &pair->sides[side];
    uint32_t of = entity->of[side];
    if (of == TN_NONE)
        return TN_OK;
    uint32_t row = s->image->ofs[s->category->of.first + of].entity;
    tn_facts_free(s->facts[of]);
    s->facts[of] = NULL;
    TN_TRY(tn_facts_new(s->image, row, pair->arena->memory, &s->facts[of]));
    tn_run_set_facts(s->run, row, s->facts[of]);
    tn_decider_keys(s->decider)[of] =
        entity->row == TN_PAIR_NO_KEY ? (tn_value){.kind = TN_KIND_NULL} : the_key;
    return entity->row == TN_PAIR_ABSENT ? TN_OK
                                         : add_row(pair, side, of, s->facts[of]);
}

/* A duty that outlasts what is due gives the due. */
static uint32_t deciding_clause(const tn_pair_side *s, const tn_pair_fate *fate)
{
    const tn_clause_result *results = tn_decider_clauses(s->decider);
    uint32_t first = s->category->clauses.first;
    const tn_verdict *v = &fate->verdict;
    if (!fate->is_gone || v->clause == TN_NONE ||
        tn_instant_compare(results[v->clause - first].due, v->due) == 0)
        return v->clause;
    for (uint32_t i = 0; i < s->category->clauses.count; i++) {
        uint32_t kind = s->image->clauses[first + i].kind;
        bool is_duty = kind == TN_CLAUSE_DUTY_PERIOD || kind == TN_CLAUSE_DUTY_UNTIL;
        if (is_duty && results[i].state == TN_STATE_AT &&
            tn_instant_compare(results[i].due, v->due) == 0)
            return first + i;
    }
    return v->clause;
}

/* No deadline is before the due: then the clause of the due gives it. */
static uint32_t deadline_clause(const tn_pair_side *s, const tn_pair_fate *fate)
{
    const tn_clause_result *results = tn_decider_clauses(s->decider);
    uint32_t first = s->category->clauses.first;
    const tn_verdict *v = &fate->verdict;
    for (uint32_t i = 0; fate->is_gone && i < s->category->clauses.count; i++) {
        uint32_t kind = s->image->clauses[first + i].kind;
        bool moves = kind != TN_CLAUSE_DUTY_PERIOD && kind != TN_CLAUSE_DUTY_UNTIL &&
                     kind != TN_CLAUSE_REDACT;
        if (moves && results[i].state == TN_STATE_AT &&
            tn_instant_compare(results[i].deadline, v->deadline) == 0)
            return first + i;
    }
    return fate->clause;
}

static tn_status decide_side(tn_pair *pair, uint32_t side)
{
    tn_pair_side *s = &pair->sides[side];
    tn_pair_fate *fate = &pair->fates[side];
    for (uint32_t i = 0; i < s->category->fields.count; i++)
        tn_decider_fields(s->decider)[i] = (tn_value){.kind = TN_KIND_NULL};
    for (uint32_t i = 0; i < pair->slot_count; i++) {
        uint32_t slot = pair->slots[i].slot[side];
        if (slot != TN_NONE && slot < s->category->fields.count)
            decode(s, slot, &pair->slots[i].value,
                   &tn_decider_fields(s->decider)[slot]);
    }
    for (uint32_t i = 0; i < pair->entity_count; i++)
        TN_TRY(set_entity(pair, side, &pair->entities[i]));
    tn_verdict *v = &fate->verdict;
    TN_TRY(tn_decide(s->decider, 0, TN_WANT_TIMES, v));
    v->redact = NULL;
    v->doubts = NULL;
    fate->is_gone = v->decision == TN_DELETE ||
                    (v->decision == TN_KEEP && v->has_due &&
                     (v->reason == TN_REASON_RETAINED || v->reason == TN_REASON_DUTY));
    fate->clause = deciding_clause(s, fate);
    fate->last = deadline_clause(s, fate);
    return TN_OK;
}

tn_status tn_pair_decide(tn_pair *pair)
{
    TN_TRY(decide_side(pair, TN_PAIR_OLD));
    return decide_side(pair, TN_PAIR_NEW);
}

/* --- redactions */

static bool redacts(const tn_pair_side *s, uint32_t clause, uint32_t slot)
{
    const tn_img_clause *row = &s->image->clauses[s->category->clauses.first + clause];
    for (uint32_t i = 0; i < row->redact.count; i++)
        if (s->image->redacts[row->redact.first + i].slot == slot)
            return true;
    return false;
}

bool tn_pair_is_redacted(const tn_pair *pair, uint32_t side, uint32_t number)
{
    const tn_pair_side *s = &pair->sides[side];
    uint32_t slot = pair->slots[number].slot[side];
    for (uint32_t i = 0; slot != TN_NONE && i < s->category->clauses.count; i++)
        if (redacts(s, i, slot))
            return true;
    return false;
}

/* Only what is kept, and not by a hold, is redacted. */
bool tn_pair_value_end(const tn_pair *pair, uint32_t side, uint32_t number,
                       tn_instant *out, uint32_t *clause)
{
    const tn_pair_side *s = &pair->sides[side];
    const tn_pair_fate *fate = &pair->fates[side];
    const tn_verdict *v = &fate->verdict;
    const tn_clause_result *results = tn_decider_clauses(s->decider);
    uint32_t slot = pair->slots[number].slot[side];
    bool ends = fate->is_gone;
    *out = v->due;
    if (slot == TN_NONE || v->decision == TN_FLAG || v->reason == TN_REASON_HOLD)
        return ends;
    for (uint32_t i = 0; i < s->category->clauses.count; i++) {
        if (!redacts(s, i, slot) || results[i].state != TN_STATE_AT)
            continue;
        if (ends && tn_instant_compare(results[i].due, *out) >= 0)
            continue;
        *out = results[i].due;
        *clause = s->category->clauses.first + i;
        ends = true;
    }
    return ends;
}
