/* test_trustlist: two of three roots, counters that rise, roles, revocations (THREATS T26, T27, T32, T33). */
#include "base/fsio.h"
#include "fakes/failing_io.h"
#include "trust/minisig.h"
#include "trust/trustlist.h"
#include "unit/test.h"
#include <errno.h>
#include <unistd.h>

enum { N_KEYS = 4, ROOTS_MAX = 24 };

static struct seckey root_sec[ROOTS_MAX], key_sec[N_KEYS];
static struct pubkey root_pub[ROOTS_MAX], key_pub[N_KEYS];
static bool is_made;

/* Roots first, first + 1, first + 2; one key for each role. */
static void fill(struct trustlist *t, struct trust_key keys[N_KEYS], uint64_t counter, int first)
{
    static const char *const names[N_KEYS] = {"office", "author", "courier", "ballina"};

    for (int i = 0; !is_made && i < ROOTS_MAX; i++) {
        keys_make(&root_sec[i], &root_pub[i]);
    }
    for (int i = 0; !is_made && i < N_KEYS; i++) {
        keys_make(&key_sec[i], &key_pub[i]);
    }
    is_made = true;
    memset(keys, 0, N_KEYS * sizeof *keys);
    for (int i = 0; i < N_KEYS; i++) {
        keys[i].role = (enum trust_role)i;
        keys[i].key = key_pub[i];
        snprintf(keys[i].name, sizeof keys[i].name, "%s", names[i]);
    }
    *t = (struct trustlist){.counter = counter, .keys = keys, .n_keys = N_KEYS};
    for (int i = 0; i < TRUST_ROOTS; i++) {
        t->roots[i] = root_pub[first + i];
    }
}

struct signed_list {
    struct buf text;
    struct buf sigs[TRUST_SIGS_MAX];
    struct trust_sig refs[TRUST_SIGS_MAX];
    int n_sigs;
};

static void add_sig(struct signed_list *s, int root, uint64_t counter)
{
    struct buf *sig = &s->sigs[s->n_sigs];

    trustlist_sign(&root_sec[root], s->text.data, s->text.len, counter, sig);
    s->refs[s->n_sigs++] = (struct trust_sig){sig->data, sig->len};
}

/* signers: roots by index, ended by -1. */
static void sign_list(struct signed_list *s, const struct trustlist *t, const int *signers)
{
    trustlist_text(t, &s->text);
    s->n_sigs = 0;
    for (int i = 0; signers[i] >= 0; i++) {
        add_sig(s, signers[i], t->counter);
    }
}

static void release(struct signed_list *s)
{
    buf_release(&s->text);
    for (int i = 0; i < TRUST_SIGS_MAX; i++) {
        buf_release(&s->sigs[i]);
    }
}

static enum err_code try_update(const struct trustlist *old, const struct signed_list *s, struct err *err)
{
    struct trustlist *t = NULL;

    err->code = ERR_NONE;
    err->text[0] = '\0';
    if (trustlist_verify_update(old, s->text.data, s->text.len, s->refs, s->n_sigs, &t, err)) {
        trustlist_free(t);
        return ERR_NONE;
    }
    return err->code;
}

TEST(trustlist, text_is_read_back_as_it_was)
{
    struct signed_list s = {0};
    struct trust_key keys[N_KEYS];
    struct trustlist t, *back = NULL;
    struct buf again = {0};
    struct err err;

    fill(&t, keys, 7, 0);
    keys[1].revoked = TRUST_LOST;
    keys[2].revoked = TRUST_STOLEN;
    keys[0].not_before_counter = 41;
    sign_list(&s, &t, (const int[]){0, 1, 2, -1});
    CHECK(trustlist_verify_update(NULL, s.text.data, s.text.len, s.refs, s.n_sigs, &back, &err));
    trustlist_text(back, &again);
    CHECK_STR(again.data, s.text.data);
    CHECK(s.text.data[s.text.len - 1] == '\n');
    trustlist_free(back);
    buf_release(&again);
    release(&s);
}

