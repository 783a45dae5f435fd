#include "interp/syntax/lex.h"
#include "interp/base/utf8.h"
#include "interp/syntax/literal.h"
#include "interp/syntax/resume.h"
#include "interp/syntax/stray.h"
#include "interp/syntax/words.h"

#include "parser.h"

#include <string.h>

/* A person mends some and tries again; hostile text is not worth more. */
enum { MAX_ERRORS = 500 };

/* --- the copy for flex */

/* Blanks out what is not UTF-8, or NUL, of which flex is slow, and reports each run. */
static void blank_bad_bytes(tn_lexer *lexer, tn_str text)
{
    tn_parse *p = lexer->parse;
    tn_span bad = TN_NOWHERE;
    for (size_t i = 0; i < text.len;) {
        if ((signed char)text.data[i] > 0) { /* ASCII */
            i++;
            continue;
        }
        size_t len = tn_utf8_length(tn_str_slice(text, i, SIZE_MAX));
        if (len > 0 && (text.data[i] != '\0' || p->bare)) {
            i += len;
            continue;
        }
        if (len > 0 && p->bare) { /* right inside a string (cel-spec), and only there */
            lexer->copy[i++] = '\1';
            continue;
        }
        lexer->copy[i] = ' ';
        bool goes_on = bad.file != TN_NONE && bad.end == i;
        bad = (tn_span){p->source, (uint32_t)i, (uint32_t)i + 1};
        if (!goes_on && len == 0)
            tn_diag_add(p->diags, TN_FIND_ENCODING, bad, "this is not UTF-8");
        else if (!goes_on)
            tn_diag_add(p->diags, TN_FIND_ENCODING, bad, "there is a NUL byte here");
        i++;
    }
}

/* UTF-16, as some editors and shells write it, is told once and not by its bytes. */
static void refuse_utf16(tn_parse *p, tn_str text)
{
    if (!tn_str_starts(text, TN_STR("\xFF\xFE")) &&
        !tn_str_starts(text, TN_STR("\xFE\xFF")))
        return;
    tn_diag *diag = tn_diag_add(p->diags, TN_FIND_ENCODING, (tn_span){p->source, 0, 2},
                                "this text is in UTF-16");
    tn_diag_help(p->diags, diag, "save it as UTF-8");
    p->status = TN_LIMIT;
}

tn_status tn_lex_open(tn_lexer *lexer, tn_parse *parse)
{
    tn_str text = parse->sources->list[parse->source].text;
    memset(lexer, 0, offsetof(tn_lexer, held));
    lexer->parse = parse;
    lexer->errors_before = parse->diags->error_count;
    lexer->bad_end = lexer->resumed_at = TN_NONE;
    lexer->copy_size_bytes = text.len + 2;
    lexer->copy = tn_resize(parse->arena->memory, NULL, 0, lexer->copy_size_bytes);
    if (lexer->copy == NULL)
        return TN_NOMEM;
    if (text.len > 0)
        memcpy(lexer->copy, text.data, text.len);
    memset(lexer->copy + text.len, 0, 2);
    if (tn_str_starts(text, TN_STR("\xEF\xBB\xBF")))
        memset(lexer->copy, ' ', 3);
    refuse_utf16(parse, text);
    if (parse->status == TN_OK)
        blank_bad_bytes(lexer, text);
    tn_scan_open(&lexer->scan, parse->source, lexer->copy, text.len);
    int first = parse->bare ? TN_TOK_READ_EXPRESSION : TN_TOK_READ_FILE;
    tn_lex_hold(lexer, (tn_token){.kind = first, .at = {parse->source, 0, 0}});
    return TN_OK;
}

void tn_lex_close(tn_lexer *lexer)
{
    if (lexer->copy == NULL)
        return;
    tn_scan_close(&lexer->scan);
    tn_resize(lexer->parse->arena->memory, lexer->copy, lexer->copy_size_bytes, 0);
    lexer->copy = NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\n';
}

