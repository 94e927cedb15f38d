/* disk: a block device by its numbers. */
#include "disk.h"
#include "base/fsio.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { SYSFS_PATH_MAX = 512, SYSFS_TEXT_MAX = 4096, MOUNTS_MAX = 1 << 20 };

/* A file beside or above a device in sysfs, without the blanks around; "" where there is none. */
static void read_word(const char *sysfs, const char *device, const char *file, char *out, size_t cap)
{
    char path[SYSFS_PATH_MAX];
    struct buf text = {0};
    const char *at;
    size_t n;

    snprintf(path, sizeof path, "%s/%s/%s", sysfs, device, file);
    out[0] = '\0';
    if (fsio_read(path, SYSFS_TEXT_MAX, &text, NULL)) {
        at = buf_text(&text) + strspn(buf_text(&text), " ");
        n = strcspn(at, "\n");
        while (n > 0 && at[n - 1] == ' ') {
            n--;
        }
        snprintf(out, cap, "%.*s", (int)n, at);
    }
    buf_release(&text);
    for (char *p = out; *p; p++) { /* a stick's own words */
        *p = *p >= ' ' && *p <= '~' ? *p : '?';
    }
}

static bool has_file(const char *sysfs, const char *device, const char *file)
{
    char path[SYSFS_PATH_MAX];

    snprintf(path, sizeof path, "%s/%s/%s", sysfs, device, file);
    return fsio_exists(path);
}

/* A mount's device is ours, or a partition of ours. */
static bool is_ours(const char *sysfs, const char *ours, const char *mounted)
{
    char parent[32];

    if (!strcmp(ours, mounted)) {
        return true;
    }
    read_word(sysfs, mounted, "../dev", parent, sizeof parent);
    return !strcmp(parent, ours);
}

/* "\040" and its like, as mountinfo writes blanks in names. */
static void unescape(char *text)
{
    char *to = text;

    for (const char *p = text; *p; to++) {
        if (p[0] == '\\' && p[1] >= '0' && p[1] <= '3' && p[2] && p[3]) {
            *to = (char)((p[1] - '0') * 64 + (p[2] - '0') * 8 + (p[3] - '0'));
            p += 4;
        } else {
            *to = *p++;
        }
    }
    *to = '\0';
}

static bool is_system_place(const char *mounted)
{
    static const char *const places[] = {"/", "/boot", "/boot/efi", "/boot/firmware", "/home", "/usr", "/var"};

    for (size_t i = 0; i < M2_COUNT(places); i++) {
        if (!strcmp(places[i], mounted)) {
            return true;
        }
    }
    return false;
}

static void find_mounts(const char *sysfs, const char *mounts, const char *ours, struct disk *d)
{
    char device[32], place[sizeof d->mounted];
    struct buf text = {0};

    if (fsio_read(mounts, MOUNTS_MAX, &text, NULL)) {
        for (char *line = text.data, *end; line && *line; line = end) {
            end = line + strcspn(line, "\n");
            end += *end ? (*end = '\0', 1) : 0;
            if (sscanf(line, "%*s %*s %31s %*s %255s", device, place) != 2 || !is_ours(sysfs, ours, device)) {
                continue;
            }
            unescape(place);
            if (!d->mounted[0] || is_system_place(place)) {
                memcpy(d->mounted, place, sizeof place);
            }
            d->is_system |= is_system_place(place);
        }
    }
    buf_release(&text);
}

void disk_describe(const char *sysfs, const char *mounts, unsigned major, unsigned minor, struct disk *out)
{
    char ours[32], vendor[24], model[40];

    *out = (struct disk){0};
    snprintf(ours, sizeof ours, "%u:%u", major, minor);
    out->is_partition = has_file(sysfs, ours, "partition");
    read_word(sysfs, ours, out->is_partition ? "../device/vendor" : "device/vendor", vendor, sizeof vendor);
    read_word(sysfs, ours, out->is_partition ? "../device/model" : "device/model", model, sizeof model);
    snprintf(out->model, sizeof out->model, "%s%s%s", vendor, vendor[0] && model[0] ? " " : "", model);
    find_mounts(sysfs, mounts, ours, out);
}
