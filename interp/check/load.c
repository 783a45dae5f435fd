#include "interp/check/load.h"

#include "interp/base/nearest.h"
#include "interp/check/locate.h"
#include "interp/syntax/parse.h"
#include "interp/syntax/stdlib_text.h"

/* --- references */

static tn_status add_reference(tn_checker *ck, tn_loaded *loaded,
                               tn_reference_kind kind, const tn_path *path,
                               tn_text digest)
{
    tn_reference *rows =
        tn_rows_grow(ck->arena, loaded->references.rows, loaded->references.count,
                     &loaded->references.capacity, sizeof(tn_reference));
    if (rows == NULL)
        return TN_NOMEM;
    loaded->references.rows = rows;
    rows[loaded->references.count++] = (tn_reference){kind, path, digest, TN_NONE};
    return TN_OK;
}

static tn_status add_references(tn_checker *ck, tn_loaded *loaded,
                                tn_reference_kind kind, const tn_path *paths,
                                tn_text digest)
{
    for (const tn_path *path = paths; path != NULL; path = path->next)
        TN_TRY(add_reference(ck, loaded, kind, path, digest));
    return TN_OK;
}

static tn_status read_references(tn_checker *ck, tn_loaded *loaded)
{
    const tn_text none = {{NULL, 0}, TN_NOWHERE};
    if (loaded->file->is_deployment)
        TN_TRY(add_references(ck, loaded, TN_REFERENCE_OF, loaded->file->of, none));
    for (const tn_decl *decl = loaded->file->decls; decl != NULL; decl = decl->next) {
        if (decl->kind == TN_DECL_EXTENDS)
            TN_TRY(add_references(ck, loaded, TN_REFERENCE_EXTENDS, decl->paths,
                                  decl->digest));
        else if (decl->kind == TN_DECL_SUBJECT)
            TN_TRY(add_references(ck, loaded, TN_REFERENCE_SUBJECT, decl->paths,
                                  decl->digest));
        else if (decl->kind == TN_DECL_IMPORT)
            TN_TRY(add_references(ck, loaded, TN_REFERENCE_IMPORT, decl->paths, none));
    }
    return TN_OK;
}

/* --- files */

/* Enters a parsed file under its name; a second one of that name is reported. */
static tn_status enter(tn_checker *ck, tn_loaded *loaded)
{
    const tn_path *name = loaded->file->name;
    tn_map *map = loaded->file->is_deployment ? &ck->deployments : &ck->modules;
    if (name == NULL) {
        loaded->broken = true;
        return TN_OK;
    }
    uint32_t same = tn_map_find(map, name->text);
    uint32_t number;
    TN_TRY(read_references(ck, loaded));
    TN_TRY(tn_checker_add_loaded(ck, loaded, &number));
    if (same == TN_NONE)
        return tn_map_put(map, name->text, number);
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_DUPLICATE_MODULE, name->at,
                                "two files hold %s `" TN_STR_FMT "`",
                                loaded->file->is_deployment ? "deployment" : "module",
                                TN_STR_ARG(name->text));
    tn_diag_help(ck->diags, diag, "give one of them another name, or leave it out");
    tn_diag_other(ck->diags, diag, ck->loaded.rows[same].file->name->at,
                  "it is here as well");
    return TN_OK;
}

static tn_status add_root(tn_checker *ck, tn_str root)
{
    if (tn_map_find(&ck->root_names, root) != TN_NONE)
        return TN_OK;
    uint32_t number;
    TN_TRY(tn_checker_add_root(ck, &root, &number));
    return tn_map_put(&ck->root_names, root, number);
}

/* Parses a source and enters it. `given`: its folder tells a root. */
static tn_status parse(tn_checker *ck, uint32_t source, bool from_std, bool given)
{
    tn_loaded loaded = {.from_std = from_std, .module = TN_NONE};
    tn_file *file = NULL;
    tn_status status = tn_parse_file(ck->sources, source, ck->arena, ck->diags, &file);
    if (status != TN_OK && status != TN_INVALID && status != TN_LIMIT)
        return status;
    if (file == NULL)
        return TN_OK;
    loaded.file = file;
    loaded.broken = status != TN_OK;
    TN_TRY(enter(ck, &loaded));
    if (!given || file->name == NULL)
        return TN_OK;
    tn_str root;
    TN_TRY(tn_locate_root(ck->arena, ck->sources->list[source].name, file->name->text,
                          &root));
    return add_root(ck, root);
}

