#include "interp/check/settle.h"

#include <stdlib.h>

/* Nowhere is before everything: its file is the greatest number. */
static int compare_places(tn_span a, tn_span b)
{
    uint32_t file_a = a.file + 1, file_b = b.file + 1;
    if (file_a != file_b)
        return file_a < file_b ? -1 : 1;
    if (a.start != b.start)
        return a.start < b.start ? -1 : 1;
    return (a.end > b.end) - (a.end < b.end);
}

static int compare(const void *left, const void *right)
{
    const tn_diag *a = left;
    const tn_diag *b = right;
    int order = compare_places(a->at, b->at);
    if (order == 0)
        order = (int)a->finding - (int)b->finding;
    if (order == 0)
        order = tn_str_compare(a->message, b->message);
    if (order == 0)
        order = compare_places(a->other, b->other);
    return order;
}

static bool same(const tn_diag *a, const tn_diag *b)
{
    return compare(a, b) == 0;
}

tn_status tn_settle(tn_diags *diags, size_t first)
{
    if (diags->failed)
        return TN_NOMEM;
    size_t count = diags->count - first;
    if (count < 2)
        return TN_OK;
    tn_diag *list = diags->list + first;
    qsort(list, count, sizeof(*list), compare);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        if (!same(&list[kept - 1], &list[i]))
            list[kept++] = list[i];
        else if (list[i].severity == TN_ERROR)
            diags->error_count--;
    }
    diags->count = first + kept;
    return TN_OK;
}
