#include "interp/tools/policy_test.h"
#include "interp/cel/eval.h"
#include "interp/cel/map_value.h"
#include "interp/cel/shape.h"
#include "interp/record/decode.h"

/* --- coverage */

tn_status tn_coverage_init(tn_coverage *coverage, const tn_image *image,
                           const tn_allocator *memory)
{
    *coverage = (tn_coverage){.memory = memory, .clause_count = image->clause_count};
    coverage->seen = tn_resize(memory, NULL, 0, image->clause_count + 1);
    if (coverage->seen == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < image->clause_count; i++)
        coverage->seen[i] = 0;
    return TN_OK;
}

void tn_coverage_free(tn_coverage *coverage)
{
    tn_resize(coverage->memory, coverage->seen, coverage->clause_count + 1, 0);
    *coverage = (tn_coverage){.memory = coverage->memory};
}

/* A form is passed over in silence once an earlier one took part, so that only a guard
 * that was looked at counts as false. */
unsigned tn_coverage_wanted(const tn_image *image, uint32_t clause)
{
    const tn_img_clause *row = &image->clauses[clause];
    if (row->kind == TN_CLAUSE_PLACEMENT_LIMIT) /* tests speak of no placement */
        return 0;
    unsigned guard = TN_SEEN_GUARD_TRUE | TN_SEEN_GUARD_FALSE;
    return TN_SEEN_TAKING_PART | (row->guard == TN_NONE ? 0 : guard);
}

static bool is_form(uint32_t kind)
{
    return kind == TN_CLAUSE_RETAIN_PERIOD || kind == TN_CLAUSE_RETAIN_UNTIL ||
           kind == TN_CLAUSE_RETAIN_INDEFINITELY;
}

static void cover(tn_coverage *coverage, const tn_image *image, uint32_t category,
                  const tn_clause_result *results)
{
    tn_img_range clauses = image->categories[category].clauses;
    bool form_found = false;
    for (uint32_t i = 0; i < clauses.count; i++) {
        const tn_img_clause *row = &image->clauses[clauses.first + i];
        tn_clause_state state = results[i].state;
        bool passed_over = is_form(row->kind) && form_found;
        if (state == TN_STATE_ABSENT && !passed_over)
            coverage->seen[clauses.first + i] |= TN_SEEN_GUARD_FALSE;
        if (state != TN_STATE_ABSENT && state != TN_STATE_GUARD)
            coverage->seen[clauses.first + i] |=
                TN_SEEN_TAKING_PART | TN_SEEN_GUARD_TRUE;
        form_found |= is_form(row->kind) && state != TN_STATE_ABSENT;
    }
}

/* --- one test */

typedef struct tester {
    const tn_model *model;
    const tn_image *image;
    const tn_test *test;
    const tn_img_category *category;
    tn_arena *arena;
    tn_run *run;
    tn_cel_machine *machine;
    tn_decider *decider;
    tn_facts **facts; /* one for each entity the category is of */
    tn_test_result *result;
} tester;

/* An expression of the test that gives a map, or null; false: it does not, and the
 * result says so. */
static tn_status read_map(tester *t, uint32_t expr, const char *what,
                          const tn_map_value **out)
{
    tn_value value;
    *out = NULL;
    TN_TRY(tn_cel_eval(t->machine, expr, NULL, &value));
    if (value.kind == TN_KIND_MAP) {
        *out = value.as.map;
        return TN_OK;
    }
    if (value.kind == TN_KIND_NULL)
        return TN_OK;
    tn_buf why;
    tn_buf_init(&why, t->arena->memory);
    tn_buf_put_format(&why, "%s is not a map of values", what);
    if (value.kind == TN_KIND_UNREADABLE) {
        tn_buf_put_text(&why, ": ");
        tn_cel_error_put(&value, &why);
    }
    t->result->problem = tn_arena_copy(t->arena, tn_buf_view(&why));
    tn_buf_free(&why);
    return t->result->problem.data == NULL ? TN_NOMEM : TN_OK;
}

/* The shape is empty unless it is a list or map. */
static tn_value decode_member(const tn_map_value *map, tn_str name, tn_field_type type,
                              tn_str shape)
{
    tn_value value = {.kind = TN_KIND_NULL};
    const tn_value *raw = map == NULL ? NULL : tn_map_value_find_text(map, name);
    tn_decoding how = {.type = type};
    if (raw != NULL)
        tn_decode(&how, raw, &value);
    if (shape.len > 0 && value.kind != TN_KIND_NULL && !tn_shape_fits(shape, &value))
        value = (tn_value){.kind = TN_KIND_UNREADABLE};
    return value;
}

static tn_value decode_hold(const tn_map_value *map, tn_str name, tn_field_type type)
{
    return decode_member(map, name, type, TN_STR(""));
}

