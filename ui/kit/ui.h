/* ui: the words a screen uses to describe itself; the kit keeps the tree, draws it, speaks it, and finds what was
 * touched.
 *
 * A screen's build() is a pure function of its state: it calls the functions below in reading order, does no I/O, reads
 * no clock, and keeps nothing. Everything given here (texts, arrays, points of charts) is copied into the kit's memory
 * before the call returns. Main thread only. Lengths are in dp (1/160 inch); at larger text what holds text grows by
 * itself. The app's side (events, painting, speech, time) is kit/ui_run.h, reading the tree is kit/ui_tree.h.
 *
 *   ui_screen(ui, K("choice"), tr("Question"));       // opens the screen; its title is spoken first
 *   ui_back(ui, ACT(ACT_BACK));                        // these four go to the fixed places of the frame, wherever
 *   ui_context(ui, ICON_CLOCK, tr("about 5 minutes")); // in the build they are called
 *   ui_heading(ui, K("stem"), UI_TITLE, q->stem);
 *   ui_group(ui, K("options"), UI_RADIOS, tr("Answers"));
 *   ui_radio(ui, KI(o->id), o->text, UI_ON, ACT_ARG(ACT_PICK, o->id));
 *   ui_end(ui);
 *   ui_main(ui, K("next"), tr("Next"), ICON_NEXT, 0, ACT(ACT_NEXT));
 *   ui_end(ui);
 *
 * What the kit does by itself: places top bar, body and help bar; scrolls a body that does not fit, with a bar and two
 * step buttons; turns grids and rows into fewer columns when the text grows; mirrors everything for right-to-left;
 * keeps focus and scroll between builds; makes every target as big as ACCESSIBILITY A30 asks.
 */
#ifndef M2_KIT_UI_H
#define M2_KIT_UI_H

#include "base/arena.h"
#include "kit/chart.h"
#include "kit/keyboard.h"
#include "kit/shape.h"
#include "kit/theme.h"
#include "learn/lesson.h"
#include <stdint.h>

struct ui;

/* Keys: a literal for what is always there, the row's id in lists, never its index. Unique among siblings; they stay
 * the same in every language, because tests and the driver use them. A node's path is the keys from the screen down,
 * joined by '/', plain boxes left out: "options/17". */
struct ui_key {
    const char *name; /* NULL: the number alone */
    int64_t id;
    bool has_id;
};
#define K(literal)      ((struct ui_key){"" literal, 0, false})
#define KI(row_id)      ((struct ui_key){NULL, (row_id), true})   /* "17" */
#define KN(literal, id) ((struct ui_key){"" literal, (id), true}) /* "cell17": ids of two tables in one list */
#define KS(text)        ((struct ui_key){(text), 0, false})       /* a stable id that is text: a code, a language */

/* What a touch or key sends to the screen's action(). Screens use ids 1..999, the app's own (home, language ...) start
 * at UI_ACT_APP; ids below zero are the kit's and never come out. */
struct ui_act {
    int id; /* 0 = none */
    int64_t arg;
};
#define ACT(action)          ((struct ui_act){(action), 0})
#define ACT_ARG(action, arg) ((struct ui_act){(action), (arg)})
#define NO_ACT               ((struct ui_act){0, 0})
enum { UI_ACT_APP = 1000 };

/* Roles of the tree (DESIGN §7). UI_PLAIN boxes only arrange: they are not in the tree that is read, tested or dumped.
 * UI_RADIOS and UI_TABS are groups whose members know their place ("2 of 5"), as those of UI_LIST do. */
enum ui_role {
    UI_PLAIN,
    UI_SCREEN,
    UI_HEADING,
    UI_TEXT,
    UI_IMAGE,
    UI_BUTTON,
    UI_RADIO,
    UI_CHECKBOX,
    UI_LIST,
    UI_LISTITEM,
    UI_TAB,
    UI_FIELD,
    UI_KEY,
    UI_SLIDER,
    UI_PROGRESS,
    UI_STATUS,
    UI_LINK,
    UI_DIALOG,
    UI_CHART,
    UI_GROUP,
    UI_RADIOS,
    UI_TABS,
    UI_N_ROLES
};

