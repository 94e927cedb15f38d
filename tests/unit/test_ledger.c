/* test_ledger: what comes in on sticks is taken row by row: the same again changes nothing; forged, cut, replayed,
 * foreign and conflicting rows are refused or kept apart and named, the rest goes in (THREATS T17, T26, T32, T38, T44).
 */
#include "unit/ledger_fixture.h"

#define OPEN   "{\"kind\":\"open\",\"t\":0,\"lang\":\"en\",\"day\":20780}"
#define ANSWER "{\"kind\":\"answer\",\"t\":5,\"item\":\"a\",\"choice\":1}"
#define END    "{\"kind\":\"end\",\"t\":9,\"how\":\"finished\"}"

/* Five rows: key, open, two answers, end. */
static void whole_visit(struct hub *h, const struct desk *d)
{
    hub_visit(h, d, OPEN);
    hub_row(h, ANSWER);
    hub_row(h, ANSWER);
    hub_row(h, END);
}

static int64_t number(const struct desk *d, const char *sql)
{
    struct err err = {0};
    int64_t n = 0;

    if (!db_number(db_stmt(ledger_db(d->ledger), sql), -1, &n, &err)) {
        fail_msg("%s", err.text);
    }
    return n;
}

#define COUNT(d, what) number(d, "SELECT count(*) FROM " what)

static void check_tally(const struct desk *d, int64_t added, int64_t known, int64_t conflicts, int64_t unopened,
                        int64_t refused)
{
    const struct ledger_tally *t = &d->tally;

    if (t->added != added || t->known != known || t->conflicts != conflicts || t->unopened != unopened ||
        t->refused != refused) {
        fail_msg("added %d known %d conflicts %d unopened %d refused %d\n%s", (int)t->added, (int)t->known,
                 (int)t->conflicts, (int)t->unopened, (int)t->refused, buf_text((struct buf *)(uintptr_t)&d->said));
    }
}

/* The receipt of a hub as it lies on the stick; up_to_seq 0 = there is none. */
static struct courier_receipt receipt_of(const struct desk *d, const struct hub *h)
{
    struct courier_receipt r = {0};
    struct volume *v;

    CHECK(volume_open_folder(d->stick, &v, NULL));
    for (int i = 0; courier_receipt(v, d->office.trust, i, &r, NULL); i++) {
        if (!memcmp(r.station, h->key.id, sizeof r.station)) {
            volume_close(v);
            return r;
        }
    }
    volume_close(v);
    return (struct courier_receipt){0};
}

/* Everything the ledger holds, as one text; the caller frees. */
static char *everything(const struct desk *d)
{
    static const char *const queries[] = {
        "SELECT group_concat(hex(station)||epoch||','||seq||hex(hash)||hex(visit)||hex(nonce)||hex(body)) FROM raw",
        "SELECT group_concat(hex(station)||hex(visit)||hex(key)) FROM visit",
        "SELECT group_concat(hex(station)||epoch||','||seq||hex(visit)||kind||body) FROM fact",
        "SELECT group_concat(hex(station)||epoch||','||seq) FROM conflict",
        "SELECT group_concat(hex(station)||epoch||','||up_to_seq||hex(hash)||counter) FROM receipt",
        "SELECT group_concat(hex(station)||name||collected||','||left_rows) FROM hub",
    };
    struct buf text = {0};

    for (size_t i = 0; i < M2_COUNT(queries); i++) {
        struct stmt *q = db_stmt(ledger_db(d->ledger), queries[i]);
        bool has_row;
        struct err err = {0};

        CHECK(db_next(q, &has_row, &err) && has_row);
        buf_str(&text, db_col_text(q, 0));
        buf_char(&text, '\n');
        db_done(q);
    }
    return buf_detach(&text);
}

TEST(ledger, whole_visits_go_in_are_opened_and_receipted)
{
    struct desk d;
    struct hub a, b;
    struct courier_receipt r;
    struct journal_receipt own;
    struct err err = {0};
    int64_t n_new;

    desk_open(&d, "whole");
    hub_open(&a, &d, "Ballyhale", true);
    hub_open(&b, &d, "Sora", true);
    whole_visit(&a, &d);
    whole_visit(&a, &d);
    whole_visit(&b, &d);
    hub_deliver(&a, &d, 0);
    hub_deliver(&b, &d, 3);
    desk_collect(&d);
    check_tally(&d, 15, 0, 0, 0, 0);
    CHECK_STR(buf_text(&d.said), "");
    CHECK_INT(d.n_receipts, 2);
    CHECK_INT(COUNT(&d, "visit"), 3);
    CHECK_INT(COUNT(&d, "fact"), 12); /* a key row says nothing */
    CHECK_INT(COUNT(&d, "fact WHERE kind = 'answer' AND json_extract(body, '$.choice') = 1"), 6);
    r = receipt_of(&d, &a);
    CHECK_INT(r.up_to_seq, 10);
    own = (struct journal_receipt){.epoch = r.epoch, .up_to_seq = r.up_to_seq, .counter = r.counter};
    memcpy(own.hash, r.hash, sizeof own.hash);
    CHECK(journal_receive(a.journal, &own, &n_new, &err)); /* the station finds its own row in it */
    CHECK_INT(n_new, 10);
    hub_close(&a);
    hub_close(&b);
    desk_close(&d);
}

