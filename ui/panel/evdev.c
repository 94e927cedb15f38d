/* evdev: an epoll of the descriptors SDL opened, and an inotify on their folder. */
#include "panel/evdev.h"
#include "base/buf.h"
#include "base/log.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/banned.h"

struct evdev {
    char folder[64];
    int epoll_fd, inotify_fd;
    struct evdev_fingers fingers;
};

/* --- SDL and its descriptors */

static bool start_sdl(struct err *err)
{
    SDL_SetHint(SDL_HINT_VIDEODRIVER, "evdev");
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); /* the console gives itself back */
    return SDL_InitSubSystem(SDL_INIT_VIDEO) == 0 ||
           err_set(err, ERR_IO, "SDL's evdev driver does not start: %s", SDL_GetError());
}

/* SDL does not tell which devices it reads, the kernel does. Reading them a second time would wake up also for those
 * SDL leaves alone, and sometimes before SDL has the same news. */
static void wait_on_devices(const struct evdev *e)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t n = strlen(e->folder);

    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char path[sizeof e->folder];
        ssize_t got = readlinkat(dirfd(dir), entry->d_name, path, sizeof path);

        if (got > (ssize_t)n && !strncmp(path, e->folder, n) && path[n] == '/') {
            int fd = (int)strtol(entry->d_name, NULL, 10);
            struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

            epoll_ctl(e->epoll_fd, EPOLL_CTL_ADD, fd, &event); /* when SDL closes it, it leaves by itself */
        }
    }
    if (dir) {
        closedir(dir);
    }
}

static bool watch_folder(struct evdev *e, struct err *err)
{
    struct epoll_event event = {.events = EPOLLIN};

    e->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    e->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    event.data.fd = e->inotify_fd;
    if (e->epoll_fd < 0 || e->inotify_fd < 0 || epoll_ctl(e->epoll_fd, EPOLL_CTL_ADD, e->inotify_fd, &event) != 0) {
        return err_sys(err, errno, "cannot wait for input devices");
    }
    /* ATTRIB: permissions come after the device */
    if (inotify_add_watch(e->inotify_fd, e->folder, IN_CREATE | IN_DELETE | IN_ATTRIB) < 0) {
        log_line(LOG_WARN, "'%s': %s; no touch screen or keyboard is met until the next start", e->folder,
                 strerror(errno));
    }
    return true;
}

bool evdev_open(const char *folder, struct evdev **out, struct err *err)
{
    struct evdev *e = mem_alloc(sizeof *e);

    *e = (struct evdev){.epoll_fd = -1, .inotify_fd = -1};
    snprintf(e->folder, sizeof e->folder, "%s", folder);
    if (!watch_folder(e, err) || !start_sdl(err)) { /* watched first: what comes in between is seen twice, not missed */
        evdev_close(e);
        return false;
    }
    wait_on_devices(e);
    *out = e;
    return true;
}

void evdev_close(struct evdev *e)
{
    if (!e) {
        return;
    }
    if (SDL_WasInit(SDL_INIT_VIDEO)) {
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
    }
    if (e->epoll_fd >= 0) {
        close(e->epoll_fd);
    }
    if (e->inotify_fd >= 0) {
        close(e->inotify_fd);
    }
    free(e);
}

int evdev_fd(const struct evdev *e)
{
    return e->epoll_fd;
}

/* --- fingers */

void evdev_note(struct evdev_fingers *f, const SDL_TouchFingerEvent *event)
{
    int i = 0;

    while (i < f->n && (f->down[i].fingerId != event->fingerId || f->down[i].touchId != event->touchId)) {
        i++;
    }
    if (event->type == SDL_FINGERUP) {
        if (i < f->n) {
            f->down[i] = f->down[--f->n];
        }
    } else if (i < EVDEV_FINGERS_MAX) {
        f->down[i] = *event;
        f->n += i == f->n;
    }
}

int evdev_lift(struct evdev_fingers *f, SDL_Event out[2 * EVDEV_FINGERS_MAX])
{
    int n = 0;

    for (int i = 0; i < f->n; i++) {
        for (int step = 0; step < 2; step++) {
            out[n] = (SDL_Event){.tfinger = f->down[i]};
            out[n].type = step == 0 ? SDL_FINGERMOTION : SDL_FINGERUP;
            out[n++].tfinger.x = -1; /* no scrolling: y stays */
        }
    }
    f->n = 0;
    return n;
}

/* --- news */

/* Has the folder changed, or has a device gone? */
static bool is_changed(const struct evdev *e)
{
    enum { READY = 16 };
    struct epoll_event ready[READY];
    char news[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool any = false;
    int n = epoll_wait(e->epoll_fd, ready, READY, 0);

    for (int i = 0; i < n; i++) {
        any |= (ready[i].events & (EPOLLHUP | EPOLLERR)) != 0;
        if (ready[i].data.fd == e->inotify_fd) {
            any = true;
            while (read(e->inotify_fd, news, sizeof news) > 0) { /* which one does not matter: all are looked for */
            }
        }
    }
    return any;
}

static void start_again(struct evdev *e)
{
    SDL_Event lifted[2 * EVDEV_FINGERS_MAX];
    struct err err = {0};
    int n = evdev_lift(&e->fingers, lifted);

    SDL_QuitSubSystem(SDL_INIT_VIDEO);
    if (!start_sdl(&err)) {
        log_err("input devices", &err);
        return;
    }
    wait_on_devices(e);
    SDL_PeepEvents(lifted, n, SDL_ADDEVENT, 0, 0);
}

static bool is_mouse(const SDL_Event *event)
{
    return event->type == SDL_MOUSEMOTION || event->type == SDL_MOUSEBUTTONDOWN || event->type == SDL_MOUSEBUTTONUP;
}

static bool poll_sdl(struct evdev *e, SDL_Event *event)
{
    while (SDL_WasInit(SDL_INIT_VIDEO) && SDL_PollEvent(event) == 1) {
        if (event->type == SDL_FINGERDOWN || event->type == SDL_FINGERMOTION || event->type == SDL_FINGERUP) {
            evdev_note(&e->fingers, &event->tfinger);
        }
        if (!is_mouse(event)) {
            return true;
        }
    }
    return false;
}

bool evdev_next(struct evdev *e, SDL_Event *event)
{
    if (poll_sdl(e, event)) {
        return true;
    }
    if (!is_changed(e)) {
        return false;
    }
    start_again(e);
    return poll_sdl(e, event);
}
