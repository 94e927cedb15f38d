/* verb_content: `micro2 content check|build|show`, thin over content.h and shelf/. */
#include "base/buf.h"
#include "base/fsio.h"
#include "cli.h"
#include "content_bank.h"
#include "content_build.h"
#include "shelf/container.h"
#include "shelf/library.h"
#include "shelf/verify.h"
#include "trust/trustlist.h"
#include "verbs.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { PATH_BYTES = 1024 };

/* --- check
 * ------------------------------------------------------------------------------------------------------------------ */

/* Loads and checks; findings to stderr. True when nothing is wrong; warnings may be. */
static bool load_checked(const char *dir, struct content *c, struct report *r)
{
    if (content_load(dir, c, r)) {
        content_check(c, r);
    }
    fputs(buf_text(&r->text), stderr);
    return r->n_errors == 0;
}

static void print_counts(const struct content *c)
{
    int n_lessons = 0, n_questions = 0;

    for (int i = 0; i < c->n_modules; i++) {
        n_lessons += c->modules[i]->n_lessons;
        for (int j = 0; j < c->modules[i]->n_lessons; j++) {
            n_questions += c->modules[i]->lessons[j].gift[0].n_questions;
        }
    }
    printf("%d languages, %d competences, %d processes, %d items, %d modules, %d lessons, %d lesson questions, %d "
           "tools, %d workshops, %d pictures\n",
           c->n_languages, c->n_competences, c->n_processes, c->n_items, c->n_modules, n_lessons, n_questions,
           c->n_tools, c->n_workshops, c->n_pictures);
}

static int content_verb_check(int argc, char **argv)
{
    struct cli_command command = {.name = "content check",
                                  .arguments = "DIR",
                                  .min_args = 1,
                                  .max_args = 1,
                                  .about = "Reads the authors' tree and tells everything that is wrong in one run, as\n"
                                           "file:line: what is wrong; what to write instead. Warnings do not fail.\n"
                                           "Then how many questions there are of each kind for each competence."};
    struct content c = {0};
    struct report r = {0};
    struct buf table = {0};
    char **args;
    int n, code = cli_parse(&command, argc, argv, &args, &n);
    bool ok;

    if (code >= 0) {
        return code;
    }
    if (!fsio_exists(args[0])) {
        return cli_mistake("content check", "'%s': no such folder; name the folder that holds core.json", args[0]);
    }
    ok = load_checked(args[0], &c, &r);
    content_bank_table(&c, &table);
    fputs(buf_text(&table), stdout);
    buf_release(&table);
    print_counts(&c);
    printf("errors: %d, warnings: %d\n", r.n_errors, r.n_warnings);
    content_release(&c);
    report_release(&r);
    return ok ? CLI_DONE : CLI_MISTAKE;
}

/* --- build
 * ------------------------------------------------------------------------------------------------------------------ */

static bool load_author(const char *office, struct seckey *sec, struct err *err)
{
    char keys[PATH_BYTES], path[PATH_BYTES], passphrase[KEY_PASSPHRASE_MAX];
    bool ok;

    if (!fsio_join(office, "keys", keys, sizeof keys, err) || !fsio_join(keys, "author.key", path, sizeof path, err)) {
        return false;
    }
    if (!fsio_exists(path)) {
        return err_set(
            err, ERR_NOT_FOUND,
            "'%s': the author's key is not here; bring it back, or name the office that has it with --office", path);
    }
    if (!keys_needs_passphrase(path)) {
        return keys_load_secret(path, NULL, sec, err);
    }
    if (!cli_passphrase("passphrase of the author key", passphrase, sizeof passphrase)) {
        return err_set(err, ERR_USAGE,
                       "'%s': this key is protected; give its passphrase in MICRO2_PASSPHRASE or on a terminal", path);
    }
    ok = keys_load_secret(path, passphrase, sec, err);
    mem_wipe(passphrase, sizeof passphrase);
    return ok;
}

static int build(const char *dir, const char *office, const char *out)
{
    struct content c = {0};
    struct report r = {0};
    struct seckey author = {0};
    struct buf log = {0};
    struct err err;
    int code = CLI_MISTAKE;

    if (!load_checked(dir, &c, &r)) {
        fprintf(stderr, "micro2 content build: %d errors; correct them first\n", r.n_errors);
    } else if (!load_author(office, &author, &err) || !content_build(&c, &author, out, &log, &err)) {
        code = cli_fail("content build", &err);
    } else {
        fputs(buf_text(&log), stdout);
        code = CLI_DONE;
    }
    mem_wipe(&author, sizeof author);
    buf_release(&log);
    content_release(&c);
    report_release(&r);
    return code;
}

static int content_verb_build(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--office", .value_name = "DIR", .help = "the office whose author key signs", .is_required = true},
        {.name = "--out", .value_name = "DIR", .help = "where the containers go", .is_required = true},
        {0},
    };
    struct cli_command command = {
        .name = "content build",
        .arguments = "DIR",
        .options = options,
        .min_args = 1,
        .max_args = 1,
        .about = "Checks the authors' tree, then writes core-VERSION.m2k and one container per module, per tool\n"
                 "and per workshop, each with its signature. The same sources give the same bytes."};
    char **args;
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    return code >= 0 ? code : build(args[0], options[0].value, options[1].value);
}

/* --- bank
 * ------------------------------------------------------------------------------------------------------------------ */

