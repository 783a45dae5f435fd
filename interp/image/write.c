#include "interp/image/write.h"

#include <string.h>

void tn_image_writer_init(tn_image_writer *writer, tn_strings *strings,
                          const tn_cel_builder *code, const tn_allocator *memory)
{
    *writer = (tn_image_writer){.strings = strings, .code = code};
    for (size_t i = 0; i < TN_TABLE_COUNT; i++)
        tn_buf_init(&writer->tables[i], memory);
}

void tn_image_writer_free(tn_image_writer *writer)
{
    for (size_t i = 0; i < TN_TABLE_COUNT; i++)
        tn_buf_free(&writer->tables[i]);
}

uint32_t tn_image_row_count(const tn_image_writer *writer, tn_table table)
{
    return (uint32_t)(writer->tables[table].len / tn_tables[table].row_bytes);
}

uint32_t tn_image_add(tn_image_writer *writer, tn_table table, const void *row)
{
    uint32_t number = tn_image_row_count(writer, table);
    tn_buf *buf = &writer->tables[table];
    if (buf->len + tn_tables[table].row_bytes > UINT32_MAX)
        buf->failed = true;
    tn_buf_put(buf, (tn_str){row, tn_tables[table].row_bytes});
    return number;
}

tn_img_str tn_image_intern(tn_image_writer *writer, tn_str s)
{
    return (tn_img_str){tn_strings_intern(writer->strings, s), (uint32_t)s.len};
}

/* The content of every section, in order. */
static void list_sections(const tn_image_writer *writer, tn_str out[TN_SECTION_COUNT])
{
    tn_cel_code code = tn_cel_builder_view(writer->code);
    out[TN_SECTION_STRINGS] = tn_strings_view(writer->strings);
    for (size_t i = 0; i < TN_TABLE_COUNT; i++)
        out[TN_SECTION_FIRST_TABLE + i] = tn_buf_view(&writer->tables[i]);
    out[TN_SECTION_CODE_NODES] =
        (tn_str){(const char *)code.nodes, code.node_count * sizeof(tn_cel_node)};
    out[TN_SECTION_CODE_PLACES] =
        (tn_str){(const char *)code.places,
                 code.places == NULL ? 0 : code.node_count * sizeof(tn_cel_place)};
    out[TN_SECTION_CODE_CONSTS] =
        (tn_str){(const char *)code.consts, code.const_count * sizeof(tn_cel_const)};
    out[TN_SECTION_CODE_TABLES] =
        (tn_str){(const char *)code.tables, code.table_count * sizeof(tn_cel_table)};
    out[TN_SECTION_CODE_EXPRS] =
        (tn_str){(const char *)code.exprs, code.expr_count * sizeof(tn_cel_expr)};
}

static uint64_t round_up(uint64_t size)
{
    return (size + 7) / 8 * 8;
}

static tn_status find_failure(const tn_image_writer *writer)
{
    for (size_t i = 0; i < TN_TABLE_COUNT; i++)
        TN_TRY(tn_buf_status(&writer->tables[i]));
    return tn_cel_builder_status(writer->code);
}

tn_status tn_image_write(tn_image_writer *writer, tn_buf *out)
{
    tn_image_header header = {
        .magic = TN_IMAGE_MAGIC,
        .format = TN_IMAGE_FORMAT,
        .section_count = TN_SECTION_COUNT,
        .cost_budget = writer->cost_budget,
        .tzdata_version = tn_image_intern(writer, writer->tzdata_version),
    };
    TN_TRY(find_failure(writer));
    tn_str contents[TN_SECTION_COUNT];
    list_sections(writer, contents);
    tn_image_section sections[TN_SECTION_COUNT];
    uint64_t offset = sizeof(header) + sizeof(sections);
    for (size_t i = 0; i < TN_SECTION_COUNT; i++) {
        sections[i] = (tn_image_section){offset, contents[i].len};
        offset += round_up(contents[i].len);
    }
    header.length = offset;

    size_t start = out->len;
    tn_buf_put(out, (tn_str){(const char *)&header, sizeof(header)});
    tn_buf_put(out, (tn_str){(const char *)sections, sizeof(sections)});
    for (size_t i = 0; i < TN_SECTION_COUNT; i++) {
        tn_buf_put(out, contents[i]);
        size_t padding = (size_t)(round_up(contents[i].len) - contents[i].len);
        tn_buf_put_repeated(out, 0, padding);
    }
    TN_TRY(tn_buf_status(out));
    header.digest = tn_image_digest(tn_str_slice(tn_buf_view(out), start, SIZE_MAX));
    memcpy(out->data + start, &header, sizeof(header));
    return TN_OK;
}
