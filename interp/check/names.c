#include "interp/check/names.h"

#include <string.h>

static const char *const symbol_words[TN_SYMBOL_KIND_COUNT] = {
    [TN_SYMBOL_PURPOSE] = "purpose",         [TN_SYMBOL_BASIS] = "legal basis",
    [TN_SYMBOL_PERIOD] = "period",           [TN_SYMBOL_ENTITY] = "entity",
    [TN_SYMBOL_FACT] = "event or attribute", [TN_SYMBOL_TABLE] = "table",
    [TN_SYMBOL_CONDITION] = "condition",     [TN_SYMBOL_SECTION] = "declaration",
    [TN_SYMBOL_CATEGORY] = "category",
};

const char *tn_symbol_word(tn_symbol_kind kind)
{
    return symbol_words[kind];
}

/* --- keys: a letter for the kind, then the full name */

static char kind_letter(tn_symbol_kind kind)
{
    return (char)('a' + (int)kind);
}

static tn_str key_of(tn_checker *ck, tn_symbol_kind kind, tn_str module, tn_str simple)
{
    tn_buf *key = &ck->scratch;
    tn_buf_reset(key);
    tn_buf_put_char(key, kind_letter(kind));
    tn_buf_put(key, module);
    if (module.len > 0)
        tn_buf_put_char(key, '.');
    tn_buf_put(key, simple);
    return tn_buf_view(key);
}

uint32_t tn_names_at(tn_checker *ck, tn_symbol_kind kind, tn_str module, tn_str simple)
{
    tn_str key = key_of(ck, kind, module, simple);
    return ck->scratch.failed ? TN_NONE : tn_map_find(&ck->names, key);
}

static tn_str module_name(const tn_checker *ck, uint32_t module)
{
    return ck->model->modules.rows[module].name;
}

/* --- declaring */

tn_status tn_names_enter(tn_checker *ck, const tn_symbol *symbol)
{
    tn_str key = {NULL, symbol->full.len + 1};
    char *data = tn_arena_take(ck->arena, key.len + 1);
    if (data == NULL)
        return TN_NOMEM;
    data[0] = kind_letter(symbol->kind);
    memcpy(data + 1, symbol->full.data, symbol->full.len);
    key.data = data;
    uint32_t number;
    TN_TRY(tn_checker_add_symbol(ck, symbol, &number));
    return tn_map_put(&ck->names, key, number);
}

static bool may_be_redeclared(tn_symbol_kind kind)
{
    return kind == TN_SYMBOL_CATEGORY || kind == TN_SYMBOL_SECTION;
}

/* The symbol that stands in the way of a new one of this name, or TN_NONE. */
static uint32_t find_namesake(tn_checker *ck, tn_symbol_kind kind, uint32_t module,
                              tn_str simple)
{
    uint32_t same = tn_names_at(ck, kind, module_name(ck, module), simple);
    if (same != TN_NONE || may_be_redeclared(kind))
        return same;
    const tn_scope *scope = &ck->scopes.rows[module];
    for (uint32_t i = 0; i < scope->own_count && same == TN_NONE; i++)
        same = tn_names_at(ck, kind, module_name(ck, scope->visible.rows[i]), simple);
    return same;
}

tn_status tn_names_declare(tn_checker *ck, tn_symbol_kind kind, uint32_t module,
                           const tn_name *simple, tn_symbol *out)
{
    *out = (tn_symbol){.kind = kind, .module = module, .at = simple->at};
    uint32_t same = find_namesake(ck, kind, module, simple->text);
    if (same != TN_NONE) {
        const tn_symbol *other = &ck->symbols.rows[same];
        tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_DUPLICATE_NAME, simple->at,
                                    "the %s `" TN_STR_FMT "` is declared twice",
                                    tn_symbol_word(kind), TN_STR_ARG(simple->text));
        tn_diag_help(ck->diags, diag,
                     other->module == module
                         ? "give one of them another name"
                         : "a parent's names are seen here too: use that one, or give "
                           "this one another name");
        tn_diag_other(ck->diags, diag, other->at, "it is declared here as well");
        return TN_OK;
    }
    out->full = tn_checker_join(ck, module_name(ck, module), '.', simple->text);
    return out->full.data == NULL ? TN_NOMEM : TN_OK;
}

/* --- finding */

/* Where a simple name may come from. A category stands in every module that inherits
 * it, so it is that of the module itself, or one of the modules that a deployment is
 * of. */
static uint32_t reach_of(const tn_scope *scope, tn_symbol_kind kind)
{
    if (kind != TN_SYMBOL_CATEGORY)
        return scope->visible.count;
    return scope->module == TN_NONE ? scope->own_count : 1;
}

