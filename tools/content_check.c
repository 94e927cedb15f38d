/* content_check: what is wrong between the files of the authors: ids, languages, counts, references, words. */
#include "base/utf8.h"
#include "content.h"
#include "content_bank.h"
#include "content_business.h"
#include "content_items.h"
#include "content_tools.h"
#include "content_workshops.h"
#include "learn/assess.h"
#include "shelf/library.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/banned.h"

enum {
    PROCESS_COMPETENCES_MIN = 6,
    LESSON_QUESTIONS_MIN = 3,
    STATEMENT_WORDS_MAX = 15, /* the opening counts */
};

/* --- frameworks and processes
 * ----------------------------------------------------------------------------------------------------- */

static void check_frameworks(struct content *c, struct report *r)
{
    static const char file[] = "frameworks/competences.csv";

    for (int i = 0; i < c->n_competences; i++) {
        const struct content_competence *k = &c->competences[i];
        const struct content_area *a = content_area_of(c, k->area);
        bool has_item = false;

        if (!a || strcmp(a->framework, k->framework) != 0) {
            report_error(r, file, k->line,
                         "area '%s' of '%s' is not in areas.csv for framework %s; correct one of them", k->area,
                         k->code, k->framework);
        }
        for (int j = 0; j < c->n_items; j++) {
            has_item = has_item || strcmp(c->items[j].competence, k->code) == 0;
        }
        if (!has_item) {
            report_error(r, file, k->line, "competence '%s' has no item; add one to assessment/items.csv", k->code);
        }
        for (int j = 0; j < c->n_languages; j++) {
            if (!k->is_verified[j]) {
                report_warning(r, file, k->line,
                               "the official title of '%s' in '%s' is not verified; check it at the source", k->code,
                               c->languages[j]);
            }
        }
    }
}

static void check_weights(struct content *c, struct report *r)
{
    static const char file[] = "processes/weights.csv";

    for (int i = 0; i < c->n_weights; i++) {
        const struct content_weight *w = &c->weights[i];

        if (!content_process_of(c, w->process)) {
            report_error(r, file, w->line, "unknown process '%s'; processes.csv lists them", w->process);
        }
        if (!content_competence_of(c, w->competence)) {
            report_error(r, file, w->line, "unknown competence '%s'; competences.csv lists them", w->competence);
        }
        for (int j = 0; j < i; j++) {
            if (strcmp(c->weights[j].process, w->process) == 0 &&
                strcmp(c->weights[j].competence, w->competence) == 0) {
                report_error(r, file, w->line, "'%s' and '%s' are weighed twice; keep one line", w->process,
                             w->competence);
            }
        }
    }
    for (int i = 0; i < c->n_competences; i++) {
        int n = 0;

        for (int j = 0; j < c->n_weights; j++) {
            n += strcmp(c->weights[j].competence, c->competences[i].code) == 0;
        }
        if (n == 0) {
            report_error(r, file, 0, "no process uses competence '%s'; give it a weight in one",
                         c->competences[i].code);
        }
    }
    for (int i = 0; i < c->n_processes; i++) {
        int n = 0;

        for (int j = 0; j < c->n_weights; j++) {
            n += strcmp(c->weights[j].process, c->processes[i].id) == 0;
        }
        if (n < PROCESS_COMPETENCES_MIN) {
            report_error(r, file, 0, "process '%s' uses %d competences; at least %d", c->processes[i].id, n,
                         PROCESS_COMPETENCES_MIN);
        }
    }
}

/* --- verbs
 * ----------------------------------------------------------------------------------------------------------------------
 */

