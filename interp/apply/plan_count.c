/* plan_count: what the records of each place come to. */
#include "interp/apply/due_times.h"
#include "interp/apply/fronts.h"
#include "interp/apply/plan_make.h"
#include "interp/apply/plan_push.h"
#include "interp/apply/upstream.h"
#include "interp/apply/wholes.h"
#include "interp/decide/batch.h"
#include "interp/store/key.h"

#include <string.h>
#include <time.h>

/* Erasing looks at every row again and writes what is due: by measurement on common
 * disks some 2 microseconds a row looked at, 4 a row deleted. */
enum { LOOK_NANOS = 2000, ERASE_NANOS = 4000 };

typedef struct counting {
    const tn_plan_options *options;
    tn_due_times times; /* of deletes */
    tn_plan_place *deletes;
    tn_plan_place *redacts; /* NULL: nothing is to be redacted */
    tn_arena *arena;
    tn_buf identity;
    tn_buf targets[2]; /* of deletes, of redacts */
    bool is_fed;       /* what it deletes may have come back */
    tn_buf leaves;     /* then: of what is due */
    tn_str *samples[2];
    tn_fronts fronts; /* of the place's store */
    tn_wholes wholes;
    const tn_push_table *push; /* NULL: all is read */
} counting;

static tn_status keep_sample(counting *c, tn_plan_place *place, const tn_value *key)
{
    tn_buf text;
    tn_buf_init(&text, c->arena->memory);
    tn_key_put(&text, key);
    tn_str copy = tn_arena_copy(c->arena, tn_buf_view(&text));
    bool failed = text.failed || copy.data == NULL;
    tn_buf_free(&text);
    c->samples[place == c->redacts][place->sample_count++] = copy;
    return failed ? TN_NOMEM : TN_OK;
}

static uint32_t most_targets(const tn_plan_options *options)
{
    return options->most_targets == 0 ? TN_PLAN_TARGETS_MAX : options->most_targets;
}

static tn_status keep_more(counting *c, tn_plan_place *place, uint64_t target)
{
    if (place->more_count == 0)
        place->more_start = c->options->records->count;
    place->more_count++;
    return tn_plan_records_add(c->options->records, target);
}

static tn_status keep_leaf(counting *c)
{
    tn_str identity = tn_buf_view(&c->identity);
    tn_nonce nonce = tn_secret_nonce(c->options->secret, identity);
    tn_leaf leaf = tn_leaf_of(&nonce, identity);
    tn_buf_put(&c->leaves, (tn_str){(const char *)leaf.bytes, sizeof(leaf.bytes)});
    return tn_buf_status(&c->leaves);
}

static tn_status count_due(counting *c, tn_plan_place *place, const tn_judged *judged)
{
    tn_value key;
    tn_buf *targets = &c->targets[place == c->redacts];
    if (judged->row->is_hidden) {
        place->hidden_count++;
        return TN_OK;
    }
    if (c->fronts.is_used) {
        bool is_blocked;
        TN_TRY(tn_judged_key(judged, &key));
        TN_TRY(tn_fronts_go(&c->fronts, &key, &is_blocked));
        place->blocked_count += is_blocked;
        if (is_blocked)
            return TN_OK;
    }
    bool is_more = targets->len / sizeof(uint64_t) >= most_targets(c->options);
    place->due_count++;
    if (c->wholes.holders.count > 0) {
        TN_TRY(tn_judged_key(judged, &key));
        tn_wholes_add(&c->wholes, &key);
    }
    if (is_more && (c->options->records == NULL || place == c->redacts))
        return TN_OK; /* of redactions none is looked for afterwards */
    TN_TRY(tn_judged_key(judged, &key));
    if (place->sample_count < c->options->samples)
        TN_TRY(keep_sample(c, place, &key));
    tn_buf_reset(&c->identity);
    tn_identity_put(&c->identity, place->place, &key);
    TN_TRY(tn_buf_status(&c->identity));
    uint64_t target = tn_plan_target(c->options->secret, tn_buf_view(&c->identity));
    if (c->is_fed && !is_more && place != c->redacts)
        TN_TRY(keep_leaf(c));
    if (is_more)
        return keep_more(c, place, target);
    tn_buf_put(targets, (tn_str){(const char *)&target, sizeof(target)});
    return tn_buf_status(targets);
}

/* A flag that a person resolved to be deleted. */
static tn_status count_flag(counting *c, const tn_judged *judged)
{
    tn_reviewed record = {judged, c->deletes->place, c->options->now};
    tn_decision decision;
    TN_TRY(
        tn_reviews_find_record(c->options->reviews, &record, &c->identity, &decision));
    if (decision != TN_DELETE)
        return TN_OK;
    c->deletes->resolved_count++;
    return count_due(c, c->deletes, judged);
}

