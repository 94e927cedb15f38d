/* exfat_survey: before the first write, one look at every file within reach: who owns which cluster. Only exfat*.c
 * include it. */
#ifndef M2_STICK_EXFAT_SURVEY_H
#define M2_STICK_EXFAT_SURVEY_H

#include "stick/exfat_dir.h"

/* Once per volume, until exfat_survey_forget(). Fills fs->used (the allocation bitmap), fs->has_shared (a cluster has
 * two owners, or a chain loops) and fs->is_unsound (damaged entries, or something lies on what is called free).
 * Folders deeper than EXFAT_DEPTH_MAX, and what is past EXFAT_ENTRIES_MAX in one, EXFAT_SURVEY_MAX in all or
 * EXFAT_SURVEY_READS_MAX, are not looked at: they are protected by the bitmap alone. Fails only where the device does.
 */
M2_MUST_CHECK bool exfat_survey(struct exfat_fs *fs, struct err *err);
void exfat_survey_forget(struct exfat_fs *fs);

#endif
