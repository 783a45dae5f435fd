#include "tests/support/generate.h"

typedef struct generator {
    tn_buf *out;
    uint64_t state;
    bool bare;     /* no comments, no words of tenure as names */
    bool quiet;    /* no comments in this file */
    size_t budget; /* tokens that may still be spent on nesting */
} generator;

/* xorshift64*: the same on every machine. */
static uint32_t below(generator *g, uint32_t bound)
{
    g->state ^= g->state >> 12;
    g->state ^= g->state << 25;
    g->state ^= g->state >> 27;
    return (uint32_t)((g->state * 0x2545F4914F6CDD1Du) >> 33) % bound;
}

static bool chance(generator *g, uint32_t percent)
{
    return below(g, 100) < percent;
}

static const char *pick(generator *g, const char *const *texts, uint32_t count)
{
    return texts[below(g, count)];
}

static void comment(generator *g)
{
    static const char *const texts[] = {"// c\n", "/// doc\n", "// ünï\r\n",
                                        "//\n",   "///\n",     "//// four \n"};
    tn_buf_put_text(g->out, pick(g, texts, 6));
}

/* What stands between two tokens. */
static void gap(generator *g)
{
    static const char *const blanks[] = {" ",  " ",  " ",    " ",
                                         "\n", "\t", "\n\n", "  \n  "};
    tn_buf_put_text(g->out, pick(g, blanks, 8));
    if (!g->quiet && chance(g, 4)) {
        comment(g);
        while (chance(g, 40)) {
            tn_buf_put_text(g->out, chance(g, 30) ? "\n" : "  ");
            comment(g);
        }
    }
}

static void put(generator *g, const char *token)
{
    gap(g);
    tn_buf_put_text(g->out, token);
}

/* Several tokens, with a gap before each. */
static void puts_all(generator *g, const char *words)
{
    while (*words != '\0') {
        gap(g);
        for (; *words != '\0' && *words != ' '; words++)
            tn_buf_put_char(g->out, *words);
        while (*words == ' ')
            words++;
    }
}

static const char *const plain_names[] = {
    "a", "b_2", "created", "customer", "x", "a_name_that_is_rather_long", "std", "_"};

static void name(generator *g)
{
    if (!g->bare && chance(g, 6))
        put(g, "`back-quoted name/1`");
    else
        put(g, pick(g, plain_names, 8));
}

static void new_name(generator *g)
{
    static const char *const words[] = {"from",   "retain", "days", "category",
                                        "as",     "event",  "hold", "when",
                                        "absent", "module"};
    if (chance(g, 20))
        put(g, pick(g, words, 10));
    else
        name(g);
}

static void path(generator *g)
{
    if (chance(g, 10)) {
        puts_all(g, "record . from");
        return;
    }
    name(g);
    while (chance(g, 25)) {
        put(g, ".");
        new_name(g);
    }
}

static void paths(generator *g)
{
    path(g);
    while (chance(g, 30)) {
        put(g, ",");
        path(g);
    }
}

static void text(generator *g)
{
    static const char *const texts[] = {
        "\"a text\"",
        "'single'",
        "r\"raw \\ text\"",
        "\"\"\"three\n  \"lines\" \"\"\"",
        "\"\"",
        "\"esc \\n \\\"\"",
        "\"ünïcödé 文\"",
        "\"a text that is long enough to make many a line too long for one\""};
    put(g, pick(g, texts, 8));
}

static void period(generator *g)
{
    static const char *const terms[] = {"7 days",     "1 year",    "2 weeks",
                                        "30 minutes", "1 quarter", "0012 months",
                                        "0x10 hours"};
    puts_all(g, pick(g, terms, 7));
    while (chance(g, 20)) {
        put(g, "+");
        puts_all(g, pick(g, terms, 7));
    }
}

/* --- expressions */

static void expr(generator *g);

static void literal(generator *g)
{
    static const char *const texts[] = {"0",
                                        "1",
                                        "42",
                                        "0xFF",
                                        "7u",
                                        "0x7U",
                                        "1.5",
                                        ".5",
                                        "1e5",
                                        "true",
                                        "false",
                                        "null",
                                        "b'x'",
                                        "bR\"y\"",
                                        "'s'",
                                        "\"t\"",
                                        "2.0e-3",
                                        "9223372036854775807",
                                        "18446744073709551615u",
                                        "'''l\n'''"};
    put(g, pick(g, texts, 20));
}

