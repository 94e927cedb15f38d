/* test_fat: sticks as mkfs.vfat makes them, mtools fills them and time fragments them; read, overwritten and added to
 * by us, checked by fsck.vfat and mtools; pulled at every write; damaged in every field (THREATS T17, T20-T22, T24,
 * T25). */
#include "fakes/heap_peak.h"
#include "stick/fat_create.h"
#include "unit/fat_fixture.h"
#include <time.h>

static const struct geometry geometries[] = {
    {"12", "512", "1", "720", 512, NULL},     {"12", "512", "4", "4096", 512, "dos"},
    {"12", "512", "64", "16384", 512, NULL},  {"12", "4096", "1", "4096", 4096, NULL},
    {"12", "2048", "2", "8192", 512, NULL},   {"16", "512", "1", "3072", 512, "gpt"},
    {"16", "512", "8", "32768", 512, NULL},   {"16", "4096", "1", "20480", 4096, NULL},
    {"16", "1024", "2", "20480", 1024, NULL}, {"32", "512", "1", "36864", 512, "dos"},
    {"32", "512", "8", "286720", 512, NULL},  {"32", "4096", "1", "286720", 4096, NULL},
    {"32", "1024", "1", "73728", 512, "gpt"},
};

static void say(const struct geometry *g)
{
    print_message("FAT%s, sectors of %s, clusters of %s, %s KiB, table %s\n", g->type, g->sector, g->cluster, g->kib,
                  g->table ? g->table : "none");
}

static void open_stick(const struct geometry *g, const char *name, struct blockdev **d, struct volume **v)
{
    struct err err = {0};

    if (!fat_open(test_path(name), g->device_sector, d, v, &err)) {
        print_error("%s\n", err.text);
    }
    CHECK_INT(err.code, ERR_NONE);
}

/* One of fixture_files, whole. */
static void check_file(struct volume *v, const struct fixture_file *f)
{
    static uint8_t want[FIXTURE_FILE_MAX], got[FIXTURE_FILE_MAX];
    struct err err = {0};
    int64_t size = -1, n = -1;

    fixture_bytes(f->name, want, f->size);
    if (!volume_size(v, f->name, &size, &err) || !volume_read(v, f->name, 0, got, sizeof got, &n, &err)) {
        print_error("%s\n", err.text);
    }
    CHECK_INT(err.code, ERR_NONE);
    CHECK_INT(size, f->size);
    CHECK_INT(n, f->size);
    CHECK(!memcmp(got, want, f->size));
}

static void check_files(struct volume *v)
{
    for (size_t i = 0; i < M2_COUNT(fixture_files); i++) {
        check_file(v, &fixture_files[i]);
    }
}

/* --- reading and overwriting
 * ------------------------------------------------------------------------------------------------------- */

static void check_pieces(struct volume *v, const struct fixture_file *f)
{
    static uint8_t want[FIXTURE_FILE_MAX], got[FIXTURE_FILE_MAX];
    struct rng r = {7};
    int64_t n;

    fixture_bytes(f->name, want, f->size);
    for (int i = 0; i < 40; i++) {
        uint32_t at = rng_below(&r, f->size), more = rng_below(&r, 9000);
        uint32_t left = f->size - at < more ? f->size - at : more;

        CHECK(volume_read(v, f->name, at, got, more, &n, NULL));
        CHECK_INT(n, left);
        CHECK(!memcmp(got, want + at, left));
    }
    CHECK(volume_read(v, f->name, f->size, got, 10, &n, NULL) && n == 0);
    CHECK(volume_read(v, f->name, INT64_MAX, got, 10, &n, NULL) && n == 0);
    CHECK(volume_read(v, f->name, f->size - 1, got, 10, &n, NULL) && n == 1);
}

static void overwrite_pieces(struct volume *v, const struct fixture_file *f, uint8_t *bytes, uint8_t change)
{
    struct rng r = {11};
    struct err err = {0};

    for (int i = 0; i < 20; i++) {
        uint32_t at = rng_below(&r, f->size), n = rng_below(&r, 9000);

        n = n < f->size - at ? n : f->size - at;
        for (uint32_t k = 0; k < n; k++) {
            bytes[at + k] ^= change;
        }
        CHECK(volume_overwrite(v, f->name, at, bytes + at, n, &err));
    }
    CHECK(volume_sync(v, &err));
}

/* Copied and compared in no time. */
static bool is_small(const struct geometry *g)
{
    return strlen(g->kib) < 6 || test_is_long();
}

