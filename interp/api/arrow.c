/* arrow: batches of a host decided in columns. */
#include "interp/api/arrow.h"
#include "interp/cel/program.h"

#include <errno.h>
#include <string.h>

/* --- making one */

static tn_status find_zone(void *user, tn_str name, const tn_zone **out)
{
    tenure_batch *b = user;
    const tn_image *image = &b->run->policy->image;
    for (uint32_t i = 0; i < image->zone_count; i++) {
        tn_zone *zone = tn_arena_take(&b->arena, sizeof(*zone));
        if (zone == NULL)
            return TN_NOMEM;
        *zone = tn_image_zone(image, i);
        *out = zone;
        if (tn_str_equal(zone->name, name))
            return TN_OK;
    }
    return TN_NOT_FOUND;
}

static tn_status set_zone(tenure_batch *b, tn_str name, const tn_zone **out)
{
    tn_cel_zones zones = {b, find_zone};
    *out = NULL;
    if (name.len == 0)
        return TN_OK;
    tn_zone *room = tn_arena_take(&b->arena, sizeof(*room));
    tn_str copy = tn_arena_copy(&b->arena, name);
    if (room == NULL || copy.data == NULL)
        return TN_NOMEM;
    return tn_cel_find_zone(&zones, copy, room, out);
}

/* The name of field or key number `i`, as the policy has it. */
static tn_str own_name(const tenure_batch *b, uint32_t i)
{
    const tn_image *image = &b->run->policy->image;
    const tn_img_category *category = &image->categories[b->category];
    if (i < b->field_count)
        return tn_image_str(image, image->fields[category->fields.first + i].name);
    uint32_t of = category->of.first + i - b->field_count;
    tn_str name = tn_image_str(image, image->entities[image->ofs[of].entity].name);
    return tn_str_last_name(name);
}

static const tenure_column *stated_column(const tenure_batch *b,
                                          const tenure_columns *columns, uint32_t i)
{
    if (i < b->field_count)
        return columns->fields == NULL ? NULL : &columns->fields[i];
    return columns->keys == NULL ? NULL : &columns->keys[i - b->field_count];
}

static tn_status set_column(tenure_batch *b, const tenure_columns *columns, uint32_t i)
{
    const tenure_column *stated = stated_column(b, columns, i);
    tenure_column *column = &b->columns[i];
    if (stated != NULL)
        *column = *stated;
    if ((unsigned)column->unit > TENURE_UNIX_NS)
        return TN_USAGE;
    tn_str name = column->name.len == 0 ? own_name(b, i) : column->name;
    column->name = tn_arena_copy(&b->arena, name);
    if (column->name.data == NULL)
        return TN_NOMEM;
    return set_zone(b, column->zone.len == 0 ? columns->zone : column->zone,
                    &b->zones[i]);
}

#define TAKE(array, count)                                                             \
    ((array) = tn_arena_take_array(&b->arena, (count), sizeof(*(array))))

static tn_status prepare(tenure_batch *b, uint32_t placement,
                         const tenure_columns *columns)
{
    const tn_image *image = &b->run->policy->image;
    const tn_img_category *row = &image->categories[b->category];
    unsigned wants = 0;
    if ((b->out & (TENURE_OUT_OVERDUE | TENURE_OUT_CONFLICT)) != 0)
        wants |= TN_WANT_OVERDUE;
    if ((b->out & TENURE_OUT_NEXT_CHANGE) != 0)
        wants |= TN_WANT_NEXT_CHANGE;
    b->field_count = row->fields.count;
    b->key_count = row->of.count;
    uint32_t count = b->field_count + b->key_count;
    if (!TAKE(b->columns, count) || !TAKE(b->zones, count) || !TAKE(b->needed, count) ||
        !TAKE(b->arrays, count) || !TAKE(b->dictionaries, count) ||
        !TAKE(b->views, count))
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        TN_TRY(set_column(b, columns, i));
    TN_TRY(tn_batch_new(b->run->run, b->category,
                        tn_api_placement_row(image, b->category, placement), wants,
                        &b->batch));
    tn_batch_needs(b->batch, b->needed);
    for (uint32_t of = 0; of < b->key_count; of++)
        b->needed[b->field_count + of] = tn_batch_needs_key(b->batch, of);
    return tn_arrow_words_new(image, b->category, b->run->policy->memory, &b->words);
}

tn_status tenure_batch_new(const tenure_run *run, uint32_t category, uint32_t placement,
                           const tenure_columns *columns, tenure_batch **out)
{
    static const tenure_columns plain = TENURE_COLUMNS_INIT;
    const tenure_policy *policy = run->policy;
    if (columns == NULL)
        columns = &plain;
    if (columns->version != TENURE_COLUMNS_VERSION ||
        (columns->out & ~(uint32_t)TENURE_OUT_ALL) != 0 ||
        category >= policy->image.category_count ||
        (placement != TENURE_NONE &&
         placement >= tenure_policy_placement_count(policy, category)))
        return TN_USAGE;
    tenure_batch *b = tn_resize(policy->memory, NULL, 0, sizeof(*b));
    if (b == NULL)
        return TN_NOMEM;
    *b = (tenure_batch){.run = run, .category = category, .out = columns->out};
    tn_arena_init(&b->arena, policy->memory);
    tn_buf_init(&b->error, policy->memory);
    tn_status status = prepare(b, placement, columns);
    if (status == TN_OK)
        *out = b;
    else
        tenure_batch_free(b);
    return status;
}

