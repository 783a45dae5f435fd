/* explain_clause: a clause, and what it came to for a record. */
#include "interp/tools/explain_part.h"

/* "  audit_time        2026-06-01T00:00:00Z" and where it is read from. */
static void put_step(explainer *e, const char *left, tn_instant t, const char *right)
{
    enum { WIDTH = 26 };
    size_t len = tn_str_from(left).len;
    tn_buf_put_repeated(e->buf, ' ', INDENT + 2);
    tn_buf_put_text(e->buf, left);
    tn_buf_put_repeated(e->buf, ' ', len < WIDTH ? WIDTH - len : 1);
    put_instant(e, t);
    if (right[0] != '\0') {
        tn_buf_put_text(e->buf, "  ");
        tn_buf_put_text(e->buf, right);
    }
    tn_buf_put_char(e->buf, '\n');
}

/* The column that field `slot` is read from; empty where it is not a bare one. */
static tn_str find_column(const explainer *e, uint32_t slot)
{
    const tn_origin *origin = e->of->origin;
    for (uint32_t i = 0; origin != NULL && i < origin->map_count; i++) {
        const tn_origin_map *map = &origin->maps[i];
        if (map->target == TN_MAP_FIELD && map->index == slot && map->column != TN_NONE)
            return origin->columns[map->column].name;
    }
    return TN_STR("");
}

/* Fills `text` (of `size` bytes) as the buffer's put functions would. */
static void put_anchor_step(explainer *e, const tn_clause_result *result)
{
    tn_buf name;
    tn_buf_init(&name, e->buf->memory);
    tn_explain_slot(&name, e->image, e->of->category, result->anchor_slot);
    tn_buf_put_char(&name, '\0');
    tn_str column = find_column(e, result->anchor_slot);
    tn_buf note;
    tn_buf_init(&note, e->buf->memory);
    if (column.len > 0)
        tn_buf_put_format(&note, "from column " TN_STR_FMT, TN_STR_ARG(column));
    tn_buf_put_char(&note, '\0');
    if (!name.failed && !note.failed)
        put_step(e, name.data, result->anchor, note.data);
    else
        e->buf->failed = true;
    tn_buf_free(&note);
    tn_buf_free(&name);
}

static void put_period_step(explainer *e, const char *before, tn_period period,
                            tn_instant t, const char *right)
{
    char text[TN_PERIOD_TEXT_MAX + 16];
    size_t len = 0;
    for (; before[len] != '\0'; len++)
        text[len] = before[len];
    tn_period_format(period, text + len);
    put_step(e, text, t, right);
}

static const char *rounding_text(tn_rounding rounding)
{
    switch (rounding) {
    case TN_ROUND_NONE: return "";
    case TN_ROUND_DAY: return "end of day, ";
    case TN_ROUND_WEEK: return "end of week, ";
    case TN_ROUND_SUNDAY_WEEK: return "end of sunday week, ";
    case TN_ROUND_MONTH: return "end of month, ";
    case TN_ROUND_QUARTER: return "end of quarter, ";
    case TN_ROUND_YEAR: return "end of year, ";
    }
    return "";
}

static void put_arithmetic(explainer *e, uint32_t i)
{
    const tn_img_clause *row = clause_row(e, i);
    const tn_clause_result *result = &e->results[i];
    if (result->state != TN_STATE_AT)
        return;
    put_anchor_step(e, result);
    char before[32] = "+ ";
    if (row->anchor != TN_NONE) {
        const char *text =
            rounding_text((tn_rounding)e->image->anchors[row->anchor].rounding);
        size_t len = 0;
        for (; text[len] != '\0'; len++)
            before[len] = text[len];
        before[len] = '+';
        before[len + 1] = ' ';
        before[len + 2] = '\0';
    }
    const char *due = row->kind == TN_CLAUSE_REDACT ? "redact" : "due";
    put_period_step(e, before, row->period, result->due, due);
    if (row->kind != TN_CLAUSE_REDACT && row->kind != TN_CLAUSE_DUTY_PERIOD &&
        row->kind != TN_CLAUSE_DUTY_UNTIL)
        put_period_step(e, "within ", row->window, result->deadline, "deadline");
}

void tn_explain_clause(explainer *e, uint32_t i)
{
    const tn_img_clause *row = clause_row(e, i);
    size_t before = e->buf->len;
    tn_explain_quote(e->buf, e->image, row->place);
    if (e->buf->len > before) {
        tn_buf_put_char(e->buf, '\n');
        tn_buf_put_repeated(e->buf, ' ', INDENT);
    }
    tn_explain_place(e->buf, e->image, row->place);
    tn_str module = tn_image_str(e->image, e->image->modules[row->module].name);
    tn_buf_put_format(e->buf, ", of " TN_STR_FMT "\n", TN_STR_ARG(module));
}

/* What a clause that decides nothing says: why it does not. */
void tn_explain_state(explainer *e, uint32_t i)
{
    const tn_img_clause *row = clause_row(e, i);
    switch (e->results[i].state) {
    case TN_STATE_AT: put_arithmetic(e, i); return;
    case TN_STATE_NEVER:
        tn_buf_put_repeated(e->buf, ' ', INDENT + 2);
        put_slot(e, e->results[i].anchor_slot);
        tn_buf_put_text(e->buf, " has not happened, or not while the record existed\n");
        return;
    case TN_STATE_UNKNOWN:
        tn_buf_put_repeated(e->buf, ' ', INDENT + 2);
        tn_buf_put_text(e->buf, "it can't be told from when it counts\n");
        return;
    case TN_STATE_GUARD:
        tn_buf_put_repeated(e->buf, ' ', INDENT + 2);
        tn_buf_put_text(e->buf, "its condition can't be told\n");
        return;
    case TN_STATE_ABSENT:
        tn_buf_put_repeated(e->buf, ' ', INDENT + 2);
        tn_buf_put_text(e->buf, row->guard == TN_NONE ? "takes no part here\n"
                                                      : "its condition is not met\n");
        return;
    case TN_STATE_TRUE: return;
    }
}
