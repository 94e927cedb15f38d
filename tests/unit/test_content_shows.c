/* test_content_shows: what is wrong in trades, acts of the business, and in how answers lie, is told with file and
 * advice. */
#include "unit/content_fixture.h"

#define HEAD    "id,position,icon,name_en,name_it\n"
#define TRADES  HEAD "stall,1,basket,Stall,Banco\nother,2,dots-horizontal,Other,Altro\n"
#define WEIGHTS "trade,process,weight\nstall,sell,3\nother,sell,2\n"
#define TAPS    "id,process,text_en,text_it\na,sell,We answer.,Rispondiamo.\nb,sell,We ask.,Chiediamo.\n"
#define SVG(h)                                                                                                         \
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 " h "\"><rect width=\"9\" height=\"9\"/></svg>"

static void write_file(const char *name, const char *says)
{
    char path[1024];
    struct buf text = {0};
    struct err err;

    snprintf(path, sizeof path, "%s/trades", copy_dir);
    CHECK(fsio_make_dirs(path, 0755, &err));
    snprintf(path, sizeof path, "%s/%s", copy_dir, name);
    buf_str(&text, says);
    put_file(path, &text);
    buf_release(&text);
}

/* The copy, checked: no fault where says is NULL, else that one. */
static void expect(const char *says)
{
    struct content c = {0};
    struct report r = {0};

    CHECK(content_load(copy_dir, &c, &r));
    content_check(&c, &r);
    content_release(&c);
    if (says ? !strstr(buf_text(&r.text), says) : r.n_errors) {
        fail_msg("%s\nnot: %s", buf_text(&r.text), says ? says : "(clean)");
    }
    report_release(&r);
}

