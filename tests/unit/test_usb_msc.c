/* test_usb_msc: the stick as a device against a fake that follows the transport to the letter or breaks it (THREATS
 * T13, T17, T18). All waits are in virtual time; the fake notes each step of ours that the transport forbids. */
#include "base/buf.h"
#include "base/clock.h"
#include "fakes/usb_stick.h"
#include "stick/usb_msc.h"
#include "unit/test.h"
#include <fcntl.h>
#include <unistd.h>

enum {
    SECTORS = 4096,
    SECTOR = 512,
    BIG = 700,                 /* sectors: several commands */
    OVERTIME_MS = 5000 + 8000, /* a call may pass its limit by a command block and a recovery under way */
};

static uint8_t pattern[BIG * BLOCKDEV_SECTOR_MAX], got[BIG * BLOCKDEV_SECTOR_MAX + 1]; /* and one nobody may touch */

static void make_pattern(uint32_t seed)
{
    static uint32_t made;

    if (made == seed) {
        return;
    }
    made = seed;
    for (size_t i = 0; i < sizeof pattern; i++) {
        seed = seed * 1664525 + 1013904223;
        pattern[i] = (uint8_t)(seed >> 24);
    }
}

static void stick(struct usb_stick *s, uint32_t sector_bytes, uint64_t n_sectors)
{
    clock_go_virtual();
    make_pattern(1);
    usb_stick_init(s, sector_bytes, n_sectors);
}

static struct blockdev *opened(struct usb_stick *s)
{
    struct blockdev *d = NULL;
    struct err err = {0};

    if (!usb_msc_open(&s->pipe, &d, &err)) {
        printf("%s\n", err.text);
    }
    CHECK(d);
    return d;
}

/* Opening fails with this code, the pipe is closed, and it took no longer than it may. */
static void check_unopened(struct usb_stick *s, enum err_code code, const char *words)
{
    struct blockdev *d = NULL;
    struct err err = {0};
    int64_t start = clock_ms();

    CHECK(!usb_msc_open(&s->pipe, &d, &err));
    CHECK_INT(err.code, code);
    CHECK_HAS(err.text, words);
    CHECK(!d);
    CHECK_INT(s->n_closed, 1);
    CHECK(clock_ms() - start <= MSC_OPEN_MS + OVERTIME_MS);
    CHECK(!s->violation);
    usb_stick_release(s);
}

static void done(struct usb_stick *s, struct blockdev *d)
{
    blockdev_close(d);
    CHECK_INT(s->n_closed, 1);
    if (s->violation) {
        printf("violation: %s\n", s->violation);
    }
    CHECK(!s->violation);
    usb_stick_release(s);
}

static void check_same(struct blockdev *d, uint64_t sector, uint32_t n)
{
    struct err err = {0};

    memset(got, 0x55, (size_t)n * d->sector_bytes + 1);
    CHECK(blockdev_write(d, sector, n, pattern, &err));
    CHECK(blockdev_flush(d, &err));
    CHECK(blockdev_read(d, sector, n, got, &err));
    CHECK(!memcmp(got, pattern, (size_t)n * d->sector_bytes));
    CHECK_INT(got[(size_t)n * d->sector_bytes], 0x55);
}

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

/* --- one thing goes wrong, once or for ever */

