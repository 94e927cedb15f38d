/* content_build: rows of the containers, in the order of the sources, and their signatures. */
#include "content_build.h"
#include "base/fsio.h"
#include "content_search.h"
#include "content_svg.h"
#include "shelf/format.h"
#include "shelf/writer.h"
#include "trust/minisig.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { SIZE_PER_MB = 1000 * 1000 };

struct build {
    struct content *c;
    struct writer *w;
    struct err *err;
};

static int64_t number(int n)
{
    return n;
}

static void put_text(struct build *b, const char *kind, const char *id, const char *field, int lang, const char *value)
{
    writer_row(b->w, "text", "sssss", kind, id, field, b->c->languages[lang], value);
}

static void put_texts(struct build *b, const char *kind, const char *id, const char *field, const char *const *values)
{
    for (int i = 0; i < b->c->n_languages; i++) {
        put_text(b, kind, id, field, i, values[i]);
    }
}

static void put_manifest(struct build *b, const char *id, int version, const char *kind, const char *licence)
{
    struct buf languages = {0};
    char text[16];

    for (int i = 0; i < b->c->n_languages; i++) {
        buf_fmt(&languages, "%s%s", i ? " " : "", b->c->languages[i]);
    }
    snprintf(text, sizeof text, "%d", version);
    writer_row(b->w, "manifest", "ss", "format", FORMAT_CONTAINER);
    writer_row(b->w, "manifest", "ss", "id", id);
    writer_row(b->w, "manifest", "ss", "version", text);
    writer_row(b->w, "manifest", "ss", "kind", kind);
    writer_row(b->w, "manifest", "ss", "needs", FORMAT_STATION);
    writer_row(b->w, "manifest", "ss", "licence", licence);
    writer_row(b->w, "manifest", "ss", "languages", buf_text(&languages));
    buf_release(&languages);
}

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

static void put_search(struct build *b, int lang, const char *kind, const char *id, const char *title,
                       const char *words)
{
    struct buf stems = {0};

    content_stems(b->c->languages[lang], title, &stems);
    content_stems(b->c->languages[lang], words, &stems);
    writer_row(b->w, "search", "ssssss", b->c->languages[lang], kind, id, title, words, buf_text(&stems));
    buf_release(&stems);
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
        }
    }
    for (int i = 0; i < c->n_levels; i++) {
        char band[12];

        snprintf(band, sizeof band, "%d", c->levels[i].band);
        writer_row(b->w, "level", "iii", number(c->levels[i].band), number(c->levels[i].level_from),
                   number(c->levels[i].level_to));
        put_texts(b, "level", band, "say", c->levels[i].say);
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

static void put_items(struct build *b)
{
    for (int i = 0; i < b->c->n_items; i++) {
        const struct content_item *item = &b->c->items[i];

        writer_row(b->w, "item", "sissisr", item->id, number(i + 1), item->competence, item->type, number(item->level),
                   item->context, item->seconds);
        for (int part = 1; part <= content_type_questions(item->type); part++) {
            put_question(b, content_question_id(b->c, item, part), item->id, part, b->c->gift);
        }
    }
}

static bool put_core(struct build *b)
{
    put_manifest(b, "core", b->c->version, "core", "CC BY 4.0");
    for (int i = 0; i < b->c->n_languages; i++) {
        put_language(b, i);
    }
    put_frameworks(b);
    put_processes(b);
    put_items(b);
    return true;
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

static void put_serves(struct build *b, const char *kind, const char *id, const char *const *competences, int n,
                       const char *const *processes, int n_processes)
{
    for (int i = 0; i < n; i++) {
        writer_row(b->w, "serves", "sss", kind, id, competences[i]);
    }
    for (int i = 0; i < n_processes; i++) {
        writer_row(b->w, "serves", "sss", kind, id, arena_fmt(&b->c->arena, "process:%s", processes[i]));
    }
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

/* module NULL: the core. */
static bool build_one(struct content *c, const struct content_module *m, const struct seckey *author,
                      const char *out_dir, struct buf *log, struct err *err)
{
    const char *id = m ? m->id : "core";
    int version = m ? m->version : c->version;
    struct build b = {.c = c, .err = err};
    char name[FORMAT_NAME_BYTES];
    char *path, *built;
    bool ok;

    format_name(id, version, name);
    path = mem_fmt("%s/%s", out_dir, name);
    built = mem_fmt("%s/.%s.built", out_dir, name);
    ok = writer_new(built, &b.w, err);
    if (ok && !(m ? put_module(&b, m) : put_core(&b))) {
        writer_drop(b.w);
        ok = false;
    } else if (ok) {
        ok = writer_finish(b.w, err) && publish(built, path, err) && sign(path, id, version, author, err);
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
    if (!fsio_make_dirs(out_dir, 0755, err) || !build_one(c, NULL, author, out_dir, log, err)) {
        return false;
    }
    for (int i = 0; i < c->n_modules; i++) {
        if (!build_one(c, c->modules[i], author, out_dir, log, err)) {
            return false;
        }
    }
    return fsio_sync_dir(out_dir, err);
}
