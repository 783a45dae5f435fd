/* vectors: what the files behind vector.h share.
 *
 * Owns: see vector.h. */
#ifndef TN_CEL_VECTORS_H
#define TN_CEL_VECTORS_H

#include "interp/base/same_bytes.h"
#include "interp/cel/program.h"
#include "interp/cel/vector.h"

#include <string.h>

/* Truths in an order in which && is the lesser, || the greater, and ! turns it round.
 */
enum { VEC_FALSE = 0, VEC_UNKNOWN = 1, VEC_TRUE = 2 };

/* What a value is. */
enum { VEC_VALUE = 0, VEC_NULL = 1, VEC_ERROR = 2 };

typedef enum vec_kind {
    VEC_TRUTHS, /* in `state`; errors are unknown */
    VEC_BOOLS,  /* 0 or 1 in `ints` */
    VEC_INTS,
    VEC_REALS,
    VEC_TEXTS,
    VEC_COUNTS /* timestamps, in `ints`, of one tick */
} vec_kind;

/* One value of each record. */
typedef struct vec {
    vec_kind kind;
    tn_tick tick;
    const uint8_t *state;
    const int64_t *ints;
    const double *reals;
    const tn_str *texts;
} vec;

/* Room for what one value of each record takes. */
typedef struct vec_room {
    uint8_t *state;
    int64_t *ints;
    double *reals;
    tn_str *texts; /* NULL: never texts */
} vec_room;

/* A slot of the expression, and its values in the block. */
typedef struct vec_slot {
    uint32_t slot;
    tn_kind kind;
    bool is_loaded;
    vec value;
    vec_room room;
} vec_slot;

/* The truth of a node that asks a slot about a constant, of each text of a dictionary.
 */
typedef struct vec_answers {
    bool are_known;
    uint8_t *truths; /* own; null comes last */
    size_t capacity;
    uint64_t longest;
} vec_answers;

struct tn_cel_vector {
    const tn_cel_program *program;
    const tn_cel_expr *expr;
    const tn_cel_node *nodes;
    uint64_t budget;
    tn_arena arena;
    const tn_allocator *memory;
    vec_slot *slots;
    uint32_t slot_count;
    vec *stack;
    vec_room *rooms;      /* by depth */
    vec_answers *answers; /* by node */
    /* of the block */
    const tn_cel_block *block;
    uint64_t longest; /* bytes of its longest text */
};

TN_MUST_USE tn_status tn_vec_take(tn_arena *arena, bool is_text, vec_room *out);

/* --- vector_load.c */

/* The values of a slot; NULL: they can't be read in a block. */
const vec *tn_vec_load(tn_cel_vector *vector, uint32_t slot);
/* Reads texts of an array, from `start` on. */
void tn_vec_load_texts(tn_cel_vector *vector, const tn_array *array, int64_t start,
                       uint32_t count, vec_room *room);
/* The array of a slot, if it has one; *is_there false: it has none. */
const tn_array *tn_vec_array(const tn_cel_vector *vector, uint32_t slot,
                             bool *is_there);

bool tn_vec_is_ascii(const char *text, size_t len);

/* --- vector_piece.c */

typedef enum vec_question {
    VEC_IS_TEXT,
    VEC_IS_OTHER,
    VEC_STARTS_WITH,
    VEC_ENDS_WITH
} vec_question;

/* Asks about the texts of an array as they lie, in one piece; false: they don't, or are
 * not ASCII, or long. */
bool tn_vec_ask_piece(tn_cel_vector *vector, const tn_array *array,
                      vec_question question, tn_str sought, uint8_t *out);

/* --- vector_ops.c: each sets truths or values of a whole block */

typedef enum vec_order { VEC_EQ, VEC_NE, VEC_LT, VEC_LE, VEC_GT, VEC_GE } vec_order;

bool tn_vec_compare(vec_order order, const vec *a, const vec *b, uint8_t *out);
/* Against one value, which is no null. False: not of a kind that is compared here. */
bool tn_vec_compare_constant(vec_order order, const vec *a, const tn_value *b,
                             uint32_t count, uint8_t *out);
bool tn_vec_is_null(const vec *a, bool wanted, uint8_t *out);
bool tn_vec_is_in(const vec *a, const tn_list_value *list, uint32_t count,
                  uint8_t *out);
bool tn_vec_has(const vec *a, uint8_t *out);
bool tn_vec_truths(const vec *a, uint8_t *out);

typedef enum vec_part { VEC_STARTS, VEC_ENDS, VEC_CONTAINS } vec_part;

bool tn_vec_has_part(vec_part part, const vec *a, tn_str sought, uint32_t count,
                     uint8_t *out);

typedef enum vec_math { VEC_ADD, VEC_SUB, VEC_MUL, VEC_DIV, VEC_MOD } vec_math;
bool tn_vec_compute(vec_math math, const vec *a, const vec *b, vec_room *room,
                    vec *out);
bool tn_vec_negate(const vec *a, vec_room *room, vec *out);
bool tn_vec_size(const vec *a, uint32_t count, vec_room *room, vec *out);
bool tn_vec_constant(const tn_value *value, vec_room *room, vec *out);

#endif
