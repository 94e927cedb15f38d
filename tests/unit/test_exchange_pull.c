/* test_exchange_pull: whole exchanges over FAT32 and exFAT, pulled at every sector that is written and between those
 * that are read (THREATS T2, T17). What was written and not flushed is kept or lost by chance, sector by sector. After
 * each pull: no row is lost, no byte outside the station's own mailbox and board file was ever written, and the next
 * exchange completes, with our cards on the stick and those of another hub here. */
#include "base/log.h"
#include "base/rng.h"
#include "stick/boardfile.h"
#include "stick/exfat.h"
#include "stick/fat.h"
#include "stick/partition.h"
#include "stick/wire.h"
#include "unit/faceless_fixture.h"
#include <pthread.h>
#include <sys/socket.h>

enum {
    SECTOR = 512,
    ROWS = 300,
    CARDS = 10,
    MAILBOX_KB = 512,
    IMAGE_MB = 64,
    READS_LONG = 2,    /* the long form: each write, and one of so many reads */
    CHECK_STATES = 20, /* of each format, and each write of the board, where not every state is looked at */
    FSCK_EVERY = 25,
    MOVES_MAX = 100000,
};

/* --- a stick in memory
 * ---------------------------------------------------------------------------------------------------------------- */

struct undo {
    uint64_t sector;
    uint8_t was[SECTOR];
    bool is_flushed;
};

static struct medium {
    struct blockdev base; /* first member */
    uint8_t *bytes;
    int64_t n_moved, pulled_at; /* sectors that went over the wire; -1 = never */
    uint64_t *written; /* by number of the move, of the exchange that was only counted: which sector; 0 = a read */
    struct undo *undo;
    size_t n_undo, cap_undo;
    struct rng rng;
} medium;

static bool moves(struct err *err)
{
    CHECK(medium.n_moved < MOVES_MAX);
    return (medium.pulled_at < 0 || medium.n_moved++ < medium.pulled_at) ||
           err_set(err, ERR_GONE, "stick: it was pulled out");
}

static bool medium_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    (void)d;
    for (uint32_t i = 0; i < n; i++) {
        if (!moves(err)) {
            return false;
        }
        memcpy((uint8_t *)buf + (size_t)i * SECTOR, medium.bytes + (sector + i) * SECTOR, SECTOR);
    }
    return true;
}

static bool medium_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err)
{
    (void)d;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t *at = medium.bytes + (sector + i) * SECTOR;

        if (!moves(err)) {
            return false;
        }
        if (medium.n_undo == medium.cap_undo) {
            medium.cap_undo = medium.cap_undo ? 2 * medium.cap_undo : 1024;
            medium.undo = mem_grow(medium.undo, medium.cap_undo * sizeof *medium.undo);
        }
        struct undo *u = &medium.undo[medium.n_undo++];

        if (medium.pulled_at == INT64_MAX) {
            medium.written[medium.n_moved - 1] = sector + i;
        }
        *u = (struct undo){.sector = sector + i};
        memcpy(u->was, at, SECTOR);
        memcpy(at, (const uint8_t *)buf + (size_t)i * SECTOR, SECTOR);
    }
    return true;
}

static bool medium_flush(struct blockdev *d, struct err *err)
{
    (void)d;
    if (!moves(err)) {
        return false;
    }
    for (size_t i = medium.n_undo; i > 0 && !medium.undo[i - 1].is_flushed; i--) {
        medium.undo[i - 1].is_flushed = true;
    }
    return true;
}

static void medium_close(struct blockdev *d)
{
    (void)d;
}

static const struct blockdev_class medium_class = {medium_read, medium_write, medium_flush, medium_close};

/* A pulled stick kept some of what it was not told to keep; the latest writes first. */
static void lose_some(void)
{
    for (size_t i = medium.n_undo; i > 0 && !medium.undo[i - 1].is_flushed; i--) {
        if (rng_next(&medium.rng) & 1) {
            memcpy(medium.bytes + medium.undo[i - 1].sector * SECTOR, medium.undo[i - 1].was, SECTOR);
        }
    }
}

static void put_back(void)
{
    for (size_t i = medium.n_undo; i > 0; i--) {
        memcpy(medium.bytes + medium.undo[i - 1].sector * SECTOR, medium.undo[i - 1].was, SECTOR);
    }
    medium.n_undo = 0;
}

/* Another hub's cards come into the ledger, so that every stick carries them. */
static void another_hub(void)
{
    static bool is_made;
    struct station s;
    uint8_t id[CARD_ID_BYTES];

    if (is_made) {
        return;
    }
    is_made = true;
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "hub", "new", world_path("office"), "Cong", "--out", world_path("cong")), 0);
    station_begin_in(&s, world_path("cong"));
    station_put_card(&s, "lift", id);
    exchange_plug(s.exchange, world_stick("cong-stick"), 0);
    station_hear_over(&s);
    CHECK_INT(s.last.cards_out, 1);
    station_end(&s);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "office", "collect", world_path("office"), world_path("cong-stick")), 0);
}

