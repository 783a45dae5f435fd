#include "interp/syntax/ast_print.h"

tn_status tn_format(const tn_sources *sources, const tn_file *file, tn_buf *out)
{
    (void)sources, (void)file, (void)out;
    return TN_UNSUPPORTED;
}
