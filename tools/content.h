/* content: the authors' tree in memory. content_load reads every file, content_check compares them with each other,
 * content_build writes containers. Findings go to a report; nothing stops at the first. Formats: content/FORMAT.md. */
#ifndef M2_TOOLS_CONTENT_H
#define M2_TOOLS_CONTENT_H

#include "base/arena.h"
#include "content_gift.h"
#include "content_lesson.h"
#include "content_po.h"
#include "content_report.h"
#include "content_workshop_text.h"
#include "learn/calibrate.h"
#include <stdint.h>

enum {
    CONTENT_LANGUAGES_MAX = 8,
    CONTENT_LESSONS_MAX = 32,
    CONTENT_LIST_MAX = 64,
    CONTENT_FILE_MAX_BYTES = 1 << 21,
    CONTENT_LEVELS = 8,
    PICTURE_ALT_MIN = 10, /* letters, of a picture on a page or to choose */
    PICTURE_ALT_MAX = 300,
    CONTENT_ITEM_LEVEL_MAX = 7, /* at level 8 there is nobody left to ask */
};

/* What calibration may find, in levels: place and its standard error; and slope. */
#define CONTENT_B_MIN  (-3.0)
#define CONTENT_B_MAX  11.0
#define CONTENT_SE_MIN CALIBRATE_SE_MIN
#define CONTENT_SE_MAX 2.0
#define CONTENT_A_MIN  CALIBRATE_SLOPE_MIN
#define CONTENT_A_MAX  CALIBRATE_SLOPE_MAX

/* Texts are arrays by language, in the order of content.languages; "" where an author left one out (told). */
struct content_area {
    const char *code, *framework, *icon;
    const char *plain[CONTENT_LANGUAGES_MAX], *title[CONTENT_LANGUAGES_MAX];
    struct gift gift[CONTENT_LANGUAGES_MAX]; /* the questions of its items */
    int line;
};

struct content_competence {
    const char *code, *framework, *edition, *area;
    const char *plain[CONTENT_LANGUAGES_MAX], *title[CONTENT_LANGUAGES_MAX];
    const char *title30[CONTENT_LANGUAGES_MAX]; /* of DigComp 3.0; "" for EntreComp */
    bool is_verified[CONTENT_LANGUAGES_MAX], is_verified30[CONTENT_LANGUAGES_MAX];
    int line;
};

struct content_level {
    int band, level_from, level_to, line;
    const char *say[CONTENT_LANGUAGES_MAX];
};

struct content_statement { /* what somebody at a level of a competence can do */
    const char *code;
    int level, line;
    const char *can[CONTENT_LANGUAGES_MAX];
};

struct content_hard_word { /* one that people on the land need not know */
    const char *word, *instead;
    int lang;
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

struct content_trade {
    const char *id, *icon, *name[CONTENT_LANGUAGES_MAX];
    int position, line;
};

struct content_matter { /* how much a process matters to a trade */
    const char *trade, *process;
    int weight, line;
};

struct content_tap { /* an act of the business that is answered with one touch */
    const char *id, *process, *text[CONTENT_LANGUAGES_MAX];
    int line;
};

struct content_cell {                   /* what an area means for a process: in a trade, or as a case */
    const char *trade, *process, *area; /* trade "" for a case */
    int line;
    const char *text[CONTENT_LANGUAGES_MAX];
};

struct content_item {
    const char *id, *competence, *type, *context, *shows;
    const char *aspect; /* "attitude": what one does though it is tempting not to; "" else */
    int level, line;
    double seconds;  /* NAN: the type's own */
    double b, se, a; /* from calibration, for all languages; NAN = none */
    double b_in[CONTENT_LANGUAGES_MAX], se_in[CONTENT_LANGUAGES_MAX]; /* for one; NAN = that for all */
};

struct content_prior { /* where people stand before they answer */
    const char *id;    /* a competence, or ASSESS_CLAIM */
    double mean;
    int line;
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

struct content_word { /* of a tool, by its key: "field.minutes" */
    const char *key, *text[CONTENT_LANGUAGES_MAX];
    int line;
};

struct content_tool {
    const char *id, *icon, *area, *licence, *program;
    const char *file, *program_file, *words_file; /* for messages */
    int version, position, minutes, n_words;
    struct content_strings competences, processes, languages, authors;
    struct content_word *words;
};

struct content_workshop {
    const char *id, *icon, *area, *licence;
    const char *file, *json; /* its workshop.json: name and text, for messages */
    int version, position, people_from, people_to, n_parts;
    struct {
        const char *kind; /* talk, show, vote, pairs, write */
        int minutes;
    } parts[LIBRARY_PARTS_MAX];
    struct content_strings competences, processes, languages, authors;
    struct workshop_text text[CONTENT_LANGUAGES_MAX];
    bool has_text[CONTENT_LANGUAGES_MAX];
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
    struct content_statement *statements;
    int n_statements;
    struct content_hard_word *hard_words;
    int n_hard_words;
    struct content_process *processes;
    int n_processes;
    struct content_weight *weights;
    int n_weights;
    struct content_trade *trades;
    int n_trades; /* none: nobody is asked for it */
    struct content_matter *matters;
    int n_matters;
    struct content_tap *taps;
    int n_taps;
    struct content_cell *means, *cases;
    int n_means, n_cases;
    struct content_item *items;
    int n_items;
    struct content_prior *priors;
    int n_priors;
    struct content_picture *pictures;
    int n_pictures;
    struct content_module **modules;
    int n_modules; /* by position */
    struct content_tool **tools;
    int n_tools; /* by position; none: no tools */
    struct content_workshop **workshops;
    int n_workshops; /* by position */
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
/* The area whose folder has the item's questions; NULL = its competence is unknown. */
const struct content_area *content_area_of_item(const struct content *c, const struct content_item *item);
const struct content_process *content_process_of(const struct content *c, const char *id);
const struct content_trade *content_trade_of(const struct content *c, const char *id);
struct content_picture *content_picture_of(struct content *c, const char *name);
/* 1 for sr, km, sm; 3 for st; 0 = unknown type. */
int content_type_questions(const char *type);
/* "NAME.svg description", an answer of an item that shows photos: its picture, NULL = unknown. *name is the arena's,
 * *alt what stands behind it. */
struct content_picture *content_photo_of(struct content *c, const char *answer, const char **name, const char **alt);
/* "ID", or for st "ID/1" … "ID/3" (part from 1). Borrowed from the arena. */
const char *content_question_id(struct content *c, const struct content_item *item, int part);
/* "assessment/D1"; "FOLDER/en.gift". Borrowed from the arena. */
const char *content_area_folder(struct content *c, const struct content_area *area);
const char *content_gift_file(struct content *c, const char *folder, int lang);

#endif
