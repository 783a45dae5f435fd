#include "interp/check/slots.h"

#include "interp/check/names.h"

void tn_slots_init(tn_slots *slots, tn_checker *ck, const char *whose)
{
    *slots = (tn_slots){.ck = ck,
                        .whose = whose,
                        .whose_at = TN_NOWHERE,
                        .first_field = ck->model->fields.count};
    tn_map_init(&slots->fields, ck->arena->memory);
}

void tn_slots_free(tn_slots *slots)
{
    tn_map_free(&slots->fields);
}

tn_status tn_slots_add_field(tn_slots *slots, tn_str name)
{
    assert(slots->entities.count == 0);
    return tn_map_put(&slots->fields, name, slots->count++);
}

tn_status tn_slots_add_entity(tn_slots *slots, uint32_t entity)
{
    tn_slot_entity *rows =
        tn_rows_grow(slots->ck->arena, slots->entities.rows, slots->entities.count,
                     &slots->entities.capacity, sizeof(*rows));
    if (rows == NULL)
        return TN_NOMEM;
    slots->entities.rows = rows;
    rows[slots->entities.count++] = (tn_slot_entity){entity, slots->count};
    slots->count += slots->ck->model->entities.rows[entity].facts.count;
    return TN_OK;
}

/* --- finding */

/* Does `dotted` speak of something called `name`: name.rest, or name alone? Then *rest
 * is what is behind it; else it stays. */
static bool speaks_of(tn_str dotted, tn_str name, tn_str *rest)
{
    if (!tn_str_starts(dotted, name) ||
        (dotted.len > name.len && dotted.data[name.len] != '.'))
        return false;
    *rest = tn_str_slice(dotted, name.len == dotted.len ? name.len : name.len + 1,
                         SIZE_MAX);
    return true;
}

/* Which of the entities is meant: by full name, or by a simple name that one has. */
static const tn_slot_entity *find_entity(const tn_slots *slots, tn_str dotted,
                                         tn_slot_answer *answer)
{
    const tn_slot_entity *found = NULL;
    for (uint32_t i = 0; i < slots->entities.count; i++) {
        const tn_slot_entity *entity = &slots->entities.rows[i];
        tn_str full = slots->ck->model->entities.rows[entity->entity].name;
        if (speaks_of(dotted, full, &answer->rest)) {
            answer->entity = entity->entity;
            return entity;
        }
        tn_str rest;
        if (!speaks_of(dotted, tn_str_last_name(full), &rest))
            continue;
        if (found != NULL)
            answer->found = TN_SLOT_TWO;
        found = entity;
        answer->entity = entity->entity;
        answer->rest = rest;
    }
    return found;
}

static tn_slot_answer find_fact(const tn_slots *slots, const tn_slot_entity *entity,
                                tn_slot_answer answer)
{
    if (answer.found == TN_SLOT_TWO)
        return answer;
    const tn_entity *row = &slots->ck->model->entities.rows[entity->entity];
    if (answer.rest.len == 0) {
        answer.found = TN_SLOT_BARE;
        return answer;
    }
    uint32_t symbol = tn_names_at(slots->ck, TN_SYMBOL_FACT, row->name, answer.rest);
    if (symbol != TN_NONE) {
        answer.found = TN_SLOT_FOUND;
        answer.slot =
            entity->first + slots->ck->symbols.rows[symbol].row - row->facts.first;
    } else if (tn_str_last_name(answer.rest).len == answer.rest.len) {
        answer.found = TN_SLOT_NO_FACT;
    } else {
        answer.entity = TN_NONE; /* a selection of more than a fact */
    }
    return answer;
}

/* An entity that can be seen, but is not among these. */
static tn_slot_answer find_stranger(const tn_slots *slots, const tn_scope *scope,
                                    tn_str dotted, tn_slot_answer answer)
{
    tn_str last = tn_str_last_name(dotted);
    if (last.len == dotted.len)
        return answer;
    tn_str before = tn_str_slice(dotted, 0, dotted.len - last.len - 1);
    tn_lookup lookup = tn_names_find(slots->ck, scope, TN_SYMBOL_ENTITY, before);
    if (lookup.how != TN_FOUND_ONE)
        return answer;
    answer.found = TN_SLOT_NOT_OF;
    answer.entity = slots->ck->symbols.rows[lookup.found[0]].row;
    answer.rest = last;
    return answer;
}

