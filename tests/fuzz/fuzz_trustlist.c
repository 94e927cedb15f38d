/* fuzz_trustlist: trust lists of any bytes; what is read must be written and read again the same. */
#include "trust/trustlist.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trustlist *t = trustlist_parse((const char *)data, size, NULL), *again;
    struct buf first = {0}, second = {0};

    if (!t) {
        return 0;
    }
    trustlist_text(t, &first);
    again = trustlist_parse(first.data, first.len, NULL);
    if (!again) {
        abort();
    }
    trustlist_text(again, &second);
    if (strcmp(first.data, second.data) != 0) {
        abort();
    }
    buf_release(&first);
    buf_release(&second);
    trustlist_free(t);
    trustlist_free(again);
    return 0;
}
