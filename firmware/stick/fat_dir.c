/* fat_dir: places, names, and the search. */
#include "stick/fat_dir.h"
#include "base/buf.h"
#include <assert.h>
#include <string.h>

#include "base/banned.h"

enum { LONG_LAST = 0x40, LONG_SLOTS_MAX = 20, NOT_ASCII = '\x01' };

uint32_t fat_root(const struct fat_table *t)
{
    return t->shape.root_cluster;
}

/* --- places
 * --------------------------------------------------------------------------------------------------------------------
 */

bool fat_walk_begin(struct fat_walk *w, struct fat_table *t, uint32_t start, struct err *err)
{
    w->t = t;
    w->cluster = start;
    w->n_slots = 0;
    w->at = 0;
    w->held = w->n_held = 0;
    if (start == 0) {
        w->sector = t->first_sector + t->shape.root_start;
        return true;
    }
    if (!fat_table_check_head(t, start, err)) {
        return false;
    }
    w->sector = fat_table_sector(t, start);
    return true;
}

/* On to the next sector, perhaps of the next cluster. *is_end: there is none. */
static bool next_sector(struct fat_walk *w, bool *is_end, struct err *err)
{
    struct fat_table *t = w->t;
    uint32_t next;

    *is_end = false;
    w->at = 0;
    w->sector++;
    if (w->cluster == 0) {
        *is_end = w->sector == t->first_sector + t->shape.root_start + t->shape.root_sectors;
        return true;
    }
    if (w->sector < fat_table_sector(t, w->cluster) + t->shape.cluster_sectors) {
        return true;
    }
    if (!fat_table_next(t, w->cluster, &next, err)) {
        return false;
    }
    *is_end = next == 0;
    if (next) {
        w->cluster = next;
        w->sector = fat_table_sector(t, next);
    }
    return true;
}

/* Makes sure that the sector the walk is at is held, with what lies behind it in its cluster. */
static bool hold(struct fat_walk *w, struct err *err)
{
    struct fat_table *t = w->t;
    uint64_t end = w->cluster ? fat_table_sector(t, w->cluster) + t->shape.cluster_sectors
                              : t->first_sector + t->shape.root_start + t->shape.root_sectors;
    uint64_t n = end - w->sector, most;

    assert(t->d->sector_bytes >= BLOCKDEV_SECTOR_MIN);
    most = FAT_WALK_BYTES / t->d->sector_bytes;
    if (w->sector >= w->held && w->sector - w->held < w->n_held) {
        return true;
    }
    n = n < most ? n : most;
    w->held = w->sector;
    w->n_held = fat_kept_take(&t->kept, w->sector, w->bytes, FAT_WALK_BYTES) / t->d->sector_bytes;
    if (w->n_held == 0) {
        if (!blockdev_read(t->d, w->sector, (uint32_t)n, w->bytes, err)) {
            return false;
        }
        w->n_held = (uint32_t)n;
        fat_kept_put(&t->kept, w->sector, w->bytes, (uint32_t)n * t->d->sector_bytes);
    }
    return true;
}

bool fat_walk_next(struct fat_walk *w, const uint8_t **slot, struct err *err)
{
    bool is_end = false;

    w->at += w->n_slots ? FAT_ENTRY_BYTES : 0;
    if (w->at == w->t->d->sector_bytes && !next_sector(w, &is_end, err)) {
        return false;
    }
    if (is_end) {
        *slot = NULL;
        return true;
    }
    if (w->n_slots == FAT_SLOTS_MAX) {
        return err_set(err, ERR_LIMIT, "a folder with more than %d places for entries; let a computer check the stick",
                       FAT_SLOTS_MAX);
    }
    if (w->at == 0 && !hold(w, err)) {
        return false;
    }
    w->n_slots++;
    *slot = w->bytes + (w->sector - w->held) * w->t->d->sector_bytes + w->at;
    return true;
}

/* --- names
 * ---------------------------------------------------------------------------------------------------------------------
 */

bool fat_is_same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        int x = *a >= 'A' && *a <= 'Z' ? *a - 'A' + 'a' : *a;
        int y = *b >= 'A' && *b <= 'Z' ? *b - 'A' + 'a' : *b;

        if (x != y) {
            return false;
        }
    }
    return *a == *b;
}

