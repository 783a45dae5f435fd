/* fuzz_image: bytes that claim to be an image. Header fields that only guard against
 * damage are made right, so that what lies behind them is reached; whatever the
 * verifier then lets pass must be harmless: decided in every category and listed. */
#include "interp/decide/decide.h"
#include "interp/image/disasm.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decide_all(const tn_image *image, tn_run *run)
{
    for (uint32_t i = 0; i < image->entity_count; i++)
        tn_run_set_facts(run, i, NULL);
    for (uint32_t i = 0; i < image->category_count && i < 64; i++) {
        tn_decider *decider;
        tn_verdict verdict;
        if (tn_decider_new(run, i, image->categories[i].placements.first, &decider) !=
            TN_OK)
            continue;
        if (tn_decide(decider, 0, TN_WANT_ALL, &verdict) != TN_OK)
            abort();
        tn_decider_free(decider);
    }
}

static void use(const tn_image *image)
{
    tn_run *run;
    tn_instant now = {1800000000, 0};
    if (tn_run_new(image, now, NULL, &run) == TN_OK) {
        decide_all(image, run);
        tn_run_free(run);
    }
    tn_buf listing;
    tn_buf_init(&listing, NULL);
    if (image->size_bytes < 1 << 16 && tn_image_disasm(image, &listing) != TN_OK)
        abort();
    tn_buf_free(&listing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < sizeof(tn_image_header))
        return 0;
    char *bytes = malloc(size);
    if (bytes == NULL)
        return 0;
    memcpy(bytes, data, size);
    uint64_t length = size;
    uint32_t format = TN_IMAGE_FORMAT;
    memcpy(bytes + offsetof(tn_image_header, length), &length, sizeof(length));
    memcpy(bytes + offsetof(tn_image_header, format), &format, sizeof(format));
    tn_digest digest = tn_image_digest((tn_str){bytes, size});
    memcpy(bytes + offsetof(tn_image_header, digest), &digest, sizeof(digest));

    tn_image image;
    const char *why = NULL;
    if (tn_image_verify((tn_str){bytes, size}, NULL, &image, &why) == TN_OK) {
        use(&image);
        tn_image_close(&image);
    } else if (why == NULL) {
        abort();
    }
    free(bytes);
    return 0;
}
