/* test_staff: the code of a hub's staff and the price of guessing it (THREATS T9, T55). */
#include "base/buf.h"
#include "base/clock.h"
#include "store/settings.h"
#include "store/staff.h"
#include "unit/test.h"

static struct db *open_db(const char *name)
{
    struct db *db;
    struct err err;

    clock_go_virtual();
    CHECK(db_open(test_path(name), &(struct db_options){.migrations = db_migrations}, &db, &err));
    return db;
}

static enum staff_answer try_code(struct staff *s, struct db *db, const char *code, int *wait_s)
{
    enum staff_answer answer;
    struct err err;

    CHECK(staff_try(s, db, code, &answer, wait_s, &err));
    return answer;
}

/* A code that is not the right one, of the same length. */
static const char *wrong(const char *right)
{
    static char code[STAFF_DIGITS + 1];

    memcpy(code, right, sizeof code);
    code[0] = code[0] == '9' ? '0' : (char)(code[0] + 1);
    return code;
}

static void miss_five_times(struct staff *s, struct db *db, const char *code)
{
    int wait_s;

    for (int i = 1; i <= STAFF_TRIES; i++) {
        CHECK_INT(try_code(s, db, wrong(code), &wait_s), STAFF_WRONG);
        CHECK_INT(wait_s, i < STAFF_TRIES ? 0 : STAFF_DELAY_S);
    }
}

TEST(staff, the_code_is_eight_digits_and_lies_nowhere_in_the_open) /* T39 */
{
    struct db *db = open_db("code.db");
    char code[STAFF_DIGITS + 1], second[STAFF_DIGITS + 1], kept[SETTINGS_VALUE_MAX];
    struct staff s = {0};
    int wait_s;
    struct err err;

    CHECK(staff_new_code(db, code, &err));
    CHECK_INT(strspn(code, "0123456789"), STAFF_DIGITS);
    CHECK_INT(strlen(code), STAFF_DIGITS);
    CHECK(settings_get(db, "staff.code", kept, sizeof kept, &err));
    CHECK(strncmp(kept, "$argon2id$", 10) == 0);
    CHECK(strstr(kept, code) == NULL);
    CHECK_INT(try_code(&s, db, code, &wait_s), STAFF_OPEN);
    CHECK(staff_new_code(db, second, &err)); /* the old one is worth nothing now */
    CHECK(strcmp(code, second) != 0);
    CHECK_INT(try_code(&s, db, code, &wait_s), STAFF_WRONG);
    CHECK_INT(try_code(&s, db, second, &wait_s), STAFF_OPEN);
    db_close(db);
}

TEST(staff, a_hub_without_a_code_opens_to_nobody)
{
    struct db *db = open_db("none.db");
    struct staff s = {0};
    int wait_s = -1;

    CHECK_INT(try_code(&s, db, "", &wait_s), STAFF_NO_CODE);
    CHECK_INT(try_code(&s, db, "00000000", &wait_s), STAFF_NO_CODE);
    CHECK_INT(wait_s, 0);
    db_close(db);
}

TEST(staff, prefixes_and_longer_codes_are_wrong)
{
    struct db *db = open_db("prefix.db");
    char code[STAFF_DIGITS + 1], longer[STAFF_DIGITS + 2];
    struct staff s = {0};
    int wait_s;
    struct err err;

    CHECK(staff_new_code(db, code, &err));
    snprintf(longer, sizeof longer, "%s0", code);
    CHECK_INT(try_code(&s, db, longer, &wait_s), STAFF_WRONG);
    longer[STAFF_DIGITS - 1] = '\0';
    CHECK_INT(try_code(&s, db, longer, &wait_s), STAFF_WRONG);
    CHECK_INT(try_code(&s, db, "", &wait_s), STAFF_WRONG);
    CHECK_INT(try_code(&s, db, code, &wait_s), STAFF_OPEN);
    db_close(db);
}

TEST(staff, five_tries_then_thirty_seconds_in_which_even_the_right_code_waits)
{
    struct db *db = open_db("five.db");
    char code[STAFF_DIGITS + 1];
    struct staff s = {0};
    int wait_s;
    struct err err;

    CHECK(staff_new_code(db, code, &err));
    miss_five_times(&s, db, code);
    CHECK_INT(try_code(&s, db, code, &wait_s), STAFF_WAIT);
    CHECK_INT(wait_s, STAFF_DELAY_S);
    clock_advance(STAFF_DELAY_S * 1000 - 1);
    CHECK_INT(try_code(&s, db, code, &wait_s), STAFF_WAIT);
    CHECK_INT(wait_s, 1);
    clock_advance(1);
    CHECK_INT(try_code(&s, db, code, &wait_s), STAFF_OPEN);
    miss_five_times(&s, db, code); /* the right code gives all five tries back */
    db_close(db);
}

