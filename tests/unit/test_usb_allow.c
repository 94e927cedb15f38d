/* test_usb_allow: a port takes what its line says, and where there is none, sticks (THREATS T12, T57). */
#include "stick/usb_allow.h"
#include "unit/usb_fixture.h"

static bool read_text(const char *text, struct usb_allow *out, struct err *err)
{
    usb_write(test_path("slot"), text, strlen(text));
    return usb_allow_read(test_path("slot"), out, err);
}

TEST(usb_allow, without_a_file_and_without_lines_every_port_is_a_slot)
{
    struct usb_allow a;
    struct err err = {0};

    CHECK(usb_allow_read(test_path("no-such-file"), &a, &err));
    CHECK_INT(usb_allow_kind(&a, "1-1"), USB_STICK);
    CHECK(read_text("# nothing\n\n  \t\n", &a, &err));
    CHECK_INT(usb_allow_kind(&a, "1-1"), USB_STICK);
    CHECK(usb_allow_read(M2_SOURCE_DIR "/firmware/image/slot", &a, &err)); /* as it is installed */
    CHECK_INT(a.n, 0);
}

TEST(usb_allow, T57_a_port_takes_what_its_line_says_and_nothing_else)
{
    struct usb_allow a;
    struct err err = {0};

    CHECK(read_text("1-1 hub # the board's own\n\t1-1.4   input\r\n2-1 stick", &a, &err));
    CHECK_INT(usb_allow_kind(&a, "1-1"), USB_HUB);
    CHECK_INT(usb_allow_kind(&a, "1-1.4"), USB_INPUT);
    CHECK_INT(usb_allow_kind(&a, "2-1"), USB_STICK);
    CHECK_INT(usb_allow_kind(&a, "1-1.2"), USB_KINDS); /* a slot is named: others are none */
    CHECK(read_text("1-1 hub\n", &a, &err));
    CHECK_INT(usb_allow_kind(&a, "1-1.2"), USB_STICK);
}

TEST(usb_allow, a_line_that_makes_no_sense_is_named)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"\nslot stick", "line 2: 'slot' is no port"},
        {"1-1", "line 1: port 1-1 takes ''"},
        {"1-1 toaster", "takes 'toaster'"},
        {"1-1 malformed", "takes 'malformed'"},
        {"1-1 stick hub", "more than two words"},
        {"1-1 hub\n1-1 stick", "line 2: port 1-1 a second time"},
    };

    for (size_t i = 0; i < M2_COUNT(bad); i++) {
        struct usb_allow a;
        struct err err = {0};

        CHECK(!read_text(bad[i].text, &a, &err));
        CHECK_INT(err.code, ERR_FORMAT);
        CHECK_HAS(err.text, bad[i].says);
    }
}

TEST(usb_allow, limits)
{
    struct usb_allow a;
    struct err err = {0};
    struct buf text = {0};

    for (int i = 1; i <= USB_ALLOW_MAX; i++) {
        buf_fmt(&text, "1-%d hub\n", i);
    }
    CHECK(read_text(buf_text(&text), &a, &err));
    CHECK_INT(a.n, USB_ALLOW_MAX);
    buf_str(&text, "2-1 hub");
    CHECK(!read_text(buf_text(&text), &a, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    buf_clear(&text);
    while (text.len < USB_ALLOW_BYTES) {
        buf_char(&text, '#');
    }
    CHECK(read_text(buf_text(&text), &a, &err));
    buf_char(&text, '#');
    CHECK(!read_text(buf_text(&text), &a, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    buf_release(&text);
}
