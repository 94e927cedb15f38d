/* driver: commands of scripts become touches and keys, the tree becomes JSON. */
#include "kit/driver.h"
#include "base/utf8.h"
#include "kit/shape.h"
#include "kit/ui_check.h"
#include "kit/ui_dump.h"
#include "kit/ui_input.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum {
    MATCHES_MAX = 64,
    WAIT_DEFAULT_MS = 5000,
    WAIT_MAX_MS = 600000,
    ADVANCE_MAX_MS = 86400000,
    CHECK_ONE_IN_MAX = 1000
};

/* ---- matching ---- */

struct wanted {
    const char *key, *role, *name, *value;
};

static bool read_wanted(const struct json *j, struct wanted *want, struct err *err)
{
    static const char *const fields[] = {"key", "role", "name", "value", NULL};

    if (json_kind(j) != KIND_OBJECT || json_count(j) == 0) {
        return err_set(err, ERR_USAGE, "node: must be an object with key, role, name or value");
    }
    if (!json_only(j, fields, "node", err)) {
        return false;
    }
    for (int i = 0; i < json_count(j); i++) {
        if (json_kind(json_value_at(j, i)) != KIND_STRING) {
            return err_set(err, ERR_USAGE, "node: '%s' must be text", json_key_at(j, i));
        }
    }
    want->key = json_str(json_get(j, "key"), NULL);
    want->role = json_str(json_get(j, "role"), NULL);
    want->name = json_str(json_get(j, "name"), NULL);
    want->value = json_str(json_get(j, "value"), NULL);
    return true;
}

static bool fits_text(const char *pattern, const char *text)
{
    size_t n = strlen(pattern);

    if (n > 0 && pattern[n - 1] == '*') {
        return strncmp(pattern, text, n - 1) == 0;
    }
    return strcmp(pattern, text) == 0;
}

static bool fits_key(const char *key, const char *path, bool whole)
{
    size_t n = strlen(key), m = strlen(path);

    if (strcmp(key, path) == 0) {
        return true;
    }
    return !whole && m > n + 1 && path[m - n - 1] == '/' && strcmp(path + m - n, key) == 0;
}

static bool fits(const struct wanted *w, const struct ui_node *n, bool whole)
{
    return ui_is_listed(n) && !(n->flags & UI_PART) && !n->is_hidden && (!w->key || fits_key(w->key, n->path, whole)) &&
           (!w->role || strcmp(w->role, ui_role_name(n->role)) == 0) && (!w->name || fits_text(w->name, n->name)) &&
           (!w->value || fits_text(w->value, ui_dump_value(n) ? ui_dump_value(n) : ""));
}

struct matches {
    const struct ui_node *nodes[MATCHES_MAX];
    int n; /* all there are, also past the limit */
};

static struct matches match_all(const struct ui *ui, const struct wanted *w, bool whole)
{
    struct matches m = {.n = 0};

    for (const struct ui_node *n = ui_root(ui); n; n = ui_next(n)) {
        if (fits(w, n, whole)) {
            if (m.n < MATCHES_MAX) {
                m.nodes[m.n] = n;
            }
            m.n++;
        }
    }
    return m;
}

/* A whole key goes before the end of a path. */
static struct matches match(const struct ui *ui, const struct wanted *w)
{
    struct matches m = match_all(ui, w, true);

    return m.n > 0 || !w->key ? m : match_all(ui, w, false);
}

static void keep_targets(struct matches *m)
{
    int kept = 0, n = m->n < MATCHES_MAX ? m->n : MATCHES_MAX;
    struct matches targets = {.n = 0};

    for (int i = 0; i < n; i++) {
        if (ui_is_target(m->nodes[i])) {
            targets.nodes[kept++] = m->nodes[i];
        }
    }
    if (kept > 0) {
        targets.n = kept;
        *m = targets;
    }
}

static void describe(const struct wanted *w, struct buf *out)
{
    const char *const names[] = {"key", "role", "name", "value"};
    const char *const texts[] = {w->key, w->role, w->name, w->value};

    for (int i = 0; i < 4; i++) {
        if (texts[i]) {
            buf_fmt(out, "%s%s ", out->len > 0 ? "and " : "", names[i]);
            json_quote(out, texts[i], strlen(texts[i]));
            buf_char(out, ' ');
        }
    }
}

static bool no_match(const struct ui *ui, const struct wanted *w, struct err *err)
{
    struct buf b = {0};

    describe(w, &b);
    err_set(err, ERR_NOT_FOUND, "no node with %son screen '%s'; ask for the tree to see what is there", buf_text(&b),
            ui_root(ui) ? ui_root(ui)->key : "");
    buf_release(&b);
    return false;
}

