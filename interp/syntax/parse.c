#include "interp/syntax/parse.h"
#include "interp/syntax/ast_build.h"
#include "interp/syntax/lex.h"

#include "parser.h"

/* yyparse ends with 0 (read), 1 (errors, all reported) or 2 (its stack is full, which
 * yyerror reported as too deep). Whether the text is good is what the diags say. */
static tn_status run(tn_parse *p)
{
    size_t errors_before = p->diags->error_count;
    tn_lexer lexer;
    p->lexer = &lexer;
    tn_status status = tn_lex_open(&lexer, p);
    if (status == TN_OK) {
        int result = tn_yyparse(p);
        if (result != 0 && p->status == TN_OK && p->diags->error_count == errors_before)
            p->status = TN_NOMEM;
        status = p->status;
    }
    if (p->file != NULL) {
        p->file->comments = lexer.comments;
        p->file->comment_count = lexer.comment_count;
    }
    tn_lex_close(&lexer);
    if (p->file != NULL)
        p->file->lost_head =
            status != TN_OK || p->diags->error_count - errors_before > p->inner_errors;
    if (p->diags->failed)
        return TN_NOMEM;
    if (status == TN_OK && p->diags->error_count > errors_before)
        return TN_INVALID;
    return status;
}

tn_status tn_parse_file(const tn_sources *sources, uint32_t source, tn_arena *arena,
                        tn_diags *diags, tn_file **out)
{
    tn_parse parse = {
        .sources = sources, .source = source, .arena = arena, .diags = diags};
    tn_status status = run(&parse);
    *out = parse.file;
    return status;
}

tn_status tn_parse_expression(const tn_sources *sources, uint32_t source,
                              tn_arena *arena, tn_diags *diags, tn_expr **out)
{
    tn_parse parse = {.sources = sources,
                      .source = source,
                      .arena = arena,
                      .diags = diags,
                      .bare = true};
    tn_status status = run(&parse);
    *out = status == TN_OK ? parse.expr : NULL;
    return status;
}
