/* test_usb_msc: the stick as a device, as it should be and as it is opened, against a fake that follows the transport
 * to the letter (THREATS T17, T18). What goes wrong later: test_usb_msc_trouble. */
#include "unit/msc_fixture.h"
#include <fcntl.h>
#include <unistd.h>

/* --- a stick as it should be */

TEST(usb_msc, what_is_written_is_read_back_in_every_sector_size_and_command_size)
{
    static const uint32_t command_bytes[] = {BLOCKDEV_SECTOR_MAX, USB_COMMAND_BYTES, USB_COMMAND_BYTES_MAX};

    for (uint32_t bytes = BLOCKDEV_SECTOR_MIN; bytes <= BLOCKDEV_SECTOR_MAX; bytes *= 2) {
        for (size_t i = 0; i < M2_COUNT(command_bytes); i++) {
            struct usb_stick s;

            stick(&s, bytes, SECTORS);
            s.pipe.command_bytes = command_bytes[i];
            struct blockdev *d = opened(&s);

            CHECK_INT(d->sector_bytes, bytes);
            CHECK_INT(d->n_sectors, SECTORS);
            CHECK(!d->is_read_only);
            check_same(d, 0, 1);
            check_same(d, SECTORS - 1, 1);
            check_same(d, 100, BIG);
            CHECK_INT(s.n_commands[0x2a],
                      2 + (BIG * bytes + command_bytes[i] / bytes * bytes - 1) / (command_bytes[i] / bytes * bytes));
            CHECK_INT(s.n_resets + s.n_port_resets, 0);
            done(&s, d);
        }
    }
}

TEST(usb_msc, past_two_terabytes_the_long_commands_are_used_and_only_there)
{
    static const struct {
        uint64_t n_sectors;
        uint32_t sector_bytes;
        uint64_t at;
        int n_long;
    } rows[] = {
        {UINT32_MAX, 512, UINT32_MAX - 2, 0},                  /* the last that 32 bits can say */
        {(uint64_t)UINT32_MAX + 1, 512, UINT32_MAX - 2ull, 0}, /* its sector 2^32-2 */
        {(uint64_t)UINT32_MAX + 1, 512, UINT32_MAX - 1ull, 1}, /* reaches past it */
        {(uint64_t)3 << 32, 512, (uint64_t)5 << 31, 1},
        {(uint64_t)1 << 34, 4096, ((uint64_t)1 << 34) - 2, 1},
    };

    for (size_t i = 0; i < M2_COUNT(rows); i++) {
        struct usb_stick s;

        stick(&s, rows[i].sector_bytes, rows[i].n_sectors);
        struct blockdev *d = opened(&s);

        CHECK(d->n_sectors == rows[i].n_sectors);
        check_same(d, rows[i].at, 2);
        CHECK_INT(s.n_commands[0x88], rows[i].n_long);
        CHECK_INT(s.n_commands[0x8a], rows[i].n_long);
        done(&s, d);
    }
}

TEST(usb_msc, a_flush_asks_only_after_a_write)
{
    struct usb_stick s;
    struct err err = {0};

    stick(&s, SECTOR, SECTORS);
    struct blockdev *d = opened(&s);

    CHECK(blockdev_flush(d, &err));
    CHECK_INT(s.n_commands[0x35], 0);
    check_same(d, 0, 1);
    CHECK(blockdev_flush(d, &err));
    CHECK_INT(s.n_commands[0x35], 1);
    done(&s, d);
}