static void find_simple(tn_checker *ck, tn_lookup *lookup)
{
    uint32_t count = 0;
    uint32_t reach = reach_of(lookup->scope, lookup->kind);
    for (uint32_t i = 0; i < reach && count < 2; i++) {
        tn_str module = module_name(ck, lookup->scope->visible.rows[i]);
        uint32_t symbol = tn_names_at(ck, lookup->kind, module, lookup->dotted);
        if (symbol != TN_NONE)
            lookup->found[count++] = symbol;
    }
    if (count > 0)
        lookup->how = count == 1 ? TN_FOUND_ONE : TN_FOUND_TWO;
}

static bool names_module(const tn_scope *scope, uint32_t module)
{
    return tn_numbers_has(&scope->visible, module) ||
           tn_numbers_has(&scope->named, module);
}

tn_lookup tn_names_find(tn_checker *ck, const tn_scope *scope, tn_symbol_kind kind,
                        tn_str dotted)
{
    tn_lookup lookup = {scope, kind, dotted, TN_FOUND_NONE, {TN_NONE, TN_NONE}};
    if (memchr(dotted.data, '.', dotted.len) == NULL) {
        find_simple(ck, &lookup);
        return lookup;
    }
    lookup.found[0] = tn_names_at(ck, kind, TN_STR(""), dotted);
    if (lookup.found[0] != TN_NONE) {
        uint32_t module = ck->symbols.rows[lookup.found[0]].module;
        lookup.how = names_module(scope, module) ? TN_FOUND_ONE : TN_FOUND_UNSEEN;
    }
    return lookup;
}

void tn_names_each(const tn_checker *ck, const tn_scope *scope, tn_symbol_kind kind,
                   tn_cel_name_fn *visit, void *to)
{
    for (uint32_t i = 0; i < ck->symbols.count; i++) {
        const tn_symbol *symbol = &ck->symbols.rows[i];
        if (symbol->kind != kind)
            continue;
        if (tn_numbers_has(&scope->visible, symbol->module))
            visit(to, tn_str_last_name(symbol->full));
        if (tn_numbers_has(&scope->visible, symbol->module) ||
            tn_numbers_has(&scope->named, symbol->module))
            visit(to, symbol->full);
    }
}

/* --- reporting */

static void try_name(void *to, tn_str name)
{
    tn_nearest_try(to, name);
}

/* A symbol of this simple name in any module, for "import it". */
static const tn_symbol *find_elsewhere(const tn_checker *ck, tn_symbol_kind kind,
                                       tn_str simple)
{
    for (uint32_t i = 0; i < ck->symbols.count; i++) {
        const tn_symbol *symbol = &ck->symbols.rows[i];
        if (symbol->kind == kind &&
            tn_str_equal(tn_str_last_name(symbol->full), simple))
            return symbol;
    }
    return NULL;
}

static void report_none(tn_checker *ck, const tn_lookup *lookup, tn_span at)
{
    tn_diag *diag = tn_diag_add(
        ck->diags, TN_FIND_UNKNOWN_NAME, at, "there is no %s `" TN_STR_FMT "` here",
        tn_symbol_word(lookup->kind), TN_STR_ARG(lookup->dotted));
    if (!tn_checker_may_suggest(ck))
        return;
    tn_nearest nearest = tn_nearest_to(lookup->dotted);
    tn_names_each(ck, lookup->scope, lookup->kind, try_name, &nearest);
    const tn_symbol *elsewhere = NULL;
    if (nearest.best.data == NULL || nearest.distance > 0)
        elsewhere = find_elsewhere(ck, lookup->kind, lookup->dotted);
    if (elsewhere == NULL) {
        tn_nearest_help(&nearest, ck->diags, diag,
                        "declare it, or import the module that does");
        return;
    }
    tn_diag_help(ck->diags, diag,
                 "module `" TN_STR_FMT "` has one: import it, or extend it",
                 TN_STR_ARG(module_name(ck, elsewhere->module)));
    tn_diag_other(ck->diags, diag, elsewhere->at, "it is declared here");
}

static tn_diag *report_two(tn_checker *ck, const tn_lookup *lookup, tn_diags *diags)
{
    const tn_symbol *first = &ck->symbols.rows[lookup->found[0]];
    const tn_symbol *second = &ck->symbols.rows[lookup->found[1]];
    tn_diag *diag =
        tn_diag_add(diags, TN_FIND_AMBIGUOUS_NAME, TN_NOWHERE,
                    "`" TN_STR_FMT "` may be either of two: %s `" TN_STR_FMT
                    "` or `" TN_STR_FMT "`",
                    TN_STR_ARG(lookup->dotted), tn_symbol_word(lookup->kind),
                    TN_STR_ARG(first->full), TN_STR_ARG(second->full));
    tn_diag_help(diags, diag, "write the full name of the one you mean");
    tn_diag_other(diags, diag, second->at, "the second is declared here");
    return diag;
}

