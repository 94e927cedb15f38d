/* sandbox: an allow list for the kernel. */
#include "stick/sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/banned.h"

enum { IOCTL_TYPE_MASK = 0xFF00, IOCTL_USBFS = 'U' << 8 }; /* linux/usbdevice_fs.h: each request is _IO?('U', …) */

/* Bytes, time, memory, ending. Names of 32-bit ARM are among them; where one is not known it is passed over. */
static const int ALWAYS[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    SCMP_SYS(_llseek),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(fstat64),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(ppoll_time64),
    SCMP_SYS(accept4), /* of a socket that listens already */
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(send),
    SCMP_SYS(recv),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_gettime64),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(futex),
    SCMP_SYS(futex_time64),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(sched_yield),
};

static const int FOR_USB[] = {
    SCMP_SYS(getdents64),     SCMP_SYS(epoll_wait),      SCMP_SYS(epoll_pwait),       SCMP_SYS(epoll_ctl),
    SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(timerfd_settime64), SCMP_SYS(eventfd2),
    SCMP_SYS(uname),          SCMP_SYS(statfs),          SCMP_SYS(statfs64),          SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
};

static const int FOR_FONTS[] = {
    SCMP_SYS(getdents64),    SCMP_SYS(statx),
    SCMP_SYS(stat),          SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),    SCMP_SYS(fstatat64),
    SCMP_SYS(access),        SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),       SCMP_SYS(uname),
    SCMP_SYS(sysinfo),       SCMP_SYS(getuid),
    SCMP_SYS(geteuid),       SCMP_SYS(getgid),
    SCMP_SYS(getegid),       SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getattr), SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),          SCMP_SYS(rt_sigaction),
    SCMP_SYS(fadvise64),     SCMP_SYS(arm_fadvise64_64),
};

static bool allow(scmp_filter_ctx filter, const int *calls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) != 0) {
            return false;
        }
    }
    return true;
}

/* Memory that can be run, never; of a terminal only whether it is one, which the C library asks before it writes to
 * one; the state of a descriptor, but of no path that matters (it needs AT_EMPTY_PATH). */
static bool allow_narrowed(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) ==
               0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap2), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) ==
               0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) ==
               0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, TCGETS, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1, SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH, 0)) ==
               0;
}

static bool allow_usb(scmp_filter_ctx filter)
{
    return allow(filter, FOR_USB, M2_COUNT(FOR_USB)) &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, O_CREAT | O_TRUNC, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                            SCMP_A1(SCMP_CMP_MASKED_EQ, IOCTL_TYPE_MASK, IOCTL_USBFS)) == 0;
}

/* Files to read, and threads of this process: pango looks for fonts in one. clone3() hides its flags from a filter: the
 * C library then takes clone(). */
static bool allow_reading(scmp_filter_ctx filter)
{
    const int thread = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;

    return allow(filter, FOR_FONTS, M2_COUNT(FOR_FONTS)) &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread)) ==
               0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_SETFD, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFD, 0)) == 0;
}

static bool drop_rights(struct err *err)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct has[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};
    static const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};

    /* A unit's own filter may end whoever calls capset: not called where there is nothing to give up. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) != 0 || syscall(SYS_capget, &head, has) != 0 ||
        (memcmp(has, none, sizeof has) != 0 && syscall(SYS_capset, &head, none) != 0)) {
        return err_sys(err, errno, "sandbox: cannot give up rights");
    }
    return true;
}

bool sandbox_enter(enum sandbox_kind kind, struct err *err)
{
    scmp_filter_ctx filter;
    bool ok;
    int rc = 0;

    if (!drop_rights(err)) {
        return false;
    }
    /* Of the thread, where it is the only one and makes no other: libseccomp ends processes only where it may call
     * seccomp(), which udevd keeps from its children. */
    uint32_t end = kind == SANDBOX_FONTS ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_KILL_THREAD;

    filter = seccomp_init(end);
    ok = filter && seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, end) == 0 &&
         allow(filter, ALWAYS, M2_COUNT(ALWAYS)) && allow_narrowed(filter) &&
         (kind != SANDBOX_FONTS || allow_reading(filter)) && (kind != SANDBOX_USB || allow_usb(filter));
    if (ok) {
        rc = seccomp_load(filter);
    }
    seccomp_release(filter);
    if (!ok || rc != 0) {
        return err_set(err, ERR_STATE, "sandbox: the kernel takes no filter; use one with CONFIG_SECCOMP_FILTER");
    }
    return true;
}
