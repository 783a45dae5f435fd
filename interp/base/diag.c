#include "interp/base/diag.h"
#include "interp/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

/* More than a person reads, few enough that hostile input can't fill the memory. */
enum { DIAGS_LIMIT = 1000 };

static const struct {
    const char *code;
    const char *title;
    tn_severity severity;
} findings[] = {
#define TN_FINDING(id, code, severity, title) {code, title, TN_##severity},
#include "interp/base/findings.def"
#undef TN_FINDING
};

void tn_diags_init(tn_diags *diags, const tn_allocator *memory)
{
    *diags = (tn_diags){.limit = DIAGS_LIMIT};
    tn_arena_init(&diags->arena, memory);
}

void tn_diags_free(tn_diags *diags)
{
    tn_resize(diags->arena.memory, diags->list, diags->capacity * sizeof(tn_diag), 0);
    tn_arena_free(&diags->arena);
    tn_diags_init(diags, diags->arena.memory);
}

/* What is left of a text that was cut off where no character may end. */
static size_t without_part(const char *text, size_t len)
{
    size_t start = len;
    do
        start--;
    while (start > 0 && ((unsigned char)text[start] & 0xC0) == 0x80);
    return tn_utf8_length((tn_str){text + start, len - start}) == 0 ? start : len;
}

static tn_str format_text(tn_diags *diags, const char *format, va_list args)
{
    char text[1024];
    int len = vsnprintf(text, sizeof(text), format, args);
    size_t shown = len < 0 ? 0 : (size_t)len;
    if (shown >= sizeof(text))
        shown = without_part(text, sizeof(text) - 1);
    tn_str copy = tn_arena_copy(&diags->arena, (tn_str){text, shown});
    if (copy.data == NULL)
        diags->failed = true;
    return copy;
}

static tn_diag *next_slot(tn_diags *diags)
{
    if (diags->count == diags->capacity) {
        size_t capacity = diags->capacity == 0 ? 8 : diags->capacity * 2;
        tn_diag *grown =
            tn_resize(diags->arena.memory, diags->list,
                      diags->capacity * sizeof(tn_diag), capacity * sizeof(tn_diag));
        if (grown == NULL)
            return NULL;
        diags->list = grown;
        diags->capacity = capacity;
    }
    return &diags->list[diags->count];
}

/* Where the next diagnostic goes: the list, or the spare one when that is full. */
static tn_diag *claim(tn_diags *diags)
{
    tn_diag *slot = NULL;
    if (diags->count >= diags->limit)
        diags->dropped_count++;
    else if ((slot = next_slot(diags)) == NULL)
        diags->failed = true;
    if (slot == NULL)
        return &diags->spare;
    diags->count++;
    return slot;
}

static bool is_listed(const tn_diags *diags, tn_finding finding, tn_span at,
                      tn_str message)
{
    for (size_t i = 0; i < diags->count; i++) {
        const tn_diag *diag = &diags->list[i];
        if (diag->finding == finding && diag->at.file == at.file &&
            diag->at.start == at.start && diag->at.end == at.end &&
            tn_str_equal(diag->message, message))
            return true;
    }
    return false;
}

tn_diag *tn_diag_add(tn_diags *diags, tn_finding finding, tn_span at,
                     const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn_str message = format_text(diags, format, args);
    va_end(args);
    if (is_listed(diags, finding, at, message)) {
        diags->spare = (tn_diag){.finding = finding};
        return &diags->spare;
    }
    tn_diag *diag = claim(diags);
    *diag = (tn_diag){.finding = finding,
                      .severity = findings[finding].severity,
                      .at = at,
                      .message = message,
                      .other = TN_NOWHERE};
    diags->error_count += diag->severity == TN_ERROR;
    return diag;
}

void tn_diag_help(tn_diags *diags, tn_diag *diag, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag->help = format_text(diags, format, args);
    va_end(args);
}

void tn_diag_other(tn_diags *diags, tn_diag *diag, tn_span at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag->other_message = format_text(diags, format, args);
    va_end(args);
    diag->other = at;
}

tn_status tn_diags_status(const tn_diags *diags)
{
    if (diags->failed)
        return TN_NOMEM;
    return diags->error_count > 0 ? TN_INVALID : TN_OK;
}

const char *tn_finding_code(tn_finding finding)
{
    return findings[finding].code;
}

const char *tn_finding_title(tn_finding finding)
{
    return findings[finding].title;
}

tn_span tn_span_join(tn_span a, tn_span b)
{
    if (a.file == TN_NONE)
        return b;
    if (b.file == TN_NONE)
        return a;
    assert(a.file == b.file);
    return (tn_span){a.file, a.start < b.start ? a.start : b.start,
                     a.end > b.end ? a.end : b.end};
}