static bool many_matches(const struct matches *m, struct err *err)
{
    struct buf b = {0};

    for (int i = 0; i < m->n && i < 8; i++) {
        buf_str(&b, i ? ", " : "");
        ui_dump_short(m->nodes[i], &b);
    }
    err_set(err, ERR_USAGE, "%d nodes match; name one: %s", m->n, buf_text(&b));
    buf_release(&b);
    return false;
}

static bool refuse(const struct ui_node *n, const char *why, struct err *err)
{
    struct buf b = {0};

    ui_dump_short(n, &b);
    err_set(err, ERR_STATE, "%s: %s", buf_text(&b), why);
    buf_release(&b);
    return false;
}

static bool find_target(const struct ui *ui, const struct json *j, const struct ui_node **out, struct err *err)
{
    struct wanted want = {0};

    if (!read_wanted(j, &want, err)) {
        return false;
    }
    struct matches m = match(ui, &want);
    keep_targets(&m);
    if (m.n != 1) {
        return m.n == 0 ? no_match(ui, &want, err) : many_matches(&m, err);
    }
    const struct ui_node *n = m.nodes[0];
    if (!ui_is_target(n)) {
        return refuse(n, "cannot be touched; only nodes with an action can", err);
    }
    if (n->flags & UI_OFF) {
        return refuse(n, "is disabled; nothing happens when it is touched now", err);
    }
    if (!ui_is_reachable(ui, n)) {
        return refuse(n, "is not reachable; a dialog lies over it", err);
    }
    *out = n;
    return true;
}

/* ---- events ---- */

static void send(const struct driver_host *h, const SDL_Event *e)
{
    if (h->event) {
        h->event(h->self, e);
    } else {
        ui_event(h->ui(h->self), e);
    }
}

static void touch(const struct driver_host *h, int x, int y)
{
    SDL_Event e = {
        .button = {
            .type = SDL_MOUSEBUTTONDOWN, .button = SDL_BUTTON_LEFT, .state = SDL_PRESSED, .clicks = 1, .x = x, .y = y}};

    send(h, &e);
    e.type = SDL_MOUSEBUTTONUP;
    e.button.state = SDL_RELEASED;
    send(h, &e);
}

static void press_key(const struct driver_host *h, SDL_Keycode sym, Uint16 mod)
{
    SDL_Event e = {.key = {.type = SDL_KEYDOWN, .state = SDL_PRESSED}};

    e.key.keysym.sym = sym;
    e.key.keysym.mod = mod;
    send(h, &e);
    e.type = SDL_KEYUP;
    e.key.state = SDL_RELEASED;
    send(h, &e);
}

/* ---- commands ---- */

struct command {
    const struct driver_host *host;
    const struct json *line, *value; /* the whole line, and what stands behind the command's word */
    struct json_out *out;            /* members of the answer */
    bool is_now;                     /* whatever the workers do */
};

static bool settle(const struct command *c, struct err *err)
{
    const struct driver_host *h = c->host;

    if (c->is_now && h->turn) {
        h->turn(h->self);
        return true;
    }
    return !h->settle || h->settle(h->self, err);
}

static bool cannot(const char *what, struct err *err)
{
    return err_set(err, ERR_STATE, "%s: not possible in this program", what);
}

static bool tap_at(const struct command *c, struct err *err)
{
    struct ui *ui = c->host->ui(c->host->self);
    const struct ui_node *root = ui_root(ui);

    if (json_count(c->value) != 2 || json_kind(json_at(c->value, 0)) != KIND_INT ||
        json_kind(json_at(c->value, 1)) != KIND_INT) {
        return err_set(err, ERR_USAGE, "tap: a place must be two whole numbers, [x, y]");
    }
    int64_t x = json_int(json_at(c->value, 0), -1), y = json_int(json_at(c->value, 1), -1);
    if (!root || x < 0 || y < 0 || x >= root->rect.w || y >= root->rect.h) {
        return err_set(err, ERR_USAGE, "tap: [%lld, %lld] is not on the panel", (long long)x, (long long)y);
    }
    touch(c->host, (int)x, (int)y);
    return settle(c, err);
}

