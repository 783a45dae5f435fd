/* encoders: Base64 with the standard alphabet (RFC 4648, section 4). */
#include "stdlib/args.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The four characters of 1 to 3 bytes, padded. */
static void encode_group(const unsigned char *bytes, size_t count, char out[4])
{
    uint32_t bits = (uint32_t)bytes[0] << 16;
    bits |= count > 1 ? (uint32_t)bytes[1] << 8 : 0;
    bits |= count > 2 ? bytes[2] : 0;
    for (unsigned i = 0; i < 4; i++)
        out[i] = i <= count ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
}

tn_value tn_fn_base64_encode(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "y"))
        return tn_args_refuse(call, args);
    tn_str in = args[0].as.text;
    size_t groups = in.len / 3 + (in.len % 3 != 0);
    char *out = tn_cel_take(call, groups, 4);
    if (out == NULL)
        return tn_cel_stop(call);
    for (size_t i = 0; i < groups; i++) {
        size_t left = in.len - i * 3;
        encode_group((const unsigned char *)in.data + i * 3, left < 3 ? left : 3,
                     out + i * 4);
    }
    return tn_value_string((tn_str){out, groups * 4});
}

/* 0..63; 64 where it is not of the alphabet. */
static uint32_t digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint32_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a') + 26;
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0') + 52;
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Without its padding; false where that or the length is none of Base64. */
static bool strip_padding(tn_str *text)
{
    size_t len = text->len;
    while (len > 0 && text->len - len < 2 && text->data[len - 1] == '=')
        len--;
    if (len < text->len && text->len % 4 != 0)
        return false;
    text->len = len;
    return len % 4 != 1;
}

tn_value tn_fn_base64_decode(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "s"))
        return tn_args_refuse(call, args);
    tn_str in = args[0].as.text;
    if (!strip_padding(&in))
        return tn_cel_fail_text(call, TN_CEL_ERR_CONVERT, args[0].as.text);
    char *out = tn_cel_take(call, in.len, 1);
    if (out == NULL)
        return tn_cel_stop(call);
    size_t len = 0;
    uint32_t bits = 0;
    for (size_t i = 0; i < in.len; i++) {
        uint32_t digit = digit_of(in.data[i]);
        if (digit > 63)
            return tn_cel_fail_text(call, TN_CEL_ERR_CONVERT, args[0].as.text);
        bits = bits << 6 | digit;
        /* the digits of a group complete 0, 1, 2 and 3 bytes */
        if (i % 4 != 0)
            out[len++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xFF);
    }
    return tn_value_bytes((tn_str){out, len});
}
