/* world_fixture: an office with built containers, hubs and sticks, made by the micro2 program itself (M2_MICRO2), in a
 * folder in memory where there is one: these tests write thousands of cards. */
#ifndef M2_TEST_WORLD_FIXTURE_H
#define M2_TEST_WORLD_FIXTURE_H

#include "base/fsio.h"
#include "unit/spawn.h"
#include "unit/test.h"
#include <unistd.h>

/* The world's folder + "/" + name, in one of 16 rotating buffers. */
static inline const char *world_path(const char *name)
{
    static char dir[64], paths[16][256];
    static unsigned next;
    char *out = paths[next++ % 16];

    if (!dir[0]) {
        snprintf(dir, sizeof dir, "%s/m2world-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        CHECK(mkdtemp(dir));
    }
    snprintf(out, sizeof paths[0], "%s/%s", dir, name);
    return out;
}

__attribute__((destructor)) static void world_remove(void)
{
    SPAWN(NULL, "rm", "-rf", world_path(""));
}

/* The office "office" with the containers of content-small, and the hub "hub-made"; made once. */
static inline void world_make(void)
{
    static bool is_made;
    const char *office = world_path("office"), *packs = world_path("office/packs");

    if (is_made) {
        return;
    }
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "office", "init", office, "--no-passphrase", "--name", "Office"), 0);
    CHECK_INT(
        SPAWN(NULL, M2_MICRO2, "content", "build", M2_TEST_DATA "/content-small", "--office", office, "--out", packs),
        0);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "hub", "new", office, "Ballyhale", "--out", world_path("hub-made")), 0);
    is_made = true;
}

/* Content of a later version in the office's packs, both containers, so that a stick prepared from now on brings them;
 * made once. */
static inline void world_next_content(int version)
{
    static int made = 1;
    char folder[32], number[16];

    world_make();
    if (version <= made) {
        return;
    }
    made = version;
    snprintf(folder, sizeof folder, "content-%d", version);
    snprintf(number, sizeof number, "%d", version);
    CHECK_INT(SPAWN(NULL, "sh", "-c",
                    "cp -a \"$0\" \"$1\" && sed -i \"s/\\\"version\\\": 1/\\\"version\\\": $2/\" \"$1\"/core.json "
                    "\"$1\"/modules/shop/module.json",
                    M2_TEST_DATA "/content-small", world_path(folder), number),
              0);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "content", "build", world_path(folder), "--office", world_path("office"), "--out",
                    world_path("office/packs")),
              0);
}

/* A fresh copy of the hub, and an empty run folder beside it. */
static inline const char *world_hub(void)
{
    struct err err = {0};

    world_make();
    SPAWN(NULL, "rm", "-rf", world_path("hub"), world_path("run"));
    CHECK_INT(SPAWN(NULL, "cp", "-a", world_path("hub-made"), world_path("hub")), 0);
    CHECK(fsio_make_dirs(world_path("run"), 0700, &err));
    return world_path("hub");
}

/* A fresh courier stick of the office, of this name. */
static inline const char *world_stick(const char *name)
{
    const char *path = world_path(name);
    struct err err = {0};

    world_make();
    SPAWN(NULL, "rm", "-rf", path);
    CHECK(fsio_make_dirs(path, 0700, &err));
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "stick", "prepare", world_path("office"), path, "--mailbox-kb", "64"), 0);
    return path;
}

#endif
