/* arena: bump memory in blocks, freed as a whole. */
#include "base/arena.h"
#include "base/buf.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { BLOCK_BYTES = 16 * 1024, ALIGN = 16 };

struct arena_block {
    struct arena_block *next;
    size_t cap, used;
    _Alignas(ALIGN) unsigned char bytes[];
};

static struct arena_block *block_for(struct arena *a, size_t n)
{
    struct arena_block *b = a->now ? a->now : a->first;
    struct arena_block *fresh;
    size_t cap = n > BLOCK_BYTES ? n : BLOCK_BYTES;

    for (; b; b = b->next) {
        if (b->cap - b->used >= n) {
            a->now = b;
            return b;
        }
        if (!b->next) {
            break;
        }
    }
    fresh = mem_alloc(sizeof *fresh + cap);
    fresh->cap = cap;
    if (b) {
        b->next = fresh;
    } else {
        a->first = fresh;
    }
    a->now = fresh;
    return fresh;
}

void *arena_alloc(struct arena *a, size_t n)
{
    size_t size = (n + ALIGN - 1) / ALIGN * ALIGN;
    struct arena_block *b;
    void *p;

    if (size < n) {
        abort();
    }
    b = block_for(a, size ? size : ALIGN);
    p = b->bytes + b->used;
    b->used += size ? size : ALIGN;
    a->total_bytes += size;
    return memset(p, 0, size);
}

char *arena_strn(struct arena *a, const char *text, size_t n)
{
    char *copy = arena_alloc(a, n + 1);

    memcpy(copy, text, n);
    return copy;
}

char *arena_str(struct arena *a, const char *text)
{
    return text ? arena_strn(a, text, strlen(text)) : NULL;
}

char *arena_fmt(struct arena *a, const char *fmt, ...)
{
    struct buf b = {0};
    va_list args;
    char *copy;

    va_start(args, fmt);
    buf_vfmt(&b, fmt, args);
    va_end(args);
    copy = arena_strn(a, buf_text(&b), b.len);
    buf_release(&b);
    return copy;
}

void arena_reset(struct arena *a)
{
    for (struct arena_block *b = a->first; b; b = b->next) {
        b->used = 0;
    }
    a->now = a->first;
    a->total_bytes = 0;
}

void arena_wipe(struct arena *a)
{
    for (struct arena_block *b = a->first; b; b = b->next) {
        mem_wipe(b->bytes, b->cap);
    }
    arena_reset(a);
}

void arena_release(struct arena *a)
{
    for (struct arena_block *b = a->first; b;) {
        struct arena_block *next = b->next;

        free(b);
        b = next;
    }
    *a = (struct arena){0};
}