enum ui_flag {
    UI_OFF = 1 << 0,      /* cannot be chosen now; still read aloud */
    UI_ON = 1 << 1,       /* chosen, ticked, current */
    UI_PRIMARY = 1 << 2,  /* in `go` colours and at least 20 mm high: the one main action. Prefer ui_main() */
    UI_LIVE = 1 << 3,     /* spoken when it appears or changes */
    UI_PART = 1 << 4,     /* belongs to the actionable node around it: drawn, not spoken or focused by itself */
    UI_SECRET = 1 << 5,   /* never spoken through the loudspeaker, value shown as dots (A25) */
    UI_PERSONAL = 1 << 6, /* a result, token or contact: the voice asks first unless headphones are in (A24) */
    UI_ANSWER = 1 << 7,   /* at least 20 mm high (A30), as radios are */
    UI_SOFT = 1 << 8,     /* text in ink2: captions only */
    UI_BOLD = 1 << 9,
    UI_CENTERED = 1 << 10,
    UI_COLOURED = 1 << 11, /* text in the colour of the area around it */
    UI_UNSURE = 1 << 12,   /* a radio that says "I am not sure yet": dashed outline */
    UI_DONE = 1 << 13,     /* list items: finished, a tick in place of the icon */
    UI_INVERSE = 1 << 14,  /* dark ground: "I am finished" */
    UI_SETTLED = 1 << 15,  /* a radio that was answered: cannot be chosen any more, drawn to be read */
};

/* -- boxes
 * ------------------------------------------------------------------------------------------------------------------ */
enum ui_flow { UI_COLUMN, UI_ROW, UI_GRID, UI_WRAP };
enum ui_surface {
    UI_BARE,
    UI_CARD, /* white, outlined */
    UI_TILE, /* soft tint of the area, outlined in its colour */
    UI_TINT, /* soft tint of the area, no outline: nothing that can be touched */
    UI_CHIP, /* small, round ends */
    UI_BAR,  /* full width, a line above */
    UI_NOTE, /* warm tint: "leave the stick in" */
};
enum ui_align { UI_STRETCH, UI_START, UI_CENTER, UI_FINISH, UI_BETWEEN };
enum { UI_NONE_DP = -1 };

struct ui_box {
    enum ui_flow flow;
    int gap_dp;        /* 0 = 16; UI_NONE_DP = none. Between things that can be touched never under 2 mm */
    int pad_dp;        /* 0 = none on a bare box, 24 on a surface; UI_NONE_DP = none */
    int pad_v_dp;      /* above and below; 0 = as pad_dp, UI_NONE_DP = none */
    int grow;          /* share of spare room along the parent's flow; in a column the body's spare height */
    int columns;       /* grid: the most columns; 0 = as many as fit */
    int min_column_dp; /* grid and row: narrower than this times the text size, there are fewer columns; a row becomes a
                          column */
    int min_w_dp, min_h_dp, max_w_dp;
    enum ui_align align; /* across the flow; UI_STRETCH fills */
    enum ui_align pack;  /* along the flow, where nothing grows; UI_BETWEEN spreads */
    enum ui_surface surface;
    enum theme_area area; /* colour of tiles, tints, chips and of icons and bars inside; AREA_NONE = go green */
    unsigned flags;
    struct ui_act act; /* makes the box one target; what is inside becomes parts of it */
    const char *about; /* spoken after the name of an actionable box */
};

/* Opens a box; ends with ui_end(). Role UI_PLAIN with name NULL only arranges. An actionable box needs a role and a
 * name. */
