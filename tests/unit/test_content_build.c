/* test_content_build: a clean tree becomes containers, and the commands around it (T37). */
#include "content_build.h"
#include "content_svg.h"
#include "shelf/container.h"
#include "shelf/library.h"
#include "shelf/verify.h"
#include "unit/content_fixture.h"
#include "verbs.h"
#include <fcntl.h>
#include <pty.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <termios.h>

static void build_tree(const char *dir, const struct seckey *author, const char *out, struct err *err, bool is_expected)
{
    struct content c = {0};
    struct report r = {0};
    struct buf log = {0};

    CHECK(content_load(dir, &c, &r));
    content_check(&c, &r);
    CHECK_INT(r.n_errors, 0);
    CHECK(content_build(&c, author, out, &log, err) == is_expected);
    buf_release(&log);
    report_release(&r);
    content_release(&c);
}

TEST(content_build, built_twice_it_is_the_same_bytes) /* T37 */
{
    static const char *const files[] = {"core-1.m2k", "shop-1.m2k"};
    struct seckey author;
    struct pubkey pub;
    struct err err;

    keys_make(&author, &pub);
    build_tree(SMALL, &author, test_path("out1"), &err, true);
    build_tree(SMALL, &author, test_path("out2"), &err, true);
    build_tree(SMALL, &author, test_path("out2"), &err, true);
    for (size_t i = 0; i < M2_COUNT(files); i++) {
        uint8_t a[MINISIG_HASH_BYTES], b[MINISIG_HASH_BYTES];
        struct verified v;
        char path[600];

        snprintf(path, sizeof path, "%s/%s", test_path("out1"), files[i]);
        CHECK(minisig_hash_file(path, a, &err));
        CHECK(verify_file_key(&pub, path, &v, &err));
        snprintf(path, sizeof path, "%s/%s", test_path("out2"), files[i]);
        CHECK(minisig_hash_file(path, b, &err));
        CHECK(memcmp(a, b, sizeof a) == 0);
    }
}

TEST(content_build, a_container_never_changes_under_its_name)
{
    struct seckey author;
    struct pubkey pub;
    struct err err;

    keys_make(&author, &pub);
    copy_tree("changed");
    build_tree(copy_dir, &author, test_path("out3"), &err, true);
    change("processes/processes.csv", "Finding customers", "Meeting customers");
    build_tree(copy_dir, &author, test_path("out3"), &err, false);
    CHECK_INT(err.code, ERR_EXISTS);
    CHECK_HAS(err.text, "raise its version");
    change("core.json", "\"version\": 1", "\"version\": 2");
    build_tree(copy_dir, &author, test_path("out3"), &err, true);
    CHECK(fsio_exists(test_path("out3/core-2.m2k.minisig")));
}

TEST(content_build, what_was_written_is_what_the_library_reads)
{
    struct trust_key key = {.role = TRUST_AUTHOR, .name = "author"};
    struct trustlist trust = {.counter = 1, .keys = &key, .n_keys = 1};
    struct lib_lesson_body *b = NULL;
    struct library *l = NULL;
    struct lib_view *v = NULL;
    struct seckey author;
    struct err err;

    keys_make(&author, &key.key);
    build_tree(SMALL, &author, test_path("out4"), &err, true);
    CHECK(library_open(test_path("out4"), &trust, &l, &err));
    CHECK_STR(library_default_language(l), "en");
    CHECK(library_view(l, "it", &v, &err));
    CHECK_INT(v->n_languages, 2);
    CHECK_STR(v->languages[0].name, "English");
    CHECK_INT(v->n_areas, 2);
    CHECK_STR(v->areas[1].title, "Idee e opportunità");
    CHECK_INT(v->n_competences, 6);
    CHECK(v->competences[0].is_verified && !v->competences[5].is_verified);
    CHECK_STR(v->levels[3].say, "lo mostro ad altri");
    CHECK_INT(v->processes[0].n_weights, 6);
    CHECK_INT(v->n_items, 6);
    CHECK_STR(v->items[3].type, "st");
    CHECK_INT(v->items[3].n_questions, 3);
    CHECK_NEAR(v->items[3].seconds, 30, 0);
    CHECK_STR(v->items[1].questions[0].choices[1].feedback, "perché 2.");
    CHECK_INT(v->n_words, 3);
    CHECK_STR(v->words[1].value[1], "{n} schede");
    CHECK_STR(v->modules[0].lessons[0].outcomes[0], "Aprire la porta del negozio al mattino.");
    CHECK_STR(v->modules[0].lessons[0].serves[2], "process:sell");
    CHECK(library_lesson(l, "shop-1", "it", &b, &err));
    CHECK_INT(b->n_pages, 3);
    CHECK_INT(b->n_questions, 3);
    CHECK_INT(b->n_pictures, 1);
    CHECK_INT(b->pictures[0].width, SVG_PNG_WIDTH);
    CHECK_INT(b->pictures[0].height, 640);
    CHECK(memcmp(b->pictures[0].png, "\x89PNG\r\n\x1a\n", 8) == 0);
    CHECK_STR(b->pictures[0].alt, "Una porta rossa con la maniglia gialla");
    library_lesson_free(b);
    library_view_free(v);
    library_close(l);
}

