/* content_po: reads a .po file with the library that wrote the format. */
#include "content_po.h"
#include "base/fsio.h"
#include "base/utf8.h"
#include <gettext-po.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { PO_MAX_BYTES = 1 << 21 };

#if defined(__SANITIZE_ADDRESS__)
/* libgettextpo keeps what it read until the program ends; the leak checker is told so, for this library alone. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libgettextpo";
}

const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
#endif

/* libgettextpo tells its faults by callbacks without a context. */
static struct report *now_report;
static const char *now_file;

static void on_error(int severity, po_message_t message, const char *filename, size_t line, size_t column,
                     int is_multiline, const char *text)
{
    (void)message;
    (void)filename;
    (void)column;
    (void)is_multiline;
    (severity == PO_SEVERITY_WARNING ? report_warning : report_error)(
        now_report, now_file, line == (size_t)-1 ? 0 : (int)line, "%.*s", (int)strcspn(text, "\n"), text);
}

static void on_error2(int severity, po_message_t message1, const char *filename1, size_t line1, size_t column1,
                      int is_multiline1, const char *text1, po_message_t message2, const char *filename2, size_t line2,
                      size_t column2, int is_multiline2, const char *text2)
{
    on_error(severity, message1, filename1, line1, column1, is_multiline1, text1);
    on_error(severity, message2, filename2, line2, column2, is_multiline2, text2);
}

/* The library tells where a message came from, not where it stands; it gives them in the order of the file. */
struct place {
    const char *at;
    int line;
};

/* To the next "msgid"; those of obsolete messages are behind a '#'. */
static int next_line(struct place *p)
{
    while (*p->at) {
        bool is_msgid = strncmp(p->at, "msgid ", strlen("msgid ")) == 0;

        p->at += strcspn(p->at, "\n");
        p->at += *p->at == '\n';
        p->line++;
        if (is_msgid) {
            return p->line;
        }
    }
    return 0;
}

/* Each "{name}" of a is in b. */
static bool has_places(const char *a, const char *b)
{
    const char *open = a, *close;

    while ((open = strchr(open, '{')) && (close = strchr(open, '}'))) {
        if (!memmem(b, strlen(b), open, (size_t)(close - open) + 1)) {
            return false;
        }
        open = close;
    }
    return true;
}

static void check_places(const struct po_word *w, const char *msgid_plural, const char *value, const char *file,
                         struct report *report)
{
    /* a form for "one" may leave {n} out; none may bring a place that the program does not fill */
    if (!has_places(value, msgid_plural ? msgid_plural : w->msgid) || (!msgid_plural && !has_places(w->msgid, value))) {
        report_error(report, file, w->line,
                     "the places in braces of '%.60s' are not those of its translation; write them unchanged",
                     w->msgid);
    }
}

static void check_letters(const struct po_word *w, const char *value, const char *file, struct report *report)
{
    if (!utf8_is_valid(value, strlen(value)) || !utf8_is_clean(value, strlen(value))) {
        report_error(report, file, w->line,
                     "the translation of '%.60s' has a control character, or is not UTF-8; write letters only",
                     w->msgid);
    }
}

/* A translated plural has the forms that the header promises. */
static void check_forms(po_message_t m, const struct po_word *w, const char *file, struct report *report,
                        const struct po *out)
{
    int n_full = 0;

    for (int i = 0; i < PO_FORMS_MAX; i++) {
        const char *value = po_message_msgstr_plural(m, i);

        n_full += value && *value;
    }
    if (n_full && (n_full != out->n_plurals || w->n_values != n_full)) {
        report_error(report, file, w->line, "'%.60s' has %d of the %d plural forms; write msgstr[0] to msgstr[%d]",
                     w->msgid, n_full, out->n_plurals, out->n_plurals - 1);
    }
}

static void take_message(po_message_t m, int line, const char *file, struct arena *a, struct report *report,
                         struct po *out)
{
    const char *context = po_message_msgctxt(m), *plural = po_message_msgid_plural(m), *msgid = po_message_msgid(m);
    struct po_word *w = &out->words[out->n_words];

