#include "interp/cli/bind.h"
#include "interp/base/nearest.h"
#include "interp/eval/pipe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *tn_bind_env(const char *name)
{
    return getenv(name);
}

/* --- operands */

static bool is_directory(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool is_policy(const char *path)
{
    tn_str name = tn_str_from(path);
    return tn_str_ends(name, TN_STR(".tenure")) ||
           tn_str_ends(name, TN_STR(".tenurec")) || is_directory(path);
}

void tn_bind_operands(tn_bind *bind, const tn_args *args,
                      const tn_bind_options *options)
{
    *bind = (tn_bind){.args = args,
                      .options = options,
                      .policies = args->operands,
                      .policy_count = args->operand_count};
    if (args->operand_count < 2)
        return;
    const char *last = args->operands[args->operand_count - 1];
    if (strcmp(last, "-") != 0 && is_policy(last))
        return;
    bind->records = last;
    bind->policy_count--;
}

static const char *value_of(const tn_bind *bind, size_t option)
{
    return option == SIZE_MAX ? NULL : tn_args_value(bind->args, option);
}

static bool has(const tn_bind *bind, size_t option)
{
    return option != SIZE_MAX && tn_args_has(bind->args, option);
}

/* --- names */

static int complain_category(const tn_bind *bind, const tn_image *image, tn_str name)
{
    tn_nearest nearest = tn_nearest_to(name);
    tn_str meant = {NULL, 0}; /* by its full name */
    bool is_short = tn_str_find(name, TN_STR(".")) == SIZE_MAX;
    for (uint32_t i = 0; i < image->category_count; i++) {
        tn_str full = tn_image_str(image, image->categories[i].name);
        unsigned before = nearest.distance;
        tn_nearest_try(&nearest, is_short ? tn_str_last_name(full) : full);
        if (nearest.distance < before)
            meant = full;
    }
    return tn_args_complain(bind->args->command,
                            "there is no one category " TN_STR_FMT "%s" TN_STR_FMT "%s",
                            TN_STR_ARG(name),
                            meant.data == NULL ? "" : "; did you mean ",
                            TN_STR_ARG(meant), meant.data == NULL ? "" : "?");
}

int tn_bind_category(const tn_bind *bind, const tn_image *image, const char *name,
                     uint32_t *out)
{
    *out = tn_image_find_category(image, tn_str_from(name));
    return *out == TN_NONE ? complain_category(bind, image, tn_str_from(name))
                           : TN_EXIT_OK;
}

/* "ENTITY=REST": the number of the entity among the category's, and the rest. */
typedef struct entity_arg {
    uint32_t of;
    uint32_t entity;
    tn_str column; /* of ENTITY:COLUMN; data NULL: none */
    const char *rest;
} entity_arg;

static uint32_t find_of(const tn_image *image, uint32_t category, uint32_t entity)
{
    tn_img_range of = image->categories[category].of;
    for (uint32_t i = 0; i < of.count; i++)
        if (image->ofs[of.first + i].entity == entity)
            return i;
    return TN_NONE;
}

static int parse_entity(const tn_bind *bind, const tn_image *image, uint32_t category,
                        const char *text, entity_arg *out)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text)
        return tn_args_complain(bind->args->command,
                                "\"%s\" is not of the form ENTITY:KEYFIELD=FILE, "
                                "ENTITY=none or ENTITY=FIELD",
                                text);
    tn_str name = {text, (size_t)(equals - text)};
    size_t colon = tn_str_find(name, TN_STR(":"));
    *out = (entity_arg){.rest = equals + 1};
    if (colon != SIZE_MAX) {
        out->column = tn_str_slice(name, colon + 1, SIZE_MAX);
        name = tn_str_slice(name, 0, colon);
    }
    out->entity = tn_image_find_entity(image, name);
    out->of = out->entity == TN_NONE ? TN_NONE : find_of(image, category, out->entity);
    if (out->of == TN_NONE)
        return tn_args_complain(
            bind->args->command, "category " TN_STR_FMT " is of no entity " TN_STR_FMT,
            TN_STR_ARG(tn_image_str(image, image->categories[category].name)),
            TN_STR_ARG(name));
    return TN_EXIT_OK;
}

/* --- a pipe */

typedef struct pipe_plan {
    const tn_bind *bind;
    tn_eval *eval;
    const tn_image *image;
    uint32_t category;
    tn_str *keys;      /* one for each entity of the category */
    entity_arg *facts; /* the same; rest NULL: none given */
    tn_pipe_file records;
} pipe_plan;

