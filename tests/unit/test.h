/* test: TEST(module, sentence) registers itself; CHECK and friends end the test with file and line. cmocka runs them.
 */
#ifndef M2_TEST_H
#define M2_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs all of the above before it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void test_register(const char *name, void (*run)(void **));

#define TEST(module, sentence)                                                                                         \
    static void test_##module##_##sentence(void **state);                                                              \
    __attribute__((constructor)) static void reg_##module##_##sentence(void)                                           \
    {                                                                                                                  \
        test_register(#module ": " #sentence, test_##module##_##sentence);                                             \
    }                                                                                                                  \
    static void test_##module##_##sentence(__attribute__((unused)) void **state)

#define CHECK(cond)           _assert_true((cond) ? 1 : 0, #cond, __FILE__, __LINE__)
#define CHECK_INT(a, b)       assert_int_equal((a), (b))
#define CHECK_STR(a, b)       assert_string_equal((a), (b))
#define CHECK_HAS(text, part) test_has((text), (part), __FILE__, __LINE__)
#define CHECK_NEAR(a, b, tol) test_near((double)(a), (double)(b), (double)(tol), __FILE__, __LINE__)

void test_has(const char *text, const char *part, const char *file, int line);
void test_near(double a, double b, double tol, const char *file, int line);
/* A fresh folder of this test program, removed at its end; borrowed. Kept and named when a test failed. */
const char *test_dir(void);
/* dir + "/" + name, in one of 16 rotating buffers. */
const char *test_path(const char *name);
/* --all on the command line or M2_TEST_ALL=1: the long form of slow tests. */
bool test_is_long(void);

#endif
