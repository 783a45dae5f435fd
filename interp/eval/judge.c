#include "interp/eval/judge.h"
#include "interp/decide/batch.h"
#include "interp/eval/plain.h"
#include "interp/store/key.h"

typedef struct judge_map {
    const tn_origin_map *map;
    tn_plainness plain;
} judge_map;

struct tn_judge {
    tn_eval *eval;
    const tn_bound *bound;
    const tn_judge_options *options;
    tn_origin_reader reader;
    tn_decider *decider;
    tn_decider *own; /* the first decider, */
    tn_batch *batch; /* and what takes its place when there are many records */
    uint64_t until;  /* so many records that is not worth its making */
    tn_value *fields;
    tn_value *keys;
    judge_map *maps; /* the needed ones */
    uint32_t map_count;
    tn_buf key_text;
    tn_verdict verdict;
    tn_judged judged;
};
typedef struct tn_judge judge;

/* --- which record it is */

/* Lines are numbered, but a field that the policy calls a key says more. */
static uint32_t find_key_field(const judge *j)
{
    const tn_image *image = j->eval->image;
    tn_img_range fields = image->categories[j->bound->category].fields;
    if ((j->bound->origin.store->ops->capabilities & TN_STORE_KEYED) != 0)
        return TN_NONE;
    for (uint32_t i = 0; i < fields.count; i++)
        if (image->fields[fields.first + i].is_key != 0)
            return i;
    return TN_NONE;
}

static bool is_identity(tn_kind kind)
{
    return kind == TN_KIND_INT || kind == TN_KIND_UINT || kind == TN_KIND_STRING ||
           kind == TN_KIND_BYTES;
}

static bool has_key_field(const tn_judged *judged, tn_value *out)
{
    if (judged->key_field == TN_NONE || judged->row->problem != NULL)
        return false;
    *out = tn_decider_fields(judged->decider)[judged->key_field];
    return is_identity(out->kind);
}

bool tn_judged_is_numbered(const tn_judged *judged)
{
    tn_value key;
    return (judged->scan->ops->capabilities & TN_STORE_KEYED) == 0 &&
           !has_key_field(judged, &key);
}

tn_status tn_judged_key(const tn_judged *judged, tn_value *out)
{
    return has_key_field(judged, out) ? TN_OK
                                      : tn_store_key(judged->scan, judged->row, out);
}

static tn_status is_asked(judge *j, bool *asked)
{
    *asked = true;
    if (j->options->only_key.data == NULL)
        return TN_OK;
    tn_value key;
    TN_TRY(tn_judged_key(&j->judged, &key));
    tn_buf_reset(&j->key_text);
    tn_key_put(&j->key_text, &key);
    *asked = tn_str_equal(tn_buf_view(&j->key_text), j->options->only_key);
    return tn_buf_status(&j->key_text);
}

/* --- one record */

static tn_status fill_record(judge *j, const tn_store_row *row)
{
    for (uint32_t i = 0; i < j->map_count; i++) {
        const tn_origin_map *map = j->maps[i].map;
        tn_plainness plain = j->maps[i].plain;
        tn_value *out = (map->target == TN_MAP_KEY ? j->keys : j->fields) + map->index;
        if (plain == TN_PLAIN_NOTHING ||
            !tn_plain_read(plain, &row->values[map->column], out))
            TN_TRY(tn_origin_value(&j->reader, row, map, out));
    }
    return TN_OK;
}

static const tn_doubt unplaced_doubt = {TN_REASON_UNKNOWN_GUARD, TN_NONE, TN_NONE,
                                        TN_NONE};

/* Whether the record is one of the category's can't be told, so it is decided neither
 * way. */
static tn_verdict unplaced(void)
{
    return (tn_verdict){.decision = TN_FLAG,
                        .reason = TN_REASON_UNKNOWN_GUARD,
                        .clause = TN_NONE,
                        .doubts = &unplaced_doubt,
                        .doubt_count = 1};
}

static tn_status decide(judge *j, const tn_store_row *row)
{
    unsigned flags = 0;
    if (row->problem != NULL)
        flags |= TN_RECORD_UNREADABLE;
    if (row->undeclared_count > 0)
        flags |= TN_RECORD_UNDECLARED;
    if (j->judged.is_unplaced)
        j->verdict = unplaced();
    else if (j->batch != NULL)
        return tn_batch_decide_one(j->batch, flags, j->options->wants, &j->verdict);
    else
        return tn_decide(j->decider, flags, j->options->wants, &j->verdict);
    return TN_OK;
}

static void use_decider(judge *j, tn_decider *decider)
{
    j->decider = decider;
    j->fields = tn_decider_fields(decider);
    j->keys = tn_decider_keys(decider);
    j->judged.decider = decider;
}

/* A batch looks at all facts beforehand, which many records pay for. */
static tn_status hasten(judge *j)
{
    if (!j->options->is_count || j->until-- > 0)
        return TN_OK;
    j->until = UINT64_MAX;
    TN_TRY(tn_batch_new(j->eval->run, j->bound->category, j->bound->placement,
                        TN_WANT_OVERDUE, &j->batch));
    use_decider(j, tn_batch_decider(j->batch));
    return TN_OK;
}

static uint64_t count_facts(const tn_eval *eval)
{
    enum { LEAST = 200 };
    uint64_t count = LEAST;
    for (uint32_t i = 0; i < eval->image->entity_count; i++)
        if (eval->entities[i].facts != NULL)
            count += tn_facts_count(eval->entities[i].facts);
    return count;
}

