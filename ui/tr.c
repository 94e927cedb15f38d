/* tr: words looked up by binary search in the view; plural rules read from the .po header. */
#include "tr.h"
#include "base/buf.h"
#include "base/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { TR_FORMS_MAX = 6, TR_PLURAL_DEPTH = 32 };

static const struct lib_view *view;

void tr_use(const struct lib_view *v)
{
    view = v;
}

static const struct lib_language *language(void)
{
    for (int i = 0; view && i < view->n_languages; i++) {
        if (!strcmp(view->languages[i].lang, view->lang)) {
            return &view->languages[i];
        }
    }
    return NULL;
}

const char *tr_lang(void)
{
    return view ? view->lang : "en";
}

bool tr_is_rtl(void)
{
    const struct lib_language *l = language();

    return l && !strcmp(l->direction, "rtl");
}

static int compare_word(const char *context, const char *msgid, const struct lib_word *w)
{
    int c = strcmp(context, w->context);

    return c ? c : strcmp(msgid, w->msgid);
}

static const struct lib_word *find(const char *context, const char *msgid)
{
    int low = 0, high = view ? view->n_words : 0;

    while (low < high) {
        int mid = low + (high - low) / 2;
        int c = compare_word(context, msgid, &view->words[mid]);

        if (c == 0) {
            return &view->words[mid];
        }
        if (c < 0) {
            high = mid;
        } else {
            low = mid + 1;
        }
    }
    return NULL;
}

const char *trc(const char *context, const char *msgid)
{
    const struct lib_word *w = find(context, msgid);

    return w && w->value[0] && w->value[0][0] ? w->value[0] : msgid;
}

const char *tr(const char *msgid)
{
    return trc("", msgid);
}

const char *trn(const char *one, const char *many, int64_t n)
{
    const struct lib_word *w = find("", one);
    const struct lib_language *l = language();
    int form = tr_plural(l ? l->plural : "", n);

    if (w && form < TR_FORMS_MAX && w->value[form] && w->value[form][0]) {
        return w->value[form];
    }
    return n == 1 ? one : many;
}

char *tr_fmt(struct arena *a, const char *text, ...)
{
    struct buf out = {0};
    char *kept;

    for (const char *p = text; *p; p++) {
        const char *close = *p == '{' ? strchr(p, '}') : NULL;
        const char *value = NULL;

        if (close) {
            va_list args;

            va_start(args, text);
            for (const char *name = va_arg(args, const char *); name; name = va_arg(args, const char *)) {
                const char *v = va_arg(args, const char *);

                if (strlen(name) == (size_t)(close - p - 1) && !strncmp(name, p + 1, (size_t)(close - p - 1))) {
                    value = v;
                    break;
                }
            }
            va_end(args);
        }
        if (value) {
            buf_str(&out, value);
            p = close;
        } else {
            buf_char(&out, *p);
        }
    }
    kept = arena_str(a, buf_text(&out));
    buf_wipe(&out);
    return kept;
}

char *tr_number(struct arena *a, int64_t n)
{
    /* CLDR: English groups by comma, Italian by point, Spanish by a narrow blank and only from five digits. */
    const char *group = trc("thousands separator; _ = no-break space", ",");
    char digits[24];
    struct buf out = {0};
    int len = snprintf(digits, sizeof digits, "%lld", (long long)(n < 0 ? -n : n));
    bool is_grouped = len > (strcmp(tr_lang(), "es") ? 3 : 4);
    char *kept;

    if (n < 0) {
        buf_str(&out, "\u2212");
    }
    for (int i = 0; i < len; i++) {
        if (i && is_grouped && (len - i) % 3 == 0) {
            buf_str(&out, !strcmp(group, "_") ? "\u00a0" : group);
        }
        buf_char(&out, digits[i]);
    }
    kept = arena_str(a, buf_text(&out));
    buf_release(&out);
    return kept;
}

char *tr_decimal(struct arena *a, int64_t thousandths)
{
    char digits[8];
    int len = snprintf(digits, sizeof digits, "%03d", (int)((thousandths < 0 ? -thousandths : thousandths) % 1000));

    while (len > 0 && digits[len - 1] == '0') {
        len--;
    }
    digits[len] = '\0';
    return len ? arena_fmt(a, "%s%s%s%s",
                           thousandths > -1000 && thousandths < 0 ? "\u2212" : "", /* of a whole 0 none */
                           tr_number(a, thousandths / 1000), tr_decimal_mark(), digits)
               : tr_number(a, thousandths / 1000);
}

const char *tr_decimal_mark(void)
{
    return trc("decimal mark", ".");
}

char *tr_fixed(struct arena *a, int64_t n, int decimals)
{
    int64_t unit = 1, left = n < 0 ? -n : n;

    for (int i = 0; i < decimals; i++) {
        unit *= 10;
    }
    const char *sign = n < 0 ? "\u2212" : "", *whole = tr_number(a, left / unit);

    return decimals ? arena_fmt(a, "%s%s%s%0*lld", sign, whole, tr_decimal_mark(), decimals, (long long)(left % unit))
                    : arena_fmt(a, "%s%s", sign, whole);
}

