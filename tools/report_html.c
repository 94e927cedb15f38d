/* report_html: the report's page. */
#include "report_html.h"
#include "base/clock.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* Lengths are units of a picture 800 wide; one A4 page is about 1190 high. What does not fit goes into the next
 * picture.
 */
enum {
    PICTURE_W = 800,
    LINE_H = 20,
    CELL_H = 17,
    WEEKS_SHOWN = 26, /* the newest */
    GRID_HUBS = 20,   /* lines of a picture of weeks */
    HEAT_HUBS = 13,   /* columns of a picture of levels, beside "All hubs" */
    HEAT_LINES = 30,  /* its lines, headings of areas among them */
    COMPETENCES_MAX = 64,
    LABEL_H = 104, /* slanting names of hubs */
    LABEL_CHARS = 16,
    NAME_CHARS = 22,
};

static const char STYLE[] =
    "@page{size:A4;margin:16mm}"
    "body{font:16px/1.5 'Noto Sans',system-ui,sans-serif;color:#1B2B34;background:#FBF8F2;margin:0}"
    "main{max-width:860px;margin:0 auto;padding:32px 24px 64px}"
    "h1{font-size:34px;line-height:1.2;margin:0}h2{font-size:23px;margin:44px 0 6px;break-after:avoid}"
    "p{margin:4px 0 12px}.soft{color:#4C5D68}.card{background:#fff;border:1px solid "
    "#E2DACB;border-radius:16px;padding:20px 24px;margin:12px 0;overflow-x:auto;break-inside:avoid}"
    ".figures{display:flex;flex-wrap:wrap;gap:16px;margin:24px 0}.figures div{flex:1 1 140px;margin:0}.figures "
    "b{display:block;font-size:40px;line-height:1.1;color:#1F6B4F}"
    "table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:600;color:#4C5D68;border-bottom:2px "
    "solid #E2DACB;padding:6px 8px}"
    "td{border-bottom:1px solid #E2DACB;padding:6px "
    "8px;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".ok{color:#1F6B4F}.look{color:#8A5A00;font-weight:600}svg text{font:13px 'Noto "
    "Sans',system-ui,sans-serif;fill:#1B2B34}svg{display:block}"
    "svg .s{fill:#4C5D68}svg .m{font-size:11px}svg .a{font-weight:600}.languages{font-size:15px}"
    "@media screen{svg{min-width:640px}}" /* a telephone scrolls pictures, letters stay readable */
    "@media screen and (max-width:600px){main{padding:16px 8px}.card{padding:12px}h1{font-size:26px}}"
    "@media print{body{background:#fff}main{padding:0;max-width:none}.card{padding:8px 12px;overflow:visible}"
    ".t{break-inside:auto}thead{display:table-header-group}h2{margin-top:28px}tr{break-inside:avoid}}";

static const struct {
    const char *code, *colour;
} area_colours[] = {
    {"D1", "#24608F"}, {"D2", "#0F6E75"}, {"D3", "#6B4785"}, {"D4", "#A8432B"},
    {"D5", "#4F6B1F"}, {"E1", "#8A5A00"}, {"E2", "#9B2F5C"}, {"E3", "#3F4C9A"},
};

static void text_n(struct buf *out, const char *s, size_t n)
{
    for (const char *end = s + n; s < end; s++) {
        switch (*s) {
        case '&':
            buf_str(out, "&amp;");
            break;
        case '<':
            buf_str(out, "&lt;");
            break;
        case '>':
            buf_str(out, "&gt;");
            break;
        case '"':
            buf_str(out, "&quot;");
            break;
        default:
            buf_char(out, *s);
        }
    }
}

static void text(struct buf *out, const char *s)
{
    text_n(out, s, strlen(s));
}

/* At most so many characters, the last of them an ellipsis where some are missing. */
static void text_cut(struct buf *out, const char *s, size_t max_chars)
{
    const char *at = s, *end = s + strlen(s);

    if (utf8_count(s) <= max_chars) {
        text(out, s);
        return;
    }
    for (size_t i = 1; i < max_chars; i++) {
        utf8_next(&at, end);
    }
    text_n(out, s, (size_t)(at - s));
    buf_str(out, "\u2026");
}

static bool is_number(const char *s)
{
    return *s >= '0' && *s <= '9';
}

static const char *colour_of(const char *competence)
{
    for (size_t i = 0; i < M2_COUNT(area_colours); i++) {
        if (!strncmp(competence, area_colours[i].code, 2)) {
            return area_colours[i].colour;
        }
    }
    return "#1F6B4F";
}

static const char *competence_name(const struct report *r, const char *code)
{
    for (int i = 0; r->names && i < r->names->n_competences; i++) {
        if (!strcmp(r->names->competences[i].code, code)) {
            return r->names->competences[i].plain;
        }
    }
    return code;
}

static const struct lib_lesson *lesson_of(const struct report *r, const char *id)
{
    for (int m = 0; r->names && m < r->names->n_modules; m++) {
        for (int l = 0; l < r->names->modules[m].n_lessons; l++) {
            if (!strcmp(r->names->modules[m].lessons[l].id, id)) {
                return &r->names->modules[m].lessons[l];
            }
        }
    }
    return NULL;
}

static const char *language_name(const struct report *r, const char *code)
{
    if (!strcmp(code, REPORT_OTHER)) {
        return "Other languages";
    }
    for (int i = 0; r->names && i < r->names->n_languages; i++) {
        if (!strcmp(r->names->languages[i].lang, code)) {
            return r->names->languages[i].name;
        }
    }
    return code;
}

int64_t report_sum(const struct report_table *t, int column)
{
    int64_t total = 0;

    for (int i = 0; i < t->n_rows; i++) {
        total += is_number(t->rows[i][column]) ? strtoll(t->rows[i][column], NULL, 10) : 0;
    }
    return total;
}

static void section(struct buf *out, const char *title, const char *about)
{
    buf_fmt(out, "<section><h2>%s</h2><p class=soft>%s</p>", title, about);
}

static void nothing_yet(struct buf *out, const char *sentence)
{
    buf_fmt(out, "<div class=card><p>%s</p></div></section>", sentence);
}

static void picture_begin(struct buf *out, const char *label, int height)
{
    buf_fmt(out, "<div class=card><svg role=img aria-label=\"%s\" width=\"100%%\" viewBox=\"0 0 %d %d\">", label,
            PICTURE_W, height);
}

static void picture_end(struct buf *out)
{
    buf_str(out, "</svg></div>");
}

static const char *hub_name(const struct report *r, int i)
{
    return r->table[REPORT_HUBS].rows[i][0];
}

/* Which of n hubs from `first` has this name; -1 = none of them. */
static int find_hub(const struct report *r, int first, int n, const char *name)
{
    for (int i = 0; i < n; i++) {
        if (!strcmp(hub_name(r, first + i), name)) {
            return i;
        }
    }
    return -1;
}

/* value NULL = nothing to tell; depth from 0 to 1: at most so deep that ink stays readable on every colour. */
static void heat_cell(struct buf *out, const char *value, double depth, const char *colour, int x, int y, int w)
{
    buf_fmt(out, "<rect x=%d y=%d width=%d height=%d rx=3 ", x, y, w, CELL_H);
    if (value) {
        buf_fmt(out, "fill=\"%s\" fill-opacity=\"%.2f\"/><text x=%d y=%d class=%s text-anchor=middle>", colour,
                0.08 + 0.52 * depth, x + w / 2, y + 13, w < 24 ? "m" : "v");
        text(out, value);
    } else {
        buf_fmt(out, "fill=\"none\" stroke=\"#E2DACB\"/><text x=%d y=%d class=s text-anchor=middle>\u2013", x + w / 2,
                y + 13);
    }
    buf_str(out, "</text>");
}

/* --- visits: a column for each week, a line for each hub
 * ------------------------------------------------------------------------------------------------------ */

enum { WEEKS_X = 176, SPECIAL_W = 56, CHART_H = 150, CHART_BASE = 112, CHART_TOP = 24, DATE_W = 40 };

struct weeks {
    const char *name[WEEKS_SHOWN + 2]; /* in time; then "no date" and "other" where there are any */
    int64_t total[WEEKS_SHOWN + 2];
    int n_dated, n, width;
    int64_t most, most_together; /* of a hub's week, of a week: where it is deepest and highest */
};

static int find_week(const struct weeks *w, const char *name)
{
    for (int i = 0; i < w->n; i++) {
        if (!strcmp(w->name[i], name)) {
            return i;
        }
    }
    return -1;
}

static int week_x(const struct weeks *w, int i)
{
    return WEEKS_X + (i < w->n_dated ? i * w->width : w->n_dated * w->width + (i - w->n_dated) * SPECIAL_W);
}

static int week_w(const struct weeks *w, int i)
{
    return i < w->n_dated ? w->width : SPECIAL_W;
}

/* Rows come in time, what has no week at the end. */
static void weeks_fill(struct weeks *w, const struct report_table *t)
{
    const char *newest[WEEKS_SHOWN];

    *w = (struct weeks){.most = 1, .most_together = 1};
    for (int i = t->n_rows - 1; i >= 0 && w->n_dated < WEEKS_SHOWN; i--) {
        const char *week = t->rows[i][1];

        if (is_number(week) && (!w->n_dated || strcmp(newest[w->n_dated - 1], week) != 0)) {
            newest[w->n_dated++] = week;
        }
    }
    for (int i = 0; i < w->n_dated; i++) {
        w->name[i] = newest[w->n_dated - 1 - i];
    }
    w->n = w->n_dated;
    for (int i = 0; i < t->n_rows; i++) {
        const char *week = t->rows[i][1];
        int64_t visits = is_number(t->rows[i][2]) ? strtoll(t->rows[i][2], NULL, 10) : 0;

        if (!is_number(week) && find_week(w, week) < 0) {
            w->name[w->n++] = week;
        }
        int k = find_week(w, week);

        if (k >= 0) {
            w->total[k] += visits;
            w->most = k < w->n_dated && visits > w->most ? visits : w->most;
            w->most_together = w->total[k] > w->most_together ? w->total[k] : w->most_together;
        }
    }
    int room = PICTURE_W - WEEKS_X - SPECIAL_W * (w->n - w->n_dated), width = w->n_dated ? room / w->n_dated : 0;

    w->width = width < 48 ? width : 48;
}

/* One in a few where there is no room for each. */
static bool has_room(const struct weeks *w, int i, int text_w)
{
    return i >= w->n_dated || i % ((text_w + w->width - 1) / w->width) == 0;
}

/* Month and day under every column that has room for it. */
static void week_labels(struct buf *out, const struct weeks *w, int y)
{
    for (int i = 0; i < w->n; i++) {
        if (has_room(w, i, DATE_W)) {
            buf_fmt(out, "<text x=%d y=%d class=s text-anchor=middle>%s</text>", week_x(w, i) + week_w(w, i) / 2, y,
                    i < w->n_dated ? w->name[i] + 5 : w->name[i]);
        }
    }
}

static void weeks_chart(struct buf *out, const struct weeks *w)
{
    picture_begin(out, "Visits per week, all hubs together", CHART_H);
    buf_fmt(out, "<text x=0 y=%d class=a>All hubs</text>", CHART_BASE);
    for (int i = 0; i < w->n; i++) {
        int x = week_x(w, i), width = week_w(w, i);
        double h = (double)(CHART_BASE - CHART_TOP) * (double)w->total[i] / (double)w->most_together;

        buf_fmt(out, "<rect x=%d y=\"%.1f\" width=%d height=\"%.1f\" fill=\"%s\"/>", x, CHART_BASE - h, width - 4, h,
                i < w->n_dated ? "#24608F" : "#8A8172");
        if (w->total[i] < 1000 || has_room(w, i, DATE_W)) {
            buf_fmt(out, "<text x=%d y=\"%.1f\" class=%s text-anchor=middle>", x + width / 2 - 2, CHART_BASE - h - 5,
                    width < 24 ? "m" : "v");
            buf_fmt(out, w->total[i] ? "%lld</text>" : "\u2013</text>", (long long)w->total[i]);
        }
    }
    week_labels(out, w, CHART_BASE + 20);
    picture_end(out);
}

static void weeks_grid(const struct report *r, struct buf *out, const struct weeks *w, int first, int n)
{
    const struct report_table *t = &r->table[REPORT_VISITS];
    const char *value[GRID_HUBS][WEEKS_SHOWN + 2] = {{NULL}};

    for (int i = 0; i < t->n_rows; i++) {
        int hub = find_hub(r, first, n, t->rows[i][0]), week = hub < 0 ? -1 : find_week(w, t->rows[i][1]);

        if (week >= 0) {
            value[hub][week] = t->rows[i][2];
        }
    }
    picture_begin(out, "Visits per week by hub", n * LINE_H + 30);
    week_labels(out, w, 16);
    for (int h = 0; h < n; h++) {
        int y = 26 + h * LINE_H;

        buf_fmt(out, "<text x=0 y=%d>", y + 13);
        text_cut(out, hub_name(r, first + h), NAME_CHARS);
        buf_str(out, "</text>");
        for (int i = 0; i < w->n; i++) {
            const char *v = value[h][i];
            double depth = v && i < w->n_dated ? (double)strtoll(v, NULL, 10) / (double)w->most : 0;

            heat_cell(out, v, depth, "#24608F", week_x(w, i), y, week_w(w, i) - 4);
        }
    }
    picture_end(out);
}

static void visits(const struct report *r, struct buf *out)
{
    int n_hubs = r->table[REPORT_HUBS].n_rows;
    struct weeks w;

    section(out, "Visits per week",
            "About: station clocks are set by hand. Each column is a week and names its Monday. Weeks with fewer than "
            "five visits of a hub are counted together as other; where even these are fewer than five they are in no "
            "sum.");
    weeks_fill(&w, &r->table[REPORT_VISITS]);
    if (!w.n) {
        nothing_yet(out, "No visits yet: they are here once a hub's stick came back and was collected.");
        return;
    }
    if (w.n_dated) {
        buf_fmt(out, "<p class=soft>From %s to %s.</p>", w.name[0], w.name[w.n_dated - 1]);
    }
    int undated = find_week(&w, REPORT_UNDATED);

    if (undated >= 0) {
        buf_fmt(out, "<p>%lld visits without a date: the clock of their station was not set.</p>",
                (long long)w.total[undated]);
    }
    weeks_chart(out, &w);
    for (int h = 0; h < n_hubs; h += GRID_HUBS) {
        weeks_grid(r, out, &w, h, n_hubs - h < GRID_HUBS ? n_hubs - h : GRID_HUBS);
    }
    buf_str(out, "</section>");
}

/* --- the matrix
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

enum { HEAT_X = 330, HEAT_W = 392, SLANT_BELOW = 78 /* columns that are narrower have slanting names */ };

