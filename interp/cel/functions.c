/* The arity of a function follows from its overload strings, so that builtins.def says
 * it once. They are read anew on each call: a few bytes. */
#include "interp/cel/functions.h"

static const struct {
    tn_str name;
    bool is_member;
    tn_cel_fn *fn;
    const char *overloads;
    const char *help;
} rows[] = {
#define GLOBAL false
#define MEMBER true
#define TN_BUILTIN(id, name, style, fn, overloads, help)                               \
    {{name, sizeof(name) - 1}, style, fn, overloads, help},
#include "stdlib/builtins.def"
#undef TN_BUILTIN
#undef MEMBER
#undef GLOBAL
};

/* Past one type: L and O are followed by one, M by two. */
static const char *skip_type(const char *at)
{
    for (unsigned open = 1; open > 0; at++) {
        if (*at == 'M')
            open++;
        else if (*at != 'L' && *at != 'O')
            open--;
    }
    return at;
}

/* Takes one "args:result" into account; returns what follows it. */
static const char *read_overload(const char *at, tn_cel_function_row *row)
{
    uint32_t args = 0;
    bool repeats = false;
    while (*at != ':') {
        repeats = *at == '+';
        at = repeats ? at + 1 : skip_type(at);
        args += !repeats;
    }
    row->min_args = args < row->min_args ? args : row->min_args;
    args = repeats ? UINT32_MAX : args;
    row->max_args = args > row->max_args ? args : row->max_args;
    at = skip_type(at + 1);
    return *at == ' ' ? at + 1 : at;
}

tn_cel_function_row tn_cel_function_get(uint32_t function)
{
    assert(function < TN_CEL_FUNCTION_COUNT);
    tn_cel_function_row row = {.name = rows[function].name.data,
                               .is_member = rows[function].is_member,
                               .fn = rows[function].fn,
                               .overloads = rows[function].overloads,
                               .help = rows[function].help,
                               .min_args = UINT32_MAX};
    for (const char *at = row.overloads; *at != '\0';)
        at = read_overload(at, &row);
    return row;
}

tn_cel_fn *tn_cel_function_code(uint32_t function)
{
    assert(function < TN_CEL_FUNCTION_COUNT);
    return rows[function].fn;
}

bool tn_cel_function_is(uint32_t function, tn_str name, bool is_member)
{
    return rows[function].is_member == is_member &&
           tn_str_equal(rows[function].name, name);
}
