/* The arity and the result of a function follow from its overload strings, so that
 * builtins.def says them once. They are read anew on each call: a few bytes. */
#include "interp/cel/functions.h"
#include "interp/cel/code.h"

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

static uint8_t kind_of_letter(char letter)
{
    switch (letter) {
    case 'b': return TN_KIND_BOOL;
    case 'i': return TN_KIND_INT;
    case 'u': return TN_KIND_UINT;
    case 'd': return TN_KIND_DOUBLE;
    case 's': return TN_KIND_STRING;
    case 'y': return TN_KIND_BYTES;
    case 't': return TN_KIND_TIMESTAMP;
    case 'r': return TN_KIND_DURATION;
    case 'T': return TN_KIND_TYPE;
    case 'L': return TN_KIND_LIST;
    case 'M': return TN_KIND_MAP;
    case 'O': return TN_KIND_OPTIONAL;
    default: return TN_CEL_DYN; /* any type */
    }
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
    uint8_t kind = kind_of_letter(at[1]);
    bool is_first = row->min_args == UINT32_MAX;
    row->kind = is_first || row->kind == kind ? kind : TN_CEL_DYN;
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
