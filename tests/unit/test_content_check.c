/* test_content_check: what is wrong in the authors' tree is told with file, line and advice (T35). */
#include "learn/assess.h"
#include "shelf/library.h"
#include "unit/content_fixture.h"

#define WORDS_10 "and so on and so on and so on one "
#define WORDS_80 WORDS_10 WORDS_10 WORDS_10 WORDS_10 WORDS_10 WORDS_10 WORDS_10 "and so on and so on and so on"

TEST(content_check, the_small_tree_is_clean_but_for_its_unverified_title)
{
    struct report r;

    check_tree(SMALL, &r);
    CHECK_INT(r.n_errors, 0);
    CHECK_INT(r.n_warnings, 1 + 6); /* and what its bank lacks: test_content_bank.c */
    CHECK_HAS(buf_text(&r.text),
              "frameworks/competences.csv:7: warning: the official title of 'E1.3' in 'it' is not verified");
    report_release(&r);
}

TEST(content_check, each_fault_is_told_with_file_line_and_advice)
{
    static const struct {
        const char *file, *from, *to, *says;
    } cases[] = {
        {"core.json", "micro2-core-1", "micro2-core-9", "core.json: format 'micro2-core-9' is not 'micro2-core-1'"},
        {"core.json", "\"id\"", "\"name\": 1, \"id\"", "core.json: unknown field 'name'"},
        {"core.json", "\"default\": \"en\"", "\"default\": \"fr\"",
         "core.json: default 'fr' is not among its languages"},
        {"core.json", "\"it\"", "\"it\", \"it\"", "core.json: language 'it' is there twice; keep one"},
        {"core.json", "\"it\"", "\"it\", \"en\"", "core.json: language 'en' is there twice; keep one"},
        {"core.json", NULL, NULL, "core.json: is missing; add it"},
        {"frameworks/areas.csv", "D2,DC,forum", "D2,DC,trumpet",
         "frameworks/areas.csv:2: the station has no icon 'trumpet'; write one of account-multiple, basket, "},
        {"processes/processes.csv", ",store,", ",shop,", "processes/processes.csv:2: the station has no icon 'shop'"},
        {"frameworks/levels.csv", "1,1,2", "1,2,2", "frameworks/levels.csv:2: 'level_from' is 2; write 1"},
        {"frameworks/levels.csv", "3,5,6", "3,6,6",
         "frameworks/levels.csv:4: 'level_from' is 6; write 5, bands leave no level out"},
        {"frameworks/levels.csv", "4,7,8", "4,7,7", "frameworks/levels.csv:5: the last 'level_to' is 7; write 8"},
        {"frameworks/areas.csv", "D2,DC", "D2,XX", "frameworks/areas.csv:2: 'framework' is 'XX'; write one of DC, EC"},
        {"frameworks/areas.csv", "plain_it", "plain_xx", "frameworks/areas.csv:1: no column 'plain_it'"},
        {"frameworks/competences.csv", "D2.2,DC", "D2.1,DC",
         "frameworks/competences.csv:3: competence 'D2.1' is there twice"},
        {"frameworks/competences.csv", "2.2,D2,Sharing", "2.2,D9,Sharing",
         "frameworks/competences.csv:3: area 'D9' of 'D2.2' is not in areas.csv"},
        {"frameworks/competences.csv", "Reaching people,", ",", "frameworks/competences.csv:2: 'plain_en' is empty"},
        {"frameworks/competences.csv", "Reaching people title of 3.0,", ",",
         "frameworks/competences.csv:2: 'title30_en' is empty; write it"},
        {"frameworks/competences.csv", "della 3.0,yes,no", "della 3.0,yes,perhaps",
         "frameworks/competences.csv:2: 'verified30_it' is 'perhaps'; write one of no, yes"},
        {"frameworks/competences.csv", "yes,yes,,,,", "yes,yes,A title,,,",
         "frameworks/competences.csv:5: 'title30_en' is for DigComp only; leave it empty"},
        {"trades/means.csv", NULL, NULL, "trades/means.csv: is missing; add it"},
        {"trades/means.csv", "other,sell,D2", "other,fly,D2",
         "trades/means.csv:2: unknown process 'fly'; processes.csv lists them"},
        {"trades/means.csv", "other,sell,D2", "other,sell,D9",
         "trades/means.csv:2: unknown area 'D9'; areas.csv lists them"},
        {"trades/means.csv", "other,sell,D2", "other,sell,E1",
         "trades/means.csv:3: the cell is there already, on line 2; keep one"},
        {"trades/means.csv", "other,sell,D2", "weaver,sell,D2",
         "trades/means.csv: 'sell' and 'D2' have no row of trade 'other'; write what it means in any trade"},
        {"trades/means.csv", "Rispondi a chi ti scrive.", "", "trades/means.csv:2: 'means_it' is empty; write it"},
        {"trades/means.csv", "Answer who writes to you.", "Answer. Do. Go.",
         "trades/means.csv:2: 'means_en' has 3 words in 3 sentences; at most 30 in 2"},
        {"trades/means.csv", "Answer who writes to you.", "Say " WORDS_10 WORDS_10 "so.",
         "trades/means.csv:2: 'means_en' has sentences of 22 words on average; at most 15, make two of one"},
        {"cases/cases.csv", NULL, NULL, "cases/cases.csv: is missing; add it"},
        {"cases/cases.csv", "sell,D2", "sell,E1", "cases/cases.csv:3: the cell is there already, on line 2; keep one"},
        {"cases/cases.csv", "Pietro repairs", "Pietro repairs \u6f22",
         "cases/cases.csv:2: no font of the station has '\u6f22'"},
        {"frameworks/levels.csv", "2,3,4", "3,3,4", "frameworks/levels.csv:3: bands come in order"},
        {"frameworks/statements.csv", NULL, NULL, "frameworks/statements.csv: is missing; add it"},
        {"frameworks/statements.csv", "can_it", "can_xx", "frameworks/statements.csv:1: no column 'can_it'"},
        {"frameworks/statements.csv", "D2.1,2,", "D9.1,2,",
         "frameworks/statements.csv:3: unknown competence 'D9.1'; competences.csv lists them"},
        {"frameworks/statements.csv", "D2.1,2,", "D2.1,9,",
         "frameworks/statements.csv:3: 'level' is '9'; write a number from 1 to 8"},
        {"frameworks/statements.csv", "D2.1,2,", "D2.1,1,",
         "frameworks/statements.csv:3: level 1 of 'D2.1' is there twice; keep one"},
        {"frameworks/statements.csv", "D2.1,2,", "D2.1,1,",
         "frameworks/statements.csv: level 2 of 'D2.1' is missing; write what one can do there"},
        {"frameworks/statements.csv", "So fare D2.1 al livello 2.", "",
         "frameworks/statements.csv:3: 'can_it' is empty; write it"},
        {"frameworks/statements.csv", "I can do D2.1 at level 2.", "Do D2.1 at level 2.",
         "frameworks/statements.csv:3: 'can_en' does not begin with 'I can' and a verb; write it so"},
        {"frameworks/statements.csv", "So fare D2.1 al livello 2.", "Faccio D2.1 al livello 2.",
         "frameworks/statements.csv:3: 'can_it' does not begin with 'So' and an infinitive; write it so"},
        {"frameworks/statements.csv", "So fare D2.1 al livello 2.", "So quando fare D2.1.",
         "frameworks/statements.csv:3: 'can_it' does not begin with 'So' and an infinitive; write it so"},
        {"frameworks/statements.csv", "I can do D2.1 at level 2.", "I can understand D2.1.",
         "frameworks/statements.csv:3: 'can_en' with 'understand'; use a verb that one can see done"},
        {"frameworks/statements.csv", "So fare D2.1 al livello 2.", "So comprendere D2.1.",
         "frameworks/statements.csv:3: 'can_it' with 'comprendere'; use a verb that one can see done"},
        {"frameworks/statements.csv", "So fare D2.1 al livello 2.", "So fare D2.1 al livello 2",
         "frameworks/statements.csv:3: 'can_it' is not one sentence with a full stop; write one"},
        {"frameworks/statements.csv", "So fare D2.1 al livello 2.", "So fare D2.1. So fare altro.",
         "frameworks/statements.csv:3: 'can_it' is not one sentence with a full stop; write one"},
        {"frameworks/statements.csv", "So fare D2.2 al livello 1.", "So fare D2.1 al livello 2.",
         "frameworks/statements.csv:10: 'can_it' is that of line 3; say what this level can do more"},
        {"frameworks/statements.csv", "So fare D2.1 al livello 2.", "So fare \u6f22.",
         "frameworks/statements.csv:3: no font of the station has '\u6f22'"},
        {"processes/weights.csv", "sell,D2.1,1", "sell,D2.1,4",
         "processes/weights.csv:2: 'weight' is '4'; write a number from 1 to 3"},
        {"processes/weights.csv", "sell,D2.1,1", "sell,D9.9,1", "processes/weights.csv:2: unknown competence 'D9.9'"},
        {"processes/weights.csv", "sell,D2.1,1\n", "", "no process uses competence 'D2.1'"},
        {"processes/weights.csv", "sell,D2.1,1\n", "", "process 'sell' uses 5 competences; at least 6"},
        {"processes/weights.csv", "sell,D2.2", "buy,D2.2", "processes/weights.csv:3: unknown process 'buy'"},
        {"assessment/items.csv", "D2.1-sr1,D2.1,sr,1", "D2.1-sr1,D2.1,sr,8", "assessment/items.csv:2: 'level' is '8'"},
        {"assessment/items.csv", "D2.1-sr1,D2.1,sr", "D2.1-sr1,D2.1,xx",
         "assessment/items.csv:2: 'type' is 'xx'; write one of sr, km, sm, st"},
        {"assessment/items.csv", "D2.1-sr1,D2.1", "D2.1-sr1,D7.1", "assessment/items.csv:2: unknown competence 'D7.1'"},
        {"assessment/items.csv", "D2.1-sr1,D2.1", "D2.1-sr1,D2.2",
         "frameworks/competences.csv:2: competence 'D2.1' has no item"},
        {"assessment/items.csv", "D2.1-sr1", "D2.1-sr9",
         "assessment/items.csv:2: 'D2.1-sr9' has no question '::D2.1-sr9::'"},
        {"assessment/items.csv", "E1.2-sr1", "D2.1-sr1",
         "assessment/items.csv:6: item 'D2.1-sr1' is there already, on line 2"},
        {"assessment/items.csv", "market,30", "market,3", "assessment/items.csv:5: 'seconds' is '3'"},
        {"assessment/items.csv", "market,30,list", "market,30,song",
         "assessment/items.csv:5: 'shows' is 'song'; write one of list, message, files, statement, post, photos, "
         "steps"},
        {"assessment/D2/en.gift",
         "::D2.1-sr1::", "::D2.1-sr2::", "assessment/D2/en.gift:3: question 'D2.1-sr2' is no item's"},
        {"assessment/D2/it.gift", "::D2.1-sr1:: So fare D2.1 {}\n", "",
         "assessment/D2/it.gift: question 'D2.1-sr1' is missing; 'en' has it on line 3"},
        {"assessment/D2/it.gift",
         "::D2.1-sr1::", "::extra:: x {}\n\n::D2.1-sr1::", "assessment/D2/it.gift:3: question 'extra' is not in 'en'"},
        {"assessment/D2/it.gift", "  ~risposta sbagliata 4 #perché 4.\n}", "}",
         "assessment/D2/it.gift:5: 'D2.2-km1' has 3 answers, in 'en' it has 4"},
        {"assessment/D2/it.gift", "  ~risposta sbagliata 1 #perché 1.\n  =risposta giusta 2",
         "  =risposta giusta 1 #perché 1.\n  ~risposta sbagliata 2",
         "assessment/D2/it.gift:5: the right answer of 'D2.2-km1' is number 1, in 'en' number 2"},
        {"assessment/D2/en.gift", "I can do D2.1 {}", "I can do D2.1 {\n=a #b\n~c #d\n}",
         "'D2.1-sr1' is a self-report (sr); end it with '{}'"},
        {"assessment/D2/en.gift", "=right answer 2 #because 2.", "=right answer 2",
         "assessment/D2/en.gift:7: answer 'right answer 2' has no feedback"},
        {"locale/it.po", NULL, NULL, "locale/it.po: is missing; add it"},
        {"locale/it.po", "X-Native-Name", "X-Other", "locale/it.po: no X-Native-Name"},
        {"locale/it.po", "ltr", "up", "locale/it.po: no X-Direction"},
        {"locale/it.po", "{n} schede", "{m} schede", "the places in braces of '{n} card'"},
        {"locale/it.po", "msgstr \"Inizio\"", "msgstr Inizio", "locale/it.po:"},
        {"media/CREDITS.csv", "door.svg", "gate.svg", "media/gate.svg: is missing; add it"},
        {"media/CREDITS.csv", "door.svg,MICRO 2 Digital partnership", "door.svg,",
         "media/CREDITS.csv:2: 'author' is empty"},
        {"media/CREDITS.csv", "CC BY 4.0", "", "media/CREDITS.csv:2: 'licence' is empty; write it"},
        {"media/CREDITS.csv", "CC BY 4.0", " ", "media/CREDITS.csv:2: 'licence' is empty; write it"},
        {"locale/it.po", "msgstr[1] \"{n} schede\"\n", "",
         "locale/it.po:19: '{n} card' has 1 of the 2 plural forms; write msgstr[0] to msgstr[1]"},
        {"locale/it.po", "Inizio", "Ini\\azio", "the translation of 'Home' has a control character"},
        {"media/door.svg", "<circle", "<text>Hi</text><circle",
         "media/door.svg:6: '<text>' is not allowed in a picture"},
        {"media/door.svg", "<circle", "<script>1</script><circle", "media/door.svg:6: '<script>' is not allowed"},
        {"media/door.svg", "<circle", "<circle onclick='x'", "media/door.svg:6: a script ('onclick')"},
        {"media/door.svg", "<circle", "<use href=\"http://example.org/a.svg\"/><circle",
         "media/door.svg:6: a reference out of the file"},
        {"media/door.svg", "#b03a2e", "url(other.svg#a)", "media/door.svg:5: a reference out of the file"},
        {"media/door.svg", "<!-- a red door -->", "<!DOCTYPE svg>", "media/door.svg:3: '<!' is not allowed"},
        {"modules/shop/module.json", "\"id\": \"shop\"", "\"id\": \"show\"",
         "modules/shop/module.json: id 'show' is not the name of its folder 'shop'"},
        {"modules/shop/module.json", "\"area\": \"D2\"", "\"area\": \"D9\"",
         "modules/shop/module.json: unknown area 'D9'"},
        {"modules/shop/module.json", "Il tuo negozio", "", "modules/shop/module.json: 'title' has no text in 'it'"},
        {"modules/shop/module.json", "Il tuo negozio", "Il tuo\\u0007 negozio",
         "modules/shop/module.json: 'title' has a control character; take it out"},
        {"modules/shop/module.json", "CC BY 4.0", "", "modules/shop/module.json: 'licence' is empty; write it"},
        {"modules/shop/module.json", "\"store\"", "\"trumpet\"",
         "modules/shop/module.json: the station has no icon 'trumpet'"},
        {"modules/shop/module.json", "\"shop-1\"", "",
         "modules/shop/shop-1: no lesson of this module; add it to 'lessons' in module.json, or take it away"},
        {"modules/shop/module.json", "\"eqf\": 3", "\"eqf\": 9", "module.json"},
        {"modules/shop/module.json", "\"eqf\": 3", "\"eqf\": 3, \"price\": 2", "'price'"},
        {"modules/shop/module.json", "\"shop-1\"", "\"shop-1\", \"shop-2\"",
         "modules/shop/shop-2/en.md: is missing; add it"},
        {"modules/shop/shop-1/en.md", "id: shop-1", "id: shop-2",
         "modules/shop/shop-1/en.md:2: id 'shop-2' is not 'shop-1'"},
        {"modules/shop/shop-1/en.md", "minutes: 5\n", "", "the front matter lacks 'minutes'"},
        {"modules/shop/shop-1/en.md", "minutes: 5", "minutes: five",
         "modules/shop/shop-1/en.md:4: 'minutes' is 'five'; write a number from 1 to 60"},
        {"modules/shop/shop-1/en.md", "minutes: 5", "minutes: 5\nminutes: 6",
         "modules/shop/shop-1/en.md:5: 'minutes' is there twice"},
        {"modules/shop/shop-1/en.md", "minutes: 5", "colour: red",
         "modules/shop/shop-1/en.md:4: 'colour: red' is no line of a front matter"},
        {"modules/shop/shop-1/en.md", "D2.1 (2.2)", "D2.1",
         "modules/shop/shop-1/en.md:6: competence 'D2.1' has no edition"},
        {"modules/shop/shop-1/en.md", "D2.1 (2.2)", "D2.1 (3.0)",
         "modules/shop/shop-1/en.md:6: 'D2.1' is of edition 2.2, not 3.0"},
        {"modules/shop/shop-1/en.md", "D2.1 (2.2)", "D9.1 (2.2)",
         "modules/shop/shop-1/en.md:6: unknown competence 'D9.1'"},
        {"modules/shop/shop-1/en.md", "processes: sell", "processes: fly",
         "modules/shop/shop-1/en.md:7: unknown process 'fly'"},
        {"modules/shop/shop-1/en.md", "- Open the", "- Understand the",
         "modules/shop/shop-1/en.md:9: an outcome with 'understand'; use a verb that one can see done"},
        {"modules/shop/shop-1/en.md", "- Open the shop door in the morning.\n", "",
         "modules/shop/shop-1/en.md:8: 0 outcomes; write one to 3"},
        {"modules/shop/shop-1/en.md", "morning.", "morning a b c d e f g h i j k l m n o p q.",
         "modules/shop/shop-1/en.md:9: an outcome of 24 words; at most 22"},
        {"modules/shop/shop-1/it.md", "- Aprire", "- Conoscere",
         "modules/shop/shop-1/it.md:9: an outcome with 'conoscere'"},
        {"modules/shop/shop-1/en.md", "---\nid", "id", "modules/shop/shop-1/en.md:1: no front matter"},
        {"modules/shop/shop-1/en.md", "# The door", "The door",
         "modules/shop/shop-1/en.md:13: a page begins with its heading"},
        {"modules/shop/shop-1/en.md", "# What they see", "# What they see\n\n<b>x</b> `y`",
         "modules/shop/shop-1/en.md:23: page: code"},
        {"modules/shop/shop-1/en.md", "# What they see", "# What they see\n\na <b>x</b>",
         "modules/shop/shop-1/en.md:23: HTML ('<b>'); write **bold** or *emphasis*"},
        {"modules/shop/shop-1/en.md", "# What they see", "# What they see\n\n| a | b |\n|---|---|",
         "modules/shop/shop-1/en.md:23: a table; write a list"},
        {"modules/shop/shop-1/en.md", "- *one* sign", "- [one](https://example.org) sign",
         "modules/shop/shop-1/en.md:24: page: a link; nothing may need the network, write it out"},
        {"modules/shop/shop-1/en.md", "title: The door",
         "title:", "modules/shop/shop-1/en.md:3: 'title' is empty; write it behind the colon"},
        {"modules/shop/shop-1/en.md", "\n---\n\n# Do it", "",
         "modules/shop/shop-1/en.md: 2 pages; a lesson has 3 to 6"},
        {"modules/shop/shop-1/en.md", "door.svg", "gate.svg",
         "modules/shop/shop-1/en.md:13: picture 'gate.svg' is not in media/CREDITS.csv"},
        {"modules/shop/shop-1/en.md", "A red door with a yellow handle", "Door",
         "modules/shop/shop-1/en.md:13: picture 'door.svg' is described in 4 letters"},
        {"modules/shop/shop-1/en.md", "![A red door with a yellow handle](door.svg)\n\n", "",
         "modules/shop/shop-1/en.md: no picture"},
        {"assessment/items.csv", "D2.1-sr1,", "d2.1-sr1-with-a-name-of-forty-letters-aaaa,",
         "item 'd2.1-sr1-with-a-name-of-forty-letters-aaaa': id and context have at most 39 letters"},
        {"modules/shop/shop-1/en.md", "Try it now.", "Try it now. \u6f22",
         "modules/shop/shop-1/en.md:33: no font of the station has '\u6f22' (U+6F22); write it another way"},
        {"modules/shop/shop-1/en.md",
         "Maeve opens at **nine**. Nobody comes.\n\n---\n\n# What they see\n\n- a clean step\n- *one* sign\n\n1. "
         "Look.\n2. "
         "Write.\n",
         WORDS_80 "\n\n---\n\n# What they see\n\n" WORDS_80 "\n",
         "modules/shop/shop-1/en.md: sentences of 23 words on average; at most 15"},
        {"modules/shop/shop-1/en.md", "Try it now.", "Do it now.",
         "modules/shop/shop-1/en.md: nothing to do; write a paragraph that begins with '**Try it now.**'"},
        {"modules/shop/shop-1/it.md", "minutes: 5", "minutes: 6",
         "modules/shop/shop-1/it.md: minutes and eqf are 6 and 3, in 'en' 5 and 3"},
        {"modules/shop/shop-1/it.md", "D2.1 (2.2), E1.1 (2016)", "E1.1 (2016), D2.1 (2.2)",
         "modules/shop/shop-1/it.md:6: competences are not those of 'en'"},
        {"modules/shop/shop-1/it.md", "# Fallo", "# A\n\nB\n\n---\n\n# Fallo",
         "modules/shop/shop-1/it.md: 4 pages, in 'en' 3; write as many"},
        {"modules/shop/shop-1/en.gift",
         "::shop-1-q1::", "::other-q1::", "question 'other-q1' of this lesson must be called 'shop-1-q1'"},
        {"modules/shop/shop-1/it.gift",
         "::shop-1-q3::", "::shop-1-q4::", "modules/shop/shop-1/it.gift: question 'shop-1-q3' is missing"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct report r;

        copy_tree("broken");
        change(cases[i].file, cases[i].from, cases[i].to);
        check_tree(copy_dir, &r);
        if (r.n_errors == 0 || !strstr(buf_text(&r.text), cases[i].says)) {
            print_error("%s: '%s' ->\n%s   not: %s\n", cases[i].file, cases[i].to ? cases[i].to : "(gone)",
                        buf_text(&r.text), cases[i].says);
            CHECK(false);
        }
        report_release(&r);
    }
}

TEST(content_check, a_statement_of_fifteen_words_is_fine_and_of_sixteen_is_not) /* R5 */
{
    static const char *const said[] = {"I can do " WORDS_10 "a b.", "I can do " WORDS_10 "a b c."};

    for (int over = 0; over < 2; over++) {
        struct report r;

        copy_tree("words");
        change("frameworks/statements.csv", "I can do D2.1 at level 2.", said[over]);
        check_tree(copy_dir, &r);
        CHECK_INT(r.n_errors, over);
        if (over) {
            CHECK_HAS(buf_text(&r.text), "frameworks/statements.csv:3: 'can_en' has 16 words; at most 15");
        }
        report_release(&r);
    }
}

/* Lines of a cell's text: words of one to ten letters, ten of them in two sentences. */
#define TEN "So it was. He did it and it was good. "

TEST(content_check, what_a_cell_means_has_at_most_thirty_words_and_a_case_35_to_60)
{
    static const struct {
        const char *file, *from, *to, *says; /* says NULL: nothing is wrong */
    } cases[] = {
        {"trades/means.csv", "Answer who writes to you.", "Do " WORDS_10 "and so. Do " WORDS_10 "a b c d e f.", NULL},
        {"trades/means.csv", "Answer who writes to you.", "Do " WORDS_10 "and so. Do " WORDS_10 "a b c d e f g.",
         "trades/means.csv:2: 'means_en' has 31 words in 2 sentences; at most 30 in 2"},
        {"cases/cases.csv", NULL, TEN TEN TEN "One two three so it.", NULL},
        {"cases/cases.csv", NULL, TEN TEN TEN "One two three so.",
         "cases/cases.csv:3: 'case_en' has 34 words; write 35 to 60"},
        {"cases/cases.csv", NULL, TEN TEN TEN TEN TEN TEN, NULL},
        {"cases/cases.csv", NULL, TEN TEN TEN TEN TEN TEN "More.",
         "cases/cases.csv:3: 'case_en' has 61 words; write 35 to 60"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct report r;
        char row[800];

        copy_tree("cells");
        if (cases[i].from) {
            change(cases[i].file, cases[i].from, cases[i].to);
        } else {
            snprintf(row, sizeof row, "sell,E1,%s,\"" TEN TEN TEN TEN "\"\n#", cases[i].to);
            change(cases[i].file, "sell,E1,", row);
            cut_at(cases[i].file, "#");
        }
        check_tree(copy_dir, &r);
        if ((r.n_errors == 0) != (cases[i].says == NULL) ||
            (cases[i].says && !strstr(buf_text(&r.text), cases[i].says))) {
            fail_msg("case %zu: %s", i, buf_text(&r.text));
        }
        report_release(&r);
    }
}

TEST(content_check, a_cell_without_a_case_is_a_warning)
{
    struct report r;

    copy_tree("lacks");
    cut_at("cases/cases.csv", "sell,E1");
    check_tree(copy_dir, &r);
    CHECK_INT(r.n_errors, 0);
    CHECK_HAS(buf_text(&r.text), "cases/cases.csv: warning: 'sell' and 'E1' have no case; write one");
    report_release(&r);
}

TEST(content_check, a_spanish_statement_opens_with_an_infinitive)
{
    static const struct {
        const char *can, *says; /* says NULL: nothing is wrong */
    } cases[] = {
        {"Sé ir al mercado.", NULL},
        {"Sé enviarlo.", NULL},
        {"Sé oír.", NULL},
        {"Sé cuándo abre.", "does not begin with 'Sé' and an infinitive; write it so"},
        {"Puedo ir.", "does not begin with 'Sé' and an infinitive; write it so"},
        {"Sé ser consciente de algo.", "with 'ser consciente'; use a verb that one can see done"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct report r;

        copy_tree("spanish");
        change("core.json", "\"it\"", "\"es\"");
        change("frameworks/statements.csv", "can_it", "can_es");
        change("frameworks/statements.csv", "So fare D2.1 al livello 2.", cases[i].can);
        check_tree(copy_dir, &r);
        CHECK_HAS(buf_text(&r.text), "statements.csv:2: 'can_es' does not begin"); /* the Italian one before it */
        CHECK(!strstr(buf_text(&r.text), "statements.csv:3:") == !cases[i].says);
        if (cases[i].says) {
            CHECK_HAS(buf_text(&r.text), cases[i].says);
        }
        report_release(&r);
    }
}

TEST(content_check, a_page_of_ninety_words_is_fine_and_of_ninety_one_is_not) /* R5 */
{
    for (int over = 0; over < 2; over++) {
        struct buf words = {0};
        struct report r;

        for (int i = 0; i < LESSON_PAGE_WORDS_MAX - 2 + over; i++) { /* and the two of the heading */
            buf_str(&words, i ? " word" : "word");
        }
        copy_tree("words");
        change("modules/shop/shop-1/en.md", "Maeve opens at **nine**. Nobody comes.", buf_text(&words));
        check_tree(copy_dir, &r);
        CHECK_INT(r.n_errors, over);
        if (over) {
            CHECK_HAS(buf_text(&r.text), "modules/shop/shop-1/en.md:13: a page of 91 words; at most 90");
        }
        report_release(&r);
        buf_release(&words);
    }
}

TEST(content_check, what_an_editor_saved_otherwise_is_told_once_with_its_line)
{
    static const struct {
        const char *file, *from, *to, *says;
    } cases[] = {
        {"modules/shop/shop-1/en.md", "minutes: 5\n", "minutes: 5\r\n",
         "modules/shop/shop-1/en.md:4: the line ends in CR LF; save the file with LF line ends"},
        {"assessment/D2/it.gift", "perché 2", "perch\xE9 2",
         "assessment/D2/it.gift:7: is not UTF-8; save the file as UTF-8"},
        {"assessment/D2/en.gift", "because 2", "because\a 2",
         "assessment/D2/en.gift:7: has a control character; take it out"},
        {"modules/shop/module.json", "{", "\xEF\xBB\xBF{",
         "modules/shop/module.json:1: begins with a byte order mark; save it as UTF-8 without one"},
        {"core.json", " \"id\"", "\r\n \"id\"", "core.json:3: the line ends in CR LF"},
        {"locale/it.po", "Inizio", "Inizi\xF2", "locale/it.po:13: is not UTF-8"},
        {"locale/it.po", "msgid", "\xEF\xBB\xBFmsgid", "locale/it.po:1: begins with a byte order mark"},
        {"frameworks/areas.csv", "Talking", "Talk\xEDng", "frameworks/areas.csv:2: is not UTF-8"},
        {"core.json", "\"version\": 1", "\"version\": 0", "core.json: 'version' must be a whole number"},
        {"core.json", "\"id\"", ",\"id\"", "core.json:3: "},
        {"frameworks/areas.csv", "code",
         "\xEF\xBB\xBF"
         "code",
         NULL},
        {"frameworks/areas.csv", "\nD2", "\r\nD2", NULL},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct report r;

        copy_tree("editor");
        change(cases[i].file, cases[i].from, cases[i].to);
        check_tree(copy_dir, &r);
        if (r.n_errors != (cases[i].says != NULL) || (cases[i].says && !strstr(buf_text(&r.text), cases[i].says))) {
            print_error("%s\n   not: %s\n", buf_text(&r.text), cases[i].says ? cases[i].says : "(fine)");
            CHECK(false);
        }
        report_release(&r);
    }
}

TEST(content_check, what_does_not_belong_into_a_module_is_told)
{
    static const struct {
        const char *file, *says;
    } cases[] = {
        {"modules/notes.txt", "modules/notes.txt: no module but a file; a module is a folder, take this away"},
        {"modules/shop/notes.txt", "modules/shop/notes.txt: no lesson of this module"},
        {"modules/shop/shop-1/fr.md", "modules/shop/shop-1/fr.md: no text or questions in a language of core.json"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        char path[600];
        struct report r;
        struct err err;

        copy_tree("stray");
        snprintf(path, sizeof path, "%s/%s", copy_dir, cases[i].file);
        CHECK(fsio_replace(path, "x\n", 2, 0644, &err));
        check_tree(copy_dir, &r);
        CHECK_HAS(buf_text(&r.text), cases[i].says);
        CHECK_INT(r.n_errors, 1);
        report_release(&r);
        CHECK(unlink(path) == 0);
    }
}

TEST(content_check, a_file_has_at_most_two_megabytes)
{
    for (int over = 0; over < 2; over++) {
        struct buf text = {0};
        char path[600];
        struct report r;
        struct err err;

        copy_tree("long");
        snprintf(path, sizeof path, "%s/frameworks/levels.csv", copy_dir);
        CHECK(fsio_read(path, 1 << 20, &text, &err));
        while (text.len < CONTENT_FILE_MAX_BYTES + (size_t)over) {
            buf_char(&text, '\n');
        }
        CHECK(fsio_replace(path, text.data, text.len, 0644, &err));
        check_tree(copy_dir, &r);
        CHECK_INT(r.n_errors, over);
        if (over) {
            CHECK_HAS(buf_text(&r.text), "frameworks/levels.csv: longer than 2097152 bytes; cut it down");
        }
        report_release(&r);
        buf_release(&text);
    }
}

TEST(content_check, a_fault_in_a_question_is_not_told_again_of_its_twins)
{
    static const struct {
        const char *file, *from, *to;
    } cases[] = {
        {"assessment/D2/en.gift", "=right answer 2 #because 2.", "=right answer 2"},
        {"assessment/D2/it.gift", "=risposta giusta 2 #", "=risposta giusta 2"},
        {"modules/shop/shop-1/en.gift", "::shop-1-q3::", ":shop-1-q3::"},
        {"modules/shop/shop-1/it.gift", "::shop-1-q3::", ":shop-1-q3::"},
        {"modules/shop/shop-1/it.gift", NULL, NULL},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct report r;

        copy_tree("twins");
        change(cases[i].file, cases[i].from, cases[i].to);
        check_tree(copy_dir, &r);
        CHECK_INT(r.n_errors, 1);
        report_release(&r);
    }
}

TEST(content_check, a_picture_that_is_wrong_is_told_once)
{
    struct report r;

    copy_tree("picture");
    change("media/door.svg", "viewBox", "box");
    check_tree(copy_dir, &r);
    CHECK_HAS(buf_text(&r.text), "media/door.svg:1: a picture without viewBox; add viewBox=");
    CHECK_INT(r.n_errors, 1);
    report_release(&r);
}

/* A list of n names in JSON, `kept` the first. */
static void put_names(struct buf *out, const char *kept, const char *prefix, int n)
{
    buf_fmt(out, "\"%s\"", kept);
    for (int i = 1; i < n; i++) {
        buf_fmt(out, ", \"%s%c%c\"", prefix, 'a' + i / 16, 'a' + i % 16);
    }
}

/* With n languages, or lessons of a module, is it told that they are too many? */
static bool is_too_many(const char *file, const char *list, const char *kept, const char *prefix, int n,
                        const char *says)
{
    struct buf names = {0};
    struct report r;
    bool is_told;

    put_names(&names, kept, prefix, n);
    copy_tree("many-names");
    change(file, list, buf_text(&names));
    check_tree(copy_dir, &r);
    is_told = strstr(buf_text(&r.text), says) != NULL;
    report_release(&r);
    buf_release(&names);
    return is_told;
}

TEST(content_check, a_module_has_at_most_32_lessons_and_a_tree_at_most_8_languages)
{
    static const char module[] = "modules/shop/module.json", lessons[] = "33 lessons; at most 32, make a second module";
    static const char many[] = "language 'xah' is no code as 'en', or one too many (at most 8)";

    CHECK(!is_too_many(module, "\"shop-1\"", "shop-1", "x", CONTENT_LESSONS_MAX, "lessons; at most"));
    CHECK(is_too_many(module, "\"shop-1\"", "shop-1", "x", CONTENT_LESSONS_MAX + 1, lessons));
    /* and "en", the default and the last in the list */
    CHECK(!is_too_many("core.json", "\"it\"", "it", "x", CONTENT_LANGUAGES_MAX - 1, "one too many"));
    CHECK(is_too_many("core.json", "\"it\"", "it", "x", CONTENT_LANGUAGES_MAX, many));
}

/* Writes the file of the copy anew. */
static void put_text(const char *file, struct buf *text)
{
    char path[600];

    snprintf(path, sizeof path, "%s/%s", copy_dir, file);
    put_file(path, text);
    buf_release(text);
}

/* The copy now has n questions in its lesson. */
static void put_questions(int n)
{
    for (int lang = 0; lang < 2; lang++) {
        struct buf text = {0};

        for (int i = 1; i <= n; i++) {
            buf_fmt(&text, "::shop-1-q%d:: What now? {\n=a #b\n~c #d\n~e #f\n}\n\n", i);
        }
        put_text(lang ? "modules/shop/shop-1/it.gift" : "modules/shop/shop-1/en.gift", &text);
    }
}

/* The copy now has n pictures on the first page of its lesson. */
static void put_pictures(int n)
{
    for (int lang = 0; lang < 2; lang++) {
        struct buf text = {0};

        for (int i = 0; i < n; i++) {
            buf_str(&text, "](door.svg)\n\n![ten letters");
        }
        buf_str(&text, "](door.svg)");
        change(lang ? "modules/shop/shop-1/it.md" : "modules/shop/shop-1/en.md", "](door.svg)", buf_text(&text));
        buf_release(&text);
    }
}

/* The copy now has n items, or n competences; most lack what belongs to them, which is told as well. */
static void put_rows(const char *file, const char *last, const char *fmt, int n)
{
    struct buf text = {0};

    buf_str(&text, last);
    for (int i = 6; i < n; i++) {
        buf_fmt(&text, fmt, i);
    }
    change(file, last, buf_text(&text));
    buf_release(&text);
}

TEST(content_check, what_no_station_could_load_is_told) /* R5 */
{
    for (int over = 0; over < 2; over++) {
        copy_tree("station");
        put_questions(LIBRARY_QUESTIONS_MAX + over);
        CHECK(is_told("modules/shop/shop-1/it.gift: 65 questions; at most 64, leave some out") == over);
        copy_tree("station");
        put_pictures(LESSON_PICTURES_MAX - 1 + over);
        CHECK(is_told("modules/shop/shop-1/it.md: 33 pictures; at most 32, leave some out") == over);
        copy_tree("station");
        put_rows("assessment/items.csv", "E1.3-km1,E1.3,km,6,,,list\n", "x%d,E1.3,sr,2,,,list\n",
                 ASSESS_ITEMS_MAX + over);
        CHECK(is_told("assessment/items.csv:402: 401 items; a station holds 400, leave some out") == over);
        copy_tree("station");
        put_rows("frameworks/competences.csv", "titolo,yes,no,,,,\n", "X%d,EC,2016,E1,a,b,c,d,yes,yes,,,,\n",
                 ASSESS_COMPETENCES_MAX + over);
        CHECK(is_told("frameworks/competences.csv:42: 41 competences; a station holds 40, leave some out") == over);
    }
}

TEST(content_check, no_module_is_called_core)
{
    char from[600], to[600];
    struct report r;

    copy_tree("core");
    snprintf(from, sizeof from, "%s/modules/shop", copy_dir);
    snprintf(to, sizeof to, "%s/modules/core", copy_dir);
    CHECK(rename(from, to) == 0);
    change("modules/core/module.json", "\"id\": \"shop\"", "\"id\": \"core\"");
    check_tree(copy_dir, &r);
    CHECK_HAS(buf_text(&r.text), "modules/core/module.json: no module can be called 'core'");
    CHECK_INT(r.n_errors, 1);
    report_release(&r);
}

TEST(content_check, numbers_of_calibration_are_checked)
{
    struct buf priors = {0};
    char path[600];

    copy_tree("numbers");
    change("assessment/items.csv", ",shows", ",shows,b,se,a,b_it,se_it");
    for (int i = 0; i < 6; i++) { /* each row has as many fields as the first line */
        change("assessment/items.csv", "list\n", "list,,,,,\n");
    }
    change("assessment/items.csv", "list,,,,,", "list,-0.25,0.2,1.1,1.5,0.3");
    snprintf(path, sizeof path, "%s/assessment/priors.csv", copy_dir);
    buf_str(&priors, "id,mean\nD2.1,3.75\nclaim,0.5\n");
    put_file(path, &priors);
    CHECK(!is_told("items.csv:2:") && !is_told("priors.csv"));
    change("assessment/items.csv", "list,-0.25", "list,-3.25");
    CHECK(is_told("assessment/items.csv:2: 'b' is '-3.25'; write a number from -3 to 11, or nothing"));
    change("assessment/items.csv", "list,-3.25,0.2", "list,2,");
    CHECK(is_told("assessment/items.csv:2: 'b' and 'se' belong together"));
    change("assessment/items.csv", "1.1,1.5,0.3", "1.1,1.5,");
    CHECK(is_told("assessment/items.csv:2: 'b_it' and 'se_it' belong together; write both or none"));
    change("assessment/priors.csv", "claim", "D9.9");
    CHECK(is_told("assessment/priors.csv:3: unknown competence 'D9.9'"));
    change("assessment/priors.csv", "D9.9", "D2.1");
    CHECK(is_told("assessment/priors.csv:3: 'D2.1' is there already, on line 2; keep one"));
    buf_release(&priors);
}

TEST(content_check, an_attitude_is_asked_as_a_self_report)
{
    copy_tree("aspects");
    change("assessment/items.csv", ",shows", ",shows,aspect");
    for (int i = 0; i < 6; i++) { /* each row has as many fields as the first line */
        change("assessment/items.csv", "list\n", "list,\n");
    }
    change("assessment/items.csv", "D2.1,sr,1,,,list,", "D2.1,sr,1,,,list,attitude");
    CHECK(!is_told("items.csv:2:"));
    change("assessment/items.csv", "list,attitude", "list,mood");
    CHECK(is_told("assessment/items.csv:2: 'aspect' is 'mood'; write attitude, or nothing"));
    change("assessment/items.csv", "D2.2,km,2,,,list,", "D2.2,km,2,,,list,attitude");
    CHECK(is_told("assessment/items.csv:3: 'D2.2-km1' is an attitude and of type km; an attitude is asked as sr"));
}

TEST(content_check, one_run_tells_faults_of_many_files)
{
    struct report r;

    copy_tree("many");
    change("assessment/items.csv", "D2.1-sr1,D2.1,sr,1", "D2.1-sr1,D2.1,sr,8");
    change("assessment/D2/en.gift", "=right answer 2 #because 2.", "=right answer 2");
    change("modules/shop/shop-1/it.md", "minutes: 5", "minutes: no");
    check_tree(copy_dir, &r);
    CHECK_HAS(buf_text(&r.text), "assessment/items.csv:2:");
    CHECK_HAS(buf_text(&r.text), "assessment/D2/en.gift:7:");
    CHECK_HAS(buf_text(&r.text), "modules/shop/shop-1/it.md:4:");
    report_release(&r);
}
