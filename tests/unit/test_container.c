/* test_container: what opens, and with which sentence everything else is refused. */
#include "unit/shelf_fixture.h"
#include <sqlite3.h>
#include <unistd.h>

enum { USER_VERSION_AT = 60, APPLICATION_ID_AT = 68 }; /* big-endian, in the first 100 bytes of an SQLite file */

static void check_refused(const char *path, enum err_code code, const char *says)
{
    struct container *c = NULL;
    struct err err = {0};

    if (container_open(path, &c, &err)) {
        print_error("opened although: %s\n", says);
        CHECK(false);
    }
    if (err.code != code || !strstr(err.text, says)) {
        print_error("%s %s, not: %s\n", err_name(err.code), err.text, says);
        CHECK(false);
    }
}

static void set_byte(const char *path, size_t at, char value)
{
    struct buf bytes = {0};
    struct err err;

    CHECK(fsio_read(path, 1 << 20, &bytes, &err));
    bytes.data[at] = value;
    CHECK(fsio_replace(path, bytes.data, bytes.len, 0644, &err));
    buf_release(&bytes);
}

TEST(container, a_built_one_opens_and_says_what_it_is)
{
    struct container *c = NULL;
    struct err err;

    CHECK(container_open(fx_pack(test_path("ok"), "core", 3), &c, &err));
    CHECK_STR(container_id(c), "core");
    CHECK_INT(container_version(c), 3);
    CHECK_STR(container_kind(c), "core");
    CHECK_STR(container_languages(c), "en it");
    CHECK_STR(container_licence(c), "CC BY 4.0");
    CHECK_STR(container_file(c), "core-3.m2k");
    CHECK(container_bytes(c) > 4096);
    container_close(c);
}

TEST(container, a_path_with_letters_that_mean_something_in_an_address_opens)
{
    struct container *c = NULL;
    struct err err;

    CHECK(container_open(fx_pack(test_path("a b%20?x=1#y"), "core", 1), &c, &err));
    container_close(c);
}

TEST(container, one_of_a_newer_format_says_update_the_station_first)
{
    const char *path = fx_pack(test_path("new"), "core", 1);

    set_byte(path, USER_VERSION_AT + 3, 2);
    check_refused(path, ERR_VERSION, "made for a newer station (format 2, this one reads 1); update the station first");
    set_byte(path, USER_VERSION_AT + 3, 0);
    check_refused(path, ERR_FORMAT, "unknown format 0");
}

TEST(container, foreign_files_are_refused)
{
    const char *path = fx_pack(test_path("foreign"), "core", 1);
    struct err err;

    set_byte(path, APPLICATION_ID_AT, 'X');
    check_refused(path, ERR_FORMAT, "not a knowledge container");
    CHECK(fsio_replace(path, "hello", 5, 0644, &err));
    check_refused(path, ERR_FORMAT, "not a container, or damaged");
    CHECK(fsio_replace(path, "", 0, 0644, &err));
    check_refused(path, ERR_FORMAT, "not a knowledge container");
    check_refused(test_path("foreign/absent-1.m2k"), ERR_NOT_FOUND, "no such file");
}

TEST(container, one_under_another_name_is_refused)
{
    const char *path = fx_pack(test_path("name"), "core", 1);
    char other[600];

    snprintf(other, sizeof other, "%s", test_path("name/core-2.m2k"));
    CHECK(rename(path, other) == 0);
    check_refused(other, ERR_FORMAT, "inside it is 'core-1.m2k'");
}

