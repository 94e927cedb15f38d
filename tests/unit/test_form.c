/* test_form: digits typed into fields. */
#include "unit/test.h"
#include "workbench/form.h"
#include <string.h>

#include "base/banned.h"

static const struct tool_fields FIELDS = {
    .n = 5,
    .field = {
        {.id = "season", .kind = TOOL_CHOICE, .max = 1, .start = 1, .options = {"summer", "winter"}, .n_options = 2},
        {.id = "materials", .kind = TOOL_MONEY, .start = 1.35, .max = 10000, .decimals = 2},
        {.id = "minutes", .kind = TOOL_NUMBER, .start = 9, .min = 1, .max = 600},
        {.id = "vat", .kind = TOOL_PERCENT, .start = 13.5, .max = 40, .decimals = 1},
        {.id = "backup", .kind = TOOL_YESNO, .max = 1}}};

static const char *typed(struct form *f, const char *keys)
{
    for (; *keys; keys++) {
        form_type(f, *keys == '<' ? '\b' : *keys);
    }
    return f->value[f->now].text;
}

TEST(form, it_begins_with_the_start_values_at_the_first_number)
{
    struct form f;
    struct buf values = {0};

    form_begin(&f, &FIELDS);
    CHECK_INT(f.now, 1);
    CHECK_STR(f.value[1].text, "1.35");
    CHECK_STR(f.value[2].text, "9");
    CHECK_STR(f.value[3].text, "13.5");
    CHECK_INT(form_wrong(&f), FORM_NONE);
    form_values(&f, &values);
    CHECK_STR(buf_text(&values),
              "{\"season\":\"winter\",\"materials\":1.35,\"minutes\":9,\"vat\":13.5,\"backup\":false}");
    buf_release(&values);
}

TEST(form, the_first_digit_replaces_and_the_next_ones_follow)
{
    struct form f;

    form_begin(&f, &FIELDS);
    CHECK_STR(typed(&f, "4.20"), "4.20");
    CHECK_STR(typed(&f, "<<"), "4.");
    CHECK_STR(typed(&f, "<<<<"), "");
    CHECK_INT(form_wrong(&f), 1);
    CHECK_STR(typed(&f, ".5"), "0.5");
    form_select(&f, 3);
    CHECK_STR(typed(&f, "<"), "13.");
    form_select(&f, 2);
    CHECK_STR(typed(&f, "007"), "7");
    CHECK_NEAR(form_number(&f, 2), 7, 0);
    CHECK_NEAR(form_number(&f, 3), 13, 0);
}

TEST(form, what_does_not_fit_changes_nothing)
{
    struct form f;

    form_begin(&f, &FIELDS);
    CHECK_STR(typed(&f, "1.2.345"), "1.23");
    CHECK_STR(typed(&f, "x-+ e"), "1.23");
    form_select(&f, 2);
    CHECK_STR(typed(&f, "12.5"), "125"); /* it has no decimals */
    form_select(&f, 1);
    CHECK_STR(typed(&f, "1234567890"), "123456789");
    CHECK_STR(typed(&f, ".129"), "123456789.12");
    CHECK_INT(strlen(f.value[1].text), FORM_TEXT_MAX);
    form_select(&f, 0);
    form_select(&f, -1);
    form_select(&f, 5);
    CHECK_INT(f.now, 1);
}

TEST(form, numbers_out_of_their_range_are_told)
{
    struct form f;

    form_begin(&f, &FIELDS);
    form_select(&f, 2);
    typed(&f, "600");
    CHECK_INT(form_wrong(&f), FORM_NONE);
    form_select(&f, 2);
    typed(&f, "601");
    CHECK_INT(form_wrong(&f), 2);
    form_select(&f, 2);
    typed(&f, "0");
    CHECK_INT(form_wrong(&f), 2);
    typed(&f, "1");
    CHECK_INT(form_wrong(&f), FORM_NONE);
}

TEST(form, choices_keep_to_their_options)
{
    struct form f;

    form_begin(&f, &FIELDS);
    form_choose(&f, 0, 0);
    form_choose(&f, 4, 1);
    CHECK_INT(f.value[0].choice, 0);
    CHECK_INT(f.value[4].choice, 1);
    form_choose(&f, 0, 2);
    form_choose(&f, 0, -1);
    form_choose(&f, 1, 1);
    form_choose(&f, 9, 1);
    CHECK_INT(f.value[0].choice, 0);
    CHECK_STR(f.value[1].text, "1.35");
}

TEST(form, nothing_of_it_is_left_once_wiped)
{
    struct form f;

    form_begin(&f, &FIELDS);
    typed(&f, "4321.09");
    form_wipe(&f);
    CHECK(!memmem(&f, sizeof f, "4321", 4) && f.fields.n == 0 && f.now == 0);
}

TEST(form, without_numbers_no_field_takes_digits)
{
    struct form f;
    struct tool_fields one = {.n = 1, .field = {{.id = "backup", .kind = TOOL_YESNO, .max = 1, .start = 1}}};

    form_begin(&f, &one);
    CHECK_INT(f.now, FORM_NONE);
    form_type(&f, '5');
    CHECK_INT(f.value[0].choice, 1);
    CHECK_STR(f.value[0].text, "");
}
