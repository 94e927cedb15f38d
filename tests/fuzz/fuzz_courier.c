/* fuzz_courier: courier.json and receipts of any bytes; what is read must be written and read again the same. */
#include "stick/courier.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_courier(const char *text, size_t n)
{
    struct courier c, again;
    struct buf out = {0};

    if (courier_parse(text, n, &c, NULL)) {
        courier_write_text(&c, &out);
        if (!courier_parse(out.data, out.len, &again, NULL) || strcmp(c.stick, again.stick) != 0 ||
            c.counter != again.counter || c.mailbox_bytes != again.mailbox_bytes) {
            abort();
        }
    }
    buf_release(&out);
}

static void try_receipt(const char *text, size_t n)
{
    struct courier_receipt r, again;
    struct buf out = {0};

    if (courier_receipt_parse(text, n, &r, NULL)) {
        courier_receipt_text(&r, &out);
        if (!courier_receipt_parse(out.data, out.len, &again, NULL) || r.epoch != again.epoch ||
            r.up_to_seq != again.up_to_seq || r.counter != again.counter ||
            memcmp(r.hash, again.hash, sizeof r.hash) != 0) {
            abort();
        }
    }
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_courier((const char *)data, size);
    try_receipt((const char *)data, size);
    return 0;
}
