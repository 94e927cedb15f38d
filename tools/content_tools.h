/* content_tools: the tools of the authors: their program, their words, and whether both are whole. The program is run
 * by micro2-compute, which must lie beside this program, with the values it begins with, the least, the most, and mixed
 * ones; every answer must be one that a station reads, and every word it asks for must be there. Findings go to the
 * report, as all of content_load's and content_check's. */
#ifndef M2_TOOLS_CONTENT_TOOLS_H
#define M2_TOOLS_CONTENT_TOOLS_H

#include "content_read.h"
#include "workbench/tool.h"

enum {
    TOOL_MINUTES_MAX = 60,
    TOOL_TITLE_LETTERS_MAX = 50,
    TOOL_ABOUT_WORDS_MAX = 25,
    TOOL_EXPLAIN_WORDS_MAX = 120,
    TOOL_LABEL_LETTERS_MAX = 80, /* of a field, an output, an option; some languages need more than others */
    TOOL_SHORT_LETTERS_MAX = 32, /* of a part, a unit, a bar */
    TOOL_HELP_WORDS_MAX = 25,
    TOOL_SAY_WORDS_MAX = 40,
    TOOL_MIXED_RUNS = 60,
};

/* The folder workbench may be left out. */
void content_tools_load(struct load *l);
void content_tools_check(struct content *c, struct report *r);
/* "" where it is not there. */
const char *content_tool_word(const struct content_tool *t, const char *key, int lang);
const struct content_word *content_tool_word_of(const struct content_tool *t, const char *key);

/* --- content_tool_runs.c */
/* Runs the program, and tells what it gives that is none; used[i] becomes true where words[i] is asked for. */
void content_tool_run(struct content *c, struct report *r, const struct content_tool *t, bool *used);

#endif
