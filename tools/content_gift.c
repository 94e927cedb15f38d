/* content_gift: reads questions, and names the line of everything it does not like. */
#include "content_gift.h"
#include "base/utf8.h"
#include <string.h>

#include "base/banned.h"

struct reading {
    const char *at, *end; /* the rest of the question's block */
    int line;
    const char *file;
    struct arena *arena;
    struct report *report;
    struct buf text;
    bool is_unclosed; /* the last question was not: what follows up to the next title is its rest, told already */
};

/* At the line of the reading, or at that of the thing that is wrong as a whole. */
#define FAULT(r, ...)           FAULT_AT(r, (r)->line, __VA_ARGS__)
#define FAULT_AT(r, line_, ...) (report_error((r)->report, (r)->file, (line_), __VA_ARGS__), false)

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blank(struct reading *r)
{
    while (r->at < r->end && is_blank(*r->at)) {
        r->line += *r->at++ == '\n';
    }
}

static bool is_escape(char c)
{
    return strchr("~=#{}:\\", c) != NULL && c;
}

/* Text up to an unescaped letter of `stops`, or the end of the block; blanks trimmed and made one. */
static bool take_text(struct reading *r, const char *stops, const char **out)
{
    bool is_gap = false;

    buf_clear(&r->text);
    skip_blank(r);
    while (r->at < r->end && !strchr(stops, *r->at)) {
        char c = *r->at++;

        if (is_blank(c)) {
            r->line += c == '\n';
            is_gap = true;
            continue;
        }
        if (c == '\\') {
            if (r->at == r->end || !is_escape(*r->at)) {
                return FAULT(r, "a lone '\\'; write '\\\\', or put it before one of ~ = # { } :");
            }
            c = *r->at++;
        }
        if (is_gap && r->text.len) {
            buf_char(&r->text, ' ');
        }
        is_gap = false;
        buf_char(&r->text, c);
    }
    if (r->text.len > GIFT_TEXT_MAX) {
        return FAULT(r, "a text of %zu bytes; at most %d, say it shorter", r->text.len, GIFT_TEXT_MAX);
    }
    *out = arena_strn(r->arena, buf_text(&r->text), r->text.len);
    return true;
}