tn_slot_answer tn_slots_find(const tn_slots *slots, const tn_scope *scope,
                             tn_str dotted)
{
    tn_slot_answer answer = {TN_SLOT_NONE, TN_NONE, TN_NONE, {NULL, 0}};
    tn_str field = dotted;
    bool of_record = speaks_of(dotted, TN_STR("record"), &field);
    answer.slot = tn_map_find(&slots->fields, field);
    if (answer.slot != TN_NONE) {
        answer.found = TN_SLOT_FOUND;
        return answer;
    }
    if (of_record && field.len == 0)
        answer.found = TN_SLOT_BARE;
    else if (of_record && tn_str_last_name(field).len == field.len)
        answer.found = TN_SLOT_NO_FIELD;
    if (of_record)
        return answer;
    const tn_slot_entity *entity = find_entity(slots, dotted, &answer);
    if (entity != NULL)
        return find_fact(slots, entity, answer);
    return find_stranger(slots, scope, dotted, answer);
}

/* --- looking at one */

void tn_slots_view(const tn_slots *slots, uint32_t slot, const tn_model_field **field,
                   const tn_fact **fact)
{
    const tn_model *model = slots->ck->model;
    *field = NULL;
    *fact = NULL;
    if (slot < slots->fields.count) {
        *field = &model->fields.rows[slots->first_field + slot];
        return;
    }
    for (uint32_t i = slots->entities.count; i > 0; i--) {
        const tn_slot_entity *entity = &slots->entities.rows[i - 1];
        if (slot < entity->first)
            continue;
        uint32_t first = model->entities.rows[entity->entity].facts.first;
        *fact = &model->facts.rows[first + slot - entity->first];
        return;
    }
}

static tn_str entity_name(const tn_slots *slots, uint32_t slot)
{
    for (uint32_t i = slots->entities.count; i > 0; i--)
        if (slot >= slots->entities.rows[i - 1].first)
            return tn_str_last_name(
                slots->ck->model->entities.rows[slots->entities.rows[i - 1].entity]
                    .name);
    return TN_STR("");
}

tn_str tn_slots_name(const tn_slots *slots, uint32_t slot)
{
    const tn_model_field *field;
    const tn_fact *fact;
    tn_slots_view(slots, slot, &field, &fact);
    if (field != NULL)
        return field->name;
    tn_str name = tn_checker_join(slots->ck, entity_name(slots, slot), '.', fact->name);
    return name.data == NULL ? fact->name : name;
}

/* --- reporting */

static void help_with_field(const tn_slots *slots, tn_str name, tn_diags *diags,
                            tn_diag *diag)
{
    if (!tn_checker_may_suggest(slots->ck))
        return;
    tn_nearest nearest = tn_nearest_to(name);
    for (size_t i = 0; i < slots->fields.count; i++)
        tn_nearest_try(&nearest,
                       slots->ck->model->fields.rows[slots->first_field + i].name);
    for (uint32_t i = 0; i < slots->entities.count; i++) {
        const tn_entity *entity =
            &slots->ck->model->entities.rows[slots->entities.rows[i].entity];
        for (uint32_t j = 0; j < entity->facts.count; j++) {
            tn_str fact = slots->ck->model->facts.rows[entity->facts.first + j].name;
            tn_str dotted =
                tn_checker_join(slots->ck, tn_str_last_name(entity->name), '.', fact);
            if (dotted.data != NULL && tn_str_equal(fact, name))
                nearest = (tn_nearest){name, dotted, 1};
            else if (dotted.data != NULL)
                tn_nearest_try(&nearest, dotted);
        }
    }
    tn_nearest_help(&nearest, diags, diag,
                    "name a field, or an event of an entity as ENTITY.EVENT");
}