/* Reads a file unless it has been read. */
static tn_status read_file(tn_checker *ck, tn_str path, tn_str identity, bool given)
{
    if (identity.data != NULL) {
        if (tn_map_find(&ck->files, identity) != TN_NONE)
            return TN_OK;
        TN_TRY(tn_map_put(&ck->files, identity, 0));
    }
    uint32_t source;
    tn_status status = tn_sources_read(ck->sources, path, ck->diags, &source);
    if (status == TN_IO || status == TN_LIMIT || status == TN_INVALID)
        return TN_OK; /* reported */
    TN_TRY(status);
    return parse(ck, source, false, given);
}

static tn_status read_folder(tn_checker *ck, tn_str folder)
{
    tn_str *paths;
    size_t count;
    tn_status status = tn_locate_files(ck->arena, folder, &paths, &count);
    if (status != TN_OK && status != TN_NOT_FOUND)
        return status;
    if (count == 0) {
        tn_diag *diag = tn_diag_add(
            ck->diags, TN_FIND_FILE, TN_NOWHERE, "folder `" TN_STR_FMT "` %s",
            TN_STR_ARG(folder), status == TN_OK ? "holds no policy" : "cannot be read");
        if (status == TN_OK)
            tn_diag_help(ck->diags, diag, "policies are files called NAME.tenure");
        return TN_OK;
    }
    for (size_t i = 0; i < count; i++) {
        tn_place_kind kind;
        tn_str identity;
        TN_TRY(tn_locate(ck->arena, paths[i], &kind, &identity));
        TN_TRY(read_file(ck, paths[i], identity, true));
    }
    return TN_OK;
}

static tn_status read_path(tn_checker *ck, tn_str path)
{
    tn_place_kind kind;
    tn_str identity;
    TN_TRY(tn_locate(ck->arena, path, &kind, &identity));
    if (kind == TN_PLACE_FOLDER)
        return read_folder(ck, path);
    return read_file(ck, path, identity, true);
}

/* --- modules by name */

/* Only names of plain letters lead to files: a quoted one could lead anywhere. */
static bool is_plain(tn_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '_' ||
                     (c == '.' && i > 0 && name.data[i - 1] != '.');
        if (!plain)
            return false;
    }
    return true;
}

static tn_status read_below_roots(tn_checker *ck, tn_str name)
{
    for (uint32_t i = 0; i < ck->roots.count; i++) {
        tn_str path = tn_locate_module(ck->arena, ck->roots.rows[i], name);
        if (path.data == NULL)
            return TN_NOMEM;
        tn_place_kind kind;
        tn_str identity;
        TN_TRY(tn_locate(ck->arena, path, &kind, &identity));
        if (kind == TN_PLACE_FILE)
            return read_file(ck, path, identity, false);
    }
    return TN_OK;
}

static tn_status read_embedded(tn_checker *ck, tn_str name)
{
    const tn_stdlib_module *module = tn_stdlib_find(name);
    if (module == NULL)
        return TN_OK;
    uint32_t source;
    TN_TRY(tn_sources_add(ck->sources, module->path, module->text, ck->diags, &source));
    return parse(ck, source, true, false);
}

/* Asks whoever checks for the text. */
static tn_status read_imported(tn_checker *ck, tn_str name)
{
    tn_str text;
    if (ck->input->import == NULL)
        return TN_OK;
    tn_status status = ck->input->import(ck->input->import_user, name, &text);
    if (status == TN_NOT_FOUND)
        return TN_OK;
    TN_TRY(status);
    tn_str path = tn_locate_module(ck->arena, TN_STR(""), name);
    if (path.data == NULL)
        return TN_NOMEM;
    uint32_t source;
    status = tn_sources_add(ck->sources, path, text, ck->diags, &source);
    if (status == TN_IO || status == TN_LIMIT || status == TN_INVALID)
        return TN_OK; /* reported */
    TN_TRY(status);
    return parse(ck, source, false, false);
}

