/* test_partition: tables of every kind, made by hand and by Debian's tools; what each stick is called (THREATS T20,
 * T21, T25). */
#include "base/buf.h"
#include "stick/partition.h"
#include "unit/spawn.h"
#include "unit/test.h"
#include <sys/stat.h>

enum { SECTORS = 20000, ISO_MAGIC_AT = 32769 };

/* --- sticks made by hand
 * --------------------------------------------------------------------------------------------------------- */

struct stick {
    int fd;
    uint32_t sector_bytes;
    uint64_t n_sectors;
};

static struct stick stick_of(uint32_t sector_bytes, uint64_t n_sectors)
{
    struct stick s = {open(test_path("stick"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), sector_bytes, n_sectors};

    CHECK(s.fd >= 0);
    CHECK(ftruncate(s.fd, (off_t)(n_sectors * sector_bytes)) == 0);
    return s;
}

static void put(const struct stick *s, uint64_t at, const void *bytes, size_t n)
{
    CHECK(pwrite(s->fd, bytes, n, (off_t)at) == (ssize_t)n);
}

static void put_sector(const struct stick *s, uint64_t sector, uint64_t at, const void *bytes, size_t n)
{
    put(s, sector * s->sector_bytes + at, bytes, n);
}

static void put_fat(const struct stick *s, uint64_t sector)
{
    uint8_t boot[512] = {0xeb, 0x3c, 0x90, 'm', 'k', 'f', 's', '.', 'f', 'a', 't', 0, 2, 4, 1, 0, 2};

    boot[21] = 0xf8;
    put_sector(s, sector, 0, boot, sizeof boot);
}

static void put_exfat(const struct stick *s, uint64_t sector)
{
    uint8_t boot[512] = {0xeb, 0x76, 0x90, 'E', 'X', 'F', 'A', 'T', ' ', ' ', ' '};

    boot[510] = 0x55;
    boot[511] = 0xaa;
    put_sector(s, sector, 0, boot, sizeof boot);
}

static void put_mbr_entry(const struct stick *s, uint64_t sector, int i, uint8_t type, uint32_t first, uint32_t n)
{
    uint8_t e[16] = {0};

    e[4] = type;
    put_le32(e + 8, first);
    put_le32(e + 12, n);
    put_sector(s, sector, 446 + 16 * (uint64_t)i, e, sizeof e);
    put_sector(s, sector, 510, "\x55\xaa", 2);
}

static uint32_t crc32_of(const uint8_t *p, size_t n)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < 8 * n; i++) {
        crc = (crc >> 1) ^ ((crc ^ (uint32_t)p[i / 8] >> (i % 8)) & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

struct gpt_entry {
    bool is_efi;
    uint64_t first, last;
};

static void put_gpt_header(const struct stick *s, uint64_t at, uint64_t entries_at, const uint8_t *entries,
                           uint32_t n_entries, uint32_t entry_bytes)
{
    uint8_t h[92] = "EFI PART\0\0\1\0\x5c";

    put_le64(h + 24, at);
    put_le64(h + 72, entries_at);
    put_le32(h + 80, n_entries);
    put_le32(h + 84, entry_bytes);
    put_le32(h + 88, crc32_of(entries, (size_t)n_entries * entry_bytes));
    put_le32(h + 16, crc32_of(h, sizeof h));
    put_sector(s, at, 0, h, sizeof h);
    put_sector(s, entries_at, 0, entries, (size_t)n_entries * entry_bytes);
}

/* The partitions come last in a table of n_entries; protective MBR, both headers. */
static void put_gpt(const struct stick *s, const struct gpt_entry *e, uint32_t n, uint32_t n_entries,
                    uint32_t entry_bytes)
{
    static const uint8_t efi[16] = {0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,
                                    0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b};
    size_t size = (size_t)n_entries * entry_bytes;
    uint8_t *entries = mem_alloc(size + 1);

    for (uint32_t i = 0; i < n; i++) {
        uint8_t *at = entries + (size_t)(n_entries - n + i) * entry_bytes;

        memcpy(at, e[i].is_efi ? efi : (const uint8_t *)"any other of 16", 16);
        put_le64(at + 32, e[i].first);
        put_le64(at + 40, e[i].last);
    }
    put_mbr_entry(s, 0, 0, 0xee, 1, UINT32_MAX);
    put_gpt_header(s, 1, 2, entries, n_entries, entry_bytes);
    put_gpt_header(s, s->n_sectors - 1, s->n_sectors - 1 - (size + s->sector_bytes - 1) / s->sector_bytes, entries,
                   n_entries, entry_bytes);
    free(entries);
}

static bool find(const struct stick *s, struct partition *out, struct err *err)
{
    struct blockdev *d;
    bool ok;

    CHECK(blockdev_open_image(dup(s->fd), s->sector_bytes, true, &d, err));
    ok = partition_find(d, out, err);
    blockdev_close(d);
    return ok;
}

/* What the stick is; closes it. */
static struct partition found(const struct stick *s)
{
    struct partition p;
    struct err err = {0};

    if (!find(s, &p, &err)) {
        print_error("%s\n", err.text);
    }
    CHECK_INT(err.code, ERR_NONE);
    CHECK(p.first_sector <= s->n_sectors && p.n_sectors <= s->n_sectors - p.first_sector);
    close(s->fd);
    return p;
}

#define CHECK_PART(p, k, t, at, n)                                                                                     \
    do {                                                                                                               \
        struct partition part = (p);                                                                                   \
        CHECK_INT(part.kind, k);                                                                                       \
        CHECK_INT(part.table, t);                                                                                      \
        CHECK_INT(part.first_sector, at);                                                                              \
        CHECK_INT(part.n_sectors, n);                                                                                  \
    } while (0)

/* --- no table
 * ------------------------------------------------------------------------------------------------------------------ */

static const struct {
    enum partition_kind kind;
    uint32_t at;
    const char *magic;
    size_t n;
    const char *words;
} kinds[] = {
    {PARTITION_NTFS, 3, "NTFS    ", 8, "NTFS"},
    {PARTITION_LUKS, 0, "LUKS\xba\xbe", 6, "encrypted"},
    {PARTITION_BITLOCKER, 3, "-FVE-FS-", 8, "encrypted"},
    {PARTITION_APFS, 32, "NXSB", 4, "Mac"},
    {PARTITION_HFS, 1024, "H+", 2, "Mac"},
    {PARTITION_HFS, 1024, "HX", 2, "Mac"},
    {PARTITION_HFS, 1024, "BD", 2, "Mac"},
    {PARTITION_EXT, 1024 + 56, "\x53\xef", 2, "Linux"},
    {PARTITION_ISO9660, ISO_MAGIC_AT, "CD001", 5, "image of a CD"},
    {PARTITION_UNKNOWN, 0, "something", 9, "nothing a station knows"},
    {PARTITION_EMPTY, 0, "", 0, "empty"},
};

TEST(partition, what_is_no_fat_is_named_with_and_without_a_table_on_each_sector_size)
{
    for (size_t i = 0; i < M2_COUNT(kinds); i++) {
        for (uint32_t bytes = 512; bytes <= 4096; bytes *= 8) {
            struct stick s = stick_of(bytes, SECTORS);
            struct err err = {0};
            struct partition p;

            put(&s, kinds[i].at, kinds[i].magic, kinds[i].n);
            p = found(&s);
            CHECK_PART(p, kinds[i].kind, PARTITION_TABLE_NONE, 0, SECTORS);
            CHECK(!partition_is_readable(&p, &err));
            CHECK_INT(err.code, ERR_FORMAT);
            CHECK_HAS(err.text, kinds[i].words);
            CHECK_HAS(err.text, "format it as FAT32 or exFAT");

            s = stick_of(bytes, SECTORS);
            put_mbr_entry(&s, 0, 2, 7, 100, 1000);
            put_sector(&s, 100, kinds[i].at, kinds[i].magic, kinds[i].n);
            CHECK_PART(found(&s), kinds[i].kind, PARTITION_TABLE_MBR, 100, 1000);
        }
    }
}

TEST(partition, a_file_system_may_begin_in_sector_0)
{
    struct stick s = stick_of(512, SECTORS);
    struct partition p;

    put_fat(&s, 0);
    put(&s, 510, "\x55\xaa", 2);
    p = found(&s);
    CHECK_PART(p, PARTITION_FAT, PARTITION_TABLE_NONE, 0, SECTORS);
    CHECK(partition_is_readable(&p, NULL));
    s = stick_of(4096, SECTORS);
    put_exfat(&s, 0);
    p = found(&s);
    CHECK_PART(p, PARTITION_EXFAT, PARTITION_TABLE_NONE, 0, SECTORS);
    CHECK(partition_is_readable(&p, NULL));
}

TEST(partition, a_table_in_what_is_left_of_a_fat_boot_sector_counts_when_it_names_something)
{
    struct stick s = stick_of(512, SECTORS);

    put_fat(&s, 0);
    put_mbr_entry(&s, 0, 0, 0x0c, 1000, 500);
    put_fat(&s, 1000);
    CHECK_PART(found(&s), PARTITION_FAT, PARTITION_TABLE_MBR, 1000, 500);
    s = stick_of(512, SECTORS);
    put_fat(&s, 0);
    put_mbr_entry(&s, 0, 0, 0x0c, 1000, 500);
    CHECK_PART(found(&s), PARTITION_FAT, PARTITION_TABLE_NONE, 0, SECTORS);
}

TEST(partition, bitlocker_to_go_looks_like_fat_and_is_called_encrypted)
{
    static const uint8_t guid[16] = {0x3b, 0xd6, 0x67, 0x49, 0x29, 0x2e, 0xd8, 0x4a,
                                     0x83, 0x99, 0xf6, 0xa3, 0x39, 0xe3, 0xd0, 0x01};
    struct stick s = stick_of(512, SECTORS);

    put_fat(&s, 0);
    put(&s, 3, "MSWIN4.1", 8);
    put(&s, 424, guid, sizeof guid);
    CHECK_INT(found(&s).kind, PARTITION_BITLOCKER);
}

TEST(partition, a_stick_is_empty_when_its_first_bytes_are_zero_up_to_the_limit)
{
    struct stick s = stick_of(512, SECTORS);

    put(&s, PARTITION_EMPTY_BYTES, "x", 1);
    CHECK_INT(found(&s).kind, PARTITION_EMPTY);
    s = stick_of(512, SECTORS);
    put(&s, PARTITION_EMPTY_BYTES - 1, "x", 1);
    CHECK_INT(found(&s).kind, PARTITION_UNKNOWN);
    s = stick_of(512, 1);
    CHECK_INT(found(&s).kind, PARTITION_EMPTY);
    s = stick_of(512, 1);
    put_mbr_entry(&s, 0, 0, 0xee, 1, 1);
    CHECK(!find(&s, &(struct partition){0}, NULL));
    close(s.fd);
    s = stick_of(512, 0);
    CHECK_INT(found(&s).kind, PARTITION_EMPTY);
}

/* --- MBR
 * ---------------------------------------------------------------------------------------------------------------------
 */

TEST(partition, the_first_fat_or_exfat_of_an_mbr_wins_over_what_stands_before_it)
{
    for (int i = 0; i < 4; i++) {
        struct stick s = stick_of(512, SECTORS);

        for (int k = 0; k < i; k++) {
            put_mbr_entry(&s, 0, k, 0x83, 100 + 100 * (uint32_t)k, 100);
            put_sector(&s, 100 + 100 * (uint64_t)k, 1024 + 56, "\x53\xef", 2);
        }
        put_mbr_entry(&s, 0, i, 0x0c, 1000, 500);
        i % 2 ? put_fat(&s, 1000) : put_exfat(&s, 1000);
        if (i < 3) {
            put_mbr_entry(&s, 0, 3, 0x0c, 2000, 500);
            put_fat(&s, 2000);
        }
        CHECK_PART(found(&s), i % 2 ? PARTITION_FAT : PARTITION_EXFAT, PARTITION_TABLE_MBR, 1000, 500);
    }
}

TEST(partition, one_that_ends_behind_the_stick_is_cut_and_one_that_begins_there_is_left_out)
{
    struct stick s = stick_of(512, SECTORS);

    put_mbr_entry(&s, 0, 0, 0x0c, SECTORS, 5);
    put_mbr_entry(&s, 0, 1, 0x0c, UINT32_MAX, UINT32_MAX);
    put_mbr_entry(&s, 0, 2, 0x0c, SECTORS - 10, UINT32_MAX);
    put_fat(&s, SECTORS - 10);
    CHECK_PART(found(&s), PARTITION_FAT, PARTITION_TABLE_MBR, SECTORS - 10, 10);
}

/* A chain of n logical partitions, the last one FAT, the others Linux. */
static struct stick logical(uint32_t n)
{
    struct stick s = stick_of(512, SECTORS);

    put_mbr_entry(&s, 0, 1, 0x0f, 1000, 10000);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t table = 1000 + 200 * (uint64_t)i;

        put_mbr_entry(&s, table, 0, i + 1 < n ? 0x83 : 0x0b, 10, 100);
        if (i + 1 < n) {
            put_mbr_entry(&s, table, 1, 5, 200 * (i + 1), 200);
            put_sector(&s, table + 10, 1024 + 56, "\x53\xef", 2);
        } else {
            put_fat(&s, table + 10);
        }
    }
    return s;
}

TEST(partition, logical_partitions_are_walked_up_to_the_limit_and_not_one_past_it)
{
    struct stick s = logical(PARTITION_LOGICAL_MAX);

    CHECK_PART(found(&s), PARTITION_FAT, PARTITION_TABLE_MBR, 1000 + 200 * (PARTITION_LOGICAL_MAX - 1) + 10, 100);
    s = logical(PARTITION_LOGICAL_MAX + 1);
    CHECK_PART(found(&s), PARTITION_EXT, PARTITION_TABLE_MBR, 1010, 100);
}

TEST(partition, a_chain_of_logical_partitions_that_goes_back_ends_there)
{
    struct stick s = logical(3);

    put_mbr_entry(&s, 1400, 1, 5, 0, 200);
    CHECK_INT(found(&s).first_sector, 1410);
    s = logical(3);
    put_mbr_entry(&s, 1200, 1, 5, 200, 200);
    CHECK_INT(found(&s).kind, PARTITION_EXT);
}

TEST(partition, a_hybrid_cd_image_is_a_cd_although_its_table_has_an_efi_partition)
{
    struct stick s = stick_of(512, SECTORS);

    put_mbr_entry(&s, 0, 0, 0x00, 0, SECTORS);
    put_mbr_entry(&s, 0, 1, 0xef, 200, 100);
    put_fat(&s, 200);
    put(&s, ISO_MAGIC_AT, "CD001", 5);
    CHECK_INT(found(&s).kind, PARTITION_ISO9660);
    s = stick_of(512, SECTORS); /* but alone it is better than nothing */
    put_mbr_entry(&s, 0, 1, 0xef, 200, 100);
    put_fat(&s, 200);
    CHECK_PART(found(&s), PARTITION_FAT, PARTITION_TABLE_MBR, 200, 100);
}

/* --- GPT
 * ---------------------------------------------------------------------------------------------------------------------
 */

static const struct gpt_entry mac[] = {{true, 1000, 1999}, {false, 3000, 9999}};

static struct stick mac_stick(uint32_t sector_bytes)
{
    struct stick s = stick_of(sector_bytes, SECTORS);

    put_gpt(&s, mac, 2, 128, 128);
    put_fat(&s, 1000);
    put_exfat(&s, 3000);
    return s;
}

TEST(partition, the_efi_partition_a_mac_puts_in_front_is_not_where_the_files_are)
{
    for (uint32_t bytes = 512; bytes <= 4096; bytes *= 2) {
        struct stick s = mac_stick(bytes);

        CHECK_PART(found(&s), PARTITION_EXFAT, PARTITION_TABLE_GPT, 3000, 7000);
    }
}

TEST(partition, a_gpt_damaged_at_any_field_is_read_from_its_backup_and_damaged_twice_refused)
{
    static const uint64_t at[] = {512, 520, 524, 528, 536, 584, 592, 596, 600, 1024 + 127 * 128 + 32}; /* bytes */
    struct partition p;
    struct err err = {0};

    for (size_t i = 0; i < M2_COUNT(at); i++) {
        struct stick s = mac_stick(512);

        put(&s, at[i], "\xfe", 1);
        p = found(&s);
        CHECK_PART(p, PARTITION_EXFAT, PARTITION_TABLE_GPT, 3000, 7000);
        CHECK(p.is_from_backup);
    }
    for (size_t i = 0; i < M2_COUNT(at); i++) {
        struct stick s = mac_stick(512);

        put(&s, at[i], "\xfe", 1);
        put_sector(&s, SECTORS - 1, 16, "\xfe", 1);
        err.code = ERR_NONE;
        CHECK(!find(&s, &p, &err));
        CHECK_INT(err.code, ERR_FORMAT);
        CHECK_HAS(err.text, "damaged at the beginning and at the end");
        close(s.fd);
    }
}

TEST(partition, entries_of_a_gpt_at_their_limits_and_one_past_them)
{
    static const struct {
        uint32_t n, bytes;
        bool ok;
    } cases[] = {{PARTITION_GPT_ENTRIES_MAX, 128, true},
                 {PARTITION_GPT_ENTRIES_MAX + 1, 128, false},
                 {4, PARTITION_GPT_ENTRY_MIN, true},
                 {4, PARTITION_GPT_ENTRY_MIN / 2, false},
                 {4, PARTITION_GPT_ENTRY_MAX, true},
                 {4, PARTITION_GPT_ENTRY_MAX * 2, false},
                 {4, 192, false},
                 {0, 128, true}};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct stick s = stick_of(512, SECTORS);
        struct partition p = {0};

        put_gpt(&s, mac, cases[i].n ? 2 : 0, cases[i].n, cases[i].bytes);
        put_exfat(&s, 3000);
        CHECK(find(&s, &p, NULL) == cases[i].ok);
        CHECK_INT(p.kind, cases[i].ok && cases[i].n ? PARTITION_EXFAT : PARTITION_UNKNOWN);
        close(s.fd);
    }
}

