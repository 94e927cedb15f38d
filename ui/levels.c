/* levels: levels in words of autonomy. */
#include "levels.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

const char *level_word(int level)
{
    static const char *const words[MATRIX_LEVELS] = {
        tr_mark("level", "With help"),          tr_mark("level", "With a little help"),
        tr_mark("level", "On my own"),          tr_mark("level", "In my own way"),
        tr_mark("level", "I guide others"),     tr_mark("level", "I adapt it"),
        tr_mark("level", "I solve hard cases"), tr_mark("level", "I lead"),
    };

    return level >= 1 && level <= MATRIX_LEVELS ? trc("level", words[level - 1]) : "";
}

const char *level_band_30(int level)
{
    switch (matrix_band(level)) {
    case 1:
        return trc("DigComp 3.0", "Basic");
    case 2:
        return trc("DigComp 3.0", "Intermediate");
    case 3:
        return trc("DigComp 3.0", "Advanced");
    default:
        return trc("DigComp 3.0", "Highly advanced");
    }
}

const char *level_answer(int i)
{
    switch (i) {
    case 0:
        return tr("Not yet");
    case 1:
        return tr("With help");
    case 2:
        return tr("On my own");
    default:
        return tr("I show others");
    }
}

const char *level_range(struct arena *a, int lo, int hi)
{
    return lo >= hi ? NULL
                    : tr_fmt(a, tr("Probably between “{from}” and “{to}”."), "from", level_word(lo), "to",
                             level_word(hi), NULL);
}

const struct visit_competence_result *level_result(const struct visit_result *r, const char *code)
{
    for (int i = 0; r && i < r->n_competences; i++) {
        if (!strcmp(r->competence[i].code, code)) {
            return &r->competence[i];
        }
    }
    return NULL;
}

const char *level_here(struct arena *a, int level)
{
    if (level <= 0) {
        return "";
    }
    return level == MATRIX_LEVELS ? tr_fmt(a, tr("You are here: {here}."), "here", level_word(level), NULL)
                                  : tr_fmt(a, tr("You are here: {here}. Next: {next}."), "here", level_word(level),
                                           "next", level_word(level + 1), NULL);
}

void level_strip(struct ui *ui, const char *what, enum theme_area area, int level, int lo, int hi, int h_dp)
{
    struct chart chart = {.kind = CHART_STRIP, .n_spokes = 1, .spokes = {{area, ICON_NONE, level, lo, hi}}};

    ui_chart(ui, K("steps"), what, level_here(ui_arena(ui), level), &chart, h_dp);
}
