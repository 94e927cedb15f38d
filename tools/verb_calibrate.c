/* verb_calibrate: `micro2 office calibrate`: what people answered becomes the numbers of the next bank. */
#include "answers.h"
#include "base/csv.h"
#include "base/fsio.h"
#include "cli.h"
#include "content_bank.h"
#include "ledger.h"
#include "verbs.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { PATH_BYTES = 4096 };

/* --- the files for the next container
 * ------------------------------------------------------------------------------------------------------------------ */

static void put_number(struct buf *out, double value, bool is_last)
{
    char text[32] = "";

    if (!isnan(value)) {
        snprintf(text, sizeof text, "%.3f", value); /* a minus is no formula: csv_put would quote it */
    }
    buf_fmt(out, "%s%s", text, is_last ? "\n" : ",");
}

static void put_text(struct buf *out, const char *text)
{
    buf_fmt(out, "%s,", text); /* ids, words of fixed lists: nothing to quote */
}

/* content/assessment/items.csv again, with what was found; LF line ends, as authors keep theirs. */
static void write_items(const struct content *content, const struct calibrate *c, struct buf *out)
{
    buf_str(out, "id,competence,type,level,context,seconds,shows,aspect,b,se,a");
    for (int lang = 0; lang < content->n_languages; lang++) {
        buf_fmt(out, ",b_%s,se_%s", content->languages[lang], content->languages[lang]);
    }
    buf_str(out, "\n");
    for (int i = 0; i < content->n_items; i++) {
        const struct content_item *item = &content->items[i];

        put_text(out, item->id);
        put_text(out, item->competence);
        put_text(out, item->type);
        buf_fmt(out, "%d,", item->level);
        put_text(out, item->context);
        if (isnan(item->seconds)) {
            buf_str(out, ",");
        } else {
            buf_fmt(out, "%g,", item->seconds);
        }
        put_text(out, item->shows);
        put_text(out, item->aspect);
        put_number(out, c->item[i].found.all.b, false);
        put_number(out, c->item[i].found.all.se, false);
        put_number(out, c->item[i].found.all.a, false);
        for (int lang = 0; lang < content->n_languages; lang++) {
            put_number(out, c->item[i].found.in[lang].b, false);
            put_number(out, c->item[i].found.in[lang].se, lang + 1 == content->n_languages);
        }
    }
}

static void write_priors(const struct calibrate *c, struct buf *out)
{
    buf_str(out, "id,mean\n");
    for (int i = 0; i < c->bank->n_competences; i++) {
        put_text(out, c->bank->competence[i].id);
        put_number(out, c->prior[i], true);
    }
    put_text(out, ASSESS_CLAIM);
    put_number(out, c->prior[c->bank->n_competences], true);
}

static bool write_file(const char *dir, const char *name, const struct buf *text, struct err *err)
{
    char path[PATH_BYTES];

    return fsio_join(dir, name, path, sizeof path, err) && fsio_replace(path, text->data, text->len, 0644, err);
}

static bool write_files(const char *dir, const struct content *content, const struct calibrate *c, struct err *err)
{
    struct buf items = {0}, priors = {0};
    bool ok;

    write_items(content, c, &items);
    write_priors(c, &priors);
    ok = fsio_make_dirs(dir, 0755, err) && write_file(dir, "items.csv", &items, err) &&
         write_file(dir, "priors.csv", &priors, err);
    buf_release(&items);
    buf_release(&priors);
    return ok;
}

/* --- what is said
 * ------------------------------------------------------------------------------------------------------------------ */

static void say_odd(const struct content *content, const struct calibrate *c, int i)
{
    const struct calibrate_item *item = &c->item[i];
    const char *id = content->items[i].id;

    if (item->misfit > CALIBRATE_MISFIT_HIGH) {
        printf("does not fit: %s (%.2f from %d answers): answers have little to do with the competence; read the "
               "question again\n",
               id, item->misfit, item->n);
    } else if (item->misfit < CALIBRATE_MISFIT_LOW) {
        printf("fits too well: %s (%.2f from %d answers): it asks what another one asked; write it anew\n", id,
               item->misfit, item->n);
    }
    for (int lang = 0; lang < content->n_languages; lang++) {
        double by = item->found.in[lang].b - item->found.all.b;

        if (item->is_different[lang]) {
            printf("differs: %s in %s is %.1f levels %s than elsewhere (%d answers); compare the translations\n", id,
                   content->languages[lang], fabs(by), by > 0 ? "harder" : "easier", item->n_in[lang]);
        }
    }
}

