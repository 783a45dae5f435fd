#include "interp/image/disasm.h"
#include "interp/cel/disasm.h"

#include <string.h>

typedef struct lister {
    const tn_image *image;
    tn_buf *out;
} lister;

static void put_instant(tn_buf *out, const char *cell)
{
    tn_img_instant t;
    memcpy(&t, cell, sizeof(t));
    char text[TN_INSTANT_TEXT_MAX];
    tn_instant at = {t.seconds, t.nanos};
    tn_buf_put(out, (tn_str){text, tn_instant_format(at, text)});
}

static void put_period(tn_buf *out, const char *cell)
{
    tn_period period;
    memcpy(&period, cell, sizeof(period));
    char text[TN_PERIOD_TEXT_MAX];
    tn_buf_put(out, (tn_str){text, tn_period_format(period, text)});
}

static void put_digest(tn_buf *out, const char *cell)
{
    tn_digest digest;
    memcpy(&digest, cell, sizeof(digest));
    char text[TN_DIGEST_TEXT_BYTES];
    tn_digest_format(&digest, text);
    tn_buf_put(out, (tn_str){text, sizeof(text)});
}

static void put_row_number(tn_buf *out, const char *sign, uint32_t number)
{
    if (number == TN_NONE) {
        tn_buf_put_char(out, '-');
        return;
    }
    tn_buf_put_text(out, sign);
    tn_buf_put_uint(out, number);
}

static void put_cell(const lister *l, const tn_column_info *column, const char *cell)
{
    uint32_t pair[2] = {0, 0};
    int64_t wide = 0;
    memcpy(&pair[0], cell, sizeof(pair[0]));
    switch (column->type) {
    case TN_COLUMN_STR: {
        memcpy(pair, cell, sizeof(pair));
        tn_img_str s = {pair[0], pair[1]};
        tn_buf_put_json(l->out, tn_image_str(l->image, s));
        return;
    }
    case TN_COLUMN_RANGE:
        memcpy(pair, cell, sizeof(pair));
        tn_buf_put_format(l->out, "%u+%u", pair[0], pair[1]);
        return;
    case TN_COLUMN_REF:
    case TN_COLUMN_OPT: put_row_number(l->out, "#", pair[0]); return;
    case TN_COLUMN_EXPR: put_row_number(l->out, "expr ", pair[0]); return;
    case TN_COLUMN_I64:
        memcpy(&wide, cell, sizeof(wide));
        tn_buf_put_int(l->out, wide);
        return;
    case TN_COLUMN_I32: {
        int32_t number;
        memcpy(&number, cell, sizeof(number));
        tn_buf_put_int(l->out, number);
        return;
    }
    case TN_COLUMN_INSTANT: put_instant(l->out, cell); return;
    case TN_COLUMN_PERIOD: put_period(l->out, cell); return;
    case TN_COLUMN_DIGEST: put_digest(l->out, cell); return;
    case TN_COLUMN_ENUM:
    case TN_COLUMN_BITS:
    case TN_COLUMN_U32:
    case TN_COLUMN_ZERO: put_row_number(l->out, "", pair[0]); return;
    }
}

static void put_table(const lister *l, const tn_table_info *table, const char *rows,
                      uint32_t count)
{
    tn_buf_put_format(l->out, "\n%s: %u\n", table->name, count);
    for (uint32_t i = 0; i < count; i++, rows += table->row_bytes) {
        tn_buf_put_format(l->out, "%6u ", i);
        for (uint32_t k = 0; k < table->column_count; k++) {
            const tn_column_info *column = &table->columns[k];
            if (column->type == TN_COLUMN_ZERO)
                continue;
            tn_buf_put_format(l->out, " %s=", column->name);
            put_cell(l, column, rows + column->offset);
        }
        tn_buf_put_char(l->out, '\n');
    }
}

static void put_header(const lister *l)
{
    const tn_image_header *header = l->image->header;
    tn_buf_put_format(l->out, "image: format %u, %llu bytes\ndigest: ", header->format,
                      (unsigned long long)header->length);
    put_digest(l->out, (const char *)&header->digest);
    tn_str tzdata = tn_image_str(l->image, header->tzdata_version);
    tn_buf_put_format(l->out, "\ncost budget: %llu steps a condition\ntzdata: ",
                      (unsigned long long)header->cost_budget);
    tn_buf_put(l->out, tzdata.len == 0 ? TN_STR("none") : tzdata);
    tn_buf_put_char(l->out, '\n');
}

tn_status tn_image_disasm(const tn_image *image, tn_buf *out)
{
    lister l = {image, out};
    put_header(&l);
#define TN_TABLE(ID, row, plural)                                                      \
    put_table(&l, &tn_tables[TN_TABLE_##ID], (const char *)image->plural,              \
              image->row##_count);
#define TN_COLUMN(row, TYPE, name, to)
#define TN_TABLE_END(row)
#include "interp/image/layout.def"
#undef TN_TABLE
#undef TN_COLUMN
#undef TN_TABLE_END
    tn_buf_put_format(out, "\nexpressions: %u\n", image->code.expr_count);
    for (uint32_t i = 0; i < image->code.expr_count; i++)
        tn_cel_disasm(&image->code, i, out);
    return tn_buf_status(out);
}
