/* tree: Merkle trees over what a chunk deleted, after RFC 6962, section 2.1.
 *
 * A leaf is 16 bytes that stand for one record (secret.h). With H = BLAKE2b-256:
 *
 *   no leaf    H(00)
 *   one leaf   H(00 leaf)
 *   n leaves   H(01 left right), the left tree holding the largest power of two below n
 *
 * so that neither a leaf can be taken for a node nor a node for a leaf. A root can be
 * grown leaf by leaf; an audit path shows that one leaf is in it.
 *
 * Owns: nothing; a path lies in the caller's arena. Fails: NOMEM. Threads: free. */
#ifndef TN_APPLY_TREE_H
#define TN_APPLY_TREE_H

#include "interp/base/arena.h"
#include "interp/base/digest.h"

enum { TN_LEAF_BYTES = 16, TN_TREE_LEVELS = 64 };

typedef struct tn_leaf {
    unsigned char bytes[TN_LEAF_BYTES];
} tn_leaf;

/* A root that grows: the perfect trees it consists of so far, largest first. */
typedef struct tn_tree {
    uint64_t count;
    uint32_t height;
    tn_digest stack[TN_TREE_LEVELS];
} tn_tree;

void tn_tree_init(tn_tree *tree);
void tn_tree_add(tn_tree *tree, const tn_leaf *leaf);
tn_digest tn_tree_root(const tn_tree *tree);

/* The root over `count` leaves. */
tn_digest tn_tree_of(const tn_leaf *leaves, size_t count);

/* The way from a leaf up to a root: the siblings, lowest first. */
typedef struct tn_tree_path {
    uint64_t index; /* of the leaf, from 0 */
    uint64_t count; /* of the tree's leaves */
    const tn_digest *siblings;
    uint32_t sibling_count;
} tn_tree_path;

/* The path of leaf `index`, which is below `count`. */
TN_MUST_USE tn_status tn_tree_path_of(const tn_leaf *leaves, size_t count, size_t index,
                                      tn_arena *arena, tn_tree_path *out);

/* The root that `leaf` and `path` lead to (RFC 9162, section 2.1.3.2); false when the
 * path has not the shape of one. */
TN_MUST_USE bool tn_tree_climb(const tn_leaf *leaf, const tn_tree_path *path,
                               tn_digest *root);

#endif
