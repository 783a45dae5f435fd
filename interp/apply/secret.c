#include "interp/apply/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Two hexadecimal digits a byte, and a line end. */
enum { FILE_BYTES = 2 * TN_SECRET_BYTES + 1 };

/* --- hexadecimal */

void tn_hex_put(tn_buf *buf, const unsigned char *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *room = size > SIZE_MAX / 2 ? NULL : tn_buf_reserve(buf, 2 * size);
    if (room == NULL)
        return;
    for (size_t i = 0; i < size; i++) {
        room[2 * i] = digits[bytes[i] >> 4];
        room[2 * i + 1] = digits[bytes[i] & 15];
    }
    buf->len += 2 * size;
}

/* One more than each digit is worth; 0: it is none. */
static const unsigned char digit_values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
    ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
    ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16};

bool tn_hex_read(tn_str text, unsigned char *out, size_t size)
{
    const unsigned char *digits = (const unsigned char *)text.data;
    bool good = true;
    if (text.len != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        unsigned high = digit_values[digits[2 * i]];
        unsigned low = digit_values[digits[2 * i + 1]];
        good &= high != 0 && low != 0;
        out[i] = (unsigned char)((high - 1) * 16 + low - 1);
    }
    return good;
}

/* --- the file */

static tn_status fail(tn_status status, const char *path, const char *what, tn_buf *why)
{
    tn_buf_put_format(why, "the ledger's key, %s: %s", path, what);
    return status;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t done = write(fd, bytes, len);
        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            bytes += done;
            len -= (size_t)done;
        }
    }
    return true;
}

