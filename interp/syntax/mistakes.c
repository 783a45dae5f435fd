#include "interp/syntax/mistakes.h"
#include "interp/base/utf8.h"
#include "interp/syntax/resume.h"
#include "interp/syntax/words.h"

#include "parser.h"

#include <stdio.h>

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

static bool wants(const mistake *m, const char *token)
{
    return tn_expect_wants(m->x, token);
}

static bool was_read(const mistake *m, size_t depth, const char *symbol)
{
    return tn_expect_read(m->x, depth, symbol);
}

static bool is_name(const mistake *m)
{
    return m->found.kind == TN_TOK_IDENT || m->found.kind == TN_TOK_QNAME;
}

static const tn_word *found_word(const mistake *m)
{
    const tn_word *word = tn_word_find(m->found.text);
    return word != NULL && word->token == m->found.kind ? word : NULL;
}

static bool is_number(const mistake *m)
{
    int kind = m->found.kind;
    return kind == TN_TOK_INT || kind == TN_TOK_INT_MIN || kind == TN_TOK_UINT ||
           kind == TN_TOK_FLOAT;
}

/* Does what was found touch what stands before it? */
static bool touches(const mistake *m)
{
    return m->before.at.end == m->found.at.start && m->before.at.end > 0;
}

/* What stands in the text, for a message: at most 40 bytes of it. */
static tn_str found_text(const mistake *m)
{
    enum { SHOWN_BYTES = 40 };
    tn_str text = tn_source_slice(m->parse->sources, m->found.at);
    size_t len = 0;
    while (len < text.len && text.data[len] != '\n' && text.data[len] != '\r') {
        size_t step = tn_utf8_length(tn_str_slice(text, len, SIZE_MAX));
        if (step == 0 || len + step > SHOWN_BYTES)
            break;
        len += step;
    }
    return tn_str_slice(text, 0, len);
}

static void describe_found(const mistake *m, char out[96])
{
    const char *more =
        found_text(m).len < m->found.at.end - m->found.at.start ? "..." : "";
    if (m->found.kind == 0)
        snprintf(out, 96, "the end of the text");
    else if (found_word(m) != NULL)
        snprintf(out, 96, "the word `" TN_STR_FMT "`", TN_STR_ARG(m->found.text));
    else if (m->found.kind == TN_TOK_STRING)
        snprintf(out, 96, "the text " TN_STR_FMT "%s", TN_STR_ARG(found_text(m)), more);
    else if (is_number(m))
        snprintf(out, 96, "the number " TN_STR_FMT "%s", TN_STR_ARG(found_text(m)),
                 more);
    else
        snprintf(out, 96, "`" TN_STR_FMT "%s`", TN_STR_ARG(found_text(m)), more);
}

/* --- brackets */

static const tn_block *last_open(const mistake *m)
{
    size_t count = m->lexer->open_count;
    return count == 0 ? NULL : &m->lexer->open[count - 1];
}

static void say_unclosed(mistake *m, const tn_block *block, tn_span at)
{
    const char *before = m->found.kind == 0 ? "the text ends before" : "before this,";
    tn_diag *diag =
        m->found.kind == 0
            ? tn_diag_add(m->diags, TN_FIND_SYNTAX, at, "%s `%c` is closed", before,
                          block->bracket)
            : tn_diag_add(m->diags, TN_FIND_SYNTAX, at,
                          "a `%c` is not closed before this", block->bracket);
    tn_diag_other(m->diags, diag, block->at, "it was opened here");
    m->lexer->unclosed_told = true;
}

static bool is_file_word(const mistake *m, tn_token token)
{
    return token.starts_line && tn_resume_begins(m->lexer, TN_BLOCK_FILE, token) &&
           !tn_resume_begins(m->lexer, TN_BLOCK_CLAUSES, token);
}

/* A declaration inside braces, an element inside an expression's brackets, or the end.
 */
static bool unclosed(mistake *m)
{
    const tn_block *block = last_open(m);
    if (block == NULL || (wants(m, "IDENT") && !tn_expect_element(m->x, m->block)))
        return false;
    bool in_list = block->kind != TN_BLOCK_EXPRESSION;
    bool begins = in_list ? is_file_word(m, m->found)
                          : tn_resume_begins(m->lexer, m->block, m->found) ||
                                is_file_word(m, m->found);
    if (m->found.kind != 0 && !(begins && m->found.starts_line))
        return false;
    say_unclosed(m, block, m->found.at);
    return true;
}

