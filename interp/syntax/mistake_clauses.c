/* mistake_clauses: periods, and what a clause needs. */
#include "interp/syntax/mistake_part.h"

#include "parser.h"

static const char *nearest_unit(tn_str text)
{
    const char *best = NULL;
    unsigned least = 6;
    const tn_word *word;
    for (size_t i = 0; (word = tn_word_at(i)) != NULL; i++) {
        unsigned distance = tn_str_distance(text, word->text, 2);
        if (word->token != TN_TOK_UNIT || distance > 2 || distance >= text.len)
            continue;
        /* of two that are equally near, the one as long: day, or days */
        unsigned score = 2 * distance + (word->text.len != text.len);
        if (score < least) {
            least = score;
            best = word->text.data;
        }
    }
    return best;
}

#define UNITS "the units are second, minute, hour, day, week, month, quarter and year"

bool tn_mistake_bad_unit(mistake *m)
{
    if (!wants(m, "UNIT") || wants(m, "IDENT"))
        return false;
    tn_diag *diag;
    if (m->found.kind != TN_TOK_IDENT || m->found.starts_line) {
        bool period = m->before.kind == TN_TOK_INT || m->before.kind == TN_TOK_INT_MIN;
        diag = tn_diag_add(
            m->diags, TN_FIND_SYNTAX, period ? m->before.at : m->found.at,
            period ? "this period has no unit" : "a unit of time is missing here");
        tn_diag_help(m->diags, diag, period ? "say 7 days, 3 months or 1 year" : UNITS);
        return true;
    }
    diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                       "`" TN_STR_FMT "` is no unit of time",
                       TN_STR_ARG(tn_mistake_text(m)));
    const char *unit = nearest_unit(m->found.text);
    if (unit != NULL)
        tn_diag_help(m->diags, diag, "did you mean `%s`?", unit);
    else
        tn_diag_help(m->diags, diag, UNITS);
    return true;
}

bool tn_mistake_bad_count(mistake *m)
{
    if (!wants(m, "INT") || tn_expect_value(m->x))
        return false;
    tn_diag *diag;
    if (m->found.kind == TN_TOK_FLOAT) {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "a period is counted in whole units");
        tn_diag_help(m->diags, diag, "write 18 months for one and a half years");
    } else if (m->found.kind == '-') {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "a period is never negative");
        tn_diag_help(m->diags, diag, "periods count forward from their field or event");
    } else if (m->found.kind == TN_TOK_UNIT) {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "this period has no number");
        tn_diag_help(m->diags, diag, "write it in digits: 1 " TN_STR_FMT,
                     TN_STR_ARG(m->found.text));
    } else if (m->found.kind == TN_TOK_STRING) {
        diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                           "a period stands without quotes");
        tn_diag_help(m->diags, diag, "write 7 days, 3 months or 1 year");
    } else {
        return false;
    }
    return true;
}

/* 1 year 2 months */
bool tn_mistake_unjoined_period(mistake *m)
{
    if (m->found.kind != TN_TOK_INT || !was_read(m, 0, "terms"))
        return false;
    tn_diag *diag = tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                                "the parts of a period are joined by `+`");
    tn_diag_help(m->diags, diag, "write 1 year + 2 months");
    return true;
}

static bool follows_retain(const tn_word *word, const void *context)
{
    (void)context;
    return word->token == TN_TOK_UNTIL || word->token == TN_TOK_INDEFINITELY ||
           word->token == TN_TOK_AT;
}

/* `retain up to`, `retain minimum`. */
static const char *meant_bound(tn_str text)
{
    static const char *const rows[][2] = {
        {"up", "at most"},     {"max", "at most"},  {"maximum", "at most"},
        {"most", "at most"},   {"min", "at least"}, {"minimum", "at least"},
        {"least", "at least"},
    };
    for (size_t i = 0; i < TN_COUNT(rows); i++)
        if (tn_str_equal(tn_str_from(rows[i][0]), text))
            return rows[i][1];
    return NULL;
}

/* `retain for 2 years`, `on E then delete`, `and then delete`, `delete in 3 days`. */
bool tn_mistake_needless(mistake *m)
{
    bool is_for =
        m->found.kind == TN_TOK_FOR &&
        (was_read(m, 0, "retain") || was_read(m, 0, "least") || was_read(m, 0, "most"));
    bool is_then = m->found.kind == TN_TOK_THEN && wants(m, "delete");
    bool is_and = tn_str_equal(m->found.text, TN_STR("and")) && wants(m, "then");
    bool is_in = tn_str_equal(m->found.text, TN_STR("in")) && wants(m, "within");
    if (!is_for && !is_then && !is_and && !is_in)
        return false;
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->found.at,
                    "`" TN_STR_FMT "` does not stand here", TN_STR_ARG(m->found.text));
    tn_diag_help(m->diags, diag, is_in ? "did you mean `within`?" : "leave it out");
    return true;
}

/* `retain forever`, `retain seven days from created`: what was read as the name of a
 * period is none, since no `from` comes. */
bool tn_mistake_no_period(mistake *m)
{
    if (m->before.kind != TN_TOK_IDENT || !was_read(m, 1, "retain") ||
        !wants(m, "from") || wants(m, "then"))
        return false;
    tn_diag *diag =
        tn_diag_add(m->diags, TN_FIND_SYNTAX, m->before.at,
                    "expected a period such as `7 days`, or `until`, "
                    "`indefinitely`, `at least`, `at most`, found `" TN_STR_FMT "`",
                    TN_STR_ARG(m->before.text));
    const char *bound = meant_bound(m->before.text);
    const tn_word *word = tn_word_meant(m->before.text, follows_retain, NULL);
    if (bound == NULL && word != NULL)
        bound = word->text.data;
    if (bound != NULL)
        tn_diag_help(m->diags, diag, "did you mean `%s`?", bound);
    return true;
}
