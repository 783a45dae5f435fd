#include "interp/eval/doubt_text.h"
#include "interp/eval/summary.h"

#include <string.h>

enum {
    WIDTH = 80,
    GAP = 2,          /* between columns */
    NUMBER_MAX = 32,  /* bytes of a number with separators and brackets */
    LABEL_MIN = 12,   /* the first column, at least */
    LIST_NUMBERS = 11 /* width of the numbers in the lists below the table */
};

typedef enum table_column {
    COLUMN_RECORDS,
    COLUMN_KEEP,
    COLUMN_HELD,
    COLUMN_DELETE,
    COLUMN_OVERDUE,
    COLUMN_FLAG,
    COLUMN_NEXT,
    COLUMN_COUNT
} table_column;

static const char *const headings[COLUMN_COUNT] = {
    "records", "keep", "(held)", "delete", "overdue", "flag", "next due"};

typedef struct table {
    tn_buf *buf;
    const tn_summary *summary;
    const tn_image *image;
    bool color;
    size_t widths[COLUMN_COUNT];
    size_t label_width;
    bool has_roles; /* in the labels */
} table;

/* --- words */

tn_str tn_summary_place(const tn_image *image, const tn_bound *bound)
{
    if (bound->placement == TN_NONE)
        return bound->origin.store_name;
    return tn_image_str(image, image->placements[bound->placement].store);
}

uint32_t tn_summary_roles(const tn_image *image, const tn_bound *bound,
                          const char *out[TN_ROLE_NAMES])
{
    static const struct {
        uint32_t bit;
        const char *name;
    } roles[TN_ROLE_NAMES] = {{TN_ROLE_PRIMARY, "primary"},
                              {TN_ROLE_BACKUP, "backup"},
                              {TN_ROLE_TEMPORARY, "temporary"}};
    uint32_t bits =
        bound->binding == TN_NONE ? 0 : image->bindings[bound->binding].roles;
    uint32_t count = 0;
    for (uint32_t i = 0; i < TN_ROLE_NAMES; i++)
        if ((bits & roles[i].bit) != 0)
            out[count++] = roles[i].name;
    return count;
}

bool tn_summary_is_deployment(const tn_summary *summary)
{
    return summary->eval->bound_count > 0 &&
           summary->eval->bounds[0].binding != TN_NONE;
}

/* 1234567 as 1,234,567, at most 26 bytes; its length. */
static size_t format_number(uint64_t number, char *out)
{
    char digits[NUMBER_MAX];
    size_t count = 0, len = 0;
    do {
        if (count % 4 == 3)
            digits[count++] = ',';
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0)
        out[len++] = digits[--count];
    out[len] = '\0';
    return len;
}

static void put_number(tn_buf *buf, uint64_t number)
{
    char text[NUMBER_MAX];
    tn_buf_put(buf, (tn_str){text, format_number(number, text)});
}

/* Code points take one column each, near enough for what policies name. */
static size_t width_of(tn_str text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.len; i++)
        width += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return width;
}

/* Words from `column` on, broken before WIDTH, later lines indented as far. */
static void put_wrapped(tn_buf *buf, tn_str text, size_t column)
{
    size_t at = column;
    while (text.len > 0) {
        size_t len = tn_str_find(text, TN_STR(" "));
        tn_str word = tn_str_slice(text, 0, len);
        size_t width = width_of(word);
        if (at > column && at + 1 + width > WIDTH) {
            tn_buf_put_char(buf, '\n');
            tn_buf_put_repeated(buf, ' ', column);
            at = column;
        } else if (at > column) {
            tn_buf_put_char(buf, ' ');
            at++;
        }
        tn_buf_put(buf, word);
        at += width;
        text = tn_str_slice(text, len == SIZE_MAX ? text.len : len + 1, SIZE_MAX);
    }
    tn_buf_put_char(buf, '\n');
}

/* --- cells */

