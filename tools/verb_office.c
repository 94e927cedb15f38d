/* verb_office: `micro2 office init`, `collect`, `report`. */
#include "base/buf.h"
#include "base/fsio.h"
#include "cli.h"
#include "collect.h"
#include "office_trust.h"
#include "report.h"
#include "verbs.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* "en,it,es" to "en it es"; false on anything that is no list of different language codes: no empty one, none twice. */
static bool language_list(const char *given, char out[OFFICE_LANGUAGES_MAX + 1])
{
    size_t len = 0;

    for (const char *at = given;; at++) {
        size_t n = strcspn(at, ",");

        if (n < 2 || strspn(at, "abcdefghijklmnopqrstuvwxyz-") != n || at[0] == '-' || at[n - 1] == '-' ||
            len + n > OFFICE_LANGUAGES_MAX) {
            return false;
        }
        for (const char *before = given; before < at; before += strcspn(before, ",") + 1) {
            if (strcspn(before, ",") == n && !strncmp(before, at, n)) {
                return false;
            }
        }
        memcpy(out + len, at, n);
        len += n;
        at += n;
        if (!*at) {
            out[len] = '\0';
            return true;
        }
        out[len++] = ' ';
    }
}

static bool make_ledger(const char *dir, struct err *err)
{
    char path[OFFICE_PATH_MAX + 16];

    return fsio_join(dir, "ledger.db", path, sizeof path, err) && ledger_create(path, err);
}

static int run_init(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--name",
         .value_name = "NAME",
         .help = "the office's name, as stations show it; \"Training office\" unless given"},
        {.name = "--languages",
         .value_name = "LIST",
         .help = "languages of its hubs, the first is the one they wake up in; en,it,es unless given"},
        {.name = "--no-passphrase", .help = "keep the secret keys open (tests, demonstrations)"},
        {0},
    };
    struct cli_command command = {
        .name = "office init",
        .arguments = "DIR",
        .options = options,
        .min_args = 1,
        .max_args = 1,
        .about =
            "Makes a training office: three root keys, an author, a courier and an office key, a trust list and an\n"
            "empty ledger."};
    char **args, passphrase[KEY_PASSPHRASE_MAX], languages[OFFICE_LANGUAGES_MAX + 1];
    struct err err = {0};
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    if (code >= 0) {
        return code;
    }
    if (!language_list(options[1].is_given ? options[1].value : "en,it,es", languages)) {
        return cli_mistake("office init", "'%s' is no list of different languages; write as en,it,es",
                           options[1].value);
    }
    if (!options[2].is_given && !cli_new_passphrase("office init", passphrase, sizeof passphrase)) {
        return CLI_MISTAKE;
    }
    bool ok = office_create(args[0], options[0].is_given ? options[0].value : "Training office", languages,
                            options[2].is_given ? NULL : passphrase, &err) &&
              make_ledger(args[0], &err);

    mem_wipe(passphrase, sizeof passphrase);
    if (!ok) {
        return cli_fail("office init", &err);
    }
    printf("training office: %s\nMove keys/root1.key, root2.key and root3.key to three separate places that are not "
           "this computer.\n"
           "Two of them are needed for a new hub or when a key is lost.\n",
           args[0]);
    return CLI_DONE;
}

static void say_finding(void *ctx, const char *text)
{
    (void)ctx;
    fprintf(stderr, "micro2 office collect: %s\n", text);
}

/* Each stick for itself: one that fails is named, and the others are taken. Returns the highest exit code. */
static int collect_all(struct office *o, struct ledger *l, const struct seckey *key, char **targets, int n_targets)
{
    struct ledger_tally tally = {0};
    int n_receipts = 0, code = CLI_DONE;

    for (int i = 0; i < n_targets; i++) {
        struct err err = {0};

        if (!collect_stick(o, l, key, targets[i], &tally, &n_receipts, say_finding, NULL, &err)) {
            int failed = cli_fail("office collect", &err);

            code = failed > code ? failed : code;
        }
    }
    printf("rows: %lld new, %lld known, %lld in conflict, %lld refused, %lld that could not be opened; receipts: %d; "
           "boards: %lld new\n",
           (long long)tally.added, (long long)tally.known, (long long)tally.conflicts, (long long)tally.refused,
           (long long)tally.unopened, n_receipts, (long long)tally.boards);
    return code;
}

