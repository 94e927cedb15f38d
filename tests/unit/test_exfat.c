/* test_exfat: exFAT volumes against a second reading of the specification (fakes/exfat_ref.py) and fsck.exfat: read,
 * overwrite, create; pulled at every write (THREATS T17), damaged (T20, T21). */
#include "base/buf.h"
#include "base/clock.h"
#include "base/fsio.h"
#include "fakes/heap_peak.h"
#include "stick/exfat.h"
#include "unit/spawn.h"
#include "unit/test.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char reference[] = M2_SOURCE_DIR "/tests/fakes/exfat_ref.py";

enum { FILES_MIN = 50 /* of ours on each image */, NAME_BYTES = 600, LABEL_MAX = 11 };

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
    CHECK_INT(SPAWN(NULL, "python3", reference, "make", made_path("", "")), 0);
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
        bool is_small = !strstr(made[i].name, "8192m") && !strstr(made[i].name, "256m") && !strstr(made[i].name, "64m");

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

/* --- a device in memory that is pulled
 * ------------------------------------------------------------------------------------------------ */

enum { LOG_MAX = 4096, EACH_MAX = 3 /* writes between two flushes of which each choice is tried */ };

struct ram {
    struct blockdev base; /* first member */
    uint8_t *bytes;
    int reads_left;            /* at 0 the stick is pulled */
    int n_writes, writes_left; /* at 0 the stick is pulled in the middle of the next write */
    /* what was written, sector by sector, and before which flush */
    bool is_logging;
    struct {
        uint64_t sector;
        int epoch;
        uint8_t *bytes;
    } log[LOG_MAX];
    int n_log, epoch;
};

static bool ram_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    struct ram *r = (struct ram *)d;

    memcpy(buf, r->bytes + sector * d->sector_bytes, (size_t)n * d->sector_bytes);
    return (r->writes_left >= 0 && r->reads_left-- > 0) || err_set(err, ERR_GONE, "stick: it was pulled out");
}

static bool ram_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err)
{
    struct ram *r = (struct ram *)d;
    uint32_t size = d->sector_bytes;

    if (r->writes_left-- <= 0) {
        memcpy(r->bytes + sector * size, buf, (size_t)(n / 2) * size);
        r->writes_left = -1;
        return err_set(err, ERR_GONE, "stick: it was pulled out");
    }
    r->n_writes++;
    memcpy(r->bytes + sector * size, buf, (size_t)n * size);
    for (uint32_t i = 0; r->is_logging && i < n; i++) {
        CHECK(r->n_log < LOG_MAX);
        r->log[r->n_log].sector = sector + i;
        r->log[r->n_log].epoch = r->epoch;
        r->log[r->n_log].bytes = mem_alloc(size);
        memcpy(r->log[r->n_log++].bytes, (const uint8_t *)buf + (size_t)i * size, size);
    }
    return true;
}

static bool ram_flush(struct blockdev *d, struct err *err)
{
    struct ram *r = (struct ram *)d;

    r->epoch++;
    return r->writes_left >= 0 || err_set(err, ERR_GONE, "stick: it was pulled out");
}

static void ram_close(struct blockdev *d)
{
    (void)d;
}

static const struct blockdev_class ram_class = {ram_read, ram_write, ram_flush, ram_close};

/* An image of make_all() in memory. */
static const struct made *ram_load(struct ram *r, const char *name)
{
    static struct made trick = {.sector = 512};
    struct buf image = {0};
    struct err err = {0};
    const struct made *m = NULL;

    make_all();
    for (int i = 0; i < n_made; i++) {
        m = strcmp(made[i].name, name) == 0 ? &made[i] : m;
    }
    if (!m) { /* a trick */
        snprintf(trick.name, sizeof trick.name, "%s", name);
        m = &trick;
    }
    CHECK(fsio_read(made_path(name, ".img"), 1 << 26, &image, &err));
    *r = (struct ram){.base = {.class = &ram_class, .sector_bytes = m->sector, .n_sectors = image.len / m->sector},
                      .bytes = (uint8_t *)image.data,
                      .reads_left = INT32_MAX,
                      .writes_left = INT32_MAX};
    return m;
}

static void ram_forget_log(struct ram *r)
{
    for (int i = 0; i < r->n_log; i++) {
        free(r->log[i].bytes);
    }
    r->n_log = r->epoch = 0;
}

static size_t ram_bytes(const struct ram *r)
{
    return r->base.n_sectors * r->base.sector_bytes;
}

static void ram_release(struct ram *r)
{
    ram_forget_log(r);
    free(r->bytes);
}

static struct volume *ram_open(struct ram *r, const struct made *m)
{
    uint64_t first = m->offset / m->sector;
    struct volume *v = NULL;
    struct err err = {0};

    if (!volume_open_exfat(&r->base, first, r->base.n_sectors - first, &v, &err)) {
        print_error("%s: %s\n", m->name, err.text);
    }
    CHECK(v);
    return v;
}

/* The volume as a file, with holes where it is empty. */
static void ram_save(const struct ram *r, const struct made *m, const char *path)
{
    enum { PIECE = 64 * 1024 };
    static const uint8_t zeros[PIECE];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK(fd >= 0 && ftruncate(fd, (off_t)(ram_bytes(r) - m->offset)) == 0);
    for (size_t at = m->offset, n; at < ram_bytes(r); at += n) {
        n = ram_bytes(r) - at < PIECE ? ram_bytes(r) - at : PIECE;
        if (memcmp(r->bytes + at, zeros, n) != 0) {
            CHECK(pwrite(fd, r->bytes + at, n, (off_t)(at - m->offset)) == (ssize_t)n);
        }
    }
    close(fd);
}

