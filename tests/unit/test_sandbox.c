/* test_sandbox: an evil helper inside micro2-stickd's sandbox tries forbidden acts and ends at each; what stickd does
 * for a living goes on (THREATS T20). */
#include "stick/sandbox.h"
#include "unit/test.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What a process is left with; set before the sandbox. */
static struct {
    int file, null, pair[2];
    void *page;
} own;

typedef void act(void);

/* The wait status of a process that enters the sandbox and then does this. */
static int fate(enum sandbox_kind kind, act *does)
{
    struct err err = {0};
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        if (!sandbox_enter(kind, &err)) {
            _exit(99);
        }
        does();
        _exit(0);
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
    return status;
}

#define ACT(name, call)                                                                                                \
    static void name(void)                                                                                             \
    {                                                                                                                  \
        (void)!(call);                                                                                                 \
    }

ACT(reads_a_file, open("/etc/passwd", O_RDONLY))
ACT(makes_a_file, open("/tmp/m2-evil", O_WRONLY | O_CREAT, 0600))
ACT(empties_a_file, open("/dev/null", O_WRONLY | O_TRUNC))
ACT(looks_at_a_file, access("/etc/shadow", F_OK))
ACT(removes_a_file, unlink("/tmp/m2-nothing"))
ACT(renames_a_file, rename("/tmp/m2-nothing", "/tmp/m2-other"))
ACT(makes_a_folder, mkdir("/tmp/m2-evil-folder", 0700))
ACT(changes_rights, fchmod(own.file, 0777))
ACT(goes_to_the_network, socket(AF_INET, SOCK_STREAM, 0))
ACT(opens_a_local_socket, socket(AF_UNIX, SOCK_STREAM, 0))
ACT(listens, listen(own.pair[0], 1))
ACT(forks, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0))
ACT(starts_a_program, execl("/bin/true", "true", (char *)NULL))
ACT(traces, ptrace(PTRACE_ATTACH, getppid(), 0, 0))
ACT(kills, syscall(SYS_kill, 1, 0))
ACT(mounts, mount("none", "/tmp", "tmpfs", 0, NULL))
ACT(changes_its_root, chroot("/tmp"))
ACT(becomes_root, setuid(0))
ACT(takes_a_namespace, unshare(CLONE_NEWUSER))
ACT(runs_data, (long)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
ACT(makes_data_run, mprotect(own.page, 4096, PROT_READ | PROT_EXEC))
ACT(types_into_the_terminal, ioctl(own.file, TIOCSTI, "x"))
ACT(reads_its_parent, syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0))
ACT(takes_a_ring, syscall(SYS_io_uring_setup, 1, NULL))
ACT(loads_a_program_into_the_kernel, syscall(SYS_bpf, 0, NULL, 0))
ACT(takes_the_clock, clock_settime(CLOCK_REALTIME, &(struct timespec){0, 0}))
ACT(undoes_it, prctl(PR_SET_SECCOMP, 0, 0, 0, 0))
ACT(opens_a_node, open("/dev/null", O_RDWR | O_CLOEXEC))
ACT(speaks_usbfs, ioctl(own.file, USBDEVFS_RESET, 0))

static act *const NEVER[] = {
    makes_a_file,
    empties_a_file,
    looks_at_a_file,
    removes_a_file,
    renames_a_file,
    makes_a_folder,
    changes_rights,
    goes_to_the_network,
    opens_a_local_socket,
    listens,
    forks,
    starts_a_program,
    traces,
    kills,
    mounts,
    changes_its_root,
    becomes_root,
    takes_a_namespace,
    runs_data,
    makes_data_run,
    types_into_the_terminal,
    reads_its_parent,
    takes_a_ring,
    loads_a_program_into_the_kernel,
    takes_the_clock,
    undoes_it,
};
static act *const ONLY_USB[] = {reads_a_file, opens_a_node, speaks_usbfs};