/* A clause among the fields: its first word was taken for a field's name. */
static bool unclosed_fields(mistake *m)
{
    const tn_block *block = last_open(m);
    bool is_clause = tn_resume_begins(m->lexer, TN_BLOCK_CLAUSES, m->before) ||
                     is_file_word(m, m->before);
    if (block == NULL || block->kind != TN_BLOCK_FIELDS || !is_clause ||
        !was_read(m, 0, "dname"))
        return false;
    say_unclosed(m, block, m->before.at);
    m->lexer->resume_at_before = true;
    return true;
}

static bool stray_closer(mistake *m)
{
    int kind = m->found.kind;
    if (kind != '}' && kind != ')' && kind != ']')
        return false;
    if (m->closes)
        return false;
    const tn_block *block = last_open(m);
    if (block == NULL || (kind != '}' && block->kind != TN_BLOCK_EXPRESSION)) {
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at, "this `%c` closes nothing",
                    kind);
        return true;
    }
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                                "this `%c` does not close the `%c` before it", kind,
                                block->bracket);
    tn_diag_other(m->diags, diag, block->at, "it was opened here");
    return true;
}

/* --- periods */

static const char *nearest_unit(tn_str text)
{
    const char *best = NULL;
    unsigned least = 6;
    const tn_word *word;
    for (size_t i = 0; (word = tn_word_at(i)) != NULL; i++) {
        unsigned distance = tn_str_distance(text, word->text, 2);
        if (word->token != TN_TOK_UNIT || distance > 2 || distance >= text.len)
            continue;
        /* of two that are equally near, the one as long: day, or days */
        unsigned score = 2 * distance + (word->text.len != text.len);
        if (score < least) {
            least = score;
            best = word->text.data;
        }
    }
    return best;
}

#define UNITS "the units are second, minute, hour, day, week, month, quarter and year"

static bool bad_unit(mistake *m)
{
    if (!wants(m, "UNIT") || wants(m, "IDENT"))
        return false;
    tn_diag *diag;
    if (m->found.kind != TN_TOK_IDENT || m->found.starts_line) {
        bool period = m->before.kind == TN_TOK_INT || m->before.kind == TN_TOK_INT_MIN;
        diag = tn_diag_add(
            m->diags, TN_FIND_SYNTAX, period ? m->before.at : m->found.at,
            period ? "this period has no unit" : "a unit of time is missing here");
        tn_diag_help(m->diags, diag, period ? "say 7 days, 3 months or 1 year" : UNITS);
        return true;
    }
    diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                    "`" TN_STR_FMT "` is no unit of time", TN_STR_ARG(found_text(m)));
    const char *unit = nearest_unit(m->found.text);
    if (unit != NULL)
        tn_diag_help(m->diags, diag, "did you mean `%s`?", unit);
    else
        tn_diag_help(m->diags, diag, UNITS);
    return true;
}

static bool bad_count(mistake *m)
{
    if (!wants(m, "INT") || tn_expect_value(m->x))
        return false;
    tn_diag *diag;
    if (m->found.kind == TN_TOK_FLOAT) {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "a period is counted in whole units");
        tn_diag_help(m->diags, diag, "write 18 months for one and a half years");
    } else if (m->found.kind == '-') {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "a period is never negative");
        tn_diag_help(m->diags, diag, "periods count forward from their field or event");
    } else if (m->found.kind == TN_TOK_UNIT) {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "this period has no number");
        tn_diag_help(m->diags, diag, "write it in digits: 1 " TN_STR_FMT,
                     TN_STR_ARG(m->found.text));
    } else if (m->found.kind == TN_TOK_STRING) {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "a period stands without quotes");
        tn_diag_help(m->diags, diag, "write 7 days, 3 months or 1 year");
    } else {
        return false;
    }
    return true;
}

/* 1 year 2 months */
static bool unjoined_period(mistake *m)
{
    if (m->found.kind != TN_TOK_INT || !was_read(m, 0, "terms"))
        return false;
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                                "the parts of a period are joined by `+`");
    tn_diag_help(m->diags, diag, "write 1 year + 2 months");
    return true;
}

static bool follows_retain(const tn_word *word, const void *context)
{
    (void)context;
    return word->token == TN_TOK_UNTIL || word->token == TN_TOK_INDEFINITELY ||
           word->token == TN_TOK_AT;
}