TEST(ledger, T44_the_same_stick_ten_times_changes_nothing)
{
    struct desk d;
    struct hub a;
    char *before;
    struct courier_receipt first, last;

    desk_open(&d, "ten");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &d);
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    first = receipt_of(&d, &a);
    before = everything(&d);
    for (int i = 0; i < 10; i++) {
        char *after;

        desk_collect(&d);
        check_tally(&d, 0, 5, 0, 0, 0);
        CHECK_STR(buf_text(&d.said), "");
        after = everything(&d);
        CHECK_STR(after, before);
        free(after);
    }
    last = receipt_of(&d, &a);
    CHECK_INT(last.counter, first.counter);
    CHECK(!memcmp(last.hash, first.hash, sizeof last.hash));
    free(before);
    hub_close(&a);
    desk_close(&d);
}

TEST(ledger, what_came_since_is_added_and_the_receipt_moves_on)
{
    struct desk d;
    struct hub a;

    desk_open(&d, "since");
    hub_open(&a, &d, "Ballyhale", true);
    hub_visit(&a, &d, OPEN); /* the stick comes in the middle of a visit */
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    CHECK_INT(receipt_of(&d, &a).up_to_seq, 2);
    hub_row(&a, ANSWER);
    hub_row(&a, END);
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    check_tally(&d, 2, 2, 0, 0, 0);
    CHECK_INT(receipt_of(&d, &a).up_to_seq, 4);
    CHECK_INT(receipt_of(&d, &a).counter, 2);
    CHECK_INT(COUNT(&d, "fact"), 3); /* opened with the key that came the first time */
    hub_close(&a);
    desk_close(&d);
}

TEST(ledger, T44_an_older_stick_after_a_newer_one_takes_nothing_back)
{
    struct desk d;
    struct hub a;
    char *before, *after;

    desk_open(&d, "older");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &d);
    hub_deliver(&a, &d, 0);
    whole_visit(&a, &d);
    hub_deliver(&a, &d, 1);
    desk_collect(&d); /* the old rows are in the new ones */
    check_tally(&d, 10, 5, 0, 0, 0);
    before = everything(&d);
    desk_collect(&d);
    after = everything(&d);
    CHECK_STR(after, before);
    CHECK_INT(receipt_of(&d, &a).up_to_seq, 10);
    free(before);
    free(after);
    hub_close(&a);
    desk_close(&d);
}

/* Runs one parcel through the ledger itself, past the stick's own checks. */
static void take(struct desk *d, const struct hub *h, const struct parcel *p)
{
    struct ledger_slot slot = {.where = "slot 3",
                               .station = trustlist_find(d->office.trust, TRUST_STATION, h->key.id, NULL),
                               .payload = (const uint8_t *)p->payload.data,
                               .payload_bytes = p->payload.len,
                               .from_seq = (int64_t)p->h.from_seq,
                               .to_seq = (int64_t)p->h.to_seq};
    struct err err = {0};

    CHECK(slot.station);
    memcpy(slot.anchor, p->h.anchor, sizeof slot.anchor);
    memcpy(slot.head, p->h.head, sizeof slot.head);
    d->tally = (struct ledger_tally){0};
    buf_clear(&d->said);
    if (!ledger_take(d->ledger, &slot, &d->secret, &d->tally, desk_say, d, &err)) {
        fail_msg("%s", err.text);
    }
}

/* Start of row n (from 0) in a payload. */
static uint8_t *row_at(const struct parcel *p, int n)
{
    const uint8_t *at = (const uint8_t *)p->payload.data, *end = at + p->payload.len;
    struct journal_row row;

    for (int i = 0; i < n; i++) {
        CHECK(mailbox_next_row(&at, end, &row, NULL));
    }
    return (uint8_t *)p->payload.data + (at - (const uint8_t *)p->payload.data);
}

