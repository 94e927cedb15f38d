/* kms: legacy modesetting with dumb buffers: what virtio-gpu, bochs-drm and vc4 all do. */
#include "panel/kms.h"
#include "base/buf.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "base/banned.h"

enum { BITS = 32, DEPTH = 24, PIXEL_BYTES = 4, N_BUFFERS = 2 };

struct buffer {
    uint32_t handle, id, pitch; /* 0 = none */
    uint64_t bytes;
    uint8_t *pixels;
};

struct kms {
    char card[64];
    int fd;
    struct kms_display display;
    uint32_t connector, crtc;
    drmModeModeInfo mode;
    drmModeCrtc *before; /* what crtc_before showed when we came */
    uint32_t connector_before;
    struct buffer buffers[N_BUFFERS];
    int front; /* the buffer on the screen, or on its way there */
    bool is_flipping, is_behind;
    int64_t flipped_ms;
};

/* --- the card */

static bool has_connectors(int fd)
{
    drmModeRes *res = drmModeGetResources(fd);
    bool any = res && res->count_connectors > 0 && res->count_crtcs > 0;

    drmModeFreeResources(res);
    return any;
}

/* *err stays as it is where there is no such card. */
static bool open_card(const char *path, int *fd, struct err *err)
{
    uint64_t has_dumb = 0;

    *fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0 && errno == ENOENT) {
        return false;
    }
    if (*fd < 0 && (errno == EACCES || errno == EPERM)) {
        return err_set(err, ERR_USAGE, "'%s': no permission; put the user into the group video", path);
    }
    if (*fd < 0) {
        return err_sys(err, errno, "cannot open '%s'", path);
    }
    if (!has_connectors(*fd)) { /* a card that only computes, as a Pi 4 has beside its other one */
        err_set(err, ERR_NOT_FOUND, "'%s': this card has no connector for a display", path);
    } else if (!drmIsMaster(*fd)) {
        err_set(err, ERR_BUSY, "'%s': another program shows on the screen; end it, or give this one a window", path);
    } else if (drmGetCap(*fd, DRM_CAP_DUMB_BUFFER, &has_dumb) != 0 || !has_dumb) {
        err_set(err, ERR_IO, "'%s': this card shows no pictures made in memory; another driver is needed", path);
    } else {
        return true;
    }
    close(*fd);
    return false;
}

/* The first that works; else what was wrong with the one that came nearest to it. */
bool kms_open(const char *folder, struct kms **out, struct err *err)
{
    struct kms *k = mem_alloc(sizeof *k);
    struct err worst = {0};

    err_set(&worst, ERR_NOT_FOUND,
            "'%s': there is no graphics card; load its driver, or start with --panel window or --headless", folder);
    for (int i = 0; i < KMS_CARDS_MAX; i++) {
        struct err e = {0};

        snprintf(k->card, sizeof k->card, "%s/card%d", folder, i);
        if (open_card(k->card, &k->fd, &e)) {
            *out = k;
            return true;
        }
        if (e.code != ERR_NONE && worst.code == ERR_NOT_FOUND) {
            worst = e;
        }
    }
    free(k);
    return err_set(err, worst.code, "%s", worst.text);
}

/* --- buffers */

static void free_buffer(const struct kms *k, struct buffer *b)
{
    if (b->pixels) {
        munmap(b->pixels, b->bytes);
    }
    if (b->id) {
        drmModeRmFB(k->fd, b->id);
    }
    if (b->handle) {
        drmModeDestroyDumbBuffer(k->fd, b->handle);
    }
    *b = (struct buffer){0};
}

static void free_buffers(const struct kms *k, struct buffer b[N_BUFFERS])
{
    for (int i = 0; i < N_BUFFERS; i++) {
        free_buffer(k, &b[i]);
    }
}

static bool make_buffer(const struct kms *k, int w, int h, struct buffer *b)
{
    uint64_t at = 0;
    void *pixels;

    if (drmModeCreateDumbBuffer(k->fd, (uint32_t)w, (uint32_t)h, BITS, 0, &b->handle, &b->pitch, &b->bytes) != 0 ||
        drmModeAddFB(k->fd, (uint32_t)w, (uint32_t)h, DEPTH, BITS, b->pitch, b->handle, &b->id) != 0 ||
        drmModeMapDumbBuffer(k->fd, b->handle, &at) != 0) {
        return false;
    }
    pixels = mmap(NULL, b->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, k->fd, (off_t)at);
    b->pixels = pixels == MAP_FAILED ? NULL : pixels;
    return b->pixels != NULL;
}

