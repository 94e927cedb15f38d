/* library_gather: names, growing rows, texts by language. */
#include "shelf/library_gather.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* --- a table of names
 * ------------------------------------------------------------------------------------------------------ */

static uint64_t hash_name(const char *name)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    for (; *name; name++) {
        h = (h ^ (unsigned char)*name) * 0x100000001b3u;
    }
    return h;
}

static struct name_slot *names_slot(const struct names *t, const char *name)
{
    size_t i = hash_name(name) & (t->cap - 1);

    while (t->slots[i].name && strcmp(t->slots[i].name, name) != 0) {
        i = (i + 1) & (t->cap - 1);
    }
    return &t->slots[i];
}

static void names_grow(struct names *t)
{
    struct names bigger = {.cap = t->cap ? t->cap * 2 : 256, .n = t->n};

    bigger.slots = mem_alloc(bigger.cap * sizeof *bigger.slots);
    for (size_t i = 0; i < t->cap; i++) {
        if (t->slots[i].name) {
            *names_slot(&bigger, t->slots[i].name) = t->slots[i];
        }
    }
    free(t->slots);
    *t = bigger;
}

/* The slot of a name that outlives the table; a new one has no value. */
struct name_slot *names_add(struct names *t, const char *name)
{
    struct name_slot *slot;

    if ((t->n + 1) * 2 > t->cap) {
        names_grow(t);
    }
    slot = names_slot(t, name);
    if (!slot->name) {
        slot->name = name;
        t->n++;
    }
    return slot;
}

void *names_find(const struct names *t, const char *name)
{
    return t->cap ? names_slot(t, name)->value : NULL;
}

/* --- growing arrays, copied into the arena at the end
 * ----------------------------------------------------------------------- */

void *rows_add(struct rows *r, size_t size)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 64;
        r->data = mem_grow(r->data, (size_t)r->cap * size);
    }
    assert(r->data); /* mem_grow never fails */
    memset(r->data + (size_t)r->n * size, 0, size);
    return r->data + (size_t)r->n++ * size;
}

void *rows_settle(struct rows *r, size_t size, struct arena *a, int *n)
{
    void *out = arena_alloc(a, (size_t)(r->n + 1) * size);

    if (r->n) {
        memcpy(out, r->data, (size_t)r->n * size);
    }
    *n = r->n;
    free(r->data);
    *r = (struct rows){0};
    return out;
}

/* --- of a view
 * ---- */

bool gather_each(struct gather *g, const char *sql, library_row *row, struct err *err)
{
    for (int i = 0; i < g->l->n_packs; i++) {
        if (!library_each(g->l->packs[i], sql, g->view->lang, g->l->default_lang, row, g, err)) {
            return false;
        }
    }
    return true;
}

const char *gather_text(struct gather *g, const char *kind, const char *id, const char *field)
{
    char name[256];
    const char *value;

    snprintf(name, sizeof name, "%s\n%s\n%s", kind, id, field);
    value = names_find(&g->texts, name);
    return value ? value : "";
}

int gather_by_id(const void *a, const void *b)
{
    return strcmp(((const struct lib_text *)a)->id, ((const struct lib_text *)b)->id);
}
