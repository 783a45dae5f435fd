#include "interp/tools/test_cases.h"
#include "interp/calendar/instant.h"
#include "interp/cel/map_value.h"
#include "interp/cel/text.h"
#include "interp/record/decode.h"
#include "interp/syntax/words.h"

#include <string.h>

/* 2024-01-15T10:00:00Z: when the records were made. Events come some days later, and it
 * is later still when it is asked which clauses take part. */
static const tn_instant made_at = {INT64_C(1705312800), 0};
enum { EVENT_DAYS = 10, ASKED_DAYS = 20, HELD_DAYS = 36525 };

typedef struct maker {
    const tn_image *image;
    const tn_img_category *category;
    uint32_t number; /* of the category */
    tn_arena *arena;
    tn_buf *out;
    bool *used;      /* for each slot: does a clause read it */
    tn_value *slots; /* for each slot, as a test would write it */
    uint32_t held;   /* the entity with a hold; TN_NONE */
    uint32_t absent; /* the entity without a row; TN_NONE */
    tn_instant now;
    tn_verdict verdict;
    tn_clause_result *results; /* one for each clause */
} maker;

static const tn_img_clause *clause_row(const maker *m, uint32_t i)
{
    return &m->image->clauses[m->category->clauses.first + i];
}

static const tn_img_slot *slot_row(const maker *m, uint32_t slot)
{
    return &m->image->slots[m->category->slots.first + slot];
}

static tn_field_type slot_type(const maker *m, uint32_t slot)
{
    const tn_img_slot *row = slot_row(m, slot);
    return (tn_field_type)(row->kind == TN_SLOT_FIELD
                               ? m->image->fields[row->field].type
                               : m->image->facts[row->fact].type);
}

static tn_str slot_name(const maker *m, uint32_t slot)
{
    const tn_img_slot *row = slot_row(m, slot);
    return tn_image_str(m->image, row->kind == TN_SLOT_FIELD
                                      ? m->image->fields[row->field].name
                                      : m->image->facts[row->fact].name);
}

static bool is_event(const maker *m, uint32_t slot)
{
    const tn_img_slot *row = slot_row(m, slot);
    return slot_type(m, slot) == TN_FIELD_EVENT ||
           (row->kind == TN_SLOT_FACT && m->image->facts[row->fact].is_event != 0);
}

static bool is_form(uint32_t kind)
{
    return kind == TN_CLAUSE_RETAIN_PERIOD || kind == TN_CLAUSE_RETAIN_UNTIL ||
           kind == TN_CLAUSE_RETAIN_INDEFINITELY;
}

/* --- what clauses read */

static void use_expr(maker *m, uint32_t number)
{
    if (number == TN_NONE)
        return;
    const tn_cel_expr *expr = &m->image->code.exprs[number];
    for (uint32_t i = 0; i < expr->node_count; i++) {
        const tn_cel_node *node = &m->image->code.nodes[expr->first_node + i];
        tn_cel_operand operand = tn_cel_ops[node->op].operand;
        if (operand == TN_CEL_ARG_SLOT)
            m->used[node->arg] = true;
        else if (operand == TN_CEL_ARG_SLOT_CONST)
            m->used[node->aux] = true;
    }
}

/* The slots that clause `i` counts from: its anchor's, or its event. */
static tn_img_range members_of(const maker *m, uint32_t i)
{
    const tn_img_clause *row = clause_row(m, i);
    if (row->anchor == TN_NONE)
        return (tn_img_range){0, 0};
    return m->image->anchors[row->anchor].members;
}

static void find_used(maker *m)
{
    if (m->category->created_slot != TN_NONE)
        m->used[m->category->created_slot] = true;
    for (uint32_t i = 0; i < m->category->clauses.count; i++) {
        const tn_img_clause *row = clause_row(m, i);
        tn_img_range members = members_of(m, i);
        if (row->kind == TN_CLAUSE_PLACEMENT_LIMIT)
            continue;
        for (uint32_t k = 0; k < members.count; k++)
            m->used[m->image->anchor_slots[members.first + k].slot] = true;
        if (row->event_slot != TN_NONE)
            m->used[row->event_slot] = true;
        use_expr(m, row->guard);
    }
}

