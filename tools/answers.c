/* answers: rows of visits back to sessions. Visits come in the order of their random ids, so that any part of the list
 * holds people of all hubs and of all times. */
#include "answers.h"
#include "base/buf.h"
#include "base/json.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define SQL_ROWS                                                                                                       \
    ("SELECT station, epoch, visit, seq, kind, body FROM fact "                                                        \
     "WHERE kind IN ('open', 'lang', 'assess', 'answer', 'back', 'return') ORDER BY visit, station, epoch, seq")

enum { PARTS_MAX = ASSESS_PARTS * ASSESS_ANSWERS_MAX, PLACE_BYTES = 128, LANGUAGE_UNKNOWN = -2 };

/* One question answered. */
struct part {
    int item, choice, lang;
    bool is_right;
    int64_t ms, seq; /* seq: of its row */
};

struct reading {
    const struct assess_bank *bank;
    const char *const *languages;
    int n_languages;
    struct answers *out;
    struct part part[PARTS_MAX];
    int n_parts, lang; /* lang: that of the rows now read, or LANGUAGE_UNKNOWN */
    bool has_begun;    /* the session did, in these rows; else answers go on where those of another visit ended */
    uint8_t place[PLACE_BYTES]; /* station, epoch and visit of the rows before */
    size_t n_place;
};

static void *grown(void *list, int n, int *cap, size_t one)
{
    void *more;

    if (n < *cap) {
        return list;
    }
    *cap = *cap ? 2 * *cap : 256;
    more = mem_alloc((size_t)*cap * one);
    if (n) {
        memcpy(more, list, (size_t)n * one);
    }
    free(list);
    return more;
}

/* The language of the session; CALIBRATE_MIXED, or LANGUAGE_UNKNOWN if that of any part is. */
static int language_of(const struct reading *r)
{
    int lang = r->n_parts ? r->part[0].lang : LANGUAGE_UNKNOWN;

    for (int i = 1; i < r->n_parts && lang != LANGUAGE_UNKNOWN; i++) {
        if (r->part[i].lang == LANGUAGE_UNKNOWN) {
            lang = LANGUAGE_UNKNOWN;
        } else if (r->part[i].lang != lang) {
            lang = CALIBRATE_MIXED;
        }
    }
    return lang;
}

/* The questions answered so far are a session, or too few. */
static void end_session(struct reading *r)
{
    struct assess_answer given[ASSESS_ANSWERS_MAX];
    bool is_asked[ASSESS_ITEMS_MAX] = {false};
    struct assess_parts parts = {0};
    struct answers *out = r->out;
    int n = 0, lang = language_of(r);

    for (int i = 0; i < r->n_parts && n < ASSESS_ANSWERS_MAX; i++) {
        const struct part *p = &r->part[i];

        if (!assess_part(&parts, r->bank, p->item, p->choice, p->is_right, p->ms, &given[n])) {
            continue;
        }
        if (is_asked[p->item] || given[n].score >= r->bank->item[p->item].n_scores) {
            out->n_foreign++; /* asked again after a lesson: what she learnt says nothing about the item */
            continue;
        }
        is_asked[p->item] = true;
        n++;
    }
    if (r->n_parts && (n < ANSWERS_SESSION_MIN || lang == LANGUAGE_UNKNOWN)) {
        out->n_short++;
    } else if (r->n_parts) {
        for (int i = 0; i < n; i++) {
            out->given = grown(out->given, out->n_given, &out->cap_given, sizeof *out->given);
            out->given[out->n_given++] = given[i];
        }
        out->sessions = grown(out->sessions, out->n, &out->cap, sizeof *out->sessions);
        out->sessions[out->n++] = (struct calibrate_session){NULL, n, lang};
        out->n_mixed += lang == CALIBRATE_MIXED;
    }
    r->n_parts = 0;
}

static void take_language(struct reading *r, const struct json *row)
{
    const char *lang = json_str(json_get(row, "lang"), "");

    r->lang = LANGUAGE_UNKNOWN;
    for (int i = 0; i < r->n_languages; i++) {
        if (strcmp(r->languages[i], lang) == 0) {
            r->lang = i;
        }
    }
}

