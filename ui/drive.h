/* drive: the station driven by JSON lines (kit/driver.h says which). */
#ifndef M2_DRIVE_H
#define M2_DRIVE_H

#include "app.h"

enum { DRIVE_SETTLE_MS = 20000, DRIVE_LINE_MAX = 1 << 20 };

#endif
