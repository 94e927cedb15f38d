/* workshop_parts: the list of a workshop's parts. */
#include "screens/workshop_parts.h"
#include "tr.h"

#include "base/banned.h"

void workshop_parts(const struct lib_workshop *w, int now, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_open(ui, K("parts"), UI_LIST, tr("The parts"), (struct ui_box){.gap_dp = 6});
    for (int i = 0; i < w->n_parts; i++) {
        const char *minutes = tr_number(a, w->parts[i].minutes);
        bool is_now = i == now;

        ui_open(ui, KI(i + 1), UI_LISTITEM, w->parts[i].title,
                (struct ui_box){
                    .flow = UI_ROW,
                    .gap_dp = 16,
                    .pad_dp = 12,
                    .pad_v_dp = 8,
                    .align = UI_CENTER,
                    .surface = is_now ? UI_TINT : UI_BARE,
                    .area = theme_area_of(w->area),
                    .flags = is_now ? UI_ON : 0,
                    .about = tr_fmt(a, is_now ? tr("{n} min. You are here.") : tr("{n} min"), "n", minutes, NULL)});
        ui_badge(ui, minutes, is_now ? UI_ON : 0);
        ui_open(ui, K("words"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
        ui_text(ui, K("title"), UI_SMALL, w->parts[i].title, (is_now ? UI_BOLD : 0) | UI_PART);
        ui_end(ui);
        ui_end(ui);
        if (is_now) {
            ui_keep_in_view(ui);
        }
    }
    ui_end(ui);
}
