/* limit_cel FILE ROUNDS: the condition of cel_rows.h, written by hand. */
#include "tests/bench/cel_rows.h"

/* Not inlined, as a condition known at run time alone cannot be; but all it needs. */
static __attribute__((noinline)) int decide(const bench_row *row)
{
    return row->result.len == 7 && memcmp(row->result.data, "failure", 7) == 0 &&
           row->user_name.len >= 4 && memcmp(row->user_name.data, "svc-", 4) == 0;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        bench_fail("limit_cel FILE ROUNDS");
    bench_rows rows = bench_read_rows(argv[1]);
    uint64_t rounds = strtoull(argv[2], NULL, 10);
    uint64_t count = 0, start = bench_now();
    for (uint64_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < rows.count; i++)
            count += (uint64_t)decide(&rows.list[i]);
    bench_print(count, bench_now() - start);
    free(rows.list);
    return 0;
}
