/* content_workshop_text: one language of a workshop: front matter between two lines '---', then its parts cut by lines
 * '---': a heading, what the room reads, the options of a vote, and the note for who leads. */
#ifndef M2_TOOLS_CONTENT_WORKSHOP_TEXT_H
#define M2_TOOLS_CONTENT_WORKSHOP_TEXT_H

#include "base/arena.h"
#include "content_report.h"
#include "shelf/library.h"

enum {
    WORKSHOP_TEXT_MAX_BYTES = 1 << 16,
    WORKSHOP_ABOUT_WORDS_MAX = 25,
    WORKSHOP_NEEDS_MIN = 2,
    WORKSHOP_TITLE_WORDS_MAX = 6, /* of a part: beside its minutes */
    WORKSHOP_ROOM_WORDS_MAX = 60, /* read from three metres */
    WORKSHOP_LEADER_WORDS_MAX = 90,
    WORKSHOP_LEADER_PARAGRAPHS_MAX = 2,
    WORKSHOP_OPTIONS_MIN = 3,
    WORKSHOP_OPTION_WORDS_MAX = 5,
    WORKSHOP_SENTENCE_WORDS_MAX = 15, /* on average over a workshop */
};

struct workshop_part {
    const char *title, *room, *leader; /* room, leader: CommonMark; "" where it lacks (told) */
    const char *options[LIBRARY_OPTIONS_MAX];
    int n_options, line;
};

struct workshop_text {
    const char *title, *about;
    const char *needs[LIBRARY_NEEDS_MAX];
    struct workshop_part parts[LIBRARY_PARTS_MAX];
    int n_needs, n_parts;
    int n_words, n_sentences; /* of what is read and said in all parts */
};

/* is_vote: which of the n_kinds parts ask for a vote; a part past them is none. Tells faults to the report; *out holds
 * what could be read, all in the arena. False when nothing is usable. lang: in en, it and es the note for who leads
 * begins with its words; elsewhere with any bold ones, its authors' own care. */
bool workshop_text_parse(const char *text, size_t n, const char *file, const char *lang, const bool *is_vote,
                         int n_kinds, struct arena *arena, struct report *report, struct workshop_text *out);

#endif
