/* snapshot: the cards of a hub, written and read in one canonical form. */
#include "board/snapshot.h"
#include "base/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char FORMAT[] = "micro2-board-1", SUBJECT[] = "board";

_Static_assert(SNAPSHOT_HEAD_MAX + SNAPSHOT_CARDS_MAX * SNAPSHOT_CARD_MAX <= SNAPSHOT_BYTES_MAX,
               "a full board of the longest cards fits");

static void put_hex(struct json_out *w, const char *key, const uint8_t *bytes, size_t n)
{
    char hex[2 * CARD_ID_BYTES + 1];

    hex_write(bytes, n, hex);
    json_put_str(w, key, hex);
}

static void put_card(struct json_out *w, const struct card *c)
{
    json_begin(w, NULL, '{');
    put_hex(w, "id", c->id, sizeof c->id);
    json_put_int(w, "number", c->number);
    json_put_str(w, "kind", card_kind_name(c->kind));
    json_put_str(w, "phrase", c->phrase);
    json_put_int(w, "amount", c->amount);
    json_put_int(w, "weekday", c->weekday);
    json_put_str(w, "title", c->title);
    json_put_str(w, "text", c->text);
    json_put_str(w, "lang", c->lang);
    json_put_int(w, "age", c->age);
    json_put_int(w, "days", c->days);
    json_end(w, '}');
}

void snapshot_write(const struct snapshot *s, struct buf *out)
{
    struct json_out w = {.buf = out};

    json_begin(&w, NULL, '{');
    json_put_str(&w, "format", FORMAT);
    put_hex(&w, "station", s->station, sizeof s->station);
    json_put_int(&w, "generation", (int64_t)s->generation);
    json_begin(&w, "cards", '[');
    for (int i = 0; i < s->n_cards; i++) {
        put_card(&w, &s->cards[i]);
    }
    json_end(&w, ']');
    json_end(&w, '}');
}

/* A text of at most cap - 1 bytes. */
static bool take_str(const struct json *j, const char *key, const char *subject, char *out, size_t cap, struct err *err)
{
    const char *text;

    if (!json_need_str(j, key, subject, &text, err)) {
        return false;
    }
    if (strlen(text) >= cap) {
        return err_set(err, ERR_LIMIT, "%s: '%s' has %zu bytes, at most %zu", subject, key, strlen(text), cap - 1);
    }
    snprintf(out, cap, "%s", text);
    return true;
}

static bool take_int(const struct json *j, const char *key, const char *subject, int min, int max, int *out,
                     struct err *err)
{
    int64_t value;

    if (!json_need_int(j, key, subject, min, max, &value, err)) {
        return false;
    }
    *out = (int)value;
    return true;
}

static bool take_hex(const struct json *j, const char *key, const char *subject, uint8_t *out, size_t n,
                     struct err *err)
{
    const char *text;

    return json_need_str(j, key, subject, &text, err) &&
           (hex_read(text, out, n) || err_set(err, ERR_FORMAT, "%s: '%s' must be %zu hex digits", subject, key, 2 * n));
}

static bool take_kind(const struct json *j, const char *subject, enum card_kind *out, struct err *err)
{
    const char *text;

    if (!json_need_str(j, "kind", subject, &text, err)) {
        return false;
    }
    for (int kind = 0; kind < CARD_KINDS; kind++) {
        if (!strcmp(text, card_kind_name((enum card_kind)kind))) {
            *out = (enum card_kind)kind;
            return true;
        }
    }
    return err_set(err, ERR_FORMAT, "%s: 'kind' must be offer, need or workshop", subject);
}

