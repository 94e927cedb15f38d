/* test_edit: what the office does to a stick's file system, on what mkfs.vfat and mkfs.exfat make and time fragments:
 * files made from a source, removed, made anew, listed; then looked at by fsck; pulled at every write. */
#include "stick/edit.h"
#include "stick/exfat.h"
#include "stick/fat_survey.h"
#include "unit/fat_fixture.h"

#define MAILBOX   "MICRO2/mailbox/000.m2b"
#define CONTAINER "MICRO2/containers/a-rather-long-name-of-a-container-that-goes-on-0042.m2k"

struct stick {
    bool is_exfat;
    uint32_t device_sector;
    struct geometry fat;
    const char *cluster; /* of exFAT: mkfs.exfat -c */
    const char *mib;
};

static const struct stick sticks[] = {
    {false, 512, {"12", "512", "1", "720", 512, NULL}, NULL, NULL},
    {false, 512, {"12", "512", "4", "2048", 512, NULL}, NULL, NULL},
    {false, 4096, {"12", "4096", "1", "4096", 4096, NULL}, NULL, NULL},
    {false, 512, {"16", "512", "1", "3072", 512, NULL}, NULL, NULL},
    {false, 512, {"16", "512", "8", "32768", 512, NULL}, NULL, NULL},
    {false, 512, {"32", "512", "1", "36864", 512, NULL}, NULL, NULL},
    {false, 512, {"32", "512", "8", "286720", 512, NULL}, NULL, NULL},
    {true, 512, {0}, "512", "4"},
    {true, 512, {0}, "4K", "8"},
    {true, 512, {0}, "32K", "32"},
    {true, 4096, {0}, "4096", "8"},
};

static bool fixture_read(void *ctx, int64_t offset, void *buf, int64_t n, struct err *err)
{
    (void)err;
    memcpy(buf, (const uint8_t *)ctx + offset, (size_t)n);
    return true;
}

/* Bytes that tell the files and their versions apart. */
static struct volume_source source_of(const char *name, uint32_t n, int version)
{
    static uint8_t bytes[2][FIXTURE_FILE_MAX];
    uint8_t *out = bytes[version & 1];

    fixture_bytes(name, out, n);
    for (uint32_t i = 0; i < n; i++) {
        out[i] ^= (uint8_t)(version * 31);
    }
    return (struct volume_source){.bytes = n, .read = fixture_read, .ctx = out};
}

static bool is_version(struct volume *v, const char *name, uint32_t n, int version)
{
    static uint8_t got[FIXTURE_FILE_MAX];
    struct volume_source want = source_of(name, n, version);
    int64_t size, n_got;

    return volume_size(v, name, &size, NULL) && size == n && volume_read(v, name, 0, got, sizeof got, &n_got, NULL) &&
           n_got == n && !memcmp(got, want.ctx, n);
}

static void check_there(struct volume *v, const char *name, uint32_t n, int version)
{
    if (!is_version(v, name, n, version)) {
        print_error("'%s' is not as it was\n", name);
        CHECK(!"changed");
    }
}

static bool open_volume(const struct stick *s, struct blockdev *d, struct volume **v, const struct edit_class **edit)
{
    struct err err = {0};
    bool ok =
        s->is_exfat ? volume_open_exfat(d, 0, d->n_sectors, v, &err) : volume_open_fat(d, 0, d->n_sectors, v, &err);

    if (!ok) {
        print_error("%s\n", err.text);
    }
    CHECK(ok);
    *edit = s->is_exfat ? edit_exfat(*v) : edit_fat(*v);
    return ok;
}

static void put(const struct edit_class *edit, struct volume *v, const char *name, uint32_t n, int version)
{
    struct volume_source from = source_of(name, n, version);
    struct err err = {0};

    if (!edit->create(v, name, &from, &err)) {
        print_error("%s\n", err.text);
    }
    CHECK_INT(err.code, ERR_NONE);
}

static void drop(const struct edit_class *edit, struct volume *v, const char *name)
{
    struct err err = {0};

    if (!edit->remove(v, name, &err)) {
        print_error("%s\n", err.text);
    }
    CHECK_INT(err.code, ERR_NONE);
}

