/* cel_rows: what the benches of conditions share: their rows, and the clock.
 *
 * Rows are lines of two texts with a tab between; they are read once and looked at many
 * times. Time is user CPU of this process, in nanoseconds. Failing ends the program.
 *
 * Owns: rows stay until the program ends. Threads: one. */
#ifndef TN_BENCH_CEL_ROWS_H
#define TN_BENCH_CEL_ROWS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* What is decided: once as a condition, once by hand. */
#define BENCH_CONDITION "result == \"failure\" && user_name.startsWith(\"svc-\")"
#define BENCH_PATTERN "^svc-[a-z]+-[0-9]{2,4}@"

typedef struct bench_text {
    const char *data;
    size_t len;
} bench_text;

typedef struct bench_row {
    bench_text result;
    bench_text user_name;
} bench_row;

typedef struct bench_rows {
    bench_row *list;
    size_t count;
} bench_rows;

static inline void bench_fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static inline uint64_t bench_now(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_utime.tv_sec * 1000000000u +
           (uint64_t)usage.ru_utime.tv_usec * 1000u;
}

/* A whole file, with a NUL behind it. */
static inline bench_text bench_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        bench_fail("a file cannot be read");
    long size = ftell(file);
    char *text = (char *)malloc((size_t)size + 1);
    rewind(file);
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size)
        bench_fail("a file cannot be read");
    text[size] = '\0';
    fclose(file);
    const bench_text whole = {text, (size_t)size};
    return whole;
}

static inline bench_rows bench_read_rows(const char *path)
{
    bench_text text = bench_read(path);
    bench_rows rows = {NULL, 0};
    for (size_t i = 0; i < text.len; i++)
        rows.count += text.data[i] == '\n';
    rows.list = (bench_row *)calloc(rows.count, sizeof(bench_row));
    if (rows.list == NULL)
        bench_fail("out of memory");
    const char *at = text.data;
    for (size_t i = 0; i < rows.count; i++) {
        const char *tab = strchr(at, '\t'), *end = strchr(at, '\n');
        if (tab == NULL || end == NULL || tab > end)
            bench_fail("a row is not two texts");
        const bench_row row = {{at, (size_t)(tab - at)},
                               {tab + 1, (size_t)(end - tab - 1)}};
        rows.list[i] = row;
        at = end + 1;
    }
    return rows;
}

/* What every one of these programs prints: how often the answer was true, and when. */
static inline void bench_print(uint64_t count, uint64_t nanos)
{
    printf("{\"count\":%llu,\"ns\":%llu}\n", (unsigned long long)count,
           (unsigned long long)nanos);
}

#endif