static void arguments(generator *g, const char *close)
{
    bool is_list = *close == ']';
    if (chance(g, 80)) {
        do {
            if (is_list && chance(g, 10))
                put(g, "?");
            expr(g);
        } while (chance(g, 45) && (put(g, ","), true));
        if (is_list && chance(g, 10))
            put(g, ",");
    }
    put(g, close);
}

static void entries(generator *g)
{
    put(g, "{");
    if (chance(g, 80)) {
        do {
            if (chance(g, 10))
                put(g, "?");
            expr(g);
            put(g, ":");
            expr(g);
        } while (chance(g, 45) && (put(g, ","), true));
    }
    put(g, "}");
}

static void primary(generator *g)
{
    uint32_t kind = below(g, 12);
    if (kind < 3) {
        literal(g);
    } else if (kind < 7) {
        if (chance(g, 8))
            put(g, ".");
        name(g);
        if (chance(g, 15)) {
            put(g, "(");
            arguments(g, ")");
        }
    } else if (kind == 7) {
        put(g, "[");
        arguments(g, "]");
    } else if (kind == 8) {
        entries(g);
    } else {
        put(g, "(");
        expr(g);
        put(g, ")");
    }
}

static void member(generator *g)
{
    primary(g);
    while (chance(g, 25)) {
        if (chance(g, 25)) {
            put(g, chance(g, 20) ? "[?" : "[");
            expr(g);
            put(g, "]");
            continue;
        }
        put(g, ".");
        bool optional = chance(g, 10);
        if (optional)
            put(g, "?");
        new_name(g);
        if (!optional && chance(g, 30)) {
            put(g, "(");
            arguments(g, ")");
        }
    }
}

static void unary(generator *g)
{
    if (chance(g, 20)) {
        const char *sign = chance(g, 50) ? "!" : "-";
        do {
            put(g, sign);
        } while (chance(g, 25));
        if (*sign == '-' && chance(g, 10)) {
            put(g, "9223372036854775808");
            return;
        }
    }
    member(g);
}

/* Operators bind as they do: only the grammar's place for each operand matters. */
static void expr(generator *g)
{
    static const char *const operators[] = {"&&", "&&", "||", "||", "==", "!=",
                                            "<",  "<=", ">",  ">=", "in", "+",
                                            "-",  "*",  "/",  "%"};
    if (g->budget == 0) {
        name(g);
        return;
    }
    g->budget--;
    unary(g);
    while (chance(g, 35)) {
        put(g, pick(g, operators, 16));
        unary(g);
    }
    if (chance(g, 7)) {
        put(g, "?");
        unary(g);
        put(g, ":");
        expr(g);
    }
}

static void spend_expr(generator *g)
{
    g->budget = 12;
    expr(g);
}

/* --- clauses */

static void marks(generator *g)
{
    while (chance(g, 25)) {
        put(g, "@");
        new_name(g);
        if (chance(g, 30)) {
            put(g, "(");
            text(g);
            if (chance(g, 50)) {
                put(g, ",");
                name(g);
                text(g);
            }
            put(g, ")");
        }
    }
}

static void type(generator *g, int depth)
{
    static const char *const types[] = {"int", "string", "timestamp", "event", "date"};
    if (depth < 3 && chance(g, 25)) {
        put(g, chance(g, 50) ? "list" : "map");
        put(g, "<");
        type(g, depth + 1);
        if (chance(g, 40)) {
            put(g, ",");
            type(g, depth + 1);
        }
        put(g, ">");
    } else {
        put(g, pick(g, types, 5));
    }
}

static void fields(generator *g)
{
    puts_all(g, chance(g, 20) ? "fields strict {" : "fields {");
    while (chance(g, 75)) {
        new_name(g);
        put(g, ":");
        type(g, 0);
        marks(g);
        if (chance(g, 40))
            text(g);
    }
    put(g, "}");
}

static void point(generator *g, int depth)
{
    if (depth < 2 && chance(g, 15)) {
        put(g, chance(g, 50) ? "latest" : "earliest");
        puts_all(g, "of (");
        do {
            point(g, depth + 1);
        } while (chance(g, 50) && (put(g, ","), true));
        put(g, ")");
    } else {
        path(g);
    }
}

static void reach(generator *g)
{
    static const char *const ends[] = {"end of month of", "end of sunday week of",
                                       "end of years of"};
    period(g);
    put(g, "from");
    if (chance(g, 20))
        puts_all(g, pick(g, ends, 3));
    point(g, 0);
}

