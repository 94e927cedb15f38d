/* test_install: a container onto the shelf, cut at each step (THREATS T2, T5, T23, T26, T27, T30). */
#include "shelf/install.h"
#include "shelf/library.h"
#include "unit/shelf_fixture.h"
#include <sys/inotify.h>
#include <unistd.h>

/* A stick in memory, with faults to order. */
struct stick {
    struct buf bytes, sig;
    struct catalog_entry entry;
    int64_t n_reads, n_bytes_read;
    int64_t fail_at; /* the read of this number fails; -1 = none */
    bool is_lying;   /* gives other bytes than the catalogue says */
};

static void load_stick(struct stick *s, const char *path)
{
    const char *slash = strrchr(path, '/');
    char sig_path[700];
    struct err err;

    memset(s, 0, sizeof *s);
    s->fail_at = -1;
    snprintf(sig_path, sizeof sig_path, "%s.minisig", path);
    CHECK(fsio_read(path, 8 << 20, &s->bytes, &err));
    CHECK(fsio_read(sig_path, 4096, &s->sig, &err));
    CHECK(format_split_name(slash + 1, s->entry.id, &s->entry.version));
    s->entry.bytes = (int64_t)s->bytes.len;
    snprintf(s->entry.needs, sizeof s->entry.needs, "0.1.0");
    CHECK(minisig_hash_file(path, s->entry.hash, &err));
}

static void drop_stick(struct stick *s)
{
    buf_release(&s->bytes);
    buf_release(&s->sig);
}

static bool stick_read(void *ctx, int64_t offset, void *buf, size_t n, struct err *err)
{
    struct stick *s = ctx;

    if (s->n_reads++ == s->fail_at) {
        return err_set(err, ERR_GONE, "the stick was pulled");
    }
    CHECK(offset + (int64_t)n <= s->entry.bytes); /* T30: never past what was signed */
    memcpy(buf, s->bytes.data + offset, n);
    if (s->is_lying && n) {
        ((char *)buf)[0] ^= 1;
    }
    s->n_bytes_read += (int64_t)n;
    return true;
}

/* Cuts the power when its turn comes. */
struct cut {
    int turn, at;
    enum install_step last;
};

static bool cut_step(void *ctx, enum install_step step, int64_t done, int64_t total)
{
    struct cut *c = ctx;

    CHECK(done >= 0 && done <= total);
    c->last = step;
    return c->turn++ != c->at;
}

static bool try_install(const char *shelf, struct stick *s, struct cut *cut, struct err *err)
{
    struct trust_sig sig = {s->sig.data, s->sig.len};
    struct install_source source = {s, stick_read};
    struct install_watch watch = {cut, cut_step};

    *err = (struct err){0};
    return install_container(shelf, fx_trust(), &s->entry, &sig, &source, cut ? &watch : NULL, err);
}

static int64_t version_open(const char *shelf, const char *id)
{
    struct library *l = NULL;
    struct lib_view *v = NULL;
    int64_t version = 0;
    struct err err;

    if (!library_open(shelf, fx_trust(), &l, &err)) {
        return 0;
    }
    CHECK(library_view(l, "en", &v, &err));
    for (int i = 0; i < v->n_packs; i++) {
        version = strcmp(v->packs[i].id, id) == 0 ? v->packs[i].version : version;
    }
    library_view_free(v);
    library_close(l);
    return version;
}

static const char *fresh_shelf(const char *name)
{
    const char *dir = test_path(name);
    struct err err;

    CHECK(fsio_make_dirs(dir, 0755, &err));
    return dir;
}

/* A container of several pieces: the module with a picture of a megabyte. */
static const char *big_pack(const char *dir, int64_t version)
{
    static char path[600];
    struct buf noise = {0};
    struct writer *w = NULL;
    char comment[64];
    struct err err;

    CHECK(fsio_make_dirs(dir, 0755, &err));
    snprintf(path, sizeof path, "%s/big-%d.m2k", dir, (int)version);
    for (int i = 0; i < 250000; i++) {
        uint8_t word[4];

        put_le32(word, (uint32_t)i * 2654435761u + (uint32_t)version);
        buf_add(&noise, word, sizeof word);
    }
    CHECK(writer_new(path, &w, &err));
    fx_manifest(w, "big", version, "module");
    fx_module_rows(w);
    writer_row(w, "media", "ssiissb", "noise.svg", "image/png", (int64_t)1, (int64_t)1, "x", "x",
               (const void *)noise.data, noise.len);
    CHECK(writer_finish(w, &err));
    snprintf(comment, sizeof comment, "container big %d", (int)version);
    fx_sign(path, &fx_sec[TRUST_AUTHOR], comment);
    buf_release(&noise);
    return path;
}

