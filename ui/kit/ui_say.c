/* ui_say: the sentence spoken for a node, and when it is spoken. */
#include "base/buf.h"
#include "base/clock.h"
#include "kit/ui_priv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* ---- "2 of 5" ---- */

static bool counts_members(const struct ui_node *n)
{
    return n->role == UI_RADIOS || n->role == UI_LIST || n->role == UI_TABS;
}

static bool is_member(enum ui_role group, const struct ui_node *n)
{
    return group != UI_RADIOS || n->role == UI_RADIO; /* a button among the answers is none of them */
}

/* Walks the members of a group, through plain boxes; gives each its place when `total` is known. Returns how many. */
static int64_t walk_members(enum ui_role group, struct ui_node *box, int64_t from, int64_t total)
{
    int64_t n = from;

    for (struct ui_node *c = box->first; c; c = c->next) {
        if (c->role == UI_PLAIN) {
            n = walk_members(group, c, n, total);
        } else if (is_member(group, c)) {
            n++;
            if (total > 0 && c->n_places == 0) {
                c->place = n;
                c->n_places = total;
            }
        }
    }
    return n;
}

void say_places(struct ui_tree *tree)
{
    for (struct ui_node *n = tree->root; n; n = (struct ui_node *)ui_next(n)) {
        if (counts_members(n)) {
            walk_members(n->role, n, 0, walk_members(n->role, n, 0, 0));
        }
    }
}

/* ---- sentences ---- */

static void phrase(struct buf *out, const char *words)
{
    if (words && *words) {
        if (out->len > 0) {
            buf_str(out, ", ");
        }
        buf_str(out, words);
    }
}

/* Puts numbers into {n} and {total} of a pattern. */
static void phrase_numbers(struct buf *out, const char *pattern, int64_t n, int64_t total)
{
    struct buf words = {0};

    for (const char *at = pattern ? pattern : ""; *at;) {
        if (strncmp(at, "{n}", 3) == 0) {
            buf_fmt(&words, "%lld", (long long)n);
            at += 3;
        } else if (strncmp(at, "{total}", 7) == 0) {
            buf_fmt(&words, "%lld", (long long)total);
            at += 7;
        } else {
            buf_char(&words, *at++);
        }
    }
    phrase(out, buf_text(&words));
    buf_wipe(&words);
}

static const char *state_of(const struct ui_node *n, const struct ui_words *w)
{
    bool is_on = n->flags & UI_ON;

    switch (n->role) {
    case UI_RADIO:
    case UI_TAB:
        return is_on ? w->chosen : w->not_chosen;
    case UI_CHECKBOX:
        return is_on ? w->ticked : w->not_ticked;
    default:
        return n->flags & UI_DONE ? w->done : is_on ? w->chosen : NULL;
    }
}

static void say_value(const struct ui *ui, const struct ui_node *n, struct buf *out)
{
    const struct ui_words *w = ui->frame.words;

    if (n->role == UI_IMAGE) {
        return; /* the handle of a picture; what a code carries, which is written beside it */
    }
    if (n->flags & UI_SECRET) {
        phrase(out, w->hidden);
    } else if (*n->value) {
        phrase(out, n->value);
    } else if (n->role == UI_PROGRESS && n->count == 0) {
        phrase_numbers(out, w->percent, n->number / 10, 100);
    }
}

void say_sentence(const struct ui *ui, const struct ui_node *n, struct buf *out)
{
    const struct ui_words *w = ui->frame.words;

    if (n->role == UI_KEY && n->flags & UI_SECRET) {
        phrase(out, w->hidden);
        return;
    }
    phrase(out, n->spoken ? n->spoken : n->name);
    phrase(out, w->role[n->role]);
    phrase(out, state_of(n, w));
    phrase(out, n->flags & UI_OFF && ui_is_target(n) ? w->off : NULL);
    say_value(ui, n, out);
    phrase(out, n->about);
    if (n->n_places > 0) {
        phrase_numbers(out, w->place, n->place, n->n_places);
    }
}

/* ---- out ---- */

/* The node's name begins the sentence that stands at `at` of the text to be said next. */
static void note_name(struct ui *ui, const struct ui_node *n, int at)
{
    struct ui_speech *s = &ui->speech;

    if (!n->spoken && *n->name && s->n_names < UI_SPOKEN_MAX) {
        s->names[s->n_names].id = n->id;
        s->names[s->n_names].at = at;
        s->names[s->n_names++].bytes = (int)strlen(n->name);
    }
}

