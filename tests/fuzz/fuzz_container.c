/* fuzz_container: one small container with bytes changed or its end cut as the input says: four bytes a change, three
 * of place and one to exclusive-or; a first byte above 127 cuts at the next three. It may be refused or read, nothing
 * else. */
#include "base/buf.h"
#include "base/fsio.h"
#include "shelf/library.h"
#include "shelf/writer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/m2fuzz-XXXXXX";
static char path[64];
static struct buf base;

static void remove_all(void)
{
    unlink(path);
    rmdir(dir);
    buf_release(&base);
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
    writer_row(w, "item", "sissisr", "i", (int64_t)1, "D1.1", "km", (int64_t)2, "", 20.0);
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

static void make_base(void)
{
    struct writer *w = NULL;
    struct err err;

    if (!mkdtemp(dir)) {
        abort();
    }
    snprintf(path, sizeof path, "%s/x-1.m2k", dir);
    if (!writer_new(path, &w, &err)) {
        abort();
    }
    put_rows(w);
    if (!writer_finish(w, &err) || !fsio_read(path, 1 << 22, &base, &err)) {
        abort();
    }
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf now = {0};
    size_t n;
    FILE *f;

    if (!base.len) {
        make_base();
    }
    buf_add(&now, base.data, base.len);
    n = now.len;
    if (size >= 4 && data[0] > 127) {
        n = (size_t)(data[1] | data[2] << 8 | data[3] << 16) % now.len;
        data += 4;
        size -= 4;
    }
    for (; size >= 4; data += 4, size -= 4) {
        now.data[(size_t)(data[0] | data[1] << 8 | data[2] << 16) % now.len] ^= (char)data[3];
    }
    f = fopen(path, "wb");
    if (!f || fwrite(now.data, 1, n, f) != n) {
        abort();
    }
    fclose(f);
    read_all();
    buf_release(&now);
    return 0;
}
