/* install_file: a container that lies beside its signature, as if a stick had brought it. */
#include "base/fsio.h"
#include "shelf/install.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static bool read_fd(void *ctx, int64_t offset, void *buf, size_t n, struct err *err)
{
    ssize_t got;

    do {
        got = pread(*(const int *)ctx, buf, n, offset);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return err_sys(err, errno, "cannot read the container");
    }
    return (size_t)got == n || err_set(err, ERR_GONE, "the container was cut short while it was read");
}

/* The entry a catalogue would have for this file. */
static bool entry_of(const char *path, struct catalog_entry *e, struct err *err)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

    if (!format_split_name(name, e->id, &e->version)) {
        return err_set(err, ERR_USAGE, "'%s': not called ID-VERSION.m2k; use the name it was built with", path);
    }
    e->bytes = fsio_size(path);
    if (e->bytes < 0) {
        return err_set(err, ERR_NOT_FOUND, "'%s': no such file", path);
    }
    snprintf(e->needs, sizeof e->needs, "%s", FORMAT_STATION); /* its manifest is checked when it opens */
    return minisig_hash_file(path, e->hash, err);
}

bool install_file(const char *shelf_dir, const struct trustlist *trust, const char *path, struct err *err)
{
    struct catalog_entry e = {0};
    struct buf sig_path = {0}, text = {0};
    int fd = -1;
    bool ok;

    buf_fmt(&sig_path, "%s.minisig", path);
    ok = entry_of(path, &e, err) && fsio_read(sig_path.data, MINISIG_MAX_BYTES, &text, err);
    if (ok) {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        ok = fd >= 0 || err_sys(err, errno, "cannot open '%s'", path);
    }
    if (ok) {
        struct trust_sig sig = {text.data, text.len};
        struct install_source source = {&fd, read_fd};

        ok = install_container(shelf_dir, trust, &e, &sig, &source, NULL, err);
    }
    if (fd >= 0) {
        close(fd);
    }
    buf_release(&sig_path);
    buf_release(&text);
    return ok;
}
