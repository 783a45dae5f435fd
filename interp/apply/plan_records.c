#include "interp/apply/plan_records.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RECORD_BYTES = sizeof(uint64_t), BLOCK_BYTES = 1 << 16 };

static tn_status fail(tn_plan_records *records, tn_status status, const char *what)
{
    tn_buf_put_format(records->why, "the plan's records, %s: %s", records->path, what);
    return status;
}

void tn_plan_records_put_path(tn_buf *out, const char *plan_path)
{
    tn_buf_put_text(out, plan_path);
    tn_buf_put_text(out, ".records");
    tn_buf_put_char(out, '\0');
}

/* --- writing */

void tn_plan_records_make(tn_plan_records *records, const char *path, tn_buf *why)
{
    *records = (tn_plan_records){.path = path, .fd = -1, .why = why};
    tn_buf_init(&records->waiting, why->memory);
    tn_digest_start(&records->state);
    unlink(path);
}

static tn_status write_out(tn_plan_records *records)
{
    const char *bytes = records->waiting.data;
    size_t len = records->waiting.len;
    if (records->fd < 0)
        records->fd =
            open(records->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (records->fd < 0)
        return fail(records, TN_IO, strerror(errno));
    tn_digest_add(&records->state, tn_buf_view(&records->waiting));
    while (len > 0) {
        ssize_t done = write(records->fd, bytes, len);
        if (done < 0 && errno != EINTR)
            return fail(records, TN_IO, strerror(errno));
        if (done > 0) {
            bytes += done;
            len -= (size_t)done;
        }
    }
    tn_buf_reset(&records->waiting);
    return TN_OK;
}

tn_status tn_plan_records_add(tn_plan_records *records, uint64_t target)
{
    char bytes[RECORD_BYTES];
    memcpy(bytes, &target, sizeof(bytes));
    tn_buf_put(&records->waiting, (tn_str){bytes, sizeof(bytes)});
    TN_TRY(tn_buf_status(&records->waiting));
    records->count++;
    return records->waiting.len < BLOCK_BYTES ? TN_OK : write_out(records);
}

tn_status tn_plan_records_end(tn_plan_records *records, tn_digest *digest)
{
    if (records->count > 0) {
        TN_TRY(write_out(records));
        if (fsync(records->fd) != 0)
            return fail(records, TN_IO, strerror(errno));
    }
    *digest = tn_digest_end(&records->state);
    return TN_OK;
}

/* --- reading */

/* All of it, or the end of the file before: IO. */
static tn_status read_at(tn_plan_records *records, uint64_t at, char *out, size_t size)
{
    while (size > 0) {
        ssize_t got = pread(records->fd, out, size, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(records, TN_IO, got < 0 ? strerror(errno) : "it is cut off");
        out += got;
        at += (uint64_t)got;
        size -= (size_t)got;
    }
    return TN_OK;
}

static tn_status check_digest(tn_plan_records *records, const tn_digest *digest)
{
    char block[4096];
    tn_digest_state state;
    uint64_t size = records->count * RECORD_BYTES;
    tn_digest_start(&state);
    for (uint64_t at = 0; at < size;) {
        uint64_t left = size - at;
        size_t part = left < sizeof(block) ? (size_t)left : sizeof(block);
        TN_TRY(read_at(records, at, block, part));
        tn_digest_add(&state, (tn_str){block, part});
        at += part;
    }
    tn_digest found = tn_digest_end(&state);
    if (tn_digest_equal(&found, digest))
        return TN_OK;
    return fail(records, TN_INVALID, "it is not as the plan left it; make a new plan");
}

static tn_status check(tn_plan_records *records, const tn_digest *digest)
{
    struct stat about;
    if (fstat(records->fd, &about) != 0)
        return fail(records, TN_IO, strerror(errno));
    if (about.st_size < 0 || (uint64_t)about.st_size / RECORD_BYTES != records->count ||
        about.st_size % RECORD_BYTES != 0)
        return fail(records, TN_INVALID,
                    "it is not as the plan left it; make a new plan");
    return check_digest(records, digest);
}

tn_status tn_plan_records_open(tn_plan_records *records, const char *path,
                               uint64_t count, const tn_digest *digest, tn_buf *why)
{
    *records = (tn_plan_records){.path = path, .fd = -1, .count = count, .why = why};
    tn_buf_init(&records->waiting, why->memory);
    records->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (records->fd < 0)
        return fail(records, errno == ENOENT ? TN_INVALID : TN_IO,
                    errno == ENOENT ? "it lay beside the plan, and is missing; make a "
                                      "new plan"
                                    : strerror(errno));
    return check(records, digest);
}

tn_status tn_plan_records_read(tn_plan_records *records, uint64_t start, uint32_t count,
                               uint64_t *out)
{
    return read_at(records, start * RECORD_BYTES, (char *)out,
                   (size_t)count * RECORD_BYTES);
}

void tn_plan_records_close(tn_plan_records *records)
{
    if (records->fd >= 0)
        close(records->fd);
    records->fd = -1;
    tn_buf_free(&records->waiting);
}
