/* fuzz_json: what parses is written and parses again to the same text. */
#include "base/json.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json *j = json_parse((const char *)data, size, "input", NULL), *again;
    struct buf once = {0}, twice = {0};

    if (!j) {
        return 0;
    }
    json_write(j, &once);
    again = json_parse(once.data, once.len, "own", NULL);
    if (!again) {
        abort();
    }
    json_write(again, &twice);
    if (once.len != twice.len || memcmp(once.data, twice.data, once.len) != 0) {
        abort();
    }
    json_free(j);
    json_free(again);
    buf_release(&once);
    buf_release(&twice);
    return 0;
}
