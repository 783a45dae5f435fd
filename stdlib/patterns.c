/* patterns: regular expressions that are known only when a condition runs; literal ones
 * are compiled once, with the program. */
#include "interp/cel/regex.h"
#include "stdlib/args.h"

/* What compiling costs, at least and for each byte: it takes some microseconds. */
enum { COMPILE_STEPS = 2000, COMPILE_STEPS_PER_BYTE = 64 };

tn_value tn_fn_matches(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "ss"))
        return tn_args_refuse(call, args);
    tn_str text = args[0].as.text, pattern = args[1].as.text;
    uint64_t steps = COMPILE_STEPS + tn_cel_byte_steps(text.len);
    if (!tn_cel_charge(call, steps + pattern.len * COMPILE_STEPS_PER_BYTE))
        return tn_cel_stop(call);
    tn_regex *regex = tn_regex_new(pattern);
    if (regex == NULL)
        return tn_cel_fail_text(call, TN_CEL_ERR_PATTERN, pattern);
    bool matches = tn_regex_matches(regex, text);
    tn_regex_free(regex);
    return tn_value_bool(matches);
}
