/* content_items: do items and their questions belong together, can a station load and show them? */
#include "content_items.h"
#include "base/utf8.h"
#include "content_svg.h"
#include "learn/assess.h"
#include <string.h>

#include "base/banned.h"

enum { PHOTOS = 4 };

static void check_item_question(struct report *r, const char *file, const struct content_item *item,
                                const struct gift_question *q)
{
    if (strcmp(item->type, "sr") == 0 && q->n_answers) {
        report_error(r, file, q->line,
                     "'%s' is a self-report (sr); end it with '{}', the station gives the four answers", q->id);
    } else if (strcmp(item->type, "sr") != 0 && q->n_answers != 4) {
        report_error(r, file, q->line, "'%s' has %d answers; an item of type %s has four", q->id, q->n_answers,
                     item->type);
    }
}

static void check_priors(const struct content *c, struct report *r)
{
    for (int i = 0; i < c->n_priors; i++) {
        if (!content_competence_of(c, c->priors[i].id) && strcmp(c->priors[i].id, ASSESS_CLAIM) != 0) {
            report_error(r, "assessment/priors.csv", c->priors[i].line,
                         "unknown competence '%s'; write one of competences.csv, or '%s'", c->priors[i].id,
                         ASSESS_CLAIM);
        }
        for (int j = 0; j < i; j++) {
            if (strcmp(c->priors[j].id, c->priors[i].id) == 0) {
                report_error(r, "assessment/priors.csv", c->priors[i].line,
                             "'%s' is there already, on line %d; keep one", c->priors[i].id, c->priors[j].line);
            }
        }
    }
}

/* Four pictures that are there, of one size, each told to who does not see it. */
static void check_photos(struct content *c, struct report *r, const char *file, const struct gift_question *q)
{
    int width = 0, height = 0;

    for (int i = 0; i < q->n_answers; i++) {
        const char *name, *alt;
        struct content_picture *p = content_photo_of(c, q->answers[i].text, &name, &alt);
        size_t n = utf8_count(alt);
        int w, h;

        for (int j = 0; j < i; j++) {
            if (!strncmp(q->answers[j].text, name, strlen(name)) && q->answers[j].text[strlen(name)] == ' ') {
                report_error(r, file, q->line, "'%s' shows '%s' twice; write %d pictures", q->id, name, PHOTOS);
            }
        }
        if (!p) {
            report_error(r, file, q->line,
                         "'%s': '%s' is not in media/CREDITS.csv; an answer is 'NAME.svg description'", q->id, name);
            continue;
        }
        p->is_used = true;
        if (n < PICTURE_ALT_MIN || n > PICTURE_ALT_MAX) {
            report_error(r, file, q->line, "'%s': '%s' is described in %zu letters; write %d to %d", q->id, name, n,
                         PICTURE_ALT_MIN, PICTURE_ALT_MAX);
        }
        if (!p->svg || !content_svg_size(p->svg, p->svg_bytes, &w, &h)) {
            continue; /* told */
        }
        if (width && (w != width || h != height)) {
            report_error(r, file, q->line, "'%s': '%s' is %d x %d, the first picture %d x %d; give all one viewBox",
                         q->id, name, w, h, width, height);
        }
        width = width ? width : w;
        height = height ? height : h;
    }
}

/* A self-report is a list; steps are taken one after the other, in three parts. */
static void check_shows(struct report *r, const struct content_item *item)
{
    static const char file[] = "assessment/items.csv";

    if (!strcmp(item->type, "sr") && strcmp(item->shows, "list") != 0) {
        report_error(r, file, item->line, "'%s' is a self-report (sr) that shows '%s'; write list", item->id,
                     item->shows);
    } else if (!strcmp(item->shows, "steps") && strcmp(item->type, "st") != 0) {
        report_error(r, file, item->line, "'%s' shows steps and is of type %s; steps are for st", item->id, item->type);
    }
}