TEST(trustlist, update_needs_two_different_roots_of_the_old_and_two_of_the_new_list) /* T32, T33 */
{
    /* the station holds roots 0 1 2 at counter 5; the update has roots `first` .. first + 2 */
    static const struct {
        int first;
        uint64_t counter;
        int signers[7];
        enum err_code expected;
        const char *why;
    } cases[] = {
        {0, 6, {0, 1, -1}, ERR_NONE, "two of the same three"},
        {0, 6, {1, 2, -1}, ERR_NONE, "another two"},
        {0, 6, {2, 0, 1, -1}, ERR_NONE, "all three"},
        {0, 900, {0, 2, -1}, ERR_NONE, "counter may leap"},
        {0, 6, {-1}, ERR_SIGNATURE, "unsigned"},
        {0, 6, {0, -1}, ERR_SIGNATURE, "one root"},
        {0, 6, {1, 1, -1}, ERR_SIGNATURE, "one root twice"},
        {0, 6, {1, 1, 1, 1, -1}, ERR_SIGNATURE, "one root four times"},
        {0, 6, {0, 3, -1}, ERR_SIGNATURE, "one root and a stranger"},
        {0, 6, {3, 4, 5, -1}, ERR_SIGNATURE, "strangers"},
        {0, 6, {3, 0, 4, 1, -1}, ERR_NONE, "strangers count for nothing, roots do"},
        {0, 5, {0, 1, -1}, ERR_TRUST, "same counter"},
        {0, 4, {0, 1, 2, -1}, ERR_TRUST, "lower counter"},
        {1, 6, {1, 2, -1}, ERR_NONE, "one root changed, the two that stay sign"},
        {1, 6, {0, 1, 2, 3, -1}, ERR_NONE, "one root changed, all sign"},
        {1, 6, {0, 1, 3, -1}, ERR_NONE, "one root changed, two of each"},
        {1, 6, {0, 1, -1}, ERR_SIGNATURE, "one root changed, only one new"},
        {1, 6, {2, 3, -1}, ERR_SIGNATURE, "one root changed, only one old"},
        {3, 6, {0, 1, 3, 4, -1}, ERR_NONE, "all roots changed, two of each"},
        {3, 6, {0, 1, -1}, ERR_SIGNATURE, "all roots changed, no new one"},
        {3, 6, {3, 4, 5, -1}, ERR_SIGNATURE, "all roots changed, no old one"},
        {3, 6, {0, 3, 4, -1}, ERR_SIGNATURE, "all roots changed, one old"},
        {3, 6, {0, 1, 3, -1}, ERR_SIGNATURE, "all roots changed, one new"},
        {3, 6, {0, 0, 3, 3, -1}, ERR_SIGNATURE, "all roots changed, one of each twice"},
    };
    struct trust_key old_keys[N_KEYS], keys[N_KEYS];
    struct trustlist old, t;
    struct err err;

    fill(&old, old_keys, 5, 0);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct signed_list s = {0};

        fill(&t, keys, cases[i].counter, cases[i].first);
        sign_list(&s, &t, cases[i].signers);
        if (try_update(&old, &s, &err) != cases[i].expected) {
            print_error("%s: %s %s\n", cases[i].why, err_name(err.code), err.text);
            CHECK(false);
        }
        release(&s);
    }
}

TEST(trustlist, first_list_is_judged_by_its_own_roots)
{
    struct signed_list s = {0};
    struct trust_key keys[N_KEYS];
    struct trustlist t;
    struct err err;

    fill(&t, keys, 1, 0);
    sign_list(&s, &t, (const int[]){0, 2, -1});
    CHECK_INT(try_update(NULL, &s, &err), ERR_NONE);
    sign_list(&s, &t, (const int[]){0, 3, 4, -1});
    CHECK_INT(try_update(NULL, &s, &err), ERR_SIGNATURE);
    release(&s);
}

TEST(trustlist, signature_for_another_counter_or_kind_counts_for_nothing)
{
    struct signed_list s = {0};
    struct trust_key keys[N_KEYS];
    struct trustlist t;
    struct buf sig = {0};
    uint8_t hash[MINISIG_HASH_BYTES];
    struct minisig_hash h;
    struct err err;

    fill(&t, keys, 3, 0);
    sign_list(&s, &t, (const int[]){-1});
    add_sig(&s, 0, 4);
    add_sig(&s, 1, 4);
    CHECK_INT(try_update(NULL, &s, &err), ERR_SIGNATURE);
    CHECK_HAS(err.text, "are for counter 4, it says 3");
    sign_list(&s, &t, (const int[]){0, -1});
    minisig_hash_begin(&h);
    minisig_hash_add(&h, s.text.data, s.text.len);
    minisig_hash_end(&h, hash);
    minisig_sign(&root_sec[1], hash, "catalog trust.json 3", &sig);
    s.refs[s.n_sigs++] = (struct trust_sig){sig.data, sig.len};
    CHECK_INT(try_update(NULL, &s, &err), ERR_SIGNATURE);
    buf_release(&sig);
    release(&s);
}

TEST(trustlist, twenty_rotations_are_followed_and_none_can_be_left_out) /* T32 */
{
    struct trust_key keys[N_KEYS];
    struct trustlist t, *held = NULL;
    struct signed_list s = {0};
    struct err err;

    fill(&t, keys, 1, 0);
    sign_list(&s, &t, (const int[]){0, 1, -1});
    CHECK(trustlist_verify_update(NULL, s.text.data, s.text.len, s.refs, s.n_sigs, &held, &err));
    for (int step = 1; step <= 20; step++) {
        struct trustlist *next = NULL;

        if (step + 1 + TRUST_ROOTS <= ROOTS_MAX) { /* two steps ahead: only one root is still known */
            fill(&t, keys, (uint64_t)step + 2, step + 1);
            sign_list(&s, &t, (const int[]){step + 1, step + 2, step + 3, -1});
            CHECK_INT(try_update(held, &s, &err), ERR_SIGNATURE);
        }
        fill(&t, keys, (uint64_t)step + 1, step);
        sign_list(&s, &t, (const int[]){step, step + 1, -1});
        CHECK(trustlist_verify_update(held, s.text.data, s.text.len, s.refs, s.n_sigs, &next, &err));
        trustlist_free(held);
        held = next;
        CHECK_INT(try_update(held, &s, &err), ERR_TRUST); /* T27: the same again */
    }
    trustlist_free(held);
    release(&s);
}

