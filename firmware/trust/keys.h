/* keys: Ed25519 key pairs in the files of minisign (https://jedisct1.github.io/minisign/, "Key format"), so that the
 * public program reads what we write. The same pair seals: Ed25519 converted to X25519 (trust/seal.h). */
#ifndef M2_TRUST_KEYS_H
#define M2_TRUST_KEYS_H

#include "base/err.h"
#include <stdint.h>

enum { KEY_ID_BYTES = 8, KEY_ID_TEXT = 17, KEY_PUBLIC_BYTES = 32, KEY_SECRET_BYTES = 64, KEY_PASSPHRASE_MAX = 256 };

struct pubkey {
    uint8_t id[KEY_ID_BYTES]; /* random, as minisign does */
    uint8_t key[KEY_PUBLIC_BYTES];
};

struct seckey { /* wipe with mem_wipe when done */
    uint8_t id[KEY_ID_BYTES];
    uint8_t key[KEY_SECRET_BYTES]; /* Ed25519 seed and public half, as libsodium keeps it */
};

void keys_make(struct seckey *sec, struct pubkey *pub);
void keys_public_of(const struct seckey *sec, struct pubkey *pub);
void keys_id_text(const uint8_t id[KEY_ID_BYTES],
                  char out[KEY_ID_TEXT]); /* 16 upper-case hex digits as minisign prints them */

/* passphrase NULL = stored open (minisign -W); else scrypt as minisign -G does. The secret file is made 0600 and never
 * overwritten (ERR_EXISTS). */
M2_MUST_CHECK bool keys_save_public(const char *path, const struct pubkey *pub, const char *comment, struct err *err);
M2_MUST_CHECK bool keys_save_secret(const char *path, const struct seckey *sec, const char *passphrase,
                                    const char *comment, struct err *err);
M2_MUST_CHECK bool keys_load_public(const char *path, struct pubkey *pub, struct err *err);
/* Wrong or missing passphrase: ERR_TRUST; bytes that are no key: ERR_FORMAT. */
M2_MUST_CHECK bool keys_load_secret(const char *path, const char *passphrase, struct seckey *sec, struct err *err);
bool keys_needs_passphrase(const char *path);
/* The one base64 line of a public key (Ed ‖ id ‖ key), as stored in trust.json. out: 57 bytes. */
void keys_public_text(const struct pubkey *pub, char out[57]);
M2_MUST_CHECK bool keys_public_parse(const char *text, struct pubkey *pub, struct err *err);

#endif
