#include "interp/syntax/stray.h"
#include "interp/base/utf8.h"

#include "parser.h"

static tn_diag *report(tn_lexer *lexer, tn_finding finding, tn_span at,
                       const char *what)
{
    return tn_diag_add(lexer->parse->diags, finding, at, "%s", what);
}

static void help(tn_lexer *lexer, tn_diag *diag, const char *what)
{
    tn_diag_help(lexer->parse->diags, diag, "%s", what);
}

static void foreign_comment(tn_lexer *lexer, tn_token *token)
{
    tn_diag *diag =
        report(lexer, TN_FIND_SYNTAX,
               (tn_span){token->at.file, token->at.start,
                         token->at.start + (token->text.data[0] == '#' ? 1 : 2)},
               "comments begin with `//` here");
    help(lexer, diag, "put `//` at the beginning of each line of the comment");
    token->kind = 0;
}

/* What is left of a string after its quote, without a brace that ends its line: that
 * one opens a block. */
static void open_string(tn_lexer *lexer, tn_token *token)
{
    tn_str text = token->text;
    size_t quote = 0;
    bool is_bytes = false;
    while (text.data[quote] != '"' && text.data[quote] != '\'') {
        is_bytes |= text.data[quote] == 'b' || text.data[quote] == 'B';
        quote++;
    }
    char mark[2] = {text.data[quote], '\0'};
    tn_diag *diag =
        tn_diag_add(lexer->parse->diags, TN_FIND_LITERAL,
                    (tn_span){token->at.file, token->at.start,
                              token->at.start + (uint32_t)quote + 1},
                    "a text begins with this quote, and its line ends without another");
    tn_diag_help(lexer->parse->diags, diag, "close it with `%s`", mark);
    size_t end = text.len;
    while (end > quote + 1 && (text.data[end - 1] == ' ' || text.data[end - 1] == '\t'))
        end--;
    if (end > quote + 1 && text.data[end - 1] == '{') {
        end--;
        uint32_t brace = token->at.start + (uint32_t)end;
        tn_lex_hold(lexer, (tn_token){.kind = '{',
                                      .at = {token->at.file, brace, brace + 1},
                                      .text = TN_STR("{")});
        token->at.end = brace;
    }
    token->kind = is_bytes ? TN_TOK_BYTES : TN_TOK_STRING;
    token->text = tn_str_slice(text, quote + 1, end - quote - 1);
}

static void open_text(tn_lexer *lexer, tn_token *token)
{
    tn_diag *diag =
        report(lexer, TN_FIND_LITERAL,
               (tn_span){token->at.file, token->at.start, token->at.start + 3},
               "a text begins with these quotes, and nothing closes it");
    help(lexer, diag, "close it with three quotes of the same kind");
    token->kind = TN_TOK_STRING;
}

static void open_name(tn_lexer *lexer, tn_token *token)
{
    bool closed = token->text.len > 1 && tn_str_ends(token->text, TN_STR("`"));
    tn_diag *diag =
        report(lexer, TN_FIND_SYNTAX, token->at,
               closed ? "this name in back quotes has characters that no name has"
                      : "a name in back quotes is not closed on its line");
    help(lexer, diag,
         "between back quotes, letters, digits and _ . - / can stand, and blanks");
    token->kind = TN_TOK_QNAME;
    token->quoted = true;
}

static void curly_string(tn_lexer *lexer, tn_token *token)
{
    tn_diag *diag =
        report(lexer, TN_FIND_SYNTAX, token->at,
               "these are typographic quotes, as word processors make them");
    help(lexer, diag, "write straight ones: \"...\"");
    token->kind = TN_TOK_STRING;
    token->text = tn_str_slice(token->text, 3, token->text.len - 6);
}

static void foreign_name(tn_lexer *lexer, tn_token *token)
{
    tn_diag *diag = report(lexer, TN_FIND_SYNTAX, token->at,
                           "names are written with the letters a to z, digits and _");
    help(lexer, diag, "a title in quotes can have any letters");
    token->kind = TN_TOK_IDENT;
}

static void single_sign(tn_lexer *lexer, tn_token *token, bool is_and)
{
    tn_diag *diag =
        report(lexer, TN_FIND_SYNTAX, token->at,
               is_and ? "`&` alone has no meaning" : "`|` alone has no meaning");
    help(lexer, diag, is_and ? "write `&&` for \"and\"" : "write `||` for \"or\"");
    token->kind = is_and ? TN_TOK_LOGICAL_AND : TN_TOK_LOGICAL_OR;
}

