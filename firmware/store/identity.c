/* identity: is this data folder the one we left? */
#include "store/identity.h"
#include "base/buf.h"
#include "base/fsio.h"
#include "store/settings.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/banned.h"

static bool signature(const char *data_dir, char out[SETTINGS_VALUE_MAX], struct err *err)
{
    char path[4096];
    struct buf machine = {0};
    struct stat st;

    snprintf(path, sizeof path, "%s/hub.db", data_dir);
    if (stat(path, &st) != 0) {
        return err_sys(err, errno, "'%s'", path);
    }
    if (!fsio_read("/etc/machine-id", 64, &machine, NULL)) {
        buf_str(&machine, "none");
    }
    snprintf(out, SETTINGS_VALUE_MAX, "%llu:%llu:%.32s", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
             buf_text(&machine));
    buf_release(&machine);
    return true;
}

bool identity_witness(const char *data_dir, int64_t last_seq, struct err *err)
{
    char path[4096], text[32];
    struct err why = {0};

    snprintf(path, sizeof path, "%s/witness", data_dir);
    snprintf(text, sizeof text, "%lld\n", (long long)last_seq);
    if (fsio_replace(path, text, strlen(text), 0600, &why)) {
        return true;
    }
    /* Without a witness a put-back folder is only harder to notice; on a full disk the visit matters more. */
    remove(path);
    return why.code == ERR_NO_SPACE || err_set(err, why.code, "%s", why.text);
}

static int64_t witnessed(const char *data_dir)
{
    char path[4096];
    struct buf text = {0};
    int64_t seq = 0;

    snprintf(path, sizeof path, "%s/witness", data_dir);
    if (fsio_read(path, 32, &text, NULL)) {
        seq = strtoll(buf_text(&text), NULL, 10);
    }
    buf_release(&text);
    return seq;
}

bool identity_check(struct db *db, const char *data_dir, const char **reason, struct err *err)
{
    char kept[SETTINGS_VALUE_MAX], now[SETTINGS_VALUE_MAX];
    int64_t last;

    if (!settings_get(db, "folder", kept, sizeof kept, err) || !signature(data_dir, now, err) ||
        !db_number(db_stmt(db, "SELECT seq FROM sqlite_sequence WHERE name = 'journal'"), 0, &last, err)) {
        return false;
    }
    if (!kept[0]) {
        *reason = "made";
    } else if (strcmp(kept, now) != 0) {
        *reason = "copied";
    } else if (witnessed(data_dir) > last) {
        *reason = "restored";
    } else {
        *reason = NULL;
    }
    return true;
}

bool identity_note(struct db *db, const char *data_dir, struct err *err)
{
    char now[SETTINGS_VALUE_MAX];

    return (signature(data_dir, now, err) && settings_set(db, "folder", now, err)) ||
           err_wrap(err, "note the data folder");
}