/* --- create
 * --------------------------------------------------------------------------------------------------------------------
 */

static struct pulls { /* what was tried, over all */
    int states, fscks, creates;
} pulls;

static void fsck_ram(const struct ram *r, const struct made *m)
{
    const char *path = test_path("state.img");

    ram_save(r, m, path);
    pulls.fscks++;
    if (SPAWN(NULL, "fsck.exfat", "-n", path) != 0) {
        print_error("%s: fsck finds fault with %s\n", m->name, path);
        _fail(__FILE__, __LINE__);
    }
}

/* One of the files that were there; and the new one whole or not there. True: it is there. */
static bool check_state(struct ram *r, const struct made *m, const struct buf *list, const char *name,
                        const uint8_t *data, int64_t n, uint32_t seed, int n_samples)
{
    struct volume *v = ram_open(r, m);
    static uint8_t back[256 * 1024];
    struct err err = {0};
    int64_t got, size;
    bool is_there;

    for (int i = 0; i < n_samples; i++) {
        char line[2 * NAME_BYTES];
        unsigned crc;
        long long bytes;
        const char *at = list->data + (seed = seed * 1664525 + 1013904223) % list->len;

        while (at > list->data && at[-1] != '\n') {
            at--;
        }
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\t"), at);
        CHECK(sscanf(at + strlen(line), "\t%lld\t%x", &bytes, &crc) == 2);
        if (volume_size(v, line, &size, &err)) {
            CHECK(volume_read(v, line, 0, back, sizeof back, &got, &err));
            CHECK_INT(got, bytes);
            CHECK_INT(crc32_of(back, (size_t)got), crc);
        } else {
            CHECK_HAS(err.text, "a name that is none of ours");
        }
    }
    CHECK(!volume_size(v, "ghost.txt", &size, &err)); /* lies behind the end of a folder */
    CHECK_INT(err.code, ERR_NOT_FOUND);
    is_there = volume_size(v, name, &size, &err);
    if (is_there) {
        CHECK_INT(size, n);
        CHECK(volume_read(v, name, 0, back, sizeof back, &got, &err));
        CHECK(got == n && !memcmp(back, data, (size_t)n));
    } else {
        CHECK_INT(err.code, ERR_NOT_FOUND);
    }
    volume_close(v);
    pulls.states++;
    return is_there;
}

/* Sectors between two flushes reach the medium in any order, or not at all. */
static void pull_between_flushes(struct ram *r, const struct made *m, const uint8_t *before, const struct buf *list,
                                 const char *name, const uint8_t *data, int64_t n, uint32_t seed)
{
    uint8_t *after = r->bytes;
    uint32_t size = r->base.sector_bytes;

    r->bytes = mem_alloc(ram_bytes(r));
    memcpy(r->bytes, before, ram_bytes(r));
    for (int from = 0, to; from < r->n_log; from = to) {
        for (to = from; to < r->n_log && r->log[to].epoch == r->log[from].epoch; to++) {
        }
        bool is_each = to - from <= EACH_MAX;

        for (int k = 0; k < (is_each ? 1 << (to - from) : test_is_long() ? 12 : 3); k++) {
            uint8_t *synced = mem_alloc((size_t)(to - from) * size);

            for (int i = from; i < to; i++) {
                memcpy(synced + (size_t)(i - from) * size, r->bytes + r->log[i].sector * size, size);
            }
            for (int i = from; i < to; i++) {
                seed = seed * 1664525 + 1013904223;
                if (is_each ? k >> (i - from) & 1 : seed >> 31) {
                    memcpy(r->bytes + r->log[i].sector * size, r->log[i].bytes, size);
                }
            }
            check_state(r, m, list, name, data, n, seed, 4);
            if (k == 0 && has_fsck(m)) {
                fsck_ram(r, m);
            }
            for (int i = to - 1; i >= from; i--) { /* a sector may be there twice */
                memcpy(r->bytes + r->log[i].sector * size, synced + (size_t)(i - from) * size, size);
            }
            free(synced);
        }
        for (int i = from; i < to; i++) {
            memcpy(r->bytes + r->log[i].sector * size, r->log[i].bytes, size);
        }
    }
    CHECK(!memcmp(r->bytes, after, ram_bytes(r)));
    free(r->bytes);
    r->bytes = after;
}

/* Creates one file, pulled at each write and in any order between flushes; then whole. False: a full folder of others,
 * which we do not let grow. */
static bool create_and_pull(struct ram *r, const struct made *m, const struct buf *list, const char *name, int64_t n)
{
    static uint8_t data[256 * 1024];
    uint8_t *before = mem_alloc(ram_bytes(r));
    uint32_t seed = (uint32_t)(pulls.creates + 1);
    struct err err = {0};
    int n_writes;
    struct volume *v;

    random_bytes(data, (size_t)n, &seed);
    memcpy(before, r->bytes, ram_bytes(r));
    v = ram_open(r, m);
    ram_forget_log(r);
    r->n_writes = 0;
    r->is_logging = true;
    if (!volume_create(v, name, data, n, &err)) {
        CHECK_HAS(err.text, "a folder is full");
        CHECK(strchr(name, '/') && !memcmp(before, r->bytes, ram_bytes(r)));
        volume_close(v);
        free(before);
        return false;
    }
    r->is_logging = false;
    n_writes = r->n_writes;
    volume_close(v);
    pull_between_flushes(r, m, before, list, name, data, n, seed);
    for (int k = 0; k < n_writes; k++) {
        bool is_last = k == n_writes - 1, is_edge = is_last || k + 4 > n_writes;

        memcpy(r->bytes, before, ram_bytes(r));
        r->writes_left = k;
        v = ram_open(r, m);
        CHECK(!volume_create(v, name, data, n, &err));
        CHECK_INT(err.code, ERR_GONE);
        volume_close(v);
        r->writes_left = INT32_MAX;
        CHECK(!check_state(r, m, list, name, data, n, seed + (uint32_t)k, is_edge ? 10 : 2));
        if (is_edge && has_fsck(m)) {
            fsck_ram(r, m);
        }
        v = ram_open(r, m); /* the next try completes, on the stick as the pull left it */
        CHECK(volume_create(v, name, data, n, &err));
        CHECK(!volume_create(v, name, data, n, &err));
        CHECK_INT(err.code, ERR_EXISTS);
        volume_close(v);
    }
    CHECK(check_state(r, m, list, name, data, n, seed, 20));
    if (has_fsck(m)) {
        fsck_ram(r, m);
    }
    free(before);
    pulls.creates++;
    return true;
}

