/* test_stick_prepare: the office's sticks on images: cut at every write they are refused or whole, and no mailbox is
 * lost (THREATS T17); they carry what their hubs lack; receipts up to the limit (T21); formatting. */
#include "ledger_board.h"
#include "stick/exfat.h"
#include "stick_prepare.h"
#include "unit/fat_fixture.h"
#include "unit/ledger_fixture.h"
#include "unit/shelf_fixture.h"
#include <sys/stat.h>

enum { BOX_BYTES = MAILBOX_MIN_BYTES };

#define OPEN "{\"kind\":\"open\",\"t\":0,\"lang\":\"en\",\"day\":20780}"

static const char *const makers[] = {"mkfs.vfat -F 16 -s 4 -C \"$1\" 16384",
                                     "truncate -s 16M \"$1\"; mkfs.exfat -c 4K \"$1\""};

/* A container of the office's, signed by its author, in test_path("packs"). */
static void pack(const struct desk *d, const char *id, int64_t version)
{
    const char *path = fx_pack(test_path("packs"), id, version);
    struct seckey author;
    struct err err = {0};
    char comment[96];

    CHECK(office_secret(&d->office, "author", &author, &err));
    snprintf(comment, sizeof comment, "container %s %lld", id, (long long)version);
    fx_sign(path, &author, comment);
}

static void desk_begin(struct desk *d, const char *name)
{
    desk_open(d, name);
    if (fsio_exists(test_path("packs"))) {
        CHECK(fsio_remove_tree(test_path("packs"), NULL));
    }
    pack(d, "core", 1);
    pack(d, "shop", 1);
}

static struct target *open_target(const char *path)
{
    struct target *t = NULL;
    struct err err = {0};

    if (!target_open(path, true, &t, &err) || !target_is_readable(t, &err)) {
        fail_msg("%s", err.text);
    }
    return t;
}

/* True; or false with the words in *err. */
static bool prepare_on(struct desk *d, struct target *t, const char *const *hubs, struct stick_made *made,
                       struct err *err)
{
    struct stick_plan plan = {.target = t, .packs = test_path("packs"), .hubs = hubs, .mailbox_bytes = BOX_BYTES};

    return stick_prepare(&d->office, d->ledger, &plan, made, err);
}

static struct stick_made prepare(struct desk *d, const char *path, const char *const *hubs)
{
    struct target *t = open_target(path);
    struct stick_made made;
    struct err err = {0};

    if (!prepare_on(d, t, hubs, &made, &err)) {
        fail_msg("%s", err.text);
    }
    target_close(t);
    return made;
}

static void deliver_on(const struct hub *h, const char *path, int slot)
{
    struct target *t = open_target(path);
    struct parcel p;
    struct err err = {0};

    parcel_pack(&p, h);
    CHECK(mailbox_write(t->volume, slot, &p.h, &h->secret, &p.payload, NULL, &err));
    buf_release(&p.payload);
    target_close(t);
}

static void collect_on(struct desk *d, const char *path)
{
    snprintf(d->stick, sizeof d->stick, "%s", path);
    desk_collect(d);
}

static bool has(const char *path, const char *name)
{
    struct target *t = open_target(path);
    int64_t bytes;
    bool is_there = target_has(t, name, &bytes);

    target_close(t);
    return is_there;
}

/* --- cut at every write
 * ----------------------------------------------------------------------------------------------------------------- */

struct before {
    struct trustlist *trust; /* as a station holds it */
    uint8_t box[BOX_BYTES];
};

