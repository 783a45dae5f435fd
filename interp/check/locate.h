/* locate: where the files of modules are.
 *
 * Owns: nothing; paths lie in the arena. Fails: NOMEM; what is missing is said by the
 * results. Threads: free, but that the folders of a process are shared by all. */
#ifndef TN_CHECK_LOCATE_H
#define TN_CHECK_LOCATE_H

#include "interp/base/arena.h"

typedef enum tn_place_kind {
    TN_PLACE_MISSING,
    TN_PLACE_FOLDER,
    TN_PLACE_FILE /* anything that can be read */
} tn_place_kind;

/* What is at `path`; its identity ("device:inode", in the arena) in *identity. */
TN_MUST_USE tn_status tn_locate(tn_arena *arena, tn_str path, tn_place_kind *kind,
                                tn_str *identity);

/* The *.tenure files of a folder, sorted by name, as paths. NOT_FOUND where it cannot
 * be read. */
TN_MUST_USE tn_status tn_locate_files(tn_arena *arena, tn_str folder, tn_str **paths,
                                      size_t *count);

/* The root below which `path`, which holds module or deployment `name`, stands: a/b for
 * a/b/c/d.tenure that holds c.d; its own folder if that is not called as the name says.
 */
TN_MUST_USE tn_status tn_locate_root(tn_arena *arena, tn_str path, tn_str name,
                                     tn_str *root);

/* root/a/b/c.tenure for a.b.c; data NULL: no memory. */
tn_str tn_locate_module(tn_arena *arena, tn_str root, tn_str name);

#endif
