/* load: the facts of every bound entity, once for a session. */
#include "interp/eval/eval.h"

/* One row of facts on its way. */
typedef struct fact_row {
    tn_value key;
    tn_value *values; /* one for each fact of the entity */
    uint32_t value_count;
    tn_value hold;
    tn_value hold_from;
    tn_value hold_until;
} fact_row;

static tn_value *target_of(fact_row *row, const tn_origin_map *map)
{
    switch (map->target) {
    case TN_MAP_FACT:
        return map->index < row->value_count ? &row->values[map->index] : NULL;
    case TN_MAP_HOLD: return &row->hold;
    case TN_MAP_HOLD_FROM: return &row->hold_from;
    case TN_MAP_HOLD_UNTIL: return &row->hold_until;
    case TN_MAP_ENTITY_KEY: return &row->key;
    case TN_MAP_FIELD:
    case TN_MAP_KEY:
    case TN_MAP_TARGET_COUNT: break;
    }
    return NULL;
}

static tn_status add_row(tn_origin_reader *reader, const tn_store_row *from,
                         fact_row *row, tn_facts *facts)
{
    const tn_origin *origin = reader->origin;
    tn_hold_facts holds = {&row->hold, &row->hold_from, &row->hold_until};
    for (uint32_t i = 0; i < origin->map_count; i++) {
        tn_value *target = target_of(row, &origin->maps[i]);
        if (target != NULL && origin->maps[i].is_needed)
            TN_TRY(tn_origin_value(reader, from, &origin->maps[i], target));
    }
    return tn_facts_add(facts, &row->key, row->values, &holds);
}

/* Undeclared columns of a facts file, each told once: a misspelt `hold` must not go
 * unnoticed. */
typedef struct told_columns {
    tn_buf told; /* one byte for each number */
} told_columns;

static const char *const hold_names[] = {"hold", "hold_from", "hold_until"};

static tn_status warn_column(tn_eval *eval, uint32_t entity, tn_str column)
{
    const tn_image *image = eval->image;
    tn_img_range facts = image->entities[entity].facts;
    tn_str *names = tn_arena_take_array(
        &eval->arena, facts.count + TN_COUNT(hold_names), sizeof(*names));
    if (names == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < facts.count; i++)
        names[i] = tn_image_str(image, image->facts[facts.first + i].name);
    for (uint32_t i = 0; i < TN_COUNT(hold_names); i++)
        names[facts.count + i] = tn_str_from(hold_names[i]);
    tn_str nearest =
        tn_eval_nearest(column, names, facts.count + (uint32_t)TN_COUNT(hold_names));
    tn_str entity_name = tn_image_str(image, image->entities[entity].name);
    tn_eval_warn(
        eval,
        TN_STR_FMT ": \"" TN_STR_FMT "\" is no event, attribute or hold of " TN_STR_FMT
                   " and is left out%s" TN_STR_FMT "%s",
        TN_STR_ARG(eval->entities[entity].origin.store_name), TN_STR_ARG(column),
        TN_STR_ARG(entity_name), nearest.data == NULL ? "" : "; did you mean \"",
        TN_STR_ARG(nearest), nearest.data == NULL ? "" : "\"?");
    return TN_OK;
}

static tn_status warn_columns(tn_eval *eval, uint32_t entity, const tn_scan *scan,
                              const tn_store_row *row, told_columns *columns)
{
    for (uint32_t i = 0; i < row->undeclared_count; i++) {
        uint32_t number = row->undeclared[i];
        while (columns->told.len <= number && !columns->told.failed)
            tn_buf_put_char(&columns->told, 0);
        if (columns->told.failed)
            return TN_NOMEM;
        if (columns->told.data[number] != 0)
            continue;
        columns->told.data[number] = 1;
        TN_TRY(warn_column(eval, entity, scan->ops->undeclared_name(scan, number)));
    }
    return TN_OK;
}

static tn_status read_rows(tn_eval *eval, uint32_t entity, tn_origin_reader *reader,
                           fact_row *row, tn_buf *why)
{
    tn_entity_facts *facts = &eval->entities[entity];
    told_columns columns;
    tn_status status;
    tn_buf_init(&columns.told, eval->memory);
    for (;;) {
        const tn_store_row *from;
        bool in_doubt;
        status = tn_origin_next(reader, &from, &in_doubt, why);
        if (status != TN_OK || from == NULL)
            break;
        if (from->problem != NULL || in_doubt) {
            facts->unreadable_count++;
            continue;
        }
        status = add_row(reader, from, row, facts->facts);
        if (status == TN_OK)
            status = warn_columns(eval, entity, reader->scan, from, &columns);
        if (status != TN_OK)
            break;
    }
    tn_buf_free(&columns.told);
    return status;
}

/* Keys of which there are several rows. */
static uint64_t count_repeated(const tn_facts *facts)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < tn_facts_count(facts); i++) {
        tn_value key = {TN_KIND_STRING, {.text = tn_facts_key(facts, i)}};
        count += tn_facts_find(facts, &key) == i && tn_facts_next(facts, i) != TN_NONE;
    }
    return count;
}

static tn_status load_entity(tn_eval *eval, uint32_t entity, tn_buf *why)
{
    tn_entity_facts *facts = &eval->entities[entity];
    uint32_t count = eval->image->entities[entity].facts.count;
    fact_row row = {.value_count = count};
    row.values = tn_arena_take_array(&eval->arena, count, sizeof(tn_value));
    if (row.values == NULL)
        return TN_NOMEM;
    TN_TRY(tn_facts_new(eval->image, entity, eval->memory, &facts->facts));
    tn_reader_options options = {.program = tn_run_program(eval->run),
                                 .code = &eval->image->code,
                                 .wants_undeclared = facts->origin.place == TN_NONE,
                                 .memory = eval->memory};
    tn_origin_reader reader;
    TN_TRY(tn_origin_open(&reader, &facts->origin, &options, why));
    tn_status status = read_rows(eval, entity, &reader, &row, why);
    tn_origin_close(&reader);
    TN_TRY(status);
    facts->repeated_key_count = count_repeated(facts->facts);
    tn_run_set_facts(eval->run, entity, facts->facts);
    return TN_OK;
}

tn_status tn_eval_load(tn_eval *eval)
{
    for (uint32_t i = 0; i < eval->image->entity_count; i++) {
        const tn_entity_facts *facts = &eval->entities[i];
        if (facts->is_none)
            tn_run_set_facts(eval->run, i, NULL);
        if (!facts->is_bound || facts->is_none)
            continue;
        tn_buf why;
        tn_buf_init(&why, eval->memory);
        tn_status status = load_entity(eval, i, &why);
        if (status == TN_STORE || status == TN_LIMIT || status == TN_NOT_FOUND) {
            tn_eval_complain_of(eval, &facts->origin, &why);
            status = TN_OK;
        }
        tn_buf_free(&why);
        TN_TRY(status);
    }
    return tn_eval_status(eval);
}
