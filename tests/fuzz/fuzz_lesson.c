/* fuzz_lesson: pages of any text; blocks must be whole whatever CommonMark makes of it. */
#include "learn/lesson.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_block(const struct lesson_block *b)
{
    if ((b->kind == LESSON_IMAGE) != (b->image != NULL) || (b->image && (!b->alt || b->n_spans))) {
        abort();
    }
    for (int i = 0; i < b->n_spans; i++) {
        if (!b->spans[i].text[0]) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    struct lesson_page page;
    struct buf text = {0};

    if (lesson_parse(arena_strn(&a, (const char *)data, size), &a, &page, NULL)) {
        for (int i = 0; i < page.n_blocks; i++) {
            check_block(&page.blocks[i]);
        }
        lesson_page_text(&page, &text);
    }
    buf_release(&text);
    arena_release(&a);
    return 0;
}
