/* drift_expiry: what a store deletes by itself, against the policy; and copies that are
 * known to go too late. */
#include "interp/eval/copies.h"
#include "interp/tools/drift_build.h"

enum { MS_PER_DAY = 86400000, DAYS_PER_MONTH_MIN = 28, DAYS_PER_MONTH_MAX = 31 };

static int64_t least_ms(tn_period p)
{
    return ((int64_t)p.months * DAYS_PER_MONTH_MIN + p.days) * MS_PER_DAY +
           p.seconds * 1000;
}

static int64_t most_ms(tn_period p)
{
    return ((int64_t)p.months * DAYS_PER_MONTH_MAX + p.days) * MS_PER_DAY +
           p.seconds * 1000;
}

/* The shortest time for which the category keeps any record; INT64_MAX: no period says.
 */
static int64_t shortest_ms(const tn_image *image, const tn_img_category *category)
{
    int64_t shortest = INT64_MAX;
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        const tn_img_clause *clause = &image->clauses[category->clauses.first + i];
        int64_t ms = least_ms(clause->period);
        if (clause->kind == TN_CLAUSE_RETAIN_PERIOD && ms < shortest)
            shortest = ms;
    }
    return shortest;
}

static bool can_be_held(const tn_eval *eval, const tn_img_category *category)
{
    const tn_image *image = eval->image;
    for (uint32_t i = 0; i < category->clauses.count; i++)
        if (image->clauses[category->clauses.first + i].kind == TN_CLAUSE_HOLD)
            return true;
    for (uint32_t i = 0; i < category->of.count; i++) {
        uint32_t entity = image->ofs[category->of.first + i].entity;
        const tn_origin *origin = &eval->entities[entity].origin;
        for (uint32_t j = 0; j < origin->map_count; j++)
            if (origin->maps[j].target == TN_MAP_HOLD ||
                origin->maps[j].target == TN_MAP_HOLD_FROM)
                return true;
    }
    return false;
}

static tn_status add_setting(tn_drifting *d, const tn_bound *bound, tn_str setting,
                             const char *what)
{
    const tn_image *image = d->eval->image;
    tn_buf text;
    tn_buf_init(&text, d->eval->memory);
    tn_origin_put_name(&text, &bound->origin);
    tn_buf_put_format(
        &text, " has " TN_STR_FMT ": %s (" TN_STR_FMT ")", TN_STR_ARG(setting), what,
        TN_STR_ARG(tn_image_str(image, image->categories[bound->category].name)));
    return tn_drift_add_about(d, TN_DRIFT_SETTING, &bound->origin, &text);
}

/* A limit of the placement that the store's own deletion comes too late for. */
static bool breaks_limit(const tn_image *image, const tn_bound *bound, int64_t after_ms)
{
    const tn_img_category *category = &image->categories[bound->category];
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        const tn_img_clause *clause = &image->clauses[category->clauses.first + i];
        if (clause->kind == TN_CLAUSE_PLACEMENT_LIMIT &&
            clause->placement == bound->placement && after_ms > most_ms(clause->period))
            return true;
    }
    return false;
}

static tn_status compare(tn_drifting *d, const tn_bound *bound,
                         const tn_store_expiry *expiry)
{
    const tn_image *image = d->eval->image;
    const tn_img_category *category = &image->categories[bound->category];
    if (expiry->is_vague)
        return add_setting(d, bound, expiry->setting,
                           "it deletes from it by itself; after how long, and whether "
                           "in spite of holds, can't be told");
    bool is_temporary = image->placements[bound->placement].roles == TN_ROLE_TEMPORARY;
    if (!is_temporary && expiry->after_ms < shortest_ms(image, category))
        TN_TRY(add_setting(d, bound, expiry->setting,
                           "it deletes records before any of them may go"));
    if (can_be_held(d->eval, category))
        TN_TRY(
            add_setting(d, bound, expiry->setting,
                        "it deletes records that are held, too; it can't keep a hold"));
    if (breaks_limit(image, bound, expiry->after_ms))
        TN_TRY(add_setting(d, bound, expiry->setting,
                           "by itself it clears records later than the placement's "
                           "limit; only a run of apply keeps it"));
    return TN_OK;
}

static tn_status look_at_place(tn_drifting *d, const tn_bound *bound)
{
    tn_store *store = bound->origin.store;
    tn_store_expiry expiry = {.expires = false};
    tn_buf why;
    if (store == NULL || store->ops->version < 4 || store->ops->expiry == NULL)
        return TN_OK;
    tn_buf_init(&why, d->eval->memory);
    tn_status status =
        store->ops->expiry(store, bound->origin.object, &d->eval->arena, &expiry, &why);
    if (status == TN_STORE)
        tn_eval_complain_of(d->eval, &bound->origin, &why);
    tn_buf_free(&why);
    if (status != TN_OK || !expiry.expires)
        return status == TN_NOT_FOUND ? TN_OK : status;
    return compare(d, bound, &expiry);
}

/* --- copies */

static tn_status look_at_copy(tn_drifting *d, const tn_bound *bound)
{
    const tn_image *image = d->eval->image;
    const tn_origin origin = {.place = image->bindings[bound->binding].place};
    uint32_t count = 0;
    tn_str *list = tn_arena_take_array(d->arena, image->clause_count, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    TN_TRY(tn_copy_breaches(image, &image->bindings[bound->binding], d->arena, list,
                            &count));
    for (uint32_t i = 0; i < count; i++) {
        tn_buf text;
        tn_buf_init(&text, d->eval->memory);
        tn_buf_put_text(&text, "copy ");
        tn_buf_put(&text, list[i]);
        TN_TRY(tn_drift_add_about(d, TN_DRIFT_COPY, &origin, &text));
    }
    return TN_OK;
}

tn_status tn_drift_find_expiry(tn_drifting *d)
{
    for (uint32_t i = 0; i < d->eval->bound_count; i++) {
        const tn_bound *bound = &d->eval->bounds[i];
        TN_TRY(bound->is_managed ? look_at_place(d, bound) : look_at_copy(d, bound));
    }
    return TN_OK;
}
