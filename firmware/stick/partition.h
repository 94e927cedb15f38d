/* partition: where on a stick its files lie, and what it is when stations cannot read it. Tables: MBR, GPT, none; the
 * first partition with FAT or exFAT wins. Everything read is a stranger's: every number is checked before use, every
 * loop has a named end (THREATS T20, T21). Drawing in FORMAT.md. */
#ifndef M2_STICK_PARTITION_H
#define M2_STICK_PARTITION_H

#include "stick/blockdev.h"

enum {
    PARTITION_LOGICAL_MAX = 16,      /* logical partitions looked at; later ones are left out */
    PARTITION_GPT_ENTRIES_MAX = 256, /* of a GPT; one with more counts as damaged */
    PARTITION_GPT_ENTRY_MIN = 128,   /* bytes of one, a power of two */
    PARTITION_GPT_ENTRY_MAX = BLOCKDEV_SECTOR_MIN,
    PARTITION_EMPTY_BYTES = 64 * 1024, /* zeros at the beginning that make a stick empty */
};

enum partition_kind {
    PARTITION_UNKNOWN = 0,
    PARTITION_FAT, /* FAT12, 16 or 32: volume_open_fat() */
    PARTITION_EXFAT,
    PARTITION_NTFS,
    PARTITION_EXT, /* ext2, 3, 4 */
    PARTITION_LUKS,
    PARTITION_BITLOCKER, /* To Go, too, which looks like FAT */
    PARTITION_HFS,       /* and HFS+ */
    PARTITION_APFS,
    PARTITION_ISO9660,
    PARTITION_EMPTY, /* all zero */
    PARTITION_KINDS,
};

enum partition_table { PARTITION_TABLE_NONE = 0, PARTITION_TABLE_MBR, PARTITION_TABLE_GPT };

struct partition {
    enum partition_kind kind;
    enum partition_table table;
    uint64_t first_sector; /* of the device */
    uint64_t n_sectors;    /* all on the device */
    bool is_from_backup;   /* the GPT at the beginning is damaged; the one at the end was used */
};

/* Finds the partition to read, or, where there is none, the one that says best what the stick is: a true answer of any
 * kind. Codes: as blockdev.h; ERR_FORMAT: a table that is damaged in both places. */
M2_MUST_CHECK bool partition_find(struct blockdev *d, struct partition *out, struct err *err);
/* "is formatted with NTFS": what a stick of this kind is, behind "it". */
const char *partition_words(enum partition_kind kind);
/* true for FAT and exFAT; else ERR_FORMAT with a sentence that names what the stick is and what to do. */
M2_MUST_CHECK bool partition_is_readable(const struct partition *p, struct err *err);

#endif
