/* content_bank: what a bank must have and must not show. */
#include "content_bank.h"
#include "base/utf8.h"
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/banned.h"

/* The mix that simulation found best for 24 answers (ALGORITHM 6). */
static const struct {
    const char *type;
    int least;
} KINDS[] = {{"sr", 2}, {"km", 1}, {"sm", 1}, {"st", 2}};

static int count_items(const struct content *c, const char *competence, const char *type)
{
    int n = 0;

    for (int i = 0; i < c->n_items; i++) {
        n += strcmp(c->items[i].competence, competence) == 0 && strcmp(c->items[i].type, type) == 0;
    }
    return n;
}

/* Words of a question and its answers in one language; 0 = it is not there. */
static int words_of(struct content *c, const struct content_item *item, int lang)
{
    const struct content_area *area = content_area_of_item(c, item);
    const struct gift_question *q = area ? gift_find(&area->gift[lang], content_question_id(c, item, 0)) : NULL;
    int n = q ? content_count_words(q->stem) : 0;

    for (int i = 0; q && i < q->n_answers; i++) {
        n += content_count_words(q->answers[i].text);
    }
    return n;
}

/* Something is shown and not said, in one part, and read soon in every language: asked again after a lesson, it leaves
 * a slow reader time for another one in the same minute. */
static bool is_short(struct content *c, const struct content_item *item)
{
    bool is = strcmp(item->type, "km") == 0 || strcmp(item->type, "sm") == 0;

    for (int lang = 0; lang < c->n_languages && is; lang++) {
        is = words_of(c, item, lang) <= BANK_SHORT_WORDS_MAX;
    }
    return is;
}

static int count_short(struct content *c, const char *competence)
{
    int n = 0;

    for (int i = 0; i < c->n_items; i++) {
        n += strcmp(c->items[i].competence, competence) == 0 && is_short(c, &c->items[i]);
    }
    return n;
}

static int count_attitudes(const struct content *c, const char *competence)
{
    int n = 0;

    for (int i = 0; i < c->n_items; i++) {
        n += strcmp(c->items[i].competence, competence) == 0 && *c->items[i].aspect;
    }
    return n;
}

/* A smaller bank works, with wider answers: a warning. */
static void check_mix(struct content *c, struct report *r)
{
    for (int i = 0; i < c->n_competences; i++) {
        struct buf lacking = {0};

        for (size_t kind = 0; kind < M2_COUNT(KINDS); kind++) {
            int n = KINDS[kind].least - count_items(c, c->competences[i].code, KINDS[kind].type);

            if (n > 0) {
                buf_fmt(&lacking, "%s%d %s", lacking.len ? ", " : "", n, KINDS[kind].type);
            }
        }
        if (lacking.len) {
            report_warning(r, "assessment/items.csv", 0, "the bank lacks %s of '%s'; write them", buf_text(&lacking),
                           c->competences[i].code);
        }
        if (count_items(c, c->competences[i].code, "km") && !count_short(c, c->competences[i].code)) {
            report_warning(r, "assessment/items.csv", 0,
                           "the bank lacks a short question of '%s': a km or sm with at most %d words, its answers "
                           "among them, in every language; write one, to ask again after a lesson",
                           c->competences[i].code, BANK_SHORT_WORDS_MAX);
        }
        buf_release(&lacking);
    }
}

/* --- one question
 * ------------------------------------------------------------------------------------------------------------------ */

struct reading {
    struct content *c;
    struct report *r;
    const char *file;
    int lang;
};

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || (c & 0x80);
}

/* Where the whole word stands in the text, however its letters are written; NULL = nowhere. */
static const char *find_word(const char *text, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = text; *at; at++) {
        if ((at == text || !is_letter(at[-1])) && strncasecmp(at, word, n) == 0 && !is_letter(at[n])) {
            return at;
        }
    }
    return NULL;
}

static void check_words(const struct reading *k, int line, const char *id, const char *text)
{
    for (int i = 0; i < k->c->n_hard_words; i++) {
        const struct content_hard_word *hard = &k->c->hard_words[i];

        if (hard->lang == k->lang && find_word(text, hard->word)) {
            report_error(k->r, k->file, line, "'%s' says '%s'; write '%s', or say it another way", id, hard->word,
                         hard->instead);
        }
    }
}

/* The words of the longest sentence: up to a full stop that ends a word. */
static int longest_sentence(struct arena *a, const char *text)
{
    int most = 0;

    while (*text) {
        const char *end = text;
        int n;

        while (*end && !(strchr(".!?", *end) && (!end[1] || end[1] == ' '))) {
            end++;
        }
        n = content_count_words(arena_strn(a, text, (size_t)(end - text)));
        most = n > most ? n : most;
        text = *end ? end + 1 : end;
    }
    return most;
}

