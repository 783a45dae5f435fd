#include "interp/eval/judge_parts.h"

#include <pthread.h>
#include <string.h>

/* What the threads share; `lock` is held for all of it but `visit`. */
typedef struct shared {
    const tn_judge_place *place;
    const tn_parts_work *work;
    tn_store_parts parts;
    pthread_mutex_t lock;
    pthread_cond_t ended_one;
    uint32_t next;    /* part to be begun */
    uint32_t ended;   /* parts */
    tn_status status; /* of the first that failed */
    tn_buf *why;
} shared;

/* A part that one thread has. */
typedef struct part_run {
    uint32_t number;
    tn_judge *judge; /* NULL: it could not be opened */
    void *given;     /* NULL: it was not begun */
    tn_status status;
    tn_buf why;
} part_run;

static void begin(shared *s, part_run *run)
{
    *run = (part_run){.number = s->next++};
    tn_buf_init(&run->why, s->place->eval->memory);
    const tn_store_part *part = &s->parts.list[run->number];
    run->status = TN_NOMEM;
    run->given = tn_resize(s->place->eval->memory, NULL, 0, s->work->given_size);
    if (run->given == NULL)
        return;
    memset(run->given, 0, s->work->given_size);
    s->work->begin(s->work->user, part, run->given);
    run->status = tn_judge_open(s->place, part, &run->judge, &run->why);
}

/* After all parts before it. */
static void end(shared *s, part_run *run)
{
    while (s->ended < run->number)
        pthread_cond_wait(&s->ended_one, &s->lock);
    tn_judge_close(run->judge);
    tn_status before = s->status;
    if (s->status == TN_OK && run->status != TN_OK) {
        s->status = run->status;
        tn_buf_put(s->why, tn_buf_view(&run->why));
    }
    if (run->given != NULL) {
        tn_status status = s->work->end(s->work->user, run->given, before);
        tn_resize(s->place->eval->memory, run->given, s->work->given_size, 0);
        if (s->status == TN_OK)
            s->status = status;
    }
    tn_buf_free(&run->why);
    s->ended++;
    pthread_cond_broadcast(&s->ended_one);
}

static void *work(void *from)
{
    shared *s = from;
    pthread_mutex_lock(&s->lock);
    while (s->next < s->parts.count && s->status == TN_OK) {
        part_run run;
        begin(s, &run);
        pthread_mutex_unlock(&s->lock);
        if (run.judge != NULL)
            run.status = tn_judge_run(run.judge, s->work->visit, run.given, &run.why);
        pthread_mutex_lock(&s->lock);
        end(s, &run);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* This thread is one of them; with those that the system gives it goes on. */
static tn_status run_threads(shared *s)
{
    const tn_allocator *memory = s->place->eval->memory;
    uint32_t wanted = s->work->thread_count - 1;
    uint32_t made = 0;
    size_t size = (wanted + 1) * sizeof(pthread_t);
    pthread_t *threads = tn_resize(memory, NULL, 0, size);
    if (threads == NULL)
        return TN_NOMEM;
    while (made < wanted && pthread_create(&threads[made], NULL, work, s) == 0)
        made++;
    work(s);
    for (uint32_t i = 0; i < made; i++)
        pthread_join(threads[i], NULL);
    tn_resize(memory, threads, size, 0);
    return s->status;
}

static tn_status cut(const tn_judge_place *place, const tn_parts_work *work,
                     tn_store_parts *out, tn_buf *why)
{
    const tn_origin *origin = &place->eval->bounds[place->bound].origin;
    const tn_store_ops *ops = origin->store->ops;
    tn_scan_request request = {.object = origin->object,
                               .columns = origin->columns,
                               .column_count = origin->column_count,
                               .wants_undeclared = true};
    tn_store_cut how = {.wanted = work->part_count,
                        .least_bytes = work->least_bytes,
                        .arena = work->arena,
                        .request = &request,
                        .needs_no_lines = work->needs_no_lines,
                        .may_guess = work->may_guess};
    *out = (tn_store_parts){NULL, 1};
    if (work->thread_count < 2 || ops->version < 5 || ops->split == NULL)
        return TN_OK;
    return ops->split(origin->store, origin->object, &how, out, why);
}

static tn_status run_parts(shared *s, bool *is_cut)
{
    tn_status status = TN_OK;
    *is_cut = s->parts.count > 1 && pthread_mutex_init(&s->lock, NULL) == 0;
    if (!*is_cut)
        return TN_OK;
    *is_cut = pthread_cond_init(&s->ended_one, NULL) == 0;
    if (*is_cut) {
        status = run_threads(s);
        pthread_cond_destroy(&s->ended_one);
    }
    pthread_mutex_destroy(&s->lock);
    return status;
}

tn_status tn_judge_parts(const tn_judge_place *place, const tn_parts_work *work,
                         bool *is_cut, tn_buf *why)
{
    shared s = {.place = place, .work = work, .why = why};
    *is_cut = false;
    TN_TRY(cut(place, work, &s.parts, why));
    return run_parts(&s, is_cut);
}
