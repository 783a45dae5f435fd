#include "tests/support/batch_use.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 5, COLUMNS_MAX = 64, NAME_MAX_BYTES = 128 };

/* One array for every kind of column: its buffers are shared by all of that kind. */
typedef struct kind {
    const char *format;
    const void *buffers[3];
    int64_t buffer_count;
} kind;

static const uint8_t valid[1] = {0x1E}; /* the first row is null */
static const uint8_t bits[1] = {0x0A};
static const int64_t numbers[ROWS + 3] = {0, 1, 2, -5, INT64_MAX};
static const double reals[ROWS + 3] = {0, 0.5, 1e300, -1};
static const int32_t days[ROWS + 3] = {0, 20000, 20500, -1, 1 << 30};
static const int64_t times[ROWS + 3] = {0, 1790000000000000, 1700000000000000, -1,
                                        INT64_MAX};
static const int32_t offsets[ROWS + 1] = {0, 0, 1, 4, 4, 9};
static const char text[] = "aabcdefgh";

static kind kind_of(tenure_type type)
{
    switch (type) {
    case TENURE_TYPE_BOOL: return (kind){"b", {valid, bits, NULL}, 2};
    case TENURE_TYPE_INT: return (kind){"l", {valid, numbers, NULL}, 2};
    case TENURE_TYPE_UINT: return (kind){"L", {valid, numbers, NULL}, 2};
    case TENURE_TYPE_DOUBLE: return (kind){"g", {valid, reals, NULL}, 2};
    case TENURE_TYPE_STRING:
    case TENURE_TYPE_DYN: return (kind){"u", {valid, offsets, text}, 3};
    case TENURE_TYPE_BYTES: return (kind){"z", {valid, offsets, text}, 3};
    case TENURE_TYPE_TIMESTAMP:
    case TENURE_TYPE_EVENT: return (kind){"tsu:UTC", {valid, times, NULL}, 2};
    case TENURE_TYPE_DATE: return (kind){"tdD", {valid, days, NULL}, 2};
    case TENURE_TYPE_DURATION: return (kind){"tDn", {valid, numbers, NULL}, 2};
    case TENURE_TYPE_LIST:
    case TENURE_TYPE_MAP: break;
    }
    return (kind){"n", {NULL, NULL, NULL}, 0};
}

typedef struct table {
    struct ArrowSchema schemas[COLUMNS_MAX];
    struct ArrowArray arrays[COLUMNS_MAX];
    struct ArrowSchema *schema_list[COLUMNS_MAX];
    struct ArrowArray *array_list[COLUMNS_MAX];
    kind kinds[COLUMNS_MAX];
    char names[COLUMNS_MAX][NAME_MAX_BYTES];
    int64_t count;
} table;

static void add(table *t, tn_str name, tenure_type type)
{
    int64_t i = t->count++;
    t->kinds[i] = kind_of(type);
    snprintf(t->names[i], NAME_MAX_BYTES, "%.*s",
             (int)(name.len > 100 ? 100 : name.len), name.data);
    t->schemas[i] = (struct ArrowSchema){.format = t->kinds[i].format,
                                         .name = t->names[i],
                                         .flags = ARROW_FLAG_NULLABLE};
    t->arrays[i] = (struct ArrowArray){.length = ROWS,
                                       .null_count = -1,
                                       .n_buffers = t->kinds[i].buffer_count,
                                       .buffers = t->kinds[i].buffers};
    t->schema_list[i] = &t->schemas[i];
    t->array_list[i] = &t->arrays[i];
}

static void fill(const tenure_policy *policy, uint32_t category, table *t)
{
    tenure_field field;
    for (uint32_t i = 0; t->count < COLUMNS_MAX &&
                         tenure_policy_field(policy, category, i, &field) == TN_OK;
         i++)
        add(t, field.name, field.type);
    for (uint32_t i = 0;
         t->count < COLUMNS_MAX && i < tenure_policy_of_count(policy, category); i++) {
        tn_str name =
            tenure_policy_entity_name(policy, tenure_policy_of(policy, category, i));
        for (size_t j = name.len; j > 0; j--)
            if (name.data[j - 1] == '.') {
                name = (tn_str){name.data + j, name.len - j};
                break;
            }
        add(t, name, TENURE_TYPE_INT);
    }
}

static tn_status decide(tenure_batch *batch, table *t)
{
    static const void *no_buffers[1] = {NULL};
    struct ArrowSchema schema = {
        .format = "+s", .n_children = t->count, .children = t->schema_list};
    struct ArrowArray array = {.length = ROWS,
                               .n_buffers = 1,
                               .buffers = no_buffers,
                               .n_children = t->count,
                               .children = t->array_list};
    struct ArrowSchema out_schema;
    struct ArrowArray out_array;
    tn_status status =
        tenure_batch_decide(batch, &schema, &array, &out_schema, &out_array);
    if (status == TN_INVALID || status == TN_UNSUPPORTED)
        return tenure_batch_error(batch)[0] == '\0' ? status : TN_OK;
    if (status != TN_OK)
        return status;
    out_array.release(&out_array);
    out_schema.release(&out_schema);
    return TN_OK;
}

tn_status test_use_batch(const tenure_run *run, uint32_t category, uint32_t placement)
{
    tenure_columns columns = TENURE_COLUMNS_INIT;
    tenure_batch *batch;
    columns.out = TENURE_OUT_ALL;
    tn_status status = tenure_batch_new(run, category, placement, &columns, &batch);
    if (status != TN_OK)
        return status;
    table *t = calloc(1, sizeof(*t));
    if (t == NULL) {
        tenure_batch_free(batch);
        return TN_NOMEM;
    }
    fill(tenure_run_policy(run), category, t);
    status = decide(batch, t);
    free(t);
    tenure_batch_free(batch);
    return status;
}