void ui_open(struct ui *ui, struct ui_key key, enum ui_role role, const char *name, struct ui_box box);
void ui_end(struct ui *ui);
/* A column with a role: UI_RADIOS, UI_LIST, UI_TABS (a row that wraps) or UI_GROUP. Ends with ui_end(). */
void ui_group(struct ui *ui, struct ui_key key, enum ui_role role, const char *name);
void ui_space(struct ui *ui, int grow); /* takes spare room: pushes what follows to the end */
void ui_line(struct ui *ui);            /* a separator */

/* -- the frame: one screen, its fixed places
 * -------------------------------------------------------------------------------- */
/* Opens the screen. key is the screen's name in trees and scripts ("home"). title stands in the top bar, unless
 * ui_top_progress() takes its place; it is always spoken first. The body is a column with gap 16; ends with ui_end().
 */
void ui_screen(struct ui *ui, struct ui_key key, const char *title);
void ui_back(struct ui *ui, struct ui_act act); /* the arrow before the title, also Escape; none without this call */
/* Which of several pages the screen shows, by an id (of a question, a lesson's page): another one begins at its top. */
void ui_page(struct ui *ui, const char *id);
void ui_context(struct ui *ui, enum icon icon,
                const char *text); /* the one piece of context, at the end of the top bar */
/* A button in its place: what explains the whole screen. */
void ui_top_button(struct ui *ui, struct ui_key key, enum icon icon, const char *name, struct ui_act act);
void ui_top_progress(struct ui *ui, int permille,
                     const char *text); /* in place of the title; text is its spoken value */
/* The main action: in go colours, in the help-bar row before "I am finished", at every size; key "next", ... of the
 * screen. After the body in reading order. flags: UI_OFF. At most one. */
void ui_main(struct ui *ui, struct ui_key key, const char *name, enum icon icon, unsigned flags, struct ui_act act);

/* -- things to read
 * --------------------------------------------------------------------------------------------------------- */
enum ui_type { UI_BODY, UI_SMALL, UI_TITLE, UI_HEAD, UI_FIGURE }; /* 27, 23, 34, 42, 54 dp at 100 % */
/* Role text. flags: UI_SOFT, UI_BOLD, UI_CENTERED, UI_COLOURED, UI_LIVE, UI_PERSONAL. */
void ui_text(struct ui *ui, struct ui_key key, enum ui_type type, const char *text, unsigned flags);
void ui_heading(struct ui *ui, struct ui_key key, enum ui_type type, const char *text);
/* A caption and a big figure as one node: role text, name = caption, value = figure. */
void ui_figure(struct ui *ui, struct ui_key key, const char *caption, const char *figure, unsigned flags);
/* Parsed text: headings, paragraphs, bullets, numbers, pictures. A picture "jar.png" is asked from the app as
 * FOLDER/jar.png. Line spacing 1.5 (A17). */
void ui_prose(struct ui *ui, struct ui_key key, const struct lesson_page *page, const char *folder);
/* The same, to be read by a room from three metres: in UI_TITLE. */
void ui_prose_large(struct ui *ui, struct ui_key key, const struct lesson_page *page, const char *folder);
/* Role status, live: a line with a mark, spoken as it appears or changes. text NULL or "" = nothing is built. */
void ui_status(struct ui *ui, struct ui_key key, const char *text);
void ui_warning(struct ui *ui, struct ui_key key,
                const char *text); /* the same with a warning mark; never for a low level */
/* A bar with text below: permille 0..1000; value is spoken and shown ("61 of 148 MB"); name says of what. */
void ui_progress(struct ui *ui, struct ui_key key, const char *name, const char *value, int permille);
/* Dots of pages, `now` from 0. name is what is spoken: "page 2 of 4". */
void ui_steps(struct ui *ui, struct ui_key key, const char *name, int now, int n);
/* A picture that was dealt, with its place on a badge and its name below; role image. */
void ui_dealt(struct ui *ui, struct ui_key key, enum icon icon, const char *place, const char *name, unsigned flags);
/* A picture by handle: PNG bytes come from the app (struct ui_host.picture); alt is its name, "" = decoration, not
 * spoken. */