TEST(exfat, a_pull_at_any_write_of_a_create_leaves_the_rest_as_it_was_and_no_half_of_ours)
{
    static const char *const images[] = {"mkfs-4m-512",  "own-4096-4096-10", "part",
                                         "holes",        "behind", /* and long: */
                                         "mkfs-4m-1024", "mkfs-8m-4096",     "own-1024-2048-10",
                                         "large"};
    static const struct {
        const char *name;
        int64_t n;
    } files[] = {
        {"result.pdf", 5000},
        {"MICRO2/receipts/a-name-of-some-length.json", 0},
        {"MICRO2/receipts/another-name-that-is-longer-than-forty-characters.json", 1},
        {"saved/2026/paper-0001.pdf", 1024},
        {"saved/2026/paper-0002.pdf", 4097},
        {"paper-of-a-learner-with-a-long-name.pdf", 700},
        {"paper-of-another-learner-with-a-longer-name-so-that-the-root-must-grow.pdf", 3},
        {"paper-of-yet-another-learner-and-the-name-fills-entries-of-the-root.pdf", 513},
        {"third/p.pdf", 20000},
    };

    int n_full = 0;

    pulls = (struct pulls){0};
    for (size_t i = 0; i < (test_is_long() ? M2_COUNT(images) : 5); i++) {
        struct ram r;
        const struct made *m = ram_load(&r, images[i]);
        struct buf list = {0};
        struct err err = {0};

        CHECK(fsio_read(made_path(m->name, ".list"), 1 << 20, &list, &err));
        for (size_t k = 0; k < M2_COUNT(files); k++) {
            n_full += !create_and_pull(&r, m, &list, files[k].name, files[k].n);
        }
        /* the reference agrees, of all files at once */
        {
            FILE *f;
            struct buf both = {0};

            mkdir(test_path("after"), 0700);
            ram_save(&r, m, test_path("after/x.img"));
            buf_add(&both, list.data, list.len);
            for (size_t k = 0; k < M2_COUNT(files); k++) {
                struct volume *v = ram_open(&r, m);
                static uint8_t data[256 * 1024];
                int64_t got;

                if (volume_read(v, files[k].name, 0, data, sizeof data, &got, &err) &&
                    strncmp(files[k].name, "MICRO2", 6) != 0) { /* the folder may be written Micro2 */
                    buf_fmt(&both, "%s\t%lld\t%08x\n", files[k].name, (long long)got, crc32_of(data, (size_t)got));
                }
                volume_close(v);
            }
            f = fopen(test_path("after/x.list"), "wb");
            CHECK(f && fwrite(both.data, 1, both.len, f) == both.len);
            fclose(f);
            CHECK_INT(SPAWN(NULL, "python3", reference, "check", test_path("after")), 0);
            buf_release(&both);
        }
        buf_release(&list);
        ram_release(&r);
    }
    CHECK(n_full <= 2);
    print_message("%d files created, %d states after a pull, %d looked at by fsck.exfat\n", pulls.creates, pulls.states,
                  pulls.fscks);
}

/* Nothing of a failed create is on the stick. */
static void check_refused(struct ram *r, struct volume *v, const char *name, int64_t n, enum err_code code,
                          const char *words)
{
    uint8_t *before = mem_alloc(ram_bytes(r)), *data = mem_alloc((size_t)n + 1);
    struct err err = {0};

    memcpy(before, r->bytes, ram_bytes(r));
    CHECK(!volume_create(v, name, data, n, &err));
    CHECK_INT(err.code, code);
    CHECK_HAS(err.text, words);
    CHECK(!memcmp(before, r->bytes, ram_bytes(r)));
    free(before);
    free(data);
}

TEST(exfat, a_full_stick_is_left_as_it_was_and_takes_what_fits)
{
    enum { CLUSTER = 1024 };
    struct ram r;
    const struct made *m = ram_load(&r, "holes");
    struct volume *v = ram_open(&r, m);
    int64_t low = 0, high = 4 * 1024 * 1024, got;
    uint8_t *data = mem_alloc((size_t)high), byte;
    struct err err = {0};

    while (low + CLUSTER < high) { /* the longest that still fits, on a copy */
        int64_t n = (low + high) / 2 / CLUSTER * CLUSTER;
        struct ram copy = r;
        struct volume *w;

        copy.bytes = mem_alloc(ram_bytes(&r));
        memcpy(copy.bytes, r.bytes, ram_bytes(&r));
        w = ram_open(&copy, m);
        if (volume_create(w, "long.bin", data, n, &err)) {
            low = n;
        } else {
            CHECK_INT(err.code, ERR_NO_SPACE);
            CHECK(!memcmp(copy.bytes, r.bytes, ram_bytes(&r)));
            high = n;
        }
        volume_close(w);
        free(copy.bytes);
    }
    CHECK(low > 1000 * 1024);
    check_refused(&r, v, "long.bin", low + 1, ERR_NO_SPACE, "it is full");
    check_refused(&r, v, "new/long.bin", low, ERR_NO_SPACE, "it is full"); /* nor the folder alone */
    CHECK(volume_create(v, "long.bin", data, low, &err));
    check_refused(&r, v, "more.bin", 1, ERR_NO_SPACE, "it is full");
    CHECK(volume_create(v, "none.bin", data, 0, &err)); /* needs no cluster */
    CHECK(volume_read(v, "long.bin", low - 1, &byte, 1, &got, &err));
    CHECK_INT(got, 1);
    fsck_ram(&r, m);
    volume_close(v);
    ram_release(&r);
    free(data);
}