static bool do_tap(const struct command *c, struct err *err)
{
    struct ui *ui = c->host->ui(c->host->self);
    const struct ui_node *n = NULL;

    if (json_kind(c->value) == KIND_ARRAY) {
        return tap_at(c, err);
    }
    if (!find_target(ui, c->value, &n, err)) {
        return false;
    }
    ui_reveal(ui, n);
    struct ui_rect view = ui_view_of(ui, n);
    int x = view.x + view.w / 2, y = view.y + view.h / 2;
    if (view.w <= 0 || view.h <= 0 || ui_hit(ui, x, y) != n) {
        return refuse(n, "is not visible; something else lies there", err);
    }
    touch(c->host, x, y);
    return settle(c, err);
}

/* An event of one of several fingers, as a panel sends it. */
static bool do_touch(const struct command *c, struct err *err)
{
    static const char *const fields[] = {"finger", "at", "is", NULL};
    static const struct {
        const char *word;
        Uint32 type;
    } kinds[] = {{"down", SDL_FINGERDOWN}, {"move", SDL_FINGERMOTION}, {"up", SDL_FINGERUP}};
    const struct ui_node *root = ui_root(c->host->ui(c->host->self));
    const struct json *at = json_get(c->value, "at");
    const char *is = json_str(json_get(c->value, "is"), "");
    int64_t finger = json_int(json_get(c->value, "finger"), -1);

    if (!json_only(c->value, fields, "touch", err)) {
        return false;
    }
    for (size_t i = 0; i < M2_COUNT(kinds); i++) {
        if (root && finger >= 0 && json_count(at) == 2 && !strcmp(kinds[i].word, is)) {
            SDL_Event e = {.tfinger = {.type = kinds[i].type,
                                       .touchId = 1,
                                       .fingerId = finger,
                                       .x = (float)json_int(json_at(at, 0), 0) / (float)root->rect.w,
                                       .y = (float)json_int(json_at(at, 1), 0) / (float)root->rect.h}};

            send(c->host, &e);
            return settle(c, err);
        }
    }
    return err_set(err, ERR_USAGE, "touch: must be {\"finger\":1,\"at\":[x,y],\"is\":\"down\"}, or move, or up");
}

static bool do_key(const struct command *c, struct err *err)
{
    const char *name = json_str(c->value, "");
    Uint16 mod = 0;

    if (strncmp(name, "Shift+", 6) == 0) {
        mod = KMOD_LSHIFT;
        name += 6;
    }
    SDL_Keycode sym = strcmp(name, "Enter") == 0 ? SDLK_RETURN : SDL_GetKeyFromName(name);
    if (sym == SDLK_UNKNOWN) {
        return err_set(err, ERR_USAGE,
                       "key: '%s' is no key; try Tab, Shift+Tab, Enter, Space, Escape, Up, Down, Left, Right", name);
    }
    press_key(c->host, sym, mod);
    return settle(c, err);
}

static bool has_key(const struct ui *ui, uint32_t character)
{
    for (const struct ui_node *n = ui_root(ui); n; n = ui_next(n)) {
        if (n->role == UI_KEY && n->box.act.arg == (int64_t)character && ui_is_reachable(ui, n)) {
            return true;
        }
    }
    return false;
}

static void type_one(const struct driver_host *h, uint32_t character)
{
    SDL_Event e = {.text = {.type = SDL_TEXTINPUT}};

    if (character == ' ' || character == '\b') {
        press_key(h, character == ' ' ? SDLK_SPACE : SDLK_BACKSPACE, 0);
        return;
    }
    char bytes[4];
    memcpy(e.text.text, bytes, (size_t)utf8_put(character, bytes));
    send(h, &e);
}

static bool do_type(const struct command *c, struct err *err)
{
    const char *text = json_str(c->value, NULL);

    if (!text) {
        return err_set(err, ERR_USAGE, "type: must be text");
    }
    for (const char *end = text + strlen(text); text < end;) {
        uint32_t character = utf8_next(&text, end);
        if (!has_key(c->host->ui(c->host->self), character)) {
            return err_set(err, ERR_STATE,
                           "type: no key for U+%04X on this screen; nothing is typed where it can be chosen",
                           character);
        }
        type_one(c->host, character);
        if (!settle(c, err)) {
            return false;
        }
    }
    return true;
}

static bool is_there(const struct ui *ui, const struct wanted *want)
{
    struct matches m = match(ui, want);

    for (int i = 0; i < m.n && i < MATCHES_MAX; i++) {
        if (ui_is_visible(ui, m.nodes[i])) {
            return true;
        }
    }
    return false;
}

