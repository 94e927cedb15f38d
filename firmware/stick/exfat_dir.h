/* exfat_dir: folders of an exFAT volume: sets of entries walked one after the other, names compared through the up-case
 * table. Only exfat*.c include it. A set that is damaged is passed over and remembered. */
#ifndef M2_STICK_EXFAT_DIR_H
#define M2_STICK_EXFAT_DIR_H

#include "stick/exfat_fs.h"

enum exfat_type { /* of an entry; bit 7: in use */
                  EXFAT_END = 0,
                  EXFAT_UNUSED = 0x41, /* what we put where an end was: a part of a name, deleted */
                  EXFAT_BITMAP = 0x81,
                  EXFAT_UPCASE = 0x82,
                  EXFAT_LABEL = 0x83,
                  EXFAT_FILE = 0x85,
                  EXFAT_STREAM = 0xC0,
                  EXFAT_NAME = 0xC1,
                  EXFAT_IN_USE = 0x80,
};

enum {
    EXFAT_NAME_MAX = 255,   /* UTF-16 units of a name */
    EXFAT_NAME_CHARS = 15,  /* UTF-16 units in one name entry */
    EXFAT_IS_FOLDER = 0x10, /* of the attributes */
    EXFAT_ALLOCATION = 1,   /* of the stream's flags */
    EXFAT_NO_FAT_CHAIN = 2,
};

struct exfat_set {
    uint8_t type; /* EXFAT_END where the folder ends */
    uint8_t raw[EXFAT_SET_MAX * EXFAT_ENTRY_BYTES];
    struct exfat_stream stream; /* of a file, a folder, the bitmap, the up-case table */
    bool is_folder;
};

struct exfat_scan { /* a walk through a folder; begin with {.fs = …, .dir = …} */
    struct exfat_fs *fs;
    struct exfat_stream dir;
    uint32_t slot;
    int n_sets;
    bool is_damaged; /* something was passed over */
};

/* One entry, borrowed like a sector; *entry is NULL behind the folder's last cluster. */
M2_MUST_CHECK bool exfat_slot(struct exfat_fs *fs, struct exfat_stream *dir, uint32_t slot, const uint8_t **entry,
                              struct err *err);
/* The next set that is whole, of the types above. ERR_LIMIT: past EXFAT_ENTRIES_MAX or EXFAT_SLOTS_MAX. */
M2_MUST_CHECK bool exfat_scan_next(struct exfat_scan *scan, struct exfat_set *set, struct err *err);
/* The set of a name of n ASCII characters, in what is left of the walk. set->type EXFAT_END: not there. */
M2_MUST_CHECK bool exfat_find(struct exfat_scan *scan, const char *name, size_t n, struct exfat_set *set,
                              struct err *err);
/* The characters of a set's name in a row; how many. */
unsigned exfat_set_name(const uint8_t *raw, uint8_t utf16[2 * EXFAT_NAME_MAX]);
uint16_t exfat_set_sum(const uint8_t *raw, int n_entries);
uint16_t exfat_name_hash(const struct exfat_fs *fs, const uint8_t *utf16, unsigned n);
/* fs->root, fs->bitmap, fs->upcase from the entries of the root; label gets what the screen may show. */
M2_MUST_CHECK bool exfat_read_root(struct exfat_fs *fs, char *label, size_t label_bytes, struct err *err);

#endif
