#include "interp/image/image.h"

#include <stddef.h>
#include <string.h>

/* What a column's `to` is as a number: a table for the types that refer to one. */
#define TO_STR(to) to
#define TO_REF(to) TN_TABLE_##to
#define TO_OPT(to) TN_TABLE_##to
#define TO_RANGE(to) TN_TABLE_##to
#define TO_EXPR(to) to
#define TO_ENUM(to) to
#define TO_BITS(to) to
#define TO_U32(to) to
#define TO_I32(to) to
#define TO_I64(to) to
#define TO_INSTANT(to) to
#define TO_PERIOD(to) to
#define TO_DIGEST(to) to
#define TO_ZERO(to) to

#define TN_TABLE(ID, row, plural) static const tn_column_info row##_columns[] = {
#define TN_COLUMN(row, TYPE, name, to)                                                 \
    {#name, TN_COLUMN_##TYPE, offsetof(tn_img_##row, name), TO_##TYPE(to)},
#define TN_TABLE_END(row)                                                              \
    }                                                                                  \
    ;
#include "interp/image/layout.def"
#undef TN_TABLE
#undef TN_COLUMN
#undef TN_TABLE_END

const tn_table_info tn_tables[TN_TABLE_COUNT] = {
#define TN_TABLE(ID, row, plural)                                                      \
    {#plural, sizeof(tn_img_##row), TN_COUNT(row##_columns), row##_columns},
#define TN_COLUMN(row, TYPE, name, to)
#define TN_TABLE_END(row)
#include "interp/image/layout.def"
#undef TN_TABLE
#undef TN_COLUMN
#undef TN_TABLE_END
};

/* A row without holes is as long as its columns are together. */
#define TN_TABLE(ID, row, plural) _Static_assert(sizeof(tn_img_##row) == 0
#define TN_COLUMN(row, TYPE, name, to) +sizeof(TN_C_TYPE_##TYPE)
#define TN_TABLE_END(row) , "a row has holes");
#include "interp/image/layout.def"
#undef TN_TABLE
#undef TN_COLUMN
#undef TN_TABLE_END

tn_digest tn_image_digest(tn_str bytes)
{
    size_t before = offsetof(tn_image_header, digest);
    size_t after = before + sizeof(tn_digest);
    tn_digest_state state;
    tn_digest_start(&state);
    tn_digest_add(&state, tn_str_slice(bytes, 0, before));
    tn_digest_add(&state, tn_str_slice(bytes, after, SIZE_MAX));
    return tn_digest_end(&state);
}

bool tn_image_is_named(tn_str bytes)
{
    static const unsigned char magic[8] = TN_IMAGE_MAGIC;
    return bytes.len >= sizeof(magic) && memcmp(bytes.data, magic, sizeof(magic)) == 0;
}

void tn_image_close(tn_image *image)
{
    tn_resize(image->memory, image->copy, image->size_bytes, 0);
    *image = (tn_image){.memory = image->memory};
}

tn_zone tn_image_zone(const tn_image *image, uint32_t zone)
{
    const tn_img_zone *row = &image->zones[zone];
    return (tn_zone){
        .name = tn_image_str(image, row->name),
        .at = &image->zone_ats[row->at.first].seconds,
        .offset = &image->zone_offsets[row->offset.first].seconds,
        .count = row->at.count,
        .cycle = row->cycle,
        .first_offset = row->first_offset,
    };
}

typedef tn_img_str name_of(const tn_image *image, uint32_t row);

/* The one row that a person calls `name`: in full, or by its last part if no other has
 * it. */
static uint32_t find_called(const tn_image *image, uint32_t count, name_of *get,
                            tn_str name)
{
    uint32_t found = TN_NONE;
    bool is_one = true;
    for (uint32_t i = 0; i < count; i++) {
        tn_str full = tn_image_str(image, get(image, i));
        if (tn_str_equal(full, name))
            return i;
        if (!tn_str_equal(tn_str_last_name(full), name))
            continue;
        is_one = found == TN_NONE;
        found = i;
    }
    return is_one ? found : TN_NONE;
}

static tn_img_str category_name(const tn_image *image, uint32_t row)
{
    return image->categories[row].name;
}

static tn_img_str entity_name(const tn_image *image, uint32_t row)
{
    return image->entities[row].name;
}

uint32_t tn_image_find_category(const tn_image *image, tn_str name)
{
    return find_called(image, image->category_count, category_name, name);
}

uint32_t tn_image_find_entity(const tn_image *image, tn_str name)
{
    return find_called(image, image->entity_count, entity_name, name);
}
