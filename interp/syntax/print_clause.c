#include "interp/syntax/print_parts.h"

#include <string.h>

/* --- small parts */

void tn_print_name(tn_printer *p, tn_name name)
{
    tn_print_slice(p, name.at);
}

/* A path may have blanks and comments between its parts: only the rest is printed. */
void tn_print_path(tn_printer *p, const tn_path *path)
{
    tn_str text = tn_source_slice(p->sources, path->at);
    bool quoted = false, comment = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '`' && !comment)
            quoted = !quoted;
        if (!quoted && c == '/' && i + 1 < text.len && text.data[i + 1] == '/')
            comment = true;
        bool skipped = comment || (!quoted && strchr(" \t\r\n\f", c) != NULL);
        if (c == '\n')
            comment = false;
        if (!skipped)
            tn_print_str(p, (tn_str){&text.data[i], 1});
    }
}

static void print_paths(tn_printer *p, const void *node, bool broken)
{
    for (const tn_path *path = node; path != NULL; path = path->next) {
        tn_print_path(p, path);
        if (path->next == NULL)
            return;
        tn_print(p, ",");
        if (broken)
            tn_print_break(p, TN_PRINT_INDENT, path->next->at.start);
        else
            tn_print(p, " ");
    }
}

void tn_print_paths(tn_printer *p, const tn_path *paths)
{
    const tn_path *last = paths;
    while (last->next != NULL)
        last = last->next;
    tn_print_fitting(p, print_paths, paths, last == paths ? 0 : last->at.start);
}

/* A name; or the digits and the unit, with one blank between. */
static void print_term(tn_printer *p, const tn_term *term)
{
    if (term->named != NULL) {
        tn_print_path(p, term->named);
        return;
    }
    tn_str text = tn_source_slice(p->sources, term->at);
    size_t digits = 0, unit = text.len;
    bool hex = tn_str_starts(text, TN_STR("0x"));
    const char *set = hex ? "0123456789abcdefABCDEFx" : "0123456789";
    while (digits < text.len && strchr(set, text.data[digits]) != NULL)
        digits++;
    while (unit > 0 && text.data[unit - 1] >= 'a' && text.data[unit - 1] <= 'z')
        unit--;
    tn_print_str(p, tn_str_slice(text, 0, digits));
    tn_print(p, " ");
    tn_print_str(p, tn_str_slice(text, unit, SIZE_MAX));
}

void tn_print_period(tn_printer *p, const tn_term *terms)
{
    for (const tn_term *term = terms; term != NULL; term = term->next) {
        print_term(p, term);
        tn_print(p, term->next == NULL ? "" : " + ");
    }
}

void tn_print_type(tn_printer *p, const tn_type_name *type)
{
    tn_print_name(p, type->name);
    if (type->params == NULL)
        return;
    tn_print(p, "<");
    for (const tn_type_name *param = type->params; param != NULL; param = param->next) {
        tn_print_type(p, param);
        tn_print(p, param->next == NULL ? ">" : ", ");
    }
}

void tn_print_marks(tn_printer *p, const tn_mark *marks)
{
    for (const tn_mark *mark = marks; mark != NULL; mark = mark->next) {
        tn_print(p, mark == marks ? "@" : " @");
        tn_print_name(p, mark->name);
        for (const tn_mark_arg *arg = mark->args; arg != NULL; arg = arg->next) {
            tn_print(p, arg == mark->args ? "(" : ", ");
            if (arg->word.text.data != NULL) {
                tn_print_name(p, arg->word);
                tn_print(p, " ");
            }
            tn_print_slice(p, arg->value.at);
        }
        tn_print(p, mark->args == NULL ? "" : ")");
    }
}

void tn_print_roles(tn_printer *p, const tn_role *roles)
{
    for (const tn_role *role = roles; role != NULL; role = role->next) {
        tn_print(p, role == roles ? "" : " and ");
        tn_print_name(p, role->name);
    }
}

static void print_point(tn_printer *p, const tn_point *point)
{
    if (point->kind == TN_POINT_PATH) {
        tn_print_path(p, point->path);
        return;
    }
    tn_print(p, point->kind == TN_POINT_LATEST ? "latest of (" : "earliest of (");
    for (const tn_point *member = point->members; member != NULL;
         member = member->next) {
        print_point(p, member);
        tn_print(p, member->next == NULL ? ")" : ", ");
    }
}

