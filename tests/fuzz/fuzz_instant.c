/* The text of instants and dates: what is read, is written and read again alike. */
#include "interp/calendar/instant.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool good)
{
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_str text = {(const char *)data, size};
    tn_instant t;
    tn_instant again;
    tn_civil civil;
    int32_t day;
    if (tn_instant_parse(text, &t)) {
        char written[TN_INSTANT_TEXT_MAX];
        size_t len = tn_instant_format(t, written);
        expect(tn_instant_parse((tn_str){written, len}, &again) &&
               tn_instant_compare(t, again) == 0);
    }
    if (tn_local_parse(text, &civil))
        expect(tn_civil_is_valid(&civil) && !tn_instant_parse(text, &t));
    if (tn_date_parse(text, &day)) {
        char written[TN_DATE_TEXT_MAX];
        expect(tn_str_equal((tn_str){written, tn_date_format(day, written)}, text));
    }
    return 0;
}
