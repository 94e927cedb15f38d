/* micro2: the one command of authors, field staff and office. */
#include "cli.h"
#include "verbs.h"
#include <stddef.h>

#include "base/banned.h"

static const struct cli_verb verbs[] = {
    {"office", verb_office, "make a training office, collect results, report"},
    {"content", verb_content, "check, build and show knowledge containers"},
    {"hub", verb_hub, "make the data folder of a new station"},
    {"stick", verb_stick, "prepare and show courier sticks"},
    {"assess", verb_assess, "serve the assessment engine, line by line"},
    {NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    return cli_dispatch("micro2", verbs, argc, argv);
}
