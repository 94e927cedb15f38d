/* content_search: words and their stems for the full-text index of a container (DESIGN §6: Snowball stems beside the
 * words). */
#ifndef M2_TOOLS_CONTENT_SEARCH_H
#define M2_TOOLS_CONTENT_SEARCH_H

#include "base/buf.h"

/* Stems of the words of text, in lower case, blanks between, appended; a language Snowball does not know gives nothing.
 */
void content_stems(const char *lang, const char *text, struct buf *out);

#endif
