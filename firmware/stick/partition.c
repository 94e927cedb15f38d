/* partition: tables and magic numbers. */
#include "stick/partition.h"
#include "base/buf.h"
#include <string.h>

#include "base/banned.h"

enum {
    MBR_ENTRIES_AT = 446,
    MBR_ENTRY_BYTES = 16,
    MBR_ENTRIES = 4,
    MBR_TYPE_PROTECTIVE = 0xee,
    MBR_TYPE_EFI = 0xef,
    GPT_HEADER_BYTES = 92,
    ISO_AT = 32768, /* its first volume descriptor */
    SECOND_KIB = 1024,
};

static const uint8_t guid_efi_system[16] = {0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,
                                            0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b};
static const uint8_t guid_bitlocker[16] = {0x3b, 0xd6, 0x67, 0x49, 0x29, 0x2e, 0xd8, 0x4a,
                                           0x83, 0x99, 0xf6, 0xa3, 0x39, 0xe3, 0xd0, 0x01};

/* --- what lies in a partition
 * ------------------------------------------------------------------------------------------------------------- */

/* 512 bytes at `offset`, a multiple of 512; zeros behind the end. */
static bool read_piece(struct blockdev *d, uint64_t first, uint64_t n_sectors, uint64_t offset, uint8_t out[512],
                       struct err *err)
{
    uint8_t sector[BLOCKDEV_SECTOR_MAX];
    uint64_t at = offset / d->sector_bytes;

    memset(out, 0, 512);
    if (at >= n_sectors) {
        return true;
    }
    if (!blockdev_read(d, first + at, 1, sector, err)) {
        return false;
    }
    memcpy(out, sector + offset % d->sector_bytes, 512);
    return true;
}

static bool is_power_of_two(uint32_t n)
{
    return n != 0 && (n & (n - 1)) == 0;
}

static bool is_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i]) {
            return false;
        }
    }
    return true;
}

static bool has_boot_mark(const uint8_t *boot)
{
    return boot[510] == 0x55 && boot[511] == 0xaa;
}

/* Its fields are what only a FAT boot sector has; volume_open_fat() says what is wrong with one that is damaged. */
static bool is_fat(const uint8_t *boot)
{
    uint32_t bytes = get_le16(boot + 11);

    return (boot[0] == 0xeb || boot[0] == 0xe9) && is_power_of_two(bytes) && bytes >= BLOCKDEV_SECTOR_MIN &&
           bytes <= BLOCKDEV_SECTOR_MAX && is_power_of_two(boot[13]) && get_le16(boot + 14) != 0 && boot[16] != 0 &&
           (boot[21] == 0xf0 || boot[21] >= 0xf8);
}

static enum partition_kind kind_of_boot(const uint8_t *boot)
{
    if (!memcmp(boot, "LUKS\xba\xbe", 6)) {
        return PARTITION_LUKS;
    }
    if (!memcmp(boot + 3, "-FVE-FS-", 8) ||
        (!memcmp(boot + 3, "MSWIN4.1", 8) && !memcmp(boot + 424, guid_bitlocker, sizeof guid_bitlocker))) {
        return PARTITION_BITLOCKER;
    }
    if (!memcmp(boot + 3, "NTFS    ", 8)) {
        return PARTITION_NTFS;
    }
    if (!memcmp(boot + 3, "EXFAT   ", 8) && has_boot_mark(boot) && is_zero(boot + 11, 53)) {
        return PARTITION_EXFAT;
    }
    if (!memcmp(boot + 32, "NXSB", 4)) {
        return PARTITION_APFS;
    }
    return is_fat(boot) ? PARTITION_FAT : PARTITION_UNKNOWN;
}

static bool is_empty(struct blockdev *d, uint64_t first, uint64_t n_sectors, bool *out, struct err *err)
{
    uint8_t piece[512];

    *out = true;
    for (uint64_t at = 0; *out && at < PARTITION_EMPTY_BYTES; at += sizeof piece) {
        if (!read_piece(d, first, n_sectors, at, piece, err)) {
            return false;
        }
        *out = is_zero(piece, sizeof piece);
    }
    return true;
}

