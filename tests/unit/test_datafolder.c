/* test_datafolder: making, opening and locking a station's folder, and each way in which it can be the wrong one
 * (THREATS S6, T4); which folder it is: identity (copied, restored). */
#include "base/buf.h"
#include "base/fsio.h"
#include "store/datafolder.h"
#include "store/identity.h"
#include "store/journal.h"
#include "unit/test.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct seckey office_secret;
static struct pubkey office, station;

static const char *make(const char *name)
{
    const char *dir = test_path(name);
    struct err err = {0};

    keys_make(&office_secret, &office);
    if (!datafolder_create(dir, "Ballina hub", "en it", &office, &station, &err)) {
        print_error("%s\n", err.text);
        CHECK(false);
    }
    return dir;
}

/* Opens and closes; the code of the failure. */
static enum err_code try_open(const char *dir, struct err *err)
{
    struct datafolder f;

    *err = (struct err){0};
    if (!datafolder_open(dir, &f, err)) {
        return err->code;
    }
    datafolder_close(&f);
    return ERR_NONE;
}

static void put(const char *path, const char *text)
{
    struct err err;

    CHECK(fsio_replace(path, text, strlen(text), 0600, &err));
}

TEST(datafolder, what_was_made_is_opened_with_the_same_names_and_keys)
{
    const char *dir = make("good");
    struct datafolder f;
    struct seckey secret;
    struct pubkey of_secret;
    struct stat st;
    struct err err;

    CHECK(datafolder_open(dir, &f, &err));
    CHECK_STR(f.dir, dir);
    CHECK_STR(f.name, "Ballina hub");
    CHECK_STR(f.languages, "en it");
    CHECK(memcmp(&f.station, &station, sizeof station) == 0);
    CHECK(memcmp(&f.office, &office, sizeof office) == 0);
    CHECK(datafolder_secret(&f, &secret, &err));
    keys_public_of(&secret, &of_secret);
    CHECK(memcmp(&of_secret, &station, sizeof station) == 0);
    CHECK(stat(datafolder_path(dir, "keys"), &st) == 0);
    CHECK_INT(st.st_mode & 0777, 0700); /* S6 */
    CHECK(stat(datafolder_path(dir, "keys/station.key"), &st) == 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    CHECK(fsio_exists(datafolder_path(dir, "trust")) && fsio_exists(datafolder_path(dir, "shelf")));
    datafolder_close(&f);
    CHECK_INT(try_open(dir, &err), ERR_NONE); /* the lock went with the closing */
}

TEST(datafolder, only_a_missing_or_empty_folder_is_filled)
{
    const char *dir = test_path("empty");
    struct err err;

    CHECK(mkdir(dir, 0700) == 0);
    CHECK(datafolder_create(dir, "a", "en", &office, &station, &err));
    CHECK(!datafolder_create(dir, "a", "en", &office, &station, &err));
    CHECK_INT(err.code, ERR_EXISTS);
    CHECK_HAS(err.text, "not empty; name a new folder");
    put(test_path("file"), "x");
    CHECK(!datafolder_create(test_path("file"), "a", "en", &office, &station, &err));
}

TEST(datafolder, a_name_is_1_to_63_clean_bytes_on_one_line)
{
    static const struct {
        const char *name;
        bool ok;
    } cases[] = {
        {"x", true},
        {"Кызыл-Адыр — größte Halle", true},
        {"012345678901234567890123456789012345678901234567890123456789012", true},
        {"0123456789012345678901234567890123456789012345678901234567890123", false},
        {"", false},
        {"two\nlines", false},
        {"tab\there", false},
        {"bell\a", false},
        {"\xC3(", false},
    };
    struct datafolder f;
    struct err err;
    char name[16];

    keys_make(&office_secret, &office);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        snprintf(name, sizeof name, "name%zu", i);
        CHECK_INT(datafolder_create(test_path(name), cases[i].name, "en", &office, &station, &err), cases[i].ok);
        if (!cases[i].ok) {
            CHECK_INT(err.code, ERR_USAGE);
            CHECK(!fsio_exists(test_path(name))); /* refused before anything was made */
            continue;
        }
        CHECK(datafolder_open(test_path(name), &f, &err));
        CHECK_STR(f.name, cases[i].name);
        datafolder_close(&f);
    }
}

