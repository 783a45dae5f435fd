/* Ten times the policy takes at most twelve times the steps (count.h) and the memory:
 * the logarithm of sorting and looking up is allowed for, a quadratic step is not. */
#include "interp/check/check.h"
#include "interp/compile/compile.h"
#include "interp/image/image.h"
#include "interp/syntax/ast_print.h"
#include "interp/syntax/parse.h"
#include "tests/growth/count.h"
#include "tests/support/memory.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEN_TIMES_AT_MOST = 12 };

/* What grows, and how much there is of it. */
typedef struct shape {
    const char *name;
    long categories;
    long clauses; /* of each */
    bool is_wrong;
} shape;

typedef struct cost {
    uint64_t check, compile, format;
    size_t bytes;
} cost;

static void need(bool is_so, const char *what)
{
    if (is_so)
        return;
    printf("Bail out! %s\n", what);
    exit(1);
}

static void put(tn_buf *out, const char *format, long a, long b, long c)
{
    char line[256];
    int len = snprintf(line, sizeof(line), format, a, b, c);
    need(len > 0 && (size_t)len < sizeof(line), "a line is too long");
    tn_buf_put(out, (tn_str){line, (size_t)len});
}

/* A name of its own for whatever has one; those that are wrong are nearly right. */
static void put_category(tn_buf *out, const shape *s, long i)
{
    put(out, "purpose purpose_%ld \"Purpose %ld\"\n", i, i, 0);
    put(out, "category log_%ld \"Log number %ld\" of customer {\n", i, i, 0);
    put(out, "  fields { made_%ld : timestamp @created  kind : string  size : int }\n",
        i, 0, 0);
    put(out,
        s->is_wrong ? "  purpose purpsoe_%ld  basis std.gdpr.contrac\n"
                    : "  purpose purpose_%ld  basis std.gdpr.contract\n",
        i, 0, 0);
    put(out, "  stored in db as primary\n", 0, 0, 0);
    for (long j = 0; j < s->clauses - 2; j++) {
        put(out, "  retain %ld days from made_%ld // %ld\n", j % 900 + 1, i, j);
        put(out,
            s->is_wrong ? "    when kidn == \"%ld\" && record.size > %ld\n"
                        : "    when kind == \"%ld\" && record.size > %ld\n",
            j, i, 0);
    }
    put(out, "  retain 1 year from made_%ld because \"%ld\"\n", i, i, 0);
    put(out, "  on customer.terminated delete within 30 days\n}\n", 0, 0, 0);
}

static void put_policy(tn_buf *out, const shape *s)
{
    put(out, "module growth \"Growth\"\nimport std.gdpr\n", 0, 0, 0);
    put(out, "entity customer { event terminated \"\" }\n", 0, 0, 0);
    for (long i = 0; i < s->categories; i++)
        put_category(out, s, i);
}

/* What one run reads into. */
typedef struct session {
    tn_test_memory memory;
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    uint32_t file;
} session;

static void open_session(session *s, tn_str text)
{
    tn_test_memory_init(&s->memory, 0);
    const tn_allocator *memory = &s->memory.allocator;
    tn_sources_init(&s->sources, memory);
    tn_arena_init(&s->arena, memory);
    tn_diags_init(&s->diags, memory);
    tn_strings_init(&s->strings, memory);
    tn_cel_builder_init(&s->code, &s->strings, memory);
    need(tn_sources_add(&s->sources, TN_STR("growth.tenure"), text, &s->diags,
                        &s->file) == TN_OK,
         "a text");
}

static size_t close_session(session *s)
{
    tn_cel_builder_free(&s->code);
    tn_strings_free(&s->strings);
    tn_diags_free(&s->diags);
    tn_arena_free(&s->arena);
    tn_sources_free(&s->sources);
    return s->memory.peak_bytes;
}

static void check_and_compile(tn_str text, bool is_wrong, cost *out)
{
    session s;
    tn_model *model;
    tn_image image;
    tn_buf bytes;
    const char *why;
    uint64_t start = count_steps();
    open_session(&s, text);
    tn_check_input input = {.path_count = 0};
    const tn_check_into into = {&s.sources, &s.arena, &s.code, &s.diags};
    tn_status status = tn_check_sources(&input, &s.file, 1, &into, &model);
    out->check = count_steps() - start;
    need(status == (is_wrong ? TN_INVALID : TN_OK), "checking");
    start = count_steps();
    if (!is_wrong) {
        const tn_allocator *memory = &s.memory.allocator;
        tn_compile_options options = {.with_sources = true};
        tn_buf_init(&bytes, memory);
        need(tn_compile(model, &options, memory, &bytes) == TN_OK, "compiling");
        need(tn_image_verify(tn_buf_view(&bytes), memory, &image, &why) == TN_OK,
             "verifying");
        tn_image_close(&image);
        tn_buf_free(&bytes);
    }
    out->compile = count_steps() - start;
    out->bytes = close_session(&s);
}

static void format(tn_str text, cost *out)
{
    session s;
    tn_file *tree;
    tn_buf laid_out;
    uint64_t start = count_steps();
    open_session(&s, text);
    tn_buf_init(&laid_out, NULL);
    need(tn_parse_file(&s.sources, s.file, &s.arena, &s.diags, &tree) == TN_OK,
         "reading");
    need(tn_format(&s.sources, tree, &laid_out) == TN_OK, "formatting");
    tn_buf_free(&laid_out);
    close_session(&s);
    out->format = count_steps() - start;
}

static cost cost_of(const shape *of)
{
    tn_buf text;
    cost out = {.format = 0};
    tn_buf_init(&text, NULL);
    put_policy(&text, of);
    check_and_compile(tn_buf_view(&text), of->is_wrong, &out);
    need(out.check > text.len, "steps are not counted");
    format(tn_buf_view(&text), &out);
    tn_buf_free(&text);
    return out;
}

static int test_number;

static bool report(const char *grown, const char *what, uint64_t small, uint64_t large)
{
    double ratio = (double)large / (double)small;
    bool is_good = ratio <= TEN_TIMES_AT_MOST;
    printf("%s %d - %s, %s: %llu to %llu, %.2f times\n", is_good ? "ok" : "not ok",
           ++test_number, grown, what, (unsigned long long)small,
           (unsigned long long)large, ratio);
    fflush(stdout);
    return is_good;
}

int main(void)
{
    static const shape shapes[] = {{"categories of ten clauses", 1000, 10, false},
                                   {"clauses of ten categories", 10, 1000, false},
                                   {"categories with errors", 1000, 10, true}};
    bool is_good = true;
    for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
        shape larger = shapes[i];
        if (larger.categories < larger.clauses)
            larger.clauses *= 10;
        else
            larger.categories *= 10;
        cost a = cost_of(&shapes[i]), b = cost_of(&larger);
        is_good &= report(larger.name, "steps of checking", a.check, b.check);
        is_good &= report(larger.name, "memory", a.bytes, b.bytes);
        if (larger.is_wrong)
            continue;
        is_good &= report(larger.name, "steps of compiling", a.compile, b.compile);
        is_good &= report(larger.name, "steps of formatting", a.format, b.format);
    }
    printf("1..%d\n", test_number);
    return is_good ? 0 : 1;
}
