/* verb_stick: `micro2 stick prepare` and `micro2 stick show`. */
#include "base/fsio.h"
#include "cli.h"
#include "shelf/catalog.h"
#include "stick/courier.h"
#include "stick/mailbox.h"
#include "stick_prepare.h"
#include "verbs.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static bool prepare(const char *dir, const struct stick_plan *plan, const char *packs, struct stick_made *made,
                    struct err *err)
{
    struct stick_plan full = *plan;
    struct office o;
    struct ledger *l = NULL;
    bool ok;

    if (!office_open(dir, &o, err)) {
        return false;
    }
    char own[OFFICE_PATH_MAX + 16];

    snprintf(own, sizeof own, "%s", office_path(&o, "packs"));
    full.packs = packs ? packs : own;
    ok = ledger_open(office_path(&o, "ledger.db"), &l, err) && stick_prepare(&o, l, &full, made, err);
    ledger_close(l);
    office_close(&o);
    return ok;
}

static int run_prepare(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--hub", .value_name = "NAME", .help = "put on receipts for this hub only; may be given again"},
        {.name = "--packs", .value_name = "DIR", .help = "where the containers are; OFFICE/packs unless given"},
        {.name = "--mailbox-kb",
         .value_name = "N",
         .help = "size of each of the 32 mailboxes; as they are, or 4096 on a new stick, unless given"},
        {0},
    };
    struct cli_command command = {
        .name = "stick prepare",
        .arguments = "OFFICE TARGET",
        .options = options,
        .min_args = 2,
        .max_args = 2,
        .about = "Makes or renews a courier stick. TARGET is the stick's folder. What stations have written into\n"
                 "mailboxes stays."};
    const char *hubs[CLI_REPEATS_MAX + 1] = {0};
    char **args;
    struct stick_made made;
    struct err err = {0};
    int64_t kb = 0; /* as they are */
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    if (code >= 0) {
        return code;
    }
    if (options[2].is_given && !cli_number(&options[2], MAILBOX_MIN_BYTES / 1024, MAILBOX_MAX_BYTES / 1024, &kb)) {
        return CLI_MISTAKE;
    }
    memcpy(hubs, options[0].values, (size_t)options[0].n_values * sizeof *hubs);
    struct stick_plan plan = {.target = args[1], .hubs = hubs, .mailbox_bytes = kb * 1024};

    if (!fsio_exists(args[1])) {
        return cli_mistake("stick prepare", "'%s': no such folder; plug the stick in and name where it is mounted",
                           args[1]);
    }
    if (!prepare(args[0], &plan, options[1].value, &made, &err)) {
        return cli_fail("stick prepare", &err);
    }
    printf("courier stick %s: %d containers (%.1f MB new), %d receipts, %d mailboxes of %lld KB\n", made.stick,
           made.n_packs, (double)made.bytes / 1e6, made.n_receipts, MAILBOX_SLOTS,
           (long long)made.mailbox_bytes / 1024);
    return CLI_DONE;
}

/* --- show
 * ------------------------------------------------------------------------------------------------------------------------------------------
 */

static bool show_courier(struct volume *v, struct buf *text, struct err *err)
{
    struct courier c;

    if (!courier_text(v, COURIER_ROOT "courier.json", COURIER_TEXT_MAX, text, err) ||
        !courier_parse(buf_text(text), text->len, &c, err)) {
        return false;
    }
    printf("courier stick %s, number %llu of its office\n", c.stick, (unsigned long long)c.counter);
    return true;
}

static bool show_trust(struct volume *v, struct buf *text, struct err *err)
{
    struct trustlist *trust = courier_text(v, COURIER_ROOT "trust.json", TRUST_TEXT_MAX, text, err)
                                  ? trustlist_parse(buf_text(text), text->len, err)
                                  : NULL;

    if (trust) {
        printf("trust list %llu with %d keys\n", (unsigned long long)trust->counter, trust->n_keys);
    }
    trustlist_free(trust);
    return trust != NULL;
}

