/* keys: Ed25519 key pairs in the text files of minisign, with or without a passphrase. */
#include "trust/keys.h"
#include "base/buf.h"
#include "base/fsio.h"
#include "base/rng.h"
#include "trust/base64.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum {
    PUBLIC_BLOB = 42,  /* "Ed", id, key */
    SECRET_BLOB = 158, /* algorithms 6, salt 32, opslimit 8, memlimit 8, id 8, key 64, check 32 */
    SECRET_BODY = 104, /* id, key, check: what the passphrase hides */
    BODY_AT = 54,
    CHECK_BYTES = 32,
    COMMENT_MAX = 1024,
    FILE_MAX = 4096,
};

static const char COMMENT[] = "untrusted comment: ";

__attribute__((constructor)) static void keys_start(void)
{
    if (sodium_init() < 0) { /* picks the fast primitives; later calls are free */
        abort();
    }
}

void keys_make(struct seckey *sec, struct pubkey *pub)
{
    rng_secret(sec->id, sizeof sec->id);
    crypto_sign_keypair(pub->key, sec->key);
    memcpy(pub->id, sec->id, sizeof pub->id);
}

void keys_public_of(const struct seckey *sec, struct pubkey *pub)
{
    memcpy(pub->id, sec->id, sizeof pub->id);
    memcpy(pub->key, sec->key + crypto_sign_SEEDBYTES, sizeof pub->key);
}

void keys_id_text(const uint8_t id[KEY_ID_BYTES], char out[KEY_ID_TEXT])
{
    static const char digits[] = "0123456789ABCDEF";

    for (int i = 0; i < KEY_ID_BYTES; i++) { /* minisign prints the id as a little-endian number */
        uint8_t byte = id[KEY_ID_BYTES - 1 - i];

        out[2 * i] = digits[byte >> 4];
        out[2 * i + 1] = digits[byte & 15];
    }
    out[KEY_ID_TEXT - 1] = '\0';
}

/* --- the two lines of a key file
 * ------------------------------------------------------------------------------------------ */

static void key_file_text(struct buf *out, const char *comment, const uint8_t *blob, size_t n)
{
    char line[sodium_base64_ENCODED_LEN(SECRET_BLOB, sodium_base64_VARIANT_ORIGINAL)];

    base64_write(blob, n, line, sizeof line);
    buf_fmt(out, "%s%s\n%s\n", COMMENT, comment, line);
    sodium_memzero(line, sizeof line);
}

/* One comment line, then one base64 line of exactly `want` bytes, then nothing. */
static bool key_file_blob(const struct buf *text, const char *path, uint8_t *blob, size_t want, struct err *err)
{
    const char *data = buf_text(text);
    const char *line = memchr(data, '\n', text->len);
    size_t n;

    if (strncmp(data, COMMENT, strlen(COMMENT)) != 0 || !line || line - data > COMMENT_MAX) {
        return err_set(err, ERR_FORMAT, "'%s': no key file of minisign; it begins with '%s'", path, COMMENT);
    }
    line++;
    n = text->len - (size_t)(line - data);
    if (n && line[n - 1] == '\n') {
        n--;
    }
    if (!base64_read(line, n, blob, want)) {
        return err_set(err, ERR_FORMAT, "'%s': its second line is not the base64 of a key", path);
    }
    return true;
}

/* --- public keys
 * ---------------------------------------------------------------------------------------------------------- */

static void public_blob(const struct pubkey *pub, uint8_t blob[PUBLIC_BLOB])
{
    blob[0] = 'E';
    blob[1] = 'd';
    memcpy(blob + 2, pub->id, KEY_ID_BYTES);
    memcpy(blob + 2 + KEY_ID_BYTES, pub->key, KEY_PUBLIC_BYTES);
}

static bool public_from_blob(const uint8_t blob[PUBLIC_BLOB], struct pubkey *pub, const char *subject, struct err *err)
{
    if (memcmp(blob, "Ed", 2) != 0) {
        return err_set(err, ERR_FORMAT, "'%s': not an Ed25519 public key", subject);
    }
    memcpy(pub->id, blob + 2, KEY_ID_BYTES);
    memcpy(pub->key, blob + 2 + KEY_ID_BYTES, KEY_PUBLIC_BYTES);
    return true;
}

