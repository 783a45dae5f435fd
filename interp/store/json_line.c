#include "interp/store/json_line.h"

#include <string.h>

enum { FORM_BYTES = TN_JSON_FORM_WORDS * sizeof(uint64_t) };

/* A line that is being read. */
typedef struct walk {
    tn_json_line *line;
    const char *text;
    size_t len;
    const uint32_t *token; /* the comma or brace before the next member */
    size_t next_escape;
    uint32_t wanted_seen;
    uint32_t undeclared_count;
} walk;

size_t tn_json_line_escape(const char *text, size_t len, size_t from)
{
    const char *found = from < len ? memchr(text + from, '\\', len - from) : NULL;
    return found == NULL ? SIZE_MAX : (size_t)(found - text);
}

void tn_json_line_init(tn_json_line *line, tn_json_row *row)
{
    const tn_scan_request *request = row->request;
    *line = (tn_json_line){.row = row};
    for (uint32_t i = 0; i < request->column_count; i++)
        line->wanted_count += request->columns[i].is_wanted;
}

void tn_json_line_free(tn_json_line *line)
{
    if (line->forms != NULL)
        tn_resize(line->row->memory, line->forms,
                  line->form_capacity * sizeof(*line->forms), 0);
}

/* --- forms */

/* Room for a form, and for all names among the undeclared. */
static bool make_room(tn_json_line *line, uint32_t form)
{
    if (!tn_json_row_reserve(line->row, form))
        return false;
    if (form < line->form_capacity)
        return true;
    uint32_t capacity = form < 16 ? 32 : 2 * form;
    size_t old_size = line->form_capacity * sizeof(*line->forms);
    size_t new_size = capacity * sizeof(*line->forms);
    tn_json_form *grown = tn_resize(line->row->memory, line->forms, old_size, new_size);
    if (grown == NULL)
        return false;
    memset(grown + line->form_capacity, 0, new_size - old_size);
    line->forms = grown;
    line->form_capacity = capacity;
    return true;
}

/* `at` has FORM_BYTES bytes that can be read. */
static inline bool is_written_so(const tn_json_form *form, const char *at, uint32_t len)
{
    uint64_t word[TN_JSON_FORM_WORDS];
    if (form->len != len)
        return false;
    memcpy(word, at, sizeof(word));
    uint64_t differs = ((word[0] ^ form->words[0]) & form->masks[0]) |
                       ((word[1] ^ form->words[1]) & form->masks[1]);
    if (len > 2 * sizeof(uint64_t))
        differs |= ((word[2] ^ form->words[2]) & form->masks[2]) |
                   ((word[3] ^ form->words[3]) & form->masks[3]);
    return differs == 0;
}

static void set_form(tn_json_form *form, const char *at, uint32_t len)
{
    char ones[FORM_BYTES] = {0};
    memset(ones, 0xFF, len);
    memcpy(form->masks, ones, sizeof(ones));
    memcpy(form->words, at, sizeof(form->words));
    form->len = len;
}

/* The name that comes next, with its colon on one line and no escapes; data NULL: that
 * can't be said of it. */
static tn_str plain_name(const walk *w)
{
    const uint32_t *t = w->token;
    if (t[3] >= w->len || t[3] - t[0] - 1 > FORM_BYTES)
        return (tn_str){NULL, 0};
    const char *at = w->text + t[0] + 1;
    uint32_t len = t[3] - t[0] - 1;
    uint32_t end = t[2];
    while (w->text[end - 1] == ' ' || w->text[end - 1] == '\t')
        end--;
    if (w->text[t[1]] != '"' || w->text[t[2]] != ':' || w->text[end - 1] != '"' ||
        memchr(at, '\n', len) != NULL || memchr(at, '\\', len) != NULL)
        return (tn_str){NULL, 0};
    return (tn_str){w->text + t[1] + 1, end - t[1] - 2};
}

/* The form of the member that comes next, behind that of form `before`; 0: it has none.
 */
static uint32_t learn(walk *w, uint32_t before)
{
    tn_json_line *line = w->line;
    tn_json_row *row = line->row;
    tn_str name = plain_name(w);
    if (name.data == NULL)
        return 0;
    uint32_t number = tn_names_number(&row->names, name);
    if (number == TN_NONE || !make_room(line, number + 1))
        return 0;
    const tn_scan_request *request = row->request;
    tn_json_form *form = &line->forms[number + 1];
    form->is_undeclared = number >= request->column_count;
    if (!form->is_undeclared && request->columns[number].is_wanted)
        form->value = &row->values[number];
    const char *at = w->text + w->token[0] + 1;
    uint32_t len = w->token[3] - w->token[0] - 1;
    if (!is_written_so(form, at, len))
        set_form(form, at, len);
    line->forms[before].next = number + 1;
    return number + 1;
}