static int read_keys(pipe_plan *p)
{
    const char *text;
    for (size_t i = 0;
         (text = tn_args_value_at(p->bind->args, p->bind->options->key, i)) != NULL;
         i++) {
        entity_arg arg;
        int code = parse_entity(p->bind, p->image, p->category, text, &arg);
        if (code != TN_EXIT_OK)
            return code;
        if (arg.column.data != NULL || *arg.rest == '\0')
            return tn_args_complain(
                p->bind->args->command,
                "--key %s: write --key ENTITY=FIELD, the field of the "
                "record with the entity's key",
                text);
        if (p->keys[arg.of].data != NULL)
            return tn_args_complain(p->bind->args->command,
                                    "--key is given twice for one entity: %s", text);
        p->keys[arg.of] = tn_str_from(arg.rest);
    }
    return TN_EXIT_OK;
}

static int read_facts(pipe_plan *p)
{
    const char *text;
    for (size_t i = 0;
         (text = tn_args_value_at(p->bind->args, p->bind->options->facts, i)) != NULL;
         i++) {
        entity_arg arg;
        int code = parse_entity(p->bind, p->image, p->category, text, &arg);
        if (code != TN_EXIT_OK)
            return code;
        bool is_none = arg.column.data == NULL && strcmp(arg.rest, "none") == 0;
        if (!is_none && (arg.column.len == 0 || *arg.rest == '\0'))
            return tn_args_complain(
                p->bind->args->command,
                "--facts %s: write --facts ENTITY:KEYFIELD=FILE, or "
                "--facts ENTITY=none",
                text);
        if (p->facts[arg.of].rest != NULL)
            return tn_args_complain(p->bind->args->command,
                                    "--facts is given twice for one entity: %s", text);
        p->facts[arg.of] = arg;
    }
    return TN_EXIT_OK;
}

/* What is known of an entity is never guessed. */
static int check_entities(const pipe_plan *p)
{
    const tn_img_category *row = &p->image->categories[p->category];
    tn_str category = tn_image_str(p->image, row->name);
    for (uint32_t of = 0; of < row->of.count; of++) {
        uint32_t entity = p->image->ofs[row->of.first + of].entity;
        tn_str name =
            tn_str_last_name(tn_image_str(p->image, p->image->entities[entity].name));
        if (p->facts[of].rest == NULL)
            return tn_args_complain(
                p->bind->args->command,
                "records of " TN_STR_FMT " are of a " TN_STR_FMT
                ", whose facts eval does not guess. Add\n"
                "  --facts " TN_STR_FMT
                ":KEYFIELD=FILE   (events, attributes and holds by name), or\n"
                "  --facts " TN_STR_FMT
                "=none            (no event has happened and nothing is held)",
                TN_STR_ARG(category), TN_STR_ARG(name), TN_STR_ARG(name),
                TN_STR_ARG(name));
        bool is_none = p->facts[of].column.data == NULL;
        if (!is_none && p->keys[of].data == NULL)
            return tn_args_complain(
                p->bind->args->command,
                "which " TN_STR_FMT " a record belongs to is not said. Add\n"
                "  --key " TN_STR_FMT "=FIELD   (the field of the record with its key)",
                TN_STR_ARG(name), TN_STR_ARG(name));
    }
    return TN_EXIT_OK;
}

static int check_files(pipe_plan *p)
{
    const char *format = value_of(p->bind, p->bind->options->format);
    const char *path = p->bind->records == NULL ? "-" : p->bind->records;
    p->records.path = tn_str_from(path);
    p->records.kind =
        format == NULL ? tn_pipe_kind(p->records.path) : tn_str_from(format);
    if (format != NULL && strcmp(format, "jsonl") != 0 && strcmp(format, "csv") != 0)
        return tn_args_complain(p->bind->args->command,
                                "--format %s: it is jsonl or csv", format);
    size_t stdin_count = strcmp(path, "-") == 0;
    for (uint32_t i = 0; i < p->image->categories[p->category].of.count; i++)
        stdin_count += p->facts[i].rest != NULL && strcmp(p->facts[i].rest, "-") == 0;
    if (stdin_count > 1)
        return tn_args_complain(p->bind->args->command,
                                "the standard input can be read only once: name a file "
                                "for the records or the facts");
    return TN_EXIT_OK;
}