/* Verbs that say nothing one could see (CONTENT.md), as an outcome or a statement might begin with them. */
static const struct {
    const char *lang, *verb;
} EMPTY_VERBS[] = {
    {"en", "know"},        {"en", "understand"}, {"en", "learn"},          {"en", "appreciate"},
    {"en", "be aware"},    {"it", "conoscere"},  {"it", "sapere"},         {"it", "capire"},
    {"it", "comprendere"}, {"it", "imparare"},   {"it", "apprezzare"},     {"it", "essere consapevole"},
    {"es", "conocer"},     {"es", "saber"},      {"es", "entender"},       {"es", "comprender"},
    {"es", "aprender"},    {"es", "apreciar"},   {"es", "ser consciente"},
};

static bool begins_with(const char *text, const char *word)
{
    size_t n = strlen(word);

    return strncasecmp(text, word, n) == 0 && (text[n] == '\0' || strchr(" ,.", text[n]));
}

/* The verb that says nothing, where text begins with one; else NULL. */
static const char *empty_verb(const char *lang, const char *text)
{
    for (size_t i = 0; i < M2_COUNT(EMPTY_VERBS); i++) {
        if (strcmp(EMPTY_VERBS[i].lang, lang) == 0 && begins_with(text, EMPTY_VERBS[i].verb)) {
            return EMPTY_VERBS[i].verb;
        }
    }
    return NULL;
}

/* --- statements
 * -------------------------------------------------------------------------------------------------------------------------
 */

static const char STATEMENTS[] = "frameworks/statements.csv";

/* How a statement opens in the languages that content/FORMAT.md names, and what the act behind may end in: infinitives,
 * some with a pronoun. English ones have no ending of their own. Other languages are the authors' own care. */
static const struct {
    const char *lang, *opening, *endings, *say;
} FORMS[] = {
    {"en", "I can ", NULL, "'I can' and a verb"},
    {"it", "So ", "re rmi rci rsi rlo rla rli rle rne", "'So' and an infinitive"},
    {"es", "Sé ", "ar er ir ír rme rnos rse rlo rla rlos rlas rle rles", "'Sé' and an infinitive"},
};

/* The word that text begins with ends in one of those between spaces. */
static bool has_ending(const char *text, const char *endings)
{
    size_t n_word = strcspn(text, " ,.");

    for (const char *at = endings; *at; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");

        if (n_word >= n && strncmp(text + n_word - n, at, n) == 0) {
            return true;
        }
        at += n;
    }
    return false;
}

static void check_form(struct report *r, int line, const char *lang, const char *can)
{
    for (size_t i = 0; i < M2_COUNT(FORMS); i++) {
        size_t n = strlen(FORMS[i].opening);
        const char *verb;

        if (strcmp(FORMS[i].lang, lang) != 0) {
            continue;
        }
        if (strncmp(can, FORMS[i].opening, n) != 0 || (FORMS[i].endings && !has_ending(can + n, FORMS[i].endings))) {
            report_error(r, STATEMENTS, line, "'can_%s' does not begin with %s; write it so", lang, FORMS[i].say);
            return;
        }
        verb = empty_verb(lang, can + n);
        if (verb) {
            report_error(r, STATEMENTS, line, "'can_%s' with '%s'; use a verb that one can see done", lang, verb);
        }
        if (can[strlen(can) - 1] != '.' || content_count_sentences(can) != 1) {
            report_error(r, STATEMENTS, line, "'can_%s' is not one sentence with a full stop; write one", lang);
        }
    }
}

static void check_can(const struct content *c, struct report *r, int number, int lang)
{
    const struct content_statement *s = &c->statements[number];
    const char *can = s->can[lang];
    int n = content_count_words(can);

    if (n == 0) {
        return; /* told */
    }
    check_form(r, s->line, c->languages[lang], can);
    if (n > STATEMENT_WORDS_MAX) {
        report_error(r, STATEMENTS, s->line, "'can_%s' has %d words; at most %d", c->languages[lang], n,
                     STATEMENT_WORDS_MAX);
    }
    for (int i = 0; i < number; i++) {
        if (strcmp(c->statements[i].can[lang], can) == 0) {
            report_error(r, STATEMENTS, s->line, "'can_%s' is that of line %d; say what this level can do more",
                         c->languages[lang], c->statements[i].line);
        }
    }
}

