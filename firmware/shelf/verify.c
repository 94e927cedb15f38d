/* verify: hash, signature, role and name of a container, before a byte of it is parsed. */
#include "shelf/verify.h"
#include "base/fsio.h"
#include <string.h>

#include "base/banned.h"

/* The comment must say "container ID VERSION" and the file must be called so: a good container under another's name is
 * refused (T29). */
static bool check_comment(const char *comment, const char *name, struct verified *out, struct err *err)
{
    char type[32], id[64], expected[FORMAT_NAME_BYTES];
    uint64_t version;

    if (!minisig_comment(comment, type, id, &version, err)) {
        return false;
    }
    if (strcmp(type, "container") != 0) {
        return err_set(err, ERR_TRUST, "signed as a '%s', not as a container", type);
    }
    if (!format_is_id(id) || version < 1 || version > FORMAT_VERSION_MAX) {
        return err_set(err, ERR_FORMAT, "its signature names no container: '%s'", comment);
    }
    format_name(id, (int64_t)version, expected);
    if (strcmp(expected, name) != 0) {
        return err_set(err, ERR_TRUST, "signed as '%s', not under this name", expected);
    }
    memcpy(out->id, id, strlen(id) + 1);
    out->version = (int64_t)version;
    return true;
}

static bool check_signature(const struct pubkey *pub, const char *author, const char *name, const struct trust_sig *sig,
                            const uint8_t hash[MINISIG_HASH_BYTES], struct verified *out, struct err *err)
{
    char comment[MINISIG_COMMENT_MAX + 1];
    struct verified v = {0};

    if (!minisig_verify(sig->text, sig->n, hash, pub, comment, err) || !check_comment(comment, name, &v, err)) {
        return false;
    }
    memcpy(v.hash, hash, sizeof v.hash);
    memcpy(v.author, author, strlen(author) + 1);
    *out = v;
    return true;
}

bool verify_signature(const struct trustlist *trust, enum verify_use use, const char *name, const struct trust_sig *sig,
                      const uint8_t hash[MINISIG_HASH_BYTES], struct verified *out, struct err *err)
{
    const struct trust_key *k;
    uint8_t id[KEY_ID_BYTES];

    if (!minisig_key_id(sig->text, sig->n, id, err)) {
        return err_wrap(err, "'%s'", name);
    }
    k = use == VERIFY_NEW ? trustlist_find(trust, TRUST_AUTHOR, id, err)
                          : trustlist_find_kept(trust, TRUST_AUTHOR, id, err);
    return (k && check_signature(&k->key, k->name, name, sig, hash, out, err)) || err_wrap(err, "'%s'", name);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Signature text and hash of a container file. */
static bool read_both(const char *path, struct buf *sig, uint8_t hash[MINISIG_HASH_BYTES], struct err *err)
{
    struct buf sig_path = {0};
    bool ok;

    if (fsio_size(path) > FORMAT_CONTAINER_MAX_BYTES) {
        return err_set(err, ERR_LIMIT, "'%s': larger than a container may be", path);
    }
    if (!fsio_exists(path)) {
        return err_set(err, ERR_NOT_FOUND, "'%s': no such file", path);
    }
    buf_fmt(&sig_path, "%s.minisig", path);
    ok = fsio_exists(sig_path.data) ||
         err_set(err, ERR_SIGNATURE, "'%s': its signature '%s' is missing", path, last_part(sig_path.data));
    ok = ok && fsio_read(sig_path.data, MINISIG_MAX_BYTES, sig, err) && minisig_hash_file(path, hash, err);
    buf_release(&sig_path);
    return ok;
}

bool verify_file(const struct trustlist *trust, enum verify_use use, const char *path, struct verified *out,
                 struct err *err)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf text = {0};
    bool ok = read_both(path, &text, hash, err);

    if (ok) {
        struct trust_sig sig = {text.data, text.len};

        ok = verify_signature(trust, use, last_part(path), &sig, hash, out, err);
    }
    buf_release(&text);
    return ok;
}

bool verify_is_stolen(const struct trustlist *trust, const char *path)
{
    struct buf sig_path = {0}, sig = {0};
    uint8_t id[KEY_ID_BYTES];
    bool is_stolen;

    buf_fmt(&sig_path, "%s.minisig", path);
    is_stolen = fsio_read(sig_path.data, MINISIG_MAX_BYTES, &sig, NULL) &&
                minisig_key_id(buf_text(&sig), sig.len, id, NULL) && trustlist_is_stolen(trust, id);
    buf_release(&sig_path);
    buf_release(&sig);
    return is_stolen;
}

bool verify_file_key(const struct pubkey *pub, const char *path, struct verified *out, struct err *err)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf text = {0};
    bool ok = read_both(path, &text, hash, err);

    if (ok) {
        struct trust_sig sig = {text.data, text.len};

        ok = check_signature(pub, "", last_part(path), &sig, hash, out, err) || err_wrap(err, "'%s'", path);
    }
    buf_release(&text);
    return ok;
}
