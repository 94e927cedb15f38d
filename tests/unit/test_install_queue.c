/* test_install_queue: containers that are published together: in which order bytes, signatures and containers reach the
 * card and the shelf, and what happens where a sync or one of them fails (THREATS T2, R3). The calls that matter are
 * noted, and fail when told to, by wrapping them in the linker. */
#include "shelf/install.h"
#include "unit/shelf_fixture.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PACKS = 3, PACKS_MAX = INSTALL_QUEUE_MAX + 1 };

static char calls[200]; /* S: all that waits synced, s: the shelf; m: a signature, p: a container onto the shelf */
static char fails;      /* the next of these calls does */

static bool notes(char call)
{
    size_t n = strlen(calls);

    if (n + 1 < sizeof calls) {
        calls[n] = call;
        calls[n + 1] = '\0';
    }
    if (call != fails) {
        return true;
    }
    fails = 0;
    errno = EIO;
    return false;
}

int __real_syncfs(int fd);
int __wrap_syncfs(int fd);
int __wrap_syncfs(int fd)
{
    return notes('S') ? __real_syncfs(fd) : -1;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    struct stat st;

    return fstat(fd, &st) != 0 || !S_ISDIR(st.st_mode) || notes('s') ? __real_fsync(fd) : -1;
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
    return !strstr(from, "/.staging/") || notes(strstr(to, ".minisig") ? 'm' : 'p') ? __real_rename(from, to) : -1;
}

/* --- a stick with three containers, and what is told of each
 * ----------------------------------------------------------------------------------------------------------- */

struct pack {
    struct buf bytes, sig;
    struct catalog_entry entry;
    bool is_lying;
};

static struct pack packs[PACKS_MAX];
static int n_packs;
static enum err_code told[PACKS_MAX]; /* of each; ERR_BUSY: nothing yet */

static bool pack_read(void *ctx, int64_t offset, void *buf, size_t n, struct err *err)
{
    struct pack *p = ctx;

    (void)err;
    memcpy(buf, p->bytes.data + offset, n);
    ((char *)buf)[0] ^= (char)p->is_lying;
    return true;
}

static void load(int n)
{
    struct err err = {0};

    n_packs = n;
    for (int i = 0; i < n; i++) {
        struct pack *p = &packs[i];
        struct buf name = {0};
        const char *path;

        *p = (struct pack){.entry = {.version = 1}};
        snprintf(p->entry.id, sizeof p->entry.id, "stall-%d", i);
        path = fx_pack(test_path("stick"), p->entry.id, 1);
        snprintf(p->entry.needs, sizeof p->entry.needs, "0.1.0");
        buf_fmt(&name, "%s.minisig", path);
        CHECK(fsio_read(path, 8 << 20, &p->bytes, &err) && fsio_read(name.data, 4096, &p->sig, &err));
        CHECK(minisig_hash_file(path, p->entry.hash, &err));
        p->entry.bytes = (int64_t)p->bytes.len;
        told[i] = ERR_BUSY;
        buf_release(&name);
    }
    calls[0] = '\0';
    fails = 0;
}

static void drop(void)
{
    for (int i = 0; i < n_packs; i++) {
        buf_release(&packs[i].bytes);
        buf_release(&packs[i].sig);
    }
}

static void hear(void *ctx, const struct catalog_entry *entry, const struct err *why)
{
    (void)ctx;
    for (int i = 0; i < n_packs; i++) {
        if (entry == &packs[i].entry) {
            CHECK_INT(told[i], ERR_BUSY); /* once */
            told[i] = why ? why->code : ERR_NONE;
        }
    }
}

static bool add(struct install_queue *q, int i, struct err *err)
{
    struct trust_sig sig = {packs[i].sig.data, packs[i].sig.len};
    struct install_source source = {&packs[i], pack_read};

    *err = (struct err){0};
    return install_queue_add(q, &packs[i].entry, &sig, &source, NULL, err);
}

static struct install_queue *begin(const char *shelf, int n)
{
    struct install_told to = {NULL, hear};
    struct install_queue *q = NULL;
    struct err err = {0};

