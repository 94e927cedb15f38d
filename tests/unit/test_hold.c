/* test_hold: staff go back to the version before (THREATS T27: by hand, on the station, and no counter falls). */
#include "shelf/hold.h"
#include "shelf/install.h"
#include "shelf/library.h"
#include "unit/shelf_fixture.h"
#include <unistd.h>

static void put(const char *shelf, int64_t version)
{
    struct err err = {0};

    CHECK(fsio_make_dirs(shelf, 0755, &err));
    CHECK(install_file(shelf, fx_trust(), fx_pack(test_path("packs"), "core", version), &err));
}

/* The one container of a shelf as the screens see it. */
static struct lib_pack seen(const char *shelf)
{
    struct library *l = NULL;
    struct lib_view *v = NULL;
    struct lib_pack pack;
    struct err err = {0};

    CHECK(library_open(shelf, fx_trust(), &l, &err));
    CHECK(library_view(l, "en", &v, &err));
    CHECK_INT(v->n_packs, 1);
    pack = v->packs[0];
    library_view_free(v);
    library_close(l);
    return pack;
}

static bool needs(const char *shelf, int64_t version)
{
    struct catalog_entry e = {.version = version, .needs = "0.1.0"};
    const char *path = fx_pack(test_path("packs"), "core", version);
    struct err err = {0};

    snprintf(e.id, sizeof e.id, "core");
    e.bytes = fsio_size(path);
    CHECK(minisig_hash_file(path, e.hash, &err));
    return install_is_needed(shelf, fx_trust(), &e, NULL);
}

TEST(hold, one_touch_goes_back_and_one_touch_comes_again)
{
    const char *shelf = test_path("shelf");
    struct err err = {0};
    int64_t version = 0;

    for (int64_t v = 1; v <= 3; v++) {
        put(shelf, v);
    }
    CHECK_INT(install_sweep(shelf, fx_trust()), 2); /* core-1 and its signature */
    CHECK_INT(seen(shelf).version, 3);
    CHECK_INT(seen(shelf).former, 2);
    CHECK(hold_put(shelf, fx_trust(), "core", &version, &err));
    CHECK_INT(version, 2);
    CHECK_INT(seen(shelf).version, 2);
    CHECK_INT(seen(shelf).held, 3);
    CHECK_INT(seen(shelf).former, 0);
    CHECK(!needs(shelf, 3)); /* the stick that brought it does not bring it again */
    CHECK_INT(install_sweep(shelf, fx_trust()), 0);
    CHECK(!hold_put(shelf, fx_trust(), "core", &version, &err)); /* nothing before that */
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_INT(seen(shelf).version, 2);
    CHECK(hold_lift(shelf, "core", &err));
    CHECK_INT(seen(shelf).version, 3);
    CHECK_INT(seen(shelf).held, 0);
    CHECK(hold_lift(shelf, "core", &err)); /* nothing put aside is fine */
}

TEST(hold, the_next_version_replaces_what_was_put_aside)
{
    const char *shelf = test_path("shelf-next");
    struct err err = {0};
    int64_t version;

    put(shelf, 1);
    put(shelf, 2);
    CHECK(hold_put(shelf, fx_trust(), "core", &version, &err));
    CHECK(needs(shelf, 3));
    put(shelf, 3);
    CHECK_INT(seen(shelf).version, 3);
    CHECK_INT(seen(shelf).former, 1); /* not the one that staff did not want */
    CHECK_INT(seen(shelf).held, 0);
    CHECK_INT(install_sweep(shelf, fx_trust()), 3); /* core-2, its signature, its mark */
    CHECK(!hold_is_on(shelf, "core-2.m2k"));
    CHECK_INT(seen(shelf).former, 1);
}

TEST(hold, a_damaged_version_is_not_gone_back_to)
{
    const char *shelf = test_path("shelf-damaged");
    struct err err = {0};
    int64_t version;

    put(shelf, 1);
    put(shelf, 2);
    CHECK(fsio_replace(test_path("shelf-damaged/core-1.m2k"), "damaged", 7, 0644, &err));
    CHECK(!hold_put(shelf, fx_trust(), "core", &version, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_INT(seen(shelf).version, 2);
}

/* What staff went back to is in use: a plan that counted on its room met a full card in the middle of the import. */
TEST(hold, the_room_of_the_version_gone_back_to_is_not_free)
{
    const int64_t large = (int64_t)1 << 40; /* sparse; more than anybody else writes meanwhile */
    const char *shelf = test_path("shelf-room");
    struct err err = {0};

    put(shelf, 1);
    put(shelf, 2);
    CHECK(truncate(test_path("shelf-room/core-1.m2k"), large) == 0);
    CHECK(install_room(shelf, fx_trust()) > fsio_free_bytes(shelf) + large / 2);
    CHECK(fsio_replace(test_path("shelf-room/core-2.m2k" HOLD_SUFFIX), "", 0, 0644, &err));
    CHECK(install_room(shelf, fx_trust()) < fsio_free_bytes(shelf) + large / 2);
    CHECK(unlink(test_path("shelf-room/core-1.m2k")) == 0);
}
