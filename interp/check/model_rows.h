/* model_rows: adding rows to a model's arrays.
 *
 * Owns: nothing; rows lie in the model's arena, an array that grows leaves its old rows
 * there. Fails: NOMEM, also when no number is left. Threads: one at a time. */
#ifndef TN_CHECK_MODEL_ROWS_H
#define TN_CHECK_MODEL_ROWS_H

#include "interp/check/model.h"

/* Every array of tn_model: X(one row, the array, type of a row). */
#define TN_MODEL_ARRAYS(X)                                                             \
    X(zone, zones, tn_zone)                                                            \
    X(module, modules, tn_module)                                                      \
    X(reference, references, uint32_t)                                                 \
    X(section, sections, tn_section)                                                   \
    X(purpose, purposes, tn_purpose)                                                   \
    X(basis, bases, tn_basis)                                                          \
    X(period, periods, tn_named_period)                                                \
    X(entity, entities, tn_entity)                                                     \
    X(fact, facts, tn_fact)                                                            \
    X(table, tables, tn_model_table)                                                   \
    X(condition, conditions, tn_condition)                                             \
    X(category, categories, tn_category)                                               \
    X(category_entity, category_entities, tn_category_entity)                          \
    X(field, fields, tn_model_field)                                                   \
    X(slot, slots, tn_slot)                                                            \
    X(purpose_ref, purpose_refs, uint32_t)                                             \
    X(basis_ref, basis_refs, uint32_t)                                                 \
    X(placement, placements, tn_model_placement)                                       \
    X(clause, clauses, tn_clause)                                                      \
    X(anchor, anchors, tn_model_anchor)                                                \
    X(anchor_slot, anchor_slots, uint32_t)                                             \
    X(redact_slot, redact_slots, uint32_t)                                             \
    X(override, overrides, tn_override)                                                \
    X(test, tests, tn_test)                                                            \
    X(test_fact, test_facts, tn_test_fact)                                             \
    X(store, stores, tn_store_decl)                                                    \
    X(feed, feeds, tn_feed)                                                            \
    X(data_source, data_sources, tn_data_source)                                       \
    X(column, columns, tn_str)                                                         \
    X(column_map, column_maps, tn_column_map)                                          \
    X(fact_source, fact_sources, tn_fact_source)                                       \
    X(binding, bindings, tn_binding)

/* tn_model_add_module(model, &row, &number) and so on: copies the row to the end of its
 * array; its number goes to *number, which may be NULL. */
#define X(one, many, type)                                                             \
    TN_MUST_USE tn_status tn_model_add_##one(tn_model *model, const type *row,         \
                                             uint32_t *number);
TN_MODEL_ARRAYS(X)
#undef X

/* Room for one row more: the rows, moved to a bigger place when they are full; NULL
 * when there is no memory, or no number left. */
void *tn_rows_grow(tn_arena *arena, void *rows, uint32_t count, uint32_t *capacity,
                   size_t row_bytes);

#endif
