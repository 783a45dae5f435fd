/* fuzz_search: what a server of documents answers, and what lies in addresses and work
 * journals. The first byte chooses; the rest is a page of hits, the answer to a bulk,
 * an address, or an intent. */
#include "interp/store/search_erase.h"
#include "interp/store/search_page.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_page(tn_str text)
{
    tn_search_page page;
    tn_search_hit hit;
    tn_buf why;
    tn_buf_init(&why, NULL);
    if (tn_search_page_init(&page, NULL) == TN_OK) {
        bool good = tn_search_page_read(&page, text, &why) == TN_OK;
        assert(good || !tn_search_page_has_more(&page));
        while (good && tn_search_page_has_more(&page)) {
            good = tn_search_page_next(&page, &hit, &why) == TN_OK;
            assert(!good || (hit.index.data != NULL && hit.id.data != NULL));
        }
    }
    tn_search_page_free(&page);
    tn_buf_free(&why);
}

static void read_address(tn_str text)
{
    tn_http_address address;
    tn_arena arena;
    tn_buf why;
    if (memchr(text.data, '@', text.len) != NULL) /* no file is read */
        return;
    tn_arena_init(&arena, NULL);
    tn_buf_init(&why, NULL);
    if (tn_http_address_read(text, &arena, &address, &why) == TN_OK)
        assert(address.node_count > 0 && address.timeout_ms > 0);
    else
        assert(why.len > 0);
    tn_arena_free(&arena);
    tn_buf_free(&why);
}

/* What was read is written, and read again, as the same. */
static void read_intent(tn_search *search, tn_str text)
{
    tn_search_batch batch, again;
    tn_buf first, second;
    tn_search_batch_init(&batch, NULL);
    tn_search_batch_init(&again, NULL);
    tn_buf_init(&first, NULL);
    tn_buf_init(&second, NULL);
    if (tn_search_batch_read(&batch, search, text) == TN_OK) {
        tn_search_batch_put(&batch, &first);
        tn_status status = tn_search_batch_read(&again, search, tn_buf_view(&first));
        assert(status == TN_OK && again.count == batch.count);
        tn_search_batch_put(&again, &second);
        assert(tn_str_equal(tn_buf_view(&first), tn_buf_view(&second)));
    }
    tn_buf_free(&first);
    tn_buf_free(&second);
    tn_search_batch_free(&batch);
    tn_search_batch_free(&again);
}

/* Any answer leaves each document with a fate; ours only where it says so. */
static void read_answer(tn_search *search, tn_str text)
{
    static const tn_search_token tokens[] = {
        {{"i", 1}, {"u", 1}, {"1", 1}, {NULL, 0}, 1, 1},
        {{"i", 1}, {"u", 1}, {"2", 1}, {"r", 1}, 2, 1}};
    tn_search_batch batch;
    tn_value root;
    tn_buf why;
    tn_search_batch_init(&batch, NULL);
    tn_buf_init(&why, NULL);
    for (size_t i = 0; i < TN_COUNT(tokens); i++)
        if (tn_search_batch_add(&batch, &tokens[i]) != TN_OK)
            abort();
    for (uint32_t i = 0; i < batch.count; i++)
        batch.items[i].fate = TN_SEARCH_UNKNOWN;
    if (tn_json_doc_read(search->index, text, &search->reply, &root) == TN_OK) {
        tn_status status = tn_search_batch_answered(&batch, &root, &why);
        uint32_t gone = tn_search_batch_count(&batch, TN_SEARCH_GONE);
        assert(gone == 0 || tn_str_find(text, TN_STR("200")) != SIZE_MAX);
        assert(status == TN_OK || why.len > 0);
        status = tn_search_batch_probed(&batch, &root, &why);
        assert(status == TN_OK || why.len > 0);
    }
    tn_arena_reset(&search->reply);
    tn_search_batch_free(&batch);
    tn_buf_free(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_search search = {.memory = NULL};
    tn_buf text;
    if (size == 0)
        return 0;
    search.index = tn_json_index_new();
    if (search.index == NULL)
        abort();
    tn_arena_init(&search.reply, NULL);
    tn_buf_init(&text, NULL);
    tn_buf_put(&text, (tn_str){(const char *)data + 1, size - 1});
    tn_buf_put_repeated(&text, 0, TN_JSON_PADDING);
    tn_str view = {text.data, size - 1};
    switch (data[0] % 4) {
    case 0: read_page(view); break;
    case 1: read_answer(&search, view); break;
    case 2: read_address(view); break;
    default: read_intent(&search, view); break;
    }
    tn_buf_free(&text);
    tn_arena_free(&search.reply);
    tn_json_index_free(search.index);
    return 0;
}
