/* lag: chunks wait for replicas. */
#include "interp/apply/run.h"

static bool has_lag(const tn_store *store)
{
    const tn_erase_ops *ops = store->ops->erase;
    return ops->version >= 6 && ops->lag != NULL;
}

static tn_status refuse(apply_run *run, tn_str store, const char *what)
{
    tn_buf_put_format(run->why, " (store " TN_STR_FMT ")%s", TN_STR_ARG(store), what);
    return TN_REFUSED;
}

/* Of a store that has no replica nobody can say that it is near enough. */
tn_status run_check_lag(apply_run *run)
{
    bool is_any = false;
    for (uint32_t i = 0; run->options->has_max_lag && i < run->stores.count; i++) {
        const tn_run_store *one = &run->stores.list[i];
        uint64_t seconds;
        if (!has_lag(one->store))
            continue;
        is_any = true;
        tn_status status = one->store->ops->erase->lag(one->store, &seconds, run->why);
        if (status == TN_UNSUPPORTED)
            return refuse(run, one->name,
                          " its address names no replica that --max-lag could be "
                          "of: replica=HOST:PORT");
        if (status != TN_OK && status != TN_NOMEM)
            return refuse(run, one->name, "");
        TN_TRY(status);
    }
    if (!run->options->has_max_lag || is_any)
        return TN_OK;
    tn_buf_put_text(run->why, "--max-lag: none of the stores has replicas");
    return TN_REFUSED;
}

/* One that can't be asked is not near. */
static tn_status is_near(apply_run *run, tn_store *store, bool *out)
{
    uint64_t seconds = UINT64_MAX;
    size_t len = run->why->len;
    tn_status status = store->ops->erase->lag(store, &seconds, run->why);
    if (status == TN_NOMEM)
        return status;
    run->why->len = len;
    *out = status == TN_OK && seconds <= run->options->max_lag_s;
    return TN_OK;
}

tn_status run_wait_for_replica(apply_run *run, const run_place *place)
{
    enum { NAP_MS = 200 };
    tn_store *store = run->eval->bounds[place->place->bound].origin.store;
    uint64_t start = run->host->clock_ms(run->host->user);
    bool is_enough = !run->options->has_max_lag || !has_lag(store);
    while (!is_enough) {
        TN_TRY(is_near(run, store, &is_enough));
        if (is_enough)
            break;
        run->out->stopped = run->host->should_stop(run->host->user);
        if (run->host->clock_ms(run->host->user) - start > TN_APPLY_LAG_WAIT_MS)
            run->out->stopped = "the replica stays farther behind than --max-lag";
        if (run->out->stopped != NULL)
            return TN_STOPPED;
        run->host->sleep_ms(run->host->user, NAP_MS);
    }
    return TN_OK;
}