/* An image prepared by the office in this format, into memory. */
static void load(const char *format)
{
    struct buf image = {0};
    struct err err = {0};
    char size[16], kb[16];

    snprintf(size, sizeof size, "%dM", IMAGE_MB);
    snprintf(kb, sizeof kb, "%d", MAILBOX_KB);
    world_make();
    another_hub();
    CHECK_INT(SPAWN(NULL, "rm", "-f", world_path("image")), 0);
    CHECK_INT(SPAWN(NULL, "truncate", "-s", size, world_path("image")), 0);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "stick", "prepare", world_path("office"), world_path("image"), "--format", format,
                    "--yes", "--mailbox-kb", kb),
              0);
    CHECK(fsio_read(world_path("image"), (size_t)IMAGE_MB << 20, &image, &err));
    free(medium.bytes);
    free(medium.undo);
    free(medium.written);
    medium = (struct medium){.base = {.class = &medium_class, .sector_bytes = SECTOR, .n_sectors = image.len / SECTOR},
                             .bytes = mem_alloc(image.len),
                             .written = mem_alloc(MOVES_MAX * sizeof *medium.written),
                             .pulled_at = -1,
                             .rng = {7}};
    memcpy(medium.bytes, image.data, image.len);
    buf_release(&image);
}

static struct volume *medium_volume(struct err *err)
{
    struct partition p;
    struct volume *v = NULL;

    if (!partition_find(&medium.base, &p, err)) {
        return NULL;
    }
    return (p.kind == PARTITION_FAT ? volume_open_fat(&medium.base, p.first_sector, p.n_sectors, &v, err)
                                    : volume_open_exfat(&medium.base, p.first_sector, p.n_sectors, &v, err))
               ? v
               : NULL;
}

/* --- stickd's end
 * ---------------------------------------------------------------------------------------------------------------- */

static void *serve(void *ctx)
{
    int fd = *(int *)ctx;
    struct wire_desk *desk = wire_desk_new(fd);
    struct err err = {0};
    struct volume *v = medium_volume(&err);

    wire_desk_use(desk, v);
    while (wire_desk_serve(desk, &err)) {
    }
    wire_desk_free(desk);
    volume_close(v);
    return NULL;
}

static void ignore(void *ctx)
{
    (void)ctx;
}

/* One exchange; the stick is pulled where the medium says so. */
static void plug(struct station *s)
{
    int fd[2];
    struct wire_link *link;
    pthread_t desk;

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) == 0);
    medium.n_moved = 0;
    CHECK(pthread_create(&desk, NULL, serve, &fd[1]) == 0);
    link = wire_link_new(fd[0]);
    exchange_plug_link(s->exchange, link, "COURIER", ignore, NULL);
    station_hear_over(s);
    exchange_pull(s->exchange);
    while (s->last.is_in) {
        station_hear(s);
    }
    wire_link_free(link);
    close(fd[0]);
    CHECK(pthread_join(desk, NULL) == 0);
    close(fd[1]);
}

/* --- each state
 * ---------------------------------------------------------------------------------------------------------------- */

/* The hub with its visit, made once; a copy of it is the station. */
static void begin_with_rows(struct station *s)
{
    static bool is_made;

    if (!is_made) {
        station_begin(s, true);
        station_visit(s, ROWS);
        for (int i = 0; i < CARDS; i++) {
            uint8_t id[CARD_ID_BYTES];

            station_put_card(s, "cold-room", id);
        }
        station_end(s);
        CHECK_INT(SPAWN(NULL, "cp", "-a", world_path("hub"), world_path("hub-rows")), 0);
        is_made = true;
    }
    CHECK_INT(
        SPAWN(NULL, "sh", "-c", "rm -rf \"$1\" && cp -a \"$0\" \"$1\"", world_path("hub-rows"), world_path("hub")), 0);
    station_begin(s, false);
}

static int64_t rows_here(const struct station *s)
{
    struct store_stats stats;
    struct err err = {0};

    CHECK(clerk_get_stats(s->clerk, &stats, &err));
    return stats.journal.unreceipted_rows;
}

static int64_t rows_on_medium(const struct station *s)
{
    struct err err = {0};
    struct volume *v = medium_volume(&err);
    int64_t n;

    CHECK(v);
    n = station_rows_on(s, v);
    volume_close(v);
    return n;
}

/* Where the first mailbox lies: the office put it in one row, and a whole exchange writes its header first in it. */
static uint64_t mailbox_sector(void)
{
    uint64_t first = UINT64_MAX;

    for (size_t i = 0; i < medium.n_undo; i++) {
        first = medium.undo[i].sector < first ? medium.undo[i].sector : first;
    }
    CHECK(!memcmp(medium.bytes + first * SECTOR, "M2MB", 4));
    return first;
}

/* And where our board file lies: its header is written, too. */
static uint64_t board_sector(void)
{
    uint64_t first = UINT64_MAX;

    for (size_t i = 0; i < medium.n_undo; i++) {
        first = !memcmp(medium.bytes + medium.undo[i].sector * SECTOR, "M2BD", 4) ? medium.undo[i].sector : first;
    }
    CHECK(first != UINT64_MAX);
    return first;
}