TEST(ledger, T26_T44_a_byte_changed_anywhere_in_a_row_refuses_it_and_those_behind_it)
{
    enum { ROW_BYTES_MAX = 400 };
    struct desk d;
    struct hub a;
    struct parcel p;
    uint8_t *row;
    size_t row_bytes;

    desk_open(&d, "forged");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &d);
    parcel_pack(&p, &a);
    row = row_at(&p, 3);
    row_bytes = (size_t)(row_at(&p, 4) - row);
    CHECK(row_bytes < ROW_BYTES_MAX);
    for (size_t i = 0; i < row_bytes; i += i < 92 ? 1 : 13) { /* each byte of the fixed part, some of the body */
        row[i] ^= 0x40;
        take(&d, &a, &p);
        CHECK_INT(d.tally.added + d.tally.known, 3);
        CHECK_INT(d.tally.refused, 2);
        CHECK_HAS(buf_text(&d.said), "slot 3, row ");
        row[i] ^= 0x40;
    }
    CHECK_INT(COUNT(&d, "raw"), 3);
    take(&d, &a, &p); /* as it was sent, the rest goes in */
    check_tally(&d, 2, 3, 0, 0, 0);
    buf_release(&p.payload);
    hub_close(&a);
    desk_close(&d);
}

TEST(ledger, T26_cut_at_any_byte_the_rows_before_go_in_and_the_end_is_named)
{
    struct desk d;
    struct hub a;
    struct parcel p;
    size_t whole;

    desk_open(&d, "cut");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &d);
    parcel_pack(&p, &a);
    whole = p.payload.len;
    for (size_t n = 0; n < whole; n += 29) {
        p.payload.len = n;
        take(&d, &a, &p);
        CHECK_INT(d.tally.added + d.tally.known + d.tally.refused, 5);
        CHECK(d.tally.refused > 0);
        CHECK_HAS(buf_text(&d.said), "slot 3, row ");
    }
    CHECK_INT(COUNT(&d, "raw"), 4);
    p.payload.len = whole;
    take(&d, &a, &p);
    check_tally(&d, 1, 4, 0, 0, 0);
    buf_release(&p.payload);
    hub_close(&a);
    desk_close(&d);
}

TEST(ledger, more_rows_than_the_header_names_were_taken_and_counted_as_fewer_than_none_refused)
{
    struct desk d;
    struct hub a;
    struct parcel p;

    desk_open(&d, "more");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &d);
    parcel_pack(&p, &a);
    p.h.to_seq = 3;
    take(&d, &a, &p);
    check_tally(&d, 3, 0, 0, 0, 1);
    CHECK_HAS(buf_text(&d.said), "slot 3, row 4: more rows than its header names");
    buf_release(&p.payload);
    hub_close(&a);
    desk_close(&d);
}

TEST(ledger, T44_rows_behind_a_gap_are_kept_but_not_receipted_until_the_gap_is_closed)
{
    struct desk d;
    struct hub a;
    struct parcel whole, late;
    struct courier_receipt r;
    struct err err = {0};
    const uint8_t *second;

    desk_open(&d, "gap");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &d);
    whole_visit(&a, &d);
    parcel_pack(&whole, &a);
    late = whole;
    late.payload = (struct buf){0};
    second = row_at(&whole, 5);
    buf_add(&late.payload, second, (size_t)((const uint8_t *)whole.payload.data + whole.payload.len - second));
    late.h.from_seq = 6;
    CHECK(journal_hash_before(a.journal, 6, late.h.anchor, &err));
    take(&d, &a, &late);
    check_tally(&d, 5, 0, 0, 0, 0);
    CHECK_INT(COUNT(&d, "fact"), 4);
    CHECK(!ledger_receipt(d.ledger, a.key.id, &r, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    take(&d, &a, &whole);
    check_tally(&d, 5, 5, 0, 0, 0);
    CHECK(ledger_receipt(d.ledger, a.key.id, &r, &err));
    CHECK_INT(r.up_to_seq, 10);
    buf_release(&whole.payload);
    buf_release(&late.payload);
    hub_close(&a);
    desk_close(&d);
}

TEST(ledger, rows_whose_visit_has_no_key_here_are_kept_and_named)
{
    struct desk d, other;
    struct hub a;

    desk_open(&d, "nokey");
    desk_open(&other, "nokey-other");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &other); /* sealed to another office */
    hub_deliver(&a, &d, 2);
    desk_collect(&d);
    check_tally(&d, 5, 0, 0, 5, 0);
    CHECK_HAS(buf_text(&d.said), "slot 2, row 1: ");
    CHECK_HAS(buf_text(&d.said),
              "stick 0123456789abcdef, 'Ballyhale', slot 2, row 5: the first row of its visit is not here");
    CHECK_INT(COUNT(&d, "fact"), 0);
    CHECK_INT(receipt_of(&d, &a).up_to_seq, 5); /* they are here, that is what a receipt says */
    hub_close(&a);
    desk_close(&d);
    desk_close(&other);
}

