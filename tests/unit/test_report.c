/* test_report: the same numbers on the page and in the tables, small groups hidden, hostile names harmless, nothing
 * fetched (THREATS T34, T42). */
#include "base/arena.h"
#include "base/clock.h"
#include "base/csv.h"
#include "report.h"
#include "report_html.h"
#include "unit/ledger_fixture.h"

enum { DAY = 20780, TABLES = 7, PAGE_MAX = 4 << 20 };

static const char *const files[TABLES] = {
    "visits-per-week.csv", "levels.csv", "lessons.csv", "languages.csv", "hubs.csv", "workshops.csv", "tools.csv"};

struct written {
    struct report_tally tally;
    struct buf page;
    struct csv *table[TABLES];
    struct buf text[TABLES];
};

static void write_report(struct desk *d, struct written *w)
{
    char html[HUB_PATH], csv[HUB_PATH], path[HUB_PATH + 32];
    struct err err = {0};

    *w = (struct written){0};
    clock_go_virtual();
    snprintf(html, sizeof html, "%s", test_path("report.html"));
    snprintf(csv, sizeof csv, "%s", test_path("csv"));
    if (!report_write(&d->office, d->ledger, html, csv, &w->tally, &err)) {
        fail_msg("%s", err.text);
    }
    CHECK(fsio_read(html, PAGE_MAX, &w->page, &err));
    for (int i = 0; i < TABLES; i++) {
        snprintf(path, sizeof path, "%s/%s", csv, files[i]);
        CHECK(fsio_read(path, PAGE_MAX, &w->text[i], &err));
        CHECK(csv_parse(buf_text(&w->text[i]), w->text[i].len, files[i], &w->table[i], &err));
    }
}

static void written_release(struct written *w)
{
    buf_release(&w->page);
    for (int i = 0; i < TABLES; i++) {
        csv_free(w->table[i]);
        buf_release(&w->text[i]);
    }
}

/* One visit: in a language, with one lesson finished, and a result at this level. */
static void visit(struct hub *h, const struct desk *d, const char *lang, int level)
{
    char *open = mem_fmt("{\"kind\":\"open\",\"lang\":\"%s\",\"day\":%d}", lang, DAY);
    char *result =
        mem_fmt("{\"kind\":\"result\",\"levels\":{\"D1.1\":[%d,1,8,1],\"E1.1\":[3,1,8,1]},\"careless\":false}", level);

    hub_visit(h, d, open);
    hub_row(h, result);
    hub_row(h, "{\"kind\":\"lesson\",\"lesson\":\"shop-1\"}");
    hub_row(h, "{\"kind\":\"quiz\",\"lesson\":\"shop-1\",\"right\":true,\"done\":false}");
    hub_row(h, "{\"kind\":\"quiz\",\"lesson\":\"shop-1\",\"right\":false,\"done\":true}");
    free(open);
    free(result);
}

static void visits(struct hub *h, const struct desk *d, int n, const char *lang, int level)
{
    for (int i = 0; i < n; i++) {
        visit(h, d, lang, level);
    }
}

/* The row of a table where a column has this value; -1 = none. */
static int row_of(const struct csv *t, const char *column, const char *value)
{
    for (int i = 0; i < csv_rows(t); i++) {
        if (!strcmp(csv_get(t, i, column), value)) {
            return i;
        }
    }
    return -1;
}

static const char *cell(const struct csv *t, const char *column, const char *value, const char *wanted)
{
    CHECK(row_of(t, column, value) >= 0);
    return csv_get(t, row_of(t, column, value), wanted);
}

static const char *level_of(const struct csv *t, const char *competence, const char *hub, const char *wanted)
{
    for (int i = 0; i < csv_rows(t); i++) {
        if (!strcmp(csv_get(t, i, "competence"), competence) && !strcmp(csv_get(t, i, "hub"), hub)) {
            return csv_get(t, i, wanted);
        }
    }
    return "(no such row)";
}

static int64_t sum_of(const struct csv *t, const char *column)
{
    int64_t sum = 0;

    for (int i = 0; i < csv_rows(t); i++) {
        const char *text = csv_get(t, i, column);

        sum += strcmp(text, REPORT_HIDDEN) ? strtoll(text, NULL, 10) : 0;
    }
    return sum;
}

/* --- numbers */

