#include "interp/cli/output.h"
#include "interp/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 << 10 };

void tn_output_init(tn_output *output)
{
    *output = (tn_output){.error = 0};
    tn_buf_init(&output->buf, NULL);
}

void tn_output_free(tn_output *output)
{
    tn_buf_free(&output->buf);
}

tn_status tn_output_flush(tn_output *output)
{
    size_t at = 0;
    if (output->buf.failed)
        return TN_NOMEM;
    while (at < output->buf.len && !output->is_closed && output->error == 0) {
        ssize_t count =
            write(STDOUT_FILENO, output->buf.data + at, output->buf.len - at);
        if (count >= 0)
            at += (size_t)count;
        else if (errno == EPIPE)
            output->is_closed = true;
        else if (errno != EINTR)
            output->error = errno;
    }
    tn_buf_reset(&output->buf);
    if (output->error != 0)
        return TN_IO;
    return output->is_closed ? TN_STOPPED : TN_OK;
}

tn_status tn_output_drain(tn_output *output)
{
    if (output->buf.len < PIECE_BYTES && !output->buf.failed)
        return TN_OK;
    return tn_output_flush(output);
}

int tn_output_finish(tn_output *output, int code)
{
    tn_status status = tn_output_flush(output);
    if (status == TN_NOMEM)
        return tn_cli_fail_status(status);
    if (status == TN_IO)
        return tn_cli_fail(TN_EXIT_FAILURE, "cannot write the output: %s",
                           strerror(output->error));
    return code;
}

int tn_output_print(tn_buf *text, tn_status status)
{
    tn_output output = {.buf = *text};
    fflush(stdout);
    int code = status == TN_OK ? tn_output_finish(&output, TN_EXIT_OK)
                               : tn_cli_fail_status(status);
    tn_output_free(&output);
    return code;
}
