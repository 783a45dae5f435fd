/* overloads: do arguments fit a function, and what does it give (builtins.def tells how
 * overloads are written)? Gradual: dyn fits everything. */
#include "interp/cel/front.h"

typedef struct reader {
    tn_front *f;
    const char *at;
    const tn_type *bound[2]; /* what A and B stand for; NULL: not known yet */
} reader;

static tn_type_kind kind_of_letter(char letter)
{
    switch (letter) {
    case 'b': return TN_TYPE_BOOL;
    case 'i': return TN_TYPE_INT;
    case 'u': return TN_TYPE_UINT;
    case 'd': return TN_TYPE_DOUBLE;
    case 's': return TN_TYPE_STRING;
    case 'y': return TN_TYPE_BYTES;
    case 't': return TN_TYPE_TIMESTAMP;
    case 'r': return TN_TYPE_DURATION;
    case 'T': return TN_TYPE_TYPE;
    case 'L': return TN_TYPE_LIST;
    case 'M': return TN_TYPE_MAP;
    case 'O': return TN_TYPE_OPTIONAL;
    default: return TN_TYPE_DYN;
    }
}

/* Moves past one type. */
static void skip_type(reader *r)
{
    char letter = *r->at++;
    if (letter == 'L' || letter == 'O') {
        skip_type(r);
    } else if (letter == 'M') {
        skip_type(r);
        skip_type(r);
    }
}

/* A, B: what they stand for is joined with `got`, as long as both go together. */
static bool bind(reader *r, const tn_type *got)
{
    const tn_type **bound = &r->bound[r->at[-1] - 'A'];
    if (*bound == NULL) {
        *bound = got;
        return true;
    }
    if (!tn_type_accepts(*bound, got))
        return false;
    *bound = tn_type_join(&r->f->builder->arena, *bound, got);
    return *bound != NULL;
}

/* Does a value of type `got` fit the type that stands at r->at? Moves past it. */
static bool fits(reader *r, const tn_type *got)
{
    char letter = *r->at++;
    if (letter == 'A' || letter == 'B')
        return bind(r, got);
    tn_type_kind kind = kind_of_letter(letter);
    unsigned param_count = letter == 'M' ? 2 : letter == 'L' || letter == 'O';
    bool unknown = got->kind == TN_TYPE_DYN || got->kind == TN_TYPE_NULL;
    if (kind != TN_TYPE_DYN && !unknown && got->kind != kind) {
        r->at--;
        skip_type(r);
        return false;
    }
    bool good = true;
    for (unsigned i = 0; i < param_count; i++) {
        const tn_type *param = unknown ? tn_type_of(TN_TYPE_DYN) : got->params[i];
        good = fits(r, param) && good;
    }
    return good;
}

static const tn_type *bound_type(const reader *r, char letter)
{
    const tn_type *bound = r->bound[letter - 'A'];
    return bound == NULL ? tn_type_of(TN_TYPE_DYN) : bound;
}

/* The type that stands at r->at, with what A and B stand for. */
static const tn_type *read_type(reader *r)
{
    tn_arena *arena = &r->f->builder->arena;
    char letter = *r->at++;
    if (letter == 'A' || letter == 'B')
        return bound_type(r, letter);
    if (letter == 'L')
        return tn_type_list(arena, read_type(r));
    if (letter == 'O')
        return tn_type_optional(arena, read_type(r));
    if (letter == 'M') {
        const tn_type *key = read_type(r);
        return tn_type_map(arena, key, read_type(r));
    }
    return tn_type_of(kind_of_letter(letter));
}

/* One overload, "args:result": its result, or NULL; r->at is then behind it. */
static const tn_type *try_overload(reader *r, tn_ir *const *args, uint32_t argc)
{
    bool good = true;
    uint32_t taken = 0;
    r->bound[0] = r->bound[1] = NULL;
    while (*r->at != ':') {
        const char *type = r->at;
        if (taken < argc)
            good = fits(r, args[taken]->type) && good;
        else
            skip_type(r);
        good = good && taken < argc;
        taken++;
        if (*r->at != '+')
            continue;
        const char *after = r->at + 1;
        for (; taken < argc; taken++) {
            r->at = type;
            good = fits(r, args[taken]->type) && good;
        }
        r->at = after;
    }
    r->at++;
    const tn_type *result = NULL;
    if (good && taken == argc)
        result = read_type(r);
    else
        skip_type(r);
    return result;
}

/* Several overloads may fit where a type is not known; what they give is joined. */
const tn_type *tn_overloads_result(tn_front *f, const char *overloads,
                                   tn_ir *const *args, uint32_t argc)
{
    reader r = {.f = f, .at = overloads};
    const tn_type *found = NULL;
    while (*r.at != '\0') {
        const tn_type *result = try_overload(&r, args, argc);
        if (result != NULL)
            found = found == NULL ? result
                                  : tn_type_join(&f->builder->arena, found, result);
        if (*r.at == ' ')
            r.at++;
    }
    return found;
}

