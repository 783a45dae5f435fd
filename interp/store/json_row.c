#include "interp/store/json_row.h"

#include <string.h>

static const char not_json[] = "not valid JSON";
static const char repeated[] = "it names a declared field twice";

static bool grow(const tn_allocator *memory, void **block, uint32_t *capacity,
                 uint32_t needed, size_t size)
{
    if (needed <= *capacity)
        return true;
    uint32_t wanted = needed < 32 ? 32 : 2 * needed;
    void *grown = tn_resize(memory, *block, *capacity * size, wanted * size);
    if (grown == NULL)
        return false;
    memset((char *)grown + *capacity * size, 0, (wanted - *capacity) * size);
    *block = grown;
    *capacity = wanted;
    return true;
}

static bool fail(tn_json_reader *r, const char *problem)
{
    r->problem = problem;
    return false;
}

bool tn_json_row_reserve(tn_json_row *to, uint32_t count)
{
    return grow(to->memory, (void **)&to->undeclared, &to->undeclared_capacity,
                count + 1, sizeof(*to->undeclared));
}

/* Notes an undeclared name of this object, once; false when there is no memory. */
static bool note_undeclared(tn_json_row *to, uint32_t number)
{
    if (!grow(to->memory, (void **)&to->seen_at, &to->seen_capacity, number + 1,
              sizeof(*to->seen_at)))
        return false;
    if (to->seen_at[number] == to->object || !to->request->wants_undeclared)
        return true;
    to->seen_at[number] = to->object;
    uint32_t count = to->row.undeclared_count;
    if (!grow(to->memory, (void **)&to->undeclared, &to->undeclared_capacity, count + 1,
              sizeof(*to->undeclared)))
        return false;
    to->undeclared[count] = number - to->names.declared_count;
    to->row.undeclared = to->undeclared;
    to->row.undeclared_count++;
    return true;
}

/* The name that comes next, and its colon. */
static inline bool read_name(tn_json_reader *r, tn_str *name)
{
    uint32_t start = *r->token;
    uint32_t colon = r->token[1];
    if (r->has_escapes) {
        if (!tn_json_read_string(r, name))
            return false;
        return tn_json_take(r, ':') || fail(r, not_json);
    }
    if (colon >= r->limit || r->text[start] != '"' || r->text[colon] != ':')
        return fail(r, not_json);
    *name = (tn_str){r->text + start + 1, tn_json_token_end(r) - start - 2};
    r->token += 2;
    return true;
}

/* Skips the value that comes next: mostly a string, of which nothing more has to be
 * looked at when there is no escape in it. */
static inline bool skip_value(tn_json_reader *r)
{
    if (!r->has_escapes && tn_json_take(r, '"'))
        return true;
    return tn_json_read_value(r, NULL);
}

static bool read_members(tn_json_row *to, tn_json_reader *r, bool *is_repeated)
{
    const tn_scan_column *columns = to->request->columns;
    uint32_t declared = to->names.declared_count;
    tn_str name;
    for (uint32_t position = 0;; position++) {
        if (!read_name(r, &name))
            return false;
        uint32_t number = tn_names_at(&to->names, position, name);
        bool is_wanted = false;
        if (number < declared) {
            /* and go on where it is repeated: what follows may not even be JSON */
            *is_repeated |= to->seen_at[number] == to->object;
            to->seen_at[number] = to->object;
            is_wanted = columns[number].is_wanted;
        } else if (number == TN_NONE || !note_undeclared(to, number)) {
            return fail(r, NULL);
        }
        if (is_wanted ? !tn_json_read_value(r, &to->values[number]) : !skip_value(r))
            return false;
        if (!tn_json_take(r, ','))
            return true;
    }
}

static bool read_braced(tn_json_row *to, tn_json_reader *r)
{
    bool is_repeated = false;
    if (!tn_json_take(r, '}')) {
        if (!read_members(to, r, &is_repeated))
            return false;
        if (!tn_json_take(r, '}'))
            return fail(r, not_json);
    }
    if (!tn_json_is_at_end(r))
        return fail(r, not_json);
    return is_repeated ? fail(r, repeated) : true;
}

