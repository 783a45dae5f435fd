#include "interp/syntax/resume.h"
#include "interp/syntax/words.h"

#include "parser.h"

/* --- brackets */

static char opener_of(int kind)
{
    switch (kind) {
    case ')': return '(';
    case ']': return '[';
    case '}': return '{';
    default: return '\0';
    }
}

static bool is_opener(int kind)
{
    return kind == '(' || kind == '[' || kind == '{';
}

void tn_resume_track(tn_lexer *lexer, tn_token token)
{
    lexer->now_opened = 0;
    if (is_opener(token.kind)) {
        if (lexer->open_count == TN_PARSE_MAX_DEPTH) {
            tn_parse_too_deep(lexer->parse, token.at);
            return;
        }
        lexer->open[lexer->open_count++] = (tn_block){
            .kind = TN_BLOCK_EXPRESSION, .bracket = (char)token.kind, .at = token.at};
        lexer->now_opened = 1;
    } else if (lexer->open_count > 0 && opener_of(token.kind) != '\0' &&
               lexer->open[lexer->open_count - 1].bracket == opener_of(token.kind)) {
        lexer->open_count--;
        lexer->now_opened = -1;
    }
}

/* A block that lexer->now closed is still in its place. */
void tn_resume_untrack(tn_lexer *lexer)
{
    if (lexer->now_opened > 0)
        lexer->open_count--;
    else if (lexer->now_opened < 0)
        lexer->open_count++;
    lexer->now_opened = 0;
}

void tn_resume_name_blocks(tn_lexer *lexer, const tn_block_kind *kinds, size_t count)
{
    for (size_t i = 0; i < count && i < lexer->open_count; i++)
        lexer->open[lexer->open_count - 1 - i].kind = kinds[i];
}

static bool is_list(tn_block_kind kind)
{
    return kind != TN_BLOCK_EXPRESSION && kind != TN_BLOCK_SKIPPED;
}

/* How many of the open blocks are there up to the innermost list. */
static size_t list_depth(const tn_lexer *lexer)
{
    size_t depth = lexer->open_count;
    while (depth > 0 && !is_list(lexer->open[depth - 1].kind))
        depth--;
    return depth;
}

const tn_block *tn_resume_block(const tn_lexer *lexer)
{
    size_t depth = list_depth(lexer);
    return depth == 0 ? NULL : &lexer->open[depth - 1];
}

/* --- where an element begins */

bool tn_resume_is_name(tn_token token)
{
    if (token.kind == TN_TOK_IDENT || token.kind == TN_TOK_QNAME)
        return true;
    const tn_word *word = tn_word_find(token.text);
    return word != NULL && word->token == token.kind;
}

static unsigned starts_of(tn_token token)
{
    const tn_word *word = token.starts_line ? tn_word_find(token.text) : NULL;
    return word != NULL && word->token == token.kind ? word->starts : TN_STARTS_NOTHING;
}

static bool is_followed_by(const tn_lexer *lexer, tn_token token, char c)
{
    tn_str rest = tn_lex_rest(lexer, token.at.end);
    if (rest.len == 0 || rest.data[0] != c)
        return false;
    return c != '=' || !tn_str_starts(rest, TN_STR("=="));
}

/* A name first in a line that looks like a word misspelt: a mistake to find. */
static bool starts_one_of(const tn_word *word, const void *starts)
{
    return (word->starts & *(const unsigned *)starts) != 0;
}

static bool is_nearly(tn_token token, unsigned starts)
{
    return token.kind == TN_TOK_IDENT && token.starts_line &&
           tn_word_meant(token.text, starts_one_of, &starts) != NULL;
}

