/* model: what decides, for programs to read. */
#include "interp/api/api.h"
#include "interp/check/json_value.h"
#include "interp/check/types.h"
#include "interp/tools/explain.h"

static const char *const kind_words[TN_CLAUSE_KIND_COUNT] = TN_CLAUSE_KIND_WORDS;
static const char *const rounding_words[TN_ROUNDING_COUNT] = TN_ROUNDING_WORDS;
static const char *const op_words[TN_ANCHOR_OP_COUNT] = TN_ANCHOR_OP_WORDS;

/* --- one clause */

/* The text as written; an image may say anything of where it stands. */
static tn_str written(const tn_image *image, uint32_t number)
{
    const tn_img_place *place = &image->places[number];
    tn_str text = tn_image_str(image, image->sources[place->source].text);
    if (place->start > place->end || place->end > text.len)
        return (tn_str){"", 0};
    return tn_str_slice(text, place->start, place->end - place->start);
}

tn_status tenure_policy_clause(const tenure_policy *policy, uint32_t clause,
                               tenure_clause *out)
{
    const tn_image *image = &policy->image;
    if (clause >= image->clause_count)
        return TN_USAGE;
    const tn_img_clause *row = &image->clauses[clause];
    const tn_img_place *place = &image->places[row->place];
    *out =
        (tenure_clause){.kind = tn_str_from(kind_words[row->kind]),
                        .module = tn_image_str(image, image->modules[row->module].name),
                        .file = tn_image_str(image, image->sources[place->source].name),
                        .line = place->line,
                        .column = place->column,
                        .text = written(image, row->place),
                        .why = tn_image_str(image, row->why)};
    return TN_OK;
}

/* --- all of it */

typedef struct writer {
    const tn_image *image;
    tn_buf *out;
} writer;

static void open_list(writer *w, const char *name)
{
    tn_json_key(w->out, name);
    tn_buf_put_char(w->out, '[');
}

static void close_list(writer *w)
{
    tn_buf_put_char(w->out, ']');
}

static void open_row(writer *w)
{
    tn_json_next(w->out);
    tn_buf_put_char(w->out, '{');
}

static void close_row(writer *w)
{
    tn_buf_put_char(w->out, '}');
}

static void put_str(writer *w, const char *name, tn_img_str s)
{
    tn_json_text(w->out, name, tn_image_str(w->image, s));
}

static void put_word(writer *w, const char *name, const char *word)
{
    tn_json_text(w->out, name, tn_str_from(word));
}

static void put_number(writer *w, const char *name, uint32_t number)
{
    tn_json_key(w->out, name);
    if (number == TN_NONE)
        tn_buf_put(w->out, TN_STR("null"));
    else
        tn_buf_put_uint(w->out, number);
}

/* What `put` appends, as a text. */
static void put_place(writer *w, uint32_t place)
{
    tn_buf text;
    tn_buf_init(&text, w->out->memory);
    tn_explain_place(&text, w->image, place);
    tn_json_text(w->out, "at", tn_buf_view(&text));
    w->out->failed |= text.failed;
    tn_buf_free(&text);
}

static void put_slot(writer *w, const char *name, uint32_t category, uint32_t slot)
{
    tn_buf text;
    tn_buf_init(&text, w->out->memory);
    tn_explain_slot(&text, w->image, category, slot);
    if (name == NULL) {
        tn_json_next(w->out);
        tn_buf_put_json(w->out, tn_buf_view(&text));
    } else {
        tn_json_text(w->out, name, tn_buf_view(&text));
    }
    w->out->failed |= text.failed;
    tn_buf_free(&text);
}

static void put_modules(writer *w)
{
    open_list(w, "modules");
    for (uint32_t i = 0; i < w->image->module_count; i++) {
        const tn_img_module *row = &w->image->modules[i];
        open_row(w);
        put_str(w, "name", row->name);
        put_str(w, "title", row->title);
        put_str(w, "zone", w->image->zones[row->zone].name);
        tn_json_bool(w->out, "whole_days", row->whole_days != 0);
        close_row(w);
    }
    close_list(w);
}

static void put_entities(writer *w)
{
    open_list(w, "entities");
    for (uint32_t i = 0; i < w->image->entity_count; i++) {
        const tn_img_entity *row = &w->image->entities[i];
        open_row(w);
        put_str(w, "name", row->name);
        put_str(w, "title", row->title);
        open_list(w, "facts");
        for (uint32_t j = 0; j < row->facts.count; j++) {
            const tn_img_fact *fact = &w->image->facts[row->facts.first + j];
            open_row(w);
            put_str(w, "name", fact->name);
            put_word(w, "type", tn_field_type_word((tn_field_type)fact->type));
            tn_json_bool(w->out, "event", fact->is_event != 0);
            close_row(w);
        }
        close_list(w);
        close_row(w);
    }
    close_list(w);
}