struct heat_line {
    const char *competence;
    bool is_heading; /* of its area */
};
struct heat {
    struct heat_line line[2 * COMPETENCES_MAX];
    int n_lines, column_w;
};

static size_t area_bytes(const char *competence)
{
    return strcspn(competence, ".");
}

static bool is_same_area(const char *a, const char *b)
{
    return area_bytes(a) == area_bytes(b) && !strncmp(a, b, area_bytes(a));
}

/* Rows come by competence. */
static void heat_fill(struct heat *m, const struct report_table *t, int n_hubs)
{
    const char *last = NULL;
    int n = 0, columns = 1 + (n_hubs < HEAT_HUBS ? n_hubs : HEAT_HUBS);

    *m = (struct heat){.column_w = HEAT_W / columns < 120 ? HEAT_W / columns : 120};
    for (int i = 0; i < t->n_rows && n < COMPETENCES_MAX; i++) {
        const char *c = t->rows[i][0];

        if (!last || strcmp(last, c) != 0) {
            if (!last || !is_same_area(last, c)) {
                m->line[m->n_lines++] = (struct heat_line){c, true};
            }
            m->line[m->n_lines++] = (struct heat_line){c, false};
            last = c;
            n++;
        }
    }
}

/* The line behind the last of a picture: it ends before an area rather than within one. */
static int heat_end(const struct heat *m, int from)
{
    int to = m->n_lines - from < HEAT_LINES ? m->n_lines : from + HEAT_LINES;

    for (int k = to; to < m->n_lines && k > from; k--) {
        if (m->line[k].is_heading) {
            return k;
        }
    }
    return to;
}

