#include "interp/syntax/mistakes.h"
#include "interp/base/utf8.h"
#include "interp/syntax/mistake_part.h"

#include "parser.h"

#include <stdio.h>

bool tn_mistake_is_name(const mistake *m)
{
    return m->found.kind == TN_TOK_IDENT || m->found.kind == TN_TOK_QNAME;
}

const tn_word *tn_mistake_word(const mistake *m)
{
    const tn_word *word = tn_word_find(m->found.text);
    return word != NULL && word->token == m->found.kind ? word : NULL;
}

bool tn_mistake_is_number(const mistake *m)
{
    int kind = m->found.kind;
    return kind == TN_TOK_INT || kind == TN_TOK_INT_MIN || kind == TN_TOK_UINT ||
           kind == TN_TOK_FLOAT;
}

bool tn_mistake_touches(const mistake *m)
{
    return m->before.at.end == m->found.at.start && m->before.at.end > 0;
}

tn_str tn_mistake_text(const mistake *m)
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

void tn_mistake_describe(const mistake *m, char out[96])
{
    const char *more =
        tn_mistake_text(m).len < m->found.at.end - m->found.at.start ? "..." : "";
    if (m->found.kind == 0)
        snprintf(out, 96, "the end of the text");
    else if (tn_mistake_word(m) != NULL)
        snprintf(out, 96, "the word `" TN_STR_FMT "`", TN_STR_ARG(m->found.text));
    else if (m->found.kind == TN_TOK_STRING)
        snprintf(out, 96, "the text " TN_STR_FMT "%s", TN_STR_ARG(tn_mistake_text(m)),
                 more);
    else if (tn_mistake_is_number(m))
        snprintf(out, 96, "the number " TN_STR_FMT "%s", TN_STR_ARG(tn_mistake_text(m)),
                 more);
    else
        snprintf(out, 96, "`" TN_STR_FMT "%s`", TN_STR_ARG(tn_mistake_text(m)), more);
}

static bool anything_else(mistake *m)
{
    char found[96], phrase[TN_EXPECT_PHRASE_MAX];
    tn_mistake_describe(m, found);
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
    tn_mistake_file_head,       tn_mistake_unclosed_fields, tn_mistake_swallowed_word,
    tn_mistake_unclosed,        tn_mistake_stray_closer,    tn_mistake_unjoined_period,
    tn_mistake_needless,        tn_mistake_no_period,       tn_mistake_bad_unit,
    tn_mistake_bad_count,       tn_mistake_comma,           tn_mistake_comma_at_end,
    tn_mistake_equals_sign,     tn_mistake_colon,           tn_mistake_logic_word,
    tn_mistake_second_operator, tn_mistake_message_literal, tn_mistake_two_words,
    tn_mistake_hyphen_in_name,  tn_mistake_digit_in_front,  tn_mistake_late_part,
    tn_mistake_foreign_comment, tn_mistake_misspelt,        tn_mistake_missing_quotes,
    tn_mistake_missing_brace,   tn_mistake_word_as_name,    anything_else,
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
            break;
    p->inner_errors += block != NULL;
}
