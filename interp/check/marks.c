#include "interp/check/marks.h"

#include "interp/base/nearest.h"
#include "interp/calendar/instant.h"
#include "interp/check/header.h"
#include "interp/check/terms.h"
#include "interp/check/types.h"

/* LANGUAGE.md, chapter 9: 1971-01-01Z, and 24 hours. */
#define EARLIEST ((tn_instant){INT64_C(365) * 86400, 0})
enum { AHEAD_SECONDS = 86400 };

typedef enum mark_kind {
    MARK_CREATED,
    MARK_KEY,
    MARK_PERSONAL,
    MARK_SPECIAL,
    MARK_PLAUSIBLE,
    MARK_COUNT
} mark_kind;

static const char *const words[MARK_COUNT] = {
    [MARK_CREATED] = "created",     [MARK_KEY] = "key",
    [MARK_PERSONAL] = "personal",   [MARK_SPECIAL] = "special",
    [MARK_PLAUSIBLE] = "plausible",
};

/* What each mark may stand on, and of which types a field it may stand on. */
static const struct {
    bool on[TN_MARKED_ATTRIBUTE + 1];
    uint32_t types;
    const char *help;
} rules[MARK_COUNT] = {
    [MARK_CREATED] = {{[TN_MARKED_FIELD] = true},
                      1u << TN_FIELD_TIMESTAMP | 1u << TN_FIELD_DATE,
                      "@created stands on a field of type timestamp or date"},
    [MARK_KEY] = {{[TN_MARKED_FIELD] = true},
                  1u << TN_FIELD_INT | 1u << TN_FIELD_UINT | 1u << TN_FIELD_STRING |
                      1u << TN_FIELD_BYTES,
                  "@key stands on a field of type int, uint, string or bytes"},
    [MARK_PERSONAL] = {{[TN_MARKED_CATEGORY] = true, [TN_MARKED_FIELD] = true},
                       UINT32_MAX,
                       "@personal stands on a category or a field"},
    [MARK_SPECIAL] = {{[TN_MARKED_CATEGORY] = true, [TN_MARKED_FIELD] = true},
                      UINT32_MAX,
                      "@special stands on a category or a field"},
    [MARK_PLAUSIBLE] =
        {{[TN_MARKED_FIELD] = true, [TN_MARKED_EVENT] = true},
         1u << TN_FIELD_TIMESTAMP | 1u << TN_FIELD_DATE | 1u << TN_FIELD_EVENT,
         "@plausible stands on an event, or a field of type timestamp, date or event"},
};

/* --- @plausible */

static void report_argument(tn_diags *diags, tn_span at, const char *what,
                            const char *help)
{
    tn_diag *diag = tn_diag_add(diags, TN_FIND_MARK, at, "%s", what);
    tn_diag_help(diags, diag, "%s", help);
}

static void read_earliest(tn_diags *diags, const tn_text *text, tn_plausible *out)
{
    int32_t day;
    if (tn_date_parse(text->text, &day))
        out->earliest = (tn_instant){(int64_t)day * TN_SECONDS_PER_DAY, 0};
    else if (!tn_instant_parse(text->text, &out->earliest))
        report_argument(diags, text->at, "this is not a date",
                        "write \"YYYY-MM-DD\", or an instant as "
                        "\"YYYY-MM-DDThh:mm:ssZ\"");
}

static void read_ahead(tn_diags *diags, const tn_text *text, bool is_event,
                       tn_plausible *out)
{
    if (is_event)
        report_argument(diags, text->at, "an event has no bound in the future",
                        "leave `ahead` out: an event may be known in advance");
    else if (!tn_terms_exact_seconds(text->text, &out->ahead_seconds))
        report_argument(diags, text->at, "this is not an exact length of time",
                        "write days, hours, minutes or seconds, as \"90 days\"");
}

