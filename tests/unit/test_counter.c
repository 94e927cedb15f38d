/* test_counter: numbers that only rise, whatever is cut or damaged (THREATS T27, T31). */
#include "base/buf.h"
#include "base/fsio.h"
#include "fakes/failing_io.h"
#include "trust/counter.h"
#include "unit/test.h"
#include <errno.h>
#include <unistd.h>

enum { SLOT = 4096 };

static uint64_t get(const char *path, const char *name)
{
    uint64_t value;
    struct err err;

    CHECK(counter_get(path, name, &value, &err));
    return value;
}

static enum err_code raise_to(const char *path, const char *name, uint64_t value)
{
    struct err err = {0};

    return counter_raise(path, name, value, &err) ? ERR_NONE : err.code;
}

static void write_file(const char *path, const struct buf *b, size_t n)
{
    FILE *f = fopen(path, "wb");

    CHECK(f && fwrite(b->data, 1, n, f) == n && fclose(f) == 0);
}

TEST(counter, a_number_rises_stays_when_equal_and_never_falls) /* T27 */
{
    const char *path = test_path("rise");

    CHECK_INT(get(path, "catalog:A"), 0);
    CHECK(!fsio_exists(path));
    CHECK_INT(raise_to(path, "catalog:A", 3), ERR_NONE);
    CHECK_INT(raise_to(path, "catalog:A", 3), ERR_NONE);
    CHECK_INT(get(path, "catalog:A"), 3);
    CHECK_INT(raise_to(path, "catalog:A", 2), ERR_TRUST);
    CHECK_INT(raise_to(path, "catalog:A", 0), ERR_TRUST);
    CHECK_INT(get(path, "catalog:A"), 3);
    CHECK_INT(raise_to(path, "catalog:A", UINT64_MAX), ERR_NONE);
    CHECK(get(path, "catalog:A") == UINT64_MAX);
    CHECK_INT(raise_to(path, "catalog:A", UINT64_MAX - 1), ERR_TRUST);
}

TEST(counter, names_do_not_touch_each_other) /* T31 */
{
    const char *path = test_path("names");

    CHECK_INT(raise_to(path, "catalog:A", 900), ERR_NONE);
    CHECK_INT(raise_to(path, "catalog:AB", 5), ERR_NONE);
    CHECK_INT(raise_to(path, "receipt:A", 7), ERR_NONE);
    CHECK_INT(get(path, "catalog:A"), 900);
    CHECK_INT(get(path, "catalog:AB"), 5);
    CHECK_INT(get(path, "receipt:A"), 7);
    CHECK_INT(get(path, "receipt:"), 0);
    CHECK_INT(get(path, ""), 0);
}

TEST(counter, sixty_four_names_of_47_bytes_fit_and_not_one_more)
{
    const char *path = test_path("limit");
    char name[COUNTER_NAME_BYTES + 1];

    for (int i = 0; i < COUNTER_MAX; i++) {
        snprintf(name, sizeof name, "receipt:%039d", i);
        CHECK_INT(strlen(name), COUNTER_NAME_BYTES - 1);
        CHECK_INT(raise_to(path, name, (uint64_t)i + 1), ERR_NONE);
    }
    CHECK_INT(raise_to(path, "one more", 1), ERR_LIMIT);
    CHECK_INT(raise_to(path, name, 1000), ERR_NONE);
    CHECK_INT(get(path, name), 1000);
    snprintf(name, sizeof name, "receipt:%039d", 0);
    CHECK_INT(get(path, name), 1);
    memset(name, 'x', COUNTER_NAME_BYTES);
    name[COUNTER_NAME_BYTES] = '\0';
    CHECK_INT(raise_to(test_path("long name"), name, 1), ERR_LIMIT);
    CHECK(!fsio_exists(test_path("long name")));
}

