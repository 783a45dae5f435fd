/* mistake_part: what the files that look into a mistake share; not for others.
 *
 * A rule looks whether its slip is the one that was made; then it reports, and true
 * ends the search.
 *
 * Owns: nothing. Fails: by the diags. Threads: one at a time. */
#ifndef TN_SYNTAX_MISTAKE_PART_H
#define TN_SYNTAX_MISTAKE_PART_H

#include "interp/syntax/mistakes.h"
#include "interp/syntax/resume.h"
#include "interp/syntax/words.h"

/* A mistake while it is looked into. */
typedef struct mistake {
    tn_parse *parse;
    tn_lexer *lexer;
    tn_diags *diags;
    const tn_expectation *x;
    tn_token found;
    tn_token before;
    tn_block_kind block;
    bool closes; /* it is the bracket that closes the last one open */
} mistake;

static inline bool wants(const mistake *m, const char *token)
{
    return tn_expect_wants(m->x, token);
}

static inline bool was_read(const mistake *m, size_t depth, const char *symbol)
{
    return tn_expect_read(m->x, depth, symbol);
}

bool tn_mistake_is_name(const mistake *m);
bool tn_mistake_is_number(const mistake *m);
/* The word of the language that was found; NULL: it is none. */
const tn_word *tn_mistake_word(const mistake *m);
/* Does what was found touch what stands before it? */
bool tn_mistake_touches(const mistake *m);
/* What stands in the text, for a message: at most 40 bytes of it. */
tn_str tn_mistake_text(const mistake *m);
/* What was found, in words. */
void tn_mistake_describe(const mistake *m, char out[96]);

/* --- rules, by the file that has them */

/* mistake_blocks.c: brackets that are not closed, or close nothing */
bool tn_mistake_unclosed_fields(mistake *m);
bool tn_mistake_unclosed(mistake *m);
bool tn_mistake_stray_closer(mistake *m);

/* mistake_clauses.c: periods, and what a clause needs */
bool tn_mistake_unjoined_period(mistake *m);
bool tn_mistake_needless(mistake *m);
bool tn_mistake_no_period(mistake *m);
bool tn_mistake_bad_unit(mistake *m);
bool tn_mistake_bad_count(mistake *m);

/* mistake_signs.c: signs and operators */
bool tn_mistake_comma(mistake *m);
bool tn_mistake_comma_at_end(mistake *m);
bool tn_mistake_equals_sign(mistake *m);
bool tn_mistake_colon(mistake *m);
bool tn_mistake_logic_word(mistake *m);
bool tn_mistake_second_operator(mistake *m);
bool tn_mistake_message_literal(mistake *m);

/* mistake_names.c: texts, names and words */
bool tn_mistake_file_head(mistake *m);
bool tn_mistake_swallowed_word(mistake *m);
bool tn_mistake_two_words(mistake *m);
bool tn_mistake_hyphen_in_name(mistake *m);
bool tn_mistake_digit_in_front(mistake *m);
bool tn_mistake_late_part(mistake *m);
bool tn_mistake_foreign_comment(mistake *m);
bool tn_mistake_misspelt(mistake *m);
bool tn_mistake_missing_quotes(mistake *m);
bool tn_mistake_missing_brace(mistake *m);
bool tn_mistake_word_as_name(mistake *m);

#endif
