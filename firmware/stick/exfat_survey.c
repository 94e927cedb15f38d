/* exfat_survey: who owns which cluster. */
#include "stick/exfat_survey.h"
#include <stdlib.h>

#include "base/banned.h"

static bool is_patient(const struct exfat_fs *fs)
{
    return fs->n_missed < EXFAT_SURVEY_READS_MAX;
}

/* Every cluster of a stream becomes its own, as far as its chain goes. *is_alone: nobody had one of them. */
static bool claim(struct exfat_fs *fs, uint8_t *seen, struct exfat_stream *s, bool *is_alone, struct err *err)
{
    uint32_t n = (uint32_t)exfat_clusters_of(fs, s->bytes), cluster;

    *is_alone = true;
    for (uint32_t i = 0; i < n && *is_alone && is_patient(fs); i++) {
        struct err mine = {0};

        if (!exfat_seek(fs, s, i, &cluster, &mine)) {
            if (mine.code != ERR_FORMAT) {
                return err_set(err, mine.code, "%s", mine.text);
            }
            fs->is_unsound = true;
            if (!exfat_next_cluster(fs, s->cluster, &cluster, err)) {
                return false;
            }
            *is_alone = !exfat_is_cluster(fs, cluster); /* it loops; else it breaks off */
            fs->has_shared |= !*is_alone;
            return true;
        }
        uint32_t bit = cluster - EXFAT_FIRST_CLUSTER;
        uint8_t mask = (uint8_t)(1U << bit % 8);

        *is_alone = !(seen[bit / 8] & mask);
        seen[bit / 8] |= mask;
        fs->has_shared |= !*is_alone;
        fs->is_unsound |= !(fs->used[bit / 8] & mask);
    }
    return true;
}

/* Folder after folder; a scan for each that is open. */
static bool look_around(struct exfat_fs *fs, uint8_t *seen, struct err *err)
{
    struct exfat_scan open[1 + EXFAT_DEPTH_MAX] = {{.fs = fs, .dir = fs->root}};
    int depth = 1;
    bool is_alone;

    if (!claim(fs, seen, &fs->root, &is_alone, err)) {
        return false;
    }
    for (int n_sets = 0; depth > 0 && n_sets < EXFAT_SURVEY_MAX && is_patient(fs); n_sets++) {
        struct exfat_scan *scan = &open[depth - 1];
        struct exfat_set set;
        struct err mine = {0};

        if (!exfat_scan_next(scan, &set, &mine)) {
            if (mine.code != ERR_LIMIT && mine.code != ERR_FORMAT) {
                return err_set(err, mine.code, "%s", mine.text);
            }
            scan->is_damaged |= mine.code == ERR_FORMAT;
            set.type = EXFAT_END;
        }
        if (set.type == EXFAT_END) {
            fs->is_unsound |= scan->is_damaged;
            depth--;
        } else if (set.type != EXFAT_LABEL) {
            if (!claim(fs, seen, &set.stream, &is_alone, err)) {
                return false;
            }
            if (set.type == EXFAT_FILE && set.is_folder && is_alone && depth <= EXFAT_DEPTH_MAX) {
                open[depth] = (struct exfat_scan){.fs = fs, .dir = set.stream};
                depth++;
            }
        }
    }
    return true;
}

bool exfat_survey(struct exfat_fs *fs, struct err *err)
{
    size_t n = ((size_t)fs->n_clusters + 7) / 8;
    uint8_t *seen;
    bool ok;

    if (fs->used) {
        return true;
    }
    seen = mem_alloc(n);
    fs->used = mem_alloc(n);
    fs->has_shared = fs->is_unsound = false;
    fs->n_missed = 0;
    ok = exfat_stream_read(fs, &fs->bitmap, 0, fs->used, n, err) && look_around(fs, seen, err);
    free(seen);
    if (!ok) {
        exfat_survey_forget(fs);
    }
    return ok;
}

void exfat_survey_forget(struct exfat_fs *fs)
{
    free(fs->used);
    fs->used = NULL;
}
