/* What is spoken, and when. */
#include "base/buf.h"
#include "base/clock.h"
#include "unit/test.h"
#include "unit/ui_fixture.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static void later(struct fixture *f, int ms)
{
    clock_advance(ms);
    ui_tick(f->ui);
}

TEST(ui_say, a_new_screen_says_its_title_first)
{
    struct fixture f;

    kit_open(&f, sample_home);
    CHECK_HAS(ui_said(f.ui, 0), "Welcome to the Ballyhale hub. ");
    CHECK(strncmp(ui_said(f.ui, 0), "Welcome", 7) == 0);
    f.build = sample_stick;
    kit_settle(&f);
    CHECK(strncmp(ui_said(f.ui, 0), "USB stick. Leave the stick in. ", 31) == 0); /* what is live comes next */
    kit_close(&f);
}

TEST(ui_say, a_page_by_ear_is_read_whole_so_that_what_has_no_focus_is_heard)
{
    struct fixture f;

    kit_open(&f, sample_question);
    CHECK_HAS(ui_said(f.ui, 0),
              "What do you do first? Answers. Pay it straight away, so the account stays open, answer");
    CHECK(!strstr(ui_said(f.ui, 0), "Back, button"));
    CHECK(!strstr(ui_said(f.ui, 0), "Home, button"));
    kit_close(&f);
}

TEST(ui_say, a_text_touched_after_the_build_was_spoken_with_words_that_were_gone)
{
    struct fixture f;
    SDL_Event tab = {.key = {.type = SDL_KEYDOWN, .keysym = {.sym = SDLK_TAB}}};
    const struct ui_words *kept;
    struct ui_words *words;

    kit_open(&f, sample_question);
    kept = f.frame.words;
    words = mem_alloc(sizeof *words);
    *words = *kept;
    f.frame.words = words;
    kit_settle(&f);
    f.frame.words = kept;
    memset(words, 0x5a, sizeof *words);
    free(words);
    ui_event(f.ui, &tab);
    later(&f, UI_SAY_DELAY_MS);
    CHECK_STR(ui_said(f.ui, 0), "Pay it straight away, so the account stays open, answer, not chosen, 1 of 5");
    kit_close(&f);
}

TEST(ui_say, an_answer_is_name_role_state_and_place_A20)
{
    struct fixture f;

    kit_open(&f, sample_question);
    f.sample.picked = 2;
    kit_settle(&f);
    kit_key(&f, SDLK_TAB, 0);
    later(&f, UI_SAY_DELAY_MS);
    CHECK_STR(ui_said(f.ui, 0), "Pay it straight away, so the account stays open, answer, not chosen, 1 of 5");
    kit_key(&f, SDLK_TAB, 0);
    later(&f, UI_SAY_DELAY_MS);
    CHECK_STR(ui_said(f.ui, 0), "Ring the bank on the number printed on my card, answer, chosen, 2 of 5");
    kit_close(&f);
}

TEST(ui_say, said_nothing_when_a_key_chose_an_answer_A20)
{
    struct fixture f;

    kit_open(&f, sample_question);
    kit_key(&f, SDLK_TAB, 0);
    later(&f, UI_SAY_DELAY_MS);
    f.sample.picked = 1;
    kit_settle(&f);
    CHECK_STR(ui_said(f.ui, 0), "Pay it straight away, so the account stays open, chosen");
    kit_close(&f);
}

TEST(ui_say, a_dialog_said_its_title_three_times)
{
    struct fixture f;
    const char *said, *first;

    kit_open(&f, sample_question);
    f.sample.has_dialog = true;
    kit_settle(&f);
    said = ui_said(f.ui, 0);
    first = strstr(said, "Are you still there?");
    CHECK(first && !strstr(first + 1, "Are you still there?"));
    CHECK_HAS(said, "I am still here");
    kit_close(&f);
}

TEST(ui_say, waits_200_ms_while_focus_moves_and_says_the_last_place_only)
{
    struct fixture f;

    kit_open(&f, sample_question);
    for (int i = 0; i < 3; i++) {
        kit_key(&f, SDLK_TAB, 0);
        later(&f, 100);
    }
    CHECK(strncmp(ui_said(f.ui, 0), "Question. ", 10) == 0);
    CHECK_INT(ui_next_deadline(f.ui), clock_ms() + 100);
    later(&f, 100);
    CHECK_HAS(ui_said(f.ui, 0), "Reply to the message");
    CHECK(strncmp(ui_said(f.ui, 1), "Question. ", 10) == 0);
    CHECK_INT(ui_next_deadline(f.ui), -1);
    kit_close(&f);
}

