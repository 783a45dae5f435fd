#include "interp/syntax/words.h"

#include "parser.h"

static const tn_word words[] = {
#define NOTHING TN_STARTS_NOTHING
#define DECL TN_STARTS_DECL
#define CLAUSE TN_STARTS_CLAUSE
#define ITEM TN_STARTS_ITEM
#define TN_WORD(id, text, starts)                                                      \
    {{(text), sizeof(text) - 1}, TN_TOK_##id, (starts), TN_UNIT_SECOND},
#define TN_UNIT_WORD(text, unit)                                                       \
    {{(text), sizeof(text) - 1}, TN_TOK_UNIT, TN_STARTS_NOTHING, TN_UNIT_##unit},
#include "grammar/words.def"
};

const tn_word *tn_word_find(tn_str text)
{
    size_t low = 0, high = TN_COUNT(words);
    int first = text.len == 0 ? 0 : (unsigned char)text.data[0];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = first - words[middle].text.data[0]; /* words are ASCII */
        if (order == 0)
            order = tn_str_compare(text, words[middle].text);
        if (order == 0)
            return &words[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const tn_word *tn_word_at(size_t index)
{
    return index < TN_COUNT(words) ? &words[index] : NULL;
}

const tn_word *tn_word_of_token(int token)
{
    for (size_t i = 0; i < TN_COUNT(words); i++)
        if (words[i].token == token)
            return &words[i];
    return NULL;
}

/* What people write for words of the language. */
static const char *const synonyms[][2] = {
    {"keep", "retain"},          {"store", "stored"},     {"hide", "redact"},
    {"mask", "redact"},          {"anonymize", "redact"}, {"anonymise", "redact"},
    {"pseudonymize", "redact"},  {"if", "when"},          {"where", "when"},
    {"except", "unless"},        {"reason", "because"},   {"since", "from"},
    {"after", "from"},           {"legal", "basis"},      {"ground", "basis"},
    {"forever", "indefinitely"}, {"include", "import"},   {"use", "import"},
    {"using", "import"},         {"inherits", "extends"}, {"timezone", "zone"},
    {"column", "fields"},        {"columns", "fields"},   {"properties", "fields"},
    {"erase", "delete"},         {"remove", "delete"},    {"purge", "delete"},
    {"minimum", "least"},        {"maximum", "most"},     {"policy", "module"},
    {"data", "category"},        {"at_least", "at"},
};

static const tn_word *find_synonym(tn_str text, tn_word_fits *fits, const void *context)
{
    for (size_t i = 0; i < TN_COUNT(synonyms); i++) {
        if (!tn_str_equal(tn_str_from(synonyms[i][0]), text))
            continue;
        const tn_word *word = tn_word_find(tn_str_from(synonyms[i][1]));
        if (word != NULL && fits(word, context))
            return word;
    }
    return NULL;
}

const tn_word *tn_word_meant(tn_str text, tn_word_fits *fits, const void *context)
{
    const tn_word *best = find_synonym(text, fits, context);
    if (best != NULL)
        return best;
    /* of two letters, one wrong: that could be anything */
    unsigned least = text.len <= 2 ? 1 : text.len <= 4 ? 2 : 3;
    for (size_t i = 0; i < TN_COUNT(words); i++) {
        if (!fits(&words[i], context))
            continue;
        if (tn_str_equal_but_for_case(words[i].text, text))
            return &words[i];
        unsigned distance = tn_str_distance(text, words[i].text, least - 1);
        if (distance < least && distance < words[i].text.len) {
            least = distance;
            best = &words[i];
        }
    }
    return best;
}