TEST(ledger, T44_a_copied_card_that_went_another_way_is_a_conflict_kept_apart_and_counted_once)
{
    struct desk d;
    struct hub a, copy;
    char *before, *after;

    desk_open(&d, "conflict");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &d);
    hub_copy(&copy, &a, false);
    hub_visit(&a, &d, OPEN); /* 6, 7 */
    hub_visit(&copy, &d, OPEN);
    hub_row(&copy, ANSWER); /* 8 on the copy alone */
    hub_deliver(&a, &d, 0);
    hub_deliver(&copy, &d, 1);
    desk_collect(&d);
    check_tally(&d, 8, 5, 2, 1, 0); /* 1..7 and the copy's 8, which nobody can open: its key is apart */
    CHECK_HAS(buf_text(&d.said), "slot 1, row 6: another row is here under the same number");
    CHECK_HAS(buf_text(&d.said), "slot 1, row 7: another row is here under the same number");
    CHECK_INT(COUNT(&d, "raw"), 10);
    CHECK_INT(COUNT(&d, "conflict"), 2);
    CHECK_INT(COUNT(&d, "conflict, pragma_quick_check WHERE quick_check = 'ok'"),
              2); /* was called damage at the next open */
    CHECK_INT(COUNT(&d, "fact WHERE kind = 'open'"), 2);
    CHECK_INT(receipt_of(&d, &a).up_to_seq, 5); /* nothing behind the fork is receipted */
    before = everything(&d);
    desk_collect(&d);
    check_tally(&d, 0, 15, 0, 0, 0);
    after = everything(&d);
    CHECK_STR(after, before);
    free(before);
    free(after);
    hub_close(&a);
    hub_close(&copy);
    desk_close(&d);
}

TEST(ledger, T2_T44_a_restored_card_goes_on_in_a_new_epoch_without_conflict)
{
    struct desk d;
    struct hub a, restored;
    struct courier_receipt r;
    struct journal_receipt own;
    struct err err = {0};
    int64_t n_new;

    desk_open(&d, "restored");
    hub_open(&a, &d, "Ballyhale", true);
    hub_visit(&a, &d, OPEN);
    hub_copy(&restored, &a, true); /* the backup: rows 1 and 2 */
    hub_row(&a, ANSWER);
    hub_row(&a, END); /* 3 and 4 were collected, then the card broke */
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    CHECK_INT(receipt_of(&d, &a).up_to_seq, 4);
    whole_visit(&restored, &d); /* 3 to 7 again */
    hub_deliver(&restored, &d, 0);
    desk_collect(&d);
    check_tally(&d, 5, 2, 0, 0, 0);
    CHECK_INT(COUNT(&d, "conflict"), 0);
    CHECK_INT(COUNT(&d, "fact WHERE kind = 'open'"), 2);
    r = receipt_of(&d, &restored);
    CHECK_INT(r.up_to_seq, 7);
    own = (struct journal_receipt){.epoch = r.epoch, .up_to_seq = r.up_to_seq, .counter = r.counter};
    memcpy(own.hash, r.hash, sizeof own.hash);
    CHECK(journal_receive(restored.journal, &own, &n_new, &err));
    CHECK_INT(n_new, 7);
    hub_close(&a);
    hub_close(&restored);
    desk_close(&d);
}

TEST(ledger, T44_strangers_are_refused_and_the_others_go_in)
{
    struct desk d;
    struct hub known, stranger;
    struct seckey thief;
    struct parcel p;

    desk_open(&d, "strangers");
    hub_open(&known, &d, "Ballyhale", true);
    hub_open(&stranger, &d, "Nowhere", false);
    whole_visit(&known, &d);
    whole_visit(&stranger, &d);
    hub_deliver(&stranger, &d, 0);
    parcel_pack(&p, &known); /* signed by a stranger who says it is the known one */
    thief = stranger.secret;
    memcpy(thief.id, known.secret.id, sizeof thief.id);
    parcel_deliver(&p, &d, 1, &thief);
    hub_deliver(&known, &d, 2);
    desk_collect(&d);
    check_tally(&d, 5, 0, 0, 0, 10);
    CHECK_HAS(buf_text(&d.said), "stick 0123456789abcdef, slot 0: from a station this office does not know; refused");
    CHECK_HAS(buf_text(&d.said),
              "stick 0123456789abcdef, 'Ballyhale', slot 1: its header is not signed by the station it names; refused");
    CHECK_INT(COUNT(&d, "hub"), 1);
    CHECK_INT(receipt_of(&d, &known).up_to_seq, 5);
    hub_close(&known);
    hub_close(&stranger);
    desk_close(&d);
}