/* --- values */

static void set_instant(maker *m, uint32_t slot, tn_instant t)
{
    m->slots[slot] = (tn_value){.kind = TN_KIND_TIMESTAMP, .as = {.instant = t}};
    if (slot_type(m, slot) != TN_FIELD_DATE)
        return;
    char text[TN_DATE_TEXT_MAX];
    size_t len = tn_date_format((int32_t)(t.seconds / TN_SECONDS_PER_DAY), text);
    tn_str copy = tn_arena_copy(m->arena, (tn_str){text, len});
    m->slots[slot] = (tn_value){.kind = TN_KIND_STRING, .as = {.text = copy}};
    m->out->failed |= copy.data == NULL;
}

static void set_default(maker *m, uint32_t slot)
{
    static const tn_list_value no_items;
    static const tn_map_value no_pairs;
    tn_value *value = &m->slots[slot];
    *value = (tn_value){.kind = TN_KIND_NULL};
    switch (slot_type(m, slot)) {
    case TN_FIELD_BOOL: value->kind = TN_KIND_BOOL; break;
    case TN_FIELD_INT: value->kind = TN_KIND_INT; break;
    case TN_FIELD_UINT: value->kind = TN_KIND_UINT; break;
    case TN_FIELD_DOUBLE: value->kind = TN_KIND_DOUBLE; break;
    case TN_FIELD_DYN:
    case TN_FIELD_STRING:
        *value = (tn_value){.kind = TN_KIND_STRING, .as = {.text = TN_STR("")}};
        break;
    case TN_FIELD_BYTES:
        *value = (tn_value){.kind = TN_KIND_BYTES, .as = {.text = TN_STR("")}};
        break;
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_DATE: set_instant(m, slot, made_at); break;
    case TN_FIELD_DURATION: value->kind = TN_KIND_DURATION; break;
    case TN_FIELD_LIST:
        *value = (tn_value){.kind = TN_KIND_LIST, .as = {.list = &no_items}};
        break;
    case TN_FIELD_MAP:
        *value = (tn_value){.kind = TN_KIND_MAP, .as = {.map = &no_pairs}};
        break;
    case TN_FIELD_EVENT:
    case TN_FIELD_TYPE_COUNT: break;
    }
}

static tn_instant days_later(int64_t days)
{
    return (tn_instant){made_at.seconds + days * TN_SECONDS_PER_DAY, 0};
}

/* A record with a value in all that matters, of which nothing has happened. */
static void start(maker *m)
{
    m->held = m->absent = TN_NONE;
    m->now = days_later(ASKED_DAYS);
    for (uint32_t i = 0; i < m->category->slots.count; i++) {
        m->slots[i] = (tn_value){.kind = TN_KIND_NULL};
        if (m->used[i] && !is_event(m, i))
            set_default(m, i);
    }
}

/* The same, but that what clause `i` counts from has happened, and what a duty waits
 * for, which would hide everything else. */
static void start_for(maker *m, uint32_t i)
{
    start(m);
    for (uint32_t k = 0; k < m->category->clauses.count; k++)
        if (clause_row(m, k)->kind == TN_CLAUSE_DUTY_UNTIL)
            set_instant(m, clause_row(m, k)->event_slot, days_later(EVENT_DAYS));
    tn_img_range members = members_of(m, i);
    for (uint32_t k = 0; k < members.count; k++) {
        uint32_t slot = m->image->anchor_slots[members.first + k].slot;
        if (is_event(m, slot))
            set_instant(m, slot, days_later(EVENT_DAYS));
    }
    if (clause_row(m, i)->event_slot != TN_NONE)
        set_instant(m, clause_row(m, i)->event_slot, days_later(EVENT_DAYS));
}

