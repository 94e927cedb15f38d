/* assess_protocol: the engine behind JSON lines. */
#include "learn/assess_protocol.h"
#include "base/fsio.h"
#include "base/json.h"
#include "learn/assess.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct assess_protocol {
    struct assess_bank bank;
    struct assess_session session;
    bool is_loaded, is_started;
};

struct assess_protocol *assess_protocol_new(void)
{
    return mem_alloc(sizeof(struct assess_protocol));
}

void assess_protocol_free(struct assess_protocol *p)
{
    free(p);
}

static bool load(struct assess_protocol *p, const struct json *q, struct json_out *w, struct err *err)
{
    struct buf text = {0};
    struct json *root = NULL;
    const char *path;
    bool ok = json_need_str(q, "bank", "load", &path, err) && fsio_read(path, ASSESS_BANK_BYTES_MAX, &text, err);

    if (ok) {
        root = json_parse(text.data, text.len, path, err);
        ok = root && assess_bank_load(root, json_str(json_get(q, "lang"), ""), &p->bank, err);
    }
    json_free(root);
    buf_release(&text);
    if (ok) {
        p->is_loaded = true;
        p->is_started = false;
        json_put_bool(w, "ok", true);
        json_put_int(w, "items", p->bank.n_items);
    }
    return ok;
}

/* A whole number of a line, or the value *out has where it is not there. */
static bool optional_int(const struct json *q, const char *key, int64_t min, int64_t max, int64_t *out, struct err *err)
{
    return !json_get(q, key) || json_need_int(q, key, "start", min, max, out, err);
}

static bool start(struct assess_protocol *p, const struct json *q, struct json_out *w, struct err *err)
{
    const struct json *weights = json_get(q, "weights");
    struct assess_session fresh;
    int64_t max_items = 24, seed = 0;

    if (!p->is_loaded) {
        return err_set(err, ERR_STATE, "start: load a bank first");
    }
    if (!optional_int(q, "max_items", 1, ASSESS_ANSWERS_MAX, &max_items, err) ||
        !optional_int(q, "seed", 0, INT64_MAX, &seed, err)) {
        return false;
    }
    if (weights && json_kind(weights) != KIND_OBJECT) {
        return err_set(err, ERR_FORMAT, "start: 'weights' must be an object of competences and numbers");
    }
    assess_start(&fresh, &p->bank, (uint64_t)seed, (int)max_items);
    for (int i = 0; i < json_count(weights); i++) {
        int c = assess_bank_competence(&p->bank, json_key_at(weights, i));

        if (!assess_set_weight(&fresh, c, json_num(json_value_at(weights, i), -1), err)) {
            return false;
        }
    }
    p->session = fresh;
    p->is_started = true;
    json_put_bool(w, "ok", true);
    return true;
}

static bool next(struct assess_protocol *p, struct json_out *w, struct err *err)
{
    if (!p->is_started) {
        return err_set(err, ERR_STATE, "next: start a session first");
    }
    int k = assess_next(&p->session);

    json_put_str(w, "item", k >= 0 ? p->bank.item[k].id : NULL);
    return true;
}

static bool answer(struct assess_protocol *p, const struct json *q, struct json_out *w, struct err *err)
{
    const char *id;
    int64_t response, ms = json_int(json_get(q, "ms"), 0);

    if (!p->is_started) {
        return err_set(err, ERR_STATE, "answer: start a session first");
    }
    if (!json_need_str(q, "item", "answer", &id, err) ||
        !json_need_int(q, "response", "answer", 0, ASSESS_SCORES_MAX - 1, &response, err)) {
        return false;
    }
    struct assess_answer a = {assess_bank_find(&p->bank, id), (int)response, ms};

    if (!assess_answer(&p->session, a, NULL, err)) {
        return false;
    }
    json_put_bool(w, "ok", true);
    return true;
}

static bool result(struct assess_protocol *p, struct json_out *w, struct err *err)
{
    double mean, sd;

    if (!p->is_started) {
        return err_set(err, ERR_STATE, "result: start a session first");
    }
    json_begin(w, "competences", '[');
    for (int c = 0; c < p->bank.n_competences; c++) {
        struct assess_view v;

        assess_result(&p->session, c, &v);
        json_begin(w, NULL, '{');
        json_put_str(w, "id", p->bank.competence[c].id);
        json_put_num(w, "mean", v.mean);
        json_put_num(w, "sd", v.sd);
        json_put_int(w, "level", v.level);
        json_put_int(w, "band", v.band);
        json_put_int(w, "lo", v.lo);
        json_put_int(w, "hi", v.hi);
        json_put_int(w, "asked", v.asked);
        json_end(w, '}');
    }
    json_end(w, ']');
    assess_overclaim(&p->session, &mean, &sd);
    json_begin(w, "overclaim", '{');
    json_put_num(w, "mean", mean);
    json_put_num(w, "sd", sd);
    json_end(w, '}');
    json_put_num(w, "careless", assess_careless(&p->session));
    json_put_int(w, "answered", p->session.answered);
    return true;
}

static bool dispatch(struct assess_protocol *p, const struct json *q, struct json_out *w, bool *is_over,
                     struct err *err)
{
    const char *cmd = json_str(json_get(q, "cmd"), "");

    if (!strcmp(cmd, "load")) {
        return load(p, q, w, err);
    }
    if (!strcmp(cmd, "start")) {
        return start(p, q, w, err);
    }
    if (!strcmp(cmd, "next")) {
        return next(p, w, err);
    }
    if (!strcmp(cmd, "answer")) {
        return answer(p, q, w, err);
    }
    if (!strcmp(cmd, "result")) {
        return result(p, w, err);
    }
    if (!strcmp(cmd, "quit")) {
        *is_over = true;
        json_put_bool(w, "ok", true);
        return true;
    }
    return err_set(err, ERR_USAGE, "unknown command; use load, start, next, answer, result or quit");
}

bool assess_protocol_line(struct assess_protocol *p, const char *line, size_t n, struct buf *out)
{
    struct json_out w = {.buf = out};
    struct err err = {0};
    struct json *q = NULL;
    bool is_over = false, ok;

    buf_clear(out);
    json_begin(&w, NULL, '{');
    ok = n <= ASSESS_LINE_MAX || err_set(&err, ERR_LIMIT, "a line over %d bytes", ASSESS_LINE_MAX);
    if (ok) {
        q = json_parse(line, n, "line", &err);
        ok = q && dispatch(p, q, &w, &is_over, &err);
    }
    if (!ok) {
        buf_clear(out);
        w = (struct json_out){.buf = out};
        json_begin(&w, NULL, '{');
        json_put_str(&w, "error", err.text);
    }
    json_end(&w, '}');
    json_free(q);
    return !is_over;
}