static bool show_catalog(struct volume *v, struct buf *text, struct err *err)
{
    struct catalog *catalog = courier_text(v, COURIER_ROOT "catalog.json", COURIER_CATALOG_MAX, text, err)
                                  ? catalog_parse(buf_text(text), text->len, err)
                                  : NULL;

    for (int i = 0; catalog && i < catalog->n_entries; i++) {
        printf("  %s %lld, %lld bytes\n", catalog->entries[i].id, (long long)catalog->entries[i].version,
               (long long)catalog->entries[i].bytes);
    }
    catalog_free(catalog);
    return catalog != NULL;
}

/* The newest whole half, whoever signed it. ERR_NOT_FOUND: both are empty. */
static bool newest_half(struct volume *v, int slot, struct mailbox_header *newest, struct buf *payload, struct err *err)
{
    newest->generation = 0;
    for (int half = 0; half < MAILBOX_HALVES; half++) {
        struct mailbox_header h;
        uint8_t sector[MAILBOX_SECTOR];
        struct err why = {0};

        if (mailbox_read_half(v, slot, half, &h, sector, payload, &why)) {
            *newest = h.generation > newest->generation ? h : *newest;
        } else if (why.code != ERR_NOT_FOUND || half == 0) {
            *err = why;
        }
    }
    return newest->generation > 0;
}

/* How many mailboxes are missing or damaged. */
static int show_mailboxes(struct volume *v, struct buf *payload)
{
    int n_empty = 0, n_bad = 0;

    for (int i = 0; i < MAILBOX_SLOTS; i++) {
        struct mailbox_header h;
        struct err err = {0};
        char name[VOLUME_NAME_MAX], station[2 * KEY_ID_BYTES + 1];
        int64_t size;

        mailbox_name(i, name);
        if (!volume_size(v, name, &size, &err)) {
            printf("mailbox %02d: missing or unreadable (%s)\n", i, err.text);
            n_bad++;
        } else if (newest_half(v, i, &h, payload, &err)) {
            hex_write(h.station, sizeof h.station, station);
            printf("mailbox %02d: station %s, rows %llu to %llu, %llu did not fit\n", i, station,
                   (unsigned long long)h.from_seq, (unsigned long long)h.to_seq, (unsigned long long)h.left_rows);
        } else if (err.code == ERR_NOT_FOUND) {
            n_empty++;
        } else {
            printf("mailbox %02d: damaged (%s)\n", i, err.text);
            n_bad++;
        }
    }
    printf("%d mailboxes empty\n", n_empty);
    return n_bad;
}

/* Everything that can be shown, and a message for each part that cannot. */
static int show(struct volume *v, const char *target)
{
    typedef bool show_part(struct volume * v, struct buf * text, struct err * err);
    static show_part *const parts[] = {show_courier, show_trust, show_catalog};
    struct buf text = {0};
    int code = CLI_DONE, n_bad;

    for (size_t i = 0; i < M2_COUNT(parts); i++) {
        struct err err = {0};

        if (parts[i](v, &text, &err)) {
            continue;
        }
        if (i == 0 && err.code == ERR_NOT_FOUND) {
            buf_release(&text);
            return cli_mistake("stick show", "'%s': no courier stick; make one with `micro2 stick prepare`", target);
        }
        code = cli_mistake("stick show", "'%s': %s; renew the stick with `micro2 stick prepare`", target, err.text);
    }
    n_bad = show_mailboxes(v, &text);
    if (n_bad) {
        code = cli_mistake("stick show",
                           "'%s': %d mailboxes are missing or damaged; `micro2 stick prepare` makes the missing anew, "
                           "and stations write over the damaged: their results are still with them",
                           target, n_bad);
    }
    buf_release(&text);
    return code;
}

static int run_show(int argc, char **argv)
{
    struct cli_command command = {
        .name = "stick show",
        .arguments = "TARGET",
        .min_args = 1,
        .max_args = 1,
        .about =
            "Says what lies on a courier stick. Signatures are not checked here: stations and `office collect` do."};
    struct volume *v;
    char **args;
    struct err err = {0};
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    if (code >= 0) {
        return code;
    }
    if (!volume_open_folder(args[0], &v, &err)) {
        return cli_fail("stick show", &err);
    }
    code = show(v, args[0]);
    volume_close(v);
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