void tenure_batch_free(tenure_batch *b)
{
    if (b == NULL)
        return;
    const tn_allocator *memory = b->run->policy->memory;
    tn_arrow_words_drop(b->words);
    tn_batch_free(b->batch);
    tn_resize(memory, b->flags, b->flags_bytes, 0);
    tn_buf_free(&b->error);
    tn_arena_free(&b->arena);
    tn_resize(memory, b, sizeof(*b), 0);
}

/* --- what is wrong */

const char *tenure_batch_error(const tenure_batch *b)
{
    return b->error.failed || b->error.len == 0 ? "" : b->error.data;
}

static tn_status complain(tenure_batch *b, tn_status status, const char *why)
{
    tn_buf_reset(&b->error);
    tn_buf_put_text(&b->error, why);
    tn_buf_put_char(&b->error, '\0');
    return status;
}

static tn_status complain_column(tenure_batch *b, tn_status status, uint32_t i,
                                 const char *why)
{
    tn_buf_reset(&b->error);
    tn_buf_put_text(&b->error, "column \"");
    tn_buf_put(&b->error, b->columns[i].name);
    tn_buf_put_text(&b->error, "\" ");
    tn_buf_put_text(&b->error, why);
    tn_buf_put_char(&b->error, '\0');
    return status;
}

/* --- a batch */

/* The child with a name; -1: none; -2: several. */
static int64_t find_child(const struct ArrowSchema *schema, tn_str name)
{
    int64_t found = -1;
    for (int64_t i = 0; i < schema->n_children; i++) {
        const char *own = schema->children[i]->name;
        if (own == NULL || !tn_str_equal(tn_str_from(own), name))
            continue;
        if (found >= 0)
            return -2;
        found = i;
    }
    return found;
}

static tn_arrow_import import_of(const struct ArrowSchema *schema,
                                 const struct ArrowArray *array, int64_t child)
{
    return (tn_arrow_import){.schema = schema->children[child],
                             .array = array->children[child],
                             .offset = array->offset,
                             .length = array->length};
}

static tn_status read_column(tenure_batch *b, const struct ArrowSchema *schema,
                             const struct ArrowArray *array, uint32_t i)
{
    const char *why = "";
    b->views[i] = NULL;
    if (!b->needed[i])
        return TN_OK;
    int64_t child = find_child(schema, b->columns[i].name);
    if (child == -1)
        return complain_column(b, TN_INVALID, i, "is missing");
    if (child < 0)
        return complain_column(b, TN_INVALID, i, "is there more than once");
    tn_arrow_import import = import_of(schema, array, child);
    import.unit = b->columns[i].unit;
    import.zone = b->zones[i];
    tn_status status = tn_arrow_read(&import, &b->arrays[i], &b->dictionaries[i], &why);
    if (status != TN_OK)
        return complain_column(b, status, i, why);
    b->views[i] = &b->arrays[i];
    return TN_OK;
}

static tn_status check_batch(tenure_batch *b, const struct ArrowSchema *schema,
                             const struct ArrowArray *array)
{
    if (strcmp(schema->format, "+s") != 0)
        return complain(b, TN_INVALID, "the batch is no struct of columns");
    if (array->n_children != schema->n_children || array->length < 0 ||
        array->offset < 0)
        return complain(b, TN_INVALID, "the batch is not what its schema says");
    if (array->null_count != 0 && array->n_buffers > 0 && array->buffers != NULL &&
        array->buffers[0] != NULL)
        return complain(b, TN_INVALID, "the batch has rows that are null as a whole");
    return TN_OK;
}

static bool is_declared(const tenure_batch *b, const char *name)
{
    for (uint32_t i = 0; i < b->field_count + b->key_count; i++)
        if (tn_str_equal(b->columns[i].name, tn_str_from(name)))
            return true;
    return false;
}

static tn_status reserve_flags(tenure_batch *b, int64_t length)
{
    size_t size = (size_t)length + 1;
    if (size > b->flags_bytes) {
        uint8_t *flags =
            tn_resize(b->run->policy->memory, b->flags, b->flags_bytes, size);
        if (flags == NULL)
            return TN_NOMEM;
        b->flags = flags;
        b->flags_bytes = size;
    }
    memset(b->flags, 0, size);
    return TN_OK;
}

/* Where fields are strict, values in other columns flag the record. */
static tn_status read_undeclared(tenure_batch *b, const struct ArrowSchema *schema,
                                 const struct ArrowArray *array)
{
    TN_TRY(reserve_flags(b, array->length));
    for (int64_t child = 0; child < schema->n_children; child++) {
        if (is_declared(b, schema->children[child]->name))
            continue;
        tn_arrow_import import = import_of(schema, array, child);
        for (int64_t row = 0; row < array->length; row++)
            if (!tn_arrow_is_null(&import, row))
                b->flags[row] = TN_RECORD_UNDECLARED;
    }
    return TN_OK;
}

