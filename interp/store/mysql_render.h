/* mysql_render: what predicates (interp/push) ask of a row, as SQL.
 *
 * The server answers each leaf once, 1, 0 or NULL for unsure; what trees of leaves make
 * of the answers is worked out here, answer by answer and not row by row. Values are
 * bound, names are quoted. Nothing is compared by coercion: texts as bytes, integers
 * with integers, times with times of the column's own kind, and texts that hold times
 * only where they have exactly the form YYYY-MM-DDThh:mm:ssZ. What the column's type
 * and the declared one together do not make certain is NULL.
 *
 * Owns: parameters lie in the caller's arena. Fails: NOMEM. Threads: one at a time. */
#ifndef TN_STORE_MYSQL_RENDER_H
#define TN_STORE_MYSQL_RENDER_H

#include "interp/push/table.h"
#include "interp/store/mysql_table.h"
#include "interp/store/store.h"

/* A statement on its way, with what is to be bound. */
typedef struct tn_mysql_sql {
    tn_buf text;
    tn_arena *arena;
    tn_value *values;
    uint32_t count;
    uint32_t capacity;
    bool failed;
} tn_mysql_sql;

void tn_mysql_sql_init(tn_mysql_sql *sql, tn_arena *arena, const tn_allocator *memory);
void tn_mysql_sql_free(tn_mysql_sql *sql);
/* Appends `?` and remembers its value; a DATE becomes a text of its own form. */
void tn_mysql_sql_value(tn_mysql_sql *sql, const tn_value *value);
/* Prepares it and binds all that was remembered. */
TN_MUST_USE tn_status tn_mysql_sql_prepare(const tn_mysql_sql *sql, tn_mysql_db *db,
                                           tn_mysql_statement *out, tn_buf *why);

/* More keys than this in all are not worth sending. */
enum { TN_MYSQL_RENDER_KEYS_MAX = 20000 };
bool tn_mysql_is_renderable(const tn_push_table *table);

enum {
    TN_MYSQL_LEAVES_IN_WORD = 30, /* two bits each, in a BIGINT */
    TN_MYSQL_WORDS_MAX = 4,
    TN_MYSQL_LEAVES_MAX = TN_MYSQL_LEAVES_IN_WORD * TN_MYSQL_WORDS_MAX
};

/* What is asked of a row, each thing once however often predicates speak of it. */
typedef struct tn_mysql_leaves {
    const tn_pred *list[TN_MYSQL_LEAVES_MAX];
    uint32_t count;
    bool overflows;
    /* Of each column that is compared: is it null, readable, or neither? Asked once, so
     * that a comparison is a comparison alone. */
    tn_pred states[TN_MYSQL_LEAVES_MAX];
    uint32_t state_count;
} tn_mysql_leaves;

/* Adds those of `pred` that are not there yet. */
void tn_mysql_collect(tn_mysql_leaves *leaves, const tn_pred *pred);

/* The answers to all leaves: two bits each, 0, 1 or 2 for unsure. */
typedef struct tn_mysql_answers {
    int64_t words[TN_MYSQL_WORDS_MAX];
} tn_mysql_answers;

uint32_t tn_mysql_word_count(const tn_mysql_leaves *leaves);
/* What a tree comes to under these answers. */
tn_pred_truth tn_mysql_answer(const tn_mysql_leaves *leaves, const tn_pred *pred,
                              const tn_mysql_answers *answers);

typedef struct tn_mysql_renderer {
    tn_mysql_sql *sql;
    const tn_mysql_table *table;
    const tn_scan_column *columns; /* of the request */
} tn_mysql_renderer;

/* A constant, or what is asked of one column: 1, 0, or NULL for unsure. */
void tn_mysql_render_leaf(const tn_mysql_renderer *renderer, const tn_pred *pred);

/* A word of answers as an expression. */
void tn_mysql_render_word(const tn_mysql_renderer *renderer,
                          const tn_mysql_leaves *leaves, uint32_t word);

#endif
