/* Where a file may be cut: behind a line end, in CSV one outside quotes. Only the bytes
 * that matter are looked for, line ends and quotes, by the rules of csv_split.h: so a
 * cut is one wherever the quotes of records before it are wrong, too. */
#include "interp/store/file_store.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PIECE_BYTES = 256 << 10,
    WINDOW_BYTES = 64 << 10 /* before and behind a place that is guessed */
};

typedef enum place {
    OUTSIDE,   /* of quotes */
    INSIDE,    /* of quotes */
    AT_QUOTE,  /* behind a quote inside: it closes, or is doubled */
    AT_RETURN, /* behind a closing quote and CR */
    SKIPPING   /* a malformed record, which ends with its line */
} place;

typedef struct cutter {
    const tn_store_cut *cut;
    uint64_t each; /* bytes of a part */
    bool has_quotes;
    place place;
    char before;     /* the byte before this one; '\n' at the start */
    size_t quote;    /* the next one in the piece, or its length */
    uint64_t offset; /* of the piece */
    uint64_t lines;  /* line ends so far */
    tn_store_part *list;
    uint32_t count;
    uint32_t capacity;
} cutter;

/* A record ends before `at`; a part does when it is long enough. */
static void end_record(cutter *c, uint64_t at)
{
    tn_store_part *last = &c->list[c->count - 1];
    if (at - last->from < c->each || c->count == c->capacity)
        return;
    last->until = at;
    c->list[c->count++] = (tn_store_part){at, UINT64_MAX, c->lines};
}

/* Behind a quote that closes, unless another one follows. */
static place after_quote(char byte)
{
    switch (byte) {
    case '"': return INSIDE;
    case ',':
    case '\n': return OUTSIDE;
    case '\r': return AT_RETURN;
    default: return SKIPPING;
    }
}

static place step(place at, char before, char byte)
{
    switch (at) {
    case OUTSIDE:
        if (byte != '"')
            return OUTSIDE;
        return before == ',' || before == '\n' ? INSIDE : SKIPPING;
    case INSIDE: return byte == '"' ? AT_QUOTE : INSIDE;
    case AT_QUOTE: return after_quote(byte);
    case AT_RETURN: return byte == '\n' ? OUTSIDE : SKIPPING;
    case SKIPPING: return byte == '\n' ? OUTSIDE : SKIPPING;
    }
    return SKIPPING;
}

/* The next `byte` from `at` on, or `len`. */
static size_t find(const char *data, size_t at, size_t len, char byte)
{
    const char *found = at < len ? memchr(data + at, byte, len - at) : NULL;
    return found == NULL ? len : (size_t)(found - data);
}

/* The next byte that can matter from `at` on. */
static size_t skip_plain(cutter *c, const char *data, size_t at, size_t len)
{
    if (c->place == AT_QUOTE || c->place == AT_RETURN)
        return at;
    if (c->has_quotes && c->quote < at)
        c->quote = find(data, at, len, '"');
    return find(data, at, c->quote, '\n');
}

static void look_through(cutter *c, const char *data, size_t len)
{
    size_t at = 0;
    c->quote = c->has_quotes ? find(data, 0, len, '"') : len;
    while ((at = skip_plain(c, data, at, len)) < len) {
        char before = at > 0 ? data[at - 1] : c->before;
        if (c->has_quotes)
            c->place = step(c->place, before, data[at]);
        bool is_line_end = data[at++] == '\n';
        c->lines += is_line_end;
        if (is_line_end && c->place == OUTSIDE)
            end_record(c, c->offset + at);
    }
    c->before = data[len - 1];
    c->offset += len;
}

/* Up to where the last part starts; what can't be read is left to whoever reads it. */
static void read_through(cutter *c, int fd, char *piece)
{
    static const char mark[] = "\xEF\xBB\xBF";
    ssize_t count;
    while (c->count < c->capacity && (count = read(fd, piece, PIECE_BYTES)) > 0) {
        size_t len = (size_t)count;
        size_t start = 0;
        if (c->offset == 0 && len >= 3 && memcmp(piece, mark, 3) == 0)
            start = 3;
        c->offset += start;
        if (len > start)
            look_through(c, piece + start, len - start);
    }
}

/* --- without reading all of it */

/* Reads at most `len` bytes from `offset` on; how many. */
static size_t read_window(int fd, char *piece, size_t len, uint64_t offset)
{
    ssize_t count = pread(fd, piece, len, (off_t)offset);
    return count > 0 ? (size_t)count : 0;
}

static bool has_quote(int fd, char *piece, uint64_t from)
{
    size_t len = read_window(fd, piece, WINDOW_BYTES, from);
    return memchr(piece, '"', len) != NULL;
}

/* Behind the first line end at or after `offset`; 0: there is none. */
static uint64_t line_after(int fd, char *piece, uint64_t offset)
{
    size_t len;
    while ((len = read_window(fd, piece, WINDOW_BYTES, offset)) > 0) {
        const char *found = memchr(piece, '\n', len);
        if (found != NULL)
            return offset + (uint64_t)(found - piece) + 1;
        offset += len;
    }
    return 0;
}

