#include "interp/check/merge.h"

#include "interp/check/blocks.h"
#include "interp/check/names.h"

static const char *const aspect_words[TN_ASPECT_COUNT] = {
    [TN_ASPECT_TITLE] = "title",         [TN_ASPECT_OF] = "`of`",
    [TN_ASPECT_FIELDS] = "fields",       [TN_ASPECT_PURPOSE] = "purposes",
    [TN_ASPECT_BASIS] = "basis",         [TN_ASPECT_STORED] = "placements",
    [TN_ASPECT_RETENTION] = "retention",
};

const char *tn_aspect_word(tn_aspect aspect)
{
    return aspect_words[aspect];
}

static bool speaks(const tn_item *item, tn_span *at)
{
    if (item != NULL)
        *at = item->word_at;
    return item != NULL;
}

bool tn_block_speaks(const tn_block *block, tn_aspect aspect, tn_span *at)
{
    switch (aspect) {
    case TN_ASPECT_TITLE:
        *at = block->decl->text.at;
        return block->decl->text.text.data != NULL;
    case TN_ASPECT_OF:
        if (block->decl->of != NULL)
            *at = block->decl->of->entity->at;
        return block->decl->of != NULL;
    case TN_ASPECT_FIELDS: return speaks(block->fields, at);
    case TN_ASPECT_PURPOSE: return speaks(block->purpose, at);
    case TN_ASPECT_BASIS: return speaks(block->basis, at);
    case TN_ASPECT_STORED: return speaks(block->stored, at);
    case TN_ASPECT_RETENTION: return speaks(block->retention, at);
    case TN_ASPECT_COUNT: break;
    }
    return false;
}

/* --- drafts */

/* Two parents speak of an aspect, and the module does not say which prevails. */
static void report_rivals(tn_checker *ck, const tn_draft *draft, tn_aspect aspect,
                          uint32_t rival)
{
    const tn_block *first = &ck->blocks.rows[draft->origin[aspect]];
    const tn_block *second = &ck->blocks.rows[rival];
    tn_span at = ck->model->modules.rows[draft->module].at;
    if (draft->own != TN_NONE)
        at = ck->blocks.rows[draft->own].decl->name.at;
    tn_span first_at = first->decl->name.at;
    (void)tn_block_speaks(first, aspect, &first_at);
    tn_diag *diag =
        tn_diag_add(ck->diags, TN_FIND_RIVAL_PARENTS, at,
                    "two parents speak of the %s of category `" TN_STR_FMT
                    "`: `" TN_STR_FMT "` and `" TN_STR_FMT "`",
                    tn_aspect_word(aspect), TN_STR_ARG(draft->simple),
                    TN_STR_ARG(ck->model->modules.rows[first->module].name),
                    TN_STR_ARG(ck->model->modules.rows[second->module].name));
    tn_diag_help(ck->diags, diag, "state it here");
    tn_diag_other(ck->diags, diag, first_at, "the first parent's is here");
}

static void inherit_aspect(tn_checker *ck, tn_draft *draft, tn_aspect aspect)
{
    for (uint32_t i = 0; i < draft->parents.count; i++) {
        const tn_draft *parent = &ck->drafts.rows[draft->parents.rows[i]];
        uint32_t origin = parent->origin[aspect];
        if (draft->origin[aspect] == TN_NONE)
            draft->origin[aspect] = origin;
        else if (origin != TN_NONE && origin != draft->origin[aspect] &&
                 aspect != TN_ASPECT_TITLE)
            report_rivals(ck, draft, aspect, origin);
    }
}

static tn_status find_parents(tn_checker *ck, tn_draft *draft)
{
    tn_range parents = ck->model->modules.rows[draft->module].parents;
    for (uint32_t i = 0; i < parents.count; i++) {
        uint32_t parent = ck->model->references.rows[parents.first + i];
        uint32_t symbol =
            tn_names_at(ck, TN_SYMBOL_CATEGORY, ck->model->modules.rows[parent].name,
                        draft->simple);
        if (symbol != TN_NONE)
            TN_TRY(
                tn_numbers_include(ck, &draft->parents, ck->symbols.rows[symbol].row));
    }
    return TN_OK;
}