/* Every level of every competence, once. */
static void check_statements(const struct content *c, struct report *r)
{
    for (int i = 0; i < c->n_statements; i++) {
        const struct content_statement *s = &c->statements[i];

        if (!content_competence_of(c, s->code)) {
            report_error(r, STATEMENTS, s->line, "unknown competence '%s'; competences.csv lists them", s->code);
        }
        for (int lang = 0; lang < c->n_languages; lang++) {
            check_can(c, r, i, lang);
        }
    }
    for (int i = 0; c->statements && i < c->n_competences * CONTENT_LEVELS; i++) {
        const char *code = c->competences[i / CONTENT_LEVELS].code;
        int level = i % CONTENT_LEVELS + 1, n = 0;

        for (int j = 0; j < c->n_statements; j++) {
            const struct content_statement *s = &c->statements[j];

            if (s->level == level && strcmp(s->code, code) == 0 && n++) {
                report_error(r, STATEMENTS, s->line, "level %d of '%s' is there twice; keep one", level, code);
            }
        }
        if (n == 0) {
            report_error(r, STATEMENTS, 0, "level %d of '%s' is missing; write what one can do there", level, code);
        }
    }
}

/* --- questions over the languages
 * --------------------------------------------------------------------------------------------------- */

/* A question in another language against the default one: as many answers, the right one at the same place. */
static void check_twin(struct content *c, struct report *r, const char *file, const struct gift_question *first,
                       const struct gift_question *other)
{
    if (first->n_answers != other->n_answers) {
        report_error(r, file, other->line, "'%s' has %d answers, in '%s' it has %d; write as many", other->id,
                     other->n_answers, c->languages[0], first->n_answers);
    } else if (gift_right(first) != gift_right(other)) {
        report_error(r, file, other->line, "the right answer of '%s' is number %d, in '%s' number %d; keep one order",
                     other->id, gift_right(other) + 1, c->languages[0], gift_right(first) + 1);
    }
}

/* Every language has the questions of the default one, and no others. What a broken file lacks is not held against it,
 * nor against its twins. */
static void check_languages(struct content *c, struct report *r, const char *folder, const struct gift *by_lang)
{
    for (int lang = 1; lang < c->n_languages; lang++) {
        const char *file = content_gift_file(c, folder, lang);

        for (int i = 0; i < by_lang[0].n_questions; i++) {
            const struct gift_question *q = &by_lang[0].questions[i], *other = gift_find(&by_lang[lang], q->id);

            if (other) {
                check_twin(c, r, file, q, other);
            } else if (!by_lang[lang].is_broken) {
                report_error(r, file, 0, "question '%s' is missing; '%s' has it on line %d", q->id, c->languages[0],
                             q->line);
            }
        }
        for (int i = 0; i < by_lang[lang].n_questions; i++) {
            const struct gift_question *q = &by_lang[lang].questions[i];

            if (!by_lang[0].is_broken && !gift_find(&by_lang[0], q->id)) {
                report_error(r, file, q->line, "question '%s' is not in '%s'; take it out, or write it there too",
                             q->id, c->languages[0]);
            }
        }
    }
}

/* --- lessons
 * ----------------------------------------------------------------------------------------------------------------------------
 */

struct lesson_check {
    struct content *c;
    struct report *r;
    const struct content_module *m;
    const struct content_lesson *lesson;
    int lang;
    const char *file;
};

#define FAULT(k, line, ...) report_error((k)->r, (k)->file, (line), __VA_ARGS__)