/* All that serving a stick takes. */
static void works(void)
{
    static char big[1 << 20];
    char byte = 1;
    struct stat st;
    struct timespec now;
    struct pollfd p = {.fd = own.pair[1], .events = POLLIN};
    char *more = malloc(8 << 20);

    if (!more || pwrite(own.file, big, sizeof big, 4096) != (ssize_t)sizeof big ||
        pread(own.file, big, sizeof big, 0) != (ssize_t)sizeof big || fsync(own.file) != 0 ||
        lseek(own.file, 0, SEEK_END) < 0 || fstat(own.file, &st) != 0 || clock_gettime(CLOCK_BOOTTIME, &now) != 0 ||
        send(own.pair[0], &byte, 1, MSG_NOSIGNAL) != 1 || poll(&p, 1, 1000) != 1 ||
        recv(own.pair[1], &byte, 1, 0) != 1) {
        _exit(1);
    }
    if (dprintf(own.null, "%d\n", 1) != 2) { /* a log on a terminal, or given to nobody, ended the service */
        _exit(1);
    }
    memset(more, 1, 8 << 20);
    free(more);
}

static void prepare(void)
{
    if (!own.page) {
        own.null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        own.file = open(test_path("image"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        own.page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(own.file >= 0 && own.page != MAP_FAILED);
        CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, own.pair) == 0);
    }
}

static void check_ended(int status)
{
    CHECK(WIFSIGNALED(status));
    CHECK_INT(WTERMSIG(status), SIGSYS);
}

TEST(sandbox, T20_what_serving_a_stick_takes_goes_on)
{
    prepare();
    CHECK_INT(fate(SANDBOX_IMAGE, works), 0);
    CHECK_INT(fate(SANDBOX_USB, works), 0);
}

TEST(sandbox, T20_an_evil_helper_ends_at_each_forbidden_act)
{
    prepare();
    for (size_t i = 0; i < M2_COUNT(NEVER); i++) {
        check_ended(fate(SANDBOX_IMAGE, NEVER[i]));
        check_ended(fate(SANDBOX_USB, NEVER[i]));
    }
    CHECK(access("/tmp/m2-evil", F_OK) != 0 && access("/tmp/m2-evil-folder", F_OK) != 0);
}

TEST(sandbox, T20_device_nodes_are_for_the_usb_kind_alone)
{
    prepare();
    for (size_t i = 0; i < M2_COUNT(ONLY_USB); i++) {
        check_ended(fate(SANDBOX_IMAGE, ONLY_USB[i]));
        CHECK_INT(fate(SANDBOX_USB, ONLY_USB[i]), 0); /* which files there are is the unit's affair */
    }
}

/* micro2-paper: it may read what fonts need, and nothing else is new. */
TEST(sandbox, T20_what_draws_may_read_files_and_do_nothing_else)
{
    prepare();
    CHECK_INT(fate(SANDBOX_FONTS, reads_a_file), 0);
    CHECK_INT(fate(SANDBOX_FONTS, looks_at_a_file), 0);
    check_ended(fate(SANDBOX_FONTS, opens_a_node));
    check_ended(fate(SANDBOX_FONTS, speaks_usbfs));
    for (size_t i = 0; i < M2_COUNT(NEVER); i++) {
        if (NEVER[i] != looks_at_a_file) {
            check_ended(fate(SANDBOX_FONTS, NEVER[i]));
        }
    }
}

/* As udevd of Debian 12 keeps its children: seccomp() is no call of theirs, prctl() is. */
static bool deny_seccomp(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &(struct sock_fprog){M2_COUNT(code), code}) == 0;
}

TEST(sandbox, T12_it_holds_below_a_filter_of_udevd_as_well)
{
    struct err err = {0};
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        if (!deny_seccomp() || !sandbox_enter(SANDBOX_IMAGE, &err)) {
            _exit(99);
        }
        makes_a_file();
        _exit(0);
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
    check_ended(status);
}
