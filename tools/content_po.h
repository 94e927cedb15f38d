/* content_po: one language of the screens' words (gettext .po) through libgettextpo. */
#ifndef M2_TOOLS_CONTENT_PO_H
#define M2_TOOLS_CONTENT_PO_H

#include "base/arena.h"
#include "content_report.h"

enum { PO_FORMS_MAX = 6, PO_WORDS_MAX = 5000 };

struct po_word {
    const char *context, *msgid;
    const char *value[PO_FORMS_MAX]; /* NULL past the last */
    int n_values, line;
};

struct po {
    /* Header fields: Plural-Forms, X-Native-Name (the language's name in itself), X-Direction (ltr or rtl). */
    const char *plural, *name, *direction;
    struct po_word *words;              /* translated and not fuzzy, in the order of the file */
    int n_words, n_messages, n_plurals; /* n_plurals: of the header, forms of each plural */
};

/* Placeholders {n} must be the same in msgid and translation, a plural has all its forms, no control characters. Faults
 * go to the report; all in the arena. False = not usable. */
bool content_po_load(const char *path, const char *file, struct arena *arena, struct report *report, struct po *out);

#endif