static void check_outcomes(const struct lesson_check *k, const struct lesson_text *t)
{
    if (t->outcomes.n < 1 || t->outcomes.n > LESSON_OUTCOMES_MAX) {
        FAULT(k, t->outcomes.line, "%d outcomes; write one to %d", t->outcomes.n, LESSON_OUTCOMES_MAX);
    }
    for (int i = 0; i < t->outcomes.n; i++) {
        const char *verb = empty_verb(k->c->languages[k->lang], t->outcomes.text[i]);
        int line = t->outcomes.line + 1 + i, n = content_count_words(t->outcomes.text[i]);

        if (n > LESSON_OUTCOME_WORDS_MAX) {
            FAULT(k, line, "an outcome of %d words; at most %d", n, LESSON_OUTCOME_WORDS_MAX);
        }
        if (verb) {
            FAULT(k, line, "an outcome with '%s'; use a verb that one can see done", verb);
        }
    }
}

static void check_serves(const struct lesson_check *k, const struct lesson_text *t)
{
    if (t->competences.n == 0) {
        FAULT(k, t->competences.line, "no competence; name at least one as 'D2.1 (2.2)'");
    }
    for (int i = 0; i < t->competences.n; i++) {
        const struct content_competence *known = content_competence_of(k->c, t->competences.text[i]);

        if (!known) {
            FAULT(k, t->competences.line, "unknown competence '%s'; competences.csv lists them",
                  t->competences.text[i]);
        } else if (strcmp(known->edition, t->competences.edition[i]) != 0) {
            FAULT(k, t->competences.line, "'%s' is of edition %s, not %s", known->code, known->edition,
                  t->competences.edition[i]);
        }
    }
    for (int i = 0; i < t->processes.n; i++) {
        if (!content_process_of(k->c, t->processes.text[i])) {
            FAULT(k, t->processes.line, "unknown process '%s'; processes.csv lists them", t->processes.text[i]);
        }
    }
}

/* "**Try it now.**" in the languages that content/FORMAT.md names; other languages are the authors' own care. */
static const struct {
    const char *lang, *words;
} TRY_NOW[] = {{"en", "Try it now."}, {"it", "Prova adesso."}, {"es", "Pruébalo ahora."}};

static void check_try(const struct lesson_check *k, const struct lesson_text *t)
{
    const char *wanted = NULL;

    for (size_t i = 0; i < M2_COUNT(TRY_NOW); i++) {
        if (strcmp(TRY_NOW[i].lang, k->c->languages[k->lang]) == 0) {
            wanted = TRY_NOW[i].words;
        }
    }
    for (int i = 0; wanted && i < t->n_pages; i++) {
        if (strstr(t->pages[i].markdown, wanted)) {
            return;
        }
    }
    if (wanted) {
        FAULT(k, 0, "nothing to do; write a paragraph that begins with '**%s**'", wanted);
    }
}

static void check_sentences(const struct lesson_check *k, const struct lesson_text *t)
{
    int words = 0, sentences = 0;

    for (int i = 0; i < t->n_pages; i++) {
        words += t->pages[i].n_words;
        sentences += t->pages[i].n_sentences;
    }
    if (words > LESSON_SENTENCE_WORDS_MAX * sentences) {
        FAULT(k, 0, "sentences of %d words on average; at most %d, make two of the long ones",
              sentences ? (words + sentences - 1) / sentences : words, LESSON_SENTENCE_WORDS_MAX);
    }
}

static void check_pictures(const struct lesson_check *k, const struct lesson_text *t)
{
    int n = 0;

    for (int i = 0; i < t->n_pages; i++) {
        for (int b = 0; b < t->pages[i].page.n_blocks; b++) {
            const struct lesson_block *block = &t->pages[i].page.blocks[b];
            struct content_picture *p;
            size_t alt;

            if (block->kind != LESSON_IMAGE) {
                continue;
            }
            n++;
            alt = utf8_count(block->alt);
            p = content_picture_of(k->c, block->image);
            if (!p) {
                FAULT(k, t->pages[i].line, "picture '%s' is not in media/CREDITS.csv; add it", block->image);
            } else {
                p->is_used = true;
            }
            if (alt < PICTURE_ALT_MIN || alt > PICTURE_ALT_MAX) {
                FAULT(k, t->pages[i].line,
                      "picture '%s' is described in %zu letters; write %d to %d that a listener can use", block->image,
                      alt, PICTURE_ALT_MIN, PICTURE_ALT_MAX);
            }
        }
    }
    if (n == 0) {
        FAULT(k, 0, "no picture; every lesson has at least one");
    }
    if (n > LESSON_PICTURES_MAX) {
        FAULT(k, 0, "%d pictures; at most %d, leave some out", n, LESSON_PICTURES_MAX);
    }
}

