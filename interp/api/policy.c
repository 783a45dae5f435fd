/* policy: compiled from texts, or loaded. */
#include "interp/api/api.h"
#include "interp/check/check.h"
#include "interp/compile/compile.h"
#include "interp/eval/needs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a compilation needs and throws away. */
typedef struct workshop {
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    tn_buf bytes;
} workshop;

static const tenure_config default_config = TENURE_CONFIG_INIT;

const char *tenure_version(void)
{
    return TENURE_VERSION;
}

static bool is_known(const tenure_config **config)
{
    if (*config == NULL)
        *config = &default_config;
    return (*config)->version == TENURE_CONFIG_VERSION &&
           ((*config)->flags & ~(uint32_t)TENURE_NO_SOURCES) == 0;
}

/* --- what every policy has */

static size_t needed_bytes(const tn_image *image)
{
    return ((size_t)image->field_count + image->fact_count + 1) * sizeof(bool);
}

/* `slots` has room for the slots of any category: fields first, then facts. */
static void mark_needed(tenure_policy *policy, uint32_t category, bool *slots)
{
    const tn_image *image = &policy->image;
    const tn_img_category *row = &image->categories[category];
    tn_needs_slots(image, category, slots);
    for (uint32_t i = 0; i < row->slots.count; i++) {
        const tn_img_slot *slot = &image->slots[row->slots.first + i];
        uint32_t number =
            slot->kind == TN_SLOT_FIELD ? slot->field : image->field_count + slot->fact;
        policy->needed[number] |= slots[i];
    }
}

static tn_status mark_all_needed(tenure_policy *policy)
{
    const tn_image *image = &policy->image;
    size_t most = 1;
    for (uint32_t i = 0; i < image->category_count; i++)
        if (image->categories[i].slots.count > most)
            most = image->categories[i].slots.count;
    bool *slots = tn_resize(policy->memory, NULL, 0, most * sizeof(bool));
    if (slots == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < image->category_count; i++)
        mark_needed(policy, i, slots);
    tn_resize(policy->memory, slots, most * sizeof(bool), 0);
    return TN_OK;
}

static tn_status describe(tenure_policy *policy)
{
    const tn_image *image = &policy->image;
    tn_digest_format(&image->header->digest, policy->digest);
    policy->needed = tn_resize(policy->memory, NULL, 0, needed_bytes(image));
    if (policy->needed == NULL)
        return TN_NOMEM;
    memset(policy->needed, 0, needed_bytes(image));
    return mark_all_needed(policy);
}

static tenure_policy *new_policy(const tenure_config *config)
{
    tenure_policy *policy = tn_resize(config->allocator, NULL, 0, sizeof(*policy));
    if (policy != NULL)
        *policy = (tenure_policy){.memory = config->allocator,
                                  .image = {.memory = config->allocator}};
    return policy;
}

void tenure_policy_free(tenure_policy *policy)
{
    if (policy == NULL)
        return;
    if (policy->needed != NULL)
        tn_resize(policy->memory, policy->needed, needed_bytes(&policy->image), 0);
    tn_image_close(&policy->image);
    if (policy->mapped != NULL)
        munmap(policy->mapped, policy->mapped_bytes);
    tn_resize(policy->memory, policy->read, policy->read_bytes, 0);
    tn_resize(policy->memory, policy, sizeof(*policy), 0);
}

static tn_status report_load(const tenure_config *config, tn_status status,
                             const char *file, const char *why)
{
    if (config->report != NULL &&
        (status == TN_BAD_IMAGE || status == TN_OTHER_VERSION || status == TN_IO)) {
        tenure_report report = {.status = status,
                                .code = TN_STR("image"),
                                .file = tn_str_from(file),
                                .message = tn_str_from(why)};
        config->report(config->user, &report);
    }
    return status;
}

/* --- compiling */

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

