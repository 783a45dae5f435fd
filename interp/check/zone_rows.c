#include "interp/check/zone_rows.h"

tn_status tn_zone_rows_start(tn_checker *ck)
{
    TN_TRY(tn_model_add_zone(ck->model, &tn_zone_utc, NULL));
    return tn_map_put(&ck->zones, tn_zone_utc.name, 0);
}

static const char *directory_of(tn_checker *ck, tn_status *status)
{
    *status = TN_OK;
    if (ck->input->zone_directory.len == 0)
        return NULL;
    tn_str copy = tn_arena_copy(ck->arena, ck->input->zone_directory);
    *status = copy.data == NULL ? TN_NOMEM : TN_OK;
    return copy.data;
}

/* The first zone but UTC: with it the model depends on a database. */
static tn_status note_version(tn_checker *ck, const char *directory)
{
    if (ck->model->tzdata_version.len > 0)
        return TN_OK;
    tn_status status =
        tn_zone_version(directory, ck->arena, &ck->model->tzdata_version);
    if (status == TN_NOMEM)
        return status;
    if (status != TN_OK)
        ck->model->tzdata_version = TN_STR("unknown");
    return TN_OK;
}

/* Loads a zone that is not there yet. NOMEM, or why it cannot be had in *why. */
static tn_status load(tn_checker *ck, tn_str name, uint32_t *row, const char **why)
{
    tn_status status;
    const char *directory = directory_of(ck, &status);
    TN_TRY(status);
    tn_zone_data data;
    status = tn_zone_load(directory, name, ck->arena, &data, why);
    if (status != TN_OK)
        return status;
    TN_TRY(note_version(ck, directory));
    tn_zone zone = tn_zone_view(&data);
    zone.name = tn_arena_copy(ck->arena, name);
    if (zone.name.data == NULL)
        return TN_NOMEM;
    TN_TRY(tn_model_add_zone(ck->model, &zone, row));
    return tn_map_put(&ck->zones, zone.name, *row);
}

tn_status tn_zone_row(tn_checker *ck, tn_str name, tn_span at, uint32_t *row)
{
    *row = tn_map_find(&ck->zones, name);
    if (*row != TN_NONE)
        return TN_OK;
    const char *why = "";
    tn_status status = load(ck, name, row, &why);
    if (status == TN_OK || status == TN_NOMEM)
        return status;
    *row = 0;
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_ZONE, at, "zone `" TN_STR_FMT "` %s",
                                TN_STR_ARG(name), why);
    tn_diag_help(ck->diags, diag,
                 "zones are named as in the tz database: \"Europe/Berlin\", \"UTC\"");
    return TN_OK;
}

/* What conditions are handed must stay where it is, and the model's rows may move. */
static tn_status find(void *user, tn_str name, const tn_zone **out)
{
    tn_checker *ck = user;
    uint32_t row = tn_map_find(&ck->zones, name);
    const char *why = "";
    if (row == TN_NONE)
        TN_TRY(load(ck, name, &row, &why));
    tn_zone *copy = tn_arena_take(ck->arena, sizeof(*copy));
    if (copy == NULL)
        return TN_NOMEM;
    *copy = ck->model->zones.rows[row];
    *out = copy;
    return TN_OK;
}

tn_cel_zones tn_zone_rows_for_conditions(tn_checker *ck)
{
    return (tn_cel_zones){.user = ck, .find = find};
}