static bool do_wait(const struct command *c, struct err *err)
{
    int64_t left = json_int(json_get(c->line, "ms"), WAIT_DEFAULT_MS);
    struct wanted want = {0};

    if (!read_wanted(c->value, &want, err)) {
        return false;
    }
    if (left < 0 || left > WAIT_MAX_MS) {
        return err_set(err, ERR_USAGE, "wait: 'ms' must be 0 to %d", WAIT_MAX_MS);
    }
    if (!settle(c, err)) {
        return false;
    }
    while (!is_there(c->host->ui(c->host->self), &want)) {
        if (left <= 0 || !c->host->pause) {
            return no_match(c->host->ui(c->host->self), &want, err) || err_wrap(err, "waited in vain");
        }
        left -= c->host->pause(c->host->self, left);
    }
    return true;
}

static bool do_advance(const struct command *c, struct err *err)
{
    int64_t ms = json_int(c->value, -1);

    if (ms < 0 || ms > ADVANCE_MAX_MS) {
        return err_set(err, ERR_USAGE, "advance_ms: must be a whole number from 0 to %d", ADVANCE_MAX_MS);
    }
    return c->host->advance ? c->host->advance(c->host->self, ms, err) : cannot("advance_ms", err);
}

static bool do_tree(const struct command *c, struct err *err)
{
    if (!settle(c, err)) {
        return false;
    }
    ui_dump_json(c->host->ui(c->host->self), c->out, "tree");
    return true;
}

static bool do_shot(const struct command *c, struct err *err)
{
    const char *path = json_str(c->value, NULL);

    if (!path || !*path) {
        return err_set(err, ERR_USAGE, "shot: must be a file name");
    }
    if (!settle(c, err)) {
        return false;
    }
    SDL_Surface *canvas = c->host->canvas ? c->host->canvas(c->host->self) : NULL;
    return canvas ? shape_save_png(canvas, path, err) : cannot("shot", err);
}

static bool do_said(const struct command *c, struct err *err)
{
    if (!settle(c, err)) {
        return false;
    }
    const struct ui *ui = c->host->ui(c->host->self);
    int n = 0;
    while (ui_said(ui, n)) {
        n++;
    }
    json_begin(c->out, "said", '[');
    while (n-- > 0) {
        json_put_str(c->out, NULL, ui_said(ui, n));
    }
    json_end(c->out, ']');
    return true;
}

static bool do_plug(const struct command *c, struct err *err)
{
    const char *path = json_str(c->value, NULL);

    if (!path || !*path) {
        return err_set(err, ERR_USAGE, "plug: must be a disk image or a folder");
    }
    return c->host->plug ? c->host->plug(c->host->self, path, err) && settle(c, err) : cannot("plug", err);
}

static bool do_pull(const struct command *c, struct err *err)
{
    return c->host->pull ? c->host->pull(c->host->self, err) && settle(c, err) : cannot("pull", err);
}

static bool do_stats(const struct command *c, struct err *err)
{
    if (!settle(c, err)) {
        return false;
    }
    struct ui_stats s = ui_stats(c->host->ui(c->host->self));
    json_begin(c->out, "stats", '{');
    json_put_int(c->out, "builds", s.builds);
    json_put_int(c->out, "paints", s.paints);
    json_put_int(c->out, "nodes", s.nodes);
    json_put_int(c->out, "says", s.says);
    if (c->host->stats) {
        c->host->stats(c->host->self, c->out);
    }
    json_end(c->out, '}');
    return true;
}

static void put_lines(struct json_out *out, const char *name, const char *lines)
{
    json_begin(out, name, '[');
    for (const char *end; (end = strchr(lines, '\n')) != NULL; lines = end + 1) {
        char *line = mem_fmt("%.*s", (int)(end - lines), lines);

        json_put_str(out, NULL, line);
        free(line);
    }
    json_end(out, ']');
}

static bool do_check(const struct command *c, struct err *err)
{
    static const char *const fields[] = {"one_in", "from", NULL};
    struct buf findings = {0};
    int n = 1;

    if (!settle(c, err)) {
        return false;
    }
    if (json_kind(c->value) == KIND_OBJECT) {
        int64_t one_in = json_int(json_get(c->value, "one_in"), 1), from = json_int(json_get(c->value, "from"), 0);

        if (!json_only(c->value, fields, "check", err)) {
            return false;
        }
        if (one_in < 1 || one_in > CHECK_ONE_IN_MAX || from < 0 || from >= one_in) {
            return err_set(err, ERR_USAGE, "check: 'one_in' must be 1 to %d and 'from' below it", CHECK_ONE_IN_MAX);
        }
        if (!c->host->check) {
            return cannot("check", err);
        }
        n = c->host->check(c->host->self, (int)one_in, (int)from, &findings);
    } else {
        ui_check(c->host->ui(c->host->self), &findings);
    }
    json_put_int(c->out, "checked", n);
    put_lines(c->out, "findings", buf_text(&findings));
    buf_release(&findings);
    return true;
}