TEST(report, numbers_are_those_of_the_visits_and_the_same_on_the_page_and_in_the_tables)
{
    struct desk d;
    struct hub a, b;
    struct written w;
    const char *page;

    desk_open(&d, "numbers");
    hub_open(&a, &d, "Ballyhale", true);
    hub_open(&b, &d, "Sora", true);
    visits(&a, &d, 6, "en", 2);
    visits(&a, &d, 5, "it", 4);
    visits(&b, &d, 7, "it", 7);
    hub_deliver(&a, &d, 0);
    hub_deliver(&b, &d, 1);
    desk_collect(&d);
    write_report(&d, &w);
    page = buf_text(&w.page);
    CHECK_STR(cell(w.table[0], "hub", "Ballyhale", "visits_about"), "11");
    CHECK_STR(cell(w.table[0], "hub", "Sora", "visits_about"), "7");
    CHECK_STR(cell(w.table[0], "hub", "Sora", "week_from"), "2026-11-23"); /* a Monday: day 20780 is the one itself */
    CHECK_STR(level_of(w.table[1], "D1.1", "Ballyhale", "people_asked"), "11");
    CHECK_STR(level_of(w.table[1], "D1.1", "Ballyhale", "mean_level"), "2.9"); /* 32 over 11 */
    CHECK_STR(level_of(w.table[1], "D1.1", "All hubs", "people_asked"), "18");
    CHECK_STR(level_of(w.table[1], "D1.1", "All hubs", "mean_level"), "4.5"); /* 81 over 18 */
    CHECK_STR(cell(w.table[2], "lesson", "shop-1", "opened"), "18");
    CHECK_STR(cell(w.table[2], "lesson", "shop-1", "finished"), "18");
    CHECK_STR(cell(w.table[2], "lesson", "shop-1", "right_percent"), "50");
    CHECK_STR(cell(w.table[3], "language", "it", "visits"), "12");
    CHECK_STR(cell(w.table[3], "language", "en", "visits"), "6");
    CHECK_STR(cell(w.table[4], "hub", "Ballyhale", "visits"), "11");
    CHECK_STR(cell(w.table[4], "hub", "Ballyhale", "rows"), "66");
    CHECK_STR(cell(w.table[4], "hub", "Ballyhale", "missing_rows"), "0");
    CHECK_INT(w.tally.hubs, 2);
    CHECK_INT(w.tally.visits, 18);
    CHECK_HAS(page, "<b>18</b>visits");
    CHECK_HAS(page, "<b>2</b>hubs");
    CHECK_HAS(page, "<b>18</b>lessons finished");
    CHECK_HAS(page, "it: 12<br>en: 6");
    CHECK_HAS(page, ">11</text>");
    CHECK_HAS(page, ">7</text>");
    CHECK_HAS(page, ">18</text>"); /* all hubs together */
    CHECK_HAS(page, ">2.9</text>");
    CHECK_HAS(page, ">4.5</text>");
    CHECK_HAS(page, "<td>shop-1</td><td class=n>18</td><td class=n>18</td><td class=n>50 %</td>");
    CHECK_HAS(page, "<td>Ballyhale</td><td class=n>11</td><td class=n>66</td><td class=n>0</td><td class=n>1</td>");
    CHECK_HAS(page, "Report of 2026-11-23");
    written_release(&w);
    hub_close(&a);
    hub_close(&b);
    desk_close(&d);
}

TEST(report, the_last_result_of_a_visit_counts_and_hurried_ones_do_not)
{
    struct desk d;
    struct hub a;
    struct written w;

    desk_open(&d, "last");
    hub_open(&a, &d, "Ballyhale", true);
    for (int i = 0; i < 5; i++) {
        hub_visit(&a, &d, "{\"kind\":\"open\",\"lang\":\"en\",\"day\":20780}");
        hub_row(&a, "{\"kind\":\"result\",\"levels\":{\"D1.1\":[8,1,8,1]},\"careless\":false}");
        hub_row(&a, "{\"kind\":\"result\",\"levels\":{\"D1.1\":[2,1,8,1]},\"careless\":false}");
    }
    hub_visit(&a, &d, "{\"kind\":\"open\",\"lang\":\"en\",\"day\":20780}");
    hub_row(&a, "{\"kind\":\"result\",\"levels\":{\"D1.1\":[8,1,8,1]},\"careless\":true}");
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    write_report(&d, &w);
    CHECK_STR(level_of(w.table[1], "D1.1", "Ballyhale", "people_asked"), "5");
    CHECK_STR(level_of(w.table[1], "D1.1", "Ballyhale", "mean_level"), "2.0");
    written_release(&w);
    hub_close(&a);
    desk_close(&d);
}

TEST(report, people_who_were_never_asked_about_a_competence_were_counted_with_a_guessed_level)
{
    struct desk d;
    struct hub a;
    struct written w;

    desk_open(&d, "asked");
    hub_open(&a, &d, "Ballyhale", true);
    for (int i = 0; i < 11; i++) {
        hub_visit(&a, &d, "{\"kind\":\"open\",\"lang\":\"en\",\"day\":20780}");
        hub_row(&a, i < 6
                        ? "{\"kind\":\"result\",\"levels\":{\"D1.1\":[2,1,8,1],\"E1.1\":[3,1,8,0]},\"careless\":false}"
                        : "{\"kind\":\"result\",\"levels\":{\"D1.1\":[8,1,8,0],\"E1.1\":[8,1,8]},\"careless\":false}");
    }
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    write_report(&d, &w);
    CHECK_STR(level_of(w.table[1], "D1.1", "Ballyhale", "people_asked"), "6");
    CHECK_STR(level_of(w.table[1], "D1.1", "Ballyhale", "mean_level"), "2.0");
    CHECK_STR(level_of(w.table[1], "E1.1", "Ballyhale", "people_asked"), "(no such row)");
    CHECK_HAS(buf_text(&w.page), "fewer than five people asked");
    written_release(&w);
    hub_close(&a);
    desk_close(&d);
}

TEST(report, gaps_and_conflicts_are_shown_to_who_must_look)
{
    struct desk d;
    struct hub a, copy;
    struct written w;

    desk_open(&d, "health");
    hub_open(&a, &d, "Ballyhale", true);
    visits(&a, &d, 1, "en", 3);
    hub_copy(&copy, &a, false);
    visits(&a, &d, 1, "en", 3);
    visits(&copy, &d, 1, "en", 3);
    hub_deliver(&a, &d, 0);
    hub_deliver(&copy, &d, 1);
    desk_collect(&d);
    write_report(&d, &w);
    CHECK_STR(cell(w.table[4], "hub", "Ballyhale", "conflicts"), "6");
    CHECK_HAS(buf_text(&w.page), "6 rows in conflict: ask what happened");
    CHECK(!strstr(buf_text(&w.page), "Complete</td>"));
    written_release(&w);
    hub_close(&a);
    hub_close(&copy);
    desk_close(&d);
}

/* --- small groups */

