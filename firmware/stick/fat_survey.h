/* fat_survey: before the first write, one look at every file within reach: where each begins. Only fat*.c and
 * edit_fat.c include it. */
#ifndef M2_STICK_FAT_SURVEY_H
#define M2_STICK_FAT_SURVEY_H

#include "stick/fat_dir.h"

enum {
    FAT_SURVEY_MAX = 100000,        /* files and folders looked at */
    FAT_SURVEY_SLOTS_MAX = 1280000, /* places for entries, deleted ones and parts of long names too: 40 MB */
};

/* Once per volume, until fat_table_forget(). From then on a place that two files have, or one that another's chain runs
 * into, is refused by fat_table_next() and fat_table_check_head(). *missed: why something was not looked at, ERR_NONE =
 * all was: ERR_LIMIT past a limit, ERR_FORMAT for a damaged folder. Folders deeper than FAT_DEPTH_MAX are not looked
 * into. Fails only where the device does. */
M2_MUST_CHECK bool fat_survey(struct fat_table *t, struct err *missed, struct err *err);

#endif
