/* content_workshop_text: front matter and parts of a workshop in one language. */
#include "content_workshop_text.h"
#include "base/utf8.h"
#include "content_lines.h"
#include "learn/lesson.h"
#include <string.h>

#include "base/banned.h"

enum { SECTION_LINES_MAX = 200 };

#define FAULT(r, line, ...) report_error((r)->report, (r)->file, (line), __VA_ARGS__)

/* --- front matter
 * ------------------------------------------------------------------------------------------------------------ */

/* "key: value" where line says it of this key; else NULL. */
static const char *value_of(struct lines *r, const char *line, const char *key)
{
    size_t n = strlen(key);

    return strncmp(line, key, n) == 0 && line[n] == ':' ? lines_trim(r->arena, line + n + 1) : NULL;
}

/* Takes "key: value" once, and not empty. */
static bool take_line(struct lines *r, const char *line, const char *key, const char **out)
{
    const char *value = value_of(r, line, key);

    if (!value) {
        return false;
    }
    if (*out) {
        FAULT(r, r->line, "'%s' is there twice; keep one", key);
    } else if (!*value) {
        FAULT(r, r->line, "'%s' is empty; write it behind the colon", key);
    }
    *out = value;
    return true;
}

static void take_need(struct lines *r, const char *text, struct workshop_text *t)
{
    if (!*text) {
        FAULT(r, r->line, "an empty line of a list; write what to have ready, or take it out");
    } else if (t->n_needs == LIBRARY_NEEDS_MAX) {
        FAULT(r, r->line, "more than %d things to have ready; leave some out", LIBRARY_NEEDS_MAX);
    } else {
        t->needs[t->n_needs++] = text;
    }
}

static void check_front(struct lines *r, const struct workshop_text *t, const char *needs, int needs_line)
{
    int n = t->about ? content_count_words(t->about) : 0;

    if (!t->title || !t->about || !needs) {
        FAULT(r, r->line, "the front matter lacks '%s'; add it",
              !t->title   ? "title: …"
              : !t->about ? "about: …"
                          : "needs:");
    } else if (t->n_needs < WORKSHOP_NEEDS_MIN) {
        FAULT(r, needs_line, "%d things to have ready; write %d to %d, each on a line that begins with '- '",
              t->n_needs, WORKSHOP_NEEDS_MIN, LIBRARY_NEEDS_MAX);
    }
    if (n > WORKSHOP_ABOUT_WORDS_MAX) {
        FAULT(r, 0, "'about' has %d words; at most %d", n, WORKSHOP_ABOUT_WORDS_MAX);
    }
}

static bool take_front(struct lines *r, struct workshop_text *t)
{
    const char *line = lines_next(r), *needs = NULL;
    int needs_line = 0;

    if (!line || strcmp(line, "---") != 0) {
        FAULT(r, r->line, "no front matter; the first line is '---'");
        return false;
    }
    while ((line = lines_next(r)) && strcmp(line, "---") != 0) {
        const char *value = value_of(r, line, "needs");

        if (needs && strncmp(line, "- ", 2) == 0) {
            take_need(r, lines_trim(r->arena, line + 2), t);
        } else if (value) {
            if (needs || *value) {
                FAULT(r, r->line, "'needs:' stands once and alone; what to have ready comes below it, as '- …'");
            }
            needs = value;
            needs_line = r->line;
        } else if (!take_line(r, line, "title", &t->title) && !take_line(r, line, "about", &t->about)) {
            FAULT(r, r->line, "'%.40s' is no line of a front matter; known are title, about, needs", line);
        }
    }
    if (!line) {
        FAULT(r, r->line, "the front matter does not end; close it with a line '---'");
        return false;
    }
    check_front(r, t, needs, needs_line);
    t->title = t->title ? t->title : "";
    t->about = t->about ? t->about : "";
    return true;
}

/* --- a part
 * ---------------------------------------------------------------------------------------------------------------------
 */

struct section { /* the lines of a part */
    const char *lines[SECTION_LINES_MAX];
    int n, first; /* number of the first line in the file */
};

/* False at the end of the file. */
static bool take_section(struct lines *r, struct section *s)
{
    const char *line;

    *s = (struct section){.first = r->line + 1};
    while ((line = lines_next(r)) && strcmp(line, "---") != 0) {
        if (s->n == 0 && !*line) {
            s->first++;
        } else if (s->n < SECTION_LINES_MAX) {
            s->lines[s->n++] = line;
        } else {
            FAULT(r, r->line, "a part of more than %d lines; cut it down", SECTION_LINES_MAX);
            return line != NULL;
        }
    }
    while (s->n && !*s->lines[s->n - 1]) {
        s->n--;
    }
    return line != NULL;
}

