/* vector_piece: texts that lie one behind the other, asked about without a look at what
 * else they are. */
#include "interp/cel/vectors.h"

/* Bytes of a block beyond which the longest text has to be known. */
enum { SHORT = 1 << 15 };

/* Texts one behind the other. */
typedef struct piece {
    const char *offsets; /* 4 bytes each, one more than texts; anywhere */
    const char *data;
    uint32_t count;
} piece;

static int32_t load_offset(const char *offsets, uint32_t i)
{
    int32_t offset;
    memcpy(&offset, offsets + i * sizeof(offset), sizeof(offset));
    return offset;
}

static inline bool is_yes(vec_question question, tn_str text, tn_str sought)
{
    bool fits =
        question <= VEC_IS_OTHER ? text.len == sought.len : text.len >= sought.len;
    size_t from = question == VEC_ENDS_WITH && fits ? text.len - sought.len : 0;
    bool same = fits && tn_same_bytes(text.data + from, sought.data, sought.len);
    return same != (question == VEC_IS_OTHER);
}

static void ask_all(vec_question question, const piece *p, tn_str sought,
                    uint8_t *restrict out)
{
    int32_t from = load_offset(p->offsets, 0);
    for (uint32_t i = 0; i < p->count; i++) {
        int32_t to = load_offset(p->offsets, i + 1);
        tn_str text = {p->data + from, (size_t)(to - from)};
        out[i] = is_yes(question, text, sought) ? VEC_TRUE : VEC_FALSE;
        from = to;
    }
}

/* What is sought, as a word that a text's first eight bytes are compared with: without
 * a branch, since nobody can foretell the answers. Little-endian, as images are. */
typedef struct word_sought {
    uint64_t word;
    uint64_t mask;
    uint32_t len;
} word_sought;

static word_sought word_of(tn_str sought)
{
    word_sought w = {.len = (uint32_t)sought.len};
    memcpy(&w.word, sought.data, sought.len);
    w.mask = sought.len == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * sought.len) - 1;
    return w;
}

/* How many texts, from the first, have eight bytes of the piece from their start on. */
static uint32_t count_whole(const piece *p)
{
    uint32_t count = p->count;
    int32_t end = load_offset(p->offsets, count);
    while (count > 0 && end - load_offset(p->offsets, count - 1) < 8)
        count--;
    return count;
}

static inline __attribute__((always_inline)) void ask_words(vec_question question,
                                                            const piece *p,
                                                            word_sought sought,
                                                            uint8_t *restrict out)
{
    const char *restrict offsets = p->offsets, *restrict data = p->data;
    uint32_t count = p->count;
    uint32_t from = (uint32_t)load_offset(offsets, 0);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t to = (uint32_t)load_offset(offsets, i + 1), len = to - from;
        uint64_t word;
        memcpy(&word, data + from, sizeof(word));
        unsigned fits =
            question == VEC_STARTS_WITH ? len >= sought.len : len == sought.len;
        unsigned same = fits & (unsigned)((word & sought.mask) == sought.word);
        out[i] = (uint8_t)((same ^ (question == VEC_IS_OTHER)) * VEC_TRUE);
        from = to;
    }
}

/* A null is no text; it starts and ends with nothing that could be told. */
static void answer_nulls(const tn_array *a, int64_t start, uint32_t count,
                         vec_question question, uint8_t *out)
{
    uint8_t said = question == VEC_IS_TEXT ? VEC_FALSE : VEC_TRUE;
    if (question > VEC_IS_OTHER)
        said = VEC_UNKNOWN;
    for (uint32_t i = 0; i < count; i++)
        if (tn_array_is_null(a, start + i))
            out[i] = said;
}

/* One loop for each question about a word, and one for the rest. */
static void ask(vec_question question, piece p, tn_str sought, uint8_t *out)
{
    piece whole = p;
    whole.count = 0;
    if (sought.len <= 8 && question != VEC_ENDS_WITH) {
        word_sought word = word_of(sought);
        whole.count = count_whole(&p);
        if (question == VEC_STARTS_WITH)
            ask_words(VEC_STARTS_WITH, &whole, word, out);
        else if (question == VEC_IS_TEXT)
            ask_words(VEC_IS_TEXT, &whole, word, out);
        else
            ask_words(VEC_IS_OTHER, &whole, word, out);
    }
    p.offsets += whole.count * sizeof(int32_t);
    p.count -= whole.count;
    ask_all(question, &p, sought, out + whole.count);
}

bool tn_vec_ask_piece(tn_cel_vector *v, const tn_array *a, vec_question question,
                      tn_str sought, uint8_t *out)
{
    uint32_t count = v->block->count;
    if (a->kind != TN_ARRAY_TEXT || a->width != sizeof(int32_t) || count == 0)
        return false;
    const char *offsets =
        (const char *)a->values + (a->offset + v->block->start) * a->width;
    const char *data = a->data == NULL ? "" : a->data;
    int32_t first = load_offset(offsets, 0);
    size_t all = (size_t)(load_offset(offsets, count) - first);
    if (all > SHORT || !tn_vec_is_ascii(data + first, all))
        return false;
    v->longest = all > v->longest ? all : v->longest;
    ask(question, (piece){offsets, data, count}, sought, out);
    if (a->validity != NULL)
        answer_nulls(a, v->block->start, count, question, out);
    return true;
}