static const struct {
    struct stick_fault fault;
    int opcodes[4];
    const char *words; /* of ERR_IO when it goes on for ever */
} troubles[] = {
#define ON_DATA                                                                                                        \
    {                                                                                                                  \
        0x28, 0x2a, STICK_ANY                                                                                          \
    }
#define ON_ALL                                                                                                         \
    {                                                                                                                  \
        0x28, 0x2a, 0x35, STICK_ANY                                                                                    \
    }
#define ON_READ                                                                                                        \
    {                                                                                                                  \
        0x28, STICK_ANY                                                                                                \
    }
#define ON_WRITE                                                                                                       \
    {                                                                                                                  \
        0x2a, STICK_ANY                                                                                                \
    }
#define ON_FLUSH                                                                                                       \
    {                                                                                                                  \
        0x35, STICK_ANY                                                                                                \
    }
    {{.act = STICK_CHECK, .key = 3, .asc = 0x11}, ON_DATA, "failure 3/11/00"},  /* medium */
    {{.act = STICK_CHECK, .key = 4, .asc = 0x44}, ON_ALL, "failure 4/44/00"},   /* hardware */
    {{.act = STICK_CHECK, .key = 0xb, .asc = 0x47}, ON_ALL, "failure b/47/00"}, /* aborted */
    {{.act = STICK_CHECK}, ON_ALL, "failure 0/00/00"},                          /* and no reason */
    {{.act = STICK_CHECK, .key = 1, .asc = 0x18}, ON_DATA, "failure 1/18/00"},  /* recovered, but no data came */
    {{.act = STICK_CHECK, .key = 6, .asc = 0x2a}, ON_ALL, "failure 6/2a/00"},   /* news */
    {{.act = STICK_CHECK, .key = 2, .asc = 0x04, .ascq = 1}, ON_ALL, "does not answer"},
    {{.act = STICK_STALL_CBW}, ON_ALL, "does not answer"},
    {{.act = STICK_STALL_CSW, .bytes = 1}, ON_ALL, "does not answer"},
    {{.act = STICK_CBW_BYTES, .bytes = 30}, ON_ALL, "does not answer"},
    {{.act = STICK_HANG}, ON_ALL, "does not answer"},
    {{.act = STICK_HANG_DEEP}, ON_DATA, "does not answer"},
    {{.act = STICK_HANG_STATUS}, ON_DATA, "does not answer"},
    {{.act = STICK_TAG}, ON_ALL, "does not answer"},
    {{.act = STICK_SIGNATURE}, ON_ALL, "does not answer"},
    {{.act = STICK_CSW_BYTES, .bytes = 12}, ON_ALL, "does not answer"},
    {{.act = STICK_CSW_BYTES, .bytes = 1}, ON_ALL, "does not answer"},
    {{.act = STICK_CSW_BYTES, .bytes = 14}, ON_ALL, "does not answer"},
    {{.act = STICK_STATUS, .bytes = 3}, ON_ALL, "does not answer"},
    {{.act = STICK_STATUS, .bytes = 255}, ON_ALL, "does not answer"},
    {{.act = STICK_STATUS, .bytes = 1}, ON_DATA, "failure 0/00/00"}, /* all data, then failed without a reason */
    {{.act = STICK_RESIDUE, .bytes = 1}, ON_DATA, "fewer bytes"},
    {{.act = STICK_RESIDUE, .bytes = UINT32_MAX}, ON_ALL, "does not answer"},
    {{.act = STICK_WIRE}, ON_DATA, "does not answer"},
    {{.act = STICK_BABBLE}, ON_READ, "does not answer"},
    /* The thirteen cases of the transport, section 6.7, that are not agreement (1, 6, 12). */
    {{.act = STICK_STATUS, .bytes = 2}, ON_FLUSH, "does not answer"}, /* 2 Hn<Di and 3 Hn<Do */
    {{.act = STICK_SHORT, .bytes = 0}, ON_READ, "fewer bytes"},       /* 4 Hi>Dn, a packet of no bytes */
    {{.act = STICK_SHORT_STALL, .bytes = 0}, ON_READ, "fewer bytes"}, /* 4 Hi>Dn, halted */
    {{.act = STICK_SHORT, .bytes = 512}, ON_READ, "fewer bytes"},     /* 5 Hi>Di */
    {{.act = STICK_SHORT, .bytes = 511}, ON_READ, "fewer bytes"},
    {{.act = STICK_SHORT_STALL, .bytes = 512}, ON_READ, "fewer bytes"},
    {{.act = STICK_RESIDUE, .bytes = 512}, ON_READ, "fewer bytes"},   /* 5 filled up, the residue says so */
    {{.act = STICK_STATUS, .bytes = 2}, ON_READ, "does not answer"},  /* 7 Hi<Di */
    {{.act = STICK_STALL_PHASE}, ON_READ, "does not answer"},         /* 8 Hi<>Do */
    {{.act = STICK_SHORT, .bytes = 0}, ON_WRITE, "fewer bytes"},      /* 9 Ho>Dn */
    {{.act = STICK_STALL_PHASE}, ON_WRITE, "does not answer"},        /* 10 Ho<>Di */
    {{.act = STICK_SHORT, .bytes = 512}, ON_WRITE, "fewer bytes"},    /* 11 Ho>Do */
    {{.act = STICK_STATUS, .bytes = 2}, ON_WRITE, "does not answer"}, /* 13 Ho<Do */
};

