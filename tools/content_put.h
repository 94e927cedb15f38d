/* content_put: rows that containers of every kind have: manifest, texts by language, words to search, what it serves.
 */
#ifndef M2_TOOLS_CONTENT_PUT_H
#define M2_TOOLS_CONTENT_PUT_H

#include "content.h"
#include "shelf/writer.h"

struct build { /* one container */
    struct content *c;
    struct writer *w;
    struct err *err;
};

/* writer_row() takes integers of 64 bits. */
static inline int64_t number(int n)
{
    return n;
}

void put_manifest(struct build *b, const char *id, int version, const char *kind, const char *licence);
void put_text(struct build *b, const char *kind, const char *id, const char *field, int lang, const char *value);
/* values by language. */
void put_texts(struct build *b, const char *kind, const char *id, const char *field, const char *const *values);
void put_search(struct build *b, int lang, const char *kind, const char *id, const char *title, const char *words);
void put_serves(struct build *b, const char *kind, const char *id, const char *const *competences, int n,
                const char *const *processes, int n_processes);

#endif
