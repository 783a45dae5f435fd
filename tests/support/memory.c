#include "tests/support/memory.h"

#include <assert.h>
#include <stdlib.h>

static void *resize(void *user, void *block, size_t old_size, size_t new_size)
{
    tn_test_memory *memory = user;
    if (new_size == 0) {
        memory->live_count -= block != NULL;
        memory->live_bytes -= block != NULL ? old_size : 0;
        free(block);
        return NULL;
    }
    assert(block != NULL || old_size == 0);
    memory->count++;
    if (memory->fail_at != 0 && (memory->once ? memory->count == memory->fail_at
                                              : memory->count >= memory->fail_at))
        return NULL;
    void *grown = realloc(block, new_size);
    assert(grown != NULL);
    memory->live_count += block == NULL;
    memory->live_bytes += new_size - old_size;
    if (memory->live_bytes > memory->peak_bytes)
        memory->peak_bytes = memory->live_bytes;
    return grown;
}

void tn_test_memory_init(tn_test_memory *memory, size_t fail_at)
{
    *memory = (tn_test_memory){.allocator = {resize, memory}, .fail_at = fail_at};
}
