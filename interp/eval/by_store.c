#include "interp/eval/by_store.h"

#include <pthread.h>

typedef struct place_end {
    tn_status status;
    tn_buf why;
} place_end;

typedef struct shared {
    tn_eval *eval;
    const tn_by_store *work;
    place_end *ends; /* one for each place */
    pthread_mutex_t lock;
    uint32_t until; /* the first place that failed; later ones are of no interest */
} shared;

typedef struct lane {
    shared *of;
    const tn_store *store;
    pthread_t thread;
    bool is_made;
} lane;

static bool is_wanted(shared *s, uint32_t bound)
{
    pthread_mutex_lock(&s->lock);
    bool wanted = bound < s->until;
    pthread_mutex_unlock(&s->lock);
    return wanted;
}

static void note_failure(shared *s, uint32_t bound)
{
    pthread_mutex_lock(&s->lock);
    if (bound < s->until)
        s->until = bound;
    pthread_mutex_unlock(&s->lock);
}

static void run_place(shared *s, uint32_t bound)
{
    place_end *end = &s->ends[bound];
    if (!is_wanted(s, bound))
        return;
    end->status = s->work->run(s->work->user, bound, &end->why);
    if (end->status != TN_OK)
        note_failure(s, bound);
}

static void *run_lane(void *from)
{
    lane *l = from;
    const tn_eval *eval = l->of->eval;
    for (uint32_t i = 0; i < eval->bound_count; i++)
        if (eval->bounds[i].is_managed && eval->bounds[i].origin.store == l->store)
            run_place(l->of, i);
    return NULL;
}

/* The stores that have places, a lane each. */
static uint32_t find_lanes(shared *s, lane *lanes)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->eval->bound_count; i++) {
        const tn_store *store = s->eval->bounds[i].origin.store;
        uint32_t at = 0;
        while (at < count && lanes[at].store != store)
            at++;
        if (at == count && s->eval->bounds[i].is_managed)
            lanes[count++] = (lane){.of = s, .store = store};
    }
    return count;
}

/* This thread takes the first lane, and those for which the system gives none. */
static tn_status run_lanes(shared *s)
{
    const tn_allocator *memory = s->eval->memory;
    size_t size = s->eval->bound_count * sizeof(lane);
    lane *lanes = tn_resize(memory, NULL, 0, size);
    if (lanes == NULL)
        return TN_NOMEM;
    uint32_t count = find_lanes(s, lanes);
    for (uint32_t i = 1; i < count; i++)
        lanes[i].is_made =
            pthread_create(&lanes[i].thread, NULL, run_lane, &lanes[i]) == 0;
    for (uint32_t i = 0; i < count; i++)
        if (!lanes[i].is_made)
            run_lane(&lanes[i]);
    for (uint32_t i = 0; i < count; i++)
        if (lanes[i].is_made)
            pthread_join(lanes[i].thread, NULL);
    tn_resize(memory, lanes, size, 0);
    return TN_OK;
}

static void run_in_order(shared *s)
{
    for (uint32_t i = 0; i < s->eval->bound_count; i++)
        if (s->eval->bounds[i].is_managed)
            run_place(s, i);
}

static tn_status run_all(shared *s)
{
    tn_status status = TN_OK;
    if (pthread_mutex_init(&s->lock, NULL) != 0)
        return TN_NOMEM;
    if (s->work->is_single)
        run_in_order(s);
    else
        status = run_lanes(s);
    pthread_mutex_destroy(&s->lock);
    return status;
}

static tn_status report(shared *s)
{
    if (s->until >= s->eval->bound_count)
        return TN_OK;
    tn_judge_place place = {s->eval, s->until, NULL};
    place_end *end = &s->ends[s->until];
    return tn_judge_report(&place, end->status, &end->why);
}

tn_status tn_eval_by_store(tn_eval *eval, const tn_by_store *work)
{
    shared s = {.eval = eval, .work = work, .until = TN_NONE};
    size_t size = eval->bound_count * sizeof(*s.ends);
    if (eval->bound_count == 0)
        return TN_OK;
    s.ends = tn_resize(eval->memory, NULL, 0, size);
    if (s.ends == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < eval->bound_count; i++) {
        s.ends[i] = (place_end){.status = TN_OK};
        tn_buf_init(&s.ends[i].why, eval->memory);
    }
    tn_status status = run_all(&s);
    if (status == TN_OK)
        status = report(&s);
    for (uint32_t i = 0; i < eval->bound_count; i++)
        tn_buf_free(&s.ends[i].why);
    tn_resize(eval->memory, s.ends, size, 0);
    return status;
}
