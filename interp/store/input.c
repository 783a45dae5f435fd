#include "interp/store/input.h"
#include "interp/store/json_index.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Half of a common second-level cache: what is read is still there when it is parsed.
 */
enum { FIRST_CAPACITY = 256 << 10 };

static tn_status fail(tn_str path, const char *did, int error, tn_buf *why)
{
    tn_buf_put_format(why, "cannot %s ", did);
    if (tn_str_equal(path, TN_STR("-")))
        tn_buf_put_text(why, "the standard input");
    else
        tn_buf_put(why, path);
    tn_buf_put_format(why, ": %s", strerror(error));
    return error == ENOENT || error == ENOTDIR ? TN_NOT_FOUND : TN_STORE;
}

/* Opens a descriptor for reading; -1 with errno. */
static int open_path(const char *path)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0 && fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
        close(fd);
        errno = EISDIR;
        return -1;
    }
    return fd;
}

tn_status tn_input_open(tn_input *in, tn_str path, const tn_allocator *memory,
                        tn_buf *why)
{
    *in = (tn_input){
        .memory = memory, .fd = STDIN_FILENO, .path = path, .until = UINT64_MAX};
    if (!tn_str_equal(path, TN_STR("-"))) {
        tn_arena arena;
        tn_arena_init(&arena, memory);
        tn_str name = tn_arena_copy(&arena, path);
        in->fd = name.data == NULL ? -1 : open_path(name.data);
        int error = name.data == NULL ? ENOMEM : errno;
        tn_arena_free(&arena);
        if (in->fd < 0)
            return error == ENOMEM ? TN_NOMEM : fail(path, "open", error, why);
    }
    in->data = tn_resize(memory, NULL, 0, FIRST_CAPACITY + TN_JSON_PADDING);
    if (in->data == NULL) {
        tn_input_close(in);
        return TN_NOMEM;
    }
    in->capacity = FIRST_CAPACITY;
    memset(in->data + in->capacity, ' ', TN_JSON_PADDING);
    return TN_OK;
}

void tn_input_close(tn_input *in)
{
    if (in->fd >= 0 && !tn_str_equal(in->path, TN_STR("-")))
        close(in->fd);
    if (in->data != NULL)
        tn_resize(in->memory, in->data, in->capacity + TN_JSON_PADDING, 0);
    *in = TN_INPUT_NONE;
}

static tn_status make_room(tn_input *in)
{
    if (in->at > 0) {
        memmove(in->data, in->data + in->at, in->end - in->at);
        in->offset += in->at;
        in->end -= in->at;
        in->at = 0;
    }
    if (in->end < in->capacity)
        return TN_OK;
    size_t old_size = in->capacity + TN_JSON_PADDING;
    size_t new_size = 2 * in->capacity + TN_JSON_PADDING;
    char *grown = tn_resize(in->memory, in->data, old_size, new_size);
    if (grown == NULL)
        return TN_NOMEM;
    in->data = grown;
    in->capacity *= 2;
    memset(in->data + in->capacity, ' ', TN_JSON_PADDING);
    return TN_OK;
}

tn_status tn_input_fill(tn_input *in, tn_buf *why)
{
    ssize_t count;
    TN_TRY(make_room(in));
    uint64_t left = in->until - (in->offset + in->end);
    size_t room = in->capacity - in->end;
    do
        count = read(in->fd, in->data + in->end, left < room ? (size_t)left : room);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return fail(in->path, "read", errno, why);
    in->is_at_end = count == 0;
    in->end += (size_t)count;
    return TN_OK;
}

tn_status tn_input_restrict(tn_input *in, uint64_t from, uint64_t until, tn_buf *why)
{
    in->until = until;
    if (from > 0) {
        if (lseek(in->fd, (off_t)from, SEEK_SET) < 0)
            return fail(in->path, "read", errno, why);
        in->offset = from;
        in->at = 0;
        in->end = 0;
        in->is_at_end = false;
    }
    if (in->offset + in->end > until)
        in->end = (size_t)(until - in->offset);
    return TN_OK;
}

tn_status tn_input_skip_mark(tn_input *in, tn_buf *why)
{
    tn_str mark = TN_STR("\xEF\xBB\xBF");
    while (in->end < mark.len && !in->is_at_end)
        TN_TRY(tn_input_fill(in, why));
    if (tn_str_starts((tn_str){in->data, in->end}, mark))
        in->at = mark.len;
    return TN_OK;
}

bool tn_input_is_too_long(const tn_input *in)
{
    return in->end - in->at >= TN_INPUT_RECORD_MAX;
}
