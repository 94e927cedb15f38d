/* fuzz_container: one small container with bytes changed or its end cut as the input says: four bytes a change, three
 * of place and one to exclusive-or; a first byte above 127 cuts at the next three. It may be refused or read, nothing
 * else. */
#include "base/buf.h"
#include "base/fsio.h"
#include "shelf/library.h"
#include "shelf/writer.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[32]; /* in memory where there is such a place: nothing reaches a disk */
static char path[64];
static int file;        /* at path, open */
static struct buf base; /* as it was made */
static uint8_t *now;    /* as it is */

static void remove_all(void)
{
    close(file);
    unlink(path);
    rmdir(dir);
    buf_release(&base);
    free(now);
}

static size_t place(const uint8_t *change)
{
    return (size_t)(change[0] | change[1] << 8 | change[2] << 16) % base.len;
}

static void put_rows(struct writer *w)
{
    static const char *const manifest[][2] = {{"format", "micro2-container-1"},
                                              {"id", "x"},
                                              {"version", "1"},
                                              {"kind", "core"},
                                              {"needs", "0.1.0"},
                                              {"licence", "x"},
                                              {"languages", "en"}};

    for (size_t i = 0; i < M2_COUNT(manifest); i++) {
        writer_row(w, "manifest", "ss", manifest[i][0], manifest[i][1]);
    }
    writer_row(w, "language", "ssss", "en", "English", "ltr", "nplurals=2; plural=(n != 1);");
    writer_row(w, "word", "sssis", "en", "", "Home", (int64_t)0, "Home");
    writer_row(w, "text", "sssss", "area", "D1", "plain", "en", "Finding");
    writer_row(w, "area", "siss", "D1", (int64_t)1, "DC", "magnify");
    writer_row(w, "competence", "sisss", "D1.1", (int64_t)1, "D1", "DC", "2.2");
    writer_row(w, "level", "iii", (int64_t)1, (int64_t)1, (int64_t)2);
    writer_row(w, "process", "sis", "sell", (int64_t)1, "store");
    writer_row(w, "process_weight", "ssi", "sell", "D1.1", (int64_t)1);
    writer_row(w, "item", "sissisrs", "i", (int64_t)1, "D1.1", "km", (int64_t)2, "", 20.0, "list");
    writer_row(w, "question", "ssi", "i", "i", (int64_t)1);
    writer_row(w, "question_text", "sss", "i", "en", "What?");
    writer_row(w, "choice", "ssiiss", "i", "en", (int64_t)1, (int64_t)1, "this", "yes");
    writer_row(w, "choice", "ssiiss", "i", "en", (int64_t)2, (int64_t)0, "that", "no");
    writer_row(w, "module", "sissi", "m", (int64_t)1, "store", "D1", (int64_t)3);
    writer_row(w, "lesson", "ssiiii", "m-1", "m", (int64_t)1, (int64_t)5, (int64_t)3, (int64_t)1);
    writer_row(w, "serves", "sss", "lesson", "m-1", "D1.1");
    writer_row(w, "page", "ssis", "m-1", "en", (int64_t)1, "# A\n\n![b](c.svg)\n");
    writer_row(w, "question", "ssi", "m-1-q1", "m-1", (int64_t)1);
    writer_row(w, "question_text", "sss", "m-1-q1", "en", "Which?");
    writer_row(w, "media", "ssiissb", "c.svg", "image/png", (int64_t)1, (int64_t)1, "x", "x", (const void *)"png",
               (size_t)3);
}

/* --- SQLite's own memory is not on trial: it comes from lists of freed blocks by size, not from the sanitizer, which
 * took half of each run. A block is a power of two of bytes behind the eight that hold its size.
 * -------------------------------------------------------------------------------------------------------------- */

enum { SIZE_BYTES = 16, SMALLEST = 32, SIZES = 24 };

static void *freed[SIZES];

static int list_of(size_t n)
{
    int i = 0;

    while ((size_t)SMALLEST << i < n) {
        i++;
    }
    return i;
}

