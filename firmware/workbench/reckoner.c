/* reckoner: micro2-compute behind a worker. */
#include "workbench/reckoner.h"
#include "base/json.h"
#include "base/log.h"
#include "workbench/compute.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

struct reckoner {
    struct worker *worker;
};

struct ask {
    struct message base;
    char *program, *values; /* values NULL: the fields */
};

/* --- one question to a child
 * ------------------------------------------------------------------------------------------------------------------ */

static void write_question(const char *program, const char *values, struct buf *out)
{
    struct json_out w = {.buf = out};

    json_begin(&w, NULL, '{');
    json_put_str(&w, "format", "micro2-compute-1");
    json_put_str(&w, "program", program);
    json_put_raw(&w, "values", values ? values : "null");
    json_end(&w, '}');
    buf_char(out, '\n');
}

static bool send_all(const struct child *c, const struct buf *bytes, struct err *err)
{
    for (size_t at = 0; at < bytes->len;) {
        ssize_t n = write(c->to, bytes->data + at, bytes->len - at);

        if (n < 0 && errno != EINTR) {
            return err_sys(err, errno, "compute: the child does not listen");
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool take_line(const struct child *c, struct buf *line, struct err *err)
{
    for (;;) {
        struct pollfd p = {.fd = c->from, .events = POLLIN};
        char piece[4096];
        ssize_t n;

        if (poll(&p, 1, RECKON_SILENT_MS) == 0) {
            return err_set(err, ERR_IO, "compute: the child hangs");
        }
        n = read(c->from, piece, sizeof piece);
        if (n == 0) {
            return err_set(err, ERR_IO, "compute: the child ended");
        }
        if (n < 0 && errno != EINTR) {
            return err_sys(err, errno, "compute: the child's output");
        }
        buf_add(line, piece, n > 0 ? (size_t)n : 0);
        mem_wipe(piece, sizeof piece);
        if (line->len && line->data[line->len - 1] == '\n') {
            line->data[--line->len] = '\0';
            return true;
        }
        if (line->len > COMPUTE_ANSWER_MAX) {
            return err_set(err, ERR_LIMIT, "compute: the child gives more than %d bytes", COMPUTE_ANSWER_MAX);
        }
    }
}

bool reckon_ask(struct child *c, const char *program, const char *values, struct buf *answer, struct err *err)
{
    struct buf question = {0};
    bool ok = c->pid > 0 || child_spawn(c, "micro2-compute", err);

    buf_clear(answer);
    write_question(program, values, &question);
    ok = ok && send_all(c, &question, err) && take_line(c, answer, err);
    if (!ok) {
        child_end(c);
    }
    buf_wipe(&question);
    return ok;
}

/* --- the worker
 * --------------------------------------------------------------------------------------------------------------------
 */

static void release_reckoned(struct message *m)
{
    struct ev_reckoned *ev = (struct ev_reckoned *)m;

    if (ev->outputs) {
        mem_wipe(ev->outputs, sizeof *ev->outputs);
        free(ev->outputs);
    }
    free(ev->fields);
}

static bool read_answer(const struct ask *m, const struct buf *answer, struct ev_reckoned *ev)
{
    if (!m->values) {
        ev->fields = mem_alloc(sizeof *ev->fields);
        return tool_fields_parse(buf_text(answer), answer->len, ev->fields, &ev->err);
    }
    ev->outputs = mem_alloc(sizeof *ev->outputs);
    return tool_outputs_parse(buf_text(answer), answer->len, ev->outputs, &ev->err);
}

static void reckon_handle(void *self, struct message *m, struct outbox *out)
{
    const struct ask *ask = (const struct ask *)m;
    struct ev_reckoned *ev = message_new(sizeof *ev, EV_RECKONED, m->ticket);
    struct child child = {0};
    struct buf answer = {0};

    (void)self;
    ev->base.release = release_reckoned;
    if (!reckon_ask(&child, ask->program, ask->values, &answer, &ev->err)) {
        log_err("reckoning", &ev->err); /* of the child: what a program says is nobody's business */
    } else if (!read_answer(ask, &answer, ev)) {
        log_line(LOG_WARN, "a tool's program was refused [%s]", err_name(ev->err.code));
        release_reckoned(&ev->base);
        ev->outputs = NULL;
        ev->fields = NULL;
    }
    child_end(&child);
    buf_wipe(&answer);
    outbox_put(out, &ev->base);
}

static const struct worker_class reckoner_class = {.name = "reckoner", .handle = reckon_handle};

bool reckoner_start(struct outbox *out, struct reckoner **made, struct err *err)
{
    struct reckoner *r = mem_alloc(sizeof *r);

    signal(SIGPIPE, SIG_IGN); /* a dead child is met by its return codes */
    if (!worker_start(&reckoner_class, r, out, &r->worker, err)) {
        free(r);
        return false;
    }
    *made = r;
    return true;
}

static void release_ask(struct message *m)
{
    struct ask *ask = (struct ask *)m;

    if (ask->values) {
        mem_wipe(ask->values, strlen(ask->values));
    }
    free(ask->values);
    free(ask->program);
}

void reckoner_ask(struct reckoner *r, const char *program, const char *values, uint64_t ticket)
{
    struct ask *ask = message_new(sizeof *ask, RECKON, ticket);

    ask->base.release = release_ask;
    ask->program = mem_str(program);
    ask->values = values ? mem_str(values) : NULL;
    worker_send(r->worker, &ask->base);
}

bool reckoner_is_idle(const struct reckoner *r)
{
    return worker_is_idle(r->worker);
}

void reckoner_close(struct reckoner *r)
{
    if (r) {
        worker_stop(r->worker);
        worker_join(r->worker);
        free(r);
    }
}
