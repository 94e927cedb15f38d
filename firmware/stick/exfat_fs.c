/* exfat_fs: boot region, cache, FAT and streams of an exFAT volume. */
#include "stick/exfat_fs.h"
#include <string.h>

#include "base/banned.h"

enum {
    BOOT_SECTORS = 12, /* of a boot region; the last holds its checksum */
    SHIFT_MIN = 9,
    SHIFT_MAX = 12,
    CLUSTER_SHIFT_MAX = 25,
    FAT_OFFSET_MIN = 24,
    VOLUME_MIN_BYTES = 1 << 20,
    FLAG_ACTIVE_FAT = 1,
    FLAG_DIRTY = 2,
    FLAG_MEDIA_FAILURE = 4,
    PERCENT_MAX = 100,
    PERCENT_UNKNOWN = 255,
};

uint16_t exfat_le16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

void exfat_put_le16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

/* --- sectors
 * -------------------------------------------------------------------------------------------------------------- */

static uint32_t line_sectors(const struct exfat_fs *fs)
{
    return EXFAT_CACHE_BYTES / fs->d->sector_bytes;
}

/* Where the line of this number is, or the one of its set asked for longest ago. */
static struct exfat_line *line_of(struct exfat_fs *fs, uint64_t number)
{
    struct exfat_line *set = &fs->lines[number % (EXFAT_CACHE_LINES / EXFAT_CACHE_WAYS) * EXFAT_CACHE_WAYS];
    struct exfat_line *oldest = set;

    for (struct exfat_line *line = set; line < set + EXFAT_CACHE_WAYS; line++) {
        if (line->number == number + 1) {
            oldest = line;
            break;
        }
        oldest = line->asked < oldest->asked ? line : oldest;
    }
    oldest->asked = ++fs->n_asked;
    return oldest;
}

const uint8_t *exfat_sector(struct exfat_fs *fs, uint64_t sector, struct err *err)
{
    uint32_t per = line_sectors(fs);
    uint64_t number = sector / per;
    struct exfat_line *line;

    if (sector >= fs->n_sectors) {
        err_set(err, ERR_FORMAT, "stick: it is damaged: something lies past its end");
        return NULL;
    }
    line = line_of(fs, number);
    if (line->number != number + 1) {
        uint64_t left = fs->n_sectors - number * per;

        fs->n_missed++;
        line->number = 0;
        if (!blockdev_read(fs->d, fs->base + number * per, left < per ? (uint32_t)left : per, line->bytes, err)) {
            return NULL;
        }
        line->number = number + 1;
    }
    return line->bytes + (sector % per) * fs->d->sector_bytes;
}

static void forget(struct exfat_fs *fs, uint64_t sector, uint64_t n)
{
    uint32_t per = line_sectors(fs);

    for (int i = 0; i < EXFAT_CACHE_LINES; i++) {
        uint64_t number = fs->lines[i].number;

        if (number > sector / per && number <= (sector + n - 1) / per + 1) {
            fs->lines[i].number = 0;
        }
    }
}

static bool write_sectors(struct exfat_fs *fs, uint64_t sector, uint64_t n, const void *bytes, struct err *err)
{
    if (sector > fs->n_sectors || n > fs->n_sectors - sector) {
        return err_set(err, ERR_FORMAT, "stick: it is damaged: something lies past its end");
    }
    forget(fs, sector, n);
    return blockdev_write(fs->d, fs->base + sector, (uint32_t)n, bytes, err);
}

bool exfat_put_sector(struct exfat_fs *fs, uint64_t sector, const uint8_t *bytes, struct err *err)
{
    return write_sectors(fs, sector, 1, bytes, err);
}

/* --- the boot region
 * -------------------------------------------------------------------------------------------------------------- */

