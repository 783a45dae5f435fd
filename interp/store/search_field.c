/* search_field: what the mapping says of one field. */
#include "interp/cel/map_value.h"
#include "interp/store/search_api.h"

/* Formats that have no time of day; the mapping's own words. */
static bool is_day_format(tn_str format)
{
    static const char *const days[] = {
        "date",       "strict_date",       "basic_date",
        "yyyy-MM-dd", "uuuu-MM-dd",        "strict_year_month_day",
        "yyyyMMdd",   "year_month_day",    "uuuuMMdd",
        "yyyy/MM/dd", "strict_basic_date",
    };
    for (size_t i = 0; i < TN_COUNT(days); i++)
        if (tn_str_equal(format, tn_str_from(days[i])))
            return true;
    return false;
}

/* Has every one of the formats none? */
static bool is_day(tn_str formats)
{
    while (formats.len > 0) {
        size_t end = tn_str_find(formats, TN_STR("||"));
        if (!is_day_format(tn_str_slice(formats, 0, end)))
            return false;
        if (end == SIZE_MAX)
            return true;
        formats = tn_str_slice(formats, end + 2, SIZE_MAX);
    }
    return false;
}

/* What the mapping says of "a.b.c"; null where nothing does. */
const tn_value *tn_search_find_mapping(const tn_value *mappings, tn_str path)
{
    const tn_value *at = mappings;
    while (path.len > 0) {
        size_t end = tn_str_find(path, TN_STR("."));
        const tn_value *below = tn_doc_member(at, "properties");
        if (below->kind != TN_KIND_MAP) /* a field of several forms */
            below = tn_doc_member(at, "fields");
        const tn_value *found =
            below->kind == TN_KIND_MAP
                ? tn_map_value_find_text(below->as.map, tn_str_slice(path, 0, end))
                : NULL;
        if (found == NULL)
            return tn_doc_member(at, "");
        at = found;
        path = end == SIZE_MAX ? TN_STR("") : tn_str_slice(path, end + 1, SIZE_MAX);
    }
    return at;
}

/* Is the indexed value what the document says, where it says one thing? A keyword that
 * is not normalized, a whole number that is not coerced. */
static bool is_faithful(const tn_value *mapping, tn_str type)
{
    static const char *const whole[] = {"long", "integer", "short", "byte"};
    const tn_value *doc_values = tn_doc_member(mapping, "doc_values");
    const tn_value *coerce = tn_doc_member(mapping, "coerce");
    if (doc_values->kind == TN_KIND_BOOL && !doc_values->as.boolean)
        return false;
    if (tn_str_equal(type,
                     TN_STR("keyword"))) /* OpenSearch does not tell what it cut */
        return tn_doc_member(mapping, "normalizer")->kind == TN_KIND_NULL &&
               tn_doc_member(mapping, "ignore_above")->kind == TN_KIND_NULL;
    for (size_t i = 0; i < TN_COUNT(whole); i++)
        if (tn_str_equal(type, tn_str_from(whole[i])))
            return coerce->kind == TN_KIND_BOOL && !coerce->as.boolean;
    return false;
}

/* Does the mapping let a value, there or below, be left out? */
static bool may_ignore(const tn_value *mapping)
{
    static const char *const below[] = {"properties", "fields"};
    const tn_value *malformed = tn_doc_member(mapping, "ignore_malformed");
    bool may = tn_doc_member(mapping, "ignore_above")->kind != TN_KIND_NULL ||
               (malformed->kind != TN_KIND_NULL &&
                (malformed->kind != TN_KIND_BOOL || malformed->as.boolean));
    for (size_t i = 0; !may && i < TN_COUNT(below); i++) {
        const tn_value *list = tn_doc_member(mapping, below[i]);
        for (uint32_t j = 0; list->kind == TN_KIND_MAP && j < list->as.map->count; j++)
            may |= may_ignore(&list->as.map->pairs[j].value);
    }
    return may;
}

void tn_search_classify(const tn_value *mapping, bool is_alias, tn_search_field *out)
{
    tn_str type = tn_doc_text(tn_doc_member(mapping, "type"));
    const tn_value *doc_values = tn_doc_member(mapping, "doc_values");
    out->type = type.data == NULL ? TN_STR("object") : type;
    out->is_nanos = tn_str_equal(type, TN_STR("date_nanos"));
    out->source = is_alias ? TN_SEARCH_VALUE : TN_SEARCH_DOCUMENT;
    if (out->is_nanos || tn_str_equal(type, TN_STR("date")))
        out->source = is_day(tn_doc_text(tn_doc_member(mapping, "format")))
                          ? TN_SEARCH_DAY
                          : TN_SEARCH_INSTANT;

    const tn_value *enabled = tn_doc_member(mapping, "enabled");
    out->is_opaque = tn_str_equal(type, TN_STR("nested")) ||
                     (enabled->kind == TN_KIND_BOOL && !enabled->as.boolean);
    out->is_indexed = out->source == TN_SEARCH_DOCUMENT && is_faithful(mapping, type);
    out->may_ignore = may_ignore(mapping);
    bool has_none = doc_values->kind == TN_KIND_BOOL && !doc_values->as.boolean;
    out->is_hidden = out->source != TN_SEARCH_DOCUMENT &&
                     (has_none || tn_str_equal(out->type, TN_STR("text")) ||
                      tn_str_equal(out->type, TN_STR("object")));
}
