/* test_blockdev: the image as a device: its edges, its kinds of sectors, its failures (THREATS T18, T20). */
#include "stick/blockdev.h"
#include "unit/test.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 64 * 1024 + 100 };

static int image_of(const char *name, int flags)
{
    int fd = open(test_path(name), flags | O_CREAT | O_CLOEXEC, 0600);

    CHECK(fd >= 0);
    if (flags != O_RDONLY) {
        CHECK(ftruncate(fd, SIZE) == 0);
    }
    return fd;
}

TEST(blockdev, each_sector_size_reads_what_was_written_up_to_the_last_whole_sector_and_not_beyond)
{
    for (uint32_t bytes = BLOCKDEV_SECTOR_MIN; bytes <= BLOCKDEV_SECTOR_MAX; bytes *= 2) {
        static uint8_t out[2 * BLOCKDEV_SECTOR_MAX], in[2 * BLOCKDEV_SECTOR_MAX];
        struct blockdev *d;
        struct err err = {0};
        uint64_t last;

        CHECK(blockdev_open_image(image_of("image", O_RDWR), bytes, false, &d, &err));
        CHECK_INT(d->n_sectors, SIZE / bytes);
        last = d->n_sectors - 2;
        memset(out, (int)(bytes >> 8), sizeof out);
        CHECK(blockdev_write(d, last, 2, out, &err) && blockdev_flush(d, &err));
        CHECK(blockdev_read(d, last, 2, in, &err));
        CHECK(!memcmp(in, out, (size_t)2 * bytes));
        CHECK(blockdev_read(d, d->n_sectors, 0, in, &err));
        CHECK(!blockdev_read(d, last, 3, in, &err));
        CHECK_INT(err.code, ERR_FORMAT);
        CHECK(!blockdev_read(d, UINT64_MAX, 1, in, &err));
        CHECK(!blockdev_write(d, last + 1, 2, out, &err));
        CHECK_INT(err.code, ERR_FORMAT);
        blockdev_close(d);
    }
}

TEST(blockdev, sizes_no_device_has_are_refused)
{
    static const uint32_t sizes[] = {0, 256, 511, 513, 1000, 8192};

    for (size_t i = 0; i < M2_COUNT(sizes); i++) {
        struct blockdev *d;
        struct err err = {0};

        CHECK(!blockdev_open_image(image_of("odd", O_RDWR), sizes[i], false, &d, &err));
        CHECK_INT(err.code, ERR_USAGE);
    }
}

TEST(blockdev, what_may_only_be_read_is_not_written)
{
    uint8_t sector[BLOCKDEV_SECTOR_MIN] = {1};
    struct blockdev *d;
    struct err err = {0};

    CHECK(blockdev_open_image(image_of("readonly", O_RDWR), 512, true, &d, &err));
    CHECK(!blockdev_write(d, 0, 1, sector, &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK(blockdev_flush(d, &err));
    CHECK(blockdev_read(d, 0, 1, sector, &err));
    CHECK_INT(sector[0], 0);
    blockdev_close(d);
    blockdev_close(NULL);
}

TEST(blockdev, an_image_cut_short_under_us_is_a_pulled_stick)
{
    uint8_t sector[BLOCKDEV_SECTOR_MIN];
    struct blockdev *d;
    struct err err = {0};
    int fd = image_of("cut", O_RDWR);

    CHECK(blockdev_open_image(fd, 512, false, &d, &err));
    CHECK(ftruncate(fd, 1000) == 0);
    CHECK(blockdev_read(d, 0, 1, sector, &err));
    CHECK(!blockdev_read(d, 1, 1, sector, &err));
    CHECK_INT(err.code, ERR_GONE);
    blockdev_close(d);
}

TEST(blockdev, a_pipe_is_no_image)
{
    struct blockdev *d;
    struct err err = {0};
    int ends[2];

    CHECK(pipe(ends) == 0);
    CHECK(!blockdev_open_image(ends[0], 512, false, &d, &err));
    CHECK_INT(err.code, ERR_IO);
    close(ends[1]);
}
