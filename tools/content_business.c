/* content_business: is what is asked of a business, and what its parts are told of, there for all of them? */
#include "content_business.h"
#include "content_lesson.h"
#include "shelf/library.h"
#include <string.h>

#include "base/banned.h"

/* --- trades and what is asked about the business
 * -------------------------------------------------------------------------------------- */

static void check_matters(const struct content *c, struct report *r)
{
    static const char file[] = "trades/weights.csv";

    for (int i = 0; i < c->n_matters; i++) {
        const struct content_matter *m = &c->matters[i];

        if (!content_trade_of(c, m->trade)) {
            report_error(r, file, m->line, "unknown trade '%s'; trades.csv lists them", m->trade);
        }
        if (!content_process_of(c, m->process)) {
            report_error(r, file, m->line, "unknown process '%s'; processes.csv lists them", m->process);
        }
    }
    for (int i = 0; i < c->n_trades * c->n_processes; i++) {
        const char *trade = c->trades[i / c->n_processes].id, *process = c->processes[i % c->n_processes].id;
        int n = 0;

        for (int j = 0; j < c->n_matters; j++) {
            const struct content_matter *m = &c->matters[j];

            if (!strcmp(m->trade, trade) && !strcmp(m->process, process) && n++) {
                report_error(r, file, m->line, "'%s' and '%s' are weighed twice; keep one line", trade, process);
            }
        }
        if (n == 0) {
            report_error(r, file, 0, "'%s' has no weight for '%s'; write one from 1 to 3", trade, process);
        }
    }
}

static void check_taps(const struct content *c, struct report *r)
{
    static const char file[] = "processes/taps.csv";

    for (int i = 0; i < c->n_taps; i++) {
        const struct content_tap *t = &c->taps[i];

        if (!content_process_of(c, t->process)) {
            report_error(r, file, t->line, "unknown process '%s'; processes.csv lists them", t->process);
        }
        for (int j = 0; j < i; j++) {
            if (!strcmp(c->taps[j].id, t->id)) {
                report_error(r, file, t->line, "'%s' is there already, on line %d; give it its own id", t->id,
                             c->taps[j].line);
            }
        }
        for (int lang = 0; lang < c->n_languages; lang++) {
            int n = content_count_words(t->text[lang]);

            if (n > TAP_WORDS_MAX) {
                report_error(r, file, t->line, "'text_%s' has %d words; at most %d", c->languages[lang], n,
                             TAP_WORDS_MAX);
            }
        }
    }
    for (int i = 0; i < c->n_processes; i++) {
        int n = 0;

        for (int j = 0; j < c->n_taps; j++) {
            n += !strcmp(c->taps[j].process, c->processes[i].id);
        }
        if (n != TAPS_PER_PROCESS) {
            report_error(r, file, 0, "process '%s' has %d acts; write %d", c->processes[i].id, n, TAPS_PER_PROCESS);
        }
    }
}

/* Who has chosen none is of the trade 'other'. */
static void check_asked(const struct content *c, struct report *r)
{
    if (!c->trades) {
        return; /* nobody is asked for hers */
    }
    if (!content_trade_of(c, "other")) {
        report_error(r, "trades/trades.csv", 0, "no trade 'other'; add it, last");
    }
    check_matters(c, r);
    check_taps(c, r);
}

/* --- cells of process and area
 * ----------------------------------------------------------------------------------------------------- */

static const char MEANS[] = "trades/means.csv", CASES[] = "cases/cases.csv";

static bool is_same_cell(const struct content_cell *a, const struct content_cell *b)
{
    return strcmp(a->trade, b->trade) == 0 && strcmp(a->process, b->process) == 0 && strcmp(a->area, b->area) == 0;
}

static void check_cell_text(const struct content *c, struct report *r, const char *file,
                            const struct content_cell *cell, int lang, bool is_case)
{
    const char *text = cell->text[lang], *name = c->languages[lang], *column = is_case ? "case" : "means";
    int words = content_count_words(text), sentences = content_count_sentences(text);

    if (words == 0) {
        return; /* told */
    }
    if (is_case && (words < CASE_WORDS_MIN || words > CASE_WORDS_MAX)) {
        report_error(r, file, cell->line, "'case_%s' has %d words; write %d to %d", name, words, CASE_WORDS_MIN,
                     CASE_WORDS_MAX);
    } else if (!is_case && (words > MEANS_WORDS_MAX || sentences > MEANS_SENTENCES_MAX)) {
        report_error(r, file, cell->line, "'means_%s' has %d words in %d sentences; at most %d in %d", name, words,
                     sentences, MEANS_WORDS_MAX, MEANS_SENTENCES_MAX);
    }
    if (words > CELL_SENTENCE_WORDS_MAX * sentences) {
        report_error(r, file, cell->line, "'%s_%s' has sentences of %d words on average; at most %d, make two of one",
                     column, name, (words + sentences - 1) / sentences, CELL_SENTENCE_WORDS_MAX);
    }
}

static void check_cell_rows(const struct content *c, struct report *r, const char *file,
                            const struct content_cell *cells, int n, bool is_case)
{
    for (int i = 0; i < n; i++) {
        const struct content_cell *cell = &cells[i];

        if (!content_process_of(c, cell->process)) {
            report_error(r, file, cell->line, "unknown process '%s'; processes.csv lists them", cell->process);
        }
        if (!is_case && c->trades && !content_trade_of(c, cell->trade)) {
            report_error(r, file, cell->line, "unknown trade '%s'; trades.csv lists them", cell->trade);
        }
        if (!content_area_of(c, cell->area)) {
            report_error(r, file, cell->line, "unknown area '%s'; areas.csv lists them", cell->area);
        }
        for (int j = 0; j < i; j++) {
            if (is_same_cell(cell, &cells[j])) {
                report_error(r, file, cell->line, "the cell is there already, on line %d; keep one", cells[j].line);
            }
        }
        for (int lang = 0; lang < c->n_languages; lang++) {
            check_cell_text(c, r, file, cell, lang, is_case);
        }
    }
}

static bool has_cell(const struct content_cell *cells, int n, const struct content_cell *wanted)
{
    for (int i = 0; i < n; i++) {
        if (is_same_cell(&cells[i], wanted)) {
            return true;
        }
    }
    return false;
}

/* Every cell says what it means in any trade, and has a case. */
static void check_cells(const struct content *c, struct report *r)
{
    check_cell_rows(c, r, MEANS, c->means, c->n_means, false);
    check_cell_rows(c, r, CASES, c->cases, c->n_cases, true);
    for (int i = 0; i < c->n_processes * c->n_areas; i++) {
        struct content_cell cell = {.trade = LIBRARY_ANY_TRADE,
                                    .process = c->processes[i / c->n_areas].id,
                                    .area = c->areas[i % c->n_areas].code};

        if (c->means && !has_cell(c->means, c->n_means, &cell)) {
            report_error(r, MEANS, 0, "'%s' and '%s' have no row of trade '%s'; write what it means in any trade",
                         cell.process, cell.area, cell.trade);
        }
        cell.trade = "";
        if (c->cases && !has_cell(c->cases, c->n_cases, &cell)) {
            report_warning(r, CASES, 0, "'%s' and '%s' have no case; write one", cell.process, cell.area);
        }
    }
}

void content_business_check(const struct content *c, struct report *r)
{
    check_asked(c, r);
    check_cells(c, r);
}