static int open_mailbox(const struct desk *d, int slot)
{
    char path[HUB_PATH + VOLUME_NAME_MAX + 1], name[VOLUME_NAME_MAX];
    int fd;

    mailbox_name(slot, name);
    snprintf(path, sizeof path, "%s/%s", d->stick, name);
    fd = open(path, O_RDWR | O_CLOEXEC);
    CHECK(fd >= 0);
    return fd;
}

TEST(ledger, T26_a_half_with_a_higher_number_hid_the_genuine_one_from_the_office)
{
    enum { HALF = DESK_SLOT_BYTES / 2 };
    static uint8_t half[HALF];
    struct desk d;
    struct hub a, b;
    struct seckey thief;
    struct pubkey nobody;
    struct mailbox_header h;
    struct err err = {0};
    int fd, other;

    desk_open(&d, "hidden");
    hub_open(&a, &d, "Ballyhale", true);
    hub_open(&b, &d, "Sora", true);
    whole_visit(&a, &d);
    whole_visit(&b, &d);
    hub_deliver(&a, &d, 0);
    hub_deliver(&b, &d, 1);
    fd = open_mailbox(&d, 0);
    other = open_mailbox(&d, 1);
    hub_deliver(&a, &d, 0);
    hub_deliver(&a, &d, 0);
    CHECK(pread(fd, half, sizeof half, 0) == HALF && mailbox_read_header(half, &h, &err) && h.generation == 3);
    CHECK(pwrite(other, half, sizeof half, HALF) == HALF); /* genuine, but copied behind another station's */
    h.generation = 1000;
    keys_make(&thief, &nobody);
    mailbox_write_header(&h, &thief, half); /* forged, before the genuine one in its own slot */
    CHECK(pwrite(fd, half, sizeof half, HALF) == HALF);
    CHECK(close(fd) == 0 && close(other) == 0);
    desk_collect(&d);
    check_tally(&d, 10, 5, 0, 0, 5);
    CHECK_HAS(buf_text(&d.said), "slot 0: its header is not signed by the station it names; refused");
    CHECK_INT(receipt_of(&d, &b).up_to_seq, 5);
    hub_close(&a);
    hub_close(&b);
    desk_close(&d);
}

TEST(ledger, T44_rows_of_one_hub_sent_by_another_say_nothing)
{
    struct desk d;
    struct hub a, b;
    struct parcel p;

    desk_open(&d, "other");
    hub_open(&a, &d, "Ballyhale", true);
    hub_open(&b, &d, "Sora", true);
    whole_visit(&a, &d);
    parcel_pack(&p, &a);
    parcel_deliver(&p, &d, 0, &b.secret);
    desk_collect(&d);
    CHECK_INT(d.tally.unopened, 5); /* a row is sealed together with its station */
    CHECK_INT(COUNT(&d, "fact"), 0);
    CHECK_INT(COUNT(&d, "visit"), 0);
    hub_deliver(&a, &d, 1);
    desk_collect(&d);
    CHECK_INT(d.tally.added, 5);
    CHECK_INT(COUNT(&d, "fact"), 4);
    hub_close(&a);
    hub_close(&b);
    desk_close(&d);
}

TEST(ledger, T32_a_lost_stations_rows_stay_welcome_and_a_stolen_ones_do_not)
{
    struct desk d;
    struct hub lost, stolen;

    desk_open(&d, "revoked");
    hub_open(&lost, &d, "Ballyhale", true);
    hub_open(&stolen, &d, "Sora", true);
    whole_visit(&lost, &d);
    whole_visit(&stolen, &d);
    hub_deliver(&lost, &d, 0);
    hub_deliver(&stolen, &d, 1);
    for (int i = 0; i < d.office.trust->n_keys; i++) {
        struct trust_key *k = &d.office.trust->keys[i];

        k->revoked = !strcmp(k->name, "Ballyhale") ? TRUST_LOST : !strcmp(k->name, "Sora") ? TRUST_STOLEN : TRUST_GOOD;
    }
    desk_collect(&d);
    check_tally(&d, 5, 0, 0, 0, 5);
    CHECK_HAS(buf_text(&d.said), "slot 1: ");
    CHECK_HAS(buf_text(&d.said), "revoked as stolen");
    hub_close(&lost);
    hub_close(&stolen);
    desk_close(&d);
}

