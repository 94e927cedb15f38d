/* test_usb_find: who is in the slot, who waits, who is refused and for how long (THREATS T12, T13, T19). */
#include "stick/usb_find.h"
#include "unit/usb_fixture.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static struct usb_find *find;
static struct usb_device about; /* large */
static int64_t now;
static int addresses;

static void begin(const char *allow_text)
{
    struct usb_allow allow = {0};
    struct err err = {0};

    if (allow_text) {
        usb_write(test_path("slot"), allow_text, strlen(allow_text));
        CHECK(usb_allow_read(test_path("slot"), &allow, &err));
    }
    if (fsio_exists(test_path("sys"))) {
        CHECK(fsio_remove_tree(test_path("sys"), &err));
    }
    usb_find_free(find);
    now = 1000;
    addresses = 1;
    find = usb_find_new(test_path("sys"), &allow);
}

static void end(void)
{
    usb_find_free(find);
    find = NULL;
}

static void plug(const char *port, const char *words)
{
    addresses = addresses % 100 + 1;
    usb_plug(port, addresses, true, words);
}

/* The port of the stick that is to be opened now, which is held from then on; "" = none. */
static const char *look_after(int64_t ms)
{
    struct usb_shape shape;
    struct err err = {0};

    now += ms;
    CHECK(usb_find_look(find, now, &err));
    if (!usb_find_first(find, &about, &shape)) {
        return "";
    }
    usb_find_hold(find, &about);
    return about.port;
}

TEST(usb_find, T12_only_a_stick_is_taken_and_all_else_is_named)
{
    begin(NULL);
    for (size_t i = 0; i < M2_COUNT(usb_sets); i++) {
        bool is_stick = usb_sets[i].kind == USB_STICK;

        plug("1-1", usb_sets[i].text);
        CHECK_STR(look_after(SECOND), is_stick ? "1-1" : "");
        CHECK_STR(usb_find_word(find, now),
                  is_stick || usb_sets[i].kind == USB_HUB ? "" : usb_kind_name(usb_sets[i].kind));
        usb_pull("1-1");
        CHECK_STR(look_after(SECOND), "");
        CHECK_STR(usb_find_word(find, now), "");
        CHECK(!usb_find_is_held(find));
        now += USB_EMPTY_MS;
    }
    end();
}

TEST(usb_find, a_hub_is_named_where_it_was_kept_out)
{
    begin(NULL);
    usb_plug("1-1", 5, false, "d09 i090000 e81i");
    CHECK_STR(look_after(SECOND), "");
    CHECK_STR(usb_find_word(find, now), "hub");
    end();
}

TEST(usb_find, T12_a_stick_is_opened_once_it_is_authorised)
{
    begin(NULL);
    usb_plug("1-1", 5, false, USB_SET_STICK);
    CHECK_STR(look_after(0), "");
    CHECK_STR(usb_find_word(find, now), "");
    CHECK_INT(usb_find_wait_ms(find, now), USB_ALLOW_POLL_MS);
    CHECK_INT(usb_find_wait_ms(find, now + USB_ALLOW_MS - 1), USB_ALLOW_POLL_MS);
    CHECK_INT(usb_find_wait_ms(find, now + USB_ALLOW_MS), -1); /* nobody looks for ever */
    CHECK_STR(usb_find_word(find, now + USB_ALLOW_MS - 1), "");
    CHECK_STR(usb_find_word(find, now + USB_ALLOW_MS), "withheld"); /* it was in for ever, and nothing was said */
    usb_write(usb_attribute("1-1", "authorized"), "1\n", 2);
    CHECK_STR(look_after(HOUR), "1-1"); /* the kernel's news of its interface */
    CHECK_STR(usb_find_word(find, now), "");
    plug("1-2", USB_SET_STICK); /* which waits for the first to leave, however long */
    CHECK_STR(look_after(HOUR), "");
    CHECK_STR(usb_find_word(find, now), "");
    CHECK_INT(usb_find_wait_ms(find, now), -1);
    end();
}

