/* arrow_export: verdicts as arrays of their own. */
#include "interp/api/arrow.h"

#include <stdatomic.h>
#include <string.h>

/* --- columns */

typedef enum column_kind { COLUMN_WORDS, COLUMN_INSTANT, COLUMN_BOOL } column_kind;

typedef struct column_row {
    const char *name;
    const char *format;
    column_kind kind;
} column_row;

enum { COLUMNS = 8, WORD_COLUMNS = 3, BUFFERS = 3 };

/* In the order of the bits of TENURE_OUT_. Reasons are fewer than 128. */
static const column_row column_rows[COLUMNS] = {
    {"verdict", "c", COLUMN_WORDS},          {"reason", "c", COLUMN_WORDS},
    {"clause", "i", COLUMN_WORDS},           {"due", "tsu:UTC", COLUMN_INSTANT},
    {"deadline", "tsu:UTC", COLUMN_INSTANT}, {"next_change", "tsu:UTC", COLUMN_INSTANT},
    {"overdue", "b", COLUMN_BOOL},           {"conflict", "b", COLUMN_BOOL},
};

_Static_assert(TENURE_OUT_ALL == (1 << COLUMNS) - 1, "a row for each bit");
_Static_assert(TN_REASON_COUNT <= INT8_MAX, "reasons are indices of one byte");

/* --- memory that outlives its maker: it keeps its own copy of the allocator */

typedef struct heap {
    tn_allocator allocator;
    bool is_hooked;
} heap;

static heap heap_of(const tn_allocator *memory)
{
    heap h = {.is_hooked = memory != NULL};
    if (memory != NULL)
        h.allocator = *memory;
    return h;
}

static const tn_allocator *hook(const heap *h)
{
    return h->is_hooked ? &h->allocator : NULL;
}

/* --- words */

typedef struct word_list {
    int32_t *offsets; /* into `text` */
    char *text;
    uint32_t count;
    size_t text_bytes;
} word_list;

struct tn_arrow_words {
    atomic_uint shares;
    heap heap;
    word_list lists[WORD_COLUMNS];
};

static void free_words(tn_arrow_words *words)
{
    heap h = words->heap;
    for (int i = 0; i < WORD_COLUMNS; i++) {
        word_list *list = &words->lists[i];
        tn_resize(hook(&h), list->offsets, (list->count + 1) * sizeof(int32_t), 0);
        tn_resize(hook(&h), list->text, list->text_bytes, 0);
    }
    tn_resize(hook(&h), words, sizeof(*words), 0);
}

void tn_arrow_words_drop(tn_arrow_words *words)
{
    if (words != NULL && atomic_fetch_sub(&words->shares, 1) == 1)
        free_words(words);
}

static void put_clause(tn_buf *buf, const tn_image *image, uint32_t clause)
{
    const tn_img_place *place = &image->places[image->clauses[clause].place];
    tn_buf_put(buf, tn_image_str(image, image->sources[place->source].name));
    tn_buf_put_format(buf, ":%u:%u", place->line, place->column);
}

static void put_word(tn_buf *buf, const tn_image *image, uint32_t first_clause,
                     int list, uint32_t i)
{
    if (list == 0)
        tn_buf_put_text(buf, tn_decision_text((tn_decision)i));
    else if (list == 1)
        tn_buf_put_text(buf, tn_reason_text((tn_reason)i));
    else
        put_clause(buf, image, first_clause + i);
}

static tn_status copy_text(const heap *h, const tn_buf *buf, word_list *list)
{
    TN_TRY(tn_buf_status(buf));
    if (buf->len > INT32_MAX)
        return TN_LIMIT;
    list->text = tn_resize(hook(h), NULL, 0, buf->len + 1);
    if (list->text == NULL)
        return TN_NOMEM;
    list->text_bytes = buf->len + 1;
    if (buf->len > 0)
        memcpy(list->text, buf->data, buf->len);
    return TN_OK;
}

