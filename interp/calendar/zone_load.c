#include "interp/calendar/zone_load.h"

#include "interp/base/buf.h"

#include <errno.h>
#include <stdio.h>

enum {
    NAME_LEN_MAX = 64,
    DIRECTORY_LEN_MAX = 4096,
    FILE_LEN_MAX =
        1 << 16, /* the largest of tzdb 2025b has 2,298 bytes, or 3,900 fat */
    VERSION_LINE_LEN_MAX = 64 /* "# version 2025b" */
};

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_name_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '_';
}

bool tn_zone_name_is_valid(tn_str name)
{
    if (name.len == 0 || name.len > NAME_LEN_MAX)
        return false;
    bool starts_part = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (starts_part ? !is_letter(c) : c != '/' && !is_name_char(c))
            return false;
        starts_part = c == '/';
    }
    return !starts_part && !tn_str_ends(name, TN_STR("localtime")) &&
           !tn_str_ends(name, TN_STR("posixrules"));
}

/* Up to `len_max` bytes of a file below `directory`, appended to `bytes`. */
static tn_status read_start(const char *directory, tn_str name, size_t len_max,
                            tn_buf *bytes)
{
    tn_str parent = tn_str_from(directory == NULL ? TN_ZONE_DIRECTORY : directory);
    if (parent.len > DIRECTORY_LEN_MAX)
        return TN_NOT_FOUND;
    tn_buf_put(bytes, parent);
    tn_buf_put_char(bytes, '/');
    tn_buf_put(bytes, name);
    tn_buf_put_char(bytes, '\0');
    if (tn_buf_status(bytes) != TN_OK)
        return TN_NOMEM;
    errno = 0;
    FILE *file = fopen(bytes->data, "rb");
    tn_buf_reset(bytes);
    if (file == NULL)
        return errno == ENOENT || errno == ENOTDIR ? TN_NOT_FOUND : TN_IO;
    tn_status status = TN_NOMEM;
    char *room = tn_buf_reserve(bytes, len_max);
    if (room != NULL) {
        bytes->len = fread(room, 1, len_max, file);
        status = TN_OK;
        /* A directory opens, but does not read: it is no zone. */
        if (ferror(file))
            status = errno == EISDIR ? TN_NOT_FOUND : TN_IO;
    }
    fclose(file);
    return status;
}

static const char *failure_text(tn_status status)
{
    if (status == TN_NOT_FOUND)
        return "is not in the time zone database";
    return status == TN_NOMEM ? "cannot be loaded: out of memory" : "cannot be read";
}

static tn_status load_file(const char *directory, tn_str name, tn_arena *arena,
                           tn_zone_data *out, const char **why)
{
    tn_buf bytes;
    tn_buf_init(&bytes, arena->memory);
    tn_status status = read_start(directory, name, FILE_LEN_MAX, &bytes);
    if (status != TN_OK)
        *why = failure_text(status);
    else
        status = tn_zone_read(tn_buf_view(&bytes), arena, out, why);
    tn_buf_free(&bytes);
    return status;
}

tn_status tn_zone_load(const char *directory, tn_str name, tn_arena *arena,
                       tn_zone_data *out, const char **why)
{
    *out = (tn_zone_data){0};
    if (!tn_zone_name_is_valid(name)) {
        *why = "is not the name of a time zone";
        return TN_INVALID;
    }
    if (!tn_str_equal(name, tn_zone_utc.name))
        TN_TRY(load_file(directory, name, arena, out, why));
    out->name = tn_arena_copy(arena, name);
    if (out->name.data == NULL) {
        *why = failure_text(TN_NOMEM);
        return TN_NOMEM;
    }
    return TN_OK;
}

/* What follows `prefix` in the first line of a file: a version, if it is one word. */
static bool find_version(tn_str text, tn_str prefix, tn_str *version)
{
    if (!tn_str_starts(text, prefix))
        return false;
    text = tn_str_slice(text, prefix.len, SIZE_MAX);
    size_t len = 0;
    while (len < text.len && (is_name_char(text.data[len]) || text.data[len] == '.'))
        len++;
    *version = tn_str_slice(text, 0, len);
    return len > 0 && len < text.len && text.data[len] == '\n';
}

static tn_status read_version(const char *directory, tn_str file, tn_str prefix,
                              tn_arena *arena, tn_str *version)
{
    tn_buf bytes;
    tn_str found;
    tn_buf_init(&bytes, arena->memory);
    tn_status status = read_start(directory, file, VERSION_LINE_LEN_MAX, &bytes);
    if (status == TN_OK && !find_version(tn_buf_view(&bytes), prefix, &found))
        status = TN_NOT_FOUND;
    if (status == TN_OK) {
        *version = tn_arena_copy(arena, found);
        status = version->data == NULL ? TN_NOMEM : TN_OK;
    }
    tn_buf_free(&bytes);
    return status;
}

tn_status tn_zone_version(const char *directory, tn_arena *arena, tn_str *version)
{
    tn_status status = read_version(directory, TN_STR("tzdata.zi"),
                                    TN_STR("# version "), arena, version);
    if (status == TN_NOT_FOUND)
        status =
            read_version(directory, TN_STR("+VERSION"), TN_STR(""), arena, version);
    return status;
}