TEST(trustlist, station_five_years_behind_takes_a_list_that_its_old_roots_also_signed) /* T32 */
{
    struct trust_key keys[N_KEYS], old_keys[N_KEYS];
    struct signed_list s = {0};
    struct trustlist t, old;
    struct err err;

    fill(&old, old_keys, 1, 0);
    fill(&t, keys, 1000, 20);
    sign_list(&s, &t, (const int[]){20, 21, 0, 2, -1});
    CHECK_INT(try_update(&old, &s, &err), ERR_NONE);
    release(&s);
}

TEST(trustlist, revocation_stays) /* T32 */
{
    static const struct {
        enum trust_revoked was, now;
        bool is_listed;
        enum err_code expected;
    } cases[] = {
        {TRUST_GOOD, TRUST_LOST, true, ERR_NONE},     {TRUST_LOST, TRUST_LOST, true, ERR_NONE},
        {TRUST_LOST, TRUST_STOLEN, true, ERR_NONE},   {TRUST_STOLEN, TRUST_STOLEN, true, ERR_NONE},
        {TRUST_LOST, TRUST_GOOD, true, ERR_TRUST},    {TRUST_STOLEN, TRUST_LOST, true, ERR_TRUST},
        {TRUST_STOLEN, TRUST_GOOD, true, ERR_TRUST},  {TRUST_LOST, TRUST_LOST, false, ERR_TRUST},
        {TRUST_STOLEN, TRUST_GOOD, false, ERR_TRUST}, {TRUST_GOOD, TRUST_GOOD, false, ERR_NONE},
    };
    struct trust_key keys[N_KEYS], old_keys[N_KEYS];
    struct trustlist t, old;
    struct err err;

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct signed_list s = {0};

        fill(&old, old_keys, 1, 0);
        old_keys[3].revoked = cases[i].was;
        fill(&t, keys, 2, 0);
        keys[3].revoked = cases[i].now;
        t.n_keys = cases[i].is_listed ? N_KEYS : N_KEYS - 1;
        sign_list(&s, &t, (const int[]){0, 1, -1});
        CHECK_INT(try_update(&old, &s, &err), cases[i].expected);
        release(&s);
    }
}

TEST(trustlist, a_key_is_found_in_its_own_role_and_until_it_is_revoked) /* T33 */
{
    struct trust_key keys[N_KEYS];
    struct trustlist t;
    struct err err;

    fill(&t, keys, 1, 0);
    for (int key = 0; key < N_KEYS; key++) {
        for (int role = 0; role < N_KEYS; role++) {
            const struct trust_key *k = trustlist_find(&t, (enum trust_role)role, key_pub[key].id, &err);

            CHECK(k == (role == key ? &keys[key] : NULL));
            CHECK(k || err.code == ERR_TRUST);
        }
    }
    CHECK(!trustlist_find(&t, TRUST_OFFICE, root_pub[0].id, &err));
    CHECK_INT(err.code, ERR_SIGNATURE);
    CHECK(trustlist_find_name(&t, TRUST_STATION, "ballina") == &keys[3]);
    CHECK(!trustlist_find_name(&t, TRUST_AUTHOR, "ballina"));
    keys[1].revoked = TRUST_LOST;
    CHECK(!trustlist_find(&t, TRUST_AUTHOR, key_pub[1].id, &err));
    CHECK_HAS(err.text, "revoked as lost");
    CHECK(trustlist_find_kept(&t, TRUST_AUTHOR, key_pub[1].id, &err));
    keys[1].revoked = TRUST_STOLEN;
    CHECK(!trustlist_find_kept(&t, TRUST_AUTHOR, key_pub[1].id, &err));
    CHECK_INT(err.code, ERR_TRUST);
}

TEST(trustlist, statement_is_checked_for_role_type_and_the_counter_floor_of_its_key) /* T31, T33 */
{
    static const struct {
        enum trust_role signer;
        const char *comment;
        enum err_code expected;
    } cases[] = {
        {TRUST_OFFICE, "catalog catalog.json 41", ERR_NONE},   {TRUST_OFFICE, "catalog catalog.json 40", ERR_TRUST},
        {TRUST_OFFICE, "receipt catalog.json 41", ERR_TRUST},  {TRUST_AUTHOR, "catalog catalog.json 41", ERR_TRUST},
        {TRUST_STATION, "catalog catalog.json 41", ERR_TRUST}, {TRUST_OFFICE, "catalog catalog.json", ERR_FORMAT},
    };
    static const uint8_t hash[MINISIG_HASH_BYTES] = {3};
    struct trust_key keys[N_KEYS];
    struct buf text = {0};
    struct trustlist t;
    struct err err;

    fill(&t, keys, 1, 0);
    keys[TRUST_OFFICE].not_before_counter = 41;
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct trust_sig sig;
        char id[64];
        uint64_t counter = 0;
        bool ok;

        minisig_sign(&key_sec[cases[i].signer], hash, cases[i].comment, &text);
        sig = (struct trust_sig){text.data, text.len};
        err.code = ERR_NONE;
        ok = trustlist_check(&t, TRUST_OFFICE, "catalog", &sig, hash, id, &counter, &err);
        CHECK_INT(ok ? ERR_NONE : err.code, cases[i].expected);
        CHECK(!ok || (counter == 41 && !strcmp(id, "catalog.json")));
    }
    buf_release(&text);
}