/* Writes, flushes and reads; the code of the first that failed. */
static enum err_code exercise(struct blockdev *d, struct err *err)
{
    int64_t start = clock_ms();

    *err = (struct err){0};
    if (!blockdev_write(d, 9, 600, pattern, err) || !blockdev_flush(d, err) || !blockdev_read(d, 9, 600, got, err)) {
        CHECK(clock_ms() - start <= 3 * (MSC_TOTAL_MS + 600 * SECTOR / 1024 * 1000 / MSC_SLOWEST_KIB_S + OVERTIME_MS));
        return err->code;
    }
    CHECK(!memcmp(got, pattern, (size_t)600 * SECTOR));
    return ERR_NONE;
}

static void each_trouble(void (*check)(struct stick_fault fault, const char *words))
{
    for (size_t i = 0; i < M2_COUNT(troubles); i++) {
        for (const int *opcode = troubles[i].opcodes; *opcode != STICK_ANY; opcode++) {
            struct stick_fault fault = troubles[i].fault;

            fault.opcode = *opcode;
            check(fault, troubles[i].words);
        }
    }
}

static void heals(struct stick_fault fault, const char *words)
{
    (void)words;
    for (int skip = 0; skip < 3; skip++) {
        struct usb_stick s;
        struct err err;

        stick(&s, SECTOR, SECTORS);
        struct blockdev *d = opened(&s);

        fault.skip = skip;
        usb_stick_fault(&s, fault);
        if (exercise(d, &err) != ERR_NONE) {
            /* A port reset may have cost what was in the stick's cache: then a flush must say so, and the next try is
             * good. */
            CHECK_HAS(err.text, "restarted");
            CHECK(s.n_port_resets > 0);
            CHECK_INT(exercise(d, &err), ERR_NONE);
        }
        done(&s, d);
    }
}

TEST(usb_msc, each_trouble_that_comes_once_is_got_over)
{
    each_trouble(heals);
}

/* The means against a trouble are those the transport names, no stronger ones. */
TEST(usb_msc, each_trouble_is_got_over_by_the_least_that_helps)
{
    static const struct {
        struct stick_fault fault;
        int n_reads, n_resets, n_port_resets;
    } means[] = {
        {{.act = STICK_STALL_CSW, .bytes = 1}, 1, 0, 0},
        {{.act = STICK_ZERO_PACKET}, 1, 0, 0},
        {{.act = STICK_CHECK, .key = 3}, 2, 0, 0},
        {{.act = STICK_SHORT_STALL, .bytes = 100}, 2, 0, 0},
        {{.act = STICK_STALL_CBW}, 2, 1, 0},
        {{.act = STICK_TAG}, 2, 1, 0},
        {{.act = STICK_STATUS, .bytes = 2}, 2, 1, 0},
        {{.act = STICK_STATUS, .bytes = 2, .times = 2}, 3, 1, 1},
        {{.act = STICK_HANG}, 2, 1, 0},
        {{.act = STICK_HANG_DEEP}, 2, 0, 1},
    };

    for (size_t i = 0; i < M2_COUNT(means); i++) {
        struct usb_stick s;
        struct stick_fault fault = means[i].fault;
        struct err err = {0};

        stick(&s, SECTOR, SECTORS);
        struct blockdev *d = opened(&s);

        fault.opcode = 0x28;
        usb_stick_fault(&s, fault);
        CHECK(blockdev_write(d, 0, 1, pattern, &err));
        CHECK(blockdev_read(d, 0, 1, got, &err));
        CHECK(!memcmp(got, pattern, SECTOR));
        CHECK_INT(s.n_commands[0x28], means[i].n_reads);
        CHECK_INT(s.n_resets, means[i].n_resets);
        CHECK_INT(s.n_port_resets, means[i].n_port_resets);
        CHECK_INT(blockdev_flush(d, &err), s.n_port_resets == 0); /* a port reset may cost a cache */
        CHECK(blockdev_write(d, 0, 1, pattern, &err) && blockdev_flush(d, &err));
        done(&s, d);
    }
}

