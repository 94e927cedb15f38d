/* test_cli: options, help, messages and exit codes that every command of micro2 shares. */
#include "cli.h"
#include "trust/keys.h"
#include "unit/test.h"
#include <fcntl.h>
#include <unistd.h>

/* --- what a command prints */

static char printed[2][8192]; /* of stdout and stderr */

struct catching {
    int kept[2];
};

static void catch_begin(struct catching *c)
{
    static const char *const names[] = {"out", "err"};

    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        int fd = open(test_path(names[i]), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

        c->kept[i] = dup(i + 1);
        CHECK(fd >= 0 && c->kept[i] >= 0 && dup2(fd, i + 1) == i + 1);
        close(fd);
    }
}

static void catch_end(struct catching *c)
{
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        ssize_t n = pread(i + 1, printed[i], sizeof printed[i] - 1, 0);

        printed[i][n > 0 ? n : 0] = '\0';
        dup2(c->kept[i], i + 1);
        close(c->kept[i]);
    }
}

/* --- a command of our own */

enum { TO, ALSO, MANY, QUIET };

static struct cli_option options[5];
static struct cli_command command;
static char **args;
static int n_args;

#define PARSE(...) parse((char *[]){(char[]){"new"}, __VA_ARGS__, NULL})
#define WORD(text) ((char[]){text})

/* cli_parse of "micro2 hub new" on these words; 1 or 2 positional arguments, --to is required. */
static int parse(char **argv)
{
    struct catching c;
    int argc = 0, code;

    options[TO] = (struct cli_option){.name = "--to", .value_name = "DIR", .help = "where to", .is_required = true};
    options[ALSO] = (struct cli_option){.name = "--also", .value_name = "FILE", .help = "this as well"};
    options[MANY] = (struct cli_option){.name = "--many", .value_name = "N", .help = "how many"};
    options[QUIET] = (struct cli_option){.name = "--quiet", .help = "say nothing"};
    command = (struct cli_command){.name = "hub new",
                                   .arguments = "OFFICE [NAME]",
                                   .about = "Makes a hub.",
                                   .options = options,
                                   .min_args = 1,
                                   .max_args = 2};
    while (argv[argc]) {
        argc++;
    }
    args = NULL;
    n_args = -1;
    catch_begin(&c);
    code = cli_parse(&command, argc, argv, &args, &n_args);
    catch_end(&c);
    return code;
}

TEST(cli, words_and_options_may_stand_in_any_order)
{
    CHECK_INT(PARSE(WORD("office"), WORD("--to"), WORD("dir"), WORD("--quiet"), WORD("name")), -1);
    CHECK_INT(n_args, 2);
    CHECK_STR(args[0], "office");
    CHECK_STR(args[1], "name");
    CHECK_STR(options[TO].value, "dir");
    CHECK(options[QUIET].is_given && !options[ALSO].is_given);
    CHECK_STR(printed[0], "");
    CHECK_STR(printed[1], "");
}

TEST(cli, a_value_may_follow_an_equals_sign_and_hold_one)
{
    CHECK_INT(PARSE(WORD("--to=a=b"), WORD("office")), -1);
    CHECK_STR(options[TO].value, "a=b");
    CHECK_INT(PARSE(WORD("--to="), WORD("office")), -1);
    CHECK_STR(options[TO].value, "");
}

TEST(cli, after_two_dashes_all_words_are_arguments_and_one_dash_always_is)
{
    CHECK_INT(PARSE(WORD("--to"), WORD("dir"), WORD("--"), WORD("--quiet"), WORD("--help")), -1);
    CHECK_INT(n_args, 2);
    CHECK_STR(args[0], "--quiet");
    CHECK_STR(args[1], "--help");
    CHECK(!options[QUIET].is_given);
    CHECK_INT(PARSE(WORD("--to"), WORD("dir"), WORD("-")), -1);
    CHECK_STR(args[0], "-");
}

TEST(cli, a_value_may_look_like_an_option)
{
    CHECK_INT(PARSE(WORD("--to"), WORD("--quiet"), WORD("office")), -1);
    CHECK_STR(options[TO].value, "--quiet");
    CHECK(!options[QUIET].is_given);
}

TEST(cli, an_option_given_twice_keeps_both_and_the_last_counts)
{
    CHECK_INT(PARSE(WORD("--to"), WORD("a"), WORD("--to"), WORD("b"), WORD("office")), -1);
    CHECK_INT(options[TO].n_values, 2);
    CHECK_STR(options[TO].values[0], "a");
    CHECK_STR(options[TO].value, "b");
}

TEST(cli, an_option_is_taken_64_times_and_not_once_more)
{
    static char name[] = "new", option[] = "--to", value[] = "x", office[] = "office";
    char *argv[2 + 2 * (CLI_REPEATS_MAX + 1) + 1];

    for (int n = CLI_REPEATS_MAX; n <= CLI_REPEATS_MAX + 1; n++) {
        memset(argv, 0, sizeof argv);
        argv[0] = name;
        argv[1] = office;
        for (int i = 0; i < n; i++) {
            argv[2 + 2 * i] = option;
            argv[3 + 2 * i] = value;
        }
        CHECK_INT(parse(argv), n == CLI_REPEATS_MAX ? -1 : CLI_MISTAKE);
        CHECK_INT(options[TO].n_values, CLI_REPEATS_MAX);
    }
    CHECK_HAS(printed[1], "'--to' more than 64 times");
}