static void print_reach(tn_printer *p, const tn_item *item)
{
    tn_print_period(p, item->period);
    tn_print(p, " from ");
    if (item->anchor->has_end_of) {
        tn_print(p, item->anchor->sunday ? "end of sunday " : "end of ");
        tn_print_slice(p, item->anchor->unit_at);
        tn_print(p, " of ");
    }
    print_point(p, item->anchor->point);
}

static void print_timing(tn_printer *p, const tn_timing *timing)
{
    tn_print(p, "delete");
    if (timing->immediately)
        tn_print(p, " immediately");
    if (timing->after != NULL) {
        tn_print(p, " after ");
        tn_print_period(p, timing->after);
    }
    if (timing->within != NULL) {
        tn_print(p, " within ");
        tn_print_period(p, timing->within);
    }
}

/* --- fields */

static const void *field_next(const void *node)
{
    return ((const tn_field *)node)->next;
}

static tn_span field_at(const void *node)
{
    return ((const tn_field *)node)->at;
}

static int field_run(const void *node, size_t *cell_count)
{
    (void)node;
    *cell_count = 4;
    return 1;
}

static void field_cell(tn_printer *p, const void *node, size_t cell)
{
    const tn_field *field = node;
    if (cell == 0) {
        tn_print_name(p, field->name);
    } else if (cell == 1) {
        tn_print(p, ": ");
        tn_print_type(p, field->type);
    } else if (cell == 2) {
        tn_print_marks(p, field->marks);
    } else if (field->label.text.data != NULL) {
        tn_print_slice(p, field->label.at);
    }
}

static const tn_print_kind fields_kind = {
    .next = field_next, .at = field_at, .run = field_run, .cell = field_cell};

/* --- clauses */

static void print_placement(tn_printer *p, const tn_placement *placement)
{
    tn_print_path(p, placement->store);
    tn_print(p, " as ");
    tn_print_roles(p, placement->roles);
    if (placement->at_most != NULL) {
        tn_print(p, " for at most ");
        tn_print_period(p, placement->at_most);
    }
}

static void print_placements(tn_printer *p, const void *node, bool broken)
{
    for (const tn_placement *one = node; one != NULL; one = one->next) {
        print_placement(p, one);
        if (one->next == NULL)
            return;
        tn_print(p, ",");
        if (broken)
            tn_print_break(p, TN_PRINT_INDENT, one->next->at.start);
        else
            tn_print(p, " ");
    }
}

static void print_redact(tn_printer *p, const tn_item *item)
{
    tn_print(p, "redact ");
    tn_print_paths(p, item->paths);
    if (item->to != NULL) {
        tn_print(p, " to ");
        tn_print_expr(p, item->to, 0);
    }
    tn_print(p, " after ");
    print_reach(p, item);
}

/* The words of a clause before its tail and its `then`. */
static void print_words(tn_printer *p, const tn_item *item)
{
    switch (item->kind) {
    case TN_ITEM_RETAIN_PERIOD:
        tn_print(p, "retain ");
        print_reach(p, item);
        break;
    case TN_ITEM_RETAIN_UNTIL:
    case TN_ITEM_DUTY_UNTIL:
        tn_print(p, item->kind == TN_ITEM_RETAIN_UNTIL ? "retain until "
                                                       : "retain at least until ");
        tn_print_path(p, item->event);
        break;
    case TN_ITEM_RETAIN_INDEFINITELY: tn_print(p, "retain indefinitely"); break;
    case TN_ITEM_DUTY_PERIOD:
    case TN_ITEM_LIMIT:
        tn_print(p,
                 item->kind == TN_ITEM_LIMIT ? "retain at most " : "retain at least ");
        print_reach(p, item);
        break;
    case TN_ITEM_ON:
        tn_print(p, "on ");
        tn_print_path(p, item->event);
        tn_print(p, " ");
        print_timing(p, &item->timing);
        break;
    case TN_ITEM_REDACT: print_redact(p, item); break;
    case TN_ITEM_FLAG: tn_print(p, "flag"); break;
    case TN_ITEM_HOLD: tn_print(p, "hold"); break;
    case TN_ITEM_OVERRIDES: tn_print(p, "overrides retention"); break;
    case TN_ITEM_STORED:
    case TN_ITEM_FIELDS:
    case TN_ITEM_PURPOSE:
    case TN_ITEM_BASIS: break; /* printed elsewhere */
    }
}