static const char *join(struct lines *r, const struct section *s, int from, int to)
{
    struct buf text = {0};
    const char *kept;

    while (from < to && !*s->lines[to - 1]) {
        to--;
    }
    for (int i = from; i < to; i++) {
        buf_fmt(&text, "%s\n", s->lines[i]);
    }
    kept = arena_str(r->arena, buf_text(&text));
    buf_release(&text);
    return kept;
}

/* "**For who leads.**" in the languages that content/FORMAT.md names. */
static const struct {
    const char *lang, *words;
} LEADS[] = {{"en", "**For who leads.**"}, {"it", "**Per chi guida.**"}, {"es", "**Para quien guía.**"}};

static const char *leads_in(const char *lang)
{
    for (size_t i = 0; i < M2_COUNT(LEADS); i++) {
        if (strcmp(LEADS[i].lang, lang) == 0) {
            return LEADS[i].words;
        }
    }
    return NULL;
}

/* The line at which the note for who leads begins, s->n = there is none; *text is behind its bold words. In a language
 * that is not known it is the last paragraph with bold ones before it. */
static int find_note(const struct section *s, const char *lang, const char **text)
{
    const char *words = leads_in(lang);
    int at = s->n;

    for (int i = 1; i < s->n; i++) {
        const char *line = s->lines[i], *end = NULL;

        if (words) {
            end = strncmp(line, words, strlen(words)) == 0 ? line + strlen(words) : NULL;
        } else if (strncmp(line, "**", 2) == 0 && !*s->lines[i - 1]) {
            end = strstr(line + 2, "**");
            end = end ? end + 2 : NULL;
        }
        if (end) {
            at = i;
            *text = end + strspn(end, " ");
            if (words) {
                return at;
            }
        }
    }
    return at;
}

/* What is read, checked for its blocks; its words and sentences are added to *t. Returns how many words it has; -1 = a
 * fault was told. */
static int check_blocks(struct lines *r, struct workshop_text *t, const char *markdown, int line, bool may_list,
                        int most_blocks, const char *what)
{
    struct lesson_page page;
    struct buf words = {0};
    struct err err = {0};
    int n;

    lines_check_marks(r, markdown, line);
    if (!lesson_parse(markdown, r->arena, &page, &err)) {
        FAULT(r, line, "%s", err.text);
        return -1;
    }
    for (int i = 0; i < page.n_blocks; i++) {
        enum lesson_block_kind kind = page.blocks[i].kind;

        if (kind != LESSON_PARAGRAPH && !(may_list && (kind == LESSON_BULLET || kind == LESSON_NUMBER))) {
            FAULT(r, line, "%s holds more than text; write %s", what,
                  may_list ? "paragraphs and lists of one level" : "paragraphs");
            return -1;
        }
    }
    if (page.n_blocks > most_blocks) {
        FAULT(r, line, "%s has %d paragraphs; at most %d", what, page.n_blocks, most_blocks);
    }
    lesson_page_text(&page, &words);
    n = content_count_words(buf_text(&words));
    t->n_words += n;
    t->n_sentences += content_count_sentences(buf_text(&words));
    buf_release(&words);
    return n;
}

static void take_note(struct lines *r, const struct section *s, const char *lang, int at, const char *first,
                      struct workshop_text *t, struct workshop_part *part)
{
    int line = s->first + at, n;

    if (at == s->n) {
        FAULT(r, s->first, "nothing for who leads; end the part with a paragraph that begins with '%s'",
              leads_in(lang) ? leads_in(lang) : "**…**");
        return;
    }
    part->leader = arena_fmt(r->arena, "%s\n%s", first, join(r, s, at + 1, s->n));
    n = check_blocks(r, t, part->leader, line, false, WORKSHOP_LEADER_PARAGRAPHS_MAX, "the note for who leads");
    if (n == 0) {
        FAULT(r, line, "the note for who leads is empty; say what to do and what to watch");
    } else if (n > WORKSHOP_LEADER_WORDS_MAX) {
        FAULT(r, line, "%d words for who leads; at most %d", n, WORKSHOP_LEADER_WORDS_MAX);
    }
}

static void take_option(struct lines *r, const char *text, int line, struct workshop_part *part)
{
    int n = content_count_words(text);

    if (n == 0 || n > WORKSHOP_OPTION_WORDS_MAX) {
        FAULT(r, line, "an option of %d words; write one to %d", n, WORKSHOP_OPTION_WORDS_MAX);
    }
    if (part->n_options < LIBRARY_OPTIONS_MAX) {
        part->options[part->n_options] = text;
    }
    part->n_options++;
}

