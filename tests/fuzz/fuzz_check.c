/* Texts of policies, parted by lines of "%%": whatever they are, the check ends, and
 * what it lets pass is a model that can be written out. */
#include "interp/check/check.h"
#include "interp/check/model_json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES_MAX = 4 };
#define BETWEEN TN_STR("\n%%\n")

static void expect(bool good)
{
    if (!good)
        abort();
}

static size_t add_files(tn_sources *sources, tn_str text, tn_diags *diags,
                        uint32_t *files)
{
    size_t count = 0;
    while (count < FILES_MAX) {
        size_t end = tn_str_find(text, BETWEEN);
        tn_str one = tn_str_slice(text, 0, end);
        if (tn_sources_add(sources, TN_STR("fuzz"), one, diags, &files[count]) == TN_OK)
            count++;
        if (end == SIZE_MAX)
            break;
        text = tn_str_slice(text, end + BETWEEN.len, SIZE_MAX);
    }
    return count;
}

static void write_out(const tn_model *model)
{
    tn_buf json;
    tn_buf_init(&json, NULL);
    expect(tn_model_json(model, &json) == TN_OK);
    tn_buf_free(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    uint32_t files[FILES_MAX];
    tn_sources_init(&sources, NULL);
    tn_arena_init(&arena, NULL);
    tn_diags_init(&diags, NULL);
    tn_strings_init(&strings, NULL);
    tn_cel_builder_init(&code, &strings, NULL);
    size_t count =
        add_files(&sources, (tn_str){(const char *)data, size}, &diags, files);
    const tn_check_input input = {.path_count = 0};
    const tn_check_into into = {&sources, &arena, &code, &diags};
    tn_model *model = NULL;
    tn_status status = tn_check_sources(&input, files, count, &into, &model);
    expect(status == TN_OK || status == TN_INVALID);
    expect(status == TN_OK ? model != NULL && diags.error_count == 0
                           : diags.error_count > 0);
    if (status == TN_OK)
        write_out(model);
    tn_cel_builder_free(&code);
    tn_strings_free(&strings);
    tn_diags_free(&diags);
    tn_arena_free(&arena);
    tn_sources_free(&sources);
    return 0;
}
