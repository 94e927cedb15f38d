/* test_courier: the signed texts of a courier stick (THREATS T22, T26, T27). The stick is one that micro2
 * made; test_courier_signed has them wrong in every way. */
#include "stick/courier.h"
#include "trust/counter.h"
#include "unit/world_fixture.h"

static struct trustlist *trust;

static struct volume *open_stick(const char *name)
{
    struct volume *v;
    struct err err = {0};
    char path[512];

    world_hub();
    world_stick(name);
    if (!trust) {
        snprintf(path, sizeof path, "%s/trust", world_path("hub-made"));
        CHECK(trustlist_load(path, &trust, &err));
    }
    CHECK(volume_open_folder(world_path(name), &v, &err));
    return v;
}

static void read_file(const char *name, struct buf *out)
{
    struct err err = {0};

    buf_clear(out);
    CHECK(fsio_read(world_path(name), 1 << 20, out, &err));
}

static void write_file(const char *name, const struct buf *bytes)
{
    struct err err = {0};

    CHECK(fsio_replace(world_path(name), bytes->data, bytes->len, 0600, &err));
}

TEST(courier, a_stick_of_our_office_opens_and_names_it)
{
    struct volume *v = open_stick("good");
    struct courier c;
    struct err err = {0};

    CHECK(courier_open(v, trust, &c, &err));
    CHECK_STR(c.office, "Office");
    CHECK_INT(c.mailbox_bytes, 64 * 1024);
    CHECK(c.counter >= 1 && strlen(c.stick) == 16);
    volume_close(v);
}

TEST(courier, T26_the_courier_json_of_another_stick_is_refused)
{
    struct volume *v = open_stick("one"), *other = open_stick("two");
    struct courier c;
    struct err err = {0};
    struct buf text = {0};

    read_file("two/MICRO2/courier.json", &text);
    write_file("one/MICRO2/courier.json", &text);
    CHECK(!courier_open(v, trust, &c, &err) && err.code == ERR_SIGNATURE);
    CHECK(courier_open(other, trust, &c, &err));
    buf_release(&text);
    volume_close(v);
    volume_close(other);
}

TEST(courier, a_folder_that_is_no_courier_stick_is_not_found)
{
    struct volume *v = open_stick("none");
    struct courier c;
    struct err err = {0};

    CHECK(unlink(world_path("none/MICRO2/courier.json")) == 0);
    CHECK(!courier_open(v, trust, &c, &err) && err.code == ERR_NOT_FOUND);
    volume_close(v);
}

TEST(courier, T27_an_older_catalogue_is_refused_once_a_newer_one_was_seen)
{
    struct volume *v = open_stick("old"), *newer;
    struct catalog *catalog;
    struct err err = {0};
    char counters[256];

    snprintf(counters, sizeof counters, "%s", world_path("counters"));
    unlink(counters);
    CHECK(courier_catalog(v, trust, counters, &catalog, &err));
    CHECK(catalog->n_entries == 2);
    catalog_free(catalog);
    /* an authored change: the same content under a new version makes a new catalogue */
    CHECK_INT(SPAWN(NULL, "sh", "-c",
                    "cp -a \"$0\" \"$1\" && sed -i 's/\"version\": 1/\"version\": 2/' \"$1\"/core.json",
                    (M2_TEST_DATA "/content-small"), world_path("content-2")),
              0);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "content", "build", world_path("content-2"), "--office", world_path("office"),
                    "--out", world_path("office/packs")),
              0);
    newer = open_stick("new");
    CHECK(courier_catalog(newer, trust, counters, &catalog, &err));
    catalog_free(catalog);
    CHECK(!courier_catalog(v, trust, counters, &catalog, &err));
    CHECK(err.code == ERR_TRUST);
    CHECK(courier_catalog(newer, trust, counters, &catalog, &err)); /* the same one again is fine */
    catalog_free(catalog);
    volume_close(v);
    volume_close(newer);
}

TEST(courier, a_text_at_the_limit_is_read_and_one_byte_more_is_not)
{
    struct volume *v = open_stick("limit");
    struct buf text = {0}, out = {0};
    struct err err = {0};

    while (text.len < 1000) {
        buf_char(&text, 'x');
    }
    write_file("limit/MICRO2/READ-ME.txt", &text);
    CHECK(courier_text(v, COURIER_ROOT "READ-ME.txt", 1000, &out, &err) && out.len == 1000);
    CHECK(!courier_text(v, COURIER_ROOT "READ-ME.txt", 999, &out, &err) && err.code == ERR_LIMIT);
    buf_release(&text);
    buf_release(&out);
    volume_close(v);
}

TEST(courier, what_is_written_is_read_back_the_same)
{
    struct courier_receipt r = {.station = {1, 2, 3}, .epoch = UINT64_MAX, .up_to_seq = 77, .counter = 5}, back;
    struct courier c = {.stick = "0123456789abcdef", .counter = 9, .mailbox_bytes = 65536}, again;
    struct buf text = {0};
    struct err err = {0};

    memset(r.hash, 0xAB, sizeof r.hash);
    courier_receipt_text(&r, &text);
    CHECK(courier_receipt_parse(text.data, text.len, &back, &err));
    CHECK(!memcmp(&r.hash, &back.hash, sizeof r.hash) && back.epoch == r.epoch && back.up_to_seq == 77 &&
          back.counter == 5);
    CHECK(!courier_receipt_parse(text.data, text.len - 2, &back, &err));
    buf_clear(&text);
    courier_write_text(&c, &text);
    CHECK(courier_parse(text.data, text.len, &again, &err));
    CHECK_STR(again.stick, c.stick);
    CHECK(again.counter == 9 && again.mailbox_bytes == 65536);
    buf_release(&text);
    trustlist_free(trust);
    trust = NULL;
}
