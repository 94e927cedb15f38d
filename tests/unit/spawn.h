/* spawn: runs another program from a test, quietly, with some text on its standard input. */
#ifndef M2_TEST_SPAWN_H
#define M2_TEST_SPAWN_H

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Exit code of argv[0] (looked up in PATH); -1 when it could not start or was killed. out_path gets stdout and stderr,
 * or NULL. */
static inline int spawn_run(const char *const *argv, const char *input, const char *out_path)
{
    posix_spawn_file_actions_t act;
    int pipe_fd[2], status = -1, rc;
    pid_t pid;

    if (pipe(pipe_fd) != 0) {
        return -1;
    }
    posix_spawn_file_actions_init(&act);
    posix_spawn_file_actions_adddup2(&act, pipe_fd[0], 0);
    posix_spawn_file_actions_addclose(&act, pipe_fd[1]);
    posix_spawn_file_actions_addopen(&act, 1, out_path ? out_path : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&act, 1, 2);
    rc = posix_spawnp(&pid, argv[0], &act, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&act);
    close(pipe_fd[0]);
    if (rc == 0 && input && write(pipe_fd[1], input, strlen(input)) < 0) {
        fprintf(stderr, "spawn: '%s' reads no input\n", argv[0]);
    }
    close(pipe_fd[1]);
    if (rc != 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
        return -1;
    }
    return WEXITSTATUS(status);
}

/* spawn_run with the arguments in a row: SPAWN(NULL, "minisign", "-v"). */
#define SPAWN(input, ...) spawn_run((const char *const[]){__VA_ARGS__, NULL}, (input), NULL)

#endif
