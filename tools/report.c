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

/* Hidden groups: a count under REPORT_GROUP_MIN leaves as NULL and is written "under 5". */
#define SHOWN(count) "CASE WHEN " count " >= 5 THEN " count " END"

#define SQL_VISITS                                                                                                     \
    ("SELECT hub.name AS hub, (json_extract(body, '$.day') + 3) / 7 AS week, count(*) AS visits, " SHOWN(              \
        "count(*)") " AS shown "                                                                                       \
                    "FROM fact JOIN hub USING (station) WHERE kind = 'open' AND json_extract(body, '$.day') IS NOT "   \
                    "NULL GROUP BY hub.name, week "                                                                    \
                    "ORDER BY week, hub.name")
/* The last result of each visit; one row per competence and hub, and one for all hubs together. */
#define SQL_LEVELS                                                                                                     \
    ("WITH last AS (SELECT station, visit, max(seq) AS seq FROM fact WHERE kind = 'result' GROUP BY station, visit),"  \
     " level AS (SELECT hub.name AS hub, e.key AS competence, json_extract(e.value, '$[0]') AS level FROM last"        \
     " JOIN fact USING (station, seq) JOIN hub USING (station), json_each(fact.body, '$.levels') AS e"                 \
     " WHERE json_extract(fact.body, '$.careless') = 0),"                                                              \
     " every AS (SELECT * FROM level UNION ALL SELECT 'All hubs', competence, level FROM level)"                       \
     " SELECT competence, hub, " SHOWN(                                                                                \
         "count(*)") " AS people, CASE WHEN count(*) >= 5 THEN round(avg(level), 1) END AS mean_level"                 \
                     " FROM every GROUP BY competence, hub ORDER BY competence, hub = 'All hubs' DESC, hub")
#define SQL_LESSONS                                                                                                    \
    ("SELECT json_extract(body, '$.lesson') AS lesson, " SHOWN(                                                        \
        "count(DISTINCT CASE WHEN kind = 'lesson' THEN visit "                                                         \
        "END)") " AS opened,"                                                                                          \
                " " SHOWN("count(DISTINCT CASE WHEN "                                                                  \
                          "json_extract(body, '$.done') THEN visit "                                                   \
                          "END)") " AS finished,"                                                                      \
                                  " CASE WHEN count(DISTINCT visit) "                                                  \
                                  ">= 5 THEN CAST(round(100.0 * "                                                      \
                                  "sum(kind = 'quiz' AND "                                                             \
                                  "json_extract(body, '$.right')) /"                                                   \
                                  " max(1, sum(kind = 'quiz'))) AS "                                                   \
                                  "INTEGER) END AS right_percent"                                                      \
                                  " FROM fact WHERE kind IN "                                                          \
                                  "('lesson', 'page', 'quiz') GROUP "                                                  \
                                  "BY lesson ORDER BY lesson")
#define SQL_LANGUAGES                                                                                                  \
    ("SELECT json_extract(body, '$.lang') AS language, " SHOWN(                                                        \
        "count(*)") " AS visits FROM fact WHERE kind = 'open' GROUP BY language"                                       \
                    " ORDER BY count(*) DESC")
#define SQL_HUBS                                                                                                       \
    ("SELECT hub.name AS hub, " SHOWN(                                                                                 \
        "(SELECT count(*) FROM fact WHERE fact.station = hub.station AND kind = 'open')") " AS visits,"                \
                                                                                          " (SELECT count(*) FROM "    \
                                                                                          "raw WHERE raw.station = "   \
                                                                                          "hub.station) AS rows,"      \
                                                                                          " (SELECT max(seq) - "       \
                                                                                          "min(seq) + 1 - "            \
                                                                                          "count(DISTINCT seq) FROM "  \
                                                                                          "raw WHERE raw.station = "   \
                                                                                          "hub.station) AS "           \
                                                                                          "missing_rows,"              \
                                                                                          " (SELECT count(*) FROM "    \
                                                                                          "conflict WHERE "            \
                                                                                          "conflict.station = "        \
                                                                                          "hub.station) AS conflicts," \
                                                                                          " (SELECT count(DISTINCT "   \
                                                                                          "epoch) FROM raw WHERE "     \
                                                                                          "raw.station = "             \
                                                                                          "hub.station) AS epochs,"    \
                                                                                          " hub.left_rows AS "         \
                                                                                          "rows_left_at_hub, "         \
                                                                                          "hub.collected AS "          \
                                                                                          "times_collected FROM hub "  \
                                                                                          "ORDER BY hub.name")

struct source {
    const char *file, *sql;
};
static const struct source sources[REPORT_TABLES] = {
    [REPORT_VISITS] = {"visits-per-week.csv", SQL_VISITS},
    [REPORT_LEVELS] = {"levels.csv", SQL_LEVELS},
    [REPORT_LESSONS] = {"lessons.csv", SQL_LESSONS},
    [REPORT_LANGUAGES] = {"languages.csv", SQL_LANGUAGES},
    [REPORT_HUBS] = {"hubs.csv", SQL_HUBS},
};
static const char *const headers[REPORT_TABLES][REPORT_COLUMNS_MAX] = {
    [REPORT_VISITS] = {"hub", "week_from", "visits_about"},
    [REPORT_LEVELS] = {"competence", "hub", "people", "mean_level"},
    [REPORT_LESSONS] = {"lesson", "opened", "finished", "right_percent"},
    [REPORT_LANGUAGES] = {"language", "visits"},
    [REPORT_HUBS] = {"hub", "visits", "rows", "missing_rows", "conflicts", "epochs", "rows_left_at_hub",
                     "times_collected"},
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

    clock_civil(week * 7 - 3, &year, &month, &day);
    return arena_fmt(a, "%04d-%02d-%02d", year, month, day);
}

static const char *cell(struct arena *a, struct stmt *q, enum report_table_id id, int column)
{
    if (id == REPORT_VISITS && column == 1) {
        return week_text(a, db_col_int(q, 1));
    }
    int from = id == REPORT_VISITS && column == 2 ? 3 : column;
    const char *text = db_col_text(q, from);

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
    ok = fsio_join(dir, sources[id].file, path, sizeof path, err) && fsio_replace(path, out.data, out.len, 0644, err);
    buf_release(&out);
    return ok;
}

bool report_write(struct office *o, struct ledger *l, const char *html, const char *csv_dir, struct err *err)
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
        ok = fsio_replace(html, page.data, page.len, 0644, err);
        buf_release(&page);
    }
    library_view_free(view);
    library_close(library);
    for (int i = 0; i < REPORT_TABLES; i++) {
        free(r.table[i].rows);
    }
    arena_release(&a);
    return ok;
}
