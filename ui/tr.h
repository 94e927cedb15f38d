/* tr: the words of the screens in the visitor's language. English stands in the source; the .po files are compiled into
 * the container core and arrive as a struct lib_view. A word that is missing falls back to its English. Main thread
 * only. Texts returned live until the next tr_use(). */
#ifndef M2_TR_H
#define M2_TR_H

#include "base/arena.h"
#include "shelf/library.h"

/* From now on words come from this view (borrowed); NULL = English. */
void tr_use(const struct lib_view *view);
const char *tr_lang(void); /* "en" while no view is in use */
bool tr_is_rtl(void);

/* Marks a text for the translators where a table holds it; the table's reader asks trc(). */
#define tr_mark(context, msgid) msgid
const char *tr(const char *msgid) __attribute__((format_arg(1)));
const char *trc(const char *context, const char *msgid) __attribute__((format_arg(2)));
const char *trn(const char *one, const char *many, int64_t n) __attribute__((format_arg(1)));

/* Puts values into named places: tr_fmt(a, tr("Page {n} of {total}"), "n", "2", "total", "5", NULL). Unknown places
 * stay as they are. */
char *tr_fmt(struct arena *a, const char *text, ...) __attribute__((sentinel));
/* A whole number with the language's grouping: 1,204 · 1.204 · 1 204. */
char *tr_number(struct arena *a, int64_t n);
/* Thousandths with the language's decimal mark and no idle noughts: 0.5 · 0,5. */
char *tr_decimal(struct arena *a, int64_t thousandths);
/* n units of the last of so many decimals, all of them shown: 681 at 2 is 6.81 · 6,81. */
char *tr_fixed(struct arena *a, int64_t n, int decimals);
const char *tr_decimal_mark(void);
/* "Mon 23 Nov, 10:42" by locale; "" while the clock is not trusted. */
char *tr_time(struct arena *a, int64_t wall_s);

/* Which form for n under a gettext Plural-Forms value ("nplurals=2; plural=(n != 1);"). A value that cannot be read: n
 * != 1. */
int tr_plural(const char *plural_forms, int64_t n);

#endif
