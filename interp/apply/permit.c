#include "interp/apply/permit.h"

struct tn_erase_permit {
    tn_ledger *ledger; /* whose lock it stands for */
};

tn_status tn_permit_new(tn_ledger *ledger, tn_erase_permit **out)
{
    assert(ledger != NULL);
    *out = tn_resize(NULL, NULL, 0, sizeof(**out));
    if (*out == NULL)
        return TN_NOMEM;
    (*out)->ledger = ledger;
    return TN_OK;
}

void tn_permit_free(tn_erase_permit *permit)
{
    if (permit != NULL)
        tn_resize(NULL, permit, sizeof(*permit), 0);
}