static size_t format_cell(const tn_tally *tally, table_column which,
                          char out[NUMBER_MAX])
{
    switch (which) {
    case COLUMN_RECORDS: return format_number(tally->record_count, out);
    case COLUMN_KEEP: return format_number(tn_tally_of(tally, TN_KEEP), out);
    case COLUMN_HELD: {
        out[0] = '(';
        size_t len = 1 + format_number(tally->reasons[TN_REASON_HOLD], out + 1);
        out[len++] = ')';
        return len;
    }
    case COLUMN_DELETE: return format_number(tn_tally_of(tally, TN_DELETE), out);
    case COLUMN_OVERDUE: return format_number(tally->overdue_count, out);
    case COLUMN_FLAG: return format_number(tn_tally_of(tally, TN_FLAG), out);
    case COLUMN_NEXT:
        if (tally->has_next_due) {
            tn_instant_format(tally->next_due, out);
            return strlen("YYYY-MM-DD");
        }
        out[0] = '-';
        return 1;
    case COLUMN_COUNT: break;
    }
    return 0;
}

static const char *color_of(const tn_tally *tally, table_column which)
{
    if (which == COLUMN_OVERDUE && tally->overdue_count > 0)
        return "\x1b[31m"; /* red */
    if (which == COLUMN_FLAG && tn_tally_of(tally, TN_FLAG) > 0)
        return "\x1b[33m"; /* yellow */
    return NULL;
}

static void put_right(tn_buf *buf, tn_str text, size_t width)
{
    tn_buf_put_repeated(buf, ' ', text.len < width ? width - text.len : 0);
    tn_buf_put(buf, text);
}

static void put_label(const table *t, const tn_bound *bound, tn_buf *buf)
{
    const char *roles[TN_ROLE_NAMES];
    uint32_t count = tn_summary_roles(t->image, bound, roles);
    tn_buf_put(buf, tn_summary_place(t->image, bound));
    for (uint32_t i = 0; t->has_roles && i < count; i++)
        tn_buf_put_format(buf, "%s%s", i == 0 ? " " : "+", roles[i]);
}

/* A label too long for its column keeps its end, which tells paths apart. */
static void put_fitted(const table *t, tn_str label)
{
    size_t room = t->label_width - GAP;
    size_t width = width_of(label);
    tn_buf_put_repeated(t->buf, ' ', GAP);
    if (width <= room) {
        tn_buf_put(t->buf, label);
        tn_buf_put_repeated(t->buf, ' ', room - width);
        return;
    }
    tn_buf_put_text(t->buf, "...");
    for (size_t drop = width - (room - 3); drop > 0; drop--)
        do
            label = tn_str_slice(label, 1, SIZE_MAX);
        while (label.len > 0 && ((unsigned char)label.data[0] & 0xC0) == 0x80);
    tn_buf_put(t->buf, label);
}

/* --- the table */

static const tn_bound *bound_at(const table *t, uint32_t i)
{
    return &t->summary->eval->bounds[i];
}

static void measure_numbers(table *t)
{
    char text[NUMBER_MAX];
    for (int c = 0; c < COLUMN_COUNT; c++) {
        t->widths[c] = strlen(headings[c]);
        for (uint32_t i = 0; i < t->summary->eval->bound_count; i++) {
            size_t len = format_cell(&t->summary->tallies[i], (table_column)c, text);
            if (len > t->widths[c])
                t->widths[c] = len;
        }
    }
}

static size_t widest_label(const table *t)
{
    tn_buf label;
    size_t widest = LABEL_MIN;
    tn_buf_init(&label, t->buf->memory);
    for (uint32_t i = 0; i < t->summary->eval->bound_count; i++) {
        tn_buf_reset(&label);
        put_label(t, bound_at(t, i), &label);
        size_t width = GAP + width_of(tn_buf_view(&label));
        if (width > widest)
            widest = width;
    }
    tn_buf_free(&label);
    return widest;
}

/* Roles are told where there is room; else labels are cut. */
static void measure(table *t)
{
    size_t numbers = 0;
    measure_numbers(t);
    for (int c = 0; c < COLUMN_COUNT; c++)
        numbers += GAP + t->widths[c];
    size_t room = numbers + LABEL_MIN < WIDTH ? WIDTH - numbers : LABEL_MIN;
    t->has_roles = true;
    t->label_width = widest_label(t);
    if (t->label_width > room) {
        t->has_roles = false;
        t->label_width = widest_label(t);
    }
    if (t->label_width > room)
        t->label_width = room;
}

