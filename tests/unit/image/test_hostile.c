/* image: the images of tests/images/hostile.txt, each refused in words or harmless. */
#include "interp/image/image.h"
#include "tests/support/image_use.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LINE_MAX_BYTES = 512, GROWN_MAX_BYTES = 64 };

typedef struct hostile {
    char *bytes;
    size_t len;
    bool stay_length;
    bool stay_digest;
} hostile;

/* --- where a thing is */

typedef struct place {
    const char *name;
    size_t offset;
    size_t size;
} place;

#define OF(type, member, name)                                                         \
    {                                                                                  \
        name, offsetof(type, member), sizeof(((type *)0)->member)                      \
    }

static const place header_places[] = {
    OF(tn_image_header, format, "format"),
    OF(tn_image_header, section_count, "section_count"),
    OF(tn_image_header, length, "length"),
    OF(tn_image_header, cost_budget, "cost_budget"),
    OF(tn_image_header, reserved, "reserved"),
    OF(tn_image_header, tzdata_version.offset, "tz_offset"),
    OF(tn_image_header, tzdata_version.len, "tz_len"),
    {NULL, 0, 0},
};
static const place node_places[] = {
    OF(tn_cel_node, op, "op"),
    OF(tn_cel_node, aux, "aux"),
    OF(tn_cel_node, arg, "arg"),
    {NULL, 0, 0},
};
static const place const_places[] = {
    OF(tn_cel_const, kind, "kind"),
    OF(tn_cel_const, zero, "zero"),
    OF(tn_cel_const, count, "count"),
    OF(tn_cel_const, bits, "bits"),
    {NULL, 0, 0},
};
static const place table_places[] = {
    OF(tn_cel_table, map, "map"),
    OF(tn_cel_table, otherwise, "otherwise"),
    {NULL, 0, 0},
};
static const place expr_places[] = {
    OF(tn_cel_expr, first_node, "first_node"),
    OF(tn_cel_expr, node_count, "node_count"),
    OF(tn_cel_expr, max_stack, "max_stack"),
    OF(tn_cel_expr, slot_count, "slot_count"),
    OF(tn_cel_expr, file, "file"),
    OF(tn_cel_expr, local_count, "local_count"),
    OF(tn_cel_expr, loop_depth, "loop_depth"),
    {NULL, 0, 0},
};

static const struct {
    const char *name;
    size_t row_bytes;
    const place *places;
} code_sections[] = {
    {"nodes", sizeof(tn_cel_node), node_places},
    {"code_places", sizeof(tn_cel_place), NULL},
    {"consts", sizeof(tn_cel_const), const_places},
    {"tables", sizeof(tn_cel_table), table_places},
    {"exprs", sizeof(tn_cel_expr), expr_places},
};

static size_t find_section(const char *name)
{
    if (strcmp(name, "strings") == 0)
        return TN_SECTION_STRINGS;
    for (size_t i = 0; i < TN_COUNT(code_sections); i++)
        if (strcmp(name, code_sections[i].name) == 0)
            return TN_SECTION_CODE_NODES + i;
    for (size_t i = 0; i < TN_TABLE_COUNT; i++)
        if (strcmp(name, tn_tables[i].name) == 0)
            return TN_SECTION_FIRST_TABLE + i;
    fail_msg("no section %s", name);
    return 0;
}

static const tn_image_section *section_row(const hostile *h, size_t section)
{
    return (const tn_image_section *)(h->bytes + sizeof(tn_image_header)) + section;
}

static const place *find_place(const place *places, const char *name)
{
    for (; places->name != NULL; places++)
        if (strcmp(places->name, name) == 0)
            return places;
    fail_msg("no member %s", name);
    return NULL;
}

static void write_number(hostile *h, size_t offset, size_t size, long long number)
{
    assert_true(offset + size <= h->len && size <= sizeof(number));
    memcpy(h->bytes + offset, &number, size); /* images are little-endian */
}

/* --- one change */

static void set_column(hostile *h, tn_table table, size_t row_at, char *name,
                       long long number)
{
    size_t len = strlen(name);
    bool second = len > 2 && strcmp(name + len - 2, ".1") == 0;
    if (second)
        name[len - 2] = '\0';
    for (uint32_t i = 0; i < tn_tables[table].column_count; i++)
        if (strcmp(tn_tables[table].columns[i].name, name) == 0) {
            size_t at = row_at + tn_tables[table].columns[i].offset;
            write_number(h, at + (second ? 4 : 0), 4, number);
            return;
        }
    fail_msg("no column %s", name);
}

static void set_row(hostile *h, const char *table, unsigned row, char *column,
                    long long number)
{
    size_t section = find_section(table);
    size_t at = section_row(h, section)->offset;
    if (section >= TN_SECTION_CODE_NODES) {
        size_t kind = section - TN_SECTION_CODE_NODES;
        const place *p = find_place(code_sections[kind].places, column);
        at += row * code_sections[kind].row_bytes + p->offset;
        write_number(h, at, p->size, number);
        return;
    }
    tn_table number_of = (tn_table)(section - TN_SECTION_FIRST_TABLE);
    set_column(h, number_of, at + row * tn_tables[number_of].row_bytes, column, number);
}

