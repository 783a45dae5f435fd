/* verify: the only way from bytes to an image.
 *
 * Passes, each linear in the file: the frame (header, digest, sections); every column
 * of every row by its type (layout.def); what a column's type cannot say, table by
 * table; the code (interp/cel/verify.h), and that each expression reads only slots its
 * owner has. */
#include "interp/cel/verify.h"
#include "interp/cel/eval.h"
#include "interp/image/verify_part.h"

#include <string.h>

enum { MAGIC_BYTES = 8 };

/* --- the frame */

static bool read_header(tn_verifier *v, tn_str bytes)
{
    const tn_image_header *header = v->image->header;
    if (!tn_image_is_named(bytes))
        return tn_verify_refuse(v, "it does not start as a compiled policy does");
    if (header->section_count != TN_SECTION_COUNT || header->reserved != 0)
        return tn_verify_refuse(v, "its header is damaged");
    if (header->cost_budget == 0 || header->cost_budget > TN_CEL_BUDGET)
        return tn_verify_refuse(v, "its budget is none that a condition may have");
    if (header->length != bytes.len)
        return tn_verify_refuse(v, "it is cut off, or something follows it");
    tn_digest digest = tn_image_digest(bytes);
    if (!tn_digest_equal(&digest, &header->digest))
        return tn_verify_refuse(
            v, "its digest does not fit its content: it is damaged or was altered");
    return true;
}

static bool read_table(tn_verifier *v, tn_table table, tn_str content)
{
    uint32_t row_bytes = tn_tables[table].row_bytes;
    if (content.len % row_bytes != 0 || content.len / row_bytes >= TN_NONE)
        return tn_verify_refuse(v, "a table is not a whole number of rows");
    v->rows[table] = content.data;
    v->row_counts[table] = (uint32_t)(content.len / row_bytes);
    return true;
}

/* The sections stand one after the other, padded with zeros to 8 bytes. */
static bool read_sections(tn_verifier *v, tn_str bytes,
                          tn_str contents[TN_SECTION_COUNT])
{
    const tn_image_section *sections = (const void *)(v->image->header + 1);
    uint64_t at = sizeof(tn_image_header) + TN_SECTION_COUNT * sizeof(*sections);
    for (size_t i = 0; i < TN_SECTION_COUNT; i++) {
        if (sections[i].offset != at || sections[i].size_bytes > bytes.len - at)
            return tn_verify_refuse(v, "its sections are not in order");
        contents[i] = tn_str_slice(bytes, (size_t)at, (size_t)sections[i].size_bytes);
        at += sections[i].size_bytes;
        for (; at % 8 != 0; at++)
            if (at >= bytes.len || bytes.data[at] != 0)
                return tn_verify_refuse(v, "the padding between its sections is not 0");
    }
    if (at != bytes.len)
        return tn_verify_refuse(v, "bytes follow its last section");
    if (contents[TN_SECTION_STRINGS].len >= TN_NONE)
        return tn_verify_refuse(v, "its string pool is too large");
    return true;
}

