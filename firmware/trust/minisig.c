/* minisig: detached signatures of minisign over a BLAKE2b-512, in the one form this project accepts. */
#include "trust/minisig.h"
#include "trust/base64.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { SIG_BYTES = 64, SIG_BLOB = 74, SIG_TEXT = 100, GLOBAL_TEXT = 88, READ_BYTES = 65536 };

/* The first line is covered by no signature; only this text, minisign's own, is accepted there (THREATS T26: canonical
 * form). */
static const char UNTRUSTED[] = "untrusted comment: signature from minisign secret key";
static const char TRUSTED[] = "trusted comment: ";

_Static_assert(sizeof(struct minisig_hash) >= sizeof(crypto_generichash_state), "minisig_hash holds libsodium's state");

void minisig_hash_begin(struct minisig_hash *h)
{
    crypto_generichash_init((crypto_generichash_state *)(void *)h->state, NULL, 0, MINISIG_HASH_BYTES);
}

void minisig_hash_add(struct minisig_hash *h, const void *bytes, size_t n)
{
    crypto_generichash_update((crypto_generichash_state *)(void *)h->state, bytes, n);
}

void minisig_hash_end(struct minisig_hash *h, uint8_t out[MINISIG_HASH_BYTES])
{
    crypto_generichash_final((crypto_generichash_state *)(void *)h->state, out, MINISIG_HASH_BYTES);
}

bool minisig_hash_file(const char *path, uint8_t out[MINISIG_HASH_BYTES], struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct minisig_hash h;
    unsigned char *piece;
    ssize_t n;

    if (fd < 0) {
        return err_sys(err, errno, "cannot open '%s'", path);
    }
    piece = mem_alloc(READ_BYTES);
    minisig_hash_begin(&h);
    do {
        n = read(fd, piece, READ_BYTES);
        if (n > 0) {
            minisig_hash_add(&h, piece, (size_t)n);
        }
    } while (n > 0 || (n < 0 && errno == EINTR));
    if (n < 0) {
        err_sys(err, errno, "cannot read '%s'", path);
    } else {
        minisig_hash_end(&h, out);
    }
    free(piece);
    close(fd);
    return n == 0;
}

/* What the global signature covers: the signature, then the words of the trusted comment. */
static void global_bytes(const uint8_t sig[SIG_BYTES], const char *comment, struct buf *out)
{
    buf_add(out, sig, SIG_BYTES);
    buf_str(out, comment);
}

void minisig_sign(const struct seckey *sec, const uint8_t hash[MINISIG_HASH_BYTES], const char *trusted_comment,
                  struct buf *out)
{
    uint8_t blob[SIG_BLOB] = {'E', 'D'}, global[SIG_BYTES];
    char sig_text[SIG_TEXT + 1], global_text[GLOBAL_TEXT + 1];
    struct buf covered = {0};

    memcpy(blob + 2, sec->id, KEY_ID_BYTES);
    crypto_sign_detached(blob + 2 + KEY_ID_BYTES, NULL, hash, MINISIG_HASH_BYTES, sec->key);
    global_bytes(blob + 2 + KEY_ID_BYTES, trusted_comment, &covered);
    crypto_sign_detached(global, NULL, (const uint8_t *)covered.data, covered.len, sec->key);
    base64_write(blob, sizeof blob, sig_text, sizeof sig_text);
    base64_write(global, sizeof global, global_text, sizeof global_text);
    buf_clear(out);
    buf_fmt(out, "%s\n%s\n%s%s\n%s\n", UNTRUSTED, sig_text, TRUSTED, trusted_comment, global_text);
    buf_release(&covered);
}

/* --- reading
 * -------------------------------------------------------------------------------------------------------------- */

struct parts {
    uint8_t blob[SIG_BLOB];
    uint8_t global[SIG_BYTES];
    char comment[MINISIG_COMMENT_MAX + 1];
};

/* The next line, without its newline, which must be there. NULL when there is none. */
static const char *next_line(const char **at, const char *end, size_t *n)
{
    const char *line = *at;
    const char *stop = line < end ? memchr(line, '\n', (size_t)(end - line)) : NULL;

    if (!stop) {
        return NULL;
    }
    *n = (size_t)(stop - line);
    *at = stop + 1;
    return line;
}

static bool read_comment(const char *line, size_t n, char *out)
{
    size_t prefix = strlen(TRUSTED);

    if (n < prefix || n - prefix > MINISIG_COMMENT_MAX || memcmp(line, TRUSTED, prefix) != 0) {
        return false;
    }
    for (size_t i = prefix; i < n; i++) {
        if ((unsigned char)line[i] < ' ') {
            return false;
        }
    }
    memcpy(out, line + prefix, n - prefix);
    out[n - prefix] = '\0';
    return true;
}

