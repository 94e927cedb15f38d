/* report: one page and CSV from the same queries. */
#include "report.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/fsio.h"
#include "report_html.h"
#include "shelf/library.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* Hidden groups: what speaks of fewer than REPORT_GROUP_MIN leaves as NULL and is written "under 5". Rows are foreign:
 * a day counts from 2026-01-01 to 2100-01-01, where a station's clock is trusted (base/clock.h), a level from 1 to 8,
 * questions asked from 1 to 99.
 *
 * Small groups must not be had by subtraction either. A hub's weeks with fewer than five visits (its visits without a
 * date are a week, too: 0) are counted together; where even these are fewer than five they are in no sum at all
 * (is_in), neither the hub's nor that of the languages. */
#define SQL_KEPT                                                                                                       \
    "WITH opened AS (SELECT station, CASE WHEN json_extract(body, '$.day') BETWEEN 20454 AND 47482"                    \
    " THEN CAST((json_extract(body, '$.day') + 3) / 7 AS INTEGER) ELSE 0 END AS week,"                                 \
    " CASE WHEN json_type(body, '$.lang') = 'text' THEN json_extract(body, '$.lang') END AS lang"                      \
    " FROM fact WHERE kind = 'open'),"                                                                                 \
    " sized AS (SELECT *, count(*) OVER (PARTITION BY station, week) >= 5 AS is_big FROM opened),"                     \
    " kept AS (SELECT *, is_big OR sum(NOT is_big) OVER (PARTITION BY station) >= 5 AS is_in FROM sized)"
/* Week -1: its small ones together. */
#define SQL_VISITS                                                                                                     \
    SQL_KEPT " SELECT hub.name AS hub, CASE WHEN is_big THEN week ELSE -1 END AS shown_week,"                          \
             " CASE WHEN is_in THEN count(*) END FROM kept JOIN hub USING (station)"                                   \
             " GROUP BY hub.name, shown_week ORDER BY shown_week < 1, abs(shown_week), hub.name"
/* The last result of each visit; a person counts where she was asked: the level of a competence nobody asked about is
 * a guess from the others. One row per competence and hub, and one for all hubs together. Into that one small
 * groups go only where they are five people between them: else it would tell what they hide, by subtraction. */
#define SQL_LEVELS                                                                                                     \
    "WITH last AS (SELECT station, visit, max(seq) AS seq FROM fact WHERE kind = 'result' GROUP BY station, visit),"   \
    " level AS (SELECT hub.name AS hub, e.key AS competence,"                                                          \
    " CASE WHEN e.type = 'array' THEN json_extract(e.value, '$[0]') END AS level,"                                     \
    " CASE WHEN e.type = 'array' THEN json_extract(e.value, '$[3]') END AS asked FROM last"                            \
    " JOIN fact USING (station, seq) JOIN hub USING (station), json_each(fact.body, '$.levels') AS e"                  \
    " WHERE json_extract(fact.body, '$.careless') = 0),"                                                               \
    " one AS (SELECT competence, hub, count(*) AS people, sum(level) AS total FROM level"                              \
    " WHERE level BETWEEN 1 AND 8 AND asked BETWEEN 1 AND 99 GROUP BY competence, hub),"                               \
    " beside AS (SELECT *, people >= 5 OR sum(CASE WHEN people < 5 THEN people ELSE 0 END)"                            \
    " OVER (PARTITION BY competence) >= 5 AS is_in FROM one),"                                                         \
    " every AS (SELECT competence, hub, people, total, 0 AS is_all FROM one UNION ALL"                                 \
    " SELECT competence, '" REPORT_ALL_HUBS                                                                            \
    "', sum(is_in * people), sum(is_in * total), 1 FROM beside GROUP BY competence)"                                   \
    " SELECT competence, hub, CASE WHEN people >= 5 THEN people END,"                                                  \
    " CASE WHEN people >= 5 THEN round(1.0 * total / people, 1) END"                                                   \
    " FROM every ORDER BY competence, is_all DESC, hub"
#define SQL_LESSONS                                                                                                    \
    "WITH use AS (SELECT json_extract(body, '$.lesson') AS lesson,"                                                    \
    " count(DISTINCT CASE WHEN kind = 'lesson' THEN visit END) AS opened,"                                             \
    " count(DISTINCT CASE WHEN json_extract(body, '$.done') THEN visit END) AS finished,"                              \
    " count(DISTINCT CASE WHEN kind = 'quiz' THEN visit END) AS answered,"                                             \
    " 100.0 * sum(kind = 'quiz' AND json_extract(body, '$.right')) / sum(kind = 'quiz') AS right_percent"              \
    " FROM fact WHERE kind IN ('lesson', 'page', 'quiz') AND json_type(body, '$.lesson') = 'text' GROUP BY lesson)"    \
    " SELECT lesson, CASE WHEN opened >= 5 THEN opened END, CASE WHEN finished >= 5 THEN finished END,"                \
    " CASE WHEN answered >= 5 THEN CAST(round(right_percent) AS INTEGER) END FROM use ORDER BY lesson"