#define BLANK "an ordinary blank"

/* Characters that stand for one of the language: what to write, and the token meant. */
static const struct {
    uint32_t code;
    int kind;
    const char *name;
    const char *write;
} lookalikes[] = {
    {0xA0, 0, "a no-break space", BLANK},
    {0x3000, 0, "a wide space", BLANK},
    {0x200B, 0, "a space of no width", BLANK},
    {0x2002, 0, "a wide space", BLANK},
    {0x2003, 0, "a wide space", BLANK},
    {0x202F, 0, "a narrow space", BLANK},
    {0xFEFF, 0, "a byte order mark in the midst of the text", BLANK},
    {0x2010, '-', "a typographic hyphen", "`-`"},
    {0x2011, '-', "a typographic hyphen", "`-`"},
    {0x2013, '-', "a dash", "`-`"},
    {0x2014, '-', "a dash", "`-`"},
    {0x2212, '-', "a typographic minus", "`-`"},
    {0xFF1A, ':', "a wide colon", "`:`"},
    {0xFF0C, ',', "a wide comma", "`,`"},
    {0x3001, ',', "an ideographic comma", "`,`"},
    {0xFF08, '(', "a wide parenthesis", "`(`"},
    {0xFF09, ')', "a wide parenthesis", "`)`"},
    {0xFF1D, '=', "a wide equals sign", "`=`"},
    {0xFF5B, '{', "a wide brace", "`{`"},
    {0xFF5D, '}', "a wide brace", "`}`"},
    {0x2264, TN_TOK_LESS_EQUAL, "a sign of mathematics", "`<=`"},
    {0x2265, TN_TOK_GREATER_EQUAL, "a sign of mathematics", "`>=`"},
    {0x2260, TN_TOK_NOT_EQUAL, "a sign of mathematics", "`!=`"},
};

static void lookalike(tn_lexer *lexer, tn_token *token, size_t index)
{
    tn_diag *diag = tn_diag_add(lexer->parse->diags, TN_FIND_SYNTAX, token->at,
                                "this is %s", lookalikes[index].name);
    tn_diag_help(lexer->parse->diags, diag, "write %s", lookalikes[index].write);
    token->kind = lookalikes[index].kind;
}

static void semicolon(tn_lexer *lexer, tn_token *token)
{
    tn_diag *diag =
        report(lexer, TN_FIND_SYNTAX, token->at, "`;` separates nothing here");
    help(lexer, diag, "clauses and declarations need no separator: leave it out");
}

static void bad_character(tn_lexer *lexer, tn_token *token)
{
    size_t len;
    uint32_t code = tn_utf8_decode(token->text, &len);
    bool goes_on = lexer->bad_end == token->at.start;
    lexer->bad_end = token->at.end;
    token->kind = 0;
    for (size_t i = 0; i < TN_COUNT(lookalikes); i++) {
        if (lookalikes[i].code == code) {
            lookalike(lexer, token, i);
            return;
        }
    }
    if (goes_on)
        return;
    if (code == ';')
        semicolon(lexer, token);
    else if (code < 0x20 || code == 0x7F)
        tn_diag_add(lexer->parse->diags, TN_FIND_SYNTAX, token->at,
                    "there is a control character here, number %u", (unsigned)code);
    else
        tn_diag_add(lexer->parse->diags, TN_FIND_SYNTAX, token->at,
                    "`" TN_STR_FMT "` has no meaning here", TN_STR_ARG(token->text));
}

void tn_stray_report(tn_lexer *lexer, int scan_kind, tn_token *token)
{
    switch ((tn_scan_kind)scan_kind) {
    case TN_SCAN_COMMENT: break;
    case TN_SCAN_FOREIGN_COMMENT: foreign_comment(lexer, token); return;
    case TN_SCAN_OPEN_STRING: open_string(lexer, token); return;
    case TN_SCAN_OPEN_TEXT: open_text(lexer, token); return;
    case TN_SCAN_OPEN_NAME: open_name(lexer, token); return;
    case TN_SCAN_CURLY_STRING: curly_string(lexer, token); return;
    case TN_SCAN_FOREIGN_NAME: foreign_name(lexer, token); return;
    case TN_SCAN_SINGLE_AND: single_sign(lexer, token, true); return;
    case TN_SCAN_SINGLE_OR: single_sign(lexer, token, false); return;
    case TN_SCAN_BAD_CHARACTER: bad_character(lexer, token); return;
    }
    token->kind = 0;
}