static bool find_kind(struct blockdev *d, uint64_t first, uint64_t n_sectors, enum partition_kind *out, struct err *err)
{
    uint8_t boot[512], second[512], iso[512];
    bool empty;

    if (!read_piece(d, first, n_sectors, 0, boot, err) || !read_piece(d, first, n_sectors, SECOND_KIB, second, err) ||
        !read_piece(d, first, n_sectors, ISO_AT, iso, err) || !is_empty(d, first, n_sectors, &empty, err)) {
        return false;
    }
    *out = kind_of_boot(boot);
    if (empty) {
        *out = PARTITION_EMPTY;
    } else if (*out != PARTITION_UNKNOWN) {
        return true;
    } else if (get_le16(second + 56) == 0xef53) {
        *out = PARTITION_EXT;
    } else if (!memcmp(second, "H+", 2) || !memcmp(second, "HX", 2) || !memcmp(second, "BD", 2)) {
        *out = PARTITION_HFS;
    } else if (!memcmp(iso + 1, "CD001", 5)) {
        *out = PARTITION_ISO9660;
    }
    return true;
}

/* --- the best of those offered
 * ------------------------------------------------------------------------------------------------------------ */

struct search {
    struct blockdev *d;
    struct partition best;
    int rank; /* of best; 0 = none yet */
};

enum { RANK_UNKNOWN = 1, RANK_EMPTY, RANK_EFI, RANK_NAMED, RANK_READABLE };

static bool can_read(enum partition_kind kind)
{
    return kind == PARTITION_FAT || kind == PARTITION_EXFAT;
}

/* The EFI partition that a Mac puts in front of everything is FAT, too, but it is not where the files are. */
static int rank_of(enum partition_kind kind, bool is_efi)
{
    if (kind == PARTITION_UNKNOWN) {
        return RANK_UNKNOWN;
    }
    if (kind == PARTITION_EMPTY) {
        return RANK_EMPTY;
    }
    if (is_efi) {
        return RANK_EFI;
    }
    return can_read(kind) ? RANK_READABLE : RANK_NAMED;
}

/* A partition of a table. What begins behind the end is left out, what ends there is cut. */
static bool offer(struct search *s, uint64_t first, uint64_t n_sectors, bool is_efi, struct err *err)
{
    enum partition_kind kind;
    int rank;

    if (n_sectors == 0 || first == 0 || first >= s->d->n_sectors || s->rank == RANK_READABLE) {
        return true;
    }
    if (n_sectors > s->d->n_sectors - first) {
        n_sectors = s->d->n_sectors - first;
    }
    if (!find_kind(s->d, first, n_sectors, &kind, err)) {
        return false;
    }
    rank = rank_of(kind, is_efi);
    if (rank > s->rank) {
        s->rank = rank;
        s->best.kind = kind;
        s->best.first_sector = first;
        s->best.n_sectors = n_sectors;
    }
    return true;
}

/* --- MBR
 * ---------------------------------------------------------------------------------------------------------------------
 */

static const uint8_t *mbr_entry(const uint8_t *sector, int i)
{
    return sector + MBR_ENTRIES_AT + (ptrdiff_t)i * MBR_ENTRY_BYTES;
}

static uint8_t mbr_type(const uint8_t *entry)
{
    return entry[4];
}

static uint64_t mbr_first(const uint8_t *entry)
{
    return get_le32(entry + 8);
}

static uint64_t mbr_count(const uint8_t *entry)
{
    return get_le32(entry + 12);
}

static bool is_extended(uint8_t type)
{
    return type == 0x05 || type == 0x0f || type == 0x85;
}

static bool is_mbr(const uint8_t *sector)
{
    bool has_entry = false;

    for (int i = 0; i < MBR_ENTRIES; i++) {
        const uint8_t *e = mbr_entry(sector, i);

        if (e[0] != 0 && e[0] != 0x80) {
            return false;
        }
        has_entry = has_entry || mbr_type(e) != 0;
    }
    return has_entry && has_boot_mark(sector);
}

