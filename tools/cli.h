/* cli: what every command of `micro2` shares: options, --help, messages, exit codes (0 done, 1 the user's mistake, 2
 * the machine's, 3 a signature or trust failure). Messages go to stderr as "subject: what is wrong; what to do". */
#ifndef M2_TOOLS_CLI_H
#define M2_TOOLS_CLI_H

#include "base/err.h"
#include <stdint.h>

enum { CLI_DONE = 0, CLI_MISTAKE = 1, CLI_MACHINE = 2, CLI_TRUST = 3, CLI_REPEATS_MAX = 64 };

struct cli_option {
    const char *name;       /* "--office" */
    const char *value_name; /* "DIR"; NULL = a flag */
    const char *help;
    bool is_required;
    /* filled by cli_parse */
    bool is_given;
    const char *value; /* of the last one */
    const char *values[CLI_REPEATS_MAX];
    int n_values;
};

struct cli_command {
    const char *name;           /* "office init" */
    const char *arguments;      /* "DIR [FILE…]" */
    const char *about;          /* one or more sentences */
    struct cli_option *options; /* ended by a NULL name; may be NULL */
    int min_args, max_args;     /* positional arguments; max -1 = any number */
};

/* argv[0] is the last word of the command's name. Positional arguments are moved to the front of *args. Returns -1 to
 * go on, else the exit code: 0 after --help, 1 after a mistake that was named. */
int cli_parse(struct cli_command *command, int argc, char **argv, char ***args, int *n_args);
/* Prints "micro2 doing: text", with what to do where the text has no "; " of its own, and returns the exit code for the
 * failure. */
int cli_fail(const char *doing, const struct err *err);
/* Prints "micro2 subject: text" and returns CLI_MISTAKE. */
int cli_mistake(const char *subject, const char *fmt, ...) M2_PRINTF(2, 3);
/* A whole number from min to max out of an option's value; false after a message. */
bool cli_number(const struct cli_option *option, int64_t min, int64_t max, int64_t *out);
/* Reads a passphrase from MICRO2_PASSPHRASE, else from the terminal without echo (prompt on stderr). False where
 * neither is there, or after a message that it does not fit into cap. */
bool cli_passphrase(const char *prompt, char *out, size_t cap);
/* For a key to be made: asked twice on the terminal, since a slip would lock it for ever. False after a message. */
bool cli_new_passphrase(const char *subject, char *out, size_t cap);

/* Asks on the terminal; only "yes" is a yes. */
enum cli_answer { CLI_NOBODY, CLI_NO, CLI_YES }; /* nobody: there is no terminal */
enum cli_answer cli_confirm(const char *question);

/* Two-level commands: picks the verb after argv[0]; lists them for --help and for an unknown one. */
struct cli_verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
};
int cli_dispatch(const char *program, const struct cli_verb *verbs, int argc, char **argv);

#endif
