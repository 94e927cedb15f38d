/* test_usb_msc_trouble: sticks that break the transport, hang, are slow, false, restarted, stopped or pulled (THREATS
 * T13, T17, T18). */
#include "unit/msc_fixture.h"
#include <unistd.h>

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

TEST(usb_msc_trouble, each_trouble_that_comes_once_is_got_over)
{
    each_trouble(heals);
}

/* The means against a trouble are those the transport names, no stronger ones. */
TEST(usb_msc_trouble, each_trouble_is_got_over_by_the_least_that_helps)
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

TEST(usb_msc_trouble, each_trouble_that_stays_is_named_within_its_time)
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

TEST(usb_msc_trouble, trouble_at_opening_that_comes_once_is_got_over)
{
    each_trouble(opens);
}

TEST(usb_msc_trouble, a_stick_that_hangs_from_some_moment_on_is_given_up_in_time_and_at_once_after)
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

/* --- stopped */

static int64_t stop_at_ms; /* virtual; -1 = nobody stops */

static bool stop_asked(void *ctx)
{
    (void)ctx;
    return stop_at_ms >= 0 && clock_ms() >= stop_at_ms;
}

/* Reads from a stick that misbehaves, is stopped after so long, and answers within two seconds; then it works again. */
static void stopped(enum stick_act act, int64_t after_ms, bool comes_back)
{
    struct usb_stick s;
    struct err err = {0};

    stick(&s, SECTOR, SECTORS);
    stop_at_ms = -1;
    s.pipe.is_stopped = stop_asked;
    struct blockdev *d = opened(&s);

    CHECK(blockdev_write(d, 0, BIG, pattern, &err) && blockdev_flush(d, &err));
    usb_stick_fault(&s, (struct stick_fault){act, 0x28, .bytes = 60000, .skip = 1, .times = comes_back ? 1 : 99});
    stop_at_ms = clock_ms() + after_ms;
    CHECK(!blockdev_read(d, 0, BIG, got, &err));
    CHECK_INT(err.code, ERR_CANCELLED);
    CHECK(clock_ms() - stop_at_ms <= 2000);
    CHECK(!s.pipe.may_stop);
    stop_at_ms = -1;
    if (comes_back) {
        CHECK(blockdev_read(d, 0, BIG, got, &err));
        CHECK(!memcmp(got, pattern, (size_t)BIG * SECTOR));
        check_same(d, 3, BIG);
    } else {
        CHECK(!blockdev_read(d, 0, BIG, got, &err));
        CHECK_INT(err.code, ERR_IO);
    }
    done(&s, d);
}

TEST(usb_msc_trouble, T18_a_reading_that_is_stopped_ends_within_two_seconds_and_the_next_one_works)
{
    static const enum stick_act acts[] = {STICK_HANG, STICK_HANG_DEEP, STICK_HANG_STATUS, STICK_DELAY};
    static const int64_t after[] = {0, 50, 1000, 9900};

    for (size_t i = 0; i < M2_COUNT(acts); i++) {
        for (size_t k = 0; k < M2_COUNT(after); k++) {
            stopped(acts[i], after[k], true);
        }
    }
    stopped(STICK_HANG_DEAD, 500, false);
    stopped(STICK_HANG_DEAD, 12000, false); /* within the second try */
}

TEST(usb_msc_trouble, a_slow_stick_is_stopped_in_the_middle_of_its_bytes)
{
    struct usb_stick s;
    struct err err = {0};

    stick(&s, SECTOR, SECTORS);
    stop_at_ms = -1;
    s.pipe.is_stopped = stop_asked;
    struct blockdev *d = opened(&s);

    CHECK(blockdev_write(d, 0, BIG, pattern, &err) && blockdev_flush(d, &err));
    s.kib_per_s = MSC_SLOWEST_KIB_S;
    stop_at_ms = clock_ms() + 300;
    CHECK(!blockdev_read(d, 0, BIG, got, &err));
    CHECK_INT(err.code, ERR_CANCELLED);
    CHECK(clock_ms() - stop_at_ms <= USB_STOP_POLL_MS);
    s.kib_per_s = 0;
    CHECK(blockdev_write(d, 0, BIG, pattern, &err) && blockdev_flush(d, &err)); /* a write that was asked is whole */
    stop_at_ms = -1;
    CHECK(blockdev_read(d, 0, BIG, got, &err));
    CHECK(!memcmp(got, pattern, (size_t)BIG * SECTOR));
    done(&s, d);
}

/* --- slow, false, restarted, changed */

TEST(usb_msc_trouble, a_slow_stick_is_waited_for_and_one_slower_than_the_slowest_is_not)
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

TEST(usb_msc_trouble, a_delay_up_to_the_limit_of_a_command_is_borne)
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

TEST(usb_msc_trouble, every_command_just_in_time_is_still_too_slow_in_total)
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

TEST(usb_msc_trouble, fewer_sectors_than_it_says_is_said_or_left_to_the_reading_back)
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

TEST(usb_msc_trouble, a_false_residue_gives_itself_away_and_does_no_harm)
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

TEST(usb_msc_trouble, packets_of_no_bytes_before_the_status_are_borne)
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

TEST(usb_msc_trouble, sense_in_descriptors_is_understood)
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

TEST(usb_msc_trouble, sense_that_does_not_come_is_no_reason)
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

TEST(usb_msc_trouble, a_restart_between_write_and_flush_is_not_called_flushed)
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

TEST(usb_msc_trouble, a_medium_taken_out_or_changed_is_a_pulled_stick)
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

TEST(usb_msc_trouble, a_stick_that_comes_up_as_something_else_is_gone)
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

TEST(usb_msc_trouble, pulled_at_every_transfer_of_a_mixed_run_is_gone_and_the_rest_is_whole)
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

TEST(usb_msc_trouble, pulled_during_every_step_of_a_recovery_is_gone)
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
