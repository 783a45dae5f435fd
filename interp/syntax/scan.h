/* scan: text to tokens with byte spans; the code is grammar/scanner.l.
 *
 * Knows no words and decodes no literal: lex.h does. Flex writes into the text while it
 * works, so it is given a copy, and takes its few blocks from a pool in here: it never
 * asks for memory of its own.
 *
 * Owns: nothing. Fails: cannot. Threads: one at a time. */
#ifndef TN_SYNTAX_SCAN_H
#define TN_SYNTAX_SCAN_H

#include "interp/base/diag.h"

/* flex 2.6.4 takes three blocks, 232 bytes, whatever the text. */
enum { TN_SCAN_POOL_BYTES = 512 };

/* What is not a token of the parser. */
typedef enum tn_scan_kind {
    TN_SCAN_COMMENT = -1,         /* from // to the end of its line */
    TN_SCAN_FOREIGN_COMMENT = -2, /* # ..., or slash star ... star slash */
    TN_SCAN_OPEN_STRING = -3,     /* a string that its line does not close */
    TN_SCAN_OPEN_TEXT = -4,       /* a string in three quotes that nothing closes */
    TN_SCAN_OPEN_NAME = -5,     /* a back quote without its pair, or a bad name in it */
    TN_SCAN_CURLY_STRING = -6,  /* a string in typographic quotes */
    TN_SCAN_FOREIGN_NAME = -7,  /* a name with letters beyond a-z */
    TN_SCAN_SINGLE_AND = -8,    /* & */
    TN_SCAN_SINGLE_OR = -9,     /* | */
    TN_SCAN_BAD_CHARACTER = -10 /* any other character */
} tn_scan_kind;

typedef struct tn_scan {
    void *flex;
    char *text;
    uint32_t file;
    size_t pool_used;
    max_align_t pool[TN_SCAN_POOL_BYTES / sizeof(max_align_t)];
} tn_scan;

/* `text` holds `len` bytes of valid UTF-8 without NUL, and two NUL bytes more; it is
 * borrowed and written to until tn_scan_close. */
void tn_scan_open(tn_scan *scan, uint32_t file, char *text, size_t len);
void tn_scan_close(tn_scan *scan);

/* The next token (a number of parser.h, 0 at the end) or tn_scan_kind; its place in
 * *at. */
int tn_scan_next(tn_scan *scan, tn_span *at);

#endif
