/* sound: the voice's samples to the loudspeaker. Silent, and no error, where there is no device. Main thread. */
#ifndef M2_KIT_SOUND_H
#define M2_KIT_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool sound_open(int rate_hz); /* mono, 16 bit; the same rate again is nothing new. False = no device */
void sound_queue(const int16_t *samples, size_t n);
void sound_stop(void);       /* at once; what was queued is gone */
int64_t sound_left_ms(void); /* queued and not yet played; 0 without a device */
bool sound_is_open(void);
void sound_close(void);

#endif
