#include "interp/syntax/mistakes.h"
#include "interp/syntax/resume.h"

#include "parser.h"

void tn_mistake_report(tn_parse *p, const tn_expectation *expectation)
{
    tn_lexer *lexer = p->lexer;
    (void)expectation;
    if (p->status != TN_OK)
        return;
    tn_diag_add(p->diags, TN_FIND_SYNTAX, lexer->now.at, "this does not belong here");
    lexer->resume_due = !p->bare;
}

void tn_mistake_no_token(tn_lexer *lexer, int scan_kind, tn_token *token)
{
    (void)scan_kind;
    tn_diag_add(lexer->parse->diags, TN_FIND_SYNTAX, token->at, "this is no token");
    token->kind = 0;
}
