#include "interp/check/tables.h"

#include "interp/cel/map_value.h"
#include "interp/check/exprs.h"
#include "interp/check/header.h"
#include "interp/check/names.h"

/* A table on the way. */
typedef struct draft {
    tn_checker *ck;
    tn_map_pair *pairs;
    uint32_t count;
    tn_map rows;             /* key: number of its pair */
    const tn_row **written;  /* of each pair */
    const tn_row *first;     /* the row that decides the type of all */
    const tn_row *otherwise; /* the default */
    const tn_value *otherwise_value;
    const tn_type *type;
    bool broken;
} draft;

/* The values of a table are of one type: null goes with all. */
static void check_type(draft *d, const tn_row *row, const tn_type *type)
{
    if (type->kind == TN_TYPE_NULL)
        return;
    if (d->first == NULL) {
        d->first = row;
        d->type = type;
        return;
    }
    if (tn_type_accepts(d->type, type))
        return;
    d->broken = true;
    tn_buf words;
    tn_buf_init(&words, d->ck->arena->memory);
    tn_buf_put_text(&words, "this value is ");
    tn_type_put(&words, type);
    tn_buf_put_text(&words, ", where the table's others are ");
    tn_type_put(&words, d->type);
    d->ck->diags->failed |= words.failed;
    tn_diag *diag = tn_diag_add(d->ck->diags, TN_FIND_TYPE, row->value->at, TN_STR_FMT,
                                TN_STR_ARG(tn_buf_view(&words)));
    tn_buf_free(&words);
    tn_diag_help(d->ck->diags, diag, "give all rows values of one type");
    tn_diag_other(d->ck->diags, diag, d->first->value->at, "such as this one");
}

static tn_status read_value(draft *d, const tn_row *row, const tn_value **value)
{
    const tn_type *type;
    TN_TRY(tn_exprs_constant(d->ck, row->value, value, &type));
    if (*value == NULL)
        d->broken = true;
    else
        check_type(d, row, type);
    return TN_OK;
}

static void report_twice(draft *d, const tn_row *row, const tn_row *before)
{
    d->broken = true;
    tn_diag *diag = tn_diag_add(d->ck->diags, TN_FIND_DUPLICATE_NAME,
                                row->key.text.data != NULL ? row->key.at : row->at,
                                "this row is in the table twice");
    tn_diag_help(d->ck->diags, diag, "leave one of them out");
    tn_diag_other(d->ck->diags, diag, before->at, "it is here already");
}

static tn_status read_row(draft *d, const tn_row *row)
{
    if (row->key.text.data == NULL) {
        if (d->otherwise != NULL) {
            report_twice(d, row, d->otherwise);
            return TN_OK;
        }
        d->otherwise = row;
        return read_value(d, row, &d->otherwise_value);
    }
    uint32_t same = tn_map_find(&d->rows, row->key.text);
    if (same != TN_NONE) {
        report_twice(d, row, d->written[same]);
        return TN_OK;
    }
    const tn_value *value;
    TN_TRY(read_value(d, row, &value));
    if (value != NULL) {
        d->pairs[d->count].key =
            (tn_value){.kind = TN_KIND_STRING, .as.text = row->key.text};
        d->pairs[d->count].value = *value;
    }
    d->written[d->count] = row;
    return tn_map_put(&d->rows, row->key.text, d->count++);
}

static tn_status read_rows(draft *d, const tn_decl *decl)
{
    uint32_t rows = 0;
    for (const tn_row *row = decl->rows; row != NULL; row = row->next)
        rows++;
    tn_arena *arena = &d->ck->model->code->arena;
    d->pairs = tn_arena_take_array(arena, rows, sizeof(tn_map_pair));
    d->written = tn_arena_take_array(d->ck->arena, rows, sizeof(tn_row *));
    if (d->pairs == NULL || d->written == NULL)
        return TN_NOMEM;
    for (const tn_row *row = decl->rows; row != NULL; row = row->next)
        TN_TRY(read_row(d, row));
    return TN_OK;
}

static void report_empty(tn_checker *ck, const tn_decl *decl)
{
    tn_diag *diag =
        tn_diag_add(ck->diags, TN_FIND_EMPTY, decl->name.at,
                    "table `" TN_STR_FMT "` has no rows", TN_STR_ARG(decl->name.text));
    tn_diag_help(ck->diags, diag, "write rows, as \"DE\": 16, or a default");
}

/* Puts what has been read into the code and the model's row. */
static tn_status finish(draft *d, tn_model_table *table)
{
    tn_checker *ck = d->ck;
    tn_arena *arena = &ck->model->code->arena;
    tn_map_value *map = tn_arena_take(arena, sizeof(*map));
    tn_value *value = tn_arena_take(arena, sizeof(*value));
    if (map == NULL || value == NULL)
        return TN_NOMEM;
    uint32_t repeated;
    TN_TRY(tn_map_value_build(arena, d->pairs, d->count, map, &repeated));
    *value = (tn_value){.kind = TN_KIND_MAP, .as.map = map};
    table->map = value;
    table->otherwise = d->otherwise_value;
    table->type = tn_type_map(arena, tn_type_of(TN_TYPE_STRING), d->type);
    if (table->type == NULL)
        return TN_NOMEM;
    table->code_table =
        tn_cel_builder_table(ck->model->code, value, d->otherwise_value);
    return tn_cel_builder_status(ck->model->code);
}

static tn_status make(draft *d, const tn_decl *decl, tn_model_table *table)
{
    TN_TRY(read_rows(d, decl));
    if (decl->rows == NULL)
        report_empty(d->ck, decl);
    else if (!d->broken)
        return finish(d, table);
    return TN_OK;
}

tn_status tn_tables_declare(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    tn_symbol symbol;
    TN_TRY(tn_names_declare(ck, TN_SYMBOL_TABLE, module, &decl->name, &symbol));
    if (symbol.full.data == NULL)
        return TN_OK;
    tn_model_table table = {.name = symbol.full,
                            .title = decl->text.text,
                            .by = decl->by.text,
                            .code_table = TN_NONE,
                            .module = module,
                            .at = decl->name.at};
    draft d = {.ck = ck, .type = tn_type_of(TN_TYPE_DYN)};
    tn_map_init(&d.rows, ck->arena->memory);
    tn_status status = make(&d, decl, &table);
    tn_map_free(&d.rows);
    TN_TRY(status);
    TN_TRY(tn_model_add_table(ck->model, &table, &symbol.row));
    return tn_names_enter(ck, &symbol);
}