static void heat_names(const struct report *r, struct buf *out, const struct heat *m, int first, int n)
{
    bool is_slanting = m->column_w < SLANT_BELOW;

    for (int h = 0; h <= n; h++) {
        int x = HEAT_X + h * m->column_w + m->column_w / 2 - 2;
        const char *name = h ? hub_name(r, first + h - 1) : REPORT_ALL_HUBS;

        if (is_slanting) {
            buf_fmt(out, "<text x=%d y=%d class=s transform=\"rotate(-60 %d %d)\">", x + 4, LABEL_H - 6, x + 4,
                    LABEL_H - 6);
        } else {
            buf_fmt(out, "<text x=%d y=18 text-anchor=middle class=s>", x);
        }
        text_cut(out, name, is_slanting ? LABEL_CHARS : (size_t)m->column_w / 8);
        buf_str(out, "</text>");
    }
}

static void heat_heading(const struct report *r, struct buf *out, const char *competence, int y)
{
    size_t n = area_bytes(competence);

    buf_fmt(out, "<text x=0 y=%d class=a>", y + 14);
    text_n(out, competence, n);
    for (int i = 0; r->names && i < r->names->n_areas; i++) {
        const struct lib_area *area = &r->names->areas[i];

        if (strlen(area->code) == n && !strncmp(area->code, competence, n)) {
            buf_str(out, "  ");
            text(out, area->plain);
        }
    }
    buf_str(out, "</text>");
}