/* What a whole exchange writes into: our mailbox and our board file. */
struct ours {
    uint64_t mailbox, board;
};

static bool is_in_board(const struct ours *o, uint64_t sector)
{
    return sector >= o->board && sector < o->board + BOARDFILE_BYTES / SECTOR;
}

static void check_writes(const struct ours *o)
{
    for (size_t i = 0; i < medium.n_undo; i++) {
        uint64_t at = medium.undo[i].sector;

        CHECK((at >= o->mailbox && at < o->mailbox + MAILBOX_KB * 1024 / SECTOR) || is_in_board(o, at));
    }
}

/* Our cards lie whole on the stick, whatever was pulled before. */
static int cards_on_medium(const struct station *s)
{
    struct boardfile_half h = {0};
    struct snapshot cards = {0};
    struct err err = {0};
    struct volume *v = medium_volume(&err);
    int slot = 0, n;

    CHECK(v);
    CHECK(boardfile_find_slot(v, &s->folder.station, &slot, &err));
    CHECK(boardfile_read(v, slot, &s->folder.station, &h, &err));
    CHECK(boardfile_open(&h, &s->folder.station, &cards, &err));
    n = cards.n_cards;
    snapshot_release(&cards);
    boardfile_release_half(&h);
    volume_close(v);
    return n;
}

static int cards_of_others(struct station *s)
{
    struct ev_board *ev;
    int n = 0;

    clerk_board_list(s->clerk, 1);
    ev = station_board(s);
    for (int i = 0; i < ev->view->n_cards; i++) {
        n += !ev->view->cards[i].is_own;
    }
    message_free(&ev->base);
    return n;
}

static void check_fsck(const char *format)
{
    static const char script[] =
        "PATH=$PATH:/usr/sbin; dd if=\"$0\" of=\"$0.part\" bs=1048576 skip=1 conv=sparse 2>/dev/null && "
        "if [ \"$1\" = fat32 ]; then fsck.vfat -n \"$0.part\"; else fsck.exfat -n \"$0.part\"; fi >/dev/null";
    struct err err = {0};

    CHECK(fsio_replace(world_path("state"), medium.bytes, medium.base.n_sectors * SECTOR, 0600, &err));
    CHECK_INT(SPAWN(NULL, "sh", "-c", script, world_path("state"), format), 0);
}

static void pulled_at(int64_t at, const struct ours *ours)
{
    struct station s;
    int64_t rows;

    put_back();
    begin_with_rows(&s);
    rows = rows_here(&s);
    medium.pulled_at = at;
    plug(&s);
    medium.pulled_at = -1;
    lose_some();
    CHECK(rows_here(&s) >= rows);
    check_writes(ours);
    plug(&s); /* the next time */
    for (int step = 0; step < STICK_STEPS; step++) {
        if (!station_did(&s, (enum stick_step)step)) {
            fail_msg("pulled at %lld: step %d: %s", (long long)at, step, s.last.err.text);
        }
    }
    CHECK_INT(s.last.n_checked, s.last.n_to_check);
    CHECK_INT(rows_on_medium(&s), rows_here(&s));
    CHECK(fsio_exists(world_path("hub/shelf/core-2.m2k")) && fsio_exists(world_path("hub/shelf/shop-2.m2k")));
    CHECK_INT(cards_on_medium(&s), CARDS);
    CHECK_INT(cards_of_others(&s), 1);
    check_writes(ours);
    station_end(&s);
}

static void every_state(const char *format)
{
    struct station s;
    struct ours ours;
    int64_t moved, stride;
    int n = 0, n_board = 0;

    log_to(-1);
    world_next_content(2);
    load(format);
    begin_with_rows(&s);
    medium.pulled_at = INT64_MAX; /* only counted */
    plug(&s);
    moved = medium.n_moved;
    CHECK_INT(s.last.packs_done, 2);
    CHECK_INT(s.last.cards_in, 1);
    ours = (struct ours){mailbox_sector(), board_sector()};
    station_end(&s);
    stride = test_is_long() ? READS_LONG : moved / CHECK_STATES;
    for (int64_t at = 0; at < moved; at++) {
        const bool is_board = is_in_board(&ours, medium.written[at]);

        if (at % stride != 0 && !is_board && !(test_is_long() && medium.written[at])) {
            continue;
        }
        n_board += is_board;
        pulled_at(at, &ours);
        if (n++ % FSCK_EVERY == 0) {
            check_fsck(format);
        }
    }
    CHECK(n_board > 4);
    print_message("%s: %lld sectors over the wire, pulled at %d of them, %d of the board's writes\n", format,
                  (long long)moved, n, n_board);
}

TEST(exchange_pull, T17_every_sector_of_an_exchange_on_fat32)
{
    every_state("fat32");
}

TEST(exchange_pull, T17_every_sector_of_an_exchange_on_exfat)
{
    every_state("exfat");
}