static void print_tail(tn_printer *p, const tn_tail *tail, size_t more)
{
    switch (tail->kind) {
    case TN_TAIL_WHEN:
    case TN_TAIL_UNLESS:
        tn_print(p, tail->kind == TN_TAIL_WHEN ? "when " : "unless ");
        tn_print_expr(p, tail->guard, more);
        break;
    case TN_TAIL_BECAUSE:
        tn_print(p, "because ");
        tn_print_slice(p, tail->why.at);
        break;
    }
}

/* The words and the `then` of a clause. */
static void print_head(tn_printer *p, const void *node, bool broken)
{
    const tn_item *item = node;
    print_words(p, item);
    if (item->kind == TN_ITEM_ON || !item->timing.stated)
        return;
    if (broken)
        tn_print_break(p, TN_PRINT_INDENT, item->timing.at.start);
    else
        tn_print(p, " ");
    tn_print(p, "then ");
    print_timing(p, &item->timing);
}

/* Where the `then` of a clause begins when it is put on a line of its own. */
static uint32_t then_start(const tn_item *item)
{
    bool has_then = item->timing.stated && item->kind != TN_ITEM_ON;
    return has_then ? item->timing.at.start : 0;
}

/* These keep their first condition on their line. */
static bool is_short(const tn_item *item)
{
    return item->kind == TN_ITEM_FLAG || item->kind == TN_ITEM_HOLD ||
           item->kind == TN_ITEM_OVERRIDES;
}

static uint32_t last_tail_start(const tn_item *item)
{
    const tn_tail *last = item->tail;
    if (last == NULL || (is_short(item) && last->next == NULL))
        return 0;
    while (last->next != NULL)
        last = last->next;
    return last->at.start;
}

/* A clause on one line, or its tail below it. */
static void print_clause(tn_printer *p, const void *node, bool broken)
{
    const tn_item *item = node;
    tn_print_fitting(p, print_head, item, then_start(item));
    for (const tn_tail *tail = item->tail; tail != NULL; tail = tail->next) {
        bool below = broken && !(is_short(item) && tail == item->tail);
        if (tn_print_is_over(p))
            return;
        if (below)
            tn_print_break(p, TN_PRINT_INDENT, tail->at.start);
        else
            tn_print(p, " ");
        print_tail(p, tail, below ? TN_PRINT_INDENT : 0);
    }
}

static const void *item_next(const void *node)
{
    return ((const tn_item *)node)->next;
}

static tn_span item_at(const void *node)
{
    return ((const tn_item *)node)->at;
}

/* purpose and basis stand in columns. */
static int item_run(const void *node, size_t *cell_count)
{
    const tn_item *item = node;
    *cell_count = 2;
    return item->kind == TN_ITEM_PURPOSE || item->kind == TN_ITEM_BASIS;
}

static void item_cell(tn_printer *p, const void *node, size_t cell)
{
    const tn_item *item = node;
    if (cell == 0) {
        tn_print(p, item->kind == TN_ITEM_PURPOSE ? "purpose" : "basis");
    } else if (item->specified_in != NULL) {
        tn_print(p, "as specified in ");
        tn_print_path(p, item->specified_in);
    } else {
        tn_print_paths(p, item->paths);
    }
}

static uint32_t last_placement_start(const tn_item *item)
{
    const tn_placement *last = item->placements;
    while (last->next != NULL)
        last = last->next;
    return last == item->placements ? 0 : last->at.start;
}

static void print_item(tn_printer *p, const void *node)
{
    const tn_item *item = node;
    if (item->kind == TN_ITEM_FIELDS) {
        tn_print(p, item->strict ? "fields strict " : "fields ");
        tn_print_block(p, &fields_kind, item->fields, item->at.end);
    } else if (item->kind == TN_ITEM_STORED) {
        tn_print(p, "stored in ");
        tn_print_fitting(p, print_placements, item->placements,
                         last_placement_start(item));
    } else {
        tn_print_fitting(p, print_clause, item, last_tail_start(item));
    }
}

static const tn_print_kind items_kind = {.next = item_next,
                                         .at = item_at,
                                         .run = item_run,
                                         .cell = item_cell,
                                         .print = print_item};

void tn_print_clauses(tn_printer *p, const tn_item *items, uint32_t end)
{
    tn_print_block(p, &items_kind, items, end);
}
