/* verb_hub: `micro2 hub new`: a station's data folder, useful before its first stick; `micro2 hub restore`: after a
 * backup was put back. */
#include "base/fsio.h"
#include "cli.h"
#include "office.h"
#include "shelf/install.h"
#include "store/clerk.h"
#include "verbs.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* Opens the database once, so that all is made before the first visitor comes, and runs `use` with the clerk. */
static bool with_clerk(const char *data, bool (*use)(struct clerk *c, void *ctx, struct err *err), void *ctx,
                       struct err *err)
{
    struct datafolder folder;
    struct outbox *out;
    struct clerk *clerk;
    bool ok;

    if (!datafolder_open(data, &folder, err)) {
        return false;
    }
    out = outbox_new();
    ok = clerk_start(&(struct clerk_options){.folder = &folder}, out, &clerk, err);
    if (ok) {
        ok = use(clerk, ctx, err);
        clerk_stop(clerk);
        clerk_join(clerk);
    }
    outbox_free(out);
    datafolder_close(&folder);
    return ok;
}

static bool new_code(struct clerk *c, void *ctx, struct err *err)
{
    return clerk_new_staff_code(c, ctx, err);
}

static bool begin_restored(struct clerk *c, void *ctx, struct err *err)
{
    (void)ctx;
    return clerk_begin_epoch(c, "restored", err);
}

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);

    return n > m && !strcmp(name + n - m, ending);
}

static bool install_packs(const char *packs, const char *shelf, const struct trustlist *trust, int *n_installed,
                          struct err *err)
{
    char **names, path[OFFICE_PATH_MAX + 256];
    int n;
    bool ok = true;

    if (!fsio_list(packs, &names, &n, err)) {
        return err_wrap(err, "packs");
    }
    *n_installed = 0;
    for (int i = 0; ok && i < n; i++) {
        if (ends_with(names[i], ".m2k")) {
            ok = fsio_join(packs, names[i], path, sizeof path, err) && install_file(shelf, trust, path, err);
            *n_installed += ok;
        }
    }
    fsio_free_names(names, n);
    return ok && (*n_installed ||
                  err_set(err, ERR_NOT_FOUND, "'%s': no containers; build them with `micro2 content build`", packs));
}

static bool copy_trust(const struct office *o, const char *data, struct err *err)
{
    struct trust_files files = {0};
    struct trust_sig sigs[TRUST_SIGS_MAX];
    bool ok = trustlist_read_files(office_path(o, "trust"), &files, err);

    for (int i = 0; ok && i < files.n_sigs; i++) {
        sigs[i] = (struct trust_sig){buf_text(&files.sigs[i]), files.sigs[i].len};
    }
    ok = ok && trustlist_write(datafolder_path(data, "trust"), buf_text(&files.text), files.text.len, sigs,
                               files.n_sigs, err);
    trustlist_files_release(&files);
    return ok;
}

static bool make_hub(struct office *o, const char *name, const char *data, const char *packs,
                     char code[STAFF_DIGITS + 1], int *n_packs, struct err *err)
{
    struct pubkey office_key, station;

    if (trustlist_find_name(o->trust, TRUST_STATION, name)) {
        return err_set(err, ERR_EXISTS, "a hub named '%s' is there already; choose another name", name);
    }
    return office_public(o, "office", &office_key, err) &&
           datafolder_create(data, name, o->languages, &office_key, &station, err) &&
           office_add_key(o, TRUST_STATION, name, &station, err) && copy_trust(o, data, err) &&
           install_packs(packs, datafolder_path(data, "shelf"), o->trust, n_packs, err) &&
           with_clerk(data, new_code, code, err);
}

static int run_new(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--out",
         .value_name = "DATA",
         .help = "the data folder to make; missing or empty",
         .is_required = true},
        {.name = "--packs", .value_name = "DIR", .help = "where the containers are; OFFICE/packs unless given"},
        {0},
    };
    struct cli_command command = {
        .name = "hub new",
        .arguments = "OFFICE NAME",
        .options = options,
        .min_args = 2,
        .max_args = 2,
        .about = "Makes the data folder of a new station with its own key, the office's trust list and the\n"
                 "containers, and prints the staff code once. The office keeps only the public key."};
    char **args, code[STAFF_DIGITS + 1], packs[OFFICE_PATH_MAX + 16];
    struct office o;
    struct err err = {0};
    int n, n_packs = 0, exit_code = cli_parse(&command, argc, argv, &args, &n);

    if (exit_code >= 0) {
        return exit_code;
    }
    if (!office_open(args[0], &o, &err)) {
        return cli_fail("hub new", &err);
    }
    snprintf(packs, sizeof packs, "%s", options[1].is_given ? options[1].value : office_path(&o, "packs"));
    if (!make_hub(&o, args[1], options[0].value, packs, code, &n_packs, &err)) {
        office_close(&o);
        return cli_fail("hub new", &err);
    }
    printf("hub '%s': %s\ncontainers: %d\nstaff code: %s\nWrite the staff code down now; it is not kept anywhere and "
           "not shown again.\n",
           args[1], options[0].value, n_packs, code);
    mem_wipe(code, sizeof code);
    office_close(&o);
    return CLI_DONE;
}

static int run_restore(int argc, char **argv)
{
    struct cli_command command = {
        .name = "hub restore",
        .arguments = "DATA",
        .min_args = 1,
        .max_args = 1,
        .about = "After a data folder was put back from a backup: begins a new epoch, so that no new row can be\n"
                 "taken for one that was there before."};
    char **args;
    struct err err = {0};
    int n, exit_code = cli_parse(&command, argc, argv, &args, &n);

    if (exit_code >= 0) {
        return exit_code;
    }
    if (!with_clerk(args[0], begin_restored, NULL, &err)) {
        return cli_fail("hub restore", &err);
    }
    printf("'%s': a new epoch begins with the next row\n", args[0]);
    return CLI_DONE;
}

int verb_hub(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {
        {"new", run_new, "make the data folder of a new station"},
        {"restore", run_restore, "begin a new epoch after a backup was put back"},
        {NULL, NULL, NULL},
    };

    return cli_dispatch("micro2 hub", verbs, argc, argv);
}