/* Reads the object; false with a problem, or without one: out of memory. */
static bool read_object(tn_json_row *to, tn_json_reader *r)
{
    if (tn_json_take(r, '{'))
        return read_braced(to, r);
    if (!tn_json_read_value(r, NULL))
        return false;
    return fail(r, tn_json_is_at_end(r) ? "not a JSON object" : not_json);
}

static void clear_values(tn_json_row *to)
{
    for (uint32_t i = 0; i < to->request->column_count; i++)
        to->values[i].kind = TN_KIND_NULL;
}

static void clear_unseen(tn_json_row *to)
{
    for (uint32_t i = 0; i < to->request->column_count; i++)
        if (to->seen_at[i] != to->object)
            to->values[i].kind = TN_KIND_NULL;
}

const char *tn_json_fault_text(tn_json_fault fault)
{
    switch (fault) {
    case TN_JSON_BAD_UTF8: return "invalid UTF-8";
    case TN_JSON_TOO_LONG: return "a line too long to be a record";
    case TN_JSON_BAD_STRING:
    case TN_JSON_FINE:
    case TN_JSON_NO_MEMORY: break;
    }
    return not_json;
}

void tn_json_row_set_problem(tn_json_row *to, const char *problem)
{
    clear_values(to);
    to->row.problem = problem;
    to->row.undeclared_count = 0;
}

void tn_json_row_reset(tn_json_row *to)
{
    if (to->arena.block != NULL)
        tn_arena_reset(&to->arena);
}

tn_status tn_json_row_read(tn_json_row *to, tn_json_reader *reader)
{
    to->object++;
    to->row.problem = NULL;
    to->row.undeclared_count = 0;
    bool good = read_object(to, reader);
    if (!good && reader->problem == NULL)
        return TN_NOMEM;
    if (good)
        clear_unseen(to);
    else
        tn_json_row_set_problem(to, reader->problem);
    return TN_OK;
}

tn_status tn_json_row_read_text(tn_json_row *to, const char *text, size_t len)
{
    tn_json_fault fault = tn_json_index_run(to->index, text, len);
    if (fault == TN_JSON_NO_MEMORY)
        return TN_NOMEM;
    if (fault != TN_JSON_FINE) {
        tn_json_row_set_problem(to, tn_json_fault_text(fault));
        return TN_OK;
    }
    tn_json_reader reader = {.text = text,
                             .token = tn_json_index_tokens(to->index),
                             .limit = (uint32_t)len,
                             .has_escapes = memchr(text, '\\', len) != NULL,
                             .arena = &to->arena};
    return tn_json_row_read(to, &reader);
}

tn_status tn_json_row_init(tn_json_row *to, const tn_scan_request *request,
                           const tn_allocator *memory)
{
    uint32_t count = request->column_count;
    *to = (tn_json_row){.memory = memory, .request = request};
    tn_arena_init(&to->arena, memory);
    to->index = tn_json_index_new();
    to->values = tn_resize(memory, NULL, 0, (count + 1) * sizeof(*to->values));
    if (to->index == NULL || to->values == NULL ||
        !grow(memory, (void **)&to->seen_at, &to->seen_capacity, count + 1,
              sizeof(*to->seen_at)) ||
        !grow(memory, (void **)&to->undeclared, &to->undeclared_capacity, 1,
              sizeof(*to->undeclared)))
        return TN_NOMEM;
    clear_values(to);
    to->row.values = to->values;
    return tn_names_init(&to->names, request, memory);
}

void tn_json_row_free(tn_json_row *to)
{
    const tn_allocator *memory = to->memory;
    tn_json_index_free(to->index);
    tn_names_free(&to->names);
    tn_arena_free(&to->arena);
    tn_resize(memory, to->seen_at, to->seen_capacity * sizeof(*to->seen_at), 0);
    tn_resize(memory, to->undeclared, to->undeclared_capacity * sizeof(*to->undeclared),
              0);
    if (to->values != NULL)
        tn_resize(memory, to->values,
                  (to->request->column_count + 1) * sizeof(*to->values), 0);
}

tn_str tn_json_row_undeclared_name(const tn_json_row *from, uint32_t number)
{
    return from->names.names[from->names.declared_count + number];
}
