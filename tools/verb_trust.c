/* verb_trust: `micro2 office keys`, `author`, `revoke`, `rotate`: whom an office trusts. */
#include "base/fsio.h"
#include "cli.h"
#include "office_trust.h"
#include "verbs.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static const char *const revoked_words[] = {"", "revoked as lost", "revoked as stolen"};

static void print_key(const char *role, const char *name, const struct pubkey *key, enum trust_revoked revoked)
{
    char id[KEY_ID_TEXT];

    keys_id_text(key->id, id);
    printf("%-8s %s  %s%s%s\n", role, id, name, revoked ? "  " : "", revoked_words[revoked]);
}

int verb_office_keys(int argc, char **argv)
{
    struct cli_command command = {.name = "office keys",
                                  .arguments = "OFFICE",
                                  .min_args = 1,
                                  .max_args = 1,
                                  .about = "Lists the trust list: its number, the root keys, and who may sign what."};
    char **args;
    struct office o;
    struct err err = {0};
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    if (code >= 0) {
        return code;
    }
    if (!office_open(args[0], &o, &err)) {
        return cli_fail("office keys", &err);
    }
    printf("trust list %" PRIu64 ", roots replaced %d times\n", o.trust->counter, office_rotations(&o));
    for (int i = 0; i < TRUST_ROOTS; i++) {
        print_key("root", office_root_names[i], &o.trust->roots[i], TRUST_GOOD);
    }
    for (int i = 0; i < o.trust->n_keys; i++) {
        const struct trust_key *k = &o.trust->keys[i];

        print_key(trustlist_role_name(k->role), k->name, &k->key, k->revoked);
    }
    office_close(&o);
    return CLI_DONE;
}

int verb_office_author(int argc, char **argv)
{
    struct cli_command command = {
        .name = "office author",
        .arguments = "OFFICE NAME FILE.pub",
        .min_args = 3,
        .max_args = 3,
        .about =
            "Trusts one more author, who made a pair of keys with `minisign -G` and sent the public one: containers\n"
            "signed with it are taken from the next stick on."};
    char **args;
    struct office o;
    struct pubkey key;
    struct err err = {0};
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    if (code >= 0) {
        return code;
    }
    if (!office_open(args[0], &o, &err)) {
        return cli_fail("office author", &err);
    }
    bool ok = keys_load_public(args[2], &key, &err) && office_add_key(&o, TRUST_AUTHOR, args[1], &key, NULL, &err);

    if (ok) {
        printf("author '%s' is in trust list %" PRIu64 "; hubs learn it from sticks prepared from now on\n", args[1],
               o.trust->counter);
    }
    office_close(&o);
    return ok ? CLI_DONE : cli_fail("office author", &err);
}

/* For keys that a command makes; NULL in *out with --no-passphrase. */
static bool new_passphrase(const char *subject, const struct cli_option *none, char room[KEY_PASSPHRASE_MAX],
                           const char **out)
{
    *out = NULL;
    if (none->is_given) {
        return true;
    }
    *out = room;
    return cli_new_passphrase(subject, room, KEY_PASSPHRASE_MAX);
}

static void say_revoked(const struct office *o, const char *which, enum trust_revoked how)
{
    printf("'%s' is %s in trust list %" PRIu64 "; hubs learn it from sticks prepared from now on\n", which,
           revoked_words[how], o->trust->counter);
}

static void say_replaced(enum trust_role role)
{
    printf("A new key is in keys/.\n");
    if (role == TRUST_AUTHOR) {
        printf("Build the containers again with `micro2 content build`.\n");
    } else if (role == TRUST_OFFICE) {
        printf(
            "A hub seals its results to it from its next start on. Keep keys/office-*.key: it opens those before.\n");
    }
}

int verb_office_revoke(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--lost", .help = "nothing new that it signs counts; what is on the hubs stays"},
        {.name = "--stolen", .help = "what it signed leaves the hubs, too"},
        {.name = "--no-passphrase", .help = "keep a new key open (tests, demonstrations)"},
        {0},
    };
    struct cli_command command = {.name = "office revoke",
                                  .arguments = "OFFICE KEY",
                                  .options = options,
                                  .min_args = 2,
                                  .max_args = 2,
                                  .about = "Revokes a key for ever: office, author or courier, which get a new key at "
                                           "once, a hub by its name, or any by\n"
                                           "its id as `micro2 office keys` lists it. Needs two root keys."};
    char **args, room[KEY_PASSPHRASE_MAX];
    const char *passphrase = NULL;
    struct office o;
    struct err err = {0};
    int n, at, code = cli_parse(&command, argc, argv, &args, &n);
    enum trust_revoked how = options[1].is_given ? TRUST_STOLEN : TRUST_LOST;

    if (code >= 0) {
        return code;
    }
    if (options[0].is_given == options[1].is_given) {
        return cli_mistake("office revoke", "pass --lost or --stolen; whoever is not sure passes --stolen");
    }
    if (!office_open(args[0], &o, &err)) {
        return cli_fail("office revoke", &err);
    }
    at = office_find_key(&o, args[1], &err);
    bool is_replaced = at >= 0 && office_replaces_key(&o, at);
    enum trust_role role = at >= 0 ? o.trust->keys[at].role : TRUST_STATION;

    if (is_replaced && !new_passphrase("office revoke", &options[2], room, &passphrase)) {
        office_close(&o);
        return CLI_MISTAKE;
    }
    bool ok = at >= 0 && office_revoke(&o, at, how, passphrase, &err);

    mem_wipe(room, sizeof room);
    if (ok) {
        say_revoked(&o, args[1], how);
    }
    if (ok && is_replaced) {
        say_replaced(role);
    }
    office_close(&o);
    return ok ? CLI_DONE : cli_fail("office revoke", &err);
}

int verb_office_rotate(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--no-passphrase", .help = "keep the new root keys open (tests, demonstrations)"},
        {0},
    };
    struct cli_command command = {
        .name = "office rotate",
        .arguments = "OFFICE",
        .options = options,
        .min_args = 1,
        .max_args = 1,
        .about =
            "Makes three new root keys, which two of the old ones must sign, as when one was lost or stolen. Hubs\n"
            "follow from stick to stick, however far behind."};
    char **args, room[KEY_PASSPHRASE_MAX];
    const char *passphrase;
    struct office o;
    struct err err = {0};
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    if (code >= 0) {
        return code;
    }
    if (!office_open(args[0], &o, &err)) {
        return cli_fail("office rotate", &err);
    }
    if (!new_passphrase("office rotate", &options[0], room, &passphrase)) {
        office_close(&o);
        return CLI_MISTAKE;
    }
    bool ok = office_rotate(&o, passphrase, &err);

    mem_wipe(room, sizeof room);
    if (ok) {
        printf("new root keys, trust list %" PRIu64 "\nMove keys/root1.key, root2.key and root3.key to three separate "
               "places that are not this computer.\nThe old ones are keys/root*-*.key; nothing needs them any more.\n",
               o.trust->counter);
    }
    office_close(&o);
    return ok ? CLI_DONE : cli_fail("office rotate", &err);
}
