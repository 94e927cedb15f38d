/* test_exchange_board: cards go from hub to hub on sticks that an office prepared (THREATS T17, T22, T26, T27, T32,
 * T33, T45). Two stations, one after the other, as a courier meets them. Calls of the volume are counted, and fail from
 * one of them on, by wrapping them in the linker. */
#include "stick/boardfile.h"
#include "stick/sticklog.h"
#include "store/reserve.h"
#include "unit/faceless_fixture.h"
#include <stdatomic.h>

/* --- a stick that can be pulled at any write
 * ------------------------------------------------------------------------------ */

static atomic_int n_moves, pulled_at = -1;

bool __real_volume_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                             struct err *err);
bool __wrap_volume_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                             struct err *err);
bool __real_volume_sync(struct volume *v, struct err *err);
bool __wrap_volume_sync(struct volume *v, struct err *err);
bool __real_volume_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                        struct err *err);
bool __wrap_volume_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                        struct err *err);

static bool is_in(struct err *err)
{
    int at = atomic_fetch_add(&n_moves, 1);

    return atomic_load(&pulled_at) < 0 || at < atomic_load(&pulled_at) ||
           err_set(err, ERR_GONE, "stick: it was pulled out");
}

bool __wrap_volume_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                             struct err *err)
{
    if (!is_in(err)) {
        struct err ignored = {0};

        return !__real_volume_overwrite(v, name, offset, buf, n / 2, &ignored) && false; /* half of it got through */
    }
    return __real_volume_overwrite(v, name, offset, buf, n, err);
}

bool __wrap_volume_sync(struct volume *v, struct err *err)
{
    return is_in(err) && __real_volume_sync(v, err);
}

bool __wrap_volume_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                        struct err *err)
{
    return (!strstr(name, "/board/") || is_in(err)) && __real_volume_read(v, name, offset, buf, n, got, err);
}

/* --- two hubs
 * ------------------------------------------------------------------------------------------------------------------ */

/* A fresh data folder of this hub; hubs are made once. */
static const char *hub(const char *name)
{
    const char *path = world_path(name);
    char made[64];

    world_make();
    snprintf(made, sizeof made, "made-%s", name);
    if (!fsio_exists(world_path(made))) {
        CHECK_INT(SPAWN(NULL, M2_MICRO2, "hub", "new", world_path("office"), name, "--out", world_path(made)), 0);
    }
    CHECK_INT(SPAWN(NULL, "rm", "-rf", path), 0);
    CHECK_INT(SPAWN(NULL, "cp", "-a", world_path(made), path), 0);
    return path;
}

static void plug(struct station *s, const char *stick)
{
    atomic_store(&n_moves, 0);
    exchange_plug(s->exchange, stick, 0);
    station_hear_over(s);
}

/* One visit of a stick to a hub whose station is started for it. */
static void visit_hub(struct station *s, const char *dir, const char *stick)
{
    station_begin_in(s, dir);
    plug(s, stick);
    CHECK(station_did(s, STICK_BOARD));
}

struct seen {
    int n, n_own, n_others;
    char hub[64]; /* of the first of another hub */
};

static struct seen look(struct station *s)
{
    struct seen seen = {0};
    struct ev_board *ev;

    clerk_board_list(s->clerk, 1);
    ev = station_board(s);
    CHECK(ev->view && ev->err.code == ERR_NONE);
    for (int i = 0; i < ev->view->n_cards; i++) {
        const struct board_card *c = &ev->view->cards[i];

        seen.n++;
        seen.n_own += c->is_own;
        if (!c->is_own && !seen.n_others++) {
            snprintf(seen.hub, sizeof seen.hub, "%s", c->hub);
        }
    }
    message_free(&ev->base);
    return seen;
}

static void take_down(struct station *s, const uint8_t id[CARD_ID_BYTES])
{
    struct ev_board *ev;

    clerk_board_take_down(s->clerk, id, 1);
    ev = station_board(s);
    CHECK_INT(ev->err.code, ERR_NONE);
    message_free(&ev->base);
}

/* Hub "Aran" with n cards, whose last has this id, on a stick of this name. */
static void aran_on(const char *stick, int n, uint8_t id[CARD_ID_BYTES])
{
    struct station s;

    station_begin_in(&s, hub("Aran"));
    for (int i = 0; i < n; i++) {
        station_put_card(&s, "cold-room", id);
    }
    plug(&s, stick);
    CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_DONE);
    CHECK_INT(s.last.cards_out, n);
    station_end(&s);
}

