/* fuzz_assess: a bank on the first line, then lines of the protocol. Each is answered by one JSON object on one line,
 * numbers stay numbers, and a line that is refused changes nothing. Lines that name a file are left out: the fuzzer
 * opens none of this machine's. */
#include "base/json.h"
#include "learn/assess_protocol.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/banned.h"

enum { LINES_MAX = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Length of the line at text, without its newline. */
static size_t line_length(const char *text, size_t n)
{
    const char *end = memchr(text, '\n', n);

    return end ? (size_t)(end - text) : n;
}

static void load(struct assess_protocol *p, const char *bank, size_t n)
{
    int fd = memfd_create("bank", MFD_CLOEXEC);
    struct buf out = {0};
    char *line = mem_fmt("{\"cmd\":\"load\",\"bank\":\"/proc/self/fd/%d\",\"lang\":\"en\"}", fd);

    if (fd < 0 || write(fd, bank, n) != (ssize_t)n) {
        abort();
    }
    assess_protocol_line(p, line, strlen(line), &out);
    close(fd);
    free(line);
    buf_release(&out);
}

static void check_result(const struct json *answer)
{
    const struct json *list = json_get(answer, "competences");

    for (int i = 0; i < json_count(list); i++) {
        const struct json *c = json_at(list, i);
        int64_t level = json_int(json_get(c, "level"), 0), lo = json_int(json_get(c, "lo"), 0),
                hi = json_int(json_get(c, "hi"), 0);

        if (!isfinite(json_num(json_get(c, "mean"), NAN)) || !(json_num(json_get(c, "sd"), NAN) > 0) || lo < 1 ||
            lo > level || hi < level || hi > 8) {
            abort();
        }
    }
    if (list && !(json_num(json_get(answer, "careless"), NAN) >= 0)) {
        abort();
    }
}

static void result(struct assess_protocol *p, struct buf *out)
{
    static const char line[] = "{\"cmd\":\"result\"}";

    assess_protocol_line(p, line, sizeof line - 1, out);
}

/* One line and its answer; false after "quit". *before: the result before it; then the one after it. */
static bool step(struct assess_protocol *p, const char *line, size_t n, struct buf *before)
{
    struct buf out = {0}, after = {0};
    struct json *answer;
    bool goes_on;

    goes_on = assess_protocol_line(p, line, n, &out);
    answer = json_parse(buf_text(&out), out.len, "answer", NULL);
    if (!answer || json_kind(answer) != KIND_OBJECT || memchr(out.data, '\n', out.len)) {
        abort();
    }
    check_result(answer);
    result(p, &after);
    if (json_get(answer, "error") && strcmp(buf_text(before), buf_text(&after)) != 0) {
        abort();
    }
    json_free(answer);
    buf_release(before);
    buf_release(&out);
    *before = after;
    return goes_on;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct assess_protocol *p = assess_protocol_new();
    const char *at = (const char *)data, *end = at + size;
    size_t n = size ? line_length(at, size) : 0;
    struct buf before = {0};

    load(p, at, n);
    result(p, &before);
    for (int i = 0; i < LINES_MAX && at + n < end; i++) {
        at += n + 1;
        n = at < end ? line_length(at, (size_t)(end - at)) : 0;
        if (!memmem(at, n, "bank", 4) && !memchr(at, '\\', n) && !step(p, at, n, &before)) {
            break;
        }
    }
    buf_release(&before);
    assess_protocol_free(p);
    return 0;
}
