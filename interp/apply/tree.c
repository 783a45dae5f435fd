#include "interp/apply/tree.h"

#include <string.h>

/* The first byte of what is hashed tells leaves and nodes apart. */
enum { LEAF_MARK = 0, NODE_MARK = 1 };

static tn_digest hash_leaf(const tn_leaf *leaf)
{
    unsigned char bytes[1 + TN_LEAF_BYTES] = {LEAF_MARK};
    tn_digest out;
    memcpy(bytes + 1, leaf->bytes, TN_LEAF_BYTES);
    crypto_generichash(out.bytes, sizeof(out.bytes), bytes, sizeof(bytes), NULL, 0);
    return out;
}

static tn_digest hash_node(const tn_digest *left, const tn_digest *right)
{
    unsigned char bytes[1 + 2 * TN_DIGEST_BYTES] = {NODE_MARK};
    tn_digest out;
    memcpy(bytes + 1, left->bytes, TN_DIGEST_BYTES);
    memcpy(bytes + 1 + TN_DIGEST_BYTES, right->bytes, TN_DIGEST_BYTES);
    crypto_generichash(out.bytes, sizeof(out.bytes), bytes, sizeof(bytes), NULL, 0);
    return out;
}

void tn_tree_init(tn_tree *tree)
{
    tree->count = 0;
    tree->height = 0;
}

void tn_tree_add(tn_tree *tree, const tn_leaf *leaf)
{
    tn_digest node = hash_leaf(leaf);
    for (uint64_t bits = tree->count; (bits & 1) != 0; bits >>= 1)
        node = hash_node(&tree->stack[--tree->height], &node);
    tree->stack[tree->height++] = node;
    tree->count++;
}

tn_digest tn_tree_root(const tn_tree *tree)
{
    static const char mark = LEAF_MARK;
    if (tree->height == 0)
        return tn_digest_of((tn_str){&mark, 1});
    tn_digest root = tree->stack[tree->height - 1];
    for (uint32_t i = tree->height - 1; i > 0; i--)
        root = hash_node(&tree->stack[i - 1], &root);
    return root;
}

tn_digest tn_tree_of(const tn_leaf *leaves, size_t count)
{
    tn_tree tree;
    tn_tree_init(&tree);
    for (size_t i = 0; i < count; i++)
        tn_tree_add(&tree, &leaves[i]);
    return tn_tree_root(&tree);
}

/* The largest power of two below `count`, which is at least 2. */
static uint64_t split(uint64_t count)
{
    uint64_t half = 1;
    while (half < count - half)
        half *= 2;
    return half;
}

tn_status tn_tree_path_of(const tn_leaf *leaves, size_t count, size_t index,
                          tn_arena *arena, tn_tree_path *out)
{
    tn_digest *siblings = tn_arena_take_array(arena, TN_TREE_LEVELS, sizeof(*siblings));
    if (siblings == NULL)
        return TN_NOMEM;
    *out = (tn_tree_path){index, count, siblings, 0};
    uint32_t at = TN_TREE_LEVELS;
    while (count > 1) {
        size_t half = (size_t)split(count);
        if (index < half) {
            siblings[--at] = tn_tree_of(leaves + half, count - half);
            count = half;
        } else {
            siblings[--at] = tn_tree_of(leaves, half);
            leaves += half;
            index -= half;
            count -= half;
        }
    }
    out->siblings = siblings + at;
    out->sibling_count = TN_TREE_LEVELS - at;
    return TN_OK;
}

bool tn_tree_climb(const tn_leaf *leaf, const tn_tree_path *path, tn_digest *root)
{
    if (path->index >= path->count)
        return false;
    uint64_t at = path->index;
    uint64_t last = path->count - 1;
    *root = hash_leaf(leaf);
    for (uint32_t i = 0; i < path->sibling_count; i++) {
        if (last == 0)
            return false;
        bool is_left = (at & 1) == 0 && at != last;
        *root = is_left ? hash_node(root, &path->siblings[i])
                        : hash_node(&path->siblings[i], root);
        if (!is_left) /* the levels on which it has no sibling */
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        at >>= 1;
        last >>= 1;
    }
    return last == 0;
}
