/* mistake_blocks: brackets that are not closed, or close nothing. */
#include "interp/syntax/mistake_part.h"

#include "parser.h"

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
bool tn_mistake_unclosed(mistake *m)
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
bool tn_mistake_unclosed_fields(mistake *m)
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

bool tn_mistake_stray_closer(mistake *m)
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
