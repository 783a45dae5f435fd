/* image: a compiled policy, read-only: what everything that decides reads.
 *
 * One flat, little-endian, position-independent file:
 *
 *   offset  size  meaning
 *        0     8  magic, 7F 54 45 4E 55 52 45 0A ("\x7FTENURE\n")
 *        8     4  format version
 *       12     4  number of sections
 *       16     8  length of the file in bytes
 *       24     8  budget of one condition in steps, 1 to TN_CEL_BUDGET (cel/cost.h)
 *       32     8  version of the tz database of its zones: offset, length in strings
 *       40     8  reserved, 0
 *       48    32  BLAKE2b-256 of all other bytes, in order
 *       80        the section table: per section its offset and size, 8 bytes each
 *                 the sections, each 8-byte aligned, padded with 0, in the order of
 *                 tn_section_id: the string pool, the tables of layout.def, the code
 *
 * A library reads one format; by magic and format, the first twelve bytes, it tells
 * any other as older or newer, and refuses it. What changes what the bytes mean, a new
 * column, table, op or number, is a new format.
 *
 * Rows refer to rows by number and to text by offset and length in the pool. Every
 * RANGE column parts its table among its owners in order, without gap or overlap.
 *
 * Two types keep trust apart: bytes are tn_str, and only tn_image_verify makes a
 * tn_image of them. After it, evaluation cannot read out of bounds, loop for ever or
 * exceed its budget, whoever made the bytes.
 *
 * Owns: a private copy of the bytes, until tn_image_close; of tn_image_view nothing.
 * Fails: NOMEM, BAD_IMAGE, OTHER_VERSION. Threads: share freely. */
#ifndef TN_IMAGE_IMAGE_H
#define TN_IMAGE_IMAGE_H

#include "interp/base/digest.h"
#include "interp/calendar/reckon.h"
#include "interp/cel/code.h"
#include "interp/image/terms.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "images are little-endian and read in place"
#endif

enum { TN_IMAGE_FORMAT = 3 };

#define TN_IMAGE_MAGIC                                                                 \
    {                                                                                  \
        0x7F, 'T', 'E', 'N', 'U', 'R', 'E', '\n'                                       \
    }

/* --- columns and rows */

typedef struct tn_img_str {
    uint32_t offset;
    uint32_t len;
} tn_img_str;

typedef struct tn_img_range {
    uint32_t first;
    uint32_t count;
} tn_img_range;

typedef struct tn_img_instant {
    int64_t seconds;
    uint32_t nanos;
    uint32_t zero;
} tn_img_instant;

#define TN_C_TYPE_STR tn_img_str
#define TN_C_TYPE_REF uint32_t
#define TN_C_TYPE_OPT uint32_t
#define TN_C_TYPE_RANGE tn_img_range
#define TN_C_TYPE_EXPR uint32_t
#define TN_C_TYPE_ENUM uint32_t
#define TN_C_TYPE_BITS uint32_t
#define TN_C_TYPE_U32 uint32_t
#define TN_C_TYPE_I32 int32_t
#define TN_C_TYPE_I64 int64_t
#define TN_C_TYPE_INSTANT tn_img_instant
#define TN_C_TYPE_PERIOD tn_period
#define TN_C_TYPE_DIGEST tn_digest
#define TN_C_TYPE_ZERO uint32_t

#define TN_TABLE(ID, row, plural) typedef struct tn_img_##row {
#define TN_COLUMN(row, TYPE, name, to) TN_C_TYPE_##TYPE name;
#define TN_TABLE_END(row)                                                              \
    }                                                                                  \
    tn_img_##row;
#include "interp/image/layout.def"
#undef TN_TABLE
#undef TN_COLUMN
#undef TN_TABLE_END

/* The tables, in the order of layout.def. */
typedef enum tn_table {
#define TN_TABLE(ID, row, plural) TN_TABLE_##ID,
#define TN_COLUMN(row, TYPE, name, to)
#define TN_TABLE_END(row)
#include "interp/image/layout.def"
#undef TN_TABLE
#undef TN_COLUMN
#undef TN_TABLE_END
    TN_TABLE_COUNT
} tn_table;