/* Cuts at line ends, as far as no quotes are seen near them; false: they are. */
static bool cut_quickly(cutter *c, int fd, uint64_t size, char *piece)
{
    c->list[c->count++] = (tn_store_part){0, UINT64_MAX, TN_LINES_UNKNOWN};
    if (c->has_quotes && has_quote(fd, piece, 0))
        return false;
    for (uint64_t i = 1; i < c->capacity; i++) {
        uint64_t near = i * c->each;
        tn_store_part *last = &c->list[c->count - 1];
        if (c->has_quotes &&
            (has_quote(fd, piece, near) ||
             (near > WINDOW_BYTES && has_quote(fd, piece, near - WINDOW_BYTES))))
            return false;
        uint64_t at = line_after(fd, piece, near);
        if (at == 0 || at >= size)
            break;
        if (at <= last->from)
            continue;
        last->until = at;
        c->list[c->count++] = (tn_store_part){at, UINT64_MAX, TN_LINES_UNKNOWN};
    }
    return true;
}

/* --- all of it */

static void cut_by(cutter *c, int fd, uint64_t size, char *piece)
{
    bool is_quick = c->cut->needs_no_lines && (c->cut->may_guess || !c->has_quotes);
    if (is_quick && cut_quickly(c, fd, size, piece))
        return;
    c->list[0] = (tn_store_part){0, UINT64_MAX, 0};
    c->count = 1;
    read_through(c, fd, piece);
}

static tn_status cut_file(cutter *c, int fd, uint64_t size, const tn_allocator *memory)
{
    const tn_store_cut *cut = c->cut;
    uint64_t wanted = size / cut->least_bytes;
    wanted = wanted < cut->wanted ? wanted : cut->wanted;
    wanted = wanted == 0 ? 1 : wanted;
    c->each = size / wanted + 1;
    c->capacity = (uint32_t)wanted;
    c->list = tn_arena_take_array(cut->arena, c->capacity, sizeof(*c->list));
    char *piece = tn_resize(memory, NULL, 0, PIECE_BYTES);
    if (c->list == NULL || piece == NULL) {
        if (piece != NULL)
            tn_resize(memory, piece, PIECE_BYTES, 0);
        return TN_NOMEM;
    }
    cut_by(c, fd, size, piece);
    tn_resize(memory, piece, PIECE_BYTES, 0);
    return TN_OK;
}

tn_status tn_file_store_split(tn_file_store *store, tn_str object,
                              const tn_store_cut *cut, bool has_quotes,
                              tn_store_parts *out)
{
    static const tn_store_part whole = {0, UINT64_MAX, 0};
    cutter c = {.cut = cut, .has_quotes = has_quotes, .before = '\n'};
    struct stat about;
    tn_str path = tn_file_store_path(store, object);
    *out = (tn_store_parts){&whole, 1};
    if (path.data == NULL)
        return TN_NOMEM;
    if (tn_str_equal(path, TN_STR("-")) || stat(path.data, &about) != 0 ||
        !S_ISREG(about.st_mode))
        return TN_OK;
    int fd = open(path.data, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return TN_OK;
    tn_status status = cut_file(&c, fd, (uint64_t)about.st_size, store->memory);
    close(fd);
    if (status == TN_OK)
        *out = (tn_store_parts){c.list, c.count};
    return status;
}

static tn_status count_lines(int fd, uint64_t until, char *piece, uint64_t *count)
{
    uint64_t offset = 0;
    *count = 0;
    while (offset < until) {
        uint64_t left = until - offset;
        size_t len =
            read_window(fd, piece, left < PIECE_BYTES ? left : PIECE_BYTES, offset);
        if (len == 0)
            return TN_STORE;
        for (size_t at = 0; (at = find(piece, at, len, '\n')) < len; at++)
            ++*count;
        offset += len;
    }
    return TN_OK;
}

tn_status tn_file_store_lines(tn_store *base, tn_str object, const tn_store_part *part,
                              uint64_t *out, tn_buf *why)
{
    tn_file_store *store = (tn_file_store *)base;
    tn_str path = tn_file_store_path(store, object);
    char *piece = tn_resize(store->memory, NULL, 0, PIECE_BYTES);
    if (path.data == NULL || piece == NULL) {
        if (piece != NULL)
            tn_resize(store->memory, piece, PIECE_BYTES, 0);
        return TN_NOMEM;
    }
    int fd = open(path.data, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    tn_status status = fd < 0 ? TN_STORE : count_lines(fd, part->from, piece, out);
    if (status == TN_STORE)
        tn_buf_put_text(why, "it was made shorter, or taken away, while it was read");
    if (fd >= 0)
        close(fd);
    tn_resize(store->memory, piece, PIECE_BYTES, 0);
    return status;
}
