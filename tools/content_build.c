/* content_build: rows of the containers, in the order of the sources, and their signatures. */
#include "content_build.h"
#include "base/fsio.h"
#include "content_put.h"
#include "content_svg.h"
#include "content_tools.h"
#include "content_workshops.h"
#include "shelf/format.h"
#include "trust/minisig.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { SIZE_PER_MB = 1000 * 1000 };

/* --- questions
 * ------------------------------------------------------------------------------------------------------------------ */

static void put_question(struct build *b, const char *id, const char *owner, int position, const struct gift *by_lang)
{
    writer_row(b->w, "question", "ssi", id, owner, number(position));
    for (int lang = 0; lang < b->c->n_languages; lang++) {
        const struct gift_question *q = gift_find(&by_lang[lang], id);

        if (!q) {
            continue;
        }
        writer_row(b->w, "question_text", "sss", id, b->c->languages[lang], q->stem);
        for (int i = 0; i < q->n_answers; i++) {
            writer_row(b->w, "choice", "ssiiss", id, b->c->languages[lang], number(i + 1),
                       number(q->answers[i].is_right), q->answers[i].text, q->answers[i].feedback);
        }
    }
}

/* --- the core
 * -------------------------------------------------------------------------------------------------------------------
 */

static void put_language(struct build *b, int lang)
{
    const struct po *po = &b->c->po[lang];

    writer_row(b->w, "language", "ssss", b->c->languages[lang], po->name, po->direction, po->plural);
    for (int i = 0; i < po->n_words; i++) {
        for (int form = 0; form < po->words[i].n_values; form++) {
            writer_row(b->w, "word", "sssis", b->c->languages[lang], po->words[i].context, po->words[i].msgid,
                       number(form), po->words[i].value[form]);
        }
    }
}

static void put_frameworks(struct build *b)
{
    const struct content *c = b->c;

    for (int i = 0; i < c->n_areas; i++) {
        const struct content_area *a = &c->areas[i];

        writer_row(b->w, "area", "siss", a->code, number(i + 1), a->framework, a->icon);
        put_texts(b, "area", a->code, "plain", a->plain);
        put_texts(b, "area", a->code, "title", a->title);
    }
    for (int i = 0; i < c->n_competences; i++) {
        const struct content_competence *k = &c->competences[i];

        writer_row(b->w, "competence", "sisss", k->code, number(i + 1), k->area, k->framework, k->edition);
        put_texts(b, "competence", k->code, "plain", k->plain);
        put_texts(b, "competence", k->code, "title", k->title);
        for (int lang = 0; lang < c->n_languages; lang++) {
            if (k->is_verified[lang]) {
                writer_row(b->w, "verified", "ss", k->code, c->languages[lang]);
            }
            if (k->is_verified30[lang]) {
                writer_row(b->w, "verified30", "ss", k->code, c->languages[lang]);
            }
            if (*k->title30[lang]) {
                put_text(b, "competence", k->code, "title30", lang, k->title30[lang]);
            }
        }
    }
    for (int i = 0; i < c->n_levels; i++) {
        char band[12];

        snprintf(band, sizeof band, "%d", c->levels[i].band);
        writer_row(b->w, "level", "iii", number(c->levels[i].band), number(c->levels[i].level_from),
                   number(c->levels[i].level_to));
        put_texts(b, "level", band, "say", c->levels[i].say);
    }
    for (int i = 0; i < c->n_statements; i++) {
        const struct content_statement *s = &c->statements[i];

        put_texts(b, "statement", arena_fmt(&b->c->arena, "%s/%d", s->code, s->level), "can", s->can);
    }
}

static void put_processes(struct build *b)
{
    const struct content *c = b->c;

    for (int i = 0; i < c->n_processes; i++) {
        const struct content_process *p = &c->processes[i];

        writer_row(b->w, "process", "sis", p->id, number(p->position), p->icon);
        put_texts(b, "process", p->id, "name", p->name);
        put_texts(b, "process", p->id, "about", p->about);
    }
    for (int i = 0; i < c->n_weights; i++) {
        writer_row(b->w, "process_weight", "ssi", c->weights[i].process, c->weights[i].competence,
                   number(c->weights[i].weight));
    }
}

static void put_calibration(struct build *b, const struct content_item *item)
{
    if (!isnan(item->b)) {
        writer_row(b->w, "calibrated", "ssrrr", item->id, "", item->b, item->se, item->a);
    }
    for (int lang = 0; lang < b->c->n_languages; lang++) {
        if (!isnan(item->b_in[lang])) {
            writer_row(b->w, "calibrated", "ssrrr", item->id, b->c->languages[lang], item->b_in[lang],
                       item->se_in[lang], item->a);
        }
    }
}