static bool also_opens(void *ctx, const struct seckey *old, struct err *err)
{
    return ledger_also_opens(ctx, old, err);
}

static int run_collect(int argc, char **argv)
{
    struct cli_command command = {
        .name = "office collect",
        .arguments = "OFFICE TARGET…",
        .min_args = 2,
        .max_args = -1,
        .about = "Takes results and village boards from sticks into the ledger and writes receipts "
                 "on them. TARGET is a folder, a device or\n"
                 "an image. The same stick again changes nothing. What cannot be taken is "
                 "named and left out; the rest goes\n"
                 "in."};
    char **args;
    struct office o;
    struct ledger *l = NULL;
    struct seckey key = {0};
    struct err err = {0};
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    if (code >= 0) {
        return code;
    }
    if (!office_open(args[0], &o, &err)) {
        return cli_fail("office collect", &err);
    }
    code = office_secret(&o, "office", &key, &err) && ledger_open(office_path(&o, "ledger.db"), &l, &err) &&
                   office_old_keys(&o, also_opens, l, &err)
               ? collect_all(&o, l, &key, args + 1, n - 1)
               : cli_fail("office collect", &err);
    mem_wipe(&key, sizeof key);
    ledger_close(l);
    office_close(&o);
    return code;
}

static int run_report(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--html", .value_name = "FILE", .help = "one self-contained page, ready to print"},
        {.name = "--csv", .value_name = "DIR", .help = "a folder for the same tables as CSV"},
        {0},
    };
    struct cli_command command = {.name = "office report",
                                  .arguments = "OFFICE",
                                  .options = options,
                                  .min_args = 1,
                                  .max_args = 1,
                                  .about = "Reports what the ledger holds: visits, where people stand, outcomes, "
                                           "lessons, hubs. Groups under five are\n"
                                           "never shown."};
    char **args;
    struct office o;
    struct report_tally tally = {0};
    struct ledger *l = NULL;
    struct err err = {0};
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    if (code >= 0) {
        return code;
    }
    if (!options[0].is_given && !options[1].is_given) {
        return cli_mistake("office report", "nowhere to write; pass --html FILE, --csv DIR or both");
    }
    if (!office_open(args[0], &o, &err)) {
        return cli_fail("office report", &err);
    }
    bool ok = ledger_open(office_path(&o, "ledger.db"), &l, &err) &&
              report_write(&o, l, options[0].value, options[1].value, &tally, &err);

    ledger_close(l);
    office_close(&o);
    if (!ok) {
        return cli_fail("office report", &err);
    }
    for (int i = 0; i < 2; i++) {
        if (options[i].is_given) {
            printf("written: %s\n", options[i].value);
        }
    }
    printf("hubs: %lld, visits: %lld%s\n", (long long)tally.hubs, (long long)tally.visits,
           tally.hubs ? "" : "; take results in with `micro2 office collect`");
    return CLI_DONE;
}

int verb_office(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {
        {"init", run_init, "make a training office"},
        {"collect", run_collect, "take results from sticks into the ledger"},
        {"report", run_report, "one page and CSV of what the ledger holds"},
        {"calibrate", verb_office_calibrate, "numbers of the questions from collected answers"},
        {"keys", verb_office_keys, "list who may sign what"},
        {"author", verb_office_author, "trust one more author"},
        {"revoke", verb_office_revoke, "a key was lost or stolen"},
        {"rotate", verb_office_rotate, "new root keys"},
        {NULL, NULL, NULL},
    };

    return cli_dispatch("micro2 office", verbs, argc, argv);
}
