/* content_lesson: front matter and pages of a lesson, with the limits of CONTENT.md. */
#include "content_lesson.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define FAULT(r, ...) report_error((r)->report, (r)->file, (r)->line, __VA_ARGS__)

/* --- front matter
 * ------------------------------------------------------------------------------------------------------------ */

static int take_number(struct lines *r, const char *key, const char *value, int min, int max)
{
    char *end = NULL;
    long n = strtol(value, &end, 10);

    if (!*value || *end || n < min || n > max) {
        FAULT(r, "'%s' is '%s'; write a number from %d to %d", key, value, min, max);
        return min;
    }
    return (int)n;
}

static void list_add(struct lines *r, struct content_list *list, const char *text, const char *edition)
{
    if (list->n == LESSON_LIST_MAX) {
        FAULT(r, "more than %d entries in a list; leave some out", LESSON_LIST_MAX);
        return;
    }
    list->text[list->n] = text;
    list->edition[list->n++] = edition;
}

/* "D2.1 (2.2), D1.1 (2.2)" or "sell, money" */
static void take_commas(struct lines *r, const char *key, const char *value, bool has_edition,
                        struct content_list *list)
{
    list->line = r->line;
    while (*value) {
        size_t n = strcspn(value, ",");
        const char *part = lines_trim(r->arena, arena_strn(r->arena, value, n)), *open = strchr(part, '(');
        size_t len = strlen(part);

        value += n + (value[n] == ',');
        if (!*part) {
            FAULT(r, "'%s' has an empty entry; take out the comma", key);
        } else if (!has_edition) {
            list_add(r, list, part, NULL);
        } else if (!open || part[len - 1] != ')') {
            FAULT(r, "competence '%s' has no edition; write it as 'D2.1 (2.2)'", part);
        } else {
            list_add(r, list, lines_trim(r->arena, arena_strn(r->arena, part, (size_t)(open - part))),
                     arena_strn(r->arena, open + 1, strlen(open) - 2));
        }
    }
}

enum key { KEY_ID, KEY_TITLE, KEY_MINUTES, KEY_EQF, KEY_COMPETENCES, KEY_PROCESSES, KEY_OUTCOMES, KEY_SOURCES, KEYS };
static const char *const KEY_NAMES[KEYS] = {"id",          "title",     "minutes",  "eqf",
                                            "competences", "processes", "outcomes", "sources"};

static void take_key(struct lines *r, enum key key, const char *value, struct lesson_text *t)
{
    switch (key) {
    case KEY_ID:
        t->id = value;
        break;
    case KEY_TITLE:
        t->title = value;
        break;
    case KEY_MINUTES:
        t->minutes = take_number(r, "minutes", value, 1, 60);
        break;
    case KEY_EQF:
        t->eqf = take_number(r, "eqf", value, 1, 8);
        break;
    case KEY_COMPETENCES:
        take_commas(r, "competences", value, true, &t->competences);
        break;
    case KEY_PROCESSES:
        take_commas(r, "processes", value, false, &t->processes);
        break;
    case KEY_OUTCOMES:
        t->outcomes.line = r->line;
        if (*value) {
            FAULT(r, "outcomes come below, each on a line that begins with '- '");
        }
        break;
    default:
        t->sources.line = r->line;
        if (*value && strcmp(value, "none") != 0) {
            FAULT(r, "sources come below, each on a line that begins with '- '; or write 'sources: none'");
        }
        break;
    }
}

static int key_of(struct lines *r, const char *line, const char **value)
{
    const char *colon = strchr(line, ':');

    for (int i = 0; colon && i < KEYS; i++) {
        if (strlen(KEY_NAMES[i]) == (size_t)(colon - line) &&
            strncmp(line, KEY_NAMES[i], (size_t)(colon - line)) == 0) {
            *value = lines_trim(r->arena, colon + 1);
            return i;
        }
    }
    return -1;
}

static bool take_front(struct lines *r, struct lesson_text *t)
{
    bool has[KEYS] = {false};
    struct content_list *list = NULL;
    const char *line = lines_next(r), *value;

    if (!line || strcmp(line, "---") != 0) {
        FAULT(r, "no front matter; the first line is '---'");
        return false;
    }
    while ((line = lines_next(r)) && strcmp(line, "---") != 0) {
        int key = key_of(r, line, &value);

        if (strncmp(line, "- ", 2) == 0 && list) {
            list_add(r, list, lines_trim(r->arena, line + 2), NULL);
        } else if (key < 0) {
            FAULT(r,
                  "'%.40s' is no line of a front matter; known are id, title, minutes, eqf, competences, processes, "
                  "outcomes, sources",
                  line);
        } else if (has[key]) {
            FAULT(r, "'%s' is there twice; keep one", KEY_NAMES[key]);
        } else {
            has[key] = true;
            if (!*value && (key == KEY_ID || key == KEY_TITLE)) {
                FAULT(r, "'%s' is empty; write it behind the colon", KEY_NAMES[key]);
            }
            take_key(r, (enum key)key, value, t);
            list = key == KEY_OUTCOMES ? &t->outcomes : key == KEY_SOURCES ? &t->sources : NULL;
        }
    }
    for (int i = 0; i < KEYS; i++) {
        if (!has[i]) {
            FAULT(r, "the front matter lacks '%s'; add a line '%s: …'", KEY_NAMES[i], KEY_NAMES[i]);
        }
    }
    if (!line) {
        FAULT(r, "the front matter does not end; close it with a line '---'");
    }
    return line != NULL;
}