#define SQL_TOOLS                                                                                                      \
    "WITH use AS (SELECT json_extract(body, '$.id') AS tool, count(DISTINCT visit) AS opened FROM fact"                \
    " WHERE kind = 'tool' AND json_type(body, '$.id') = 'text' GROUP BY tool)"                                         \
    " SELECT tool, CASE WHEN opened >= 5 THEN opened END FROM use ORDER BY tool"
/* Small languages are counted together, and the least of the others with them where they would stand alone. */
#define SQL_LANGUAGES                                                                                                  \
    SQL_KEPT                                                                                                           \
    ", used AS (SELECT lang, count(*) AS visits, lang IS NULL OR count(*) < 5 AS is_small FROM kept WHERE is_in"       \
    " GROUP BY lang), least AS (SELECT *, row_number() OVER (PARTITION BY is_small ORDER BY visits, lang) AS "         \
    "place,"                                                                                                           \
    " sum(is_small * visits) OVER () AS small_visits FROM used)"                                                       \
    " SELECT CASE WHEN is_small OR (place = 1 AND small_visits BETWEEN 1 AND 4) THEN '" REPORT_OTHER                   \
    "' ELSE lang END AS language,"                                                                                     \
    " sum(visits) AS visits FROM least GROUP BY language ORDER BY language = '" REPORT_OTHER                           \
    "', sum(visits) DESC, language"
#define SQL_HUBS                                                                                                       \
    SQL_KEPT                                                                                                           \
    ", used AS (SELECT station, sum(is_in) AS visits FROM kept GROUP BY station),"                                     \
    " held AS (SELECT station, count(*) AS kept_rows, max(seq) - min(seq) + 1 - count(DISTINCT seq) AS missing,"       \
    " count(DISTINCT epoch) AS epochs FROM raw GROUP BY station)"                                                      \
    " SELECT hub.name, CASE WHEN visits >= 5 THEN visits END, ifnull(kept_rows, 0), ifnull(missing, 0),"               \
    " (SELECT count(*) FROM conflict WHERE conflict.station = hub.station), ifnull(epochs, 0), left_rows, "            \
    "collected"                                                                                                        \
    " FROM hub LEFT JOIN used USING (station) LEFT JOIN held USING (station) ORDER BY hub.name"

/* A workshop begun anew in the same visit counts once, with the people said last. Held is one that went on for
 * HELD_PARTS parts and HELD_MINUTES at least: who only looked in held none, and nobody knows of one that a crash ended.
 */
#define HELD_PARTS   "2"
#define HELD_MINUTES "15"
#define SQL_WORKSHOPS                                                                                                  \
    "WITH begun AS (SELECT station, visit, json_extract(body, '$.id') AS workshop,"                                    \
    " json_extract(body, '$.people') AS people, max(seq) FROM fact WHERE kind = 'workshop'"                            \
    " AND json_type(body, '$.id') = 'text' AND json_type(body, '$.people') = 'integer'"                                \
    " AND json_extract(body, '$.people') BETWEEN 1 AND 60 GROUP BY station, visit, workshop),"                         \
    " held AS (SELECT DISTINCT station, visit, json_extract(body, '$.id') AS workshop, 1 AS is_held FROM fact"         \
    " WHERE kind = 'workshop-end' AND json_type(body, '$.parts') = 'integer'"                                          \
    " AND json_type(body, '$.minutes') = 'integer' AND json_extract(body, '$.parts') >= " HELD_PARTS                   \
    " AND json_extract(body, '$.minutes') >= " HELD_MINUTES "),"                                                       \
    " each AS (SELECT workshop, people, ifnull(is_held, 0) AS is_held FROM begun"                                      \
    " LEFT JOIN held USING (station, visit, workshop)),"                                                               \
    " one AS (SELECT workshop, count(*) AS begun, sum(people) AS asked, sum(is_held) AS held,"                         \
    " sum(is_held * people) AS people FROM each GROUP BY workshop)"                                                    \
    " SELECT workshop, CASE WHEN asked >= 5 THEN begun END, CASE WHEN people >= 5 OR held = 0 THEN held END,"          \
    " CASE WHEN people >= 5 OR held = 0 THEN people END FROM one ORDER BY workshop"

