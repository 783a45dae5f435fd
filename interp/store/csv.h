/* csv: CSV after RFC 4180, its first record naming the columns; the ops are in
 * store.h's list.
 *
 * Every value is text; an empty cell, quoted or not, is null. A record that is
 * malformed, has more or fewer cells than the header, or is not UTF-8 is a row with a
 * problem; its key is the number of its first line. Blank lines are none. A byte order
 * mark is skipped.
 *
 * Owns, fails, threads: as store.h says. */
#ifndef TN_STORE_CSV_H
#define TN_STORE_CSV_H

#include "interp/store/store.h"

extern const tn_store_ops tn_csv_ops;

#endif