TEST(cli, mistakes_are_named_with_what_to_do)
{
    CHECK_INT(PARSE(WORD("office")), CLI_MISTAKE);
    CHECK_STR(printed[1], "micro2 hub new: '--to DIR' is missing; see micro2 hub new --help\n");
    CHECK_INT(PARSE(WORD("--to"), WORD("dir")), CLI_MISTAKE);
    CHECK_STR(printed[1], "micro2 hub new: wants OFFICE [NAME]; see micro2 hub new --help\n");
    CHECK_INT(PARSE(WORD("--to"), WORD("dir"), WORD("a"), WORD("b"), WORD("c")), CLI_MISTAKE);
    CHECK_HAS(printed[1], "wants OFFICE [NAME]");
    CHECK_INT(PARSE(WORD("office"), WORD("--tot"), WORD("dir")), CLI_MISTAKE);
    CHECK_STR(printed[1], "micro2 hub new: unknown option '--tot'; see micro2 hub new --help\n");
    CHECK_INT(PARSE(WORD("office"), WORD("--t"), WORD("dir")), CLI_MISTAKE); /* no guessing of short forms */
    CHECK_INT(PARSE(WORD("office"), WORD("--to")), CLI_MISTAKE);
    CHECK_STR(printed[1], "micro2 hub new: '--to' needs a value: DIR\n");
    CHECK_INT(PARSE(WORD("office"), WORD("--quiet=yes")), CLI_MISTAKE);
    CHECK_STR(printed[1], "micro2 hub new: '--quiet' takes no value\n");
    CHECK_STR(printed[0], ""); /* mistakes go to stderr alone */
}

TEST(cli, a_command_without_words_says_so)
{
    struct cli_command bare = {.name = "bare", .arguments = "", .about = "Does one thing."};
    char *argv[] = {WORD("bare"), WORD("word"), NULL};
    struct catching c;
    int code;

    catch_begin(&c);
    code = cli_parse(&bare, 2, argv, &args, &n_args);
    catch_end(&c);
    CHECK_INT(code, CLI_MISTAKE);
    CHECK_STR(printed[1], "micro2 bare: wants no further words; see micro2 bare --help\n");
    CHECK_INT(cli_parse(&bare, 1, argv, &args, &n_args), -1);
    CHECK_INT(n_args, 0);
}

TEST(cli, help_names_every_option_and_goes_to_stdout_whatever_else_is_wrong)
{
    CHECK_INT(PARSE(WORD("--help")), CLI_DONE);
    CHECK_HAS(printed[0], "usage: micro2 hub new --to DIR [--also FILE] [--many N] [--quiet] OFFICE [NAME]\n");
    CHECK_HAS(printed[0], "Makes a hub.");
    CHECK_HAS(printed[0], "--also FILE\n      this as well");
    CHECK_STR(printed[1], "");
    CHECK_INT(PARSE(WORD("-h")), CLI_DONE);
    CHECK_INT(PARSE(WORD("a"), WORD("b"), WORD("c"), WORD("--help")), CLI_DONE);
}

TEST(cli, numbers_are_whole_and_within_their_bounds)
{
    static const struct {
        const char *text;
        int64_t value; /* INT64_MIN = refused */
        const char *why;
    } cases[] = {
        {"1", 1, "the lowest"},
        {"100", 100, "the highest"},
        {"007", 7, "zeros in front"},
        {"0", INT64_MIN, "below"},
        {"101", INT64_MIN, "above"},
        {"", INT64_MIN, "nothing"},
        {"7x", INT64_MIN, "a letter behind"},
        {"1e2", INT64_MIN, "an exponent"},
        {"5.0", INT64_MIN, "a fraction"},
        {"99999999999999999999", INT64_MIN, "no number of this machine"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct cli_option o = {.name = "--many", .value = cases[i].text};
        struct catching c;
        int64_t n = INT64_MIN;
        bool ok;

        catch_begin(&c);
        ok = cli_number(&o, 1, 100, &n);
        catch_end(&c);
        if (ok != (cases[i].value != INT64_MIN) || n != cases[i].value) {
            fail_msg("%s: '%s'", cases[i].why, cases[i].text);
        }
        if (!ok) {
            CHECK_HAS(printed[1], "must be a whole number from 1 to 100");
        }
    }
}

TEST(cli, exit_codes_tell_the_users_mistake_from_the_machines_and_from_broken_trust)
{
    static const struct {
        enum err_code code;
        int exit_code;
    } cases[] = {{ERR_USAGE, CLI_MISTAKE},   {ERR_NOT_FOUND, CLI_MISTAKE}, {ERR_EXISTS, CLI_MISTAKE},
                 {ERR_FORMAT, CLI_MISTAKE},  {ERR_IO, CLI_MACHINE},        {ERR_NO_SPACE, CLI_MACHINE},
                 {ERR_CORRUPT, CLI_MACHINE}, {ERR_SIGNATURE, CLI_TRUST},   {ERR_TRUST, CLI_TRUST}};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct err err;
        struct catching c;
        int code;

        err_set(&err, cases[i].code, "it is so; do that");
        catch_begin(&c);
        code = cli_fail("stick prepare", &err);
        catch_end(&c);
        CHECK_INT(code, cases[i].exit_code);
        CHECK_STR(printed[1], "micro2 stick prepare: it is so; do that\n");
        CHECK_STR(printed[0], "");
    }
}

