/* test_content_tools: what is wrong in a tool is told with file, line and advice; a whole one becomes a container. */
#include "content_build.h"
#include "content_tools.h"
#include "shelf/library.h"
#include "unit/content_fixture.h"
#include "workbench/compute.h"

#define JSON                                                                                                           \
    "{\"format\":\"micro2-tool-1\",\"id\":\"twice\",\"version\":1,\"position\":1,\"icon\":\"calculator\",\"area\":"    \
    "\"E1\",\"competences\":[\"D2.1\"],\"processes\":[\"sell\"],\"minutes\":5,\"languages\":[\"en\",\"it\"],"          \
    "\"licence\":\"CC-BY-4.0\",\"authors\":[\"Test\"]}\n"
#define FIELDS                                                                                                         \
    "fields = { { id = \"price\", kind = \"money\", start = 2, min = 0, max = 100 }, { id = \"when\", kind = "         \
    "\"choice\", options = { \"now\", \"later\" }, start = \"now\" } },\n"
#define COMPUTE(rest)                                                                                                  \
    "compute = function(v) local out = { { kind = \"figure\", id = \"twice\", unit = \"money\", value = v.price * 2 "  \
    "} }\n"                                                                                                            \
    "if v.price > 90 then out[2] = { kind = \"say\", id = \"much\", m = v.price } end\n" rest " return out end"
#define LUA        WITH("")
#define WITH(rest) "return { " FIELDS COMPUTE(rest) " }\n"
#define WORDS                                                                                                          \
    "key,en,it\ntitle,Twice,Il doppio\nabout,Twice a price.,Il doppio di un prezzo.\nexplain,It doubles.,Raddoppia.\n" \
    "field.price,Price,Prezzo\nfield.when,When,Quando\noption.now,now,adesso\noption.later,later,dopo\n"               \
    "out.twice,Twice,Il doppio\nsay.much,{m} is much.,{m} sono tanti.\n"

static void write_file(const char *name, const char *says)
{
    char path[1024];
    struct buf text = {0};
    struct err err;

    snprintf(path, sizeof path, "%s/workbench/twice", copy_dir);
    CHECK(fsio_make_dirs(path, 0755, &err));
    snprintf(path, sizeof path, "%s/workbench/twice/%s", copy_dir, name);
    buf_str(&text, says);
    put_file(path, &text);
    buf_release(&text);
}

static void write_tool(const char *json, const char *lua, const char *words)
{
    write_file("tool.json", json);
    write_file("tool.lua", lua);
    write_file("words.csv", words);
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

/* A text with the first `from` in another's place. */
static const char *with(const char *text, const char *from, const char *to)
{
    static char out[4][40000];
    static int at;
    char *to_text = out[at++ % 4];
    const char *found = strstr(text, from);

    CHECK(found);
    snprintf(to_text, sizeof out[0], "%.*s%s%s", (int)(found - text), text, to, found + strlen(from));
    return to_text;
}

static const char *between(const char *before, const char *text, const char *after)
{
    static char out[20000];

    snprintf(out, sizeof out, "%s%s%s", before, text, after);
    return out;
}

TEST(content_tools, a_whole_tool_has_no_fault_and_a_tree_without_tools_has_none_either)
{
    copy_tree("whole");
    expect(NULL);
    write_tool(JSON, LUA, WORDS);
    expect(NULL);
}

TEST(content_tools, faults_of_tool_json_are_told)
{
    static const struct {
        const char *from, *to, *says;
    } cases[] = {
        {"micro2-tool-1", "micro2-tool-2", "workbench/twice/tool.json: format 'micro2-tool-2' is not 'micro2-tool-1'"},
        {"\"id\":\"twice\"", "\"id\":\"thrice\"", "id 'thrice' is not the name of its folder 'twice'"},
        {"calculator", "trumpet", "workbench/twice/tool.json: the station has no icon 'trumpet'"},
        {"\"E1\"", "\"E9\"", "workbench/twice/tool.json: unknown area 'E9'"},
        {"D2.1", "D9.9", "workbench/twice/tool.json: unknown competence 'D9.9'"},
        {"\"sell\"", "\"fly\"", "workbench/twice/tool.json: unknown process 'fly'"},
        {"\"minutes\":5", "\"minutes\":61", "'minutes' must be a whole number from 1 to 60"},
        {",\"it\"]", "]", "workbench/twice/tool.json: language 'it' is missing"},
        {"\"licence\"", "\"licens\"", "unknown field 'licens'"},
    };

    copy_tree("json");
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        write_tool(with(JSON, cases[i].from, cases[i].to), LUA, WORDS);
        expect(cases[i].says);
    }
    write_tool(JSON, LUA, WORDS);
    write_file("notes.txt", "a note\n");
    expect("workbench/twice/notes.txt: no part of a tool; take it away");
}

