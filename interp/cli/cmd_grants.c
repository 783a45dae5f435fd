/* tenure grants: the least that the users of a deployment's stores need. Opens none. */
#include "interp/cli/bind.h"
#include "interp/cli/output.h"

enum { OPT_PATH };

static const tn_option options[] = {
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

/* What is done with the objects of one store. */
typedef struct grants {
    const tn_image *image;
    uint32_t store;
    tn_arena arena;
    tn_store_grant *list;
    uint32_t count;
} grants;

static tn_store_grant *find_object(grants *g, uint32_t source)
{
    const tn_image *image = g->image;
    tn_str object = tn_image_str(image, image->data_sources[source].object);
    for (uint32_t i = 0; i < g->count; i++)
        if (tn_str_equal(g->list[i].object, object))
            return &g->list[i];
    g->list[g->count] = (tn_store_grant){.object = object};
    return &g->list[g->count++];
}

/* Adds the column from which field `field` is read, if it is one alone. */
static void add_redacted(grants *g, tn_store_grant *grant, uint32_t source,
                         uint32_t field)
{
    const tn_img_data_source *row = &g->image->data_sources[source];
    tn_str *redacted = (tn_str *)(void *)(uintptr_t)grant->redacted;
    for (uint32_t i = 0; i < row->maps.count; i++) {
        const tn_img_column_map *map = &g->image->column_maps[row->maps.first + i];
        if (map->target != TN_MAP_FIELD || map->index != field ||
            map->column == TN_NONE)
            continue;
        tn_str name = tn_image_str(
            g->image, g->image->columns[row->columns.first + map->column].name);
        bool is_known = false;
        for (uint32_t k = 0; k < grant->redacted_count; k++)
            is_known |= tn_str_equal(redacted[k], name);
        if (!is_known)
            redacted[grant->redacted_count++] = name;
    }
}

static tn_status add_binding(grants *g, const tn_img_binding *binding)
{
    const tn_image *image = g->image;
    const tn_img_category *category = &image->categories[binding->category];
    tn_store_grant *grant = find_object(g, binding->source);
    grant->deletes = true;
    if (grant->redacted == NULL)
        grant->redacted = tn_arena_take_array(
            &g->arena, image->data_sources[binding->source].columns.count + 64,
            sizeof(tn_str));
    if (grant->redacted == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        tn_img_range redact = image->clauses[category->clauses.first + i].redact;
        for (uint32_t k = 0; k < redact.count && grant->redacted_count < 64; k++)
            add_redacted(g, grant, binding->source,
                         image->redacts[redact.first + k].slot);
    }
    return TN_OK;
}

static tn_status fill(grants *g)
{
    const tn_image *image = g->image;
    g->list =
        tn_arena_take_array(&g->arena, image->data_source_count + 1, sizeof(*g->list));
    if (g->list == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < image->fact_source_count; i++)
        if (image->data_sources[image->fact_sources[i].source].store == g->store)
            find_object(g, image->fact_sources[i].source);
    for (uint32_t i = 0; i < image->binding_count; i++) {
        uint32_t source = image->bindings[i].source;
        if (source != TN_NONE && image->data_sources[source].store == g->store)
            TN_TRY(add_binding(g, &image->bindings[i]));
    }
    return TN_OK;
}

static tn_str location_of(const grants *g, bool writes)
{
    const tn_img_store *row = &g->image->stores[g->store];
    tn_str env = tn_image_str(g->image, writes ? row->write_env : row->env);
    if (env.len == 0)
        env = tn_image_str(g->image, row->env);
    char name[256];
    if (env.len == 0 || env.len >= sizeof(name))
        return tn_image_str(g->image, row->location);
    for (size_t i = 0; i < env.len; i++)
        name[i] = env.data[i];
    name[env.len] = 0;
    return tn_str_from(tn_bind_env(name));
}

static tn_status put_store(grants *g, tn_buf *out)
{
    const tn_img_store *row = &g->image->stores[g->store];
    tn_str kind = tn_image_str(g->image, row->kind);
    tn_str name = tn_image_str(g->image, row->name);
    const tn_store_ops *ops = tn_store_find(tn_store_kinds, kind);
    if (ops == NULL || ops->version < 3 || ops->put_grants == NULL) {
        tn_buf_put_format(out, "-- store " TN_STR_FMT ": a %.*s store has no users\n",
                          TN_STR_ARG(name), TN_STR_ARG(kind));
        return TN_OK;
    }
    TN_TRY(fill(g));
    tn_buf_put_format(out, "-- store " TN_STR_FMT ": eval, explain, plan\n",
                      TN_STR_ARG(name));
    ops->put_grants(location_of(g, false), g->list, g->count, false, out);
    tn_buf_put_format(out, "-- store " TN_STR_FMT ": apply\n", TN_STR_ARG(name));
    ops->put_grants(location_of(g, true), g->list, g->count, true, out);
    return TN_OK;
}

static int print_grants(const tn_image *image)
{
    tn_buf out;
    tn_status status = TN_OK;
    tn_buf_init(&out, NULL);
    for (uint32_t i = 0; status == TN_OK && i < image->store_count; i++) {
        grants g = {.image = image, .store = i};
        tn_arena_init(&g.arena, NULL);
        status = put_store(&g, &out);
        tn_arena_free(&g.arena);
    }
    return tn_output_print(&out, status);
}

static int run(const tn_args *args)
{
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which deployment?");
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    int code = tn_cli_policy_load(&policy, args->operands, args->operand_count, args,
                                  OPT_PATH);
    if (code == TN_EXIT_OK && policy.image.deployment_count == 0)
        code = tn_args_complain(args->command, "there is no deployment in it");
    if (code == TN_EXIT_OK)
        code = print_grants(&policy.image);
    tn_cli_policy_free(&policy);
    return code;
}

const tn_command tn_command_grants = {
    .name = "grants",
    .operands = "DEPLOYMENT",
    .summary = "the least that the users of its stores need, as statements",
    .help =
        "Prints, for each store that has users, the statements that give a user who\n"
        "reads (eval, explain, plan) and one who erases (apply) what they need, and "
        "no\n"
        "more. Users and databases are those of the addresses that the environment\n"
        "holds, where it does. Nothing is opened.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};