TEST(exfat, nothing_new_is_made_where_it_would_not_be_safe)
{
    static const struct {
        const char *image, *name;
        enum err_code code;
        const char *words;
    } cases[] = {
        {"dirty", "a.txt", ERR_FORMAT, "pulled out of a computer too early"},
        {"boot", "a.txt", ERR_FORMAT, "its boot region is damaged"},
        {"own-512-4096-20", "a.txt", ERR_STATE, "two tables"},
        {"own-512-1024-21", "a.txt", ERR_STATE, "two tables"},
        {"base", "micro2/Trust.json", ERR_EXISTS, "'micro2/Trust.json' is there already"},
        {"base", "foto", ERR_EXISTS, "'foto' is there already"},
        {"base", "micro2/trust.json/a.txt", ERR_EXISTS, "'micro2/trust.json' is there already"},
        {"behind", "Foto/a.txt", ERR_NONE, ""},
        {"base", "Foto/../a.txt", ERR_FORMAT, "a name that is none of ours"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct ram r;
        struct volume *v = ram_open(&r, ram_load(&r, cases[i].image));
        struct err err = {0};

        if (cases[i].code != ERR_NONE) {
            check_refused(&r, v, cases[i].name, 1, cases[i].code, cases[i].words);
        } else {
            CHECK(volume_create(v, cases[i].name, "a", 1, &err));
        }
        volume_close(v);
        ram_release(&r);
    }
}

TEST(exfat, sets_fill_a_sector_to_its_end_only_where_an_end_follows)
{
    static const char *const images[] = {"base", "behind"};

    for (size_t i = 0; i < M2_COUNT(images); i++) {
        struct ram r;
        const struct made *m = ram_load(&r, images[i]);
        struct volume *v = ram_open(&r, m);
        struct err err = {0};
        int64_t bytes;

        for (int k = 0; k < 40; k++) { /* sets of three entries, sixteen to a sector */
            char name[VOLUME_NAME_MAX];

            snprintf(name, sizeof name, "%d.txt", k);
            CHECK(volume_create(v, name, name, 3, &err));
            CHECK(volume_size(v, name, &bytes, &err) && bytes == 3);
            CHECK(!volume_size(v, "ghost.txt", &bytes, &err));
        }
        fsck_ram(&r, m);
        volume_close(v);
        ram_release(&r);
    }
}

TEST(exfat, a_pull_at_any_read_is_a_pulled_stick)
{
    struct ram r;
    const struct made *m = ram_load(&r, "base");
    bool is_done = false;
    int n = 0;

    for (; !is_done; n++) {
        struct volume *v = NULL;
        struct err err = {0};
        uint8_t data[3000] = {0};
        int64_t got;

        r.reads_left = n;
        is_done = volume_open_exfat(&r.base, 0, r.base.n_sectors, &v, &err) &&
                  volume_read(v, "MICRO2/containers/core-1.m2k", 5000, data, sizeof data, &got, &err) &&
                  volume_overwrite(v, "MICRO2/mailbox/001.m2b", 1, data, 1, &err) &&
                  volume_create(v, "one/two/three.txt", data, sizeof data, &err);
        CHECK(is_done || err.code == ERR_GONE);
        volume_close(v);
    }
    CHECK(n > 10);
    r.reads_left = INT32_MAX;
    fsck_ram(&r, m);
    ram_release(&r);
}

/* --- tricks and damage
 * ----------------------------------------------------------------------------------------------------------- */

TEST(exfat, each_trick_and_limit_is_met)
{
#define CORE "MICRO2/containers/core-1.m2k"
#define DEMO "MICRO2/containers/demo-12.m2k"
#define MAIL "MICRO2/mailbox/000.m2b"
    static const struct {
        const char *image;
        enum err_code opened;
        const char *name; /* read whole */
        enum err_code read, overwritten /* its first byte */, created /* beside it */;
        const char *words; /* of the first that fails */
    } cases[] = {
        {"base", ERR_NONE, MAIL, ERR_NONE, ERR_NONE, ERR_NONE, ""},
        {"loop", ERR_NONE, CORE, ERR_FORMAT, ERR_FORMAT, ERR_FORMAT, "bites its own tail"},
        {"loop", ERR_NONE, DEMO, ERR_NONE, ERR_FORMAT, ERR_FORMAT, "two of its files share one place"},
        {"breaks", ERR_NONE, CORE, ERR_FORMAT, ERR_NONE, ERR_FORMAT, "breaks off"},
        {"outside", ERR_NONE, CORE, ERR_FORMAT, ERR_NONE, ERR_FORMAT, "breaks off"},
        {"cross", ERR_NONE, MAIL, ERR_NONE, ERR_FORMAT, ERR_FORMAT, "two of its files share one place"},
        {"cross-in-broken-folder", ERR_NONE, MAIL, ERR_NONE, ERR_FORMAT, ERR_FORMAT,
         "two of its files share one place"},
        {"meets", ERR_NONE, MAIL, ERR_NONE, ERR_FORMAT, ERR_FORMAT, "two of its files share one place"},
        {"folder-in-itself", ERR_NONE, MAIL, ERR_NONE, ERR_FORMAT, ERR_FORMAT, "two of its files share one place"},
        {"folder-in-itself", ERR_NONE, "MICRO2/receipts/courier.json", ERR_NONE, ERR_FORMAT, ERR_FORMAT, ""},
        {"root-loop", ERR_FORMAT, NULL, ERR_NONE, ERR_NONE, ERR_NONE, "bites its own tail"},
        {"free", ERR_NONE, MAIL, ERR_NONE, ERR_NONE, ERR_FORMAT, "it is damaged"},
        {"long", ERR_NONE, MAIL, ERR_FORMAT, ERR_FORMAT, ERR_FORMAT, "the folder of '" MAIL "' is damaged"},
        {"endless", ERR_NONE, MAIL, ERR_FORMAT, ERR_FORMAT, ERR_FORMAT, "the folder of '" MAIL "' is damaged"},
        {"past", ERR_NONE, MAIL, ERR_FORMAT, ERR_FORMAT, ERR_FORMAT, "the folder of '" MAIL "' is damaged"},
        {"valid", ERR_NONE, MAIL, ERR_FORMAT, ERR_FORMAT, ERR_FORMAT, "the folder of '" MAIL "' is damaged"},
        {"none", ERR_NONE, MAIL, ERR_FORMAT, ERR_FORMAT, ERR_FORMAT, "the folder of '" MAIL "' is damaged"},
        {"hash", ERR_NONE, MAIL, ERR_FORMAT, ERR_FORMAT, ERR_FORMAT, "the folder of '" MAIL "' is damaged"},
        {"sum", ERR_NONE, MAIL, ERR_FORMAT, ERR_FORMAT, ERR_FORMAT, "the folder of '" MAIL "' is damaged"},
        {"sum", ERR_NONE, DEMO, ERR_NONE, ERR_NONE, ERR_FORMAT, "it is damaged"},
        {"up-case", ERR_FORMAT, NULL, ERR_NONE, ERR_NONE, ERR_NONE, "its up-case table is damaged"},
        {"boot", ERR_NONE, MAIL, ERR_NONE, ERR_NONE, ERR_FORMAT, "its boot region is damaged"},
        {"boots", ERR_FORMAT, NULL, ERR_NONE, ERR_NONE, ERR_NONE, "its exFAT boot region is damaged"},
        {"full", ERR_NONE, "many/0999.txt", ERR_NONE, ERR_LIMIT, ERR_LIMIT, "has 1000 files, no more"},
        {"over", ERR_NONE, "many/0999.txt", ERR_NONE, ERR_LIMIT, ERR_LIMIT, "of more than 1000 files"},
        {"over", ERR_NONE, "many/1000.txt", ERR_LIMIT, ERR_LIMIT, ERR_LIMIT, "of more than 1000 files"},
        {"deleted", ERR_NONE, "many/0000.txt", ERR_NONE, ERR_LIMIT, ERR_LIMIT, ""},
        {"deleted-over", ERR_NONE, "many/0000.txt", ERR_LIMIT, ERR_LIMIT, ERR_LIMIT, "of more than 1000 files"},
        {"depth", ERR_NONE, MAIL, ERR_NONE, ERR_FORMAT, ERR_FORMAT, "two of its files share one place"},
        {"depth-over", ERR_NONE, MAIL, ERR_NONE, ERR_NONE, ERR_NONE, ""},
        {"unknown", ERR_NONE, MAIL, ERR_NONE, ERR_NONE, ERR_FORMAT, "it is damaged"},
        {"benign", ERR_NONE, MAIL, ERR_NONE, ERR_NONE, ERR_NONE, ""},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        static uint8_t data[256 * 1024];
        struct err opened = {0}, read = {0}, overwritten = {0}, created = {0};
        struct ram r;
        struct volume *v = NULL;
        char beside[VOLUME_NAME_MAX];
        int64_t got;

        ram_load(&r, cases[i].image);
        if (volume_open_exfat(&r.base, 0, r.base.n_sectors, &v, &opened)) {
            snprintf(beside, sizeof beside, "%.*s/beside.txt", (int)(strrchr(cases[i].name, '/') - cases[i].name),
                     cases[i].name);
            CHECK(volume_read(v, cases[i].name, 0, data, sizeof data, &got, &read) == (read.code == ERR_NONE));
            CHECK(volume_overwrite(v, cases[i].name, 0, data, 1, &overwritten) == (overwritten.code == ERR_NONE));
            CHECK(volume_create(v, beside, data, 1, &created) == (created.code == ERR_NONE));
            volume_close(v);
        }
        if (opened.code != cases[i].opened || read.code != cases[i].read || overwritten.code != cases[i].overwritten ||
            created.code != cases[i].created) {
            print_error("%s %s: %s / %s / %s / %s\n", cases[i].image, cases[i].name ? cases[i].name : "", opened.text,
                        read.text, overwritten.text, created.text);
            _fail(__FILE__, __LINE__);
        }
        CHECK_HAS(opened.code        ? opened.text
                  : read.code        ? read.text
                  : overwritten.code ? overwritten.code == ERR_LIMIT ? created.text : overwritten.text
                                     : created.text,
                  cases[i].words);
        ram_release(&r);
    }
}

TEST(exfat, a_chain_made_to_cost_time_is_followed_so_far_and_no_further)
{
    struct ram r;
    struct volume *v = ram_open(&r, ram_load(&r, "zigzag"));
    struct err err = {0};

    r.reads_left = INT32_MAX;
    CHECK(volume_create(v, "a.txt", "a", 1, &err));
    CHECK(INT32_MAX - r.reads_left >= EXFAT_SURVEY_READS_MAX);
    CHECK(INT32_MAX - r.reads_left < EXFAT_SURVEY_READS_MAX + 100);
    volume_close(v);
    ram_release(&r);
}

TEST(exfat, of_twins_the_first_is_read)
{
    struct ram r;
    struct volume *v = ram_open(&r, ram_load(&r, "twins"));
    struct err err = {0};
    char text[8] = "";
    int64_t got;

    CHECK(volume_read(v, "Twin.txt", 0, text, 7, &got, &err));
    CHECK_STR(text, "first");
    volume_close(v);
    ram_release(&r);
}

TEST(exfat, labels_lose_what_may_not_come_from_strangers)
{
    static const struct {
        uint8_t n;
        uint16_t utf16[LABEL_MAX];
        const char *label;
    } cases[] = {
        {3, {'A', 'b', 'C'}, "AbC"},
        {5, {'A', 1, 'B', '\n', 'C'}, "ABC"},
        {3, {'A', 0x202E, 'B'}, "AB"},                   /* right-to-left override */
        {3, {0xD83C, 0xDF3D, 'x'}, "\xf0\x9f\x8c\xbdx"}, /* maize, in two units */
        {3, {0xD83C, 'x', 0xDF3D}, "x"},                 /* halves of a pair */
        {1, {0xD83C}, "USB"},
        {0, {'A'}, "USB"},
        {255, {'1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B'}, "123456789AB"},
    };
    struct ram r;
    const struct made *m = ram_load(&r, "base");
    uint8_t *entry = r.bytes;

    while (memcmp(entry, "\x83\x05T\0R\0I\0", 8) != 0) {
        entry += 32;
    }
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct volume *v;

        entry[1] = cases[i].n;
        for (int k = 0; k < LABEL_MAX; k++) {
            entry[2 + 2 * k] = (uint8_t)cases[i].utf16[k];
            entry[3 + 2 * k] = (uint8_t)(cases[i].utf16[k] >> 8);
        }
        v = ram_open(&r, m);
        CHECK_STR(v->label, cases[i].label);
        volume_close(v);
    }
    ram_release(&r);
}