TEST(partition, entries_that_lie_are_left_out)
{
    static const struct gpt_entry bad[] = {
        {false, 0, 100}, {false, 500, 400}, {false, 100, SECTORS}, {false, UINT64_MAX, UINT64_MAX}, {false, 50, 60}};
    struct stick s = stick_of(512, SECTORS);

    put_gpt(&s, bad, 5, 128, 128);
    put_fat(&s, 50);
    CHECK_PART(found(&s), PARTITION_FAT, PARTITION_TABLE_GPT, 50, 11);
}

TEST(partition, a_stick_over_two_terabytes_is_read_behind_them)
{
    uint64_t n = 3ull << 31, at = (1ull << 32) + 8; /* 3 TiB */
    struct gpt_entry e = {false, at, n - 100};
    struct stick s = {open(test_path("big"), O_RDWR | O_CREAT | O_CLOEXEC, 0600), 512, n};

    CHECK(s.fd >= 0);
    if (ftruncate(s.fd, (off_t)(n * 512)) != 0) {
        close(s.fd);
        print_message("no file of 3 TiB on this file system\n");
        skip();
    }
    put_gpt(&s, &e, 1, 128, 128);
    put_fat(&s, at);
    CHECK_PART(found(&s), PARTITION_FAT, PARTITION_TABLE_GPT, at, n - 99 - at);
}

