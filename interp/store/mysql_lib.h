/* mysql_lib: MariaDB Connector/C (libmariadb, LGPL), loaded when a store first needs
 * it.
 *
 * Nothing is linked: a program that opens no MySQL store neither loads the library nor
 * needs it.
 *
 * Owns: a reference, until close; what the library keeps for all stores stays until the
 * program ends. Fails: STORE, with a sentence that says what to install. Threads: as
 * the caller's. */
#ifndef TN_STORE_MYSQL_LIB_H
#define TN_STORE_MYSQL_LIB_H

#include "interp/base/buf.h"

#include <mariadb/mysql.h>

/* Every function of the library that is called. */
#define TN_MYSQL_CALLS(CALL)                                                           \
    CALL(mysql_server_init)                                                            \
    CALL(mysql_init)                                                                   \
    CALL(mysql_close)                                                                  \
    CALL(mysql_optionsv)                                                               \
    CALL(mysql_real_connect)                                                           \
    CALL(mysql_real_query)                                                             \
    CALL(mysql_more_results)                                                           \
    CALL(mysql_next_result)                                                            \
    CALL(mysql_errno)                                                                  \
    CALL(mysql_error)                                                                  \
    CALL(mysql_get_server_version)                                                     \
    CALL(mysql_get_server_info)                                                        \
    CALL(mysql_stmt_init)                                                              \
    CALL(mysql_stmt_attr_set)                                                          \
    CALL(mysql_stmt_prepare)                                                           \
    CALL(mysql_stmt_param_count)                                                       \
    CALL(mysql_stmt_bind_param)                                                        \
    CALL(mysql_stmt_execute)                                                           \
    CALL(mysql_stmt_result_metadata)                                                   \
    CALL(mysql_stmt_bind_result)                                                       \
    CALL(mysql_stmt_store_result)                                                      \
    CALL(mysql_stmt_fetch)                                                             \
    CALL(mysql_stmt_fetch_column)                                                      \
    CALL(mysql_stmt_free_result)                                                       \
    CALL(mysql_stmt_affected_rows)                                                     \
    CALL(mysql_stmt_num_rows)                                                          \
    CALL(mysql_stmt_insert_id)                                                         \
    CALL(mysql_stmt_errno)                                                             \
    CALL(mysql_stmt_error)                                                             \
    CALL(mysql_stmt_close)                                                             \
    CALL(mysql_fetch_field_direct)                                                     \
    CALL(mysql_num_fields)                                                             \
    CALL(mysql_free_result)

typedef struct tn_mysql_lib {
    void *handle;
#define TN_MYSQL_CALL(name) __typeof__(name) *name;
    TN_MYSQL_CALLS(TN_MYSQL_CALL)
#undef TN_MYSQL_CALL
} tn_mysql_lib;

TN_MUST_USE tn_status tn_mysql_lib_open(tn_mysql_lib *lib, tn_buf *why);
void tn_mysql_lib_close(tn_mysql_lib *lib);

#endif
