#include "interp/check/declare.h"

#include "interp/check/entities.h"
#include "interp/check/guards.h"
#include "interp/check/names.h"
#include "interp/check/tables.h"
#include "interp/check/terms.h"

/* --- first pass: names */

static tn_status declare_section(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    tn_symbol symbol;
    TN_TRY(tn_names_declare(ck, TN_SYMBOL_SECTION, module, &decl->name, &symbol));
    if (symbol.full.data == NULL)
        return TN_OK;
    const tn_section row = {.name = decl->name.text,
                            .text = decl->text.text,
                            .specified_in = TN_NONE,
                            .module = module,
                            .at = decl->at};
    TN_TRY(tn_model_add_section(ck->model, &row, &symbol.row));
    return tn_names_enter(ck, &symbol);
}

static tn_status declare_purpose(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    tn_symbol symbol;
    TN_TRY(tn_names_declare(ck, TN_SYMBOL_PURPOSE, module, &decl->name, &symbol));
    if (symbol.full.data == NULL)
        return TN_OK;
    const tn_purpose row = {symbol.full, decl->text.text, module, decl->at};
    TN_TRY(tn_model_add_purpose(ck->model, &row, &symbol.row));
    return tn_names_enter(ck, &symbol);
}

static tn_status declare_basis(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    tn_symbol symbol;
    TN_TRY(tn_names_declare(ck, TN_SYMBOL_BASIS, module, &decl->name, &symbol));
    if (symbol.full.data == NULL)
        return TN_OK;
    const tn_basis row = {symbol.full, decl->text.text, TN_NONE, module, decl->at};
    TN_TRY(tn_model_add_basis(ck->model, &row, &symbol.row));
    return tn_names_enter(ck, &symbol);
}

/* It may name periods of other modules, whose turn has been, and those above it: so
 * none hangs on itself. One that is wrong has a name all the same. */
static tn_status declare_period(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    tn_symbol symbol;
    tn_named_period row = {
        .text = decl->text.text, .doc = decl->doc, .module = module, .at = decl->at};
    if (!tn_terms_sum(ck, &ck->scopes.rows[module], decl->period, &row.period))
        row.period = (tn_period){.days = 1};
    TN_TRY(tn_names_declare(ck, TN_SYMBOL_PERIOD, module, &decl->name, &symbol));
    if (symbol.full.data == NULL)
        return TN_OK;
    row.name = symbol.full;
    TN_TRY(tn_model_add_period(ck->model, &row, &symbol.row));
    return tn_names_enter(ck, &symbol);
}

static tn_status declare_condition(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    tn_symbol symbol;
    TN_TRY(tn_names_declare(ck, TN_SYMBOL_CONDITION, module, &decl->name, &symbol));
    if (symbol.full.data == NULL)
        return TN_OK;
    const tn_condition row = {.name = symbol.full,
                              .title = decl->text.text,
                              .entity = TN_NONE,
                              .require = TN_NONE,
                              .module = module,
                              .at = decl->at,
                              .decl = decl};
    TN_TRY(tn_model_add_condition(ck->model, &row, &symbol.row));
    return tn_names_enter(ck, &symbol);
}

static void report_misplaced(tn_checker *ck, const tn_decl *decl)
{
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_MISPLACED, decl->word_at,
                                "a module does not say where data is");
    tn_diag_help(
        ck->diags, diag,
        "stores, facts and bindings stand in a deployment, in a file of its own: "
        "`deployment NAME of MODULE`");
}