/* --- deciding */

static const tn_value the_key = {.kind = TN_KIND_INT, .as = {.integer = 1}};

static void decode_slot(const maker *m, uint32_t slot, tn_value *out)
{
    tn_decoding how = {.type = slot_type(m, slot)};
    *out = (tn_value){.kind = TN_KIND_NULL};
    if (m->slots[slot].kind != TN_KIND_NULL)
        tn_decode(&how, &m->slots[slot], out);
}

/* The first slot of the facts of entity number `of`. */
static uint32_t first_fact(const maker *m, uint32_t of)
{
    uint32_t slot = m->category->fields.count;
    for (uint32_t i = 0; i < of; i++) {
        uint32_t entity = m->image->ofs[m->category->of.first + i].entity;
        slot += m->image->entities[entity].facts.count;
    }
    return slot;
}

static tn_status fill_facts(const maker *m, uint32_t of, tn_facts *facts)
{
    uint32_t entity = m->image->ofs[m->category->of.first + of].entity;
    uint32_t count = m->image->entities[entity].facts.count;
    tn_value *values = tn_arena_take_array(m->arena, count, sizeof(*values));
    if (values == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        decode_slot(m, first_fact(m, of) + i, &values[i]);
    tn_value hold = {.kind = TN_KIND_BOOL, .as = {.boolean = m->held == of}};
    return tn_facts_add(facts, &the_key, values, &(tn_hold_facts){&hold, NULL, NULL});
}

static tn_status set_facts(const maker *m, tn_run *run, tn_facts **facts)
{
    for (uint32_t of = 0; of < m->category->of.count; of++) {
        uint32_t entity = m->image->ofs[m->category->of.first + of].entity;
        TN_TRY(tn_facts_new(m->image, entity, m->arena->memory, &facts[of]));
        tn_run_set_facts(run, entity, facts[of]);
        if (m->absent != of)
            TN_TRY(fill_facts(m, of, facts[of]));
    }
    return TN_OK;
}

static tn_status decide_with(maker *m, tn_decider *decider)
{
    for (uint32_t i = 0; i < m->category->fields.count; i++)
        decode_slot(m, i, &tn_decider_fields(decider)[i]);
    for (uint32_t of = 0; of < m->category->of.count; of++)
        tn_decider_keys(decider)[of] = the_key;
    TN_TRY(tn_decide(decider, 0, TN_WANT_TIMES, &m->verdict));
    for (uint32_t i = 0; i < m->category->clauses.count; i++)
        m->results[i] = tn_decider_clauses(decider)[i];
    return TN_OK;
}

static tn_status decide(maker *m)
{
    uint32_t count = m->category->of.count;
    tn_facts **facts = tn_arena_take_array(m->arena, count, sizeof(*facts));
    tn_run *run = NULL;
    tn_decider *decider = NULL;
    tn_status status = facts == NULL ? TN_NOMEM : TN_OK;
    if (status == TN_OK)
        status = tn_run_new(m->image, m->now, m->arena->memory, &run);
    if (status == TN_OK)
        status = set_facts(m, run, facts);
    if (status == TN_OK)
        status = tn_decider_new(run, m->number, TN_NONE, &decider);
    if (status == TN_OK)
        status = decide_with(m, decider);
    tn_decider_free(decider);
    for (uint32_t of = 0; facts != NULL && of < count; of++)
        tn_facts_free(facts[of]);
    tn_run_free(run);
    return status;
}

/* --- looking for a record that meets a condition */

typedef enum wanted { TAKES_PART, GUARD_FALSE } wanted;

static bool is_met(const maker *m, uint32_t i, wanted want)
{
    tn_clause_state state = m->results[i].state;
    if (want == TAKES_PART)
        return state != TN_STATE_ABSENT && state != TN_STATE_GUARD;
    for (uint32_t k = 0; k < i && is_form(clause_row(m, i)->kind); k++)
        if (is_form(clause_row(m, k)->kind) && m->results[k].state != TN_STATE_ABSENT)
            return false; /* passed over: its condition was not looked at */
    return state == TN_STATE_ABSENT && m->verdict.reason != TN_REASON_HOLD;
}

typedef struct search {
    maker *m;
    uint32_t clause;
    wanted want;
    bool found;
    bool in_pairs; /* with each value of a slot, try each of the slots behind it */
    uint32_t tries_left; /* so that a policy with many constants does not take hours */
} search;

enum { MOST_TRIES = 20000 };

static tn_status try_slot(search *s, uint32_t slot);

static tn_status try_slots_from(search *s, uint32_t first)
{
    for (uint32_t i = first; i < s->m->category->slots.count && !s->found; i++)
        if (s->m->used[i])
            TN_TRY(try_slot(s, i));
    return TN_OK;
}

static tn_status try_value(search *s, uint32_t slot, tn_value value)
{
    if (s->found || s->tries_left == 0)
        return TN_OK;
    s->tries_left--;
    s->m->slots[slot] = value;
    TN_TRY(decide(s->m));
    s->found = is_met(s->m, s->clause, s->want);
    if (!s->in_pairs)
        return TN_OK;
    s->in_pairs = false;
    TN_TRY(try_slots_from(s, slot + 1));
    s->in_pairs = true;
    return TN_OK;
}

/* A constant of the conditions as a value of its kind; false: not a scalar. */
static bool read_const(const tn_cel_code *code, uint32_t number, tn_value *out)
{
    const tn_cel_const *row = &code->consts[number];
    *out = (tn_value){.kind = (tn_kind)row->kind};
    switch (row->kind) {
    case TN_KIND_INT: out->as.integer = (int64_t)row->bits; return true;
    case TN_KIND_UINT: out->as.unsigned_integer = row->bits; return true;
    case TN_KIND_DOUBLE: memcpy(&out->as.real, &row->bits, sizeof(double)); return true;
    case TN_KIND_STRING:
    case TN_KIND_BYTES:
        out->as.text = (tn_str){code->strings + row->bits, row->count};
        return true;
    case TN_KIND_TIMESTAMP:
        out->as.instant = (tn_instant){(int64_t)row->bits, row->count};
        return true;
    case TN_KIND_DURATION: out->as.duration_nanos = (int64_t)row->bits; return true;
    default: return false;
    }
}

static bool fits(tn_field_type type, tn_kind kind)
{
    static const tn_kind kinds[TN_FIELD_TYPE_COUNT] = {
        [TN_FIELD_INT] = TN_KIND_INT,
        [TN_FIELD_UINT] = TN_KIND_UINT,
        [TN_FIELD_DOUBLE] = TN_KIND_DOUBLE,
        [TN_FIELD_STRING] = TN_KIND_STRING,
        [TN_FIELD_BYTES] = TN_KIND_BYTES,
        [TN_FIELD_TIMESTAMP] = TN_KIND_TIMESTAMP,
        [TN_FIELD_DURATION] = TN_KIND_DURATION,
        [TN_FIELD_DYN] = TN_KIND_STRING,
    };
    return kind != TN_KIND_NULL && kinds[type] == kind;
}

/* The value and, for numbers, some beside it. */
static tn_status try_near(search *s, uint32_t slot, tn_value value)
{
    TN_TRY(try_value(s, slot, value));
    if (value.kind == TN_KIND_DOUBLE) {
        value.as.real += 1;
        TN_TRY(try_value(s, slot, value));
        value.as.real -= 2;
        return try_value(s, slot, value);
    }
    if (value.kind == TN_KIND_UINT && value.as.unsigned_integer < UINT64_MAX) {
        value.as.unsigned_integer++;
        return try_value(s, slot, value);
    }
    if (value.kind != TN_KIND_INT || value.as.integer == INT64_MAX ||
        value.as.integer == INT64_MIN)
        return TN_OK;
    value.as.integer++;
    TN_TRY(try_value(s, slot, value));
    value.as.integer -= 2;
    return try_value(s, slot, value);
}

/* Every value for one slot that the conditions of the policy speak of. */
static tn_status try_slot(search *s, uint32_t slot)
{
    const tn_cel_code *code = &s->m->image->code;
    tn_field_type type = slot_type(s->m, slot);
    tn_value before = s->m->slots[slot], value;
    if (type == TN_FIELD_BOOL)
        TN_TRY(try_value(s, slot,
                         (tn_value){.kind = TN_KIND_BOOL, .as = {.boolean = true}}));
    if (is_event(s->m, slot))
        TN_TRY(try_value(
            s, slot,
            (tn_value){.kind = TN_KIND_TIMESTAMP, .as = {.instant = s->m->now}}));
    for (uint32_t i = 0; i < code->const_count && !s->found; i++)
        if (read_const(code, i, &value) && fits(type, value.kind))
            TN_TRY(try_near(s, slot, value));
    TN_TRY(try_value(s, slot, (tn_value){.kind = TN_KIND_NULL}));
    if (!s->found)
        s->m->slots[slot] = before;
    return TN_OK;
}

/* Makes the record one of which clause `i` takes part, or takes none because of its
 * condition, and decides it. */
static tn_status find(maker *m, uint32_t i, wanted want, bool *found)
{
    search s = {.m = m, .clause = i, .want = want};
    start_for(m, i);
    TN_TRY(decide(m));
    s.found = is_met(m, i, want);
    s.tries_left = MOST_TRIES;
    TN_TRY(try_slots_from(&s, 0));
    s.tries_left = MOST_TRIES;
    s.in_pairs = true;
    TN_TRY(try_slots_from(&s, 0));
    *found = s.found;
    return TN_OK;
}

/* --- writing */

static bool is_plain(tn_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i > 0 && ((c >= '0' && c <= '9') || c == '.')))
            return false;
    }
    return tn_word_find(name) == NULL;
}

