/* test_reader: the worker that answers the screens. */
#include "shelf/reader.h"
#include "unit/shelf_fixture.h"
#include <poll.h>

static struct message *wait_event(struct outbox *out)
{
    struct message *m;

    while (!(m = outbox_take(out))) {
        struct pollfd fd = {.fd = outbox_fd(out), .events = POLLIN};

        CHECK(poll(&fd, 1, 10000) == 1);
    }
    return m;
}

TEST(reader, views_and_lessons_come_as_events_with_the_askers_ticket)
{
    struct outbox *out = outbox_new();
    struct reader *r = NULL;
    struct ev_lesson *lesson;
    struct ev_view *view;
    struct err err;

    fx_pack(test_path("r1"), "core", 1);
    fx_pack(test_path("r1"), "shop", 1);
    CHECK(reader_start(test_path("r1"), fx_trust(), out, &r, &err));
    reader_view(r, "it", 7);
    reader_lesson(r, "shop-1", "it", 8);
    reader_lesson(r, "nothing", "it", 9);
    view = (struct ev_view *)wait_event(out);
    CHECK_INT(view->base.kind, EV_VIEW_READY);
    CHECK_INT(view->base.ticket, 7);
    CHECK_STR(view->view->areas[0].plain, "Parlare");
    lesson = (struct ev_lesson *)wait_event(out);
    CHECK_INT(lesson->base.kind, EV_LESSON_READY);
    CHECK_INT(lesson->base.ticket, 8);
    CHECK_INT(lesson->body->n_pages, 2);
    message_free(&lesson->base);
    lesson = (struct ev_lesson *)wait_event(out);
    CHECK(!lesson->body);
    CHECK_INT(lesson->err.code, ERR_NOT_FOUND);
    message_free(&lesson->base);
    reader_stop(r);
    reader_join(r);
    CHECK_STR(view->view->areas[0].plain, "Parlare"); /* outlives the reader */
    message_free(&view->base);
    outbox_free(out);
}

TEST(reader, a_reload_shows_what_came_onto_the_shelf)
{
    struct outbox *out = outbox_new();
    struct reader *r = NULL;
    struct ev_view *view;
    struct err err;

    fx_pack(test_path("r2"), "core", 1);
    CHECK(reader_start(test_path("r2"), fx_trust(), out, &r, &err));
    fx_pack(test_path("r2"), "core", 2);
    fx_pack(test_path("r2"), "shop", 1);
    reader_reload(r, "en", 1);
    view = (struct ev_view *)wait_event(out);
    CHECK_INT(view->view->n_packs, 2);
    CHECK_INT(view->view->packs[0].version, 2);
    CHECK_INT(view->view->n_modules, 1);
    message_free(&view->base);
    reader_stop(r);
    reader_join(r);
    outbox_free(out);
}

/* The fixture's list once more, for whoever frees it. */
static struct trustlist *list_where_author_is(enum trust_revoked how)
{
    struct trustlist *t = mem_alloc(sizeof *t);

    *t = *fx_trust();
    t->keys = memcpy(mem_alloc(sizeof fx_keys), fx_keys, sizeof fx_keys);
    t->keys[TRUST_AUTHOR].revoked = how;
    return t;
}

/* The screens stood still while the shelf was hashed with the new list: a second reader was started and waited for. */
TEST(reader, a_newer_trust_list_is_met_in_its_own_thread)
{
    struct outbox *out = outbox_new();
    struct reader *r = NULL;
    struct ev_view *view;
    struct err err;

    fx_pack(test_path("r4"), "core", 1);
    CHECK(reader_start(test_path("r4"), fx_trust(), out, &r, &err));
    fx_pack(test_path("r4"), "core", 2);
    reader_renew(r, list_where_author_is(TRUST_STOLEN), "en", 1); /* nothing is left */
    view = (struct ev_view *)wait_event(out);
    CHECK_INT(view->base.ticket, 1);
    CHECK_INT(view->view->packs[0].version, 1); /* what was open goes on */
    message_free(&view->base);
    reader_reload(r, "en", 2);
    view = (struct ev_view *)wait_event(out);
    CHECK(!view->view);
    message_free(&view->base);
    reader_renew(r, list_where_author_is(TRUST_GOOD), "en", 3);
    view = (struct ev_view *)wait_event(out);
    CHECK_INT(view->view->packs[0].version, 2);
    message_free(&view->base);
    reader_renew(r, list_where_author_is(TRUST_GOOD), "en", 4); /* not met any more */
    reader_stop(r);
    reader_join(r);
    outbox_free(out);
}

TEST(reader, an_empty_shelf_does_not_start)
{
    struct outbox *out = outbox_new();
    struct reader *r = NULL;
    struct err err;

    CHECK(fsio_make_dirs(test_path("r3"), 0755, &err));
    CHECK(!reader_start(test_path("r3"), fx_trust(), out, &r, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    outbox_free(out);
}
