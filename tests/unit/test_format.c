/* test_format: names and versions of containers have one spelling. */
#include "shelf/format.h"
#include "unit/test.h"

TEST(format, container_names_are_split_as_they_were_put_together)
{
    static const struct {
        const char *name, *id;
        int64_t version;
    } cases[] = {
        {"core-1.m2k", "core", 1},
        {"get-found-12.m2k", "get-found", 12},
        {"a.b-999999999.m2k", "a.b", 999999999},
        {"core.m2k", NULL, 0},
        {"core-0.m2k", NULL, 0},
        {"core-01.m2k", NULL, 0},
        {"core-1000000000.m2k", NULL, 0},
        {"core--1.m2k", "core-", 1},
        {"Core-1.m2k", NULL, 0},
        {"-1.m2k", NULL, 0},
        {"core-1.m2k.minisig", NULL, 0},
        {"../core-1.m2k", NULL, 0},
        {"core-1x.m2k", NULL, 0},
        {"core-+1.m2k", NULL, 0},
        {"1core-1.m2k", NULL, 0},
        {".m2k", NULL, 0},
        {"", NULL, 0},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1.m2k", NULL, 0},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        char id[FORMAT_ID_MAX + 1] = "", again[FORMAT_NAME_BYTES];
        int64_t version = 0;
        bool ok = format_split_name(cases[i].name, id, &version);

        if (ok != (cases[i].id != NULL)) {
            print_error("'%s'\n", cases[i].name);
            CHECK(false);
        }
        if (ok) {
            CHECK_STR(id, cases[i].id);
            CHECK_INT(version, cases[i].version);
            format_name(id, version, again);
            CHECK_STR(again, cases[i].name);
        }
    }
}

TEST(format, versions_are_compared_by_number_not_by_letter)
{
    CHECK(format_compare_versions("0.1.0", "0.1.0") == 0);
    CHECK(format_compare_versions("0.1", "0.1.0") == 0);
    CHECK(format_compare_versions("0.9", "0.10") < 0);
    CHECK(format_compare_versions("1.0", "0.99.99") > 0);
    CHECK(format_compare_versions("0.1.0.1", "0.1.0") > 0);
}

TEST(format, a_version_is_up_to_four_numbers)
{
    static const char *const good[] = {"0.1.0", "1", "1.2.3.4", "12345"};
    static const char *const bad[] = {"", ".", "1.", ".1", "1..2", "1.2.3.4.5", "1.2a", "-1", "123456", "1 "};

    for (size_t i = 0; i < M2_COUNT(good); i++) {
        CHECK(format_is_version(good[i]));
    }
    for (size_t i = 0; i < M2_COUNT(bad); i++) {
        CHECK(!format_is_version(bad[i]));
    }
}
