/* fuzz_gift: GIFT files of any text; a question that is kept is whole, and nothing is lost without a word. */
#include "content_gift.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_question(const struct gift_question *q)
{
    if (!q->id[0] || !q->stem[0] || q->line < 1 || (q->n_answers && (q->n_answers < 2 || gift_right(q) < 0))) {
        abort();
    }
    for (int i = 0; i < q->n_answers; i++) {
        if (!q->answers[i].text[0] || !q->answers[i].feedback[0] || q->answers[i].line < q->line) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    struct report report = {0};
    struct gift g;

    gift_parse(arena_strn(&a, (const char *)data, size), size, "fuzz.gift", &a, &report, &g);
    for (int i = 0; i < g.n_questions; i++) {
        check_question(&g.questions[i]);
    }
    report_release(&report);
    arena_release(&a);
    return 0;
}