static tn_status find_layers(tn_checker *ck, tn_draft *draft)
{
    if (draft->own != TN_NONE)
        TN_TRY(tn_numbers_add(ck, &draft->layers, draft->own));
    for (uint32_t i = 0; i < draft->parents.count; i++) {
        const tn_draft *parent = &ck->drafts.rows[draft->parents.rows[i]];
        for (uint32_t j = 0; j < parent->layers.count; j++)
            TN_TRY(tn_numbers_include(ck, &draft->layers, parent->layers.rows[j]));
    }
    return TN_OK;
}

static tn_status add_draft(tn_checker *ck, const tn_symbol *symbol, uint32_t own)
{
    tn_draft draft = {.name = symbol->full,
                      .simple = tn_str_last_name(symbol->full),
                      .module = symbol->module,
                      .own = own,
                      .category = TN_NONE};
    TN_TRY(find_parents(ck, &draft));
    TN_TRY(find_layers(ck, &draft));
    for (int i = 0; i < TN_ASPECT_COUNT; i++) {
        tn_span at;
        draft.origin[i] = TN_NONE;
        if (own != TN_NONE && tn_block_speaks(&ck->blocks.rows[own], (tn_aspect)i, &at))
            draft.origin[i] = own;
        else
            inherit_aspect(ck, &draft, (tn_aspect)i);
    }
    tn_symbol entered = *symbol;
    TN_TRY(tn_checker_add_draft(ck, &draft, &entered.row));
    return tn_names_enter(ck, &entered);
}

static tn_status merge_own(tn_checker *ck, uint32_t module, const tn_decl *decl)
{
    uint32_t block;
    TN_TRY(tn_blocks_read(ck, module, decl, &block));
    if (decl->kind == TN_DECL_EVERY) {
        tn_scope *scope = &ck->scopes.rows[module];
        scope->is_standard = true;
        if (scope->every == TN_NONE)
            scope->every = block;
        return TN_OK;
    }
    tn_symbol symbol;
    TN_TRY(tn_names_declare(ck, TN_SYMBOL_CATEGORY, module, &decl->name, &symbol));
    return symbol.full.data == NULL ? TN_OK : add_draft(ck, &symbol, block);
}

/* What a parent has and the module does not describe. */
static tn_status inherit_whole(tn_checker *ck, uint32_t module, uint32_t parent)
{
    tn_range drafts = ck->scopes.rows[parent].drafts;
    tn_str module_name = ck->model->modules.rows[module].name;
    for (uint32_t i = 0; i < drafts.count; i++) {
        const tn_draft *inherited = &ck->drafts.rows[drafts.first + i];
        if (tn_names_at(ck, TN_SYMBOL_CATEGORY, module_name, inherited->simple) !=
            TN_NONE)
            continue;
        const tn_symbol symbol = {
            .kind = TN_SYMBOL_CATEGORY,
            .module = module,
            .full = tn_checker_join(ck, module_name, '.', inherited->simple),
            .at = ck->blocks.rows[inherited->layers.rows[0]].decl->name.at};
        if (symbol.full.data == NULL)
            return TN_NOMEM;
        TN_TRY(add_draft(ck, &symbol, TN_NONE));
    }
    return TN_OK;
}

tn_status tn_merge_module(tn_checker *ck, uint32_t module)
{
    uint32_t first = ck->drafts.count;
    const tn_decl *decl = ck->model->modules.rows[module].file->decls;
    for (; decl != NULL; decl = decl->next)
        if (decl->kind == TN_DECL_CATEGORY || decl->kind == TN_DECL_EVERY)
            TN_TRY(merge_own(ck, module, decl));
    tn_range parents = ck->model->modules.rows[module].parents;
    for (uint32_t i = 0; i < parents.count; i++)
        TN_TRY(
            inherit_whole(ck, module, ck->model->references.rows[parents.first + i]));
    ck->scopes.rows[module].drafts = (tn_range){first, ck->drafts.count - first};
    return TN_OK;
}

/* --- clauses of a draft, in order */

/* Adds a part, unless it is there: a standard may come by two ways, or be a parent as
 * well. */
