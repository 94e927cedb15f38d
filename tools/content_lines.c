/* content_lines: what authors write as lines, and how it is counted. */
#include "content_lines.h"
#include <string.h>

#include "base/banned.h"

const char *lines_next(struct lines *r)
{
    const char *line = r->at, *stop;

    if (r->at >= r->end) {
        return NULL;
    }
    stop = memchr(line, '\n', (size_t)(r->end - line));
    stop = stop ? stop : r->end;
    r->at = stop < r->end ? stop + 1 : r->end;
    r->line++;
    return arena_strn(r->arena, line, (size_t)(stop - line));
}

const char *lines_trim(struct arena *a, const char *text)
{
    size_t n;

    text += strspn(text, " \t");
    n = strlen(text);
    while (n && strchr(" \t", text[n - 1])) {
        n--;
    }
    return arena_strn(a, text, n);
}

int content_count_words(const char *text)
{
    int n = 0;

    for (bool is_in = false; *text; text++) {
        bool is_gap = strchr(" \t\n", *text) != NULL;

        n += !is_gap && !is_in;
        is_in = !is_gap;
    }
    return n;
}

int content_count_sentences(const char *text)
{
    int n = 0;
    bool is_open = false;

    for (; *text; text++) {
        bool ends = strchr(".!?", *text) && (!text[1] || strchr(" \n\"'", text[1]) || (text[1] & 0x80));

        if (is_open && (ends || *text == '\n')) {
            n++;
            is_open = false;
        } else if (!strchr(" \n.!?\"'", *text)) {
            is_open = true;
        }
    }
    return n + is_open;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "<b>", "</b>" or "<!--": the letter behind the '<' says so; NULL = none. */
static const char *find_html(const char *line)
{
    for (const char *at = line; (at = strchr(at, '<')); at++) {
        if ((at == line || at[-1] != '\\') && strchr(at, '>') && (at[1] == '/' || at[1] == '!' || is_letter(at[1]))) {
            return at;
        }
    }
    return NULL;
}

void lines_check_marks(const struct lines *r, const char *markdown, int line)
{
    int number = line;

    for (const char *at = markdown; *at; number++) {
        size_t n = strcspn(at, "\n");
        const char *text = lines_trim(r->arena, arena_strn(r->arena, at, n)), *html = find_html(text);

        if (html) {
            report_error(r->report, r->file, number,
                         "HTML ('%.*s'); write **bold** or *emphasis*, or '\\<' for the sign",
                         (int)strcspn(html, ">") + 1, html);
        }
        if (text[0] == '|') {
            report_error(r->report, r->file, number, "a table; write a list, or '\\|' for the sign");
        }
        at += n + (at[n] == '\n');
    }
}