static int count_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    int n;

    CHECK_INT(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_step(st), SQLITE_ROW);
    n = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    return n;
}

TEST(content_build, the_core_says_at_every_level_what_one_can_do)
{
    struct container *core = NULL;
    struct content c = {0};
    struct report r = {0};
    struct buf log = {0};
    struct seckey author;
    struct pubkey pub;
    char path[600];
    struct err err;

    keys_make(&author, &pub);
    CHECK(content_load(M2_SOURCE_DIR "/content", &c, &r));
    c.n_modules = 0; /* nothing is asked of them, and their pictures take long */
    CHECK(content_build(&c, &author, test_path("statements"), &log, &err));
    snprintf(path, sizeof path, "%s/core-%d.m2k", test_path("statements"), c.version);
    CHECK(container_open(path, &core, &err));
    for (int lang = 0; lang < c.n_languages; lang++) {
        char sql[160];

        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM text WHERE kind = 'statement' AND field = 'can' AND lang = '%s'",
                 c.languages[lang]);
        CHECK_INT(count_of(container_db(core), sql), 36 * CONTENT_LEVELS);
    }
    CHECK_INT(count_of(container_db(core), "SELECT count(*) FROM text WHERE kind = 'statement' AND id = 'D2.1/3' "
                                           "AND value LIKE 'I can %' AND lang = 'en'"),
              1);
    container_close(core);
    buf_release(&log);
    report_release(&r);
    content_release(&c);
}

/* --- the command
 * ------------------------------------------------------------------------------------------------------------------------
 */