/* A name as the category's module writes it. */
static void put_name(maker *m, tn_str full)
{
    tn_str module = tn_image_str(m->image, m->image->modules[m->category->module].name);
    if (tn_str_starts(full, module) && full.len > module.len &&
        full.data[module.len] == '.')
        full = tn_str_slice(full, module.len + 1, SIZE_MAX);
    bool plain = is_plain(full);
    tn_buf_put_text(m->out, plain ? "" : "`");
    tn_buf_put(m->out, full);
    tn_buf_put_text(m->out, plain ? "" : "`");
}

static void put_values(maker *m, uint32_t first, uint32_t count, bool held)
{
    const char *comma = "";
    tn_buf_put_char(m->out, '{');
    for (uint32_t i = first; i < first + count; i++) {
        if (!m->used[i])
            continue;
        tn_buf_put_text(m->out, comma);
        comma = ", ";
        tn_buf_put_json(m->out, slot_name(m, i));
        tn_buf_put_text(m->out, ": ");
        tn_cel_value_put(m->out, &m->slots[i], SIZE_MAX);
    }
    if (held)
        tn_buf_put_format(m->out, "%s\"hold\": true", comma);
    tn_buf_put_text(m->out, "}\n");
}

static void put_entity(maker *m, uint32_t of)
{
    uint32_t entity = m->image->ofs[m->category->of.first + of].entity;
    const tn_img_entity *row = &m->image->entities[entity];
    tn_buf_put_text(m->out, "    ");
    put_name(m, tn_image_str(m->image, row->name));
    tn_buf_put_text(m->out, " = ");
    if (m->absent == of)
        tn_buf_put_text(m->out, "null\n");
    else
        put_values(m, first_fact(m, of), row->facts.count, m->held == of);
}

