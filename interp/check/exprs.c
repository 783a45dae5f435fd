#include "interp/check/exprs.h"
#include "interp/cel/eval.h"

#include "interp/check/zone_rows.h"

#include <string.h>

/* --- readers */

void tn_reader_init(tn_reader *reader, tn_checker *ck, void *host)
{
    *reader = (tn_reader){.ck = ck, .host = host};
    tn_diags_init(&reader->held, ck->arena->memory);
    reader->held.limit = TN_MISTAKES_MAX;
}

void tn_reader_free(tn_reader *reader)
{
    tn_diags_free(&reader->held);
}

static void take_for_unknown(tn_cel_decl *out)
{
    *out = (tn_cel_decl){.kind = TN_CEL_DECL_SLOT, .type = tn_type_of(TN_TYPE_DYN)};
}

bool tn_reader_silence(tn_reader *reader, tn_cel_decl *out)
{
    reader->silenced = true;
    take_for_unknown(out);
    return true;
}

bool tn_reader_mistake(tn_reader *reader, tn_str name, tn_cel_decl *out)
{
    tn_diags *held = &reader->held;
    take_for_unknown(out);
    for (size_t i = 0; i < held->count; i++)
        if (tn_str_equal(reader->mistakes[i], name))
            return false;
    if (held->count == TN_MISTAKES_MAX)
        return false;
    tn_str copy = tn_arena_copy(&held->arena, name);
    if (copy.data == NULL)
        held->failed = true;
    reader->mistakes[held->count] = copy;
    return true;
}

/* --- places of names */

static size_t path_length(const tn_expr *expr)
{
    if (expr->kind == TN_EXPR_NAME)
        return expr->as.name.text.len;
    if (expr->kind != TN_EXPR_SELECT || expr->optional)
        return SIZE_MAX;
    size_t before = path_length(expr->first);
    return before == SIZE_MAX ? SIZE_MAX : before + 1 + expr->as.name.text.len;
}

/* Is it the path `dotted`? Compared from the end, as the tree has it. */
static bool is_path(const tn_expr *expr, tn_str dotted)
{
    if (path_length(expr) != dotted.len)
        return false;
    while (expr->kind == TN_EXPR_SELECT) {
        tn_str name = expr->as.name.text;
        if (!tn_str_ends(dotted, name))
            return false;
        dotted.len -= name.len + 1;
        expr = expr->first;
    }
    return tn_str_equal(expr->as.name.text, dotted);
}

static const tn_expr *find_path(const tn_expr *expr, tn_str dotted)
{
    if (expr == NULL || is_path(expr, dotted))
        return expr;
    const tn_expr *parts[] = {expr->first, expr->second, expr->third};
    for (size_t i = 0; i < TN_COUNT(parts); i++) {
        const tn_expr *found = find_path(parts[i], dotted);
        if (found != NULL)
            return found;
    }
    for (const tn_expr *arg = expr->args; arg != NULL; arg = arg->next) {
        const tn_expr *found = find_path(arg, dotted);
        if (found != NULL)
            return found;
    }
    return NULL;
}

bool tn_expr_is_broken(const tn_expr *expr)
{
    if (expr == NULL)
        return false;
    if (expr->kind == TN_EXPR_ERROR || tn_expr_is_broken(expr->first) ||
        tn_expr_is_broken(expr->second) || tn_expr_is_broken(expr->third))
        return true;
    for (const tn_expr *arg = expr->args; arg != NULL; arg = arg->next)
        if (tn_expr_is_broken(arg))
            return true;
    return false;
}

static void report_mistakes(const tn_reader *reader, const tn_expr *expr)
{
    tn_diags *diags = reader->ck->diags;
    for (size_t i = 0; i < reader->held.count; i++) {
        const tn_diag *held = &reader->held.list[i];
        const tn_expr *place = find_path(expr, reader->mistakes[i]);
        tn_diag *diag =
            tn_diag_add(diags, held->finding, place == NULL ? expr->at : place->at,
                        TN_STR_FMT, TN_STR_ARG(held->message));
        if (held->help.len > 0)
            tn_diag_help(diags, diag, TN_STR_FMT, TN_STR_ARG(held->help));
        if (held->other.file != TN_NONE)
            tn_diag_other(diags, diag, held->other, TN_STR_FMT,
                          TN_STR_ARG(held->other_message));
    }
    diags->failed |= reader->held.failed;
}