static void put_business(struct build *b)
{
    const struct content *c = b->c;

    for (int i = 0; i < c->n_trades; i++) {
        const struct content_trade *t = &c->trades[i];

        writer_row(b->w, "trade", "sis", t->id, number(t->position), t->icon);
        put_texts(b, "trade", t->id, "name", t->name);
    }
    for (int i = 0; i < c->n_matters; i++) {
        writer_row(b->w, "trade_weight", "ssi", c->matters[i].trade, c->matters[i].process,
                   number(c->matters[i].weight));
    }
    for (int i = 0; i < c->n_taps; i++) {
        writer_row(b->w, "tap", "sis", c->taps[i].id, number(i + 1), c->taps[i].process);
        put_texts(b, "tap", c->taps[i].id, "text", c->taps[i].text);
    }
}

static void put_cells(struct build *b)
{
    const struct content *c = b->c;

    for (int i = 0; i < c->n_means; i++) {
        const struct content_cell *m = &c->means[i];

        put_texts(b, "means", arena_fmt(&b->c->arena, "%s/%s/%s", m->trade, m->process, m->area), "means", m->text);
    }
    for (int i = 0; i < c->n_cases; i++) {
        const struct content_cell *k = &c->cases[i];

        put_texts(b, "case", arena_fmt(&b->c->arena, "%s/%s", k->process, k->area), "case", k->text);
    }
}

static void put_items(struct build *b)
{
    for (int i = 0; i < b->c->n_priors; i++) {
        writer_row(b->w, "prior", "sr", b->c->priors[i].id, b->c->priors[i].mean);
    }
    for (int i = 0; i < b->c->n_items; i++) {
        const struct content_item *item = &b->c->items[i];
        const struct content_area *area = content_area_of_item(b->c, item);

        writer_row(b->w, "item", "sissisrs", item->id, number(i + 1), item->competence, item->type, number(item->level),
                   item->context, item->seconds, item->shows);
        put_calibration(b, item);
        for (int part = 1; part <= content_type_questions(item->type); part++) {
            put_question(b, content_question_id(b->c, item, part), item->id, part, area->gift);
        }
    }
}

/* --- a module
 * ---------------------------------------------------------------------------------------------------------------------
 */

static bool put_picture(struct build *b, const struct content_picture *p)
{
    struct buf png = {0};
    int width, height;
    bool ok = content_svg_to_png(p->svg, p->svg_bytes, p->name, &png, &width, &height, b->err);

    if (ok) {
        writer_row(b->w, "media", "ssiissb", p->name, "image/png", number(width), number(height), p->author, p->licence,
                   (const void *)png.data, png.len);
    }
    buf_release(&png);
    return ok;
}

/* An answer of an item that shows photos names this picture; its description in a language, NULL = none does. */
static const char *photo_alt(struct build *b, int lang, const char *wanted)
{
    for (int i = 0; i < b->c->n_items; i++) {
        const struct content_item *item = &b->c->items[i];
        const struct gift *gift = &content_area_of_item(b->c, item)->gift[lang];

        for (int part = 1; part <= content_type_questions(item->type) && !strcmp(item->shows, "photos"); part++) {
            const struct gift_question *q = gift_find(gift, content_question_id(b->c, item, part));

            for (int j = 0; q && j < q->n_answers; j++) {
                const char *name, *alt;

                if (content_photo_of(b->c, q->answers[j].text, &name, &alt) && !strcmp(name, wanted)) {
                    return alt;
                }
            }
        }
    }
    return NULL;
}

static bool put_photos(struct build *b)
{
    for (int i = 0; i < b->c->n_pictures; i++) {
        const struct content_picture *p = &b->c->pictures[i];

        if (!photo_alt(b, 0, p->name)) {
            continue;
        }
        for (int lang = 0; lang < b->c->n_languages; lang++) {
            const char *alt = photo_alt(b, lang, p->name);

            put_text(b, "media", p->name, "alt", lang, alt ? alt : "");
        }
        if (!put_picture(b, p)) {
            return false;
        }
    }
    return true;
}

static bool put_core(struct build *b)
{
    put_manifest(b, "core", b->c->version, "core", "CC BY 4.0");
    for (int i = 0; i < b->c->n_languages; i++) {
        put_language(b, i);
    }
    put_frameworks(b);
    put_processes(b);
    put_business(b);
    put_cells(b);
    put_items(b);
    return put_photos(b);
}

