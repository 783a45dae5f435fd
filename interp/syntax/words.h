/* words: which names are words of the language (grammar/words.def).
 * Owns: nothing; const tables. Fails: by NULL. Threads: free. */
#ifndef TN_SYNTAX_WORDS_H
#define TN_SYNTAX_WORDS_H

#include "interp/syntax/ast.h"

/* What a word starts when it stands first in a line; a set of bits. */
enum {
    TN_STARTS_NOTHING = 0,
    TN_STARTS_DECL = 1,
    TN_STARTS_CLAUSE = 2,
    TN_STARTS_ITEM = 4
};

typedef struct tn_word {
    tn_str text;
    int token;       /* of the parser; its word for units too */
    unsigned starts; /* bits TN_STARTS_... */
    tn_unit unit;    /* of a unit */
} tn_word;

/* The word that `text` is; NULL where it is none. */
const tn_word *tn_word_find(tn_str text);

/* Word number `index` in alphabetical order; NULL behind the last. */
const tn_word *tn_word_at(size_t index);

/* The word that was meant by `text`, of those that `fits` accepts: the same but for
 * capitals, one that people put in its place, or the nearest; NULL where none is near.
 */
typedef bool tn_word_fits(const tn_word *word, const void *context);
const tn_word *tn_word_meant(tn_str text, tn_word_fits *fits, const void *context);

/* A word of `token`; NULL where the token is no word. */
const tn_word *tn_word_of_token(int token);

#endif