/* Sets an array and its count of the code from a section. */
#define TAKE_CODE(array, count, SECTION)                                               \
    do {                                                                               \
        tn_str content_ = contents[TN_SECTION_CODE_##SECTION];                         \
        if (content_.len % sizeof(*code->array) != 0 ||                                \
            content_.len / sizeof(*code->array) >= TN_NONE)                            \
            return tn_verify_refuse(v, "its code is not a whole number of rows");      \
        code->array = (const void *)content_.data;                                     \
        count = (uint32_t)(content_.len / sizeof(*code->array));                       \
    } while (0)

static bool read_code(tn_verifier *v, const tn_str contents[TN_SECTION_COUNT])
{
    tn_cel_code *code = &v->image->code;
    uint32_t place_count;
    TAKE_CODE(nodes, code->node_count, NODES);
    TAKE_CODE(places, place_count, PLACES);
    TAKE_CODE(consts, code->const_count, CONSTS);
    TAKE_CODE(tables, code->table_count, TABLES);
    TAKE_CODE(exprs, code->expr_count, EXPRS);
    code->strings = contents[TN_SECTION_STRINGS].data;
    code->strings_len = (uint32_t)contents[TN_SECTION_STRINGS].len;
    if (place_count == 0)
        code->places = NULL;
    else if (place_count != code->node_count)
        return tn_verify_refuse(v, "its code has places for only some nodes");
    return true;
}

static void set_view(tn_verifier *v)
{
    tn_image *image = v->image;
#define TN_TABLE(ID, row, plural)                                                      \
    image->plural = (const void *)v->rows[TN_TABLE_##ID];                              \
    image->row##_count = v->row_counts[TN_TABLE_##ID];
#define TN_COLUMN(row, TYPE, name, to)
#define TN_TABLE_END(row)
#include "interp/image/layout.def"
#undef TN_TABLE
#undef TN_COLUMN
#undef TN_TABLE_END
}

static bool read_frame(tn_verifier *v, tn_str bytes)
{
    tn_str contents[TN_SECTION_COUNT];
    if (!read_header(v, bytes) || !read_sections(v, bytes, contents) ||
        !read_code(v, contents))
        return false;
    for (unsigned i = 0; i < TN_TABLE_COUNT; i++)
        if (!read_table(v, (tn_table)i, contents[TN_SECTION_FIRST_TABLE + i]))
            return false;
    v->image->strings = contents[TN_SECTION_STRINGS].data;
    set_view(v);
    return true;
}

/* --- columns by their types */

static uint32_t load_u32(const char *cell)
{
    uint32_t number;
    memcpy(&number, cell, sizeof(number));
    return number;
}

static bool check_instant(const char *cell)
{
    tn_img_instant t;
    memcpy(&t, cell, sizeof(t));
    return t.zero == 0 && tn_instant_is_valid((tn_instant){t.seconds, t.nanos});
}

static bool check_period(const char *cell)
{
    tn_period period;
    memcpy(&period, cell, sizeof(period));
    return tn_period_is_valid(period);
}

/* One cell; `next` is where the column's ranges have come to. */
static bool check_cell(const tn_verifier *v, const tn_column_info *column,
                       const char *cell, uint32_t *next)
{
    uint32_t number = load_u32(cell);
    switch (column->type) {
    case TN_COLUMN_STR: return tn_text_map_holds(&v->texts, number, load_u32(cell + 4));
    case TN_COLUMN_REF: return number < v->row_counts[column->to];
    case TN_COLUMN_OPT: return number == TN_NONE || number < v->row_counts[column->to];
    case TN_COLUMN_EXPR: return number == TN_NONE || number < v->image->code.expr_count;
    case TN_COLUMN_ENUM: return number < column->to;
    case TN_COLUMN_BITS: return (number & ~column->to) == 0;
    case TN_COLUMN_ZERO: return number == 0;
    case TN_COLUMN_INSTANT: return check_instant(cell);
    case TN_COLUMN_PERIOD: return check_period(cell);
    case TN_COLUMN_RANGE: {
        uint32_t count = load_u32(cell + 4);
        bool fits = number == *next && count <= v->row_counts[column->to] - *next;
        *next += fits ? count : 0;
        return fits;
    }
    case TN_COLUMN_U32:
    case TN_COLUMN_I32:
    case TN_COLUMN_I64:
    case TN_COLUMN_DIGEST: return true;
    }
    return false;
}

static bool check_column(tn_verifier *v, tn_table table, const tn_column_info *column)
{
    const char *cell = v->rows[table] + column->offset;
    uint32_t next = 0;
    for (uint32_t i = 0; i < v->row_counts[table]; i++) {
        if (!check_cell(v, column, cell, &next))
            return tn_verify_refuse(v, "a column holds what it can't hold");
        cell += tn_tables[table].row_bytes;
    }
    if (column->type == TN_COLUMN_RANGE && next != v->row_counts[column->to])
        return tn_verify_refuse(v, "rows belong to nothing");
    return true;
}

static bool check_columns(tn_verifier *v)
{
    for (unsigned i = 0; i < TN_TABLE_COUNT; i++)
        for (uint32_t j = 0; j < tn_tables[i].column_count; j++)
            if (!check_column(v, (tn_table)i, &tn_tables[i].columns[j]))
                return false;
    tn_img_str version = v->image->header->tzdata_version;
    return tn_text_map_holds(&v->texts, version.offset, version.len) ||
           tn_verify_refuse(v, "its header is damaged");
}

static tn_status check_code(tn_verifier *v)
{
    tn_cel_fault fault = {NULL, 0};
    tn_status status = tn_cel_verify(&v->image->code, v->image->memory, &fault);
    if (status == TN_BAD_IMAGE)
        tn_verify_refuse(v, fault.what);
    return status;
}

static tn_status check_all(tn_verifier *v, tn_str bytes)
{
    if (!read_frame(v, bytes))
        return TN_BAD_IMAGE;
    tn_str strings = {v->image->strings, v->image->code.strings_len};
    TN_TRY(tn_text_map_init(&v->texts, strings, v->image->memory));
    bool good = check_columns(v);
    tn_text_map_free(&v->texts);
    if (!good)
        return TN_BAD_IMAGE;
    TN_TRY(check_code(v));
    return tn_verify_rows(v) ? TN_OK : TN_BAD_IMAGE;
}

/* Formats are compared before anything else is read: of another one nothing is known
 * but the first twelve bytes. */
static const char *describe_format(uint32_t format)
{
    return format > TN_IMAGE_FORMAT
               ? "it was compiled by a newer version of tenure: use that version, or "
                 "compile the policy again with this one"
               : "it was compiled by an older version of tenure: compile the policy "
                 "again";
}

tn_status tn_image_view(tn_str bytes, const tn_allocator *memory, tn_image *out,
                        const char **why)
{
    uint32_t format;
    *out = (tn_image){.memory = memory, .bytes = bytes.data, .size_bytes = bytes.len};
    if (tn_image_is_named(bytes) && bytes.len >= MAGIC_BYTES + sizeof(format)) {
        memcpy(&format, bytes.data + MAGIC_BYTES, sizeof(format));
        *why = describe_format(format);
        if (format != TN_IMAGE_FORMAT)
            return TN_OTHER_VERSION;
    }
    *why = "it is too short for a compiled policy";
    if (bytes.len <
        sizeof(tn_image_header) + TN_SECTION_COUNT * sizeof(tn_image_section))
        return TN_BAD_IMAGE;
    out->header = out->bytes;
    tn_verifier v = {.image = out};
    tn_status status = check_all(&v, bytes);
    *why = status == TN_BAD_IMAGE ? v.why : tn_status_text(status);
    return status;
}

tn_status tn_image_verify(tn_str bytes, const tn_allocator *memory, tn_image *out,
                          const char **why)
{
    *out = (tn_image){.memory = memory};
    *why = tn_status_text(TN_NOMEM);
    size_t size_bytes = bytes.len == 0 ? 1 : bytes.len;
    void *copy = tn_resize(memory, NULL, 0, size_bytes);
    if (copy == NULL)
        return TN_NOMEM;
    if (bytes.len > 0)
        memcpy(copy, bytes.data, bytes.len);
    tn_status status = tn_image_view((tn_str){copy, bytes.len}, memory, out, why);
    if (status == TN_OK)
        out->copy = copy;
    else
        tn_resize(memory, copy, size_bytes, 0);
    return status;
}
