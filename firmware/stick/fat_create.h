/* fat_create: one new file on a FAT volume, with the folders of its name. Order of writes: contents and new folders
 * into free clusters, flush; their chains in each table, flush; room in the folder that is there already, flush; last
 * the new entry, in one sector. So a pull at any write leaves every earlier byte, and all of the file or nothing. */
#ifndef M2_STICK_FAT_CREATE_H
#define M2_STICK_FAT_CREATE_H

#include "stick/fat_dir.h"
#include "stick/volume.h"

#define FAT_FILE_BYTES_MAX UINT32_MAX /* what an entry can say */

/* name: as for fat_path_find(). ERR_EXISTS; ERR_NO_SPACE: the stick or a folder is full, nothing was changed;
 * ERR_LIMIT. The clusters lie in a row where there are so many. After it failed, what `t` holds is to be forgotten. */
M2_MUST_CHECK bool fat_create(struct fat_table *t, const char *name, const struct volume_source *contents,
                              struct err *err);

#endif
