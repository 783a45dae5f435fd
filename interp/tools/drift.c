#include "interp/tools/drift_build.h"

#include <string.h>

/* --- findings */

static tn_status add(tn_drifting *d, const tn_drift_finding *like, tn_buf *text)
{
    if (d->count == d->capacity) {
        uint32_t capacity = d->capacity == 0 ? 16 : 2 * d->capacity;
        tn_drift_finding *grown =
            tn_arena_take_array(d->arena, capacity, sizeof(*grown));
        if (grown == NULL)
            return TN_NOMEM;
        if (d->count > 0)
            memcpy(grown, d->list, d->count * sizeof(*grown));
        d->list = grown;
        d->capacity = capacity;
    }
    TN_TRY(tn_buf_status(text));
    tn_drift_finding *finding = &d->list[d->count++];
    *finding = *like;
    finding->text = tn_arena_copy(d->arena, tn_buf_view(text));
    return finding->text.data == NULL ? TN_NOMEM : TN_OK;
}

tn_status tn_drift_add_about(tn_drifting *d, tn_drift_kind kind,
                             const tn_origin *origin, tn_buf *text)
{
    tn_buf place;
    tn_buf_init(&place, d->eval->memory);
    if (origin->place != TN_NONE)
        tn_eval_put_place(&place, d->eval->image, origin->place);
    tn_drift_finding like = {.kind = kind,
                             .place = tn_arena_copy(d->arena, tn_buf_view(&place)),
                             .store = origin->store_name,
                             .object = origin->object};
    tn_status status = place.failed ? TN_NOMEM : add(d, &like, text);
    tn_buf_free(&place);
    tn_buf_free(text);
    return status;
}

/* --- what is not there: the session's problems, "place: error: text" a line */

static tn_status take_problems(tn_drifting *d)
{
    static const tn_str mark = {": error: ", 9};
    tn_str rest = tn_buf_view(&d->eval->problems);
    while (rest.len > 0) {
        size_t end = tn_str_find(rest, TN_STR("\n"));
        tn_str line = tn_str_slice(rest, 0, end);
        size_t at = tn_str_find(line, mark);
        rest = end == SIZE_MAX ? TN_STR("") : tn_str_slice(rest, end + 1, SIZE_MAX);
        if (at == SIZE_MAX) /* a line of help */
            continue;
        tn_buf text;
        tn_buf_init(&text, d->eval->memory);
        tn_buf_put(&text, tn_str_slice(line, at + mark.len, SIZE_MAX));
        tn_drift_finding like = {
            .kind = TN_DRIFT_MISSING,
            .place = tn_arena_copy(d->arena, tn_str_slice(line, 0, at))};
        tn_status status = add(d, &like, &text);
        tn_buf_free(&text);
        TN_TRY(status);
    }
    return TN_OK;
}

/* --- what nobody declares */

/* Every origin of the session in turn; NULL after the last. */
static const tn_origin *origin_at(const tn_eval *eval, uint32_t number)
{
    if (number < eval->image->entity_count)
        return &eval->entities[number].origin;
    number -= eval->image->entity_count;
    return number < eval->bound_count ? &eval->bounds[number].origin : NULL;
}

static bool is_same_name(const tn_store_ops *ops, tn_str a, tn_str b)
{
    tn_store_column column = {a, false};
    tn_store_object object = {.columns = &column, .column_count = 1};
    return tn_store_find_column(ops, &object, b) == 0;
}

static bool is_of(const tn_origin *origin, const tn_store *store, tn_str object)
{
    return origin->store == store && is_same_name(store->ops, origin->object, object);
}

static const tn_origin *find_declared(const tn_eval *eval, const tn_store *store,
                                      tn_str object)
{
    const tn_origin *origin;
    for (uint32_t i = 0; (origin = origin_at(eval, i)) != NULL; i++)
        if (is_of(origin, store, object))
            return origin;
    return NULL;
}

static tn_status add_object(tn_drifting *d, const tn_open_store *open, tn_str object)
{
    const tn_image *image = d->eval->image;
    tn_drift_finding like = {.kind = TN_DRIFT_UNDECLARED,
                             .store =
                                 tn_image_str(image, image->stores[open->row].name),
                             .object = tn_arena_copy(d->arena, object)};
    tn_buf text;
    tn_buf_init(&text, d->eval->memory);
    tn_buf_put_text(&text, "store ");
    tn_buf_put(&text, like.store);
    tn_buf_put_format(
        &text, " holds \"" TN_STR_FMT "\", which no category and no entity declares",
        TN_STR_ARG(object));
    tn_status status = like.object.data == NULL ? TN_NOMEM : add(d, &like, &text);
    tn_buf_free(&text);
    return status;
}

static tn_status look_at_store(tn_drifting *d, const tn_open_store *open)
{
    const tn_str *names;
    uint32_t count;
    tn_buf why;
    tn_buf_init(&why, d->eval->memory);
    tn_status status =
        open->ops->list(open->store, &d->eval->arena, &names, &count, &why);
    if (status != TN_OK && status != TN_NOMEM) {
        const tn_image *image = d->eval->image;
        tn_eval_complain(d->eval, image->stores[open->row].place,
                         "store " TN_STR_FMT ": " TN_STR_FMT,
                         TN_STR_ARG(tn_image_str(image, image->stores[open->row].name)),
                         TN_STR_ARG(tn_buf_view(&why)));
        status = TN_STORE;
    }
    tn_buf_free(&why);
    TN_TRY(status);
    for (uint32_t i = 0; i < count; i++)
        if (find_declared(d->eval, open->store, names[i]) == NULL)
            TN_TRY(add_object(d, open, names[i]));
    return TN_OK;
}