static void put_headings(const table *t)
{
    tn_buf_put_repeated(t->buf, ' ', t->label_width);
    for (int c = 0; c < COLUMN_COUNT; c++) {
        tn_buf_put_repeated(t->buf, ' ', GAP);
        put_right(t->buf, tn_str_from(headings[c]), t->widths[c]);
    }
    tn_buf_put_char(t->buf, '\n');
}

static void put_row(const table *t, uint32_t i)
{
    char text[NUMBER_MAX];
    tn_buf label;
    tn_buf_init(&label, t->buf->memory);
    put_label(t, bound_at(t, i), &label);
    put_fitted(t, tn_buf_view(&label));
    tn_buf_free(&label);
    for (int c = 0; c < COLUMN_COUNT; c++) {
        const tn_tally *tally = &t->summary->tallies[i];
        const char *color = t->color ? color_of(tally, (table_column)c) : NULL;
        size_t len = format_cell(tally, (table_column)c, text);
        tn_buf_put_repeated(t->buf, ' ', GAP);
        tn_buf_put_text(t->buf, color);
        put_right(t->buf, (tn_str){text, len}, t->widths[c]);
        tn_buf_put_text(t->buf, color == NULL ? NULL : "\x1b[0m");
    }
    tn_buf_put_char(t->buf, '\n');
}

static void put_bold(const table *t, tn_str text)
{
    tn_buf_put_text(t->buf, t->color ? "\x1b[1m" : NULL);
    tn_buf_put(t->buf, text);
    tn_buf_put_text(t->buf, t->color ? "\x1b[0m\n" : "\n");
}

static void put_table(const table *t)
{
    uint32_t category = TN_NONE;
    put_headings(t);
    for (uint32_t i = 0; i < t->summary->eval->bound_count; i++) {
        if (!bound_at(t, i)->is_managed)
            continue;
        if (bound_at(t, i)->category != category) {
            category = bound_at(t, i)->category;
            put_bold(t, tn_image_str(t->image, t->image->categories[category].name));
        }
        put_row(t, i);
    }
}

/* --- what stands below it */

static void put_where(const table *t, tn_buf *buf, const tn_bound *bound)
{
    tn_buf_put(buf, tn_image_str(t->image, t->image->categories[bound->category].name));
    if (bound->placement == TN_NONE)
        return;
    tn_buf_put_text(buf, ", ");
    tn_buf_put(buf, tn_summary_place(t->image, bound));
}

/* "  1,234  TEXT" with TEXT wrapped; takes the text's content. */
static void put_item(const table *t, uint64_t count, tn_buf *text)
{
    char number[NUMBER_MAX];
    put_right(t->buf, (tn_str){number, format_number(count, number)}, LIST_NUMBERS);
    tn_buf_put_repeated(t->buf, ' ', GAP);
    put_wrapped(t->buf, tn_buf_view(text), LIST_NUMBERS + GAP);
    t->buf->failed |= text->failed;
    tn_buf_reset(text);
}

static void put_doubt(const table *t, const tn_bound *bound,
                      const tn_tally_doubt *doubt, tn_buf *text)
{
    tn_reason reason = doubt->doubt.reason;
    tn_buf_put_text(text, tn_reason_text(reason));
    tn_buf_put_text(text, ": ");
    tn_doubt_put_cause(text, t->image, bound, &doubt->doubt);
    tn_buf_put_text(text, doubt->count > 1 ? "; the first is record " : "; record ");
    tn_buf_put(text, doubt->first_record);
    put_item(t, doubt->count, text);
}

/* What to do, once for each reason that there is. */
static void put_advice(const table *t)
{
    enum { REASON_WIDTH = 18 };
    bool is_met[TN_REASON_COUNT] = {false};
    for (uint32_t i = 0; i < t->summary->eval->bound_count; i++)
        for (uint32_t k = 0; k < t->summary->tallies[i].doubt_count; k++)
            is_met[t->summary->tallies[i].doubts[k].doubt.reason] = true;
    tn_buf_put_text(t->buf, "  What to do\n");
    for (int i = 0; i < TN_REASON_COUNT; i++) {
        tn_str reason = tn_str_from(tn_reason_text((tn_reason)i));
        if (!is_met[i])
            continue;
        tn_buf_put_repeated(t->buf, ' ', 2 * GAP);
        tn_buf_put(t->buf, reason);
        tn_buf_put_repeated(t->buf, ' ', REASON_WIDTH + GAP - reason.len);
        put_wrapped(t->buf, tn_str_from(tn_doubt_advice((tn_reason)i)),
                    REASON_WIDTH + 3 * GAP);
    }
}

