/* heap_peak: the most memory that was held at once. Only where the address sanitizer counts it: elsewhere 0. */
#ifndef M2_HEAP_PEAK_H
#define M2_HEAP_PEAK_H

#include <stddef.h>

void heap_peak_begin(void);
/* Bytes at the highest since heap_peak_begin(), over what was held there. One thread. */
size_t heap_peak(void);

#endif
