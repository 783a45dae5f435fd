/* pace: how many rows a chunk looks at, and how long to wait after it. */
#include "interp/apply/run.h"

/* With a rate, a chunk takes about as many records as may go in a second. */
static uint32_t most_rows(const apply_run *run, const tn_plan_place *place)
{
    if (run->options->rate == 0 || place->due_count == 0)
        return TN_APPLY_CHUNK_MAX;
    double rows = (double)run->options->rate * (double)place->record_count /
                  (double)place->due_count;
    if (rows >= TN_APPLY_CHUNK_MAX)
        return TN_APPLY_CHUNK_MAX;
    return rows < 1 ? 1 : (uint32_t)rows;
}

uint32_t run_first_rows(const apply_run *run, const tn_plan_place *place)
{
    uint32_t most = most_rows(run, place);
    if (run->options->chunk_rows != 0)
        return run->options->chunk_rows;
    return most < TN_APPLY_CHUNK_FIRST ? most : TN_APPLY_CHUNK_FIRST;
}

/* How long a chunk is to take: short where it holds locks; else so long that what is
 * done once a chunk is little, and well within the lease. */
static uint64_t wanted_ms(const apply_run *run, const tn_plan_place *place)
{
    const tn_store_ops *ops = run->eval->bounds[place->bound].origin.store->ops;
    uint64_t most = run->options->fact_lease_ms / 4;
    if (ops->erase->recall == NULL || most < TN_APPLY_CHUNK_MS)
        return TN_APPLY_CHUNK_MS;
    return most < TN_APPLY_CHUNK_FREE_MS ? most : TN_APPLY_CHUNK_FREE_MS;
}

uint32_t run_next_rows(const apply_run *run, const tn_plan_place *place, uint32_t rows,
                       uint64_t took_ms)
{
    uint64_t least_ms = wanted_ms(run, place);
    uint32_t limit = most_rows(run, place);
    if (run->options->chunk_rows != 0)
        return run->options->chunk_rows;
    /* where reading the facts takes long, the rows may take as long, but no more than a
     * part of the lease */
    uint64_t facts_ms = run->chunk.facts_took_ms;
    uint64_t most_ms = run->options->fact_lease_ms / 4;
    uint64_t chunk_ms = facts_ms > most_ms ? most_ms : facts_ms;
    chunk_ms = chunk_ms < least_ms ? least_ms : chunk_ms;
    took_ms = took_ms > facts_ms ? took_ms - facts_ms : 1;
    uint64_t wanted = (uint64_t)rows * chunk_ms / took_ms;
    uint64_t most = (uint64_t)rows * 2;
    wanted = wanted > most ? most : wanted;
    if (wanted > limit)
        return limit;
    return wanted < 1 ? 1 : (uint32_t)wanted;
}

/* Sleeps until no more than `rate` records a second have gone. */
void run_keep_rate(apply_run *run, uint64_t erased, uint64_t took_ms)
{
    enum { NAP_MS = 200 };
    if (run->options->rate == 0)
        return;
    uint64_t due_ms = erased * 1000 / run->options->rate;
    uint64_t end = run->host->clock_ms(run->host->user) +
                   (due_ms > took_ms ? due_ms - took_ms : 0);
    for (;;) {
        uint64_t now = run->host->clock_ms(run->host->user);
        if (now >= end || run_must_stop(run))
            return;
        run->host->sleep_ms(run->host->user,
                            end - now > NAP_MS ? NAP_MS : (uint32_t)(end - now));
    }
}
