/* clock: monotonic milliseconds, wall time and how far to trust it; real or virtual (tests, the driver).
 * No decision of trust reads the wall clock (THREATS R4, T8). Any thread may read. */
#ifndef M2_BASE_CLOCK_H
#define M2_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since some start; never goes back; CLOCK_BOOTTIME, so that sleep counts. */
int64_t clock_ms(void);
/* Seconds since 1970 as the machine believes, virtual in virtual mode. */
int64_t clock_wall_s(void);
/* False before 2026-01-01 and after 2100-01-01, or when the floor (the newest signed time seen, set by the store) is
 * later. */
bool clock_is_trusted(void);
void clock_set_floor(int64_t wall_s);
/* The kernel's random id of this boot, 36 letters; "virtual" in virtual mode. Borrowed for ever. */
const char *clock_boot_id(void);

/* Virtual mode: time stands still until advanced. Starts at 1000 ms and 2026-11-23 10:42:00 UTC. */
void clock_go_virtual(void);
bool clock_is_virtual(void);
void clock_advance(int64_t ms);
void clock_set_wall(int64_t wall_s); /* virtual mode only: T8 tests */

/* Days since 1970-01-01 UTC of a wall time, and back to year, month 1..12, day 1..31 (proleptic Gregorian). */
int64_t clock_day(int64_t wall_s);
void clock_civil(int64_t day, int *year, int *month, int *mday);

#endif