static void read_plausible(tn_diags *diags, const tn_mark *mark, bool is_event,
                           tn_plausible *out)
{
    const tn_mark_arg *earliest = NULL;
    const tn_mark_arg *ahead = NULL;
    for (const tn_mark_arg *arg = mark->args; arg != NULL; arg = arg->next) {
        bool is_ahead = tn_str_equal(arg->word.text, TN_STR("ahead"));
        const tn_mark_arg **first = is_ahead ? &ahead : &earliest;
        if (arg->word.text.data != NULL && !is_ahead)
            report_argument(diags, arg->word.at, "@plausible has no such argument",
                            "write @plausible(\"1900-01-01\", ahead \"90 days\")");
        else if (*first != NULL)
            tn_report_repeated(diags, arg->value.at, (*first)->value.at,
                               is_ahead ? "`ahead`" : "the earliest date");
        else
            *first = arg;
    }
    if (mark->args == NULL)
        report_argument(diags, mark->at, "@plausible does not say what is plausible",
                        "write @plausible(\"1900-01-01\"): the earliest date");
    if (earliest != NULL)
        read_earliest(diags, &earliest->value, out);
    if (ahead != NULL)
        read_ahead(diags, &ahead->value, is_event, out);
}

/* --- all */

static uint32_t find_mark(tn_diags *diags, const tn_mark *mark)
{
    tn_nearest nearest;
    uint32_t kind = tn_nearest_word(words, MARK_COUNT, mark->name.text, &nearest);
    if (kind != TN_NONE)
        return kind;
    tn_diag *diag =
        tn_diag_add(diags, TN_FIND_MARK, mark->at, "there is no mark `@" TN_STR_FMT "`",
                    TN_STR_ARG(mark->name.text));
    tn_nearest_help(&nearest, diags, diag,
                    "marks are @created, @key, @personal, @special and @plausible");
    return TN_NONE;
}

static bool may_stand(tn_diags *diags, const tn_mark *mark, uint32_t kind,
                      tn_marked what, tn_field_type type)
{
    bool fits = rules[kind].on[what];
    if (what == TN_MARKED_FIELD && type != TN_FIELD_TYPE_COUNT)
        fits = fits && (rules[kind].types >> type & 1) != 0;
    if (!fits) {
        report_argument(diags, mark->at, "this mark has no meaning here",
                        rules[kind].help);
        return false;
    }
    bool typed =
        what == TN_MARKED_FIELD && (kind == MARK_PERSONAL || kind == MARK_SPECIAL);
    if (mark->args != NULL && kind != MARK_PLAUSIBLE && !typed)
        report_argument(diags, mark->at, "this mark takes no arguments",
                        "leave the parentheses out");
    return true;
}

/* @personal("email_address") */
static void read_data_type(tn_diags *diags, const tn_mark *mark, tn_text *out)
{
    if (mark->args->next == NULL && mark->args->word.text.data == NULL)
        *out = mark->args->value;
    else
        report_argument(diags, mark->at, "data is of one type",
                        "write @personal(\"email_address\"), say");
}

static void take_mark(tn_marks *out, uint32_t kind)
{
    out->created |= kind == MARK_CREATED;
    out->key |= kind == MARK_KEY;
    out->personal |= kind == MARK_PERSONAL || kind == MARK_SPECIAL;
    out->special |= kind == MARK_SPECIAL;
}

tn_marks tn_marks_read(tn_diags *diags, const tn_mark *marks, tn_marked what,
                       tn_field_type type)
{
    tn_marks out = {.plausible = {EARLIEST, AHEAD_SECONDS}};
    const tn_mark *first[MARK_COUNT] = {NULL};
    for (const tn_mark *mark = marks; mark != NULL; mark = mark->next) {
        uint32_t kind = find_mark(diags, mark);
        if (kind == TN_NONE || !may_stand(diags, mark, kind, what, type))
            continue;
        if (first[kind] != NULL) {
            tn_report_repeated(diags, mark->at, first[kind]->at, "this mark");
            continue;
        }
        first[kind] = mark;
        take_mark(&out, kind);
        if ((kind == MARK_PERSONAL || kind == MARK_SPECIAL) && mark->args != NULL &&
            what == TN_MARKED_FIELD)
            read_data_type(diags, mark, &out.data_type);
        if (kind == MARK_PLAUSIBLE)
            read_plausible(diags, mark, type == TN_FIELD_EVENT, &out.plausible);
    }
    return out;
}
