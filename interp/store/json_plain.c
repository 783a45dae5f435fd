#include "interp/store/json_plain.h"
#include "interp/base/utf8.h"

/* Two control characters count as operators, as they do in simdjson: its classes come
 * from comparing with one bit set. No reader takes either. */
static bool is_operator(unsigned char c)
{
    c |= 0x20;
    return c == '{' || c == '}' || c == ':' || c == ',';
}

static bool is_white(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* From behind the opening quote to the closing one; `len` when there is none. */
static size_t end_of_string(const char *text, size_t at, size_t len, bool *is_bad)
{
    for (; at < len && text[at] != '"'; at++) {
        *is_bad |= (unsigned char)text[at] < 0x20;
        if (text[at] == '\\' && at + 1 < len)
            *is_bad |= (unsigned char)text[++at] < 0x20;
    }
    *is_bad |= at == len;
    return at;
}

tn_json_fault tn_json_plain_run(const char *text, size_t len, uint32_t *tokens)
{
    size_t count = 0;
    bool is_bad = false;
    bool is_escaped = false; /* by a backslash before it, in a string or not */
    bool goes_on = false;    /* it continues what is neither operator nor string */
    for (size_t at = 0; at < len; at++) {
        unsigned char c = (unsigned char)text[at];
        bool is_quote = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        if (is_white(c)) {
            goes_on = false;
            continue;
        }
        bool is_op = is_operator(c);
        if (is_op || !goes_on)
            tokens[count++] = (uint32_t)at;
        goes_on = !is_op && !is_quote;
        if (is_quote)
            at = end_of_string(text, at + 1, len, &is_bad);
    }
    for (int i = 0; i < TN_JSON_ENDS; i++)
        tokens[count + (size_t)i] = (uint32_t)len;
    if (is_bad)
        return TN_JSON_BAD_STRING;
    return tn_utf8_is_valid((tn_str){text, len}) ? TN_JSON_FINE : TN_JSON_BAD_UTF8;
}