static void change(hostile *h, const char *text)
{
    char name[32], member[32];
    unsigned row;
    long long n;
    if (sscanf(text, " header.%31[a-z_] = %lld", name, &n) == 2) {
        const place *p = find_place(header_places, name);
        write_number(h, p->offset, p->size, n);
    } else if (sscanf(text, " section %31[a-z_] %31[a-z] = %lld", name, member, &n) ==
               3) {
        size_t at =
            (size_t)((const char *)section_row(h, find_section(name)) - h->bytes);
        write_number(h, at + (strcmp(member, "size") == 0 ? 8 : 0), 8, n);
    } else if (sscanf(text, " %31[a-z_][%u].%31[a-z_.0-9] = %lld", name, &row, member,
                      &n) == 4) {
        set_row(h, name, row, member, n);
    } else if (sscanf(text, " cut %lld", &n) == 1) {
        h->len -= (size_t)n;
    } else if (sscanf(text, " keep %lld", &n) == 1) {
        h->len = (size_t)n;
    } else if (sscanf(text, " grow %lld", &n) == 1) {
        h->len += (size_t)n;
    } else if (sscanf(text, " byte %u = %lld", &row, &n) == 2) {
        write_number(h, row, 1, n);
    } else if (strstr(text, "stay length") != NULL) {
        h->stay_length = true;
    } else if (strstr(text, "stay digest") != NULL) {
        h->stay_digest = true;
    } else {
        fail_msg("not a change: %s", text);
    }
}

static void put_right(hostile *h)
{
    if (h->len < sizeof(tn_image_header))
        return;
    if (!h->stay_length)
        write_number(h, offsetof(tn_image_header, length), 8, (long long)h->len);
    tn_digest digest = tn_image_digest((tn_str){h->bytes, h->len});
    if (!h->stay_digest)
        memcpy(h->bytes + offsetof(tn_image_header, digest), &digest, sizeof(digest));
}

/* --- one line */

static bool is_as_expected(const image_use *use, const char *expected)
{
    if (use->failed || use->left_bytes != 0)
        return false;
    if (strcmp(expected, "harmless") == 0)
        return use->status == TN_OK;
    if (use->status != TN_BAD_IMAGE && use->status != TN_OTHER_VERSION)
        return false;
    return strcmp(expected, "CODE") == 0 ? use->why[0] != '\0'
                                         : strstr(use->why, expected) != NULL;
}

static bool try_line(const test_policy *policy, char *line)
{
    char shown[LINE_MAX_BYTES];
    snprintf(shown, sizeof(shown), "%s", line);
    char *changes = strstr(line, " : ");
    assert_non_null(changes);
    *changes = '\0';
    for (char *end = changes; end > line && end[-1] == ' ';)
        *--end = '\0';
    /* of its exact size, so that a sanitizer sees what lies behind */
    hostile h = {.len = policy->bytes.len};
    h.bytes = calloc(1, h.len + GROWN_MAX_BYTES);
    assert_non_null(h.bytes);
    memcpy(h.bytes, policy->bytes.data, h.len);
    for (char *at = strtok(changes + 3, ";"); at != NULL; at = strtok(NULL, ";"))
        change(&h, at);
    put_right(&h);
    char *exact = malloc(h.len);
    assert_non_null(exact);
    memcpy(exact, h.bytes, h.len);
    image_use use = test_use_image((tn_str){exact, h.len}, 8);
    bool good = is_as_expected(&use, line) &&
                use.load_bytes <= TEST_LOAD_PER_BYTE * policy->bytes.len &&
                use.peak_bytes <= TEST_USE_BASE + TEST_USE_PER_BYTE * policy->bytes.len;
    if (!good)
        print_error("# %s# gave: %s (%s)%s, %zu bytes at once\n", shown,
                    tn_status_text(use.status), use.why, use.failed ? ", failed" : "",
                    use.peak_bytes);
    free(exact);
    free(h.bytes);
    return good;
}

static void compile_base(test_policy *policy)
{
    static char text[1 << 14];
    FILE *file = fopen("tests/images/policy.tenure", "rb");
    assert_non_null(file);
    size_t len = fread(text, 1, sizeof(text) - 1, file);
    text[len] = '\0';
    fclose(file);
    test_policy_compile(policy, text);
}

static void test_hostile__each_is_refused_in_words_or_harmless(void **state)
{
    (void)state;
    test_policy policy;
    char line[LINE_MAX_BYTES];
    unsigned count = 0, bad = 0;
    compile_base(&policy);
    FILE *file = fopen("tests/images/hostile.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        count++;
        bad += !try_line(&policy, line);
    }
    fclose(file);
    test_policy_free(&policy);
    assert_true(count > 100);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile__each_is_refused_in_words_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