/* The title: the category, where the clause stands, and what is special. */
static void put_title(maker *m, uint32_t i, const char *what, tn_str about)
{
    tn_buf title;
    tn_buf_init(&title, m->arena->memory);
    tn_buf_put(&title, tn_str_last_name(tn_image_str(m->image, m->category->name)));
    if (i != TN_NONE) {
        const tn_img_clause *row = clause_row(m, i);
        const tn_img_place *place = &m->image->places[row->place];
        tn_str module = tn_image_str(m->image, m->image->modules[row->module].name);
        tn_buf_put_format(&title, ", " TN_STR_FMT " %u:%u", TN_STR_ARG(module),
                          place->line, place->column);
    }
    tn_buf_put_format(&title, ": %s" TN_STR_FMT, what, TN_STR_ARG(about));
    tn_buf_put_text(m->out, "\ntest ");
    tn_buf_put_json(m->out, tn_buf_view(&title));
    m->out->failed |= title.failed;
    tn_buf_free(&title);
}

/* Decides the record as it is now, and writes the test. */
static tn_status put_case(maker *m, uint32_t i, const char *what, tn_str about)
{
    char at[TN_INSTANT_TEXT_MAX];
    TN_TRY(decide(m));
    put_title(m, i, what, about);
    tn_instant_format(m->now, at);
    tn_buf_put_format(m->out, " {\n    at \"%s\"\n    record ", at);
    put_name(m, tn_image_str(m->image, m->category->name));
    tn_buf_put_text(m->out, " = ");
    put_values(m, 0, m->category->fields.count, false);
    for (uint32_t of = 0; of < m->category->of.count; of++)
        put_entity(m, of);
    tn_buf_put_format(m->out, "    expect %s because %s\n}\n",
                      tn_decision_text(m->verdict.decision),
                      tn_reason_text(m->verdict.reason));
    return TN_OK;
}