TEST(cli, a_failure_whose_words_had_no_remedy_left_the_user_alone)
{
    static const struct {
        enum err_code code;
        const char *expected;
    } cases[] = {
        {ERR_NO_SPACE, "micro2 hub new: cannot write: No space left on device; make room there and try again\n"},
        {ERR_CORRUPT, "; put it back from your last copy\n"},
        {ERR_SIGNATURE, "; take it again from where it was signed\n"},
        {ERR_NOT_FOUND, "; check the name, or put back what is missing\n"},
        {ERR_CANCELLED, "No space left on device\n"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct err err = {0};
        struct catching c;

        err_set(&err, cases[i].code, "cannot write: No space left on device");
        catch_begin(&c);
        cli_fail("hub new", &err);
        catch_end(&c);
        CHECK_HAS(printed[1], cases[i].expected);
    }
}

TEST(cli, a_passphrase_from_the_environment_is_taken_as_it_is)
{
    char passphrase[16];

    CHECK(setenv("MICRO2_PASSPHRASE", "two words", 1) == 0);
    CHECK(cli_passphrase("passphrase", passphrase, sizeof passphrase));
    CHECK_STR(passphrase, "two words");
    unsetenv("MICRO2_PASSPHRASE");
}

TEST(cli, a_passphrase_too_long_for_its_place_was_cut_and_taken_for_another)
{
    char passphrase[KEY_PASSPHRASE_MAX] = "", given[KEY_PASSPHRASE_MAX + 1] = "";
    struct catching c;
    bool ok;

    memset(given, 'x', KEY_PASSPHRASE_MAX - 1);
    CHECK(setenv("MICRO2_PASSPHRASE", given, 1) == 0);
    CHECK(cli_new_passphrase("office init", passphrase, sizeof passphrase)); /* and is not asked for again */
    CHECK_STR(passphrase, given);
    given[KEY_PASSPHRASE_MAX - 1] = 'x';
    CHECK(setenv("MICRO2_PASSPHRASE", given, 1) == 0);
    catch_begin(&c);
    ok = cli_passphrase("passphrase", passphrase, sizeof passphrase) ||
         cli_new_passphrase("office init", passphrase, sizeof passphrase);
    catch_end(&c);
    CHECK(!ok);
    CHECK_STR(printed[1], "micro2 passphrase: over 255 bytes; use a shorter one\n"
                          "micro2 passphrase: over 255 bytes; use a shorter one\n");
    unsetenv("MICRO2_PASSPHRASE");
}

/* --- verbs */

static int seen_argc;
static const char *seen_word;

static int run_verb(int argc, char **argv)
{
    seen_argc = argc;
    seen_word = argv[argc - 1];
    return 7;
}

static int dispatch(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {{"new", run_verb, "make one"}, {"old", run_verb, "keep one"}, {0}};
    struct catching c;
    int code;

    seen_argc = 0;
    catch_begin(&c);
    code = cli_dispatch("micro2 hub", verbs, argc, argv);
    catch_end(&c);
    return code;
}

TEST(cli, a_verb_gets_its_own_words_and_gives_its_code)
{
    CHECK_INT(dispatch(3, (char *[]){WORD("hub"), WORD("new"), WORD("x"), NULL}), 7);
    CHECK_INT(seen_argc, 2);
    CHECK_STR(seen_word, "x");
}

TEST(cli, an_unknown_verb_or_none_lists_what_there_is)
{
    CHECK_INT(dispatch(2, (char *[]){WORD("hub"), WORD("ne"), NULL}), CLI_MISTAKE);
    CHECK_STR(printed[1], "micro2 hub: unknown verb 'ne'; see micro2 hub --help\n");
    CHECK_INT(dispatch(1, (char *[]){WORD("hub"), NULL}), CLI_MISTAKE);
    CHECK_HAS(printed[1], "usage: micro2 hub VERB");
    CHECK_HAS(printed[1], "keep one");
    CHECK_STR(printed[0], "");
    CHECK_INT(dispatch(2, (char *[]){WORD("hub"), WORD("--help"), NULL}), CLI_DONE);
    CHECK_HAS(printed[0], "make one");
    CHECK_STR(printed[1], "");
    CHECK_INT(seen_argc, 0);
}
