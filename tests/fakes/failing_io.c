/* failing_io: calls that fail when told to. */
#include "fakes/failing_io.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    enum failing_call call;
    int left, n_times, errnum;
    bool is_hit;
} plan;

void fail_call(enum failing_call call, int nth, int n_times, int errnum)
{
    plan.call = call;
    plan.left = nth - 1;
    plan.n_times = n_times;
    plan.errnum = errnum;
    plan.is_hit = false;
}

bool fail_end(void)
{
    plan.call = FAIL_NONE;
    return plan.is_hit;
}

static bool fails(enum failing_call call)
{
    if (plan.call != call || plan.left-- > 0 || plan.left < -plan.n_times) {
        return false;
    }
    plan.is_hit = true;
    errno = plan.errnum;
    return true;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list args;
    int mode;

    va_start(args, flags);
    mode = flags & O_CREAT ? va_arg(args, int) : 0;
    va_end(args);
    return fails(FAIL_OPEN) ? -1 : __real_open(path, flags, mode);
}

ssize_t __real_read(int fd, void *bytes, size_t n);
ssize_t __wrap_read(int fd, void *bytes, size_t n);
ssize_t __wrap_read(int fd, void *bytes, size_t n)
{
    return fails(FAIL_READ) ? -1 : __real_read(fd, bytes, n);
}

ssize_t __real_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n)
{
    return fails(FAIL_WRITE) ? -1 : __real_write(fd, bytes, n);
}

off_t __real_lseek(int fd, off_t offset, int whence);
off_t __wrap_lseek(int fd, off_t offset, int whence);
off_t __wrap_lseek(int fd, off_t offset, int whence)
{
    return fails(FAIL_SEEK) ? -1 : __real_lseek(fd, offset, whence);
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    return fails(FAIL_SYNC) ? -1 : __real_fsync(fd);
}

int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    int done = __real_close(fd);

    return fails(FAIL_CLOSE) ? -1 : done;
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
    return fails(FAIL_RENAME) ? -1 : __real_rename(from, to);
}

int __real_sodium_init(void);
int __wrap_sodium_init(void);
int __wrap_sodium_init(void)
{
    return getenv("FAILING_SODIUM") || fails(FAIL_SODIUM_INIT) ? -1 : __real_sodium_init();
}

int __real_crypto_box_seal(unsigned char *out, const unsigned char *plain, unsigned long long n,
                           const unsigned char *to);
int __wrap_crypto_box_seal(unsigned char *out, const unsigned char *plain, unsigned long long n,
                           const unsigned char *to);
int __wrap_crypto_box_seal(unsigned char *out, const unsigned char *plain, unsigned long long n,
                           const unsigned char *to)
{
    return fails(FAIL_BOX_SEAL) ? -1 : __real_crypto_box_seal(out, plain, n, to);
}

int __real_crypto_pwhash_scryptsalsa208sha256(unsigned char *out, unsigned long long n, const char *code,
                                              unsigned long long code_n, const unsigned char *salt,
                                              unsigned long long ops, size_t mem);
int __wrap_crypto_pwhash_scryptsalsa208sha256(unsigned char *out, unsigned long long n, const char *code,
                                              unsigned long long code_n, const unsigned char *salt,
                                              unsigned long long ops, size_t mem);
int __wrap_crypto_pwhash_scryptsalsa208sha256(unsigned char *out, unsigned long long n, const char *code,
                                              unsigned long long code_n, const unsigned char *salt,
                                              unsigned long long ops, size_t mem)
{
    return fails(FAIL_SCRYPT) ? -1 : __real_crypto_pwhash_scryptsalsa208sha256(out, n, code, code_n, salt, ops, mem);
}

int __real_crypto_pwhash_str_alg(char *out, const char *code, unsigned long long n, unsigned long long ops, size_t mem,
                                 int alg);
int __wrap_crypto_pwhash_str_alg(char *out, const char *code, unsigned long long n, unsigned long long ops, size_t mem,
                                 int alg);
int __wrap_crypto_pwhash_str_alg(char *out, const char *code, unsigned long long n, unsigned long long ops, size_t mem,
                                 int alg)
{
    return fails(FAIL_ARGON) ? -1 : __real_crypto_pwhash_str_alg(out, code, n, ops, mem, alg);
}

/* Of clang's profile, where this is measured (tests/mcdc.py): what was counted is written down, which abort would not.
 */
__attribute__((weak)) void __llvm_profile_initialize_file(void);
__attribute__((weak)) int __llvm_profile_write_file(void);

__attribute__((noreturn)) void __wrap_abort(void);
void __wrap_abort(void)
{
    if (__llvm_profile_write_file) {
        __llvm_profile_initialize_file();
        __llvm_profile_write_file();
    }
    _exit(134);
}