static void say(const struct content *content, const struct calibrate *c, const struct answers *a)
{
    int n_moved = 0, n_slopes = 0;

    for (int i = 0; i < content->n_items; i++) {
        n_moved += !isnan(c->item[i].found.all.b);
        n_slopes += !isnan(c->item[i].found.all.a);
    }
    printf("sessions: %d, left out as careless: %d, as too short: %d\n", c->n_sessions, c->n_careless, a->n_short);
    printf("answers: %lld, left out as not of this bank: %d, as given after coming back: %d\n", (long long)c->n_answers,
           a->n_foreign, a->n_returned);
    if (a->n_mixed) {
        printf("sessions in more than one language: %d; they tell nothing of how languages differ\n", a->n_mixed);
    }
    if (c->has_items) {
        printf("questions with numbers from answers: %d of %d, with a slope: %d\n", n_moved, content->n_items,
               n_slopes);
    } else {
        printf("under %d sessions questions keep their authors' levels; only where people stand was estimated\n",
               CALIBRATE_SESSIONS_ITEMS);
    }
    printf("log chance of the answers held back: %.4f with the authors' numbers, ", c->authors);
    if (c->has_now) {
        printf("%.4f with those the hubs have now, ", c->present);
    }
    printf("%.4f with the new ones\n", c->after);
    for (int i = 0; i < content->n_items; i++) {
        say_odd(content, c, i);
    }
}

/* --- what the hubs have now: the numbers of the tree that its containers are built from
 * ------------------------------------------------------------------------------------------------------------------ */

static void take_now(const struct content *content, struct calibrate *c)
{
    c->has_now = content->n_priors > 0;
    for (int i = 0; i < content->n_items; i++) {
        const struct content_item *item = &content->items[i];

        c->item[i].level = item->level;
        c->item[i].now.all = (struct assess_measured){item->b, item->se, item->a};
        c->has_now |= !isnan(item->b);
        for (int lang = 0; lang < content->n_languages; lang++) {
            c->item[i].now.in[lang] = (struct assess_measured){item->b_in[lang], item->se_in[lang], NAN};
            c->has_now |= !isnan(item->b_in[lang]);
        }
    }
    for (int i = 0; i < c->bank->n_competences; i++) {
        c->prior_now[i] = c->bank->competence[i].prior_mean;
    }
    c->prior_now[c->bank->n_competences] = c->bank->model.claim_mean;
    for (int i = 0; i < content->n_priors; i++) {
        int k = assess_bank_competence(c->bank, content->priors[i].id);

        c->prior_now[k < 0 ? c->bank->n_competences : k] = content->priors[i].mean;
    }
}

/* --- the verb
 * ------------------------------------------------------------------------------------------------------------------ */

static bool load_content(const char *dir, struct content *content, struct err *err)
{
    struct report r = {0};
    bool ok = content_load(dir, content, &r);

    if (ok) {
        content_check(content, &r);
    }
    ok = ok && r.n_errors == 0;
    report_release(&r);
    return ok || err_set(err, ERR_FORMAT, "content '%s': has errors; `micro2 content check %s` tells them", dir, dir);
}

static int run(const char *office, const char *dir, const char *out)
{
    struct content content = {0};
    struct assess_bank *bank = mem_alloc(sizeof *bank);
    struct calibrate *c = mem_alloc(sizeof *c);
    struct answers a = {0};
    struct ledger *l = NULL;
    char path[PATH_BYTES];
    struct err err = {0};
    bool is_better = false;
    bool ok = load_content(dir, &content, &err) && content_bank_make(&content, bank, &err) &&
              fsio_join(office, "ledger.db", path, sizeof path, &err) && ledger_open(path, &l, &err) &&
              answers_read(ledger_db(l), bank, content.languages, content.n_languages, &a, &err);

    *c = (struct calibrate){.bank = bank, .n_languages = content.n_languages};
    if (ok) {
        take_now(&content, c);
    }
    if (ok && !calibrate(c, a.sessions, a.n, &is_better, &err)) {
        ok = err_wrap(&err, "calibration");
    }
    if (ok) {
        say(&content, c, &a);
        if (!is_better) {
            ok = err_set(&err, ERR_STATE,
                         "calibration: the new numbers expect the answers held back no better than %s; nothing is "
                         "written, collect more",
                         c->after > c->authors ? "those the hubs have now" : "the authors' numbers");
        }
    }
    ok = ok && write_files(out, &content, c, &err);
    if (ok) {
        printf("written: %s/items.csv and priors.csv; look at them, copy them into content/assessment, raise "
               "'version' in core.json and build\n",
               out);
    }
    ledger_close(l);
    answers_release(&a);
    content_release(&content);
    free(bank);
    free(c);
    return ok ? CLI_DONE : cli_fail("office calibrate", &err);
}

int verb_office_calibrate(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--content",
         .value_name = "DIR",
         .help = "the authors' tree that the hubs' core was built from",
         .is_required = true},
        {.name = "--out", .value_name = "DIR", .help = "where items.csv and priors.csv go", .is_required = true},
        {0},
    };
    struct cli_command command = {
        .name = "office calibrate",
        .arguments = "OFFICE",
        .options = options,
        .min_args = 1,
        .max_args = 1,
        .about = "Estimates from collected answers where people stand and where the questions are, names those\n"
                 "that do not fit and those that are another question in another language, and writes numbers for\n"
                 "the next core. Nothing is written unless answers that were held back speak for it: against the\n"
                 "authors' numbers, and against those that DIR has now from an earlier calibration."};
    char **args;
    int n, code = cli_parse(&command, argc, argv, &args, &n);

    return code >= 0 ? code : run(args[0], options[0].value, options[1].value);
}
