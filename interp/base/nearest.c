#include "interp/base/nearest.h"

tn_nearest tn_nearest_to(tn_str sought)
{
    /* One slip in a short name, two in a longer one: more would be another word. */
    return (tn_nearest){.sought = sought, .distance = sought.len < 5 ? 2 : 3};
}

void tn_nearest_try(tn_nearest *nearest, tn_str candidate)
{
    size_t longer =
        candidate.len > nearest->sought.len ? candidate.len : nearest->sought.len;
    size_t shorter = candidate.len + nearest->sought.len - longer;
    if (nearest->distance == 0 || longer - shorter >= nearest->distance)
        return;
    unsigned distance = 0;
    if (!tn_str_equal_but_for_case(candidate, nearest->sought))
        distance = tn_str_distance(candidate, nearest->sought, nearest->distance - 1);
    /* As many slips as letters are no likeness. */
    if (distance >= nearest->distance || distance >= shorter)
        return;
    nearest->best = candidate;
    nearest->distance = distance;
}

void tn_nearest_help(const tn_nearest *nearest, tn_diags *diags, tn_diag *diag,
                     const char *otherwise)
{
    if (nearest->best.data == NULL) {
        if (otherwise[0] != '\0')
            tn_diag_help(diags, diag, "%s", otherwise);
        return;
    }
    bool case_alone = nearest->distance == 0;
    tn_diag_help(diags, diag, "did you mean `" TN_STR_FMT "`?%s",
                 TN_STR_ARG(nearest->best),
                 case_alone ? " Upper and lower case are told apart" : "");
}

uint32_t tn_nearest_word(const char *const *words, uint32_t count, tn_str sought,
                         tn_nearest *nearest)
{
    *nearest = tn_nearest_to(sought);
    for (uint32_t i = 0; i < count; i++) {
        if (tn_str_equal(tn_str_from(words[i]), sought))
            return i;
        tn_nearest_try(nearest, tn_str_from(words[i]));
    }
    return TN_NONE;
}
