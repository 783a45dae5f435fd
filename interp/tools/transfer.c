#include "interp/tools/transfer.h"
#include "interp/eval/needs.h"

/* --- facts */

static tn_str fact_name(const tn_image *image, const tn_img_entity *entity, uint32_t i)
{
    return tn_image_str(image, image->facts[entity->facts.first + i].name);
}

static bool is_same_type(const tn_image *a, const tn_img_fact *x, const tn_image *b,
                         const tn_img_fact *y)
{
    return x->type == y->type &&
           tn_str_equal(tn_image_str(a, x->shape), tn_image_str(b, y->shape));
}

/* Where fact `i` of `entity` of the other policy comes from; TN_NONE: nowhere. */
static uint32_t find_fact(const tn_transfer *t, const tn_img_entity *entity, uint32_t i,
                          const tn_img_entity *from)
{
    const tn_image *image = t->eval->image;
    for (uint32_t k = 0; k < from->facts.count; k++)
        if (tn_str_equal(fact_name(image, from, k), fact_name(t->to, entity, i)))
            return k;
    return TN_NONE;
}

static void suppose(tn_transfer *t, const tn_img_entity *entity, tn_str key,
                    tn_value *values)
{
    tn_str name = tn_image_str(t->to, entity->name);
    for (size_t s = 0; s < t->supposed_count; s++) {
        tn_supposed *supposed = &t->supposed[s];
        if (!tn_str_equal(supposed->entity, name) || !tn_str_equal(supposed->key, key))
            continue;
        for (uint32_t i = 0; i < entity->facts.count; i++)
            if (tn_str_equal(fact_name(t->to, entity, i), supposed->event)) {
                values[i] = (tn_value){.kind = TN_KIND_TIMESTAMP,
                                       .as = {.instant = supposed->at}};
                supposed->is_met = true;
            }
    }
}

/* What `hold` was read from, or what reads the same. */
static tn_status add_row(tn_facts *facts, tn_str key, const tn_value *values,
                         const tn_hold *hold)
{
    tn_value name = {.kind = TN_KIND_STRING, .as = {.text = key}};
    tn_value always = {.kind = TN_KIND_BOOL, .as = {.boolean = hold->always}};
    tn_value from = {.kind = TN_KIND_TIMESTAMP, .as = {.instant = hold->from}};
    tn_value until = {.kind = TN_KIND_TIMESTAMP, .as = {.instant = hold->until}};
    tn_hold_facts holds = {&always, hold->between ? &from : NULL,
                           hold->between && hold->ends ? &until : NULL};
    tn_value unreadable = {.kind = TN_KIND_UNREADABLE};
    if (hold->unreadable && hold->between)
        holds.hold = &unreadable;
    else if (hold->unreadable)
        holds.hold_from = &unreadable;
    return tn_facts_add(facts, &name, values, &holds);
}