static void is_named(struct stick_fault fault, const char *words)
{
    struct usb_stick s;
    struct err err;

    if (fault.act == STICK_STALL_CSW) {
        fault.bytes = 2; /* the first halt alone is in order */
    }
    stick(&s, SECTOR, SECTORS);
    struct blockdev *d = opened(&s);

    fault.times = STICK_FOR_EVER;
    usb_stick_fault(&s, fault);
    CHECK_INT(exercise(d, &err), ERR_IO);
    CHECK_HAS(err.text, words);
    if (!strcmp(words, "does not answer")) { /* nobody waits for it a second time */
        int64_t start = clock_ms();
        int n = s.n_transfers;

        CHECK_INT(exercise(d, &err), ERR_IO);
        CHECK_INT(s.n_transfers, n);
        CHECK_INT(clock_ms(), start);
    } else { /* one bad place is not the end of a stick */
        memset(s.faults, 0, sizeof s.faults);
        CHECK_INT(exercise(d, &err), ERR_NONE);
    }
    done(&s, d);
}

TEST(usb_msc, each_trouble_that_stays_is_named_within_its_time)
{
    each_trouble(is_named);
}

static void opens(struct stick_fault fault, const char *words)
{
    static const int opcodes[] = {0x00, 0x12, 0x25, 0x1a};

    (void)words;
    for (size_t i = 0; i < M2_COUNT(opcodes); i++) {
        struct usb_stick s;
        struct err err;

        stick(&s, SECTOR, SECTORS);
        fault.opcode = opcodes[i];
        usb_stick_fault(&s, fault);
        struct blockdev *d = opened(&s);

        CHECK_INT(d->n_sectors, SECTORS);
        CHECK_INT(exercise(d, &err), ERR_NONE);
        done(&s, d);
    }
}

TEST(usb_msc, trouble_at_opening_that_comes_once_is_got_over)
{
    each_trouble(opens);
}

TEST(usb_msc, a_stick_that_hangs_from_some_moment_on_is_given_up_in_time_and_at_once_after)
{
    for (int skip = 0; skip < 4 + 7; skip++) { /* the commands of opening and of one exercise */
        struct usb_stick s;
        struct blockdev *d = NULL;
        struct err err = {0};
        int64_t start;

        stick(&s, SECTOR, SECTORS);
        start = clock_ms();
        usb_stick_fault(&s, (struct stick_fault){STICK_HANG_DEAD, STICK_ANY, .skip = skip, .times = STICK_FOR_EVER});
        bool is_open = usb_msc_open(&s.pipe, &d, &err);

        CHECK(clock_ms() - start <= MSC_OPEN_MS + OVERTIME_MS);
        if (is_open) {
            CHECK_INT(exercise(d, &err), ERR_IO);
            start = clock_ms();
            CHECK_INT(exercise(d, &err), ERR_IO);
            CHECK_INT(clock_ms(), start);
            blockdev_close(d);
        }
        CHECK_INT(err.code, ERR_IO);
        CHECK_INT(s.n_closed, 1);
        usb_stick_release(&s);
    }
}

/* --- slow, false, restarted, changed */

