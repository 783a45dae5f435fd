#include "interp/check/mapping.h"

#include "interp/base/nearest.h"
#include "interp/check/exprs.h"
#include "interp/check/types.h"
#include "interp/check/zone_rows.h"

#include <string.h>

void tn_source_start(tn_source_draft *draft, tn_checker *ck, tn_span at)
{
    *draft = (tn_source_draft){.ck = ck,
                               .row = {.store = TN_NONE,
                                       .columns = {ck->model->columns.count, 0},
                                       .maps = {ck->model->column_maps.count, 0},
                                       .where = TN_NONE,
                                       .at = at}};
    tn_map_init(&draft->columns, ck->arena->memory);
}

tn_status tn_source_end(tn_source_draft *draft, tn_status status, uint32_t *number)
{
    tn_map_free(&draft->columns);
    TN_TRY(status);
    tn_model *model = draft->ck->model;
    draft->row.columns.count = model->columns.count - draft->row.columns.first;
    draft->row.maps.count = model->column_maps.count - draft->row.maps.first;
    return tn_model_add_data_source(model, &draft->row, number);
}

/* --- columns */

static tn_status take_column(tn_source_draft *draft, tn_str name, uint32_t *column)
{
    *column = tn_map_find(&draft->columns, name);
    if (*column != TN_NONE)
        return TN_OK;
    tn_str kept = tn_arena_copy(draft->ck->arena, name);
    if (kept.data == NULL)
        return TN_NOMEM;
    uint32_t row;
    TN_TRY(tn_model_add_column(draft->ck->model, &kept, &row));
    *column = row - draft->row.columns.first;
    return tn_map_put(&draft->columns, kept, *column);
}

/* In an expression each simple name is a column, and `record.` before it says so where
 * it is a word of the language. */
static bool find_column(tn_reader *reader, tn_str dotted, tn_cel_decl *out)
{
    tn_source_draft *draft = reader->host;
    if (tn_str_starts(dotted, TN_STR("record.")))
        dotted = tn_str_slice(dotted, strlen("record."), SIZE_MAX);
    if (memchr(dotted.data, '.', dotted.len) != NULL)
        return false;
    uint32_t column;
    if (take_column(draft, dotted, &column) != TN_OK) {
        draft->ck->diags->failed = true;
        column = 0;
    }
    *out = (tn_cel_decl){
        .kind = TN_CEL_DECL_SLOT, .type = tn_type_of(TN_TYPE_DYN), .number = column};
    return true;
}

static tn_status compile(tn_source_draft *draft, const tn_expr *expr,
                         const tn_type *want, uint32_t *out)
{
    tn_reader reader;
    tn_reader_init(&reader, draft->ck, draft);
    reader.find = find_column;
    tn_cel_compiled compiled;
    tn_status status = tn_exprs_compile(&reader, expr, want, &compiled);
    tn_reader_free(&reader);
    *out = compiled.expr;
    draft->broken |= compiled.expr == TN_NONE;
    return status;
}

tn_status tn_source_where(tn_source_draft *draft, const tn_expr *where)
{
    if (where == NULL)
        return TN_OK;
    return compile(draft, where, tn_type_of(TN_TYPE_BOOL), &draft->row.where);
}

/* --- encodings */

static const char *const encoding_words[TN_ENCODING_COUNT] = {
    [TN_ENCODING_NONE] = "",           [TN_ENCODING_UNIX_S] = "unix_s",
    [TN_ENCODING_UNIX_MS] = "unix_ms", [TN_ENCODING_UNIX_US] = "unix_us",
    [TN_ENCODING_UNIX_NS] = "unix_ns", [TN_ENCODING_LOCAL] = "local",
};

static bool is_instant(tn_field_type type)
{
    return type == TN_FIELD_TIMESTAMP || type == TN_FIELD_EVENT;
}

static void report_encoding(tn_source_draft *draft, tn_span at, const char *message,
                            const char *help)
{
    draft->broken = true;
    tn_diag *diag =
        tn_diag_add(draft->ck->diags, TN_FIND_COLUMN_ENCODING, at, "%s", message);
    tn_diag_help(draft->ck->diags, diag, "%s", help);
}

