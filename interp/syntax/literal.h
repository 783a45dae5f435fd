/* literal: from the letters of a literal to its value, as CEL has it (cel-spec, langdef
 * "String and Bytes Values", "Numeric Values").
 * Owns: nothing; decoded text lies in the arena of the parse. Fails: with a diagnostic
 * in parse->diags; NOMEM by parse->status. Threads: one at a time. */
#ifndef TN_SYNTAX_LITERAL_H
#define TN_SYNTAX_LITERAL_H

#include "interp/syntax/ast_build.h"

/* The value of a string (or bytes) literal with its prefix and quotes. What cannot be
 * decoded is reported at its place and left out. */
tn_str tn_literal_string(tn_parse *p, tn_span at, bool is_bytes);

/* The value of digits, decimal or 0x; false where it exceeds 64 bits. */
bool tn_literal_uint(tn_str digits, uint64_t *out);

#endif