/* A list text with one thing wrong, properly signed: what the signature cannot catch. */
static void check_text(const char *text, enum err_code expected, const char *says)
{
    struct signed_list s = {0};
    struct err err;

    buf_str(&s.text, text);
    add_sig(&s, 0, 1);
    add_sig(&s, 1, 1);
    if (try_update(NULL, &s, &err) != expected || !strstr(err.text, says)) {
        print_error("%s\n -> %s %s\n", text, err_name(err.code), err.text);
        CHECK(false);
    }
    release(&s);
}

static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    CHECK(at);
    return mem_fmt("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

TEST(trustlist, signed_but_wrong_lists_are_refused_by_what_is_wrong)
{
    char root0[57], root0_other[57], root1[57], author[57], office[57];
    struct trust_key keys[N_KEYS];
    struct buf good = {0};
    struct trustlist t;

    fill(&t, keys, 1, 0);
    trustlist_text(&t, &good);
    keys_public_text(&root_pub[0], root0);
    keys_public_text(&root_pub[1], root1);
    keys_public_text(&key_pub[1], author);
    keys_public_text(&key_pub[0], office);
    struct pubkey other_id = root_pub[0];

    other_id.id[0] ^= 1;
    keys_public_text(&other_id, root0_other);
    check_text(good.data, ERR_NONE, "");
    const struct {
        const char *from, *to;
        enum err_code expected;
        const char *says;
    } cases[] = {
        {"micro2-trust-1", "micro2-trust-2", ERR_VERSION, "a newer station"},
        {"micro2-trust-1", "micro3", ERR_FORMAT, "format"},
        {"\"threshold\":2", "\"threshold\":1", ERR_FORMAT, "threshold"},
        {"\"threshold\":2", "\"threshold\":3", ERR_FORMAT, "threshold"},
        {"\"threshold\":2", "\"threshold\":2.0", ERR_FORMAT, "threshold"},
        {"\"threshold\":2,", "", ERR_FORMAT, "threshold"},
        {"\"counter\":1", "\"counter\":0", ERR_FORMAT, "counter"},
        {"\"counter\":1", "\"counter\":\"1\"", ERR_FORMAT, "counter"},
        {"\"counter\":1", "\"counter\":1,\"counter\":1", ERR_FORMAT, ""},
        {"\"counter\":1", "\"counter\":1,\"expires\":9", ERR_FORMAT, "expires"},
        {root1, root0, ERR_TRUST, "one key"},
        {root1, root0_other, ERR_TRUST, "one key"}, /* T33: one key under two ids */
        {"\"roots\":[", "\"roots\":[[],", ERR_FORMAT, "must be 3 keys"},
        {"\"role\":\"author\"", "\"role\":\"root\"", ERR_FORMAT, "unknown role"},
        {"\"role\":\"author\"", "\"role\":\"author\",\"note\":\"x\"", ERR_FORMAT, "note"},
        {"\"name\":\"author\"", "\"name\":\"\"", ERR_FORMAT, "name"},
        {"\"name\":\"author\"", "\"name\":\"a\\nb\"", ERR_FORMAT, "name"},
        {"\"name\":\"author\",", "", ERR_FORMAT, "name"},
        {"\"name\":\"author\"", "\"name\":\"a\\u0007\"", ERR_FORMAT, "clean"},
        {"\"name\":\"author\"", "\"name\":\"a\\tb\"", ERR_FORMAT, "name"},
        {"\"role\":\"author\",", "", ERR_FORMAT, "role"},
        {"\"role\":\"author\"", "\"role\":7", ERR_FORMAT, "role"},
        {"\"key\":", "\"key\":7,\"not_before_counter\":", ERR_FORMAT, "'key' must be a text"},
        {author, root0, ERR_TRUST, "twice"},
        {author, root0_other, ERR_TRUST, "twice"},
        {author, office, ERR_TRUST, "for 'office' and for 'author'"},
        {author, "RWQ", ERR_FORMAT, "56 letters"},
        {"\"keys\":[", "\"keys\":[7,", ERR_FORMAT, "object"},
        {"\"key\":", "\"revoked\":\"found\",\"key\":", ERR_FORMAT, "lost or stolen"},
        {"\"key\":", "\"revoked\":\"\",\"key\":", ERR_FORMAT, "lost or stolen"},
        {"\"key\":", "\"not_before_counter\":-1,\"key\":", ERR_FORMAT, "not_before_counter"},
        {"]}\n", "]}\n\n", ERR_FORMAT, "one newline"},
        {"]}\n", "]}", ERR_FORMAT, "one newline"},
        {"]}\n", "]}{}\n", ERR_FORMAT, ""},
    };
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        char *text = replaced(good.data, cases[i].from, cases[i].to);

        check_text(text, cases[i].expected, cases[i].says);
        free(text);
    }
    buf_release(&good);
}

