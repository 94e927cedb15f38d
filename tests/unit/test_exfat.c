/* test_exfat: exFAT volumes against a second reading of the specification (fakes/exfat_ref.py) and fsck.exfat: read,
 * overwrite, create; pulled at every write (THREATS T17), damaged (T20, T21). */
#include "base/buf.h"
#include "base/fsio.h"
#include "stick/exfat.h"
#include "unit/spawn.h"
#include "unit/test.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REFERENCE M2_SOURCE_DIR "/tests/fakes/exfat_ref.py"

enum { FILES_MIN = 50 /* of ours on each image */, NAME_BYTES = 600 };

/* --- images, and what is on them
 * -------------------------------------------------------------------------------------------------- */

struct made {
    char name[64];
    unsigned sector;
    unsigned long long offset;
};

static struct made made[32];
static int n_made;

static const char *made_path(const char *name, const char *ending)
{
    static char out[4][400];
    static unsigned next;
    char *path = out[next++ % 4];

    snprintf(path, sizeof out[0], "%s/made/%s%s", test_dir(), name, ending);
    return path;
}

static void make_all(void)
{
    FILE *index;

    if (n_made > 0) {
        return;
    }
    CHECK(mkdir(made_path("", ""), 0700) == 0);
    CHECK_INT(SPAWN(NULL, "python3", REFERENCE, "make", made_path("", "")), 0);
    index = fopen(made_path("index", ""), "r");
    CHECK(index);
    while (n_made < (int)M2_COUNT(made) &&
           fscanf(index, "%63s %u %llu", made[n_made].name, &made[n_made].sector, &made[n_made].offset) == 3) {
        n_made++;
    }
    fclose(index);
    CHECK(n_made >= 15);
}

static bool has_fsck(const struct made *m)
{
    return m->offset == 0 && !strstr(m->name, "-20") && !strstr(m->name, "-21"); /* one FAT is all it knows */
}