static tn_status set_record(tester *t)
{
    const tn_map_value *map;
    TN_TRY(read_map(t, t->test->record, "the record", &map));
    tn_value *fields = tn_decider_fields(t->decider);
    for (uint32_t i = 0; i < t->category->fields.count; i++) {
        const tn_img_field *field = &t->image->fields[t->category->fields.first + i];
        fields[i] = decode_member(map, tn_image_str(t->image, field->name),
                                  (tn_field_type)field->type,
                                  tn_image_str(t->image, field->shape));
    }
    return TN_OK;
}

/* What the test says of an entity: false where it says nothing. */
static bool find_fact(const tester *t, uint32_t entity, uint32_t *expr)
{
    for (uint32_t i = 0; i < t->test->facts.count; i++) {
        const tn_test_fact *fact = &t->model->test_facts.rows[t->test->facts.first + i];
        *expr = fact->value;
        if (fact->entity == entity)
            return true;
    }
    return false;
}

static const tn_value the_key = {.kind = TN_KIND_INT, .as = {.integer = 1}};

static tn_status add_row(tester *t, uint32_t entity, const tn_map_value *map,
                         tn_facts *facts)
{
    tn_img_range range = t->image->entities[entity].facts;
    tn_value *values = tn_arena_take_array(t->arena, range.count, sizeof(*values));
    if (values == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < range.count; i++) {
        const tn_img_fact *fact = &t->image->facts[range.first + i];
        values[i] = decode_member(map, tn_image_str(t->image, fact->name),
                                  (tn_field_type)fact->type,
                                  tn_image_str(t->image, fact->shape));
    }
    tn_value hold = decode_hold(map, TN_STR("hold"), TN_FIELD_BOOL);
    tn_value from = decode_hold(map, TN_STR("hold_from"), TN_FIELD_TIMESTAMP);
    tn_value until = decode_hold(map, TN_STR("hold_until"), TN_FIELD_TIMESTAMP);
    tn_hold_facts holds = {&hold, &from, &until};
    return tn_facts_add(facts, &the_key, values, &holds);
}

static tn_status set_facts(tester *t, uint32_t of)
{
    uint32_t entity = t->image->ofs[t->category->of.first + of].entity;
    uint32_t expr;
    tn_decider_keys(t->decider)[of] = the_key;
    if (!find_fact(t, entity, &expr)) {
        tn_run_set_facts(t->run, entity, NULL);
        return TN_OK;
    }
    const tn_map_value *map;
    TN_TRY(tn_facts_new(t->image, entity, t->arena->memory, &t->facts[of]));
    tn_run_set_facts(t->run, entity, t->facts[of]);
    TN_TRY(read_map(t, expr, "the facts", &map));
    return map == NULL ? TN_OK : add_row(t, entity, map, t->facts[of]);
}

static bool is_expected(const tester *t, const tn_verdict *verdict)
{
    return tn_str_equal(t->test->verdict,
                        tn_str_from(tn_decision_text(verdict->decision))) &&
           (t->test->reason.data == NULL ||
            tn_str_equal(t->test->reason,
                         tn_str_from(tn_reason_text(verdict->reason))));
}

static tn_status decide(tester *t, tn_coverage *coverage)
{
    TN_TRY(tn_run_new(t->image, t->test->at_instant, t->arena->memory, &t->run));
    TN_TRY(tn_decider_new(t->run, t->test->category, TN_NONE, &t->decider));
    TN_TRY(tn_cel_machine_new(tn_run_program(t->run), t->arena,
                              t->image->header->cost_budget, &t->machine));
    TN_TRY(set_record(t));
    for (uint32_t of = 0; of < t->category->of.count; of++)
        TN_TRY(set_facts(t, of));
    if (t->result->problem.len > 0)
        return TN_OK;
    TN_TRY(tn_decide(t->decider, 0, TN_WANT_TIMES, &t->result->verdict));
    t->result->passed = is_expected(t, &t->result->verdict);
    t->result->verdict.doubts = NULL;
    t->result->verdict.doubt_count = 0;
    cover(coverage, t->image, t->test->category, tn_decider_clauses(t->decider));
    return TN_OK;
}

tn_status tn_policy_test_run(const tn_policy_tests *tests, uint32_t test,
                             tn_arena *arena, tn_test_result *out)
{
    const tn_test *row = &tests->model->tests.rows[test];
    *out = (tn_test_result){.problem = TN_STR("")};
    tester t = {.model = tests->model,
                .image = tests->image,
                .test = row,
                .category = &tests->image->categories[row->category],
                .arena = arena,
                .result = out};
    t.facts = tn_arena_take_array(arena, t.category->of.count, sizeof(*t.facts));
    if (t.facts == NULL)
        return TN_NOMEM;
    tn_status status = decide(&t, tests->coverage);
    if (t.machine != NULL)
        tn_cel_machine_free(t.machine);
    tn_decider_free(t.decider);
    for (uint32_t of = 0; of < t.category->of.count; of++)
        tn_facts_free(t.facts[of]);
    tn_run_free(t.run);
    return status;
}
