/* reserve: room kept for the moment the disk is full. */
#include "store/reserve.h"
#include "base/fsio.h"
#include "base/rng.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/banned.h"

static void path_of(const char *data_dir, const char *name, char out[4096])
{
    snprintf(out, 4096, "%s/%s", data_dir, name);
}

bool reserve_is_there(const char *data_dir)
{
    char path[4096];

    path_of(data_dir, "reserve", path);
    return fsio_size(path) == RESERVE_BYTES;
}

static bool fill(int fd, struct err *err)
{
    uint64_t block[8192];
    struct rng r = {.state = (uint64_t)RESERVE_BYTES};

    for (int64_t done = 0; done < RESERVE_BYTES; done += (int64_t)sizeof block) {
        for (size_t i = 0; i < M2_COUNT(block); i++) {
            block[i] = rng_next(&r); /* no file system can compress or share it away */
        }
        if (!fsio_write_all(fd, block, sizeof block, err)) {
            return false;
        }
    }
    return fsync(fd) == 0 || err_sys(err, errno, "cannot sync the reserve");
}

bool reserve_restore(const char *data_dir, struct err *err)
{
    char path[4096], fresh[4096];
    int fd;
    bool ok;

    if (reserve_is_there(data_dir)) {
        return true;
    }
    if (fsio_free_bytes(data_dir) < 2 * RESERVE_BYTES) {
        return err_set(err, ERR_NO_SPACE, "'%s': less than %lld MB free; remove what is not needed", data_dir,
                       (long long)(2 * RESERVE_BYTES / 1024 / 1024));
    }
    path_of(data_dir, "reserve", path);
    path_of(data_dir, "reserve.new", fresh);
    fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_sys(err, errno, "cannot create '%s'", fresh);
    }
    ok = fill(fd, err);
    close(fd);
    ok = ok && (rename(fresh, path) == 0 || err_sys(err, errno, "cannot rename to '%s'", path));
    if (!ok) {
        unlink(fresh);
    }
    return ok;
}

bool reserve_release(const char *data_dir)
{
    char path[4096];

    path_of(data_dir, "reserve", path);
    return unlink(path) == 0;
}
