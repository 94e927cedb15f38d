/* cli: options, help, messages and exit codes of every command. */
#include "cli.h"
#include "base/buf.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/banned.h"

enum { LINE_BYTES = 4097 }; /* a terminal's longest line */

static void print_help(const struct cli_command *c)
{
    printf("usage: micro2 %s", c->name);
    for (const struct cli_option *o = c->options; o && o->name; o++) {
        printf(o->is_required ? " %s%s%s" : " [%s%s%s]", o->name, o->value_name ? " " : "",
               o->value_name ? o->value_name : "");
    }
    printf("%s%s\n\n%s\n", c->arguments[0] ? " " : "", c->arguments, c->about);
    for (const struct cli_option *o = c->options; o && o->name; o++) {
        printf("%s  %s %s\n      %s\n", o == c->options ? "\n" : "", o->name, o->value_name ? o->value_name : "",
               o->help);
    }
}

static struct cli_option *find(struct cli_command *c, const char *name, size_t n)
{
    for (struct cli_option *o = c->options; o && o->name; o++) {
        if (strlen(o->name) == n && !strncmp(o->name, name, n)) {
            return o;
        }
    }
    return NULL;
}

/* One option at argv[*i]; *i moves to its value. */
static int take_option(struct cli_command *c, int argc, char **argv, int *i)
{
    const char *equals = strchr(argv[*i], '=');
    size_t n = equals ? (size_t)(equals - argv[*i]) : strlen(argv[*i]);
    struct cli_option *o = find(c, argv[*i], n);

    if (!o) {
        return cli_mistake(c->name, "unknown option '%s'; see micro2 %s --help", argv[*i], c->name);
    }
    o->is_given = true;
    if (!o->value_name) {
        return equals ? cli_mistake(c->name, "'%s' takes no value", o->name) : -1;
    }
    if (!equals && *i + 1 == argc) {
        return cli_mistake(c->name, "'%s' needs a value: %s", o->name, o->value_name);
    }
    o->value = equals ? equals + 1 : argv[++*i];
    if (o->n_values == CLI_REPEATS_MAX) {
        return cli_mistake(c->name, "'%s' more than %d times", o->name, CLI_REPEATS_MAX);
    }
    o->values[o->n_values++] = o->value;
    return -1;
}

int cli_parse(struct cli_command *c, int argc, char **argv, char ***args, int *n_args)
{
    int n = 0, code;
    bool only_args = false;

    for (int i = 1; i < argc; i++) {
        if (!only_args && (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))) {
            print_help(c);
            return CLI_DONE;
        }
        if (!only_args && !strcmp(argv[i], "--")) {
            only_args = true;
        } else if (!only_args && argv[i][0] == '-' && argv[i][1]) {
            code = take_option(c, argc, argv, &i);
            if (code >= 0) {
                return code;
            }
        } else {
            argv[1 + n++] = argv[i];
        }
    }
    for (const struct cli_option *o = c->options; o && o->name; o++) {
        if (o->is_required && !o->is_given) {
            return cli_mistake(c->name, "'%s %s' is missing; see micro2 %s --help", o->name, o->value_name, c->name);
        }
    }
    if (n < c->min_args || (c->max_args >= 0 && n > c->max_args)) {
        return cli_mistake(c->name, "wants %s; see micro2 %s --help",
                           c->arguments[0] ? c->arguments : "no further words", c->name);
    }
    *args = argv + 1;
    *n_args = n;
    return -1;
}

/* What to do about a failure whose words do not say it: firmware's know no command. */
static const char *remedy(const struct err *err)
{
    static const char *const remedies[] = {
        [ERR_IO] = "see that the place is there and may be read and written",
        [ERR_NO_SPACE] = "make room there and try again",
        [ERR_FORMAT] = "take it again from where it was made",
        [ERR_SIGNATURE] = "take it again from where it was signed",
        [ERR_TRUST] = "take it again from an office this one trusts",
        [ERR_NOT_FOUND] = "check the name, or put back what is missing",
        [ERR_EXISTS] = "choose another name",
        [ERR_BUSY] = "wait until the other program is done",
        [ERR_CORRUPT] = "put it back from your last copy",
        [ERR_GONE] = "plug the stick in again",
        [ERR_VERSION] = "update this program",
    };
    const char *words = (size_t)err->code < M2_COUNT(remedies) ? remedies[err->code] : NULL;

    return words && !strstr(err->text, "; ") ? words : NULL;
}

int cli_fail(const char *doing, const struct err *err)
{
    const char *what_to_do = remedy(err);

    fprintf(stderr, "micro2 %s: %s%s%s\n", doing, err->text, what_to_do ? "; " : "", what_to_do ? what_to_do : "");
    return err_exit_code(err->code);
}