uint8_t fat_short_sum(const uint8_t short_name[11])
{
    uint32_t sum = 0;

    for (int i = 0; i < 11; i++) {
        sum = (sum >> 1 | (sum & 1) << 7) + short_name[i];
        sum &= 0xff;
    }
    return (uint8_t)sum;
}

uint32_t fat_letter_at(uint32_t i)
{
    return i < 5 ? 1 + 2 * i : i < 11 ? 14 + 2 * (i - 5) : 28 + 2 * (i - 11);
}

static char plain(uint32_t letter)
{
    return (char)(letter > 0x1f && letter < 0x7f ? letter : NOT_ASCII);
}

static void short_text(const uint8_t *raw, char out[13])
{
    int n = 0;

    for (int i = 0; i < 8 && raw[i] != ' '; i++) {
        out[n++] = plain(raw[i]);
    }
    if (raw[8] != ' ') {
        out[n++] = '.';
    }
    for (int i = 8; i < 11 && raw[i] != ' '; i++) {
        out[n++] = plain(raw[i]);
    }
    out[n] = 0;
}

/* The parts of a long name come last part first, each with its number and the sum of the short name behind them. */
struct long_name {
    uint32_t n_left; /* parts still to come; 0 with is_whole: all there */
    bool is_whole;
    uint8_t sum;
    char text[LONG_SLOTS_MAX * FAT_LETTERS_A_SLOT + 1];
};

static void add_long(struct long_name *l, const uint8_t *slot)
{
    uint32_t number = slot[0] & ~(uint32_t)LONG_LAST;
    bool is_first = slot[0] & LONG_LAST;

    if (is_first && number >= 1 && number <= LONG_SLOTS_MAX) {
        l->n_left = number;
        l->sum = slot[13];
        l->text[(size_t)number * FAT_LETTERS_A_SLOT] = 0;
    } else if (is_first || l->n_left == 0 || number != l->n_left || slot[13] != l->sum) {
        l->n_left = 0;
        l->is_whole = false;
        return;
    }
    l->n_left--;
    for (uint32_t i = 0; i < FAT_LETTERS_A_SLOT; i++) {
        uint32_t letter = get_le16(slot + fat_letter_at(i));

        l->text[l->n_left * FAT_LETTERS_A_SLOT + i] = letter == 0 ? '\0' : plain(letter);
    }
    l->is_whole = l->n_left == 0;
}

static void read_entry(const struct fat_table *t, const uint8_t *slot, const struct long_name *l, struct fat_entry *e)
{
    memcpy(e->short_name, slot, sizeof e->short_name);
    e->attr = slot[11];
    e->size = get_le32(slot + 28);
    e->start = get_le16(slot + 26) | (t->shape.type == FAT32 ? (uint32_t)get_le16(slot + 20) << 16 : 0);
    short_text(slot, e->alias);
    memcpy(e->name, e->alias, sizeof e->alias);
    if (l->is_whole && l->sum == fat_short_sum(e->short_name) && strlen(l->text) <= FAT_NAME_MAX) {
        memcpy(e->name, l->text, strlen(l->text) + 1);
    }
}

bool fat_walk_entry(struct fat_walk *w, struct fat_entry *e, bool *is_end, struct err *err)
{
    struct long_name l = {0};
    const uint8_t *slot = NULL;

    while (fat_walk_next(w, &slot, err)) {
        *is_end = !slot || slot[0] == 0;
        if (*is_end) {
            return true;
        }
        if (slot[0] == FAT_DELETED) {
            l.is_whole = false;
            l.n_left = 0;
        } else if ((slot[11] & 0x3f) == FAT_ATTR_LONG) {
            add_long(&l, slot);
        } else {
            read_entry(w->t, slot, &l, e);
            return true;
        }
    }
    return false;
}

/* --- the search
 * --------------------------------------------------------------------------------------------------------------------
 */

bool fat_is_dot(const struct fat_entry *e)
{
    return e->short_name[0] == '.';
}