void keys_public_text(const struct pubkey *pub, char out[57])
{
    uint8_t blob[PUBLIC_BLOB];

    public_blob(pub, blob);
    base64_write(blob, sizeof blob, out, 57);
}

bool keys_public_parse(const char *text, struct pubkey *pub, struct err *err)
{
    uint8_t blob[PUBLIC_BLOB];

    if (!base64_read(text, strlen(text), blob, sizeof blob)) {
        return err_set(err, ERR_FORMAT, "'%.64s': not the 56 letters of a public key", text);
    }
    return public_from_blob(blob, pub, text, err);
}

bool keys_save_public(const char *path, const struct pubkey *pub, const char *comment, struct err *err)
{
    struct buf text = {0};
    uint8_t blob[PUBLIC_BLOB];
    bool ok;

    public_blob(pub, blob);
    key_file_text(&text, comment, blob, sizeof blob);
    ok = fsio_replace(path, text.data, text.len, 0644, err);
    buf_release(&text);
    return ok;
}

bool keys_load_public(const char *path, struct pubkey *pub, struct err *err)
{
    struct buf text = {0};
    uint8_t blob[PUBLIC_BLOB];
    bool ok = fsio_read(path, FILE_MAX, &text, err) && key_file_blob(&text, path, blob, sizeof blob, err) &&
              public_from_blob(blob, pub, path, err);

    buf_release(&text);
    return ok;
}

/* --- secret keys
 * ---------------------------------------------------------------------------------------------------------- */

/* Check sum of minisign: BLAKE2b-256 of algorithm, id and key. */
static void secret_check(const uint8_t *body, uint8_t out[CHECK_BYTES])
{
    crypto_generichash_state st;

    crypto_generichash_init(&st, NULL, 0, CHECK_BYTES);
    crypto_generichash_update(&st, (const uint8_t *)"Ed", 2);
    crypto_generichash_update(&st, body, KEY_ID_BYTES + KEY_SECRET_BYTES);
    crypto_generichash_final(&st, out, CHECK_BYTES);
}

/* Hides or shows the body: exclusive-or with what scrypt makes of the passphrase. False for lack of memory. */
static bool secret_mask(uint8_t blob[SECRET_BLOB], const char *passphrase, uint64_t ops, uint64_t mem)
{
    uint8_t stream[SECRET_BODY];

    if (crypto_pwhash_scryptsalsa208sha256(stream, sizeof stream, passphrase, strlen(passphrase), blob + 6, ops,
                                           (size_t)mem) != 0) {
        return false;
    }
    for (int i = 0; i < SECRET_BODY; i++) {
        blob[BODY_AT + i] ^= stream[i];
    }
    sodium_memzero(stream, sizeof stream);
    return true;
}

_Static_assert((uint64_t)crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE /
                       crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_MIN >=
                   crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE /
                       crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_MIN,
               "halved together, memory is the first at its least");

/* As minisign -G: the dearest scrypt this machine's memory allows. */
static bool secret_hide(uint8_t blob[SECRET_BLOB], const char *passphrase, struct err *err)
{
    uint64_t ops = crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE;
    uint64_t mem = crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE;

    blob[2] = 'S';
    blob[3] = 'c';
    rng_secret(blob + 6, 32);
    secret_check(blob + BODY_AT, blob + SECRET_BLOB - CHECK_BYTES);
    while (!secret_mask(blob, passphrase, ops, mem)) {
        ops /= 2;
        mem /= 2;
        if (mem < crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_MIN) {
            return err_set(err, ERR_IO, "passphrase: too little memory to protect a key; close other programs");
        }
    }
    put_le64(blob + 38, ops);
    put_le64(blob + 46, mem);
    return true;
}

static bool write_synced(int fd, const char *path, const struct buf *text, struct err *err)
{
    if (!fsio_write_all(fd, text->data, text->len, err)) {
        return err_wrap(err, "'%s'", path);
    }
    if (fsync(fd) != 0) {
        return err_sys(err, errno, "cannot save the secret key '%s'", path);
    }
    return true;
}

static bool write_new(const char *path, const struct buf *text, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok;

    if (fd < 0) {
        return err_sys(err, errno, "cannot make the secret key '%s'", path);
    }
    ok = write_synced(fd, path, text, err);
    close(fd);
    if (!ok) {
        unlink(path);
    }
    return ok;
}

