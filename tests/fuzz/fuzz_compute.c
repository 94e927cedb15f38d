/* fuzz_compute: questions of any bytes; what is read keeps to its limits. The programs are not run: Lua is Debian's,
 * and what it may do is in tests/unit/test_compute.c. */
#include "base/json.h"
#include "workbench/compute.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct compute_question q;

    if (compute_parse((const char *)data, size, &q, NULL)) {
        if (strlen(q.program) > COMPUTE_PROGRAM_MAX || json_count(q.values) > COMPUTE_VALUES_MAX) {
            abort();
        }
        for (int i = 0; i < json_count(q.values); i++) {
            if (strlen(json_key_at(q.values, i)) > COMPUTE_TEXT_MAX ||
                strlen(json_str(json_value_at(q.values, i), "")) > COMPUTE_TEXT_MAX) {
                abort();
            }
        }
    }
    compute_release(&q);
    return 0;
}