TEST(ledger, T26_a_damaged_mailbox_is_named_and_the_others_go_in)
{
    struct desk d;
    struct hub a, b;
    char path[HUB_PATH + 64];
    int fd;

    desk_open(&d, "damaged");
    hub_open(&a, &d, "Ballyhale", true);
    hub_open(&b, &d, "Sora", true);
    whole_visit(&a, &d);
    whole_visit(&b, &d);
    hub_deliver(&a, &d, 0);
    hub_deliver(&b, &d, 1);
    snprintf(path, sizeof path, "%s/MICRO2/mailbox/000.m2b", d.stick);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    CHECK(fd >= 0 && pwrite(fd, "?", 1, MAILBOX_SECTOR + 300) == 1 && close(fd) == 0);
    snprintf(path, sizeof path, "%s/MICRO2/mailbox/002.m2b", d.stick);
    CHECK(truncate(path, 100) == 0);
    desk_collect(&d);
    CHECK_INT(d.tally.added, 5);
    CHECK_INT(d.tally.refused, 2);
    CHECK_HAS(buf_text(&d.said), "slot 0: ");
    CHECK_HAS(buf_text(&d.said), "damaged");
    CHECK_HAS(buf_text(&d.said), "slot 2: ");
    CHECK_INT(receipt_of(&d, &b).up_to_seq, 5);
    hub_close(&a);
    hub_close(&b);
    desk_close(&d);
}

TEST(ledger, a_row_number_at_the_end_of_all_numbers_was_counted_past_it)
{
    struct desk d;
    struct hub a;
    struct parcel p;
    struct journal_row row;
    const uint8_t *at;

    desk_open(&d, "huge");
    hub_open(&a, &d, "Ballyhale", true);
    hub_visit(&a, &d, OPEN);
    parcel_pack(&p, &a);
    p.payload.len = (size_t)(row_at(&p, 1) - (uint8_t *)p.payload.data);
    put_le64((uint8_t *)p.payload.data, INT64_MAX);
    at = (const uint8_t *)p.payload.data;
    CHECK(mailbox_next_row(&at, at + p.payload.len, &row, NULL));
    journal_row_hash(p.h.anchor, &row, (uint8_t *)p.payload.data + 56); /* so that the chain is whole */
    p.h.from_seq = p.h.to_seq = INT64_MAX;
    p.h.n_rows = 1;
    parcel_deliver(&p, &d, 0, &a.secret);
    desk_collect(&d);
    CHECK_INT(COUNT(&d, "raw"), 0);
    CHECK_INT(d.tally.added, 0);
    hub_close(&a);
    desk_close(&d);
}

TEST(ledger, what_a_hostile_hub_wrote_into_its_rows_is_kept_as_a_fact_that_says_nothing)
{
    static const char *const texts[] = {
        "", "not json", "[1,2]", "{\"kind\":7}", "{\"kind\":\"\"}", "{\"no\":\"kind\"}"};
    struct desk d;
    struct hub a;

    desk_open(&d, "hostile");
    hub_open(&a, &d, "Ballyhale", true);
    hub_visit(&a, &d, OPEN);
    for (size_t i = 0; i < M2_COUNT(texts); i++) {
        hub_row(&a, texts[i]);
    }
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    check_tally(&d, 8, 0, 0, 0, 0);
    CHECK_INT(COUNT(&d, "fact WHERE kind = 'unreadable'"), 6);
    CHECK_INT(COUNT(&d, "fact WHERE NOT json_valid(body)"), 0);
    hub_close(&a);
    desk_close(&d);
}

/* A receipt of this office, whatever it says, as number n on a stick; text and signature are the caller's. */
static void put_receipt(const struct desk *d, const char *stick, int n, struct buf *text, struct buf *sig)
{
    struct courier_receipt r = {.station = {1}, .epoch = 1, .up_to_seq = 1, .counter = 1};
    char path[HUB_PATH + 64];
    struct err err = {0};

    courier_receipt_text(&r, text);
    CHECK(office_sign(&d->office, "office", text, "receipt", "0100000000000000", 1, sig, &err));
    snprintf(path, sizeof path, "%s/MICRO2/receipts/%03d.json", stick, n);
    CHECK(fsio_replace(path, text->data, text->len, 0600, &err));
    snprintf(path, sizeof path, "%s/MICRO2/receipts/%03d.json.minisig", stick, n);
    CHECK(fsio_replace(path, sig->data, sig->len, 0600, &err));
}

