#include "interp/tools/init.h"

#include "interp/check/types.h"
#include "interp/syntax/words.h"
#include "interp/tools/guess.h"

#include <string.h>

/* --- names and texts of the store, as the language writes them */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Words that belong to conditions, and those that CEL keeps. */
static bool is_kept(tn_str text)
{
    static const char *const kept[] = {
        "true",   "false",    "null",  "in",      "as",        "break",
        "const",  "continue", "else",  "for",     "function",  "if",
        "import", "let",      "loop",  "package", "namespace", "return",
        "var",    "void",     "while", "record"};
    for (size_t i = 0; i < TN_COUNT(kept); i++)
        if (tn_str_equal(text, tn_str_from(kept[i])))
            return true;
    return tn_word_find(text) != NULL;
}

bool tn_init_is_plain(tn_str text)
{
    if (text.len == 0 || !is_letter(text.data[0]) || is_kept(text))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_letter(text.data[i]) && !is_digit(text.data[i]))
            return false;
    return true;
}

/* In back quotes letters, digits, blanks and _ . / - may stand. */
static bool is_quotable(tn_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (!is_letter(c) && !is_digit(c) && c != ' ' && c != '.' && c != '/' &&
            c != '-')
            return false;
    }
    return text.len > 0;
}

static void put_name(tn_buf *out, tn_str name)
{
    bool plain = tn_init_is_plain(name);
    tn_buf_put_text(out, plain ? "" : "`");
    tn_buf_put(out, name);
    tn_buf_put_text(out, plain ? "" : "`");
}

/* A category for an object whose name is none has a number. */
static void put_category_name(tn_buf *out, const tn_init *init, uint32_t i)
{
    if (is_quotable(init->surveys[i].object))
        put_name(out, init->surveys[i].object);
    else
        tn_buf_put_format(out, "category_%u", i + 1);
}

/* A text in quotes: what would end it or the line is escaped. */
static void put_text(tn_buf *out, tn_str text)
{
    tn_buf_put_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '"' || c == '\\')
            tn_buf_put_char(out, '\\');
        if (c < ' ' || c == 0x7f)
            tn_buf_put_format(out, "\\x%02x", c);
        else
            tn_buf_put_char(out, (char)c);
    }
    tn_buf_put_char(out, '"');
}

/* In a comment, which ends with its line. */
static void put_comment_text(tn_buf *out, tn_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        tn_buf_put_char(out, c < ' ' || c == 0x7f ? '?' : (char)c);
    }
}

/* "Order items" of order_items. */
static void put_title(tn_buf *out, tn_str name)
{
    tn_buf text;
    tn_buf_init(&text, out->memory);
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i] == '_' || name.data[i] == '-' ? ' ' : name.data[i];
        bool first = i == 0 && c >= 'a' && c <= 'z';
        tn_buf_put_char(&text, first ? (char)(c - 'a' + 'A') : c);
    }
    put_text(out, tn_buf_view(&text));
    out->failed |= text.failed;
    tn_buf_free(&text);
}

static void put_where(tn_buf *out, const tn_init *init)
{
    tn_buf_put(out, init->kind);
    tn_buf_put_text(out, init->is_env ? " env " : " ");
    if (init->is_env)
        tn_buf_put(out, init->where);
    else
        put_text(out, init->where);
}

/* --- what is chosen among the columns */

/* The column that best says when a record was made; TN_NONE. */
static uint32_t find_created(const tn_survey *survey)
{
    uint32_t best = TN_NONE, rank = 0;
    for (uint32_t i = 0; i < survey->column_count; i++) {
        tn_guess guess = tn_guess_column(&survey->columns[i]);
        if (guess.created <= rank || !is_quotable(survey->columns[i].name))
            continue;
        rank = guess.created;
        best = i;
    }
    return best;
}

static bool may_be_key(const tn_surveyed *column, tn_field_type type)
{
    return column->is_key && (type == TN_FIELD_INT || type == TN_FIELD_UINT ||
                              type == TN_FIELD_STRING || type == TN_FIELD_BYTES);
}