/* A station's look: refused, or everything that courier.json promises is whole. */
static bool is_served(struct volume *v, const struct trustlist *held)
{
    struct trustlist *newer = NULL;
    struct trust_files files = {0};
    struct catalog *catalog = NULL;
    struct courier c;
    struct err err = {0};
    bool ok = courier_trust(v, held, &newer, &files, &err) && courier_open(v, newer ? newer : held, &c, &err);

    trustlist_files_release(&files);
    if (ok) {
        unlink(test_path("counters"));
        if (!courier_catalog(v, newer ? newer : held, test_path("counters"), &catalog, &err)) {
            fail_msg("%s", err.text);
        }
        for (int i = 0; i < catalog->n_entries; i++) {
            struct courier_pack p;
            struct install_source source;
            struct buf sig = {0}, all = {0};
            uint8_t hash[MINISIG_HASH_BYTES];
            struct minisig_hash h;

            CHECK(courier_pack_open(v, &catalog->entries[i], &p, &sig, &source, &err));
            CHECK(courier_text(v, p.name, catalog->entries[i].bytes, &all, &err));
            minisig_hash_begin(&h);
            minisig_hash_add(&h, all.data, all.len);
            minisig_hash_end(&h, hash);
            CHECK(!memcmp(hash, catalog->entries[i].hash, sizeof hash));
            buf_release(&sig);
            buf_release(&all);
        }
        for (int i = 0;; i++) {
            struct courier_receipt r;

            if (!courier_receipt(v, newer ? newer : held, i, &r, &err)) {
                CHECK_INT(err.code, ERR_NOT_FOUND);
                CHECK(i > 0);
                break;
            }
        }
    }
    catalog_free(catalog);
    trustlist_free(newer);
    return ok;
}

static bool check_cut(const struct before *b)
{
    static uint8_t box[BOX_BYTES];
    struct target *t = open_target(test_path("pulled"));
    int64_t got;
    bool is_ok = is_served(t->volume, b->trust);

    CHECK(volume_read(t->volume, "MICRO2/mailbox/000.m2b", 0, box, sizeof box, &got, NULL));
    CHECK(got == BOX_BYTES && !memcmp(box, b->box, sizeof box));
    target_close(t);
    return is_ok;
}

TEST(stick_prepare, cut_at_any_write_stations_refuse_the_stick_or_are_served_and_no_mailbox_is_lost)
{
    for (size_t k = 0; k < M2_COUNT(makers); k++) {
        static struct before b;
        struct stick_made made;
        struct desk d;
        struct hub h, second;
        struct target *t;
        struct ram ram;
        struct err err = {0};
        int64_t got;
        int n_served = 0, fd;

        desk_begin(&d, k ? "office-exfat" : "office-fat");
        hub_open(&h, &d, "Ballyhale", true);
        CHECK_SHELL(makers[k], test_path("cut"));
        prepare(&d, test_path("cut"), NULL);
        hub_visit(&h, &d, OPEN);
        deliver_on(&h, test_path("cut"), 0);
        collect_on(&d, test_path("cut"));
        CHECK_INT(d.n_receipts, 1);
        t = open_target(test_path("cut"));
        CHECK(volume_read(t->volume, "MICRO2/mailbox/000.m2b", 0, b.box, sizeof b.box, &got, &err));
        target_close(t);
        CHECK(trustlist_load(office_path(&d.office, "trust"), &b.trust, &err));

        pack(&d, "shop", 2); /* all that can change has changed */
        hub_open(&second, &d, "Sora", true);
        hub_visit(&h, &d, OPEN);
        deliver_on(&h, test_path("cut"), 1);
        CHECK_SHELL("cp \"$1\" \"$2\"; rm \"$1\"; cp \"$2\" \"$1\"", test_path("cut"), test_path("pulled"));
        ram = ram_of(test_path("cut"), 512);
        t = open_target(test_path("cut"));
        blockdev_close(t->device);
        t->device = &ram.base;
        CHECK(target_look(t, &err));
        if (!prepare_on(&d, t, NULL, &made, &err)) {
            fail_msg("%s", err.text);
        }
        volume_close(t->volume);
        t->volume = NULL;
        t->device = NULL;
        target_close(t);

        fd = open(test_path("pulled"), O_RDWR | O_CLOEXEC);
        CHECK(fd >= 0 && check_cut(&b));
        for (int i = 0; i < ram.n_log; i++) {
            CHECK(pwrite(fd, ram.log[i].new, 512, (off_t)(ram.log[i].sector * 512)) == 512);
            /* contents of a container are written where nobody looks: some of those will do */
            if (i % 16 == 0 || i + 1 == ram.n_log || ram.log[i + 1].after_flush != ram.log[i].after_flush) {
                n_served += check_cut(&b);
            }
        }
        CHECK_INT(n_served, 1); /* by the last write */
        close(fd);
        CHECK_SHELL(k ? "fsck.exfat -n \"$1\"" : "fsck.vfat -n \"$1\"", test_path("pulled"));
        print_message("%d writes\n", ram.n_log);
        trustlist_free(b.trust);
        ram_release(&ram);
        hub_close(&h);
        hub_close(&second);
        desk_close(&d);
    }
}

