/* shelf_fixture: a trust list with one key a role, and small containers, for the tests of the shelf. */
#ifndef M2_TEST_SHELF_FIXTURE_H
#define M2_TEST_SHELF_FIXTURE_H

#include "base/fsio.h"
#include "shelf/container.h"
#include "shelf/verify.h"
#include "shelf/writer.h"
#include "unit/test.h"
#include <math.h>

static struct seckey fx_sec[4], fx_stranger;
static struct trust_key fx_keys[4];
static struct trustlist fx_trust_list;

/* One key for each enum trust_role; made once. */
static inline const struct trustlist *fx_trust(void)
{
    if (!fx_trust_list.n_keys) {
        struct pubkey nobody;

        for (int i = 0; i < 4; i++) {
            keys_make(&fx_sec[i], &fx_keys[i].key);
            fx_keys[i].role = (enum trust_role)i;
            snprintf(fx_keys[i].name, sizeof fx_keys[i].name, "%s", trustlist_role_name((enum trust_role)i));
        }
        keys_make(&fx_stranger, &nobody);
        fx_trust_list = (struct trustlist){.counter = 1, .keys = fx_keys, .n_keys = 4};
    }
    for (int i = 0; i < 4; i++) {
        fx_keys[i].revoked = TRUST_GOOD;
    }
    return &fx_trust_list;
}

static inline void fx_manifest(struct writer *w, const char *id, int64_t version, const char *kind)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)version);
    writer_row(w, "manifest", "ss", "format", FORMAT_CONTAINER);
    writer_row(w, "manifest", "ss", "id", id);
    writer_row(w, "manifest", "ss", "version", text);
    writer_row(w, "manifest", "ss", "kind", kind);
    writer_row(w, "manifest", "ss", "needs", "0.1.0");
    writer_row(w, "manifest", "ss", "licence", "CC BY 4.0");
    writer_row(w, "manifest", "ss", "languages", "en it");
}

static inline void fx_question(struct writer *w, const char *id, const char *owner, int64_t position, int n_choices,
                               bool has_it)
{
    static const char *const langs[] = {"en", "it"};
    char text[96];

    writer_row(w, "question", "ssi", id, owner, position);
    for (int l = 0; l < (has_it ? 2 : 1); l++) {
        snprintf(text, sizeof text, "%s asks in %s", id, langs[l]);
        writer_row(w, "question_text", "sss", id, langs[l], text);
        for (int i = 0; i < n_choices; i++) {
            snprintf(text, sizeof text, "%s answer %d in %s", id, i + 1, langs[l]);
            writer_row(w, "choice", "ssiiss", id, langs[l], (int64_t)i + 1, (int64_t)(i == 1), text, "because");
        }
    }
}

static inline void fx_text(struct writer *w, const char *kind, const char *id, const char *field, const char *en,
                           const char *it)
{
    writer_row(w, "text", "sssss", kind, id, field, "en", en);
    if (it) {
        writer_row(w, "text", "sssss", kind, id, field, "it", it);
    }
}

static inline void fx_core_rows(struct writer *w)
{
    writer_row(w, "language", "ssss", "en", "English", "ltr", "nplurals=2; plural=(n != 1);");
    writer_row(w, "language", "ssss", "it", "Italiano", "ltr", "nplurals=2; plural=(n != 1);");
    writer_row(w, "word", "sssis", "it", "", "Home", (int64_t)0, "Inizio");
    writer_row(w, "word", "sssis", "it", "", "{n} card", (int64_t)0, "{n} scheda");
    writer_row(w, "word", "sssis", "it", "", "{n} card", (int64_t)1, "{n} schede");
    writer_row(w, "word", "sssis", "it", "say", "Home", (int64_t)0, "Torna all'inizio");
    writer_row(w, "area", "siss", "D2", (int64_t)1, "DC", "forum");
    fx_text(w, "area", "D2", "plain", "Talking", "Parlare");
    fx_text(w, "area", "D2", "title", "Communication and collaboration", "Comunicazione e collaborazione");
    writer_row(w, "competence", "sisss", "D2.1", (int64_t)1, "D2", "DC", "2.2");
    writer_row(w, "competence", "sisss", "D2.2", (int64_t)2, "D2", "DC", "2.2");
    writer_row(w, "verified", "ss", "D2.1", "it");
    writer_row(w, "verified30", "ss", "D2.2", "it");
    fx_text(w, "competence", "D2.1", "title30", "Reaching, in 3.0", NULL);
    fx_text(w, "statement", "D2.1/3", "can", "I can reach them.", "So raggiungerle.");
    fx_text(w, "means", "other/sell/D2", "means", "Answer them.", "Rispondi.");
    fx_text(w, "means", "baker/sell/D2", "means", "Tell when bread is ready.", NULL);
    fx_text(w, "case", "sell/D2", "case", "Rosa sold six.", "Rosa ne ha vendute sei.");
    fx_text(w, "competence", "D2.1", "plain", "Reaching people", "Raggiungere le persone");
    fx_text(w, "competence", "D2.2", "plain", "Sharing things", NULL);
    writer_row(w, "level", "iii", (int64_t)1, (int64_t)1, (int64_t)2);
    fx_text(w, "level", "1", "say", "with help", "con aiuto");
    writer_row(w, "process", "sis", "sell", (int64_t)1, "store");
    fx_text(w, "process", "sell", "name", "Sell", "Vendere");
    fx_text(w, "process", "sell", "about", "Finding customers", "Trovare clienti");
    writer_row(w, "process_weight", "ssi", "sell", "D2.1", (int64_t)3);
    writer_row(w, "process_weight", "ssi", "sell", "D2.2", (int64_t)1);
    writer_row(w, "trade", "sis", "other", (int64_t)2, "dots-horizontal");
    writer_row(w, "trade", "sis", "stall", (int64_t)1, "basket");
    fx_text(w, "trade", "stall", "name", "Market stall", "Bancarella");
    writer_row(w, "trade_weight", "ssi", "stall", "sell", (int64_t)3);
    writer_row(w, "tap", "sis", "ask", (int64_t)1, "sell");
    fx_text(w, "tap", "ask", "text", "We ask.", "Chiediamo.");
    writer_row(w, "item", "sissisrs", "z-first", (int64_t)1, "D2.1", "sr", (int64_t)3, "", (double)NAN, "list");
    writer_row(w, "item", "sissisrs", "a-second", (int64_t)2, "D2.1", "st", (int64_t)4, "market", 40.0, "steps");
    writer_row(w, "item", "sissisrs", "m-third", (int64_t)3, "D2.2", "km", (int64_t)2, "", (double)NAN, "list");
    writer_row(w, "calibrated", "ssrrr", "z-first", "", -0.5, 0.2, 1.1);
    writer_row(w, "calibrated", "ssrrr", "z-first", "it", 3.25, 0.3, (double)NAN);
    writer_row(w, "prior", "sr", "D2.1", 4.25);
    writer_row(w, "prior", "sr", "claim", 0.75);
    fx_question(w, "z-first", "z-first", 1, 0, true);
    fx_question(w, "a-second/1", "a-second", 1, 4, true);
    fx_question(w, "a-second/2", "a-second", 2, 4, true);
    fx_question(w, "a-second/3", "a-second", 3, 4, true);
    fx_question(w, "m-third", "m-third", 1, 4, false); /* English only */
}