static tn_sensitivity most_sensitive(const tn_survey *survey)
{
    tn_sensitivity most = TN_NOT_PERSONAL;
    for (uint32_t i = 0; i < survey->column_count; i++) {
        tn_guess guess = tn_guess_column(&survey->columns[i]);
        if (guess.sensitivity > most && is_quotable(survey->columns[i].name))
            most = guess.sensitivity;
    }
    return most;
}

/* --- the module */

static void put_field(tn_buf *out, const tn_surveyed *column, bool created)
{
    tn_guess guess = tn_guess_column(column);
    put_name(out, column->name);
    tn_buf_put_text(out, " : ");
    tn_buf_put_text(out, tn_field_type_word(guess.type));
    if (may_be_key(column, guess.type))
        tn_buf_put_text(out, " @key");
    if (created)
        tn_buf_put_text(out, " @created");
    if (guess.sensitivity != TN_NOT_PERSONAL)
        tn_buf_put_text(out,
                        guess.sensitivity == TN_SPECIAL ? " @special" : " @personal");
    if (guess.data_type != NULL)
        tn_buf_put_format(out, "(\"%s\")", guess.data_type);
    const char *before = " // guess: ";
    if (guess.looks_like != NULL) {
        tn_buf_put_format(out, "%s%s", before, guess.looks_like);
        before = "; ";
    }
    if (created) {
        tn_buf_put_format(out, "%swhen the record was made", before);
        before = "; ";
    }
    if (guess.type == TN_FIELD_EVENT)
        tn_buf_put_format(out, "%snull is not yet", before);
    else if (guess.type == TN_FIELD_DYN)
        tn_buf_put_format(out, "%sno one type fits what is there", before);
    tn_buf_put_char(out, '\n');
}

bool tn_init_is_unusable(const tn_survey *survey)
{
    for (uint32_t i = 0; i < survey->column_count; i++)
        if (is_quotable(survey->columns[i].name))
            return false;
    return survey->column_count > 0;
}

/* A table of values alone: its first line was taken for names. */
static bool looks_like_values(const tn_survey *survey)
{
    for (uint32_t i = 0; i < survey->column_count; i++) {
        tn_str name = survey->columns[i].name;
        if (name.len == 0 || !is_digit(name.data[0]))
            return false;
    }
    return true;
}

static void put_fields(tn_buf *out, const tn_survey *survey)
{
    uint32_t created = find_created(survey);
    tn_buf_put_text(out, "fields {\n");
    if (looks_like_values(survey))
        tn_buf_put_text(out, "// guess: the first line has the names of columns; these "
                             "look like values\n");
    for (uint32_t i = 0; i < survey->column_count; i++) {
        const tn_surveyed *column = &survey->columns[i];
        if (is_quotable(column->name)) {
            put_field(out, column, i == created);
            continue;
        }
        tn_buf_put_text(out, "// left out, no field can be called so: ");
        put_comment_text(out, column->name);
        tn_buf_put_char(out, '\n');
    }
    tn_buf_put_text(out, "}\n");
}

static void put_anchors(tn_buf *out, const tn_survey *survey)
{
    bool any = false;
    for (uint32_t i = 0; i < survey->column_count; i++) {
        if (!tn_guess_column(&survey->columns[i]).is_instant ||
            !is_quotable(survey->columns[i].name))
            continue;
        tn_buf_put_text(out, any ? ", " : "// a period could count from: ");
        put_name(out, survey->columns[i].name);
        any = true;
    }
    tn_buf_put_text(out, any ? "\n" : "// nothing here tells a time to count from\n");
}

static void put_category(tn_buf *out, const tn_init *init, uint32_t i)
{
    const tn_survey *survey = &init->surveys[i];
    tn_sensitivity most = most_sensitive(survey);
    tn_buf_put_format(out, "\n/// By %u row%s of the %s ", survey->rows,
                      survey->rows == 1 ? "" : "s", survey->noun);
    put_comment_text(out, survey->object);
    tn_buf_put_text(out, ".\ncategory ");
    put_category_name(out, init, i);
    tn_buf_put_char(out, ' ');
    put_title(out, survey->object);
    tn_buf_put_text(out, most == TN_SPECIAL ? " @special" : "");
    tn_buf_put_text(out, most == TN_PERSONAL ? " @personal" : "");
    tn_buf_put_text(out, " {\n");
    if (survey->column_count > 0)
        put_fields(out, survey);
    tn_buf_put_text(out, "stored in ");
    tn_buf_put(out, init->kind);
    tn_buf_put_text(out, " as primary\n"
                         "// open: what for, on what legal basis, and for how long\n");
    put_anchors(out, survey);
    tn_buf_put_text(out, "}\n");
}

