/* fuzz_image: bytes that claim to be an image. What only guards against damage (length,
 * format, digest) is made right, so that what lies behind is reached; whatever is then
 * let in must be harmless, do what a host may (tests/support/image_use.h), and stay in
 * its bounds of memory.
 *
 * Mutations know the structure: they start from a compiled policy, and set whole cells
 * of the header, the section table and the sections to numbers that matter. */
#include "interp/image/image.h"
#include "tests/support/image_use.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

enum { LOAD_BASE = 4096, CATEGORIES = 16 };

static const char policy_text[] =
    "module t \"T\"\nimport std.gdpr\npurpose p \"w\"\n"
    "table limits by size { \"a\": 1  default 2 }\n"
    "entity e { event gone \"\"  attribute tier : int \"\" }\n"
    "condition grown \"t\" on e require e.tier > 0\n"
    "category c \"C\" of e {\n"
    "  fields { made : timestamp @created  closed : event  dated : date  size : "
    "string\n"
    "           ip : string  tags : list<string>  counts : map<string, int> }\n"
    "  purpose p  basis std.gdpr.contract\n"
    "  stored in db as primary and backup, queue as temporary for at most 3 days\n"
    "  retain 1 year from end of month of latest of (made, dated) when size.size() > "
    "3\n"
    "  retain until e.gone then delete after 1 day within 30 days\n"
    "  retain at least 2 days from made unless limits[size] == 1\n"
    "  redact ip to \"gone\" after 30 days from made\n"
    "  flag when tags.exists(t, t.matches(\"a+b\") || counts[t] > 1)\n"
    "  flag when [1, 2].map(i, i * 2)[1] + tags.size() == 9\n"
    "  hold when e.tier in [1, 2, 3]\n"
    "}\n";

/* Frames the bytes as an image of this format. */
static void frame(char *bytes, size_t size)
{
    uint64_t length = size;
    uint32_t format = TN_IMAGE_FORMAT;
    memcpy(bytes + offsetof(tn_image_header, length), &length, sizeof(length));
    memcpy(bytes + offsetof(tn_image_header, format), &format, sizeof(format));
    tn_digest digest = tn_image_digest((tn_str){bytes, size});
    memcpy(bytes + offsetof(tn_image_header, digest), &digest, sizeof(digest));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < sizeof(tn_image_header))
        return 0;
    char *bytes = malloc(size);
    if (bytes == NULL)
        return 0;
    memcpy(bytes, data, size);
    frame(bytes, size);
    image_use use = test_use_image((tn_str){bytes, size}, CATEGORIES);
    if (use.failed || use.left_bytes != 0 ||
        (use.status != TN_OK && use.why[0] == '\0') ||
        use.load_bytes > LOAD_BASE + TEST_LOAD_PER_BYTE * size ||
        use.peak_bytes > TEST_USE_BASE + TEST_USE_PER_BYTE * size)
        abort();
    free(bytes);
    return 0;
}

/* --- mutations */

static tn_str base(void)
{
    static tenure_policy *policy;
    tenure_config config = TENURE_CONFIG_INIT;
    tenure_text text = {TN_STR("t.tenure"), TN_STR(policy_text)};
    config.flags = TENURE_NO_SOURCES;
    if (policy == NULL && tenure_policy_compile(&config, &text, 1, &policy) != TN_OK)
        abort();
    return tenure_policy_image(policy);
}

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 8;
}

/* Any section with something in it, or the section table itself. */
static tn_image_section choose(const uint8_t *data, size_t size, unsigned *seed)
{
    tn_image_section all = {0, size};
    size_t table_bytes = TN_SECTION_COUNT * sizeof(tn_image_section);
    if (size < sizeof(tn_image_header) + table_bytes || next(seed) % 16 == 0)
        return all;
    for (unsigned tries = 0; tries < 8; tries++) {
        tn_image_section section;
        size_t row = next(seed) % TN_SECTION_COUNT;
        memcpy(&section, data + sizeof(tn_image_header) + row * sizeof(section),
               sizeof(section));
        if (section.size_bytes >= 4 && section.offset < size &&
            section.size_bytes <= size - section.offset)
            return section;
    }
    return all;
}

static void set_cell(uint8_t *data, size_t size, unsigned *seed)
{
    static const uint32_t numbers[] = {
        0,   1,     2,          3,          7,          8,         31,
        255, 65535, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};
    tn_image_section section = choose(data, size, seed);
    if (section.size_bytes < 4)
        return;
    size_t at = section.offset + next(seed) % (section.size_bytes / 4) * 4;
    uint32_t cell, number = numbers[next(seed) % TN_COUNT(numbers)];
    memcpy(&cell, data + at, sizeof(cell));
    switch (next(seed) % 4) {
    case 0: cell = number; break;
    case 1: cell += next(seed) % 5 - 2; break;
    case 2: data[at + next(seed) % 4] = (uint8_t)number; return;
    default: /* that of another row: the right kind of thing in the wrong place */
        memcpy(&cell, data + section.offset + next(seed) % (section.size_bytes / 4) * 4,
               sizeof(cell));
    }
    memcpy(data + at, &cell, sizeof(cell));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed)
{
    tn_str image = base();
    if (size < sizeof(tn_image_header) && image.len <= max_size) {
        memcpy(data, image.data, image.len);
        size = image.len;
    }
    if (next(&seed) % 32 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    for (unsigned count = 1 + next(&seed) % 4; count > 0; count--)
        set_cell(data, size, &seed);
    return size;
}