TEST(usb_find, T12_ports_that_are_no_slots_are_not_looked_at)
{
    begin("1-1 hub\n1-1.4 input\n1-1.2 stick\n");
    plug("1-1", "d09 i090000 e81i");
    plug("1-1.4", "i030102 e81i");
    plug("1-1.3", USB_SET_STICK);
    CHECK_STR(look_after(SECOND), "");
    CHECK_STR(usb_find_word(find, now), "");
    plug("1-1.2", USB_SET_KEYS);
    CHECK_STR(look_after(SECOND), "");
    CHECK_STR(usb_find_word(find, now), "keyboard");
    end();
}

/* Taken as a stick, it shows another face: refused, whatever it is, and however long it kept still. */
TEST(usb_find, T13_a_device_that_changes_its_shape_is_refused_until_it_was_out)
{
    static const int64_t after[] = {SECOND, MINUTE, HOUR};
    int n = 0;

    begin(NULL);
    CHECK(M2_COUNT(usb_sets) >= 50);
    for (size_t i = 1; i < M2_COUNT(usb_sets); i++) { /* 0 is the stick itself */
        for (size_t k = 0; k < M2_COUNT(after); k++, n++) {
            now += USB_EMPTY_MS;
            plug("1-1", USB_SET_STICK);
            CHECK_STR(look_after(SECOND), "1-1");
            plug("1-1", usb_sets[i].text); /* another device in one look */
            CHECK_STR(look_after(after[k]), "");
            CHECK_STR(usb_find_word(find, now), "changed");
            CHECK(!usb_find_is_held(find));
            plug("1-1", USB_SET_STICK); /* and back to what it was */
            CHECK_STR(look_after(after[k]), "");
            CHECK_STR(usb_find_word(find, now), "changed");
            usb_pull("1-1");
            CHECK_STR(look_after(SECOND), "");
            CHECK_STR(usb_find_word(find, now), "");
            plug("1-1", USB_SET_STICK); /* out, but not for long enough */
            CHECK_STR(look_after(USB_EMPTY_MS - 1), "");
            CHECK_STR(usb_find_word(find, now), "changed");
            usb_pull("1-1");
            CHECK_STR(look_after(HOUR), "");
        }
    }
    printf("%d changes\n", n);
    end();
}

TEST(usb_find, T13_a_keyboard_that_becomes_a_stick_is_refused_as_well)
{
    begin(NULL);
    plug("1-1", USB_SET_KEYS);
    CHECK_STR(look_after(SECOND), "");
    CHECK_STR(usb_find_word(find, now), "keyboard");
    usb_pull("1-1");
    CHECK_STR(look_after(SECOND), "");
    plug("1-1", USB_SET_STICK);
    CHECK_STR(look_after(USB_EMPTY_MS - 1), "");
    CHECK_STR(usb_find_word(find, now), "changed");
    end();
}

TEST(usb_find, T13_the_same_device_again_and_another_one_by_hand_are_judged_anew)
{
    begin(NULL);
    plug("1-1", USB_SET_STICK);
    CHECK_STR(look_after(SECOND), "1-1");
    plug("1-1", USB_SET_STICK); /* a loose contact */
    CHECK_STR(look_after(10), "1-1");
    usb_pull("1-1");
    CHECK_STR(look_after(10), "");
    plug("1-1", "i080650 e01b e82b"); /* another stick, after a hand's time */
    CHECK_STR(look_after(USB_EMPTY_MS), "1-1");
    CHECK_STR(usb_find_word(find, now), "");
    end();
}

TEST(usb_find, T13_a_ban_is_of_its_port_alone)
{
    begin(NULL);
    plug("1-1", USB_SET_STICK);
    CHECK_STR(look_after(SECOND), "1-1");
    plug("1-1", USB_SET_KEYS);
    plug("1-2", USB_SET_STICK);
    CHECK_STR(look_after(SECOND), "1-2");
    CHECK_STR(usb_find_word(find, now), "changed");
    end();
}

