/* exfat_dir: sets of entries, the up-case table, the root of an exFAT volume. */
#include "stick/exfat_dir.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum {
    SECONDARY = 0x40, /* bits of a type */
    BENIGN = 0x20,
    UPCASE_SKIP = 0xFFFF, /* in the compressed table: so many characters that stay as they are */
    ASCII_CHARS = 128,
};

uint16_t exfat_set_sum(const uint8_t *raw, int n_entries)
{
    uint16_t sum = 0;

    for (int i = 0; i < n_entries * EXFAT_ENTRY_BYTES; i++) {
        if (i != 2 && i != 3) {
            sum = (uint16_t)(((unsigned)sum << 15 | sum >> 1) + raw[i]);
        }
    }
    return sum;
}

uint16_t exfat_name_hash(const struct exfat_fs *fs, const uint8_t *utf16, unsigned n)
{
    uint16_t hash = 0;

    for (unsigned i = 0; i < n; i++) {
        uint16_t c = fs->upcase[exfat_le16(utf16 + 2 * (size_t)i)];

        hash = (uint16_t)(((unsigned)hash << 15 | hash >> 1) + (c & 0xFF));
        hash = (uint16_t)(((unsigned)hash << 15 | hash >> 1) + (c >> 8));
    }
    return hash;
}

/* --- sets
 * ----------------------------------------------------------------------------------------------------------------- */

bool exfat_slot(struct exfat_fs *fs, struct exfat_stream *dir, uint32_t slot, const uint8_t **entry, struct err *err)
{
    uint64_t at = (uint64_t)slot * EXFAT_ENTRY_BYTES;
    uint32_t within = (uint32_t)(at % fs->cluster_bytes), cluster;
    const uint8_t *p = NULL;

    if (at < dir->bytes) {
        if (!exfat_seek(fs, dir, (uint32_t)(at / fs->cluster_bytes), &cluster, err)) {
            return false;
        }
        p = exfat_sector(fs, exfat_cluster_sector(fs, cluster) + within / fs->d->sector_bytes, err);
        if (!p) {
            return false;
        }
        p += within % fs->d->sector_bytes;
    }
    *entry = p;
    return true;
}

/* They lie in its name entries, 30 bytes in each. */
unsigned exfat_set_name(const uint8_t *raw, uint8_t utf16[2 * EXFAT_NAME_MAX])
{
    unsigned n = raw[EXFAT_ENTRY_BYTES + 3];

    for (unsigned i = 0; i < n; i++) {
        const uint8_t *entry = raw + (2 + i / EXFAT_NAME_CHARS) * EXFAT_ENTRY_BYTES;

        memcpy(utf16 + 2 * (size_t)i, entry + 2 + (size_t)(i % EXFAT_NAME_CHARS) * 2, 2);
    }
    return n;
}

/* Everything the entries of a file say of themselves and each other. */
static bool is_whole(const struct exfat_fs *fs, struct exfat_set *set, int n)
{
    const uint8_t *raw = set->raw, *stream = raw + EXFAT_ENTRY_BYTES;
    uint8_t utf16[2 * EXFAT_NAME_MAX];
    int n_names = (stream[3] + EXFAT_NAME_CHARS - 1) / EXFAT_NAME_CHARS;

    if (stream[0] != EXFAT_STREAM || n_names == 0 || n < 2 + n_names || !(stream[1] & EXFAT_ALLOCATION) ||
        exfat_set_sum(raw, n) != exfat_le16(raw + 2)) {
        return false;
    }
    for (int i = 2; i < n; i++) {
        uint8_t type = raw[i * EXFAT_ENTRY_BYTES];

        if (i < 2 + n_names ? type != EXFAT_NAME : !(type & BENIGN)) {
            return false;
        }
    }
    if (fs->upcase && exfat_name_hash(fs, utf16, exfat_set_name(raw, utf16)) != exfat_le16(stream + 4)) {
        return false;
    }
    set->is_folder = raw[4] & EXFAT_IS_FOLDER;
    set->stream = (struct exfat_stream){.first = get_le32(stream + 20),
                                        .is_chain = !(stream[1] & EXFAT_NO_FAT_CHAIN),
                                        .bytes = get_le64(stream + 24),
                                        .valid = get_le64(stream + 8)};
    return exfat_stream_is_sane(fs, &set->stream) && (!set->is_folder || set->stream.bytes % fs->cluster_bytes == 0);
}