/* When it falls due; asked of the calendar only where a comparison does not tell. */
static tn_status count_time(counting *c, const tn_judged *judged)
{
    bool is_taken;
    tn_verdict again;
    unsigned flags = judged->row->undeclared_count > 0 ? TN_RECORD_UNDECLARED : 0;
    bool is_decided = judged->due_clause == TN_NONE;
    if (!tn_due_times_counts(judged->verdict))
        return TN_OK;
    if (!is_decided && judged->due_clause != TN_BATCH_DUE_UNKNOWN)
        return tn_due_times_take_clause(&c->times, judged->verdict, judged->due_clause,
                                        judged->due_anchor);
    if (is_decided) {
        TN_TRY(
            tn_due_times_take(&c->times, judged->decider, judged->verdict, &is_taken));
        if (is_taken)
            return TN_OK;
    }
    TN_TRY(tn_decide(judged->decider, flags, TN_WANT_TIMES, &again));
    return tn_due_times_take(&c->times, judged->decider, &again, &is_taken);
}

static tn_status count_verdict(counting *c, const tn_judged *judged)
{
    const tn_verdict *v = judged->verdict;
    tn_plan_place *place = c->deletes;
    place->record_count++;
    place->reasons[v->reason]++;
    place->overdue_count += v->overdue;
    if (c->redacts != NULL) {
        c->redacts->record_count++;
        c->redacts->reasons[v->reason]++;
        if (v->redact_count > 0)
            TN_TRY(count_due(c, c->redacts, judged));
    }
    if (v->decision == TN_FLAG)
        return c->options->reviews == NULL ? TN_OK : count_flag(c, judged);
    if (v->decision == TN_DELETE)
        TN_TRY(count_due(c, place, judged));
    return count_time(c, judged);
}

static tn_status count_record(void *user, const tn_judged *judged)
{
    counting *c = user;
    uint64_t going = c->deletes->due_count + c->deletes->blocked_count;
    tn_value key;
    TN_TRY(count_verdict(c, judged));
    if (!c->fronts.is_used ||
        c->deletes->due_count + c->deletes->blocked_count != going)
        return TN_OK;
    TN_TRY(tn_judged_key(judged, &key));
    return tn_fronts_stay(&c->fronts, &key, tn_reason_text(judged->verdict->reason));
}

