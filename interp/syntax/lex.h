/* lex: the tokens that the parser reads.
 *
 * Takes what the scanner finds, tells words from names, decodes strings, keeps the
 * comments, and has what is no token of the language reported. Keeps the brackets that
 * are open, for their number is bounded, and for resume.h.
 *
 * Owns: the copy of the text that the scanner works on, until tn_lex_close. Fails:
 * NOMEM and LIMIT by tn_parse.status; from then on there is only the end of the text.
 * Threads: one at a time. */
#ifndef TN_SYNTAX_LEX_H
#define TN_SYNTAX_LEX_H

#include "interp/syntax/ast_build.h"
#include "interp/syntax/parse.h"
#include "interp/syntax/scan.h"

/* What stands between two brackets: it says where reading can go on there. */
typedef enum tn_block_kind {
    TN_BLOCK_FILE,       /* no brackets: declarations */
    TN_BLOCK_CLAUSES,    /* of a category */
    TN_BLOCK_FIELDS,     /* NAME : TYPE */
    TN_BLOCK_ENTITY,     /* events and attributes */
    TN_BLOCK_ROWS,       /* of a table */
    TN_BLOCK_TEST,       /* items of a test */
    TN_BLOCK_TARGETS,    /* of a bind */
    TN_BLOCK_MAPPINGS,   /* NAME = VALUE */
    TN_BLOCK_EXPRESSION, /* ( ), [ ], or the { } of CEL */
    TN_BLOCK_SKIPPED     /* opened in what was skipped after an error */
} tn_block_kind;

typedef struct tn_block {
    tn_block_kind kind; /* EXPRESSION until an error asks for more */
    char bracket;       /* '(', '[' or '{' */
    tn_span at;         /* of the bracket */
} tn_block;

typedef struct tn_token {
    int kind;         /* a number of parser.h; 0 at the end of the text */
    bool starts_line; /* nothing but blanks before it on its line */
    bool quoted;      /* a name in back quotes */
    tn_span at;
    tn_str text; /* a string: decoded; a name: without back quotes; else as written */
} tn_token;

/* Tokens that wait to be given: a closing brace for each open one, and a few more. */
enum { TN_LEX_HELD = TN_PARSE_MAX_DEPTH + 8 };

typedef struct tn_lexer {
    tn_parse *parse; /* borrowed */
    tn_scan scan;
    char *copy; /* the text, for flex to write into */
    size_t copy_size_bytes;
    size_t errors_before; /* of the diags when the parse began */

    tn_token now;      /* given last */
    tn_token before;   /* given before that */
    size_t held_count; /* the last one is given first */
    size_t open_count;
    int now_opened; /* what `now` did to open_count: 1, -1 or 0 */

    tn_comment *comments;
    size_t comment_count;
    size_t comment_capacity;
    uint32_t bad_end; /* where the last run of bad characters ended */

    bool is_ended;         /* the end of the text was given */
    bool resume_due;       /* after an error: see resume.h */
    bool resume_at_before; /* ... and already at the token before the faulty one */
    bool unclosed_told;    /* ... and it is already said that a bracket is not closed */
    int correction;        /* ... and the faulty token is to be read as this word */
    int broken_head;       /* ... and it is in the head of a declaration: its word */
    uint32_t resumed_at;   /* where reading went on last */

    /* last, so that opening need not clear them: what is beyond the counts is not set
     */
    tn_token held[TN_LEX_HELD];
    tn_block open[TN_PARSE_MAX_DEPTH];
} tn_lexer;

TN_MUST_USE tn_status tn_lex_open(tn_lexer *lexer, tn_parse *parse);
void tn_lex_close(tn_lexer *lexer);

union TN_YYSTYPE; /* of parser.h */

/* The parser's next token; 0 at the end. */
int tn_lex(union TN_YYSTYPE *value, tn_span *at, tn_lexer *lexer);

/* The text of the /// comments right before offset `start`, a line each; it may be
 * empty. */
tn_str tn_lex_doc(tn_lexer *lexer, uint32_t start);

/* For resume.c: the next token, not yet given; and one back, to be given next. */
tn_token tn_lex_take(tn_lexer *lexer);
void tn_lex_hold(tn_lexer *lexer, tn_token token);

/* The text from `offset` on, without the blanks it begins with. */
tn_str tn_lex_rest(const tn_lexer *lexer, uint32_t offset);

#endif