/* The sections: the strings, the tables, the code. */
typedef enum tn_section_id {
    TN_SECTION_STRINGS,
    TN_SECTION_FIRST_TABLE,
    TN_SECTION_CODE_NODES = TN_SECTION_FIRST_TABLE + TN_TABLE_COUNT,
    TN_SECTION_CODE_PLACES,
    TN_SECTION_CODE_CONSTS,
    TN_SECTION_CODE_TABLES,
    TN_SECTION_CODE_EXPRS,
    TN_SECTION_COUNT
} tn_section_id;

typedef struct tn_image_header {
    unsigned char magic[8];
    uint32_t format;
    uint32_t section_count;
    uint64_t length;
    uint64_t cost_budget;
    tn_img_str tzdata_version;
    uint64_t reserved;
    tn_digest digest;
} tn_image_header;

typedef struct tn_image_section {
    uint64_t offset;
    uint64_t size_bytes;
} tn_image_section;

/* --- columns described, for verifier and listing */

typedef enum tn_column_type {
    TN_COLUMN_STR,
    TN_COLUMN_REF,
    TN_COLUMN_OPT,
    TN_COLUMN_RANGE,
    TN_COLUMN_EXPR,
    TN_COLUMN_ENUM,
    TN_COLUMN_BITS,
    TN_COLUMN_U32,
    TN_COLUMN_I32,
    TN_COLUMN_I64,
    TN_COLUMN_INSTANT,
    TN_COLUMN_PERIOD,
    TN_COLUMN_DIGEST,
    TN_COLUMN_ZERO
} tn_column_type;

typedef struct tn_column_info {
    const char *name;
    tn_column_type type;
    uint32_t offset; /* in the row */
    uint32_t to;     /* a tn_table, a count or a mask: as layout.def says */
} tn_column_info;

typedef struct tn_table_info {
    const char *name; /* plural */
    uint32_t row_bytes;
    uint32_t column_count;
    const tn_column_info *columns;
} tn_table_info;

extern const tn_table_info tn_tables[TN_TABLE_COUNT];

/* --- the verified view */

typedef struct tn_image {
    const tn_allocator *memory; /* borrowed; NULL is the C library's */
    const void *bytes;          /* 8-byte aligned */
    void *copy;                 /* own: the bytes; NULL: they are the caller's */
    size_t size_bytes;
    const tn_image_header *header;
    const char *strings;
#define TN_TABLE(ID, row, plural)                                                      \
    const tn_img_##row *plural;                                                        \
    uint32_t row##_count;
#define TN_COLUMN(row, TYPE, name, to)
#define TN_TABLE_END(row)
#include "interp/image/layout.def"
#undef TN_TABLE
#undef TN_COLUMN
#undef TN_TABLE_END
    tn_cel_code code;
} tn_image;

/* Copies `bytes` and proves them. On failure *why says in English what is wrong
 * (static). */
TN_MUST_USE tn_status tn_image_verify(tn_str bytes, const tn_allocator *memory,
                                      tn_image *out, const char **why);
/* The same of the bytes where they are: 8-byte aligned, borrowed, and changed by nobody
 * until tn_image_close. */
TN_MUST_USE tn_status tn_image_view(tn_str bytes, const tn_allocator *memory,
                                    tn_image *out, const char **why);
void tn_image_close(tn_image *image);

/* Do the bytes start as an image of any version does? */
bool tn_image_is_named(tn_str bytes);

static inline tn_str tn_image_str(const tn_image *image, tn_img_str s)
{
    return (tn_str){image->strings + s.offset, s.len};
}

/* The digest that belongs into the header of an image, which is at least a header long:
 * of all its bytes but the digest's own. */
tn_digest tn_image_digest(tn_str bytes);

/* The zone in row `zone`: a view. */
tn_zone tn_image_zone(const tn_image *image, uint32_t zone);

/* The row of the category with this full name, or, where it is only one, this last
 * name; TN_NONE: none or several. */
uint32_t tn_image_find_category(const tn_image *image, tn_str name);
uint32_t tn_image_find_entity(const tn_image *image, tn_str name);

#endif
