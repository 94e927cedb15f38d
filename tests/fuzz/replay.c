/* replay: runs a fuzz target over its kept corpus, file by file, as an ordinary test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    int n = 0;
    struct dirent *entry;
    DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;

    if (!dir) {
        fprintf(stderr, "replay: no corpus folder '%s'\n", argc == 2 ? argv[1] : "");
        return 2;
    }
    while ((entry = readdir(dir))) {
        char path[1024];
        FILE *f;

        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        f = fopen(path, "rb");
        if (!f) {
            perror(path);
            return 2;
        }
        uint8_t *data = malloc(1 << 20);
        size_t size = data ? fread(data, 1, 1 << 20, f) : 0;
        fclose(f);
        LLVMFuzzerTestOneInput(data, size);
        free(data);
        n++;
    }
    closedir(dir);
    printf("%d corpus files replayed\n", n);
    return n ? 0 : 1;
}
