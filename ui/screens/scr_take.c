/* scr_take: the result to take along: as codes for the visitor's phone, one after the other, and on a stick of her
 * own. Nothing of it is kept. */
#include "app.h"
#include "kit/shape.h"
#include "screens/codes_page.h"
#include "screens/result_text.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_NEXT = 1, ACT_DONE, ACT_STICK };
struct scr_take {
    struct screen base;
    int code; /* from 0 */
};

static void take_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_take *s = (const struct scr_take *)base;
    const char *codes[QR_PIECES_MAX];
    int n = result_text_codes(app, ui_arena(ui), codes), now = s->code < n ? s->code : 0;

    ui_screen(ui, K("take"), tr("Take it with me"));
    ui_back(ui, ACT(ACT_DONE));
    if (n) {
        codes_page(app, ui, codes, n, now, tr("Your result"), ACT(ACT_STICK));
    }
    if (now + 1 < n) {
        ui_main(ui, K("next"), tr("Next code"), ICON_NEXT, 0, ACT(ACT_NEXT));
    } else {
        ui_main(ui, K("done"), tr("Done"), ICON_DONE, 0, ACT(ACT_DONE));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool take_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)err;
    if (act.id == ACT_NEXT) {
        ((struct scr_take *)base)->code++;
    } else if (act.id == ACT_STICK) {
        app_look_at(app, &scr_stick);
    } else {
        app_go(app, &scr_result);
    }
    return true;
}

const struct screen_class scr_take = {
    .name = "take",
    .is_come_back = true,
    .size = sizeof(struct scr_take),
    .build = take_build,
    .action = take_action,
};