static bool starts_line(const tn_lexer *lexer, uint32_t offset)
{
    while (offset > 0 && is_blank(lexer->copy[offset - 1])) {
        offset--;
        if (lexer->copy[offset] == '\n')
            return true;
    }
    return offset == 0;
}

tn_str tn_lex_rest(const tn_lexer *lexer, uint32_t offset)
{
    tn_str text = lexer->parse->sources->list[lexer->parse->source].text;
    while (offset < text.len && is_blank(text.data[offset]))
        offset++;
    return tn_str_slice(text, offset, SIZE_MAX);
}

/* --- comments */

static void keep_comment(tn_lexer *lexer, tn_span at)
{
    tn_parse *p = lexer->parse;
    if (lexer->comment_count == lexer->comment_capacity) {
        size_t capacity =
            lexer->comment_capacity == 0 ? 16 : lexer->comment_capacity * 2;
        tn_comment *grown = tn_parse_take(p, capacity * sizeof(*grown));
        if (grown == NULL)
            return;
        if (lexer->comment_count > 0)
            memcpy(grown, lexer->comments, lexer->comment_count * sizeof(*grown));
        lexer->comments = grown;
        lexer->comment_capacity = capacity;
    }
    tn_str text = tn_source_slice(p->sources, at);
    while (is_blank(lexer->copy[at.end - 1]))
        at.end--;
    lexer->comments[lexer->comment_count++] =
        (tn_comment){.at = at,
                     .is_doc = tn_str_starts(text, TN_STR("///")) &&
                               !tn_str_starts(text, TN_STR("////")),
                     .trailing = !starts_line(lexer, at.start)};
}