TEST(usb_find, T19_of_two_sticks_the_first_is_taken_and_the_second_waits)
{
    begin(NULL);
    plug("1-2", USB_SET_STICK);
    CHECK_STR(look_after(SECOND), "1-2");
    plug("1-1", USB_SET_STICK);
    CHECK_STR(look_after(SECOND), "");
    CHECK(usb_find_is_held(find));
    usb_pull("1-2");
    CHECK_STR(look_after(SECOND), "1-1");
    usb_pull("1-1");
    CHECK_STR(look_after(SECOND), "");
    CHECK(!usb_find_is_held(find));
    end();
}

TEST(usb_find, T19_a_first_stick_that_cannot_be_read_is_named_and_the_second_waits_as_well)
{
    begin(NULL);
    plug("1-1", USB_SET_STICK);
    CHECK_STR(look_after(SECOND), "1-1");
    usb_find_refuse(find, &about, "ntfs");
    plug("1-2", USB_SET_STICK);
    CHECK_STR(look_after(SECOND), "");
    CHECK_STR(usb_find_word(find, now), "ntfs");
    usb_pull("1-1");
    CHECK_STR(look_after(SECOND), "1-2");
    CHECK_STR(usb_find_word(find, now), "");
    end();
}

/* What is in when the station starts is judged as if it came then. */
TEST(usb_find, T19_boot_matrix)
{
    static const struct {
        const char *first, *second, *third; /* ports 1-1, 1-2, 2-1 */
        const char *taken, *word;
    } boots[] = {
        {NULL, NULL, NULL, "", ""},
        {USB_SET_STICK, NULL, NULL, "1-1", ""},
        {NULL, NULL, USB_SET_STICK, "2-1", ""},
        {USB_SET_STICK, USB_SET_STICK, NULL, "1-1", ""},
        {NULL, USB_SET_STICK, USB_SET_STICK, "1-2", ""},
        {USB_SET_STICK, USB_SET_STICK, USB_SET_STICK, "1-1", ""},
        {USB_SET_KEYS, NULL, NULL, "", "keyboard"},
        {USB_SET_KEYS, USB_SET_STICK, NULL, "1-2", "keyboard"},
        {USB_SET_STICK, USB_SET_KEYS, NULL, "1-1", "keyboard"},
        {USB_SET_STICK " " USB_SET_KEYS, USB_SET_KEYS, NULL, "", "keyboard"},
        {USB_SET_KEYS, USB_SET_STICK " " USB_SET_KEYS, USB_SET_STICK, "2-1", "composite"},
        {USB_SET_UAS, NULL, NULL, "", "uas"},
        {"d09 i090000 e81i", NULL, NULL, "", ""},
    };

    for (size_t i = 0; i < M2_COUNT(boots); i++) {
        begin(NULL);
        if (boots[i].first) {
            plug("1-1", boots[i].first);
        }
        if (boots[i].second) {
            plug("1-2", boots[i].second);
        }
        if (boots[i].third) {
            plug("2-1", boots[i].third);
        }
        CHECK_STR(look_after(0), boots[i].taken);
        CHECK_STR(usb_find_word(find, now), boots[i].word);
        CHECK_INT(usb_find_is_held(find), boots[i].taken[0] != 0);
    }
    end();
}

TEST(usb_find, more_ports_than_rows_are_left_and_a_row_is_given_on)
{
    char port[USB_PORT_NAME_MAX];
    struct err err = {0};

    begin(NULL);
    for (int i = 1; i <= 3 * USB_DEVICES_MAX; i++) { /* one after the other */
        snprintf(port, sizeof port, "1-%d", i);
        plug(port, USB_SET_STICK);
        CHECK_STR(look_after(SECOND), port);
        usb_pull(port);
        CHECK_STR(look_after(SECOND), "");
    }
    CHECK(!fsio_exists(usb_attribute("1-1", "")));
    usb_write(test_path("sys/not-a-folder"), "", 0);
    CHECK(usb_find_look(find, now, &err));
    end();
}
