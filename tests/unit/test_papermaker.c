/* test_papermaker: the station's side against the real micro2-paper; other children: tests/e2e/test_paper.py. */
#include "base/buf.h"
#include "base/log.h"
#include "unit/test.h"
#include "workbench/paper.h"
#include "workbench/papermaker.h"
#include <poll.h>
#include <string.h>

#include "base/banned.h"

enum { WAITS_MS = 20000 };

/* Under the thread sanitizer the child does not live: its filter ends the sanitizer's own thread, and without it the
 * sanitizer takes what glib and fontconfig do for races. There the station's side is what is tested. */
#if defined(__SANITIZE_THREAD__)
enum { HAS_CHILD = false };
#else
enum { HAS_CHILD = true };
#endif

/* What comes for this document: the error's code, and how the PDF begins. */
static enum err_code made(const char *json, size_t n, bool *is_pdf)
{
    struct outbox *out = outbox_new();
    struct papermaker *p = NULL;
    struct err err = {0};
    struct pollfd fd = {.fd = outbox_fd(out), .events = POLLIN};
    enum err_code code;

    log_to(-1);
    CHECK(papermaker_start(out, &p, &err));
    papermaker_make(p, json, n, 7);
    CHECK(poll(&fd, 1, WAITS_MS) == 1);
    struct ev_paper *ev = (struct ev_paper *)outbox_take(out);
    CHECK(ev && ev->base.kind == EV_PAPER_MADE && ev->base.ticket == 7);
    code = ev->err.code;
    *is_pdf = ev->pdf && !memcmp(ev->pdf, "%PDF-", 5);
    message_free(&ev->base);
    papermaker_close(p);
    outbox_free(out);
    return code;
}

TEST(papermaker, a_document_becomes_pdf_and_anything_else_an_error)
{
    static char huge[PAPER_JSON_MAX + 1];
    char text[PAPER_JSON_MAX];
    FILE *f = fopen(M2_SOURCE_DIR "/tests/fuzz/corpus/paper/whole.json", "r");
    size_t n = f ? fread(text, 1, sizeof text, f) : 0;
    bool is_pdf;

    CHECK(f && fclose(f) == 0);
    CHECK_INT(made(text, n, &is_pdf), HAS_CHILD ? ERR_NONE : ERR_STATE);
    CHECK(is_pdf == HAS_CHILD);
    CHECK_INT(made("{}", 2, &is_pdf), ERR_STATE);
    CHECK(!is_pdf);
    memset(huge, ' ', sizeof huge);
    CHECK(made(huge, sizeof huge, &is_pdf) != ERR_NONE);
    CHECK(!is_pdf);
}
