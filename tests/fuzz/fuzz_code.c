/* A condition's code with bytes changed: what the verifier lets pass must run without a
 * crash and within its budget. The input is changes, six bytes each, and then, behind a
 * zero byte, the condition's text. */
#include "interp/cel/disasm.h"
#include "tests/support/condition.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_STEPS = 5000, CHANGE_BYTES = 6, SLOTS = 8 };

/* Copies of the arrays, in blocks of their very size, so that overruns are seen. */
typedef struct mutant {
    void *blocks[6];
    size_t sizes[6];
    tn_cel_code code;
} mutant;

static void *copy(mutant *m, int number, const void *from, size_t size)
{
    m->blocks[number] = malloc(size == 0 ? 1 : size);
    m->sizes[number] = size;
    if (m->blocks[number] == NULL)
        abort();
    if (size > 0)
        memcpy(m->blocks[number], from, size);
    return m->blocks[number];
}

static void make_mutant(mutant *m, const tn_cel_code *code)
{
    m->code = *code;
    m->code.nodes = copy(m, 0, code->nodes, code->node_count * sizeof(tn_cel_node));
    m->code.consts = copy(m, 1, code->consts, code->const_count * sizeof(tn_cel_const));
    m->code.exprs = copy(m, 2, code->exprs, code->expr_count * sizeof(tn_cel_expr));
    m->code.strings = copy(m, 3, code->strings, code->strings_len);
    m->code.tables = copy(m, 4, code->tables, code->table_count * sizeof(tn_cel_table));
    m->code.places = copy(m, 5, code->places, code->node_count * sizeof(tn_cel_place));
}

/* Which array, where (two bytes), how, and by what. */
static void change(mutant *m, const uint8_t *change)
{
    int number = change[0] % 5;
    if (m->sizes[number] == 0)
        return;
    size_t at = ((size_t)change[1] << 8 | change[2]) % m->sizes[number];
    uint8_t *byte = (uint8_t *)m->blocks[number] + at;
    if (change[3] % 3 == 0)
        *byte = change[4];
    else if (change[3] % 3 == 1)
        *byte = (uint8_t)(*byte + (int8_t)change[4]);
    else
        *byte = (uint8_t)(*byte ^ 1u << change[4] % 8);
}

static void run_mutant(const mutant *m)
{
    tn_arena scratch;
    tn_cel_program *program = NULL;
    tn_cel_machine *machine = NULL;
    tn_value slots[SLOTS], value;
    for (uint32_t i = 0; i < SLOTS; i++)
        slots[i] = (tn_value){TN_KIND_INT, {.integer = i}};
    tn_arena_init(&scratch, NULL);
    bool good = tn_cel_verify(&m->code, NULL, NULL) == TN_OK &&
                m->code.exprs[0].slot_count <= SLOTS;
    if (good && tn_cel_load(&m->code, NULL, NULL, &program) == TN_OK &&
        tn_cel_machine_new(program, &scratch, FUZZ_STEPS, &machine) == TN_OK) {
        tn_buf text;
        tn_buf_init(&text, NULL);
        tn_cel_disasm(&m->code, 0, &text);
        if (tn_cel_eval(machine, 0, slots, &value) == TN_OK &&
            value.kind == TN_KIND_UNREADABLE)
            tn_cel_error_put(&value, &text);
        tn_buf_free(&text);
    }
    tn_cel_machine_free(machine);
    tn_cel_unload(program);
    tn_arena_free(&scratch);
}

static size_t split(const uint8_t *data, size_t size)
{
    size_t at = 0;
    while (at + CHANGE_BYTES <= size && data[at] != 0)
        at += CHANGE_BYTES;
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const test_name names[] = {
        {"i", tn_type_of(TN_TYPE_INT), {.kind = TN_KIND_NULL}, NULL, NULL},
        {"x", tn_type_of(TN_TYPE_DYN), {.kind = TN_KIND_NULL}, NULL, NULL}};
    test_condition c = {.names = names, .name_count = TN_COUNT(names)};
    size_t changes = split(data, size);
    if (size > 2048 || changes >= size)
        return 0;
    tn_str text = {(const char *)data + changes + 1, size - changes - 1};
    if (test_condition_compile(&c, text) == TN_OK) {
        mutant m;
        tn_cel_code code = tn_cel_builder_view(&c.code);
        make_mutant(&m, &code);
        for (size_t at = 0; at < changes; at += CHANGE_BYTES)
            change(&m, data + at);
        run_mutant(&m);
        for (int i = 0; i < 6; i++)
            free(m.blocks[i]);
    }
    test_condition_free(&c);
    return 0;
}
