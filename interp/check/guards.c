#include "interp/check/guards.h"

#include "interp/check/names.h"

static const tn_scope *scope_of(const tn_guard_place *place)
{
    return &place->slots->ck->scopes.rows[place->module];
}

static void declare_slot(const tn_guard_place *place, uint32_t slot, tn_cel_decl *out)
{
    const tn_model_field *field;
    const tn_fact *fact;
    tn_slots_view(place->slots, slot, &field, &fact);
    *out = (tn_cel_decl){.kind = TN_CEL_DECL_SLOT,
                         .type = field != NULL ? field->cel_type : fact->type,
                         .number = slot};
    if (place->is_read != NULL)
        place->is_read[slot] = true;
}

static void declare_table(const tn_model_table *table, tn_cel_decl *out)
{
    *out = (tn_cel_decl){.kind = TN_CEL_DECL_TABLE,
                         .type = table->type,
                         .number = table->code_table,
                         .map = table->map,
                         .otherwise = table->otherwise};
}

/* Tables that could not be made have no map: nothing more is said of them. */
static bool find_table(tn_reader *reader, tn_str dotted, tn_cel_decl *out)
{
    tn_checker *ck = reader->ck;
    const tn_guard_place *place = reader->host;
    tn_lookup lookup = tn_names_find(ck, scope_of(place), TN_SYMBOL_TABLE, dotted);
    if (lookup.how == TN_FOUND_NONE)
        return false;
    if (lookup.how != TN_FOUND_ONE) {
        if (tn_reader_mistake(reader, dotted, out))
            tn_names_report(ck, &lookup, &reader->held);
        return true;
    }
    const tn_model_table *table =
        &ck->model->tables.rows[ck->symbols.rows[lookup.found[0]].row];
    if (table->map == NULL)
        return tn_reader_silence(reader, out);
    declare_table(table, out);
    return true;
}

static bool report_now(tn_reader *reader, tn_cel_decl *out)
{
    if (!tn_reader_mistake(reader, TN_STR("now"), out))
        return true;
    tn_diag *diag = tn_diag_add(&reader->held, TN_FIND_NOW, TN_NOWHERE,
                                "a condition cannot depend on the time of evaluation");
    tn_diag_help(
        &reader->held, diag,
        "let a clause count the time: `retain P from A`, `on E delete after P`");
    return true;
}

/* A name that means nothing: a mistake that can be told, or left to the compiler of
 * conditions, which knows its own words. */
static bool find_mistake(tn_reader *reader, const tn_slot_answer *answer, tn_str dotted,
                         tn_cel_decl *out)
{
    const tn_guard_place *place = reader->host;
    if (tn_slots_may_be_lost(place->slots, scope_of(place), dotted))
        return tn_reader_silence(reader, out);
    if (tn_str_equal(dotted, TN_STR("now")))
        return report_now(reader, out);
    if (answer->found == TN_SLOT_NONE)
        return false;
    if (tn_reader_mistake(reader, dotted, out))
        tn_slots_report(place->slots, answer, dotted, &reader->held, TN_NOWHERE);
    return true;
}

static bool find(tn_reader *reader, tn_str dotted, tn_cel_decl *out)
{
    const tn_guard_place *place = reader->host;
    tn_slot_answer answer = tn_slots_find(place->slots, scope_of(place), dotted);
    if (answer.found == TN_SLOT_FOUND) {
        declare_slot(place, answer.slot, out);
        return true;
    }
    return find_table(reader, dotted, out) ||
           find_mistake(reader, &answer, dotted, out);
}

static void each(tn_reader *reader, tn_cel_name_fn *visit, void *to)
{
    const tn_guard_place *place = reader->host;
    for (uint32_t i = 0; i < place->slots->count; i++)
        visit(to, tn_slots_name(place->slots, i));
    tn_names_each(reader->ck, scope_of(place), TN_SYMBOL_TABLE, visit, to);
}

tn_status tn_guards_compile(const tn_guard_place *place, const tn_expr *expr,
                            const tn_type *want, tn_cel_compiled *out)
{
    tn_guard_place host = *place;
    tn_reader reader;
    tn_reader_init(&reader, place->slots->ck, &host);
    reader.find = find;
    reader.each = each;
    tn_status status = tn_exprs_compile(&reader, expr, want, out);
    tn_reader_free(&reader);
    return status;
}
