#include "interp/check/data_types.h"

#include "interp/cel/map_value.h"
#include "interp/check/names.h"

/* A table of std.dpv, where the scope names that module; NULL. */
static const tn_map_value *find_table(tn_checker *ck, const tn_scope *scope,
                                      const char *name)
{
    uint32_t symbol =
        tn_names_at(ck, TN_SYMBOL_TABLE, TN_STR("std.dpv"), tn_str_from(name));
    if (symbol == TN_NONE ||
        !tn_numbers_has(&scope->visible, ck->symbols.rows[symbol].module))
        return NULL;
    const tn_value *map = ck->model->tables.rows[ck->symbols.rows[symbol].row].map;
    return map == NULL ? NULL : map->as.map;
}

static void try_names(const tn_map_value *table, tn_nearest *nearest)
{
    for (uint32_t i = 0; i < table->count; i++)
        tn_nearest_try(nearest, table->pairs[i].key.as.text);
}

static void report_unknown(tn_checker *ck, const tn_text *named,
                           const tn_map_value *personal, const tn_map_value *special)
{
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_UNKNOWN_NAME, named->at,
                                "std.dpv has no type of personal data `" TN_STR_FMT "`",
                                TN_STR_ARG(named->text));
    if (!tn_checker_may_suggest(ck))
        return;
    tn_nearest nearest = tn_nearest_to(named->text);
    try_names(personal, &nearest);
    try_names(special, &nearest);
    tn_nearest_help(&nearest, ck->diags, diag,
                    "leave the type out, or name a broader one");
}

void tn_data_type_read(tn_checker *ck, const tn_scope *scope, const tn_text *named,
                       tn_model_field *field)
{
    const tn_map_value *personal = find_table(ck, scope, "personal_data");
    const tn_map_value *special = find_table(ck, scope, "special_data");
    if (personal == NULL || special == NULL) {
        if (scope->incomplete)
            return;
        tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_UNKNOWN_NAME, named->at,
                                    "types of personal data are those of std.dpv");
        tn_diag_help(ck->diags, diag, "write `import std.dpv`");
        return;
    }
    const tn_value *address = tn_map_value_find_text(personal, named->text);
    const tn_value *of_special = tn_map_value_find_text(special, named->text);
    if (address == NULL && of_special == NULL) {
        report_unknown(ck, named, personal, special);
        return;
    }
    if (of_special != NULL && !field->special) {
        tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_MARK, named->at,
                                    "`" TN_STR_FMT "` is a special category of data",
                                    TN_STR_ARG(named->text));
        tn_diag_help(ck->diags, diag, "write @special(\"" TN_STR_FMT "\")",
                     TN_STR_ARG(named->text));
        return;
    }
    field->data_type = named->text;
    field->data_type_at = of_special != NULL ? of_special->as.text : address->as.text;
}