static tn_status make_list(tn_arrow_words *words, const tn_image *image,
                           uint32_t category, int number, uint32_t count)
{
    word_list *list = &words->lists[number];
    tn_buf buf;
    list->offsets =
        tn_resize(hook(&words->heap), NULL, 0, (count + 1) * sizeof(int32_t));
    if (list->offsets == NULL)
        return TN_NOMEM;
    list->count = count;
    tn_buf_init(&buf, hook(&words->heap));
    for (uint32_t i = 0; i < count; i++) {
        list->offsets[i] = (int32_t)buf.len;
        put_word(&buf, image, image->categories[category].clauses.first, number, i);
    }
    list->offsets[count] = (int32_t)buf.len;
    tn_status status = copy_text(&words->heap, &buf, list);
    tn_buf_free(&buf);
    return status;
}

tn_status tn_arrow_words_new(const tn_image *image, uint32_t category,
                             const tn_allocator *memory, tn_arrow_words **out)
{
    const uint32_t counts[WORD_COLUMNS] = {TN_FLAG + 1, TN_REASON_COUNT,
                                           image->categories[category].clauses.count};
    tn_arrow_words *words = tn_resize(memory, NULL, 0, sizeof(*words));
    if (words == NULL)
        return TN_NOMEM;
    *words = (tn_arrow_words){.heap = heap_of(memory)};
    atomic_init(&words->shares, 1);
    for (int i = 0; i < WORD_COLUMNS; i++) {
        tn_status status = make_list(words, image, category, i, counts[i]);
        if (status != TN_OK) {
            free_words(words);
            return status;
        }
    }
    *out = words;
    return TN_OK;
}

/* --- results */

typedef struct result_column {
    struct ArrowArray array;
    struct ArrowArray dictionary;
    const void *buffers[BUFFERS];
    const void *dictionary_buffers[BUFFERS];
    void *values; /* own */
    size_t value_bytes;
    uint8_t *validity; /* own; NULL: none is null */
} result_column;

struct tn_arrow_result {
    atomic_uint shares; /* of each array that is out */
    heap heap;
    tn_arrow_words *words;
    int64_t length;
    uint32_t column_count;
    result_column columns[COLUMNS];
    struct ArrowArray *children[COLUMNS];
    const void *no_buffers[1];
    uint8_t numbers[COLUMNS]; /* of column_rows */
};

static size_t bitmap_bytes(int64_t length)
{
    return (size_t)length / 8 + 1;
}

static void free_result(tn_arrow_result *r)
{
    heap h = r->heap;
    for (uint32_t i = 0; i < r->column_count; i++) {
        result_column *c = &r->columns[i];
        tn_resize(hook(&h), c->values, c->value_bytes, 0);
        tn_resize(hook(&h), c->validity, bitmap_bytes(r->length), 0);
    }
    tn_arrow_words_drop(r->words);
    tn_resize(hook(&h), r, sizeof(*r), 0);
}

void tn_arrow_result_drop(tn_arrow_result *r)
{
    if (r != NULL && atomic_fetch_sub(&r->shares, 1) == 1)
        free_result(r);
}

/* Bytes of a value while it is decided; bools become bits when they are exported. */
static size_t value_size(const column_row *row)
{
    if (row->kind == COLUMN_INSTANT)
        return sizeof(int64_t);
    return row->format[0] == 'i' ? sizeof(uint32_t) : 1;
}

static void point_output(tn_batch_output *output, uint32_t number, void *values)
{
    switch (number) {
    case 0: output->decision = values; break;
    case 1: output->reason = values; break;
    case 2: output->clause = values; break;
    case 3: output->due = values; break;
    case 4: output->deadline = values; break;
    case 5: output->next_change = values; break;
    case 6: output->overdue = values; break;
    default: output->conflict = values; break;
    }
}

