/* source: the texts that spans point into.
 *
 * Owns: copies of names and texts, until tn_sources_free. Fails: NOMEM; IO and LIMIT (a
 * text above TN_SOURCE_MAX_BYTES) with a diagnostic. Threads: one writer, or any number
 * of readers. */
#ifndef TN_SYNTAX_SOURCE_H
#define TN_SYNTAX_SOURCE_H

#include "interp/base/diag.h"

/* Spans hold 32-bit offsets; a policy is text that people read. */
enum { TN_SOURCE_MAX_BYTES = 16 << 20 };

typedef struct tn_source {
    tn_str name; /* the path as given, or "<stdin>", or "std/gdpr.tenure" */
    tn_str text;
    uint32_t *line_starts; /* byte offsets of the lines' first bytes */
    uint32_t line_count;
} tn_source;

typedef struct tn_sources {
    tn_arena arena;
    tn_source *list;
    uint32_t count;
    uint32_t capacity;
} tn_sources;

void tn_sources_init(tn_sources *sources, const tn_allocator *memory);
void tn_sources_free(tn_sources *sources);

/* Adds a text (copied); its number in *out. */
TN_MUST_USE tn_status tn_sources_add(tn_sources *sources, tn_str name, tn_str text,
                                     tn_diags *diags, uint32_t *out);
/* Reads a file whole and adds it. */
TN_MUST_USE tn_status tn_sources_read(tn_sources *sources, tn_str path, tn_diags *diags,
                                      uint32_t *out);

/* Line and column, both from 1; the column counts code points (a tab is one). */
typedef struct tn_position {
    uint32_t line;
    uint32_t column;
} tn_position;

tn_position tn_source_position(const tn_source *source, uint32_t offset);
/* Line number `line` without its end; empty beyond the last. */
tn_str tn_source_line(const tn_source *source, uint32_t line);
/* The bytes of a span. */
tn_str tn_source_slice(const tn_sources *sources, tn_span at);

#endif