static tn_status put_case_at(maker *m, uint32_t i, const char *what, tn_instant t,
                             int64_t seconds)
{
    if (!tn_instant_add(t, seconds, 0, &m->now))
        return TN_OK;
    return put_case(m, i, what, TN_STR(""));
}

/* --- what is written */

static tn_status put_due(maker *m, uint32_t i)
{
    const tn_clause_result result = m->results[i];
    uint32_t kind = clause_row(m, i)->kind;
    bool has_deadline = (is_form(kind) || kind == TN_CLAUSE_ON) &&
                        tn_instant_compare(result.due, result.deadline) != 0;
    TN_TRY(put_case_at(m, i, "a second before it is due", result.due, -1));
    TN_TRY(put_case_at(m, i, "at the instant it is due", result.due, 0));
    TN_TRY(put_case_at(m, i, "a second after it is due", result.due, 1));
    if (!has_deadline)
        return TN_OK;
    TN_TRY(put_case_at(m, i, "a second before the deadline", result.deadline, -1));
    TN_TRY(put_case_at(m, i, "at the deadline", result.deadline, 0));
    return put_case_at(m, i, "a second after the deadline", result.deadline, 1);
}

/* An event that has just happened, has not, or came before the record. */
static tn_status put_event(maker *m, uint32_t i)
{
    uint32_t event = clause_row(m, i)->event_slot;
    uint32_t created = m->category->created_slot;
    tn_instant happened = days_later(EVENT_DAYS), due = m->results[i].due;
    if (tn_instant_compare(happened, due) != 0) {
        TN_TRY(put_case_at(m, i, "a second before the event", happened, -1));
        TN_TRY(put_case_at(m, i, "at the event", happened, 0));
    }
    m->slots[event] = (tn_value){.kind = TN_KIND_NULL};
    TN_TRY(put_case_at(m, i, "the event has not happened", due, 1));
    set_instant(m, event, happened);
    if (created == TN_NONE)
        return TN_OK;
    bool is_day = slot_type(m, created) == TN_FIELD_DATE;
    set_instant(m, created,
                is_day ? days_later(EVENT_DAYS + 1)
                       : (tn_instant){happened.seconds + 1, 0});
    tn_instant later = {due.seconds + TN_SECONDS_PER_DAY, 0};
    TN_TRY(put_case_at(m, i, "the record was made after the event", later, 0));
    set_instant(m, created, made_at);
    return TN_OK;
}

