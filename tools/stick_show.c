/* stick_show: part after part; one that is damaged does not hide the others. */
#include "stick_show.h"
#include "cli.h"
#include "shelf/catalog.h"
#include "shelf/library.h"
#include "stick/courier.h"
#include "stick/mailbox.h"
#include "stick_board.h"
#include "stick_format.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct showing {
    struct target *target;
    struct office *office;   /* or NULL */
    struct ledger *ledger;   /* likewise */
    struct trustlist *trust; /* the office's, else the one on the stick, believed for its names alone; or NULL */
    struct lib_view *names;  /* of the office's containers, or NULL */
    struct buf text;
    int n_results, n_waiting; /* mailboxes with results; of those, not in the ledger */
    int code;
};

static void put_size(int64_t bytes, char out[32])
{
    const char *unit = bytes >= 1000000000 ? "GB" : "MB";

    snprintf(out, 32, "%.1f %s", (double)bytes / (bytes >= 1000000000 ? 1e9 : 1e6), unit);
}

static const char *plural(int64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

static void complain(struct showing *s, const char *what, const char *remedy)
{
    s->code = cli_mistake("stick show", "'%s': %s; %s", s->target->path, what, remedy);
}

/* --- what it is
 * ---------------------------------------------------------------------------------------------------------------------
 */

static void show_target(const struct target *t)
{
    static const char *const kinds[] = {
        [TARGET_FOLDER] = "a folder", [TARGET_IMAGE] = "an image of a stick", [TARGET_DEVICE] = "a stick"};
    char size[32], room[32];
    int64_t total, left, unit;
    bool has_room = t->volume && t->edit->room(t->volume, &total, &left, &unit, NULL);

    put_size(t->device ? target_bytes(t) : 0, size);
    put_size(has_room ? left : 0, room);
    printf("%s: %s", t->path, kinds[t->kind]);
    if (t->disk.model[0]) {
        printf(" (%s)", t->disk.model);
    }
    if (t->device) {
        printf(", %s", size);
    }
    if (t->device && t->volume) {
        printf(", formatted with %s", t->edit->format);
    }
    if (has_room) {
        printf(", %s free", room);
    }
    printf("\n");
}

/* No stick that stations read. */
static int show_stranger(const struct target *t)
{
    bool is_small = target_bytes(t) < STICK_BYTES_MIN;

    if (t->kind == TARGET_IMAGE &&
        (t->part.kind == PARTITION_UNKNOWN || (is_small && t->part.kind == PARTITION_EMPTY))) {
        return cli_mistake("stick show",
                           "'%s': a file that is no image of a stick; name the stick's folder, its device or an image",
                           t->path);
    }
    show_target(t);
    if (t->part.kind == PARTITION_FAT || t->part.kind == PARTITION_EXFAT) {
        return cli_mistake("stick show", "'%s': %s", t->path, t->why.text);
    }
    if (t->part.kind == PARTITION_EMPTY) {
        return cli_mistake("stick show", "'%s': it %s; `micro2 stick prepare` makes a courier stick of it", t->path,
                           partition_words(t->part.kind));
    }
    return cli_mistake(
        "stick show",
        "'%s': it %s, which stations do not read; `micro2 stick prepare` formats it, and what is on it is "
        "lost",
        t->path, partition_words(t->part.kind));
}

/* --- the signed texts
 * --------------------------------------------------------------------------------------------------------------- */

static const char *office_name(const struct showing *s)
{
    for (int i = 0; s->trust && i < s->trust->n_keys; i++) {
        if (s->trust->keys[i].role == TRUST_OFFICE && s->trust->keys[i].revoked == TRUST_GOOD) {
            return s->trust->keys[i].name;
        }
    }
    return NULL;
}

static bool show_courier(struct showing *s, struct err *err)
{
    struct courier c;
    const char *name;

    if (!courier_text(s->target->volume, COURIER_ROOT "courier.json", COURIER_TEXT_MAX, &s->text, err) ||
        !courier_parse(buf_text(&s->text), s->text.len, &c, err)) {
        return false;
    }
    if (s->office && !courier_open(s->target->volume, s->office->trust, &c, err)) {
        return err_wrap(err, "not a stick of this office");
    }
    name = office_name(s);
    printf("Courier stick %s of %s%s%s, prepared as number %llu.\n", c.stick, name ? "\"" : "",
           name ? name : "an office", name ? "\"" : "", (unsigned long long)c.counter);
    return true;
}

/* Its own names: `hub new` and the office wrote them. */
static bool show_trust(struct showing *s, struct err *err)
{
    struct trustlist *trust = NULL;

    if (courier_text(s->target->volume, COURIER_ROOT "trust.json", TRUST_TEXT_MAX, &s->text, err)) {
        trust = trustlist_parse(buf_text(&s->text), s->text.len, err);
    }
    if (trust && s->office && trust->counter < s->office->trust->counter) {
        complain(s, "its list of hubs and keys is older than the office's",
                 "renew the stick with `micro2 stick prepare`");
    }
    s->trust = s->office ? s->office->trust : trust;
    if (s->office) {
        trustlist_free(trust);
    }
    return trust != NULL;
}

static const char *title_of(const struct showing *s, const char *id)
{
    for (int i = 0; s->names && i < s->names->n_modules; i++) {
        if (!strcmp(s->names->modules[i].id, id)) {
            return s->names->modules[i].title;
        }
    }
    return NULL;
}

static void show_pack(const struct showing *s, const struct catalog_entry *e)
{
    const char *title = title_of(s, e->id);
    char size[32];

    put_size(e->bytes, size);
    printf("  %s%s%s%s, version %lld, %s\n", title ? title : "", title ? " (" : "", e->id, title ? ")" : "",
           (long long)e->version, size);
}

static bool is_on_it(const struct showing *s, const struct catalog_entry *e)
{
    char file[FORMAT_NAME_BYTES], name[VOLUME_NAME_MAX];
    int64_t bytes;

    format_name(e->id, e->version, file);
    snprintf(name, sizeof name, COURIER_ROOT "containers/%s", file);
    return target_has(s->target, name, &bytes) && bytes == e->bytes;
}

static bool show_catalog(struct showing *s, struct err *err)
{
    struct catalog *catalog =
        courier_text(s->target->volume, COURIER_ROOT "catalog.json", COURIER_CATALOG_MAX, &s->text, err)
            ? catalog_parse(buf_text(&s->text), s->text.len, err)
            : NULL;
    int n = 0;

    if (!catalog) {
        return false;
    }
    for (int i = 0; i < catalog->n_entries; i++) {
        n += is_on_it(s, &catalog->entries[i]);
    }
    printf("It brings %d %s of lessons and words%s\n", n, plural(n, "container", "containers"), n ? ":" : ".");
    for (int i = 0; i < catalog->n_entries; i++) {
        if (is_on_it(s, &catalog->entries[i])) {
            show_pack(s, &catalog->entries[i]);
        }
    }
    if (n < catalog->n_entries) {
        printf("  (%d more are not on it: the hubs it goes to have them)\n", catalog->n_entries - n);
    }
    catalog_free(catalog);
    return true;
}

/* --- receipts and mailboxes
 * ---------------------------------------------------------------------------------------------------------- */

static bool count_name(void *ctx, const char *name, int64_t bytes, struct err *err)
{
    int *n = ctx;
    size_t len = strlen(name);

    (void)bytes;
    (void)err;
    *n += len > 5 && !strcmp(name + len - 5, ".json");
    return true;
}

static void show_receipts(struct showing *s)
{
    struct err err = {0};
    int n = 0;

    if (!target_list(s->target, COURIER_ROOT "receipts", count_name, &n, &err)) {
        complain(s, err.text, "renew the stick with `micro2 stick prepare`");
    }
    if (n > 0) {
        printf("It brings receipts to %d %s.\n", n, plural(n, "hub", "hubs"));
    } else {
        printf("It brings no receipts.\n");
    }
}

/* The newest whole half, whoever signed it. ERR_NOT_FOUND: both are empty. */
static bool newest_half(struct showing *s, int slot, struct mailbox_header *newest, struct err *err)
{
    newest->generation = 0;
    for (int half = 0; half < MAILBOX_HALVES; half++) {
        struct mailbox_header h;
        uint8_t sector[MAILBOX_SECTOR];
        struct err why = {0};

        if (mailbox_read_half(s->target->volume, slot, half, &h, sector, &s->text, &why)) {
            *newest = h.generation > newest->generation ? h : *newest;
        } else if (why.code != ERR_NOT_FOUND || half == 0) {
            *err = why;
        }
    }
    return newest->generation > 0;
}

static void show_results(struct showing *s, const struct mailbox_header *h)
{
    const struct trust_key *station = s->trust ? trustlist_find_kept(s->trust, TRUST_STATION, h->station, NULL) : NULL;
    bool has = false;

    s->n_results++;
    printf("  %s: %lld %s", station ? station->name : "a hub that is not on its list", (long long)h->n_rows,
           plural(h->n_rows, "record", "records"));
    if (h->left_rows) {
        printf(", %llu more did not fit and come with the next stick", (unsigned long long)h->left_rows);
    }
    if (s->ledger && ledger_has_row(s->ledger, h->station, (int64_t)h->to_seq, h->head, &has, NULL)) {
        s->n_waiting += !has;
        printf(has ? "; the office has them" : "; not collected yet");
    }
    printf("\n");
}

static void show_mailboxes(struct showing *s)
{
    int n_empty = 0;

    for (int i = 0; i < MAILBOX_SLOTS; i++) {
        struct mailbox_header h;
        struct err err = {0};
        char name[VOLUME_NAME_MAX], what[ERR_TEXT_BYTES + 64];
        int64_t size;

        mailbox_name(i, name);
        if (!volume_size(s->target->volume, name, &size, &err)) {
            snprintf(what, sizeof what, "mailbox %d is missing (%s)", i, err.text);
            complain(s, what, "`micro2 stick prepare` makes it anew");
        } else if (newest_half(s, i, &h, &err)) {
            if (s->n_results == 0) {
                printf("It carries results back to the office:\n");
            }
            show_results(s, &h);
        } else if (err.code == ERR_NOT_FOUND) {
            n_empty++;
        } else {
            snprintf(what, sizeof what, "mailbox %d is damaged (%s)", i, err.text);
            complain(s, what, "a station writes over it, and what was in it is still there");
        }
    }
    if (s->n_results == 0) {
        printf("It carries no results.\n");
    }
    printf("%d of %d mailboxes are empty.\n", n_empty, MAILBOX_SLOTS);
}

/* --- the village board
 * ---------------------------------------------------------------------------------------------------------- */

struct board_count {
    int n_hubs, n_cards;
};

static bool count_board(void *ctx, const struct trust_key *hub, const struct boardfile_half *half,
                        const struct snapshot *cards, struct err *err)
{
    struct board_count *n = ctx;

    (void)hub;
    (void)half;
    (void)err;
    n->n_hubs++;
    n->n_cards += cards->n_cards;
    return true;
}

/* A half that is torn or of nobody on its list is passed over, as a station does. */
static void show_board(struct showing *s)
{
    struct board_count n = {0};
    char name[VOLUME_NAME_MAX];
    struct err err = {0};
    int64_t bytes;

    boardfile_name(0, name);
    if (!target_has(s->target, name, &bytes)) {
        printf("It has no place for the village board: `micro2 stick prepare` makes it.\n");
    } else if (s->trust && !stick_board_read(s->target->volume, s->trust, count_board, NULL, &n, &err)) {
        complain(s, err.text, "renew the stick with `micro2 stick prepare`");
    } else if (n.n_hubs == 0) {
        printf("It carries no cards of the village board.\n");
    } else {
        printf("It carries the village board: %d %s of %d %s.\n", n.n_cards, plural(n.n_cards, "card", "cards"),
               n.n_hubs, plural(n.n_hubs, "hub", "hubs"));
    }
}

static void show_verdict(const struct showing *s)
{
    if (s->code != CLI_DONE) {
        return; /* it was said what to do */
    }
    if (s->n_waiting) {
        printf("Take the results in with `micro2 office collect`.\n");
    } else if (s->n_results && !s->ledger) {
        printf("Ready to go. Whether its results are in the office's ledger: pass --office.\n");
    } else {
        printf("Ready to go.\n");
    }
}

int stick_show(struct target *t, struct office *o, struct ledger *l)
{
    typedef bool show_part(struct showing * s, struct err * err);
    static show_part *const parts[] = {show_trust, show_courier, show_catalog};
    struct showing s = {.target = t, .office = o, .ledger = l, .code = CLI_DONE};
    struct library *library = NULL;
    int64_t bytes;

    if (!t->volume) {
        return show_stranger(t);
    }
    show_target(t);
    if (!target_has(t, COURIER_ROOT "courier.json", &bytes)) {
        return cli_mistake("stick show", "'%s': no courier stick; make one with `micro2 stick prepare`", t->path);
    }
    if (o && library_open(office_path(o, "packs"), o->trust, &library, NULL) &&
        !library_view(library, library_default_language(library), &s.names, NULL)) {
        s.names = NULL;
    }
    for (size_t i = 0; i < M2_COUNT(parts); i++) {
        struct err err = {0};

        if (!parts[i](&s, &err)) {
            bool is_foreign = err.code == ERR_SIGNATURE || err.code == ERR_TRUST;

            complain(&s, err.text,
                     is_foreign ? "hand it to the office it is from" : "renew the stick with `micro2 stick prepare`");
            s.code = err_exit_code(err.code);
        }
    }
    show_receipts(&s);
    show_mailboxes(&s);
    show_board(&s);
    show_verdict(&s);
    if (!o) {
        trustlist_free(s.trust);
    }
    library_view_free(s.names);
    library_close(library);
    buf_release(&s.text);
    return s.code;
}
