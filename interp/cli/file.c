/* file: reading and writing whole files.
 *
 * realpath is of POSIX, but glibc shows it to X/Open alone. */
#define _XOPEN_SOURCE 700

#include "interp/cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool tn_cli_write(FILE *out, const tn_buf *buf)
{
    return buf->len == 0 || fwrite(buf->data, 1, buf->len, out) == buf->len;
}

bool tn_cli_read(const char *path, tn_buf *buf)
{
    enum { PIECE_BYTES = 1 << 16 };
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t len;
    do {
        char *room = tn_buf_reserve(buf, PIECE_BYTES);
        if (room == NULL)
            break;
        len = fread(room, 1, PIECE_BYTES, file);
        buf->len += len;
    } while (len > 0);
    bool good = !ferror(file) && !buf->failed;
    int error = buf->failed ? ENOMEM : errno;
    if (!is_stdin)
        fclose(file);
    errno = error;
    return good;
}

/* To a pipe or a device, which nothing may take the place of. */
static bool write_into(const char *path, const tn_buf *bytes)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return false;
    bool good = tn_cli_write(file, bytes);
    int error = errno;
    if (fclose(file) != 0 && good)
        return false;
    errno = error;
    return good;
}

/* The mode that a new file has, which mkstemp makes for its owner alone. */
static mode_t new_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Fills the new file, in memory and on the disk. */
static bool fill(int fd, mode_t mode, const tn_buf *bytes)
{
    FILE *file = fdopen(fd, "wb");
    if (file == NULL) {
        close(fd);
        return false;
    }
    bool good = tn_cli_write(file, bytes) && fflush(file) == 0 &&
                fchmod(fd, mode) == 0 && fsync(fd) == 0;
    int error = errno;
    if (fclose(file) != 0 && good)
        return false;
    errno = error;
    return good;
}

/* Writes a new file beside `path`, which then takes its place. */
static bool replace(const char *path, mode_t mode, const tn_buf *bytes)
{
    tn_buf name;
    tn_buf_init(&name, NULL);
    tn_buf_put_text(&name, path);
    tn_buf_put_text(&name, ".XXXXXX");
    tn_buf_put_char(&name, '\0');
    errno = ENOMEM;
    int fd = name.failed ? -1 : mkstemp(name.data);
    bool good = fd >= 0 && fill(fd, mode, bytes) && rename(name.data, path) == 0;
    int error = errno;
    if (fd >= 0 && !good)
        unlink(name.data);
    tn_buf_free(&name);
    errno = error;
    return good;
}

int tn_cli_save(const char *path, const tn_buf *bytes)
{
    struct stat old;
    bool is_there = stat(path, &old) == 0, good;
    if (is_there && !S_ISREG(old.st_mode)) {
        good = write_into(path, bytes);
    } else {
        /* what a link leads to is written, and the link stays */
        char *file = is_there ? realpath(path, NULL) : NULL;
        good = replace(file == NULL ? path : file,
                       is_there ? old.st_mode & 07777 : new_mode(), bytes);
        int error = errno;
        free(file);
        errno = error;
    }
    return good ? TN_EXIT_OK
                : tn_cli_fail(TN_EXIT_FAILURE, "cannot write %s: %s", path,
                              strerror(errno));
}
