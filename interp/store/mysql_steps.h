/* mysql_steps: in which step (interp/push/table.h) what is kept falls due, as SQL.
 *
 * For each clock one more thing that rows are grouped by: the number of the first step
 * whose cutoff its column does not pass, found by halves. The server compares a column
 * with constants and nothing else.
 *
 * Owns: nothing. Fails: NOMEM, remembered by the statement. Threads: free. */
#ifndef TN_STORE_MYSQL_STEPS_H
#define TN_STORE_MYSQL_STEPS_H

#include "interp/store/mysql_render.h"

enum { TN_MYSQL_STEP_GROUPS_MAX = 50000 };

/* Are there so few steps and clocks that groups are fewer than rows? */
bool tn_mysql_can_step(const tn_push_table *table);

/* Appends `,EXPRESSION AS tenure_s0` for each clock, and `,tenure_s0`. Nothing where
 * the table has no steps. */
void tn_mysql_put_steps(const tn_mysql_renderer *renderer, const tn_push_table *table);
void tn_mysql_put_step_groups(tn_buf *text, const tn_push_table *table);

/* How many columns that are. */
uint32_t tn_mysql_step_columns(const tn_push_table *table);

#endif