static tn_status judge_row(judge *j, const tn_store_row *row, tn_judge_fn *visit,
                           void *user)
{
    bool asked;
    TN_TRY(hasten(j));
    if (row->problem == NULL)
        TN_TRY(fill_record(j, row));
    j->judged.row = row;
    j->judged.may_wait = tn_origin_may_wait(&j->reader);
    TN_TRY(is_asked(j, &asked));
    if (!asked)
        return TN_OK;
    TN_TRY(decide(j, row));
    return visit(user, &j->judged);
}

/* What the store counted instead of handing it over. */
static tn_status tell_counts(judge *j, void *user)
{
    tn_scan_counts counts;
    const tn_store_ops *ops = j->judged.scan->ops;
    if (j->options->push == NULL || ops->version < 4 || ops->counted == NULL ||
        !ops->counted(j->judged.scan, &counts))
        return TN_OK;
    return j->options->counted(user, &j->judged, &counts);
}

tn_status tn_judge_run(judge *j, tn_judge_fn *visit, void *user, tn_buf *why)
{
    for (;;) {
        const tn_store_row *row;
        TN_TRY(tn_origin_next(&j->reader, &row, &j->judged.is_unplaced, why));
        if (row == NULL)
            return tell_counts(j, user);
        TN_TRY(judge_row(j, row, visit, user));
    }
}

/* --- all of them */

static void choose_maps(judge *j)
{
    const tn_origin *origin = &j->bound->origin;
    for (uint32_t i = 0; i < origin->map_count; i++)
        if (origin->maps[i].is_needed)
            j->maps[j->map_count++] =
                (judge_map){&origin->maps[i], tn_plain_of(&origin->maps[i])};
}

static tn_status prepare(judge *j, const tn_store_part *part, tn_buf *why)
{
    tn_eval *eval = j->eval;
    const tn_bound *bound = j->bound;
    tn_reader_options options = {.program = tn_run_program(eval->run),
                                 .code = &eval->image->code,
                                 .wants_undeclared = true,
                                 .push = j->options->push,
                                 .part = part,
                                 .wants_hidden = j->options->wants_hidden,
                                 .memory = eval->memory};
    uint32_t key_field = find_key_field(j);
    if (key_field == TN_NONE)
        options.only_key = j->options->only_key;
    j->maps = tn_resize(eval->memory, NULL, 0,
                        (bound->origin.map_count + 1) * sizeof(*j->maps));
    if (j->maps == NULL)
        return TN_NOMEM;
    choose_maps(j);
    TN_TRY(tn_decider_new(eval->run, bound->category, bound->placement, &j->own));
    j->until = count_facts(eval);
    TN_TRY(tn_origin_open(&j->reader, &bound->origin, &options, why));
    j->judged = (tn_judged){.eval = eval,
                            .bound = bound,
                            .scan = j->reader.scan,
                            .key_field = key_field,
                            .verdict = &j->verdict};
    use_decider(j, j->own);
    return TN_OK;
}

void tn_judge_close(judge *j)
{
    if (j == NULL)
        return;
    const tn_allocator *memory = j->eval->memory;
    tn_origin_close(&j->reader);
    tn_batch_free(j->batch);
    tn_decider_free(j->own);
    tn_buf_free(&j->key_text);
    if (j->maps != NULL)
        tn_resize(memory, j->maps, (j->bound->origin.map_count + 1) * sizeof(*j->maps),
                  0);
    tn_resize(memory, j, sizeof(*j), 0);
}

tn_status tn_judge_open(const tn_judge_place *place, const tn_store_part *part,
                        judge **out, tn_buf *why)
{
    tn_eval *eval = place->eval;
    judge *j = tn_resize(eval->memory, NULL, 0, sizeof(*j));
    if (j == NULL)
        return TN_NOMEM;
    *j = (judge){
        .eval = eval, .bound = &eval->bounds[place->bound], .options = place->options};
    tn_buf_init(&j->key_text, eval->memory);
    tn_status status = prepare(j, part, why);
    if (status != TN_OK) {
        tn_judge_close(j);
        return status;
    }
    *out = j;
    return TN_OK;
}

/* Every field is read, or those alone that decide. */
static void want_fields(tn_eval *eval, tn_bound *bound, bool all)
{
    for (uint32_t i = 0; i < bound->origin.map_count; i++)
        bound->origin.maps[i].is_needed |= all;
    tn_origin_want(&bound->origin, &eval->image->code);
}

tn_status tn_judge_report(const tn_judge_place *place, tn_status status, tn_buf *why)
{
    if (status == TN_OK || why->len == 0)
        return status;
    tn_eval_complain_of(place->eval, &place->eval->bounds[place->bound].origin, why);
    return status == TN_NOMEM ? status : TN_STORE;
}

tn_status tn_judge_all(const tn_judge_place *place, tn_judge_fn *visit, void *user,
                       tn_buf *why)
{
    judge *j = NULL;
    tn_status status = tn_judge_open(place, NULL, &j, why);
    if (status == TN_OK)
        status = tn_judge_run(j, visit, user, why);
    tn_judge_close(j);
    return status;
}

tn_status tn_eval_judge(tn_eval *eval, uint32_t number, const tn_judge_options *options,
                        tn_judge_fn *visit, void *user)
{
    tn_judge_place place = {eval, number, options};
    tn_buf why;
    if (options->all_fields)
        want_fields(eval, &eval->bounds[number], true);
    tn_buf_init(&why, eval->memory);
    tn_status status = tn_judge_all(&place, visit, user, &why);
    status = tn_judge_report(&place, status, &why);
    tn_buf_free(&why);
    return status;
}