TEST(content_tools, faults_of_words_are_told)
{
    static const struct {
        const char *from, *to, *says;
    } cases[] = {
        {"key,en,it", "key,en,xx", "workbench/twice/words.csv:1: no column 'it'"},
        {"Prezzo", "", "workbench/twice/words.csv:5: 'field.price' is empty in 'it'; write it"},
        {"field.when", "field.price", "workbench/twice/words.csv:6: 'field.price' is there twice; keep one"},
        {"about,Twice a price.,Il doppio di un prezzo.\n", "", "workbench/twice/words.csv: no key 'about'; write it"},
        {"option.later,later,dopo\n", "", "words.csv: no key 'option.later', which the program asks for; write it"},
        {"say.much,{m} is much.,{m} sono tanti.\n", "", "no key 'say.much', which the program asks for; write it"},
        {"out.twice", "out.thrice",
         "workbench/twice/words.csv:9: the program never asks for 'out.thrice'; take it away"},
        {"out.twice", "label.twice", "workbench/twice/words.csv:9: 'label.twice' is no key that a tool has"},
        {"{m} is much", "{n} is much", "tool.lua: say 'much' gives no n or m, for which its words have a place"},
        {"{m} is much", "much is much", "words.csv:10: 'say.much' has {m} in 'en' or in 'it' alone; write it in both"},
        {"{m} is much", "{x} is {m}", "words.csv:10: 'say.much' in 'en' has a place '{x}' that nothing fills"},
        {"Price,", "{n} price,", "words.csv:5: 'field.price' in 'en' has a place '{n}' that nothing fills"},
        {"Twice a price.",
         "One two three four five six seven eight nine ten one two three four five six seven eight "
         "nine ten. One two three four five six.",
         "words.csv:3: 'about' in 'en' has 26 words; at most 25"},
        {"title,Twice", "title,Twice and twice and twice and twice and twice and t",
         "words.csv:2: 'title' in 'en' has 51 letters; at most 50"},
    };

    copy_tree("words");
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        write_tool(JSON, LUA, with(WORDS, cases[i].from, cases[i].to));
        expect(cases[i].says);
    }
}

TEST(content_tools, programs_that_fail_anywhere_in_their_ranges_are_told)
{
    static const struct {
        const char *rest, *says;
    } cases[] = {
        {"out[1].value = 1 / v.price",
         "tool.lua: with {\"price\":0,\"when\":\"now\"}: tool: 'value' is not a finite number"},
        {"if v.price == 100 then out[1].value = nil end", "with {\"price\":1e+02,\"when\":\"later\"}: figure 'twice'"},
        {"if v.when == \"later\" then return {} end", "'outputs' must have 1 to 8 entries"},
        {"out[1].colour = \"red\"", "unknown field 'colour'"},
        {"while true do end", "more than 2000000 instructions"},
        {"os.exit()", "attempt to index a nil value (global 'os')"},
        {"out[1].value = v.price * 1e12", "'value' must be a number from -1e+12 to 1e+12"},
    };

    copy_tree("runs");
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        write_tool(JSON, with(LUA, " return out end", between(" ", cases[i].rest, " return out end")), WORDS);
        expect(cases[i].says);
    }
    write_tool(JSON, "return {\n", WORDS);
    expect("workbench/twice/tool.lua: its fields: tool: program:2:");
    write_tool(JSON, with(LUA, "max = 100", "max = 1"), WORDS);
    expect("workbench/twice/tool.lua: its fields: tool: field 'price': 'start' must lie from 'min' to 'max'");
}

TEST(content_tools, a_program_ends_at_its_limit)
{
    static char spaces[COMPUTE_PROGRAM_MAX + 1];
    size_t room = COMPUTE_PROGRAM_MAX - strlen(LUA);

    copy_tree("limit");
    memset(spaces, ' ', room);
    write_tool(JSON, with(LUA, "return {", between("", spaces, "return {")), WORDS);
    expect(NULL);
    spaces[room] = ' ';
    write_tool(JSON, with(LUA, "return {", between("", spaces, "return {")), WORDS);
    expect("workbench/twice/tool.lua: 16385 bytes; at most 16384");
}

TEST(content_tools, a_tool_becomes_a_container_of_its_own)
{
    struct content c = {0};
    struct report r = {0};
    struct seckey author;
    struct pubkey pub;
    struct buf log = {0};
    struct err err = {0};
    struct library *library = NULL;
    struct lib_view *view = NULL;
    char path[1024];

    copy_tree("build");
    write_tool(JSON, LUA, WORDS);
    keys_make(&author, &pub);
    CHECK(content_load(copy_dir, &c, &r));
    content_check(&c, &r);
    CHECK_INT(r.n_errors, 0);
    CHECK(content_build(&c, &author, test_path("packs"), &log, &err));
    CHECK_HAS(buf_text(&log), "tool-twice-1.m2k");
    snprintf(path, sizeof path, "%s/tool-twice-1.m2k", test_path("packs"));
    CHECK(library_open_file(path, &library, &err) && library_view(library, "it", &view, &err));
    if (!view) {
        fail_msg("%s", err.text);
        return;
    }
    CHECK_INT(view->n_tools, 1);
    CHECK_STR(view->tools[0].id, "twice");
    CHECK_STR(view->tools[0].title, "Il doppio");
    CHECK_STR(view->tools[0].program, LUA);
    CHECK_STR(library_tool_word(&view->tools[0], "say.much"), "{m} sono tanti.");
    CHECK_INT(view->tools[0].n_serves, 2);
    library_view_free(view);
    library_close(library);
    content_release(&c);
    report_release(&r);
    buf_release(&log);
}