static tn_status bind_files(const pipe_plan *p)
{
    const tn_img_category *row = &p->image->categories[p->category];
    tn_status status = TN_OK;
    for (uint32_t of = 0; of < row->of.count; of++) {
        const entity_arg *arg = &p->facts[of];
        if (arg->column.data == NULL) {
            tn_eval_bind_no_facts(p->eval, arg->entity);
            continue;
        }
        tn_str path = tn_str_from(arg->rest);
        tn_pipe_file file = {path, tn_pipe_kind(path)};
        tn_status one =
            tn_eval_bind_facts(p->eval, arg->entity, arg->column, &file, p->category);
        if (one != TN_OK)
            status = one;
        if (status == TN_NOMEM)
            return status;
    }
    tn_status records =
        tn_eval_bind_records(p->eval, p->category, p->keys, &p->records);
    return records != TN_OK ? records : status;
}

static int bind_pipe(const tn_bind *bind, tn_eval *eval, uint32_t category)
{
    uint32_t count = eval->image->categories[category].of.count;
    pipe_plan p = {.bind = bind,
                   .eval = eval,
                   .image = eval->image,
                   .category = category,
                   .keys = tn_arena_take_array(&eval->arena, count, sizeof(tn_str)),
                   .facts =
                       tn_arena_take_array(&eval->arena, count, sizeof(entity_arg))};
    if (p.keys == NULL || p.facts == NULL)
        return tn_cli_fail_status(TN_NOMEM);
    int code = read_keys(&p);
    if (code == TN_EXIT_OK)
        code = read_facts(&p);
    if (code == TN_EXIT_OK)
        code = check_entities(&p);
    if (code == TN_EXIT_OK)
        code = check_files(&p);
    return code != TN_EXIT_OK ? code : tn_bind_report(eval, bind_files(&p));
}

/* --- a deployment */

int tn_bind_deployment(const tn_bind *bind, tn_eval *eval, uint32_t category)
{
    size_t count = 0;
    while (bind->options->placement != SIZE_MAX &&
           tn_args_value_at(bind->args, bind->options->placement, count) != NULL)
        count++;
    tn_str *words = tn_arena_take_array(&eval->arena, count, sizeof(*words));
    if (words == NULL)
        return tn_cli_fail_status(TN_NOMEM);
    for (size_t i = 0; i < count; i++)
        words[i] =
            tn_str_from(tn_args_value_at(bind->args, bind->options->placement, i));
    tn_eval_filter filter = {category, words, count};
    int code = tn_bind_report(eval, tn_eval_bind_deployment(eval, &filter));
    if (code == TN_EXIT_OK && eval->bound_count == 0)
        return tn_args_complain(bind->args->command,
                                "the deployment binds no such category and placement");
    return code;
}

static bool binds(const tn_image *image, uint32_t category)
{
    for (uint32_t i = 0; i < image->binding_count; i++)
        if (image->bindings[i].category == category)
            return true;
    return false;
}

/* A directory holds policies, and a deployment only by the way. */
static bool names_directory(const tn_bind *bind)
{
    bool found = false;
    for (size_t i = 0; i < bind->policy_count; i++)
        found |= is_directory(bind->policies[i]);
    return found;
}

int tn_bind_session(const tn_bind *bind, tn_eval *eval, bool *is_pipe)
{
    uint32_t category = TN_NONE;
    const tn_image *image = eval->image;
    const char *name = value_of(bind, bind->options->category);
    int code =
        name == NULL ? TN_EXIT_OK : tn_bind_category(bind, image, name, &category);
    if (code != TN_EXIT_OK)
        return code;
    bool names_files = bind->records != NULL || has(bind, bind->options->facts) ||
                       has(bind, bind->options->key) ||
                       has(bind, bind->options->format);
    *is_pipe =
        names_files || image->deployment_count == 0 ||
        (category != TN_NONE && (names_directory(bind) || !binds(image, category)));
    if (!*is_pipe)
        return tn_bind_deployment(bind, eval, category);
    if (category != TN_NONE)
        return bind_pipe(bind, eval, category);
    return tn_args_complain(
        bind->args->command,
        names_files ? "--category is missing: of which category are the records?"
                    : "nothing says where the records are: name one deployment, or a "
                      "category with --category");
}

int tn_bind_report(tn_eval *eval, tn_status status)
{
    tn_eval_note_remarks(eval);
    tn_cli_write(stderr, &eval->warnings);
    tn_cli_write(stderr, &eval->problems);
    tn_buf_reset(&eval->warnings);
    tn_buf_reset(&eval->problems);
    if (status == TN_OK)
        return TN_EXIT_OK;
    return eval->problem_count > 0 ? TN_EXIT_FAILURE : tn_cli_fail_status(status);
}