static inline void fx_module_rows(struct writer *w)
{
    writer_row(w, "module", "sissi", "shop", (int64_t)1, "store", "D2", (int64_t)3);
    fx_text(w, "module", "shop", "title", "Your shop", "Il tuo negozio");
    fx_text(w, "module", "shop", "about", "How to open", "Come aprire");
    writer_row(w, "serves", "sss", "module", "shop", "D2.1");
    writer_row(w, "serves", "sss", "lesson", "shop-1", "D2.1");
    writer_row(w, "serves", "sss", "lesson", "shop-1", "process:sell");
    writer_row(w, "lesson", "ssiiii", "shop-1", "shop", (int64_t)1, (int64_t)8, (int64_t)3, (int64_t)2);
    fx_text(w, "lesson", "shop-1", "title", "The door", "La porta");
    fx_text(w, "lesson", "shop-1", "outcome1", "Open the door.", "Aprire la porta.");
    fx_text(w, "lesson", "shop-1", "outcome2", "Close the door.", "Chiudere la porta.");
    writer_row(w, "page", "ssis", "shop-1", "en", (int64_t)1, "# The door\n\n![A red door with a bell](door.svg)\n");
    writer_row(w, "page", "ssis", "shop-1", "en", (int64_t)2, "# Open it\n\nPush.\n");
    writer_row(w, "page", "ssis", "shop-1", "it", (int64_t)1, "# La porta\n\n![Una porta rossa](door.svg)\n");
    writer_row(w, "page", "ssis", "shop-1", "it", (int64_t)2, "# Aprila\n\nSpingi.\n");
    fx_question(w, "shop-1-q1", "shop-1", 1, 3, true);
    fx_question(w, "shop-1-q2", "shop-1", 2, 4, false);
    writer_row(w, "media", "ssiissb", "door.svg", "image/png", (int64_t)960, (int64_t)640, "somebody", "CC BY 4.0",
               (const void *)"\x89PNG", (size_t)4);
    fx_text(w, "media", "door.svg", "alt", "A red door with a bell", "Una porta rossa");
    writer_row(w, "search", "ssssss", "en", "lesson", "shop-1", "The door", "The door Open it Push", "door open push");
}

/* Signs path with sec and the comment "TYPE ID VERSION". */
static inline void fx_sign(const char *path, const struct seckey *sec, const char *comment)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf sig = {0};
    char sig_path[640];
    struct err err;

    CHECK(minisig_hash_file(path, hash, &err));
    minisig_sign(sec, hash, comment, &sig);
    snprintf(sig_path, sizeof sig_path, "%s.minisig", path);
    CHECK(fsio_replace(sig_path, sig.data, sig.len, 0644, &err));
    buf_release(&sig);
}

/* dir/ID-VERSION.m2k with its signature by the author; id "core" has the core's rows, any other the module's. Returns
 * the path, in one of four rotating buffers. */
static inline const char *fx_pack(const char *dir, const char *id, int64_t version)
{
    static char paths[4][600];
    static unsigned next;
    char *path = paths[next++ % 4], name[FORMAT_NAME_BYTES], comment[96];
    struct writer *w = NULL;
    struct err err;

    fx_trust();
    CHECK(fsio_make_dirs(dir, 0755, &err));
    format_name(id, version, name);
    snprintf(path, sizeof paths[0], "%s/%s", dir, name);
    CHECK(writer_new(path, &w, &err));
    fx_manifest(w, id, version, strcmp(id, "core") == 0 ? "core" : "module");
    if (strcmp(id, "core") == 0) {
        fx_core_rows(w);
    } else {
        fx_module_rows(w);
    }
    CHECK(writer_finish(w, &err));
    snprintf(comment, sizeof comment, "container %s %lld", id, (long long)version);
    fx_sign(path, &fx_sec[TRUST_AUTHOR], comment);
    return path;
}

#endif
