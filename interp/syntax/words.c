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
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = tn_str_compare(text, words[middle].text);
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