void ui_image(struct ui *ui, struct ui_key key, const char *handle, const char *alt, int max_h_dp);
/* An icon as decoration, in the colour of the area. */
void ui_icon(struct ui *ui, enum icon icon, int size_dp);
/* A round badge with one or two letters or a number; UI_ON fills it with the area's colour. */
void ui_badge(struct ui *ui, const char *text, unsigned flags);
/* A small label with round ends that cannot be touched. */
void ui_label(struct ui *ui, struct ui_key key, enum icon icon, const char *text, enum theme_area area);
/* A chart of kit/chart.h. name: what it is; value: what it says ("You are strongest in ..."), both spoken. h_dp: its
 * least height. */
void ui_chart(struct ui *ui, struct ui_key key, const char *name, const char *value, const struct chart *chart,
              int h_dp);

/* A QR code (kit/qr.h): a picture whose value is the text it carries, QR_TEXT_MAX bytes at most, "" = nothing is built.
 * The screen writes the text beside it, where it is spoken. h_dp: its side, as far as whole pixels a module go, and
 * never less than phones need. */
void ui_qr(struct ui *ui, struct ui_key key, const char *name, const char *text, int h_dp);

/* -- things to touch
 * -------------------------------------------------------------------------------------------------------- */
void ui_button(struct ui *ui, struct ui_key key, const char *name, unsigned flags, struct ui_act act);
void ui_icon_button(struct ui *ui, struct ui_key key, enum icon icon, const char *name, unsigned flags,
                    struct ui_act act);
/* A whole answer; its badge is its letter in the group (A, B ...; the app's words may give others), "?" with UI_UNSURE.
 * flags: UI_ON, UI_OFF, UI_UNSURE; UI_DONE: the one that fits, a tick at its end; UI_SETTLED: only that one is
 * coloured, the chosen one has a strong line. */
void ui_radio(struct ui *ui, struct ui_key key, const char *text, unsigned flags, struct ui_act act);
/* The same for an answer that looks like the thing it is: what stands before and behind its words, or a picture in
 * their place. name is what is spoken. */
struct ui_look {
    enum icon icon;
    const char *before, *text, *end; /* text NULL = the name; end: an amount, in figures of one width */
    const char *picture;             /* as of ui_image */
};
void ui_radio_as(struct ui *ui, struct ui_key key, const char *name, const struct ui_look *look, unsigned flags,
                 struct ui_act act);
/* An answer that a room touches one after the other: a button on whose ground a bar grows. value: how many touched it,
 * shown at its end; spoken: the same in words. permille: length of the bar. */
void ui_vote(struct ui *ui, struct ui_key key, const char *name, const char *value, const char *spoken, int permille,
             struct ui_act act);
void ui_checkbox(struct ui *ui, struct ui_key key, const char *text, unsigned flags, struct ui_act act);
/* A big tile of the home screen: role button. */
void ui_tile(struct ui *ui, struct ui_key key, enum icon icon, const char *title, const char *about,
             enum theme_area area, struct ui_act act);
/* A row of a list that leads somewhere: icon, title, about, chevron. Role button, listitem inside UI_LIST. about may be
 * NULL. flags: UI_ON (current), UI_OFF, UI_DONE. */
void ui_card_row(struct ui *ui, struct ui_key key, enum icon icon, const char *title, const char *about,
                 enum theme_area area, unsigned flags, struct ui_act act);
/* A row that only tells: icon, title, about and, when permille >= 0, a bar. Role listitem. flags: UI_DONE, UI_ON,
 * UI_LIVE. */
void ui_item(struct ui *ui, struct ui_key key, enum icon icon, const char *title, const char *about, int permille,
             enum theme_area area, unsigned flags);
/* A choice among few, round ends: role tab inside UI_TABS, else checkbox. flags: UI_ON, UI_OFF. */
void ui_chip(struct ui *ui, struct ui_key key, enum icon icon, const char *text, unsigned flags, struct ui_act act);
/* A value that can be edited: label, value. Touching it sends act; UI_ON = the keys write here now; UI_SECRET shows
 * dots. */
