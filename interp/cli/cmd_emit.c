/* tenure emit kafka: what the policy implies for the topics' own settings. Opens no
 * store and changes nothing.
 *
 * Kafka's retention.ms deletes without looking: whatever the records, their holds and
 * duties. So one is implied only where nothing but a period counts from a record's own
 * time: no hold, duty or flag can keep the record longer. An event that makes records
 * go earlier does no harm: apply does that. */
#include "interp/cli/bind.h"
#include "interp/cli/output.h"

enum { OPT_PATH };

static const tn_option options[] = {
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

enum { MS_PER_DAY = 86400000, NO_MS = -1 };

/* What one binding implies for its topic. */
typedef struct implied {
    int64_t ms;      /* NO_MS: none */
    const char *why; /* none is */
} implied;

/* The longest and the shortest that a period can be, in the calendar. */
static int64_t longest_ms(tn_period p)
{
    int64_t years = p.months / 12, months = p.months % 12;
    return (366 * years + 31 * months + p.days) * MS_PER_DAY + p.seconds * 1000;
}

static int64_t shortest_ms(tn_period p)
{
    int64_t years = p.months / 12, months = p.months % 12;
    return (365 * years + 28 * months + p.days) * MS_PER_DAY + p.seconds * 1000;
}

static bool has_hold(const tn_image *image, const tn_img_category *category)
{
    for (uint32_t i = 0; i < category->of.count; i++)
        for (uint32_t k = 0; k < image->fact_source_count; k++) {
            if (image->fact_sources[k].entity !=
                image->ofs[category->of.first + i].entity)
                continue;
            tn_img_range maps = image->data_sources[image->fact_sources[k].source].maps;
            for (uint32_t m = 0; m < maps.count; m++) {
                uint32_t target = image->column_maps[maps.first + m].target;
                if (target == TN_MAP_HOLD || target == TN_MAP_HOLD_FROM)
                    return true;
            }
        }
    return false;
}

/* Is the anchor one of the record's own fields, as it is? */
static bool is_own_time(const tn_image *image, const tn_img_category *category,
                        uint32_t anchor)
{
    if (anchor == TN_NONE)
        return false;
    const tn_img_anchor *row = &image->anchors[anchor];
    if (row->members.count != 1 || row->rounding != 0) /* none */
        return false;
    uint32_t slot = image->anchor_slots[row->members.first].slot;
    return slot < category->slots.count &&
           image->slots[category->slots.first + slot].kind == TN_SLOT_FIELD;
}

static bool is_same_time(const tn_image *image, uint32_t a, uint32_t b)
{
    return a == TN_NONE ||
           image->anchor_slots[image->anchors[a].members.first].slot ==
               image->anchor_slots[image->anchors[b].members.first].slot;
}

/* What the clauses of a category come to. */
typedef struct terms {
    const tn_image *image;
    const tn_img_binding *binding;
    uint32_t anchor; /* that all count from; TN_NONE: no period yet */
    int64_t
        retain_ms; /* the longest of its retentions: which one holds, the record says */
    int64_t limit_ms; /* the shortest of its limits */
    bool is_open;     /* one of its retentions has no period */
    const char *why;  /* none is implied */
} terms;

static void add_time(terms *t, uint32_t anchor)
{
    const tn_img_category *category = &t->image->categories[t->binding->category];
    if (!is_own_time(t->image, category, anchor) ||
        !is_same_time(t->image, t->anchor, anchor))
        t->why = "its periods count from something else than one time of the record";
    else
        t->anchor = anchor;
}

static void add_retention(terms *t, const tn_img_clause *clause)
{
    int64_t ms = longest_ms(clause->period);
    if (t->image->modules[clause->module].whole_days)
        ms += MS_PER_DAY;
    t->retain_ms = ms > t->retain_ms ? ms : t->retain_ms;
    add_time(t, clause->anchor);
}

/* One with a condition is left out: without it records stay longer, not shorter. */
static void add_limit(terms *t, const tn_img_clause *clause)
{
    int64_t ms = shortest_ms(clause->period);
    if (clause->guard != TN_NONE || clause->form != TN_NONE)
        return;
    t->limit_ms = t->limit_ms == NO_MS || ms < t->limit_ms ? ms : t->limit_ms;
    add_time(t, clause->anchor);
}

static void add_clause(terms *t, const tn_img_clause *clause)
{
    switch ((tn_clause_kind)clause->kind) {
    case TN_CLAUSE_HOLD: t->why = "a hold can keep a record longer"; break;
    case TN_CLAUSE_DUTY_PERIOD:
    case TN_CLAUSE_DUTY_UNTIL: t->why = "a duty can keep a record longer"; break;
    case TN_CLAUSE_FLAG: t->why = "a flag can keep a record longer"; break;
    case TN_CLAUSE_RETAIN_PERIOD: add_retention(t, clause); break;
    case TN_CLAUSE_RETAIN_UNTIL:
    case TN_CLAUSE_RETAIN_INDEFINITELY: t->is_open = true; break;
    case TN_CLAUSE_PLACEMENT_LIMIT:
        if (clause->placement == t->binding->placement)
            add_limit(t, clause);
        break;
    case TN_CLAUSE_LIMIT: add_limit(t, clause); break;
    case TN_CLAUSE_ON:
    case TN_CLAUSE_REDACT:
    case TN_CLAUSE_KIND_COUNT: break;
    }
}

static implied implied_by(const tn_image *image, const tn_img_binding *binding)
{
    const tn_img_category *category = &image->categories[binding->category];
    terms t = {image, binding, TN_NONE, NO_MS, NO_MS, false, NULL};
    if (has_hold(image, category))
        t.why = "a hold can keep a record longer";
    for (uint32_t i = 0; t.why == NULL && i < category->clauses.count; i++)
        add_clause(&t, &image->clauses[category->clauses.first + i]);
    int64_t ms = t.is_open ? NO_MS : t.retain_ms;
    if (ms == NO_MS || (t.limit_ms != NO_MS && t.limit_ms < ms))
        ms = t.limit_ms;
    if (t.why == NULL && ms == NO_MS)
        t.why = "it is kept until an event, not for a period";
    return (implied){t.why == NULL ? ms : NO_MS, t.why};
}

/* --- topics */

static bool is_topic(const tn_image *image, const tn_img_binding *binding)
{
    return binding->source != TN_NONE &&
           tn_str_equal(
               tn_image_str(
                   image,
                   image->stores[image->data_sources[binding->source].store].kind),
               TN_STR("kafka"));
}

static bool is_same_topic(const tn_image *image, const tn_img_binding *a,
                          const tn_img_binding *b)
{
    const tn_img_data_source *x = &image->data_sources[a->source];
    const tn_img_data_source *y = &image->data_sources[b->source];
    return x->store == y->store &&
           tn_str_equal(tn_image_str(image, x->object), tn_image_str(image, y->object));
}

/* All bindings of the topic together: one setting is for all its records. */
static implied implied_for_topic(const tn_image *image, uint32_t first)
{
    implied all = {NO_MS, NULL};
    for (uint32_t i = first; i < image->binding_count; i++) {
        const tn_img_binding *binding = &image->bindings[i];
        if (!is_topic(image, binding) ||
            !is_same_topic(image, binding, &image->bindings[first]))
            continue;
        implied one = implied_by(image, binding);
        if (one.why != NULL)
            return one;
        if (all.ms != NO_MS && all.ms != one.ms)
            return (implied){NO_MS, "its categories are kept for different times"};
        all = one;
    }
    return all;
}

static bool was_told(const tn_image *image, uint32_t number)
{
    for (uint32_t i = 0; i < number; i++)
        if (is_topic(image, &image->bindings[i]) &&
            is_same_topic(image, &image->bindings[i], &image->bindings[number]))
            return true;
    return false;
}

/* As a word of the shell, in single quotes. */
static void put_word(tn_buf *out, tn_str word)
{
    tn_buf_put_char(out, '\'');
    for (size_t i = 0; i < word.len; i++)
        if (word.data[i] == '\'')
            tn_buf_put_text(out, "'\\''");
        else
            tn_buf_put_char(out, word.data[i]);
    tn_buf_put_char(out, '\'');
}

static void put_topic(const tn_image *image, uint32_t number, tn_buf *out)
{
    const tn_img_binding *binding = &image->bindings[number];
    const tn_img_data_source *source = &image->data_sources[binding->source];
    const tn_img_store *store = &image->stores[source->store];
    tn_str topic = tn_image_str(image, source->object);
    tn_str env = tn_image_str(image, store->env);
    implied what = implied_for_topic(image, number);
    tn_buf_put_format(
        out, "# " TN_STR_FMT ": ",
        TN_STR_ARG(tn_image_str(image, image->categories[binding->category].name)));
    if (what.why != NULL) {
        tn_buf_put_format(
            out, "topic " TN_STR_FMT ": none implied: %s; only apply deletes it\n",
            TN_STR_ARG(topic), what.why);
        return;
    }
    tn_buf_put_format(out, "%lld days\nkafka-configs --bootstrap-server ",
                      (long long)(what.ms / MS_PER_DAY));
    if (env.len > 0)
        tn_buf_put_format(out, "\"$" TN_STR_FMT "\"", TN_STR_ARG(env));
    else
        put_word(out, tn_image_str(image, store->location));
    tn_buf_put_text(out, " --alter --entity-type topics --entity-name ");
    put_word(out, topic);
    tn_buf_put_format(out, " --add-config retention.ms=%lld\n", (long long)what.ms);
}

static int print_topics(const tn_image *image)
{
    tn_output output;
    uint32_t count = 0;
    tn_output_init(&output);
    for (uint32_t i = 0; i < image->binding_count; i++)
        if (is_topic(image, &image->bindings[i]) && !was_told(image, i)) {
            put_topic(image, i, &output.buf);
            count++;
        }
    if (count == 0)
        tn_buf_put_text(&output.buf, "# no topic is bound\n");
    int code = tn_output_finish(&output, TN_EXIT_OK);
    tn_output_free(&output);
    return code;
}

static int run(const tn_args *args)
{
    if (args->operand_count < 2 ||
        !tn_str_equal(tn_str_from(args->operands[0]), TN_STR("kafka")))
        return tn_args_complain(args->command, "for what? emit kafka DEPLOYMENT");
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    int code = tn_cli_policy_load(&policy, args->operands + 1, args->operand_count - 1,
                                  args, OPT_PATH);
    if (code == TN_EXIT_OK && policy.image.deployment_count == 0)
        code = tn_args_complain(args->command, "there is no deployment in it");
    if (code == TN_EXIT_OK)
        code = print_topics(&policy.image);
    tn_cli_policy_free(&policy);
    return code;
}

const tn_command tn_command_emit = {
    .name = "emit",
    .operands = "kafka DEPLOYMENT",
    .summary = "the retention.ms that the policy implies for its topics",
    .help =
        "Prints, for each bound topic, the kafka-configs command that sets what the\n"
        "policy implies, or why it implies none: retention.ms deletes records that a\n"
        "hold, a duty or a flag keeps, too. Kafka counts from the message's own time\n"
        "and deletes whole segments, so records stay up to segment.ms longer. Months\n"
        "are taken as long as they can be for a period, as short for a limit. Nothing\n"
        "is opened or changed.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};
