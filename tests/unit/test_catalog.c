/* test_catalog: what the office offers; counters rise, parts cannot be mixed (THREATS T26, T27, T29). */
#include "shelf/catalog.h"
#include "unit/shelf_fixture.h"

static void fill(struct catalog *c, struct catalog_entry e[2], uint64_t counter)
{
    memset(e, 0, 2 * sizeof *e);
    snprintf(e[0].id, sizeof e[0].id, "core");
    snprintf(e[1].id, sizeof e[1].id, "get-found");
    for (int i = 0; i < 2; i++) {
        e[i].version = i + 1;
        e[i].bytes = 1000 * (i + 1);
        memset(e[i].hash, 0x11 * (i + 1), sizeof e[i].hash);
        snprintf(e[i].needs, sizeof e[i].needs, "0.1.0");
    }
    *c = (struct catalog){counter, e, 2};
}

static enum err_code try_verify(const struct buf *text, const struct buf *sig, uint64_t least, struct err *err)
{
    struct trust_sig s = {sig->data, sig->len};
    struct catalog *c = NULL;

    err->code = ERR_NONE;
    if (catalog_verify(fx_trust(), buf_text(text), text->len, &s, least, &c, err)) {
        catalog_free(c);
        return ERR_NONE;
    }
    return err->code;
}

TEST(catalog, written_and_signed_it_is_read_back)
{
    struct buf text = {0}, sig = {0}, again = {0};
    struct catalog_entry e[2];
    struct catalog c, *back = NULL;
    struct trust_sig s;
    struct err err;

    fx_trust();
    fill(&c, e, 12);
    catalog_text(&c, &text);
    catalog_sign(&fx_sec[TRUST_OFFICE], text.data, text.len, 12, &sig);
    s = (struct trust_sig){sig.data, sig.len};
    CHECK(catalog_verify(fx_trust(), text.data, text.len, &s, 12, &back, &err));
    CHECK(back->counter == 12);
    CHECK_INT(back->n_entries, 2);
    CHECK_INT(catalog_find(back, "get-found")->bytes, 2000);
    CHECK(!catalog_find(back, "other"));
    catalog_text(back, &again);
    CHECK_STR(again.data, text.data);
    catalog_free(back);
    buf_release(&text);
    buf_release(&sig);
    buf_release(&again);
}

TEST(catalog, older_counters_other_signers_and_other_types_are_refused) /* T27, T33 */
{
    struct buf text = {0}, sig = {0};
    struct catalog_entry e[2];
    struct catalog c;
    struct err err;

    fx_trust();
    fill(&c, e, 12);
    catalog_text(&c, &text);
    catalog_sign(&fx_sec[TRUST_OFFICE], text.data, text.len, 12, &sig);
    CHECK_INT(try_verify(&text, &sig, 0, &err), ERR_NONE);
    CHECK_INT(try_verify(&text, &sig, 13, &err), ERR_TRUST);
    CHECK_HAS(err.text, "bring a newer stick");
    catalog_sign(&fx_sec[TRUST_OFFICE], text.data, text.len, 99, &sig);
    CHECK_INT(try_verify(&text, &sig, 0, &err), ERR_SIGNATURE);
    catalog_sign(&fx_sec[TRUST_AUTHOR], text.data, text.len, 12, &sig);
    CHECK_INT(try_verify(&text, &sig, 0, &err), ERR_TRUST);
    catalog_sign(&fx_stranger, text.data, text.len, 12, &sig);
    CHECK_INT(try_verify(&text, &sig, 0, &err), ERR_SIGNATURE);
    trustlist_sign(&fx_sec[TRUST_OFFICE], text.data, text.len, 12, &sig);
    CHECK_INT(try_verify(&text, &sig, 0, &err), ERR_TRUST);
    buf_release(&text);
    buf_release(&sig);
}

