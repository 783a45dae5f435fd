#include "interp/store/library.h"

#include <dlfcn.h>
#include <string.h>

tn_status tn_library_load(const tn_library *library, void *functions, tn_buf *why)
{
    void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        tn_buf_put_format(why, "%s is needed to %s; install the package %s (%s)",
                          library->file, library->purpose, library->package, dlerror());
        return TN_STORE;
    }
    for (size_t i = 0; i < library->symbol_count; i++) {
        const tn_library_symbol *symbol = &library->symbols[i];
        void *found = dlsym(handle, symbol->name);
        if (found == NULL) {
            tn_buf_put_format(why, "%s has no %s: it is too old to %s", library->file,
                              symbol->name, library->purpose);
            dlclose(handle);
            return TN_STORE;
        }
        memcpy((char *)functions + symbol->offset, &found, sizeof(found));
    }
    return TN_OK;
}