static tn_diag *report_unseen(tn_checker *ck, const tn_lookup *lookup, tn_diags *diags)
{
    const tn_symbol *symbol = &ck->symbols.rows[lookup->found[0]];
    tn_str module = module_name(ck, symbol->module);
    tn_diag *diag =
        tn_diag_add(diags, TN_FIND_UNKNOWN_NAME, TN_NOWHERE,
                    "`" TN_STR_FMT "` belongs to a module that is not named here",
                    TN_STR_ARG(lookup->dotted));
    if (lookup->scope->module == TN_NONE)
        tn_diag_help(diags, diag, "name `" TN_STR_FMT "` after `of`",
                     TN_STR_ARG(module));
    else
        tn_diag_help(diags, diag, "write `import " TN_STR_FMT "`", TN_STR_ARG(module));
    tn_diag_other(diags, diag, symbol->at, "it is declared here");
    return diag;
}

tn_diag *tn_names_report(tn_checker *ck, const tn_lookup *lookup, tn_diags *diags)
{
    return lookup->how == TN_FOUND_TWO ? report_two(ck, lookup, diags)
                                       : report_unseen(ck, lookup, diags);
}

static bool is_of_word(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

/* How often a text holds the name by itself, and not as a part of a dotted one. */
static uint32_t count_alone(tn_str text, tn_str name)
{
    uint32_t count = 0;
    for (size_t i = 0; i + name.len <= text.len; i++) {
        char before = i == 0 ? ' ' : text.data[i - 1];
        char after = i + name.len == text.len ? ' ' : text.data[i + name.len];
        count += tn_str_equal((tn_str){text.data + i, name.len}, name) &&
                 before != '.' && after != '.' && !is_of_word(before) &&
                 !is_of_word(after);
    }
    return count;
}

bool tn_names_may_be_lost(const tn_checker *ck, const tn_scope *scope, bool broken,
                          tn_str dotted)
{
    tn_str name = tn_str_last_name(dotted);
    uint32_t alone = 0, used = scope->file_broken && name.len == dotted.len;
    if (!scope->incomplete && !broken)
        return false;
    for (uint32_t i = 0; i < ck->loaded.count; i++) {
        const tn_loaded *loaded = &ck->loaded.rows[i];
        if (loaded->broken && loaded->file->lost_head)
            return true;
        if (loaded->broken)
            alone += count_alone(ck->sources->list[loaded->file->source].text, name);
    }
    return scope->unread || alone > used;
}

uint32_t tn_names_resolve(tn_checker *ck, const tn_scope *scope, tn_symbol_kind kind,
                          tn_str dotted, tn_span at)
{
    tn_lookup lookup = tn_names_find(ck, scope, kind, dotted);
    if (lookup.how == TN_FOUND_ONE)
        return ck->symbols.rows[lookup.found[0]].row;
    /* Two of a name are two whatever is missing; all else may be for want of that. */
    if (lookup.how == TN_FOUND_NONE) {
        if (!tn_names_may_be_lost(ck, scope, false, dotted))
            report_none(ck, &lookup, at);
    } else if (lookup.how == TN_FOUND_TWO || !scope->incomplete) {
        tn_names_report(ck, &lookup, ck->diags)->at = at;
    }
    return TN_NONE;
}

uint32_t tn_names_module(tn_checker *ck, const tn_scope *scope, const tn_path *path)
{
    uint32_t loaded = tn_map_find(&ck->modules, path->text);
    uint32_t module = loaded == TN_NONE ? TN_NONE : ck->loaded.rows[loaded].module;
    if (module != TN_NONE && names_module(scope, module))
        return module;
    if (scope->incomplete)
        return TN_NONE;
    tn_diag *diag = tn_diag_add(
        ck->diags, TN_FIND_UNKNOWN_MODULE, path->at,
        "this module does not extend, import or stand under `" TN_STR_FMT "`",
        TN_STR_ARG(path->text));
    tn_nearest nearest = tn_nearest_to(path->text);
    for (uint32_t i = 0; i < ck->model->modules.count; i++)
        if (names_module(scope, i))
            tn_nearest_try(&nearest, module_name(ck, i));
    tn_nearest_help(&nearest, ck->diags, diag,
                    "name it in `extends`, `subject to` or `import`");
    return TN_NONE;
}