static tn_status add_column(tn_arrow_result *r, uint32_t number,
                            tn_batch_output *output)
{
    const column_row *row = &column_rows[number];
    result_column *c = &r->columns[r->column_count];
    size_t size = value_size(row) * (size_t)r->length + 8;
    c->values = tn_resize(hook(&r->heap), NULL, 0, size);
    if (c->values == NULL)
        return TN_NOMEM;
    c->value_bytes = size;
    r->numbers[r->column_count++] = (uint8_t)number;
    if (row->kind == COLUMN_INSTANT || number == 2) {
        c->validity = tn_resize(hook(&r->heap), NULL, 0, bitmap_bytes(r->length));
        if (c->validity == NULL)
            return TN_NOMEM;
    }
    point_output(output, number, c->values);
    return TN_OK;
}

tn_status tn_arrow_result_new(tn_arrow_words *words, uint32_t out, int64_t length,
                              tn_batch_output *output, tn_arrow_result **result)
{
    const heap h = words->heap;
    tn_arrow_result *r = tn_resize(hook(&h), NULL, 0, sizeof(*r));
    if (r == NULL)
        return TN_NOMEM;
    *r = (tn_arrow_result){.heap = h, .words = words, .length = length};
    atomic_init(&r->shares, 1);
    atomic_fetch_add(&words->shares, 1);
    *output = (tn_batch_output){.decision = NULL};
    for (uint32_t i = 0; i < COLUMNS; i++) {
        tn_status status = (out >> i & 1) != 0 ? add_column(r, i, output) : TN_OK;
        if (status != TN_OK) {
            tn_arrow_result_drop(r);
            return status;
        }
    }
    *result = r;
    return TN_OK;
}

/* --- results as arrays */

static void release_array(struct ArrowArray *array)
{
    tn_arrow_result *r = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++)
        if (array->children[i]->release != NULL)
            array->children[i]->release(array->children[i]);
    if (array->dictionary != NULL && array->dictionary->release != NULL)
        array->dictionary->release(array->dictionary);
    array->release = NULL;
    tn_arrow_result_drop(r);
}

/* Each array that is out holds a share of the result. */
static void open_array(tn_arrow_result *r, struct ArrowArray *array, int64_t length,
                       const void **buffers, int64_t buffer_count)
{
    atomic_fetch_add(&r->shares, 1);
    *array = (struct ArrowArray){.length = length,
                                 .buffers = buffers,
                                 .n_buffers = buffer_count,
                                 .release = release_array,
                                 .private_data = r};
}

static void open_dictionary(tn_arrow_result *r, result_column *c, uint32_t number)
{
    const word_list *list = &r->words->lists[number];
    c->dictionary_buffers[1] = list->offsets;
    c->dictionary_buffers[2] = list->text;
    open_array(r, &c->dictionary, list->count, c->dictionary_buffers, BUFFERS);
    c->array.dictionary = &c->dictionary;
}

/* Bytes of 0 and 1 become bits, in place: bits never overtake bytes. */
static void pack_bits(uint8_t *bytes, int64_t length)
{
    for (int64_t i = 0; i < length; i += 8) {
        unsigned bits = 0;
        for (int64_t k = i; k < length && k < i + 8; k++)
            bits |= (unsigned)(bytes[k] & 1) << (k - i);
        bytes[i / 8] = (uint8_t)bits;
    }
}

/* Clauses become indices; the bit of each says whether there is one. */
static int64_t index_clauses(uint32_t *clauses, int64_t length, uint32_t first,
                             uint8_t *validity)
{
    int64_t nulls = 0;
    for (int64_t i = 0; i < length; i += 8) {
        unsigned bits = 0;
        for (int64_t k = i; k < length && k < i + 8; k++) {
            bool exists = clauses[k] != TN_NONE;
            bits |= (unsigned)exists << (k - i);
            clauses[k] = exists ? clauses[k] - first : 0;
            nulls += !exists;
        }
        validity[i / 8] = (uint8_t)bits;
    }
    return nulls;
}