static bool take_card(const struct json *j, int i, struct card *c, struct err *err)
{
    static const char *const keys[] = {"id",    "number", "kind", "phrase", "amount", "weekday",
                                       "title", "text",   "lang", "age",    "days",   NULL};
    char subject[32];

    snprintf(subject, sizeof subject, "board: card %d", i + 1);
    return json_only(j, keys, subject, err) && take_hex(j, "id", subject, c->id, sizeof c->id, err) &&
           take_int(j, "number", subject, 1, CARD_NUMBER_MAX, &c->number, err) &&
           take_kind(j, subject, &c->kind, err) && take_str(j, "phrase", subject, c->phrase, sizeof c->phrase, err) &&
           take_int(j, "amount", subject, 0, CARD_AMOUNT_MAX, &c->amount, err) &&
           take_int(j, "weekday", subject, 0, CARD_WEEKDAY_MAX, &c->weekday, err) &&
           take_str(j, "title", subject, c->title, sizeof c->title, err) &&
           take_str(j, "text", subject, c->text, sizeof c->text, err) &&
           take_str(j, "lang", subject, c->lang, sizeof c->lang, err) &&
           take_int(j, "age", subject, 0, CARD_DAYS_MAX, &c->age, err) &&
           take_int(j, "days", subject, 0, CARD_DAYS_MAX, &c->days, err) && card_check(c, subject, err);
}

static bool take_cards(const struct json *cards, struct snapshot *s, struct err *err)
{
    const int n = json_count(cards);

    if (n > SNAPSHOT_CARDS_MAX) {
        return err_set(err, ERR_LIMIT, "board: %d cards, at most %d", n, SNAPSHOT_CARDS_MAX);
    }
    s->cards = mem_alloc((size_t)(n + 1) * sizeof *s->cards);
    for (s->n_cards = 0; s->n_cards < n; s->n_cards++) {
        if (!take_card(json_at(cards, s->n_cards), s->n_cards, &s->cards[s->n_cards], err)) {
            return false;
        }
        for (int i = 0; i < s->n_cards; i++) {
            if (!memcmp(s->cards[i].id, s->cards[s->n_cards].id, CARD_ID_BYTES)) {
                return err_set(err, ERR_FORMAT, "board: card %d has the id of another", s->n_cards + 1);
            }
        }
    }
    return true;
}

static bool take_all(const struct json *j, struct snapshot *s, struct err *err)
{
    static const char *const keys[] = {"format", "station", "generation", "cards", NULL};
    const struct json *cards;
    const char *format;
    int64_t generation;

    if (!json_only(j, keys, SUBJECT, err) || !json_need_str(j, "format", SUBJECT, &format, err)) {
        return false;
    }
    if (strcmp(format, FORMAT) != 0) {
        return err_set(err, ERR_VERSION, "board: format '%.24s', not %s; update this program", format, FORMAT);
    }
    if (!take_hex(j, "station", SUBJECT, s->station, sizeof s->station, err) ||
        !json_need_int(j, "generation", SUBJECT, 1, (int64_t)SNAPSHOT_GENERATION_MAX, &generation, err) ||
        !json_need_array(j, "cards", SUBJECT, &cards, err)) {
        return false;
    }
    s->generation = (uint64_t)generation;
    return take_cards(cards, s, err);
}

/* The one text of what was read: no blank, no other order, no other way to write a letter. */
static bool is_canonical(const struct snapshot *s, const char *text, size_t n, struct err *err)
{
    struct buf again = {0};
    bool same;

    snapshot_write(s, &again);
    same = again.len == n && !memcmp(again.data, text, n);
    buf_release(&again);
    return same || err_set(err, ERR_FORMAT, "board: not in its one form");
}

bool snapshot_read(const char *text, size_t n, struct snapshot *out, struct err *err)
{
    struct snapshot s = {0};
    struct json *root;
    bool ok;

    if (n > SNAPSHOT_BYTES_MAX) {
        return err_set(err, ERR_LIMIT, "board: %zu bytes, at most %d", n, SNAPSHOT_BYTES_MAX);
    }
    root = json_parse(text, n, SUBJECT, err);
    if (!root) {
        return false;
    }
    ok = take_all(root, &s, err) && is_canonical(&s, text, n, err);
    json_free(root);
    if (!ok) {
        snapshot_release(&s);
        return false;
    }
    *out = s;
    return true;
}

void snapshot_release(struct snapshot *s)
{
    free(s->cards);
    *s = (struct snapshot){0};
}