bool keys_save_secret(const char *path, const struct seckey *sec, const char *passphrase, const char *comment,
                      struct err *err)
{
    uint8_t blob[SECRET_BLOB] = {'E', 'd', 0, 0, 'B', '2'};
    struct buf text = {0};
    bool ok;

    memcpy(blob + BODY_AT, sec->id, KEY_ID_BYTES);
    memcpy(blob + BODY_AT + KEY_ID_BYTES, sec->key, KEY_SECRET_BYTES);
    ok = !passphrase || secret_hide(blob, passphrase, err);
    if (ok) {
        key_file_text(&text, comment, blob, sizeof blob);
        ok = write_new(path, &text, err);
    }
    sodium_memzero(blob, sizeof blob);
    buf_wipe(&text);
    return ok;
}

static bool secret_show(uint8_t blob[SECRET_BLOB], const char *passphrase, const char *path, struct err *err)
{
    uint64_t ops = get_le64(blob + 38), mem = get_le64(blob + 46);
    uint8_t check[CHECK_BYTES];

    if (!passphrase) {
        return err_set(err, ERR_TRUST, "'%s': this key is protected; give its passphrase", path);
    }
    if (ops > crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE ||
        mem > crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE) {
        return err_set(err, ERR_LIMIT, "'%s': asks for more work than minisign ever does; the file is not a key", path);
    }
    if (!secret_mask(blob, passphrase, ops, mem)) {
        return err_set(err, ERR_IO, "'%s': too little memory to open this key; close other programs", path);
    }
    secret_check(blob + BODY_AT, check);
    if (sodium_memcmp(check, blob + SECRET_BLOB - CHECK_BYTES, CHECK_BYTES) != 0) {
        return err_set(err, ERR_TRUST, "'%s': wrong passphrase; try again", path);
    }
    return true;
}

static bool is_zero(const uint8_t *p, size_t n)
{
    return sodium_is_zero(p, n) == 1;
}

/* The public half is kept beside the seed; a file where they disagree would sign what nobody can check. */
static bool secret_is_whole(const uint8_t *key)
{
    uint8_t pub[KEY_PUBLIC_BYTES], sec[KEY_SECRET_BYTES];
    bool ok;

    crypto_sign_seed_keypair(pub, sec, key);
    ok = sodium_memcmp(sec, key, sizeof sec) == 0;
    sodium_memzero(sec, sizeof sec);
    return ok;
}

bool keys_load_secret(const char *path, const char *passphrase, struct seckey *sec, struct err *err)
{
    struct buf text = {0};
    uint8_t blob[SECRET_BLOB];
    bool ok = fsio_read(path, FILE_MAX, &text, err) && key_file_blob(&text, path, blob, sizeof blob, err);

    if (ok && (memcmp(blob, "Ed", 2) != 0 || memcmp(blob + 4, "B2", 2) != 0 ||
               (memcmp(blob + 2, "Sc", 2) != 0 && !is_zero(blob + 2, 2)))) {
        ok = err_set(err, ERR_FORMAT, "'%s': not an Ed25519 secret key", path);
    }
    if (ok && !is_zero(blob + 2, 2)) {
        ok = secret_show(blob, passphrase, path, err);
    }
    if (ok && !secret_is_whole(blob + BODY_AT + KEY_ID_BYTES)) {
        ok = err_set(err, ERR_FORMAT, "'%s': this secret key is damaged; take it from its copy", path);
    }
    if (ok) {
        memcpy(sec->id, blob + BODY_AT, KEY_ID_BYTES);
        memcpy(sec->key, blob + BODY_AT + KEY_ID_BYTES, KEY_SECRET_BYTES);
    }
    sodium_memzero(blob, sizeof blob);
    buf_wipe(&text);
    return ok;
}

bool keys_needs_passphrase(const char *path)
{
    struct buf text = {0};
    uint8_t blob[SECRET_BLOB];
    bool needs = fsio_read(path, FILE_MAX, &text, NULL) && key_file_blob(&text, path, blob, sizeof blob, NULL) &&
                 memcmp(blob + 2, "Sc", 2) == 0;

    sodium_memzero(blob, sizeof blob);
    buf_wipe(&text);
    return needs;
}
