/* test_usb_judge: what a device is, from descriptors as devices have them and as nobody should (THREATS T12 to T15). */
#include "unit/usb_fixture.h"

static enum usb_kind judge(const struct usb_set *s, struct usb_shape *shape)
{
    uint8_t *config = malloc(s->n); /* so that a byte past the end is found */
    enum usb_kind kind;

    memcpy(config, s->config, s->n);
    kind = usb_judge(s->device, sizeof s->device, config, s->n, shape);
    free(config);
    return kind;
}

TEST(usb_judge, each_device_is_called_what_it_is)
{
    CHECK(M2_COUNT(usb_sets) >= 50);
    for (size_t i = 0; i < M2_COUNT(usb_sets); i++) {
        struct usb_shape shape = {0};
        struct usb_set s;
        enum usb_kind kind;

        usb_set_make(&s, usb_sets[i].text);
        kind = judge(&s, &shape);
        if (kind != usb_sets[i].kind) {
            printf("%s: %s, not %s\n", usb_sets[i].what, usb_kind_name(kind), usb_kind_name(usb_sets[i].kind));
        }
        CHECK_INT(kind, usb_sets[i].kind);
        CHECK_INT(shape.in != 0, kind == USB_STICK);
    }
    printf("%zu devices\n", M2_COUNT(usb_sets));
}

TEST(usb_judge, the_shape_of_a_stick_is_its_own)
{
    struct usb_shape shape;
    struct usb_set s;

    usb_set_make(&s, "i080650 e05b e8ab a080662 e81b e02b");
    s.config[5] = 3;
    s.config[9 + 2] = s.config[9 + 9 + 14 + 2] = 7;
    CHECK_INT(judge(&s, &shape), USB_STICK);
    CHECK_INT(shape.configuration, 3);
    CHECK_INT(shape.interface, 7);
    CHECK_INT(shape.in, 0x8a);
    CHECK_INT(shape.out, 0x05);
}

/* One byte of a stick's configuration (from 0) or device (from -18) set to another value. */
static const struct {
    int at;
    uint8_t value;
    const char *why;
} broken[] = {
    {-18, 17, "device too short"},
    {-17, 2, "not a device"},
    {-1, 0, "no configuration"},
    {0, 8, "configuration too short"},
    {0, 33, "configuration longer than all"},
    {1, 4, "not a configuration"},
    {2, 31, "shorter than it is"},
    {2, 33, "longer than it is"},
    {3, 1, "much longer than it is"},
    {4, 0, "an interface more than said"},
    {4, 2, "one fewer than said"},
    {5, 0, "a configuration number that means none"},
    {9, 0, "a descriptor of no bytes"},
    {9, 1, "of one byte"},
    {9, 8, "an interface too short"},
    {9, 10, "one that swallows the next one's length"},
    {9, 24, "longer than what is left"},
    {10, 1, "a device within"},
    {10, 2, "a configuration within"},
    {10, 5, "an endpoint of no interface"},
    {11, 32, "interface 32"},
    {12, 1, "begins with alternate 1"},
    {13, 1, "an endpoint more than said"},
    {13, 3, "one fewer than said"},
    {18, 6, "an endpoint too short"},
    {18, 0, "of no bytes"},
    {20, 0x80, "endpoint 0"},
    {20, 0x91, "bits nobody may set"},
    {20, 0x02, "the same endpoint twice"},
    {22, 1, "packets of 513"},
    {23, 0, "packets of 0"},
    {23, 8, "packets of 2048"},
    {25, 8, "ends past the end"},
    {25, 6, "leaves one byte"},
};

TEST(usb_judge, what_contradicts_itself_is_malformed)
{
    for (size_t i = 0; i < M2_COUNT(broken); i++) {
        struct usb_shape shape;
        struct usb_set s;

        usb_set_make(&s, USB_SET_STICK);
        CHECK_INT(s.n, 32);
        *(broken[i].at < 0 ? &s.device[broken[i].at + 18] : &s.config[broken[i].at]) = broken[i].value;
        if (judge(&s, &shape) != USB_MALFORMED) {
            printf("%s\n", broken[i].why);
        }
        CHECK_INT(judge(&s, &shape), USB_MALFORMED);
    }
}

TEST(usb_judge, alternates_out_of_order_and_interfaces_that_come_back_are_malformed)
{
    static const char *const texts[] = {
        USB_SET_STICK " x090400000008065000", /* alternate 0 twice */
        USB_SET_STICK " x090400020008066200", /* 0, then 2 */
        "i080650 e81b e02b iff0000 x090400010008066200",
    };

    for (size_t i = 0; i < M2_COUNT(texts); i++) {
        struct usb_shape shape;
        struct usb_set s;

        usb_set_make(&s, texts[i]);
        CHECK_INT(judge(&s, &shape), USB_MALFORMED);
    }
}

TEST(usb_judge, cut_anywhere_nothing_is_taken)
{
    struct usb_shape shape;
    struct usb_set whole;

    usb_set_make(&whole, USB_SET_STICK " a080662 e81b e02b");
    CHECK_INT(usb_judge(whole.device, USB_DEVICE_BYTES, NULL, 0, &shape), USB_MALFORMED);
    for (size_t n = 1; n < whole.n; n++) {
        struct usb_set s = whole;

        s.n = n;
        CHECK_INT(judge(&s, &shape), USB_MALFORMED);
        s.config[2] = (uint8_t)n; /* and admitted to be */
        CHECK(judge(&s, &shape) == USB_MALFORMED || (n == 32 && judge(&s, &shape) == USB_STICK));
    }
    for (size_t n = 0; n < USB_DEVICE_BYTES; n++) {
        CHECK_INT(usb_judge(whole.device, n, whole.config, whole.n, &shape), USB_MALFORMED);
    }
}

TEST(usb_judge, with_any_byte_changed_a_stick_that_is_still_taken_has_two_true_endpoints)
{
    int n_taken = 0;
    struct usb_set whole;

    usb_set_make(&whole, USB_SET_STICK);
    for (size_t at = 0; at < whole.n; at++) {
        for (int value = 0; value < 256; value++) {
            struct usb_shape shape = {0};
            struct usb_set s = whole;

            s.config[at] = (uint8_t)value;
            if (judge(&s, &shape) == USB_STICK) {
                n_taken++;
                CHECK((shape.in & 0xf0) == 0x80 && (shape.in & 0xf) && (shape.out & 0xf0) == 0 && shape.out);
                CHECK(s.config[14] == 8 && s.config[15] == 6 && s.config[16] == 0x50);
            }
        }
    }
    CHECK(n_taken > 32);
}

TEST(usb_judge, every_kind_has_a_name_of_its_own)
{
    for (int i = 0; i < USB_KINDS; i++) {
        for (int j = 0; j < i; j++) {
            CHECK(strcmp(usb_kind_name((enum usb_kind)i), usb_kind_name((enum usb_kind)j)) != 0);
        }
        CHECK_INT(usb_kind_named(usb_kind_name((enum usb_kind)i)), i);
    }
    CHECK_INT(usb_kind_named("toaster"), USB_KINDS);
}
