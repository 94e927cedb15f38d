/* content_fixture: a copy of the small tree of authored sources, to break one thing in it. */
#ifndef M2_TEST_CONTENT_FIXTURE_H
#define M2_TEST_CONTENT_FIXTURE_H

#include "base/fsio.h"
#include "content.h"
#include "unit/test.h"
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SMALL (M2_TEST_DATA "/content-small")

static char copy_dir[512];

/* Without fsio's syncing: the trees are many, and nobody misses one after a power cut. */
static inline void put_file(const char *path, const struct buf *text)
{
    FILE *f = fopen(path, "w");

    CHECK(f && fwrite(buf_text(text), 1, text->len, f) == text->len);
    CHECK(fclose(f) == 0);
}

static inline int copy_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    char to[1024];
    struct buf text = {0};
    struct err err;

    (void)st;
    (void)walk;
    snprintf(to, sizeof to, "%s%s", copy_dir, path + strlen(SMALL));
    if (type == FTW_D) {
        CHECK(fsio_make_dirs(to, 0755, &err));
    } else {
        CHECK(fsio_read(path, 1 << 20, &text, &err));
        put_file(to, &text);
    }
    buf_release(&text);
    return 0;
}

static inline void copy_tree(const char *name)
{
    snprintf(copy_dir, sizeof copy_dir, "%s", test_path(name));
    CHECK(nftw(SMALL, copy_one, 16, FTW_PHYS) == 0);
}

/* The workshop of tests/data into the copy, in the languages that the small tree has. */
static inline void add_workshop(void)
{
    static const char *const files[] = {"workshop.json", "en.md", "it.md"};
    char path[1024];
    struct err err;

    snprintf(path, sizeof path, "%s/workshops/doors", copy_dir);
    CHECK(fsio_make_dirs(path, 0755, &err));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct buf text = {0};

        snprintf(path, sizeof path, M2_TEST_DATA "/workshops/doors/%s", files[i]);
        CHECK(fsio_read(path, 1 << 20, &text, &err));
        snprintf(path, sizeof path, "%s/workshops/doors/%s", copy_dir, files[i]);
        put_file(path, &text);
        buf_release(&text);
    }
}

/* In file of the copy, the first `from` becomes `to`; from NULL: the file is removed. */
static inline void change(const char *file, const char *from, const char *to)
{
    char path[1024];
    struct buf text = {0}, fresh = {0};
    const char *at;
    struct err err;

    snprintf(path, sizeof path, "%s/%s", copy_dir, file);
    if (!from) {
        CHECK(unlink(path) == 0);
        return;
    }
    CHECK(fsio_read(path, 1 << 20, &text, &err));
    at = strstr(buf_text(&text), from);
    CHECK(at);
    buf_add(&fresh, text.data, (size_t)(at - text.data));
    buf_str(&fresh, to);
    buf_str(&fresh, at + strlen(from));
    put_file(path, &fresh);
    buf_release(&text);
    buf_release(&fresh);
}

static inline void check_tree(const char *dir, struct report *r)
{
    struct content c = {0};

    *r = (struct report){0};
    if (content_load(dir, &c, r)) {
        content_check(&c, r);
    }
    content_release(&c);
}

static inline bool is_told(const char *says)
{
    struct report r;
    bool is;

    check_tree(copy_dir, &r);
    is = strstr(buf_text(&r.text), says) != NULL;
    report_release(&r);
    return is;
}

/* The rest of file from the first `from` on goes. */
static inline void cut_at(const char *file, const char *from)
{
    char path[1024];
    struct buf text = {0}, kept = {0};
    const char *at;
    struct err err;

    snprintf(path, sizeof path, "%s/%s", copy_dir, file);
    CHECK(fsio_read(path, 1 << 20, &text, &err));
    at = strstr(buf_text(&text), from);
    CHECK(at);
    buf_add(&kept, text.data, (size_t)(at - text.data));
    put_file(path, &kept);
    buf_release(&text);
    buf_release(&kept);
}

#endif