static void check_plain(const struct reading *k, int line, const char *id, const char *text)
{
    int n = longest_sentence(&k->c->arena, text);

    if (n > BANK_SENTENCE_WORDS_MAX) {
        report_error(k->r, k->file, line, "'%s' has a sentence of %d words; at most %d, make two of it", id, n,
                     BANK_SENTENCE_WORDS_MAX);
    }
    check_words(k, line, id, text);
}

void content_plain_check(struct content *c, struct report *r, const char *file, int lang, int line, const char *what,
                         const char *text)
{
    const struct reading k = {.c = c, .r = r, .file = file, .lang = lang};

    check_plain(&k, line, what, text);
}

/* Letters that are seen and said of an answer: the file's name of a photograph is neither. */
static int letters(struct content *c, const char *answer)
{
    const char *name, *alt;

    return (int)utf8_count(content_photo_of(c, answer, &name, &alt) ? alt : answer);
}

/* Letters of the right answer and of the longest other one. */
static void measure(struct content *c, const struct gift_question *q, int *right, int *wrong)
{
    *right = *wrong = 0;
    for (int i = 0; i < q->n_answers; i++) {
        int n = letters(c, q->answers[i].text), *longest = q->answers[i].is_right ? right : wrong;

        *longest = n > *longest ? n : *longest;
    }
}

static void check_answers(const struct reading *k, const struct gift_question *q)
{
    int right, wrong;

    measure(k->c, q, &right, &wrong);
    if (right * 100 > wrong * BANK_CLUE_PERCENT && right - wrong >= BANK_CLUE_LETTERS) {
        report_error(k->r, k->file, q->line,
                     "the right answer of '%s' has %d letters, the others at most %d: its length gives it away; make "
                     "them alike",
                     q->id, right, wrong);
    }
    for (int i = 0; i < q->n_answers; i++) {
        int n = letters(k->c, q->answers[i].text);

        if (n > BANK_ANSWER_LETTERS_MAX) {
            report_error(k->r, k->file, q->answers[i].line, "an answer of '%s' has %d letters; at most %d", q->id, n,
                         BANK_ANSWER_LETTERS_MAX);
        }
        check_words(k, q->answers[i].line, q->id, q->answers[i].text);
        check_plain(k, q->answers[i].line, q->id, q->answers[i].feedback);
    }
}

/* --- the bank in one language
 * ------------------------------------------------------------------------------------------------------------------ */

static void check_language(struct content *c, struct report *r, int lang)
{
    int n_choices = 0, n_longest = 0;

    for (int i = 0; i < c->n_areas; i++) {
        const struct gift *g = &c->areas[i].gift[lang];
        struct reading k = {c, r, arena_fmt(&c->arena, "assessment/%s/%s.gift", c->areas[i].code, c->languages[lang]),
                            lang};

        for (int j = 0; j < g->n_questions; j++) {
            const struct gift_question *q = &g->questions[j];
            int right, wrong;

            check_plain(&k, q->line, q->id, q->stem);
            check_answers(&k, q);
            measure(c, q, &right, &wrong);
            n_choices += q->n_answers > 0;
            n_longest += right > wrong;
        }
    }
    if (n_choices >= BANK_LONGEST_FROM && n_longest * 100 > n_choices * BANK_LONGEST_PERCENT) {
        report_error(r, "assessment", 0,
                     "in '%s' the right answer is the longest in %d of %d questions; at most %d in 100, write longer "
                     "wrong ones",
                     c->languages[lang], n_longest, n_choices, BANK_LONGEST_PERCENT);
    }
}

/* The statements of the levels are read by the same people. */
static void check_statements(struct content *c, struct report *r, int lang)
{
    struct reading k = {c, r, "frameworks/statements.csv", lang};

    for (int i = 0; i < c->n_statements; i++) {
        const struct content_statement *s = &c->statements[i];

        check_words(&k, s->line, arena_fmt(&c->arena, "%s/%d", s->code, s->level), s->can[lang]);
    }
}

void content_bank_check(struct content *c, struct report *r)
{
    check_mix(c, r);
    for (int lang = 0; lang < c->n_languages; lang++) {
        check_language(c, r, lang);
        check_statements(c, r, lang);
    }
}

/* --- for the engine
 * ------------------------------------------------------------------------------------------------------------------ */

bool content_bank_make(const struct content *c, struct assess_bank *out, struct err *err)
{
    assess_bank_begin(out);
    for (int i = 0; i < c->n_competences; i++) {
        const struct content_competence *k = &c->competences[i];

        if (!assess_bank_add_competence(out, k->code, k->area, k->framework, err)) {
            return false;
        }
    }
    for (int i = 0; i < c->n_items; i++) {
        const struct content_item *item = &c->items[i];

        if (!assess_bank_add_item(out, item->id, item->competence, item->type, item->level, item->context,
                                  isnan(item->seconds) ? 0 : item->seconds, NULL, err)) {
            return false;
        }
    }
    return true;
}