/* Formatted, filled with fixture_files and others, fragmented; in test_path("stick"). */
static void make(const struct stick *s)
{
    struct blockdev *d = NULL;
    struct volume *v = NULL;
    const struct edit_class *edit;

    if (!s->is_exfat) {
        print_message("FAT%s, sectors of %s, clusters of %s\n", s->fat.type, s->fat.sector, s->fat.cluster);
        fat_make(&s->fat, "stick");
        return;
    }
    print_message("exFAT, sectors of %u, clusters of %s\n", s->device_sector, s->cluster);
    CHECK_SHELL("rm -f \"$1\"; truncate -s $3M \"$1\"; mkfs.exfat -c $2 \"$1\"", test_path("stick"), s->cluster,
                s->mib);
    if (s->device_sector != 512) { /* mkfs.exfat makes sectors of 512 in a file: the reference can */
        CHECK_SHELL("rm -rf \"$2\"; mkdir \"$2\"; LC_ALL=C.UTF-8 python3 \"$3\" make \"$2\"; cp "
                    "\"$2/own-4096-4096-10.img\" \"$1\"",
                    test_path("stick"), test_path("made"), M2_SOURCE_DIR "/tests/fakes/exfat_ref.py");
    }
    CHECK(blockdev_open_image(open(test_path("stick"), O_RDWR | O_CLOEXEC), s->device_sector, false, &d, NULL));
    open_volume(s, d, &v, &edit);
    for (int i = 0; i < 6; i++) { /* gaps, so that long files lie in pieces */
        put(edit, v, (const char *[]){"gap/1.txt", "gap/2.txt", "gap/3.txt", "gap/4.txt", "gap/5.txt", "gap/6.txt"}[i],
            3000, 0);
    }
    for (size_t i = 0; i < M2_COUNT(fixture_files); i++) {
        int64_t n;

        if (volume_size(v, fixture_files[i].name, &n, NULL)) {
            drop(edit, v, fixture_files[i].name);
        }
        put(edit, v, fixture_files[i].name, fixture_files[i].size, 0);
        if (i < 3) {
            drop(edit, v, (const char *[]){"gap/2.txt", "gap/4.txt", "gap/6.txt"}[i]);
        }
    }
    fat_close_all(d, v);
}

static void fsck(const struct stick *s, const char *path, bool is_pulled)
{
    if (!s->is_exfat) {
        check_fsck(path, is_pulled);
    } else if (s->device_sector == 512) {
        CHECK_SHELL("fsck.exfat -n \"$1\"", path);
    }
}

struct names {
    int n;
    int64_t bytes;
    bool has_container;
};

static bool note_name(void *ctx, const char *name, int64_t bytes, struct err *err)
{
    struct names *names = ctx;

    (void)err;
    names->n++;
    names->bytes += bytes;
    names->has_container |= !strcmp(name, strrchr(CONTAINER, '/') + 1);
    return true;
}

