/* print_item: what stands in the braces of declarations other than categories. */
#include "interp/syntax/print_parts.h"

/* A title or text behind a name, where there is one. */
void tn_print_text(tn_printer *p, tn_text text)
{
    if (text.text.data == NULL)
        return;
    tn_print(p, " ");
    tn_print_slice(p, text.at);
}

/* --- entities */

static const void *entity_item_next(const void *node)
{
    return ((const tn_entity_item *)node)->next;
}

static tn_span entity_item_at(const void *node)
{
    return ((const tn_entity_item *)node)->at;
}

static int entity_item_run(const void *node, size_t *cell_count)
{
    const tn_entity_item *item = node;
    *cell_count = 3;
    return item->is_event ? 1 : 2;
}

static void entity_item_cell(tn_printer *p, const void *node, size_t cell)
{
    const tn_entity_item *item = node;
    bool has_label = item->label.text.data != NULL;
    if (cell == 0) {
        tn_print(p, item->is_event ? "event " : "attribute ");
        tn_print_name(p, item->name);
    } else if (cell == 1 && !item->is_event) {
        tn_print(p, ": ");
        tn_print_type(p, item->type);
    } else if (cell == 2 && item->is_event) {
        tn_print_marks(p, item->marks);
    } else if (has_label) {
        tn_print_slice(p, item->label.at);
    }
}

const tn_print_kind tn_print_entity_items_kind = {.next = entity_item_next,
                                                  .at = entity_item_at,
                                                  .run = entity_item_run,
                                                  .cell = entity_item_cell};

/* --- tables */

static const void *row_next(const void *node)
{
    return ((const tn_row *)node)->next;
}

static tn_span row_at(const void *node)
{
    return ((const tn_row *)node)->at;
}

static void print_row(tn_printer *p, const void *node)
{
    const tn_row *row = node;
    if (row->key.text.data == NULL) {
        tn_print(p, "default ");
    } else {
        tn_print_slice(p, row->key.at);
        tn_print(p, ": ");
    }
    tn_print_expr(p, row->value, 0);
}

const tn_print_kind tn_print_rows_kind = {
    .next = row_next, .at = row_at, .print = print_row};

/* --- mappings and targets */

static const void *mapping_next(const void *node)
{
    return ((const tn_mapping *)node)->next;
}

static tn_span mapping_at(const void *node)
{
    return ((const tn_mapping *)node)->at;
}

static int mapping_run(const void *node, size_t *cell_count)
{
    (void)node;
    *cell_count = 2;
    return 1;
}

static void mapping_cell(tn_printer *p, const void *node, size_t cell)
{
    const tn_mapping *mapping = node;
    if (cell == 0) {
        tn_print_name(p, mapping->name);
        return;
    }
    tn_print(p, "= ");
    tn_print_expr(p, mapping->value, 0);
    if (mapping->encoding.text.data != NULL) {
        tn_print(p, " as ");
        tn_print_name(p, mapping->encoding);
        tn_print_text(p, mapping->zone);
    }
    if (mapping->absent != NULL) {
        tn_print(p, " absent ");
        tn_print_expr(p, mapping->absent, 0);
    }
}

const tn_print_kind tn_print_mappings_kind = {
    .next = mapping_next, .at = mapping_at, .run = mapping_run, .cell = mapping_cell};

static const void *target_next(const void *node)
{
    return ((const tn_target *)node)->next;
}

static tn_span target_at(const void *node)
{
    return ((const tn_target *)node)->at;
}

static void print_target(tn_printer *p, const void *node)
{
    const tn_target *target = node;
    tn_print_path(p, target->placement);
    tn_print(p, " as ");
    tn_print_roles(p, target->roles);
    if (target->unmanaged) {
        tn_print(p, " unmanaged");
        tn_print_text(p, target->object);
        tn_print(p, " expires ");
        tn_print_period(p, target->expires);
        return;
    }
    tn_print(p, " to ");
    tn_print_name(p, target->store);
    tn_print(p, " ");
    tn_print_name(p, target->noun);
    tn_print_text(p, target->object);
    if (target->where != NULL) {
        tn_print(p, " where (");
        tn_print_expr(p, target->where, 0);
        tn_print(p, ")");
    }
    if (target->has_maps) {
        tn_print(p, " ");
        tn_print_block(p, &tn_print_mappings_kind, target->maps, target->at.end);
    }
}

const tn_print_kind tn_print_targets_kind = {
    .next = target_next, .at = target_at, .print = print_target};

/* --- tests */

static const void *test_item_next(const void *node)
{
    return ((const tn_test_item *)node)->next;
}

static tn_span test_item_at(const void *node)
{
    return ((const tn_test_item *)node)->at;
}

static void print_test_item(tn_printer *p, const void *node)
{
    const tn_test_item *item = node;
    switch (item->kind) {
    case TN_TEST_AT:
        tn_print(p, "at");
        tn_print_text(p, item->instant);
        break;
    case TN_TEST_RECORD:
    case TN_TEST_FACT:
        tn_print(p, item->kind == TN_TEST_RECORD ? "record " : "");
        tn_print_path(p, item->path);
        tn_print(p, " = ");
        tn_print_expr(p, item->value, 0);
        break;
    case TN_TEST_EXPECT:
        tn_print(p, "expect ");
        tn_print_name(p, item->verdict);
        if (item->reason.text.data != NULL) {
            tn_print(p, " because ");
            tn_print_name(p, item->reason);
        }
        break;
    }
}

const tn_print_kind tn_print_test_items_kind = {
    .next = test_item_next, .at = test_item_at, .print = print_test_item};
