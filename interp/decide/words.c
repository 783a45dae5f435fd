/* words: decisions and reasons as texts. */
#include "interp/decide/decide.h"

static const struct {
    tn_decision decision;
    const char *text;
} reasons[TN_REASON_COUNT] = {
#define X(name, decision, text) [TN_REASON_##name] = {TN_##decision, text},
    TN_REASON_LIST(X)
#undef X
};

const char *tn_decision_text(tn_decision decision)
{
    switch (decision) {
    case TN_KEEP: return "keep";
    case TN_DELETE: return "delete";
    case TN_FLAG: return "flag";
    }
    return "";
}

const char *tn_reason_text(tn_reason reason)
{
    return reasons[reason].text;
}

tn_decision tn_reason_decision(tn_reason reason)
{
    return reasons[reason].decision;
}
