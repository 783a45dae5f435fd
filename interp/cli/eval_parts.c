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

static void begin_count(void *user, void *given)
{
    const part_counts *counts = user;
    tn_tally_init(given, counts->all->bound, NULL);
}

static tn_status end_count(void *user, void *given, tn_status status)
{
    part_counts *counts = user;
    tn_tally *tally = given;
    counts->has_overflown |= tally->column_count > TN_SCAN_UNDECLARED_MAX;
    if (status == TN_OK)
        status = tn_tally_merge(counts->all, tally);
    counts->has_overflown |= counts->all->column_count > TN_SCAN_UNDECLARED_MAX;
    tn_tally_free(tally);
    return status;
}

tn_status tn_parts_count(const tn_judge_place *place, uint32_t thread_count,
                         tn_tally *tally, bool *is_done, tn_buf *why)
{
    part_counts counts = {.all = tally};
    tn_parts_work work = {.thread_count = thread_count,
                          .part_count = thread_count,
                          .least_bytes = PART_BYTES,
                          .user = &counts,
                          .given_size = sizeof(tn_tally),
                          .begin = begin_count,
                          .visit = tn_tally_add,
                          .end = end_count};
    TN_TRY(tn_judge_parts(place, &work, is_done, why));
    if (*is_done && counts.has_overflown) { /* which names come first is the file's */
        const tn_bound *bound = tally->bound;
        tn_tally_free(tally);
        tn_tally_init(tally, bound, NULL);
        *is_done = false;
    }
    return TN_OK;
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

static void begin_text(void *user, void *given)
{
    const part_lines *lines = user;
    part_text *text = given;
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

static tn_status write_lines(const tn_judge_place *place, uint32_t thread_count,
                             part_lines *lines, tn_buf *why)
{
    tn_parts_work work = {.thread_count = thread_count,
                          .part_count = UINT32_MAX,
                          .least_bytes = PART_BYTES,
                          .user = lines,
                          .given_size = sizeof(part_text),
                          .begin = begin_text,
                          .visit = put_in_part,
                          .end = end_text};
    bool is_done = false;
    if (thread_count > 1)
        TN_TRY(tn_judge_parts(place, &work, &is_done, why));
    return is_done ? TN_OK : tn_judge_all(place, put_at_once, lines, why);
}

tn_status tn_parts_write(const tn_judge_place *place, uint32_t thread_count,
                         const tn_parts_writer *writer, tn_output *output)
{
    part_lines lines = {writer, output};
    tn_buf why;
    tn_buf_init(&why, place->eval->memory);
    tn_status status = write_lines(place, thread_count, &lines, &why);
    status = tn_judge_report(place, status, &why);
    tn_buf_free(&why);
    return status;
}