static void both_hubs(void)
{
    hub("Aran");
    hub("Burren");
}

/* --- the tests
 * --------------------------------------------------------------------------------------------------------- */

TEST(exchange_board, cards_of_one_hub_hang_at_the_other_after_one_stick)
{
    struct station s;
    struct seen seen;
    uint8_t id[CARD_ID_BYTES];
    char stick[256];

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    aran_on(stick, 2, id);
    visit_hub(&s, world_path("Burren"), stick);
    CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_DONE);
    CHECK_INT(s.last.cards_in, 2);
    CHECK_INT(s.last.boards_in, 1);
    CHECK(!s.last.has_board_out); /* nothing ever hung here */
    seen = look(&s);
    CHECK(seen.n_others == 2 && seen.n_own == 0);
    CHECK_STR(seen.hub, "Aran");
    plug(&s, stick); /* again: nothing is new */
    CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_NOTHING);
    CHECK_INT(s.last.cards_in, 0);
    station_put_card(&s, "lift", id);
    plug(&s, stick);
    CHECK_INT(s.last.cards_out, 1);
    station_end(&s);
    visit_hub(&s, world_path("Aran"), stick); /* and back on the courier's way home */
    CHECK_INT(s.last.cards_in, 1);
    CHECK_INT(s.last.cards_out, 2);
    seen = look(&s);
    CHECK(seen.n_own == 2 && seen.n_others == 1);

    struct store_stats stats;
    struct sticklog_entry e[STICKLOG_MAX];
    struct err err = {0};

    CHECK(clerk_get_stats(s.clerk, &stats, &err)); /* staff find the figures */
    CHECK_INT(sticklog_read(stats.stick_log, e), 2);
    CHECK(e[0].cards_out == 2 && e[0].cards_in == 1 && e[1].cards_out == 2 && e[1].cards_in == 0);
    station_end(&s);
}

TEST(exchange_board, T45_what_was_taken_down_or_reported_goes_with_the_next_stick)
{
    struct station s;
    uint8_t id[CARD_ID_BYTES], other[CARD_ID_BYTES];
    struct ev_board *ev;
    char stick[256];

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    aran_on(stick, 2, id);
    visit_hub(&s, world_path("Burren"), stick);
    CHECK_INT(look(&s).n_others, 2);
    station_end(&s);
    station_begin_in(&s, world_path("Aran"));
    take_down(&s, id);
    plug(&s, stick);
    CHECK_INT(s.last.cards_out, 1);
    station_end(&s);
    visit_hub(&s, world_path("Burren"), stick);
    CHECK_INT(look(&s).n_others, 1);
    station_end(&s);
    station_begin_in(&s, world_path("Aran"));
    station_put_card(&s, "lift", other);
    clerk_board_report(s.clerk, other, 1);
    ev = station_board(&s);
    CHECK_INT(ev->err.code, ERR_NONE);
    take_down(&s, ev->view->cards[1].card.id); /* the one that was left */
    message_free(&ev->base);
    plug(&s, stick);
    CHECK_INT(s.last.cards_out, 0);
    CHECK(s.last.has_board_out); /* that nothing hangs is told, too */
    station_end(&s);
    visit_hub(&s, world_path("Burren"), stick);
    CHECK_INT(look(&s).n_others, 0);
    station_end(&s);
}

TEST(exchange_board, T17_pulled_at_any_move_of_the_board_the_half_before_stays_and_the_next_time_carries_on)
{
    uint8_t id[CARD_ID_BYTES];
    char stick[256];
    bool was_whole = false;
    int at = 0;

    both_hubs();
    for (; !was_whole; at++) {
        struct boardfile_half h = {0};
        struct station s;
        struct volume *v;
        struct err err = {0};
        int slot;

        snprintf(stick, sizeof stick, "%s", world_stick("stick"));
        aran_on(stick, 1, id);
        station_begin_in(&s, world_path("Aran"));
        station_put_card(&s, "lift", id);
        atomic_store(&pulled_at, at);
        plug(&s, stick);
        was_whole = atomic_load(&n_moves) <= at;
        CHECK(was_whole || s.last.err.code == ERR_GONE);
        atomic_store(&pulled_at, -1);
        CHECK(volume_open_folder(stick, &v, &err));
        CHECK(boardfile_find_slot(v, &s.folder.station, &slot, &err));
        CHECK(boardfile_read(v, slot, &s.folder.station, &h, &err)); /* one of the two is whole */
        CHECK(h.head.generation == 1 || h.head.generation == 2);
        boardfile_release_half(&h);
        volume_close(v);
        plug(&s, stick);
        CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_DONE);
        CHECK_INT(s.last.cards_out, 2);
        station_end(&s);
        visit_hub(&s, hub("Burren"), stick);
        CHECK_INT(look(&s).n_others, 2);
        station_end(&s);
        at += test_is_long() || at < 3 ? 0 : 12; /* the reads are many */
    }
    print_message("pulled at %d moves\n", at);
}

