/* test_admit: micro2-admit as udevd runs it, on a sysfs of plain folders (THREATS T12, T57). */
#include "unit/spawn.h"
#include "unit/usb_fixture.h"

/* What it said; its exit code is checked. */
static const char *run(const char *verb, const char *port, const char *slot_file, int exit_code)
{
    static struct buf said;
    struct err err = {0};
    char device[512];

    snprintf(device, sizeof device, "%s/%s", test_path("sys"), port);
    CHECK_INT(spawn_run((const char *const[]){M2_ADMIT, verb, device, slot_file, NULL}, NULL, test_path("said")),
              exit_code);
    CHECK(fsio_read(test_path("said"), 4096, &said, &err));
    return buf_text(&said);
}

static char is_authorised(const char *port)
{
    struct buf text = {0};
    struct err err = {0};
    char c;

    CHECK(fsio_read(usb_attribute(port, "authorized"), 16, &text, &err));
    c = buf_text(&text)[0];
    buf_release(&text);
    return c;
}

TEST(admit, T12_a_stick_is_authorised_and_nothing_else_is)
{
    for (size_t i = 0; i < M2_COUNT(usb_sets); i++) {
        bool is_stick = usb_sets[i].kind == USB_STICK;

        usb_plug("1-1", 4, false, usb_sets[i].text);
        CHECK_STR(run("judge", "1-1", test_path("none"), 0), is_stick ? "stick\n" : "no\n");
        CHECK_INT(is_authorised("1-1"), '0'); /* judging changes nothing */
        CHECK_STR(run("admit", "1-1", test_path("none"), 0), is_stick ? "stick\n" : "no\n");
        CHECK_INT(is_authorised("1-1"), is_stick ? '1' : '0');
    }
}

TEST(admit, T12_what_was_in_before_anybody_judged_is_shut_out)
{
    usb_plug("1-1", 4, true, USB_SET_KEYS);
    CHECK_STR(run("admit", "1-1", test_path("none"), 0), "no\n");
    CHECK_INT(is_authorised("1-1"), '0');
    usb_plug("1-1", 4, true, USB_SET_STICK);
    CHECK_STR(run("admit", "1-1", test_path("none"), 0), "stick\n");
    CHECK_INT(is_authorised("1-1"), '1');
}

TEST(admit, T57_a_port_of_the_panel_takes_a_panel_and_no_keyboard)
{
    static const char slot[] = "1-1 hub\n1-1.4 input\n1-1.2 stick\n";
    static const struct {
        const char *port, *words, *says;
    } rows[] = {
        {"1-1.4", "i030000 e81i", "input\n"}, {"1-1.4", USB_SET_KEYS, "no\n"},  {"1-1.4", USB_SET_STICK, "no\n"},
        {"1-1", "d09 i090000 e81i", "hub\n"}, {"1-1", USB_SET_STICK, "no\n"},   {"1-1.2", USB_SET_STICK, "stick\n"},
        {"1-1.2", "i030000 e81i", "no\n"},    {"1-1.3", USB_SET_STICK, "no\n"},
    };

    usb_write(test_path("slot"), slot, sizeof slot - 1);
    for (size_t i = 0; i < M2_COUNT(rows); i++) {
        usb_plug(rows[i].port, 4, false, rows[i].words);
        CHECK_STR(run("admit", rows[i].port, test_path("slot"), 0), rows[i].says);
        CHECK_INT(is_authorised(rows[i].port), strcmp(rows[i].says, "no\n") != 0 ? '1' : '0');
    }
}

TEST(admit, a_mistake_in_the_file_or_in_the_name_admits_nothing_and_is_told)
{
    usb_plug("1-1", 4, false, USB_SET_STICK);
    usb_write(test_path("slot"), "1-1 toaster\n", 12);
    CHECK_HAS(run("admit", "1-1", test_path("slot"), 1), "line 1: port 1-1 takes 'toaster'");
    CHECK_INT(is_authorised("1-1"), '0');
    CHECK_HAS(run("admit", "usb1", test_path("none"), 1), "is no USB device");
    CHECK_HAS(run("admit", "1-7", test_path("none"), 2), "is gone");
    CHECK_HAS(run("allow", "1-1", test_path("none"), 1), "usage:");
}