TEST(counter, a_write_torn_at_any_byte_leaves_the_old_number_or_the_new) /* T27 */
{
    const char *path = test_path("torn");
    struct buf before = {0}, after = {0}, mixed = {0};
    struct err err;

    for (uint64_t round = 2; round <= 4; round++) { /* each slot is the written one at least once */
        unlink(path);
        for (uint64_t v = 1; v <= round; v++) {
            CHECK_INT(raise_to(path, "c", v), ERR_NONE);
        }
        CHECK(fsio_read(path, 3 * SLOT, &before, &err));
        CHECK_INT(raise_to(path, "c", 100), ERR_NONE);
        CHECK(fsio_read(path, 3 * SLOT, &after, &err));
        CHECK_INT(after.len, 2 * SLOT);
        for (size_t cut = 0; cut <= after.len; cut += cut < 200 || cut > 4000 ? 13 : 257) {
            buf_clear(&mixed); /* after up to the cut, before from there on */
            buf_add(&mixed, after.data, cut);
            if (before.len > cut) {
                buf_add(&mixed, before.data + cut, before.len - cut);
            }
            write_file(path, &mixed, mixed.len);
            uint64_t value = get(path, "c");

            CHECK(value == round || value == 100);
            CHECK_INT(raise_to(path, "c", round - 1), ERR_TRUST);
            CHECK_INT(raise_to(path, "c", 101), ERR_NONE);
            CHECK_INT(get(path, "c"), 101);
        }
    }
    buf_release(&before);
    buf_release(&after);
    buf_release(&mixed);
}

TEST(counter, each_flipped_byte_is_seen_and_the_other_slot_counts)
{
    const char *path = test_path("flip");
    struct buf good = {0};
    uint64_t value;
    struct err err;

    CHECK_INT(raise_to(path, "c", 1), ERR_NONE);
    CHECK_INT(raise_to(path, "c", 2), ERR_NONE);
    CHECK(fsio_read(path, 3 * SLOT, &good, &err));
    for (size_t i = 0; i < good.len; i += i % SLOT < 100 ? 1 : 97) {
        good.data[i] ^= 1;
        write_file(path, &good, good.len);
        CHECK_INT(get(path, "c"), i < SLOT ? 2 : 1);
        good.data[i] ^= 1;
    }
    good.data[30] ^= 1;
    good.data[SLOT + 30] ^= 1;
    write_file(path, &good, good.len);
    CHECK(!counter_get(path, "c", &value, &err));
    CHECK_INT(err.code, ERR_CORRUPT);
    CHECK_HAS(err.text, "damaged");
    CHECK_INT(raise_to(path, "c", 9), ERR_CORRUPT);
    buf_release(&good);
}

/* A cut file would have begun again at zero: every old statement would count as new. */
TEST(counter, a_file_cut_below_one_slot_counted_as_never_written) /* T27 */
{
    const char *path = test_path("short");
    struct buf good = {0};
    struct err err;

    CHECK_INT(raise_to(path, "c", 5), ERR_NONE);
    CHECK(fsio_read(path, 3 * SLOT, &good, &err));
    for (size_t n = 0; n < SLOT; n += 315) {
        write_file(path, &good, n);
        CHECK_INT(raise_to(path, "c", 1), ERR_CORRUPT);
    }
    buf_release(&good);
}

/* The first write has no other slot to fall back on: it must come whole or not at all. */
TEST(counter, first_write_was_in_place_and_a_cut_there_left_a_damaged_file) /* T2, T27 */
{
    const char *path = test_path("first");

    CHECK(fsio_replace(test_path("first.new"), "torn", 4, 0600, NULL)); /* what a cut leaves now */
    CHECK_INT(get(path, "c"), 0);
    CHECK_INT(raise_to(path, "c", 1), ERR_NONE);
    CHECK_INT(get(path, "c"), 1);
    CHECK_INT(fsio_size(path), SLOT);
    CHECK(!fsio_exists(test_path("first.new"))); /* it went by rename */
}

