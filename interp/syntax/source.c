#include "interp/syntax/source.h"
#include "interp/base/buf.h"
#include "interp/base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BYTE_ORDER_MARK TN_STR("\xEF\xBB\xBF")

void tn_sources_init(tn_sources *sources, const tn_allocator *memory)
{
    *sources = (tn_sources){.list = NULL};
    tn_arena_init(&sources->arena, memory);
}

void tn_sources_free(tn_sources *sources)
{
    const tn_allocator *memory = sources->arena.memory;
    tn_resize(memory, sources->list, sources->capacity * sizeof(tn_source), 0);
    tn_arena_free(&sources->arena);
    tn_sources_init(sources, memory);
}

static tn_status reserve(tn_sources *sources)
{
    if (sources->count < sources->capacity)
        return TN_OK;
    uint32_t capacity = sources->capacity == 0 ? 8 : sources->capacity * 2;
    tn_source *grown =
        tn_resize(sources->arena.memory, sources->list,
                  sources->capacity * sizeof(tn_source), capacity * sizeof(tn_source));
    if (grown == NULL)
        return TN_NOMEM;
    sources->list = grown;
    sources->capacity = capacity;
    return TN_OK;
}

static uint32_t count_lines(tn_str text)
{
    uint32_t count = 1;
    for (size_t i = 0; i < text.len; i++)
        count += text.data[i] == '\n';
    return count;
}

static tn_status index_lines(tn_sources *sources, tn_source *source)
{
    source->line_count = count_lines(source->text);
    source->line_starts = tn_arena_take_array(&sources->arena, source->line_count,
                                              sizeof(*source->line_starts));
    if (source->line_starts == NULL)
        return TN_NOMEM;
    uint32_t line = 0;
    source->line_starts[line++] = 0;
    for (uint32_t i = 0; i < source->text.len; i++)
        if (source->text.data[i] == '\n')
            source->line_starts[line++] = i + 1;
    return TN_OK;
}

tn_status tn_sources_add(tn_sources *sources, tn_str name, tn_str text, tn_diags *diags,
                         uint32_t *out)
{
    if (text.len > TN_SOURCE_MAX_BYTES) {
        tn_diag_add(diags, TN_FIND_TOO_LARGE, TN_NOWHERE,
                    TN_STR_FMT ": a text may have at most %d MiB", TN_STR_ARG(name),
                    TN_SOURCE_MAX_BYTES >> 20);
        return TN_LIMIT;
    }
    TN_TRY(reserve(sources));
    tn_source source = {.name = tn_arena_copy(&sources->arena, name),
                        .text = tn_arena_copy(&sources->arena, text)};
    if (source.name.data == NULL || source.text.data == NULL)
        return TN_NOMEM;
    TN_TRY(index_lines(sources, &source));
    *out = sources->count;
    sources->list[sources->count++] = source;
    return TN_OK;
}

/* Reads to the end, or to one byte more than a text may have. */
static tn_status read_all(int fd, tn_buf *buf)
{
    enum { STEP = 1 << 16 };
    while (buf->len <= TN_SOURCE_MAX_BYTES) {
        char *room = tn_buf_reserve(buf, STEP);
        if (room == NULL)
            return TN_NOMEM;
        ssize_t got = read(fd, room, STEP);
        if (got == 0)
            return TN_OK;
        if (got > 0)
            buf->len += (size_t)got;
        else if (errno != EINTR)
            return TN_IO;
    }
    return TN_OK;
}

static tn_status report_unreadable(tn_diags *diags, tn_str path, int reason)
{
    char text[256] = "";
    if (strerror_r(reason, text, sizeof(text)) != 0)
        text[0] = '\0';
    tn_diag_add(diags, TN_FIND_FILE, TN_NOWHERE, "cannot read " TN_STR_FMT ": %s",
                TN_STR_ARG(path), text);
    return TN_IO;
}

tn_status tn_sources_read(tn_sources *sources, tn_str path, tn_diags *diags,
                          uint32_t *out)
{
    tn_str name = tn_arena_copy(&sources->arena, path);
    if (name.data == NULL)
        return TN_NOMEM;
    if (strlen(name.data) != name.len)
        return report_unreadable(diags, path, ENOENT);
    int fd = open(name.data, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return report_unreadable(diags, path, errno);
    tn_buf buf;
    tn_buf_init(&buf, sources->arena.memory);
    tn_status status = read_all(fd, &buf);
    if (status == TN_IO)
        status = report_unreadable(diags, path, errno);
    close(fd);
    if (status == TN_OK)
        status = tn_sources_add(sources, path, tn_buf_view(&buf), diags, out);
    tn_buf_free(&buf);
    return status;
}

tn_position tn_source_position(const tn_source *source, uint32_t offset)
{
    if (offset > source->text.len)
        offset = (uint32_t)source->text.len;
    uint32_t low = 0, high = source->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    uint32_t start = source->line_starts[low];
    tn_str before = tn_str_slice(source->text, start, offset - start);
    uint32_t column = (uint32_t)tn_utf8_count(before) + 1;
    if (low == 0 && tn_str_starts(before, BYTE_ORDER_MARK))
        column--;
    return (tn_position){low + 1, column};
}

tn_str tn_source_line(const tn_source *source, uint32_t line)
{
    if (line == 0 || line > source->line_count)
        return (tn_str){"", 0};
    uint32_t start = source->line_starts[line - 1];
    size_t end =
        line < source->line_count ? source->line_starts[line] - 1 : source->text.len;
    tn_str text = tn_str_slice(source->text, start, end - start);
    if (tn_str_ends(text, TN_STR("\r")))
        text.len--;
    if (line == 1 && tn_str_starts(text, BYTE_ORDER_MARK))
        text = tn_str_slice(text, BYTE_ORDER_MARK.len, SIZE_MAX);
    return text;
}

tn_str tn_source_slice(const tn_sources *sources, tn_span at)
{
    if (at.file >= sources->count)
        return (tn_str){"", 0};
    return tn_str_slice(sources->list[at.file].text, at.start, at.end - at.start);
}