/* "::ID::" */
static bool take_id(struct reading *r, struct gift_question *q)
{
    const char *stop;

    skip_blank(r);
    q->line = r->line;
    if (r->end - r->at < 2 || memcmp(r->at, "::", 2) != 0) {
        return FAULT(r, "a question without a title; begin it with '::ID::'");
    }
    r->at += 2;
    stop = memmem(r->at, (size_t)(r->end - r->at), "::", 2);
    if (!stop || memchr(r->at, '\n', (size_t)(stop - r->at))) {
        return FAULT(r, "a title that does not end; write '::ID::' on one line");
    }
    q->id = arena_strn(r->arena, r->at, (size_t)(stop - r->at));
    r->at = stop + 2;
    if (!q->id[0] ||
        strspn(q->id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-/") != strlen(q->id)) {
        return FAULT(r, "'%s' is no id; use letters, digits, '.', '-' and '/'", q->id);
    }
    if (strlen(q->id) > GIFT_ID_MAX) {
        return FAULT(r, "'%.20s…' is an id of %zu letters; at most %d", q->id, strlen(q->id), GIFT_ID_MAX);
    }
    return true;
}

static bool take_feedback(struct reading *r, struct gift_answer *a)
{
    a->feedback = "";
    if (r->at == r->end || *r->at != '#') {
        return FAULT_AT(r, a->line, "answer '%.40s' has no feedback; add '#' and a sentence that says why", a->text);
    }
    r->at++;
    if (r->at < r->end && *r->at == '#') {
        return FAULT(r, "general feedback '####' is not used here; give each answer its own after one '#'");
    }
    if (!take_text(r, "=~#{}", &a->feedback)) {
        return false;
    }
    if (!a->feedback[0]) {
        return FAULT_AT(r, a->line, "the feedback of '%.40s' is empty; say why and what next", a->text);
    }
    if (r->at < r->end && (*r->at == '#' || *r->at == '{')) {
        return FAULT(r, "a '%c' in a feedback; write '\\%c'", *r->at, *r->at);
    }
    return true;
}

static bool take_answer(struct reading *r, struct gift_question *q)
{
    struct gift_answer *a = &q->answers[q->n_answers];

    if (q->n_answers == GIFT_ANSWERS_MAX) {
        return FAULT(r, "more than %d answers; leave some out", GIFT_ANSWERS_MAX);
    }
    if (q->n_answers && !is_blank(r->at[-1])) {
        return FAULT(r, "a '%c' inside a text; write '\\%c'", *r->at, *r->at);
    }
    a->is_right = *r->at++ == '=';
    a->line = r->line;
    if (r->at < r->end && *r->at == '%') {
        return FAULT(r, "a weighted answer; one answer is right ('='), the others are not ('~')");
    }
    if (!take_text(r, "=~#{}", &a->text)) {
        return false;
    }
    if (!a->text[0]) {
        return FAULT_AT(r, a->line, "an empty answer; write it after '%c'", a->is_right ? '=' : '~');
    }
    if (strstr(a->text, "->")) {
        return FAULT_AT(r, a->line, "a matching question ('->'); write a choice");
    }
    q->n_answers++;
    return take_feedback(r, a);
}

static bool take_answers(struct reading *r, struct gift_question *q)
{
    q->answers = arena_alloc(r->arena, GIFT_ANSWERS_MAX * sizeof *q->answers);
    skip_blank(r);
    while (r->at < r->end && *r->at != '}') {
        if (*r->at != '=' && *r->at != '~') {
            return FAULT(r, "an answer must begin with '=' (right) or '~' (wrong)");
        }
        if (!take_answer(r, q)) {
            return false;
        }
    }
    if (r->at == r->end) {
        r->is_unclosed = true;
        return FAULT_AT(r, q->line, "question '%s' is not closed; end its answers with '}' before the empty line",
                        q->id);
    }
    r->at++;
    skip_blank(r);
    return r->at == r->end || FAULT(r, "text behind '}'; put an empty line between questions");
}

static bool check_answers(struct reading *r, const struct gift_question *q)
{
    int n_right = 0;

    for (int i = 0; i < q->n_answers; i++) {
        n_right += q->answers[i].is_right;
        for (int j = 0; j < i; j++) {
            if (strcmp(q->answers[i].text, q->answers[j].text) == 0) {
                return FAULT_AT(r, q->answers[i].line, "the answer '%.40s' is there twice", q->answers[i].text);
            }
        }
    }
    if (q->n_answers == 1) {
        return FAULT_AT(r, q->line, "question '%s' has one answer; give it two or more", q->id);
    }
    if (q->n_answers && n_right != 1) {
        return FAULT_AT(r, q->line, "question '%s' has %d right answers ('='); exactly one is due", q->id, n_right);
    }
    return true;
}

static bool take_question(struct reading *r, struct gift_question *q)
{
    if (!take_id(r, q)) {
        return false;
    }
    skip_blank(r);
    if (r->at < r->end && *r->at == '[') {
        return FAULT(r, "a format mark as [html]; write plain text");
    }
    if (!take_text(r, "{}", &q->stem)) {
        return false;
    }
    if (!q->stem[0]) {
        return FAULT_AT(r, q->line, "question '%s' asks nothing; write its text after the title", q->id);
    }
    if (r->at == r->end || *r->at == '}') {
        return FAULT_AT(r, q->line, "question '%s' has no answers; write them between '{' and '}'", q->id);
    }
    r->at++;
    return take_answers(r, q) && check_answers(r, q);
}

const struct gift_question *gift_find(const struct gift *g, const char *id)
{
    for (int i = 0; i < g->n_questions; i++) {
        if (strcmp(g->questions[i].id, id) == 0) {
            return &g->questions[i];
        }
    }
    return NULL;
}

int gift_right(const struct gift_question *q)
{
    for (int i = 0; i < q->n_answers; i++) {
        if (q->answers[i].is_right) {
            return i;
        }
    }
    return -1;
}

static bool is_line_empty(const char *line, const char *stop)
{
    while (line < stop && is_blank(*line)) {
        line++;
    }
    return line == stop;
}

static bool is_comment(const char *line, const char *stop)
{
    while (line < stop && is_blank(*line)) {
        line++;
    }
    return stop - line >= 2 && line[0] == '/' && line[1] == '/';
}

/* Comments become empty text of their own length in lines, so that a block keeps its line numbers. */
static void take_block(struct reading *r, const struct buf *block, int first_line, struct gift *out)
{
    struct gift_question q = {0};
    const struct gift_question *twin;

    if (is_line_empty(block->data, block->data + block->len)) {
        return;
    }
    r->at = block->data;
    r->end = block->data + block->len;
    r->line = first_line;
    skip_blank(r);
    if (r->is_unclosed && (r->at == r->end || *r->at != ':')) {
        return;
    }
    r->is_unclosed = false;
    if (!take_question(r, &q)) {
        return;
    }
    twin = gift_find(out, q.id);
    if (twin) {
        report_error(r->report, r->file, q.line, "question '%s' is there already, on line %d; give it its own id", q.id,
                     twin->line);
    } else if (out->n_questions == GIFT_QUESTIONS_MAX) {
        report_error(r->report, r->file, q.line, "more than %d questions; make a second module", GIFT_QUESTIONS_MAX);
    } else {
        out->questions[out->n_questions++] = q;
    }
}

void gift_parse(const char *text, size_t n, const char *file, struct arena *arena, struct report *report,
                struct gift *out)
{
    struct reading r = {.file = file, .arena = arena, .report = report};
    struct buf block = {0};
    const char *at = text, *end = text + n;
    int line = 1, first_line = 1, n_errors = report->n_errors;

    *out = (struct gift){.questions = arena_alloc(arena, GIFT_QUESTIONS_MAX * sizeof *out->questions)};
    if (n > GIFT_MAX_BYTES || !utf8_is_valid(text, n) || !utf8_is_clean(text, n) || memchr(text, '\0', n)) {
        report_error(report, file, 0, "not clean UTF-8 with LF line ends of at most %d bytes; save it so",
                     GIFT_MAX_BYTES);
        out->is_broken = true;
        return;
    }
    for (; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));

        stop = stop ? stop : end;
        if (is_line_empty(at, stop)) {
            if (block.len) {
                take_block(&r, &block, first_line, out);
                buf_clear(&block);
            }
        } else {
            first_line = block.len ? first_line : line;
            if (!is_comment(at, stop)) {
                buf_add(&block, at, (size_t)(stop - at));
            }
            buf_char(&block, '\n');
        }
        at = stop < end ? stop + 1 : end;
    }
    if (block.len) {
        take_block(&r, &block, first_line, out);
    }
    out->is_broken = report->n_errors > n_errors;
    buf_release(&block);
    buf_release(&r.text);
}
