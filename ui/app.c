/* app: opening and closing in order, the loop, the frame, the help bar, idleness, news from the workers. */
#include "app.h"
#include "base/clock.h"
#include "base/log.h"
#include "device/voice.h"
#include "kit/shape.h"
#include "kit/sound.h"
#include "kit/text.h"
#include "stick/slot.h"
#include "tr.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { WAITING_SHOWN_MS = 300, STEPS_PER_TURN = 64, HESITATES_MS = 20 * 1000 };

const int app_text_sizes[APP_TEXT_SIZES] = {100, 125, 160, 200};
const struct screen_class *const app_screens[] = {
    &scr_welcome,  &scr_home,        &scr_trade,        &scr_length,         &scr_question, &scr_said,  &scr_result,
    &scr_modules,  &scr_module,      &scr_lesson,       &scr_quiz,           &scr_stick,    &scr_about, &scr_ease,
    &scr_practice, &scr_code,        &scr_staff,        &scr_back,           &scr_keep,     &scr_board, &scr_card,
    &scr_card_new, &scr_board_staff, &scr_card_staff,   &scr_card_new_staff, &scr_explorer, &scr_skill, &scr_grid,
    &scr_cell,     &scr_take,        &scr_path,         &scr_growth,         &scr_tools,    &scr_tool,  &scr_workshops,
    &scr_workshop, &scr_part,        &scr_workshop_end, &scr_fault,
};
const int app_n_screens = M2_COUNT(app_screens);
static volatile sig_atomic_t was_asked_to_end;

static void on_signal(int number)
{
    (void)number;
    was_asked_to_end = 1;
}

/* --- screens
 * -------------------------------------------------------------------------------------------------------------------
 */

/* A screen that goes lives on until its own action is over: it may be in the middle of it. */
static void leave_screen(struct app *app)
{
    if (app->screen) {
        app->screen->left_before = app->left;
        app->left = app->screen;
        app->screen = NULL;
    }
}

static void close_left(struct app *app)
{
    while (app->left) {
        struct screen *s = app->left;

        app->left = s->left_before;
        if (s->class->close) {
            s->class->close(s);
        }
        mem_wipe(s, s->class->size);
        free(s);
    }
}

void app_go(struct app *app, const struct screen_class *class)
{
    struct screen *s = mem_alloc(class->size);
    struct err err = {0};

    s->class = class;
    s->opened_ms = clock_ms();
    if (class->open && !class->open(s, app, &err)) {
        free(s);
        app_fault(app, &err);
        return;
    }
    leave_screen(app);
    app->screen = s;
    app->is_hesitating = false;
    app->must_build = true;
}

void app_fault(struct app *app, const struct err *err)
{
    log_err("screen", err);
    app->fault = *err;
    app_go(app, &scr_fault);
}

static void reset_help(struct app *app)
{
    app->help = app->first_help;
}

