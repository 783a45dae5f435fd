/* explain_text: pieces of explanations that others use too. */
#include "interp/calendar/instant.h"
#include "interp/tools/explain.h"

void tn_explain_place(tn_buf *buf, const tn_image *image, uint32_t number)
{
    const tn_img_place *place = &image->places[number];
    tn_buf_put(buf, tn_image_str(image, image->sources[place->source].name));
    tn_buf_put_char(buf, ':');
    tn_buf_put_uint(buf, place->line);
    tn_buf_put_char(buf, ':');
    tn_buf_put_uint(buf, place->column);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void tn_explain_quote(tn_buf *buf, const tn_image *image, uint32_t number)
{
    const tn_img_place *place = &image->places[number];
    tn_str text = tn_image_str(image, image->sources[place->source].text);
    if (place->start > place->end || place->end > text.len)
        return;
    text = tn_str_slice(text, place->start, place->end - place->start);
    for (size_t i = 0; i < text.len; i++) {
        if (!is_blank(text.data[i]))
            tn_buf_put_char(buf, text.data[i]);
        else if (i + 1 < text.len && !is_blank(text.data[i + 1]))
            tn_buf_put_char(buf, ' ');
    }
}

void tn_explain_slot(tn_buf *buf, const tn_image *image, uint32_t category,
                     uint32_t number)
{
    const tn_img_category *row = &image->categories[category];
    const tn_img_slot *slot = &image->slots[row->slots.first + number];
    if (slot->kind == TN_SLOT_FIELD) {
        tn_buf_put(buf, tn_image_str(image, image->fields[slot->field].name));
        return;
    }
    uint32_t entity = image->ofs[row->of.first + slot->of].entity;
    tn_str name = tn_image_str(image, image->entities[entity].name);
    tn_buf_put(buf, tn_str_last_name(name));
    tn_buf_put_char(buf, '.');
    tn_buf_put(buf, tn_image_str(image, image->facts[slot->fact].name));
}

void tn_explain_span(tn_buf *buf, tn_instant from, tn_instant to)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    int64_t left = to.seconds - from.seconds - (to.nanos < from.nanos);
    unsigned shown = 0;
    for (size_t i = 0; i < TN_COUNT(units) && shown < 2; i++) {
        int64_t count = left / units[i].seconds;
        left %= units[i].seconds;
        bool last = i + 1 == TN_COUNT(units);
        if (count == 0 && !(last && shown == 0)) {
            shown += shown > 0; /* "3 days 20 minutes" would say too much */
            continue;
        }
        if (shown > 0)
            tn_buf_put_char(buf, ' ');
        tn_buf_put_int(buf, count);
        tn_buf_put_char(buf, ' ');
        tn_buf_put_text(buf, units[i].name);
        if (count != 1)
            tn_buf_put_char(buf, 's');
        shown++;
    }
}