static void check_quiz(const struct lesson_check *k)
{
    const struct gift *g = &k->lesson->gift[k->lang];
    const char *file =
        content_gift_file(k->c, arena_fmt(&k->c->arena, "modules/%s/%s", k->m->id, k->lesson->id), k->lang);
    const char *prefix = arena_fmt(&k->c->arena, "%s-q", k->lesson->id);

    if (g->n_questions < LESSON_QUESTIONS_MIN && !g->is_broken) {
        report_error(k->r, file, 0, "%d questions; write at least %d", g->n_questions, LESSON_QUESTIONS_MIN);
    }
    if (g->n_questions > LIBRARY_QUESTIONS_MAX) {
        report_error(k->r, file, 0, "%d questions; at most %d, leave some out", g->n_questions, LIBRARY_QUESTIONS_MAX);
    }
    for (int i = 0; i < g->n_questions; i++) {
        const struct gift_question *q = &g->questions[i];

        if (strncmp(q->id, prefix, strlen(prefix)) != 0) {
            report_error(k->r, file, q->line, "question '%s' of this lesson must be called '%s1', '%s2' …", q->id,
                         prefix, prefix);
        }
        if (q->n_answers < 3 || q->n_answers > 4) {
            report_error(k->r, file, q->line, "'%s' has %d answers; a lesson's question has three or four", q->id,
                         q->n_answers);
        }
    }
}

/* What must be the same in all languages. */
static void check_same(const struct lesson_check *k, const struct lesson_text *t)
{
    const struct lesson_text *first = &k->lesson->text[0];
    const char *lang = k->c->languages[0];

    if (t->n_pages != first->n_pages) {
        FAULT(k, 0, "%d pages, in '%s' %d; write as many", t->n_pages, lang, first->n_pages);
    }
    if (t->outcomes.n != first->outcomes.n) {
        FAULT(k, t->outcomes.line, "%d outcomes, in '%s' %d; write as many", t->outcomes.n, lang, first->outcomes.n);
    }
    if (t->minutes != first->minutes || t->eqf != first->eqf) {
        FAULT(k, 0, "minutes and eqf are %d and %d, in '%s' %d and %d; write the same", t->minutes, t->eqf, lang,
              first->minutes, first->eqf);
    }
    for (int i = 0; i < t->competences.n || i < first->competences.n; i++) {
        if (i >= t->competences.n || i >= first->competences.n ||
            strcmp(t->competences.text[i], first->competences.text[i]) != 0) {
            FAULT(k, t->competences.line, "competences are not those of '%s' in their order; write the same", lang);
            return;
        }
    }
}

static void check_lesson(struct lesson_check *k)
{
    for (k->lang = 0; k->lang < k->c->n_languages; k->lang++) {
        const struct lesson_text *t = &k->lesson->text[k->lang];

        k->file = arena_fmt(&k->c->arena, "modules/%s/%s/%s.md", k->m->id, k->lesson->id, k->c->languages[k->lang]);
        check_quiz(k);
        if (!k->lesson->has_text[k->lang]) {
            continue;
        }
        if (strcmp(t->id, k->lesson->id) != 0) {
            FAULT(k, 2, "id '%s' is not '%s', the name of its folder", t->id, k->lesson->id);
        }
        check_outcomes(k, t);
        check_serves(k, t);
        check_try(k, t);
        check_sentences(k, t);
        check_pictures(k, t);
        if (k->lang && k->lesson->has_text[0]) {
            check_same(k, t);
        }
    }
    check_languages(k->c, k->r, arena_fmt(&k->c->arena, "modules/%s/%s", k->m->id, k->lesson->id), k->lesson->gift);
}