void app_end_visit(struct app *app, enum visit_end how)
{
    struct err err = {0};

    if (!app_workshop_stop(app, &err)) {
        log_err("ending a workshop", &err);
    }
    visit_close(app->visit, how);
    reading_hush(&app->reading);
    reset_help(app);
    app_set_more_time(app, app->help.has_more_time);
    app->dialog = app->dialog_under = DIALOG_NONE;
    mem_wipe(&app->pick, sizeof app->pick);
    app->saved = (struct app_saved){0};
    app_forget_tools(app);
    app->matrix = (struct app_matrix){0};
    mem_wipe(&app->workshop, sizeof app->workshop);
    mem_wipe(&app->board, sizeof app->board);
    app->is_used = false;
    app->come_back = NULL;
    app->has_told_ghosts = false;
    attract_rest(app);
    ui_forget(app->ui);
    app_go(app, &scr_welcome);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

static int64_t waiting_since(const struct app *app)
{
    return earlier(visit_waiting_since_ms(app->visit), app_reckoning_since_ms(app));
}

bool app_is_waiting_long(const struct app *app)
{
    int64_t since_ms = waiting_since(app);

    return since_ms >= 0 && clock_ms() - since_ms >= WAITING_SHOWN_MS;
}

void app_go_back(struct app *app)
{
    const struct screen_class *to = app->come_back ? app->come_back : &scr_home;

    app->come_back = NULL;
    app_go(app, visit_is_open(app->visit) ? to : &scr_welcome);
}

void app_look_at(struct app *app, const struct screen_class *class)
{
    app->come_back = app->screen->class->is_come_back ? app->screen->class : NULL;
    app->dialog = app->dialog_under = DIALOG_NONE;
    app_go(app, class);
}

int app_pick(const struct app *app, const char *question, int otherwise)
{
    return strcmp(app->pick.question, question) != 0 ? otherwise : app->pick.option;
}

void app_note_pick(struct app *app, const char *question, int option)
{
    snprintf(app->pick.question, sizeof app->pick.question, "%s", question);
    app->pick.option = option;
}

bool app_open_lesson(struct app *app, const char *id, struct err *err)
{
    if (!visit_lesson_open(app->visit, id, err)) {
        return false;
    }
    app_go(app, &scr_lesson);
    return true;
}

bool app_open_step(struct app *app, enum pathway_kind kind, const char *id, struct err *err)
{
    switch (kind) {
    case PATHWAY_TOOL:
        return app_open_tool(app, id, err);
    case PATHWAY_WORKSHOP:
        return app_open_workshop(app, id, err);
    default:
        return app_open_lesson(app, id, err);
    }
}

/* --- the frame
 * ----------------------------------------------------------------------------------------------------------------------
 */

static void fill_words(struct ui_words *w)
{
    *w = (struct ui_words){
        .chosen = tr("chosen"),
        .not_chosen = tr("not chosen"),
        .ticked = tr("ticked"),
        .not_ticked = tr("not ticked"),
        .off = tr("not available now"),
        .done = tr("done"),
        .place = tr("{n} of {total}"),
        .percent = tr("{n} percent"),
        .hidden = tr("hidden"),
        .back = tr("Back"),
        .more_above = tr("Show more above"),
        .more_below = tr("Show more below"),
        .earlier = tr("Earlier"),
        .later = tr("Later"),
        .less = tr("Less"),
        .more = tr("More"),
        .progress = tr("How far you are"),
        .letters = trc("badges of answers", "ABCDEFGH"),
    };
    w->role[UI_BUTTON] = tr("button");
    w->role[UI_RADIO] = tr("answer");
    w->role[UI_CHECKBOX] = tr("box to tick");
    w->role[UI_TAB] = tr("tab");
    w->role[UI_FIELD] = tr("field");
    w->role[UI_IMAGE] = tr("picture");
    w->role[UI_HEADING] = tr("heading");
}

void app_build(struct app *app)
{
    struct ui_words words;
    struct ui_help help[] = {
        {K("home"), ICON_HOME, tr("Home"), 0, ACT(ACT_HOME), false},
        {K("language"), ICON_LANGUAGE, tr("Language"), 0, ACT(ACT_LANGUAGE), true},
        {K("read_aloud"), app->help.is_speaking ? ICON_SPEAK : ICON_SILENT, tr("Read aloud"),
         app->help.is_speaking ? UI_ON : 0, ACT(ACT_READ_ALOUD), true},
        {K("text_size"), ICON_TEXT_SIZE, tr("Text size"), 0, ACT(ACT_TEXT_SIZE), true},
        {K("contrast"), ICON_CONTRAST, tr("Contrast"), 0, ACT(ACT_CONTRAST), true},
        {K("finished"), ICON_FINISH, tr("I am finished"), 0, ACT(ACT_FINISHED), false},
    };
    struct ui_frame frame = {
        .lang = tr_lang(),
        .is_rtl = tr_is_rtl(),
        .text_percent = app->help.text_percent,
        .theme = app->help.theme,
        .help = help,
        .n_help = (int)M2_COUNT(help),
        .words = &words,
        .is_speaking = app->help.is_speaking,
        .is_discreet = app->help.personal == PERSONAL_SILENT,
        .is_exploring = app->help.is_exploring,
        .hold_ms = app->help.hold_ms,
        .repeat_ms = app->help.repeat_ms,
        .scan_ms = app->help.scan_ms,
        .has_two_switches = app->help.has_two_switches,
    };

    fill_words(&words);
    ui_begin(app->ui, &frame);
    app->screen->class->build(app->screen, app, app->ui);
    app->must_build = false;
    ui_finish(app->ui); /* may speak, and ask for a dialog before it does */
}

/* --- actions
 * ------------------------------------------------------------------------------------------------------------------------
 */

void app_set_more_time(struct app *app, bool has_more_time)
{
    app->help.has_more_time = has_more_time;
    visit_set_idle(app->visit, (int64_t)VISIT_IDLE_MS * (has_more_time ? VISIT_MORE_TIME : 1));
}

static void next_text_size(struct app *app)
{
    size_t i = 0;

    while (i < APP_TEXT_SIZES && app_text_sizes[i] <= app->help.text_percent) {
        i++;
    }
    app->help.text_percent = app_text_sizes[i % APP_TEXT_SIZES];
}

static void toggle_reading(struct app *app)
{
    app->help.is_speaking = !app->help.is_speaking;
    app->must_build = true;
    if (app->help.is_speaking) {
        app_build(app);
        ui_read_screen(app->ui);
    } else {
        reading_hush(&app->reading);
    }
}

static bool app_action(struct app *app, struct ui_act act, struct err *err)
{
    switch (act.id) {
    case ACT_HOME:
        app_go(app, visit_is_open(app->visit) ? &scr_home : &scr_welcome);
        break;
    case ACT_LANGUAGE:
        if (app->screen->class != &scr_welcome) {
            app_look_at(app, &scr_welcome);
        }
        break;
    case ACT_READ_ALOUD:
        toggle_reading(app);
        break;
    case ACT_TEXT_SIZE:
        next_text_size(app);
        break;
    case ACT_CONTRAST:
        app->help.theme = (app->help.theme + 1) % THEME_N;
        break;
    case ACT_FINISHED:
        if (visit_is_open(app->visit)) {
            app->dialog_under = DIALOG_NONE;
            app->dialog = DIALOG_FINISH;
        } else {
            app_end_visit(app, VISIT_FINISHED);
        }
        break;
    case ACT_MORE_TIME:
        app_set_more_time(app, true);
        app_dismiss(app);
        break;
    case ACT_DISMISS:
        app_dismiss(app);
        break;
    case ACT_STOP_NOW:
        app_dismiss(app);
        return !visit_assess_is_running(app->visit) || visit_is_saving(app->visit) ||
               visit_assess_stop(app->visit, err);
    case ACT_SEE_STICK:
        app_look_at(app, &scr_stick);
        break;
    case ACT_DELETE_ME:
        app_ask(app, DIALOG_DELETE);
        break;
    case ACT_DELETE_NOW:
        app_dismiss(app);
        return visit_token_delete(app->visit, err);
    case ACT_FINISH_NOW:
        app_end_visit(app, VISIT_FINISHED);
        break;
    case ACT_SPEAK_PERSONAL:
        app->help.personal = PERSONAL_ALOUD;
        app_dismiss(app);
        app_build(app);
        ui_read_screen(app->ui);
        break;
    case ACT_KEEP_SILENT:
        app->help.personal = PERSONAL_SILENT;
        app_dismiss(app);
        break;
    }
    app->must_build = true;
    return true;
}

static bool take_actions(struct app *app)
{
    struct ui_act act;
    bool any = false;

    while (ui_take(app->ui, &act)) {
        struct err err = {0};

        any = true;
        app->is_used = true;
        bool ok = act.id >= UI_ACT_APP
                      ? app_action(app, act, &err)
                      : !app->screen->class->action || app->screen->class->action(app->screen, app, act, &err);

        if (!ok) {
            app_fault(app, &err);
        }
        app->must_build = true;
        if (app->must_build) {
            app_build(app); /* the next touch meets what this one changed */
        }
    }
    return any;
}

/* --- idleness
 * -----------------------------------------------------------------------------------------------------------------------
 */

static int64_t idle_limit(const struct app *app)
{
    int64_t own = app->screen->class->idle_ms;

    return own ? own : visit_idle_ms(app->visit);
}

/* Somebody may have left: a visit is open, something was chosen (a text size, say), or the screen is not the first one.
 * A stick that is in has a station's time. */
static bool is_watched(const struct app *app)
{
    return visit_is_open(app->visit) || app->is_used ||
           (app->screen->class != &scr_welcome &&
            !(app->screen->class == &scr_stick && (app->stick.is_in || app->is_stick_coming)));
}

static int64_t idle_deadline(const struct app *app)
{
    if (app->dialog == DIALOG_STILL_THERE) {
        return app->dialog_since_ms + VISIT_LEAVE_MS;
    }
    return is_watched(app) ? ui_last_touch_ms(app->ui) + idle_limit(app) : -1;
}

static bool check_idle(struct app *app)
{
    int64_t due = idle_deadline(app);

    if (due < 0 || clock_ms() < due) {
        return false;
    }
    if (app->dialog == DIALOG_STILL_THERE || !visit_is_open(app->visit) || app->screen->class->ends_when_idle) {
        app_end_visit(app, VISIT_IDLE);
    } else {
        app_ask(app, DIALOG_STILL_THERE);
    }
    return true;
}

static int64_t waiting_deadline(const struct app *app)
{
    int64_t since_ms = waiting_since(app);

    return since_ms >= 0 && !app_is_waiting_long(app) ? since_ms + WAITING_SHOWN_MS : -1;
}

/* Who does not touch anything on the home page may not know how. */
static int64_t hesitation_deadline(const struct app *app)
{
    return app->screen->class == &scr_home && !app->is_hesitating && app->dialog == DIALOG_NONE
               ? (ui_last_touch_ms(app->ui) > app->screen->opened_ms ? ui_last_touch_ms(app->ui)
                                                                     : app->screen->opened_ms) +
                     HESITATES_MS
               : -1;
}

static bool check_hesitation(struct app *app)
{
    int64_t due = hesitation_deadline(app);

    if (due < 0 || clock_ms() < due) {
        return false;
    }
    app->is_hesitating = true;
    app->must_build = true;
    return true;
}

static int64_t screen_deadline(const struct app *app)
{
    return app->screen->class->due ? app->screen->class->due(app->screen, app) : -1;
}

static bool tick_screen(struct app *app)
{
    int64_t due = screen_deadline(app);

    if (due < 0 || clock_ms() < due) {
        return false;
    }
    app->screen->class->tick(app->screen, app);
    app->must_build = true;
    return true;
}

int64_t app_next_deadline(const struct app *app)
{
    return earlier(earlier(earlier(ui_next_deadline(app->ui), reading_deadline(&app->reading)), screen_deadline(app)),
                   earlier(earlier(idle_deadline(app), waiting_deadline(app)),
                           earlier(attract_deadline(app), hesitation_deadline(app))));
}

/* --- news from the workers
 * -------------------------------------------------------------------------------------------------------------- */

static const struct screen_class *screen_of(enum visit_place place)
{
    switch (place) {
    case VISIT_AT_BUSINESS:
        return &scr_trade;
    case VISIT_AT_QUESTION:
        return &scr_question;
    case VISIT_AT_RESULT:
        return &scr_result;
    case VISIT_AT_GROWTH:
        return &scr_growth;
    case VISIT_AT_LESSON:
        return &scr_lesson;
    case VISIT_AT_QUIZ:
        return &scr_quiz;
    default:
        return &scr_home;
    }
}

/* The view before is gone, and with it the words of the frame: a new one is built before anything is spoken. */
static void use_words(struct app *app)
{
    tr_use(visit_view(app->visit));
    app_build(app);
}

static void take_visit(struct app *app, enum visit_event event)
{
    switch (event) {
    case VISIT_NOTHING:
        return;
    case VISIT_VIEW_CHANGED:
        use_words(app);
        attract_words(app);
        break;
    case VISIT_RESUMED:
        use_words(app);
        app->help.has_more_time = visit_idle_ms(app->visit) > VISIT_IDLE_MS;
        if (visit_place(app->visit) == VISIT_AT_TOOL) {
            app_show_tool(app);
        } else {
            app_go(app, screen_of(visit_place(app->visit)));
        }
        break;
    case VISIT_FAILED:
        use_words(app);
        app_fault(app, visit_problem(app->visit));
        return;
    default:
        break;
    }
    app->must_build = true;
    if (app->screen->class->visit) {
        app->screen->class->visit(app->screen, app, event);
    }
}

static void note_office(struct app *app, const struct trustlist *trust)
{
    const struct trust_key *office = trustlist_first(trust, TRUST_OFFICE);

    snprintf(app->office, sizeof app->office, "%s", office ? office->name : "");
}

/* The trust list changed: the shelf is read again with the new one, so that a stolen key's work goes. */
static void renew_trust(struct app *app)
{
    struct trustlist *newer;
    struct err err = {0};

    if (!trustlist_load(datafolder_path(app->folder.dir, "trust"), &newer, &err)) {
        log_err("trust list", &err);
        return;
    }
    note_office(app, newer);
    visit_renew(app->visit, newer); /* in the reader's thread: it hashes the whole shelf */
}

/* A visitor stays on the versions she began with; staff see at once what they chose. */
static void meet_shelf(struct app *app)
{
    if (app->has_new_shelf && (!visit_is_open(app->visit) || app->screen->class == &scr_staff)) {
        app->has_new_shelf = false;
        visit_reload(app->visit);
    }
}

static bool take_news(struct app *app)
{
    struct message *m;
    bool any = false;

    while ((m = outbox_take(app->outbox))) {
        any = true;
        switch (m->kind) {
        case EV_STORE_DEAD:
            log_err("store", &((struct ev_row *)m)->err);
            app->exit_code = 2;
            app->is_over = true;
            break;
        case EV_STATS:
            app->attract.is_mute = ((const struct ev_stats *)m)->stats.is_mute;
            break;
        case EV_STICK_STATE:
        case EV_STICK_REFUSED:
        case EV_STICK_COMING:
        case EV_STICK_SAVED:
        case EV_PAPER_MADE:
            app_take_stick(app, m);
            break;
        case EV_RECKONED:
            app_take_reckoned(app, (struct ev_reckoned *)m);
            break;
        case EV_STICK_SHELF:
            app->has_new_shelf = true;
            break;
        case EV_STICK_TRUST:
            renew_trust(app);
            break;
        default:
            reading_take(&app->reading, m);
            take_visit(app, visit_event(app->visit, m));
        }
        if (app->screen->class->message) {
            app->screen->class->message(app->screen, app, m);
            app->must_build = true;
        }
        message_free(m);
    }
    return any;
}

/* --- the loop
 * ----------------------------------------------------------------------------------------------------------------------------
 */

static bool paint(struct app *app)
{
    struct err err = {0};

    if (!ui_is_dirty(app->ui)) {
        return false;
    }
    ui_paint(app->ui, app->panel->canvas);
    if (!app->panel->class->present(app->panel, &err)) {
        log_err("panel", &err);
        app->exit_code = 2;
        app->is_over = true;
    }
    return true;
}

/* Its size may be another one, and its pixels may be lost. */
static void meet_panel(struct app *app)
{
    const struct panel *p = app->panel;

    ui_resize(app->ui, p->canvas->w, p->canvas->h, p->w_mm, p->h_mm);
    app->must_build = true;
}

static bool take_input(struct app *app)
{
    SDL_Event event;
    bool any = false;

    while (app->panel->class->next(app->panel, &event)) {
        any = true;
        if (event.type == SDL_QUIT) {
            app->is_over = true;
        } else if (event.type == SDL_WINDOWEVENT) {
            meet_panel(app);
        } else {
            ui_event(app->ui, &event);
        }
    }
    return any;
}

/* Every touch and key moves the time in the key file, also one that only scrolls: after a crash it says who is still
 * there. */
static void note_touch(struct app *app)
{
    if (ui_last_touch_ms(app->ui) != app->touched_ms) {
        app->touched_ms = ui_last_touch_ms(app->ui);
        visit_touch(app->visit);
    }
}

/* Any touch or key is an answer to "Are you still there?" (A50). */
static void meet_touch(struct app *app)
{
    if (app->dialog == DIALOG_STILL_THERE && ui_last_touch_ms(app->ui) > app->dialog_since_ms) {
        app_dismiss(app);
    }
}

/* Staff read of a panel that touches itself; keys work on (A35). Once in a visit. */
static void tell_of_ghosts(struct app *app)
{
    if (ui_stats(app->ui).n_ghosts < UI_GHOSTS) {
        return;
    }
    if (!app->has_told_ghosts) {
        log_line(LOG_WARN, "the panel reports touches at one place again and again; clean it, or look at its cable");
    }
    app->has_told_ghosts = true;
}

bool app_turn(struct app *app)
{
    bool any = take_input(app);

    tell_of_ghosts(app);

    note_touch(app);
    meet_touch(app);
    any |= take_news(app);
    app_yield_to_visitor(app);
    ui_tick(app->ui);
    reading_tick(&app->reading);
    any |= check_idle(app);
    any |= check_hesitation(app);
    any |= tick_screen(app);
    any |= attract_tick(app);
    meet_shelf(app);
    any |= paint(app); /* a press is painted before its action runs */
    any |= take_actions(app);
    if (app_is_waiting_long(app) != app->says_waiting) {
        app->says_waiting = !app->says_waiting; /* was never built: the page did not say "Saving" */
        app->must_build = true;
    }
    if (app->must_build) {
        app_build(app);
        any = true;
    }
    any |= paint(app);
    close_left(app);
    return any;
}

bool app_is_settled(const struct app *app)
{
    return clerk_is_idle(app->clerk) && reader_is_idle(app->reader) && exchange_is_idle(app->exchange) &&
           (!app->papermaker || papermaker_is_idle(app->papermaker)) &&
           (!app->reckoner || reckoner_is_idle(app->reckoner)) && !app->must_build && !ui_is_dirty(app->ui);
}

bool app_wait(struct app *app, int fd)
{
    struct pollfd fds[PANEL_FDS_MAX + 2];
    int panel_fds[PANEL_FDS_MAX];
    int n = app->panel->class->fds(app->panel, panel_fds, PANEL_FDS_MAX);
    int64_t due = app_next_deadline(app), left = due < 0 ? -1 : due - clock_ms();

    for (int i = 0; i < n; i++) {
        fds[i] = (struct pollfd){.fd = panel_fds[i], .events = POLLIN};
    }
    fds[n] = (struct pollfd){.fd = outbox_fd(app->outbox), .events = POLLIN};
    fds[n + 1] = (struct pollfd){.fd = fd, .events = POLLIN};
    poll(fds, (nfds_t)n + 2, due < 0 ? -1 : left < 0 ? 0 : (int)(left < INT32_MAX ? left : INT32_MAX));
    return fds[n + 1].revents != 0;
}

int app_run(struct app *app)
{
    struct sigaction end = {.sa_handler = on_signal};

    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGINT, &end, NULL);
    while (!app->is_over && !was_asked_to_end) {
        for (int i = 0; i < STEPS_PER_TURN && app_turn(app); i++) {
        }
        if (!app->is_over) {
            app_wait(app, -1);
        }
    }
    return app->exit_code;
}

