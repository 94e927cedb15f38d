/* verb_stick: `micro2 stick prepare` and `micro2 stick show`. */
#include "base/fsio.h"
#include "cli.h"
#include "stick/mailbox.h"
#include "stick_prepare.h"
#include "stick_show.h"
#include "verbs.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* --- prepare
 * ------------------------------------------------------------------------------------------------------------------------
 */

struct asking {
    bool is_yes;   /* --yes */
    bool is_named; /* --format */
};

/* "it is formatted with NTFS": what will be lost. */
static void put_there(const struct target *t, char *out, size_t cap)
{
    bool is_damaged = !t->volume && (t->part.kind == PARTITION_FAT || t->part.kind == PARTITION_EXFAT);

    snprintf(out, cap, "it %s%s", partition_words(t->part.kind), is_damaged ? ", which is damaged" : "");
}

static bool may_format(void *ctx, const struct target *t, enum stick_fs fs, struct err *err)
{
    const struct asking *a = ctx;
    char there[128], question[ERR_TEXT_BYTES + sizeof t->path];

    put_there(t, there, sizeof there);
    if (t->kind == TARGET_IMAGE && t->part.kind == PARTITION_UNKNOWN && !a->is_named) {
        return err_set(err, ERR_USAGE,
                       "'%s': a file that is no image of a stick; name another, or pass --format to lose what is in it",
                       t->path);
    }
    if (a->is_yes) {
        return true;
    }
    snprintf(question, sizeof question,
             "'%s' (%.1f GB%s%s): %s. ALL of it will be lost, and it becomes %s.\nType yes to go on", t->path,
             (double)target_bytes(t) / 1e9, t->disk.model[0] ? ", " : "", t->disk.model, there, stick_format_name(fs));
    switch (cli_confirm(question)) {
    case CLI_YES:
        return true;
    case CLI_NO:
        return err_set(err, ERR_CANCELLED, "'%s': not formatted; nothing was changed", t->path);
    case CLI_NOBODY:
        break;
    }
    return err_set(err, ERR_USAGE, "'%s': %s; to format it, run this in a terminal, where you are asked, or pass --yes",
                   t->path, there);
}

static bool prepare(const char *dir, const struct stick_plan *plan, const char *path, const char *packs,
                    struct stick_made *made, struct err *err)
{
    struct stick_plan full = *plan;
    struct office o;
    struct ledger *l = NULL;
    char own[OFFICE_PATH_MAX + 16];
    bool ok;

    if (!office_open(dir, &o, err)) {
        return false;
    }
    snprintf(own, sizeof own, "%s", office_path(&o, "packs"));
    full.packs = packs ? packs : own;
    ok = ledger_open(office_path(&o, "ledger.db"), &l, err) && target_open(path, true, &full.target, err) &&
         stick_prepare(&o, l, &full, made, err);
    target_close(full.target);
    ledger_close(l);
    office_close(&o);
    return ok;
}

static void say_made(const struct stick_made *made)
{
    printf("courier stick %s: %d containers (%.1f MB new), %d receipts, %d mailboxes of %lld KB, %d village boards\n",
           made->stick, made->n_packs, (double)made->bytes / 1e6, made->n_receipts, MAILBOX_SLOTS,
           (long long)made->mailbox_bytes / 1024, made->n_boards);
    if (made->n_left_off) {
        printf("%d containers are left off: the hubs it goes to have them\n", made->n_left_off);
    }
    if (made->left_out.len) {
        printf("no room for the receipts of %s: put them on another stick with --hub\n", buf_text(&made->left_out));
    }
}

static bool take_format(const struct cli_option *option, struct stick_plan *plan)
{
    static const char *const names[] = {[STICK_FS_FAT32] = "fat32", [STICK_FS_EXFAT] = "exfat"};

    plan->is_formatted = plan->has_fs = option->is_given;
    for (size_t i = 0; option->is_given && i < M2_COUNT(names); i++) {
        if (!strcmp(option->value, names[i])) {
            plan->fs = (enum stick_fs)i;
            return true;
        }
    }
    return !option->is_given ||
           (cli_mistake("stick prepare", "--format '%s': write fat32 or exfat", option->value), false);
}