TEST(exchange_board, T27_an_older_stick_brings_no_card_back)
{
    struct station s;
    uint8_t id[CARD_ID_BYTES];
    char old[256], stick[256];

    both_hubs();
    snprintf(old, sizeof old, "%s", world_stick("old"));
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    aran_on(old, 1, id);
    station_begin_in(&s, world_path("Aran"));
    take_down(&s, id);
    plug(&s, stick);
    station_end(&s);
    visit_hub(&s, world_path("Burren"), stick);
    CHECK_INT(look(&s).n_others, 0);
    plug(&s, old);
    CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_NOTHING);
    CHECK_INT(look(&s).n_others, 0);
    station_end(&s);
}

TEST(exchange_board, T27_a_data_folder_that_was_put_back_goes_on_above_what_the_stick_knows)
{
    struct station s;
    uint8_t id[CARD_ID_BYTES];
    char stick[256];

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    aran_on(stick, 1, id);
    for (int i = 0; i < 3; i++) { /* generations 2 to 4 */
        station_begin_in(&s, world_path("Aran"));
        station_put_card(&s, "lift", id);
        plug(&s, stick);
        station_end(&s);
    }
    visit_hub(&s, world_path("Burren"), stick);
    CHECK_INT(look(&s).n_others, 4);
    CHECK_INT(s.last.boards_in, 1); /* the older half behind the newer one is not taken first */
    CHECK_INT(s.last.cards_in, 4);
    station_end(&s);
    aran_on(stick, 2, id); /* the folder as it was made: its next generation would be 1 */
    visit_hub(&s, world_path("Burren"), stick);
    CHECK_INT(look(&s).n_others, 2);
    station_end(&s);
}

TEST(exchange_board, T26_T33_boards_that_do_not_fit_are_passed_over_and_the_others_come)
{
    struct card card = {.kind = CARD_OFFER, .phrase = "lift", .number = 1, .days = 7};
    struct snapshot forged = {.generation = 99, .cards = &card, .n_cards = 1};
    uint8_t sector[HALVES_SECTOR], id[CARD_ID_BYTES];
    struct seckey thief, secret;
    struct pubkey nobody;
    struct datafolder burren;
    struct buf text = {0};
    struct station s;
    struct volume *v;
    struct err err = {0};
    char stick[256];

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    keys_make(&thief, &nobody);
    CHECK(volume_open_folder(stick, &v, &err));

    /* slot 0: a station that no list names */
    memcpy(forged.station, nobody.id, sizeof forged.station);
    snapshot_write(&forged, &text);
    boardfile_sign(&forged, &text, &thief, sector);
    CHECK(boardfile_write(v, 0, &nobody, sector, &text, NULL, &err));

    /* slot 1: Burren's name under a thief's mark; T22: and a name in its text that is none */
    CHECK(datafolder_open(world_path("Burren"), &burren, &err));
    memcpy(forged.station, burren.station.id, sizeof forged.station);
    buf_clear(&text);
    snapshot_write(&forged, &text);
    boardfile_sign(&forged, &text, &thief, sector);
    CHECK(boardfile_write(v, 1, &burren.station, sector, &text, NULL, &err));

    /* slot 2: well signed by a key of the list that is no station's: the office's own */
    CHECK(datafolder_secret(&burren, &secret, &err));
    memcpy(forged.station, burren.office.id, sizeof forged.station);
    buf_clear(&text);
    snapshot_write(&forged, &text);
    boardfile_sign(&forged, &text, &secret, sector);
    CHECK(boardfile_write(v, 2, &burren.office, sector, &text, NULL, &err));

    /* slot 3: well signed by Burren, of a text that is no board */
    memcpy(forged.station, burren.station.id, sizeof forged.station);
    buf_clear(&text);
    snapshot_write(&forged, &text);
    text.data[text.len / 2] = '?';
    boardfile_sign(&forged, &text, &secret, sector);
    CHECK(boardfile_write(v, 3, &burren.station, sector, &text, NULL, &err));
    mem_wipe(&secret, sizeof secret);
    datafolder_close(&burren);
    volume_close(v);
    buf_release(&text);

    aran_on(stick, 1, id); /* into slot 4 */
    station_begin_in(&s, world_path("Aran"));
    CHECK_INT(look(&s).n_others, 0);
    station_end(&s);
    visit_hub(&s, world_hub(), stick); /* a third hub */
    CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_DONE);
    CHECK_INT(s.last.boards_in, 1);
    CHECK_STR(look(&s).hub, "Aran");
    station_end(&s);
}