/* "All hubs" and n hubs from `first`, the lines from `from` to before `to`. */
static void heat_picture(const struct report *r, struct buf *out, const struct heat *m, int first, int n, int from,
                         int to)
{
    const struct report_table *t = &r->table[REPORT_LEVELS];
    const char *value[HEAT_LINES][HEAT_HUBS + 1] = {{NULL}};
    int top = m->column_w < SLANT_BELOW ? LABEL_H : 28;

    for (int i = 0; i < t->n_rows; i++) {
        int hub = !strcmp(t->rows[i][1], REPORT_ALL_HUBS) ? 0 : 1 + find_hub(r, first, n, t->rows[i][1]);
        bool is_here = hub || !strcmp(t->rows[i][1], REPORT_ALL_HUBS);

        for (int k = from; is_here && is_number(t->rows[i][3]) && k < to; k++) {
            if (!m->line[k].is_heading && !strcmp(m->line[k].competence, t->rows[i][0])) {
                value[k - from][hub] = t->rows[i][3];
            }
        }
    }
    picture_begin(out, "Mean level by competence and hub", top + (to - from) * LINE_H + 4);
    heat_names(r, out, m, first, n);
    for (int k = from; k < to; k++) {
        const char *c = m->line[k].competence, *colour = colour_of(c);
        int y = top + (k - from) * LINE_H;

        if (m->line[k].is_heading) {
            heat_heading(r, out, c, y);
            continue;
        }
        buf_fmt(out, "<rect x=0 y=%d width=6 height=%d rx=2 fill=\"%s\"/><text x=14 y=%d class=s>", y, CELL_H, colour,
                y + 13);
        text_cut(out, c, 6);
        buf_fmt(out, "</text><text x=58 y=%d>", y + 13);
        text_cut(out, competence_name(r, c), 36);
        buf_str(out, "</text>");
        for (int h = 0; h <= n; h++) {
            const char *v = value[k - from][h];

            heat_cell(out, v, v ? (strtod(v, NULL) - 1) / 7 : 0, colour, HEAT_X + h * m->column_w, y, m->column_w - 4);
        }
    }
    picture_end(out);
}

