/* test_volume: names and the folder back (THREATS T17, T22). */
#include "base/fsio.h"
#include "stick/volume.h"
#include "unit/test.h"
#include <sys/stat.h>
#include <unistd.h>

static struct volume *open_new(const char *name)
{
    struct volume *v;
    struct err err = {0};

    CHECK(fsio_make_dirs(test_path(name), 0700, &err));
    CHECK(volume_open_folder(test_path(name), &v, &err));
    return v;
}

TEST(volume, T22_only_our_names_reach_the_stick)
{
    static const char *const bad[] = {
        "",   "/",   "/etc/passwd", "..",  "../x", "a/../b",       "a/./b",   ".hidden", "a/.hidden", "a//b",
        "a/", "a b", "a\\b",        "a:b", "a%2e", "na\xc3\xafve", "a/b/c/d", "a\nb",    "CON?",      "~"};
    static const char *const good[] = {"a", "MICRO2/courier.json", "MICRO2/mailbox/007.m2b", "READ-ME.txt"};
    struct volume *v = open_new("names");
    struct err err = {0};
    int64_t n;

    for (size_t i = 0; i < M2_COUNT(bad); i++) {
        CHECK(!volume_size(v, bad[i], &n, &err) && err.code == ERR_FORMAT);
        CHECK(!volume_create(v, bad[i], "x", 1, &err) && err.code == ERR_FORMAT);
    }
    for (size_t i = 0; i < M2_COUNT(good); i++) {
        CHECK(!volume_size(v, good[i], &n, &err) && err.code == ERR_NOT_FOUND);
    }
    volume_close(v);
}

TEST(volume, a_name_at_the_limit_is_a_name_and_one_longer_is_none)
{
    struct volume *v = open_new("long");
    char name[VOLUME_NAME_MAX + 1];
    struct err err = {0};
    int64_t n;

    memset(name, 'a', sizeof name);
    name[VOLUME_NAME_MAX - 1] = '\0';
    CHECK(!volume_size(v, name, &n, &err) && err.code == ERR_NOT_FOUND);
    name[VOLUME_NAME_MAX - 1] = 'a';
    name[VOLUME_NAME_MAX] = '\0';
    CHECK(!volume_size(v, name, &n, &err) && err.code == ERR_FORMAT);
    volume_close(v);
}

TEST(volume, T22_a_link_on_the_stick_is_not_followed)
{
    struct volume *v = open_new("links");
    struct err err = {0};
    char byte;
    int64_t n;

    CHECK(symlink("/etc/hostname", test_path("links/host")) == 0);
    CHECK(!volume_read(v, "host", 0, &byte, 1, &n, &err));
    CHECK(!volume_overwrite(v, "host", 0, "x", 1, &err));
    volume_close(v);
}

TEST(volume, overwriting_changes_contents_and_never_the_size)
{
    struct volume *v = open_new("over");
    struct err err = {0};
    char text[8] = {0};
    int64_t n;

    CHECK(volume_create(v, "file", "0123456789", 10, &err));
    CHECK(!volume_create(v, "file", "again", 5, &err) && err.code == ERR_EXISTS);
    CHECK(volume_overwrite(v, "file", 8, "AB", 2, &err));
    CHECK(!volume_overwrite(v, "file", 9, "CD", 2, &err));
    CHECK(!volume_overwrite(v, "file", -1, "CD", 2, &err));
    CHECK(!volume_overwrite(v, "none", 0, "CD", 2, &err) && err.code == ERR_NOT_FOUND);
    CHECK(volume_size(v, "file", &n, &err) && n == 10);
    CHECK(volume_read(v, "file", 6, text, sizeof text, &n, &err) && n == 4);
    CHECK(!memcmp(text, "67AB", 4));
    CHECK(volume_read(v, "file", 10, text, 4, &n, &err) && n == 0);
    CHECK(volume_sync(v, &err));
    volume_close(v);
}

TEST(volume, T17_a_folder_that_vanished_is_a_stick_that_was_pulled)
{
    struct volume *v = open_new("gone");
    struct err err = {0};
    char byte;
    int64_t n;

    CHECK(volume_create(v, "file", "x", 1, &err));
    CHECK(rename(test_path("gone"), test_path("away")) == 0);
    CHECK(!volume_size(v, "file", &n, &err) && err.code == ERR_GONE);
    CHECK(!volume_read(v, "file", 0, &byte, 1, &n, &err) && err.code == ERR_GONE);
    CHECK(!volume_overwrite(v, "file", 0, "y", 1, &err) && err.code == ERR_GONE);
    CHECK(!volume_sync(v, &err) && err.code == ERR_GONE);
    volume_close(v);
    CHECK(!volume_open_folder(test_path("gone"), &v, &err));
}
