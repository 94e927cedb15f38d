/* fuzz_catalog: catalogues of any bytes; what is read must be written and read again the same. */
#include "shelf/catalog.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct catalog *c = catalog_parse((const char *)data, size, NULL), *again;
    struct buf first = {0}, second = {0};

    if (!c) {
        return 0;
    }
    catalog_text(c, &first);
    again = catalog_parse(first.data, first.len, NULL);
    if (!again) {
        abort();
    }
    catalog_text(again, &second);
    if (strcmp(first.data, second.data) != 0) {
        abort();
    }
    buf_release(&first);
    buf_release(&second);
    catalog_free(c);
    catalog_free(again);
    return 0;
}
