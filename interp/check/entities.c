#include "interp/check/entities.h"

#include "interp/check/marks.h"
#include "interp/check/names.h"
#include "interp/check/types.h"

tn_hold_word tn_hold_word_find(tn_str name)
{
    if (tn_str_equal(name, TN_STR("hold")))
        return TN_WORD_HOLD;
    if (tn_str_equal(name, TN_STR("hold_from")))
        return TN_WORD_HOLD_FROM;
    if (tn_str_equal(name, TN_STR("hold_until")))
        return TN_WORD_HOLD_UNTIL;
    return TN_WORD_NO_HOLD;
}

static tn_status read_type(tn_checker *ck, const tn_entity_item *item, tn_fact *fact)
{
    fact->field_type = TN_FIELD_EVENT;
    fact->type = tn_type_of(TN_TYPE_TIMESTAMP);
    if (item->is_event)
        return TN_OK;
    TN_TRY(tn_types_read(ck, item->type, &fact->field_type, &fact->type));
    if (fact->field_type == TN_FIELD_EVENT) {
        tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_UNKNOWN_TYPE, item->type->at,
                                    "an attribute is not an event");
        tn_diag_help(ck->diags, diag, "write `event " TN_STR_FMT "`",
                     TN_STR_ARG(item->name.text));
    }
    return TN_OK;
}

static tn_status add_fact(tn_checker *ck, const tn_symbol *entity,
                          const tn_entity_item *item)
{
    tn_fact fact = {.name = item->name.text,
                    .label = item->label.text,
                    .is_event = item->is_event,
                    .at = item->at};
    TN_TRY(read_type(ck, item, &fact));
    tn_marks marks = tn_marks_read(
        ck->diags, item->marks, item->is_event ? TN_MARKED_EVENT : TN_MARKED_ATTRIBUTE,
        fact.field_type);
    fact.plausible = marks.plausible;
    if (fact.field_type == TN_FIELD_TYPE_COUNT)
        fact.field_type = TN_FIELD_DYN;
    tn_symbol symbol = {.kind = TN_SYMBOL_FACT,
                        .module = entity->module,
                        .full = tn_checker_join(ck, entity->full, '.', fact.name),
                        .at = item->name.at};
    if (symbol.full.data == NULL)
        return TN_NOMEM;
    TN_TRY(tn_model_add_fact(ck->model, &fact, &symbol.row));
    return tn_names_enter(ck, &symbol);
}

/* A name that is taken, by another fact or by the language. */
static bool is_taken(tn_checker *ck, const tn_symbol *entity,
                     const tn_entity_item *item)
{
    if (tn_hold_word_find(item->name.text) != TN_WORD_NO_HOLD) {
        tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_DUPLICATE_NAME, item->name.at,
                                    "every entity has `" TN_STR_FMT "` as it is",
                                    TN_STR_ARG(item->name.text));
        tn_diag_help(
            ck->diags, diag,
            "hold, hold_from and hold_until are facts of every entity: leave it "
            "out, or give it another name");
        return true;
    }
    uint32_t same = tn_names_at(ck, TN_SYMBOL_FACT, entity->full, item->name.text);
    if (same == TN_NONE)
        return false;
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_DUPLICATE_NAME, item->name.at,
                                "`" TN_STR_FMT "` is declared twice in this entity",
                                TN_STR_ARG(item->name.text));
    tn_diag_help(ck->diags, diag, "give one of them another name");
    tn_diag_other(ck->diags, diag, ck->symbols.rows[same].at,
                  "it is declared here as well");
    return true;
}

tn_status tn_entities_declare(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    tn_symbol symbol;
    TN_TRY(tn_names_declare(ck, TN_SYMBOL_ENTITY, module, &decl->name, &symbol));
    if (symbol.full.data == NULL)
        return TN_OK;
    tn_entity entity = {.name = symbol.full,
                        .title = decl->text.text,
                        .facts = {ck->model->facts.count, 0},
                        .module = module,
                        .at = decl->name.at};
    for (int events = 1; events >= 0; events--)
        for (const tn_entity_item *item = decl->entity_items; item != NULL;
             item = item->next)
            if (item->is_event == (events == 1) && !is_taken(ck, &symbol, item))
                TN_TRY(add_fact(ck, &symbol, item));
    entity.facts.count = ck->model->facts.count - entity.facts.first;
    TN_TRY(tn_model_add_entity(ck->model, &entity, &symbol.row));
    return tn_names_enter(ck, &symbol);
}
