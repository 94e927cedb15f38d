/* visitkey: the file from which an interrupted visit goes on. */
#include "store/visitkey.h"
#include "base/clock.h"
#include "base/fsio.h"
#include "base/log.h"
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/* magic 4, boot id 40, touched 8, lasts 8, visit 16, key 32, CRC-32C 4 */
enum {
    AT_BOOT = 4,
    BOOT_BYTES = 40,
    AT_TOUCHED = 44,
    AT_LASTS = 52,
    AT_VISIT = 60,
    AT_KEY = 76,
    AT_CRC = 108,
    FILE_BYTES = 112
};
static const char MAGIC[4] = {'M', '2', 'V', 'K'};

static void path_of(const char *run_dir, char out[4096])
{
    snprintf(out, 4096, "%s/visit", run_dir);
}

bool visitkey_is_usable(const char *run_dir, const char *data_dir)
{
    char run[PATH_MAX], data[PATH_MAX];

    if (!run_dir || !fsio_is_tmpfs(run_dir)) {
        log_line(LOG_WARN,
                 "the run folder is not in memory: an interrupted visit cannot go on; pass --run with a tmpfs folder");
        return false;
    }
    if (!realpath(run_dir, run) || !realpath(data_dir, data)) {
        return false;
    }
    size_t n = strlen(data);

    if (!strncmp(run, data, n) && (run[n] == '/' || !run[n])) {
        log_line(LOG_WARN,
                 "the run folder lies in the data folder: an interrupted visit cannot go on; pass --run elsewhere");
        return false;
    }
    return true;
}

static void boot_field(char out[BOOT_BYTES])
{
    memset(out, 0, BOOT_BYTES);
    snprintf(out, BOOT_BYTES, "%s", clock_boot_id());
}

bool visitkey_save(const char *run_dir, const struct visitkey *k, struct err *err)
{
    uint8_t bytes[FILE_BYTES];
    char path[4096], boot[BOOT_BYTES];
    bool ok;

    boot_field(boot);
    memcpy(bytes, MAGIC, sizeof MAGIC);
    memcpy(bytes + AT_BOOT, boot, sizeof boot);
    put_le64(bytes + AT_TOUCHED, (uint64_t)k->touched_ms);
    put_le64(bytes + AT_LASTS, (uint64_t)k->lasts_ms);
    memcpy(bytes + AT_VISIT, k->visit.id, sizeof k->visit.id);
    memcpy(bytes + AT_KEY, k->visit.key, sizeof k->visit.key);
    put_le32(bytes + AT_CRC, crc32c(bytes, AT_CRC));
    path_of(run_dir, path);
    ok = fsio_replace(path, bytes, sizeof bytes, 0600, err);
    mem_wipe(bytes, sizeof bytes);
    return ok;
}

bool visitkey_load(const char *run_dir, struct visitkey *k)
{
    struct buf file = {0};
    char path[4096], boot[BOOT_BYTES];
    const uint8_t *b;
    bool ok;

    path_of(run_dir, path);
    if (!fsio_read(path, FILE_BYTES, &file, NULL)) {
        visitkey_wipe(run_dir);
        return false;
    }
    boot_field(boot);
    b = (const uint8_t *)buf_text(&file);
    ok = file.len == FILE_BYTES && !memcmp(b, MAGIC, sizeof MAGIC) && get_le32(b + AT_CRC) == crc32c(b, AT_CRC) &&
         !memcmp(b + AT_BOOT, boot, sizeof boot);
    if (ok) {
        int64_t age = clock_ms() - (int64_t)get_le64(b + AT_TOUCHED);

        ok = age >= 0 && age <= (int64_t)get_le64(b + AT_LASTS);
    }
    if (ok) {
        k->touched_ms = (int64_t)get_le64(b + AT_TOUCHED);
        k->lasts_ms = (int64_t)get_le64(b + AT_LASTS);
        memcpy(k->visit.id, b + AT_VISIT, sizeof k->visit.id);
        memcpy(k->visit.key, b + AT_KEY, sizeof k->visit.key);
    } else {
        visitkey_wipe(run_dir);
    }
    buf_wipe(&file);
    return ok;
}

static void wipe(const char *path)
{
    static const uint8_t zeros[FILE_BYTES];
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        if (!fsio_write_all(fd, zeros, sizeof zeros, NULL)) {
            log_line(LOG_WARN, "the key of the last visit could not be overwritten; it is removed");
        }
        close(fd);
    }
    unlink(path);
}

void visitkey_wipe(const char *run_dir)
{
    char path[4096], fresh[4096 + 4];

    path_of(run_dir, path);
    snprintf(fresh, sizeof fresh, "%s.new", path); /* of a save that was cut (fsio_replace) */
    wipe(path);
    wipe(fresh);
}