void tn_init_module(tn_buf *out, const tn_init *init)
{
    tn_buf_put_text(out, "/// A first draft, made by tenure init from ");
    tn_buf_put(out, init->kind);
    tn_buf_put_char(out, ' ');
    put_comment_text(out, init->where);
    tn_buf_put_text(
        out, ". What is called a\n"
             "/// guess is one: look, then take the word away. What nobody can see "
             "in a store is left\n"
             "/// open, and tenure check lists it.\n"
             "module ");
    tn_buf_put(out, init->module);
    tn_buf_put_char(out, ' ');
    put_title(out, init->module);
    tn_buf_put_text(out, "\n\nimport std.gdpr, std.dpv, std.periods\n");
    for (uint32_t i = 0; i < init->count; i++)
        put_category(out, init, i);
}

/* --- the deployment */

static const char *encoding_text(tn_encoding encoding)
{
    switch (encoding) {
    case TN_ENCODING_UNIX_S: return " as unix_s";
    case TN_ENCODING_UNIX_MS: return " as unix_ms";
    case TN_ENCODING_UNIX_US: return " as unix_us";
    case TN_ENCODING_UNIX_NS: return " as unix_ns";
    case TN_ENCODING_LOCAL: return " as local \"UTC\"";
    case TN_ENCODING_NONE:
    case TN_ENCODING_COUNT: break;
    }
    return "";
}

/* The column, made readable where its texts have a blank for the T. */
static void put_value(tn_buf *out, const tn_surveyed *column, const tn_guess *guess)
{
    if (guess->spaced && column->nulls > 0) {
        put_name(out, column->name);
        tn_buf_put_text(out, " == null ? null : ");
    }
    put_name(out, column->name);
    if (guess->spaced)
        tn_buf_put_text(out, ".replace(\" \", \"T\")");
}

/* Of a field that is the column of its own name nothing need be said, but how its
 * instants are written. */
static void put_mappings(tn_buf *out, const tn_survey *survey)
{
    bool any = false;
    for (uint32_t i = 0; i < survey->column_count; i++) {
        const tn_surveyed *column = &survey->columns[i];
        tn_guess guess = tn_guess_column(column);
        if (guess.encoding == TN_ENCODING_NONE || !is_quotable(column->name))
            continue;
        tn_buf_put_text(out, any ? "" : " {\n");
        any = true;
        put_name(out, column->name);
        tn_buf_put_text(out, " = ");
        put_value(out, column, &guess);
        tn_buf_put_text(out, encoding_text(guess.encoding));
        tn_buf_put_text(out, guess.absent_zero ? " absent 0" : "");
        tn_buf_put_text(out, guess.encoding == TN_ENCODING_LOCAL
                                 ? " // guess: the clocks are those of UTC\n"
                                 : " // guess: by the size of the numbers\n");
    }
    tn_buf_put_text(out, any ? "}\n" : "\n");
}

void tn_init_deployment(tn_buf *out, const tn_init *init)
{
    tn_buf_put_text(out,
                    "/// Where the data is. Made by tenure init: that each copy is the "
                    "primary one is a guess.\ndeployment ");
    tn_buf_put(out, init->module);
    tn_buf_put_text(out, ".live of ");
    tn_buf_put(out, init->module);
    tn_buf_put_text(out, "\n\nstore db = ");
    put_where(out, init);
    tn_buf_put_char(out, '\n');
    for (uint32_t i = 0; i < init->count; i++) {
        const tn_survey *survey = &init->surveys[i];
        tn_buf_put_text(out, "\nbind ");
        tn_buf_put(out, init->module);
        tn_buf_put_char(out, '.');
        put_category_name(out, init, i);
        tn_buf_put_text(out, " {\n");
        tn_buf_put(out, init->kind);
        tn_buf_put_format(out, " as primary to db %s ", survey->noun);
        put_text(out, survey->object);
        put_mappings(out, survey);
        tn_buf_put_text(out, "}\n");
    }
}