/* A chain of tables, each naming one partition and the next table, which must lie further back. */
static bool walk_extended(struct search *s, uint64_t base, struct err *err)
{
    uint8_t sector[512];
    uint64_t at = base;

    for (int i = 0; i < PARTITION_LOGICAL_MAX && at < s->d->n_sectors; i++) {
        const uint8_t *here = mbr_entry(sector, 0), *next = mbr_entry(sector, 1);

        if (!read_piece(s->d, at, 1, 0, sector, err)) {
            return false;
        }
        if (!has_boot_mark(sector)) {
            return true;
        }
        if (mbr_type(here) != 0 && !offer(s, at + mbr_first(here), mbr_count(here), false, err)) {
            return false;
        }
        if (!is_extended(mbr_type(next)) || base + mbr_first(next) <= at) {
            return true;
        }
        at = base + mbr_first(next);
    }
    return true;
}

static bool search_mbr(struct search *s, const uint8_t *sector, struct err *err)
{
    s->best.table = PARTITION_TABLE_MBR;
    for (int i = 0; i < MBR_ENTRIES; i++) {
        const uint8_t *e = mbr_entry(sector, i);

        if (mbr_type(e) == 0 || is_extended(mbr_type(e))) {
            continue;
        }
        if (!offer(s, mbr_first(e), mbr_count(e), mbr_type(e) == MBR_TYPE_EFI, err)) {
            return false;
        }
    }
    for (int i = 0; i < MBR_ENTRIES; i++) {
        const uint8_t *e = mbr_entry(sector, i);

        if (is_extended(mbr_type(e)) && mbr_first(e) != 0 && !walk_extended(s, mbr_first(e), err)) {
            return false;
        }
    }
    return true;
}

/* --- GPT
 * ---------------------------------------------------------------------------------------------------------------------
 */

struct gpt {
    uint64_t entries_at; /* sector */
    uint32_t n_entries, entry_bytes;
    uint32_t entries_crc;
};

/* CRC-32 of IEEE 802.3, as the UEFI specification wants; begins with crc = 0 and goes on with what came out. */
static uint32_t crc32_more(uint32_t crc, const uint8_t *p, size_t n)
{
    crc = ~crc;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
        }
    }
    return ~crc;
}

/* *ok: the header at `at` is whole. */
static bool read_gpt_header(struct blockdev *d, uint64_t at, struct gpt *out, bool *ok, struct err *err)
{
    uint8_t h[BLOCKDEV_SECTOR_MAX];
    uint32_t size, crc;

    *ok = false;
    if (at >= d->n_sectors) {
        return true;
    }
    if (!blockdev_read(d, at, 1, h, err)) {
        return false;
    }
    size = get_le32(h + 12);
    if (memcmp(h, "EFI PART", 8) != 0 || get_le32(h + 8) >> 16 != 1 || size < GPT_HEADER_BYTES ||
        size > d->sector_bytes) {
        return true;
    }
    crc = get_le32(h + 16);
    put_le32(h + 16, 0);
    *out = (struct gpt){.entries_at = get_le64(h + 72),
                        .n_entries = get_le32(h + 80),
                        .entry_bytes = get_le32(h + 84),
                        .entries_crc = get_le32(h + 88)};
    *ok = crc32_more(0, h, size) == crc && get_le64(h + 24) == at && out->n_entries <= PARTITION_GPT_ENTRIES_MAX &&
          is_power_of_two(out->entry_bytes) && out->entry_bytes >= PARTITION_GPT_ENTRY_MIN &&
          out->entry_bytes <= PARTITION_GPT_ENTRY_MAX && out->entries_at < d->n_sectors;
    return true;
}

static bool offer_gpt_entry(struct search *s, const uint8_t *e, struct err *err)
{
    uint64_t first = get_le64(e + 32), last = get_le64(e + 40);

    if (is_zero(e, 16) || last < first || last >= s->d->n_sectors) {
        return true;
    }
    return offer(s, first, last - first + 1, !memcmp(e, guid_efi_system, sizeof guid_efi_system), err);
}

/* All entries, sector by sector: their sum, or, once it was right, the partitions. */
static bool walk_gpt_entries(struct search *s, const struct gpt *gpt, bool is_offering, uint32_t *crc, struct err *err)
{
    uint8_t sector[BLOCKDEV_SECTOR_MAX];
    uint32_t left = gpt->n_entries * gpt->entry_bytes;

    *crc = 0;
    for (uint64_t at = gpt->entries_at; left > 0; at++) {
        uint32_t n = left < s->d->sector_bytes ? left : s->d->sector_bytes;

        if (!blockdev_read(s->d, at, 1, sector, err)) {
            return false;
        }
        *crc = crc32_more(*crc, sector, n);
        for (uint32_t i = 0; is_offering && i < n; i += gpt->entry_bytes) {
            if (!offer_gpt_entry(s, sector + i, err)) {
                return false;
            }
        }
        left -= n;
    }
    return true;
}