TEST(usb_msc, a_slow_stick_is_waited_for_and_one_slower_than_the_slowest_is_not)
{
    struct usb_stick s;
    struct err err;

    stick(&s, SECTOR, SECTORS);
    struct blockdev *d = opened(&s);

    s.kib_per_s = MSC_SLOWEST_KIB_S;
    CHECK_INT(exercise(d, &err), ERR_NONE);
    done(&s, d);

    stick(&s, SECTOR, SECTORS);
    d = opened(&s);
    s.kib_per_s = 1; /* a command's data would take two minutes */
    CHECK_INT(exercise(d, &err), ERR_IO);
    CHECK_HAS(err.text, "not in time");
    blockdev_close(d);
    usb_stick_release(&s);
}

TEST(usb_msc, a_delay_up_to_the_limit_of_a_command_is_borne)
{
    struct usb_stick s;
    struct err err;

    stick(&s, SECTOR, SECTORS);
    struct blockdev *d = opened(&s);

    usb_stick_fault(&s, (struct stick_fault){STICK_DELAY, 0x28, .bytes = MSC_COMMAND_MS});
    usb_stick_fault(&s, (struct stick_fault){STICK_DELAY, 0x2a, .bytes = MSC_COMMAND_MS});
    usb_stick_fault(&s, (struct stick_fault){STICK_DELAY, 0x35, .bytes = MSC_FLUSH_MS});
    CHECK_INT(exercise(d, &err), ERR_NONE);
    CHECK_INT(s.n_resets, 0);
    usb_stick_fault(&s, (struct stick_fault){STICK_DELAY, 0x28, .bytes = MSC_COMMAND_MS + 1});
    CHECK_INT(exercise(d, &err), ERR_NONE);
    CHECK_INT(s.n_resets, 1);
    done(&s, d);
}

TEST(usb_msc, every_command_just_in_time_is_still_too_slow_in_total)
{
    struct usb_stick s;
    struct err err = {0};
    int64_t start;

    stick(&s, SECTOR, SECTORS);
    struct blockdev *d = opened(&s);

    usb_stick_fault(&s, (struct stick_fault){STICK_DELAY, 0x28, .bytes = MSC_COMMAND_MS - 1, .times = STICK_FOR_EVER});
    start = clock_ms();
    CHECK(!blockdev_read(d, 0, 2 * USB_COMMAND_BYTES / SECTOR + BIG, got, &err) && err.code == ERR_IO);
    CHECK(clock_ms() - start <= MSC_TOTAL_MS + 1000 * (BIG * SECTOR / 1024 + 240) / MSC_SLOWEST_KIB_S);
    blockdev_close(d);
    usb_stick_release(&s);
}

TEST(usb_msc, fewer_sectors_than_it_says_is_said_or_left_to_the_reading_back)
{
    struct usb_stick s;
    struct err err = {0};

    stick(&s, SECTOR, SECTORS);
    s.units[0].n_real = 1000;
    struct blockdev *d = opened(&s);

    check_same(d, 0, 600);
    CHECK(!blockdev_read(d, 900, 600, got, &err));
    CHECK_INT(err.code, ERR_IO);
    CHECK_HAS(err.text, "fewer sectors than it says");
    check_same(d, 999, 1);
    done(&s, d);

    stick(&s, SECTOR, SECTORS);
    s.units[0].n_real = 1000;
    s.units[0].is_wrapping = true; /* begins again at 0 and says nothing */
    d = opened(&s);
    check_same(d, 0, 200);
    make_pattern(2);
    check_same(d, 1000, 200);
    make_pattern(1);
    CHECK(blockdev_read(d, 0, 200, got, &err));
    CHECK(memcmp(got, pattern, (size_t)200 * SECTOR) != 0); /* whoever reads back finds out */
    done(&s, d);
}

TEST(usb_msc, a_false_residue_gives_itself_away_and_does_no_harm)
{
    struct usb_stick s;
    struct err err;

    stick(&s, SECTOR, SECTORS);
    usb_stick_fault(&s, (struct stick_fault){STICK_RESIDUE, STICK_ANY, .bytes = 36, .times = STICK_FOR_EVER});
    struct blockdev *d = opened(&s);

    CHECK_INT(exercise(d, &err), ERR_NONE);
    CHECK_INT(s.n_resets, 0);
    done(&s, d);
}