static bool make_buffers(const struct kms *k, int w, int h, struct buffer b[N_BUFFERS], struct err *err)
{
    for (int i = 0; i < N_BUFFERS; i++) {
        if (!make_buffer(k, w, h, &b[i])) {
            int why = errno;

            free_buffers(k, b);
            return err_sys(err, why, "'%s': no memory for a screen of %dx%d", k->card, w, h);
        }
    }
    return true;
}

/* --- which display, which mode */

static bool is_built_in(const drmModeConnector *c)
{
    return c->connector_type == DRM_MODE_CONNECTOR_DSI || c->connector_type == DRM_MODE_CONNECTOR_DPI ||
           c->connector_type == DRM_MODE_CONNECTOR_LVDS || c->connector_type == DRM_MODE_CONNECTOR_eDP;
}

/* The one that was lit comes before a built-in one, that before others. */
static int rank(const struct kms *k, const drmModeConnector *c)
{
    if (c->connection != DRM_MODE_CONNECTED || c->count_modes == 0) {
        return 0;
    }
    return c->connector_id == k->connector ? 3 : is_built_in(c) ? 2 : 1;
}

static drmModeConnector *find_display(const struct kms *k, const drmModeRes *res)
{
    drmModeConnector *best = NULL;

    for (int i = 0; i < res->count_connectors; i++) {
        drmModeConnector *c = drmModeGetConnector(k->fd, res->connectors[i]);

        if (c && rank(k, c) > (best ? rank(k, best) : 0)) {
            drmModeConnector *worse = best;

            best = c;
            c = worse;
        }
        drmModeFreeConnector(c);
    }
    return best;
}

/* Of this size, else the display's own. Among equals the one it prefers, else the first it names. */
static const drmModeModeInfo *find_mode(const drmModeConnector *c, int w, int h)
{
    const drmModeModeInfo *best = NULL;
    int best_points = -1;

    for (int i = 0; i < c->count_modes; i++) {
        const drmModeModeInfo *m = &c->modes[i];
        int points = (m->hdisplay == w && m->vdisplay == h ? 4 : 0) + (m->type & DRM_MODE_TYPE_PREFERRED ? 2 : 0) +
                     (m->flags & DRM_MODE_FLAG_INTERLACE ? 0 : 1);

        if (points > best_points) {
            best = m;
            best_points = points;
        }
    }
    return best;
}

/* 0 = none of the card's can drive this display. */
static uint32_t find_crtc(const struct kms *k, const drmModeRes *res, const drmModeConnector *c)
{
    uint32_t found = 0;

    for (int i = 0; i < c->count_encoders && !found; i++) {
        drmModeEncoder *e = drmModeGetEncoder(k->fd, c->encoders[i]);

        if (e && e->crtc_id && e->encoder_id == c->encoder_id) {
            found = e->crtc_id; /* the one it has */
        }
        for (int j = 0; e && j < res->count_crtcs && !found; j++) {
            if (e->possible_crtcs & 1U << j) {
                found = res->crtcs[j];
            }
        }
        drmModeFreeEncoder(e);
    }
    return found;
}

/* --- on and off */

static bool go_dark(struct kms *k)
{
    k->display.is_lit = k->is_flipping = k->is_behind = false;
    return false;
}

static bool put_front(struct kms *k, const struct buffer *b)
{
    return drmModeSetCrtc(k->fd, k->crtc, b->id, 0, 0, &k->connector, 1, &k->mode) == 0;
}

static void remember(struct kms *k, uint32_t connector, uint32_t crtc)
{
    if (!k->before) {
        k->before = drmModeGetCrtc(k->fd, crtc);
        k->connector_before = connector;
    }
}

