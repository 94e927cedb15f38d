/* app_dialogs: the app's own questions, over any screen. */
#include "app.h"
#include "base/clock.h"
#include "tr.h"

#include "base/banned.h"

void app_question(struct ui *ui, struct ui_key key, const char *title, const char *about, struct app_choice first,
                  struct app_choice second, int escape)
{
    ui_dialog(ui, key, title, ACT(escape));
    ui_text(ui, K("about"), UI_BODY, about, UI_LIVE);
    ui_open(ui, K("choices"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 280});
    ui_button(ui, first.key, first.name, UI_ANSWER, ACT(first.act));
    ui_button(ui, second.key, second.name, UI_PRIMARY, ACT(second.act));
    ui_end(ui);
    ui_end(ui);
}

void app_dialogs(const struct app *app, struct ui *ui)
{
    bool is_kept = visit_token(app->visit)->is_kept; /* then nothing is lost (A53) */

    switch (app->dialog) {
    case DIALOG_STILL_THERE:
        app_question(
            ui, K("still_there"), tr("Are you still there?"),
            is_kept ? tr("In half a minute this visit ends, so that nobody else sees it. Your place is kept.")
                    : tr("In half a minute this visit ends, so that nobody else sees it. What you answered is saved."),
            (struct app_choice){K("more_time"), tr("I need more time"), ACT_MORE_TIME},
            (struct app_choice){K("yes"), tr("Yes, I am here"), ACT_DISMISS}, ACT_DISMISS);
        break;
    case DIALOG_FINISH:
        app_question(ui, K("finish"), tr("Finish this visit?"),
                     is_kept
                         ? tr("Your place is kept. The screen is cleared for the next person.")
                         : tr("Your answers are saved without your name. The screen is cleared for the next person."),
                     (struct app_choice){K("no"), tr("No, go on"), ACT_DISMISS},
                     (struct app_choice){K("yes"), tr("Yes, I am finished"), ACT_FINISH_NOW}, ACT_DISMISS);
        break;
    case DIALOG_PERSONAL:
        app_question(ui, K("personal"),
                     app->screen->class == &scr_keep ? tr("Read your pictures aloud?") : tr("Read your result aloud?"),
                     tr("People near the station can hear it. With headphones only you do."),
                     (struct app_choice){K("no"), tr("No, I read it myself"), ACT_KEEP_SILENT},
                     (struct app_choice){K("yes"), tr("Yes, read it aloud"), ACT_SPEAK_PERSONAL}, ACT_KEEP_SILENT);
        break;
    case DIALOG_STOP:
        app_question(ui, K("stop_here"), tr("Stop the questions here?"),
                     tr("You see your result now. You can answer more questions later."),
                     (struct app_choice){K("no"), tr("No, go on"), ACT_DISMISS},
                     (struct app_choice){K("yes"), tr("Yes, show my result"), ACT_STOP_NOW}, ACT_DISMISS);
        break;
    case DIALOG_STICK:
        app_question(ui, K("stick_in"), tr("A USB stick is in"),
                     app->stick.is_own ? tr("Is it yours? You can save your result on it.")
                     : app->stick.is_over
                         ? tr("You can take the stick out")
                         : tr("The station is working with it. You can go on meanwhile; nothing changes for you."),
                     (struct app_choice){K("see"), tr("Look at the stick"), ACT_SEE_STICK},
                     (struct app_choice){K("no"), tr("Go on"), ACT_DISMISS}, ACT_DISMISS);
        break;
    case DIALOG_DELETE:
        app_question(
            ui, K("delete_me"), tr("Delete what is kept of you?"),
            tr("Your levels, your path and your page are deleted at once. Your pictures and your card code open "
               "nothing "
               "any more."),
            (struct app_choice){K("no"), tr("No, keep it"), ACT_DISMISS},
            (struct app_choice){K("yes"), tr("Yes, delete me"), ACT_DELETE_NOW}, ACT_DISMISS);
        break;
    case DIALOG_NONE:
        break;
    }
}

void app_ask(struct app *app, enum app_dialog dialog)
{
    app->dialog_under = app->dialog;
    app->dialog = dialog;
    app->dialog_since_ms = clock_ms();
    app->must_build = true;
}

void app_dismiss(struct app *app)
{
    app->dialog = app->dialog_under;
    app->dialog_under = DIALOG_NONE;
    app->must_build = true;
}