TEST(staff, the_delay_doubles_with_each_miss_up_to_a_day_and_trying_while_waiting_costs_nothing)
{
    struct db *db = open_db("double.db");
    char code[STAFF_DIGITS + 1];
    struct staff s = {0};
    int wait_s, expected = STAFF_DELAY_S;
    struct err err;

    CHECK(staff_new_code(db, code, &err));
    miss_five_times(&s, db, code);
    for (int i = 0; i < 14; i++) {
        CHECK_INT(try_code(&s, db, wrong(code), &wait_s), STAFF_WAIT);
        clock_advance(expected * 1000LL);
        expected = 2 * expected < STAFF_DELAY_MAX_S ? 2 * expected : STAFF_DELAY_MAX_S;
        CHECK_INT(try_code(&s, db, wrong(code), &wait_s), STAFF_WRONG);
        CHECK_INT(wait_s, expected);
    }
    CHECK_INT(expected, STAFF_DELAY_MAX_S);
    db_close(db);
}

TEST(staff, misses_and_the_whole_delay_survive_a_restart) /* T9, T55 */
{
    struct db *db = open_db("restart.db");
    char code[STAFF_DIGITS + 1];
    struct staff s = {0};
    int wait_s;
    struct err err;

    CHECK(staff_new_code(db, code, &err));
    for (int i = 1; i < STAFF_TRIES; i++) { /* each try after a plug was pulled */
        CHECK_INT(try_code(&s, db, wrong(code), &wait_s), STAFF_WRONG);
        db_close(db);
        db = open_db("restart.db");
        s = (struct staff){0};
    }
    CHECK_INT(try_code(&s, db, wrong(code), &wait_s), STAFF_WRONG);
    CHECK_INT(wait_s, STAFF_DELAY_S);
    db_close(db);
    db = open_db("restart.db"); /* the virtual clock begins again too, as after a boot */
    s = (struct staff){0};
    CHECK_INT(try_code(&s, db, code, &wait_s), STAFF_WAIT);
    CHECK_INT(wait_s, STAFF_DELAY_S);
    clock_advance(STAFF_DELAY_S * 1000LL);
    CHECK_INT(try_code(&s, db, code, &wait_s), STAFF_OPEN);
    db_close(db);
    db = open_db("restart.db");
    s = (struct staff){0};
    CHECK_INT(try_code(&s, db, code, &wait_s), STAFF_OPEN); /* forgotten after the right code */
    db_close(db);
}

TEST(staff, the_miss_is_on_the_card_before_the_code_is_looked_at)
{
    struct db *db = open_db("before.db"), *reading;
    char code[STAFF_DIGITS + 1], misses[SETTINGS_VALUE_MAX];
    struct staff s = {0};
    enum staff_answer answer = STAFF_NO_CODE;
    int wait_s;
    struct err err = {0};

    CHECK(staff_new_code(db, code, &err));
    CHECK_INT(try_code(&s, db, wrong(code), &wait_s), STAFF_WRONG);
    CHECK(db_open(test_path("before.db"), &(struct db_options){.is_reading = true}, &reading, &err));
    CHECK(settings_get(reading, "staff.misses", misses, sizeof misses, &err));
    CHECK_STR(misses, "1");
    /* Where the miss cannot be kept, not even the right code is tried. */
    s = (struct staff){0};
    CHECK(!staff_try(&s, reading, code, &answer, &wait_s, &err));
    CHECK_INT(answer, STAFF_NO_CODE);
    db_close(reading);
    db_close(db);
}

TEST(staff, the_delay_does_not_read_the_wall_clock) /* T8 */
{
    static const int64_t walls[] = {0, 4293734400, 1795430520};
    struct db *db = open_db("wall.db");
    char code[STAFF_DIGITS + 1];
    struct staff s = {0};
    int wait_s;
    struct err err;

    CHECK(staff_new_code(db, code, &err));
    miss_five_times(&s, db, code);
    for (size_t i = 0; i < M2_COUNT(walls); i++) {
        clock_set_wall(walls[i]);
        CHECK_INT(try_code(&s, db, code, &wait_s), STAFF_WAIT);
        CHECK_INT(wait_s, STAFF_DELAY_S);
    }
    db_close(db);
}
