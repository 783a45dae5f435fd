#include "interp/tools/forecast.h"
#include "interp/calendar/instant.h"
#include "interp/eval/summary.h"
#include "interp/tools/value_json.h"

#include <string.h>

/* --- counting */

typedef struct counter {
    const tn_horizon *horizon;
    tn_forecast_place *place;
    tn_transfer_place *transfer; /* NULL: the record's own verdict counts */
    tn_push_table table;         /* what the store is asked to count */
} counter;

static void count_verdict(counter *c, const tn_verdict *v)
{
    tn_forecast_place *place = c->place;
    if (v->decision == TN_FLAG) {
        place->flag_count++;
    } else if (v->decision == TN_DELETE) {
        place->due_count++;
    } else if (v->reason == TN_REASON_HOLD) {
        place->held_count++;
    } else if (!tn_falls_due(v)) {
        place->never_count++;
    } else {
        uint32_t step = tn_horizon_find(c->horizon, v->due);
        if (step == TN_NONE)
            place->later_count++;
        else
            place->steps[step]++;
    }
}

static tn_status count_record(void *user, const tn_judged *judged)
{
    counter *c = user;
    tn_verdict verdict;
    c->place->record_count++;
    if (c->transfer == NULL || judged->is_unplaced) {
        count_verdict(c, judged->verdict);
        return TN_OK;
    }
    if (c->transfer->decider == NULL) {
        c->place->unknown_count++;
        return TN_OK;
    }
    TN_TRY(tn_transfer_decide(c->transfer, judged, TN_WANT_TIMES, &verdict));
    count_verdict(c, &verdict);
    return TN_OK;
}

/* --- what the store counted */

static void count_case(counter *c, const tn_push_case *one, uint64_t count)
{
    tn_forecast_place *place = c->place;
    if (one->is_residue || one->is_left_out)
        return;
    place->record_count += count;
    if (one->decision == TN_DELETE)
        place->due_count += count;
    else if (one->reason == TN_REASON_HOLD)
        place->held_count += count;
    else if (one->reason != TN_REASON_RETAINED)
        place->never_count += count;
}

static tn_status count_cases(void *user, const tn_judged *judged,
                             const tn_scan_counts *counts)
{
    counter *c = user;
    uint32_t step_count = c->horizon->count;
    (void)judged;
    for (uint32_t i = 0; i < c->table.case_count; i++)
        count_case(c, &c->table.cases[i], counts->cases[i].row_count);
    for (uint32_t i = 0; i < step_count; i++)
        c->place->steps[i] += counts->steps[i];
    c->place->later_count += counts->steps[step_count];
    return TN_OK;
}

/* A store that can is asked to count; what it can't be sure of is decided here. */
static tn_status count_own(tn_eval *eval, uint32_t bound, counter *c)
{
    tn_judge_options options = {.wants = TN_WANT_TIMES, .counted = count_cases};
    tn_eval_ask ask = {.eval = eval,
                       .run = eval->run,
                       .bound = bound,
                       .arena = &eval->arena,
                       .step_ends = c->horizon->starts + 1,
                       .step_count = c->horizon->count};
    TN_TRY(tn_eval_push(&ask, &c->table));
    if (c->table.is_exact)
        options.push = &c->table;
    return tn_eval_judge(eval, bound, &options, count_record, c);
}

static tn_status count_place(tn_eval *eval, uint32_t bound, tn_transfer *transfer,
                             counter *c)
{
    tn_transfer_place other = {.decider = NULL};
    tn_judge_options options = {.all_fields = true};
    if (transfer == NULL)
        return count_own(eval, bound, c);
    c->transfer = &other;
    tn_status status = tn_transfer_open(transfer, bound, &other);
    if (status == TN_OK)
        status = tn_eval_judge(eval, bound, &options, count_record, c);
    tn_transfer_close(&other);
    return status;
}

tn_status tn_forecast_make(tn_eval *eval, const tn_horizon *horizon,
                           tn_transfer *transfer, tn_arena *arena, tn_forecast *out)
{
    *out = (tn_forecast){.eval = eval, .horizon = horizon};
    out->places = tn_arena_take_array(arena, eval->bound_count, sizeof(*out->places));
    if (out->places == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < eval->bound_count; i++) {
        if (!eval->bounds[i].is_managed)
            continue;
        tn_forecast_place *place = &out->places[out->place_count++];
        place->bound = &eval->bounds[i];
        place->steps = tn_arena_take_array(arena, horizon->count, sizeof(uint64_t));
        if (place->steps == NULL)
            return TN_NOMEM;
        counter c = {.horizon = horizon, .place = place};
        TN_TRY(count_place(eval, i, transfer, &c));
    }
    return TN_OK;
}

/* --- for people */

enum { NAME_WIDTH = 12, NUMBER_WIDTH = 12, WIDTH_MIN = 40 };

