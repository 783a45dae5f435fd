/* patterns: regular expressions that are known only when a condition runs; literal ones
 * are compiled once, with the program. */
#include "interp/cel/apply.h"
#include "stdlib/args.h"

tn_value tn_fn_matches(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "ss"))
        return tn_args_refuse(call, args);
    tn_str text = args[0].as.text, pattern = args[1].as.text;
    if (!tn_cel_charge(call, tn_regex_compile_steps(tn_regex_weight(pattern))))
        return tn_cel_stop(call);
    tn_regex *regex = tn_regex_new(pattern);
    if (regex == NULL)
        return tn_cel_fail_text(call, TN_CEL_ERR_PATTERN, pattern);
    tn_value result = tn_cel_match(call, regex, text);
    tn_regex_free(regex);
    return result;
}
