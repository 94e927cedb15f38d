/* test_content_workshops: what is wrong in a workshop of the authors' tree is told with file, line and advice. */
#include "content_workshops.h"
#include "unit/content_fixture.h"

#define WORDS_5   "one and one and one "
#define WORDS_10  WORDS_5 WORDS_5
#define LONG      WORDS_10 WORDS_10 WORDS_10 WORDS_10 WORDS_10
#define SENTENCE  "Say one and one and one and one and so. "
#define WORDS_50  SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE
#define JSON_FILE "workshops/doors/workshop.json"
#define EN        "workshops/doors/en.md"
#define IT        "workshops/doors/it.md"

static void fresh(void)
{
    copy_tree("workshops");
    add_workshop();
}

static int n_errors(void)
{
    struct report r;
    int n;

    check_tree(copy_dir, &r);
    n = r.n_errors;
    report_release(&r);
    return n;
}

TEST(content_workshops, a_tree_with_or_without_them_is_whole)
{
    copy_tree("without");
    CHECK_INT(n_errors(), 0);
    fresh();
    CHECK_INT(n_errors(), 0);
}

TEST(content_workshops, each_fault_is_told_with_file_line_and_advice)
{
    static const struct {
        const char *file, *from, *to, *says;
    } cases[] = {
        {JSON_FILE, NULL, NULL, JSON_FILE ": is missing; add it"},
        {JSON_FILE, "micro2-workshop-1", "micro2-module-1",
         JSON_FILE ": format 'micro2-module-1' is not 'micro2-workshop-1'"},
        {JSON_FILE, "\"position\": 1", "\"place\": 1", JSON_FILE ": unknown field 'place'"},
        {JSON_FILE, "\"position\": 1,", "\"position\": ,", JSON_FILE ":5: "},
        {JSON_FILE, "\"id\": \"doors\"", "\"id\": \"door\"",
         JSON_FILE ":3: id 'door' is not the name of its folder 'doors'"},
        {JSON_FILE, "\"store\"", "\"trumpet\"", JSON_FILE ":6: the station has no icon 'trumpet'; write one of "},
        {JSON_FILE, "\"area\": \"D2\"", "\"area\": \"D9\"", JSON_FILE ":7: unknown area 'D9'; areas.csv lists them"},
        {JSON_FILE, "\"D2.1\"", "\"D9.1\"", JSON_FILE ":8: unknown competence 'D9.1'; competences.csv lists them"},
        {JSON_FILE, "[\"D2.1\"]", "[]", JSON_FILE ":8: no competence; name at least one"},
        {JSON_FILE, "\"sell\"", "\"fly\"", JSON_FILE ":9: unknown process 'fly'; processes.csv lists them"},
        {JSON_FILE, "[4, 12]", "[12, 4]", JSON_FILE ":10: 'people' must be two numbers, [from, to], from 2 to 40"},
        {JSON_FILE, "[4, 12]", "[1, 12]", JSON_FILE ":10: 'people' must be two numbers"},
        {JSON_FILE, "[4, 12]", "[4, 41]", JSON_FILE ":10: 'people' must be two numbers"},
        {JSON_FILE, "[4, 12]", "[4]", JSON_FILE ":10: 'people' must be two numbers"},
        {JSON_FILE, "[4, 12]", "12", JSON_FILE ":10: 'people' must be two numbers"},
        {JSON_FILE, "\"it\", ", "", JSON_FILE ":11: language 'it' is missing; core.json has it"},
        {JSON_FILE, "\"vote\"", "\"sing\"",
         JSON_FILE ":14: part 2 is of kind 'sing'; write one of talk, show, vote, pairs, write"},
        {JSON_FILE, "\"minutes\": 15", "\"minutes\": 0", JSON_FILE ":14: 'minutes' of part 2 must be a number from 1 "},
        {JSON_FILE, "\"minutes\": 15", "\"minutes\": 41", JSON_FILE ":14: 'minutes' of part 2 must be a number"},
        {JSON_FILE, "\"minutes\": 15", "\"length\": 15", JSON_FILE ": unknown field 'length'"},
        {JSON_FILE, "  {\"kind\": \"write\", \"minutes\": 5}", "  {\"kind\": \"write\", \"minutes\": 5}, 7",
         JSON_FILE ": "},
        {EN, NULL, NULL, EN ": is missing; add it"},
        {EN, "---\ntitle", "title", EN ":1: no front matter; the first line is '---'"},
        {EN, "title: Open doors\n", "", EN ":6: the front matter lacks 'title: …'; add it"},
        {EN, "title: Open doors\n", "title:\n", EN ":2: 'title' is empty; write it behind the colon"},
        {EN, "title: Open doors\n", "title: Open\ntitle: doors\n", EN ":3: 'title' is there twice; keep one"},
        {EN, "title: Open doors\n", "name: Open doors\n",
         EN ":2: 'name: Open doors' is no line of a front matter; known are title, about, needs"},
        {EN, "needs:\n", "needs: paper\n", EN ":4: 'needs:' stands once and alone"},
        {EN, "- A chair for each\n", "", EN ":4: 1 things to have ready; write 2 to 8"},
        {EN, "- A chair for each\n", "- \n", EN ":6: an empty line of a list"},
        {EN, "# Hello", "Hello", EN ":8: a part begins with its title; write '# …' first"},
        {EN, "# Hello, who are we?\n", "#  \n", EN ":8: a title of 0 words; write one to 6"},
        {EN, "**For who leads.** Let", "**For you.** Let",
         EN ":8: nothing for who leads; end the part with a "
            "paragraph that begins with '**For who leads.**'"},
        {EN, "**For who leads.** Let everybody speak for a minute. Write the hours on a sheet.", "**For who leads.**",
         EN ":15: the note for who leads is empty"},
        {EN, "Leave the others", "- Leave the others", EN ":27: the note for who leads holds more than text"},
        {EN, "Leave the others", "Leave.\n\nThe others", EN ":27: the note for who leads has 3 paragraphs; at most 2"},
        {EN, "- What do you sell?", "## What do you sell?", EN ":10: what the room reads holds more than text"},
        {EN, "- What do you sell?", "<b>What</b> do you sell?", EN ":12: HTML ('<b>'); write **bold**"},
        {EN, "- What do you sell?", "- What\n  - do you sell?", EN ":10: "},
        {EN, "What keeps customers from your door?\n\n", "", EN ":19: nothing for the room; write what people read"},
        {EN, "What keeps customers from your door?", "What keeps customers?\n\nFrom your door?",
         EN ":21: the question of a vote has 2 paragraphs; at most 1"},
        {EN, "- It is far\n", "", EN ":23: a vote of 2 options; write 3 to 6"},
        {EN, "- It is far\n", "- It is far\n- a\n- b\n- c\n- d\n", EN ":23: a vote of 7 options; write 3 to 6"},
        {EN, "- It is far\n", "- \n", EN ":25: an option of 0 words; write one to 5"},
        {EN, "- It is far\n", "- It is far\n\nAnd now vote.\n",
         EN ":27: 'And now vote.' stands between or behind the options"},
        {EN, "---\n\n# One thing", "# One thing", EN ": 2 parts, in workshop.json 3; write as many"},
        {EN, "# One thing", "---\n\n# One thing", EN ":33: an empty part; write it, or take out a line '---'"},
        {EN, "# One thing", "---\n\n# One thing", EN ": 4 parts, in workshop.json 3; write as many"},
        {EN, "Open doors", "Open \xE6\xBC\xA2", EN ":2: no font of the station has"},
        {EN, "reads it out.\n", "reads it out.\n\n", EN ": ends without its one newline"},
        {IT, "**Per chi guida.** Lascia", "**For who leads.** Lascia",
         IT ":8: nothing for who leads; end the part with a paragraph that begins with '**Per chi guida.**'"},
        {IT, "- Una sedia per ciascuno\n", "- Una sedia\n- Una penna\n",
         IT ": 3 things to have ready, in 'en' 2; write as many"},
        {IT, "- È lontana\n", "- È lontana\n- Altro\n", IT ":19: 4 options, in 'en' 3; write as many"},
    };

    int n_silent = 0;

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct report r;

        fresh();
        change(cases[i].file, cases[i].from, cases[i].to);
        check_tree(copy_dir, &r);
        if (!strstr(buf_text(&r.text), cases[i].says)) {
            print_error("'%s' -> '%s' does not tell '%s' but:\n%s", cases[i].from, cases[i].to, cases[i].says,
                        buf_text(&r.text));
            n_silent++;
        }
        report_release(&r);
    }
    CHECK_INT(n_silent, 0);
}