static void put_unmet(maker *m, uint32_t i, const char *what)
{
    const tn_img_clause *row = clause_row(m, i);
    const tn_img_place *place = &m->image->places[row->place];
    tn_str module = tn_image_str(m->image, m->image->modules[row->module].name);
    tn_buf_put_format(m->out,
                      "\n// " TN_STR_FMT " %u:%u: no record was found of which %s\n",
                      TN_STR_ARG(module), place->line, place->column, what);
}

static tn_status put_clause(maker *m, uint32_t i)
{
    bool found;
    const tn_img_clause *row = clause_row(m, i);
    TN_TRY(find(m, i, TAKES_PART, &found));
    if (!found)
        put_unmet(m, i, "it takes part");
    else if (m->results[i].state == TN_STATE_AT)
        TN_TRY(put_due(m, i));
    else
        TN_TRY(put_case(m, i, "it takes part", TN_STR("")));
    if (found && m->results[i].state == TN_STATE_AT && row->event_slot != TN_NONE)
        TN_TRY(put_event(m, i));
    if (row->guard == TN_NONE)
        return TN_OK;
    TN_TRY(find(m, i, GUARD_FALSE, &found));
    if (found)
        return put_case(m, i, "its condition is not met", TN_STR(""));
    put_unmet(m, i, "its condition is not met");
    return TN_OK;
}

static tn_status put_missing(maker *m)
{
    for (uint32_t i = 0; i < m->category->slots.count; i++) {
        if (!m->used[i] || is_event(m, i))
            continue;
        start(m);
        m->slots[i] = (tn_value){.kind = TN_KIND_NULL};
        TN_TRY(put_case(m, TN_NONE, "without ", slot_name(m, i)));
    }
    return TN_OK;
}

static tn_status put_entities(maker *m)
{
    for (uint32_t of = 0; of < m->category->of.count; of++) {
        uint32_t entity = m->image->ofs[m->category->of.first + of].entity;
        tn_str name =
            tn_str_last_name(tn_image_str(m->image, m->image->entities[entity].name));
        start(m);
        m->held = of;
        m->now = days_later(HELD_DAYS);
        TN_TRY(put_case(m, TN_NONE, "under a hold on its ", name));
        start(m);
        m->absent = of;
        TN_TRY(put_case(m, TN_NONE, "no facts are known of its ", name));
    }
    return TN_OK;
}

tn_status tn_test_cases_put(const tn_image *image, uint32_t category, tn_arena *arena,
                            tn_buf *out)
{
    maker m = {.image = image,
               .category = &image->categories[category],
               .number = category,
               .arena = arena,
               .out = out};
    m.used = tn_arena_take_array(arena, m.category->slots.count, sizeof(*m.used));
    m.slots = tn_arena_take_array(arena, m.category->slots.count, sizeof(*m.slots));
    m.results =
        tn_arena_take_array(arena, m.category->clauses.count, sizeof(*m.results));
    if (m.used == NULL || m.slots == NULL || m.results == NULL)
        return TN_NOMEM;
    find_used(&m);
    for (uint32_t i = 0; i < m.category->clauses.count; i++)
        if (clause_row(&m, i)->kind != TN_CLAUSE_PLACEMENT_LIMIT)
            TN_TRY(put_clause(&m, i));
    TN_TRY(put_missing(&m));
    TN_TRY(put_entities(&m));
    return tn_buf_status(out);
}
