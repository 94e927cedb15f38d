/* tool_text: fields and outputs of a tool in words of the visitor's language: amounts, sentences, what charts say, and
 * all of it as plain text for her stick and her phone. Texts live in the arena or until the view changes. */
#ifndef M2_TOOL_TEXT_H
#define M2_TOOL_TEXT_H

#include "app.h"
#include "kit/qr.h"

/* The word "field.minutes" of the tool for ("field", "minutes"); "" where there is none. */
const char *tool_word(const struct lib_tool *tool, const char *kind, const char *id, struct arena *a);
/* "4.20 €", "13.5 %", "9 minutes". unit as in struct tool_output. */
const char *tool_amount(const struct lib_tool *tool, double value, const char *unit, int decimals, struct arena *a);
/* What stands in field i as it is shown: "13.5 %", "summer", "Yes". */
const char *tool_value(const struct lib_tool *tool, const struct form *f, int i, struct arena *a);
/* The least and the most of it, as it would be shown. */
const char *tool_limit(const struct lib_tool *tool, const struct tool_field *field, double value, struct arena *a);
/* What an output says, in a sentence or two: for a chart what is drawn in it. */
const char *tool_output_words(const struct lib_tool *tool, const struct tool_output *o, struct arena *a);
/* Its caption; a sentence has none: "". */
const char *tool_caption(const struct lib_tool *tool, const struct tool_output *o, struct arena *a);

/* Whether there is something reckoned of what is typed now. */
bool tool_has_result(const struct app *app);
/* What was typed and what came of it; empty without a result. */
void tool_text_file(const struct app *app, struct buf *out);
/* The same as codes of at most QR_TEXT_MAX bytes; 0 = there is no result. */
int tool_text_codes(const struct app *app, struct arena *a, const char *codes[QR_PIECES_MAX]);

#endif
