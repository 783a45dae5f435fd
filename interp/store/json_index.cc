#define SIMDJSON_EXCEPTIONS 0
#include "interp/store/json_index.h"
#include "interp/store/json_plain.h"

#include <dlfcn.h>
#include <memory>
#include <new>
#include <simdjson.h>

typedef simdjson::internal::dom_parser_implementation indexer;

struct tn_json_index {
    std::unique_ptr<uint32_t[]> tokens; /* of json_plain */
    size_t capacity;
    size_t seen;                     /* bytes so far */
    bool is_settled;                 /* simdjson was looked for */
    std::unique_ptr<indexer> parser; /* null: json_plain does it */
};

/* Depth is the reader's matter; the stage that uses simdjson's stack never runs. */
static const size_t unused_depth = 1;
static const size_t first_capacity = 1 << 16;
/* json_plain reads so much while simdjson is loaded, and the C++ library with it. */
static const size_t plain_bytes = 128 << 10;

tn_json_index *tn_json_index_new(void)
{
    return new (std::nothrow) tn_json_index();
}

void tn_json_index_free(tn_json_index *index)
{
    delete index;
}

void tn_json_index_hurry(tn_json_index *index)
{
    index->seen = plain_bytes;
}

/* Its only function that is not reached through an object; by the name that compilers
 * give it. Null where the library is not installed. */
static const simdjson::implementation *load_simdjson(void)
{
    typedef decltype(simdjson::get_active_implementation) *getter;
    void *library = dlopen(TN_SIMDJSON_FILE, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        return nullptr;
    auto get = reinterpret_cast<getter>(
        dlsym(library, "_ZN8simdjson25get_active_implementationEv"));
    return get == nullptr ? nullptr
                          : static_cast<const simdjson::implementation *>(get());
}

/* False: there is no memory. */
static bool settle(tn_json_index *index)
{
    index->is_settled = true;
    const simdjson::implementation *simdjson = load_simdjson();
    return simdjson == nullptr ||
           simdjson->create_dom_parser_implementation(
               first_capacity, unused_depth, index->parser) == simdjson::SUCCESS;
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

static tn_json_fault run_plain(tn_json_index *index, const char *text, size_t len)
{
    if (len + TN_JSON_ENDS > index->capacity) {
        size_t capacity = len < 2048 ? 4096 : 2 * len;
        index->tokens.reset(new (std::nothrow) uint32_t[capacity]);
        index->capacity = index->tokens ? capacity : 0;
        if (!index->tokens)
            return TN_JSON_NO_MEMORY;
    }
    return tn_json_plain_run(text, len, index->tokens.get());
}

static tn_json_fault run_parser(indexer &parser, const char *text, size_t len)
{
    if (len > parser.capacity()) {
        size_t doubled = 2 * parser.capacity();
        auto code = parser.set_capacity(len > doubled ? len : doubled);
        if (code != simdjson::SUCCESS)
            return fault_of(code);
    }
    parser.n_structural_indexes = 0;
    tn_json_fault fault = TN_JSON_FINE;
    if (len > 0)
        fault = fault_of(parser.stage1(reinterpret_cast<const uint8_t *>(text), len,
                                       simdjson::stage1_mode::regular));
    /* there is room: it takes 9 more than there may be tokens */
    for (uint32_t i = 0; i < TN_JSON_ENDS; i++)
        parser.structural_indexes[parser.n_structural_indexes + i] =
            static_cast<uint32_t>(len);
    return fault;
}

tn_json_fault tn_json_index_run(tn_json_index *index, const char *text, size_t len)
{
    if (len > TN_JSON_TEXT_MAX)
        return TN_JSON_TOO_LONG;
    index->seen += len;
    if (!index->is_settled && index->seen > plain_bytes && !settle(index))
        return TN_JSON_NO_MEMORY;
    return index->parser ? run_parser(*index->parser, text, len)
                         : run_plain(index, text, len);
}

const uint32_t *tn_json_index_tokens(const tn_json_index *index)
{
    return index->parser ? index->parser->structural_indexes.get()
                         : index->tokens.get();
}