/* Made without a word, then never opened again: "a field is not as it was made". */
TEST(datafolder, languages_and_paths_past_their_limit_were_made_but_not_opened)
{
    char languages[130], dir[DATAFOLDER_PATH_MAX + 16];
    struct err err = {0};
    size_t n;

    keys_make(&office_secret, &office);
    memset(languages, 'x', sizeof languages);
    languages[128] = '\0';
    CHECK(!datafolder_create(test_path("lang128"), "a", languages, &office, &station, &err));
    CHECK_INT(err.code, ERR_USAGE);
    CHECK(!fsio_exists(test_path("lang128")));
    languages[127] = '\0';
    CHECK(datafolder_create(test_path("lang127"), "a", languages, &office, &station, &err));
    CHECK_INT(try_open(test_path("lang127"), &err), ERR_NONE);

    n = (size_t)snprintf(dir, sizeof dir, "%s", test_path("deep"));
    while (n < DATAFOLDER_PATH_MAX - 1) { /* folders of at most 100 letters, to exactly the limit */
        size_t part = DATAFOLDER_PATH_MAX - 1 - n;

        part = part > 200 ? 100 : part > 101 ? part / 2 : part;
        dir[n] = '/';
        memset(dir + n + 1, 'd', part - 1);
        n += part;
    }
    dir[n] = '\0';
    CHECK(datafolder_create(dir, "a", "en", &office, &station, &err));
    CHECK_INT(try_open(dir, &err), ERR_NONE);
    dir[n] = 'd';
    dir[n + 1] = '\0';
    CHECK(!datafolder_create(dir, "a", "en", &office, &station, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK_INT(try_open(dir, &err), ERR_LIMIT);
}

TEST(datafolder, missing_and_foreign_folders_are_named_with_what_to_do)
{
    struct err err;

    CHECK_INT(try_open(test_path("nowhere"), &err), ERR_NOT_FOUND);
    CHECK_HAS(err.text, "nowhere': no such data folder; make one with `micro2 hub new`");
    CHECK(mkdir(test_path("photos"), 0700) == 0);
    put(test_path("photos/IMG_1.jpg"), "x");
    CHECK_INT(try_open(test_path("photos"), &err), ERR_FORMAT);
    CHECK_HAS(err.text, "not a station's data folder");
    CHECK(!fsio_exists(test_path("photos/lock"))); /* and stays as it was */
    put(test_path("plain"), "x");
    CHECK(try_open(test_path("plain"), &err) != ERR_NONE);
}

TEST(datafolder, a_station_json_that_is_not_ours_is_refused_before_the_lock)
{
    static const struct {
        const char *text;
        enum err_code code;
    } cases[] = {
        {"", ERR_FORMAT},
        {"{", ERR_FORMAT},
        {"{}\n", ERR_FORMAT},
        {"[]\n", ERR_FORMAT},
        {"{\"format\":\"micro2-station-2\",\"colour\":1}\n", ERR_VERSION},
        {"{\"format\":\"micro2-station-1\"}\n", ERR_FORMAT},
        {"{\"format\":\"micro2-station-1\",\"station\":\"00\",\"name\":\"a\",\"languages\":\"en\"}\n", ERR_FORMAT},
        {"{\"format\":\"micro2-station-1\",\"station\":7,\"name\":\"a\",\"languages\":\"en\"}\n", ERR_FORMAT},
        {"{\"format\":\"micro2-station-1\",\"station\":\"0011223344556677\",\"name\":\"a\",\"languages\":\"en\","
         "\"extra\":1}\n",
         ERR_FORMAT},
        {"{\"format\":\"micro2-station-1\",\"station\":\"0011223344556677\",\"name\":\"a\",\"languages\":\"en\"}\n",
         ERR_CORRUPT}, /* well formed, another station */
    };
    const char *dir = make("json");
    struct err err;

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        put(datafolder_path(dir, "station.json"), cases[i].text);
        CHECK_INT(try_open(dir, &err), cases[i].code);
        CHECK_HAS(err.text, "json");
        CHECK(!fsio_exists(datafolder_path(dir, "lock")));
    }
}

TEST(datafolder, an_overlong_field_of_station_json_is_refused)
{
    const char *dir = make("overlong");
    struct buf text = {0};
    char id[17];
    struct err err;

    hex_write(station.id, sizeof station.id, id);
    buf_fmt(&text, "{\"format\":\"micro2-station-1\",\"station\":\"%s\",\"name\":\"%064d\",\"languages\":\"en\"}\n", id,
            0);
    put(datafolder_path(dir, "station.json"), buf_text(&text));
    CHECK_INT(try_open(dir, &err), ERR_FORMAT);
    buf_release(&text);
}

/* The header promised ERR_CORRUPT; what came was ERR_NOT_FOUND ("no such folder"), ERR_FORMAT, or nothing at all. */
TEST(datafolder, keys_that_are_missing_or_anothers_were_not_called_damage) /* S6 */
{
    static const char *const names[] = {"keys/station.pub", "keys/office.pub", "keys/station.key"};
    struct seckey other;
    struct pubkey other_pub;
    struct err err;

    keys_make(&other, &other_pub);
    for (size_t i = 0; i < M2_COUNT(names); i++) {
        char folder[16];
        const char *dir;

        snprintf(folder, sizeof folder, "key%zu", i);
        dir = make(folder);
        CHECK(unlink(datafolder_path(dir, names[i])) == 0);
        CHECK_INT(try_open(dir, &err), ERR_CORRUPT);
        CHECK_HAS(err.text, names[i]);
        put(datafolder_path(dir, names[i]), "not a key\n");
        CHECK_INT(try_open(dir, &err), ERR_CORRUPT);
        CHECK_HAS(err.text, names[i]);
    }
    const char *dir = make("wrong");

    CHECK(unlink(datafolder_path(dir, "keys/station.key")) == 0);
    CHECK(keys_save_secret(datafolder_path(dir, "keys/station.key"), &other, NULL, "another", &err));
    CHECK_INT(try_open(dir, &err), ERR_CORRUPT);
    CHECK_HAS(err.text, "different stations");
    CHECK(keys_save_public(datafolder_path(dir, "keys/station.pub"), &other_pub, "another", &err));
    CHECK_INT(try_open(dir, &err), ERR_CORRUPT); /* a whole other pair: station.json still says who we are */
}

TEST(datafolder, two_stations_on_one_folder_the_second_is_told_and_the_first_goes_on)
{
    const char *dir = make("busy");
    struct datafolder f;
    int ready[2] = {-1, -1}, leave[2] = {-1, -1}, status;
    struct err err;
    char byte;
    pid_t pid;

    CHECK(pipe(ready) == 0 && pipe(leave) == 0);
    pid = fork();
    if (pid == 0) {      /* another station */
        close(leave[1]); /* ends with its parent, whatever fails there */
        bool ok = datafolder_open(dir, &f, &err) && write(ready[1], "x", 1) == 1 && read(leave[0], &byte, 1) == 1;

        _exit(ok ? 0 : 1);
    }
    CHECK(pid > 0);
    CHECK_INT(read(ready[0], &byte, 1), 1);
    CHECK_INT(try_open(dir, &err), ERR_BUSY);
    CHECK_HAS(err.text, "another station runs on this data folder; stop it first");
    CHECK_INT(write(leave[1], "x", 1), 1);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    CHECK(datafolder_open(dir, &f, &err)); /* it ended without closing: the kernel gave the lock back */
    CHECK_INT(try_open(dir, &err), ERR_BUSY);
    datafolder_close(&f);
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(leave[i]);
    }
}