void ui_field(struct ui *ui, struct ui_key key, const char *label, const char *value, unsigned flags,
              struct ui_act act);
/* The same for a text that may run over several lines: the label stands above it. */
void ui_writing(struct ui *ui, struct ui_key key, const char *label, const char *value, unsigned flags,
                struct ui_act act);
/* Keys for digits in the order given ("7894561230"; shuffled for codes), then `mark` (the decimal mark, NULL = none)
 * and delete. Each sends {act.id, arg = the character; '\b' = delete}. Digits typed on a keyboard send the same. With a
 * mark, small panels have two rows of six. */
void ui_keypad(struct ui *ui, struct ui_key key, const char *digits, const char *mark, const char *delete_name,
               unsigned flags, struct ui_act act);
/* Our own keyboard (kit/keyboard.h): the keys of a page as a grid that fits the panel, and below them what turns to
 * marked letters or digits, the space bar and delete. Keys send type, arg = the character, '\b' = delete; turning sends
 * turn, arg = enum keyboard_page. It stands in the flow of the page, below its field and never over it. */
struct ui_keyboard_words {
    const char *keyboard, *accents, *digits, *space, *delete;
};
void ui_keyboard(struct ui *ui, struct ui_key key, const struct keyboard *k, enum keyboard_page page,
                 const struct ui_keyboard_words *words, struct ui_act type, struct ui_act turn);
/* Keys for the letters of a code, in the order given, and delete; as ui_keypad(). UI_SECRET: silent. */
void ui_letters(struct ui *ui, struct ui_key key, const char *keys, const char *delete_name, unsigned flags,
                struct ui_act act);
/* Value on a scale with less and more buttons; no drag needed (A32). Sends act with arg -1 or +1. */
void ui_slider(struct ui *ui, struct ui_key key, const char *name, const char *value, int permille, struct ui_act act);
/* A picture to choose, at least 14 mm (A30). Role key: with UI_SECRET it is silent, and no look tells what was touched.
 */
void ui_picture(struct ui *ui, struct ui_key key, enum icon icon, const char *name, unsigned flags, struct ui_act act);

/* Modal, over the body: last thing in the screen. Focus and touches stay inside, but the help bar's language, read
 * aloud, text size and contrast still answer (A01). Escape sends `escape`. The title is spoken, then the live parts.
 * Ends with ui_end(). */
void ui_dialog(struct ui *ui, struct ui_key key, const char *title, struct ui_act escape);

/* -- about the node just built
 * ---------------------------------------------------------------------------------------------- */
void ui_say_as(struct ui *ui, const char *spoken);  /* spoken in place of its name */
void ui_is_personal(struct ui *ui);                 /* UI_PERSONAL */
void ui_place(struct ui *ui, int64_t i, int64_t n); /* "3 of 120" where the list holds more than was built; i from 1 */
void ui_keep_in_view(struct ui *ui); /* scrolled into view when the screen opens: the current row of a list */

/* -- long lists
 * ------------------------------------------------------------------------------------------------------------- */
/* Calls row(ui, ctx, i) for the rows from `first` on, at most `page`, inside a UI_LIST named name; each row builds
 * exactly one node and knows "3 of 120". When there are more, two buttons ("earlier", "later") send act with arg = the
 * new first. */
void ui_list(struct ui *ui, struct ui_key key, const char *name, int64_t count, int64_t first, int page,
             void (*row)(struct ui *ui, const void *ctx, int64_t i), const void *ctx, struct ui_act act);

/* -- for build()
 * ------------------------------------------------------------------------------------------------------------ */
struct arena *ui_arena(struct ui *ui);            /* lives until the next build: tr_fmt and friends */
bool ui_is_small_panel(const struct ui *ui);      /* under 10 inch */
bool ui_is_wide(const struct ui *ui, int min_dp); /* the body is at least min_dp wide at this text size */
int ui_text_percent(const struct ui *ui);

#endif
