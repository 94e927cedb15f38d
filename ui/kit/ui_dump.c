/* ui_dump: the tree as lines of text and as JSON. */
#include "kit/ui_dump.h"
#include "kit/ui_priv.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

const char *ui_dump_value(const struct ui_node *n)
{
    if (n->role == UI_RADIO || n->role == UI_CHECKBOX || n->role == UI_TAB) {
        return n->flags & UI_ON ? "on" : "off";
    }
    if (n->kind == UI_K_IMAGE || !*n->value) {
        return NULL;
    }
    return n->value;
}

/* A part whose words its owner says already. */
static bool repeats_owner(const struct ui_node *n)
{
    if (!(n->flags & UI_PART)) {
        return false;
    }
    for (const struct ui_node *o = n->parent; o; o = o->parent) {
        if (!(o->flags & UI_PART) && o->role != UI_PLAIN) {
            return strcmp(n->name, o->name) == 0 || strcmp(n->name, o->value) == 0 || strcmp(n->name, o->about) == 0;
        }
    }
    return false;
}

/* ---- text ---- */

static void quoted(struct buf *out, const char *text)
{
    json_quote(out, text, strlen(text));
}

static void marks(const struct ui *ui, const struct ui_node *n, struct buf *out)
{
    static const struct {
        unsigned flag;
        const char *word;
    } words[] = {{UI_ON, " on"},        {UI_OFF, " off"},   {UI_LIVE, " live"},
                 {UI_PRIMARY, " main"}, {UI_DONE, " done"}, {UI_SECRET, " secret"}};

    for (size_t i = 0; i < M2_COUNT(words) && !(n->flags & UI_PART); i++) {
        buf_str(out, n->flags & words[i].flag ? words[i].word : "");
    }
    buf_str(out, ui_is_visible(ui, n) ? "" : " hidden");
    if (n->n_places > 0) {
        buf_fmt(out, " %lld/%lld", (long long)n->place, (long long)n->n_places);
    }
    buf_str(out, ui_focus(ui) == n ? " <focus>" : "");
}

static void dump_node(const struct ui *ui, const struct ui_node *n, int level, struct buf *out)
{
    bool is_shown = ui_is_listed(n) && !repeats_owner(n) && !n->is_hidden;

    if (is_shown) {
        buf_fmt(out, "%*s%s ", level * 2, "", ui_role_name(n->role));
        quoted(out, n->name);
        if (*n->value && n->kind != UI_K_IMAGE) {
            buf_str(out, " = ");
            quoted(out, n->value);
        }
        if (*n->about) {
            buf_str(out, " about ");
            quoted(out, n->about);
        }
        buf_fmt(out, " #%s", n->path);
        marks(ui, n, out);
        buf_char(out, '\n');
    }
    for (const struct ui_node *c = n->is_hidden ? NULL : n->first; c; c = c->next) {
        dump_node(ui, c, level + is_shown, out);
    }
}

void ui_dump(const struct ui *ui, struct buf *out)
{
    if (ui_root(ui)) {
        dump_node(ui, ui_root(ui), 0, out);
    }
}

void ui_dump_short(const struct ui_node *n, struct buf *out)
{
    buf_fmt(out, "%s ", ui_role_name(n->role));
    quoted(out, n->name);
    buf_fmt(out, " (%s)", n->path);
}

/* ---- JSON ---- */

static void json_rect(struct json_out *out, struct ui_rect r)
{
    json_begin(out, "rect", '[');
    json_put_int(out, NULL, r.x);
    json_put_int(out, NULL, r.y);
    json_put_int(out, NULL, r.w);
    json_put_int(out, NULL, r.h);
    json_end(out, ']');
}

static void json_node(const struct ui *ui, const struct ui_node *n, struct json_out *out, const char *key);

/* Children of plain boxes stand in the place of the box. */
static void json_children(const struct ui *ui, const struct ui_node *n, struct json_out *out)
{
    for (const struct ui_node *c = n->first; c; c = c->next) {
        if (c->is_hidden) {
            continue;
        }
        if (ui_is_listed(c)) {
            json_node(ui, c, out, NULL);
        } else {
            json_children(ui, c, out);
        }
    }
}

static void json_node(const struct ui *ui, const struct ui_node *n, struct json_out *out, const char *key)
{
    json_begin(out, key, '{');
    json_put_str(out, "key", n->path);
    json_put_str(out, "role", ui_role_name(n->role));
    json_put_str(out, "name", n->name);
    json_put_str(out, "value", ui_dump_value(n));
    json_rect(out, n->rect);
    json_put_bool(out, "action", ui_is_target(n));
    json_put_bool(out, "disabled", (n->flags & UI_OFF) != 0);
    json_put_bool(out, "visible", ui_is_visible(ui, n));
    json_begin(out, "children", '[');
    json_children(ui, n, out);
    json_end(out, ']');
    json_end(out, '}');
}

void ui_dump_json(const struct ui *ui, struct json_out *out, const char *key)
{
    const struct ui_node *root = ui_root(ui), *focus = ui_focus(ui);
    const struct ui_speech *s = &ui->speech;
    const struct ui_node *read = s->marked ? ui_find(ui, s->marked) : NULL;

    json_begin(out, key, '{');
    json_put_str(out, "screen", root ? root->key : NULL);
    json_put_str(out, "title", root ? root->name : NULL);
    json_put_str(out, "lang", ui->frame.lang);
    json_begin(out, "size", '[');
    json_put_int(out, NULL, ui->w);
    json_put_int(out, NULL, ui->h);
    json_end(out, ']');
    json_put_str(out, "focus", focus ? focus->path : NULL);
    if (read) {
        char *word = mem_fmt("%.*s", s->mark_to - s->mark_from, read->name + s->mark_from);

        json_begin(out, "reading", '{');
        json_put_str(out, "key", read->path);
        json_put_str(out, "word", word);
        json_end(out, '}');
        free(word);
    }
    if (root) {
        json_node(ui, root, out, "root");
    }
    json_end(out, '}');
}
