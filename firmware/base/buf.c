/* buf: growing bytes, memory that never fails, hex, little-endian numbers, CRC-32C. */
#include "base/buf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static void out_of_memory(void)
{
    fputs("out of memory: ending, the supervisor starts again\n", stderr);
    abort();
}

void *mem_alloc(size_t n)
{
    void *p = calloc(1, n ? n : 1);

    if (!p) {
        out_of_memory();
    }
    return p;
}

void *mem_grow(void *p, size_t n)
{
    void *grown = realloc(p, n ? n : 1);

    if (!grown) {
        out_of_memory();
    }
    return grown;
}

char *mem_str(const char *text)
{
    size_t n = strlen(text) + 1;

    return memcpy(mem_alloc(n), text, n);
}

char *mem_fmt(const char *fmt, ...)
{
    struct buf b = {0};
    va_list args;

    va_start(args, fmt);
    buf_vfmt(&b, fmt, args);
    va_end(args);
    return buf_detach(&b);
}

void mem_wipe(void *p, size_t n)
{
    if (p && n) {
        explicit_bzero(p, n);
    }
}

static void reserve(struct buf *b, size_t more)
{
    size_t need, cap;
    char *grown;

    if (more >= SIZE_MAX - b->len - 1) {
        out_of_memory();
    }
    need = b->len + more + 1;
    if (need <= b->cap) {
        return;
    }
    for (cap = b->cap ? b->cap : 64; cap<need; cap = cap> SIZE_MAX / 2 ? need : cap * 2) {
    }
    grown = mem_alloc(cap);
    if (b->len) {
        memcpy(grown, b->data, b->len);
    }
    mem_wipe(b->data, b->cap); /* what it held may be a visitor's (T40): no copy stays where it grew out of */
    free(b->data);
    b->data = grown;
    b->cap = cap;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
    reserve(b, n);
    if (n) {
        memcpy(b->data + b->len, bytes, n);
    }
    b->len += n;
    b->data[b->len] = '\0';
}

void buf_str(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_char(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    buf_vfmt(b, fmt, args);
    va_end(args);
}

void buf_vfmt(struct buf *b, const char *fmt, va_list args)
{
    va_list again;
    int n;

    va_copy(again, args);
    n = vsnprintf(NULL, 0, fmt, args);
    if (n > 0) {
        reserve(b, (size_t)n);
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->data) {
        b->data[0] = '\0';
    }
}

const char *buf_text(const struct buf *b)
{
    return b->data ? b->data : "";
}

char *buf_detach(struct buf *b)
{
    char *data = b->data ? b->data : mem_alloc(1);

    *b = (struct buf){0};
    return data;
}

void buf_release(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}

void buf_wipe(struct buf *b)
{
    mem_wipe(b->data, b->cap);
    buf_release(b);
}

void hex_write(const void *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *p = bytes;

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = '\0';
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_read(const char *text, void *bytes, size_t n)
{
    uint8_t *p = bytes;

    if (strlen(text) != 2 * n) {
        return false;
    }
    for (size_t i = 0; i < 2 * n; i++) {
        if (digit(text[i]) < 0) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        p[i] = (uint8_t)((unsigned)digit(text[2 * i]) << 4 | (unsigned)digit(text[2 * i + 1]));
    }
    return true;
}

void put_le16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

void put_le32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

void put_le64(uint8_t *p, uint64_t v)
{
    for (int i = 0; i < 8; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

uint16_t get_le16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

uint32_t get_le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint64_t get_le64(const uint8_t *p)
{
    return (uint64_t)get_le32(p) | (uint64_t)get_le32(p + 4) << 32;
}

uint32_t crc32c(const void *bytes, size_t n)
{
    static const uint32_t of_four_bits[16] = {
        0x00000000u, 0x105ec76fu, 0x20bd8edeu, 0x30e349b1u, 0x417b1dbcu, 0x5125dad3u, 0x61c69362u, 0x7198540du,
        0x82f63b78u, 0x92a8fc17u, 0xa24bb5a6u, 0xb21572c9u, 0xc38d26c4u, 0xd3d3e1abu, 0xe330a81au, 0xf36e6f75u,
    };
    const uint8_t *p = bytes;
    uint32_t crc = 0xFFFFFFFFu;

    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        crc = of_four_bits[crc & 15] ^ crc >> 4;
        crc = of_four_bits[crc & 15] ^ crc >> 4;
    }
    return ~crc;
}