static void *pool_alloc(int n)
{
    int i = list_of((size_t)n + SIZE_BYTES);
    uint8_t *block = freed[i];

    if (block) {
        memcpy(&freed[i], block + SIZE_BYTES, sizeof freed[i]);
    } else {
        block = mem_alloc((size_t)SMALLEST << i);
        memcpy(block, &(int){(SMALLEST << i) - SIZE_BYTES}, sizeof(int));
    }
    return block + SIZE_BYTES;
}

static int pool_size(void *p)
{
    int n;

    memcpy(&n, (uint8_t *)p - SIZE_BYTES, sizeof n);
    return n;
}

static void pool_free(void *p)
{
    int i = list_of((size_t)pool_size(p) + SIZE_BYTES);

    memcpy(p, &freed[i], sizeof freed[i]);
    freed[i] = (uint8_t *)p - SIZE_BYTES;
}

static void *pool_grow(void *p, int n)
{
    void *grown = n <= pool_size(p) ? p : pool_alloc(n);

    if (grown != p) {
        memcpy(grown, p, (size_t)pool_size(p));
        pool_free(p);
    }
    return grown;
}

static int pool_round(int n)
{
    return (SMALLEST << list_of((size_t)n + SIZE_BYTES)) - SIZE_BYTES;
}

static int pool_begin(void *nothing)
{
    (void)nothing;
    return SQLITE_OK;
}

static void pool_end(void *nothing)
{
    (void)nothing;
}

static sqlite3_mem_methods pool = {pool_alloc, pool_free, pool_grow, pool_size, pool_round, pool_begin, pool_end, NULL};

static void make_base(void)
{
    struct writer *w = NULL;
    struct err err;

    sqlite3_config(SQLITE_CONFIG_MALLOC, &pool);
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD); /* one thread is all there is: no locks, no count of all memory */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    snprintf(dir, sizeof dir, "%s/m2fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(dir)) {
        abort();
    }
    snprintf(path, sizeof path, "%s/x-1.m2k", dir);
    if (!writer_new(path, &w, &err)) {
        abort();
    }
    put_rows(w);
    if (!writer_finish(w, &err) || !fsio_read(path, 1 << 22, &base, &err) || (file = open(path, O_RDWR)) < 0) {
        abort();
    }
    now = memcpy(mem_alloc(base.len), base.data, base.len);
    atexit(remove_all);
}

static void read_all(void)
{
    struct lib_lesson_body *body = NULL;
    struct library *l = NULL;
    struct lib_view *view = NULL;

    if (!library_open_file(path, &l, NULL)) {
        return;
    }
    if (library_view(l, "en", &view, NULL)) {
        library_view_free(view);
    }
    if (library_lesson(l, "m-1", "en", &body, NULL)) {
        library_lesson_free(body);
    }
    library_close(l);
}

/* The file stays from one run to the next: what a run changes, it puts back. */
static void put(const void *bytes, size_t n, size_t at)
{
    if (pwrite(file, bytes, n, (off_t)at) != (ssize_t)n) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t n, n_changes, at;

    if (!base.len) {
        make_base();
    }
    n = base.len;
    if (size >= 4 && data[0] > 127) {
        n = (size_t)(data[1] | data[2] << 8 | data[3] << 16) % base.len;
        data += 4;
        size -= 4;
    }
    n_changes = size / 4;
    for (size_t i = 0; i < n_changes; i++) {
        now[place(data + 4 * i)] ^= data[4 * i + 3];
    }
    for (size_t i = 0; i < n_changes; i++) {
        at = place(data + 4 * i);
        put(now + at, 1, at);
    }
    if (ftruncate(file, (off_t)n) != 0) {
        abort();
    }
    read_all();
    for (size_t i = 0; i < n_changes; i++) {
        at = place(data + 4 * i);
        now[at] = (uint8_t)base.data[at];
        put(now + at, 1, at);
    }
    put(now + n, base.len - n, n);
    return 0;
}