static tn_status add_part(tn_checker *ck, const tn_draft *draft, uint32_t block,
                          uint32_t part, tn_layered_list *list)
{
    tn_parts *parts = &ck->blocks.rows[block].parts[part];
    uint32_t stamp = (uint32_t)(draft - ck->drafts.rows) + 1;
    if (parts->listed == stamp)
        return TN_OK;
    parts->listed = stamp;
    tn_layered *rows = tn_rows_grow(ck->arena, list->rows, list->count, &list->capacity,
                                    sizeof(*rows));
    if (rows == NULL)
        return TN_NOMEM;
    list->rows = rows;
    rows[list->count++] = (tn_layered){block, part};
    return TN_OK;
}

/* Does an item of this layer take part in the draft? */
static bool takes_part(const tn_draft *draft, uint32_t layer, const tn_block *block,
                       const tn_item *item)
{
    if (item->kind == TN_ITEM_STORED)
        return draft->origin[TN_ASPECT_STORED] == layer && item == block->stored;
    if (tn_item_is_retention(item->kind))
        return draft->origin[TN_ASPECT_RETENTION] == layer;
    return tn_item_is_clause(item->kind);
}

/* The draft's own clauses, in order. */
static tn_status list_layers(tn_checker *ck, const tn_draft *draft,
                             tn_layered_list *list)
{
    for (uint32_t i = 0; i < draft->layers.count; i++) {
        uint32_t layer = draft->layers.rows[i];
        const tn_block *block = &ck->blocks.rows[layer];
        for (uint32_t j = 0; j < block->part_count; j++)
            if (takes_part(draft, layer, block, block->parts[j].item))
                TN_TRY(add_part(ck, draft, layer, j, list));
    }
    return TN_OK;
}

/* What a standard says of a namesake: all but retain forms, and where it is stored. */
static tn_status list_namesake(tn_checker *ck, const tn_draft *draft,
                               const tn_draft *namesake, tn_layered_list *list)
{
    for (uint32_t i = 0; i < namesake->layers.count; i++) {
        uint32_t layer = namesake->layers.rows[i];
        const tn_block *block = &ck->blocks.rows[layer];
        for (uint32_t j = 0; j < block->part_count; j++) {
            const tn_item *item = block->parts[j].item;
            if (item->kind != TN_ITEM_STORED && !tn_item_is_form(item->kind) &&
                takes_part(namesake, layer, block, item))
                TN_TRY(add_part(ck, draft, layer, j, list));
        }
    }
    return TN_OK;
}

/* What a standard, with its own parents, says of every category. */
static tn_status list_every(tn_checker *ck, const tn_draft *draft, uint32_t standard,
                            tn_layered_list *list)
{
    const tn_scope *scope = &ck->scopes.rows[standard];
    for (uint32_t i = 0; i < scope->own_count; i++) {
        uint32_t every = ck->scopes.rows[scope->visible.rows[i]].every;
        if (every == TN_NONE)
            continue;
        const tn_block *block = &ck->blocks.rows[every];
        for (uint32_t j = 0; j < block->part_count; j++) {
            tn_item_kind kind = block->parts[j].item->kind;
            if (tn_item_is_clause(kind) && !tn_item_is_form(kind))
                TN_TRY(add_part(ck, draft, every, j, list));
        }
    }
    return TN_OK;
}

tn_status tn_merge_list(tn_checker *ck, const tn_draft *draft, tn_layered_list *list)
{
    list->count = 0;
    TN_TRY(list_layers(ck, draft, list));
    const tn_numbers *standards = &ck->scopes.rows[draft->module].standards;
    for (uint32_t i = 0; i < standards->count; i++) {
        tn_str name = ck->model->modules.rows[standards->rows[i]].name;
        uint32_t namesake = tn_names_at(ck, TN_SYMBOL_CATEGORY, name, draft->simple);
        if (namesake != TN_NONE)
            TN_TRY(list_namesake(
                ck, draft, &ck->drafts.rows[ck->symbols.rows[namesake].row], list));
        TN_TRY(list_every(ck, draft, standards->rows[i], list));
    }
    return TN_OK;
}
