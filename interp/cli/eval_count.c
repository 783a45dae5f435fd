#include "interp/cli/eval_count.h"
#include "interp/apply/plan.h"
#include "interp/cli/eval_parts.h"
#include "interp/eval/by_store.h"

#include <pthread.h>
#include <stdlib.h>

/* What all places share. */
typedef struct counting {
    const tn_eval_counting *how;
    struct counter *counters;  /* one for each place */
    pthread_mutex_t reviewing; /* for the reviews: a database has one reader */
} counting;

/* A place that is counted, and what people said of its flagged records. */
typedef struct counter {
    counting *of;
    tn_tally *tally;
    tn_push_table table; /* what the store is asked to count */
    tn_str place;        /* its name among the reviews */
    tn_buf identity;
} counter;

static tn_status count_review(counter *c, const tn_judged *judged)
{
    tn_reviewed record = {judged, c->place, tn_run_now(judged->eval->run)};
    tn_decision decision;
    pthread_mutex_lock(&c->of->reviewing);
    tn_status status =
        tn_reviews_find_record(c->of->how->reviews, &record, &c->identity, &decision);
    pthread_mutex_unlock(&c->of->reviewing);
    TN_TRY(status);
    c->tally->resolved_keep_count += decision == TN_KEEP;
    c->tally->resolved_delete_count += decision == TN_DELETE;
    return TN_OK;
}

static tn_status count_record(void *user, const tn_judged *judged)
{
    counter *c = user;
    TN_TRY(tn_tally_add(c->tally, judged));
    if (c->of->how->reviews == NULL || judged->verdict->decision != TN_FLAG)
        return TN_OK;
    return count_review(c, judged);
}

static tn_status count_cases(void *user, const tn_judged *judged,
                             const tn_scan_counts *counts)
{
    counter *c = user;
    return tn_tally_add_counts(c->tally, &c->table, judged, counts);
}

/* A store that can count is asked to; what it can't be sure of is decided here. */
static tn_status count_place(void *user, uint32_t bound, tn_buf *why)
{
    counting *all = user;
    counter *c = &all->counters[bound];
    tn_eval *eval = all->how->eval;
    bool is_done = false;
    tn_judge_options judge = {
        .wants = tn_tally_wants(eval->image, eval->bounds[bound].category),
        .is_count = true,
        .push = c->table.is_exact ? &c->table : NULL,
        .counted = count_cases};
    tn_judge_place place = {eval, bound, &judge};
    if (all->how->thread_count > 1 && !c->table.is_exact && all->how->reviews == NULL)
        TN_TRY(tn_parts_count(&place, all->how->thread_count, c->tally, &is_done, why));
    if (!is_done)
        TN_TRY(tn_judge_all(&place, count_record, c, why));
    tn_tally_end(c->tally);
    return TN_OK;
}

/* What people said is said of single records, so then all are read. */
static tn_status prepare(counting *all, uint32_t bound)
{
    const tn_eval_counting *how = all->how;
    counter *c = &all->counters[bound];
    *c = (counter){.of = all, .tally = &how->tallies[bound]};
    tn_buf_init(&c->identity, NULL);
    tn_tally_init(c->tally, &how->eval->bounds[bound], NULL);
    if (!how->eval->bounds[bound].is_managed)
        return TN_OK;
    tn_eval_ask ask = {.eval = how->eval,
                       .run = how->eval->run,
                       .bound = bound,
                       .arena = &how->eval->arena};
    if (how->reviews == NULL)
        return tn_eval_push(&ask, &c->table);
    return tn_plan_name(how->eval, bound, &c->tally->arena, &c->place);
}

static tn_status count_all(counting *all)
{
    tn_by_store work = {
        .is_single = all->how->thread_count == 1, .user = all, .run = count_place};
    for (uint32_t i = 0; i < all->how->eval->bound_count; i++)
        TN_TRY(prepare(all, i));
    return tn_eval_by_store(all->how->eval, &work);
}

tn_status tn_eval_count(const tn_eval_counting *how)
{
    uint32_t count = how->eval->bound_count;
    counting all = {.how = how};
    all.counters = calloc(count + 1, sizeof(*all.counters));
    if (all.counters == NULL)
        return TN_NOMEM;
    tn_status status = TN_NOMEM;
    if (pthread_mutex_init(&all.reviewing, NULL) == 0) {
        status = count_all(&all);
        pthread_mutex_destroy(&all.reviewing);
    }
    for (uint32_t i = 0; i < count; i++)
        tn_buf_free(&all.counters[i].identity);
    free(all.counters);
    return status;
}
