/* content_search: cuts a text into words and stems them. */
#include "content_search.h"
#include <glib.h>
#include <libstemmer.h>
#include <string.h>

#include "base/banned.h"

static void add_stem(struct sb_stemmer *stemmer, const struct buf *word, struct buf *out)
{
    const sb_symbol *stem = sb_stemmer_stem(stemmer, (const sb_symbol *)word->data, (int)word->len);

    if (stem) {
        buf_str(out, out->len ? " " : "");
        buf_add(out, stem, (size_t)sb_stemmer_length(stemmer));
    }
}

void content_stems(const char *lang, const char *text, struct buf *out)
{
    struct sb_stemmer *stemmer = sb_stemmer_new(lang, NULL);
    struct buf word = {0};

    if (!stemmer) {
        return;
    }
    for (const char *p = text;; p = g_utf8_next_char(p)) {
        gunichar c = *p ? g_utf8_get_char(p) : 0;
        char utf8[6];

        if (c && g_unichar_isalnum(c)) {
            buf_add(&word, utf8, (size_t)g_unichar_to_utf8(g_unichar_tolower(c), utf8));
        } else if (word.len) {
            add_stem(stemmer, &word, out);
            buf_clear(&word);
        }
        if (!c) {
            break;
        }
    }
    buf_release(&word);
    sb_stemmer_delete(stemmer);
}
