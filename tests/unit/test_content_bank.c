/* The bank of the assessment: is it whole, does a right answer give itself away, is it said plainly. */
#include "content_bank.h"
#include "unit/content_fixture.h"

TEST(content_bank, what_a_competence_lacks_is_a_warning)
{
    struct report r;

    copy_tree("lacking");
    check_tree(copy_dir, &r);
    CHECK(r.n_errors == 0);
    CHECK_HAS(buf_text(&r.text), "assessment/items.csv: warning: the bank lacks 1 sr, 1 km, 1 sm, 2 st of 'D2.1'");
    CHECK_HAS(buf_text(&r.text), "the bank lacks 2 sr, 1 sm, 2 st of 'D2.2'");
    CHECK_HAS(buf_text(&r.text), "the bank lacks 2 sr, 1 km, 1 sm, 1 st of 'E1.1'");
    report_release(&r);
}

TEST(content_bank, the_table_counts_kinds_and_levels)
{
    struct content c = {0};
    struct report r = {0};
    struct buf table = {0};

    CHECK(content_load(SMALL, &c, &r));
    content_bank_table(&c, &table);
    CHECK_HAS(buf_text(&table), "items       sr  km  sm  st  short  attitude  levels\n");
    CHECK_HAS(buf_text(&table), "D2.2         0   1   0   0      1         0  .2.....  ");
    CHECK_HAS(buf_text(&table), "E1.1         0   0   0   1      0         0  ...4...  ");
    CHECK_HAS(buf_text(&table), "all          2   2   1   1      3         0\n");
    buf_release(&table);
    content_release(&c);
    report_release(&r);
}

/* Four words and four answers of three are 16. */
TEST(content_bank, a_competence_whose_questions_are_all_long_is_a_warning)
{
    static const char lacks[] = "the bank lacks a short question of 'D2.2'";

    copy_tree("short");
    change("assessment/D2/it.gift", "D2.2-km1 chiede\\: what now?",
           "D2.2-km1 uno due tre quattro cinque sei sette otto nove dieci undici?");
    CHECK(!is_told(lacks)); /* 24 */
    change("assessment/D2/it.gift", "nove dieci undici?", "nove dieci undici dodici?");
    CHECK(is_told(lacks)); /* 25 in one language */
}

/* "right answer 2" has 14 letters, "wrong answer N" too: a quarter more is 17. */
TEST(content_bank, a_right_answer_gives_itself_away_by_its_length)
{
    copy_tree("clue");
    change("assessment/D2/en.gift", "=right answer 2 #", "=right answer 2, longer #"); /* 22 letters: 8 more */
    CHECK(is_told("assessment/D2/en.gift:5: the right answer of 'D2.2-km1' has 22 letters, the others at most 14"));
    copy_tree("seven");
    change("assessment/D2/en.gift", "=right answer 2 #", "=right answer 2, large #"); /* 21: 7 more */
    CHECK(!is_told("gives it away"));
    copy_tree("quarter");
    change("assessment/D2/en.gift", "~wrong answer 1 #", "~a wrong answer of forty letters, counted #");
    change("assessment/D2/en.gift", "=right answer 2 #", "=right answer two of forty-nine or so letters.... #");
    CHECK(!is_told("gives it away")); /* 49 of 40 letters: less than a quarter */
}

TEST(content_bank, an_answer_of_eighty_letters_fits_and_of_eighty_one_does_not)
{
    static const char eighty[] = "=eighty letters exactly stand in this answer, one by one, and not a single more.. #";

    CHECK(strlen(eighty) == BANK_ANSWER_LETTERS_MAX + 3);
    copy_tree("eighty");
    change("assessment/D2/en.gift", "=right answer 2 #", eighty);
    CHECK(!is_told("letters; at most 80"));
    change("assessment/D2/en.gift", "more.. #", "more... #");
    CHECK(is_told("assessment/D2/en.gift:7: an answer of 'D2.2-km1' has 81 letters; at most 80"));
}

TEST(content_bank, the_file_of_a_photo_is_not_of_its_length)
{
    copy_tree("photo");
    change("assessment/D2/en.gift", "=right answer 2 #", "=door.svg right one here #"); /* 14 letters and 9 */
    CHECK(!is_told("gives it away"));
    change("assessment/D2/en.gift", "door.svg right", "roof.svg right"); /* no picture: words like others */
    CHECK(is_told("has 23 letters, the others at most 14"));
}

TEST(content_bank, a_sentence_of_25_words_is_fine_and_of_26_is_not)
{
    copy_tree("sentence");
    change("assessment/D2/en.gift", "I can do D2.1 {}",
           "I can one two three four five six seven eight nine ten one two three four five six seven eight nine ten "
           "one two three. I can. {}");
    CHECK(!is_told("has a sentence of"));
    change("assessment/D2/en.gift", "one two three. I", "one two three four. I");
    CHECK(is_told("assessment/D2/en.gift:3: 'D2.1-sr1' has a sentence of 26 words; at most 25"));
}

TEST(content_bank, a_hard_word_is_told_with_a_plain_one)
{
    copy_tree("hard");
    change("assessment/D2/en.gift", "I can do D2.1", "I can Utilise it in order to do D2.1");
    CHECK(is_told("assessment/D2/en.gift:3: 'D2.1-sr1' says 'utilise'; write 'use', or say it another way"));
    CHECK(is_told("assessment/D2/en.gift:3: 'D2.1-sr1' says 'in order to'; write 'to'"));
    copy_tree("half");
    change("assessment/D2/en.gift", "I can do D2.1", "I can be reutilised, utilised and utiliseé D2.1");
    CHECK(!is_told("says 'utilise'")); /* not inside another word */
    copy_tree("other");
    change("assessment/D2/en.gift", "I can do D2.1", "I can utilizzare D2.1");
    CHECK(!is_told("says 'utilizzare'")); /* a word of another language */
    copy_tree("statement");
    change("frameworks/statements.csv", "So fare D2.1 al livello 2.", "So utilizzare D2.1 al livello 2.");
    CHECK(is_told("frameworks/statements.csv:3: 'D2.1/2' says 'utilizzare'; write 'usare'"));
    copy_tree("unknown");
    change("locale/hard-words.csv", "it,utilizzare", "xx,utilizzare");
    CHECK(is_told("locale/hard-words.csv:4: 'xx' is no language of core.json"));
}
