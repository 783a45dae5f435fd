/* library: a store's client library, loaded when such a store is first opened.
 *
 * A program that reads a file pays nothing for the libraries of servers, and runs where
 * they are not installed. An adapter lists the functions that it calls, once:
 *
 *     #define FUNCTIONS(X) X(curl_easy_init) X(curl_easy_perform)
 *     typedef struct curl_functions { FUNCTIONS(TN_LIBRARY_MEMBER) } curl_functions;
 *     #define SYMBOL(f) {#f, offsetof(curl_functions, f)},
 *     static const tn_library_symbol symbols[] = {FUNCTIONS(SYMBOL)};
 *
 * and calls them by `f->curl_easy_init()`, each with the type its own header gives it.
 *
 * Owns: nothing; a loaded library stays until the process ends, since it may have
 * threads. Fails: STORE (not installed, too old) with what to install. Threads: free.
 */
#ifndef TN_STORE_LIBRARY_H
#define TN_STORE_LIBRARY_H

#include "interp/base/buf.h"

typedef struct tn_library_symbol {
    const char *name;
    size_t offset; /* of its pointer in the structure of functions */
} tn_library_symbol;

typedef struct tn_library {
    const char *file;    /* "librdkafka.so.1" */
    const char *package; /* the Debian package that has it */
    const char *purpose; /* completes "is needed to ..." */
    const tn_library_symbol *symbols;
    size_t symbol_count;
} tn_library;

#define TN_LIBRARY_MEMBER(function) __typeof__(function) *function;

/* Fills `functions`, the structure that the symbols' offsets are of. */
TN_MUST_USE tn_status tn_library_load(const tn_library *library, void *functions,
                                      tn_buf *why);

#endif