TEST(report, T42_a_group_of_four_is_hidden_and_one_of_five_is_shown)
{
    for (int n = 4; n <= 5; n++) {
        struct desk d;
        struct hub a;
        struct written w;
        char name[24], shown[16];

        snprintf(name, sizeof name, "group%d", n);
        snprintf(shown, sizeof shown, n < REPORT_GROUP_MIN ? "under 5" : "%d", n);
        desk_open(&d, name);
        hub_open(&a, &d, "Ballyhale", true);
        visits(&a, &d, n, "en", 6);
        hub_deliver(&a, &d, 0);
        desk_collect(&d);
        write_report(&d, &w);
        CHECK_STR(cell(w.table[0], "hub", "Ballyhale", "visits_about"), shown);
        CHECK_STR(level_of(w.table[1], "D1.1", "Ballyhale", "people_asked"), shown);
        CHECK_STR(level_of(w.table[1], "D1.1", "All hubs", "people_asked"), shown);
        CHECK_STR(level_of(w.table[1], "D1.1", "Ballyhale", "mean_level"), n < 5 ? "under 5" : "6.0");
        CHECK_STR(cell(w.table[2], "lesson", "shop-1", "opened"), shown);
        CHECK_STR(cell(w.table[2], "lesson", "shop-1", "finished"), shown);
        CHECK_STR(cell(w.table[2], "lesson", "shop-1", "right_percent"), n < 5 ? "under 5" : "50");
        CHECK_INT(row_of(w.table[3], "language", "en"), n < 5 ? -1 : 0);
        CHECK_STR(cell(w.table[4], "hub", "Ballyhale", "visits"), shown);
        CHECK_INT(strstr(buf_text(&w.page), ">6.0</text>") != NULL, n >= 5);
        written_release(&w);
        hub_close(&a);
        desk_close(&d);
    }
}

TEST(report, T42_the_level_of_one_person_could_be_had_by_taking_one_hub_from_all_hubs)
{
    struct desk d;
    struct hub a, b, c;
    struct written w;

    desk_open(&d, "difference");
    hub_open(&a, &d, "Ballyhale", true);
    hub_open(&b, &d, "Sora", true);
    hub_open(&c, &d, "Alcalá", true);
    visits(&a, &d, 6, "en", 2);
    visits(&b, &d, 1, "it", 8); /* one person alone */
    hub_deliver(&a, &d, 0);
    hub_deliver(&b, &d, 1);
    desk_collect(&d);
    write_report(&d, &w);
    CHECK_STR(level_of(w.table[1], "D1.1", "Sora", "people_asked"), "under 5");
    CHECK_STR(level_of(w.table[1], "D1.1", "All hubs", "people_asked"), "6");
    CHECK_STR(level_of(w.table[1], "D1.1", "All hubs", "mean_level"), "2.0");
    written_release(&w);
    visits(&c, &d, 4, "es", 8); /* with four of another hub they are five, and nobody knows who is whose */
    hub_deliver(&c, &d, 2);
    desk_collect(&d);
    write_report(&d, &w);
    CHECK_STR(level_of(w.table[1], "D1.1", "Alcalá", "people_asked"), "under 5");
    CHECK_STR(level_of(w.table[1], "D1.1", "All hubs", "people_asked"), "11");
    CHECK_STR(level_of(w.table[1], "D1.1", "All hubs", "mean_level"), "4.7"); /* 52 over 11 */
    written_release(&w);
    hub_close(&a);
    hub_close(&b);
    hub_close(&c);
    desk_close(&d);
}

TEST(report, T42_the_answers_of_one_person_could_be_had_from_a_lesson_that_five_opened)
{
    struct desk d;
    struct hub a;
    struct written w;

    desk_open(&d, "percent");
    hub_open(&a, &d, "Ballyhale", true);
    for (int i = 0; i < 5; i++) {
        hub_visit(&a, &d, "{\"kind\":\"open\",\"lang\":\"en\",\"day\":20780}");
        hub_row(&a, "{\"kind\":\"lesson\",\"lesson\":\"shop-1\"}");
    }
    hub_row(&a, "{\"kind\":\"quiz\",\"lesson\":\"shop-1\",\"right\":false,\"done\":false}");
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    write_report(&d, &w);
    CHECK_STR(cell(w.table[2], "lesson", "shop-1", "opened"), "5");
    CHECK_STR(cell(w.table[2], "lesson", "shop-1", "right_percent"), "under 5");
    written_release(&w);
    hub_close(&a);
    desk_close(&d);
}

/* n visits that say no more than their language, n weeks after the first day, or without a date. */
static void short_visits(struct hub *h, const struct desk *d, int n, const char *lang, int week)
{
    char *dated = mem_fmt("{\"kind\":\"open\",\"lang\":\"%s\",\"day\":%d}", lang, DAY + 7 * week);
    char *undated = mem_fmt("{\"kind\":\"open\",\"lang\":\"%s\"}", lang);

    for (int i = 0; i < n; i++) {
        hub_visit(h, d, week < 0 ? undated : dated);
    }
    free(dated);
    free(undated);
}

/* "week:visits" of a hub, or "language:visits", in the order of the table. */
static void check_rows(const struct csv *t, const char *hub, const char *const columns[2], const char *expected)
{
    struct buf all = {0};

    for (int i = 0; i < csv_rows(t); i++) {
        if (!hub || !strcmp(csv_get(t, i, "hub"), hub)) {
            buf_fmt(&all, "%s%s:%s", all.len ? " " : "", csv_get(t, i, columns[0]), csv_get(t, i, columns[1]));
        }
    }
    CHECK_STR(buf_text(&all), expected);
    buf_release(&all);
}

static const char *const by_week[2] = {"week_from", "visits_about"}, *const by_language[2] = {"language", "visits"};