static void timing(generator *g)
{
    uint32_t kind = below(g, 5);
    put(g, "delete");
    if (kind == 0)
        put(g, "immediately");
    if (kind == 1 || kind == 2) {
        put(g, "after");
        period(g);
    }
    if (kind == 2 || kind == 3) {
        put(g, "within");
        period(g);
    }
}

static void tails(generator *g)
{
    while (chance(g, 35)) {
        uint32_t kind = below(g, 3);
        put(g, kind == 0 ? "when" : kind == 1 ? "unless" : "because");
        if (kind == 2)
            text(g);
        else
            spend_expr(g);
    }
}

static void retain(generator *g)
{
    put(g, "retain");
    uint32_t kind = below(g, 6);
    if (kind == 0) {
        put(g, "indefinitely");
    } else if (kind == 1) {
        puts_all(g, chance(g, 50) ? "until" : "at least until");
        path(g);
    } else if (kind == 2) {
        puts_all(g, chance(g, 50) ? "at least" : "at most");
        reach(g);
    } else {
        if (chance(g, 30)) {
            put(g, "until");
            path(g);
        } else {
            reach(g);
        }
        if (chance(g, 40)) {
            put(g, "then");
            timing(g);
        }
    }
    tails(g);
}

static void roles(generator *g)
{
    name(g);
    while (chance(g, 30)) {
        put(g, "and");
        name(g);
    }
}

static void stored(generator *g)
{
    puts_all(g, "stored in");
    do {
        path(g);
        put(g, "as");
        roles(g);
        if (chance(g, 25)) {
            puts_all(g, "for at most");
            period(g);
        }
    } while (chance(g, 40) && (put(g, ","), true));
}

static void clause(generator *g)
{
    switch (below(g, 10)) {
    case 0: fields(g); break;
    case 1:
        put(g, "purpose");
        paths(g);
        break;
    case 2:
        puts_all(g, chance(g, 30) ? "basis as specified in" : "basis");
        path(g);
        break;
    case 3: stored(g); break;
    case 4:
        puts_all(g, "overrides retention because");
        text(g);
        break;
    case 5:
        put(g, "on");
        path(g);
        timing(g);
        tails(g);
        break;
    case 6:
        put(g, "redact");
        paths(g);
        if (chance(g, 40)) {
            put(g, "to");
            spend_expr(g);
        }
        put(g, "after");
        reach(g);
        tails(g);
        break;
    case 7:
        put(g, chance(g, 50) ? "flag" : "hold");
        tails(g);
        break;
    default: retain(g); break;
    }
}

static void clauses(generator *g)
{
    put(g, "{");
    while (chance(g, 70))
        clause(g);
    put(g, "}");
}

/* --- declarations */

static void title(generator *g)
{
    new_name(g);
    if (chance(g, 60))
        text(g);
}

static void category(generator *g)
{
    if (chance(g, 15)) {
        puts_all(g, "every category");
        clauses(g);
        return;
    }
    put(g, "category");
    title(g);
    if (chance(g, 40)) {
        put(g, "of");
        do {
            path(g);
            if (chance(g, 20))
                put(g, "optional");
        } while (chance(g, 30) && (put(g, ","), true));
    }
    marks(g);
    clauses(g);
}

static void entity(generator *g)
{
    put(g, "entity");
    title(g);
    put(g, "{");
    while (chance(g, 60)) {
        bool is_event = chance(g, 50);
        put(g, is_event ? "event" : "attribute");
        new_name(g);
        if (!is_event) {
            put(g, ":");
            type(g, 0);
        }
        if (chance(g, 50))
            text(g);
        if (is_event)
            marks(g);
    }
    put(g, "}");
}

static void table(generator *g)
{
    put(g, "table");
    title(g);
    put(g, "by");
    new_name(g);
    put(g, "{");
    while (chance(g, 60)) {
        if (chance(g, 20)) {
            put(g, "default");
        } else {
            text(g);
            put(g, ":");
        }
        spend_expr(g);
    }
    put(g, "}");
}