TEST(ledger, receipts_of_another_office_were_written_over_and_deleted)
{
    static const int places[] = {0, 2};
    struct desk d, other;
    struct hub a;
    struct volume *v;
    struct courier_receipt r;
    struct buf text = {0}, sig = {0};
    struct err err = {0};

    desk_open(&d, "receipts");
    desk_open(&other, "receipts-other");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &d);
    hub_deliver(&a, &d, 0);
    for (size_t i = 0; i < M2_COUNT(places); i++) {
        put_receipt(&other, d.stick, places[i], &text, &sig);
    }
    put_receipt(&d, d.stick, 3, &text, &sig); /* ours, of a hub that is not there any more */
    desk_collect(&d);
    CHECK_INT(d.n_receipts, 1);
    CHECK(volume_open_folder(d.stick, &v, &err));
    CHECK(courier_receipt(v, d.office.trust, 1, &r, &err) && !memcmp(r.station, a.key.id, sizeof r.station));
    for (size_t i = 0; i < M2_COUNT(places); i++) {
        CHECK(courier_receipt(v, other.office.trust, places[i], &r, &err));
    }
    CHECK(!courier_receipt(v, d.office.trust, 3, &r, &err) && err.code == ERR_NOT_FOUND);
    volume_close(v);
    buf_release(&text);
    buf_release(&sig);
    hub_close(&a);
    desk_close(&d);
    desk_close(&other);
}