static bool do_screens(const struct command *c, struct err *err)
{
    if (!c->host->screens) {
        return cannot("screens", err);
    }
    json_begin(c->out, "screens", '[');
    c->host->screens(c->host->self, c->out);
    json_end(c->out, ']');
    return true;
}

static bool do_quit(const struct command *c, struct err *err)
{
    if (!c->host->quit) {
        return cannot("quit", err);
    }
    if (!json_bool(c->value, false)) {
        return err_set(err, ERR_USAGE, "quit: is written as {\"quit\":true}");
    }
    c->host->quit(c->host->self);
    return true;
}

static const struct {
    const char *word;
    bool (*run)(const struct command *c, struct err *err);
} COMMANDS[] = {
    {"tap", do_tap},     {"touch", do_touch},        {"key", do_key},   {"type", do_type},
    {"wait", do_wait},   {"advance_ms", do_advance}, {"tree", do_tree}, {"shot", do_shot},
    {"said", do_said},   {"plug", do_plug},          {"pull", do_pull}, {"stats", do_stats},
    {"check", do_check}, {"screens", do_screens},    {"quit", do_quit},
};

/* The command among the members of a line, -1 = none is known; *at is its place in the line. */
static int find_command(const struct json *line, int *at)
{
    for (*at = 0; *at < json_count(line); ++*at) {
        for (size_t i = 0; i < M2_COUNT(COMMANDS); i++) {
            if (strcmp(json_key_at(line, *at), COMMANDS[i].word) == 0) {
                return (int)i;
            }
        }
    }
    return -1;
}

/* What may stand beside a command's word. */
static bool takes(const char *word, const char *member)
{
    static const char *const there_is[][2] = {{"wait", "ms"}, {"tap", "now"}, {"tree", "now"}, {"shot", "now"}};

    for (size_t i = 0; i < M2_COUNT(there_is); i++) {
        if (strcmp(word, there_is[i][0]) == 0 && strcmp(member, there_is[i][1]) == 0) {
            return true;
        }
    }
    return false;
}

static bool run(const struct driver_host *host, const struct json *line, struct json_out *out, struct err *err)
{
    int at;

    if (json_kind(line) != KIND_OBJECT || json_count(line) == 0) {
        return err_set(err, ERR_USAGE, "command: must be an object such as {\"tree\":true}");
    }
    int command = find_command(line, &at);
    if (command < 0) {
        return err_set(
            err, ERR_USAGE,
            "command: '%s' is not known; there are tap, touch, key, type, wait, advance_ms, tree, shot, said, "
            "plug, pull, stats, check, screens, quit",
            json_key_at(line, 0));
    }
    const char *word = COMMANDS[command].word;
    for (int i = 0; i < json_count(line); i++) {
        if (i != at && !takes(word, json_key_at(line, i))) {
            return err_set(err, ERR_USAGE, "command: '%s' does not belong to '%s'; one command a line",
                           json_key_at(line, i), word);
        }
    }
    const struct json *now = json_get(line, "now");
    if (now && json_kind(now) != KIND_BOOL) {
        return err_set(err, ERR_USAGE, "now: must be true or false");
    }
    struct command c = {
        .host = host, .line = line, .value = json_value_at(line, at), .out = out, .is_now = json_bool(now, false)};
    return COMMANDS[command].run(&c, err);
}

void driver_line(const struct driver_host *host, const char *line, size_t n, struct buf *answer)
{
    struct err err = {0};
    struct buf members = {0};
    struct json_out inner = {.buf = &members}, out = {.buf = answer};
    struct json *parsed;

    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r')) {
        n--;
    }
    parsed = json_parse(line, n, "command", &err);
    json_put_bool(&inner, "ok", true);
    bool is_done = parsed && run(host, parsed, &inner, &err);
    if (is_done) {
        buf_fmt(answer, "{%s}", buf_text(&members));
    } else {
        json_begin(&out, NULL, '{');
        json_put_bool(&out, "ok", false);
        json_put_str(&out, "error", err.text);
        json_end(&out, '}');
    }
    buf_char(answer, '\n');
    buf_release(&members);
    json_free(parsed);
}