static tn_status declare(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    switch (decl->kind) {
    case TN_DECL_DECLARE: return declare_section(ck, module, decl);
    case TN_DECL_PURPOSE: return declare_purpose(ck, module, decl);
    case TN_DECL_BASIS: return declare_basis(ck, module, decl);
    case TN_DECL_PERIOD: return declare_period(ck, module, decl);
    case TN_DECL_ENTITY: return tn_entities_declare(ck, module, decl);
    case TN_DECL_TABLE: return tn_tables_declare(ck, module, decl);
    case TN_DECL_CONDITION: return declare_condition(ck, module, decl);
    case TN_DECL_STORE:
    case TN_DECL_FACTS:
    case TN_DECL_BIND: report_misplaced(ck, decl); return TN_OK;
    case TN_DECL_EXTENDS:
    case TN_DECL_SUBJECT:
    case TN_DECL_IMPORT:
    case TN_DECL_UPDATED:
    case TN_DECL_ZONE:
    case TN_DECL_EXTERNAL:
    case TN_DECL_COUNT:
    case TN_DECL_GRACE:
    case TN_DECL_CATEGORY:
    case TN_DECL_EVERY:
    case TN_DECL_TEST: return TN_OK;
    }
    return TN_OK;
}

/* --- second pass: what names refer to */

/* The row that a declaration became; TN_NONE if its name was taken. */
static uint32_t row_of(tn_checker *ck, tn_symbol_kind kind, uint32_t module,
                       const tn_decl *decl)
{
    tn_str name = ck->model->modules.rows[module].name;
    uint32_t number = tn_names_at(ck, kind, name, decl->name.text);
    if (number == TN_NONE)
        return TN_NONE;
    const tn_symbol *symbol = &ck->symbols.rows[number];
    bool same = symbol->at.file == decl->name.at.file &&
                symbol->at.start == decl->name.at.start;
    return same ? symbol->row : TN_NONE;
}

static bool has_section(tn_checker *ck, uint32_t module, tn_str name)
{
    const tn_scope *scope = &ck->scopes.rows[module];
    for (uint32_t i = 0; i < scope->own_count; i++) {
        tn_str owner = ck->model->modules.rows[scope->visible.rows[i]].name;
        if (tn_names_at(ck, TN_SYMBOL_SECTION, owner, name) != TN_NONE)
            return true;
    }
    return false;
}

static void resolve_section(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    uint32_t row = row_of(ck, TN_SYMBOL_SECTION, module, decl);
    if (decl->reference == NULL || row == TN_NONE)
        return;
    uint32_t in = tn_names_module(ck, &ck->scopes.rows[module], decl->reference);
    ck->model->sections.rows[row].specified_in = in;
    if (in == TN_NONE || tn_scope_is_external(ck, in) ||
        ck->scopes.rows[in].incomplete ||
        (in != module && has_section(ck, in, decl->name.text)))
        return;
    tn_diag *diag =
        tn_diag_add(ck->diags, TN_FIND_DEFERRAL_TO_NOTHING, decl->reference->at,
                    "`" TN_STR_FMT "` says nothing of `" TN_STR_FMT "`",
                    TN_STR_ARG(decl->reference->text), TN_STR_ARG(decl->name.text));
    tn_diag_help(ck->diags, diag,
                 "declare it there, or mark that module `external` if its text is "
                 "elsewhere");
    tn_diag_other(ck->diags, diag, ck->model->modules.rows[in].at,
                  "the module is declared here");
}

static void resolve_basis(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    uint32_t row = row_of(ck, TN_SYMBOL_BASIS, module, decl);
    if (decl->reference == NULL || row == TN_NONE)
        return;
    ck->model->bases.rows[row].under =
        tn_names_resolve(ck, &ck->scopes.rows[module], TN_SYMBOL_BASIS,
                         decl->reference->text, decl->reference->at);
}

static tn_status note_uses(tn_checker *ck, const tn_guard_place *place, tn_range facts,
                           tn_span at)
{
    for (uint32_t i = 0; i < facts.count; i++) {
        const tn_use use = {facts.first + i, TN_NONE, place->module, at};
        if (place->is_read[i])
            TN_TRY(tn_checker_add_use(ck, &use, NULL));
    }
    return TN_OK;
}

