/* mysql_render: what predicates (interp/push) ask of a row, as SQL.
 *
 * A leaf is 1, 0 or NULL for unsure; a word holds the answers to several
 * (mysql_answers), and a tree is itself 1, 0 or NULL. Values are bound, names are
 * quoted. Nothing is compared by coercion: texts as bytes, integers with integers,
 * times with times of the column's own kind, and texts that hold times only where they
 * have exactly the form YYYY-MM-DDThh:mm:ssZ. What the column's type and the declared
 * one together do not make certain is NULL.
 *
 * Owns: parameters lie in the caller's arena. Fails: NOMEM. Threads: one at a time. */
#ifndef TN_STORE_MYSQL_RENDER_H
#define TN_STORE_MYSQL_RENDER_H

#include "interp/push/table.h"
#include "interp/store/mysql_answers.h"
#include "interp/store/mysql_sql.h"
#include "interp/store/mysql_table.h"
#include "interp/store/store.h"

typedef struct tn_mysql_renderer {
    tn_mysql_sql *sql;
    const tn_mysql_table *table;
    const tn_scan_column *columns; /* of the request */
} tn_mysql_renderer;

/* A tree as an expression that is 1, 0 or NULL: 1 exactly where all that it says is
 * certain. Of a row with a value that can't be read it may say 0 or NULL. */
void tn_mysql_render_tree(const tn_mysql_renderer *renderer, const tn_pred *pred);
/* A constant, or what is asked of one column: 1, 0, or NULL for unsure. */
void tn_mysql_render_leaf(const tn_mysql_renderer *renderer, const tn_pred *pred);

/* A word of answers as an expression. */
void tn_mysql_render_word(const tn_mysql_renderer *renderer,
                          const tn_mysql_leaves *leaves, uint32_t word);

#endif
