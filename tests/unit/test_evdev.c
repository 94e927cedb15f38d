/* Input without a desktop: fingers whose screen goes, and a folder of devices that changes. */
#include "panel/evdev.h"
#include "unit/test.h"
#include "unit/ui_fixture.h"
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/banned.h"

static SDL_Event finger(Uint32 type, SDL_FingerID id, float x, float y)
{
    return (SDL_Event){.tfinger = {.type = type, .touchId = 5, .fingerId = id, .x = x, .y = y}};
}

static void note(struct evdev_fingers *f, Uint32 type, SDL_FingerID id, float y)
{
    SDL_Event e = finger(type, id, 0.5F, y);

    evdev_note(f, &e.tfinger);
}

TEST(evdev, fingers_that_are_down_slide_off_and_lift)
{
    struct evdev_fingers f = {0};
    SDL_Event out[2 * EVDEV_FINGERS_MAX];

    note(&f, SDL_FINGERDOWN, 1, 0.1F);
    note(&f, SDL_FINGERDOWN, 2, 0.2F);
    note(&f, SDL_FINGERMOTION, 2, 0.3F);
    note(&f, SDL_FINGERDOWN, 3, 0.4F);
    note(&f, SDL_FINGERUP, 1, 0.1F);
    note(&f, SDL_FINGERUP, 9, 0.1F); /* was never down */
    CHECK_INT(f.n, 2);
    CHECK_INT(evdev_lift(&f, out), 4);
    CHECK_INT(f.n, 0);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(out[i].type, i % 2 ? SDL_FINGERUP : SDL_FINGERMOTION);
        CHECK_INT(out[i].tfinger.fingerId, i < 2 ? 3 : 2);
        CHECK(out[i].tfinger.x < 0);
        CHECK_NEAR(out[i].tfinger.y, i < 2 ? 0.4 : 0.3, 1e-6);
    }
    CHECK_INT(evdev_lift(&f, out), 0);
}

TEST(evdev, an_eleventh_finger_is_not_noted)
{
    struct evdev_fingers f = {0};
    SDL_Event out[2 * EVDEV_FINGERS_MAX];

    for (int i = 0; i <= EVDEV_FINGERS_MAX; i++) {
        note(&f, SDL_FINGERDOWN, i, 0.5F);
    }
    CHECK_INT(f.n, EVDEV_FINGERS_MAX);
    CHECK_INT(evdev_lift(&f, out), 2 * EVDEV_FINGERS_MAX);
}

TEST(evdev, a_screen_that_goes_under_a_finger_chooses_nothing_and_the_next_touch_works)
{
    struct fixture f;
    struct evdev_fingers fingers = {0};
    SDL_Event out[2 * EVDEV_FINGERS_MAX], e;
    struct ui_rect r;
    float x, y;

    kit_open(&f, sample_question);
    r = ui_view_of(f.ui, kit_node(&f, "options/2"));
    x = ((float)r.x + (float)r.w / 2) / 1280;
    y = ((float)r.y + (float)r.h / 2) / 800;
    e = finger(SDL_FINGERDOWN, 1, x, y);
    evdev_note(&fingers, &e.tfinger);
    ui_event(f.ui, &e);
    kit_settle(&f);
    CHECK_INT(evdev_lift(&fingers, out), 2);
    ui_event(f.ui, &out[0]);
    ui_event(f.ui, &out[1]);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 0);
    e = finger(SDL_FINGERDOWN, 2, x, y);
    ui_event(f.ui, &e);
    e = finger(SDL_FINGERUP, 2, x, y);
    ui_event(f.ui, &e);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 1);
    CHECK_INT(f.act.arg, 2);
    kit_close(&f);
}

static bool is_ready(const struct evdev *e)
{
    return poll(&(struct pollfd){.fd = evdev_fd(e), .events = POLLIN}, 1, 0) == 1;
}

TEST(evdev, a_device_that_comes_wakes_once_and_is_looked_for)
{
    struct evdev *e;
    struct err err = {0};
    SDL_Event event;
    int fd;

    CHECK(evdev_open(test_dir(), &e, &err));
    CHECK_STR(SDL_GetCurrentVideoDriver(), "evdev");
    while (evdev_next(e, &event)) {
    }
    CHECK(!is_ready(e));
    fd = open(test_path("event0"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    close(fd);
    CHECK(is_ready(e));
    CHECK(!evdev_next(e, &event));
    CHECK(SDL_WasInit(SDL_INIT_VIDEO) != 0);
    CHECK(!is_ready(e));
    CHECK(unlink(test_path("event0")) == 0);
    CHECK(is_ready(e));
    CHECK(!evdev_next(e, &event));
    evdev_close(e);
    CHECK(SDL_WasInit(SDL_INIT_VIDEO) == 0);
    evdev_close(NULL);
}

TEST(evdev, no_mouse_is_met_because_no_pointer_is_drawn)
{
    struct evdev *e;
    struct err err = {0};
    SDL_Event event, mouse = {.button = {.type = SDL_MOUSEBUTTONDOWN, .button = SDL_BUTTON_LEFT}};
    SDL_Event key = {.key = {.type = SDL_KEYDOWN, .keysym.sym = SDLK_TAB}};

    CHECK(evdev_open(test_path("none"), &e, &err)); /* without any device it runs all the same */
    SDL_FlushEvents(SDL_FIRSTEVENT, SDL_LASTEVENT);
    CHECK(SDL_PushEvent(&mouse) == 1 && SDL_PushEvent(&key) == 1);
    CHECK(evdev_next(e, &event));
    CHECK_INT(event.type, SDL_KEYDOWN);
    CHECK(!evdev_next(e, &event));
    evdev_close(e);
}