static void put_number(tn_buf *buf, uint64_t number)
{
    char digits[32];
    size_t count = 0, at = sizeof(digits);
    do {
        if (count > 0 && count % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
        count++;
    } while (number > 0);
    size_t len = sizeof(digits) - at;
    tn_buf_put_repeated(buf, ' ', len < NUMBER_WIDTH ? NUMBER_WIDTH - len : 1);
    tn_buf_put(buf, (tn_str){digits + at, len});
}

static void put_line(tn_buf *buf, const char *name, uint64_t count)
{
    size_t len = strlen(name);
    tn_buf_put_text(buf, "  ");
    tn_buf_put_text(buf, name);
    tn_buf_put_repeated(buf, ' ', len < NAME_WIDTH ? NAME_WIDTH - len : 1);
    put_number(buf, count);
}

/* Something is at least one mark long; the most fills the width; what is more than that
 * (what has piled up already) ends in an arrow, or the steps could not be seen. */
static void put_bar(tn_buf *buf, uint64_t count, uint64_t most,
                    const tn_forecast_look *look)
{
    uint32_t width = look->width < WIDTH_MIN ? WIDTH_MIN : look->width;
    uint32_t room = width - 2 - NAME_WIDTH - NUMBER_WIDTH - 2;
    if (count > 0) {
        uint64_t marks =
            count > most ? room - 1 : (uint64_t)((double)count / (double)most * room);
        tn_buf_put_text(buf, look->color ? "  \x1b[36m" : "  ");
        tn_buf_put_repeated(buf, '#', marks == 0 ? 1 : (size_t)marks);
        tn_buf_put_text(buf, count > most ? ">" : "");
        tn_buf_put_text(buf, look->color ? "\x1b[0m" : "");
    }
    tn_buf_put_char(buf, '\n');
}

static uint64_t most_of(const tn_forecast *f, const tn_forecast_place *place)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < f->horizon->count; i++)
        most = place->steps[i] > most ? place->steps[i] : most;
    return most > 0 ? most : place->due_count;
}

static void put_rest(tn_buf *buf, const char *name, uint64_t count)
{
    put_line(buf, name, count);
    tn_buf_put_char(buf, '\n');
}

/* A run of empty steps is one line, so that a year of days can be read. */
static void put_steps(tn_buf *buf, const tn_forecast *f, const tn_forecast_place *place,
                      const tn_forecast_look *look)
{
    uint64_t most = most_of(f, place);
    for (uint32_t i = 0; i < f->horizon->count; i++) {
        char name[TN_DATE_TEXT_MAX];
        uint32_t end = i;
        while (end < f->horizon->count && place->steps[end] == 0)
            end++;
        if (end > i + 2) {
            put_rest(buf, "...", 0);
            i = end - 1;
            continue;
        }
        tn_horizon_name(f->horizon, i, name);
        put_line(buf, name, place->steps[i]);
        put_bar(buf, place->steps[i], most, look);
    }
}

static void put_place(tn_buf *buf, const tn_forecast *f, const tn_forecast_place *place,
                      const tn_forecast_look *look)
{
    const tn_image *image = f->eval->image;
    uint64_t most = most_of(f, place);
    tn_buf_put_char(buf, '\n');
    tn_buf_put(buf,
               tn_image_str(image, image->categories[place->bound->category].name));
    tn_buf_put_text(buf, ", ");
    tn_buf_put(buf, tn_summary_place(image, place->bound));
    tn_buf_put_char(buf, '\n');
    put_line(buf, "already due", place->due_count);
    put_bar(buf, place->due_count, most, look);
    put_steps(buf, f, place, look);
    put_rest(buf, "later", place->later_count);
    put_rest(buf, "never due", place->never_count);
    put_rest(buf, "held", place->held_count);
    put_rest(buf, "flagged", place->flag_count);
    if (place->unknown_count > 0)
        put_rest(buf, "not described", place->unknown_count);
    put_rest(buf, "records", place->record_count);
}

static const char *step_word(tn_step step)
{
    static const char *const words[] = {"day", "week", "month"};
    return words[step];
}

static void put_instant(tn_buf *buf, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_buf_put(buf, (tn_str){text, tn_instant_format(t, text)});
}

static tn_str deployment_name(const tn_image *image)
{
    return image->deployment_count == 0
               ? TN_STR("records")
               : tn_image_str(image, image->deployments[0].name);
}

void tn_forecast_put_text(tn_buf *buf, const tn_forecast *f,
                          const tn_forecast_look *look)
{
    tn_buf_put(buf, deployment_name(f->eval->image));
    tn_buf_put_text(buf, " from ");
    put_instant(buf, f->horizon->starts[0]);
    tn_buf_put_text(buf, " to ");
    put_instant(buf, f->horizon->starts[f->horizon->count]);
    tn_buf_put_format(buf, ", by %s\n", step_word(f->horizon->step));
    for (uint32_t i = 0; i < f->place_count; i++)
        put_place(buf, f, &f->places[i], look);
}

