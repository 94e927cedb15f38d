/* library_gather: how a view is gathered from all containers: names that lead to what was read before, rows that grow
 * and are copied into the view's arena at the end. Shared by library_view.c (what the core says) and library_learn.c
 * (what one learns and works with). */
#ifndef M2_SHELF_LIBRARY_GATHER_H
#define M2_SHELF_LIBRARY_GATHER_H

#include "shelf/library_priv.h"

struct name_slot {
    const char *name; /* in the arena; NULL = free */
    void *value;
    bool is_wanted; /* of the wanted language, not of the default */
};

struct names {
    struct name_slot *slots;
    size_t cap, n; /* cap is a power of two */
};

struct rows {
    char *data;
    int n, cap;
};

struct gather {
    struct library *l;
    struct lib_view *view;
    struct names texts;     /* "kind\nid\nfield" to its words */
    struct names languages; /* seen already */
    struct names questions; /* id to struct lib_question */
    struct names items;     /* id to struct item_questions */
    struct names serves;    /* "kind\nid" to struct serves_list */
    struct names processes; /* id to struct weight_list */
    struct names lessons;   /* module id to struct lesson_list */
    struct names words;     /* tool id to struct word_list */
    struct names parts;     /* workshop id to struct part_list */
    struct rows rows;       /* of the table that is read now */
};

struct name_slot *names_add(struct names *t,
                            const char *name); /* the slot of a name that outlives the table; a new one has no value */
void *names_find(const struct names *t, const char *name); /* NULL = not there */
void *rows_add(struct rows *r, size_t size);               /* zeroed */
void *rows_settle(struct rows *r, size_t size, struct arena *a,
                  int *n); /* as an array of the arena; the rows are empty again */
#define GATHER_SETTLE(g, field)                                                                                        \
    ((g)->view->field = rows_settle(&(g)->rows, sizeof *(g)->view->field, &(g)->view->arena, &(g)->view->n_##field))

/* Runs sql over every container. */
bool gather_each(struct gather *g, const char *sql, library_row *row, struct err *err);
/* A short text in the wanted language, else in the default one; "" where nobody wrote it. */
const char *gather_text(struct gather *g, const char *kind, const char *id, const char *field);
int gather_by_id(const void *a, const void *b); /* qsort of struct lib_text */

/* Modules, lessons, tools and workshops; the texts were read before. */
bool gather_learn(struct gather *g, struct err *err);

#endif