/* How many comments begin before `start`. */
static size_t comments_before(const tn_lexer *lexer, uint32_t start)
{
    size_t low = 0, high = lexer->comment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lexer->comments[middle].at.start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool only_blanks(const tn_lexer *lexer, uint32_t from, uint32_t to)
{
    while (from < to && is_blank(lexer->copy[from]))
        from++;
    return from >= to;
}

static tn_str doc_line(const tn_lexer *lexer, const tn_comment *comment)
{
    tn_str line = tn_source_slice(lexer->parse->sources, comment->at);
    line = tn_str_slice(line, 3, SIZE_MAX);
    return tn_str_starts(line, TN_STR(" ")) ? tn_str_slice(line, 1, SIZE_MAX) : line;
}

tn_str tn_lex_doc(tn_lexer *lexer, uint32_t start)
{
    size_t end = comments_before(lexer, start), first = end, len = 0;
    while (first > 0) {
        const tn_comment *comment = &lexer->comments[first - 1];
        if (!comment->is_doc || comment->trailing ||
            !only_blanks(lexer, comment->at.end, start))
            break;
        start = comment->at.start;
        len += doc_line(lexer, comment).len + 1;
        first--;
    }
    if (first == end)
        return (tn_str){"", 0};
    char *text = tn_parse_take(lexer->parse, len);
    if (text == NULL)
        return (tn_str){"", 0};
    tn_str doc = {text, len - 1};
    for (size_t i = first; i < end; i++) {
        tn_str line = doc_line(lexer, &lexer->comments[i]);
        memcpy(text, line.data, line.len);
        text += line.len;
        if (i + 1 < end)
            *text++ = '\n';
    }
    return doc;
}

/* --- tokens */

void tn_lex_hold(tn_lexer *lexer, tn_token token)
{
    if (!TN_NEVER(lexer->held_count == TN_LEX_HELD))
        lexer->held[lexer->held_count++] = token;
}

static void read_name(const tn_lexer *lexer, tn_token *token)
{
    static const struct {
        tn_str text;
        int kind;
    } cel[] = {{{"in", 2}, TN_TOK_IN},
               {{"true", 4}, TN_TOK_TRUE},
               {{"false", 5}, TN_TOK_FALSE},
               {{"null", 4}, TN_TOK_NULL_WORD}};
    for (size_t i = 0; i < TN_COUNT(cel); i++)
        if (tn_str_equal(cel[i].text, token->text))
            token->kind = cel[i].kind;
    if (lexer->parse->bare || token->kind != TN_TOK_IDENT)
        return;
    const tn_word *word = tn_word_find(token->text);
    if (word != NULL)
        token->kind = word->token;
}

static void read_int(tn_token *token)
{
    uint64_t value;
    if (tn_literal_uint(token->text, &value) && value == (uint64_t)INT64_MAX + 1)
        token->kind = TN_TOK_INT_MIN;
}

/* A token from what the scanner found; what is no token is reported. Its kind is 0
 * where there is nothing to give. */
static tn_token read_token(tn_lexer *lexer, int kind, tn_span at)
{
    tn_parse *p = lexer->parse;
    tn_token token = {
        .kind = kind, .at = at, .starts_line = starts_line(lexer, at.start)};
    token.text = tn_source_slice(p->sources, at);
    if (kind < 0) {
        tn_stray_report(lexer, kind, &token);
    } else if (kind == TN_TOK_IDENT) {
        read_name(lexer, &token);
    } else if (kind == TN_TOK_QNAME) {
        token.quoted = true;
        token.text = tn_str_slice(token.text, 1, token.text.len - 2);
    } else if (kind == TN_TOK_INT) {
        read_int(&token);
    } else if (kind == TN_TOK_STRING || kind == TN_TOK_BYTES) {
        token.text = tn_literal_string(p, at, kind == TN_TOK_BYTES);
    }
    return token;
}

static bool may_go_on(tn_lexer *lexer)
{
    tn_parse *p = lexer->parse;
    if (p->status == TN_OK && p->diags->failed)
        p->status = TN_NOMEM;
    if (p->status == TN_OK &&
        p->diags->error_count - lexer->errors_before > MAX_ERRORS) {
        tn_diag_add(p->diags, TN_FIND_TOO_LARGE, lexer->now.at,
                    "there are more than %d errors; nothing is read from here on",
                    MAX_ERRORS);
        p->status = TN_LIMIT;
    }
    return p->status == TN_OK;
}

tn_token tn_lex_take(tn_lexer *lexer)
{
    if (lexer->held_count > 0)
        return lexer->held[--lexer->held_count];
    uint32_t end = lexer->now.at.end;
    while (may_go_on(lexer)) {
        tn_span at = {lexer->parse->source, 0, 0};
        int kind = tn_scan_next(&lexer->scan, &at);
        if (kind == 0)
            break;
        if (kind == TN_SCAN_COMMENT) {
            keep_comment(lexer, at);
            continue;
        }
        tn_token token = read_token(lexer, kind, at);
        if (token.kind != 0)
            return token;
    }
    return (tn_token){.kind = 0, .at = {lexer->parse->source, end, end}};
}

static bool has_text(int kind)
{
    return kind == TN_TOK_INT || kind == TN_TOK_INT_MIN || kind == TN_TOK_UINT ||
           kind == TN_TOK_FLOAT || kind == TN_TOK_STRING || kind == TN_TOK_BYTES;
}

/* TEXT_END once, and behind it the end of the parser's input. */
static int end_token(tn_lexer *lexer)
{
    bool again = lexer->is_ended || lexer->parse->status != TN_OK;
    lexer->is_ended = true;
    return again ? 0 : TN_TOK_TEXT_END;
}

int tn_lex(TN_YYSTYPE *value, tn_span *at, tn_lexer *lexer)
{
    if (lexer->resume_due && may_go_on(lexer))
        tn_resume_seek(lexer);
    tn_token token = tn_lex_take(lexer);
    if (!may_go_on(lexer))
        token.kind = 0;
    tn_resume_track(lexer, token);
    if (lexer->parse->status != TN_OK)
        token.kind = 0;
    lexer->before = lexer->now;
    lexer->now = token;
    *at = token.at;
    if (token.kind == 0)
        return end_token(lexer);
    if (has_text(token.kind))
        value->text = (tn_text){token.text, token.at};
    else
        value->name = (tn_name){token.text, token.at, token.quoted};
    return token.kind;
}
