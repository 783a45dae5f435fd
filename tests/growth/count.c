#include "tests/growth/count.h"

#include <stddef.h>

static uint64_t steps;

uint64_t count_steps(void)
{
    return steps;
}

/* What the compiler has each basic block call. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    steps++;
}

static void count_bytes(size_t size)
{
    steps += size / 8;
}

void *__real_memcpy(void *to, const void *from, size_t size);
void *__wrap_memcpy(void *to, const void *from, size_t size);
void *__wrap_memcpy(void *to, const void *from, size_t size)
{
    count_bytes(size);
    return __real_memcpy(to, from, size);
}

void *__real_memmove(void *to, const void *from, size_t size);
void *__wrap_memmove(void *to, const void *from, size_t size);
void *__wrap_memmove(void *to, const void *from, size_t size)
{
    count_bytes(size);
    return __real_memmove(to, from, size);
}

void *__real_memset(void *to, int byte, size_t size);
void *__wrap_memset(void *to, int byte, size_t size);
void *__wrap_memset(void *to, int byte, size_t size)
{
    count_bytes(size);
    return __real_memset(to, byte, size);
}

/* As if all of it were compared. */
int __real_memcmp(const void *a, const void *b, size_t size);
int __wrap_memcmp(const void *a, const void *b, size_t size);
int __wrap_memcmp(const void *a, const void *b, size_t size)
{
    count_bytes(size);
    return __real_memcmp(a, b, size);
}

void *__real_memchr(const void *bytes, int byte, size_t size);
void *__wrap_memchr(const void *bytes, int byte, size_t size);
void *__wrap_memchr(const void *bytes, int byte, size_t size)
{
    const char *found = __real_memchr(bytes, byte, size);
    count_bytes(found == NULL ? size : (size_t)(found - (const char *)bytes));
    return (void *)(uintptr_t)found;
}

size_t __real_strlen(const char *text);
size_t __wrap_strlen(const char *text);
size_t __wrap_strlen(const char *text)
{
    size_t size = __real_strlen(text);
    count_bytes(size);
    return size;
}