/* --- what its hubs lack
 * ----------------------------------------------------------------------------------------------------------------- */

TEST(stick_prepare, a_stick_carries_what_its_hubs_lack_and_nothing_older)
{
    static const char *const ballyhale[] = {"Ballyhale", NULL}, *const sora[] = {"Sora", NULL};
    static const char core[] = "MICRO2/containers/core-1.m2k", shop[] = "MICRO2/containers/shop-1.m2k",
                      shop2[] = "MICRO2/containers/shop-2.m2k";
    struct stick_made made;
    struct desk d;
    struct hub h, second;
    struct buf text = {0};
    struct target *t;
    struct err err = {0};

    desk_begin(&d, "lacking");
    CHECK_SHELL(makers[1], test_path("lacks"));
    made = prepare(&d, test_path("lacks"), NULL); /* before there is any hub */
    CHECK_INT(made.n_packs, 2);
    hub_open(&h, &d, "Ballyhale", true);
    hub_open(&second, &d, "Sora", true);
    made = prepare(&d, test_path("lacks"), ballyhale); /* it never said what it has */
    CHECK_INT(made.n_packs, 2);
    CHECK_INT(made.bytes, 0);
    hub_visit(&h, &d, OPEN);
    hub_row(&h,
            "{\"kind\":\"shelf\",\"containers\":[{\"id\":\"core\",\"version\":2},{\"id\":\"shop\",\"version\":1}]}");
    deliver_on(&h, test_path("lacks"), 0);
    collect_on(&d, test_path("lacks"));
    made = prepare(&d, test_path("lacks"), ballyhale);
    CHECK_INT(made.n_packs, 0);
    CHECK_INT(made.n_left_off, 2);
    CHECK(!has(test_path("lacks"), core) && !has(test_path("lacks"), "MICRO2/containers/core-1.m2k.minisig"));
    t = open_target(test_path("lacks"));
    CHECK(courier_text(t->volume, "MICRO2/catalog.json", COURIER_CATALOG_MAX, &text, &err)); /* it lists all */
    CHECK_HAS(buf_text(&text), "\"core\"");
    CHECK_HAS(buf_text(&text), "\"shop\"");
    struct catalog *catalog = catalog_parse(buf_text(&text), text.len, &err);
    struct courier_pack p;
    struct install_source source;
    struct buf sig = {0};

    CHECK(!courier_pack_open(t->volume, &catalog->entries[0], &p, &sig, &source, &err)); /* to a hub that lacks it */
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_STR(err.text, "version 1 is not on this stick; another one brings it");
    catalog_free(catalog);
    CHECK(target_put_text(t, "MICRO2/containers/letter.txt", "mine", 4, &err)); /* none of ours */
    CHECK(target_put_text(t, "MICRO2/receipts/300.json", "{}", 2, &err));       /* earlier versions wrote as many */
    target_close(t);
    pack(&d, "shop", 2);
    made = prepare(&d, test_path("lacks"), ballyhale);
    CHECK_INT(made.n_packs, 1);
    CHECK(has(test_path("lacks"), shop2) && !has(test_path("lacks"), core));
    prepare(&d, test_path("lacks"), sora);
    CHECK(has(test_path("lacks"), shop2) && has(test_path("lacks"), core) && !has(test_path("lacks"), shop));
    made = prepare(&d, test_path("lacks"), NULL); /* Sora lacks everything */
    CHECK_INT(made.n_packs, 2);
    CHECK_INT(made.bytes, 0);
    CHECK(has(test_path("lacks"), "MICRO2/containers/letter.txt"));
    CHECK(!has(test_path("lacks"), "MICRO2/receipts/300.json"));
    buf_release(&text);
    hub_close(&h);
    hub_close(&second);
    desk_close(&d);
}