    if (!*msgid) {
        return;
    }
    out->n_messages++;
    if (po_message_is_fuzzy(m)) {
        return;
    }
    if (out->n_words == PO_WORDS_MAX) {
        if (out->n_messages == PO_WORDS_MAX + 1) {
            report_error(report, file, line, "more than %d words; the station has not that many", PO_WORDS_MAX);
        }
        return;
    }
    *w = (struct po_word){.context = arena_str(a, context ? context : ""), .msgid = arena_str(a, msgid), .line = line};
    for (int i = 0; i < PO_FORMS_MAX; i++) {
        const char *value = plural ? po_message_msgstr_plural(m, i) : i == 0 ? po_message_msgstr(m) : NULL;

        if (!value || !*value) {
            break;
        }
        w->value[w->n_values++] = arena_str(a, value);
        check_places(w, plural, value, file, report);
        check_letters(w, value, file, report);
    }
    if (plural) {
        check_forms(m, w, file, report, out);
    }
    out->n_words += w->n_values > 0;
}

static const char *header_field(const char *header, const char *name, struct arena *a)
{
    char *value = header ? po_header_field(header, name) : NULL;
    const char *kept = value && *value ? arena_str(a, value) : NULL;

    free(value);
    return kept;
}

/* "nplurals=2; plural=…"; 0 = not so. */
static int plurals_of(const char *value)
{
    static const char key[] = "nplurals=";

    return strncmp(value, key, strlen(key)) == 0 && strstr(value, "plural=") ? atoi(value + strlen(key)) : 0;
}

static void take_header(po_file_t po, const char *file, struct arena *a, struct report *report, struct po *out)
{
    const char *header = po_file_domain_header(po, NULL);

    out->plural = header_field(header, "Plural-Forms", a);
    out->name = header_field(header, "X-Native-Name", a);
    out->direction = header_field(header, "X-Direction", a);
    if (!out->plural) {
        report_error(report, file, 0,
                     "no Plural-Forms in its header; add \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"");
        out->plural = "nplurals=1; plural=0;";
    }
    out->n_plurals = plurals_of(out->plural);
    if (out->n_plurals < 1 || out->n_plurals > PO_FORMS_MAX) {
        report_error(report, file, 0, "Plural-Forms '%.60s' has no nplurals from 1 to %d; write it as gettext does",
                     out->plural, PO_FORMS_MAX);
        out->n_plurals = 1;
    }
    if (!out->name) {
        report_error(
            report, file, 0,
            "no X-Native-Name in its header; add the language's name in itself, \"X-Native-Name: Italiano\\n\"");
        out->name = "?";
    }
    if (!out->direction || (strcmp(out->direction, "ltr") != 0 && strcmp(out->direction, "rtl") != 0)) {
        report_error(report, file, 0, "no X-Direction in its header; add \"X-Direction: ltr\\n\" or rtl");
        out->direction = "ltr";
    }
}

bool content_po_load(const char *path, const char *file, struct arena *arena, struct report *report, struct po *out)
{
    static const struct po_xerror_handler handler = {on_error, on_error2};
    po_message_iterator_t it;
    po_message_t m;
    po_file_t po;
    struct buf text = {0};
    struct place place;

    *out = (struct po){.plural = "nplurals=1; plural=0;", .n_plurals = 1, .name = "?", .direction = "ltr"};
    now_report = report;
    now_file = file;
    po = fsio_read(path, PO_MAX_BYTES, &text, NULL) ? po_file_read(path, &handler) : NULL;
    place = (struct place){.at = buf_text(&text)};
    if (!po) {
        report_error(report, file, 0, "cannot be read; every language has its .po, if only with a header");
        buf_release(&text);
        return false;
    }
    out->words = arena_alloc(arena, PO_WORDS_MAX * sizeof *out->words);
    take_header(po, file, arena, report, out);
    it = po_message_iterator(po, NULL);
    while ((m = po_next_message(it))) {
        if (!po_message_is_obsolete(m)) {
            take_message(m, next_line(&place), file, arena, report, out);
        }
    }
    po_message_iterator_free(it);
    po_file_free(po);
    buf_release(&text);
    return true;
}