/* `retain forever`, `retain seven days from created`: what was read as the name of a
 * period is none, since no `from` comes. */
static bool no_period(mistake *m)
{
    if (m->before.kind != TN_TOK_IDENT || !was_read(m, 1, "retain") ||
        !wants(m, "from") || wants(m, "then"))
        return false;
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->before.at,
                    "expected a period such as `7 days`, or `until`, "
                    "`indefinitely`, `at least`, `at most`, found `" TN_STR_FMT "`",
                    TN_STR_ARG(m->before.text));
    const tn_word *word = tn_word_meant(m->before.text, follows_retain, NULL);
    if (word != NULL)
        tn_diag_help(m->diags, diag, "did you mean `%s`?", word->text.data);
    return true;
}

/* --- signs */

static bool comma(mistake *m)
{
    if (m->found.kind != ',')
        return false;
    if (m->block == TN_BLOCK_FIELDS || m->block == TN_BLOCK_MAPPINGS ||
        m->block == TN_BLOCK_ROWS || wants(m, "retain") || wants(m, "category") ||
        wants(m, "'}'")) {
        tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                                    "`,` separates nothing here");
        tn_diag_help(m->diags, diag, "%s need no separator: leave it out",
                     m->block == TN_BLOCK_FIELDS     ? "fields"
                     : m->block == TN_BLOCK_MAPPINGS ? "mappings"
                     : m->block == TN_BLOCK_ROWS     ? "rows"
                                                     : "clauses and declarations");
        return true;
    }
    return false;
}

/* A comma that promises one more, and a clause or the end of its block comes. */
static bool comma_at_end(mistake *m)
{
    const tn_word *word = found_word(m);
    bool is_next = word != NULL && word->starts != TN_STARTS_NOTHING;
    if (m->before.kind != ',' || !m->found.starts_line || !was_read(m, 0, "','") ||
        !(is_next || m->found.kind == '}' || m->found.kind == 0))
        return false;
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->before.at,
                                "after this comma one more is expected");
    tn_diag_help(m->diags, diag, "leave the comma out if the list ends here");
    return true;
}

static bool equals_sign(mistake *m)
{
    if (m->found.kind != '=')
        return false;
    tn_diag *diag;
    if (tn_expect_in_expression(m->x)) {
        diag =
            tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at, "`=` does not compare");
        tn_diag_help(m->diags, diag, "write `==` for \"is equal to\"");
    } else if (wants(m, "':'")) {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "`=` does not stand here");
        tn_diag_help(m->diags, diag,
                     m->block == TN_BLOCK_ROWS
                         ? "write \"DE\": 16"
                         : "a type follows a colon: `name : string`");
    } else {
        return false;
    }
    return true;
}

static bool colon(mistake *m)
{
    bool is_default = m->before.kind == TN_TOK_DEFAULT && was_read(m, 0, "default");
    if (m->found.kind != ':' || !(wants(m, "'='") || is_default))
        return false;
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at, "`:` does not stand here");
    tn_diag_help(m->diags, diag, is_default ? "write `default 13`" : "write `=`");
    return true;
}

/* Words of other languages inside an expression. */
static bool logic_word(mistake *m)
{
    static const struct {
        tn_str word;
        const char *help;
    } rows[] = {
        {{"and", 3}, "write `&&` for \"and\""},
        {{"or", 2}, "write `||` for \"or\""},
        {{"is", 2}, "write `==`; `x != null` says that there is an x"},
        {{"equals", 6}, "write `==`"},
        {{"not", 3}, "write `!` before the condition for \"not\", `!=` for \"is not\""},
    };
    if (!tn_expect_in_expression(m->x))
        return false;
    for (size_t i = 0; i < TN_COUNT(rows); i++) {
        bool is_found = tn_str_equal(rows[i].word, m->found.text);
        if (!is_found &&
            !(tn_str_equal(rows[i].word, m->before.text) && i + 1 == TN_COUNT(rows)))
            continue;
        tn_diag *diag =
            tn_diag_add(m->diags, TN_FIND_SYNTAX, is_found ? m->found.at : m->before.at,
                        "`" TN_STR_FMT "` is no operator", TN_STR_ARG(rows[i].word));
        tn_diag_help(m->diags, diag, "%s", rows[i].help);
        return true;
    }
    return false;
}