static void test(generator *g)
{
    put(g, "test");
    text(g);
    put(g, "{");
    while (chance(g, 70)) {
        uint32_t kind = below(g, 4);
        if (kind == 0) {
            put(g, "at");
            text(g);
        } else if (kind == 1) {
            puts_all(g, chance(g, 50) ? "expect delete" : "expect x");
            if (chance(g, 50)) {
                put(g, "because");
                put(g, chance(g, 50) ? "hold" : "x");
            }
        } else {
            if (kind == 2)
                put(g, "record");
            path(g);
            put(g, "=");
            spend_expr(g);
        }
    }
    put(g, "}");
}

static void mappings(generator *g)
{
    put(g, "{");
    while (chance(g, 65)) {
        put(g, chance(g, 30) ? "hold" : chance(g, 20) ? "from" : "x");
        put(g, "=");
        spend_expr(g);
        if (chance(g, 20)) {
            puts_all(g, "as local");
            text(g);
        } else if (chance(g, 20)) {
            puts_all(g, "as unix_ms");
        }
        if (chance(g, 15))
            puts_all(g, chance(g, 50) ? "absent 'x'" : "absent - 1");
    }
    put(g, "}");
}

static void bind(generator *g)
{
    put(g, "bind");
    path(g);
    put(g, "{");
    while (chance(g, 60)) {
        path(g);
        put(g, "as");
        roles(g);
        if (chance(g, 25)) {
            put(g, "unmanaged");
            text(g);
            put(g, "expires");
            period(g);
            continue;
        }
        puts_all(g, "to db table");
        text(g);
        if (chance(g, 30)) {
            puts_all(g, "where (");
            spend_expr(g);
            put(g, ")");
        }
        if (chance(g, 60))
            mappings(g);
    }
    put(g, "}");
}

static void deployed(generator *g)
{
    switch (below(g, 3)) {
    case 0:
        put(g, "store");
        new_name(g);
        put(g, "=");
        name(g);
        if (chance(g, 50))
            puts_all(g, "env X");
        else
            text(g);
        break;
    case 1:
        put(g, "entity");
        path(g);
        puts_all(g, "from db");
        new_name(g);
        text(g);
        put(g, "key");
        new_name(g);
        mappings(g);
        break;
    default: bind(g); break;
    }
}

static void named_text(generator *g, const char *words)
{
    puts_all(g, words);
    new_name(g);
    text(g);
}

static void about_module(generator *g)
{
    static const char *const words[] = {"extends", "subject to", "import",
                                        "updated", "zone",       "external"};
    uint32_t kind = below(g, 6);
    puts_all(g, words[kind]);
    if (kind > 2) {
        text(g);
    } else if (kind == 2) {
        paths(g);
    } else {
        path(g);
        if (chance(g, 30)) {
            put(g, "digest");
            text(g);
        }
    }
}

static void declaration(generator *g)
{
    switch (below(g, 14)) {
    case 0:
    case 1: about_module(g); break;
    case 2: puts_all(g, "count whole days"); break;
    case 3:
        put(g, "grace");
        period(g);
        break;
    case 4: named_text(g, "declare"); break;
    case 5:
        puts_all(g, "declare x as specified in");
        path(g);
        break;
    case 6: named_text(g, "purpose"); break;
    case 7:
        named_text(g, "basis");
        if (chance(g, 30)) {
            put(g, "under");
            path(g);
        }
        break;
    case 8: entity(g); break;
    case 9: table(g); break;
    case 10:
        put(g, "condition");
        title(g);
        put(g, "on");
        path(g);
        if (chance(g, 60)) {
            put(g, "require");
            spend_expr(g);
        }
        break;
    case 11: test(g); break;
    case 12: deployed(g); break;
    default: category(g); break;
    }
}

static generator start(tn_buf *out, uint64_t seed, bool bare)
{
    generator g = {.out = out,
                   .state = (seed + 1) * 0x9E3779B97F4A7C15u,
                   .bare = bare,
                   .quiet = bare};
    g.quiet = bare || chance(&g, 40);
    return g;
}

void test_generate_file(tn_buf *out, uint64_t seed)
{
    generator g = start(out, seed, false);
    if (chance(&g, 30)) {
        puts_all(&g, "deployment a of");
        paths(&g);
    } else {
        put(&g, "module");
        path(&g);
        if (chance(&g, 50))
            text(&g);
    }
    for (uint32_t count = below(&g, 12); count > 0; count--)
        declaration(&g);
    gap(&g);
}

void test_generate_expression(tn_buf *out, uint64_t seed)
{
    generator g = start(out, seed, true);
    g.budget = 30;
    expr(&g);
}