static void heat_legend(struct buf *out)
{
    picture_begin(out, "What the depths of colour stand for", LINE_H);
    buf_str(out, "<text x=0 y=17 class=s>Mean level</text>");
    for (int level = 1; level <= 8; level++) {
        char number[] = {(char)('0' + level), '\0'};

        heat_cell(out, number, (level - 1) / 7.0, colour_of(""), 80 + level * 32, 2, 28);
    }
    heat_cell(out, NULL, 0, "", 400, 2, 28);
    buf_str(out, "<text x=436 y=17 class=s>fewer than five people asked</text>");
    picture_end(out);
}

static void matrix(const struct report *r, struct buf *out)
{
    int n_hubs = r->table[REPORT_HUBS].n_rows;
    struct heat m;

    section(out, "Where people stand",
            "Mean level from 1 to 8 of the people asked about a competence; the darker, the higher. Conversations that "
            "looked hurried are left out.");
    heat_fill(&m, &r->table[REPORT_LEVELS], n_hubs);
    if (!m.n_lines) {
        nothing_yet(out,
                    "No finished conversation yet: levels are here once people have answered questions to the end.");
        return;
    }
    heat_legend(out);
    for (int h = 0; h < n_hubs; h += HEAT_HUBS) {
        int n = n_hubs - h < HEAT_HUBS ? n_hubs - h : HEAT_HUBS;

        for (int from = 0; from < m.n_lines; from = heat_end(&m, from)) {
            heat_picture(r, out, &m, h, n, from, heat_end(&m, from));
        }
    }
    buf_str(out, "</section>");
}