static bool second_operator(mistake *m)
{
    if (!tn_expect_value(m->x) || !touches(m))
        return false;
    tn_diag *diag;
    if (m->before.kind == TN_TOK_EQUAL && m->found.kind == '=') {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX,
                           tn_span_join(m->before.at, m->found.at),
                           "`===` is no operator");
        tn_diag_help(m->diags, diag, "write `==`");
    } else if (m->before.kind == '<' && m->found.kind == '>') {
        diag =
            tn_diag_add(m->diags, TN_FIND_SYNTAX,
                        tn_span_join(m->before.at, m->found.at), "`<>` is no operator");
        tn_diag_help(m->diags, diag, "write `!=`");
    } else {
        return false;
    }
    return true;
}

static bool message_literal(mistake *m)
{
    bool behind_name =
        was_read(m, 0, "member") || was_read(m, 0, "name") || was_read(m, 0, "dname");
    if (m->found.kind != '{' || !tn_expect_in_expression(m->x) || !behind_name)
        return false;
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                    "there are no messages to be made here, as `T{...}` would");
    tn_diag_help(
        m->diags, diag,
        "conditions are CEL without protobuf; a map is written {\"key\": value}");
    return true;
}

/* --- texts and names */

/* Words where a text is to stand. */
static bool missing_quotes(mistake *m)
{
    if (m->found.starts_line || !(is_name(m) || found_word(m) != NULL || is_number(m)))
        return false;
    bool only_text = wants(m, "STRING") && !wants(m, "IDENT") && !tn_expect_value(m->x);
    bool text_alone = only_text && m->x->wanted_count == 1;
    bool is_title = wants(m, "STRING") && !m->found.starts_line &&
                    found_word(m) == NULL && m->block == TN_BLOCK_FILE &&
                    (was_read(m, 0, "dname") || was_read(m, 1, "module"));
    if (!text_alone && !is_title)
        return false;
    char phrase[TN_EXPECT_PHRASE_MAX] = "a title in quotes";
    if (text_alone)
        tn_expect_phrase(m->x, m->block, phrase);
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at, "expected %s", phrase);
    if (is_title && !text_alone)
        tn_diag_help(
            m->diags, diag,
            "a name is one word, as in audit_log; a title stands in \"quotes\"");
    else
        tn_diag_help(m->diags, diag, "put \"quotes\" around it");
    return true;
}

static bool hyphen_in_name(mistake *m)
{
    bool behind_name = was_read(m, 0, "dname") || was_read(m, 0, "parts");
    if (m->found.kind != '-' || !touches(m) || !behind_name ||
        tn_expect_in_expression(m->x))
        return false;
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at, "a name has no `-` in it");
    tn_diag_help(m->diags, diag,
                 "write `_`, or put the whole name in back quotes: `like-this`");
    return true;
}

/* user name : string */
static bool two_words(mistake *m)
{
    tn_str rest = tn_lex_rest(m->lexer, m->found.at.end);
    if (!is_name(m) || !was_read(m, 0, "dname") || !tn_str_starts(rest, TN_STR(":")))
        return false;
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at, "a name is one word");
    tn_diag_help(m->diags, diag, "write " TN_STR_FMT "_" TN_STR_FMT,
                 TN_STR_ARG(m->before.text), TN_STR_ARG(m->found.text));
    return true;
}

static bool digit_in_front(mistake *m)
{
    if (m->found.kind != TN_TOK_INT || !wants(m, "IDENT") || tn_expect_value(m->x))
        return false;
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                                "a name does not begin with a digit");
    tn_diag_help(m->diags, diag, "begin it with a letter or `_`");
    return true;
}

/* Where an element of a list is whole, texts and tags are late. */
static bool late_part(mistake *m)
{
    tn_diag *diag;
    if (m->found.kind == '@' && m->block == TN_BLOCK_FIELDS) {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "a tag comes right after the type");
        tn_diag_help(m->diags, diag, "write `name : type @tag \"label\"`");
    } else if (m->found.kind == TN_TOK_STRING && wants(m, "'{'") &&
               m->block == TN_BLOCK_FILE) {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "a title comes right after the name");
        tn_diag_help(m->diags, diag, "write `category name \"title\" of entity`");
    } else {
        return false;
    }
    return true;
}

