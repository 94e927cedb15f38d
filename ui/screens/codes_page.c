/* codes_page: codes, and the words they carry. */
#include "screens/codes_page.h"
#include "base/utf8.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { CODE_DP = 400, SMALL_CODE_DP = 270 }; /* a panel under 10 inch must show all of it at 200 %, too */
enum { HEAD_MAX = QR_TEXT_MAX / 3 };

/* The code first: where there is little room, a phone still sees all of it at once. */
static void code(const char *const *codes, int n, int i, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const char *place = tr_fmt(a, tr("Code {n} of {total}"), "n", tr_number(a, i + 1), "total", tr_number(a, n), NULL);

    ui_qr(ui, K("code"), place, codes[i], ui_is_small_panel(ui) ? SMALL_CODE_DP : CODE_DP);
    if (n > 1) {
        ui_steps(ui, K("codes"), place, i, n);
    }
}

static void words(const struct app *app, const char *text, const char *what, struct ui *ui, struct ui_act stick)
{
    ui_heading(ui, K("how"), UI_TITLE, tr("Hold the camera of your phone over the code"));
    ui_text(ui, K("offline"), UI_SMALL, tr("It needs no network. Your phone keeps this text:"), UI_SOFT);
    ui_open(ui, K("text"), UI_GROUP, what, (struct ui_box){.flow = UI_COLUMN, .surface = UI_CARD});
    ui_text(ui, K("words"), UI_SMALL, text, UI_PERSONAL);
    ui_end(ui);
    if (app->stick.is_in) {
        app_stick_row(app, ui, stick);
    } else {
        ui_icon_button(ui, K("stick"), ICON_USB, tr("To my stick"), 0, stick);
    }
    ui_text(ui, K("safe"), UI_SMALL, tr("When you are finished, the station forgets it."), UI_SOFT);
}

void codes_page(const struct app *app, struct ui *ui, const char *const *codes, int n, int now, const char *what,
                struct ui_act stick)
{
    ui_page(ui, codes[now]);
    ui_open(ui, K("page"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 380, .gap_dp = 24});
    ui_open(ui, K("left"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN});
    code(codes, n, now, ui);
    ui_end(ui);
    ui_open(ui, K("right"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 1, .gap_dp = 12});
    words(app, codes[now], what, ui, stick);
    ui_end(ui);
    ui_end(ui);
}

static const char *head(struct arena *a, const char *title, int i, int n)
{
    const char *place = tr_fmt(a, tr("{n} of {total}"), "n", tr_number(a, i), "total", tr_number(a, n), NULL);
    const char *text = n > 1 ? arena_fmt(a, "%s (%s)", title, place) : title;

    return arena_strn(a, text, utf8_cut(text, strlen(text), HEAD_MAX));
}

int codes_of(struct arena *a, const char *title, const char *text, const char *codes[QR_PIECES_MAX])
{
    size_t head_bytes = strlen(head(a, title, QR_PIECES_MAX, QR_PIECES_MAX)) + 1;
    int n = qr_split(a, text, QR_TEXT_MAX - head_bytes, codes);

    for (int i = 0; i < n; i++) {
        codes[i] = arena_fmt(a, "%s\n%s", head(a, title, i + 1, n), codes[i]);
    }
    return n;
}
