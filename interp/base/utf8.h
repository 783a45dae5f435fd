/* utf8: UTF-8 as RFC 3629 has it: shortest form, no surrogates, up to U+10FFFF.
 * Owns: nothing. Fails: by 0 or false. Threads: free. */
#ifndef TN_BASE_UTF8_H
#define TN_BASE_UTF8_H

#include "interp/base/str.h"

/* The length in bytes (1..4) of the code point that `s` starts with; 0 where `s` is
 * empty or does not start with valid UTF-8. */
size_t tn_utf8_length(tn_str s);

/* The first code point of `s`, its length in *len; 0 with *len = 0 where there is none.
 */
uint32_t tn_utf8_decode(tn_str s, size_t *len);

/* Writes 1..4 bytes for `code` and returns how many; 0 for a surrogate or above
 * U+10FFFF. */
size_t tn_utf8_encode(uint32_t code, char out[4]);

bool tn_utf8_is_valid(tn_str s);

/* The number of code points of valid UTF-8. */
size_t tn_utf8_count(tn_str valid);

/* The byte offset of code point number `index` of valid UTF-8, s.len for the end;
 * SIZE_MAX beyond it. */
size_t tn_utf8_offset(tn_str valid, size_t index);

#endif
