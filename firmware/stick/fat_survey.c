/* fat_survey: folder after folder; a walk for each that is open. */
#include "stick/fat_survey.h"
#include "base/buf.h"
#include <stdlib.h>

#include "base/banned.h"

struct survey {
    struct fat_table *t;
    uint8_t *begun; /* bit: an entry that was seen begins in this cluster */
    struct fat_walk open[FAT_DEPTH_MAX];
    int depth, n_entries;
    uint32_t n_slots;
    struct err *missed;
};

static void miss(struct survey *s, const struct err *why)
{
    if (!s->missed->code) {
        *s->missed = *why;
    }
}

/* A folder that cannot be walked is missed; false: the device failed. */
static bool open_folder(struct survey *s, uint32_t start, struct err *err)
{
    struct err mine = {0};

    if (fat_walk_begin(&s->open[s->depth], s->t, start, &mine)) {
        s->depth++;
    } else if (mine.code == ERR_FORMAT || mine.code == ERR_LIMIT) {
        miss(s, &mine);
    } else {
        return err_set(err, mine.code, "%s", mine.text);
    }
    return true;
}

static bool note(struct survey *s, const struct fat_entry *e, struct err *err)
{
    if (fat_table_has(s->t, e->start)) {
        uint8_t *byte = &s->begun[e->start / 8], mask = (uint8_t)(1U << e->start % 8);

        if (*byte & mask) {
            return fat_table_note_twin(s->t, e->start, err);
        }
        *byte |= mask;
    }
    return fat_table_note_head(s->t, e->start, err);
}

/* The next entry of the folder that is open; *is_end where none follows, or none can be read. */
static bool next_entry(struct survey *s, struct fat_entry *e, bool *is_end, struct err *err)
{
    struct fat_walk *w = &s->open[s->depth - 1];
    uint32_t n_before = w->n_slots;
    struct err mine = {0};

    *is_end = false;
    if (!fat_walk_entry(w, e, is_end, &mine)) {
        if (mine.code != ERR_FORMAT && mine.code != ERR_LIMIT) {
            return err_set(err, mine.code, "%s", mine.text);
        }
        miss(s, &mine);
        *is_end = true;
    }
    s->n_slots += w->n_slots - n_before;
    return true;
}

static bool look_around(struct survey *s, struct err *err)
{
    struct err over = {0};

    if (!open_folder(s, fat_root(s->t), err)) {
        return false;
    }
    while (s->depth > 0) {
        struct fat_entry e;
        bool is_end;

        if (!next_entry(s, &e, &is_end, err)) {
            return false;
        }
        if (is_end) {
            s->depth--;
            continue;
        }
        if (fat_is_dot(&e) || (e.attr & FAT_ATTR_LABEL)) {
            continue;
        }
        if (++s->n_entries > FAT_SURVEY_MAX || s->n_slots > FAT_SURVEY_SLOTS_MAX) {
            err_set(&over, ERR_LIMIT, "more than %d files are on the stick; take those you do not need off it",
                    FAT_SURVEY_MAX);
            miss(s, &over);
            return true;
        }
        if (!note(s, &e, err) ||
            ((e.attr & FAT_ATTR_DIR) && s->depth < FAT_DEPTH_MAX && !open_folder(s, e.start, err))) {
            return false;
        }
    }
    return true;
}

bool fat_survey(struct fat_table *t, struct err *missed, struct err *err)
{
    struct survey *s;
    bool ok;

    *missed = t->missed;
    if (t->is_surveyed) {
        return true;
    }
    s = mem_alloc(sizeof *s);
    s->t = t;
    s->begun = mem_alloc((t->shape.n_clusters + FAT_FIRST_CLUSTER) / 8 + 1);
    s->missed = missed;
    ok = look_around(s, err);
    t->is_surveyed = ok;
    t->missed = *missed;
    free(s->begun);
    free(s);
    return ok;
}
