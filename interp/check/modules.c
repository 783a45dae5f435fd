#include "interp/check/modules.h"

#include "interp/base/digest.h"
#include "interp/check/header.h"

#include <string.h>

/* Each parent adds its clauses to every category of its children: a longer chain than
 * any document has is a mistake, or worse. */
enum { EXTENDS_MAX = 64 };

/* --- order: depth first, what is named before who names it */

typedef enum visit_state { VISIT_NEW, VISIT_OPEN, VISIT_DONE } visit_state;

typedef struct visit {
    uint32_t loaded;
    uint32_t next; /* of its references */
} visit;

typedef struct walk {
    tn_checker *ck;
    visit_state *states; /* of each loaded file */
    visit *stack;
    uint32_t depth;
} walk;

static tn_str name_of(const tn_checker *ck, uint32_t loaded)
{
    return ck->loaded.rows[loaded].file->name->text;
}

/* "a, b, a" from where the circle begins. */
static void report_circle(walk *w, tn_reference *reference)
{
    tn_checker *ck = w->ck;
    uint32_t from = w->depth;
    while (from > 0 && w->stack[from - 1].loaded != reference->loaded)
        from--;
    tn_buf circle;
    tn_buf_init(&circle, ck->arena->memory);
    for (uint32_t i = from - 1; i < w->depth; i++) {
        tn_buf_put(&circle, name_of(ck, w->stack[i].loaded));
        tn_buf_put_text(&circle, ", ");
    }
    tn_buf_put(&circle, reference->path->text);
    ck->diags->failed |= circle.failed;
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_CYCLE, reference->path->at,
                                "modules name each other in a circle: " TN_STR_FMT,
                                TN_STR_ARG(tn_buf_view(&circle)));
    tn_diag_help(ck->diags, diag, "move what they share into a module of its own");
    tn_buf_free(&circle);
}

static tn_status add_module(tn_checker *ck, uint32_t loaded_number)
{
    tn_loaded *loaded = &ck->loaded.rows[loaded_number];
    const tn_file *file = loaded->file;
    tn_module module = {.name = file->name->text,
                        .title = file->title.text,
                        .doc = file->doc,
                        .from_std = loaded->from_std,
                        .file = file,
                        .at = file->name->at};
    tn_digest digest = tn_digest_of(ck->sources->list[file->source].text);
    memcpy(module.digest, digest.bytes, sizeof(module.digest));
    TN_TRY(tn_model_add_module(ck->model, &module, &loaded->module));
    const tn_scope scope = {.module = loaded->module,
                            .every = TN_NONE,
                            .file_broken = loaded->broken,
                            .incomplete = loaded->broken};
    return tn_checker_add_scope(ck, &scope, NULL);
}

/* Goes on with the file on top of the stack: down to what it names next, or done. */
static tn_status step(walk *w)
{
    visit *top = &w->stack[w->depth - 1];
    tn_loaded *loaded = &w->ck->loaded.rows[top->loaded];
    if (top->next == loaded->references.count) {
        w->states[top->loaded] = VISIT_DONE;
        w->depth--;
        return add_module(w->ck, top->loaded);
    }
    tn_reference *reference = &loaded->references.rows[top->next++];
    if (reference->loaded == TN_NONE)
        return TN_OK;
    switch (w->states[reference->loaded]) {
    case VISIT_NEW:
        w->states[reference->loaded] = VISIT_OPEN;
        w->stack[w->depth++] = (visit){reference->loaded, 0};
        break;
    case VISIT_OPEN:
        report_circle(w, reference);
        reference->loaded = TN_NONE;
        break;
    case VISIT_DONE: break;
    }
    return TN_OK;
}

static tn_status visit_all(walk *w)
{
    for (uint32_t i = 0; i < w->ck->loaded.count; i++) {
        bool is_module = !w->ck->loaded.rows[i].file->is_deployment &&
                         tn_map_find(&w->ck->modules, name_of(w->ck, i)) == i;
        if (!is_module || w->states[i] != VISIT_NEW)
            continue;
        w->states[i] = VISIT_OPEN;
        w->stack[w->depth++] = (visit){i, 0};
        while (w->depth > 0)
            TN_TRY(step(w));
    }
    return TN_OK;
}

/* --- scopes */

static uint32_t module_of(const tn_checker *ck, const tn_reference *reference)
{
    return reference->loaded == TN_NONE ? TN_NONE
                                        : ck->loaded.rows[reference->loaded].module;
}

