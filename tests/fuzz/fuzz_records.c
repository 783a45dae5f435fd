/* fuzz_records: record streams. The first byte chooses JSON Lines or CSV, the rest is
 * the stream. Whatever it is, each line is a row or a row with a problem. */
#include "interp/store/csv.h"
#include "interp/store/jsonl.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const tn_scan_column columns[] = {
    {{"a", 1}, true, false}, {{"b", 1}, true, false}, {{"c", 1}, false, false}};

static void scan(const tn_store_ops *ops, tn_store *store, tn_buf *why)
{
    tn_scan_request request = {.object = {"t", 1},
                               .columns = columns,
                               .column_count = TN_COUNT(columns),
                               .wants_undeclared = true};
    tn_scan *rows = NULL;
    tn_store_rows batch;
    uint64_t number = 0;
    if (ops->scan(store, &request, &rows, why) != TN_OK)
        return;
    while (ops->next(rows, &batch, why) == TN_OK && batch.count > 0) {
        assert(batch.list->number > number);
        number = batch.list->number;
        for (uint32_t i = 0; i < TN_COUNT(columns); i++)
            assert(batch.list->problem == NULL ||
                   batch.list->values[i].kind == TN_KIND_NULL);
        for (uint32_t i = 0; i < batch.list->undeclared_count; i++)
            assert(ops->undeclared_name(rows, batch.list->undeclared[i]).data != NULL);
    }
    ops->scan_close(rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/fuzz_recordsXXXXXX";
    if (size == 0)
        return 0;
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)(size - 1))
        abort();
    close(fd);
    const tn_store_ops *ops = data[0] % 2 == 0 ? &tn_jsonl_ops : &tn_csv_ops;
    tn_store_config config = {tn_str_from(path), NULL, NULL};
    tn_store *store = NULL;
    tn_buf why;
    tn_buf_init(&why, NULL);
    if (ops->open(&config, &store, &why) == TN_OK)
        scan(ops, store, &why);
    if (store != NULL)
        ops->close(store);
    tn_buf_free(&why);
    unlink(path);
    return 0;
}