static void put_real(struct json_out *out, const char *key, double value)
{
    if (!isnan(value)) {
        json_put_num(out, key, value);
    }
}

static void put_item(const struct content *c, const struct content_item *item, struct json_out *out)
{
    json_begin(out, NULL, '{');
    json_put_str(out, "id", item->id);
    json_put_str(out, "comp", item->competence);
    json_put_str(out, "type", item->type);
    json_put_int(out, "level", item->level);
    if (*item->context) {
        json_put_str(out, "ctx", item->context);
    }
    put_real(out, "sec", item->seconds);
    put_real(out, "b", item->b);
    put_real(out, "se", item->se);
    put_real(out, "a", item->a);
    json_begin(out, "lang", '{');
    for (int lang = 0; lang < c->n_languages; lang++) {
        if (!isnan(item->b_in[lang])) {
            json_begin(out, c->languages[lang], '{');
            json_put_num(out, "b", item->b_in[lang]);
            json_put_num(out, "se", item->se_in[lang]);
            json_end(out, '}');
        }
    }
    json_end(out, '}');
    json_end(out, '}');
}

static void put_model(const struct content *c, struct json_out *out)
{
    json_begin(out, "model", '{');
    json_begin(out, "means", '{');
    for (int i = 0; i < c->n_priors; i++) {
        if (strcmp(c->priors[i].id, ASSESS_CLAIM) != 0) {
            json_put_num(out, c->priors[i].id, c->priors[i].mean);
        }
    }
    json_end(out, '}');
    for (int i = 0; i < c->n_priors; i++) {
        if (strcmp(c->priors[i].id, ASSESS_CLAIM) == 0) {
            json_put_num(out, "claim_mean", c->priors[i].mean);
        }
    }
    json_end(out, '}');
}

void content_bank_json(const struct content *c, struct buf *text)
{
    struct json_out out = {.buf = text};

    json_begin(&out, NULL, '{');
    json_put_str(&out, "format", "assess-bank-1");
    put_model(c, &out);
    json_begin(&out, "competences", '[');
    for (int i = 0; i < c->n_competences; i++) {
        json_begin(&out, NULL, '{');
        json_put_str(&out, "id", c->competences[i].code);
        json_put_str(&out, "area", c->competences[i].area);
        json_put_str(&out, "framework", c->competences[i].framework);
        json_end(&out, '}');
    }
    json_end(&out, ']');
    json_begin(&out, "items", '[');
    for (int i = 0; i < c->n_items; i++) {
        put_item(c, &c->items[i], &out);
    }
    json_end(&out, ']');
    json_end(&out, '}');
    buf_char(text, '\n');
}

/* --- the table
 * ------------------------------------------------------------------------------------------------------------------ */

static void put_levels(const struct content *c, const char *competence, struct buf *out)
{
    for (int level = 1; level <= CONTENT_ITEM_LEVEL_MAX; level++) {
        bool is_there = false;

        for (int i = 0; i < c->n_items && !is_there; i++) {
            is_there = c->items[i].level == level && strcmp(c->items[i].competence, competence) == 0;
        }
        buf_fmt(out, "%c", is_there ? '0' + level : '.');
    }
}

/* Of those above: the short questions, and the statements of an attitude. */
static void put_others(struct content *c, const char *competence, int *n_short, int *n_attitudes, struct buf *out)
{
    int shorts = count_short(c, competence), attitudes = count_attitudes(c, competence);

    buf_fmt(out, "%7d%10d  ", shorts, attitudes);
    *n_short += shorts;
    *n_attitudes += attitudes;
}

void content_bank_table(struct content *c, struct buf *out)
{
    int total[M2_COUNT(KINDS)] = {0}, n_short = 0, n_attitudes = 0;

    buf_fmt(out, "%-10s", "items");
    for (size_t kind = 0; kind < M2_COUNT(KINDS); kind++) {
        buf_fmt(out, "%4s", KINDS[kind].type);
    }
    buf_fmt(out, "  short  attitude  levels\n");
    for (int i = 0; i < c->n_competences; i++) {
        buf_fmt(out, "%-10s", c->competences[i].code);
        for (size_t kind = 0; kind < M2_COUNT(KINDS); kind++) {
            int n = count_items(c, c->competences[i].code, KINDS[kind].type);

            buf_fmt(out, "%4d", n);
            total[kind] += n;
        }
        put_others(c, c->competences[i].code, &n_short, &n_attitudes, out);
        put_levels(c, c->competences[i].code, out);
        buf_fmt(out, "  %s\n", c->competences[i].plain[0]);
    }
    buf_fmt(out, "%-10s", "all");
    for (size_t kind = 0; kind < M2_COUNT(KINDS); kind++) {
        buf_fmt(out, "%4d", total[kind]);
    }
    buf_fmt(out, "%7d%10d\n", n_short, n_attitudes);
}