static tn_status read_encoding(tn_source_draft *draft, const tn_mapping *mapping,
                               const tn_goal *goal, tn_column_map *row)
{
    if (mapping->encoding.text.data == NULL)
        return TN_OK;
    tn_nearest nearest;
    uint32_t encoding = tn_nearest_word(encoding_words, TN_ENCODING_COUNT,
                                        mapping->encoding.text, &nearest);
    if (encoding == TN_NONE) {
        draft->broken = true;
        tn_diag *diag =
            tn_diag_add(draft->ck->diags, TN_FIND_COLUMN_ENCODING, mapping->encoding.at,
                        "there is no encoding `" TN_STR_FMT "`",
                        TN_STR_ARG(mapping->encoding.text));
        tn_nearest_help(&nearest, draft->ck->diags, diag,
                        "encodings are unix_s, unix_ms, unix_us, unix_ns and local "
                        "\"Area/City\"");
        return TN_OK;
    }
    if (!is_instant(goal->type)) {
        report_encoding(draft, mapping->encoding.at, "only instants have an encoding",
                        "leave it out: this is not of type timestamp or event");
        return TN_OK;
    }
    row->encoding = (tn_encoding)encoding;
    if (row->encoding != TN_ENCODING_LOCAL)
        return TN_OK;
    if (mapping->zone.text.data == NULL) {
        report_encoding(draft, mapping->encoding.at, "local to where is not said",
                        "write `as local \"Area/City\"`");
        return TN_OK;
    }
    return tn_zone_row(draft->ck, mapping->zone.text, mapping->zone.at, &row->zone);
}

/* --- sentinels */

static bool is_number(tn_field_type type)
{
    return type == TN_FIELD_INT || type == TN_FIELD_UINT;
}

/* Is a sentinel of this kind something the column could hold? */
static bool absent_fits(const tn_column_map *row, tn_field_type type, bool is_int)
{
    if (type == TN_FIELD_TYPE_COUNT || type == TN_FIELD_DYN)
        return true;
    if (is_instant(type))
        return row->encoding == TN_ENCODING_NONE || row->encoding == TN_ENCODING_LOCAL
                   ? !is_int
                   : is_int;
    if (is_int)
        return is_number(type);
    return type == TN_FIELD_STRING || type == TN_FIELD_DATE || type == TN_FIELD_BYTES;
}

static void read_absent(tn_source_draft *draft, const tn_mapping *mapping,
                        const tn_goal *goal, tn_column_map *row)
{
    const tn_expr *absent = mapping->absent;
    if (absent == NULL || absent->kind == TN_EXPR_ERROR)
        return;
    bool is_int = absent->kind == TN_EXPR_INT;
    if (!is_int && absent->kind != TN_EXPR_STRING) {
        report_encoding(draft, absent->at, "a sentinel is a text or an integer",
                        "write `absent \"9999-12-31\"` or `absent 0`");
        return;
    }
    if (!absent_fits(row, goal->type, is_int)) {
        report_encoding(draft, absent->at, "the column can never hold this sentinel",
                        is_int
                            ? "an integer stands where the value is one, or an instant "
                              "`as unix_s` and the like"
                            : "a text stands where the value is one, or an instant "
                              "without a unit");
        return;
    }
    row->has_absent = true;
    row->absent_is_int = is_int;
    if (is_int)
        row->absent_int = absent->as.integer;
    else
        row->absent_text = absent->as.text;
}

/* --- maps */

/* What an expression for a goal must be: an instant may come as text or number. */
static const tn_type *wanted(const tn_goal *goal)
{
    if (tn_field_type_is_instant(goal->type) || goal->type == TN_FIELD_TYPE_COUNT)
        return NULL;
    return goal->cel_type;
}

/* The column that an expression is, and nothing more; data NULL: it is more. */
static tn_str sole_column(const tn_expr *expr)
{
    bool is_member = expr->kind == TN_EXPR_SELECT && !expr->optional &&
                     expr->first->kind == TN_EXPR_NAME &&
                     tn_str_equal(expr->first->as.name.text, TN_STR("record"));
    if (expr->kind == TN_EXPR_NAME || is_member)
        return expr->as.name.text;
    return (tn_str){NULL, 0};
}

tn_status tn_source_map(tn_source_draft *draft, const tn_mapping *mapping,
                        const tn_goal *goal)
{
    tn_str column = sole_column(mapping->value);
    tn_column_map row = {.target = goal->target,
                         .index = goal->index,
                         .column = TN_NONE,
                         .value = TN_NONE,
                         .at = mapping->at};
    TN_TRY(read_encoding(draft, mapping, goal, &row));
    read_absent(draft, mapping, goal, &row);
    if (column.data != NULL)
        TN_TRY(take_column(draft, column, &row.column));
    else
        TN_TRY(compile(draft, mapping->value, wanted(goal), &row.value));
    return tn_model_add_column_map(draft->ck->model, &row, NULL);
}

tn_status tn_source_map_column(tn_source_draft *draft, tn_str column, tn_span at,
                               const tn_goal *goal)
{
    tn_column_map row = {
        .target = goal->target, .index = goal->index, .value = TN_NONE, .at = at};
    TN_TRY(take_column(draft, column, &row.column));
    return tn_model_add_column_map(draft->ck->model, &row, NULL);
}