TEST(trustlist, each_flipped_byte_and_each_cut_of_list_and_signatures_is_refused) /* T26 */
{
    struct trust_key keys[N_KEYS];
    struct signed_list s = {0};
    struct trustlist t;
    struct err err;

    fill(&t, keys, 9, 0);
    sign_list(&s, &t, (const int[]){0, 1, -1});
    for (int part = 0; part <= s.n_sigs; part++) {
        struct buf *b = part ? &s.sigs[part - 1] : &s.text;
        size_t whole = b->len;

        for (size_t i = 0; i < whole; i++) {
            b->data[i] ^= (char)(1 << (i % 8));
            CHECK(try_update(NULL, &s, &err) != ERR_NONE);
            b->data[i] ^= (char)(1 << (i % 8));
        }
        for (size_t n = 0; n < whole; n++) {
            struct signed_list cut = s;

            if (part) {
                cut.refs[part - 1].n = n;
            } else {
                cut.text.len = n;
            }
            CHECK(try_update(NULL, &cut, &err) != ERR_NONE);
        }
    }
    CHECK_INT(try_update(NULL, &s, &err), ERR_NONE);
    release(&s);
}

static void write_list(const char *dir, const struct signed_list *s)
{
    struct err err;

    CHECK(trustlist_write(dir, s->text.data, s->text.len, s->refs, s->n_sigs, &err));
}

static uint64_t loaded_counter(const char *dir)
{
    struct trustlist *t = NULL;
    struct err err;
    uint64_t counter;

    if (!trustlist_load(dir, &t, &err)) {
        return 0;
    }
    counter = t->counter;
    trustlist_free(t);
    return counter;
}

TEST(trustlist, a_written_list_is_loaded_and_old_signatures_are_gone)
{
    struct trust_key keys[N_KEYS];
    struct signed_list s = {0};
    struct trustlist t;
    struct err err;
    char dir[512];

    snprintf(dir, sizeof dir, "%s", test_path("lists"));
    CHECK(fsio_make_dirs(dir, 0700, &err));
    CHECK_INT(loaded_counter(dir), 0);
    fill(&t, keys, 1, 0);
    sign_list(&s, &t, (const int[]){0, 1, 2, -1});
    write_list(dir, &s);
    CHECK_INT(loaded_counter(dir), 1);
    fill(&t, keys, 2, 0);
    sign_list(&s, &t, (const int[]){0, 2, -1});
    write_list(dir, &s);
    CHECK_INT(loaded_counter(dir), 2);
    CHECK(!fsio_exists(test_path("lists/trust.json.root3.minisig")));
    CHECK(!fsio_exists(test_path("lists/trust.json.next")));
    release(&s);
}

static void put(const char *dir, const char *name, const struct buf *b)
{
    char path[700];
    struct err err;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    CHECK(fsio_replace(path, b->data, b->len, 0600, &err));
}

TEST(trustlist, power_cut_at_each_step_of_a_write_leaves_the_old_or_the_new_list) /* T2 */
{
    /* the files a write makes, in its order; then the renames, signatures from the last to the first, the list last */
    static const char *const made[] = {"trust.json.root1.minisig.next", "trust.json.root2.minisig.next",
                                       "trust.json.next"};
    static const char *const moved[] = {"trust.json.root2.minisig", "trust.json.root1.minisig", "trust.json"};
    struct trust_key keys[N_KEYS];
    struct signed_list was = {0}, now = {0};
    struct trustlist t;
    struct err err;

    fill(&t, keys, 1, 0);
    sign_list(&was, &t, (const int[]){0, 1, -1});
    fill(&t, keys, 2, 0);
    sign_list(&now, &t, (const int[]){1, 2, -1});
    for (int steps = 0; steps <= 6; steps++) {
        const struct buf *files[] = {&now.sigs[0], &now.sigs[1], &now.text};
        char name[32], dir[512];

        snprintf(name, sizeof name, "cut%d", steps);
        snprintf(dir, sizeof dir, "%s", test_path(name));
        CHECK(fsio_make_dirs(dir, 0700, &err));
        write_list(dir, &was);
        for (int i = 0; i < steps && i < 3; i++) {
            put(dir, made[i], files[i]);
        }
        for (int i = 3; i < steps; i++) {
            char from[720], to[700];

            snprintf(to, sizeof to, "%s/%s", dir, moved[i - 3]);
            snprintf(from, sizeof from, "%s.next", to);
            CHECK(rename(from, to) == 0);
        }
        CHECK_INT(loaded_counter(dir), steps < 3 ? 1 : 2);
        CHECK_INT(loaded_counter(dir), steps < 3 ? 1 : 2);
    }
    release(&was);
    release(&now);
}

