#include "interp/cli/eval_parts.h"
#include "interp/eval/judge_parts.h"

#include <stdlib.h>

enum {
    THREADS_MAX = 64,
    PART_BYTES = 1 << 20 /* far more than what beginning a part costs, and far less than
                            memory, since a part's output waits for its turn */
};

int tn_parts_threads(const tn_args *args, size_t option, uint32_t *out)
{
    const char *text = tn_args_value(args, option);
    *out = 0;
    if (text == NULL)
        return TN_EXIT_OK;
    char *end;
    unsigned long count = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || count < 1 || count > THREADS_MAX)
        return tn_args_complain(args->command,
                                "--threads is a number from 1 to 64, not %s", text);
    *out = (uint32_t)count;
    return TN_EXIT_OK;
}

/* --- counts */

typedef struct part_counts {
    tn_tally *all;
    bool has_overflown; /* names of undeclared fields, in a part */
} part_counts;

typedef struct part_count {
    tn_tally tally;
    const tn_store_part *part;
} part_count;

static void begin_count(void *user, const tn_store_part *part, void *given)
{
    const part_counts *counts = user;
    part_count *one = given;
    tn_tally_init(&one->tally, counts->all->bound, NULL);
    one->part = part;
}

static tn_status visit_count(void *given, const tn_judged *judged)
{
    return tn_tally_add(&((part_count *)given)->tally, judged);
}

static tn_status end_count(void *user, void *given, tn_status status)
{
    part_counts *counts = user;
    part_count *one = given;
    counts->has_overflown |= one->tally.column_count > TN_SCAN_UNDECLARED_MAX;
    if (status == TN_OK)
        status = tn_tally_merge(counts->all, &one->tally, one->part);
    counts->has_overflown |= counts->all->column_count > TN_SCAN_UNDECLARED_MAX;
    tn_tally_free(&one->tally);
    return status;
}

static void begin_again(tn_tally *tally)
{
    const tn_bound *bound = tally->bound;
    tn_tally_free(tally);
    tn_tally_init(tally, bound, NULL);
}

tn_status tn_parts_count(const tn_judge_place *place, uint32_t thread_count,
                         tn_tally *tally, bool *is_done, tn_buf *why)
{
    part_counts counts = {.all = tally};
    tn_parts_work work = {.thread_count = thread_count,
                          .part_count = thread_count,
                          .least_bytes = PART_BYTES,
                          .needs_no_lines = true,
                          .may_guess = true,
                          .user = &counts,
                          .arena = &tally->arena,
                          .given_size = sizeof(part_count),
                          .begin = begin_count,
                          .visit = visit_count,
                          .end = end_count};
    tn_status status = tn_judge_parts(place, &work, is_done, why);
    if (status == TN_INVALID) { /* a record does not end where it was guessed */
        begin_again(tally);
        work.may_guess = false;
        status = tn_judge_parts(place, &work, is_done, why);
    }
    if (status != TN_OK || !*is_done)
        return status;
    if (counts.has_overflown) { /* which names come first is the file's */
        begin_again(tally);
        *is_done = false;
        return TN_OK;
    }
    return tn_tally_number(tally, why);
}

/* --- what is said of each record */

typedef struct part_lines {
    const tn_parts_writer *writer;
    tn_output *output;
} part_lines;

typedef struct part_text {
    const tn_parts_writer *writer;
    tn_buf buf;
} part_text;

static void begin_text(void *user, const tn_store_part *part, void *given)
{
    const part_lines *lines = user;
    part_text *text = given;
    (void)part;
    text->writer = lines->writer;
    tn_buf_init(&text->buf, NULL);
}

static tn_status put_in_part(void *given, const tn_judged *judged)
{
    part_text *text = given;
    TN_TRY(text->writer->put(text->writer->how, &text->buf, judged));
    return tn_buf_status(&text->buf);
}

static tn_status end_text(void *user, void *given, tn_status status)
{
    part_lines *lines = user;
    part_text *text = given;
    if (status == TN_OK) {
        tn_buf_put(&lines->output->buf, tn_buf_view(&text->buf));
        status = tn_output_flush(lines->output);
    }
    tn_buf_free(&text->buf);
    return status;
}

static tn_status put_at_once(void *user, const tn_judged *judged)
{
    const part_lines *lines = user;
    TN_TRY(lines->writer->put(lines->writer->how, &lines->output->buf, judged));
    return judged->may_wait ? tn_output_flush(lines->output)
                            : tn_output_drain(lines->output);
}

tn_status tn_parts_write(const tn_judge_place *place, uint32_t thread_count,
                         const tn_parts_writer *writer, tn_output *output, tn_buf *why)
{
    part_lines lines = {writer, output};
    tn_arena arena;
    tn_parts_work work = {.thread_count = thread_count,
                          .part_count = UINT32_MAX,
                          .least_bytes = PART_BYTES,
                          .needs_no_lines = !writer->says_lines,
                          .user = &lines,
                          .arena = &arena,
                          .given_size = sizeof(part_text),
                          .begin = begin_text,
                          .visit = put_in_part,
                          .end = end_text};
    bool is_done = false;
    tn_arena_init(&arena, NULL);
    tn_status status = tn_judge_parts(place, &work, &is_done, why);
    tn_arena_free(&arena);
    if (status != TN_OK || is_done)
        return status;
    return tn_judge_all(place, put_at_once, &lines, why);
}