TEST(install, a_container_comes_onto_an_empty_shelf_and_opens)
{
    const char *shelf = fresh_shelf("shelf-new");
    struct stick s;
    struct err err;

    load_stick(&s, fx_pack(test_path("stick1"), "core", 1));
    CHECK(install_is_needed(shelf, fx_trust(), &s.entry, NULL));
    CHECK(try_install(shelf, &s, NULL, &err));
    CHECK(!install_is_needed(shelf, fx_trust(), &s.entry, NULL));
    CHECK_INT(version_open(shelf, "core"), 1);
    s.n_reads = 0;
    CHECK(try_install(shelf, &s, NULL, &err));
    CHECK_INT(s.n_reads, 0);
    drop_stick(&s);
}

TEST(install, power_cut_after_each_step_keeps_the_old_version_or_has_the_new_and_the_next_try_ends_well) /* T2 */
{
    struct stick old, fresh;
    int n_steps = 0;
    struct err err;

    fx_trust();
    load_stick(&old, big_pack(test_path("stick2"), 1));
    load_stick(&fresh, big_pack(test_path("stick2"), 2));
    for (int at = 0; at == n_steps; at++) { /* until a whole run ends before the cut */
        struct cut cut = {.at = at};
        char name[32];
        const char *shelf;

        snprintf(name, sizeof name, "shelf-cut%d", at);
        shelf = fresh_shelf(name);
        CHECK(try_install(shelf, &old, NULL, &err));
        if (try_install(shelf, &fresh, &cut, &err)) {
            CHECK_INT(cut.last, INSTALL_OPENED);
            break;
        }
        n_steps++;
        CHECK_INT(err.code, ERR_CANCELLED);
        CHECK_INT(version_open(shelf, "big"), cut.last >= INSTALL_PUBLISHED ? 2 : 1);
        fresh.n_bytes_read = 0;
        CHECK(try_install(shelf, &fresh, NULL, &err));
        if (cut.last >= INSTALL_COPIED) {
            CHECK_INT(fresh.n_bytes_read, 0);
        }
        CHECK_INT(version_open(shelf, "big"), 2);
        CHECK_INT(install_sweep(shelf, fx_trust()), 0); /* big-1 and its signature */
        CHECK_INT(version_open(shelf, "big"), 2);
    }
    CHECK(n_steps >= 9); /* checked, 4 pieces or more, copied, signed, marked, published, opened */
    drop_stick(&old);
    drop_stick(&fresh);
}

TEST(install, a_partly_staged_file_goes_on_from_its_length_after_it_was_hashed_again)
{
    const char *shelf = fresh_shelf("shelf-resume");
    struct stick s;
    struct err err;

    fx_trust();
    load_stick(&s, big_pack(test_path("stick3"), 1));
    s.fail_at = 2; /* two pieces are here, then the stick goes */
    CHECK(!try_install(shelf, &s, NULL, &err));
    CHECK_INT(err.code, ERR_GONE);
    CHECK_INT(fsio_size(test_path("shelf-resume/.staging/big-1.m2k.part")), 2 * INSTALL_PIECE_BYTES);
    s.fail_at = -1;
    s.n_bytes_read = 0;
    CHECK(try_install(shelf, &s, NULL, &err));
    CHECK_INT(s.n_bytes_read, s.entry.bytes - 2 * INSTALL_PIECE_BYTES);
    CHECK_INT(version_open(shelf, "big"), 1);
    drop_stick(&s);
}

