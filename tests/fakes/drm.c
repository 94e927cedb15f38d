/* drm: see drm.h. */
#include "fakes/drm.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "base/banned.h"

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name,readability-non-const-parameter): libdrm's own forms

enum {
    CONNECTOR = 30,
    ENCODER = 40,
    CRTC = 50,
    BUFFERS = 16,
    GAP = 64 /* bytes after each row */,
    MOST_BYTES = 1 << 24
};

struct fake_drm drm;

static struct {
    uint32_t id, pitch; /* 0 = free */
    uint32_t *pixels;
} buffers[BUFFERS];
static void *flip_data;

void drm_reset(void)
{
    memset(buffers, 0, sizeof buffers);
    drm = (struct fake_drm){.n_connectors = 1, .shown = DRM_CONSOLE_FB, .shown_w = DRM_CONSOLE_W};
    drm.connectors[0] = (struct fake_connector){.type = DRM_MODE_CONNECTOR_HDMIA,
                                                .is_connected = true,
                                                .w_mm = 217,
                                                .h_mm = 136,
                                                .n_modes = 2,
                                                .modes = {{800, 600, 0, 0}, {1280, 800, DRM_MODE_TYPE_PREFERRED, 0}}};
}

static bool fails(const char *call)
{
    if (!drm.fails || strcmp(drm.fails, call) != 0 || drm.skip-- > 0) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

static void *object(size_t n)
{
    drm.n_objects++;
    return calloc(1, n);
}

static void release(void *object)
{
    if (object) {
        drm.n_objects--;
    }
    free(object);
}

static uint32_t *numbers(uint32_t from, int n)
{
    uint32_t *out = calloc((size_t)n + 1, sizeof *out);

    for (int i = 0; i < n; i++) {
        out[i] = from + (uint32_t)i;
    }
    return out;
}

/* --- the card */

int drmIsMaster(int fd)
{
    (void)fd;
    return !drm.is_taken;
}

int drmGetCap(int fd, uint64_t what, uint64_t *value)
{
    (void)fd;
    *value = what == DRM_CAP_DUMB_BUFFER && !drm.has_no_dumb;
    return 0;
}

drmModeResPtr drmModeGetResources(int fd)
{
    drmModeRes *r;

    (void)fd;
    if (fails("GetResources")) {
        return NULL;
    }
    r = object(sizeof *r);
    r->count_connectors = drm.n_computing-- > 0 ? 0 : drm.n_connectors;
    r->connectors = numbers(CONNECTOR, r->count_connectors);
    r->count_crtcs = 2;
    r->crtcs = numbers(CRTC, 2);
    return r;
}

void drmModeFreeResources(drmModeResPtr r)
{
    if (r) {
        free(r->connectors);
        free(r->crtcs);
    }
    release(r);
}

drmModeConnectorPtr drmModeGetConnector(int fd, uint32_t id)
{
    const struct fake_connector *from = &drm.connectors[id - CONNECTOR];
    drmModeConnector *c = object(sizeof *c);

    (void)fd;
    c->connector_id = id;
    c->connector_type = from->type;
    c->connection = from->is_connected ? DRM_MODE_CONNECTED : DRM_MODE_DISCONNECTED;
    c->mmWidth = (uint32_t)from->w_mm;
    c->mmHeight = (uint32_t)from->h_mm;
    c->count_modes = from->is_connected ? from->n_modes : 0;
    c->modes = calloc(DRM_MODES, sizeof *c->modes);
    for (int i = 0; i < c->count_modes; i++) {
        c->modes[i] = (drmModeModeInfo){.hdisplay = (uint16_t)from->modes[i].w,
                                        .vdisplay = (uint16_t)from->modes[i].h,
                                        .type = from->modes[i].type,
                                        .flags = from->modes[i].flags};
    }
    c->count_encoders = 1;
    c->encoders = numbers(ENCODER + id - CONNECTOR, 1);
    return c;
}

void drmModeFreeConnector(drmModeConnectorPtr c)
{
    if (c) {
        free(c->modes);
        free(c->encoders);
    }
    release(c);
}

drmModeEncoderPtr drmModeGetEncoder(int fd, uint32_t id)
{
    drmModeEncoder *e = object(sizeof *e);

    (void)fd;
    e->encoder_id = id;
    e->possible_crtcs = fails("GetEncoder") ? 0 : 3;
    return e;
}

void drmModeFreeEncoder(drmModeEncoderPtr e)
{
    release(e);
}

drmModeCrtcPtr drmModeGetCrtc(int fd, uint32_t id)
{
    drmModeCrtc *c = object(sizeof *c);

    (void)fd;
    c->crtc_id = id;
    c->buffer_id = drm.shown;
    c->mode_valid = 1;
    c->mode.hdisplay = (uint16_t)drm.shown_w;
    return c;
}

void drmModeFreeCrtc(drmModeCrtcPtr c)
{
    release(c);
}

/* --- buffers */

static int place_of(uint32_t id)
{
    int i = 0;

    while (i < BUFFERS && buffers[i].id != id) {
        i++;
    }
    return i;
}

int drmModeCreateDumbBuffer(int fd, uint32_t w, uint32_t h, uint32_t bpp, uint32_t flags, uint32_t *handle,
                            uint32_t *pitch, uint64_t *size)
{
    int i = place_of(0);

    (void)flags;
    if (fails("CreateDumbBuffer") || i == BUFFERS || bpp != 32) {
        return -1;
    }
    *pitch = w * 4 + GAP;
    *size = (uint64_t)*pitch * h;
    *handle = (uint32_t)i + 1;
    buffers[i].id = *handle + 100;
    buffers[i].pitch = *pitch;
    if (ftruncate(fd, (off_t)BUFFERS * MOST_BYTES) != 0) {
        return -1;
    }
    buffers[i].pixels = mmap(NULL, *size, PROT_READ, MAP_SHARED, fd, (off_t)i * MOST_BYTES);
    drm.n_handles++;
    return 0;
}

int drmModeDestroyDumbBuffer(int fd, uint32_t handle)
{
    (void)fd;
    buffers[handle - 1].id = 0;
    drm.n_handles--;
    return 0;
}

int drmModeMapDumbBuffer(int fd, uint32_t handle, uint64_t *offset)
{
    (void)fd;
    *offset = (uint64_t)(handle - 1) * MOST_BYTES;
    return fails("MapDumbBuffer") ? -1 : 0;
}

int drmModeAddFB(int fd, uint32_t w, uint32_t h, uint8_t depth, uint8_t bpp, uint32_t pitch, uint32_t handle,
                 uint32_t *id)
{
    (void)fd;
    (void)w;
    (void)h;
    if (fails("AddFB") || depth != 24 || bpp != 32 || pitch != buffers[handle - 1].pitch) {
        return -1;
    }
    *id = buffers[handle - 1].id;
    drm.n_buffers++;
    return 0;
}

int drmModeRmFB(int fd, uint32_t id)
{
    (void)fd;
    if (drm.shown == id) { /* the kernel turns the display off */
        drm.shown = 0;
    }
    drm.n_buffers--;
    return 0;
}

uint32_t drm_pixel(uint32_t buffer, int x, int y)
{
    int i = place_of(buffer);

    return buffers[i].pixels[(uint32_t)y * (buffers[i].pitch / 4) + (uint32_t)x];
}

/* --- showing */

int drmModeSetCrtc(int fd, uint32_t crtc, uint32_t buffer, uint32_t x, uint32_t y, uint32_t *connectors, int count,
                   drmModeModeInfoPtr mode)
{
    (void)fd;
    if (fails("SetCrtc") || drm.refuses_all || crtc < CRTC || x || y || count != 1) {
        return -1;
    }
    drm.shown = buffer;
    drm.shown_on = (int)connectors[0] - CONNECTOR;
    drm.shown_w = mode->hdisplay;
    drm.n_sets++;
    return 0;
}

int drmModePageFlip(int fd, uint32_t crtc, uint32_t buffer, uint32_t flags, void *data)
{
    (void)fd;
    if (fails("PageFlip") || drm.refuses_all || crtc < CRTC || flags != DRM_MODE_PAGE_FLIP_EVENT) {
        return -1;
    }
    drm.shown = buffer;
    drm.is_flip_told = true;
    drm.n_flips++;
    flip_data = data;
    return 0;
}

int drmHandleEvent(int fd, drmEventContextPtr context)
{
    if (!drm.is_flip_told) {
        return -1;
    }
    drm.is_flip_told = false;
    context->page_flip_handler(fd, 0, 0, 0, flip_data);
    return 0;
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name,readability-non-const-parameter)
