/* stick_text: texts and hubs. */
#include "stick_text.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

bool stick_put_text(struct target *t, const char *name, const void *bytes, size_t n, struct err *err)
{
    char path[VOLUME_NAME_MAX];

    snprintf(path, sizeof path, COURIER_ROOT "%s", name);
    return target_put_text(t, path, bytes, n, err);
}

bool stick_put_signed(const struct office *o, struct target *t, const char *name, const char *key,
                      const struct buf *text, const char *type, const char *id, uint64_t counter, struct err *err)
{
    char sig_name[VOLUME_NAME_MAX];
    struct buf sig = {0};
    bool ok = office_sign(o, key, text, type, id, counter, &sig, err);

    snprintf(sig_name, sizeof sig_name, "%s.minisig", name);
    ok = ok && stick_put_text(t, sig_name, sig.data, sig.len, err) &&
         stick_put_text(t, name, text->data, text->len, err);
    buf_release(&sig);
    return ok;
}

static bool is_named(const char *const *hubs, const char *name)
{
    for (int i = 0; hubs && hubs[i]; i++) {
        if (!strcmp(hubs[i], name)) {
            return true;
        }
    }
    return !hubs || !hubs[0];
}

bool stick_check_hubs(const struct office *o, const char *const *hubs, struct err *err)
{
    for (int i = 0; hubs && hubs[i]; i++) {
        struct buf known = {0};

        if (trustlist_find_name(o->trust, TRUST_STATION, hubs[i])) {
            continue;
        }
        for (int k = 0; k < o->trust->n_keys; k++) {
            if (o->trust->keys[k].role == TRUST_STATION && o->trust->keys[k].revoked == TRUST_GOOD) {
                buf_fmt(&known, "%s'%s'", known.len ? ", " : "", o->trust->keys[k].name);
            }
        }
        err_set(err, ERR_USAGE, "--hub '%s': no hub of this office; known hubs: %s", hubs[i],
                known.len ? buf_text(&known) : "none, make one with `micro2 hub new`");
        buf_release(&known);
        return false;
    }
    return true;
}

const struct trust_key *stick_next_hub(const struct office *o, const char *const *hubs, int *i)
{
    while (*i < o->trust->n_keys) {
        const struct trust_key *k = &o->trust->keys[(*i)++];

        if (k->role == TRUST_STATION && k->revoked == TRUST_GOOD && is_named(hubs, k->name)) {
            return k;
        }
    }
    return NULL;
}
