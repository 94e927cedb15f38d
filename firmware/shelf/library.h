/* library: everything the open containers say, by language. Loads the small things (words, frameworks, items, module
 * list) whole, fetches lesson pages and pictures one by one. The only reader of containers; connections are read-only,
 * immutable, query_only, defensive, trusted_schema off. A later container of the same id and a higher version replaces
 * the earlier; languages add up. Threads: one library, one thread (the reader); the structs it hands out are heap
 * blocks owned by who receives them. */
#ifndef M2_SHELF_LIBRARY_H
#define M2_SHELF_LIBRARY_H

#include "base/arena.h"
#include "base/buf.h"
#include <stdint.h>

struct library;

/* Opens every *.m2k of the folder that verify.h accepts (signature by an author key of the trust list). Broken or
 * foreign ones are logged, named in library_problem(), and left out. An empty shelf is ERR_NOT_FOUND. */
struct trustlist;
M2_MUST_CHECK bool library_open(const char *shelf_dir, const struct trustlist *trust, struct library **out,
                                struct err *err);
/* One container by its path, whoever made it: `content show` and the fuzzer. */
M2_MUST_CHECK bool library_open_file(const char *path, struct library **out, struct err *err);
void library_close(struct library *l);
const char *library_default_language(const struct library *l); /* of the core container; borrowed until library_close */

enum { LIBRARY_QUESTIONS_MAX = 64 }; /* of a lesson */

/* --- loaded whole
 * ------------------------------------------------------------------------------------------------------- */
struct lib_language {
    const char *lang, *name, *direction, *plural;
};
struct lib_word {
    const char *context, *msgid, *value[6]; /* value[form], NULL past the last */
};
struct lib_area {
    const char *code, *framework, *icon, *plain, *title;
};
struct lib_competence {
    const char *code, *area, *framework, *edition, *plain, *title;
    bool is_verified;
};
struct lib_level {
    int band, level_from, level_to;
    const char *say;
};
struct lib_weight {
    const char *competence;
    int weight;
};
struct lib_process {
    const char *id, *icon, *name, *about;
    struct lib_weight *weights;
    int n_weights;
};
struct lib_choice {
    const char *text, *feedback;
    bool is_right;
};
struct lib_question {
    const char *id, *owner, *stem;
    struct lib_choice *choices; /* none: a self-report, the station gives the four scale words */
    int n_choices;
};
struct lib_item {
    const char *id, *competence, *type, *context;
    int level;
    double seconds;                 /* 0 = the type's own */
    struct lib_question *questions; /* 1, or 3 for st */
    int n_questions;
};
struct lib_lesson {
    const char *id, *title;
    const char **outcomes;
    int n_outcomes, minutes, eqf;
    const char **serves; /* competence codes and "process:ID" */
    int n_serves;
};
struct lib_module {
    const char *id, *icon, *area, *title, *about;
    int eqf;
    struct lib_lesson *lessons;
    int n_lessons;
    const char **serves;
    int n_serves;
};
struct lib_pack {
    const char *id, *file;
    int64_t version, bytes;
};

/* One language's view of the whole shelf. Texts missing in `lang` fall back to the core's default language. */
struct lib_view {
    struct arena arena; /* owns every pointer below */
    const char *lang;
    struct lib_language *languages;
    int n_languages;
    struct lib_word *words;
    int n_words; /* sorted by context, then msgid */
    struct lib_area *areas;
    int n_areas;
    struct lib_competence *competences;
    int n_competences;
    struct lib_level *levels;
    int n_levels;
    struct lib_process *processes;
    int n_processes;
    struct lib_item *items;
    int n_items; /* only those that exist in lang; bank order */
    struct lib_module *modules;
    int n_modules;
    struct lib_pack *packs;
    int n_packs;
};
M2_MUST_CHECK bool library_view(struct library *l, const char *lang, struct lib_view **out, struct err *err);
void library_view_free(struct lib_view *v);

/* --- one by one
 * --------------------------------------------------------------------------------------------------------- */
struct lib_picture {
    const char *name, *alt;
    const uint8_t *png;
    size_t n;
    int width, height;
};
struct lib_lesson_body {
    struct arena arena;
    const char *id, *lang; /* lang actually found */
    const char **pages;    /* CommonMark */
    int n_pages;
    struct lib_question *questions;
    int n_questions;
    struct lib_picture *pictures; /* all that the pages name */
    int n_pictures;
};
M2_MUST_CHECK bool library_lesson(struct library *l, const char *id, const char *lang, struct lib_lesson_body **out,
                                  struct err *err);
void library_lesson_free(struct lib_lesson_body *b);

/* Containers left out at open, as sentences; NULL past the last. */
const char *library_problem(const struct library *l, int i);

/* Every statement of library.c and library_view.c, NULL at the end: a test prepares them on an empty container. */
extern const char *const library_sql[], *const library_view_sql[];

#endif