/* --- outcomes and lessons
 * -------------------------------------------------------------------------------------------------------------------------
 */

static void outcomes(const struct report *r, struct buf *out)
{
    const struct report_table *t = &r->table[REPORT_LESSONS];

    section(
        out, "Outcomes reached",
        "Visits in which all questions of a lesson were answered. The levels are declared by the provider and never "
        "awarded to a person.");
    if (!t->n_rows) {
        nothing_yet(out, "No outcome yet: they are here once a lesson's questions were answered.");
        return;
    }
    buf_str(out, "<div class=\"card t\"><table><thead><tr><th>You will be able to\u2026</th><th>EQF</th><th "
                 "class=n>Visits</th></tr></thead>");
    for (int i = 0; i < t->n_rows; i++) {
        const struct lib_lesson *lesson = lesson_of(r, t->rows[i][0]);

        for (int k = 0; lesson && k < lesson->n_outcomes; k++) {
            buf_str(out, "<tr><td>");
            text(out, lesson->outcomes[k]);
            buf_fmt(out, "</td><td>%d</td><td class=n>%s</td></tr>", lesson->eqf, t->rows[i][2]);
        }
    }
    buf_str(out, "</table></div></section>");
}

static void lessons(const struct report *r, struct buf *out)
{
    const struct report_table *t = &r->table[REPORT_LESSONS];

    section(out, "Lessons used",
            "Visits that opened and finished a lesson, and how many of its questions were answered well.");
    if (!t->n_rows) {
        nothing_yet(out, "No lesson yet: they are here once somebody has opened one.");
        return;
    }
    buf_str(out, "<div class=\"card t\"><table><thead><tr><th>Lesson</th><th class=n>Opened</th><th "
                 "class=n>Finished</th><th class=n>Answered well</th></tr></thead>");
    for (int i = 0; i < t->n_rows; i++) {
        const struct lib_lesson *lesson = lesson_of(r, t->rows[i][0]);

        buf_str(out, "<tr><td>");
        text(out, lesson ? lesson->title : t->rows[i][0]);
        buf_fmt(out, "</td><td class=n>%s</td><td class=n>%s</td><td class=n>%s%s</td></tr>", t->rows[i][1],
                t->rows[i][2], t->rows[i][3], is_number(t->rows[i][3]) ? " %" : "");
    }
    buf_str(out, "</table></div></section>");
}

static const char *workshop_title(const struct report *r, const char *id)
{
    for (int i = 0; r->names && i < r->names->n_workshops; i++) {
        if (!strcmp(r->names->workshops[i].id, id)) {
            return r->names->workshops[i].title;
        }
    }
    return id;
}

static const char *tool_name(const struct report *r, const char *id)
{
    for (int i = 0; r->names && i < r->names->n_tools; i++) {
        if (!strcmp(r->names->tools[i].id, id)) {
            return r->names->tools[i].title;
        }
    }
    return id;
}

static void workshops(const struct report *r, struct buf *out)
{
    const struct report_table *t = &r->table[REPORT_WORKSHOPS];

    section(
        out, "Workshops held",
        "How often each was begun at a station, how often it went on for two parts and a quarter of an hour at least, "
        "and how many people were there then, as who led it said. What they voted is kept nowhere.");
    if (!t->n_rows) {
        nothing_yet(out, "No workshop yet: they are here once somebody has led one.");
        return;
    }
    buf_str(out, "<div class=\"card t\"><table><thead><tr><th>Workshop</th><th class=n>Begun</th><th "
                 "class=n>Held</th><th class=n>People</th></tr></thead>");
    for (int i = 0; i < t->n_rows; i++) {
        buf_str(out, "<tr><td>");
        text(out, workshop_title(r, t->rows[i][0]));
        buf_fmt(out, "</td><td class=n>%s</td><td class=n>%s</td><td class=n>%s</td></tr>", t->rows[i][1],
                t->rows[i][2], t->rows[i][3]);
    }
    buf_str(out, "</table></div></section>");
}