/* Both boot regions summed up anew. */
static void reseal(uint8_t *image)
{
    for (int region = 0; region < 2; region++) {
        uint8_t *b = image + (ptrdiff_t)region * 12 * 512;
        uint32_t sum = 0;

        memmove(b, image, region ? 11 * 512 : 0);
        for (int i = 0; i < 11 * 512; i++) {
            if (i != 106 && i != 107 && i != 112) {
                sum = (sum << 31 | sum >> 1) + b[i];
            }
        }
        for (int i = 0; i < 512; i += 4) {
            put_le32(b + 11 * 512 + i, sum);
        }
    }
}

TEST(exfat, a_boot_region_whose_fields_contradict_each_other_is_refused)
{
    /* base: 4 MiB, 512 x 4; FAT at 24, 16 long; heap at 40; 2038 clusters */
    static const struct {
        int at, bytes;
        uint64_t value;
        enum err_code code;
    } cases[] = {
        {0, 1, 0xEB, ERR_NONE},          {0, 1, 0xE9, ERR_FORMAT},
        {3, 1, 'e', ERR_FORMAT},         {11, 1, 1, ERR_FORMAT},
        {63, 1, 1, ERR_FORMAT},          {64, 8, 12345, ERR_NONE},
        {72, 8, 8193, ERR_FORMAT},       {72, 8, 2047, ERR_FORMAT},
        {72, 8, UINT64_MAX, ERR_FORMAT}, {80, 4, 23, ERR_FORMAT},
        {80, 4, 25, ERR_FORMAT},         {80, 4, UINT32_MAX, ERR_FORMAT},
        {84, 4, 15, ERR_FORMAT},         {84, 4, 17, ERR_FORMAT},
        {84, 4, UINT32_MAX, ERR_FORMAT}, {88, 4, 39, ERR_FORMAT},
        {88, 4, 41, ERR_FORMAT},         {88, 4, 8192, ERR_FORMAT},
        {92, 4, 0, ERR_FORMAT},          {92, 4, 2039, ERR_FORMAT},
        {92, 4, 1 << 25, ERR_FORMAT},    {92, 4, (1 << 25) + 1, ERR_LIMIT},
        {92, 4, UINT32_MAX, ERR_LIMIT},  {96, 4, 1, ERR_FORMAT},
        {96, 4, 2040, ERR_FORMAT},       {96, 4, 0, ERR_FORMAT},
        {104, 2, 0x163, ERR_NONE},       {104, 2, 0x200, ERR_VERSION},
        {104, 2, 0, ERR_VERSION},        {106, 2, 1, ERR_FORMAT},
        {106, 2, 8, ERR_NONE},           {108, 1, 8, ERR_FORMAT},
        {108, 1, 13, ERR_FORMAT},        {109, 1, 17, ERR_FORMAT},
        {109, 1, 255, ERR_FORMAT},       {110, 1, 0, ERR_FORMAT},
        {110, 1, 2, ERR_FORMAT},         {110, 1, 3, ERR_FORMAT},
        {112, 1, 101, ERR_FORMAT},       {112, 1, 100, ERR_NONE},
        {112, 1, 255, ERR_NONE},         {510, 1, 0, ERR_FORMAT},
    };
    struct ram r;
    uint8_t old[24 * 512];

    ram_load(&r, "base");
    memcpy(old, r.bytes, sizeof old);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct volume *v = NULL;
        struct err err = {0};

        memcpy(r.bytes, old, sizeof old);
        for (int k = 0; k < cases[i].bytes; k++) {
            r.bytes[cases[i].at + k] = (uint8_t)(cases[i].value >> 8 * k);
        }
        reseal(r.bytes);
        CHECK(volume_open_exfat(&r.base, 0, r.base.n_sectors, &v, &err) == (err.code == ERR_NONE));
        if (err.code != cases[i].code) {
            print_error("byte %d = %llu: %s\n", cases[i].at, (unsigned long long)cases[i].value, err.text);
            _fail(__FILE__, __LINE__);
        }
        volume_close(v);
    }
    ram_release(&r);
}