TEST(datafolder, a_folder_that_may_only_be_read_is_a_named_failure) /* T4 */
{
    enum { NOBODY = 65534 };
    const char *dir = test_path("readonly");
    bool is_root = geteuid() == 0;
    struct err err;

    if (is_root) { /* root may write everywhere */
        CHECK(chmod(test_dir(), 0777) == 0 && seteuid(NOBODY) == 0);
    }
    keys_make(&office_secret, &office);
    bool is_made = datafolder_create(dir, "a", "en", &office, &station, &err);
    bool is_locked = chmod(dir, 0500) == 0;
    enum err_code code = try_open(dir, &err);
    bool can_create = datafolder_create(datafolder_path(dir, "inside"), "a", "en", &office, &station, NULL);

    chmod(dir, 0700);
    if (is_root) {
        CHECK(seteuid(0) == 0 && chmod(test_dir(), 0700) == 0);
    }
    CHECK(is_made && is_locked && !can_create);
    CHECK_INT(code, ERR_IO);
    CHECK_HAS(err.text, "readonly/lock");
    CHECK_HAS(err.text, "Permission denied");
}

TEST(datafolder, paths_rotate_through_four_buffers)
{
    const char *a = datafolder_path("/d", "a"), *b = datafolder_path("/d", "b"), *c = datafolder_path("/d", "c"),
               *d = datafolder_path("/d", "d");

    CHECK_STR(a, "/d/a");
    CHECK_STR(b, "/d/b");
    CHECK_STR(c, "/d/c");
    CHECK_STR(d, "/d/d");
}

/* --- identity */

static struct db *open_db(const char *dir)
{
    struct db *db;
    struct err err;

    CHECK(db_open(datafolder_path(dir, "hub.db"), &(struct db_options){.migrations = db_migrations}, &db, &err));
    return db;
}

static const char *reason_of(struct db *db, const char *dir)
{
    const char *reason = "unset";
    struct err err;

    CHECK(identity_check(db, dir, &reason, &err));
    return reason ? reason : "same";
}

