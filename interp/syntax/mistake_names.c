/* mistake_names: texts, names and words. */
#include "interp/syntax/mistake_part.h"

#include "parser.h"

/* --- texts and names */

/* Words where a text is to stand. */
bool tn_mistake_missing_quotes(mistake *m)
{
    if (m->found.starts_line || !(tn_mistake_is_name(m) || tn_mistake_word(m) != NULL ||
                                  tn_mistake_is_number(m)))
        return false;
    bool only_text = wants(m, "STRING") && !wants(m, "IDENT") && !tn_expect_value(m->x);
    bool text_alone = only_text && m->x->wanted_count == 1;
    bool is_title = wants(m, "STRING") && !m->found.starts_line &&
                    tn_mistake_word(m) == NULL && m->block == TN_BLOCK_FILE &&
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

bool tn_mistake_hyphen_in_name(mistake *m)
{
    bool behind_name = was_read(m, 0, "dname") || was_read(m, 0, "parts");
    if (m->found.kind != '-' || !tn_mistake_touches(m) || !behind_name ||
        tn_expect_in_expression(m->x))
        return false;
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at, "a name has no `-` in it");
    tn_diag_help(m->diags, diag,
                 "write `_`, or put the whole name in back quotes: `like-this`");
    return true;
}

/* user name : string */
bool tn_mistake_two_words(mistake *m)
{
    tn_str rest = tn_lex_rest(m->lexer, m->found.at.end);
    if (!tn_mistake_is_name(m) || !was_read(m, 0, "dname") ||
        !tn_str_starts(rest, TN_STR(":")))
        return false;
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at, "a name is one word");
    tn_diag_help(m->diags, diag, "write " TN_STR_FMT "_" TN_STR_FMT,
                 TN_STR_ARG(m->before.text), TN_STR_ARG(m->found.text));
    return true;
}

bool tn_mistake_digit_in_front(mistake *m)
{
    if (m->found.kind != TN_TOK_INT || !wants(m, "IDENT") || tn_expect_value(m->x))
        return false;
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                                "a name does not begin with a digit");
    tn_diag_help(m->diags, diag, "begin it with a letter or `_`");
    return true;
}

/* Where an element of a list is whole, texts and tags are late. */
bool tn_mistake_late_part(mistake *m)
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
bool tn_mistake_word_as_name(mistake *m)
{
    const tn_word *word = tn_mistake_word(m);
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
bool tn_mistake_swallowed_word(mistake *m)
{
    bool as_name = was_read(m, 0, "dname") && m->block != TN_BLOCK_FIELDS &&
                   tn_resume_begins(m->lexer, m->block, m->before) &&
                   tn_mistake_word(&(mistake){.found = m->before}) != NULL;
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

bool tn_mistake_file_head(mistake *m)
{
    if (!wants(m, "module") || !wants(m, "deployment") || wants(m, "because"))
        return false;
    if (m->found.kind == TN_TOK_IDENT &&
        tn_str_equal_but_for_case(TN_STR("module"), m->found.text))
        return false;
    char found[96];
    tn_mistake_describe(m, found);
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                    "a file begins with `module` and its name, found %s", found);
    tn_diag_help(m->diags, diag,
                 "or, if it says where the data is: `deployment NAME of MODULE`");
    return true;
}

bool tn_mistake_foreign_comment(mistake *m)
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

bool tn_mistake_missing_brace(mistake *m)
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

bool tn_mistake_misspelt(mistake *m)
{
    bool is_new_name =
        wants(m, "IDENT") && m->block != TN_BLOCK_TEST && m->block != TN_BLOCK_FILE;
    if (m->found.kind == TN_TOK_QNAME || m->found.text.len < 2 || is_new_name ||
        (m->found.kind != TN_TOK_IDENT && tn_mistake_word(m) == NULL))
        return false;
    const tn_word *word = tn_word_meant(m->found.text, is_wanted, m->x);
    if (word == NULL)
        return false;
    char found[96], phrase[TN_EXPECT_PHRASE_MAX];
    tn_mistake_describe(m, found);
    tn_expect_phrase(m->x, m->block, phrase);
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                                "expected %s, found %s", phrase, found);
    if (tn_str_equal_but_for_case(word->text, m->found.text))
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