static void check_overwrite(const struct geometry *g, struct volume *v, const struct fixture_file *f)
{
    static uint8_t bytes[FIXTURE_FILE_MAX];
    struct err err = {0};
    char path[256];

    if (is_small(g)) {
        CHECK_SHELL("cp --sparse=always \"$1\" \"$2\"", test_path("stick"), test_path("before"));
    }
    fixture_bytes(f->name, bytes, f->size);
    overwrite_pieces(v, f, bytes, 0x5a);
    write_file(test_path("want"), bytes, f->size);
    snprintf(path, sizeof path, "::%s", f->name);
    CHECK_SHELL("mtype -i \"$1\" \"$3\" | cmp - \"$2\"; fsck.vfat -n \"$1\"", fat_plain(g, "stick"), test_path("want"),
                path);
    CHECK(!volume_overwrite(v, f->name, f->size - 9, bytes, 10, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK(!volume_overwrite(v, f->name, -1, bytes, 1, &err));
    CHECK(!volume_overwrite(v, f->name, INT64_MAX, bytes, INT64_MAX, &err));
    CHECK(volume_overwrite(v, f->name, f->size, bytes, 0, &err));
    overwrite_pieces(v, f, bytes, 0x5a); /* and back: nothing else has changed */
    fixture_bytes(f->name, bytes, f->size);
    CHECK(volume_overwrite(v, f->name, 0, bytes, f->size, &err));
    if (is_small(g)) {
        CHECK_SHELL("cmp \"$1\" \"$2\"", test_path("stick"), test_path("before"));
    }
}

TEST(fat, every_geometry_reads_as_mtools_does_and_overwriting_changes_contents_only)
{
    for (size_t i = 0; i < M2_COUNT(geometries); i++) {
        const struct geometry *g = &geometries[i];
        struct blockdev *d = NULL;
        struct volume *v = NULL;
        struct err err = {0};
        int64_t n;

        say(g);
        fat_make(g, "stick");
        open_stick(g, "stick", &d, &v);
        CHECK_STR(v->label, "MY STICK");
        check_files(v);
        check_pieces(v, &fixture_files[4]);
        CHECK(volume_size(v, "micro2/COURIER.JSON", &n, &err) && n == 513);
        CHECK(!volume_size(v, "MICRO2/courier.jso", &n, &err));
        CHECK_INT(err.code, ERR_NOT_FOUND);
        CHECK(!volume_size(v, "MICRO2/mailbox", &n, &err));
        CHECK_INT(err.code, ERR_FORMAT);
        CHECK(!volume_size(v, "READ-ME.txt/courier.json", &n, &err));
        CHECK_INT(err.code, ERR_FORMAT);
        CHECK(!volume_size(v, "Photos/holiday-picture-2.jpeg", &n, &err)); /* deleted */
        CHECK_INT(err.code, ERR_NOT_FOUND);
        CHECK(volume_size(v, "Photos/holiday-picture-3.jpeg", &n, &err) && n == 3000);
        check_overwrite(g, v, &fixture_files[3]);
        check_overwrite(g, v, &fixture_files[4]);
        check_files(v);
        fat_close_all(d, v);
    }
}

/* --- new files, pulled at every write
 * ---------------------------------------------------------------------------------------------- */

enum { NEW_MAX = 8 };

struct pull {
    const struct geometry *g;
    int fd; /* of test_path("pulled") */
    struct fixture_file made[NEW_MAX];
    int n_made;
    int n_states;
};

/* All earlier files are as they were; the new one is there, or nothing of it. */
static void check_state(struct pull *p, bool is_done)
{
    const struct fixture_file *new = &p->made[p->n_made - 1];
    struct blockdev *d = NULL;
    struct volume *v = NULL;
    struct err err = {0};
    int64_t n;

    p->n_states++;
    open_stick(p->g, "pulled", &d, &v);
    check_files(v);
    for (int i = 0; i + 1 < p->n_made; i++) {
        check_file(v, &p->made[i]);
    }
    if (is_done || volume_size(v, new->name, &n, &err)) {
        check_file(v, new);
    } else {
        CHECK_INT(err.code, ERR_NOT_FOUND);
    }
    fat_close_all(d, v);
    check_fsck(test_path("pulled"), !is_done);
}

static void put_sector(const struct pull *p, const struct ram *r, int i, bool is_new)
{
    size_t n = r->base.sector_bytes;

    CHECK(pwrite(p->fd, is_new ? r->log[i].new : r->log[i].old, n, (off_t)(r->log[i].sector * n)) == (ssize_t)n);
}

/* Of the writes since the last flush before write `end` some are on the stick, some not. */
static void check_lost_writes(struct pull *p, const struct ram *r, int begin, int end, struct rng *rng)
{
    for (int round = 0; round < (test_is_long() ? 25 : 2); round++) {
        for (int i = end - 1; i >= begin; i--) {
            put_sector(p, r, i, false);
        }
        for (int i = begin; i < end; i++) {
            if (rng_below(rng, 2)) {
                put_sector(p, r, i, true);
            }
        }
        check_state(p, false);
    }
    for (int i = begin; i < end; i++) {
        put_sector(p, r, i, true);
    }
}

static void check_every_pull(struct pull *p, const struct ram *r)
{
    struct rng rng = {42};
    int begin = 0;

    CHECK_INT(r->log[r->n_log - 1].after_flush + 1, r->n_flushes); /* the last write is flushed, and alone */
    CHECK(r->n_log == 1 || r->log[r->n_log - 2].after_flush < r->log[r->n_log - 1].after_flush);
    for (int i = 0; i < r->n_log; i++) {
        if (r->log[i].after_flush != r->log[begin].after_flush) {
            check_lost_writes(p, r, begin, i, &rng);
            begin = i;
        }
        put_sector(p, r, i, true);
        check_state(p, i + 1 == r->n_log);
    }
}

/* One more file onto test_path("pulled"), which is the stick as it is now, and stays so. */
static void create_and_pull(struct pull *p, const char *name, uint32_t size)
{
    static uint8_t bytes[FIXTURE_FILE_MAX];
    struct ram r = ram_of(test_path("pulled"), p->g->device_sector);
    struct volume *v = NULL;
    struct err err = {0};
    char path[256];

    p->made[p->n_made++] = (struct fixture_file){name, size};
    fixture_bytes(name, bytes, size);
    CHECK(volume_open_fat(&r.base, 0, r.base.n_sectors, &v, &err));
    if (!volume_create(v, name, bytes, size, &err)) {
        print_error("%s\n", err.text);
    }
    CHECK_INT(err.code, ERR_NONE);
    check_file(v, &p->made[p->n_made - 1]);
    CHECK(!volume_create(v, name, bytes, size, &err));
    CHECK_INT(err.code, ERR_EXISTS);
    volume_close(v);
    check_every_pull(p, &r);
    ram_release(&r);
    write_file(test_path("want"), bytes, size);
    snprintf(path, sizeof path, "::%s", name);
    CHECK_SHELL("mtype -i \"$1\" \"$3\" | cmp - \"$2\"", test_path("pulled"), test_path("want"), path);
}

static const struct fixture_file new_files[] = {
    {"MICRO2/one.json", 1500},
    {"save.txt", 10},
    {"results/paper/my-paper-of-the-first-week.html", 2000},
    {"results/two.txt", 0},
    {"MICRO2/mailbox/the-last-of-all-mailboxes-that-can-be-in-here.m2b", 2048},
    {"MICRO2/mailbox/another-of-all-mailboxes-that-can-be-in-here.m2b", 600},
    {"MICRO2/mailbox/short.m2b", 1000},
    {"new-folder-in-the-root-of-the-stick/a-file.txt", 700},
};

TEST(fat, a_stick_pulled_at_any_write_of_a_new_file_keeps_every_earlier_one_and_shows_nothing_by_half)
{
    static const struct geometry small[] = {
        {"12", "512", "1", "720", 512, NULL},    {"12", "512", "4", "2048", 512, NULL},
        {"12", "4096", "1", "4096", 4096, NULL}, {"16", "512", "1", "3072", 512, NULL},
        {"32", "512", "1", "36864", 512, NULL},
    };
    int n_states = 0;

    for (size_t i = 0; i < M2_COUNT(small); i++) {
        struct pull p = {.g = &small[i]};

        say(p.g);
        fat_make(p.g, "pulled");
        p.fd = open(test_path("pulled"), O_RDWR | O_CLOEXEC);
        CHECK(p.fd >= 0);
        for (size_t k = 0; k < M2_COUNT(new_files); k++) {
            create_and_pull(&p, new_files[k].name, new_files[k].size);
        }
        close(p.fd);
        n_states += p.n_states;
    }
    print_message("%d states of a pulled stick\n", n_states);
}

/* --- new files: what stands in the way
 * ------------------------------------------------------------------------------------------------------ */

static const struct geometry tiny = {"12", "512", "1", "720", 512, NULL};
static const struct geometry wide = {"12", "512", "64", "16384", 512, NULL}; /* a folder of 1,024 places a cluster */

/* A stick in memory, its volume, and its table for tests that damage things. */
struct bench {
    struct ram ram;
    struct volume *v;
    struct fat_table t;
};

static void bench_open(struct bench *b, const struct geometry *g, const char *name)
{
    struct err err = {0};

    *b = (struct bench){.ram = ram_of(test_path(name), g->device_sector)};
    b->t.d = &b->ram.base;
    CHECK(fat_shape_read(b->ram.bytes, g->device_sector, b->ram.base.n_sectors, &b->t.shape, &err));
    CHECK(volume_open_fat(&b->ram.base, 0, b->ram.base.n_sectors, &b->v, &err));
}

/* For what was changed behind its back. */
static void bench_again(struct bench *b)
{
    volume_close(b->v);
    fat_table_forget(&b->t);
    CHECK(volume_open_fat(&b->ram.base, 0, b->ram.base.n_sectors, &b->v, NULL));
    b->ram.n_log = 0;
}

static void bench_close(struct bench *b)
{
    volume_close(b->v);
    fat_table_forget(&b->t);
    ram_release(&b->ram);
}

static void made(const struct geometry *g)
{
    static const struct geometry *last;

    if (last != g) {
        fat_make(g, "stick");
    }
    last = g;
}

static uint8_t *bench_bytes(struct bench *b, uint64_t sector)
{
    return b->ram.bytes + sector * b->ram.base.sector_bytes;
}

static struct fat_entry entry_of(struct bench *b, const char *name)
{
    struct fat_path p;
    struct fat_entry e;
    struct err err = {0};

    if (strchr(name, '.')) {
        CHECK(fat_path_find(&b->t, name, &p, &err) && !p.rest);
        return p.entry;
    }
    CHECK(fat_dir_find(&b->t, fat_root(&b->t), name, &e, &err));
    return e;
}

static uint32_t folder_of(struct bench *b, const char *name)
{
    struct fat_path p;
    char path[64];

    snprintf(path, sizeof path, "%s/nothing-here", name);
    CHECK(fat_path_find(&b->t, path, &p, NULL) && p.rest);
    return p.folder;
}

static void link_to(struct bench *b, uint32_t cluster, uint32_t next)
{
    CHECK(fat_table_set(&b->t, cluster, next, NULL) && fat_table_write(&b->t, NULL));
    fat_table_forget(&b->t);
}

static uint32_t next_of(struct bench *b, uint32_t cluster)
{
    uint32_t next;

    CHECK(fat_table_next(&b->t, cluster, &next, NULL));
    return next;
}

static uint32_t nth_of(struct bench *b, uint32_t cluster, int n)
{
    while (n-- > 0) {
        cluster = next_of(b, cluster);
    }
    return cluster;
}

static void check_create(struct bench *b, const char *name, int64_t n, enum err_code code, const char *words)
{
    uint8_t *bytes = mem_alloc((size_t)(n > 0 ? n : 0) + 1);
    struct err err = {0};

    b->ram.n_log = 0;
    CHECK(volume_create(b->v, name, bytes, n, &err) == (code == ERR_NONE));
    free(bytes);
    CHECK_INT(err.code, code);
    if (code != ERR_NONE) {
        CHECK_INT(b->ram.n_log, 0);
        CHECK_HAS(err.text, words);
        CHECK_HAS(err.text, name);
    }
}

static void bench_fsck(struct bench *b)
{
    write_file(test_path("written"), b->ram.bytes, b->ram.size);
    check_fsck(test_path("written"), false);
}

static void put_entry(uint8_t *slot, int i, uint32_t start)
{
    char name[12];

    snprintf(name, sizeof name, "F%07dTXT", i);
    memset(slot, 0, 32);
    memcpy(slot, name, 11);
    slot[11] = 0x20;
    put_le16(slot + 26, (uint16_t)start);
    put_le32(slot + 28, start ? 1 : 0);
}

static int64_t free_bytes(struct bench *b)
{
    int64_t n = 0;
    uint32_t c = 0;

    fat_table_forget(&b->t);
    for (uint32_t from = FAT_FIRST_CLUSTER; fat_table_free(&b->t, from, &c, NULL) && c; from = c + 1) {
        n += fat_table_cluster_bytes(&b->t);
    }
    return n;
}

TEST(fat, a_new_file_of_exactly_the_room_there_is_fits_and_one_byte_more_leaves_nothing)
{
    struct bench b;
    int64_t n;

    made(&tiny);
    bench_open(&b, &tiny, "stick");
    n = free_bytes(&b);
    CHECK(n > 100000);
    check_create(&b, "big.bin", n + 1, ERR_NO_SPACE, "no room for");
    check_create(&b, "new/big.bin", n - 511, ERR_NO_SPACE, "no room for"); /* the folder wants a cluster, too */
    check_create(&b, "big.bin", n, ERR_NONE, "");
    CHECK_INT(free_bytes(&b), 0);
    check_create(&b, "one.bin", 1, ERR_NO_SPACE, "take files you do not need off the stick");
    check_create(&b, "none.bin", 0, ERR_NONE, "");
    bench_fsck(&b);
    check_files(b.v);
    bench_close(&b);
}

TEST(fat, what_cannot_become_a_file_leaves_the_stick_as_it_was)
{
    struct bench b;
    struct err err = {0};

    made(&tiny);
    bench_open(&b, &tiny, "stick");
    check_create(&b, "read-me.TXT", 5, ERR_EXISTS, "there already");
    check_create(&b, "MICRO2/mailbox", 5, ERR_FORMAT, "folder");
    check_create(&b, "READ-ME.txt/a.txt", 5, ERR_FORMAT, "no folder");
    CHECK(!volume_create(b.v, "a.bin", "", (int64_t)FAT_FILE_BYTES_MAX + 1, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK(!volume_create(b.v, "a.bin", "", -1, &err));
    b.ram.base.is_read_only = true;
    check_create(&b, "a.bin", 5, ERR_STATE, "reading only");
    CHECK(!volume_overwrite(b.v, "READ-ME.txt", 0, "x", 1, &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK_INT(b.ram.n_log, 0);
    bench_close(&b);
}

/* How far it comes: 0 = not opened, 1 = opened, 2 = read, 3 = overwritten, 4 = created. */
static int use(struct ram *r, struct err *err)
{
    static uint8_t bytes[5000];
    struct volume *v = NULL;
    int64_t n;
    int done = 0;

    if (volume_open_fat(&r->base, 0, r->base.n_sectors, &v, err)) {
        done = 1;
    }
    if (done == 1 && volume_read(v, "MICRO2/mailbox/000.m2b", 100, bytes, sizeof bytes, &n, err)) {
        done = 2;
    }
    if (done == 2 && volume_overwrite(v, "MICRO2/mailbox/000.m2b", 100, bytes, sizeof bytes, err) &&
        volume_sync(v, err)) {
        done = 3;
    }
    if (done == 3 && volume_create(v, "results/paper.html", bytes, sizeof bytes, err)) {
        done = 4;
    }
    volume_close(v);
    return done;
}

TEST(fat, a_stick_pulled_at_any_transfer_is_said_to_be_gone)
{
    int most = 0;

    made(&tiny);
    for (int n = 1; most < 4; n++) {
        struct ram r = ram_of(test_path("stick"), 512);
        struct err err = {0};
        int done;

        r.n_left = n;
        done = use(&r, &err);
        CHECK(done >= most);
        CHECK_INT(err.code, done == 4 ? ERR_NONE : ERR_GONE);
        most = done;
        ram_release(&r);
        CHECK(n < 500);
    }
}

TEST(fat, a_full_root_folder_takes_no_more_and_says_so)
{
    static const struct geometry small_root = {"12", "512", "1", "720", 512, NULL};
    char name[32];
    struct bench b;
    int n = 0;

    CHECK_SHELL("rm -f \"$1\"; mkfs.vfat -F 12 -r 64 -C \"$1\" 720", test_path("root"));
    bench_open(&b, &small_root, "root");
    for (struct err err = {0}; err.code == ERR_NONE; n++) {
        snprintf(name, sizeof name, "f%d.txt", n);
        if (!volume_create(b.v, name, "hello", 5, &err)) {
            CHECK_INT(err.code, ERR_NO_SPACE);
            CHECK_HAS(err.text, "its folder is full");
            break;
        }
    }
    CHECK(n >= 28 && n <= 32); /* two places each; an end mark stays */
    bench_fsck(&b);
    bench_close(&b);
}

TEST(fat, clusters_taken_in_one_table_only_are_left_alone)
{
    struct bench b;
    uint32_t c;
    uint8_t was;

    made(&tiny);
    bench_open(&b, &tiny, "stick");
    CHECK(fat_table_free(&b.t, FAT_FIRST_CLUSTER, &c, NULL));
    was = bench_bytes(&b, b.t.shape.table_start + b.t.shape.table_sectors)[c * 3 / 2];
    CHECK(was == 0 || c % 2);
    bench_bytes(&b, b.t.shape.table_start + b.t.shape.table_sectors)[c * 3 / 2] = 0xf0 | was;
    memset(bench_bytes(&b, fat_table_sector(&b.t, c)), 'k', 512);
    bench_again(&b);
    check_create(&b, "new.bin", 5000, ERR_NONE, "");
    CHECK_INT(bench_bytes(&b, fat_table_sector(&b.t, c))[0], 'k');
    bench_close(&b);
}

TEST(fat, a_free_cluster_where_another_entry_of_the_folder_begins_is_left_alone)
{
    struct bench b;
    uint32_t c;

    made(&tiny);
    bench_open(&b, &tiny, "stick");
    CHECK(fat_table_free(&b.t, FAT_FIRST_CLUSTER, &c, NULL));
    for (uint8_t *at = bench_bytes(&b, b.t.shape.root_start);; at += 32) {
        if (at[0] == 0) {
            put_entry(at, 1, c);
            break;
        }
    }
    memset(bench_bytes(&b, fat_table_sector(&b.t, c)), 'k', 512);
    bench_again(&b);
    check_create(&b, "new.bin", 5000, ERR_NONE, "");
    check_create(&b, "MICRO2/new.bin", 5000, ERR_NONE, "");
    CHECK_INT(bench_bytes(&b, fat_table_sector(&b.t, c))[0], 'k');
    bench_close(&b);
}

TEST(fat, a_free_cluster_that_a_chain_runs_into_is_left_alone)
{
    struct bench b;
    uint32_t c = 0, lost = 0;

    made(&tiny);
    bench_open(&b, &tiny, "stick");
    CHECK(fat_table_free(&b.t, FAT_FIRST_CLUSTER, &c, NULL) && fat_table_free(&b.t, c + 1, &lost, NULL));
    link_to(&b, lost, c);
    memset(bench_bytes(&b, fat_table_sector(&b.t, c)), 'k', 512);
    bench_again(&b);
    check_create(&b, "new.bin", 5000, ERR_NONE, "");
    CHECK_INT(bench_bytes(&b, fat_table_sector(&b.t, c))[0], 'k');
    bench_close(&b);
}

/* Wherever in the table it stands, zeros before it and behind it. */
TEST(fat, a_chain_among_free_clusters_is_seen_at_every_place_of_the_table)
{
    static const struct geometry g[] = {{"12", "512", "4", "4096", 512, NULL},
                                        {"16", "512", "1", "3072", 512, NULL},
                                        {"32", "512", "1", "36864", 512, NULL}};
    uint32_t c = 0, got = 0, n_seen = 0;

    for (size_t i = 0; i < M2_COUNT(g); i++) {
        struct bench b;

        fat_make(&g[i], "among");
        bench_open(&b, &g[i], "among");
        CHECK(fat_table_free(&b.t, FAT_FIRST_CLUSTER, &c, NULL));
        for (uint32_t lost = c + 1; fat_table_has(&b.t, lost); lost += lost < c + 800 ? 1 : 997) {
            CHECK(fat_table_free(&b.t, lost, &got, NULL));
            if (got != lost || !fat_table_is_whole(&b.t, lost)) {
                continue;
            }
            link_to(&b, lost, c);
            CHECK(fat_table_free(&b.t, c, &got, NULL));
            CHECK(got != c);
            CHECK(fat_table_put(&b.t, lost, 0, NULL) && fat_table_write(&b.t, NULL));
            fat_table_forget(&b.t);
            b.ram.n_log = 0;
            n_seen++;
        }
        bench_close(&b);
    }
    CHECK(n_seen > 1500);
}

TEST(fat, a_volume_marked_dirty_is_read_and_written)
{
    struct bench b;

    made(&tiny);
    bench_open(&b, &tiny, "stick");
    b.ram.bytes[37] |= 1;
    bench_again(&b);
    check_files(b.v);
    check_create(&b, "new.bin", 5000, ERR_NONE, "");
    CHECK_INT(b.ram.bytes[37] & 1, 1);
    bench_close(&b);
}

TEST(fat, names_of_the_same_hash_get_short_names_of_their_own_until_none_is_left)
{
    static const char *const twins[] = {"ab-008033.json", "ab-016052.json", "ab-022613.json", "ab-024071.json",
                                        "ab-030632.json", "ab-032090.json", "ab-102803.json", "ab-104261.json",
                                        "ab-110822.json", "ab-112280.json"};
    struct bench b;
    struct fat_entry e[M2_COUNT(twins)];

    made(&tiny);
    bench_open(&b, &tiny, "stick");
    for (size_t i = 0; i < 9; i++) {
        check_create(&b, twins[i], 10, ERR_NONE, "");
        fat_table_forget(&b.t);
        e[i] = entry_of(&b, twins[i]);
        for (size_t k = 0; k < i; k++) {
            CHECK(strcmp(e[i].alias, e[k].alias) != 0);
        }
    }
    check_create(&b, twins[9], 10, ERR_NO_SPACE, "no short name");
    check_create(&b, "results1.txt", 10, ERR_NONE, "");
    fat_table_forget(&b.t);
    CHECK_STR(entry_of(&b, "results1.txt").alias, "RESULTS1.TXT");
    bench_fsck(&b);
    bench_close(&b);
}

/* After none of the last writes. */
static void check_no_ghost(struct bench *b)
{
    struct volume *v = NULL;
    struct err err = {0};

    for (int i = b->ram.n_log; i >= 0; i--) {
        if (i < b->ram.n_log) {
            memcpy(bench_bytes(b, b->ram.log[i].sector), b->ram.log[i].old, b->ram.base.sector_bytes);
        }
        CHECK(volume_open_fat(&b->ram.base, 0, b->ram.base.n_sectors, &v, NULL));
        CHECK(!volume_size(v, "MICRO2/ghost.txt", &(int64_t){0}, &err));
        CHECK_INT(err.code, ERR_NOT_FOUND);
        volume_close(v);
    }
    for (int i = 0; i < b->ram.n_log; i++) {
        memcpy(bench_bytes(b, b->ram.log[i].sector), b->ram.log[i].new, b->ram.base.sector_bytes);
    }
}

TEST(fat, what_lies_behind_the_end_of_a_folder_does_not_come_back)
{
    struct bench b;
    uint8_t *dir;
    int end = 0;

    made(&wide);
    bench_open(&b, &wide, "stick");
    dir = bench_bytes(&b, fat_table_sector(&b.t, entry_of(&b, "MICRO2").start));
    while (dir[end * 32] != 0) {
        end++;
    }
    for (int i = end + 1; i < 1024; i++) {
        memcpy(dir + (size_t)i * 32, "GHOST   TXT\x20", 12);
    }
    bench_again(&b);
    for (int i = 0; i < 12; i++) {
        char name[64];

        snprintf(name, sizeof name, "MICRO2/another-long-name-%d.json", i);
        check_create(&b, name, 10, ERR_NONE, "");
        check_no_ghost(&b);
    }
    write_file(test_path("written"), b.ram.bytes, b.ram.size);
    CHECK_SHELL("mdir -b -i \"$1\" ::MICRO2", test_path("written"));
    CHECK(!strstr(fixture_out(), "GHOST"));
    CHECK_HAS(fixture_out(), "another-long-name-11.json");
    bench_close(&b);
}

/* --- limits (T21) and tricks
 * ------------------------------------------------------------------------------------------------------------- */

static enum err_code code_of(struct bench *b, const char *name)
{
    struct err err = {0};
    int64_t n;

    b->v->class->size(b->v, name, &n, &err);
    return err.code;
}

TEST(fat, a_folder_is_looked_at_up_to_its_limit_of_entries_and_not_one_past_it)
{
    for (int over = 0; over < 2; over++) {
        struct bench b;
        uint8_t *dir;
        int at = 0, n = 0;

        made(&wide);
        bench_open(&b, &wide, "stick");
        dir = bench_bytes(&b, fat_table_sector(&b.t, entry_of(&b, "MICRO2").start));
        for (; dir[at * 32] != 0; at++) {
            n += dir[at * 32 + 11] != FAT_ATTR_LONG;
        }
        for (; n < FAT_ENTRIES_MAX - 1 + over; n++) {
            put_entry(dir + 32 * (size_t)at++, n, 0);
        }
        bench_again(&b);
        CHECK_INT(code_of(&b, "MICRO2/courier.json"), ERR_NONE);
        check_create(&b, "MICRO2/n.txt", 10, over ? ERR_NO_SPACE : ERR_NONE, "its folder has 1000 entries");
        CHECK_INT(code_of(&b, "MICRO2/courier.json"), ERR_NONE);
        put_entry(dir + 32 * ((size_t)at + (over ? 0 : 2)), n, 0); /* one past it */
        bench_again(&b);
        CHECK_INT(code_of(&b, "MICRO2/courier.json"), ERR_LIMIT);
        CHECK_INT(code_of(&b, "READ-ME.txt"), ERR_NONE);
        bench_close(&b);
    }
}

TEST(fat, a_folder_has_places_up_to_what_fat_allows_and_not_one_past_it)
{
    struct bench b;
    uint32_t cluster, next;

    made(&wide);
    bench_open(&b, &wide, "stick");
    cluster = entry_of(&b, "Photos").start;
    for (uint32_t n = 1024;; n += 1024) {
        uint8_t *dir = bench_bytes(&b, fat_table_sector(&b.t, cluster));

        for (uint32_t i = 0; i < 1024; i++) {
            dir[i * 32] = dir[i * 32] ? dir[i * 32] : FAT_DELETED;
        }
        if (n == FAT_SLOTS_MAX) {
            put_entry(dir + (ptrdiff_t)1023 * 32, 7, 0);
        }
        fat_table_forget(&b.t);
        CHECK(fat_table_free(&b.t, FAT_FIRST_CLUSTER, &next, NULL) && next);
        if (n > FAT_SLOTS_MAX) {
            break;
        }
        if (n == FAT_SLOTS_MAX) {
            bench_again(&b);
            CHECK_INT(code_of(&b, "Photos/f0000007.txt"), ERR_NONE);
        }
        link_to(&b, next, 0);
        link_to(&b, cluster, next);
        cluster = next;
    }
    bench_again(&b);
    CHECK_INT(code_of(&b, "Photos/f0000007.txt"), ERR_LIMIT);
    bench_close(&b);
}

TEST(fat, a_name_has_parts_and_letters_up_to_the_limit_and_not_one_past_it)
{
    char name[FAT_PART_MAX + 2];
    struct bench b;

    made(&tiny);
    bench_open(&b, &tiny, "stick");
    CHECK(b.v->class->create(b.v, "a/b/c/d.txt", "x", 1, NULL));
    CHECK_INT(code_of(&b, "a/b/c/d.txt"), ERR_NONE);
    CHECK_INT(code_of(&b, "a/b/c/d.txt/e"), ERR_LIMIT);
    CHECK_INT(code_of(&b, "a//c"), ERR_LIMIT);
    memset(name, 'n', sizeof name);
    name[FAT_PART_MAX + 1] = 0;
    CHECK_INT(code_of(&b, name), ERR_LIMIT);
    name[FAT_PART_MAX] = 0;
    CHECK_INT(code_of(&b, name), ERR_NOT_FOUND);
    check_create(&b, name, 10, ERR_NONE, "");
    bench_fsck(&b);
    bench_close(&b);
}

/* Boot sector of a volume of so many clusters of one sector, with what it needs around them. */
static void put_boot(uint8_t boot[512], uint32_t n_clusters)
{
    enum fat_type type = n_clusters <= FAT12_CLUSTERS_MAX ? FAT12 : n_clusters <= FAT16_CLUSTERS_MAX ? FAT16 : FAT32;
    uint32_t table = (uint32_t)(((uint64_t)n_clusters + 2) * type / 8 / 512 + 1);

    memset(boot, 0, 512);
    put_le16(boot + 11, 512);
    boot[13] = 1;
    put_le16(boot + 14, 8);
    boot[16] = 2;
    put_le16(boot + 17, type == FAT32 ? 0 : 16);
    put_le16(boot + 22, type == FAT32 ? 0 : (uint16_t)table);
    put_le32(boot + 32, 8 + 2 * table + (type != FAT32) + n_clusters);
    if (type == FAT32) {
        put_le32(boot + 36, table);
        put_le32(boot + 44, 2);
    }
}

TEST(fat, the_number_of_clusters_alone_says_the_type_at_each_edge)
{
    static const struct {
        uint32_t n;
        enum fat_type type;
    } cases[] = {{1, FAT12},     {FAT12_CLUSTERS_MAX, FAT12},     {FAT12_CLUSTERS_MAX + 1, FAT16},
                 {65524, FAT16}, {FAT16_CLUSTERS_MAX + 1, FAT32}, {FAT_CLUSTERS_MAX, FAT32}};
    uint8_t boot[512];
    struct fat_shape s;
    struct err err = {0};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        put_boot(boot, cases[i].n);
        CHECK(fat_shape_read(boot, 512, get_le32(boot + 32), &s, &err));
        CHECK_INT(s.type, cases[i].type);
        CHECK_INT(s.n_clusters, cases[i].n);
        CHECK(!fat_shape_read(boot, 512, get_le32(boot + 32) - 1, &s, &err));
        CHECK_HAS(err.text, "more sectors than its partition has");
        CHECK(!fat_shape_read(boot, 1024, UINT32_MAX, &s, &err));
    }
    put_boot(boot, FAT_CLUSTERS_MAX + 1);
    CHECK(!fat_shape_read(boot, 512, UINT32_MAX, &s, &err));
    CHECK_INT(err.code, ERR_LIMIT);
}

TEST(fat, a_volume_of_as_many_clusters_as_the_limit_is_looked_through)
{
    struct blockdev *d = NULL;
    struct volume *v = NULL;
    struct err err = {0};
    uint8_t boot[512];
    int fd;

    if (!test_is_long()) {
        skip();
    }
    put_boot(boot, FAT_CLUSTERS_MAX);
    write_file(test_path("most"), boot, sizeof boot);
    fd = open(test_path("most"), O_RDWR | O_CLOEXEC);
    CHECK(fd >= 0 && pwrite(fd, "\xff\xff\xff\x0f", 4, 8 * 512 + 8) == 4);
    CHECK(ftruncate(fd, (off_t)get_le32(boot + 32) * 512) == 0);
    CHECK(blockdev_open_image(fd, 512, false, &d, &err));
    CHECK(volume_open_fat(d, 0, d->n_sectors, &v, &err));
    CHECK(volume_create(v, "MICRO2/new.bin", boot, sizeof boot, &err));
    CHECK(volume_size(v, "MICRO2/new.bin", &(int64_t){0}, &err));
    fat_close_all(d, v);
}

TEST(fat, fields_of_the_boot_sector_that_contradict_each_other_are_refused)
{
    static const struct {
        uint32_t clusters, at, value;
        int bytes;
    } cases[] = {
        {1000, 11, 0, 2},           {1000, 11, 256, 2},   {1000, 11, 8192, 2},  {1000, 11, 513, 2},
        {1000, 13, 0, 1},           {1000, 13, 3, 1},     {1000, 14, 0, 2},     {1000, 14, 5000, 2},
        {1000, 16, 0, 1},           {1000, 16, 3, 1},     {1000, 17, 15, 2},    {1000, 17, 0xfff0, 2},
        {1000, 17, 0, 2},           {1000, 19, 700, 2},   {1000, 22, 0, 2},     {1000, 22, 1, 2},
        {1000, 32, 0, 4},           {1000, 32, 10, 4},    {1000, 32, 60000, 4}, {70000, 17, 16, 2},
        {70000, 22, 600, 2},        {70000, 36, 1, 4},    {70000, 36, 0, 4},    {70000, 36, UINT32_MAX, 4},
        {70000, 42, 1, 2},          {70000, 44, 0, 4},    {70000, 44, 1, 4},    {70000, 44, 70002, 4},
        {70000, 44, UINT32_MAX, 4}, {70000, 40, 0x82, 2}, {70000, 32, 5000, 4},
    };
    uint8_t boot[512];
    struct fat_shape s;

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct err err = {0};

        put_boot(boot, cases[i].clusters);
        CHECK(fat_shape_read(boot, 512, UINT32_MAX, &s, NULL));
        for (int k = 0; k < cases[i].bytes; k++) {
            boot[cases[i].at + (uint32_t)k] = (uint8_t)(cases[i].value >> 8 * k);
        }
        if (fat_shape_read(boot, 512, UINT32_MAX, &s, &err)) {
            print_error("byte %u := %u is taken\n", cases[i].at, cases[i].value);
        }
        CHECK_INT(err.code, ERR_FORMAT);
        CHECK_HAS(err.text, "copy what is on the stick with a computer");
    }
}

TEST(fat, the_table_in_use_is_read_where_fat32_says_that_only_one_is)
{
    static const struct geometry g = {"32", "512", "1", "36864", 512, NULL};
    struct bench b;

    fat_make(&g, "mirror");
    bench_open(&b, &g, "mirror");
    memset(bench_bytes(&b, b.t.shape.table_start), 0xee, 512 * b.t.shape.table_sectors);
    CHECK(!volume_size(b.v, "READ-ME.txt", &(int64_t){0}, NULL) || true);
    put_le16(b.ram.bytes + 40, 0x81);
    bench_again(&b);
    check_files(b.v);
    check_create(&b, "new.bin", 3000, ERR_NONE, "");
    CHECK_INT(bench_bytes(&b, b.t.shape.table_start)[9], 0xee);
    bench_close(&b);
}

TEST(fat, loops_and_files_grown_into_each_other_are_refused_and_the_others_read)
{
    static const char *const mailbox = "MICRO2/mailbox/000.m2b", *const catalog = "MICRO2/catalog.json";
    struct bench b;
    uint32_t first, second, other;

    for (int trick = 0; trick < 7; trick++) {
        made(&tiny);
        bench_open(&b, &tiny, "stick");
        first = entry_of(&b, mailbox).start;
        second = next_of(&b, first);
        other = entry_of(&b, catalog).start;
        switch (trick) {
        case 0: /* a loop */
            link_to(&b, next_of(&b, second), second);
            break;
        case 1: /* to the beginning */
            link_to(&b, next_of(&b, second), first);
            break;
        case 2: /* into the middle of another file, which is no longer whole, either */
            link_to(&b, nth_of(&b, first, 127 - 17), next_of(&b, other)); /* as long as before */
            break;
        case 3: /* into the beginning of another file */
            link_to(&b, nth_of(&b, first, 127 - 18), other);
            break;
        case 4: /* of nothing */
            link_to(&b, second, 1);
            break;
        case 5: /* shorter than its size */
            link_to(&b, second, 0);
            break;
        case 6: /* outside */
            link_to(&b, second, b.t.shape.n_clusters + FAT_FIRST_CLUSTER);
            break;
        }
        bench_again(&b);
        CHECK_INT(code_of(&b, mailbox), ERR_FORMAT);
        CHECK_INT(code_of(&b, catalog), trick == 2 || trick == 3 ? ERR_FORMAT : ERR_NONE);
        check_file(b.v, &fixture_files[0]);
        check_file(b.v, &fixture_files[1]);
        check_create(&b, "new.bin", 5000, ERR_NONE, "");
        bench_close(&b);
    }
}

/* The short entry of this name in a folder of one cluster. */
static uint8_t *slot_of(struct bench *b, const char *folder, const char *short_name)
{
    uint8_t *dir = bench_bytes(b, fat_table_sector(&b->t, entry_of(b, folder).start));

    for (uint32_t i = 0; i < fat_table_cluster_bytes(&b->t); i += 32) {
        if (!memcmp(dir + i, short_name, strlen(short_name))) {
            return dir + i;
        }
    }
    CHECK(!"no such entry");
    return NULL;
}

TEST(fat, a_mailbox_that_shared_a_place_with_a_file_of_another_folder_was_overwritten)
{
    static const struct geometry fine = {"16", "512", "1", "3072", 512, NULL};

    for (uint16_t nth = 0; nth < 3; nth++) { /* its first cluster, its second; 2: a place nobody else has */
        struct bench b;
        struct err err = {0};
        uint8_t byte = 1;

        made(&fine);
        bench_open(&b, &fine, "stick");
        if (nth < 2) {
            put_le16(slot_of(&b, "MICRO2", "CATALO~1") + 26,
                     (uint16_t)(entry_of(&b, "MICRO2/mailbox/000.m2b").start + nth));
        }
        bench_again(&b);
        CHECK(volume_overwrite(b.v, "MICRO2/mailbox/000.m2b", 9, &byte, 1, &err) == (nth == 2));
        CHECK_INT(err.code, nth == 2 ? ERR_NONE : ERR_FORMAT);
        CHECK(nth == 2 || strstr(err.text, "it shares a place with another file"));
        bench_close(&b);
    }
}

TEST(fat, entries_that_lie_are_refused)
{
    for (int trick = 0; trick < 10; trick++) {
        struct bench b;
        uint8_t *catalog, *mailbox;

        made(&wide);
        bench_open(&b, &wide, "stick");
        catalog = slot_of(&b, "MICRO2", "CATALO~1");
        mailbox = slot_of(&b, "MICRO2", "MAILBOX ");
        switch (trick) {
        case 0: /* two files in one place */
            put_le16(catalog + 26, (uint16_t)entry_of(&b, "MICRO2/courier.json").start);
            break;
        case 1:
            put_le16(catalog + 26, 1);
            break;
        case 2:
            put_le16(catalog + 26, 0xffff);
            break;
        case 3:
            put_le32(catalog + 28, UINT32_MAX);
            break;
        case 4: /* a place, but no size */
            put_le32(catalog + 28, 0);
            break;
        case 5: /* long names that do not belong to it: then it has its short one */
            catalog[8] ^= 1;
            break;
        case 6: /* the folder contains itself */
            put_le16(mailbox + 26, (uint16_t)entry_of(&b, "MICRO2").start);
            break;
        case 7: /* or the root */
            put_le16(mailbox + 26, 0);
            break;
        case 9: /* the place of its folder counts as free, so that a new file would be put there */
            memset(bench_bytes(&b, b.t.shape.table_start) + entry_of(&b, "MICRO2").start * 3 / 2, 0, 2);
            break;
        case 8: /* deleted, its long name left over */
            catalog[0] = FAT_DELETED;
            break;
        }
        bench_again(&b);
        CHECK_INT(code_of(&b, trick == 6 || trick == 7 ? "MICRO2/mailbox/000.m2b" : "MICRO2/catalog.json"),
                  trick == 5 || trick == 8 ? ERR_NOT_FOUND : ERR_FORMAT);
        CHECK_INT(code_of(&b, "MICRO2/courier.json"), trick == 0 || trick == 9 ? ERR_FORMAT : ERR_NONE);
        bench_close(&b);
    }
}

TEST(fat, two_entries_of_one_name_are_refused_and_a_short_name_is_none_beside_a_long_one)
{
    struct bench b;
    uint8_t *dir, *at;

    made(&wide);
    bench_open(&b, &wide, "stick");
    dir = bench_bytes(&b, fat_table_sector(&b.t, entry_of(&b, "MICRO2").start));
    CHECK_INT(code_of(&b, "MICRO2/CATALO~1.JSO"), ERR_NOT_FOUND);
    for (at = dir; at[0] != 0; at += 32) {
    }
    put_entry(at, 1, 0);
    put_entry(at + 32, 1, 0);
    bench_again(&b);
    CHECK_INT(code_of(&b, "MICRO2/F0000001.txt"), ERR_FORMAT);
    at[32] = 'G';
    bench_again(&b);
    CHECK_INT(code_of(&b, "MICRO2/F0000001.txt"), ERR_NONE);
    bench_close(&b);
}

TEST(fat, a_label_is_clean_text_whatever_lies_there)
{
    static const struct {
        const char *raw, *label;
    } cases[] = {{"MARIA      ", "MARIA"},
                 {"           ", "USB"},
                 {"NO NAME    ", "USB"},
                 {"A\x1b[31m\x7f\xff   ", "A?[31m??"},
                 {"12345678901", "12345678901"}};
    struct bench b;

    made(&tiny);
    bench_open(&b, &tiny, "stick");
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        memcpy(bench_bytes(&b, b.t.shape.root_start), cases[i].raw, 11); /* mkfs.vfat puts it first */
        bench_again(&b);
        CHECK_STR(b.v->label, cases[i].label);
    }
    bench_bytes(&b, b.t.shape.root_start)[0] = FAT_DELETED; /* then the one of the boot sector */
    bench_again(&b);
    CHECK_STR(b.v->label, "MY STICK");
    bench_close(&b);
}

/* --- damage at random, always the same
 * ----------------------------------------------------------------------------------------------------------- */

struct region {
    uint64_t at;
    uint32_t n;
};

/* One change in one field: a bit, zeros, ones, anything, or what another field there has. */
static void damage(uint8_t *p, uint32_t n, struct rng *r)
{
    static const uint32_t sizes[] = {1, 2, 4, 32};
    uint32_t size = sizes[rng_below(r, 4)], at = rng_below(r, n / size) * size, from = rng_below(r, n / size) * size;

    switch (rng_below(r, 5)) {
    case 0:
        p[at] ^= (uint8_t)(1 << rng_below(r, 8));
        break;
    case 1:
        memset(p + at, 0, size);
        break;
    case 2:
        memset(p + at, 0xff, size);
        break;
    case 3:
        for (uint32_t i = 0; i < size; i++) {
            p[at + i] = (uint8_t)rng_next(r);
        }
        break;
    case 4:
        memmove(p + at, p + from, size);
        break;
    }
}

/* As it was; or, where a changed size or boot sector makes another file of it, as mtools reads it. */
static bool is_as_it_was(struct bench *b, const struct fixture_file *f, const uint8_t *got, int64_t n)
{
    static uint8_t want[FIXTURE_FILE_MAX];
    char path[256];

    fixture_bytes(f->name, want, f->size);
    if (n == f->size && !memcmp(got, want, f->size)) {
        return true;
    }
    /* mtools refuses a whole stick for its media byte, which nobody else looks at: it gets a sound one */
    uint8_t *media = b->ram.bytes + 21, *first = b->ram.bytes + b->t.shape.table_start * 512;
    uint8_t was_media = *media, was_first = *first;

    *media = *first = 0xF8;
    write_file(test_path("damaged"), b->ram.bytes, b->ram.size);
    *media = was_media;
    *first = was_first;
    write_file(test_path("got"), got, (size_t)n);
    snprintf(path, sizeof path, "::%s", f->name);
    return SHELL("mtype -i \"$1\" \"$3\" | cmp - \"$2\"", test_path("damaged"), test_path("got"), path) == 0;
}

struct tally {
    int n_images, n_refused, n_files, n_same;
};

static void read_damaged(struct bench *b, struct tally *t)
{
    static uint8_t got[FIXTURE_FILE_MAX];
    struct volume *v = NULL;
    struct err err = {0};
    int64_t n;

    t->n_images++;
    if (!volume_open_fat(&b->ram.base, 0, b->ram.base.n_sectors, &v, &err)) {
        CHECK_HAS(err.text, "stick: FAT: ");
        t->n_refused++;
        return;
    }
    for (size_t i = 0; i < M2_COUNT(fixture_files); i++) {
        t->n_files++;
        if (volume_read(v, fixture_files[i].name, 0, got, sizeof got, &n, &err)) {
            t->n_same++;
            CHECK(is_as_it_was(b, &fixture_files[i], got, n));
        }
    }
    b->ram.n_log = 0;
    if (volume_create(v, "MICRO2/new.bin", got, 5000, &err)) {
        CHECK(volume_size(v, "MICRO2/new.bin", &n, &err) && n == 5000);
    }
    volume_close(v);
}

enum { DAMAGED_BYTES_MAX = 64 * 1024 * 1024 };

TEST(fat, damaged_sticks_are_read_as_they_were_or_refused_each_at_once)
{
    static const struct geometry some[] = {{"12", "512", "1", "720", 512, NULL},
                                           {"16", "512", "1", "3072", 512, NULL},
                                           {"32", "512", "1", "36864", 512, NULL}};
    static const char *const folders[] = {"", "MICRO2", "MICRO2/mailbox", "MICRO2/containers"};
    struct tally t = {0};
    size_t most = 0;

    for (size_t i = 0; i < M2_COUNT(some); i++) {
        fat_make(&some[i], "stick");
        for (int seed = 0; seed < (test_is_long() ? 2000 : 60); seed++) {
            struct rng r = {(uint64_t)seed + 1000 * i};
            struct region regions[2 + M2_COUNT(folders)];
            struct bench b;
            struct timespec begin, end;

            bench_open(&b, &some[i], "stick");
            regions[0] = (struct region){0, 64}; /* where the fields are */
            regions[1] = (struct region){b.t.shape.table_start * 512, 1024};
            for (size_t k = 0; k < M2_COUNT(folders); k++) {
                uint64_t sector = k == 0 && b.t.shape.type != FAT32 ? b.t.shape.root_start
                                  : k == 0                          ? fat_table_sector(&b.t, b.t.shape.root_cluster)
                                                                    : fat_table_sector(&b.t, folder_of(&b, folders[k]));

                regions[2 + k] = (struct region){sector * 512, 512};
            }
            for (uint32_t n = 1 + rng_below(&r, 3); n > 0; n--) {
                const struct region *where = &regions[rng_below(&r, M2_COUNT(regions))];

                damage(b.ram.bytes + where->at, where->n, &r);
            }
            clock_gettime(CLOCK_MONOTONIC, &begin);
            heap_peak_begin();
            read_damaged(&b, &t);
            most = heap_peak() > most ? heap_peak() : most;
            clock_gettime(CLOCK_MONOTONIC, &end);
            CHECK(end.tv_sec - begin.tv_sec < 10);
            bench_close(&b);
        }
    }
    print_message("%d damaged sticks: %d refused whole; of %d files on the others %d read, the others refused\n",
                  t.n_images, t.n_refused, t.n_files, t.n_same);
    print_message("at most %zu bytes for one of them\n", most);
    CHECK(most < DAMAGED_BYTES_MAX);
    CHECK(t.n_refused > 0 && t.n_same > 0 && t.n_same < t.n_files);
}
