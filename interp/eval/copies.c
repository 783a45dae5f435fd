#include "interp/eval/copies.h"
#include "interp/eval/eval.h"

/* How long a copy may outlive the record, when it is deleted at once: the window, less
 * a delay that both count from. */
static bool breaks(const tn_img_clause *clause, tn_period expires)
{
    bool from_event =
        clause->kind == TN_CLAUSE_RETAIN_UNTIL || clause->kind == TN_CLAUSE_ON;
    tn_period whole = expires;
    if (from_event) {
        whole.months += clause->period.months;
        whole.days += clause->period.days;
        whole.seconds += clause->period.seconds;
    }
    return !tn_period_is_within(whole, clause->window);
}

static bool has_deadline(const tn_img_clause *clause)
{
    return clause->kind == TN_CLAUSE_RETAIN_PERIOD ||
           clause->kind == TN_CLAUSE_RETAIN_UNTIL || clause->kind == TN_CLAUSE_ON ||
           clause->kind == TN_CLAUSE_LIMIT;
}

static tn_str breach_text(const tn_image *image, const tn_img_binding *binding,
                          const tn_img_clause *clause, tn_arena *arena)
{
    char lives[TN_PERIOD_TEXT_MAX], allowed[TN_PERIOD_TEXT_MAX];
    tn_buf text;
    tn_buf_init(&text, arena->memory);
    tn_period_format(binding->expires, lives);
    tn_period_format(clause->window, allowed);
    tn_buf_put_char(&text, '"');
    tn_buf_put(&text, tn_image_str(image, binding->unmanaged));
    tn_buf_put_text(&text, "\" of ");
    tn_buf_put(&text, tn_image_str(image, image->categories[binding->category].name));
    tn_buf_put_format(&text, " lives on for %s after a record is deleted; ", lives);
    tn_eval_put_place(&text, image, clause->place);
    tn_buf_put_format(&text, " allows %s", allowed);
    tn_str out =
        text.failed ? (tn_str){NULL, 0} : tn_arena_copy(arena, tn_buf_view(&text));
    tn_buf_free(&text);
    return out;
}

tn_status tn_copy_breaches(const tn_image *image, const tn_img_binding *binding,
                           tn_arena *arena, tn_str *list, uint32_t *count)
{
    tn_img_range clauses = image->categories[binding->category].clauses;
    for (uint32_t i = 0; i < clauses.count; i++) {
        const tn_img_clause *clause = &image->clauses[clauses.first + i];
        if (!has_deadline(clause) || !breaks(clause, binding->expires))
            continue;
        list[*count] = breach_text(image, binding, clause, arena);
        if (list[(*count)++].data == NULL)
            return TN_NOMEM;
    }
    return TN_OK;
}