/* The entries behind a file's first one; *n of the set, 0 where they are not as it says. */
static bool read_set(struct exfat_scan *scan, struct exfat_set *set, int *n, struct err *err)
{
    int want = set->raw[1] + 1;

    *n = 0;
    if (want < 3 || want > EXFAT_SET_MAX) {
        return true;
    }
    for (int i = 1; i < want; i++) {
        const uint8_t *p;

        if (!exfat_slot(scan->fs, &scan->dir, scan->slot + (uint32_t)i, &p, err)) {
            return false;
        }
        if (!p || !(p[0] & EXFAT_IN_USE) || !(p[0] & SECONDARY)) {
            return true;
        }
        memcpy(set->raw + (size_t)i * EXFAT_ENTRY_BYTES, p, EXFAT_ENTRY_BYTES);
    }
    *n = is_whole(scan->fs, set, want) ? want : 0;
    return true;
}

bool exfat_scan_next(struct exfat_scan *scan, struct exfat_set *set, struct err *err)
{
    while (scan->slot < EXFAT_SLOTS_MAX) {
        const uint8_t *p;
        int n = 1;

        if (!exfat_slot(scan->fs, &scan->dir, scan->slot, &p, err)) {
            return false;
        }
        set->type = p ? p[0] : EXFAT_END;
        if (set->type == EXFAT_END) {
            return true;
        }
        memcpy(set->raw, p, EXFAT_ENTRY_BYTES);
        if (set->type == EXFAT_FILE) {
            if (scan->n_sets >= EXFAT_ENTRIES_MAX) {
                break;
            }
            scan->n_sets++;
            if (!read_set(scan, set, &n, err)) {
                return false;
            }
        } else if (set->type == EXFAT_BITMAP || set->type == EXFAT_UPCASE) {
            set->stream = (struct exfat_stream){
                .first = get_le32(p + 20), .is_chain = true, .bytes = get_le64(p + 24), .valid = get_le64(p + 24)};
            n = exfat_stream_is_sane(scan->fs, &set->stream) ? 1 : 0;
        } else if (set->type != EXFAT_LABEL) { /* unused or benign is none of ours; anything else should not be here */
            scan->is_damaged |= (set->type & EXFAT_IN_USE) && (set->type & (SECONDARY | BENIGN)) != BENIGN;
            scan->slot++;
            continue;
        }
        scan->slot += n > 0 ? (uint32_t)n : 1;
        if (n > 0) {
            return true;
        }
        scan->is_damaged = true;
    }
    return err_set(err, ERR_LIMIT, "stick: a folder of more than %d files; what comes behind them is not looked at",
                   EXFAT_ENTRIES_MAX);
}

static bool has_name(const struct exfat_fs *fs, const struct exfat_set *set, const char *name, size_t n)
{
    uint8_t utf16[2 * EXFAT_NAME_MAX];

    if (exfat_set_name(set->raw, utf16) != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (fs->upcase[exfat_le16(utf16 + 2 * i)] != fs->upcase[(uint8_t)name[i]]) {
            return false;
        }
    }
    return true;
}

bool exfat_find(struct exfat_scan *scan, const char *name, size_t n, struct exfat_set *set, struct err *err)
{
    do {
        if (!exfat_scan_next(scan, set, err)) {
            return false;
        }
    } while (set->type != EXFAT_END && !(set->type == EXFAT_FILE && has_name(scan->fs, set, name, n)));
    return true;
}

/* --- the root
 * ----------------------------------------------------------------------------------------------------------------- */

/* The root says nowhere how long it is: to the end of its chain, or as far as we look. */
static bool measure_root(struct exfat_fs *fs, struct err *err)
{
    uint64_t most = exfat_clusters_of(fs, (uint64_t)EXFAT_SLOTS_MAX * EXFAT_ENTRY_BYTES);
    uint32_t n = 0, cluster = fs->root.first, next;

    do {
        if (!exfat_seek(fs, &fs->root, n, &cluster, err) || !exfat_next_cluster(fs, cluster, &next, err)) {
            return false;
        }
        n++;
    } while (next != EXFAT_CHAIN_END && n < most);
    fs->root.bytes = fs->root.valid = (uint64_t)n * fs->cluster_bytes;
    return true;
}

static void stay_as_they_are(uint16_t table[EXFAT_UPCASE_CHARS])
{
    for (size_t i = 0; i < EXFAT_UPCASE_CHARS; i++) {
        table[i] = (uint16_t)i;
    }
}

