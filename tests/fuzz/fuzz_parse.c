/* Any bytes as a file and as an expression: nothing may crash, and what can be read
 * must be the same after it was formatted, as must the format of the formatted. */
#include "interp/syntax/ast_equal.h"
#include "interp/syntax/ast_print.h"
#include "interp/syntax/parse.h"
#include "interp/syntax/report.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

typedef struct reading {
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_file *file;
    tn_expr *expr;
    tn_status status;
} reading;

static void read_text(reading *r, tn_str text, bool bare)
{
    *r = (reading){.file = NULL};
    tn_sources_init(&r->sources, NULL);
    tn_arena_init(&r->arena, NULL);
    tn_diags_init(&r->diags, NULL);
    uint32_t source;
    r->status = tn_sources_add(&r->sources, TN_STR("f"), text, &r->diags, &source);
    if (r->status != TN_OK)
        return;
    if (bare)
        r->status =
            tn_parse_expression(&r->sources, source, &r->arena, &r->diags, &r->expr);
    else
        r->status = tn_parse_file(&r->sources, source, &r->arena, &r->diags, &r->file);
    require((r->status == TN_OK) == (r->diags.error_count == 0));
}

static void forget(reading *r)
{
    tn_diags_free(&r->diags);
    tn_arena_free(&r->arena);
    tn_sources_free(&r->sources);
}

static void report_all(const reading *r)
{
    tn_buf out;
    tn_buf_init(&out, NULL);
    for (size_t i = 0; i < r->diags.count; i++) {
        tn_span at = r->diags.list[i].at;
        require(at.file == TN_NONE ||
                (at.start <= at.end && at.end <= r->sources.list[0].text.len));
        tn_report_diag(&out, &r->sources, &r->diags.list[i], i % 2 == 0);
    }
    tn_report_json(&out, &r->sources, &r->diags);
    tn_report_summary(&out, &r->diags);
    tn_buf_free(&out);
}

static void format_twice(const reading *first)
{
    tn_buf once, twice;
    tn_buf_init(&once, NULL);
    tn_buf_init(&twice, NULL);
    require(tn_format(&first->sources, first->file, &once) == TN_OK);
    reading second;
    read_text(&second, tn_buf_view(&once), false);
    require(second.status == TN_OK);
    require(tn_ast_equal(first->file, second.file));
    require(first->file->comment_count == second.file->comment_count);
    require(tn_format(&second.sources, second.file, &twice) == TN_OK);
    require(tn_str_equal(tn_buf_view(&once), tn_buf_view(&twice)));
    forget(&second);
    tn_buf_free(&once);
    tn_buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_str text = {(const char *)data, size};
    reading r;
    read_text(&r, text, false);
    report_all(&r);
    if (r.status == TN_OK)
        format_twice(&r);
    forget(&r);
    read_text(&r, text, true);
    report_all(&r);
    forget(&r);
    return 0;
}