static bool read_parts(const char *text, size_t n, struct parts *p, struct err *err)
{
    const char *at = text, *end = text + n, *line;
    size_t len = 0;

    if (n > MINISIG_MAX_BYTES) {
        return err_set(err, ERR_FORMAT, "signature: longer than %d bytes; this is no minisign signature",
                       MINISIG_MAX_BYTES);
    }
    line = next_line(&at, end, &len);
    if (!line || len != strlen(UNTRUSTED) || memcmp(line, UNTRUSTED, len) != 0) {
        return err_set(err, ERR_FORMAT, "signature: its first line is not '%s'", UNTRUSTED);
    }
    line = next_line(&at, end, &len);
    if (!line || !base64_read(line, len, p->blob, SIG_BLOB)) {
        return err_set(err, ERR_FORMAT, "signature: its second line is not the base64 of a signature");
    }
    if (memcmp(p->blob, "ED", 2) != 0) {
        return err_set(err, ERR_FORMAT, "signature: not of the pre-hashed kind; sign with 'minisign -S -H'");
    }
    line = next_line(&at, end, &len);
    if (!line || !read_comment(line, len, p->comment)) {
        return err_set(err, ERR_FORMAT, "signature: its third line is not a trusted comment");
    }
    line = next_line(&at, end, &len);
    if (!line || !base64_read(line, len, p->global, SIG_BYTES) || at != end) {
        return err_set(err, ERR_FORMAT, "signature: it does not end after its fourth line");
    }
    return true;
}

bool minisig_key_id(const char *text, size_t n, uint8_t id[KEY_ID_BYTES], struct err *err)
{
    struct parts p;

    if (!read_parts(text, n, &p, err)) {
        return false;
    }
    memcpy(id, p.blob + 2, KEY_ID_BYTES);
    return true;
}

bool minisig_peek(const char *text, size_t n, char *comment)
{
    struct parts p;

    if (!read_parts(text, n, &p, NULL)) {
        return false;
    }
    memcpy(comment, p.comment, sizeof p.comment);
    return true;
}

bool minisig_verify(const char *text, size_t n, const uint8_t hash[MINISIG_HASH_BYTES], const struct pubkey *pub,
                    char *comment, struct err *err)
{
    struct parts p;
    struct buf covered = {0};
    char names[KEY_ID_TEXT], wanted[KEY_ID_TEXT];
    bool is_good;

    if (!read_parts(text, n, &p, err)) {
        return false;
    }
    if (memcmp(p.blob + 2, pub->id, KEY_ID_BYTES) != 0) {
        keys_id_text(p.blob + 2, names);
        keys_id_text(pub->id, wanted);
        return err_set(err, ERR_SIGNATURE, "signature: made with key %s, not with %s", names, wanted);
    }
    if (crypto_sign_verify_detached(p.blob + 2 + KEY_ID_BYTES, hash, MINISIG_HASH_BYTES, pub->key) != 0) {
        return err_set(err, ERR_SIGNATURE, "signature: does not fit these bytes; they were changed or cut");
    }
    global_bytes(p.blob + 2 + KEY_ID_BYTES, p.comment, &covered);
    is_good = crypto_sign_verify_detached(p.global, (const uint8_t *)covered.data, covered.len, pub->key) == 0;
    buf_release(&covered);
    if (!is_good) {
        return err_set(err, ERR_SIGNATURE, "signature: its trusted comment was changed");
    }
    if (comment) {
        memcpy(comment, p.comment, sizeof p.comment);
    }
    return true;
}

/* A word up to the next blank; moves *at behind the blank. */
static bool take_word(const char **at, char *out, size_t cap)
{
    const char *stop = strchr(*at, ' ');
    size_t n = stop ? (size_t)(stop - *at) : 0;

    if (!stop || n == 0 || n >= cap) {
        return false;
    }
    memcpy(out, *at, n);
    out[n] = '\0';
    *at = stop + 1;
    return true;
}

static bool take_counter(const char *at, uint64_t *counter)
{
    char *end = NULL;

    if (at[0] < '0' || at[0] > '9' || (at[0] == '0' && at[1])) { /* one way to write a number */
        return false;
    }
    errno = 0;
    *counter = strtoull(at, &end, 10);
    return errno == 0 && !*end;
}

bool minisig_comment(const char *comment, char type[32], char id[64], uint64_t *counter, struct err *err)
{
    const char *at = comment;

    if (!take_word(&at, type, 32) || !take_word(&at, id, 64) || !take_counter(at, counter)) {
        return err_set(err, ERR_FORMAT, "signature: its comment '%.80s' is not 'type id counter'", comment);
    }
    return true;
}