TEST(trustlist, a_name_holds_63_bytes_and_not_one_more)
{
    struct trust_key keys[N_KEYS];
    struct trustlist t, *read;
    struct buf text = {0};
    struct err err = {0};
    char *longer;

    fill(&t, keys, 1, 0);
    memset(keys[3].name, 'n', TRUST_NAME_MAX);
    trustlist_text(&t, &text);
    read = trustlist_parse(buf_text(&text), text.len, &err);
    CHECK(read);
    CHECK_STR(read->keys[3].name, keys[3].name);
    trustlist_free(read);
    longer = replaced(buf_text(&text), "nnnn", "nnnnn");
    CHECK(!trustlist_parse(longer, strlen(longer), &err));
    CHECK_HAS(err.text, "a key's name must be 1 to 63 clean bytes");
    free(longer);
    buf_release(&text);
}

TEST(trustlist, a_list_is_a_text_of_1_MiB_and_not_one_byte_more) /* R5 */
{
    struct trust_key keys[N_KEYS];
    struct trustlist t, *read;
    struct buf text = {0}, large = {0};
    struct err err = {0};

    fill(&t, keys, 1, 0);
    trustlist_text(&t, &text);
    for (int more = 0; more <= 1; more++) {
        buf_clear(&large);
        buf_fmt(&large, "%*s", (int)(TRUST_TEXT_MAX - text.len) + more, "");
        buf_add(&large, text.data, text.len);
        read = trustlist_parse(buf_text(&large), large.len, &err);
        CHECK((read != NULL) == !more);
        trustlist_free(read);
    }
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK_HAS(err.text, "longer than 1048576 bytes");
    buf_release(&text);
    buf_release(&large);
}

TEST(trustlist, number_of_keys_has_a_limit) /* R5 */
{
    struct trust_key few[N_KEYS], *keys = mem_alloc((TRUST_KEYS_MAX + 1) * sizeof *keys);
    struct signed_list s = {0};
    struct trustlist t;
    struct err err;

    fill(&t, few, 1, 0);
    t.keys = keys;
    for (int i = 0; i <= TRUST_KEYS_MAX; i++) {
        keys[i].role = TRUST_STATION;
        snprintf(keys[i].name, sizeof keys[i].name, "hub %d", i);
        put_le32(keys[i].key.id, (uint32_t)i + 1);
        put_le32(keys[i].key.key, (uint32_t)i + 1);
    }
    t.n_keys = TRUST_KEYS_MAX;
    sign_list(&s, &t, (const int[]){0, 1, -1});
    CHECK_INT(try_update(NULL, &s, &err), ERR_NONE);
    t.n_keys = TRUST_KEYS_MAX + 1;
    sign_list(&s, &t, (const int[]){0, 1, -1});
    CHECK_INT(try_update(NULL, &s, &err), ERR_LIMIT);
    free(keys);
    release(&s);
}

TEST(trustlist, signed_texts_that_are_no_list_are_refused)
{
    char root[3][57];
    char *text;

    for (int i = 0; i < 3; i++) {
        keys_public_text(&root_pub[i], root[i]);
    }
    check_text("[]\n", ERR_FORMAT, "must be an object");
    check_text("{}\n", ERR_FORMAT, "'format' must be a text");
    check_text("{\"format\":\"micro2-trust-1\",\"counter\":1,\"threshold\":2,\"roots\":3,\"keys\":[]}\n", ERR_FORMAT,
               "'roots' must be a list");
    for (int is_list = 0; is_list <= 1; is_list++) {
        text = mem_fmt("{\"format\":\"micro2-trust-1\",\"counter\":1,\"threshold\":2,\"roots\":[\"%s\",\"%s\",\"%s\"],"
                       "\"keys\":%s}\n",
                       root[0], root[1], root[2], is_list ? "[]" : "{}");
        check_text(text, is_list ? ERR_NONE : ERR_FORMAT, is_list ? "" : "'keys' must be a list");
        free(text);
    }
}

/* The trusted comment of a root's signature over s, and its place in s. */
static void add_comment(struct signed_list *s, int root, const char *comment)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct minisig_hash h;
    struct buf *sig = &s->sigs[s->n_sigs];

    minisig_hash_begin(&h);
    minisig_hash_add(&h, s->text.data, s->text.len);
    minisig_hash_end(&h, hash);
    minisig_sign(&root_sec[root], hash, comment, sig);
    s->refs[s->n_sigs++] = (struct trust_sig){sig->data, sig->len};
}

