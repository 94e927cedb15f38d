/* test_tr: words, plural rules, named places, numbers and times by language. */
#include "base/clock.h"
#include "tr.h"
#include "unit/test.h"

TEST(tr, plural_rules_of_many_languages_choose_the_right_form)
{
    static const struct {
        const char *rule;
        int n, form;
    } cases[] = {
        {"nplurals=2; plural=(n != 1);", 1, 0},
        {"nplurals=2; plural=(n != 1);", 0, 1},
        {"nplurals=2; plural=n > 1;", 0, 0},
        {"nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);", 21,
         0},
        {"nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);", 13,
         2},
        {"nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);", 24,
         1},
        {"nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;", 11, 4},
        {"nplurals=1; plural=0;", 7, 0},
        {"nplurals=2; plural=n/0;", 1, 0}, /* a rule that divides by nothing falls back */
        {"nplurals=2; plural=((((", 5, 1},
        {"", 5, 1},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        CHECK_INT(tr_plural(cases[i].rule, cases[i].n), cases[i].form);
    }
}

TEST(tr, words_come_from_the_view_and_fall_back_to_english)
{
    struct lib_language languages[] = {{"it", "Italiano", "ltr", "nplurals=2; plural=(n != 1);"}};
    struct lib_word words[] = {
        {"", "Home", {"Inizio"}},
        {"", "{n} lesson", {"{n} lezione", "{n} lezioni"}},
        {"month", "May", {"mag"}},
    };
    struct lib_view view = {.lang = "it", .languages = languages, .n_languages = 1, .words = words, .n_words = 3};

    tr_use(&view);
    CHECK_STR(tr("Home"), "Inizio");
    CHECK_STR(tr("Unknown words"), "Unknown words");
    CHECK_STR(trn("{n} lesson", "{n} lessons", 1), "{n} lezione");
    CHECK_STR(trn("{n} lesson", "{n} lessons", 4), "{n} lezioni");
    CHECK_STR(trc("month", "May"), "mag");
    CHECK_STR(trc("", "May"), "May");
    CHECK_STR(tr_lang(), "it");
    CHECK(!tr_is_rtl());
    tr_use(NULL);
    CHECK_STR(tr("Home"), "Home");
}

TEST(tr, named_places_are_filled_and_unknown_ones_stay)
{
    struct arena a = {0};

    CHECK_STR(tr_fmt(&a, "{a} of {b} {c}", "a", "2", "b", "5", NULL), "2 of 5 {c}");
    CHECK_STR(tr_fmt(&a, "open { brace", "a", "2", NULL), "open { brace");
    CHECK_STR(tr_number(&a, 1204), "1,204");
    CHECK_STR(tr_number(&a, -7), "\u22127");
    arena_release(&a);
}

TEST(tr, an_untrusted_clock_is_hidden_never_shown_wrong_T8)
{
    struct arena a = {0};

    clock_go_virtual();
    CHECK_STR(tr_time(&a, clock_wall_s()), "Mon 23 Nov, 10:42");
    clock_set_wall(0);
    CHECK_STR(tr_time(&a, clock_wall_s()), "");
    arena_release(&a);
}

TEST(tr, amounts_have_all_their_decimals_and_the_mark_of_the_language)
{
    struct lib_word words[] = {{"decimal mark", ".", {","}}, {"thousands separator; _ = no-break space", ",", {"."}}};
    struct lib_view view = {.lang = "it", .words = words, .n_words = 2};
    struct arena a = {0};

    CHECK_STR(tr_fixed(&a, 681, 2), "6.81");
    CHECK_STR(tr_fixed(&a, 5, 2), "0.05");
    CHECK_STR(tr_fixed(&a, -5, 2), "\u22120.05");
    CHECK_STR(tr_fixed(&a, 123456700, 2), "1,234,567.00");
    CHECK_STR(tr_fixed(&a, 135, 1), "13.5");
    CHECK_STR(tr_fixed(&a, -71, 0), "\u221271");
    CHECK_STR(tr_decimal(&a, -400), "\u22120.4"); /* its sign was lost */
    tr_use(&view);
    CHECK_STR(tr_decimal_mark(), ",");
    CHECK_STR(tr_fixed(&a, 123456700, 2), "1.234.567,00");
    tr_use(NULL);
    arena_release(&a);
}