/* --- pages
 * ----------------------------------------------------------------------------------------------------------------------
 */

/* The page cannot be parsed: its line is the first up to which it cannot. */
static void tell_refused(struct lines *r, const struct content_page *p)
{
    struct lesson_page page;
    struct err err = {0};
    int line = p->line;

    for (const char *at = strchr(p->markdown, '\n'); at; at = strchr(at + 1, '\n'), line++) {
        if (!lesson_parse(arena_strn(r->arena, p->markdown, (size_t)(at + 1 - p->markdown)), r->arena, &page, &err)) {
            break;
        }
    }
    report_error(r->report, r->file, line, "%s", err.text);
}

static void check_page(struct lines *r, struct content_page *p)
{
    struct buf text = {0};
    struct err err;

    lines_check_marks(r, p->markdown, p->line);
    if (!lesson_parse(p->markdown, r->arena, &p->page, &err)) {
        tell_refused(r, p);
        return;
    }
    if (p->page.n_blocks == 0) {
        report_error(r->report, r->file, p->line, "an empty page; write it, or take out a line '---'");
        return;
    }
    if (p->page.blocks[0].kind != LESSON_HEADING || p->page.blocks[0].number != 1) {
        report_error(r->report, r->file, p->line, "a page begins with its heading; write '# …' first");
    }
    for (int i = 0; i < p->page.n_blocks; i++) {
        if (p->page.blocks[i].kind !=
            LESSON_IMAGE) { /* a description is heard instead of the picture, not besides the text */
            lesson_block_text(&p->page.blocks[i], &text);
            buf_char(&text, '\n');
        }
    }
    p->n_words = content_count_words(buf_text(&text));
    p->n_sentences = content_count_sentences(buf_text(&text));
    if (p->n_words > LESSON_PAGE_WORDS_MAX) {
        report_error(r->report, r->file, p->line, "a page of %d words; at most %d, cut it or make two", p->n_words,
                     LESSON_PAGE_WORDS_MAX);
    }
    buf_release(&text);
}

static void take_pages(struct lines *r, struct lesson_text *t)
{
    struct buf page = {0};
    int first_line = r->line + 1, n_found = 0;
    const char *line;

    do {
        line = lines_next(r);
        if (line && strcmp(line, "---") != 0) {
            if (page.len == 0) {
                first_line = *line ? r->line : r->line + 1;
            }
            if (page.len || *line) {
                buf_fmt(&page, "%s\n", line);
            }
            continue;
        }
        if (++n_found <= LESSON_PAGES_MAX) {
            struct content_page *p = &t->pages[t->n_pages++];

            p->markdown = arena_str(r->arena, buf_text(&page));
            p->line = first_line;
            check_page(r, p);
        }
        buf_clear(&page);
    } while (line);
    if (n_found < LESSON_PAGES_MIN || n_found > LESSON_PAGES_MAX) {
        report_error(r->report, r->file, 0, "%d pages; a lesson has %d to %d", n_found, LESSON_PAGES_MIN,
                     LESSON_PAGES_MAX);
    }
    buf_release(&page);
}

bool content_lesson_parse(const char *text, size_t n, const char *file, struct arena *arena, struct report *report,
                          struct lesson_text *out)
{
    struct lines r = {.at = text, .end = text + n, .file = file, .arena = arena, .report = report};

    *out = (struct lesson_text){.id = "", .title = ""};
    if (n > LESSON_TEXT_MAX_BYTES || !utf8_is_valid(text, n) || !utf8_is_clean(text, n) || memchr(text, '\0', n)) {
        report_error(report, file, 0, "not clean UTF-8 with LF line ends of at most %d bytes; save it so",
                     LESSON_TEXT_MAX_BYTES);
        return false;
    }
    if (n < 2 || text[n - 1] != '\n' || text[n - 2] == '\n') {
        report_error(report, file, 0, "ends without its one newline; end the last line, and nothing after it");
    }
    if (!take_front(&r, out)) {
        return false;
    }
    take_pages(&r, out);
    return true;
}