TEST(usb_msc, an_image_behind_the_fake_is_what_is_read)
{
    struct usb_stick s;
    struct err err = {0};
    int fd = open(test_path("image"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    stick(&s, SECTOR, SECTORS);
    CHECK(pwrite(fd, pattern, SECTOR, 7 * SECTOR) == SECTOR && ftruncate(fd, SECTORS * SECTOR) == 0);
    close(s.units[0].fd);
    s.units[0].fd = fd;
    struct blockdev *d = opened(&s);

    CHECK(blockdev_read(d, 7, 1, got, &err));
    CHECK(!memcmp(got, pattern, SECTOR));
    done(&s, d);
}

/* --- opening */

TEST(usb_msc, get_max_lun_may_stall_lie_or_stay_without_answer)
{
    static const struct {
        enum usb_result result;
        uint8_t says;
    } rows[] = {{USB_STALL, 99}, {USB_TIMEOUT, 3}, {USB_FAILED, 3}, {USB_DONE, 0}, {USB_DONE, 16}, {USB_DONE, 255}};

    for (size_t i = 0; i < M2_COUNT(rows); i++) {
        struct usb_stick s;

        stick(&s, SECTOR, SECTORS);
        s.max_lun_result = rows[i].result;
        s.max_lun = rows[i].says;
        struct blockdev *d = opened(&s);

        check_same(d, 1, 3);
        done(&s, d);
    }
}

TEST(usb_msc, a_nonsense_number_of_units_is_one)
{
    struct usb_stick s;

    stick(&s, SECTOR, SECTORS);
    s.units[0].is_empty = true;
    s.max_lun = MSC_LUNS;
    check_unopened(&s, ERR_NOT_FOUND, "without a card"); /* the fake notes a question to a unit it does not have */
}

TEST(usb_msc, the_first_unit_that_can_be_read_is_taken)
{
    struct usb_stick s;

    stick(&s, SECTOR, SECTORS);
    s.units[0].type = 5; /* the CD with drivers */
    usb_stick_add_unit(&s, SECTOR, 10)->is_empty = true;
    usb_stick_add_unit(&s, 4096, 77);
    usb_stick_add_unit(&s, SECTOR, 99);
    struct blockdev *d = opened(&s);

    CHECK_INT(d->n_sectors, 77);
    check_same(d, 3, 4);
    done(&s, d);
}

TEST(usb_msc, all_sixteen_units_are_looked_at)
{
    struct usb_stick s;

    stick(&s, SECTOR, SECTORS);
    s.units[0].is_empty = true;
    for (int i = 1; i < MSC_LUNS; i++) {
        usb_stick_add_unit(&s, SECTOR, 10)->is_empty = i < MSC_LUNS - 1;
    }
    struct blockdev *d = opened(&s);

    CHECK_INT(d->n_sectors, 10);
    done(&s, d);
}

TEST(usb_msc, no_card_no_disk_and_impossible_sizes_are_named)
{
    struct usb_stick s;

    stick(&s, SECTOR, SECTORS);
    s.units[0].is_empty = true;
    check_unopened(&s, ERR_NOT_FOUND, "without a card");
    stick(&s, SECTOR, SECTORS);
    s.units[0].type = 5;
    check_unopened(&s, ERR_FORMAT, "not a disk");
    stick(&s, SECTOR, SECTORS);
    s.units[0].type = 0x20; /* a disk that is not connected */
    check_unopened(&s, ERR_FORMAT, "not a disk");
    static const uint32_t sizes[] = {0, 256, 520, 8192, UINT32_MAX};

    for (size_t i = 0; i < M2_COUNT(sizes); i++) {
        stick(&s, SECTOR, SECTORS);
        s.units[0].sector_bytes = sizes[i];
        check_unopened(&s, ERR_FORMAT, "not a disk");
    }
    stick(&s, 4096, SECTORS);
    s.units[0].n_sectors = INT64_MAX / 4096 + 1; /* one past the largest */
    check_unopened(&s, ERR_FORMAT, "not a disk");
    stick(&s, SECTOR, SECTORS);
    s.units[0].n_sectors = 0; /* its last sector is number 2^32-1, then 2^64-1 */
    check_unopened(&s, ERR_FORMAT, "not a disk");
}

TEST(usb_msc, a_stick_becoming_ready_is_waited_for_up_to_the_limit)
{
    struct usb_stick s;

    stick(&s, SECTOR, SECTORS);
    s.units[0].ready_at_ms = clock_ms() + MSC_READY_MS - MSC_READY_POLL_MS;
    done(&s, opened(&s));
    stick(&s, SECTOR, SECTORS);
    s.units[0].ready_at_ms = clock_ms() + MSC_READY_MS + 1;
    check_unopened(&s, ERR_IO, "not ready after 10 s");
    stick(&s, SECTOR, SECTORS);
    s.units[0].wants_start = true;
    struct blockdev *d = opened(&s);

    CHECK_INT(s.n_commands[0x1b], 1);
    done(&s, d);
}

TEST(usb_msc, one_unit_becoming_ready_does_not_hide_one_that_is)
{
    struct usb_stick s;
    int64_t start;

    stick(&s, SECTOR, SECTORS);
    s.units[0].ready_at_ms = INT64_MAX;
    usb_stick_add_unit(&s, SECTOR, 10);
    start = clock_ms();
    struct blockdev *d = opened(&s);

    CHECK_INT(d->n_sectors, 10);
    CHECK_INT(clock_ms(), start);
    done(&s, d);
}

TEST(usb_msc, what_is_best_of_several_units_is_waited_for_or_named)
{
    struct usb_stick s;

    stick(&s, SECTOR, SECTORS);
    s.units[0].ready_at_ms = clock_ms() + 3000;
    usb_stick_add_unit(&s, SECTOR, 10)->type = 5;
    struct blockdev *d = opened(&s);

    CHECK_INT(d->n_sectors, SECTORS);
    done(&s, d);
    stick(&s, SECTOR, SECTORS);
    s.units[0].is_empty = true;
    usb_stick_add_unit(&s, SECTOR, 10)->type = 5;
    check_unopened(&s, ERR_NOT_FOUND, "without a card");
}

TEST(usb_msc, half_an_answer_about_the_size_is_none)
{
    for (uint32_t bytes = 11; bytes <= 12; bytes++) {
        struct usb_stick s;

        stick(&s, SECTOR, (uint64_t)5 << 32);
        usb_stick_fault(&s, (struct stick_fault){STICK_SHORT, 0x9e, .bytes = bytes, .times = STICK_FOR_EVER});
        if (bytes < 12) {
            check_unopened(&s, ERR_FORMAT, "not a disk");
        } else {
            done(&s, opened(&s));
        }
    }
}

TEST(usb_msc, news_after_plugging_in_are_taken_note_of)
{
    struct usb_stick s;

    for (int n = 1; n <= MSC_ATTENTIONS; n++) {
        stick(&s, SECTOR, SECTORS);
        usb_stick_fault(&s, (struct stick_fault){STICK_CHECK, 0, .key = 6, .asc = 0x28, .times = n});
        int64_t start = clock_ms();
        struct blockdev *d = opened(&s);
        struct err err;

        CHECK_INT(clock_ms(), start);
        usb_stick_fault(&s, (struct stick_fault){STICK_CHECK, 0x28, .key = 6, .asc = 0x2a, .times = n});
        CHECK(blockdev_read(d, 0, 1, got, &err));
        usb_stick_fault(&s,
                        (struct stick_fault){STICK_CHECK, 0x28, .key = 6, .asc = 0x2a, .times = MSC_ATTENTIONS + 1});
        CHECK(!blockdev_read(d, 0, 1, got, &err) && err.code == ERR_IO);
        done(&s, d);
    }
    stick(&s, SECTOR, SECTORS);
    usb_stick_fault(&s, (struct stick_fault){STICK_CHECK, 0, .key = 6, .asc = 0x29, .times = STICK_FOR_EVER});
    check_unopened(&s, ERR_IO, "not ready");
}

TEST(usb_msc, write_protection_is_seen_at_opening_or_at_the_first_write)
{
    struct usb_stick s;
    struct err err = {0};

    stick(&s, SECTOR, SECTORS);
    s.units[0].is_protected = true;
    struct blockdev *d = opened(&s);

    CHECK(d->is_read_only);
    CHECK(!blockdev_write(d, 0, 1, pattern, &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK_INT(s.n_commands[0x2a], 0);
    CHECK(blockdev_read(d, 0, 1, got, &err));
    done(&s, d);

    stick(&s, SECTOR, SECTORS);
    s.units[0].is_protected_silently = true;
    d = opened(&s);
    CHECK(!d->is_read_only);
    CHECK(!blockdev_write(d, 0, 1, pattern, &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK_HAS(err.text, "protected");
    CHECK(d->is_read_only);
    CHECK_INT(s.n_commands[0x2a], 1);
    CHECK(blockdev_read(d, 0, 1, got, &err));
    done(&s, d);
}

TEST(usb_msc, a_stick_that_does_not_know_mode_sense_or_synchronize_cache_works)
{
    static const struct stick_fault faults[] = {
        {STICK_CHECK, 0x1a, .key = 5, .asc = 0x20},
        {STICK_HANG, .opcode = 0x1a},
        {STICK_STALL_CBW, .opcode = 0x1a},
        {STICK_STATUS, 0x1a, .bytes = 2},
        {STICK_TAG, .opcode = 0x1a},
        {STICK_SHORT, 0x1a, .bytes = 3},
        {STICK_CHECK, 0x35, .key = 5, .asc = 0x20},
        {STICK_CHECK, 0x35, .key = 5, .asc = 0x24},
    };

    for (size_t i = 0; i < M2_COUNT(faults); i++) {
        struct usb_stick s;
        struct stick_fault fault = faults[i];

        stick(&s, SECTOR, SECTORS);
        fault.times = STICK_FOR_EVER;
        usb_stick_fault(&s, fault);
        struct blockdev *d = opened(&s);

        check_same(d, 5, 300);
        check_same(d, 5, 300);
        CHECK_INT(s.n_commands[0x35], fault.opcode == 0x35 ? 1 : 2); /* asked once, known for ever */
        done(&s, d);
    }
}
