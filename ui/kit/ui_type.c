/* ui_type: how the text of a node is set: size, weight, leading, place. */
#include "kit/text.h"
#include "kit/ui_priv.h"
#include <string.h>

#include "base/banned.h"

int type_px(const struct ui *ui, enum ui_type type)
{
    static const int dp[] = {[UI_BODY] = 27, [UI_SMALL] = 23, [UI_TITLE] = 34, [UI_HEAD] = 42, [UI_FIGURE] = 54};

    /* rounded up: capitals must not fall under 3.0 and 2.5 mm (A14) */
    return (int)(dp[type] * ui->frame.text_percent / 100.0 * ui->px_per_mm * 25.4 / 160 + 0.999);
}

/* The word being read aloud, where it stands in this text: of the node itself, or of the one it is a part of. */
static void mark_word(const struct ui *ui, const struct ui_node *n, struct text_style *style)
{
    const struct ui_speech *s = &ui->speech;
    const struct ui_node *said = s->marked ? n : NULL;

    while (said && said->id != s->marked) {
        said = said->parent;
    }
    if (said && !strcmp(said->name, n->name)) {
        style->mark_from = s->mark_from;
        style->mark_to = s->mark_to;
    }
}

struct text_style type_style(const struct ui *ui, const struct ui_node *n)
{
    struct text_style style = {
        .px = type_px(ui, n->type),
        .is_bold = n->flags & UI_BOLD,
        .leading = n->is_prose           ? 1.5
                   : n->type >= UI_TITLE ? 1.25
                                         : 1.35,
        .align = n->flags & UI_CENTERED ? TEXT_CENTER : TEXT_START,
        .is_rtl = ui->frame.is_rtl,
        .lang = ui->frame.lang,
        .spans = n->spans,
        .n_spans = n->n_spans,
    };

    mark_word(ui, n, &style);
    return style;
}

int type_min_w(struct ui *ui, const struct ui_node *n)
{
    struct text_style style = type_style(ui, n);

    return text_min_width(n->name, &style);
}

int type_nat_w(struct ui *ui, const struct ui_node *n)
{
    struct text_style style = type_style(ui, n);

    return text_width(n->name, &style);
}

int type_h(struct ui *ui, const struct ui_node *n, int w)
{
    struct text_style style = type_style(ui, n);

    return *n->name ? text_lines(n->name, &style, w) * text_line_height(&style) : 0;
}