static void take_answer(struct reading *r, const struct json *row, int64_t seq)
{
    int item = assess_bank_find(r->bank, json_str(json_get(row, "item"), ""));

    if (!r->has_begun) {
        r->out->n_returned++;
        return;
    }
    if (item < 0 || r->n_parts == PARTS_MAX) {
        r->out->n_foreign++;
        return;
    }
    r->part[r->n_parts++] = (struct part){.item = item,
                                          .choice = (int)json_int(json_get(row, "choice"), -1),
                                          .lang = r->lang,
                                          .is_right = json_bool(json_get(row, "right"), false),
                                          .ms = json_int(json_get(row, "ms"), 0),
                                          .seq = seq};
}

/* The row that is undone may have been left out. */
static void take_back(struct reading *r, const struct json *row)
{
    if (r->n_parts && r->part[r->n_parts - 1].seq == json_int(json_get(row, "undo"), 0)) {
        r->n_parts--;
    }
}

static void take_row(struct reading *r, int64_t seq, const char *kind, const char *body)
{
    struct json *row = json_parse(body, strlen(body), "fact", NULL);

    if (!row) {
        return;
    }
    if (strcmp(kind, "open") == 0 || strcmp(kind, "lang") == 0) {
        take_language(r, row);
    } else if (strcmp(kind, "assess") == 0) {
        end_session(r);
        r->has_begun = true;
    } else if (strcmp(kind, "return") == 0) {
        /* the kept answers took the place of hers: what comes now was chosen by answers that are not here */
        r->has_begun = r->has_begun && !json_bool(json_get(row, "assess"), true);
    } else if (strcmp(kind, "answer") == 0) {
        take_answer(r, row, seq);
    } else { /* back */
        take_back(r, row);
    }
    json_free(row);
}

/* Another visit begins where station, epoch or visit differ from those of the row before. */
static void take_place(struct reading *r, struct stmt *q)
{
    int64_t epoch = db_col_int(q, 1);
    uint8_t place[PLACE_BYTES];
    size_t n_station, n_visit, n = sizeof epoch;
    const void *station = db_col_blob(q, 0, &n_station), *visit = db_col_blob(q, 2, &n_visit);

    memcpy(place, &epoch, sizeof epoch);
    n_station = n_station < PLACE_BYTES / 4 ? n_station : PLACE_BYTES / 4;
    n_visit = n_visit < PLACE_BYTES / 4 ? n_visit : PLACE_BYTES / 4;
    memcpy(place + n, station, n_station);
    memcpy(place + n + n_station, visit, n_visit);
    n += n_station + n_visit;
    if (n != r->n_place || memcmp(place, r->place, n) != 0) {
        end_session(r);
        memcpy(r->place, place, n);
        r->n_place = n;
        r->lang = LANGUAGE_UNKNOWN;
        r->has_begun = false;
    }
}

bool answers_read(struct db *ledger, const struct assess_bank *bank, const char *const *languages, int n_languages,
                  struct answers *out, struct err *err)
{
    struct reading *r = mem_alloc(sizeof *r);
    struct stmt *q = db_stmt(ledger, SQL_ROWS);
    bool ok, has_row = false;
    int at = 0;

    *r = (struct reading){
        .bank = bank, .languages = languages, .n_languages = n_languages, .lang = LANGUAGE_UNKNOWN, .out = out};
    while ((ok = db_next(q, &has_row, err)) && has_row) {
        take_place(r, q);
        take_row(r, db_col_int(q, 3), db_col_text(q, 4), db_col_text(q, 5));
    }
    db_done(q);
    end_session(r);
    for (int i = 0; i < out->n; i++) { /* now that the list grows no more */
        out->sessions[i].answer = out->given + at;
        at += out->sessions[i].n;
    }
    free(r);
    return ok;
}

void answers_release(struct answers *a)
{
    free(a->sessions);
    free(a->given);
    *a = (struct answers){0};
}
