/* typed_json: values of conditions as JSON that keeps their types: {"int":"3"},
 * {"list":[{"string":"a"}]}, {"map":[[key,value],...]}, {"timestamp":"..."}.
 *
 * Owns: nothing. Fails: NOMEM. Threads: free. */
#ifndef TN_CLI_TYPED_JSON_H
#define TN_CLI_TYPED_JSON_H

#include "interp/base/buf.h"
#include "interp/record/value.h"

void tn_cli_put_typed_json(tn_buf *buf, const tn_value *value);

#endif
