/* generate: files of the language at random, for properties that hold of all of them.
 * They are right by the grammar alone: names mean nothing. Blanks, line ends and
 * comments stand between the tokens in every way. */
#ifndef TN_TESTS_SUPPORT_GENERATE_H
#define TN_TESTS_SUPPORT_GENERATE_H

#include "interp/base/buf.h"

/* The same `seed` gives the same text. */
void test_generate_file(tn_buf *out, uint64_t seed);
void test_generate_expression(tn_buf *out, uint64_t seed);

#endif
