/* child: spawn beside /proc/self/exe. */
#include "base/child.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { NAME_BYTES = 32 };

static void path_of(const char *name, char out[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - NAME_BYTES);
    char *slash;

    out[n > 0 ? n : 0] = '\0';
    slash = strrchr(out, '/');
    snprintf(slash ? slash + 1 : out, NAME_BYTES, "%s", name);
}

bool child_spawn(struct child *c, const char *name, struct err *err)
{
    char path[PATH_MAX];
    char *argv[] = {path, NULL};
    posix_spawn_file_actions_t files;
    int in[2], out[2], why;

    path_of(name, path);
    if (pipe2(in, O_CLOEXEC) != 0) {
        return err_sys(err, errno, "%s", name);
    }
    if (pipe2(out, O_CLOEXEC) != 0) {
        why = errno;
        close(in[0]);
        close(in[1]);
        return err_sys(err, why, "%s", name);
    }
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
    why = posix_spawn(&c->pid, path, &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    close(in[0]);
    close(out[1]);
    c->to = in[1];
    c->from = out[0];
    if (why) {
        close(c->to);
        close(c->from);
        c->pid = 0;
        return err_sys(err, why, "'%s'", path);
    }
    return true;
}

int child_wait(struct child *c)
{
    int status = 0;

    if (c->pid <= 0) {
        return -1;
    }
    if (c->to >= 0) {
        close(c->to);
    }
    close(c->from);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR) {
    }
    c->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int child_end(struct child *c)
{
    if (c->pid > 0) {
        kill(c->pid, SIGKILL); /* it keeps nothing, and one that hangs would not hear SIGTERM */
    }
    return child_wait(c);
}