/* People have decided about some of them. */
static void put_resolved(const table *t, const tn_tally *tally, tn_buf *text)
{
    if (tally->resolved_delete_count > 0) {
        tn_buf_put_text(text, "of these resolved by a review: a plan deletes them");
        put_item(t, tally->resolved_delete_count, text);
    }
    if (tally->resolved_keep_count > 0) {
        tn_buf_put_text(text, "of these resolved by a review: they are kept");
        put_item(t, tally->resolved_keep_count, text);
    }
}

static void put_doubts(const table *t, tn_buf *text)
{
    bool is_first = true;
    for (uint32_t i = 0; i < t->summary->eval->bound_count; i++) {
        const tn_tally *tally = &t->summary->tallies[i];
        if (tally->doubt_count == 0)
            continue;
        if (is_first)
            tn_buf_put_text(t->buf,
                            "\nFlagged: doubt never deletes, so a person has to "
                            "look\n");
        is_first = false;
        tn_buf_put_text(t->buf, "  ");
        put_where(t, t->buf, tally->bound);
        tn_buf_put_char(t->buf, '\n');
        for (uint32_t k = 0; k < tally->doubt_count; k++)
            put_doubt(t, tally->bound, &tally->doubts[k], text);
        put_resolved(t, tally, text);
    }
    if (!is_first)
        put_advice(t);
}

static void put_columns(const table *t, tn_buf *text)
{
    bool is_first = true;
    for (uint32_t i = 0; i < t->summary->eval->bound_count; i++) {
        const tn_tally *tally = &t->summary->tallies[i];
        for (uint32_t k = 0; k < tally->column_count; k++) {
            if (is_first)
                tn_buf_put_text(t->buf, "\nFields that the policy does not declare\n");
            is_first = false;
            tn_buf_put(text, tally->columns[k].name);
            tn_buf_put_text(text, " in ");
            put_where(t, text, tally->bound);
            put_item(t, tally->columns[k].count, text);
        }
    }
}

static void put_notes_of(const table *t, const tn_tally *tally, tn_buf *text)
{
    if (tally->conflict_count > 0) {
        put_where(t, text, tally->bound);
        tn_buf_put_text(text,
                        ": past a deadline or a limit, but held, flagged or under a "
                        "duty to keep");
        put_item(t, tally->conflict_count, text);
    }
    if (tally->redact_count > 0) {
        put_where(t, text, tally->bound);
        tn_buf_put_text(text, ": kept, with fields to be redacted now");
        put_item(t, tally->redact_count, text);
    }
}

static void put_notes(const table *t, tn_buf *text)
{
    bool is_first = true;
    for (uint32_t i = 0; i < t->summary->eval->bound_count; i++) {
        const tn_tally *tally = &t->summary->tallies[i];
        if (tally->conflict_count + tally->redact_count == 0)
            continue;
        if (is_first)
            tn_buf_put_text(t->buf, "\nTo note\n");
        is_first = false;
        put_notes_of(t, tally, text);
    }
}

static void put_condition(const table *t, const tn_condition_tally *tally, tn_buf *text)
{
    const tn_img_condition *row = &t->image->conditions[tally->condition];
    tn_buf_put(text, tn_image_str(t->image, row->name));
    tn_buf_put_format(
        text, " \"" TN_STR_FMT "\": ", TN_STR_ARG(tn_image_str(t->image, row->title)));
    put_number(text, tally->met_count);
    tn_buf_put_text(text, " met, ");
    put_number(text, tally->unmet_count);
    tn_buf_put_text(text, " not met");
    if (tally->first_unmet.data != NULL) {
        tn_buf_put_text(text, " (the first by ");
        tn_buf_put(text, tn_str_last_name(tn_image_str(
                             t->image, t->image->entities[row->entity].name)));
        tn_buf_put_char(text, ' ');
        tn_buf_put(text, tally->first_unmet);
        tn_buf_put_char(text, ')');
    }
    if (tally->unknown_count > 0) {
        tn_buf_put_text(text, ", ");
        put_number(text, tally->unknown_count);
        tn_buf_put_text(text, " can't be told");
    }
    tn_buf_put_text(t->buf, "  ");
    put_wrapped(t->buf, tn_buf_view(text), 2);
    tn_buf_reset(text);
}