TEST(trustlist, T33_a_root_says_list_name_and_counter_and_nothing_else_counts)
{
    static const struct {
        const char *comment[3]; /* of roots 0, 1, 2 */
        enum err_code expected;
    } cases[] = {
        {{"trust trust.json 3", "trust trust.json 3", NULL}, ERR_NONE},
        {{"trust trust.json 3", "catalog trust.json 3", NULL}, ERR_SIGNATURE},
        {{"trust trust.json 3", "trust catalog.json 3", NULL}, ERR_SIGNATURE},
        {{"trust trust.json 3", "trust trust.json three", NULL}, ERR_SIGNATURE},
        {{"trust trust.json 3", "trust trust.json 4", NULL}, ERR_SIGNATURE}, /* no two agree */
        {{"trust trust.json 3", "trust trust.json 4", "trust trust.json 3"}, ERR_NONE},
        {{"trust trust.json 4", "trust trust.json 4", NULL}, ERR_SIGNATURE},
    };
    struct trust_key keys[N_KEYS];
    struct trustlist t;
    struct err err;

    fill(&t, keys, 3, 0);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct signed_list s = {0};

        sign_list(&s, &t, (const int[]){-1});
        for (int root = 0; root < 3 && cases[i].comment[root]; root++) {
            add_comment(&s, root, cases[i].comment[root]);
        }
        CHECK_INT(try_update(NULL, &s, &err), cases[i].expected);
        release(&s);
    }
}