TEST(ledger, a_stick_of_another_office_is_left_as_it_is)
{
    struct desk d, other;
    struct hub a;
    struct err err = {0};

    desk_open(&d, "ours");
    desk_open(&other, "theirs");
    hub_open(&a, &other, "Ballyhale", true);
    whole_visit(&a, &other);
    hub_deliver(&a, &other, 0);
    CHECK(!collect_stick(&d.office, d.ledger, &d.secret, other.stick, &d.tally, &d.n_receipts, desk_say, &d, &err));
    CHECK_INT(err.code, ERR_SIGNATURE);
    CHECK_HAS(err.text, other.stick);
    CHECK_HAS(err.text, "hand it to the office it is from");
    CHECK_STR(buf_text(&d.said), "");
    check_tally(&d, 0, 0, 0, 0, 0);
    CHECK(!collect_stick(&d.office, d.ledger, &d.secret, test_dir(), &d.tally, &d.n_receipts, desk_say, &d, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_HAS(err.text, "no courier stick");
    hub_close(&a);
    desk_close(&d);
    desk_close(&other);
}

TEST(ledger, a_folder_that_is_not_there_is_named)
{
    struct desk d;
    struct err err = {0};

    desk_open(&d, "nostick");
    CHECK(!collect_stick(&d.office, d.ledger, &d.secret, "/nonexistent/stick", &d.tally, &d.n_receipts, desk_say, &d,
                         &err));
    CHECK_HAS(err.text, "/nonexistent/stick");
    desk_close(&d);
}

TEST(ledger, the_offices_numbers_rise_by_one_each_by_its_name_and_over_a_restart)
{
    struct desk d;
    struct err err = {0};
    uint64_t n;

    desk_open(&d, "numbers");
    for (uint64_t i = 1; i <= 3; i++) {
        CHECK(ledger_next(d.ledger, "catalog", &n, &err));
        CHECK_INT(n, i);
    }
    CHECK(ledger_next(d.ledger, "courier", &n, &err));
    CHECK_INT(n, 1);
    ledger_close(d.ledger);
    CHECK(ledger_open(office_path(&d.office, "ledger.db"), &d.ledger, &err));
    CHECK(ledger_next(d.ledger, "catalog", &n, &err));
    CHECK_INT(n, 4);
    desk_close(&d);
}

TEST(ledger, a_lost_ledger_was_silently_begun_anew)
{
    const char *path = test_path("lost.db");
    struct ledger *l;
    struct err err = {0};

    CHECK(!ledger_open(path, &l, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_HAS(err.text, "lost.db': the office's ledger is missing; put it back from your last copy");
    CHECK(!fsio_exists(path));
    CHECK(ledger_create(path, &err) && ledger_open(path, &l, &err));
    ledger_close(l);
}

TEST(office, a_key_that_signs_twice_was_opened_and_its_passphrase_asked_for_twice)
{
    struct desk d;
    struct seckey first, second;
    struct err err = {0};

    desk_open(&d, "twice");
    CHECK(office_secret(&d.office, "courier", &first, &err));
    CHECK(remove(office_path(&d.office, "keys/courier.key")) == 0);
    CHECK(office_secret(&d.office, "courier", &second, &err));
    CHECK(!memcmp(&first, &second, sizeof first));
    CHECK(!office_secret(&d.office, "courier2", &second, &err));
    desk_close(&d);
}

TEST(ledger, T38_the_offices_key_is_needed_to_open_anything)
{
    struct desk d;
    struct hub a;
    struct seckey other;
    struct pubkey nobody;

    desk_open(&d, "wrongkey");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &d);
    hub_deliver(&a, &d, 0);
    keys_make(&other, &nobody);
    d.secret = other;
    desk_collect(&d);
    check_tally(&d, 5, 0, 0, 5, 0);
    CHECK_INT(COUNT(&d, "fact") + COUNT(&d, "visit"), 0);
    hub_close(&a);
    desk_close(&d);
}

TEST(ledger, eight_former_keys_of_the_office_are_kept_and_not_one_more) /* R5 */
{
    struct desk d;
    struct seckey old;
    struct pubkey nobody;
    struct err err = {0};

    desk_open(&d, "former");
    for (int i = 0; i <= LEDGER_OLD_KEYS_MAX; i++) {
        keys_make(&old, &nobody);
        CHECK(ledger_also_opens(d.ledger, &old, &err) == (i < LEDGER_OLD_KEYS_MAX));
    }
    CHECK_INT(err.code, ERR_LIMIT);
    desk_close(&d);
}

TEST(ledger, T32_rows_sealed_to_a_former_key_of_the_office_are_opened)
{
    struct desk d;
    struct hub a;
    struct seckey former;
    struct pubkey now;
    struct err err = {0};

    desk_open(&d, "successor");
    hub_open(&a, &d, "Ballyhale", true);
    whole_visit(&a, &d); /* sealed to the key that is former from here on */
    hub_deliver(&a, &d, 0);
    former = d.secret;
    keys_make(&d.secret, &now);
    CHECK(ledger_also_opens(d.ledger, &former, &err));
    desk_collect(&d);
    check_tally(&d, 5, 0, 0, 0, 0);
    hub_close(&a);
    desk_close(&d);
}

static bool has_pack(const struct desk *d, const struct hub *h, const char *id, int64_t version)
{
    struct err err = {0};
    bool has = false;

    CHECK(ledger_has_pack(d->ledger, h->key.id, id, version, &has, &err));
    return has;
}

TEST(ledger, what_a_hub_holds_is_what_it_said_last_since_it_was_last_restored)
{
    static const char *const nonsense[] = {
        "{\"kind\":\"shelf\"}",
        "{\"kind\":\"shelf\",\"containers\":7}",
        "{\"kind\":\"shelf\",\"containers\":[7,null,[],{\"id\":\"core\"},{\"version\":9}]}",
        "{\"kind\":\"shelf\",\"containers\":[{\"id\":\"core\",\"version\":\"9\"}]}",
        "{\"kind\":\"shelf\",\"containers\":[{\"id\":[\"core\"],\"version\":9}]}",
        "{\"kind\":\"shelf\",\"containers\":[{\"id\":\"core\",\"version\":9.5}]}",
    };
    struct desk d;
    struct hub a, b, restored;

    desk_open(&d, "shelves");
    hub_open(&a, &d, "Ballyhale", true);
    hub_open(&b, &d, "Sora", true);
    CHECK(!has_pack(&d, &a, "core", 1)); /* before anything came in */
    hub_visit(&a, &d,
              "{\"kind\":\"shelf\",\"containers\":[{\"id\":\"core\",\"version\":3},{\"id\":\"shop\",\"version\":1}]}");
    whole_visit(&b, &d);
    hub_copy(&restored, &a, true); /* the backup */
    hub_deliver(&a, &d, 0);
    hub_deliver(&b, &d, 1);
    desk_collect(&d);
    CHECK(has_pack(&d, &a, "core", 3) && has_pack(&d, &a, "core", 2) && !has_pack(&d, &a, "core", 4));
    CHECK(has_pack(&d, &a, "shop", 1) && !has_pack(&d, &a, "grow", 1));
    CHECK(!has_pack(&d, &b, "core", 1)); /* it said nothing */
    hub_row(&a, "{\"kind\":\"shelf\",\"containers\":[{\"id\":\"core\",\"version\":4}]}");
    hub_row(&a, ANSWER);
    hub_deliver(&a, &d, 0);
    desk_collect(&d);
    CHECK(has_pack(&d, &a, "core", 4) && !has_pack(&d, &a, "shop", 1));
    desk_collect(&d); /* the same again changes nothing */
    CHECK(has_pack(&d, &a, "core", 4));
    whole_visit(&restored, &d);
    hub_deliver(&restored, &d, 0);
    desk_collect(&d);
    CHECK(!has_pack(&d, &a, "core", 1)); /* who knows what came with the backup */
    hub_row(&restored, "{\"kind\":\"shelf\",\"containers\":[{\"id\":\"core\",\"version\":2}]}");
    hub_deliver(&restored, &d, 0);
    desk_collect(&d);
    CHECK(has_pack(&d, &a, "core", 2) && !has_pack(&d, &a, "core", 3));
    for (size_t i = 0; i < M2_COUNT(nonsense); i++) {
        hub_row(&restored, nonsense[i]);
        hub_deliver(&restored, &d, 0);
        desk_collect(&d);
        CHECK(!has_pack(&d, &a, "core", 1));
    }
    hub_close(&a);
    hub_close(&b);
    hub_close(&restored);
    desk_close(&d);
}
