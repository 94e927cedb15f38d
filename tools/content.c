/* content: looking up what was loaded. */
#include "content.h"
#include <string.h>

#include "base/banned.h"

int content_language(const struct content *c, const char *lang)
{
    for (int i = 0; i < c->n_languages; i++) {
        if (strcmp(c->languages[i], lang) == 0) {
            return i;
        }
    }
    return -1;
}

const struct content_competence *content_competence_of(const struct content *c, const char *code)
{
    for (int i = 0; i < c->n_competences; i++) {
        if (strcmp(c->competences[i].code, code) == 0) {
            return &c->competences[i];
        }
    }
    return NULL;
}

const struct content_area *content_area_of(const struct content *c, const char *code)
{
    for (int i = 0; i < c->n_areas; i++) {
        if (strcmp(c->areas[i].code, code) == 0) {
            return &c->areas[i];
        }
    }
    return NULL;
}

const struct content_area *content_area_of_item(const struct content *c, const struct content_item *item)
{
    const struct content_competence *k = content_competence_of(c, item->competence);

    return k ? content_area_of(c, k->area) : NULL;
}

const struct content_process *content_process_of(const struct content *c, const char *id)
{
    for (int i = 0; i < c->n_processes; i++) {
        if (strcmp(c->processes[i].id, id) == 0) {
            return &c->processes[i];
        }
    }
    return NULL;
}

const struct content_trade *content_trade_of(const struct content *c, const char *id)
{
    for (int i = 0; i < c->n_trades; i++) {
        if (strcmp(c->trades[i].id, id) == 0) {
            return &c->trades[i];
        }
    }
    return NULL;
}

struct content_picture *content_picture_of(struct content *c, const char *name)
{
    for (int i = 0; i < c->n_pictures; i++) {
        if (strcmp(c->pictures[i].name, name) == 0) {
            return &c->pictures[i];
        }
    }
    return NULL;
}

struct content_picture *content_photo_of(struct content *c, const char *answer, const char **name, const char **alt)
{
    size_t n = strcspn(answer, " ");

    *name = arena_strn(&c->arena, answer, n);
    *alt = answer + n + strspn(answer + n, " ");
    return content_picture_of(c, *name);
}

int content_type_questions(const char *type)
{
    if (strcmp(type, "st") == 0) {
        return 3;
    }
    return strcmp(type, "sr") == 0 || strcmp(type, "km") == 0 || strcmp(type, "sm") == 0 ? 1 : 0;
}

const char *content_question_id(struct content *c, const struct content_item *item, int part)
{
    return content_type_questions(item->type) == 1 ? item->id : arena_fmt(&c->arena, "%s/%d", item->id, part);
}

const char *content_area_folder(struct content *c, const struct content_area *area)
{
    return arena_fmt(&c->arena, "assessment/%s", area->code);
}

const char *content_gift_file(struct content *c, const char *folder, int lang)
{
    return arena_fmt(&c->arena, "%s/%s.gift", folder, c->languages[lang]);
}