TEST(container, manifest_is_checked_field_by_field)
{
    static const struct {
        const char *key, *value; /* replaces the good value, or is added */
        enum err_code code;
        const char *says;
    } cases[] = {
        {"sponsor", "somebody", ERR_FORMAT, "unknown field 'sponsor'"},
        {"format", "micro2-container-2", ERR_VERSION, "made for a newer station"},
        {"needs", "9.0.0", ERR_VERSION, "needs station 9.0.0, this one is " FORMAT_STATION},
        {"needs", "soon", ERR_FORMAT, "'needs'"},
        {"id", "../core", ERR_FORMAT, "id or version"},
        {"version", "1x", ERR_FORMAT, "id or version"},
        {"version", "0", ERR_FORMAT, "id or version"},
        {"kind", "program", ERR_FORMAT, "unknown kind 'program'"},
        {"languages", "en; it", ERR_FORMAT, "list of languages"},
        {"licence", "", ERR_FORMAT, "lacks 'licence'"},
    };
    static const char *const good[][2] = {{"format", FORMAT_CONTAINER}, {"id", "x"},        {"version", "1"},
                                          {"kind", "module"},           {"needs", "0.1.0"}, {"licence", "CC BY 4.0"},
                                          {"languages", "en it"}};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        const char *path = test_path("x-1.m2k");
        struct writer *w = NULL;
        bool is_known = false;
        struct err err;

        CHECK(writer_new(path, &w, &err));
        for (size_t j = 0; j < M2_COUNT(good); j++) {
            bool is_this = strcmp(good[j][0], cases[i].key) == 0;

            is_known = is_known || is_this;
            writer_row(w, "manifest", "ss", good[j][0], is_this ? cases[i].value : good[j][1]);
        }
        if (!is_known) {
            writer_row(w, "manifest", "ss", cases[i].key, cases[i].value);
        }
        CHECK(writer_finish(w, &err));
        check_refused(path, cases[i].code, cases[i].says);
    }
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
    CHECK_INT(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

TEST(container, any_other_table_column_view_or_trigger_is_refused) /* T35 */
{
    static const char *const sql[] = {
        "CREATE TABLE extra (x TEXT) STRICT", "ALTER TABLE item ADD COLUMN note TEXT",
        "CREATE VIEW v AS SELECT 1",          "CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1; END",
        "CREATE INDEX i ON item(level)",      "DROP TABLE process_weight",
    };

    for (size_t i = 0; i < M2_COUNT(sql); i++) {
        const char *path = fx_pack(test_path("schema"), "core", 1);

        run_sql(path, sql[i]);
        check_refused(path, ERR_FORMAT, "its tables are not those of a container");
    }
}

TEST(container, an_open_one_cannot_be_written_and_no_view_or_attach_gets_through)
{
    static const char *const sql[] = {
        "INSERT INTO manifest VALUES ('x', 'y')",
        "DELETE FROM item",
        "PRAGMA query_only=0; DELETE FROM item",
        "ATTACH ':memory:' AS other",
        "PRAGMA user_version=5",
    };
    struct container *c = NULL;
    struct err err;

    CHECK(container_open(fx_pack(test_path("ro"), "core", 1), &c, &err));
    for (size_t i = 0; i < M2_COUNT(sql); i++) {
        CHECK(sqlite3_exec(container_db(c), sql[i], NULL, NULL, NULL) != SQLITE_OK);
    }
    container_close(c);
}

TEST(container, each_cut_and_many_flipped_bytes_open_cleanly_or_not_at_all)
{
    const char *path = fx_pack(test_path("rot"), "shop", 1);
    struct buf bytes = {0};
    size_t step = test_is_long() ? 13 : 509;
    struct err err;

    CHECK(fsio_read(path, 1 << 20, &bytes, &err));
    for (size_t i = 0; i < bytes.len; i += step) {
        struct container *c = NULL;

        bytes.data[i] ^= (char)(1 << (i % 8));
        CHECK(fsio_replace(path, bytes.data, bytes.len, 0644, &err));
        if (container_open(path, &c, &err)) {
            container_close(c);
        }
        bytes.data[i] ^= (char)(1 << (i % 8));
        CHECK(fsio_replace(path, bytes.data, i, 0644, &err));
        c = NULL;
        if (container_open(path, &c, &err)) { /* a missing last page need not be met at open */
            container_close(c);
        }
    }
    buf_release(&bytes);
}