/* --- complaints */

static void put_type(reader *r, tn_buf *buf)
{
    char letter = *r->at++;
    if (letter == 'A' || letter == 'B') {
        tn_buf_put_char(buf, letter);
    } else if (letter == 'L' || letter == 'O' || letter == 'M') {
        tn_buf_put_text(buf, letter == 'L'   ? "list("
                             : letter == 'O' ? "optional("
                                             : "map(");
        put_type(r, buf);
        if (letter == 'M') {
            tn_buf_put_text(buf, ", ");
            put_type(r, buf);
        }
        tn_buf_put_char(buf, ')');
    } else {
        tn_type_put(buf, tn_type_of(kind_of_letter(letter)));
    }
}

/* "(string, int)" for each overload, parted by ", ". */
static void put_overloads(tn_front *f, const char *overloads, tn_buf *buf)
{
    reader r = {.f = f, .at = overloads};
    while (*r.at != '\0') {
        tn_buf_put_char(buf, '(');
        for (unsigned i = 0; *r.at != ':'; i++) {
            tn_buf_put_text(buf, i > 0 ? ", " : "");
            put_type(&r, buf);
            if (*r.at == '+') {
                tn_buf_put_text(buf, "...");
                r.at++;
            }
        }
        tn_buf_put_char(buf, ')');
        r.at++;
        skip_type(&r);
        if (*r.at == ' ') {
            r.at++;
            tn_buf_put_text(buf, ", ");
        }
    }
}

tn_ir *tn_overloads_complain(tn_front *f, tn_span at, const char *name,
                             const char *overloads, const tn_ir *node)
{
    tn_buf given, there;
    tn_buf_init(&given, f->arena.memory);
    tn_buf_init(&there, f->arena.memory);
    for (uint32_t i = 0; i < node->argc; i++) {
        tn_buf_put_text(&given, i > 0 ? ", " : "");
        tn_type_put(&given, node->args[i]->type);
    }
    put_overloads(f, overloads, &there);
    if (!f->env->unchecked) {
        tn_diag *diag = tn_diag_add(f->diags, TN_FIND_TYPE, at,
                                    "`%s` does not take (" TN_STR_FMT ")", name,
                                    TN_STR_ARG(tn_buf_view(&given)));
        tn_diag_help(f->diags, diag, "it takes " TN_STR_FMT,
                     TN_STR_ARG(tn_buf_view(&there)));
    }
    tn_buf_free(&given);
    tn_buf_free(&there);
    return tn_ir_fail(f, at, TN_CEL_ERR_NO_OVERLOAD, tn_str_from(name));
}

/* --- operators */

static const struct {
    tn_cel_op op;
    const char *name;
    const char *overloads;
} operators[] = {
    {TN_CEL_NOT, "!", "b:b"},
    {TN_CEL_NEGATE, "-", "i:i d:d"},
    {TN_CEL_LESS, "<",
     "bb:b ii:b uu:b dd:b iu:b ui:b id:b di:b ud:b du:b ss:b yy:b tt:b rr:b"},
    {TN_CEL_ADD, "+", "ii:i uu:u dd:d ss:s yy:y LALA:LA tr:t rt:t rr:r"},
    {TN_CEL_SUBTRACT, "-", "ii:i uu:u dd:d tt:r tr:t rr:r"},
    {TN_CEL_MULTIPLY, "*", "ii:i uu:u dd:d"},
    {TN_CEL_DIVIDE, "/", "ii:i uu:u dd:d"},
    {TN_CEL_MODULO, "%", "ii:i uu:u"},
    {TN_CEL_IN, "in", "*L*:b *M**:b"},
    {TN_CEL_INDEX, "[]", "LAi:A LAu:A LAd:A MAB*:B OA*:O*"},
    {TN_CEL_INDEX_OPTIONAL, "[?]", "LAi:OA LAu:OA LAd:OA MAB*:OB OA*:O*"},
};

const char *tn_overloads_of(tn_cel_op op, const char **name)
{
    static const char *const comparisons[] = {"<", "<=", ">", ">="};
    bool compares = op >= TN_CEL_LESS && op <= TN_CEL_GREATER_EQUAL;
    tn_cel_op listed = compares ? TN_CEL_LESS : op;
    for (size_t i = 0; i < TN_COUNT(operators); i++) {
        if (operators[i].op != listed)
            continue;
        *name = compares ? comparisons[op - TN_CEL_LESS] : operators[i].name;
        return operators[i].overloads;
    }
    *name = "";
    return NULL;
}