TEST(exchange_board, a_half_that_went_bad_gives_the_one_before_it)
{
    struct station s;
    struct buf file = {0};
    struct err err = {0};
    uint8_t id[CARD_ID_BYTES];
    char stick[256], path[300];

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    aran_on(stick, 1, id);
    station_begin_in(&s, world_path("Aran"));
    station_put_card(&s, "lift", id);
    plug(&s, stick);
    station_end(&s);
    snprintf(path, sizeof path, "%s/MICRO2/board/000.m2b", stick);
    CHECK(fsio_read(path, BOARDFILE_BYTES, &file, &err));
    file.data[BOARDFILE_BYTES / 2 + HALVES_SECTOR + 30] ^= 1; /* the second one was written there */
    CHECK(fsio_replace(path, file.data, file.len, 0644, &err));
    buf_release(&file);
    visit_hub(&s, world_path("Burren"), stick);
    CHECK_INT(look(&s).n_others, 1);
    station_end(&s);
}

TEST(exchange_board, a_stick_of_before_there_was_a_board_has_nothing_to_do)
{
    struct station s;
    uint8_t id[CARD_ID_BYTES];
    char stick[256];

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    CHECK_INT(SPAWN(NULL, "rm", "-r", world_path("stick/MICRO2/board")), 0);
    station_begin_in(&s, world_path("Aran"));
    station_put_card(&s, "lift", id);
    plug(&s, stick);
    for (int step = 0; step < STICK_STEPS; step++) {
        CHECK(station_did(&s, (enum stick_step)step));
    }
    CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_NOTHING);
    CHECK_INT(s.last.cards_out, 0);
    CHECK(!fsio_exists(world_path("stick/MICRO2/board"))); /* T17: a station makes no file */
    station_end(&s);
}

TEST(exchange_board, where_all_slots_are_taken_our_cards_stay_and_the_others_come)
{
    static const char fill[] = "cd \"$0\"/MICRO2/board && for i in *.m2b; do cmp -s $i 000.m2b || cp 000.m2b $i; done";
    struct station s;
    uint8_t id[CARD_ID_BYTES];
    char stick[256];

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    aran_on(stick, 1, id);
    CHECK_INT(SPAWN(NULL, "sh", "-c", fill, stick), 0);
    station_begin_in(&s, world_path("Burren"));
    station_put_card(&s, "lift", id);
    plug(&s, stick);
    CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_FAILED);
    CHECK_HAS(s.last.err.text, "all taken by other stations; bring a fresh stick");
    CHECK_INT(s.last.cards_out, 0);
    CHECK_INT(look(&s).n_others, 1);
    station_end(&s);
}

TEST(exchange_board, T5_a_full_station_gives_its_cards_and_takes_none_in)
{
    struct station s;
    uint8_t id[CARD_ID_BYTES];
    char stick[256];

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    aran_on(stick, 1, id);
    station_begin_in(&s, world_path("Burren"));
    station_put_card(&s, "lift", id);
    CHECK(reserve_release(s.folder.dir));
    plug(&s, stick);
    CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_FAILED);
    CHECK_INT(s.last.progress.why[STICK_BOARD], ERR_NO_SPACE);
    CHECK_INT(s.last.cards_out, 1);
    CHECK_INT(look(&s).n_others, 0);
    station_end(&s);
}

TEST(exchange_board, a_damaged_slot_is_taken_only_where_no_empty_one_is_left)
{
    static const char noise[] = "printf x | dd of=\"$0\"/MICRO2/board/000.m2b conv=notrunc status=none";
    struct boardfile_half h = {0};
    struct volume *v;
    struct err err = {0};
    uint8_t id[CARD_ID_BYTES];
    char stick[256];

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    CHECK_INT(SPAWN(NULL, "sh", "-c", noise, stick), 0);
    aran_on(stick, 1, id);
    CHECK(volume_open_folder(stick, &v, &err));
    CHECK(boardfile_read_head(v, 1, 0, &h, &err));
    CHECK(!boardfile_read_head(v, 0, 0, &h, &err) && err.code == ERR_FORMAT);
    volume_close(v);
}