/* Every other entry of the folder, for the chains that begin there: none may run through or begin in found's. */
static bool check_alone(struct fat_table *t, uint32_t start, const struct fat_entry *found, struct err *err)
{
    struct fat_walk w;
    struct fat_entry e;
    bool is_end = false;
    int n_same = 0;

    if (!fat_walk_begin(&w, t, start, err)) {
        return false;
    }
    for (;;) {
        if (!fat_walk_entry(&w, &e, &is_end, err)) {
            return false;
        }
        if (is_end) {
            break;
        }
        if (fat_is_dot(&e) || (e.attr & FAT_ATTR_LABEL)) {
            continue;
        }
        if (!fat_table_note_head(t, e.start, err)) {
            return false;
        }
        n_same += e.start == found->start;
    }
    return found->start == 0 || n_same == 1 ||
           err_set(err, ERR_FORMAT, "it shares a place with another file (cluster %u); let a computer check the stick",
                   found->start);
}

bool fat_dir_find(struct fat_table *t, uint32_t start, const char *name, struct fat_entry *e, struct err *err)
{
    struct fat_entry found = {0}, next;
    bool is_end = false, has_one = false;
    struct fat_walk w;

    if (!fat_walk_begin(&w, t, start, err)) {
        return false;
    }
    for (int n = 0;; n++) {
        if (!fat_walk_entry(&w, &next, &is_end, err)) {
            return false;
        }
        if (is_end) {
            break;
        }
        if (n == FAT_ENTRIES_MAX) {
            return err_set(err, ERR_LIMIT,
                           "its folder has more than %d entries; take files you do not need off the stick",
                           FAT_ENTRIES_MAX);
        }
        if (fat_is_dot(&next) || (next.attr & FAT_ATTR_LABEL) || !fat_is_same_name(next.name, name)) {
            continue;
        }
        if (has_one) {
            return err_set(err, ERR_FORMAT, "two of this name; let a computer check the stick");
        }
        has_one = true;
        found = next;
    }
    if (!has_one) {
        return err_set(err, ERR_NOT_FOUND, "it is not on the stick");
    }
    if (!check_alone(t, start, &found, err)) {
        return false;
    }
    *e = found;
    return true;
}

/* --- a name of several parts
 * ------------------------------------------------------------------------------------------------------------ */

const char *fat_path_part(const char *name, char out[FAT_PART_MAX + 1])
{
    size_t n = strcspn(name, "/");

    assert(n <= FAT_PART_MAX);
    memcpy(out, name, n);
    out[n] = 0;
    return name[n] ? name + n + 1 : NULL;
}

static bool check_parts(const char *name, struct err *err)
{
    for (int depth = 1;; depth++) {
        size_t n = strcspn(name, "/");

        if (depth > FAT_DEPTH_MAX || n == 0 || n > FAT_PART_MAX) {
            return err_set(err, ERR_LIMIT, "a name of more than %d parts, or with one over %d letters", FAT_DEPTH_MAX,
                           FAT_PART_MAX);
        }
        if (name[n] == 0) {
            return true;
        }
        name += n + 1;
    }
}

static bool check_folder(const struct fat_entry *e, const uint32_t *above, int depth, struct err *err)
{
    if (!(e->attr & FAT_ATTR_DIR)) {
        return err_set(err, ERR_FORMAT, "'%s' is no folder", e->name);
    }
    for (int i = 0; i <= depth; i++) {
        if (e->start == 0 || e->start == above[i]) {
            return err_set(err, ERR_FORMAT, "the folder '%s' contains itself; let a computer check the stick", e->name);
        }
    }
    return true;
}

bool fat_path_find(struct fat_table *t, const char *name, struct fat_path *out, struct err *err)
{
    struct fat_path p = {.rest = name, .folder = fat_root(t)};
    uint32_t above[FAT_DEPTH_MAX];
    char part[FAT_PART_MAX + 1];

    if (!check_parts(name, err)) {
        return false;
    }
    for (int depth = 0; p.rest; depth++) {
        const char *behind = fat_path_part(p.rest, part);
        struct err why = {0};

        above[depth] = p.folder;
        if (!fat_dir_find(t, p.folder, part, &p.entry, &why)) {
            *out = p;
            return why.code == ERR_NOT_FOUND || err_set(err, why.code, "%s", why.text);
        }
        if (behind) {
            if (!check_folder(&p.entry, above, depth, err)) {
                return false;
            }
            p.folder = p.entry.start;
        } else if (p.entry.attr & FAT_ATTR_DIR) {
            return err_set(err, ERR_FORMAT, "it is a folder, no file");
        }
        p.rest = behind;
    }
    *out = p;
    return true;
}