/* A visit whose leader begins this workshop with so many people; it ends behind so many parts, 0 = nobody knows. */
static void lead(struct hub *h, const struct desk *d, const char *id, int people, int parts, int minutes)
{
    char *row = mem_fmt("{\"kind\":\"workshop\",\"id\":\"%s\",\"people\":%d}", id, people);
    char *end = mem_fmt("{\"kind\":\"workshop-end\",\"id\":\"%s\",\"parts\":%d,\"minutes\":%d}", id, parts, minutes);

    hub_visit(h, d, "{\"kind\":\"open\",\"lang\":\"en\",\"day\":20780}");
    hub_row(h, row);
    if (parts) {
        hub_row(h, end);
    }
    free(row);
    free(end);
}

static const char *const by_begun[2] = {"workshop", "begun"}, *const by_held[2] = {"workshop", "held"},
                         *const by_workshop[2] = {"workshop", "people"};

TEST(report, workshops_are_counted_by_id_and_T42_four_people_are_not_told)
{
    struct desk d;
    struct hub a, b;
    struct written w;

    desk_open(&d, "workshops");
    hub_open(&a, &d, "Ballyhale", true);
    hub_open(&b, &d, "Sora", true);
    lead(&a, &d, "doors", 9, 6, 80);
    lead(&b, &d, "doors", 4, 1, 2);
    hub_row(&b, "{\"kind\":\"workshop\",\"id\":\"doors\",\"people\":6}"); /* begun anew: the people said last */
    hub_row(&b, "{\"kind\":\"workshop-end\",\"id\":\"doors\",\"parts\":2,\"minutes\":15}");
    lead(&a, &d, "keys", 4, 6, 80);
    lead(&a, &d, "sheds", 5, 6, 80);
    lead(&a, &d, "tills", 2, 6, 80);
    lead(&b, &d, "tills", 60, 6, 80);
    lead(&b, &d, "tills", 61, 6, 80);
    lead(&a, &d, "yards", 9, 3, 60);
    lead(&b, &d, "yards", 4, 1, 80); /* in no sum */
    hub_deliver(&a, &d, 0);
    hub_deliver(&b, &d, 1);
    desk_collect(&d);
    write_report(&d, &w);
    check_rows(w.table[REPORT_WORKSHOPS], NULL, by_workshop, "doors:15 keys:under 5 sheds:5 tills:62 yards:9");
    check_rows(w.table[REPORT_WORKSHOPS], NULL, by_held, "doors:2 keys:under 5 sheds:1 tills:2 yards:1");
    check_rows(w.table[REPORT_WORKSHOPS], NULL, by_begun, "doors:2 keys:under 5 sheds:1 tills:2 yards:2");
    CHECK_HAS(buf_text(&w.page), "<tr><td>doors</td><td class=n>2</td><td class=n>2</td><td class=n>15</td></tr>");
    CHECK_HAS(buf_text(&w.page), "<tr><td>keys</td><td class=n>under 5</td><td class=n>under 5</td><td "
                                 "class=n>under 5</td></tr>");
    written_release(&w);
    hub_close(&a);
    hub_close(&b);
    desk_close(&d);
}