/* A header in a hub's name that nobody signed, in every slot. */
TEST(exchange_board, T33_slots_that_a_stranger_filled_are_free_again_on_a_renewed_stick)
{
    static const char fill[] = "cd \"$0\"/MICRO2/board && for i in *.m2b; do cmp -s $i 000.m2b || cp 000.m2b $i; done";
    struct card card = {.kind = CARD_OFFER, .phrase = "lift", .number = 1, .days = 7};
    struct snapshot forged = {.generation = 99, .cards = &card, .n_cards = 1};
    uint8_t sector[HALVES_SECTOR], id[CARD_ID_BYTES];
    struct datafolder aran;
    struct seckey thief;
    struct pubkey nobody;
    struct buf text = {0};
    struct station s;
    struct volume *v;
    struct err err = {0};
    char stick[256];

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    keys_make(&thief, &nobody);
    CHECK(datafolder_open(world_path("Aran"), &aran, &err));
    memcpy(forged.station, aran.station.id, sizeof forged.station);
    snapshot_write(&forged, &text);
    boardfile_sign(&forged, &text, &thief, sector);
    CHECK(volume_open_folder(stick, &v, &err));
    CHECK(boardfile_write(v, 0, &aran.station, sector, &text, NULL, &err));
    volume_close(v);
    datafolder_close(&aran);
    buf_release(&text);
    CHECK_INT(SPAWN(NULL, "sh", "-c", fill, stick), 0);
    station_begin_in(&s, world_path("Burren"));
    station_put_card(&s, "lift", id);
    plug(&s, stick);
    CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_FAILED);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "stick", "prepare", world_path("office"), stick), 0);
    plug(&s, stick);
    CHECK_INT(s.last.progress.state[STICK_BOARD], STICK_DONE);
    CHECK_INT(s.last.cards_out, 1);
    station_end(&s);
}

/* --- through the office */

/* What `micro2 A B C [D]` says, well done; in place until the next call. */
static const char *said(const char *a, const char *b, const char *c, const char *d)
{
    const char *argv[] = {M2_MICRO2, a, b, c, d, NULL};
    static struct buf text;
    struct err err = {0};

    CHECK_INT(spawn_run(argv, NULL, world_path("said")), 0);
    CHECK(fsio_read(world_path("said"), 1 << 20, &text, &err));
    return buf_text(&text);
}

TEST(exchange_board, two_sticks_that_never_meet_carry_cards_through_the_office)
{
    struct station s;
    uint8_t id[CARD_ID_BYTES];
    char first[256], second[256];

    both_hubs();
    snprintf(first, sizeof first, "%s", world_stick("first"));
    aran_on(first, 3, id);
    CHECK_HAS(said("office", "collect", world_path("office"), first), "boards: 1 new");
    CHECK_HAS(said("office", "collect", world_path("office"), first), "boards: 0 new");
    snprintf(second, sizeof second, "%s", world_stick("second"));
    CHECK_HAS(said("stick", "show", second, NULL), "It carries the village board: 3 cards of 1 hub.\n");
    visit_hub(&s, world_path("Burren"), second);
    CHECK_INT(s.last.cards_in, 3);
    CHECK_STR(look(&s).hub, "Aran");
    station_end(&s);

    /* The hub's own station goes on in the slot where the office put its board. */
    station_begin_in(&s, world_path("Aran"));
    take_down(&s, id);
    plug(&s, second);
    CHECK_INT(s.last.cards_out, 2);
    station_end(&s);
    /* Renewed with what the office has, an older board, what the station wrote stays. */
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "stick", "prepare", world_path("office"), second), 0);
    visit_hub(&s, world_path("Burren"), second);
    CHECK_INT(look(&s).n_others, 2);
    station_end(&s);
}