TEST(ui_say, says_nothing_of_focus_while_reading_aloud_is_off_but_live_parts_always)
{
    struct fixture f;

    kit_open(&f, sample_question);
    f.frame.is_speaking = false;
    kit_settle(&f);
    kit_key(&f, SDLK_TAB, 0);
    later(&f, 1000);
    CHECK(strncmp(ui_said(f.ui, 0), "Question. ", 10) == 0); /* from before it was switched off */
    f.sample.is_done = true;
    kit_settle(&f);
    CHECK_STR(ui_said(f.ui, 0), "That fits");
    kit_settle(&f);
    CHECK(strncmp(ui_said(f.ui, 1), "Question. ", 10) == 0); /* once */
    kit_close(&f);
}

TEST(ui_say, every_touch_and_key_stops_the_voice_A21)
{
    struct fixture f;

    kit_open(&f, sample_question);
    int n = f.n_hushed;
    kit_key(&f, SDLK_TAB, 0);
    CHECK_INT(f.n_hushed, n + 1);
    kit_down(&f, 3, 3);
    CHECK_INT(f.n_hushed, n + 2);
    kit_close(&f);
}

TEST(ui_say, secrets_are_never_spoken_nor_dumped_A25)
{
    struct fixture f;
    struct buf b = {0};

    kit_open(&f, sample_pictures);
    while (strncmp(kit_focus(&f), "code/", 5) != 0) {
        kit_key(&f, SDLK_TAB, 0);
    }
    later(&f, UI_SAY_DELAY_MS);
    CHECK_STR(ui_said(f.ui, 0), "hidden");
    ui_read_screen(f.ui);
    CHECK(!strstr(ui_said(f.ui, 0), "3, "));
    buf_release(&b);
    kit_close(&f);
}

static unsigned said_flags;
static bool may_say;

static bool take_flags(void *self, const char *sentence, unsigned flags)
{
    (void)self;
    (void)sentence;
    said_flags = flags;
    return may_say;
}

static void personal(struct ui *ui, const struct sample *s)
{
    ui_screen(ui, K("result"), "Result");
    if (s->is_done) {
        ui_text(ui, K("level"), UI_BODY, "You are at the start in safety", UI_PERSONAL | UI_LIVE);
    }
    ui_end(ui);
}

TEST(ui_say, tells_the_voice_what_is_personal_and_lists_only_what_was_spoken_A24)
{
    struct fixture f;
    struct ui_host host = {.say = take_flags};

    kit_open(&f, personal);
    ui_free(f.ui);
    f.ui = ui_new(&host);
    kit_settle(&f);
    f.sample.is_done = true;
    may_say = false;
    kit_settle(&f);
    CHECK(said_flags & UI_PERSONAL);
    CHECK(!ui_said(f.ui, 0));
    may_say = true;
    ui_repeat(f.ui);
    CHECK_STR(ui_said(f.ui, 0), "You are at the start in safety");
    kit_close(&f);
}

TEST(ui_say, reads_the_whole_screen_in_order_without_the_help_bar)
{
    struct fixture f;

    kit_open(&f, sample_question);
    ui_read_screen(f.ui);
    const char *said = ui_said(f.ui, 0);
    CHECK(strstr(said, "Question") < strstr(said, "A text message"));
    CHECK(strstr(said, "A text message") < strstr(said, "Pay it straight"));
    CHECK(strstr(said, "Pay it straight") < strstr(said, "Check"));
    CHECK(!strstr(said, "Contrast"));
    ui_repeat(f.ui);
    CHECK_STR(ui_said(f.ui, 0), ui_said(f.ui, 1));
    kit_close(&f);
}

TEST(ui_say, a_progress_without_words_says_percent)
{
    struct fixture f;

    kit_open(&f, sample_question);
    ui_read_screen(f.ui);
    CHECK_HAS(ui_said(f.ui, 0), "Progress, Question 8 of 22");
    kit_close(&f);
}

TEST(ui_say, forgets_everything_when_the_visit_ends)
{
    struct fixture f;

    kit_open(&f, sample_question);
    ui_read_screen(f.ui);
    ui_forget(f.ui);
    CHECK(!ui_said(f.ui, 0));
    CHECK(!ui_root(f.ui));
    ui_repeat(f.ui);
    CHECK(!ui_said(f.ui, 0));
    kit_close(&f);
}
