/* diag: long messages. */
#include "interp/base/diag.h"
#include "interp/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_diag__a_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    static const char *const characters[] = {"a", "\303\244", "\342\202\254",
                                             "\360\237\230\200"};
    for (size_t i = 0; i < TN_COUNT(characters); i++)
        for (size_t before = 0; before < 4; before++) {
            char text[2048] = "xxx";
            tn_diags diags;
            text[before] = '\0';
            while (strlen(text) < 1500)
                strcat(text, characters[i]);
            tn_diags_init(&diags, NULL);
            tn_str message =
                tn_diag_add(&diags, TN_FIND_FILE, TN_NOWHERE, "%s", text)->message;
            assert_in_range(message.len, 1020, 1023);
            assert_true(tn_utf8_is_valid(message));
            assert_memory_equal(message.data, text, message.len);
            tn_diags_free(&diags);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diag__a_long_message_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