/* From and to at the limit are clean; with one word more it is told. */
TEST(content_workshops, limits_hold_at_the_limit_and_one_past)
{
    static const struct {
        const char *file, *from, *at, *past, *says;
    } cases[] = {
        {EN, "about: Who knows when your door is open, and how three customers more can know it.",
         "about: " SENTENCE SENTENCE WORDS_5, "about: " SENTENCE SENTENCE WORDS_5 "one",
         EN ": 'about' has 26 words; at most 25"},
        {EN, "# One thing I will do", "# One thing I will do now", "# One thing I will do now then",
         EN ":33: a title of 7 words; write one to 6"},
        {EN, "- It is far", "- It is far away now", "- It is far away now then",
         EN ":25: an option of 6 words; write one to 5"},
        {EN, "Finish the sentence: \"By Friday I'll …\"", WORDS_50 "Say one and one. And so do you all now.",
         WORDS_50 "Say one and one. And so do you all now, too.", EN ":33: 61 words for the room; at most 60"},
        {EN, "Everybody writes quietly. Whoever likes reads it out.", WORDS_50 SENTENCE SENTENCE SENTENCE SENTENCE,
         WORDS_50 SENTENCE SENTENCE SENTENCE SENTENCE "And.", EN ":37: 91 words for who leads; at most 90"},
        {EN, "- A chair for each\n", "- b\n- c\n- d\n- e\n- f\n- g\n- h\n", "- b\n- c\n- d\n- e\n- f\n- g\n- h\n- i\n",
         EN ":13: more than 8 things to have ready; leave some out"},
        {JSON_FILE, "\"minutes\": 15", "\"minutes\": 40", "\"minutes\": 41", "'minutes' of part 2"},
        {JSON_FILE, "[4, 12]", "[2, 40]", "[2, 41]", "'people' must be"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        fresh();
        change(cases[i].file, cases[i].from, cases[i].at);
        CHECK(!is_told(cases[i].says) && !is_told("words; ") && !is_told("'people'") && !is_told("'minutes'"));
        change(cases[i].file, cases[i].at, cases[i].past);
        CHECK(is_told(cases[i].says));
    }
}

TEST(content_workshops, long_sentences_are_told_on_average)
{
    fresh();
    CHECK(!is_told("words on average"));
    change(EN, "Finish the sentence: \"By Friday I'll …\"", LONG LONG);
    change(EN, "Everybody writes quietly. Whoever likes reads it out.", LONG LONG LONG);
    CHECK(is_told("words on average; at most 15, make two of the long ones"));
}

TEST(content_workshops, what_lies_beside_is_told)
{
    struct buf text = {0};
    char path[1024];

    fresh();
    snprintf(path, sizeof path, "%s/workshops/doors/es.md", copy_dir);
    put_file(path, &text);
    snprintf(path, sizeof path, "%s/workshops/notes.txt", copy_dir);
    put_file(path, &text);
    CHECK(is_told("workshops/doors/es.md: no text in a language of core.json; take it away"));
    CHECK(is_told("workshops/notes.txt: no workshop but a file"));
}

/* --- the text alone */

static const bool NO_VOTE[LIBRARY_PARTS_MAX] = {false};

static bool parse(const char *text, size_t n, const char *lang, int n_kinds, struct report *r, struct arena *a,
                  struct workshop_text *t)
{
    *r = (struct report){0};
    return workshop_text_parse(text, n, "x.md", lang, NO_VOTE, n_kinds, a, r, t);
}

TEST(content_workshops, in_a_language_that_is_not_known_the_last_bold_beginning_is_the_note)
{
    static const char text[] = "---\ntitle: Πόρτες\nabout: Ανοιχτές.\nneeds:\n- Α\n- Β\n---\n"
                               "# Γεια\n\n**Πρώτα** αυτό.\n\n**Για σένα.** Άκου.\n";
    struct workshop_text t;
    struct arena a = {0};
    struct report r;

    CHECK(parse(text, strlen(text), "el", 1, &r, &a, &t));
    CHECK_STR(buf_text(&r.text), "");
    CHECK_STR(t.parts[0].room, "**Πρώτα** αυτό.\n");
    CHECK_STR(t.parts[0].leader, "Άκου.\n");
    arena_release(&a);
    report_release(&r);
}

/* Whatever is cut off: told, never taken for whole, and nothing is read past the end. */
TEST(content_workshops, a_text_cut_anywhere_is_told)
{
    struct buf text = {0};
    struct err err;

    CHECK(fsio_read(M2_TEST_DATA "/workshops/doors/en.md", 1 << 20, &text, &err));
    for (size_t n = 0; n < text.len; n++) {
        struct workshop_text t;
        struct arena a = {0};
        struct report r;
        char *cut = malloc(n + 1);

        memcpy(cut, text.data, n);
        if (!parse(cut, n, "en", 3, &r, &a, &t) || n + 1 < text.len) {
            CHECK(r.n_errors > 0);
        }
        free(cut);
        arena_release(&a);
        report_release(&r);
    }
    buf_release(&text);
}

TEST(content_workshops, a_text_over_its_limit_is_told)
{
    struct buf text = {0};
    struct workshop_text t;
    struct arena a = {0};
    struct report r;

    for (int i = 0; i < WORKSHOP_TEXT_MAX_BYTES; i++) {
        buf_char(&text, 'a');
    }
    CHECK(!parse(buf_text(&text), text.len, "en", 1, &r, &a, &t));
    CHECK(!strstr(buf_text(&r.text), "not clean"));
    report_release(&r);
    buf_char(&text, 'a');
    CHECK(!parse(buf_text(&text), text.len, "en", 1, &r, &a, &t));
    CHECK_HAS(buf_text(&r.text), "x.md: not clean UTF-8 with LF line ends of at most 65536 bytes");
    report_release(&r);
    arena_release(&a);
    buf_release(&text);
}