TEST(catalog, each_flipped_byte_and_each_cut_is_refused) /* T26 */
{
    struct buf text = {0}, sig = {0};
    struct catalog_entry e[2];
    struct catalog c;
    struct err err;

    fx_trust();
    fill(&c, e, 3);
    catalog_text(&c, &text);
    catalog_sign(&fx_sec[TRUST_OFFICE], text.data, text.len, 3, &sig);
    for (int part = 0; part < 2; part++) {
        struct buf *b = part ? &sig : &text;
        size_t whole = b->len;

        for (size_t i = 0; i < whole; i++) {
            b->data[i] ^= (char)(1 << (i % 8));
            CHECK(try_verify(&text, &sig, 0, &err) != ERR_NONE);
            b->data[i] ^= (char)(1 << (i % 8));
        }
        for (size_t n = 0; n < whole; n++) {
            b->len = n;
            CHECK(try_verify(&text, &sig, 0, &err) != ERR_NONE);
        }
        b->len = whole;
    }
    CHECK_INT(try_verify(&text, &sig, 0, &err), ERR_NONE);
    buf_release(&text);
    buf_release(&sig);
}

TEST(catalog, wrong_fields_are_refused_by_what_is_wrong)
{
    static const struct {
        const char *from, *to;
        enum err_code expected;
        const char *says;
    } cases[] = {
        {"micro2-catalog-1", "micro2-catalog-2", ERR_VERSION, "a newer station"},
        {"micro2-catalog-1", "micro2-trust-1", ERR_FORMAT, "format"},
        {"\"counter\":3", "\"counter\":0", ERR_FORMAT, "counter"},
        {"\"counter\":3", "\"counter\":3,\"note\":1", ERR_FORMAT, "note"},
        {"\"id\":\"core\"", "\"id\":\"../core\"", ERR_FORMAT, "no container id"},
        {"\"id\":\"core\"", "\"id\":\"get-found\"", ERR_FORMAT, "twice"},
        {"\"version\":1", "\"version\":0", ERR_FORMAT, "version"},
        {"\"version\":1", "\"version\":1000000000", ERR_FORMAT, "version"},
        {"\"bytes\":1000", "\"bytes\":0", ERR_FORMAT, "bytes"},
        {"\"bytes\":1000", "\"bytes\":536870913", ERR_FORMAT, "bytes"},
        {"\"blake2b\":\"11", "\"blake2b\":\"", ERR_FORMAT, "hex digits"},
        {"\"blake2b\":\"11", "\"blake2b\":\"xx", ERR_FORMAT, "hex digits"},
        {"\"needs\":\"0.1.0\"", "\"needs\":\"new\"", ERR_FORMAT, "needs"},
        {",\"needs\":\"0.1.0\"", "", ERR_FORMAT, "needs"},
        {"\"needs\":\"0.1.0\"", "\"needs\":\"0.1.0\",\"url\":\"x\"", ERR_FORMAT, "url"},
        {"\"containers\":[", "\"containers\":[1,", ERR_FORMAT, "object"},
        {"]}\n", "]}", ERR_FORMAT, "one newline"},
    };
    struct buf text = {0};
    struct catalog_entry e[2];
    struct catalog c;

    fill(&c, e, 3);
    catalog_text(&c, &text);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        const char *at = strstr(text.data, cases[i].from);
        struct err err = {0};
        char *wrong;

        CHECK(at);
        wrong = mem_fmt("%.*s%s%s", (int)(at - text.data), text.data, cases[i].to, at + strlen(cases[i].from));
        CHECK(!catalog_parse(wrong, strlen(wrong), &err));
        if (err.code != cases[i].expected || !strstr(err.text, cases[i].says)) {
            print_error("%s -> %s\n", cases[i].to, err.text);
            CHECK(false);
        }
        free(wrong);
    }
    buf_release(&text);
}

TEST(catalog, number_of_containers_has_a_limit) /* R5 */
{
    struct catalog_entry *e = mem_alloc((FORMAT_CONTAINERS_MAX + 1) * sizeof *e);
    struct catalog c = {1, e, FORMAT_CONTAINERS_MAX}, *back;
    struct buf text = {0};
    struct err err = {0};

    for (int i = 0; i <= FORMAT_CONTAINERS_MAX; i++) {
        snprintf(e[i].id, sizeof e[i].id, "pack-%d", i);
        e[i].version = e[i].bytes = 1;
        snprintf(e[i].needs, sizeof e[i].needs, "0.1.0");
    }
    catalog_text(&c, &text);
    back = catalog_parse(text.data, text.len, &err);
    CHECK(back);
    catalog_free(back);
    c.n_entries++;
    catalog_text(&c, &text);
    CHECK(!catalog_parse(text.data, text.len, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    free(e);
    buf_release(&text);
}
