/* counter: rising numbers in two slots of one file. */
#include "trust/counter.h"
#include "base/buf.h"
#include "base/fsio.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

/* Slot: magic 4, entries 4, generation 8, entries of name 48 and value 8, CRC-32C 4; one page each, so that a torn
 * write hits one. */
enum { SLOT_BYTES = 4096, ENTRY_BYTES = COUNTER_NAME_BYTES + 8, AT_ENTRIES = 16, AT_CRC = SLOT_BYTES - 4 };
static const char MAGIC[4] = {'M', '2', 'C', 'T'}, ERA[] = "era";

struct slot {
    uint8_t bytes[SLOT_BYTES];
};

_Static_assert(AT_ENTRIES + COUNTER_MAX * ENTRY_BYTES <= AT_CRC, "a slot holds all counters");

static bool is_whole(const struct slot *s)
{
    return !memcmp(s->bytes, MAGIC, sizeof MAGIC) && get_le32(s->bytes + 4) <= COUNTER_MAX &&
           get_le32(s->bytes + AT_CRC) == crc32c(s->bytes, AT_CRC);
}

/* The current slot into *s and its place 0 or 1; -1 where the file holds nothing yet. */
static bool load(const char *path, struct slot *s, int *place, struct err *err)
{
    struct buf file = {0};
    struct err why = {0};
    struct slot found;

    *place = -1;
    memset(s, 0, sizeof *s);
    if (!fsio_read(path, 2 * SLOT_BYTES, &file, &why)) {
        if (why.code == ERR_NOT_FOUND) {
            return true;
        }
        return err_set(err, why.code, "%s", why.text);
    }
    for (int i = 0; i < 2 && file.len >= (size_t)(i + 1) * SLOT_BYTES; i++) {
        memcpy(&found, file.data + i * SLOT_BYTES, sizeof found);
        if (is_whole(&found) && (*place < 0 || get_le64(found.bytes + 8) > get_le64(s->bytes + 8))) {
            *s = found;
            *place = i;
        }
    }
    buf_release(&file);
    if (*place < 0) {
        return err_set(err, ERR_CORRUPT, "'%s': damaged; the trust of this station must be set up again", path);
    }
    return true;
}

static uint8_t *find(struct slot *s, const char *name)
{
    for (uint32_t i = 0; i < get_le32(s->bytes + 4); i++) {
        uint8_t *entry = s->bytes + AT_ENTRIES + i * ENTRY_BYTES;

        if (!strncmp((const char *)entry, name, COUNTER_NAME_BYTES)) {
            return entry;
        }
    }
    return NULL;
}

bool counter_get(const char *path, const char *name, uint64_t *value, struct err *err)
{
    struct slot s;
    int place;

    if (!load(path, &s, &place, err)) {
        return false;
    }
    const uint8_t *entry = find(&s, name);

    *value = entry ? get_le64(entry + COUNTER_NAME_BYTES) : 0;
    return true;
}

/* Into the slot that is not current. */
static bool write_slot(int fd, const char *path, const struct slot *s, int place, struct err *err)
{
    if (lseek(fd, place == 0 ? SLOT_BYTES : 0, SEEK_SET) < 0) {
        return err_sys(err, errno, "cannot seek in '%s'", path);
    }
    if (!fsio_write_all(fd, s->bytes, SLOT_BYTES, err)) {
        return err_wrap(err, "'%s'", path);
    }
    if (fsync(fd) != 0) {
        return err_sys(err, errno, "cannot sync '%s'", path);
    }
    return true;
}

static bool store(const char *path, struct slot *s, int place, struct err *err)
{
    bool ok;
    int fd;

    put_le64(s->bytes + 8, get_le64(s->bytes + 8) + 1);
    put_le32(s->bytes + AT_CRC, crc32c(s->bytes, AT_CRC));
    if (place < 0) { /* no other slot to fall back on: whole or not at all */
        return fsio_replace(path, s->bytes, SLOT_BYTES, 0600, err);
    }
    fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_sys(err, errno, "cannot open '%s'", path);
    }
    ok = write_slot(fd, path, s, place, err);
    close(fd); /* what was synced stays */
    return ok;
}

/* A place for a name that is not there; the caller has seen that there is room. */
static uint8_t *add(struct slot *s, const char *name)
{
    uint32_t n = get_le32(s->bytes + 4);
    uint8_t *entry = s->bytes + AT_ENTRIES + n * ENTRY_BYTES;

    memcpy(s->bytes, MAGIC, sizeof MAGIC);
    put_le32(s->bytes + 4, n + 1);
    memset(entry, 0, ENTRY_BYTES);
    memcpy(entry, name, strlen(name) + 1);
    return entry;
}

bool counter_begin(const char *path, uint64_t era, struct err *err)
{
    struct slot s;
    int place;
    uint8_t *entry;

    if (!load(path, &s, &place, err)) {
        return false;
    }
    entry = find(&s, ERA);
    if (entry && get_le64(entry + COUNTER_NAME_BYTES) == era) {
        return true;
    }
    if (entry || get_le32(s.bytes + 4) == COUNTER_MAX) {
        put_le32(s.bytes + 4, 0);
    }
    put_le64(add(&s, ERA) + COUNTER_NAME_BYTES, era);
    return store(path, &s, place, err);
}

bool counter_raise(const char *path, const char *name, uint64_t value, struct err *err)
{
    struct slot s;
    int place;
    uint8_t *entry;

    if (strlen(name) >= COUNTER_NAME_BYTES) {
        return err_set(err, ERR_LIMIT, "counter: a name over %d bytes", COUNTER_NAME_BYTES - 1);
    }
    if (!load(path, &s, &place, err)) {
        return false;
    }
    entry = find(&s, name);
    if (entry) {
        uint64_t seen = get_le64(entry + COUNTER_NAME_BYTES);

        if (seen == value) {
            return true;
        }
        if (seen > value) {
            return err_set(err, ERR_TRUST, "counter '%s': %llu was seen already, %llu is older", name,
                           (unsigned long long)seen, (unsigned long long)value);
        }
    } else {
        if (get_le32(s.bytes + 4) == COUNTER_MAX) {
            return err_set(err, ERR_LIMIT, "counter: over %d names", COUNTER_MAX);
        }
        entry = add(&s, name);
    }
    put_le64(entry + COUNTER_NAME_BYTES, value);
    return store(path, &s, place, err);
}
