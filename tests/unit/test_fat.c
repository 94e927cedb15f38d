/* test_fat: sticks as mkfs.vfat makes them, mtools fills them and time fragments them; read, overwritten and added to
 * by us, checked by fsck.vfat and mtools; pulled at every write; damaged in every field (THREATS T17, T20-T22, T24,
 * T25). */
#include "stick/fat_create.h"
#include "unit/fat_fixture.h"

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
        struct blockdev *d;
        struct volume *v;
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