static tn_status include_all(tn_checker *ck, tn_numbers *list, const tn_numbers *more,
                             uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        TN_TRY(tn_numbers_include(ck, list, more->rows[i]));
    return TN_OK;
}

/* The modules that one kind of reference names, into the model; a gap makes the scope
 * incomplete. */
static tn_status list_references(tn_checker *ck, const tn_loaded *loaded,
                                 tn_reference_kind kind, tn_range *range)
{
    tn_scope *scope = &ck->scopes.rows[loaded->module];
    range->first = ck->model->references.count;
    for (uint32_t i = 0; i < loaded->references.count; i++) {
        const tn_reference *reference = &loaded->references.rows[i];
        if (reference->kind != kind)
            continue;
        uint32_t module = module_of(ck, reference);
        if (module == TN_NONE)
            scope->incomplete = scope->unread = true;
        else
            TN_TRY(tn_model_add_reference(ck->model, &module, NULL));
    }
    range->count = ck->model->references.count - range->first;
    return TN_OK;
}

static const uint32_t *referred(const tn_checker *ck, tn_range range)
{
    return ck->model->references.rows + range.first;
}

static tn_status see_parents(tn_checker *ck, tn_scope *scope, const tn_module *module)
{
    TN_TRY(tn_numbers_add(ck, &scope->visible, scope->module));
    for (uint32_t i = 0; i < module->parents.count; i++) {
        const tn_scope *parent = &ck->scopes.rows[referred(ck, module->parents)[i]];
        TN_TRY(include_all(ck, &scope->visible, &parent->visible, parent->own_count));
        scope->incomplete |= parent->incomplete;
        scope->unread |= parent->unread;
    }
    scope->own_count = scope->visible.count;
    if (scope->own_count <= EXTENDS_MAX + 1)
        return TN_OK;
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_TOO_LARGE, module->at,
                                "module `" TN_STR_FMT "` has more than %d parents",
                                TN_STR_ARG(module->name), EXTENDS_MAX);
    tn_diag_help(ck->diags, diag, "import what is only vocabulary");
    scope->own_count = EXTENDS_MAX + 1;
    scope->visible.count = scope->own_count;
    scope->incomplete = scope->unread = true;
    return TN_OK;
}

static tn_status see_imports(tn_checker *ck, tn_scope *scope, const tn_module *module)
{
    for (uint32_t i = 0; i < module->imports.count; i++) {
        uint32_t imported = referred(ck, module->imports)[i];
        const tn_module *other = &ck->model->modules.rows[imported];
        TN_TRY(tn_numbers_include(ck, &scope->visible, imported));
        uint32_t loaded = tn_map_find(&ck->modules, other->name);
        scope->incomplete |= loaded != TN_NONE && ck->loaded.rows[loaded].broken;
    }
    return TN_OK;
}

static tn_status see_standards(tn_checker *ck, tn_scope *scope, const tn_module *module)
{
    for (uint32_t i = 0; i < module->standards.count; i++) {
        uint32_t number = referred(ck, module->standards)[i];
        tn_scope *standard = &ck->scopes.rows[number];
        standard->is_standard = true;
        TN_TRY(tn_numbers_include(ck, &scope->named, number));
        TN_TRY(tn_numbers_include(ck, &scope->standards, number));
        TN_TRY(include_all(ck, &scope->standards, &standard->standards,
                           standard->standards.count));
        scope->incomplete |= standard->incomplete;
        scope->unread |= standard->unread;
    }
    for (uint32_t i = 0; i < module->parents.count; i++) {
        const tn_scope *parent = &ck->scopes.rows[referred(ck, module->parents)[i]];
        TN_TRY(include_all(ck, &scope->standards, &parent->standards,
                           parent->standards.count));
    }
    return TN_OK;
}

static tn_status make_scope(tn_checker *ck, const tn_loaded *loaded)
{
    tn_module *module = &ck->model->modules.rows[loaded->module];
    TN_TRY(list_references(ck, loaded, TN_REFERENCE_EXTENDS, &module->parents));
    TN_TRY(list_references(ck, loaded, TN_REFERENCE_SUBJECT, &module->standards));
    TN_TRY(list_references(ck, loaded, TN_REFERENCE_IMPORT, &module->imports));
    tn_scope *scope = &ck->scopes.rows[loaded->module];
    TN_TRY(see_parents(ck, scope, module));
    TN_TRY(see_imports(ck, scope, module));
    return see_standards(ck, scope, module);
}

