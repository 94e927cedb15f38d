/* The screen as text and as JSON. */
#include "base/fsio.h"
#include "unit/test.h"
#include "unit/ui_fixture.h"

#include "base/banned.h"

TEST(ui_dump, is_the_screen_as_lines)
{
    static const char expected[] =
        "screen \"Question\" #question\n"
        "  button \"Back\" #back\n"
        "  progress \"Progress\" = \"Question 8 of 22\" #progress\n"
        "  text \"about 5 minutes left\" #context\n"
        "  text \"Safety\" #area\n"
        "  heading \"A text message says your business account will be closed today unless you follow its link. What "
        "do you do first?\" #stem\n"
        "  group \"Answers\" #options\n"
        "    radio \"Pay it straight away, so the account stays open\" #options/1 off 1/3\n"
        "    radio \"Ring the bank on the number printed on my card\" #options/2 on off 2/3\n"
        "    radio \"I am not sure yet\" #options/3 off 3/3\n"
        "  status \"That fits\" #verdict live\n"
        "  button \"Next\" #next main <focus>\n"
        "  button \"Home\" #home\n"
        "  button \"English\" #language\n"
        "  button \"Read aloud\" #read_aloud\n"
        "  button \"Text size\" #text_size\n"
        "  button \"Contrast\" #contrast\n"
        "  button \"I am finished\" #finished\n";
    struct fixture f;

    kit_open(&f, sample_question);
    f.sample = (struct sample){.picked = 2, .n_options = 3};
    kit_settle(&f);
    while (strcmp(kit_focus(&f), "check") != 0) {
        kit_key(&f, SDLK_TAB, 0);
    }
    kit_key(&f, SDLK_RETURN, 0);
    char *dump = kit_dump(&f);
    CHECK_STR(dump, expected);
    free(dump);
    kit_close(&f);
}

TEST(ui_dump, keys_do_not_change_with_the_language)
{
    struct fixture f;

    kit_open(&f, sample_home);
    f.frame.lang = "it";
    f.frame.is_rtl = true;
    f.frame.text_percent = 200;
    kit_settle(&f);
    CHECK_STR(kit_node(&f, "learn")->name, "Learn");
    kit_node(&f, "read_aloud");
    kit_close(&f);
}

static const struct json *find_key(const struct json *node, const char *key)
{
    const struct json *children = json_get(node, "children");

    if (strcmp(json_str(json_get(node, "key"), ""), key) == 0) {
        return node;
    }
    for (int i = 0; i < json_count(children); i++) {
        const struct json *found = find_key(json_at(children, i), key);
        if (found) {
            return found;
        }
    }
    return NULL;
}

static struct json *parse_tree(struct fixture *f)
{
    struct buf b = {0};
    struct json_out out = {.buf = &b};

    ui_dump_json(f->ui, &out, NULL);
    struct json *tree = json_parse(buf_text(&b), b.len, "tree", NULL);
    buf_release(&b);
    CHECK(tree);
    return tree;
}

TEST(ui_dump, json_has_the_shape_that_reviewers_keep_scripts_for)
{
    static const char *const members[] = {"key",    "role",     "name",    "value",    "rect",
                                          "action", "disabled", "visible", "children", NULL};
    struct fixture f;

    kit_open(&f, sample_question);
    f.sample.picked = 2;
    kit_settle(&f);
    struct json *tree = parse_tree(&f);
    CHECK_STR(json_str(json_get(tree, "screen"), ""), "question");
    CHECK_STR(json_str(json_get(tree, "title"), ""), "Question");
    CHECK_STR(json_str(json_get(tree, "lang"), ""), "en");
    CHECK_INT(json_int(json_at(json_get(tree, "size"), 1), 0), 800);
    CHECK(json_kind(json_get(tree, "focus")) == KIND_NULL);
    const struct json *radio = find_key(json_get(tree, "root"), "options/2");
    CHECK(radio && json_only(radio, members, "node", NULL) && json_count(radio) == 9);
    CHECK_STR(json_str(json_get(radio, "role"), ""), "radio");
    CHECK_STR(json_str(json_get(radio, "value"), ""), "on");
    CHECK(json_bool(json_get(radio, "action"), false));
    CHECK(!json_bool(json_get(radio, "disabled"), true));
    CHECK(json_bool(json_get(radio, "visible"), false));
    CHECK_INT(json_int(json_at(json_get(radio, "rect"), 2), 0), kit_node(&f, "options/2")->rect.w);
    json_free(tree);
    kit_close(&f);
}

TEST(ui_dump, json_says_what_is_scrolled_away)
{
    struct fixture f;

    kit_open(&f, sample_board);
    struct json *tree = parse_tree(&f);
    CHECK(json_bool(json_get(find_key(json_get(tree, "root"), "cards/100"), "visible"), false));
    CHECK(!json_bool(json_get(find_key(json_get(tree, "root"), "cards/119"), "visible"), true));
    json_free(tree);
    kit_close(&f);
}
