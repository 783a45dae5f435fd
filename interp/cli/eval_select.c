#include "interp/cli/eval_select.h"
#include "interp/cli/eval_parts.h"

int tn_select_read(const tn_args *args, size_t option, tn_select *out)
{
    const char *word;
    *out = (tn_select){.is_asked = tn_args_has(args, option)};
    for (size_t i = 0; (word = tn_args_value_at(args, option, i)) != NULL; i++) {
        tn_str text = tn_str_from(word);
        if (tn_str_equal(text, TN_STR("keep")))
            out->keep = true;
        else if (tn_str_equal(text, TN_STR("delete")))
            out->delete_due = true;
        else if (tn_str_equal(text, TN_STR("flag")))
            out->flag = true;
        else
            return tn_args_complain(args->command,
                                    "--select is keep, delete or flag, not %s", word);
    }
    return TN_EXIT_OK;
}

static bool is_selected(const tn_select *select, tn_decision decision)
{
    switch (decision) {
    case TN_KEEP: return select->keep;
    case TN_DELETE: return select->delete_due;
    case TN_FLAG: return select->flag;
    }
    return false;
}

uint64_t tn_select_count(const tn_select *select, const tn_tally *tally)
{
    static const tn_decision all[] = {TN_KEEP, TN_DELETE, TN_FLAG};
    uint64_t count = 0;
    for (size_t i = 0; i < TN_COUNT(all); i++)
        if (is_selected(select, all[i]))
            count += tn_tally_of(tally, all[i]);
    return count;
}

/* --- the lines themselves */

/* LIMIT: the record is too long to be held. */
static tn_status put_selected(const void *how, tn_buf *buf, const tn_judged *judged)
{
    const tn_select *select = how;
    tn_str raw = judged->row->raw;
    if (!is_selected(select, judged->verdict->decision))
        return TN_OK;
    if (raw.data == NULL)
        return TN_LIMIT;
    tn_buf_put(buf, raw);
    tn_buf_put_char(buf, '\n');
    return TN_OK;
}

/* The one place whose records are asked for; NULL, after complaining, where it is not
 * one, or no file. */
static const tn_bound *only_file(tn_eval *eval, uint32_t *number)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < eval->bound_count; i++)
        if (eval->bounds[i].is_managed) {
            *number = i;
            count++;
        }
    if (count != 1) {
        tn_eval_complain(eval, TN_NONE,
                         "--select passes the records of one file through, and these "
                         "are %u places; choose one with --category and --placement, "
                         "or ask for --count",
                         (unsigned)count);
        return NULL;
    }
    const tn_bound *bound = &eval->bounds[*number];
    if ((bound->origin.store->ops->capabilities & TN_STORE_FILE) != 0)
        return bound;
    tn_eval_complain(
        eval, bound->origin.place,
        "--select passes lines of JSON Lines or CSV through, and " TN_STR_FMT
        " has none; ask for --count or --records",
        TN_STR_ARG(bound->origin.store_name));
    return NULL;
}

/* With a sentence in `why` where the store says one. */
static tn_status put_heading(tn_eval *eval, const tn_origin *origin, tn_buf *out,
                             tn_buf *why)
{
    tn_str heading;
    const tn_store_ops *ops = origin->store->ops;
    if (ops->version < 6 || ops->heading == NULL)
        return TN_OK;
    TN_TRY(ops->heading(origin->store, origin->object, &eval->arena, &heading, why));
    tn_buf_put(out, heading);
    tn_buf_put_char(out, '\n');
    return TN_OK;
}

static tn_status print_file(const tn_judge_place *place, const tn_select *select,
                            uint32_t thread_count, tn_output *output, tn_buf *why)
{
    tn_parts_writer writer = {select, put_selected, false};
    const tn_origin *origin = &place->eval->bounds[place->bound].origin;
    TN_TRY(put_heading(place->eval, origin, &output->buf, why));
    tn_status status = tn_parts_write(place, thread_count, &writer, output, why);
    if (status != TN_LIMIT || why->len > 0)
        return status;
    tn_buf_put_text(why, "a record that was selected is too long to be passed through");
    return TN_STORE;
}

tn_status tn_select_print(tn_eval *eval, const tn_select *select, uint32_t thread_count,
                          tn_output *output)
{
    uint32_t number = 0;
    tn_buf why;
    if (only_file(eval, &number) == NULL)
        return TN_STORE;
    tn_judge_options judge = {.is_count = true};
    tn_judge_place place = {eval, number, &judge};
    tn_buf_init(&why, eval->memory);
    tn_status status = print_file(&place, select, thread_count, output, &why);
    status = tn_judge_report(&place, status, &why);
    tn_buf_free(&why);
    return status;
}