/* --- opening and closing
 * ---------------------------------------------------------------------------------------------------------------- */

static bool say(void *self, const char *sentence, unsigned flags)
{
    struct app *app = self;

    if (!app->help.is_speaking) {
        return false;
    }
    if (flags & UI_PERSONAL && app->help.personal != PERSONAL_ALOUD) {
        if (app->help.personal == PERSONAL_UNASKED && app->dialog == DIALOG_NONE) {
            app_ask(app, DIALOG_PERSONAL); /* once a visit (A24) */
        }
        return false;
    }
    reading_say(&app->reading, tr_lang(), sentence, app->help.rate_wpm);
    return true;
}

void app_invite(struct app *app, const char *sentence)
{
    reading_say(&app->reading, tr_lang(), sentence, VOICE_RATE_WPM);
}

static void hush(void *self)
{
    reading_hush(&((struct app *)self)->reading);
}

static const void *picture(void *self, const char *handle, size_t *size_bytes)
{
    struct app *app = self;
    const struct visit_lesson *lesson = visit_lesson(app->visit);
    const struct lib_view *view = visit_view(app->visit);
    const char *name = strrchr(handle, '/');

    name = name ? name + 1 : handle;
    for (int i = 0; lesson && i < lesson->body->n_pictures; i++) {
        if (!strcmp(lesson->body->pictures[i].name, name)) {
            *size_bytes = lesson->body->pictures[i].n;
            return lesson->body->pictures[i].png;
        }
    }
    for (int i = 0; view && i < view->n_pictures; i++) { /* of questions */
        if (!strcmp(view->pictures[i].name, name)) {
            *size_bytes = view->pictures[i].n;
            return view->pictures[i].png;
        }
    }
    return NULL;
}

