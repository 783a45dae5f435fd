#include "interp/store/json_index.h"
#include "interp/store/json_plain.h"
#include "tests/unit/store/support.h"

#include <stdlib.h>

enum { LONGEST = 300, MUCH = 200 << 10 };

/* An index that has read so much that simdjson was loaded. */
static tn_json_index *new_settled_index(void)
{
    tn_json_index *index = tn_json_index_new();
    char *text = malloc(MUCH + TN_JSON_PADDING);
    assert_non_null(index);
    assert_non_null(text);
    memset(text, ' ', MUCH + TN_JSON_PADDING);
    assert_int_equal(tn_json_index_run(index, text, MUCH), TN_JSON_FINE);
    free(text);
    return index;
}

static void assert_same(tn_json_index *index, const char *text, size_t len)
{
    uint32_t tokens[LONGEST + TN_JSON_ENDS];
    tn_json_fault plain = tn_json_plain_run(text, len, tokens);
    assert_int_equal(plain, tn_json_index_run(index, text, len));
    if (plain != TN_JSON_FINE)
        return;
    const uint32_t *expected = tn_json_index_tokens(index);
    for (size_t i = 0;; i++) {
        assert_int_equal(tokens[i], expected[i]);
        if (tokens[i] == len)
            return;
    }
}

static void test_json_index__little_text_has_the_tokens_that_much_has(void **state)
{
    /* what means something, often; the rest of the bytes, seldom */
    static const char alphabet[] =
        "{}[]:,\"\"\"\\\\ \t\n\r1a-\x01\x0C\x1A\x7F\xC3\xA9\xED";
    char text[LONGEST + TN_JSON_PADDING] = {0};
    tn_json_index *index = new_settled_index();
    (void)state;
    srand(7);
    for (int round = 0; round < 200000; round++) {
        size_t len = (size_t)rand() % (round % 4 == 0 ? LONGEST : 12);
        for (size_t i = 0; i < len; i++)
            text[i] = rand() % 64 == 0
                          ? (char)rand()
                          : alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
        assert_same(index, text, len);
    }
    tn_json_index_free(index);
}

static void test_json_index__tokens_end_with_the_length(void **state)
{
    static const char text[] = "{\"a\": [12, true]}";
    static const uint32_t expected[] = {0, 1, 4, 6, 7, 9, 11, 15, 16, 17, 17, 17, 17};
    uint32_t tokens[sizeof(text) + TN_JSON_ENDS];
    (void)state;
    assert_int_equal(tn_json_plain_run(text, sizeof(text) - 1, tokens), TN_JSON_FINE);
    assert_memory_equal(tokens, expected, sizeof(expected));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_index__little_text_has_the_tokens_that_much_has),
        cmocka_unit_test(test_json_index__tokens_end_with_the_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
