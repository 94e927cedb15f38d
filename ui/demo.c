/* demo: found, or made step by step with the commands a person would use. */
#include "demo.h"
#include "base/fsio.h"
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

/* argv as literals: posix_spawn does not change them. */
static bool run(const char *const argv[], struct err *err)
{
    pid_t child;
    int status, why = posix_spawn(&child, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ);

    if (why) {
        return err_sys(err, why, "demo folder: '%s'", argv[0]);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           err_set(err, ERR_IO, "demo folder: `micro2 %s %s` failed; its words stand above", argv[1], argv[2]);
}

static bool program_beside(char out[PATH_MAX], struct err *err)
{
    ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 16);
    char *slash;

    out[n > 0 ? n : 0] = '\0';
    slash = strrchr(out, '/');
    snprintf(slash ? slash + 1 : out, 16, "micro2");
    return access(out, X_OK) == 0 ||
           err_set(err, ERR_NOT_FOUND, "no --data given, and no micro2 program beside this one to make a demo folder");
}

/* content/ of the source tree that the program was built in: BIN is build/PRESET/bin. */
static bool content_beside(const char *program, char out[PATH_MAX], struct err *err)
{
    snprintf(out, PATH_MAX, "%.*s/../../../content", (int)(strrchr(program, '/') - program), program);
    return fsio_exists(out) ||
           err_set(err, ERR_NOT_FOUND,
                   "no --data given, and no content folder to make a demo from; make one with `micro2 hub new`");
}

bool demo_folder(char *out, size_t cap, struct err *err)
{
    const char *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    char root[PATH_MAX - 64], program[PATH_MAX], content[PATH_MAX], office[PATH_MAX], packs[PATH_MAX + 8];

    if (base && base[0] == '/') { /* another path is to be ignored (XDG Base Directory) */
        snprintf(root, sizeof root, "%s/micro2-demo", base);
    } else {
        snprintf(root, sizeof root, "%s/.local/share/micro2-demo", home ? home : "/tmp");
    }
    snprintf(out, cap, "%s/ballyhale", root);
    snprintf(office, sizeof office, "%s/office", root);
    snprintf(packs, sizeof packs, "%s/packs", office);
    if (fsio_exists(out)) {
        fprintf(stderr, "demo folder: %s\n", out);
        return true;
    }
    const char *init[] = {program, "office", "init", office, "--no-passphrase", "--name", "Demo training office", NULL};
    const char *build[] = {program, "content", "build", content, "--office", office, "--out", packs, NULL};
    const char *hub[] = {program, "hub", "new", office, "Ballyhale", "--out", out, NULL};
    bool ok = program_beside(program, err) && content_beside(program, content, err) && fsio_make_dirs(root, 0700, err);

    ok = ok && (fsio_exists(office) || run(init, err)) && run(build, err) && run(hub, err);
    if (ok) {
        fprintf(stderr, "made a demo folder: %s\n", out);
    }
    return ok;
}
