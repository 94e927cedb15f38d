/* fuzz_minisig: signature files of any bytes; none but the real one may count. */
#include "trust/minisig.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t hash[MINISIG_HASH_BYTES] = {1};
    struct pubkey pub = {{0}, {0}};
    char comment[MINISIG_COMMENT_MAX + 1], type[32], id[64];
    char *text = memcpy(malloc(size + 1), data, size);
    uint64_t counter;

    text[size] = '\0';
    if (minisig_key_id(text, size, pub.id, NULL) && minisig_verify(text, size, hash, &pub, comment, NULL)) {
        abort(); /* a signature of nobody's key */
    }
    if (minisig_comment(text, type, id, &counter, NULL) && (strlen(type) >= sizeof type || strlen(id) >= sizeof id)) {
        abort();
    }
    free(text);
    return 0;
}
