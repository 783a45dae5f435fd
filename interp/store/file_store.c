#include "interp/store/file_store.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_stdin(const tn_file_store *store)
{
    return tn_str_equal(store->location, TN_STR("-"));
}

static tn_status look(tn_file_store *store, tn_buf *why)
{
    struct stat about;
    if (is_stdin(store))
        return TN_OK;
    if (stat(store->location.data, &about) != 0) {
        int error = errno;
        tn_buf_put_text(why, "cannot open ");
        tn_buf_put(why, store->location);
        tn_buf_put_format(why, ": %s", strerror(error));
        return error == ENOENT || error == ENOTDIR ? TN_NOT_FOUND : TN_STORE;
    }
    store->is_folder = S_ISDIR(about.st_mode);
    return TN_OK;
}

tn_status tn_file_store_init(tn_file_store *store, const tn_store_ops *ops,
                             const char *extension, const tn_store_config *config,
                             tn_buf *why)
{
    *store = (tn_file_store){.base = {ops},
                             .memory = config->memory,
                             .extension = extension,
                             .kept = TN_INPUT_NONE};
    tn_arena_init(&store->arena, config->memory);
    store->location = tn_arena_copy(&store->arena, config->location);
    tn_status status = store->location.data == NULL ? TN_NOMEM : look(store, why);
    if (status != TN_OK)
        tn_file_store_free(store);
    return status;
}

void tn_file_store_free(tn_file_store *store)
{
    tn_input_close(&store->kept);
    tn_arena_free(&store->arena);
}

tn_str tn_file_store_path(tn_file_store *store, tn_str object)
{
    if (!store->is_folder)
        return store->location;
    tn_buf path;
    tn_buf_init(&path, store->memory);
    tn_buf_put(&path, store->location);
    tn_buf_put_char(&path, '/');
    tn_buf_put(&path, object);
    tn_buf_put_text(&path, store->extension);
    tn_str copy = path.failed ? (tn_str){NULL, 0}
                              : tn_arena_copy(&store->arena, tn_buf_view(&path));
    tn_buf_free(&path);
    return copy;
}

/* An object's name is one name: it does not lead out of the folder. */
static bool is_plain_name(tn_str object)
{
    return object.len > 0 && memchr(object.data, '/', object.len) == NULL &&
           memchr(object.data, '\0', object.len) == NULL;
}

tn_status tn_file_store_peek(tn_file_store *store, tn_str object, tn_input **out,
                             tn_buf *why)
{
    *out = &store->kept;
    if (store->kept.fd >= 0 && tn_str_equal(store->kept_object, object))
        return TN_OK;
    tn_input_close(&store->kept);
    if (is_stdin(store) && store->was_read) {
        tn_buf_put_text(why, "the standard input can be read only once");
        return TN_USAGE;
    }
    if (store->is_folder && !is_plain_name(object)) {
        tn_buf_put_text(why, "\"");
        tn_buf_put(why, object);
        tn_buf_put_text(why, "\" is not the name of a file");
        return TN_NOT_FOUND;
    }
    tn_str path = tn_file_store_path(store, object);
    store->kept_object = tn_arena_copy(&store->arena, object);
    if (path.data == NULL || store->kept_object.data == NULL)
        return TN_NOMEM;
    store->was_read = true;
    return tn_input_open(&store->kept, path, store->memory, why);
}

tn_status tn_file_store_take(tn_file_store *store, tn_str object, tn_input *out,
                             tn_buf *why)
{
    tn_input *kept;
    TN_TRY(tn_file_store_peek(store, object, &kept, why));
    *out = *kept;
    *kept = TN_INPUT_NONE;
    return TN_OK;
}

typedef struct name_list {
    tn_str *names;
    uint32_t count;
    uint32_t capacity;
} name_list;

static tn_status append(tn_arena *arena, name_list *list, tn_str name)
{
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
        tn_str *grown = tn_arena_take_array(arena, capacity, sizeof(tn_str));
        if (grown == NULL)
            return TN_NOMEM;
        if (list->count > 0)
            memcpy(grown, list->names, list->count * sizeof(tn_str));
        list->names = grown;
        list->capacity = capacity;
    }
    list->names[list->count] = tn_arena_copy(arena, name);
    return list->names[list->count++].data == NULL ? TN_NOMEM : TN_OK;
}

static int compare_names(const void *a, const void *b)
{
    return tn_str_compare(*(const tn_str *)a, *(const tn_str *)b);
}

static tn_status list_folder(tn_file_store *store, tn_arena *arena, name_list *list,
                             tn_buf *why)
{
    tn_str extension = tn_str_from(store->extension);
    tn_status status = TN_OK;
    const struct dirent *entry;
    DIR *folder = opendir(store->location.data);
    if (folder == NULL) {
        tn_buf_put_format(why, "cannot list " TN_STR_FMT ": %s",
                          TN_STR_ARG(store->location), strerror(errno));
        return TN_STORE;
    }
    while (status == TN_OK && (entry = readdir(folder)) != NULL) {
        tn_str name = tn_str_from(entry->d_name);
        if (name.len > extension.len && tn_str_ends(name, extension))
            status =
                append(arena, list, tn_str_slice(name, 0, name.len - extension.len));
    }
    closedir(folder);
    return status;
}

tn_status tn_file_store_list(tn_store *base, tn_arena *arena, const tn_str **names,
                             uint32_t *count, tn_buf *why)
{
    tn_file_store *store = (tn_file_store *)base;
    name_list list = {NULL, 0, 0};
    if (store->is_folder)
        TN_TRY(list_folder(store, arena, &list, why));
    if (list.count > 1)
        qsort(list.names, list.count, sizeof(tn_str), compare_names);
    *names = list.names;
    *count = list.count;
    return TN_OK;
}