/* Words that go on with a clause are hardly meant as names. */
static bool goes_on(int kind)
{
    return kind == TN_TOK_WHEN || kind == TN_TOK_UNLESS || kind == TN_TOK_BECAUSE ||
           kind == TN_TOK_THEN || kind == TN_TOK_DELETE || kind == TN_TOK_WITHIN ||
           kind == TN_TOK_AFTER || kind == TN_TOK_AS || kind == TN_TOK_TO;
}

/* A word of the language where a name of something is expected. */
static bool word_as_name(mistake *m)
{
    const tn_word *word = found_word(m);
    bool starts_next = m->found.starts_line && word != NULL && word->starts != 0;
    if (word == NULL || starts_next || goes_on(m->found.kind) || !wants(m, "IDENT") ||
        tn_expect_element(m->x, m->block))
        return false;
    char phrase[TN_EXPECT_PHRASE_MAX];
    tn_expect_phrase(m->x, m->block, phrase);
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                                "expected %s, found the word `" TN_STR_FMT "`", phrase,
                                TN_STR_ARG(m->found.text));
    bool may_be_field = tn_expect_value(m->x) || wants(m, "latest");
    if (may_be_field)
        tn_diag_help(m->diags, diag,
                     "a field of that name is written record." TN_STR_FMT,
                     TN_STR_ARG(m->found.text));
    else
        tn_diag_help(m->diags, diag,
                     "if that is a name, put it in back quotes: `" TN_STR_FMT "`",
                     TN_STR_ARG(m->found.text));
    return true;
}

/* A name is missing, and the word that begins the next element was taken for it. */
static bool swallowed_word(mistake *m)
{
    bool as_name = was_read(m, 0, "dname") && m->block != TN_BLOCK_FIELDS &&
                   tn_resume_begins(m->lexer, m->block, m->before) &&
                   found_word(&(mistake){.found = m->before}) != NULL;
    bool as_type = m->block == TN_BLOCK_FIELDS && m->found.kind == ':' &&
                   m->before.starts_line && was_read(m, 1, "':'");
    if (!as_name && !as_type)
        return false;
    tn_diag_add(m->diags, TN_FIND_SYNTAX, m->before.at,
                as_name ? "a name is missing before this word"
                        : "a type is missing before this");
    m->lexer->resume_at_before = true;
    return true;
}

static bool file_head(mistake *m)
{
    if (!wants(m, "module") || !wants(m, "deployment") || wants(m, "because"))
        return false;
    if (m->found.kind == TN_TOK_IDENT &&
        tn_word_is_lower_of(TN_STR("module"), m->found.text))
        return false;
    char found[96];
    describe_found(m, found);
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                    "a file begins with `module` and its name, found %s", found);
    tn_diag_help(m->diags, diag,
                 "or, if it says where the data is: `deployment NAME of MODULE`");
    return true;
}

static bool foreign_comment(mistake *m)
{
    tn_str rest = tn_lex_rest(m->lexer, m->found.at.start);
    if (m->found.kind != '-' || !tn_str_starts(rest, TN_STR("--")) ||
        !tn_expect_element(m->x, m->block))
        return false;
    tn_diag_add(m->diags, TN_FIND_SYNTAX,
                (tn_span){m->found.at.file, m->found.at.start, m->found.at.start + 2},
                "comments begin with `//` here");
    return true;
}

static bool missing_brace(mistake *m)
{
    if (!wants(m, "'{'") || wants(m, "true") || !m->found.starts_line ||
        m->block != TN_BLOCK_FILE || m->found.kind == 0)
        return false;
    tn_diag_add(m->diags, TN_FIND_SYNTAX, m->before.at, "a `{` is missing after this");
    return true;
}

/* --- words */

static bool is_wanted(const tn_word *word, const void *expectation)
{
    return tn_expect_wants(expectation, word->text.data);
}

