#include "interp/cel/regex.h"

#include <new>
#include <re2/re2.h>

/* Repeat counts multiply what a pattern's text shows of its states; RE2 itself refuses
 * more than a thousand in all. */
static uint64_t weigh(tn_str pattern)
{
    const uint64_t most = 1000;
    uint64_t factor = 1;
    for (size_t i = 0; i < pattern.len; i++) {
        if (pattern.data[i] != '{')
            continue;
        uint64_t count = 0, number = 0;
        for (; i + 1 < pattern.len && pattern.data[i + 1] != '}'; i++) {
            unsigned digit = (unsigned char)pattern.data[i + 1] - unsigned{'0'};
            if (digit > 9 && pattern.data[i + 1] != ',')
                break;
            number = digit > 9 || number > most ? 0 : number * 10 + digit;
            count = number > count ? number : count;
        }
        if (count > 1)
            factor *= count;
        if (factor > most)
            factor = most;
    }
    return pattern.len * factor;
}

struct tn_regex {
    re2::RE2 pattern;
    uint64_t weight;

    tn_regex(const re2::StringPiece &text, const re2::RE2::Options &options)
        : pattern(text, options), weight(weigh({text.data(), text.size()}))
    {
    }
};

extern "C" tn_regex *tn_regex_new(tn_str pattern)
{
    enum { MAX_PATTERN_BYTES = 4096 };
    if (pattern.len > MAX_PATTERN_BYTES)
        return nullptr;
    try {
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(TN_REGEX_MAX_BYTES);
        auto *regex = new (std::nothrow)
            tn_regex(re2::StringPiece(pattern.data, pattern.len), options);
        if (regex != nullptr && !regex->pattern.ok()) {
            delete regex;
            return nullptr;
        }
        return regex;
    } catch (...) { /* out of memory within RE2 */
        return nullptr;
    }
}

extern "C" void tn_regex_free(tn_regex *regex)
{
    delete regex;
}

extern "C" tn_regex_result tn_regex_match(const tn_regex *regex, tn_str text)
{
    try {
        bool found = regex->pattern.Match(re2::StringPiece(text.data, text.len), 0,
                                          text.len, re2::RE2::UNANCHORED, nullptr, 0);
        return found ? TN_REGEX_YES : TN_REGEX_NO;
    } catch (...) {
        return TN_REGEX_NO_MEMORY;
    }
}

extern "C" uint64_t tn_regex_weight(tn_str pattern)
{
    return weigh(pattern);
}

extern "C" uint64_t tn_regex_steps(const tn_regex *regex, size_t text_bytes)
{
    return tn_regex_match_steps(regex->weight, text_bytes);
}
