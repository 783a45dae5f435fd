/* disasm: expressions as a listing, one node a line.
 * Owns: nothing. Fails: NOMEM, remembered by the buffer. Threads: free. */
#ifndef TN_CEL_DISASM_H
#define TN_CEL_DISASM_H

#include "interp/cel/code.h"

/* Expression `expr` of verified code. */
void tn_cel_disasm(const tn_cel_code *code, uint32_t expr, tn_buf *buf);

/* A constant as CEL would write it. */
void tn_cel_const_put(const tn_cel_code *code, uint32_t number, tn_buf *buf);

#endif