static bool open_panel(struct app *app, struct err *err)
{
    struct panel_options opt = {
        .w_px = app->opt.w_px, .h_px = app->opt.h_px, .w_mm = app->opt.w_mm, .h_mm = app->opt.h_mm};
    struct ui_host host = {.self = app, .say = say, .hush = hush, .picture = picture};

    if (!text_init(NULL, err) || !shape_init(NULL, err) || !app->opt.open_panel(&opt, &app->panel, err)) {
        return false;
    }
    app->ui = app->reading.ui = ui_new(&host);
    meet_panel(app);
    return true;
}

static bool open_workers(struct app *app, struct err *err)
{
    struct clerk_options clerk = {.folder = &app->folder};
    struct exchange_options exchange = {.folder = &app->folder};

    app->outbox = outbox_new();
    if (!clerk_start(&clerk, app->outbox, &app->clerk, err) ||
        !trustlist_load(datafolder_path(app->folder.dir, "trust"), &app->trust, err) ||
        !reader_start(datafolder_path(app->folder.dir, "shelf"), app->trust, app->outbox, &app->reader, err)) {
        return false;
    }
    note_office(app, app->trust);
    exchange.clerk = app->clerk;
    if (!exchange_start(&exchange, app->outbox, &app->exchange, err)) {
        return false;
    }
    if (!papermaker_start(app->outbox, &app->papermaker, NULL)) {
        app->papermaker = NULL; /* results are saved as text alone */
    }
    if (!reckoner_start(app->outbox, &app->reckoner, NULL)) {
        app->reckoner = NULL; /* a tool says that it does not work */
    }
    if (!voice_start(app->outbox, &app->reading.voice, NULL)) {
        log_line(LOG_WARN, "no voice on this machine: the station stays silent");
        app->reading.voice = NULL;
    }
    return true;
}