/* A torn half is no news where the other one is whole; where nothing is, it is. */
TEST(exchange_board, T17_the_office_takes_the_half_before_a_torn_one)
{
    struct buf file = {0};
    struct err err = {0};
    uint8_t id[CARD_ID_BYTES];
    char stick[256], path[300];
    const char *words;
    struct station s;
    size_t newer;

    both_hubs();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    aran_on(stick, 1, id);
    station_begin_in(&s, world_path("Aran"));
    station_put_card(&s, "lift", id);
    plug(&s, stick);
    station_end(&s);
    snprintf(path, sizeof path, "%s/MICRO2/board/000.m2b", stick);
    CHECK(fsio_read(path, BOARDFILE_BYTES, &file, &err));
    newer = file.data[8] > file.data[BOARDFILE_BYTES / 2 + 8] ? 0 : BOARDFILE_BYTES / 2; /* generations: both small */
    file.data[newer + HALVES_SECTOR + 30] ^= 1;
    CHECK(fsio_replace(path, file.data, file.len, 0644, &err));
    CHECK_HAS(said("stick", "show", stick, NULL), "It carries the village board: 1 card of 1 hub.\n");
    words = said("office", "collect", world_path("office"), stick);
    CHECK(!strstr(words, "board file"));
    file.data[BOARDFILE_BYTES / 2 - newer + HALVES_SECTOR + 30] ^= 1;
    CHECK(fsio_replace(path, file.data, file.len, 0644, &err));
    words = said("office", "collect", world_path("office"), stick);
    CHECK_HAS(words, "board file 0: 'MICRO2/board/000.m2b': the payload is damaged; left out");
    CHECK_HAS(words, "boards: 0 new");
    buf_release(&file);
}

/* Last: the hub stays revoked in this office. */
TEST(exchange_board, T32_T33_cards_of_a_revoked_hub_go_from_hubs_and_sticks)
{
    struct station s;
    uint8_t id[CARD_ID_BYTES];
    char first[256], second[256], old[256];

    both_hubs();
    snprintf(first, sizeof first, "%s", world_stick("first"));
    aran_on(first, 2, id);
    snprintf(old, sizeof old, "%s", world_stick("older"));
    aran_on(old, 3, id);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "office", "collect", world_path("office"), first), 0);
    visit_hub(&s, world_path("Burren"), first);
    CHECK_INT(look(&s).n_others, 2);
    station_end(&s);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "office", "revoke", world_path("office"), "Aran", "--stolen"), 0);
    snprintf(second, sizeof second, "%s", world_stick("second")); /* its board is in the ledger */
    CHECK_HAS(said("stick", "show", second, NULL), "It carries no cards of the village board.\n");

    /* The stick is pulled right after its trust list was taken: before its board, and before any board is read. */
    CHECK_INT(SPAWN(NULL, "cp", "-a", world_path("Burren"), world_path("pulled")), 0);
    station_begin_in(&s, world_path("pulled"));
    CHECK_INT(look(&s).n_others, 2);
    atomic_store(&pulled_at, 0);
    plug(&s, second);
    atomic_store(&pulled_at, -1);
    CHECK(!station_did(&s, STICK_BOARD) || s.last.progress.state[STICK_BOARD] != STICK_DONE);
    CHECK_INT(look(&s).n_others, 0);
    station_end(&s);
    /* Cut between the list and the cards: the next start finds the list alone. */
    CHECK_INT(SPAWN(NULL, "rm", "-rf", world_path("Burren-cut")), 0);
    CHECK_INT(SPAWN(NULL, "cp", "-a", world_path("Burren"), world_path("Burren-cut")), 0);
    CHECK_INT(SPAWN(NULL, "rm", "-rf", world_path("Burren-cut/trust")), 0);
    CHECK_INT(SPAWN(NULL, "cp", "-a", world_path("pulled/trust"), world_path("Burren-cut/trust")), 0);
    station_begin_in(&s, world_path("Burren-cut"));
    CHECK_INT(look(&s).n_others, 0);
    station_end(&s);

    visit_hub(&s, world_path("Burren"), second);
    CHECK_INT(look(&s).n_others, 0);
    plug(&s, old); /* newer cards of the thief's */
    CHECK_INT(look(&s).n_others, 0);
    station_end(&s);
    /* A renewed stick's slot is free again. */
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "stick", "prepare", world_path("office"), first), 0);
    station_begin_in(&s, world_path("Burren"));
    station_put_card(&s, "lift", id);
    plug(&s, first);
    CHECK_INT(s.last.cards_out, 1);
    station_end(&s);

    struct boardfile_half h = {0};
    struct volume *v;
    struct err err = {0};

    CHECK(volume_open_folder(first, &v, &err));
    CHECK(boardfile_read_head(v, 0, 0, &h, &err));
    CHECK(!memcmp(h.head.station, s.folder.station.id, KEY_ID_BYTES));
    CHECK(!boardfile_read_head(v, 0, 1, &h, &err) && err.code == ERR_NOT_FOUND);
    volume_close(v);
}