/* --- modules
 * ------------------------------------------------------------------------------------------------------------------------------
 */

static void check_module(struct content *c, struct report *r, const struct content_module *m)
{
    if (!content_area_of(c, m->area)) {
        report_error(r, m->file, 0, "unknown area '%s'; areas.csv lists them", m->area);
    }
    for (int i = 0; i < m->competences.n; i++) {
        if (!content_competence_of(c, m->competences.text[i])) {
            report_error(r, m->file, 0, "unknown competence '%s'; competences.csv lists them", m->competences.text[i]);
        }
    }
    for (int i = 0; i < m->processes.n; i++) {
        if (!content_process_of(c, m->processes.text[i])) {
            report_error(r, m->file, 0, "unknown process '%s'; processes.csv lists them", m->processes.text[i]);
        }
    }
    for (int i = 0; i < c->n_languages; i++) {
        bool is_listed = false;

        for (int j = 0; j < m->languages.n; j++) {
            is_listed = is_listed || strcmp(m->languages.text[j], c->languages[i]) == 0;
        }
        if (!is_listed) {
            report_error(r, m->file, 0, "language '%s' is missing; core.json has it", c->languages[i]);
        }
    }
    if (m->n_lessons == 0) {
        report_error(r, m->file, 0, "no lesson; name at least one in 'lessons'");
    }
    for (int i = 0; i < m->n_lessons; i++) {
        struct lesson_check k = {.c = c, .r = r, .m = m, .lesson = &m->lessons[i]};

        check_lesson(&k);
    }
}

/* Lesson ids are the world's: no two modules share one. */
static void check_lesson_ids(struct content *c, struct report *r)
{
    for (int i = 0; i < c->n_modules; i++) {
        for (int j = 0; j < c->modules[i]->n_lessons; j++) {
            for (int m = 0; m <= i; m++) {
                for (int n = 0; n < (m == i ? j : c->modules[m]->n_lessons); n++) {
                    if (strcmp(c->modules[m]->lessons[n].id, c->modules[i]->lessons[j].id) == 0) {
                        report_error(r, c->modules[i]->file, 0, "lesson '%s' is there twice; give it its own id",
                                     c->modules[i]->lessons[j].id);
                    }
                }
            }
        }
    }
}

static void check_words(struct content *c, struct report *r)
{
    for (int i = 1; i < c->n_languages; i++) {
        const struct po *po = &c->po[i];

        if (po->n_words < po->n_messages) {
            report_warning(r, arena_fmt(&c->arena, "locale/%s.po", c->languages[i]), 0,
                           "%d of %d sentences are untranslated or fuzzy", po->n_messages - po->n_words,
                           po->n_messages);
        }
    }
}

void content_check(struct content *c, struct report *report)
{
    content_items_check(c, report);
    check_frameworks(c, report);
    check_statements(c, report);
    check_weights(c, report);
    content_business_check(c, report);
    for (int i = 0; i < c->n_areas; i++) {
        check_languages(c, report, content_area_folder(c, &c->areas[i]), c->areas[i].gift);
    }
    for (int i = 0; i < c->n_modules; i++) {
        check_module(c, report, c->modules[i]);
    }
    content_workshops_check(c, report);
    content_bank_check(c, report);
    content_tools_check(c, report);
    check_lesson_ids(c, report);
    check_words(c, report);
    for (int i = 0; i < c->n_pictures; i++) {
        if (!c->pictures[i].is_used) {
            report_warning(report, "media/CREDITS.csv", c->pictures[i].line, "no page shows '%s'", c->pictures[i].name);
        }
    }
}
