/* verb_assess: `micro2 assess --serve`, the engine behind JSON lines on stdin and stdout. */
#include "base/buf.h"
#include "cli.h"
#include "learn/assess_protocol.h"
#include "verbs.h"
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

static int serve(void)
{
    struct assess_protocol *p = assess_protocol_new();
    struct buf answer = {0};
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    bool go_on = true;

    while (go_on && (n = getline(&line, &cap, stdin)) >= 0) {
        if (n && line[n - 1] == '\n') {
            n--;
        }
        go_on = assess_protocol_line(p, line, (size_t)n, &answer);
        printf("%s\n", buf_text(&answer));
        fflush(stdout);
    }
    free(line);
    buf_release(&answer);
    assess_protocol_free(p);
    return CLI_DONE;
}

int verb_assess(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--serve", .help = "one JSON command a line on stdin, one JSON answer a line on stdout"},
        {0},
    };
    struct cli_command command = {.name = "assess",
                                  .arguments = "",
                                  .options = options,
                                  .about = "Runs the adaptive assessment engine for judges and simulated learners:\n"
                                           "load, start, next, answer, result, quit."};
    char **args;
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    if (code >= 0) {
        return code;
    }
    if (!options[0].is_given) {
        return cli_mistake("assess", "nothing to do; pass --serve");
    }
    return serve();
}