TEST(counter, a_folder_that_is_not_there_and_a_file_too_long_are_named)
{
    struct buf noise = {0};
    struct err err = {0};
    uint64_t value;

    CHECK(!counter_raise(test_path("no/such/file"), "c", 1, &err));
    CHECK_HAS(err.text, "no/such/file");
    for (int i = 0; i < 2 * SLOT + 1; i++) {
        buf_char(&noise, 'x');
    }
    write_file(test_path("long"), &noise, noise.len);
    CHECK(!counter_get(test_path("long"), "c", &value, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    buf_release(&noise);
}

/* Each call a raise makes fails once: the old number stays or the new one is there, and the next raise ends well. */
TEST(counter, T27_a_failure_at_each_call_of_a_write_leaves_the_old_number_or_the_new)
{
    static const enum failing_call calls[] = {FAIL_OPEN, FAIL_READ, FAIL_WRITE, FAIL_SEEK, FAIL_SYNC, FAIL_RENAME};
    const char *path = test_path("failing");
    int n_failed = 0;

    for (size_t k = 0; k < M2_COUNT(calls); k++) {
        for (int seen = 0; seen <= 2; seen++) { /* no file, one slot, two */
            for (int nth = 1;; nth++) {
                unlink(path);
                for (int v = 1; v <= seen; v++) {
                    CHECK_INT(raise_to(path, "c", (uint64_t)v), ERR_NONE);
                }
                fail_call(calls[k], nth, 1, EIO);
                enum err_code code = raise_to(path, "c", 9);

                if (!fail_end()) {
                    CHECK_INT(code, ERR_NONE);
                    break;
                }
                uint64_t value = get(path, "c");

                CHECK(code == ERR_IO && (value == (uint64_t)seen || value == 9));
                CHECK_INT(raise_to(path, "c", 10), ERR_NONE);
                CHECK_INT(get(path, "c"), 10);
                n_failed++;
            }
        }
    }
    CHECK(n_failed >= 15);
}

TEST(counter, T31_a_new_era_forgets_what_a_stolen_key_drove_up)
{
    const char *path = test_path("era");
    struct err err = {0};

    CHECK_INT(raise_to(path, "catalog:A", 7), ERR_NONE);
    CHECK(counter_begin(path, 1, &err)); /* a file from before eras keeps its numbers */
    CHECK_INT(get(path, "catalog:A"), 7);
    CHECK_INT(raise_to(path, "catalog:A", UINT64_MAX), ERR_NONE);
    CHECK(counter_begin(path, 1, &err));
    CHECK(get(path, "catalog:A") == UINT64_MAX);
    CHECK(counter_begin(path, 2, &err));
    CHECK_INT(get(path, "catalog:A"), 0);
    CHECK_INT(raise_to(path, "catalog:A", 8), ERR_NONE);
    CHECK_INT(raise_to(path, "catalog:A", 7), ERR_TRUST);
    CHECK(counter_begin(path, 2, &err));
    CHECK_INT(get(path, "catalog:A"), 8);
}

TEST(counter, T31_a_full_file_of_no_era_begins_one)
{
    const char *path = test_path("full era");
    char name[COUNTER_NAME_BYTES];
    struct err err = {0};

    for (int i = 0; i < COUNTER_MAX; i++) {
        snprintf(name, sizeof name, "catalog:%d", i);
        CHECK_INT(raise_to(path, name, 5), ERR_NONE);
    }
    CHECK(counter_begin(path, 9, &err));
    CHECK_INT(get(path, "catalog:0"), 0);
    CHECK_INT(raise_to(path, "catalog:0", 1), ERR_NONE);
}

TEST(counter, T27_T31_a_failure_while_an_era_begins_leaves_the_old_numbers_or_the_new_era)
{
    static const enum failing_call calls[] = {FAIL_OPEN, FAIL_READ, FAIL_WRITE, FAIL_SEEK, FAIL_SYNC};
    const char *path = test_path("failing era");
    struct err err = {0};

    for (size_t k = 0; k < M2_COUNT(calls); k++) {
        for (int nth = 1;; nth++) {
            unlink(path);
            CHECK(counter_begin(path, 1, &err));
            CHECK_INT(raise_to(path, "c", 5), ERR_NONE);
            fail_call(calls[k], nth, 1, EIO);
            bool ok = counter_begin(path, 2, &err);

            if (!fail_end()) {
                CHECK(ok);
                break;
            }
            CHECK(!ok && (get(path, "c") == 5 || get(path, "c") == 0));
            CHECK(counter_begin(path, 2, &err));
            CHECK_INT(get(path, "c"), 0);
        }
    }
}