bool tn_resume_begins(const tn_lexer *lexer, tn_block_kind kind, tn_token token)
{
    unsigned starts = starts_of(token);
    switch (kind) {
    case TN_BLOCK_FILE: return (starts & TN_STARTS_DECL) != 0;
    case TN_BLOCK_CLAUSES: return (starts & TN_STARTS_CLAUSE) != 0;
    case TN_BLOCK_FIELDS:
        return tn_resume_is_name(token) &&
               (token.starts_line || is_followed_by(lexer, token, ':'));
    case TN_BLOCK_ENTITY:
        return starts != 0 &&
               (token.kind == TN_TOK_EVENT || token.kind == TN_TOK_ATTRIBUTE);
    case TN_BLOCK_ROWS:
        return token.starts_line &&
               (token.kind == TN_TOK_STRING || token.kind == TN_TOK_DEFAULT);
    case TN_BLOCK_TEST:
        return token.starts_line &&
               (token.kind == TN_TOK_AT || token.kind == TN_TOK_RECORD ||
                token.kind == TN_TOK_EXPECT || token.kind == TN_TOK_IDENT);
    case TN_BLOCK_TARGETS:
        return token.starts_line &&
               (token.kind == TN_TOK_IDENT || token.kind == TN_TOK_QNAME);
    case TN_BLOCK_MAPPINGS:
        return tn_resume_is_name(token) &&
               (token.starts_line || is_followed_by(lexer, token, '='));
    case TN_BLOCK_EXPRESSION:
    case TN_BLOCK_SKIPPED: return false;
    }
    return false;
}

static tn_block_kind kind_at(const tn_lexer *lexer, size_t depth)
{
    return depth == 0 ? TN_BLOCK_FILE : lexer->open[depth - 1].kind;
}

/* A declaration at the left margin, whatever is open before it. */
static bool is_at_margin(const tn_lexer *lexer, tn_token token)
{
    uint32_t start = token.at.start;
    return starts_of(token) == TN_STARTS_DECL &&
           (start == 0 || lexer->copy[start - 1] == '\n');
}

static unsigned starts_in(tn_block_kind kind)
{
    switch (kind) {
    case TN_BLOCK_FILE: return TN_STARTS_DECL;
    case TN_BLOCK_CLAUSES: return TN_STARTS_CLAUSE;
    case TN_BLOCK_ENTITY:
    case TN_BLOCK_ROWS:
    case TN_BLOCK_TEST: return TN_STARTS_ITEM;
    case TN_BLOCK_FIELDS:
    case TN_BLOCK_TARGETS:
    case TN_BLOCK_MAPPINGS:
    case TN_BLOCK_EXPRESSION:
    case TN_BLOCK_SKIPPED: break;
    }
    return TN_STARTS_NOTHING;
}

static bool begins_or_nearly(const tn_lexer *lexer, tn_block_kind kind, tn_token token)
{
    return tn_resume_begins(lexer, kind, token) || is_nearly(token, starts_in(kind));
}

/* How many of the open blocks remain when reading goes on at `token`; SIZE_MAX where it
 * can't. */
static size_t depth_to_resume(const tn_lexer *lexer, tn_token token)
{
    size_t inner = list_depth(lexer);
    bool in_list = inner == lexer->open_count;
    bool in_skipped = false;
    for (size_t i = inner; i < lexer->open_count; i++)
        in_skipped |= lexer->open[i].kind == TN_BLOCK_SKIPPED;
    if (token.kind == 0)
        return 0;
    if (token.kind == '}')
        return in_list && inner > 0 ? inner : SIZE_MAX;
    if (lexer->before.kind == '.' || (in_skipped && !is_at_margin(lexer, token)))
        return SIZE_MAX;
    unsigned starts = starts_of(token);
    bool is_head_of_outer = starts != 0 && kind_at(lexer, inner) == TN_BLOCK_FIELDS &&
                            !is_followed_by(lexer, token, ':');
    if (in_list && !is_head_of_outer &&
        begins_or_nearly(lexer, kind_at(lexer, inner), token))
        return inner;
    for (size_t depth = inner + !is_head_of_outer; starts != 0 && depth-- > 0;)
        if (is_list(kind_at(lexer, depth)) &&
            tn_resume_begins(lexer, kind_at(lexer, depth), token))
            return depth;
    return SIZE_MAX;
}

/* --- skipping */

/* A closing brace that is skipped closes what is open inside the list. */
static void skip_closer(tn_lexer *lexer, int kind)
{
    size_t inner = list_depth(lexer), depth = lexer->open_count;
    while (depth > inner && lexer->open[depth - 1].bracket != opener_of(kind))
        depth--;
    if (depth > inner)
        lexer->open_count = depth - 1;
}

static void skip(tn_lexer *lexer, tn_token token)
{
    if (is_opener(token.kind)) {
        if (lexer->open_count == TN_PARSE_MAX_DEPTH)
            tn_parse_too_deep(lexer->parse, token.at);
        else
            lexer->open[lexer->open_count++] =
                (tn_block){TN_BLOCK_SKIPPED, (char)token.kind, token.at};
    } else if (opener_of(token.kind) != '\0') {
        skip_closer(lexer, token.kind);
    }
    lexer->before = token;
}

