/* content_put: rows that containers of every kind have. */
#include "content_put.h"
#include "content_search.h"
#include "shelf/format.h"
#include <stdio.h>

#include "base/banned.h"

void put_text(struct build *b, const char *kind, const char *id, const char *field, int lang, const char *value)
{
    writer_row(b->w, "text", "sssss", kind, id, field, b->c->languages[lang], value);
}

void put_texts(struct build *b, const char *kind, const char *id, const char *field, const char *const *values)
{
    for (int i = 0; i < b->c->n_languages; i++) {
        put_text(b, kind, id, field, i, values[i]);
    }
}

void put_manifest(struct build *b, const char *id, int version, const char *kind, const char *licence)
{
    struct buf languages = {0};
    char text[16];

    for (int i = 0; i < b->c->n_languages; i++) {
        buf_fmt(&languages, "%s%s", i ? " " : "", b->c->languages[i]);
    }
    snprintf(text, sizeof text, "%d", version);
    writer_row(b->w, "manifest", "ss", "format", FORMAT_CONTAINER);
    writer_row(b->w, "manifest", "ss", "id", id);
    writer_row(b->w, "manifest", "ss", "version", text);
    writer_row(b->w, "manifest", "ss", "kind", kind);
    writer_row(b->w, "manifest", "ss", "needs", FORMAT_STATION);
    writer_row(b->w, "manifest", "ss", "licence", licence);
    writer_row(b->w, "manifest", "ss", "languages", buf_text(&languages));
    buf_release(&languages);
}

void put_search(struct build *b, int lang, const char *kind, const char *id, const char *title, const char *words)
{
    struct buf stems = {0};

    content_stems(b->c->languages[lang], title, &stems);
    content_stems(b->c->languages[lang], words, &stems);
    writer_row(b->w, "search", "ssssss", b->c->languages[lang], kind, id, title, words, buf_text(&stems));
    buf_release(&stems);
}

void put_serves(struct build *b, const char *kind, const char *id, const char *const *competences, int n,
                const char *const *processes, int n_processes)
{
    for (int i = 0; i < n; i++) {
        writer_row(b->w, "serves", "sss", kind, id, competences[i]);
    }
    for (int i = 0; i < n_processes; i++) {
        writer_row(b->w, "serves", "sss", kind, id, arena_fmt(&b->c->arena, "process:%s", processes[i]));
    }
}