TEST(stick_prepare, a_stick_without_room_is_left_as_it_was)
{
    struct stick_made made = {0};
    struct desk d;
    struct target *t;
    struct err err = {0};

    desk_begin(&d, "roomless");
    CHECK_SHELL("rm -f \"$1\"; mkfs.vfat -F 12 -C \"$1\" 3100; cp \"$1\" \"$2\"", test_path("small"),
                test_path("copy"));
    t = open_target(test_path("small"));
    CHECK(!prepare_on(&d, t, NULL, &made, &err));
    CHECK_INT(err.code, ERR_NO_SPACE);
    CHECK_HAS(err.text, "MB more are needed and ");
    target_close(t);
    CHECK_SHELL("cmp \"$1\" \"$2\"", test_path("small"), test_path("copy"));
    desk_close(&d);
}

/* --- receipts at the limit
 * -------------------------------------------------------------------------------------------------------------- */

static void add_receipts(struct desk *d, int n)
{
    struct err err = {0};

    for (int i = 0; i < n; i++) {
        struct seckey secret;
        struct pubkey key;
        uint8_t hash[SEAL_HASH_BYTES] = {1};
        char name[32];
        struct stmt *q =
            db_stmt(ledger_db(d->ledger),
                    "INSERT INTO receipt (station, epoch, up_to_seq, hash, counter) VALUES (:station, 1, 7, :hash, 1)");

        keys_make(&secret, &key);
        snprintf(name, sizeof name, "Hub %03d", d->office.trust->n_keys);
        CHECK(office_add_key(&d->office, TRUST_STATION, name, &key, NULL, &err));
        db_blob(q, ":station", key.id, sizeof key.id);
        db_blob(q, ":hash", hash, sizeof hash);
        CHECK(db_run(q, &err));
    }
}

TEST(stick_prepare, of_one_receipt_too_many_the_hub_is_named)
{
    struct desk d;

    desk_begin(&d, "many");
    add_receipts(&d, COURIER_RECEIPTS_MAX);
    for (int round = 0; round < 2; round++) { /* as many as there is room for; then one more */
        for (size_t k = 0; k < M2_COUNT(makers); k++) {
            char last[32];
            struct courier_receipt r;
            struct stick_made made;
            struct target *t;
            struct err err = {0};

            CHECK_SHELL("rm -f \"$1\"", test_path("many.img"));
            CHECK_SHELL(makers[k], test_path("many.img"));
            made = prepare(&d, test_path("many.img"), NULL);
            CHECK_INT(made.n_receipts, COURIER_RECEIPTS_MAX);
            snprintf(last, sizeof last, "'Hub %03d'", d.office.trust->n_keys - 1);
            CHECK_STR(buf_text(&made.left_out), round == 0 ? "" : last);
            t = open_target(test_path("many.img"));
            CHECK(courier_receipt(t->volume, d.office.trust, COURIER_RECEIPTS_MAX - 1, &r, &err));
            CHECK(!courier_receipt(t->volume, d.office.trust, COURIER_RECEIPTS_MAX, &r, &err));
            CHECK_INT(err.code, ERR_NOT_FOUND);
            target_close(t);
            buf_release(&made.left_out);
            CHECK_SHELL(k ? "fsck.exfat -n \"$1\"" : "fsck.vfat -n \"$1\"", test_path("many.img"));
        }
        add_receipts(&d, 1);
    }
    desk_close(&d);
}

