#include "interp/check/types.h"

#include "interp/base/nearest.h"

static const char *const words[TN_FIELD_TYPE_COUNT] = {
    [TN_FIELD_BOOL] = "bool",
    [TN_FIELD_INT] = "int",
    [TN_FIELD_UINT] = "uint",
    [TN_FIELD_DOUBLE] = "double",
    [TN_FIELD_STRING] = "string",
    [TN_FIELD_BYTES] = "bytes",
    [TN_FIELD_TIMESTAMP] = "timestamp",
    [TN_FIELD_DATE] = "date",
    [TN_FIELD_EVENT] = "event",
    [TN_FIELD_DURATION] = "duration",
    [TN_FIELD_LIST] = "list",
    [TN_FIELD_MAP] = "map",
    [TN_FIELD_DYN] = "dyn",
};

const char *tn_field_type_word(tn_field_type type)
{
    return words[type];
}

bool tn_field_type_is_instant(tn_field_type type)
{
    return type == TN_FIELD_TIMESTAMP || type == TN_FIELD_DATE ||
           type == TN_FIELD_EVENT;
}

static uint32_t count_params(const tn_type_name *name)
{
    uint32_t count = 0;
    for (const tn_type_name *param = name->params; param != NULL; param = param->next)
        count++;
    return count;
}

/* What a type is called elsewhere; NULL: not that it is known. */
static const char *find_other_word(tn_str text)
{
    static const char *const rows[][2] = {
        {"text", "string"},    {"varchar", "string"},    {"char", "string"},
        {"str", "string"},     {"uuid", "string"},       {"number", "int"},
        {"integer", "int"},    {"bigint", "int"},        {"long", "int"},
        {"float", "double"},   {"decimal", "double"},    {"numeric", "double"},
        {"real", "double"},    {"boolean", "bool"},      {"datetime", "timestamp"},
        {"time", "timestamp"}, {"instant", "timestamp"}, {"blob", "bytes"},
        {"binary", "bytes"},   {"json", "dyn"},          {"any", "dyn"},
    };
    for (size_t i = 0; i < TN_COUNT(rows); i++)
        if (tn_str_equal(tn_str_from(rows[i][0]), text))
            return rows[i][1];
    return NULL;
}

/* Which type a word is; TN_FIELD_TYPE_COUNT after a diagnostic. */
static tn_field_type find_word(tn_checker *ck, const tn_type_name *name)
{
    tn_nearest nearest;
    uint32_t type =
        tn_nearest_word(words, TN_FIELD_TYPE_COUNT, name->name.text, &nearest);
    if (type != TN_NONE)
        return (tn_field_type)type;
    tn_diag *diag =
        tn_diag_add(ck->diags, TN_FIND_UNKNOWN_TYPE, name->name.at,
                    "there is no type `" TN_STR_FMT "`", TN_STR_ARG(name->name.text));
    const char *other = find_other_word(name->name.text);
    if (other != NULL) {
        tn_diag_help(ck->diags, diag, "did you mean `%s`?", other);
        return TN_FIELD_TYPE_COUNT;
    }
    tn_nearest_help(
        &nearest, ck->diags, diag,
        "types are bool, int, uint, double, string, bytes, timestamp, date, "
        "event, duration, list<T>, map<K, V> and dyn");
    return TN_FIELD_TYPE_COUNT;
}

/* How many types stand in angle brackets, where any do. */
static bool params_fit(tn_checker *ck, const tn_type_name *name, tn_field_type type)
{
    uint32_t wanted = type == TN_FIELD_LIST ? 1 : type == TN_FIELD_MAP ? 2 : 0;
    uint32_t count = count_params(name);
    if (count == 0 || count == wanted)
        return true;
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_UNKNOWN_TYPE, name->at,
                                "type `%s` does not take %u type%s", words[type], count,
                                count == 1 ? "" : "s");
    tn_diag_help(ck->diags, diag, "write %s",
                 wanted == 1   ? "`list<T>`"
                 : wanted == 2 ? "`map<K, V>`"
                               : "the type alone");
    return false;
}

static bool is_key_type(tn_field_type type)
{
    return type == TN_FIELD_BOOL || type == TN_FIELD_INT || type == TN_FIELD_UINT ||
           type == TN_FIELD_STRING || type == TN_FIELD_DYN ||
           type == TN_FIELD_TYPE_COUNT;
}

static tn_status read_param(tn_checker *ck, const tn_type_name *name, bool is_key,
                            const tn_type **cel_type)
{
    tn_field_type type;
    TN_TRY(tn_types_read(ck, name, &type, cel_type));
    if (type == TN_FIELD_EVENT) {
        tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_UNKNOWN_TYPE, name->at,
                                    "an event cannot be inside another value");
        tn_diag_help(ck->diags, diag, "write `timestamp`");
    } else if (is_key && !is_key_type(type)) {
        tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_UNKNOWN_TYPE, name->at,
                                    "a %s cannot be the key of a map", words[type]);
        tn_diag_help(ck->diags, diag, "keys are bool, int, uint or string");
    }
    return TN_OK;
}

static tn_status read_list(tn_checker *ck, const tn_type_name *name,
                           const tn_type **cel_type)
{
    const tn_type *item;
    TN_TRY(read_param(ck, name->params, false, &item));
    *cel_type = tn_type_list(ck->arena, item);
    return *cel_type == NULL ? TN_NOMEM : TN_OK;
}

static tn_status read_map(tn_checker *ck, const tn_type_name *name,
                          const tn_type **cel_type)
{
    const tn_type *key;
    const tn_type *value;
    TN_TRY(read_param(ck, name->params, true, &key));
    TN_TRY(read_param(ck, name->params->next, false, &value));
    *cel_type = tn_type_map(ck->arena, key, value);
    return *cel_type == NULL ? TN_NOMEM : TN_OK;
}

/* Nesting is bounded by the parser. */
tn_status tn_types_read(tn_checker *ck, const tn_type_name *name, tn_field_type *type,
                        const tn_type **cel_type)
{
    *type = TN_FIELD_TYPE_COUNT;
    *cel_type = tn_type_of(TN_TYPE_DYN);
    if (name != NULL) /* else a syntax error has been reported */
        *type = find_word(ck, name);
    if (*type == TN_FIELD_TYPE_COUNT)
        return TN_OK;
    *cel_type = tn_type_find(tn_str_from(words[*type]));
    assert(*cel_type != NULL);
    if (!params_fit(ck, name, *type) || name->params == NULL)
        return TN_OK;
    return *type == TN_FIELD_LIST ? read_list(ck, name, cel_type)
                                  : read_map(ck, name, cel_type);
}
