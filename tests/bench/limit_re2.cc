// limit_re2 FILE ROUNDS: the regular expression of cel_rows.h, by RE2 alone.
#include "tests/bench/cel_rows.h"

#include <re2/re2.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        bench_fail("limit_re2 FILE ROUNDS");
    bench_rows rows = bench_read_rows(argv[1]);
    uint64_t rounds = strtoull(argv[2], nullptr, 10);
    RE2 pattern(BENCH_PATTERN, RE2::Quiet);
    uint64_t count = 0, start = bench_now();
    for (uint64_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < rows.count; i++) {
            re2::StringPiece text(rows.list[i].user_name.data,
                                  rows.list[i].user_name.len);
            count += RE2::PartialMatch(text, pattern);
        }
    bench_print(count, bench_now() - start);
    free(rows.list);
    return 0;
}
