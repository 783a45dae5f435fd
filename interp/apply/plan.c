#include "interp/apply/forecast.h"
#include "interp/apply/plan_make.h"
#include "interp/apply/upstream.h"

#include <stdlib.h>
#include <string.h>

/* --- digests */

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(tn_digest));
}

tn_status tn_plan_policy_digest(const tn_image *image, const tn_allocator *memory,
                                tn_digest *out)
{
    tn_digest_state state;
    size_t size = (image->source_count + 1) * sizeof(tn_digest);
    tn_digest *list = tn_resize(memory, NULL, 0, size);
    if (list == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < image->source_count; i++)
        list[i] = image->sources[i].digest;
    qsort(list, image->source_count, sizeof(*list), compare_digests);
    tn_digest_start(&state);
    for (uint32_t i = 0; i < image->source_count; i++)
        tn_digest_add(&state, (tn_str){(const char *)list[i].bytes, TN_DIGEST_BYTES});
    tn_digest_add(&state, tn_image_str(image, image->header->tzdata_version));
    *out = tn_digest_end(&state);
    tn_resize(memory, list, size, 0);
    return TN_OK;
}

uint64_t tn_plan_target(const tn_secret *secret, tn_str identity)
{
    uint64_t target;
    tn_nonce nonce = tn_secret_nonce(secret, identity);
    memcpy(&target, nonce.bytes, sizeof(target));
    return target;
}

/* --- upstream */

/* Places that feed this one and hold what this plan leaves there. */
static tn_status find_upstream(const tn_eval *eval, const tn_plan *plan,
                               tn_arena *arena, tn_plan_place *place)
{
    tn_str *list = tn_arena_take_array(arena, plan->place_count, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    place->upstream = list;
    for (uint32_t i = 0; i < plan->place_count; i++) {
        const tn_plan_place *other = &plan->places[i];
        bool feeds;
        TN_TRY(tn_upstream_feeds(eval, other->bound, place->bound, &feeds));
        if (feeds && !other->redacts && other->due_count > 0 &&
            (!other->is_erasable || other->obstacle_count > 0))
            list[place->upstream_count++] = other->place;
    }
    return TN_OK;
}

/* --- all of it */

tn_status tn_plan_make(tn_eval *eval, const tn_plan_options *options, tn_arena *arena,
                       tn_plan *out)
{
    *out = (tn_plan){.instant = tn_run_now(eval->run),
                     .made = options->now,
                     .image = eval->image->header->digest};
    if (!tn_instant_add(options->now, (int64_t)options->valid_hours * 3600, 0,
                        &out->expires))
        out->expires = TN_INSTANT_MAX;
    if (options->ledger != NULL)
        out->head = tn_ledger_head(options->ledger);
    TN_TRY(tn_plan_policy_digest(eval->image, arena->memory, &out->policy));
    TN_TRY(tn_plan_places(eval, arena, out));
    TN_TRY(tn_plan_count(eval, options, arena, out));
    for (uint32_t i = 0; i < out->place_count; i++) {
        TN_TRY(tn_plan_find_cutoffs(eval, arena, &out->places[i]));
        if (!out->places[i].redacts)
            TN_TRY(find_upstream(eval, out, arena, &out->places[i]));
        if (options->ledger != NULL)
            TN_TRY(
                tn_forecast_expected(options->ledger, out->instant, &out->places[i]));
    }
    if (options->records != NULL) {
        out->more_count = options->records->count;
        TN_TRY(tn_plan_records_end(options->records, &out->more));
    }
    return tn_plan_find_breaches(eval, arena, out);
}
