/* mistake_signs: signs and operators. */
#include "interp/syntax/mistake_part.h"

#include "parser.h"

bool tn_mistake_comma(mistake *m)
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
bool tn_mistake_comma_at_end(mistake *m)
{
    const tn_word *word = tn_mistake_word(m);
    bool is_next = word != NULL && word->starts != TN_STARTS_NOTHING;
    if (m->before.kind != ',' || !m->found.starts_line || !was_read(m, 0, "','") ||
        !(is_next || m->found.kind == '}' || m->found.kind == 0))
        return false;
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->before.at,
                                "after this comma one more is expected");
    tn_diag_help(m->diags, diag, "leave the comma out if the list ends here");
    return true;
}

bool tn_mistake_equals_sign(mistake *m)
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

bool tn_mistake_colon(mistake *m)
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
bool tn_mistake_logic_word(mistake *m)
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

bool tn_mistake_second_operator(mistake *m)
{
    if (!tn_expect_value(m->x) || !tn_mistake_touches(m))
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

bool tn_mistake_message_literal(mistake *m)
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
