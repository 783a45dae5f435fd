#include "interp/store/mysql_lib.h"

#include <dlfcn.h>
#include <string.h>

static bool find_call(void *handle, const char *name, void *to)
{
    void *symbol = dlsym(handle, name);
    memcpy(to, &symbol, sizeof(symbol)); /* ISO C has no cast from data to code */
    return symbol != NULL;
}

tn_status tn_mysql_lib_open(tn_mysql_lib *lib, tn_buf *why)
{
    bool good = true;
    *lib = (tn_mysql_lib){
        .handle = dlopen("libmariadb.so.3", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)};
    if (lib->handle == NULL) {
        tn_buf_put_text(why, "it needs MariaDB Connector/C (libmariadb.so.3), which is "
                             "not there; install libmariadb3");
        return TN_STORE;
    }
#define TN_MYSQL_CALL(name) good = good && find_call(lib->handle, #name, &lib->name);
    TN_MYSQL_CALLS(TN_MYSQL_CALL)
#undef TN_MYSQL_CALL
    if (!good || lib->mysql_server_init(0, NULL, NULL) != 0) {
        tn_buf_put_text(why, "the libmariadb.so.3 here is not MariaDB Connector/C 3; "
                             "install libmariadb3");
        tn_mysql_lib_close(lib);
        return TN_STORE;
    }
    return TN_OK;
}

void tn_mysql_lib_close(tn_mysql_lib *lib)
{
    if (lib->handle != NULL)
        dlclose(lib->handle);
    lib->handle = NULL;
}