TEST(install, torn_or_too_long_staging_is_dropped_and_copied_once_more)
{
    const char *shelf = fresh_shelf("shelf-torn");
    struct stick s;
    struct err err;

    fx_trust();
    load_stick(&s, big_pack(test_path("stick4"), 1));
    CHECK(fsio_make_dirs(test_path("shelf-torn/.staging"), 0755, &err));
    s.bytes.data[70000] ^= 1;
    CHECK(fsio_replace(test_path("shelf-torn/.staging/big-1.m2k.part"), s.bytes.data, 100000, 0644, &err));
    s.bytes.data[70000] ^= 1;
    CHECK(try_install(shelf, &s, NULL, &err));
    CHECK_INT(version_open(shelf, "big"), 1);
    CHECK(unlink(test_path("shelf-torn/big-1.m2k")) == 0);
    buf_char(&s.bytes, 'x');
    CHECK(fsio_replace(test_path("shelf-torn/.staging/big-1.m2k.part"), s.bytes.data, s.bytes.len, 0644, &err));
    CHECK(try_install(shelf, &s, NULL, &err));
    CHECK_INT(version_open(shelf, "big"), 1);
    drop_stick(&s);
}

TEST(install, bytes_that_are_not_the_catalogues_are_refused_and_leave_nothing) /* T23, T26 */
{
    const char *shelf = fresh_shelf("shelf-lie");
    struct stick s;
    struct err err;

    load_stick(&s, fx_pack(test_path("stick5"), "core", 1));
    s.is_lying = true;
    CHECK(!try_install(shelf, &s, NULL, &err));
    CHECK_INT(err.code, ERR_FORMAT);
    CHECK_HAS(err.text, "installing 'core-1.m2k'");
    CHECK(!fsio_exists(test_path("shelf-lie/.staging/core-1.m2k.part")));
    CHECK_INT(version_open(shelf, "core"), 0);
    drop_stick(&s);
}

TEST(install, what_is_refused_is_refused_before_a_byte_is_copied)
{
    static const struct {
        int signer; /* -1: a stranger */
        const char *comment, *needs;
        enum trust_revoked revoked;
        int64_t bytes; /* 0 = the true size */
        enum err_code expected;
    } cases[] = {
        {-1, "container core 2", "0.1.0", TRUST_GOOD, 0, ERR_SIGNATURE},
        {TRUST_OFFICE, "container core 2", "0.1.0", TRUST_GOOD, 0, ERR_TRUST},
        {TRUST_AUTHOR, "container core 3", "0.1.0", TRUST_GOOD, 0, ERR_TRUST},
        {TRUST_AUTHOR, "container core 2", "99.0", TRUST_GOOD, 0, ERR_VERSION},
        {TRUST_AUTHOR, "container core 2", "0.1.0", TRUST_LOST, 0, ERR_TRUST},
        {TRUST_AUTHOR, "container core 2", "0.1.0", TRUST_GOOD, INT64_C(1) << 60, ERR_NO_SPACE}, /* T5 */
    };
    const char *shelf = fresh_shelf("shelf-no");

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        const char *path = fx_pack(test_path("stick6"), "core", 2);
        const struct trustlist *trust = fx_trust();
        struct install_source source;
        struct trust_sig sig;
        struct stick s;
        struct err err = {0};

        fx_sign(path, cases[i].signer < 0 ? &fx_stranger : &fx_sec[cases[i].signer], cases[i].comment);
        load_stick(&s, path);
        snprintf(s.entry.needs, sizeof s.entry.needs, "%s", cases[i].needs);
        s.entry.bytes = cases[i].bytes ? cases[i].bytes : s.entry.bytes;
        fx_keys[TRUST_AUTHOR].revoked = cases[i].revoked;
        source = (struct install_source){&s, stick_read};
        sig = (struct trust_sig){s.sig.data, s.sig.len};
        CHECK(!install_container(shelf, trust, &s.entry, &sig, &source, NULL, &err));
        CHECK_INT(err.code, cases[i].expected);
        CHECK_INT(s.n_reads, 0);
        drop_stick(&s);
    }
}

TEST(install, where_room_is_lacking_the_versions_before_go_first) /* T5 */
{
    const char *shelf = fresh_shelf("shelf-room");
    struct stick s;
    struct err err;

    CHECK(install_file(shelf, fx_trust(), fx_pack(test_path("stick8"), "core", 1), &err));
    CHECK(install_file(shelf, fx_trust(), fx_pack(test_path("stick8"), "core", 2), &err));
    CHECK_INT(install_sweep(shelf, fx_trust()), 0);
    load_stick(&s, fx_pack(test_path("stick8"), "shop", 1));
    s.entry.bytes = FORMAT_CONTAINER_MAX_BYTES * 1000;
    CHECK(!try_install(shelf, &s, NULL, &err));
    CHECK_INT(err.code, ERR_NO_SPACE);
    CHECK(!fsio_exists(test_path("shelf-room/core-1.m2k")));
    CHECK_INT(version_open(shelf, "core"), 2);
    drop_stick(&s);
}