int cli_mistake(const char *subject, const char *fmt, ...)
{
    va_list args;

    fprintf(stderr, "micro2 %s: ", subject);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    return CLI_MISTAKE;
}

bool cli_number(const struct cli_option *option, int64_t min, int64_t max, int64_t *out)
{
    char *end;
    long long value;

    errno = 0;
    value = strtoll(option->value, &end, 10);
    if (errno || end == option->value || *end || value < min || value > max) {
        cli_mistake(option->name, "'%s' must be a whole number from %lld to %lld", option->value, (long long)min,
                    (long long)max);
        return false;
    }
    *out = value;
    return true;
}

enum asked { ASKED_NOBODY, ASKED_IN_VAIN, ASKED_WELL };

static enum asked keep_passphrase(const char *given, char *out, size_t cap)
{
    if (strlen(given) >= cap) { /* cut, it would be another one */
        cli_mistake("passphrase", "over %zu bytes; use a shorter one", cap - 1);
        return ASKED_IN_VAIN;
    }
    memcpy(out, given, strlen(given) + 1);
    return ASKED_WELL;
}

/* From the terminal, without echo. */
static enum asked ask(const char *prompt, char *out, size_t cap)
{
    char line[LINE_BYTES];
    struct termios was, quiet;
    FILE *tty = fopen("/dev/tty", "r+");
    enum asked asked = ASKED_NOBODY;

    if (!tty) {
        return ASKED_NOBODY;
    }
    setvbuf(tty, NULL, _IONBF, 0); /* no copy of it stays in a buffer */
    fprintf(stderr, "%s: ", prompt);
    tcgetattr(fileno(tty), &was);
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
    if (fgets(line, sizeof line, tty)) {
        line[strcspn(line, "\n")] = '\0';
        asked = keep_passphrase(line, out, cap);
    }
    tcsetattr(fileno(tty), TCSAFLUSH, &was);
    fputc('\n', stderr);
    fclose(tty);
    mem_wipe(line, sizeof line);
    return asked;
}

static enum asked passphrase(const char *prompt, char *out, size_t cap)
{
    const char *given = getenv("MICRO2_PASSPHRASE");

    return given ? keep_passphrase(given, out, cap) : ask(prompt, out, cap);
}

bool cli_passphrase(const char *prompt, char *out, size_t cap)
{
    return passphrase(prompt, out, cap) == ASKED_WELL;
}

bool cli_new_passphrase(const char *subject, char *out, size_t cap)
{
    enum asked asked = passphrase("new passphrase for the keys", out, cap);
    bool is_same = true;

    if (asked == ASKED_WELL && out[0] && !getenv("MICRO2_PASSPHRASE")) {
        char *again = mem_alloc(cap);

        asked = ask("the same once more", again, cap);
        is_same = asked != ASKED_WELL || !strcmp(out, again);
        mem_wipe(again, cap);
        free(again);
    }
    if (!is_same) {
        cli_mistake(subject, "the two passphrases differ; nothing was made, begin again");
    } else if (asked == ASKED_NOBODY || (asked == ASKED_WELL && !out[0])) {
        cli_mistake(subject,
                    "a passphrase is needed; run in a terminal, set MICRO2_PASSPHRASE, or pass --no-passphrase");
    }
    return is_same && asked == ASKED_WELL && out[0];
}

enum cli_answer cli_confirm(const char *question)
{
    char line[LINE_BYTES] = "";
    FILE *tty = fopen("/dev/tty", "r+e");
    bool is_yes;

    if (!tty) {
        return CLI_NOBODY;
    }
    fprintf(tty, "%s: ", question);
    fflush(tty);
    is_yes = fgets(line, sizeof line, tty) && !strcmp(line, "yes\n");
    fclose(tty);
    return is_yes ? CLI_YES : CLI_NO;
}

static void list_verbs(FILE *to, const char *program, const struct cli_verb *verbs)
{
    fprintf(to, "usage: %s VERB …\n\n", program);
    for (; verbs->name; verbs++) {
        fprintf(to, "  %-10s %s\n", verbs->name, verbs->help);
    }
    fprintf(to, "\n%s VERB --help tells more.\n", program);
}

int cli_dispatch(const char *program, const struct cli_verb *verbs, int argc, char **argv)
{
    if (argc < 2) {
        list_verbs(stderr, program, verbs);
        return CLI_MISTAKE;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
        list_verbs(stdout, program, verbs);
        return CLI_DONE;
    }
    for (const struct cli_verb *v = verbs; v->name; v++) {
        if (!strcmp(v->name, argv[1])) {
            return v->run(argc - 1, argv + 1);
        }
    }
    fprintf(stderr, "%s: unknown verb '%s'; see %s --help\n", program, argv[1], program);
    return CLI_MISTAKE;
}
