/* fuzz_workshop: texts of workshops of any bytes; what is taken for whole without a word keeps every limit. The first
 * byte says which parts are votes, the second how many there are. */
#include "content_workshop_text.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_part(const struct workshop_part *p, bool is_vote)
{
    if (!p->title[0] || !p->room[0] || !p->leader[0] || p->n_options < (is_vote ? WORKSHOP_OPTIONS_MIN : 0) ||
        p->n_options > (is_vote ? LIBRARY_OPTIONS_MAX : 0)) {
        abort();
    }
    for (int i = 0; i < p->n_options; i++) {
        if (!p->options[i][0]) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    struct report report = {0};
    struct workshop_text t;
    bool is_vote[LIBRARY_PARTS_MAX];
    int n_kinds;

    if (size < 2) {
        return 0;
    }
    n_kinds = 1 + data[1] % LIBRARY_PARTS_MAX;
    for (int i = 0; i < n_kinds; i++) {
        is_vote[i] = data[0] >> i & 1;
    }
    if (workshop_text_parse(arena_strn(&a, (const char *)data + 2, size - 2), size - 2, "fuzz.md", "en", is_vote,
                            n_kinds, &a, &report, &t) &&
        report.n_errors == 0) {
        if (t.n_parts != n_kinds || t.n_needs < WORKSHOP_NEEDS_MIN || t.n_needs > LIBRARY_NEEDS_MAX || !t.title[0]) {
            abort();
        }
        for (int i = 0; i < t.n_parts; i++) {
            check_part(&t.parts[i], is_vote[i]);
        }
    }
    report_release(&report);
    arena_release(&a);
    return 0;
}
