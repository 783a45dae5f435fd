#include "interp/decide/batch_kernels.h"

#define INLINE static inline __attribute__((always_inline))

/* With the number of breaks known, one pass over the values does. */
#define COUNT_BELOW(n)                                                                 \
    for (uint32_t i = 0; i < TN_BLOCK; i++) {                                          \
        int64_t above = 0;                                                             \
        for (uint32_t k = 0; k < (n); k++)                                             \
            above += values[i] > b[k];                                                 \
        classes[i] = (uint8_t)(classes[i] + above);                                    \
    }

INLINE void count_below(const int64_t *restrict values, const int64_t *restrict breaks,
                        uint32_t count, uint8_t *restrict classes)
{
    /* what is greater than the greatest is nothing */
    int64_t b[8];
    for (uint32_t k = 0; k < 8; k++)
        b[k] = k < count ? breaks[k] : INT64_MAX;
    if (count <= 2)
        COUNT_BELOW(2)
    else if (count <= 4)
        COUNT_BELOW(4)
    else if (count <= 6)
        COUNT_BELOW(6)
    else
        COUNT_BELOW(8)
}

INLINE void classify(const int64_t *restrict values, const int64_t *restrict breaks,
                     uint32_t count, uint8_t first, uint8_t *restrict classes)
{
    for (uint32_t i = 0; i < TN_BLOCK; i++)
        classes[i] = first;
    for (uint32_t k = 0; k < count; k += 8)
        count_below(values, breaks + k, count - k < 8 ? count - k : 8, classes);
}

INLINE void set_codes(const uint8_t *restrict classes, uint32_t stride,
                      uint32_t *restrict codes)
{
    for (uint32_t i = 0; i < TN_BLOCK; i++)
        codes[i] = classes[i] * stride;
}

INLINE void add_codes(const uint8_t *restrict classes, uint32_t stride,
                      uint32_t *restrict codes)
{
    for (uint32_t i = 0; i < TN_BLOCK; i++)
        codes[i] += classes[i] * stride;
}

INLINE void add_later(const int64_t *restrict a, const int64_t *restrict b,
                      uint32_t stride, uint32_t *restrict codes)
{
    for (uint32_t i = 0; i < TN_BLOCK; i++)
        codes[i] += a[i] > b[i] ? stride : 0;
}

INLINE void clear_nulls(const uint8_t *restrict bits, int64_t from,
                        uint8_t *restrict classes)
{
    for (uint32_t i = 0; i < TN_BLOCK; i++) {
        int64_t at = from + i;
        uint8_t valid = bits[at >> 3] >> (at & 7) & 1;
        classes[i] = (uint8_t)(classes[i] & -valid);
    }
}

#define KERNELS(suffix, ATTRIBUTE, label)                                              \
    ATTRIBUTE static void classify_##suffix(const int64_t *values,                     \
                                            const int64_t *breaks, uint32_t count,     \
                                            uint8_t first, uint8_t *classes)           \
    {                                                                                  \
        classify(values, breaks, count, first, classes);                               \
    }                                                                                  \
    ATTRIBUTE static void set_codes_##suffix(const uint8_t *classes, uint32_t stride,  \
                                             uint32_t *codes)                          \
    {                                                                                  \
        set_codes(classes, stride, codes);                                             \
    }                                                                                  \
    ATTRIBUTE static void add_codes_##suffix(const uint8_t *classes, uint32_t stride,  \
                                             uint32_t *codes)                          \
    {                                                                                  \
        add_codes(classes, stride, codes);                                             \
    }                                                                                  \
    ATTRIBUTE static void add_later_##suffix(const int64_t *a, const int64_t *b,       \
                                             uint32_t stride, uint32_t *codes)         \
    {                                                                                  \
        add_later(a, b, stride, codes);                                                \
    }                                                                                  \
    ATTRIBUTE static void clear_nulls_##suffix(const uint8_t *bits, int64_t from,      \
                                               uint8_t *classes)                       \
    {                                                                                  \
        clear_nulls(bits, from, classes);                                              \
    }                                                                                  \
    static const tn_batch_kernels kernels_##suffix = {label,                           \
                                                      classify_##suffix,               \
                                                      set_codes_##suffix,              \
                                                      add_codes_##suffix,              \
                                                      add_later_##suffix,              \
                                                      clear_nulls_##suffix};

#define NO_ATTRIBUTE
KERNELS(plain, NO_ATTRIBUTE, "plain")

const tn_batch_kernels *tn_batch_kernels_plain(void)
{
    return &kernels_plain;
}

#if defined(__x86_64__)
/* SSE2, the least, has no comparison of 8-byte integers. */
KERNELS(avx2, __attribute__((target("avx2"))), "avx2")

const tn_batch_kernels *tn_batch_kernels_best(void)
{
    return __builtin_cpu_supports("avx2") ? &kernels_avx2 : &kernels_plain;
}
#else
const tn_batch_kernels *tn_batch_kernels_best(void)
{
    return &kernels_plain;
}
#endif
