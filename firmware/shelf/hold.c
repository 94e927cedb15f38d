/* hold: a mark beside the version that is not to be used. */
#include "shelf/hold.h"
#include "base/fsio.h"
#include "shelf/container.h"
#include "shelf/verify.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static bool path_of(char out[PATH_MAX], const char *shelf_dir, const char *name, const char *suffix)
{
    return snprintf(out, PATH_MAX, "%s/%s%s", shelf_dir, name, suffix) < PATH_MAX;
}

bool hold_is_on(const char *shelf_dir, const char *name)
{
    char path[PATH_MAX];

    return path_of(path, shelf_dir, name, HOLD_SUFFIX) && fsio_exists(path);
}

/* The highest version of id below `under` that is not put aside; 0 = none. */
static int64_t in_use_under(const char *shelf_dir, char **names, int n, const char *id, int64_t under)
{
    char here[FORMAT_ID_MAX + 1];
    int64_t version, best = 0;

    for (int i = 0; i < n; i++) {
        if (format_split_name(names[i], here, &version) && !strcmp(here, id) && version < under && version > best &&
            !hold_is_on(shelf_dir, names[i])) {
            best = version;
        }
    }
    return best;
}

static bool can_be_used(const char *shelf_dir, const struct trustlist *trust, const char *id, int64_t version,
                        struct err *err)
{
    char name[FORMAT_NAME_BYTES], path[PATH_MAX];
    struct container *c = NULL;
    struct verified v;

    format_name(id, version, name);
    if (!path_of(path, shelf_dir, name, "") || !verify_file(trust, VERIFY_KEPT, path, &v, err) ||
        !container_open(path, &c, err)) {
        return false;
    }
    container_close(c);
    return true;
}

bool hold_put(const char *shelf_dir, const struct trustlist *trust, const char *id, int64_t *version, struct err *err)
{
    char **names = NULL, name[FORMAT_NAME_BYTES], path[PATH_MAX];
    int64_t now;
    int n = 0;

    if (!fsio_list(shelf_dir, &names, &n, err)) {
        return false;
    }
    now = in_use_under(shelf_dir, names, n, id, INT64_MAX);
    *version = in_use_under(shelf_dir, names, n, id, now);
    fsio_free_names(names, n);
    if (!*version || !can_be_used(shelf_dir, trust, id, *version, err)) {
        return err_set(err, ERR_NOT_FOUND, "shelf: no version of '%s' before %lld that can be used", id,
                       (long long)now);
    }
    format_name(id, now, name);
    return (path_of(path, shelf_dir, name, HOLD_SUFFIX) || err_set(err, ERR_LIMIT, "'%s': path too long", shelf_dir)) &&
           fsio_replace(path, "", 0, 0644, err);
}

bool hold_lift(const char *shelf_dir, const char *id, struct err *err)
{
    char **names = NULL, here[FORMAT_ID_MAX + 1], path[PATH_MAX];
    int64_t version;
    bool ok = true;
    int n = 0;

    if (!fsio_list(shelf_dir, &names, &n, err)) {
        return false;
    }
    for (int i = 0; ok && i < n; i++) {
        if (format_split_name(names[i], here, &version) && !strcmp(here, id) && hold_is_on(shelf_dir, names[i]) &&
            path_of(path, shelf_dir, names[i], HOLD_SUFFIX)) {
            ok = unlink(path) == 0 || err_sys(err, errno, "cannot remove '%s'", path);
        }
    }
    fsio_free_names(names, n);
    return ok && fsio_sync_dir(shelf_dir, err);
}