static void mark(struct ui *ui, uint64_t id, int from, int to)
{
    struct ui_speech *s = &ui->speech;

    if (s->marked == id && s->mark_from == from) {
        return;
    }
    if (id && id != s->marked) {
        struct ui_node *n = ui_find(ui, id);

        if (n) {
            layout_reveal(ui, n);
        }
    }
    s->marked = id;
    s->mark_from = from;
    s->mark_to = to;
    ui_mark_dirty(ui);
}

void ui_word(struct ui *ui, int from, int bytes)
{
    const struct ui_speech *s = &ui->speech;

    for (int i = 0; i < s->n_names; i++) {
        int at = from - s->names[i].at, left = s->names[i].bytes - at;

        if (at >= 0 && left > 0) {
            mark(ui, s->names[i].id, at, at + (bytes < left ? bytes : left));
            return;
        }
    }
    mark(ui, 0, 0, 0);
}

static void remember(struct ui_speech *s, const char *sentence)
{
    free(s->ring[s->at]);
    s->ring[s->at] = mem_str(sentence);
    s->at = (s->at + 1) % UI_SAID_MAX;
    s->n += s->n < UI_SAID_MAX;
}

void say_text(struct ui *ui, const char *sentence, unsigned flags)
{
    struct ui_speech *s = &ui->speech;

    if (!*sentence) {
        return;
    }
    if (s->last != sentence) {
        free(s->last);
        s->last = mem_str(sentence);
        s->last_flags = flags;
    }
    mark(ui, 0, 0, 0);
    ui->stats.says++;
    if (!ui->host.say || ui->host.say(ui->host.self, s->last, flags)) {
        remember(s, s->last);
    }
}

static bool is_kept_quiet(const struct ui *ui, const struct ui_node *n)
{
    return ui->frame.is_discreet && n->flags & UI_PERSONAL;
}

void say_node(struct ui *ui, const struct ui_node *node)
{
    struct buf b = {0};

    if (is_kept_quiet(ui, node)) {
        return;
    }

    say_sentence(ui, node, &b);
    ui->speech.due_ms = -1;
    ui->speech.n_names = 0;
    note_name(ui, node, 0);
    say_text(ui, buf_text(&b), node->flags & (UI_PERSONAL | UI_LIVE | UI_SECRET));
    buf_wipe(&b);
}

void say_focus_later(struct ui *ui)
{
    if (ui->frame.is_speaking) {
        ui->speech.due_ms = clock_ms() + UI_SAY_DELAY_MS;
    }
}

void say_tick(struct ui *ui, int64_t now_ms)
{
    if (ui->speech.due_ms >= 0 && now_ms >= ui->speech.due_ms) {
        const struct ui_node *node = ui_focus(ui);
        ui->speech.due_ms = -1;
        if (node) {
            say_node(ui, node);
        }
    }
}

/* One text of several sentences, so that the later does not cut off the earlier. */
static void join(struct buf *out, const char *sentence)
{
    if (out->len > 0 && *sentence) {
        buf_str(out, strchr(".?!:", buf_text(out)[out->len - 1]) ? " " : ". ");
    }
    buf_str(out, sentence);
}

static void join_node(struct ui *ui, struct buf *out, const struct ui_node *n, const char *sentence)
{
    size_t sentence_bytes = strlen(sentence);

    join(out, sentence);
    note_name(ui, n, (int)(out->len - sentence_bytes));
}

static bool is_news(const struct ui_node *n, const struct ui_tree *old, struct ui_change change)
{
    if (!(n->flags & UI_LIVE) || n->flags & UI_PART) {
        return false;
    }
    const struct ui_node *was = change.is_new_screen ? NULL : match_find(old, n->id);
    return !was || strcmp(was->name, n->name) != 0 || strcmp(was->value, n->value) != 0;
}

/* One text under way: sentences of nodes, in the order they are added. */
struct telling {
    struct buf text;
    unsigned flags;
};

static void tell(struct ui *ui, struct telling *t, const struct ui_node *n, const char *sentence)
{
    if (t->text.len == 0) {
        ui->speech.n_names = 0;
    }
    join_node(ui, &t->text, n, sentence);
    t->flags |= n->flags & (UI_LIVE | UI_PERSONAL | UI_SECRET);
}

static void say_told(struct ui *ui, struct telling *t)
{
    say_text(ui, buf_text(&t->text), t->flags);
    buf_wipe(&t->text);
}