static tn_status decide_columns(tenure_batch *b, const struct ArrowSchema *schema,
                                const struct ArrowArray *array,
                                const tn_batch_output *output)
{
    const tn_image *image = &b->run->policy->image;
    TN_TRY(check_batch(b, schema, array));
    for (uint32_t i = 0; i < b->field_count + b->key_count; i++)
        TN_TRY(read_column(b, schema, array, i));
    bool is_strict = image->categories[b->category].strict != 0;
    if (is_strict)
        TN_TRY(read_undeclared(b, schema, array));
    tn_batch_input input = {array->length, b->views, b->views + b->field_count,
                            is_strict ? b->flags : NULL};
    const char *why = "";
    uint32_t column = 0;
    tn_status status = tn_batch_decide(b->batch, &input, output, &why, &column);
    return status == TN_INVALID ? complain_column(b, status, column, why) : status;
}

tn_status tenure_batch_decide(tenure_batch *b, const struct ArrowSchema *schema,
                              const struct ArrowArray *array,
                              struct ArrowSchema *out_schema,
                              struct ArrowArray *out_array)
{
    const tn_allocator *memory = b->run->policy->memory;
    uint32_t first = b->run->policy->image.categories[b->category].clauses.first;
    tn_batch_output output;
    tn_arrow_result *result;
    tn_buf_reset(&b->error);
    TN_TRY(check_batch(b, schema, array));
    TN_TRY(tn_arrow_result_new(b->words, b->out, array->length, &output, &result));
    tn_status status = decide_columns(b, schema, array, &output);
    if (status == TN_OK && out_schema != NULL)
        status = tn_arrow_export_schema(b->out, memory, out_schema);
    if (status == TN_OK)
        tn_arrow_export(result, first, out_array);
    else
        tn_arrow_result_drop(result);
    return status;
}

/* --- a stream of batches */

typedef struct stream {
    tenure_batch *batch;
    tn_allocator allocator; /* a copy: a stream may be released when all else is gone */
    bool is_hooked;
    struct ArrowArrayStream in;
    struct ArrowSchema schema; /* of `in`, once it was asked */
    const char *error;         /* `in` said it, or the batch */
} stream;

static int errno_of(tn_status status)
{
    if (status == TN_OK)
        return 0;
    return status == TN_NOMEM ? ENOMEM : EINVAL;
}

static int fail_in(stream *s, int code)
{
    s->error = s->in.get_last_error(&s->in);
    return code;
}

static int fail_own(stream *s, tn_status status)
{
    s->error = tenure_batch_error(s->batch);
    if (s->error[0] == '\0')
        s->error = tn_status_text(status);
    return errno_of(status);
}

static int get_schema(struct ArrowArrayStream *out, struct ArrowSchema *schema)
{
    stream *s = out->private_data;
    tn_status status = tn_arrow_export_schema(
        s->batch->out, s->is_hooked ? &s->allocator : NULL, schema);
    return status == TN_OK ? 0 : fail_own(s, status);
}

static int get_next(struct ArrowArrayStream *out, struct ArrowArray *array)
{
    stream *s = out->private_data;
    struct ArrowArray next = {.length = 0};
    int code = 0;
    if (s->schema.release == NULL)
        code = s->in.get_schema(&s->in, &s->schema);
    if (code == 0)
        code = s->in.get_next(&s->in, &next);
    if (code != 0)
        return fail_in(s, code);
    array->release = NULL;
    if (next.release == NULL)
        return 0; /* the end */
    tn_status status = tenure_batch_decide(s->batch, &s->schema, &next, NULL, array);
    next.release(&next);
    return status == TN_OK ? 0 : fail_own(s, status);
}

static const char *get_last_error(struct ArrowArrayStream *out)
{
    return ((stream *)out->private_data)->error;
}

static void release_stream(struct ArrowArrayStream *out)
{
    stream *s = out->private_data;
    tn_allocator allocator = s->allocator;
    bool is_hooked = s->is_hooked;
    if (s->schema.release != NULL)
        s->schema.release(&s->schema);
    if (s->in.release != NULL)
        s->in.release(&s->in);
    tn_resize(is_hooked ? &allocator : NULL, s, sizeof(*s), 0);
    out->release = NULL;
}

tn_status tenure_batch_stream(tenure_batch *b, struct ArrowArrayStream *in,
                              struct ArrowArrayStream *out)
{
    const tn_allocator *memory = b->run->policy->memory;
    stream *s = tn_resize(memory, NULL, 0, sizeof(*s));
    if (s == NULL) {
        in->release(in);
        return TN_NOMEM;
    }
    *s = (stream){.batch = b, .is_hooked = memory != NULL, .in = *in};
    if (memory != NULL)
        s->allocator = *memory;
    in->release = NULL;
    *out = (struct ArrowArrayStream){get_schema, get_next, get_last_error,
                                     release_stream, s};
    return TN_OK;
}