/* Each field against the others and the partition; all in sectors of the volume, 2^shift bytes. */
static bool check_fields(struct exfat_fs *fs, const uint8_t *b, struct err *err)
{
    uint64_t length = get_le64(b + 72), fat_offset = get_le32(b + 80), fat_length = get_le32(b + 84);
    uint64_t heap_offset = get_le32(b + 88), n_clusters = get_le32(b + 92);
    uint32_t root = get_le32(b + 96), flags = exfat_le16(b + 106);
    unsigned shift = b[108], cluster_shift = b[109], n_fats = b[110], percent = b[112];
    uint32_t per = (1U << shift) / fs->d->sector_bytes; /* sectors of the device in one of the volume */

    if (exfat_le16(b + 104) >> 8 != 1) {
        return err_set(err, ERR_VERSION, "stick: exFAT revision %u.%02u; this version reads 1", b[105], b[104]);
    }
    if (n_clusters > (uint64_t)EXFAT_CLUSTERS_MAX) {
        return err_set(err, ERR_LIMIT, "stick: %llu clusters; at most %d are read", (unsigned long long)n_clusters,
                       EXFAT_CLUSTERS_MAX);
    }
    if (cluster_shift > CLUSTER_SHIFT_MAX - shift || (n_fats != 1 && n_fats != 2) || n_clusters == 0 ||
        (percent > PERCENT_MAX && percent != PERCENT_UNKNOWN) || length < (uint64_t)VOLUME_MIN_BYTES >> shift ||
        length > fs->n_sectors / per || fat_offset < FAT_OFFSET_MIN ||
        fat_length < ((n_clusters + EXFAT_FIRST_CLUSTER) * 4 + (1U << shift) - 1) >> shift ||
        fat_offset + fat_length * n_fats > heap_offset || heap_offset >= length ||
        n_clusters > (length - heap_offset) >> cluster_shift || root < EXFAT_FIRST_CLUSTER ||
        root - EXFAT_FIRST_CLUSTER >= n_clusters || (n_fats == 1 && flags & FLAG_ACTIVE_FAT)) {
        return err_set(err, ERR_FORMAT, "stick: its exFAT boot region contradicts itself or the partition");
    }
    fs->n_sectors = length * per;
    fs->has_two_fats = n_fats == 2;
    fs->active = flags & FLAG_ACTIVE_FAT;
    fs->fat = (fat_offset + fs->active * fat_length) * per;
    fs->heap = heap_offset * per;
    fs->n_clusters = (uint32_t)n_clusters;
    fs->cluster_bytes = 1U << (shift + cluster_shift);
    fs->cluster_sectors = fs->cluster_bytes / fs->d->sector_bytes;
    fs->is_dirty = flags & (FLAG_DIRTY | FLAG_MEDIA_FAILURE);
    fs->root.first = root;
    fs->root.is_chain = true;
    return true;
}

/* Over sectors 0 to 10; VolumeFlags and PercentInUse, which change, are left out. The twelfth repeats it. */
static bool check_sum(struct exfat_fs *fs, uint64_t at, unsigned shift, struct err *err)
{
    uint32_t bytes = fs->d->sector_bytes, per = (1U << shift) / bytes, sum = 0;

    for (uint32_t i = 0; i < BOOT_SECTORS * per; i++) {
        const uint8_t *p = exfat_sector(fs, at + i, err);

        if (!p) {
            return false;
        }
        for (uint32_t j = 0; j < bytes; j++) {
            if (i >= (BOOT_SECTORS - 1) * per) {
                if (p[j] != (uint8_t)(sum >> j % 4 * 8)) {
                    return err_set(err, ERR_FORMAT, "stick: its exFAT boot region is damaged");
                }
            } else if (i > 0 || (j != 106 && j != 107 && j != 112)) {
                sum = (sum << 31 | sum >> 1) + p[j];
            }
        }
    }
    return true;
}

static bool is_zero(const uint8_t *p, size_t n)
{
    while (n > 0 && *p == 0) {
        p++;
        n--;
    }
    return n == 0;
}