/* `require` over the facts of the entity. */
static tn_status compile_require(tn_checker *ck, uint32_t module,
                                 const tn_expr *require, tn_slots *slots,
                                 tn_condition *row)
{
    tn_range facts = ck->model->entities.rows[row->entity].facts;
    bool *is_read = tn_arena_take_array(ck->arena, facts.count, sizeof(bool));
    if (is_read == NULL)
        return TN_NOMEM;
    const tn_guard_place place = {slots, module, is_read};
    tn_cel_compiled compiled;
    TN_TRY(tn_slots_add_entity(slots, row->entity));
    TN_TRY(tn_guards_compile(&place, require, tn_type_of(TN_TYPE_BOOL), &compiled));
    row->require = compiled.expr;
    return note_uses(ck, &place, facts, require->at);
}

static tn_status resolve_condition(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    uint32_t row = row_of(ck, TN_SYMBOL_CONDITION, module, decl);
    if (decl->paths == NULL || row == TN_NONE)
        return TN_OK;
    uint32_t entity = tn_names_resolve(ck, &ck->scopes.rows[module], TN_SYMBOL_ENTITY,
                                       decl->paths->text, decl->paths->at);
    ck->model->conditions.rows[row].entity = entity;
    if (entity == TN_NONE || decl->require == NULL)
        return TN_OK;
    tn_slots slots;
    tn_slots_init(&slots, ck, "this condition");
    slots.on_entity = true;
    tn_status status = compile_require(ck, module, decl->require, &slots,
                                       &ck->model->conditions.rows[row]);
    tn_slots_free(&slots);
    return status;
}

/* Of several, which the header reports, the first counts. */
static void resolve_grace(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    tn_period *grace = &ck->model->modules.rows[module].grace;
    if (tn_period_is_zero(*grace) &&
        !tn_terms_sum(ck, &ck->scopes.rows[module], decl->period, grace))
        *grace = (tn_period){0, 0, 0};
}

static tn_status resolve(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    if (decl->kind == TN_DECL_DECLARE)
        resolve_section(ck, module, decl);
    else if (decl->kind == TN_DECL_GRACE)
        resolve_grace(ck, module, decl);
    else if (decl->kind == TN_DECL_BASIS)
        resolve_basis(ck, module, decl);
    else if (decl->kind == TN_DECL_CONDITION)
        return resolve_condition(ck, module, decl);
    return TN_OK;
}

/* --- legal bases that stand under each other */

static void report_circle(tn_checker *ck, tn_basis *basis)
{
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_CYCLE, basis->at,
                                "legal basis `" TN_STR_FMT "` stands under itself",
                                TN_STR_ARG(tn_str_last_name(basis->name)));
    tn_diag_help(ck->diags, diag, "leave one `under` out");
    basis->under = TN_NONE;
}

/* Follows `under` from each basis of the module; a number notes who has been there. */
static tn_status check_bases(tn_checker *ck, uint32_t first)
{
    uint32_t count = ck->model->bases.count - first;
    uint32_t *seen = tn_arena_take_array(ck->arena, count, sizeof(uint32_t));
    if (seen == NULL)
        return TN_NOMEM;
    tn_basis *rows = ck->model->bases.rows;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = first + i;
        while (at != TN_NONE && at >= first && seen[at - first] == 0) {
            seen[at - first] = i + 1;
            uint32_t under = rows[at].under;
            if (under != TN_NONE && under >= first && seen[under - first] == i + 1)
                report_circle(ck, &rows[at]);
            at = rows[at].under;
        }
    }
    return TN_OK;
}

tn_status tn_declare_module(tn_checker *ck, uint32_t module)
{
    const tn_decl *decls = ck->model->modules.rows[module].file->decls;
    uint32_t first_basis = ck->model->bases.count;
    uint32_t first_section = ck->model->sections.count;
    for (const tn_decl *decl = decls; decl != NULL; decl = decl->next)
        TN_TRY(declare(ck, module, decl));
    ck->model->modules.rows[module].sections =
        (tn_range){first_section, ck->model->sections.count - first_section};
    for (const tn_decl *decl = decls; decl != NULL; decl = decl->next)
        TN_TRY(resolve(ck, module, decl));
    return check_bases(ck, first_basis);
}