static void tools(const struct report *r, struct buf *out)
{
    const struct report_table *t = &r->table[REPORT_TOOLS];

    section(out, "Tools used",
            "Visits that opened a tool. What people typed into it stays on the station and is wiped.");
    if (!t->n_rows) {
        nothing_yet(out, "No tool yet: they are here once somebody has opened one.");
        return;
    }
    buf_str(out, "<div class=\"card t\"><table><thead><tr><th>Tool</th><th class=n>Opened</th></tr></thead>");
    for (int i = 0; i < t->n_rows; i++) {
        buf_str(out, "<tr><td>");
        text(out, tool_name(r, t->rows[i][0]));
        buf_fmt(out, "</td><td class=n>%s</td></tr>", t->rows[i][1]);
    }
    buf_str(out, "</table></div></section>");
}

/* --- hubs
 * ------------------------------------------------------------------------------------------------------------------------------------------
 */

static void hubs_health(const struct report *r, struct buf *out)
{
    const struct report_table *t = &r->table[REPORT_HUBS];

    section(out, "The hubs", "What came in from each, and what needs a look.");
    if (!t->n_rows) {
        nothing_yet(out, "No hub yet: each is here once its stick came back and was collected.");
        return;
    }
    buf_str(out, "<div class=\"card t\"><table><thead><tr><th>Hub</th><th class=n>Visits</th><th class=n>Rows</th><th "
                 "class=n>Waiting there</th>"
                 "<th class=n>Times collected</th><th>Health</th></tr></thead>");
    for (int i = 0; i < t->n_rows; i++) {
        const char **row = t->rows[i];
        bool has_gap = strtoll(row[3], NULL, 10) > 0, has_conflict = strtoll(row[4], NULL, 10) > 0;

        buf_str(out, "<tr><td>");
        text(out, row[0]);
        buf_fmt(out, "</td><td class=n>%s</td><td class=n>%s</td><td class=n>%s</td><td class=n>%s</td><td class=%s>",
                row[1], row[2], row[6], row[7], has_gap || has_conflict ? "look" : "ok");
        if (has_gap) {
            buf_fmt(out, "%s rows are missing. ", row[3]);
        }
        if (has_conflict) {
            buf_fmt(out, "%s rows in conflict: ask what happened. ", row[4]);
        }
        buf_str(out, has_gap || has_conflict ? "</td></tr>" : "Complete</td></tr>");
    }
    buf_str(out, "</table></div></section>");
}

static void figures(const struct report *r, struct buf *out)
{
    const struct report_table *languages = &r->table[REPORT_LANGUAGES];

    buf_fmt(out,
            "<div class=figures><div class=card><b>%lld</b>visits</div><div class=card><b>%d</b>hubs</div><div "
            "class=card><b>%lld</b>"
            "lessons finished</div><div class=\"card languages\">",
            (long long)report_sum(&r->table[REPORT_HUBS], 1), r->table[REPORT_HUBS].n_rows,
            (long long)report_sum(&r->table[REPORT_LESSONS], 2));
    for (int i = 0; i < languages->n_rows; i++) {
        buf_str(out, i ? "<br>" : "");
        text(out, language_name(r, languages->rows[i][0]));
        buf_fmt(out, ": %s", languages->rows[i][1]);
    }
    buf_str(out, languages->n_rows ? "<br><span class=soft>visits by language</span></div></div>"
                 : r->table[REPORT_HUBS].n_rows
                     ? "<span class=soft>languages: visits are too few to tell</span></div></div>"
                     : "<span class=soft>no visits yet</span></div></div>");
}

void report_html(const struct report *r, struct buf *out)
{
    int year, month, day;

    clock_civil(clock_day(clock_wall_s()), &year, &month, &day);
    buf_str(out, "<!DOCTYPE html><html lang=en><meta charset=utf-8><meta name=viewport "
                 "content=\"width=device-width\"><title>MICRO2 report</title><style>");
    buf_str(out, STYLE);
    buf_str(out, "</style><main><p class=soft>MICRO 2 Digital \u00b7 learning stations</p><h1>");
    text(out, r->office);
    buf_fmt(out, "</h1><p class=soft>Report of %04d-%02d-%02d. Groups of fewer than five are never shown.</p>", year,
            month, day);
    figures(r, out);
    visits(r, out);
    matrix(r, out);
    outcomes(r, out);
    lessons(r, out);
    tools(r, out);
    workshops(r, out);
    hubs_health(r, out);
    buf_str(out, "<p class=soft style=\"margin-top:40px\">DigComp: \u00a9 European Union, CC BY 4.0. EntreComp: \u00a9 "
                 "European Union, 2016. "
                 "Levels are where the conversations placed people, with their uncertainty averaged away; they certify "
                 "nothing.</p></main></html>\n");
}