/* A boot region at a sector of the device; want_shift 0: of whatever sector size. */
static bool read_region(struct exfat_fs *fs, uint64_t at, unsigned want_shift, struct err *err)
{
    uint8_t b[BLOCKDEV_SECTOR_MIN];
    const uint8_t *p = exfat_sector(fs, at, err);

    if (!p) {
        return false;
    }
    memcpy(b, p, sizeof b);
    if (memcmp(b,
               "\xeb\x76\x90"
               "EXFAT   ",
               11) != 0 ||
        !is_zero(b + 11, 53) || exfat_le16(b + 510) != 0xAA55) {
        return err_set(err, ERR_FORMAT, "stick: no exFAT here");
    }
    if (b[108] < SHIFT_MIN || b[108] > SHIFT_MAX || 1U << b[108] < fs->d->sector_bytes ||
        (want_shift && b[108] != want_shift)) {
        return err_set(err, ERR_FORMAT, "stick: exFAT made for sectors of another size than the device has");
    }
    return check_sum(fs, at, b[108], err) && check_fields(fs, b, err);
}

bool exfat_fs_open(struct exfat_fs *fs, struct err *err)
{
    if (fs->base > fs->d->n_sectors || fs->n_sectors > fs->d->n_sectors - fs->base) {
        return err_set(err, ERR_FORMAT, "stick: the partition is longer than the device");
    }
    if (read_region(fs, 0, 0, err)) {
        return true;
    }
    if (err && (err->code == ERR_VERSION || err->code == ERR_LIMIT || err->code == ERR_GONE)) {
        return false;
    }
    for (unsigned shift = SHIFT_MIN; shift <= SHIFT_MAX; shift++) {
        struct err mine = {0}; /* what is said is what the main region suffers from */
        uint64_t at = ((uint64_t)BOOT_SECTORS << shift) / fs->d->sector_bytes;

        if (1U << shift >= fs->d->sector_bytes && read_region(fs, at, shift, &mine)) {
            fs->is_backup = true;
            return true;
        }
    }
    return false;
}

/* --- clusters
 * -------------------------------------------------------------------------------------------------------------- */

bool exfat_is_cluster(const struct exfat_fs *fs, uint32_t cluster)
{
    return cluster >= EXFAT_FIRST_CLUSTER && cluster - EXFAT_FIRST_CLUSTER < fs->n_clusters;
}

uint64_t exfat_cluster_sector(const struct exfat_fs *fs, uint32_t cluster)
{
    return fs->heap + (uint64_t)(cluster - EXFAT_FIRST_CLUSTER) * fs->cluster_sectors;
}

uint64_t exfat_clusters_of(const struct exfat_fs *fs, uint64_t bytes)
{
    return bytes / fs->cluster_bytes + (bytes % fs->cluster_bytes != 0);
}

bool exfat_next_cluster(struct exfat_fs *fs, uint32_t cluster, uint32_t *next, struct err *err)
{
    uint64_t at = (uint64_t)cluster * 4;
    const uint8_t *p = exfat_sector(fs, fs->fat + at / fs->d->sector_bytes, err);

    if (p) {
        *next = get_le32(p + at % fs->d->sector_bytes);
    }
    return p != NULL;
}

bool exfat_set_next(struct exfat_fs *fs, uint32_t cluster, uint32_t next, struct err *err)
{
    uint64_t at = (uint64_t)cluster * 4, sector = fs->fat + at / fs->d->sector_bytes;
    uint8_t bytes[BLOCKDEV_SECTOR_MAX];
    const uint8_t *p = exfat_sector(fs, sector, err);

    if (!p) {
        return false;
    }
    memcpy(bytes, p, fs->d->sector_bytes);
    put_le32(bytes + at % fs->d->sector_bytes, next);
    return exfat_put_sector(fs, sector, bytes, err);
}

/* --- streams
 * -------------------------------------------------------------------------------------------------------------- */

bool exfat_stream_is_sane(const struct exfat_fs *fs, const struct exfat_stream *s)
{
    uint64_t n = exfat_clusters_of(fs, s->bytes);

    if (s->valid > s->bytes || n > fs->n_clusters) {
        return false;
    }
    if (s->first == 0) {
        return n == 0;
    }
    return exfat_is_cluster(fs, s->first) && (s->is_chain || n <= fs->n_clusters - (s->first - EXFAT_FIRST_CLUSTER));
}

