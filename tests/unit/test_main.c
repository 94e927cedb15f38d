/* test_main: runs every registered TEST; arguments pick tests whose name contains one of them. */
#include "unit/test.h"
#include <ftw.h>
#include <stdbool.h>
#include <unistd.h>

enum { TESTS_MAX = 512 };

static struct CMUnitTest tests[TESTS_MAX];
static size_t n_tests;
static bool is_long;
static char dir[256];

void test_register(const char *name, void (*run)(void **))
{
    if (n_tests == TESTS_MAX) {
        fprintf(stderr, "test_main: more than %d tests; raise TESTS_MAX\n", TESTS_MAX);
        abort();
    }
    tests[n_tests++] = (struct CMUnitTest){.name = name, .test_func = run};
}

void test_has(const char *text, const char *part, const char *file, int line)
{
    if (!text || !strstr(text, part)) {
        print_error("'%s'\n   does not contain '%s'\n", text ? text : "(null)", part);
        _fail(file, line);
    }
}

void test_near(double a, double b, double tol, const char *file, int line)
{
    double d = a > b ? a - b : b - a;

    if (!(d <= tol)) {
        print_error("%.12g is not within %g of %.12g\n", a, tol, b);
        _fail(file, line);
    }
}

const char *test_dir(void)
{
    if (!dir[0]) {
        const char *base = getenv("TMPDIR");

        snprintf(dir, sizeof dir, "%s/m2test-XXXXXX", base ? base : "/tmp");
        if (!mkdtemp(dir)) {
            perror(dir);
            exit(2);
        }
    }
    return dir;
}

const char *test_path(const char *name)
{
    static char paths[16][512];
    static unsigned next;
    char *out = paths[next++ % 16];

    snprintf(out, sizeof paths[0], "%s/%s", test_dir(), name);
    return out;
}

bool test_is_long(void)
{
    return is_long;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

int main(int argc, char **argv)
{
    const char *env = getenv("M2_TEST_ALL");
    size_t kept = n_tests;
    int failed;

    is_long = env && env[0] == '1';
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--all")) {
            is_long = true;
            continue;
        }
        size_t n = 0;
        for (size_t t = 0; t < kept; t++) {
            if (strstr(tests[t].name, argv[i])) {
                tests[n++] = tests[t];
            }
        }
        kept = n;
    }
    if (!kept) {
        fprintf(stderr, "no test matches\n");
        return 1;
    }
    failed = _cmocka_run_group_tests("unit", tests, kept, NULL, NULL);
    if (dir[0] && failed == 0) {
        nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    } else if (dir[0]) {
        fprintf(stderr, "files of the failed test: %s\n", dir);
    }
    return failed;
}