/* Is the column read by any origin of the same object? */
static bool is_column_declared(const tn_eval *eval, const tn_origin *like,
                               tn_str column)
{
    const tn_origin *origin;
    for (uint32_t i = 0; (origin = origin_at(eval, i)) != NULL; i++) {
        if (!is_of(origin, like->store, like->object))
            continue;
        for (uint32_t j = 0; j < origin->column_count; j++)
            if (is_same_name(like->store->ops, origin->columns[j].name, column))
                return true;
    }
    return false;
}

static tn_status add_column(tn_drifting *d, const tn_origin *origin, tn_str column)
{
    tn_buf text;
    tn_buf_init(&text, d->eval->memory);
    tn_origin_put_name(&text, origin);
    tn_buf_put_format(&text, " holds \"" TN_STR_FMT "\", which nothing declares",
                      TN_STR_ARG(column));
    return tn_drift_add_about(d, TN_DRIFT_UNDECLARED, origin, &text);
}

/* A store that knows its columns. */
static tn_status look_at_columns(tn_drifting *d, tn_origin *origin)
{
    tn_store_object object;
    bool is_there;
    TN_TRY(tn_eval_look(d->eval, origin, &object, &is_there));
    for (uint32_t i = 0; is_there && i < object.column_count; i++)
        if (!object.columns[i].is_key &&
            !is_column_declared(d->eval, origin, object.columns[i].name))
            TN_TRY(add_column(d, origin, object.columns[i].name));
    return TN_OK;
}

/* One that does not: the first rows tell. */
static tn_status read_names(tn_drifting *d, tn_origin *origin, tn_scan *scan,
                            tn_buf *why)
{
    bool seen[TN_SCAN_UNDECLARED_MAX + 1] = {false};
    for (uint32_t rows = 0; rows < TN_DRIFT_SAMPLE_ROWS;) {
        tn_store_rows batch;
        TN_TRY(scan->ops->next(scan, &batch, why));
        if (batch.count == 0)
            return TN_OK;
        rows += batch.count;
        const tn_store_row *last = &batch.list[batch.count - 1];
        for (uint32_t i = 0; i < last->undeclared_count; i++) {
            uint32_t number = last->undeclared[i];
            if (number >= TN_COUNT(seen) || seen[number])
                continue;
            seen[number] = true;
            tn_str name = scan->ops->undeclared_name(scan, number);
            if (!is_column_declared(d->eval, origin, name))
                TN_TRY(add_column(d, origin, name));
        }
    }
    return TN_OK;
}

static tn_status look_at_rows(tn_drifting *d, tn_origin *origin)
{
    tn_scan_request request = {.object = origin->object,
                               .columns = origin->columns,
                               .column_count = origin->column_count,
                               .wants_undeclared = true};
    const tn_store_ops *ops = origin->store->ops;
    tn_scan *scan;
    tn_buf why;
    tn_buf_init(&why, d->eval->memory);
    tn_status status = ops->scan(origin->store, &request, &scan, &why);
    if (status == TN_OK) {
        status = read_names(d, origin, scan, &why);
        ops->scan_close(scan);
    }
    if (status == TN_STORE)
        tn_eval_complain_of(d->eval, origin, &why);
    tn_buf_free(&why);
    return status == TN_NOT_FOUND ? TN_OK : status; /* binding has said so */
}

static tn_status look_at_origins(tn_drifting *d)
{
    const tn_origin *origin;
    for (uint32_t i = 0; (origin = origin_at(d->eval, i)) != NULL; i++) {
        /* each object once, by the first that declares it */
        if (origin->store == NULL ||
            find_declared(d->eval, origin->store, origin->object) != origin)
            continue;
        tn_origin *own = (tn_origin *)(uintptr_t)origin;
        bool has_columns = (origin->store->ops->capabilities & TN_STORE_COLUMNS) != 0;
        TN_TRY(has_columns ? look_at_columns(d, own) : look_at_rows(d, own));
    }
    return TN_OK;
}

/* --- all */

static tn_status compare(tn_drifting *d)
{
    const tn_eval *eval = d->eval;
    for (uint32_t i = 0; i < eval->store_count; i++)
        TN_TRY(look_at_store(d, &eval->stores[i]));
    TN_TRY(look_at_origins(d));
    return tn_drift_find_expiry(d);
}

tn_status tn_drift_find(tn_eval *eval, tn_arena *arena, tn_drift *out)
{
    static const tn_eval_filter all = {TN_NONE, NULL, 0};
    tn_drifting d = {.eval = eval, .arena = arena};
    tn_status status = tn_eval_bind_deployment(eval, &all);
    if (status == TN_STORE && eval->has_failed_store)
        return status;
    if (status != TN_OK && status != TN_STORE)
        return status;
    TN_TRY(take_problems(&d));
    TN_TRY(compare(&d));
    *out = (tn_drift){d.list, d.count};
    return TN_OK;
}