TEST(usb_msc, packets_of_no_bytes_before_the_status_are_borne)
{
    struct usb_stick s;
    struct err err;

    stick(&s, SECTOR, SECTORS);
    usb_stick_fault(&s, (struct stick_fault){STICK_ZERO_PACKET, STICK_ANY, .times = STICK_FOR_EVER});
    struct blockdev *d = opened(&s);

    CHECK_INT(exercise(d, &err), ERR_NONE);
    CHECK_INT(s.n_resets, 0);
    done(&s, d);
}

TEST(usb_msc, sense_in_descriptors_is_understood)
{
    struct usb_stick s;
    struct err err = {0};

    stick(&s, SECTOR, SECTORS);
    s.has_sense_descriptors = true;
    struct blockdev *d = opened(&s);

    usb_stick_fault(&s, (struct stick_fault){STICK_CHECK, 0x28, .key = 3, .asc = 0x11, .ascq = 4, .times = 3});
    CHECK(!blockdev_read(d, 0, 1, got, &err));
    CHECK_HAS(err.text, "failure 3/11/04");
    done(&s, d);
}

TEST(usb_msc, sense_that_does_not_come_is_no_reason)
{
    struct usb_stick s;
    struct err err = {0};

    stick(&s, SECTOR, SECTORS);
    struct blockdev *d = opened(&s);

    usb_stick_fault(&s, (struct stick_fault){STICK_CHECK, 0x28, .key = 3, .asc = 0x11, .times = 6});
    usb_stick_fault(&s, (struct stick_fault){STICK_SHORT, 0x03, .bytes = 8, .times = 3});
    CHECK(!blockdev_read(d, 0, 1, got, &err));
    CHECK_HAS(err.text, "failure 3/00/00"); /* as far as it came */
    usb_stick_fault(&s, (struct stick_fault){STICK_SHORT, 0x03, .bytes = 0, .times = 3});
    CHECK(!blockdev_read(d, 0, 1, got, &err));
    CHECK_HAS(err.text, "failure 0/00/00");
    done(&s, d);
}

TEST(usb_msc, a_restart_between_write_and_flush_is_not_called_flushed)
{
    struct usb_stick s;
    struct err err = {0};

    stick(&s, SECTOR, SECTORS);
    struct blockdev *d = opened(&s);

    CHECK(blockdev_write(d, 0, 1, pattern, &err));
    usb_stick_fault(&s, (struct stick_fault){STICK_CHECK, 0x28, .key = 6, .asc = 0x29});
    CHECK(blockdev_read(d, 5, 1, got, &err));
    CHECK(!blockdev_flush(d, &err));
    CHECK_INT(err.code, ERR_IO);
    CHECK_HAS(err.text, "restarted");
    check_same(d, 0, 1); /* written again, it counts */
    usb_stick_fault(&s, (struct stick_fault){STICK_CHECK, 0x28, .key = 6, .asc = 0x29});
    CHECK(blockdev_read(d, 5, 1, got, &err)); /* nothing was at stake */
    CHECK(blockdev_flush(d, &err));
    done(&s, d);
}

TEST(usb_msc, a_medium_taken_out_or_changed_is_a_pulled_stick)
{
    static const struct stick_fault faults[] = {{STICK_CHECK, .key = 2, .asc = 0x3a},
                                                {STICK_CHECK, .key = 6, .asc = 0x28}};
    static const int opcodes[] = {0x28, 0x2a, 0x35};

    for (size_t i = 0; i < M2_COUNT(faults) * M2_COUNT(opcodes); i++) {
        struct usb_stick s;
        struct stick_fault fault = faults[i % 2];
        struct err err;

        stick(&s, SECTOR, SECTORS);
        struct blockdev *d = opened(&s);

        fault.opcode = opcodes[i / 2];
        usb_stick_fault(&s, fault);
        CHECK_INT(exercise(d, &err), ERR_GONE);
        CHECK_INT(exercise(d, &err), ERR_GONE); /* and stays so */
        done(&s, d);
    }
}