TEST(exfat, a_partition_past_the_device_or_shorter_than_its_volume_is_refused)
{
    static const struct {
        uint64_t first, n;
        bool ok;
    } cases[] = {{0, 8192, true},  {0, 8191, false},       {0, 8193, false}, {1, 8191, false},
                 {1, 8192, false}, {UINT64_MAX, 1, false}, {0, 0, false},    {8192, 0, false}};
    struct ram r;

    ram_load(&r, "base");
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct volume *v = NULL;
        struct err err = {0};

        CHECK(volume_open_exfat(&r.base, cases[i].first, cases[i].n, &v, &err) == cases[i].ok);
        CHECK(cases[i].ok || err.code == ERR_FORMAT);
        volume_close(v);
    }
    ram_release(&r);
}

/* --- damaged images
 * -------------------------------------------------------------------------------------------------------------- */

enum {
    DAMAGED = 200,
    DAMAGED_LONG = 4000,
    DAMAGED_MS_MAX = 2000, /* for one image, under the sanitizers */
    DAMAGED_BYTES_MAX = 64 * 1024 * 1024,
    SETS_MAX = 256,
    FILES_MAX = 80,
};

struct file {
    char name[VOLUME_NAME_MAX];
    uint32_t crc;
    bool is_read; /* and what it is */
    int64_t bytes;
};