static void first_language(const struct app *app, char out[12])
{
    const char *list = app->opt.lang ? app->opt.lang : app->folder.languages;

    snprintf(out, 12, "%.*s", (int)strcspn(list, " "), list);
}

static bool has_language(const struct lib_view *view, const char *lang)
{
    for (int i = 0; i < view->n_languages; i++) {
        if (!strcmp(view->languages[i].lang, lang)) {
            return true;
        }
    }
    return view->n_languages == 0; /* nothing to read yet */
}

static bool wait_for_words(struct app *app, struct err *err)
{
    struct pollfd fd = {.fd = outbox_fd(app->outbox), .events = POLLIN};
    const int limit_ms = 20000;

    while (!visit_view(app->visit)) {
        struct message *m = outbox_take(app->outbox);

        if (!m) {
            if (poll(&fd, 1, limit_ms) <= 0) {
                return err_set(err, ERR_IO, "shelf: the content was not read within %d s", limit_ms / 1000);
            }
            continue;
        }
        enum visit_event event = visit_event(app->visit, m);

        message_free(m);
        if (event == VISIT_FAILED) {
            *err = *visit_problem(app->visit);
            return false;
        }
    }
    if (app->opt.lang && !has_language(visit_view(app->visit), app->opt.lang)) {
        return err_set(err, ERR_USAGE, "--lang %s: no container here is in that language; the hub's list is '%s'",
                       app->opt.lang, app->folder.languages);
    }
    tr_use(visit_view(app->visit));
    return true;
}