static void put_conditions(const table *t, tn_buf *text)
{
    if (t->summary->condition_count > 0)
        tn_buf_put_text(t->buf, "\nConditions, which change no verdict\n");
    for (uint32_t i = 0; i < t->summary->condition_count; i++)
        put_condition(t, &t->summary->conditions[i], text);
}

static void put_fact_line(const table *t, uint32_t entity, tn_buf *text)
{
    const tn_entity_facts *facts = &t->summary->eval->entities[entity];
    uint64_t keyless = tn_facts_keyless_count(facts->facts);
    const struct {
        uint64_t count;
        const char *what;
    } oddities[] = {{facts->repeated_key_count, "keys with several rows: "},
                    {keyless, "rows without a key: "},
                    {facts->unreadable_count, "rows that can't be read: "}};
    tn_buf_put(text, tn_image_str(t->image, t->image->entities[entity].name));
    for (size_t i = 0; i < TN_COUNT(oddities); i++) {
        if (oddities[i].count == 0)
            continue;
        tn_buf_put_text(text, "; ");
        tn_buf_put_text(text, oddities[i].what);
        put_number(text, oddities[i].count);
    }
    put_item(t, tn_facts_count(facts->facts), text);
}

static void put_facts(const table *t, tn_buf *text)
{
    bool is_first = true;
    for (uint32_t i = 0; i < t->image->entity_count; i++) {
        if (t->summary->eval->entities[i].facts == NULL)
            continue;
        if (is_first)
            tn_buf_put_text(t->buf, "\nFacts\n");
        is_first = false;
        put_fact_line(t, i, text);
    }
}

static void put_unmanaged(const table *t, tn_buf *text)
{
    bool is_first = true;
    for (uint32_t i = 0; i < t->summary->eval->bound_count; i++) {
        const tn_bound *bound = bound_at(t, i);
        char period[TN_PERIOD_TEXT_MAX];
        if (bound->is_managed)
            continue;
        if (is_first)
            tn_buf_put_text(t->buf, "\nOut of reach\n");
        is_first = false;
        const tn_img_binding *row = &t->image->bindings[bound->binding];
        put_where(t, text, bound);
        tn_buf_put_format(text, ": " TN_STR_FMT ", gone after ",
                          TN_STR_ARG(tn_image_str(t->image, row->unmanaged)));
        tn_buf_put(text, (tn_str){period, tn_period_format(row->expires, period)});
        tn_buf_put_text(t->buf, "  ");
        put_wrapped(t->buf, tn_buf_view(text), 2);
        tn_buf_reset(text);
    }
}

static void put_heading(const table *t)
{
    char at[TN_INSTANT_TEXT_MAX];
    const tn_image *image = t->image;
    tn_str name = {NULL, 0};
    if (tn_summary_is_deployment(t->summary))
        name = tn_image_str(image, image->deployments[0].name);
    else if (t->summary->eval->bound_count > 0)
        name = tn_image_str(image, image->categories[bound_at(t, 0)->category].name);
    tn_buf_put(t->buf, name);
    tn_buf_put_text(t->buf, " at ");
    tn_buf_put(t->buf,
               (tn_str){at, tn_instant_format(tn_run_now(t->summary->eval->run), at)});
    tn_buf_put_text(t->buf, "\n\n");
}

void tn_summary_put_text(tn_buf *buf, const tn_summary *summary, bool color)
{
    table t = {
        .buf = buf, .summary = summary, .image = summary->eval->image, .color = color};
    tn_buf text;
    tn_buf_init(&text, buf->memory);
    measure(&t);
    put_heading(&t);
    put_table(&t);
    put_doubts(&t, &text);
    put_notes(&t, &text);
    put_columns(&t, &text);
    put_conditions(&t, &text);
    put_facts(&t, &text);
    put_unmanaged(&t, &text);
    buf->failed |= text.failed;
    tn_buf_free(&text);
    tn_buf_put_text(buf, "\nNothing was deleted.\n");
}
