/* report_html: the report's page. */
#include "report_html.h"
#include "base/clock.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { HUBS_MAX = 64, WEEKS_SHOWN = 26, BAR_H = 22 };

static const char STYLE[] =
    "@page{size:A4;margin:16mm}"
    "body{font:16px/1.5 'Noto Sans',system-ui,sans-serif;color:#1B2B34;background:#FBF8F2;margin:0}"
    "main{max-width:860px;margin:0 auto;padding:32px 24px 64px}"
    "h1{font-size:34px;line-height:1.2;margin:0}h2{font-size:23px;margin:44px 0 6px;break-after:avoid}"
    "p{margin:4px 0 12px}.soft{color:#4C5D68}.card{background:#fff;border:1px solid "
    "#E2DACB;border-radius:16px;padding:20px 24px;break-inside:avoid}"
    ".figures{display:flex;gap:16px;margin:24px 0}.figures div{flex:1}.figures "
    "b{display:block;font-size:40px;line-height:1.1;color:#1F6B4F}"
    "table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:600;color:#4C5D68;border-bottom:2px "
    "solid #E2DACB;padding:6px 8px}"
    "td{border-bottom:1px solid #E2DACB;padding:6px "
    "8px;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".ok{color:#1F6B4F}.look{color:#8A5A00;font-weight:600}svg text{font:13px 'Noto "
    "Sans',system-ui,sans-serif;fill:#1B2B34}"
    "svg .s{fill:#4C5D68}.languages{font-size:15px}"
    "@media print{body{background:#fff}main{padding:0;max-width:none}section{break-inside:avoid}h2{margin-top:28px}"
    "tr{break-inside:avoid}}";

static const struct {
    const char *code, *colour;
} area_colours[] = {
    {"D1", "#24608F"}, {"D2", "#0F6E75"}, {"D3", "#6B4785"}, {"D4", "#A8432B"},
    {"D5", "#4F6B1F"}, {"E1", "#8A5A00"}, {"E2", "#9B2F5C"}, {"E3", "#3F4C9A"},
};

static void text(struct buf *out, const char *s)
{
    for (; *s; s++) {
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

/* Sum of a column where it is shown. */
static int64_t sum(const struct report_table *t, int column)
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

/* --- visits: bars per week, hubs stacked
 * ------------------------------------------------------------------------------------------------------ */

static int find_text(const char **list, int n, const char *value)
{
    for (int i = 0; i < n; i++) {
        if (!strcmp(list[i], value)) {
            return i;
        }
    }
    return -1;
}

static void visits(const struct report *r, struct buf *out)
{
    const struct report_table *t = &r->table[REPORT_VISITS];
    const char *weeks[512];
    int n_weeks = 0;
    int64_t most = 1;

    section(out, "Visits per week",
            "About: station clocks are set by hand. Weeks with fewer than five visits of a hub are counted together as "
            "other; "
            "where even these are fewer than five they are in no sum.");
    int64_t undated = 0;

    for (int i = 0; i < t->n_rows; i++) {
        undated += strcmp(t->rows[i][1], REPORT_UNDATED) ? 0 : strtoll(t->rows[i][2], NULL, 10);
    }
    if (undated) {
        buf_fmt(out, "<p>%lld visits without a date: the clock of their station was not set.</p>", (long long)undated);
    }
    for (int i = 0; i < t->n_rows; i++) {
        if (find_text(weeks, n_weeks, t->rows[i][1]) < 0 && n_weeks < (int)M2_COUNT(weeks)) {
            weeks[n_weeks++] = t->rows[i][1];
        }
    }
    int first = n_weeks > WEEKS_SHOWN ? n_weeks - WEEKS_SHOWN : 0;

    for (int i = 0; i < t->n_rows; i++) {
        int64_t n = strtoll(t->rows[i][2], NULL, 10);

        most = n > most ? n : most;
    }
    buf_fmt(
        out,
        "<div class=card><svg role=img aria-label=\"Visits per week by hub\" width=\"100%%\" viewBox=\"0 0 800 %d\">",
        (t->n_rows + n_weeks - first) * BAR_H + 10);
    buf_str(out, "<defs><pattern id=h width=6 height=6 patternUnits=userSpaceOnUse patternTransform=\"rotate(45)\">"
                 "<rect width=6 height=6 fill=\"#FBF8F2\"/><rect width=2 height=6 fill=\"#8A8172\"/></pattern></defs>");
    int y = 4;

    for (int w = first; w < n_weeks; w++) {
        buf_fmt(out, "<text x=0 y=%d class=s>%s%s</text>", y + 16,
                is_number(weeks[w]) ? "Week from " : "Weeks: ", weeks[w]);
        y += BAR_H;
        for (int i = 0; i < t->n_rows; i++) {
            if (strcmp(t->rows[i][1], weeks[w]) != 0) {
                continue;
            }
            bool is_shown = is_number(t->rows[i][2]);
            double width = is_shown ? 440.0 * (double)strtoll(t->rows[i][2], NULL, 10) / (double)most : 14;

            buf_fmt(out, "<text x=16 y=%d>", y + 16);
            text(out, t->rows[i][0]);
            buf_fmt(
                out,
                "</text><rect x=230 y=%d width=\"%.1f\" height=16 rx=3 fill=\"%s\"/><text x=\"%.1f\" y=%d>%s%s</text>",
                y + 3, width, is_shown ? "#24608F" : "url(#h)", 238 + width, y + 16, is_shown ? "about " : "",
                t->rows[i][2]);
            y += BAR_H;
        }
    }
    buf_str(out, "</svg></div></section>");
}

/* --- the matrix
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

static void heat_cell(struct buf *out, const char *value, const char *colour, int x, int y, int w)
{
    double level = is_number(value) ? strtod(value, NULL) : 0;

    if (level <= 0) {
        buf_fmt(out,
                "<rect x=%d y=%d width=%d height=20 rx=3 fill=\"none\" stroke=\"#E2DACB\"/><text x=%d y=%d class=s "
                "text-anchor=middle>\u2013</text>",
                x, y, w, x + w / 2, y + 15);
        return;
    }
    double depth = 0.08 + 0.52 * (level - 1) / 7; /* at most so deep that ink stays readable on every area's colour */

    buf_fmt(out,
            "<rect x=%d y=%d width=%d height=20 rx=3 fill=\"%s\" fill-opacity=\"%.2f\"/><text x=%d y=%d "
            "text-anchor=middle>%s"
            "</text>",
            x, y, w, colour, depth, x + w / 2, y + 15, value);
}

static void matrix(const struct report *r, struct buf *out)
{
    const struct report_table *t = &r->table[REPORT_LEVELS];
    const char *hubs[HUBS_MAX], *competences[64];
    int n_hubs = 0, n_competences = 0;

    section(out, "Where people stand",
            "Mean level from 1 to 8 of the people asked about a competence; the darker, the higher. A dash stands for "
            "fewer "
            "than five people asked. "
            "Conversations that looked hurried are left out.");
    for (int i = 0; i < t->n_rows; i++) {
        if (find_text(hubs, n_hubs, t->rows[i][1]) < 0 && n_hubs < HUBS_MAX) {
            hubs[n_hubs++] = t->rows[i][1];
        }
        if (find_text(competences, n_competences, t->rows[i][0]) < 0 && n_competences < (int)M2_COUNT(competences)) {
            competences[n_competences++] = t->rows[i][0];
        }
    }
    if (!n_hubs) {
        buf_str(out, "<div class=card><p>No finished conversation yet.</p></div></section>");
        return;
    }
    int w = 420 / n_hubs < 140 ? 420 / n_hubs : 140;

    buf_fmt(out,
            "<div class=card><svg role=img aria-label=\"Mean level by competence and hub\" width=\"100%%\" viewBox=\"0 "
            "0 800 %d\">",
            n_competences * 24 + 40);
    for (int h = 0; h < n_hubs; h++) {
        buf_fmt(out, "<text x=%d y=18 text-anchor=middle class=s>", 370 + h * w + w / 2);
        text(out, hubs[h]);
        buf_str(out, "</text>");
    }
    for (int c = 0; c < n_competences; c++) {
        int y = 30 + c * 24;

        buf_fmt(out, "<rect x=0 y=%d width=6 height=20 rx=2 fill=\"%s\"/><text x=14 y=%d class=s>", y,
                colour_of(competences[c]), y + 15);
        text(out, competences[c]);
        buf_fmt(out, "</text><text x=58 y=%d>", y + 15);
        text(out, competence_name(r, competences[c]));
        buf_str(out, "</text>");
        for (int i = 0; i < t->n_rows; i++) {
            if (!strcmp(t->rows[i][0], competences[c])) {
                heat_cell(out, t->rows[i][3], colour_of(competences[c]),
                          372 + find_text(hubs, n_hubs, t->rows[i][1]) * w, y, w - 4);
            }
        }
    }
    buf_str(out, "</svg></div></section>");
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
    buf_str(out,
            "<div class=card><table><tr><th>You will be able to\u2026</th><th>EQF</th><th class=n>Visits</th></tr>");
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
    buf_str(out, "<div class=card><table><tr><th>Lesson</th><th class=n>Opened</th><th class=n>Finished</th><th "
                 "class=n>Answered well</th></tr>");
    for (int i = 0; i < t->n_rows; i++) {
        const struct lib_lesson *lesson = lesson_of(r, t->rows[i][0]);

        buf_str(out, "<tr><td>");
        text(out, lesson ? lesson->title : t->rows[i][0]);
        buf_fmt(out, "</td><td class=n>%s</td><td class=n>%s</td><td class=n>%s%s</td></tr>", t->rows[i][1],
                t->rows[i][2], t->rows[i][3], is_number(t->rows[i][3]) ? " %" : "");
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
    buf_str(out, "<div class=card><table><tr><th>Hub</th><th class=n>Visits</th><th class=n>Rows</th><th "
                 "class=n>Waiting there</th>"
                 "<th class=n>Times collected</th><th>Health</th></tr>");
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
            (long long)sum(&r->table[REPORT_HUBS], 1), r->table[REPORT_HUBS].n_rows,
            (long long)sum(&r->table[REPORT_LESSONS], 2));
    for (int i = 0; i < languages->n_rows; i++) {
        buf_str(out, i ? "<br>" : "");
        text(out, language_name(r, languages->rows[i][0]));
        buf_fmt(out, ": %s", languages->rows[i][1]);
    }
    buf_str(out, "<br><span class=soft>visits by language</span></div></div>");
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
    hubs_health(r, out);
    buf_str(out, "<p class=soft style=\"margin-top:40px\">DigComp: \u00a9 European Union, CC BY 4.0. EntreComp: \u00a9 "
                 "European Union, 2016. "
                 "Levels are where the conversations placed people, with their uncertainty averaged away; they certify "
                 "nothing.</p></main></html>\n");
}
