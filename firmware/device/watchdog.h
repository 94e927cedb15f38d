/* watchdog: tells the service manager now and then that this program is alive; who does not is ended and started anew
 * (THREATS T10). Opened before a sandbox, fed within: nothing is opened or asked later. One thread. */
#ifndef M2_DEVICE_WATCHDOG_H
#define M2_DEVICE_WATCHDOG_H

struct watchdog {
    int fd; /* -1: nobody watches */
    int every_ms;
};

/* From the environment that systemd gives (WatchdogSec=). */
void watchdog_open(struct watchdog *w);
void watchdog_feed(const struct watchdog *w);
/* For poll(): wait_ms (-1 = for ever), but no longer than until the next feeding. */
int watchdog_wait_ms(const struct watchdog *w, int wait_ms);
void watchdog_close(struct watchdog *w);

#endif