bool exfat_seek(struct exfat_fs *fs, struct exfat_stream *s, uint32_t index, uint32_t *cluster, struct err *err)
{
    if (!s->is_chain) {
        *cluster = s->first + index;
        return exfat_is_cluster(fs, *cluster) || err_set(err, ERR_FORMAT, "stick: it is damaged: a file has no end");
    }
    if (s->cluster == 0 || index < s->at) {
        s->at = 0;
        s->cluster = s->mark = s->first;
    }
    while (s->at < index) {
        uint32_t next;

        if (!exfat_next_cluster(fs, s->cluster, &next, err)) {
            return false;
        }
        if (!exfat_is_cluster(fs, next) || next == s->mark) {
            return err_set(err, ERR_FORMAT, "stick: it is damaged: the chain of a file %s",
                           next == s->mark ? "bites its own tail" : "breaks off");
        }
        s->at++;
        s->cluster = next;
        if ((s->at & (s->at - 1)) == 0) {
            s->mark = next;
        }
    }
    *cluster = s->cluster;
    return true;
}

/* Part of one sector, read or written. */
static bool part_io(struct exfat_fs *fs, uint64_t sector, uint32_t from, uint8_t *buf, uint32_t n, bool is_write,
                    struct err *err)
{
    uint8_t whole[BLOCKDEV_SECTOR_MAX];
    const uint8_t *p = exfat_sector(fs, sector, err);

    if (!p) {
        return false;
    }
    if (!is_write) {
        memcpy(buf, p + from, n);
        return true;
    }
    memcpy(whole, p, fs->d->sector_bytes);
    memcpy(whole + from, buf, n);
    return exfat_put_sector(fs, sector, whole, err);
}

/* n bytes of a run of clusters, `from` bytes behind a sector. */
static bool run_io(struct exfat_fs *fs, uint64_t sector, uint64_t from, uint8_t *buf, uint64_t n, bool is_write,
                   struct err *err)
{
    uint32_t size = fs->d->sector_bytes;

    sector += from / size;
    from %= size;
    while (n > 0) {
        uint64_t step = n / size * size;
        bool ok;

        if (from || step == 0) {
            step = size - from < n ? size - from : n;
            ok = part_io(fs, sector, (uint32_t)from, buf, (uint32_t)step, is_write, err);
        } else if (is_write) {
            ok = write_sectors(fs, sector, step / size, buf, err);
        } else {
            ok = blockdev_read(fs->d, fs->base + sector, (uint32_t)(step / size), buf, err);
        }
        if (!ok) {
            return false;
        }
        sector += (from + step) / size;
        from = 0;
        buf += step;
        n -= step;
    }
    return true;
}

/* As many clusters at a time as lie in a row. */
static bool stream_io(struct exfat_fs *fs, struct exfat_stream *s, uint64_t offset, uint8_t *buf, uint64_t n,
                      bool is_write, struct err *err)
{
    while (n > 0) {
        uint32_t index = (uint32_t)(offset / fs->cluster_bytes), first = 0, next = 0;
        uint64_t within = offset % fs->cluster_bytes, run = fs->cluster_bytes - within;

        if (!exfat_seek(fs, s, index, &first, err)) {
            return false;
        }
        for (uint32_t k = 1; run < n; k++) {
            if (!exfat_seek(fs, s, index + k, &next, err)) {
                return false;
            }
            if (next != first + k) {
                break;
            }
            run += fs->cluster_bytes;
        }
        run = run < n ? run : n;
        if (!run_io(fs, exfat_cluster_sector(fs, first), within, buf, run, is_write, err)) {
            return false;
        }
        offset += run;
        buf += run;
        n -= run;
    }
    return true;
}

bool exfat_stream_read(struct exfat_fs *fs, struct exfat_stream *s, uint64_t offset, void *buf, uint64_t n,
                       struct err *err)
{
    return stream_io(fs, s, offset, buf, n, false, err);
}

bool exfat_stream_write(struct exfat_fs *fs, struct exfat_stream *s, uint64_t offset, const void *buf, uint64_t n,
                        struct err *err)
{
    return stream_io(fs, s, offset, (uint8_t *)buf, n, true, err); /* only read from */
}
