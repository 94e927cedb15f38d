/* library: everything the open containers say, by language. Loads the small things (words, frameworks, items, module
 * list) whole, fetches lesson pages and pictures one by one. The only reader of containers; connections are read-only,
 * immutable, query_only, defensive, trusted_schema off. Of each id the highest version that is in order and not put
 * aside (hold.h) is used; languages add up. Threads: one library, one thread (the reader); the structs it hands out are
 * heap blocks owned by who receives them. */
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
enum { LIBRARY_TOOL_WORDS_MAX = 128, LIBRARY_PARTS_MAX = 8, LIBRARY_OPTIONS_MAX = 6, LIBRARY_NEEDS_MAX = 8 };

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
enum { LIBRARY_LEVELS = 8 };
struct lib_competence {
    const char *code, *area, *framework, *edition, *plain, *title;
    double prior;        /* mean level of who has not answered yet; NAN = the engine's own */
    const char *title30; /* of DigComp 3.0; "" where that edition does not count */
    bool is_verified, is_verified30;
    const char *can[LIBRARY_LEVELS]; /* what somebody at level 1..8 can do, "" where nobody wrote it */
};
struct lib_text {
    const char *id, *text;
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
struct lib_trade {
    const char *id, *icon, *name;
};
struct lib_matter { /* how much a process matters to a trade: 1..3 */
    const char *trade, *process;
    int weight;
};
struct lib_tap { /* an act of the business, answered with one touch */
    const char *id, *process, *text;
};
struct lib_picture {
    const char *name, *alt;
    const uint8_t *png;
    size_t n;
    int width, height;
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
/* "A new translation starts from the item's b with se at least 0.4" (ALGORITHM 6). */
#define LIBRARY_TRANSLATION_SE 0.4
struct lib_item {
    const char *id, *competence, *type, *context;
    const char *shows; /* how its answers lie on the screen: content/FORMAT.md */
    double b, se, a;   /* what calibration found: for this language, else for all, then se is at least
                          LIBRARY_TRANSLATION_SE; NAN = nothing */
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
    int eqf, position;
    struct lib_lesson *lessons;
    int n_lessons;
    const char **serves;
    int n_serves;
};
/* A tool: a small program that reckons with what the visitor types (workbench/tool.h). */
struct lib_tool {
    const char *id, *icon, *area, *title, *about, *explain;
    int minutes, position;
    const char **serves;
    int n_serves;
    const char *program;    /* Lua */
    struct lib_text *words; /* sorted by id: library_tool_word() */
    int n_words;
};
/* A digital workshop: a pack for somebody who leads an evening of neighbours. */
struct lib_part {
    const char *kind; /* talk show vote pairs write */
    const char *title, *room, *leader;
    int minutes;
    const char **options; /* of a vote */
    int n_options;
};
struct lib_workshop {
    const char *id, *icon, *area, *title, *about;
    int minutes; /* of all parts */
    int position;
    int people_from, people_to;
    const char **needs; /* to have ready */
    int n_needs;
    struct lib_part *parts;
    int n_parts;
    const char **serves;
    int n_serves;
};
struct lib_pack {
    const char *id, *file;
    int64_t version, bytes;
    int64_t former; /* the version before, still on the shelf: staff can go back to it (hold.h); 0 = none */
    int64_t held;   /* a newer one that staff put aside; 0 = none */
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
    double prior_claim; /* the same of the over-claim */
    struct lib_trade *trades;
    int n_trades; /* none: the station does not ask for it */
    struct lib_matter *matters;
    int n_matters;
    struct lib_tap *taps;
    int n_taps;
    struct lib_picture *pictures; /* of items that show photos; alt "" */
    int n_pictures;
    struct lib_text *means; /* sorted by id, "TRADE/PROCESS/AREA" */
    int n_means;
    struct lib_text *cases; /* the same, "PROCESS/AREA" */
    int n_cases;
    struct lib_item *items;
    int n_items;                /* only those that exist in lang; bank order */
    struct lib_module *modules; /* as tools and workshops, by position */
    int n_modules;
    struct lib_tool *tools;
    int n_tools;
    struct lib_workshop *workshops;
    int n_workshops;
    struct lib_pack *packs;
    int n_packs;
};
M2_MUST_CHECK bool library_view(struct library *l, const char *lang, struct lib_view **out, struct err *err);
void library_view_free(struct lib_view *v);
/* What an area of competence means for a process in this trade; what is not written for it is taken from the trade
 * LIBRARY_ANY_TRADE. "" where nobody wrote it. */
#define LIBRARY_ANY_TRADE "other"
const char *library_means(const struct lib_view *v, const char *trade, const char *process, const char *area);
/* One true-to-life case of it; "" where there is none. */
const char *library_case(const struct lib_view *v, const char *process, const char *area);

/* Words of a tool by their key, as "field.minutes"; "" where there are none. */
const char *library_tool_word(const struct lib_tool *tool, const char *id);

/* --- one by one
 * --------------------------------------------------------------------------------------------------------- */
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

/* Every statement of library.c, library_view.c and library_learn.c, NULL at the end: a test prepares them on an empty
 * container. */
extern const char *const library_sql[], *const library_view_sql[], *const library_learn_sql[];

#endif
