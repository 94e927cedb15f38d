/* test_fat_kept: folders of a FAT stick are read once, not once for each name, and never as they were before a change.
 */
#include "base/buf.h"
#include "stick/edit.h"
#include "stick/fat.h"
#include "stick/fat_kept.h"
#include "unit/spawn.h"
#include "unit/test.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512, NAMES = 300, PIECE = 16 * 1024 };

/* --- what is kept
 * ----------------------------------------------------------------------------------------------------------- */

TEST(fat_kept, a_piece_is_kept_until_there_is_one_too_many)
{
    static uint8_t bytes[PIECE], out[PIECE];
    struct fat_kept k = {0};

    fat_kept_put(&k, 7, bytes, PIECE);
    CHECK_INT(fat_kept_take(&k, 7, out, PIECE), 0); /* it is off */
    fat_kept_forget(&k, true);
    for (uint32_t i = 0; i < FAT_KEPT_BYTES / PIECE; i++) {
        bytes[5] = (uint8_t)i;
        fat_kept_put(&k, i, bytes, PIECE);
    }
    CHECK_INT(fat_kept_take(&k, 3, out, PIECE), PIECE);
    CHECK_INT(out[5], 3);
    CHECK_INT(fat_kept_take(&k, 3, out, PIECE - 1), 0);
    fat_kept_put(&k, 1000, bytes, 1); /* a byte too many */
    CHECK_INT(fat_kept_take(&k, 3, out, PIECE), 0);
    CHECK_INT(fat_kept_take(&k, 1000, out, PIECE), 1);
    for (uint32_t i = 1; i < FAT_KEPT_PIECES; i++) {
        fat_kept_put(&k, 1000 + i, bytes, 1);
    }
    CHECK_INT(fat_kept_take(&k, 1000, out, PIECE), 1);
    fat_kept_put(&k, 2000, bytes, 1); /* a piece too many */
    CHECK_INT(fat_kept_take(&k, 1000, out, PIECE), 0);
    fat_kept_forget(&k, false);
    CHECK_INT(fat_kept_take(&k, 2000, out, PIECE), 0);
}

/* --- a stick that counts its commands
 * ----------------------------------------------------------------------------------------------------------- */

static int n_reads;
static const struct blockdev_class *plain;

static bool counted_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    n_reads++;
    return plain->read(d, sector, n, buf, err);
}

static struct volume *open_counted(struct blockdev **d)
{
    static struct blockdev_class counted;
    struct volume *v = NULL;
    struct err err = {0};

    CHECK(blockdev_open_image(open(test_path("stick"), O_RDWR | O_CLOEXEC), SECTOR, false, d, &err));
    plain = (*d)->class;
    counted = *plain;
    counted.read = counted_read;
    (*d)->class = &counted;
    CHECK(volume_open_fat(*d, 0, (*d)->n_sectors, &v, &err));
    return v;
}

static void name_of(int i, char name[VOLUME_NAME_MAX])
{
    snprintf(name, VOLUME_NAME_MAX, "MICRO2/containers/a-long-name-of-a-container-%03d.m2k", i);
}

static void make_stick(void)
{
    char name[VOLUME_NAME_MAX];
    struct blockdev *d;
    struct volume *v;
    struct err err = {0};

    CHECK_INT(SPAWN(NULL, "sh", "-c",
                    "PATH=$PATH:/usr/sbin; rm -f \"$0\"; mkfs.vfat -F 32 -s 1 -C \"$0\" 40000 >/dev/null",
                    test_path("stick")),
              0);
    v = open_counted(&d);
    for (int i = 0; i < NAMES; i++) {
        struct volume_source contents = volume_source_of("abc", 3);

        name_of(i, name);
        CHECK(edit_fat(v)->create(v, name, &contents, &err));
    }
    volume_close(v);
    blockdev_close(d);
}

/* Each name asked for its whole folder, of a thousand commands. */
TEST(fat_kept, looking_for_every_name_reads_each_folder_once)
{
    char name[VOLUME_NAME_MAX];
    struct blockdev *d;
    struct volume *v;
    struct err err = {0};
    int64_t bytes;
    int n_first;

    make_stick();
    v = open_counted(&d);
    n_reads = 0;
    name_of(0, name);
    CHECK(volume_size(v, name, &bytes, &err));
    n_first = n_reads;
    for (int i = 1; i < NAMES; i++) {
        name_of(i, name);
        CHECK(volume_size(v, name, &bytes, &err));
        CHECK_INT(bytes, 3);
    }
    CHECK(n_first > 50);           /* a cluster is a sector here */
    CHECK(n_reads < n_first + 20); /* chains of the files, in pieces of the table */
    volume_close(v);
    blockdev_close(d);
}

TEST(fat_kept, what_was_made_or_removed_meanwhile_is_seen)
{
    char name[VOLUME_NAME_MAX];
    struct blockdev *d;
    struct volume *v;
    struct err err = {0};
    int64_t bytes, got;
    char text[8] = "";

    make_stick();
    v = open_counted(&d);
    name_of(5, name);
    CHECK(volume_size(v, name, &bytes, &err));
    name_of(NAMES, name);
    CHECK(!volume_size(v, name, &bytes, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK(volume_create(v, name, "fresh", 5, &err));
    CHECK(volume_read(v, name, 0, text, sizeof text, &got, &err));
    CHECK(got == 5 && !memcmp(text, "fresh", 5));
    name_of(5, name);
    CHECK(edit_fat(v)->remove(v, name, &err));
    CHECK(!volume_size(v, name, &bytes, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    volume_close(v);
    blockdev_close(d);
}
