/* verb_hub: `micro2 hub new`: a station's data folder, useful before its first stick; `micro2 hub restore`: after a
 * backup was put back. */
#include "base/fsio.h"
#include "cli.h"
#include "office_trust.h"
#include "shelf/container.h"
#include "shelf/install.h"
#include "store/clerk.h"
#include "verbs.h"
#include <errno.h>
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

static bool is_core(const char *path, bool *out, struct err *err)
{
    struct container *c;

    if (!container_open(path, &c, err)) {
        return false;
    }
    *out = !strcmp(container_kind(c), "core");
    container_close(c);
    return true;
}

static bool is_signed(const char *path, struct err *err)
{
    char *sig = mem_fmt("%s.minisig", path);
    bool ok =
        fsio_exists(sig) ||
        err_set(err, ERR_SIGNATURE, "'%s': its signature is missing; build it again with `micro2 content build`", path);

    free(sig);
    return ok;
}

static bool install_packs(const char *packs, const char *shelf, const struct trustlist *trust, int *n_installed,
                          struct err *err)
{
    char **names, path[OFFICE_PATH_MAX + 256];
    int n;
    bool ok = true, has_core = false;

    if (!fsio_list(packs, &names, &n, err)) {
        return err_wrap(err, "packs");
    }
    *n_installed = 0;
    for (int i = 0; ok && i < n; i++) {
        bool is_one = false;

        if (ends_with(names[i], ".m2k")) {
            ok = fsio_join(packs, names[i], path, sizeof path, err) && is_signed(path, err) &&
                 install_file(shelf, trust, path, err) && is_core(path, &is_one, err);
            *n_installed += ok;
            has_core |= is_one;
        }
    }
    fsio_free_names(names, n);
    return ok &&
           (has_core ||
            err_set(err, ERR_NOT_FOUND, "'%s': %s; build all containers into it with `micro2 content build`", packs,
                    *n_installed ? "no core container, without which a station cannot run" : "no containers"));
}

/* All that a station has but the trust list. */
static bool fill_hub(const struct office *o, const char *name, const char *data, const char *packs,
                     struct pubkey *station, char code[STAFF_DIGITS + 1], int *n_packs, struct err *err)
{
    struct pubkey office_key;

    return office_public(o, "office", &office_key, err) &&
           datafolder_create(data, name, o->languages, &office_key, station, err) &&
           install_packs(packs, datafolder_path(data, "shelf"), o->trust, n_packs, err) &&
           with_clerk(data, new_code, code, err);
}

/* What was made becomes data, which may be an empty folder. */
static bool put_in_place(const char *made, const char *data, struct err *err)
{
    if (rename(made, data) != 0) {
        return errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
                   ? err_set(err, ERR_EXISTS, "'%s': not empty; name a new folder", data)
                   : err_set(err, ERR_IO, "'%s': cannot be made: %s; name a new folder where you may write", data,
                             strerror(errno));
    }
    char *folder = mem_fmt("%s/..", data);
    bool ok = fsio_sync_dir(folder, err);

    free(folder);
    return ok;
}

/* The folder is made beside its place, and the name is taken last: what fails leaves neither behind. */
static bool make_hub(struct office *o, const char *name, const char *data, const char *packs,
                     char code[STAFF_DIGITS + 1], int *n_packs, struct err *err)
{
    char *made = mem_fmt("%.*s.new", (int)(strlen(data) - (ends_with(data, "/"))), data);
    struct pubkey station;
    bool ok;

    if (trustlist_find_name(o->trust, TRUST_STATION, name)) {
        ok = err_set(err, ERR_EXISTS, "a hub named '%s' is there already; choose another name", name);
    } else if (fsio_exists(made)) {
        ok = err_set(err, ERR_EXISTS, "'%s': left from a run that was cut off; remove it and try again", made);
    } else {
        ok = fill_hub(o, name, made, packs, &station, code, n_packs, err) && put_in_place(made, data, err);
        if (!ok) {
            if (err->code == ERR_NO_SPACE) { /* what wrote knows no name */
                err_wrap(err, "'%s'", data);
            }
            (void)!fsio_remove_tree(made, NULL);
        } else if (!office_add_key(o, TRUST_STATION, name, &station, data, err)) {
            ok = false;
            (void)!fsio_remove_tree(data, NULL);
        }
    }
    free(made);
    return ok;
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