/* --- Debian's tools
 * -------------------------------------------------------------------------------------------------------------- */

TEST(partition, what_sfdisk_and_sgdisk_make_is_found_where_they_put_it)
{
    struct stick s = stick_of(512, 40000);

    CHECK(!spawn_run((const char *const[]){"/usr/sbin/sfdisk", "-q", test_path("stick"), NULL},
                     "2048,4096,83\n6144,8192,0c\n,,05\n,4096,0c\n", NULL));
    put_sector(&s, 2048, 1024 + 56, "\x53\xef", 2);
    CHECK_PART(found(&s), PARTITION_EXT, PARTITION_TABLE_MBR, 2048, 4096);
    s = stick_of(512, 40000);
    CHECK(!spawn_run((const char *const[]){"/usr/sbin/sfdisk", "-q", test_path("stick"), NULL},
                     "2048,4096,83\n6144,8192,83\n,,05\n,4096,83\n,2048,0c\n", NULL));
    put_fat(&s, 14336 + 2048 + 4096 + 2048);
    CHECK_PART(found(&s), PARTITION_FAT, PARTITION_TABLE_MBR, 14336 + 2048 + 4096 + 2048, 2048);
    s = stick_of(512, 40000);
    CHECK(!SPAWN(NULL, "/usr/sbin/sgdisk", "-n", "1:2048:+4M", "-t", "1:ef00", "-n", "2:0:+2M", "-t", "2:0700",
                 test_path("stick")));
    put_fat(&s, 2048);
    put_fat(&s, 2048 + 8192);
    CHECK_PART(found(&s), PARTITION_FAT, PARTITION_TABLE_GPT, 2048 + 8192, 4096);
}
