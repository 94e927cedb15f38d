/* paper: the document. */
#include "workbench/paper.h"
#include "base/json.h"
#include "base/utf8.h"
#include <string.h>

#include "base/banned.h"

enum { LEVELS = 8, COLOURS = 0xFFFFFF };

static const char SUBJECT[] = "paper";

static bool clean(const char *text, const char *key, struct err *err)
{
    size_t n = strlen(text);

    return n > PAPER_TEXT_MAX
               ? err_set(err, ERR_LIMIT, "%s: '%s' is longer than %d bytes", SUBJECT, key, PAPER_TEXT_MAX)
           : utf8_is_clean(text, n)
               ? true
               : err_set(err, ERR_FORMAT, "%s: '%s' has characters that cannot be printed", SUBJECT, key);
}

static bool need_text(const struct json *j, const char *key, const char **out, struct err *err)
{
    return json_need_str(j, key, SUBJECT, out, err) && clean(*out, key, err);
}

static bool need_number(const struct json *j, const char *key, int min, int max, int *out, struct err *err)
{
    int64_t n = 0;

    if (!json_need_int(j, key, SUBJECT, min, max, &n, err)) {
        return false;
    }
    *out = (int)n;
    return true;
}

static bool need_list(const struct json *j, const char *key, int most, const struct json **out, struct err *err)
{
    return json_need_array(j, key, SUBJECT, out, err) &&
           (json_count(*out) <= most || err_set(err, ERR_LIMIT, "%s: '%s' has more than %d", SUBJECT, key, most));
}

static bool read_skill(struct paper *p, const struct json *j, struct err *err)
{
    static const char *const keys[] = {"name", "words", "level", "lo", "hi", NULL};
    struct paper_skill *s = &p->skills[p->n_skills];

    if (p->n_skills == PAPER_SKILLS_MAX) {
        return err_set(err, ERR_LIMIT, "%s: more than %d skills", SUBJECT, PAPER_SKILLS_MAX);
    }
    s->area = p->n_areas;
    p->n_skills++;
    return json_only(j, keys, SUBJECT, err) && need_text(j, "name", &s->name, err) &&
           need_text(j, "words", &s->words, err) && need_number(j, "level", 0, LEVELS, &s->level, err) &&
           need_number(j, "lo", 0, LEVELS, &s->lo, err) && need_number(j, "hi", 0, LEVELS, &s->hi, err);
}

static bool read_area(struct paper *p, const struct json *j, struct err *err)
{
    static const char *const keys[] = {"name", "colour", "skills", NULL};
    struct paper_area *a = &p->areas[p->n_areas];
    const struct json *skills;

    if (!json_only(j, keys, SUBJECT, err) || !need_text(j, "name", &a->name, err) ||
        !need_number(j, "colour", 0, COLOURS, &a->colour, err) ||
        !need_list(j, "skills", PAPER_SKILLS_MAX, &skills, err)) {
        return false;
    }
    for (int i = 0; i < json_count(skills); i++) {
        if (!read_skill(p, json_at(skills, i), err)) {
            return false;
        }
    }
    p->n_areas++;
    return true;
}

static bool read_step(struct paper *p, const struct json *j, struct err *err)
{
    static const char *const keys[] = {"title", "why", NULL};
    struct paper_step *s = &p->steps[p->n_steps++];

    return json_only(j, keys, SUBJECT, err) && need_text(j, "title", &s->title, err) &&
           need_text(j, "why", &s->why, err);
}

static bool read_box(struct paper *p, const struct json *j, struct err *err)
{
    static const char *const keys[] = {"title", "about", "lines", "blanks", NULL};
    struct paper_box *b = &p->boxes[p->n_boxes++];
    const struct json *lines;

    if (!json_only(j, keys, SUBJECT, err) || !need_text(j, "title", &b->title, err) ||
        !need_text(j, "about", &b->about, err) || !need_list(j, "lines", PAPER_LINES_MAX, &lines, err) ||
        !need_number(j, "blanks", 0, PAPER_BLANKS_MAX, &b->n_blanks, err)) {
        return false;
    }
    for (int i = 0; i < json_count(lines); i++) {
        const char *line = json_str(json_at(lines, i), NULL);

        if (!line) {
            return err_set(err, ERR_FORMAT, "%s: 'lines' must hold texts", SUBJECT);
        }
        if (!clean(line, "lines", err)) {
            return false;
        }
        b->lines[b->n_lines++] = line;
    }
    return true;
}

static bool read_each(struct paper *p, const char *key, int most,
                      bool (*read)(struct paper *, const struct json *, struct err *), struct err *err)
{
    const struct json *list;

    if (!need_list(p->json, key, most, &list, err)) {
        return false;
    }
    for (int i = 0; i < json_count(list); i++) {
        if (!read(p, json_at(list, i), err)) {
            return false;
        }
    }
    return true;
}

bool paper_parse(const char *text, size_t n, struct paper *p, struct err *err)
{
    static const char *const keys[] = {"format", "lang",        "title", "label", "summary", "words",
                                       "areas",  "steps_title", "steps", "boxes", "about",   NULL};
    const char *format;

    *p = (struct paper){0};
    if (n > PAPER_JSON_MAX) {
        return err_set(err, ERR_LIMIT, "%s: more than %d bytes", SUBJECT, PAPER_JSON_MAX);
    }
    p->json = json_parse(text, n, SUBJECT, err);
    if (!p->json || !json_need_str(p->json, "format", SUBJECT, &format, err)) {
        return false;
    }
    if (strcmp(format, "micro2-paper-1") != 0) {
        return err_set(err, ERR_FORMAT, "%s: the format is not micro2-paper-1; use programs of one release", SUBJECT);
    }
    return json_only(p->json, keys, SUBJECT, err) && need_text(p->json, "lang", &p->lang, err) &&
           need_text(p->json, "title", &p->title, err) && need_text(p->json, "label", &p->label, err) &&
           need_text(p->json, "summary", &p->summary, err) && need_text(p->json, "words", &p->words, err) &&
           need_text(p->json, "steps_title", &p->steps_title, err) && need_text(p->json, "about", &p->about, err) &&
           read_each(p, "areas", PAPER_AREAS_MAX, read_area, err) &&
           read_each(p, "steps", PAPER_STEPS_MAX, read_step, err) &&
           read_each(p, "boxes", PAPER_BOXES_MAX, read_box, err);
}

void paper_release(struct paper *p)
{
    json_free(p->json);
    *p = (struct paper){0};
}
