/* A vote's bar: as long as its share, from where reading begins, told without colours, spoken in words. */
#include "unit/test.h"
#include "unit/ui_fixture.h"

#include "base/banned.h"

static const char *const OPTIONS[] = {"The fees", "No signal", "Nothing"};
static int permilles[] = {1000, 500, 0};

static void votes(struct ui *ui, const struct sample *s)
{
    (void)s;
    ui_screen(ui, K("vote"), "A vote");
    ui_open(ui, K("votes"), UI_GROUP, "Votes", (struct ui_box){.gap_dp = 12, .area = AREA_D1});
    for (int i = 0; i < 3; i++) {
        ui_vote(ui, KI(i + 1), OPTIONS[i], "4", "4 votes", permilles[i], ACT_ARG(ACT_PICK, i));
    }
    ui_end(ui);
    ui_end(ui);
}

/* From where to where a row of the node's lower edge has this colour; to < from: nowhere. */
static void colour_span(const struct fixture *f, const struct ui_node *n, uint32_t colour, int *from, int *to)
{
    int y = n->rect.y + n->rect.h - ui_dp(f->ui, 10);
    const uint32_t *row = (const uint32_t *)((const uint8_t *)f->canvas->pixels + (size_t)y * (size_t)f->canvas->pitch);

    *from = f->canvas->w;
    *to = -1;
    for (int x = n->rect.x; x < n->rect.x + n->rect.w; x++) {
        if ((row[x] & 0xffffff) == colour) {
            *from = x < *from ? x : *from;
            *to = x;
        }
    }
}

static void check_bars(struct fixture *f, bool is_rtl)
{
    const uint32_t colour = theme_area_colour(f->frame.theme, AREA_D1);
    int from[3], to[3];

    for (int i = 0; i < 3; i++) {
        char path[] = "votes/1";

        path[6] = (char)('1' + i);
        colour_span(f, kit_node(f, path), colour, &from[i], &to[i]);
    }
    CHECK(to[0] > from[0] && to[1] > from[1]);
    CHECK(to[2] < from[2]); /* no vote, no bar */
    CHECK_NEAR((double)(to[1] - from[1]) / (to[0] - from[0]), 0.5, 0.03);
    CHECK(is_rtl ? to[0] - to[1] <= 1 && from[1] > from[0] : from[1] - from[0] <= 1 && to[1] < to[0]);
}

TEST(ui_vote, a_bar_is_as_long_as_its_share_from_where_reading_begins)
{
    struct fixture f;

    kit_open(&f, votes);
    check_bars(&f, false);
    f.frame.is_rtl = true;
    kit_settle(&f);
    check_bars(&f, true);
    kit_close(&f);
}

TEST(ui_vote, a_bar_that_grows_is_painted_again)
{
    struct fixture f;

    kit_open(&f, votes);
    kit_build(&f);
    CHECK(!ui_is_dirty(f.ui)); /* the same again */
    permilles[1] = 600;
    kit_build(&f);
    CHECK(ui_is_dirty(f.ui));
    permilles[1] = 500;
    kit_close(&f);
}

TEST(ui_vote, a_touch_is_its_action_and_its_count_is_spoken_in_words)
{
    struct fixture f;
    const struct ui_node *n;

    kit_open(&f, votes);
    CHECK_HAS(ui_said(f.ui, 0), "No signal, button, 4 votes");
    n = kit_node(&f, "votes/2");
    CHECK(n->rect.h >= ui_mm(f.ui, 12));
    kit_down(&f, n->rect.x + n->rect.w / 2, n->rect.y + n->rect.h / 2);
    kit_up(&f, n->rect.x + n->rect.w / 2, n->rect.y + n->rect.h / 2);
    kit_settle(&f);
    CHECK_INT(f.act.id, ACT_PICK);
    CHECK_INT(f.act.arg, 1);
    kit_close(&f);
}