static uint64_t clock_ms(void)
{
    struct timespec t = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Hands the list over to the arena. */
static tn_status keep_targets(counting *c, tn_plan_place *place)
{
    tn_buf *targets = &c->targets[place == c->redacts];
    uint64_t *list = tn_arena_take(c->arena, targets->len);
    if (list == NULL)
        return TN_NOMEM;
    if (targets->len > 0)
        memcpy(list, targets->data, targets->len);
    place->targets = list;
    place->target_count = (uint32_t)(targets->len / sizeof(*list));
    place->has_all_targets = place->target_count == place->due_count;
    place->samples = c->samples[place == c->redacts];
    return TN_OK;
}

/* Does the store itself ever clear what is blocked? */
static tn_status find_clearance(counting *c, tn_eval *eval)
{
    tn_bound *bound = &eval->bounds[c->deletes->bound];
    tn_store *store = bound->origin.store;
    tn_store_expiry expiry = {.expires = false};
    tn_buf why;
    if (c->deletes->blocked_count == 0 || store->ops->expiry == NULL)
        return TN_OK;
    tn_buf_init(&why, c->arena->memory);
    tn_status status =
        store->ops->expiry(store, bound->origin.object, c->arena, &expiry, &why);
    if (status == TN_STORE)
        tn_eval_complain_of(eval, &bound->origin, &why);
    tn_buf_free(&why);
    if (status == TN_OK && expiry.expires)
        c->deletes->blocked_until = expiry.setting;
    return status;
}

static tn_status find_wholes(counting *c, tn_eval *eval)
{
    const tn_bound *bound = &eval->bounds[c->deletes->bound];
    tn_buf why;
    tn_buf_init(&why, c->arena->memory);
    tn_status status = tn_wholes_init(&c->wholes, bound->origin.store,
                                      bound->origin.object, c->arena, &why);
    if (status == TN_STORE)
        tn_eval_complain_of(eval, &bound->origin, &why);
    tn_buf_free(&why);
    return status;
}

static tn_status count_kept(void *user, const tn_judged *judged,
                            const tn_scan_counts *counts)
{
    counting *c = user;
    (void)judged;
    tn_plan_push_add(c->push, counts, c->deletes, c->times.days);
    return TN_OK;
}

static tn_status count_place(counting *c, tn_eval *eval)
{
    /* what is to be redacted needs the times in any case */
    tn_judge_options options = {
        .wants = c->redacts != NULL ? TN_WANT_TIMES | TN_WANT_REDACT : TN_WANT_OVERDUE,
        .is_count = c->redacts == NULL,
        .wants_hidden = c->deletes->buries};
    uint64_t start = clock_ms();
    tn_fronts_init(&c->fronts, eval->bounds[c->deletes->bound].origin.store, c->arena);
    TN_TRY(find_wholes(c, eval));
    c->fronts.is_used &= !c->deletes->buries;
    if (c->redacts == NULL && !c->fronts.is_used && !c->deletes->buries)
        TN_TRY(tn_plan_push_make(eval, c->deletes->bound, c->arena, &c->push));
    options.push = c->push;
    options.counted = count_kept;
    TN_TRY(tn_eval_judge(eval, c->deletes->bound, &options, count_record, c));
    TN_TRY(
        tn_wholes_describe(&c->wholes, &c->deletes->wholes, &c->deletes->whole_count));
    TN_TRY(tn_fronts_describe(&c->fronts, &c->deletes->blocked,
                              &c->deletes->blocked_parts));
    TN_TRY(find_clearance(c, eval));
    uint64_t looked_ms = clock_ms() - start;
    c->deletes->has_due = c->times.has_due;
    c->deletes->oldest_due = c->times.oldest;
    c->deletes->newest_due = c->times.newest;
    c->deletes->days = c->times.days;
    if (c->is_fed)
        TN_TRY(tn_upstream_count_returned(c->options->ledger, c->deletes->place,
                                          (const tn_leaf *)(const void *)c->leaves.data,
                                          (uint32_t)(c->leaves.len / TN_LEAF_BYTES),
                                          &c->deletes->returned_count));
    for (int i = 0; i < 2; i++) {
        tn_plan_place *place = i == 0 ? c->deletes : c->redacts;
        if (place == NULL)
            continue;
        TN_TRY(keep_targets(c, place));
        place->estimate_ms = 2 * looked_ms + place->due_count * ERASE_NANOS / 1000000 +
                             place->record_count * LOOK_NANOS / 1000000;
    }
    return TN_OK;
}

/* Does any place feed this one? */
static tn_status find_feeder(counting *c, const tn_eval *eval)
{
    c->is_fed = false;
    for (uint32_t i = 0; !c->is_fed && i < eval->bound_count; i++)
        TN_TRY(tn_upstream_feeds(eval, i, c->deletes->bound, &c->is_fed));
    c->is_fed = c->is_fed && c->options->ledger != NULL && c->options->has_key;
    return TN_OK;
}

static tn_status open_counting(counting *c, const tn_eval *eval)
{
    TN_TRY(find_feeder(c, eval));
    TN_TRY(tn_due_times_init(&c->times, eval->image,
                             eval->bounds[c->deletes->bound].category,
                             tn_run_now(eval->run), c->arena));
    for (int i = 0; i < 2; i++) {
        tn_buf_init(&c->targets[i], c->arena->memory);
        c->samples[i] =
            tn_arena_take_array(c->arena, c->options->samples, sizeof(tn_str));
        if (c->samples[i] == NULL)
            return TN_NOMEM;
    }
    return TN_OK;
}

tn_status tn_plan_count(tn_eval *eval, const tn_plan_options *options, tn_arena *arena,
                        tn_plan *plan)
{
    for (uint32_t i = 0; i < plan->place_count; i++) {
        counting c = {.options = options, .deletes = &plan->places[i], .arena = arena};
        if (c.deletes->redacts)
            continue;
        for (uint32_t j = 0; j < plan->place_count; j++)
            if (plan->places[j].redacts && plan->places[j].bound == c.deletes->bound)
                c.redacts = &plan->places[j];
        tn_buf_init(&c.identity, arena->memory);
        tn_buf_init(&c.leaves, arena->memory);
        tn_status status = open_counting(&c, eval);
        if (status == TN_OK)
            status = count_place(&c, eval);
        tn_buf_free(&c.identity);
        tn_buf_free(&c.leaves);
        tn_buf_free(&c.targets[0]);
        tn_buf_free(&c.targets[1]);
        TN_TRY(status);
    }
    return TN_OK;
}
