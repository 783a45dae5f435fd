#include "interp/eval/needs.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char policy_text[] =
    "module m \"M\"\n"
    "purpose p \"P\"\n"
    "basis b \"B\"\n"
    "entity owner \"Owner\" { event gone \"Gone\"  event paid \"Paid\"\n"
    "                       attribute rank : int \"Rank\" }\n"
    "category bare \"Bare\" {\n"
    "    fields { made : timestamp  note : string }\n"
    "    purpose p\n"
    "    basis b\n"
    "    stored in files as primary\n"
    "    retain 1 day from made\n"
    "}\n"
    "category rich \"Rich\" of owner {\n"
    "    fields { made : timestamp @created  seen : timestamp  edited : timestamp\n"
    "             size : int  title : string  body : string  state : string\n"
    "             unused : string }\n"
    "    purpose p\n"
    "    basis b\n"
    "    stored in files as primary\n"
    "    retain 1 day from latest of (seen, edited) when size > 3 && owner.rank != 1\n"
    "    retain 2 days from seen\n"
    "    on owner.gone delete within 2 days\n"
    "    redact body after 1 hour from seen\n"
    "    hold when state == \"open\"\n"
    "}\n";

static void assert_needs(const tn_image *image, const char *category,
                         const char *expected)
{
    bool needed[16];
    char names[256] = "";
    uint32_t number = tn_image_find_category(image, tn_str_from(category));
    tn_img_range fields = image->categories[number].fields;
    tn_needs_fields(image, number, needed);
    for (uint32_t i = 0; i < fields.count; i++)
        if (needed[i]) {
            tn_str name = tn_image_str(image, image->fields[fields.first + i].name);
            strncat(names, name.data, name.len);
            strcat(names, " ");
        }
    assert_string_equal(names, expected);
}

static void test_needs__anchors_events_guards_redactions_and_created(void **state)
{
    (void)state;
    test_policy policy;
    test_policy_compile(&policy, policy_text);
    assert_needs(&policy.image, "bare", "made ");
    assert_needs(&policy.image, "rich", "made seen edited size body state ");
    test_policy_free(&policy);
}

static void test_needs__facts_by_entity(void **state)
{
    (void)state;
    test_policy policy;
    test_policy_compile(&policy, policy_text);
    const tn_image *image = &policy.image;
    uint32_t rich = tn_image_find_category(image, TN_STR("rich"));
    uint32_t owner = tn_image_find_entity(image, TN_STR("owner"));
    tn_img_range facts = image->entities[owner].facts;
    assert_int_equal(facts.count, 3);
    for (uint32_t i = 0; i < facts.count; i++) {
        tn_str name = tn_image_str(image, image->facts[facts.first + i].name);
        assert_int_equal(tn_needs_fact(image, rich, 0, i),
                         !tn_str_equal(name, TN_STR("paid")));
    }
    test_policy_free(&policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_needs__anchors_events_guards_redactions_and_created),
        cmocka_unit_test(test_needs__facts_by_entity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