static int run_prepare(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--hub",
         .value_name = "NAME",
         .help = "it goes to this hub: what the others lack is left off; may be given again"},
        {.name = "--packs", .value_name = "DIR", .help = "where the containers are; OFFICE/packs unless given"},
        {.name = "--mailbox-kb",
         .value_name = "N",
         .help = "size of each of the 32 mailboxes; as they are, or 4096 on a new stick, unless given"},
        {.name = "--format", .value_name = "fat32|exfat", .help = "format it first, whatever is on it"},
        {.name = "--yes", .help = "do not ask before formatting: what is on it is lost"},
        {0},
    };
    struct cli_command command = {
        .name = "stick prepare",
        .arguments = "OFFICE TARGET",
        .options = options,
        .min_args = 2,
        .max_args = 2,
        .about =
            "Makes or renews a courier stick. TARGET is the stick's folder, its device (/dev/sdX, not mounted) or an\n"
            "image. Only what its hubs lack goes on it, and what stations have written into mailboxes stays. One that\n"
            "stations cannot read is formatted after you were asked: FAT32, above 32 GB exFAT."};
    const char *hubs[CLI_REPEATS_MAX + 1] = {0};
    char **args;
    struct stick_made made = {0};
    struct err err = {0};
    int64_t kb = 0; /* as they are */
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    if (code >= 0) {
        return code;
    }
    struct asking asking = {.is_yes = options[4].is_given, .is_named = options[3].is_given};
    struct stick_plan plan = {.hubs = hubs, .may_format = may_format, .ctx = &asking};

    if (!take_format(&options[3], &plan) ||
        (options[2].is_given && !cli_number(&options[2], MAILBOX_MIN_BYTES / 1024, MAILBOX_MAX_BYTES / 1024, &kb))) {
        return CLI_MISTAKE;
    }
    plan.mailbox_bytes = kb * 1024;
    memcpy(hubs, options[0].values, (size_t)options[0].n_values * sizeof *hubs);
    if (!fsio_exists(args[1])) {
        return cli_mistake("stick prepare",
                           "'%s': not there; plug the stick in and name its device or where it is mounted, or make an "
                           "image with `truncate -s 8G FILE`",
                           args[1]);
    }
    code = prepare(args[0], &plan, args[1], options[1].value, &made, &err) ? CLI_DONE : cli_fail("stick prepare", &err);
    if (code == CLI_DONE) {
        say_made(&made);
    }
    buf_release(&made.left_out);
    return code;
}

/* --- show
 * ------------------------------------------------------------------------------------------------------------------------------------------
 */

static int run_show(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--office",
         .value_name = "OFFICE",
         .help = "check its signatures, and say whether its results are in this office's ledger"},
        {0},
    };
    struct cli_command command = {.name = "stick show",
                                  .arguments = "TARGET",
                                  .options = options,
                                  .min_args = 1,
                                  .max_args = 1,
                                  .about = "Says what lies on a stick: a folder, a device or an image. Nothing is "
                                           "changed. Without --office no signature\n"
                                           "is checked: stations and `office collect` do."};
    struct office o;
    struct ledger *l = NULL;
    struct target *t = NULL;
    char **args;
    struct err err = {0};
    int n, code = cli_parse(&command, argc, argv, &args, &n);
    bool has_office = options[0].is_given;

    if (code >= 0) {
        return code;
    }
    if (has_office && !office_open(options[0].value, &o, &err)) {
        return cli_fail("stick show", &err);
    }
    code = (!has_office || ledger_open(office_path(&o, "ledger.db"), &l, &err)) && target_open(args[0], false, &t, &err)
               ? stick_show(t, has_office ? &o : NULL, l)
               : cli_fail("stick show", &err);
    target_close(t);
    ledger_close(l);
    if (has_office) {
        office_close(&o);
    }
    return code;
}

int verb_stick(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {
        {"prepare", run_prepare, "make or renew a courier stick"},
        {"show", run_show, "say what lies on one"},
        {NULL, NULL, NULL},
    };

    return cli_dispatch("micro2 stick", verbs, argc, argv);
}