TEST(usb_msc, a_stick_that_comes_up_as_something_else_is_gone)
{
    struct usb_stick s;
    struct err err;

    stick(&s, SECTOR, SECTORS);
    s.has_two_shapes = true;
    struct blockdev *d = opened(&s);

    usb_stick_fault(&s, (struct stick_fault){STICK_HANG_DEEP, .opcode = 0x28});
    CHECK_INT(exercise(d, &err), ERR_GONE);
    done(&s, d);
}

/* --- pulled at every transfer */

TEST(usb_msc, pulled_at_every_transfer_of_a_mixed_run_is_gone_and_the_rest_is_whole)
{
    enum { ROUNDS = 4, N = BIG };
    int n_pulls = 0;

    for (int at = 0;; at++) {
        struct usb_stick s;
        struct blockdev *d = NULL;
        struct err err = {0};
        int n_whole = 0; /* rounds written, flushed and read back */
        bool ok;

        stick(&s, SECTOR, SECTORS);
        s.pull_at = at;
        ok = usb_msc_open(&s.pipe, &d, &err);
        for (; ok && n_whole < ROUNDS; n_whole += ok) {
            ok = blockdev_write(d, n_whole * 1000, N, pattern + n_whole, &err) && blockdev_flush(d, &err) &&
                 blockdev_read(d, n_whole * 1000, N, got, &err);
            CHECK(!ok || !memcmp(got, pattern + n_whole, (size_t)N * SECTOR));
        }
        CHECK_INT(s.n_closed, d ? 0 : 1);
        if (!ok) {
            int64_t now = clock_ms();

            CHECK_INT(err.code, ERR_GONE);
            n_pulls++;
            if (d) { /* everything after says so, too, and none of it is tried */
                int n = s.n_transfers;

                CHECK(!blockdev_read(d, 0, 1, got, &err) && err.code == ERR_GONE);
                CHECK(!blockdev_write(d, 0, 1, got, &err) && err.code == ERR_GONE);
                CHECK(!blockdev_flush(d, &err) && err.code == ERR_GONE);
                CHECK_INT(s.n_transfers, n);
            }
            CHECK_INT(clock_ms(), now);
        }
        blockdev_close(d);
        CHECK(!s.violation);
        for (int i = 0; i < n_whole; i++) { /* what was flushed lies on the medium, and nothing beside it */
            CHECK(pread(s.units[0].fd, got, (size_t)N * SECTOR, (off_t)i * 1000 * SECTOR) == N * SECTOR);
            CHECK(!memcmp(got, pattern + i, (size_t)N * SECTOR));
            CHECK(pread(s.units[0].fd, got, SECTOR, ((off_t)i * 1000 + N) * SECTOR) == SECTOR);
            CHECK(got[0] == 0 && !memcmp(got, got + 1, SECTOR - 1));
        }
        usb_stick_release(&s);
        if (ok) {
            break;
        }
    }
    printf("%d places to pull\n", n_pulls);
    CHECK(n_pulls > 80);
}

TEST(usb_msc, pulled_during_every_step_of_a_recovery_is_gone)
{
    static const enum stick_act acts[] = {STICK_STALL_CBW, STICK_HANG_DEEP, STICK_STALL_PHASE, STICK_CHECK};

    for (size_t i = 0; i < M2_COUNT(acts); i++) {
        bool is_through = false;

        for (int at = 0; !is_through; at++) {
            struct usb_stick s;
            struct err err = {0};

            stick(&s, SECTOR, SECTORS);
            struct blockdev *d = opened(&s);

            usb_stick_fault(&s, (struct stick_fault){acts[i], 0x28, .key = 4, .times = 2});
            s.pull_at = s.n_transfers + at;
            is_through = blockdev_read(d, 0, 1, got, &err);
            CHECK(is_through || err.code == ERR_GONE);
            CHECK(is_through || !blockdev_read(d, 0, 1, got, &err));
            CHECK(is_through || err.code == ERR_GONE);
            done(&s, d);
            CHECK(at < 60);
        }
    }
}
