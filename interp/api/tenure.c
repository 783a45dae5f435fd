/* tenure: the public interface, thin calls into the stages. */
#include "interp/check/check.h"
#include "interp/compile/compile.h"
#include "interp/image/image.h"

struct tn_policy {
    const tn_allocator *memory;
    tn_image image;
};

/* What a compilation needs and throws away. */
typedef struct workshop {
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    tn_buf bytes;
} workshop;

static const tn_config default_config = TN_CONFIG_INIT;

static bool is_known(const tn_config **config)
{
    if (*config == NULL)
        *config = &default_config;
    return (*config)->version == TN_CONFIG_VERSION;
}

static void open_workshop(workshop *w, const tn_allocator *memory)
{
    tn_sources_init(&w->sources, memory);
    tn_arena_init(&w->arena, memory);
    tn_diags_init(&w->diags, memory);
    tn_strings_init(&w->strings, memory);
    tn_cel_builder_init(&w->code, &w->strings, memory);
    tn_buf_init(&w->bytes, memory);
}

static void close_workshop(workshop *w)
{
    tn_buf_free(&w->bytes);
    tn_cel_builder_free(&w->code);
    tn_strings_free(&w->strings);
    tn_diags_free(&w->diags);
    tn_arena_free(&w->arena);
    tn_sources_free(&w->sources);
}

static void report_diag(const tn_config *config, const workshop *w, const tn_diag *diag)
{
    tn_report report = {.status = diag->severity == TN_ERROR ? TN_INVALID : TN_OK,
                        .code = tn_str_from(tn_finding_code(diag->finding)),
                        .message = diag->message,
                        .help = diag->help};
    if (diag->at.file != TN_NONE) {
        const tn_source *source = &w->sources.list[diag->at.file];
        tn_position position = tn_source_position(source, diag->at.start);
        report.file = source->name;
        report.line = position.line;
        report.column = position.column;
    }
    config->report(config->user, &report);
}

static tn_status check_texts(workshop *w, const tn_policy_text *texts, size_t count,
                             tn_model **model)
{
    uint32_t *files = tn_arena_take_array(&w->arena, count, sizeof(*files));
    if (files == NULL)
        return TN_NOMEM;
    for (size_t i = 0; i < count; i++)
        TN_TRY(tn_sources_add(&w->sources, texts[i].name, texts[i].text, &w->diags,
                              &files[i]));
    tn_check_input input = {.path_count = 0};
    const tn_check_into into = {&w->sources, &w->arena, &w->code, &w->diags};
    return tn_check_sources(&input, files, count, &into, model);
}

/* Opens an image; on failure *why says what is wrong with it. */
static tn_status open_policy(const tn_config *config, tn_str bytes, tn_policy **out,
                             const char **why)
{
    *why = tn_status_text(TN_NOMEM);
    tn_policy *policy = tn_resize(config->allocator, NULL, 0, sizeof(*policy));
    if (policy == NULL)
        return TN_NOMEM;
    policy->memory = config->allocator;
    tn_status status = tn_image_verify(bytes, config->allocator, &policy->image, why);
    if (status == TN_OK)
        *out = policy;
    else
        tn_resize(config->allocator, policy, sizeof(*policy), 0);
    return status;
}

tn_status tn_policy_compile(const tn_config *config, const tn_policy_text *texts,
                            size_t count, tn_policy **out)
{
    if (!is_known(&config))
        return TN_USAGE;
    workshop w;
    open_workshop(&w, config->allocator);
    tn_model *model = NULL;
    tn_status status = check_texts(&w, texts, count, &model);
    for (size_t i = 0; config->report != NULL && i < w.diags.count; i++)
        report_diag(config, &w, &w.diags.list[i]);
    tn_compile_options options = {.with_sources = true};
    if (status == TN_OK)
        status = tn_compile(model, &options, config->allocator, &w.bytes);
    const char *why;
    if (status == TN_OK)
        status = open_policy(config, tn_buf_view(&w.bytes), out, &why);
    close_workshop(&w);
    return status;
}

tn_status tn_policy_load(const tn_config *config, tn_str image, tn_policy **out)
{
    if (!is_known(&config))
        return TN_USAGE;
    const char *why;
    tn_status status = open_policy(config, image, out, &why);
    if ((status == TN_BAD_IMAGE || status == TN_OTHER_VERSION) &&
        config->report != NULL) {
        tn_report report = {
            .status = status, .code = TN_STR("image"), .message = tn_str_from(why)};
        config->report(config->user, &report);
    }
    return status;
}

void tn_policy_free(tn_policy *policy)
{
    if (policy == NULL)
        return;
    tn_image_close(&policy->image);
    tn_resize(policy->memory, policy, sizeof(*policy), 0);
}

tn_str tn_policy_image(const tn_policy *policy)
{
    return (tn_str){policy->image.bytes, policy->image.size_bytes};
}

uint32_t tn_policy_category_count(const tn_policy *policy)
{
    return policy->image.category_count;
}

tn_str tn_policy_category_name(const tn_policy *policy, uint32_t category)
{
    return tn_image_str(&policy->image, policy->image.categories[category].name);
}