char *tr_time(struct arena *a, int64_t wall_s)
{
    static const char *const days[] = {/* 1970-01-01 was a Thursday */ tr_mark("weekday", "Thu"),
                                       tr_mark("weekday", "Fri"),
                                       tr_mark("weekday", "Sat"),
                                       tr_mark("weekday", "Sun"),
                                       tr_mark("weekday", "Mon"),
                                       tr_mark("weekday", "Tue"),
                                       tr_mark("weekday", "Wed")};
    static const char *const months[] = {tr_mark("month", "Jan"), tr_mark("month", "Feb"), tr_mark("month", "Mar"),
                                         tr_mark("month", "Apr"), tr_mark("month", "May"), tr_mark("month", "Jun"),
                                         tr_mark("month", "Jul"), tr_mark("month", "Aug"), tr_mark("month", "Sep"),
                                         tr_mark("month", "Oct"), tr_mark("month", "Nov"), tr_mark("month", "Dec")};
    int64_t day = clock_day(wall_s);
    int64_t minute = (wall_s - day * 86400) / 60;
    int year, month, mday;
    char d[12], h[12], m[12];

    if (!clock_is_trusted()) {
        return arena_str(a, "");
    }
    clock_civil(day, &year, &month, &mday);
    snprintf(d, sizeof d, "%d", mday);
    snprintf(h, sizeof h, "%d", (int)(minute / 60));
    snprintf(m, sizeof m, "%02d", (int)(minute % 60));
    /* TRANSLATORS: the day and time in the top bar, as in "Mon 23 Nov, 10:42". */
    return tr_fmt(a, tr("{weekday} {day} {month}, {hour}:{minute}"), "weekday",
                  trc("weekday", days[((day % 7) + 7) % 7]), "day", d, "month", trc("month", months[month - 1]), "hour",
                  h, "minute", m, NULL);
}

/* --- plural rules: the C expression of gettext (GNU gettext manual, "Plural forms"), by recursive descent
 * ---------------------- */
struct rule {
    const char *p;
    int64_t n;
    int depth;
    bool is_bad;
};

static int64_t ternary(struct rule *r);

static void blanks(struct rule *r)
{
    while (*r->p == ' ' || *r->p == '\t') {
        r->p++;
    }
}

static bool take(struct rule *r, const char *op)
{
    size_t n = strlen(op);

    blanks(r);
    if (strncmp(r->p, op, n) != 0) {
        return false;
    }
    r->p += n;
    return true;
}

static int64_t primary(struct rule *r)
{
    int64_t value = 0;

    if (++r->depth > TR_PLURAL_DEPTH) {
        r->is_bad = true;
    } else if (take(r, "!")) {
        value = !primary(r);
    } else if (take(r, "(")) {
        value = ternary(r);
        r->is_bad |= !take(r, ")");
    } else if (take(r, "n")) {
        value = r->n;
    } else if (*r->p >= '0' && *r->p <= '9') {
        value = strtol(r->p, (char **)&r->p, 10);
    } else {
        r->is_bad = true;
    }
    r->depth--;
    return value;
}

enum { LEVELS = 5 };

static int64_t apply(struct rule *r, const char *op, int64_t a, int64_t b)
{
    switch (op[0]) {
    case '*':
        return a * b;
    case '/':
    case '%':
        if (b == 0) {
            r->is_bad = true;
            return 0;
        }
        return op[0] == '/' ? a / b : a % b;
    case '+':
        return a + b;
    case '-':
        return a - b;
    case '<':
        return op[1] ? a <= b : a < b;
    case '>':
        return op[1] ? a >= b : a > b;
    case '=':
        return a == b;
    case '!':
        return a != b;
    case '&':
        return a && b;
    default:
        return a || b;
    }
}

static int64_t binary(struct rule *r, int level)
{
    static const char *const ops[LEVELS + 1][5] = {
        {"||"}, {"&&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/", "%"},
    };
    int64_t left = level == LEVELS ? primary(r) : binary(r, level + 1);

    for (int i = 0; i < 5 && ops[level][i] && !r->is_bad; i++) {
        if (take(r, ops[level][i])) {
            left = apply(r, ops[level][i], left, level == LEVELS ? primary(r) : binary(r, level + 1));
            i = -1;
        }
    }
    return left;
}

static int64_t ternary(struct rule *r)
{
    int64_t condition = binary(r, 0);

    if (!take(r, "?")) {
        return condition;
    }
    int64_t yes = ternary(r);

    r->is_bad |= !take(r, ":");
    int64_t no = ternary(r);

    return condition ? yes : no;
}

int tr_plural(const char *plural_forms, int64_t n)
{
    const char *start = plural_forms ? strstr(plural_forms, "plural=") : NULL;
    struct rule r = {.n = n};

    while (start && start > plural_forms && start[-1] == 'n') {
        start = strstr(start + 1, "plural="); /* "nplurals=" is not it */
    }
    if (!start) {
        return n != 1;
    }
    r.p = start + strlen("plural=");
    int64_t form = ternary(&r);

    blanks(&r);
    return r.is_bad || (*r.p && *r.p != ';' && *r.p != '\n') || form < 0 || form >= TR_FORMS_MAX ? n != 1 : (int)form;
}
