/* buf: growing bytes. A zeroed struct is an empty buffer. data is always NUL-terminated once anything was added.
 * Lack of memory ends the process (DECISIONS). */
#ifndef M2_BASE_BUF_H
#define M2_BASE_BUF_H

#include "base/err.h"
#include <stdarg.h>
#include <stdint.h>

struct buf {
    char *data;
    size_t len;
    size_t cap;
};

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) M2_PRINTF(2, 3);
void buf_vfmt(struct buf *b, const char *fmt, va_list args);
void buf_clear(struct buf *b);             /* keeps the memory */
const char *buf_text(const struct buf *b); /* never NULL */
char *buf_detach(struct buf *b);           /* the caller's to free(); never NULL; b is empty after */
void buf_release(struct buf *b);
void buf_wipe(struct buf *b); /* overwrites, then releases: for secrets */

/* malloc family that never returns NULL. */
void *mem_alloc(size_t n);         /* zeroed */
void *mem_grow(void *p, size_t n); /* realloc */
char *mem_str(const char *text);   /* strdup */
char *mem_fmt(const char *fmt, ...) M2_PRINTF(1, 2);
void mem_wipe(void *p, size_t n); /* not optimised away */

/* Lower-case hex. hex_write needs 2n+1 bytes of out. hex_read wants exactly 2n digits. */
void hex_write(const void *bytes, size_t n, char *out);
bool hex_read(const char *text, void *bytes, size_t n);
void put_le16(uint8_t *p, uint16_t v);
void put_le32(uint8_t *p, uint32_t v);
void put_le64(uint8_t *p, uint64_t v);
uint16_t get_le16(const uint8_t *p);
uint32_t get_le32(const uint8_t *p);
uint64_t get_le64(const uint8_t *p);
uint32_t crc32c(const void *bytes, size_t n); /* Castagnoli, reflected 0x82F63B78 (RFC 3720 B.4) */

#endif