static struct volume *open_made(const struct made *m, bool is_read_only, struct blockdev **d)
{
    int fd = open(made_path(m->name, ".img"), (is_read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    struct volume *v = NULL;
    struct err err = {0};
    uint64_t first;

    CHECK(blockdev_open_image(fd, m->sector, is_read_only, d, &err));
    first = m->offset / m->sector;
    if (!volume_open_exfat(*d, first, (*d)->n_sectors - first, &v, &err)) {
        print_error("%s: %s\n", m->name, err.text);
    }
    CHECK(v);
    return v;
}

static uint32_t crc32_of(const uint8_t *p, size_t n)
{
    static uint32_t table[256];
    uint32_t crc = UINT32_MAX;

    for (uint32_t i = 0; i < 256 && !table[255]; i++) {
        table[i] = i;
        for (int k = 0; k < 8; k++) {
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xEDB88320 : 0);
        }
    }
    for (size_t i = 0; i < n; i++) {
        crc = crc >> 8 ^ table[(crc ^ p[i]) & 0xFF];
    }
    return ~crc;
}

/* The files of ours in a list, read whole, in odd pieces and in another case; how many. */
static int compare(struct volume *v, const char *list_path)
{
    static uint8_t data[256 * 1024], piece[256 * 1024];
    FILE *list = fopen(list_path, "r");
    char line[2 * NAME_BYTES];
    int n = 0;

    CHECK(list);
    while (fgets(line, sizeof line, list)) {
        char *tab = strchr(line, '\t');
        unsigned crc;
        long long size;
        int64_t bytes, got;
        struct err err = {0};

        CHECK(tab);
        CHECK(sscanf(tab, "\t%lld\t%x", &size, &crc) == 2);
        *tab = '\0';
        if (!volume_size(v, line, &bytes, &err)) {
            CHECK_HAS(err.text, "a name that is none of ours");
            continue;
        }
        CHECK_INT(bytes, size);
        CHECK(volume_read(v, line, 0, data, sizeof data, &got, &err));
        CHECK_INT(got, size);
        CHECK_INT(crc32_of(data, (size_t)got), crc);
        for (char *p = line; *p; p++) {
            *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
        }
        for (int64_t at = 0, step = 1; at <= size; at += step, step = step * 3 + 1) {
            int64_t want = step < size - at ? step : size - at;

            CHECK(volume_read(v, line, at, piece, step, &got, &err));
            CHECK_INT(got, want);
            CHECK(!memcmp(piece, data + at, (size_t)want));
        }
        CHECK(volume_read(v, line, size + 1, piece, 1, &got, &err));
        CHECK_INT(got, 0);
        n++;
    }
    fclose(list);
    return n;
}

TEST(exfat, every_geometry_reads_as_the_reference_does)
{
    make_all();
    for (int i = 0; i < n_made; i++) {
        struct blockdev *d;
        struct volume *v = open_made(&made[i], true, &d);
        struct err err = {0};
        int64_t bytes;

        CHECK(compare(v, made_path(made[i].name, ".list")) >= FILES_MIN);
        CHECK(!volume_size(v, "MICRO2/receipts/999.json", &bytes, &err));
        CHECK_INT(err.code, ERR_NOT_FOUND);
        CHECK(!volume_size(v, "MICRO3/receipts", &bytes, &err));
        CHECK_INT(err.code, ERR_NOT_FOUND);
        CHECK(!volume_size(v, "MICRO2/courier.json/x", &bytes, &err));
        CHECK_INT(err.code, ERR_NOT_FOUND);
        CHECK(!volume_size(v, "MICRO2/receipts", &bytes, &err));
        CHECK_INT(err.code, ERR_FORMAT);
        CHECK_HAS(err.text, "is no file");
        volume_close(v);
        blockdev_close(d);
    }
}

TEST(exfat, labels_are_shown_in_their_letters)
{
    static const struct {
        const char *image, *label;
    } cases[] = {
        {"mkfs-8m-4096", "LEARNER"}, {"mkfs-16m-8192", "mañana ✓"}, {"own-4096-4096-10", "OWN"}, {"dirty", "USB"}};

    make_all();
    for (size_t c = 0; c < M2_COUNT(cases); c++) {
        for (int i = 0; i < n_made; i++) {
            if (strcmp(made[i].name, cases[c].image) == 0) {
                struct blockdev *d;
                struct volume *v = open_made(&made[i], true, &d);

                CHECK_STR(v->label, cases[c].label);
                volume_close(v);
                blockdev_close(d);
            }
        }
    }
}

/* --- overwrite
 * ----------------------------------------------------------------------------------------------------------------- */

static void random_bytes(uint8_t *p, size_t n, uint32_t *seed)
{
    for (size_t i = 0; i < n; i++) {
        *seed = *seed * 1664525 + 1013904223;
        p[i] = (uint8_t)(*seed >> 24);
    }
}

TEST(exfat, overwriting_changes_the_contents_and_nothing_else)
{
    static const char *const names[] = {"MICRO2/mailbox/000.m2b", "MICRO2/mailbox/001.m2b",
                                        "MICRO2/containers/core-1.m2k"};
    static const int64_t at[][2] = {{0, 512}, {0, 65536}, {1, 1}, {511, 2}, {4095, 20000}, {30000, 35536}};
    static uint8_t old[65536], now[65536], back[65536];
    uint32_t seed = 1;

    make_all();
    for (int i = 0; i < n_made; i++) {
        struct blockdev *d;
        struct volume *v = open_made(&made[i], false, &d);
        struct buf before = {0}, after = {0};
        struct err err = {0};
        int64_t got;
        bool is_small = !strstr(made[i].name, "8192m") && !strstr(made[i].name, "256m");

        if (is_small) {
            CHECK(fsio_read(made_path(made[i].name, ".img"), 1 << 29, &before, &err));
        }
        for (size_t k = 0; k < M2_COUNT(names) * M2_COUNT(at); k++) {
            const char *name = names[k / M2_COUNT(at)];
            int64_t from = at[k % M2_COUNT(at)][0], n = at[k % M2_COUNT(at)][1];

            CHECK(volume_read(v, name, from, old, n, &got, &err));
            random_bytes(now, (size_t)n, &seed);
            CHECK(volume_overwrite(v, name, from, now, n, &err));
            CHECK(volume_read(v, name, from, back, n, &got, &err));
            CHECK(got == n && !memcmp(now, back, (size_t)n));
            if (k == 3 && has_fsck(&made[i])) {
                CHECK_INT(SPAWN(NULL, "fsck.exfat", "-n", made_path(made[i].name, ".img")), 0);
            }
            CHECK(volume_overwrite(v, name, from, old, n, &err));
        }
        CHECK(volume_sync(v, &err));
        if (is_small) {
            CHECK(fsio_read(made_path(made[i].name, ".img"), 1 << 29, &after, &err));
            CHECK(before.len == after.len && !memcmp(before.data, after.data, before.len));
        }
        buf_release(&before);
        buf_release(&after);
        volume_close(v);
        blockdev_close(d);
    }
}

TEST(exfat, what_would_change_an_entry_is_not_overwritten)
{
    static const struct {
        const char *name;
        int64_t offset, n;
        bool ok;
        const char *why;
    } cases[] = {
        {"MICRO2/mailbox/000.m2b", 65535, 1, true, ""},
        {"MICRO2/mailbox/000.m2b", 65536, 0, true, ""},
        {"MICRO2/mailbox/000.m2b", 65535, 2, false, "would have to grow"},
        {"MICRO2/mailbox/000.m2b", -1, 1, false, "would have to grow"},
        {"MICRO2/mailbox/000.m2b", INT64_MAX, INT64_MAX, false, "would have to grow"},
        {"MICRO2/mailbox/002.m2b", 9999, 1, true, ""},
        {"MICRO2/mailbox/002.m2b", 9999, 2, false, "was written up to byte 10000 only"},
        {"MICRO2/mailbox/004.m2b", 0, 1, false, "was written up to byte 0 only"},
        {"MICRO2/trust.json", 0, 1, false, "would have to grow"},
        {"MICRO2/mailbox/999.m2b", 0, 1, false, "no 'MICRO2/mailbox/999.m2b'"},
    };
    struct blockdev *d;
    struct volume *v;

    make_all();
    v = open_made(&made[2], false, &d);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        uint8_t byte[2];
        struct err err = {0};
        int64_t got;

        if (cases[i].ok) {
            CHECK(volume_read(v, cases[i].name, cases[i].offset, byte, cases[i].n, &got, &err));
        }
        CHECK_INT(volume_overwrite(v, cases[i].name, cases[i].offset, byte, cases[i].n, &err), cases[i].ok);
        CHECK_HAS(err.text, cases[i].why);
    }
    CHECK(compare(v, made_path(made[2].name, ".list")) >= FILES_MIN);
    volume_close(v);
    blockdev_close(d);
}