/* --- a module
 * ---------------------------------------------------------------------------------------------------------------------
 */

/* The description of a picture in a language: where a page of the module shows it first. NULL = no page does. */
static const char *alt_of(const struct content_module *m, int lang, const char *name)
{
    for (int i = 0; i < m->n_lessons; i++) {
        const struct lesson_text *t = &m->lessons[i].text[lang];

        for (int p = 0; p < t->n_pages; p++) {
            for (int j = 0; j < t->pages[p].page.n_blocks; j++) {
                const struct lesson_block *block = &t->pages[p].page.blocks[j];

                if (block->kind == LESSON_IMAGE && strcmp(block->image, name) == 0) {
                    return block->alt;
                }
            }
        }
    }
    return NULL;
}

static bool put_pictures(struct build *b, const struct content_module *m)
{
    for (int i = 0; i < b->c->n_pictures; i++) {
        const struct content_picture *p = &b->c->pictures[i];
        bool is_used = false;

        for (int lang = 0; lang < b->c->n_languages; lang++) {
            const char *alt = alt_of(m, lang, p->name);

            if (alt) {
                put_text(b, "media", p->name, "alt", lang, alt);
                is_used = true;
            }
        }
        if (is_used && !put_picture(b, p)) {
            return false;
        }
    }
    return true;
}

static void put_lesson_text(struct build *b, const struct content_lesson *lesson, int lang)
{
    const struct lesson_text *t = &lesson->text[lang];
    struct buf words = {0};

    put_text(b, "lesson", lesson->id, "title", lang, t->title);
    for (int i = 0; i < t->outcomes.n; i++) {
        put_text(b, "lesson", lesson->id, arena_fmt(&b->c->arena, "outcome%d", i + 1), lang, t->outcomes.text[i]);
    }
    for (int i = 0; i < t->sources.n; i++) {
        put_text(b, "lesson", lesson->id, arena_fmt(&b->c->arena, "source%d", i + 1), lang, t->sources.text[i]);
    }
    for (int i = 0; i < t->n_pages; i++) {
        writer_row(b->w, "page", "ssis", lesson->id, b->c->languages[lang], number(i + 1), t->pages[i].markdown);
        lesson_page_text(&t->pages[i].page, &words);
    }
    put_search(b, lang, "lesson", lesson->id, t->title, buf_text(&words));
    buf_release(&words);
}

static void put_lesson(struct build *b, const struct content_module *m, int i)
{
    const struct content_lesson *lesson = &m->lessons[i];
    const struct lesson_text *t = &lesson->text[0];

    writer_row(b->w, "lesson", "ssiiii", lesson->id, m->id, number(i + 1), number(t->minutes), number(t->eqf),
               number(t->outcomes.n));
    put_serves(b, "lesson", lesson->id, t->competences.text, t->competences.n, t->processes.text, t->processes.n);
    for (int lang = 0; lang < b->c->n_languages; lang++) {
        put_lesson_text(b, lesson, lang);
    }
    for (int q = 0; q < lesson->gift[0].n_questions; q++) {
        put_question(b, lesson->gift[0].questions[q].id, lesson->id, q + 1, lesson->gift);
    }
}

static bool put_module(struct build *b, const struct content_module *m)
{
    put_manifest(b, m->id, m->version, "module", m->licence);
    writer_row(b->w, "module", "sissi", m->id, number(m->position), m->icon, m->area, number(m->eqf));
    put_texts(b, "module", m->id, "title", m->title);
    put_texts(b, "module", m->id, "about", m->about);
    put_serves(b, "module", m->id, m->competences.text, m->competences.n, m->processes.text, m->processes.n);
    for (int lang = 0; lang < b->c->n_languages; lang++) {
        put_search(b, lang, "module", m->id, m->title[lang], m->about[lang]);
    }
    for (int i = 0; i < m->n_lessons; i++) {
        put_lesson(b, m, i);
    }
    return put_pictures(b, m);
}

static void put_tool(struct build *b, const char *container, const struct content_tool *t)
{
    put_manifest(b, container, t->version, "tool", t->licence);
    writer_row(b->w, "tool", "sissis", t->id, number(t->position), t->icon, t->area, number(t->minutes), t->program);
    for (int i = 0; i < t->n_words; i++) {
        put_texts(b, "tool", t->id, t->words[i].key, t->words[i].text);
    }
    put_serves(b, "tool", t->id, t->competences.text, t->competences.n, t->processes.text, t->processes.n);
    for (int lang = 0; lang < b->c->n_languages; lang++) {
        put_search(b, lang, "tool", t->id, content_tool_word(t, "title", lang), content_tool_word(t, "about", lang));
    }
}

