/* fuzz_paper: documents of any bytes; what is read keeps to its limits. */
#include "workbench/paper.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct paper p;

    if (paper_parse((const char *)data, size, &p, NULL)) {
        if (p.n_skills > PAPER_SKILLS_MAX || strlen(p.title) > PAPER_TEXT_MAX) {
            abort();
        }
        for (int i = 0; i < p.n_skills; i++) {
            if (p.skills[i].area >= p.n_areas || p.skills[i].level > WHEEL_RINGS || !p.skills[i].name) {
                abort();
            }
        }
    }
    paper_release(&p);
    return 0;
}
