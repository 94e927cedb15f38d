/* bench_exchange: one exchange with a stick of known speed, an image read and written through stickd's own code at the
 * far end of a socket; the image changes. Prints one line of JSON. The model: each command waits COMMAND_US, and bytes
 * come and go at the rates given (a USB 2 stick: 30 and 10 MB/s). */
#include "stick/exchange.h"
#include "base/clock.h"
#include "base/log.h"
#include "stick/exfat.h"
#include "stick/fat.h"
#include "stick/partition.h"
#include "stick/wire.h"
#include "store/clerk.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

enum { SECTOR = 512, COMMAND_US = 300, RAW_PIECE = 256 * 1024 };

static struct model {
    struct blockdev base; /* first member */
    int fd;
    struct wire_desk *desk; /* hears the station while bytes come, as of libusb; NULL = nobody */
    double read_per_s, write_per_s, busy_until_s;
    int64_t read_bytes, written_bytes, n_commands;
} model;

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* s of the stick; is_reading: the station is heard meanwhile, until it has more to say. */
static void take_time(double s, bool is_reading)
{
    double now = now_s();

    model.busy_until_s = (model.busy_until_s > now ? model.busy_until_s : now) + s + COMMAND_US / 1e6;
    model.n_commands++;
    while ((now = now_s()) < model.busy_until_s) {
        double left = model.busy_until_s - now;
        struct timespec wait = {(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};
        struct pollfd fd = {.fd = is_reading && model.desk ? wire_desk_fd(model.desk) : -1, .events = POLLIN};

        is_reading = ppoll(&fd, 1, &wait, NULL) <= 0 || !wire_desk_is_stopped(model.desk);
    }
}

static bool model_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    (void)d;
    if (pread(model.fd, buf, (size_t)n * SECTOR, (off_t)sector * SECTOR) != (ssize_t)n * SECTOR) {
        return err_set(err, ERR_IO, "the image cannot be read");
    }
    model.read_bytes += (int64_t)n * SECTOR;
    take_time((double)n * SECTOR / model.read_per_s, true);
    return true;
}

static bool model_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err)
{
    (void)d;
    if (pwrite(model.fd, buf, (size_t)n * SECTOR, (off_t)sector * SECTOR) != (ssize_t)n * SECTOR) {
        return err_set(err, ERR_IO, "the image cannot be written");
    }
    model.written_bytes += (int64_t)n * SECTOR;
    take_time((double)n * SECTOR / model.write_per_s, false);
    return true;
}

static bool model_flush(struct blockdev *d, struct err *err)
{
    (void)d;
    (void)err;
    take_time(0, false);
    return true;
}

static void model_close(struct blockdev *d)
{
    (void)d;
}

static const struct blockdev_class model_class = {model_read, model_write, model_flush, model_close};

static bool open_model(const char *path, double read_mb, double write_mb)
{
    struct stat st;

    model.fd = open(path, O_RDWR | O_CLOEXEC);
    if (model.fd < 0 || fstat(model.fd, &st) != 0) {
        return false;
    }
    model.base =
        (struct blockdev){.class = &model_class, .sector_bytes = SECTOR, .n_sectors = (uint64_t)st.st_size / SECTOR};
    model.read_per_s = read_mb * 1e6;
    model.write_per_s = write_mb * 1e6;
    return true;
}

static void *serve(void *ctx)
{
    struct wire_desk *desk = wire_desk_new(*(int *)ctx);
    struct partition p;
    struct volume *v = NULL;
    struct err err = {0};

    if (!partition_find(&model.base, &p, &err) ||
        !(p.kind == PARTITION_FAT ? volume_open_fat(&model.base, p.first_sector, p.n_sectors, &v, &err)
                                  : volume_open_exfat(&model.base, p.first_sector, p.n_sectors, &v, &err))) {
        fprintf(stderr, "bench_exchange: %s\n", err.text);
    }
    wire_desk_use(desk, v);
    model.desk = desk;
    while (wire_desk_serve(desk, &err)) {
    }
    model.desk = NULL;
    wire_desk_free(desk);
    volume_close(v);
    return NULL;
}

static void done(void *ctx)
{
    (void)ctx;
}

struct figures {
    struct ev_stick last;
    double began_s[STICK_STEPS + 1]; /* of each step; the end behind the last */
};