static void report_diag(const tenure_config *config, const workshop *w,
                        const tn_diag *diag)
{
    tenure_report report = {.status = diag->severity == TN_ERROR ? TN_INVALID : TN_OK,
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

/* What is to be checked: paths, or texts. */
typedef struct given {
    const tenure_text *texts;
    const char *const *paths;
    size_t count;
} given;

static tn_status views_of(workshop *w, const char *const *texts, size_t count,
                          const tn_str **out)
{
    tn_str *views = tn_arena_take_array(&w->arena, count, sizeof(*views));
    if (views == NULL)
        return TN_NOMEM;
    for (size_t i = 0; i < count; i++)
        views[i] = tn_str_from(texts[i]);
    *out = views;
    return TN_OK;
}

static tn_status check(workshop *w, const tenure_config *config, const given *g,
                       tn_model **model)
{
    const tn_check_into into = {&w->sources, &w->arena, &w->code, &w->diags};
    tn_check_input input = {.root_count = config->root_count,
                            .zone_directory = tn_str_from(config->zones),
                            .import = config->import,
                            .import_user = config->user};
    TN_TRY(views_of(w, config->roots, config->root_count, &input.roots));
    if (g->paths != NULL) {
        input.path_count = g->count;
        TN_TRY(views_of(w, g->paths, g->count, &input.paths));
        return tn_check(&input, &into, model);
    }
    uint32_t *files = tn_arena_take_array(&w->arena, g->count, sizeof(*files));
    if (files == NULL)
        return TN_NOMEM;
    for (size_t i = 0; i < g->count; i++)
        TN_TRY(tn_sources_add(&w->sources, g->texts[i].name, g->texts[i].text,
                              &w->diags, &files[i]));
    return tn_check_sources(&input, files, g->count, &into, model);
}

static tn_status compile(workshop *w, const tenure_config *config, const given *g,
                         tenure_policy *policy)
{
    tn_model *model = NULL;
    tn_status status = check(w, config, g, &model);
    for (size_t i = 0; config->report != NULL && i < w->diags.count; i++)
        report_diag(config, w, &w->diags.list[i]);
    TN_TRY(status);
    tn_compile_options options = {.with_sources =
                                      (config->flags & TENURE_NO_SOURCES) == 0};
    TN_TRY(tn_compile(model, &options, config->allocator, &w->bytes));
    const char *why;
    TN_TRY(tn_image_verify(tn_buf_view(&w->bytes), config->allocator, &policy->image,
                           &why));
    return describe(policy);
}

static tn_status compile_given(const tenure_config *config, const given *g,
                               tenure_policy **out)
{
    if (!is_known(&config) || g->count == 0)
        return TN_USAGE;
    workshop w;
    open_workshop(&w, config->allocator);
    tenure_policy *policy = new_policy(config);
    tn_status status = policy == NULL ? TN_NOMEM : compile(&w, config, g, policy);
    close_workshop(&w);
    if (status == TN_OK)
        *out = policy;
    else
        tenure_policy_free(policy);
    return status;
}

tn_status tenure_policy_compile(const tenure_config *config, const tenure_text *texts,
                                size_t count, tenure_policy **out)
{
    return compile_given(config, &(given){.texts = texts, .count = count}, out);
}

tn_status tenure_policy_compile_files(const tenure_config *config,
                                      const char *const *paths, size_t count,
                                      tenure_policy **out)
{
    return compile_given(config, &(given){.paths = paths, .count = count}, out);
}

/* --- loading */

tn_status tenure_policy_load(const tenure_config *config, tn_str image,
                             tenure_policy **out)
{
    if (!is_known(&config))
        return TN_USAGE;
    tenure_policy *policy = new_policy(config);
    if (policy == NULL)
        return TN_NOMEM;
    const char *why;
    tn_status status = tn_image_verify(image, config->allocator, &policy->image, &why);
    if (status != TN_OK)
        policy->image = (tn_image){.memory = config->allocator};
    else
        status = describe(policy);
    if (status == TN_OK) {
        *out = policy;
        return TN_OK;
    }
    tenure_policy_free(policy);
    return report_load(config, status, NULL, why);
}

static tn_status read_file(tenure_policy *policy, int fd, size_t size_bytes)
{
    policy->read = tn_resize(policy->memory, NULL, 0, size_bytes);
    if (policy->read == NULL)
        return TN_NOMEM;
    policy->read_bytes = size_bytes;
    size_t done = 0;
    while (done < size_bytes) {
        ssize_t got = read(fd, (char *)policy->read + done, size_bytes - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) /* an error, or shorter than it was */
            return TN_IO;
        done += (size_t)got;
    }
    return TN_OK;
}

static tn_status map_file(tenure_policy *policy, int fd, size_t size_bytes)
{
    void *mapped = mmap(NULL, size_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped == MAP_FAILED)
        return TN_IO;
    policy->mapped = mapped;
    policy->mapped_bytes = size_bytes;
    return TN_OK;
}

/* Brings the bytes of the file into memory; *why is set where it fails. */
static tn_status fetch(tenure_policy *policy, const char *path, unsigned flags,
                       const char **why)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *why = fd < 0 ? "it can't be opened" : "it can't be read, or is no file";
    if (fd < 0)
        return TN_IO;
    tn_status status = TN_IO;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        *why = "it is empty, or changed while it was read";
        size_t size_bytes = (size_t)info.st_size;
        if (size_bytes > 0 && (flags & TENURE_VOUCHED) != 0)
            status = map_file(policy, fd, size_bytes);
        else if (size_bytes > 0)
            status = read_file(policy, fd, size_bytes);
    }
    close(fd);
    return status;
}

static tn_status load_file(tenure_policy *policy, const char *path, unsigned flags,
                           const char **why)
{
    TN_TRY(fetch(policy, path, flags, why));
    tn_str bytes = {policy->read, policy->read_bytes};
    if (policy->mapped != NULL)
        bytes = (tn_str){policy->mapped, policy->mapped_bytes};
    tn_image image;
    TN_TRY(tn_image_view(bytes, policy->memory, &image, why));
    policy->image = image;
    return describe(policy);
}

tn_status tenure_policy_load_file(const tenure_config *config, const char *path,
                                  unsigned flags, tenure_policy **out)
{
    if (!is_known(&config) || (flags & ~(unsigned)TENURE_VOUCHED) != 0)
        return TN_USAGE;
    tenure_policy *policy = new_policy(config);
    if (policy == NULL)
        return TN_NOMEM;
    const char *why;
    tn_status status = load_file(policy, path, flags, &why);
    if (status == TN_OK) {
        *out = policy;
        return TN_OK;
    }
    tenure_policy_free(policy);
    return report_load(config, status, path, why);
}