TEST(edit, files_are_made_removed_and_made_anew_and_fsck_finds_nothing)
{
    for (size_t i = 0; i < M2_COUNT(sticks); i++) {
        const struct stick *s = &sticks[i];
        struct blockdev *d = NULL;
        struct volume *v = NULL;
        const struct edit_class *edit;
        struct err err = {0};
        int64_t total, free_first, free_now, unit;
        struct names names = {0};

        make(s);
        CHECK(blockdev_open_image(open(test_path("stick"), O_RDWR | O_CLOEXEC), s->device_sector, false, &d, &err));
        open_volume(s, d, &v, &edit);
        CHECK(!strncmp(edit->format, s->is_exfat ? "exFAT" : "FAT", 3 + 2 * s->is_exfat));
        CHECK(edit->list(v, "MICRO2/containers", note_name, &names, &err));
        CHECK(names.has_container && names.bytes >= 70001);
        CHECK(!edit->list(v, "MICRO2/nothing", note_name, &names, &err));
        CHECK_INT(err.code, ERR_NOT_FOUND);
        CHECK(!edit->list(v, "READ-ME.txt", note_name, &names, &err));

        CHECK(edit->room(v, &total, &free_first, &unit, &err));
        CHECK(free_first < total && free_first % unit == 0);
        put(edit, v, "MICRO2/containers/new-1.m2k", 290000, 1); /* more than a piece */
        CHECK(edit->room(v, &total, &free_now, &unit, &err));
        CHECK_INT(free_first - free_now, (290000 + unit - 1) / unit * unit);
        drop(edit, v, "MICRO2/containers/new-1.m2k");
        CHECK(edit->room(v, &total, &free_now, &unit, &err));
        CHECK_INT(free_now, free_first);

        for (int version = 1; version < 4; version++) { /* each file anew, some in pieces */
            for (size_t k = 0; k < M2_COUNT(fixture_files); k++) {
                const struct fixture_file *f = &fixture_files[k];
                struct volume_source from = source_of(f->name, f->size, version);

                CHECK(!edit->create(v, f->name, &from, &err));
                CHECK_INT(err.code, ERR_EXISTS);
                drop(edit, v, f->name);
                CHECK(!volume_size(v, f->name, &total, &err));
                CHECK_INT(err.code, ERR_NOT_FOUND);
                CHECK(!edit->remove(v, f->name, &err));
                CHECK_INT(err.code, ERR_NOT_FOUND);
                put(edit, v, f->name, f->size, version);
                check_there(v, f->name, f->size, version);
            }
        }
        for (size_t k = 0; k < M2_COUNT(fixture_files); k++) {
            check_there(v, fixture_files[k].name, fixture_files[k].size, 3);
        }
        CHECK(edit->room(v, &total, &free_now, &unit, &err));
        CHECK_INT(free_now, free_first);
        CHECK(!edit->remove(v, "MICRO2/mailbox", &err));
        CHECK_INT(err.code, ERR_FORMAT);
        fat_close_all(d, v);
        fsck(s, test_path("stick"), false);
    }
}

TEST(edit, a_mailbox_lies_in_a_row_or_is_not_made)
{
    static const struct stick two[] = {{false, 512, {"12", "512", "1", "720", 512, NULL}, NULL, NULL},
                                       {true, 512, {0}, "512", "4"}};
    char name[VOLUME_NAME_MAX];

    for (size_t i = 0; i < M2_COUNT(two); i++) {
        struct blockdev *d = NULL;
        struct volume *v = NULL;
        const struct edit_class *edit;
        struct err err = {0};
        int64_t total, left, unit;
        int n = 0;

        make(&two[i]);
        CHECK(blockdev_open_image(open(test_path("stick"), O_RDWR | O_CLOEXEC), 512, false, &d, &err));
        open_volume(&two[i], d, &v, &edit);
        put(edit, v, "fill/first.bin", 1, 0); /* and the folder */
        CHECK(edit->room(v, &total, &left, &unit, &err));
        for (; left > 40000; left -= 20480) { /* full of short files; then every second one goes */
            snprintf(name, sizeof name, "fill/%d.bin", n++);
            put(edit, v, name, 20480, 0);
        }
        for (int k = 0; k < n; k += 2) {
            snprintf(name, sizeof name, "fill/%d.bin", k);
            drop(edit, v, name);
        }
        struct volume_source from = source_of(MAILBOX, 65536, 0);

        from.is_in_a_row = true;
        CHECK(!edit->create(v, "MICRO2/mailbox/001.m2b", &from, &err));
        CHECK_INT(err.code, ERR_NO_SPACE);
        CHECK_HAS(err.text, "65536 bytes in a row are free nowhere");
        from.is_in_a_row = false;
        CHECK(edit->create(v, "MICRO2/mailbox/001.m2b", &from, &err));
        drop(edit, v, "MICRO2/mailbox/001.m2b");
        for (int k = 1; k < 9; k += 2) {
            snprintf(name, sizeof name, "fill/%d.bin", k);
            drop(edit, v, name);
        }
        from.is_in_a_row = true;
        CHECK(edit->create(v, "MICRO2/mailbox/001.m2b", &from, &err));
        fat_close_all(d, v);
        fsck(&two[i], test_path("stick"), false);
    }
}

/* --- pulled at every write
 * ------------------------------------------------------------------------------------------------------- */

/* Writes as they were, one after the other onto test_path("pulled"); `check` after each, and after some of those
 * between two flushes. */
struct replay {
    const struct stick *s;
    const struct ram *ram;
    int fd, n_states;
};