/* Runs `micro2 content …` in this process; what it says goes to the file `name`. */
static int run_verb(const char *name, const char *const *args, int n)
{
    char *argv[12] = {0};
    int code, out = dup(1), errors = dup(2);
    int fd = open(test_path(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    for (int i = 0; i < n; i++) {
        argv[i] = mem_str(args[i]);
    }
    fflush(stdout);
    dup2(fd, 1);
    dup2(fd, 2);
    code = verb_content(n, argv);
    fflush(stdout);
    dup2(out, 1);
    dup2(errors, 2);
    close(fd);
    close(out);
    close(errors);
    for (int i = 0; i < n; i++) {
        free(argv[i]);
    }
    return code;
}

#define RUN(name, ...) run_verb((name), (const char *[]){__VA_ARGS__}, (int)M2_COUNT(((const char *[]){__VA_ARGS__})))

static const char *said(const char *name)
{
    static struct buf text;
    struct err err;

    CHECK(fsio_read(test_path(name), 1 << 20, &text, &err));
    return buf_text(&text);
}

TEST(content_build, check_build_and_show_answer_with_words_and_exit_codes)
{
    struct seckey author;
    struct pubkey pub;
    struct buf bytes = {0};
    struct err err;

    keys_make(&author, &pub);
    CHECK(fsio_make_dirs(test_path("office/keys"), 0755, &err));
    CHECK(keys_save_secret(test_path("office/keys/author.key"), &author, NULL, "author", &err));
    CHECK(keys_save_public(test_path("office/keys/author.pub"), &pub, "author", &err));
    CHECK_INT(RUN("say1", "content", "check", SMALL), 0);
    CHECK_HAS(said("say1"), "2 languages, 6 competences, 1 processes, 6 items, 1 modules, 1 lessons");
    CHECK_INT(RUN("say2", "content", "build", SMALL, "--office", test_path("office"), "--out", test_path("packs")), 0);
    CHECK_HAS(said("say2"), "core-1.m2k");
    CHECK_INT(
        RUN("say3", "content", "show", test_path("packs/shop-1.m2k"), "--key", test_path("office/keys/author.pub")), 0);
    CHECK_HAS(said("say3"), "shop-1: The door, 5 min");
    CHECK_INT(RUN("say4", "content", "show", test_path("packs/core-1.m2k")), 3);
    CHECK_HAS(said("say4"), "signature not checked");
    CHECK_HAS(said("say4"), "  3 words of the screens in 2 languages, 2 areas, 6 competences, 1 processes, 6 items\n");
    copy_tree("wrong");
    change("assessment/D2/en.gift", "=right answer 2 #because 2.", "=right answer 2");
    CHECK_INT(RUN("say5", "content", "check", copy_dir), 1);
    CHECK_HAS(said("say5"), "assessment/D2/en.gift:7: answer 'right answer 2' has no feedback; add '#'");
    CHECK_INT(RUN("say6", "content", "build", copy_dir, "--office", test_path("office"), "--out", test_path("packs2")),
              1);
    CHECK(!fsio_exists(test_path("packs2/core-1.m2k")));
    CHECK(fsio_read(test_path("packs/core-1.m2k"), 8 << 20, &bytes, &err));
    bytes.data[9000] ^= 1;
    CHECK(fsio_replace(test_path("packs/core-1.m2k"), bytes.data, bytes.len, 0644, &err));
    CHECK_INT(
        RUN("say7", "content", "show", test_path("packs/core-1.m2k"), "--key", test_path("office/keys/author.pub")), 3);
    CHECK_HAS(said("say7"), "they were changed or cut");
    CHECK_INT(
        RUN("say8", "content", "show", test_path("packs/none-1.m2k"), "--key", test_path("office/keys/author.pub")), 1);
    CHECK_INT(RUN("say9", "content", "shine"), 1);
    buf_release(&bytes);
}

TEST(content_build, a_workshop_is_a_container_of_its_own)
{
    const struct lib_workshop *w;
    struct library *l = NULL;
    struct lib_view *v = NULL;
    struct seckey author;
    struct pubkey pub;
    struct err err;

    keys_make(&author, &pub);
    copy_tree("with-workshop");
    add_workshop();
    build_tree(copy_dir, &author, test_path("out-workshop"), &err, true);
    CHECK(library_open_file(test_path("out-workshop/workshop-doors-1.m2k"), &l, &err));
    CHECK(library_view(l, "it", &v, &err));
    CHECK_INT(v->n_workshops, 1);
    w = &v->workshops[0];
    CHECK_STR(w->id, "doors");
    CHECK_STR(w->title, "Porte aperte");
    CHECK_STR(w->area, "D2");
    CHECK_INT(w->minutes, 30);
    CHECK_INT(w->people_from, 4);
    CHECK_INT(w->people_to, 12);
    CHECK_INT(w->n_needs, 2);
    CHECK_STR(w->needs[1], "Una sedia per ciascuno");
    CHECK_INT(w->n_serves, 2);
    CHECK_INT(w->n_parts, 3);
    CHECK_STR(w->parts[0].room, "Di' il tuo nome e quando la tua porta è aperta.\n\n- Che cosa vendi?\n"
                                "- Chi ti chiede gli orari?\n");
    CHECK_STR(w->parts[1].kind, "vote");
    CHECK_STR(w->parts[1].title, "Voto: che cosa tiene lontano?");
    CHECK_STR(w->parts[1].room, "Che cosa tiene i clienti lontani dalla tua porta?\n");
    CHECK_STR(w->parts[1].leader, "Comincia da ciò che ha più voti. Chiedi chi l'ha risolto.\n\n"
                                  "Lascia il resto per la fine.\n");
    CHECK_INT(w->parts[1].n_options, 3);
    CHECK_STR(w->parts[1].options[2], "È lontana");
    CHECK_INT(w->parts[2].minutes, 5);
    CHECK_INT(RUN("say-workshop", "content", "show", test_path("out-workshop/workshop-doors-1.m2k")), 3);
    CHECK_HAS(said("say-workshop"), "workshop-doors 1  workshop, ");
    CHECK_HAS(said("say-workshop"), "  workshop doors: Open doors, 30 min, 4 to 12 people\n"
                                    "    talk: Hello, who are we?, 10 min\n");
    library_view_free(v);
    library_close(l);
}

/* An office whose author key has the passphrase "correct horse". */
static void make_sealed_office(void)
{
    struct buf key = {0};
    struct err err;

    CHECK(fsio_make_dirs(test_path("sealed/keys"), 0755, &err));
    CHECK(fsio_read(M2_TEST_DATA "/trust/passphrase.key", 4096, &key, &err));
    CHECK(fsio_replace(test_path("sealed/keys/author.key"), key.data, key.len, 0600, &err));
    buf_release(&key);
}

#define BUILD_SEALED "content", "build", SMALL, "--office", test_path("sealed"), "--out", test_path("packs3")

TEST(content_build, no_passphrase_is_the_users_mistake_and_a_wrong_one_a_matter_of_trust)
{
    char too_long[KEY_PASSPHRASE_MAX + 1];

    make_sealed_office();
    memset(too_long, 'a', KEY_PASSPHRASE_MAX);
    too_long[KEY_PASSPHRASE_MAX] = '\0';
    CHECK(setenv("MICRO2_PASSPHRASE", too_long, 1) == 0);
    CHECK_INT(RUN("say10", BUILD_SEALED), 1);
    CHECK_HAS(said("say10"), "this key is protected; give its passphrase in MICRO2_PASSPHRASE or on a terminal");
    CHECK(setenv("MICRO2_PASSPHRASE", "wrong horse", 1) == 0);
    CHECK_INT(RUN("say11", BUILD_SEALED), 3);
    CHECK_HAS(said("say11"), "wrong passphrase; try again");
    CHECK(setenv("MICRO2_PASSPHRASE", "correct horse", 1) == 0);
    CHECK_INT(RUN("say12", BUILD_SEALED), 0);
    unsetenv("MICRO2_PASSPHRASE");
}

static bool is_echoing(int terminal)
{
    struct termios now;

    return tcgetattr(terminal, &now) != 0 || (now.c_lflag & ECHO);
}

TEST(content_build, on_a_terminal_the_passphrase_is_asked_for_once)
{
    static const char typed[] = "correct horse\n";
    char heard[4096] = "";
    size_t n = 0;
    ssize_t got = 1;
    int fd, status = 0;
    pid_t child;

    make_sealed_office();
    child = forkpty(&fd, NULL, NULL, NULL);
    CHECK(child >= 0);
    if (child == 0) {
        const char *const args[] = {BUILD_SEALED};
        char *argv[M2_COUNT(args)];

        for (size_t i = 0; i < M2_COUNT(args); i++) {
            argv[i] = mem_str(args[i]);
        }
        _exit(verb_content((int)M2_COUNT(args), argv));
    }
    for (int i = 0; i < 30000 && is_echoing(fd); i++) { /* what is typed before that is thrown away */
        usleep(1000);
    }
    CHECK(write(fd, typed, strlen(typed)) == (ssize_t)strlen(typed));
    while (got > 0 && n < sizeof heard - 1) { /* EIO when the child has closed its end */
        got = read(fd, heard + n, sizeof heard - 1 - n);
        n += got > 0 ? (size_t)got : 0;
        heard[n] = '\0';
    }
    close(fd);
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    CHECK_HAS(heard, "passphrase of the author key: ");
    CHECK(!strstr(heard, ": :"));
}