static bool open_all(struct app *app, struct err *err)
{
    char lang[12];
    struct visit_options opt = {
        .run_dir = app->opt.run_dir, .data_dir = app->opt.data_dir, .lang = lang, .seed = app->opt.seed};

    if (!datafolder_open(app->opt.data_dir, &app->folder, err) || !open_workers(app, err) || !open_panel(app, err)) {
        return false;
    }
    first_language(app, lang);
    opt.clerk = app->clerk;
    opt.reader = app->reader;
    if (!visit_new(&opt, &app->visit, err) || !wait_for_words(app, err)) {
        return false;
    }
    app_go(app, &scr_welcome);
    clerk_stats(app->clerk, 0); /* whether the first page may speak */
    visit_try_resume(app->visit);
    if (app->opt.stick) {
        exchange_plug(app->exchange, app->opt.stick, 0);
    }
    /* not before: a stick that is in already tells at once, and the first words are waited for alone */
    return !app->opt.stickd || slot_start(app->opt.stickd, app->exchange, &app->slot, err);
}

bool app_open(struct app *app, const struct app_options *opt, struct err *err)
{
    *app = (struct app){.opt = *opt, .folder = {.lock_fd = -1}};
    app->first_help =
        (struct app_help){.text_percent = opt->text_percent, .theme = opt->theme, .rate_wpm = VOICE_RATE_WPM};
    reset_help(app);
    if (!open_all(app, err)) {
        app_close(app);
        return false;
    }
    return true;
}

void app_close(struct app *app)
{
    if (app->slot) {
        slot_stop(app->slot);
        slot_join(app->slot);
    }
    if (app->exchange) {
        exchange_stop(app->exchange);
        exchange_join(app->exchange);
    }
    papermaker_close(app->papermaker);
    reckoner_close(app->reckoner);
    app_forget_tools(app);
    if (app->reading.voice) {
        voice_close(app->reading.voice);
    }
    reading_release(&app->reading);
    leave_screen(app);
    close_left(app);
    visit_free(app->visit);
    if (app->reader) {
        reader_stop(app->reader);
        reader_join(app->reader);
    }
    if (app->clerk) {
        clerk_stop(app->clerk);
        clerk_join(app->clerk);
    }
    sound_close();
    ui_free(app->ui);
    panel_close(app->panel);
    shape_quit();
    text_quit();
    tr_use(NULL);
    trustlist_free(app->trust);
    outbox_free(app->outbox);
    datafolder_close(&app->folder);
}