/* --- the line */

/* Reads the value that comes next, which is more than a plain string, and goes behind
 * it. */
static bool read_rest(walk *w, tn_value *out)
{
    const uint32_t *start = w->token + 3;
    tn_json_reader r = {.text = w->text,
                        .token = start,
                        .limit = (uint32_t)w->len,
                        .has_escapes = w->next_escape < w->len,
                        .arena = &w->line->row->arena};
    if (!tn_json_read_value(&r, out) ||
        memchr(w->text + *start, '\n', *r.token - *start) != NULL)
        return false;
    if (w->next_escape < *r.token)
        w->next_escape = tn_json_line_escape(w->text, w->len, *r.token);
    w->token = r.token;
    return true;
}

/* Notes that a member is there; false: it was there before. */
static inline bool meet(walk *w, tn_json_form *form, uint32_t number)
{
    tn_json_row *row = w->line->row;
    if (form->seen == w->line->count)
        return false;
    form->seen = w->line->count;
    w->wanted_seen += form->value != NULL;
    if (form->is_undeclared)
        row->undeclared[w->undeclared_count++] = number - row->names.declared_count;
    return true;
}

/* Takes members up to one that is not written as before, or whose value is no plain
 * string; `at` is the form of the last one. True: the last comma was behind them. */
static inline bool take_alike(walk *w, uint32_t *at)
{
    const char *text = w->text;
    const uint32_t *t = w->token;
    tn_json_form *forms = w->line->forms;
    for (uint32_t next = forms[*at].next;; next = forms[next].next) {
        tn_json_form *form = &forms[next];
        uint32_t start = t[3];
        uint32_t behind = t[4];
        w->token = t;
        if (!is_written_so(form, text + t[0] + 1, start - t[0] - 1) ||
            text[start] != '"' || text[behind - 1] != '"' || w->next_escape < behind ||
            !meet(w, form, next - 1))
            return false;
        if (form->value != NULL) {
            form->value->kind = TN_KIND_STRING;
            form->value->as.text = (tn_str){text + start + 1, behind - start - 2};
        }
        *at = next;
        t += 4;
        if (text[behind] != ',') {
            w->token = t;
            return true;
        }
    }
}

/* Takes the next member, whatever it is like. */
static bool take_other(walk *w, uint32_t *at)
{
    const uint32_t *t = w->token;
    uint32_t next = w->line->forms[*at].next;
    if (!is_written_so(&w->line->forms[next], w->text + t[0] + 1, t[3] - t[0] - 1))
        next = learn(w, *at);
    if (next == 0 || !meet(w, &w->line->forms[next], next - 1))
        return false;
    *at = next;
    return read_rest(w, w->line->forms[next].value);
}

static bool take_members(walk *w)
{
    uint32_t at = 0;
    while (!take_alike(w, &at)) {
        if (!take_other(w, &at))
            return false;
        if (w->text[*w->token] != ',')
            break;
    }
    return *w->token < w->len && w->text[*w->token] == '}';
}

/* Behind the closing brace, the next token: sets *end where the line ends before it. */
static bool find_end(const walk *w, size_t *end)
{
    size_t at = *w->token + 1;
    size_t next = w->token[1];
    while (at < next && w->text[at] != '\n')
        at++;
    *end = at;
    return at < next || at == w->len;
}

static void clear_unseen(const tn_json_line *line)
{
    const tn_json_row *row = line->row;
    for (uint32_t i = 0; i < row->request->column_count; i++)
        if (i + 1 >= line->form_capacity || line->forms[i + 1].seen != line->count)
            row->values[i].kind = TN_KIND_NULL;
}

bool tn_json_line_read(tn_json_line *line, tn_json_place *place)
{
    tn_json_row *to = line->row;
    walk w = {line, place->text, place->len, place->token, place->next_escape, 0, 0};
    line->count++;
    if (line->forms == NULL && !make_room(line, 0))
        return false;
    if (!take_members(&w) || !find_end(&w, &place->end))
        return false;
    if (w.wanted_seen < line->wanted_count)
        clear_unseen(line);
    to->row.problem = NULL;
    to->row.undeclared = to->undeclared;
    to->row.undeclared_count = to->request->wants_undeclared ? w.undeclared_count : 0;
    place->token = w.token + 1;
    place->next_escape = w.next_escape;
    return true;
}
