/* reader: the thread that owns the library and answers the screens. Kinds 200.. (clerk 100.., stick 300.., voice
 * 400..). */
#ifndef M2_SHELF_READER_H
#define M2_SHELF_READER_H

#include "base/worker.h"
#include "shelf/library.h"

enum reader_kind {
    READER_VIEW = 200,   /* asks for struct lib_view of a language */
    READER_LESSON,       /* asks for a lesson body */
    READER_RELOAD,       /* the shelf changed: open again, then answer with the view of `lang` */
    READER_RENEW,        /* the trust list changed: the same by the new one */
    EV_VIEW_READY = 250, /* view is the receiver's; NULL with err set on failure */
    EV_LESSON_READY,
};

struct reader_ask {
    struct message base;
    char lang[12];
    char id[64];
};
struct ev_view {
    struct message base;
    struct lib_view *view; /* take it by setting to NULL, else freed with the message */
    struct err err;
};
struct ev_lesson {
    struct message base;
    struct lib_lesson_body *body;
    struct err err;
};

struct reader;
/* Opens the shelf in the new thread and waits for it; trust is borrowed until join. */
M2_MUST_CHECK bool reader_start(const char *shelf_dir, const struct trustlist *trust, struct outbox *out,
                                struct reader **r, struct err *err);
void reader_view(struct reader *r, const char *lang, uint64_t ticket);
void reader_lesson(struct reader *r, const char *id, const char *lang, uint64_t ticket);
void reader_reload(struct reader *r, const char *lang, uint64_t ticket);
/* trust becomes the reader's. Where it leaves nothing that can be used, what was open goes on until there is. */
void reader_renew(struct reader *r, struct trustlist *trust, const char *lang, uint64_t ticket);
bool reader_is_idle(const struct reader *r);
void reader_stop(struct reader *r);
void reader_join(struct reader *r);

#endif
