/* content: the authors' tree in memory. content_load reads every file, content_check compares them with each other,
 * content_build writes containers. Findings go to a report; nothing stops at the first. Formats: content/FORMAT.md. */
#ifndef M2_TOOLS_CONTENT_H
#define M2_TOOLS_CONTENT_H

#include "base/arena.h"
#include "content_gift.h"
#include "content_lesson.h"
#include "content_po.h"
#include "content_report.h"
#include <stdint.h>

enum {
    CONTENT_LANGUAGES_MAX = 8,
    CONTENT_LESSONS_MAX = 32,
    CONTENT_LIST_MAX = 64,
    CONTENT_FILE_MAX_BYTES = 1 << 21,
};

/* Texts are arrays by language, in the order of content.languages; "" where an author left one out (told). */
struct content_area {
    const char *code, *framework, *icon;
    const char *plain[CONTENT_LANGUAGES_MAX], *title[CONTENT_LANGUAGES_MAX];
    int line;
};

struct content_competence {
    const char *code, *framework, *edition, *area;
    const char *plain[CONTENT_LANGUAGES_MAX], *title[CONTENT_LANGUAGES_MAX];
    bool is_verified[CONTENT_LANGUAGES_MAX];
    int line;
};

struct content_level {
    int band, level_from, level_to, line;
    const char *say[CONTENT_LANGUAGES_MAX];
};

struct content_process {
    const char *id, *icon;
    int position, line;
    const char *name[CONTENT_LANGUAGES_MAX], *about[CONTENT_LANGUAGES_MAX];
};

struct content_weight {
    const char *process, *competence;
    int weight, line;
};

struct content_item {
    const char *id, *competence, *type, *context;
    int level, line;
    double seconds; /* below 0: the type's own */
};

struct content_picture {
    const char *name; /* "shop.svg", as pages write it */
    const char *author, *licence, *svg;
    size_t svg_bytes;
    int line; /* in CREDITS.csv */
    bool is_used;
};

struct content_lesson {
    const char *id;
    struct lesson_text text[CONTENT_LANGUAGES_MAX];
    struct gift gift[CONTENT_LANGUAGES_MAX];
    bool has_text[CONTENT_LANGUAGES_MAX];
};

struct content_strings {
    const char *text[CONTENT_LIST_MAX];
    int n;
};

struct content_module {
    const char *id, *icon, *area, *licence, *file; /* file: its module.json, for messages */
    int version, position, eqf, n_lessons;
    struct content_strings competences, processes, languages, authors;
    const char *title[CONTENT_LANGUAGES_MAX], *about[CONTENT_LANGUAGES_MAX];
    struct content_lesson lessons[CONTENT_LESSONS_MAX];
};

struct content {        /* zeroed is empty */
    struct arena arena; /* owns every pointer below */
    const char *dir;
    const char *languages[CONTENT_LANGUAGES_MAX]; /* the default first */
    int n_languages, version;
    struct content_area *areas;
    int n_areas;
    struct content_competence *competences;
    int n_competences;
    struct content_level *levels;
    int n_levels;
    struct content_process *processes;
    int n_processes;
    struct content_weight *weights;
    int n_weights;
    struct content_item *items;
    int n_items;
    struct content_picture *pictures;
    int n_pictures;
    struct content_module **modules;
    int n_modules; /* by position */
    struct gift gift[CONTENT_LANGUAGES_MAX];
    struct po po[CONTENT_LANGUAGES_MAX];
};

/* Reads the tree below dir. False when core.json is missing or wrong: then there is nothing to go on with. */
bool content_load(const char *dir, struct content *c, struct report *report);
void content_release(struct content *c);
/* All that is wrong between the files. content_load's findings come first. */
void content_check(struct content *c, struct report *report);

/* -1 = unknown. */
int content_language(const struct content *c, const char *lang);
const struct content_competence *content_competence_of(const struct content *c, const char *code);
const struct content_area *content_area_of(const struct content *c, const char *code);
const struct content_process *content_process_of(const struct content *c, const char *id);
struct content_picture *content_picture_of(struct content *c, const char *name);
/* 1 for sr, km, sm; 3 for st; 0 = unknown type. */
int content_type_questions(const char *type);
/* "ID", or for st "ID/1" … "ID/3" (part from 1). Borrowed from the arena. */
const char *content_question_id(struct content *c, const struct content_item *item, int part);

#endif
