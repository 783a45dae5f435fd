#include "interp/decide/batch_kernels.h"

#define INLINE static inline __attribute__((always_inline))

/* With all breaks at hand, one pass over the values does. Sums are as wide as values:
 * narrower ones would be narrowed after each comparison. */
#define COUNT_BELOW(sum)                                                               \
    for (uint32_t i = 0; i < TN_BLOCK; i++)                                            \
        classes[i] = first + (sum);
#define BELOW(k) (uint64_t)(values[i] > b[k])
#define TWO_BELOW(k) (BELOW(k) + BELOW((k) + 1))

INLINE void count_below(const int64_t *restrict values, const int64_t *restrict breaks,
                        uint32_t count, uint64_t first, uint64_t *restrict classes)
{
    /* what is greater than the greatest is nothing */
    int64_t b[8];
    for (uint32_t k = 0; k < 8; k++)
        b[k] = k < count ? breaks[k] : INT64_MAX;
    if (count <= 2)
        COUNT_BELOW(TWO_BELOW(0))
    else if (count <= 4)
        COUNT_BELOW(TWO_BELOW(0) + TWO_BELOW(2))
    else if (count <= 6)
        COUNT_BELOW(TWO_BELOW(0) + TWO_BELOW(2) + TWO_BELOW(4))
    else
        COUNT_BELOW(TWO_BELOW(0) + TWO_BELOW(2) + TWO_BELOW(4) + TWO_BELOW(6))
}

/* What more than eight breaks add. */
INLINE void add_below(const int64_t *restrict values, int64_t limit,
                      uint64_t *restrict classes)
{
    for (uint32_t i = 0; i < TN_BLOCK; i++)
        classes[i] += (uint64_t)(values[i] > limit);
}

INLINE void classify(const int64_t *restrict values, const int64_t *restrict breaks,
                     uint32_t count, uint32_t first, uint64_t *restrict classes)
{
    count_below(values, breaks, count < 8 ? count : 8, first, classes);
    for (uint32_t k = 8; k < count; k++)
        add_below(values, breaks[k], classes);
}

INLINE void add_wide(const uint64_t *restrict classes, uint32_t stride,
                     uint32_t *restrict codes)
{
    for (uint32_t i = 0; i < TN_BLOCK; i++)
        codes[i] += (uint32_t)classes[i] * stride;
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

#define KERNELS(suffix, ATTRIBUTE)                                                     \
    ATTRIBUTE static void classify_##suffix(const int64_t *values,                     \
                                            const int64_t *breaks, uint32_t count,     \
                                            uint32_t first, uint64_t *classes)         \
    {                                                                                  \
        classify(values, breaks, count, first, classes);                               \
    }                                                                                  \
    ATTRIBUTE static void add_wide_##suffix(const uint64_t *classes, uint32_t stride,  \
                                            uint32_t *codes)                           \
    {                                                                                  \
        add_wide(classes, stride, codes);                                              \
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
    static const tn_batch_kernels kernels_##suffix = {                                 \
        #suffix, classify_##suffix, add_wide_##suffix, add_codes_##suffix,             \
        add_later_##suffix};

#define NO_ATTRIBUTE
KERNELS(plain, NO_ATTRIBUTE)

const tn_batch_kernels *tn_batch_kernels_plain(void)
{
    return &kernels_plain;
}

#if defined(__x86_64__)
/* SSE2, the least, has no comparison of 8-byte integers. */
KERNELS(avx2, __attribute__((target("avx2"))))

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