static void put_anchor(writer *w, uint32_t category, const tn_img_clause *row)
{
    if (row->anchor == TN_NONE)
        return;
    const tn_img_anchor *anchor = &w->image->anchors[row->anchor];
    open_list(w, "from");
    for (uint32_t i = 0; i < anchor->members.count; i++)
        put_slot(w, NULL, category,
                 w->image->anchor_slots[anchor->members.first + i].slot);
    close_list(w);
    put_word(w, "op", op_words[anchor->op]);
    put_word(w, "rounding", rounding_words[anchor->rounding]);
}

static void put_clause(writer *w, uint32_t category, uint32_t number)
{
    const tn_img_clause *row = &w->image->clauses[number];
    open_row(w);
    put_number(w, "number", number);
    put_word(w, "kind", kind_words[row->kind]);
    put_place(w, row->place);
    put_str(w, "module", w->image->modules[row->module].name);
    put_anchor(w, category, row);
    if (row->event_slot != TN_NONE)
        put_slot(w, "event", category, row->event_slot);
    tn_json_period(w->out, "period", row->period);
    tn_json_period(w->out, "window", row->window);
    tn_json_bool(w->out, "conditional", row->guard != TN_NONE);
    open_list(w, "redact");
    for (uint32_t i = 0; i < row->redact.count; i++)
        put_slot(w, NULL, category, w->image->redacts[row->redact.first + i].slot);
    close_list(w);
    put_number(w, "placement",
               row->placement == TN_NONE
                   ? TN_NONE
                   : row->placement - w->image->categories[category].placements.first);
    tn_json_text(w->out, "text", written(w->image, row->place));
    put_str(w, "why", row->why);
    close_row(w);
}

static void put_fields(writer *w, const tn_img_category *row)
{
    open_list(w, "fields");
    for (uint32_t i = 0; i < row->fields.count; i++) {
        const tn_img_field *field = &w->image->fields[row->fields.first + i];
        open_row(w);
        put_str(w, "name", field->name);
        put_word(w, "type", tn_field_type_word((tn_field_type)field->type));
        tn_json_bool(w->out, "key", field->is_key != 0);
        tn_json_bool(w->out, "created", row->created_slot == i);
        close_row(w);
    }
    close_list(w);
}

static void put_placements(writer *w, const tn_img_category *row)
{
    open_list(w, "placements");
    for (uint32_t i = 0; i < row->placements.count; i++) {
        const tn_img_placement *placement =
            &w->image->placements[row->placements.first + i];
        open_row(w);
        put_str(w, "store", placement->store);
        tn_json_bool(w->out, "primary", (placement->roles & TN_ROLE_PRIMARY) != 0);
        tn_json_bool(w->out, "backup", (placement->roles & TN_ROLE_BACKUP) != 0);
        tn_json_bool(w->out, "temporary", (placement->roles & TN_ROLE_TEMPORARY) != 0);
        close_row(w);
    }
    close_list(w);
}

static void put_category(writer *w, uint32_t number)
{
    const tn_img_category *row = &w->image->categories[number];
    open_row(w);
    put_str(w, "name", row->name);
    put_str(w, "title", row->title);
    put_str(w, "module", w->image->modules[row->module].name);
    put_place(w, row->place);
    tn_json_bool(w->out, "personal", row->personal != 0);
    tn_json_bool(w->out, "strict", row->strict != 0);
    open_list(w, "of");
    for (uint32_t i = 0; i < row->of.count; i++) {
        uint32_t entity = w->image->ofs[row->of.first + i].entity;
        tn_json_next(w->out);
        tn_buf_put_json(w->out,
                        tn_image_str(w->image, w->image->entities[entity].name));
    }
    close_list(w);
    put_fields(w, row);
    put_placements(w, row);
    open_list(w, "clauses");
    for (uint32_t i = 0; i < row->clauses.count; i++)
        put_clause(w, number, row->clauses.first + i);
    close_list(w);
    close_row(w);
}

static void put_policy(writer *w, const tenure_policy *policy)
{
    tn_buf_put_char(w->out, '{');
    put_number(w, "format", 1);
    tn_json_text(w->out, "digest", tenure_policy_digest(policy));
    put_str(w, "tzdata", w->image->header->tzdata_version);
    put_modules(w);
    put_entities(w);
    open_list(w, "categories");
    for (uint32_t i = 0; i < w->image->category_count; i++)
        put_category(w, i);
    close_list(w);
    tn_buf_put_char(w->out, '}');
}

tn_status tenure_policy_model(const tenure_policy *policy, tn_str *out)
{
    tn_buf buf;
    tn_buf_init(&buf, policy->memory);
    writer w = {&policy->image, &buf};
    put_policy(&w, policy);
    tn_status status = tn_buf_status(&buf);
    if (status == TN_OK) {
        /* to size, so that what is given back is what was taken */
        char *text = tn_resize(policy->memory, NULL, 0, buf.len);
        status = text == NULL ? TN_NOMEM : TN_OK;
        for (size_t i = 0; text != NULL && i < buf.len; i++)
            text[i] = buf.data[i];
        if (text != NULL)
            *out = (tn_str){text, buf.len};
    }
    tn_buf_free(&buf);
    return status;
}

void tenure_text_free(const tenure_policy *policy, tn_str text)
{
    tn_resize(policy->memory, (void *)(uintptr_t)text.data, text.len, 0);
}