TEST(install, an_older_version_never_follows_a_newer_one) /* T27 */
{
    const char *shelf = fresh_shelf("shelf-back");
    struct stick s;
    struct err err;

    load_stick(&s, fx_pack(test_path("stick7"), "core", 5));
    CHECK(try_install(shelf, &s, NULL, &err));
    drop_stick(&s);
    load_stick(&s, fx_pack(test_path("stick7"), "core", 4));
    CHECK(!install_is_needed(shelf, fx_trust(), &s.entry, NULL));
    CHECK(!try_install(shelf, &s, NULL, &err));
    CHECK_INT(err.code, ERR_TRUST);
    CHECK_HAS(err.text, "older than version 5");
    drop_stick(&s);
}

TEST(install, one_that_is_signed_but_does_not_open_here_leaves_and_the_old_one_stays)
{
    enum { USER_VERSION_LAST = 63 };
    const char *shelf = fresh_shelf("shelf-newer"), *path;
    struct buf bytes = {0};
    struct stick s;
    struct err err;

    load_stick(&s, fx_pack(test_path("stick8"), "core", 1));
    CHECK(try_install(shelf, &s, NULL, &err));
    drop_stick(&s);
    path = fx_pack(test_path("stick8"), "core", 2);
    CHECK(fsio_read(path, 1 << 20, &bytes, &err));
    bytes.data[USER_VERSION_LAST] = 9;
    CHECK(fsio_replace(path, bytes.data, bytes.len, 0644, &err));
    fx_sign(path, &fx_sec[TRUST_AUTHOR], "container core 2");
    load_stick(&s, path);
    CHECK(!try_install(shelf, &s, NULL, &err));
    CHECK_INT(err.code, ERR_VERSION);
    CHECK_HAS(err.text, "update the station first");
    CHECK_INT(version_open(shelf, "core"), 1);
    CHECK(!fsio_exists(test_path("shelf-newer/core-2.m2k")));
    CHECK(!fsio_exists(test_path("shelf-newer/core-2.m2k.minisig")));
    buf_release(&bytes);
    drop_stick(&s);
}

TEST(install, sweep_keeps_the_newest_that_opens_and_the_one_before_it)
{
    const char *shelf = fresh_shelf("shelf-sweep");
    struct err err;

    for (int64_t version = 1; version <= 4; version++) {
        CHECK(install_file(shelf, fx_trust(), fx_pack(test_path("stick9"), "core", version), &err));
    }
    CHECK(install_file(shelf, fx_trust(), fx_pack(test_path("stick9"), "shop", 1), &err));
    CHECK(fsio_replace(test_path("shelf-sweep/core-4.m2k"), "damaged", 7, 0644, &err));
    CHECK(fsio_replace(test_path("shelf-sweep/gone-1.m2k.minisig"), "x", 1, 0644, &err));
    CHECK(fsio_replace(test_path("shelf-sweep/gone-1.m2k.held"), "", 0, 0644, &err));
    CHECK_INT(install_sweep(shelf, fx_trust()), 4); /* core-1 and its signature, the lonely ones */
    CHECK(!fsio_exists(test_path("shelf-sweep/core-1.m2k")));
    CHECK(fsio_exists(test_path("shelf-sweep/core-2.m2k")));
    CHECK(fsio_exists(test_path("shelf-sweep/core-3.m2k")));
    CHECK(fsio_exists(test_path("shelf-sweep/shop-1.m2k")));
    CHECK_INT(version_open(shelf, "core"), 3);
    CHECK_INT(install_sweep(shelf, fx_trust()), 0);
}