    load(n);
    CHECK(fsio_make_dirs(test_path(shelf), 0755, &err));
    CHECK(install_queue_new(test_path(shelf), fx_trust(), &to, &q, &err));
    return q;
}

/* Zeros behind a container's last page, and its signature over them. */
static void pad(int i, size_t n)
{
    struct pack *p = &packs[i];
    struct buf name = {0};
    char path[600];
    struct err err;

    CHECK(p->bytes.len <= n);
    while (p->bytes.len < n) {
        static const char zeros[4096];

        buf_add(&p->bytes, zeros, n - p->bytes.len < sizeof zeros ? n - p->bytes.len : sizeof zeros);
    }
    snprintf(path, sizeof path, "%s/padded", test_path("stick"));
    CHECK(fsio_replace(path, p->bytes.data, n, 0644, &err));
    buf_fmt(&name, "container %s 1", p->entry.id);
    fx_sign(path, &fx_sec[TRUST_AUTHOR], name.data);
    CHECK(minisig_hash_file(path, p->entry.hash, &err));
    p->entry.bytes = (int64_t)n;
    snprintf(path, sizeof path, "%s/padded.minisig", test_path("stick"));
    buf_clear(&p->sig);
    CHECK(fsio_read(path, 4096, &p->sig, &err));
    buf_release(&name);
    calls[0] = '\0'; /* those were not the queue's */
}

static bool is_on(const char *shelf, const char *where, int i, const char *suffix)
{
    char name[200];

    snprintf(name, sizeof name, "%s/%s%s-1.m2k%s", shelf, where, packs[i].entry.id, suffix);
    return fsio_exists(test_path(name));
}

static bool is_published(const char *shelf, int i)
{
    return is_on(shelf, "", i, "") && is_on(shelf, "", i, ".minisig");
}

/* --- the tests
 * ----------------------------------------------------------------------------------------------------------- */

TEST(install_queue, bytes_are_on_the_card_before_signatures_are_on_the_shelf_and_these_before_containers)
{
    struct install_queue *q = begin("shelf-order", PACKS);
    struct err err;

    for (int i = 0; i < PACKS; i++) {
        CHECK(add(q, i, &err));
        CHECK_INT(told[i], ERR_BUSY);
        CHECK(!is_on("shelf-order", "", i, "") && !is_on("shelf-order", "", i, ".minisig"));
    }
    CHECK_STR(calls, "");
    install_queue_publish(q);
    CHECK_STR(calls, "Smmmsppps");
    for (int i = 0; i < PACKS; i++) {
        CHECK_INT(told[i], ERR_NONE);
        CHECK(is_published("shelf-order", i));
        told[i] = ERR_BUSY;
    }
    CHECK(add(q, 1, &err)); /* it is there: told at once, nothing is written */
    CHECK_INT(told[1], ERR_NONE);
    install_queue_free(q);
    CHECK_STR(calls, "Smmmsppps");
    drop();
}

TEST(install_queue, one_that_is_refused_keeps_no_other_out)
{
    struct install_queue *q = begin("shelf-lie", PACKS);
    struct err err;

    packs[1].is_lying = true;
    CHECK(add(q, 0, &err));
    CHECK(!add(q, 1, &err));
    CHECK_INT(err.code, ERR_FORMAT);
    CHECK(add(q, 2, &err));
    install_queue_free(q); /* publishes */
    CHECK_STR(calls, "Smmspps");
    CHECK_INT(told[0], ERR_NONE);
    CHECK_INT(told[1], ERR_BUSY); /* never */
    CHECK_INT(told[2], ERR_NONE);
    CHECK(is_published("shelf-lie", 0) && !is_published("shelf-lie", 1) && is_published("shelf-lie", 2));
    drop();
}