static void put_sector(const struct replay *p, int i, bool is_new)
{
    size_t n = p->ram->base.sector_bytes;
    const struct ram_write *w = &p->ram->log[i];

    CHECK(pwrite(p->fd, is_new ? w->new : w->old, n, (off_t)(w->sector * n)) == (ssize_t)n);
}

/* Everything but the container is as it was; that is the old one, the new one, or gone. */
static void check_pulled(struct replay *p)
{
    struct blockdev *d = NULL;
    struct volume *v = NULL;
    const struct edit_class *edit;
    struct err err = {0};
    int64_t n;

    p->n_states++;
    CHECK(blockdev_open_image(open(test_path("pulled"), O_RDWR | O_CLOEXEC), p->s->device_sector, false, &d, &err));
    open_volume(p->s, d, &v, &edit);
    for (size_t k = 0; k < M2_COUNT(fixture_files); k++) {
        const struct fixture_file *f = &fixture_files[k];

        if (strcmp(f->name, CONTAINER) != 0) {
            check_there(v, f->name, f->size, 0);
        } else if (volume_size(v, f->name, &n, &err)) {
            CHECK(is_version(v, f->name, f->size, 0) || is_version(v, f->name, 20000, 1));
        }
    }
    fat_close_all(d, v);
}

static void check_flush(struct replay *p, int begin, int end, struct rng *rng)
{
    for (int round = 0; round < (test_is_long() ? 20 : 3) && end - begin > 1; round++) {
        for (int i = end - 1; i >= begin; i--) {
            put_sector(p, i, false);
        }
        for (int i = begin; i < end; i++) {
            if (rng_below(rng, 2)) {
                put_sector(p, i, true);
            }
        }
        check_pulled(p);
    }
    for (int i = begin; i < end; i++) {
        put_sector(p, i, true);
    }
}

TEST(edit, a_stick_pulled_while_a_container_is_replaced_keeps_every_other_file)
{
    int n_states = 0;

    for (size_t i = 0; i < M2_COUNT(sticks); i++) {
        struct replay p = {.s = &sticks[i]};
        const struct edit_class *edit;
        struct rng rng = {5};
        struct volume *v = NULL;
        struct ram ram;
        int begin = 0;

        if (!p.s->is_exfat && strlen(p.s->fat.kib) > 4) {
            continue; /* as the others, and slow to copy */
        }
        make(p.s);
        CHECK_SHELL("cp --sparse=always \"$1\" \"$2\"", test_path("stick"), test_path("pulled"));
        ram = ram_of(test_path("stick"), p.s->device_sector);
        p.ram = &ram;
        open_volume(p.s, &ram.base, &v, &edit);
        drop(edit, v, CONTAINER);
        put(edit, v, CONTAINER, 20000, 1);
        volume_close(v);
        p.fd = open(test_path("pulled"), O_RDWR | O_CLOEXEC);
        CHECK(p.fd >= 0);
        for (int k = 0; k < ram.n_log; k++) {
            if (ram.log[k].after_flush != ram.log[begin].after_flush) {
                check_flush(&p, begin, k, &rng);
                begin = k;
            }
            put_sector(&p, k, true);
            check_pulled(&p);
        }
        fsck(p.s, test_path("pulled"), false);
        n_states += p.n_states;
        close(p.fd);
        ram_release(&ram);
    }
    print_message("%d states of a pulled stick\n", n_states);
}

/* --- damaged at random, always the same
 * ------------------------------------------------------------------------------------------------------ */

enum { DAMAGED = 120, DAMAGED_LONG = 6000 };

/* One field where tables and folders are, to zeros, ones, a bit, or what another field there has. */
static void damage(struct ram *r, uint64_t from, uint64_t to, struct rng *rng)
{
    uint32_t n = (uint32_t)(to - from) / 4, other;
    uint8_t *at = r->bytes + from + (size_t)rng_below(rng, n) * 4;

    switch (rng_below(rng, 5)) {
    case 0:
        memset(at, 0, 4);
        break;
    case 1:
        memset(at, 0xff, 4);
        break;
    case 2:
        at[rng_below(rng, 4)] ^= (uint8_t)(1 << rng_below(rng, 8));
        break;
    case 3:
        at[rng_below(rng, 4)] = (uint8_t)rng_next(rng);
        break;
    default:
        other = rng_below(rng, n);
        memcpy(at, r->bytes + from + (size_t)other * 4, 4);
        break;
    }
}

