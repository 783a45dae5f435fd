#include "interp/store/csv.h"
#include "interp/store/jsonl.h"
#include "interp/store/kafka.h"
#include "interp/store/mysql.h"
#include "interp/store/search.h"
#include "interp/store/sqlite.h"

const tn_store_ops *const tn_store_kinds[] = {
    &tn_sqlite_ops, &tn_mysql_ops, &tn_search_ops, &tn_kafka_ops, &tn_jsonl_ops,
    &tn_csv_ops,    NULL};