/* Only a self-report is asked of an attitude: nobody shows one in a minute. */
static void check_aspect(struct report *r, const struct content_item *item)
{
    static const char file[] = "assessment/items.csv", attitude[] = "attitude";

    if (*item->aspect && strcmp(item->aspect, attitude) != 0) {
        report_error(r, file, item->line, "'aspect' is '%s'; write %s, or nothing", item->aspect, attitude);
    } else if (*item->aspect && strcmp(item->type, "sr") != 0) {
        report_error(r, file, item->line, "'%s' is an %s and of type %s; an %s is asked as sr", item->id, attitude,
                     item->type, attitude);
    }
}

static void check_item(struct content *c, struct report *r, int i)
{
    static const char file[] = "assessment/items.csv";
    const struct content_item *item = &c->items[i];
    const struct content_area *area = content_area_of_item(c, item);

    if (!content_competence_of(c, item->competence)) {
        report_error(r, file, item->line, "unknown competence '%s'; competences.csv lists them", item->competence);
    }
    for (int j = 0; j < i; j++) {
        if (strcmp(c->items[j].id, item->id) == 0) {
            report_error(r, file, item->line, "item '%s' is there already, on line %d; give it its own id", item->id,
                         c->items[j].line);
        }
    }
    check_shows(r, item);
    check_aspect(r, item);
    for (int part = 1; area && part <= content_type_questions(item->type); part++) {
        const char *id = content_question_id(c, item, part);
        const struct gift_question *q = gift_find(&area->gift[0], id);

        if (!q && !area->gift[0].is_broken) {
            report_error(r, file, item->line, "'%s' has no question '::%s::' in %s; write it", item->id, id,
                         content_gift_file(c, content_area_folder(c, area), 0));
        }
        for (int lang = 0; lang < c->n_languages; lang++) {
            q = gift_find(&area->gift[lang], id);
            if (q) {
                const char *gift = content_gift_file(c, content_area_folder(c, area), lang);

                check_item_question(r, gift, item, q);
                if (!strcmp(item->shows, "photos")) {
                    check_photos(c, r, gift, q);
                }
            }
        }
    }
}

/* Every question of the bank belongs to an item. */
static void check_orphans(struct content *c, struct report *r, const struct content_area *area)
{
    for (int i = 0; i < area->gift[0].n_questions; i++) {
        const struct gift_question *q = &area->gift[0].questions[i];
        bool is_used = false;

        for (int j = 0; j < c->n_items && !is_used; j++) {
            if (content_area_of_item(c, &c->items[j]) != area) {
                continue;
            }
            for (int part = 1; part <= content_type_questions(c->items[j].type); part++) {
                is_used = is_used || strcmp(q->id, content_question_id(c, &c->items[j], part)) == 0;
            }
        }
        if (!is_used) {
            report_error(r, content_gift_file(c, content_area_folder(c, area), 0), q->line,
                         "question '%s' is no item's; add it to items.csv or take it out", q->id);
        }
    }
}

/* What a station could not load must not be built: it would end at every start. */
static void check_bank(const struct content *c, struct report *r)
{
    if (c->n_items > ASSESS_ITEMS_MAX) {
        report_error(r, "assessment/items.csv", c->items[ASSESS_ITEMS_MAX].line,
                     "%d items; a station holds %d, leave some out", c->n_items, ASSESS_ITEMS_MAX);
    }
    if (c->n_competences > ASSESS_COMPETENCES_MAX) {
        report_error(r, "frameworks/competences.csv", c->competences[ASSESS_COMPETENCES_MAX].line,
                     "%d competences; a station holds %d, leave some out", c->n_competences, ASSESS_COMPETENCES_MAX);
    }
    for (int i = 0; i < c->n_items; i++) {
        if (strlen(c->items[i].id) >= ASSESS_ID_MAX || strlen(c->items[i].context) >= ASSESS_ID_MAX) {
            report_error(r, "assessment/items.csv", c->items[i].line,
                         "item '%s': id and context have at most %d letters", c->items[i].id, ASSESS_ID_MAX - 1);
        }
    }
}

void content_items_check(struct content *c, struct report *r)
{
    check_bank(c, r);
    for (int i = 0; i < c->n_items; i++) {
        check_item(c, r, i);
    }
    for (int i = 0; i < c->n_areas; i++) {
        check_orphans(c, r, &c->areas[i]);
    }
    check_priors(c, r);
}