/* The lines '- …' of a vote; returns the line its question ends at. */
static int take_options(struct lines *r, const struct section *s, int end, struct workshop_part *part)
{
    int first = end;

    for (int i = 1; i < end; i++) {
        if (strncmp(s->lines[i], "- ", 2) == 0) {
            first = i < first ? i : first;
            take_option(r, lines_trim(r->arena, s->lines[i] + 2), s->first + i, part);
        } else if (i > first && *s->lines[i]) {
            FAULT(r, s->first + i, "'%.40s' stands between or behind the options; the question comes before them",
                  s->lines[i]);
        }
    }
    if (part->n_options < WORKSHOP_OPTIONS_MIN || part->n_options > LIBRARY_OPTIONS_MAX) {
        FAULT(r, s->first + (first < end ? first : 0), "a vote of %d options; write %d to %d, each as '- …'",
              part->n_options, WORKSHOP_OPTIONS_MIN, LIBRARY_OPTIONS_MAX);
        part->n_options = part->n_options > LIBRARY_OPTIONS_MAX ? LIBRARY_OPTIONS_MAX : part->n_options;
    }
    return first;
}

static void take_title(struct lines *r, const struct section *s, struct workshop_part *part)
{
    int n;

    if (strncmp(s->lines[0], "# ", 2) != 0) {
        FAULT(r, s->first, "a part begins with its title; write '# …' first");
        return;
    }
    part->title = lines_trim(r->arena, s->lines[0] + 2);
    n = content_count_words(part->title);
    if (n == 0 || n > WORKSHOP_TITLE_WORDS_MAX) {
        FAULT(r, s->first, "a title of %d words; write one to %d", n, WORKSHOP_TITLE_WORDS_MAX);
    }
}

static void take_part(struct lines *r, const struct section *s, const char *lang, bool is_vote, struct workshop_text *t,
                      struct workshop_part *part)
{
    const char *note = "";
    int end = find_note(s, lang, &note), from = 1, room, n;

    *part = (struct workshop_part){.title = "", .room = "", .leader = "", .line = s->first};
    if (s->n == 0) {
        FAULT(r, s->first, "an empty part; write it, or take out a line '---'");
        return;
    }
    take_title(r, s, part);
    room = is_vote ? take_options(r, s, end, part) : end;
    while (from < room && !*s->lines[from]) {
        from++;
    }
    part->room = join(r, s, from, room);
    n = check_blocks(r, t, part->room, s->first + from, !is_vote, is_vote ? 1 : LESSON_BLOCKS_MAX,
                     is_vote ? "the question of a vote" : "what the room reads");
    if (n == 0) {
        FAULT(r, s->first, "nothing for the room; write what people read on the screen");
    } else if (n > WORKSHOP_ROOM_WORDS_MAX) {
        FAULT(r, s->first, "%d words for the room; at most %d, they are read from three metres", n,
              WORKSHOP_ROOM_WORDS_MAX);
    }
    take_note(r, s, lang, end, note, t, part);
}

bool workshop_text_parse(const char *text, size_t n, const char *file, const char *lang, const bool *is_vote,
                         int n_kinds, struct arena *arena, struct report *report, struct workshop_text *out)
{
    struct lines r = {.at = text, .end = text + n, .file = file, .arena = arena, .report = report};
    struct section section;
    bool has_more;
    int n_found = 0;

    *out = (struct workshop_text){0};
    if (n > WORKSHOP_TEXT_MAX_BYTES || !utf8_is_valid(text, n) || !utf8_is_clean(text, n) || memchr(text, '\0', n)) {
        report_error(report, file, 0, "not clean UTF-8 with LF line ends of at most %d bytes; save it so",
                     WORKSHOP_TEXT_MAX_BYTES);
        return false;
    }
    if (n < 2 || text[n - 1] != '\n' || text[n - 2] == '\n') {
        report_error(report, file, 0, "ends without its one newline; end the last line, and nothing after it");
    }
    if (!take_front(&r, out)) {
        return false;
    }
    do {
        has_more = take_section(&r, &section);
        if (n_found < LIBRARY_PARTS_MAX) {
            take_part(&r, &section, lang, n_found < n_kinds && is_vote[n_found], out, &out->parts[out->n_parts++]);
        }
        n_found++;
    } while (has_more);
    if (n_kinds && n_found != n_kinds) {
        report_error(report, file, 0, "%d parts, in workshop.json %d; write as many", n_found, n_kinds);
    }
    if (out->n_words > WORKSHOP_SENTENCE_WORDS_MAX * out->n_sentences) {
        report_error(report, file, 0, "sentences of %d words on average; at most %d, make two of the long ones",
                     out->n_sentences ? (out->n_words + out->n_sentences - 1) / out->n_sentences : out->n_words,
                     WORKSHOP_SENTENCE_WORDS_MAX);
    }
    return true;
}