struct damaged {
    struct ram r;
    const struct made *m;
    size_t sets[SETS_MAX]; /* where an entry set lies */
    int n_sets;
    struct file files[FILES_MAX]; /* as they were */
    int n_files;
    uint32_t seed;
    int same, refused, other; /* reads */
};

static uint32_t dice(struct damaged *d, uint32_t n)
{
    d->seed = d->seed * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)(d->seed >> 8) * n) >> 24);
}

/* base.img, its entry sets and its files of ours. */
static void damaged_load(struct damaged *d)
{
    FILE *list;
    char line[2 * NAME_BYTES];

    d->m = ram_load(&d->r, "base");
    for (size_t at = 40 * 512; at + 64 < ram_bytes(&d->r) && d->n_sets < SETS_MAX; at += 32) {
        if (d->r.bytes[at] == 0x85 && d->r.bytes[at + 32] == 0xC0) {
            d->sets[d->n_sets++] = at;
        }
    }
    list = fopen(made_path("base", ".list"), "r");
    CHECK(list);
    while (d->n_files < FILES_MAX && fgets(line, sizeof line, list)) {
        struct file *f = &d->files[d->n_files];
        long long bytes;

        if (strncmp(line, "MICRO2/", 7) == 0 && !strchr(line, '~') && !strchr(line, ' ')) {
            CHECK(sscanf(line, "%95s %lld %x", f->name, &bytes, &f->crc) == 3);
            f->bytes = bytes;
            f->is_read = true;
            d->n_files++;
        }
    }
    fclose(list);
    CHECK(d->n_files >= 20 && d->n_sets >= 30);
}

static void sum_set_anew(uint8_t *raw)
{
    uint16_t sum = 0;

    for (int i = 0; i < (raw[1] + 1) * 32 && i < 19 * 32; i++) {
        if (i != 2 && i != 3) {
            sum = (uint16_t)(((unsigned)sum << 15 | sum >> 1) + raw[i]);
        }
    }
    raw[2] = (uint8_t)sum;
    raw[3] = (uint8_t)(sum >> 8);
}

/* One of the ways in which a stick is damaged: FAT, entries, bitmap and up-case table, boot region. */
static void damage(struct damaged *d)
{
    static const uint32_t words[] = {0,    1,          2,          3,          100,        2039,
                                     2040, 0xFFFFFFF7, 0xFFFFFFF8, 0xFFFFFFFF, 0x7FFFFFFF, 1 << 25};
    uint8_t *b = d->r.bytes, *set = b + d->sets[dice(d, (uint32_t)d->n_sets)];
    uint8_t *fat = b + 24 * 512 + (size_t)dice(d, 500) * 4, *head = b + (size_t)dice(d, 24 * 512);
    uint32_t word = dice(d, 2) ? words[dice(d, M2_COUNT(words))] : dice(d, 2040);

    switch (dice(d, 9)) {
    case 0:
        put_le32(fat, word);
        break;
    case 1: /* two chains meet */
        memcpy(fat, b + 24 * 512 + (size_t)dice(d, 500) * 4, 4);
        break;
    case 2:
        set[dice(d, 5 * 32)] ^= (uint8_t)(1 << dice(d, 8));
        break;
    case 3: /* an entry that says something else, and is summed up */
        put_le32(set + 32 + (size_t[]){8, 12, 20, 24, 28}[dice(d, 5)], word);
        sum_set_anew(set);
        break;
    case 4:
        set[(size_t[]){1, 4, 33, 35, 64, 96}[dice(d, 6)]] = (uint8_t)dice(d, 256);
        sum_set_anew(set);
        break;
    case 5: /* a sector lost, or written elsewhere */
        memmove(b + (size_t)(set - b) / 512 * 512, b + (size_t)dice(d, 2000) * 512, 512);
        break;
    case 6:
        memset(b + (size_t)(24 + dice(d, 60)) * 512, (int)dice(d, 2) * 255, 512);
        break;
    case 7: /* boot regions that say something else, and are summed up */
        put_le32(b + (size_t[]){72, 80, 84, 88, 92, 96, 106, 108}[dice(d, 8)], word);
        reseal(b);
        break;
    default:
        *head ^= (uint8_t)(1 << dice(d, 8));
        break;
    }
}

