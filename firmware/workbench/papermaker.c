/* papermaker: micro2-paper behind a worker. */
#include "workbench/papermaker.h"
#include "base/buf.h"
#include "base/child.h"
#include "base/log.h"
#include "workbench/paper.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { SILENT_MS = 10000 }; /* a child that says nothing for so long hangs */

struct papermaker {
    struct worker *worker;
};

struct make {
    struct message base;
    char *json;
    size_t n;
};

static bool send_all(struct child *c, const char *bytes, size_t n, struct err *err)
{
    while (n) {
        ssize_t w = write(c->to, bytes, n);

        if (w < 0 && errno != EINTR) {
            return err_sys(err, errno, "paper: the child does not listen");
        }
        bytes += w > 0 ? w : 0;
        n -= w > 0 ? (size_t)w : 0;
    }
    close(c->to);
    c->to = -1;
    return true;
}

static bool take_all(struct child *c, struct buf *pdf, struct err *err)
{
    for (;;) {
        struct pollfd p = {.fd = c->from, .events = POLLIN};
        char piece[4096];
        ssize_t n;

        if (poll(&p, 1, SILENT_MS) == 0) {
            return err_set(err, ERR_IO, "paper: the child hangs");
        }
        n = read(c->from, piece, sizeof piece);
        if (n == 0) {
            return true;
        }
        if (n < 0 && errno != EINTR) {
            return err_sys(err, errno, "paper: the child's output");
        }
        buf_add(pdf, piece, n > 0 ? (size_t)n : 0);
        if (pdf->len > PAPER_PDF_MAX) {
            return err_set(err, ERR_LIMIT, "paper: the child gives more than %d bytes", PAPER_PDF_MAX);
        }
    }
}

static bool make(const struct make *m, struct buf *pdf, struct err *err)
{
    static const char head[] = "%PDF-";
    struct child c = {0};

    if (!child_spawn(&c, "micro2-paper", err)) {
        return false;
    }
    if (!send_all(&c, m->json, m->n, err) || !take_all(&c, pdf, err)) {
        child_end(&c);
        return false;
    }
    if (child_wait(&c) != 0 || pdf->len < sizeof head || memcmp(pdf->data, head, sizeof head - 1) != 0) {
        return err_set(err, ERR_STATE, "paper: the child gives no document");
    }
    return true;
}

static void release_paper(struct message *m)
{
    struct ev_paper *ev = (struct ev_paper *)m;

    if (ev->pdf) {
        mem_wipe(ev->pdf, ev->n);
        free(ev->pdf);
    }
}

static void paper_handle(void *self, struct message *m, struct outbox *out)
{
    struct ev_paper *ev = message_new(sizeof *ev, EV_PAPER_MADE, m->ticket);
    struct buf pdf = {0};

    (void)self;
    ev->base.release = release_paper;
    if (make((struct make *)m, &pdf, &ev->err)) {
        ev->n = pdf.len;
        ev->pdf = buf_detach(&pdf);
    } else {
        log_err("paper", &ev->err);
        buf_wipe(&pdf);
    }
    outbox_put(out, &ev->base);
}

static const struct worker_class paper_class = {.name = "paper", .handle = paper_handle};

bool papermaker_start(struct outbox *out, struct papermaker **made, struct err *err)
{
    struct papermaker *p = mem_alloc(sizeof *p);

    signal(SIGPIPE, SIG_IGN); /* a dead child is met by its return codes */
    if (!worker_start(&paper_class, p, out, &p->worker, err)) {
        free(p);
        return false;
    }
    *made = p;
    return true;
}

static void release_make(struct message *m)
{
    struct make *make = (struct make *)m;

    mem_wipe(make->json, make->n);
    free(make->json);
}

void papermaker_make(struct papermaker *p, const char *json, size_t n, uint64_t ticket)
{
    struct make *m = message_new(sizeof *m, PAPER_MAKE, ticket);

    m->base.release = release_make;
    m->json = memcpy(mem_alloc(n + 1), json, n);
    m->n = n;
    worker_send(p->worker, &m->base);
}

bool papermaker_is_idle(const struct papermaker *p)
{
    return worker_is_idle(p->worker);
}

void papermaker_close(struct papermaker *p)
{
    if (p) {
        worker_stop(p->worker);
        worker_join(p->worker);
        free(p);
    }
}