static void hear(struct outbox *out, struct figures *f)
{
    struct pollfd fd = {.fd = outbox_fd(out), .events = POLLIN};
    struct message *m;

    while (!f->last.is_over) {
        while (!(m = outbox_take(out))) {
            poll(&fd, 1, -1);
        }
        if (m->kind == EV_STICK_STATE) {
            f->last = *(struct ev_stick *)m;
            for (int i = 0; i < STICK_STEPS; i++) {
                if (f->last.progress.state[i] != STICK_WAITING && f->began_s[i] == 0) {
                    f->began_s[i] = now_s();
                }
            }
        }
        message_free(m);
    }
    f->began_s[STICK_STEPS] = now_s();
}

/* The most memory this process had, in KiB, since the last call. getrusage() would tell that of who started it. */
static long peak_kb(void)
{
    char line[128];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "re");
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

    while (f && fgets(line, sizeof line, f)) {
        if (!strncmp(line, "VmHWM:", 6)) {
            kb = strtol(line + 6, NULL, 10);
        }
    }
    if (f) {
        fclose(f);
    }
    if (fd >= 0) {
        if (write(fd, "5", 1) != 1) {
            kb = 0;
        }
        close(fd);
    }
    return kb;
}

/* So many bytes of the stick in one go, by nothing but the device. */
static double raw_s(int64_t bytes)
{
    uint8_t *piece = malloc(RAW_PIECE);
    double begun = now_s();

    for (int64_t at = 0; piece && at + RAW_PIECE <= bytes; at += RAW_PIECE) {
        model_read(&model.base, (uint64_t)at / SECTOR, RAW_PIECE / SECTOR, piece, NULL);
    }
    free(piece);
    return now_s() - begun;
}

static int run(struct datafolder *folder)
{
    struct clerk_options clerk_options = {.folder = folder};
    struct exchange_options options = {.folder = folder};
    struct outbox *out = outbox_new();
    struct exchange *x = NULL;
    struct figures f = {0};
    long before_kb, after_kb;
    struct wire_link *link;
    struct err err = {0};
    pthread_t desk;
    double begun;
    int fd[2];

    if (!clerk_start(&clerk_options, out, &options.clerk, &err) || !exchange_start(&options, out, &x, &err) ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) != 0) {
        fprintf(stderr, "bench_exchange: %s\n", err.text);
        return 2;
    }
    peak_kb();
    before_kb = peak_kb();
    begun = now_s();
    pthread_create(&desk, NULL, serve, &fd[1]);
    link = wire_link_new(fd[0]);
    exchange_plug_link(x, link, "BENCH", done, NULL);
    hear(out, &f);
    after_kb = peak_kb();
    exchange_stop(x);
    exchange_join(x);
    close(fd[0]);
    pthread_join(desk, NULL);
    wire_link_free(link);
    clerk_stop(options.clerk);
    clerk_join(options.clerk);
    outbox_free(out);
    printf("{\"ok\":%s,\"list_s\":%.3f,\"results_s\":%.3f,\"content_s\":%.3f,\"verify_s\":%.3f,\"all_s\":%.3f,"
           "\"rows\":%lld,\"packs\":%d,\"content_mb\":%.1f,\"raw_s\":%.3f,\"commands\":%lld,\"peak_extra_mb\":%.1f}\n",
           f.last.err.code == ERR_NONE ? "true" : "false", f.began_s[STICK_RESULTS] - begun,
           f.began_s[STICK_RECEIPTS] - f.began_s[STICK_RESULTS], f.began_s[STICK_BOARD] - f.began_s[STICK_CONTENT],
           f.began_s[STICK_STEPS] - f.began_s[STICK_VERIFY], f.began_s[STICK_STEPS] - begun,
           (long long)f.last.rows_written, f.last.packs_done, (double)f.last.progress.total_bytes / 1e6,
           f.last.progress.total_bytes ? raw_s(f.last.progress.total_bytes) : 0.0, (long long)model.n_commands,
           (double)(after_kb - before_kb) / 1024);
    if (f.last.err.code != ERR_NONE) {
        fprintf(stderr, "bench_exchange: %s\n", f.last.err.text);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct datafolder folder;
    struct err err = {0};
    int code;

    if (argc != 5) {
        fprintf(stderr, "usage: bench_exchange DATA IMAGE READ_MB_S WRITE_MB_S\n");
        return 1;
    }
    log_to(-1);
    if (!open_model(argv[2], atof(argv[3]), atof(argv[4])) || !datafolder_open(argv[1], &folder, &err)) {
        fprintf(stderr, "bench_exchange: '%s' or '%s': %s\n", argv[1], argv[2], err.text);
        return 1;
    }
    code = run(&folder);
    datafolder_close(&folder);
    return code;
}