TEST(report, T42_a_small_week_could_be_had_by_taking_the_others_from_the_hubs_sum)
{
    static const struct {
        int weeks[4], undated;
        const char *rows, *sum, *why;
    } cases[] = {
        {{7, 4, 0, 0}, 0, "2026-11-23:7 other:under 5", "7", "a week of four alone is in no sum"},
        {{7, 4, 1, 0}, 0, "2026-11-23:7 other:5", "12", "with one more they are five, and nobody knows of which week"},
        {{7, 3, 0, 0}, 2, "2026-11-23:7 other:5", "12", "nor whether they have a date"},
        {{7, 3, 0, 0}, 6, "2026-11-23:7 no date:6 other:under 5", "13", "five without a date are told"},
        {{5, 6, 0, 0}, 0, "2026-11-23:5 2026-11-30:6", "11", "nothing small"},
        {{1, 1, 1, 1}, 0, "other:under 5", "under 5", "nothing big"},
        {{2, 1, 1, 1}, 0, "other:5", "5", "nothing big, and five together"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct desk d;
        struct hub a;
        struct written w;
        char name[24];

        snprintf(name, sizeof name, "weeks%zu", i);
        desk_open(&d, name);
        hub_open(&a, &d, "Ballyhale", true);
        for (int k = 0; k < 4; k++) {
            short_visits(&a, &d, cases[i].weeks[k], "en", k);
        }
        short_visits(&a, &d, cases[i].undated, "en", -1);
        hub_deliver(&a, &d, 0);
        desk_collect(&d);
        write_report(&d, &w);
        check_rows(w.table[0], "Ballyhale", by_week, cases[i].rows);
        CHECK_STR(cell(w.table[4], "hub", "Ballyhale", "visits"), cases[i].sum);
        CHECK_INT(sum_of(w.table[3], "visits"), strcmp(cases[i].sum, REPORT_HIDDEN)
                                                    ? strtoll(cases[i].sum, NULL, 10)
                                                    : 0); /* or there, from the languages */
        CHECK_INT(strstr(buf_text(&w.page), ">6 visits without a date") != NULL, cases[i].undated == 6);
        written_release(&w);
        hub_close(&a);
        desk_close(&d);
    }
}

TEST(report, T42_a_small_language_could_be_had_by_taking_the_others_from_all_visits)
{
    static const struct {
        int en, it, es;
        const char *rows, *why;
    } cases[] = {
        {9, 6, 5, "en:9 it:6 es:5", "nothing small"},
        {9, 6, 4, "en:9 other:10", "the least of the others goes with it"},
        {9, 3, 4, "en:9 other:7", "two small ones are enough together"},
        {9, 1, 1, "other:11", "or all"},
        {9, 0, 0, "en:9", "one alone"},
        {3, 1, 1, "other:5", "none that is big"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct desk d;
        struct hub a;
        struct written w;
        char name[24];

        snprintf(name, sizeof name, "languages%zu", i);
        desk_open(&d, name);
        hub_open(&a, &d, "Ballyhale", true);
        short_visits(&a, &d, cases[i].en, "en", 0);
        short_visits(&a, &d, cases[i].it, "it", 0);
        short_visits(&a, &d, cases[i].es, "es", 0);
        hub_deliver(&a, &d, 0);
        desk_collect(&d);
        write_report(&d, &w);
        check_rows(w.table[3], NULL, by_language, cases[i].rows);
        CHECK_INT(sum_of(w.table[3], "visits"), sum_of(w.table[4], "visits"));
        CHECK_INT(strstr(buf_text(&w.page), "Other languages: ") != NULL, strstr(cases[i].rows, "other") != NULL);
        written_release(&w);
        hub_close(&a);
        desk_close(&d);
    }
}

TEST(report, T42_the_visits_of_a_small_hub_could_be_had_from_the_languages)
{
    struct desk d;
    struct hub a, b;
    struct written w;

    desk_open(&d, "smallhub");
    hub_open(&a, &d, "Ballyhale", true);
    hub_open(&b, &d, "Sora", true);
    short_visits(&a, &d, 8, "en", 0);
    short_visits(&b, &d, 3, "en", 0);
    hub_deliver(&a, &d, 0);
    hub_deliver(&b, &d, 1);
    desk_collect(&d);
    write_report(&d, &w);
    CHECK_STR(cell(w.table[4], "hub", "Sora", "visits"), "under 5");
    check_rows(w.table[3], NULL, by_language, "en:8");
    written_release(&w);
    hub_close(&a);
    hub_close(&b);
    desk_close(&d);
}

TEST(report, workshops_that_were_only_looked_into_counted_as_held)
{
    struct desk d;
    struct hub a;
    struct written w;

    desk_open(&d, "looked");
    hub_open(&a, &d, "Ballyhale", true);
    lead(&a, &d, "doors", 9, 1, 30); /* it stood at its first part */
    lead(&a, &d, "keys", 9, 6, 14);  /* gone through in a hurry */
    lead(&a, &d, "sheds", 9, 0, 0);  /* no end */
    lead(&a, &d, "tills", 9, 2, 15);
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    write_report(&d, &w);
    check_rows(w.table[REPORT_WORKSHOPS], NULL, by_begun, "doors:1 keys:1 sheds:1 tills:1");
    check_rows(w.table[REPORT_WORKSHOPS], NULL, by_held, "doors:0 keys:0 sheds:0 tills:1");
    check_rows(w.table[REPORT_WORKSHOPS], NULL, by_workshop, "doors:0 keys:0 sheds:0 tills:9");
    written_release(&w);
    hub_close(&a);
    desk_close(&d);
}

TEST(report, T42_nothing_but_these_columns_leaves_the_office)
{
    static const char *const headers[TABLES] = {
        "hub,week_from,visits_about\r\n",
        "competence,hub,people_asked,mean_level\r\n",
        "lesson,opened,finished,right_percent\r\n",
        "language,visits\r\n",
        "hub,visits,rows,missing_rows,conflicts,epochs,rows_left_at_hub,times_collected\r\n",
        "workshop,begun,held,people\r\n",
        "tool,opened\r\n",
    };
    struct desk d;
    struct hub a;
    struct written w;

    desk_open(&d, "columns");
    hub_open(&a, &d, "Ballyhale", true);
    visits(&a, &d, 6, "en", 2);
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    write_report(&d, &w);
    for (int i = 0; i < TABLES; i++) {
        CHECK(!strncmp(buf_text(&w.text[i]), headers[i], strlen(headers[i])));
    }
    written_release(&w);
    hub_close(&a);
    desk_close(&d);
}

/* --- foreign words */

/* Every tag of the page is one of ours, with nothing that runs or fetches. */
static void check_page(const char *page)
{
    static const char *const tags[] = {"!DOCTYPE", "html",    "meta", "title", "style", "main", "p",       "h1",
                                       "h2",       "div",     "b",    "br",    "svg",   "defs", "pattern", "rect",
                                       "text",     "section", "span", "table", "thead", "tr",   "th",      "td"};

    for (const char *p = strchr(page, '<'); p; p = strchr(p + 1, '<')) {
        const char *name = p + 1 + (p[1] == '/');
        bool is_ours = false;

        for (size_t i = 0; i < M2_COUNT(tags); i++) {
            is_ours |= !strncmp(name, tags[i], strlen(tags[i])) && strchr(" >", name[strlen(tags[i])]);
        }
        if (!is_ours) {
            fail_msg("a tag that is not ours: %.60s", p);
        }
        for (const char *q = p; *q && *q != '>'; q++) {
            CHECK(strncmp(q, " on", 3) != 0 && strncmp(q, " src", 4) != 0 && strncmp(q, " href", 5) != 0);
        }
    }
    CHECK(!strstr(page, "http://") && !strstr(page, "https://"));
    CHECK(!strstr(page, "@import"));
    for (const char *p = strstr(page, "url("); p; p = strstr(p + 1, "url(")) {
        CHECK(!strncmp(p, "url(#", 5)); /* within the page */
    }
}

TEST(report, T34_a_hub_whose_name_is_html_is_shown_as_it_is_written)
{
    static const char *const names[] = {"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
                                        "Tom & \"Jerry's\" <hub>"};
    struct desk d;
    struct hub h[3];
    struct written w;

    desk_open(&d, "names");
    for (int i = 0; i < 3; i++) {
        hub_open(&h[i], &d, names[i], true);
        visits(&h[i], &d, 5, "en", 3);
        hub_deliver(&h[i], &d, i);
    }
    desk_collect(&d);
    write_report(&d, &w);
    check_page(buf_text(&w.page));
    CHECK_HAS(buf_text(&w.page), "&lt;script&gt;alert(1)&lt;/script&gt;");
    CHECK_HAS(buf_text(&w.page), "Tom &amp; &quot;Jerry's&quot; &lt;hub&gt;");
    for (int i = 0; i < 3; i++) {
        CHECK_STR(cell(w.table[4], "hub", names[i], "visits"), "5");
        hub_close(&h[i]);
    }
    written_release(&w);
    desk_close(&d);
}

TEST(report, T34_a_hub_whose_name_is_a_formula_runs_in_no_spreadsheet)
{
    struct desk d;
    struct hub a;
    struct written w;

    desk_open(&d, "formula");
    hub_open(&a, &d, "=HYPERLINK(\"x\",\"y\")", true);
    visits(&a, &d, 5, "en", 3);
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    write_report(&d, &w);
    CHECK(row_of(w.table[4], "hub", "'=HYPERLINK(\"x\",\"y\")") >= 0);
    CHECK(!strstr(buf_text(&w.text[4]), "\n="));
    written_release(&w);
    hub_close(&a);
    desk_close(&d);
}

TEST(report, T34_words_out_of_a_hostile_hubs_rows_stood_on_the_page_as_html)
{
    struct desk d;
    struct hub a;
    struct written w;

    desk_open(&d, "rows");
    hub_open(&a, &d, "Ballyhale", true);
    for (int i = 0; i < 6; i++) {
        hub_visit(&a, &d, "{\"kind\":\"open\",\"lang\":\"<script>alert(1)</script>\",\"day\":20780}");
        hub_row(&a, "{\"kind\":\"result\",\"levels\":{\"<iframe>\":[3,1,8,1]},\"careless\":false}");
        hub_row(&a, "{\"kind\":\"lesson\",\"lesson\":\"<object>\"}");
        hub_row(&a, "{\"kind\":\"quiz\",\"lesson\":\"<object>\",\"right\":true,\"done\":true}");
    }
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    write_report(&d, &w);
    check_page(buf_text(&w.page));
    CHECK_HAS(buf_text(&w.page), "&lt;script&gt;");
    CHECK_HAS(buf_text(&w.page), "&lt;iframe&gt;");
    CHECK_HAS(buf_text(&w.page), "&lt;object&gt;");
    written_release(&w);
    hub_close(&a);
    desk_close(&d);
}

TEST(report, T34_one_hub_with_nonsense_in_its_rows_kept_the_whole_report_from_being_made)
{
    static const char *const nonsense[] = {
        "{\"kind\":\"result\",\"levels\":{\"D1.1\":\"high\"},\"careless\":false}",
        "{\"kind\":\"result\",\"levels\":{\"D1.1\":{\"a\":1}},\"careless\":false}",
        "{\"kind\":\"result\",\"levels\":[1,2],\"careless\":false}",
        "{\"kind\":\"result\",\"levels\":7,\"careless\":false}",
        "{\"kind\":\"result\",\"levels\":{\"D1.1\":[]},\"careless\":false}",
        "{\"kind\":\"result\",\"levels\":{\"D1.1\":[\"much\"]},\"careless\":false}",
        "{\"kind\":\"result\",\"levels\":{\"D1.1\":[1e300]},\"careless\":false}",
        "{\"kind\":\"result\"}",
        "{\"kind\":\"open\"}",
        "{\"kind\":\"open\",\"lang\":[1],\"day\":\"tomorrow\"}",
        "{\"kind\":\"open\",\"lang\":null,\"day\":9223372036854775807}",
        "{\"kind\":\"open\",\"lang\":{\"a\":1},\"day\":-9223372036854775808}",
        "{\"kind\":\"lesson\"}",
        "{\"kind\":\"workshop\"}",
        "{\"kind\":\"workshop\",\"id\":[1],\"people\":9}",
        "{\"kind\":\"workshop\",\"id\":\"doors\",\"people\":\"nine\"}",
        "{\"kind\":\"workshop\",\"id\":\"doors\",\"people\":0}",
        "{\"kind\":\"workshop\",\"id\":\"doors\",\"people\":9223372036854775807}",
        "{\"kind\":\"workshop-end\",\"id\":{},\"parts\":\"all\",\"minutes\":[]}",
        "{\"kind\":\"quiz\",\"lesson\":{\"a\":[]},\"right\":\"yes\",\"done\":[]}",
    };
    struct desk d;
    struct hub good, bad;
    struct written w;

    desk_open(&d, "nonsense");
    hub_open(&good, &d, "Ballyhale", true);
    hub_open(&bad, &d, "Sora", true);
    visits(&good, &d, 5, "en", 3);
    for (int i = 0; i < 6 * (int)M2_COUNT(nonsense); i++) {
        hub_visit(&bad, &d, nonsense[i / 6]);
    }
    hub_deliver(&good, &d, 0);
    hub_deliver(&bad, &d, 1);
    desk_collect(&d);
    write_report(&d, &w);
    check_page(buf_text(&w.page));
    CHECK_STR(level_of(w.table[1], "D1.1", "Ballyhale", "mean_level"), "3.0");
    CHECK_STR(level_of(w.table[1], "D1.1", "Sora", "people_asked"),
              "(no such row)"); /* no level from 1 to 8 among them */
    CHECK_STR(level_of(w.table[1], "D1.1", "All hubs", "people_asked"), "5");
    CHECK_STR(cell(w.table[0], "hub", "Sora", "week_from"), "no date"); /* and no day that a station's clock can show */
    CHECK_INT(csv_rows(w.table[REPORT_WORKSHOPS]), 0);
    written_release(&w);
    hub_close(&good);
    hub_close(&bad);
    desk_close(&d);
}

/* --- the edges */

TEST(report, an_empty_ledger_makes_a_whole_page_and_tables_of_headers)
{
    struct desk d;
    struct written w;

    desk_open(&d, "empty");
    write_report(&d, &w);
    check_page(buf_text(&w.page));
    CHECK_HAS(buf_text(&w.page), "<b>0</b>visits");
    CHECK_HAS(buf_text(&w.page), "no visits yet<");
    CHECK_HAS(buf_text(&w.page), "No visits yet: ");
    CHECK_HAS(buf_text(&w.page), "No finished conversation yet: ");
    CHECK_HAS(buf_text(&w.page), "No outcome yet: ");
    CHECK_HAS(buf_text(&w.page), "No lesson yet: ");
    CHECK_HAS(buf_text(&w.page), "No workshop yet: ");
    CHECK_HAS(buf_text(&w.page), "No hub yet: ");
    CHECK(!strstr(buf_text(&w.page), "<svg"));
    CHECK_HAS(buf_text(&w.page), "</html>");
    for (int i = 0; i < TABLES; i++) {
        CHECK_INT(csv_rows(w.table[i]), 0);
    }
    written_release(&w);
    desk_close(&d);
}

/* --- the page of a large office */

enum { PICTURE_H_MAX = 900, A_WEEK = 7 };

/* Adds a row of copied texts. */
static void put_row(struct report_table *t, struct arena *a, const char *const *texts, int n)
{
    const char **row = arena_alloc(a, (size_t)n * sizeof *row);

    for (int i = 0; i < n; i++) {
        row[i] = arena_str(a, texts[i]);
    }
    t->n_columns = n;
    t->rows = mem_grow(t->rows, (size_t)(t->n_rows + 1) * sizeof *t->rows);
    t->rows[t->n_rows++] = row;
}

static const char *long_name(struct arena *a, int hub)
{
    return arena_fmt(a, "Hub %03d of a village with a name that takes all its room", hub);
}

static const char *monday(struct arena *a, int week)
{
    int year, month, day;

    clock_civil(DAY + A_WEEK * week, &year, &month, &day);
    return arena_fmt(a, "%04d-%02d-%02d", year, month, day);
}

/* The page of so many hubs and weeks, and of 36 competences of 8 areas. */
static void large_page(int n_hubs, int n_weeks, struct buf *page)
{
    static const int competences[] = {3, 6, 4, 4, 4, 5, 5, 5};
    struct report r = {.office = "A large office"};
    struct arena a = {0};

    for (int h = 0; h < n_hubs; h++) {
        put_row(&r.table[REPORT_HUBS], &a,
                (const char *[]){long_name(&a, h), arena_fmt(&a, "%d", 10 * n_weeks), "600", "0", "0", "1", "0", "1"},
                8);
    }
    for (int w = 0; w < n_weeks; w++) {
        for (int h = 0; h < n_hubs; h++) {
            put_row(&r.table[REPORT_VISITS], &a,
                    (const char *[]){long_name(&a, h), monday(&a, w), arena_fmt(&a, "%d", 5 + (w * 7 + h * 3) % 120)},
                    3);
        }
    }
    put_row(&r.table[REPORT_VISITS], &a, (const char *[]){long_name(&a, 0), REPORT_UNDATED, "9"}, 3);
    put_row(&r.table[REPORT_VISITS], &a, (const char *[]){long_name(&a, 0), REPORT_OTHER, REPORT_HIDDEN}, 3);
    for (size_t i = 0; i < M2_COUNT(competences); i++) {
        for (int c = 1; c <= competences[i]; c++) {
            const char *code = arena_fmt(&a, "%c%d.%d", i < 5 ? 'D' : 'E', (int)i % 5 + 1, c);

            for (int h = -1; h < n_hubs; h++) {
                put_row(&r.table[REPORT_LEVELS], &a,
                        (const char *[]){code, h < 0 ? REPORT_ALL_HUBS : long_name(&a, h), "12",
                                         arena_fmt(&a, "%d.%d", 1 + (h + c + 8) % 7, c)},
                        4);
            }
        }
    }
    clock_go_virtual();
    report_html(&r, page);
    for (int i = 0; i < REPORT_TABLES; i++) {
        free(r.table[i].rows);
    }
    arena_release(&a);
}

static int count_of(const char *text, const char *part)
{
    int n = 0;

    for (const char *p = strstr(text, part); p; p = strstr(p + 1, part)) {
        n++;
    }
    return n;
}

TEST(report, pictures_of_64_hubs_and_60_weeks_were_higher_than_a_page_and_wrote_names_over_each_other)
{
    static const struct {
        int hubs, weeks, grids, heats, mondays;
    } cases[] = {{1, 1, 1, 2, 1},    {13, 26, 1, 2, 26}, {14, 27, 1, 4, 26},
                 {20, 60, 1, 4, 26}, {21, 60, 2, 4, 26}, {64, 60, 4, 10, 26}};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct buf page = {0};
        struct arena a = {0};
        int n_pictures = 0;

        large_page(cases[i].hubs, cases[i].weeks, &page);
        if (i == 0) { /* a larger page has the same tags, and takes long */
            check_page(buf_text(&page));
        }
        for (const char *p = strstr(buf_text(&page), "viewBox=\"0 0 800 "); p;
             p = strstr(p + 1, "viewBox=\"0 0 800 ")) {
            CHECK(strtol(p + strlen("viewBox=\"0 0 800 "), NULL, 10) <= PICTURE_H_MAX);
            n_pictures++;
        }
        CHECK_INT(count_of(buf_text(&page), "Visits per week by hub"), cases[i].grids);
        CHECK_INT(count_of(buf_text(&page), "Mean level by competence and hub"), cases[i].heats);
        CHECK_INT(n_pictures, 2 + cases[i].grids + cases[i].heats); /* and one of all hubs, and the legend */
        for (int h = 0; h < cases[i].hubs; h++) {
            CHECK(count_of(buf_text(&page), arena_fmt(&a, ">Hub %03d of a village", h)) >= 1);
        }
        CHECK_HAS(buf_text(&page),
                  arena_fmt(&a, "<p class=soft>From %s to %s.</p>", monday(&a, cases[i].weeks - cases[i].mondays),
                            monday(&a, cases[i].weeks - 1)));
        CHECK_HAS(buf_text(&page), "<p>9 visits without a date: ");
        if (getenv("M2_REPORT_OUT")) { /* for looking at it */
            CHECK(fsio_replace(
                arena_fmt(&a, "%s/report-%d-%d.html", getenv("M2_REPORT_OUT"), cases[i].hubs, cases[i].weeks),
                page.data, page.len, 0644, NULL));
        }
        buf_release(&page);
        arena_release(&a);
    }
}

TEST(report, the_offices_own_name_is_escaped_too)
{
    struct desk d;
    struct written w;

    desk_open(&d, "ownname");
    snprintf(d.office.name, sizeof d.office.name, "<b>M&M</b>");
    write_report(&d, &w);
    CHECK_HAS(buf_text(&w.page), "<h1>&lt;b&gt;M&amp;M&lt;/b&gt;</h1>");
    written_release(&w);
    desk_close(&d);
}

TEST(report, the_same_ledger_gives_the_same_bytes)
{
    struct desk d;
    struct hub a;
    struct written once, twice;

    desk_open(&d, "same");
    hub_open(&a, &d, "Ballyhale", true);
    visits(&a, &d, 6, "en", 2);
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    write_report(&d, &once);
    write_report(&d, &twice);
    CHECK_STR(buf_text(&once.page), buf_text(&twice.page));
    for (int i = 0; i < TABLES; i++) {
        CHECK_STR(buf_text(&once.text[i]), buf_text(&twice.text[i]));
    }
    written_release(&once);
    written_release(&twice);
    hub_close(&a);
    desk_close(&d);
}

TEST(report, a_place_that_cannot_be_written_is_named)
{
    struct desk d;
    struct report_tally tally;
    struct err err = {0};

    desk_open(&d, "place");
    CHECK(!report_write(&d.office, d.ledger, "/nonexistent/folder/report.html", NULL, &tally, &err));
    CHECK_HAS(err.text, "'/nonexistent/folder/report.html': ");
    CHECK_HAS(err.text, "; name a place where you may write");
    CHECK(report_write(&d.office, d.ledger, NULL, NULL, &tally, &err)); /* nothing wanted, nothing done */
    desk_close(&d);
}

TEST(report, what_a_hub_says_of_its_containers_is_no_visit)
{
    struct desk d;
    struct hub a;
    struct written before, after;

    desk_open(&d, "shelf");
    hub_open(&a, &d, "Ballyhale", true);
    visits(&a, &d, 7, "en", 2);
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    write_report(&d, &before);
    for (int i = 0; i < 6; i++) {
        hub_visit(
            &a, &d,
            "{\"kind\":\"shelf\",\"containers\":[{\"id\":\"core\",\"version\":3}],\"lang\":\"en\",\"day\":20780}");
    }
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    CHECK_INT(d.tally.added, 12);
    write_report(&d, &after);
    CHECK_INT(after.tally.visits, before.tally.visits);
    for (int i = 0; i < TABLES; i++) {
        if (i != REPORT_HUBS) { /* it counts rows */
            CHECK_STR(buf_text(&after.text[i]), buf_text(&before.text[i]));
        }
    }
    CHECK_STR(cell(after.table[4], "hub", "Ballyhale", "visits"), "7");
    written_release(&before);
    written_release(&after);
    hub_close(&a);
    desk_close(&d);
}

/* --- tools */

TEST(report, T42_tools_are_counted_by_visit_and_hidden_under_five)
{
    struct desk d;
    struct hub a;
    struct written w;

    desk_open(&d, "tools");
    hub_open(&a, &d, "Ballyhale", true);
    for (int i = 0; i < 5; i++) {
        hub_visit(&a, &d, "{\"kind\":\"open\",\"lang\":\"en\",\"day\":20780}");
        hub_row(&a, "{\"kind\":\"tool\",\"id\":\"price\"}");
        hub_row(&a, "{\"kind\":\"tool\",\"id\":\"price\"}");
        hub_row(&a, i ? "{\"kind\":\"tool\",\"id\":\"cash\"}" : "{\"kind\":\"tool\",\"id\":[\"cash\"]}");
    }
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    write_report(&d, &w);
    CHECK_INT(csv_rows(w.table[REPORT_TOOLS]), 2);
    CHECK_STR(cell(w.table[REPORT_TOOLS], "tool", "price", "opened"), "5");
    CHECK_STR(cell(w.table[REPORT_TOOLS], "tool", "cash", "opened"), REPORT_HIDDEN);
    CHECK_HAS(buf_text(&w.page), "<td>price</td><td class=n>5</td>");
    written_release(&w);
    hub_close(&a);
    desk_close(&d);
}
