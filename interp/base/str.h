/* str: views of text and bytes.
 * Owns: nothing; a view borrows. Fails: cannot, but where a length could overflow.
 * Threads: free. */
#ifndef TN_BASE_STR_H
#define TN_BASE_STR_H

#include "interp/base/status.h"
#include <stdbool.h>

/* A view of a string literal. */
#define TN_STR(literal) ((tn_str){(literal), sizeof(literal) - 1})
/* For printf's "%.*s". Messages are bounded, so the length fits an int. */
#define TN_STR_FMT "%.*s"
#define TN_STR_ARG(s)                                                                  \
    ((int)((s).len > 4096 ? 4096 : (s).len)), ((s).data ? (s).data : "")

/* A view of a NUL-terminated string; NULL is the empty view. */
tn_str tn_str_from(const char *text);

bool tn_str_equal(tn_str a, tn_str b);

/* The same but for upper and lower case of ASCII. */
bool tn_str_equal_but_for_case(tn_str a, tn_str b);

/* <0, 0, >0 by bytes, which for UTF-8 is the order of code points; a prefix comes
 * first. */
int tn_str_compare(tn_str a, tn_str b);

bool tn_str_starts(tn_str s, tn_str prefix);
bool tn_str_ends(tn_str s, tn_str suffix);

/* Byte offset of the first `needle` in `s`, or SIZE_MAX. The empty needle is at 0. */
size_t tn_str_find(tn_str s, tn_str needle);

/* The part from byte `from` (at most s.len) on, at most `len` bytes. */
tn_str tn_str_slice(tn_str s, size_t from, size_t len);

/* What follows the last '.' of a dotted name; the whole of a plain one. */
tn_str tn_str_last_name(tn_str dotted);

/* A 64-bit hash of the bytes, eight at a time; it differs from machine to machine. For
 * tables in memory alone; never stored, never trusted against collisions. Who can
 * choose the texts of a table could make them hash alike and so be slow: with `seed`,
 * the address of the table, they would have to know where it lies. */
uint64_t tn_str_hash(tn_str s);
uint64_t tn_str_hash_seeded(tn_str s, const void *seed);

/* Edit distance of Damerau and Levenshtein (adjacent transpositions count one), for
 * "did you mean"; at most `limit` + 1. Names longer than 64 bytes count as `limit` + 1
 * apart. */
unsigned tn_str_distance(tn_str a, tn_str b, unsigned limit);

#endif