/* Every sweep hashed the whole shelf, with a stick in, before results went out, and deaf to "stop". */
TEST(install, a_sweep_of_what_may_stay_reads_no_container)
{
    const char *shelf = fresh_shelf("shelf-unread");
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    char events[4096];
    struct err err;

    CHECK(install_file(shelf, fx_trust(), fx_pack(test_path("stick9"), "core", 1), &err));
    CHECK(install_file(shelf, fx_trust(), fx_pack(test_path("stick9"), "core", 2), &err));
    CHECK(inotify_add_watch(fd, test_path("shelf-unread/core-1.m2k"), IN_ACCESS) >= 0);
    CHECK(inotify_add_watch(fd, test_path("shelf-unread/core-2.m2k"), IN_ACCESS) >= 0);
    CHECK_INT(install_sweep(shelf, fx_trust()), 0);
    CHECK(read(fd, events, sizeof events) < 0);
    close(fd);
}

TEST(install, a_damaged_published_file_is_replaced_by_the_same_version)
{
    const char *shelf = fresh_shelf("shelf-heal");
    struct buf bytes = {0};
    struct stick s;
    struct err err;

    load_stick(&s, fx_pack(test_path("stick10"), "core", 1));
    CHECK(try_install(shelf, &s, NULL, &err));
    CHECK(fsio_read(test_path("shelf-heal/core-1.m2k"), 1 << 20, &bytes, &err));
    bytes.data[5000] ^= 1;
    CHECK(fsio_replace(test_path("shelf-heal/core-1.m2k"), bytes.data, bytes.len, 0644, &err));
    CHECK_INT(version_open(shelf, "core"), 0);
    CHECK(install_is_needed(shelf, fx_trust(), &s.entry, NULL));
    CHECK(try_install(shelf, &s, NULL, &err));
    CHECK_INT(version_open(shelf, "core"), 1);
    CHECK(!install_is_needed(shelf, fx_trust(), &s.entry, NULL));
    CHECK(unlink(test_path("shelf-heal/core-1.m2k.minisig")) == 0);
    CHECK(install_is_needed(shelf, fx_trust(), &s.entry, NULL));
    buf_release(&bytes);
    drop_stick(&s);
}

TEST(install, a_file_that_is_not_called_like_a_container_is_the_users_mistake)
{
    struct err err;

    CHECK(!install_file(fresh_shelf("shelf-usage"), fx_trust(), test_path("photo.jpg"), &err));
    CHECK_INT(err.code, ERR_USAGE);
    CHECK(!install_file(test_path("shelf-usage"), fx_trust(), test_path("core-1.m2k"), &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
}

/* A stolen author key can drive a version up as far as it likes; what it signed goes, and its version is no floor. */
TEST(install, T31_T32_a_stolen_key_once_kept_all_newer_content_out_for_ever)
{
    static const int64_t far = FORMAT_VERSION_MAX;
    const char *shelf = fresh_shelf("shelf-stolen");
    struct trust_key keys[5];
    struct trustlist trust;
    struct err err = {0};
    struct stick s;

    CHECK(install_file(shelf, fx_trust(), fx_pack(test_path("stick10"), "core", far), &err));
    memcpy(keys, fx_trust()->keys, sizeof fx_keys);
    keys[4] = keys[TRUST_AUTHOR];
    keys_make(&fx_sec[TRUST_AUTHOR], &keys[4].key); /* the author's new key */
    trust = (struct trustlist){.counter = 2, .keys = keys, .n_keys = 5};
    load_stick(&s, fx_pack(test_path("stick10"), "core", 7));
    struct trust_sig sig = {s.sig.data, s.sig.len};
    struct install_source source = {.ctx = &s, .read = stick_read};

    CHECK(!install_is_needed(shelf, &trust, &s.entry, NULL)); /* nobody knows yet */
    keys[TRUST_AUTHOR].revoked = TRUST_LOST;
    CHECK(!install_is_needed(shelf, &trust, &s.entry, NULL)); /* what is here stays */
    CHECK_INT(install_sweep(shelf, &trust), 0);
    keys[TRUST_AUTHOR].revoked = TRUST_STOLEN;
    CHECK(install_is_needed(shelf, &trust, &s.entry, NULL)); /* even if a cut kept the sweep out */
    CHECK(install_container(shelf, &trust, &s.entry, &sig, &source, NULL, &err));
    CHECK_INT(install_sweep(shelf, &trust), 2);
    CHECK(fsio_exists(test_path("shelf-stolen/core-7.m2k")));
    CHECK(!fsio_exists(test_path("shelf-stolen/core-999999999.m2k")));
    drop_stick(&s);
    fx_keys[TRUST_AUTHOR].key = keys[4].key;
}
