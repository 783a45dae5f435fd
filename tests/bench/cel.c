/* cel WHAT FILE ROUNDS: tenure's side of the benches of conditions.
 *
 *   compile FILE ROUNDS   the conditions of a file, a line each, until they can be
 *                         decided: read, checked, made into code, proven and loaded;
 *                         counts them
 *   decide FILE ROUNDS    one condition on the rows of a file, a record at a time
 *   match FILE ROUNDS     a regular expression on them
 *
 * The last two count the rows for which it is true. */
#include "interp/cel/check.h"
#include "interp/cel/eval.h"
#include "interp/cel/verify.h"
#include "interp/syntax/parse.h"
#include "tests/bench/cel_rows.h"

static const struct {
    const char *name;
    tn_type_kind kind;
} names[] = {{"result", TN_TYPE_STRING},     {"user_name", TN_TYPE_STRING},
             {"amount", TN_TYPE_DOUBLE},     {"country", TN_TYPE_STRING},
             {"labels", TN_TYPE_MAP},        {"tags", TN_TYPE_LIST},
             {"age", TN_TYPE_INT},           {"verified", TN_TYPE_BOOL},
             {"created", TN_TYPE_TIMESTAMP}, {"kind", TN_TYPE_STRING}};

static bool find_name(void *user, tn_str dotted, tn_cel_decl *out)
{
    (void)user;
    for (uint32_t i = 0; i < TN_COUNT(names); i++)
        if (tn_str_equal(tn_str_from(names[i].name), dotted)) {
            *out = (tn_cel_decl){.kind = TN_CEL_DECL_SLOT,
                                 .type = tn_type_of(names[i].kind),
                                 .number = i};
            return true;
        }
    return false;
}

/* What compiling takes, and gives. */
typedef struct session {
    tn_sources sources;
    tn_arena arena;
    tn_arena scratch;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    tn_cel_code view;
    tn_cel_program *program;
    tn_cel_machine *machine;
} session;

static void need(tn_status status)
{
    if (status != TN_OK)
        bench_fail(tn_status_text(status));
}

static void open_session(session *s)
{
    tn_sources_init(&s->sources, NULL);
    tn_arena_init(&s->arena, NULL);
    tn_arena_init(&s->scratch, NULL);
    tn_diags_init(&s->diags, NULL);
    tn_strings_init(&s->strings, NULL);
    tn_cel_builder_init(&s->code, &s->strings, NULL);
}

static void close_session(session *s)
{
    tn_cel_machine_free(s->machine);
    tn_cel_unload(s->program);
    tn_cel_builder_free(&s->code);
    tn_strings_free(&s->strings);
    tn_diags_free(&s->diags);
    tn_arena_free(&s->scratch);
    tn_arena_free(&s->arena);
    tn_sources_free(&s->sources);
}

static void compile(session *s, tn_str text)
{
    static const tn_cel_env env = {.find = find_name};
    uint32_t source;
    tn_expr *expr;
    tn_cel_compiled compiled;
    need(tn_sources_add(&s->sources, TN_STR("bench"), text, &s->diags, &source));
    need(tn_parse_expression(&s->sources, source, &s->arena, &s->diags, &expr));
    need(tn_cel_compile(&env, expr, &s->code, &s->diags, &compiled));
    tn_arena_reset(&s->arena); /* the tree */
}

static void load(session *s)
{
    s->view = tn_cel_builder_view(&s->code);
    need(tn_cel_verify(&s->view, NULL, NULL));
    need(tn_cel_load(&s->view, NULL, NULL, &s->program));
    need(tn_cel_machine_new(s->program, &s->scratch, TN_CEL_BUDGET, &s->machine));
}

static void compile_all(const char *path, uint64_t rounds)
{
    bench_text text = bench_read(path);
    uint64_t count = 0, start = bench_now();
    for (uint64_t round = 0; round < rounds; round++) {
        session s;
        open_session(&s);
        for (const char *at = text.data; *at != '\0';) {
            const char *end = strchr(at, '\n');
            compile(&s, (tn_str){at, (size_t)(end - at)});
            at = end + 1;
        }
        load(&s);
        count += s.view.expr_count;
        close_session(&s);
    }
    bench_print(count, bench_now() - start);
}

static void decide_all(const char *path, const char *condition, uint64_t rounds)
{
    bench_rows rows = bench_read_rows(path);
    tn_value(*slots)[2] = calloc(rows.count, sizeof(*slots));
    session s;
    open_session(&s);
    compile(&s, tn_str_from(condition));
    load(&s);
    if (slots == NULL)
        bench_fail("out of memory");
    for (size_t i = 0; i < rows.count; i++) {
        const bench_row *row = &rows.list[i];
        slots[i][0] =
            (tn_value){TN_KIND_STRING, {.text = {row->result.data, row->result.len}}};
        slots[i][1] = (tn_value){TN_KIND_STRING,
                                 {.text = {row->user_name.data, row->user_name.len}}};
    }
    uint64_t count = 0, start = bench_now();
    for (uint64_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < rows.count; i++) {
            tn_cel_truth truth = TN_CEL_UNKNOWN;
            need(tn_cel_test(s.machine, 0, slots[i], &truth));
            count += truth == TN_CEL_TRUE;
        }
    bench_print(count, bench_now() - start);
    close_session(&s);
    free(slots);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        bench_fail("cel compile|decide|match FILE ROUNDS");
    uint64_t rounds = strtoull(argv[3], NULL, 10);
    if (strcmp(argv[1], "compile") == 0)
        compile_all(argv[2], rounds);
    else if (strcmp(argv[1], "decide") == 0)
        decide_all(argv[2], BENCH_CONDITION, rounds);
    else
        decide_all(argv[2], "user_name.matches(\"" BENCH_PATTERN "\")", rounds);
    return 0;
}