/* The nearest name among all modules that are there; embedded ones too. */
static tn_nearest nearest_module(tn_checker *ck, tn_str name)
{
    tn_nearest nearest = tn_nearest_to(name);
    if (!tn_checker_may_suggest(ck))
        return nearest;
    for (uint32_t i = 0; i < ck->loaded.count; i++)
        if (!ck->loaded.rows[i].file->is_deployment)
            tn_nearest_try(&nearest, ck->loaded.rows[i].file->name->text);
    size_t count;
    const tn_stdlib_module *embedded = tn_stdlib_modules(&count);
    for (size_t i = 0; i < count; i++)
        tn_nearest_try(&nearest, embedded[i].name);
    return nearest;
}

/* `misnamed` is the file that stands where the module should, and holds another; or
 * TN_NONE. */
static void report_missing(tn_checker *ck, const tn_path *path, uint32_t misnamed)
{
    tn_diag *diag =
        tn_diag_add(ck->diags, TN_FIND_UNKNOWN_MODULE, path->at,
                    "there is no module `" TN_STR_FMT "`", TN_STR_ARG(path->text));
    if (misnamed != TN_NONE) {
        const tn_path *holds = ck->loaded.rows[misnamed].file->name;
        tn_diag_help(ck->diags, diag, "its file holds `" TN_STR_FMT "`",
                     TN_STR_ARG(holds->text));
        tn_diag_other(ck->diags, diag, holds->at, "the file calls itself so");
        return;
    }
    tn_nearest nearest = nearest_module(ck, path->text);
    if (nearest.best.data != NULL) {
        tn_nearest_help(&nearest, ck->diags, diag, "");
        return;
    }
    tn_str file = tn_locate_module(ck->arena, TN_STR(""), path->text);
    tn_str root = ck->roots.count > 0 ? ck->roots.rows[0] : TN_STR("");
    tn_diag_help(ck->diags, diag,
                 "give its file, or put it at `" TN_STR_FMT "` below `" TN_STR_FMT "`",
                 TN_STR_ARG(file), TN_STR_ARG(root.len == 0 ? TN_STR(".") : root));
}

/* Which loaded file holds the module, read now if need be. */
static tn_status find_module(tn_checker *ck, const tn_path *path, uint32_t *loaded)
{
    uint32_t before = ck->loaded.count;
    *loaded = tn_map_find(&ck->modules, path->text);
    if (*loaded == TN_NONE && is_plain(path->text)) {
        TN_TRY(read_below_roots(ck, path->text));
        *loaded = tn_map_find(&ck->modules, path->text);
    }
    if (*loaded == TN_NONE) {
        TN_TRY(read_imported(ck, path->text));
        *loaded = tn_map_find(&ck->modules, path->text);
    }
    if (*loaded == TN_NONE) {
        TN_TRY(read_embedded(ck, path->text));
        *loaded = tn_map_find(&ck->modules, path->text);
    }
    if (*loaded == TN_NONE)
        report_missing(ck, path, ck->loaded.count > before ? before : TN_NONE);
    return TN_OK;
}

/* Every module named by a file that is loaded; files found on the way join the list. */
static tn_status follow(tn_checker *ck)
{
    for (uint32_t i = 0; i < ck->loaded.count; i++) {
        for (uint32_t j = 0; j < ck->loaded.rows[i].references.count; j++) {
            /* Reading may move the rows. */
            const tn_path *path = ck->loaded.rows[i].references.rows[j].path;
            uint32_t found;
            TN_TRY(find_module(ck, path, &found));
            ck->loaded.rows[i].references.rows[j].loaded = found;
        }
    }
    return TN_OK;
}

static tn_status add_given_roots(tn_checker *ck, const tn_check_input *input)
{
    for (size_t i = 0; i < input->root_count; i++)
        TN_TRY(add_root(ck, input->roots[i]));
    return TN_OK;
}

tn_status tn_load_paths(tn_checker *ck, const tn_check_input *input)
{
    for (size_t i = 0; i < input->path_count; i++)
        TN_TRY(read_path(ck, input->paths[i]));
    TN_TRY(add_given_roots(ck, input));
    return follow(ck);
}

tn_status tn_load_sources(tn_checker *ck, const tn_check_input *input,
                          const uint32_t *files, size_t file_count)
{
    for (size_t i = 0; i < file_count; i++)
        TN_TRY(parse(ck, files[i], false, false));
    TN_TRY(add_given_roots(ck, input));
    return follow(ck);
}
