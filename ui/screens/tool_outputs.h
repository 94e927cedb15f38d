/* tool_outputs: what a tool reckoned, drawn: figures, charts, lists, sentences; and the same in words. */
#ifndef M2_TOOL_OUTPUTS_H
#define M2_TOOL_OUTPUTS_H

#include "app.h"

void tool_outputs(const struct lib_tool *tool, const struct tool_outputs *outputs, struct ui *ui);
/* As a list that says what the pictures show. */
void tool_outputs_words(const struct lib_tool *tool, const struct tool_outputs *outputs, struct ui *ui);

#endif
