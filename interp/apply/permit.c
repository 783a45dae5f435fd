#include "interp/apply/permit.h"

struct tn_erase_permit {
    tn_ledger *ledger; /* whose lock it stands for */
    const tn_allocator *memory;
};

tn_status tn_permit_new(tn_ledger *ledger, tn_erase_permit **out)
{
    assert(ledger != NULL);
    const tn_allocator *memory = tn_ledger_db(ledger)->why->memory;
    *out = tn_resize(memory, NULL, 0, sizeof(**out));
    if (*out == NULL)
        return TN_NOMEM;
    **out = (tn_erase_permit){ledger, memory};
    return TN_OK;
}

void tn_permit_free(tn_erase_permit *permit)
{
    if (permit != NULL)
        tn_resize(permit->memory, permit, sizeof(*permit), 0);
}
