/* condition: for tests, one condition from its text to its value, as words. Lets
 * nothing fail by itself, so that fuzz targets may use it too. */
#ifndef TN_TESTS_SUPPORT_CONDITION_H
#define TN_TESTS_SUPPORT_CONDITION_H

#include "interp/cel/check.h"
#include "interp/cel/eval.h"
#include "interp/cel/verify.h"
#include "interp/syntax/source.h"

/* A slot with its value, or a table where `map` is set. */
typedef struct test_name {
    const char *name;
    const tn_type *type;
    tn_value value;
    const tn_value *map;
    const tn_value *otherwise;
} test_name;

typedef struct test_condition {
    /* set these first */
    const test_name *names;
    uint32_t name_count;
    bool unchecked;
    bool static_zones;
    uint64_t budget;            /* 0: TN_CEL_BUDGET */
    const tn_allocator *memory; /* NULL: the C library's */
    /* what comes of it */
    tn_sources sources;
    tn_arena arena;
    tn_arena scratch;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    tn_cel_compiled compiled;
    tn_cel_program *program;
    tn_cel_machine *machine;
    uint32_t tables[8];
    tn_value value;
    tn_cel_fault fault;
    tn_buf text;
} test_condition;

/* Parses, checks and compiles; test_condition_free in any case. */
tn_status test_condition_compile(test_condition *c, tn_str text);
/* Verifies, loads and evaluates what was compiled. */
tn_status test_condition_run(test_condition *c);
void test_condition_free(test_condition *c);

/* "42"; "error 1..3: no such overload"; "refused 1..3: message; help". Borrowed until
 * test_condition_free. */
const char *test_condition_words(test_condition *c, tn_status status);

#endif