/* A new key beside `path`, whole before it gets its name; whoever is first wins. */
static tn_status make_file(const char *path, tn_buf *why)
{
    unsigned char key[TN_SECRET_BYTES];
    tn_buf text, name;
    tn_buf_init(&text, why->memory);
    tn_buf_init(&name, why->memory);
    randombytes_buf(key, sizeof(key));
    tn_hex_put(&text, key, sizeof(key));
    tn_buf_put_char(&text, '\n');
    tn_buf_put_format(&name, "%s.%08x", path, (unsigned)randombytes_random());
    tn_buf_put_char(&name, '\0');
    tn_status status = TN_NOMEM;
    if (!text.failed && !name.failed) {
        int fd = open(name.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        bool good = fd >= 0 && write_all(fd, text.data, text.len) && fsync(fd) == 0;
        good = (fd < 0 || close(fd) == 0) && good;
        good = good && (link(name.data, path) == 0 || errno == EEXIST);
        status = good ? TN_OK : fail(TN_IO, path, strerror(errno), why);
        unlink(name.data);
    }
    if (text.data != NULL)
        sodium_memzero(text.data, text.len);
    sodium_memzero(key, sizeof(key));
    tn_buf_free(&text);
    tn_buf_free(&name);
    return status;
}

static tn_status read_open(int fd, const char *path, unsigned char *key, tn_buf *why)
{
    char text[FILE_BYTES + 1];
    struct stat about;
    size_t len = 0;
    ssize_t got = 1;
    if (fstat(fd, &about) != 0)
        return fail(TN_IO, path, strerror(errno), why);
    if ((about.st_mode & 077) != 0)
        return fail(TN_INVALID, path, "others may read it; chmod 600 it", why);
    while (len < sizeof(text) && got > 0) {
        got = read(fd, text + len, sizeof(text) - len);
        if (got < 0)
            return fail(TN_IO, path, strerror(errno), why);
        len += (size_t)got;
    }
    bool good = len == FILE_BYTES && text[FILE_BYTES - 1] == '\n' &&
                tn_hex_read((tn_str){text, FILE_BYTES - 1}, key, TN_SECRET_BYTES);
    sodium_memzero(text, sizeof(text));
    return good ? TN_OK : fail(TN_INVALID, path, "it is not a key of tenure's", why);
}

static tn_status read_file(const char *path, unsigned char *key, tn_buf *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? fail(TN_NOT_FOUND, path, "there is no such file", why)
                               : fail(TN_IO, path, strerror(errno), why);
    tn_status status = read_open(fd, path, key, why);
    close(fd);
    return status;
}

/* --- keys for each use */

static void derive(const unsigned char *key, const char *use, unsigned char *out,
                   size_t size)
{
    crypto_generichash(out, size, (const unsigned char *)use, strlen(use), key,
                       TN_SECRET_BYTES);
}

tn_status tn_secret_load(const char *path, bool make, tn_secret *out, tn_buf *why)
{
    unsigned char key[TN_SECRET_BYTES];
    unsigned char id[crypto_generichash_BYTES_MIN];
    if (sodium_init() < 0)
        return TN_IO;
    if (make && access(path, F_OK) != 0 && errno == ENOENT)
        TN_TRY(make_file(path, why));
    TN_TRY(read_file(path, key, why));
    derive(key, "tenure: names of records", out->naming, sizeof(out->naming));
    derive(key, "tenure: seals of plans", out->sealing, sizeof(out->sealing));
    derive(key, "tenure: which key", id, sizeof(id));
    memcpy(out->id, id, sizeof(out->id));
    sodium_memzero(key, sizeof(key));
    return TN_OK;
}

/* --- records */

static void put_number(tn_buf *buf, char type, uint64_t bits)
{
    enum { SIZE = 1 + sizeof(bits) };
    char *room = tn_buf_reserve(buf, SIZE);
    if (room == NULL)
        return;
    room[0] = type;
    for (int i = 0; i < 8; i++)
        room[1 + i] = (char)(unsigned char)(bits >> (56 - 8 * i));
    buf->len += SIZE;
}

static void put_key(tn_buf *buf, const tn_value *key)
{
    uint64_t bits;
    switch (key->kind) {
    case TN_KIND_INT: put_number(buf, 'i', (uint64_t)key->as.integer); break;
    case TN_KIND_UINT: put_number(buf, 'u', key->as.unsigned_integer); break;
    case TN_KIND_DOUBLE:
        memcpy(&bits, &key->as.real, sizeof(bits));
        put_number(buf, 'd', bits);
        break;
    case TN_KIND_STRING:
        put_number(buf, 't', key->as.text.len);
        tn_buf_put(buf, key->as.text);
        break;
    case TN_KIND_BYTES:
        put_number(buf, 'b', key->as.text.len);
        tn_buf_put(buf, key->as.text);
        break;
    case TN_KIND_LIST:
        put_number(buf, 'l', key->as.list->count);
        for (uint32_t i = 0; i < key->as.list->count; i++)
            put_key(buf, &key->as.list->items[i]);
        break;
    case TN_KIND_BOOL: put_number(buf, 'o', key->as.boolean); break;
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_TIMESTAMP:
    case TN_KIND_DATE:
    case TN_KIND_DURATION:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: put_number(buf, 'n', 0); break;
    }
}

void tn_identity_put(tn_buf *buf, tn_str placement, const tn_value *key)
{
    tn_buf_put(buf, placement);
    tn_buf_put_char(buf, '\0');
    put_key(buf, key);
}

void tn_identity_put_next(tn_buf *buf, size_t placement_len, const tn_value *key)
{
    if (!buf->failed)
        buf->len = placement_len + 1;
    put_key(buf, key);
}

tn_nonce tn_secret_nonce(const tn_secret *secret, tn_str identity)
{
    tn_nonce nonce;
    crypto_shorthash_siphashx24(nonce.bytes, (const unsigned char *)identity.data,
                                identity.len, secret->naming);
    return nonce;
}

tn_leaf tn_leaf_of(const tn_nonce *nonce, tn_str identity)
{
    tn_leaf leaf;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof(leaf.bytes));
    crypto_generichash_update(&state, nonce->bytes, sizeof(nonce->bytes));
    crypto_generichash_update(&state, (const unsigned char *)identity.data,
                              identity.len);
    crypto_generichash_final(&state, leaf.bytes, sizeof(leaf.bytes));
    return leaf;
}

tn_digest tn_secret_seal(const tn_secret *secret, tn_str bytes)
{
    tn_digest seal;
    crypto_generichash(seal.bytes, sizeof(seal.bytes),
                       (const unsigned char *)bytes.data, bytes.len, secret->sealing,
                       sizeof(secret->sealing));
    return seal;
}