/* R3: what lies in the card's cache after a failed sync is not believed by the next try. */
TEST(install_queue, R3_a_sync_that_failed_is_not_tried_again_and_what_it_was_of_is_dropped)
{
    struct install_queue *q = begin("shelf-sync", PACKS);
    struct err err;

    for (int i = 0; i < PACKS; i++) {
        CHECK(add(q, i, &err));
        CHECK(is_on("shelf-sync", ".staging/", i, ".part") && is_on("shelf-sync", ".staging/", i, ".minisig"));
    }
    fails = 'S';
    install_queue_free(q);
    CHECK_STR(calls, "S");
    for (int i = 0; i < PACKS; i++) {
        CHECK_INT(told[i], ERR_IO);
        CHECK(!is_on("shelf-sync", "", i, "") && !is_on("shelf-sync", "", i, ".minisig"));
        CHECK(!is_on("shelf-sync", ".staging/", i, ".part") && !is_on("shelf-sync", ".staging/", i, ".minisig"));
    }
    drop();
}

TEST(install_queue, so_many_bytes_are_saved_while_the_next_ones_come_and_not_once_more)
{
    struct install_queue *q = begin("shelf-save", PACKS);
    struct err err;

    pad(0, INSTALL_SAVE_BYTES - 1);
    pad(1, INSTALL_SAVE_BYTES);
    CHECK(add(q, 0, &err));
    CHECK_STR(calls, "");
    install_queue_publish(q);
    CHECK_STR(calls, "Smsps");
    CHECK(add(q, 1, &err));
    CHECK_STR(calls, "SmspsS"); /* it waits for the others, but on the card */
    CHECK_INT(told[1], ERR_BUSY);
    install_queue_publish(q);
    CHECK_STR(calls, "SmspsSmsps");
    CHECK_INT(told[0], ERR_NONE);
    CHECK_INT(told[1], ERR_NONE);
    install_queue_free(q);
    drop();
}

TEST(install_queue, R3_where_the_first_of_two_syncs_failed_only_what_the_second_was_of_is_published)
{
    struct install_queue *q = begin("shelf-two", PACKS);
    struct err err;

    pad(0, INSTALL_SAVE_BYTES);
    fails = 'S';
    CHECK(add(q, 0, &err)); /* it came; that it cannot be saved is told of it as of all that waited */
    CHECK(add(q, 1, &err));
    install_queue_free(q);
    CHECK_STR(calls, "SSmsps");
    CHECK_INT(told[0], ERR_IO);
    CHECK_INT(told[1], ERR_NONE);
    CHECK(!is_on("shelf-two", "", 0, "") && !is_on("shelf-two", ".staging/", 0, ".part"));
    CHECK(is_published("shelf-two", 1));
    drop();
}

TEST(install_queue, without_its_signature_on_the_card_no_container_comes_onto_the_shelf)
{
    static const char order[] = "ms";

    for (int k = 0; order[k]; k++) {
        char shelf[32];
        struct install_queue *q;
        struct err err;

        snprintf(shelf, sizeof shelf, "shelf-mark%d", k);
        q = begin(shelf, PACKS);
        for (int i = 0; i < PACKS; i++) {
            CHECK(add(q, i, &err));
        }
        fails = order[k];
        install_queue_free(q);
        for (int i = 0; i < PACKS; i++) { /* the first rename fails alone, a sync of the shelf is of all */
            bool is_out = i == 0 || order[k] == 's';

            CHECK_INT(told[i], is_out ? ERR_IO : ERR_NONE);
            CHECK(is_on(shelf, "", i, "") == !is_out);
        }
        drop();
    }
}

TEST(install_queue, so_many_wait_and_no_more)
{
    struct install_queue *q = begin("shelf-many", PACKS_MAX);
    struct err err;

    for (int i = 0; i < PACKS_MAX; i++) {
        CHECK_STR(calls + strspn(calls, "S"), i < INSTALL_QUEUE_MAX ? "" : "mmmmmmmmmmmmmmmmspppppppppppppppps");
        CHECK(add(q, i, &err));
    }
    install_queue_free(q);
    for (int i = 0; i < PACKS_MAX; i++) {
        CHECK_INT(told[i], ERR_NONE);
        CHECK(is_published("shelf-many", i));
    }
    drop();
}