/* --- more hubs than slots of the village board
 * ------------------------------------------------------------------------------------------------------------------ */

enum {
    CROWD = BOARDFILE_SLOTS + 8,
    BARE = 3,
    MUTE = CROWD - 1
}; /* the first ones tell no card, the last one nothing */

/* What a hub's station signed, in the ledger. */
static void keep_board(struct desk *d, const struct seckey *secret, int n_cards)
{
    struct card card = {.kind = CARD_OFFER, .phrase = "lift", .number = 1, .days = 7};
    struct snapshot s = {.generation = 1, .cards = &card, .n_cards = n_cards};
    struct boardfile_half h = {.head = {.generation = 1}};
    struct err err = {0};
    bool is_new;

    memcpy(s.station, secret->id, sizeof s.station);
    memcpy(h.head.station, secret->id, sizeof h.head.station);
    snapshot_write(&s, &h.payload);
    boardfile_sign(&s, &h.payload, secret, h.sector);
    CHECK(ledger_keep_board(d->ledger, &h, &is_new, &err) && is_new);
    boardfile_release_half(&h);
}

/* Adds to seen which of these hubs has a board on it; returns how many slots nobody has. */
static int look_at_boards(const char *path, const struct pubkey hubs[CROWD], int seen[CROWD])
{
    struct target *t = open_target(path);
    int n_free = 0;

    for (int slot = 0; slot < BOARDFILE_SLOTS; slot++) {
        bool is_free = true;

        for (int half = 0; half < HALVES; half++) {
            struct boardfile_half h = {0};

            if (boardfile_read_head(t->volume, slot, half, &h, NULL)) {
                is_free = false;
                for (int i = 0; i < CROWD; i++) {
                    seen[i] += !memcmp(hubs[i].id, h.head.station, KEY_ID_BYTES);
                }
            }
        }
        n_free += is_free;
    }
    target_close(t);
    return n_free;
}

TEST(stick_prepare, T45_of_more_hubs_than_slots_none_is_locked_out_for_ever)
{
    const char *named[] = {"H1", "H38", "H39", NULL};
    struct pubkey hubs[CROWD];
    struct desk d;
    int seen[CROWD] = {0}, once[CROWD];
    char path[300];
    struct err err = {0};

    desk_begin(&d, "crowd");
    snprintf(path, sizeof path, "%s", test_path("crowd-stick"));
    CHECK(fsio_make_dirs(path, 0700, &err));
    for (int i = 0; i < CROWD; i++) {
        struct seckey secret;
        char name[16];

        keys_make(&secret, &hubs[i]);
        snprintf(name, sizeof name, "H%d", i);
        CHECK(office_add_key(&d.office, TRUST_STATION, name, &hubs[i], NULL, &err));
        if (i != MUTE) {
            keep_board(&d, &secret, i >= BARE);
        }
    }
    for (int time = 0; time < CROWD; time++) {
        memset(once, 0, sizeof once);
        prepare(&d, path, NULL);
        CHECK_INT(look_at_boards(path, hubs, once), 1); /* for the hub that has no board yet */
        for (int i = 0; i < CROWD; i++) {
            CHECK(once[i] <= (i >= BARE));
            seen[i] += once[i];
        }
    }
    for (int i = BARE; i < MUTE; i++) {
        CHECK(seen[i] > 0);
    }
    for (int time = 0; time < 3; time++) {
        memset(once, 0, sizeof once);
        prepare(&d, path, named);
        CHECK_INT(look_at_boards(path, hubs, once), 1);
        CHECK(once[1] == 1 && once[38] == 1); /* the hubs it goes to, also one that tells that nothing hangs */
    }
    desk_close(&d);
}
