/* fat_dir: folders of a FAT volume: entries in order, long names, and one entry found by its name. Names that are not
 * plain ASCII are walked over, never shown. An entry with a whole long name goes by that one, never by its short one
 * (T22). Limits of T21. */
#ifndef M2_STICK_FAT_DIR_H
#define M2_STICK_FAT_DIR_H

#include "stick/fat_table.h"

enum {
    FAT_DEPTH_MAX = 4,          /* parts of a name: three folders and a file */
    FAT_ENTRIES_MAX = 1000,     /* entries looked at in one folder */
    FAT_WALK_BYTES = 16 * 1024, /* of a folder read at once: as much of a cluster as lies behind each other */
    FAT_SLOTS_MAX = 65536,      /* places for entries, deleted ones and parts of long names too: what FAT allows */
    FAT_PART_MAX = 95,          /* letters of one part of a name of ours */
    FAT_NAME_MAX = 255,         /* letters of a long name */
    FAT_LETTERS_A_SLOT = 13,    /* of a long name */

    FAT_DELETED = 0xe5,
    FAT_ATTR_LABEL = 0x08,
    FAT_ATTR_DIR = 0x10,
    FAT_ATTR_FILE = 0x20,
    FAT_ATTR_LONG = 0x0f,
};

/* Place after place. A walk ends with the last cluster; whoever walks minds the entry that says no more follow. */
struct fat_walk {
    struct fat_table *t;
    uint32_t cluster; /* 0: the root folder of FAT12 and FAT16 */
    uint32_t n_slots; /* walked */
    uint64_t sector;  /* of the device: where the slot lies */
    uint32_t at;      /* its byte in there */
    uint64_t held;    /* first sector of those in bytes; n_held 0: none */
    uint32_t n_held;
    uint8_t bytes[FAT_WALK_BYTES];
};

struct fat_entry {
    uint32_t start; /* cluster; 0 = nothing, or the root folder of FAT12 and FAT16 */
    uint32_t size;
    uint8_t attr;
    uint8_t short_name[11];
    char name[FAT_NAME_MAX + 1]; /* long if it has one, else short; '\x01' for each letter that is not ASCII */
    char alias[13];              /* the short one, always */
};

uint32_t fat_root(const struct fat_table *t); /* the `start` of the root folder */

M2_MUST_CHECK bool fat_walk_begin(struct fat_walk *w, struct fat_table *t, uint32_t start, struct err *err);
/* *slot: FAT_ENTRY_BYTES, borrowed until the next step; NULL at the end. */
M2_MUST_CHECK bool fat_walk_next(struct fat_walk *w, const uint8_t **slot, struct err *err);

/* The next file, folder or label; *is_end instead when there is none. ERR_LIMIT past FAT_SLOTS_MAX. */
M2_MUST_CHECK bool fat_walk_entry(struct fat_walk *w, struct fat_entry *e, bool *is_end, struct err *err);

/* A file or folder by name, in any case of letters. Looks at the whole folder. ERR_NOT_FOUND; ERR_FORMAT: two of this
 * name, or another entry begins in the same cluster; ERR_LIMIT: more than FAT_ENTRIES_MAX entries. */
M2_MUST_CHECK bool fat_dir_find(struct fat_table *t, uint32_t start, const char *name, struct fat_entry *e,
                                struct err *err);

/* As far as the folders of a name go. */
struct fat_path {
    const char *rest;       /* the part that is missing, and all behind it; borrowed from the name; NULL: all found */
    uint32_t folder;        /* that holds the last part found, or would hold the missing one */
    struct fat_entry entry; /* the file; only where rest is NULL */
};

/* name: 1..FAT_DEPTH_MAX parts of 1..FAT_PART_MAX letters, else ERR_LIMIT. ERR_FORMAT: damaged, or a folder where a
 * file should be and the other way round. */
M2_MUST_CHECK bool fat_path_find(struct fat_table *t, const char *name, struct fat_path *out, struct err *err);
/* The first part of a name into out; returns what is behind it and its slash, NULL when nothing is. */
const char *fat_path_part(const char *name, char out[FAT_PART_MAX + 1]);

bool fat_is_dot(const struct fat_entry *e);          /* "." and ".." */
bool fat_is_same_name(const char *a, const char *b); /* ASCII, in any case of letters */
uint8_t fat_short_sum(const uint8_t short_name[11]);
/* Byte in a slot of letter i of a long name. */
uint32_t fat_letter_at(uint32_t i);

#endif
