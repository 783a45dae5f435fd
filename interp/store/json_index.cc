#define SIMDJSON_EXCEPTIONS 0
#include "interp/store/json_index.h"

#include <memory>
#include <new>
#include <simdjson.h>

struct tn_json_index {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

/* Depth is the reader's matter; the stage that uses simdjson's stack never runs. */
static const size_t unused_depth = 1;
static const size_t first_capacity = 1 << 16;

tn_json_index *tn_json_index_new(void)
{
    std::unique_ptr<tn_json_index> index(new (std::nothrow) tn_json_index());
    if (!index)
        return nullptr;
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            first_capacity, unused_depth, index->parser) != simdjson::SUCCESS)
        return nullptr;
    return index.release();
}

void tn_json_index_free(tn_json_index *index)
{
    delete index;
}

static tn_json_fault fault_of(simdjson::error_code code) noexcept
{
    if (code == simdjson::SUCCESS || code == simdjson::EMPTY)
        return TN_JSON_FINE;
    if (code == simdjson::UTF8_ERROR)
        return TN_JSON_BAD_UTF8;
    if (code == simdjson::CAPACITY)
        return TN_JSON_TOO_LONG;
    if (code == simdjson::MEMALLOC)
        return TN_JSON_NO_MEMORY;
    return TN_JSON_BAD_STRING;
}

tn_json_fault tn_json_index_run(tn_json_index *index, const char *text, size_t len)
{
    auto &parser = *index->parser;
    if (len > TN_JSON_TEXT_MAX)
        return TN_JSON_TOO_LONG;
    if (len > parser.capacity()) {
        size_t doubled = 2 * parser.capacity();
        auto code = parser.set_capacity(len > doubled ? len : doubled);
        if (code != simdjson::SUCCESS)
            return fault_of(code);
    }
    parser.n_structural_indexes = 0;
    parser.structural_indexes[0] = static_cast<uint32_t>(len);
    if (len == 0)
        return TN_JSON_FINE;
    return fault_of(parser.stage1(reinterpret_cast<const uint8_t *>(text), len,
                                  simdjson::stage1_mode::regular));
}

const uint32_t *tn_json_index_tokens(const tn_json_index *index)
{
    return index->parser->structural_indexes.get();
}

int tn_json_is_utf8(const char *text, size_t len)
{
    return simdjson::get_active_implementation()->validate_utf8(text, len);
}
