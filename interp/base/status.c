#include "interp/base/status.h"

const char *tn_status_text(tn_status status)
{
    switch (status) {
#define X(name, number, text)                                                          \
    case TN_##name: return text;
        TN_STATUS_LIST(X)
#undef X
    }
    return "unknown status";
}
