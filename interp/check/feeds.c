/* feeds: which store feeds which, in no circle. */
#include "interp/check/deploy.h"

static void report_self(tn_deploying *d, const tn_path *path)
{
    tn_diag *diag =
        tn_diag_add(d->ck->diags, TN_FIND_CYCLE, path->at,
                    "the store `" TN_STR_FMT "` feeds itself", TN_STR_ARG(path->text));
    tn_diag_help(d->ck->diags, diag,
                 "name the stores that its records come to from there");
}

static tn_status add_feed(tn_deploying *d, uint32_t from, const tn_path *path)
{
    static const tn_name no_noun = {.text = {NULL, 0}};
    const tn_name name = {.text = path->text, .at = path->at};
    uint32_t to = tn_deploy_store(d, &name, &no_noun);
    if (to == TN_NONE)
        return TN_OK;
    if (to == from) {
        report_self(d, path);
        return TN_OK;
    }
    const tn_feed row = {from, to, path->at};
    return tn_model_add_feed(d->ck->model, &row, NULL);
}

/* --- circles */

/* Stores that nothing feeds are in no circle; without them it goes on with the rest.
 * The feeds of one store follow each other. */
typedef struct peeling {
    const tn_model *model;
    uint32_t *firsts; /* per store: its first feed; TN_NONE: it has none */
    uint32_t *counts; /* per store: the feeds to it from those that are left */
    uint32_t *queue;  /* stores that go */
    uint32_t queued;
} peeling;

static void count_feeds(peeling *p)
{
    for (uint32_t i = 0; i < p->model->stores.count; i++)
        p->firsts[i] = TN_NONE;
    for (uint32_t i = 0; i < p->model->feeds.count; i++) {
        const tn_feed *feed = &p->model->feeds.rows[i];
        if (p->firsts[feed->from] == TN_NONE)
            p->firsts[feed->from] = i;
        p->counts[feed->to]++;
    }
}

static void peel(peeling *p)
{
    const tn_model *model = p->model;
    for (uint32_t i = 0; i < model->stores.count; i++)
        if (p->counts[i] == 0)
            p->queue[p->queued++] = i;
    for (uint32_t at = 0; at < p->queued; at++) {
        uint32_t from = p->queue[at];
        for (uint32_t i = p->firsts[from];
             i < model->feeds.count && model->feeds.rows[i].from == from; i++)
            if (--p->counts[model->feeds.rows[i].to] == 0)
                p->queue[p->queued++] = model->feeds.rows[i].to;
    }
}

/* Each store that is left is fed by another that is left: going back long enough ends
 * in a circle. */
static const tn_feed *find_circle(peeling *p)
{
    const tn_model *model = p->model;
    uint32_t *feeder = p->firsts, at = TN_NONE;
    for (uint32_t i = 0; i < model->feeds.count; i++) {
        const tn_feed *feed = &model->feeds.rows[i];
        if (p->counts[feed->from] == 0)
            continue;
        feeder[feed->to] = i;
        at = feed->to;
    }
    for (uint32_t i = 0; i < model->stores.count; i++)
        at = model->feeds.rows[feeder[at]].from;
    return &model->feeds.rows[feeder[at]];
}

static void report_circle(tn_deploying *d, const tn_feed *feed)
{
    const tn_model *model = d->ck->model;
    tn_diag *diag = tn_diag_add(d->ck->diags, TN_FIND_CYCLE, feed->at,
                                "the stores feed each other in a circle");
    tn_diag_help(d->ck->diags, diag,
                 "records come to one of them first: let none feed that one");
    tn_diag_other(d->ck->diags, diag, model->stores.rows[feed->from].at,
                  "it would feed itself by way of others");
}

static tn_status check_circles(tn_deploying *d)
{
    size_t count = d->ck->model->stores.count;
    peeling p = {.model = d->ck->model,
                 .firsts = tn_arena_take_array(d->ck->arena, count, sizeof(uint32_t)),
                 .counts = tn_arena_take_array(d->ck->arena, count, sizeof(uint32_t)),
                 .queue = tn_arena_take_array(d->ck->arena, count, sizeof(uint32_t))};
    if (p.firsts == NULL || p.counts == NULL || p.queue == NULL)
        return TN_NOMEM;
    count_feeds(&p);
    peel(&p);
    if (p.queued < count)
        report_circle(d, find_circle(&p));
    return TN_OK;
}

tn_status tn_deploy_feeds(tn_deploying *d)
{
    uint32_t first = d->ck->model->feeds.count;
    for (const tn_decl *decl = d->loaded->file->decls; decl != NULL;
         decl = decl->next) {
        if (decl->kind != TN_DECL_STORE)
            continue;
        uint32_t from = tn_map_find(&d->stores, decl->name.text);
        if (from == TN_NONE ||
            d->ck->model->stores.rows[from].at.start != decl->name.at.start)
            continue; /* declared twice, which has been said */
        for (const tn_path *path = decl->paths; path != NULL; path = path->next)
            TN_TRY(add_feed(d, from, path));
    }
    return d->ck->model->feeds.count == first ? TN_OK : check_circles(d);
}