/* Which of fixture_files are whole; all of them are asked of a volume opened anew. */
static unsigned whole(const struct stick *s, struct ram *r)
{
    struct volume *v = NULL;
    unsigned bits = 0;
    bool ok = s->is_exfat ? volume_open_exfat(&r->base, 0, r->base.n_sectors, &v, NULL)
                          : volume_open_fat(&r->base, 0, r->base.n_sectors, &v, NULL);

    for (size_t i = 0; ok && i < M2_COUNT(fixture_files); i++) {
        bits |= (unsigned)is_version(v, fixture_files[i].name, fixture_files[i].size, 0) << i;
    }
    volume_close(v);
    return bits;
}

/* A file grown into another one of another folder, as long as its chain says. */
TEST(edit, a_file_that_runs_into_a_mailbox_is_not_removed)
{
    const struct stick *s = &sticks[0];
    struct ram r;
    struct fat_table t = {0};
    const struct edit_class *edit;
    struct volume *v = NULL;
    struct fat_path p = {0}, box = {0};
    struct err err = {0};
    uint32_t last = 0, next = 0;
    uint8_t *slot;

    make(s);
    r = ram_of(test_path("stick"), 512);
    t.d = &r.base;
    CHECK(fat_shape_read(r.bytes, 512, r.base.n_sectors, &t.shape, &err));
    CHECK(fat_path_find(&t, "READ-ME.txt", &p, &err) && fat_path_find(&t, MAILBOX, &box, &err));
    for (last = next = p.entry.start; next; last = next ? next : last) {
        CHECK(fat_table_next(&t, last, &next, &err));
    }
    CHECK(fat_table_set(&t, last, box.entry.start, &err) && fat_table_write(&t, &err));
    fat_table_forget(&t);
    r.n_log = 0;
    slot = memmem(r.bytes, 64 * 1024, p.entry.short_name, 11);
    CHECK(slot);
    put_le32(slot + 28, 1024 + 65536); /* two clusters of its own, and all of the mailbox */
    open_volume(s, &r.base, &v, &edit);
    CHECK(!edit->remove(v, "READ-ME.txt", &err));
    CHECK_INT(err.code, ERR_FORMAT);
    CHECK_HAS(err.text, "let a computer check the stick");
    put_le32(slot + 28, 700); /* shorter than its chain */
    CHECK(!edit->remove(v, "READ-ME.txt", &err));
    CHECK_INT(err.code, ERR_FORMAT);
    CHECK_INT(r.n_log, 0);
    volume_close(v);
    ram_release(&r);
}

/* n short entries from `at` on; attr and start of each. */
static uint8_t *put_entries(uint8_t *at, int n, uint8_t attr, uint32_t start)
{
    static int number;

    for (int i = 0; i < n; i++, at += FAT_ENTRY_BYTES) {
        char name[12];

        snprintf(name, sizeof name, "F%07dTXT", number++);
        memset(at, 0, FAT_ENTRY_BYTES);
        memcpy(at, name, 11);
        at[11] = attr;
        put_le16(at + 26, (uint16_t)start);
    }
    return at;
}