static void tell_unclosed(tn_lexer *lexer, tn_token found)
{
    const tn_block *block = tn_resume_block(lexer);
    tn_diags *diags = lexer->parse->diags;
    if (lexer->unclosed_told || block == NULL)
        return;
    tn_diag *diag = tn_diag_add(diags, TN_FIND_SYNTAX, found.at, "%s",
                                found.kind == 0 ? "the text ends before `{` is closed"
                                                : "a `{` is not closed before this");
    tn_diag_other(diags, diag, block->at, "it was opened here");
}

/* What stands in the braces of a declaration. */
static tn_block_kind kind_of_head(int head)
{
    switch (head) {
    case TN_TOK_CATEGORY:
    case TN_TOK_EVERY: return TN_BLOCK_CLAUSES;
    case TN_TOK_ENTITY: return TN_BLOCK_ENTITY;
    case TN_TOK_TABLE: return TN_BLOCK_ROWS;
    case TN_TOK_TEST: return TN_BLOCK_TEST;
    case TN_TOK_BIND: return TN_BLOCK_TARGETS;
    default: return TN_BLOCK_EXPRESSION;
    }
}

/* Does reading go on in the block of the declaration whose head is broken? At its
 * brace, or at an element of it, when the brace is missing. */
static bool resumes_in_block(const tn_lexer *lexer, tn_token token)
{
    if (lexer->broken_head == 0 || lexer->open_count > 0)
        return false;
    tn_block_kind kind = kind_of_head(lexer->broken_head);
    return token.kind == '{' ||
           (is_list(kind) && kind != TN_BLOCK_TARGETS && !is_at_margin(lexer, token) &&
            starts_of(token) != 0 && tn_resume_begins(lexer, kind, token));
}

static void resume_in_block(tn_lexer *lexer, tn_token token)
{
    tn_span here = {token.at.file, token.at.start, token.at.start};
    tn_lex_hold(lexer, token);
    if (token.kind != '{')
        tn_lex_hold(lexer, (tn_token){.kind = '{', .at = here});
    tn_lex_hold(lexer, (tn_token){.kind = TN_TOK_RESUME_BRACE, .at = here});
}

/* Holds RESUME, the closing braces that are missing, and the token to go on with. */
static void resume(tn_lexer *lexer, tn_token token, size_t depth)
{
    size_t inner = list_depth(lexer);
    tn_span here = {token.at.file, token.at.start, token.at.start};
    if (depth < inner)
        tell_unclosed(lexer, token);
    lexer->open_count = inner;
    lexer->is_ended = false;
    tn_lex_hold(lexer, token);
    for (size_t i = depth; i < inner; i++)
        tn_lex_hold(lexer, (tn_token){.kind = '}', .at = here});
    tn_lex_hold(lexer, (tn_token){.kind = TN_TOK_RESUME, .at = here});
    lexer->resumed_at = token.at.start;
}

/* The token at which the search begins. */
static tn_token first_token(tn_lexer *lexer)
{
    tn_token token = lexer->now;
    tn_resume_untrack(lexer);
    if (lexer->resume_at_before) {
        tn_lex_hold(lexer, token);
        token = lexer->before;
    }
    lexer->before = (tn_token){.kind = 0};
    return token;
}

void tn_resume_seek(tn_lexer *lexer)
{
    tn_token token = first_token(lexer);
    size_t depth = list_depth(lexer);
    if (lexer->correction != 0) {
        token.kind = lexer->correction;
        token.text = tn_word_of_token(token.kind)->text;
    } else {
        for (;;) {
            depth = depth_to_resume(lexer, token);
            bool again = token.at.start == lexer->resumed_at;
            if (token.kind == 0 || resumes_in_block(lexer, token) ||
                (depth != SIZE_MAX && !again))
                break;
            skip(lexer, token);
            token = tn_lex_take(lexer);
        }
    }
    bool stuck = token.kind == 0 && token.at.start == lexer->resumed_at;
    if (stuck)
        tn_lex_hold(lexer, token);
    else if (resumes_in_block(lexer, token))
        resume_in_block(lexer, token);
    else
        resume(lexer, token, depth);
    lexer->resume_due = lexer->resume_at_before = lexer->unclosed_told = false;
    lexer->correction = lexer->broken_head = 0;
}