/* Appends up to `seq` rows to a journal that is only numbers here. */
static void number_rows(struct db *db, int64_t seq)
{
    struct stmt *q =
        db_stmt(db, "INSERT INTO journal (seq, visit, nonce, body, hash) VALUES (:seq, x'', x'', x'', x'')");
    struct err err;

    db_int(q, ":seq", seq);
    CHECK(db_run(q, &err));
}

TEST(identity, made_then_same_then_copied_then_restored)
{
    const char *dir = make("id"), *copy = test_path("id-copy");
    struct buf old = {0};
    struct db *db = open_db(dir);
    struct err err;

    CHECK_STR(reason_of(db, dir), "made");
    number_rows(db, 3);
    CHECK(identity_note(db, dir, &err));
    CHECK_STR(reason_of(db, dir), "same");
    db_close(db);
    db = open_db(dir);
    CHECK_STR(reason_of(db, dir), "same");
    number_rows(db, 4);
    CHECK_STR(reason_of(db, dir), "same"); /* more rows than witnessed: a cut before the visit ended */
    CHECK(identity_witness(dir, 4, &err));
    CHECK_STR(reason_of(db, dir), "same");
    db_close(db);

    CHECK(fsio_read(datafolder_path(dir, "hub.db"), 1 << 20, &old, &err));
    CHECK(mkdir(copy, 0700) == 0);
    CHECK(fsio_replace(datafolder_path(copy, "hub.db"), old.data, old.len, 0600, &err));
    db = open_db(copy);
    CHECK_STR(reason_of(db, copy), "copied");
    CHECK(identity_note(db, copy, &err));
    CHECK(identity_witness(copy, 4, &err));
    CHECK_STR(reason_of(db, copy), "same");
    db_close(db);
    db = open_db(dir);
    CHECK_STR(reason_of(db, dir), "same"); /* the original does not mind */
    number_rows(db, 9);
    CHECK(identity_witness(dir, 9, &err));
    db_close(db);

    FILE *f = fopen(datafolder_path(dir, "hub.db"), "r+b"); /* put back into the same file, as cp does */

    CHECK(f && fwrite(old.data, 1, old.len, f) == old.len && fclose(f) == 0);
    CHECK(truncate(datafolder_path(dir, "hub.db"), (off_t)old.len) == 0);
    db = open_db(dir);
    CHECK_STR(reason_of(db, dir), "restored");
    CHECK(identity_note(db, dir, &err));
    CHECK_STR(reason_of(db, dir), "restored"); /* until what began anew is on the card */
    CHECK(identity_witness(dir, 4, &err));
    CHECK_STR(reason_of(db, dir), "same");
    db_close(db);
    buf_release(&old);
}

TEST(identity, a_witness_that_is_gone_or_nonsense_witnesses_nothing)
{
    const char *dir = make("witness");
    struct db *db = open_db(dir);
    struct err err;

    number_rows(db, 3);
    CHECK(identity_note(db, dir, &err));
    put(datafolder_path(dir, "witness"), "not a number\n");
    CHECK_STR(reason_of(db, dir), "same");
    CHECK(unlink(datafolder_path(dir, "witness")) == 0);
    CHECK_STR(reason_of(db, dir), "same");
    put(datafolder_path(dir, "witness"), "99999999999999999999999999999999999\n"); /* longer than it is written */
    CHECK_STR(reason_of(db, dir), "same");
    put(datafolder_path(dir, "witness"), "4\n");
    CHECK_STR(reason_of(db, dir), "restored");
    db_close(db);
}

TEST(identity, storage_that_fails_under_the_witness_was_taken_for_success) /* R3 */
{
    const char *dir = make("witness-io");
    struct err err = {0};

    CHECK(mkdir(datafolder_path(dir, "witness.new"), 0700) == 0);
    CHECK(!identity_witness(dir, 3, &err));
    CHECK_INT(err.code, ERR_IO);
    CHECK_HAS(err.text, "witness.new");
    CHECK(rmdir(datafolder_path(dir, "witness.new")) == 0);
    CHECK(identity_witness(dir, 3, &err));
}

TEST(datafolder, station_json_may_be_4096_bytes_long_and_not_one_more)
{
    const char *dir = make("json-limit");
    struct buf text = {0};

    CHECK(fsio_read(datafolder_path(dir, "station.json"), STATION_JSON_MAX, &text, NULL));
    for (int more = 0; more < 2; more++) {
        struct err err;
        int spaces = STATION_JSON_MAX - (int)text.len + more;
        char *padded = mem_fmt("{%*s%s", spaces, "", buf_text(&text) + 1);

        put(datafolder_path(dir, "station.json"), padded);
        CHECK_INT(try_open(dir, &err), more ? ERR_LIMIT : ERR_NONE);
        free(padded);
    }
    buf_release(&text);
}