static bool use(struct kms *k, const drmModeRes *res, const drmModeConnector *c, int w_px, int h_px, struct err *err)
{
    const drmModeModeInfo *mode = find_mode(c, w_px, h_px);
    uint32_t crtc = find_crtc(k, res, c);
    struct kms_display display = {true, mode->hdisplay, mode->vdisplay, (int)c->mmWidth, (int)c->mmHeight};
    bool is_same = k->buffers[0].id && display.w_px == k->display.w_px && display.h_px == k->display.h_px;
    struct buffer fresh[N_BUFFERS] = {0};

    if (!crtc) {
        return err_set(err, ERR_IO, "'%s': the card cannot drive this display", k->card);
    }
    if (!is_same && !make_buffers(k, display.w_px, display.h_px, fresh, err)) {
        return false;
    }
    remember(k, c->connector_id, crtc);
    k->connector = c->connector_id;
    k->crtc = crtc;
    k->mode = *mode;
    if (!put_front(k, is_same ? &k->buffers[k->front] : &fresh[0])) {
        err_sys(err, errno, "'%s': cannot set the mode %dx%d", k->card, display.w_px, display.h_px);
        free_buffers(k, fresh);
        return false;
    }
    if (!is_same) {
        free_buffers(k, k->buffers);
        memcpy(k->buffers, fresh, sizeof fresh);
        k->front = 0;
    }
    k->display = display;
    k->is_flipping = k->is_behind = false;
    return true;
}

bool kms_light(struct kms *k, int w_px, int h_px, struct err *err)
{
    drmModeRes *res = drmModeGetResources(k->fd);
    drmModeConnector *c = NULL;
    bool ok = false;

    if (!res) {
        err_sys(err, errno, "'%s': cannot ask the card for its displays", k->card);
    } else if (!(c = find_display(k, res))) {
        err_set(err, ERR_NOT_FOUND, "'%s': no display is connected; connect one, it is waited for", k->card);
    } else {
        ok = use(k, res, c, w_px, h_px, err);
    }
    drmModeFreeConnector(c);
    drmModeFreeResources(res);
    return ok || go_dark(k);
}

struct kms_display kms_display(const struct kms *k)
{
    return k->display;
}

const char *kms_card(const struct kms *k)
{
    return k->card;
}

void kms_close(struct kms *k)
{
    if (!k) {
        return;
    }
    if (k->before && k->before->mode_valid && k->before->buffer_id) {
        drmModeSetCrtc(k->fd, k->before->crtc_id, k->before->buffer_id, k->before->x, k->before->y,
                       &k->connector_before, 1, &k->before->mode);
    }
    free_buffers(
        k, k->buffers); /* where they are still shown, the screen goes dark, and the console comes with the card */
    drmModeFreeCrtc(k->before);
    close(k->fd);
    free(k);
}

/* --- showing */

int kms_fd(const struct kms *k)
{
    return k->fd;
}

static void copy(const struct kms *k, struct buffer *b, const uint8_t *from, int pitch_bytes)
{
    size_t n = (size_t)k->display.w_px * PIXEL_BYTES;

    for (int y = 0; y < k->display.h_px; y++) {
        memcpy(b->pixels + (size_t)y * b->pitch, from + (ptrdiff_t)y * pitch_bytes, n);
    }
}

bool kms_show(struct kms *k, const void *pixels, int pitch_bytes, struct err *err)
{
    int back = 1 - k->front;

    if (!k->display.is_lit) {
        return true;
    }
    if (k->is_flipping && clock_ms() - k->flipped_ms < KMS_FLIP_LOST_MS) {
        k->is_behind = true;
        return true;
    }
    copy(k, &k->buffers[back], pixels, pitch_bytes);
    k->is_behind = false;
    k->is_flipping = drmModePageFlip(k->fd, k->crtc, k->buffers[back].id, DRM_MODE_PAGE_FLIP_EVENT, k) == 0;
    if (!k->is_flipping && !put_front(k, &k->buffers[back])) {
        err_sys(err, errno, "'%s': cannot show on the display", k->card);
        return go_dark(k);
    }
    k->flipped_ms = clock_ms();
    k->front = back;
    return true;
}

static void on_flip(int fd, unsigned sequence, unsigned s, unsigned us, void *self)
{
    (void)fd;
    (void)sequence;
    (void)s;
    (void)us;
    ((struct kms *)self)->is_flipping = false;
}

bool kms_news(struct kms *k)
{
    drmEventContext context = {.version = 2, .page_flip_handler = on_flip};

    drmHandleEvent(k->fd, &context); /* fails where nothing is there; it does not wait */
    return k->is_behind && !k->is_flipping;
}