tn_status tn_deployment_scope(tn_checker *ck, const tn_loaded *loaded, tn_scope *out)
{
    *out = (tn_scope){.module = TN_NONE,
                      .every = TN_NONE,
                      .file_broken = loaded->broken,
                      .incomplete = loaded->broken};
    for (uint32_t i = 0; i < loaded->references.count; i++) {
        uint32_t module = module_of(ck, &loaded->references.rows[i]);
        if (module == TN_NONE)
            out->incomplete = out->unread = true;
        else
            TN_TRY(tn_numbers_include(ck, &out->visible, module));
    }
    out->own_count = out->visible.count;
    for (uint32_t i = 0; i < out->own_count; i++) {
        const tn_scope *scope = &ck->scopes.rows[out->visible.rows[i]];
        TN_TRY(include_all(ck, &out->visible, &scope->visible, scope->visible.count));
        out->incomplete |= scope->incomplete;
        out->unread |= scope->unread;
    }
    return TN_OK;
}

/* --- pins */

static void check_pin(tn_checker *ck, const tn_reference *reference)
{
    uint32_t number = module_of(ck, reference);
    if (reference->digest.text.data == NULL || number == TN_NONE)
        return;
    tn_digest digest;
    memcpy(digest.bytes, ck->model->modules.rows[number].digest, TN_DIGEST_BYTES);
    char actual[TN_DIGEST_TEXT_BYTES];
    tn_digest_format(&digest, actual);
    if (tn_str_equal(reference->digest.text, (tn_str){actual, sizeof(actual)}))
        return;
    tn_diag *diag =
        tn_diag_add(ck->diags, TN_FIND_DIGEST, reference->digest.at,
                    "module `" TN_STR_FMT "` is not the text that is pinned here",
                    TN_STR_ARG(reference->path->text));
    tn_diag_help(ck->diags, diag, "read what has changed; if you agree, pin \"%.*s\"",
                 TN_DIGEST_TEXT_BYTES, actual);
    tn_diag_other(ck->diags, diag, ck->model->modules.rows[number].at,
                  "this text has another digest");
}

static void report_repeated(tn_checker *ck, const tn_reference *before,
                            const tn_reference *reference)
{
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_REPEATED, reference->path->at,
                                "module `" TN_STR_FMT "` is named twice",
                                TN_STR_ARG(reference->path->text));
    tn_diag_help(ck->diags, diag, "leave one of them out");
    tn_diag_other(ck->diags, diag, before->path->at, "it is named here already");
}

static tn_status check_references(tn_checker *ck, const tn_loaded *loaded)
{
    tn_status status = TN_OK;
    tn_map seen;
    tn_map_init(&seen, ck->arena->memory);
    for (uint32_t i = 0; i < loaded->references.count && status == TN_OK; i++) {
        const tn_reference *reference = &loaded->references.rows[i];
        check_pin(ck, reference);
        uint32_t before = tn_map_find(&seen, reference->path->text);
        if (before == TN_NONE)
            status = tn_map_put(&seen, reference->path->text, i);
        else if (loaded->references.rows[before].kind == reference->kind)
            report_repeated(ck, &loaded->references.rows[before], reference);
    }
    tn_map_free(&seen);
    return status;
}

tn_status tn_modules_order(tn_checker *ck)
{
    uint32_t count = ck->loaded.count;
    walk w = {.ck = ck};
    w.states = tn_arena_take_array(ck->arena, count, sizeof(visit_state));
    w.stack = tn_arena_take_array(ck->arena, (size_t)count + 1, sizeof(visit));
    if (w.states == NULL || w.stack == NULL)
        return TN_NOMEM;
    TN_TRY(visit_all(&w));
    for (uint32_t i = 0; i < ck->model->modules.count; i++) {
        uint32_t loaded = tn_map_find(&ck->modules, ck->model->modules.rows[i].name);
        TN_TRY(make_scope(ck, &ck->loaded.rows[loaded]));
        TN_TRY(tn_header_read(ck, i));
    }
    for (uint32_t i = 0; i < count; i++)
        TN_TRY(check_references(ck, &ck->loaded.rows[i]));
    return TN_OK;
}
