#include "interp/cel/regex.h"

#include <new>
#include <re2/re2.h>

struct tn_regex {
    re2::RE2 pattern;

    tn_regex(const re2::StringPiece &text, const re2::RE2::Options &options)
        : pattern(text, options)
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

extern "C" bool tn_regex_matches(const tn_regex *regex, tn_str text)
{
    try {
        return re2::RE2::PartialMatch(re2::StringPiece(text.data, text.len),
                                      regex->pattern);
    } catch (...) {
        return false;
    }
}