/* The table as it lies there, into one entry a character. Its first 128 are the same on every volume. */
static bool unpack_upcase(uint16_t *table, const uint8_t *raw, size_t n_raw)
{
    size_t c = 0;

    stay_as_they_are(table);
    for (size_t i = 0; i < n_raw; i++) {
        uint16_t unit = exfat_le16(raw + 2 * i);

        if (unit == UPCASE_SKIP && i + 1 < n_raw) {
            i++;
            c += exfat_le16(raw + 2 * i);
        } else if (c < EXFAT_UPCASE_CHARS) {
            table[c] = unit;
            c++;
        } else {
            return false;
        }
    }
    for (int i = 0; i < ASCII_CHARS; i++) {
        if (table[i] != (i >= 'a' && i <= 'z' ? i - 'a' + 'A' : i)) {
            return false;
        }
    }
    return c <= EXFAT_UPCASE_CHARS;
}

static bool read_upcase(struct exfat_fs *fs, struct exfat_set *set, struct err *err)
{
    uint64_t n = set->stream.bytes;
    uint32_t sum = 0;
    uint8_t *raw;
    bool ok;

    if (n == 0 || n % 2 != 0 || n > EXFAT_UPCASE_CHARS * sizeof *fs->upcase) {
        return err_set(err, ERR_FORMAT, "stick: its up-case table of %llu bytes cannot be", (unsigned long long)n);
    }
    raw = mem_alloc(n);
    fs->upcase = fs->upcase ? fs->upcase : mem_alloc(EXFAT_UPCASE_CHARS * sizeof *fs->upcase);
    ok = exfat_stream_read(fs, &set->stream, 0, raw, n, err);
    if (ok) {
        for (uint64_t i = 0; i < n; i++) {
            sum = (sum << 31 | sum >> 1) + raw[i];
        }
        ok = (sum == get_le32(set->raw + 4) && unpack_upcase(fs->upcase, raw, n / 2)) ||
             err_set(err, ERR_FORMAT, "stick: its up-case table is damaged");
    }
    free(raw);
    return ok;
}

/* A label in UTF-16 as UTF-8, without what may not come from strangers. */
static void read_label(const uint8_t *entry, char *label, size_t label_bytes)
{
    unsigned n = entry[1] < EXFAT_LABEL_CHARS ? entry[1] : EXFAT_LABEL_CHARS;
    size_t len = 0;

    for (unsigned i = 0; i < n; i++) {
        uint32_t c = exfat_le16(entry + 2 + 2 * (size_t)i);
        char utf8[4];
        int bytes;

        if (c >= 0xD800 && c < 0xDC00 && i + 1 < n) {
            uint32_t low = exfat_le16(entry + 4 + 2 * (size_t)i);

            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                i++;
            }
        }
        if (c < ' ' || (c >= 0xD800 && c < 0xE000)) {
            continue;
        }
        bytes = utf8_put(c, utf8);
        if (utf8_is_clean(utf8, (size_t)bytes) && len + (size_t)bytes < label_bytes) {
            memcpy(label + len, utf8, (size_t)bytes);
            len += (size_t)bytes;
        }
    }
    if (len > 0) {
        label[len] = '\0';
    }
}

bool exfat_read_root(struct exfat_fs *fs, char *label, size_t label_bytes, struct err *err)
{
    struct exfat_scan scan = {.fs = fs};
    struct exfat_set set = {.type = EXFAT_UNUSED};
    bool has_upcase = false;

    if (!measure_root(fs, err)) {
        return false;
    }
    for (scan.dir = fs->root; set.type != EXFAT_END;) {
        if (!exfat_scan_next(&scan, &set, err)) {
            return false;
        }
        if (set.type == EXFAT_BITMAP && (set.raw[1] & 1) == fs->active && fs->bitmap.first == 0 &&
            set.stream.bytes >= ((uint64_t)fs->n_clusters + 7) / 8) {
            fs->bitmap = set.stream;
        } else if (set.type == EXFAT_UPCASE && !has_upcase) {
            has_upcase = true;
            if (!read_upcase(fs, &set, err)) {
                return false;
            }
        } else if (set.type == EXFAT_LABEL) {
            read_label(set.raw, label, label_bytes);
        }
    }
    return (fs->bitmap.first && has_upcase) ||
           err_set(err, ERR_FORMAT, "stick: it is damaged: it has no list of what is free, or no up-case table");
}