static bool read_gpt(struct search *s, uint64_t at, bool *ok, struct err *err)
{
    struct gpt gpt;
    uint32_t crc;
    uint64_t n_sectors;

    if (!read_gpt_header(s->d, at, &gpt, ok, err)) {
        return false;
    }
    if (!*ok) {
        return true;
    }
    n_sectors = (gpt.n_entries * gpt.entry_bytes + s->d->sector_bytes - 1) / s->d->sector_bytes;
    *ok = false;
    if (n_sectors > s->d->n_sectors - gpt.entries_at) {
        return true;
    }
    if (!walk_gpt_entries(s, &gpt, false, &crc, err)) {
        return false;
    }
    *ok = crc == gpt.entries_crc;
    return !*ok || walk_gpt_entries(s, &gpt, true, &crc, err);
}

static bool search_gpt(struct search *s, struct err *err)
{
    bool ok;

    s->best.table = PARTITION_TABLE_GPT;
    if (!read_gpt(s, 1, &ok, err)) {
        return false;
    }
    if (!ok) {
        s->best.is_from_backup = true;
        if (!read_gpt(s, s->d->n_sectors - 1, &ok, err)) {
            return false;
        }
    }
    return ok || err_set(err, ERR_FORMAT,
                         "stick: its partition table (GPT) is damaged at the beginning and at the end; copy what is on "
                         "it with a computer, then format it as FAT32 or exFAT");
}

/* --- all together
 * -------------------------------------------------------------------------------------------------------------- */

bool partition_find(struct blockdev *d, struct partition *out, struct err *err)
{
    struct partition whole = {.n_sectors = d->n_sectors};
    struct search s = {.d = d, .best = whole};
    bool is_protective = false;
    uint8_t sector[512];

    if (!read_piece(d, 0, d->n_sectors, 0, sector, err) || !find_kind(d, 0, d->n_sectors, &whole.kind, err)) {
        return false;
    }
    /* A table may stand in what is left of a FAT boot sector. */
    if (!is_mbr(sector) || (kind_of_boot(sector) != PARTITION_UNKNOWN && kind_of_boot(sector) != PARTITION_FAT)) {
        *out = whole;
        return true;
    }
    for (int i = 0; i < MBR_ENTRIES; i++) {
        is_protective = is_protective || mbr_type(mbr_entry(sector, i)) == MBR_TYPE_PROTECTIVE;
    }
    if (!(is_protective ? search_gpt(&s, err) : search_mbr(&s, sector, err))) {
        return false;
    }
    /* A disk image of a CD has a table beside its own file system. */
    *out = s.rank < RANK_NAMED && whole.kind != PARTITION_UNKNOWN ? whole : s.best;
    return true;
}

const char *partition_words(enum partition_kind kind)
{
    static const char *const what[PARTITION_KINDS] = {
        [PARTITION_FAT] = "is formatted with FAT",
        [PARTITION_EXFAT] = "is formatted with exFAT",
        [PARTITION_UNKNOWN] = "holds nothing a station knows",
        [PARTITION_NTFS] = "is formatted with NTFS",
        [PARTITION_EXT] = "is formatted for Linux (ext)",
        [PARTITION_LUKS] = "is encrypted (LUKS)",
        [PARTITION_BITLOCKER] = "is encrypted (BitLocker)",
        [PARTITION_HFS] = "is formatted for Mac (HFS)",
        [PARTITION_APFS] = "is formatted for Mac (APFS)",
        [PARTITION_ISO9660] = "holds the image of a CD",
        [PARTITION_EMPTY] = "is empty and not formatted",
    };

    return what[kind];
}

bool partition_is_readable(const struct partition *p, struct err *err)
{
    return can_read(p->kind) || err_set(err, ERR_FORMAT,
                                        "stick: it %s; take another, or copy what is on it with a computer, then "
                                        "format it as FAT32 or exFAT",
                                        partition_words(p->kind));
}
