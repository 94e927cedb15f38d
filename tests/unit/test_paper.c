/* test_paper: the document of micro2-paper, and its PDF. How it looks and what it says: tests/e2e/test_paper.py. */
#include "base/fsio.h"
#include "unit/test.h"
#include "workbench/paper.h"
#include <string.h>

#include "base/banned.h"

/* fontconfig keeps what it has read. */
const char *__lsan_default_suppressions(void); /* NOLINT: the sanitizer's name */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libpango\nleak:libglib\nleak:libcairo\n";
}

/* The sample, with one piece of its text replaced. */
static char *sample(const char *piece, const char *by)
{
    FILE *f = fopen(M2_SOURCE_DIR "/tests/fuzz/corpus/paper/whole.json", "r");
    char text[PAPER_JSON_MAX];
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    struct buf out = {0};
    char *at;

    CHECK(f && n > 0 && fclose(f) == 0);
    text[n] = '\0';
    at = strstr(text, piece);
    CHECK(at);
    buf_add(&out, text, (size_t)(at - text));
    buf_str(&out, by);
    buf_str(&out, at + strlen(piece));
    return buf_detach(&out);
}

static enum err_code parsed(char *text)
{
    struct paper p;
    struct err err = {0};
    bool ok = paper_parse(text, strlen(text), &p, &err);

    CHECK(ok == (err.code == ERR_NONE));
    paper_release(&p);
    free(text);
    return err.code;
}

static char *letters(size_t n)
{
    static char text[PAPER_TEXT_MAX + 2];

    memset(text, 'a', n);
    text[n] = '\0';
    return text;
}

TEST(paper, a_document_is_read_within_its_limits_and_refused_past_them)
{
    char many[PAPER_SKILLS_MAX * 80] = "\"skills\":[";

    for (int i = 0; i < PAPER_SKILLS_MAX - 33; i++) { /* the sample has 36, three of them here */
        strncat(many, "{\"name\":\"a\",\"words\":\"b\",\"level\":0,\"lo\":0,\"hi\":0},",
                sizeof many - strlen(many) - 1);
    }
    CHECK_INT(parsed(sample("Sicurezza.", "")), ERR_NONE);
    CHECK_INT(parsed(sample("La mia matrice digitale d’impresa", letters(PAPER_TEXT_MAX))), ERR_NONE);
    CHECK_INT(parsed(sample("La mia matrice digitale d’impresa", letters(PAPER_TEXT_MAX + 1))), ERR_LIMIT);
    CHECK_INT(parsed(sample("\"level\": 1", "\"level\": 8")), ERR_NONE);
    CHECK_INT(parsed(sample("\"level\": 1", "\"level\": 9")), ERR_FORMAT);
    CHECK_INT(parsed(sample("\"blanks\": 4", "\"blanks\": 6")), ERR_NONE);
    CHECK_INT(parsed(sample("\"blanks\": 4", "\"blanks\": 7")), ERR_FORMAT);
    CHECK_INT(parsed(sample("\"skills\": [", many)), ERR_LIMIT);
    CHECK_INT(parsed(sample("Sicurezza.", "\\u202e")), ERR_FORMAT);
    CHECK_INT(parsed(sample("\"lang\"", "\"date\"")), ERR_FORMAT);
    CHECK_INT(parsed(sample("micro2-paper-1", "micro2-paper-2")), ERR_FORMAT);
    CHECK_INT(parsed(mem_str("[]")), ERR_FORMAT);
    CHECK_INT(parsed(mem_str("")), ERR_FORMAT);
}

TEST(paper, more_bytes_than_a_document_has_are_not_even_read)
{
    char *text = mem_alloc(PAPER_JSON_MAX + 2);

    memset(text, ' ', PAPER_JSON_MAX + 1);
    CHECK_INT(parsed(text), ERR_LIMIT);
}

static void draw(struct buf *pdf)
{
    char *text = sample("Sicurezza.", "Sicurezza.");
    struct paper p;
    struct err err = {0};

    CHECK(paper_parse(text, strlen(text), &p, &err) && paper_draw(&p, pdf, &err));
    paper_release(&p);
    free(text);
}

TEST(paper, the_same_document_gives_the_same_bytes_and_no_date)
{
    struct buf once = {0}, twice = {0};

    draw(&once);
    draw(&twice);
    if (!once.data || !twice.data) {
        fail_msg("nothing was drawn");
        return;
    }
    CHECK(once.len > 1000 && once.len < PAPER_PDF_MAX);
    CHECK(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    CHECK(memcmp(once.data, "%PDF-1.", 7) == 0);
    CHECK(!memmem(once.data, once.len, "Date", 4));
    buf_release(&once);
    buf_release(&twice);
}