static int content_verb_bank(int argc, char **argv)
{
    struct cli_command command = {
        .name = "content bank",
        .arguments = "DIR",
        .min_args = 1,
        .max_args = 1,
        .about = "Prints the bank of the assessment as JSON (assess-bank-1), as `micro2 assess --serve` loads it."};
    struct content c = {0};
    struct report r = {0};
    struct buf text = {0};
    char **args;
    int n, code = cli_parse(&command, argc, argv, &args, &n);
    bool ok;

    if (code >= 0) {
        return code;
    }
    ok = load_checked(args[0], &c, &r);
    if (ok) {
        content_bank_json(&c, &text);
        fputs(buf_text(&text), stdout);
    }
    buf_release(&text);
    content_release(&c);
    report_release(&r);
    return ok ? CLI_DONE : CLI_MISTAKE;
}

/* --- show
 * -------------------------------------------------------------------------------------------------------------------
 */

/* Who signed, by the office's trust list or by one key. */
static bool check_signature(const char *path, const char *office, const char *key, struct verified *v, struct err *err)
{
    struct trustlist *trust = NULL;
    char dir[PATH_BYTES];
    struct pubkey pub;
    bool ok;

    if (key) {
        return keys_load_public(key, &pub, err) && verify_file_key(&pub, path, v, err);
    }
    ok = fsio_join(office, "trust", dir, sizeof dir, err) && trustlist_load(dir, &trust, err) &&
         verify_file(trust, VERIFY_NEW, path, v, err);
    trustlist_free(trust);
    return ok;
}

/* Of the screens, over the languages; the language of the source needs none. -1 after a failure. */
static int count_words(struct library *l, const struct lib_view *v, struct err *err)
{
    int n = 0;

    for (int i = 0; i < v->n_languages; i++) {
        struct lib_view *other = NULL;

        if (!library_view(l, v->languages[i].lang, &other, err)) {
            return -1;
        }
        n += other->n_words;
        library_view_free(other);
    }
    return n;
}

static void print_container(const char *path, const struct lib_view *v, int n_words)
{
    struct container *c = NULL;

    if (container_open(path, &c, NULL)) {
        printf("%s %" PRId64 "  %s, %" PRId64 " bytes, %s, languages %s\n", container_id(c), container_version(c),
               container_kind(c), container_bytes(c), container_licence(c), container_languages(c));
    }
    container_close(c);
    if (v->n_competences) {
        printf("  %d words of the screens in %d languages, %d areas, %d competences, %d processes, %d items\n", n_words,
               v->n_languages, v->n_areas, v->n_competences, v->n_processes, v->n_items);
    }
    for (int i = 0; i < v->n_modules; i++) {
        printf("  module %s: %s\n", v->modules[i].id, v->modules[i].title);
        for (int j = 0; j < v->modules[i].n_lessons; j++) {
            printf("    %s: %s, %d min\n", v->modules[i].lessons[j].id, v->modules[i].lessons[j].title,
                   v->modules[i].lessons[j].minutes);
        }
    }
    for (int i = 0; i < v->n_tools; i++) {
        printf("  tool %s: %s, %d min\n", v->tools[i].id, v->tools[i].title, v->tools[i].minutes);
    }
    for (int i = 0; i < v->n_workshops; i++) {
        const struct lib_workshop *w = &v->workshops[i];

        printf("  workshop %s: %s, %d min, %d to %d people\n", w->id, w->title, w->minutes, w->people_from,
               w->people_to);
        for (int j = 0; j < w->n_parts; j++) {
            printf("    %s: %s, %d min\n", w->parts[j].kind, w->parts[j].title, w->parts[j].minutes);
        }
    }
}

static bool show(const char *path, struct err *err)
{
    struct library *l = NULL;
    struct lib_view *v = NULL;
    bool ok = library_open_file(path, &l, err) && library_view(l, library_default_language(l), &v, err);
    int n_words = ok ? count_words(l, v, err) : -1;

    ok = n_words >= 0;
    if (ok) {
        print_container(path, v, n_words);
    }
    library_view_free(v);
    library_close(l);
    return ok;
}

static int content_verb_show(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--office", .value_name = "DIR", .help = "check the signature by this office's trust list"},
        {.name = "--key", .value_name = "PUB", .help = "check the signature by this public key"},
        {0},
    };
    struct cli_command command = {
        .name = "content show",
        .arguments = "FILE.m2k",
        .options = options,
        .min_args = 1,
        .max_args = 1,
        .about = "Says what a container holds and who signed it. Without a key the signature is not\n"
                 "checked, and the exit code is 3."};
    struct verified v;
    struct err err;
    char **args;
    int n, code = cli_parse(&command, argc, argv, &args, &n);
    bool is_checked = options[0].is_given || options[1].is_given;

    if (code >= 0) {
        return code;
    }
    if (is_checked && !check_signature(args[0], options[0].value, options[1].value, &v, &err)) {
        return cli_fail("content show", &err);
    }
    if (!show(args[0], &err)) {
        return cli_fail("content show", &err);
    }
    if (!is_checked) {
        printf("signature not checked\n");
        return CLI_TRUST;
    }
    printf("signed by %s\n", *v.author ? v.author : "that key");
    return CLI_DONE;
}

int verb_content(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {
        {"check", content_verb_check, "tell what is wrong in the authors' tree"},
        {"bank", content_verb_bank, "print the questions' numbers for `micro2 assess --serve`"},
        {"build", content_verb_build, "make signed containers from it"},
        {"show", content_verb_show, "say what a container holds and who signed it"},
        {NULL, NULL, NULL},
    };

    return cli_dispatch("micro2 content", verbs, argc, argv);
}
