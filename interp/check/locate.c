#include "interp/check/locate.h"

#include "interp/base/buf.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SUFFIX TN_STR(".tenure")

/* --- identity */

static bool look(const char *path, struct stat *out)
{
    return stat(path, out) == 0;
}

tn_status tn_locate(tn_arena *arena, tn_str path, tn_place_kind *kind, tn_str *identity)
{
    *kind = TN_PLACE_MISSING;
    *identity = (tn_str){NULL, 0};
    tn_str text = tn_arena_copy(arena, path);
    if (text.data == NULL)
        return TN_NOMEM;
    struct stat found;
    if (!look(text.data, &found))
        return TN_OK;
    *kind = S_ISDIR(found.st_mode) ? TN_PLACE_FOLDER : TN_PLACE_FILE;
    char number[64];
    int len = snprintf(number, sizeof(number), "%" PRIuMAX ":%" PRIuMAX,
                       (uintmax_t)found.st_dev, (uintmax_t)found.st_ino);
    *identity = tn_arena_copy(arena, (tn_str){number, (size_t)len});
    return identity->data == NULL ? TN_NOMEM : TN_OK;
}

/* --- folders */

static tn_str join(tn_arena *arena, tn_str folder, tn_str name)
{
    size_t len = folder.len + 1 + name.len;
    char *data = tn_arena_take(arena, len + 1);
    if (data == NULL)
        return (tn_str){NULL, 0};
    memcpy(data, folder.data, folder.len);
    size_t at = folder.len;
    if (at > 0 && data[at - 1] != '/')
        data[at++] = '/';
    memcpy(data + at, name.data, name.len);
    return (tn_str){data, at + name.len};
}

typedef struct path_list {
    tn_arena *arena;
    tn_str *paths;
    size_t count;
    size_t capacity;
} path_list;

static tn_status add_path(path_list *list, tn_str path)
{
    if (path.data == NULL)
        return TN_NOMEM;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        tn_str *grown = tn_arena_take_array(list->arena, capacity, sizeof(tn_str));
        if (grown == NULL)
            return TN_NOMEM;
        if (list->count > 0)
            memcpy(grown, list->paths, list->count * sizeof(tn_str));
        list->paths = grown;
        list->capacity = capacity;
    }
    list->paths[list->count++] = path;
    return TN_OK;
}

static tn_status read_folder(DIR *folder, tn_str path, path_list *list)
{
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        tn_str name = tn_str_from(entry->d_name);
        if (name.data[0] == '.' || !tn_str_ends(name, SUFFIX))
            continue;
        tn_str whole = join(list->arena, path, name);
        struct stat found;
        if (whole.data != NULL && (!look(whole.data, &found) || S_ISDIR(found.st_mode)))
            continue;
        TN_TRY(add_path(list, whole));
    }
    return TN_OK;
}

static int compare_paths(const void *a, const void *b)
{
    return tn_str_compare(*(const tn_str *)a, *(const tn_str *)b);
}

tn_status tn_locate_files(tn_arena *arena, tn_str folder, tn_str **paths, size_t *count)
{
    path_list list = {.arena = arena};
    *paths = NULL;
    *count = 0;
    tn_str text = tn_arena_copy(arena, folder);
    if (text.data == NULL)
        return TN_NOMEM;
    DIR *open = opendir(text.data);
    if (open == NULL)
        return TN_NOT_FOUND;
    tn_status status = read_folder(open, text, &list);
    closedir(open);
    TN_TRY(status);
    if (list.count > 0)
        qsort(list.paths, list.count, sizeof(tn_str), compare_paths);
    *paths = list.paths;
    *count = list.count;
    return TN_OK;
}

/* --- modules */

tn_str tn_locate_module(tn_arena *arena, tn_str root, tn_str name)
{
    tn_str path = {NULL, 0};
    char *data = tn_arena_take(arena, name.len + SUFFIX.len + 1);
    if (data == NULL)
        return path;
    for (size_t i = 0; i < name.len; i++)
        data[i] = name.data[i] == '.' ? '/' : name.data[i];
    memcpy(data + name.len, SUFFIX.data, SUFFIX.len);
    path = (tn_str){data, name.len + SUFFIX.len};
    return root.len == 0 ? path : join(arena, root, path);
}

/* What stands before the last '/'; "." where there is none. */
static tn_str folder_of(tn_str path)
{
    for (size_t i = path.len; i > 0; i--)
        if (path.data[i - 1] == '/')
            return tn_str_slice(path, 0, i == 1 ? 1 : i - 1);
    return TN_STR(".");
}

/* "a.b" of "a.b.c"; empty for "c". */
static tn_str parent_name(tn_str name)
{
    tn_str last = tn_str_last_name(name);
    return last.len == name.len ? TN_STR("")
                                : tn_str_slice(name, 0, name.len - last.len - 1);
}

/* `folder` less the parts of `name`, by their spelling; data NULL if they differ. */
static tn_str strip(tn_str folder, tn_str name)
{
    while (name.len > 0) {
        tn_str part = tn_str_last_name(name);
        if (!tn_str_ends(folder, part))
            return (tn_str){NULL, 0};
        size_t before = folder.len - part.len;
        if (before > 0 && folder.data[before - 1] != '/')
            return (tn_str){NULL, 0};
        folder = before == 0   ? TN_STR("")
                 : before == 1 ? tn_str_slice(folder, 0, 1)
                               : tn_str_slice(folder, 0, before - 1);
        name = parent_name(name);
    }
    return folder;
}

/* The folder as many levels up as `name` has parts, if `name` leads back from there:
 * for a folder given as ".". */
static tn_status climb(tn_arena *arena, tn_str folder, tn_str name, tn_str *root)
{
    tn_str up = folder;
    for (tn_str rest = name; rest.len > 0; rest = parent_name(rest)) {
        up = join(arena, up, TN_STR(".."));
        if (up.data == NULL)
            return TN_NOMEM;
    }
    tn_str file = tn_locate_module(arena, up, name);
    if (file.data == NULL)
        return TN_NOMEM;
    tn_str back = tn_str_slice(file, 0, file.len - SUFFIX.len);
    tn_place_kind kind;
    tn_str here, there;
    TN_TRY(tn_locate(arena, folder, &kind, &here));
    TN_TRY(tn_locate(arena, back, &kind, &there));
    bool same = here.data != NULL && there.data != NULL && tn_str_equal(here, there);
    *root = same ? up : folder;
    return TN_OK;
}

tn_status tn_locate_root(tn_arena *arena, tn_str path, tn_str name, tn_str *root)
{
    tn_str folder = folder_of(path);
    tn_str above = parent_name(name);
    *root = strip(folder, above);
    if (root->data != NULL)
        return TN_OK;
    return climb(arena, folder, above, root);
}