/* --- publishing
 * ---------------------------------------------------------------------------------------------------------------------
 */

static bool is_same_file(const char *a, const char *b)
{
    uint8_t x[MINISIG_HASH_BYTES], y[MINISIG_HASH_BYTES];

    return minisig_hash_file(a, x, NULL) && minisig_hash_file(b, y, NULL) && memcmp(x, y, sizeof x) == 0;
}

static bool sign(const char *path, const char *id, int version, const struct seckey *author, struct err *err)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf sig = {0};
    char *comment = mem_fmt("container %s %d", id, version), *sig_path = mem_fmt("%s.minisig", path);
    bool ok = minisig_hash_file(path, hash, err);

    if (ok) {
        minisig_sign(author, hash, comment, &sig);
        ok = fsio_replace(sig_path, sig.data, sig.len, 0644, err);
    }
    buf_release(&sig);
    free(comment);
    free(sig_path);
    return ok;
}

/* The built file takes its place, unless another with this version is there already. */
static bool publish(const char *built, const char *path, struct err *err)
{
    if (fsio_exists(path)) {
        bool is_same = is_same_file(built, path);

        unlink(built);
        return is_same ||
               err_set(err, ERR_EXISTS,
                       "'%s': is there with other bytes; raise its version, a container never changes under its name",
                       path);
    }
    return rename(built, path) == 0 || err_set(err, ERR_IO, "cannot publish '%s'", path);
}

/* What goes into one container. */
struct source {
    const char *id;
    int version;
    const struct content_module *module; /* at most one of the three; none: the core */
    const struct content_workshop *workshop;
    const struct content_tool *tool;
};

static bool put_rows(struct build *b, const struct source *s)
{
    if (s->workshop) {
        content_workshop_put(b, s->id, s->workshop);
        return true;
    }
    if (s->tool) {
        put_tool(b, s->id, s->tool);
        return true;
    }
    return s->module ? put_module(b, s->module) : put_core(b);
}

static bool build_one(struct content *c, struct source s, const struct seckey *author, const char *out_dir,
                      struct buf *log, struct err *err)
{
    struct build b = {.c = c, .err = err};
    char name[FORMAT_NAME_BYTES];
    char *path, *built;
    bool ok;

    format_name(s.id, s.version, name);
    path = mem_fmt("%s/%s", out_dir, name);
    built = mem_fmt("%s/.%s.built", out_dir, name);
    ok = writer_new(built, &b.w, err);
    if (ok && !put_rows(&b, &s)) {
        writer_drop(b.w);
        ok = false;
    } else if (ok) {
        ok = writer_finish(b.w, err) && publish(built, path, err) && sign(path, s.id, s.version, author, err);
    }
    if (ok) {
        int64_t bytes = fsio_size(path);

        buf_fmt(log, "%s  %" PRId64 ".%02" PRId64 " MB\n", name, bytes / SIZE_PER_MB, bytes % SIZE_PER_MB / 10000);
    }
    free(path);
    free(built);
    return ok || err_wrap(err, "building '%s'", name);
}

bool content_build(struct content *c, const struct seckey *author, const char *out_dir, struct buf *log,
                   struct err *err)
{
    bool ok = fsio_make_dirs(out_dir, 0755, err) &&
              build_one(c, (struct source){"core", c->version, NULL, NULL, NULL}, author, out_dir, log, err);

    for (int i = 0; ok && i < c->n_modules; i++) {
        const struct content_module *m = c->modules[i];

        ok = build_one(c, (struct source){m->id, m->version, m, NULL, NULL}, author, out_dir, log, err);
    }
    for (int i = 0; ok && i < c->n_workshops; i++) {
        const struct content_workshop *w = c->workshops[i];

        ok = build_one(c, (struct source){content_workshop_container(c, w), w->version, NULL, w, NULL}, author, out_dir,
                       log, err);
    }
    for (int i = 0; ok && i < c->n_tools; i++) {
        const struct content_tool *t = c->tools[i];
        const char *id = arena_fmt(&c->arena, "tool-%s", t->id);

        ok = build_one(c, (struct source){id, t->version, NULL, NULL, t}, author, out_dir, log, err);
    }
    return ok && fsio_sync_dir(out_dir, err);
}