struct source {
    const char *file, *sql;
};
static const struct source sources[REPORT_TABLES] = {
    [REPORT_VISITS] = {"visits-per-week.csv", SQL_VISITS},
    [REPORT_LEVELS] = {"levels.csv", SQL_LEVELS},
    [REPORT_LESSONS] = {"lessons.csv", SQL_LESSONS},
    [REPORT_LANGUAGES] = {"languages.csv", SQL_LANGUAGES},
    [REPORT_HUBS] = {"hubs.csv", SQL_HUBS},
    [REPORT_WORKSHOPS] = {"workshops.csv", SQL_WORKSHOPS},
    [REPORT_TOOLS] = {"tools.csv", SQL_TOOLS},
};
static const char *const headers[REPORT_TABLES][REPORT_COLUMNS_MAX] = {
    [REPORT_VISITS] = {"hub", "week_from", "visits_about"},
    [REPORT_LEVELS] = {"competence", "hub", "people_asked", "mean_level"},
    [REPORT_LESSONS] = {"lesson", "opened", "finished", "right_percent"},
    [REPORT_LANGUAGES] = {"language", "visits"},
    [REPORT_HUBS] = {"hub", "visits", "rows", "missing_rows", "conflicts", "epochs", "rows_left_at_hub",
                     "times_collected"},
    [REPORT_WORKSHOPS] = {"workshop", "begun", "held", "people"},
    [REPORT_TOOLS] = {"tool", "opened"},
};

static int n_columns(enum report_table_id id)
{
    int n = 0;

    while (n < REPORT_COLUMNS_MAX && headers[id][n]) {
        n++;
    }
    return n;
}

/* Weeks begin on Monday: day 0 was a Thursday, the query counts weeks of day + 3. */
static const char *week_text(struct arena *a, int64_t week)
{
    int year, month, day;

    if (week < 1) {
        return week == 0 ? REPORT_UNDATED : REPORT_OTHER;
    }
    clock_civil(week * 7 - 3, &year, &month, &day);
    return arena_fmt(a, "%04d-%02d-%02d", year, month, day);
}

static const char *cell(struct arena *a, struct stmt *q, enum report_table_id id, int column)
{
    if (id == REPORT_VISITS && column == 1) {
        return week_text(a, db_col_int(q, 1));
    }
    const char *text = db_col_text(q, column);

    return arena_str(a, text[0] ? text : REPORT_HIDDEN);
}

static bool run_query(struct db *db, enum report_table_id id, struct arena *a, struct report_table *out,
                      struct err *err)
{
    struct stmt *q = db_stmt(db, sources[id].sql);
    bool has_row = true;

    *out = (struct report_table){.n_columns = n_columns(id)};
    for (;;) {
        const char **row;

        if (!db_next(q, &has_row, err)) {
            return err_wrap(err, "report: %s", sources[id].file);
        }
        if (!has_row) {
            return true;
        }
        row = arena_alloc(a, (size_t)out->n_columns * sizeof *row);
        for (int c = 0; c < out->n_columns; c++) {
            row[c] = cell(a, q, id, c);
        }
        out->rows = mem_grow(out->rows, (size_t)(out->n_rows + 1) * sizeof *out->rows);
        out->rows[out->n_rows++] = row;
    }
}

static bool put(const char *path, const struct buf *text, struct err *err)
{
    struct err why = {0};

    return fsio_replace(path, text->data, text->len, 0644, &why) ||
           err_set(err, why.code, "'%s': %s; name a place where you may write", path, why.text);
}

static bool write_csv(const char *dir, enum report_table_id id, const struct report_table *t, struct err *err)
{
    char path[4096];
    struct buf out = {0};
    bool ok;

    for (int c = 0; c < t->n_columns; c++) {
        csv_put(&out, headers[id][c], c + 1 == t->n_columns);
    }
    for (int r = 0; r < t->n_rows; r++) {
        for (int c = 0; c < t->n_columns; c++) {
            csv_put(&out, t->rows[r][c], c + 1 == t->n_columns);
        }
    }
    ok = fsio_join(dir, sources[id].file, path, sizeof path, err) && put(path, &out, err);
    buf_release(&out);
    return ok;
}

bool report_write(struct office *o, struct ledger *l, const char *html, const char *csv_dir, struct report_tally *tally,
                  struct err *err)
{
    struct report r = {.office = o->name};
    struct arena a = {0};
    struct library *library = NULL;
    struct lib_view *view = NULL;
    bool ok = !csv_dir || fsio_make_dirs(csv_dir, 0755, err);

    for (int i = 0; ok && i < REPORT_TABLES; i++) {
        ok = run_query(ledger_db(l), (enum report_table_id)i, &a, &r.table[i], err) &&
             (!csv_dir || write_csv(csv_dir, (enum report_table_id)i, &r.table[i], err));
    }
    /* Without packs the report says codes instead of names. */
    if (ok && library_open(office_path(o, "packs"), o->trust, &library, NULL) &&
        library_view(library, "en", &view, NULL)) {
        r.names = view;
    }
    if (ok && html) {
        struct buf page = {0};

        report_html(&r, &page);
        ok = put(html, &page, err);
        buf_release(&page);
    }
    *tally = (struct report_tally){r.table[REPORT_HUBS].n_rows, report_sum(&r.table[REPORT_HUBS], 1)};
    library_view_free(view);
    library_close(library);
    for (int i = 0; i < REPORT_TABLES; i++) {
        free(r.table[i].rows);
    }
    arena_release(&a);
    return ok;
}
