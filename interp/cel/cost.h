/* cost: the steps that evaluation counts, and how many an expression can take at most.
 *
 * Evaluation takes from its budget, the same on every host:
 *   each node         the cost in its row of nodes.def
 *   bytes             1 step for 8 that are compared, searched, read or made
 *   values            1 step for each that is compared; 3 for each put into a list, 7
 * for each entry of a map patterns          see regex.h doubles as text   64
 *
 * The worst case that the compiler tells (tn_cel_compiled.cost; an image
 * says nothing of it) is a bound for records whose texts, lists and maps are no larger
 * than assumed here; it goes by the larger branch, and every loop goes round to its
 * end. It is for people and planners: what protects a host is the budget alone. */
#ifndef TN_CEL_COST_H
#define TN_CEL_COST_H

enum {
    TN_CEL_ASSUMED_BYTES = 4096, /* of a text of a record */
    TN_CEL_ASSUMED_ITEMS = 64 /* of a list or map of a record, TN_CEL_ASSUMED_BYTES in
                                 all */
};

#endif