TEST(content_shows, faults_of_trades_and_acts_are_told)
{
    static const struct {
        const char *trades, *weights, *taps, *says;
    } cases[] = {
        {TRADES, WEIGHTS, TAPS, NULL},
        {TRADES "other,3,cow,Cow,Mucca\n", WEIGHTS, TAPS,
         "trades/trades.csv:4: trade 'other' is there twice; keep one"},
        {HEAD "stall,1,shop,Stall,Banco\n", WEIGHTS, TAPS, "trades/trades.csv:2: the station has no icon 'shop'"},
        {HEAD "stall,1,basket,Stall,Banco\n", WEIGHTS, TAPS, "trades/trades.csv: no trade 'other'; add it, last"},
        {TRADES, WEIGHTS "pub,sell,1\n", TAPS, "trades/weights.csv:4: unknown trade 'pub'; trades.csv lists them"},
        {TRADES, WEIGHTS "stall,fly,1\n", TAPS, "trades/weights.csv:4: unknown process 'fly'"},
        {TRADES, WEIGHTS "stall,sell,1\n", TAPS, "trades/weights.csv:4: 'stall' and 'sell' are weighed twice"},
        {TRADES, WEIGHTS "stall,sell,4\n", TAPS, "trades/weights.csv:4: 'weight' is '4'; write a number from 1 to 3"},
        {TRADES, "trade,process,weight\nstall,sell,3\n", TAPS, "trades/weights.csv: 'other' has no weight for 'sell'"},
        {TRADES, WEIGHTS, TAPS "c,sell,We.,Noi.\n", "processes/taps.csv: process 'sell' has 3 acts; write 2"},
        {TRADES, WEIGHTS, TAPS "a,sell,We.,Noi.\n", "processes/taps.csv:4: 'a' is there already, on line 2"},
        {TRADES, WEIGHTS, TAPS "c,fly,We.,Noi.\n", "processes/taps.csv:4: unknown process 'fly'"},
        {TRADES, WEIGHTS, TAPS "c,fly,We.,\n", "processes/taps.csv:4: 'text_it' is empty; write it"},
        {TRADES, WEIGHTS, "id,process,text_en,text_it\na,sell,We.,a b c d e f g h i l\nb,sell,We.,Noi.\n", NULL},
        {TRADES, WEIGHTS, "id,process,text_en,text_it\na,sell,We.,a b c d e f g h i l m\nb,sell,We.,Noi.\n",
         "processes/taps.csv:2: 'text_it' has 11 words; at most 10"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        copy_tree("trades");
        change("trades/means.csv", "baker,", "stall,");
        write_file("trades/trades.csv", cases[i].trades);
        write_file("trades/weights.csv", cases[i].weights);
        write_file("processes/taps.csv", cases[i].taps);
        expect(cases[i].says);
    }
}

/* A trade that is spelled otherwise would never be shown, and nobody would know. */
TEST(content_shows, what_a_trade_means_is_of_a_trade_that_is_there)
{
    static const char row[] = "other,sell,D2", mistaken[] = "stal,sell,E1,Sell.,Vendi.\nother,sell,D2";

    copy_tree("means");
    change("trades/means.csv", "baker,", "stall,");
    change("trades/means.csv", row, mistaken);
    expect(NULL); /* nobody is asked for her trade here */
    write_file("trades/trades.csv", TRADES);
    write_file("trades/weights.csv", WEIGHTS);
    write_file("processes/taps.csv", TAPS);
    expect("trades/means.csv:2: unknown trade 'stal'; trades.csv lists them");
    change("trades/means.csv", "stal,", "stall,");
    expect(NULL);
}

TEST(content_shows, a_self_report_is_a_list_and_steps_are_for_situations)
{
    copy_tree("shows");
    change("assessment/items.csv", "market,30,list", "market,30,steps");
    expect(NULL);
    copy_tree("shows");
    change("assessment/items.csv", "D2.1,sr,1,,,list", "D2.1,sr,1,,,message");
    expect("assessment/items.csv:2: 'D2.1-sr1' is a self-report (sr) that shows 'message'; write list");
    copy_tree("shows");
    change("assessment/items.csv", "D2.2,km,2,,,list", "D2.2,km,2,,,steps");
    expect("assessment/items.csv:3: 'D2.2-km1' shows steps and is of type km; steps are for st");
}

/* D2.2-km1 shows four photographs, in two languages. */
static void photos(void)
{
    static const char *const names[] = {"jar-a", "jar-b", "jar-c", "jar-d"};

    copy_tree("photos");
    change("assessment/items.csv", "D2.2,km,2,,,list", "D2.2,km,2,,,photos");
    change("media/CREDITS.csv", "door.svg", "jar-a.svg,X,X\njar-b.svg,X,X\njar-c.svg,X,X\njar-d.svg,X,X\ndoor.svg");
    for (int i = 0; i < 4; i++) {
        char file[64], from[32], to[64];

        snprintf(file, sizeof file, "media/%s.svg", names[i]);
        write_file(file, SVG("320"));
        snprintf(to, sizeof to, "%s.svg A jar on a table", names[i]);
        snprintf(from, sizeof from, "%s answer %d", i == 1 ? "right" : "wrong", i + 1);
        change("assessment/D2/en.gift", from, to);
        snprintf(from, sizeof from, "risposta %s %d", i == 1 ? "giusta" : "sbagliata", i + 1);
        change("assessment/D2/it.gift", from, to);
    }
}

TEST(content_shows, four_photographs_are_there_told_and_of_one_size)
{
    photos();
    expect(NULL);
    photos();
    change("assessment/D2/it.gift", "jar-c.svg", "jar-x.svg");
    expect("assessment/D2/it.gift:5: 'D2.2-km1': 'jar-x.svg' is not in media/CREDITS.csv; an answer is 'NAME.svg "
           "description'");
    photos();
    change("assessment/D2/en.gift", "jar-c.svg A jar", "jar-a.svg One jar");
    expect("assessment/D2/en.gift:5: 'D2.2-km1' shows 'jar-a.svg' twice; write 4 pictures");
    photos();
    change("assessment/D2/en.gift", "jar-d.svg A jar on a table", "jar-d.svg A jar");
    expect("assessment/D2/en.gift:5: 'D2.2-km1': 'jar-d.svg' is described in 5 letters; write 10 to 300");
    photos();
    write_file("media/jar-b.svg", SVG("480"));
    expect("assessment/D2/en.gift:5: 'D2.2-km1': 'jar-b.svg' is 960 x 960, the first picture 960 x 640; give all one "
           "viewBox");
}