TEST(edit, as_many_files_as_the_limit_are_looked_at_before_one_is_removed)
{
    enum { FOLDERS = 98, IN_EACH = 1010, FIRST = 200 /* cluster of the first one */ };
    static const struct stick wide = {false, 512, {"12", "512", "64", "16384", 512, NULL}, NULL, NULL};
    struct ram r;
    struct fat_table t = {0};
    const struct edit_class *edit;
    struct volume *v = NULL;
    struct fat_path a = {0};
    struct err err = {0};
    uint8_t *in_a;

    CHECK_SHELL("rm -f \"$1\"; mkfs.vfat -F 12 -s 64 -C \"$1\" 16384", test_path("stick"));
    r = ram_of(test_path("stick"), 512);
    open_volume(&wide, &r.base, &v, &edit);
    put(edit, v, "a/x.txt", 1, 0);
    put(edit, v, "y.txt", 1, 0);
    put(edit, v, "z.txt", 1, 0);
    put(edit, v, "z2.txt", 1, 0);
    volume_close(v);
    t.d = &r.base;
    CHECK(fat_shape_read(r.bytes, 512, r.base.n_sectors, &t.shape, &err));
    CHECK(fat_path_find(&t, "a/n.txt", &a, &err));
    in_a = r.bytes + fat_table_sector(&t, a.folder) * 512 + 4 * FAT_ENTRY_BYTES; /* behind dots and x.txt */
    for (uint32_t c = FIRST; c < FIRST + FOLDERS; c++) {
        CHECK(fat_table_set(&t, c, 0, &err) && fat_table_write(&t, &err));
        put_entries(r.bytes + fat_table_sector(&t, c) * 512, IN_EACH, FAT_ATTR_FILE, 0);
        in_a = put_entries(in_a, 1, FAT_ATTR_DIR, c);
    }
    in_a = put_entries(in_a, FAT_SURVEY_MAX - 5 - FOLDERS - FOLDERS * IN_EACH, FAT_ATTR_FILE, 0);
    fat_table_forget(&t);
    open_volume(&wide, &r.base, &v, &edit);
    drop(edit, v, "z.txt");
    volume_close(v);
    put_entries(in_a, 2, FAT_ATTR_FILE, 0); /* for that, and one more */
    open_volume(&wide, &r.base, &v, &edit);
    CHECK(!edit->remove(v, "z2.txt", &err));
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK_HAS(err.text, "more than 100000 files are on the stick");
    volume_close(v);
    ram_release(&r);
}

TEST(edit, on_a_damaged_stick_no_other_file_is_lost)
{
    static const struct {
        struct stick s;
        uint64_t from, to; /* where its tables and folders are, and more */
    } cases[] = {
        {{false, 512, {"12", "512", "1", "720", 512, NULL}, NULL, NULL}, 0, 9 * 1024},
        {{false, 512, {"16", "512", "1", "3072", 512, NULL}, NULL, NULL}, 0, 50 * 1024},
        {{true, 512, {0}, "512", "4"}, 2 << 20, (2 << 20) + 200 * 1024},
    };

    for (size_t c = 0; c < M2_COUNT(cases); c++) {
        const struct stick *s = &cases[c].s;
        int n_opened = 0, n_removed = 0, n_created = 0;

        make(s);
        for (int seed = 0; seed < (test_is_long() ? DAMAGED_LONG : DAMAGED); seed++) {
            struct rng rng = {(uint64_t)seed + 1};
            struct ram r = ram_of(test_path("stick"), 512);
            struct volume_source from = source_of(CONTAINER, 20000, 1);
            const struct edit_class *edit;
            struct volume *v = NULL;
            unsigned before, after, all = (1U << M2_COUNT(fixture_files)) - 1, container = 1U << 4;

            for (uint32_t n = 1 + rng_below(&rng, 3); n > 0; n--) {
                damage(&r, cases[c].from, cases[c].to, &rng);
            }
            before = whole(s, &r);
            if (s->is_exfat ? volume_open_exfat(&r.base, 0, r.base.n_sectors, &v, NULL)
                            : volume_open_fat(&r.base, 0, r.base.n_sectors, &v, NULL)) {
                int64_t total, left, unit;
                struct names names = {0};

                n_opened++;
                edit = s->is_exfat ? edit_exfat(v) : edit_fat(v);
                n_removed += edit->remove(v, CONTAINER, NULL);
                n_created += edit->create(v, "MICRO2/containers/new-1.m2k", &from, NULL);
                CHECK(!edit->room(v, &total, &left, &unit, NULL) || left <= total);
                CHECK(!edit->list(v, "MICRO2/containers", note_name, &names, NULL) || names.n >= 0);
                volume_close(v);
            }
            after = whole(s, &r);
            if ((before & ~container & all) & ~after) {
                print_error("seed %d: %02x were whole, then %02x\n", seed, before, after);
                CHECK(!"a file was lost");
            }
            ram_release(&r);
        }
        print_message("%d opened, on %d removed, on %d made\n", n_opened, n_removed, n_created);
        CHECK(n_removed > 0 && n_created > 0 && n_removed < n_opened);
    }
}