static void help_with_fact(const tn_slots *slots, const tn_slot_answer *answer,
                           tn_diags *diags, tn_diag *diag)
{
    const tn_model *model = slots->ck->model;
    const tn_entity *entity = &model->entities.rows[answer->entity];
    tn_nearest nearest = tn_nearest_to(answer->rest);
    uint32_t count = tn_checker_may_suggest(slots->ck) ? entity->facts.count : 0;
    for (uint32_t i = 0; i < count; i++)
        tn_nearest_try(&nearest, model->facts.rows[entity->facts.first + i].name);
    tn_nearest_help(&nearest, diags, diag, "");
    tn_diag_other(diags, diag, entity->at, "the entity is declared here");
}

static void point_at_whose(const tn_slots *slots, tn_diags *diags, tn_diag *diag)
{
    if (slots->whose_at.file != TN_NONE)
        tn_diag_other(diags, diag, slots->whose_at, "the category is declared here");
}

static void report_entity(const tn_slots *slots, const tn_slot_answer *answer,
                          tn_diags *diags, tn_span at)
{
    const tn_entity *entity = &slots->ck->model->entities.rows[answer->entity];
    tn_str simple = tn_str_last_name(entity->name);
    tn_diag *diag;
    if (answer->found == TN_SLOT_NO_FACT) {
        diag = tn_diag_add(diags, TN_FIND_UNKNOWN_NAME, at,
                           "entity `" TN_STR_FMT "` has no event or attribute "
                           "`" TN_STR_FMT "`",
                           TN_STR_ARG(simple), TN_STR_ARG(answer->rest));
        help_with_fact(slots, answer, diags, diag);
    } else if (answer->found == TN_SLOT_TWO) {
        diag = tn_diag_add(diags, TN_FIND_AMBIGUOUS_NAME, at,
                           "%s is of two entities called `" TN_STR_FMT "`",
                           slots->whose, TN_STR_ARG(simple));
        tn_diag_help(diags, diag, "write the full name of the one you mean");
    } else if (answer->found == TN_SLOT_BARE) {
        diag =
            tn_diag_add(diags, TN_FIND_UNKNOWN_NAME, at,
                        "an entity is no value: `" TN_STR_FMT "`", TN_STR_ARG(simple));
        tn_diag_help(diags, diag, "name one of its events or attributes");
        tn_diag_other(diags, diag, entity->at, "the entity is declared here");
    } else {
        diag = tn_diag_add(diags, TN_FIND_NOT_OF, at, "%s is not %s `" TN_STR_FMT "`",
                           slots->whose, slots->on_entity ? "on" : "of",
                           TN_STR_ARG(simple));
        if (slots->on_entity)
            tn_diag_help(diags, diag, "a condition speaks of one entity alone");
        else
            tn_diag_help(diags, diag, "write `of " TN_STR_FMT "` after its title",
                         TN_STR_ARG(simple));
        tn_diag_other(diags, diag, entity->at, "the entity is declared here");
        point_at_whose(slots, diags, diag);
    }
}

void tn_slots_report(const tn_slots *slots, const tn_slot_answer *answer, tn_str dotted,
                     tn_diags *diags, tn_span at)
{
    if (answer->entity != TN_NONE) {
        report_entity(slots, answer, diags, at);
        return;
    }
    if (answer->found == TN_SLOT_BARE) {
        tn_diag *diag =
            tn_diag_add(diags, TN_FIND_UNKNOWN_NAME, at, "`record` alone is no value");
        tn_diag_help(diags, diag, "name one of its fields: `record.name`");
        return;
    }
    tn_str field = dotted;
    if (answer->found == TN_SLOT_NO_FIELD)
        field = tn_str_last_name(dotted);
    tn_diag *diag =
        tn_diag_add(diags, TN_FIND_UNKNOWN_NAME, at, "%s has no field `" TN_STR_FMT "`",
                    slots->whose, TN_STR_ARG(field));
    help_with_field(slots, field, diags, diag);
    point_at_whose(slots, diags, diag);
}

bool tn_slots_may_be_lost(const tn_slots *slots, const tn_scope *scope, tn_str dotted)
{
    return slots->incomplete ||
           tn_names_may_be_lost(slots->ck, scope, slots->broken, dotted);
}