/* --- compiling */

static bool find(void *user, tn_str dotted, tn_cel_decl *out)
{
    tn_reader *reader = user;
    return reader->find != NULL && reader->find(reader, dotted, out);
}

static void each(void *user, tn_cel_name_fn *visit, void *to)
{
    tn_reader *reader = user;
    if (reader->each != NULL && tn_checker_may_suggest(reader->ck))
        reader->each(reader, visit, to);
}

/* As tn_exprs_compile; what can only end in an error is not yet reported. */
static tn_status compile(tn_reader *reader, const tn_expr *expr, const tn_type *want,
                         tn_cel_compiled *out)
{
    *out = (tn_cel_compiled){.expr = TN_NONE, .type = tn_type_of(TN_TYPE_DYN)};
    if (tn_expr_is_broken(expr))
        return TN_OK;
    const tn_cel_env env = {.user = reader,
                            .find = find,
                            .each = each,
                            .zones = tn_zone_rows_for_conditions(reader->ck),
                            .want = want};
    tn_status status =
        tn_cel_compile(&env, expr, reader->ck->model->code, reader->ck->diags, out);
    report_mistakes(reader, expr);
    if (status != TN_OK || reader->held.count > 0 || reader->silenced)
        *out = (tn_cel_compiled){.expr = TN_NONE, .type = tn_type_of(TN_TYPE_DYN)};
    if (status == TN_INVALID || status == TN_LIMIT)
        return TN_OK; /* reported */
    return status;
}

/* "what: why", with the error that `compiled` always ends in. */
static tn_diag *report_failure(tn_diags *diags, tn_finding finding, const char *what,
                               const tn_cel_compiled *compiled)
{
    tn_buf why;
    tn_buf_init(&why, NULL);
    tn_cel_error_put(compiled->failure, &why);
    tn_diag *diag = tn_diag_add(diags, finding, compiled->failure_at, "%s: " TN_STR_FMT,
                                what, TN_STR_ARG(tn_buf_view(&why)));
    tn_buf_free(&why);
    return diag;
}

tn_status tn_exprs_compile(tn_reader *reader, const tn_expr *expr, const tn_type *want,
                           tn_cel_compiled *out)
{
    TN_TRY(compile(reader, expr, want, out));
    if (out->expr == TN_NONE || out->failure == NULL)
        return TN_OK;
    tn_diags *diags = reader->ck->diags;
    tn_diag *diag = report_failure(diags, TN_FIND_ALWAYS_FAILS,
                                   "this always ends in an error", out);
    tn_diag_help(diags, diag, "whatever a record says, it could not be told");
    *out = (tn_cel_compiled){.expr = TN_NONE, .type = tn_type_of(TN_TYPE_DYN)};
    return TN_OK;
}

tn_status tn_exprs_constant(tn_checker *ck, const tn_expr *expr, const tn_value **value,
                            const tn_type **type)
{
    tn_cel_builder *code = ck->model->code;
    const size_t nodes = code->nodes.len;
    const size_t places = code->places.len;
    const size_t exprs = code->exprs.len;
    const size_t costs = code->costs.len;
    tn_reader reader;
    tn_reader_init(&reader, ck, NULL);
    tn_cel_compiled compiled;
    tn_status status = compile(&reader, expr, NULL, &compiled);
    tn_reader_free(&reader);
    TN_TRY(status);
    /* The value is all that is wanted: the code that gives it goes again. */
    code->nodes.len = nodes;
    code->places.len = places;
    code->exprs.len = exprs;
    code->costs.len = costs;
    *value = compiled.constant;
    *type = compiled.type;
    if (compiled.expr == TN_NONE || compiled.constant != NULL)
        return TN_OK;
    tn_diag *diag;
    if (compiled.failure != NULL)
        diag = report_failure(ck->diags, TN_FIND_NOT_CONSTANT,
                              "this value cannot be computed", &compiled);
    else
        diag = tn_diag_add(ck->diags, TN_FIND_NOT_CONSTANT, expr->at,
                           "this value cannot be computed");
    tn_diag_help(ck->diags, diag,
                 "write a constant: this is an error whenever it is read");
    return TN_OK;
}