static void read_all(struct damaged *d, struct volume *v, struct file *files)
{
    static uint8_t data[256 * 1024];

    for (int i = 0; i < d->n_files; i++) {
        struct file *f = &files[i];
        struct err err = {0};

        f->is_read = volume_read(v, f->name, 0, data, sizeof data, &f->bytes, &err);
        CHECK(f->is_read || err.code == ERR_FORMAT || err.code == ERR_NOT_FOUND || err.code == ERR_LIMIT);
        f->crc = f->is_read ? crc32_of(data, (size_t)f->bytes) : 0;
    }
}

/* What is read otherwise than before is put aside, for the reference to read. */
static void put_aside(struct damaged *d, int number, const struct file *now)
{
    char path[64];
    FILE *list = NULL;

    for (int i = 0; i < d->n_files; i++) {
        bool is_same = now[i].is_read && now[i].crc == d->files[i].crc && now[i].bytes == d->files[i].bytes;

        d->same += is_same;
        d->refused += !now[i].is_read;
        if (is_same || !now[i].is_read || now[i].bytes == 256 * 1024 /* and more */) {
            continue;
        }
        d->other++;
        if (!list) {
            snprintf(path, sizeof path, "damaged/%d.img", number);
            ram_save(&d->r, d->m, test_path(path));
            snprintf(path, sizeof path, "damaged/%d.list", number);
            list = fopen(test_path(path), "w");
            CHECK(list);
        }
        fprintf(list, "%s\t%lld\t%08x\n", now[i].name, (long long)now[i].bytes, now[i].crc);
    }
    if (list) {
        fclose(list);
    }
}

static void write_on(struct damaged *d, struct volume *v)
{
    static const char *const names[] = {"new.txt", "MICRO2/receipts/new.txt", "new/new.txt"};
    struct file before[FILES_MAX], after[FILES_MAX];
    uint8_t data[3000] = {1};
    struct err err = {0};
    int64_t got;

    memcpy(before, d->files, sizeof before);
    memcpy(after, d->files, sizeof after);
    read_all(d, v, before);
    for (size_t i = 0; i < M2_COUNT(names); i++) {
        if (volume_create(v, names[i], data, sizeof data, &err)) {
            CHECK(volume_read(v, names[i], 0, data, sizeof data, &got, &err) && got == (int64_t)sizeof data);
        }
    }
    read_all(d, v, after);
    for (int i = 0; i < d->n_files; i++) {
        CHECK(before[i].is_read == after[i].is_read && before[i].crc == after[i].crc);
    }
    if (!volume_overwrite(v, "MICRO2/mailbox/000.m2b", 100, data, sizeof data, &err)) {
        CHECK(err.code != ERR_NONE);
    }
}

TEST(exfat, damaged_images_read_as_before_or_as_the_reference_reads_them_or_are_refused)
{
    static struct damaged d;
    int n = test_is_long() ? DAMAGED_LONG : DAMAGED, n_opened = 0;
    size_t most = 0;
    uint8_t *base;

    d = (struct damaged){.seed = 4};
    damaged_load(&d);
    base = mem_alloc(ram_bytes(&d.r));
    memcpy(base, d.r.bytes, ram_bytes(&d.r));
    CHECK(mkdir(test_path("damaged"), 0700) == 0);
    for (int i = 0; i < n; i++) {
        struct file now[FILES_MAX];
        struct volume *v = NULL;
        struct err err = {0};
        int64_t start = clock_ms();

        memcpy(d.r.bytes, base, ram_bytes(&d.r));
        heap_peak_begin();
        for (uint32_t k = 0, times = 1 + dice(&d, 3); k < times; k++) {
            damage(&d);
        }
        if (volume_open_exfat(&d.r.base, 0, d.r.base.n_sectors, &v, &err)) {
            memcpy(now, d.files, sizeof now);
            read_all(&d, v, now);
            put_aside(&d, i, now);
            write_on(&d, v);
            n_opened++;
        } else {
            CHECK(err.code == ERR_FORMAT || err.code == ERR_VERSION || err.code == ERR_LIMIT);
        }
        volume_close(v);
        CHECK(clock_ms() - start < DAMAGED_MS_MAX);
        most = heap_peak() > most ? heap_peak() : most;
    }
    CHECK_INT(SPAWN(NULL, "python3", reference, "agree", test_path("damaged")), 0);
    print_message(
        "%d damaged images, %d opened; files read as before %d, refused %d, otherwise, as by the reference, %d\n", n,
        n_opened, d.same, d.refused, d.other);
    print_message("at most %zu bytes for one of them\n", most);
    CHECK(most < DAMAGED_BYTES_MAX);
    CHECK(n_opened > n / 2 && d.refused > n / 10);
    free(base);
    ram_release(&d.r);
}