/* What is new on the screen, but for what was said: name and value, without role and state. */
static void tell_news(struct ui *ui, const struct ui_tree *old, struct ui_change change, const struct ui_node *said,
                      struct telling *t)
{
    for (const struct ui_node *n = tree_now(ui)->root; n; n = ui_next(n)) {
        if (n != said && is_news(n, old, change) && ui_is_reachable(ui, n) && !is_kept_quiet(ui, n)) {
            struct buf one = {0};

            phrase(&one, n->spoken ? n->spoken : n->name);
            say_value(ui, n, &one);
            tell(ui, t, n, buf_text(&one));
            buf_wipe(&one);
        }
    }
}

/* What a key or touch changed about the thing it is on: "On my own, chosen" (A20). */
static void tell_focus(struct ui *ui, const struct ui_tree *old, struct ui_change change, struct telling *t)
{
    const struct ui_node *n = ui->frame.is_speaking ? match_find(tree_now(ui), ui->focus) : NULL;
    const struct ui_node *was = n ? match_find(old, n->id) : NULL;
    struct buf one = {0};

    if (was && !is_news(n, old, change) && ((was->flags ^ n->flags) & UI_ON || strcmp(was->value, n->value) != 0)) {
        phrase(&one, n->spoken ? n->spoken : n->name);
        phrase(&one, state_of(n, ui->frame.words));
        say_value(ui, n, &one);
        tell(ui, t, n, buf_text(&one));
    }
    buf_wipe(&one);
}

static bool is_read(const struct ui *ui, const struct ui_node *n, const struct ui_node *region)
{
    const struct ui_tree *tree = tree_of(ui);
    bool is_own = !strcmp(n->name, region->name) && !ui_is_target(n); /* the region's name says it already */
    bool is_digit = n->role == UI_KEY && n->flags & UI_SECRET;        /* nothing to hear but "hidden" */
    bool is_help = ui_is_in(n, tree->bar) && n != tree->main;
    bool is_step = n->box.act.id < 0, is_back = n->parent == tree->top && ui_is_target(n);

    return ui_is_in(n, region) && ui_is_listed(n) && !(n->flags & UI_PART) && !is_own && !is_digit && !is_help &&
           !is_step && !is_back && ui_is_reachable(ui, n) && !is_kept_quiet(ui, n);
}

/* The whole screen or dialog in its order, its title first; what is new right behind the title, and then not again. */
static void tell_screen(struct ui *ui, const struct ui_tree *old, struct ui_change change, struct telling *t)
{
    const struct ui_tree *now = tree_now(ui);
    const struct ui_node *region = now->dialog ? now->dialog : now->root;
    struct buf one = {0};

    say_sentence(ui, region, &one);
    tell(ui, t, region, buf_text(&one));
    if (old) {
        tell_news(ui, old, change, region, t);
    }
    for (const struct ui_node *n = ui_next(region); n; n = ui_next(n)) {
        if (is_read(ui, n, region) && !(old && is_news(n, old, change))) {
            buf_clear(&one);
            say_sentence(ui, n, &one);
            tell(ui, t, n, buf_text(&one));
        }
    }
    buf_wipe(&one);
}

void say_changes(struct ui *ui, const struct ui_tree *old, struct ui_change change)
{
    bool is_new = change.is_new_screen || change.is_new_dialog || old->page != tree_now(ui)->page;
    struct telling t = {.flags = 0};

    if (is_new && ui->frame.is_speaking) {
        ui->speech.due_ms = -1;
        tell_screen(ui, old, change, &t);
    } else {
        tell_focus(ui, old, change, &t);
        tell_news(ui, old, change, NULL, &t);
    }
    say_told(ui, &t);
}

void ui_read_screen(struct ui *ui)
{
    struct telling t = {.flags = 0};

    tell_screen(ui, NULL, (struct ui_change){false, false, false}, &t);
    say_told(ui, &t);
}

void ui_repeat(struct ui *ui)
{
    if (ui->speech.last) {
        say_text(ui, ui->speech.last, ui->speech.last_flags);
    }
}

const char *ui_said(const struct ui *ui, int i)
{
    const struct ui_speech *s = &ui->speech;

    return i >= 0 && i < s->n ? s->ring[(s->at - 1 - i + 2 * UI_SAID_MAX) % UI_SAID_MAX] : NULL;
}

static void wipe_text(char **text)
{
    if (*text) {
        mem_wipe(*text, strlen(*text));
        free(*text);
        *text = NULL;
    }
}

void say_forget(struct ui *ui)
{
    for (int i = 0; i < UI_SAID_MAX; i++) {
        wipe_text(&ui->speech.ring[i]);
    }
    wipe_text(&ui->speech.last);
    ui->speech = (struct ui_speech){.due_ms = -1};
}