TEST(trustlist, T30_nine_signatures_are_looked_at_and_not_one_more)
{
    struct trust_key keys[N_KEYS];
    struct trust_sig sigs[TRUST_SIGS_MAX + 1];
    struct signed_list s = {0};
    struct trustlist t, *got = NULL;
    struct err err;

    fill(&t, keys, 3, 0);
    sign_list(&s, &t, (const int[]){0, 1, 5, -1});
    for (int others = TRUST_SIGS_MAX - 2; others <= TRUST_SIGS_MAX - 1; others++) { /* then the two of roots */
        for (int i = 0; i < others; i++) {
            sigs[i] = s.refs[2];
        }
        sigs[others] = s.refs[0];
        sigs[others + 1] = s.refs[1];
        CHECK(trustlist_verify_update(NULL, s.text.data, s.text.len, sigs, others + 2, &got, &err) ==
              (others == TRUST_SIGS_MAX - 2));
    }
    CHECK_INT(err.code, ERR_SIGNATURE);
    trustlist_free(got);
    CHECK(!trustlist_write(test_dir(), s.text.data, s.text.len, sigs, TRUST_SIGS_MAX + 1, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    release(&s);
}

TEST(trustlist, T32_another_key_revoked_in_its_place_does_not_keep_a_revocation)
{
    struct trust_key keys[N_KEYS], old_keys[N_KEYS];
    struct signed_list s = {0};
    struct trustlist t, old;
    struct err err;

    fill(&old, old_keys, 1, 0);
    old_keys[1].revoked = TRUST_LOST;
    fill(&t, keys, 2, 0);
    keys[3].revoked = TRUST_STOLEN;
    sign_list(&s, &t, (const int[]){0, 1, -1});
    CHECK_INT(try_update(&old, &s, &err), ERR_TRUST);
    CHECK_HAS(err.text, "a revoked key stays revoked");
    keys[1].revoked = TRUST_STOLEN;
    sign_list(&s, &t, (const int[]){0, 1, -1});
    CHECK_INT(try_update(&old, &s, &err), ERR_NONE);
    CHECK(!trustlist_find_name(&t, TRUST_AUTHOR, "author") && trustlist_find_name(&t, TRUST_COURIER, "courier"));
    release(&s);
}

TEST(trustlist, T26_a_statement_whose_signature_does_not_fit_says_nothing)
{
    uint8_t hash[MINISIG_HASH_BYTES] = {3};
    struct trust_key keys[N_KEYS];
    struct buf text = {0};
    struct trustlist t;
    struct err err = {0};
    struct trust_sig sig;

    fill(&t, keys, 1, 0);
    minisig_sign(&key_sec[TRUST_OFFICE], hash, "catalog catalog.json 41", &text);
    sig = (struct trust_sig){text.data, text.len};
    CHECK(trustlist_check(&t, TRUST_OFFICE, "catalog", &sig, hash, NULL, NULL, &err));
    hash[0] ^= 1;
    CHECK(!trustlist_check(&t, TRUST_OFFICE, "catalog", &sig, hash, NULL, NULL, &err) && err.code == ERR_SIGNATURE);
    sig.n--;
    CHECK(!trustlist_check(&t, TRUST_OFFICE, "catalog", &sig, hash, NULL, NULL, &err) && err.code == ERR_FORMAT);
    buf_release(&text);
}

/* Each call a write makes fails once: it says so, and what is loaded is the old list or the new one. */
TEST(trustlist, T27_a_failure_at_each_call_of_a_write_leaves_the_old_or_the_new_list)
{
    static const enum failing_call calls[] = {FAIL_OPEN, FAIL_WRITE, FAIL_SYNC, FAIL_RENAME, FAIL_CLOSE};
    struct trust_key keys[N_KEYS];
    struct signed_list was = {0}, now = {0};
    struct trustlist t;
    struct err err = {0};
    int n_failed = 0;
    char dir[512];

    snprintf(dir, sizeof dir, "%s", test_path("failing"));
    CHECK(fsio_make_dirs(dir, 0700, &err));
    fill(&t, keys, 1, 0);
    sign_list(&was, &t, (const int[]){0, 1, -1});
    fill(&t, keys, 2, 0);
    sign_list(&now, &t, (const int[]){1, 2, -1});
    for (size_t k = 0; k < M2_COUNT(calls); k++) {
        for (int nth = 1;; nth++) {
            write_list(dir, &was);
            fail_call(calls[k], nth, 1, EIO);
            bool ok = trustlist_write(dir, now.text.data, now.text.len, now.refs, now.n_sigs, &err);

            if (!fail_end()) {
                CHECK(ok);
                break;
            }
            uint64_t counter = loaded_counter(dir);

            CHECK(counter == 1 || counter == 2);
            CHECK(calls[k] == FAIL_CLOSE || !ok);
            CHECK_INT(loaded_counter(dir), counter);
            n_failed++;
        }
    }
    CHECK(n_failed >= 25);
    release(&was);
    release(&now);
}

TEST(trustlist, T2_a_set_that_was_cut_before_it_was_whole_is_dropped_and_one_that_cannot_be_published_is_said)
{
    struct trust_key keys[N_KEYS];
    struct signed_list was = {0}, now = {0};
    struct trustlist t, *got = NULL;
    struct trust_files files = {0};
    struct buf endless = {0};
    struct err err = {0};
    char dir[512];

    snprintf(dir, sizeof dir, "%s", test_path("unfinished"));
    CHECK(fsio_make_dirs(dir, 0700, &err));
    fill(&t, keys, 1, 0);
    sign_list(&was, &t, (const int[]){0, 1, -1});
    fill(&t, keys, 2, 0);
    sign_list(&now, &t, (const int[]){1, 2, -1});
    for (int is_long = 0; is_long <= 1; is_long++) { /* a list that its signatures do not fit; one that never ends */
        write_list(dir, &was);
        while (is_long && endless.len <= TRUST_TEXT_MAX) {
            buf_char(&endless, ' ');
        }
        put(dir, "trust.json.next", is_long ? &endless : &now.text);
        CHECK_INT(loaded_counter(dir), 1);
        CHECK(!fsio_exists(test_path("unfinished/trust.json.next")));
    }
    put(dir, "trust.json.root1.minisig.next", &now.sigs[0]);
    put(dir, "trust.json.root2.minisig.next", &now.sigs[1]);
    put(dir, "trust.json.next", &now.text);
    fail_call(FAIL_RENAME, 1, 1, EIO);
    CHECK(!trustlist_load(dir, &got, &err) && err.code == ERR_IO);
    CHECK(fail_end());
    CHECK_HAS(err.text, "cannot publish");
    CHECK(trustlist_read_files(dir, &files, &err) && files.n_sigs == 2);
    trustlist_files_release(&files);
    CHECK_INT(loaded_counter(dir), 2);
    put(dir, "trust.json.root3.minisig", &endless); /* T30 */
    CHECK(!trustlist_read_files(dir, &files, &err) && err.code == ERR_LIMIT);
    put(dir, "trust.json", &was.text); /* T29: its signatures are the other list's */
    CHECK(unlink(test_path("unfinished/trust.json.root3.minisig")) == 0);
    CHECK(!trustlist_load(dir, &got, &err) && err.code == ERR_SIGNATURE);
    CHECK_HAS(err.text, "trust list in");
    buf_release(&endless);
    release(&was);
    release(&now);
}

TEST(trustlist, T31_an_era_is_of_its_roots_and_of_nothing_else)
{
    struct trust_key keys[N_KEYS], other_keys[N_KEYS];
    struct trustlist t, other;

    fill(&t, keys, 1, 0);
    fill(&other, other_keys, 900, 0);
    other_keys[1].revoked = TRUST_STOLEN;
    CHECK(trustlist_era(&t) == trustlist_era(&other));
    fill(&other, other_keys, 2, 1);
    CHECK(trustlist_era(&t) != trustlist_era(&other));
}

TEST(trustlist, T32_only_a_key_that_was_stolen_is_stolen)
{
    struct trust_key keys[N_KEYS];
    struct trustlist t;

    fill(&t, keys, 1, 0);
    keys[0].revoked = TRUST_LOST;
    keys[1].revoked = TRUST_STOLEN;
    CHECK(!trustlist_is_stolen(&t, key_pub[0].id));
    CHECK(trustlist_is_stolen(&t, key_pub[1].id));
    CHECK(!trustlist_is_stolen(&t, key_pub[2].id));
    CHECK(!trustlist_is_stolen(&t, root_pub[0].id));
}

TEST(trustlist, T33_the_first_key_of_a_role_is_a_good_one)
{
    struct trust_key keys[N_KEYS];
    struct trustlist t;

    fill(&t, keys, 1, 0);
    keys[3].role = TRUST_OFFICE;
    CHECK(trustlist_first(&t, TRUST_OFFICE) == &keys[0]);
    keys[0].revoked = TRUST_LOST;
    CHECK(trustlist_first(&t, TRUST_OFFICE) == &keys[3]);
    keys[3].revoked = TRUST_STOLEN;
    CHECK(!trustlist_first(&t, TRUST_OFFICE));
}