static tn_status copy_rows(tn_transfer *t, const tn_img_entity *entity,
                           const tn_facts *rows, const tn_img_entity *from,
                           tn_facts *out)
{
    uint32_t count = entity->facts.count;
    tn_value *values = tn_arena_take_array(&t->arena, count, sizeof(*values));
    uint32_t *source = tn_arena_take_array(&t->arena, count, sizeof(*source));
    if (values == NULL || source == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        source[i] = find_fact(t, entity, i, from);
    for (uint32_t row = 0; row < tn_facts_count(rows); row++) {
        const tn_value *have = tn_facts_values(rows, row);
        for (uint32_t i = 0; i < count; i++) {
            values[i] = (tn_value){.kind = TN_KIND_NULL};
            if (source[i] == TN_NONE)
                continue;
            const tn_img_fact *there =
                &t->eval->image->facts[from->facts.first + source[i]];
            values[i] = have[source[i]];
            if (values[i].kind != TN_KIND_NULL &&
                !is_same_type(t->eval->image, there, t->to,
                              &t->to->facts[entity->facts.first + i]))
                values[i] = (tn_value){.kind = TN_KIND_UNREADABLE};
        }
        suppose(t, entity, tn_facts_key(rows, row), values);
        TN_TRY(add_row(out, tn_facts_key(rows, row), values, tn_facts_hold(rows, row)));
    }
    return TN_OK;
}

static uint32_t find_entity(const tn_image *image, tn_str name)
{
    for (uint32_t i = 0; i < image->entity_count; i++)
        if (tn_str_equal(tn_image_str(image, image->entities[i].name), name))
            return i;
    return TN_NONE;
}

static tn_status set_facts(tn_transfer *t, uint32_t row)
{
    const tn_img_entity *entity = &t->to->entities[row];
    const tn_image *image = t->eval->image;
    uint32_t there = find_entity(image, tn_image_str(t->to, entity->name));
    if (there == TN_NONE)
        return TN_OK;
    const tn_entity_facts *have = &t->eval->entities[there];
    if (have->is_none)
        tn_run_set_facts(t->run, row, NULL);
    if (have->is_none || have->facts == NULL)
        return TN_OK;
    TN_TRY(tn_facts_new(t->to, row, t->memory, &t->facts[row]));
    tn_run_set_facts(t->run, row, t->facts[row]);
    return copy_rows(t, entity, have->facts, &image->entities[there], t->facts[row]);
}

tn_status tn_transfer_new(const tn_eval *eval, const tn_image *to,
                          tn_supposed *supposed, size_t supposed_count,
                          tn_transfer *out)
{
    *out = (tn_transfer){.eval = eval,
                         .to = to,
                         .memory = eval->memory,
                         .supposed = supposed,
                         .supposed_count = supposed_count};
    tn_arena_init(&out->arena, eval->memory);
    tn_buf_init(&out->warnings, eval->memory);
    out->facts =
        tn_arena_take_array(&out->arena, to->entity_count, sizeof(*out->facts));
    tn_status status = out->facts == NULL ? TN_NOMEM : TN_OK;
    if (status == TN_OK)
        status = tn_run_new(to, tn_run_now(eval->run), eval->memory, &out->run);
    for (uint32_t i = 0; i < to->entity_count && status == TN_OK; i++)
        status = set_facts(out, i);
    if (status != TN_OK)
        tn_transfer_free(out);
    return status;
}

void tn_transfer_free(tn_transfer *t)
{
    tn_run_free(t->run);
    for (uint32_t i = 0; t->facts != NULL && i < t->to->entity_count; i++)
        tn_facts_free(t->facts[i]);
    tn_buf_free(&t->warnings);
    tn_arena_free(&t->arena);
    t->run = NULL;
    t->facts = NULL;
}

/* --- places */

static uint32_t find_category(const tn_image *image, tn_str name)
{
    for (uint32_t i = 0; i < image->category_count; i++)
        if (tn_str_equal(tn_image_str(image, image->categories[i].name), name))
            return i;
    return TN_NONE;
}

static uint32_t find_field(const tn_image *image, const tn_img_category *c, tn_str name)
{
    for (uint32_t i = 0; i < c->fields.count; i++)
        if (tn_str_equal(tn_image_str(image, image->fields[c->fields.first + i].name),
                         name))
            return i;
    return TN_NONE;
}

static tn_status match_fields(tn_transfer *t, const tn_bound *bound,
                              tn_transfer_place *place)
{
    const tn_image *from = t->eval->image;
    const tn_img_category *there = &from->categories[bound->category];
    const tn_img_category *here = &t->to->categories[place->category];
    bool *needed = tn_arena_take_array(&t->arena, here->fields.count, sizeof(*needed));
    place->field_count = here->fields.count;
    place->from_count = there->fields.count;
    place->fields =
        tn_arena_take_array(&t->arena, here->fields.count, sizeof(uint32_t));
    place->lost = tn_arena_take_array(&t->arena, there->fields.count, sizeof(bool));
    if (needed == NULL || place->fields == NULL || place->lost == NULL)
        return TN_NOMEM;
    tn_needs_fields(t->to, place->category, needed);
    for (uint32_t i = 0; i < here->fields.count; i++) {
        tn_str name = tn_image_str(t->to, t->to->fields[here->fields.first + i].name);
        place->fields[i] = find_field(from, there, name);
        if (needed[i] && place->fields[i] == TN_NONE)
            tn_buf_put_format(
                &t->warnings,
                TN_STR_FMT ": the deployment does not bind field `" TN_STR_FMT
                           "`: taken as missing\n",
                TN_STR_ARG(tn_image_str(t->to, here->name)), TN_STR_ARG(name));
    }
    for (uint32_t i = 0; i < there->fields.count; i++)
        place->lost[i] =
            find_field(
                t->to, here,
                tn_image_str(from, from->fields[there->fields.first + i].name)) ==
            TN_NONE;
    return TN_OK;
}

static tn_status match_keys(tn_transfer *t, const tn_bound *bound,
                            tn_transfer_place *place)
{
    const tn_image *from = t->eval->image;
    tn_img_range there = from->categories[bound->category].of;
    tn_img_range here = t->to->categories[place->category].of;
    place->key_count = here.count;
    place->keys = tn_arena_take_array(&t->arena, here.count, sizeof(uint32_t));
    if (place->keys == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < here.count; i++) {
        tn_str name = tn_image_str(
            t->to, t->to->entities[t->to->ofs[here.first + i].entity].name);
        place->keys[i] = TN_NONE;
        for (uint32_t k = 0; k < there.count; k++)
            if (tn_str_equal(
                    tn_image_str(
                        from, from->entities[from->ofs[there.first + k].entity].name),
                    name))
                place->keys[i] = k;
        if (place->keys[i] == TN_NONE)
            tn_buf_put_format(&t->warnings,
                              TN_STR_FMT
                              ": the deployment does not bind its " TN_STR_FMT "\n",
                              TN_STR_ARG(tn_image_str(
                                  t->to, t->to->categories[place->category].name)),
                              TN_STR_ARG(tn_str_last_name(name)));
    }
    return TN_OK;
}

/* The other policy's placement of this name; false: it has none. */
static bool find_placement(const tn_transfer *t, const tn_bound *bound,
                           uint32_t category, uint32_t *out)
{
    const tn_image *from = t->eval->image;
    tn_img_range range = t->to->categories[category].placements;
    *out = TN_NONE;
    if (bound->placement == TN_NONE)
        return true;
    tn_str store = tn_image_str(from, from->placements[bound->placement].store);
    for (uint32_t i = range.first; i < range.first + range.count; i++)
        if (tn_str_equal(tn_image_str(t->to, t->to->placements[i].store), store))
            *out = i;
    return *out != TN_NONE;
}

tn_status tn_transfer_open(tn_transfer *t, uint32_t number, tn_transfer_place *out)
{
    const tn_bound *bound = &t->eval->bounds[number];
    const tn_image *from = t->eval->image;
    uint32_t placement;
    *out = (tn_transfer_place){.to = t->to};
    out->category = find_category(
        t->to, tn_image_str(from, from->categories[bound->category].name));
    if (out->category == TN_NONE ||
        !find_placement(t, bound, out->category, &placement))
        return TN_OK;
    TN_TRY(match_fields(t, bound, out));
    TN_TRY(match_keys(t, bound, out));
    return tn_decider_new(t->run, out->category, placement, &out->decider);
}

void tn_transfer_close(tn_transfer_place *place)
{
    tn_decider_free(place->decider);
    place->decider = NULL;
}

/* --- records */

static bool has_type(const tn_judged *judged, uint32_t from, const tn_image *to,
                     const tn_img_field *field)
{
    const tn_image *image = judged->eval->image;
    const tn_img_category *c = &image->categories[judged->bound->category];
    const tn_img_field *there = &image->fields[c->fields.first + from];
    return there->type == field->type && tn_str_equal(tn_image_str(image, there->shape),
                                                      tn_image_str(to, field->shape));
}

static void fill_fields(const tn_transfer_place *place, const tn_judged *judged)
{
    const tn_image *to = place->to;
    const tn_value *have = tn_decider_fields(judged->decider);
    tn_value *fields = tn_decider_fields(place->decider);
    uint32_t first = to->categories[place->category].fields.first;
    for (uint32_t i = 0; i < place->field_count; i++) {
        uint32_t from = place->fields[i];
        fields[i] = (tn_value){.kind = TN_KIND_NULL};
        if (from == TN_NONE)
            continue;
        fields[i] = have[from];
        if (fields[i].kind != TN_KIND_NULL &&
            !has_type(judged, from, to, &to->fields[first + i]))
            fields[i] = (tn_value){.kind = TN_KIND_UNREADABLE};
    }
}

static bool is_undeclared(const tn_transfer_place *place, const tn_judged *judged)
{
    const tn_value *have = tn_decider_fields(judged->decider);
    bool undeclared = judged->row->undeclared_count > 0;
    for (uint32_t i = 0; i < place->from_count; i++)
        undeclared |= place->lost[i] && have[i].kind != TN_KIND_NULL;
    return undeclared;
}

tn_status tn_transfer_decide(tn_transfer_place *place, const tn_judged *judged,
                             unsigned wants, tn_verdict *out)
{
    if (judged->row->problem != NULL)
        return tn_decide(place->decider, TN_RECORD_UNREADABLE, wants, out);
    fill_fields(place, judged);
    const tn_value *keys = tn_decider_keys(judged->decider);
    for (uint32_t i = 0; i < place->key_count; i++)
        tn_decider_keys(place->decider)[i] = place->keys[i] == TN_NONE
                                                 ? (tn_value){.kind = TN_KIND_NULL}
                                                 : keys[place->keys[i]];
    return tn_decide(place->decider,
                     is_undeclared(place, judged) ? TN_RECORD_UNDECLARED : 0, wants,
                     out);
}
