/* test_business: what is said of a business, as a row and back; where it is placed; what it makes worth asking. */
#include "base/buf.h"
#include "matrix/business.h"
#include "unit/test.h"

static struct lib_weight of_sell[] = {{"D2.1", 3}, {"E1.1", 1}}, of_money[] = {{"E1.1", 3}, {"D1.1", 2}};
static struct lib_process processes[] = {{.id = "sell", .weights = of_sell, .n_weights = 2},
                                         {.id = "money", .weights = of_money, .n_weights = 2}};
static struct lib_competence competences[] = {{.code = "D1.1"}, {.code = "D2.1"}, {.code = "E1.1"}, {.code = "E3.1"}};
static struct lib_matter matters[] = {{"stall", "sell", 3}, {"stall", "money", 1}};
static struct lib_tap taps[] = {{"s1", "sell", ""}, {"s2", "sell", ""}, {"m1", "money", ""}, {"m2", "money", ""}};
static const struct lib_view view = {.competences = competences,
                                     .n_competences = 4,
                                     .processes = processes,
                                     .n_processes = 2,
                                     .matters = matters,
                                     .n_matters = 2,
                                     .taps = taps,
                                     .n_taps = 4};

static int place(const struct business *b, int process)
{
    struct business_place at[MATRIX_PROCESSES_MAX];

    CHECK_INT(business_places(&view, b, at), 2);
    CHECK_STR(at[process].process, processes[process].id);
    return at[process].place;
}

TEST(business, what_is_said_comes_back_from_its_row)
{
    struct business b = {.trade = "stall", .people = BUSINESS_ALONE}, back;
    struct buf text = {0};
    struct json_out out = {.buf = &text};
    struct json *row;
    struct err err;

    business_tap(&b, "s1", BUSINESS_YES);
    business_tap(&b, "m1", BUSINESS_NOT_YET);
    business_tap(&b, "s1", BUSINESS_PARTLY); /* thought again */
    json_begin(&out, NULL, '{');
    business_put(&b, &out);
    json_end(&out, '}');
    CHECK_STR(buf_text(&text), "{\"trade\":\"stall\",\"people\":1,\"taps\":{\"s1\":1,\"m1\":0}}");
    row = json_parse(text.data, text.len, "row", &err);
    business_take(row, &back);
    CHECK(memcmp(&b, &back, sizeof b) == 0);
    CHECK_INT(business_tapped(&back, "s1"), BUSINESS_PARTLY);
    CHECK_INT(business_tapped(&back, "s2"), BUSINESS_NO_ANSWER);
    json_free(row);
    buf_release(&text);
}

TEST(business, what_is_no_answer_is_left_out)
{
    static const char text[] = "{\"trade\":7,\"people\":9,\"taps\":{\"s1\":3,\"s2\":-1,\"m1\":\"yes\",\"m2\":2}}";
    struct business b;
    struct err err;
    struct json *row = json_parse(text, strlen(text), "row", &err);

    business_take(row, &b);
    CHECK_STR(b.trade, "");
    CHECK_INT(b.people, BUSINESS_UNSAID);
    CHECK_INT(b.n_taps, 1);
    CHECK_INT(business_tapped(&b, "m2"), BUSINESS_YES);
    json_free(row);
}

TEST(business, holds_so_many_taps_and_no_more)
{
    struct business b = {0};
    char id[16];

    for (int i = 0; i <= BUSINESS_TAPS_MAX; i++) {
        snprintf(id, sizeof id, "t%d", i);
        business_tap(&b, id, BUSINESS_YES);
    }
    CHECK_INT(b.n_taps, BUSINESS_TAPS_MAX);
    CHECK_INT(business_tapped(&b, "t23"), BUSINESS_YES);
    CHECK_INT(business_tapped(&b, "t24"), BUSINESS_NO_ANSWER);
}

TEST(business, a_process_is_placed_by_the_acts_that_were_answered)
{
    static const struct {
        int s1, s2, place;
    } cases[] = {{-1, -1, 0}, {0, -1, 1}, {1, -1, 3}, {2, -1, 4}, {0, 0, 1},
                 {0, 1, 2},   {1, 1, 3},  {0, 2, 3},  {2, 1, 3},  {2, 2, 4}};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct business b = {0};

        business_tap(&b, "s1", (enum business_answer)cases[i].s1);
        business_tap(&b, "s2", (enum business_answer)cases[i].s2);
        CHECK_INT(place(&b, 0), cases[i].place);
        CHECK_INT(place(&b, 1), 0);
    }
}

static void check_weights(const struct business *b, const double *wanted)
{
    double w[4];

    business_weights(&view, b, w);
    for (int i = 0; i < 4; i++) {
        CHECK_NEAR(w[i], wanted[i], 1e-12);
    }
}

TEST(business, nothing_said_leaves_every_competence_as_it_is)
{
    check_weights(&(struct business){0}, (const double[]){1, 1, 1, 1});
    check_weights(&(struct business){.trade = "circus"}, (const double[]){1, 1, 1, 1});
}

TEST(business, a_trade_digs_deeper_where_its_processes_are)
{
    check_weights(&(struct business){.trade = "stall"}, (const double[]){1, 2, 1.25, 1});
}

TEST(business, what_is_not_in_hand_is_asked_more_and_no_weight_leaves_its_bounds)
{
    struct business b = {0};

    business_tap(&b, "m1", BUSINESS_NOT_YET);
    check_weights(&b, (const double[]){2, 1, 1.75, 1});
    business_tap(&b, "m1", BUSINESS_YES);
    check_weights(&b, (const double[]){1, 1, 1, 1});
    snprintf(b.trade, sizeof b.trade, "stall");
    business_tap(&b, "s1", BUSINESS_YES);
    check_weights(&b, (const double[]){1, 1.5, 1.125, 1}); /* the mean of what it is to the trade and of what lacks */
}