static int64_t mark_instants(int64_t *instants, int64_t length, uint8_t *validity)
{
    int64_t nulls = 0;
    memset(validity, 0, bitmap_bytes(length));
    for (int64_t i = 0; i < length; i++) {
        bool exists = instants[i] != TN_BATCH_NEVER;
        validity[i / 8] = (uint8_t)(validity[i / 8] | (unsigned)exists << (i & 7));
        instants[i] = exists ? instants[i] : 0;
        nulls += !exists;
    }
    return nulls;
}

static void export_column(tn_arrow_result *r, uint32_t i, uint32_t first_clause)
{
    result_column *c = &r->columns[i];
    uint32_t number = r->numbers[i];
    int64_t nulls = 0;
    if (number == 2)
        nulls = index_clauses(c->values, r->length, first_clause, c->validity);
    else if (column_rows[number].kind == COLUMN_INSTANT)
        nulls = mark_instants(c->values, r->length, c->validity);
    else if (column_rows[number].kind == COLUMN_BOOL)
        pack_bits(c->values, r->length);
    c->buffers[0] = nulls > 0 ? c->validity : NULL;
    c->buffers[1] = c->values;
    open_array(r, &c->array, r->length, c->buffers, 2);
    c->array.null_count = nulls;
    if (number < WORD_COLUMNS)
        open_dictionary(r, c, number);
    r->children[i] = &c->array;
}

void tn_arrow_export(tn_arrow_result *r, uint32_t first_clause, struct ArrowArray *out)
{
    for (uint32_t i = 0; i < r->column_count; i++)
        export_column(r, i, first_clause);
    open_array(r, out, r->length, r->no_buffers, 1);
    out->n_children = r->column_count;
    out->children = r->children;
    tn_arrow_result_drop(r);
}

/* --- schemas */

typedef struct schema_block {
    atomic_uint shares;
    heap heap;
    struct ArrowSchema columns[COLUMNS];
    struct ArrowSchema dictionaries[COLUMNS];
    struct ArrowSchema *children[COLUMNS];
} schema_block;

static void release_schema(struct ArrowSchema *schema)
{
    schema_block *block = schema->private_data;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (schema->children[i]->release != NULL)
            schema->children[i]->release(schema->children[i]);
    if (schema->dictionary != NULL && schema->dictionary->release != NULL)
        schema->dictionary->release(schema->dictionary);
    schema->release = NULL;
    heap h = block->heap;
    if (atomic_fetch_sub(&block->shares, 1) == 1)
        tn_resize(hook(&h), block, sizeof(*block), 0);
}

static void open_schema(schema_block *block, struct ArrowSchema *schema,
                        const char *format, const char *name)
{
    atomic_fetch_add(&block->shares, 1);
    *schema = (struct ArrowSchema){.format = format,
                                   .name = name,
                                   .release = release_schema,
                                   .private_data = block};
}

tn_status tn_arrow_export_schema(uint32_t out, const tn_allocator *memory,
                                 struct ArrowSchema *schema)
{
    schema_block *block = tn_resize(memory, NULL, 0, sizeof(*block));
    if (block == NULL)
        return TN_NOMEM;
    *block = (schema_block){.heap = heap_of(memory)};
    atomic_init(&block->shares, 0);
    open_schema(block, schema, "+s", "");
    for (uint32_t i = 0; i < COLUMNS; i++) {
        struct ArrowSchema *column = &block->columns[schema->n_children];
        if ((out >> i & 1) == 0)
            continue;
        open_schema(block, column, column_rows[i].format, column_rows[i].name);
        if (column_rows[i].kind == COLUMN_INSTANT || i == 2)
            column->flags = ARROW_FLAG_NULLABLE;
        if (column_rows[i].kind == COLUMN_WORDS) {
            column->dictionary = &block->dictionaries[schema->n_children];
            open_schema(block, column->dictionary, "u", "");
        }
        block->children[schema->n_children++] = column;
    }
    schema->children = block->children;
    return TN_OK;
}