/* --- for programs */

static void put_count(tn_buf *buf, const char *name, uint64_t count)
{
    tn_buf_put_format(buf, ",\"%s\":%llu", name, (unsigned long long)count);
}

static void put_steps_json(tn_buf *buf, const tn_forecast *f,
                           const tn_forecast_place *place)
{
    tn_buf_put_text(buf, ",\"steps\":[");
    for (uint32_t i = 0; i < f->horizon->count; i++) {
        tn_buf_put_text(buf, i > 0 ? ",{\"start\":" : "{\"start\":");
        tn_instant_put_json(buf, true, f->horizon->starts[i]);
        tn_buf_put_text(buf, ",\"end\":");
        tn_instant_put_json(buf, true, f->horizon->starts[i + 1]);
        put_count(buf, "count", place->steps[i]);
        tn_buf_put_char(buf, '}');
    }
    tn_buf_put_char(buf, ']');
}

void tn_forecast_put_json(tn_buf *buf, const tn_forecast *f)
{
    const tn_image *image = f->eval->image;
    tn_buf_put_text(buf, "{\"at\":");
    tn_instant_put_json(buf, true, f->horizon->starts[0]);
    tn_buf_put_text(buf, ",\"until\":");
    tn_instant_put_json(buf, true, f->horizon->starts[f->horizon->count]);
    tn_buf_put_format(buf, ",\"by\":\"%s\",\"places\":[", step_word(f->horizon->step));
    for (uint32_t i = 0; i < f->place_count; i++) {
        const tn_forecast_place *place = &f->places[i];
        tn_buf_put_text(buf, i > 0 ? ",{\"category\":" : "{\"category\":");
        tn_buf_put_json(
            buf, tn_image_str(image, image->categories[place->bound->category].name));
        tn_buf_put_text(buf, ",\"placement\":");
        tn_buf_put_json(buf, tn_summary_place(image, place->bound));
        put_count(buf, "records", place->record_count);
        put_count(buf, "due", place->due_count);
        put_steps_json(buf, f, place);
        put_count(buf, "later", place->later_count);
        put_count(buf, "never", place->never_count);
        put_count(buf, "held", place->held_count);
        put_count(buf, "flagged", place->flag_count);
        put_count(buf, "unknown", place->unknown_count);
        tn_buf_put_char(buf, '}');
    }
    tn_buf_put_text(buf, "]}\n");
}

/* A name in quotes only where it has what CSV parts by. */
static void put_cell(tn_buf *buf, tn_str text)
{
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++)
        quoted |= text.data[i] == ',' || text.data[i] == '"' || text.data[i] == '\n' ||
                  text.data[i] == '\r';
    tn_buf_put_text(buf, quoted ? "\"" : "");
    for (size_t i = 0; i < text.len; i++) {
        tn_buf_put_text(buf, text.data[i] == '"' ? "\"" : "");
        tn_buf_put_char(buf, text.data[i]);
    }
    tn_buf_put_text(buf, quoted ? "\"," : ",");
}

static void put_row(tn_buf *buf, const tn_forecast *f, const tn_forecast_place *place,
                    const char *what, uint64_t count)
{
    const tn_image *image = f->eval->image;
    put_cell(buf, tn_image_str(image, image->categories[place->bound->category].name));
    put_cell(buf, tn_summary_place(image, place->bound));
    tn_buf_put_format(buf, "%s,%llu\r\n", what, (unsigned long long)count);
}

static void put_step_row(tn_buf *buf, const tn_forecast *f,
                         const tn_forecast_place *place, uint32_t step)
{
    char from[TN_INSTANT_TEXT_MAX], to[TN_INSTANT_TEXT_MAX];
    char what[2 * TN_INSTANT_TEXT_MAX + 8] = "step,";
    tn_instant_format(f->horizon->starts[step], from);
    tn_instant_format(f->horizon->starts[step + 1], to);
    strcat(what, from);
    strcat(what, ",");
    strcat(what, to);
    put_row(buf, f, place, what, place->steps[step]);
}

void tn_forecast_put_csv(tn_buf *buf, const tn_forecast *f)
{
    tn_buf_put_text(buf, "category,placement,what,start,end,count\r\n");
    for (uint32_t i = 0; i < f->place_count; i++) {
        const tn_forecast_place *place = &f->places[i];
        put_row(buf, f, place, "due,,", place->due_count);
        for (uint32_t k = 0; k < f->horizon->count; k++)
            put_step_row(buf, f, place, k);
        put_row(buf, f, place, "later,,", place->later_count);
        put_row(buf, f, place, "never,,", place->never_count);
        put_row(buf, f, place, "held,,", place->held_count);
        put_row(buf, f, place, "flagged,,", place->flag_count);
        put_row(buf, f, place, "unknown,,", place->unknown_count);
    }
}
