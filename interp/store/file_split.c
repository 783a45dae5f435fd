/* Where a file may be cut: behind a line end, in CSV one outside quotes. Only the bytes
 * that matter are looked for, line ends and quotes, by the rules of csv_split.h: so a
 * cut is one wherever the quotes of records before it are wrong, too. */
#include "interp/store/file_store.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_BYTES = 256 << 10 };

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
    c->list[c->count++] = (tn_store_part){0, UINT64_MAX, 0};
    read_through(c, fd, piece);
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