static bool misspelt(mistake *m)
{
    bool is_new_name =
        wants(m, "IDENT") && m->block != TN_BLOCK_TEST && m->block != TN_BLOCK_FILE;
    if (m->found.kind == TN_TOK_QNAME || m->found.text.len < 2 || is_new_name ||
        (m->found.kind != TN_TOK_IDENT && found_word(m) == NULL))
        return false;
    const tn_word *word = tn_word_meant(m->found.text, is_wanted, m->x);
    if (word == NULL)
        return false;
    char found[96], phrase[TN_EXPECT_PHRASE_MAX];
    describe_found(m, found);
    tn_expect_phrase(m->x, m->block, phrase);
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                                "expected %s, found %s", phrase, found);
    if (tn_word_is_lower_of(word->text, m->found.text))
        tn_diag_help(m->diags, diag, "words are written in small letters: `%s`",
                     word->text.data);
    else
        tn_diag_help(m->diags, diag, "did you mean `%s`?", word->text.data);
    tn_token corrected = m->found;
    corrected.kind = word->token;
    corrected.text = word->text;
    if (tn_resume_begins(m->lexer, m->block, corrected))
        m->lexer->correction = word->token;
    return true;
}

static bool anything_else(mistake *m)
{
    char found[96], phrase[TN_EXPECT_PHRASE_MAX];
    describe_found(m, found);
    tn_expect_phrase(m->x, m->block, phrase);
    bool line_ended =
        (m->found.starts_line || m->found.kind == 0) && m->before.at.end > 0;
    if (line_ended && !tn_expect_element(m->x, m->block)) {
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->before.at,
                    "expected %s, but the %s ends", phrase,
                    m->found.kind == 0 ? "text" : "line");
        return true;
    }
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                                "expected %s, found %s", phrase, found);
    if (m->found.kind == TN_TOK_DELETE && wants(m, "retain") && wants(m, "'}'"))
        tn_diag_help(
            m->diags, diag,
            "say how long it is kept, `retain 7 days from created`, or on which "
            "event it goes, `on customer.terminated delete`");
    return true;
}

/* The likely slips, the surest first. */
static bool (*const rules[])(mistake *) = {
    file_head,       unclosed_fields, swallowed_word, unclosed,       stray_closer,
    unjoined_period, no_period,       bad_unit,       bad_count,      comma,
    comma_at_end,    equals_sign,     colon,          logic_word,     second_operator,
    message_literal, two_words,       hyphen_in_name, digit_in_front, late_part,
    foreign_comment, misspelt,        missing_quotes, missing_brace,  word_as_name,
    anything_else,
};

/* The declaration with a block in whose head the error is; 0 where it is elsewhere. */
static int broken_head(const tn_expectation *x)
{
    static const struct {
        const char *symbol;
        int head;
    } heads[] = {{"entity", TN_TOK_ENTITY},     {"table", TN_TOK_TABLE},
                 {"category", TN_TOK_CATEGORY}, {"every", TN_TOK_EVERY},
                 {"test", TN_TOK_TEST},         {"bind", TN_TOK_BIND}};
    for (size_t depth = 0; depth < TN_EXPECT_STACK; depth++) {
        if (x->stack[depth] == NULL || tn_expect_read(x, depth, "declarations") ||
            tn_expect_read(x, depth, "'{'") ||
            tn_expect_read(x, depth, "resume_brace") ||
            tn_expect_read(x, depth, "from"))
            return 0;
        for (size_t i = 0; i < TN_COUNT(heads); i++)
            if (tn_expect_read(x, depth, heads[i].symbol))
                return heads[i].head;
    }
    return 0;
}

/* Was this very place reported, by the lexer? */
static bool is_told(const mistake *m)
{
    const tn_diags *diags = m->diags;
    if (diags->count == 0 || m->found.at.start == m->found.at.end)
        return false;
    tn_span last = diags->list[diags->count - 1].at;
    return last.file == m->found.at.file && last.start == m->found.at.start &&
           last.end == m->found.at.end;
}

void tn_mistake_report(tn_parse *p, const tn_expectation *expectation)
{
    if (p->status != TN_OK)
        return;
    bool closes = p->lexer->now_opened < 0;
    tn_resume_untrack(p->lexer);
    tn_resume_name_blocks(p->lexer, expectation->blocks, expectation->block_count);
    const tn_block *block = tn_resume_block(p->lexer);
    mistake m = {.parse = p,
                 .lexer = p->lexer,
                 .diags = p->diags,
                 .x = expectation,
                 .found = p->lexer->now,
                 .before = p->lexer->before,
                 .closes = closes,
                 .block = block == NULL ? TN_BLOCK_FILE : block->kind};
    p->lexer->resume_due = !p->bare;
    p->lexer->broken_head = broken_head(expectation);
    if (is_told(&m))
        return;
    for (size_t i = 0; i < TN_COUNT(rules); i++)
        if (rules[i](&m))
            return;
}
